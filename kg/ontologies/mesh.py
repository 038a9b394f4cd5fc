"""MeSH in NLM's own XML → concepts: descriptor records and supplementary concept records.

https://www.nlm.nih.gov/mesh/xml_data_elements.html. A record's names are the terms of all its concepts; the preferred term
is the label. Descriptors stand in trees, from which hierarchy and category are read; a supplementary record is below the
headings that it is mapped to, and its class says what it is. Qualifiers are no concepts of their own here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from lxml import etree
from msgspec.structs import replace

from kg.errors import InputError
from kg.model import Concept, Warned
from kg.ontologies.mesh_trees import category_of_tree

_SNIFFED = re.compile(rb"<(?:DescriptorRecordSet|SupplementalRecordSet)[\s>]")
_SCR_CLASSES = MappingProxyType({"1": "ChemicalEntity", "3": "Disease", "4": "OrganismTaxon", "6": "AnatomicalEntity"})
"""https://www.nlm.nih.gov/mesh/xml_data_elements.html#SCRClass; 2 is protocols, 5 population groups"""


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is MeSH in XML.

    >>> sniff(b'<?xml version="1.0"?>\\n<DescriptorRecordSet LanguageCode = "eng">'), sniff(b"<rdf:RDF>")
    (True, False)
    """
    return bool(_SNIFFED.search(head))


@dataclass(frozen=True, slots=True)
class _Record:
    concept: Concept
    trees: tuple[str, ...]


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The records of a file, in its order, as concepts.

    Raises:
        InputError: not well-formed, with the line.
    """
    records = []
    try:
        events = etree.iterparse(
            stream,
            tag=("DescriptorRecord", "SupplementalRecord"),
            resolve_entities="internal",
            load_dtd=False,
            no_network=True,
        )
        for _, element in events:
            records.append(_record(element))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise InputError("xml-not-well-formed", f"not well-formed XML: {error.msg}", line=error.lineno) from error
    places = {tree: record.concept.id for record in records for tree in record.trees}
    for record in records:
        above = [p for tree in record.trees if (p := places.get(tree.rpartition(".")[0]))]
        yield replace(record.concept, broader=tuple(dict.fromkeys((*record.concept.broader, *above))))


def _record(element: etree._Element) -> _Record:
    supplementary = element.tag == "SupplementalRecord"
    kind = "Supplemental" if supplementary else "Descriptor"
    identifier = element.findtext(f"{kind}RecordUI" if supplementary else f"{kind}UI", "").strip()
    label = element.findtext(f"{kind}RecordName/String" if supplementary else f"{kind}Name/String", "").strip()
    terms = [node.text.strip() for node in element.iterfind(".//TermList/Term/String") if node.text]
    trees = tuple(node.text.strip() for node in element.iterfind("TreeNumberList/TreeNumber") if node.text)
    mapped = [
        # A star marks the heading under which the record is indexed first.
        node.text.strip().lstrip("*")
        for node in element.iterfind("HeadingMappedToList/HeadingMappedTo/DescriptorReferredTo/DescriptorUI")
        if node.text
    ]
    category = next(filter(None, map(category_of_tree, trees)), None)
    if supplementary:
        category = _SCR_CLASSES.get(element.get("SCRClass", ""))
    concept = Concept(
        id=f"MESH:{identifier}",
        label=label,
        synonyms=tuple(dict.fromkeys(terms)),
        category=category,
        broader=tuple(f"MESH:{name}" for name in dict.fromkeys(mapped)),
    )
    return _Record(concept, trees)
