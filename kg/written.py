"""Graphs that were just written, as files of N-Quads: read back from them ten times as fast as from a store.

The graphs of documents stand one after the other, in the order in which they came, and an index tells how long each is, so
that some can be read without the others. The graphs that documents share are sorted, so that what is said of a node is found
between marks, a few kilobytes apart, in a file that need not be in memory.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as place:
...     shared = SharedGraphs(Path(place) / "shared.nq")
...     with shared.writing() as through:
...         quads = ['<a> <p> "1" <g> .\\n', '<b> <p> "2" <g> .\\n']
...         assert list(through("<g>", quads)) == quads
...     shared["<g>"].about("<b>")
[('<b>', '<p>', '"2"')]
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from kg import terms
from kg.files import opened
from kg.sorting import SortedLines, sort_lines
from kg.terms import Triple, triples_of

_PIECE = 10_000
"""lines read at once"""
_AT_ONCE = 1_000
"""lines written at once"""


class DocumentGraphs:
    """The graphs of documents in a file.

    Args:
        path: the file; its index lies beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._index = path.with_name(f"index-{path.name}")
        self._number = 0

    @contextmanager
    def writing(self) -> Iterator[Callable[[str, str], None]]:
        """Gives what appends a graph (``<IRI>``) and its quads; at the end they can be read."""
        with self._path.open("wb") as out, self._index.open("w", encoding="utf-8", newline="\n") as index:

            def add(graph: str, quads: str) -> None:
                data = quads.encode()
                out.write(data)
                index.write(f"{graph} {len(data)}\n")
                self._number += 1

            yield add

    @property
    def path(self) -> Path:
        """The file: N-Quads, the quads of each document together."""
        return self._path

    def __len__(self) -> int:
        """How many graphs there are."""
        return self._number

    def lines(self) -> Iterator[str]:
        """All quads."""
        with self._path.open(encoding="utf-8", newline="\n") as file:
            yield from file

    def graphs(self, only: Collection[str] | None = None) -> Iterator[tuple[str, list[str]]]:
        """Each graph, or each of these, with its quads."""
        if not self._number or (only is not None and not only):
            return
        start = 0
        with self._path.open("rb") as file, self._index.open(encoding="utf-8", newline="\n") as index:
            for entry in index:
                graph, _, size = entry.rpartition(" ")
                if only is None or graph in only:
                    file.seek(start)  # where it stands already, if all are read
                    yield graph, terms.lines(file.read(int(size)).decode())
                start += int(size)

    def about(self, graph: str, nodes: Iterable[str]) -> list[Triple]:
        """What one graph says of nodes."""
        found = self._places.about(graph)
        if not found:
            return []
        start, size = map(int, found[0].split(" ")[1:])
        text = "\n" + os.pread(self._file, size, start).decode()
        return triples_of((line for node in nodes for line in _beginning(text, f"{node} ")), graph)

    @cached_property
    def _places(self) -> SortedLines:
        """Where each graph begins, and how long it is: a line each, sorted."""

        def places() -> Iterator[str]:
            start = 0
            with self._index.open(encoding="utf-8", newline="\n") as index:
                for entry in index:
                    graph, _, size = entry.rpartition(" ")
                    yield f"{graph} {start} {size}"
                    start += int(size)

        path = self._path.with_name(f"places-{self._path.name}")
        with path.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(sort_lines(places(), directory=path.parent))
        return SortedLines(path, 0, path.stat().st_size)

    @cached_property
    def _file(self) -> int:
        return opened(self._path, self)


class SharedGraphs(Mapping[str, "SharedGraph"]):
    """The graphs that documents share in a file, by name (``<IRI>``)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._graphs: dict[str, SharedGraph] = {}

    @contextmanager
    def writing(self) -> Iterator[Callable[[str, Iterable[str]], Iterator[str]]]:
        """Gives what appends a graph: it takes its name and its quads, sorted, each once, several in one text or not, and
        gives these on as they are written. At the end of the block they can be read."""
        with self._path.open("wb") as out:

            def through(graph: str, quads: Iterable[str]) -> Iterator[str]:
                start, number = out.tell(), 0
                rest = iter(quads)
                while some := list(islice(rest, _AT_ONCE)):
                    text = "".join(some)
                    out.write(text.encode())
                    number += text.count("\n")
                    yield from some
                if number:
                    self._graphs[graph] = SharedGraph(self._path, graph, start, out.tell(), number)

            yield through

    @property
    def path(self) -> Path:
        """The file: N-Quads, the quads of each graph together and sorted."""
        return self._path

    def __getitem__(self, graph: str) -> SharedGraph:
        return self._graphs[graph]

    def __iter__(self) -> Iterator[str]:
        return iter(self._graphs)

    def __len__(self) -> int:
        return len(self._graphs)

    def lines(self) -> Iterator[str]:
        """The quads of all of them."""
        with self._path.open(encoding="utf-8", newline="\n") as file:
            yield from file


@dataclass(frozen=True)
class SharedGraph:
    """One of them: the file, the name, where in the file it begins and ends, how many quads it has."""

    path: Path
    name: str
    start: int
    end: int
    number: int

    def lines(self) -> Iterator[str]:
        """Its quads, sorted."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            text = TextIOWrapper(file, encoding="utf-8", newline="\n")
            yield from islice(text, self.number)

    def triples(self) -> Iterator[Triple]:
        """Its triples, in the order of its quads."""
        lines = self.lines()
        while some := list(islice(lines, _PIECE)):
            yield from triples_of(some, self.name)

    def about(self, node: str) -> list[Triple]:
        """What it says of a node."""
        return triples_of(self._sorted.about(node), self.name)

    @cached_property
    def _sorted(self) -> SortedLines:
        return SortedLines(self.path, self.start, self.end)


def _beginning(text: str, start: str) -> Iterator[str]:
    """The lines of a text that begin so; the text begins with the end of a line."""
    at = -1
    while (at := text.find("\n" + start, at + 1)) >= 0:
        yield text[at + 1 : text.index("\n", at + 1) + 1]
