"""What speaks for and against each candidate: the numbers that the scorer weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.garbage import remembered
from kg.linkers.organisations.candidates import Candidate, Words, is_elsewhere
from kg.linkers.organisations.printed import PLACE, around
from kg.naming import words
from kg.ror import TYPES, Registry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]
    Matrix = NDArray[np.float32]

FEATURES = (
    *PLACE,
    "coverage",
    "weight",
    "kind",
    "country",
    "city",
    "region",
    "homonyms",
    "homonyms_nearer",
    "homonyms_farther",
    "homonyms_known",
    "inside",
    "inside_relative",
    "holds",
    "overlap",
    "parent_here",
    "child_here",
    "education",
    "healthcare",
    "company",
    "government",
    "facility",
    "funder",
    "inactive",
    "stronger_elsewhere",
    "rest_weight",
    "parent_of_homonym",
    "child_of_homonym",
    "whole_here",
    "universities_here",
    "shares_parent",
    "holder_is_child",
    "rank",
    "agrees",
    "crowd",
    "likely_share",
    "prominence",
    "parts",
    "is_part",
    "countries",
)
TOGETHER = 0.7**0.5
"""of the words between the first and the last of a name seven in ten must be its own"""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a registry says of an organisation."""

    city: tuple[str, ...]
    region: tuple[str, ...]
    parents: frozenset[int]
    children: frozenset[int]
    relatives: frozenset[int]


_KINDS = tuple(
    (kind, 1 << TYPES.index(kind))
    for kind in ("education", "healthcare", "company", "government", "facility", "funder")
)


@remembered(1 << 14)
def _place_words(name: str) -> tuple[str, ...]:
    return tuple(words(name))


@remembered(1 << 14)
def _known(registry: Registry, organisation: int) -> _Known:
    parents, children = frozenset(registry.parents(organisation)), frozenset(registry.children(organisation))
    return _Known(
        _place_words(registry.city(organisation)),
        _place_words(registry.region(organisation)),
        parents,
        children,
        parents | children | frozenset(registry.related(organisation)),
    )


class Pairs:
    """The candidates of some strings, each beside the others of its string.

    A column has a value for each candidate, those of one string after those of another; a table a row for each string, with
    a value for each of its candidates; a cube a table for each of the others, of what that one is to each candidate.
    """

    def __init__(self, registry: Registry, found: Sequence[Sequence[Candidate]]) -> None:
        self.found = found
        self.every = every = [c for of_one in found for c in of_one]
        self.known = [_known(registry, c.organisation) for c in every]
        sizes = np.array([len(of_one) for of_one in found], dtype=np.intp)
        slots = np.arange(max(map(len, found), default=0) or 1)
        is_there = slots < sizes[:, np.newaxis]
        self._at = is_there.nonzero()
        self.texts = self._at[0]
        """the number of the string of each candidate"""
        self.others = self.theirs(is_there) & is_there & (slots[:, np.newaxis, np.newaxis] != slots)
        spans = [c.place.span for c in every]
        # Of a long string the bits are too many for a number of the machine.
        self.spans = self.table(spans, object if max(spans, default=0) >> 62 else np.int64)
        self.starts = self.table([c.place.found[0] for c in every], np.int64)
        self.common = self.theirs(self.spans) & self.spans
        self.is_alike = self.others & (self.theirs(self.spans) == self.spans)
        self.is_apart = self.others & (self.common == 0)
        self.is_touching = self.others & ~self.is_apart & ~self.is_alike
        self._family()

    def _family(self) -> None:
        """Which of the others is a parent, a child, or any relative of each, or has a parent with it in common."""
        family = self.is_parent, self.is_child, self.is_relative, self.is_sibling = [
            np.zeros_like(self.others) for _ in range(4)
        ]
        known = iter(self.known)
        for text, of_one in enumerate(self.found):
            together = list(islice(known, len(of_one)))
            for one, me in enumerate(together):
                if not me.relatives:
                    continue
                for other, (candidate, them) in enumerate(zip(of_one, together, strict=True)):
                    organisation = candidate.organisation
                    if organisation in me.relatives:
                        self.is_relative[other, text, one] = True
                        self.is_parent[other, text, one] = organisation in me.parents
                        self.is_child[other, text, one] = organisation in me.children
                    if not me.parents.isdisjoint(them.parents):
                        self.is_sibling[other, text, one] = True
        for cube in family:
            cube &= self.others

    def table(self, column: Sequence[Any] | Numbers, kind: Any = np.float64) -> Numbers:
        """A column as a table; zeros where a string has fewer candidates than another."""
        table = np.zeros(self.others.shape[1:], dtype=kind)
        table[self._at] = column
        return table

    @staticmethod
    def theirs(table: Numbers) -> Numbers:
        """A table so that it is compared with itself as a cube: the values of the others."""
        return np.ascontiguousarray(table.T)[:, :, np.newaxis]

    def some(self, cube: Numbers) -> Numbers:
        """Whether it is true of any of the others."""
        return self.column(np.logical_or.reduce(cube, axis=0))

    def count(self, cube: Numbers) -> Numbers:
        """Of how many of the others it is true."""
        return self.column(cube.sum(axis=0))

    def most(self, cube: Numbers, table: Numbers) -> Numbers:
        """The largest value of those others of which it is true, at least 0."""
        return self.column(np.where(cube, self.theirs(table), 0).max(axis=0))

    def column(self, table: Numbers) -> Numbers:
        """A table as a column."""
        found: Numbers = table[self._at]
        return found


