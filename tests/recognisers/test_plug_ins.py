"""Recognisers from elsewhere. Concepts and texts are fictional."""

from __future__ import annotations

from importlib import metadata

import pytest

from kg import recognisers
from kg.errors import UsageError
from kg.lexicon import Lexicon
from kg.model import Concept, Passage
from kg.recognisers.spacy import SpacyRecogniser

LEXICON = Lexicon.build([Concept("MESH:D900001", "glimmer disease", category="Disease")])


class Deaf:
    """A recogniser that finds nothing."""

    agent = "deaf"
    settings_digest = "0" * 64

    def __init__(self, lexicon: Lexicon) -> None: ...


def test_entry_points_join_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a package offers under kg.recognisers is used by its name; it does not take the name of one of ours."""
    points = [
        metadata.EntryPoint("deaf", f"{__name__}:Deaf", "kg.recognisers"),
        metadata.EntryPoint("dictionary", f"{__name__}:Deaf", "kg.recognisers"),
    ]
    monkeypatch.setattr(metadata, "entry_points", lambda group: points if group == "kg.recognisers" else [])
    monkeypatch.setattr(metadata.EntryPoint, "load", lambda self: Deaf)
    assert recognisers.recogniser("deaf", LEXICON).agent == "deaf"
    assert recognisers.recogniser("dictionary", LEXICON).agent == "dictionary"
    with pytest.raises(UsageError, match="deaf, dictionary, spacy"):
        recognisers.recogniser("nobody", LEXICON)


def test_spacy_needs_a_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to do."""
    monkeypatch.delenv("KG_SPACY_PIPELINE", raising=False)
    with pytest.raises(UsageError, match="KG_SPACY_PIPELINE"):
        SpacyRecogniser(LEXICON)


def test_spacy_entities_become_mentions() -> None:
    """A blank pipeline with one rule: entities that are names of the lexicon, at their offsets."""
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns(
        [{"label": "DISEASE", "pattern": "Glimmer disease"}, {"label": "DISEASE", "pattern": "cold"}]
    )
    [mention] = SpacyRecogniser(LEXICON, pipeline).annotate([Passage("title", "\U0001f9ec Glimmer disease, cold")])
    assert (mention.start, mention.text, mention.concept, mention.agent) == (
        2,
        "Glimmer disease",
        "MESH:D900001",
        "spacy",
    )
