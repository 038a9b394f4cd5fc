"""The ready questions about claims find what others stated."""

from __future__ import annotations

import io

import pytest

from kg import queries, terms
from kg.extract import Extractor
from kg.readers import READERS
from kg.shards import Record
from kg.store import GraphStore

BIOC = b"""{"source": "Fictional corpus", "documents": [
 {"id": "99000001", "passages": [{"infons": {"type": "title"}, "offset": 0, "text": "Stem cells cure type 1 diabetes",
   "annotations": [
    {"id": "1", "infons": {"type": "Procedure", "identifier": "MESH:D033581"}, "text": "Stem cells",
     "locations": [{"offset": 0, "length": 10}]},
    {"id": "2", "infons": {"type": "Disease", "identifier": "MESH:D003922"}, "text": "type 1 diabetes",
     "locations": [{"offset": 16, "length": 15}]}]}],
  "relations": [{"id": "R1", "infons": {"type": "treat", "entity1": "D033581", "entity2": "D003922"}}]},
 {"id": "99000002", "passages": [{"infons": {"type": "title"}, "offset": 0, "text": "They do not"}],
  "relations": [{"id": "R1",
   "infons": {"type": "treat", "entity1": "D033581", "entity2": "D003922", "negated": "true"}}]}]}"""


@pytest.fixture(scope="module")
def store() -> GraphStore:
    items = READERS["bioc"].read(io.BytesIO(BIOC))
    records = [e for e in Extractor("0").entries(items, "0" * 64) if isinstance(e, Record)]
    return GraphStore.in_memory(line for record in records for line in record.block().lines())


def test_claims_about_a_pair(store: GraphStore) -> None:
    """Who claims it, in which words: those of the sentence that names both."""
    [row] = store.query(queries.named()["R12-claims-for-a-pair"])
    assert terms.value(row["quote"]) == "Stem cells cure type 1 diabetes"


def test_contradicting_claims(store: GraphStore) -> None:
    assert len(list(store.query(queries.named()["R11-contradicting-claims"]))) == 1
