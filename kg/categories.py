"""What sort of thing a concept is: Biolink classes, and the plain words that text miners use for them.

Biolink model, https://w3id.org/biolink/; the words are those of PubTator, BioC files and MeSH tables.
"""

from __future__ import annotations

from types import MappingProxyType

TYPES = MappingProxyType(
    {
        "Disease": "Disease", "PhenotypicFeature": "Disease",
        "ChemicalEntity": "Chemical", "SmallMolecule": "Chemical", "Drug": "Chemical", "ChemicalMixture": "Chemical",
        "MolecularMixture": "Chemical",
        "Cell": "CellType", "CellLine": "CellLine",
        "AnatomicalEntity": "Anatomy", "GrossAnatomicalStructure": "Anatomy",
        "Gene": "Gene", "Protein": "Gene", "OrganismTaxon": "Organism",
        "CellularComponent": "CellularComponent", "BiologicalProcess": "BiologicalProcess",
        "MolecularActivity": "MolecularActivity", "Procedure": "Procedure",
    }
)  # fmt: skip
"""Biolink class → the word for it"""

CATEGORIES = MappingProxyType(
    {
        "Chemical": "ChemicalEntity", "CellType": "Cell", "Anatomy": "AnatomicalEntity", "Organism": "OrganismTaxon",
        "Species": "OrganismTaxon", "Phenotype": "PhenotypicFeature", "Phenomenon": None, "Other": None,
    }
)  # fmt: skip
"""plain word → Biolink class, where they differ; None where no class says as much"""

OTHER = "Other"
"""the word for what has no category"""


def type_of(category: str | None) -> str:
    """The word for a category.

    >>> type_of("SmallMolecule"), type_of("Pathway"), type_of(None)
    ('Chemical', 'Pathway', 'Other')
    """
    return TYPES.get(category, category) if category else OTHER


def category_of(word: str | None) -> str | None:
    """The category that a word stands for; a word that is not known is a class itself.

    >>> category_of("CellType"), category_of("Disease"), category_of("Other"), category_of(None)
    ('Cell', 'Disease', None, None)
    """
    return CATEGORIES.get(word, word) if word else None
