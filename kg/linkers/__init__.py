"""The same work, person, journal, across records. Which records are one document, and what it then says, is decided by
:mod:`.records` and :mod:`.merging`; all else here goes into ``graph/resolution``, which can be dropped and made anew from the
documents.

:func:`facts` reads from the quads of one document what the linkers need to know of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from kg.terms import Nodes, value
from kg.vocab import DCTERMS, FABIO, FOAF, PRISM, RDF, SCHEMA, SCORO


class Person(Struct, gc=False, array_like=True):
    """An author as printed: ``#person-n`` of the document, position ``n``."""

    term: str
    position: int
    name: str = ""
    orcid: str | None = None
    is_group: bool = False


class Pointer(Struct, gc=False, array_like=True):
    """A reference or notice: the identifiers that it states and, for a notice, the CiTO property that it means."""

    term: str
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    relation: str | None = None


class Origin(Struct, frozen=True, gc=False, array_like=True):
    """A record: its reader, the term of its source, its name, and the line of the source where it begins."""

    reader: str
    source: str
    name: str
    line: int | None


class Facts(Struct, gc=False, array_like=True):
    """What the linkers and the descriptions of a graph need to know of one document."""

    article: str
    keys: tuple[str, ...]
    persons: list[Person] = field(default_factory=list)
    pointers: list[Pointer] = field(default_factory=list)
    concepts: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    """the records that it was made of, the most trusted first; known where records are brought together"""


_POINTING = {
    PRISM.doi: "doi",
    FABIO.hasPubMedId: "pmid",
    FABIO.hasPubMedCentralId: "pmcid",
    DCTERMS.type: "relation",
}


_PARTS_THAT_POINT = ("ref", "related")
_ABOUT = (DCTERMS.subject, SCHEMA.mentions)


def facts(article: str, keys: Iterable[str], nodes: Nodes) -> Facts:
    """Read the facts of a document from what its own graph says of each node."""
    found = Facts(article, tuple(keys))
    stem = f"{article[:-1]}#"
    start = len(stem)
    concepts: dict[str, None] = {}
    for subject, said in nodes.items():
        if subject == article:
            concepts |= {term: None for predicate, term in said if predicate in _ABOUT}
            continue
        kind, _, number = subject[start:-1].partition("-") if subject.startswith(stem) else ("", "", "")
        if kind == "person":
            found.persons.append(_person(subject, int(number), said))
        elif kind in _PARTS_THAT_POINT:
            stated = {_POINTING[p]: term for p, term in said if p in _POINTING}
            if stated:
                relation = stated.pop("relation", None)
                texts = {name: value(term) for name, term in stated.items()}
                found.pointers.append(Pointer(subject, **texts, relation=relation))
    found.persons.sort(key=lambda person: person.position)
    found.pointers.sort(key=lambda pointer: pointer.term)
    found.concepts = sorted(concepts)
    return found


def _person(term: str, position: int, said: Iterable[tuple[str, str]]) -> Person:
    person = Person(term, position)
    for predicate, stated in said:
        if predicate == FOAF.name:
            person.name = value(stated)
        elif predicate == SCORO.hasORCID:
            person.orcid = value(stated)
        elif predicate == RDF.type:
            person.is_group = stated == FOAF.Group
    return person
