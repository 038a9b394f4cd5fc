"""JSON → its records, one in memory at a time.

What the standard library accepts or does with JSON and a graph cannot use is found here, for every reader of JSON:
NaN and Infinity (no JSON, RFC 8259, 6), integers of thousands of digits, nesting that no record has, half a surrogate
pair (which no text can be written with), keys that stand twice (the last one counts, and is warned of).

A file is one value, or JSON Lines: a value a line. A line that cannot be read costs its own record; in a file that is
one value nothing can be told behind a fault, so the file is refused.

Source: RFC 8259; JSON Lines (https://jsonlines.org).
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, NoReturn

from kg.errors import InputError
from kg.model import Rejected

LONGEST_RECORD = 32 << 20
"""bytes (of a file that is one value: characters) that a record may take; beyond that the file is refused"""
DEEPEST = 100
"""how deep lists and objects may be nested in a record"""
ANY = "*"
"""in a place: whatever the key is"""

Place = tuple[str, ...]
"""the keys that lead from the top to the list (or, ending in :data:`ANY`, through the object) that holds the records"""


@dataclass(frozen=True, slots=True)
class Found:
    """A JSON object: a record, or what stood around the records.

    ``key`` is the key under which it stood in the object that :data:`ANY` went through. ``is_frame`` says that it is the
    top of a file whose records were found in one of the places, and are not in it. ``repeated`` are the keys that stand
    twice in one of its objects.
    """

    value: dict[str, Any]
    number: int
    line: int
    key: str | None = None
    is_frame: bool = False
    repeated: tuple[str, ...] = ()


def records(stream: BinaryIO, *places: Place) -> Iterator[Found | Rejected]:
    """The objects in a list at the top or in one of ``places``, else the object at the top; of every line in JSON Lines.

    >>> import io
    >>> [f.value for f in records(io.BytesIO(b'{"n": 1, "hits": [{"a": 1}, {"a": 2}]}'), ("hits",))]
    [{'a': 1}, {'a': 2}, {'n': 1, 'hits': []}]

    Raises:
        InputError: the file is not JSON in UTF-8, or something else stands where the list should.
    """
    if _is_lines(stream):
        yield from _lines(stream, places)
    else:
        yield from _Document(stream, places).records()


_KEY = re.compile(rb'"([^"\\]{1,60})"\s{0,9}:')


def keys_in(head: bytes) -> frozenset[str]:
    """The keys that the first bytes of a JSON file show, at any depth; none where it is no JSON.

    >>> sorted(keys_in(b'[{"DOI": "10.1/x", "author": [{"given": "A')), keys_in(b"DOI: 10")
    (['DOI', 'author', 'given'], frozenset())
    """
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return frozenset()
    return frozenset(key.decode("utf-8", "replace") for key in _KEY.findall(head))


# --- JSON Lines ---------------------------------------------------------------------------------------------------

_LOOK_AHEAD = 5
_UNFINISHED = (b"[", b"{", b":", b",")


def _is_lines(stream: BinaryIO) -> bool:
    """Whether a first line holds an object of its own, and a further one begins on one of the next lines."""
    start = stream.tell()
    lines = [line for line in islice(_raw_lines(stream), _LOOK_AHEAD + 1) if line]
    stream.seek(start)
    if len(lines) < 2 or not lines[0].startswith(b"{") or lines[0].endswith(_UNFINISHED):
        return False
    if lines[1].startswith(b"{"):
        return True
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return False
    return any(line.startswith(b"{") for line in lines[2:])


def _raw_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without the white space at their ends, cut at :data:`LONGEST_RECORD`."""
    first = True
    while line := stream.readline(LONGEST_RECORD + 1):
        yield (line.removeprefix(codecs.BOM_UTF8) if first else line).strip()
        first = False