def evidence(registry: Registry, texts: Sequence[Words], pairs: Pairs, countries: Sequence[frozenset[str]]) -> Matrix:
    """A row of :data:`FEATURES` for each candidate of some strings.

    Args:
        countries: for each string the codes of the countries that it names or implies.
    """
    # Words that are picked from all over a string are no name that stands in the way of another.
    is_whole = np.array([c.coverage >= 0.95 and c.place.together >= TOGETHER for c in pairs.every], dtype=bool)
    columns = _own(registry, texts, pairs, countries)
    columns |= _beside(pairs, columns, is_whole)
    rows = np.empty((len(FEATURES), len(pairs.every)), dtype=np.float32)
    rows[: len(PLACE)] = around(registry, texts, [c.place for c in pairs.every], pairs.texts, is_whole)
    for n, name in enumerate(FEATURES[len(PLACE) :], len(PLACE)):
        rows[n] = columns[name]
    return rows.T


def _own(
    registry: Registry, texts: Sequence[Words], pairs: Pairs, countries: Sequence[frozenset[str]]
) -> dict[str, Numbers]:
    """The features that tell of a candidate whatever the others are."""
    every = pairs.every
    organisations = np.array([c.organisation for c in every], dtype=np.intp)
    kinds = registry.types.take(organisations)
    city, region = _named(texts, pairs)
    is_abroad = is_elsewhere(registry.country_numbers.take(organisations), pairs.texts, countries)
    named = np.array([len(codes) for codes in countries], dtype=np.intp)[pairs.texts]
    names, weight = np.array([c.name for c in every], dtype=np.intp), np.array([c.weight for c in every])
    return {
        "coverage": np.array([c.coverage for c in every]),
        "weight": weight,
        "kind": registry.name_kind.take(names),
        "country": np.where(is_abroad, -1.0, named > 0),
        "city": city,
        "region": region,
        **{kind: kinds & bit != 0 for kind, bit in _KINDS},
        "inactive": registry.status.take(organisations) != 0,
        "rest_weight": (registry.weights.take(names) - weight).round(3),
        "universities_here": np.array([text.forms.count("univ") for text in texts], dtype=np.intp)[pairs.texts],
        "agrees": np.array([c.agrees for c in every]),
        "crowd": np.array([c.crowd for c in every]),
        "prominence": registry.prominences.take(organisations),
        "parts": np.array([len(me.children) for me in pairs.known]),
        "is_part": np.array([len(me.parents) for me in pairs.known]),
        "countries": named,
    }


