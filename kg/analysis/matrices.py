"""PageRank and core numbers of a network as a sparse matrix: whole rows at a time in C instead of node by node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

_PRECISION = 1e-13
"""of the length of the residual to that of the right side"""


def adjacency(nodes: int, links: Sequence[tuple[int, int, float]]) -> sparse.csr_array:
    """The symmetric matrix of the weights of links, each stated once."""
    stated = np.array(links, dtype=np.float64).reshape(-1, 3)
    one, two = stated[:, 0].astype(np.int32), stated[:, 1].astype(np.int32)
    ends = np.concatenate([one, two]), np.concatenate([two, one])
    return sparse.csr_array((np.concatenate([stated[:, 2], stated[:, 2]]), ends), shape=(nodes, nodes))


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
