"""The lines that are known by their form: copyright, journal, publication, ISSN, DOI, dates, durations."""

from __future__ import annotations

import re
from typing import NamedTuple

COPYRIGHT = re.compile(
    r"(?:Copyright ?(?:©|\([Cc]\)|[12][0-9]{3}|[A-Z][^ ]{1,40} et al)|©|\([Cc]\) ?[12][0-9]{3}|"
    r"[0-9]{4}-[0-9]{3}[0-9Xx] ?/ ?(?:\$[^©]{0,40})?©)"
)
_WORD = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
DATE = (
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]{_WORD},?[ -][0-9]{{4}}|{_WORD} [0-9]{{1,2}}(?:st|nd|rd|"
    rf"th)?,? ?[0-9]{{4}}"
    r"|[0-9]{4}-[0-9]{1,2}(?:-[0-9]{1,2})?|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}|[0-9]{4}[./][0-9]{1,2}[./][0-9]{1,2}"
    rf"|[0-9]{{4}} {_WORD}(?: [0-9]{{1,2}})?|{_WORD},? [0-9]{{4}}|[12][0-9]{{3}})(?![0-9A-Za-z])"
)
"""a date in a form that :func:`kg.dates.parse` reads; it says which it is"""
_PAGES = (
    r"(?P<pages>(?=[A-Za-z.–-]{0,12}[0-9])[A-Za-z0-9][A-Za-z0-9.]{0,30}(?: ?[-–] ?[A-Za-z0-9][A-Za-z0-9.-]{0,20})?)\.?"
)
_NAME = r"(?P<name>[^\W_][^;]{1,150}?)"
_TAIL = r"(?:[ ,;]{0,3}(?:https?://(?:dx\.)?doi\.org/|doi: ?)(?P<doi>10\.[^\s]{1,250}))?"
_JOURNAL_LINES = (
    re.compile(
        rf"{_NAME}(?:\.{{1,2}} ?|, | )(?P<date>{DATE}) ?; ?(?P<volume>[A-Za-z0-9-]{{1,12}}) ?"
        r"(?:\((?P<issue>[^()]{1,40})\))? ?: ?"
        rf"(?P<pages>(?=[^;]{{0,40}}[0-9])[A-Za-z0-9][^;,]{{0,40}}?)\.?{_TAIL}"
    ),
    re.compile(
        rf"(?:.{{1,80}}? et al\.?,? |.{{1,80}}? and .{{1,40}}? )?{_NAME},? \((?P<date>[12][0-9]{{3}})\) "
        r"(?P<volume>[0-9]{1,4})"
        rf"(?:\((?P<issue>[^()]{{1,40}})\))? ?: ?{_PAGES}{_TAIL}"
    ),
    re.compile(
        rf"{_NAME},? (?P<volume>[0-9]{{1,4}})(?: ?\((?P<issue>[0-9]{{1,3}}(?:-[0-9]{{1,3}})?)\))? "
        rf"\((?P<date>[12][0-9]{{3}})\),? {_PAGES}{_TAIL}"
    ),
    re.compile(
        rf"{_NAME},? (?P<date>[12][0-9]{{3}}), (?P<volume>[0-9]{{1,4}})(?:\((?P<issue>[0-9]{{1,3}})\))?, {_PAGES}{_TAIL}"
    ),
    re.compile(
        r"(?P<name>)(?P<date>[12][0-9]{3}), VOL\. ?(?P<volume>[0-9]{1,4})(?:, NOS?\. ?(?P<issue>[0-9–-]{1,7}))?, "
        rf"{_PAGES}{_TAIL}",
        re.IGNORECASE,
    ),
)
"""World J Stem Cells. Jul 26, 2025; 17(7): 106856 · Doe et al. BMC Sham (2024) 22:123 · J Sham 80 (2024) 12–19 · J. Sham
2024, 25, 1234 · 2024, VOL. 12, NO. 3, 123–134"""


class JournalLine(NamedTuple):
    """What the line of the journal says."""

    name: str
    date: str
    volume: str
    issue: str | None
    pages: str
    doi: str | None
    certain: bool = False
    """whether its date stands where that of publication does, behind the journal's name"""


