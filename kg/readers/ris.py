"""RIS → records: what reference managers and publishers export, many records a file.

A line is a tag of two characters, two blanks, a hyphen and a value; a record begins with ``TY`` and ends with ``ER``.
Programs disagree about most tags: where one means several things, the type of the record and the form of the value
decide. A tag without a place in the model is kept under its name as further metadata.

Names are taken apart at their comma; without one only ``Family AB`` is known to be a family name and initials, and
``Given Family`` stays as printed. Addresses (``AD``) are not bound to authors by the format: they are the author's where
there is one author, or kept as metadata.

Sources: Research Information Systems, "RIS Format Specifications" (2001, 2011); the exports of EndNote, Zotero, Mendeley,
PubMed, PMC, Scopus, ScienceDirect and ACS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec.structs import replace

from kg import dates, identifiers, pages, printed_names
from kg.draft import Draft, shown
from kg.errors import InputError
from kg.inline_markup import abstract_sections, plain
from kg.model import Abstract, Author, Date, EventKind, Item, Keyword, PublicationType, Rejected, Text
from kg.text_lines import Field, TaggedRecord, lines

DESCRIPTION = "RIS, as reference managers and publishers export it: many records a file"
DELIVERS = (
    "DOI, PMID, PMCID, ISBN", "title", "journal, volume, issue, pages", "dates", "authors and editors", "abstract",
    "keywords", "language", "type of publication", "address of a single author", "every other tag as metadata",
)  # fmt: skip

DECLINED = {
    "TY": "read with the record",
    "ER": "the record's end",
    "Y2": "when somebody looked at it",
    "RP": "reprint status",
}
"""tag → why it gives no field of its own"""

_FIELD = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*)|$)", re.DOTALL)
_FIRST = re.compile(rb"(?:\xef\xbb\xbf|\s){0,999}(?:[A-Z][A-Z0-9] {1,2}- ?)")
_TYPE_LINE = re.compile(rb"^TY {1,2}- ?[A-Z]", re.MULTILINE)
_END_LINE = re.compile(rb"^ER {1,2}-", re.MULTILINE)


def sniff(head: bytes) -> bool:
    """Whether a type (``TY  - JOUR``) begins a line near the top, or the first line is tagged and a record ends.

    >>> sniff(b"\\xef\\xbb\\xbf\\r\\nTY  - JOUR\\r\\nAU  - Doe, J.\\r\\n"), sniff(b"AU  - Doe\\nTI  - A title\\n")
    (True, False)
    """
    match = _TYPE_LINE.search(head.removeprefix(b"\xef\xbb\xbf")[:2_000])
    return match is not None or (_FIRST.match(head) is not None and _END_LINE.search(head) is not None)


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every record of a file in its order, each after its warnings.

    Raises:
        InputError: no line of the file begins a field.
    """
    found = False
    for record in _records(stream):
        found = True
        yield from _items(record)
    if not found:
        raise InputError("wrong-format", "no line begins with a tag of RIS", line=1)


def _records(stream: BinaryIO) -> Iterator[TaggedRecord]:
    """Records: from a type to its end, or to the next type where the end is missing."""
    record: TaggedRecord | None = None
    number = 0
    for line in lines(stream):
        text = line.text.lstrip("\ufeff \t")
        if not text.strip() and not line.fault:
            continue
        match = _FIELD.match(text)
        tag = match[1] if match else ""
        if record is not None and tag == "TY" and any(f.tag != "TY" for f in record.fields):
            record.has_end = False
            yield record
            record = None
        if record is None:
            if tag == "ER" or (not match and not line.fault and number):
                continue  # what stands between records
            number += 1
            record = TaggedRecord(number, line.number)
        if line.fault:
            record.faults.append(line)
        if match:
            record.fields.append(Field(tag, [" ".join((match[2] or "").split())], line.number))
            record.size += len(text)
            if tag == "ER":
                yield record
                record = None
                continue
        elif record.fields:
            record.add(line)
        else:
            record.strays.append(line)
        record.check_size()
    if record is not None and (record.fields or record.faults):
        record.has_end = False
        yield record


