"""Authorships by block: all that share the key of their name, wherever their articles stand.

The authorships of millions of articles do not fit in memory, but those of one name do. So they are kept in a file as
documents give them, and beside it a line for each of its name and its place; sorted, these lines are the blocks. An
authorship is read from the file when its block is resolved, and not at all where the block is known from another time or
holds nobody whom anything could be said of.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Self, cast

from msgspec import Struct

from kg.files import TEMPORARY
from kg.linkers.people.authorships import Authorship, Packed, packed, unpacked
from kg.sorting import Unsorted, sort_lines, unsorted

_AT_HAND = 1 << 10
"""articles that stay in memory: those who write together are resolved one after the other. More are found at hand more
often, and come from memory that is far from the processor: four times as many save nothing, and take 40 MB."""


class Author(Struct, frozen=True, gc=False, array_like=True):
    """What is known of an authorship without reading it: the key of its name, its term, the ORCID iD that is stated."""

    key: str
    term: str
    orcid: str | None = None

    @classmethod
    def of(cls, authorship: Authorship) -> Self:
        """The same of an authorship that was read."""
        return cls(authorship.block, authorship.term, authorship.orcid)


@dataclass(frozen=True, slots=True)
class Block:
    """The authorships of one name, or of several that belong together: who they are, and how to read them."""

    members: tuple[Author, ...]
    read: Callable[[], list[Authorship]]
    digests: tuple[str, ...]
    """of all that the document of each member says"""

    def __add__(self, other: Block) -> Block:
        both = self.read, other.read
        return Block(self.members + other.members, lambda: both[0]() + both[1](), self.digests + other.digests)

    def digest(self) -> str:
        """Of everything that the resolution of the block depends on but the program; the order does not count."""
        stated = sorted(f"{member.term} {digest}\n" for member, digest in zip(self.members, self.digests, strict=True))
        return hashlib.sha256("".join(stated).encode()).hexdigest()


class Everybody:
    """The authorships of many documents, on disk (:func:`gathering`).

    >>> from kg.linkers.people.authorships import Work
    >>> from kg.linkers.people.names import parse
    >>> with gathering() as everybody:
    ...     for n, name in enumerate(["Ada Doe", "Bo Roe", "A. Doe"], 1):
    ...         everybody.add_all([Authorship(f"<e:{n}#person-1>", 1, parse(name, None, None), Work(f"<e:{n}>"))])
    ...     [[member.term for member in block.members] for block in everybody.blocks()]
    [['<e:1#person-1>', '<e:3#person-1>']]
    """

    def __init__(self, documents: BinaryIO, lines: Unsorted, directory: Path | None) -> None:
        self._documents, self._lines, self._directory = documents, lines, directory
        self._number = self._end = 0

    def add(self, authors: Sequence[Author], document: bytes) -> None:
        """Take the authorships of a document, as :func:`kg.linkers.people.authorships.packed` gives them."""
        if not authors:
            return
        place = f"{self._end} {len(document)} {hashlib.sha256(document).hexdigest()[:32]}"
        for n, author in enumerate(authors):
            self._lines.write(f"{author.key}\t{self._number:012} {n} {place} {author.term} {author.orcid or ''}\n")
        self._documents.write(document)
        self._end += len(document)
        self._number += 1

    def add_all(self, authorships: Iterable[Authorship]) -> None:
        """Take authorships; those that stand together and are of one article are one document."""
        for _, some in groupby(authorships, key=lambda authorship: id(authorship.work)):
            document = list(some)
            self.add([*map(Author.of, document)], packed(document))

    def blocks(self, wanted: Collection[str] = ()) -> Iterator[Block]:
        """The blocks, in the order of their first documents, so that those who write together come after each other and
        their articles are still at hand. Nobody stands alone in a block but who states an ORCID iD or whose term is wanted.
        """
        self._documents.flush()
        read = lru_cache(maxsize=_AT_HAND)(self._read)
        for line in sort_lines(self._grouped(wanted), directory=self._directory):
            _, key, *entries = line.rstrip("\n").split("\t")
            yield _block(key, entries, read)

    def _grouped(self, wanted: Collection[str]) -> Iterator[str]:
        """A line a block: the number of its first document, its key, its members."""
        for key, some in groupby(self._lines.sorted(), key=lambda line: line[: line.index("\t")]):
            entries = [line[len(key) + 1 : -1] for line in some]
            if len(entries) > 1 or not entries[0].endswith(" ") or entries[0].split(" ")[5] in wanted:
                yield "\t".join((entries[0][:12], key, *entries)) + "\n"

    def _read(self, start: int, size: int) -> Packed:
        return unpacked(os.pread(self._documents.fileno(), size, start))


@contextmanager
def gathering(directory: Path | None = None) -> Iterator[Everybody]:
    """Nobody yet; at the end nothing is left on disk, which is in ``directory`` (default: the system's place for such)."""
    with tempfile.TemporaryFile(dir=directory, suffix=TEMPORARY) as documents, unsorted(directory) as lines:
        yield Everybody(cast(BinaryIO, documents), lines, directory)


def _block(key: str, entries: list[str], read: Callable[[int, int], Packed]) -> Block:
    stated = [entry.split(" ") for entry in entries]
    members = tuple([Author(key, term, orcid or None) for *_, term, orcid in stated])
    places = [(int(n), int(start), int(size)) for _, n, start, size, *_ in stated]
    return Block(
        members,
        lambda: [read(start, size).authorship(n) for n, start, size in places],
        tuple([digest for *_, digest, _, _ in stated]),
    )
