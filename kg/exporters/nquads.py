"""RDF 1.1 N-Quads: the lines themselves, sorted by code point, each once; ``sort`` and ``diff`` do the rest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from kg.exporters.ntriples import write_sorted

SUFFIX = ".nq"
DESCRIPTION = "N-Quads, one quad a line, sorted"


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write distinct quads; their number."""
    return write_sorted(quads, out, directory)
