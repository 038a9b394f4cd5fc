"""The starter vocabulary: what it promises by itself, and that its facts are those of its sources.

The second half reads the ontologies under ``$KG_TEST_DATA/ontologies`` and skips where they are not at hand. Biolink
classes are those of the Biolink Model 4.4.4, https://w3id.org/biolink/biolink-model.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.compare import to_isomorphic
from rdflib.namespace import DCTERMS, RDF, SKOS

from kg.iri import concept_curie
from kg.lexicon import SCHEME_PRIORITY, Lexicon, one_sense
from kg.model import Concept
from kg.ontologies import ontology_items, read_ontology
from kg.resources import folder

STARTER = folder("ontologies") / "starter.ttl"
BIOLINK = "https://w3id.org/biolink/vocab/"
MESHV = rdflib.Namespace("http://id.nlm.nih.gov/mesh/vocab#")
SCHEME = rdflib.URIRef("https://w3id.org/bmkg/vocabulary/starter")

CATEGORIES = {
    "Activity", "Agent", "AnatomicalEntity", "BiologicalProcess", "Cell", "CellLine", "CellularComponent",
    "ChemicalEntity", "ChemicalMixture", "ClinicalAttribute", "Device", "Disease", "Drug", "GeneFamily",
    "GrossAnatomicalStructure", "IndividualOrganism", "MicroRNA", "NoncodingRNAProduct", "NucleicAcidEntity",
    "OrganismTaxon", "PathologicalProcess", "PhenotypicFeature", "PopulationOfIndividualOrganisms", "Procedure",
    "Protein", "Publication", "SmallMolecule", "Study", "StudyVariable", "Transcript", "Treatment",
}  # fmt: skip

REQUIRED = {
    "MESH:D003920": "diabetes",
    "MESH:D003922": "type 1 diabetes",
    "MESH:D003924": "type 2 diabetes",
    "MESH:D007328": "insulin",
    "MESH:D033581": "stem cell therapy",
    "MESH:D057026": "induced pluripotent stem cells",
    "MESH:D050417": "β cells",
    "MESH:D013234": "stem cells",
    "MESH:D044968": "regenerative medicine",
    "MESH:D001327": "autoimmune disease",
    "MESH:D002986": "clinical trials",
    "MESH:D007515": "pancreatic islet",
    "MESH:D010179": "pancreas",
    "MESH:D007165": "immunosuppression",
    "MESH:D008687": "metformin",
    "MESH:D015331": "cohort study",
}
"""what the vocabulary is for, each with a name that finds it"""

TOO_MUCH = set(
    "a iv ms pd cell cells tissue tissues organ organs disease diseases disorder disorders syndrome syndromes therapy "
    "therapies treatment treatments patient patients drug drugs agent agents protein proteins gene genes factor "
    "factors study studies trial trials method methods analysis group groups control controls complement trauma lead "
    "man type acid serum survey aged".split()
)
"""words that mean too much to be the name of one concept"""


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    return rdflib.Graph().parse(STARTER, format="turtle")


@pytest.fixture(scope="module")
def concepts() -> dict[str, Concept]:
    return {concept.id: concept for concept in read_ontology(STARTER)}


@pytest.fixture(scope="module")
def lexicon(concepts: dict[str, Concept]) -> Lexicon:
    return Lexicon.build(concepts.values())


def prefix(curie: str) -> str:
    return curie.partition(":")[0]


def main_of(concept: Concept) -> str:
    """The concept that stands for the sense: itself or the match of the highest priority."""
    return min((concept.id, *concept.exact), key=lambda curie: SCHEME_PRIORITY.index(prefix(curie)))


def names(concept: Concept) -> Iterator[str]:
    yield concept.label
    yield from concept.synonyms


# --- by itself ------------------------------------------------------------------------------------------------------


def test_two_parsers_read_the_same(graph: rdflib.Graph) -> None:
    """It is Turtle to rdflib and to Oxigraph, and the same triples, none of them with a blank node."""
    other = rdflib.Graph()
    for triple in pyoxigraph.parse(path=STARTER, format=pyoxigraph.RdfFormat.TURTLE):
        assert isinstance(triple.subject, pyoxigraph.NamedNode)
        assert isinstance(triple.object, pyoxigraph.NamedNode | pyoxigraph.Literal)
        value = triple.object
        other.add(
            (
                rdflib.URIRef(triple.subject.value),
                rdflib.URIRef(triple.predicate.value),
                rdflib.URIRef(value.value)
                if isinstance(value, pyoxigraph.NamedNode)
                else rdflib.Literal(value.value, lang=value.language),
            )
        )
    assert to_isomorphic(graph) == to_isomorphic(other)


def test_says_what_it_is(graph: rdflib.Graph) -> None:
    """The scheme has a title, a description, its licence, and names as its sources the schemes of its concepts."""
    assert (SCHEME, RDF.type, SKOS.ConceptScheme) in graph
    assert graph.value(SCHEME, DCTERMS.title)
    assert graph.value(SCHEME, DCTERMS.description)
    assert graph.value(SCHEME, DCTERMS.license) == rdflib.URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    sources = set(graph.objects(SCHEME, DCTERMS.source))
    assert sources == set(graph.objects(None, SKOS.inScheme))
    assert all((source, DCTERMS.title, None) in graph for source in sources)


def test_every_concept_is_whole(graph: rdflib.Graph) -> None:
    """At least 400 concepts; each has one label in English, one category of Biolink, one scheme, and an
    IRI of the form that its owner uses."""
    found = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(found) >= 400
    for concept in found:
        curie = concept_curie(str(concept))
        assert curie is not None
        assert re.fullmatch(
            r"http://id\.nlm\.nih\.gov/mesh/D\d{6,9}|http://purl\.obolibrary\.org/obo/[A-Z]+_\d+", str(concept)
        )
        labels = list(graph.objects(concept, SKOS.prefLabel))
        assert [getattr(label, "language", None) for label in labels] == ["en"], curie
        categories = [str(c) for c in graph.objects(concept, rdflib.URIRef(BIOLINK + "category"))]
        assert len(categories) == 1, curie
        assert categories[0].removeprefix(BIOLINK) in CATEGORIES, curie
        owner = "http://id.nlm.nih.gov/mesh" if prefix(curie) == "MESH" else str(concept).partition("_")[0].lower()
        schemes = [str(s) for s in graph.objects(concept, SKOS.inScheme)]
        assert schemes == [owner if prefix(curie) == "MESH" else f"{owner}.owl"], curie
        assert ((concept, RDF.type, MESHV.TopicalDescriptor) in graph) == (prefix(curie) == "MESH"), curie


def test_is_read_without_a_warning() -> None:
    """The reader takes every concept as it is written."""
    assert [item for item in ontology_items(STARTER) if not isinstance(item, Concept)] == []


def test_at_least_400_senses(concepts: dict[str, Concept]) -> None:
    """There are at least 400 senses, equivalents in other ontologies not counted."""
    assert sum(main_of(concept) == concept.id for concept in concepts.values()) >= 400


def test_exact_matches_are_described_and_mutual(concepts: dict[str, Concept]) -> None:
    """What an exact match points to is in the file and points back; equivalents are small: label and match only."""
    for concept in concepts.values():
        for other in concept.exact:
            assert concept.id in concepts[other].exact, (concept.id, other)
        if main_of(concept) != concept.id:
            assert concept.exact == (main_of(concept),), concept.id
            assert concept.synonyms == (), concept.id
            assert concept.category == concepts[main_of(concept)].category, concept.id


def test_no_name_belongs_to_two_concepts(concepts: dict[str, Concept]) -> None:
    """No two main concepts share a name, whatever its case, hyphens and blanks; nor does a concept state one twice."""
    owners: dict[str, set[str]] = defaultdict(set)
    for concept in concepts.values():
        stated = [name.casefold() for name in names(concept)]
        assert len(stated) == len(set(stated)), concept.id
        for name in stated:
            owners[re.sub(r"[\s-]+", " ", name)].add(main_of(concept))
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_every_name_finds_its_concept(concepts: dict[str, Concept], lexicon: Lexicon) -> None:
    """Each name, also that of an equivalent, finds its main concept and nothing else of the same right."""
    for concept in concepts.values():
        for name in names(concept):
            assert one_sense(lexicon.lookup(name)) == main_of(concept), (concept.id, name)


def test_names_say_enough(concepts: dict[str, Concept]) -> None:
    """No name is a word that means too much, a single letter or pair, or padded with blanks."""
    for concept in concepts.values():
        for name in names(concept):
            assert name.casefold() not in TOO_MUCH, concept.id
            assert len(name) > 2, concept.id
            assert name == " ".join(name.split()), concept.id


def test_synonyms_are_not_inverted(concepts: dict[str, Concept]) -> None:
    """Synonyms are names as texts print them: "type 1 diabetes", not "Diabetes, Type 1"; nor "… as Topic"."""
    for concept in concepts.values():
        for name in concept.synonyms:
            assert ", " not in name, concept.id
            assert not name.casefold().endswith("as topic"), concept.id


@pytest.mark.parametrize(("curie", "name"), REQUIRED.items())
def test_holds_what_it_is_for(lexicon: Lexicon, curie: str, name: str) -> None:
    """The concepts that the vocabulary was written around are there and are found by a usual name."""
    assert one_sense(lexicon.lookup(name)) == curie


def test_hierarchy(graph: rdflib.Graph, concepts: dict[str, Concept], lexicon: Lexicon) -> None:
    """MeSH edges join MeSH concepts, other edges concepts of one ontology; all are described; there is no cycle; type 1
    diabetes is under diabetes mellitus."""
    for predicate, mesh in ((MESHV.broaderDescriptor, True), (SKOS.broader, False)):
        for child, parent in graph.subject_objects(predicate):
            one, other = concept_curie(str(child)), concept_curie(str(parent))
            assert one in concepts
            assert other in concepts
            assert prefix(one) == prefix(other)
            assert (prefix(one) == "MESH") == mesh
    waiting = {curie: set(concept.broader) for curie, concept in concepts.items()}
    while leaves := [curie for curie, parents in waiting.items() if not parents]:
        for leaf in leaves:
            del waiting[leaf]
        for parents in waiting.values():
            parents.difference_update(leaves)
    assert waiting == {}
    assert "MESH:D003920" in lexicon.ancestors("MESH:D003922")


def test_file_is_in_order(concepts: dict[str, Concept]) -> None:
    """Each concept is written once; in a theme main concepts go by label, each followed by its equivalents; a comment
    beside an edge is the label of the concept that it leads to."""
    text = STARTER.read_text(encoding="utf-8")
    themes = re.split(r"^# -+\n# .+\n# -+\n", text, flags=re.M)[1:]
    seen: list[str] = []
    for theme in themes:
        written = [
            concept_curie(
                "http://id.nlm.nih.gov/mesh/" + name if p == "mesh" else "http://purl.obolibrary.org/obo/" + name
            )
            or name
            for p, name in re.findall(r"^(mesh|obo):(\w+)$", theme, flags=re.M)
        ]
        mains = [curie for curie in written if main_of(concepts[curie]) == curie]
        assert mains == sorted(mains, key=lambda curie: (concepts[curie].label.lower(), curie))
        assert written == [curie for main in mains for curie in (main, *in_priority(concepts[main].exact))]
        seen += written
    assert len(seen) == len(set(seen)) == len(concepts)
    for p, name, comment in re.findall(r"(?:broader|broaderDescriptor) (mesh|obo):(\w+) [;.]  # (.+)$", text, re.M):
        curie = f"MESH:{name}" if p == "mesh" else name.replace("_", ":", 1)
        assert concepts[curie].label == comment


def in_priority(curies: tuple[str, ...]) -> list[str]:
    return sorted(curies, key=lambda curie: (SCHEME_PRIORITY.index(prefix(curie)), curie))


# --- against its sources --------------------------------------------------------------------------------------------


@dataclass
class Source:
    """What the ontologies' files say of their terms, whichever file says it."""

    labels: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    synonyms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    same: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    parents: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    trees: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def names(self, curie: str) -> set[str]:
        return self.labels[curie] | self.synonyms[curie]

    def join(self, one: str, other: str) -> None:
        self.same[one].add(other)
        self.same[other].add(one)


