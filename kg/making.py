"""Shards → a sealed folder: assemble, load, analyse, validate, export, describe; or only what differs from what was there.

All of it is made in a folder of its own and published when it is whole.
"""

from __future__ import annotations

import json
import platform
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from importlib import metadata
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg import assembly, decisions, delta, files, folder, iri, networks, shapes, units, validation
from kg.assembly import Assembled
from kg.contents import Contents
from kg.copies import Copies
from kg.exporters import turtle
from kg.extract import Extractor
from kg.folder import Folder
from kg.garbage import give_back
from kg.lexicon import Lexicon
from kg.linkers.people.memo import Memo
from kg.linkers.records import Decision
from kg.seal import seal, sealed_contents
from kg.shapes import Finding
from kg.sorting import sort_lines, unsorted
from kg.store import GraphStore
from kg.tending import Analyse, Change, Load, TakeIn, Tending
from kg.terms import end_of
from kg.triples import provenance
from kg.units import Progress, Report, Unit
from kg.validation import View
from kg.version import VERSION
from kg.written import DocumentGraphs, SharedGraphs

if TYPE_CHECKING:
    from kg.linkers.organisations import Linker

_REMOVAL = 4
"""to remove a quad from a store takes as long as to load so many"""

UNMET = "decision-unmet"
"""the rule of reports on decisions that do not apply"""


@dataclass(frozen=True, slots=True)
class Means:
    """What records are made into a graph with."""

    extractor: Extractor
    lexicon: Lexicon
    linker: Linker | None
    """of organisations; None = they are not linked"""
    ruled: Path
    """the file of decisions"""
    decided: decisions.Decided
    """what they come to"""


@dataclass(frozen=True, slots=True)
class Making:
    """What a graph is made of, where, and how."""

    place: Folder
    staged: Folder
    """where it is made before it is published"""
    batch: list[Unit]
    told: list[Report]
    """what there is to report beside what the shards tell"""
    means: Means
    settings: Mapping[str, Any]
    """as run.json states them"""
    plan: Mapping[str, Any]
    started: str
    progress: Progress


def make(what: Making, decision: Decision, was: Iterable[str] | None = None) -> tuple[dict[str, Any], dict[bool, int]]:
    """Shards → a sealed folder; gives what run.json says, and how many quads are new and how many are gone.

    Args:
        what: all that is needed.
        decision: which records of the batch are stored.
        was: what the documents of the folder are made of (:func:`kg.units.documents`), if only what differs is to be changed,
            without the analysis.
    """
    place, staged, batch, progress = what.place, what.staged, what.batch, what.progress
    base = what.means.extractor.base
    checks = Checks(staged, base, shapes.load(), today_of(what.settings), progress)
    touched = [] if was is None else _touched(was, units.documents(batch, decision), staged.root)
    with Memo(place.cache / "people.jsonl") as memo:
        result, written = _assemble(what, decision, memo)
        memo.save()
    copies = Copies(place.cache / "graphs")
    differences = None if was is None else _Differences(place, staged, touched, base, copies)
    judged: list[Finding] = []
    if differences:
        differences.apply(written, result.triples, progress)
    else:
        judged = _load_and_judge(checks, written)
    if what.plan.get("analysis") != "stale":
        found = derive(checks, result.contents, copies, place.plain, written, judged)
    else:
        shutil.rmtree(place.plain, ignore_errors=True)  # the store is without networks
        staged.analysis.mkdir(exist_ok=True)
        found = checks.of_changes(written, differences.since()) if differences else checks.of_written(written, judged)
    progress("seal", 0, 1)
    reports = [*(r for u in batch for r in u.reports), *what.told, *_unmet(result, what.means.ruled)]
    _write_rejects(staged, reports)
    run = {
        "versions": {"kg": VERSION, **_versions()},
        "settings": what.settings,
        "times": {"started": what.started, "ended": now()},
        "inputs": [units.as_ledger(unit) for unit in batch],
        "counts": {**_totals(batch), **assembly.counts(result), **found.counts},
        "reports": {level: sum(r.level == level for r in reports) for level in ("reject", "warning")},
        "example": _example(result.first),
        "plan": what.plan,
    }
    described = _describe(staged, result, batch, what.means.extractor, run, result.links + found.links)
    if differences:
        differences.write(described)
    elif place.delta.exists():
        shutil.rmtree(place.delta)  # it tells of a graph that is no more
    files.write(staged.run, as_json(run))
    folder.publish(staged, place)
    units.remove_unused(batch, place.shards)
    found.kept.save(place.findings)
    for graph, shared in chain(written.joined.items(), described.items()):
        copies.keep(graph, shared.lines())
    seal(place, result.contents)
    progress("seal", 1, 1)
    return run, differences.counts if differences else {True: 0, False: 0}


