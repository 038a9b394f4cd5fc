"""The whole way, from sources to a sealed folder: read → extract → map → store → analyse → validate → export.

Shards are the truth; everything after them is made from them and replaced whole. The graph is exactly what the sources
say: built again with the same sources nothing changes, with others it holds what they say and nothing else.
"""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg import (
    assembly,
    decisions,
    delta,
    exporters,
    files,
    folder,
    iri,
    lexica,
    networks,
    opening,
    resources,
    shapes,
    shards,
    sources,
    units,
    validation,
)
from kg.assembly import Assembled
from kg.contents import Contents, count_link
from kg.copies import Copies
from kg.decisions import Decision as Ruling
from kg.depot import Depot
from kg.errors import DamagedGraph, EnvironmentProblem, InputError, UsageError
from kg.exporters import turtle
from kg.extract import Extractor
from kg.folder import Folder
from kg.garbage import give_back
from kg.lexicon import Lexicon
from kg.linkers.people.memo import Memo
from kg.linkers.records import Decision
from kg.processes import cores
from kg.recognisers.dictionary import DictionaryRecogniser
from kg.seal import seal, sealed_contents
from kg.sorting import sort_lines
from kg.sources import InputFile, Skipped
from kg.store import GraphStore
from kg.terms import about, end_of, nquads
from kg.triples import provenance
from kg.units import Progress, Report, Unit
from kg.version import VERSION, code_digest
from kg.workers import TIME_LIMIT, Workers
from kg.written import DocumentGraphs, SharedGraphs

_WORTH_PROCESSES = 4 << 20
"""bytes of sources from which on several processes read them"""

_SIGHTS = 16
"""folders of which every worker of a cluster must see a file"""

if TYPE_CHECKING:
    from kg.linkers.organisations import Linker


_REMOVAL = 4
"""to remove a quad from a store takes as long as to load so many"""

_ALIKE = "code", "shapes", "decisions"
"""what two plans have in common where documents made of the same records are the same, and so are the findings in them"""

_UNMET = "decision-unmet"
"""the rule of reports on decisions that do not apply"""


@dataclass(frozen=True)
class Settings:
    """Everything but the sources that decides what a build makes."""

    reader: str | None = None
    """the name of the only reader to use; None = each file by its content"""
    ontologies: tuple[Path | str, ...] = ()
    """further ontologies beside the embedded one: files, or names of installed ones"""
    base: str = iri.BASE
    today: date | None = None
    """no date of an article may be later; None = the day of the run"""
    jobs: int | None = None
    """processes that read files, which change nothing in what is made; None = one a core, where there is enough to read"""
    time_limit: float = TIME_LIMIT
    """seconds that one file may take"""
    decisions: Path | None = None
    """what curators decided; None = the file in the folder's ``curation/``"""
    ror: Path | None = None
    """a dump of ROR, or its compiled index; None = organisations are not linked"""
    strict_sequence: bool = False
    """whether a number that is missing between PubMed's files is an error"""
    scheduler: str | None = None
    """the address of the scheduler of a Dask cluster that reads files, or ``local``; None = this machine does"""
    shards: str | None = None
    """a folder or an address (``s3://bucket/prefix``) where whoever reads files leaves the shards, which are fetched from
    there; None = in the folder's ``shards/``"""


@dataclass(frozen=True)
class Built:
    """What a build made: its folder, what run.json says, and whether there was nothing to do."""

    folder: Folder
    run: dict[str, Any]
    unchanged: bool

    @property
    def counts(self) -> dict[str, int]:
        """The totals of run.json."""
        found: dict[str, int] = self.run["counts"]
        return found


@dataclass(frozen=True)
class Updated:
    """What an update made, and how many quads it added to the canonical graph and removed from it."""

    built: Built
    added: int
    removed: int


def _silent(stage: str, done: int, total: int) -> None:
    """No progress."""


