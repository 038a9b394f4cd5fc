"""The reader of CSL-JSON: names, dates and variables as reference managers write them. All of it is fictional."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kg.model import Article, Author, Date, Event, Item, Keyword, PublicationType, Rejected, Statement, Text, Warned
from kg.readers import csl_json

FILE = Path(__file__).parent.parent / "data" / "csl-json" / "items.json"


def items(data: bytes) -> list[Item]:
    return list(csl_json.read(io.BytesIO(data)))


@pytest.fixture(scope="module")
def found() -> list[Item]:
    return items(FILE.read_bytes())


@pytest.fixture(scope="module")
def everything(found: list[Item]) -> Article:
    return next(item for item in found if isinstance(item, Article))


def test_identity(everything: Article) -> None:
    """Identifiers from their variables, else from the note; rich text becomes plain."""
    assert (everything.doi, everything.pmid, everything.pmcid) == (
        "10.5555/everything.csl",
        "99500001",
        "PMC9950001",
    )
    assert everything.title == Text("Everything a CSL item can say: H2O")
    assert everything.abstract is not None
    assert everything.abstract.text == "An abstract with markup & p < 0.05."
    assert everything.keywords == (Keyword("stem cells"), Keyword("insulin"))
    assert everything.publication_types == (PublicationType("Journal Article", "D016428"),)
    assert everything.languages == ("en",)


def test_place_and_dates(everything: Article) -> None:
    """Two ISSNs in one string; abbreviated pages; dates with what precision they have."""
    journal = everything.journal
    assert journal is not None
    assert (journal.title, journal.abbreviation) == ("Fictional Journal of Everything", "Fict J Everything")
    assert (journal.issn, journal.eissn, journal.publisher) == ("9900-0210", "9900-0105", "Fictional Press")
    assert (everything.volume, everything.issue, everything.first_page, everything.last_page) == (
        "5",
        "2",
        "169",
        "180",
    )
    assert everything.events == (Event("issued", Date(2021, 3, 11)), Event("received", Date(2020, 12, 24)))


def test_people(everything: Article) -> None:
    """Particles belong to the family name; literals are groups."""
    assert everything.authors == (
        Author("Ada B. Example Jr", "Ada B.", "Example", "Jr"),
        Author("M. van der Muster", "M.", "van der Muster", None, "M."),
        Author("Fictional Study Group", is_group=True),
    )
    assert [editor.name for editor in everything.editors] == ["Eda Editor"]


def test_nothing_is_dropped(everything: Article) -> None:
    """Variables without a place are kept under their names."""
    assert everything.statements == (
        Statement("notes", "note", "A remark of the reader"),
        Statement(
            "note-1",
            "Further metadata",
            "x-orcid of M. van der Muster: kept\ntitle-short: Everything\njournalAbbreviation: Another abbreviation\n"
            "source: PubMed\nURL: https://example.org/everything\ntranslator: Tim Translator\nfuture-variable: a, b: 1",
        ),
    )


def test_other_items(found: list[Item]) -> None:
    """Ranges, seasons, words and strings as dates; a damaged item is refused, its neighbours are read."""
    _, chapter, season, words, string, lost = (item for item in found if isinstance(item, Article))
    assert (chapter.is_book, chapter.other_ids) == (True, (("isbn", "978-99-999999-0-7"),))
    assert [a.events for a in (chapter, season, words, string, lost)] == [
        (Event("issued", Date(2019, 1, None, "2019-01/2019-02")),),
        (Event("issued", Date(2019, None, None, "Winter 2019")),),
        (Event("issued", None, "in press"),),
        (Event("issued", Date(2020, 2, 3)),),
        (Event("issued", Date(2019, None, None, "2019-13-1")),),
    ]
    assert (season.elocation, lost.doi) == ("e12", "10.5555/listed")
    assert [(r.record, r.rule, r.line) for r in found if isinstance(r, Rejected)] == [("record 7", "no-identity", 41)]
    assert [w.rule for w in found if isinstance(w, Warned)] == ["no-name", "bad-date"]


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"id": "a", "type": "book", "title": "A"}, {"id": "b", "type": "book", "title": "B"}]}',
        '{"id": "a", "type": "book", "title": "A"}\n{"id": "b", "type": "book", "title": "B"}\n',
        '[{"id": "a", "type": "book", "title": "A"},\n{"id": "b", "type": "book", "title": "B"}]',
    ],
)
def test_shapes_of_files(text: str) -> None:
    """A list, an object that holds it, JSON Lines."""
    assert csl_json.sniff(text.encode())
    assert [a.title for a in items(text.encode()) if isinstance(a, Article)] == [Text("A"), Text("B")]


@pytest.mark.parametrize("value", [None, 7, -1.5, True, "x", [], {}, [[]], [None], {"a": None}, [{"family": 1}]])
def test_values_of_any_type(value: object) -> None:
    """What a key holds against the schema is warned of or passed over; the record is read."""
    keys = (
        "author editor issued title-short container-title ISSN page volume issue abstract keyword note language number "
        "original-title URL submitted PMID ISBN type event"
    ).split()
    text = json.dumps([{**dict.fromkeys(keys, value), "DOI": "10.5555/x", "title": "T"}])
    article = items(text.encode())[-1]
    assert isinstance(article, Article)
    assert "None" not in str([s.text for s in article.statements])
