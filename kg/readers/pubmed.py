"""PubMed and MEDLINE XML → records: sets of articles and books, single records, deletions.

Sources: NLM's DTD "PubMedArticle" (1st January 2025 and, where older files differ, the MEDLINE DTDs since 2002) and its
"MEDLINE/PubMed XML Element Descriptions and their Attributes"; CiTO 2.8 for the relations between articles.

A set of a common kind is parsed in pieces that fit the processor's cache, each cut behind a ``</PubmedArticle>`` and put
between the set's own start and end tag: as fast as libxml2 goes, and with one piece in memory. XML's rule for content is
closed under concatenation, so in UTF-8 and without internal subset the whole is well-formed when its pieces and its
frame (what stands before the first record and after the last, matched byte for byte) are; a cut inside a comment or a
CDATA section leaves a piece that is not. Whatever is not so plain, or that the parser refuses, is read again from the
start as one document by :mod:`kg.markup`, and that reading alone decides. Both give equal records.

What the database says of its own work (dates of entry and revision, indexing status, citation subsets) is declined. What
an indexer noted besides (general notes, gene symbols, persons as subject) and elements that are not known here are kept
as statements under their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO, cast

from lxml import etree
from msgspec.structs import replace

from kg import affiliations, dates, identifiers, pages, relations
from kg.errors import InputError
from kg.markup import Element, children, elements, line_of, root_name, text_of
from kg.model import (
    Abstract,
    AbstractSection,
    Accession,
    Affiliation,
    Article,
    Author,
    ConflictOfInterest,
    Date,
    Deletion,
    Event,
    EventKind,
    Grant,
    Item,
    Journal,
    Keyword,
    MeshHeading,
    PublicationType,
    Qualifier,
    Reference,
    Rejected,
    Related,
    Rights,
    Section,
    Statement,
    Substance,
    Text,
    Warned,
)
from kg.wording import declares_conflict

DESCRIPTION = "PubMed and MEDLINE XML: sets of articles and books, single records, deletions"
DELIVERS = (
    "identifiers and versions",
    "journal",
    "dates",
    "titles",
    "abstracts",
    "authors and investigators with affiliations",
    "languages",
    "publication types",
    "MeSH headings, substances and supplementary concepts",
    "keywords",
    "grants",
    "references",
    "related articles",
    "conflict of interest",
    "databank accessions",
    "copyright",
)

_RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation", "DeleteCitation", "DeleteDocument")
_SETS = ("PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet")

PIECE = 1 << 16
"""bytes read at a time: elements are made and freed fastest while they fit in the processor's cache"""
LONGEST_RECORD = 32 << 20
"""bytes a record may take; beyond that the file is refused"""


