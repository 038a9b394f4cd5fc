"""What each format's reader takes from its file. Terms are fictional."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from kg.model import Concept, Warned
from kg.ontologies import ontology_items, read_ontology

DATA = Path(__file__).parents[1] / "data" / "ontologies"


def test_obo() -> None:
    """OBO: names without comments and modifiers, exact synonyms that are not contested, stated equivalence only."""
    assert read_ontology(DATA / "toy.obo") == [
        Concept(
            "GO:9000001", "glimmering of light", category="BiologicalProcess", exact=("GO:9000002",)
        ),
        Concept(
            "MONDO:9000001",
            "glimmer disease",
            synonyms=('glimmer\'s "disease"', "glimmer syndrome"),
            category="Disease",
            broader=("MONDO:9000002",),
            exact=("MESH:D900001", "MESH:D900002"),
            broad=("disease of light",),
            related=("glimmering",),
            xrefs=("DOID:9000009", "MESH:D900001"),
        ),
        Concept("MONDO:9000002", "light disease", category="Disease"),
        Concept(
            "MONDO:9000003",
            "obsolete dim disease",
            category="Disease",
            obsolete=True,
            replaced_by="MONDO:9000001",
        ),
    ]  # fmt: skip


def test_obo_import_is_named_not_followed() -> None:
    """``import:`` is never followed, and that is said with its line."""
    warnings = [item for item in ontology_items(DATA / "toy.obo") if isinstance(item, Warned)]
    assert [(w.rule, w.line) for w in warnings] == [("import-not-followed", 5)]


def test_obo_line_ends_and_continuation(tmp_path: Path) -> None:
    """CR LF and a backslash at the end of a line are no content; a last line needs no line end."""
    path = tmp_path / "file.obo"
    path.write_bytes(b"format-version: 1.2\r\n\r\n[Term]\r\nid: CL:1\r\nname: beta \\\r\ncell")
    assert [(c.id, c.label) for c in read_ontology(path)] == [("CL:1", "beta cell")]


def test_chebi_related_names(tmp_path: Path) -> None:
    """ChEBI calls the common names of a substance related: they are its names; elsewhere related means something else."""
    frame = '\n[Term]\nid: {}:1\nname: a\nsynonym: "b" RELATED [X:1]\n'
    path = tmp_path / "file.obo"
    path.write_text("format-version: 1.2\n" + frame.format("CHEBI") + frame.format("CL"), encoding="utf-8")
    assert [(c.id, c.synonyms) for c in read_ontology(path)] == [("CHEBI:1", ("b",)), ("CL:1", ())]


def test_types_of_synonym(tmp_path: Path) -> None:
    """What is ambiguous, dubious or wrong by its type is no name; spellings, plurals and abbreviations are."""
    types = [f"OMO:000300{n}" for n in range(8)]
    lines = "".join(f'synonym: "n{kind[-1]}" EXACT {kind} []\n' for kind in types)
    path = tmp_path / "file.obo"
    path.write_text(f"format-version: 1.2\n\n[Term]\nid: CL:1\nname: a\n{lines}", encoding="utf-8")
    (concept,) = read_ontology(path)
    assert concept.synonyms == ("n0", "n3", "n4", "n5")


def test_obographs() -> None:
    """OBO graphs: classes with a label; the same rules for synonyms as in OBO; equivalent nodes are exact matches."""
    assert read_ontology(DATA / "toy.json") == [
        Concept("GO:9000001", "glimmering of light", category="BiologicalProcess"),
        Concept(
            "MONDO:9000001",
            "glimmer disease",
            synonyms=('glimmer\'s "disease"',),
            category="Disease",
            broader=("MONDO:9000002",),
            exact=("DOID:9000001", "MESH:D900002"),
            related=("glimmering",),
        ),
        Concept("MONDO:9000002", "light disease", category="Disease"),
        Concept(
            "MONDO:9000003", "obsolete dim disease", category="Disease", obsolete=True, replaced_by="MONDO:9000001"
        ),
    ]


def test_skos() -> None:
    """SKOS: English labels and those without a language, folded; both kinds of broader; category without prefix."""
    assert read_ontology(DATA / "toy.ttl") == [
        Concept("CL:9000001", "glimmer cell", category="Cell", broader=("CL:9000002",), lang=None),
        Concept("CL:9000002", "lit cell", category="Cell", lang=None),
        Concept("CL:9000003", "dim cell", category="Cell", obsolete=True, replaced_by="CL:9000001", lang=None),
        Concept(
            "MESH:D900001",
            "Disease, Glimmer",
            synonyms=("glimmer disease", "morbus glimmer"),
            category="Disease",
            broader=("MESH:D900003",),
            exact=("MONDO:9000001",),
            scheme="http://id.nlm.nih.gov/mesh",
        ),
        Concept("MESH:D900003", "Diseases of Light"),
    ]


def test_skos_without_english(tmp_path: Path) -> None:
    """A vocabulary without English labels keeps its language."""
    path = tmp_path / "file.ttl"
    path.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<http://purl.obolibrary.org/obo/CL_1> a skos:Concept ; "
        'skos:prefLabel "Zelle"@de , "cellule"@fr ; skos:altLabel "Zellen"@de-AT , "cellules"@fr .',
        encoding="utf-8",
    )
    assert read_ontology(path) == [Concept("CL:1", "Zelle", ("Zellen",), "Cell", lang="de")]


def test_tsv() -> None:
    """Tables: known columns whatever their order, the hierarchy from tree numbers, plain words for categories."""
    assert read_ontology(DATA / "toy.tsv") == [
        Concept(
            "MESH:D900001",
            "Glimmer Disease",
            synonyms=("Disease, Glimmer", "glimmering"),
            category="Disease",
            broader=("MESH:D900002",),
        ),
        Concept("MESH:D900002", "Light Diseases", category="Disease"),
        Concept("MESH:D900003", "Glimmerol", category="ChemicalEntity"),
    ]


def test_tsv_row_without_identifier(tmp_path: Path) -> None:
    """A row that names no concept is left out, and that is said with its line."""
    path = tmp_path / "table.tsv"
    path.write_text("id\tlabel\n\tnameless\nCL:1\ta\n", encoding="utf-8")
    items = list(ontology_items(path))
    assert [(w.rule, w.line) for w in items if isinstance(w, Warned)] == [("no-identifier", 2)]
    assert [c.id for c in items if isinstance(c, Concept)] == ["CL:1"]


GLOW = [
    Concept(
        "CL:9000001", "glow cell", synonyms=("glowing cell",), category="Cell", broader=("CL:9000002",),
        narrow=("dim glow cell",), xrefs=("MESH:D900003",),
    ),
    Concept("CL:9000002", "light cell", category="Cell", lang=None),
    Concept("CL:9000003", "obsolete dim cell", category="Cell", obsolete=True, replaced_by="CL:9000001", lang=None),
]  # fmt: skip


@pytest.mark.parametrize("name", ["toy.owl", "toy-owl.ttl"])
def test_owl(name: str) -> None:
    """OWL as the OBO world writes it, in either syntax: class expressions are passed over, nothing is imported."""
    assert read_ontology(DATA / name) == GLOW


def test_mesh_in_xml() -> None:
    """The terms of all concepts of a descriptor are its names; trees give hierarchy and category."""
    assert read_ontology(DATA / "toy-mesh.xml") == [
        Concept(
            "MESH:D900001", "Glimmer Disease", ("Disease, Glimmer", "Glimmering"), "Disease", broader=("MESH:D900002",)
        ),
        Concept("MESH:D900002", "Light Diseases", category="Disease"),
        Concept("MESH:D900003", "Glow Cells", category="Cell"),
    ]
    assert read_ontology(DATA / "toy-supplementary.xml") == [
        Concept("MESH:C900001", "glimmerol", ("3-glimmerol",), "ChemicalEntity", broader=("MESH:D900009",))
    ]


def test_mesh_in_rdf() -> None:
    """The names stand two steps away from the descriptor; the year of the edition is no part of its identifier."""
    assert read_ontology(DATA / "toy-mesh.nt") == [
        Concept("MESH:D900001", "Glimmer Disease", ("Disease, Glimmer",), "Disease", broader=("MESH:D900002",))
    ]


@pytest.mark.parametrize("name", ["toy-hgnc.json", "toy-hgnc.tsv"])
def test_genes(name: str) -> None:
    """The complete set and a custom download say the same; names may hold commas; withdrawn symbols lead on."""
    first, *others = read_ontology(DATA / name)
    assert set(first.synonyms) == {"glow factor 1", "GLIM", "glimmer, factor 1"}
    assert (first.id, first.label, first.category) == ("HGNC:900001", "GLW1", "Gene")
    assert first.xrefs == ("NCBIGene:9000001", "UniProtKB:P90001")
    assert others == [
        Concept("HGNC:900002", "GLW2", ("glow factor 2",), "Gene"),
        Concept("HGNC:900003", "GLX", category="Gene", obsolete=True, replaced_by="HGNC:900001"),
    ]


def test_taxa(tmp_path: Path) -> None:
    """Names with their scopes; the archive gives the hierarchy as well."""
    taxa = read_ontology(DATA / "names.dmp")
    assert taxa[0] == Concept(
        "NCBITaxon:9000001", "Lucius fictus", ("glow mouse",), "OrganismTaxon", broad=("rodents",)
    )
    path = tmp_path / "taxdump.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (
            ("nodes.dmp", b"9000001\t|\t9000002\t|\tspecies\t|\n9000002\t|\t9000002\t|\tgenus\t|\n"),
            ("names.dmp", (DATA / "names.dmp").read_bytes()),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert [taxon.broader for taxon in read_ontology(path)] == [("NCBITaxon:9000002",), (), ()]


def test_mappings() -> None:
    """Exact matches make one sense, others are cross-references, denied ones nothing."""
    assert read_ontology(DATA / "toy.sssom.tsv") == [
        Concept(
            "MONDO:9000001", "glimmer disease", category="Disease", exact=("MESH:D900001",), xrefs=("DOID:9000009",)
        ),
        Concept("MONDO:9000002", "light disease", category="Disease", xrefs=("MESH:D900002",)),
        Concept("MONDO:9000003", "dim disease", category="Disease", exact=("MESH:D900004",)),
    ]


@pytest.mark.skipif(not os.environ.get("KG_TEST_DATA"), reason="KG_TEST_DATA does not name a folder of real data")
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("mesh/desc-samples.xml", 43),
        ("mesh/supp-samples.xml", 19),
        ("mesh/mesh2020-subset.nt", 9),
        ("hgnc/hgnc-custom.tsv", 45_000),
        ("oak/go-nucleus.owl", 150),
        ("doid/HumanDO-2026.tsv", 12_000),
    ],
)
def test_real_files(name: str, least: int) -> None:
    """Published files give about as many concepts as they hold."""
    assert len(read_ontology(Path(os.environ["KG_TEST_DATA"]) / "ontologies" / name)) >= least