def _lines(stream: BinaryIO, places: tuple[Place, ...]) -> Iterator[Found | Rejected]:
    number = 1
    byte = stream.tell()
    for line_number, line in enumerate(_raw_lines(stream), 1):
        here, byte = byte, stream.tell()
        if not line:
            continue
        if len(line) >= LONGEST_RECORD:
            raise InputError("record-too-long", f"line {line_number} is longer than {LONGEST_RECORD >> 20} MB")
        try:
            document = _Document(None, places, line.decode("utf-8"), line_number, number)
            found = list(document.records())
        except UnicodeDecodeError as error:
            message = f"line {line_number}, byte {error.start + 1}: not UTF-8"
            yield Rejected(f"record {number}", "not-utf-8", message, line_number, here + error.start)
            number += 1
        except InputError as error:
            yield Rejected(f"record {number}", error.rule, str(error), line_number, here)
            number += 1
        else:
            yield from found
            number = document.number


# --- one value ----------------------------------------------------------------------------------------------------

_CHUNK = 1 << 18
_SPACE = re.compile(r"[ \t\r\n]*")
_NEAR_END = 16
"""characters before the end of what was read in which a fault may be but a piece that is cut off"""


def _refused_constant(name: str) -> NoReturn:
    raise _NotJson(f"{name} is no JSON")


class _NotJson(ValueError):
    """What Python's decoder takes and JSON does not know."""


