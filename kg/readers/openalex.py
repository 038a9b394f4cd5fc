"""OpenAlex works as JSON → records: one, lists, answers of the API, JSON Lines (the snapshot's files).

OpenAlex computes much of what it says. Its identifiers are kept (of the work; of the works it refers to, as the text of
the reference); what its classifiers infer (topics, concepts, keywords with a score, related works, goals) and what it
counts is declined: it is no statement of the article or its publisher. Names and affiliations are taken as printed where
OpenAlex has them so (``raw_…``); the ROR of an institution belongs to an affiliation string that names it alone.

Source: OpenAlex technical documentation, "Work object" (https://docs.openalex.org/api-entities/works/work-object).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from msgspec.structs import replace

from kg import identifiers, pages, printed_names, wording
from kg.draft import Draft, drafted
from kg.inline_markup import plain
from kg.json_fields import Fields, flat
from kg.json_records import keys_in, records
from kg.model import (
    Abstract,
    AbstractSection,
    Author,
    Correspondence,
    Grant,
    Item,
    MeshHeading,
    PublicationType,
    Qualifier,
    Reference,
    Rights,
)

DESCRIPTION = "OpenAlex works as JSON: one, lists, answers of the API, JSON Lines"
DELIVERS = (
    "identifiers with OpenAlex's own", "title", "journal, volume, issue, pages", "date of publication",
    "authors with ORCID", "affiliations with ROR", "corresponding authors", "abstract", "language", "type, retraction",
    "MeSH headings", "funders and awards", "licence and access", "references by OpenAlex identifier",
)  # fmt: skip

DECLINED = (
    "display_name", "publication_year", "indexed_in", "institution_assertions", "countries_distinct_count",
    "institutions_distinct_count", "corresponding_author_ids", "corresponding_institution_ids", "apc_list", "apc_paid",
    "fwci", "has_fulltext", "has_content", "fulltext_origin", "cited_by_count", "citation_normalized_percentile",
    "cited_by_percentile_year", "is_paratext", "is_xpac", "primary_topic", "topics", "keywords",
    "concepts", "locations", "locations_count", "best_oa_location", "sustainable_development_goals",
    "referenced_works_count", "related_works", "counts_by_year", "cited_by_api_url", "updated_date", "created_date",
    "ngrams_url", "content_url", "content_urls", "relevance_score", "type_crossref", "authors_count", "datasets",
    "versions", "summary_stats",
)  # fmt: skip
"""keys of what OpenAlex infers, counts or does itself, and of what other keys say better"""

_OWN_KEYS = frozenset(
    "authorships abstract_inverted_index referenced_works open_access primary_location cited_by_api_url publication_year "
    "raw_author_name institution_assertions countries_distinct_count biblio".split()
)
_ADDRESS = "https://openalex.org/"


def sniff(head: bytes) -> bool:
    """Whether the first bytes are JSON with an OpenAlex identifier and keys of its works.

    >>> sniff(b'{"id": "https://openalex.org/W1", "doi": null, "publication_year": 2020, "ids": {}}')
    True
    """
    keys = keys_in(head)
    return bool(keys & _OWN_KEYS) and (_ADDRESS.encode() in head or len(keys & _OWN_KEYS) >= 3)


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every work of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not JSON, or something else stands where the list of works should.
    """
    yield from drafted("openalex", records(stream, ("results",)), _read)


def _read(draft: Draft, work: Fields) -> None:
    fields = draft.fields
    _identifiers(draft, work)
    draft.title(plain(work.text("title") or work.text("display_name")))
    _place(draft, work)
    draft.language(work.text("language"))
    if kind := work.text("type"):
        label, mesh = _TYPES.get(kind, (kind, None))
        draft.extend("publication_types", [PublicationType(label, mesh)])
        if kind in ("book", "book-chapter", "book-section", "reference-entry"):
            fields["is_book"] = True
    if work.get("is_retracted") is True:
        draft.extend("publication_types", [PublicationType("Retracted Publication", "D016441")])
    if day := work.text("publication_date") or work.text("publication_year"):
        draft.event("issued", None, day, "the date of publication")
    _people(draft, work.objects("authorships"))
    if work.get("is_authors_truncated") is True:
        fields["authors_complete"] = False
    if text := _abstract(draft, work.get("abstract_inverted_index")):
        fields["abstract"] = Abstract((AbstractSection(text),))
    _headings(draft, work.objects("mesh"))
    _money(draft, work)
    _rights(draft, work)
    draft.extend("references", [Reference(number, _bare(number)) for number in work.texts("referenced_works")])
    for key, value in work.rest(*DECLINED):
        draft.keep(key, plain(flat(value)))


