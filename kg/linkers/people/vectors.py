"""Texts as vectors: each different word is a dimension, and how rare it is its number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kg.linkers.people.tables import squared


class Bag(Struct, frozen=True, gc=False, array_like=True):
    """Different words as a vector whose numbers are their rarities; they are looked up when they are needed.

    ``often``: what the number of a word that stands several times is multiplied by.
    """

    words: frozenset[str] = frozenset()
    length: float = 0.0
    often: dict[str, float] = {}


def bag(kind: str, words: Iterable[str], often: Mapping[str, int] | None = None) -> Bag:
    """The vector of words; ``often``: how many times those stand that stand more than once, each of which then counts
    1 + ln n times."""
    different = frozenset(words)
    more = {word: 1 + math.log(n) for word, n in (often or {}).items()}
    return Bag(different, math.sqrt(product(kind, different, more, more)), more)


def product(kind: str, words: Iterable[str], one: Mapping[str, float], two: Mapping[str, float]) -> float:
    """What these words add to the product of two vectors with these multiples. The sum is exact before it is rounded, so
    that the order of the words, which a set has none of, does not count."""
    squares, rest = squared(kind)
    if one or two:
        return math.fsum([squares.get(w, rest) * one.get(w, 1.0) * two.get(w, 1.0) for w in words])
    return math.fsum([squares.get(w, rest) for w in words])


def cosine(kind: str, a: Bag, b: Bag) -> float:
    """Of two vectors of this kind."""
    if not (shared := a.words & b.words):
        return 0.0
    return product(kind, shared, a.often, b.often) / (a.length * b.length)
