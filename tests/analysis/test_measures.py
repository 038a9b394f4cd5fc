"""How nodes stand in a network."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg import terms
from kg.analysis import measures
from kg.analysis.network import Network

BASE = "https://kg.test/"


def network(edges: list[tuple[int, int]], extra: int = 0) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph(name="coauthors", title="Co-authors", method="Made by hand.")
    graph.add_nodes_from(f"<https://e.test/{n:02}>" for n in range(extra))
    for n, (a, b) in enumerate(edges):
        if a != b:
            graph.add_edge(f"<https://e.test/{a:02}>", f"<https://e.test/{b:02}>", weight=1 + n % 3)
    return graph


edges = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=40)


@given(edges, st.integers(0, 16))
def test_betweenness_equals_networkx(pairs: list[tuple[int, int]], extra: int) -> None:
    """Exact betweenness, computed part by part, is that of networkx on the whole graph."""
    graph = network(pairs, extra)
    found = measures.measure(graph)["betweenness"]
    assert found.values == pytest.approx(nx.betweenness_centrality(graph), abs=1e-12)
    assert "exact" in found.method


def test_betweenness_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of sources that do not fit add up to what one block gives."""
    graph = network([(a, b) for a, b in nx.barabasi_albert_graph(60, 2, seed=3).edges()])
    monkeypatch.setattr(measures, "_SOURCES", 1)
    monkeypatch.setattr(measures, "_CACHED", 7 * 60)
    found = measures.measure(graph)["betweenness"]
    assert found.values == pytest.approx(nx.betweenness_centrality(graph), abs=1e-12)


def test_betweenness_of_a_long_chain() -> None:
    """Where a search by levels would take a level a node, the other way gives the same numbers."""
    chain = nx.relabel_nodes(nx.path_graph(4000), lambda n: f"<https://e.test/{n:04}>")
    nx.set_edge_attributes(chain, 1, "weight")
    found = measures.measure(chain, effort=10)["betweenness"]
    assert "16 of 4000 sources" in found.method
    middle = found.values["<https://e.test/2000>"]
    assert middle == pytest.approx(0.5, rel=0.4)
    assert found.values["<https://e.test/0000>"] == 0


def test_sampled_betweenness_is_near_and_says_so() -> None:
    """With less effort allowed it is estimated from a sample without bias, and the method names the sample."""
    graph = network([(a, b) for a, b in nx.barabasi_albert_graph(400, 2, seed=1).edges()])
    found = measures.measure(graph, effort=10_000_000)["betweenness"]
    exact = nx.betweenness_centrality(graph)
    assert "estimated from" in found.method
    assert " of 400 sources" in found.method
    assert found.values != pytest.approx(exact)
    assert sum(found.values.values()) == pytest.approx(sum(exact.values()), rel=0.1)
    best = sorted(exact, key=exact.__getitem__)[-5:]
    assert [found.values[node] for node in best] == pytest.approx([exact[node] for node in best], rel=0.2)


@given(edges)
def test_the_others_equal_networkx(pairs: list[tuple[int, int]]) -> None:
    """Degree, strength, PageRank and core number are those of networkx, PageRank to six digits."""
    graph = network(pairs)
    found = measures.measure(graph)
    assert found["degree"].values == dict(graph.degree())
    assert found["strength"].values == dict(graph.degree(weight="weight"))
    assert found["core"].values == nx.core_number(graph)
    assert found["pagerank"].values == pytest.approx(nx.pagerank(graph, tol=1e-13, max_iter=1000), rel=1e-6)


def test_communities_are_numbered_by_size_then_smallest_member() -> None:
    """A square of four is community 1; of two triangles the one with the smaller member is 2; a lone node comes last."""
    square = [(10, 11), (11, 12), (12, 13), (13, 10), (10, 12), (11, 13)]
    graph = network([(4, 5), (5, 6), (6, 4), *square, (1, 2), (2, 3), (3, 1)], extra=1)
    found = measures.measure(graph)["community"].values
    by_number: dict[float, set[str]] = {}
    for node, number in found.items():
        by_number.setdefault(number, set()).add(node[-3:-1])
    assert by_number == {1: {"10", "11", "12", "13"}, 2: {"01", "02", "03"}, 3: {"04", "05", "06"}, 4: {"00"}}


@given(edges, st.randoms(use_true_random=False))
def test_order_changes_nothing(pairs: list[tuple[int, int]], shuffler: object) -> None:
    """The order in which nodes and links were added changes no digit."""
    graph = network(pairs, 15)
    other: nx.Graph[str] = nx.Graph(**graph.graph)  # type: ignore[arg-type]
    nodes, links = list(graph), [(b, a, w) for a, b, w in graph.edges(data="weight")]
    shuffler.shuffle(nodes)  # type: ignore[attr-defined]
    shuffler.shuffle(links)  # type: ignore[attr-defined]
    other.add_nodes_from(nodes)
    other.add_weighted_edges_from(links)
    assert measures.measure(graph) == measures.measure(other)


