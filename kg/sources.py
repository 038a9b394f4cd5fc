"""What the user names → input files: found, opened safely, decompressed, hashed.

A file is read twice: once to learn that it is whole (gzip checksum, ``.md5`` beside it, expansion limits) and what its
digest is, and once by its reader. So nothing is taken from a file whose end was not seen.
"""

from __future__ import annotations

import glob
import hashlib
import io
import os
import re
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isal import igzip, isal_zlib

from kg.errors import InputError, UsageError

STANDARD_INPUT = "-"

MAX_RATIO = 100
"""how many times its size a compressed file may grow to, once it is past :data:`MAX_UNCHECKED` bytes"""
MAX_UNCHECKED = 64 << 20
MAX_BYTES = 4 << 30
"""the largest uncompressed file that is read"""

_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
_DAMAGE: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error, isal_zlib.error)  # type: ignore[assignment]
_LEFTOVER = re.compile(
    r"^\.|~$|\.(?:part|partial|crdownload|download|sw[a-p]|tmp|bak|md5|sha256)$|^#.*#$", re.IGNORECASE
)
_MD5 = re.compile(rb"\b([0-9a-fA-F]{32})\b")
_DIGITS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: where it lies, and the name that messages and run.json give it (as the user named it)."""

    path: Path
    name: str

    @property
    def base_name(self) -> str:
        """The name without its folder; empty for standard input."""
        return "" if self.name == STANDARD_INPUT else self.path.name


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a folder that is not read, and why; ``wrong`` where a person should look at it."""

    name: str
    rule: str
    message: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """What the first reading of a file found: sha256 and number of its uncompressed bytes, and its first bytes."""

    sha256: str
    size: int
    stored: int
    head: bytes


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that reads numbers as numbers.

    >>> sorted(["n10000.xml", "n9999.xml"], key=natural)
    ['n9999.xml', 'n10000.xml']
    """
    pieces = _DIGITS.split(name)
    return tuple((0, int(p), p) if n % 2 else (1, 0, p) for n, p in enumerate(pieces) if p)


def printable(name: str) -> str:
    """A file name as it can be written anywhere: bytes that are no UTF-8 and control characters escaped."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def find(sources: Sequence[str]) -> tuple[list[InputFile], list[Skipped]]:
    """The files that the user's words mean: files, folders (with everything in them), globs, ``-``.

    Editors' and downloads' leftovers, hidden files and checksum files in folders are passed over and listed; symbolic
    links in a folder are followed to files inside that folder only. The same file named twice is read once.

    Raises:
        UsageError: a name that is nothing, or nothing at all to read.
    """
    files: dict[str, InputFile] = {}
    skipped: list[Skipped] = []
    for source in sources:
        if source == STANDARD_INPUT:
            files[source] = InputFile(Path(STANDARD_INPUT), STANDARD_INPUT)
            continue
        path = Path(source)
        if path.is_dir():
            found = _walk(path, skipped)
        elif os.path.lexists(path):
            found = [path]
        else:
            found = [Path(match) for match in sorted(glob.glob(source, recursive=True))]  # noqa: PTH207
            if not found:
                raise UsageError(f"{printable(source)}: no such file or folder")
            found = [f for match in found for f in (_walk(match, skipped) if match.is_dir() else [match])]
        for file in found:
            files.setdefault(str(file.absolute()), InputFile(file, printable(str(file))))
    if not files:
        raise UsageError("nothing to read: " + ", ".join(map(printable, sources)))
    return sorted(files.values(), key=lambda f: (natural(f.base_name), f.name)), skipped


