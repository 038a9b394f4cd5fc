"""Concepts by name, in whole documents. Concepts and texts are fictional."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon import Lexicon
from kg.model import Concept, Mention, Passage
from kg.recognisers import RECOGNISERS
from kg.recognisers.dictionary import CONFIDENCE, DictionaryRecogniser
from kg.recognisers.knowledge import Knowledge, key
from kg.recognisers.matching import Candidate, ShortForms, candidates, readings, short_forms
from kg.recognisers.scoring import PLACE, UNREAD, Scorer, Sense, described, evidence, log_odds

LEXICON = Lexicon.build(
    [
        Concept("MESH:D900001", "Disease, Glimmer", ("glimmer disease", "glimmer")),
        Concept("MESH:D900002", "Glimmer Cells"),
        Concept("MONDO:9000001", "morbus glimmer", exact=("MESH:D900001",)),
        Concept("MESH:D900003", "Light", ("ACE", "He", "β-light")),
        Concept("MESH:D900004", "spark one", ("sparkle",)),
        Concept("MESH:D900005", "spark two", ("sparkle", "Methods")),
        Concept("PATO:0000001", "brightness"),
        Concept("HP:0012823", "Clinical modifier"),
        Concept("HP:0012824", "Glowing", broader=("HP:0012823",)),
        Concept("MESH:D900006", "haemoglow"),
        Concept("CL:9000009", "dim cell", obsolete=True),
        Concept("MESH:D900007", "Cell"),
    ]
)
RECOGNISER = DictionaryRecogniser(LEXICON)


def found(*texts: str, lang: str | None = None) -> list[tuple[str, str]]:
    passages = [Passage(f"p{n}", text, lang) for n, text in enumerate(texts)]
    return [(mention.text, mention.concept.partition(":")[2]) for mention in RECOGNISER.annotate(passages)]


def single(text: str) -> Mention:
    (mention,) = RECOGNISER.annotate([Passage("title", text)])
    return mention


def test_registry() -> None:
    """Every recogniser is made from a lexicon and names itself as in its mentions."""
    for name in RECOGNISERS.keys() - {"spacy"}:
        recogniser = RECOGNISERS[name](LEXICON)
        assert recogniser.agent == name
        assert {m.agent for m in recogniser.annotate([Passage("title", "glimmer")])} == {name}
        assert len(bytes.fromhex(recogniser.settings_digest)) == 32


def test_settings_digest_depends_on_the_lexicon() -> None:
    """Another lexicon is another agent."""
    other = DictionaryRecogniser(Lexicon.build([Concept("CL:1", "glimmer")]))
    assert other.settings_digest != RECOGNISER.settings_digest
    assert DictionaryRecogniser(LEXICON).settings_digest == RECOGNISER.settings_digest


@pytest.mark.parametrize(
    ("text", "concept", "kind", "reason"),
    [
        ("Disease, glimmer", "MESH:D900001", "label", 'label "Disease, Glimmer"'),
        ("Glimmer  disease", "MESH:D900001", "synonym", 'synonym "glimmer disease"'),
        ("glimmer-disease", "MESH:D900001", "variant", 'other spelling of the synonym "glimmer disease"'),
        ("glimmer cell", "MESH:D900002", "variant", 'singular or plural of the label "Glimmer Cells"'),
        ("beta light", "MESH:D900003", "variant", 'other spelling of the synonym "β-light"'),
        ("hemoglow", "MESH:D900006", "variant", 'other spelling of the label "haemoglow"'),
        ("morbus glimmer", "MESH:D900001", "label", 'label "morbus glimmer" of MONDO:9000001, an exact match'),
    ],
)
def test_reason_and_confidence(text: str, concept: str, kind: str, reason: str) -> None:
    """A mention says which name was found, how it differs, and is the surer the less it differs."""
    mention = single(text)
    assert mention == Mention("title", 0, len(text), text, concept, CONFIDENCE[kind], "dictionary", reason)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A glimmer disease, a glimmer.", [("glimmer disease", "D900001"), ("glimmer", "D900001")]),
        ("glimmer cells glow", [("glimmer cells", "D900002")]),
        ("the glimmer's light", [("glimmer", "D900001"), ("light", "D900003")]),
        ("glimmering enlightens lights2", []),
        ("glimmer_x xglimmer", []),
        ("(glimmer)/[light]", [("glimmer", "D900001"), ("light", "D900003")]),
        ("non-glimmer and glimmer-like", []),
        ("non glimmer like", [("glimmer", "D900001")]),
        ("2-(x)glimmer", []),
        ("ace ACE Ace", [("ACE", "D900003")]),
        ("He saw the dim cell", []),
        ("sparkle, spark one", [("spark one", "D900004")]),
        ("brightness", []),
        ("glowing light", [("light", "D900003")]),
        ("one cell, two cells", []),
    ],
)
def test_what_is_a_mention(text: str, expected: list[tuple[str, str]]) -> None:
    """Longest names at word borders; nothing ambiguous, obsolete, over-general, or made into another thing."""
    assert found(text) == expected


def test_a_keyword_means_its_term() -> None:
    """A word that says nothing in a sentence is a topic where it stands alone."""
    assert found("Cells") == [("Cells", "D900007")]


def test_abbreviations_reach_the_whole_document() -> None:
    """A short form defined in one passage is expanded in all, before and after, in its own capitals and its plural."""
    assert found("GD, GDs, gd and GDX", "In glimmer disease (GD) the GD-cell glows.", "GD") == [
        ("GD", "D900001"),
        ("GDs", "D900001"),
        ("glimmer disease", "D900001"),
        ("GD", "D900001"),
        ("GD", "D900001"),
        ("GD", "D900001"),
    ]


def test_plural_definitions() -> None:
    """A short form that is defined in the plural is found in the singular, too."""
    assert found("glimmer cells (GCs): each GC") == [
        ("glimmer cells", "D900002"),
        ("GCs", "D900002"),
        ("GC", "D900002"),
    ]


def test_abbreviation_names_its_definition() -> None:
    """The reason quotes the definition and its place."""
    mentions = RECOGNISER.annotate([Passage("title", "GD"), Passage("abstract", "Glimmer disease (GD).")])
    assert mentions[0].reason == 'abbreviation of "Glimmer disease", defined in abstract at 17'
    assert mentions[0].confidence == CONFIDENCE["abbreviation"]


def test_long_form_that_ends_a_longer_name() -> None:
    """Where the long form is only the end of a name, the short form means the whole name."""
    assert found("morbus glimmer (MG) and morbus-glimmer (G-G)")[:2] == [
        ("morbus glimmer", "D900001"),
        ("MG", "D900001"),
    ]
    lexicon = Lexicon.build([Concept("MESH:D1", "bright night light")])
    mentions = DictionaryRecogniser(lexicon).annotate([Passage("title", "bright night light (NL), NL")])
    assert [(m.text, m.concept) for m in mentions] == [
        ("bright night light", "MESH:D1"),
        ("NL", "MESH:D1"),
        ("NL", "MESH:D1"),
    ]


def test_the_document_goes_before_the_lexicon() -> None:
    """A short form that the document defines as something unknown does not mean the lexicon's name."""
    assert found("ACE") == [("ACE", "D900003")]
    assert found("amber coloured earth (ACE)", "ACE and light") == [("light", "D900003")]


