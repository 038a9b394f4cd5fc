"""PubTator: read and written again it is the same bytes; what is wrong in a document is told with its line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kg.annotations import read_pubtator, write_pubtator
from kg.errors import InputError
from kg.model import AnnotatedDocument, Rejected, Warned

FICTION = (Path(__file__).parents[1] / "data" / "annotations" / "fictional.pubtator.txt").read_bytes()


def read(data: bytes) -> list[AnnotatedDocument | Rejected | Warned]:
    return list(read_pubtator(io.BytesIO(data)))


def written(documents: list[AnnotatedDocument]) -> bytes:
    out = io.BytesIO()
    assert write_pubtator(documents, out) == len(documents)
    return out.getvalue()


def test_read_and_written_again_it_is_the_same_bytes():
    assert written(read(FICTION)) == FICTION


@pytest.mark.parametrize(
    "change", [lambda d: d.replace(b"\n", b"\r\n"), lambda d: b"\xef\xbb\xbf" + d, lambda d: d.rstrip()]
)
def test_line_ends_byte_order_mark_and_end_of_file_do_not_matter(change):
    assert written(read(change(FICTION))) == FICTION


def test_what_identifiers_mean():
    first, second = read(FICTION)
    assert [a.concepts for a in first.annotations] == [
        ("MESH:D007328",), ("MESH:D003922", "MESH:D003924"), ("MESH:D007328",), ("NCBITaxon:10090",), ("NCBIGene:3630",),
        ("dbSNP:rs689",), (),
    ]  # fmt: skip
    assert [(c.relation, [a.concepts for a in c.arguments], c.novelty) for c in first.claims] == [
        ("CID", [("MESH:D007328",), ("MESH:D003922",)], None),
        ("Negative_Correlation", [("NCBIGene:3630",), ("MESH:D003924",)], "Novel"),
    ]
    assert not second.annotations
    for annotation in first.annotations:
        assert first.passage(annotation.passage).text[annotation.start : annotation.end] == annotation.text


def test_utf16_offsets_are_found_out_and_told():
    moved = FICTION
    for place, counted in (
        (b"\t77\t81\t", b"\t78\t82\t"),
        (b"\t83\t86\t", b"\t84\t87\t"),
        (b"\t87\t92\t", b"\t88\t93\t"),
    ):
        moved = moved.replace(place, counted)
    warned, first, _ = read(moved)
    assert isinstance(warned, Warned)
    assert warned.rule == "offsets-repaired"
    assert "UTF-16" in warned.message
    assert written([first]) in FICTION


def test_an_annotation_that_does_not_stand_there_is_left_out_by_name():
    warned, first, _ = read(FICTION.replace(b"\t77\t81\tmice", b"\t70\t74\tmice"))
    assert isinstance(warned, Warned)
    assert (warned.record, warned.rule, warned.line) == ("PMID 99000001", "annotation-misplaced", 6)
    assert "'mice' at 70 to 74" in warned.message
    assert len(first.annotations) == 6


@pytest.mark.parametrize(
    ("data", "rule", "line"),
    [
        (b"1\t0\t3\tabc\tGene\t7\n\n", "no-text", 1),
        (b"1|t|caf\xe9\n1|a|x\n\n", "not-utf-8", 1),
        (b"1|t|One\n1|t|Two\n\n", "text-given-twice", 2),
    ],
)
def test_a_bad_document_is_rejected_and_its_neighbour_read(data: bytes, rule: str, line: int):
    rejected, first, second = read(data + FICTION)
    assert isinstance(rejected, Rejected)
    assert (rejected.rule, rejected.line) == (rule, line)
    assert written([first, second]) == FICTION


def test_a_line_that_is_nothing_is_told():
    warned, _, _ = read(FICTION.replace(b"99000001\tCID", b"99000001 CID\n99000001\tCID"))
    assert (warned.rule, warned.line) == ("unknown-line", 10)


def test_documents_need_no_blank_line_between_them():
    assert written(read(FICTION.replace(b"\n\n", b"\n"))) == FICTION


def test_a_line_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("kg.annotations.pubtator.LONGEST_LINE", 100)
    with pytest.raises(InputError) as refused:
        read(b"1|t|" + b"x" * 200)
    assert refused.value.rule == "line-too-long"
