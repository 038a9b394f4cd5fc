"""Updates: base and updates make what a build of everything makes; the delta makes it of the old graph elsewhere.

All people and papers are fictional.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import folder, iri, making, pipeline, retrieval, seal, shapes, units, validation
from kg.decisions import Decision
from kg.delta import difference
from kg.errors import DamagedGraph, InputError, UsageError
from kg.exporters import turtle
from kg.pipeline import Settings
from kg.sources import Digest, InputFile
from kg.store import GraphStore
from kg.units import Unit
from kg.vocab import OA, RDF
from kg.workers import WORN_OUT, Extract

TODAY = Settings(jobs=1, today=datetime.date(2030, 1, 1))
NAMES = ("Ada Proband", "Ben Clear", "Cy Other")


def citation(
    pmid: int, *, doi: str | None = None, version: int = 1, title: str = "", author: int = 0, about: int = 0
) -> str:
    """A citation; ``about`` is an article that it retracts."""
    ids = f'<ArticleId IdType="doi">{doi}</ArticleId>' if doi else ""
    given, family = NAMES[author].split()
    notice = f"<RefSource>x</RefSource><PMID>{about}</PMID>"
    notices = f'<CommentsCorrections RefType="RetractionOf">{notice}</CommentsCorrections>' if about else ""
    return f"""<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article>
<Journal><JournalIssue><Volume>{author + 1}</Volume><PubDate><Year>2019</Year></PubDate></JournalIssue>
<Title>Journal {author}</Title></Journal><ArticleTitle>{title or f"Insulin {pmid}"}</ArticleTitle>
<AuthorList><Author><LastName>{family}</LastName><ForeName>{given}</ForeName>
<AffiliationInfo><Affiliation>Institute {author}, Paris, France.</Affiliation></AffiliationInfo></Author></AuthorList>
</Article>
{f"<CommentsCorrectionsList>{notices}</CommentsCorrectionsList>" if about else ""}
<MeshHeadingList><MeshHeading><DescriptorName UI="D00000{author}">Heading {author}</DescriptorName></MeshHeading>
</MeshHeadingList>
</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>{ids}</ArticleIdList></PubmedData>
</PubmedArticle>"""


def pubmed(*records: str) -> str:
    return f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"


def deletion(*pmids: int) -> str:
    return f"<DeleteCitation>{''.join(f'<PMID>{pmid}</PMID>' for pmid in pmids)}</DeleteCitation>"


def jats(doi: str, title: str) -> str:
    return f"""<article article-type="research-article"><front><article-meta><article-id pub-id-type="doi">{doi}</article-id>
