"""CSL-JSON → records: what Zotero, Mendeley, Paperpile and citation servers export.

Names come in parts, dates with the precision of their parts, titles with a little HTML (``<i>``, ``<sub>``). A variable
without a place in the model is kept under its name as further metadata. Zotero writes identifiers that CSL had no variable
for into ``note`` (``PMID: …``): they are read there.

Source: Citation Style Language 1.0.2, "csl-data.json" (https://github.com/citation-style-language/schema).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg import dates, pages, printed_names
from kg.draft import Draft, drafted, shown
from kg.inline_markup import abstract_sections, plain
from kg.json_fields import Fields, flat
from kg.json_records import keys_in, records
from kg.model import Abstract, Author, Date, Item, Keyword, PublicationType, Text

DESCRIPTION = "CSL-JSON, as Zotero, Mendeley and citation servers export it"
DELIVERS = (
    "DOI, PMID, PMCID, ISBN", "title", "journal, volume, issue, pages", "dates with their precision", "authors and editors",
    "abstract", "keywords", "language", "type of publication", "every other variable as metadata",
)  # fmt: skip

DECLINED = (
    "id",
    "citation-key",
    "citation-label",
    "citation-number",
    "accessed",
    "first-reference-note-number",
    "locator",
)
"""variables of a library or of a citing text, which say nothing of the work"""

_TYPES: dict[str, tuple[str, str | None]] = {
    "article-journal": ("Journal Article", "D016428"),
    "article": ("Preprint", "D000076942"),
    "article-magazine": ("Magazine article", None),
    "article-newspaper": ("Newspaper article", None),
    "book": ("Book", None),
    "chapter": ("Book chapter", None),
    "dataset": ("Dataset", "D064886"),
    "entry": ("Entry", None),
    "entry-dictionary": ("Dictionary entry", None),
    "entry-encyclopedia": ("Encyclopedia entry", None),
    "manuscript": ("Manuscript", None),
    "paper-conference": ("Conference paper", None),
    "patent": ("Patent", None),
    "post": ("Post", None),
    "post-weblog": ("Post", None),
    "report": ("Technical Report", "D016427"),
    "review": ("Review of a work", None),
    "review-book": ("Book Review", "D022921"),
    "software": ("Software", None),
    "speech": ("Presentation", None),
    "standard": ("Standard", None),
    "thesis": ("Academic Dissertation", "D019478"),
    "webpage": ("Web page", None),
    "document": ("Document", None),
}
_BOOKS = frozenset(("book", "chapter", "entry-dictionary", "entry-encyclopedia"))
_TYPE = re.compile(rb'"type"\s{0,9}:\s{0,9}"([a-z-]{3,20})"')
_FOREIGN = frozenset(("is-referenced-by-count", "authorships", "passages", "resultList", "journalInfo"))


def sniff(head: bytes) -> bool:
    """Whether the first bytes are JSON objects with a type of CSL and a title, an identifier or a container.

    >>> sniff(b'[{"id": "doe2020", "type": "article-journal", "title": "A"}]'), sniff(b'{"type": "Feature", "id": 1}')
    (True, False)
    """
    keys = keys_in(head)
    if not keys & {"title", "container-title", "DOI", "issued"} or keys & _FOREIGN:
        return False
    return any(match.decode() in _TYPES for match in _TYPE.findall(head))


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every item of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not JSON, or something else stands where the list of items should.
    """
    yield from drafted("csl-json", records(stream, ("items",)), _read)


_NOTED = re.compile(r"\b(PMID|PMCID|DOI): ?([^\s;,]{1,300})")


