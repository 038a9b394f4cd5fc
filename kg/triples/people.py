"""Who wrote it, from where, and who did what. A person as printed is ``#person-n``, always; identity comes later."""

from __future__ import annotations

from kg import iri
from kg.model import Affiliation, Article, Author, Correspondence
from kg.terms import about, end_of, integer, literal
from kg.triples.page import Page
from kg.vocab import DCTERMS, FOAF, KGV, ORG, PRO, RDF, RDFS, SCHEMA, SCORO, VCARD, credit_role

_CORRESPONDING = f"{PRO.withRole} {SCORO['corresponding-author']}"
_SUFFIX = VCARD["honorific-suffix"]
_POSTCODE = VCARD["postal-code"]
_COUNTRY = VCARD["country-name"]

_AUTHOR = f"{PRO.withRole} {PRO.author}"
_EDITOR = f"{PRO.withRole} {PRO.editor}"
_CONTRIBUTOR = f"{PRO.withRole} {PRO.contributor}"
_ROLE = f"{RDF.type} {PRO.RoleInTime}"
_PERSON = f"{RDF.type} {FOAF.Person}"
_GROUP = f"{RDF.type} {FOAF.Group}"
_UNIT = f"{RDF.type} {ORG.OrganizationalUnit}"
_FORMAL = f"{RDF.type} {ORG.FormalOrganization}"
_ORGANISATION = f"{RDF.type} {FOAF.Organization}"
_ADDRESS = f"{RDF.type} {VCARD.Address}"


def people(page: Page, article: Article) -> None:
    """Authors, editors, investigators, their affiliations, correspondence, equal contribution, CRediT."""
    stem, triples = page.stem, page.triples
    affiliations = [f"{stem}aff-{n}>" for n in range(1, len(article.affiliations) + 1)]
    for node, affiliation in zip(affiliations, article.affiliations, strict=True):
        _affiliation(page, affiliation, node)
    at = [f"{PRO.relatesToOrganization} {node}" for node in affiliations]
    for n, author in enumerate(article.authors, 1):
        _role(page, author, n, f"{stem}author-{n}>", f"{stem}person-{n}>", _AUTHOR, at)
    for kind, role, members in (
        ("editor", _EDITOR, article.editors),
        ("investigator", _CONTRIBUTOR, article.investigators),
    ):
        for n, member in enumerate(members, 1):
            node = f"{stem}{kind}-{n}"
            _role(page, member, n, f"{node}>", f"{node}-person>", role, at)
    for group in article.equal_contributors:
        first = f"{stem}author-{group[0] + 1}>"
        for index in group[1:]:
            other = f"{stem}author-{index + 1}>"
            triples.append((first, SCORO.isEqualToRoleInTime, other))
            triples.append((other, SCORO.isEqualToRoleInTime, first))
    for n, correspondence in enumerate(article.correspondence, 1):
        _corresponding(page, correspondence, f"{stem}corresponding-{n}")
    for n, credit in enumerate(article.credits, 1):
        node = f"{stem}credit-{n}>"
        page.facts.append(f"{PRO.isDocumentContextFor} {node}")
        facts = [
            _ROLE,
            f"{PRO.withRole} {credit_role(credit.role)}",
            f"{PRO.isHeldBy} {stem}person-{credit.author + 1}>",
            f"{PRO.relatesToDocument} {page.subject}",
        ]
        if credit.degree:
            facts.append(f"{KGV.degree} {literal(credit.degree)}")
        page.node(node, facts)