def test_what_is_not_wanted_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the measures that are named, the same as among all, in their order."""
    graph = network([(1, 2), (2, 3)])
    every = measures.measure(graph)
    monkeypatch.setattr("kg.analysis.engines.Networkx.communities", None)
    some = measures.measure(graph, wanted=("core", "degree"))
    assert list(some) == ["degree", "core"]
    assert some == {name: every[name] for name in some}
    assert tuple(every) == measures.NAMES


def test_an_empty_network_has_empty_measures() -> None:
    """No node, no number, no error."""
    found = measures.measure(network([]))
    assert tuple(found) == measures.NAMES
    assert all(not measure.values for measure in found.values())


def test_measures_as_rdf() -> None:
    """A metric that says how it was made, and one measurement for each node: integers for counts, decimals for the rest."""
    graph = network([(1, 2), (2, 3)])
    said = measures.facts(Network.of(graph), measures.measure(graph), BASE)
    lines = "".join(terms.about(*facts, " .\n") for facts in said)
    triples = list(parse(lines, RdfFormat.N_TRIPLES))
    of = {t.subject.value: {} for t in triples}
    for t in triples:
        of[t.subject.value][t.predicate.value.replace("#", "/").rpartition("/")[2]] = t.object
    metrics = {iri for iri, facts in of.items() if facts["type"].value.endswith("#Metric")}
    names = "degree strength pagerank betweenness core community".split()
    assert metrics == {f"{BASE}metric/coauthors-{name}" for name in names}
    assert of[f"{BASE}metric/coauthors-core"]["label"].value == "Co-authors: core"
    assert of[f"{BASE}metric/coauthors-core"]["description"].value.endswith("Made by hand.")
    measured = {
        (facts["isMeasurementOf"].value.rpartition("-")[2], facts["computedOn"].value[-2:]): facts["value"]
        for iri, facts in of.items()
        if iri not in metrics
    }
    assert len(measured) == len(names) * 3
    assert str(measured["betweenness", "02"]) == terms.decimal(1.0)
    assert str(measured["strength", "02"]) == terms.integer(3)


PROGRAM = """
import hashlib, sys
from pathlib import Path
from kg.analysis import coauthors, files, measures, pictures, topics
folder = Path(sys.argv[1])
team = lambda n: {f"<https://e.test/p/{(n * n + 7 * k) % 37}>" for k in range(n % 6)}
people = coauthors.network((f"<https://e.test/w/{n}>", [(p, p[-5:-1]) for p in team(n)]) for n in range(60))
things = topics.network(((f"<https://e.test/w/{n}>", team(n)) for n in range(60)), {}, max_links=50)
for network, module in ((people, coauthors), (things, topics)):
    found = measures.measure(network)
    for node, facts in (*module.facts(network, "https://kg.test/"), *measures.facts(network, found, "https://kg.test/")):
        print(node, *facts, sep="\\n")
    files.write_nodes(folder / "n", network, found)
    files.write_edges(folder / "e", network)
    files.write_graphml(folder / "g", network, found)
    pictures.write_pictures(folder / "p", folder / "s", network, found)
    for name in "negps":
        print(hashlib.sha256((folder / name).read_bytes()).hexdigest())
"""


def test_hash_seed_changes_no_byte(tmp_path: object) -> None:
    """Triples, files and pictures are the same bytes under any PYTHONHASHSEED."""
    seen = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert seen.pop().count(b"\n") > 1000


def test_importing_kg_loads_nothing_heavy() -> None:
    """``import kg`` and ``import kg.analysis`` load neither networkx nor numpy nor matplotlib."""
    code = "import sys, kg, kg.analysis; print(sorted({'networkx', 'numpy', 'scipy', 'matplotlib'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout.strip() == "[]"


def _random(nodes: int, links: int, seed: int) -> nx.Graph[str]:
    found: nx.Graph[str] = nx.Graph(name="random", title="Random", method="")
    choice = random.Random(seed)
    found.add_nodes_from(f"<n{n:05}>" for n in range(nodes))
    while found.number_of_edges() < links:
        a, b = choice.sample(range(nodes), 2)
        # Neighbours in number are friends: the network has communities to find.
        b = (a + choice.randrange(1, 30)) % nodes if choice.random() < 0.9 else b
        found.add_edge(f"<n{a:05}>", f"<n{b:05}>", weight=choice.randrange(1, 5))
    return found


@pytest.mark.parametrize("engine", ["rustworkx", "igraph"])
def test_engines_give_the_same_numbers(engine: measures.Engine) -> None:
    """Within the six digits that are kept; communities are compared by their modularity."""
    if engine == "igraph":
        pytest.importorskip("igraph", reason="igraph is not installed")
    graph = _random(600, 2500, 5)
    expected, found = measures.measure(graph, engine="networkx"), measures.measure(graph, engine=engine)
    for name in ("degree", "strength", "core"):
        assert found[name].values == expected[name].values
    for name in ("pagerank", "betweenness"):
        assert found[name].values == pytest.approx(expected[name].values, rel=1e-6, abs=1e-12)
    modularity = [nx.community.modularity(graph, _groups(some["community"].values)) for some in (found, expected)]
    assert modularity[0] == pytest.approx(modularity[1], abs=0.02)
    assert found == measures.measure(graph, engine=engine)


def _groups(numbers: Mapping[str, int | float]) -> list[set[str]]:
    groups: dict[int | float, set[str]] = {}
    for node, number in numbers.items():
        groups.setdefault(number, set()).add(node)
    return list(groups.values())


def test_a_large_network_is_measured_by_rustworkx(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size decides, and the method says so."""
    monkeypatch.setattr("kg.analysis.measures.LARGE", 100)
    assert measures.measure(_random(60, 150, 1))["pagerank"].method.endswith("Computed by rustworkx.")
    assert "rustworkx" not in measures.measure(_random(60, 90, 1))["pagerank"].method
