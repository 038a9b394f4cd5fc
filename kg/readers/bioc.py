"""BioC XML and JSON → records: text, and the annotations and relations of others. The format itself is read by
:mod:`kg.annotations.bioc`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from kg.annotations import read_bioc
from kg.annotations.articles import items
from kg.annotations.bioc import is_bioc
from kg.model import Item

DESCRIPTION = "BioC, XML or JSON: collections, documents, PubTator 3's export, JSON lines"
DELIVERS = (
    "identifiers", "title", "abstract", "body text", "references", "journal, year, authors and licence where stated",
    "annotations of others with type, identifier and agent", "relations with novelty",
)  # fmt: skip


def sniff(head: bytes) -> bool:
    """Whether it is XML with BioC's root element, or JSON with BioC's keys."""
    return is_bioc(head)


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every document of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not well-formed, or holds no BioC.
    """
    yield from items(read_bioc(stream), "bioc")
