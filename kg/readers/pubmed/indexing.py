"""What indexers and authors say it is about: headings, types, substances, keywords, accessions."""

from __future__ import annotations

from functools import lru_cache

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
from kg.readers.pubmed.draft import Draft, extend, shown


def _ui(draft: Draft, element: Element, letters: str, label: str) -> str | None:
    """The MeSH identifier of what has the label, if it is of one of the kinds that begin with ``letters``."""
    stated = element.get("UI")
    if not stated:
        return None
    checked = _checked_mesh(stated)
    if checked is None or checked[0] not in letters:
        draft.warn("bad-mesh-id", f"{shown(stated)} of {shown(label)} is not a MeSH identifier; left out")
        return None
    return checked


_checked_mesh = lru_cache(maxsize=1 << 15)(identifiers.mesh)


def mesh_headings(draft: Draft, element: Element) -> None:
    """Descriptors with their qualifiers."""
    headings: list[MeshHeading] = []
    for heading in element:
        descriptor: tuple[str | None, str, bool] | None = None
        qualifiers: list[Qualifier] = []
        for part in heading:
            tag = part.tag
            if not (label := text_of(part)):
                continue
            if tag == "QualifierName":
                qualifiers.append(Qualifier(_ui(draft, part, "Q", label), label, part.get("MajorTopicYN") == "Y"))
            elif tag == "DescriptorName":
                descriptor = _ui(draft, part, "D", label), label, part.get("MajorTopicYN") == "Y"
        if descriptor is not None:
            headings.append(MeshHeading(*descriptor, tuple(qualifiers)))
    extend(draft, "headings", headings)


def publication_types(draft: Draft, element: Element) -> None:
    """What kind of publication it is."""
    for child in element:
        if child.tag != "PublicationType":
            continue
        one_publication_type(draft, child)


def one_publication_type(draft: Draft, element: Element) -> None:
    """One kind."""
    if label := text_of(element):
        extend(draft, "publication_types", [PublicationType(label, _ui(draft, element, "D", label))])


def chemicals(draft: Draft, element: Element) -> None:
    """Substances, each with its registry number."""
    found = []
    for chemical in element:
        if chemical.tag != "Chemical":
            continue
        registry, label, ui = "", "", None
        for child in chemical:
            if child.tag == "NameOfSubstance":
                label = text_of(child)
                ui = _ui(draft, child, "DC", label)
            elif child.tag == "RegistryNumber":
                registry = text_of(child)
        if label:
            found.append(Substance(ui, label, registry if registry not in ("", "0") else None))
    extend(draft, "chemicals", found)


def supplementary(draft: Draft, element: Element) -> None:
    """Supplementary concepts: diseases, protocols, organisms."""
    found = []
    for child in element.iterchildren("SupplMeshName"):
        if label := text_of(child):
            found.append(Substance(_ui(draft, child, "DC", label), label, None, child.get("Type")))
    extend(draft, "supplementary", found)


def keywords(draft: Draft, element: Element) -> None:
    """Keywords, and who gave them."""
    owner = element.get("Owner")
    found = []
    for child in element:
        if child.tag != "Keyword":
            continue
        if text := text_of(child):
            found.append(Keyword(text, None, owner, child.get("MajorTopicYN") == "Y"))
    extend(draft, "keywords", found)


def databanks(draft: Draft, element: Element) -> None:
    """Numbers under which data are deposited."""
    found = []
    for bank in element.iterchildren("DataBank"):
        name = text_of(part) if (part := bank.find("DataBankName")) is not None else ""
        for child in bank.iter("AccessionNumber"):
            if number := text_of(child):
                found.append(Accession(name, number))
    extend(draft, "accessions", found)
