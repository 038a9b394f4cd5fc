"""Records → items: which element goes to which rule, and what comes of them.

What the database says of its own work (dates of entry and revision, indexing status, citation subsets) is declined. What
an indexer noted besides (general notes, gene symbols, persons as subject) and elements that are not known here are kept
as statements under their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

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
from kg.readers.pubmed.draft import VERSION, Draft, shown, without_pmid
from kg.readers.pubmed.rules import (
    ATTRIBUTES,
    SPACE,
    Attributes,
    Odd,
    Rule,
    Rules,
    container,
    each,
    each_in,
    is_plain,
    leaf,
)
from kg.readers.pubmed.stream import SETS, Piece


def items_of(piece: Piece) -> Iterator[list[Item]]:
    """What the records of a piece say, each; of the last piece, also what stands behind its last record.

    Raises:
        NotPlain: the piece is not well-formed.
    """
    done = at = 0
    if is_plain(piece.data):
        text = piece.text
        while record := _RECORD.match(text, at):
            draft = Draft(piece.line_at(record.start(1) - 1))
            if "VersionID" in record["attributes"] or not draft.begin(
                record["pmid"], record["pmid"], record["version"]
            ):
                break
            try:
                at = each_in(draft, text, record, _ARTICLE_RECORD)
            except Odd:
                break
            yield list(_finished(draft))
            done += 1
        if done and not text[at:].strip():
            return
    for element, line in piece.elements(done):
        yield list(items(element, line))


_RECORD = re.compile(
    f"{SPACE}<(PubmedArticle)()>(?={SPACE}<MedlineCitation(?P<attributes>{ATTRIBUTES})>"
    f'{SPACE}<PMID(?: Version="(?P<version>[0-9]++)"|)>(?P<pmid>[0-9]++)</PMID>)'
)
"""the start tag of a record, as :func:`~kg.readers.pubmed.rules.tag_at` tells it, and what it begins with"""


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
        if _begin(draft, child):
            yield from draft.warnings
            yield Deletion(draft.pmid, draft.version, line)
        else:
            yield from draft.warnings


def _begin(draft: Draft, pmid: Element | None) -> bool:
    """Take the PMID; False, with the reason among the warnings, where there is none."""
    if pmid is None:
        return draft.begin("", "", None)
    return draft.begin(text_of(pmid), pmid.text or "", pmid.get("Version") or pmid.get("VersionID"))


def _article(record: Element, line: int | None) -> Iterator[Item]:
    draft = Draft(line)
    citation = record if record.tag == "MedlineCitation" else next(record.iterchildren("MedlineCitation"), None)
    if citation is None or not _begin(draft, next(citation.iterchildren("PMID"), None)):
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
    if not _begin(draft, record.find("BookDocument/PMID")):
        yield from draft.warnings
        return
    draft.fields["is_book"] = True
    each(draft, record, _BOOK_RECORD)
    yield from _finished(draft)


def _finished(draft: Draft) -> Iterator[Item]:
    """The warnings, then the article."""
    fields = draft.fields
    front.take_identifiers(draft)
    for index, known in draft.registered.items():
        parsed = draft.parsed[index]
        draft.parsed[index] = replace(parsed, registered=tuple(dict.fromkeys((*parsed.registered, *known))))
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
    fields |= {name: tuple(values) for name, values in draft.lists.items()}
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


def _isbn(draft: Draft, text: str, _attributes: Attributes) -> None:
    if text:
        draft.ids.append(("isbn", text))


def _book_authors(draft: Draft, element: Element) -> None:
    """Who wrote or edited the book; its authors are the document's where that has none of its own."""
    if element.get("Type") == "editors" or element.getparent().getparent().find("AuthorList") is not None:  # type: ignore[union-attr]
        people.editors(draft, element)
    else:
        people.authors.of_tree(draft, element)


