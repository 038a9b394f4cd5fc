"""Texts as vectors: each different word is a dimension, and how rare it is its number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kg.linkers.people.tables import squared


class Bag(Struct, frozen=True, gc=False):
    """Different words as a vector whose numbers are their rarities; they are looked up when they are needed.

    ``often``: what the number of a word that stands several times is multiplied by.
    """

    kind: str
    words: frozenset[str]
    length: float
    often: Mapping[str, float]


def bag(kind: str, words: Iterable[str], often: str = "", length: float | None = None) -> Bag:
    """The vector of words; ``often``: those that stand more than once, each after its number, between blanks:
    ``3:insulin``; ``length``: where it is known already."""
    different, more = frozenset(words), multiples(often)
    if length is None:
        length = math.sqrt(product(kind, different, more, more))
    return Bag(kind, different, length, more)


def multiples(often: str) -> dict[str, float]:
    """What the numbers of such words are multiplied by: 1 + ln n.

    >>> multiples("3:insulin")
    {'insulin': 2.09861228866811}
    """
    found = {}
    for counted in often.split():
        n, _, word = counted.partition(":")
        found[word] = 1 + math.log(int(n))
    return found


def product(kind: str, words: Iterable[str], one: Mapping[str, float], two: Mapping[str, float]) -> float:
    """What these words add to the product of two vectors with these multiples. The sum is exact before it is rounded, so
    that the order of the words, which a set has none of, does not count."""
    squares, rest = squared(kind)
    if one or two:
        return math.fsum([squares.get(w, rest) * one.get(w, 1.0) * two.get(w, 1.0) for w in words])
    return math.fsum([squares.get(w, rest) for w in words])


def cosine(a: Bag, b: Bag) -> float:
    """Of two vectors of one kind."""
    if not (shared := a.words & b.words):
        return 0.0
    return product(a.kind, shared, a.often, b.often) / (a.length * b.length)
