"""Rules of kg/queries.py: the questions that ship with the program, and how a question is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import queries, sparql, terms
from kg.errors import QueryError, QueryRefused, UsageError
from kg.store import GraphStore
from kg.vocab import FABIO, FOAF, OWL, PRISM, PRO, RDFS, SCHEMA

BASE = "https://e.org/article/"
RESOLUTION = "<https://e.org/graph/resolution>"


def article(number: int, *, doi: str | None = None, pmid: str | None = None) -> list[str]:
    """An article of a fictional author with two affiliations, printed in the order 2, 10."""
    node = f"<{BASE}{number}>"

    def part(name: str) -> str:
        return f"<{BASE}{number}#{name}>"

    facts = [
        (node, PRO.isDocumentContextFor, part("author-1")),
        (part("author-1"), PRO.withRole, PRO.author),
        (part("author-1"), PRO.relatesToDocument, node),
        (part("author-1"), SCHEMA.position, terms.integer(1)),
        (part("author-1"), RDFS.label, terms.literal(f"A. Uthor {number}")),
        (part("author-1"), PRO.isHeldBy, part("person-1")),
        (part("author-1"), PRO.relatesToOrganization, part("aff-10")),
        (part("author-1"), PRO.relatesToOrganization, part("aff-2")),
        (part("aff-10"), RDFS.label, terms.literal("Tenth Institute")),
        (part("aff-2"), RDFS.label, terms.literal("Second Institute")),
        (part("person-1"), FOAF.name, terms.literal("not the label")),
        # a corresponding author's role is no authorship
        (node, PRO.isDocumentContextFor, part("corresponding-1")),
        (part("corresponding-1"), PRO.isHeldBy, part("person-1")),
    ]
    if doi:
        facts.append((node, PRISM.doi, terms.literal(doi)))
    if pmid:
        facts.append((node, FABIO.hasPubMedId, terms.literal(pmid)))
    return terms.nquads(facts, f"<https://e.org/graph/{number}>")


@pytest.fixture
def store() -> GraphStore:
    same = terms.nquads([(f"<{BASE}2#person-1>", OWL.sameAs, "<https://orcid.org/0000-0002-1825-0097>")], RESOLUTION)
    return GraphStore.in_memory([*article(1, doi="10.1/a"), *article(2, pmid="7"), *same])


def test_authorships_gives_a_row_an_author(store: GraphStore) -> None:
    """Name and affiliations as printed and in their order, the identity where there is one, else the person itself."""
    found = store.select(queries.text("authorships"))
    assert found.variables == ("article", "doi", "pmid", "position", "name", "person", "affiliation")
    one, two = found
    assert one == {
        "article": f"<{BASE}1>",
        "doi": '"10.1/a"',
        "position": terms.integer(1),
        "name": '"A. Uthor 1"',
        "person": f"<{BASE}1#person-1>",
        "affiliation": '"Second Institute | Tenth Institute"',
    }
    assert two["pmid"] == '"7"'
    assert two["person"] == "<https://orcid.org/0000-0002-1825-0097>"


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [("doi", '"10.1/a"', ["1"]), ("pmid", '"7"', ["2"]), ("article", f"<{BASE}2>", ["2"]), ("doi", '"10.1/z"', [])],
)
def test_authorships_can_be_asked_for_one_article(store: GraphStore, name: str, value: str, found: list[str]) -> None:
    """A bound DOI must be the article's own: an article without DOI is not found by any."""
    rows = store.select(queries.text("authorships"), params={name: value})
    assert [terms.value(row["article"]).removeprefix(BASE) for row in rows] == found


@pytest.mark.parametrize("name", queries.named())
def test_every_named_query_runs(store: GraphStore, name: str) -> None:
    """Each parses and runs; those that ask other hosts are refused until these are named."""
    text = queries.text(name)
    assert queries.descriptions()[name]
    if "SERVICE <" in text:
        with pytest.raises(QueryRefused, match="SERVICE"):
            store.query(text)
        endpoint = text.partition("SERVICE <")[2].partition(">")[0]
        sparql.check(text, [endpoint])
        return
    answer = store.query(text)
    assert isinstance(answer, bool) or list(answer) is not None


def test_a_query_is_a_name_a_file_or_itself(tmp_path: Path) -> None:
    """Names come first; a file may carry a byte order mark."""
    file = tmp_path / "mine.rq"
    file.write_bytes(b"\xef\xbb\xbfASK { ?s ?p ?o }")
    assert queries.text("authorships") == queries.named()["authorships"]
    assert queries.text(str(file)) == "ASK { ?s ?p ?o }"
    assert queries.text("ASK {}") == "ASK {}"
    assert queries.text("DESCRIBE <http://e.org/>") == "DESCRIBE <http://e.org/>"


def test_a_misspelt_name_is_met_with_the_right_one(tmp_path: Path) -> None:
    """What is neither name nor file nor query is refused with what may have been meant."""
    with pytest.raises(UsageError, match="did you mean authorships"):
        queries.text("authorship")
    with pytest.raises(UsageError, match="neither a query"):
        queries.text("x" * 5000)
    with pytest.raises(UsageError, match="neither a query"):
        queries.text("a\0b")
    bad = tmp_path / "bad.rq"
    bad.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QueryError, match="UTF-8"):
        queries.text(str(bad))