_TYPES = {
    "article": ("Journal Article", "D016428"),
    "preprint": ("Preprint", "D000076942"),
    "review": ("Review", "D016454"),
    "letter": ("Letter", "D016422"),
    "editorial": ("Editorial", "D016421"),
    "erratum": ("Published Erratum", "D016425"),
    "retraction": ("Retraction of Publication", "D016440"),
    "dataset": ("Dataset", "D064886"),
    "dissertation": ("Academic Dissertation", "D019478"),
}


def _bare(address: str) -> str:
    return address.rpartition("/")[2]


def _identifiers(draft: Draft, work: Fields) -> None:
    ids = work.object("ids")
    draft.identify("doi", work.text("doi") or ids.text("doi"))
    draft.identify("pmid", _bare(ids.text("pmid")))
    if number := _bare(ids.text("pmcid")):
        draft.identify("pmcid", number)
    draft.identify("openalex", _bare(work.text("id") or ids.text("openalex")))
    draft.identify("mag", ids.text("mag"))
    for key, value in ids.rest("openalex", "doi"):
        draft.identify(key, flat(value))


def _place(draft: Draft, work: Fields) -> None:
    location = work.object("primary_location")
    source = location.object("source")
    draft.name_journal("title", plain(source.text("display_name")))
    draft.issn("issn_l", source.text("issn_l"))
    for number in source.texts("issn"):
        if identifiers.issn(number) != draft.journal.get("issn_l"):
            draft.issn("issn", number)
    draft.name_journal("publisher", plain(source.text("host_organization_name")))
    biblio = work.object("biblio")
    fields = draft.fields
    for key in ("volume", "issue"):
        if text := biblio.text(key):
            fields[key] = text
    draft.paginate(pages.of(biblio.text("first_page"), biblio.text("last_page")))
    if (version := location.text("version")) and version != "publishedVersion":
        draft.keep("version", version)


# --- people -------------------------------------------------------------------------------------------------------


def _people(draft: Draft, authorships: list[Fields]) -> None:
    people: list[Author] = []
    for authorship in authorships:
        author = authorship.object("author")
        printed = plain(authorship.text("raw_author_name") or author.text("display_name"))
        is_group = "," not in printed and printed_names.is_group(printed)
        person = Author(printed, is_group=True) if is_group else printed_names.in_order(printed)
        if person is None:
            draft.warn("no-name", "an author without a name is left out")
            continue
        orcid = draft.orcid(author.text("orcid"))
        people.append(replace(person, orcid=orcid, affiliations=_affiliations(draft, authorship)))
        if authorship.get("is_corresponding") is True:
            draft.extend("correspondence", [Correspondence(person.name, len(people) - 1)])
    draft.extend("authors", list(people))


def _affiliations(draft: Draft, authorship: Fields) -> tuple[int, ...]:
    institutions = {institution.text("id"): institution for institution in authorship.objects("institutions")}
    where: list[int | None] = []
    for place in authorship.objects("affiliations"):
        named = [institutions[i] for i in place.texts("institution_ids") if i in institutions]
        ror = draft.ror(named[0].text("ror")) if len(named) == 1 else None
        where.append(draft.affiliation(plain(place.text("raw_affiliation_string")), ror))
    raw = [plain(text) for text in authorship.texts("raw_affiliation_strings")]
    for text in raw:
        only = len(raw) == len(institutions) == 1
        ror = next((draft.ror(i.text("ror")) for i in institutions.values()), None) if only else None
        where.append(draft.affiliation(text, ror))
    if not any(index is not None for index in where):
        for institution in institutions.values():
            country = institution.text("country_code")
            name = plain(institution.text("display_name"))
            index = draft.affiliation(name, draft.ror(institution.text("ror")))
            if index is not None and country and draft.affiliations[index].country_code is None:
                known = draft.affiliations[index]
                draft.affiliations[index] = replace(known, institution=known.institution or name, country_code=country)
            where.append(index)
    return tuple(dict.fromkeys(index for index in where if index is not None))


