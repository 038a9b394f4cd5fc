"""What indexers said it is about: MeSH headings, chemicals, supplementary concepts, databank accessions.

``dcterms:subject`` comes from these lists only; what a recogniser finds is ``schema:mentions``
(:mod:`kg.triples.mentions`).
"""

from __future__ import annotations

from functools import lru_cache

from kg import iri
from kg.model import Accession, Article, MeshHeading
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
        _heading(own, vocabulary, heading, subject)
    for substance in (*article.chemicals, *article.supplementary):
        if substance.id is None:
            own.append((subject, SCHEMA.keywords, literal(substance.label)))
        else:
            described = _substance(substance.id, substance.label, substance.registry)
            own.append((subject, DCTERMS.subject, described[0][0]))
            vocabulary += described
    for accession in article.accessions:
        _accession(own, accession, subject)


def _heading(own: list[Triple], vocabulary: list[Triple], heading: MeshHeading, subject: str) -> None:
    """What a heading says of its article, and what it says of MeSH.

    As PubMed RDF has it: an unqualified descriptor, or each descriptor-qualifier pair, is the (primary) subject term.
    """
    if heading.id is None:
        printed = "/".join((heading.label, *(q.label for q in heading.qualifiers)))
        own.append((subject, SCHEMA.keywords, literal(printed)))
        return
    described = _descriptor(heading.id, heading.label)
    descriptor = described[0][0]
    own.append((subject, DCTERMS.subject, descriptor))
    vocabulary += described
    if heading.major or not heading.qualifiers:
        own.append((subject, FABIO.hasPrimarySubjectTerm if heading.major else FABIO.hasSubjectTerm, descriptor))
    for qualifier in heading.qualifiers:
        label = f"{heading.label}/{qualifier.label}"
        if qualifier.id is None:
            own.append((subject, SCHEMA.keywords, literal(label)))
            continue
        pair = iri.mesh(heading.id, qualifier.id)
        own.append((subject, FABIO.hasPrimarySubjectTerm if qualifier.major else FABIO.hasSubjectTerm, pair))
        described = _qualifier(qualifier.id, qualifier.label)
        vocabulary += (
            (pair, RDF.type, MESHV.AllowedDescriptorQualifierPair),
            (pair, RDFS.label, literal(label, "en")),
            (pair, MESHV.hasDescriptor, descriptor),
            (pair, MESHV.hasQualifier, described[0][0]),
        )
        vocabulary += described


# Indexers use the same terms over and over. Pairs are too many to keep. What is described is the subject of every triple.


@lru_cache(maxsize=1 << 14)
def _descriptor(identifier: str, label: str) -> tuple[Triple, ...]:
    return _concept(iri.mesh(identifier), label, MESHV.TopicalDescriptor)


@lru_cache(maxsize=1 << 10)
def _qualifier(identifier: str, label: str) -> tuple[Triple, ...]:
    modifier = iri.mesh(identifier)
    return (modifier, RDF.type, MESHV.Qualifier), (modifier, RDFS.label, literal(label, "en"))


@lru_cache(maxsize=1 << 14)
def _substance(identifier: str, label: str, registry: str | None) -> tuple[Triple, ...]:
    """The description of a substance for which the record gives an identifier."""
    concept = iri.mesh(identifier)
    kind = MESHV.SupplementaryConceptRecord if identifier.startswith("C") else MESHV.TopicalDescriptor
    described = _concept(concept, label, kind)
    return (*described, (concept, SKOS.notation, literal(registry))) if registry else described


def _concept(concept: str, label: str, kind: str) -> tuple[Triple, ...]:
    return (
        (concept, RDF.type, SKOS.Concept),
        (concept, RDF.type, kind),
        (concept, RDFS.label, literal(label, "en")),
        (concept, SKOS.inScheme, _MESH_SCHEME),
    )


def _accession(own: list[Triple], accession: Accession, subject: str) -> None:
    own.append((subject, DCTERMS.identifier, literal(f"{accession.databank}:{accession.number}")))
    if prefix := _DATABANKS.get(accession.databank.casefold()):
        own.append((subject, DCTERMS.references, iri.identifiers_org(prefix, accession.number)))
