"""JATS: the Journal Article Tag Suite (ANSI/NISO Z39.96, versions 0.4 to 1.4) and its forerunner, NLM Journal Archiving.

Articles as PubMed Central, SciELO and publishers give them out: one ``article``, or many in ``pmc-articleset``,
``articles`` or an OAI-PMH answer; with any namespace or none, with any document type or none.

How text is read (see :func:`kg.markup.text_of` for what happens to inline markup):

* Labels (superscript 1 of an affiliation, numbers of sections) are not part of the text. The numbers of figures, tables,
  footnotes and list items are: they begin the line.
* An element that its publisher filled with tagged parts only, without a character between them, is written with commas
  between the parts (affiliations) or with full stops (citations).
* Body sections are numbered by their place. Text that stands in no section makes one without heading; appendices and
  loose floats follow the body. A top-level section that is a statement (conflicts of interest, data availability …) is
  a statement, and its number stays free.
* Sub-articles and responses (translations, referees' reports, replies) are works of other people or in other languages:
  each becomes one section of kind ``sub-article: …`` with subsections, and gives nothing to the authors and references
  of the article. Of a translation, title, abstract and keywords are also those of the article in its language.
* What the front matter says and the model has no place for (running heads, identifiers of the issue, subjects that are
  no publication type, custom metadata …) is kept line by line in one statement headed "Further metadata". Only counts
  (of words, figures …), which can be counted, are not.

Sources: JATS Tag Library 1.3 (https://jats.nlm.nih.gov/archiving/tag-library/1.3/), JATS4R recommendations, PMC
Tagging Guidelines, CiTO 2.8.2 for the names of relations, CRediT (ANSI/NISO Z39.104-2022).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from kg import affiliations, dates, identifiers
from kg.errors import InputError
from kg.markup import Element, elements, line_of, local, root_name, text_of
from kg.model import (
    Abstract,
    AbstractSection,
    Affiliation,
    Article,
    Author,
    ConflictOfInterest,
    Correspondence,
    Credit,
    Date,
    Event,
    EventKind,
    Grant,
    Item,
    Journal,
    Keyword,
    PublicationType,
    Reference,
    Rejected,
    Related,
    Rights,
    Section,
    Statement,
    Text,
    Warned,
)

DESCRIPTION = "JATS / NLM journal articles (PubMed Central, publishers' XML)"
DELIVERS = (
    "identifiers", "titles", "journal", "dates", "authors", "affiliations", "ORCID", "correspondence", "CRediT roles",
    "abstracts", "keywords", "body text", "references", "funding", "licence", "conflicts of interest", "statements",
    "related articles", "abbreviations",
)  # fmt: skip

_ROOTS = ("article", "pmc-articleset", "articles", "OAI-PMH", "ListRecords", "GetRecord", "record")
_HEAD = 8192


def sniff(head: bytes) -> bool:
    """Whether the root element is a JATS article or one of the sets that hold them.

    >>> sniff(b"<?xml version='1.0'?><!-- x --><article/>"), sniff(b"<PubmedArticleSet>"), sniff(b"An article")
    (True, False, False)
    """
    return root_name(head) in _ROOTS


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every article of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not well-formed XML, or its root element is none that holds JATS articles.
    """
    start = stream.tell()
    root = root_name(stream.read(_HEAD))
    stream.seek(start)
    if root is not None and root not in _ROOTS:
        raise InputError("wrong-format", f"the root element is <{root[:100]}>, which holds no JATS article", line=1)
    for number, element in enumerate(elements(stream, "{*}article", "{*}record", "{*}Reply"), 1):
        if local(element) == "article":
            yield from _article(element, number)
        elif local(element) == "Reply":  # PubMed Central's answer where it has no article
            yield Rejected(f"PMC{element.get('Id', '')}", "no-article", f"the source says: {element.get('error')}")
        elif element.find(".//{*}article") is None:
            name = element.findtext(".//{*}identifier") or f"record {number}"
            yield Rejected(" ".join(name.split()), "no-article", "the record holds no article", line_of(element))


def _article(element: Element, number: int) -> Iterator[Item]:
    """One ``article`` element → its warnings and itself, or why not."""
    front = element.find("{*}front")
    meta = front.find("{*}article-meta") if front is not None else None
    if front is None or meta is None:
        message = "the article has no front matter" if front is None else "the article has no metadata (article-meta)"
        yield Rejected(f"record {number}", "no-front", message, line_of(element))
        return
    reading = _Reading(element, number)
    reading.front(front)
    for child in element:
        name = local(child)
        if name == "body":
            reading.sections.extend(_sections(child, reading))
            reading.references_of(child)
            reading.abbreviations_of(child)
        elif name == "back":
            reading.back(child)
            reading.references_of(child)
    for child in element:
        name = local(child)
        if name in ("sub-article", "response"):
            reading.sub_article(child)
        elif name in ("floats-group", "floats-wrap"):
            reading.section(None, _lines_of(child), "floats")
        elif name not in ("", "front", "body", "back", "processing-meta"):
            reading.state(None, None, _lines_of(child))
    article = reading.article()
    yield from reading.warnings
    if article.title is None and not (article.doi or article.pmid or article.pmcid or article.pii or article.other_ids):
        yield Rejected(reading.record, "no-identity", "the article has neither a title nor an identifier", article.line)
    else:
        yield article


# --- small readers ------------------------------------------------------------------------------------------------

_XLINK = "{http://www.w3.org/1999/xlink}href"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _lang(element: Element | None) -> str | None:
    """The language that is stated for an element's content: its own ``xml:lang`` or that of the nearest ancestor."""
    while element is not None:
        if stated := element.get(_LANG):
            return identifiers.language(stated)
        element = element.getparent()
    return None


def _href(element: Element) -> str:
    """Where an element links to; NLM files without namespaces say ``href``."""
    return " ".join((element.get(_XLINK) or element.get("href") or "").split())


def _child(element: Element, *names: str) -> Element | None:
    return next((child for child in element if local(child) in names), None)


def _child_text(element: Element, *names: str) -> str | None:
    child = _child(element, *names)
    return (text_of(child) or None) if child is not None else None


def _kind(element: Element, *attributes: str) -> str:
    """The first of some attributes that is there, in lower case, words separated by blanks."""
    for attribute in attributes:
        if value := element.get(attribute):
            return " ".join(value.lower().replace("-", " ").replace("_", " ").split())
    return ""


_MARKER_TYPES = ("fn", "author-notes", "corresp", "aff", "table-fn", "other")


def _title(element: Element) -> str:
    """The text of a title without its footnotes and the markers that point to them."""
    if not len(element):
        return text_of(element)
    without: list[object] = ["fn", "index-term"]
    without += [x for x in element.iter("{*}xref") if x.get("ref-type") in _MARKER_TYPES]
    return text_of(element, without)


def _heading(element: Element) -> str | None:
    """An element's title, else its label."""
    title = _child(element, "title")
    return (_title(title) if title is not None else None) or _child_text(element, "label")


# --- text in lines ------------------------------------------------------------------------------------------------

_BLOCKS = frozenset(
    "p title list list-item def-list def-item table-wrap table-wrap-group table-wrap-foot table fig fig-group caption "
    "boxed-text disp-quote disp-formula-group verse-group verse-line speech statement supplementary-material media "
    "array preformat code sec fn fn-group ref-list notes glossary app app-group bio ack chem-struct-wrap question "
    "answer explanation question-wrap alternatives attrib alt-text long-desc object-id permissions sec-meta".split()
)
_LABELLED = frozenset(("list-item", "fig", "table-wrap", "fn", "boxed-text", "supplementary-material", "statement"))
_TABLE_PARTS = frozenset(("thead", "tbody", "tfoot", "tgroup"))


def _lines_of(element: Element, without: Iterable[str] = ()) -> list[str]:
    """The text of an element in lines: one a paragraph, list item, caption, table row; cells separated by tabs.

    ``without`` are names of children to leave out. Entries of reference lists and identifiers of objects are left out.
    """
    lines: list[str] = []
    if _has_text(element):
        left_out = [child for child in element if local(child) in without]
        _flow(element, lines, left_out)
        return lines
    for child in element:
        if (name := local(child)) and name not in without:
            if name in _BLOCKS:
                _block(child, name, lines)
            else:
                _flow(child, lines)
    return lines


def _has_text(element: Element) -> bool:
    """Whether there is text between an element's children."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _block(element: Element, name: str, lines: list[str]) -> None:
    """Append the lines of one block."""
    if name in ("object-id", "ref"):
        return
    if name == "table":
        for part in element:
            _rows(part, lines)
    elif name == "def-item":
        term = _child_text(element, "term") or ""
        definition = " ".join(text_of(child) for child in element if local(child) == "def")
        lines.append(f"{term}: {definition}" if term and definition else term or definition)
    elif name == "ref-list":
        lines += _lines_of(element, ("ref", "title", "label"))
    elif name in _LABELLED and (label := _child_text(element, "label")):
        own = _lines_of(element, ("label",)) or [""]
        lines.append(f"{label} {own[0]}".strip())
        lines += own[1:]
    else:
        _flow(element, lines)


def _flow(element: Element, lines: list[str], left_out: Sequence[Element] = ()) -> None:
    """Append an element's running text as one line, then the blocks that stand in it."""
    blocks = [block for block in _blocks_in(element) if block not in left_out]
    text = text_of(element, frozenset((*blocks, *left_out)))
    if text:
        lines.append(text)
    for block in blocks:
        _block(block, local(block), lines)


def _blocks_in(element: Element) -> Iterator[Element]:
    """The outermost blocks among an element's descendants; of alternatives only those that hold some."""
    for child in element:
        if (name := local(child)) in _BLOCKS and not (name == "alternatives" and child.find("{*}table") is None):
            yield child
        elif len(child) and name not in ("inline-formula", "disp-formula"):
            yield from _blocks_in(child)


def _rows(part: Element, lines: list[str]) -> None:
    """Append the rows of a table, or of a part of one."""
    name = local(part)
    if name in ("tr", "row"):
        cells = [text_of(cell) for cell in part if local(cell)]
        if any(cells):
            lines.append("\t".join(cells))
    elif name in _TABLE_PARTS:
        for row in part:
            _rows(row, lines)
    elif name and (text := text_of(part)):
        lines.append(text)