def _sections(draft: Draft, element: Element, above: str = "") -> None:
    """The headings of a chapter; PubMed has no more of it."""
    for n, child in enumerate(element.iterchildren("Section"), 1):
        heading = text_of(title) if (title := child.find("SectionTitle")) is not None else ""
        label = text_of(part) if (part := child.find("LocationLabel")) is not None else ""
        number = f"{above}{n}"
        draft.extend("sections", [Section(number, " ".join(filter(None, (label, heading))) or None, "")])
        _sections(draft, child, f"{number}.")


# --- which element goes where -------------------------------------------------------------------------------------------


_ARTICLE: Rules = {
    "Journal": front.journal,
    "ArticleTitle": leaf(front.title),
    "Pagination": front.pagination,
    "ELocationID": leaf(front.location),
    "Abstract": front.abstract,
    "Affiliation": leaf(people.article_affiliation),
    "AuthorList": people.authors,
    "InvestigatorList": people.investigators,
    "Language": leaf(front.language),
    "DataBankList": Rule(indexing.databanks),
    "GrantList": links.grants,
    "PublicationTypeList": indexing.publication_types,
    "VernacularTitle": leaf(front.vernacular_title),
    "ArticleDate": front.article_date,
}
_AHEAD = re.compile(
    f'{SPACE}<PMID(?: Version="[0-9]++"|)>[0-9]++</PMID>'
    + "".join([f"(?:{SPACE}<{name}>{front.DATE}{name}>|)" for name in ("DateCreated", "DateCompleted", "DateRevised")])
)
_CITATION: Rules = {
    "PMID": None,
    "DateCreated": front.declined,
    "DateCompleted": front.declined,
    "DateRevised": front.declined,
    "CitationSubset": None,
    "NumberOfReferences": None,
    "Article": container(_ARTICLE),
    "MedlineJournalInfo": front.journal_info,
    "ChemicalList": indexing.chemicals,
    "SupplMeshList": Rule(indexing.supplementary),
    "CommentsCorrectionsList": Rule(links.corrections),
    "CommentsCorrections": Rule(links.corrections),
    "MeshHeadingList": indexing.mesh_headings,
    "OtherID": leaf(front.other_id),
    "OtherAbstract": front.other_abstract,
    "KeywordList": indexing.keywords,
    "CoiStatement": leaf(links.conflict),
    "InvestigatorList": people.investigators,
    "DataBankList": Rule(indexing.databanks),
    "GeneralNote": leaf(links.general_note),
}
_DATA: Rules = {
    "History": front.history,
    "PublicationStatus": None,
    "ArticleIdList": front.article_ids,
    "ArticleId": leaf(front.article_id),
    "ReferenceList": links.references,
}
_BOOK: Rules = {
    "Publisher": container({"PublisherName": front.journal_part("publisher")}),
    "BookTitle": front.journal_part("title"),
    "PubDate": front.publication_date,
    "AuthorList": Rule(_book_authors),
    "InvestigatorList": people.investigators,
    "Volume": front.field("volume"),
    "Isbn": leaf(_isbn),
    "ELocationID": leaf(front.location),
}
_ARTICLE_RECORD: Rules = {
    "MedlineCitation": container(_CITATION, ahead=_AHEAD),
    "PubmedData": container(_DATA),
}
_BOOK_DOCUMENT: Rules = {
    **{tag: _ARTICLE[tag] for tag in ("Pagination", "Abstract", "AuthorList", "InvestigatorList", "Language")},
    **{tag: _ARTICLE[tag] for tag in ("ArticleTitle", "VernacularTitle", "GrantList")},
    "PMID": None,
    "ArticleIdList": front.article_ids,
    "Book": container(_BOOK),
    "PublicationType": Rule(indexing.publication_type),
    "KeywordList": indexing.keywords,
    "ContributionDate": front.article_date,
    "DateRevised": front.event("the date of revision", "revised"),
    "CitationString": front.field("citation"),
    "ReferenceList": links.references,
    "Sections": Rule(_sections),
}
_BOOK_RECORD: Rules = {
    "BookDocument": container(_BOOK_DOCUMENT),
    "PubmedBookData": container(_DATA),
}
