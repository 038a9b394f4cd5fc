"""BioC JSON: every text with what is marked in it and stated of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import BinaryIO

from kg.annotations import write_bioc_json
from kg.exporters.documents import documents

SUFFIX = ".bioc.json"
DESCRIPTION = "BioC JSON: every text with what is marked in it and stated of it"


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write the documents of a graph; how many."""
    return write_of(quads, out, (), directory=directory)


def write_of(quads: Iterable[str], out: BinaryIO, agents: Collection[str], *, directory: Path | None = None) -> int:
    """Write the documents of a graph with what some agents marked and stated (none named: all); how many documents."""
    return write_bioc_json(documents(quads, agents, directory=directory), out)
