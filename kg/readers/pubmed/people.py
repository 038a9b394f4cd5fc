"""Who wrote it and who took part, and where they work."""

from __future__ import annotations

from msgspec.structs import replace

from kg import identifiers
from kg.markup import Element, text_of
from kg.model import (
    Author,
)
from kg.readers.pubmed.draft import Draft, extend, shown


def _person(draft: Draft, element: Element) -> Author | None:
    """One name of a list; None for an element that names nobody."""
    family = given = initials = orcid = None
    where: list[int] = []
    parts: dict[str, str] = {}
    for child in element:
        tag = child.tag
        if tag == "LastName":
            family = text_of(child) or None
        elif tag == "ForeName":
            given = text_of(child)
        elif tag == "Initials":
            initials = text_of(child) or None
        elif tag == "AffiliationInfo":
            where += _affiliation_info(draft, child)
        elif tag == "Affiliation":  # until 2014
            if text := text_of(child):
                where.append(draft.affiliation(text))
        elif tag == "Identifier":
            if child.get("Source", "").upper() == "ORCID":
                text = text_of(child)
                checked = identifiers.orcid(text)
                if checked is None and text:
                    draft.warn("bad-orcid", f"{shown(text)} is not an ORCID; left out")
                orcid = orcid or checked
        else:
            parts[tag] = text_of(child)
    get, suffix = parts.get, parts.get("Suffix")
    affiliated = tuple(dict.fromkeys(where)) if len(where) > 1 else tuple(where)
    if group := get("CollectiveName"):
        return Author(group, is_group=True, orcid=orcid, affiliations=affiliated)
    if not given:  # FirstName and MiddleName until 2001
        given = " ".join(filter(None, (get("FirstName"), get("MiddleName")))) or None
    name = f"{given} {family}" if given and family else given or family or ""
    if suffix or not given:
        name = " ".join(filter(None, (given or initials, family, suffix)))
    if name:
        return Author(name, given, family, suffix or None, initials, False, orcid, affiliated)
    if where or orcid:
        draft.warn("no-name", "a person without a name is left out")
    return None


def _affiliation_info(draft: Draft, element: Element) -> list[int]:
    texts = []
    ror = None
    registered: list[str] = []
    for child in element:
        if child.tag == "Affiliation":
            text = text_of(child) if len(child) else child.text
            if text and not text.isspace():
                texts.append(text)
        elif child.tag == "Identifier" and child.get("Source", "").upper() == "ROR":
            stated = text_of(child)
            checked = identifiers.ror(stated)
            if checked is None and stated:
                draft.warn("bad-ror", f"{shown(stated)} is not a ROR identifier; left out")
            ror = ror or checked
        elif child.tag == "Identifier" and (known := identifiers.institution(text_of(child), child.get("Source", ""))):
            registered.append(known)
    return [draft.affiliation(text, ror, registered) for text in texts]


def members(draft: Draft, element: Element, field_name: str) -> list[bool]:
    """Add the names of a list to a field; which of them contributed equally."""
    people, equal = [], []
    for child in element:
        if person := _person(draft, child):
            people.append(person)
            equal.append(child.get("EqualContrib") == "Y")
    extend(draft, field_name, people)
    return equal


def authors(draft: Draft, element: Element) -> None:
    """The authors, or the editors where the list is theirs, and who contributed equally."""
    if element.get("Type") == "editors":
        members(draft, element, "editors")
        return
    before = len(draft.fields.get("authors", ()))
    equal = tuple(before + n for n, marked in enumerate(members(draft, element, "authors")) if marked)
    if len(equal) > 1:
        extend(draft, "equal_contributors", [equal])
    if element.get("CompleteYN") == "N":
        draft.fields["authors_complete"] = False


def investigators(draft: Draft, element: Element) -> None:
    """Those who took part in a study and are no authors."""
    members(draft, element, "investigators")


def article_affiliation(draft: Draft, element: Element) -> None:
    """The article's affiliation, until 2014."""
    if text := text_of(element):
        draft.first_affiliation.append(draft.affiliation(text))


def give_to_first_author(draft: Draft) -> None:
    """Give the article's affiliation to its first author, whose it was; without one keep it as a note."""
    if listed := draft.fields.get("authors"):
        where = tuple(dict.fromkeys((*listed[0].affiliations, *draft.first_affiliation)))
        draft.fields["authors"] = (replace(listed[0], affiliations=where), *listed[1:])
    else:
        for index in draft.first_affiliation:
            draft.note("Affiliation", draft.parsed[index].text)
        if not draft.fields.get("investigators") and not draft.fields.get("editors"):
            draft.parsed.clear()