<title-group><article-title>{title}</article-title></title-group><pub-date><year>2020</year></pub-date></article-meta></front>
</article>"""


def write(place: Path, **texts: str) -> list[str]:
    place.mkdir(exist_ok=True)
    for name, text in texts.items():
        (place / f"{name}.xml").write_text(text, encoding="utf-8")
    return [str(place / f"{name}.xml") for name in texts]


def canonical(graph: Path) -> str:
    return (graph / "graph.ttl").read_text("utf-8")


def silent(stage: str, done: int, total: int) -> None:
    pass


def without_analysis(graph: Path) -> set[str]:
    store = GraphStore.open(graph / "store")
    names = [name for name in iri.canonical_graphs(store.graphs()) if not name.endswith("/graph/analysis>")]
    return {line for name in names for line in store.quads(name)}


def is_made_of_its_store(graph: Path) -> None:
    """Export and findings, most of which an update keeps, are what is made of the store without any other help."""
    store, out = GraphStore.open(graph / "store"), io.BytesIO()
    turtle.write((line for name in iri.canonical_graphs(store.graphs()) for line in store.quads(name)), out)
    assert (graph / "graph.ttl").read_bytes() == out.getvalue()
    assert TODAY.today
    found = list(validation.findings(validation.Stored(store, iri.BASE), shapes.load(), TODAY.today, silent))
    for suffix, form in (("ttl", "turtle"), ("json", "json"), ("txt", "text")):
        assert (graph / f"validation.{suffix}").read_text("utf-8") == "".join(shapes.report(found, form))


def test_new_revised_and_deleted(tmp_path: Path) -> None:
    """An update adds, revises, merges and removes; then the folder is what a build of all files makes, networks included;
    what was named only by what went is gone."""
    base = write(
        tmp_path / "in",
        n1=pubmed(citation(1), citation(2, author=1), citation(3, doi="10.5555/three"), citation(4, author=2)),
    )
    more = write(
        tmp_path / "in",
        n2=pubmed(citation(2, version=2, title="Revised"), citation(5, about=1), deletion(4, 404)),
        j3=jats("10.5555/three", "As published"),
    )
    pipeline.build(base, tmp_path / "out", TODAY)
    (tmp_path / "in" / "n1.xml").rename(tmp_path / "away.xml")
    updated = pipeline.update(tmp_path / "out", more, TODAY)
    (tmp_path / "away.xml").rename(tmp_path / "in" / "n1.xml")
    assert updated.added > 0
    assert updated.removed > 0
    pipeline.build([*base, *more], tmp_path / "fresh", TODAY)
    assert without_analysis(tmp_path / "out") == without_analysis(tmp_path / "fresh")
    assert "Journal 2" not in canonical(tmp_path / "out")
    assert "analysis" not in canonical(tmp_path / "out")
    is_made_of_its_store(tmp_path / "out")
    assert list(folder.broken_seals(folder.existing(tmp_path / "out"))) == []
    pipeline.analyze(tmp_path / "out")
    for name in ("graph.ttl", "validation.json", "analysis/coauthors-edges.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes()
    runs = [json.loads((tmp_path / name / "run.json").read_bytes()) for name in ("out", "fresh")]
    assert runs[0]["counts"] == runs[1]["counts"]


@pytest.mark.usefixtures("ready")
def test_nothing_new_changes_nothing(tmp_path: Path) -> None:
    """The same sources again, or none that anybody could use again: unchanged."""
    base = write(tmp_path / "in", n1=pubmed(citation(1)))
    pipeline.build(base, tmp_path / "out", TODAY)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".kg"}
    updated = pipeline.update(tmp_path / "out", base, TODAY)
    assert (updated.built.unchanged, updated.added, updated.removed) == (True, 0, 0)
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".kg"}


@pytest.mark.usefixtures("ready")
def test_the_delta_makes_the_new_graph_of_the_old_one_elsewhere(tmp_path: Path) -> None:
    """P: the SPARQL Update, and the quads added and removed, lead a copy in another store to the new state of every graph."""
    base = write(tmp_path / "in", n1=pubmed(citation(1), citation(2, author=1, title='A "quoted" \\ title')))
    pipeline.build(base, tmp_path / "out", TODAY)
    old = GraphStore.open(tmp_path / "out" / "store")
    quads = {line for name in old.graphs() for line in old.quads(name)}
    old.close()
    copy = pyoxigraph.Store()
    copy.load("".join(sorted(quads)).encode(), pyoxigraph.RdfFormat.N_QUADS)
    more = write(tmp_path / "in", n2=pubmed(citation(3, title="New {x} } \u2028"), deletion(2)))
    updated = pipeline.update(tmp_path / "out", more, TODAY)
    store = GraphStore.open(tmp_path / "out" / "store")
    new = {line for name in store.graphs() for line in store.quads(name)}
    copy.update((tmp_path / "out" / "delta" / "update.ru").read_text("utf-8"))
    assert {f"{quad} .\n" for quad in copy} == new
    added, removed = (
        set(
            gzip.decompress((tmp_path / "out" / "delta" / f"{name}.nq.gz").read_bytes())
            .decode()
            .splitlines(keepends=True)
        )
        for name in ("added", "removed")
    )
    assert (quads - removed) | added == new
    assert not added & quads
    assert removed <= quads
    assert updated.networks == sum("/graph/analysis> ." in line for line in removed) > 0
    pipeline.build(base, tmp_path / "out", TODAY)
    assert not (tmp_path / "out" / "delta").exists()


@pytest.mark.usefixtures("ready")
def test_what_was_refused_or_passed_over_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many updates follow: a broken file, one that is no source, and standard input, which has one name for all."""
    folders = [tmp_path / "in", tmp_path / "more", tmp_path / "most"]
    for n, place in enumerate(folders, 1):
        write(place, **{f"n{n}": pubmed(citation(n))})
        (place / f"n{n}.xml.md5").write_text("")
    write(folders[0], broken=BROKEN)
    pipeline.build([str(folders[0])], tmp_path / "out", TODAY)
    for text in (BROKEN, pubmed(citation(9), citation(9)), "<PubmedArticleSet>"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        pipeline.update(tmp_path / "out", ["-"], TODAY)
    before = accounts(tmp_path / "out")
    shutil.move(folders[0], tmp_path / "away")
    for place in (*folders[1:], *folders[1:]):
        pipeline.update(tmp_path / "out", [str(place)], TODAY)
    told = [(Path(r["file"]).name, r["rule"]) for r in map(json.loads, accounts(tmp_path / "out")[2])]
    assert sorted(rule for name, rule in told if name == "-") == ["duplicate-record", *["xml-not-well-formed"] * 2]
    assert len(told) == len(set(told)) + 1  # the two of standard input
    counts = accounts(tmp_path / "out")[1]
    assert counts[str(folders[0] / "broken.xml")] == before[1][str(folders[0] / "broken.xml")]
    assert counts[str(folders[0] / "broken.xml")]["records"] == 1


@pytest.mark.usefixtures("ready")
def test_an_analysis_that_fails_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made beside what is there; and made again it leaves what an update starts from."""
    pipeline.build(write(tmp_path / "in", n1=pubmed(citation(1), citation(2))), tmp_path / "out", TODAY)
    place = folder.existing(tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr("kg.validation.write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pipeline.analyze(tmp_path / "out")
    assert list(seal.problems(place)) == []
    was = canonical(tmp_path / "out")
    pipeline.analyze(tmp_path / "out")
    assert canonical(tmp_path / "out") == was
    assert list(seal.problems(place)) == []
    assert folder.is_as_sealed(place, place.plain)


@pytest.mark.usefixtures("ready")
def test_shared_graphs_are_read_from_their_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is ten times as quick; what comes of it is what comes of the store."""
    pipeline.build(write(tmp_path / "in", n1=pubmed(citation(1), citation(2, author=1))), tmp_path / "out", TODAY)
    graph, read, quads = str(tmp_path / "out"), [], GraphStore.quads

    def noted(store: GraphStore, name: str | None = None) -> Any:
        read.append(str(name))
        return quads(store, name)

    monkeypatch.setattr(GraphStore, "quads", noted)
    retrieval.export(graph, "nq", tmp_path / "with.nq")
    assert {name.rpartition("/graph/")[2] for name in read} == {"pmid/1>", "pmid/2>"}
    assert TODAY.today
    found = retrieval.validate(graph, None, TODAY.today)
    shutil.rmtree(tmp_path / "out" / "cache")
    retrieval.export(graph, "nq", tmp_path / "without.nq")
    assert len(read) > 4
    assert (tmp_path / "with.nq").read_bytes() == (tmp_path / "without.nq").read_bytes()
    assert found == retrieval.validate(graph, None, TODAY.today)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("name", ["shards", "run.json", "rejects.jsonl"])
def test_damage_is_not_sealed(tmp_path: Path, name: str) -> None:
    """New networks are made of a whole folder only; decisions that somebody added by hand are for the next build."""
    base = write(tmp_path / "in", n1=pubmed(citation(1)))
    pipeline.build(base, tmp_path / "out", TODAY)
    (tmp_path / "out" / "curation").mkdir()
    (tmp_path / "out" / "curation" / "decisions.jsonl").write_text("# nothing yet\n")
    pipeline.analyze(tmp_path / "out")
    path = tmp_path / "out" / name
    path = next(path.iterdir()) if path.is_dir() else path
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DamagedGraph, match=path.name):
        pipeline.analyze(tmp_path / "out")
    pipeline.build(base, tmp_path / "out", TODAY)
    assert list(seal.problems(folder.existing(tmp_path / "out"))) == []


