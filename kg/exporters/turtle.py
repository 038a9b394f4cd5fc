"""RDF 1.1 Turtle in the house style: prefixed, grouped by subject in a stable order, one fact a line.

::

    <https://w3id.org/bmkg/article/pmid/1>
        a fabio:JournalArticle ;
        dcterms:title "A title"@en ;
        .

Every fact ends in ``;`` and the subject in a line of its own, which Turtle allows (RDF 1.1 Turtle, section 6.5,
predicateObjectList), so that a fact more or less is a line more or less in a diff. All prefixes of the project are
declared, used or not, for the same reason.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from kg.exporters.order import Fact, by_subject, sort_key
from kg.vocab import PREFIXES, RDF, XSD

SUFFIX = ".ttl"
DESCRIPTION = "Turtle, prefixed and grouped by subject, one fact a line"

# The part of PN_LOCAL that needs no escapes and no second thought.
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_PREFIX_OF = {base: prefix for prefix, base in PREFIXES.items()}
# Lexical forms that Turtle's short form gives back as they stand, in every parser.
_SHORT = {
    XSD.integer: re.compile(r"0|-?[1-9][0-9]{0,17}"),
    XSD.decimal: re.compile(r"-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,5}[1-9]"),
    XSD.boolean: re.compile(r"true|false"),
}
_BATCH = 10_000  # lines written at once

HEADER = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items()).encode()


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write the distinct triples of N-Quads lines, whatever graphs they stand in; the number of triples."""
    out.write(HEADER)
    return write_subjects(by_subject(quads, directory), out)


def write_subjects(subjects: Iterable[tuple[str, list[Fact]]], out: BinaryIO) -> int:
    """Write each subject as a block; the number of triples."""
    lines: list[str] = []
    add = lines.append
    count = 0
    for subject, facts in subjects:
        if len(lines) > _BATCH:
            out.write("".join(lines).encode())
            lines.clear()
        add(f"\n{name(subject)}\n")
        for predicate, obj in facts:
            last = obj[-1]
            add(f"    {_verb(predicate)} {obj if last != '>' else name(obj) if obj[0] == '<' else _typed(obj)} ;\n")
        add("    .\n")
        count += len(facts)
    out.write("".join(lines).encode())
    return count


def revise(
    old: BinaryIO, changed: Iterable[str], quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None
) -> int:
    """Write what :func:`write` would of quads most of which it wrote before, by copying; the number of triples.

    What stays is neither read nor taken apart: where the subjects that do not are is found by bisection.

    Args:
        old: the file that it wrote then.
        changed: the subjects about which not all is as it was then; any others of which something is known may be among them.
        quads: all that is now known of these, and of no others.
    """
    out.write(HEADER)
    blocks = _Blocks(old)
    known = by_subject(quads, directory)
    subject, facts = next(known, _END)
    at, count = len(HEADER), 0
    keys = sorted(map(sort_key, changed))
    done = 0
    while done < len(keys):
        new = bisect_left(keys, sort_key(subject), done) if facts else len(keys)
        for start, end in blocks.places(keys[done:new], at):  # of which nothing is known any more
            count += blocks.copy(at, start, out)
            at = end
        if facts:
            start, end = blocks.place(keys[new], at)
            count += blocks.copy(at, start, out) + write_subjects([(subject, facts)], out)
            at = end
            subject, facts = next(known, _END)
        done = new + 1
    return count + blocks.copy(at, blocks.end, out)


_END: tuple[str, list[Fact]] = "", []
_AT_ONCE = 1 << 20
"""bytes of an earlier export that are copied at once"""
_WINDOW = 1 << 14
"""bytes of it that are looked through at once"""
_FACT_END, _BLOCK_END = b" ;\n", b" .\n"
"""what nothing else ends in: in a literal a line end is escaped"""