def _role(page: Page, author: Author, position: int, node: str, person: str, role: str, at: list[str]) -> None:
    """One name in a list: the role in time and the person (or group) who holds it.

    Args:
        page: takes what is said.
        author: the name.
        position: its place in the list, from 1.
        node: the term of the role in time.
        person: the term of who holds it.
        role: the fact of what role it is.
        at: the fact of each affiliation of the article.
    """
    name = literal(author.name)
    page.facts.append(f"{PRO.isDocumentContextFor} {node}")
    facts = [
        _ROLE,
        role,
        f"{SCHEMA.position} {integer(position)}",
        f"{RDFS.label} {name}",
        f"{PRO.isHeldBy} {person}",
        f"{PRO.relatesToDocument} {page.subject}",
        *[at[index] for index in author.affiliations],
    ]
    if author.note:
        facts.append(f"{RDFS.comment} {literal(author.note)}")
    page.node(node, facts if len(author.affiliations) < 2 else dict.fromkeys(facts))
    facts = [_GROUP if author.is_group else _PERSON, f"{FOAF.name} {name}"]
    if author.given:
        facts.append(f"{FOAF.givenName} {literal(author.given)}")
    elif author.initials:
        facts.append(f"{FOAF.givenName} {literal(author.initials)}")
    if author.family:
        facts.append(f"{FOAF.familyName} {literal(author.family)}")
    if author.suffix:
        facts.append(f"{_SUFFIX} {literal(author.suffix)}")
    if author.orcid:
        facts.append(f'{SCORO.hasORCID} "{author.orcid}"')
    page.node(person, facts)


def _affiliation(page: Page, affiliation: Affiliation, node: str) -> None:
    """The unit as printed, its address, and the institution that it names."""
    facts = [_UNIT, _ORGANISATION, f"{RDFS.label} {literal(affiliation.text)}"]
    if affiliation.department:
        facts.append(f"{FOAF.name} {literal(affiliation.department)}")
    if affiliation.registered:
        facts += dict.fromkeys([f"{DCTERMS.identifier} {literal(known)}" for known in affiliation.registered])
    if institution := iri.organisation(page.base, affiliation):
        facts.append(f"{ORG.unitOf} {institution}")
        page.described.append((_institution, page.base, institution, affiliation.institution))
    if address := _address(affiliation):
        place = f"{node[:-1]}-address>"
        facts.append(f"{VCARD.hasAddress} {place}")
        page.node(place, address)
    page.node(node, facts)


def _institution(base: str, node: str, name: str | None) -> str:
    facts = (_FORMAL, _ORGANISATION, f"{FOAF.name} {literal(name)}") if name else (_FORMAL, _ORGANISATION)
    return about(node, facts, end_of(iri.shared_graph(base, "shared")))


def _address(parts: Affiliation) -> list[str]:
    """The facts of a postal address; none where no part of one is certain."""
    facts = []
    if parts.city:
        facts.append(f"{VCARD.locality} {literal(parts.city)}")
    if parts.postcode:
        facts.append(f"{_POSTCODE} {literal(parts.postcode)}")
    if parts.region:
        facts.append(f"{VCARD.region} {literal(parts.region)}")
    if parts.country:
        facts.append(f"{_COUNTRY} {literal(parts.country)}")
    if parts.country_code:
        facts.append(f'{SCHEMA.addressCountry} "{parts.country_code}"')
    return [_ADDRESS, *facts] if facts else facts


def _corresponding(page: Page, to: Correspondence, stem: str) -> None:
    """A role of its own: ``pro:withRole`` is functional, so authorship and correspondence are two."""
    role = f"{stem}>"
    page.facts.append(f"{PRO.isDocumentContextFor} {role}")
    facts = [_ROLE, _CORRESPONDING, f"{PRO.relatesToDocument} {page.subject}"]
    if to.name:
        facts.append(f"{RDFS.label} {literal(to.name)}")
    if to.author is not None:
        facts.append(f"{PRO.isHeldBy} {page.stem}person-{to.author + 1}>")
    elif to.name:
        person = f"{stem}-person>"
        facts.append(f"{PRO.isHeldBy} {person}")
        page.node(person, (_PERSON, f"{FOAF.name} {literal(to.name)}"))
    facts += [f"{VCARD.hasEmail} {iri.email(address)}" for address in to.emails]
    if to.rank:
        facts.append(f"{VCARD.title} {literal(to.rank)}")
    if to.degree:
        facts.append(f"{_SUFFIX} {literal(to.degree)}")
    if to.text:
        facts.append(f"{DCTERMS.description} {literal(to.text)}")
    if to.address:
        node = f"{stem}-address>"
        facts.append(f"{VCARD.hasAddress} {node}")
        page.node(node, (*(_address(to.address) or (_ADDRESS,)), f"{RDFS.label} {literal(to.address.text)}"))
    page.node(role, dict.fromkeys(facts))