def _touched(was: Iterable[str], parts: Iterable[str], directory: Path) -> list[str]:
    """The keys of the documents that are not made of the same parts as they were (:func:`kg.units.documents`)."""
    with unsorted(directory) as lines:
        for side, told in ((_WAS, was), (_IS, parts)):
            lines.writelines(f"{line[:-1]}\t{side}\n" for line in told)
        found = []
        for key, some in groupby(lines.sorted(), key=lambda line: line[: line.index("\t")]):
            sides: dict[str, set[str]] = {_WAS: set(), _IS: set()}
            for line in some:
                sides[line[-2]].add(line[:-2])
            if sides[_WAS] != sides[_IS]:
                found.append(key)
    return found


_WAS, _IS = "-", "+"


def _assemble(what: Making, decision: Decision, memo: Memo) -> tuple[Assembled, _Written]:
    """Shards → files of N-Quads; all graphs but analysis, provenance and dataset."""
    root = what.staged.root
    documents = DocumentGraphs(root / f"documents.nq{files.TEMPORARY}")
    written = _Written(documents, SharedGraphs(root / f"joined.nq{files.TEMPORARY}"))
    result = assembly.assemble(
        what.batch,
        decision,
        what.means.lexicon,
        what.means.extractor.base,
        written.documents,
        written.joined,
        root,
        what.progress,
        what.means.decided,
        memo,
        what.means.linker,
    )
    return result, written


def _load_and_judge(checks: Checks, written: _Written) -> list[Finding]:
    """Files of N-Quads → a new store; and beside that, on another core, the findings in the documents."""
    checks.progress("store", 0, 1)
    with _meanwhile(Tending(Load(checks.staged.store, written.paths))):
        judged = list(validation.of_documents(checks.view(written), checks.rules, checks.today, checks.progress))
    checks.progress("store", 1, 1)
    return judged


@contextmanager
def _meanwhile(work: Tending[object]) -> Iterator[None]:
    """A job that is done while the block runs, which ends when both have. What went wrong in the job is raised then, unless
    something went wrong in the block.

    An interrupt stops it where a process of its own does it. It waits for it where a thread does, and one more does as well:
    nobody may clear away what it still writes. What iterates over the database stays in the thread that began it, or the
    engine ends the process.
    """
    with ThreadPoolExecutor(1, "kg-store") as threads:
        working = threads.submit(work)
        try:
            yield
        except BaseException:
            work.stop()
            raise
        finally:
            interrupt = None
            while not working.done():
                try:
                    wait((working,))
                except BaseException as error:  # noqa: BLE001
                    interrupt = error
                    work.stop()
            if interrupt:
                raise interrupt
        working.result()


class _Written(NamedTuple):
    """What was just assembled."""

    documents: DocumentGraphs
    joined: SharedGraphs

    @property
    def paths(self) -> tuple[Path, Path]:
        """The files of N-Quads."""
        return self.documents.path, self.joined.path

    def about(self, subjects: Collection[str], base: str) -> Iterator[str]:
        """The quads with these subjects; in the graph of a document there are none but the article and its parts."""
        homes = frozenset(filter(None, (iri.graph_of_part(base, subject) for subject in subjects)))
        own = (line for _, lines in self.documents.graphs(homes) for line in lines)
        return (line for line in chain(own, self.joined.lines()) if line[: line.index(" ")] in subjects)


