"""Triples as shapes look at them: subject → predicate → objects, and backwards where a shape asks for that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

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
        listed: the predicates whose subjects are asked for, ``rdfs:subClassOf`` among them; None = all.
    """

    __slots__ = ("_into", "_subclasses", "about", "by_class", "subjects_of")

    def __init__(
        self,
        triples: Iterable[Triple],
        backwards: Collection[str] | None = None,
        listed: Collection[str] | None = None,
    ) -> None:
        about: dict[str, dict[str, list[str]]] = {}
        into: dict[str, dict[str, list[str]]] = {}
        by_class: dict[str, list[str]] = {}
        subjects_of: dict[str, list[str]] = {}
        distinct = dict.fromkeys(triples)
        backwards = frozenset(t[1] for t in distinct) if backwards is None else backwards
        listed = frozenset(t[1] for t in distinct) if listed is None else listed
        of_class = RDF.type
        for s, p, o in distinct:
            described = about.get(s)
            if described is None:
                described = about[s] = {}
            values = described.get(p)
            if values is not None:
                values.append(o)
            else:
                described[p] = [o]
                if p in listed:
                    subjects_of.setdefault(p, []).append(s)
            if p == of_class:
                by_class.setdefault(o, []).append(s)
            elif p in backwards:
                into.setdefault(p, {}).setdefault(o, []).append(s)
        if of_class in backwards:
            into[of_class] = by_class
        self.about: Mapping[str, Described] = about
        self.by_class: Mapping[str, Sequence[str]] = by_class
        """class → the nodes that are typed with it, directly"""
        self.subjects_of: Mapping[str, Sequence[str]] = subjects_of
        """predicate → the nodes that have it, for the predicates that are listed"""
        self._into = into
        self._subclasses = RDFS.subClassOf in subjects_of

    def objects(self, subject: str, predicate: str) -> Sequence[str]:
        """The values of a property of a node."""
        return self.about.get(subject, NOTHING).get(predicate, ())

    def subjects(self, predicate: str, term: str) -> Sequence[str]:
        """The nodes that have this value; only for predicates that are followed backwards."""
        return self._into.get(predicate, NOTHING).get(term, ())

    def objects_of(self, predicate: str) -> Collection[str]:
        """Everything that is a value of this property; only for predicates that are followed backwards."""
        return self._into.get(predicate, NOTHING)

    def instances(self, name: str) -> Collection[str]:
        """The nodes of a class or of one below it (``rdf:type/rdfs:subClassOf*``), each once."""
        if not self._subclasses:
            return self.by_class.get(name, ())
        return dict.fromkeys(n for other, some in self.by_class.items() if name in self.above(other) for n in some)

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