_XREF = re.compile(r"(?:MESH|MSH|mesh):(D\d+)\b")
_SYNONYM = re.compile(r'"((?:[^"\\]|\\.)*)" EXACT\b')


def read_obo(path: Path, source: Source) -> None:
    """Identifier, name, exact synonyms, MeSH cross-references, equivalents and parents of each term that is in use."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    for block in text.split("\n["):
        stanza = block.split("\n")[1:]
        if not block.startswith("Term]") or "is_obsolete: true" in stanza:
            continue
        curie = stanza[0].removeprefix("id: ").split(" ")[0]
        for tag, _, value in (entry.partition(": ") for entry in stanza):
            if tag == "name":
                source.labels[curie].add(value)
            elif tag == "synonym" and (exact := _SYNONYM.match(value)):
                source.synonyms[curie].add(exact[1].replace("\\", ""))
            elif tag == "xref" and (known := _XREF.match(value)):
                source.join(curie, f"MESH:{known[1]}")
            elif tag == "equivalent_to":
                source.join(curie, value)
            elif tag == "is_a":
                source.parents[curie].add(value.split(" ")[0])


@pytest.fixture(scope="module")
def source() -> Source:
    if not os.environ.get("KG_TEST_DATA"):
        pytest.skip("KG_TEST_DATA is not set: identifiers and labels are not compared with the ontologies")
    at = Path(os.environ["KG_TEST_DATA"]) / "ontologies"
    found = Source()
    for row in table(at / "mesh" / "mesh.tsv"):
        found.labels[row["id"]].add(row["label"])
        found.synonyms[row["id"]].update(filter(None, row["synonyms"].split("|")))
        found.trees[row["id"]] = tuple(filter(None, row["tree_numbers"].split("|")))
    for pattern in ("cl/*.obo", "craft/CL.obo", "craft/UBERON.obo", "doid/*.obo", "chebi/*.obo", "hp/*.obo.gz"):
        for path in sorted(at.glob(pattern)):
            read_obo(path, found)
    read_obo(at / "mondo" / "equivalencies.obo", found)
    for row in table(at / "mondo" / "class-stats.tsv"):
        found.labels[row["cls"]].add(row["cls_label"])
    for row in table(at / "chebi" / "chebi-names.tsv"):
        found.labels[f"CHEBI:{row['COMPOUND_ID']}"].add(row["NAME"])
    diseases = list(table(at / "doid" / "HumanDO-2026.tsv"))
    by_label = {row["label"]: row["id"] for row in diseases}
    for row in diseases:
        found.labels[row["id"]].add(row["label"])
        if row["subClassOf"] in by_label:
            found.parents[row["id"]].add(by_label[row["subClassOf"]])
    (efo,) = at.glob("efo/*.json.gz")
    document = json.loads(gzip.decompress(efo.read_bytes()))
    for node in document["nodes"]:
        found.labels[node["id"]].add(node["efo_label"])
        found.synonyms[node["id"]].update(s["name"] for s in node["synonyms"] or () if s["scope"] == "exact")
        for known in filter(None, map(_XREF.match, node["xrefs"] or ())):
            found.join(node["id"], f"MESH:{known[1]}")
    for link in document["links"]:
        found.parents[link["target"]].add(link["source"])
    return found


def table(path: Path) -> Iterator[Mapping[str, str]]:
    quoted = path.name in {"HumanDO-2026.tsv", "class-stats.tsv"}
    with path.open(encoding="utf-8", newline="") as lines:
        if quoted:
            yield from csv.DictReader(lines, delimiter="\t")
        else:
            yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def test_labels_are_the_sources_own(concepts: dict[str, Concept], source: Source) -> None:
    """Every identifier exists in a file of its ontology under exactly the label that the vocabulary gives it."""
    wrong = {c.id: (c.label, source.labels[c.id]) for c in concepts.values() if c.label not in source.labels[c.id]}
    assert wrong == {}


def test_descriptors_are_under_their_nearest_ancestors(concepts: dict[str, Concept], source: Source) -> None:
    """The broader descriptors of a descriptor are, for each of its tree numbers, the nearest one above it that the
    vocabulary holds; all of these and no others."""
    held = {tree: curie for curie in concepts if curie in source.trees for tree in source.trees[curie]}
    for curie, trees in source.trees.items():
        if curie in concepts:
            above = {next((held[t] for t in up(tree) if t in held), curie) for tree in trees} - {curie}
            assert set(concepts[curie].broader) == above, curie


def up(tree: str) -> Iterator[str]:
    """The tree numbers above one, nearest first: ``C18.452.394`` → ``C18.452``, ``C18``."""
    while "." in tree:
        tree = tree.rpartition(".")[0]
        yield tree


def test_broader_follows_is_a(concepts: dict[str, Concept], source: Source) -> None:
    """A broader concept of an OBO ontology is reached by is_a in one of the files. (The Mondo terms of EFO stand under
    EFO's own terms, which Mondo's equivalencies lead back to Mondo.)"""
    for concept in concepts.values():
        if concept.broader and prefix(concept.id) != "MESH":
            above: set[str] = set()
            waiting = [concept.id]
            while waiting:
                term = waiting.pop()
                equal = {t for t in source.same[term] if {prefix(t), prefix(term)} == {"EFO", "MONDO"}}
                for parent in (source.parents[term] | equal) - above:
                    above.add(parent)
                    waiting.append(parent)
            assert set(concept.broader) <= above, concept.id


def test_matches_are_stated_or_named_alike(concepts: dict[str, Concept], source: Source) -> None:
    """An exact match is stated by a file, directly or through Mondo, or the two terms share a name."""
    doubtful = []
    for concept in concepts.values():
        for other in concept.exact:
            same = source.same[concept.id]
            stated = other in same or any(other in source.same[term] for term in same if prefix(term) == "MONDO")
            if not (stated or spellings(source, concept.id) & spellings(source, other)):
                doubtful.append((concept.label, other))
    assert doubtful == []


def spellings(source: Source, curie: str) -> set[str]:
    """The names of a term without case, hyphens, inversion and plural."""
    found = set()
    for name in source.names(curie):
        words = " ".join(reversed(name.split(", "))) if name.count(", ") == 1 else name
        words = re.sub(r"[\s-]+", " ", words).casefold()
        found.add(words[:-3] + "y" if words.endswith("ies") else words.removesuffix("s"))
    return found
