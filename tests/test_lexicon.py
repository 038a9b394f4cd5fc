"""Names → concepts. The concepts are fictional."""

from __future__ import annotations

import random
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.lexicon import (
    MAX_GAP,
    MAX_TOKENS,
    DamagedLexicon,
    LearnedName,
    Lexicon,
    compiled,
    forms,
    is_cased,
    one_sense,
    scan,
    storage,
)
from kg.model import Concept

TEXTS = st.text(
    st.one_of(
        st.sampled_from(
            "aA1 -\u2010\u2013'\u2019s\t\r\n()α\u0391β\u0301\u00ad\u200d\ufe0f\u05d0\u202b\U0001f9ec_.,+é\ud800İß"
        ),
        st.characters(),
    ),
    max_size=60,
)


def spans(text: str) -> list[tuple[int, int]]:
    words, starts, stops = scan(text)
    found = list(zip(starts, stops, strict=True))
    assert [text[start:end] for start, end in found] == words
    return found


@given(TEXTS)
def test_tokens_are_in_order_and_apart(text: str) -> None:
    """Tokens are not empty, lie inside the text, and do not overlap."""
    found = spans(text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))


@given(TEXTS)
def test_only_separators_are_outside_tokens(text: str) -> None:
    """No letter and no digit is passed over, except the s of a possessive."""
    covered = {at for start, end in spans(text) for at in range(start, end)}
    left = [at for at in range(len(text)) if at not in covered and text[at].isalnum()]
    assert all(text[at] in "sS" and text[at - 1] in "'\u2019" for at in left)


@given(TEXTS)
def test_the_narrow_scans_are_the_general_scan(text: str) -> None:
    """The fast patterns, for ASCII, for text without Greek and for text without combining marks, find the same tokens as
    the general one, which a combining mark anywhere in a text calls for."""
    general = spans(text + " e\u0301")[:-1]
    assert spans(text) == general == spans(text + " \u00e9")[:-1] == spans(text + " \u03b1")[:-1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crohn's disease", ["Crohn", "disease"]),
        ("CROHN'S", ["CROHN"]),
        ("'s 's", ["'", "s", "'", "s"]),
        ("a's's", ["a", "'", "s"]),
        ("''s", ["'"]),
        ("a'sα a'sb a 's", ["a", "'", "s", "α", "a", "'", "sb", "a", "'", "s"]),
        ("a\u2019s-b's.", ["a", "b", "."]),
    ],
)
def test_possessives(text: str, words: list[str]) -> None:
    """A possessive s follows a token and is followed by no letter; every pattern passes it over."""
    for further in ([], ["\u00e9"], ["\u03b1"], ["e\u0301"]):
        assert scan(" ".join([text, *further]))[0] == [*words, *further]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("beta-cell", "beta cell"),
        ("β-cell", "Beta\u2013Cell"),
        ("TNFα", "TNF-alpha"),
        ("αβ T cell", "alpha-beta T cell"),
        ("Alzheimer's disease", "Alzheimer\u2019s  disease"),
        ("Alzheimer's disease", "Alzheimer disease"),
        ("oedema", "edema"),
        ("haemoglobin", "hemoglobin"),
        ("tumour necrosis", "tumor necrosis"),
        ("sulphate", "sulfate"),
        ("immunisation", "immunization"),
        ("Sjo\u0308gren", "Sj\u00f6gren"),
        ("insu\u00adlin", "insulin"),
        ("ﬁbrosis", "fibrosis"),
        ("type\n1", "type 1"),
        ("STRASSE", "straße"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    """Separators, case, Unicode form, Greek letters, possessives and British spelling do not distinguish names."""
    assert forms(one) == forms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("toe", "te"), ("hour", "hor"), ("CD4+", "CD4"), ("a/b", "ab"), ("5,6-x", "56 x")]
)
def test_different_names(one: str, other: str) -> None:
    """Short words keep their vowels; marks count."""
    assert forms(one) != forms(other)