class _Since(NamedTuple):
    """A sealed state of the folder, and what has changed since."""

    graph: Path
    """its canonical export"""
    changed: set[str]
    """the subjects about which something has changed"""
    kept: validation.Kept | None
    """what was found in it, where that is known"""
    lines: Iterable[str]
    """the quads that differ, but for graphs that are gone"""
    documents: Collection[str]
    """the graphs of documents that differ"""


@dataclass(frozen=True, slots=True)
class Derived:
    """What comes of a store: the counts of run.json, the findings, and how many triples of the networks lead to each of
    :data:`kg.contents.LINKED`."""

    counts: dict[str, int]
    kept: validation.Kept
    links: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Checks:
    """How what is made is checked and exported: where it lies, by what rules, on which day.

    The rules are to be loaded before anything is drawn: matplotlib has pyparsing, which parses the queries of shapes,
    remember what it tried, and that takes them 2.5 times as long.
    """

    staged: Folder
    base: str
    rules: shapes.Shapes
    today: date
    progress: Progress

    def view(self, written: _Written, analysis: SharedGraphs | None = None, *, few: bool = False) -> View:
        """A view of what is written."""
        return validation.Written(written.documents, {**written.joined, **(analysis or {})}, self.base, few=few)

    def of_written(self, written: _Written, judged: Iterable[Finding], analysis: SharedGraphs | None = None) -> Derived:
        """What was written → findings, canonical export; of the documents it is known what there is to find."""
        found = validation.of_shared(self.view(written, analysis), self.rules, self.today, self.progress)
        quads = chain(*(part.lines() for part in (written.documents, written.joined, analysis) if part))
        return self._ended(chain(judged, found), partial(turtle.write, quads))

    def of_store(self) -> Derived:
        """The same of the store."""
        with GraphStore.open(self.staged.store) as store:
            found = validation.findings(validation.Stored(store, self.base), self.rules, self.today, self.progress)
            quads = chain.from_iterable(store.quads(name) for name in iri.canonical_graphs(store.graphs()))
            return self._ended(found, partial(turtle.write, quads))

    def of_changes(self, written: _Written, since: _Since) -> Derived:
        """The same of what was written and is in the store, where most is as it was before."""
        how = self.rules, self.today, self.progress
        view = self.view(written, few=True)
        # Read-only, or the database would begin to merge its files, all of them for a few changes; the next analysis does.
        with GraphStore.open(self.staged.store) as store, since.graph.open("rb") as old:
            if since.kept:
                changes = validation.Changes(since.lines, since.documents, self.rules, self.base)
                found = validation.revised(view, store, since.kept, changes, *how)
            else:
                found = validation.findings(view, *how)
            about_these = written.about(since.changed, self.base)
            return self._ended(found, partial(turtle.revise, old, since.changed, about_these))

    def _ended(self, found: Iterable[Finding], export: Callable[..., int]) -> Derived:
        """The findings, and ``graph.ttl`` as ``export`` writes it, which gives how many triples it has."""
        findings = tuple(found)
        counts = validation.write(self.staged, findings, self.base)
        self.progress("export", 0, 1)
        with files.replacing(self.staged.graph) as ttl:
            counts["triples"] = export(ttl, directory=self.staged.root)
        self.progress("export", 1, 1)
        return Derived(counts, validation.Kept(self.today, findings))


