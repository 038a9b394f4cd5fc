"""The categories of MeSH's trees (https://www.nlm.nih.gov/mesh/intro_trees.html) as classes of the Biolink model."""

from __future__ import annotations

from types import MappingProxyType

_BRANCHES = MappingProxyType(
    {
        "A11": "Cell",
        "F03": "Disease",
        "A": "AnatomicalEntity",
        "B": "OrganismTaxon",
        "C": "Disease",
        "D": "ChemicalEntity",
        "E": "Procedure",
    }
)


def category_of_tree(number: str) -> str | None:
    """The class of what stands at a place of the trees; None where a branch is of no one kind.

    >>> category_of_tree("C19.246.267"), category_of_tree("A11.251"), category_of_tree("N06.850")
    ('Disease', 'Cell', None)
    """
    return _BRANCHES.get(number[:3]) or _BRANCHES.get(number[:1])
