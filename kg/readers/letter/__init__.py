"""Publisher's plain text of an article's front matter (letters, editorials, reviews …), as pages print it.

There is no specification. Baishideng prints article type, copyright line, journal line ("World J Stem Cells. Jul 26, 2025;
17(7): 106856"), publication line with DOI, title, authors, one line an affiliation that begins with its authors, then
sections that begin with a label ("Received:", "Keywords:", "Supported by …") in any order. Others mark authors and
affiliations with superscripts (1, a, ¹, * …), print labels in capitals above their text, or the affiliations behind the
abstract. Everything may be missing or wrapped. How the text is read:

1. **Lines** (:mod:`~kg.readers.letter.lines`): which line breaks are the writer's, and which only the wrapper's.
2. **Sections** (:mod:`~kg.readers.letter.layout`): which line begins a section, wherever it stands; a labelled list of
   affiliations is one.
3. **Front** (:mod:`~kg.readers.letter.front`): what belongs to no section is title, authors and affiliations, tied by
   names or by marks (:mod:`~kg.readers.letter.marks`).

Then each room takes the sections that it understands. What finds no place is kept as a note and named in a warning:
nothing is dropped, nothing is guessed silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from msgspec.structs import replace

from kg import affiliations
from kg.affiliations import fold
from kg.contributions import Names
from kg.errors import InputError
from kg.model import Article, Author, Item, Rejected, Text, Warned
from kg.readers.letter.forms import COPYRIGHT, DATED_LINE, DOI_WORD, ONLINE_LINE, journal_line
from kg.readers.letter.front import Front, read_front
from kg.readers.letter.funding import read_grants
from kg.readers.letter.header import read_doi, read_journal, read_place, read_types
from kg.readers.letter.history import read_events, read_processing_time
from kg.readers.letter.labels import LABEL, SUPPORTED, is_article_type, kind_of, label_key
from kg.readers.letter.layout import scan
from kg.readers.letter.lines import CONTROL, LINE_END, join, lines_of
from kg.readers.letter.people import read_authors, read_contributions, read_correspondence
from kg.readers.letter.record import Reading
from kg.readers.letter.statements import read_conflict, read_rights, read_statements
from kg.readers.letter.texts import read_abstract, read_keywords

DESCRIPTION = "plain text of an article's front matter, as publishers print it (letters, editorials, reviews)"
DELIVERS = (
    "article type", "copyright", "journal, volume, issue, pages", "dates", "DOI", "title", "authors with ORCID",
    "affiliations", "contributions and CRediT roles", "conflict of interest", "open-access statement and licence",
    "funding", "corresponding authors", "processing time", "abstract", "keywords", "core tip",
    "every other section as a note",
)  # fmt: skip

LONGEST = 8 << 20
"""the longest text that is read, in bytes"""


_OTHER_START = re.compile(
    r"[<{\[@%]|#!|---$|[A-Z][A-Z0-9]{1,3} {0,2}- ?|FN |PREFIX |format-version:|[0-9]{1,6}[.:] |[0-9]{1,9}\|[ta]\|"
    r"|[\"']?[A-Za-z_]+[\"']?(?:,[\"']?[A-Za-z_]+[\"']?){2,}$"
)
_OTHER_LINE = re.compile(r"PMID- |TY {2}- |Author information:|PMID: ?[0-9]|@prefix |<\?xml")
"""how MEDLINE, RIS, BibTeX, RDF, JSON, CSV, OBO, PubTator and PubMed's own text begin, or show within their first lines"""


def sniff(head: bytes) -> bool:
    """Whether the first bytes are plain text with the front matter of an article: an article type, or two known labels."""
    if head.startswith((b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"\xff\xfe", b"\xfe\xff")):
        return False
    text = head.decode("utf-8", errors="replace").removeprefix("\ufeff")
    if len(CONTROL.findall(text)) > 2 + len(text) // 100 or not text.strip():
        return False
    lines = [line for raw in LINE_END.split(text)[:400] if (line := fold(raw))]
    if not lines or _OTHER_START.match(lines[0]) or any(map(_OTHER_LINE.match, lines[:20])):
        return False
    known: set[str] = set()
    for line in lines:
        if ONLINE_LINE.match(line):
            known.add("online")
        elif len(line) < 400 and (journal_line(line)):
            known.add("journal")
        elif DATED_LINE.match(line):
            known.add("dates")
        elif DOI_WORD.match(line):
            known.add("doi")
        elif COPYRIGHT.match(line):
            known.add("copyright")
        elif SUPPORTED.match(line):
            known.add("funding")
        elif line.rstrip(":").casefold() in ("abstract", "keywords", "key words", "core tip"):
            known.add(label_key(line))
        elif (match := LABEL.match(line)) and (kind := kind_of(match[1])) and kind not in ("note", "title", "reach"):
            known.add(kind)
    typed = is_article_type(lines[0])
    return len(known) >= 2 or (typed and (bool(known) or " " in lines[0]))