def derive(
    checks: Checks,
    contents: Contents,
    copies: Copies,
    plain: Path,
    written: _Written | None = None,
    judged: Iterable[Finding] = (),
    engine: networks.Engine = "auto",
) -> Derived:
    """Store → analysis, which is put into ``contents`` and copied, findings, canonical export. What is ``written``, and what
    was found in its documents, need not be read back from the store; which is copied to ``plain`` as it is before the
    analysis."""
    staged, progress = checks.staged, checks.progress
    graph = iri.shared_graph(checks.base, "analysis")
    progress("analyse", 0, 1)
    analysis = Tending(Analyse(staged.store, staged.root, staged.analysis, checks.base, engine))()
    give_back()
    contents.put_digested(graph[1:-1], analysis.number, analysis.sha256)
    copies.keep(graph, analysis.graphs.lines())
    progress("analyse", 1, 1)
    progress("networks", 0, 1)
    networks_in = Tending(TakeIn(staged.store, (graph,), analysis.graphs.path, before=plain, compacted=True))
    if written:  # it is checked and exported from its files, for which the networks need not be in the store
        with _meanwhile(networks_in):
            derived = checks.of_written(written, judged, analysis.graphs)
    else:
        networks_in()
        derived = checks.of_store()
    progress("networks", 1, 1)
    analysis.graphs.path.unlink()
    return replace(derived, links=analysis.links)


class _Differences:
    """What an update changes: noted, and done to a copy of the store."""

    def __init__(self, place: Folder, staged: Folder, touched: Sequence[str], base: str, copies: Copies) -> None:
        self._place, self._staged, self._touched, self._base, self._copies = place, staged, touched, base, copies
        self._sealed = sealed_contents(place)
        self._delta = delta.Delta(staged.root)
        self.counts = {True: 0, False: 0}

    def apply(self, written: _Written, quads: int, progress: Progress) -> None:
        """Compare what was assembled, so many quads, with the store, and make a changed copy of that, or of what it was
        before the networks; or a new one, where that is quicker: it is when many quads go."""
        progress("store", 0, 1)
        documents = [iri.document_graph(self._base, key) for key in self._touched]
        gone = {iri.shared_graph(self._base, name) for name in iri.SHARED}
        plain = self._place.plain if folder.is_as_sealed(self._place, self._place.plain) else None
        removals = 0
        with GraphStore.open(self._place.store) as store:
            old = self._sorted(line for name in documents for line in store.quads(name))
            new = (line for _, lines in written.documents.graphs(frozenset(documents)) for line in lines)
            self._count(self._delta.note(old, self._sorted(new)))
            for graph, shared in written.joined.items():
                gone.discard(graph)
                self._count(self._delta.note(self._before(graph, store), shared.lines()))
            for graph in sorted(gone & set(store.graphs())):
                lost = self._delta.drop(graph, self._before(graph, store))
                self._count(lost)
                if plain and graph == iri.shared_graph(self._base, "analysis"):
                    removals -= lost[False]
                self._copies.forget(graph)
        removals += self.counts[False]
        if removals * _REMOVAL > quads:
            Tending(Load(self._staged.store, written.paths))()
        else:
            noted, was = self._delta, plain or self._place.store
            Tending(Change(self._staged.store, was, tuple(noted.dropped), noted.removed, noted.added))()
        progress("store", 1, 1)

    def write(self, described: SharedGraphs) -> None:
        """Leave the delta, with what the descriptions of run and data set differ in, which come last."""
        with GraphStore.open(self._place.store) as was:
            for graph, shared in described.items():
                self._delta.note(self._before(graph, was), shared.lines())
        self._delta.write(self._staged.delta)

    def since(self) -> _Since:
        """What was there, and what has changed."""
        place = self._place
        kept = validation.Kept.read(place.findings) if folder.is_as_sealed(place, place.findings) else None
        documents = [iri.document_graph(self._base, key) for key in self._touched]
        return _Since(place.graph, self._delta.subjects, kept, self._delta.lines(), documents)

    def _before(self, graph: str, store: GraphStore) -> Iterable[str]:
        """What a shared graph held, sorted: from its copy, or from the store."""
        return self._copies.lines(graph, self._sealed) or self._sorted(store.quads(graph))

    def _count(self, counts: Mapping[bool, int]) -> None:
        for is_new, number in counts.items():
            self.counts[is_new] += number

    def _sorted(self, lines: Iterable[str]) -> Iterator[str]:
        return sort_lines(lines, directory=self._staged.root)


