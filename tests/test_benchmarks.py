"""The benchmark runs, and its input is the same for everybody."""

from __future__ import annotations

import gzip
import importlib.util
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_seed_gives_one_file(tmp_path: Path) -> None:
    """The same seed gives the same bytes, another seed others; a shorter file is the beginning of a longer one."""
    make = _module("make_pubmed")
    paths = [tmp_path / f"{n}.xml.gz" for n in range(4)]
    for path, (number, seed) in zip(paths, ((20, 1), (20, 1), (20, 2), (10, 1)), strict=True):
        assert make.write(path, number, seed) == len(gzip.decompress(path.read_bytes()))
    first, again, other, shorter = (path.read_bytes() for path in paths)
    assert first == again
    assert first != other
    assert gzip.decompress(first).startswith(gzip.decompress(shorter).removesuffix(make.FOOT.encode()))
    assert len(etree.fromstring(gzip.decompress(first)).findall("PubmedArticle")) == 20


def test_a_plain_file_has_everything_but_qualifiers_and_chemicals(tmp_path: Path) -> None:
    """Nothing else differs from the one that has them."""
    make = _module("make_pubmed")
    full, plain = tmp_path / "full.xml", tmp_path / "plain.xml"
    make.write(full, 30, 1)
    make.write(plain, 30, 1, plain=True)
    root = etree.parse(full)
    for element in [*root.iter("QualifierName", "ChemicalList")]:
        element.getparent().remove(element)
    left = [(element.tag, element.text) for element in root.iter() if not len(element)]
    assert [(element.tag, element.text) for element in etree.parse(plain).iter() if not len(element)] == left


def test_a_file_of_changes_is_like_a_daily_one(tmp_path: Path) -> None:
    """It revises and deletes what the file of that size holds, and adds what it does not; the same bytes every time."""
    make = _module("make_pubmed")
    paths = [tmp_path / f"{n}.xml" for n in range(3)]
    for path, (number, onto) in zip(paths, ((300, None), (200, 300), (200, 300)), strict=True):
        make.write(path, number, 1, onto)
    base, changes, again = (etree.parse(path) for path in paths)
    assert etree.tostring(changes) == etree.tostring(again)
    there, named, deleted = (
        [pmid.text for pmid in tree.findall(where)]
        for tree, where in (
            (base, "PubmedArticle/MedlineCitation/PMID"),
            (changes, "PubmedArticle/MedlineCitation/PMID"),
            (changes, "DeleteCitation/PMID"),
        )
    )
    assert len(set(named)) == len(named) == 200
    assert len(set(named) & set(there)) == 20
    assert len(set(deleted) & set(there)) == len(deleted) == 2
    assert not set(deleted) & set(named)


@pytest.mark.slow
def test_every_row_is_measured(tmp_path: Path) -> None:
    """One command prints every row, and its figures are in the JSON; pubmed_parser's where that is installed."""
    run = _module("run")
    report = tmp_path / "report.json"
    command = [sys.executable, str(BENCHMARKS / "run.py"), "--quick", "--citations", "200", "--json", str(report)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(report.read_text(encoding="utf-8"))
    rows = {**found["reading"], **found["processes"], **found["writing"], **found["loading"]}
    expected = set(run.STEPS) - {"stated"}
    if not importlib.util.find_spec("pubmed_parser"):
        expected.remove("pubmed_parser")
        assert "not installed" in printed
    assert set(rows) == expected
    for name, row in rows.items():
        assert run.TITLES[name] in printed
        assert row["cpu"] > 0
        assert row["wall"] > 0
    assert {row["records"] for name in ("reading", "reading_plain") for row in found[name].values()} == {200}
    assert found["stated_plain"] < found["stated"]["stated"]
    assert found["stated"]["distinct"] <= found["reading"]["graph"]["triples"] <= found["stated"]["stated"]
    ours = {row["triples"] for name, row in found["writing"].items()}
    assert len(ours) == 1  # rdflib is given the triples that we write
    assert set(found["peak_mb"]) == {"1x", "2x", "4x"}


def test_a_plan_is_reckoned_from_what_was_measured(tmp_path: Path) -> None:
    """Twice the files on the same cores take twice the time; what is the same for any number of records is counted once."""
    import plan_cluster as plan  # the folder of benchmarks is on the path of the tests

    articles = tmp_path / "articles"
    articles.mkdir()
    for n in range(5):
        (articles / f"{n}.xml").write_text(f"<article>{n}</article>")
    names = []
    for path in plan.packed(articles, tmp_path):
        with tarfile.open(path) as archive:
            names.append(archive.getnames())
    assert names == [["0.xml", "2.xml", "4.xml"], [f"{n}.xml" for n in range(5)]]
    same = {"triples": 100, "shards": 10, "folder": 10}
    half = {**same, "records": 10, "reading": 1.0, "rest": 7.0}
    whole = {"triples": 200, "shards": 20, "folder": 30, "records": 20, "reading": 2.0, "rest": 9.0}
    rates = plan.rates(half, whole)
    assert (rates.reading, rates.rest, rates.fixed, rates.triples) == (0.1, 0.2, 5.0, 10.0)
    one, two = (plan.planned(plan.Corpus("x", 36_000 * n, 8 * n), rates, 8, 1.0) for n in (1, 2))
    assert (one.reading, two.reading, one.file_minutes) == (0.125, 0.25, 7.5)
    assert two.rest - one.rest == one.rest - 5 / 3600
    assert one.core_hours == one.cost == 1 + one.rest


@pytest.mark.slow
@pytest.mark.parametrize("table", ["export", "validate"])
def test_the_tables_of_millions_are_printed_for_few_as_well(table: str) -> None:
    """Exports are the same bytes in any order of the input; every row has its figures."""
    command = [sys.executable, str(BENCHMARKS / "scale.py"), table, "--citations", "60", "--rounds", "1"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    if table == "export":
        assert len(rows) == 6
        assert printed.endswith("the same bytes\n")
    else:
        assert len(rows) == 9
        assert "findings: " in rows[-1]


@pytest.mark.slow
def test_an_update_is_measured_beside_a_rebuild() -> None:
    """Each stage of each run, and the share."""
    command = [sys.executable, str(BENCHMARKS / "update.py"), "--citations", "40"]
    *rows, share = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [row.split()[0] for row in rows] == ["base", "update", "rebuild"]
    assert all("export" in row for row in rows)
    assert share.startswith("update / rebuild: ")


@pytest.mark.slow
def test_store_and_rdflib_find_the_same_rows(tmp_path: Path) -> None:
    """For every named query that rdflib can run."""
    command = [sys.executable, str(BENCHMARKS / "queries.py"), "--citations", "5"]
    *rows, mean = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[3:]
    assert len(rows) >= 19
    assert not [row for row in rows if row.endswith(")")]  # the number of rows that rdflib found instead
    assert mean.startswith("geometric mean")
