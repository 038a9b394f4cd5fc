"""What databases call links between articles."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg import relations
from kg.vocab import CITO


@pytest.mark.skipif("KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA does not name a folder of real data")
def test_relations_are_cito() -> None:
    """Every relation is an object property that CiTO defines, and a term of the vocabulary."""
    text = (Path(os.environ["KG_TEST_DATA"]) / "vocabularies" / "cito.ttl").read_text()
    updates = [
        relations.crossref_update(kind, is_notice=is_notice)
        for kind in ("retraction", "correction", "new_version", "expression_of_concern")
        for is_notice in (True, False)
    ]
    for relation in filter(None, (*relations.NLM.values(), *relations.CROSSREF.values(), *updates)):
        assert f"<http://purl.org/spar/cito/{relation}> rdf:type owl:ObjectProperty" in text
        assert CITO[relation]