class _Blocks:
    """The blocks of an export, which are sorted by their subjects; each begins with an empty line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file.fileno()
        self.end = os.fstat(self._file).st_size
        self._start, self._window = 0, b""

    def copy(self, start: int, end: int, out: BinaryIO) -> int:
        """Copy some of them; the number of their triples."""
        count = 0
        for piece in self._lines(start, end):
            out.write(piece)
            count += piece.count(_FACT_END)
        return count

    def places(self, keys: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
        """Where the blocks of subjects with these keys, all of which are there, begin and end: those that follow each other
        in one piece, as far as looking that up in ever larger steps tells."""
        done, step = 0, 1
        while done < len(keys):
            begin, end = self.place(keys[done], start)
            number = min(step, len(keys) - done)
            step = 2
            if number > 1:
                last = self.place(keys[done + number - 1], end)[1]
                if self._are(number, begin, last):
                    end, step = last, 2 * number
                else:
                    number = step = 1
            yield begin, end
            start = end
            done += number

    def _are(self, number: int, start: int, end: int) -> bool:
        """Whether just so many blocks stand there."""
        for piece in self._lines(start, end):
            number -= piece.count(_BLOCK_END)
            if number < 0:
                return False
        return number == 0

    def _lines(self, start: int, end: int) -> Iterator[bytes]:
        """What stands there, in pieces of whole lines."""
        while start < end:
            piece = os.pread(self._file, min(_AT_ONCE, end - start), start)
            if start + len(piece) < end:
                piece = piece[: piece.rfind(b"\n") + 1] or self._line(start)
            yield piece
            start += len(piece)

    def place(self, key: str, start: int) -> tuple[int, int]:
        """Where the block of the subject with this key begins and ends, or would, if there is none. It is sought from the
        beginning of another block on; the next ones are looked at first, because changes come together."""
        here = self._key(start) if start < self.end else key
        if here >= key:
            return start, self._after(start + 1) if here == key and start < self.end else start
        low = high = start + 1
        step = _FURTHER
        while not self._reaches(high, key):
            low, high, step = high + 1, min(high + step, self.end), step * _FURTHER
        while low < high:
            middle = (low + high) // 2
            if self._reaches(middle, key):
                high = middle
            else:
                low = middle + 1
        begin = self._after(low)
        is_there = begin < self.end and self._key(begin) == key
        return begin, self._after(begin + 1) if is_there else begin

    def _reaches(self, place: int, key: str) -> bool:
        """Whether the first block from here on is not smaller."""
        begin = self._after(place)
        return begin == self.end or self._key(begin) >= key

    def _after(self, place: int) -> int:
        """Where the first block begins from here on."""
        found = self._find(b"\n\n", place - 1)
        return self.end if found < 0 else found + 1

    def _key(self, start: int) -> str:
        return sort_key(term(self._line(start + 1)[:-1].decode()))

    def _line(self, start: int) -> bytes:
        """The line that begins here."""
        end = self._find(b"\n", start) + 1
        if end <= self._start + len(self._window) and start >= self._start:
            return self._window[start - self._start : end - self._start]
        return os.pread(self._file, end - start, start)

    def _find(self, what: bytes, place: int) -> int:
        """Where this stands from here on, or -1."""
        while place + len(what) <= self.end:
            if not self._start <= place <= self._start + len(self._window) - len(what):
                self._start, self._window = place, os.pread(self._file, _WINDOW, place)
            found = self._window.find(what, place - self._start)
            if found >= 0:
                return self._start + found
            place = self._start + len(self._window) - len(what) + 1
        return -1


_FURTHER = 8
"""by how much every look ahead goes further than the one before"""


def term(name: str) -> str:
    """What :func:`name` wrote.

    >>> term("mesh:D003922"), term("<http://id.nlm.nih.gov/mesh/a.b>"), term("_:b")
    ('<http://id.nlm.nih.gov/mesh/D003922>', '<http://id.nlm.nih.gov/mesh/a.b>', '_:b')
    """
    if name[0] in "<_":
        return name
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


@lru_cache(maxsize=2**16)
def name(term: str) -> str:
    """An IRI as prefixed name where its last part allows it, else as it is; a blank node as it is.

    >>> name("<http://id.nlm.nih.gov/mesh/D003922>"), name("<http://id.nlm.nih.gov/mesh/a.b>")
    ('mesh:D003922', '<http://id.nlm.nih.gov/mesh/a.b>')
    """
    cut = max(term.rfind("#"), term.rfind("/")) + 1
    prefix = _PREFIX_OF.get(term[1:cut])
    return f"{prefix}:{term[cut:-1]}" if prefix and _LOCAL.fullmatch(term, cut, len(term) - 1) else term


@lru_cache(maxsize=2**10)
def _verb(predicate: str) -> str:
    return "a" if predicate == RDF.type else name(predicate)


def _typed(literal: str) -> str:
    """A literal with a datatype, which is prefixed, or in Turtle's short form."""
    end = literal.rindex('"')
    datatype = literal[end + 3 :]
    short = _SHORT.get(datatype)
    if short and short.fullmatch(literal, 1, end):
        return literal[1:end]
    return f"{literal[: end + 1]}^^{name(datatype)}"
