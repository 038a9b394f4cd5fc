"""What identifies an article, where and when it appeared, its titles and abstracts."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from kg import dates, identifiers, pages
from kg.markup import Element, text_of
from kg.model import (
    Abstract,
    AbstractSection,
    Date,
    Event,
    EventKind,
    Rights,
    Text,
)
from kg.readers.pubmed.draft import Draft, Handler, each, extend, shown, unknown

# --- identifiers --------------------------------------------------------------------------------------------------------


def article_ids(draft: Draft, element: Element) -> None:
    """The article's own list of identifiers."""
    for child in element:
        if child.tag != "ArticleId":
            continue
        article_id(draft, child)


def article_id(draft: Draft, element: Element) -> None:
    """One identifier, checked when all are there."""
    if text := text_of(element):
        draft.ids.append((element.get("IdType", "pubmed"), text))


def location(draft: Draft, element: Element) -> None:
    """ELocationID: what the publisher marks as invalid is no identifier."""
    if element.get("ValidYN") != "N" and (text := text_of(element)):
        draft.locations.append((element.get("EIdType", ""), text))


def other_id(draft: Draft, element: Element) -> None:
    """An identifier that others gave; NLM's may be the PMCID."""
    text = text_of(element)
    if element.get("Source") == "NLM" and identifiers.pmcid(text) and text[:3].upper() == "PMC":
        draft.ids.append(("pmc", text))
    elif text:
        draft.ids.append((element.get("Source", "other"), element.get("Prefix", "") + text))


CHECKS: dict[str, tuple[str, str, Callable[[str], str | None]]] = {
    "doi": ("doi", "DOI", identifiers.doi),
    "pmc": ("pmcid", "PMCID", identifiers.pmcid),
    "pubmed": ("pmid", "PMID", identifiers.pmid),
}


def take_identifiers(draft: Draft) -> None:
    """The article's own list before what ELocationID says; of several of a kind the first, the others kept beside."""
    fields = draft.fields
    taken: dict[str, str] = {"pmid": draft.pmid}
    others: dict[tuple[str, str], None] = {}
    seen = set()
    for scheme, text in (*draft.ids, *draft.locations):
        if (scheme, text) in seen:
            continue
        seen.add((scheme, text))
        if scheme in CHECKS:
            name, called, check = CHECKS[scheme]
            value = check(text)
            if value is None:
                draft.warn(f"bad-{name}", f"{shown(text)} is not a {called}; left out")
                continue
        else:
            name, value = scheme, text
        if name in ("doi", "pmcid", "pmid", "pii"):
            if taken.setdefault(name, value) == value:
                continue
            if name == "pmid":
                draft.warn("other-pmid", f"its identifiers name PMID {value}, the record PMID {draft.pmid}; left out")
                continue
        others[name, value] = None
    del taken["pmid"]
    fields.update(taken)
    if others:
        fields["other_ids"] = tuple(others)
    if "first_page" not in fields and "elocation" not in fields and "page_range" not in fields:
        for scheme, text in draft.locations:
            if scheme == "pii":
                fields["elocation"] = text
                break


# --- journal, pages, languages ------------------------------------------------------------------------------------------


def journal(draft: Draft, element: Element) -> None:
    """The journal, and the issue that the article appeared in."""
    for child in element:
        tag = child.tag
        if tag == "JournalIssue":
            each(draft, child, _ISSUE)
        elif tag == "Title":
            journal_part(draft, "title", text_of(child))
        elif tag == "ISOAbbreviation":
            journal_part(draft, "abbreviation", text_of(child))
        elif tag == "ISSN":
            _issn(draft, "eissn" if child.get("IssnType") == "Electronic" else "issn", text_of(child))
        else:
            unknown(draft, child)