# --- the rest -----------------------------------------------------------------------------------------------------

_MOST_WORDS = 200_000


def _abstract(draft: Draft, index: Any) -> str:
    """The text of an index from words to the places where they stand.

    Places that are none, stand twice or are further away than any abstract is long are warned of.
    """
    if not index:
        return ""
    if not isinstance(index, dict):
        draft.warn("unexpected-value", "abstract_inverted_index is no object; left out")
        return ""
    if set(index) == {"IndexLength", "InvertedIndex"} and isinstance(index["InvertedIndex"], dict):
        index = index["InvertedIndex"]
    words: dict[int, str] = {}
    odd = 0
    for word, places in index.items():
        for place in places if isinstance(places, list) else ():
            if type(place) is int and 0 <= place < _MOST_WORDS and place not in words:
                words[place] = word
            else:
                odd += 1
    if odd:
        draft.warn("bad-abstract", f"{odd} places of abstract_inverted_index are none or stand twice; left out")
    if words and max(words) >= len(words):
        missing = max(words) + 1 - len(words)
        draft.warn("bad-abstract", f"abstract_inverted_index has no word at {missing} places; the others are joined")
    return plain(" ".join(words[place] for place in sorted(words)))


def _headings(draft: Draft, terms: list[Fields]) -> None:
    """One entry a pair of descriptor and qualifier → headings with their qualifiers."""
    found: dict[str, MeshHeading] = {}
    for term in terms:
        label, ui = plain(term.text("descriptor_name")), term.text("descriptor_ui")
        if not label:
            continue
        number = identifiers.mesh(ui) if ui else None
        major = term.get("is_major_topic") is True
        heading = found.get(label) or MeshHeading(number if number and number[0] == "D" else None, label)
        if name := plain(term.text("qualifier_name")):
            ui = term.text("qualifier_ui")
            qualifier = identifiers.mesh(ui) if ui else None
            checked = qualifier if qualifier and qualifier[0] == "Q" else None
            heading = replace(heading, qualifiers=(*heading.qualifiers, Qualifier(checked, name, major)))
        else:
            heading = replace(heading, major=heading.major or major)
        found[label] = heading
    draft.extend("headings", list(found.values()))


def _money(draft: Draft, work: Fields) -> None:
    grants: list[Grant] = []
    for grant in (*work.objects("grants"), *work.objects("awards")):
        number = plain(grant.text("award_id") or grant.text("funder_award_id")) or None
        number = None if number and wording.says_nothing(number) else number
        funder = plain(grant.text("funder_display_name")) or None
        if (number or funder) and Grant(number, funder) not in grants:
            grants.append(Grant(number, funder))
    named = {grant.funder for grant in grants}
    for body in work.objects("funders"):
        name = plain(body.text("display_name"))
        ror = draft.ror(body.text("ror"))
        if name and name in named and ror:
            grants = [replace(grant, funder_id=ror) if grant.funder == name else grant for grant in grants]
        elif name:
            grants.append(Grant(None, name, ror))
    draft.extend("grants", list(grants))


def _rights(draft: Draft, work: Fields) -> None:
    """The licence is a code (``cc-by``) without version, so it has no IRI."""
    printed = work.object("primary_location").text("license")
    access = work.object("open_access")
    is_open = access.get("is_oa")
    status = access.text("oa_status")
    licence = identifiers.licence(printed) if printed else None
    if printed or status or isinstance(is_open, bool):
        draft.fields["rights"] = Rights(
            licence, printed or None, status or None, is_open if isinstance(is_open, bool) else None
        )