# --- the body -----------------------------------------------------------------------------------------------------


def _sections(parent: Element, reading: _Reading | None, prefix: str = "", first: int = 1) -> Iterator[Section]:
    """The sections of a body. With ``reading``, top-level sections that are statements go there instead."""
    number = first
    loose: list[str] = _lines_of(parent, ("sec",)) if _has_text(parent) else []
    for child in [child for child in parent if not loose or local(child) == "sec"]:
        name = local(child)
        if name == "sec":
            if loose:
                yield Section(f"{prefix}{number}", None, "\n".join(loose))
                number, loose = number + 1, []
            if reading is None or not reading.statement_section(child):
                yield from _section(child, f"{prefix}{number}")
            number += 1
        elif name in _BLOCKS:
            _block(child, name, loose)
        elif name:
            _flow(child, loose)
    if loose:
        yield Section(f"{prefix}{number}", None, "\n".join(loose))


def _section(sec: Element, number: str, kind: str | None = None) -> Iterator[Section]:
    """A ``sec`` (or an appendix) and its subsections, in the order of the text."""
    heading = _heading(sec)
    lines = _lines_of(sec, ("sec", "title", "label"))
    yield Section(number, heading, "\n".join(lines), kind or sec.get("sec-type"))
    subsections = (child for child in sec if local(child) == "sec")
    for n, child in enumerate(subsections, 1):
        yield from _section(child, f"{number}.{n}")


# --- what a statement is about ------------------------------------------------------------------------------------

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
_EQUAL_TEXT = re.compile(
    r"contributed equally|equally contributed|equal contribut|joint first author|co-first author|shared? first author",
    re.IGNORECASE,
)


def _about(kind: str, heading: str | None, text: str = "") -> str | None:
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


def _declares(text: str) -> bool | None:
    """Whether a conflict-of-interest statement declares one: some sentence does, or else one denies it; else None.

    >>> _declares("AB has received fees. CD has no competing interests."), _declares("None."), _declares("See below.")
    (True, False, None)
    """
    sentences = _SENTENCE_END.split(text)
    if any(_ADMITS.search(sentence) and not _DENIES.search(sentence) for sentence in sentences):
        return True
    return False if _DENIES.search(text) else None


# --- tables of the format -----------------------------------------------------------------------------------------

_MESH_TYPES = {
    "research article": "D016428", "original article": "D016428", "journal article": "D016428",
    "original research": "D016428", "brief report": "D016428", "rapid communication": "D016428",
    "original paper": "D016428", "original research article": "D016428", "research paper": "D016428",
    "review article": "D016454", "review": "D016454", "mini review": "D016454", "literature review": "D016454",
    "systematic review": "D000078182", "meta analysis": "D017418", "letter": "D016422",
    "letter to the editor": "D016422", "letters to the editor": "D016422", "editorial": "D016421", "news": "D016433",
    "article commentary": "D016420", "commentary": "D016420", "comment": "D016420", "reply": "D016420",
    "case report": "D002363", "case reports": "D002363", "case study": "D002363", "correction": "D016425",
    "corrigendum": "D016425", "erratum": "D016425", "published erratum": "D016425", "retraction": "D016440",
    "partial retraction": "D016440", "retraction of publication": "D016440", "expression of concern": "D000075742",
    "preprint": "D000076942", "abstract": "D016416", "meeting abstract": "D016416", "meeting report": "D016423",
    "book review": "D022921", "dissertation": "D019478", "guideline": "D016431", "practice guideline": "D017065",
    "introduction": "D054711", "oration": "D019531", "lecture": "D019531", "technical report": "D016427",
    "interview": "D017203", "biography": "D019215", "randomized controlled trial": "D016449",
    "observational study": "D064888", "clinical trial": "D016430",
}  # fmt: skip
"""MeSH publication types by article-type, and by subjects that say what sort of article it is"""

_CITO = {
    "corrected article": "corrects", "correction forward": "isCorrectedBy", "retracted article": "retracts",
    "retraction forward": "isRetractedBy", "commentary article": "repliesTo", "commentary": "hasReplyFrom",
    "peer reviewed article": "reviews", "reviewed article": "reviews", "peer review": "isReviewedBy",
    "reviewer report": "isReviewedBy", "updated article": "updates", "update to": "updates",
    "letter": "hasReplyFrom", "letter reply": "hasReplyFrom", "reply": "hasReplyFrom", "response": "hasReplyFrom",
    "response to": "repliesTo", "reply to": "repliesTo", "addended article": "updates", "addendum": "isUpdatedBy",
}  # fmt: skip
"""CiTO property from this article to the related one, by related-article-type; the types without one are not here"""

_CREDIT = {
    name: name
    for name in (
        "conceptualization data-curation formal-analysis funding-acquisition investigation methodology "
        "project-administration resources software supervision validation visualization writing-original-draft "
        "writing-review-editing"
    ).split()
} | {"conceptualisation": "conceptualization", "visualisation": "visualization"}
"""what is left of a CRediT term when everything but its letters is a hyphen → its slug"""

_EVENTS: dict[str, EventKind] = {
    "received": "received", "rev recd": "revised", "revised": "revised", "accepted": "accepted", "pub": "issued",
    "published": "issued", "publication": "issued", "ppub": "issued", "issue pub": "issued", "epub": "available",
    "online": "available", "first online": "available", "retracted": "retracted", "corrected": "corrected",
}  # fmt: skip
"""history events by date-type; others have no place in the model"""

_EDITORS = re.compile(r"editor|^eds?$")
_AUTHORS = frozenset(("", "author", "authors", "collab", "group", "corresp", "corresponding author", "first author"))
_INVESTIGATORS = re.compile(r"non byline|collaborator|group member|investigator|^member")


def _credit(role: Element, text: str) -> str | None:
    """The CRediT slug of a role, by the identifier of its term, else by its words."""
    for attribute in ("vocab-term-identifier", "content-type", "vocab-identifier"):
        tail = (role.get(attribute) or "").rstrip("/").rpartition("/")[2].lower()
        if tail in _CREDIT:
            return _CREDIT[tail]
    return _credit_words(role.get("vocab-term") or text) or _credit_words(text)


def _credit_words(text: str) -> str | None:
    words = re.findall(r"[a-z]+", text.lower()[:80])
    return _CREDIT.get("-".join(word for word in words if word != "and"))


# --- dates --------------------------------------------------------------------------------------------------------


def _date(element: Element) -> tuple[Date | None, str | None, bool]:
    """A ``date``, ``pub-date`` or ``event``: the date, the text that is no plain date, and whether it is right.

    A season or a span of months stays as printed beside its year; so does a day or month that cannot be.
    """
    parts = {local(child): text_of(child) for child in element if local(child)}
    year, season = parts.get("year"), parts.get("season")
    if not year and not season:
        printed = parts.get("string-date") or text_of(element) or element.get("iso-8601-date") or ""
        date = dates.parse(printed) or dates.medline(printed)
        return date, None if date else printed or None, bool(date)
    month, day = parts.get("month"), parts.get("day")
    printed = " ".join(filter(None, (year, season or month, day)))
    if season:
        return dates.medline(printed), printed, True
    if date := dates.make(year or "", month, day):
        return date, None, True
    if date := dates.parse(element.get("iso-8601-date") or ""):
        return replace(date, printed=printed), None, True
    return dates.medline(printed) or None, printed, False


# --- people while they are read -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Person:
    """A contributor whose notes and affiliations are still to be looked up."""

    author: Author
    rids: list[str] = field(default_factory=list)
    inline: list[Element] = field(default_factory=list)
    group: Element | None = None
    corresponding: bool = False
    equal: bool = False
    emails: list[str] = field(default_factory=list)
    roles: list[tuple[str, str | None]] = field(default_factory=list)
    degree: str | None = None
    rank: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    affiliations: list[int] = field(default_factory=list)


def _person_name(name: Element) -> Author:
    """``name`` or ``string-name``: given names, family name, suffix; a string that is not tagged stays as it is."""
    parts = {local(child): child for child in name if local(child)}
    given, family, suffix = (
        (_title(parts[tag]) or None) if tag in parts else None for tag in ("given-names", "surname", "suffix")
    )
    initials = (parts["given-names"].get("initials") if "given-names" in parts else None) or None
    printed = " ".join(filter(None, (given, family, suffix)))
    if not printed or (local(name) == "string-name" and family is None):
        printed = text_of(name)
    return Author(printed, given, family, suffix, initials)


_NOT_COLLAB_NAME = frozenset(("contrib-group", "aff", "xref", "fn", "address", "email", "institution-id"))


# --- one article --------------------------------------------------------------------------------------------------


