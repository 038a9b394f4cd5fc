"""Containers: the members of tar and zip files, one at a time, in bounded memory, none of them ever written under its name.

A name is a label and nothing else. What no honest package holds is refused by name: links, devices, sparse files, names
that lead out (``..``, absolute) or through a link, encrypted members. Where the container itself is damaged nothing of it is
taken: a tar with a bad header, without its end or with something behind it that is no tar; a zip without directory or with
a member whose checksum is wrong. Tars that were concatenated are read to the last.

The tar reader is our own: Python's ends without a word at a header that is damaged, keeps headers of any length in memory,
and reads a sparse member of one block as terabytes.

Sources: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar 1.35 manual, "Basic Tar Format";
PKWARE APPNOTE 6.3.10.
"""

from __future__ import annotations

import errno
import io
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from isal import igzip, isal_zlib

from kg import sources
from kg.errors import DamagedContainer, EnvironmentProblem, InputError
from kg.model import Rejected, Warned
from kg.sources import MAX_BYTES, MAX_RATIO, MAX_UNCHECKED, printable

KINDS = ("tar", "zip")

MAX_MEMBERS = 1_000_000
MAX_HEADER = 1 << 20
"""the longest extended header of a tar member"""

_BLOCK = 512
_CHUNK = 1 << 20
_IN_MEMORY = 16 << 20
"""a longer member lies in a temporary file without name while it is read"""
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_USTAR = b"ustar"
_REGULAR = (b"0", b"\0", b"7")
_REFUSED = {
    b"1": "a hard link", b"2": "a symbolic link", b"3": "a device", b"4": "a device", b"6": "a pipe", b"S": "a sparse file",
}  # fmt: skip
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_DAMAGE: tuple[type[Exception], ...] = (EOFError, OSError, zlib.error, isal_zlib.error, zipfile.BadZipFile)  # type: ignore[assignment]

# zipfile answers damage with whatever its parts do.
_ZIP_DAMAGE: tuple[type[Exception], ...] = (
    *_DAMAGE,
    ValueError,
    RuntimeError,
    OverflowError,
    LookupError,
    struct.error,
)


def kind_of(head: bytes) -> str | None:
    """``tar`` or ``zip`` where a file begins as one, uncompressed.

    >>> kind_of(b"PK\\x03\\x04"), kind_of(bytes(257) + b"ustar"), kind_of(b"<article/>")
    ('zip', None, None)

    A tar is known by its first header, whose checksum must be right.
    """
    if head.startswith(_ZIP):
        return "zip"
    if len(head) >= _BLOCK and any(head[:_BLOCK]) and _header(head[:_BLOCK]) is not None:
        return "tar"
    return None


