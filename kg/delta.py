"""What differs between two states of a graph: as N-Quads added and removed, and as a SPARQL Update that makes the new state
of the old one in any store.

Both states are read in sorted order, side by side, so that neither need fit in memory.

========================  ============================================================================================
``added.nq.gz``           the quads that the new state has and the old one had not, sorted within each graph
``removed.nq.gz``         the other way round
``update.ru``             DROP GRAPH, DELETE DATA and INSERT DATA (SPARQL 1.1 Update) of the same quads
========================  ============================================================================================

>>> list(difference(["a\\n", "b\\n"], ["b\\n", "c\\n"]))
[(False, 'a\\n'), (True, 'c\\n')]
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path

from kg import exporters, files

_OPERATION = 5_000
"""quads of one operation; a parser holds one at a time"""
_BATCH = 10_000
"""lines written at once"""


def difference(old: Iterable[str], new: Iterable[str]) -> Iterator[tuple[bool, str]]:
    """The lines that only one of two sorted states has, in order: whether it is the new one, and the line."""
    left, right = iter(old), iter(new)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a < b):
            assert a is not None
            yield False, a
            a = next(left, None)
        elif a is None or b < a:
            yield True, b
            b = next(right, None)
        else:
            a, b = next(left, None), next(right, None)


class Delta:
    """Differences, noted graph by graph, in two files of N-Quads in a folder."""

    def __init__(self, folder: Path) -> None:
        self.added = folder / f"added.nq{files.TEMPORARY}"
        self.removed = folder / f"removed.nq{files.TEMPORARY}"
        self._dropped_quads = folder / f"dropped.nq{files.TEMPORARY}"
        self.dropped: list[str] = []
        """graphs that are gone as a whole"""
        self.subjects: set[str] = set()
        """of which anything was noted"""

    def note(self, old: Iterable[str], new: Iterable[str]) -> dict[bool, int]:
        """Note what differs between two sorted states; how many lines are new, and how many are gone."""
        counts = {True: 0, False: 0}
        with self.added.open("ab") as added, self.removed.open("ab") as removed:
            for is_new, line in difference(old, new):
                counts[is_new] += 1
                self.subjects.add(line[: line.index(" ")])
                (added if is_new else removed).write(line.encode())
        return counts

    def drop(self, graph: str, quads: Iterable[str]) -> dict[bool, int]:
        """Note that a graph (``<IRI>``) is gone, which held these quads, sorted; the counts as :meth:`note` gives them."""
        self.dropped.append(graph)
        count, last = 0, "\n"
        rest = iter(quads)
        with self._dropped_quads.open("ab") as gone:
            while some := list(islice(rest, _BATCH)):
                count += len(some)
                gone.write("".join(some).encode())
                for line in some:
                    if not line.startswith(last):  # the quads of a subject stand together
                        last = line[: line.index(" ") + 1]
                        self.subjects.add(last[:-1])
        return {True: 0, False: count}

    def lines(self) -> Iterator[str]:
        """The quads that were noted, but for graphs that are gone as a whole."""
        for path in (self.added, self.removed):
            if path.exists():
                with path.open(encoding="utf-8", newline="\n") as lines:
                    yield from lines

    def operations(self) -> Iterator[str]:
        """The SPARQL Update, one operation after the other: first what goes, then what comes."""
        yield from (f"DROP SILENT GRAPH {graph} ;\n" for graph in self.dropped)
        yield from removals(self.removed)
        yield from _operations("INSERT", self.added)

    def write(self, folder: Path) -> None:
        """Leave ``added.nq.gz``, ``removed.nq.gz`` and ``update.ru`` in a folder, each whole or not at all."""
        folder.mkdir(exist_ok=True)
        for name, paths in (("added.nq", (self.added,)), ("removed.nq", (self.removed, self._dropped_quads))):
            with exporters.writing(folder / f"{name}.gz", "gz") as packed:
                for path in filter(Path.exists, paths):
                    with path.open("rb") as plain:
                        shutil.copyfileobj(plain, packed)
        with files.replacing(folder / "update.ru") as out:
            for operation in self.operations():
                out.write(operation.encode())


def removals(quads: Path) -> Iterator[str]:
    """The operations that remove the quads of a file."""
    return _operations("DELETE", quads)


def _operations(verb: str, path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        while some := list(islice(lines, _OPERATION)):
            yield f"{verb} DATA {{\n{''.join(_grouped(some))}}} ;\n"


def _grouped(lines: Iterable[str]) -> Iterator[str]:
    """Quads as SPARQL writes them: the graph around its triples."""
    for graph, same in groupby(lines, key=_graph):
        yield f"GRAPH {graph} {{\n"
        end = len(graph) + 4
        for line in same:
            yield f"{line[:-end]} .\n"
        yield "}\n"


def _graph(line: str) -> str:
    """The graph of an N-Quads line."""
    return line[line.rindex(" ", 0, -3) + 1 : -3]