def build(
    names: Sequence[str],
    output: Path | str = "output",
    settings: Settings | None = None,
    progress: Progress = _silent,
) -> Built:
    """Build a graph from files, folders, globs or ``-`` into a folder.

    Raises:
        UsageError: nothing to read, an unknown format, a folder that is not ours.
        EnvironmentProblem: the folder is in use or cannot be written.
    """
    settings = settings or Settings()
    started = _now()
    inputs, skipped = sources.find(names)
    lexicon = read_lexicon(settings.ontologies)
    extractor = Extractor(VERSION, settings.base, DictionaryRecogniser(lexicon))
    linker = _linker(settings.ror)
    with folder.claimed(output) as place, ExitStack() as stack:
        staged = _staged(place, stack)
        found_here = [_on_disk(file, staged, stack) for file in inputs]
        ruled = settings.decisions or place.decisions
        decided = decisions.decided(decisions.read(ruled))
        depot = _depot(settings, place)
        with _workers(settings, extractor, found_here, depot) as workers:
            batch = units.examine(found_here, settings.reader, workers, progress)
            batch += [_refused(s) for s in skipped if s.wrong]
            plan = _plan(batch, settings, extractor, ruled, linker)
            if (last := folder.finished(place)) and last["plan"] == plan:
                return _unchanged(place, last, batch)
            missing = _gaps(batch, settings)
            units.extract(batch, workers, place.shards, progress, depot)
        plan |= {"again": sorted(unit.file.name for unit in batch if unit.is_to_be_tried_again)}
        told = [*missing, *units.skipped_reports(s for s in skipped if not s.wrong)]
        stated = _settings(settings, lexicon)
        with_what = extractor, lexicon, linker, ruled, decided
        what = _Making(place, staged, batch, told, *with_what, stated, plan, started, progress)
        run, _ = _make(what, units.decide(batch))
        return Built(place, run, unchanged=False)


def update(
    graph: Path | str, names: Sequence[str], settings: Settings | None = None, progress: Progress = _silent
) -> Updated:
    """Add sources to a built folder: new, revised and deleted records; the graph is what a build of all sources together
    would make, without the analysis, which ``analyze`` makes anew.

    Only the new sources are read: of the others the shards are there. ``delta/`` tells what has changed. An update that
    was interrupted is finished by the next one, which then has nothing to compare with and leaves no delta; so does one with
    other decisions of curators.

    Args:
        graph: the folder.
        names: files, folders, globs or ``-``.
        settings: ``reader``, ``jobs``, ``time_limit`` and how files are read; ``today`` and ``decisions``, where they are not
            to be those of the folder; the others are.

    Raises:
        UsageError: it is no folder of ours, or was built in another way than this program would now.
        EnvironmentProblem: the folder is in use or cannot be written.
    """
    settings, started = settings or Settings(), _now()
    inputs, skipped = sources.find(names)
    folder.begun(graph)
    with folder.claimed(graph) as place, ExitStack() as stack:
        last = folder.finished(place)
        run = last or place.stated_run()
        lexicon, extractor = _again(graph, run)
        linker = _linker_again(run["plan"].get("ror"), run["settings"].get("ror"))
        staged = _staged(place, stack)
        found_here = [_on_disk(file, staged, stack) for file in inputs]
        if settings.today is None and run["settings"]["today"]:
            settings = replace(settings, today=date.fromisoformat(run["settings"]["today"]))
        ruled = settings.decisions or ruled_by(place)
        decided = decisions.decided(decisions.read(ruled))
        depot = _depot(settings, place)
        with _workers(settings, extractor, found_here, depot) as workers:
            more = units.examine(found_here, settings.reader, workers, progress)
            more += [_refused(s) for s in skipped if s.wrong]
            known, told = _shelf(place, run, extractor)
            batch = units.joined(known, more)
            plan = _plan(batch, replace(settings, base=extractor.base), extractor, ruled, linker)
            again = last and {unit.file.name for unit in more}.intersection(last["plan"]["again"])
            if last and not again and all(last["plan"].get(what) == plan[what] for what in plan if what != "again"):
                return Updated(_unchanged(place, last, batch), 0, 0)
            missing = _gaps(batch, settings)
            units.extract(batch, workers, place.shards, progress, depot)
        plan |= {"again": sorted(unit.file.name for unit in batch if unit.is_to_be_tried_again), "analysis": "stale"}
        anew = {s.name for s in skipped} | {unit.file.name for unit in more}
        told = [r for r in told if r.rule != units.GAP and r.file not in anew] + missing
        told += units.skipped_reports(s for s in skipped if not s.wrong)
        before = _shelf(place, run, extractor)[0]
        comparable = last is not None and all(last["plan"].get(what) == plan[what] for what in _ALIKE)
        outline = cache(lambda shard: tuple(shards.outline(shard)))  # which is needed twice
        decision = units.decide(batch, outline)
        was = units.documents(before, units.decide(before, outline)) if comparable else None
        outline.cache_clear()
        stated = run["settings"] | {"today": plan["today"]} | _ruled(settings.decisions)
        with_what = extractor, lexicon, linker, ruled, decided
        what = _Making(place, staged, batch, told, *with_what, stated, plan, started, progress)
        run, changes = _make(what, decision, was)
        return Updated(Built(place, run, unchanged=False), changes[True], changes[False])


