"""What became of blocks before, so that only those are resolved again of which something has changed.

A block's outcome depends on its authorships, on what curators decided of them and on the model, and on nothing else; its
key is a digest of these. The memory is a file of sorted lines, because all names of many articles are too many to be kept in
memory: each a key, an outcome as JSON, and before it a digest of both. It may be deleted at any time, and a damaged one is as
good as none.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Self

import msgspec

from kg import files
from kg.linkers.people.clustering import Resolved
from kg.sorting import SortedLines, unsorted

_AT_ONCE = 1_000
"""lines written at once"""

_encode = msgspec.json.Encoder().encode
_decode: Callable[[str], Resolved] = msgspec.json.Decoder(Resolved).decode


def _written(key: str, outcome: str) -> str:
    said = blake2b(f"{key} {outcome}".encode(), digest_size=8).hexdigest()
    return f"{key} {said} {outcome}\n"


def _read(line: str) -> Resolved:
    """The outcome of a line.

    Raises:
        ValueError: it is not what was written.
    """
    key, _, outcome = line.rstrip("\n").split(" ", 2)
    if _written(key, outcome) != line:
        raise ValueError("its digest is another")
    return _decode(outcome)


class Memo:
    """Outcomes by key. What is not asked for again is forgotten when it is saved; what is not saved, when it is closed, as at
    the end of a ``with`` block.

    Args:
        path: the file; made, with the folder it lies in, when it is saved.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     for known in ("a", "b"):
    ...         with Memo(Path(place) / "people") as memo:
    ...             memo.get("a"), memo.put(known, Resolved()), memo.save()
    (None, None, None)
    (Resolved(groups=(), proposals=()), None, None)
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._known = SortedLines(path, 0, path.stat().st_size) if path.is_file() else None
        self._open = ExitStack()
        self._used = self._open.enter_context(unsorted(path.parent))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files, and of what was not saved."""
        self._open.close()
        self._known = None

    def get(self, key: str) -> Resolved | None:
        """What became of the block with this key."""
        if self._known is None:
            return None
        try:
            lines = self._known.about(key)
            outcome = _read(lines[0]) if lines else None
        except (OSError, ValueError, msgspec.MsgspecError):
            self._known = None  # damaged: everything is resolved again
            return None
        if outcome is not None:
            self._used.write(lines[0])
        return outcome

    def put(self, key: str, outcome: Resolved) -> None:
        """Remember an outcome; the key is a word."""
        self._used.write(_written(key, _encode(outcome).decode()))

    def save(self) -> None:
        """Put what was asked for or remembered since the memo was made in the place of what was known, and close it."""
        lines = self._used.sorted()
        with files.replacing(self._path) as file:
            while some := list(islice(lines, _AT_ONCE)):
                file.write("".join(some).encode())
        self.close()
