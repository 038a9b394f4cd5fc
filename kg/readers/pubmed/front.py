"""What identifies an article, where and when it appeared, its titles and abstracts."""

from __future__ import annotations

import re
from collections.abc import Callable
from re import Match
from typing import cast

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
from kg.readers.pubmed.draft import Draft, remembered, shown
from kg.readers.pubmed.rules import (
    SPACE,
    VALUE,
    Attributes,
    Rule,
    attributes_of,
    between,
    container,
    each,
    each_in,
    leaf,
    listed,
)

# --- identifiers --------------------------------------------------------------------------------------------------------


def article_id(draft: Draft, text: str, attributes: Attributes) -> None:
    """One identifier, checked when all are there."""
    if text:
        draft.ids.append((attributes.get("IdType", "pubmed"), text))


def _matched_id(_draft: Draft, match: Match[str], found: list[tuple[str, str]]) -> bool:
    if text := between(match[2]):
        found.append((match[1], text))
    return True


def _parsed_id(_draft: Draft, element: Element, found: list[tuple[str, str]]) -> None:
    if element.tag == "ArticleId" and (text := text_of(element)):
        found.append((element.get("IdType", "pubmed"), text))


def _take_ids(draft: Draft, found: list[tuple[str, str]], _attributes: Attributes) -> None:
    draft.ids += found


ARTICLE_ID_FORM = f'{SPACE}<ArticleId IdType="%s">%s</ArticleId>'
"""an identifier: its kind, and itself"""
ARTICLE_ID = re.compile(ARTICLE_ID_FORM % (f"({VALUE})", "([^<]*+)"))
article_ids = listed(ARTICLE_ID, _matched_id, _parsed_id, _take_ids)
"""the article's own list of identifiers"""


def location(draft: Draft, text: str, attributes: Attributes) -> None:
    """ELocationID: what the publisher marks as invalid is no identifier."""
    if text and attributes.get("ValidYN") != "N":
        draft.locations.append((attributes.get("EIdType", ""), text))


def other_id(draft: Draft, text: str, attributes: Attributes) -> None:
    """An identifier that others gave; NLM's may be the PMCID."""
    if attributes.get("Source") == "NLM" and identifiers.pmcid(text) and text[:3].upper() == "PMC":
        draft.ids.append(("pmc", text))
    elif text:
        draft.ids.append((attributes.get("Source", "other"), attributes.get("Prefix", "") + text))


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
    for scheme, text in dict.fromkeys((*draft.ids, *draft.locations)):
        if rule := CHECKS.get(scheme):
            name, called, check = rule
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


# --- parts of a journal, pages, languages -------------------------------------------------------------------------------


def _issn(draft: Draft, text: str, attributes: Attributes) -> None:
    _serial_number(draft, "eissn" if attributes.get("IssnType") == "Electronic" else "issn", text)


def _linking_issn(draft: Draft, text: str, _attributes: Attributes) -> None:
    _serial_number(draft, "issn_l", text)


def _serial_number(draft: Draft, name: str, text: str) -> None:
    checked = _checked_issn(text)
    if checked:
        draft.journal.setdefault(name, checked)
    elif text:
        draft.warn("bad-issn", f"{shown(text)} is not an ISSN; left out")


_checked_issn = remembered(identifiers.issn, 1 << 14)


def journal_part(name: str) -> Rule:
    """The rule of an element that states a part of the journal; the first of a kind counts."""

    def read(draft: Draft, text: str, _attributes: Attributes) -> None:
        if text:
            draft.journal.setdefault(name, text)

    return leaf(read)


def field(name: str) -> Rule:
    """The rule of an element whose text is a field; the first counts."""

    def read(draft: Draft, text: str, _attributes: Attributes) -> None:
        if text:
            draft.fields.setdefault(name, text)

    return leaf(read)


_PAGES = re.compile(
    f"(?:{SPACE}<StartPage>([^<]*+)</StartPage>|)(?:{SPACE}<EndPage>([^<]*+)</EndPage>|)"
    f"(?:{SPACE}<MedlinePgn>([^<]*+)</MedlinePgn>|){SPACE}</Pagination>"
)


def _pages_of_text(draft: Draft, text: str, start: Match[str]) -> int:
    match = _PAGES.match(text, start.end())
    if match is None:
        return -1
    _paginate(draft, *[between(raw) if raw else "" for raw in match.groups()])
    return match.end()


def _pages_of_tree(draft: Draft, element: Element) -> None:
    first = last = printed = ""
    for child in element:
        tag = child.tag
        if tag == "StartPage":
            first = text_of(child)
        elif tag == "EndPage":
            last = text_of(child)
        elif tag == "MedlinePgn":
            printed = text_of(child)
    _paginate(draft, first, last, printed)


