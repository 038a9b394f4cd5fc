"""Elements → items: which element goes to which handler, and what comes of them.

What the database says of its own work (dates of entry and revision, indexing status, citation subsets) is declined. What
an indexer noted besides (general notes, gene symbols, persons as subject) and elements that are not known here are kept
as statements under their names.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.markup import Element, text_of
from kg.model import (
    Article,
    Deletion,
    Item,
    Journal,
    Section,
    Text,
    Warned,
)
from kg.readers.pubmed import front, indexing, links, people
from kg.readers.pubmed.draft import VERSION, Draft, Handler, container, each, extend, shown, without_pmid
from kg.readers.pubmed.stream import SETS


def items(element: Element, line: int | None) -> Iterator[Item]:
    """What one child of a set says."""
    tag = element.tag
    if text := _text_before(element):
        yield Warned(None, "stray-text", f"text between the records is left out: {shown(text)}", line=line)
    if tag == "PubmedArticle" or tag == "MedlineCitation":
        yield from _article(element, line)
    elif tag == "PubmedBookArticle":
        yield from _book_article(element, line)
    elif tag in ("DeleteCitation", "DeleteDocument"):
        yield from _deletions(element, line)
    elif tag not in SETS or element.getparent() is not None:
        yield Warned(None, "unknown-element", f"the element {shown(str(tag))} is no record and left out", line=line)


def _text_before(element: Element) -> str:
    """The text directly before a record in its set; of the set, the text after its last record."""
    parent = element.getparent()
    if parent is None:
        if element.tag not in SETS:
            return ""
        parent, previous = element, element[-1] if len(element) else None
    else:
        previous = element.getprevious()
    text = ""
    while previous is not None and type(previous.tag) is not str:  # a comment or a processing instruction
        text = (previous.tail or "") + text
        previous = previous.getprevious()
    text = ((parent.text if previous is None else previous.tail) or "") + text
    return text.strip()


def _deletions(element: Element, line: int | None) -> Iterator[Item]:
    for child in element.iterchildren("PMID"):
        draft = Draft(line)
        if draft.begin(child):
            yield from draft.warnings
            yield Deletion(draft.pmid, draft.version, line)
        else:
            yield from draft.warnings


def _article(record: Element, line: int | None) -> Iterator[Item]:
    draft = Draft(line)
    citation = record if record.tag == "MedlineCitation" else next(record.iterchildren("MedlineCitation"), None)
    if citation is None or not draft.begin(next(citation.iterchildren("PMID"), None)):
        yield from draft.warnings or (without_pmid(line),)
        return
    if draft.version == 1 and (version := citation.get("VersionID")) and VERSION.fullmatch(version):
        draft.version = int(version)
    if record is citation:
        each(draft, citation, _CITATION)
    else:
        each(draft, record, _ARTICLE_RECORD)
    yield from _finished(draft)


def _book_article(record: Element, line: int | None) -> Iterator[Item]:
    draft = Draft(line)
    if not draft.begin(record.find("BookDocument/PMID")):
        yield from draft.warnings
        return
    draft.fields["is_book"] = True
    each(draft, record, _BOOK_RECORD)
    yield from _finished(draft)


def _finished(draft: Draft) -> Iterator[Item]:
    """The warnings, then the article."""
    fields = draft.fields
    front.take_identifiers(draft)
    if draft.first_affiliation:
        people.give_to_first_author(draft)
    if draft.online:
        kinds = {event.kind for event in draft.events if event.date}
        for event in sorted(draft.online, key=front.day):
            if event.kind not in kinds:
                kinds.add(event.kind)
                draft.events.append(event)
    if len(draft.languages) == 1 and (vernacular := fields.get("vernacular_title")):
        fields["vernacular_title"] = Text(vernacular.text, draft.languages[0])
    if "is_book" in fields and "title" not in fields and "title" in draft.journal:
        fields["title"] = Text(draft.journal["title"])  # the record is of the whole book
    if "title" not in fields and "vernacular_title" not in fields:
        draft.warn("no-title", "the record has no title")
    yield from draft.warnings
    yield Article(
        record=draft.record,
        reader="pubmed",
        line=draft.line,
        version=draft.version,
        pmid=draft.pmid,
        journal=Journal(**draft.journal) if draft.journal else None,
        languages=tuple(dict.fromkeys(draft.languages)),
        events=tuple(dict.fromkeys(draft.events)),
        affiliations=tuple(draft.parsed),
        statements=tuple(draft.statements),
        **fields,
    )


# --- books --------------------------------------------------------------------------------------------------------------


def _publisher_name(draft: Draft, element: Element) -> None:
    front.journal_part(draft, "publisher", text_of(element))


def _book_title(draft: Draft, element: Element) -> None:
    front.journal_part(draft, "title", text_of(element))


def _isbn(draft: Draft, element: Element) -> None:
    if text := text_of(element):
        draft.ids.append(("isbn", text))


def _book_authors(draft: Draft, element: Element) -> None:
    """Who wrote or edited the book; its authors are the document's where that has none of its own."""
    if element.get("Type") == "editors" or element.getparent().getparent().find("AuthorList") is not None:  # type: ignore[union-attr]
        people.members(draft, element, "editors")
    else:
        people.authors(draft, element)


