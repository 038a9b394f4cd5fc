"""The reader of Europe PMC's JSON: both forms of its lists, short results, preprints. All of it is fictional."""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kg.model import (
    AbstractSection,
    Article,
    Date,
    Event,
    Grant,
    Item,
    Keyword,
    MeshHeading,
    PublicationType,
    Qualifier,
    Rejected,
    Related,
    Rights,
    Statement,
    Substance,
    Text,
    Warned,
)
from kg.readers import europepmc

FILE = Path(__file__).parent.parent / "data" / "europepmc" / "results.json"


def items(data: bytes) -> list[Item]:
    return list(europepmc.read(io.BytesIO(data)))


@pytest.fixture(scope="module")
def found() -> list[Item]:
    return items(FILE.read_bytes())


@pytest.fixture(scope="module")
def everything(found: list[Item]) -> Article:
    return next(item for item in found if isinstance(item, Article))


def test_identity(everything: Article) -> None:
    """Identifiers; the database's own is that of the source; titles are plain."""
    assert (everything.pmid, everything.pmcid, everything.doi, everything.line) == (
        "99600001",
        "PMC9960001",
        "10.5555/everything.epmc",
        8,
    )
    assert everything.other_ids == (("mid", "EMS99"),)
    assert everything.title == Text("Everything a fictional result can say: CO2 & p < 0.05.")
    assert everything.languages == ("de",)


def test_place_and_dates(everything: Article) -> None:
    """The journal's names, abbreviated pages, the date of the issue as printed."""
    journal = everything.journal
    assert journal is not None
    assert (journal.title, journal.abbreviation, journal.nlm_abbreviation, journal.nlm_id) == (
        "Fictional journal of everything",
        "Fict. J. Everything",
        "Fict J Everything",
        "9900001",
    )
    assert (journal.issn, journal.eissn) == ("9900-0210", "9900-0105")
    assert (everything.volume, everything.issue, everything.first_page, everything.last_page) == (
        "5",
        "2",
        "169",
        "180",
    )
    assert everything.events == (
        Event("issued", Date(2021, 1, None, "2021 Jan-Feb")),
        Event("available", Date(2020, 12, 24)),
    )


def test_people(everything: Article) -> None:
    """Lists with one member may be that member; ORCID in both forms; groups; names in short form."""
    assert [(a.name, a.given, a.initials, a.orcid, a.is_group, a.affiliations) for a in everything.authors] == [
        ("Ada B Example", "Ada B", "AB", "0000-0002-1825-0097", False, (0, 1)),
        ("Max van der Muster", "Max", "M", None, False, ()),
        ("Fictional Study Group", None, None, None, True, (0,)),
        ("SS Short", None, "SS", None, False, ()),
    ]
    assert [person.name for person in everything.investigators] == ["Ines Investigator"]


def test_texts_and_indexing(everything: Article) -> None:
    """Headings label the abstract; types, headings and substances by name; both names of a type are one."""
    assert everything.abstract is not None
    assert everything.abstract.sections == (
        AbstractSection("IFN-γ is fictional.", "Background"),
        AbstractSection("x2 < 5.", "Results"),
    )
    assert everything.publication_types == (
        PublicationType("Journal Article", "D016428"),
        PublicationType("Randomized Controlled Trial", "D016449"),
    )
    assert everything.headings == (
        MeshHeading(None, "Humans"),
        MeshHeading(None, "Diabetes Mellitus, Type 1", False, (Qualifier(None, "therapy", True),)),
    )
    assert everything.chemicals == (Substance(None, "Insulin"),)
    assert everything.keywords == (Keyword("stem cells"), Keyword("insulin"))


def test_money_rights_links(everything: Article) -> None:
    """Grants, a licence without version, links with NLM's names; unknown keys are kept."""
    assert everything.grants == (Grant("FX 1", "Fictional Trust", acronym="FT_"),)
    assert everything.rights == Rights(None, "cc by", is_free=True)
    assert everything.related == (
        Related("ErratumIn", "isCorrectedBy", "Fict J Everything. 2021;5(3):200", None, "99600002"),
        Related("UpdateOf", "updates", "PPR/PPR99 Link created by a title match"),
    )
    assert everything.statements == (Statement("note-1", "Further metadata", "futureKey: a: b"),)


def test_other_results(found: list[Item]) -> None:
    """A preprint, a short result, one that cannot be used."""
    _, preprint, short = (item for item in found if isinstance(item, Article))
    assert preprint.other_ids == (("europepmc", "PPR/PPR99"),)
    assert preprint.publication_types == (PublicationType("preprint", "D000076942"),)
    assert preprint.journal is not None
    assert preprint.journal.title == "fictRxiv"
    assert [(a.name, a.is_group, a.affiliations) for a in preprint.authors] == [
        ("AB Example", False, (0,)),
        ("Fictional Study Group", True, ()),
    ]
    assert preprint.statements == (Statement("note-1", "Further metadata", "version: 2"),)
    assert (short.pmid, short.volume, short.issue, short.elocation) == ("99600003", "7", "1", "e7")
    assert [t.id for t in short.publication_types] == ["D016428", "D016454"]
    assert [(r.record, r.rule, r.line) for r in found if isinstance(r, Rejected)] == [("record 4", "no-identity", 70)]
    assert [w.rule for w in found if isinstance(w, Warned)] == ["bad-orcid"]


A: dict[str, Any] = {"pmid": "1", "title": "A", "pubYear": "2020", "authorString": "A A."}
B: dict[str, Any] = {"pmid": "2", "title": "B", "pubYear": "2020", "authorString": "B B."}


@pytest.mark.parametrize(
    "value",
    [
        {"resultList": {"result": [A, B]}},
        [A, B],
        {"PMC1": {"full": A, "downloaded": True}, "PMC2": {"full": B}},
        {"PMC1": A, "PMC2": B},
        [{"result": A}, {"result": B}],
    ],
)
def test_shapes_of_files(value: object) -> None:
    """Answers, lists, one article under its identifier as download tools keep it."""
    text = json.dumps(value).encode()
    assert europepmc.sniff(text)
    assert [a.pmid for a in items(text) if isinstance(a, Article)] == ["1", "2"]


def test_json_lines() -> None:
    """An article a line."""
    text = f"{json.dumps(A)}\n{json.dumps(B)}\n".encode()
    assert [a.pmid for a in items(text) if isinstance(a, Article)] == ["1", "2"]


@pytest.mark.skipif("KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA does not name a folder of real data")
def test_real_files() -> None:
    """Every real article is read without a warning and with nothing that has no place; no markup is left."""
    path = Path(os.environ["KG_TEST_DATA"]) / "samples" / "europepmc" / "stem_cell_2018.json"
    found = items(path.read_bytes())
    assert Counter(type(item).__name__ for item in found) == {"Article": 170}
    for article in found:
        assert isinstance(article, Article)
        assert article.title
        assert article.authors
        assert not article.statements
        texts = [article.title.text, article.abstract.text if article.abstract else ""]
        assert not any(mark in text for text in texts for mark in ("</", "<sub>", "<h4>", "&amp;", "&lt;", "&#"))
