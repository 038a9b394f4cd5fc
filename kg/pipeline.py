"""The whole way, from sources to a sealed folder: build, update, analyze, curate.

Here is decided what has to be read and whether anything has to be made; :mod:`kg.making` makes it of the shards, which are
the truth. The graph is exactly what the sources say: built again with the same sources nothing changes, with others it
holds what they say and nothing else.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import decisions, files, folder, iri, lexica, networks, resources, shapes, shards, sources, units
from kg.copies import Copies
from kg.decisions import Decision as Ruling
from kg.depot import Depot
from kg.errors import DamagedGraph, EnvironmentProblem, InputError, UsageError
from kg.extract import Extractor
from kg.folder import Folder
from kg.lexicon import Lexicon
from kg.making import UNMET, Checks, Making, Means, as_json, derive, make, now, today_of
from kg.processes import cores
from kg.recognisers.dictionary import DictionaryRecogniser
from kg.seal import seal, sealed_contents
from kg.sources import InputFile, Skipped
from kg.store import GraphStore
from kg.units import Progress, Report, Unit, silent
from kg.version import VERSION, code_digest
from kg.workers import TIME_LIMIT, Workers

if TYPE_CHECKING:
    from kg.linkers.organisations import Linker

_WORTH_PROCESSES = 4 << 20
"""bytes of sources from which on several processes read them"""

_SIGHTS = 16
"""folders of which every worker of a cluster must see a file"""

_ALIKE = "code", "shapes", "decisions"
"""what two plans have in common where documents made of the same records are the same, and so are the findings in them"""


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
    """What an update made, and how many quads it added to the canonical graph and removed from it; of these, ``networks`` are
    those of networks that are stale."""

    built: Built
    added: int
    removed: int
    networks: int = 0


def build(
    names: Sequence[str],
    output: Path | str = "output",
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Built:
    """Build a graph from files, folders, globs or ``-`` into a folder.

    Raises:
        UsageError: nothing to read, an unknown format, a folder that is not ours.
        EnvironmentProblem: the folder is in use or cannot be written.
    """
    settings = settings or Settings()
    started = now()
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
            missing = _gaps(batch, settings)
            plan = _plan(batch, settings, extractor, ruled, linker)
            if (last := folder.finished(place)) and last["plan"] == plan:
                return _unchanged(place, last, batch)
            units.extract(batch, workers, place.shards, progress, depot)
        plan |= {"again": _to_be_tried_again(batch)}
        told = [*missing, *units.skipped_reports(s for s in skipped if not s.wrong)]
        stated = _settings(settings, lexicon)
        means = Means(extractor, lexicon, linker, ruled, decided)
        what = Making(place, staged, batch, told, means, stated, plan, started, progress)
        run, _ = make(what, units.decide(batch, staged.root))
        return Built(place, run, unchanged=False)


def update(
    graph: Path | str, names: Sequence[str], settings: Settings | None = None, progress: Progress = silent
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
    settings, started = settings or Settings(), now()
    inputs, skipped = sources.find(names)
    folder.begun(graph)
    with folder.claimed(graph) as place, ExitStack() as stack:
        last = folder.finished(place)
        run = last or folder.trusted_run(place)
        lexicon, extractor = _again(graph, run)
        linker = _linker_again(run["plan"].get("ror"), run["settings"].get("ror"))
        staged = _staged(place, stack)
        found_here = [_on_disk(file, staged, stack) for file in inputs]
        if settings.today is None and run["settings"]["today"]:
            settings = replace(settings, today=date.fromisoformat(run["settings"]["today"]))
        ruled = settings.decisions or folder.ruled_by(place)
        decided = decisions.decided(decisions.read(ruled))
        depot = _depot(settings, place)
        with _workers(settings, extractor, found_here, depot) as workers:
            more = units.examine(found_here, settings.reader, workers, progress)
            more += [_refused(s) for s in skipped if s.wrong]
            known, told = _shelf(place, run, extractor)
            batch = units.joined(known, more)
            missing = _gaps(batch, settings)
            plan = _plan(batch, replace(settings, base=extractor.base), extractor, ruled, linker)
            again = last and {_where(unit) for unit in more}.intersection(last["plan"]["again"])
            if last and not again and all(last["plan"].get(what) == plan[what] for what in plan if what != "again"):
                return Updated(_unchanged(place, last, batch), 0, 0)
            units.extract(batch, workers, place.shards, progress, depot)
        plan |= {"again": _to_be_tried_again(batch), "analysis": "stale"}
        anew = {s.name for s in skipped} | {unit.file.name for unit in more}
        told = [r for r in told if r.rule != units.GAP and r.file not in anew] + missing
        told += units.skipped_reports(s for s in skipped if not s.wrong)
        before = _shelf(place, run, extractor)[0]
        comparable = last is not None and all(last["plan"].get(what) == plan[what] for what in _ALIKE)
        outline = cache(lambda shard: tuple(shards.outline(shard)))  # which is needed twice
        decision = units.decide(batch, staged.root, outline)
        was = None
        if comparable:
            (apart := staged.root / f"before{files.TEMPORARY}").mkdir()
            was = units.documents(before, units.decide(before, apart, outline))
        outline.cache_clear()
        stated = run["settings"] | {"today": plan["today"]} | _ruled(settings.decisions)
        means = Means(extractor, lexicon, linker, ruled, decided)
        what = Making(place, staged, batch, told, means, stated, plan, started, progress)
        analysis = iri.shared_graph(extractor.base, "analysis")[1:-1]
        networks = sealed_contents(place).of(analysis) if comparable else 0
        run, changes = make(what, decision, was)
        return Updated(Built(place, run, unchanged=False), changes[True], changes[False], networks)


def analyze(graph: Path | str, progress: Progress = silent, engine: networks.Engine = "auto") -> None:
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
        checks = Checks(staged, base, shapes.load(), today_of(run["settings"]), progress)
        found = derive(checks, contents, Copies(place.cache / "graphs"), place.plain, engine=engine)
        run["counts"] |= found.counts
        files.write(staged.run, as_json(run))
        folder.publish(staged, place)
        found.kept.save(place.findings)
        seal(place, contents)


def curate(graph: Path | str, ruling: Ruling, ruled: Path | None = None, progress: Progress = silent) -> list[str]:
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
    started = now()
    with folder.claimed(graph) as place, ExitStack() as stack:
        run = folder.trusted_run(place)
        path = ruled or folder.ruled_by(place)
        lexicon, extractor = _again(graph, run)
        batch, told = _shelf(place, run, extractor)
        linker = _linker_again(run["plan"].get("ror"), run["settings"].get("ror"))
        decisions.append(path, ruling)
        staged = _staged(place, stack)
        stated, plan = run["settings"] | _ruled(ruled), run["plan"] | {"decisions": _digest_of(path)}
        means = Means(extractor, lexicon, linker, path, decisions.decided(decisions.read(path)))
        what = Making(place, staged, batch, told, means, stated, plan, started, progress)
        make(what, units.decide(batch, staged.root))
        return [f"line {r.line} ({r.record}): {r.message}" for r in _reports(place) if r.rule == UNMET]


def _unchanged(place: Folder, last: dict[str, Any], batch: Sequence[Unit]) -> Built:
    """What was there, its ledger with the places where its files lie now."""
    if units.relocated(last["inputs"], batch):
        folder.break_seal(place)
        files.write(place.run, as_json(last))
        folder.write_seal(place)
    return Built(place, last, unchanged=True)


def _again(graph: Path | str, run: Mapping[str, Any]) -> tuple[Lexicon, Extractor]:
    """What a folder was built with.

    Raises:
        UsageError: this program would build it in another way.
    """
    lexicon = read_lexicon([sources.path_of(stated["file"]) for stated in run["settings"]["ontologies"]])
    extractor = Extractor(VERSION, run["settings"]["base_iri"], DictionaryRecogniser(lexicon))
    if extractor.settings != run["plan"]["settings"]:
        raise UsageError(f"{graph} was made by another kg or with other ontologies; build it again from its sources")
    return lexicon, extractor


def _shelf(place: Folder, run: Mapping[str, Any], extractor: Extractor) -> tuple[list[Unit], list[Report]]:
    """The sources that a build has read, as their shards have them, and what was told of anything else."""
    batch = [_shelved(stated, place, extractor, run["settings"]["reader"]) for stated in run["inputs"]]
    told: dict[tuple[str, str | None], list[Report]] = defaultdict(list)
    for report in _reports(place):
        if report.rule != UNMET:
            told[report.file, report.sha256].append(report)
    refused: dict[tuple[str, str | None], list[Unit]] = defaultdict(list)
    for unit in batch:
        if not unit.shard:  # of the others the shard tells it again
            refused[unit.file.name, unit.sha256].append(unit)
    for name, alike in refused.items():
        for n, unit in enumerate(alike):  # of one name and content: the same was told of each
            unit.reports = told[name][n :: len(alike)]
    for unit in batch:
        told.pop((unit.file.name, unit.sha256), None)
    # What is left is of files that were passed over, or, where publishing was interrupted, of some that the ledger has not.
    return batch, [r for some in told.values() for r in some if r.level == "warning" and r.sha256 is None]


def _shelved(stated: Mapping[str, Any], place: Folder, extractor: Extractor, insisted: str | None) -> Unit:
    """A source that a build has read, as its shard has it; one that it refused has none, only its counts."""
    unit = Unit(InputFile(sources.path_of(stated["place"] or stated["file"]), stated["file"]))
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


# --- places -------------------------------------------------------------------------------------------------------


def _staged(place: Folder, stack: ExitStack) -> Folder:
    """A folder in which the next state of another is made; it goes with the stack."""
    return Folder(Path(stack.enter_context(tempfile.TemporaryDirectory(dir=place.root, suffix=files.TEMPORARY))))


# --- what run.json says -------------------------------------------------------------------------------------------


def _plan(
    batch: Sequence[Unit], settings: Settings, extractor: Extractor, ruled: Path, linker: Linker | None
) -> dict[str, Any]:
    """Everything that decides what a build makes. Equal plans, equal graphs; folders and order do not count."""
    sealed_inputs = sorted(
        # What reading a file tells is not known yet, or not to be asked.
        [unit.file.base_name, unit.sha256 or "", unit.means, [r.rule for r in unit.reports if not unit.reader]]
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


def _to_be_tried_again(batch: Iterable[Unit]) -> list[str]:
    """Where the files lie that wore out who read them."""
    return sorted({_where(unit) for unit in batch if unit.is_to_be_tried_again})


def _where(unit: Unit) -> str:
    return unit.file.place or unit.file.name


def _digest_of(ruled: Path) -> str | None:
    """Of a file of decisions; None where there is none."""
    return folder.digest(ruled) if ruled.exists() and ruled.stat().st_size else None


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
    return {"decisions": sources.written(by.absolute())} if by else {}


def _anywhere(name: Path | str) -> str:
    """The name of a file as it can be opened from any working directory; other names, as of an installed ontology, as they
    are."""
    return sources.written(Path(name).absolute() if Path(name).exists() else name)


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
