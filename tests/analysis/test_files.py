"""Networks as CSV and GraphML. All people and articles are fictional."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kg import terms
from kg.analysis import coauthors, files, measures, topics
from kg.analysis.network import Network

P = [f"<https://e.test/p/{n}>" for n in range(6)]
WORKS = [
    ("<https://e.test/w/1>", [(P[0], 'Ada "A" Able, Jr'), (P[1], "Bø & Ćy <b>"), (P[2], "=cmd|' /C calc'!A0")]),
    ("<https://e.test/w/2>", [(P[0], 'Ada "A" Able, Jr'), (P[1], "Bø & Ćy <b>"), (P[3], "朱\x00雨\u2028\ud800")]),
    ("<https://e.test/w/3>", [(P[4], "")]),
]


@pytest.fixture
def network() -> Network:
    return coauthors.network(WORKS)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""), strict=True))


def test_nodes(tmp_path: Path, network: Network) -> None:
    """One line a node, sorted by IRI: id without brackets, label, articles and every measure; quoted as RFC 4180 has it."""
    found = measures.measure(network)
    files.write_nodes(tmp_path / "n.csv", network, found)
    lines = rows(tmp_path / "n.csv")
    assert [line["id"] for line in lines] == [terms.value(node) for node in network.nodes]
    assert list(lines[0]) == ["id", "label", "articles", *found]
    assert lines[0]["label"] == 'Ada "A" Able, Jr'
    assert {name: float(lines[0][name]) for name in found} == pytest.approx(
        {name: measure.values[P[0]] for name, measure in found.items()}, rel=1e-5
    )
    assert (tmp_path / "n.csv").read_bytes().count(b"\r\n") == len(network.nodes) + 1


def test_edges(tmp_path: Path, network: Network) -> None:
    """One line a link, ends in order, lines in order, weights as numbers, works joined by blanks."""
    files.write_edges(tmp_path / "e.csv", network)
    lines = rows(tmp_path / "e.csv")
    assert lines[0] == {
        "source": "https://e.test/p/0",
        "target": "https://e.test/p/1",
        "weight": "2",
        "fractional_weight": "1.0",
        "works": "https://e.test/w/1 https://e.test/w/2",
    }
    pairs = [sorted(map(terms.value, edge)) for edge in network.graph().edges()]
    assert [[line["source"], line["target"]] for line in lines] == sorted(pairs)


def test_labels_are_inert_in_csv(tmp_path: Path, network: Network) -> None:
    """No label starts a formula or breaks a line; what UTF-8 and XML cannot hold is replaced."""
    files.write_nodes(tmp_path / "n.csv", network, {})
    labels = [line["label"] for line in rows(tmp_path / "n.csv")]
    assert labels[2:4] == ["'=cmd|' /C calc'!A0", "朱 雨 \ufffd"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r+", "＝"])
def test_every_start_of_a_formula(start: str) -> None:
    """OWASP's list of first characters, also behind blanks that a spreadsheet would trim."""
    assert files.inert(start + "1").startswith("'")


@given(st.text())
def test_printable_text_is_xml(text: str) -> None:
    """Whatever a paper says, the label is one line that XML 1.0 and UTF-8 can hold."""
    element = etree.Element("a")
    element.text = files.printable(text)
    assert etree.fromstring(etree.tostring(element, encoding="utf-8")).text == (files.printable(text) or None)
    assert len(files.printable(text).splitlines()) <= 1


def test_graphml_reads_back_as_the_same_network(tmp_path: Path, network: Network) -> None:
    """networkx reads what is written: same nodes, links, types and values, floats to six digits."""
    found = measures.measure(network)
    files.write_graphml(tmp_path / "g.graphml", network, found)
    again, graph = nx.read_graphml(tmp_path / "g.graphml"), network.graph()
    assert {f"<{node}>" for node in again} == set(graph)
    assert {frozenset(edge) for edge in again.edges()} == {frozenset(map(terms.value, edge)) for edge in graph.edges()}
    for node, data in graph.nodes(data=True):
        read = again.nodes[terms.value(node)]
        assert read.pop("label", "") == files.printable(data["label"])
        assert read.pop("articles") == data["articles"]
        assert read == pytest.approx({name: measure.values[node] for name, measure in found.items()}, rel=1e-5)
        assert isinstance(read["degree"], int)
        assert isinstance(read["pagerank"], float)
    edge = again.edges["https://e.test/p/0", "https://e.test/p/1"]
    assert edge == {"weight": 2, "fractional_weight": 1.0, "works": "https://e.test/w/1 https://e.test/w/2"}
    assert again.graph["method"] == graph.graph["method"]


def test_topics_carry_category_and_npmi(tmp_path: Path) -> None:
    """The same functions write the topic network, with its own attributes."""
    network = topics.network([("<1>", P[:2]), ("<2>", P[1:3])], {}, {P[0]: "<https://w3id.org/biolink/vocab/Disease>"})
    found = measures.measure(network)
    files.write_nodes(tmp_path / "n.csv", network, found)
    files.write_edges(tmp_path / "e.csv", network)
    files.write_graphml(tmp_path / "g.graphml", network, found)
    assert rows(tmp_path / "n.csv")[0]["category"] == "Disease"
    assert rows(tmp_path / "e.csv")[0]["npmi"] == "0.0"
    assert nx.read_graphml(tmp_path / "g.graphml").nodes["https://e.test/p/0"]["category"] == "Disease"


def test_an_empty_network(tmp_path: Path) -> None:
    """Nothing to write gives a header, and GraphML without a node."""
    network = coauthors.network([])
    found = measures.measure(network)
    files.write_nodes(tmp_path / "n.csv", network, found)
    files.write_edges(tmp_path / "e.csv", network)
    files.write_graphml(tmp_path / "g.graphml", network, found)
    assert (tmp_path / "n.csv").read_text().startswith("id,label,articles,degree")
    assert (tmp_path / "e.csv").read_text() == "source,target,weight\n"
    assert len(nx.read_graphml(tmp_path / "g.graphml")) == 0
