"""The reader of Crossref's JSON: every field, the shapes that files have, damaged records. All of it is fictional."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import (
    AbstractSection,
    Accession,
    Article,
    Date,
    Event,
    Grant,
    Item,
    PublicationType,
    Reference,
    Rejected,
    Related,
    Statement,
    Text,
    Warned,
)
from kg.readers import crossref

DATA = Path(__file__).parent.parent / "data" / "crossref"


def items(data: bytes) -> list[Item]:
    return list(crossref.read(io.BytesIO(data)))


def one(**work: Any) -> Article:
    found = items(json.dumps({"DOI": "10.5555/x", "title": ["T"], **work}).encode())
    assert isinstance(found[-1], Article)
    return found[-1]


@pytest.fixture(scope="module")
def found() -> list[Item]:
    return items((DATA / "works.json").read_bytes())


@pytest.fixture(scope="module")
def everything(found: list[Item]) -> Article:
    return next(item for item in found if isinstance(item, Article))


def test_identity(everything: Article) -> None:
    """The DOI is lower-cased; titles lose their markup and nothing else; the second title is a translation."""
    assert (everything.record, everything.doi, everything.line) == (
        "doi 10.5555/everything.cr",
        "10.5555/everything.cr",
        9,
    )
    assert everything.other_ids == (("alternative-id", "S9900010525000019"),)
    assert everything.title == Text("Everything a fictional work can say: H2O & more")
    assert everything.translated_titles == (Text("Tout ce qu’une œuvre peut dire"),)
    assert (everything.subtitle, everything.vernacular_title) == (
        Text("A subtitle"),
        Text("Alles, was ein Werk sagen kann"),
    )
    assert everything.publication_types == (PublicationType("Journal Article", "D016428"),)
    assert everything.languages == ("en",)


def test_journal_and_dates(everything: Article) -> None:
    """Print before online; what precision a date has is what its parts are."""
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
    assert everything.events == (
        Event("issued", Date(2025, 4)),
        Event("available", Date(2025, 3, 1)),
        Event("accepted", Date(2025, 2, 20)),
        Event("retracted", Date(2025, 5, 6)),
        Event("received", Date(2025, 1, 11)),
    )


def test_people(everything: Article, found: list[Item]) -> None:
    """Parts of names, groups, ORCID with its check digit, departments before their institution, ROR."""
    first, second, group = everything.authors
    assert (first.name, first.given, first.family, first.suffix) == ("Ada B. Example Jr.", "Ada B.", "Example", "Jr.")
    assert (first.orcid, second.orcid, group.is_group) == ("0000-0002-1825-0097", None, True)
    place = everything.affiliations[first.affiliations[0]]
    assert place.text == "Department of Fiction, University of Example, Exampletown, Germany"
    assert (place.ror, place.country_code) == ("https://ror.org/03vek6s52", "DE")
    assert [editor.name for editor in everything.editors] == ["Eda Editor"]
    rules = [w.rule for w in found if isinstance(w, Warned) and w.record == everything.record]
    assert rules == ["bad-orcid", "no-name", "bad-doi"]


def test_abstract(everything: Article) -> None:
    """JATS sections are sections; sub- and superscripts, formulas and character references keep every letter."""
    assert everything.abstract is not None
    assert everything.abstract.sections == (
        AbstractSection("CO2 & E. coli, p<0.05 and 5 < 6.", "Background"),
        AbstractSection("x2 = 1/2.", "Results"),
    )


def test_money_rights_trials(everything: Article) -> None:
    """An award is a grant; the Creative Commons licence counts, the others are kept."""
    fund = "https://doi.org/10.13039/100000002"
    assert everything.grants == (
        Grant("FX 1", "Fictional Institutes of Health", fund),
        Grant("FX 2", "Fictional Institutes of Health", fund),
        Grant(None, "Fictional Trust"),
    )
    assert everything.rights.licence == "https://creativecommons.org/licenses/by-nc/4.0/"
    assert everything.rights.licence_text == "https://example.org/tdm (tdm, from 2025-03-01)"
    assert everything.accessions == (Accession("ISRCTN", "isrctn00000000"),)
    assert everything.conflict is not None
    assert everything.conflict.declares is False


def test_references_and_relations(everything: Article) -> None:
    """Citations as deposited or from their parts; relations that CiTO does not know keep their name."""
    assert everything.references == (
        Reference(
            "Doe J. A fictional reference. PMID: 99100001. PMCID: PMC9900001.",
            "r1",
            "10.5555/ref.1",
            "99100001",
            "PMC9900001",
        ),
        Reference("Muster. 2019. Another one. Fict J. 1. 7", "r2"),
        Reference("Roe", "r3"),
    )
    assert everything.related == (
        Related("is-preprint-of", None, None, "10.5555/later"),
        Related("has-review", "isReviewedBy", None, "10.5555/review"),
        Related("is-supplemented-by", None, "https://example.org/data"),
        Related("Erratum", "corrects", None, "10.5555/earlier"),
        Related("Retraction (updated by)", "isRetractedBy", None, "10.5555/notice"),
    )


def test_nothing_is_dropped(everything: Article) -> None:
    """Keys without a place are kept under their names."""
    (note,) = everything.statements
    assert note == Statement(
        "note-1",
        "Further metadata",
        "short title: Everything\nPeer review: single-blind\nsubject: General Fiction\nfuture-key: a: b, true",
    )


def test_other_records(found: list[Item]) -> None:
    """A damaged record is refused with its line; its neighbours are read, with warnings for what they cannot mean."""
    assert [(r.record, r.rule, r.line) for r in found if isinstance(r, Rejected)] == [
        ("record 3", "no-identity", 98),
        ("record 4", "wrong-shape", 99),
        ("record 5", "lone-surrogate", 100),
    ]
    _, preprint, chapter = (item for item in found if isinstance(item, Article))
    assert preprint.publication_types == (PublicationType("Preprint", "D000076942"),)
    assert preprint.journal is not None
    assert (preprint.journal.title, preprint.events, preprint.rights.is_free) == ("fictRxiv", (), True)
    assert (chapter.doi, chapter.is_book, chapter.elocation) == ("10.5555/twice.2", True, "17")
    assert (chapter.first_page, chapter.volume) == (None, "3")
    assert [w.rule for w in found if isinstance(w, Warned) and w.record != "doi 10.5555/everything.cr"] == [
        "bad-date",
        "unexpected-value",
        "repeated-key",
    ]


WORK = {"DOI": "10.5555/a", "title": ["A"], "indexed": {}, "member": "1"}
OTHER = {"DOI": "10.5555/b", "title": ["B"], "indexed": {}, "member": "1"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([WORK, OTHER]),
        json.dumps({"message": {"items": [WORK, OTHER]}, "status": "ok"}),
        json.dumps({"items": [WORK, OTHER]}),
        f"{json.dumps(WORK)}\n{json.dumps(OTHER)}\n",
        f"{json.dumps({'status': 'ok', 'message': WORK})}\n\n{json.dumps({'message-type': 'work', 'message': OTHER})}",
        "\ufeff" + json.dumps([WORK, OTHER], indent=1).replace("\n", "\r\n"),
    ],
)
def test_shapes_of_files(text: str) -> None:
    """A list, an answer of the API, a dump's file, JSON Lines of works or of answers, a byte order mark."""
    assert crossref.sniff(text.encode())
    found = items(text.encode())
    assert [item.doi for item in found if isinstance(item, Article)] == ["10.5555/a", "10.5555/b"]


