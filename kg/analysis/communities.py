"""Communities by Louvain's method (Blondel et al. 2008, https://doi.org/10.1088/1742-5468/2008/10/P10008), on arrays.

What is computed, and in which order, is what ``networkx.community.louvain_communities`` does (networkx 3.6), so that weights
which are whole numbers give the same communities for the same seed. It is quicker because a network is an array of neighbours
instead of dictionaries, and because a node is not asked again while nothing has changed in the communities around it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_THRESHOLD = 1e-7
"""what modularity must gain from one level to the next"""


@dataclass(frozen=True, slots=True)
class _Level:
    """A network whose nodes are communities of the level below: the weights of links between two, a row for each node with
    its neighbours in the order in which they were met, and the weight of what lies within each."""

    links: sparse.csr_array
    within: NDArray[np.float64]

    @property
    def degrees(self) -> NDArray[np.float64]:
        """Of each node the weights of its links; what lies within has both its ends there."""
        return np.asarray(self.links.sum(axis=1)) + 2 * self.within

    def edges(self) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
        """Each link between two nodes once, in the order of rows: first node, second node, weight."""
        first = np.repeat(np.arange(len(self.within)), np.diff(self.links.indptr))
        second = self.links.indices.astype(np.int64)
        once = first < second
        return first[once], second[once], self.links.data[once]


def louvain(weights: sparse.csr_array, seed: int) -> Numbers:
    """The number of each node's community.

    Args:
        weights: of the links, whole numbers, symmetric; rows in order, no node linked with itself.
        seed: of the order in which nodes are asked.
    """
    dice = random.Random(seed)
    level = _Level(weights, np.zeros(weights.shape[0]))
    total = float(level.degrees.sum()) / 2
    member = found = np.arange(weights.shape[0])
    if not total:
        return member
    reached = _modularity(level, found)
    while True:
        found = _moved(level, total, dice)
        if len(found) == found.max() + 1:
            return member
        member = found[member]
        before, reached = reached, _modularity(level, found)
        if reached - before <= _THRESHOLD:
            return member
        level = _joined(level, found)


def _moved(level: _Level, total: float, dice: random.Random) -> Numbers:
    """Each node in the community that it goes to, numbered without gaps: one node after the other, in an order that is drawn,
    goes where modularity gains most, again and again until none moves."""
    starts, neighbours, weights = level.links.indptr.tolist(), level.links.indices, level.links.data
    degrees = level.degrees.tolist()
    scale = 2 * total**2
    community = list(range(len(degrees)))
    sums = degrees.copy()  # of the degrees in each community
    # Weights of a node's links to communities, where known.
    around: list[dict[int, float] | None] = [None] * len(degrees)
    asked, changed, moves = [0] * len(degrees), [0] * len(degrees), 0
    order = list(range(len(degrees)))
    dice.shuffle(order)
    while True:
        before = moves
        for node in order:
            own, towards = community[node], around[node]
            if towards is None:
                links = slice(starts[node], starts[node + 1])
                towards = around[node] = {}
                for other, weight in zip(neighbours[links].tolist(), weights[links].tolist(), strict=True):
                    there = community[other]
                    towards[there] = towards.get(there, 0.0) + weight
            elif changed[own] <= (last := asked[node]):
                for there in towards:
                    if changed[there] > last:
                        break
                else:
                    continue  # it would stay again
            asked[node] = moves
            degree = degrees[node]
            sums[own] -= degree
            leaving = -towards.get(own, 0.0) / total + sums[own] * degree / scale
            best, most = own, 0.0
            for there, weight in towards.items():
                gain = leaving + weight / total - sums[there] * degree / scale
                if gain > most:
                    best, most = there, gain
            sums[best] += degree
            if best != own:
                moves += 1
                community[node] = best
                changed[own] = changed[best] = moves
                for other in neighbours[starts[node] : starts[node + 1]].tolist():
                    around[other] = None
        if moves == before:
            numbers: Numbers = np.unique(community, return_inverse=True)[1]
            return numbers


def _joined(level: _Level, found: Numbers) -> _Level:
    """The communities as nodes of a new level; a link is met where the first of those is that it consists of."""
    size = int(found.max()) + 1
    first, second, weight = level.edges()
    first, second = found[first], found[second]
    inside = first == second
    within = np.bincount(found, level.within, size) + np.bincount(first[inside], weight[inside], size)
    low, high = np.minimum(first, second)[~inside], np.maximum(first, second)[~inside]
    pairs, met, which = np.unique(low * size + high, return_index=True, return_inverse=True)
    order = np.argsort(met)
    low, high = pairs[order] // size, pairs[order] % size
    between = np.bincount(which, weight[~inside], len(pairs))[order]
    rows, columns = np.concatenate([low, high]), np.concatenate([high, low])
    by_row = np.lexsort((np.tile(np.arange(len(low)), 2), rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))])
    data = np.tile(between, 2)[by_row]
    return _Level(sparse.csr_array((data, columns[by_row], starts), shape=(size, size)), within.astype(np.float64))


def _modularity(level: _Level, found: Numbers) -> float:
    """Newman's modularity; of each community first, because the order of a sum decides its last digits."""
    size = int(found.max()) + 1
    first, second, weight = level.edges()
    inside = found[first] == found[second]
    within = np.bincount(found, level.within, size) + np.bincount(found[first[inside]], weight[inside], size)
    degrees = np.bincount(found, level.degrees, size)
    total = float(degrees.sum())
    shares: list[float] = (within / (total / 2) - degrees * degrees * (1 / total**2)).tolist()
    return sum(shares)
