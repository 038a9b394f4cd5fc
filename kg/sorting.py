"""Sorting more lines than fit in memory: runs sorted in memory, all but the last kept in temporary files, merged (Knuth,
*The Art of Computer Programming* 3, section 5.4); and looking up in a file of sorted lines.

The order is that of code points, which is also that of the UTF-8 bytes (``LC_ALL=C sort -u``), so the result depends
neither on the locale nor on the order of the input. The temporary files live in a directory of their own that is gone when
the iterator is exhausted, closed or dropped, whatever happened in between.
"""

from __future__ import annotations

import os
import sys
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby, islice
from pathlib import Path
from typing import TextIO

from kg import terms
from kg.errors import EnvironmentProblem
from kg.files import TEMPORARY, opened

MEMORY = 256 * 2**20
"""bytes of lines held in memory before a run is written out"""

_FAN_IN = 64
"""runs merged at once; bounds the number of open files"""

_BLOCK = 4096
"""lines taken from the input between two looks at the memory they need"""

_READ = 1 << 17
"""characters of a run that are in memory while it is merged, or a line more"""

_STEP = 4_096
"""bytes of sorted lines from one mark to the next"""

_MARKS = 1 << 18
"""but not more marks than so: some 30 MB"""


class Unsorted:
    """Lines that are put on disk until all are there (:func:`unsorted`)."""

    def __init__(self, file: TextIO, directory: Path | None) -> None:
        self._file, self._directory = file, directory
        self.write = file.write
        """take some text, which ends with a line"""
        self.writelines = file.writelines
        """take several"""

    def sorted(self) -> Iterator[str]:
        """All lines, as :func:`sort_lines` gives them."""
        self._file.flush()
        number = self._file.fileno()
        os.lseek(number, 0, os.SEEK_SET)
        with open(number, encoding="utf-8", newline="\n", closefd=False) as lines:
            yield from sort_lines(lines, directory=self._directory)


@contextmanager
def unsorted(directory: Path | None = None) -> Iterator[Unsorted]:
    r"""No lines yet; at the end nothing is left on disk.

    Args:
        directory: where they lie (default: the system's place for temporary files).

    >>> with unsorted() as lines:
    ...     lines.writelines(["b\na\n", "b\n"])
    ...     list(lines.sorted())
    ['a\n', 'b\n']
    """
    with (
        tempfile.TemporaryFile(dir=directory, suffix=TEMPORARY) as file,
        # A text file that can be read, too, sets its decoder back at each line that is written.
        open(file.fileno(), "w", encoding="utf-8", newline="\n", closefd=False) as text,
    ):
        yield Unsorted(text, directory)


def sort_lines(lines: Iterable[str], *, memory_bytes: int = MEMORY, directory: Path | None = None) -> Iterator[str]:
    r"""The distinct lines, sorted by code point (their ends included).

    Args:
        lines: each ends in its only ``\n``.
        memory_bytes: how much the lines held at once may take; what does not fit goes to temporary files.
        directory: where the temporary files go (default: the system's place for them).

    Raises:
        EnvironmentProblem: a temporary file cannot be written.

    >>> list(sort_lines(["b\n", "β\n", "a\n", "b\n"]))
    ['a\n', 'b\n', 'β\n']
    """
    with ExitStack() as stack:
        runs: list[Path] = []
        folder: Path | None = None
        for run, last in _runs(iter(lines), memory_bytes):
            if last:
                break
            folder = folder or _folder(stack, directory)
            runs.append(_written(run, folder / f"{len(runs)}.run"))
            run.clear()
        if folder is None:
            yield from _distinct(run)
            return
        merged = 0
        while len(runs) > _FAN_IN:
            some, runs = runs[:_FAN_IN], runs[_FAN_IN:]
            runs.append(_written(_merged(some), folder / f"{merged}.merged"))
            for path in some:
                path.unlink()
            merged += 1
        yield from _merged(runs, run)


def _runs(lines: Iterator[str], memory_bytes: int) -> Iterator[tuple[list[str], bool]]:
    """The input as sorted lists that fit in memory, and whether each is the last one."""
    run: list[str] = []
    size = 0
    while block := list(islice(lines, _BLOCK)):
        if size >= memory_bytes:
            run.sort()
            yield run, False
            size = 0
        if not size:
            run = []
        run += block
        size += sum(map(sys.getsizeof, block))
    run.sort()
    yield run, True


