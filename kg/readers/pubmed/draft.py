"""A record while it is read, and how its elements come to their handlers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from kg import affiliations, identifiers
from kg.markup import Element, text_of
from kg.model import (
    Affiliation,
    Event,
    Rejected,
    Statement,
    Warned,
)


@dataclass(slots=True)
class Draft:
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
            self.warnings.append(without_pmid(self.line))
            return False
        checked = identifiers.pmid(printed)
        if checked is None:
            message = f"the PMID {shown(printed)} is not a PubMed identifier"
            self.warnings.append(Rejected(f"PMID {shown(printed)}", "bad-pmid", message, line=self.line))
            return False
        self.pmid, self.record = checked, f"PMID {checked}"
        if checked != pmid.text:
            self.warn("padded-pmid", f"the PMID is written {shown(pmid.text or printed)}; taken as {checked}")
        version = pmid.get("Version") or pmid.get("VersionID")
        if version is not None and version != "1":
            if VERSION.fullmatch(version.strip()):
                self.version = int(version)
            else:
                self.warn("bad-version", f"the version {shown(version)} of the PMID is no number; taken as 1")
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


VERSION = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
Handler = Callable[[Draft, Element], None]


def shown(value: str) -> str:
    """A printed value for a message: quoted, escaped, of bounded length."""
    return ascii(value if len(value) <= 100 else value[:100] + "…")


def without_pmid(line: int | None) -> Rejected:
    """What to say of a record that has none."""
    return Rejected(None, "no-pmid", "the record has no PMID", line=line)


def each(draft: Draft, element: Element, handlers: dict[str, Handler | None]) -> None:
    """One pass over the children, each to its handler; None declines an element."""
    for child in element:
        handler = handlers.get(child.tag, unknown)
        if handler is not None:
            handler(draft, child)


def container(handlers: dict[str, Handler | None]) -> Handler:
    """A handler for an element that only holds others."""

    def handler(draft: Draft, element: Element) -> None:
        each(draft, element, handlers)

    return handler


def unknown(draft: Draft, element: Element) -> None:
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


def extend(draft: Draft, name: str, values: list[Any]) -> None:
    """Add to a field that is a tuple; a list may come twice in a record."""
    if values:
        draft.fields[name] = draft.fields.get(name, ()) + tuple(values)
