"""What indexers said it is about: MeSH headings, chemicals, supplementary concepts, databank accessions.

``dcterms:subject`` comes from these lists only; what a recogniser finds is ``schema:mentions``
(:mod:`kg.triples.mentions`).
"""

from __future__ import annotations

from functools import cache

from kg import iri
from kg.model import Article, MeshHeading
from kg.terms import about, end_of, fact
from kg.triples.page import Page
from kg.vocab import DCTERMS, FABIO, MESH, MESHV, RDF, RDFS, SCHEMA, SKOS

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

_CONCEPT = f"{RDF.type} {SKOS.Concept}"
_DESCRIPTOR = f"{RDF.type} {MESHV.TopicalDescriptor}"
_SUPPLEMENTARY = f"{RDF.type} {MESHV.SupplementaryConceptRecord}"
_QUALIFIER = f"{RDF.type} {MESHV.Qualifier}"
_PAIR = f"{RDF.type} {MESHV.AllowedDescriptorQualifierPair}"
_IN_MESH = f"{SKOS.inScheme} <{MESH.base[:-1]}>"


def indexing(page: Page, article: Article) -> None:
    """Every heading, chemical, supplementary concept and accession of the record."""
    add = page.facts.append
    for heading in article.headings:
        _heading(page, heading)
    for substance in (*article.chemicals, *article.supplementary):
        if substance.id is None:
            add(fact(SCHEMA.keywords, substance.label))
        else:
            add(f"{DCTERMS.subject} {iri.mesh(substance.id)}")
            page.described.append((_substance, page.base, substance.id, substance.label, substance.registry))
    for accession in article.accessions:
        add(fact(DCTERMS.identifier, f"{accession.databank}:{accession.number}"))
        if prefix := _DATABANKS.get(accession.databank.casefold()):
            add(f"{DCTERMS.references} {iri.identifiers_org(prefix, accession.number)}")


def _heading(page: Page, heading: MeshHeading) -> None:
    """What a heading says of its article, and what it says of MeSH.

    As PubMed RDF has it: an unqualified descriptor, or each descriptor-qualifier pair, is the (primary) subject term.
    """
    add, described, base = page.facts.append, page.described.append, page.base
    known, label = heading.id, heading.label
    if known is None:
        printed = "/".join((label, *(q.label for q in heading.qualifiers)))
        add(fact(SCHEMA.keywords, printed))
        return
    descriptor = iri.mesh(known)
    add(f"{DCTERMS.subject} {descriptor}")
    described((_descriptor, base, known, label))
    if heading.major or not heading.qualifiers:
        add(f"{FABIO.hasPrimarySubjectTerm if heading.major else FABIO.hasSubjectTerm} {descriptor}")
    for qualifier in heading.qualifiers:
        if qualifier.id is None:
            add(fact(SCHEMA.keywords, f"{label}/{qualifier.label}"))
            continue
        pair = iri.mesh(known, qualifier.id)
        add(f"{FABIO.hasPrimarySubjectTerm if qualifier.major else FABIO.hasSubjectTerm} {pair}")
        described((_pair, base, known, label, qualifier.id, qualifier.label))
        described((_qualifier, base, qualifier.id, qualifier.label))


def _descriptor(base: str, identifier: str, label: str) -> str:
    return about(iri.mesh(identifier), (_CONCEPT, _DESCRIPTOR, fact(RDFS.label, label, "en"), _IN_MESH), _end(base))


def _qualifier(base: str, identifier: str, label: str) -> str:
    return about(iri.mesh(identifier), (_QUALIFIER, fact(RDFS.label, label, "en")), _end(base))


def _pair(base: str, descriptor: str, label: str, qualifier: str, aspect: str) -> str:
    """A descriptor with a qualifier, by their identifiers and labels."""
    facts = (
        _PAIR,
        fact(RDFS.label, f"{label}/{aspect}", "en"),
        f"{MESHV.hasDescriptor} {iri.mesh(descriptor)}",
        f"{MESHV.hasQualifier} {iri.mesh(qualifier)}",
    )
    return about(iri.mesh(descriptor, qualifier), facts, _end(base))


def _substance(base: str, identifier: str, label: str, registry: str | None) -> str:
    """A substance for which the record gives an identifier."""
    kind = _SUPPLEMENTARY if identifier.startswith("C") else _DESCRIPTOR
    facts = [_CONCEPT, kind, fact(RDFS.label, label, "en"), _IN_MESH]
    if registry:
        facts.append(fact(SKOS.notation, registry))
    return about(iri.mesh(identifier), facts, _end(base))


@cache
def _end(base: str) -> str:
    """Of a quad of the vocabulary."""
    return end_of(iri.shared_graph(base, "vocabulary"))
