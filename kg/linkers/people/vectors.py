"""Texts as vectors: each different word is a dimension, and its number how rare the word is, in ten-thousandths.

Numbers are whole, so that their sums do not depend on the order of the words, which a set has none of.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache

from msgspec import Struct

from kg.linkers.people.tables import rarities

_UNIT = 10_000


class Bag(Struct, frozen=True, gc=False, array_like=True):
    """Different words as a vector, and its length."""

    numbers: dict[str, int] = {}
    length: float = 0.0


def bag(kind: str, words: Iterable[str], often: Mapping[str, int] | None = None) -> Bag:
    """The vector of words; ``often``: how many times some of them stand, if more than once. A word counts 1 + ln n times.

    >>> a, b = bag("topic", ["D000001", "D000002"]), bag("topic", ["D000002", "D000003"])
    >>> round(cosine(a, b), 3), cosine(a, bag("topic", []))
    (0.5, 0.0)
    """
    listed, rest = _numbers(kind)
    numbers = {word: listed.get(word, rest) for word in words}
    for word, n in (often or {}).items():
        numbers[word] = round(numbers[word] * (1 + math.log(n)))
    return Bag(numbers, math.sqrt(sum([number * number for number in numbers.values()])))


def cosine(a: Bag, b: Bag) -> float:
    """Of two vectors of one kind; 0 where they share nothing."""
    one, two = a.numbers, b.numbers
    if len(two) < len(one):
        one, two = two, one
    product = sum([number * two[word] for word, number in one.items() if word in two])
    return product / (a.length * b.length) if product else 0.0


@cache
def _numbers(kind: str) -> tuple[Mapping[str, int], int]:
    """The numbers of words, and of every word that is not listed."""
    listed, rest = rarities(kind)
    return {word: round(rarity * _UNIT) for word, rarity in listed.items()}, round(rest * _UNIT)
