"""An article while a reader fills it: identifiers checked, affiliations each once, and nothing dropped without a word.

Readers whose format gives an article field by field (tags of a text export, keys of a JSON object) collect here what
they find. Every check is one that :mod:`kg.identifiers` or :mod:`kg.dates` makes; what fails it is left out with a
warning that quotes it, what has no place in the model is kept in one statement headed "Further metadata".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from kg import affiliations, dates, identifiers
from kg.json_fields import Fields
from kg.json_records import Found
from kg.model import (
    Affiliation,
    Article,
    ConflictOfInterest,
    Date,
    Event,
    EventKind,
    Item,
    Journal,
    Rejected,
    Statement,
    Text,
    Warned,
)
from kg.pages import Pages
from kg.wording import declares_conflict

FURTHER = "Further metadata"
"""the heading of the statement that keeps what has no place of its own"""

_CHECKS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "doi": ("DOI", identifiers.doi),
    "pmid": ("PMID", identifiers.pmid),
    "pmcid": ("PMCID", identifiers.pmcid),
}
_SHOWN = 100


def shown(value: str) -> str:
    """A printed value for a message: quoted, escaped, of bounded length."""
    return ascii(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")


class Draft:
    """What was found of one article so far. ``fields`` are further fields of the :class:`~kg.model.Article` to be."""

    def __init__(self, reader: str, number: int, line: int | None):
        self.reader = reader
        self.number = number
        self.line = line
        self.at = line
        """the line that is being read, which warnings name"""
        self.fields: dict[str, Any] = {}
        self.ids: dict[str, str] = {}
        self.other_ids: dict[tuple[str, str], None] = {}
        self.journal: dict[str, str] = {}
        self.events: list[Event] = []
        self.languages: list[str] = []
        self.affiliations: list[Affiliation] = []
        self.statements: list[Statement] = []
        self._places: dict[str, int] = {}
        self._names: Counter[str] = Counter()
        self._further: list[str] = []
        self._warnings: dict[tuple[str, str], int | None] = {}

    # --- what was wrong, and what has no place

    def warn(self, rule: str, message: str, line: int | None = None) -> None:
        """Say what was wrong; the same is said once."""
        self._warnings.setdefault((rule, message), line or self.at)

    def keep(self, label: str, text: str) -> None:
        """Keep a line of metadata that has no place of its own."""
        if text:
            self._further.append(f"{label}: {text}")

    def state(self, name: str, heading: str | None, text: str) -> None:
        """Keep a text as a statement under a known name, or as a note (``note``)."""
        if text:
            self._names[name] += 1
            same = self._names[name]
            self.statements.append(Statement(f"{name}-{same}" if same > 1 or name == "note" else name, heading, text))

    # --- identifiers

    def identify(self, scheme: str, printed: str) -> str | None:
        """Take an identifier of the article: the first of each kind, the others kept beside. Its checked form."""
        if not printed:
            return None
        value: str | None = printed
        if scheme in _CHECKS:
            value = self.checked(scheme, printed)
            if value is None:
                return None
        assert value is not None
        if scheme in ("doi", "pmid", "pmcid", "pii") and self.ids.setdefault(scheme, value) == value:
            return value
        self.other_ids[scheme, value] = None
        return value

    def checked(self, scheme: str, printed: str, of: str = "") -> str | None:
        """A DOI, PMID or PMCID, checked; ``of`` names what it identifies, where that is not the article."""
        called, check = _CHECKS[scheme]
        value = check(printed)
        if value is None and printed:
            self.warn(f"bad-{scheme}", f"{shown(printed)}{of} is not a {called}; left out")
        return value

    def orcid(self, printed: str) -> str | None:
        """An ORCID, checked."""
        value = identifiers.orcid(printed)
        if value is None and printed:
            self.warn("bad-orcid", f"{shown(printed)} is not an ORCID; left out")
        return value

    def ror(self, printed: str) -> str | None:
        """A ROR identifier, checked."""
        value = identifiers.ror(printed)
        if value is None and printed:
            self.warn("bad-ror", f"{shown(printed)} is not a ROR identifier; left out")
        return value

    def issn(self, field: str, printed: str) -> None:
        """Take an ISSN as ``issn``, ``eissn`` or ``issn_l``."""
        value = identifiers.issn(printed)
        if value:
            self.journal.setdefault(field, value)
        elif printed:
            self.warn("bad-issn", f"{shown(printed)} is not an ISSN; left out")

    def language(self, printed: str) -> str | None:
        """Take a language of the article; its code."""
        if not printed or printed.lower() in ("und", "mul", "zxx"):  # undetermined, several, no language (ISO 639-2)
            return None
        code = identifiers.language(printed)
        if code is None:
            self.warn("bad-language", f"{shown(printed)} is not a language code; left out")
        else:
            self.languages.append(code)
        return code

    # --- the rest

    def name_journal(self, field: str, text: str) -> None:
        """Take a part of the journal's description; the first counts."""
        if text:
            self.journal.setdefault(field, text)

    def affiliation(self, printed: str, ror: str | None = None, parts: Affiliation | None = None) -> int | None:
        """The index of an affiliation; strings that differ in white space only share one. ``parts`` are its parts, where
        the source tells them apart itself."""
        text = affiliations.fold(printed)
        if not text:
            return None
        index = self._places.get(text)
        if index is None:
            index = self._places[text] = len(self.affiliations)
            self.affiliations.append(replace(parts, text=text) if parts else affiliations.parse(text))
        if ror and self.affiliations[index].ror is None:
            self.affiliations[index] = replace(self.affiliations[index], ror=ror)
        return index

    def event(self, kind: EventKind, date: Date | None, printed: str = "", what: str = "") -> None:
        """Take a dated step: a date, or a string that is one; what is none is kept as printed, with a warning."""
        if date is None and printed:
            date = dates.parse(printed) or dates.medline(printed)
            if date is None:
                self.warn("bad-date", f"{what or kind} is {shown(printed)}, which is no date; kept as printed")
        event = Event(kind, date, None if date else printed)
        if (date or printed) and event not in self.events:
            self.events.append(event)

    def paginate(self, found: Pages) -> None:
        """Take first and last page, article number and what else the pagination says; the first counts."""
        for name, page in (
            ("first_page", found.first),
            ("last_page", found.last),
            ("elocation", found.elocation),
            ("page_range", found.printed),
        ):
            if page:
                self.fields.setdefault(name, page)

    def warn_of_repeated(self, keys: Iterable[str]) -> None:
        """Say which keys stand twice in a JSON object."""
        for key in keys:
            self.warn("repeated-key", f"the key {shown(key)} stands twice in one object; the last one counts")

    def conflict(self, text: str) -> None:
        """Take the conflict-of-interest statement."""
        if text:
            self.fields.setdefault("conflict", ConflictOfInterest(text, declares_conflict(text)))

    def extend(self, name: str, values: list[Any]) -> None:
        """Add to a field that is a tuple."""
        if values:
            self.fields[name] = (*self.fields.get(name, ()), *values)

    @property
    def record(self) -> str:
        """How messages call it."""
        if "pmid" in self.ids:
            return f"PMID {self.ids['pmid']}"
        if "doi" in self.ids:
            return f"doi {self.ids['doi']}"
        return self.ids.get("pmcid") or f"record {self.number}"

    def items(self) -> Iterator[Item]:
        """The warnings, then the article; without a title and any identifier, that it cannot be used."""
        record = self.record
        for (rule, message), line in self._warnings.items():
            yield Warned(record, rule, message, line)
        title = self.fields.get("title")
        if not (title or self.fields.get("vernacular_title") or self.ids or self.other_ids):
            yield Rejected(record, "no-identity", "the record has neither a title nor an identifier", self.line)
            return
        if not (title or self.fields.get("vernacular_title")):
            yield Warned(record, "no-title", "the record has no title", self.line)
        if self._further:
            self.state("note", FURTHER, "\n".join(self._further))
        fields: dict[str, Any] = {**self.ids, **self.fields}
        yield Article(
            record=record,
            reader=self.reader,
            line=self.line,
            journal=Journal(**self.journal) if self.journal else None,
            events=tuple(self.events),
            languages=tuple(dict.fromkeys(self.languages)),
            affiliations=tuple(self.affiliations),
            statements=tuple(self.statements),
            other_ids=tuple(self.other_ids),
            **fields,
        )

    def title(self, text: str, lang: str | None = None) -> None:
        """Take the title; the first counts."""
        if text:
            self.fields.setdefault("title", Text(text, lang))


def drafted(
    reader: str,
    records: Iterable[Found | Rejected],
    read: Callable[[Draft, Fields], None],
    inner: Callable[[Draft, Fields], Fields | None] | None = None,
) -> Iterator[Item]:
    """The articles of JSON records in their order, each after its warnings; what was rejected passes.

    ``read`` fills a draft from a record; ``inner`` gives the object within a record that is the article, None where
    there is none. Frames around a list hold no article.
    """
    for found in records:
        if isinstance(found, Rejected):
            yield found
            continue
        if found.is_frame:
            continue
        draft = Draft(reader, found.number, found.line)
        draft.warn_of_repeated(found.repeated)
        whole = Fields(found.value, draft.warn)
        record = whole if inner is None else inner(draft, whole)
        if record is not None:
            read(draft, record)
            yield from draft.items()