def test_json_lines_lose_one_line() -> None:
    """A line that is not JSON is refused with its number; the others are read."""
    text = f"{json.dumps(WORK)}\n{{oops\n{json.dumps(OTHER)}\n"
    first, bad, last = items(text.encode())
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(bad, Rejected)
    assert (bad.record, bad.rule, bad.line, bad.byte) == (
        "record 2",
        "json-not-well-formed",
        2,
        len(json.dumps(WORK)) + 1,
    )
    assert (first.line, last.line) == (1, 3)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"message": {"items": {"DOI": "10.5555/a"}}}', "wrong-shape"),
        ('[{"DOI": "10.5555/a"', "json-not-well-formed"),
        ('[{"DOI": "10.5555/a"}] {}', "json-not-well-formed"),
        ('[{"DOI": "10.5555/a", "score": NaN}]', "json-not-well-formed"),
        ('[{"DOI": "10.5555/a", "score": ' + "9" * 5000 + "}]", "json-not-well-formed"),
        ("[" * 100_000, "json-too-deep"),
        ('{"a": "\t"}', "json-not-well-formed"),
        ("", "empty"),
        ("12", "json-not-well-formed"),
    ],
)
def test_what_is_not_json_is_refused(text: str, rule: str) -> None:
    """Nothing can be told behind a fault of a file that is one value."""
    with pytest.raises(InputError) as refused:
        items(text.encode())
    assert refused.value.rule == rule


def test_depth() -> None:
    """A record that is nested deeper than any is refused, without a recursion error."""
    (item,) = items(('[{"DOI": "10.5555/a", "x": ' + "[" * 150 + "]" * 150 + "}]").encode())
    assert isinstance(item, Rejected)
    assert item.rule == "json-too-deep"


def test_answers_without_works() -> None:
    """An empty result list holds no record, and is no error."""
    assert items(b'{"status": "ok", "message-type": "work-list", "message": {"items": []}}') == []


@given(st.text(max_size=100))
def test_any_text_is_a_title(text: str) -> None:
    """Whatever stands in a string, the reader ends, and letters stay where no tag is."""
    article = one(title=["x" + "".join(c for c in text if not "\ud800" <= c <= "\udfff" and c not in "<&")])
    assert article.title is not None
    kept = [c for c in text if c.isalnum()]
    assert [c for c in article.title.text[1:] if c.isalnum()] == kept


@pytest.mark.skipif("KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA does not name a folder of real data")
def test_real_files() -> None:
    """Every work of the real answers is read, without a warning and with nothing that has no place."""
    folder = Path(os.environ["KG_TEST_DATA"]) / "samples" / "crossref"
    for path in sorted(folder.iterdir()):
        assert crossref.sniff(path.read_bytes()[:8192])
        (article,) = items(path.read_bytes())
        assert isinstance(article, Article)
        assert article.authors
        assert not article.statements
