"""Who is who: which printed names are one person.

The only evidence used is a stated, checked ORCID iD. Two authors of one paper with the same iD cannot both be right, so
that paper's statement of it is not believed. Everybody else is, until more evidence is read, a person of their own: a
wrong merge is worse than a missed one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kg import iri
from kg.linkers import Facts, Person
from kg.terms import Triple, decimal, literal
from kg.vocab import DCTERMS, FOAF, KGV, OWL, RDF

Identities = dict[str, str]
"""person as printed → resolved identity, only where the two differ"""


def identities(documents: Iterable[Facts]) -> Identities:
    """Decide who is who."""
    found = {}
    for document in documents:
        stated = Counter(person.orcid for person in document.persons if person.orcid)
        for person in document.persons:
            if person.orcid and stated[person.orcid] == 1 and not person.is_group:
                found[person.term] = iri.orcid(person.orcid)
    return found


def resolution(documents: Sequence[Facts], who: Identities, base: str) -> Iterator[Triple]:
    """The triples of ``graph/resolution`` about people: creators, identities with their names, and why."""
    names: dict[str, set[str]] = {}
    for document in documents:
        for person in document.persons:
            identity = who.get(person.term, person.term)
            yield document.article, DCTERMS.creator, identity
            if identity != person.term:
                names.setdefault(identity, set()).add(person.name)
                yield from _link(person, identity, base)
    for identity, printed in names.items():
        yield identity, RDF.type, FOAF.Person
        yield identity, FOAF.name, literal(display_name(printed))


def display_name(printed: Iterable[str]) -> str:
    """The name that an identity shows: the longest printed form, then the smallest by code point.

    >>> display_name({"Ann Lee", "A Lee", "Ann Lea"})
    'Ann Lea'
    """
    return min(printed, key=lambda name: (-len(name), name))


def _link(person: Person, identity: str, base: str) -> Iterator[Triple]:
    link = iri.link(base, (person.term, identity))
    yield person.term, OWL.sameAs, identity
    yield link, RDF.type, KGV.IdentityLink
    yield link, KGV.member, person.term
    yield link, KGV.member, identity
    yield link, KGV.confidence, decimal(1.0)
    yield link, KGV.reason, literal(f"The article states the ORCID iD {person.orcid} for this author.", "en")
