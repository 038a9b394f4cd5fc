"""MEDLINE display format → records: PubMed's "Save as PubMed / Send to citation manager" (``.nbib``, ``medline.txt``).

A field begins with its tag in four columns, a hyphen and a blank (``TI  - ``) and goes on over lines that are indented;
a record begins with its PMID. Every tag is mapped, or declined below with the reason; one that is not known is kept as
further metadata. Fields of a person (ORCID, affiliation) follow the name; until 2014 the only affiliation stood before
the names and is the first author's. Structured abstracts print their labels in capitals into the text: where an abstract
begins with one, they are told apart again.

Sources: NLM, "MEDLINE/PubMed Data Element (Field) Descriptions" and "PubMed User Guide: MEDLINE display format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec.structs import replace

from kg import abstract_labels, affiliations, dates, identifiers, pages, printed_names, relations, wording
from kg.draft import Draft, shown
from kg.errors import InputError
from kg.inline_markup import plain
from kg.model import (
    Abstract,
    Accession,
    Author,
    Date,
    Grant,
    Item,
    Keyword,
    MeshHeading,
    PublicationType,
    Qualifier,
    Rejected,
    Related,
    Rights,
    Substance,
    Text,
)
from kg.text_lines import Field, TaggedRecord, lines

DESCRIPTION = "MEDLINE display format, PubMed's .nbib and medline.txt: many records a file"
DELIVERS = (
    "identifiers", "journal", "dates", "titles", "abstracts", "authors, investigators and editors with affiliations",
    "ORCID", "languages", "publication types", "MeSH headings and substances, by name", "keywords", "grants",
    "related articles", "conflict of interest", "databank accessions", "copyright",
)  # fmt: skip

DECLINED = {
    "OWN": "who made the record",
    "STAT": "the record's state of indexing",
    "DA": "when the record was made",
    "DCOM": "when indexing was completed",
    "LR": "when the record was last revised",
    "CRDT": "when the record was made",
    "EDAT": "when PubMed took the record",
    "MHDA": "when MeSH headings were added",
    "PMCR": "when the full text is released",
    "PUBM": "the publishing model, which the dates tell",
    "PST": "the publication status, which the dates tell",
    "SB": "the subset of the database",
    "PL": "where the journal is published",
    "RF": "a number that can be counted",
    "SO": "a citation made from the other fields",
}
"""tag → why it gives no field of its own"""

_FIELD = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)", re.DOTALL)
_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,999}PMID ?- ?[0-9]")
_NO_NAME = "a person without a name"


def sniff(head: bytes) -> bool:
    """Whether the first line that is not blank holds a PMID, or other tags of the format stand above one.

    >>> sniff(b"\\n\\nPMID- 123\\nOWN - NLM\\n"), sniff(b"PMID: 123"), sniff(b"TY  - JOUR\\n")
    (True, False, False)
    """
    if _FIRST_LINE.match(head):
        return True
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:4_000]
    return bool(_OTHER_FIRST.match(start)) and b"\nPMID-" in start


_OTHER_FIRST = re.compile(rb"(?:OWN|STAT|DCOM|LR|DA) {0,2}- ")


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
        raise InputError("wrong-format", "no line begins with a tag of the MEDLINE display format", line=1)


def _records(stream: BinaryIO) -> Iterator[TaggedRecord]:
    """Records: what begins with a PMID, or behind a blank line with the tags that stand above one."""
    record: TaggedRecord | None = None
    number = 0
    blank = True
    for line in lines(stream):
        if not line.text.strip() and not line.fault:
            blank = True
            continue
        match = _FIELD.match(line.text)
        if match and record is not None and _begins(record, match[1], blank):
            yield record
            record = None
        blank = False
        if record is None:
            number += 1
            record = TaggedRecord(number, line.number)
        if line.fault:
            record.faults.append(line)
        if match:
            record.fields.append(Field(match[1], [" ".join(match[2].split())], line.number))
            record.size += len(match[2])
        elif record.fields and line.text.startswith(" "):
            record.add(line)
        elif record.fields:
            record.strays.append(line)
            record.add(line)
        else:
            record.strays.append(line)
        record.check_size()
    if record is not None:
        yield record


def _begins(record: TaggedRecord, tag: str, blank: bool) -> bool:
    """Whether a tag begins the next record: a second PMID, or behind a blank line a tag that stands near the top."""
    return (tag == "PMID" and bool(record.first("PMID"))) or (blank and tag in ("PMID", "OWN", "STAT"))


def _items(record: TaggedRecord) -> Iterator[Item]:
    """What one record says."""
    printed = record.first("PMID")
    named = f"PMID {printed}" if identifiers.pmid(printed) else f"record {record.number}"
    if record.faults:
        fault = record.faults[0]
        yield Rejected(named, "not-utf-8", f"{fault.fault}; save the file as UTF-8", fault.number, fault.byte)
        return
    if not printed:
        if record.fields or record.strays:
            yield Rejected(named, "no-pmid", "the record has no PMID", record.line)
        return
    if identifiers.pmid(printed) is None:
        message = f"the PMID {shown(printed)} is not a PubMed identifier"
        yield Rejected(named, "bad-pmid", message, record.line)
        return
    reading = _Reading(record)
    reading.read()
    yield from reading.draft.items()


# --- one record ---------------------------------------------------------------------------------------------------

_PEOPLE = {
    "FAU": "authors",
    "AU": "authors",
    "FIR": "investigators",
    "IR": "investigators",
    "FED": "editors",
    "ED": "editors",
}
_RELATIONS = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "DDIN": "AssociatedDataset",
    "DRIN": "AssociatedPublication",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
"""tag → NLM's kind of link"""
_HISTORY = {
    "received": "received",
    "revised": "revised",
    "accepted": "accepted",
    "retracted": "retracted",
}
_HISTORY_OTHERWISE = {
    "epublish": "available",
    "aheadofprint": "available",
    "ppublish": "issued",
    "ecollection": "issued",
}
"""what counts where DEP and DP say nothing"""
_IN_BRACKETS = re.compile(r"(.*?) ?\[([A-Za-z0-9_.-]{1,40})\]")
_ISSN = re.compile(r"([0-9Xx-]{8,9})(?: ?\((Print|Electronic|Linking)\))?", re.IGNORECASE)
_REGISTRY = re.compile(r"(.{1,60}?) \((.*)\)")
_STATED_DOI = re.compile(r"\bdoi:? ?(10\.[0-9]{4,9}/[^\s]{1,200})", re.IGNORECASE | re.ASCII)
_STATED_PMID = re.compile(r"\bPMID: ?([0-9]{1,9})")
_ACRONYM = re.compile(r"[A-Z]{2}[A-Z0-9_]?|[A-Z][A-Z0-9]_")
_YEAR = re.compile(r"\b((?:19|20)[0-9]{2})\b")
_KINDS = {"PIP": "PIP", "KIE": "KIE", "NASA": "NASA", "AIDS": "AIDS", "AMA": "AMA", "NLM": "NLM"}


