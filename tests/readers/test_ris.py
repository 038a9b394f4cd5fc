"""The RIS reader: tags as programs use them, damaged records. People and papers are fictional."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import Article, Author, Date, Event, Item, Keyword, PublicationType, Rejected, Statement, Text, Warned
from kg.readers import ris

FILE = Path(__file__).parent.parent / "data" / "ris" / "everything.ris"


def items(data: bytes) -> list[Item]:
    return list(ris.read(io.BytesIO(data)))


@pytest.fixture(scope="module")
def found() -> list[Item]:
    return items(FILE.read_bytes())


@pytest.fixture(scope="module")
def everything(found: list[Item]) -> Article:
    return next(item for item in found if isinstance(item, Article))


def test_identity(everything: Article) -> None:
    """Identifiers stand under tags of their own, in brackets, or with a database."""
    assert (everything.doi, everything.pmid, everything.pmcid, everything.pii) == (
        "10.5555/everything.ris",
        "99400001",
        "PMC9940001",
        "FJ-21-1",
    )
    assert everything.publication_types == (PublicationType("Journal Article", "D016428"),)
    assert (everything.line, everything.languages) == (2, ("en",))


def test_texts(everything: Article) -> None:
    """Markup goes, letters stay; lines without a tag go on; keywords stand a line or behind semicolons, each once."""
    assert everything.title == Text("Everything a RIS record can say: H2O & p < 0.05")
    assert everything.translated_titles == (Text("Alles, was ein Eintrag sagen kann"),)
    assert everything.abstract is not None
    assert everything.abstract.text == "An abstract that goes on without a tag."
    assert everything.keywords == (Keyword("stem cells"), Keyword("insulin"), Keyword("diabetes"))


def test_people(everything: Article) -> None:
    """A comma tells the parts of a name; without one only family name and initials are sure."""
    assert [(a.name, a.given, a.family, a.initials, a.suffix, a.is_group) for a in everything.authors] == [
        ("Ada B. Example", "Ada B.", "Example", None, None, False),
        ("Max van der Muster Jr", "Max", "van der Muster", None, "Jr", False),
        ("D Kumar", None, "Kumar", "D", None, False),
        ("Given Family", None, None, None, None, False),
        ("Fictional Study Group", None, None, None, None, True),
    ]
    assert everything.editors == (Author("E. Editor", "E.", "Editor", None, "E."),)


def test_place_and_dates(everything: Article) -> None:
    """Abbreviated pages, the issue in the volume, kinds of ISSN; the most exact date, and what happened before."""
    journal = everything.journal
    assert journal is not None
    assert (journal.title, journal.abbreviation) == ("Fictional Journal of Everything", "Fict. J. Everything")
    assert (journal.issn, journal.eissn, journal.publisher) == ("9900-0210", "9900-0105", "Fictional Press")
    assert (everything.volume, everything.issue, everything.first_page, everything.last_page) == (
        "5",
        "2",
        "169",
        "180",
    )
    assert set(everything.events) == {
        Event("received", Date(2020, 12, 24)),
        Event("accepted", Date(2021, 1, 5)),
        Event("issued", Date(2021, 3, 11)),
    }


def test_nothing_is_dropped(everything: Article) -> None:
    """What has no place is kept under its tag."""
    assert everything.statements == (
        Statement(
            "note-1",
            "Further metadata",
            "ST: Everything\nDB: PubMed\nUR: https://example.org/everything\nN1: A note\nZZ: a tag of nobody\n"
            "T3: A fictional series\n"
            "AD: Department of Fiction, University of Example, Exampletown, Germany\n"
            "AD: Institute of Further Fiction, Exampletown, Germany",
        ),
    )


def test_other_records(found: list[Item]) -> None:
    """A chapter, a missing end, a record without identity, one without type: each is named, its neighbours are read."""
    _, chapter, untyped = (item for item in found if isinstance(item, Article))
    assert (chapter.doi, chapter.is_book, chapter.title) == ("10.5555/chapter", True, Text("A chapter"))
    assert chapter.other_ids == (("isbn", "978-99-999999-0-7"),)
    assert chapter.journal is not None
    assert chapter.journal.title == "A fictional book"
    assert (chapter.authors[0].affiliations, chapter.elocation) == ((0,), "e17")
    assert chapter.events == (Event("issued", Date(2015, 10)),)
    assert untyped.title == Text("No type")
    assert [(r.record, r.rule, r.line) for r in found if isinstance(r, Rejected)] == [("record 3", "no-identity", 54)]
    assert [(w.record, w.rule) for w in found if isinstance(w, Warned)] == [
        ("PMID 99400001", "stray-line"),
        ("doi 10.5555/chapter", "no-end"),
        ("record 3", "bad-date"),
        ("record 4", "no-type"),
    ]


def test_damaged_bytes_cost_one_record() -> None:
    """The record, the line and the byte are named."""
    data = b"TY  - JOUR\nTI  - A\nER  - \nTY  - JOUR\nTI  - Caf\xe9\nER  - \nTY  - JOUR\nTI  - C\nER  - \n"
    first, bad, last = items(data)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(bad, Rejected)
    assert (bad.record, bad.rule, bad.line, bad.byte) == ("record 2", "not-utf-8", 5, data.index(b"\xe9"))


def test_no_field() -> None:
    """A file without a tag is refused."""
    with pytest.raises(InputError):
        items(b"\n \n")


@given(st.text(max_size=100))
def test_any_value_is_read(text: str) -> None:
    """Whatever stands behind a tag, the reader ends and gives a record."""
    line = "".join(c for c in text if c not in "\r\n" and not "\ud800" <= c <= "\udfff")
    assert items(f"TY  - JOUR\nTI  - T\nAU  - {line}\nPY  - {line}\nSP  - {line}\nSN  - {line}\nER  - \n".encode())


@pytest.mark.skipif("KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA does not name a folder of real data")
def test_real_files() -> None:
    """Every real export is read; what is refused has neither title nor identifier."""
    articles, refused = 0, []
    for path in sorted((Path(os.environ["KG_TEST_DATA"]) / "samples" / "ris").iterdir()):
        assert ris.sniff(path.read_bytes()[:8192])
        for item in items(path.read_bytes()):
            articles += isinstance(item, Article)
            if isinstance(item, Rejected):
                refused.append((path.name, item.rule))
    assert (articles, refused) == (19, [("RisImporterTest1.ris", "no-identity")])
