"""How the nodes of a network stand in it: degree, strength, PageRank, betweenness, core number, community.

Each measure says in words how it was made, with parameters and source, because a number that nobody can make again is
worth little; that text goes with it into the graph as the description of its ``dqv:Metric`` (W3C Data Quality
Vocabulary, https://www.w3.org/TR/vocab-dqv/).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import networkx as nx
import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from kg import iri, terms
from kg.analysis import engines, matrices
from kg.analysis.network import Network, Numbers
from kg.vocab import DCTERMS, DQV, RDF, RDFS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.terms import Facts

SEED = 20010709
"""Seeds Louvain's order of nodes and the sample of sources for betweenness. Any fixed number would do."""
EFFORT = 2_000_000_000
"""Steps that betweenness may take for one connected part of a network, some seconds."""
LARGE = 20_000
"""links from which on a network is measured so: ten times as fast as networkx, and the same numbers"""
Engine = Literal["auto", "networkx", "rustworkx", "igraph"]
ENGINES: Mapping[Engine, str] = MappingProxyType(
    {
        "auto": f"networkx, above {LARGE:,} links rustworkx",
        "networkx": "networkx for everything",
        "rustworkx": "sparse matrices or rustworkx for PageRank and cores; the communities that networkx finds",
        "igraph": "igraph for cores, communities and exact betweenness of small networks; under the GPL, installed by you",
    }
)
_SLOWER = 3000
"""steps that a search node by node in Python takes for each link or node, against one for a number in a dense block"""
_CACHED = 400_000
"""numbers in one dense block of the betweenness computation, which then stays in the processor's cache (3 MB)"""
_SOURCES = 16
"""with fewer sources in a block, that costs more than it saves"""
_BLOCK = 2_000_000
"""numbers in a block at most, however large the network (16 MB)"""


NAMES = ("degree", "strength", "pagerank", "betweenness", "core", "community")


@dataclass(frozen=True, slots=True)
class Measure:
    """One number for each node, and how it was made. Counts and community numbers are int, the rest float."""

    name: str
    values: Numbers
    method: str


def measure(
    network: Network | nx.Graph[str],
    *,
    seed: int = SEED,
    effort: int = EFFORT,
    engine: Engine = "auto",
    wanted: Collection[str] = NAMES,
) -> dict[str, Measure]:
    """The measures of a network that are wanted, by name, in the order of :data:`NAMES`.

    Communities are numbered from 1 by falling size, equal ones by their smallest member. Betweenness is exact where that
    takes at most ``effort`` steps for a connected part, else estimated from as many sources as that allows; the method
    says which.

    >>> path = nx.Graph([("<a>", "<b>"), ("<b>", "<c>")], name="path")
    >>> nx.set_edge_attributes(path, 2, "weight")
    >>> {name: m.values["<b>"] for name, m in measure(path).items() if name != "pagerank"}
    {'degree': 2, 'strength': 4, 'betweenness': 1.0, 'core': 1, 'community': 1}
    """
    if isinstance(network, nx.Graph):
        network = Network.of(network)
    # With numbers for names, sorted: neither the order of insertion nor the hashes of strings reach an algorithm.
    weights = network.weights
    if engine == "auto":
        engine = "rustworkx" if len(network.first) > LARGE else "networkx"
    by: engines.Engine = engines.ENGINES[engine](weights)
    strength = weights.sum(axis=1)
    if np.asarray(network.of_links.get("weight", 0)).dtype.kind != "f":
        strength = strength.astype(np.int64)
    made = "" if engine == "networkx" else f" Computed by {engine}."

    def between() -> tuple[NDArray[np.float64], str]:
        values, sampled = by.betweenness(effort) or _betweenness(weights, seed, effort)
        return values, (
            "Share of the shortest paths between all pairs of other nodes that pass through a node, links counted as one "
            f"step each (Brandes 2001, https://doi.org/10.1080/0022250X.2001.9990249); {sampled}."
        )

    ways: Mapping[str, Callable[[], tuple[NDArray[Any], str]]] = {
        "degree": lambda: (np.diff(weights.indptr), "Number of neighbours."),
        "strength": lambda: (
            strength,
            "Sum of the weights of a node's links (Barrat et al. 2004, https://doi.org/10.1073/pnas.0400087101).",
        ),
        "pagerank": lambda: (
            by.pagerank(),
            "PageRank over link weights, damping 0.85 (Brin and Page 1998, https://doi.org/10.1016/S0169-7552(98)00110-X)."
            + made,
        ),
        "betweenness": between,
        "core": lambda: (
            by.core(),
            "Greatest k for which a node belongs to the k-core (Batagelj and Zaversnik 2003, arXiv:cs/0310049).",
        ),
        "community": lambda: (
            _numbered(by.communities(seed)),
            f"Number of the node's community: Louvain over link weights, resolution 1, seed {seed} (Blondel et al. 2008, "
            "https://doi.org/10.1088/1742-5468/2008/10/P10008); 1 is the largest."
            + (made if engine == "igraph" else ""),
        ),
    }
    found = {name: ways[name]() for name in NAMES if name in wanted}
    return {name: Measure(name, Numbers(network.nodes, column), method) for name, (column, method) in found.items()}