def test_longer_names_go_before_short_forms() -> None:
    """A short form inside a longer name of the lexicon is part of that name."""
    lexicon = Lexicon.build([Concept("MESH:D1", "GD factor"), Concept("MESH:D2", "glimmer disease")])
    mentions = DictionaryRecogniser(lexicon).annotate([Passage("title", "glimmer disease (GD): GD factor")])
    assert [(m.text, m.concept) for m in mentions][1:] == [("GD", "MESH:D2"), ("GD factor", "MESH:D1")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a glow hormone (GH) deficiency", [("glow hormone (GH) deficiency", "1")]),
        ("gleam deficit/overshine disorder", [("gleam deficit/overshine disorder", "2")]),
        ("gleam-deficit / overshine disorder", [("gleam-deficit / overshine disorder", "2")]),
        ("glow hormone (see there) deficiency", []),
        ("glow hormone (GH); deficiency", []),
        ("glow hormone (GH)", []),
        ("gleam deficit/", []),
    ],
)
def test_names_with_something_inside(text: str, expected: list[tuple[str, str]]) -> None:
    """A short form that is defined there, or a stroke, may stand inside a name; nothing else may."""
    concepts = [Concept("X:1", "glow hormone deficiency"), Concept("X:2", "gleam deficit overshine disorder")]
    mentions = DictionaryRecogniser(Lexicon.build(concepts), Knowledge()).annotate([Passage("title", text)])
    assert [(m.text, m.concept.partition(":")[2]) for m in mentions] == expected


