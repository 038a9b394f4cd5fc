"""PageRank and core numbers by sparse matrices are those of networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from kg.analysis import engines, matrices

NODES = 12
LINKS = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda two: two[0] < two[1]),
    st.integers(1, 50),
    max_size=40,
)


def _weights(nodes: int, links: list[tuple[int, int, float]]) -> sparse.csr_array:
    return matrices.adjacency(nodes, *(zip(*links, strict=True) if links else ((), (), ())))


@given(LINKS)
def test_ranks_and_cores_are_those_of_networkx(links: dict[tuple[int, int], int]) -> None:
    """Also of nodes without links, and of networks in several parts."""
    weights = _weights(NODES, [(a, b, weight) for (a, b), weight in links.items()])
    reference, found = engines.Networkx(weights), engines.Rustworkx(weights)
    assert found.pagerank() == pytest.approx(reference.pagerank(), rel=1e-8)
    assert found.core().tolist() == reference.core().tolist()


def test_a_long_chain_is_left_to_another_way() -> None:
    """Only its two ends go in a round; the numbers are the same."""
    chain = [(n, n + 1, 1.0) for n in range(5000)]
    weights = _weights(5001, chain)
    assert matrices.cores(weights, 100) is None
    assert engines.Rustworkx(weights).core().tolist() == [1] * 5001
    few = matrices.cores(_weights(101, chain[:100]), 100)
    assert few is not None
    assert few.tolist() == [1] * 101


def test_weights_of_many_sizes() -> None:
    """A node with a thousand neighbours, and weights far apart."""
    star: nx.Graph[int] = nx.star_graph(1000)
    links = [(a, b, 1e-3 if b % 2 else 1e4) for a, b in sorted(star.edges())]
    star.add_weighted_edges_from(links)
    found = matrices.pagerank(_weights(1001, links))
    expected = nx.pagerank(star, tol=1e-15, max_iter=1000)
    assert found.tolist() == pytest.approx([expected[n] for n in range(1001)], rel=1e-7)
    assert matrices.pagerank(_weights(0, [])).tolist() == []
    assert np.isclose(matrices.pagerank(_weights(3, [])), 1 / 3).all()