def analyze(graph: Path | str, progress: Progress = _silent, engine: networks.Engine = "auto") -> None:
    """Compute the networks of a built graph anew: ``graph/analysis``, its files, and what is derived from it.

    Raises:
        UsageError: it is not a folder that a build has finished.
    """
    folder.existing(graph)
    with folder.claimed(graph) as place, ExitStack() as stack:
        run = place.stated_run()
        # What is not made anew must be as it was sealed, or damage would be sealed; of decisions the next build asks.
        anew = "analysis/", "graph.ttl", "validation.", "curation/"
        if wrong := next((w for w in folder.broken_seals(place) if not w.startswith(anew)), None):
            raise DamagedGraph(f"{place.root}: {wrong}; run the same kg build again")
        contents = sealed_contents(place)
        run["plan"].pop("analysis", None)
        base, staged = run["settings"]["base_iri"], _staged(place, stack)
        GraphStore.copy(place.store, staged.store)
        if not folder.is_as_sealed(place, place.plain):
            shutil.rmtree(place.plain, ignore_errors=True)
        copies, today = Copies(place.cache / "graphs"), _today(run["settings"])
        found = _derive(staged, base, today, progress, contents, copies, place.plain, engine=engine)
        run["counts"] |= found.counts
        files.write(staged.run, _json(run))
        folder.publish(staged, place)
        found.kept.save(place.findings)
        seal(place, contents)


def curate(graph: Path | str, ruling: Ruling, ruled: Path | None = None, progress: Progress = _silent) -> list[str]:
    """Note what a curator decided, and make anew what follows from it, from what was read before: no source is opened.

    Args:
        graph: a built folder.
        ruling: the decision.
        ruled: the file of decisions, where it is not the folder's own.

    Returns:
        The decisions that do not apply, and why, as sentences.

    Raises:
        UsageError: it is not a folder that a build has finished, or the file of decisions cannot be read.
    """
    folder.existing(graph)
    started = _now()
    with folder.claimed(graph) as place, ExitStack() as stack:
        run = place.stated_run()
        path = ruled or ruled_by(place)
        lexicon, extractor = _again(graph, run)
        batch, told = _shelf(place, run, extractor)
        linker = _linker_again(run["plan"].get("ror"), run["settings"].get("ror"))
        decisions.append(path, ruling)
        staged = _staged(place, stack)
        stated, plan = run["settings"] | _ruled(ruled), run["plan"] | {"decisions": _digest_of(path)}
        with_what = extractor, lexicon, linker, path, decisions.decided(decisions.read(path))
        what = _Making(place, staged, batch, told, *with_what, stated, plan, started, progress)
        _make(what, units.decide(batch))
        return [f"line {r.line} ({r.record}): {r.message}" for r in _reports(place) if r.rule == _UNMET]


def _unchanged(place: Folder, last: dict[str, Any], batch: Sequence[Unit]) -> Built:
    """What was there, its ledger with the places where its files lie now."""
    if units.relocated(last["inputs"], batch):
        files.write(place.run, _json(last))
        folder.write_seal(place)
    return Built(place, last, unchanged=True)


def ruled_by(place: Folder) -> Path:
    """The file of decisions that a built folder goes by.

    Raises:
        UsageError: it is gone.
    """
    if not (stated := place.stated_run()["settings"].get("decisions")):
        return place.decisions
    if not Path(stated).exists():
        raise UsageError(
            f"{stated}, the decisions that {place.root} was built with, is gone; name a file with --decisions"
        )
    return Path(stated)


def _again(graph: Path | str, run: Mapping[str, Any]) -> tuple[Lexicon, Extractor]:
    """What a folder was built with.

    Raises:
        UsageError: this program would build it in another way.
    """
    lexicon = read_lexicon([stated["file"] for stated in run["settings"]["ontologies"]])
    extractor = Extractor(VERSION, run["settings"]["base_iri"], DictionaryRecogniser(lexicon))
    if extractor.settings != run["plan"]["settings"]:
        raise UsageError(f"{graph} was made by another kg or with other ontologies; build it again from its sources")
    return lexicon, extractor


def _shelf(place: Folder, run: Mapping[str, Any], extractor: Extractor) -> tuple[list[Unit], list[Report]]:
    """The sources that a build has read, as their shards have them, and what was told of anything else."""
    batch = [_shelved(stated, place, extractor, run["settings"]["reader"]) for stated in run["inputs"]]
    told: dict[tuple[str, str | None], list[Report]] = defaultdict(list)
    for report in _reports(place):
        if report.rule != _UNMET:
            told[report.file, report.sha256].append(report)
    for unit in batch:
        if not unit.shard:  # of the others the shard tells it again
            unit.reports = told.pop((unit.file.name, unit.sha256), [])
    for unit in batch:
        told.pop((unit.file.name, unit.sha256), None)
    return batch, [report for some in told.values() for report in some]


