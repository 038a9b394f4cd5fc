"""What holds for ontology files of every format."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kg.errors import OntologyError
from kg.model import Concept, Warned
from kg.ontologies import ONTOLOGY_READERS, ontology_items, read_ontology

DATA = Path(__file__).parents[1] / "data" / "ontologies"
TOYS = {
    "turtle": "toy.ttl", "mesh": "toy-mesh.xml", "owl": "toy.owl", "obo": "toy.obo", "hgnc": "toy-hgnc.json",
    "obographs": "toy.json", "ncbitaxon": "names.dmp", "sssom": "toy.sssom.tsv", "tsv": "toy.tsv",
}  # fmt: skip
SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix obo: <http://purl.obolibrary.org/obo/> .\n"


def obo(*frames: str, header: str = "") -> str:
    return "\n".join(["format-version: 1.2", header, *(f"\n[Term]\n{frame}" for frame in frames), ""])


def written(folder: Path, content: str | bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rules(path: Path) -> list[str]:
    return [item.rule for item in ontology_items(path) if isinstance(item, Warned)]


def test_every_format_has_a_toy() -> None:
    """The tests below run on every reader of the registry."""
    assert TOYS.keys() == ONTOLOGY_READERS.keys()


@pytest.mark.parametrize("name", TOYS)
def test_sniffing_is_exclusive(name: str) -> None:
    """A file is claimed by the reader of its format and by no other."""
    head = (DATA / TOYS[name]).read_bytes()
    assert [other for other, reader in ONTOLOGY_READERS.items() if reader.sniff(head)] == [name]


@pytest.mark.parametrize("toy", TOYS.values())
def test_gzip_and_byte_order_mark_change_nothing(toy: str, tmp_path: Path) -> None:
    """Gzip is known by its first bytes, whatever the name; a UTF-8 byte order mark is no content."""
    plain = (DATA / toy).read_bytes()
    zipped = written(tmp_path, gzip.compress(b"\xef\xbb\xbf" + plain), "no-suffix")
    assert list(ontology_items(zipped)) == list(ontology_items(DATA / toy))


@pytest.mark.parametrize("toy", TOYS.values())
def test_concepts_are_sorted_by_curie(toy: str) -> None:
    """The order of concepts is that of their CURIEs, not of the file."""
    ids = [concept.id for concept in read_ontology(DATA / toy)]
    assert len(ids) > 2
    assert ids == sorted(ids)


@pytest.mark.parametrize("toy", TOYS.values())
def test_every_cut_of_a_gzip_file_is_an_error(toy: str, tmp_path: Path) -> None:
    """Nothing is taken from a gzip file that ends too early."""
    whole = gzip.compress((DATA / toy).read_bytes())
    for end in (9, 12, len(whole) // 2, len(whole) - 1):
        with pytest.raises(OntologyError, match="cut"):
            read_ontology(written(tmp_path, whole[:end], "cut"))


def test_gzip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gzip file may not expand without bound."""
    monkeypatch.setattr("kg.ontologies.MAX_UNCHECKED", 1 << 20)
    bomb = gzip.compress(obo().encode() + b"\n" * (8 << 20))
    with pytest.raises(OntologyError, match="expands to more than"):
        read_ontology(written(tmp_path, bomb))


@pytest.mark.parametrize("content", ["", "hello", "<?xml version='1.0'?><rdf/>", '{"nodes": []}', "\x00" * 99])
def test_unknown_format(content: str, tmp_path: Path) -> None:
    """A file of no known format is an error that names the file and the formats."""
    with pytest.raises(OntologyError, match=r"file: not an ontology in a known format \(turtle, mesh, owl, obo, "):
        read_ontology(written(tmp_path, content))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """What is no regular file is an error that names it."""
    for path in (tmp_path / "nowhere.obo", tmp_path):
        with pytest.raises(OntologyError, match=str(path)):
            read_ontology(path)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (obo("id: CL:1\nname: caf\xe9").encode("latin-1"), 6),
        (obo("id: CL:1\nname: a\nnonsense"), 7),
        (SKOS + "obo:CL_1 a skos:Concept .\noops", 4),
        (SKOS + "no:CL_1 a skos:Concept .", 3),
        (SKOS + "<CL_1> a skos:Concept .", 3),
        ((SKOS + 'obo:CL_1 skos:prefLabel "\xe9" .').encode("latin-1"), 3),
        ('{"graphs": [\n{"nodes": [}]}', 2),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<a></b>\n</rdf:RDF>", 2),
        ("<DescriptorRecordSet>\n<DescriptorRecord>\n", 3),
        ("1\t|\tAll\t|\t\t|\tscientific name\t|\noops\n", 2),
        ("subject_id\tpredicate_id\tobject_id\nCL:1\tskos:exactMatch\tCL:\xe9\n".encode("latin-1"), 2),
    ],
)
def test_damaged_files_name_file_and_line(content: str | bytes, line: int, tmp_path: Path) -> None:
    """A damaged file gives no concept and an error that names the file and the line."""
    path = written(tmp_path, content)
    with pytest.raises(OntologyError, match=f"file, line {line}: "):
        next(ontology_items(path))