@pytest.mark.usefixtures("ready")
def test_nobody_goes_on_from_a_ledger_that_was_changed(tmp_path: Path) -> None:
    """The name of a source decides which of two records is the later one."""
    texts = {"b1": pubmed(citation(1, title="Old")), "b2": pubmed(citation(1, title="New"))}
    pipeline.build(write(tmp_path / "in", **texts), tmp_path / "out", TODAY)
    ledger = tmp_path / "out" / "run.json"
    whole = ledger.read_text()
    ledger.write_text(whole.replace("b2.xml", "b0.xml"))
    more = write(tmp_path / "in", b3=pubmed(citation(3)))
    with pytest.raises(DamagedGraph, match=r"run\.json has changed"):
        pipeline.update(tmp_path / "out", more, TODAY)
    ledger.write_text(whole)
    pipeline.update(tmp_path / "out", more, TODAY)
    assert '"New"' in canonical(tmp_path / "out")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("name", ["run.json", "rejects.jsonl"])
@pytest.mark.parametrize("text", [None, "{}\n", "[1]\n"])
def test_a_folder_that_lost_its_books_says_so(tmp_path: Path, name: str, text: str | None) -> None:
    """What an update reads of the build before it may be gone, or somebody else's."""
    base = write(tmp_path / "in", n1=pubmed(citation(1)))
    pipeline.build(base, tmp_path / "out", TODAY)
    path = tmp_path / "out" / name
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(DamagedGraph, match=name):
        pipeline.update(tmp_path / "out", write(tmp_path / "in", n2=pubmed(citation(2))), TODAY)
    pipeline.build(base, tmp_path / "out", TODAY)
    assert list(seal.problems(folder.existing(tmp_path / "out"))) == []