def _shelved(stated: Mapping[str, Any], place: Folder, extractor: Extractor, insisted: str | None) -> Unit:
    """A source that a build has read, as its shard has it; one that it refused has none, only its counts."""
    unit = Unit(InputFile(Path(stated["place"] or stated["file"]), stated["file"]))
    unit.counts.update(stated["counts"])
    if stated["sha256"]:
        unit.digest = sources.Digest(stated["sha256"], stated["bytes"], b"", ())
    if stated["sha256"] and stated["reader"]:
        unit.reader = stated["reader"]
        unit.insisted = stated.get("insisted", insisted)
        shard = place.shards / units.shard_name(unit, extractor.settings)
        if stated["refused"]:
            return unit  # a shard may lie there from a run that read it and was interrupted
        if shard.exists():
            unit.shard = shard
            unit.counts.clear()
        elif any(stated["counts"][kind] for kind in ("stored", "superseded", "deleted")):
            raise UsageError(f"{shard} is missing; run the same kg build again")
    return unit


def _reports(place: Folder) -> list[Report]:
    """What the last build told of its sources.

    Raises:
        DamagedGraph: it cannot be read.
    """
    try:
        lines = place.rejects.read_text(encoding="utf-8").split("\n")
        return [Report(**json.loads(line)) for line in lines if line]
    except (FileNotFoundError, ValueError, TypeError) as error:
        raise DamagedGraph(f"{place.rejects} is missing or damaged ({error}); build again") from error


def export(
    graph: str,
    form: str,
    output: Path | None,
    names: Sequence[str] = (),
    compress: str | None = None,
    agents: Sequence[str] = (),
) -> None:
    """Write a graph in another format to a file, or to standard output.

    Args:
        graph: a built folder or an RDF file.
        form: a name of :data:`kg.exporters.EXPORTERS`.
        output: the file, which appears whole or not at all; None = standard output.
        names: only these named graphs, by IRI or by the last part of one of ours; none = the canonical export.
        compress: gz, zst or None.
        agents: only what these marked and stated, by name; for the formats of annotated text.

    Raises:
        UsageError: agents are named for another format.
    """
    if agents and form not in exporters.ANNOTATED:
        raise UsageError(f"{form} is not a format of annotated text; agents go with {', '.join(exporters.ANNOTATED)}")
    store = opening.store(graph)
    wanted = [_graph_name(store, name) for name in names] or canonical_graphs(store)
    copied = _copied(Path(graph))
    quads = (line for name in wanted for line in copied(name) or store.quads(name))
    with exporters.writing(output, compress) as out:
        if agents:
            exporters.ANNOTATED[form].write_of(quads, out, agents)
        else:
            exporters.exporter(form).write(quads, out)


def validate(
    graph: str, shapes_path: Path | None, today: date, progress: Progress = _silent, engine: shapes.Engine = "plain"
) -> list[shapes.Finding]:
    """Check a built folder or an RDF file against our shapes, or against those at ``shapes_path``.

    Raises:
        ShapesError: the shapes cannot be used.
        UsageError: there is no such graph.
    """
    rules = shapes.load(shapes_path, engine)
    if Path(graph).is_file():
        return validation.of_file(Path(graph), rules, iri.BASE, today, progress)
    store = opening.store(graph, whole=True)
    place = folder.existing(graph)
    run = place.read_run()
    base = run["settings"]["base_iri"] if run else iri.BASE
    view = validation.Stored(store, base, _copied(place.root))
    return list(validation.findings(view, rules, base, today, progress))


def _copied(graph: Path) -> Callable[[str], Iterator[str] | None]:
    """What gives the lines of a named graph, sorted, from its copy in the cache of a built folder; None where there is none
    that is what was sealed."""
    place = Folder(graph)
    if not place.root.is_dir():
        return lambda _: None
    copies, sealed = Copies(place.cache / "graphs"), sealed_contents(place)
    return lambda name: copies.lines(name, sealed)


def canonical_graphs(store: GraphStore) -> list[str]:
    """The named graphs of the canonical export: all but provenance and dataset."""
    return sorted(name for name in store.graphs() if iri.shared_name(name) not in iri.OUTSIDE)


