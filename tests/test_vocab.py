"""Every term that the project uses is one that its vocabulary defines, and every own term is defined and explained."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph
import pytest
import rdflib

from kg import vocab
from kg.vocab import KGV, OWL, RDF, RDFS, SKOS, Namespace

DATA = os.environ.get("KG_TEST_DATA")
ONTOLOGY = Path(__file__).parent.parent / "ontologies" / "kg.ttl"

FILES = {
    "rdf": "rdf.nq", "rdfs": "rdfs.nq", "owl": "owl.nq", "xsd": "xsd.nq", "dcterms": "dcterms.nq", "foaf": "foaf.nq",
    "schema": "schema.nq", "skos": "skos.nq", "fabio": "fabio.ttl", "pro": "pro.ttl", "scoro": "scoro.ttl",
    "cito": "cito.ttl", "biro": "biro.ttl", "c4o": "c4o.ttl", "doco": "doco.ttl", "frapo": "frapo.ttl", "org": "org.nq",
    "vcard": "vcard.nq", "oa": "oa.nq", "prov": "prov.nq", "void": "void.nq", "dcat": "dcat.nq", "dqv": "dqv.nq",
    "prism": "fabio.ttl", "frbr": "fabio.ttl",
}  # fmt: skip
"""prefix → the file of the published vocabulary, below vocabularies/ of the test data; FaBiO carries its PRISM and FRBR"""

ELSEWHERE = {
    # DEO, the discourse elements ontology, http://purl.org/spar/deo
    "deo": "DiscourseElement Acknowledgements",
    # Biolink model, https://w3id.org/biolink/biolink-model.owl.ttl
    "biolink": "Association NamedThing category occurs_together_in_literature_with negated publications supporting_text "
    "knowledge_level agent_type related_to associated_with positively_correlated_with negatively_correlated_with causes "
    "affects treats preventative_for_condition interacts_with directly_physically_interacts_with",
    # MeSH RDF, https://id.nlm.nih.gov/mesh/vocab and https://hhs.github.io/meshrdf/
    "meshv": "TopicalDescriptor PublicationType AllowedDescriptorQualifierPair Qualifier SCR_Chemical "
    "SupplementaryConceptRecord broaderDescriptor hasDescriptor hasQualifier preferredMappedTo mappedTo preferredConcept "
    "concept preferredTerm term prefLabel altLabel treeNumber GeographicalDescriptor CheckTag SCR_Disease SCR_Organism "
    "SCR_Protocol SCR_Population SCR_Anatomy",
    # names of concepts and roles come from their owners' data: no term is fixed here
    "mesh": "",
    "obo": "",
    "credit": "",
}
"""prefix → the terms of a vocabulary that the test data has no file of, copied from the source that is named"""


def _terms(namespace: Namespace) -> set[str]:
    return {namespace[name][1:-1] for name in namespace}


def _prefix(namespace: Namespace) -> str:
    return next(prefix for prefix, base in vocab.PREFIXES.items() if base == namespace.base)


PUBLISHED = [(_prefix(n), n) for n in vocab.NAMESPACES if _prefix(n) in FILES]


def test_every_namespace_is_checked_somewhere() -> None:
    """A namespace is checked against a published file, a list with its source, rdflib's SHACL, or our own ontology."""
    assert {_prefix(n) for n in vocab.NAMESPACES} == {*FILES, *ELSEWHERE, "sh", "kgv"}


@pytest.mark.skipif(not DATA, reason="KG_TEST_DATA does not name the folder with the published vocabularies")
@pytest.mark.parametrize(("prefix", "namespace"), PUBLISHED)
def test_every_term_is_published(prefix: str, namespace: Namespace) -> None:
    """A term that its vocabulary does not define is an invention."""
    path = Path(DATA or "") / "vocabularies" / FILES[prefix]
    defined = {q.subject.value for q in pyoxigraph.parse(path=str(path)) if isinstance(q.subject, pyoxigraph.NamedNode)}
    if prefix == "schema":  # the file writes http:, the project the https: that schema.org recommends
        defined = {iri.replace("http://schema.org/", "https://schema.org/") for iri in defined}
    assert _terms(namespace) - defined == set()


