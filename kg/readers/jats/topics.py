"""What a statement is about, from its type, its heading or its first words."""

from __future__ import annotations

import re

_ABOUT = (
    ("abbreviations", re.compile(r"^abbr\b|abbrev|abreviatura|abréviation|acronym|abreviaç")),
    (
        "conflict",
        re.compile(
            r"\bcoi\b|conflict|competing|^disclosures?\b|disclosure statement|financial disclosures?$|"
            r"declarations? of (?:potential )?interest|conflito|duality of interest"
        ),
    ),
    (
        "data-availability",
        re.compile(
            r"\bdata (?:and [a-z]{1,20} |and [a-z]{1,20} [a-z]{1,20} )?"
            r"(?:availability|accessibility|sharing|access|deposition|archiving)"
            r"|availability of (?:the )?(?:supporting )?(?:data|materials)|^accession (?:numbers?|codes?)"
        ),
    ),
    ("contributions", re.compile(r"^con$|contribution|^contributors\b|contribuiç")),
    (
        "funding",
        re.compile(
            r"funding|financial support|financial disclosure|^supported by|grant support|sources? of support|^grants?$|"
            r"role of (?:the )?(?:sponsor|funder)|^financiamento|^sponsor"
        ),
    ),
    (
        "ethics",
        re.compile(
            r"\bethic|informed consent|^consent\b|patient consent|institutional review|human rights|animal rights|"
            r"statement of (?:human|animal)"
        ),
    ),
    ("acknowledgements", re.compile(r"^acknowledg|^agradeci|^danksagung|^remerciement|^thanks")),
    ("open-access", re.compile(r"^open access")),
    ("citation", re.compile(r"^citation$|^how to cite|^to cite this|^cite this|^como citar")),
)
_LEAD = re.compile(r"([^:.\n]{3,80})[:.]")
_CONFLICT_TEXT = re.compile(
    r"(?:conflicts? of|competing(?: financial)?|competing or conflicts? of|financial) interests?\b", re.IGNORECASE
)


def topic_of(kind: str, heading: str | None, text: str = "") -> str | None:
    """Which known statement this is: by its type, else its heading, else the words before its first colon or stop.

    A plain "financial disclosure" by type is about funding (PLOS), by heading about conflicts.
    """
    if kind == "financial disclosure":
        return "funding"
    if heading is None and (lead := _LEAD.match(text)):
        heading = lead[1]
    for words in (kind, (heading or "").casefold().strip(" .:*0123456789")):
        if words and len(words) <= 120:
            for name, pattern in _ABOUT:
                if pattern.search(words):
                    return name
    if len(text) <= 1000 and heading is not None and _CONFLICT_TEXT.search(text[:200]):
        return "conflict"
    return None