def test_plurals() -> None:
    """A name is found in singular and plural, whichever its ontology prints."""
    lexicon = Lexicon.build([Concept("CL:1", "glimmer cell"), Concept("CL:2", "dim biopsies")])
    assert lexicon.lookup("glimmer cells")
    assert lexicon.lookup("Dim Biopsy")


def test_names_of_species_are_no_plurals() -> None:
    """A Latin genitive looks like the plural of a disease."""
    lexicon = Lexicon.build([Concept("X:1", "pneumonia"), Concept("X:2", "vertebra")])
    assert not lexicon.lookup("pneumoniae")
    assert lexicon.lookup("pneumonias")
    assert lexicon.lookup("vertebrae")


@pytest.mark.parametrize("name", ["AIDS", "iPSC", "IL-6", "CD4"])
def test_short_names_keep_their_capitals(name: str) -> None:
    """At most four characters with capitals inside: only as printed."""
    lexicon = Lexicon.build([Concept("CL:1", name)])
    assert is_cased(name)
    assert lexicon.lookup(name)
    assert not lexicon.lookup(name.lower())
    assert not lexicon.lookup(name.upper() + "X")
    assert not lexicon.lookup(name.swapcase())


def test_short_names_have_a_plural() -> None:
    """A plural s is small and does not change the capitals before it."""
    lexicon = Lexicon.build([Concept("CL:1", "iPSC")])
    assert lexicon.lookup("iPSCs")
    assert not lexicon.lookup("iPSCS")
    assert not lexicon.lookup("IPSCs")


def test_names_that_say_too_little_are_not_looked_for() -> None:
    """Two letters, numbers alone, marks alone, and names of more tokens than any text holds."""
    long = "x " * (MAX_TOKENS + 1)
    lexicon = Lexicon.build([Concept("CL:1", "glimmer", ("He", "123", "+++", long, "x " * MAX_TOKENS + "!"))])
    for name in ("He", "123", "+++", long):
        assert not lexicon.lookup(name)
    assert lexicon.lookup("glimmer")


def test_obsolete_terms_are_known_and_not_found() -> None:
    """An obsolete concept can be asked for by its CURIE, its names are not looked for."""
    lexicon = Lexicon.build([Concept("CL:1", "dim cell", obsolete=True, replaced_by="CL:2")])
    assert lexicon.concept("CL:1").replaced_by == "CL:2"
    assert not lexicon.lookup("dim cell")


def test_one_iri_a_sense() -> None:
    """Names go to the exact match of the best scheme in the lexicon, over any number of steps in any direction."""
    concepts = [
        Concept("DOID:1", "doid name", exact=("OMIM:1",)),
        Concept("MONDO:1", "mondo name", exact=("OMIM:1",)),
        Concept("MESH:D1", "mesh name", exact=("MONDO:1",)),
        Concept("HP:7", "hp name", exact=("MESH:D7",)),
    ]
    lexicon = Lexicon.build(concepts)
    assert [lexicon.sense(c.id) for c in concepts] == ["MESH:D1", "MESH:D1", "MESH:D1", "HP:7"]
    (name,) = lexicon.lookup("doid name")
    assert (name.concept, name.source) == ("MESH:D1", "DOID:1")
    assert Lexicon.build(concepts[:2]).sense("DOID:1") == "MONDO:1"


def test_schemes_are_not_merged_in_themselves() -> None:
    """Two concepts of the best scheme stay two; what matches both goes to the one that is stated nearest."""
    lexicon = Lexicon.build(
        [
            Concept("MESH:D1", "a", exact=("MONDO:1",)),
            Concept("MESH:D2", "b", exact=("DOID:1",)),
            Concept("MONDO:1", "c", exact=("DOID:1",)),
            Concept("DOID:1", "d"),
        ]
    )
    assert {c: lexicon.sense(c) for c in lexicon} == {
        "DOID:1": "MESH:D2",
        "MESH:D1": "MESH:D1",
        "MESH:D2": "MESH:D2",
        "MONDO:1": "MESH:D1",
    }


def test_obsolete_matches_do_not_count() -> None:
    """An obsolete concept neither gives nor takes a sense."""
    lexicon = Lexicon.build([Concept("MESH:D1", "a", exact=("CL:1",), obsolete=True), Concept("CL:1", "b")])
    assert lexicon.sense("CL:1") == "CL:1"


