"""What identifies an article and where and when it appeared: identifiers, titles, types, journal, dates, rights."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from kg import dates, iri
from kg.model import Article, Date, Event, Journal, PublicationType
from kg.terms import Triple, boolean, date, literal, quads
from kg.vocab import (
    DCTERMS,
    FABIO,
    FOAF,
    FRBR,
    KGV,
    MESHV,
    OWL,
    PRISM,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
)

_EXPRESSIONS = {
    "D016422": FABIO.Letter,
    "D016454": FABIO.ReviewArticle,
    "D016421": FABIO.Editorial,
    "D016440": FABIO.RetractionNotice,
}
"""MeSH publication type → the FaBiO class that is an Expression; the other types stay types only"""

_EVENTS = {
    "received": (DCTERMS.dateSubmitted,),
    "revised": (KGV.dateRevised,),
    "accepted": (DCTERMS.dateAccepted,),
    "issued": (DCTERMS.issued, PRISM.publicationDate),
    "available": (DCTERMS.available,),
    "retracted": (FABIO.hasRetractionDate,),
    "corrected": (FABIO.hasCorrectionDate,),
}
_SORT_ORDER = ("issued", "available", "accepted", "revised", "received")


def article(own: list[Triple], described: list[str], article: Article, subject: str, base: str) -> None:
    """The article node itself."""
    add = own.append
    add((subject, RDF.type, FABIO.BookChapter if article.is_book else FABIO.JournalArticle))
    add((subject, RDF.type, SCHEMA.Chapter if article.is_book else SCHEMA.ScholarlyArticle))
    for kind in article.publication_types:
        _publication_type(own, described, kind, subject, base)
    _identifiers(own, article, subject)
    _titles(own, article, subject)
    for code in article.languages:
        add((subject, DCTERMS.language, iri.language(code)))
    _events(own, article.events, subject)
    _place(own, described, article, subject, base)
    _rights(own, article, subject)
    if citation := article.citation or _citation(article):
        add((subject, DCTERMS.bibliographicCitation, literal(citation)))
    if article.processing_time:
        add((subject, KGV.processingTime, literal(article.processing_time)))
    if not article.authors_complete:
        add((subject, RDFS.comment, literal("The source says that its list of authors is not complete.", "en")))


def _identifiers(own: list[Triple], article: Article, subject: str) -> None:
    add = own.append
    if article.doi:
        add((subject, PRISM.doi, literal(article.doi)))
        add((subject, DCTERMS.identifier, literal(f"doi:{article.doi}")))
        add((subject, OWL.sameAs, iri.doi_page(article.doi)))
    if article.pmid:
        add((subject, FABIO.hasPubMedId, f'"{article.pmid}"'))
        add((subject, DCTERMS.identifier, f'"pmid:{article.pmid}"'))
        add((subject, OWL.sameAs, iri.pubmed_rdf(article.pmid)))
    if article.pmcid:
        add((subject, FABIO.hasPubMedCentralId, f'"{article.pmcid}"'))
        add((subject, DCTERMS.identifier, f'"pmcid:{article.pmcid}"'))
    if article.pii:
        add((subject, FABIO.hasPII, literal(article.pii)))
    for scheme, number in article.other_ids:
        add((subject, DCTERMS.identifier, literal(f"{scheme}:{number}")))


def _titles(own: list[Triple], article: Article, subject: str) -> None:
    add = own.append
    if article.title:
        add((subject, DCTERMS.title, literal(article.title.text, article.title.lang)))
    if article.subtitle:
        add((subject, FABIO.hasSubtitle, literal(article.subtitle.text, article.subtitle.lang)))
    if article.vernacular_title:
        add((subject, DCTERMS.alternative, literal(article.vernacular_title.text, article.vernacular_title.lang)))
    for title in article.translated_titles:
        add((subject, FABIO.hasTranslatedTitle, literal(title.text, title.lang)))


def _publication_type(own: list[Triple], described: list[str], kind: PublicationType, subject: str, base: str) -> None:
    if kind.id is None:
        own.append((subject, SCHEMA.genre, literal(kind.label)))
        return
    if kind.id in _EXPRESSIONS:
        own.append((subject, RDF.type, _EXPRESSIONS[kind.id]))
    own.append((subject, DCTERMS.type, iri.mesh(kind.id)))
    described.append(_described_type(base, kind.id, kind.label))


@lru_cache(maxsize=1 << 10)
def _described_type(base: str, identifier: str, label: str) -> str:
    concept = iri.mesh(identifier)
    found = (
        (concept, RDF.type, SKOS.Concept),
        (concept, RDF.type, MESHV.PublicationType),
        (concept, RDFS.label, literal(label, "en")),
    )
    return quads(found, iri.shared_graph(base, "vocabulary"))


def _events(own: list[Triple], events: Iterable[Event], subject: str) -> None:
    first: dict[str, Date] = {}
    for event in events:
        stated = event.date
        printed = event.printed or (stated.printed if stated else None)
        if stated:
            term = date(dates.iso(stated))
            for predicate in _EVENTS[event.kind]:
                own.append((subject, predicate, term))
            first.setdefault(event.kind, stated)
        if printed:
            own.append((subject, KGV.dateAsPrinted, literal(printed)))
    published = first.get("issued") or first.get("available")
    if published:
        own.append((subject, FABIO.hasPublicationYear, date(f"{published.year:04d}")))
    for kind in _SORT_ORDER:
        if kind in first:
            own.append((subject, KGV.sortDate, date(dates.first_day(first[kind]))))
            break


def _place(own: list[Triple], described: list[str], article: Article, subject: str, base: str) -> None:
    add = own.append
    if article.first_page:
        add((subject, PRISM.startingPage, literal(article.first_page)))
    if article.last_page:
        add((subject, PRISM.endingPage, literal(article.last_page)))
    if article.page_range:
        add((subject, PRISM.pageRange, literal(article.page_range)))
    if article.elocation:
        add((subject, FABIO.hasElectronicArticleIdentifier, literal(article.elocation)))
    if article.journal and (journal := _journal(base, article.journal, article.is_book)):
        key, text = journal
        container, numbers = _numbers(base, key, article.volume, article.issue)
        add((subject, FRBR.partOf, container))
        add((subject, DCTERMS.isPartOf, container))
        described.append(text)
        described += numbers
    else:
        # Without a journal there is no node that a volume could belong to.
        if article.volume:
            add((subject, PRISM.volume, literal(article.volume)))
        if article.issue:
            add((subject, PRISM.issueIdentifier, literal(article.issue)))


@lru_cache(maxsize=4096)
def _journal(base: str, journal: Journal, is_book: bool) -> tuple[str, str] | None:
    """The key of a journal and its description; None where the record does not name one."""
    key = iri.journal_key(journal)
    if key is None:
        return None
    node = iri.journal(base, key)
    found: list[Triple] = [(node, RDF.type, FABIO.Book if is_book else FABIO.Journal)]
    add = found.append
    if journal.title:
        add((node, DCTERMS.title, literal(journal.title)))
    if journal.abbreviation:
        add((node, FABIO.hasShortTitle, literal(journal.abbreviation)))
    if journal.nlm_abbreviation:
        add((node, FABIO.hasNLMJournalTitleAbbreviation, literal(journal.nlm_abbreviation)))
    if label := journal.title or journal.abbreviation or journal.nlm_abbreviation:
        add((node, RDFS.label, literal(label)))
    if journal.issn:
        add((node, PRISM.issn, literal(journal.issn)))
    if journal.eissn:
        add((node, PRISM.eIssn, literal(journal.eissn)))
    if journal.issn_l:
        add((node, FABIO.hasIssnL, literal(journal.issn_l)))
    if number := journal.issn_l or journal.eissn or journal.issn:
        add((node, OWL.sameAs, iri.portal_issn(number)))
    if journal.nlm_id:
        add((node, FABIO.hasNationalLibraryOfMedicineJournalId, literal(journal.nlm_id)))
    if journal.publisher:
        publisher = iri.organisation_named(base, journal.publisher, None)
        add((node, DCTERMS.publisher, publisher))
        add((publisher, RDF.type, FOAF.Organization))
        add((publisher, FOAF.name, literal(journal.publisher)))
    return key, quads(found, iri.shared_graph(base, "shared"))


@lru_cache(maxsize=1 << 13)
def _numbers(base: str, key: str, volume: str | None, issue: str | None) -> tuple[str, tuple[str, ...]]:
    """The smallest of journal, volume and issue that an article names; the descriptions of its volume and its issue."""
    node = iri.journal(base, key)
    found: tuple[str, ...] = ()
    graph = iri.shared_graph(base, "shared")
    if volume:
        outer, node = node, iri.journal(base, key, volume)
        found = (quads(_contained(node, outer, FABIO.JournalVolume, PRISM.volume, volume), graph),)
    if issue:
        outer, node = node, iri.journal(base, key, volume, issue)
        found += (quads(_contained(node, outer, FABIO.JournalIssue, PRISM.issueIdentifier, issue), graph),)
    return node, found


def _contained(inner: str, outer: str, kind: str, numbered: str, number: str) -> tuple[Triple, ...]:
    """A volume or an issue, and what it is part of."""
    return (
        (inner, RDF.type, kind),
        (inner, numbered, literal(number)),
        (inner, FABIO.hasSequenceIdentifier, literal(number)),
        (inner, FRBR.partOf, outer),
        (inner, DCTERMS.isPartOf, outer),
    )


def _rights(own: list[Triple], article: Article, subject: str) -> None:
    add = own.append
    rights = article.rights
    if rights.licence:
        add((subject, DCTERMS.license, f"<{rights.licence}>"))
    if rights.licence_text:
        add((subject, DCTERMS.rights, literal(rights.licence_text)))
    if rights.access:
        add((subject, DCTERMS.accessRights, literal(rights.access)))
    if rights.is_free is not None:
        add((subject, SCHEMA.isAccessibleForFree, boolean(rights.is_free)))
    if rights.copyright_text:
        add((subject, DCTERMS.rights, literal(rights.copyright_text)))
    if rights.holder:
        add((subject, DCTERMS.rightsHolder, literal(rights.holder)))
    if rights.year:
        add((subject, DCTERMS.dateCopyrighted, date(f"{rights.year:04d}")))


def _citation(article: Article) -> str | None:
    """``Kumar D, Tanwar R. World J Stem Cells 2025;17(7):106856``, from what the record states; None without a journal."""
    journal = article.journal
    name = journal and (journal.nlm_abbreviation or journal.abbreviation or journal.title)
    if not name or not article.authors:
        return None
    authors = ", ".join(
        a.name if a.is_group or not a.family else _short(a.family, a.initials, a.given) for a in article.authors
    )
    year = next(
        (str(e.date.year) for kind in ("issued", "available") for e in article.events if e.kind == kind and e.date), ""
    )
    place = f"{article.volume or ''}{f'({article.issue})' if article.issue else ''}"
    pages = article.elocation or article.page_range or article.first_page or ""
    if not article.elocation and not article.page_range and article.last_page:
        pages += f"-{article.last_page}"
    tail = f"{place}:{pages}" if pages else place
    return f"{authors}. {name} {year}{f';{tail}' if tail else ''}".strip()


def _short(family: str, initials: str | None, given: str | None) -> str:
    if not initials and given:
        initials = "".join(word[0] for word in given.replace("-", " ").replace(".", " ").split())
    return f"{family} {initials}" if initials else family
