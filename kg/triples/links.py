"""What it cites, what it answers, who paid: references, notices, grants, as printed and with the identifiers stated.

Which article of the graph another one is, is not decided here (:mod:`kg.linkers.works`): these triples depend on nothing
but their own record.
"""

from __future__ import annotations

from functools import lru_cache

from kg import iri
from kg.model import Article, Grant, Reference, Related
from kg.terms import Triple, literal, quads
from kg.vocab import BIRO, CITO, DCTERMS, FABIO, FOAF, FRAPO, FRBR, PRISM, RDF, RDFS, VCARD

_COUNTRY = VCARD["country-name"]


def links(own: list[Triple], described: list[str], article: Article, subject: str, base: str) -> None:
    """References, notices and grants."""
    stem = f"{subject[:-1]}#"
    for n, reference in enumerate(article.references, 1):
        node = f"{stem}ref-{n}>"
        own.append((subject, FRBR.part, node))
        own.append((node, RDF.type, BIRO.BibliographicReference))
        if reference.label:
            own.append((node, RDFS.label, literal(reference.label)))
        _stated(own, reference, node)
    for n, related in enumerate(article.related, 1):
        node = f"{stem}related-{n}>"
        own.append((subject, FRBR.part, node))
        own.append((node, RDFS.label, literal(related.label)))
        if related.relation:
            own.append((node, DCTERMS.type, CITO[related.relation]))
        _stated(own, related, node)
    for n, grant in enumerate(article.grants, 1):
        _grant(own, described, grant, subject, f"{stem}grant-{n}>", base)


def _stated(own: list[Triple], work: Reference | Related, node: str) -> None:
    """The citation as printed and the identifiers that it states, on the node of the citation."""
    if work.text:
        own.append((node, DCTERMS.bibliographicCitation, literal(work.text)))
    if work.doi:
        own.append((node, PRISM.doi, literal(work.doi)))
    if work.pmid:
        own.append((node, FABIO.hasPubMedId, f'"{work.pmid}"'))
    if work.pmcid:
        own.append((node, FABIO.hasPubMedCentralId, f'"{work.pmcid}"'))


def _grant(own: list[Triple], described: list[str], grant: Grant, subject: str, node: str, base: str) -> None:
    own.append((subject, FRAPO.isFundedBy, node))
    own.append((node, RDF.type, FRAPO.Grant))
    if grant.number:
        own.append((node, FRAPO.hasGrantNumber, literal(grant.number)))
    if label := " ".join(filter(None, (grant.acronym, grant.number))):
        own.append((node, RDFS.label, literal(label)))
    if grant.country:
        own.append((node, _COUNTRY, literal(grant.country)))
    if grant.text:
        own.append((node, DCTERMS.description, literal(grant.text)))
    if funder := iri.funder(base, grant):
        own.append((node, FRAPO.isAwardedBy, funder))
        described.append(_funder(base, funder, grant.funder))


@lru_cache(maxsize=1 << 12)
def _funder(base: str, node: str, name: str | None) -> str:
    kind = (node, RDF.type, FOAF.Organization)
    found = (kind, (node, FOAF.name, literal(name))) if name else (kind,)
    return quads(found, iri.shared_graph(base, "shared"))
