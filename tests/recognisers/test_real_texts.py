"""Real ontologies and real abstracts, where they are at hand (environment variable KG_TEST_DATA)."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from kg.lexicon import Lexicon
from kg.model import Passage
from kg.ontologies import read_ontology
from kg.recognisers.dictionary import DictionaryRecogniser

DATA = os.environ.get("KG_TEST_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="KG_TEST_DATA does not name a folder of real data")
ONTOLOGIES = Path(DATA or "") / "ontologies"


def documents(path: Path) -> list[list[Passage]]:
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        texts = [line.split("|", 2)[2] for line in block.strip().split("\n")[:2] if line.count("|") > 1]
        found.append([Passage(name, text) for name, text in zip(("title", "abstract"), texts, strict=False)])
    return found


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("doid/doid-2016-09-01.obo", 9000),
        ("doid/doid-2018-07-05.json.gz", 9000),
        ("cl/cl-basic-2019-04-26.obo", 2000),
        ("craft/UBERON.obo", 14000),
        ("hp/hpo.obo.gz", 12000),
        ("ncbitaxon/taxslim.obo", 14000),
        ("chebi/go_chebi_import.obo", 24000),
    ],
)
def test_real_ontologies(name: str, at_least: int) -> None:
    """Released ontologies are read whole, every term with a name."""
    concepts = read_ontology(ONTOLOGIES / name)
    assert len(concepts) >= at_least
    assert all(concept.label for concept in concepts)


@pytest.mark.parametrize(
    "corpus", ["bc5cdr/dev.pubtator.txt", pytest.param("craft/dev.pubtator.txt", marks=pytest.mark.slow)]
)
def test_offsets_in_real_texts(corpus: str) -> None:
    """Every mention in every real text stands at its offsets, in order; only coordinated ones overlap."""
    names = ("doid/doid-2016-09-01.obo", "cl/cl-basic-2019-04-26.obo", "craft/UBERON.obo")
    recogniser = DictionaryRecogniser(Lexicon.build(c for name in names for c in read_ontology(ONTOLOGIES / name)))
    count = 0
    for passages in documents(Path(DATA or "") / "concepts" / corpus):
        text_of = {passage.name: passage.text for passage in passages}
        mentions = recogniser.annotate(passages)
        count += len(mentions)
        assert all(text_of[m.passage][m.start : m.end] == m.text for m in mentions)
        alone = [m for m in mentions if "coordination" not in m.reason]
        assert all(a.passage != b.passage or a.end <= b.start for a, b in pairwise(alone))
    assert count > 1000
