"""Statements of RDF → concepts, whichever syntax and vocabulary they came in.

Three ways to describe a concept are known: SKOS (``skos:Concept``), OWL as the OBO world writes it (``owl:Class`` with the
annotation properties of OBO in OWL and of IAO) and MeSH's own vocabulary (a descriptor has concepts, these have terms).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.model import Concept, Warned
from kg.ontologies.mesh_trees import category_of_tree
from kg.vocab import BIOLINK, DCTERMS, IAO, MESHV, OBOINOWL, OWL, RDF, RDFS, SKOS

_LABELS = (SKOS.prefLabel, RDFS.label)
_PARENTS = (SKOS.broader, MESHV.broaderDescriptor, RDFS.subClassOf, MESHV.preferredMappedTo, MESHV.mappedTo)
_SYNONYMS = (SKOS.altLabel, OBOINOWL.hasExactSynonym, IAO.IAO_0000118)
_EXACT = (SKOS.exactMatch, OWL.equivalentClass)
_REPLACED = (DCTERMS.isReplacedBy, IAO.IAO_0100001)
_MESH_NAMES = (MESHV.prefLabel, MESHV.altLabel)
_MESH_STEPS = (MESHV.preferredConcept, MESHV.concept, MESHV.preferredTerm, MESHV.term)
_CONCEPTS = frozenset(
    {
        SKOS.Concept,
        OWL.Class,
        MESHV.TopicalDescriptor,
        MESHV.GeographicalDescriptor,
        MESHV.PublicationType,
        MESHV.CheckTag,
    }
    | {MESHV.SCR_Chemical, MESHV.SCR_Disease, MESHV.SCR_Organism, MESHV.SCR_Protocol, MESHV.SCR_Population}
    | {MESHV.SCR_Anatomy, RDFS.Class}
)
_SCR_CATEGORIES = {
    MESHV.SCR_Chemical: "ChemicalEntity",
    MESHV.SCR_Disease: "Disease",
    MESHV.SCR_Organism: "OrganismTaxon",
    MESHV.SCR_Anatomy: "AnatomicalEntity",
}

READ = frozenset(
    {RDF.type, SKOS.inScheme, BIOLINK.category, OWL.deprecated, MESHV.treeNumber, OBOINOWL.hasDbXref, OBOINOWL.id}
    | {OBOINOWL.hasNarrowSynonym, OBOINOWL.hasBroadSynonym, OBOINOWL.hasRelatedSynonym}
    | {*_LABELS, *_PARENTS, *_SYNONYMS, *_EXACT, *_REPLACED, *_MESH_NAMES, *_MESH_STEPS}
)
"""the predicates that say something here, as terms; a reader need not keep others"""


@dataclass(frozen=True, slots=True)
class Value:
    """An object: an IRI, or a text with the primary subtag of its language (empty: none)."""

    text: str
    lang: str = ""
    is_iri: bool = False


@dataclass(slots=True)
class Statements:
    """What a file says, subject by subject."""

    about: dict[str, dict[str, list[Value]]] = field(default_factory=dict)

    def add(self, subject: str, predicate: str, value: Value) -> None:
        """Keep a statement; ``subject`` is a bare IRI, ``predicate`` a term of :data:`READ`."""
        self.about.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def concepts(self) -> Iterator[Concept | Warned]:
        """The concepts, sorted by IRI; identifiers and parents are IRIs."""
        for iri in sorted(self.about):
            types = {f"<{v.text}>" for v in self.about[iri].get(RDF.type, ()) if v.is_iri}
            if types & _CONCEPTS and (SKOS.Concept in types or _labels(self.about[iri])):
                yield from self._concept(iri, types)

    def _concept(self, iri: str, types: set[str]) -> Iterator[Concept | Warned]:
        values = self.about[iri]
        labels = _labels(values) or [("", "")]
        lang = min((lang for lang, _ in labels), key=lambda lang: (lang != "en", lang != "", lang))
        preferred = sorted({text for other, text in labels if other == lang})
        if len(preferred) > 1:
            message = f"{iri} has {len(preferred)} preferred labels in one language; {preferred[0]!r} is used"
            yield Warned(iri, "several-names", message)

        def names(*predicates: str) -> tuple[str, ...]:
            found = _texts(values, predicates)
            return tuple(sorted({text for other, text in found if other in {lang, ""}}))

        yield Concept(
            id=iri,
            label=preferred[0],
            synonyms=(*preferred[1:], *names(*_SYNONYMS), *self._terms_of(iri)),
            category=self._category(values, types),
            broader=tuple(_iris(values, *_PARENTS)),
            exact=tuple(_iris(values, *_EXACT)),
            scheme=next(iter(_iris(values, SKOS.inScheme)), None),
            obsolete=any(v.text in ("true", "1") for v in values.get(OWL.deprecated, ())),
            replaced_by=next(iter(_iris(values, *_REPLACED)), None),
            lang=lang or None,
            narrow=names(OBOINOWL.hasNarrowSynonym),
            broad=names(OBOINOWL.hasBroadSynonym),
            related=names(OBOINOWL.hasRelatedSynonym),
            xrefs=tuple(sorted({v.text for v in values.get(OBOINOWL.hasDbXref, ()) if not v.is_iri})),
        )

    def _terms_of(self, iri: str) -> tuple[str, ...]:
        """The names of the terms of a MeSH record's concepts, in any order of the file."""
        found: set[str] = set()
        waiting, seen = [iri], {iri}
        while waiting:
            values = self.about.get(waiting.pop(), {})
            found.update(text for _, text in _texts(values, _MESH_NAMES))
            new = [node for node in _iris(values, *_MESH_STEPS) if node not in seen]
            seen.update(new)
            waiting += new
        return tuple(sorted(found))

    def _category(self, values: dict[str, list[Value]], types: set[str]) -> str | None:
        stated = (c.removeprefix(BIOLINK.base) for c in _iris(values, BIOLINK.category))
        trees = (category_of_tree(tree.text.rpartition("/")[2]) for tree in values.get(MESHV.treeNumber, ()))
        kinds = (_SCR_CATEGORIES[kind] for kind in sorted(types & _SCR_CATEGORIES.keys()))
        return next(filter(None, (*stated, *trees, *kinds)), None)


def _labels(values: dict[str, list[Value]]) -> list[tuple[str, str]]:
    return next((found for predicate in _LABELS if (found := _texts(values, (predicate,)))), [])


def _texts(values: dict[str, list[Value]], predicates: Iterable[str]) -> list[tuple[str, str]]:
    """(primary language subtag or "", text), sorted."""
    return sorted((v.lang, v.text) for predicate in predicates for v in values.get(predicate, ()) if not v.is_iri)


def _iris(values: dict[str, list[Value]], *predicates: str) -> list[str]:
    """The IRIs, those of each predicate sorted."""
    return [text for p in predicates for text in sorted({v.text for v in values.get(p, ()) if v.is_iri})]