def test_equal_right_is_no_sense() -> None:
    """Scheme first, then label before synonym; two concepts of one scheme by the same kind of name have equal right."""
    lexicon = Lexicon.build(
        [
            Concept("CL:1", "alpha cell", ("spark",)),
            Concept("CL:2", "delta cell", ("spark", "alpha cells")),
            Concept("DOID:1", "beta thing", ("delta cell",)),
        ]
    )
    assert one_sense(lexicon.lookup("spark")) is None
    assert one_sense(lexicon.lookup("alpha cell")) == "CL:1"
    assert one_sense(lexicon.lookup("delta cell")) == "DOID:1"


def test_one_concept_from_several_files() -> None:
    """What several files say of one CURIE is joined; what is alive anywhere is alive."""
    lexicon = Lexicon.build(
        [
            Concept("CL:1", "b", ("c",), broader=("CL:2",)),
            Concept("CL:1", "gone", obsolete=True),
            Concept("CL:1", "a", ("c", "d"), "Cell", exact=("FMA:1",)),
        ]
    )
    assert lexicon.concept("CL:1") == Concept("CL:1", "a", ("b", "c", "d"), "Cell", broader=("CL:2",), exact=("FMA:1",))


CONCEPTS = st.lists(
    st.builds(
        Concept,
        id=st.sampled_from([f"{p}:{n}" for p in ("MESH", "CL", "X") for n in range(4)]),
        label=st.sampled_from(["spark", "sparks", "dim cell", "IL-6", "αβ"]),
        synonyms=st.lists(st.sampled_from(["glim", "Glim", "dim-cell"]), max_size=2).map(tuple),
        broader=st.lists(st.sampled_from(["CL:1", "CL:2", "X:9"]), max_size=2, unique=True).map(tuple),
        exact=st.lists(st.sampled_from(["MESH:1", "CL:1", "X:1", "OMIM:1"]), max_size=2, unique=True).map(tuple),
        obsolete=st.booleans(),
    ),
    max_size=8,
)


@given(CONCEPTS, st.randoms())
def test_order_does_not_matter(concepts: list[Concept], order: random.Random) -> None:
    """The same concepts in any order are the same lexicon with the same digest."""
    shuffled = list(concepts)
    order.shuffle(shuffled)
    one, other = Lexicon.build(concepts), Lexicon.build(shuffled)
    assert one.digest == other.digest
    assert [one.sense(c) for c in one] == [other.sense(c) for c in other]
    for name in ("spark", "dim cells", "IL-6", "glim"):
        assert one.lookup(name) == other.lookup(name)


@given(CONCEPTS)
def test_senses_are_final(concepts: list[Concept]) -> None:
    """A sense is a living concept of the lexicon, and its own sense."""
    lexicon = Lexicon.build(concepts)
    for curie in lexicon:
        sense = lexicon.sense(curie)
        assert lexicon.sense(sense) == sense
        assert sense == curie or not lexicon.concept(sense).obsolete


def test_digest_sees_every_field() -> None:
    """A lexicon that says anything else has another digest."""
    base = Concept("CL:1", "a")
    others = [
        Concept("CL:2", "a"),
        Concept("CL:1", "b"),
        Concept("CL:1", "a", ("b",)),
        Concept("CL:1", "a", category="Cell"),
        Concept("CL:1", "a", broader=("CL:2",)),
        Concept("CL:1", "a", exact=("CL:2",)),
        Concept("CL:1", "a", scheme="http://example.org/"),
        Concept("CL:1", "a", obsolete=True),
        Concept("CL:1", "a", replaced_by="CL:2"),
        Concept("CL:1", "a", lang="de"),
        Concept("CL:1", "a", narrow=("b",)),
        Concept("CL:1", "a", broad=("b",)),
        Concept("CL:1", "a", related=("b",)),
        Concept("CL:1", "a", xrefs=("CL:2",)),
    ]
    digests = {Lexicon.build([concept]).digest for concept in (base, *others)}
    assert len(digests) == len(others) + 1
    assert Lexicon.build([base]).digest == "ff0eeb94c0b3e3e924d6c045f1a86c9ed669719b6ebec7ea7e0c16ef16470e6d"


