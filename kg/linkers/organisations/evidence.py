"""What speaks for and against each candidate: the numbers that the scorer weighs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.linkers.organisations.candidates import Candidate, Place, Words, known_name
from kg.naming import words
from kg.ror import TYPES, Registry

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
_INSTITUTION_WORDS = frozenset("univ hosp coll inst cent academ polytech acad klinikum clinic sch fac lab dept".split())
_MAIN_WORDS = frozenset("univ hosp coll polytech acad klinikum inst".split())
_UNIT_WORDS = frozenset("dept fac sch lab cent inst division coll".split())


@dataclass(frozen=True, slots=True)
class _Known:
    """What a registry says of an organisation, as it is weighed."""

    country: str
    city: tuple[str, ...]
    region: tuple[str, ...]
    kinds: tuple[float, ...]
    inactive: float
    prominence: float
    parents: frozenset[int]
    children: frozenset[int]
    relatives: frozenset[int]


_KIND_BITS = [
    1 << TYPES.index(kind) for kind in ("education", "healthcare", "company", "government", "facility", "funder")
]


@lru_cache(maxsize=1 << 14)
def _place_words(name: str) -> tuple[str, ...]:
    return tuple(words(name))


@lru_cache(maxsize=1 << 14)
def _known(registry: Registry, organisation: int) -> _Known:
    kinds = int(registry.types[organisation])
    parents, children = frozenset(registry.parents(organisation)), frozenset(registry.children(organisation))
    return _Known(
        registry.country(organisation),
        _place_words(registry.city(organisation)),
        _place_words(registry.region(organisation)),
        tuple([1.0 if kinds & bit else 0.0 for bit in _KIND_BITS]),
        float(registry.state(organisation) != "active"),
        registry.prominence(organisation),
        parents,
        children,
        parents | children | frozenset(registry.related(organisation)),
    )


@lru_cache(maxsize=4)
def _main_words(registry: Registry) -> frozenset[int]:
    """:data:`_MAIN_WORDS` as numbers of the registry."""
    return frozenset(n for word in _MAIN_WORDS if (n := registry.word(word)) >= 0)


class _Printed:
    """What is told of the words of a string, whatever stands there: by position, and by segment (between commas)."""

    def __init__(self, registry: Registry, text: Words, explained: int) -> None:
        self.registry, self.text, self.main_words = registry, text, _main_words(registry)
        self.firsts: dict[int, int] = {}
        self.lasts: dict[int, int] = {}
        self.heavy: dict[int, float] = {}
        self.unexplained: dict[int, list[tuple[float, int]]] = {}
        self.at: dict[str, list[int]] = {}
        self.institutions = [0]
        """words of institutions before each position"""
        count = 0
        firsts, lasts, heavy = self.firsts, self.lasts, self.heavy
        for n, (form, segment, weight) in enumerate(zip(text.forms, text.segments, text.weights, strict=True)):
            if form in self.at:
                self.at[form].append(n)
            else:
                self.at[form] = [n]
            if segment not in firsts:
                firsts[segment] = n
                heavy[segment] = weight
            else:
                heavy[segment] += weight
            lasts[segment] = n
            if form in _INSTITUTION_WORDS:
                count += 1
            self.institutions.append(count)
            if not explained >> n & 1:
                self.unexplained.setdefault(segment, []).append((weight, n))
        self.all_as_printed = min(text.quality.values()) == 1.0

    def place(self, place: Place) -> list[float]:
        """A row of :data:`PLACE`."""
        text, registry, institutions = self.text, self.registry, self.institutions
        segments, links, weights, forms = text.segments, text.links, text.weights, text.forms
        found, positions, span = place.found, place.positions, place.span
        start, end = found[0], found[-1] + 1
        first, last = segments[start], segments[end - 1]
        if first == last:
            count, weight_of_segments = 1, self.heavy[first]
        else:
            within = sorted({segments[p] for p in found})
            count, weight_of_segments = len(within), sum([self.heavy[s] for s in within])
        left, right = self.firsts[first], self.lasts[last]
        rarest = missing_type = rarest_missing = 0.0
        worst = 1.0
        idf, quality = registry.weight_of_word, text.quality
        for word, position in zip(place.words, positions, strict=True):
            weight = idf(word)
            if position < 0:
                rarest_missing = max(rarest_missing, weight)
                if word in self.main_words:
                    missing_type = 1.0
            else:
                rarest = max(rarest, weight)
                if not self.all_as_printed:
                    worst = min(worst, quality[word])
        share = sum([weights[p] for p in found]) / weight_of_segments if weight_of_segments else 0.0
        is_first, is_last = start == left, end > right
        return [
            len(positions),
            len(found) / (end - start),
            float(found == positions or found == [p for p in positions if p >= 0]),
            count,
            round(share, 4),
            start - left,
            right + 1 - end,
            first,
            segments[-1] - last,
            len(text.printed[start]) if place.is_acronym else 0,
            worst,
            institutions[start] - institutions[left],
            institutions[right + 1] - institutions[end],
            len(forms),
            missing_type,
            float(forms[left] in _UNIT_WORDS),
            float(forms[start] in _MAIN_WORDS),
            links[start],
            -1 if is_last else links[end],
            -1 if is_first else _class(forms[start - 1]),
            -1 if is_last else _class(forms[end]),
            0.0 if is_first else weights[start - 1],
            0.0 if is_last else weights[end],
            rarest,
            rarest_missing,
            max([w for w, p in self.unexplained.get(first, ()) if not span >> p & 1], default=0.0),
        ]


def evidence(
    registry: Registry, text: Words, found: Sequence[Candidate], countries: frozenset[str]
) -> list[list[float]]:
    """A row of :data:`FEATURES` for each candidate of a string.

    Args:
        countries: the codes of the countries that the string names or implies.
    """
    if not found:
        return []
    known = [_known(registry, c.organisation) for c in found]
    spans = [c.place.span for c in found]
    # Words that are picked from all over a string are no name that stands in the way of another.
    wholes = [n for n, c in enumerate(found) if c.coverage >= 0.95 and c.place.together >= TOGETHER]
    explained = 0
    for m in wholes:
        explained |= spans[m]
    printed = _Printed(registry, text, explained)
    strengths = [c.coverage * c.weight for c in found]
    at = printed.at
    near = [
        (
            0.0 if not countries else 1.0 if k.country in countries else -1.0,
            _stands(k.city, at, span) if k.city and k.city[0] in at else 0.0,
            _stands(k.region, at, span) if k.region and k.region[0] in at else 0.0,
        )
        for k, span in zip(known, spans, strict=True)
    ]
    whole_here, universities, places_named = len(wholes), text.forms.count("univ"), len(countries)
    of_span: dict[int, list[int]] = {}
    for n, span in enumerate(spans):
        of_span.setdefault(span, []).append(n)
    ascending = sorted(strengths)
    likeliest = max([c.rank for c in found])
    placed: dict[int, list[float]] = {}
    rows = []
    for n, c in enumerate(found):
        span, mine, me = spans[n], strengths[n], known[n]
        children, parents = me.children, me.parents
        inside = inside_relative = holds = homonyms = nearer = farther = parent_of = child_of = siblings = 0
        holder_is_child = parent_here = child_here = stronger = 0
        overlap = known_of = 0.0
        alike = of_span[span]
        if len(alike) > 1:
            for m in alike:
                if m == n or found[m].coverage < c.coverage - 0.05:
                    continue
                if near[m] > near[n]:
                    nearer += 1
                elif near[m] < near[n]:
                    farther += 1
                else:
                    homonyms += 1
                    if known[m].prominence > known_of:
                        known_of = known[m].prominence
                parent_of += found[m].organisation in children
                child_of += found[m].organisation in parents
        for m in wholes:
            if m == n:
                continue
            if parents and not parents.isdisjoint(known[m].parents):
                siblings = 1
            theirs, them = spans[m], found[m].organisation
            common = span & theirs
            if not common:
                stronger += strengths[m] > mine
                if them in parents:
                    parent_here = 1
                if them in children:
                    child_here = 1
            elif theirs == span:
                continue
            elif common == span:
                inside = 1
                if them in children:
                    holder_is_child = 1
                if inside_relative < 2:
                    inside_relative = 2 if them in me.relatives else 1
            elif common == theirs:
                holds = 1
            elif strengths[m] > mine:
                overlap = max(overlap, common.bit_count() / span.bit_count())
        here = placed.get(id(c.place))
        if here is None:
            here = placed[id(c.place)] = printed.place(c.place)
        kind, weight_of_name, _ = known_name(registry, c.name)
        rows.append(
            [
                *here,
                c.coverage,
                c.weight,
                kind,
                *near[n],
                homonyms,
                nearer,
                farther,
                me.prominence - known_of if homonyms else 0.0,
                inside,
                inside_relative,
                holds,
                overlap,
                parent_here,
                child_here,
                *me.kinds,
                me.inactive,
                stronger,
                round(weight_of_name - c.weight, 3),
                parent_of,
                child_of,
                whole_here,
                universities,
                siblings,
                holder_is_child,
                len(found) - bisect_right(ascending, mine),
                c.agrees,
                c.crowd,
                round(c.rank / likeliest, 4),
                me.prominence,
                len(children),
                len(parents),
                places_named,
            ]
        )
    return rows


_CLASSES = {
    **dict.fromkeys("univ polytech".split(), 1),
    **dict.fromkeys("hosp klinikum clinic health".split(), 2),
    **dict.fromkeys("coll sch fac".split(), 3),
    **dict.fromkeys("inst cent lab acad observ museum".split(), 4),
    **dict.fromkeys("med sci res tech eng".split(), 5),
    **dict.fromkeys("dept division unit section".split(), 6),
}


def _class(word: str) -> int:
    """What a word beside a name says of it."""
    return _CLASSES.get(word, 8 if word.isdigit() else 7)


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


def context(registry: Registry, found: Sequence[Candidate], first: Sequence[float]) -> list[list[float]]:
    """A row of :data:`CONTEXT` for each candidate of a string, from the first scores of all of them."""
    rows = []
    spans = [c.place.span for c in found]
    starts = [c.place.found[0] for c in found]
    total = sum(first)
    for n, c in enumerate(found):
        same = overlapping = before = after = above = below = 0.0
        span, start, me = spans[n], starts[n], _known(registry, c.organisation)
        for m, score in enumerate(first):
            if m == n:
                continue
            theirs = spans[m]
            if theirs == span:
                if score > same:
                    same = score
            elif theirs & span:
                if score > overlapping:
                    overlapping = score
            elif starts[m] < start:
                if score > before:
                    before = score
            elif score > after:
                after = score
        if me.parents or me.children:
            for m, other in enumerate(found):
                if m != n and other.organisation in me.parents:
                    above = max(above, first[m])
                elif m != n and other.organisation in me.children:
                    below = max(below, first[m])
        rows.append([first[n], same, overlapping, max(before, after), before, after, above, below, total - first[n]])
    return rows