class _Reading:
    """One record on its way to an article."""

    def __init__(self, record: TaggedRecord):
        self.record = record
        self.draft = Draft("nbib", record.number, record.line)
        self.people: dict[str, list[Author]] = {"authors": [], "investigators": [], "editors": []}
        self.last: tuple[str, int] | None = None
        """list and index of the person whose fields follow"""
        self.full = False
        """the last name was a full one, whose short form may follow"""
        self.first_affiliations: list[int] = []
        self.owner: str | None = None
        self.other_abstract: list[str] = []
        self.online: dict[str, str] = {}
        self.is_book = False

    def read(self) -> None:
        draft = self.draft
        for stray in self.record.strays:
            message = f"line {stray.number} is not indented; taken as part of the field above"
            draft.warn("stray-line", message, stray.number)
        for field in self.record.fields:
            if field.value:
                draft.at = field.line
                self._field(field.tag, field.value)
        draft.at = self.record.line
        self._finish()

    def _field(self, tag: str, value: str) -> None:
        draft = self.draft
        fields = draft.fields
        if tag in _PEOPLE:
            self._person(tag, value)
        elif tag == "AD" or tag == "IRAD":
            self._affiliation(value)
        elif tag == "AUID":
            self._author_id(value)
        elif tag == "CN":
            self.people["authors"].append(Author(value, is_group=True))
            self.last, self.full = ("authors", len(self.people["authors"]) - 1), False
        elif tag == "PMID":
            draft.identify("pmid", value)
        elif tag == "PMC":
            draft.identify("pmcid", value)
        elif tag in ("AID", "LID"):
            self._article_id(tag, value)
        elif tag == "MID":
            draft.identify("mid", value)
        elif tag == "OID":
            source, _, number = value.partition(":")
            number = number.strip()
            if source == "NLM" and number.upper().startswith("PMC") and identifiers.pmcid(number):
                draft.identify("pmcid", number)
            elif not (source == "NLM" and ("mid", number) in draft.other_ids):
                draft.identify(source.strip() or "other", number)
        elif tag == "ISBN":
            draft.identify("isbn", value)
        elif tag == "TI":
            draft.title(plain(value), "en")
        elif tag == "TT":
            fields.setdefault("vernacular_title", Text(plain(value)))
        elif tag in ("BTI", "JT"):
            self.is_book |= tag == "BTI"
            draft.name_journal("title", plain(value))
        elif tag == "TA":
            draft.name_journal("nlm_abbreviation", value)
        elif tag == "JID":
            draft.name_journal("nlm_id", value)
        elif tag == "PB":
            draft.name_journal("publisher", value)
        elif tag == "IS":
            self._issn(value)
        elif tag == "VI":
            fields.setdefault("volume", value)
        elif tag == "IP":
            fields.setdefault("issue", value)
        elif tag == "PG":
            draft.paginate(pages.parse(value))
        elif tag == "LA":
            draft.language(value)
        elif tag == "DP":
            draft.event("issued", dates.medline(value), value, "the publication date")
        elif tag == "DEP":
            draft.event("available", _compact(value), value, "the date of the electronic publication")
        elif tag == "CTDT":
            draft.event("available", dates.medline(value.replace("/", "-")), value, "the date of the contribution")
        elif tag == "DRDT":
            draft.event("revised", dates.parse(value.split(" ")[0].replace("/", "-")), value, "the date of revision")
        elif tag == "PHST":
            self._history(value)
        elif tag == "PT":
            draft.extend("publication_types", [PublicationType(value, wording.indexed_type(value))])
        elif tag == "AB":
            fields.setdefault("abstract", Abstract(abstract_labels.sections(plain(value)), "en"))
        elif tag in ("OAB", "OABL"):
            self._other_abstract(tag, value)
        elif tag == "CI":
            year = _YEAR.search(value)
            rights = Rights(identifiers.licence(value), copyright_text=value, year=int(year[1]) if year else None)
            fields.setdefault("rights", rights)
        elif tag in ("COI", "COIS"):
            draft.conflict(value)
        elif tag == "MH":
            draft.extend("headings", [heading(value)])
        elif tag in ("RN", "NM"):
            self._substance(tag, value)
        elif tag == "OTO":
            self.owner = value
        elif tag == "OT":
            major = value.startswith("*")
            draft.extend("keywords", [Keyword(plain(value.removeprefix("*")), None, self.owner, major)])
        elif tag == "GR":
            draft.extend("grants", [_grant(value)])
        elif tag == "SI":
            bank, _, number = value.partition("/")
            draft.extend("accessions", [Accession(bank, number)] if number else [])
            if not number:
                draft.keep(tag, value)
        elif tag in _RELATIONS:
            draft.extend("related", [_related(draft, _RELATIONS[tag], value)])
        elif tag == "GN":
            draft.state("notes", "General note", value)
        elif tag not in DECLINED:
            if tag not in _KEPT:
                draft.warn("unknown-tag", f"the tag {tag} is not known; its value is kept as further metadata")
            draft.keep(_KEPT.get(tag, tag), value)

    # --- people

    def _person(self, tag: str, value: str) -> None:
        """A full name, then its short form; either may stand alone."""
        people = self.people[_PEOPLE[tag]]
        is_full = tag.startswith("F")
        if not is_full and self.full and self.last == (_PEOPLE[tag], len(people) - 1):
            person = people[-1]
            self.full = False
            short = printed_names.short(value)
            if short is not None and short.initials and not person.is_group:
                people[-1] = replace(person, initials=short.initials)
            return
        if is_full:
            author = printed_names.inverted(value)
        else:
            author = printed_names.short(value) or printed_names.inverted(value)
        if author is None:
            self.draft.warn("no-name", f"{_NO_NAME} is left out")
            return
        people.append(author)
        self.last, self.full = (_PEOPLE[tag], len(people) - 1), is_full

    def _affiliation(self, value: str) -> None:
        index = self.draft.affiliation(value)
        if index is None:
            return
        if self.last is None:
            self.first_affiliations.append(index)
            return
        people, place = self.people[self.last[0]], self.last[1]
        if index not in people[place].affiliations:
            people[place] = replace(people[place], affiliations=(*people[place].affiliations, index))

    def _author_id(self, value: str) -> None:
        source, found, number = value.partition(":")
        if not found:
            source, number = "ORCID", value
        number = number.strip()
        if source.strip().upper() != "ORCID":
            self.draft.keep("identifier of a person", value)
            return
        checked = self.draft.orcid(number)
        if checked and self.last:
            people, place = self.people[self.last[0]], self.last[1]
            people[place] = replace(people[place], orcid=people[place].orcid or checked)

    # --- the rest

    def _article_id(self, tag: str, value: str) -> None:
        match = _IN_BRACKETS.fullmatch(value)
        printed, scheme = (match[1], match[2].lower()) if match else (value, "other")
        if tag == "LID" and scheme != "doi" and scheme in self.draft.ids:
            return
        if tag == "LID" and scheme == "pii" and not any(f.tag == "PG" and f.value for f in self.record.fields):
            self.draft.fields.setdefault("elocation", printed)
        self.draft.identify({"pmc": "pmcid", "pubmed": "pmid"}.get(scheme, scheme), printed)

    def _issn(self, value: str) -> None:
        match = _ISSN.fullmatch(value)
        if match is None:
            self.draft.issn("issn", value)
            return
        kind = (match[2] or "print").lower()
        self.draft.issn({"electronic": "eissn", "linking": "issn_l"}.get(kind, "issn"), match[1])

    def _history(self, value: str) -> None:
        match = _IN_BRACKETS.fullmatch(value)
        if match is None:
            self.draft.keep("history", value)
            return
        status = match[2].lower()
        day = match[1].split(" ")[0].replace("/", "-")
        if status in _HISTORY:
            self.draft.event(_HISTORY[status], dates.parse(day), match[1], f"the date {status!r}")  # type: ignore[arg-type]
        elif status in _HISTORY_OTHERWISE:
            self.online.setdefault(_HISTORY_OTHERWISE[status], day)

    def _other_abstract(self, tag: str, value: str) -> None:
        """The text, then its language."""
        others = self.draft.fields.get("other_abstracts", ())
        if tag == "OAB":
            kind, dash, rest = value.partition("- ")
            known = kind.strip() if dash and kind.strip() in _ABSTRACT_KINDS else None
            text = plain(rest.strip() if known else value)
            self.draft.extend("other_abstracts", [Abstract(abstract_labels.sections(text), "en", known)])
        elif others:
            last = others[-1]
            self.draft.fields["other_abstracts"] = (*others[:-1], replace(last, lang=identifiers.language(value)))

    def _substance(self, tag: str, value: str) -> None:
        match = _REGISTRY.fullmatch(value)
        if match is None:
            registry, label = (None, value) if tag == "NM" else (value, value)
        else:
            registry, label = match[1], match[2]
        substance = Substance(None, label, registry if registry not in ("0", None) and registry != label else None)
        if substance not in self.draft.fields.get("chemicals", ()):
            self.draft.extend("chemicals", [substance])

    def _finish(self) -> None:
        draft = self.draft
        kinds = {event.kind for event in draft.events if event.date}
        for kind, day in self.online.items():
            if kind not in kinds:
                draft.event(kind, dates.parse(day), day)  # type: ignore[arg-type]
        if self.first_affiliations:
            if authors := self.people["authors"]:
                where = tuple(dict.fromkeys((*self.first_affiliations, *authors[0].affiliations)))
                authors[0] = replace(authors[0], affiliations=where)
            else:
                for index in self.first_affiliations:
                    draft.keep("affiliation", draft.affiliations[index].text)
        for name, people in self.people.items():
            draft.extend(name, list(people))
        if len(set(draft.languages)) == 1 and (vernacular := draft.fields.get("vernacular_title")):
            draft.fields["vernacular_title"] = Text(vernacular.text, draft.languages[0])
        if self.is_book:
            draft.fields["is_book"] = True
            draft.title(draft.journal.get("title", ""))