@pytest.mark.parametrize(
    "content",
    [
        SKOS + '<http://purl.obolibrary.org/obo/\\u003ECL_1> skos:prefLabel "x" .',
        SKOS + 'obo:CL_1 skos:prefLabel "' + "x" * (17 << 20) + '" .',
        SKOS + "obo:CL_1 skos:prefLabel " + "<<( obo:a obo:b " * 100_000 + "1" + ")>>" * 100_000 + " .",
        '{"graphs": [' + "[" * 100_000,
        '{"graphs": [{"nodes": {}}]}',
        '{"graphs": [1]}',
        '{"graphs": [{"nodes": [7]}]}',
        '{"graphs": [{"nodes": [{"id": true, "lbl": "x"}]}]}',
        '{"graphs": [{"nodes": [{"id": "x", "lbl": "x", "meta": 7}]}]}',
        '{"graphs": [{"nodes": [{"id": "x", "lbl": "x", "meta": {"synonyms": [7]}}]}]}',
        b'{"graphs": [{"nodes": [{"id": "\xff"}]}]}',
    ],
    ids=lambda content: str(content[-24:]),
)
def test_hostile_files_are_refused(content: str | bytes, tmp_path: Path) -> None:
    """Whatever a file holds, it is read or refused: no other exception, and the process stays alive."""
    with pytest.raises(OntologyError, match="file"):
        read_ontology(written(tmp_path, content))


def test_cycle_is_said_and_harmless(tmp_path: Path) -> None:
    """A cycle of the hierarchy is named once, and its terms are kept."""
    frames = ["id: CL:1\nname: a\nis_a: CL:2", "id: CL:2\nname: b\nis_a: CL:1", "id: CL:3\nname: c\nis_a: CL:1"]
    items = list(ontology_items(written(tmp_path, obo(*frames))))
    assert [item.message for item in items if isinstance(item, Warned)] == [
        "the hierarchy has a cycle of 2 terms: CL:1 → CL:2 → …"
    ]
    assert [item.broader for item in items if isinstance(item, Concept)] == [("CL:2",), ("CL:1",), ("CL:1",)]


def test_skos_cycle_and_two_labels(tmp_path: Path) -> None:
    """A cycle is found in SKOS, too, even through terms that cannot be used."""
    body = 'obo:CL_1 a skos:Concept ; skos:broader obo:CL_2 ; skos:prefLabel "y"@en , "x"@en .\n'
    path = written(tmp_path, SKOS + body + "obo:CL_2 a skos:Concept ; skos:broader obo:CL_1 .")
    assert sorted(rules(path)) == ["cycle", "no-name", "several-names"]
    assert [(c.id, c.label, c.synonyms) for c in read_ontology(path)] == [("CL:1", "x", ("y",))]


def test_long_chain(tmp_path: Path) -> None:
    """A hierarchy may be as deep as it likes."""
    frames = [f"id: CL:{n}\nname: t{n}\nis_a: CL:{n + 1}" for n in range(5000)] + ["id: CL:5000\nname: root"]
    path = written(tmp_path, obo(*frames))
    assert len(read_ontology(path)) == 5001
    assert rules(path) == []


def test_missing_parent_duplicate_and_foreign_terms(tmp_path: Path) -> None:
    """What is wrong with single terms is said; the others are read."""
    frames = ["id: CL:1\nname: one\nis_a: CL:9 ! nowhere", "id: CL:1\nname: again", "id: NOPE:1\nname: x", "id: CL:2"]
    path = written(tmp_path, obo(*frames))
    assert rules(path) == ["missing-parent", "duplicate-concept", "unknown-prefix", "no-name"]
    assert [(c.id, c.label) for c in read_ontology(path)] == [("CL:1", "one")]


def test_identifiers_cannot_inject(tmp_path: Path) -> None:
    """An identifier that would leave its IRI is left out with a warning."""
    path = written(tmp_path, obo('id: CL:1> . <http://evil.example/s\nname: "<script>"', "id: CL:2\nname: good"))
    assert rules(path) == ["bad-identifier"]
    assert [c.id for c in read_ontology(path)] == ["CL:2"]


def test_names_are_one_line_of_text(tmp_path: Path) -> None:
    """Names hold no line ends, control or half characters; where nothing is left the term is left out."""
    nodes = [
        {"id": "http://purl.obolibrary.org/obo/CL_1", "lbl": "a\n  b", "meta": {"synonyms": []}},
        {"id": "http://purl.obolibrary.org/obo/CL_2", "lbl": "\ud800"},
        {"id": "http://purl.obolibrary.org/obo/CL_3", "lbl": "a\u0000b"},
    ]
    path = written(tmp_path, json.dumps({"graphs": [{"nodes": nodes}]}))
    assert [(c.id, c.label) for c in read_ontology(path)] == [("CL:1", "a b")]
    assert rules(path) == ["no-name"]


def test_empty_ontology_says_so(tmp_path: Path) -> None:
    """A well-formed file without concepts is no error, but it is said."""
    path = written(tmp_path, "<http://example.org/s> <http://example.org/p> 1 .")
    assert rules(path) == ["no-concepts"]
