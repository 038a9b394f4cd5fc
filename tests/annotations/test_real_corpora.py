"""Every file of the corpora, read and written again: the same text, offsets, types, identifiers, relations."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from kg.annotations import read_bioc, read_pubtator, write_bioc_json, write_bioc_xml, write_pubtator
from kg.model import AnnotatedDocument, Warned

DATA = Path(os.environ.get("KG_TEST_DATA", "")) / "concepts"
FILES = sorted(DATA.glob("*/*.*")) if os.environ.get("KG_TEST_DATA") else []

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILES, reason="KG_TEST_DATA does not name a folder of real data"),
]


def _what(document: AnnotatedDocument) -> tuple[object, ...]:
    return (
        document.id,
        [(p.name, p.text, p.offset) for p in document.passages],
        [(a.passage, a.spans, a.text, a.type, a.identifier, a.concepts) for a in document.annotations],
        [(c.relation, [(a.identifier, a.concepts) for a in c.arguments], c.novelty) for c in document.claims],
    )


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_is_lost(file: Path):
    data = file.read_bytes()
    reader = read_pubtator if file.suffix == ".txt" else read_bioc
    items = list(reader(io.BytesIO(data)))
    documents = [item for item in items if isinstance(item, AnnotatedDocument)]
    told = [item for item in items if not isinstance(item, AnnotatedDocument)]
    # Four discontinuous annotations of BC5CDR's BioC quote what does not stand at their offsets.
    assert len(told) <= 3
    assert all(isinstance(item, Warned) and item.rule == "annotation-misplaced" for item in told)
    for document in documents:
        for annotation in document.annotations:
            text = document.passage(annotation.passage).text
            pieces = "".join(text[start:end] for start, end in annotation.spans)
            whole = text[annotation.start : annotation.end]
            # NCBI Disease prints blanks that are not in its text.
            assert "".join(annotation.text.split()) in ("".join(pieces.split()), "".join(whole.split()))
    if reader is read_pubtator:
        out = io.BytesIO()
        write_pubtator(documents, out)
        assert out.getvalue() == data
    for write in (write_bioc_json, write_bioc_xml):
        out = io.BytesIO()
        assert write(documents, out) == len(documents)
        assert list(map(_what, read_bioc(io.BytesIO(out.getvalue())))) == list(map(_what, documents))