def _revised(draft: Draft, element: Element) -> None:
    front.event(draft, element, "the date of revision", "revised", draft.events)


def _contributed(draft: Draft, element: Element) -> None:
    front.article_date(draft, element)


def _sections(draft: Draft, element: Element, above: str = "") -> None:
    """The headings of a chapter; PubMed has no more of it."""
    for n, child in enumerate(element.iterchildren("Section"), 1):
        heading = text_of(title) if (title := child.find("SectionTitle")) is not None else ""
        label = text_of(part) if (part := child.find("LocationLabel")) is not None else ""
        number = f"{above}{n}"
        extend(draft, "sections", [Section(number, " ".join(filter(None, (label, heading))) or None, "")])
        _sections(draft, child, f"{number}.")


# --- which element goes where -------------------------------------------------------------------------------------------


_ARTICLE: dict[str, Handler | None] = {
    "Journal": front.journal,
    "ArticleTitle": front.title,
    "Pagination": front.pagination,
    "ELocationID": front.location,
    "Abstract": front.abstract,
    "Affiliation": people.article_affiliation,
    "AuthorList": people.authors,
    "InvestigatorList": people.investigators,
    "Language": front.language,
    "DataBankList": indexing.databanks,
    "GrantList": links.grants,
    "PublicationTypeList": indexing.publication_types,
    "VernacularTitle": front.vernacular_title,
    "ArticleDate": front.article_date,
}
_CITATION: dict[str, Handler | None] = {
    "PMID": None,
    "DateCreated": None,
    "DateCompleted": None,
    "DateRevised": None,
    "CitationSubset": None,
    "NumberOfReferences": None,
    "Article": container(_ARTICLE),
    "MedlineJournalInfo": front.journal_info,
    "ChemicalList": indexing.chemicals,
    "SupplMeshList": indexing.supplementary,
    "CommentsCorrectionsList": links.corrections,
    "CommentsCorrections": links.corrections,
    "MeshHeadingList": indexing.mesh_headings,
    "OtherID": front.other_id,
    "OtherAbstract": front.other_abstract,
    "KeywordList": indexing.keywords,
    "CoiStatement": links.conflict,
    "InvestigatorList": people.investigators,
    "DataBankList": indexing.databanks,
    "GeneralNote": links.general_note,
}
_DATA: dict[str, Handler | None] = {
    "History": front.history,
    "PublicationStatus": None,
    "ArticleIdList": front.article_ids,
    "ArticleId": front.article_id,
    "ReferenceList": links.references,
}
_BOOK: dict[str, Handler | None] = {
    "Publisher": container({"PublisherName": _publisher_name}),
    "BookTitle": _book_title,
    "PubDate": front.publication_date,
    "AuthorList": _book_authors,
    "InvestigatorList": people.investigators,
    "Volume": front.set_text("volume"),
    "Isbn": _isbn,
    "ELocationID": front.location,
}
_ARTICLE_RECORD: dict[str, Handler | None] = {
    "MedlineCitation": container(_CITATION),
    "PubmedData": container(_DATA),
}
_BOOK_DOCUMENT: dict[str, Handler | None] = {
    **{tag: _ARTICLE[tag] for tag in ("Pagination", "Abstract", "AuthorList", "InvestigatorList", "Language")},
    **{tag: _ARTICLE[tag] for tag in ("ArticleTitle", "VernacularTitle", "GrantList")},
    "PMID": None,
    "ArticleIdList": front.article_ids,
    "Book": container(_BOOK),
    "PublicationType": indexing.one_publication_type,
    "KeywordList": indexing.keywords,
    "ContributionDate": _contributed,
    "DateRevised": _revised,
    "CitationString": front.set_text("citation"),
    "ReferenceList": links.references,
    "Sections": _sections,
}
_BOOK_RECORD: dict[str, Handler | None] = {
    "BookDocument": container(_BOOK_DOCUMENT),
    "PubmedBookData": container(_DATA),
}
