"""Bytes → lines of text, and lines that begin with a tag → records. For citation exports in plain text.

A line is decoded by itself, so that a byte that is not UTF-8 costs its record only. Line ends of every system are known,
a byte order mark is passed over, control characters are removed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from kg.errors import InputError

LONGEST_LINE = 16 << 20
"""bytes; a longer line is in no export"""
LONGEST_RECORD = 32 << 20
"""characters that a record may take; beyond that the file is refused"""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end. ``fault`` says what was wrong with it; ``byte`` is where it starts."""

    number: int
    byte: int
    text: str
    fault: str = ""


def lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines of a stream. One that is not UTF-8 has replacement characters in the place of the bad bytes.

    >>> import io
    >>> [(line.number, line.text) for line in lines(io.BytesIO(b"\\xef\\xbb\\xbfa\\r\\nb\\rc"))]
    [(1, 'a'), (2, 'b'), (3, 'c')]

    Raises:
        InputError: a line is longer than :data:`LONGEST_LINE`.
    """
    number, byte = 0, stream.tell()
    while data := stream.readline(LONGEST_LINE + 1):
        if len(data) > LONGEST_LINE:
            message = f"line {number + 1} is longer than {LONGEST_LINE >> 20} MB"
            raise InputError("line-too-long", message, line=number + 1, byte=byte)
        here, byte = byte, byte + len(data)
        if number == 0:
            data = data.removeprefix(codecs.BOM_UTF8)
        data = data.removesuffix(b"\n").removesuffix(b"\r")
        for part in data.split(b"\r"):  # line ends of old Macintoshes
            number += 1
            yield _line(number, here, part)
            here += len(part) + 1


def _line(number: int, byte: int, data: bytes) -> Line:
    fault = ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        byte += error.start
        fault = f"line {number}: byte {byte} is not UTF-8 ({data[error.start]:#04x})"
    return Line(number, byte, _CONTROL.sub("", text) if not text.isprintable() else text, fault)


# --- tagged records -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Field:
    """A tag and its value, line by line; ``line`` is where it begins."""

    tag: str
    lines: list[str]
    line: int

    @property
    def value(self) -> str:
        """The lines joined by single blanks."""
        return " ".join(filter(None, self.lines))


@dataclass(slots=True)
class TaggedRecord:
    """A record of a tagged format. ``faults`` are bytes that are not UTF-8, ``strays`` lines outside of any field."""

    number: int
    line: int
    fields: list[Field] = field(default_factory=list)
    faults: list[Line] = field(default_factory=list)
    strays: list[Line] = field(default_factory=list)
    size: int = 0
    has_end: bool = True

    def first(self, *tags: str) -> str:
        """The first value under one of some tags."""
        return next((f.value for f in self.fields if f.tag in tags and f.value), "")

    def add(self, line: Line) -> None:
        """Take a further line of the last field."""
        text = " ".join(line.text.split())
        self.fields[-1].lines.append(text)
        self.size += len(text)

    def check_size(self) -> None:
        """Raise an InputError where no record is so long."""
        if self.size > LONGEST_RECORD:
            message = f"the record on line {self.line} takes more than {LONGEST_RECORD >> 20} MB"
            raise InputError("record-too-long", message, line=self.line)
