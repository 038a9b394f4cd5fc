"""The graph says what the sources say: every stored record, looked up by SPARQL, against an independent reading by XPath.

The real sets need ``KG_TEST_DATA`` and take a minute or two (``-m slow``); what is hand-written is compared always.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import check_against_source
import pytest
import source_of_truth
from check_against_source import DIFFERENT, EQUAL, FIELDS, Outcome

from kg import assembly, iri, sources, units
from kg.extract import Extractor
from kg.store import GraphStore
from kg.version import VERSION
from kg.workers import Workers
from kg.written import DocumentGraphs, SharedGraphs

HERE = Path(__file__).parent
DATA = Path(os.environ.get("KG_TEST_DATA", "/nonexistent"))
# The fixtures of the coverage hold every element there is, also where no second reading follows.
MADE = [HERE.parent / "examples", *(p for p in (HERE / "data").iterdir() if p.name != "coverage")]


def silent(stage: str, done: int, total: int) -> None:
    """No progress."""


def graph(paths: Iterable[Path], folder: Path) -> Path:
    """The N-Quads of a build of these files, without recognition, analysis, validation and export."""
    shards, quads = folder / "shards", folder / "graph.nq"
    shards.mkdir()
    inputs, _ = sources.find([str(path) for path in paths])
    workers = Workers(Extractor(VERSION, iri.BASE))
    batch = units.examine(inputs, None, workers, silent)
    units.extract(batch, workers, shards, silent)
    documents, joined = DocumentGraphs(folder / "documents.nq"), SharedGraphs(folder / "joined.nq")
    assembly.assemble(batch, units.decide(batch, folder), None, iri.BASE, documents, joined, folder, silent)
    quads.write_bytes(documents.path.read_bytes() + joined.path.read_bytes())
    return quads


def compared(places: Iterable[Path], folder: Path) -> Outcome:
    """What comes of the comparison of a build with its sources."""
    paths = source_of_truth.files(places)
    with GraphStore.create(folder / "store").load(graph(paths, folder)) as store:
        return check_against_source.compare(store, filter(None, map(source_of_truth.read, paths)))


def fields(outcome: Outcome, verdict: str) -> set[str]:
    """The fields that have a fact with this verdict."""
    return {name for _, name, given in outcome.facts if given == verdict}


# --- what is hand-written -----------------------------------------------------------------------------------------------


def test_the_examples_and_the_fixtures(tmp_path: Path) -> None:
    """Of the examples and of the readers' fixtures every fact is in the graph; of no kind is there nothing to compare."""
    outcome = compared(MADE, tmp_path)
    assert outcome.differences == []
    assert fields(outcome, EQUAL) == set(FIELDS)
    assert +outcome.records == {("pubmed", "stored"): 12, ("jats", "stored"): 5, ("jats", "rejected"): 2}


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (r"article/[^#>]+> <\S+/prism\S+/doi>|article/[^#>]+> <\S+/basic/2.0/doi>", "doi of"),
        (r"article/[^#>]+> <\S+/hasPubMedId>", "no record of it states"),
        (r"article/[^#>]+> <\S+/hasPubMedCentralId>", "pmcid of"),
        (r"article/[^#>]+> <\S+/terms/title>", "title of"),
        (r"#author-1> <\S+#label>", "authors of"),
        (r"#author-1> <\S+/relatesToOrganization>", "affiliations of"),
        (r"#kw-2> <\S+/hasContent>", "keywords of"),
        (r"> <\S+/hasPrimarySubjectTerm>", "mesh headings of"),
        (r"mesh/D[0-9]+Q[0-9]+> <\S+#label>", "mesh labels of"),
        (r"> <\S+/terms/subject>", "subjects of"),
        (r"> <\S+/terms/dateAccepted>", "dates of"),
        (r"#ref-[0-9]+> <\S+/hasPubMedId>", "references of"),
        (r"> <\S+wasDerivedFrom>", "not in the graph"),
    ],
)
def test_what_is_lost_is_told(tmp_path: Path, lost: str, told: str) -> None:
    """The comparison sees one triple of each kind that is missing."""
    path = HERE / "data/pubmed/everything.xml"
    lines = graph([path], tmp_path).read_text("utf-8").splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if re.search(lost, line))
    source = source_of_truth.read(path)
    assert source
    whole = check_against_source.compare(GraphStore.in_memory(lines), [source])
    assert whole.differences == []
    less = check_against_source.compare(GraphStore.in_memory(lines[:place] + lines[place + 1 :]), [source])
    assert any(told in difference for difference in less.differences)


