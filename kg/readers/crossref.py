"""Crossref's works as JSON → records: one work, a list of them, answers of the REST API, JSON Lines.

What Crossref says of its own work (when a record was deposited and indexed, how often it is cited, where full texts for
mining lie) is declined; what else has no place in the model is kept as further metadata under its key. Texts carry face
markup, JATS and MathML as strings, and lose none of their letters and digits when they become plain.

Dates: ``issued`` is the print date, else the online date, else the earliest that is stated; ``available`` the online
date. A list of several titles gives the first; Crossref does not say in which language each is.

Sources: Crossref REST API, "Metadata format" (https://github.com/CrossRef/rest-api-doc, api_format.md) and
"Relationships"; Crossmark's update types; CiTO 2.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from kg import dates, identifiers, pages, printed_names, relations, wording
from kg.draft import Draft, drafted, shown
from kg.inline_markup import abstract_sections, plain
from kg.json_fields import Fields, flat
from kg.json_records import keys_in, records
from kg.model import (
    Abstract,
    Accession,
    Author,
    Date,
    EventKind,
    Grant,
    Item,
    PublicationType,
    Reference,
    Related,
    Rights,
    Text,
)

DESCRIPTION = "Crossref works as JSON: one, a list, an answer of the API, JSON Lines"
DELIVERS = (
    "identifiers", "titles", "journal, volume, issue, pages", "dates with their precision", "publication type",
    "authors and editors with ORCID and affiliations (with ROR)", "abstract", "funders and awards", "licences",
    "references with identifiers", "relations, updates and retractions", "clinical trial numbers",
)  # fmt: skip

DECLINED = (
    "indexed", "created", "deposited", "source", "prefix", "member", "score", "URL", "link", "resource", "reference-count",
    "references-count", "is-referenced-by-count", "content-domain", "update-policy", "archive", "published",
    "journal-issue", "issued", "special_numbering", "aliases", "issn-type", "isbn-type",
)  # fmt: skip
"""keys that say nothing of the article, or what other keys say better"""

_WORK = frozenset(
    (
        "indexed reference-count references-count is-referenced-by-count deposited content-domain short-container-title "
        "published-print published-online prefix member issn-type"
    ).split()
)
_PLACES = (("message", "items"), ("items",))


def sniff(head: bytes) -> bool:
    """Whether the first bytes are JSON with keys that Crossref's works have and others have not.

    >>> sniff(b'{"status": "ok", "message-type": "work", "message": {"DOI": "10.1/x"}}'), sniff(b'[{"DOI": "10.1/x"}]')
    (True, False)
    """
    keys = keys_in(head)
    return bool({"message-type", "message-version"} <= keys or (b'"message-type"' in head and "DOI" in keys)) or (
        len(keys & _WORK) >= 2 and not keys & {"authorships", "abstract_inverted_index"}
    )


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every work of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not JSON, or something else stands where the list of works should.
    """
    yield from drafted("crossref", records(stream, *_PLACES), _read, _work)


def _work(draft: Draft, work: Fields) -> Fields | None:
    """The work in an answer; None for an answer without one."""
    if "message" in work and "DOI" not in work:
        message = work.get("message")
        if not isinstance(message, dict) or "items" in message:
            return None
        return Fields(message, draft.warn)
    return work


def _read(draft: Draft, work: Fields) -> None:
    fields = draft.fields
    draft.identify("doi", work.text("DOI"))
    for text in work.texts("alternative-id"):
        draft.identify("alternative-id", text)
    for text in work.texts("ISBN"):
        draft.identify("isbn", text.rpartition("/")[2])
    kind = work.text("type")
    _titles(draft, work)
    _type(draft, kind, work.text("subtype"))
    _journal(draft, work, kind)
    _pages(draft, work)
    language = work.text("language")
    draft.language(language)
    _dates(draft, work)
    for key, name in (("author", "authors"), ("editor", "editors")):
        draft.extend(name, [a for person in work.objects(key) if (a := _person(draft, person))])
    if sections := abstract_sections(work.text("abstract")):
        fields["abstract"] = Abstract(sections)
    _rights(draft, work)
    draft.extend("grants", [grant for funder in work.objects("funder") for grant in _grants(draft, funder)])
    draft.extend("references", [r for entry in work.objects("reference") if (r := _reference(draft, entry))])
    _relations(draft, work)
    _assertions(draft, work)
    trials = []
    for trial in work.objects("clinical-trial-number"):
        registry = trial.text("registry")
        if number := trial.text("clinical-trial-number"):
            trials.append(Accession(_REGISTRIES.get(registry.lower(), registry or "clinical trial"), number))
    draft.extend("accessions", trials)
    for key, value in work.rest(*DECLINED):
        draft.keep(key, plain(flat(value)))


