"""RDF 1.1 TriG in the house style: as :mod:`kg.exporters.turtle`, one block a graph, graphs in the order of their IRIs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from kg.exporters import turtle
from kg.exporters.order import by_graph

SUFFIX = ".trig"
DESCRIPTION = "TriG: Turtle with a block for each named graph"


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write distinct quads; their number. The default graph's triples stand outside any block."""
    out.write(turtle.HEADER)
    count = 0
    for graph, subjects in by_graph(quads, directory):
        if graph is None:
            count += turtle.write_subjects(subjects, out)
            continue
        out.write(f"\n{turtle.name(graph)} {{\n".encode())
        count += turtle.write_subjects(subjects, out)
        out.write(b"\n}\n")
    return count