class _Reading:
    """What has been read of one article."""

    def __init__(self, root: Element, number: int):
        self.root = root
        self.record = f"record {number}"
        self.warnings: list[Warned] = []
        self.further: list[str] = []
        self.ids: dict[str, str] = {}
        self.other_ids: list[tuple[str, str]] = []
        self.types: list[PublicationType] = []
        self.title: Text | None = None
        self.subtitle: Text | None = None
        self.translated_titles: list[Text] = []
        self.journal: Journal | None = None
        self.plain: dict[str, str] = {}
        self.events: list[Event] = []
        self.affiliations: list[Affiliation] = []
        self.aff_index: dict[str, int] = {}
        self.aff_by_id: dict[str, int] = {}
        self.aff_by_label: dict[str, int] = {}
        self.aff_by_element: dict[Element, int] = {}
        self.people: dict[str, list[_Person]] = {"author": [], "editor": [], "investigator": []}
        self.complete = True
        self.notes_by_id: dict[str, Element] = {}
        self.note_holders: dict[Element, list[_Person]] = {}
        self.loose_notes: list[tuple[Element, str, str | None]] = []
        self.corresp: list[Element] = []
        self.correspondence: list[Correspondence] = []
        self.equal: list[tuple[int, ...]] = []
        self.credits: list[Credit] = []
        self.abstracts: list[Abstract] = []
        self.translated_abstracts: list[Abstract] = []
        self.keywords: list[Keyword] = []
        self.abbreviations: list[tuple[str, str]] = []
        self.sections: list[Section] = []
        self.statements: list[Statement] = []
        self.conflicts: list[str] = []
        self.citation: str | None = None
        self.grants: list[Grant] = []
        self.rights = Rights()
        self.references: list[Reference] = []
        self.related: list[Related] = []

    # --- keeping

    def warn(self, rule: str, message: str, element: Element | None = None) -> None:
        self.warnings.append(Warned(self.record, rule, message, line_of(element) if element is not None else None))

    def keep(self, label: str, text: str | None) -> None:
        """Keep a line of metadata that has no place of its own."""
        if text:
            self.further.append(f"{label}: {text}")

    def keep_element(self, element: Element) -> None:
        """Keep an element of the metadata as a line: its name and type, its text, where it links to."""
        kinds = [str(value) for key, value in element.attrib.items() if str(key).endswith(("-type", "-format"))]
        label = f"{local(element)} ({', '.join(kinds)})" if kinds else local(element)
        text, href = text_of(element), _href(element)
        self.keep(label, f"{text} <{href}>" if href and text and href not in text else text or href)

    def state(self, name: str | None, heading: str | None, lines: Iterable[str]) -> None:
        """Keep a statement under a known name or, without one, as the next note."""
        text = "\n".join(lines)
        if not text and not heading:
            return
        if name is None:
            self.statements.append(Statement(f"note-{1 + self._count('note-')}", heading, text))
            return
        same = sum(s.name == name or s.name.startswith(f"{name}-") for s in self.statements)
        self.statements.append(Statement(f"{name}-{same + 1}" if same else name, heading, text))

    def _count(self, prefix: str) -> int:
        return sum(s.name.startswith(prefix) for s in self.statements)

    def section(self, heading: str | None, lines: Iterable[str], kind: str | None) -> str:
        """Keep a top-level section after those that are there; its number."""
        number = str(1 + int(self.sections[-1].number.partition(".")[0])) if self.sections else "1"
        self.sections.append(Section(number, heading, "\n".join(lines), kind))
        return number

    def article(self) -> Article:
        """The article that was read."""
        self._settle_people()
        if self.further:
            self.state(None, "Further metadata", self.further)
        authors = tuple(person.author for person in self.people["author"])
        main = next((a for kinds in _MAIN_ABSTRACT for a in self.abstracts if a.kind in kinds), None)
        others = self.abstracts + self.translated_abstracts
        language = identifiers.language(self.root.get(_LANG) or self.root.get("lang_id") or "")
        return Article(
            record=self.record,
            reader="jats",
            line=line_of(self.root),
            doi=self.ids.get("doi"),
            pmid=self.ids.get("pmid"),
            pmcid=self.ids.get("pmcid"),
            pii=self.ids.get("pii"),
            other_ids=tuple(self.other_ids),
            title=self.title,
            subtitle=self.subtitle,
            translated_titles=tuple(self.translated_titles),
            languages=(language,) if language else (),
            publication_types=tuple(self.types),
            journal=self.journal,
            volume=self.plain.get("volume"),
            issue=self.plain.get("issue"),
            first_page=self.plain.get("fpage"),
            last_page=self.plain.get("lpage"),
            elocation=self.plain.get("elocation-id"),
            page_range=self.plain.get("page-range"),
            events=tuple(self.events),
            authors=authors,
            authors_complete=self.complete,
            editors=tuple(person.author for person in self.people["editor"]),
            investigators=tuple(person.author for person in self.people["investigator"]),
            affiliations=tuple(self.affiliations),
            correspondence=tuple(self.correspondence),
            equal_contributors=tuple(self.equal),
            credits=tuple(self.credits),
            abstract=main,
            other_abstracts=tuple(a for a in others if a is not main),
            keywords=tuple(self.keywords),
            sections=tuple(self.sections),
            statements=tuple(self.statements),
            conflict=ConflictOfInterest(text, _declares(text)) if (text := "\n".join(self.conflicts)) else None,
            grants=tuple(dict.fromkeys(self.grants)),
            rights=self.rights,
            citation=self.citation,
            references=tuple(self.references),
            related=tuple(self.related),
            abbreviations=tuple(dict.fromkeys(self.abbreviations)),
        )

    # --- front matter

    def front(self, front: Element) -> None:
        """Everything before the body."""
        meta = _child(front, "article-meta")
        assert meta is not None
        for child in meta:
            if local(child) in ("article-id", "unique-article-id"):
                self._article_id(child)
        self._name_record()
        article_type = " ".join((self.root.get("article-type") or "").split())
        if article_type:
            self.types.append(PublicationType(article_type, _MESH_TYPES.get(_kind(self.root, "article-type"))))
        back = self.root.find("{*}back")
        for part in (front, back):
            for note in part.iter("{*}fn", "{*}corresp") if part is not None else ():
                if note.get("id"):
                    self.notes_by_id.setdefault(note.get("id") or "", note)
        for child in front:
            name = local(child)
            if name == "journal-meta":
                self._journal(child)
            elif name == "article-meta":
                self._meta(child)
            elif name:
                self._matter(child)

    def _name_record(self) -> None:
        for key, form in (("pmcid", "{}"), ("doi", "doi {}"), ("pmid", "PMID {}")):
            if key in self.ids:
                self.record = form.format(self.ids[key])
                break
        self.warnings = [replace(warning, record=self.record) for warning in self.warnings]

    def _article_id(self, element: Element) -> None:
        text = text_of(element)
        scheme = element.get("pub-id-type") or "article-id"
        check = _ID_CHECKS.get(scheme)
        if not text:
            return
        if check is None:
            self._other_id(scheme, text)
            return
        field_name, function = check
        value = function(text)
        if value is None:
            self.warn(f"bad-{field_name}", f"not a {field_name.upper()}: {text[:200]!r}", element)
            self._other_id(scheme, text)
        elif self.ids.setdefault(field_name, value) != value:
            self._other_id(scheme, text)

    def _other_id(self, scheme: str, text: str) -> None:
        if (scheme, text) not in self.other_ids:
            self.other_ids.append((scheme, text))

    def _journal(self, element: Element) -> None:
        """``journal-meta``: names, identifiers, publisher."""
        found: dict[str, str] = {}
        groups = ("journal-title-group", "publisher")
        children = [c for child in element for c in (child if local(child) in groups else (child,)) if local(c)]
        for child in children:
            name, text = local(child), text_of(child)
            key = None
            if name in ("custom-meta-group", "custom-meta-wrap"):
                self._custom(child)
                continue
            if name == "journal-id":
                key = _JOURNAL_IDS.get(_kind(child, "journal-id-type"))
            elif name == "journal-title":
                key = "title"
            elif name == "abbrev-journal-title":
                key = "abbreviation"
            elif name == "publisher-name":
                key = "publisher"
            elif name in ("issn", "issn-l"):
                kind = _kind(child, "pub-type", "publication-format")
                key = "issn_l" if name == "issn-l" else "eissn" if kind in ("epub", "electronic", "e issn") else "issn"
                if text and (checked := identifiers.issn(text)):
                    text = checked
                elif text:
                    self.warn("bad-issn", f"not an ISSN: {text[:100]!r}", child)
                    key = None
            if key is None or (text and found.setdefault(key, text) != text):
                self.keep_element(child)
        if found:
            self.journal = Journal(**found)

    def _meta(self, meta: Element) -> None:
        """``article-meta``, child by child."""
        self._affiliations(meta)
        for child in meta:
            name = local(child)
            if name in ("volume", "issue", "fpage", "lpage", "elocation-id", "page-range"):
                if (text := text_of(child)) and self.plain.setdefault(name, text) != text:
                    self.keep_element(child)
            elif handler := _META.get(name):
                handler(self, child)
            elif name not in _META_ELSEWHERE:
                self.keep_element(child)
        self._dates(meta)

    def _categories(self, element: Element) -> None:
        """``article-categories``: a subject that says what sort of article it is is a publication type."""
        for child in element:
            if local(child) == "subj-group":
                self._subjects(child, ())
            elif local(child):
                self.keep_element(child)

    def _subjects(self, group: Element, above: tuple[str, ...]) -> None:
        kind = group.get("subj-group-type")
        path = above
        for child in group:
            name = local(child)
            if name in ("subj-group", "compound-subject"):
                self._subjects(child, path)
            elif name and (text := text_of(child)):
                path = (*above, text)
                mesh = _MESH_TYPES.get(" ".join(text.casefold().replace("-", " ").split())) if not above else None
                if mesh and name == "subject":
                    if PublicationType(text, mesh) not in self.types:
                        self.types.append(PublicationType(text, mesh))
                else:
                    self.keep(f"subject ({kind})" if kind else "subject", " / ".join(path))

    def _titles(self, element: Element) -> None:
        """``title-group``."""
        for child in element:
            name = local(child)
            if name == "article-title":
                if text := _title(child):
                    self.title = Text(text, _lang(child))
                for note in child.iter("{*}fn"):
                    self._footnote(note, "", None)
            elif name == "subtitle" and (text := _title(child)):
                self.subtitle = Text(f"{self.subtitle.text} {text}" if self.subtitle else text, _lang(child))
            elif name == "trans-title-group":
                for part in child:
                    if local(part) == "trans-title":
                        self._translated_title(part)
                    elif local(part):
                        self.keep_element(part)
            elif name == "trans-title":
                self._translated_title(child)
            elif name == "fn-group":
                self._footnotes(child)
            elif name:
                self.keep_element(child)

    def _translated_title(self, element: Element) -> None:
        title = Text(_title(element), _lang(element))
        if title.text and title not in self.translated_titles:
            self.translated_titles.append(title)

    # --- affiliations

    def _affiliations(self, meta: Element) -> None:
        """All affiliations in the order of the text, wherever they stand in the metadata."""
        for aff in meta.iter("{*}aff"):
            holder = aff.getparent()
            if holder is not None and local(holder) == "aff-alternatives":
                first = _child(holder, "aff")
                if first is not aff:
                    # The same place again, in another language or form
                    self.keep("aff", _affiliation_text(aff))
                    if first is not None and (index := self._index_of(first)) is not None and aff.get("id"):
                        self.aff_by_id[aff.get("id") or ""] = index
                    continue
                names = [aff.get("id"), holder.get("id")]
            else:
                names = [aff.get("id")]
            affiliation = self._affiliation(aff)
            if affiliation is None:
                continue
            index = self.aff_index.setdefault(affiliation.text, len(self.affiliations))
            if index == len(self.affiliations):
                self.affiliations.append(affiliation)
            self.aff_by_id.update((name, index) for name in names if name)
            self.aff_by_element[aff] = index
            if label := _affiliation_label(aff):
                self.aff_by_label.setdefault(label, index)

    def _index_of(self, aff: Element) -> int | None:
        return self.aff_by_element.get(aff)

    def _affiliation(self, aff: Element) -> Affiliation | None:
        """An affiliation with its parts: those that the source tags, else those that the text shows."""
        text = _affiliation_text(aff)
        if not text:
            return None
        parts: dict[str, list[str]] = {}
        rors: list[str] = []
        code = None
        for child in aff.iter("{*}institution", "{*}institution-id", "{*}named-content", "{*}addr-line", *_PLACE_TAGS):
            name, value = local(child), text_of(child, ("institution-id",)).strip(" ,;")
            if name == "institution-id":
                if "ror" in _kind(child, "institution-id-type") or "ror.org/" in value:
                    if ror := identifiers.ror(value):
                        rors.append(ror)
                        continue
                    self.warn("bad-ror", f"not a ROR identifier: {value[:100]!r}", child)
                self.keep(f"institution-id ({child.get('institution-id-type') or ''})", f"{value} ({text[:200]})")
                continue
            if name == "country":
                code = child.get("country")
            part = _PARTS.get(_kind(child, "content-type") if child.get("content-type") else name)
            if part and value:
                parts.setdefault(part, []).append(value)
        rors = list(dict.fromkeys(rors))
        for ror in rors[1:]:
            self.keep("institution-id (ROR)", f"{ror} ({text[:200]})")
        affiliation = replace(affiliations.parse(text), ror=rors[0] if rors else None)
        tagged = {part: values[0] for part, values in parts.items() if len(set(values)) == 1}
        if "country" in tagged:
            known = affiliations.parse(tagged["country"])
            stated = (code or "").strip().upper()
            tagged["country_code"] = stated if re.fullmatch("[A-Z]{2}", stated) else known.country_code or ""
            if not tagged["country_code"]:
                del tagged["country_code"]
                affiliation = replace(affiliation, country_code=None)
        if institutions := parts.get("institution"):
            # What the publisher calls the institution is taken, and no guess beside it
            tagged["institution"] = institutions[0]
            guess = affiliation.department
            if guess is None or any(guess in institution or institution in guess for institution in institutions):
                affiliation = replace(affiliation, department=None)
        return replace(affiliation, **tagged)

    # --- contributors

    def _contributors(self, group: Element, role: str | None = None, above: _Person | None = None) -> None:
        """A ``contrib-group``; ``role`` is what its members are when they do not decide that themselves."""
        people: list[_Person] = []
        for child in group:
            name = local(child)
            if name == "contrib":
                people += self._contributor(child, group, role, above)
            elif name == "etal":
                self.complete = False
            elif name == "contrib-group":
                self._contributors(child, role, above)
            elif name not in ("", "aff", "aff-alternatives", "x", "xref"):
                self.keep_element(child)
        # An affiliation that stands in the group is that of all its members, unless they point to theirs
        own = [c for c in group if local(c) == "aff"] + [a for c in group if local(c) == "aff-alternatives" for a in c]
        if own and not any(self._points_to_affiliation(person) for person in people):
            for person in people:
                person.inline += own
        loose = [text for child in group if local(child) == "xref" for text in (child.get("rid") or "").split()]
        for person in people:
            person.rids += loose

    def _points_to_affiliation(self, person: _Person) -> bool:
        return bool(person.inline) or any(rid in self.aff_by_id for rid in person.rids)

    def _contributor(self, contrib: Element, group: Element, role: str | None, above: _Person | None) -> list[_Person]:
        """A ``contrib``: usually one person or one group, seldom both or several."""
        if role is None:
            kind = _kind(contrib, "contrib-type") or _kind(group, "content-type")
            if _EDITORS.search(kind):
                role = "editor"
            elif _INVESTIGATORS.search(kind):
                role = "investigator"
            elif kind in _AUTHORS or not contrib.get("contrib-type"):
                role = "author"
            else:
                self.keep(f"contrib ({contrib.get('contrib-type')})", text_of(contrib, ("xref", "contrib-id")))
                return []
        people: list[_Person] = []
        details = _Person(Author(""))
        members: list[Element] = []
        for child in contrib:
            name = local(child)
            if name in ("name", "string-name"):
                people.append(_Person(_person_name(child)))
            elif name == "name-alternatives":
                forms = [c for c in child if local(c) in ("name", "string-name")]
                first = next((c for c in forms if c.get("specific-use") == "primary"), forms[0] if forms else None)
                if first is not None:
                    people.append(_Person(_person_name(first)))
                details.notes += [f"also {_person_name(form).name}" for form in forms if form is not first]
            elif name in ("collab", "collab-alternatives"):
                collab = child if name == "collab" else _child(child, "collab")
                if collab is not None:
                    people.append(self._collaboration(collab, members))
            elif name == "anonymous":
                people.append(_Person(Author(text_of(child) or "Anonymous")))
            elif name == "etal":
                self.complete = False
            else:
                self._contributor_detail(child, name, details)
        people = [person for person in people if person.author.name]
        if not people:
            self.keep("contrib", _spaced_text(contrib))
            return []
        orcid = self._orcid(contrib)
        for n, person in enumerate(people):
            if orcid and not n and not person.author.is_group:
                person.author = replace(person.author, orcid=orcid)
            person.rids += details.rids
            person.inline += details.inline
            if not n:
                person.corresponding = details.corresponding or (contrib.get("corresp") or "").lower() == "yes"
                person.equal = (contrib.get("equal-contrib") or "").lower() == "yes"
                person.emails, person.roles = details.emails, details.roles
                person.notes += details.notes
                person.rank += [*filter(None, (_prefix(contrib),)), *details.rank]
                person.degree = details.degree
                if (contrib.get("deceased") or "").lower() == "yes":
                    person.notes.append("deceased")
        self.people[role] += people
        for member_group in members:
            self._contributors(member_group, "investigator", people[0])
        return people

    def _collaboration(self, collab: Element, members: list[Element]) -> _Person:
        """A group author; the groups of its members are added to ``members``."""
        members += [c for c in collab if local(c) == "contrib-group"]
        person = _Person(Author(text_of(collab, _NOT_COLLAB_NAME).strip(" ,;:"), is_group=True))
        for child in collab:
            if (name := local(child)) not in ("contrib-group", "institution", "named-content", "on-behalf-of"):
                self._contributor_detail(child, name, person, inside=True)
        return person

    def _contributor_detail(self, child: Element, name: str, person: _Person, inside: bool = False) -> None:
        """What stands beside the name."""
        if name == "xref":
            rids = (child.get("rid") or "").split()
            if not rids and child.get("ref-type") == "aff" and (label := text_of(child)) in self.aff_by_label:
                person.affiliations.append(self.aff_by_label[label])
            if child.get("ref-type") == "aff":
                for rid in rids:
                    if rid not in self.aff_by_id and rid not in self.notes_by_id:
                        self.warn("dangling-xref", f"there is no affiliation {rid[:100]!r}", child)
            if child.get("ref-type") == "corresp":
                person.corresponding = True
            person.rids += rids
        elif name == "aff":
            person.inline.append(child)
        elif name == "aff-alternatives":
            person.inline += [c for c in child if local(c) == "aff"][:1]
        elif name == "role":
            text = text_of(child)
            term, _, degree = text.partition(" (")
            if slug := _credit(child, term):
                stated = child.get("degree-contribution") or degree.rstrip(") ").lower() or None
                person.roles.append((slug, stated))
            elif text:
                person.rank.append(text)
        elif name == "degrees":
            person.degree = text_of(child) or None
        elif name in ("email", "address"):
            found = identifiers.emails(text_of(child))
            person.emails += found
            if name == "address" or not found:
                rest = [c for c in child if local(c) not in ("email", "")] if name == "address" else [child]
                person.notes += filter(None, (text_of(c) for c in rest))
        elif name in ("ext-link", "uri"):
            href = _href(child) or text_of(child)
            if href and not identifiers.orcid(href):
                self.keep("link of a contributor", f"{text_of(child)} <{href}>" if text_of(child) != href else href)
        elif name == "bio":
            self.state(None, _heading(child) or "Biography", _lines_of(child, ("title",)))
        elif name == "fn":
            person.notes.append(text_of(child, ("label",)))
        elif name not in ("", "contrib-id", "x") and not inside and (text := text_of(child)):
            person.notes.append(text)

    def _orcid(self, contrib: Element) -> str | None:
        """The ORCID iD of a contributor, from ``contrib-id`` or a link; a wrong one is named and left out."""
        for child in contrib:
            name = local(child)
            if name not in ("contrib-id", "ext-link", "uri"):
                continue
            stated = text_of(child) or _href(child)
            if name == "contrib-id" and "orcid" not in _kind(child, "contrib-id-type") and "orcid.org" not in stated:
                self.keep(f"contrib-id ({child.get('contrib-id-type') or ''})", stated)
            elif name == "contrib-id" or "orcid.org" in (stated + _href(child)):
                if orcid := identifiers.orcid(stated) or identifiers.orcid(_href(child)):
                    return orcid
                if stated:
                    self.warn("bad-orcid", f"not an ORCID iD: {stated[:100]!r}", child)
        return None

    def _author_notes(self, element: Element) -> None:
        """``author-notes``: correspondence is kept for :meth:`_settle_people`, footnotes that nobody points to are text."""
        for child in element:
            name = local(child)
            if name == "corresp":
                self.corresp.append(child)
            elif name == "fn":
                self.loose_notes.append((child, "", None))
            elif name == "title":
                self.keep("heading", text_of(child))
            elif name not in ("", "label") and (lines := _lines_of(child)):
                self._say(_about("", None, lines[0]), None, lines)

    def _settle_people(self) -> None:
        """Everything that needs all contributors, affiliations and notes: who is where, who is equal, who gets letters."""
        self._affiliate()
        authors = self.people["author"]
        used: set[Element] = set()
        groups: dict[Element, list[int]] = {}
        written: dict[Element, list[int]] = {}
        for n, person in enumerate(authors):
            for rid in dict.fromkeys(person.rids):
                note = self.notes_by_id.get(rid)
                if note is None:
                    continue
                if local(note) == "corresp":
                    person.corresponding = True
                    written.setdefault(note, []).append(n)
                    continue
                text = text_of(note, ("label",))
                kind = _kind(note, "fn-type")
                if kind == "equal" or (kind not in ("con", "conflict", "coi statement") and _EQUAL_TEXT.search(text)):
                    groups.setdefault(note, []).append(n)
                elif kind == "corresp" or (not kind and text.lower().startswith("correspond")):
                    person.corresponding = True
                    written.setdefault(note, []).append(n)
                else:
                    self.note_holders.setdefault(note, []).append(person)
        self._equal(groups)
        self._credit_roles()
        for note, holders in self.note_holders.items():
            about = self._note_about(note)
            names = ", ".join(person.author.name for person in holders)
            lines = _lines_of(note, ("label",)) or [text_of(note, ("label",))]
            if about is None:
                used.add(note)
                for person in holders:
                    person.notes.append("\n".join(lines))
            elif about in ("contributions", "conflict") and len(holders) < len(authors):
                used.add(note)
                kind, title = next(((k, t) for n, k, t in self.loose_notes if n is note), ("", None))
                self._footnote(note, kind, title, f"{names}: ")
            if about == "contributions":
                self._credits_from(lines, holders)
        for note, kind, title in self.loose_notes:
            if note not in used and note not in written:
                self._footnote(note, kind, title)
        self._correspond(written)
        for people in self.people.values():
            for n, person in enumerate(people):
                notes = [*([person.degree] if person.degree else ()), *person.rank, *person.notes]
                if people is authors and any(to.author == n for to in self.correspondence):
                    notes = person.notes
                note_text = "; ".join(dict.fromkeys(filter(None, notes))) or None
                person.author = replace(
                    person.author, affiliations=tuple(dict.fromkeys(person.affiliations)), note=note_text
                )

    def _affiliate(self) -> None:
        for people in self.people.values():
            for person in people:
                person.affiliations += [self.aff_by_id[rid] for rid in person.rids if rid in self.aff_by_id]
                person.affiliations += [self.aff_by_element[a] for a in person.inline if a in self.aff_by_element]
        # One affiliation, nobody points anywhere: it is everybody's
        authors = self.people["author"]
        if len(self.affiliations) == 1 and not any(p.affiliations for people in self.people.values() for p in people):
            for person in authors:
                person.affiliations.append(0)

    def _equal(self, groups: dict[Element, list[int]]) -> None:
        """Groups of equal contributors: by footnote, then those that only an attribute marks."""
        found = [tuple(group) for group in groups.values() if len(group) > 1]
        covered = {n for group in found for n in group}
        marked = tuple(n for n, person in enumerate(self.people["author"]) if person.equal and n not in covered)
        if len(marked) > 1:
            found.append(marked)
        self.equal = list(dict.fromkeys(found))
        for note in groups:
            if note not in {n for n, _, _ in self.loose_notes}:
                self.loose_notes.append((note, "", None))

    def _credit_roles(self) -> None:
        for n, person in enumerate(self.people["author"]):
            for slug, degree in person.roles:
                if Credit(n, slug, degree) not in self.credits:
                    self.credits.append(Credit(n, slug, degree))

    def _credits_from(self, lines: list[str], holders: list[_Person]) -> None:
        """Roles from a footnote that lists CRediT terms alone ("Conceptualization, Data curation")."""
        words = [word for line in lines for word in re.split(r"[,;.]", line) if word.strip()]
        slugs = [_credit_words(word) for word in words]
        if not all(slugs):
            return
        for holder in holders:
            n = self.people["author"].index(holder)
            self.credits += [Credit(n, slug) for slug in slugs if slug and Credit(n, slug) not in self.credits]

    def _correspond(self, written: dict[Element, list[int]]) -> None:
        """Who gets letters: by cross-reference or attribute, else by the name that the note tells."""
        authors = self.people["author"]
        notes = list(dict.fromkeys((*self.corresp, *written)))
        addresses = {note: identifiers.emails(_spaced_text(note)) for note in notes}
        marked = [n for n, person in enumerate(authors) if person.corresponding]
        found = {n: list(authors[n].emails) for n in marked}
        texts: dict[int, list[str]] = {}
        nobody: list[tuple[Element, list[str]]] = []
        for note in notes:
            text = _spaced_text(note, ("label",))
            to = written.get(note) or self._addressed(note, len(addresses[note]), marked)
            if not to and len(notes) == 1:
                to = marked
            if not to and len(authors) == 1:
                to = [0]
            for n in to:
                found.setdefault(n, list(authors[n].emails))
                texts.setdefault(n, []).append(text)
            candidates = to or marked or list(range(len(authors)))
            given = {address for n in candidates for address in authors[n].emails}
            left = [address for address in addresses[note] if address not in given]
            if len(to) != 1:
                for n, address in _assign(left, text, candidates, authors):
                    found.setdefault(n, []).append(address)
                    texts.setdefault(n, []).append(text)
                    left.remove(address)
                    to = [*to, n]
            waiting = [n for n in to if not found[n]]
            if len(waiting) == 1 and len(left) == 1 and len(to) > 1:
                found[waiting[0]].append(left.pop())
            if len(to) == 1:
                found[to[0]] += [address for address in left if address not in found[to[0]]]
            elif left or not to:
                nobody.append((note, left))
        if not found and not nobody:
            # Nobody is marked: whoever states an e-mail address can be written to
            found = {n: list(person.emails) for n, person in enumerate(authors) if person.emails}
        for n, emails in sorted(found.items()):
            person = authors[n]
            self.correspondence.append(
                Correspondence(
                    name=person.author.name,
                    author=n,
                    degree=person.degree,
                    rank="; ".join(person.rank) or None,
                    emails=tuple(dict.fromkeys(emails)),
                    text="\n".join(dict.fromkeys(texts.get(n, ()))) or None,
                )
            )
        for note, emails in nobody:
            self.correspondence.append(Correspondence(None, emails=tuple(emails), text=_spaced_text(note, ("label",))))
        for people in self.people.values():
            for n, person in enumerate(people):
                if people is not authors or n not in found:
                    person.notes += [f"e-mail: {address}" for address in person.emails]

    def _addressed(self, note: Element, addresses: int, marked: list[int]) -> list[int]:
        """The authors whose family names a note tells: one, or as many as it gives e-mail addresses."""
        named = _named_in(_spaced_text(note, ("label", "email")), self.people["author"])
        named = [n for n in named if n in marked] if marked else named
        return named if len(named) == 1 or len(named) == addresses else []

    # --- dates and rights

    def _dates(self, meta: Element) -> None:
        """``pub-date``, ``history`` and ``pub-history``."""
        published: dict[str, Element] = {}
        for child in meta:
            if local(child) == "pub-date":
                slots = _pub_date_slots(child)
                if slots and not any(slot in published for slot in slots):
                    published.update(dict.fromkeys(slots, child))
                elif event := _EVENTS.get(_kind(child, "date-type", "pub-type")) if not slots else None:
                    self._event(event, child)
                else:
                    self._keep_date(child)
        issued = next(
            (published[slot] for slot in ("print", "collection", "electronic", "plain") if slot in published), None
        )
        if issued is not None:
            self._event("issued", issued)
        if "electronic" in published:
            self._event("available", published["electronic"])
        for child in published.values():
            if child is not issued and child is not published.get("electronic"):
                self._keep_date(child)
        for history in (child for child in meta if local(child) in ("history", "pub-history")):
            for child in history.iter("{*}date"):
                holder = child.getparent()
                kind = _kind(child, "date-type") or (_kind(holder, "event-type") if holder is not None else "")
                event = _EVENTS.get(kind)
                if event is None or (event in ("issued", "available") and any(e.kind == event for e in self.events)):
                    self._keep_date(child, kind)
                else:
                    self._event(event, child)
            for child in history.iter("{*}event-desc", "{*}article-id", "{*}pub-id", "{*}self-uri"):
                self.keep_element(child)

    def _event(self, kind: EventKind, element: Element) -> None:
        date, printed, right = _date(element)
        if date is None and not printed:
            return
        if not right:
            self.warn("bad-date", f"not a date ({kind}): {printed!r}", element)
            if date is not None and date.printed is None:
                date = replace(date, printed=printed)
        event = Event(kind, date, None if date else printed)
        if event not in self.events:
            self.events.append(event)

    def _keep_date(self, element: Element, kind: str = "") -> None:
        date, printed, _ = _date(element)
        kind = kind or ", ".join(filter(None, (element.get("pub-type"), element.get("date-type"))))
        self.keep(f"date ({kind})" if kind else "date", (date.printed or dates.iso(date)) if date else printed)

    def _permissions(self, element: Element) -> None:
        for child in element:
            self._right(child)

    def _right(self, child: Element) -> None:
        """One statement of ``permissions``; in old files these stand in the metadata themselves."""
        name, text, old = local(child), text_of(child), self.rights
        if name == "copyright-statement":
            self.rights = replace(old, copyright_text=_joined(old.copyright_text, text))
        elif name == "copyright-holder":
            self.rights = replace(old, holder=_joined(old.holder, text))
        elif name == "copyright-year":
            if re.fullmatch("[12][0-9]{3}", text) and old.year in (None, int(text)):
                self.rights = replace(old, year=int(text))
            else:
                self.keep_element(child)
        elif name == "free_to_read":
            self.rights = replace(old, is_free=True)
        elif name == "license":
            links = [
                _href(child),
                *(text_of(c) for c in child.iter("{*}license_ref")),
                *(_href(c) for c in child.iter()),
            ]
            stated = (*links, text, child.get("license-type") or "")
            licence = next((iri for link in stated if link and (iri := identifiers.licence(link))), None)
            words = "\n".join(_lines_of(child, ("license_ref",))) or text
            if not words or (licence is None and links[0] and links[0] not in words):
                words = "\n".join(filter(None, (words, *links[:2])))
            access = " ".join((child.get("license-type") or "").split()) or None
            is_open = licence is not None or _kind(child, "license-type") in ("open access", "openaccess")
            self.rights = replace(
                old,
                licence=old.licence or licence,
                licence_text=_joined(old.licence_text, words),
                access=old.access or access,
                is_free=True if is_open else old.is_free,
            )
        elif name:
            self.keep_element(child)

    # --- abstracts, keywords, funding, relations

    def _custom(self, element: Element) -> None:
        """``custom-meta-group``: pairs of name and value."""
        for pair in element.iter("{*}custom-meta"):
            self.keep(_child_text(pair, "meta-name") or "custom-meta", _child_text(pair, "meta-value"))

    def _abstract(self, element: Element) -> None:
        if abstract := _abstract_of(element):
            self.abstracts.append(abstract)
        else:  # a picture
            self.keep_element(element)

    def _translated_abstract(self, element: Element) -> None:
        if abstract := _abstract_of(element):
            self.translated_abstracts.append(abstract)

    def _keyword_group(self, group: Element) -> None:
        title = _child_text(group, "title", "label")
        kind = group.get("kwd-group-type")
        heading = (title or "").strip(" :.").casefold()
        if "abbreviations" in (_about(_kind(group, "kwd-group-type"), None), _about("", heading)):
            left = []
            for child in group:
                if local(child) in ("kwd", "compound-kwd", "nested-kwd"):
                    parts = [text_of(part) for part in child if local(part) == "compound-kwd-part"]
                    pair = _short_long(text_of(child)) if len(parts) != 2 else (parts[0], parts[1])
                    if pair:
                        self.abbreviations.append(pair)
                    else:
                        left.append(text_of(child))
            self.state("abbreviations" if left else None, title, left) if left else None
            return
        name = title if kind is None or (title and not re.fullmatch("(?:author )?key ?words?", heading)) else kind
        self._keywords(group, _lang(group), " ".join((name or "").split()) or None)

    def _keywords(self, group: Element, lang: str | None, name: str | None) -> None:
        for child in group:
            tag = local(child)
            if tag == "kwd":
                self._keyword(child, text_of(child), lang, name)
            elif tag == "compound-kwd":
                self._keyword(child, ": ".join(text_of(part) for part in child if local(part)), lang, name)
            elif tag == "nested-kwd":
                self._keywords(child, lang, name)
            elif tag == "unstructured-kwd-group":
                for piece in re.split(
                    "[;\u061b\uff1b]" if ";" in text_of(child) else "[,;\uff0c\u060c\uff1b\u061b]", text_of(child)
                ):
                    self._keyword(child, piece.strip(" ."), lang, name)
            elif tag not in ("", "title", "label", "x"):
                self.keep_element(child)

    def _keyword(self, element: Element, text: str, lang: str | None, group: str | None) -> None:
        if not text:
            return
        term = identifiers.mesh((element.get("vocab-term-identifier") or "").rstrip("/").rpartition("/")[2])
        mesh = (
            term if "mesh" in _kind(element, "vocab") + (element.get("vocab-term-identifier") or "").lower() else None
        )
        own = identifiers.language(element.get(_LANG) or "") or lang
        keyword = Keyword(text, own, group, concept=f"MESH:{mesh}" if mesh else None)
        if keyword not in self.keywords:
            self.keywords.append(keyword)

    def _funding(self, group: Element) -> None:
        awards = 0
        for child in group:
            name = local(child)
            if name == "award-group":
                awards += 1
                self._award(child)
            elif name == "funding-statement":
                self.state("funding", None, [text_of(child)] if text_of(child) else [])
            elif name == "open-access":
                self.state("open-access", _heading(child), _lines_of(child, ("title", "label")))
            elif name == "award-id" and (text := text_of(child)):
                self.grants.append(Grant(number=text))
            elif name == "funding-source":
                self.grants.append(_funder(child, None, None))
            elif name:
                self.keep_element(child)
        if not awards:
            statements = (text_of(child) for child in group if local(child) == "funding-statement")
            self.grants += [Grant(text=text) for text in statements if text]

    def _award(self, award: Element) -> None:
        """An ``award-group``: each of its numbers with its funder is a grant, and a funder without number is one."""
        by_name: dict[str, list[Element]] = {}
        for child in award:
            by_name.setdefault(local(child), []).append(child)
        sources = by_name.pop("funding-source", [])
        numbers = [text for child in by_name.pop("award-id", []) if (text := text_of(child))]
        by_name.pop("", None)
        rest = (
            "\n".join(f"{name}: {text}" for name, found in by_name.items() for e in found if (text := _spaced_text(e)))
            or None
        )
        if len(numbers) == len(sources):
            pairs: list[tuple[Element | None, str | None]] = list(zip(sources, numbers, strict=True))
        elif len(sources) <= 1:
            source = sources[0] if sources else None
            pairs = [(source, number) for number in numbers] or [(source, None)]
        elif len(numbers) <= 1:
            pairs = [(source, numbers[0] if numbers else None) for source in sources]
        else:  # which number is whose is not said
            pairs = [(source, None) for source in sources] + [(None, number) for number in numbers]
        for funder, award_id in pairs:
            grant = _funder(funder, award_id, rest) if funder is not None else Grant(number=award_id, text=rest)
            if grant != Grant():
                self.grants.append(grant)

    def _contract(self, element: Element) -> None:
        """``contract-num`` and ``contract-sponsor`` of NLM 2 and 3."""
        if text := text_of(element):
            self.grants.append(Grant(number=text) if local(element) == "contract-num" else Grant(funder=text))

    def _related(self, element: Element) -> None:
        """``related-article`` and ``related-object``."""
        label = (
            element.get("related-article-type")
            or element.get("link-type")
            or element.get("document-type")
            or local(element)
        )
        href = _href(element) or (element.get("document-id") or element.get("object-id") or "").strip()
        scheme = _kind(element, "ext-link-type", "document-id-type", "object-id-type")
        found: dict[str, str] = {}
        stated = [(scheme, href)] if href else []
        stated += [(_kind(c, "pub-id-type"), text_of(c)) for c in element.iter("{*}pub-id", "{*}object-id")]
        for kind, value in stated:
            check = _ID_CHECKS.get({"pubmed": "pmid", "pmc": "pmcid"}.get(kind, kind))
            if check is None and (doi := identifiers.doi(value)):
                found.setdefault("doi", doi)
            elif check is not None:
                if checked := check[1](value):
                    found.setdefault(check[0], checked)
                elif kind != "uri":
                    self.warn(
                        f"bad-{check[0]}", f"not a {check[0].upper()} of a related article: {value[:200]!r}", element
                    )
        text = text_of(element)
        if not text:
            text = " ".join(
                filter(None, (element.get(a) for a in ("journal-id", "vol", "issue", "elocation-id", "page")))
            )
        if href and not found and href not in text:
            text = f"{text} {href}".strip()
        relation = _CITO.get(_kind(element, "related-article-type"))
        self.related.append(Related(" ".join(label.split()), relation, text or None, **found))

    # --- back matter

    def back(self, back: Element) -> None:
        for child in back:
            name = local(child)
            if name == "fn-group":
                self._footnotes(child)
            elif name == "fn":
                self.loose_notes.append((child, "", None))
            elif name == "app-group":
                for part in child:
                    if local(part) == "app":
                        self._appendix(part)
                    elif local(part) not in ("", "title", "label"):
                        self._matter(part)
            elif name == "app":
                self._appendix(child)
            elif name not in ("", "title", "label"):
                self._matter(child)

    def references_of(self, part: Element) -> None:
        """Every entry of every reference list, wherever it stands."""
        for ref in part.iter("{*}ref"):
            self.references += _references(ref, self.warn)

    def abbreviations_of(self, part: Element) -> None:
        """Abbreviation lists in the running text, which also stay where they are."""
        for group in part.iter("{*}def-list"):
            if _about(_kind(group, "list-content", "list-type"), _heading(group)) == "abbreviations":
                self.abbreviations += [pair for item in group.iter("{*}def-item") if all(pair := _pair(item))]

    def _appendix(self, app: Element) -> None:
        if not self.statement_section(app):
            number = self.section(None, (), "appendix")
            del self.sections[-1]
            self.sections += _section(app, number, "appendix")

    def statement_section(self, sec: Element) -> bool:
        """Whether a top-level section is a statement; it is then kept as one."""
        heading = _heading(sec)
        about = _about(_kind(sec, "sec-type"), heading)
        if about is None or (local(sec) == "app" and about not in ("conflict", "data-availability", "abbreviations")):
            return False
        if any(local(child) == "sec" for child in sec) and about not in ("conflict", "data-availability"):
            return False
        self._matter(sec)
        return True

    def _matter(self, element: Element, above: str | None = None) -> None:
        """A part of front or back matter that is text: a statement, or several where its sections are."""
        name = local(element)
        if name == "ref-list":
            if lines := _lines_of(element, ("ref", "title", "label", "ref-list")):
                self.state(None, _heading(element), lines)
            for child in element:
                if local(child) == "ref-list":
                    self._matter(child)
            return
        kind = _kind(element, "sec-type", "notes-type", "content-type", "list-content", "fn-type")
        heading = _heading(element)
        nested = [child for child in element if local(child) in ("sec", "notes", "fn-group", "glossary")]
        lines = _lines_of(element, ("title", "label", "sec", "notes", "fn-group", "glossary"))
        if name not in _CONTAINERS and not lines and not nested:
            lines = [text] if (text := text_of(element)) else []
        text = "\n".join(lines)
        about = _about(kind, heading, text) if name != "ack" or heading else None
        if name == "ack" and about is None:
            about = "acknowledgements"
        pairs = (
            [_pair(item) for item in element.iter("{*}def-item")] if name != "sec" or about == "abbreviations" else []
        )
        if about == "abbreviations" or (
            pairs and about is None and _look_short([short for short, _ in pairs], heading)
        ):
            self.abbreviations += [pair for pair in pairs if all(pair)] or _listed_pairs(element, lines)
            about = "abbreviations"
        if lines:
            self._say(about, heading, lines)
        elif heading:
            self.keep("heading", heading)
        for child in nested:
            if local(child) == "fn-group":
                self._footnotes(child, kind, heading)
            else:
                self._matter(child)

    def _say(self, about: str | None, heading: str | None, lines: list[str]) -> None:
        if about == "conflict":
            self.conflicts += lines
        elif about == "citation" and self.citation is None:
            self.citation = "\n".join(lines)
        elif about == "citation":
            self.state(None, heading, lines)
        else:
            self.state(about, heading, lines)

    def _footnotes(self, group: Element, kind: str = "", heading: str | None = None) -> None:
        """The notes of a group; its title or type is theirs where they have none."""
        kind = _kind(group, "content-type", "fn-type") or kind
        title = _heading(group) or heading
        if title and _child(group, "fn") is None:
            self.keep("heading", title)
        for child in group:
            if local(child) == "fn":
                self.loose_notes.append((child, kind, title))
            elif local(child) not in ("", "title", "label"):
                self._matter(child)

    def _note_about(self, note: Element, kind: str = "", heading: str | None = None) -> str | None:
        own = _kind(note, "fn-type")
        own = "" if own in ("other", "others", "general", "custom") else own
        text = text_of(note, ("label",))
        return _about(own, None, text) or (_about(kind, heading) if kind or heading else None)

    def _footnote(self, note: Element, kind: str, heading: str | None, prefix: str = "") -> None:
        """A footnote of front or back matter as a statement."""
        lines = _lines_of(note, ("label",)) or ([text] if (text := text_of(note, ("label",))) else [])
        if not lines:
            return
        lines[0] = prefix + lines[0]
        about = self._note_about(note, kind, heading)
        if about == "abbreviations":
            self.abbreviations += _listed_pairs(note, lines)
        self._say(about, heading, lines)

    # --- sub-articles

    def sub_article(self, element: Element) -> None:
        """A ``sub-article`` or ``response`` as a section with subsections; a translation also gives its front matter."""
        kind = element.get("article-type") or element.get("response-type") or local(element)
        stub = _child(element, "front-stub", "front")
        heading = None
        lines: list[str] = []
        if stub is not None:
            title = stub.find(".//{*}article-title")
            heading = (_title(title) or None) if title is not None else None
            if kind == "translation":
                if title is not None:
                    self._translated_title(title)
                for child in stub.iter("{*}abstract", "{*}trans-abstract"):
                    self._translated_abstract(child)
                for child in stub.iter("{*}kwd-group"):
                    self._keyword_group(child)
            lines = _facts(stub)
        number = self.section(heading, lines, f"sub-article: {kind}")
        subsections = 0
        for child in element:
            name = local(child)
            if name == "body":
                for section in _sections(child, None, f"{number}."):
                    self.sections.append(section)
                    subsections += section.number.count(".") == 1
            elif name in ("sub-article", "response"):
                self.sub_article(child)
            elif name not in ("", "front-stub", "front", "processing-meta"):
                own = _lines_of(child, ("ref-list",))
                own += [_reference_line(ref) for ref in child.iter("{*}ref")]
                if own:
                    subsections += 1
                    self.sections.append(Section(f"{number}.{subsections}", None, "\n".join(own), name))


