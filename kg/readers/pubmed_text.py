"""PubMed's "Abstract (text)" and "Summary (text)" exports → records: numbered articles as a person reads them.

A record begins with its number and the citation ("12. Fict J. 2021 Jan;5(1):1-9. doi: 10.5555/x. Epub 2020 Dec 24.");
paragraphs follow, parted by blank lines, and are known by how they begin:

* the title, with "[Article in German]" below it where it is a translation;
* the authors, whose marks "(1)" point to the list under "Author information:"; groups stand behind a semicolon;
* "Collaborators:", "Comment in", "Erratum in" … with the citations of the other articles;
* the abstract, whose labels in capitals begin lines; the copyright line; "Conflict of interest statement:";
* "DOI:", "PMCID:", "PMID:" with the identifiers, which end what is told of the article.

Lines are wrapped at blanks and are joined again. A paragraph that is none of these is part of the abstract.

A record of the summary is one paragraph: authors, title, citation and identifiers, with full stops between them. Journals
are abbreviated without full stops there, which tells where the title ends.

Source: NLM, PubMed User Guide, "Display and save formats: Abstract (text), Summary (text)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from msgspec.structs import replace

from kg import abstract_labels, dates, identifiers, pages, printed_names, relations
from kg.draft import Draft
from kg.errors import InputError
from kg.inline_markup import plain
from kg.model import Abstract, AbstractSection, Author, Item, PublicationType, Rejected, Related, Rights
from kg.text_lines import LONGEST_RECORD, Line, lines

DESCRIPTION = 'PubMed\'s "Abstract (text)" and "Summary (text)" exports: numbered records as one reads them'
DELIVERS = (
    "PMID, DOI, PMCID", "title", "journal abbreviation, volume, issue, pages", "dates", "authors and collaborators",
    "affiliations", "abstract", "language of translated articles", "related articles", "conflict of interest", "copyright",
)  # fmt: skip

_START = re.compile(r"([0-9]{1,6})[.:] (\S.*)")
_NUMBERED = re.compile(rb"(?:\xef\xbb\xbf|\s){0,999}[0-9]{1,6}[.:] [^\n]{5,}")
_IDENTIFIER = re.compile(rb"^(?:PMID: [0-9]{1,8}\b|PMCID: PMC[0-9]|DOI: 10\.[0-9]{4})", re.MULTILINE)
_CITATION = re.compile(
    rb"(?:\xef\xbb\xbf|\s){0,999}[0-9]{1,6}[.:] [^\n;]{2,150}?\. ?(?:\[[^\]\n]{1,40}\]\. ?)?"
    rb"(?:19|20)[0-9]{2}(?: [A-Z][a-z]{2}(?:[ -][^\n;:]{1,20})?)?[;:]"
)

_SUMMARY = re.compile(rb"\bPMID: ?[0-9]{1,8}[;.]")


def sniff(head: bytes) -> bool:
    """Whether the first line is a numbered citation of a journal, or numbered with PubMed's identifiers below it.

    >>> sniff(b"1. Fict J. 2021 Jan;5(1):1-9. doi: 10.5555/x.\\n\\nA title.\\n"), sniff(b"1. Introduction\\nText\\n")
    (True, False)
    """
    if not _NUMBERED.match(head):
        return False
    if _CITATION.match(head) is not None or _IDENTIFIER.search(head) is not None:
        return True
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return _SUMMARY.search(first) is not None


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every record of a file in its order, each after its warnings.

    Raises:
        InputError: no paragraph of the file begins a record.
    """
    found = False
    for record in _records(stream):
        found = True
        yield from _items(record)
    if not found:
        raise InputError("wrong-format", "no line begins with the number of a record", line=1)


