"""What speaks for and against each candidate: the numbers that the scorer weighs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.linkers.organisations.candidates import Candidate, Words, known_name
from kg.naming import words
from kg.ror import Registry

FEATURES = (
    "coverage",
    "weight",
    "words",
    "tightness",
    "in_order",
    "segments",
    "segment_share",
    "before",
    "after",
    "depth",
    "depth_from_end",
    "kind",
    "acronym_length",
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
    "quality",
    "institution_words_before",
    "institution_words_after",
    "string_words",
    "stronger_elsewhere",
    "rest_weight",
    "missing_type",
    "unit_start",
    "main_start",
    "link_before",
    "link_after",
    "word_before",
    "word_after",
    "parent_of_homonym",
    "child_of_homonym",
    "whole_here",
    "universities_here",
    "shares_parent",
    "holder_is_child",
    "rank",
)
TOGETHER = 0.7
"""of the words between the first and the last of a name so many must be its own"""
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


_KINDS = ("education", "healthcare", "company", "government", "facility", "funder")


@lru_cache(maxsize=1 << 14)
def _known(registry: Registry, organisation: int) -> _Known:
    kinds = registry.kinds(organisation)
    parents, children = frozenset(registry.parents(organisation)), frozenset(registry.children(organisation))
    return _Known(
        registry.country(organisation),
        tuple(words(registry.city(organisation))),
        tuple(words(registry.region(organisation))),
        tuple(float(kind in kinds) for kind in _KINDS),
        float(registry.state(organisation) != "active"),
        registry.prominence(organisation),
        parents,
        children,
        parents | children | frozenset(registry.related(organisation)),
    )


def mask(positions: Iterable[int]) -> int:
    """Positions as the bits of a number: sets of them are compared at once."""
    found = 0
    for position in positions:
        found |= 1 << position
    return found


def evidence(
    registry: Registry, text: Words, found: Sequence[Candidate], countries: frozenset[str]
) -> list[list[float]]:
    """A row of :data:`FEATURES` for each candidate of a string.

    Args:
        countries: the codes of the countries that the string names or implies.
    """
    if not found:
        return []
    forms, links, segments_of, weights = text.forms, text.links, text.segments, text.weights
    total, last_segment, universities = len(forms), segments_of[-1], forms.count("univ")
    known = [_known(registry, c.organisation) for c in found]
    spans = [mask(c.found) for c in found]
    # Words that are picked from all over a string are no name that stands in the way of another.
    whole = [c.coverage >= 0.95 and len(c.found) >= TOGETHER * (c.found[-1] + 1 - c.found[0]) for c in found]
    strengths = [c.coverage * c.weight for c in found]
    at: dict[str, list[int]] = {}
    firsts: dict[int, int] = {}
    lasts: dict[int, int] = {}
    heavy: dict[int, float] = {}
    institutions = [0]
    """words of institutions before each position"""
    for n, form in enumerate(forms):
        at.setdefault(form, []).append(n)
        segment = segments_of[n]
        firsts.setdefault(segment, n)
        lasts[segment] = n
        heavy[segment] = heavy.get(segment, 0.0) + weights[n]
        institutions.append(institutions[n] + (form in _INSTITUTION_WORDS))
    agree = [0.0 if not countries else 1.0 if k.country in countries else -1.0 for k in known]
    near = [
        (
            agree[n],
            _stands(k.city, at, spans[n]) if k.city else 0.0,
            _stands(k.region, at, spans[n]) if k.region else 0.0,
        )
        for n, k in enumerate(known)
    ]
    wholes = [n for n, is_whole in enumerate(whole) if is_whole]
    whole_here = len(wholes)
    of_span: dict[int, list[int]] = {}
    for n, span in enumerate(spans):
        of_span.setdefault(span, []).append(n)
    ascending = sorted(strengths)
    quality = text.quality
    all_printed = min(quality.values()) == 1.0
    rows = []
    for n, c in enumerate(found):
        span, mine, me = spans[n], strengths[n], known[n]
        positions, children, parents = c.found, me.children, me.parents
        start, end = positions[0], positions[-1] + 1
        inside = inside_relative = holds = homonyms = nearer = farther = parent_of = child_of = siblings = 0
        holder_is_child = parent_here = child_here = stronger = 0
        overlap = known_of = 0.0
        for m in of_span[span]:
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
        first_segment, final_segment = segments_of[start], segments_of[end - 1]
        if first_segment == final_segment:
            segments, weight_of_segments = 1, heavy[first_segment]
        else:
            within = sorted({segments_of[p] for p in positions})
            segments, weight_of_segments = len(within), sum([heavy[s] for s in within])
        left, right = firsts[first_segment], lasts[final_segment]
        kind, weight_of_name, numbers = known_name(registry, c.name)
        there = [p for p in c.positions if p >= 0]
        missing_type = 0.0
        if len(there) < len(numbers):
            missing = (registry.spelling(w) for w, p in zip(numbers, c.positions, strict=True) if p < 0)
            missing_type = float(any(w in _MAIN_WORDS for w in missing))
        worst = 1.0 if all_printed else min([quality[w] for w, p in zip(numbers, c.positions, strict=True) if p >= 0])
        rows.append(
            [
                c.coverage,
                c.weight,
                len(numbers),
                len(positions) / (end - start),
                float(there == positions),
                segments,
                sum([weights[p] for p in positions]) / weight_of_segments if weight_of_segments else 0.0,
                start - left,
                right + 1 - end,
                first_segment,
                last_segment - final_segment,
                float(kind),
                len(text.printed[start]) if kind == 3 else 0,
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
                worst,
                institutions[start] - institutions[left],
                institutions[right + 1] - institutions[end],
                total,
                stronger,
                weight_of_name - c.weight,
                missing_type,
                float(forms[left] in _UNIT_WORDS),
                float(forms[start] in _MAIN_WORDS),
                links[start],
                links[end] if end <= right else -1,
                _class(forms[start - 1]) if start > left else -1,
                _class(forms[end]) if end <= right else -1,
                parent_of,
                child_of,
                whole_here,
                universities,
                siblings,
                holder_is_child,
                len(found) - bisect_right(ascending, mine),
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
    if not wanted or wanted[0] not in at:
        return 0.0
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
    spans = [mask(c.found) for c in found]
    starts = [c.start for c in found]
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
