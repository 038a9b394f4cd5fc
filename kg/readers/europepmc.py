"""Europe PMC's articles as JSON → records: answers of the REST API (``core`` and ``lite``), lists, one, JSON Lines, and
the files in which download tools keep one article under its PMCID.

Where Europe PMC's XML was converted, a list with one member is the member itself, and attributes are ``@type`` and
``#text``: both forms are read. What the database says of its own work (which files it holds, how often it is cited, when
the record was made) is declined. Headings, substances and publication types have no identifiers here.

Source: Europe PMC RESTful Web Service, reference guide 6.9, "core" results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec.structs import replace

from kg import dates, identifiers, pages, printed_names, relations, wording
from kg.draft import Draft, drafted
from kg.inline_markup import abstract_sections, plain
from kg.json_fields import Fields, flat
from kg.json_records import ANY, keys_in, records
from kg.model import (
    Abstract,
    Author,
    Grant,
    Item,
    Keyword,
    MeshHeading,
    PublicationType,
    Qualifier,
    Related,
    Rights,
    Substance,
)

DESCRIPTION = "Europe PMC articles as JSON: results of the REST API, lists, one, JSON Lines"
DELIVERS = (
    "identifiers", "title", "journal, volume, issue, pages", "dates", "authors and investigators with ORCID and affiliations",
    "abstract", "languages", "publication types", "MeSH headings and substances, by name", "keywords", "grants", "licence",
    "related articles",
)  # fmt: skip

DECLINED = (
    "pubYear", "fullTextIdList", "fullTextUrlList", "dataLinksTagsList", "tmAccessionTypeList", "dbCrossReferenceList",
    "subsetList", "publicationStatus", "pubModel", "inEPMC", "inPMC", "hasPDF", "hasBook", "hasSuppl", "hasReferences",
    "hasTextMinedTerms", "hasDbCrossReferences", "hasLabsLinks", "hasTMAccessionNumbers", "hasData", "hasEvaluations",
    "citedByCount", "authMan", "epmcAuthMan", "nihAuthMan", "dateOfCompletion", "dateOfCreation", "dateOfRevision",
    "firstPublicationDate", "firstIndexDate", "embargoDate", "fullTextReceivedDate", "authorIdList", "affiliation",
    "authorString", "inUKPMC", "versionList",
)  # fmt: skip
"""keys that say nothing of the article, or what other keys say better"""

_OWN_KEYS = frozenset(
    "authorString journalInfo pubYear abstractText fullTextIdList isOpenAccess inEPMC citedByCount pageInfo pubTypeList "
    "firstPublicationDate hasTextMinedTerms".split()
)
_PLACES = (("resultList", "result"),)
_BY_ID = re.compile(rb"\s*\{\s*\"(?:PMC|PPR|MED)?[0-9]{1,12}\"\s*:\s*\{")


def sniff(head: bytes) -> bool:
    """Whether the first bytes are JSON with keys of Europe PMC's articles.

    >>> sniff(b'{"version": "6.9", "hitCount": 1, "resultList": {"result": []}}'), sniff(b'[{"pmid": "1"}]')
    (True, False)
    """
    keys = keys_in(head)
    return "resultList" in keys or len(keys & _OWN_KEYS) >= 2


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every article of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not JSON, or something else stands where the list of results should.
    """
    start = stream.tell()
    by_id = _BY_ID.match(stream.read(256).removeprefix(b"\xef\xbb\xbf"))
    stream.seek(start)
    yield from drafted("europepmc", records(stream, *(((ANY,),) if by_id else _PLACES)), _read, _article)


def _article(_: Draft, found: Fields) -> Fields:
    """The article in a result that holds it under a key."""
    if "full" in found and not ("title" in found and "authorList" in found):
        return found.object("full")
    if "result" in found:
        return found.object("result")
    return found


