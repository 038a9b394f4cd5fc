"""One article while it is read: everything that was found so far, and what becomes of it at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from kg import identifiers
from kg.markup import Element, line_of, local, text_of
from kg.model import (
    Abstract,
    Affiliation,
    Article,
    Author,
    ConflictOfInterest,
    Correspondence,
    Credit,
    Event,
    Grant,
    Journal,
    Keyword,
    PublicationType,
    Reference,
    Related,
    Rights,
    Section,
    Statement,
    Text,
    Warned,
)
from kg.readers.jats.text import LANG, href_of
from kg.wording import declares_conflict


@dataclass(slots=True, eq=False)
class Person:
    """A contributor whose notes and affiliations are still to be looked up."""

    author: Author
    rids: list[str] = field(default_factory=list)
    inline: list[Element] = field(default_factory=list)
    corresponding: bool = False
    equal: bool = False
    emails: list[str] = field(default_factory=list)
    roles: list[tuple[str, str | None]] = field(default_factory=list)
    degree: str | None = None
    rank: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    affiliations: list[int] = field(default_factory=list)


class Reading:
    """What has been read of one article so far, and the ways to keep something."""

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
        self.people: dict[str, list[Person]] = {"author": [], "editor": [], "investigator": []}
        self.complete = True
        self.notes_by_id: dict[str, Element] = {}
        self.note_holders: dict[Element, list[Person]] = {}
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
        self._named: Counter[str] = Counter()
        self.conflicts: list[str] = []
        self.citation: str | None = None
        self.grants: list[Grant] = []
        self.rights = Rights()
        self.rights_text: dict[str, list[str]] = {"copyright_text": [], "holder": [], "licence_text": []}
        self.references: list[Reference] = []
        self.related: list[Related] = []

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
        text, href = text_of(element), href_of(element)
        self.keep(label, f"{text} <{href}>" if href and text and href not in text else text or href)

    def state(self, name: str | None, heading: str | None, lines: Iterable[str]) -> None:
        """Keep a statement under a known name or, without one, as the next note; parts under one heading are one."""
        text = "\n".join(lines)
        if not text and not heading:
            return
        last = self.statements[-1] if self.statements else None
        if last is not None and name and heading and last.heading == heading and last.name.startswith(name):
            self.statements[-1] = replace(last, text=f"{last.text}\n{text}")
            return
        name = name or "note"
        self._named[name] += 1
        same = self._named[name]
        unique = f"{name}-{same}" if same > 1 or name == "note" else name
        self.statements.append(Statement(unique, heading, text))

    def section(self, heading: str | None, lines: Iterable[str], kind: str | None) -> str:
        """Keep a top-level section after those that are there; its number."""
        number = str(1 + int(self.sections[-1].number.partition(".")[0])) if self.sections else "1"
        self.sections.append(Section(number, heading, "\n".join(lines), kind))
        return number

    def article(self) -> Article:
        """The article that was read."""
        if self.further:
            self.state(None, "Further metadata", self.further)
        authors = tuple(person.author for person in self.people["author"])
        main = next((a for kinds in _MAIN_ABSTRACT for a in self.abstracts if a.kind in kinds), None)
        others = self.abstracts + self.translated_abstracts
        language = identifiers.language(self.root.get(LANG) or self.root.get("lang_id") or "")
        return Article(
            record=self.record,
            reader="jats",
            line=line_of(self.root),
            doi=self.ids.get("doi"),
            pmid=self.ids.get("pmid"),
            pmcid=self.ids.get("pmcid"),
            pii=self.ids.get("pii"),
            other_ids=tuple(dict.fromkeys(self.other_ids)),
            title=self.title,
            subtitle=self.subtitle,
            translated_titles=tuple(dict.fromkeys(self.translated_titles)),
            languages=(language,) if language else (),
            publication_types=tuple(self.types),
            journal=self.journal,
            volume=self.plain.get("volume"),
            issue=self.plain.get("issue"),
            first_page=self.plain.get("fpage"),
            last_page=self.plain.get("lpage"),
            elocation=self.plain.get("elocation-id"),
            page_range=self.plain.get("page-range"),
            events=tuple(dict.fromkeys(self.events)),
            authors=authors,
            authors_complete=self.complete,
            editors=tuple(person.author for person in self.people["editor"]),
            investigators=tuple(person.author for person in self.people["investigator"]),
            affiliations=tuple(self.affiliations),
            correspondence=tuple(self.correspondence),
            equal_contributors=tuple(self.equal),
            credits=tuple(dict.fromkeys(self.credits)),
            abstract=main,
            other_abstracts=tuple(a for a in others if a is not main),
            keywords=tuple(dict.fromkeys(self.keywords)),
            sections=tuple(self.sections),
            statements=tuple(self.statements),
            conflict=ConflictOfInterest(text, declares_conflict(text)) if (text := "\n".join(self.conflicts)) else None,
            grants=tuple(dict.fromkeys(self.grants)),
            rights=replace(
                self.rights,
                copyright_text=_lines(self.rights_text["copyright_text"]),
                holder=_lines(self.rights_text["holder"]),
                licence_text=_lines(self.rights_text["licence_text"]),
            ),
            citation=self.citation,
            references=tuple(self.references),
            related=tuple(self.related),
            abbreviations=tuple(dict.fromkeys(self.abbreviations)),
        )


_MAIN_ABSTRACT = ((None,), ("abstract", "normal"), ("summary", "section"))


def _lines(texts: Iterable[str]) -> str | None:
    """Texts, one a line, each once."""
    return "\n".join(dict.fromkeys(filter(None, texts))) or None
