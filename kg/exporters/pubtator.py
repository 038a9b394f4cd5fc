"""PubTator: title and abstract with what is marked in them and stated of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from kg.annotations import write_pubtator
from kg.exporters.documents import documents
from kg.model import AnnotatedDocument

SUFFIX = ".pubtator.txt"
DESCRIPTION = "PubTator: title and abstract with what is marked in them and stated of them"


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write the documents of a graph; how many."""
    return write_of(quads, out, (), directory=directory)


def write_of(quads: Iterable[str], out: BinaryIO, agents: Collection[str], *, directory: Path | None = None) -> int:
    """Write the documents of a graph with what some agents marked and stated (none named: all); how many documents."""
    return write_pubtator(map(_short, documents(quads, agents, directory=directory)), out)


def _short(document: AnnotatedDocument) -> AnnotatedDocument:
    """The document as far as the format goes: its title and its abstract."""
    passages = tuple(passage for passage in document.passages if passage.name in ("title", "abstract"))
    annotations = tuple(one for one in document.annotations if one.passage in ("title", "abstract"))
    return replace(document, passages=passages, annotations=annotations)