def _walk(root: Path, skipped: list[Skipped]) -> list[Path]:
    inside = root.resolve()
    files = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in list(folders):
            path = Path(folder) / name
            if path.is_symlink() or name.startswith("."):
                folders.remove(name)
                kind = "a link to a folder" if path.is_symlink() else "hidden"
                skipped.append(Skipped(printable(str(path)), "skipped", f"{kind}; name it to have it read", False))
        for name in sorted(names):
            path = Path(folder) / name
            shown = printable(str(path))
            if _LEFTOVER.search(name):
                skipped.append(
                    Skipped(shown, "skipped", "hidden, a leftover or a checksum; name it to have it read", False)
                )
            elif path.is_symlink():
                try:
                    target = path.resolve(strict=True)
                except (OSError, RuntimeError):
                    skipped.append(Skipped(shown, "dead-link", "a link that leads nowhere", False))
                    continue
                if target.is_relative_to(inside):
                    files.append(path)
                else:
                    message = "a link that leads out of the folder is not followed; name its target to have it read"
                    skipped.append(Skipped(shown, "link-outside", message, True))
            else:
                files.append(path)
    return files


# --- reading ------------------------------------------------------------------------------------------------------


class _Nameless(io.RawIOBase):
    """A binary stream that hides where it comes from: lxml encodes a stream's ``name``, and fails on some."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._inner.read(len(view))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def close(self) -> None:
        self._inner.close()
        super().close()


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The uncompressed bytes of a regular file, buffered and seekable, without a name.

    Raises:
        InputError: it is no regular file (a pipe, a device), or cannot be opened.
    """
    with _regular(path) as file:
        compressed = file.read(2) == _GZIP
        file.seek(0)
        inner: BinaryIO = igzip.open(file, "rb") if compressed else file  # type: ignore[no-untyped-call]
        with io.BufferedReader(_Nameless(inner), _BLOCK) as stream:
            yield stream


@contextmanager
def _regular(path: Path) -> Iterator[BinaryIO]:
    try:
        # Not to wait for a writer of a pipe; for a regular file the flag means nothing.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise InputError("unreadable", f"cannot be opened: {error.strerror or error}") from error
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError("not-a-file", "is not a regular file (a pipe, a device or a folder)")
        yield io.BufferedReader(file, _BLOCK)


def examine(path: Path, head: int) -> Digest:
    """Read a file to its end: is it whole, what is its digest, what are its first ``head`` uncompressed bytes.

    Raises:
        InputError: damaged or suspicious compression, a ``.md5`` beside it that does not match, no regular file.
    """
    stored = path.stat().st_size if path.exists() else 0
    total, size, first = hashlib.sha256(), 0, b""
    try:
        with opened(path) as stream:
            while block := stream.read(_BLOCK):
                if not first:
                    first = block[:head]
                total.update(block)
                size += len(block)
                if size > MAX_BYTES:
                    raise InputError("too-large", f"holds more than {MAX_BYTES >> 30} GiB uncompressed; split it")
                if size > MAX_UNCHECKED and size > MAX_RATIO * stored:
                    message = f"expands more than {MAX_RATIO}-fold, which no honest file does"
                    raise InputError("expansion-limit", message)
    except _DAMAGE as error:
        raise InputError("damaged-compression", f"its compression is damaged: {error}; fetch it again") from error
    _check_md5(path)
    return Digest(total.hexdigest(), size, stored, first)


def _check_md5(path: Path) -> None:
    """NLM ships a ``.md5`` beside each of its files."""
    beside = path.with_name(path.name + ".md5")
    if not beside.is_file() or beside.stat().st_size > 4096:
        return
    stated = _MD5.search(beside.read_bytes())
    if stated is None:
        return
    total = hashlib.md5(usedforsecurity=False)
    with _regular(path) as file:
        while block := file.read(_BLOCK):
            total.update(block)
    if total.hexdigest() != stated[1].decode().lower():
        raise InputError("md5-mismatch", f"is not the file that {beside.name} speaks of (md5 differs); fetch it again")


@contextmanager
def spooled_standard_input(directory: Path) -> Iterator[Path]:
    """Standard input as a file, because it is read twice; removed when the block ends."""
    with tempfile.NamedTemporaryFile(dir=directory, suffix=".stdin.tmp") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Path(file.name)
