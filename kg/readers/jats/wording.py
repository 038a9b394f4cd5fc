"""What a statement is about, and whether it declares a conflict, from the words that publishers use."""

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


EQUAL_TEXT = re.compile(
    r"contributed equally|equally contributed|equal contribut|joint first author|co-first author|shared? first author",
    re.IGNORECASE,
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


_DENIES = re.compile(
    r"\bno (?:[a-z,]{1,20} ){0,6}(?:conflicts?|competing|interests?|disclosures?)\b|\bnothing to (?:disclose|declare|report)|"
    r"\bnone\b|\bnot? (?:have|has|had) any\b|\bwithout (?:any )?(?:[a-z]{1,20} ){0,3}(?:conflict|competing)|"
    r"\bno potential|\bnil\b|absence of any|not? declared|\bno (?:financial|commercial|relevant)\b|"
    r"(?:\bnot|\bnever) (?:have )?(?:received|receive)\b|"
    r"\bn[aã]o (?:h[aá]|haver|existem?|possu[a-z]{1,4}|t[eê]m)\b|\bno (?:hay|haber|existen?|tienen?|tener)\b|"
    r"\bsem conflito|\bsin conflicto|\bningún|\bnenhum|aucun",
    re.IGNORECASE,
)


_ADMITS = re.compile(
    r"\b(?:received|receives|receiving|employees?|employed|consult[a-z]{1,8}|honorari[a-z]{1,4}|stocks?|shares|"
    r"sharehold[a-z]{1,4}|patents?|speakers?|advis[a-z]{1,6}|paid|founders?|co-?founders?|fees|equity|royalties|owns|"
    r"inventors?|serves? (?:on|as)|is (?:a|an|the) (?:[a-z]{1,20} )?(?:editor|director)|supported by)\b",
    re.IGNORECASE,
)


_SENTENCE_END = re.compile(r"[.;]\s|\n")


def declares_conflict(text: str) -> bool | None:
    """Whether a conflict-of-interest statement declares one: some sentence does, or else one denies it; else None.

    >>> declares_conflict("AB has received fees. CD has no competing interests.")
    True
    >>> declares_conflict("None."), declares_conflict("See below.")
    (False, None)
    """
    sentences = _SENTENCE_END.split(text)
    if any(_ADMITS.search(sentence) and not _DENIES.search(sentence) for sentence in sentences):
        return True
    return False if _DENIES.search(text) else None
