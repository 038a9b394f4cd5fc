"""What curators decided: the file, what decisions come to, and what they do to a graph. People are fictional."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kg import curation, decisions, folder, identities, iri, networks, opening, pipeline, seal, validation
from kg.decisions import Decision, decided
from kg.errors import UsageError
from kg.linkers.people import clustering, model, names
from kg.linkers.people.authorships import Authorship, Work
from kg.linkers.people.clustering import pair
from kg.vocab import DCTERMS, KGV, OA, OWL, RDF, SCHEMA

EXAMPLES = Path(__file__).parents[1] / "examples"
SETTINGS = pipeline.Settings(today=date(2030, 1, 1))
A, B, C = (iri.part(iri.article(iri.BASE, f"pmid/{n}"), "person-1") for n in (1, 2, 3))
ONE, TWO = (f"<{iri.BASE}org/{name}>" for name in ("a-xx-000000", "b-xx-000000"))
SAID = curation.Said("2030-01-01", "A Curator", "I asked them")


def _ruling(verb: str, left: list[str], right: list[str] | None = None, line: int = 1) -> Decision:
    sides = (dict.fromkeys(side, "Ada Doe") for side in (left, right or []))
    return Decision("2030-01-01", "A Curator", verb, "because", *sides, line)


def test_the_file_reads_back(tmp_path: Path) -> None:
    """Appended line by line; what was there stays byte for byte."""
    path = tmp_path / "curation" / "decisions.jsonl"
    assert decisions.read(path) == []
    first, second = _ruling("same", [A], [B]), _ruling("reject", [f"{A[:-9]}m-title-0-5-MESH_D003920>"], line=2)
    decisions.append(path, first)
    before = path.read_bytes()
    decisions.append(path, second)
    assert path.read_bytes().startswith(before)
    assert decisions.read(path) == [first, second]


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[]",
        '{"decision": "same"}',
        '{"date": "d", "by": "b", "decision": "join", "because": "x", "left": {"https://e.org/#person-1": ""}}',
        '{"date": "d", "by": "b", "decision": "same", "because": "x", "left": {"https://e.org/#person-1": ""}}',
        '{"date": "d", "by": "b", "decision": "reject", "because": " ", "left": {"https://e.org/#m-1": ""}}',
        '{"date": "d", "by": "b", "decision": "reject", "because": "x", "left": {"https://e.org/> <": ""}}',
        '{"date": "d", "by": "b", "decision": "reject", "because": "x", "left": ["https://e.org/#m-1"]}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_decision_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    """Nothing is appended to it, either."""
    path = tmp_path / "decisions.jsonl"
    path.write_text(f"# written by hand\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        decisions.read(path)
    with pytest.raises(UsageError, match="line 2"):
        decisions.append(path, _ruling("same", [A], [B]))


def test_what_could_not_be_read_is_not_noted(tmp_path: Path) -> None:
    """Nor what was noted last, perhaps before an interrupt."""
    path = tmp_path / "decisions.jsonl"
    with pytest.raises(UsageError, match="lacks a side"):
        decisions.append(path, _ruling("same", [A], [A]))
    with pytest.raises(UsageError, match="no decision"):
        decisions.append(path, replace(_ruling("same", [A], [B]), by="\udcff"))
    assert not path.exists()
    for day in ("2030-01-01", "2030-01-02"):
        decisions.append(path, replace(_ruling("same", [A], [B]), date=day))
    assert len(decisions.read(path)) == 1
    for verb in ("different", "same"):
        decisions.append(path, _ruling(verb, [A], [B]))
    assert [d.verb for d in decisions.read(path)] == ["same", "different", "same"]


def test_the_later_decision_counts() -> None:
    merged = decided([_ruling("same", [A, B], [C]), _ruling("different", [A, B], [C], 2)])
    assert set(merged.people.same) == {pair(A, B)}
    assert set(merged.people.different) == {pair(A, C), pair(B, C)}
    again = decided([_ruling("different", [A, B], [C]), _ruling("same", [A], [B, C], 2)])
    assert not again.people.different
    assert set(again.people.same) == {pair(A, B), pair(A, C)}


def test_a_split_leaves_the_others_one() -> None:
    """Whichever node stands first; and of two who are kept apart later, one stays with the third."""
    parted = decided([_ruling("same", [A, B, C]), _ruling("different", [A], [B, C], 2)])
    assert set(parted.people.same) == {pair(B, C)}
    two = decided([_ruling("same", [A, B, C]), _ruling("different", [B], [C], 2)])
    assert set(two.people.same) == {pair(A, B), pair(A, C)}
    members = [
        Authorship(term, 1, names.parse("Ada Doe", None, None), Work(f"<https://e.test/{n}>"))
        for n, term in enumerate((A, B, C))
    ]
    found = clustering.resolve(members, model.shipped(), two.people)
    assert [group.members for group in found.groups] == [(A, B)]


def test_each_mention_that_is_gone_is_told_once(graph: Path) -> None:
    """However many one decision was on, in an article that is there and in one that is not."""
    stem = iri.article(iri.BASE, "doi/10.5555/fict.99000008")[:-1]
    gone = [f"{stem}#m-title-{n}-5-MESH_D003920>" for n in range(3)] + [f"{A[:-9]}m-title-0-5-MESH_D003920>"]
    path = folder.Folder(graph).decisions
    told = pipeline.curate(graph, _ruling("reject", gone))
    assert len(told) == len(set(told)) == len(gone)
    assert path.exists()


def test_people_and_organisations_are_decided_apart() -> None:
    both = decided([_ruling("same", [A], [B]), _ruling("different", [ONE], [TWO])])
    assert set(both.people.same) == {pair(A, B)}
    assert set(both.organisations.different) == {pair(ONE, TWO)}
    assert not both.people.different


def test_a_decision_on_somebody_who_is_gone_or_has_another_name_does_not_apply() -> None:
    """An author list that changed must not pass a decision on to somebody else."""
    stated = decided([_ruling("same", [A], [B]), _ruling("same", [A], [C], 2)])
    constraints, unmet = decisions.applicable(stated, {A: "Ada Doe", B: "Bo Roe"}.get)
    assert not constraints.same
    assert [(d.line, why) for d, why in unmet] == [
        (1, f"{B[1:-1]} is now 'Bo Roe', no longer 'Ada Doe'"),
        (2, f"{C[1:-1]} is not in this graph"),
    ]


def test_organisations_are_joined_and_parted() -> None:
    link = iri.link(iri.BASE, (ONE, TWO))
    stated = [(ONE, OWL.sameAs, TWO), (link, RDF.type, KGV.IdentityLink), (link, KGV.member, ONE)]
    apart = decided([_ruling("different", [ONE], [TWO])]).organisations
    assert list(decisions.of_organisations(stated, apart, iri.BASE)) == []
    ror = "<https://ror.org/05fq50484>"
    linked = iri.link(iri.BASE, (ONE, ror))
    known = [(linked, KGV.confidence, '"0.9"'), (ONE, OWL.sameAs, ror)]
    joined = set(decisions.of_organisations(known, decided([_ruling("same", [ONE], [ror])]).organisations, iri.BASE))
    assert (ONE, OWL.sameAs, ror) in joined
    assert len(joined) == 6


# --- on a graph -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Builds without networks and without findings, which have no say here and take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "analyse", lambda *_: iter(()))
        patch.setattr(validation, "findings", lambda *_: iter(()))
        yield


@pytest.fixture(scope="module")
def built(quick: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("curated") / "graph"
    pipeline.build([str(EXAMPLES / "pubmed.xml")], path, SETTINGS)
    return path


@pytest.fixture
def graph(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "graph"))


def _curate(graph: Path, verb: str, *nodes: str) -> list[str]:
    store = opening.store(str(graph))
    before = decided(decisions.read(folder.Folder(graph).decisions))
    ruling = curation.decision(store, verb, nodes, SAID, before)
    store.close()
    return pipeline.curate(graph, ruling)


BERGSTROM = "10.5555/fict.99000003#person-2"


def _who(graph: Path, name: str) -> list[set[str]]:
    found = identities.identities(opening.store(str(graph)), name)
    return sorted(({a.article.rpartition(".")[2][:-1] for a in who.articles} for who in found), key=sorted)


@pytest.mark.parametrize("times", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_a_split_really_splits_and_survives_rebuilds(graph: Path, tmp_path: Path, times: int) -> None:
    """The folder is sealed and complete after the decision, a build finds nothing to do, and builds that have something to
    do come to the same, byte for byte."""
    assert _who(graph, "Bergstrom") == [{"99000003", "99000004", "99000005"}]
    assert _curate(graph, "split", BERGSTROM, "10.5555/fict.99000005") == []
    assert _who(graph, "Bergstrom") == [{"99000003", "99000004"}, {"99000005"}]
    assert list(seal.problems(folder.existing(graph))) == []
    curated = (graph / "graph.ttl").read_bytes()
    sources = [str(EXAMPLES / "pubmed.xml")]
    assert pipeline.build(sources, graph, SETTINGS).unchanged
    for _ in range(times):
        folder.Folder(graph).seal.unlink()
        assert not pipeline.build(sources, graph, SETTINGS).unchanged
        assert (graph / "graph.ttl").read_bytes() == curated
    kept = pipeline.Settings(today=SETTINGS.today, decisions=folder.Folder(graph).decisions)
    pipeline.build(sources, tmp_path / "other", kept)
    assert (tmp_path / "other" / "graph.ttl").read_bytes() == curated


def test_a_merge_joins_two_and_says_who_decided(graph: Path) -> None:
    assert _curate(graph, "merge", BERGSTROM, "0000-0000-9900-0078") == []
    store = opening.store(str(graph))
    [who] = identities.identities(store, "Bergstrom")
    assert who.person == "<https://orcid.org/0000-0000-9900-0078>"
    assert len(who.articles) == 5
    assert any(reason.reason == "A Curator decided on 2030-01-01: I asked them" for reason in who.reasons)


def test_what_cannot_be_is_told(graph: Path) -> None:
    """Two authors of one article cannot be one person, whatever a curator says: kept, not followed, and told."""
    [sentence] = _curate(graph, "same", "10.5555/fict.99000001#person-1", "10.5555/fict.99000001#person-2")
    assert "cannot be one" in sentence
    assert "decision-unmet" in folder.Folder(graph).rejects.read_text(encoding="utf-8")
    assert list(seal.problems(folder.existing(graph))) == []


def test_a_mention_is_rejected_corrected_and_accepted_again(graph: Path) -> None:
    """Rejected, it is no annotation and no schema:mentions; corrected, it means the other concept; accepted, all is as it
    was. No source is read for that."""
    before = (graph / "graph.ttl").read_bytes()
    store = opening.store(str(graph))
    article = iri.article(iri.BASE, "doi/10.5555/fict.99000008")
    bodies = [(s, o) for s, p, o, _ in store.statements(predicate=OA.hasBody) if s.startswith(article[:-1])]
    concept = min(o for _, o in bodies)
    mentions = sorted(s[1:-1] for s, o in bodies if o == concept)
    mention = mentions[0]
    store.close()
    assert _curate(graph, "reject", *mentions) == []
    store = opening.store(str(graph))
    assert not any(store.statements(subject=f"<{mention}>"))
    assert not any(store.statements(article, SCHEMA.mentions, concept))
    store.close()
    assert len(mentions) > 1
    assert _curate(graph, "accept", mentions[1]) == []  # of several that were rejected together
    store = opening.store(str(graph))
    assert any(store.statements(subject=f"<{mentions[1]}>"))
    store.close()
    assert _curate(graph, "correct", mention, "MESH:D007328") == []
    store = opening.store(str(graph))
    assert any(store.statements(article, SCHEMA.mentions, iri.concept("MESH:D007328")))
    store.close()
    assert _curate(graph, "accept", *mentions) == []
    assert (graph / "graph.ttl").read_bytes() == before


def test_without_the_resolution_the_names_stand_as_printed(built: Path) -> None:
    """No document's graph knows of any identity: with graph/resolution gone, each author is a person of their own."""
    store = opening.store(str(built))
    resolution = iri.shared_graph(iri.BASE, "resolution")
    for graph in store.graphs():
        if graph not in {iri.shared_graph(iri.BASE, name) for name in ("resolution", "analysis", "dataset")}:
            for _, predicate, term in store.triples(graph):
                assert predicate != DCTERMS.creator
                assert "/person/" not in term
                assert not term.startswith("<https://orcid.org/")
    kinds = {p for _, p, _ in store.triples(resolution)}
    assert {DCTERMS.creator, OWL.sameAs, KGV.reason} <= kinds


@pytest.mark.parametrize(
    ("verb", "nodes", "said"),
    [
        ("merge", ["10.5555/fict.99000001#person-1"], "at least 2"),
        ("split", ["10.5555/fict.99000001#person-1", "10.5555/fict.99000008"], "no authorship of"),
        ("split", ["10.5555/fict.99000002#person-9", "10.5555/fict.99000002"], "says nothing about"),
        ("accept", ["10.5555/fict.99000001"], "neither a proposal nor a mention"),
        ("reject", ["https://e.org/#m-title-0-1-X_1"], "says nothing about"),
        ("same", ["10.5555/fict.99000001", "10.5555/fict.99000002"], "is no person"),
    ],
)
def test_what_makes_no_sense_is_refused(built: Path, verb: str, nodes: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        curation.decision(opening.store(str(built)), verb, nodes, SAID, decided([]))
