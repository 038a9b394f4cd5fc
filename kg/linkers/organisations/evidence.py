"""What speaks for and against each candidate: the numbers that the scorer weighs."""

from __future__ import annotations

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
    for n, form in enumerate(forms):
        at.setdefault(form, []).append(n)
        segment = segments_of[n]
        firsts.setdefault(segment, n)
        lasts[segment] = n
        heavy[segment] = heavy.get(segment, 0.0) + weights[n]
    agree = [0.0 if not countries else 1.0 if k.country in countries else -1.0 for k in known]
    cities = [_stands(k.city, at, spans[n]) for n, k in enumerate(known)]
    near = [(agree[n], cities[n], _stands(k.region, at, spans[n])) for n, k in enumerate(known)]
    whole_here = sum(whole)
    rows = []
    for n, c in enumerate(found):
        span, mine, me = spans[n], strengths[n], known[n]
        start, end = c.found[0], c.found[-1] + 1
        inside = inside_relative = holds = homonyms = nearer = farther = parent_of = child_of = siblings = 0
        holder_is_child = parent_here = child_here = rank = stronger = 0
        overlap = known_of = 0.0
        for m, other in enumerate(found):
            if m == n:
                continue
            theirs, is_whole, them = spans[m], whole[m], other.organisation
            common = span & theirs
            rank += strengths[m] > mine
            if not common and not is_whole:
                continue
            if theirs == span:
                if other.coverage >= c.coverage - 0.05:
                    if near[m] > near[n]:
                        nearer += 1
                    elif near[m] < near[n]:
                        farther += 1
                    else:
                        homonyms += 1
                        known_of = max(known_of, known[m].prominence)
                    parent_of += them in me.children
                    child_of += them in me.parents
            elif common and is_whole:
                if common == span:
                    inside = 1
                    if them in me.children:
                        holder_is_child = 1
                    inside_relative = max(inside_relative, 2 if them in me.relatives else 1)
                elif common != theirs and strengths[m] > mine:
                    overlap = max(overlap, common.bit_count() / span.bit_count())
            if is_whole:
                if me.parents and not me.parents.isdisjoint(known[m].parents):
                    siblings = 1
                if common == theirs and theirs != span:
                    holds = 1
                if not common:
                    stronger += strengths[m] > mine
                    if them in me.parents:
                        parent_here = 1
                    if them in me.children:
                        child_here = 1
        segments = sorted({segments_of[p] for p in c.found})
        left, right = firsts[segments[0]], lasts[segments[-1]]
        weight_of_segments = sum([heavy[s] for s in segments])
        before_words, after_words = forms[left:start], forms[end : right + 1]
        kind, weight_of_name, numbers = known_name(registry, c.name)
        there = [p for p in c.positions if p >= 0]
        missing_type = 0.0
        if len(there) < len(numbers):
            missing = (registry.spelling(w) for w, p in zip(numbers, c.positions, strict=True) if p < 0)
            missing_type = float(any(w in _MAIN_WORDS for w in missing))
        quality = text.quality
        rows.append(
            [
                c.coverage,
                c.weight,
                len(numbers),
                len(c.found) / (end - start),
                float(there == c.found),
                len(segments),
                sum([weights[p] for p in c.found]) / weight_of_segments if weight_of_segments else 0.0,
                len(before_words),
                len(after_words),
                segments[0],
                last_segment - segments[-1],
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
                min([quality[w] for w, p in zip(numbers, c.positions, strict=True) if p >= 0]),
                sum([w in _INSTITUTION_WORDS for w in before_words]),
                sum([w in _INSTITUTION_WORDS for w in after_words]),
                total,
                stronger,
                weight_of_name - c.weight,
                missing_type,
                float(forms[left] in _UNIT_WORDS),
                float(forms[start] in _MAIN_WORDS),
                links[start],
                links[end] if end <= right else -1,
                _class(before_words[-1]) if before_words else -1,
                _class(after_words[0]) if after_words else -1,
                parent_of,
                child_of,
                whole_here,
                universities,
                siblings,
                holder_is_child,
                rank,
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
    known = [_known(registry, c.organisation) for c in found]
    total = sum(first)
    for n, c in enumerate(found):
        same = overlapping = before = after = above = below = 0.0
        span, parents, children = spans[n], known[n].parents, known[n].children
        for m, other in enumerate(found):
            if m == n:
                continue
            score = first[m]
            if spans[m] == span:
                same = max(same, score)
            elif spans[m] & span:
                overlapping = max(overlapping, score)
            elif other.start < c.start:
                before = max(before, score)
            else:
                after = max(after, score)
            if other.organisation in parents:
                above = max(above, score)
            elif other.organisation in children:
                below = max(below, score)
        rows.append([first[n], same, overlapping, max(before, after), before, after, above, below, total - first[n]])
    return rows
