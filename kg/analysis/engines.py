"""What computes the measures of a network: networkx, or faster libraries with the same answers.

A network is given by the number of its nodes, which are 0 to n-1, and its links as (smaller node, larger node, weight),
sorted. rustworkx (Apache-2.0) is always there; igraph (GPL) only where the user installed it, and used only when asked for,
so that what a machine has installed changes no result.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import networkx as nx

from kg.errors import UsageError

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

    def betweenness(self) -> tuple[dict[int, float], str] | None:
        """Exact normalised betweenness and how exact it is; None where the engine has no better way than ours."""
        ...


class Networkx:
    """The reference."""

    def __init__(self, nodes: int, links: Links) -> None:
        self.graph: nx.Graph[int] = nx.Graph()
        self.graph.add_nodes_from(range(nodes))
        self.graph.add_weighted_edges_from(links)

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

    def betweenness(self) -> tuple[dict[int, float], str] | None:
        return None


class Rustworkx(Networkx):
    """PageRank and cores in Rust; what it lacks is networkx's."""

    def __init__(self, nodes: int, links: Links) -> None:
        import rustworkx

        super().__init__(nodes, links)
        self._graph: Any = rustworkx.PyGraph(multigraph=False, node_count_hint=nodes, edge_count_hint=len(links))
        self._graph.add_nodes_from(range(nodes))
        self._graph.add_edges_from(links)

    def pagerank(self) -> Mapping[int, float]:
        import rustworkx

        size = max(1, self._graph.num_nodes())
        found = rustworkx.pagerank(
            self._graph.to_directed(), alpha=0.85, weight_fn=float, tol=max(1e-9 / size, 1e-14), max_iter=1000
        )
        return dict(found.items())

    def core(self) -> Mapping[int, int]:
        import rustworkx

        found: Any = rustworkx.core_number(self._graph)
        return dict(found.items())


class Igraph(Rustworkx):
    """Cores, communities and betweenness in C, this exactly for all sources. Its PageRank differs from run to run in the last
    digits, so that one is rustworkx's."""

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

    def betweenness(self) -> tuple[dict[int, float], str] | None:
        size = self._igraph.vcount()
        pairs = max(1, (size - 1) * (size - 2) / 2)
        return {n: value / pairs for n, value in enumerate(self._igraph.betweenness())}, "exact"


ENGINES: Mapping[str, type[Networkx]] = MappingProxyType(
    {"networkx": Networkx, "rustworkx": Rustworkx, "igraph": Igraph}
)
"""name → engine"""
