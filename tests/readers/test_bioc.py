"""PubTator and BioC as articles: every passage finds its place, and what was marked in it stays on its text."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kg.model import Article, Rejected, Warned, contents
from kg.readers import READERS

PUBTATOR = (Path(__file__).parents[1] / "data" / "annotations" / "fictional.pubtator.txt").read_bytes()


def read(name: str, data: bytes) -> list:
    return list(READERS[name].read(io.BytesIO(data)))


def assert_in_place(article: Article) -> None:
    texts = contents(article)
    for annotation in article.annotations:
        pieces = [texts[annotation.passage][start:end] for start, end in annotation.spans]
        assert annotation.text in (" ".join(pieces), texts[annotation.passage][annotation.start : annotation.end])


def test_pubtator_gives_articles() -> None:
    first, second = read("pubtator", PUBTATOR)
    assert (first.record, first.pmid, first.line) == ("PMID 99000001", "99000001", 1)
    assert first.title.text == "Fictional insulin in type 1 and type 2 diabetes"
    assert first.abstract.text.startswith(" Insulin lowers")  # to the character
    assert second.abstract is None
    assert len(first.annotations) == 7
    assert [claim.relation for claim in first.claims] == ["CID", "Negative_Correlation"]
    assert_in_place(first)


def passage(kind: str, text: str, part: str = "", **infons: str) -> dict:
    return {"infons": {"type": kind, **({"section_type": part} if part else {}), **infons}, "text": text}


FULL = [
    passage("front", "A fictional full text", "TITLE", **{
        "article-id_doi": "10.5555/FICT.7", "article-id_pmid": "99000007", "year": "2024", "volume": "3", "fpage": "1",
        "journal": "Fict J; 2024 Jan 4 ; 3 (1) 1-9.", "name_0": "surname:Doe;given-names:Ada", "name_1": "surname:Roe",
        "license": "https://creativecommons.org/licenses/by/4.0/"}),
    passage("abstract_title_1", "Aim:", "ABSTRACT"),
    passage("abstract", "To test insulin.", "ABSTRACT"),
    passage("abstract_title_1", "Results", "ABSTRACT"),
    passage("abstract", "Mice lived.", "ABSTRACT"),
    passage("title_1", "Methods with mice", "METHODS"),
    passage("title_2", "Animals", "METHODS"),
    passage("paragraph", "Ten mice.", "METHODS"),
    passage("paragraph", "Ten more mice.", "METHODS"),
    passage("fig_caption", "A mouse.", "FIG"),
    passage("title", "References", "REF"),
    passage("ref", "On mice.", "REF", **{"pub-id_pmid": "7"}),
]  # fmt: skip
MARKED = {1: "Aim", 2: "insulin", 3: "Results", 4: "Mice", 5: "mice", 7: "mice", 8: "mice", 9: "mouse", 11: "mice"}


def full_text() -> dict:
    at = 0
    passages = []
    for n, one in enumerate(FULL):
        made = {**one, "offset": at, "annotations": []}
        if n in MARKED:
            place = {"offset": at + one["text"].index(MARKED[n]), "length": len(MARKED[n])}
            infons = {"type": "Species", "identifier": "10090"}
            made["annotations"] = [{"id": str(n), "infons": infons, "text": MARKED[n], "locations": [place]}]
        at += len(one["text"]) + 1
        passages.append(made)
    return {"source": "PubTator", "documents": [{"id": "99000007", "passages": passages, "relations": []}]}


def test_a_full_text_becomes_an_article() -> None:
    [article] = read("bioc", json.dumps(full_text()).encode())
    assert (article.doi, article.pmid) == ("10.5555/fict.7", "99000007")
    assert (article.journal.title, article.volume, article.first_page) == ("Fict J", "3", "1")
    assert [a.name for a in article.authors] == ["Ada Doe", "Roe"]
    assert article.rights.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert article.abstract.text == "Aim: To test insulin.\nResults: Mice lived."
    assert [(s.number, s.heading, s.text) for s in article.sections] == [
        ("1", "Methods with mice", ""),
        ("1.1", "Animals", "Ten mice.\nTen more mice."),
        ("2", None, "A mouse."),
        ("3", "References", ""),
    ]
    assert [(r.text, r.pmid) for r in article.references] == [("On mice.", "7")]
    assert [(a.passage, a.start) for a in article.annotations] == [
        ("abstract", 0), ("abstract", 13), ("abstract", 22), ("abstract", 31), ("sec-1-heading", 13), ("sec-1.1", 4),
        ("sec-1.1", 19), ("sec-2", 2), ("ref-1", 3),
    ]  # fmt: skip
    assert {a.agent for a in article.annotations} == {"PubTator"}
    assert_in_place(article)


@pytest.mark.parametrize(
    ("id", "source", "expected"),
    [
        ("123", "PubTator", ("123", None, ())),
        ("PMC77", "PubTator", (None, "PMC77", ())),
        ("77", "PMC", (None, "PMC77", ())),
        ("note 7", "x", (None, None, (("document", "note 7"),))),
    ],
)
def test_what_the_id_of_a_document_is(id: str, source: str, expected: tuple) -> None:
    document = {"id": id, "passages": [passage("title", "Fiction")]}
    [article] = read("bioc", json.dumps({"source": source, "documents": [document]}).encode())
    assert (article.pmid, article.pmcid, article.other_ids) == expected


def test_a_document_without_text_is_rejected() -> None:
    [rejected] = read("bioc", b'{"documents": [{"id": "1", "passages": [{"text": " "}]}]}')
    assert isinstance(rejected, Rejected)
    assert rejected.rule == "no-text"


def test_a_relation_without_two_arguments_is_told() -> None:
    document = {
        "id": "1",
        "passages": [passage("title", "Fiction")],
        "relations": [{"id": "R1", "infons": {"type": "x"}}],
    }
    warned, article = read("bioc", json.dumps({"documents": [document]}).encode())
    assert isinstance(warned, Warned)
    assert warned.rule == "relation-without-arguments"
    assert article.claims == ()