@dataclass(slots=True)
class _Record:
    """The paragraphs of a record, line by line, and where they begin."""

    number: int
    line: int
    paragraphs: list[list[str]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    faults: list[Line] = field(default_factory=list)


def _records(stream: BinaryIO) -> Iterator[_Record]:
    """Records: a paragraph that begins with the next number, or with a first one behind a record that has its PMID."""
    record: _Record | None = None
    complete = False
    blank = 2
    """how many blank lines stand above; records are parted by two"""
    size = 0
    for line in lines(stream):
        text = line.text.rstrip()
        if not text and not line.fault:
            blank += 1
            continue
        start = _START.match(text) if blank else None
        if start and (record is None or _is_next(record, start, complete or blank > 1)):
            if record is not None:
                yield record
            record = _Record(int(start[1]), line.number, [[start[2]]], [line.number])
            complete, blank, size = "PMID: " in text, 0, len(text)
            if line.fault:
                record.faults.append(line)
            continue
        if record is None:
            record = _Record(0, line.number)
        if line.fault:
            record.faults.append(line)
        if blank or not record.paragraphs:
            record.paragraphs.append([])
            record.places.append(line.number)
        record.paragraphs[-1].append(text)
        complete |= text.startswith("PMID: ") or (len(record.paragraphs) == 1 and "PMID: " in text)
        blank = 0
        size += len(text)
        if size > LONGEST_RECORD:
            message = f"the record on line {record.line} takes more than {LONGEST_RECORD >> 20} MB"
            raise InputError("record-too-long", message, line=record.line)
    if record is not None:
        yield record


_LOOKS_CITED = re.compile(r".{2,200}?\. ?(?:\[[^\]]{1,40}\]\. ?)?(?:19|20)[0-9]{2}\b.{0,40}[;:]")


def _is_next(record: _Record, start: re.Match[str], apart: bool) -> bool:
    """Whether a numbered paragraph begins a record: it goes on counting behind the PMID of the one before or two blank
    lines; or it reads like a citation and goes on counting, or begins anew (a file was put behind another)."""
    number = int(start[1])
    if number == record.number + 1 and apart:
        return True
    return number in (record.number + 1, 1) and len(record.paragraphs) > 1 and _LOOKS_CITED.match(start[2]) is not None


def _items(record: _Record) -> Iterator[Item]:
    """What one record says."""
    named = f"record {record.number}"
    if record.faults:
        fault = record.faults[0]
        yield Rejected(named, "not-utf-8", f"{fault.fault}; save the file as UTF-8", fault.number, fault.byte)
        return
    if not record.number:
        yield Rejected("record 1", "no-number", "the text does not begin with a numbered citation", record.line)
        return
    reading = _Reading(record)
    reading.read()
    draft = reading.draft
    if not draft.ids:
        yield Rejected(named, "no-identifier", "the record states neither PMID nor DOI", record.line)
        return
    yield from draft.items()


# --- one record ---------------------------------------------------------------------------------------------------

_PLACE = re.compile(
    r"(?P<journal>.{2,200}?)\. ?(?P<status>\[[^\]]{1,40}\]\. ?)?(?P<date>(?:19|20)[0-9]{2}[^;:.]{0,40})"
    r"(?:;(?P<volume>[^:(.]{0,40})(?:\((?P<issue>[^)]{1,60})\))?(?P<part>[^:.]{0,40}))?"
    r"(?::(?P<pages>[^.]{1,80}(?:\.[0-9][^. ]{0,40}){0,6}))?\."
)
_DOI = re.compile(r"\bdoi: ?(10\.[0-9]{4,9}/[^\s]{1,200})", re.IGNORECASE | re.ASCII)
_EPUB = re.compile(r"\bEpub (?P<date>[0-9]{4}(?: [A-Z][a-z]{2}(?: [0-9]{1,2})?)?)\.")
_IN_LANGUAGE = re.compile(r"\[Article in ([A-Z][A-Za-z, ]{2,60}?)(?:;[^\]]{0,200})?\]")
_MARKS = re.compile(r"((?:\([0-9]{1,4}\)|\(#\)){1,40})$")
_MARK = re.compile(r"\(([0-9]{1,4})\)")
_PLACE_MARK = re.compile(r"\(([0-9]{1,4})\) ?(?=\S)")
_EQUAL = re.compile(r"\(#\) ?Contributed equally\.?", re.IGNORECASE)
_COPYRIGHT = re.compile(r"(?:©|\(c\) ?[0-9]{4}|Copyright\b|\u2117)", re.IGNORECASE)
_YEAR = re.compile(r"\b((?:19|20)[0-9]{2})\b")
_LINKS = re.compile(
    r"(?:Comment|Erratum|Retraction|Retracted and republished|Corrected and republished|Republished|Update|Preprint|Reprint|"
    r"Expression of concern|Partial retraction|Original report|Summary for patients|Associated dataset) "
    r"(?:in|on|of|for|from)$"
)
_STATED_PMID = re.compile(r"\bPMID: ?([0-9]{1,9})")
_STATED_PMCID = re.compile(r"\bPMCID: ?(PMC[0-9]{1,10})")
_DATABASE = re.compile(r"PubMed (?:Central )?(?=PMC?ID:)")
_CITED_AT = re.compile(r"(?<=[.?!\]] )[A-Z][^.;:?!]{1,120}\. (?:19|20)[0-9]{2}\b[^.]{0,60}")
_IDS = {"DOI": "doi", "PMCID": "pmcid", "PMID": "pmid", "PII": "pii"}
_ID_LINE = re.compile(r"(DOI|PMCID|PMID|PII): ?(\S{1,300})(?: \[.{1,100}\])?")
_LANGUAGES = {
    "Afrikaans": "af", "Arabic": "ar", "Bulgarian": "bg", "Catalan": "ca", "Chinese": "zh", "Croatian": "hr", "Czech": "cs",
    "Danish": "da", "Dutch": "nl", "English": "en", "Estonian": "et", "Finnish": "fi", "French": "fr", "Georgian": "ka",
    "German": "de", "Greek": "el", "Modern Greek": "el", "Hebrew": "he", "Hungarian": "hu", "Icelandic": "is",
    "Italian": "it", "Japanese": "ja", "Korean": "ko", "Latvian": "lv", "Lithuanian": "lt", "Macedonian": "mk",
    "Norwegian": "no", "Persian": "fa", "Polish": "pl", "Portuguese": "pt", "Romanian": "ro", "Russian": "ru",
    "Serbian": "sr", "Slovak": "sk", "Slovenian": "sl", "Spanish": "es", "Swedish": "sv", "Thai": "th", "Turkish": "tr",
    "Ukrainian": "uk", "Vietnamese": "vi",
}  # fmt: skip


class _Reading:
    """One record on its way to an article."""

    def __init__(self, record: _Record):
        self.record = record
        self.draft = Draft("pubmed-text", record.number, record.line)
        self.marks: list[list[str]] = []
        """of each author, the marks behind the name"""
        self.people: list[Author] = []
        self.places: dict[str, int] = {}
        """mark → affiliation"""
        self.abstract: list[AbstractSection] = []
        self.collaborators: tuple[list[Author], list[list[str]]] = ([], [])

    def read(self) -> None:
        draft, paragraphs = self.draft, self.record.paragraphs
        rest = list(zip(paragraphs[1:], self.record.places[1:], strict=True))
        first = _joined(paragraphs[0])
        if not rest and self._summary(first):
            pass
        elif first.startswith("In: "):
            self._book(first)
        elif any(paragraph[0].startswith("In: ") for paragraph, _ in rest[:4]) and not _PLACE.match(first):
            rest.insert(0, (paragraphs[0], self.record.line))  # chapters are numbered at their title
        else:
            self._citation(first)
        if rest:
            draft.at = rest[0][1]
            self._title(rest.pop(0)[0])
        authors_possible = True
        for paragraph, place in rest:
            draft.at = place
            authors_possible = self._paragraph(paragraph, authors_possible)
        draft.at = self.record.line
        self._finish()

    def _summary(self, text: str) -> bool:
        """Take a record that is one paragraph; whether it is one."""
        found = list(_CITED_AT.finditer(text))
        if not found or not (_STATED_PMID.search(text) or _DOI.search(text)):
            return False
        head, citation = text[: found[-1].start()].rstrip(), _DATABASE.sub("", text[found[-1].start() :])
        people, _, title = head.partition(". ")
        if title and _is_author_list(f"{people}."):
            self.people, self.marks = _names(people)
        else:
            title = head
        self.draft.title(plain(title), "en")
        for scheme, pattern in (("pmid", _STATED_PMID), ("pmcid", _STATED_PMCID)):
            if match := pattern.search(citation):
                self.draft.identify(scheme, match[1])
                citation = citation[: match.start()] + citation[match.end() :]
        self._citation(" ".join(citation.split()).rstrip(" ;.") + ".")
        return True

    def _citation(self, text: str) -> None:
        draft, fields = self.draft, self.draft.fields
        if match := _DOI.search(text):
            draft.identify("doi", match[1].rstrip(".,;"))
        if match := _EPUB.search(text):
            draft.event("available", None, match["date"], "the date of the electronic publication")
        match = _PLACE.match(text) or _PLACE.match(f"{text}.")
        if match is None:
            draft.warn("no-citation", "the first line is no citation of a journal; kept as further metadata")
            draft.keep("citation", text)
            return
        journal = match["journal"]
        if journal.endswith(" [Preprint]"):
            journal = journal.removesuffix(" [Preprint]")
            draft.extend("publication_types", [PublicationType("Preprint", "D000076942")])
        draft.name_journal("nlm_abbreviation", journal)
        if match["status"]:
            draft.keep("status", match["status"].strip("[]. "))
        printed = match["date"].strip()
        draft.event("issued", dates.medline(printed), printed, "the publication date")
        volume = " ".join(filter(None, ((match["volume"] or "").strip(), (match["part"] or "").strip())))
        if volume:
            fields["volume"] = volume
        if match["issue"]:
            fields["issue"] = match["issue"]
        if printed := (match["pages"] or "").strip():
            if _ELECTRONIC_PLACE.match(printed):
                fields["elocation"] = printed
            else:
                draft.paginate(pages.parse(printed))
        rest = _DOI.sub("", _EPUB.sub("", text[match.end() :])).strip(" .;")
        if rest:
            draft.keep("citation", rest)

    def _title(self, paragraph: list[str]) -> None:
        text = plain(_joined(paragraph))
        if match := _IN_LANGUAGE.search(text):
            for name in match[1].split(","):
                if code := _LANGUAGES.get(name.strip()):
                    self.draft.languages.append(code)
                else:
                    self.draft.keep("language", name.strip())
            text = " ".join((text[: match.start()] + text[match.end() :]).split())
        self.draft.title(text, "en")

    def _paragraph(self, paragraph: list[str], authors_possible: bool) -> bool:
        """Take one paragraph; whether the authors may still come."""
        draft = self.draft
        first = paragraph[0].strip()
        if match := _IN_LANGUAGE.fullmatch(_joined(paragraph)):
            self._title([match[0]])
            return authors_possible
        if _LINKS.match(first):
            self._links(paragraph)
        elif first.startswith("Author information:"):
            self._author_information(paragraph)
        elif first.startswith("Collaborators:"):
            self.collaborators = _names(_joined(paragraph).removeprefix("Collaborators:"))
        elif first.startswith("Conflict of interest statement:"):
            draft.conflict(plain(_joined(paragraph).removeprefix("Conflict of interest statement:").strip()))
        elif _ID_LINE.fullmatch(first):
            self._identifiers(paragraph)
        elif _COPYRIGHT.match(first) and not authors_possible:
            text = plain(_joined(paragraph))
            year = _YEAR.search(text)
            rights = Rights(identifiers.licence(text), copyright_text=text, year=int(year[1]) if year else None)
            draft.fields.setdefault("rights", rights)
        elif first.startswith("In: ") and authors_possible:
            self._book(_joined(paragraph))
        elif authors_possible and not self.people and _is_author_list(_joined(paragraph)):
            self.people, self.marks = _names(_joined(paragraph))
        else:
            self._abstract(paragraph)
        return authors_possible and not self.abstract and not first.startswith("Author information:")

    def _author_information(self, paragraph: list[str]) -> None:
        text = _joined(paragraph).removeprefix("Author information:").strip()
        if match := _EQUAL.search(text):
            text = (text[: match.start()] + text[match.end() :]).strip()
        mark = None
        at = 0
        expected = 1
        for found in (*_PLACE_MARK.finditer(text), None):
            # A number in brackets inside an address is none of the marks, which count on.
            if found is not None and int(found[1]) != expected:
                continue
            piece = text[at : found.start() if found else len(text)].strip()
            if piece and (index := self.draft.affiliation(plain(piece))) is not None:
                self.places[mark or ""] = index
            if found is not None:
                mark, at, expected = found[1], found.end(), expected + 1

    def _links(self, paragraph: list[str]) -> None:
        """A kind of link, then one citation or more, each indented and wrapped with a deeper indent or none."""
        label = relations.nlm(paragraph[0].strip()) or paragraph[0].strip()
        citations: list[str] = []
        for line in paragraph[1:]:
            text = line.strip()
            if citations and not _ENDS_CITATION.search(citations[-1]):
                citations[-1] += f" {text}"
            else:
                citations.append(text)
        found = []
        for text in citations:
            doi, pmid = _DOI.search(text), _STATED_PMID.search(text)
            of = f" of a {label} link"
            found.append(
                Related(
                    label,
                    relations.NLM.get(label),
                    text,
                    self.draft.checked("doi", doi[1].rstrip(".,;)"), of) if doi else None,
                    self.draft.checked("pmid", pmid[1], of) if pmid else None,
                )
            )
        self.draft.extend("related", list(found))

    def _identifiers(self, paragraph: list[str]) -> None:
        for line in paragraph:
            match = _ID_LINE.fullmatch(line.strip())
            if match:
                scheme = _IDS[match[1]]
                self.draft.identify(scheme, match[2])
            else:
                self.draft.keep("identifiers", line.strip())

    def _book(self, text: str) -> None:
        """``In: Title [Internet]. Place: Publisher; 2024 Jan–. 2023 Jun 23.``"""
        draft = self.draft
        draft.fields["is_book"] = True
        title, _, imprint = text.removeprefix("In: ").partition(". ")
        draft.name_journal("title", title.removesuffix(" [Internet]"))
        match = _IMPRINT.match(imprint)
        if match is None:
            draft.keep("imprint", imprint)
            return
        draft.name_journal("publisher", match["publisher"])
        draft.keep("place", match["place"])
        draft.event("issued", dates.medline(match["date"]), match["date"], "the publication date")
        if match["added"]:
            draft.event("available", None, match["added"], "the date of the contribution")

    def _abstract(self, paragraph: list[str]) -> None:
        """Labels begin lines; a line that begins without one goes on."""
        parts: list[str] = []
        for line in paragraph:
            if not parts or abstract_labels.sections(line.strip())[0].label:
                parts.append(line.strip())
            else:
                parts[-1] += f" {line.strip()}"
        for part in parts:
            self.abstract += abstract_labels.sections(plain(part))

    def _finish(self) -> None:
        draft = self.draft
        if self.abstract:
            draft.fields["abstract"] = Abstract(tuple(self.abstract), "en")
        draft.extend("authors", self._placed(self.people, self.marks))
        draft.extend("investigators", self._placed(*self.collaborators))
        equal = tuple(n for n, marks in enumerate(self.marks) if "#" in marks)
        if len(equal) > 1:
            draft.extend("equal_contributors", [equal])

    def _placed(self, people: list[Author], marks_of: list[list[str]]) -> list[Author]:
        """People with the affiliations that their marks point to; a place without mark is everybody's."""
        found = []
        for person, marks in zip(people, marks_of, strict=True):
            if marks:
                where = [self.places[mark] for mark in marks if mark in self.places]
                lost = [mark for mark in marks if mark not in self.places and mark != "#"]
                if lost:
                    self.draft.warn("lost-mark", f"the mark ({lost[0]}) of an author stands for no affiliation")
            else:
                where = list(self.places.values()) if set(self.places) == {""} else []
            found.append(replace(person, affiliations=tuple(dict.fromkeys(where))))
        return found


_IMPRINT = re.compile(
    r"(?P<place>[^:]{1,100}): (?P<publisher>[^;]{1,200}); (?P<date>[0-9]{4}(?: [A-Z][a-z]{2})?)[^.]{0,20}\."
    r"(?: ?(?P<added>[0-9]{4}(?: [A-Z][a-z]{2}(?: [0-9]{1,2})?)?)\.)?"
)
_ELECTRONIC_PLACE = re.compile(r"(?:[A-Z][0-9]{4}-|[eE][0-9]+$|[0-9]{4}\.[0-9]{2}\.)")
_ENDS_CITATION = re.compile(r"(?:PMID: ?[0-9]{1,9}|doi: ?10\.[^\s]{3,200}|[0-9;:)-]{3,})\.$")


def _joined(paragraph: list[str]) -> str:
    """The lines of a paragraph as one text."""
    return " ".join(" ".join(paragraph).split())


def _is_author_list(text: str) -> bool:
    """Whether a paragraph holds names and nothing else: it ends with a full stop, and its pieces are names as PubMed
    prints them."""
    if not text.endswith(".") or len(text) > 1_000_000:
        return False
    first = re.split(r"[,;] ", text.removesuffix("."), maxsplit=5)
    bare = [_MARKS.sub("", piece.strip()) for piece in first[:5]]
    good = sum(printed_names.short(piece) is not None for piece in bare)
    groups = sum(printed_names.is_group(piece) and len(piece) < 120 for piece in bare)
    return (bool(good) and good + groups >= len(bare) - 1) or (groups == len(bare) and bool(groups))


def _names(text: str) -> tuple[list[Author], list[list[str]]]:
    """The names of a list and their marks, parted by commas, groups by semicolons."""
    people: list[Author] = []
    marks: list[list[str]] = []
    for piece in re.split(r"[,;](?: |$)", text.strip().removesuffix(".")):
        name = piece.strip()
        if not name:
            continue
        found: list[str] = []
        if match := _MARKS.search(name):
            found = [*_MARK.findall(match[1]), *(["#"] if "(#)" in match[1] else [])]
            name = name[: match.start()].strip()
        if not name:
            continue
        if printed_names.is_suffix(name) and people:
            people[-1] = replace(people[-1], name=f"{people[-1].name} {name}", suffix=name)
            marks[-1] += found
            continue
        people.append(printed_names.short(name) or Author(name, is_group=printed_names.is_group(name)))
        marks.append(found)
    return people, marks