@pytest.mark.usefixtures("ready")
def test_a_file_takes_the_place_of_its_former_self(tmp_path: Path) -> None:
    """A source that was changed under its name replaces what it said before."""
    base = write(tmp_path / "in", n1=pubmed(citation(1), citation(2)))
    pipeline.build(base, tmp_path / "out", TODAY)
    write(tmp_path / "in", n1=pubmed(citation(2, title="Changed")))
    pipeline.update(tmp_path / "out", base, TODAY)
    pipeline.build(base, tmp_path / "fresh", TODAY)
    assert without_analysis(tmp_path / "out") == without_analysis(tmp_path / "fresh")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("damage", ["none", "a file is gone", "a file is other", "a file is more", "all is gone"])
def test_the_networks_need_not_be_removed(tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store of before the networks is changed, where that is what was sealed; else what there is is loaded anew."""
    base = write(tmp_path / "in", n1=pubmed(*(citation(n, author=n % 3) for n in range(1, 9))))
    more = write(tmp_path / "in", n2=pubmed(citation(9)))
    pipeline.build([*base, *more], tmp_path / "fresh", TODAY)
    pipeline.build(base, tmp_path / "out", TODAY)
    pipeline.update(tmp_path / "out", write(tmp_path / "in", n3=pubmed(citation(10))), TODAY)
    place = folder.existing(tmp_path / "out")
    assert not place.plain.exists()
    pipeline.update(tmp_path / "out", write(tmp_path / "in", n3=pubmed()), TODAY)
    pipeline.analyze(tmp_path / "out")
    some = max(place.plain.glob("*.sst"))
    if damage == "a file is gone":
        some.unlink()
    elif damage == "a file is other":
        other = some.read_bytes()[::-1]
        some.unlink()
        some.write_bytes(other)
    elif damage == "a file is more":
        (place.plain / "more").touch()
    elif damage == "all is gone":
        shutil.rmtree(place.cache)
    changed, change = [], GraphStore.change

    def noted(store: GraphStore, *how: Any) -> None:
        changed.append(how)
        change(store, *how)

    monkeypatch.setattr(GraphStore, "change", noted)
    monkeypatch.setattr(making, "_REMOVAL", 1_000)
    pipeline.update(tmp_path / "out", more, TODAY)
    assert bool(changed) == (damage == "none")
    assert without_analysis(tmp_path / "out") == without_analysis(tmp_path / "fresh")
    assert list(seal.problems(place)) == []
    is_made_of_its_store(tmp_path / "out")


@pytest.mark.usefixtures("ready")
def test_other_decisions_reach_documents_that_no_source_changed(tmp_path: Path) -> None:
    """A mention that a curator rejected since is gone, though its article is what it was; stays gone, because the folder
    remembers who decides; and comes back with other decisions."""
    base = write(tmp_path / "in", n1=pubmed(citation(1), citation(2)))
    more = write(tmp_path / "in", n2=pubmed(citation(3)), n3=pubmed(citation(4)), n4=pubmed(citation(5)))
    pipeline.build(base, tmp_path / "out", TODAY)
    mention = min(s for s, *_ in GraphStore.open(tmp_path / "out" / "store").statements(None, RDF.type, OA.Annotation))
    ruling = Decision("2029-01-01", "Ada Proband", "reject", "another word", {mention: "insulin"}, {})
    ruled = replace(TODAY, decisions=tmp_path / "decisions.jsonl")
    (tmp_path / "decisions.jsonl").write_text(ruling.as_json(), encoding="utf-8")
    other = replace(TODAY, decisions=tmp_path / "none.jsonl")
    (tmp_path / "none.jsonl").touch()
    for source, how, as_now in zip(more, (ruled, TODAY, other), (ruled, ruled, other), strict=True):
        pipeline.update(tmp_path / "out", [source], how)
        base.append(source)
        pipeline.build(base, tmp_path / "fresh", as_now)
        assert without_analysis(tmp_path / "out") == without_analysis(tmp_path / "fresh")
        assert (mention in "".join(without_analysis(tmp_path / "out"))) == (as_now is other)
        is_made_of_its_store(tmp_path / "out")
    (tmp_path / "none.jsonl").unlink()
    with pytest.raises(UsageError, match=r"none\.jsonl"):
        pipeline.update(tmp_path / "out", more, TODAY)


def ledger(graph: Path) -> list[tuple[str, int]]:
    """The names of the sources and how many records are stored of each."""
    return [(i["file"], i["counts"]["stored"]) for i in json.loads((graph / "run.json").read_bytes())["inputs"]]


@pytest.mark.usefixtures("ready")
def test_a_file_is_known_by_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One name met from two folders is two files, two names of one file are one; one that was moved is the same."""
    for n in (1, 2):
        write(tmp_path / f"d{n}", a=pubmed(citation(n), citation(n + 2)))
    monkeypatch.chdir(tmp_path / "d1")
    pipeline.build(["a.xml"], tmp_path / "out", TODAY)
    monkeypatch.chdir(tmp_path / "d2")
    pipeline.update(tmp_path / "out", ["a.xml"], TODAY)
    assert ledger(tmp_path / "out") == [("a.xml", 2), ("a.xml", 2)]
    write(tmp_path / "d1", a=pubmed(citation(1, title="Changed")))
    pipeline.update(tmp_path / "out", ["../d1/a.xml"], TODAY)
    assert ledger(tmp_path / "out") == [("a.xml", 2), ("../d1/a.xml", 1)]
    (tmp_path / "d1").rename(tmp_path / "d3")
    assert pipeline.update(tmp_path / "out", ["../d3/a.xml"], TODAY).built.unchanged
    write(tmp_path / "d3", a=pubmed(citation(1), citation(9), citation(10)))
    pipeline.update(tmp_path / "out", ["../d3/a.xml"], TODAY)
    assert [stored for _, stored in ledger(tmp_path / "out")] == [2, 3]
    shutil.copytree(tmp_path / "d2", tmp_path / "d4")
    pipeline.update(tmp_path / "out", [str(tmp_path / "d4" / "a.xml")], TODAY)
    assert sorted(stored for _, stored in ledger(tmp_path / "out")) == [0, 2, 3]


@pytest.mark.usefixtures("ready")
def test_a_folder_that_was_moved_is_found_again(tmp_path: Path) -> None:
    """Nothing changes by that, and an update of a file in it replaces what it said."""
    write(tmp_path / "s1", a=pubmed(citation(1), citation(2)))
    pipeline.build([str(tmp_path / "s1")], tmp_path / "out", TODAY)
    (tmp_path / "s1").rename(tmp_path / "s2")
    assert pipeline.build([str(tmp_path / "s2")], tmp_path / "out", TODAY).unchanged
    assert list(seal.problems(folder.existing(tmp_path / "out"))) == []
    pipeline.update(tmp_path / "out", write(tmp_path / "s2", a=pubmed(citation(1))), TODAY)
    assert [stored for _, stored in ledger(tmp_path / "out")] == [1]


def test_equal_files_of_one_name_that_were_moved_keep_apart() -> None:
    """Each is found at a place of its own."""
    known: list[dict[str, Any]] = [{"place": f"/old/{n}/a.xml", "sha256": "0"} for n in "xyz"]
    there = [Unit(InputFile(Path(f"/{place}/a.xml"), "a.xml")) for place in ("new/x", "new/y", "old/z")]
    for unit in there:
        unit.digest = Digest("0", 1, b"", ())
    assert units.relocated(known, there)
    assert [stated["place"] for stated in known] == ["/new/x/a.xml", "/new/y/a.xml", "/old/z/a.xml"]
    assert not units.relocated(known, there)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("kind", ["stored", "superseded", "deleted"])
def test_a_lost_shard_is_told(tmp_path: Path, kind: str) -> None:
    """Whatever it held: a deletion that is forgotten brings back what it deleted."""
    texts = {"stored": pubmed(citation(2)), "superseded": pubmed(citation(1)), "deleted": pubmed(deletion(1))}
    base = write(tmp_path / "in", n1=texts[kind], n2=pubmed(citation(1, version=2), citation(3)))
    pipeline.build(base, tmp_path / "out", TODAY)
    (lost,) = {s for s in (tmp_path / "out" / "shards").iterdir() if s.name.startswith(_sha256(base[0])[:32])}
    lost.unlink()
    Path(base[0]).unlink()
    with pytest.raises(UsageError, match="is missing"):
        pipeline.update(tmp_path / "out", write(tmp_path / "in", n3=pubmed(citation(4))), TODAY)


def _sha256(name: str) -> str:
    return hashlib.sha256(Path(name).read_bytes()).hexdigest()


@pytest.mark.usefixtures("ready")
def test_what_comes_later_by_standard_input_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no name to go by: it is later than files, and than what came so before."""
    pipeline.build(write(tmp_path / "in", n1=pubmed(citation(1))), tmp_path / "out", TODAY)
    for n in range(4):
        text = pubmed(citation(1, title=f"Revision {n}"))
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        pipeline.update(tmp_path / "out", ["-"], TODAY)
        assert f'"Revision {n}"' in canonical(tmp_path / "out")


@pytest.mark.usefixtures("ready")
def test_a_file_that_the_machine_could_not_read_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming it once more is enough, though it is what it was."""
    base = write(tmp_path / "in", n1=pubmed(citation(1)))
    more = write(tmp_path / "in", n2=pubmed(citation(2)))
    pipeline.build(base, tmp_path / "out", TODAY)
    with monkeypatch.context() as patch:
        patch.setattr(Extract, "__call__", _worn_out)
        pipeline.update(tmp_path / "out", more, TODAY)
    assert ledger(tmp_path / "out")[1][1] == 0
    assert pipeline.update(tmp_path / "out", base, TODAY).built.unchanged
    pipeline.update(tmp_path / "out", more, TODAY)
    assert [stored for _, stored in ledger(tmp_path / "out")] == [1, 1]
    assert accounts(tmp_path / "out")[2] == []


@pytest.mark.usefixtures("ready")
def test_standard_input_is_tried_again_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no place, but a name."""
    for worn_out in (True, False):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pubmed(citation(1)).encode())))
        with monkeypatch.context() as patch:
            if worn_out:
                patch.setattr(Extract, "__call__", _worn_out)
            pipeline.build(["-"], tmp_path / "out", TODAY)
        assert ledger(tmp_path / "out") == [("-", 0 if worn_out else 1)]


@pytest.mark.usefixtures("ready")
def test_it_is_tried_again_from_wherever_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is known by where it lies, not by what it is called from here."""
    texts = {name: pubmed(citation(n)) for n, name in enumerate(("n1", "n2"), 1)}
    with monkeypatch.context() as patch:
        patch.setattr(Extract, "__call__", _worn_out)
        pipeline.build(write(tmp_path / "in", **texts), tmp_path / "out", TODAY)
    monkeypatch.chdir(tmp_path / "in")
    pipeline.update(tmp_path / "out", ["n1.xml", "n2.xml"], TODAY)
    assert [stored for _, stored in ledger(tmp_path / "out")] == [1, 1]


@pytest.mark.usefixtures("ready")
def test_of_equal_files_that_were_refused_each_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming one of them again and again adds nothing."""
    for place in ("a", "b"):
        write(tmp_path / place, q="<PubmedArticleSet><")
    write(tmp_path / "a", p=pubmed(citation(1)))
    monkeypatch.chdir(tmp_path / "a")
    pipeline.build(["q.xml", "p.xml"], tmp_path / "out", TODAY)
    monkeypatch.chdir(tmp_path / "b")
    for _ in range(3):
        pipeline.update(tmp_path / "out", ["q.xml"], TODAY)
        assert (tmp_path / "out" / "rejects.jsonl").read_text().count("\n") == 2
    assert pipeline.update(tmp_path / "out", ["q.xml"], TODAY).built.unchanged


@pytest.mark.usefixtures("ready")
def test_what_is_told_of_a_file_that_the_ledger_has_not_goes(tmp_path: Path) -> None:
    """Publishing may end between the one and the other."""
    pipeline.build(write(tmp_path / "in", n1=pubmed(citation(1))), tmp_path / "out", TODAY)
    report = {"level": "reject", "file": "x.xml", "member": None, "record": None, "line": 1, "byte": None, "rule": "r"}
    text = json.dumps(report | {"message": "m", "sha256": "0" * 64})
    (tmp_path / "out" / "seal.json").unlink()
    (tmp_path / "out" / "rejects.jsonl").write_text(f"{text}\n")
    pipeline.update(tmp_path / "out", write(tmp_path / "in", n2=pubmed(citation(2))), TODAY)
    assert (tmp_path / "out" / "rejects.jsonl").read_text() == ""


@pytest.mark.usefixtures("ready")
def test_names_that_are_no_text_are_found_again(tmp_path: Path) -> None:
    """Sources, and the file of decisions, may have names that are not UTF-8."""
    odd = os.fsdecode(b"d\xff")
    try:
        (tmp_path / f"{odd}.jsonl").write_text("# nothing yet\n")
    except OSError:
        pytest.skip("the file system forbids such names")
    ruled = replace(TODAY, decisions=tmp_path / f"{odd}.jsonl")
    for place in ("m", "n"):
        write(tmp_path / place, **{odd: pubmed(citation(1))})
    pipeline.build([str(tmp_path / "m")], tmp_path / "out", ruled)
    pipeline.update(tmp_path / "out", [str(tmp_path / "n")])
    assert [stored for _, stored in ledger(tmp_path / "out")] == [0, 1]


@pytest.mark.usefixtures("ready")
def test_what_was_asked_for_is_asked_though_nothing_has_changed(tmp_path: Path) -> None:
    """Missing numbers, and another reader for the members of a container."""
    texts = {f"pubmed25n000{n}": pubmed(citation(n)) for n in (1, 3)}
    base = write(tmp_path / "in", **texts)
    pipeline.build(base, tmp_path / "out", TODAY)
    strict = replace(TODAY, strict_sequence=True)
    with pytest.raises(UsageError, match="missing in the sequence"):
        pipeline.build(base, tmp_path / "out", strict)
    with pytest.raises(UsageError, match="missing in the sequence"):
        pipeline.update(tmp_path / "out", base, strict)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("p.xml", pubmed(citation(1)))
        archive.writestr("j.xml", jats("10.5555/j", "J"))
    sizes = []
    for reader in (None, "jats"):
        pipeline.build([str(tmp_path / "all.zip")], tmp_path / "zip", replace(TODAY, reader=reader))
        sizes += [stored for _, stored in ledger(tmp_path / "zip")]
    assert sizes == [2, 1]


def _worn_out(*_: object) -> None:
    raise InputError(WORN_OUT[0], "its process ended")


@pytest.mark.usefixtures("ready")
def test_the_day_is_that_of_the_folder(tmp_path: Path) -> None:
    """Unless another one is named, which counts although no source is new."""
    base = write(tmp_path / "in", n1=pubmed(citation(1)))
    pipeline.build(base, tmp_path / "out", replace(TODAY, today=datetime.date(2018, 1, 1)))
    findings = folder.Folder(tmp_path / "out").validation("txt").read_text
    early = findings()
    pipeline.update(tmp_path / "out", write(tmp_path / "in", n2=pubmed(citation(2))), Settings(jobs=1))
    assert findings().count("2019") > early.count("2019") > 0
    assert not pipeline.update(tmp_path / "out", base, TODAY).built.unchanged
    assert "2019" not in findings()


def test_an_update_that_was_interrupted_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was half done: the shards and the ledger are there, and the next update makes the whole of them."""
    base = write(tmp_path / "in", n1=pubmed(citation(1), citation(2)))
    more = write(tmp_path / "in", n2=pubmed(citation(2, version=2, title="Revised"), citation(3)))
    pipeline.build(base, tmp_path / "built", TODAY)
    pipeline.build([*base, *more], tmp_path / "fresh", TODAY)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    for where in ("seal", "_describe"):
        out = tmp_path / f"out-{where}"
        shutil.copytree(tmp_path / "built", out)
        with monkeypatch.context() as patch:
            patch.setattr(making, where, killed)
            with pytest.raises(Killed):
                pipeline.update(out, more, TODAY)
        pipeline.update(out, more, TODAY)
        assert without_analysis(out) == without_analysis(tmp_path / "fresh")
        assert list(folder.broken_seals(folder.existing(out))) == []


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    """There must be something to update, and something to update it with."""
    (more,) = write(tmp_path / "in", n1=pubmed(citation(1)))
    with pytest.raises(UsageError, match="no such folder"):
        pipeline.update(tmp_path / "nowhere", [more], TODAY)
    with pytest.raises(UsageError, match="not a folder that kg build made"):
        pipeline.update(tmp_path / "in", [more], TODAY)


@given(st.lists(st.text("abc\n", max_size=3)), st.lists(st.text("abc\n", max_size=3)))
def test_a_difference_leads_from_the_old_to_the_new(old: list[str], new: list[str]) -> None:
    """Of any two sets: what goes was there, what comes was not, and the result is the new set."""
    was, now = set(old), set(new)
    found = list(difference(sorted(was), sorted(now)))
    assert {line for is_new, line in found if is_new} == now - was
    assert {line for is_new, line in found if not is_new} == was - now
    assert [line for _, line in found] == sorted(line for _, line in found)


# --- base + updates = rebuild -----------------------------------------------------------------------------------------

_few = st.sampled_from
_records = st.one_of(
    st.builds(
        citation,
        st.integers(1, 4),
        doi=_few([None, "10.5555/a", "10.5555/b"]),
        version=st.integers(1, 2),
        title=_few(["", "Revised"]),
        author=st.integers(0, 2),
        about=st.integers(0, 4),
    ),
    st.builds(deletion, st.integers(1, 4)),
)
_files = st.one_of(
    st.lists(_records, min_size=1, max_size=3).map(lambda some: pubmed(*sorted(some, key=lambda r: r[:2] == "<D"))),
    st.builds(jats, _few(["10.5555/a", "10.5555/b"]), _few(["As published", "Revised"])),
)


def accounts(graph: Path) -> tuple[Any, ...]:
    """What became of every file and record, and what was told of them, whatever the order."""
    run = json.loads((graph / "run.json").read_bytes())
    told = (graph / "rejects.jsonl").read_text("utf-8").splitlines()
    return run["reports"], {i["file"]: i["counts"] for i in run["inputs"]}, sorted(told)


BROKEN = "<PubmedArticleSet><PubmedArticle>"


def laws(place: Path, texts: Sequence[str], order: random.Random, *, analysis: bool) -> None:
    """Build with some of the files, one of them broken, add the others one by one in any order, some twice: the same as all
    at once."""
    files = write(place / "in", **{f"n{n}": text for n, text in enumerate([*texts, BROKEN], 8)})
    shuffled = order.sample(files, len(files))
    cut = order.randrange(1, len(files) + 1)
    pipeline.build(shuffled[:cut], place / "out", TODAY)
    for name in shuffled[cut:]:
        pipeline.update(place / "out", [name, *order.sample(shuffled[:cut], order.randrange(2))], TODAY)
        is_made_of_its_store(place / "out")
    pipeline.build(files, place / "fresh", TODAY)
    assert without_analysis(place / "out") == without_analysis(place / "fresh")
    assert accounts(place / "out") == accounts(place / "fresh")
    assert list(seal.problems(folder.existing(place / "out"))) == []
    if analysis:
        pipeline.analyze(place / "out")
        assert list(seal.problems(folder.existing(place / "out"))) == []
        assert canonical(place / "out") == canonical(place / "fresh")


@pytest.mark.usefixtures("ready")
@settings(max_examples=4, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_files, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_base_and_updates_are_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], order: random.Random
) -> None:
    """For random inserts, revisions, deletions, retractions and re-runs, in files in any order."""
    laws(tmp_path_factory.mktemp("laws"), texts, order, analysis=False)


@pytest.mark.slow
@pytest.mark.usefixtures("ready")
@settings(max_examples=25, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_files, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_base_and_updates_are_a_rebuild_with_networks(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], order: random.Random
) -> None:
    """The same law at length, and with the networks after kg analyze."""
    laws(tmp_path_factory.mktemp("laws"), texts, order, analysis=True)