def _items(record: TaggedRecord) -> Iterator[Item]:
    """What one record says."""
    named = f"record {record.number}"
    if record.faults:
        fault = record.faults[0]
        yield Rejected(named, "not-utf-8", f"{fault.fault}; save the file as UTF-8", fault.number, fault.byte)
        return
    reading = _Reading(record)
    reading.read()
    yield from reading.draft.items()


# --- one record ---------------------------------------------------------------------------------------------------

_TYPES: dict[str, tuple[str, str | None]] = {
    "JOUR": ("Journal Article", "D016428"),
    "EJOUR": ("Journal Article", "D016428"),
    "JFULL": ("Journal", None),
    "ABST": ("Abstract", None),
    "INPR": ("In press", None),
    "UNPB": ("Unpublished work", None),
    "MGZN": ("Magazine article", None),
    "NEWS": ("Newspaper article", None),
    "BOOK": ("Book", None),
    "EBOOK": ("Electronic book", None),
    "EDBOOK": ("Edited book", None),
    "CHAP": ("Book chapter", None),
    "ECHAP": ("Electronic book chapter", None),
    "CONF": ("Conference proceeding", None),
    "CPAPER": ("Conference paper", None),
    "THES": ("Academic Dissertation", "D019478"),
    "RPRT": ("Technical Report", "D016427"),
    "DATA": ("Dataset", "D064886"),
    "PAT": ("Patent", None),
    "ELEC": ("Web page", None),
    "GEN": ("Generic", None),
}
"""code → its name, and the MeSH publication type that says the same"""
_BOOKS = frozenset(("BOOK", "EBOOK", "EDBOOK", "CHAP", "ECHAP"))
_IN_BRACKETS = re.compile(r"(.{1,100}?) ?\[(pmid|pmcid|pii|doi|mid)\]", re.IGNORECASE)
_DOI_LINK = re.compile(r"(?:https?:)?//(?:dx\.|www\.)?doi\.org/(.+)", re.IGNORECASE)
_PUBMED_LINK = re.compile(
    r"https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/([0-9]{1,9})/?"
)
_PMC_LINK = re.compile(
    r"https?://(?:www\.)?(?:ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/(PMC[0-9]{1,10})/?"
)
_LABELLED_DOI = re.compile(r"doi:? ?(10\.[0-9]{4,9}/[^\s]{1,200})", re.IGNORECASE | re.ASCII)
_ISSNS = re.compile(r"([0-9]{4}-?[0-9]{3}[0-9Xx])(?: ?\(?(print|electronic|linking|online)\)?)?", re.IGNORECASE)
_ISBN = re.compile(r"[0-9][0-9 -]{8,20}[0-9Xx](?: ?\([^()]{1,40}\))?")
_VOLUME_ISSUE = re.compile(r"([^\s()]{1,20}) ?\(([^()]{1,40})\)")
_EVENTS: dict[str, EventKind] = {"received": "received", "accepted": "accepted", "revised": "revised"}