@pytest.mark.parametrize("prefix", ELSEWHERE)
def test_every_other_term_is_listed_with_its_source(prefix: str) -> None:
    """A new term of a vocabulary without a file is looked up by a person, and written down above."""
    namespace = next(n for n in vocab.NAMESPACES if _prefix(n) == prefix)
    assert set(namespace) <= set(ELSEWHERE[prefix].split())


def test_every_shacl_term_is_shacls() -> None:
    """SHACL's terms are those of the W3C vocabulary, which rdflib carries."""
    assert {name for name in vocab.SH if rdflib.URIRef(vocab.SH[name][1:-1]) not in rdflib.SH} == set()


# --- the own vocabulary -----------------------------------------------------------------------------------------------


def _ontology() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for quad in pyoxigraph.parse(path=str(ONTOLOGY)):
        found.setdefault(str(quad.subject), {}).setdefault(str(quad.predicate), []).append(str(quad.object))
    return found


OWN = {term: facts for term, facts in _ontology().items() if term.startswith(f"<{KGV.base}")}


def test_the_ontology_defines_the_own_terms_and_no_other() -> None:
    """kg/vocab.py and ontologies/kg.ttl list the same terms."""
    assert set(OWN) == {KGV[name] for name in KGV}


@pytest.mark.parametrize("term", sorted(OWN))
def test_each_own_term_is_explained(term: str) -> None:
    """Each has one label, one comment, a type, and stands under a term that others know."""
    facts = OWN[term]
    assert len(facts[RDFS.label]) == len(facts[RDFS.comment]) == 1
    kind = facts[RDF.type][0]
    above = {
        OWL.Class: RDFS.subClassOf,
        OWL.ObjectProperty: RDFS.subPropertyOf,
        OWL.DatatypeProperty: RDFS.subPropertyOf,
        SKOS.Concept: SKOS.inScheme,
    }
    if kind == SKOS.ConceptScheme:
        return
    known = {vocab.RDF.base, vocab.RDFS.base, *(n.base for n in vocab.NAMESPACES)}
    assert facts[above[kind]]
    assert all(any(parent[1:].startswith(base) for base in known) for parent in facts[above[kind]])


@pytest.mark.skipif(not DATA, reason="KG_TEST_DATA does not name the folder with the published vocabularies")
def test_each_term_above_an_own_term_is_published() -> None:
    """A super-term that its vocabulary does not define explains nothing."""
    above = {
        parent
        for facts in OWN.values()
        for predicate in (RDFS.subClassOf, RDFS.subPropertyOf)
        for parent in facts.get(predicate, ())
    }
    defined = {
        str(quad.subject)
        for file in FILES.values()
        for quad in pyoxigraph.parse(path=str(Path(DATA or "") / "vocabularies" / file))
    }
    assert above - defined == {vocab.BIOLINK.Association}


def test_the_ontology_has_a_title_and_a_licence() -> None:
    """Whoever reuses it must know what it is and that they may."""
    header = next(facts for facts in _ontology().values() if OWL.Ontology in facts.get(RDF.type, ()))
    assert header[vocab.DCTERMS.title]
    assert header[vocab.DCTERMS.license] == ["<https://creativecommons.org/publicdomain/zero/1.0/>"]


def test_an_unknown_term_is_refused() -> None:
    """A misspelt term is an error where it is written, not a triple that nobody finds."""
    with pytest.raises(AttributeError, match="dcterms:titel is not a term"):
        vocab.DCTERMS["titel"]
    with pytest.raises(ValueError, match="not a CRediT role"):
        vocab.credit_role("coffee")
