"""Louvain's method on arrays finds what networkx finds."""

from __future__ import annotations

import random
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis import communities, matrices, measures

Links = dict[tuple[int, int], int]

NODES = 40
LINKS = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda two: two[0] < two[1]),
    st.integers(1, 4),
    max_size=120,
)


def ours(nodes: int, links: Links, seed: int) -> set[frozenset[int]]:
    ends = list(links)
    weights = matrices.adjacency(nodes, [a for a, _ in ends], [b for _, b in ends], list(links.values()))
    groups: dict[int, set[int]] = {}
    for node, number in enumerate(communities.louvain(weights, seed).tolist()):
        groups.setdefault(number, set()).add(node)
    return set(map(frozenset, groups.values()))


def theirs(nodes: int, links: Links, seed: int) -> set[frozenset[int]]:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in sorted(links.items()))
    return set(map(frozenset, nx.community.louvain_communities(graph, seed=seed)))


@given(LINKS, st.integers(0, 3))
def test_communities_are_those_of_networkx(links: Links, seed: int) -> None:
    """To the node, for the same seed; also where nodes have no link, or nobody has."""
    assert ours(NODES, links, seed) == theirs(NODES, links, seed)


@pytest.mark.parametrize("seed", [1, 2, measures.SEED])
def test_a_network_of_several_levels(seed: int) -> None:
    """Three thousand people who sign with their neighbours: communities of communities, with ties, over many rounds."""
    dice = random.Random(seed)
    links: Links = {}
    for _ in range(2500):
        start = dice.randrange(3000)
        team = {start, *((start + dice.randint(-25, 25)) % 3000 for _ in range(dice.randint(0, 8)))}
        for pair in combinations(sorted(team | ({dice.randrange(3000)} if dice.random() < 0.2 else set())), 2):
            links[pair] = links.get(pair, 0) + 1
    found = ours(3000, links, seed)
    assert found == theirs(3000, links, seed)
    assert 10 < len([community for community in found if len(community) > 1]) < 600


def test_nobody_and_nothing() -> None:
    """No node has no community; without links everybody is alone."""
    assert ours(0, {}, 1) == set()
    assert ours(3, {}, 1) == {frozenset({n}) for n in range(3)}
