"""Concepts as an ontology describes them: label, category, equivalents, what is broader. For ``graph/vocabulary``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import iri
from kg.lexicon import Lexicon
from kg.model import Concept
from kg.terms import Triple, literal
from kg.vocab import BIOLINK, MESHV, RDF, RDFS, SKOS


def concepts(lexicon: Lexicon, used: Iterable[str]) -> Iterator[Triple]:
    """Describe the concepts in use that the lexicon knows, and all their ancestors.

    Args:
        lexicon: what is known of concepts.
        used: bare IRIs of the concepts in use; those that the lexicon does not know are passed over.
    """
    wanted = set()
    for concept_iri in used:
        curie = iri.concept_curie(concept_iri)
        if curie is not None and curie in lexicon:
            wanted |= {curie, *lexicon.ancestors(curie)}
    for curie in sorted(wanted):
        yield from _concept(lexicon.concept(curie))


def _concept(concept: Concept) -> Iterator[Triple]:
    node = iri.concept(concept.id)
    yield node, RDF.type, SKOS.Concept
    if concept.id.startswith("MESH:D"):
        yield node, RDF.type, MESHV.TopicalDescriptor
    yield node, RDFS.label, literal(concept.label, concept.lang)
    if concept.scheme:
        yield node, SKOS.inScheme, f"<{concept.scheme}>"
    if concept.category:
        yield node, BIOLINK.category, f"<{BIOLINK.base}{concept.category}>"
    for other in concept.exact:
        if (match := iri.concept_iri(other)) is not None:
            yield node, SKOS.exactMatch, f"<{match}>"
    for parent in concept.broader:
        if (above := iri.concept_iri(parent)) is not None:
            both_mesh = concept.id.startswith("MESH:") and parent.startswith("MESH:")
            yield node, MESHV.broaderDescriptor if both_mesh else SKOS.broader, f"<{above}>"