def _distinct(lines: Iterable[str]) -> Iterator[str]:
    """Without repetitions; equal lines are neighbours."""
    return (line for line, _ in groupby(lines))


def _folder(stack: ExitStack, directory: Path | None) -> Path:
    """A directory that lives as long as the stack."""
    try:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-sort-", suffix=".tmp", dir=directory)))
    except OSError as error:
        raise EnvironmentProblem(f"sorting needs a place for temporary files: {error}") from error


def _written(lines: Iterable[str], path: Path) -> Path:
    """The file at ``path``, with the sorted lines in it; a few of them perhaps more than once."""
    rest = iter(lines)
    try:
        with path.open("wb") as file:
            while block := list(islice(rest, _BLOCK)):
                file.write("".join(dict.fromkeys(block)).encode())
    except OSError as error:
        raise EnvironmentProblem(f"sorting needs room for temporary files: {error}") from error
    return path


def _merged(runs: Sequence[Path], rest: Sequence[str] = ()) -> Iterator[str]:
    """All lines of sorted files, and of some sorted lines in memory, in order, each once.

    Of every file a piece is in memory. What is not greater than the last line of any piece is all there: it is put together
    and sorted, which costs little because it consists of sorted parts, and far less than comparing line by line.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(path.open(encoding="utf-8", newline="\n")) for path in runs]
        pieces = [_Pieces(iter(partial(file.readlines, _READ), [])) for file in files] + [_Pieces(iter([rest]))]
        while pieces := [piece for piece in pieces if piece.lines]:
            last = min(piece.lines[-1] for piece in pieces)
            some: list[str] = []
            for piece in pieces:
                some += piece.until(last)
            some.sort()
            yield from dict.fromkeys(some)


class _Pieces:
    """Sorted lines, piece by piece."""

    def __init__(self, pieces: Iterator[Sequence[str]]) -> None:
        self._pieces = pieces
        self._at = 0
        self.lines = next(pieces, ())
        """empty at the end"""

    def until(self, last: str) -> Sequence[str]:
        """The lines not taken before that are not greater than ``last``; the next piece where these are all of this one."""
        start, self._at = self._at, bisect_right(self.lines, last, self._at)
        found = self.lines[start : self._at]
        if self._at == len(self.lines):
            self.lines, self._at = next(self._pieces, ()), 0
        return found


@dataclass(frozen=True)
class SortedLines:
    """Sorted lines in a file, from here to there, in which is looked up what begins with a word and a blank. Marks, a few
    kilobytes apart, tell where that is; the file need not be in memory."""

    path: Path
    start: int
    end: int

    def about(self, word: str) -> list[str]:
        """The lines that begin with this word."""
        start = f"{word} ".encode()
        starts, places = self._marks
        # All of it stands between the last mark that is smaller and the first that is greater.
        before, after = bisect_left(starts, start) - 1, bisect_right(starts, start)
        low = places[before] if before >= 0 else self.start
        # Not mapped into memory: what has been read of a mapped file counts as memory of the process.
        piece = os.pread(self._file, (places[after] if after < len(places) else self.end) - low, low)
        begin = end = 0 if piece.startswith(start) else piece.find(b"\n" + start) + 1
        while piece.startswith(start, end):
            end = piece.index(b"\n", end) + 1
        return terms.lines(piece[begin:end].decode())

    @cached_property
    def _marks(self) -> tuple[list[bytes], list[int]]:
        """Of some lines, far apart, the first word and the blank after it; and where they begin."""
        starts: list[bytes] = []
        places: list[int] = []
        step = max(_STEP, (self.end - self.start) // _MARKS)
        with self.path.open("rb") as file:
            place = self.start
            while place < self.end:
                file.seek(place)
                places.append(place)
                line = file.readline()
                starts.append(line[: line.index(b" ") + 1])
                if place + step > self.end:
                    break
                file.seek(max(place + step - 1, place + len(line) - 1))
                file.readline()
                place = file.tell()
        return starts, places

    @cached_property
    def _file(self) -> int:
        return opened(self.path, self)
