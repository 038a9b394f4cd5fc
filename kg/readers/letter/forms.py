"""The lines that are known by their form: copyright, journal, publication, ISSN, DOI, dates, durations."""

from __future__ import annotations

import re

COPYRIGHT = re.compile(r"(?:Copyright ?(?:©|\([Cc]\)|[12][0-9]{3})|©|\([Cc]\) ?[12][0-9]{3})")
_DAY = r"[A-Z][a-z]{2,8}\.? [0-9]{1,2}, ?[0-9]{4}"
JOURNAL_LINE = re.compile(
    rf"(?P<name>[^\W\d_][^;:]{{1,150}}?)(?:\. ?|, | )(?P<date>{_DAY}|[0-9]{{4}} [A-Z][a-z]{{2,8}}\.?(?: [0-9]{{1,2}})?"
    r"|[A-Z][a-z]{2,8}\.? [0-9]{4}|[0-9]{4}) ?; ?(?P<volume>[A-Za-z0-9]{1,12}) ?(?:\((?P<issue>[^()]{1,40})\))? ?: ?"
    r"(?P<pages>[A-Za-z]{0,4}[0-9][A-Za-z0-9.]{0,20}(?: ?[-–] ?[A-Za-z]{0,4}[0-9][A-Za-z0-9.]{0,20})?)\.?",
)
ONLINE_LINE = re.compile(
    rf"Published online (?P<date>{_DAY}|[0-9]{{1,2}} [A-Z][a-z]{{2,8}}\.? [0-9]{{4}}|"
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\.?"
)
ISSN_LINE = re.compile(r"(?:ISSN |e?ISSN )[0-9]{4}-[0-9]{3}[0-9Xx]\b")
DOI_WORD = re.compile(r"(?:doi: ?|https?://(?:dx\.)?doi\.org/)(?P<doi>10\.[^\s]{1,250})", re.IGNORECASE)
DATE_LABEL = re.compile(
    r"(?:^|[ ;,.|/])(?P<label>Received in revised form|Received|Revised|Accepted|Published online|Available online|"
    r"Published|Peer-review started|First decision|Article in press|Processing time) ?[:：] ?"
)
DURATION = re.compile(r"([0-9]{1,5}) ?days?(?:,? and ([0-9]{1,3}(?:\.[0-9]{1,3})?) ?hours?)?", re.IGNORECASE | re.ASCII)