def read_lexicon(ontologies: Iterable[Path | str] = ()) -> Lexicon:
    """The names of the embedded vocabulary and of further ontologies, compiled before or now.

    Raises:
        OntologyError: a file cannot be read as an ontology, or nothing of that name is installed.
    """
    return lexica.lexicon([lexica.STARTER, *ontologies])


def _linker(ror: Path | None) -> Linker | None:
    if ror is None:
        return None
    from kg.linkers.organisations import Linker
    from kg.ror import open_registry

    return Linker(open_registry(ror))


def _linker_again(digest: str | None, dump: str | None) -> Linker | None:
    """The linker that a build used: from the index of its dump, or from the dump where the index is gone."""
    if digest is None:
        return None
    from kg.linkers.organisations import Linker
    from kg.ror import Registry, index_of

    index = index_of(digest)
    if index.exists():
        return Linker(Registry(index))
    linker = _linker(Path(dump)) if dump and Path(dump).exists() else None
    if linker is None or linker.registry.digest != digest:
        raise EnvironmentProblem(f"the dump of ROR ({dump}) is gone or another; build again with --ror, then decide")
    return linker


# --- stages -------------------------------------------------------------------------------------------------------


def _today(settings: Mapping[str, Any]) -> date:
    """The day after which nothing may lie: the one that the settings of a folder name, or this one."""
    return date.fromisoformat(settings["today"]) if settings["today"] else date.today()


def _staged(place: Folder, stack: ExitStack) -> Folder:
    """A folder in which the next state of another is made; it goes with the stack."""
    return Folder(Path(stack.enter_context(tempfile.TemporaryDirectory(dir=place.root, suffix=files.TEMPORARY))))


@dataclass(frozen=True, slots=True)
class _Making:
    """What a graph is made of, where, and how."""

    place: Folder
    staged: Folder
    """where it is made before it is published"""
    batch: list[Unit]
    told: list[Report]
    """what there is to report beside what the shards tell"""
    extractor: Extractor
    lexicon: Lexicon
    linker: Linker | None
    ruled: Path
    """the file of decisions"""
    decided: decisions.Decided
    """what they come to"""
    settings: Mapping[str, Any]
    """as run.json states them"""
    plan: Mapping[str, Any]
    started: str
    progress: Progress


def _make(
    what: _Making, decision: Decision, was: Mapping[str, object] | None = None
) -> tuple[dict[str, Any], dict[bool, int]]:
    """Shards → a sealed folder; gives what run.json says, and how many quads are new and how many are gone.

    Args:
        what: all that is needed.
        decision: which records of the batch are stored.
        was: what the documents of the folder are made of, if only what differs is to be changed, without the analysis.
    """
    place, staged, batch, progress = what.place, what.staged, what.batch, what.progress
    base, today = what.extractor.base, _today(what.settings)
    now = units.documents(batch, decision)
    touched = [] if was is None else [key for key in sorted(was.keys() | now.keys()) if was.get(key) != now.get(key)]
    with Memo(place.cache / "people.sqlite") as memo:
        result, written = _assemble(what, decision, memo)
        memo.save()
    copies = Copies(place.cache / "graphs")
    differences = None if was is None else _Differences(place, staged, touched, base, copies)
    if differences:
        differences.apply(written, result.triples, progress)
    else:
        _load(staged, written, progress)
    if what.plan.get("analysis") != "stale":
        found = _derive(staged, base, today, progress, result.contents, copies, place.plain, written)
    else:
        shutil.rmtree(place.plain, ignore_errors=True)  # the store is without networks
        since = differences.since() if differences else None
        found = _check(staged, base, today, progress, written, since)
    reports = [*(r for u in batch for r in u.reports), *what.told, *_unmet(result, what.ruled)]
    _write_rejects(staged, reports)
    run = {
        "versions": {"kg": VERSION, **_versions()},
        "settings": what.settings,
        "times": {"started": what.started, "ended": _now()},
        "inputs": [units.as_ledger(unit) for unit in batch],
        "counts": {**_totals(batch), **assembly.counts(result), **found.counts},
        "reports": {level: sum(r.level == level for r in reports) for level in ("reject", "warning")},
        "example": _example(result.first),
        "plan": what.plan,
    }
    described = _describe(staged, result, batch, what.extractor, run, result.links + found.links)
    if differences:
        differences.write(described)
    elif place.delta.exists():
        shutil.rmtree(place.delta)  # it tells of a graph that is no more
    files.write(staged.run, _json(run))
    folder.publish(staged, place)
    units.remove_unused(batch, place.shards)
    found.kept.save(place.findings)
    kept = ((graph, shared.lines()) for graph, shared in written.joined.items())
    for graph, lines in chain(kept, described.items()):
        copies.keep(graph, lines)
    seal(place, result.contents)
    return run, differences.counts if differences else {True: 0, False: 0}