def journal_info(draft: Draft, element: Element) -> None:
    """NLM's own names and numbers of the journal."""
    for child in element:
        tag = child.tag
        if tag == "MedlineTA":
            journal_part(draft, "nlm_abbreviation", text_of(child))
        elif tag in ("NlmUniqueID", "NLMUniqueID"):
            journal_part(draft, "nlm_id", text_of(child))
        elif tag == "ISSNLinking":
            _issn(draft, "issn_l", text_of(child))


def _issn(draft: Draft, name: str, text: str) -> None:
    checked = _checked_issn(text)
    if checked:
        draft.journal.setdefault(name, checked)
    elif text:
        draft.warn("bad-issn", f"{shown(text)} is not an ISSN; left out")


_checked_issn = lru_cache(maxsize=1 << 14)(identifiers.issn)


def journal_part(draft: Draft, name: str, text: str) -> None:
    """Take a part of the journal; the first of a kind counts."""
    if text:
        draft.journal.setdefault(name, text)


def set_text(name: str) -> Handler:
    """A handler for an element whose text is a field."""

    def handler(draft: Draft, element: Element) -> None:
        if text := text_of(element):
            draft.fields.setdefault(name, text)

    return handler


def pagination(draft: Draft, element: Element) -> None:
    """First and last page, from MedlinePgn where they are not given apart; MedlinePgn itself where it says more."""
    first = last = printed = ""
    for child in element:
        tag = child.tag
        if tag == "StartPage":
            first = text_of(child)
        elif tag == "EndPage":
            last = text_of(child)
        elif tag == "MedlinePgn":
            printed = text_of(child)
    found = pages.of(first, last, printed) if first else pages.parse(printed)
    if found.elocation:
        draft.fields["elocation"] = found.elocation
    if found.first:
        draft.fields["first_page"] = found.first
    if found.last or last:
        draft.fields["last_page"] = found.last or last
    if found.printed:
        draft.fields["page_range"] = found.printed


def language(draft: Draft, element: Element) -> None:
    """A language of the text."""
    text = text_of(element)
    if not text or text in ("und", "mul"):  # undetermined, multiple: NLM's codes for no one language
        return
    checked = _checked_language(text)
    if checked is None:
        draft.warn("bad-language", f"{shown(text)} is not a language code; left out")
    else:
        draft.languages.append(checked)


_checked_language = lru_cache(maxsize=1_024)(identifiers.language)


# --- dates --------------------------------------------------------------------------------------------------------------


_CLOCK = ("Hour", "Minute", "Second")


def _date(draft: Draft, element: Element, what: str) -> tuple[Date | None, str]:
    """The date that an element states, and how. What is no plain date keeps its printed form; a false one is warned of.

    A range or a season gives its start's year or month.
    """
    year = month = day = None
    plain = True
    for child in element:
        tag = child.tag
        if tag == "Year":
            year = child.text
        elif tag == "Month":
            month = child.text
        elif tag == "Day":
            day = child.text
        elif tag in _CLOCK:
            break  # the time of day is last, and declined
        else:  # Season, MedlineDate
            plain = False
    if plain and year and (date := dates.make(year, month, day)):
        return date, ""
    printed = " ".join(text_of(child) for child in element if child.tag not in _CLOCK) or text_of(element)
    printed = " ".join(printed.split())
    if not printed:
        return None, ""
    date = dates.medline(printed)
    if date is None:
        draft.warn("bad-date", f"{what} is {shown(printed)}, which is no date; kept as printed")
    elif plain:
        draft.warn("bad-date", f"{what} is {shown(printed)}, which is no such day; only its year or month is taken")
        date = Date(date.year, date.month, None, printed)
    return date, printed


def event(draft: Draft, element: Element, what: str, kind: EventKind, events: list[Event]) -> None:
    """Add what happened on the date that an element states."""
    date, printed = _date(draft, element, what)
    if date:
        events.append(Event(kind, date))
    elif printed:
        events.append(Event(kind, None, printed))


def publication_date(draft: Draft, element: Element) -> None:
    """When the issue, or the book, appeared."""
    event(draft, element, "the publication date", "issued", draft.events)