# --- parts of the metadata ----------------------------------------------------------------------------------------

_META: dict[str, Callable[[_Reading, Element], None]] = {
    "article-categories": _Reading._categories,
    "title-group": _Reading._titles,
    "contrib-group": _Reading._contributors,
    "author-notes": _Reading._author_notes,
    "permissions": _Reading._permissions,
    "copyright-statement": _Reading._right,
    "copyright-year": _Reading._right,
    "copyright-holder": _Reading._right,
    "license": _Reading._right,
    "abstract": _Reading._abstract,
    "trans-abstract": _Reading._translated_abstract,
    "kwd-group": _Reading._keyword_group,
    "funding-group": _Reading._funding,
    "contract-num": _Reading._contract,
    "contract-sponsor": _Reading._contract,
    "custom-meta-group": _Reading._custom,
    "custom-meta-wrap": _Reading._custom,
    "related-article": _Reading._related,
    "related-object": _Reading._related,
}
_META_ELSEWHERE = frozenset(
    ("", "article-id", "unique-article-id", "aff", "aff-alternatives", "pub-date", "history", "pub-history", "counts")
)
_ID_CHECKS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "doi": ("doi", identifiers.doi),
    "pmid": ("pmid", identifiers.pmid),
    "pmc": ("pmcid", identifiers.pmcid),
    "pmcid": ("pmcid", identifiers.pmcid),
    "pii": ("pii", lambda text: text),
}
_JOURNAL_IDS = {"nlm ta": "nlm_abbreviation", "iso abbrev": "abbreviation", "nlm journal id": "nlm_id"}
_MAIN_ABSTRACT = ((None,), ("abstract", "normal"), ("summary", "section"))
_PARTS = {
    "institution": "institution", "orgname": "institution", "university": "institution", "dept": "department",
    "department": "department", "orgdiv1": "department", "organisation division": "department",
    "city": "city", "state": "region", "country part": "region", "postal code": "postcode", "country": "country",
    "postcode": "postcode", "zipcode": "postcode",
}  # fmt: skip
"""parts of an affiliation by content-type, else by element"""
_PLACE_TAGS = ("{*}city", "{*}state", "{*}postal-code", "{*}country")
_CONTAINERS = frozenset(("sec", "notes", "ack", "glossary", "app", "fn-group", "def-list", "bio", "list"))