def sniff(head: bytes) -> bool:
    """Whether the root element is one of PubMed's."""
    return root_name(head) in _RECORDS + _SETS


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every record of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not well-formed XML, or a record is longer than :data:`LONGEST_RECORD`.
    """
    done = 0
    try:
        for element, line in _pieces(stream):
            yield from _items(element, line)
            done += 1
        return
    except _NotPlain:
        pass
    stream.seek(0)
    try:
        for number, (element, line) in enumerate(_whole(stream)):
            if number >= done:
                yield from _items(element, line)
    except InputError as error:
        error.record = _record_at(stream, error.line) if error.line else None
        raise


# --- bytes → elements ---------------------------------------------------------------------------------------------


class _NotPlain(Exception):
    """The file must be parsed as one document."""


_PLAIN_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?"
    rb"(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:utf|UTF)-8[\"'])?(?: standalone=[\"'](?:yes|no)[\"'])? ?\?>)?"
    rb"\s*(?:<!DOCTYPE PubmedArticleSet(?: PUBLIC \"[^\"<>&%]*\"\s+\"[^\"<>&]*\"| SYSTEM \"[^\"<>&]*\")?\s?>)?"
    rb"\s*(<PubmedArticleSet(?:\s[^<>&]*)?>)"
)
_PLAIN_END = re.compile(rb"</PubmedArticleSet>[ \t\r\n]*\Z")
_RECORD_END = b"</PubmedArticle>"


def _pieces(stream: BinaryIO) -> Iterator[tuple[Element, int | None]]:
    """The children of a plain set, each with its line, then the set without.

    Raises:
        _NotPlain: where it turns out not to be one; what was yielded before is what :func:`_whole` yields first.
    """
    data = stream.read(PIECE)
    head = _PLAIN_HEAD.match(data)
    if not head:
        raise _NotPlain
    start, end = head[1], b"</PubmedArticleSet>"
    parser = _parser()
    if _strict(head[0] + end, parser).tag not in _SETS:  # a foreign namespace
        raise _NotPlain
    lines = data.count(b"\n", 0, head.start(1))  # how many lines the file is ahead of the piece
    data = data[head.end() :]
    searched = 0
    while True:
        more = stream.read(PIECE)
        if more:
            cut = data.rfind(_RECORD_END, searched)
            if cut < 0:
                if len(data) > LONGEST_RECORD:
                    raise _NotPlain
                searched = max(0, len(data) - len(_RECORD_END))
                data += more
                continue
            cut += len(_RECORD_END)
            piece, data, searched = data[:cut], data[cut:] + more, 0
        else:
            last = _PLAIN_END.search(data, max(0, data.rfind(end)))
            if not last:
                raise _NotPlain
            piece = data[: last.start()]
        root = _strict(start + piece + end, parser)
        for element in root:
            line = line_of(element)
            yield element, line and line + lines
        if not more:
            yield root, None
            return
        lines += piece.count(b"\n")


def _strict(document: bytes, parser: etree.XMLParser) -> Element:
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        raise _NotPlain from None


def _parser() -> etree.XMLParser:
    # Comments and processing instructions would split the text around them.
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def _whole(stream: BinaryIO) -> Iterator[tuple[Element, int | None]]:
    """The children of any set, each with its line, then the set without; or the one record that is the root."""
    root = root_name(stream.read(1 << 16))
    stream.seek(0)
    limited = _Limited(stream)
    found = False
    single = root in _RECORDS
    for element in elements(cast(BinaryIO, limited), root or "") if single else children(cast(BinaryIO, limited)):
        top = element.getroottree().getroot().tag
        if top not in (_RECORDS if single else _SETS):
            raise InputError("wrong-format", f"the root element is {_shown(str(top))}, which is none of PubMed's")
        found = True
        limited.taken = 0
        line = None
        if single or element.getparent() is not None:
            line = line_of(element)
            etree.strip_tags(element, etree.Comment, etree.ProcessingInstruction)
        yield element, line
    if not found:
        raise InputError("wrong-format", "the root element is none of PubMed's")


_LANDMARK = re.compile(
    rb"<(?:(?P<start>PubmedArticle|PubmedBookArticle|MedlineCitation)|/(?P<end>PubmedArticle|PubmedBookArticle))[\s>]"
    rb"|<PMID(?:\s[^<>]*)?>\s*(?P<pmid>[0-9]{1,8})\s*<"
)
_LONGEST_LINE = 1 << 20


def _record_at(stream: BinaryIO, line: int) -> str | None:
    """The record that holds a line of a file that no parser can read; None where that is not certain."""
    stream.seek(0)
    record = None
    waiting = ended = False
    for number in range(1, line + 1):
        text = stream.readline(_LONGEST_LINE)
        if len(text) == _LONGEST_LINE:
            return None
        if ended:
            record, ended = None, False
        begun = 0
        for mark in _LANDMARK.finditer(text):
            if mark["start"]:
                record, waiting = None, True
            elif mark["end"]:
                ended = True
            elif waiting:
                record, waiting = f"PMID {mark['pmid'].decode()}", False
                begun += 1
        if (
            number == line
            and begun
            and not (begun == 1 and text.lstrip().startswith((b"<Pubmed", b"<Medline", b"<PMID")))
        ):
            return None
    return record


class _Limited:
    """A stream that refuses a record that is too long; ``taken`` are the bytes since the last one ended."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.taken += len(data)
        if self.taken > LONGEST_RECORD:
            raise InputError("record-too-long", f"a record takes more than {LONGEST_RECORD >> 20} MB")
        return data


# --- elements → items ---------------------------------------------------------------------------------------------


def _items(element: Element, line: int | None) -> Iterator[Item]:
    """What one child of a set says."""
    tag = element.tag
    if text := _text_before(element):
        yield Warned(None, "stray-text", f"text between the records is left out: {_shown(text)}", line=line)
    if tag == "PubmedArticle" or tag == "MedlineCitation":
        yield from _article(element, line)
    elif tag == "PubmedBookArticle":
        yield from _book_article(element, line)
    elif tag in ("DeleteCitation", "DeleteDocument"):
        yield from _deletions(element, line)
    elif tag not in _SETS or element.getparent() is not None:
        yield Warned(None, "unknown-element", f"the element {_shown(str(tag))} is no record and left out", line=line)


def _text_before(element: Element) -> str:
    """The text directly before a record in its set; of the set, the text after its last record."""
    parent = element.getparent()
    if parent is None:
        if element.tag not in _SETS:
            return ""
        parent, previous = element, element[-1] if len(element) else None
    else:
        previous = element.getprevious()
    text = ""
    while previous is not None and type(previous.tag) is not str:  # a comment or a processing instruction
        text = (previous.tail or "") + text
        previous = previous.getprevious()
    text = ((parent.text if previous is None else previous.tail) or "") + text
    return text.strip()


def _deletions(element: Element, line: int | None) -> Iterator[Item]:
    for child in element.iterchildren("PMID"):
        draft = _Draft(line)
        if draft.begin(child):
            yield from draft.warnings
            yield Deletion(draft.pmid, draft.version, line)
        else:
            yield from draft.warnings


