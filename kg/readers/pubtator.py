"""The PubTator format → records: title, abstract, and the annotations and relations of others. The format itself is read
by :mod:`kg.annotations.pubtator`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from kg.annotations import read_pubtator
from kg.annotations.articles import items
from kg.annotations.pubtator import is_pubtator
from kg.model import Item

DESCRIPTION = (
    "PubTator: title, abstract, annotations and relations, a line each (PubTator Central, BioCreative corpora)"
)
DELIVERS = ("PMID", "title", "abstract", "annotations of others with type and identifier", "relations with novelty")


def sniff(head: bytes) -> bool:
    """Whether the first line is ``PMID|t|title``."""
    return is_pubtator(head)


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every document of a file in its order, each after its warnings.

    Raises:
        InputError: a line is too long to be one.
    """
    yield from items(read_pubtator(stream), "pubtator")
