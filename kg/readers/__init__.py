"""Bytes → records. One module a format, all alike; :data:`READERS` is the only list of them.

A reader module has ``DESCRIPTION`` (one line), ``DELIVERS`` (the fields it fills, in words), and two functions:
``sniff(head)`` says from the first bytes (decompressed, up to :data:`HEAD` of them) whether this is its format, and
``read(stream)`` turns a binary stream into :data:`kg.model.Item` objects, one record in memory at a time. A record that
cannot be used is yielded as ``Rejected``; a file that cannot be used raises ``InputError``, whatever was yielded before:
the caller stores nothing of a file before its end was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO, Protocol

from kg.errors import InputError, UsageError
from kg.model import Item
from kg.readers import jats, letter, pubmed

HEAD = 8192
"""how many bytes a reader may look at before it says whether the format is its own"""


class Reader(Protocol):
    """What a reader module offers."""

    @property
    def DESCRIPTION(self) -> str: ...  # noqa: N802
    @property
    def DELIVERS(self) -> tuple[str, ...]: ...  # noqa: N802

    def sniff(self, head: bytes) -> bool: ...
    def read(self, stream: BinaryIO) -> Iterator[Item]: ...


READERS: Mapping[str, Reader] = {"jats": jats, "pubmed": pubmed, "letter": letter}
"""name → reader, in the order of trust: of two records of one article the earlier reader's wins"""


def reader_for(head: bytes, name: str | None = None) -> tuple[str, Reader]:
    """The reader for a file that begins with ``head``; ``name`` insists on one.

    Raises:
        UsageError: there is no reader of that name.
        InputError: no reader knows the format, or the named one does not recognise it.
    """
    if name is not None:
        if name not in READERS:
            raise UsageError(f"unknown format {name!r}; known are {', '.join(READERS)}")
        if not READERS[name].sniff(head):
            raise InputError("wrong-format", f"this is not {name}: {_look(head)}")
        return name, READERS[name]
    for known, reader in READERS.items():
        if reader.sniff(head):
            return known, reader
    raise InputError("unknown-format", f"no reader knows this format: {_look(head)}")


def _look(head: bytes) -> str:
    """What the first bytes look like, for a message."""
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return "the file is empty"
    return f"it begins with {head[:60]!r}"
