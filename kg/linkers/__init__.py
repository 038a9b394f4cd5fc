"""The same work, person, journal, across records. Everything here goes into ``graph/resolution``, which can be dropped
and made anew from the documents; the documents themselves are never rewritten.

:func:`facts` reads from the triples of one document what the linkers need to know of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.terms import Triple, value
from kg.vocab import DCTERMS, FABIO, FOAF, PRISM, RDF, SCHEMA, SCORO


@dataclass(slots=True)
class Person:
    """An author as printed: ``#person-n`` of the document, position ``n``."""

    term: str
    position: int
    name: str = ""
    orcid: str | None = None
    is_group: bool = False


@dataclass(slots=True)
class Pointer:
    """A reference or notice: the identifiers that it states and, for a notice, the CiTO property that it means."""

    term: str
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    relation: str | None = None


@dataclass(slots=True)
class Facts:
    """What the linkers and the analysis need to know of one document."""

    article: str
    keys: tuple[str, ...]
    persons: list[Person] = field(default_factory=list)
    pointers: list[Pointer] = field(default_factory=list)
    concepts: list[str] = field(default_factory=list)


_POINTING = {
    PRISM.doi: "doi",
    FABIO.hasPubMedId: "pmid",
    FABIO.hasPubMedCentralId: "pmcid",
    DCTERMS.type: "relation",
}


def facts(article: str, keys: Iterable[str], triples: Iterable[Triple]) -> Facts:
    """Read the facts of a document from its own triples (those of its named graph)."""
    found = Facts(article, tuple(keys))
    persons: dict[str, Person] = {}
    pointers: dict[str, Pointer] = {}
    concepts: dict[str, None] = {}
    person_stem, reference_stem, related_stem = (f"{article[:-1]}#{kind}-" for kind in ("person", "ref", "related"))
    for subject, predicate, term in triples:
        if subject == article:
            if predicate in (DCTERMS.subject, SCHEMA.mentions):
                concepts[term] = None
        elif subject.startswith(person_stem):
            person = persons.get(subject)
            if person is None:
                person = persons[subject] = Person(subject, int(subject[len(person_stem) : -1]))
            if predicate == FOAF.name:
                person.name = value(term)
            elif predicate == SCORO.hasORCID:
                person.orcid = value(term)
            elif predicate == RDF.type:
                person.is_group = term == FOAF.Group
        elif predicate in _POINTING and subject.startswith((reference_stem, related_stem)):
            pointer = pointers.setdefault(subject, Pointer(subject))
            setattr(pointer, _POINTING[predicate], term if predicate == DCTERMS.type else value(term))
    found.persons = sorted(persons.values(), key=lambda p: p.position)
    found.pointers = [pointers[term] for term in sorted(pointers)]
    found.concepts = sorted(concepts)
    return found
