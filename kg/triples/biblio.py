"""What identifies an article and where and when it appeared: identifiers, titles, types, journal, dates, rights."""

from __future__ import annotations

from collections.abc import Iterable

from kg import dates, iri
from kg.model import Article, Date, Event, PublicationType, Rights
from kg.terms import about, boolean, date, end_of, fact, literal
from kg.triples.page import Page
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

_JOURNAL_ARTICLE = f"{RDF.type} {FABIO.JournalArticle}"
_SCHOLARLY_ARTICLE = f"{RDF.type} {SCHEMA.ScholarlyArticle}"
_BOOK_CHAPTER = f"{RDF.type} {FABIO.BookChapter}"
_CHAPTER = f"{RDF.type} {SCHEMA.Chapter}"
_VOLUME = f"{RDF.type} {FABIO.JournalVolume}"
_ISSUE = f"{RDF.type} {FABIO.JournalIssue}"
_ORGANISATION = f"{RDF.type} {FOAF.Organization}"
_CONCEPT = f"{RDF.type} {SKOS.Concept}"
_PUBLICATION_TYPE = f"{RDF.type} {MESHV.PublicationType}"


def article(page: Page, article: Article) -> None:
    """The article node itself."""
    add = page.facts.append
    add(_BOOK_CHAPTER if article.is_book else _JOURNAL_ARTICLE)
    add(_CHAPTER if article.is_book else _SCHOLARLY_ARTICLE)
    for kind in article.publication_types:
        _publication_type(page, kind)
    _identifiers(page.facts, article)
    _titles(page.facts, article)
    for code in article.languages:
        add(f"{DCTERMS.language} {iri.language(code)}")
    _events(page.facts, article.events)
    _place(page, article)
    _rights(page.facts, article.rights)
    if citation := article.citation or _citation(article):
        add(fact(DCTERMS.bibliographicCitation, citation))
    if article.processing_time:
        add(fact(KGV.processingTime, article.processing_time))
    if not article.authors_complete:
        add(fact(RDFS.comment, "The source says that its list of authors is not complete.", "en"))


def _identifiers(facts: list[str], article: Article) -> None:
    add = facts.append
    if article.doi:
        add(fact(PRISM.doi, article.doi))
        add(fact(DCTERMS.identifier, f"doi:{article.doi}"))
        add(f"{OWL.sameAs} {iri.doi_page(article.doi)}")
    if article.pmid:
        add(f'{FABIO.hasPubMedId} "{article.pmid}"')
        add(f'{DCTERMS.identifier} "pmid:{article.pmid}"')
        add(f"{OWL.sameAs} {iri.pubmed_rdf(article.pmid)}")
    if article.pmcid:
        add(f'{FABIO.hasPubMedCentralId} "{article.pmcid}"')
        add(f'{DCTERMS.identifier} "pmcid:{article.pmcid}"')
    if article.pii:
        add(fact(FABIO.hasPII, article.pii))
    for scheme, number in article.other_ids:
        add(fact(DCTERMS.identifier, f"{scheme}:{number}"))


def _titles(facts: list[str], article: Article) -> None:
    add = facts.append
    if article.title:
        add(fact(DCTERMS.title, article.title.text, article.title.lang))
    if article.subtitle:
        add(fact(FABIO.hasSubtitle, article.subtitle.text, article.subtitle.lang))
    if article.vernacular_title:
        add(fact(DCTERMS.alternative, article.vernacular_title.text, article.vernacular_title.lang))
    for title in article.translated_titles:
        add(fact(FABIO.hasTranslatedTitle, title.text, title.lang))


def _publication_type(page: Page, kind: PublicationType) -> None:
    add = page.facts.append
    if kind.id is None:
        add(fact(SCHEMA.genre, kind.label))
        return
    if kind.id in _EXPRESSIONS:
        add(f"{RDF.type} {_EXPRESSIONS[kind.id]}")
    add(f"{DCTERMS.type} {iri.mesh(kind.id)}")
    page.described.append((_described_type, page.base, kind.id, kind.label))


def _described_type(base: str, identifier: str, label: str) -> str:
    facts = (_CONCEPT, _PUBLICATION_TYPE, fact(RDFS.label, label, "en"))
    return about(iri.mesh(identifier), facts, end_of(iri.shared_graph(base, "vocabulary")))


def _events(facts: list[str], events: Iterable[Event]) -> None:
    add = facts.append
    first: dict[str, Date] = {}
    for event in events:
        stated = event.date
        printed = event.printed or (stated.printed if stated else None)
        if stated:
            term = date(dates.iso(stated))
            for predicate in _EVENTS[event.kind]:
                add(f"{predicate} {term}")
            first.setdefault(event.kind, stated)
        if printed:
            add(fact(KGV.dateAsPrinted, printed))
    published = first.get("issued") or first.get("available")
    if published:
        add(f"{FABIO.hasPublicationYear} {date(f'{published.year:04d}')}")
    for kind in _SORT_ORDER:
        if kind in first:
            add(f"{KGV.sortDate} {date(dates.first_day(first[kind]))}")
            break


