"""Columns in one file: written once, mapped into memory by every process that reads it.

The file begins with :data:`MAGIC` and the length of a JSON header, which says where each column begins, how long it is
and of what type; columns begin at multiples of 64 bytes. Numbers are those of the machine; a file from another kind of
machine is refused.
"""

from __future__ import annotations

import json
import mmap
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import files
from kg.errors import KgError

if TYPE_CHECKING:
    import numpy as np

MAGIC = b"kg-lexicon-1\n\0\0\0"
_ALIGNED = 64


class DamagedLexicon(KgError):
    """A compiled lexicon that is not what was written; compile it again."""


class Columns:
    """The columns of a compiled lexicon: ``numbers["name"]`` is a memoryview of integers, ``texts["name"]`` of bytes."""

    def __init__(self, whole: memoryview, path: Path | None = None) -> None:
        self._whole, self._path = whole, path
        try:
            if bytes(whole[: len(MAGIC)]) != MAGIC:
                raise ValueError("no compiled lexicon")
            size = int.from_bytes(whole[len(MAGIC) : len(MAGIC) + 8], "little")
            start = len(MAGIC) + 8
            header: dict[str, Any] = json.loads(bytes(whole[start : start + size]))
            if header["order"] != sys.byteorder:
                raise ValueError("written by another kind of machine")
            first = _aligned(start + size)
            if first + header["length"] != len(whole):
                raise ValueError("its length is not what its header says")
            self.facts: dict[str, Any] = header["facts"]
            self.numbers: dict[str, memoryview[int]] = {}
            self.texts: dict[str, memoryview] = {}
            for name, (kind, offset, length) in header["columns"].items():
                column = whole[first + offset : first + offset + length]
                if kind == "text":
                    self.texts[name] = column
                else:
                    self.numbers[name] = column.cast(kind)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DamagedLexicon(f"not a compiled lexicon: {error}") from error

    @property
    def whole(self) -> bytes:
        """All bytes of the file that they are, or would be."""
        return bytes(self._whole)

    def __reduce__(self) -> tuple[object, ...]:
        """For another process: the file, which it maps itself, or the bytes where there is none."""
        return (opened, (self._path,)) if self._path else (_of_bytes, (self.whole,))


def _of_bytes(data: bytes) -> Columns:
    return Columns(memoryview(data))


def opened(path: Path) -> Columns:
    """The columns of a file, mapped: nothing is read before it is used, and processes share the pages.

    Raises:
        DamagedLexicon: the file is not what was written.
    """
    with path.open("rb") as file:
        try:
            return Columns(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), path)
        except ValueError as error:
            raise DamagedLexicon(f"{path}: {error}") from error


def packed(columns: Mapping[str, bytes | np.ndarray[Any, Any]], facts: Mapping[str, Any]) -> list[bytes]:
    """The pieces of a file that holds these columns (arrays of unsigned integers, or bytes) and facts."""
    kinds = {"uint8": "B", "uint32": "I"}
    described: dict[str, tuple[str, int, int]] = {}
    pieces: list[bytes] = []
    at = 0
    for name, column in columns.items():
        if isinstance(column, bytes):
            kind, data = "text", column
        else:
            kind, data = kinds[column.dtype.name], column.tobytes()
        described[name] = (kind, at, len(data))
        padding = _aligned(at + len(data)) - at - len(data)
        pieces += [data, b"\0" * padding]
        at += len(data) + padding
    header = json.dumps(
        {"facts": facts, "columns": described, "length": at, "order": sys.byteorder}, sort_keys=True
    ).encode("ascii")
    start = len(MAGIC) + 8 + len(header)
    head = MAGIC + len(header).to_bytes(8, "little") + header + b"\0" * (_aligned(start) - start)
    return [head, *pieces]


def write(path: Path, pieces: list[bytes]) -> None:
    """Leave the file whole or not at all; two processes that write the same one do not disturb each other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.replacing(path) as out:
        out.writelines(pieces)


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNED) * _ALIGNED
