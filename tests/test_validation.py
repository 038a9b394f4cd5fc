"""A stored graph against shapes, as a whole and in slices."""

from __future__ import annotations

import random
import weakref
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from kg import iri, pipeline, shapes, validation
from kg.garbage import uncollected
from kg.shapes import Finding
from kg.store import GraphStore
from kg.vocab import DCTERMS, KGV, PRISM, RDF, SKOS
from kg.written import DocumentGraphs, SharedGraphs

EXAMPLES = Path(__file__).parent.parent / "examples"
TODAY = date(2026, 1, 1)
SHARED = tuple(f"/graph/{name}> .\n" for name in iri.SHARED)


def _silent(stage: str, done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The quads of the examples."""
    output = tmp_path_factory.mktemp("graph")
    pipeline.build([str(EXAMPLES)], output)
    with GraphStore.open(output / "store") as store:
        return list(store.quads())


def _found(lines: list[str]) -> list[tuple[object, ...]]:
    with GraphStore.in_memory(lines) as store:
        found = validation.findings(validation.Stored(store, iri.BASE), shapes.load(), TODAY, _silent)
        return sorted(finding.key for finding in found)


def _view(lines: Iterable[str], place: Path) -> validation.Written:
    """Quads as a build leaves them: documents in one file, sorted shared graphs in another."""
    graphs: dict[str, list[str]] = {}
    for line in sorted(lines):
        graphs.setdefault(line.split(" ")[-2], []).append(line)
    names = [iri.shared_graph(iri.BASE, name) for name in (*iri.SHARED, "provenance", "dataset")]
    shared = {name: graphs.pop(name, []) for name in names}
    documents, joined = DocumentGraphs(place / "documents.nq"), SharedGraphs(place / "joined.nq")
    with documents.writing() as add:
        for name, own in graphs.items():
            add(name, "".join(own))
    with joined.writing() as through:
        for name in names[: len(iri.SHARED)]:
            list(through(name, shared[name]))
    return validation.Written(documents, joined, iri.BASE)


def _found_in_files(lines: list[str], place: Path) -> list[tuple[object, ...]]:
    """The findings in the same quads as a build leaves them."""
    found = validation.findings(_view(lines, place), shapes.load(), TODAY, _silent)
    return sorted(finding.key for finding in found)


def _damaged(lines: list[str]) -> list[str]:
    """The examples with one error of each sort in the graphs that are validated in slices."""

    def first(*needles: str) -> str:
        return min(line for line in lines if all(needle in line for needle in needles))

    analysis, shared, resolution = (f"<{iri.BASE}graph/{name}>" for name in ("analysis", "shared", "resolution"))
    lost = [
        first(KGV.coAuthorWith, analysis),
        first(KGV.weight, "/link/coauthors/", analysis),
        first(DCTERMS.isPartOf, shared),
    ]
    added = [
        f"<{iri.BASE}journal/issn/9999-9999> {RDF.type} <http://purl.org/spar/fabio/Journal> {shared} .\n",
        f'<{iri.BASE}journal/issn/9999-9999> {PRISM.issn} "9999-9998" {shared} .\n',
        f"<{iri.BASE}article/x/1> {DCTERMS.creator} <{iri.BASE}person/nobody> {resolution} .\n",
    ]
    return sorted(set(lines) - set(lost)) + added


def test_a_clean_graph_has_no_findings(lines: list[str]) -> None:
    """The examples conform, whatever the size of the slices."""
    assert _found(lines) == []


@pytest.mark.parametrize("size", [1, 60])
def test_slices_find_what_the_whole_finds(lines: list[str], size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a graph is cut changes no finding."""
    damaged = _damaged(lines)
    monkeypatch.setattr(validation, "_WHOLE", 10**9)
    whole = _found(damaged)
    assert len({key[1] for key in whole}) >= 5
    monkeypatch.setattr(validation, "_WHOLE", size)
    assert _found(damaged) == whole


@pytest.mark.parametrize("size", [1, 60, 10**9])
def test_files_and_store_give_the_same_findings(
    lines: list[str], size: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whether the descriptions are held in memory or looked up, and shared graphs are cut or not."""
    damaged = _damaged(lines)
    monkeypatch.setattr(validation, "_WHOLE", size)
    monkeypatch.setattr(validation, "_HELD", size)
    assert _found_in_files(damaged, tmp_path) == _found(damaged)
    assert _found_in_files(lines, tmp_path) == []


def _revised(
    old: Iterable[str], new: Iterable[str], place: Path, earlier: date = TODAY
) -> tuple[list[Finding], list[Finding]]:
    """The findings in a state when those in an earlier one are known, and without knowing them."""
    rules = shapes.load()
    before = tuple(validation.findings(_view(old, place), rules, earlier, _silent))
    changed = sorted({*old} ^ {*new})
    documents = {line.split(" ")[-2] for line in changed if not line.endswith(SHARED)}
    changes = validation.Changes(changed, documents, rules, iri.BASE)
    with GraphStore.in_memory(new) as store:
        view, kept = _view(new, place), validation.Kept(earlier, before)
        found = list(validation.revised(view, store, kept, changes, rules, TODAY, _silent))
        return found, list(validation.findings(view, rules, TODAY, _silent))


def test_a_view_of_files_goes_with_its_last_name(
    lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may hold hundreds of megabytes, and a build looks for cycles seldom."""
    with uncollected():
        for held in (0, 10**9):
            monkeypatch.setattr(validation, "_HELD", held)
            view = _view(lines, tmp_path)
            assert list(validation.findings(view, shapes.load(), TODAY, _silent)) == []
            gone = weakref.ref(view)
            del view
            assert gone() is None


@pytest.mark.parametrize("seed", range(12))
def test_what_was_found_before_need_not_be_found_again(
    seed: int, lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two states of a graph with all sorts of damage, on two days: what is kept of the one and what is found anew are
    the findings in the other."""
    choice, damaged = random.Random(seed), _damaged(lines)
    of_all = sorted(line for line in damaged if line.endswith(SHARED))
    lost = [{*choice.sample(damaged, 8), *choice.sample(of_all, 25)} for _ in range(2)]
    old, new = ([line for line in damaged if line not in gone] for gone in lost)
    monkeypatch.setattr(validation, "_LOOK_UP", seed % 2 * 10**9)  # nodes are looked up, or their graph is passed over
    found, anew = _revised(old, new, tmp_path, date(2024, 5, 1))
    assert sorted(found, key=repr) == sorted(anew, key=repr)
    assert len({finding.shape for finding in found}) >= 5


def test_only_what_has_changed_is_looked_at(lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The document that changed, the one that names what is described otherwise, and none of the others: not those that name
    what is described otherwise in a way that matters to no shape."""
    of_documents = [line for line in lines if "/graph/doi/" in line.split(" ")[-2]]
    one, other = sorted({line.split(" ")[-2] for line in of_documents})[:2]
    named = {line.split(" ")[2] for line in of_documents if f" {other} ." in line}
    named.difference_update(*(line.split(" ") for line in of_documents if f" {other} ." not in line))
    lost = {min(line for line in of_documents if f" {one} ." in line)}
    lost.add(min(line for line in lines if line.split(" ")[0] in named and line.endswith(SHARED)))
    concepts = {line.split(" ")[2] for line in of_documents if f" {DCTERMS.subject} " in line}
    unseen = {f'{node} {SKOS.notation} "1" {iri.shared_graph(iri.BASE, "vocabulary")} .\n' for node in concepts}
    looked_at = set()
    plain = shapes._plain

    def noted(rules: object, graph: str, *rest: object) -> list[Finding]:
        looked_at.add(graph)
        return plain(rules, graph, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(shapes, "_plain", noted)
    monkeypatch.setattr(validation, "findings", lambda *_: [])
    assert len(unseen) > 3
    _revised(lines, sorted(unseen.union(lines) - lost), tmp_path)
    assert {graph for graph in looked_at if not f"{graph} .\n".endswith(SHARED)} == {one, other}


def test_blank_nodes_in_a_file_are_nodes(tmp_path: Path) -> None:
    """Other people's files have them."""
    rules, file = tmp_path / "rules.ttl", tmp_path / "data.ttl"
    prefixes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://e.test/> .\n"
    rules.write_text(
        f"{prefixes}e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:P . e:P sh:path e:p ; sh:minCount 1 ."
    )
    file.write_text(f"{prefixes}e:a a e:C ; e:home [ e:zip '1' ] . [] a e:C ; e:p 1 .")
    for engine in ("plain", "pyshacl"):
        (found,) = validation.of_file(file, shapes.load(rules, engine), iri.BASE, TODAY, _silent)  # type: ignore[arg-type]
        assert found.focus == "https://e.test/a"


def test_our_named_graphs_in_a_file_are_validated_as_such(lines: list[str], tmp_path: Path) -> None:
    """An N-Quads export gives the findings of the store that it came from."""
    damaged = _damaged(lines)
    file = tmp_path / "graph.nq"
    file.write_text("".join(damaged), encoding="utf-8")
    found = validation.of_file(file, shapes.load(), iri.BASE, TODAY, _silent)
    assert sorted(finding.key for finding in found) == _found(damaged)
