"""Store → file. One module a format, all alike; :data:`EXPORTERS` is the only list of them.

An exporter has ``SUFFIX``, ``DESCRIPTION`` and ``write(quads, out)``. It takes canonical N-Quads lines
(:mod:`kg.terms`, ``<s> <p> <o> <g> .``) in any order and writes the same bytes for the same set of them, in bounded memory
(:mod:`kg.sorting`). Formats without named graphs write the union of the graphs.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from kg import files
from kg.errors import UsageError
from kg.exporters import bioc_json, bioc_xml, jsonld, nquads, ntriples, pubtator, rdfxml, trig, turtle


class Exporter(Protocol):
    """What an exporter module offers."""

    SUFFIX: str
    DESCRIPTION: str

    def write(self, quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
        """Write the quads; the number of distinct triples (quads, where the format has graphs; documents, where it is
        annotated text) written.

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
    "pubtator": pubtator,
    "bioc-json": bioc_json,
    "bioc-xml": bioc_xml,
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


class AnnotatedExporter(Exporter, Protocol):
    """What an exporter of annotated text offers besides."""

    def write_of(
        self, quads: Iterable[str], out: BinaryIO, agents: Collection[str], *, directory: Path | None = None
    ) -> int:
        """Write the documents with what these agents marked and stated; how many documents."""
        ...


ANNOTATED: Mapping[str, AnnotatedExporter] = {"pubtator": pubtator, "bioc-json": bioc_json, "bioc-xml": bioc_xml}
"""name → exporter of annotated text; they are among :data:`EXPORTERS`"""


COMPRESSIONS = ("gz", "zst")
"""what :func:`writing` can compress with"""


@contextmanager
def writing(path: Path | None, compress: str | None = None) -> Iterator[BinaryIO]:
    """A binary file to export to: it takes the place of ``path`` whole or not at all; None = standard output.

    Equal bytes in are equal bytes out, compressed too: neither time nor name is stored.

    Raises:
        UsageError: ``compress`` is not one of :data:`COMPRESSIONS`.
    """
    if compress is not None and compress not in COMPRESSIONS:
        raise UsageError(f"unknown compression {compress!r}; known are {', '.join(COMPRESSIONS)}")
    if path is None:
        with _compressed(sys.stdout.buffer, compress) as out:
            yield out
        sys.stdout.buffer.flush()
    else:
        with files.output(path) as file, _compressed(file, compress) as out:
            yield out


@contextmanager
def _compressed(file: BinaryIO, compress: str | None) -> Iterator[BinaryIO]:
    if compress == "gz":
        from isal import igzip

        with igzip.IGzipFile(filename="", mode="wb", fileobj=file, mtime=0) as out:  # type: ignore[no-untyped-call]
            yield cast("BinaryIO", out)
    elif compress == "zst":
        import zstandard

        with zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as out:
            yield out
    else:
        yield file
