"""What is printed where a name stands, and around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.garbage import remembered
from kg.linkers.organisations.candidates import Place, Words, ranges
from kg.ror import Registry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]
    Matrix = NDArray[np.float32]

PLACE = (
    "words",
    "tightness",
    "in_order",
    "segments",
    "segment_share",
    "before",
    "after",
    "depth",
    "depth_from_end",
    "acronym_length",
    "quality",
    "institution_words_before",
    "institution_words_after",
    "string_words",
    "missing_type",
    "unit_start",
    "main_start",
    "link_before",
    "link_after",
    "word_before",
    "word_after",
    "weight_before",
    "weight_after",
    "rarest",
    "rarest_missing",
    "unexplained",
)
"""what is the same for all candidates of which a name of the same words stands there"""
_INSTITUTION_WORDS = frozenset("univ hosp coll inst cent academ polytech acad klinikum clinic sch fac lab dept".split())
_MAIN_WORDS = frozenset("univ hosp coll polytech acad klinikum inst".split())
_UNIT_WORDS = frozenset("dept fac sch lab cent inst division coll".split())
_CLASSES = {
    **dict.fromkeys("univ polytech".split(), 1),
    **dict.fromkeys("hosp klinikum clinic health".split(), 2),
    **dict.fromkeys("coll sch fac".split(), 3),
    **dict.fromkeys("inst cent lab acad observ museum".split(), 4),
    **dict.fromkeys("med sci res tech eng".split(), 5),
    **dict.fromkeys("dept division unit section".split(), 6),
}


@remembered(1 << 15)
def _class(word: str) -> tuple[bool, bool, bool, int]:
    """What a word tells: whether it is one of institutions, of main ones, of units; and what it says of a name beside it."""
    beside = _CLASSES.get(word, 8 if word.isdigit() else 7)
    return word in _INSTITUTION_WORDS, word in _MAIN_WORDS, word in _UNIT_WORDS, beside


@lru_cache(maxsize=4)
def _main_words(registry: Registry) -> Numbers:
    """Whether each word of the registry is one of :data:`_MAIN_WORDS`."""
    found = np.zeros(len(registry.idf), dtype=bool)
    found[[n for word in sorted(_MAIN_WORDS) if (n := registry.word(word)) >= 0]] = True
    return found


class _Line:
    """The words of some strings in one line, one string after the other. What is called a word is its number there."""

    def __init__(self, texts: Sequence[Words]) -> None:
        self.sizes = np.array([len(text.forms) for text in texts], dtype=np.intp)
        self.ends = self.sizes.cumsum()
        """of each string"""
        self.starts = self.ends - self.sizes
        self.weights = np.array([weight for text in texts for weight in text.weights])
        self.links = np.array([link for text in texts for link in text.links])
        self.segments = np.array([segment for text in texts for segment in text.segments])
        """of each word, counted from the start of its string"""
        classes = np.array([_class(form) for text in texts for form in text.forms])
        is_of_institution, self.is_main, self.is_of_unit, self.beside = classes.T
        self.institutions = np.concatenate(([0], is_of_institution.cumsum()))
        """words of institutions before each word"""
        is_first = np.diff(self.segments, prepend=-1) != 0
        is_first[self.starts[self.sizes > 0]] = True
        self.segment = is_first.cumsum() - 1
        """of each word, counted from the start of the line"""
        self.firsts = is_first.nonzero()[0]
        """the first word of each segment"""
        self.lasts = np.append(self.firsts[1:], len(is_first)) - 1
        self.weights_of_segments = np.add.reduceat(self.weights, self.firsts)


class _Names:
    """Where names stand in a line, and what is missing of them."""

    def __init__(self, line: _Line, texts: Sequence[Words], places: Sequence[Place], owners: Numbers) -> None:
        self.texts = owners
        """the number of the string of each"""
        self.counts = np.array([len(place.found) for place in places])
        self.found_at = self.counts.cumsum() - self.counts
        first_words = line.starts[owners].repeat(self.counts)
        self.found = np.array([word for place in places for word in place.found]) + first_words
        """the words of each that are there, one name after the other, the first of each at :attr:`found_at`"""
        self.start, self.last = self.found[self.found_at], self.found[self.found_at + self.counts - 1]
        self.end = self.last + 1
        self.segment = line.segment[self.start]
        self.left, self.right = line.firsts[self.segment], line.lasts[line.segment[self.last]]
        """the first and the last word of the segments from the first to the last word of the name"""
        self.is_first, self.is_last = self.start == self.left, self.last == self.right

        self.lengths = np.array([len(place.words) for place in places])
        self.words_at = self.lengths.cumsum() - self.lengths
        self.words = np.array([word for place in places for word in place.words])
        """all words of each, as numbers of the registry"""
        positions = np.array([position for place in places for position in place.positions])
        self.is_there = positions >= 0
        self.is_in_order = positions[self.is_there] + first_words == self.found
        qualities = [texts[n].quality for n in owners.tolist()]
        self.quality = np.array(
            [known.get(word, 1.0) for known, place in zip(qualities, places, strict=True) for word in place.words]
        )
        self.letters = np.array(
            [
                len(texts[n].printed[place.found[0]]) if place.is_acronym else 0
                for n, place in zip(owners.tolist(), places, strict=True)
            ]
        )
        """of acronyms"""


def around(
    registry: Registry, texts: Sequence[Words], places: Sequence[Place], owners: Numbers, is_whole: Numbers
) -> Matrix:
    """A row for each of :data:`PLACE`, with a value for each place.

    Args:
        places: any of these strings; of those that are one object a single one is looked at.
        owners: the numbers of their strings, in order.
        is_whole: whether a name stands there as a whole: its words are explained.
    """
    distinct = {id(place): place for place in places}
    number_of = dict(zip(distinct, range(len(distinct)), strict=True))
    which = np.array([number_of[id(place)] for place in places], dtype=np.intp)
    if not len(which):
        return np.empty((len(PLACE), 0), dtype=np.float32)
    owners_of_distinct = np.empty(len(distinct), dtype=np.intp)
    owners_of_distinct[which] = owners
    explains = np.zeros(len(distinct), dtype=bool)
    explains[which[is_whole]] = True
    line = _Line(texts)
    names = _Names(line, texts, list(distinct.values()), owners_of_distinct)
    columns = (
        _within(registry, line, names) | _beside(line, names) | {"unexplained": _unexplained(line, names, explains)}
    )
    rows = np.empty((len(PLACE), len(distinct)), dtype=np.float32)
    for row, name in zip(rows, PLACE, strict=True):
        row[:] = columns[name]
    return rows.take(which, axis=1)


def _within(registry: Registry, line: _Line, names: _Names) -> dict[str, Numbers]:
    """The features of the name itself."""
    found_at, words_at, is_there = names.found_at, names.words_at, names.is_there
    segments = line.segment[names.found]
    is_other_segment = np.diff(segments, prepend=-1) != 0
    is_other_segment[found_at] = True
    weights_of_segments = np.add.reduceat(line.weights_of_segments[segments] * is_other_segment, found_at)
    weights = np.add.reduceat(line.weights[names.found], found_at)
    rarity = registry.idf.take(names.words)
    return {
        "words": names.lengths,
        "tightness": names.counts / (names.end - names.start),
        "in_order": np.logical_and.reduceat(names.is_in_order, found_at),
        "segments": np.add.reduceat(is_other_segment, found_at, dtype=np.intp),
        "segment_share": (weights / np.where(weights_of_segments, weights_of_segments, 1.0)).round(4),
        "acronym_length": names.letters,
        "quality": np.minimum.reduceat(np.where(is_there, names.quality, 1.0), words_at),
        "missing_type": np.logical_or.reduceat(~is_there & _main_words(registry).take(names.words), words_at),
        "main_start": line.is_main[names.start],
        "rarest": np.maximum.reduceat(np.where(is_there, rarity, 0.0), words_at),
        "rarest_missing": np.maximum.reduceat(np.where(is_there, 0.0, rarity), words_at),
    }


def _beside(line: _Line, names: _Names) -> dict[str, Numbers]:
    """The features of what is printed before and behind the name."""
    start, end, left, right = names.start, names.end, names.left, names.right
    before, behind = start - 1, np.minimum(end, len(line.weights) - 1)
    return {
        "before": start - left,
        "after": right + 1 - end,
        "depth": line.segments[start],
        "depth_from_end": line.segments[line.ends[names.texts] - 1] - line.segments[names.last],
        "institution_words_before": line.institutions[start] - line.institutions[left],
        "institution_words_after": line.institutions[right + 1] - line.institutions[end],
        "string_words": line.sizes[names.texts],
        "unit_start": line.is_of_unit[left],
        "link_before": line.links[start],
        "link_after": np.where(names.is_last, -1, line.links[behind]),
        "word_before": np.where(names.is_first, -1, line.beside[before]),
        "word_after": np.where(names.is_last, -1, line.beside[behind]),
        "weight_before": np.where(names.is_first, 0.0, line.weights[before]),
        "weight_after": np.where(names.is_last, 0.0, line.weights[behind]),
    }


def _unexplained(line: _Line, names: _Names, explains: Numbers) -> Numbers:
    """The largest weight of a word in the segment in which a name begins, that is neither of the name nor of another which
    stands there as a whole."""
    is_explained = np.zeros(len(line.weights), dtype=bool)
    is_explained[names.found[explains.repeat(names.counts)]] = True
    sizes = line.lasts[names.segment] + 1 - names.left
    at = sizes.cumsum() - sizes
    weights = ranges(np.where(is_explained, 0.0, line.weights), names.left, sizes)
    is_own = line.segment[names.found] == names.segment.repeat(names.counts)
    weights[(names.found + (at - names.left).repeat(names.counts))[is_own]] = 0.0
    found: Numbers = np.maximum.reduceat(weights, at)
    return found