def facts(network: Network, measures: Mapping[str, Measure], base: str) -> Iterator[Facts]:
    """Measures as RDF: a ``dqv:Metric`` for each, a ``dqv:QualityMeasurement`` for each of its nodes."""
    name, title, made = network.about["name"], network.about["title"], network.about["method"]
    for measure in measures.values():
        key = f"{name}-{measure.name}"
        metric = iri.metric(base, key)
        label = terms.literal(f"{title}: {measure.name}", "en")
        description = terms.literal(f"{measure.method} {made}", "en")
        yield metric, [f"{RDF.type} {DQV.Metric}", f"{RDFS.label} {label}", f"{DCTERMS.description} {description}"]
        a_measurement, of_this = f"{RDF.type} {DQV.QualityMeasurement}", f"{DQV.isMeasurementOf} {metric}"
        for node, value in measure.values.rows():
            stated = terms.integer(value) if isinstance(value, int) else terms.decimal(value)
            yield (
                iri.measurement(base, key, node),
                [a_measurement, f"{DQV.computedOn} {node}", of_this, f"{DQV.value} {stated}"],
            )


def _numbered(community: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each node's community, numbered from 1 by falling size, equal ones by their smallest member."""
    _, first, of_node, sizes = np.unique(community, return_index=True, return_inverse=True, return_counts=True)
    number = np.empty(len(sizes), dtype=np.int64)
    number[np.lexsort((first, -sizes))] = np.arange(1, len(sizes) + 1)
    return number[of_node]


def _betweenness(weights: sparse.csr_array, seed: int, effort: int) -> tuple[NDArray[np.float64], str]:
    """Normalised betweenness, one connected part at a time, and a clause that says how exact it is."""
    size = weights.shape[0]
    values = np.zeros(size)
    notes = []
    for members, within in matrices.connected_parts(weights):
        links = within.nnz // 2
        if len(members) < 3 or links == len(members) * (len(members) - 1) // 2:
            continue  # where everyone is everyone's neighbour, nobody stands between
        by_levels = (2 * links + 6 * len(members)) * 2 * matrices.depth(within)
        by_nodes = (2 * links + len(members)) * _SLOWER
        steps = min(by_levels, by_nodes)
        sources: Sequence[int] = range(len(members))
        scale = np.ones(len(members))
        if (wanted := max(16, effort // steps)) < len(members):
            sources = sorted(random.Random(seed).sample(sources, wanted))
            # A node's own paths never pass through it, so that it has one source fewer of itself in the sample.
            scale[:] = (len(members) - 1) / wanted
            scale[sources] = (len(members) - 1) / (wanted - 1)
            # Each source adds between 0 and 1 to a normalised value; Hoeffding's inequality, for all nodes at once.
            error = math.sqrt(math.log(2 * len(members) / 0.05) / (2 * wanted))
            notes.append(
                f"{wanted} of {len(members)} sources in a connected part, seed {seed}; with 95 % certainty no value is off "
                f"by more than {error:.2g}"
            )
        if by_levels <= by_nodes:
            totals = _dependencies(within, sources)
        else:  # long chains: levels of a node or two
            graph = engines.Networkx(within).graph
            found = nx.betweenness_centrality_subset(graph, sources, range(len(members)), normalized=False)
            totals = 2 * np.array([found[node] for node in range(len(members))])
        values[members] = totals * scale / ((size - 1) * (size - 2))
    return values, f"estimated from {'; '.join(notes)} (Brandes and Pich 2007)" if notes else "exact"


def _dependencies(adjacency: sparse.csr_array, sources: Sequence[int]) -> NDArray[np.float64]:
    """Brandes' dependencies of the sources on each node of a connected graph, summed over the sources.

    Breadth-first search from a block of sources at once, a level at a time, as products of the adjacency matrix with a
    dense block (E. Robinson in Kepner and Gilbert, Graph Algorithms in the Language of Linear Algebra, SIAM 2011,
    chapter 6): one to two orders of magnitude faster than a search node by node in Python.
    """
    size = adjacency.shape[0]
    total = np.zeros(size)
    width = max(1, min(_BLOCK // size, max(_SOURCES, _CACHED // size)))
    for start in range(0, len(sources), width):
        block = np.asarray(sources[start : start + width])
        origin = (block, np.arange(len(block)))
        paths = np.zeros((size, len(block)))
        paths[origin] = 1
        unseen = np.ones(paths.shape, dtype=bool)
        unseen[origin] = False
        level = np.zeros(paths.shape, dtype=np.int32)
        frontier, depth = paths, 0
        while True:
            frontier = adjacency @ frontier
            frontier *= unseen
            new = frontier > 0
            if not new.any():
                break
            depth += 1
            level[new] = depth
            unseen ^= new
            paths = paths + frontier
        dependency = np.zeros(paths.shape)
        one_path = 1 / paths
        for step in range(depth, 1, -1):
            share = (1 + dependency) * one_path
            share *= level == step
            share = adjacency @ share
            share *= paths
            share *= level == step - 1
            dependency += share
        total += dependency.sum(axis=1)
    return total