def _beside(pairs: Pairs, own: Mapping[str, Numbers], is_whole: Numbers) -> dict[str, Numbers]:
    """The features that tell of a candidate beside the others of its string."""
    some, count, theirs = pairs.some, pairs.count, pairs.theirs
    wholes = pairs.table(is_whole, bool)
    whole = pairs.others & theirs(wholes)
    strength = pairs.table(own["coverage"] * own["weight"])
    is_stronger = pairs.others & (theirs(strength) > strength)
    # Of two that the same words name: for which does the string say more? The country counts first, then city and region.
    near = pairs.table(16 * own["country"] + 4 * own["city"] + own["region"])
    coverage, prominence = pairs.table(own["coverage"]), pairs.table(own["prominence"])
    homonyms = pairs.is_alike & (theirs(coverage) >= coverage - 0.05)
    is_equal = homonyms & (theirs(near) == near)
    equals = count(is_equal)
    apart, touching = whole & pairs.is_apart, whole & pairs.is_touching
    holders = touching & (pairs.common == pairs.spans)
    held = touching & (pairs.common == theirs(pairs.spans))
    rank = np.array([c.rank for c in pairs.every])
    return {
        "homonyms": equals,
        "homonyms_nearer": count(homonyms & (theirs(near) > near)),
        "homonyms_farther": count(homonyms & (theirs(near) < near)),
        "homonyms_known": np.where(equals, own["prominence"] - pairs.most(is_equal, prominence), 0.0),
        "inside": some(holders),
        "inside_relative": np.maximum(some(holders), 2 * some(holders & pairs.is_relative)),
        "holds": some(held),
        "overlap": _overlaps(pairs, touching & ~holders & ~held & is_stronger),
        "parent_here": some(apart & pairs.is_parent),
        "child_here": some(apart & pairs.is_child),
        "stronger_elsewhere": count(apart & is_stronger),
        "parent_of_homonym": count(homonyms & pairs.is_child),
        "child_of_homonym": count(homonyms & pairs.is_parent),
        "whole_here": wholes.sum(axis=1)[pairs.texts],
        "shares_parent": some(whole & pairs.is_sibling),
        "holder_is_child": some(holders & pairs.is_child),
        "rank": count(is_stronger),
        "likely_share": (rank / pairs.table(rank).max(axis=1)[pairs.texts]).round(4),
    }


def _named(texts: Sequence[Words], pairs: Pairs) -> tuple[Numbers, Numbers]:
    """For each candidate how far its city and its region are named."""
    cities: list[float] = []
    regions: list[float] = []
    about = zip(pairs.every, pairs.known, strict=True)
    for text, of_one in zip(texts, pairs.found, strict=True):
        at: dict[str, list[int]] = {}
        for n, form in enumerate(text.forms):
            at.setdefault(form, []).append(n)
        for c, me in islice(about, len(of_one)):
            cities.append(_stands(me.city, at, c.place.span) if me.city and me.city[0] in at else 0.0)
            regions.append(_stands(me.region, at, c.place.span) if me.region and me.region[0] in at else 0.0)
    return np.array(cities), np.array(regions)


def _overlaps(pairs: Pairs, overlapping: Numbers) -> Numbers:
    """The largest share of the words of each that one of the others has, of those for which it is true."""
    shares = np.zeros(overlapping.shape[1:])
    for other, text, one in zip(*(axis.tolist() for axis in overlapping.nonzero()), strict=True):
        span = int(pairs.spans[text, one])
        share = int(pairs.common[other, text, one]).bit_count() / span.bit_count()
        shares[text, one] = max(shares[text, one], share)
    return pairs.column(shares)


def _stands(wanted: tuple[str, ...], at: dict[str, list[int]], span: int) -> float:
    """Whether the name of a place stands in the string: 1 outside of the name of the organisation, 0.5 within it."""
    best = 0.0
    for start in at[wanted[0]]:
        if all(start + n in at.get(w, ()) for n, w in enumerate(wanted)):
            best = max(best, 0.5 if span >> start & 1 else 1.0)
    return best


CONTEXT = (
    "own",
    "of_same_place",
    "of_overlapping",
    "of_others",
    "of_others_before",
    "of_others_after",
    "of_parents",
    "of_children",
    "of_all",
)
"""what the first scores of the other candidates say of one"""


def context(pairs: Pairs, first: Sequence[float]) -> Matrix:
    """A row of :data:`CONTEXT` for each candidate of some strings, from the first scores of all of them."""
    scores = pairs.table(first)
    is_before = pairs.theirs(pairs.starts) < pairs.starts
    before = pairs.most(pairs.is_apart & is_before, scores)
    after = pairs.most(pairs.is_apart & ~is_before, scores)
    columns = (
        first,
        pairs.most(pairs.is_alike, scores),
        pairs.most(pairs.is_touching, scores),
        np.maximum(before, after),
        before,
        after,
        pairs.most(pairs.is_parent, scores),
        pairs.most(pairs.is_child & ~pairs.is_parent, scores),
        # One after the other: a sum depends on its order.
        pairs.column(scores.cumsum(axis=1)[:, -1:] - scores),
    )
    return np.array(columns, dtype=np.float32).T