def _paginate(draft: Draft, first: str, last: str, printed: str) -> None:
    """First and last page, from MedlinePgn where they are not given apart; MedlinePgn itself where it says more."""
    found = pages.of(first, last, printed) if first else pages.parse(printed)
    if found.elocation:
        draft.fields["elocation"] = found.elocation
    if found.first:
        draft.fields["first_page"] = found.first
    if found.last or last:
        draft.fields["last_page"] = found.last or last
    if found.printed:
        draft.fields["page_range"] = found.printed


pagination = Rule(_pages_of_tree, of_text=_pages_of_text)


def language(draft: Draft, text: str, _attributes: Attributes) -> None:
    """A language of the text."""
    if not text or text in ("und", "mul"):  # undetermined, multiple: NLM's codes for no one language
        return
    checked = _checked_language(text)
    if checked is None:
        draft.warn("bad-language", f"{shown(text)} is not a language code; left out")
    else:
        draft.languages.append(checked)


_checked_language = remembered(identifiers.language, 1 << 10)


# --- dates --------------------------------------------------------------------------------------------------------------


_CLOCK = ("Hour", "Minute", "Second")
DATE = (
    f"{SPACE}<Year>([0-9]{{4}})</Year>(?:{SPACE}<Month>([0-9A-Za-z]{{1,9}})</Month>(?:{SPACE}<Day>([0-9]{{1,2}})</Day>|)|)"
    f"(?:{SPACE}<Hour>[^<]*+</Hour>|)(?:{SPACE}<Minute>[^<]*+</Minute>|)(?:{SPACE}<Second>[^<]*+</Second>|){SPACE}</"
)
"""the content of a date, and the beginning of its end tag"""


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


def _event(draft: Draft, element: Element, what: str, kind: EventKind, events: list[Event]) -> None:
    """Add what happened on the date that an element states."""
    date, printed = _date(draft, element, what)
    if date:
        events.append(Event(kind, date))
    elif printed:
        events.append(Event(kind, None, printed))


def event(what: str, kind: EventKind) -> Rule:
    """The rule of an element that states on what date something happened.

    Args:
        what: how a warning calls the date.
        kind: what happened.
    """

    def of_tree(draft: Draft, element: Element) -> None:
        _event(draft, element, what, kind, draft.events)

    def of_text(draft: Draft, text: str, start: Match[str]) -> int:
        match = _USUAL_DATE.match(text, start.end())
        if match is None or match[4] != start[1] or (date := dates.make(*match.group(1, 2, 3))) is None:
            return -1
        draft.events.append(Event(kind, date))
        return match.end()

    return Rule(of_tree, of_text=of_text)


def _declined_of_text(_draft: Draft, text: str, start: Match[str]) -> int:
    match = _USUAL_DATE.match(text, start.end())
    return match.end() if match is not None and match[4] == start[1] else -1


def _declined_of_tree(_draft: Draft, _element: Element) -> None:
    pass


declined = Rule(_declined_of_tree, of_text=_declined_of_text)
"""a date of what the database did"""

_USUAL_DATE = re.compile(DATE + "([A-Za-z]++)>")
publication_date = event("the publication date", "issued")
"""when the issue, or the book, appeared"""
article_date = event("the date of the electronic publication", "available")

# --- the journal, and the issue that the article appeared in -------------------------------------------------------------

_JOURNAL_PARTS = {
    "ISSN": leaf(_issn),
    "JournalIssue": container({"Volume": field("volume"), "Issue": field("issue"), "PubDate": publication_date}),
    "Title": journal_part("title"),
    "ISOAbbreviation": journal_part("abbreviation"),
}
_USUAL_JOURNAL = re.compile(
    f'(?:{SPACE}<ISSN IssnType="([A-Z][a-z]++)">([^<]++)</ISSN>|){SPACE}<JournalIssue(?: CitedMedium="[A-Z][a-z]++"|)>'
    f"(?:{SPACE}<Volume>([^<]++)</Volume>|)(?:{SPACE}<Issue>([^<]++)</Issue>|){SPACE}<PubDate>{DATE}PubDate>"
    f"{SPACE}</JournalIssue>(?:{SPACE}<Title>([^<]++)</Title>|)"
    f"(?:{SPACE}<ISOAbbreviation>([^<]++)</ISOAbbreviation>|){SPACE}</Journal>"
)


def _journal_of_text(draft: Draft, text: str, start: Match[str]) -> int:
    match = _USUAL_JOURNAL.match(text, start.end())
    if match is None:
        return each_in(draft, text, start, _JOURNAL_PARTS)
    medium, number, volume, issue, year, month, day, title, abbreviation = match.groups()
    date = dates.make(year, month, day)
    if date is None:
        return each_in(draft, text, start, _JOURNAL_PARTS)
    if number:
        _serial_number(draft, "eissn" if medium == "Electronic" else "issn", between(number))
    draft.events.append(Event("issued", date))
    for into, name, raw in (
        (draft.fields, "volume", volume),
        (draft.fields, "issue", issue),
        (draft.journal, "title", title),
        (draft.journal, "abbreviation", abbreviation),
    ):
        if raw and (said := between(raw)):
            into.setdefault(name, said)
    return match.end()


