"""What the user names → input files: found, opened safely, decompressed, hashed.

A file is read twice: once to learn that it is whole (gzip checksum, ``.md5`` beside it, expansion limits) and what its
digest is, and once by its reader. So nothing is taken from a file whose end was not seen; one that changes in between
is refused.
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
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isal import igzip, isal_zlib

from kg.errors import InputError, UsageError
from kg.files import TEMPORARY

STANDARD_INPUT = "-"

OURS = ".kg"
"""the file that marks a folder that kg built; what lies in such a folder is no source"""

MAX_RATIO = 100
"""how many times its size a compressed file may grow to, once it is past :data:`MAX_UNCHECKED` bytes"""
MAX_UNCHECKED = 64 << 20
MAX_BYTES = 4 << 30
"""the largest uncompressed file that is read"""

_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
_SIDE_CAR = ".md5"
_DAMAGE: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error, isal_zlib.error)  # type: ignore[assignment]
_LEFTOVER = re.compile(
    r"^\.|~$|\.(?:part|partial|crdownload|download|sw[a-p]|tmp|bak|md5|sha256)$|^#.*#$|^(?:thumbs\.db|desktop\.ini)$",
    re.IGNORECASE,
)
# As "MD5 (name) = sum" or "sum  name"; the name may look like a sum itself.
_MD5 = re.compile(rb"(?:=[ \t]*|^\\?)([0-9a-fA-F]{32})\b", re.MULTILINE)
_ANY_MD5 = re.compile(rb"\b([0-9a-fA-F]{32})\b")
_DIGITS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: where it lies, and the name that messages and run.json give it (as the user named it)."""

    path: Path
    name: str

    @property
    def base_name(self) -> str:
        """The name without its folder, printable; empty for standard input."""
        return "" if self.name == STANDARD_INPUT else printable(self.path.name)

    @property
    def place(self) -> str | None:
        """Where it lies, whatever it is called from here, as :func:`written` has it: the folder's true name and the file's
        own, because a link beside its target is a file of its own. None for standard input."""
        if self.name == STANDARD_INPUT:
            return None
        return written(os.path.join(os.path.realpath(self.path.parent), self.path.name))  # noqa: PTH118


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a folder that is not read, and why; ``wrong`` where a person should look at it."""

    name: str
    rule: str
    message: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """What the first reading of a file found: sha256 and number of its uncompressed bytes, its first bytes, and the state
    of the file (:func:`stamp`)."""

    sha256: str
    size: int
    head: bytes
    stamp: tuple[int, ...]


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


def written(path: Path | str) -> str:
    r"""A path as text that can be written anywhere, and from which :func:`path_of` makes it again.

    >>> print(written("a\\b\udcff\n"))
    a\\b\udcff\n
    """
    return "".join(c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode() for c in str(path))


def path_of(text: str) -> Path:
    r"""The path of which :func:`written` made this.

    >>> path_of(written("a\\b\udcff\n")) == Path("a\\b\udcff\n")
    True
    """
    return Path(_WRITTEN.sub(lambda escape: escape[0].encode().decode("unicode_escape"), text))


_WRITTEN = re.compile(r"\\(?:[\\nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def is_leftover(name: str) -> bool:
    """Whether a file of this name is hidden, a checksum, or left by an editor or a download."""
    return _LEFTOVER.search(name) is not None


def find(sources: Sequence[str]) -> tuple[list[InputFile], list[Skipped]]:
    """The files that the user's words mean: files, folders (with everything in them), globs, ``-``.

    Editors' and downloads' leftovers, hidden files, checksum files and folders that kg built are passed over and listed;
    symbolic links in a folder are followed to files inside that folder only. The same file named twice is read once.
    The order of the words does not count.

    Raises:
        UsageError: a name that is nothing, or nothing at all to read.
    """
    files: dict[str, InputFile] = {}
    skipped: list[Skipped] = []
    for source in sources:
        if source == STANDARD_INPUT:
            files[source] = InputFile(Path(STANDARD_INPUT), STANDARD_INPUT)
            continue
        for file in _meant(source, skipped):
            name = printable(str(file))
            named = InputFile(file, name if name != STANDARD_INPUT else f"./{name}")
            place = str(named.place)
            if place not in files or named.name < files[place].name:
                files[place] = named
    listed = list({s.name: s for s in skipped}.values())
    if not files and not any(s.wrong for s in listed):
        why = f" ({listed[0].name}: {listed[0].message})" if listed else ""
        raise UsageError("nothing to read in " + ", ".join(map(printable, sources)) + why)
    return sorted(files.values(), key=lambda f: (natural(f.base_name), f.name)), listed


def _meant(source: str, skipped: list[Skipped]) -> Iterable[Path]:
    """The files that one word means."""
    path = Path(source)
    if source and os.path.isdir(path):  # noqa: PTH112  (asks nothing of the folder above, never raises)
        return _walk(path, skipped)
    if source and os.path.lexists(path):
        # A shell that expands ``folder/*`` names the checksum files too.
        if path.suffix.lower() == _SIDE_CAR and path.with_suffix("").is_file():
            skipped.append(_passed_over(path, "a checksum, which its file is checked against"))
            return []
        return [path]
    matches = [Path(match) for match in sorted(glob.glob(source, recursive=True))]  # noqa: PTH207
    if not matches:
        raise UsageError(f"{printable(source)}: no such file or folder")
    found: list[Path] = []
    for match in matches:
        if match.is_dir():
            found += _walk(match, skipped)
        elif is_leftover(match.name):
            skipped.append(_passed_over(match, _WHY_LEFTOVER))
        else:
            found.append(match)
    return found


_WHY_LEFTOVER = "hidden, a leftover or a checksum; name it to have it read"


def _passed_over(path: Path, why: str) -> Skipped:
    return Skipped(printable(str(path)), "skipped", why, wrong=False)


def _walk(root: Path, skipped: list[Skipped]) -> list[Path]:
    inside = root.resolve()
    files = []

    def unreadable(error: OSError) -> None:
        name = printable(os.fsdecode(error.filename))
        skipped.append(Skipped(name, "unreadable", f"cannot be looked into: {error.strerror}", wrong=True))

    for folder, folders, names in os.walk(root, onerror=unreadable):
        if OURS in names:
            folders.clear()
            skipped.append(_passed_over(Path(folder), "a folder that kg built"))
            continue
        folders.sort()
        for name in list(folders):
            path = Path(folder) / name
            if path.is_symlink() or name.startswith("."):
                folders.remove(name)
                kind = "a link to a folder" if path.is_symlink() else "hidden"
                skipped.append(_passed_over(path, f"{kind}; name it to have it read"))
        for name in sorted(names):
            path = Path(folder) / name
            shown = printable(str(path))
            if is_leftover(name):
                skipped.append(_passed_over(path, _WHY_LEFTOVER))
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


class Nameless(io.RawIOBase):
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
        with io.BufferedReader(Nameless(inner), _BLOCK) as stream:
            yield stream


@contextmanager
def _regular(path: Path) -> Iterator[BinaryIO]:
    try:
        # Not to wait for a writer of a pipe; for a regular file the flag means nothing.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise InputError(
            "unreadable", f"cannot be opened: {error.strerror or error}; mend that and run again"
        ) from error
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            message = "is not a regular file (a pipe, a device or a folder); pipe into kg build - to read a stream"
            raise InputError("not-a-file", message)
        yield io.BufferedReader(file, _BLOCK)


def examine(path: Path, head: int) -> Digest:
    """Read a file to its end: is it whole, what is its digest, what are its first ``head`` uncompressed bytes.

    Raises:
        InputError: damaged or suspicious compression, a ``.md5`` beside it that does not match, no regular file.
    """
    total, size, first = hashlib.sha256(), 0, b""
    try:
        with opened(path) as stream:
            state = stamp(path)
            stored = state[0]
            while block := stream.read(_BLOCK):
                if not first:
                    first = block[:head]
                total.update(block)
                size += len(block)
                if size > MAX_BYTES:
                    raise InputError("too-large", f"holds more than {MAX_BYTES >> 30} GiB uncompressed; split it")
                if size > MAX_UNCHECKED and size > MAX_RATIO * stored:
                    message = f"expands past a ratio of {MAX_RATIO}:1, which no honest file does"
                    raise InputError("expansion-limit", message)
    except EOFError as error:
        message = "is truncated: its compressed data ends too early; fetch it again"
        raise InputError("damaged-compression", message) from error
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno:
            raise InputError("unreadable", f"cannot be read to its end: {error.strerror or error}") from error
        raise InputError("damaged-compression", f"its compression is damaged: {error}; fetch it again") from error
    _check_md5(path)
    return Digest(total.hexdigest(), size, first, state)


def stamp(path: Path) -> tuple[int, ...]:
    """The size of a file, and what else changes when it is written to or replaced."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns, state.st_ino


def is_still(path: Path, state: tuple[int, ...], sha256: str) -> bool:
    """Whether a file is the one of which :func:`examine` found this, here or on another machine."""
    try:
        now = stamp(path)
        if now == state:
            return True
        # Another machine may number the files of a shared folder otherwise; then the content decides.
        return now[:2] == state[:2] and examine(path, 0).sha256 == sha256
    except (OSError, InputError):
        return False


def _check_md5(path: Path) -> None:
    """NLM ships a ``.md5`` beside each of its files."""
    beside = path.with_name(path.name + ".md5")
    try:
        if not beside.is_file() or beside.stat().st_size > 4096:
            return
        said = beside.read_bytes()
    except OSError as error:
        message = f"cannot be checked: {beside.name} beside it cannot be read: {error.strerror or error}"
        raise InputError("unreadable", f"{message}; mend that or take it away, and run again") from error
    stated = _MD5.search(said) or _ANY_MD5.search(said)
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
    path = directory / f"stdin{TEMPORARY}"
    try:
        with path.open("xb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path
    finally:
        path.unlink(missing_ok=True)