def _read(draft: Draft, article: Fields) -> None:
    fields = draft.fields
    _identifiers(draft, article)
    draft.title(plain(article.text("title")))
    _journal(draft, article)
    _types(draft, article)
    people = [_person(draft, person) for person in article.object("authorList").objects("author")]
    if not people:
        people = _listed(article.text("authorString"))
    draft.extend("authors", [person for person in people if person])
    _first_affiliation(draft, article.text("affiliation"))
    investigators = article.object("investigatorList").objects("investigator")
    draft.extend("investigators", [p for person in investigators if (p := _person(draft, person))])
    if sections := abstract_sections(article.text("abstractText")):
        fields["abstract"] = Abstract(sections)
    draft.language(article.text("language"))
    draft.extend(
        "keywords", [Keyword(text) for t in article.object("keywordList").texts("keyword") if (text := plain(t))]
    )
    headings = [_heading(h) for h in article.object("meshHeadingList").objects("meshHeading")]
    draft.extend("headings", [heading for heading in headings if heading.label])
    chemicals = []
    for chemical in article.object("chemicalList").objects("chemical"):
        number = chemical.text("registryNumber")
        if label := plain(chemical.text("name")):
            chemicals.append(Substance(None, label, number if number not in ("", "0") else None))
    draft.extend("chemicals", chemicals)
    draft.extend("grants", [g for grant in article.object("grantsList").objects("grant") if (g := _grant(grant))])
    _rights(draft, article)
    links = article.object("commentCorrectionList").objects("commentCorrection")
    draft.extend("related", [link for entry in links if (link := _related(draft, entry))])
    for key, value in article.rest(*DECLINED):
        draft.keep(key, plain(flat(value)))


def _identifiers(draft: Draft, article: Fields) -> None:
    for scheme in ("pmid", "pmcid", "doi"):
        draft.identify(scheme, article.text(scheme))
    source, number = article.text("source"), article.text("id")
    if source == "MED" and number and "pmid" not in draft.ids:
        draft.identify("pmid", number)
    elif number and number not in draft.ids.values():
        draft.identify("europepmc", f"{source}/{number}" if source else number)
    draft.identify("mid", article.text("manuscriptId"))
    version = article.text("versionNumber")
    if version.isdigit() and 1 < int(version) < 10_000 and source != "MED":
        draft.keep("version", version)


def _journal(draft: Draft, article: Fields) -> None:
    info = article.object("journalInfo")
    journal = info.object("journal")
    draft.name_journal("title", plain(journal.text("title") or article.text("journalTitle")))
    draft.name_journal("abbreviation", journal.text("ISOAbbreviation") or journal.text("isoabbreviation"))
    draft.name_journal("nlm_abbreviation", journal.text("medlineAbbreviation"))
    draft.name_journal("nlm_id", journal.text("NLMid") or journal.text("nlmid"))
    draft.issn("issn", journal.text("ISSN") or journal.text("issn"))
    draft.issn("eissn", journal.text("ESSN") or journal.text("essn"))
    for number in article.text("journalIssn").split(";"):
        draft.issn("issn" if "issn" not in draft.journal else "eissn", number.strip())
    book = article.object("bookOrReportDetails")
    if "bookOrReportDetails" in article:
        title = plain(book.text("comprisingTitle"))
        draft.name_journal("title", title or plain(book.text("publisher")))
        draft.name_journal("publisher", plain(book.text("publisher")))
        draft.identify("isbn", book.text("isbn13") or book.text("isbn10"))
        if title:
            draft.fields["is_book"] = True
        for key, value in book.rest("yearOfPublication", "extraInformation"):
            draft.keep(key, plain(flat(value)))
    for name, text in (
        ("volume", info.text("volume") or article.text("journalVolume")),
        ("issue", info.text("issue") or article.text("issue")),
    ):
        if text:
            draft.fields[name] = text
    if printed := article.text("pageInfo"):
        draft.paginate(pages.parse(printed))
    printed = info.text("dateOfPublication") or article.text("pubYear") or info.text("yearOfPublication")
    if printed:
        draft.event("issued", dates.medline(printed), printed, "the date of publication")
    elif day := article.text("firstPublicationDate"):
        draft.event("issued", None, day, "the date of publication")
    if day := article.text("electronicPublicationDate"):
        draft.event("available", None, day, "the date of the electronic publication")


def _types(draft: Draft, article: Fields) -> None:
    labels = article.object("pubTypeList").texts("pubType") or article.text("pubType").split("; ")
    found: dict[str, PublicationType] = {}
    for label in filter(None, labels):
        mesh = wording.indexed_type(label) or _TYPES.get(label.casefold())
        key = mesh or label.casefold()
        # "research-article" and "Journal Article" are one type, under NLM's own name where both stand.
        if key not in found or label[0].isupper():
            found[key] = PublicationType(label, mesh)
    draft.extend("publication_types", list(found.values()))