def _joined(old: str | None, new: str) -> str | None:
    """Two texts, one a line, each once."""
    return "\n".join(dict.fromkeys((old.split("\n") if old else []) + (new.split("\n") if new else []))) or None


def _pub_date_slots(element: Element) -> tuple[str, ...]:
    """What a ``pub-date`` dates: the print issue, the collection, the electronic version; () for what is none of them."""
    pub, date, form = (_kind(element, name) for name in ("pub-type", "date-type", "publication-format"))
    if pub in ("epub ppub", "ppub epub"):
        return ("print", "electronic")
    if pub in ("ppub", "epub", "collection"):
        return ({"ppub": "print", "epub": "electronic"}.get(pub, pub),)
    if pub == "" and date in ("", "pub", "publication", "collection"):
        if date == "collection":
            return ("collection",)
        return ({"print": "print", "electronic": "electronic", "online": "electronic"}.get(form, "plain"),)
    return ()


def _affiliation_text(aff: Element) -> str:
    """An affiliation as printed, without label and identifiers.

    SciELO gives the printed string as ``institution content-type="original"`` beside its parts.
    """
    for child in aff.iter("{*}institution"):
        if child.get("content-type") == "original" and (text := text_of(child)):
            return text
    without: list[object] = ["label", "institution-id", "xref", "fn"]
    children = [child for child in aff if local(child)]
    if children and not (aff.text or "").strip() and _affiliation_label(aff) and local(children[0]) != "label":
        without.append(children[0])
    shown = [child for child in children if local(child) not in without and child not in without]
    tails = [child.tail for child in children]
    if len(shown) > 1 and not (aff.text or "").strip() and not any((tail or "").strip() for tail in tails):
        return ", ".join(filter(None, (_spaced_text(child, ("institution-id",)).strip(" ,;") for child in shown)))
    return _trim(text_of(aff, without))