_ISSUE: dict[str, Handler | None] = {
    "Volume": set_text("volume"),
    "Issue": set_text("issue"),
    "PubDate": publication_date,
}


def article_date(draft: Draft, element: Element) -> None:
    """When it appeared online."""
    event(draft, element, "the date of the electronic publication", "available", draft.events)


_HISTORY: dict[str | None, EventKind] = {
    "received": "received",
    "revised": "revised",
    "accepted": "accepted",
    "retracted": "retracted",
}
_HISTORY_OTHERWISE: dict[str | None, EventKind] = {
    "epublish": "available",
    "aheadofprint": "available",
    "ppublish": "issued",
    "ecollection": "issued",
}
"""the same events as ArticleDate and PubDate, and less exact: they count where those are missing"""
_SHOWN_STATUS = {status: f"the date {status!r}" for status in (*_HISTORY, *_HISTORY_OTHERWISE)}


def history(draft: Draft, element: Element) -> None:
    """The article's own history; when the database entered, indexed or released it is declined."""
    for child in element:
        status = child.get("PubStatus")
        if status in _HISTORY:
            event(draft, child, _SHOWN_STATUS[status], _HISTORY[status], draft.events)
        elif status in _HISTORY_OTHERWISE:
            event(draft, child, _SHOWN_STATUS[status], _HISTORY_OTHERWISE[status], draft.online)


def day(event: Event) -> str:
    """The first day on which an event can have been, for sorting."""
    return dates.first_day(event.date) if event.date else "9999"


# --- title and abstract -------------------------------------------------------------------------------------------------


def title(draft: Draft, element: Element) -> None:
    """NLM writes titles in English, translated ones in brackets."""
    if text := text_of(element):
        draft.fields.setdefault("title", Text(text, "en"))


def vernacular_title(draft: Draft, element: Element) -> None:
    """The title in the language of the text."""
    if text := text_of(element):
        draft.fields.setdefault("vernacular_title", Text(text))


_COPYRIGHT_YEAR = re.compile(r"(?:©|\([cC]\)|[Cc]opyright)[ ,:]{0,3}(?:©[ ]?|\([cC]\)[ ]?)?((?:19|20)[0-9]{2})\b")


def _abstract_parts(draft: Draft, element: Element) -> tuple[AbstractSection, ...]:
    """The sections of an abstract; its copyright line goes to the rights."""
    sections = []
    for child in element:
        if child.tag == "AbstractText":
            if text := text_of(child):
                label = child.get("Label")
                sections.append(AbstractSection(text, " ".join(label.split()).rstrip(": ") or None if label else None))
        elif child.tag == "CopyrightInformation":
            if text := text_of(child):
                year = _COPYRIGHT_YEAR.search(text)
                licence = (
                    identifiers.licence(text) if "cc" in (low := text.lower()) or "creativecommons" in low else None
                )
                rights = Rights(licence=licence, copyright_text=text, year=int(year[1]) if year else None)
                draft.fields.setdefault("rights", rights)
        else:
            unknown(draft, child)
    if not sections and element.text and (text := element.text.strip()):
        sections.append(AbstractSection(" ".join(text.split())))
    return tuple(sections)


def abstract(draft: Draft, element: Element) -> None:
    """The record's own abstract."""
    if sections := _abstract_parts(draft, element):
        draft.fields.setdefault("abstract", Abstract(sections, "en"))


def other_abstract(draft: Draft, element: Element) -> None:
    """Its language is English unless it says otherwise (the DTD's default)."""
    if sections := _abstract_parts(draft, element):
        lang = _checked_language(element.get("Language", "eng"))
        if lang is None:
            draft.warn("bad-language", f"{shown(element.get('Language', ''))} is not a language code; left out")
        extend(draft, "other_abstracts", [Abstract(sections, lang, element.get("Type"))])