def _read(draft: Draft, item: Fields) -> None:
    fields = draft.fields
    for key, scheme in (("DOI", "doi"), ("PMID", "pmid"), ("PMCID", "pmcid")):
        draft.identify(scheme, item.text(key))
    note = item.get("note")
    if isinstance(note, str):
        for key, printed in _NOTED.findall(note):
            if key.lower() not in draft.ids:
                draft.identify(key.lower(), printed.rstrip("."))
        if rest := plain(_NOTED.sub(" ", note)):
            draft.state("notes", "note", rest)
    elif note is not None:
        draft.keep("note", flat(note))
    for number in item.text("ISBN").replace(",", " ").split():
        draft.identify("isbn", number)
    draft.title(plain(item.text("title")))
    kind = item.text("type")
    if kind:
        label, mesh = _TYPES.get(kind, (kind, None))
        draft.extend("publication_types", [PublicationType(label, mesh)])
    if kind in _BOOKS:
        fields["is_book"] = True
    draft.name_journal("title", plain(item.text("container-title")))
    short = item.text("container-title-short") or item.text("journalAbbreviation")
    draft.name_journal("abbreviation", plain(short))
    draft.name_journal("publisher", plain(item.text("publisher")))
    for place, number in enumerate(re.split(r"[,;\s]+", " ".join(item.texts("ISSN")))):
        draft.issn("issn" if place == 0 else "eissn", number)
    for name in ("volume", "issue"):
        if text := item.text(name):
            fields[name] = text
    if printed := item.text("page"):
        draft.paginate(pages.parse(printed))
        item.text("page-first")
    elif first := item.text("page-first"):
        draft.paginate(pages.parse(first))
    if (number := item.text("number")) and kind == "article-journal" and "first_page" not in fields:
        fields.setdefault("elocation", number)
    elif number:
        draft.keep("number", number)
    if (language := item.text("language")) and draft.language(language) is None:
        draft.keep("language", language)
    _dates(draft, item)
    for key, name in (("author", "authors"), ("editor", "editors")):
        draft.extend(name, [person for entry in item.objects(key) if (person := _person(draft, entry))])
    if sections := abstract_sections(item.text("abstract")):
        fields["abstract"] = Abstract(sections)
    printed = item.text("keyword")
    separator = ";" if ";" in printed else ","
    draft.extend("keywords", [Keyword(text) for part in printed.split(separator) if (text := plain(part))])
    if (text := plain(item.text("original-title"))) and "title" in fields:
        fields["vernacular_title"] = Text(text)
    for key in ("title-short", "shortTitle"):
        if (text := plain(item.text(key))) and text != getattr(fields.get("title"), "text", ""):
            draft.keep(key, text)
    for key, value in item.rest(*DECLINED):
        draft.keep(key, plain(_shown(value)))


def _shown(value: Any) -> str:
    """A value as a line; names in reading order, dates as such."""
    if (
        isinstance(value, list)
        and value
        and all(isinstance(v, dict) and ("family" in v or "literal" in v) for v in value)
    ):
        return "; ".join(person.name for v in value if (person := _name(Fields(v, lambda *_: None))))
    if isinstance(value, dict) and ("date-parts" in value or "raw" in value):
        date, printed = _date(value)
        return printed or (dates.iso(date) if date else "")
    return flat(value)


# --- people and dates ---------------------------------------------------------------------------------------------


def _person(draft: Draft, entry: Fields) -> Author | None:
    person = _name(entry)
    if person is None:
        draft.warn("no-name", "a person without a name is left out")
    for key, value in entry.rest(
        "static-ordering", "parse-names", "comma-suffix", "comma-dropping-particle", "isInstitution"
    ):
        draft.keep(f"{key} of {person.name if person else 'a person'}", flat(value))
    return person


def _name(entry: Fields) -> Author | None:
    """A name from its parts; particles belong to the family name."""
    literal = plain(entry.text("literal") or entry.text("name"))
    given = plain(entry.text("given"))
    particles = [plain(entry.text(key)) for key in ("dropping-particle", "non-dropping-particle")]
    family = " ".join(filter(None, (*particles, plain(entry.text("family")))))
    suffix = plain(entry.text("suffix"))
    if literal and not family:
        return Author(literal, is_group=True)
    if not given and not family:
        return None
    initials = given if printed_names.is_initials(given) else None
    return printed_names.named(given or None, family or None, suffix or None, initials)


def _dates(draft: Draft, item: Fields) -> None:
    for key, kind in (("issued", "issued"), ("available-date", "available"), ("submitted", "received")):
        value = item.get(key)
        if value in (None, "", {}, []):
            continue
        date, printed = _date(value)
        if date is None and not printed:
            draft.warn("bad-date", f"{key} is {shown(flat(value))}, which is no date; left out")
        else:
            draft.event(kind, date, printed, key)  # type: ignore[arg-type]


def _date(value: Any) -> tuple[Date | None, str]:
    """A date variable, and how it is printed where it is no plain date (ranges, seasons, words)."""
    if isinstance(value, (str, int)):
        return dates.parse(str(value)) or dates.medline(str(value)), str(value)
    if isinstance(value, list):
        value = {"date-parts": value}
    if not isinstance(value, dict):
        return None, ""
    parts = value.get("date-parts")
    printed = next((str(value[key]).strip() for key in ("literal", "raw") if value.get(key)), "")
    ranges = [
        [str(part) for part in single[:3] if part not in (None, "", 0, "0")]
        for single in (parts if isinstance(parts, list) else ())
        if isinstance(single, list)
    ]
    found = [dates.make(*single) for single in ranges if single]
    if not found or found[0] is None:
        if printed:
            return dates.parse(printed) or dates.medline(printed), printed
        return None, "-".join(ranges[0]) if ranges else ""
    start = found[0]
    if len(found) > 1 and found[1]:
        printed = f"{dates.iso(start)}/{dates.iso(found[1])}"
        return Date(start.year, start.month, start.day, printed), printed
    season = value.get("season")
    if season and start.month is None:
        name = _SEASONS.get(str(season), str(season))
        return Date(start.year, None, None, f"{name} {start.year}"), f"{name} {start.year}"
    return start, ""


_SEASONS = {"1": "Spring", "2": "Summer", "3": "Autumn", "4": "Winter"}
