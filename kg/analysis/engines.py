"""What computes the measures of a network: networkx, or faster ways with the same answers.

A network is given as the symmetric matrix of the weights of its links; nodes are its rows. scipy and rustworkx (Apache-2.0)
are always there; igraph (GPL) only where the user installed it, and used only when asked for, so that what a machine has
installed changes no result.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import networkx as nx
import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from kg.analysis import communities, matrices
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.analysis.matrices import Floats, Numbers

_MOST_ROUNDS = 2000
"""of taking nodes away; co-authors need some hundred"""


class Engine(Protocol):
    """Measures of one network; numbers for all its nodes."""

    def __init__(self, weights: sparse.csr_array) -> None: ...

    def pagerank(self) -> Floats:
        """PageRank over weights, damping 0.85, to six digits."""
        ...

    def core(self) -> Numbers:
        """Core numbers."""
        ...

    def communities(self, seed: int) -> Numbers:
        """A number for each community, by Louvain's method over weights, which are whole numbers."""
        ...

    def betweenness(self, effort: int) -> tuple[Floats, str] | None:
        """Exact normalised betweenness and how exact it is; None where the engine has no better way than ours, or where it
        takes more steps than ``effort``: of a search from every node over all links."""
        ...


class Networkx:
    """The reference."""

    def __init__(self, weights: sparse.csr_array) -> None:
        self._weights = weights

    @property
    def _links(self) -> Iterator[tuple[int, int, float]]:
        """Smaller node, larger node, weight; sorted."""
        once = sparse.triu(self._weights, k=1).tocsr().tocoo()
        return zip(once.row.tolist(), once.col.tolist(), once.data.tolist(), strict=True)

    @cached_property
    def graph(self) -> nx.Graph[int]:
        """For what is asked of networkx; a million links are a gigabyte there."""
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(range(self._weights.shape[0]))
        graph.add_weighted_edges_from(self._links)
        return graph

    def pagerank(self) -> Floats:
        size = max(1, len(self.graph))
        # networkx stops at a total error of size × tol; six digits of a value near 1/size need less than its default.
        found = nx.pagerank(self.graph, alpha=0.85, tol=max(1e-9 / size, 1e-14) / size, max_iter=1000)
        return np.array([found[node] for node in self.graph], dtype=np.float64)

    def core(self) -> Numbers:
        found = nx.core_number(self.graph)
        return np.array([found[node] for node in self.graph], dtype=np.int64)

    def communities(self, seed: int) -> Numbers:
        of_node = np.arange(len(self.graph))
        if self.graph.number_of_edges():
            found = nx.community.louvain_communities(self.graph, weight="weight", resolution=1, seed=seed)
            for number, members in enumerate(found):
                of_node[list(members)] = number
        return of_node

    def betweenness(self, effort: int) -> tuple[Floats, str] | None:
        return None


class Rustworkx(Networkx):
    """PageRank and cores by sparse matrices, these in Rust where that takes too many steps; the communities that networkx
    finds, found on arrays."""

    def pagerank(self) -> Floats:
        return matrices.pagerank(self._weights)

    def core(self) -> Numbers:
        found = matrices.cores(self._weights, _MOST_ROUNDS)
        return self._core_in_rust() if found is None else found

    def _core_in_rust(self) -> Numbers:
        import rustworkx

        size = self._weights.shape[0]
        graph: Any = rustworkx.PyGraph(multigraph=False, node_count_hint=size, edge_count_hint=self._weights.nnz // 2)
        graph.add_nodes_from(range(size))
        graph.add_edges_from(list(self._links))
        found: Any = rustworkx.core_number(graph)
        return np.array([found[node] for node in range(size)], dtype=np.int64)

    def communities(self, seed: int) -> Numbers:
        return communities.louvain(self._weights, seed)


class Igraph(Rustworkx):
    """Cores, communities and betweenness in C, this exactly where that is possible. Its PageRank differs from run to run in
    the last digits, so that it is not used."""

    def __init__(self, weights: sparse.csr_array) -> None:
        try:
            import igraph
        except ImportError as error:
            raise UsageError(
                "igraph is not installed; it is GPL, so kg does not bring it: pip install igraph"
            ) from error
        super().__init__(weights)
        self._igraph: Any = igraph.Graph(n=weights.shape[0], edges=[(a, b) for a, b, _ in self._links])
        self._igraph.es["weight"] = [weight for *_, weight in self._links]

    def core(self) -> Numbers:
        return np.array(self._igraph.coreness(), dtype=np.int64)

    def communities(self, seed: int) -> Numbers:
        import igraph

        igraph.set_random_number_generator(random.Random(seed))
        try:
            return np.array(self._igraph.community_multilevel(weights="weight").membership, dtype=np.int64)
        finally:
            igraph.set_random_number_generator(random)

    def betweenness(self, effort: int) -> tuple[Floats, str] | None:
        size = self._igraph.vcount()
        if size * (size + 2 * self._igraph.ecount()) > effort:
            return None
        pairs = max(1, (size - 1) * (size - 2) / 2)
        return np.array(self._igraph.betweenness(), dtype=np.float64) / pairs, "exact"


ENGINES: Mapping[str, type[Networkx]] = MappingProxyType(
    {"networkx": Networkx, "rustworkx": Rustworkx, "igraph": Igraph}
)
"""name → engine"""
