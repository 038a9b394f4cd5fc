"""What speaks for and against each candidate: the numbers that the scorer weighs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kg.linkers.organisations.candidates import Candidate, Words
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
    "prominence",
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
_INSTITUTION_WORDS = frozenset("univ hosp coll inst cent academ polytech acad klinikum clinic sch fac lab dept".split())
_MAIN_WORDS = frozenset("univ hosp coll polytech acad klinikum inst".split())


@lru_cache(maxsize=1 << 14)
def _place_words(name: str) -> tuple[str, ...]:
    return tuple(words(name))


def evidence(
    registry: Registry, text: Words, found: Sequence[Candidate], countries: frozenset[str]
) -> list[list[float]]:
    """A row of :data:`FEATURES` for each candidate of a string.

    Args:
        countries: the codes of the countries that the string names or implies.
    """
    total = len(text.forms)
    last_segment = text.segments[-1] if total else 0
    spans = [frozenset(c.found) for c in found]
    whole = [c.coverage >= 0.95 for c in found]
    agree = [_agreement(registry, c.organisation, countries) for c in found]
    here = {c.organisation: n for n, c in enumerate(found)}
    at: dict[str, list[int]] = {}
    for n, form in enumerate(text.forms):
        at.setdefault(form, []).append(n)
    cities = [_stands(registry.city(c.organisation), at, spans[n]) for n, c in enumerate(found)]
    regions = [_stands(registry.region(c.organisation), at, spans[n]) for n, c in enumerate(found)]
    borders: dict[int, list[int]] = {}
    for n, segment in enumerate(text.segments):
        borders.setdefault(segment, []).append(n)
    rows = []
    whole_here = sum(whole)
    universities = text.forms.count("univ")
    families = [(set(registry.parents(c.organisation)), set(registry.children(c.organisation))) for c in found]
    order = sorted(range(len(found)), key=lambda n: -found[n].coverage * found[n].weight)
    ranks = {n: rank for rank, n in enumerate(order)}
    strengths = [c.coverage * c.weight for c in found]
    for n, c in enumerate(found):
        span = spans[n]
        organisation = c.organisation
        segments = sorted({text.segments[p] for p in c.found})
        left, right = borders[segments[0]][0], borders[segments[-1]][-1]
        inside = inside_relative = holds = homonyms = nearer = parent_of = child_of = siblings = holder_is_child = 0
        my_parents, my_children = families[n]
        overlap = 0.0
        relatives = (
            set(registry.parents(organisation))
            | set(registry.children(organisation))
            | set(registry.related(organisation))
        )
        for m, other in enumerate(found):
            if m == n:
                continue
            theirs = spans[m]
            if theirs == span:
                if other.coverage >= c.coverage - 0.05:
                    homonyms += 1
                    parent_of += other.organisation in my_children
                    child_of += other.organisation in my_parents
                    if (agree[m], cities[m], regions[m]) > (agree[n], cities[n], regions[n]):
                        nearer += 1
            elif whole[m] or other.coverage >= c.coverage:
                if span < theirs:
                    inside = 1
                    holder_is_child = max(holder_is_child, int(other.organisation in my_children))
                    inside_relative = max(inside_relative, 2 if other.organisation in relatives else 1)
                elif not span.isdisjoint(theirs) and not theirs < span and strengths[m] > strengths[n]:
                    overlap = max(overlap, len(span & theirs) / len(span))
            if whole[m] and my_parents & families[m][0]:
                siblings = 1
            if theirs < span and whole[m]:
                holds = 1
        mine = strengths[n]
        weight_of_segments = sum(text.weights[p] for s in segments for p in borders[s])
        matched = sum(text.weights[p] for p in c.found)
        before_words = text.forms[left : c.start]
        after_words = text.forms[c.end : right + 1]
        kinds = registry.kinds(organisation)
        parents, children = registry.parents(organisation), registry.children(organisation)
        numbers = _numbers(registry, c.name)
        missing = [registry.spelling(w) for w, p in zip(numbers, c.positions, strict=True) if p < 0]
        printed = text.printed[c.start]
        rows.append(
            [
                c.coverage,
                c.weight,
                len(c.positions),
                len(c.found) / (c.end - c.start),
                float(_is_sorted(c.positions)),
                len(segments),
                matched / weight_of_segments if weight_of_segments else 0.0,
                len(before_words),
                len(after_words),
                segments[0],
                last_segment - segments[-1],
                float(registry.name_kind[c.name]),
                len(printed) if registry.name_kind[c.name] == 3 else 0,
                agree[n],
                cities[n],
                regions[n],
                homonyms,
                nearer,
                inside,
                inside_relative,
                holds,
                overlap,
                float(
                    any(
                        p in here and whole[here[p]] and here[p] != n and spans[here[p]].isdisjoint(span)
                        for p in parents
                    )
                ),
                float(any(p in here and whole[here[p]] and spans[here[p]].isdisjoint(span) for p in children)),
                float("education" in kinds),
                float("healthcare" in kinds),
                float("company" in kinds),
                float("government" in kinds),
                float("facility" in kinds),
                float("funder" in kinds),
                float(registry.state(organisation) != "active"),
                min(
                    (text.quality[w] for w, p in zip(numbers, c.positions, strict=True) if p >= 0),
                    default=0.0,
                ),
                sum(w in _INSTITUTION_WORDS for w in before_words),
                sum(w in _INSTITUTION_WORDS for w in after_words),
                total,
                sum(1 for m, s in enumerate(strengths) if s > mine and whole[m] and spans[m].isdisjoint(span)),
                registry.prominence(organisation),
                float(registry.weights[c.name]) - c.weight,
                float(any(w in _MAIN_WORDS for w in missing)),
                float(text.forms[left] in ("dept", "fac", "sch", "lab", "cent", "inst", "division", "coll")),
                float(text.forms[c.start] in _MAIN_WORDS),
                text.links[c.start],
                text.links[c.end] if c.end <= right else -1,
                _class(before_words[-1]) if before_words else -1,
                _class(after_words[0]) if after_words else -1,
                parent_of,
                child_of,
                whole_here,
                universities,
                siblings,
                holder_is_child,
                ranks[n],
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


def _numbers(registry: Registry, name: int) -> list[int]:
    start, end = registry.name_words_at[name], registry.name_words_at[name + 1]
    found: list[int] = registry.name_words[start:end].tolist()
    return found


def _agreement(registry: Registry, organisation: int, countries: frozenset[str]) -> float:
    """1 the string names its country, -1 only others, 0 none."""
    if not countries:
        return 0.0
    return 1.0 if registry.country(organisation) in countries else -1.0


def _stands(place: str, at: dict[str, list[int]], span: frozenset[int]) -> float:
    """Whether the name of a place stands in the string: 1 outside of the name of the organisation, 0.5 within it."""
    wanted = _place_words(place) if place else ()
    if not wanted or wanted[0] not in at:
        return 0.0
    best = 0.0
    for start in at[wanted[0]]:
        if all(start + n in at.get(w, ()) for n, w in enumerate(wanted)):
            best = max(best, 0.5 if start in span else 1.0)
    return best


def _is_sorted(positions: Sequence[int]) -> bool:
    there = [p for p in positions if p >= 0]
    return there == sorted(there)
