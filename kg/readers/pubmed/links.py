"""Who paid, what it cites, what was said of it."""

from __future__ import annotations

import re
from re import Match

from kg import identifiers, relations
from kg.markup import Element, text_of
from kg.model import (
    ConflictOfInterest,
    Grant,
    Reference,
    Related,
)
from kg.readers.pubmed.draft import Draft, shown
from kg.readers.pubmed.front import ARTICLE_ID, ARTICLE_ID_FORM, CHECKS
from kg.readers.pubmed.rules import SPACE, VALUE, Attributes, between, into, listed
from kg.wording import declares_conflict

# --- who paid -----------------------------------------------------------------------------------------------------------

_GRANT = re.compile(
    f"{SPACE}<Grant>(?:{SPACE}<GrantID>([^<]*+)</GrantID>|)(?:{SPACE}<Acronym>([^<]*+)</Acronym>|)"
    f"(?:{SPACE}<Agency>([^<]*+)</Agency>|)(?:{SPACE}<Country>([^<]*+)</Country>|){SPACE}</Grant>"
)


def _matched_grant(_draft: Draft, match: Match[str], found: list[Grant]) -> bool:
    number, acronym, agency, country = [between(raw) or None if raw else None for raw in match.groups()]
    if number or acronym or agency or country:
        found.append(Grant(number, agency, acronym=acronym, country=country))
    return True


def _parsed_grant(_draft: Draft, grant: Element, found: list[Grant]) -> None:
    if grant.tag != "Grant":
        return
    parts = {child.tag: text_of(child) or None for child in grant}
    if any(parts.values()):
        get = parts.get
        found.append(Grant(get("GrantID"), get("Agency"), acronym=get("Acronym"), country=get("Country")))


grants = listed(_GRANT, _matched_grant, _parsed_grant, into("grants"))


def conflict(draft: Draft, text: str, _attributes: Attributes) -> None:
    """The statement of conflicts of interest."""
    if text:
        draft.fields.setdefault("conflict", ConflictOfInterest(text, declares_conflict(text)))


# --- what it cites: the reference list in reading order, its parts included ---------------------------------------------

_SURE = (("doi", f"({identifiers.COMMON_DOI})"), ("pmc", "(PMC[1-9][0-9]{0,9})"), ("pubmed", "([1-9][0-9]{0,8})"))
"""identifiers that need no check, in NLM's order"""
_SURE_IDS = "".join([f"(?:{ARTICLE_ID_FORM % form}|)" for form in _SURE])
_ARTICLE_IDS = f"{_SURE_IDS}((?:{ARTICLE_ID_FORM % (VALUE, '[^<]*+')})*)"
_REFERENCE = re.compile(
    f"{SPACE}<Reference>{SPACE}(?:<Citation>([^<]*+)</Citation>{SPACE}|)"
    f"(?:<ArticleIdList>{_ARTICLE_IDS}{SPACE}</ArticleIdList>{SPACE}|)</Reference>"
)


def _matched_reference(draft: Draft, match: Match[str], found: list[Reference]) -> bool:
    raw, doi, pmcid, pmid, others = match.groups()
    text = between(raw) or None if raw else None
    doi = doi and doi.lower()
    if others:
        stated = {name: known for name, known in (("doi", doi), ("pmcid", pmcid), ("pmid", pmid)) if known}
        for kind, number in ARTICLE_ID.findall(others):
            _cited_number(draft, kind, between(number), stated, len(found) + 1)
        _cite(found, text, stated)
    elif text or doi or pmcid or pmid:
        found.append(Reference(text, None, doi, pmid, pmcid))
    return True


def _parsed_reference(draft: Draft, element: Element, found: list[Reference]) -> None:
    """One reference, or those of a part of the list."""
    text: str | None = None
    stated: dict[str, str] = {}
    for part in element.iter("Reference", "Citation", "ArticleId"):
        tag = part.tag
        if tag == "ArticleId":
            _cited_number(draft, part.get("IdType", "pubmed"), text_of(part), stated, len(found) + 1)
        elif tag == "Citation":
            text = text_of(part) or None
        else:
            _cite(found, text, stated)
            text, stated = None, {}
    _cite(found, text, stated)


def _cite(found: list[Reference], text: str | None, stated: dict[str, str]) -> None:
    if text or stated:
        get = stated.get
        found.append(Reference(text, None, get("doi"), get("pmid"), get("pmcid")))


def _cited_number(draft: Draft, kind: str, printed: str, stated: dict[str, str], place: int) -> None:
    """Take an identifier of a reference; of several of a kind the first."""
    rule = CHECKS.get(kind)
    if rule is None or not printed:
        return
    name, called, check = rule
    checked = check(printed)
    if checked is None:
        draft.warn(f"bad-{name}", f"{shown(printed)} of reference {place} is not a {called}; left out")
    elif name not in stated:
        stated[name] = checked


references = listed(_REFERENCE, _matched_reference, _parsed_reference, into("references"))


# --- what was said of it ------------------------------------------------------------------------------------------------

_DOI_IN_TEXT = re.compile(r"\bdoi:? ?(10\.[0-9]{4,9}/[^\s]{1,200})", re.IGNORECASE | re.ASCII)


def corrections(draft: Draft, element: Element) -> None:
    """Notices about this or by this article. ``Cites`` is no notice: until 2018 it held the references."""
    related, cited = [], []
    for child in element:
        if type(child.tag) is not str:
            continue
        kind = child.get("RefType")
        # Until 2007 the kind was the element's name, directly in the list or in CommentsCorrections.
        for link in (child,) if kind or child.tag in relations.NLM else child.iterchildren("*"):
            label = kind or link.tag
            text = " ".join(filter(None, (text_of(p) for p in link if p.tag in ("RefSource", "Note"))))
            pmid = None
            if (part := link.find("PMID")) is not None and (printed := text_of(part)):
                pmid = identifiers.pmid(printed)
                if pmid is None:
                    draft.warn("bad-pmid", f"{shown(printed)} of a {label} link is not a PMID; left out")
            if not text and not pmid:
                continue
            if label == "Cites":
                cited.append(Reference(text or None, pmid=pmid))
                continue
            match = _DOI_IN_TEXT.search(text)
            doi = identifiers.doi(match[1].rstrip(".,;)")) if match else None
            related.append(Related(label, relations.NLM.get(label), text or None, doi, pmid))
    draft.extend("related", related)
    draft.extend("references", cited)


def general_note(draft: Draft, text: str, _attributes: Attributes) -> None:
    """What an indexer noted besides."""
    draft.note("General note", text, "notes")
