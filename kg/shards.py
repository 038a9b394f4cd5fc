"""Shards: what was read from one source file, on disk. They are the truth and the ledger; store, exports and reports are
derived from them.

A shard is named by what it was made from (digest of the source and of the settings) and appears by one rename, so that
it is there whole or not at all. It is valid N-Quads, compressed with zstd; what is not a quad stands in comments, each a
kind and one JSON value:

``# record {…}``
    the record whose quads follow: the document's own graph first, then what it contributes to the shared graphs
``# deletion {…}`` ``# rejected {…}`` ``# warned {…}``
    what else the reader said, in its order
``# end {…}``
    the trailer: counts, and the digest of all bytes before it
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from kg import files
from kg.errors import DamagedGraph
from kg.model import Deletion, Rejected, Warned
from kg.terms import split as terms_of

SUFFIX = ".nq.zst"
_LEVEL = 3
_FLUSH = 1 << 20
_KINDS: dict[str, type[Deletion | Rejected | Warned]] = {"deletion": Deletion, "rejected": Rejected, "warned": Warned}


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a record before its quads: by this alone it is decided which record of an article wins."""

    record: str
    reader: str
    keys: tuple[str, ...]
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    version: int = 1
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One record of a shard, with its N-Quads lines (each ends in a newline)."""

    header: Header
    lines: list[str]


Entry = Block | Deletion | Rejected | Warned


class Writer:
    """Appends entries to a shard; :meth:`close` writes the trailer."""

    def __init__(self, file: BinaryIO) -> None:
        self._stream = zstandard.ZstdCompressor(level=_LEVEL).stream_writer(file, closefd=False)
        self._total = hashlib.sha256()
        self._pending: list[str] = []
        self._size = 0
        self._counts = {"record": 0, "deletion": 0, "rejected": 0, "warned": 0}

    def add(self, entry: Entry) -> None:
        """Append a record with its quads, or what else the reader said."""
        if isinstance(entry, Block):
            self._put("record", asdict(entry.header))
            self._pending += entry.lines
            self._size += sum(map(len, entry.lines))
        else:
            kind = next(kind for kind, type_ in _KINDS.items() if isinstance(entry, type_))
            self._put(kind, asdict(entry))
        if self._size > _FLUSH:
            self._flush()

    def close(self) -> None:
        """Write what is pending and the trailer."""
        self._flush()
        trailer = {"counts": self._counts, "sha256": self._total.hexdigest()}
        self._stream.write(f"# end {json.dumps(trailer, sort_keys=True)}\n".encode())
        self._stream.close()  # type: ignore[no-untyped-call]

    def _put(self, kind: str, value: dict[str, Any]) -> None:
        self._counts[kind] += 1
        line = f"# {kind} {json.dumps(value, sort_keys=True)}\n"
        self._pending.append(line)
        self._size += len(line)

    def _flush(self) -> None:
        data = "".join(self._pending).encode()
        self._total.update(data)
        self._stream.write(data)
        self._pending.clear()
        self._size = 0


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
    block: Block | None = None
    for line in _lines(path):
        if not line.startswith("#"):
            if block is None:
                raise DamagedGraph(f"{path}: a quad before any record; remove the file and build again")
            block.lines.append(line)
            continue
        if block is not None:
            yield block
            block = None
        kind, value = _comment(line)
        if kind == "record":
            block = Block(_header(value), [])
        elif kind in _KINDS:
            yield _KINDS[kind](**value)
    if block is not None:
        yield block


def outline(path: Path) -> Iterator[Header | Deletion | Rejected | Warned]:
    """The entries of a shard without their quads."""
    for line in _lines(path):
        if line.startswith("#"):
            kind, value = _comment(line)
            if kind == "record":
                yield _header(value)
            elif kind in _KINDS:
                yield _KINDS[kind](**value)


def _header(value: dict[str, Any]) -> Header:
    return Header(**{**value, "keys": tuple(value["keys"])})


def _comment(line: str) -> tuple[str, dict[str, Any]]:
    _, kind, value = line.split(" ", 2)
    return kind, json.loads(value)


def _lines(path: Path) -> Iterator[str]:
    """The lines before the trailer, which is checked when they are exhausted."""
    total = hashlib.sha256()
    trailer = None
    try:
        with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
            for line in io.TextIOWrapper(io.BufferedReader(stream, _FLUSH), "utf-8", newline="\n"):
                if trailer is not None:
                    raise DamagedGraph(f"{path}: goes on after its end; remove the file and build again")
                if line.startswith("# end "):
                    trailer = json.loads(line[6:])
                    continue
                total.update(line.encode())
                yield line
    except (zstandard.ZstdError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DamagedGraph(f"{path}: {error}; remove the file and build again") from error
    if trailer is None or trailer["sha256"] != total.hexdigest():
        raise DamagedGraph(f"{path}: is not what was written; remove the file and build again")


def rekey(lines: Iterable[str], base: str, old: str, new: str, dropped: Iterable[str]) -> list[str]:
    """The quads of a document under another key, without those that hold a dropped term as their object.

    For the record that may not keep the DOI that it states, because another article has the better claim to it.
    """
    unwanted = frozenset(dropped)
    names = tuple(
        (f"<{base}{kind}/{old}{end}", f"<{base}{kind}/{new}{end}") for kind in ("article", "graph") for end in ">#"
    )
    renamed = []
    for line in lines:
        terms = [_renamed(term, names) for term in terms_of(line) if term]
        if terms[2] not in unwanted and terms[0] != terms[2]:  # a document is no alias of itself
            renamed.append(" ".join(terms) + " .\n")
    return renamed


def _renamed(term: str, names: Iterable[tuple[str, str]]) -> str:
    for old, new in names:
        if term.startswith(old):
            return new + term[len(old) :]
    return term