def test_two_definitions_are_no_definition() -> None:
    """A short form that the document defines in two ways is left alone everywhere; twice the same way is one."""
    assert found("glimmer disease (GD), green dust (GD), GD") == [("glimmer disease", "D900001")]
    assert len(found("glimmer disease (GD), glimmer-disease (GD), GD")) == 5


def test_documents_do_not_meet() -> None:
    """What one document defines is forgotten in the next."""
    assert len(found("glimmer disease (GD)")) == 2
    assert found("GD") == []


@pytest.mark.parametrize(("lang", "count"), [(None, 1), ("en", 1), ("EN-gb", 1), ("fr", 0)])
def test_languages(lang: str | None, count: int) -> None:
    """English names are not looked for in passages of another language."""
    assert len(found("glimmer", lang=lang)) == count


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "glimmer",
                "disease",
                "Glimmer Cells",
                "glimmer disease (GD)",
                "GD",
                "ACE",
                "β",
                "light",
                " ",
                "-",
                "\r\n",
                "'s",
            ]
        ),
        st.sampled_from(
            [
                "e\u0301",
                "\u0301",
                "\U0001f9ec",
                "\u05d0\u05d1",
                "\u202e",
                "\u200d",
                "\u00ad",
                "İ",
                "ß",
                "(",
                ")",
                "\ud800",
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=25,
).map("".join)


@given(st.lists(TEXTS, max_size=3))
def test_offsets_are_exact_and_apart(texts: list[str]) -> None:
    """Every mention stands at its offsets in the text as given, in order, and overlaps no other."""
    passages = [Passage(f"kw-{n}", text) for n, text in enumerate(texts)]
    mentions = RECOGNISER.annotate(passages)
    text_of = {passage.name: passage.text for passage in passages}
    for mention in mentions:
        assert mention.text == text_of[mention.passage][mention.start : mention.end]
        assert mention.text.strip()
        assert mention.concept in LEXICON
    for one, other in pairwise(mentions):
        assert one.passage < other.passage or (one.passage == other.passage and one.end <= other.start)
    assert DictionaryRecogniser(LEXICON).annotate(passages) == mentions


@given(TEXTS, st.sampled_from(["\U0001f9ec ", "e\u0301 ", "\u05d0\u05d1 ", "\r\n", "\u202e "]))
def test_what_stands_before_only_shifts(text: str, before: str) -> None:
    """Offsets count code points: text before a mention shifts it by its own length and nothing else."""
    alone = RECOGNISER.annotate([Passage("title", "x " + text)])
    shifted = RECOGNISER.annotate([Passage("title", before + "x " + text)])
    assert [(m.start + len(before), m.text, m.concept) for m in alone] == [
        (m.start, m.text, m.concept) for m in shifted
    ]


def test_decomposed_text() -> None:
    """Names are found in decomposed text, at the offsets of that text."""
    recogniser = DictionaryRecogniser(Lexicon.build([Concept("CL:1", "Sj\u00f6gren cell")]))
    (mention,) = recogniser.annotate([Passage("title", "e\u0301 Sjo\u0308gren cells e\u0301")])
    assert (mention.start, mention.end, mention.text) == (3, 17, "Sjo\u0308gren cells")


HITS = {
    "glimmer, ": 1, "glimmer disease (GD) ": 2, "glim-mer ": 1, "x and glimmer ": 1, "disease and glimmer, or ": 1,
    "glimmer and ": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        "(",
        "-",
        "(a",
        "'",
        "a's ",
        "e\u0301",
        "\u00ad",
        "α",
        "glimmer, ",
        "glimmer disease (GD) ",
        "x",
        "a (A b) A ",
        "glim-mer ",
        "x and glimmer ",
        "disease and glimmer, or ",
        "and ",
        ", ",
        "glimmer and ",
        "disease, and/or ",
    ],
)
def test_hostile_texts_end(piece: str) -> None:
    """A keyword of 300 kB is read in linear time, whatever it repeats."""
    text = piece * (300_000 // len(piece))
    mentions = RECOGNISER.annotate([Passage("kw-1", text)])
    assert len(mentions) == len(text) // len(piece) * HITS.get(piece, 0)


def test_hostile_definitions_end() -> None:
    """Thousands of short forms that begin alike do not multiply."""
    text = " ".join(f"Glow b{n:05d} (G b{n:05d}) G" for n in range(8000))
    assert RECOGNISER.annotate([Passage("abstract", text)]) == []


def test_the_fast_score_is_the_sum_of_its_features() -> None:
    """A score by the names of features and the one that is computed without them are the same."""
    weights = {
        "before: ": 0.25, "after:,": 0.5, "previous:no": -1.0, "next:,": 2.0, "count:1": -4.0, "narrower:no": 1.0,
        "spellings:1": 0.125, "in:title": -2.0, "shared": 64.0,
    }  # fmt: skip
    lexicon = Lexicon.build(
        [Concept("MESH:D1", "glimmer", category="Disease"), Concept("MESH:D2", "x", category="Disease")]
    )
    scorer = Scorer(lexicon, Knowledge(weights={"Disease": weights}))
    [reading] = readings(lexicon, [Passage("title", "no glimmer, then")])
    [candidate] = candidates(lexicon, reading, ShortForms({}))
    spelling = scorer.spelling(candidate)
    document = described([spelling], lexicon, frozenset())
    [(_, _, [(confidence, sense)])] = scorer.scored(reading, [(candidate, spelling)], document)
    assert sense.score is not None
    context = sum(weights.get(f, 0.0) for f in scorer.context_features(candidate, sense, reading, document))
    assert context == -3.125
    assert confidence <= spelling.most
    assert log_odds(confidence) == pytest.approx(min(sense.score + context, 30.0), abs=1e-3)


@pytest.mark.parametrize("is_read", [True, False])
@pytest.mark.parametrize("text", ["glimmer", "Glimmers", "bright glimmer (BG)", "glow", "sparkling glow"])
def test_the_score_of_a_form_is_the_sum_of_its_features(text: str, is_read: bool) -> None:
    """The sum by groups of features, which is computed, is that of all features by their names."""
    lexicon = Lexicon.build(
        [
            Concept("MESH:D1", "glimmer", ("glow",), category="Disease", broader=("MESH:D3",)),
            Concept("MESH:D2", "bright glimmer", ("glow",), category="Disease", related=("sparkling glow",)),
            Concept("MESH:D3", "light", category="Disease"),
        ]
    )
    counts = {"glow": {"MESH:D1": (3, 4, "Disease")}, "bright glimmer": {"MESH:D2": (1, 9, "Disease")}}
    bare = Scorer(lexicon, Knowledge(counts=counts))
    [reading] = readings(lexicon, [Passage("title", text)])
    short = short_forms(lexicon, [reading])
    found = candidates(lexicon, reading, short)
    assert found

    def features(candidate: Candidate, sense: Sense) -> list[tuple[str, float]]:
        counted = evidence(sense.concept, "Disease", counts.get(key(candidate.written), {}))
        is_short, rivals = candidate.meaning is not None, len(bare.senses(candidate))
        return bare.form_features(sense.name, sense.how, candidate.written, is_short, rivals, counted)

    names = sorted({name for c in found for sense in bare.senses(c) for name, _ in features(c, sense)} | {UNREAD})
    weights = {name: 0.01 * 1.1**n for n, name in enumerate(names) if is_read or name == UNREAD or "under:" not in name}
    scorer = Scorer(lexicon, Knowledge(counts=counts, weights={"Disease": weights}))
    for candidate in found:
        for sense in scorer.senses(candidate):
            stated = features(candidate, sense)
            if not is_read:
                stated = [*((f, v) for f, v in stated if not f.startswith(PLACE)), (UNREAD, 1.0)]
            expected = log_odds(sense.confidence) + sum(weights.get(f, 0.0) * value for f, value in stated)
            assert sense.score == expected, "to the last digit, which decides between senses that are equally sure"