_ABSTRACT_KINDS = frozenset(("Publisher", "plain-language-summary", "AAMC", "AIDS", "KIE", "PIP", "NASA"))
_KEPT = {
    "CDAT": "contribution date",
    "CP": "chapter",
    "CTI": "collection title",
    "EN": "edition",
    "FPS": "person as subject",
    "PS": "person as subject",
    "GS": "gene symbol",
    "OCI": "copyright of the other abstract",
    "SFM": "space flight mission",
    "VTI": "volume title",
}
"""tags that have no place in the model → what they are called in the further metadata"""


def _compact(value: str) -> Date | None:
    """``20060110`` as a date."""
    return dates.make(value[:4], value[4:6] or None, value[6:] or None) if value.isdigit() else None


def _grant(value: str) -> Grant:
    """Number, acronym, agency and country, of which all but one may be missing, and the number may hold slashes.

    >>> _grant("R01 LM009725/LM/NLM NIH HHS/United States").acronym, _grant("Intramural NIH HHS/United States").funder
    ('LM', 'Intramural NIH HHS')
    >>> _grant("BB/E024467/1/BB_/Biotechnology Council/United Kingdom").number
    'BB/E024467/1'
    """
    parts = value.split("/")
    country = acronym = None
    if len(parts) > 1 and affiliations.parse(parts[-1]).country_code:
        country = parts.pop()
    funder = parts.pop()
    if len(parts) > 1 and _ACRONYM.fullmatch(parts[-1]):
        acronym = parts.pop()
    return Grant("/".join(parts) or None, funder or None, acronym=acronym, country=country)


def _related(draft: Draft, label: str, value: str) -> Related:
    """A link to another article: its citation, and the identifiers that it states."""
    pmid = _STATED_PMID.search(value)
    doi = _STATED_DOI.search(value)
    text = value[: pmid.start()].rstrip(" ;,") if pmid else value
    of = f" of a {label} link"
    return Related(
        label,
        relations.NLM.get(label),
        text or None,
        draft.checked("doi", doi[1].rstrip(".,;)"), of) if doi else None,
        draft.checked("pmid", pmid[1], of) if pmid else None,
    )


def heading(value: str) -> MeshHeading:
    """A MeSH heading as MEDLINE prints it: ``Descriptor/*qualifier/qualifier``, a star before what is a major topic.

    >>> heading("Sequence Alignment/*methods").qualifiers[0].major, heading("*Software").major
    (True, True)
    """
    label, *rest = value.split("/")
    qualifiers = tuple(Qualifier(None, text.removeprefix("*"), text.startswith("*")) for text in rest if text)
    return MeshHeading(None, label.removeprefix("*"), label.startswith("*"), qualifiers)
