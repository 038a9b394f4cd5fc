"""What it cites, what it answers, who paid: references, notices, grants, as printed and with the identifiers stated.

Which article of the graph another one is, is not decided here (:mod:`kg.linkers.works`): these triples depend on nothing
but their own record.
"""

from __future__ import annotations

from kg import iri
from kg.model import Article, Grant, Reference, Related
from kg.terms import about, end_of, fact
from kg.triples.page import Page
from kg.vocab import BIRO, CITO, DCTERMS, FABIO, FOAF, FRAPO, FRBR, PRISM, RDF, RDFS, VCARD

_COUNTRY = VCARD["country-name"]

_REFERENCE = f"{RDF.type} {BIRO.BibliographicReference}"
_GRANT = f"{RDF.type} {FRAPO.Grant}"
_ORGANISATION = f"{RDF.type} {FOAF.Organization}"


def links(page: Page, article: Article) -> None:
    """References, notices and grants."""
    add, stem = page.facts.append, page.stem
    for n, reference in enumerate(article.references, 1):
        node = f"{stem}ref-{n}>"
        add(f"{FRBR.part} {node}")
        facts = [_REFERENCE]
        if reference.label:
            facts.append(fact(RDFS.label, reference.label))
        _stated(facts, reference)
        page.node(node, facts)
    for n, related in enumerate(article.related, 1):
        node = f"{stem}related-{n}>"
        add(f"{FRBR.part} {node}")
        facts = [fact(RDFS.label, related.label)]
        if related.relation:
            facts.append(f"{DCTERMS.type} {CITO[related.relation]}")
        _stated(facts, related)
        page.node(node, facts)
    for n, grant in enumerate(article.grants, 1):
        _grant(page, grant, f"{stem}grant-{n}>")


def _stated(facts: list[str], work: Reference | Related) -> None:
    """The citation as printed and the identifiers that it states, on the node of the citation."""
    if work.text:
        facts.append(fact(DCTERMS.bibliographicCitation, work.text))
    if work.doi:
        facts.append(fact(PRISM.doi, work.doi))
    if work.pmid:
        facts.append(f'{FABIO.hasPubMedId} "{work.pmid}"')
    if work.pmcid:
        facts.append(f'{FABIO.hasPubMedCentralId} "{work.pmcid}"')


def _grant(page: Page, grant: Grant, node: str) -> None:
    page.facts.append(f"{FRAPO.isFundedBy} {node}")
    facts = [_GRANT]
    if grant.number:
        facts.append(fact(FRAPO.hasGrantNumber, grant.number))
    if label := " ".join(filter(None, (grant.acronym, grant.number))):
        facts.append(fact(RDFS.label, label))
    if grant.country:
        facts.append(fact(_COUNTRY, grant.country))
    if grant.text:
        facts.append(fact(DCTERMS.description, grant.text))
    if funder := iri.funder(page.base, grant):
        facts.append(f"{FRAPO.isAwardedBy} {funder}")
        page.described.append((_funder, page.base, funder, grant.funder))
    page.node(node, facts)


def _funder(base: str, node: str, name: str | None) -> str:
    facts = (_ORGANISATION, fact(FOAF.name, name)) if name else (_ORGANISATION,)
    return about(node, facts, end_of(iri.shared_graph(base, "shared")))
