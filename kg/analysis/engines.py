"""What computes the measures of a network: networkx, or faster ways with the same answers.

A network is given by the number of its nodes, which are 0 to n-1, and its links as (smaller node, larger node, weight),
sorted. scipy and rustworkx (Apache-2.0) are always there; igraph (GPL) only where the user installed it, and used only when
asked for, so that what a machine has installed changes no result.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

import networkx as nx

from kg.analysis import matrices
from kg.errors import UsageError

_MOST_ROUNDS = 2000
"""of taking nodes away; co-authors need some hundred"""

Links = Sequence[tuple[int, int, float]]


class Engine(Protocol):
    """Measures of one network; numbers for all its nodes."""

    def __init__(self, nodes: int, links: Links) -> None: ...

    def pagerank(self) -> Mapping[int, float]:
        """PageRank over weights, damping 0.85, to six digits."""
        ...

    def core(self) -> Mapping[int, int]:
        """Core numbers."""
        ...

    def communities(self, seed: int) -> Collection[Collection[int]]:
        """Communities by Louvain's method over weights."""
        ...

    def betweenness(self, effort: int) -> tuple[dict[int, float], str] | None:
        """Exact normalised betweenness and how exact it is; None where the engine has no better way than ours, or where it
        takes more steps than ``effort``: of a search from every node over all links."""
        ...


class Networkx:
    """The reference."""

    def __init__(self, nodes: int, links: Links) -> None:
        self._nodes, self._links = nodes, links

    @cached_property
    def graph(self) -> nx.Graph[int]:
        """For what is asked of networkx; a million links are a gigabyte there."""
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(range(self._nodes))
        graph.add_weighted_edges_from(self._links)
        return graph

    def pagerank(self) -> Mapping[int, float]:
        size = max(1, len(self.graph))
        # networkx stops at a total error of size × tol; six digits of a value near 1/size need less than its default.
        return nx.pagerank(self.graph, alpha=0.85, tol=max(1e-9 / size, 1e-14) / size, max_iter=1000)

    def core(self) -> Mapping[int, int]:
        return nx.core_number(self.graph)

    def communities(self, seed: int) -> Collection[Collection[int]]:
        if not self.graph.number_of_edges():
            return [{node} for node in self.graph]
        return nx.community.louvain_communities(self.graph, weight="weight", resolution=1, seed=seed)

    def betweenness(self, effort: int) -> tuple[dict[int, float], str] | None:
        return None


class Rustworkx(Networkx):
    """PageRank and cores by sparse matrices, these in Rust where that takes too many steps; communities are networkx's."""

    def __init__(self, nodes: int, links: Links) -> None:
        super().__init__(nodes, links)
        self._weights = matrices.adjacency(nodes, links)

    def pagerank(self) -> Mapping[int, float]:
        return dict(enumerate(matrices.pagerank(self._weights).tolist()))

    def core(self) -> Mapping[int, int]:
        found = matrices.cores(self._weights, _MOST_ROUNDS)
        return self._core_in_rust() if found is None else dict(enumerate(found.tolist()))

    def _core_in_rust(self) -> Mapping[int, int]:
        import rustworkx

        graph: Any = rustworkx.PyGraph(multigraph=False, node_count_hint=self._nodes, edge_count_hint=len(self._links))
        graph.add_nodes_from(range(self._nodes))
        graph.add_edges_from(self._links)
        found: Any = rustworkx.core_number(graph)
        return dict(found.items())


class Igraph(Rustworkx):
    """Cores, communities and betweenness in C, this exactly where that is possible. Its PageRank differs from run to run in
    the last digits, so that it is not used."""

    def __init__(self, nodes: int, links: Links) -> None:
        try:
            import igraph
        except ImportError as error:
            raise UsageError(
                "igraph is not installed; it is GPL, so kg does not bring it: pip install igraph"
            ) from error
        super().__init__(nodes, links)
        self._igraph: Any = igraph.Graph(n=nodes, edges=[(a, b) for a, b, _ in links])
        self._igraph.es["weight"] = [weight for *_, weight in links]

    def core(self) -> Mapping[int, int]:
        return dict(enumerate(self._igraph.coreness()))

    def communities(self, seed: int) -> Collection[Collection[int]]:
        import igraph

        igraph.set_random_number_generator(random.Random(seed))
        try:
            return list(self._igraph.community_multilevel(weights="weight"))
        finally:
            igraph.set_random_number_generator(random)

    def betweenness(self, effort: int) -> tuple[dict[int, float], str] | None:
        size = self._igraph.vcount()
        if size * (size + 2 * self._igraph.ecount()) > effort:
            return None
        pairs = max(1, (size - 1) * (size - 2) / 2)
        return {n: value / pairs for n, value in enumerate(self._igraph.betweenness())}, "exact"


ENGINES: Mapping[str, type[Networkx]] = MappingProxyType(
    {"networkx": Networkx, "rustworkx": Rustworkx, "igraph": Igraph}
)
"""name → engine"""