class _Reading:
    """One record on its way to an article."""

    def __init__(self, record: TaggedRecord):
        self.record = record
        self.draft = Draft("ris", record.number, record.line)
        self.code = record.first("TY").strip().upper()
        self.people: dict[str, list[Author]] = {"authors": [], "editors": []}
        self.addresses: list[str] = []
        self.dates: dict[str, list[str]] = {}
        self.names: dict[str, str] = {}
        """tags that name the journal, the book or the series → the first value"""

    def read(self) -> None:
        draft = self.draft
        for stray in self.record.strays:
            draft.warn("stray-line", f"line {stray.number} stands before the first tag; left out", stray.number)
        if not self.code:
            draft.warn("no-type", "the record has no type (TY); read as an article")
        if not self.record.has_end:
            draft.warn("no-end", "the record has no end (ER); the next one may have lost its beginning")
        for code in dict.fromkeys(f.value.strip().upper() for f in self.record.fields if f.tag == "TY" and f.value):
            label, mesh = _TYPES.get(code, (code, None))
            draft.extend("publication_types", [PublicationType(label, mesh)])
        if self.code in _BOOKS:
            draft.fields["is_book"] = True
        for field in self.record.fields:
            if field.value:
                draft.at = field.line
                self._field(field)
        draft.at = self.record.line
        self._finish()

    def _field(self, field: Field) -> None:
        draft, fields, tag, value = self.draft, self.draft.fields, field.tag, field.value
        if tag in ("AU", "A1"):
            for printed in field.lines:
                self._person("authors", printed)
        elif tag in ("ED", "A2"):
            self._person("editors", value)
        elif tag in ("TI", "T1", "CT"):
            text = plain(value)
            if "title" in fields and fields["title"].text != text:
                draft.keep(tag, text)
            draft.title(text)
        elif tag == "TT":
            draft.extend("translated_titles", [Text(plain(value))])
        elif tag in ("T2", "T3", "BT", "JF", "JO", "JA", "J1", "J2"):
            text = plain(value)
            if self.names.setdefault(tag, text) != text:
                draft.keep(tag, text)
        elif tag in ("AB", "N2"):
            self._abstract(value)
        elif tag == "KW":
            self._keywords(field.lines)
        elif tag in ("PY", "Y1", "DA"):
            self.dates.setdefault(tag, []).append(value)
        elif tag == "VL":
            fields.setdefault("volume", value)
        elif tag == "IS":
            fields.setdefault("issue", value)
        elif tag in ("SP", "EP"):
            self.names.setdefault(tag, value)
        elif tag == "SN":
            self._serial(value)
        elif tag == "DO":
            draft.identify("doi", value)
        elif tag == "LA":
            if draft.language(value) is None:
                draft.keep(tag, value)
        elif tag == "PB":
            draft.name_journal("publisher", plain(value))
        elif tag == "AD":
            self.addresses += [plain(line) for line in field.lines if line]
        elif tag not in DECLINED and not self._identifier(tag, value):
            draft.keep(tag, plain(value))

    def _person(self, kind: str, printed: str) -> None:
        person = printed_names.cited(plain(printed))
        if person is not None:
            self.people[kind].append(person)

    def _abstract(self, value: str) -> None:
        sections = abstract_sections(value)
        known = self.draft.fields.get("abstract")
        if known is None and sections:
            self.draft.fields["abstract"] = Abstract(sections)
        elif known and sections and known.text != Abstract(sections).text:
            self.draft.extend("other_abstracts", [Abstract(sections)])

    def _keywords(self, printed: list[str]) -> None:
        """One a tag; some programs write one a line below it, or all in one line."""
        for line in printed:
            for part in line.split(";"):
                if text := plain(part):
                    keyword = Keyword(text)
                    if keyword not in self.draft.fields.get("keywords", ()):
                        self.draft.extend("keywords", [keyword])

    def _serial(self, value: str) -> None:
        found = _ISSNS.findall(value)
        if self.code not in _BOOKS and found:
            for number, kind in found:
                field = {"electronic": "eissn", "online": "eissn", "linking": "issn_l"}.get(kind.lower(), "issn")
                if field == "issn" and "issn" in self.draft.journal:
                    field = "eissn"
                self.draft.issn(field, number)
        elif _ISBN.fullmatch(value):
            self.draft.identify("isbn", value)
        else:
            self.draft.keep("SN", value)

    def _identifier(self, tag: str, value: str) -> bool:
        """Take an identifier where a tag without fixed meaning holds one; links only where no better one is there."""
        draft = self.draft
        if match := _IN_BRACKETS.fullmatch(value):
            draft.identify(match[2].lower(), match[1])
            return True
        if match := _LABELLED_DOI.fullmatch(value) or _DOI_LINK.fullmatch(value):
            doi = identifiers.doi(match[1])
            if doi and not any(f.tag == "DO" and f.value for f in self.record.fields):
                draft.identify("doi", doi)
            return bool(doi)
        if tag in ("M3", "N1") and value.casefold() == draft.ids.get("doi"):
            return True
        if tag == "AN" and self.record.first("DB", "DP").casefold() in ("pubmed", "medline", "nlm"):
            return draft.identify("pmid", value) is not None
        if tag in ("AN", "C2") and value.upper().startswith("PMC"):
            return draft.identify("pmcid", value) is not None
        if match := _PUBMED_LINK.fullmatch(value):
            return draft.identify("pmid", match[1]) is not None
        if match := _PMC_LINK.fullmatch(value):
            return draft.identify("pmcid", match[1]) is not None
        if tag == "C7" and "SP" not in self.names and self.code in ("JOUR", "EJOUR"):
            draft.fields.setdefault("elocation", value)
            return True
        if tag == "ST":
            return any(f.tag in ("TI", "T1") and f.value == value for f in self.record.fields)
        return False

    # --- at the end

    def _finish(self) -> None:
        draft, fields = self.draft, self.draft.fields
        self._container()
        self._dates()
        first, last = self.names.get("SP", ""), self.names.get("EP", "")
        if first and last:
            draft.paginate(pages.of(first, pages.full_last_page(first, last)))
        elif first or last:
            draft.paginate(pages.parse(first or last))
        if "issue" not in fields and (match := _VOLUME_ISSUE.fullmatch(fields.get("volume", ""))):
            fields["volume"], fields["issue"] = match[1], match[2]
        authors = self.people["authors"]
        if len(authors) == 1 and self.addresses:
            where = [draft.affiliation(address) for address in self.addresses]
            authors[0] = replace(authors[0], affiliations=tuple(dict.fromkeys(i for i in where if i is not None)))
        else:
            for address in self.addresses:
                draft.keep("AD", address)
        for name, people in self.people.items():
            draft.extend(name, list(dict.fromkeys(people)))

    def _container(self) -> None:
        """The journal, or the book of a chapter; series and further names are kept."""
        draft, names = self.draft, self.names
        order = ("BT", "T2", "JF", "JO") if self.code in _BOOKS or self.code in ("CONF", "CPAPER") else _JOURNAL
        title = next((names.pop(tag) for tag in order if names.get(tag)), "")
        short = ""
        for tag in ("JA", "J2", "J1", "JO"):
            if names.get(tag) and not short:
                short = names.pop(tag)
        if not title:
            title, short = short, ""
        draft.name_journal("title", title)
        if short != title:
            draft.name_journal("abbreviation", short)
        for tag, text in names.items():
            if tag not in ("SP", "EP") and text not in (title, short):
                draft.keep(tag, text)

    def _dates(self) -> None:
        """The most exact date of publication that agrees with the year; PMC adds what happened behind a further slash."""
        draft = self.draft
        published: list[tuple[Date | None, str]] = []
        for tag in ("PY", "Y1", "DA"):
            for printed in self.dates.get(tag, ()):
                day, kind = _date(printed)
                if kind in _EVENTS and day:
                    draft.event(_EVENTS[kind], day)
                elif day is not None or printed.strip("/ "):
                    published.append((day, printed))
        good = [(day, printed) for day, printed in published if day is not None]
        if good:
            same = [day for day, _ in good if day.year == good[0][0].year]
            draft.event("issued", max(same, key=lambda day: (day.month is not None, day.day is not None)))
        else:
            for _, printed in published[:1]:
                draft.event("issued", None, printed, "the date of publication")
        for day, printed in published:
            if day is None and good:
                draft.warn("bad-date", f"{shown(printed)} is no date; left out, another one is stated")


_JOURNAL = ("JF", "T2", "JO", "BT")


def _date(printed: str) -> tuple[Date | None, str]:
    """``2005/07/15``, ``2012///``, ``2016/12//Winter`` and free forms → the date and what stands behind the third slash.

    >>> _date("2013/02/15/received"), _date("2015/october")[0].month, _date("2001/00/00/")[0].year
    ((Date(year=2013, month=2, day=15, printed=None), 'received'), 10, 2001)
    """
    year, *rest = (part.strip() for part in printed.split("/", 3))
    rest += [""] * (3 - len(rest))
    month, day, more = (part if part.strip("0") else "" for part in rest)
    date = dates.make(year, month or None, day or None)
    if date is not None:
        return date, more.casefold().strip("/ ")
    return (dates.parse(printed) or dates.medline(printed)) if "//" not in printed else None, ""
