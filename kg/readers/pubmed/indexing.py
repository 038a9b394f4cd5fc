"""What indexers and authors say it is about: headings, types, substances, keywords, accessions."""

from __future__ import annotations

import re
from functools import lru_cache
from re import Match

from kg import identifiers
from kg.markup import Element, text_of
from kg.model import (
    Accession,
    Keyword,
    MeshHeading,
    PublicationType,
    Qualifier,
    Substance,
)
from kg.readers.pubmed.draft import Draft, remembered, shown
from kg.readers.pubmed.rules import SPACE, VALUE, Attributes, between, familiar, into, listed


def _ui(draft: Draft, stated: str | None, letters: str, label: str) -> str | None:
    """The MeSH identifier of what has the label, if it is of one of the kinds that begin with ``letters``."""
    if not stated:
        return None
    checked = _checked_mesh(stated, letters)
    if checked is None:
        draft.warn("bad-mesh-id", f"{shown(stated)} of {shown(label)} is not a MeSH identifier; left out")
    return checked


_mesh = remembered(identifiers.mesh, 1 << 13)


def _checked_mesh(stated: str, letters: str) -> str | None:
    checked = _mesh(stated)
    return checked if checked and checked[0] in letters else None


_NUMBER = "[0-9]{6,9}"
"""what stands behind the letter of a MeSH identifier"""


# --- descriptors with their qualifiers ----------------------------------------------------------------------------------

_NAME = f'{SPACE}<QualifierName UI="%s" MajorTopicYN="%s">%s</QualifierName>'
_QUALIFIER = re.compile(_NAME % (f"(Q{_NUMBER})", "([YN])", "([^<]++)"))
_QUALIFIERS = f"((?:{_NAME})*)" % (f"Q{_NUMBER}", "[YN]", "[^<]++")
_HEADING = re.compile(
    f'{SPACE}<MeshHeading>{SPACE}<DescriptorName UI="(D{_NUMBER})" MajorTopicYN="([YN])"(?: Type="{VALUE}"|)>([^<]++)'
    f"</DescriptorName>{_QUALIFIERS}{SPACE}"
)


@lru_cache(maxsize=1 << 13)  # a few thousand make most of what indexers say
def _known_heading(child: str) -> MeshHeading | None:
    match = _HEADING.fullmatch(child)
    if match is None:
        return None
    identifier, major, raw, rest = match.groups()
    label = between(raw)
    if not label:
        return None
    qualifiers: tuple[Qualifier, ...] = ()
    if rest:
        parts = [(ui, between(aspect), marked == "Y") for ui, marked, aspect in _QUALIFIER.findall(rest)]
        qualifiers = tuple([Qualifier(*part) for part in parts if part[1]])
    return MeshHeading(identifier, label, major == "Y", qualifiers)


def _parsed_heading(draft: Draft, heading: Element, found: list[MeshHeading]) -> None:
    descriptor: tuple[str | None, str, bool] | None = None
    qualifiers: list[Qualifier] = []
    for part in heading:
        tag = part.tag
        if not (label := text_of(part)):
            continue
        is_major = part.get("MajorTopicYN") == "Y"
        if tag == "QualifierName":
            qualifiers.append(Qualifier(_ui(draft, part.get("UI"), "Q", label), label, is_major))
        elif tag == "DescriptorName":
            descriptor = _ui(draft, part.get("UI"), "D", label), label, is_major
    if descriptor is not None:
        found.append(MeshHeading(*descriptor, tuple(qualifiers)))


mesh_headings = familiar("MeshHeading", _known_heading, _parsed_heading, into("headings"))


# --- what kind of publication it is -------------------------------------------------------------------------------------


_TYPE = re.compile(f'{SPACE}<PublicationType UI="({VALUE})">([^<]++)')


