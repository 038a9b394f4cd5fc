"""Triples as shapes look at them: subject → predicate → objects, and backwards where a shape asks for that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kg.terms import Triple
from kg.vocab import RDF, RDFS

Described = Mapping[str, Sequence[str]]
"""predicate → objects"""

NOTHING: Described = {}


class Data:
    """A set of triples. What is stated twice counts once, as in any RDF graph.

    Args:
        triples: of the data, terms in N-Triples form.
        backwards: the predicates that are followed from object to subject; None = all.
    """

    __slots__ = ("_into", "_subclasses", "about", "by_class", "subjects_of")

    def __init__(self, triples: Iterable[Triple], backwards: Collection[str] | None = None) -> None:
        about: dict[str, dict[str, list[str]]] = {}
        into: dict[str, dict[str, list[str]]] = {}
        by_class: dict[str, list[str]] = {}
        subjects_of: dict[str, list[str]] = {}
        of_class = RDF.type
        for s, p, o in dict.fromkeys(triples):
            described = about.get(s)
            if described is None:
                about[s] = {p: [o]}
                subjects_of.setdefault(p, []).append(s)
            elif p in described:
                described[p].append(o)
            else:
                described[p] = [o]
                subjects_of.setdefault(p, []).append(s)
            if p == of_class:
                by_class.setdefault(o, []).append(s)
            if backwards is None or p in backwards:
                into.setdefault(p, {}).setdefault(o, []).append(s)
        self.about: Mapping[str, Described] = about
        self.by_class: Mapping[str, Sequence[str]] = by_class
        """class → the nodes that are typed with it, directly"""
        self.subjects_of: Mapping[str, Sequence[str]] = subjects_of
        """predicate → the nodes that have it"""
        self._into = into
        self._subclasses = RDFS.subClassOf in subjects_of

    def objects(self, subject: str, predicate: str) -> Sequence[str]:
        """The values of a property of a node."""
        return self.about.get(subject, NOTHING).get(predicate, ())

    def subjects(self, predicate: str, term: str) -> Sequence[str]:
        """The nodes that have this value; only for predicates that are followed backwards."""
        return self._into.get(predicate, NOTHING).get(term, ())

    def objects_of(self, predicate: str) -> Iterable[str]:
        """Everything that is a value of this property; only for predicates that are followed backwards."""
        return self._into.get(predicate, NOTHING)

    def instances(self, name: str) -> Iterator[str]:
        """The nodes of a class or of one below it (``rdf:type/rdfs:subClassOf*``)."""
        yield from self.by_class.get(name, ())
        if self._subclasses:
            for other, nodes in self.by_class.items():
                if other != name and name in self.above(other):
                    yield from nodes

    def is_a(self, node: str, name: str) -> bool:
        """Whether a node belongs to a class or to one below it."""
        types = self.objects(node, RDF.type)
        return name in types or (self._subclasses and any(name in self.above(t) for t in types))

    def above(self, name: str) -> set[str]:
        """The classes above a class, and itself."""
        found = {name}
        waiting = [name]
        while waiting:
            new = set(self.objects(waiting.pop(), RDFS.subClassOf)) - found
            found |= new
            waiting.extend(new)
        return found

    def items(self, head: str) -> list[str]:
        """The members of an RDF list."""
        found: list[str] = []
        seen: set[str] = set()
        while head != RDF.nil and head not in seen:
            seen.add(head)
            found += self.objects(head, RDF.first)[:1]
            head = next(iter(self.objects(head, RDF.rest)), RDF.nil)
        return found