def test_what_is_added_is_told(tmp_path: Path) -> None:
    """The comparison sees authors in another order, a second title, and an article that no record states."""
    path = HERE / "data/pubmed/everything.xml"
    text = graph([path], tmp_path).read_text("utf-8")
    source = source_of_truth.read(path)
    assert source
    derived = re.search(r"<(\S+)> <\S+wasDerivedFrom> (<\S+>) (<\S+>)", text)
    assert derived
    article, origin, name = derived.groups()
    swapped = re.sub(r'(#author-[12]> <\S+/position> ")([12])', lambda m: m[1] + "21"[int(m[2]) - 1], text)
    for more, told in (
        (swapped, "authors of"),
        (text + f'<{article}> <http://purl.org/dc/terms/title> "Another" {name} .\n', "title of"),
        (text + f"<{article}x> <http://www.w3.org/ns/prov#wasDerivedFrom> {origin} {name} .\n", "no record of it"),
    ):
        outcome = check_against_source.compare(GraphStore.in_memory(more.splitlines(keepends=True)), [source])
        assert any(told in difference for difference in outcome.differences)


# --- which record is stored ---------------------------------------------------------------------------------------------


def citation(pmid: int, title: str, version: int = 1, doi: str = "") -> str:
    """A fictional record."""
    location = f'<ELocationID EIdType="doi">{doi}</ELocationID>' if doi else ""
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article>'
        f"<ArticleTitle>{title}</ArticleTitle>{location}</Article></MedlineCitation></PubmedArticle>"
    )


def test_the_stored_one_of_several_records_is_compared(tmp_path: Path) -> None:
    """An article that comes twice in a file, in two files, in two formats, or is deleted, is compared with the record that
    is stored; what is not stored is counted, not missed."""
    twice = citation(1, "Early") + citation(1, "Late") + citation(2, "Second", 2) + citation(2, "First", 1)
    shared = citation(5, "One", doi="10.5555/shared") + citation(6, "Other", doi="10.5555/shared")
    for name, body in (
        ("a1.xml", twice + citation(3, "Old") + citation(4, "Gone") + shared),
        ("a2.xml", citation(3, "New") + citation(7, "Of PubMed") + "<DeleteCitation><PMID>4</PMID></DeleteCitation>"),
    ):
        (tmp_path / name).write_text(f"<PubmedArticleSet>{body}</PubmedArticleSet>")
    (tmp_path / "b.xml").write_text(
        '<article><front><article-meta><article-id pub-id-type="pmid">7</article-id><title-group>'
        "<article-title>Of the publisher</article-title></title-group></article-meta></front></article>"
    )
    outcome = compared([tmp_path / name for name in ("a1.xml", "a2.xml", "b.xml")], tmp_path)
    assert outcome.differences == []
    assert +outcome.records == {
        ("pubmed", "stored"): 6,
        ("pubmed", "superseded"): 3,
        ("pubmed", "deleted"): 1,
        ("jats", "stored"): 1,
    }


# --- real sets ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif("KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA (a folder of real data) is not set")
@pytest.mark.parametrize("places", [("pubmed", "people"), ("jats",)], ids="-".join)
def test_real_sets(tmp_path: Path, places: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Of every record of the real sets every fact is in the graph; dates in words are all that needs explaining."""
    outcome = compared([DATA / place for place in places], tmp_path)
    with capsys.disabled():
        print("\n" + check_against_source.report(outcome))  # noqa: T201
    assert outcome.differences == []
    kind = "jats" if "jats" in places else "pubmed"
    assert outcome.records[kind, "stored"] > 0
    assert {name for _, name, verdict in outcome.facts if verdict not in (EQUAL, DIFFERENT)} <= {"dates"}