def _titles(draft: Draft, work: Fields) -> None:
    titles = [text for title in work.texts("title") if (text := plain(title))]
    if titles:
        draft.title(titles[0])
        draft.extend("translated_titles", [Text(text) for text in titles[1:] if text != titles[0]])
    for subtitle in work.texts("subtitle"):
        draft.fields.setdefault("subtitle", Text(plain(subtitle)))
    for original in work.texts("original-title"):
        text = plain(original)
        if text not in titles:
            draft.fields.setdefault("vernacular_title", Text(text))
    for short in work.texts("short-title"):
        if plain(short) not in titles:
            draft.keep("short title", plain(short))


_TYPES = {
    "journal-article": ("Journal Article", "D016428"),
    "preprint": ("Preprint", "D000076942"),
    "dataset": ("Dataset", "D064886"),
    "dissertation": ("Academic Dissertation", "D019478"),
}
_BOOKS = frozenset(
    "book book-chapter book-part book-section book-set book-track edited-book monograph reference-book reference-entry "
    "report-component".split()
)
_PREPRINT_SERVERS = frozenset(("posted-content",))


def _type(draft: Draft, kind: str, subtype: str) -> None:
    printed = subtype if kind in _PREPRINT_SERVERS and subtype else kind
    if printed:
        label, mesh = _TYPES.get(printed, (printed, None))
        draft.extend("publication_types", [PublicationType(label, mesh)])
    if kind in _BOOKS:
        draft.fields["is_book"] = True


def _journal(draft: Draft, work: Fields, kind: str) -> None:
    containers = [plain(text) for text in work.texts("container-title")]
    for text in containers[:1]:
        draft.name_journal("title", text)
    for text in containers[1:]:
        draft.keep("container-title", text)
    for text in work.texts("short-container-title")[:1]:
        draft.name_journal("abbreviation", plain(text))
    institutions = [plain(name) for place in work.objects("institution") if (name := place.text("name"))]
    if kind in _PREPRINT_SERVERS and institutions and not containers:
        draft.name_journal("title", institutions.pop(0))
    for text in institutions:
        draft.keep("institution", text)
    kinds = {entry.text("value"): entry.text("type") for entry in work.objects("issn-type")}
    for text in work.texts("ISSN"):
        number = text.rpartition("/")[2]
        draft.issn("eissn" if kinds.get(text) == "electronic" else "issn", number)
    draft.name_journal("publisher", plain(work.text("publisher")))


def _pages(draft: Draft, work: Fields) -> None:
    fields = draft.fields
    inner = work.object("journal-issue")
    for name, text in (
        ("volume", work.text("volume")),
        ("issue", work.text("issue") or inner.text("issue")),
        ("elocation", work.text("article-number")),
    ):
        if text:
            fields[name] = text
    printed = work.text("page")
    if printed and printed != fields.get("elocation"):
        draft.paginate(pages.parse(printed))


# --- dates --------------------------------------------------------------------------------------------------------


def _date(draft: Draft, holder: Fields, key: str) -> Date | None:
    """A date from its parts, as many as are stated."""
    value = holder.get(key)
    if not isinstance(value, dict):
        return None
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, list) or not first or first[0] is None:
        return None
    given = [str(part) for part in first[:3] if part is not None]
    date = dates.make(*given)
    if date is None:
        draft.warn("bad-date", f"{key} is {shown('-'.join(given))}, which is no date; left out")
    return date


