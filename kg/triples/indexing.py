"""What indexers said it is about: MeSH headings, chemicals, supplementary concepts, databank accessions.

``dcterms:subject`` comes from these lists only; what a recogniser finds is ``schema:mentions``
(:mod:`kg.triples.mentions`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from kg import iri
from kg.model import Accession, Article, MeshHeading
from kg.terms import Triple, literal, quads
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


def indexing(own: list[Triple], described: list[str], article: Article, subject: str, base: str) -> None:
    """Every heading, chemical, supplementary concept and accession of the record."""
    for heading in article.headings:
        _heading(own, described, heading, subject, base)
    for substance in (*article.chemicals, *article.supplementary):
        if substance.id is None:
            own.append((subject, SCHEMA.keywords, literal(substance.label)))
        else:
            concept, text = _substance(base, substance.id, substance.label, substance.registry)
            own.append((subject, DCTERMS.subject, concept))
            described.append(text)
    for accession in article.accessions:
        _accession(own, accession, subject)


def _heading(own: list[Triple], described: list[str], heading: MeshHeading, subject: str, base: str) -> None:
    """What a heading says of its article, and what it says of MeSH.

    As PubMed RDF has it: an unqualified descriptor, or each descriptor-qualifier pair, is the (primary) subject term.
    """
    if heading.id is None:
        printed = "/".join((heading.label, *(q.label for q in heading.qualifiers)))
        own.append((subject, SCHEMA.keywords, literal(printed)))
        return
    descriptor, text = _descriptor(base, heading.id, heading.label)
    own.append((subject, DCTERMS.subject, descriptor))
    described.append(text)
    if heading.major or not heading.qualifiers:
        own.append((subject, FABIO.hasPrimarySubjectTerm if heading.major else FABIO.hasSubjectTerm, descriptor))
    for qualifier in heading.qualifiers:
        if qualifier.id is None:
            own.append((subject, SCHEMA.keywords, literal(f"{heading.label}/{qualifier.label}")))
            continue
        pair, text, qualifying = _pair(base, heading.id, heading.label, qualifier.id, qualifier.label)
        own.append((subject, FABIO.hasPrimarySubjectTerm if qualifier.major else FABIO.hasSubjectTerm, pair))
        described += text, qualifying


# Indexers use the same terms over and over. Each is told with its description.


@lru_cache(maxsize=1 << 14)
def _descriptor(base: str, identifier: str, label: str) -> tuple[str, str]:
    concept = iri.mesh(identifier)
    return concept, _vocabulary(base, _concept(concept, label, MESHV.TopicalDescriptor))


@lru_cache(maxsize=1 << 10)
def _qualifier(base: str, identifier: str, label: str) -> str:
    modifier = iri.mesh(identifier)
    return _vocabulary(base, ((modifier, RDF.type, MESHV.Qualifier), (modifier, RDFS.label, literal(label, "en"))))


@lru_cache(maxsize=1 << 14)
def _pair(base: str, descriptor: str, label: str, qualifier: str, aspect: str) -> tuple[str, str, str]:
    """A descriptor with a qualifier, by their identifiers and labels; its description and that of the qualifier."""
    pair, end = iri.mesh(descriptor, qualifier), _end(base)
    text = (  # at once: of all descriptions the pairs are made most often
        f"{pair} {RDF.type} {MESHV.AllowedDescriptorQualifierPair}{end}"
        f"{pair} {RDFS.label} {literal(f'{label}/{aspect}', 'en')}{end}"
        f"{pair} {MESHV.hasDescriptor} {iri.mesh(descriptor)}{end}"
        f"{pair} {MESHV.hasQualifier} {iri.mesh(qualifier)}{end}"
    )
    return pair, text, _qualifier(base, qualifier, aspect)


@lru_cache(maxsize=8)
def _end(base: str) -> str:
    """Of a quad of the vocabulary."""
    return f" {iri.shared_graph(base, 'vocabulary')} .\n"


@lru_cache(maxsize=1 << 14)
def _substance(base: str, identifier: str, label: str, registry: str | None) -> tuple[str, str]:
    """A substance for which the record gives an identifier."""
    concept = iri.mesh(identifier)
    kind = MESHV.SupplementaryConceptRecord if identifier.startswith("C") else MESHV.TopicalDescriptor
    found = _concept(concept, label, kind)
    if registry:
        found = (*found, (concept, SKOS.notation, literal(registry)))
    return concept, _vocabulary(base, found)


def _vocabulary(base: str, found: Iterable[Triple]) -> str:
    return quads(found, iri.shared_graph(base, "vocabulary"))


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
