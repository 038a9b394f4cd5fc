"""Who wrote it, from where, and who did what. A person as printed is ``#person-n``, always; identity comes later."""

from __future__ import annotations

from functools import lru_cache

from kg import iri
from kg.model import Affiliation, Article, Author, Correspondence
from kg.terms import Triple, integer, literal, quads
from kg.vocab import DCTERMS, FOAF, KGV, ORG, PRO, RDF, RDFS, SCHEMA, SCORO, VCARD, credit_role

_CORRESPONDING = SCORO["corresponding-author"]
_SUFFIX = VCARD["honorific-suffix"]
_POSTCODE = VCARD["postal-code"]
_COUNTRY = VCARD["country-name"]


def people(own: list[Triple], described: list[str], article: Article, subject: str, base: str) -> None:
    """Authors, editors, investigators, their affiliations, correspondence, equal contribution, CRediT."""
    stem = subject[:-1]
    affiliations = [f"{stem}#aff-{n}>" for n in range(1, len(article.affiliations) + 1)]
    for node, affiliation in zip(affiliations, article.affiliations, strict=True):
        _affiliation(own, described, affiliation, node, base)
    for n, author in enumerate(article.authors, 1):
        _role(own, author, n, subject, f"{stem}#author-{n}>", f"{stem}#person-{n}>", PRO.author, affiliations)
    for kind, role, members in (
        ("editor", PRO.editor, article.editors),
        ("investigator", PRO.contributor, article.investigators),
    ):
        for n, member in enumerate(members, 1):
            node = f"{stem}#{kind}-{n}"
            _role(own, member, n, subject, f"{node}>", f"{node}-person>", role, affiliations)
    for group in article.equal_contributors:
        first = f"{stem}#author-{group[0] + 1}>"
        for index in group[1:]:
            other = f"{stem}#author-{index + 1}>"
            own.append((first, SCORO.isEqualToRoleInTime, other))
            own.append((other, SCORO.isEqualToRoleInTime, first))
    for n, correspondence in enumerate(article.correspondence, 1):
        _corresponding(own, correspondence, subject, f"{stem}#corresponding-{n}", stem)
    for n, credit in enumerate(article.credits, 1):
        node = f"{stem}#credit-{n}>"
        own.append((subject, PRO.isDocumentContextFor, node))
        own.append((node, RDF.type, PRO.RoleInTime))
        own.append((node, PRO.withRole, credit_role(credit.role)))
        own.append((node, PRO.isHeldBy, f"{stem}#person-{credit.author + 1}>"))
        own.append((node, PRO.relatesToDocument, subject))
        if credit.degree:
            own.append((node, KGV.degree, literal(credit.degree)))


def _role(
    own: list[Triple],
    author: Author,
    position: int,
    subject: str,
    node: str,
    person: str,
    role: str,
    affiliations: list[str],
) -> None:
    """One name in a list: the role in time and the person (or group) who holds it."""
    add = own.append
    name = literal(author.name)
    add((subject, PRO.isDocumentContextFor, node))
    add((node, RDF.type, PRO.RoleInTime))
    add((node, PRO.withRole, role))
    add((node, SCHEMA.position, integer(position)))
    add((node, RDFS.label, name))
    add((node, PRO.isHeldBy, person))
    add((node, PRO.relatesToDocument, subject))
    for index in author.affiliations:
        add((node, PRO.relatesToOrganization, affiliations[index]))
    if author.note:
        add((node, RDFS.comment, literal(author.note)))
    add((person, RDF.type, FOAF.Group if author.is_group else FOAF.Person))
    add((person, FOAF.name, name))
    if author.given:
        add((person, FOAF.givenName, literal(author.given)))
    elif author.initials:
        add((person, FOAF.givenName, literal(author.initials)))
    if author.family:
        add((person, FOAF.familyName, literal(author.family)))
    if author.suffix:
        add((person, _SUFFIX, literal(author.suffix)))
    if author.orcid:
        add((person, SCORO.hasORCID, f'"{author.orcid}"'))


def _affiliation(own: list[Triple], described: list[str], affiliation: Affiliation, node: str, base: str) -> None:
    """The unit as printed, its address, and the institution that it names."""
    own.append((node, RDF.type, ORG.OrganizationalUnit))
    own.append((node, RDF.type, FOAF.Organization))
    own.append((node, RDFS.label, literal(affiliation.text)))
    if affiliation.department:
        own.append((node, FOAF.name, literal(affiliation.department)))
    for identifier in affiliation.registered:
        own.append((node, DCTERMS.identifier, literal(identifier)))
    if institution := iri.organisation(base, affiliation):
        own.append((node, ORG.unitOf, institution))
        described.append(_institution(base, institution, affiliation.institution))
    _address(own, affiliation, node, f"{node[:-1]}-address>")


@lru_cache(maxsize=1 << 14)
def _institution(base: str, node: str, name: str | None) -> str:
    kinds = (node, RDF.type, ORG.FormalOrganization), (node, RDF.type, FOAF.Organization)
    found = (*kinds, (node, FOAF.name, literal(name))) if name else kinds
    return quads(found, iri.shared_graph(base, "shared"))


def _address(own: list[Triple], parts: Affiliation, holder: str, node: str) -> None:
    """A postal address, where any part of one is certain."""
    facts = [
        (predicate, literal(text))
        for predicate, text in (
            (VCARD.locality, parts.city),
            (_POSTCODE, parts.postcode),
            (VCARD.region, parts.region),
            (_COUNTRY, parts.country),
            (SCHEMA.addressCountry, parts.country_code),
        )
        if text
    ]
    if facts:
        own.append((holder, VCARD.hasAddress, node))
        own.append((node, RDF.type, VCARD.Address))
        own += [(node, predicate, term) for predicate, term in facts]


def _corresponding(own: list[Triple], to: Correspondence, subject: str, node: str, stem: str) -> None:
    """A role of its own: ``pro:withRole`` is functional, so authorship and correspondence are two."""
    role = f"{node}>"
    add = own.append
    add((subject, PRO.isDocumentContextFor, role))
    add((role, RDF.type, PRO.RoleInTime))
    add((role, PRO.withRole, _CORRESPONDING))
    add((role, PRO.relatesToDocument, subject))
    if to.name:
        add((role, RDFS.label, literal(to.name)))
    if to.author is not None:
        add((role, PRO.isHeldBy, f"{stem}#person-{to.author + 1}>"))
    elif to.name:
        person = f"{node}-person>"
        add((role, PRO.isHeldBy, person))
        add((person, RDF.type, FOAF.Person))
        add((person, FOAF.name, literal(to.name)))
    for address in to.emails:
        add((role, VCARD.hasEmail, iri.email(address)))
    if to.rank:
        add((role, VCARD.title, literal(to.rank)))
    if to.degree:
        add((role, _SUFFIX, literal(to.degree)))
    if to.text:
        add((role, DCTERMS.description, literal(to.text)))
    if to.address:
        address_node = f"{node}-address>"
        before = len(own)
        _address(own, to.address, role, address_node)
        if len(own) == before:
            add((role, VCARD.hasAddress, address_node))
            add((address_node, RDF.type, VCARD.Address))
        add((address_node, RDFS.label, literal(to.address.text)))
