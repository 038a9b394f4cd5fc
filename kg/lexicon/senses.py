"""One sense, one IRI: what is stated of one concept in several places, and which concepts mean the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from kg.model import Concept

SCHEME_PRIORITY = ("MESH", "MONDO", "DOID", "HP", "CL", "UBERON", "CHEBI", "GO")
"""Whose IRI a sense gets, best first; every other scheme comes after these, in alphabetical order."""

_PLACE = {scheme: place for place, scheme in enumerate(SCHEME_PRIORITY)}


def scheme_rank(curie: str) -> tuple[int, str]:
    """Sort key of a CURIE's scheme by :data:`SCHEME_PRIORITY`.

    >>> sorted(["X:1", "CL:1", "EFO:1", "MESH:D1"], key=scheme_rank)
    ['MESH:D1', 'CL:1', 'EFO:1', 'X:1']
    """
    prefix = curie.partition(":")[0]
    return _PLACE.get(prefix, len(_PLACE)), prefix


def joined(concepts: Iterable[Concept]) -> dict[str, Concept]:
    """One concept a CURIE, sorted. Statements about one CURIE from several files are joined: the alphabetically first
    label stays the label, the others become synonyms, as do all synonyms."""
    stated: dict[str, list[Concept]] = {}
    for concept in concepts:
        stated.setdefault(concept.id, []).append(concept)
    return {curie: _join(stated[curie]) for curie in sorted(stated)}


def _join(stated: list[Concept]) -> Concept:
    """One concept from all that is stated of it; a term that is alive anywhere is alive."""
    living = [c for c in stated if not c.obsolete] or stated
    if len(living) == 1:
        return replace(living[0], synonyms=tuple(dict.fromkeys(living[0].synonyms)))
    first = min(living, key=lambda c: (c.label, c.lang or ""))
    return Concept(
        id=first.id,
        label=first.label,
        synonyms=tuple(sorted({n for c in living for n in (c.label, *c.synonyms)} - {first.label})),
        category=min((c.category for c in living if c.category), default=None),
        broader=tuple(sorted({b for c in living for b in c.broader})),
        exact=tuple(sorted({e for c in living for e in c.exact})),
        scheme=min((c.scheme for c in living if c.scheme), default=None),
        obsolete=first.obsolete,
        replaced_by=min((c.replaced_by for c in living if c.replaced_by), default=None),
        lang=first.lang,
        narrow=tuple(sorted({n for c in living for n in c.narrow})),
        broad=tuple(sorted({n for c in living for n in c.broad})),
        related=tuple(sorted({n for c in living for n in c.related})),
        xrefs=tuple(sorted({x for c in living for x in c.xrefs})),
    )


def senses(concepts: dict[str, Concept]) -> dict[str, str]:
    """The concepts that hand their names on, and to which.

    Exact matches are symmetric and transitive, also through concepts that are not among them; obsolete concepts do not
    count. Two concepts of the best scheme of a group both keep their names: that scheme says that they differ. A
    cross-reference alone does not say that two terms mean the same; it is taken to say so where it is the only one
    between the two schemes on either side.
    """
    neighbours: dict[str, set[str]] = {}
    references = _only_references(concepts)
    for curie, concept in concepts.items():
        for other in () if concept.obsolete else (*concept.exact, *references.get(curie, ())):
            if other != curie and not (other in concepts and concepts[other].obsolete):
                neighbours.setdefault(curie, set()).add(other)
                neighbours.setdefault(other, set()).add(curie)
    found: dict[str, str] = {}
    seen: set[str] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        seen.add(start)
        group = [start]
        for curie in group:  # grows while it is walked
            new = neighbours[curie] - seen
            seen |= new
            group.extend(new)
        known = [curie for curie in group if curie in concepts]
        if not known:
            continue
        best = min(map(scheme_rank, known))
        heads = sorted(curie for curie in known if scheme_rank(curie) == best)
        for curie in known:
            if scheme_rank(curie) != best:
                found[curie] = min(neighbours[curie].intersection(heads), default=heads[0])
    return found


def _only_references(concepts: dict[str, Concept]) -> dict[str, list[str]]:
    """The cross-references between living concepts that are the only ones between their schemes on either side."""
    pairs = [
        (curie, other)
        for curie, concept in concepts.items()
        if not concept.obsolete
        for other in concept.xrefs
        if (known := concepts.get(other)) and not known.obsolete and _scheme(other) != _scheme(curie)
        if known.category == concept.category
    ]
    there = Counter((curie, _scheme(other)) for curie, other in pairs)
    back = Counter((other, _scheme(curie)) for curie, other in pairs)
    found: dict[str, list[str]] = {}
    for curie, other in pairs:
        if there[curie, _scheme(other)] == back[other, _scheme(curie)] == 1:
            found.setdefault(curie, []).append(other)
    return found


def _scheme(curie: str) -> str:
    return curie.partition(":")[0]
