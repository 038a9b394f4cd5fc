"""Who wrote it and who took part, and where they work."""

from __future__ import annotations

import re
from re import Match

from msgspec.structs import replace

from kg import identifiers
from kg.markup import Element, text_of
from kg.model import Author
from kg.readers.pubmed.draft import Draft, shown
from kg.readers.pubmed.rules import SPACE, Attributes, between, listed, resolved

# --- one name -----------------------------------------------------------------------------------------------------------


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
                checked = _orcid(draft, text_of(child))
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


def _orcid(draft: Draft, text: str) -> str | None:
    checked = identifiers.orcid(text)
    if checked is None and text:
        draft.warn("bad-orcid", f"{shown(text)} is not an ORCID; left out")
    return checked


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


# --- lists of names -----------------------------------------------------------------------------------------------------

Member = tuple[Author, bool]
"""one name of a list, and whether it is marked as of equal contribution"""

_PLACE = f"{SPACE}<AffiliationInfo>{SPACE}<Affiliation>%s</Affiliation>{SPACE}</AffiliationInfo>"
_AFFILIATION = re.compile(_PLACE % "([^<]*+)")
_AFFILIATIONS = f"(?:{_PLACE}|)((?:{_PLACE})*)" % ("([^<]*+)", "[^<]*+")
_MEMBER = re.compile(
    f'{SPACE}<(Author|Investigator)(?: ValidYN="[YN]"|)(?: EqualContrib="([YN])"|)>'
    f"{SPACE}<LastName>([^<]++)</LastName>{SPACE}<ForeName>([^<]++)</ForeName>(?:{SPACE}<Initials>([^<]++)</Initials>|)"
    f'(?:{SPACE}<Identifier Source="ORCID">([^<]++)</Identifier>|)'
    f"{_AFFILIATIONS}{SPACE}</\\1>"
)


def _matched_member(draft: Draft, match: Match[str], found: list[Member]) -> bool:
    _, equal, family, given, initials, identifier, place, others = match.groups()
    family, given = between(family), between(given)
    if not family or not given:
        return False
    orcid = _orcid(draft, between(identifier)) if identifier else None
    where: tuple[int, ...] = ()
    if others:
        places = map(resolved, (place, *_AFFILIATION.findall(others)))
        where = tuple(dict.fromkeys([draft.affiliation(said) for said in places if said and not said.isspace()]))
    elif place and not (place := resolved(place)).isspace():
        where = (draft.affiliation(place),)
    initials = between(initials) or None if initials else None
    found.append((Author(f"{given} {family}", given, family, None, initials, False, orcid, where), equal == "Y"))
    return True


def _parsed_member(draft: Draft, element: Element, found: list[Member]) -> None:
    if person := _person(draft, element):
        found.append((person, element.get("EqualContrib") == "Y"))


def _take_investigators(draft: Draft, found: list[Member], _attributes: Attributes) -> None:
    draft.extend("investigators", [person for person, _ in found])


def _take_authors(draft: Draft, found: list[Member], attributes: Attributes) -> None:
    """The authors, or the editors where the list is theirs, and who contributed equally."""
    if attributes.get("Type") == "editors":
        draft.extend("editors", [person for person, _ in found])
        return
    before = len(draft.lists.get("authors", ()))
    equal = tuple([before + n for n, (_, marked) in enumerate(found) if marked])
    draft.extend("authors", [person for person, _ in found])
    if len(equal) > 1:
        draft.extend("equal_contributors", [equal])
    if attributes.get("CompleteYN") == "N":
        draft.fields["authors_complete"] = False


authors = listed(_MEMBER, _matched_member, _parsed_member, _take_authors)
investigators = listed(_MEMBER, _matched_member, _parsed_member, _take_investigators)
"""those who took part in a study and are no authors"""


def editors(draft: Draft, element: Element) -> None:
    """Those who edited a book."""
    found: list[Member] = []
    for child in element:
        _parsed_member(draft, child, found)
    draft.extend("editors", [person for person, _ in found])


# --- the form used until 2014 -------------------------------------------------------------------------------------------


def article_affiliation(draft: Draft, text: str, _attributes: Attributes) -> None:
    """The article's affiliation, until 2014."""
    if text:
        draft.first_affiliation.append(draft.affiliation(text))


def give_to_first_author(draft: Draft) -> None:
    """Give the article's affiliation to its first author, whose it was; without one keep it as a note."""
    if named := draft.lists.get("authors"):
        where = tuple(dict.fromkeys((*named[0].affiliations, *draft.first_affiliation)))
        named[0] = replace(named[0], affiliations=where)
    else:
        for index in draft.first_affiliation:
            draft.note("Affiliation", draft.parsed[index].text)
        if not draft.lists.get("investigators") and not draft.lists.get("editors"):
            draft.parsed.clear()