@dataclass(slots=True)
class File:
    """A member that is a regular file. Its stream is good until the next member is asked for."""

    name: str
    stream: IO[bytes]
    kind: str
    """of the container"""

    def _blocks(self) -> Iterator[bytes]:
        try:
            while block := self.stream.read(_CHUNK):
                yield block
        except _ZIP_DAMAGE as error:
            raise _damaged(self.kind, error) from error

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Its uncompressed bytes, seekable.

        Raises:
            DamagedContainer: the container is damaged here.
            InputError: its own compression is damaged, or it expands too far.
        """
        with _spooled(self._blocks()) as (spool, size):
            if spool.read(2) != _GZIP:
                spool.seek(0)
                yield spool
                return
            spool.seek(0)
            with _spooled(_unpacked(spool, size)) as (plain, _):
                yield plain


@contextmanager
def _spooled(blocks: Iterable[bytes]) -> Iterator[tuple[BinaryIO, int]]:
    """The blocks as a stream at its start, and how many bytes they are.

    Raises:
        EnvironmentProblem: there is no room for them.
    """
    spool = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115  (closing it may fail)
    try:
        size = 0
        for block in blocks:
            try:
                spool.write(block)
            except OSError as error:
                place = tempfile.gettempdir()
                message = (
                    f"{place}, where members of archives are unpacked, cannot be written: {error.strerror or error}"
                )
                raise EnvironmentProblem(
                    f"{message}; make room or set TMPDIR, and run the same command again"
                ) from error
            size += len(block)
        spool.seek(0)
        yield spool, size
    finally:
        with suppress(OSError):  # what could not be written is not wanted any more
            spool.close()


def _unpacked(packed: BinaryIO, stored: int) -> Iterator[bytes]:
    size = 0
    try:
        stream: IO[bytes] = igzip.open(packed, "rb")  # type: ignore[no-untyped-call]
        while block := stream.read(_CHUNK):
            size += len(block)
            if size > MAX_BYTES or (size > MAX_UNCHECKED and size > MAX_RATIO * stored):
                raise InputError("expansion-limit", f"expands past a ratio of {MAX_RATIO}:1 or {MAX_BYTES >> 30} GiB")
            yield block
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the machine's fault
        raise InputError("damaged-compression", f"its compression is damaged: {error}") from error


def members(path: Path, kind: str) -> Iterator[File | Rejected | Warned]:
    """The members of a container in their order, and what is to be said of it and of those that are refused.

    ``record`` of what is refused is the member's name.

    Raises:
        InputError: the container is damaged or too large; what was yielded before must not be kept.
    """
    if kind == "zip":
        yield from _zip(path)
    else:
        with sources.opened(path) as stream:
            try:
                yield from _Tar(stream).members()
            except _DAMAGE as error:
                raise _damaged("tar", error) from error


def _damaged(kind: str, error: Exception) -> DamagedContainer:
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        raise error  # the machine's fault, not the file's; a place before its start is the file's
    return DamagedContainer("damaged-archive", f"the {kind} is damaged: {error}; fetch it again")


def _misnamed(name: str) -> str | None:
    """Why a name may not be used; None where it may."""
    parts = re.split(r"[\\/]", name)
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return "its name is absolute"
    return "its name leads out of the archive" if ".." in parts else None


_NAMED_AS_FOLDER = "its name is that of a folder, and it holds something"


def _refused(name: str, rule: str, why: str) -> Rejected:
    return Rejected(name, rule, f"{why}; no such member is read")


@dataclass(slots=True)
class _Names:
    """The names so far: a second member of a name is told, one behind a link is refused."""

    seen: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    count: int = 0

    def add(self, name: str) -> Iterator[Rejected | Warned]:
        self.count += 1
        if self.count > MAX_MEMBERS:
            raise InputError("too-many-members", f"holds more than {MAX_MEMBERS:,} members; split it")
        if why := _misnamed(name):
            yield _refused(name, "member-name", why)
        elif self.links and any(above in self.links for above in _above(name)):
            yield _refused(name, "member-link", "its name leads through a link")
        elif name in self.seen:
            yield Warned(
                name, "duplicate-member", "stands twice in the archive; of equal records the later one is stored"
            )
        self.seen.add(name)


def _above(name: str) -> Iterator[str]:
    at = name.find("/")
    while at >= 0:
        yield name[:at]
        at = name.find("/", at + 1)


# --- zip ----------------------------------------------------------------------------------------------------------


def _zip(path: Path) -> Iterator[File | Rejected | Warned]:
    with path.open("rb") as file:
        if file.read(2) == _GZIP:
            raise InputError("nested-archive", "is a zip that was compressed once more; unpack it to have it read")
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
            if before := min([info.header_offset for info in listed], default=archive.start_dir):
                message = (
                    f"the zip begins at byte {before}, and what stands before, another archive perhaps, would be lost"
                )
                raise DamagedContainer("concatenated-archive", f"{message}; unpack it to have it read")
            total, stored = sum(info.file_size for info in listed), path.stat().st_size
            if total > MAX_BYTES:
                raise InputError("too-large", f"holds more than {MAX_BYTES >> 30} GiB uncompressed; split it")
            if total > MAX_UNCHECKED and total > MAX_RATIO * stored:
                raise InputError("expansion-limit", f"expands past a ratio of {MAX_RATIO}:1, which no honest file does")
            names = _Names()
            for info in listed:
                yield from _zipped(archive, info, names)
    except _ZIP_DAMAGE as error:
        raise _damaged("zip", error) from error


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, names: _Names) -> Iterator[File | Rejected | Warned]:
    name = info.orig_filename
    mode = info.external_attr >> 16
    if name.endswith("/") and not stat.S_ISLNK(mode):
        if info.file_size:
            yield _refused(name, "member-name", _NAMED_AS_FOLDER)
        return
    told = list(names.add(name))
    yield from told
    if any(isinstance(one, Rejected) for one in told):
        return
    if stat.S_ISLNK(mode):
        names.links.add(name.rstrip("/"))
        yield _refused(name, "member-link", "is a symbolic link")
    elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        yield _refused(name, "member-kind", "is no regular file")
    elif info.flag_bits & 0x1:
        yield _refused(name, "encrypted", "is encrypted")
    else:
        try:
            stream = archive.open(info)
        except NotImplementedError as error:  # what zipfile raises at a method that it does not know
            yield _refused(name, "member-compression", f"is compressed in a way that is not known ({error})")
            return
        with stream:
            yield File(name, stream, "zip")


# --- tar ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Header:
    name: bytes
    size: int
    type: bytes
    is_extended: bool = False
    """whether blocks of an old sparse map follow"""


def _header(block: bytes) -> _Header | None:
    """A header block; None where its checksum or its size is wrong."""
    stated = _octal(block[148:156])
    counted = sum(block[:148]) + 8 * 32 + sum(block[156:_BLOCK])
    size = _octal(block[124:136])
    if stated != counted or size is None:
        return None
    name = block[:100].partition(b"\0")[0]
    if block[257:262] == _USTAR and block[262:263] == b"\0" and (prefix := block[345:500].partition(b"\0")[0]):
        name = prefix + b"/" + name
    return _Header(name, size, block[156:157], block[156:157] == b"S" and block[482] != 0)


def _octal(digits: bytes) -> int | None:
    """A number of a header: octal digits, or base 256 where the first bit is set."""
    if digits[0] & 0x80:
        return int.from_bytes(bytes([digits[0] & 0x7F]) + digits[1:], "big") if digits[0] == 0x80 else None
    text = digits.partition(b"\0")[0].strip()
    if not text:
        return 0
    try:
        return int(text, 8) if text.isdigit() else None
    except ValueError:
        return None


class _Piece(io.RawIOBase):
    """The next bytes of a stream, so many and no more."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._stream.read(min(len(view), self.left)) if self.left else b""
        if not data and self.left and len(view):
            raise EOFError("it ends in the middle of a member")
        view[: len(data)] = data
        self.left -= len(data)
        return len(data)

    def skip(self) -> None:
        while self.left:
            data = self._stream.read(min(_CHUNK, self.left))
            if not data:
                raise EOFError("it ends in the middle of a member")
            self.left -= len(data)