def test_ancestors() -> None:
    """All known terms above a concept, once, without itself; cycles and unknown parents do no harm."""
    chain = [Concept(f"CL:{n}", f"t{n}", broader=(f"CL:{n + 1}", "CL:99999")) for n in range(5000)]
    lexicon = Lexicon.build([*chain, Concept("CL:5000", "root", broader=("CL:4999",))])
    assert len(lexicon.ancestors("CL:0")) == 5000
    assert lexicon.ancestors("CL:5000") == ("CL:4999",)
    assert lexicon.ancestors("CL:77777") == ()


def test_longest() -> None:
    """The longest name that begins at a token; shorter ones where the longer one does not end."""
    lexicon = Lexicon.build([Concept("CL:1", "dim"), Concept("CL:2", "dim light cell"), Concept("CL:3", "light")])

    def found(text: str) -> str | None:
        match = lexicon.longest(text, lexicon.tokens(text), 0)
        return match.names[0].concept if match else None

    assert found("dim light cells") == "CL:2"
    assert found("dim light") == "CL:1"
    assert found("dim-light\ncell.") == "CL:2"
    assert found("dim, light cell") == "CL:1"
    assert found("dim light" + " " * MAX_GAP + "cell") == "CL:2"
    assert found("dim light" + " " * (MAX_GAP + 1) + "cell") == "CL:1"
    assert found("dimmer") is None
    assert found("light2") is None


@given(
    st.lists(st.lists(st.sampled_from("dim light cell glow of the".split()), min_size=1, max_size=4), min_size=1), TEXTS
)
@settings(max_examples=60)
def test_no_beginning_is_passed_over(names: list[list[str]], text: str) -> None:
    """A token is a name by itself, or one of the beginnings, wherever a name ends that begins with it; so say the tokens."""
    lexicon = Lexicon.build(Concept(f"CL:{n}", " ".join(words)) for n, words in enumerate(names))
    numbers = lexicon.tokens(" ".join([text, *(word for words in names for word in words), text])).numbers
    beginnings = lexicon.beginnings(numbers)
    assert beginnings == sorted(set(beginnings))
    followed = [*numbers, lexicon.number(""), lexicon.number("")]
    for at, number in enumerate(numbers):
        ends = lexicon.ends(numbers, at) if number < lexicon.starts else []
        longer = [end for end, _ in ends if end > at + 1]
        assert not longer or at in beginnings
        assert not longer or (lexicon.may_begin(*followed[at : at + 3]) and lexicon.may_go_on(*followed[at : at + 2]))
        assert (at in lexicon.alone_at(numbers)) == (len(longer) < len(ends)) == (number < lexicon.alone)
        assert (number < lexicon.alone) == any(end == at + 1 and node == number + 1 for end, node in ends)


def test_learned_names() -> None:
    """Names that readers used join the concept's own; a concept that a whole scheme lacks is added, not one of an extract."""
    learned = [
        LearnedName("gleam", "CL:1", "CellType", 3, 4),
        LearnedName("Dim Cells", "CL:1", "CellType", 1, 1),
        LearnedName("shine", "CL:8", "CellType", 1, 1),
        LearnedName("blaze", "CL:9", "CellType", 2, 2),
    ]
    lexicon = Lexicon.build([Concept("CL:1", "dim cell"), Concept("CL:8", "glim")], learned)
    assert [(n.concept, n.kind) for n in lexicon.lookup("gleams")] == [("CL:1", "learned")]
    assert [n.kind for n in lexicon.lookup("dim cell")] == ["label"]
    assert [n.concept for n in lexicon.lookup("blaze")] == ["CL:9"]
    assert lexicon.concept("CL:9") == Concept("CL:9", "blaze", category="Cell")
    assert not Lexicon.build([Concept("CL:1", "dim cell")], learned).lookup("blaze")


