"""Offsets of annotations, proved by the text that they quote.

Files disagree about what an offset counts. So each way of counting is tried on all annotations of a document together, in
this order, and the first under which every one of them quotes its own text is taken:

1. where a passage begins: at the offset that the file states (``stated``); else where it begins if the
   passages follow each other with one character between them, none, or two (``follow-1``, ``follow-0``, ``follow-2``);
   else every passage begins at 0 (``passage``);
2. and for each of these, what is counted: Unicode code points, UTF-16 code units, bytes of UTF-8.

Where no way explains all annotations, the one that explains most is taken, the earlier in that order where two explain
as many; what it does not explain is given up by name. No annotation is ever moved to another place that has the same
text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

from kg.model import Warned

Span = tuple[int, int]


class Place(Struct, frozen=True, gc=False):
    """Where an annotation says that it stands: ``locations`` as (offset, length), the ``text`` that it quotes (None: it
    quotes none), and the ``passage`` it was given in, by its position (None: the file does not say)."""

    locations: tuple[tuple[int, int], ...]
    text: str | None
    passage: int | None = None


class Fit(Struct, frozen=True):
    """How the offsets of a document are counted: ``way`` in words, None for the first way. For each annotation its passage
    and its spans there, None where it cannot be explained."""

    way: str | None
    found: tuple[tuple[int, tuple[Span, ...]] | None, ...]


_UNITS: tuple[tuple[str, re.Pattern[str] | None, str, int], ...] = (
    ("code points", None, "utf-32-le", 4),
    ("UTF-16 code units", re.compile("[\U00010000-\U0010ffff]"), "utf-16-le", 2),
    ("bytes of UTF-8", re.compile("[^\x00-\x7f]"), "utf-8", 1),
)
"""what is counted: the characters that are more than one of it, and the encoding and the bytes of one that say how many"""
_GAPS = (1, 0, 2)


def fit(passages: Sequence[tuple[str, int | None]], places: Sequence[Place]) -> Fit:
    """Find how the offsets of a document are counted.

    Args:
        passages: text and stated offset (None: not stated) of each passage, in order.
        places: where its annotations say that they stand.

    >>> fit([("\\U0001F9EC p53", 0)], [Place(((3, 3),), "p53", 0)])
    Fit(way='UTF-16 code units from the start of the document', found=((0, ((2, 5),)),))
    """
    best: Fit | None = None
    fewest = len(places) + 1
    relative = all(place.passage is not None for place in places)
    for way, layout in _layouts(passages, relative):
        found, missed = [], 0
        for place in places:
            one = layout.resolve(place)
            missed += one is None
            if missed >= fewest:
                break  # an earlier way explains as many
            found.append(one)
        else:
            best, fewest = Fit(way, tuple(found)), missed
        if not fewest:
            break
    assert best is not None
    return best


def quotes(printed: str, fragments: Sequence[str], whole: str) -> bool:
    """Whether a printed text is that of the fragments (``whole`` = all from the first to the last), white space apart.

    >>> quotes("lung cancer", ["lung", "cancer"], "lung and breast cancer"), quotes("lung\\tcancer", [], "lung cancer")
    (True, True)
    """
    if printed == whole:
        return True
    plain = "".join(printed.split())
    if plain == "".join(whole.split()):
        return True
    if len(fragments) < 2:
        return False
    joined = "".join("".join(fragments).split())
    return joined in (plain, plain.replace("...", ""), plain.replace("…", ""))


def told(
    record: str, fitted: Fit, places: list[Place], lines: list[int] | None = None, names: list[str] | None = None
) -> Iterator[Warned]:
    """What a person should know of the offsets of a document: that they were counted otherwise, which could not be used."""
    missed = [n for n, found in enumerate(fitted.found) if found is None]
    if fitted.way is not None and len(missed) < len(places):
        fits = f"all texts but {len(missed)} fit" if missed else "all texts fit"
        message = f"its offsets are wrong as they stand; they were taken for {fitted.way}, which {fits}"
        yield Warned(record, "offsets-repaired", message, lines[0] if lines else None)
    for n in missed:
        place = places[n]
        where = ", ".join(f"{offset} to {offset + length}" for offset, length in place.locations[:5]) or "nowhere"
        shown = f" {place.text[:80]!r}" if place.text else ""
        name = f"annotation {names[n]}" if names else "annotation"
        message = f"{name}{shown} at {where} does not stand there; it is left out"
        yield Warned(record, "annotation-misplaced", message, lines[n] if lines else None)


class _Layout:
    """One way of counting."""

    def __init__(self, texts: Sequence[str], starts: Sequence[int], wide: Sequence[Wide]) -> None:
        self._texts = texts
        self._starts = starts
        self._wide = wide

    def resolve(self, place: Place) -> tuple[int, tuple[Span, ...]] | None:
        if not place.locations:
            return None
        index = place.passage
        if index is None:
            index = bisect_right(self._starts, place.locations[0][0]) - 1
            if index < 0:
                return None
        text, start = self._texts[index], self._starts[index]
        spans = []
        for offset, length in place.locations:
            first, last = self._code_point(index, offset - start), self._code_point(index, offset - start + length)
            if first is None or last is None or not 0 <= first < last <= len(text):
                return None
            spans.append((first, last))
        if place.text is not None:
            fragments = [text[first:last] for first, last in spans]
            whole = text[min(first for first, _ in spans) : max(last for _, last in spans)]
            if not quotes(place.text, fragments, whole):
                return None
        return index, tuple(sorted(spans))

    def _code_point(self, index: int, offset: int) -> int | None:
        wide = self._wide[index]
        at = bisect_right(wide, (offset, len(self._texts[index]))) - 1
        if at < 0:
            return offset
        start, code_point, units = wide[at]
        if offset == start:
            return code_point
        return code_point + 1 + offset - start - units if offset >= start + units else None


def _layouts(passages: Sequence[tuple[str, int | None]], relative: bool) -> Iterator[tuple[str | None, _Layout]]:
    """The ways of counting in their order, those left out that are the same as an earlier one."""
    texts = [text for text, _ in passages]
    seen: list[tuple[list[int], int]] = []
    every: list[list[Wide]] = []  # made when they are asked for: the first way fits nearly always
    first = True
    for base in ("stated", *_GAPS, *(("passage",) if relative else ())):
        for number, (unit, characters, encoding, size) in enumerate(_UNITS):
            if number == len(every):
                every.append([_wide(text, characters, encoding, size) for text in texts])
            wide = every[number]
            if wide in every[:number]:
                continue
            sizes = [len(t) + sum(units - 1 for *_, units in own) for t, own in zip(texts, wide, strict=True)]
            starts = _starts(base, passages, sizes)
            if starts is None or (starts, number) in seen:
                continue
            seen.append((starts, number))
            yield (None if first else f"{unit} from {_FROM[base]}"), _Layout(texts, starts, wide)
            first = False


_FROM: dict[str | int, str] = {
    "stated": "the start of the document",
    1: "the start of the document, with one character between passages",
    0: "the start of the document, with nothing between passages",
    2: "the start of the document, with two characters between passages",
    "passage": "the start of the passage",
}


def _starts(base: str | int, passages: Sequence[tuple[str, int | None]], sizes: Sequence[int]) -> list[int] | None:
    if base == "passage":
        return [0] * len(passages)
    if base == "stated":
        stated = [offset for _, offset in passages if offset is not None]
        return stated if len(stated) == len(passages) else None
    assert isinstance(base, int)
    return [0, *accumulate(size + base for size in sizes[:-1])][: len(passages)]


Wide = list[tuple[int, int, int]]
"""the characters of a text that are more than one unit: where each begins in units and in code points, how many it is"""


def _wide(text: str, characters: re.Pattern[str] | None, encoding: str, size: int) -> Wide:
    found: Wide = []
    if characters is None or text.isascii():
        return found
    more = 0
    for match in characters.finditer(text):
        at = match.start()
        units = len(match[0].encode(encoding, "surrogatepass")) // size
        found.append((at + more, at, units))
        more += units - 1
    return found
