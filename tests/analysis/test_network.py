"""A network as arrays is the same as a graph of networkx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis import coauthors, matrices, measures
from kg.analysis.network import Lists, Network, Numbers, rows, values

teams = st.lists(st.lists(st.integers(0, 12), max_size=7), max_size=8)


def works(of: list[list[int]]) -> list[coauthors.Work]:
    return [
        (f"<https://e.test/w/{n:02}>", [(f"<https://e.test/p/{who:02}>", f"P{who}") for who in team])
        for n, team in enumerate(of)
    ]


def facts(graph: nx.Graph[str]) -> tuple[Any, ...]:
    links = {frozenset((a, b)): data for a, b, data in graph.edges(data=True)}
    return dict(graph.nodes(data=True)), links, graph.graph


@given(teams)
def test_there_and_back(of: list[list[int]]) -> None:
    """A network made of the graph of a network has the same nodes, links and measures, whoever has no link included."""
    network = coauthors.network(works(of))
    again = Network.of(network.graph())
    assert facts(again.graph()) == facts(network.graph())
    assert (again.first.tolist(), again.second.tolist()) == (network.first.tolist(), network.second.tolist())
    assert measures.measure(network.graph()) == measures.measure(network)


@given(teams)
def test_links_are_sorted(of: list[list[int]]) -> None:
    """The ends of a link are in order, links are in order, and each is there once."""
    network = coauthors.network(works(of))
    ends = list(zip(network.first.tolist(), network.second.tolist(), strict=True))
    assert ends == sorted(set(ends))
    assert all(a < b for a, b in ends)
    assert list(network.nodes) == sorted(network.nodes)


@given(teams)
def test_neighbours_and_parts(of: list[list[int]]) -> None:
    """Neighbours, connected parts and their depths are those that networkx tells."""
    network = coauthors.network(works(of))
    graph = network.graph()
    assert {node: set(others) for node, others in network.neighbours()} == {node: set(graph[node]) for node in graph}
    parts = [(members.tolist(), within) for members, within in matrices.connected_parts(network.weights)]
    expected = sorted(sorted(part) for part in nx.connected_components(graph))
    assert [[network.nodes[n] for n in members] for members, _ in parts] == expected
    for members, within in parts:
        within_graph: nx.Graph[int] = nx.from_scipy_sparse_array(within)
        named = nx.relabel_nodes(within_graph, {n: network.nodes[member] for n, member in enumerate(members)})
        assert {frozenset(edge) for edge in named.edges()} == {
            frozenset(edge) for edge in graph.subgraph(named).edges()
        }
        assert matrices.depth(within) == max(
            nx.single_source_shortest_path_length(graph, network.nodes[members[0]]).values()
        )


def test_numbers_are_a_mapping() -> None:
    """A number by its node; another node is a KeyError, wherever it would stand."""
    numbers = Numbers(["<b>", "<d>"], np.array([1, 2]))
    assert isinstance(numbers, Mapping)
    assert dict(numbers) == {"<b>": 1, "<d>": 2}
    assert list(numbers.rows()) == [("<b>", 1), ("<d>", 2)]
    assert [node in numbers for node in ("<a>", "<b>", "<c>", "<d>", "<e>")] == [False, True, False, True, False]
    with pytest.raises(KeyError):
        numbers["<c>"]


@given(st.lists(st.lists(st.integers(0, 2))), st.integers(0, 9), st.integers(0, 9))
def test_lists_in_pieces(numbers: list[list[int]], start: int, stop: int) -> None:
    """Every piece holds the lists that it should, empty ones too."""
    expected = [["abc"[n] for n in some] for some in numbers]
    flat = np.array([n for some in numbers for n in some], dtype=np.int64)
    lists = Lists("abc", flat, np.cumsum([0, *map(len, numbers)]))
    assert list(values(lists)) == expected
    assert lists[start:stop] == expected[start:stop]
    assert lists[start::2] == expected[start::2]
    assert list(lists) == expected


def test_rows_are_those_of_all_columns() -> None:
    """Also where they come in several pieces, as Python's own numbers; columns of other lengths are an error."""
    many = 40_000
    found = list(rows(range(many), np.arange(many)))
    assert found == [(n, n) for n in range(many)]
    assert {type(number) for _, number in found} == {int}
    with pytest.raises(ValueError, match="shorter"):
        list(rows([1, 2], [1]))