def _assemble(what: _Making, decision: Decision, memo: Memo) -> tuple[Assembled, _Written]:
    """Shards → files of N-Quads; all graphs but analysis, provenance and dataset."""
    root = what.staged.root
    documents = DocumentGraphs(root / f"documents.nq{files.TEMPORARY}")
    written = _Written(documents, SharedGraphs(root / f"joined.nq{files.TEMPORARY}"))
    result = assembly.assemble(
        what.batch,
        decision,
        what.lexicon,
        what.extractor.base,
        *written,
        root,
        what.progress,
        what.decided,
        memo,
        what.linker,
    )
    return result, written


def _load(staged: Folder, written: _Written, progress: Progress) -> None:
    """Files of N-Quads → a new store."""
    with GraphStore.create(staged.store) as store:
        for n, path in enumerate((written.documents.path, written.joined.path)):
            progress("store", n, 2)
            store.load(path)
    progress("store", 2, 2)


class _Written(NamedTuple):
    """What was just assembled."""

    documents: DocumentGraphs
    joined: SharedGraphs

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
class _Derived:
    """What comes of a store: the counts of run.json, the findings, and how many triples of the networks lead to each of
    :data:`kg.contents.LINKED`."""

    counts: dict[str, int]
    kept: validation.Kept
    links: Counter[str] = field(default_factory=Counter)


def _derive(
    staged: Folder,
    base: str,
    today: date,
    progress: Progress,
    contents: Contents,
    copies: Copies,
    plain: Path,
    written: _Written | None = None,
    engine: networks.Engine = "auto",
) -> _Derived:
    """Store → analysis, which is put into ``contents`` and copied, findings, canonical export. What is ``written`` need not
    be read back from the store; which is copied to ``plain`` as it is before the analysis."""
    # Before anything is drawn: matplotlib has pyparsing, which parses the queries of shapes, remember what it tried, and that
    # takes them 2.5 times as long.
    rules = shapes.load()
    analysis = iri.shared_graph(base, "analysis")
    with GraphStore.open(staged.store, read_only=False) as store:
        progress("analyse", 0, 1)
        found, links = _analysed(store, staged, base, contents, engine)
        give_back()
        copies.keep(analysis, found.lines())
        if analysis not in store.graphs():
            shutil.rmtree(plain, ignore_errors=True)
            plain.parent.mkdir(parents=True, exist_ok=True)
            store.copied(plain)
        store.replace_graph(analysis, found.path)
        store.compact()
        progress("analyse", 1, 1)
        derived = _checked(store, staged, base, rules, today, progress, written, found)
    found.path.unlink()
    return replace(derived, links=links)


def _analysed(
    store: GraphStore, staged: Folder, base: str, contents: Contents, engine: networks.Engine
) -> tuple[SharedGraphs, Counter[str]]:
    """Store → the graph of the analysis, in a file and put into ``contents``, with its links; and the files for people."""
    staged.analysis.mkdir(exist_ok=True)
    graph = iri.shared_graph(base, "analysis")
    links: Counter[str] = Counter()

    def nodes() -> Iterator[str]:
        # A line a node: they sort as the lines of their quads do, because ">" ends a node. In a term a tab is escaped.
        for node, facts in networks.analyse(store, staged.analysis, base, engine):
            for fact in facts:
                count_link(links, fact[fact.index(" ") + 1 :])
            yield "\t".join((node, *sorted(facts))) + "\n"

    def quads() -> Iterator[str]:
        for line in sort_lines(nodes(), directory=staged.root):
            node, *facts = line[:-1].split("\t")
            yield about(node, facts, end_of(graph))

    found = SharedGraphs(staged.root / f"analysis.nq{files.TEMPORARY}")
    with found.writing() as through:
        contents.put(graph[1:-1], through(graph, quads()))
    return found, links


