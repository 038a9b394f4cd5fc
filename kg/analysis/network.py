"""A network as arrays: nodes are numbers in the order of their terms, links are pairs of them, sorted.

A link takes some forty bytes so, and five hundred as a dictionary in two dictionaries. What is computed and written is made
from the arrays; :meth:`Network.graph` gives the same to networkx.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, overload

import networkx as nx
import numpy as np

from kg.analysis import matrices

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse  # type: ignore[import-untyped]

    Column = Sequence[Any] | NDArray[Any]

_PIECE = 1 << 14
"""values that are Python's own objects at a time"""


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes and links with their attributes, each a column: a value for each node, or for each link.

    The names are those of :mod:`kg.analysis`; a column is an array of numbers, a list of texts, or :class:`Lists`.
    """

    about: Mapping[str, Any]
    """attributes of the whole"""
    nodes: Sequence[str]
    """terms, sorted"""
    of_nodes: Mapping[str, Column]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    """numbers of the ends of each link, the first smaller than the second, sorted"""
    of_links: Mapping[str, Column]

    @classmethod
    def of(cls, graph: nx.Graph[str]) -> Network:
        """The network of a graph. All its nodes have the same attributes, and all its links, none of which joins a node to
        itself."""
        nodes = sorted(graph)
        number = {node: n for n, node in enumerate(nodes)}
        links = [(sorted((number[a], number[b])), data) for a, b, data in graph.edges(data=True)]
        links.sort(key=itemgetter(0))
        ends = np.array([pair for pair, _ in links], dtype=np.int64).reshape(-1, 2)
        of_nodes, of_links = _columns([graph.nodes[node] for node in nodes]), _columns([data for _, data in links])
        return cls(graph.graph, nodes, of_nodes, ends[:, 0], ends[:, 1], of_links)

    def graph(self, shown: Callable[[str], str] = str) -> nx.Graph[str]:
        """The network as a graph of networkx; ``shown`` is what becomes of a term, also of those that are listed."""

        def data(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
            told = (list(map(shown, value)) if isinstance(value, list) else value for value in values)
            return dict(zip(names, told, strict=True))

        ids = dict(zip(self.nodes, map(shown, self.nodes), strict=True))
        graph: nx.Graph[str] = nx.Graph(**data(self.about, self.about.values()))
        for node, *values in self.node_rows():
            graph.add_node(ids[node], **data(self.of_nodes, values))
        for a, b, *values in self.link_rows():
            graph.add_edge(ids[a], ids[b], **data(self.of_links, values))
        return graph

    def node_rows(self, *more: Column) -> Iterator[tuple[Any, ...]]:
        """Each node: its term, its attributes, its values in ``more`` columns."""
        return rows(self.nodes, *self.of_nodes.values(), *more)

    def link_rows(self) -> Iterator[tuple[Any, ...]]:
        """Each link: the terms of its ends, its attributes."""
        for a, b, *values in rows(self.first, self.second, *self.of_links.values()):
            yield self.nodes[a], self.nodes[b], *values

    def neighbours(self) -> Iterator[tuple[str, list[str]]]:
        """Each node with those that it is linked to, sorted."""
        return rows(self.nodes, Lists(self.nodes, self.weights.indices, self.weights.indptr))

    @cached_property
    def weights(self) -> sparse.csr_array:
        """The weights of the links as a symmetric matrix."""
        return matrices.adjacency(len(self.nodes), self.first, self.second, self.of_links.get("weight", ()))


class Numbers(Mapping[str, int | float]):
    """A number for each node of a network, by its term."""

    def __init__(self, nodes: Sequence[str], column: NDArray[Any]) -> None:
        self._nodes = nodes
        self.column = column
        """in the order of the nodes"""

    def __getitem__(self, node: str) -> int | float:
        at = bisect_left(self._nodes, node)
        if at == len(self._nodes) or self._nodes[at] != node:
            raise KeyError(node)
        number: int | float = self.column[at].item()
        return number

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def rows(self) -> Iterator[tuple[str, int | float]]:
        """Each node with its number, which is quicker than to look them up."""
        return rows(self._nodes, self.column)


class Lists(Sequence[list[str]]):
    """Lists of names that are kept as numbers, those of all lists one after the other.

    >>> lists = Lists(["a", "b"], np.array([1, 0, 1]), np.array([0, 1, 1, 3]))
    >>> len(lists), lists[0:3]
    (3, [['b'], [], ['a', 'b']])
    """

    def __init__(self, names: Sequence[str], numbers: NDArray[np.int64], bounds: NDArray[np.int64]) -> None:
        """The list ``n`` goes from ``bounds[n]`` to ``bounds[n + 1]``."""
        self._names, self._numbers, self._bounds = names, numbers, bounds

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, at: int) -> list[str]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[str]]: ...
    def __getitem__(self, at: int | slice) -> list[str] | list[list[str]]:
        start, stop, step = (at if isinstance(at, slice) else slice(at, at + 1)).indices(len(self))
        bounds = self._bounds[start : max(start, stop) + 1]
        names = [self._names[n] for n in self._numbers[bounds[0] : bounds[-1]].tolist()]
        lists = [names[begin:end] for begin, end in pairwise((bounds - bounds[0]).tolist())]
        return lists[::step] if isinstance(at, slice) else lists[0]


def ranked(numbers: Mapping[str, int]) -> tuple[list[str], NDArray[np.int64]]:
    """Names that were numbered from 0 as they came: sorted, and the place there of each number.

    >>> ranked({"b": 0, "a": 1})
    (['a', 'b'], array([1, 0]))
    """
    names = sorted(numbers)
    places = np.empty(len(names), dtype=np.int64)
    places[np.fromiter((numbers[name] for name in names), np.int64, len(names))] = np.arange(len(names))
    return names, places


def rows(*columns: Column) -> Iterator[tuple[Any, ...]]:
    """Columns of one length row by row, their numbers as Python's own.

    >>> list(rows(["a", "b"], np.array([1, 2])))
    [('a', 1), ('b', 2)]
    """
    return zip(*map(values, columns), strict=True)


def values(column: Column) -> Iterator[Any]:
    """What stands in a column, numbers as Python's own."""
    for start in range(0, len(column), _PIECE):
        part = column[start : start + _PIECE]
        yield from part.tolist() if isinstance(part, np.ndarray) else part


def _columns(attributes: Sequence[Mapping[str, Any]]) -> dict[str, Column]:
    """Those of the first, because all are alike."""
    return {name: [row[name] for row in attributes] for name in (attributes[0] if attributes else ())}
