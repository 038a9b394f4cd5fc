"""Who paid, what it cites, what was said of it."""

from __future__ import annotations

import re

from kg import identifiers, relations
from kg.markup import Element, text_of
from kg.model import (
    ConflictOfInterest,
    Grant,
    Reference,
    Related,
)
from kg.readers.pubmed.draft import Draft, extend, shown
from kg.readers.pubmed.front import CHECKS
from kg.wording import declares_conflict


def grants(draft: Draft, element: Element) -> None:
    """Who paid."""
    found = []
    for grant in element:
        if grant.tag != "Grant":
            continue
        parts = {child.tag: text_of(child) or None for child in grant}
        if any(parts.values()):
            get = parts.get
            found.append(Grant(get("GrantID"), get("Agency"), acronym=get("Acronym"), country=get("Country")))
    extend(draft, "grants", found)


def conflict(draft: Draft, element: Element) -> None:
    """The statement of conflicts of interest."""
    if text := text_of(element):
        draft.fields.setdefault("conflict", ConflictOfInterest(text, declares_conflict(text)))


def references(draft: Draft, element: Element) -> None:
    """The reference list in reading order, its parts included."""
    found: list[Reference] = []
    text: str | None = None
    stated: dict[str, str] = {}
    for part in element.iter("Reference", "Citation", "ArticleId"):
        tag = part.tag
        if tag == "ArticleId":
            _cited_number(draft, part, stated, len(found) + 1)
        elif tag == "Citation":
            text = text_of(part) or None
        else:
            _cite(found, text, stated)
            text, stated = None, {}
    _cite(found, text, stated)
    extend(draft, "references", found)


def _cite(found: list[Reference], text: str | None, stated: dict[str, str]) -> None:
    if text or stated:
        get = stated.get
        found.append(Reference(text, None, get("doi"), get("pmid"), get("pmcid")))


def _cited_number(draft: Draft, element: Element, stated: dict[str, str], place: int) -> None:
    """Take an identifier of a reference; of several of a kind the first."""
    rule = CHECKS.get(element.get("IdType", "pubmed"))
    if rule is None or not (printed := text_of(element)):
        return
    name, called, check = rule
    checked = check(printed)
    if checked is None:
        draft.warn(f"bad-{name}", f"{shown(printed)} of reference {place} is not a {called}; left out")
    elif name not in stated:
        stated[name] = checked


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
    extend(draft, "related", related)
    extend(draft, "references", cited)


def general_note(draft: Draft, element: Element) -> None:
    """What an indexer noted besides."""
    draft.note("General note", text_of(element), "notes")
