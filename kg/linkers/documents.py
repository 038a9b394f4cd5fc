"""The facts of all documents, on disk: they are passed over a few times, and are too many to be kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kg.linkers import Facts

_decode: Callable[[bytes], Facts] = msgspec.json.Decoder(Facts).decode
_encode = msgspec.json.Encoder().encode


class Documents:
    """Facts in a file, in the order in which they were written; to be passed over as often as needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number = 0

    @contextmanager
    def writing(self) -> Iterator[Callable[[Facts], None]]:
        """Gives what appends the facts of a document; at the end they can be read."""
        with self._path.open("wb") as file:

            def add(facts: Facts) -> None:
                file.write(_encode(facts) + b"\n")
                self._number += 1

            yield add

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[Facts]:
        if self._number:
            with self._path.open("rb") as file:
                yield from map(_decode, file)