journal = Rule(container(_JOURNAL_PARTS).of_tree, of_text=_journal_of_text)
journal_info = container(
    {
        "MedlineTA": journal_part("nlm_abbreviation"),
        "NlmUniqueID": journal_part("nlm_id"),
        "NLMUniqueID": journal_part("nlm_id"),
        "ISSNLinking": leaf(_linking_issn),
    },
    otherwise=None,
    usual=("Country", "MedlineTA", "NlmUniqueID", "ISSNLinking"),
)
"""NLM's own names and numbers of the journal"""

# --- history ------------------------------------------------------------------------------------------------------------

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


_HISTORY_DATE = re.compile(f'{SPACE}<PubMedPubDate PubStatus="({VALUE})">{DATE}PubMedPubDate>')


def _matched_in_history(draft: Draft, match: Match[str], _found: list[None]) -> bool:
    status, *stated = match.groups()
    if kind := _HISTORY.get(status):
        events = draft.events
    elif kind := _HISTORY_OTHERWISE.get(status):
        events = draft.online
    else:
        return True
    if date := dates.make(*stated):
        events.append(Event(kind, date))
    return date is not None


def _parsed_in_history(draft: Draft, element: Element, _found: list[None]) -> None:
    status = element.get("PubStatus")
    if status in _HISTORY:
        _event(draft, element, _SHOWN_STATUS[status], _HISTORY[status], draft.events)
    elif status in _HISTORY_OTHERWISE:
        _event(draft, element, _SHOWN_STATUS[status], _HISTORY_OTHERWISE[status], draft.online)


history = listed(_HISTORY_DATE, _matched_in_history, _parsed_in_history)
"""the article's own history; when the database entered, indexed or released it is declined"""


def day(event: Event) -> str:
    """The first day on which an event can have been, for sorting."""
    return dates.first_day(event.date) if event.date else "9999"


# --- title and abstract -------------------------------------------------------------------------------------------------


def title(draft: Draft, text: str, _attributes: Attributes) -> None:
    """NLM writes titles in English, translated ones in brackets."""
    if text:
        draft.fields.setdefault("title", Text(text, "en"))


def vernacular_title(draft: Draft, text: str, _attributes: Attributes) -> None:
    """The title in the language of the text."""
    if text:
        draft.fields.setdefault("vernacular_title", Text(text))


_COPYRIGHT_YEAR = re.compile(r"(?:©|\([cC]\)|[Cc]opyright)[ ,:]{0,3}(?:©[ ]?|\([cC]\)[ ]?)?((?:19|20)[0-9]{2})\b")


def _section(draft: Draft, text: str, attributes: Attributes) -> None:
    if text:
        label = attributes.get("Label")
        draft.sections.append(AbstractSection(text, " ".join(label.split()).rstrip(": ") or None if label else None))


def _copyright(draft: Draft, text: str, _attributes: Attributes) -> None:
    """The copyright line of an abstract goes to the rights."""
    if text:
        year = _COPYRIGHT_YEAR.search(text)
        licence = identifiers.licence(text) if "cc" in (low := text.lower()) or "creativecommons" in low else None
        rights = Rights(licence=licence, copyright_text=text, year=int(year[1]) if year else None)
        draft.fields.setdefault("rights", rights)


_PARTS = {"AbstractText": leaf(_section), "CopyrightInformation": leaf(_copyright)}


def _abstract(take: Callable[[Draft, tuple[AbstractSection, ...], Attributes], None]) -> Rule:
    """The rule of an abstract; ``take`` puts its sections, of which there is at least one, into the draft."""

    def taken(draft: Draft, attributes: Attributes) -> None:
        sections, draft.sections = draft.sections, []
        if sections:
            take(draft, tuple(sections), attributes)

    def of_tree(draft: Draft, element: Element) -> None:
        each(draft, element, _PARTS)
        if not draft.sections and element.text and (text := element.text.strip()):
            draft.sections.append(AbstractSection(" ".join(text.split())))
        taken(draft, cast(Attributes, element.attrib))

    def of_text(draft: Draft, text: str, start: Match[str]) -> int:
        at = each_in(draft, text, start, _PARTS)
        taken(draft, attributes_of(start[2]))
        return at

    return Rule(of_tree, of_text=of_text)


def _take_abstract(draft: Draft, sections: tuple[AbstractSection, ...], _attributes: Attributes) -> None:
    """The record's own abstract."""
    draft.fields.setdefault("abstract", Abstract(sections, "en"))


def _take_other_abstract(draft: Draft, sections: tuple[AbstractSection, ...], attributes: Attributes) -> None:
    """Its language is English unless it says otherwise (the DTD's default)."""
    stated = attributes.get("Language", "eng")
    lang = _checked_language(stated)
    if lang is None:
        draft.warn("bad-language", f"{shown(stated)} is not a language code; left out")
    draft.extend("other_abstracts", [Abstract(sections, lang, attributes.get("Type"))])


abstract = _abstract(_take_abstract)
other_abstract = _abstract(_take_other_abstract)