def journal_line(text: str) -> JournalLine | None:
    """The line that says where an article stands.

    >>> tuple(journal_line("World J Stem Cells. Jul 26, 2025; 17(7): 106856"))
    ('World J Stem Cells', 'Jul 26, 2025', '17', '7', '106856', None, True)
    >>> tuple(journal_line("Doe et al. Sham Medicine (2024) 22:123"))
    ('Sham Medicine', '2024', '22', None, '123', None, False)
    """
    if len(text) > 400 or not any(char.isdigit() for char in text):
        return None
    for n, form in enumerate(_JOURNAL_LINES):
        if match := form.fullmatch(text):
            name, date, volume = match["name"], match["date"], match["volume"]
            return JournalLine(name, date, volume, match.groupdict().get("issue"), match["pages"], match["doi"], n == 0)
    return None


ONLINE_LINE = re.compile(rf"Published [Oo]nline:? (?P<date>{DATE})\.?")
ISSN_LINE = re.compile(r"(?:ISSN |e?ISSN )[0-9]{4}-[0-9]{3}[0-9Xx]\b")
DOI_WORD = re.compile(r"(?:doi:? ?|https?://(?:dx\.|www\.)?doi\.org/)+(?P<doi>10\.[^\s]{1,250})", re.IGNORECASE)
_DATE_WORDS = (
    "Received in (?:revised|final) form|Received for publication|Received|Submission received|Submitted|"
    "Revised manuscript received|Revision received|Revised form|Revised|Resubmitted|Accepted for publication|Accepted|"
    "First published online|First published|Published online first|Published online|Published ahead of print|"
    "Available online|Version of record online|Advance access publication(?: date)?|Epub ahead of print|Published|"
    "Peer-review started|First decision|Article in press|"
    "Processing time|Recebido(?: em)?|Aceito(?: em)?|Aprovado(?: em)?|Recibido(?: el)?|Aceptado(?: el)?|Reçu(?: le)?|"
    "Accepté(?: le)?|Eingegangen|Angenommen"
)
DATE_LABEL = re.compile(rf"(?:^|[ ;,.|/·])(?P<label>{_DATE_WORDS})(?: ?[:：] ?|(?: on)?,? (?={DATE}))", re.IGNORECASE)
DATED_LINE = re.compile(rf"(?P<label>{_DATE_WORDS})(?: on)?[:,]? (?={DATE})", re.IGNORECASE)
"""a line that says what happened when, with or without a colon"""
DURATION = re.compile(r"([0-9]{1,5}) ?days?(?:,? and ([0-9]{1,3}(?:\.[0-9]{1,3})?) ?hours?)?", re.IGNORECASE | re.ASCII)
SPACED = re.compile(r"(?:[A-Z] ){4,40}[A-Z]")
"""A B S T R A C T"""
NOISE = re.compile(
    r"Contents lists? available at |journal homepage:? |Check for updates$|Full list of author information |"
    r"View (?:the )?article online|Downloaded from |Crossmark$|Author information is available |\[?(?:View|Export) PDF",
    re.IGNORECASE,
)
"""what pages print beside the article"""
SITE = re.compile(
    r"(?:https?://)?(?:www\.)?(?!.{0,20}(?:doi\.org|creativecommons))[a-z0-9-]{2,40}\.[a-z.]{2,12}(?:/[\w./-]{0,80})?",
    re.ASCII,
)
"""the address of a site, alone on its line"""
LICENCE_LINE = re.compile(
    r"(?:OPEN ACCESS |Open Access:? )?(?:This is an [Oo]pen[- ][Aa]ccess|This (?:article|work|is an article|paper|"
    r"manuscript) (?:is|was) "
    r"(?:an |a )?(?:licen[sc]ed|distributed|published|made available|open)|This open[- ]access article|"
    r"Published under (?:a|the) |"
    r"Distributed under |Licen[sc]ed under |Este é um artigo|Este es un artículo|This is an article distributed)"
)
