"""Piles: structs in a file, in the order in which they were put there, for what is passed over a few times and is too much to
be kept in memory.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as place:
...     pile = Pile(Path(place) / "pairs.jsonl", tuple[str, int])
...     with pile.writing() as add:
...         add(("a", 1))
...         add(("b", 2))
...     len(pile), list(pile)
(2, [('a', 1), ('b', 2)])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

_Thing = TypeVar("_Thing")
_encode = msgspec.json.Encoder().encode


class Pile(Generic[_Thing]):
    """Things of one type in a file: what msgspec makes JSON of.

    Args:
        path: the file; whoever made the pile removes it, or the folder in which it lies.
        of_type: what they are.
    """

    def __init__(self, path: Path, of_type: type[_Thing]) -> None:
        self._path = path
        self._decode = msgspec.json.Decoder(of_type).decode
        self._number = 0

    @contextmanager
    def writing(self) -> Iterator[Callable[[_Thing], None]]:
        """Gives what appends a thing; at the end they can be read."""
        with self._path.open("wb") as file:

            def add(thing: _Thing) -> None:
                file.write(_encode(thing) + b"\n")
                self._number += 1

            yield add

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[_Thing]:
        if self._number:
            with self._path.open("rb") as file:
                yield from map(self._decode, file)

    def remove(self) -> None:
        """Remove the file, when nobody will ask any more."""
        self._path.unlink(missing_ok=True)
        self._number = 0