def _dates(draft: Draft, work: Fields) -> None:
    printed = _date(draft, work, "published-print") or _date(draft, work.object("journal-issue"), "published-print")
    online = _date(draft, work, "published-online")
    posted = _date(draft, work, "posted")
    earliest = _date(draft, work, "issued") or _date(draft, work, "published")
    other = _date(draft, work, "published-other")
    if issued := printed or online or posted or earliest or other:
        draft.event("issued", issued)
    if available := online or posted:
        draft.event("available", available)
    for key in ("accepted", "approved"):
        if accepted := _date(draft, work, key):
            draft.event("accepted", accepted)
            break
    for key in ("content-created", "content-updated"):
        if day := _date(draft, work, key):
            draft.keep(key, dates.iso(day))


# --- people, money, rights ----------------------------------------------------------------------------------------


def _person(draft: Draft, person: Fields) -> Author | None:
    where = [index for place in person.objects("affiliation") if (index := _place(draft, place)) is not None]
    orcid = draft.orcid(person.text("ORCID"))
    affiliated = tuple(dict.fromkeys(where))
    given, family = plain(person.text("given")), plain(person.text("family"))
    if not family and not given:
        name = plain(person.text("name"))
        if not name:
            draft.warn("no-name", "a person without a name is left out")
            return None
        return Author(name, is_group=True, orcid=orcid, affiliations=affiliated)
    author = printed_names.named(given or None, family or None, plain(person.text("suffix")) or None)
    return Author(author.name, author.given, author.family, author.suffix, None, orcid=orcid, affiliations=affiliated)


def _place(draft: Draft, place: Fields) -> int | None:
    """An affiliation; departments stand before the name, places behind it."""
    parts = [*place.texts("department"), *place.texts("name"), *place.texts("place")]
    ror = None
    for stated in place.objects("id"):
        number = stated.text("id")
        if stated.text("id-type").upper() == "ROR" or "ror.org/" in number:
            ror = ror or draft.ror(number)
        elif number:
            draft.keep("identifier of an affiliation", number)
    return draft.affiliation(", ".join(filter(None, map(plain, parts))), ror)


def _grants(draft: Draft, funder: Fields) -> Iterator[Grant]:
    """One a number; one without, where only the funder is named."""
    name = plain(funder.text("name")) or None
    found = _funder_iri(funder.text("DOI"))
    for stated in funder.objects("id"):
        number = stated.text("id")
        found = (identifiers.ror(number) if "ror" in stated.text("id-type").lower() else _funder_iri(number)) or found
    awards = [text for award in funder.texts("award") if not wording.says_nothing(text := plain(award))]
    for number in awards or [""]:
        if number or name or found:
            yield Grant(number or None, name, found)


_FUNDER = re.compile(r"10\.13039/[0-9]{3,20}")


def _funder_iri(printed: str) -> str | None:
    doi = identifiers.doi(printed) if printed else None
    return f"https://doi.org/{doi}" if doi and _FUNDER.fullmatch(doi) else None


_VERSIONS = {"vor": 0, "unspecified": 1, "am": 2}


def _rights(draft: Draft, work: Fields) -> None:
    """The Creative Commons licence of the published version; every other licence is kept with its version."""
    stated = []
    for entry in work.objects("license"):
        url, version = entry.text("URL"), entry.text("content-version")
        if url:
            start = _date(draft, entry, "start")
            stated.append((_VERSIONS.get(version, 3), version, url, dates.iso(start) if start else ""))
    chosen = None
    for _, _, url, _ in sorted(stated, key=lambda entry: entry[0]):
        if chosen := identifiers.licence(url):
            break
    texts = []
    for _, version, url, since in stated:
        if chosen is None or identifiers.licence(url) != chosen:
            detail = ", ".join(filter(None, (version, f"from {since}" if since else "")))
            texts.append(f"{url} ({detail})" if detail else url)
    is_free = True if "free-to-read" in work else None
    if work.get("free-to-read") and (day := _date(draft, work.object("free-to-read"), "start-date")):
        draft.keep("free to read from", dates.iso(day))
    if chosen or texts or is_free:
        draft.fields["rights"] = Rights(chosen, "; ".join(dict.fromkeys(texts)) or None, is_free=is_free)


# --- references and relations -------------------------------------------------------------------------------------

_CITATION = (
    "author", "year", "article-title", "volume-title", "series-title", "journal-title", "edition", "volume", "issue",
    "first-page", "component", "standards-body", "standard-designator", "ISBN", "ISSN",
)  # fmt: skip
_STATED_PMID = re.compile(r"\bPMID:? ?([1-9][0-9]{0,8})\b")
_STATED_PMCID = re.compile(r"\bPMCID:? ?(PMC[1-9][0-9]{0,9})\b")