def _checked(
    store: GraphStore,
    staged: Folder,
    base: str,
    rules: shapes.Shapes,
    today: date,
    progress: Progress,
    written: _Written | None,
    analysis: SharedGraphs | None = None,
    since: _Since | None = None,
) -> _Derived:
    """Store → findings, canonical export."""
    view: validation.View = validation.Stored(store, base)
    if written:
        shared, few = {**written.joined, **(analysis or {})}, since is not None
        view = validation.Written(written.documents, shared, store, base, few=few)
    if since and since.kept:
        changes = validation.Changes(since.lines, since.documents, rules, base)
        found = validation.revised(view, since.kept, changes, rules, base, today, progress)
    else:
        found = validation.findings(view, rules, base, today, progress)
    findings = tuple(found)
    counts = validation.write(staged, findings, base)
    progress("export", 0, 1)
    with files.replacing(staged.graph) as ttl:
        if since and written:
            changed = since.changed
            with since.graph.open("rb") as old:
                about_these = written.about(changed, base)
                counts["triples"] = turtle.revise(old, changed, about_these, ttl, directory=staged.root)
        else:
            quads = (
                chain(*(part.lines() for part in (*written, analysis) if part))
                if written
                else (quad for name in canonical_graphs(store) for quad in store.quads(name))
            )
            counts["triples"] = turtle.write(quads, ttl, directory=staged.root)
    progress("export", 1, 1)
    return _Derived(counts, validation.Kept(today, findings))


def _check(
    staged: Folder, base: str, today: date, progress: Progress, written: _Written, since: _Since | None
) -> _Derived:
    """Store → findings, canonical export, without an analysis."""
    staged.analysis.mkdir(exist_ok=True)
    # Read-only, or the database would begin to merge its files, all of them for a few changes; the next analysis does.
    with GraphStore.open(staged.store) as store:
        return _checked(store, staged, base, shapes.load(), today, progress, written, since=since)


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
            _load(self._staged, written, progress)
            return
        GraphStore.copy(plain or self._place.store, self._staged.store)
        with GraphStore.open(self._staged.store, read_only=False) as store:
            store.change(self._delta.dropped, self._delta.removals(), self._delta.added)
        progress("store", 1, 1)

    def write(self, described: Mapping[str, list[str]]) -> None:
        """Leave the delta, with what the descriptions of run and data set differ in, which come last.

        Args:
            described: these graphs, with their lines, sorted.
        """
        with GraphStore.open(self._place.store) as was:
            for graph, lines in described.items():
                self._delta.note(self._before(graph, was), lines)
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
) -> dict[str, list[str]]:
    """Provenance and dataset, which hold the clock times and are in no identity; gives their lines, sorted."""
    made = {}
    base = extractor.base
    digest = iri.sha(_json(run["plan"]), 64)
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
    with GraphStore.open(staged.store, read_only=False) as store:
        described_run = provenance.run(described, documents, base)
        dataset = provenance.dataset(
            run["counts"]["triples"],
            result.classes,
            links,
            run_digest=digest,
            issued=run["times"]["ended"][:10],
            base=base,
        )
        for name, triples in (("provenance", described_run), ("dataset", dataset)):
            graph = iri.shared_graph(base, name)
            lines = nquads(triples, graph)
            result.contents.put(graph[1:-1], lines)
            store.replace_graph(graph, lines)
            made[graph] = lines
    return made


def _names(batch: Sequence[Unit]) -> dict[str, str]:
    """Every source by its digest: files, and the members of containers as ``file!member``."""
    names = {unit.digest.sha256: unit.file.name for unit in batch if unit.digest and unit.shard}
    for unit in batch:
        names |= {sha256: f"{unit.file.name}!{member}" for sha256, member in unit.members.items()}
    return names


# --- what run.json says -------------------------------------------------------------------------------------------


def _plan(
    batch: Sequence[Unit], settings: Settings, extractor: Extractor, ruled: Path, linker: Linker | None
) -> dict[str, Any]:
    """Everything that decides what a build makes. Equal plans, equal graphs; folders and order do not count."""
    sealed_inputs = sorted(
        # What reading a file tells is not known yet, or not to be asked.
        [unit.file.base_name, unit.sha256 or "", unit.reader or "", [r.rule for r in unit.reports if not unit.reader]]
        for unit in batch
    )
    return {
        "inputs": sealed_inputs,
        "code": code_digest(),
        "shapes": resources.digest("shapes"),
        "settings": extractor.settings,
        "today": settings.today.isoformat() if settings.today else None,
        "again": [],
        "decisions": _digest_of(ruled),
        "ror": linker.registry.digest if linker else None,
    }


def _digest_of(ruled: Path) -> str | None:
    """Of a file of decisions; None where there is none."""
    return folder.digest(ruled) if ruled.exists() and ruled.stat().st_size else None


def _unmet(result: Assembled, ruled: Path) -> list[Report]:
    """The decisions that do not apply."""
    return [
        Report("warning", str(ruled), None, f"decision of {d.by}, {d.date}", d.line, None, _UNMET, why)
        for d, why in sorted(result.unmet, key=lambda item: (item[0].line, item[1]))
    ]


