"""The analysis of a store: who and what is counted, and what it leaves in the graph and on disk."""

from __future__ import annotations

import csv
from pathlib import Path

import networkx as nx
import pytest

import kg
from kg import networks, terms
from kg.store import GraphStore
from kg.vocab import BIOLINK, DCTERMS, OWL, PRO, RDFS, SCHEMA

A, B = "<https://e.org/article/a>", "<https://e.org/article/b>"


def wrote(
    article: str, number: int, name: str, identity: str | None = None, role: str = PRO.author
) -> list[terms.Triple]:
    stem = article[:-1]
    person = f"{stem}#person-{number}>"
    node = f"{stem}#role-{number}>"
    found = [
        (node, PRO.withRole, role),
        (node, PRO.relatesToDocument, article),
        (node, RDFS.label, terms.literal(name)),
        (node, PRO.isHeldBy, person),
    ]
    return [*found, (person, OWL.sameAs, identity)] if identity else found


def test_people_are_counted_by_identity() -> None:
    """Two printed names of one identity are one node; editors are no authors; who is alone keeps the printed node."""
    ann = "<https://orcid.org/0000-0002-1825-0097>"
    store = GraphStore.in_memory(
        terms.nquads(
            [
                *wrote(A, 1, "Ann Lee", ann),
                *wrote(A, 2, "Bo"),
                *wrote(B, 1, "A. Lee", ann),
                *wrote(B, 2, "Cy"),
                *wrote(B, 3, "Editor", role=PRO.editor),
            ],
            "<https://e.org/graph>",
        )
    )
    graph = networks.co_authors(store)
    ann = terms.value(ann)
    assert set(graph.nodes) == {ann, "https://e.org/article/a#person-2", "https://e.org/article/b#person-2"}
    assert sorted(graph.degree[node] for node in graph) == [1, 1, 2]
    assert graph.nodes[ann]["label"] == "Ann Lee"


def test_topics_are_subjects_and_mentions() -> None:
    """A concept counts once an article, whether it is indexed, mentioned, or both; its label is the smallest."""
    one, two = "<http://e.org/c/1>", "<http://e.org/c/2>"
    triples = [
        (A, DCTERMS.subject, one),
        (A, SCHEMA.mentions, one),
        (A, SCHEMA.mentions, two),
        (B, DCTERMS.subject, two),
        (one, RDFS.label, terms.literal("One")),
        (one, RDFS.label, terms.literal("Eins", "de")),
        (two, RDFS.label, terms.literal("Two")),
    ]
    graph = networks.topics(GraphStore.in_memory(terms.nquads(triples, "<https://e.org/graph>")))
    assert graph.edges[one[1:-1], two[1:-1]]["weight"] == 1
    assert graph.nodes[one[1:-1]]["label"] == "Eins"


@pytest.mark.parametrize("name", ["coauthors", "topics"])
def test_files_and_graph_say_the_same(examples: Path, name: str) -> None:
    """CSV, GraphML and graph/analysis hold the same nodes, edges and degrees."""
    folder = examples / "analysis"
    with (folder / f"{name}-nodes.csv").open(encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file))
    with (folder / f"{name}-edges.csv").open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    graph = nx.read_graphml(folder / f"{name}.graphml")
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(nodes), len(edges))
    kind = "kgv:CoAuthorLink" if name == "coauthors" else "biolink:Association"
    links = kg.open(examples).rows(f"SELECT ?l {{ ?l a {kind} ; kgv:weight ?w }}")
    assert len({row["l"] for row in links}) == len(edges)
    degrees = kg.open(examples).rows(
        """SELECT ?node ?value { ?m dqv:isMeasurementOf ?metric ; dqv:computedOn ?node ; dqv:value ?value
           FILTER(STRENDS(STR(?metric), ?name)) }""",
        name=f"{name}-degree",
    )
    assert sorted(int(float(row["value"])) for row in degrees) == sorted(degree for _, degree in graph.degree)


def test_nothing_to_analyse_is_fine(tmp_path: Path) -> None:
    """An empty store gives empty networks, files and pictures; only the measures themselves are described."""
    stated = list(networks.analyse(GraphStore.in_memory(), tmp_path, "https://e.org/"))
    assert {subject for subject, _ in stated if not subject.startswith("<https://e.org/metric/")} == set()
    assert len(list(tmp_path.iterdir())) == 11


def test_of_several_names_for_one_the_smallest_counts() -> None:
    """A person with two identities is the smaller, in the network and where proposals are looked up; so are categories."""
    one, other = "<https://orcid.org/0000-0002-1825-0097>", "<https://orcid.org/0000-0001-5109-3700>"
    concept = "<http://e.org/c/1>"
    triples = [
        *wrote(A, 1, "Ann Lee", one), *wrote(A, 1, "Ann Lee", other), *wrote(A, 2, "Bo"),
        (A, DCTERMS.subject, concept),
        *((concept, BIOLINK.category, f"<{BIOLINK.base}{name}>") for name in ("Gene", "Disease")),
    ]  # fmt: skip
    store = GraphStore.in_memory(terms.nquads(triples, "<https://e.org/graph>"))
    assert set(networks.co_authors(store)) == {other[1:-1], f"{A[1:-1]}#person-2"}
    assert networks.topics(store).nodes[concept[1:-1]] == {
        "label": "http://e.org/c/1",
        "articles": 1,
        "category": "Disease",
    }
