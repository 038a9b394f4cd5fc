"""Names that other ontologies have for the concepts of one. Terms are fictional."""

from __future__ import annotations

from share_names import Term, is_printed, reference, shared, targets

from kg.lexicon import Lexicon
from kg.model import Concept

GLIMMER = Term("EFO:1", ("glimmer disease",), frozenset({"MESH:D1", "UMLS:C1"}))
SPARK = Term("EFO:2", ("spark disease",), frozenset({"MESH:D2", "NCIT:C2"}))


def test_references_have_one_prefix() -> None:
    """Ontologies write the prefixes of other vocabularies in several ways."""
    assert {reference(w) for w in ("UMLS_CUI:C1", "umls:C1", "UMLS:c1")} == {"UMLS:C1"}
    assert {reference(w) for w in ("MSH:D1", "MeSH:D1")} == {"MESH:D1"}


def test_a_term_leads_to_one_concept() -> None:
    """By its own reference, or by an identifier that it shares with another term; never to one of several."""
    by_bridge = Term("DOID:1", ("glimmering",), frozenset({"UMLS:C1", "ICD10:A1"}))
    by_two = Term("DOID:2", ("glimmering spark",), frozenset({"UMLS:C1", "NCIT:C2"}))
    of_two = Term("DOID:3", ("flicker",), frozenset({"MESH:D1", "MESH:D2"}))
    by_no_bridge = Term("DOID:4", ("flash",), frozenset({"ICD10:A1"}))
    by_itself = Term("DOID:5", ("sparkling",), frozenset())
    to_it = Term("EFO:3", ("sparkling disease",), frozenset({"MESH:D2", "DOID:5"}))
    terms = [GLIMMER, SPARK, by_bridge, by_two, of_two, by_no_bridge, by_itself, to_it]
    assert targets(terms) == {
        "EFO:1": "MESH:D1",
        "EFO:2": "MESH:D2",
        "EFO:3": "MESH:D2",
        "DOID:1": "MESH:D1",
        "DOID:5": "MESH:D2",
    }


def test_what_a_paper_prints() -> None:
    """Remarks, words cut short and short forms are no names."""
    assert [
        n
        for n in ("acne", "Acne NOS", "acne (disorder)", "DENT CARIES", "BC", "SPARKL", "type 1 acne [obs]")
        if is_printed(n)
    ] == ["acne"]


def test_shared_names() -> None:
    """A name that the ontology has, that leads to two concepts, or that is of another kind of thing is not shared."""
    lexicon = Lexicon.build(
        [
            Concept("MESH:D1", "Glimmer Diseases", category="Disease"),
            Concept("MESH:D2", "Sparks", ("bright lights",), category="Disease"),
            Concept("MESH:D3", "Lamp", category="ChemicalEntity"),
        ]
    )
    terms = [
        GLIMMER,
        Term("EFO:4", ("shine", "Bright Light", "gleam"), frozenset({"MESH:D1"})),
        Term("EFO:5", ("Gleam", "sparkles"), frozenset({"MESH:D2"})),
        Term("EFO:6", ("lantern",), frozenset({"MESH:D3"})),
        Term("GO:1", ("torch",), frozenset({"MESH:D2"})),
    ]
    assert sorted(shared(terms, lexicon, "Disease")) == [
        ("shine", "MESH:D1", "EFO:4"),
        ("sparkles", "MESH:D2", "EFO:5"),
    ]
