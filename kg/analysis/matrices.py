"""PageRank and core numbers of a network as a sparse matrix: whole rows at a time in C instead of node by node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]
from scipy.sparse import csgraph  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

_PRECISION = 1e-13
"""of the length of the residual to that of the right side"""


def adjacency(nodes: int, first: ArrayLike, second: ArrayLike, weight: ArrayLike) -> sparse.csr_array:
    """The symmetric matrix of the weights of links, each stated once by the numbers of its ends."""
    one, two = np.asarray(first, dtype=np.int32), np.asarray(second, dtype=np.int32)
    weights = np.asarray(weight, dtype=np.float64)
    ends = np.concatenate([one, two]), np.concatenate([two, one])
    return sparse.csr_array((np.concatenate([weights, weights]), ends), shape=(nodes, nodes))


def parts(links: sparse.csr_array) -> Numbers:
    """The number of the connected part of each node, in the order of their first nodes."""
    of_node = csgraph.connected_components(links, directed=False)[1]
    first = np.unique(of_node, return_index=True)[1]
    numbers: Numbers = np.argsort(np.argsort(first))[of_node]
    return numbers


def connected_parts(links: sparse.csr_array) -> Iterator[tuple[Numbers, sparse.csr_array]]:
    """Each connected part: its nodes, and ones for the links among them."""
    of_node = parts(links)
    order = np.argsort(of_node, kind="stable")
    together = links[order][:, order].sorted_indices()  # the parts as blocks along the diagonal
    sizes = np.bincount(of_node)
    ends = np.cumsum(sizes)
    for start, end in zip((ends - sizes).tolist(), ends.tolist(), strict=True):
        first, last = together.indptr[start], together.indptr[end]
        block = np.ones(last - first), together.indices[first:last] - start, together.indptr[start : end + 1] - first
        yield order[start:end], sparse.csr_array(block, shape=(end - start, end - start))


def depth(links: sparse.csr_array) -> int:
    """How many steps it is from the first node of a connected network to the furthest."""
    order, before = csgraph.breadth_first_order(links, 0)
    node, steps = order[-1], 0  # no other is further than what a breadth-first search finds last
    while node:
        node, steps = before[node], steps + 1
    return steps


def pagerank(weights: sparse.csr_array, damping: float = 0.85) -> Floats:
    """PageRank over positive weights; a node without links gives its rank to all.

    The ranks are the solution of (I − d·W·S⁻¹)·x = e, made to add up to 1, where S holds the sums of the weights W. Of a
    network without directions that matrix becomes symmetric when both sides are divided by √S, and its eigenvalues lie
    between 1 − d and 1 + d, so that conjugate gradients (Hestenes and Stiefel 1952,
    https://doi.org/10.6028/jres.049.044) need a quarter of the steps of the power method.
    """
    size = weights.shape[0]
    if not size:
        return np.zeros(0)
    root = np.sqrt(weights.sum(axis=1))
    root[root == 0] = 1  # without links: its row is empty
    scale = 1 / root
    found = scale.copy()
    residual = scale - found + damping * scale * (weights @ (scale * found))
    direction, length = residual, _product(residual, residual)
    enough = _PRECISION**2 * _product(scale, scale)
    while length > enough:
        image = direction - damping * scale * (weights @ (scale * direction))
        step = length / _product(direction, image)
        found = found + step * direction
        residual = residual - step * image
        before, length = length, _product(residual, residual)
        direction = residual + length / before * direction
    ranks: Floats = root * found
    ranks /= ranks.sum()
    return ranks


def _product(one: Floats, two: Floats) -> float:
    # numpy's own sum is the same for any number of processors, which that of a library for linear algebra is not.
    return float(np.sum(one * two))


def cores(weights: sparse.csr_array, most_rounds: int) -> Numbers | None:
    """Core numbers: what has no more than k neighbours left is taken away, all at once and again, before k rises.

    None where that takes more rounds, as in long chains: then a way node by node is quicker.
    """
    starts, neighbours = weights.indptr, weights.indices
    left = np.diff(starts).astype(np.int64)
    found = np.full(len(left), -1, dtype=np.int64)
    rounds = k = 0
    rest = np.arange(len(left))
    while len(rest):
        k = max(k, int(left[rest].min()))
        going = rest[left[rest] <= k]
        while len(going):
            rounds += 1
            if rounds > most_rounds:
                return None
            found[going] = k
            counts = starts[going + 1] - starts[going]
            offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            touched = neighbours[np.repeat(starts[going], counts) + offsets]
            touched, times = np.unique(touched[found[touched] < 0], return_counts=True)
            left[touched] -= times
            going = touched[left[touched] <= k]
        rest = rest[found[rest] < 0]
    return found
