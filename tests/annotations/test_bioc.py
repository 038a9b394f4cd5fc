"""BioC: XML and JSON say the same; read and written again nothing is lost; a bad document costs itself alone."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kg.annotations import read_bioc, read_pubtator, write_bioc_json, write_bioc_xml, write_pubtator
from kg.errors import InputError
from kg.model import AnnotatedDocument, Rejected, Warned

FICTION = (Path(__file__).parents[1] / "data" / "annotations" / "fictional.pubtator.txt").read_bytes()


def read(data: bytes | str | dict) -> list[AnnotatedDocument | Rejected | Warned]:
    if isinstance(data, dict):
        data = json.dumps(data)
    return list(read_bioc(io.BytesIO(data.encode() if isinstance(data, str) else data)))


def as_json(documents) -> bytes:
    out = io.BytesIO()
    write_bioc_json(documents, out)
    return out.getvalue()


def as_xml(documents) -> bytes:
    out = io.BytesIO()
    write_bioc_xml(documents, out)
    return out.getvalue()


def annotation(id, offset, length, text, **infons):
    return {"id": id, "infons": infons, "text": text, "locations": [{"offset": offset, "length": length}]}


def document(id="99000003", text="Aspirin helps.", annotations=(), **more):
    passage = {"infons": {"type": "title"}, "offset": 0, "text": text, "annotations": list(annotations)}
    return {"id": id, "infons": {}, "passages": [passage], **more}


FULL = {
    "source": "Fictional corpus", "date": "2024-01-01", "key": "k", "infons": {"licence": "none"},
    "documents": [{
        "id": "99000004", "infons": {"note": "fictional", "n": 3, "ok": True, "none": None},
        "passages": [
            {"infons": {"type": "title", "year": "2024"}, "offset": 0, "text": "Ovarian and breast cancer 🧬 & <BRCA1>",
             "sentences": [], "relations": [], "annotations": [
                {"id": "a1", "infons": {"type": "Disease", "MESH": "D010051", "CompositeRole": "IndividualMention"},
                 "text": "Ovarian cancer", "locations": [{"offset": 0, "length": 7}, {"offset": 19, "length": 6}]},
                annotation("a2", 31, 5, "BRCA1", type="Gene", identifier="672", normalized=[672]),
            ]},
            {"infons": {"type": "abstract"}, "offset": 40, "text": "Two blanks before this.\r\nDone.", "sentences": [],
             "relations": [], "annotations": [annotation("a3", 44, 6, "blanks", type="Thing", annotator="Person A")]},
        ],
        "annotations": [],
        "relations": [
            {"id": "R1", "infons": {"type": "Association", "entity1": "672", "entity2": "D010051", "novel": "No"},
             "nodes": []},
            {"id": "R2", "infons": {"type": "bound"}, "nodes": [{"refid": "a1", "role": "x"}, {"refid": "a2", "role": "y"}]},
            {"id": "R3", "infons": {"type": "Association", "score": "0.9",
                                    "role1": {"identifier": "672", "type": "Gene"},
                                    "role2": {"identifier": "MESH:D010051", "type": "Disease"}}, "nodes": []},
        ],
    }],
}  # fmt: skip


def test_json_read_and_written_again_is_the_same_json():
    assert json.loads(as_json(read(FULL))) == FULL


def test_xml_says_what_json_says():
    """All but that an infon of XML is text."""
    [of_json], [of_xml] = read(FULL), read(as_xml(read(FULL)))
    assert [p.text for p in of_xml.passages] == [p.text for p in of_json.passages]
    assert [(a.passage, a.spans, a.text, a.type, a.identifier, a.concepts, a.agent) for a in of_xml.annotations] == [
        (a.passage, a.spans, a.text, a.type, a.identifier, a.concepts, a.agent) for a in of_json.annotations
    ]
    assert [(c.relation, c.nodes, c.novelty) for c in of_xml.claims] == [
        (c.relation, c.nodes, c.novelty) for c in of_json.claims
    ]
    assert as_xml([of_xml]) == as_xml(read(as_xml([of_xml])))


def test_what_is_said_by_whom():
    [found] = read(FULL)
    assert [a.agent for a in found.annotations] == ["Fictional corpus", "Fictional corpus", "Person A"]
    assert [a.concepts for a in found.annotations] == [("MESH:D010051",), ("NCBIGene:672",), ()]
    assert [[a.concepts for a in c.arguments] for c in found.claims] == [
        [("NCBIGene:672",), ("MESH:D010051",)],
        [("MESH:D010051",), ("NCBIGene:672",)],
        [("NCBIGene:672",), ("MESH:D010051",)],
    ]  # fmt: skip


@pytest.mark.parametrize("write", [as_json, as_xml])
def test_pubtator_through_bioc_is_the_same_bytes(write):
    out = io.BytesIO()
    write_pubtator(read(write(read_pubtator(io.BytesIO(FICTION)))), out)
    assert out.getvalue() == FICTION


@pytest.mark.parametrize(
    "wrapped",
    [
        json.dumps(document()),
        json.dumps({"PubTator3": [document()]}),
        json.dumps(document()) + "\n" + json.dumps(document("99000005")),
        json.dumps({"documents": [document()], "source": "said behind the documents"}),
        "\ufeff" + json.dumps([document()]),
        '<document><id>99000003</id><passage><infon key="type">title</infon><text>Aspirin helps.</text></passage></document>',
    ],
)
def test_every_wrapper(wrapped: str):
    assert {d.passages[0].text for d in read(wrapped)} == {"Aspirin helps."}


def test_a_collection_may_say_who_it_is_behind_its_documents():
    [found] = read(
        {"documents": [document(annotations=[annotation("1", 0, 7, "Aspirin", type="Chemical")])], "source": "Later"}
    )
    assert found.annotations[0].agent == "Later"


def test_sentences_make_the_passage():
    sentences = [
        {"offset": 10, "text": "Aspirin helps.", "annotations": [annotation("1", 10, 7, "Aspirin", type="Chemical")]},
        {"offset": 26, "text": "So it does."},
    ]
    [found] = read({"documents": [{"id": "1", "passages": [{"offset": 10, "sentences": sentences}]}]})
    assert found.passages[0].text == "Aspirin helps.  So it does."
    assert found.annotations[0].spans == ((0, 7),)


def test_wrong_places_are_named_and_left_out():
    """The annotations of a document are judged one by one."""
    bad = [(2, -5, 7, "Aspirin"), (3, 900, 7, "Aspirin"), (4, 0, 7, "Wrong"), (5, 0, 0, ""), (6, 0, 10**12, "Aspirin")]
    marks = [annotation(str(n), *place, type="Chemical") for n, *place in [(1, 0, 7, "Aspirin"), *bad]]
    marks.append({"id": "7", "infons": {}, "text": "Aspirin", "locations": "nowhere"})
    *warned, found = read({"documents": [document(annotations=marks)]})
    assert [a.id for a in found.annotations] == ["1"]
    assert [w.rule for w in warned] == ["annotation-misplaced"] * 6
    assert [w.message.split()[1] for w in warned] == ["2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize(
    "bad", [{"id": "1"}, {"id": "1", "passages": {}}, {"id": "1", "passages": [{"text": 1}]}, "text"]
)
def test_a_document_of_another_shape_costs_itself_alone(bad):
    rejected, found = read({"documents": [bad, document()]})
    assert isinstance(rejected, Rejected)
    assert found.id == "99000003"


@pytest.mark.parametrize(
    "bad",
    [
        "[" * 100_000,
        '{"documents": {"id": "1"}}',
        '{"documents": [NaN]}',
        '{"documents": []} {}',
        '{"documents": [',
        "<a/>",
    ],
)
def test_a_file_that_is_no_bioc_is_refused(bad: str):
    with pytest.raises(InputError):
        read(bad)


def test_a_key_that_stands_twice_is_told():
    warned, found = read('{"documents": [], "documents": [' + json.dumps(document()) + "]}")
    assert (warned.rule, found.id) == ("repeated-key", "99000003")


def test_further_columns_make_no_further_lines():
    """What a file keeps for PubTator's further columns is cells, not documents of its own."""
    forged = "x\n\n666|t|Injected\n666\t0\t8\tInjected\tDisease\tD1"
    marked = annotation("a", 0, 7, "Aspirin", type="Chemical", identifier="D1", columns=forged)
    out = io.BytesIO()
    write_pubtator(read({"documents": [document(annotations=[marked])]}), out)
    lines = out.getvalue().decode().split("\n")
    assert not [line for line in lines if line.startswith("666")]
    assert lines[2].endswith("x  666|t|Injected 666\t0\t8\tInjected\tDisease\tD1")