class _Tar:
    """A tar stream, read from its first byte to its last."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0
        self._names = _Names()
        self._has_end = False
        self._global: dict[str, str] = {}
        self._next: dict[str, str] = {}
        """what extended headers say of the next member"""
        self._too_long = False

    def members(self) -> Iterator[File | Rejected | Warned]:
        told = False
        while block := self._stream.read(_BLOCK):
            if not any(block):
                self._has_end = True
                self._at += len(block)
                continue
            header = _header(block) if len(block) == _BLOCK else None
            if header is None:
                raise EOFError(f"the header at byte {self._at} is damaged, and what follows it cannot be found")
            if self._has_end and not told:
                told = True
                yield Warned(None, "concatenated-archive", "several tars follow each other; all of them were read")
            self._has_end = False
            self._at += _BLOCK
            yield from self._member(header)
        if not self._has_end:
            raise EOFError("it ends without the mark of its end: it is cut off")

    def _member(self, header: _Header) -> Iterator[File | Rejected | Warned]:
        if header.type in b"xgLK" and header.type:
            self._extend(header)
            return
        said = {**self._global, **self._next}
        is_too_long = self._too_long
        self._next, self._too_long = {}, False
        name = said.get("path") or header.name.decode("utf-8", "surrogateescape")
        size = int(said["size"]) if said.get("size", "").isdigit() else header.size
        is_extended = header.is_extended
        while is_extended:
            block = self._stream.read(_BLOCK)
            if len(block) < _BLOCK:
                raise EOFError("it ends in the middle of a header")
            is_extended = block[504] != 0
            self._at += _BLOCK
        has_data = header.type not in (b"1", b"2", b"3", b"4", b"5", b"6")
        piece = _Piece(self._stream, size if has_data else 0)
        padded = (-size % _BLOCK) if has_data else 0
        if header.type == b"5" or name.endswith("/"):
            if piece.left and header.type != b"5":
                yield _refused(name, "member-name", _NAMED_AS_FOLDER)
            piece.skip()
        else:
            yield from self._file(header, name, piece, said, is_too_long)
            piece.skip()
        _Piece(self._stream, padded).skip()
        self._at += (size + padded) if has_data else 0

    def _file(
        self, header: _Header, name: str, piece: _Piece, said: dict[str, str], is_too_long: bool
    ) -> Iterator[File | Rejected | Warned]:
        told = list(self._names.add(name))
        yield from told
        if any(isinstance(one, Rejected) for one in told):
            return
        if is_too_long:
            yield _refused(name, "member-header", f"its extended header is longer than {MAX_HEADER >> 20} MB")
        elif header.type in (b"1", b"2"):
            self._names.links.add(name.rstrip("/"))
            yield _refused(name, "member-link", f"is {_REFUSED[header.type]}")
        elif header.type in _REFUSED:
            yield _refused(name, "member-kind", f"is {_REFUSED[header.type]}")
        elif any(key.startswith("GNU.sparse") for key in said):
            yield _refused(name, "member-kind", "is a sparse file")
        elif header.type not in _REGULAR:
            yield _refused(name, "member-kind", f"is of the unknown kind {header.type!r}")
        else:
            yield File(name, io.BufferedReader(piece), "tar")

    def _extend(self, header: _Header) -> None:
        """An extended header: pax records, or GNU's long names."""
        piece = _Piece(self._stream, header.size)
        padded = -header.size % _BLOCK
        if header.size > MAX_HEADER:
            self._too_long = True
            piece.skip()
        else:
            data = self._stream.read(header.size)
            if len(data) < header.size:
                raise EOFError("it ends in the middle of a header")
            if header.type == b"L":
                self._next["path"] = data.partition(b"\0")[0].decode("utf-8", "surrogateescape")
            elif header.type in (b"x", b"g"):
                (self._next if header.type == b"x" else self._global).update(_pax(data))
        _Piece(self._stream, padded).skip()
        self._at += header.size + padded


def _pax(data: bytes) -> dict[str, str]:
    """The records of a pax header: ``12 path=name`` and a line end, the number being the length of it all."""
    found = {}
    at = 0
    while at < len(data) and data[at : at + 1] != b"\0":
        blank = data.find(b" ", at, at + 12)
        digits = data[at:blank]
        if blank < 0 or not digits.isdigit() or int(digits) <= blank - at + 1:
            raise EOFError("an extended header is damaged")
        key, equals, value = data[blank + 1 : at + int(digits) - 1].partition(b"=")
        if not equals:
            raise EOFError("an extended header is damaged")
        found[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        at += int(digits)
    return found


def shown(name: str) -> str:
    """A member's name as it can be written anywhere."""
    return printable(name)[:300]
