"""Triples as shapes look at them: subject → predicate → objects, and backwards where a shape asks for that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kg.terms import Triple
from kg.vocab import RDF, RDFS

Described = Mapping[str, Sequence[str]]
"""predicate → objects"""

NOTHING: Described = {}
_FEW = 8
"""values of a property from which on a set is kept of them"""


class Data:
    """A set of triples. What is stated twice counts once, as in any RDF graph.

    Args:
        triples: of the data, terms in N-Triples form.
        backwards: the predicates that are followed from object to subject; None = all.
        listed: the predicates whose subjects are asked for, ``rdfs:subClassOf`` among them; None = all.
        looked_at: the predicates of which anything is asked; None = all. Of other triples the subject is known.
    """

    __slots__ = (
        "_about", "_by_class", "_into", "_listed", "_looked_at", "_many", "_subjects_of", "about", "by_class", "subjects_of",
    )  # fmt: skip

    def __init__(
        self,
        triples: Iterable[Triple],
        backwards: Collection[str] | None = None,
        listed: Collection[str] | None = None,
        looked_at: Collection[str] | None = None,
    ) -> None:
        if backwards is None or listed is None:
            triples = list(triples)
            everything = frozenset(p for _, p, _ in triples)
            backwards = everything if backwards is None else backwards
            listed = everything if listed is None else listed
        self._about: dict[str, dict[str, list[str]]] = {}
        self._by_class: dict[str, list[str]] = {}
        self._subjects_of: dict[str, list[str]] = {}
        self._into: dict[str, dict[str, list[str]]] = {p: {} for p in backwards}
        if RDF.type in self._into:
            self._into[RDF.type] = self._by_class
        self._listed = listed
        self._looked_at = looked_at
        self._many: dict[tuple[str, str], set[str]] = {}
        self.about: Mapping[str, Described] = self._about
        self.by_class: Mapping[str, Sequence[str]] = self._by_class
        """class → the nodes that are typed with it, directly"""
        self.subjects_of: Mapping[str, Sequence[str]] = self._subjects_of
        """predicate → the nodes that have it, for the predicates that are listed"""
        self.add(triples)

    def add(self, triples: Iterable[Triple]) -> None:
        """Put further triples beside those that are there."""
        about, into, by_class, subjects_of = self._about, self._into, self._by_class, self._subjects_of
        listed, looked_at, of_class = self._listed, self._looked_at, RDF.type
        last = ""
        described: dict[str, list[str]] = {}
        for s, p, o in triples:
            if s != last:  # triples mostly come subject by subject
                last = s
                found = about.get(s)
                if found is None:
                    found = about[s] = {}
                described = found
            if looked_at is not None and p not in looked_at:
                continue
            values = described.get(p)
            if values is None:
                described[p] = [o]
                if p in listed:
                    subjects_of.setdefault(p, []).append(s)
            elif self._is_stated(s, p, o, values):
                continue
            else:
                values.append(o)
            if p == of_class:
                by_class.setdefault(o, []).append(s)
            else:
                sources = into.get(p)
                if sources is not None:
                    sources.setdefault(o, []).append(s)

    def _is_stated(self, s: str, p: str, o: str, values: list[str]) -> bool:
        """Whether a property has this value already; of many values a set is kept."""
        if len(values) < _FEW:
            return o in values
        known = self._many.setdefault((s, p), set())
        if not known:
            known.update(values)
        stated = o in known
        known.add(o)
        return stated

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
        if RDFS.subClassOf not in self._subjects_of:
            return self.by_class.get(name, ())
        return dict.fromkeys(n for other, some in self.by_class.items() if name in self.above(other) for n in some)

    def is_a(self, node: str, name: str) -> bool:
        """Whether a node belongs to a class or to one below it."""
        types = self.objects(node, RDF.type)
        return name in types or (RDFS.subClassOf in self._subjects_of and any(name in self.above(t) for t in types))

    def above(self, name: str) -> set[str]:
        """The classes above a class, and itself."""
        found = {name}
        waiting = [name]
        while waiting:
            new = set(self.objects(waiting.pop(), RDFS.subClassOf)) - found
            found |= new
            waiting.extend(new)
        return found

    def is_list(self, head: str) -> bool:
        """Whether this is a well-formed RDF list (SHACL, section 1.1)."""
        seen: set[str] = set()
        while head != RDF.nil:
            firsts, rests = self.objects(head, RDF.first), self.objects(head, RDF.rest)
            if head in seen or len(firsts) != 1 or len(rests) != 1:
                return False
            seen.add(head)
            head = rests[0]
        return True

    def items(self, head: str) -> list[str]:
        """The members of an RDF list."""
        found: list[str] = []
        seen: set[str] = set()
        while head != RDF.nil and head not in seen:
            seen.add(head)
            found += self.objects(head, RDF.first)[:1]
            head = next(iter(self.objects(head, RDF.rest)), RDF.nil)
        return found
