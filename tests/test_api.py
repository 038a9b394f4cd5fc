"""The library's first screen: reading, building, asking, and views of others on the same graph."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

import kg
import kg.api
from kg.errors import InputError, QueryError, QueryRefused, UsageError

EXAMPLES = Path(__file__).parents[1] / "examples"


class Pipe(io.RawIOBase):
    """Bytes that can be read once, as from a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        return self._data.read(size)


@pytest.fixture(scope="module")
def graph(examples: Path) -> kg.Graph:
    return kg.open(examples)


@pytest.mark.parametrize(("name", "dois"), [("letter.txt", 1), ("article.jats.xml", 1), ("pubmed.xml", 8)])
def test_read_knows_the_format_by_its_content(name: str, dois: int) -> None:
    """A stream has no name; one that cannot seek will do."""
    data = (EXAMPLES / name).read_bytes()
    for stream in (io.BytesIO(data), Pipe(data)):
        articles = list(kg.read(stream))  # type: ignore[arg-type]
        assert len({article.doi for article in articles}) == dois
        assert all(article.title for article in articles)


def test_read_refuses_what_no_reader_knows() -> None:
    """An unknown format is an error, not an empty answer; so is an unknown reader."""
    with pytest.raises(InputError):
        list(kg.read(io.BytesIO(b"\x00\x01\x02 nothing")))
    with pytest.raises(UsageError):
        list(kg.read(io.BytesIO(b"<article/>"), "word"))


@pytest.mark.parametrize("kind", [str, Path, lambda path: [path], lambda path: iter([str(path)])])
def test_a_source_is_a_name_or_several(
    kind: Callable[[Path], kg.api.Names], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text or a path is one name; it is not read letter by letter."""
    monkeypatch.setattr(kg.api.pipeline, "build", lambda names, output, settings: names)
    assert kg.build(kind(EXAMPLES), tmp_path) == [str(EXAMPLES)]  # type: ignore[comparison-overlap]


def test_one_name_will_do_wherever_several_may_stand(graph: kg.Graph) -> None:
    """Ontologies, types, services: an endpoint is not allowed because it is a part of one that is."""
    assert [m.text for m in kg.annotate("Insulin in type 1 diabetes", "starter", "Disease")] == ["type 1 diabetes"]
    with pytest.raises(QueryRefused):
        graph.rows("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }", services="http://e.org/sparql")


def test_rows_are_plain_dicts(graph: kg.Graph) -> None:
    """Values are text; what is unbound is missing; parameters bind text or <IRI>; SERVICE asks for leave."""
    # references state DOIs, too, but have no title
    query = """SELECT ?pmid ?licence { ?a prism:doi ?doi ; dcterms:title ?t
        OPTIONAL { ?a fabio:hasPubMedId ?pmid } OPTIONAL { ?a dcterms:license ?licence } }"""
    assert graph.rows(query, doi="10.5555/fict.99000001") == [{"pmid": "99000001"}]
    assert graph.rows(query, doi="10.5555/fjsc.v9.i3.100042") == [
        {"licence": "https://creativecommons.org/licenses/by/4.0/"}
    ]
    article = "<https://w3id.org/bmkg/article/doi/10.5555/fict.99000004>"
    assert [r["name"] for r in graph.rows("authorships", article=article)] == ["Ida Bergström"]
    assert graph.rows("authorships", pmid=99000004) == graph.rows("authorships", pmid="99000004") != []
    with pytest.raises(QueryError, match=r"no variable \?pmdi; it has \?article, \?doi, \?pmid"):
        graph.rows("authorships", pmdi=99000004)
    with pytest.raises(QueryRefused):
        graph.rows("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }")


def test_rdflib_sees_the_same_quads(graph: kg.Graph, examples: Path) -> None:
    """The dataset is a view of all quads, a named graph of its own."""
    assert len(graph.dataset()) == len(graph)
    aliases = graph.graph("https://w3id.org/bmkg/graph/aliases")
    # eight PMIDs, and PMID and PMCID of the JATS article
    assert len(aliases) == 10
    assert kg.open(examples / "graph.ttl").rows("R09-citing-retracted-work") == graph.rows("R09-citing-retracted-work")


def test_networks(graph: kg.Graph) -> None:
    """Co-authors by identity, weighted by joint papers (Newman 2001); topics by articles that name both."""
    people = graph.co_authors()
    okonjo, vasquez_thorne, lindqvist = (f"https://orcid.org/0000-0000-9900-{n}" for n in ("0289", "0350", "014X"))
    assert people.edges[okonjo, vasquez_thorne]["weight"] == 2
    # two papers with three authors each: 1/2 + 1/2; one of them with Lindqvist
    assert people.edges[okonjo, vasquez_thorne]["fractional_weight"] == pytest.approx(1.0)
    assert people.edges[okonjo, lindqvist]["fractional_weight"] == pytest.approx(0.5)
    topics = graph.topics()
    type_1, beta_cells = (f"http://id.nlm.nih.gov/mesh/{n}" for n in ("D003922", "D050417"))
    both = [
        r["a"]
        for r in graph.rows(
            """SELECT DISTINCT ?a { ?a dcterms:subject|schema:mentions mesh:D003922 .
               ?a dcterms:subject|schema:mentions mesh:D050417 }"""
        )
    ]
    assert topics.edges[type_1, beta_cells]["weight"] == len(both) > 1


def test_networks_and_rows_can_be_joined(graph: kg.Graph, examples: Path) -> None:
    """Nodes, and articles that links name, are written as rows write them, and as the files of the analysis do."""
    people = graph.co_authors()
    asked = "SELECT DISTINCT ?person { ?role pro:withRole pro:author ; pro:isHeldBy/owl:sameAs ?person }"
    assert {row["person"] for row in graph.rows(asked)} & set(people)
    written = nx.read_graphml(examples / "analysis" / "coauthors.graphml")
    assert set(people) == set(written)
    assert {(a, b): " ".join(works) for a, b, works in people.edges(data="works")} == {
        (a, b): works for a, b, works in written.edges(data="works")
    }
    assert set(graph.topics()) == set(nx.read_graphml(examples / "analysis" / "topics.graphml"))


def test_nodes_without_a_name_have_one_in_rows(tmp_path: Path) -> None:
    """A blank node of somebody else's file is a value like others."""
    (tmp_path / "other.ttl").write_text('[] <http://e.org/p> "x" .', encoding="utf-8")
    (row,) = kg.open(tmp_path / "other.ttl").rows("SELECT * { ?s ?p ?o }")
    assert row["s"].startswith("_:")


def test_importing_is_light() -> None:
    """``import kg`` loads none of the heavy libraries."""
    heavy = "{'lxml', 'rdflib', 'pyoxigraph', 'networkx', 'matplotlib', 'pyshacl', 'click', 'numpy'}"
    code = f"import sys, kg; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=EXAMPLES.parent)
    assert done.stdout.strip() == "[]"


def test_all_names_are_there() -> None:
    """Everything in ``__all__`` can be had, and nothing else."""
    assert all(getattr(kg, name) is not None for name in kg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        kg.nothing  # noqa: B018