def _reference(draft: Draft, entry: Fields) -> Reference | None:
    """The citation as deposited, or its parts with full stops between them, and the identifiers that it states."""
    label = entry.text("key") or None
    printed = plain(entry.text("unstructured"))
    if not printed:
        parts = [plain(text).rstrip(".") for key in _CITATION if (text := entry.text(key))]
        printed = ". ".join(filter(None, parts))
    doi = entry.text("DOI")
    checked = draft.checked("doi", doi, f" of the reference {shown(label or '')}") if doi else None
    pmid, pmcid = _STATED_PMID.search(printed), _STATED_PMCID.search(printed)
    if not printed and not checked:
        return None
    return Reference(printed or None, label, checked, pmid[1] if pmid else None, pmcid[1] if pmcid else None)


def _relations(draft: Draft, work: Fields) -> None:
    related = []
    value = work.get("relation")
    if isinstance(value, dict):
        relation = Fields(value, draft.warn)
        for kind in value:
            for other in relation.objects(kind):
                related.append(_related(draft, kind, relations.CROSSREF.get(kind), other))
    for key, is_notice in (("update-to", True), ("updated-by", False)):
        for other in work.objects(key):
            kind = other.text("type")
            relation_name = relations.crossref_update(kind, is_notice=is_notice)
            label = other.text("label") or kind
            doi = draft.checked("doi", other.text("DOI"), f" of an update ({kind})")
            related.append(Related(label if is_notice else f"{label} (updated by)", relation_name, None, doi))
            if not is_notice and relation_name in _UPDATE_EVENTS and (day := _date(draft, other, "updated")):
                draft.event(_UPDATE_EVENTS[relation_name], day)
    draft.extend("related", [link for link in related if link.doi or link.text or link.pmid or link.pmcid])


_UPDATE_EVENTS: dict[str | None, EventKind] = {"isRetractedBy": "retracted", "isCorrectedBy": "corrected"}


def _related(draft: Draft, kind: str, relation: str | None, other: Fields) -> Related:
    scheme, number = other.text("id-type").lower(), other.text("id")
    of = f" of a relation ({kind})"
    checked = {
        name: draft.checked(name, number, of)
        for name, schemes in (("doi", ("doi",)), ("pmid", ("pmid",)), ("pmcid", ("pmcid",)))
        if scheme in schemes and number
    }
    text = None if any(checked.values()) else number
    return Related(kind, relation, text or None, **checked)


_REGISTRIES = {
    "10.18810/clinical-trials-gov": "ClinicalTrials.gov",
    "10.18810/isrctn": "ISRCTN",
    "10.18810/eudract": "EudraCT",
    "10.18810/anzctr": "ANZCTR",
    "10.18810/chictr": "ChiCTR",
    "10.18810/umin-japan": "UMIN CTR",
}
"""Crossref's DOIs of registers of trials → NLM's names of them"""

_HISTORY: dict[str, EventKind] = {
    "received": "received",
    "revised": "revised",
    "revision received": "revised",
    "accepted": "accepted",
}


def _assertions(draft: Draft, work: Fields) -> None:
    """What the publisher asserts through Crossmark: history and conflicts of interest have a place, the rest is kept."""
    events = {event.kind for event in draft.events}
    for entry in work.objects("assertion"):
        group, label, value = entry.object("group"), entry.text("label"), plain(entry.text("value"))
        heading = group.text("label")
        name = entry.text("name").replace("_", " ").lower()
        kind = _HISTORY.get(name) or _HISTORY.get(label.lower())
        if kind and value:
            if kind not in events or kind == "revised":
                draft.event(kind, None, value, label or name)
        elif _INTERESTS.search(f"{heading} {label}") and value:
            draft.conflict(value)
        elif value and name not in _COVERED:
            draft.keep(label or heading or name or "assertion", value)


_INTERESTS = re.compile(
    r"(?:conflict|competing|declaration)s? of interest|competing (?:financial )?interest", re.IGNORECASE
)
_COVERED = frozenset(
    ("articletitle", "journaltitle", "articlelink", "content type", "first online", "published online")
)
