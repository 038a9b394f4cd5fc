"""RDF 1.1 N-Triples: one triple a line, sorted by code point, each once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from kg.exporters.order import without_graph
from kg.sorting import sort_lines

SUFFIX = ".nt"
DESCRIPTION = "N-Triples, one triple a line, sorted"

_BATCH = 10_000


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write the distinct triples of N-Quads lines, whatever graphs they stand in; the number of triples."""
    return write_sorted(map(without_graph, quads), out, directory)


def write_sorted(lines: Iterable[str], out: BinaryIO, directory: Path | None) -> int:
    """Write lines sorted and distinct; their number."""
    ordered = sort_lines(lines, directory=directory)
    count = 0
    while batch := list(islice(ordered, _BATCH)):
        out.write("".join(batch).encode())
        count += len(batch)
    return count
