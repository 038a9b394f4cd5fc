"""Shards: what was read from one source file, on disk. They are the truth and the ledger; store, exports and reports are
derived from them.

A shard is named by what it was made from (digest of the source and of the settings) and appears by one rename, so that
it is there whole or not at all. It is valid N-Quads, compressed with zstd; what is not a quad stands in comments, each a
kind and one JSON value:

``# described 17``
    the quads of a description follow (:mod:`kg.triples`), the 18th of this shard
``# record {…}``
    the record whose quads follow: those of the document's own graph. ``described`` are the numbers of the descriptions
    that it contributes to the graphs that documents share
``# gist {…}``
    what is asked of the record before where documents are brought together (:mod:`kg.linkers.gist`), if whoever wrote the
    shard took it
``# aliases 1``
    so many other keys has the record before; the quads that say so follow
``# deletion {…}`` ``# rejected {…}`` ``# warned {…}``
    what else the reader said, in its order
``# member {…}`` ``# withdrawn {…}``
    what follows was read from this member of a container; nothing of this member is stored
``# end {…}``
    the trailer: counts, and the digest of all bytes before it

A description stands before the first record that names it. After each record at most the last :data:`WINDOW` of them stay
known; one that is named later is written again, under another number. So memory is bounded for writer and reader, and
every record states all that it says, although most of what records share is written once.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import zstandard
from msgspec import DecodeError, Struct
from msgspec.json import decode
from msgspec.structs import asdict, replace

from kg import files
from kg.errors import DamagedGraph
from kg.model import Deletion, Member, Rejected, Warned, Withdrawn
from kg.terms import Description, text_of
from kg.terms import lines as lines_of
from kg.terms import split as terms_of

SUFFIX = ".nq.zst"
WINDOW = 1 << 14
"""descriptions known at a time"""
_LEVEL = 3
_CHUNK = 1 << 20
Said = Deletion | Rejected | Warned | Member | Withdrawn
"""what a shard holds besides records"""
_KINDS: dict[str, type[Said]] = {
    "deletion": Deletion,
    "rejected": Rejected,
    "warned": Warned,
    "member": Member,
    "withdrawn": Withdrawn,
}


class Header(Struct, frozen=True, gc=False):
    """What is known of a record before its quads: by this alone it is decided which record of an article wins."""

    record: str
    reader: str
    keys: tuple[str, ...]
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    version: int = 1
    line: int | None = None


class Record(Struct, frozen=True, gc=False):
    """One record as it is written: as a :class:`Block`, but its quads are UTF-8 already, and the text of its descriptions
    need not be there yet."""

    header: Header
    own: bytes = b""
    aliases: bytes = b""
    described: tuple[Description, ...] = ()
    gist: bytes = b""

    def block(self) -> Block:
        """The same as it is read back: with the text of its descriptions, each once."""
        described = tuple(map(text_of, dict.fromkeys(self.described)))
        return Block(self.header, self.own.decode(), self.aliases.decode(), described, self.gist)


class Block(Struct, frozen=True, gc=False):
    """One record of a shard; all quads are N-Quads text, each line with its end.

    ``own``: the document's own graph. ``aliases``: its other keys. ``described``: the descriptions that it contributes
    to the graphs that documents share, distinct; records of a shard that contribute the same one hold one and the same
    string (within :data:`WINDOW`). ``gist``: what is asked of it where documents are
    brought together, as JSON; may be missing.
    """

    header: Header
    own: str = ""
    aliases: str = ""
    described: tuple[str, ...] = ()
    gist: bytes = b""

    def lines(self) -> list[str]:
        """All its quads, line by line."""
        return lines_of("".join((self.own, *self.described, self.aliases)))


Entry = Block | Said


class Descriptions:
    """Numbers for descriptions, in the order in which they come; none is known that is not one of the last :data:`WINDOW`.

    They are forgotten by the half, so that nothing need be kept of the order in which they came.
    """

    def __init__(self) -> None:
        self._young: dict[Description, int] = {}
        self._old: dict[Description, int] = {}
        self._oldest = 0
        self.total = 0

    def numbers(self, described: Iterable[Description]) -> tuple[list[int], list[bytes]]:
        """The distinct numbers of the descriptions of one record, and the quads of those that were not known, in order."""
        young, old, total = self._young, self._old, self.total
        found: dict[int, None] = {}
        new = []
        for description in described:
            number = old.get(description)
            if number is None:
                number = young.setdefault(description, total)
                if number == total:
                    total += 1
                    new.append(text_of(description).encode())
            found[number] = None
        self.total = total
        if len(young) >= WINDOW // 2:
            self._young, self._old, self._oldest = {}, young, self.total - len(young)
        if self.total - self._oldest > WINDOW:
            self._old = {}
        return list(found), new


class Writer:
    """Appends entries to a shard; :meth:`close` writes the trailer."""

    def __init__(self, file: BinaryIO) -> None:
        self._stream = zstandard.ZstdCompressor(level=_LEVEL).stream_writer(file, closefd=False)
        self._total = hashlib.sha256()
        self._pending: list[bytes] = []
        self._size = 0
        self._descriptions = Descriptions()
        self._counts = {"record": 0, **dict.fromkeys(_KINDS, 0)}

    def add(self, entry: Record | Said) -> None:
        """Append a record with its quads, or what else the reader said."""
        if isinstance(entry, Record):
            self._record(entry)
        else:
            kind = next(kind for kind, type_ in _KINDS.items() if isinstance(entry, type_))
            self._counts[kind] += 1
            self._put(_comment(kind, asdict(entry)))
        if self._size > _CHUNK:
            self._flush()

    def close(self) -> None:
        """Write what is pending and the trailer."""
        self._flush()
        trailer = {"counts": self._counts, "sha256": self._total.hexdigest()}
        self._stream.write(_comment("end", trailer))
        self._stream.close()  # type: ignore[no-untyped-call]

    def _record(self, record: Record) -> None:
        self._counts["record"] += 1
        numbers, new = self._descriptions.numbers(record.described)
        for number, quads in enumerate(new, self._descriptions.total - len(new)):
            self._put(b"# described %d\n" % number, quads)
        self._put(_comment("record", {**asdict(record.header), "described": numbers}), record.own)
        if record.gist:
            self._put(b"# gist %b\n" % record.gist)
        if record.aliases:
            self._put(b"# aliases %d\n" % (len(record.header.keys) - 1), record.aliases)

    def _put(self, *parts: bytes) -> None:
        self._pending += parts
        self._size += sum(map(len, parts))

    def _flush(self) -> None:
        data = b"".join(self._pending)
        self._total.update(data)
        self._stream.write(data)
        self._pending.clear()
        self._size = 0


def _comment(kind: str, value: object) -> bytes:
    return f"# {kind} {_json(value)}\n".encode()


_json = json.JSONEncoder(sort_keys=True).encode


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A shard that appears at ``path`` when the block ends, and not at all when it raises."""
    with files.replacing(path) as file:
        writer = Writer(file)
        yield writer
        writer.close()


