"""An annotated document as an article: its passages become title, abstract, sections and references, and what was marked in
them goes along.

Every passage finds a place, and text stays as it is to the character. Titles (``title_1`` …) begin sections, whose level is
in their name; paragraphs follow each other in their section, with a line end between, as in the document itself.

Sources: the types and section types of PubMed Central's BioC (Comeau et al. 2019, doi 10.1093/bioinformatics/btz070) and of
PubTator 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from kg import identifiers
from kg.model import (
    Abstract,
    AbstractSection,
    AnnotatedDocument,
    AnnotatedPassage,
    Article,
    Author,
    Date,
    Event,
    Infons,
    Item,
    Journal,
    Reference,
    Rejected,
    Rights,
    Section,
    Text,
    Warned,
)

_LEVEL = re.compile(r"title_([1-9])")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)
_DOI = re.compile(r"\bdoi:? ?(10\.[0-9]{4,9}/[^\s;]{1,200})", re.IGNORECASE)
_NAME = re.compile(r"name_[0-9]{1,4}")


@dataclass(slots=True)
class _Draft:
    """A section as it grows."""

    number: str
    kind: str | None
    heading: str | None = None
    text: str = ""
    children: int = 0


@dataclass(slots=True)
class _Parts:
    """The parts of an article as its passages come."""

    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """name of a passage → the part that holds it, and how many characters of that come before it"""
    title: Text | None = None
    abstract: list[AbstractSection] = field(default_factory=list)
    drafts: list[_Draft] = field(default_factory=list)
    open: list[_Draft] = field(default_factory=list)
    """the section that text goes to, last, and those above it"""
    references: list[Reference] = field(default_factory=list)
    label: AnnotatedPassage | None = None
    """a heading within the abstract, whose text is still to come"""
    tops: int = 0

    def add(self, passage: AnnotatedPassage) -> None:
        said = dict(passage.infons)
        kind = (passage.kind or passage.name).casefold().strip()
        stated = said.get("section_type")
        part = stated.strip().upper() if isinstance(stated, str) else None
        is_abstract = passage.name == "abstract" or kind.startswith("abstract") or part == "ABSTRACT"
        if self.label is not None and not is_abstract:
            self._end_label()
        if not passage.text.strip():
            return
        if passage.name == "title":
            self.title = Text(passage.text)
            self.places[passage.name] = ("title", 0)
        elif is_abstract:
            self._abstract(passage, "title" in kind and kind != "title_abstract")
        elif kind == "ref":
            self.references.append(_reference(passage.text, said))
            self.places[passage.name] = (f"ref-{len(self.references)}", 0)
        elif kind == "title" or _LEVEL.match(kind):
            level = _LEVEL.match(kind)
            draft = self._begin(int(level[1]) if level else 1, part)
            draft.heading = passage.text
            self.places[passage.name] = (f"sec-{draft.number}-heading", 0)
        else:
            if not self.open or (part is not None and part != self.open[-1].kind):
                self._begin(1, part)
            draft = self.open[-1]
            before = f"{draft.text}\n" if draft.text else ""
            self.places[passage.name] = (f"sec-{draft.number}", len(before))
            draft.text = before + passage.text

    def _begin(self, level: int, kind: str | None) -> _Draft:
        self.open = self.open[: level - 1]
        if self.open:
            self.open[-1].children += 1
            number = f"{self.open[-1].number}.{self.open[-1].children}"
        else:
            self.tops += 1
            number = str(self.tops)
        draft = _Draft(number, kind)
        self.drafts.append(draft)
        self.open.append(draft)
        return draft

    def _abstract(self, passage: AnnotatedPassage, is_label: bool) -> None:
        if is_label:
            if self.label is not None:
                self._end_label()
            self.label = passage
            return
        at = sum(len(text) + 1 for text in map(_line, self.abstract))
        label = None
        if self.label is not None:
            label = self.label.text.rstrip(": ") or None
            self.places[self.label.name] = ("abstract", at)
            self.label = None
        section = AbstractSection(passage.text, label)
        self.places[passage.name] = ("abstract", at + len(_line(section)) - len(passage.text))
        self.abstract.append(section)

    def _end_label(self) -> None:
        """A heading without text is text."""
        label, self.label = self.label, None
        if label is not None:
            self._abstract(label, is_label=False)

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(Section(d.number, d.heading, d.text, d.kind) for d in self.drafts)


def _line(section: AbstractSection) -> str:
    return Abstract((section,)).text


def _reference(text: str, said: Mapping[str, object]) -> Reference:
    stated = {key: value if isinstance(value, str) else "" for key, value in said.items()}
    return Reference(
        text,
        doi=identifiers.doi(stated.get("pub-id_doi", "")),
        pmid=identifiers.pmid(stated.get("pub-id_pmid", "")),
        pmcid=identifiers.pmcid(stated.get("pub-id_pmcid", "")),
    )


def article_of(document: AnnotatedDocument, reader: str, record: str) -> tuple[Article, list[Warned]]:
    """The article that a document is, and what could not be used of it.

    Args:
        document: the document.
        reader: the name of the reader.
        record: how messages name the document.
    """
    warnings: list[Warned] = []
    parts = _Parts()
    for passage in document.passages:
        parts.add(passage)
    parts._end_label()
    annotations = []
    for annotation in document.annotations:
        part, shift = parts.places[annotation.passage]
        spans = tuple((start + shift, end + shift) for start, end in annotation.spans)
        annotations.append(
            replace(annotation, passage=part, spans=spans) if (part, shift) != (annotation.passage, 0) else annotation
        )
    claims = []
    for claim in document.claims:
        if len(claim.arguments) == 2 and all(argument.identifier.strip() for argument in claim.arguments):
            claims.append(claim)
        else:
            name = f"relation {claim.id}" if claim.id else "relation"
            message = f"{name} ({claim.relation[:60]}) has not exactly two arguments that are named; it is left out"
            warnings.append(Warned(record, "relation-without-arguments", message, document.line))
    article = Article(
        record=record,
        reader=reader,
        line=document.line,
        title=parts.title,
        abstract=Abstract(tuple(parts.abstract)) if parts.abstract else None,
        sections=parts.sections,
        references=tuple(parts.references),
        annotations=tuple(annotations),
        claims=tuple(claims),
    )
    return _described(article, document), warnings


def items(read: Iterable[AnnotatedDocument | Rejected | Warned], reader: str) -> Iterator[Item]:
    """What a reader yields for what was read of a file of annotated documents."""
    for number, one in enumerate(read, 1):
        if not isinstance(one, AnnotatedDocument):
            yield one
            continue
        record = (
            f"PMID {one.id}" if identifiers.pmid(one.id) else f"document {one.id}" if one.id else f"record {number}"
        )
        if not one.passages:
            yield Warned(record, "empty-document", "has no passages: there is nothing to store", one.line)
            continue
        article, warnings = article_of(one, reader, record)
        if article.title is None and article.abstract is None and not article.sections:
            yield Rejected(record, "no-text", "no passage of the document has text", one.line)
            continue
        yield from warnings
        yield article


def _described(article: Article, document: AnnotatedDocument) -> Article:
    """The article with what its document says of it: identifiers, journal, year, pages, authors, licence."""
    stated: dict[str, str] = {}
    for infons in (document.infons, *(p.infons for p in document.passages[:1])):
        stated |= {key.casefold(): value for key, value in infons if isinstance(value, str)}
    printed = stated.get("journal", "")
    doi = identifiers.doi(stated.get("article-id_doi") or stated.get("doi") or "")
    if doi is None and (match := _DOI.search(printed)):
        doi = identifiers.doi(match[1].rstrip("."))
    pmid = identifiers.pmid(stated.get("article-id_pmid", ""))
    pmcid = identifiers.pmcid(stated.get("article-id_pmc", ""))
    own = document.id
    other: tuple[tuple[str, str], ...] = ()
    of_pmc = document.collection is not None and document.collection.source.strip().casefold() in ("pmc", "bioc-pmc")
    if own.upper().startswith("PMC") or of_pmc:
        pmcid = pmcid or identifiers.pmcid(own)
    elif identifiers.pmid(own) is not None:
        pmid = pmid or identifiers.pmid(own)
    elif own:
        other = (("document", own),)
    journal = stated.get("journal-title") or printed.partition(";")[0].strip()
    year = stated.get("year", "").strip()
    return replace(
        article,
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        other_ids=other,
        journal=Journal(title=journal) if journal else None,
        volume=stated.get("volume") or None,
        issue=stated.get("issue") or None,
        first_page=stated.get("fpage") or None,
        last_page=stated.get("lpage") or None,
        events=(Event("issued", Date(int(year))),) if _YEAR.fullmatch(year) else (),
        authors=_authors(document.passages[:1], stated),
        rights=_rights(stated.get("license", "")),
    )


def _authors(passages: Sequence[AnnotatedPassage], stated: Mapping[str, str]) -> tuple[Author, ...]:
    """Authors as PubMed Central's BioC (``surname:Doe;given-names:Ada``) or PubTator's (``Doe A, Roe B``) list them."""
    infons: Infons = passages[0].infons if passages else ()
    found = []
    for key, value in infons:
        if _NAME.fullmatch(key) and isinstance(value, str):
            parts = dict(part.partition(":")[::2] for part in value.split(";") if ":" in part)
            family, given = parts.get("surname", "").strip(), parts.get("given-names", "").strip()
            if name := " ".join(filter(None, (given, family))):
                found.append(Author(name, given or None, family or None))
    if found:
        return tuple(found)
    for name in stated.get("authors", "").split(","):
        family, _, initials = name.strip().rpartition(" ")
        if family and initials.isupper() and len(initials) <= 4:
            found.append(Author(f"{initials} {family}", None, family, initials=initials))
        elif name.strip():
            found.append(Author(name.strip()))
    return tuple(found)


def _rights(text: str) -> Rights:
    return Rights(licence=identifiers.licence(text), licence_text=text.strip()) if text.strip() else Rights()