def _trim(text: str) -> str:
    return text.strip(" ,;").strip()


def _affiliation_label(aff: Element) -> str | None:
    """The label of an affiliation; a superscript at its very beginning is one too."""
    for child in aff:
        if (name := local(child)) in ("label", "sup"):
            if name == "sup" and (aff.text or "").strip():
                return None
            return text_of(child) or None
        if name:
            return None
    return None


def _prefix(contrib: Element) -> str | None:
    """The title before a name: Dr, Prof."""
    name = _child(contrib, "name", "string-name")
    return _child_text(name, "prefix") if name is not None else None


def _named_in(text: str, authors: list[_Person]) -> list[int]:
    """The authors whose family name stands in a text as a word."""
    found = []
    for n, person in enumerate(authors):
        family = person.author.family or person.author.name
        if len(family) > 1 and re.search(rf"(?<!\w){re.escape(family)}(?!\w)", text, re.IGNORECASE):
            found.append(n)
    return found


_INITIALS = re.compile(r"[\s:]{0,3}\(([A-Z][A-Z.\s‐-]{0,12})\)")


def _assign(addresses: list[str], text: str, to: list[int], authors: list[_Person]) -> list[tuple[int, str]]:
    """Which of several authors each e-mail address is of, where a note tells: the only name that stands between the
    address before and this one, the initials behind it, or a family name in the address that no other has."""
    pairs = []
    start = 0
    for address in addresses:
        at = text.find(address, start)
        end = at + len(address)
        named = [n for n in _named_in(text[start:at], authors) if n in to] if at >= 0 else []
        initials = _INITIALS.match(text, end) if at >= 0 else None
        if initials:
            key = _ascii(initials[1])
            named = [n for n in to if key == _initials(authors[n].author)] or named
        if len(named) != 1:
            owner = "".join(c for c in address.partition("@")[0].casefold() if c.isalpha())
            named = [n for n in to if _owns(authors[n].author, owner)]
        if len(named) == 1:
            pairs.append((named[0], address))
        start = max(start, end)
    return pairs


