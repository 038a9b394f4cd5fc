"""The reader of OpenAlex' JSON: what it states, and what it infers. All of it is fictional."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kg.model import (
    Article,
    Correspondence,
    Date,
    Event,
    Grant,
    Item,
    MeshHeading,
    PublicationType,
    Qualifier,
    Reference,
    Rejected,
    Rights,
    Statement,
    Text,
    Warned,
)
from kg.readers import openalex

FILE = Path(__file__).parent.parent / "data" / "openalex" / "works.json"


def items(data: bytes) -> list[Item]:
    return list(openalex.read(io.BytesIO(data)))


@pytest.fixture(scope="module")
def found() -> list[Item]:
    return items(FILE.read_bytes())


@pytest.fixture(scope="module")
def everything(found: list[Item]) -> Article:
    return next(item for item in found if isinstance(item, Article))


def test_identity(everything: Article) -> None:
    """Identifiers without their resolvers; OpenAlex' own is kept."""
    assert (everything.doi, everything.pmid, everything.pmcid, everything.line) == (
        "10.5555/everything.oa",
        "99700001",
        "PMC9970001",
        4,
    )
    assert everything.other_ids == (("openalex", "W9900000001"), ("mag", "99"))
    assert everything.title == Text("Everything a fictional work can say & more")
    assert everything.publication_types == (
        PublicationType("Review", "D016454"),
        PublicationType("Retracted Publication", "D016441"),
    )


def test_place_date_rights(everything: Article) -> None:
    """Journal with its linking ISSN, pages, date, licence as a code."""
    journal = everything.journal
    assert journal is not None
    assert (journal.title, journal.issn_l, journal.issn, journal.publisher) == (
        "Fictional Journal of Everything",
        "9900-0210",
        "9900-0105",
        "Fictional Press",
    )
    assert (everything.volume, everything.issue, everything.first_page, everything.last_page) == (
        "5",
        "2",
        "169",
        "180",
    )
    assert everything.events == (Event("issued", Date(2021, 3, 11)),)
    assert everything.rights == Rights(None, "cc-by", "gold", True)


def test_people(everything: Article) -> None:
    """Names and affiliations as printed; the ROR of a string that names one institution; else the institution."""
    first, second = everything.authors
    assert (first.name, first.given, first.family) == ("Ada B. Example", "Ada B.", "Example")
    assert (first.orcid, second.orcid, second.name) == ("0000-0002-1825-0097", None, "Max van der Muster")
    one, two = everything.affiliations
    assert (one.text, one.ror) == (
        "Dept of Fiction, Univ. of Example, Exampletown, Germany",
        "https://ror.org/03vek6s52",
    )
    assert (two.text, two.ror, two.country_code) == ("Institute of Further Fiction", None, "FR")
    assert everything.correspondence == (Correspondence("Ada B. Example", 0),)


def test_abstract_headings_links(everything: Article) -> None:
    """The abstract from its index; qualifiers under their descriptor; references by identifier."""
    assert everything.abstract is not None
    assert everything.abstract.text == "Insulin is fictional. Again, Insulin is IFN-γ in vitro."
    assert everything.headings == (
        MeshHeading(
            "D003922",
            "Diabetes Mellitus, Type 1",
            False,
            (Qualifier("Q000628", "therapy", True), Qualifier("Q000235", "genetics")),
        ),
        MeshHeading("D006801", "Humans"),
    )
    assert everything.grants == (Grant("FX 1", "Fictional Trust"),)
    assert everything.references == (
        Reference("https://openalex.org/W9900000002", "W9900000002"),
        Reference("https://openalex.org/W9900000003", "W9900000003"),
    )
    assert everything.keywords == ()
    assert everything.statements == (Statement("note-1", "Further metadata", "future_key: b: 1"),)


def test_other_works(found: list[Item]) -> None:
    """An index with holes gives what it has, with a warning; a work without identity is refused."""
    _, holes = (item for item in found if isinstance(item, Article))
    assert holes.abstract is not None
    assert (holes.abstract.text, holes.authors_complete) == ("a b", False)
    assert holes.events == (Event("issued", None, "yesterday"),)
    assert [(r.record, r.rule, r.line) for r in found if isinstance(r, Rejected)] == [("record 3", "no-identity", 57)]
    assert [w.rule for w in found if isinstance(w, Warned)] == [
        "bad-orcid",
        "no-name",
        "bad-date",
        "bad-abstract",
        "bad-abstract",
    ]


A = {"id": "https://openalex.org/W1", "title": "A", "publication_year": 2020, "authorships": []}
B = {"id": "https://openalex.org/W2", "title": "B", "publication_year": 2020, "authorships": []}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"meta": {}, "results": [A, B]}),
        json.dumps([A, B], indent=2),
        f"{json.dumps(A)}\n{json.dumps(B)}\n",
    ],
)
def test_shapes_of_files(text: str) -> None:
    """An answer, a list, JSON Lines."""
    assert openalex.sniff(text.encode())
    assert [a.title for a in items(text.encode()) if isinstance(a, Article)] == [Text("A"), Text("B")]
