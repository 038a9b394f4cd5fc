"""What indexers said it is about: MeSH headings, chemicals, supplementary concepts, databank accessions.

``dcterms:subject`` comes from these lists only; what a recogniser finds is ``schema:mentions``
(:mod:`kg.triples.mentions`).
"""

from __future__ import annotations

from functools import lru_cache

from kg import iri
from kg.model import Accession, Article, MeshHeading, Substance
from kg.terms import Triple, literal
from kg.vocab import DCTERMS, FABIO, MESH, MESHV, RDF, RDFS, SCHEMA, SKOS

_MESH_SCHEME = f"<{MESH.base[:-1]}>"

_DATABANKS = {
    "clinicaltrials.gov": "clinicaltrials",
    "isrctn": "isrctn",
    "genbank": "insdc",
    "pdb": "pdb",
    "geo": "geo",
    "refseq": "refseq",
    "omim": "mim",
    "swissprot": "uniprot",
    "uniprotkb": "uniprot",
    "sra": "insdc.sra",
    "bioproject": "bioproject",
    "dbsnp": "dbsnp",
    "pubchem-compound": "pubchem.compound",
    "pubchem-substance": "pubchem.substance",
    "pubchem-bioassay": "pubchem.bioassay",
    "eudract": "euclinicaltrials",
    "dbgap": "dbgap",
    "gdb": "gdb",
    "pir": "pir",
}
"""Databank as NLM names it → prefix at identifiers.org; the others stay literals."""


def indexing(own: list[Triple], vocabulary: list[Triple], article: Article, subject: str) -> None:
    """Every heading, chemical, supplementary concept and accession of the record."""
    for heading in article.headings:
        facts, described = _heading(heading)
        own += [(subject, predicate, term) for predicate, term in facts]
        vocabulary += described
    for substance in (*article.chemicals, *article.supplementary):
        term, described = _substance(substance)
        own.append((subject, DCTERMS.subject if substance.id else SCHEMA.keywords, term))
        vocabulary += described
    for accession in article.accessions:
        _accession(own, accession, subject)


@lru_cache(maxsize=65536)
def _heading(heading: MeshHeading) -> tuple[tuple[tuple[str, str], ...], tuple[Triple, ...]]:
    """What a heading says of its article, and what it says of MeSH.

    As PubMed RDF has it: an unqualified descriptor, or each descriptor-qualifier pair, is the (primary) subject term.
    """
    if heading.id is None:
        printed = "/".join((heading.label, *(q.label for q in heading.qualifiers)))
        return ((SCHEMA.keywords, literal(printed)),), ()
    descriptor = iri.mesh(heading.id)
    facts = [(DCTERMS.subject, descriptor)]
    described = list(_concept(descriptor, heading.label, MESHV.TopicalDescriptor))
    if heading.major or not heading.qualifiers:
        facts.append((FABIO.hasPrimarySubjectTerm if heading.major else FABIO.hasSubjectTerm, descriptor))
    for qualifier in heading.qualifiers:
        if qualifier.id is None:
            facts.append((SCHEMA.keywords, literal(f"{heading.label}/{qualifier.label}")))
            continue
        pair, modifier = iri.mesh(heading.id, qualifier.id), iri.mesh(qualifier.id)
        facts.append((FABIO.hasPrimarySubjectTerm if qualifier.major else FABIO.hasSubjectTerm, pair))
        described += [
            (pair, RDF.type, MESHV.AllowedDescriptorQualifierPair),
            (pair, RDFS.label, literal(f"{heading.label}/{qualifier.label}", "en")),
            (pair, MESHV.hasDescriptor, descriptor),
            (pair, MESHV.hasQualifier, modifier),
            (modifier, RDF.type, MESHV.Qualifier),
            (modifier, RDFS.label, literal(qualifier.label, "en")),
        ]
    return tuple(facts), tuple(described)


@lru_cache(maxsize=65536)
def _substance(substance: Substance) -> tuple[str, tuple[Triple, ...]]:
    """The term of a substance and its description; a literal where the record gives no identifier."""
    if substance.id is None:
        return literal(substance.label), ()
    concept = iri.mesh(substance.id)
    kind = MESHV.SupplementaryConceptRecord if substance.id.startswith("C") else MESHV.TopicalDescriptor
    described = _concept(concept, substance.label, kind)
    if substance.registry:
        described.append((concept, SKOS.notation, literal(substance.registry)))
    return concept, tuple(described)


def _concept(concept: str, label: str, kind: str) -> list[Triple]:
    return [
        (concept, RDF.type, SKOS.Concept),
        (concept, RDF.type, kind),
        (concept, RDFS.label, literal(label, "en")),
        (concept, SKOS.inScheme, _MESH_SCHEME),
    ]


def _accession(own: list[Triple], accession: Accession, subject: str) -> None:
    own.append((subject, DCTERMS.identifier, literal(f"{accession.databank}:{accession.number}")))
    if prefix := _DATABANKS.get(accession.databank.casefold()):
        own.append((subject, DCTERMS.references, iri.identifiers_org(prefix, accession.number)))