@lru_cache(maxsize=1 << 9)  # all that there are
def _known_type(child: str) -> PublicationType | None:
    match = _TYPE.fullmatch(child)
    if match is None or not (label := between(match[2])) or not (ui := _checked_mesh(match[1], "D")):
        return None
    return PublicationType(label, ui)


def _parsed_type(draft: Draft, element: Element, found: list[PublicationType]) -> None:
    if element.tag == "PublicationType" and (label := text_of(element)):
        found.append(PublicationType(label, _ui(draft, element.get("UI"), "D", label)))


publication_types = familiar("PublicationType", _known_type, _parsed_type, into("publication_types"))


def publication_type(draft: Draft, element: Element) -> None:
    """One kind, that stands alone."""
    found: list[PublicationType] = []
    _parsed_type(draft, element, found)
    draft.extend("publication_types", found)


# --- substances, each with its registry number --------------------------------------------------------------------------

_CHEMICAL = re.compile(
    f"{SPACE}<Chemical>{SPACE}<RegistryNumber>([^<]*+)</RegistryNumber>"
    f'{SPACE}<NameOfSubstance UI="({VALUE})">([^<]++)</NameOfSubstance>{SPACE}'
)


@lru_cache(maxsize=1 << 12)
def _known_chemical(child: str) -> Substance | None:
    match = _CHEMICAL.fullmatch(child)
    if match is None or not (label := between(match[3])) or not (ui := _checked_mesh(match[2], "DC")):
        return None
    return _substance(ui, label, between(match[1]))


def _parsed_chemical(draft: Draft, chemical: Element, found: list[Substance]) -> None:
    if chemical.tag != "Chemical":
        return
    registry, label, ui = "", "", None
    for child in chemical:
        if child.tag == "NameOfSubstance":
            label = text_of(child)
            ui = _ui(draft, child.get("UI"), "DC", label)
        elif child.tag == "RegistryNumber":
            registry = text_of(child)
    if label:
        found.append(_substance(ui, label, registry))


def _substance(ui: str | None, label: str, registry: str) -> Substance:
    return Substance(ui, label, registry if registry not in ("", "0") else None)


chemicals = familiar("Chemical", _known_chemical, _parsed_chemical, into("chemicals"))


def supplementary(draft: Draft, element: Element) -> None:
    """Supplementary concepts: diseases, protocols, organisms."""
    found = []
    for child in element.iterchildren("SupplMeshName"):
        if label := text_of(child):
            found.append(Substance(_ui(draft, child.get("UI"), "DC", label), label, None, child.get("Type")))
    draft.extend("supplementary", found)


# --- keywords, and who gave them ----------------------------------------------------------------------------------------

_KEYWORD = re.compile(f'{SPACE}<Keyword MajorTopicYN="([YN])">([^<]*+)</Keyword>')


def _matched_keyword(_draft: Draft, match: Match[str], found: list[tuple[str, bool]]) -> bool:
    if text := between(match[2]):
        found.append((text, match[1] == "Y"))
    return True


def _parsed_keyword(_draft: Draft, element: Element, found: list[tuple[str, bool]]) -> None:
    if element.tag == "Keyword" and (text := text_of(element)):
        found.append((text, element.get("MajorTopicYN") == "Y"))


def _take_keywords(draft: Draft, found: list[tuple[str, bool]], attributes: Attributes) -> None:
    owner = attributes.get("Owner")
    draft.extend("keywords", [Keyword(text, None, owner, is_major) for text, is_major in found])


keywords = listed(_KEYWORD, _matched_keyword, _parsed_keyword, _take_keywords)


def databanks(draft: Draft, element: Element) -> None:
    """Numbers under which data are deposited."""
    found = []
    for bank in element.iterchildren("DataBank"):
        name = text_of(part) if (part := bank.find("DataBankName")) is not None else ""
        for child in bank.iter("AccessionNumber"):
            if number := text_of(child):
                found.append(Accession(name, number))
    draft.extend("accessions", found)
