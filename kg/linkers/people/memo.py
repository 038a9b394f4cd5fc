"""What became of blocks before, so that only those are resolved again of which something has changed.

A block's outcome depends on its authorships, on what curators decided of them and on the model, and on nothing else; its
key is a digest of these. The memory is a file (SQLite), because all names of many articles are too many to be kept in
memory; it may be deleted at any time, and a damaged one is as good as none.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec

from kg.errors import EnvironmentProblem
from kg.files import TEMPORARY, flush_directory
from kg.linkers.people.clustering import Resolved

_CACHE = 64 << 10
"""kilobytes of the file that are in memory while it is written, in no order"""

_TOGETHER = 1 << 12
"""outcomes that are written at once, by key"""

_encode = msgspec.json.Encoder().encode
_decode: Callable[[bytes], Resolved] = msgspec.json.Decoder(Resolved).decode


class Memo:
    """Outcomes by key. What is not asked for again is forgotten when it is saved; what is not saved, when it is closed, as at
    the end of a ``with`` block.

    Args:
        path: the file; made, with the folder it lies in, when it is saved.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = path.with_name(f"{path.name}{TEMPORARY}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._next.unlink(missing_ok=True)
        self._new: dict[bytes, bytes] = {}
        with self._writing():
            self._known = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True) if path.is_file() else None
            self._used = sqlite3.connect(self._next, isolation_level=None)
            # It is of use only when it is whole, and then it is flushed.
            self._used.executescript(
                f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{_CACHE}; BEGIN;"
                "CREATE TABLE outcome (key BLOB PRIMARY KEY, stated BLOB) WITHOUT ROWID;"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files, and of what was not saved."""
        self._used.close()
        if self._known is not None:
            self._known.close()
        self._next.unlink(missing_ok=True)

    def get(self, key: bytes) -> Resolved | None:
        """What became of the block with this key."""
        if self._known is None:
            return None
        try:
            row = self._known.execute("SELECT stated FROM outcome WHERE key = ?", (key,)).fetchone()
            outcome = _decode(row[0]) if row else None
        except (sqlite3.DatabaseError, msgspec.MsgspecError, TypeError):
            self._known.close()
            self._known = None  # damaged: everything is resolved again
            return None
        if outcome is not None:
            self._keep(key, row[0])
        return outcome

    def put(self, key: bytes, outcome: Resolved) -> None:
        """Remember an outcome."""
        self._keep(key, _encode(outcome))

    def _keep(self, key: bytes, stated: bytes) -> None:
        self._new[key] = stated
        if len(self._new) == _TOGETHER:
            self._write()

    def _write(self) -> None:
        with self._writing():
            self._used.executemany("INSERT OR REPLACE INTO outcome VALUES (?, ?)", sorted(self._new.items()))
        self._new.clear()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            message = f"{self._next} cannot be written: {error}; mend that and run the same command again"
            raise EnvironmentProblem(message) from error

    def save(self) -> None:
        """Put what was asked for or remembered since the memo was made in the place of what was known, and close it.

        Raises:
            EnvironmentProblem: it cannot be written, as with everything else here.
        """
        self._write()
        with self._writing():
            self._used.execute("COMMIT")
            self._used.close()
        with self._next.open("rb+") as file:
            os.fsync(file.fileno())
        self._next.replace(self._path)
        flush_directory(self._path.parent)
        self.close()
