"""Pages of records, joined to one document: to standard output as they come, or to a file that a broken-off fetch goes on
with.

Beside a file that is being fetched lie ``FILE.part`` (what came so far) and ``FILE.part.json`` (what was asked for, how many
pages are whole, how many bytes they are). The same request goes on after the last whole page; another one starts anew. The
file itself appears when everything is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from kg import files

_Progress = Callable[[str, int, int], None]


class Source(Protocol):
    """Somewhere that records come from, page by page, always in the same order."""

    head: bytes
    """what the joined document begins with"""
    tail: bytes

    def request(self) -> Mapping[str, object]:
        """What is asked for, and how much of it there is; equal requests give equal pages."""
        ...

    def __len__(self) -> int:
        """How many pages there are."""
        ...

    def pages(self, first: int, position: str) -> Iterator[Page]:
        """The pages from number ``first`` on; ``position`` is what the page before it said of the next."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """The records of one answer, ready to be joined.

    ``missing``: records that were asked for and did not come. ``next``: how the service calls the page after this one.
    """

    data: bytes
    records: int
    missing: Sequence[str] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch came to."""

    records: int
    missing: tuple[str, ...]
    resumed: int
    """pages that were there already"""


def fetch(source: Source, path: Path | None, out: BinaryIO, progress: _Progress) -> Fetched:
    """Fetch all pages into a file, or to ``out`` where there is no path."""
    if path is None:
        out.write(source.head)
        done = _copy(source, 0, out, progress, None)
        out.write(source.tail)
        out.flush()
        return Fetched(done.records, tuple(done.missing), 0)
    with _continued(source, path) as part:
        resumed = part.done.pages
        done = _copy(source, resumed, part.file, progress, part)
        part.file.write(source.tail)
    return Fetched(done.records, tuple(done.missing), resumed)


@dataclass(slots=True)
class _Done:
    pages: int
    records: int
    missing: list[str]
    position: str = ""


def _copy(source: Source, first: int, out: BinaryIO, progress: _Progress, part: _Part | None) -> _Done:
    done = part.done if part else _Done(0, 0, [])
    total = len(source)
    progress("fetch", first, total)
    for page in source.pages(first, done.position):
        out.write(page.data)
        done.pages += 1
        done.records += page.records
        done.missing += page.missing
        done.position = page.next
        if part:
            part.note()
        progress("fetch", done.pages, total)
    return done


@dataclass(slots=True)
class _Part:
    """A file that is being fetched."""

    request: Mapping[str, object]
    file: BinaryIO
    state: Path
    done: _Done

    def note(self) -> None:
        """Write down that the pages so far are whole."""
        self.file.flush()
        os.fsync(self.file.fileno())
        value = {
            "request": self.request,
            "pages": self.done.pages,
            "records": self.done.records,
            "missing": self.done.missing,
            "position": self.done.position,
            "bytes": self.file.tell(),
        }
        files.write(self.state, json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def _continued(source: Source, path: Path) -> Iterator[_Part]:
    """The part file, after its last whole page; renamed when the block ends."""
    unfinished = path.with_name(f"{path.name}.part")
    state = path.with_name(f"{path.name}.part.json")
    request = json.loads(json.dumps(source.request()))
    before = _before(state)
    going_on = before is not None and before["request"] == request and unfinished.exists()
    with unfinished.open("r+b" if going_on else "wb") as file:
        if going_on and before is not None and unfinished.stat().st_size >= before["bytes"]:
            file.truncate(before["bytes"])
            file.seek(0, os.SEEK_END)
            done = _Done(before["pages"], before["records"], list(before["missing"]), before["position"])
        else:
            file.truncate(0)
            file.write(source.head)
            done = _Done(0, 0, [])
        part = _Part(request, file, state, done)
        part.note()
        yield part
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    files.flush_directory(path.parent)
    state.unlink(missing_ok=True)


def _before(state: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(state.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    known = {"request", "pages", "records", "missing", "position", "bytes"}
    return value if isinstance(value, dict) and known <= value.keys() else None


def batches(identifiers: Iterable[str], size: int) -> list[list[str]]:
    """Identifiers in groups of a request each.

    >>> batches(["1", "2", "3"], 2)
    [['1', '2'], ['3']]
    """
    listed = list(identifiers)
    return [listed[n : n + size] for n in range(0, len(listed), size)]
