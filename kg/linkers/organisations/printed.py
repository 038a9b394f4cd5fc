"""What is printed where a name stands, and around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

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


@lru_cache(maxsize=1 << 15)
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


def around(
    registry: Registry, texts: Sequence[Words], places: Sequence[Place], owners: Numbers, is_whole: Numbers
) -> Matrix:
    """A row for each of :data:`PLACE`, with a value for each place.

    The words of all strings stand in one line here, one string after the other; what is called a word is its number there.

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
    text = np.empty(len(distinct), dtype=np.intp)
    text[which] = owners
    explains = np.zeros(len(distinct), dtype=bool)
    explains[which[is_whole]] = True

    sizes = np.array([len(one.forms) for one in texts], dtype=np.intp)
    text_ends = sizes.cumsum()
    text_starts = text_ends - sizes
    weights = np.array([weight for one in texts for weight in one.weights])
    links = np.array([link for one in texts for link in one.links])
    classes = np.array([_class(form) for one in texts for form in one.forms])
    is_of_institution, is_main, is_of_unit, beside = classes.T
    institutions = np.concatenate(([0], is_of_institution.cumsum()))
    segments = np.array([segment for one in texts for segment in one.segments])
    is_first = np.diff(segments, prepend=-1) != 0
    is_first[text_starts[sizes > 0]] = True
    first_words = is_first.nonzero()[0]
    segment_of = is_first.cumsum() - 1
    last_words = np.append(first_words[1:], len(segments)) - 1
    weights_of_segments = np.add.reduceat(weights, first_words)

    # Where each name stands: the words of one after those of another.
    held = list(distinct.values())
    counts = np.array([len(place.found) for place in held])
    found_at = counts.cumsum() - counts
    found = np.array([word for place in held for word in place.found]) + text_starts[text].repeat(counts)
    start, last = found[found_at], found[found_at + counts - 1]
    end = last + 1
    segment, last_segment = segment_of[start], segment_of[last]
    left, right = first_words[segment], last_words[last_segment]
    is_other_segment = np.diff(segment_of[found], prepend=-1) != 0
    is_other_segment[found_at] = True
    around_weights = np.add.reduceat(weights_of_segments[segment_of[found]] * is_other_segment, found_at)
    share = np.add.reduceat(weights[found], found_at) / np.where(around_weights, around_weights, 1)

    # The words of each name, those that are missing too.
    lengths = np.array([len(place.words) for place in held])
    words_at = lengths.cumsum() - lengths
    words = np.array([word for place in held for word in place.words])
    positions = np.array([position for place in held for position in place.positions])
    is_there = positions >= 0
    rarity = registry.idf.take(words)
    quality = np.array(
        [texts[n].quality.get(word, 1.0) for n, place in zip(text.tolist(), held, strict=True) for word in place.words]
    )
    in_order = positions[is_there] + text_starts[text].repeat(counts) == found

    # The weightiest word of the segment that belongs neither to this name nor to one that stands there as a whole.
    is_explained = np.zeros(len(weights), dtype=bool)
    is_explained[found[explains.repeat(counts)]] = True
    widths = last_words[segment] + 1 - left
    near_at = widths.cumsum() - widths
    unexplained = ranges(np.where(is_explained, 0.0, weights), left, widths)
    is_near = segment_of[found] == segment.repeat(counts)
    unexplained[(found + (near_at - left).repeat(counts))[is_near]] = 0.0

    is_at_start, is_at_end = start == left, last == right
    after = np.minimum(end, len(weights) - 1)
    columns = {
        "words": lengths,
        "tightness": counts / (end - start),
        "in_order": np.logical_and.reduceat(in_order, found_at),
        "segments": np.add.reduceat(is_other_segment, found_at, dtype=np.intp),
        "segment_share": share.round(4),
        "before": start - left,
        "after": right + 1 - end,
        "depth": segments[start],
        "depth_from_end": segments[text_ends[text] - 1] - segments[last],
        "acronym_length": [
            len(texts[n].printed[place.found[0]]) if place.is_acronym else 0
            for n, place in zip(text.tolist(), held, strict=True)
        ],
        "quality": np.minimum.reduceat(np.where(is_there, quality, 1.0), words_at),
        "institution_words_before": institutions[start] - institutions[left],
        "institution_words_after": institutions[right + 1] - institutions[end],
        "string_words": sizes[text],
        "missing_type": np.logical_or.reduceat(~is_there & _main_words(registry).take(words), words_at),
        "unit_start": is_of_unit[left],
        "main_start": is_main[start],
        "link_before": links[start],
        "link_after": np.where(is_at_end, -1, links[after]),
        "word_before": np.where(is_at_start, -1, beside[start - 1]),
        "word_after": np.where(is_at_end, -1, beside[after]),
        "weight_before": np.where(is_at_start, 0.0, weights[start - 1]),
        "weight_after": np.where(is_at_end, 0.0, weights[after]),
        "rarest": np.maximum.reduceat(np.where(is_there, rarity, 0), words_at),
        "rarest_missing": np.maximum.reduceat(np.where(is_there, 0, rarity), words_at),
        "unexplained": np.maximum.reduceat(unexplained, near_at),
    }
    rows = np.empty((len(PLACE), len(held)), dtype=np.float32)
    for row, name in zip(rows, PLACE, strict=True):
        row[:] = columns[name]
    return rows.take(which, axis=1)