def test_names_of_other_ontologies() -> None:
    """What another ontology calls a concept is one of its names; where the ontology lacks the concept, it gets none."""
    elsewhere = [
        LearnedName("gleam", "CL:1", "CellType", 0, 0, "X:1"),
        LearnedName("Dim Cells", "CL:1", "CellType", 0, 0, "X:1"),
        LearnedName("blaze", "CL:9", "CellType", 0, 0, "X:9"),
    ]
    learned = [LearnedName("gleams", "CL:1", "CellType", 3, 4), LearnedName("blaze", "CL:9", "CellType", 2, 2)]
    lexicon = Lexicon.build([Concept("CL:1", "dim cell"), Concept("CL:8", "glim")], [*learned, *elsewhere])
    assert [(n.concept, n.kind) for n in lexicon.lookup("gleam")] == [("CL:1", "equivalent")]
    assert [(n.concept, n.kind) for n in lexicon.lookup("dim cells")] == [("CL:1", "label")]
    assert not lexicon.lookup("blaze")
    assert "CL:9" not in lexicon


def test_a_name_goes_before_what_is_made_of_another_one() -> None:
    """Where words are a name themselves, they are not another name with its last word changed."""
    kidney = Concept("X:1", "Kidney Diseases", category="Disease")
    injury = Concept("X:2", "Nephric upset", ("Kidney Damage",), category="Disease")

    def senses(*concepts: Concept) -> list[tuple[str, str]]:
        return [(n.concept, n.change) for n in Lexicon.build(concepts).lookup("renal damage")]

    assert senses(kidney) == [("X:1", "head")]
    assert senses(kidney, injury) == [("X:2", "")]


def test_variants_of_names() -> None:
    """Further spellings say what was changed."""
    lexicon = Lexicon.build(
        [
            Concept("MESH:D1", "Glimmers, Dim", ("Light Diseases",), "Disease"),
            Concept("MESH:D2", "Sparkic Acid", category="ChemicalEntity"),
        ]
    )
    found = {text: [n.change for n in lexicon.lookup(text)] for text in (
        "dim glimmer", "Disease of the Light", "light damage", "sparkate", "Glimmers, dim",
    )}  # fmt: skip
    assert found == {
        "dim glimmer": ["inverted"],
        "Disease of the Light": ["of"],
        "light damage": ["head"],
        "sparkate": ["salt"],
        "Glimmers, dim": [""],
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Lung Neoplasms", "pulmonary carcinoma"),
        ("Kidney Diseases", "impaired renal function"),
        ("Memory Disorders", "impaired memory"),
        ("Cocaine-Related Disorders", "cocaine addiction"),
        ("Drug-Induced Liver Injury", "hepatic toxicity"),
        ("Hepatitis, Viral, Human", "viral hepatitis"),
    ],
)
def test_what_papers_say_for_names(name: str, said: str) -> None:
    """General words stand for each other; an indexer's qualifiers are left out."""
    lexicon = Lexicon.build([Concept("X:1", name, category="Disease")])
    assert [n.concept for n in lexicon.lookup(said)] == ["X:1"]


@settings(max_examples=20)
@given(CONCEPTS)
def test_compiled_is_the_same(concepts: list[Concept]) -> None:
    """A lexicon in a file is the lexicon in memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "toy.lexicon"
        storage.write(path, compiled(concepts))
        one, other = Lexicon.build(concepts), Lexicon.open(path)
        assert (one.digest, list(one)) == (other.digest, list(other))
        assert [one.lookup(n) for n in ("sparks", "glim")] == [other.lookup(n) for n in ("sparks", "glim")]
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(DamagedLexicon):
            Lexicon.open(path)


def test_no_name_ends_inside_a_word() -> None:
    """A Greek letter is a token of its own, but glued to letters it is part of their word."""
    lexicon = Lexicon.build([Concept("CL:1", "glim")])
    assert lexicon.longest("glimα", lexicon.tokens("glimα"), 0) is None
    assert lexicon.longest("αglim", lexicon.tokens("αglim"), 1) is None
    assert lexicon.longest("glim-α", lexicon.tokens("glim-α"), 0) is not None
