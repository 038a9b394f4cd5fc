"""Annotated text out of the graph: what was read is written again, whoever is asked for, in whatever order the quads come."""

from __future__ import annotations

import io
import json
import os
import random
import re
from pathlib import Path

import pytest

from kg import exporters, iri
from kg.annotations import read_bioc, read_pubtator
from kg.exporters import ANNOTATED, documents
from kg.extract import Extractor
from kg.model import AnnotatedDocument, Mention, Passage
from kg.readers import READERS
from kg.shards import Record
from kg.vocab import RDFS

PUBTATOR = (Path(__file__).parents[1] / "data" / "annotations" / "fictional.pubtator.txt").read_bytes()
DATA = os.environ.get("KG_TEST_DATA")
FILES = sorted((Path(DATA) / "concepts").glob("*/*.*")) if DATA else []

FULL = {
    "source": "Fictional corpus",
    "documents": [{
        "id": "99000004", "infons": {},
        "passages": [
            {"infons": {"type": "title"}, "offset": 0, "text": "Ovarian and breast cancer 🧬", "annotations": [
                {"id": "a1", "infons": {"type": "Disease", "MESH": "D010051", "n": 1}, "text": "Ovarian cancer",
                 "locations": [{"offset": 0, "length": 7}, {"offset": 19, "length": 6}]}]},
            {"infons": {"type": "title_1"}, "offset": 28, "text": "On BRCA1", "annotations": [
                {"id": "a2", "infons": {"type": "Gene", "identifier": "672", "annotator": "Person A"}, "text": "BRCA1",
                 "locations": [{"offset": 31, "length": 5}]}]},
            {"infons": {"type": "paragraph"}, "offset": 37, "text": "It is a gene.", "annotations": []},
        ],
        "relations": [
            {"id": "R1", "infons": {"type": "bound"}, "nodes": [{"refid": "a1", "role": "x"}, {"refid": "a2", "role": "y"}]}],
    }],
}  # fmt: skip


class Genes:
    """A recogniser that knows one word."""

    agent = "dictionary"
    settings_digest = "0" * 64

    def annotate(self, passages: list[Passage], subjects: frozenset[str]) -> list[Mention]:
        return [
            Mention(p.name, at, at + 7, "insulin", "MESH:D007328", 0.5, self.agent)
            for p in passages
            if (at := p.text.find("insulin")) >= 0
        ]


def quads(reader: str, data: bytes) -> list[str]:
    items = READERS[reader].read(io.BytesIO(data))
    records = (e for e in Extractor("0", recogniser=Genes()).entries(items, "0" * 64) if isinstance(e, Record))
    return [line for record in records for line in record.block().lines()]


def written(form: str, lines: list[str], *agents: str) -> bytes:
    out = io.BytesIO()
    ANNOTATED[form].write_of(lines, out, agents)
    return out.getvalue()


def test_pubtator_comes_out_as_it_went_in() -> None:
    """Line by line; annotations stand in the order of the text."""
    found = written("pubtator", quads("pubtator", PUBTATOR), "PubTator")
    assert sorted(found.split(b"\n")) == sorted(PUBTATOR.split(b"\n"))


@pytest.mark.parametrize("form", ["bioc-json", "bioc-xml"])
def test_bioc_comes_out_as_it_went_in(form: str) -> None:
    """Discontinuous annotations, headings, who marked it, what points at what."""
    [wanted] = read_bioc(io.BytesIO(json.dumps(FULL).encode()))
    [found] = read_bioc(io.BytesIO(written(form, quads("bioc", json.dumps(FULL).encode()))))
    assert [(p.text, p.offset) for p in found.passages] == [(p.text, p.offset) for p in wanted.passages]
    what = [
        [(a.spans, a.text, a.type, a.identifier, a.concepts, a.agent, a.id) for a in document.annotations]
        for document in (found, wanted)
    ]
    assert what[0] == what[1]
    [claim] = found.claims
    assert (claim.relation, claim.nodes) == ("bound", (("a1", "x"), ("a2", "y")))


def test_who_is_asked_for() -> None:
    """The agent is named as printed; kg's own mentions have the agent of the recogniser."""
    lines = quads("pubtator", PUBTATOR)
    kinds = {}
    for agents in (("PubTator",), ("dictionary",), (), ("nobody",)):
        [first, _] = read_pubtator(io.BytesIO(written("pubtator", lines, *agents)))
        kinds[agents] = len(first.annotations), len(first.claims)
    assert kinds == {("PubTator",): (7, 2), ("dictionary",): (1, 0), (): (8, 2), ("nobody",): (0, 0)}


@pytest.mark.parametrize("form", ANNOTATED)
def test_order_and_repetition_do_not_matter(form: str) -> None:
    lines = quads("pubtator", PUBTATOR)
    shuffled = lines * 2
    random.Random(7).shuffle(shuffled)
    assert written(form, shuffled) == written(form, lines)


@pytest.mark.parametrize("form", ANNOTATED)
def test_a_document_that_is_called_like_a_shared_graph_is_one(form: str) -> None:
    """A DOI may end in anything; and what the other graphs hold is no document."""
    lines = quads("pubtator", PUBTATOR)
    odd = [re.sub(r"/graph/pmid/([0-9]+)>", r"/graph/doi/10.5555/\1/graph/vocabulary>", line) for line in lines]
    graphs = [iri.shared_graph(iri.BASE, name) for name in iri.SHARED + iri.OUTSIDE]
    others = [f'<https://e.test/x> {RDFS.label} "x" {graph} .\n' for graph in graphs]
    assert odd != lines
    assert written(form, [*odd, *others]) == written(form, lines)
    assert list(documents._Known().noting(others)) == []


@pytest.mark.parametrize("form", ANNOTATED)
def test_an_empty_graph_is_an_empty_file_of_its_format(form: str) -> None:
    assert list((read_pubtator if form == "pubtator" else read_bioc)(io.BytesIO(written(form, [])))) == []


def _what(document: AnnotatedDocument) -> tuple[object, ...]:
    offsets = {p.name: p.offset for p in document.passages}
    return (
        document.id,
        {p.name: p.text for p in document.passages if p.text},
        {(offsets[a.passage], a.spans, a.text, a.type, a.identifier or "", a.concepts) for a in document.annotations},
        {(c.relation, tuple(a.identifier for a in c.arguments), c.novelty or "") for c in document.claims},
    )


@pytest.mark.slow
@pytest.mark.skipif(not FILES, reason="KG_TEST_DATA does not name a folder of real data")
@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_corpora_come_out_as_they_went_in(file: Path) -> None:
    """Text, offsets, types, identifiers and relations of every document, through the graph."""
    data = file.read_bytes()
    name, read = ("pubtator", read_pubtator) if file.suffix == ".txt" else ("bioc", read_bioc)
    wanted = {d.id: _what(d) for d in read(io.BytesIO(data)) if isinstance(d, AnnotatedDocument)}
    items = READERS[name].read(io.BytesIO(data))
    lines = [
        line for e in Extractor("0").entries(items, "0" * 64) if isinstance(e, Record) for line in e.block().lines()
    ]
    for form, again in (("pubtator", read_pubtator), ("bioc-json", read_bioc)):
        if form == "pubtator" and name == "bioc" and "bc5cdr" in str(file):
            continue  # its discontinuous annotations have no place in PubTator
        out = io.BytesIO()
        exporters.EXPORTERS[form].write(lines, out)
        found = {d.id: _what(d) for d in again(io.BytesIO(out.getvalue())) if isinstance(d, AnnotatedDocument)}
        assert found == wanted