class _Document:
    """A JSON text that is read from its start to its end, with no more of it in memory than a record needs."""

    def __init__(
        self, stream: BinaryIO | None, places: tuple[Place, ...], text: str = "", line: int = 1, number: int = 1
    ):
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._bytes = 0
        self._places = places
        self._text = text
        self._at = 0
        self._line = line
        """of the first character of the text in memory"""
        self._column = 0
        """characters of its line before it"""
        self._ended = stream is None
        self._repeated: list[str] = []
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=_refused_constant)
        self._has_list = False
        self._forgotten = 0
        """characters that are no longer in memory"""
        self._framed = 0
        """characters of the frame"""
        self.number = number
        """of the next record"""

    def records(self) -> Iterator[Found | Rejected]:
        """The records, then their frame."""
        if self._peek() == "\ufeff":
            self._at += 1
        if self._peek() == "":
            raise InputError("empty", "the file is empty")
        line = self._here()
        frame: dict[str, Any] | None = None
        if self._peek() == "[":
            yield from self._list()
        elif self._peek() == "{":
            frame = {}
            yield from self._members(frame, ())
        else:
            self._fail("neither an object nor a list")
        if self._peek():
            self._fail("something follows the end of the value")
        if frame is not None:
            yield from self._checked(frame, line, is_frame=self._has_list)

    def _members(self, into: dict[str, Any], path: Place) -> Iterator[Found | Rejected]:
        """The records below an object; its other members go ``into`` the frame."""
        self._take("{")
        if self._peek() == "}":
            self._take("}")
            return
        while True:
            if self._peek() != '"':
                self._fail("a key in quotes is expected")
            key = self._value()
            self._take(":")
            below = (*path, key)
            if key in into:
                self._repeated.append(key)
            if (*path, ANY) in self._places and self._peek() == "{":
                self._has_list = True
                line = self._here()
                yield from self._checked(self._value(), line, key)
            elif below in self._places:
                if self._peek() == "[":
                    into.setdefault(key, [])
                    self._has_list = True
                    yield from self._list()
                elif (value := self._value()) is not None:
                    kind = "an object" if isinstance(value, dict) else "no list"
                    message = f"{'.'.join(below)} is {kind}, where the list of records is expected"
                    raise InputError("wrong-shape", message, line=self._here())
            elif any(place[: len(below)] == below for place in self._places) and self._peek() == "{":
                inner: dict[str, Any] = {}
                into[key] = inner
                yield from self._members(inner, below)
            else:
                start = self._forgotten + self._at
                into[key] = self._value()
                self._framed += self._forgotten + self._at - start
                if self._framed > LONGEST_RECORD:
                    self._too_long()
            if self._peek() == "}":
                self._take("}")
                return
            self._take(",")

    def _list(self) -> Iterator[Found | Rejected]:
        """The records of a list."""
        self._take("[")
        if self._peek() == "]":
            self._take("]")
            return
        while True:
            self._peek()
            line = self._here()
            yield from self._checked(self._value(), line)
            if self._peek() == "]":
                self._take("]")
                return
            self._take(",")

    def _checked(
        self, value: object, line: int, key: str | None = None, is_frame: bool = False
    ) -> Iterator[Found | Rejected]:
        """A record, or why it is none."""
        number = self.number
        repeated = tuple(dict.fromkeys(self._repeated))
        self._repeated.clear()
        if not is_frame:
            self.number += 1
        if not isinstance(value, dict):
            yield Rejected(f"record {number}", "wrong-shape", f"record {number} is not a JSON object", line)
        elif fault := _fault(value):
            yield Rejected(f"record {number}", fault[0], fault[1], line)
        else:
            yield Found(value, number, line, key, is_frame, repeated)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self._repeated.append(key)
                seen.add(key)
        return made

    # --- characters

    def _fill(self) -> None:
        """Read on; what was consumed is forgotten."""
        assert self._stream
        gone = self._text[: self._at]
        self._forgotten += self._at
        if newlines := gone.count("\n"):
            self._line += newlines
            self._column = len(gone) - gone.rfind("\n") - 1
        else:
            self._column += len(gone)
        data = self._stream.read(max(_CHUNK, len(self._text) - self._at))  # twice as much: no record is read often
        self._ended = not data
        try:
            more = self._decode(data, self._ended)
        except UnicodeDecodeError as error:
            byte = self._bytes + error.start
            message = f"byte {byte} is not UTF-8; save the file as UTF-8"
            raise InputError("not-utf-8", message, byte=byte) from None
        self._bytes += len(data)
        self._text = self._text[self._at :] + more
        self._at = 0
        if len(self._text) > 2 * LONGEST_RECORD:
            self._too_long()

    def _too_long(self) -> NoReturn:
        raise InputError("record-too-long", f"a record takes more than {LONGEST_RECORD >> 20} MB", line=self._line)

    def _peek(self) -> str:
        """The next character that is no white space; the empty string at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            assert match
            self._at = match.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._fill()

    def _take(self, char: str) -> None:
        if self._peek() != char:
            self._fail(f"{char} is expected")
        self._at += 1

    def _value(self) -> Any:
        """The value that begins here, whole."""
        self._peek()
        while True:
            repeated = len(self._repeated)
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = error.pos >= len(self._text) - _NEAR_END or error.msg.startswith("Unterminated string")
                if self._ended or not cut:
                    self._at = error.pos
                    self._fail(error.msg[0].lower() + error.msg[1:])
            except _NotJson as error:
                self._fail(str(error))
            except RecursionError:
                raise InputError("json-too-deep", "lists or objects are nested deeper than any record is") from None
            except ValueError:  # Python's limit for the digits of an integer
                self._fail("a number has thousands of digits")
            else:
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            del self._repeated[repeated:]
            self._fill()

    def _here(self) -> int:
        return self._line + self._text.count("\n", 0, self._at)

    def _fail(self, why: str) -> NoReturn:
        last = self._text.rfind("\n", 0, self._at)
        column = self._at - last if last >= 0 else self._column + self._at + 1
        ends = " (the file ends there)" if self._at >= len(self._text) and self._ended else ""
        message = f"line {self._here()}, column {column}: {why}{ends}"
        raise InputError("json-not-well-formed", message, line=self._here())


def _fault(value: dict[str, Any]) -> tuple[str, str] | None:
    """What makes a record unusable: nesting, or text that cannot be written."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for container in level:
            for item in (*container, *container.values()) if isinstance(container, dict) else container:
                if isinstance(item, str):
                    if not item.isascii() and _HALF.search(item):
                        return "lone-surrogate", "a text holds half a surrogate pair, which is no character"
                elif isinstance(item, (dict, list)):
                    below.append(item)
        if not below:
            return None
        level = below
    return "json-too-deep", f"lists or objects are nested more than {DEEPEST} deep"


_HALF = re.compile(r"[\ud800-\udfff]")