def _initials(author: Author) -> str:
    return "".join(_ascii(word)[:1] for word in re.split(r"[\s.‐-]+", author.name))


def _owns(author: Author, owner: str) -> bool:
    """Whether the letters of a mailbox hold a family name of three letters or more, or given and family name."""
    given, family = _ascii(author.given or ""), _ascii(author.family or "")
    return (len(family) > 2 and family in owner) or (
        bool(given and family) and owner in (given + family, family + given)
    )


def _ascii(text: str) -> str:
    """The ASCII letters of a name, without accents and case."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if "a" <= c <= "z")


def _funder(source: Element, number: str | None, text: str | None) -> Grant:
    """A grant from its ``funding-source``: the funder's name, and its ROR or Crossref funder identifier."""
    hidden: list[object] = ["institution-id"]
    stated = [_href(source), source.get("rid") or ""]
    for child in source.iter("{*}institution-id", "{*}named-content"):
        kind = _kind(child, "content-type", "institution-id-type")
        if local(child) == "institution-id" or ("fund" in kind and "id" in kind):
            hidden.append(child)
            stated += [text_of(child), _href(child)]
    identifier = next((iri for value in stated if (iri := _funder_iri(value))), None)
    return Grant(
        number=number,
        funder=_spaced_text(source, hidden) or None,
        funder_id=identifier,
        country=source.get("country") or None,
        text=text,
    )