def read(path: Path) -> Iterator[Entry]:
    """The entries of a shard, one record in memory at a time.

    Raises:
        DamagedGraph: the shard is cut off or not what its trailer says.
    """
    known: OrderedDict[int, str] = OrderedDict()
    block: Block | None = None
    for kind, value, quads in _sections(path):
        if block is not None and kind in _ADDING:
            block = replace(block, **{kind: value if kind == "gist" else quads})
            continue
        if block is not None:
            yield block
            block = None
        if kind == "described":
            known[value] = quads
        elif kind == "record":
            try:
                described = tuple([known[number] for number in value.pop("described")])
            except KeyError as error:
                raise _damaged(path, f"names the description {error}, which it has not") from None
            block = Block(_header(value), quads, "", described)
            while len(known) > WINDOW:
                known.popitem(last=False)
        elif kind in _KINDS:
            yield _KINDS[kind](**value)
    if block is not None:
        yield block


def outline(path: Path) -> Iterator[Header | Said]:
    """The entries of a shard without their quads."""
    for kind, value, _ in _sections(path, with_quads=False):
        if kind == "record":
            del value["described"]
            yield _header(value)
        elif kind in _KINDS:
            yield _KINDS[kind](**value)


def _header(value: dict[str, Any]) -> Header:
    return Header(**{**value, "keys": tuple(value["keys"])})


_ADDING = ("gist", "aliases")
"""kinds of comments that say more of the record before"""


def _sections(path: Path, with_quads: bool = True) -> Iterator[tuple[str, Any, str]]:
    """Every comment before the trailer: its kind, its value (of a gist the bytes), and the quads that follow it (or not).

    The trailer is checked when they are exhausted.
    """
    total = hashlib.sha256()
    last = None
    try:
        for section in _cut(path):
            if last is not None:
                total.update(b"# %b\n" % last)
                end = last.find(b"\n")
                comment, has_quads = (last, False) if end < 0 else (last[:end], with_quads)
                kind, _, value = comment.partition(b" ")
                stated = value if kind == b"gist" else decode(value)
                yield kind.decode(), stated, f"{last[end + 1 :].decode()}\n" if has_quads else ""
            last = section
        kind, _, value = (last or b"").partition(b" ")
        trailer = decode(value) if kind == b"end" and value.endswith(b"\n") else None
    except (zstandard.ZstdError, UnicodeDecodeError, DecodeError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(trailer, dict) or trailer.get("sha256") != total.hexdigest():
        raise _damaged(path, "is not what was written")


_START = b"\n# "
"""of a comment: in a literal a line end is escaped, so it can stand nowhere else"""


def _cut(path: Path) -> Iterator[bytes]:
    """Every comment with what follows it, up to the line end before the next; of the last one, that line end too."""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        data = b"\n"
        first = True
        while more := stream.read(_CHUNK):
            *whole, data = (data + more).split(_START)
            if first and whole:
                if whole.pop(0):
                    raise _damaged(path, "begins with something else than a comment")
                first = False
            yield from whole
        yield data


def _damaged(path: Path, why: str) -> DamagedGraph:
    return DamagedGraph(f"{path}: {why}; remove the file and build again")


def rekey(block: Block, base: str, old: str, new: str) -> Block:
    """A record under another key, because the article is known by a better one, or because that is another article's. Its
    aliases lead to the old key and are left out."""
    names = tuple(
        (f"<{base}{kind}/{old}{end}", f"<{base}{kind}/{new}{end}") for kind in ("article", "graph") for end in ">#"
    )
    own = [" ".join([_renamed(term, names) for term in terms_of(line) if term]) for line in lines_of(block.own)]
    # What is shared does not name the documents that share it.
    return Block(block.header, "".join([f"{line} .\n" for line in own]), "", block.described)


def _renamed(term: str, names: Iterable[tuple[str, str]]) -> str:
    for old, new in names:
        if term.startswith(old):
            return new + term[len(old) :]
    return term