def _place(page: Page, article: Article) -> None:
    add = page.facts.append
    if article.first_page:
        add(fact(PRISM.startingPage, article.first_page))
    if article.last_page:
        add(fact(PRISM.endingPage, article.last_page))
    if article.page_range:
        add(fact(PRISM.pageRange, article.page_range))
    if article.elocation:
        add(fact(FABIO.hasElectronicArticleIdentifier, article.elocation))
    journal, volume, issue = article.journal, article.volume, article.issue
    if journal and (key := iri.journal_key(journal)):
        base, described = page.base, page.described
        container = iri.journal(base, key, volume, issue)
        add(f"{FRBR.partOf} {container}")
        add(f"{DCTERMS.isPartOf} {container}")
        described.append(
            (
                _container,
                base,
                key,
                FABIO.Book if article.is_book else FABIO.Journal,
                journal.title,
                journal.abbreviation,
                journal.nlm_abbreviation,
                journal.issn,
                journal.eissn,
                journal.issn_l,
                journal.nlm_id,
                journal.publisher,
            )
        )
        if volume:
            described.append((_volume, base, key, volume))
        if issue:
            described.append((_issue, base, key, volume, issue))
    else:
        # Without a journal there is no node that a volume could belong to.
        if volume:
            add(fact(PRISM.volume, volume))
        if issue:
            add(fact(PRISM.issueIdentifier, issue))


def _container(
    base: str,
    key: str,
    kind: str,
    title: str | None,
    abbreviation: str | None,
    nlm_abbreviation: str | None,
    issn: str | None,
    eissn: str | None,
    issn_l: str | None,
    nlm_id: str | None,
    publisher: str | None,
) -> str:
    """A journal or a book."""
    end = end_of(iri.shared_graph(base, "shared"))
    facts = [f"{RDF.type} {kind}"]
    facts += [
        fact(predicate, text)
        for predicate, text in (
            (DCTERMS.title, title),
            (FABIO.hasShortTitle, abbreviation),
            (FABIO.hasNLMJournalTitleAbbreviation, nlm_abbreviation),
            (RDFS.label, title or abbreviation or nlm_abbreviation),
            (PRISM.issn, issn),
            (PRISM.eIssn, eissn),
            (FABIO.hasIssnL, issn_l),
            (FABIO.hasNationalLibraryOfMedicineJournalId, nlm_id),
        )
        if text
    ]
    if number := issn_l or eissn or issn:
        facts.append(f"{OWL.sameAs} {iri.portal_issn(number)}")
    of_publisher = ""
    if publisher:
        node = iri.organisation_named(base, publisher, None)
        facts.append(f"{DCTERMS.publisher} {node}")
        of_publisher = about(node, (_ORGANISATION, fact(FOAF.name, publisher)), end)
    return about(iri.journal(base, key), facts, end) + of_publisher


def _volume(base: str, key: str, volume: str) -> str:
    return _contained(base, iri.journal(base, key, volume), iri.journal(base, key), _VOLUME, PRISM.volume, volume)


def _issue(base: str, key: str, volume: str | None, issue: str) -> str:
    inner, outer = iri.journal(base, key, volume, issue), iri.journal(base, key, volume)
    return _contained(base, inner, outer, _ISSUE, PRISM.issueIdentifier, issue)


def _contained(base: str, inner: str, outer: str, kind: str, numbered: str, number: str) -> str:
    """A volume or an issue, and what it is part of."""
    text = literal(number)
    facts = (
        kind,
        f"{numbered} {text}",
        f"{FABIO.hasSequenceIdentifier} {text}",
        f"{FRBR.partOf} {outer}",
        f"{DCTERMS.isPartOf} {outer}",
    )
    return about(inner, facts, end_of(iri.shared_graph(base, "shared")))


def _rights(facts: list[str], rights: Rights) -> None:
    add = facts.append
    if rights.licence:
        add(f"{DCTERMS.license} <{rights.licence}>")
    if rights.licence_text:
        add(fact(DCTERMS.rights, rights.licence_text))
    if rights.access:
        add(fact(DCTERMS.accessRights, rights.access))
    if rights.is_free is not None:
        add(f"{SCHEMA.isAccessibleForFree} {boolean(rights.is_free)}")
    if rights.copyright_text:
        add(fact(DCTERMS.rights, rights.copyright_text))
    if rights.holder:
        add(fact(DCTERMS.rightsHolder, rights.holder))
    if rights.year:
        add(f"{DCTERMS.dateCopyrighted} {date(f'{rights.year:04d}')}")


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
