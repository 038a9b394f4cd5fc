"""A record while it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from kg import affiliations, identifiers
from kg.model import (
    AbstractSection,
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
    sections: list[AbstractSection] = field(default_factory=list)
    """of the abstract that is being read"""
    statements: list[Statement] = field(default_factory=list)
    lists: dict[str, list[Any]] = field(default_factory=dict)
    """the fields of the article that are tuples"""
    notes: dict[str, int] = field(default_factory=dict)
    """how many statements of each name there are"""
    registered: dict[int, dict[str, None]] = field(default_factory=dict)
    """by affiliation, the identifiers of other registers that are stated for it"""
    first_affiliation: list[int] = field(default_factory=list)
    """of the form used until 2014, where the article, not its first author, holds the affiliation"""

    def warn(self, rule: str, message: str) -> None:
        self.warnings.append(Warned(self.record, rule, message, line=self.line))

    def begin(self, printed: str, text: str, version: str | None) -> bool:
        """Take the PMID; False, with the reason among the warnings, where there is none.

        Args:
            printed: what the record states as PMID.
            text: the same, as it is written.
            version: the version of the PMID, if one is stated.
        """
        if not printed:
            self.warnings.append(without_pmid(self.line))
            return False
        checked = identifiers.pmid(printed)
        if checked is None:
            message = f"the PMID {shown(printed)} is not a PubMed identifier"
            self.warnings.append(Rejected(f"PMID {shown(printed)}", "bad-pmid", message, line=self.line))
            return False
        self.pmid, self.record = checked, f"PMID {checked}"
        if checked != text:
            self.warn("padded-pmid", f"the PMID is written {shown(text or printed)}; taken as {checked}")
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
        kind = name or "note"
        number = self.notes[kind] = self.notes.get(kind, 0) + 1
        if name is None or number > 1:
            name = f"{kind}-{number}"
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
        if registered:
            self.registered.setdefault(index, {}).update(dict.fromkeys(registered))
        return index

    def extend(self, name: str, values: Sequence[Any]) -> None:
        """Add to a field that is a tuple; a list may come many times in a record."""
        if values:
            self.lists.setdefault(name, []).extend(values)


def remembered(check: Callable[[str], str | None], size: int) -> Callable[[str], str | None]:
    """A check of identifiers that remembers so many answers; of what is longer than any of them it keeps none."""
    known = lru_cache(maxsize=size)(check)
    return lambda text: known(text) if len(text) < 100 else check(text)


VERSION = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


def shown(value: str) -> str:
    """A printed value for a message: quoted, escaped, of bounded length."""
    return ascii(value if len(value) <= 100 else value[:100] + "…")


def without_pmid(line: int | None) -> Rejected:
    """What to say of a record that has none."""
    return Rejected(None, "no-pmid", "the record has no PMID", line=line)