def _funder_iri(text: str) -> str | None:
    """A ROR, or a Crossref funder DOI (prefix 10.13039), as an IRI."""
    if doi := identifiers.doi(text):
        return f"https://doi.org/{doi}" if doi.startswith("10.13039/") else None
    return identifiers.ror(text) if "ror.org/" in text.lower() else None


def _abstract_of(element: Element) -> Abstract | None:
    """``abstract`` or ``trans-abstract``: its sections, or its paragraphs where it has none."""
    sections: list[AbstractSection] = []
    _abstract_sections(element, None, sections)
    if not sections:
        return None
    title = _child_text(element, "title", "label")
    return Abstract(tuple(sections), _lang(element), element.get("abstract-type"), title)


def _abstract_sections(element: Element, label: str | None, sections: list[AbstractSection]) -> None:
    lines: list[str] = []

    def flush() -> None:
        if label is None:
            sections.extend(AbstractSection(line) for line in lines)
        elif lines:
            sections.append(AbstractSection("\n".join(lines), label))
        lines.clear()

    if _has_text(element):
        lines += _lines_of(element, ("sec", "title", "label", "object-id"))
    for child in [child for child in element if not lines or local(child) == "sec"]:
        name = local(child)
        if name == "sec":
            flush()
            heading = (_heading(child) or "").rstrip(": ") or None
            _abstract_sections(child, heading or label, sections)
        elif name in ("title", "label", "object-id", ""):
            continue
        elif name in _BLOCKS:
            _block(child, name, lines)
        else:
            _flow(child, lines)
    flush()


def _short_long(text: str) -> tuple[str, str] | None:
    """``OR, odds ratio`` → (OR, odds ratio)."""
    for separator in (": ", " = ", ", ", "; ", " – ", " — ", " - ", "=", ":"):
        short, found, long = text.partition(separator)
        if found and short.strip() and long.strip() and len(short) <= 40:
            return short.strip(), long.strip(" .;")
    return None


def _pair(item: Element) -> tuple[str, str]:
    """Term and definition of a ``def-item``."""
    definition = " ".join(text_of(child) for child in item if local(child) == "def")
    return (_child_text(item, "term") or "").rstrip(" :="), definition.lstrip(" :=")


def _look_short(terms: list[str], heading: str | None) -> bool:
    """Whether a list without telling heading is one of abbreviations: most terms are short and have capitals."""
    if heading and not re.match(r"glossary|list of|terms", heading.casefold()):
        return False
    short = sum(len(term) <= 15 and sum(c.isupper() or c.isdigit() for c in term) >= 2 for term in terms)
    return 2 * short > len(terms)


def _listed_pairs(element: Element, lines: list[str]) -> list[tuple[str, str]]:
    """Abbreviations from a table of two columns, or from text as ``AE, adverse event; CI, confidence interval``."""
    rows = [[text_of(cell) for cell in row if local(cell)] for row in element.iter("{*}tr")]
    if rows:
        return [(row[0], row[1]) for row in rows if len(row) == 2 and row[0] and row[1]]
    pairs = []
    for line in lines:
        head, found, rest = line.partition(":")
        if found and _about("", head):
            line = rest
        for piece in line.split(";"):
            pair = _short_long(piece.strip(" ."))
            if pair is None or len(pair[0]) > 20:
                return []
            pairs.append(pair)
    return pairs


_INLINE = frozenset(
    "italic bold sup sub sc underline overline strike roman sans-serif monospace i b u em strong named-content "
    "styled-content xref fixed-case inline-formula inline-graphic private-char x".split()
)


_APART = frozenset(("pub-id", "object-id"))
_OPENING = tuple(" \n\t\u00a0([{/:<\"'")


def _spaced_text(element: Element, without: Container[object] = ()) -> str:
    """Like :func:`text_of`, with a blank between parts that touch each other (``<surname>A</surname><given-names>B``)."""
    out: list[str] = []
    _spaced(element, out, without)
    return " ".join("".join(out).split())


def _spaced(element: Element, out: list[str], without: Container[object]) -> None:
    if element.text:
        out.append(element.text)
    touching = False
    for child in element:
        name = local(child)
        if name and name not in without and child not in without:
            if (touching and name not in _INLINE) or (name in _APART and out and not out[-1].endswith(_OPENING)):
                out.append(" ")
            if name in ("inline-formula", "disp-formula", "math", "alternatives", "break"):
                out.append(text_of(child) or " ")
            else:
                _spaced(child, out, without)
            touching = not child.tail and name not in _INLINE
        elif child.tail:
            touching = False
        if child.tail:
            out.append(child.tail)


def _facts(stub: Element) -> list[str]:
    """The front matter of a sub-article, one line an element."""
    lines = []
    for child in stub:
        name = local(child)
        if name in ("article-meta", "journal-meta"):
            lines += _facts(child)
        elif name in ("abstract", "trans-abstract", "author-notes", "notes"):
            lines += _lines_of(child)
        elif name in ("title-group", "contrib-group", "kwd-group", "history", "permissions", "article-categories"):
            lines += [f"{local(c)}: {text}" for c in child if local(c) and (text := _spaced_text(c))]
        elif name and (text := " ".join(filter(None, (_spaced_text(child), _href(child))))):
            lines.append(f"{name}: {text}")
    return lines


# --- references ---------------------------------------------------------------------------------------------------

_CITATIONS = frozenset(("mixed-citation", "element-citation", "citation", "nlm-citation", "citation-alternatives"))
_DOI_LINK = re.compile(r"(?:dx\.)?doi\.org/", re.IGNORECASE)


def _references(ref: Element, warn: Callable[[str, str, Element], None]) -> Iterator[Reference]:
    """The entries of a ``ref``: one a citation, each with the identifiers that it states."""
    label = _child_text(ref, "label")
    rest: list[str] = []
    citations = 0
    for child in ref:
        name = local(child)
        if name in _CITATIONS:
            citations += 1
            own = _child_text(child, "label")
            printed = child
            if name == "citation-alternatives":
                forms = [c for c in child if local(c) in _CITATIONS]
                printed = next((c for c in forms if local(c) == "mixed-citation"), forms[0] if forms else child)
            found = _citation_ids(child, warn)
            yield Reference(_citation_text(printed) or None, own or label, **found)
        elif name not in ("", "label") and (text := _spaced_text(child)):
            rest.append(text)
    if not citations and not rest:
        rest = [text] if (text := _spaced_text(ref, ("label",))) else []
    if rest:
        yield Reference("\n".join(rest), label)


def _reference_line(ref: Element) -> str:
    return " ".join(filter(None, (_child_text(ref, "label"), _spaced_text(ref, ("label",)))))


def _citation_ids(citation: Element, warn: Callable[[str, str, Element], None]) -> dict[str, str]:
    """The checked identifiers of a citation, the first of each sort; wrong ones are named."""
    found: dict[str, str] = {}
    for element in citation.iter("{*}pub-id", "{*}object-id", "{*}article-id", "{*}ext-link", "{*}uri"):
        name = local(element)
        if name in ("ext-link", "uri"):
            link = _href(element)
            if element.get("ext-link-type") == "doi" or _DOI_LINK.search(link):
                doi = identifiers.doi(link) or identifiers.doi(text_of(element))
                if doi:
                    found.setdefault("doi", doi)
            continue
        check = _ID_CHECKS.get({"pubmed": "pmid", "medline": "pmid"}.get(kind := _kind(element, "pub-id-type"), kind))
        text = text_of(element)
        if check is None or check[0] == "pii" or not text:
            continue
        if value := check[1](text):
            found.setdefault(check[0], value)
        else:
            warn(f"bad-{check[0]}", f"not a {check[0].upper()} in a reference: {text[:200]!r}", element)
    return found


def _citation_text(citation: Element) -> str:
    """A citation as printed; one of tagged parts only is written out in its own order, no letter more or less."""
    children = [child for child in citation if local(child) not in ("", "label")]
    loose = [citation.text, *(child.tail for child in citation)]
    if not children or any((text or "").strip() for text in loose):
        return _spaced_text(citation, ("label",))
    out = ""
    before = ""
    for child in children:
        name = local(child)
        if name == "person-group" and not any((c.tail or "").strip() for c in child) and not (child.text or "").strip():
            text = ", ".join(filter(None, (_spaced_text(c) for c in child if local(c))))
        else:
            text = _spaced_text(child)
        if not text:
            continue
        if name == "issue" and before == "volume":
            out += f"({text})"
        elif out:
            separator = _SEPARATORS.get((before, name)) or _SEPARATORS.get(name) or ". "
            out += separator.lstrip(".") + text if out[-1] in ".?!" and separator == ". " else separator + text
        else:
            out = text
        before = name
    return out


_SEPARATORS: dict[str | tuple[str, str], str] = {
    ("name", "name"): ", ", ("string-name", "string-name"): ", ", ("fpage", "lpage"): "-", ("volume", "fpage"): ": ",
    ("issue", "fpage"): ": ", ("volume", "elocation-id"): ": ", ("issue", "elocation-id"): ": ", "volume": "; ",
    ("publisher-loc", "publisher-name"): ": ", ("publisher-name", "publisher-loc"): ", ", ("year", "month"): " ",
    ("month", "day"): " ", ("name", "etal"): ", ", ("year", "volume"): "; ",
}  # fmt: skip