def _describe(
    staged: Folder,
    result: Assembled,
    batch: Sequence[Unit],
    extractor: Extractor,
    run: Mapping[str, Any],
    links: Mapping[str, int],
) -> SharedGraphs:
    """Provenance and dataset, which hold the clock times and are in no identity."""
    base = extractor.base
    digest = iri.sha(as_json(run["plan"]), 64)
    readers = {origin.reader for document in result.documents for origin in document.origins}
    agents = sorted({*readers, extractor.recogniser_name} - {""})
    described = provenance.Run(
        digest,
        VERSION,
        run["times"]["started"],
        run["times"]["ended"],
        _names(batch),
        [(extractor.agent(name), name) for name in agents],
    )
    documents = (
        provenance.Record(
            iri.document_graph(base, d.keys[0]), d.article, extractor.agent(o.reader), o.source, o.name, o.line
        )
        for d in result.documents
        for o in d.origins
    )
    dataset = provenance.dataset(
        run["counts"]["triples"],
        result.classes,
        links,
        run_digest=digest,
        issued=run["times"]["ended"][:10],
        base=base,
    )
    made = SharedGraphs(staged.root / f"described.nq{files.TEMPORARY}")
    with made.writing() as through:
        for name, triples in (("provenance", provenance.run(described, documents, base)), ("dataset", dataset)):
            graph = iri.shared_graph(base, name)
            end = end_of(graph)
            lines = sort_lines((f"{s} {p} {o}{end}" for s, p, o in triples), directory=staged.root)
            result.contents.put(graph[1:-1], through(graph, lines))
    Tending(TakeIn(staged.store, tuple(made), made.path))()
    return made


def _names(batch: Sequence[Unit]) -> dict[str, str]:
    """Every source by its digest: files, and the members of containers as ``file!member``."""
    names = {unit.digest.sha256: unit.file.name for unit in batch if unit.digest and unit.shard}
    for unit in batch:
        names |= {sha256: f"{unit.file.name}!{member}" for sha256, member in unit.members.items()}
    return names


def _unmet(result: Assembled, ruled: Path) -> list[Report]:
    """The decisions that do not apply."""
    return [
        Report("warning", str(ruled), None, f"decision of {d.by}, {d.date}", d.line, None, UNMET, why)
        for d, why in sorted(result.unmet, key=lambda item: (item[0].line, item[1]))
    ]


def _example(key: str | None) -> str | None:
    """An article to try ``kg explain`` on, by its key."""
    if key is None:
        return None
    return key.removeprefix("doi/") if key.startswith("doi/") else key.replace("/", ":", 1)


def _totals(batch: Sequence[Unit]) -> dict[str, int]:
    return {name: sum(unit.counts[name] for unit in batch) for name in units.COUNTS}


def _versions() -> dict[str, str]:
    """Python and the libraries that have a say in what is built."""
    libraries = ("lxml", "networkx", "numpy", "pyoxigraph", "pyshacl", "rdflib", "scipy")
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in libraries}}


def _write_rejects(place: Folder, reports: Iterable[Report]) -> None:
    with files.replacing(place.rejects) as out:
        for report in reports:
            out.write(json.dumps(asdict(report), ensure_ascii=False).encode() + b"\n")


def as_json(value: object) -> str:
    """The text of run.json."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def now() -> str:
    """The time as run.json states it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def today_of(settings: Mapping[str, Any]) -> date:
    """The day after which nothing may lie: the one that the settings of a folder name, or this one."""
    return date.fromisoformat(settings["today"]) if settings["today"] else date.today()