@dataclass(slots=True)
class _Draft:
    """A record while it is read: the fields of the article to be, and what was wrong with it."""

    line: int | None
    record: str = ""
    pmid: str = ""
    version: int = 1
    fields: dict[str, Any] = field(default_factory=dict)
    warnings: list[Warned | Rejected] = field(default_factory=list)
    ids: list[tuple[str, str]] = field(default_factory=list)
    locations: list[tuple[str, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    online: list[Event] = field(default_factory=list)
    """dates that count where the record gives no better one for the same"""
    journal: dict[str, str] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    affiliations: dict[str, int] = field(default_factory=dict)
    parsed: list[Affiliation] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    notes: int = 0
    first_affiliation: list[int] = field(default_factory=list)
    """of the form used until 2014, where the article, not its first author, holds the affiliation"""

    def warn(self, rule: str, message: str) -> None:
        self.warnings.append(Warned(self.record, rule, message, line=self.line))

    def begin(self, pmid: Element | None) -> bool:
        """Take the PMID; False, with the reason among the warnings, where there is none."""
        printed = text_of(pmid) if pmid is not None else ""
        if pmid is None or not printed:
            self.warnings.append(_without_pmid(self.line))
            return False
        checked = identifiers.pmid(printed)
        if checked is None:
            message = f"the PMID {_shown(printed)} is not a PubMed identifier"
            self.warnings.append(Rejected(f"PMID {_shown(printed)}", "bad-pmid", message, line=self.line))
            return False
        self.pmid, self.record = checked, f"PMID {checked}"
        if checked != pmid.text:
            self.warn("padded-pmid", f"the PMID is written {_shown(pmid.text or printed)}; taken as {checked}")
        version = pmid.get("Version") or pmid.get("VersionID")
        if version is not None and version != "1":
            if _VERSION.fullmatch(version.strip()):
                self.version = int(version)
            else:
                self.warn("bad-version", f"the version {_shown(version)} of the PMID is no number; taken as 1")
        return True

    def note(self, heading: str, text: str, name: str | None = None) -> None:
        """Keep a text that has no place of its own."""
        if not text:
            return
        if name is None:
            self.notes += 1
            name = f"note-{self.notes}"
        else:
            same = sum(s.name.partition("-")[0] == name for s in self.statements)
            name = f"{name}-{same + 1}" if same else name
        self.statements.append(Statement(name, heading, text))

    def affiliation(self, printed: str, ror: str | None = None, registered: Sequence[str] = ()) -> int:
        """The index of an affiliation; strings that differ in white space only share one."""
        index = self.affiliations.get(printed)
        if index is None:
            parsed = affiliations.parse(printed)
            index = self.affiliations.get(parsed.text)
            if index is None:
                index = self.affiliations[parsed.text] = len(self.parsed)
                self.parsed.append(parsed)
            self.affiliations[printed] = index
        if ror and self.parsed[index].ror is None:
            self.parsed[index] = replace(self.parsed[index], ror=ror)
        if registered and not set(registered) <= set(known := self.parsed[index].registered):
            self.parsed[index] = replace(self.parsed[index], registered=tuple(dict.fromkeys((*known, *registered))))
        return index


_VERSION = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_Handler = Callable[[_Draft, Element], None]


def _shown(value: str) -> str:
    """A printed value for a message: quoted, escaped, of bounded length."""
    return ascii(value if len(value) <= 100 else value[:100] + "…")


def _article(record: Element, line: int | None) -> Iterator[Item]:
    draft = _Draft(line)
    citation = record if record.tag == "MedlineCitation" else next(record.iterchildren("MedlineCitation"), None)
    if citation is None or not draft.begin(next(citation.iterchildren("PMID"), None)):
        yield from draft.warnings or (_without_pmid(line),)
        return
    if draft.version == 1 and (version := citation.get("VersionID")) and _VERSION.fullmatch(version):
        draft.version = int(version)
    if record is citation:
        _each(draft, citation, _CITATION)
    else:
        _each(draft, record, _ARTICLE_RECORD)
    yield from _finished(draft)


def _without_pmid(line: int | None) -> Rejected:
    return Rejected(None, "no-pmid", "the record has no PMID", line=line)


def _book_article(record: Element, line: int | None) -> Iterator[Item]:
    draft = _Draft(line)
    if not draft.begin(record.find("BookDocument/PMID")):
        yield from draft.warnings
        return
    draft.fields["is_book"] = True
    _each(draft, record, _BOOK_RECORD)
    yield from _finished(draft)


def _each(draft: _Draft, element: Element, handlers: dict[str, _Handler | None]) -> None:
    """One pass over the children, each to its handler; None declines an element."""
    for child in element:
        handler = handlers.get(child.tag, _unknown)
        if handler is not None:
            handler(draft, child)


def _children(handlers: dict[str, _Handler | None]) -> _Handler:
    """A handler for an element that only holds others."""

    def handler(draft: _Draft, element: Element) -> None:
        _each(draft, element, handlers)

    return handler


def _unknown(draft: _Draft, element: Element) -> None:
    """Keep the text of an element without a place of its own under its name, one line a child."""
    if type(element.tag) is not str:
        return
    if not len(element) or (element.text or "").strip():
        text = text_of(element)
    else:
        text = "\n".join(filter(None, map(_words, element.iterchildren("*"))))
    draft.note(element.tag, text)


def _words(element: Element) -> str:
    if not len(element) or (element.text or "").strip():
        return text_of(element)
    return " ".join(filter(None, map(_words, element.iterchildren("*"))))


def _finished(draft: _Draft) -> Iterator[Item]:
    """The warnings, then the article."""
    fields = draft.fields
    _take_identifiers(draft)
    if draft.first_affiliation:
        _give_to_first_author(draft)
    if draft.online:
        kinds = {event.kind for event in draft.events if event.date}
        for event in sorted(draft.online, key=_day):
            if event.kind not in kinds:
                kinds.add(event.kind)
                draft.events.append(event)
    if len(draft.languages) == 1 and (vernacular := fields.get("vernacular_title")):
        fields["vernacular_title"] = Text(vernacular.text, draft.languages[0])
    if "is_book" in fields and "title" not in fields and "title" in draft.journal:
        fields["title"] = Text(draft.journal["title"])  # the record is of the whole book
    if "title" not in fields and "vernacular_title" not in fields:
        draft.warn("no-title", "the record has no title")
    yield from draft.warnings
    yield Article(
        record=draft.record,
        reader="pubmed",
        line=draft.line,
        version=draft.version,
        pmid=draft.pmid,
        journal=Journal(**draft.journal) if draft.journal else None,
        languages=tuple(dict.fromkeys(draft.languages)),
        events=tuple(dict.fromkeys(draft.events)),
        affiliations=tuple(draft.parsed),
        statements=tuple(draft.statements),
        **fields,
    )


def _extend(draft: _Draft, name: str, values: list[Any]) -> None:
    """Add to a field that is a tuple; a list may come twice in a record."""
    if values:
        draft.fields[name] = draft.fields.get(name, ()) + tuple(values)


# --- identifiers --------------------------------------------------------------------------------------------------


def _article_ids(draft: _Draft, element: Element) -> None:
    for child in element:
        if child.tag != "ArticleId":
            continue
        _article_id(draft, child)


def _article_id(draft: _Draft, element: Element) -> None:
    if text := text_of(element):
        draft.ids.append((element.get("IdType", "pubmed"), text))


def _location(draft: _Draft, element: Element) -> None:
    """ELocationID: what the publisher marks as invalid is no identifier."""
    if element.get("ValidYN") != "N" and (text := text_of(element)):
        draft.locations.append((element.get("EIdType", ""), text))


def _other_id(draft: _Draft, element: Element) -> None:
    text = text_of(element)
    if element.get("Source") == "NLM" and identifiers.pmcid(text) and text[:3].upper() == "PMC":
        draft.ids.append(("pmc", text))
    elif text:
        draft.ids.append((element.get("Source", "other"), element.get("Prefix", "") + text))


_CHECKS: dict[str, tuple[str, str, Callable[[str], str | None]]] = {
    "doi": ("doi", "DOI", identifiers.doi),
    "pmc": ("pmcid", "PMCID", identifiers.pmcid),
    "pubmed": ("pmid", "PMID", identifiers.pmid),
}


def _take_identifiers(draft: _Draft) -> None:
    """The article's own list before what ELocationID says; of several of a kind the first, the others kept beside."""
    fields = draft.fields
    taken: dict[str, str] = {"pmid": draft.pmid}
    others: dict[tuple[str, str], None] = {}
    seen = set()
    for scheme, text in (*draft.ids, *draft.locations):
        if (scheme, text) in seen:
            continue
        seen.add((scheme, text))
        if scheme in _CHECKS:
            name, called, check = _CHECKS[scheme]
            value = check(text)
            if value is None:
                draft.warn(f"bad-{name}", f"{_shown(text)} is not a {called}; left out")
                continue
        else:
            name, value = scheme, text
        if name in ("doi", "pmcid", "pmid", "pii"):
            if taken.setdefault(name, value) == value:
                continue
            if name == "pmid":
                draft.warn("other-pmid", f"its identifiers name PMID {value}, the record PMID {draft.pmid}; left out")
                continue
        others[name, value] = None
    del taken["pmid"]
    fields.update(taken)
    if others:
        fields["other_ids"] = tuple(others)
    if "first_page" not in fields and "elocation" not in fields and "page_range" not in fields:
        for scheme, text in draft.locations:
            if scheme == "pii":
                fields["elocation"] = text
                break


def _ui(draft: _Draft, element: Element, letters: str, label: str) -> str | None:
    """The MeSH identifier of what has the label, if it is of one of the kinds that begin with ``letters``."""
    stated = element.get("UI")
    if not stated:
        return None
    checked = _checked_mesh(stated)
    if checked is None or checked[0] not in letters:
        draft.warn("bad-mesh-id", f"{_shown(stated)} of {_shown(label)} is not a MeSH identifier; left out")
        return None
    return checked


_checked_mesh = lru_cache(maxsize=1 << 15)(identifiers.mesh)


# --- journal, pages, languages ------------------------------------------------------------------------------------


def _journal(draft: _Draft, element: Element) -> None:
    for child in element:
        tag = child.tag
        if tag == "JournalIssue":
            _each(draft, child, _ISSUE)
        elif tag == "Title":
            _journal_part(draft, "title", text_of(child))
        elif tag == "ISOAbbreviation":
            _journal_part(draft, "abbreviation", text_of(child))
        elif tag == "ISSN":
            _issn(draft, "eissn" if child.get("IssnType") == "Electronic" else "issn", text_of(child))
        else:
            _unknown(draft, child)


def _journal_info(draft: _Draft, element: Element) -> None:
    for child in element:
        tag = child.tag
        if tag == "MedlineTA":
            _journal_part(draft, "nlm_abbreviation", text_of(child))
        elif tag in ("NlmUniqueID", "NLMUniqueID"):
            _journal_part(draft, "nlm_id", text_of(child))
        elif tag == "ISSNLinking":
            _issn(draft, "issn_l", text_of(child))


def _issn(draft: _Draft, name: str, text: str) -> None:
    checked = _checked_issn(text)
    if checked:
        draft.journal.setdefault(name, checked)
    elif text:
        draft.warn("bad-issn", f"{_shown(text)} is not an ISSN; left out")


_checked_issn = lru_cache(maxsize=1 << 14)(identifiers.issn)


def _journal_part(draft: _Draft, name: str, text: str) -> None:
    if text:
        draft.journal.setdefault(name, text)


def _set_text(name: str) -> _Handler:
    """A handler for an element whose text is a field."""

    def handler(draft: _Draft, element: Element) -> None:
        if text := text_of(element):
            draft.fields.setdefault(name, text)

    return handler


def _pagination(draft: _Draft, element: Element) -> None:
    """First and last page, from MedlinePgn where they are not given apart; MedlinePgn itself where it says more."""
    first = last = printed = ""
    for child in element:
        tag = child.tag
        if tag == "StartPage":
            first = text_of(child)
        elif tag == "EndPage":
            last = text_of(child)
        elif tag == "MedlinePgn":
            printed = text_of(child)
    found = pages.of(first, last, printed) if first else pages.parse(printed)
    if found.elocation:
        draft.fields["elocation"] = found.elocation
    if found.first:
        draft.fields["first_page"] = found.first
    if found.last or last:
        draft.fields["last_page"] = found.last or last
    if found.printed:
        draft.fields["page_range"] = found.printed


def _language(draft: _Draft, element: Element) -> None:
    text = text_of(element)
    if not text or text in ("und", "mul"):  # undetermined, multiple: NLM's codes for no one language
        return
    checked = _checked_language(text)
    if checked is None:
        draft.warn("bad-language", f"{_shown(text)} is not a language code; left out")
    else:
        draft.languages.append(checked)


_checked_language = lru_cache(maxsize=1_024)(identifiers.language)


# --- dates --------------------------------------------------------------------------------------------------------

_CLOCK = ("Hour", "Minute", "Second")


def _date(draft: _Draft, element: Element, what: str) -> tuple[Date | None, str]:
    """The date that an element states, and how. What is no plain date keeps its printed form; a false one is warned of.

    A range or a season gives its start's year or month.
    """
    year = month = day = None
    plain = True
    for child in element:
        tag = child.tag
        if tag == "Year":
            year = child.text
        elif tag == "Month":
            month = child.text
        elif tag == "Day":
            day = child.text
        elif tag in _CLOCK:
            break  # the time of day is last, and declined
        else:  # Season, MedlineDate
            plain = False
    if plain and year and (date := dates.make(year, month, day)):
        return date, ""
    printed = " ".join(text_of(child) for child in element if child.tag not in _CLOCK) or text_of(element)
    printed = " ".join(printed.split())
    if not printed:
        return None, ""
    date = dates.medline(printed)
    if date is None:
        draft.warn("bad-date", f"{what} is {_shown(printed)}, which is no date; kept as printed")
    elif plain:
        draft.warn("bad-date", f"{what} is {_shown(printed)}, which is no such day; only its year or month is taken")
        date = Date(date.year, date.month, None, printed)
    return date, printed


def _event(draft: _Draft, element: Element, what: str, kind: EventKind, events: list[Event]) -> None:
    """Add what happened on the date that an element states."""
    date, printed = _date(draft, element, what)
    if date:
        events.append(Event(kind, date))
    elif printed:
        events.append(Event(kind, None, printed))


def _publication_date(draft: _Draft, element: Element) -> None:
    _event(draft, element, "the publication date", "issued", draft.events)


def _article_date(draft: _Draft, element: Element) -> None:
    _event(draft, element, "the date of the electronic publication", "available", draft.events)


_HISTORY: dict[str | None, EventKind] = {
    "received": "received",
    "revised": "revised",
    "accepted": "accepted",
    "retracted": "retracted",
}
_HISTORY_OTHERWISE: dict[str | None, EventKind] = {
    "epublish": "available",
    "aheadofprint": "available",
    "ppublish": "issued",
    "ecollection": "issued",
}
"""the same events as ArticleDate and PubDate, and less exact: they count where those are missing"""
_SHOWN_STATUS = {status: f"the date {status!r}" for status in (*_HISTORY, *_HISTORY_OTHERWISE)}


def _history(draft: _Draft, element: Element) -> None:
    """The article's own history; when the database entered, indexed or released it is declined."""
    for child in element:
        status = child.get("PubStatus")
        if status in _HISTORY:
            _event(draft, child, _SHOWN_STATUS[status], _HISTORY[status], draft.events)
        elif status in _HISTORY_OTHERWISE:
            _event(draft, child, _SHOWN_STATUS[status], _HISTORY_OTHERWISE[status], draft.online)


def _day(event: Event) -> str:
    return dates.first_day(event.date) if event.date else "9999"


# --- title and abstract -------------------------------------------------------------------------------------------


def _title(draft: _Draft, element: Element) -> None:
    """NLM writes titles in English, translated ones in brackets."""
    if text := text_of(element):
        draft.fields.setdefault("title", Text(text, "en"))


def _vernacular_title(draft: _Draft, element: Element) -> None:
    if text := text_of(element):
        draft.fields.setdefault("vernacular_title", Text(text))


_COPYRIGHT_YEAR = re.compile(r"(?:©|\([cC]\)|[Cc]opyright)[ ,:]{0,3}(?:©[ ]?|\([cC]\)[ ]?)?((?:19|20)[0-9]{2})\b")


def _abstract_parts(draft: _Draft, element: Element) -> tuple[AbstractSection, ...]:
    """The sections of an abstract; its copyright line goes to the rights."""
    sections = []
    for child in element:
        if child.tag == "AbstractText":
            if text := text_of(child):
                label = child.get("Label")
                sections.append(AbstractSection(text, " ".join(label.split()).rstrip(": ") or None if label else None))
        elif child.tag == "CopyrightInformation":
            if text := text_of(child):
                year = _COPYRIGHT_YEAR.search(text)
                licence = (
                    identifiers.licence(text) if "cc" in (low := text.lower()) or "creativecommons" in low else None
                )
                rights = Rights(licence=licence, copyright_text=text, year=int(year[1]) if year else None)
                draft.fields.setdefault("rights", rights)
        else:
            _unknown(draft, child)
    if not sections and element.text and (text := element.text.strip()):
        sections.append(AbstractSection(" ".join(text.split())))
    return tuple(sections)


def _abstract(draft: _Draft, element: Element) -> None:
    if sections := _abstract_parts(draft, element):
        draft.fields.setdefault("abstract", Abstract(sections, "en"))


def _other_abstract(draft: _Draft, element: Element) -> None:
    """Its language is English unless it says otherwise (the DTD's default)."""
    if sections := _abstract_parts(draft, element):
        lang = _checked_language(element.get("Language", "eng"))
        if lang is None:
            draft.warn("bad-language", f"{_shown(element.get('Language', ''))} is not a language code; left out")
        _extend(draft, "other_abstracts", [Abstract(sections, lang, element.get("Type"))])


# --- people -------------------------------------------------------------------------------------------------------


def _person(draft: _Draft, element: Element) -> Author | None:
    """One name of a list; None for an element that names nobody."""
    family = given = initials = orcid = None
    where: list[int] = []
    parts: dict[str, str] = {}
    for child in element:
        tag = child.tag
        if tag == "LastName":
            family = text_of(child) or None
        elif tag == "ForeName":
            given = text_of(child)
        elif tag == "Initials":
            initials = text_of(child) or None
        elif tag == "AffiliationInfo":
            where += _affiliation_info(draft, child)
        elif tag == "Affiliation":  # until 2014
            if text := text_of(child):
                where.append(draft.affiliation(text))
        elif tag == "Identifier":
            if child.get("Source", "").upper() == "ORCID":
                text = text_of(child)
                checked = identifiers.orcid(text)
                if checked is None and text:
                    draft.warn("bad-orcid", f"{_shown(text)} is not an ORCID; left out")
                orcid = orcid or checked
        else:
            parts[tag] = text_of(child)
    get, suffix = parts.get, parts.get("Suffix")
    affiliated = tuple(dict.fromkeys(where)) if len(where) > 1 else tuple(where)
    if group := get("CollectiveName"):
        return Author(group, is_group=True, orcid=orcid, affiliations=affiliated)
    if not given:  # FirstName and MiddleName until 2001
        given = " ".join(filter(None, (get("FirstName"), get("MiddleName")))) or None
    name = f"{given} {family}" if given and family else given or family or ""
    if suffix or not given:
        name = " ".join(filter(None, (given or initials, family, suffix)))
    if name:
        return Author(name, given, family, suffix or None, initials, False, orcid, affiliated)
    if where or orcid:
        draft.warn("no-name", "a person without a name is left out")
    return None


def _affiliation_info(draft: _Draft, element: Element) -> list[int]:
    texts = []
    ror = None
    registered: list[str] = []
    for child in element:
        if child.tag == "Affiliation":
            text = text_of(child) if len(child) else child.text
            if text and not text.isspace():
                texts.append(text)
        elif child.tag == "Identifier" and child.get("Source", "").upper() == "ROR":
            stated = text_of(child)
            checked = identifiers.ror(stated)
            if checked is None and stated:
                draft.warn("bad-ror", f"{_shown(stated)} is not a ROR identifier; left out")
            ror = ror or checked
        elif child.tag == "Identifier" and (known := identifiers.institution(text_of(child), child.get("Source", ""))):
            registered.append(known)
    return [draft.affiliation(text, ror, registered) for text in texts]


def _people(draft: _Draft, element: Element, field_name: str) -> list[bool]:
    """Add the names of a list to a field; which of them contributed equally."""
    people, equal = [], []
    for child in element:
        if person := _person(draft, child):
            people.append(person)
            equal.append(child.get("EqualContrib") == "Y")
    _extend(draft, field_name, people)
    return equal


def _authors(draft: _Draft, element: Element) -> None:
    if element.get("Type") == "editors":
        _people(draft, element, "editors")
        return
    before = len(draft.fields.get("authors", ()))
    equal = tuple(before + n for n, marked in enumerate(_people(draft, element, "authors")) if marked)
    if len(equal) > 1:
        _extend(draft, "equal_contributors", [equal])
    if element.get("CompleteYN") == "N":
        draft.fields["authors_complete"] = False


def _investigators(draft: _Draft, element: Element) -> None:
    _people(draft, element, "investigators")


def _article_affiliation(draft: _Draft, element: Element) -> None:
    if text := text_of(element):
        draft.first_affiliation.append(draft.affiliation(text))


def _give_to_first_author(draft: _Draft) -> None:
    if authors := draft.fields.get("authors"):
        where = tuple(dict.fromkeys((*authors[0].affiliations, *draft.first_affiliation)))
        draft.fields["authors"] = (replace(authors[0], affiliations=where), *authors[1:])
    else:
        for index in draft.first_affiliation:
            draft.note("Affiliation", draft.parsed[index].text)
        if not draft.fields.get("investigators") and not draft.fields.get("editors"):
            draft.parsed.clear()


# --- indexing -----------------------------------------------------------------------------------------------------


def _mesh_headings(draft: _Draft, element: Element) -> None:
    headings: list[MeshHeading] = []
    for heading in element:
        descriptor: tuple[str | None, str, bool] | None = None
        qualifiers: list[Qualifier] = []
        for part in heading:
            tag = part.tag
            if not (label := text_of(part)):
                continue
            if tag == "QualifierName":
                qualifiers.append(Qualifier(_ui(draft, part, "Q", label), label, part.get("MajorTopicYN") == "Y"))
            elif tag == "DescriptorName":
                descriptor = _ui(draft, part, "D", label), label, part.get("MajorTopicYN") == "Y"
        if descriptor is not None:
            headings.append(MeshHeading(*descriptor, tuple(qualifiers)))
    _extend(draft, "headings", headings)


def _publication_types(draft: _Draft, element: Element) -> None:
    for child in element:
        if child.tag != "PublicationType":
            continue
        _one_publication_type(draft, child)


def _one_publication_type(draft: _Draft, element: Element) -> None:
    if label := text_of(element):
        _extend(draft, "publication_types", [PublicationType(label, _ui(draft, element, "D", label))])


def _chemicals(draft: _Draft, element: Element) -> None:
    found = []
    for chemical in element:
        if chemical.tag != "Chemical":
            continue
        registry, label, ui = "", "", None
        for child in chemical:
            if child.tag == "NameOfSubstance":
                label = text_of(child)
                ui = _ui(draft, child, "DC", label)
            elif child.tag == "RegistryNumber":
                registry = text_of(child)
        if label:
            found.append(Substance(ui, label, registry if registry not in ("", "0") else None))
    _extend(draft, "chemicals", found)


def _supplementary(draft: _Draft, element: Element) -> None:
    found = []
    for child in element.iterchildren("SupplMeshName"):
        if label := text_of(child):
            found.append(Substance(_ui(draft, child, "DC", label), label, None, child.get("Type")))
    _extend(draft, "supplementary", found)


def _keywords(draft: _Draft, element: Element) -> None:
    owner = element.get("Owner")
    found = []
    for child in element:
        if child.tag != "Keyword":
            continue
        if text := text_of(child):
            found.append(Keyword(text, None, owner, child.get("MajorTopicYN") == "Y"))
    _extend(draft, "keywords", found)


def _databanks(draft: _Draft, element: Element) -> None:
    found = []
    for bank in element.iterchildren("DataBank"):
        name = text_of(part) if (part := bank.find("DataBankName")) is not None else ""
        for child in bank.iter("AccessionNumber"):
            if number := text_of(child):
                found.append(Accession(name, number))
    _extend(draft, "accessions", found)


# --- money, references, relations ---------------------------------------------------------------------------------


def _grants(draft: _Draft, element: Element) -> None:
    found = []
    for grant in element:
        if grant.tag != "Grant":
            continue
        parts = {child.tag: text_of(child) or None for child in grant}
        if any(parts.values()):
            get = parts.get
            found.append(Grant(get("GrantID"), get("Agency"), acronym=get("Acronym"), country=get("Country")))
    _extend(draft, "grants", found)


def _conflict(draft: _Draft, element: Element) -> None:
    if text := text_of(element):
        draft.fields.setdefault("conflict", ConflictOfInterest(text, declares_conflict(text)))


def _references(draft: _Draft, element: Element) -> None:
    """The reference list in reading order, its parts included."""
    found: list[Reference] = []
    text: str | None = None
    stated: dict[str, str] = {}
    for part in element.iter("Reference", "Citation", "ArticleId"):
        tag = part.tag
        if tag == "ArticleId":
            _cited_number(draft, part, stated, len(found) + 1)
        elif tag == "Citation":
            text = text_of(part) or None
        else:
            _cite(found, text, stated)
            text, stated = None, {}
    _cite(found, text, stated)
    _extend(draft, "references", found)


def _cite(found: list[Reference], text: str | None, stated: dict[str, str]) -> None:
    if text or stated:
        get = stated.get
        found.append(Reference(text, None, get("doi"), get("pmid"), get("pmcid")))


def _cited_number(draft: _Draft, element: Element, stated: dict[str, str], place: int) -> None:
    """Take an identifier of a reference; of several of a kind the first."""
    rule = _CHECKS.get(element.get("IdType", "pubmed"))
    if rule is None or not (printed := text_of(element)):
        return
    name, called, check = rule
    checked = check(printed)
    if checked is None:
        draft.warn(f"bad-{name}", f"{_shown(printed)} of reference {place} is not a {called}; left out")
    elif name not in stated:
        stated[name] = checked


_DOI_IN_TEXT = re.compile(r"\bdoi:? ?(10\.[0-9]{4,9}/[^\s]{1,200})", re.IGNORECASE | re.ASCII)


def _corrections(draft: _Draft, element: Element) -> None:
    """Notices about this or by this article. ``Cites`` is no notice: until 2018 it held the references."""
    related, cited = [], []
    for child in element:
        if type(child.tag) is not str:
            continue
        kind = child.get("RefType")
        # Until 2007 the kind was the element's name, directly in the list or in CommentsCorrections.
        for link in (child,) if kind or child.tag in relations.NLM else child.iterchildren("*"):
            label = kind or link.tag
            text = " ".join(filter(None, (text_of(p) for p in link if p.tag in ("RefSource", "Note"))))
            pmid = None
            if (part := link.find("PMID")) is not None and (printed := text_of(part)):
                pmid = identifiers.pmid(printed)
                if pmid is None:
                    draft.warn("bad-pmid", f"{_shown(printed)} of a {label} link is not a PMID; left out")
            if not text and not pmid:
                continue
            if label == "Cites":
                cited.append(Reference(text or None, pmid=pmid))
                continue
            match = _DOI_IN_TEXT.search(text)
            doi = identifiers.doi(match[1].rstrip(".,;)")) if match else None
            related.append(Related(label, relations.NLM.get(label), text or None, doi, pmid))
    _extend(draft, "related", related)
    _extend(draft, "references", cited)


def _general_note(draft: _Draft, element: Element) -> None:
    draft.note("General note", text_of(element), "notes")


# --- books --------------------------------------------------------------------------------------------------------


def _publisher_name(draft: _Draft, element: Element) -> None:
    _journal_part(draft, "publisher", text_of(element))


def _book_title(draft: _Draft, element: Element) -> None:
    _journal_part(draft, "title", text_of(element))


def _isbn(draft: _Draft, element: Element) -> None:
    if text := text_of(element):
        draft.ids.append(("isbn", text))


def _book_authors(draft: _Draft, element: Element) -> None:
    """Who wrote or edited the book; its authors are the document's where that has none of its own."""
    if element.get("Type") == "editors" or element.getparent().getparent().find("AuthorList") is not None:  # type: ignore[union-attr]
        _people(draft, element, "editors")
    else:
        _authors(draft, element)


def _revised(draft: _Draft, element: Element) -> None:
    _event(draft, element, "the date of revision", "revised", draft.events)


def _contributed(draft: _Draft, element: Element) -> None:
    _article_date(draft, element)


def _sections(draft: _Draft, element: Element, above: str = "") -> None:
    """The headings of a chapter; PubMed has no more of it."""
    for n, child in enumerate(element.iterchildren("Section"), 1):
        heading = text_of(title) if (title := child.find("SectionTitle")) is not None else ""
        label = text_of(part) if (part := child.find("LocationLabel")) is not None else ""
        number = f"{above}{n}"
        _extend(draft, "sections", [Section(number, " ".join(filter(None, (label, heading))) or None, "")])
        _sections(draft, child, f"{number}.")


# --- which element goes where -------------------------------------------------------------------------------------

_ISSUE: dict[str, _Handler | None] = {
    "Volume": _set_text("volume"),
    "Issue": _set_text("issue"),
    "PubDate": _publication_date,
}
_ARTICLE: dict[str, _Handler | None] = {
    "Journal": _journal,
    "ArticleTitle": _title,
    "Pagination": _pagination,
    "ELocationID": _location,
    "Abstract": _abstract,
    "Affiliation": _article_affiliation,
    "AuthorList": _authors,
    "InvestigatorList": _investigators,
    "Language": _language,
    "DataBankList": _databanks,
    "GrantList": _grants,
    "PublicationTypeList": _publication_types,
    "VernacularTitle": _vernacular_title,
    "ArticleDate": _article_date,
}
_CITATION: dict[str, _Handler | None] = {
    "PMID": None,
    "DateCreated": None,
    "DateCompleted": None,
    "DateRevised": None,
    "CitationSubset": None,
    "NumberOfReferences": None,
    "Article": _children(_ARTICLE),
    "MedlineJournalInfo": _journal_info,
    "ChemicalList": _chemicals,
    "SupplMeshList": _supplementary,
    "CommentsCorrectionsList": _corrections,
    "CommentsCorrections": _corrections,
    "MeshHeadingList": _mesh_headings,
    "OtherID": _other_id,
    "OtherAbstract": _other_abstract,
    "KeywordList": _keywords,
    "CoiStatement": _conflict,
    "InvestigatorList": _investigators,
    "DataBankList": _databanks,
    "GeneralNote": _general_note,
}
_DATA: dict[str, _Handler | None] = {
    "History": _history,
    "PublicationStatus": None,
    "ArticleIdList": _article_ids,
    "ArticleId": _article_id,
    "ReferenceList": _references,
}
_BOOK: dict[str, _Handler | None] = {
    "Publisher": _children({"PublisherName": _publisher_name}),
    "BookTitle": _book_title,
    "PubDate": _publication_date,
    "AuthorList": _book_authors,
    "InvestigatorList": _investigators,
    "Volume": _set_text("volume"),
    "Isbn": _isbn,
    "ELocationID": _location,
}
_ARTICLE_RECORD: dict[str, _Handler | None] = {
    "MedlineCitation": _children(_CITATION),
    "PubmedData": _children(_DATA),
}
_BOOK_DOCUMENT: dict[str, _Handler | None] = {
    **{tag: _ARTICLE[tag] for tag in ("Pagination", "Abstract", "AuthorList", "InvestigatorList", "Language")},
    **{tag: _ARTICLE[tag] for tag in ("ArticleTitle", "VernacularTitle", "GrantList")},
    "PMID": None,
    "ArticleIdList": _article_ids,
    "Book": _children(_BOOK),
    "PublicationType": _one_publication_type,
    "KeywordList": _keywords,
    "ContributionDate": _contributed,
    "DateRevised": _revised,
    "CitationString": _set_text("citation"),
    "ReferenceList": _references,
    "Sections": _sections,
}
_BOOK_RECORD: dict[str, _Handler | None] = {
    "BookDocument": _children(_BOOK_DOCUMENT),
    "PubmedBookData": _children(_DATA),
}
