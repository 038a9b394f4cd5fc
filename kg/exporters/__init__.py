"""Store → file. One module a format, all alike; :data:`EXPORTERS` is the only list of them.

An exporter has ``MEDIA_TYPE``, ``SUFFIX``, ``DESCRIPTION`` and ``write(quads, out)``. It takes canonical N-Quads lines
(:mod:`kg.terms`, ``<s> <p> <o> <g> .``) in any order and writes the same bytes for the same set of them, in bounded memory
(:mod:`kg.sorting`). Formats without named graphs write the union of the graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from kg.errors import UsageError
from kg.exporters import jsonld, nquads, ntriples, rdfxml, trig, turtle


class Exporter(Protocol):
    """What an exporter module offers."""

    MEDIA_TYPE: str
    SUFFIX: str
    DESCRIPTION: str

    def write(self, quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
        """Write the quads; the number of distinct triples (quads, where the format has graphs) written.

        Args:
            quads: N-Quads lines in any order, repetitions allowed.
            out: where the bytes go.
            directory: where temporary files go when the lines do not fit in memory.
        """
        ...


EXPORTERS: Mapping[str, Exporter] = {
    "turtle": turtle,
    "nt": ntriples,
    "nq": nquads,
    "trig": trig,
    "jsonld": jsonld,
    "rdfxml": rdfxml,
}
"""name → exporter"""


def exporter(name: str) -> Exporter:
    """The exporter of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in EXPORTERS:
        raise UsageError(f"unknown format {name!r}; known are {', '.join(EXPORTERS)}")
    return EXPORTERS[name]
