"""Who wrote it, from where, and who did what. A person as printed is ``#person-n``, always; identity comes later."""

from __future__ import annotations

from kg import iri
from kg.model import Affiliation, Article, Author, Correspondence
from kg.terms import about, end_of, fact, integer, literal
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
            facts.append(fact(KGV.degree, credit.degree))
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
        facts.append(fact(RDFS.comment, author.note))
    page.node(node, facts if len(author.affiliations) < 2 else dict.fromkeys(facts))
    facts = [_GROUP if author.is_group else _PERSON, f"{FOAF.name} {name}"]
    if author.given:
        facts.append(fact(FOAF.givenName, author.given))
    elif author.initials:
        facts.append(fact(FOAF.givenName, author.initials))
    if author.family:
        facts.append(fact(FOAF.familyName, author.family))
    if author.suffix:
        facts.append(fact(_SUFFIX, author.suffix))
    if author.orcid:
        facts.append(f'{SCORO.hasORCID} "{author.orcid}"')
    page.node(person, facts)


def _affiliation(page: Page, affiliation: Affiliation, node: str) -> None:
    """The unit as printed, its address, and the institution that it names."""
    facts = [_UNIT, _ORGANISATION, fact(RDFS.label, affiliation.text)]
    if affiliation.department:
        facts.append(fact(FOAF.name, affiliation.department))
    if affiliation.registered:
        facts += dict.fromkeys([fact(DCTERMS.identifier, known) for known in affiliation.registered])
    if institution := iri.organisation(page.base, affiliation):
        facts.append(f"{ORG.unitOf} {institution}")
        page.described.append((_institution, page.base, institution, affiliation.institution))
    if address := _address(affiliation):
        place = f"{node[:-1]}-address>"
        facts.append(f"{VCARD.hasAddress} {place}")
        page.node(place, address)
    page.node(node, facts)


def _institution(base: str, node: str, name: str | None) -> str:
    facts = (_FORMAL, _ORGANISATION, fact(FOAF.name, name)) if name else (_FORMAL, _ORGANISATION)
    return about(node, facts, end_of(iri.shared_graph(base, "shared")))


def _address(parts: Affiliation) -> list[str]:
    """The facts of a postal address; none where no part of one is certain."""
    facts = []
    if parts.city:
        facts.append(fact(VCARD.locality, parts.city))
    if parts.postcode:
        facts.append(fact(_POSTCODE, parts.postcode))
    if parts.region:
        facts.append(fact(VCARD.region, parts.region))
    if parts.country:
        facts.append(fact(_COUNTRY, parts.country))
    if parts.country_code:
        facts.append(f'{SCHEMA.addressCountry} "{parts.country_code}"')
    return [_ADDRESS, *facts] if facts else facts


def _corresponding(page: Page, to: Correspondence, stem: str) -> None:
    """A role of its own: ``pro:withRole`` is functional, so authorship and correspondence are two."""
    role = f"{stem}>"
    page.facts.append(f"{PRO.isDocumentContextFor} {role}")
    facts = [_ROLE, _CORRESPONDING, f"{PRO.relatesToDocument} {page.subject}"]
    if to.name:
        facts.append(fact(RDFS.label, to.name))
    if to.author is not None:
        facts.append(f"{PRO.isHeldBy} {page.stem}person-{to.author + 1}>")
    elif to.name:
        person = f"{stem}-person>"
        facts.append(f"{PRO.isHeldBy} {person}")
        page.node(person, (_PERSON, fact(FOAF.name, to.name)))
    facts += [f"{VCARD.hasEmail} {iri.email(address)}" for address in to.emails]
    if to.rank:
        facts.append(fact(VCARD.title, to.rank))
    if to.degree:
        facts.append(fact(_SUFFIX, to.degree))
    if to.text:
        facts.append(fact(DCTERMS.description, to.text))
    if to.address:
        node = f"{stem}-address>"
        facts.append(f"{VCARD.hasAddress} {node}")
        page.node(node, (*(_address(to.address) or (_ADDRESS,)), fact(RDFS.label, to.address.text)))
    page.node(role, dict.fromkeys(facts))