_TYPES = {
    "research-article": "D016428",
    "review-article": "D016454",
    "case-report": "D002363",
    "preprint": "D000076942",
}


# --- people -------------------------------------------------------------------------------------------------------


def _person(draft: Draft, person: Fields) -> Author | None:
    where = []
    for place in person.object("authorAffiliationDetailsList").objects("authorAffiliation"):
        ror = None
        for stated in place.objects("affiliationOrgId"):
            value = stated.text("value") or stated.text("#text")
            if "ror" in (stated.text("type") or stated.text("@type") or value).lower():
                ror = ror or draft.ror(value)
        where.append(draft.affiliation(plain(place.text("affiliation")), ror))
    if not where:
        where.append(draft.affiliation(plain(person.text("affiliation"))))
    affiliated = tuple(dict.fromkeys(index for index in where if index is not None))
    orcid = None
    for stated in person.objects("authorId"):
        value = stated.text("value") or stated.text("#text")
        if (stated.text("type") or stated.text("@type")).upper() == "ORCID":
            orcid = orcid or draft.orcid(value)
        elif value:
            draft.keep("identifier of a person", value)
    if group := plain(person.text("collectiveName")):
        return Author(group, is_group=True, orcid=orcid, affiliations=affiliated)
    given, family = plain(person.text("firstName")) or None, plain(person.text("lastName")) or None
    initials, suffix = plain(person.text("initials")) or None, plain(person.text("suffix")) or None
    if family or given:
        author = printed_names.named(given, family, suffix, initials)
    else:
        printed = plain(person.text("fullName"))
        author = printed_names.short(printed) or Author(printed, family=printed)
        if not printed:
            draft.warn("no-name", "a person without a name is left out")
            return None
    return replace(author, orcid=orcid, affiliations=affiliated)


def _listed(printed: str) -> list[Author | None]:
    """Authors from the one line that short results have: ``Kumar D, Tanwar R, Fictional Study Group.``"""
    names = [name for part in plain(printed).removesuffix(".").split(",") if (name := part.strip())]
    return [printed_names.short(name) or Author(name, is_group=" " in name) for name in names]


def _first_affiliation(draft: Draft, printed: str) -> None:
    """The one affiliation of records in which no author has any is the first author's."""
    authors = draft.fields.get("authors", ())
    if printed and authors and not draft.affiliations:
        index = draft.affiliation(plain(printed))
        if index is not None:
            draft.fields["authors"] = (replace(authors[0], affiliations=(index,)), *authors[1:])


# --- the rest -----------------------------------------------------------------------------------------------------


def _heading(heading: Fields) -> MeshHeading:
    qualifiers = tuple(
        Qualifier(None, label, q.text("majorTopic_YN") == "Y")
        for q in heading.object("meshQualifierList").objects("meshQualifier")
        if (label := plain(q.text("qualifierName")))
    )
    return MeshHeading(None, plain(heading.text("descriptorName")), heading.text("majorTopic_YN") == "Y", qualifiers)


def _grant(grant: Fields) -> Grant | None:
    stated = (plain(grant.text(key)) for key in ("grantId", "agency", "acronym"))
    number, funder, acronym = (None if wording.says_nothing(text) else text or None for text in stated)
    return Grant(number, funder, acronym=acronym) if number or funder or acronym else None


def _rights(draft: Draft, article: Fields) -> None:
    licence = article.text("license")
    is_open = article.text("isOpenAccess")
    if licence or is_open == "Y":
        canonical = identifiers.licence(licence) if licence else None
        draft.fields["rights"] = Rights(canonical, licence or None, is_free=True if is_open == "Y" else None)


def _related(draft: Draft, entry: Fields) -> Related | None:
    printed = entry.text("type")
    label = relations.nlm(printed) or printed
    text = plain(entry.text("reference")) or None
    number, source = entry.text("id"), entry.text("source")
    of = f" of a link ({printed})"
    pmid = draft.checked("pmid", number, of) if number and source in ("MED", "") else None
    pmcid = draft.checked("pmcid", number, of) if number and source == "PMC" else None
    note = plain(entry.text("note")) or None
    if number and not pmid and not pmcid:
        text = " ".join(filter(None, (text, f"{source}/{number}" if source else number)))
    if note:
        text = " ".join(filter(None, (text, note)))
    if not text and not pmid and not pmcid:
        return None
    return Related(label, relations.NLM.get(label), text, None, pmid, pmcid)