def read(stream: BinaryIO) -> Iterator[Item]:
    """The one article of a file.

    Raises:
        InputError: the file is empty, not UTF-8, or longer than :data:`LONGEST`.
    """
    data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise InputError("too-long", f"the text is longer than {LONGEST >> 20} MB, which no article is; split it")
    text = _decoded(data)
    if not text.strip():
        raise InputError("empty", "the file is empty")
    control = CONTROL.search(text)
    lines = lines_of(CONTROL.sub(lambda match: " " if match[0] in "\x0b\x0c" else "", text) if control else text)
    if not lines:
        raise InputError("empty", "the file holds nothing but control characters")
    reading = Reading(scan(lines), lines[0].number)
    if control:
        count = len(CONTROL.findall(text))
        message = f"{count} control character(s) removed, the first is U+{ord(control[0]):04X}"
        reading.warn("control-character", message, text.count("\n", 0, control.start()) + 1)
    article = _article(reading)
    for rule, message, line in sorted(reading.warnings, key=lambda warning: (warning[2] or 0, warning[0], warning[1])):
        yield Warned(article.record, rule, message, line)
    if article.title is None and article.doi is None:
        message = "neither a title nor a DOI was found in this text"
        yield Rejected(article.record, "no-title-or-doi", message, reading.line)
        return
    if not (
        article.doi or article.authors or article.journal or article.events or article.abstract or article.keywords
    ):
        message = "no front matter was recognised: the first line was taken for the title, everything else for notes"
        yield Warned(article.record, "no-front-matter", message, reading.line)
    yield article


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        byte, line = error.start, data.count(b"\n", 0, error.start) + 1
        message = f"byte {byte} (line {line}) is not UTF-8: {data[byte : byte + 4]!r}; save the text as UTF-8"
        raise InputError("not-utf-8", message, line=line, byte=byte) from None


def _article(reading: Reading) -> Article:
    front = read_front(reading)
    authors, places = _placed(read_authors(reading, front), front)
    names = Names(authors)
    credits, equals = read_contributions(reading, authors, names, front)
    doi = read_doi(reading)
    events = read_events(reading)
    place = read_place(reading)
    return Article(
        record=f"doi {doi}" if doi else "record 1",
        reader="letter",
        line=reading.line,
        doi=doi,
        title=_title(reading, front),
        languages=("en",),
        publication_types=read_types(reading),
        journal=read_journal(reading),
        volume=place.volume,
        issue=place.issue,
        first_page=place.first_page,
        last_page=place.last_page,
        elocation=place.elocation,
        events=events,
        authors=tuple(authors),
        affiliations=tuple(map(affiliations.parse, places)),
        correspondence=read_correspondence(reading, authors, names, front),
        equal_contributors=equals,
        credits=credits,
        abstract=read_abstract(reading),
        keywords=read_keywords(reading),
        conflict=read_conflict(reading),
        grants=read_grants(reading),
        rights=read_rights(reading),
        processing_time=read_processing_time(reading, events),
        citation=next((text for block in reading.blocks("citation") if (text := block.paragraph)), None),
        statements=read_statements(reading),
    )


def _placed(authors: Sequence[Author], front: Front) -> tuple[list[Author], list[str]]:
    """The authors with the numbers of their affiliations, and the affiliations, each once."""
    places: dict[str, int] = {}
    of_author: list[dict[int, None]] = [{} for _ in authors]
    for _, people, text in front.affiliations:
        place = places.setdefault(text, len(places))
        for person in people:
            of_author[person][place] = None
    return [replace(author, affiliations=tuple(own)) for author, own in zip(authors, of_author, strict=True)], list(
        places
    )


def _title(reading: Reading, front: Front) -> Text | None:
    """The title of the front, else of a section that is labelled as one."""
    title = join(front.title).replace("\n", " ")
    for block in reading.blocks("title"):
        if title:
            reading.note(block)
        title = title or block.paragraph
    return Text(title, "en") if title else None