def _versions() -> dict[str, str]:
    """Python and the libraries that have a say in what is built."""
    libraries = ("lxml", "networkx", "numpy", "pyoxigraph", "pyshacl", "rdflib", "scipy")
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in libraries}}


def _settings(settings: Settings, lexicon: Lexicon) -> dict[str, Any]:
    return {
        "reader": settings.reader,
        "ontologies": [
            {"file": _anywhere(name), "sha256": folder.digest(lexica.path(name))} for name in settings.ontologies
        ],
        "lexicon": lexicon.digest,
        "ror": _anywhere(settings.ror) if settings.ror else None,
        "base_iri": settings.base,
        "today": settings.today.isoformat() if settings.today else None,
        **_ruled(settings.decisions),
    }


def _ruled(by: Path | None) -> dict[str, str]:
    """How run.json states a file of decisions that is not the folder's own."""
    return {"decisions": str(by.absolute())} if by else {}


def _anywhere(name: Path | str) -> str:
    """The name of a file as it can be opened from any working directory; other names, as of an installed ontology, as they
    are."""
    return str(Path(name).absolute()) if Path(name).exists() else str(name)


def _totals(batch: Sequence[Unit]) -> dict[str, int]:
    return {name: sum(unit.counts[name] for unit in batch) for name in units.COUNTS}


def _example(key: str | None) -> str | None:
    """An article to try ``kg explain`` on, by its key."""
    if key is None:
        return None
    return key.removeprefix("doi/") if key.startswith("doi/") else key.replace("/", ":", 1)


def _write_rejects(place: Folder, reports: Iterable[Report]) -> None:
    with files.replacing(place.rejects) as out:
        for report in reports:
            out.write(json.dumps(asdict(report), ensure_ascii=False).encode() + b"\n")


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- inputs -------------------------------------------------------------------------------------------------------


def _gaps(batch: Sequence[Unit], settings: Settings) -> list[Report]:
    """What is missing between PubMed's files.

    Raises:
        UsageError: something is, and that is an error.
    """
    missing = units.gaps(batch)
    if missing and settings.strict_sequence:
        raise UsageError("; ".join(report.message for report in missing))
    return missing


def _jobs(wanted: int | None, inputs: Sequence[InputFile]) -> int:
    """How many processes read the files. To start one takes as long as to read a few megabytes."""
    if wanted is not None:
        return wanted
    sizes = [file.path.stat().st_size for file in inputs if file.path.is_file()]
    return min(cores(), len(inputs)) if sum(sizes) > _WORTH_PROCESSES else 1


def _depot(settings: Settings, place: Folder) -> Depot:
    """Where whoever reads files leaves the shards."""
    return Depot(settings.shards or str(place.shards)).made()


@contextmanager
def _workers(settings: Settings, extractor: Extractor, inputs: Sequence[InputFile], depot: Depot) -> Iterator[Workers]:
    """Who reads the files: this process, children of it, or a cluster."""
    if settings.scheduler is None:
        yield Workers(extractor, _jobs(settings.jobs, inputs), settings.time_limit)
        return
    from kg import cluster, workers

    one_a_folder = {file.path.parent: file.path for file in inputs if file.path.is_file()}
    sights = [one_a_folder[parent] for parent in sorted(one_a_folder)[:_SIGHTS]]
    setup = lexica.packed(extractor)
    how = depot, settings.time_limit, settings.jobs, sights
    with cluster.connected(settings.scheduler, workers.__name__, setup, *how) as supervisor:
        yield Workers(extractor, supervisor=supervisor)


def _on_disk(file: InputFile, staged: Folder, stack: ExitStack) -> InputFile:
    """Standard input as a file, because every source is read twice."""
    if file.name != sources.STANDARD_INPUT:
        return file
    return InputFile(stack.enter_context(sources.spooled_standard_input(staged.root)), file.name)


def _refused(skipped: Skipped) -> Unit:
    """Something in a folder that should have been a source and may not be one."""
    unit = Unit(InputFile(Path(skipped.name), skipped.name))
    unit.refuse(InputError(skipped.rule, skipped.message))
    return unit


def _graph_name(store: GraphStore, name: str) -> str:
    """The named graph that a user means: its IRI, or the last part of one of ours."""
    bare = name.strip("<>")
    known = store.graphs()
    matching = [g for g in sorted(known) if g == f"<{bare}>" or g.endswith(f"/graph/{bare}>")]
    if len(matching) != 1:
        raise UsageError(f"{name!r} is not a named graph here; kg stats GRAPH lists them")
    return matching[0]
