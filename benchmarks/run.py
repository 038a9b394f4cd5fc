"""How fast, beside what else there is: ``python benchmarks/run.py [--citations 30000] [--seed 1] [--quick]``.

Makes a PubMed-like file (:mod:`make_pubmed`) and measures on it, every step in a process of its own, the rounds interleaved
(A B C, A B C, …) so that what else the machine does meets all alike. Of each step the median is told: CPU time (user
and system, from the process itself, without start and imports) and wall time. CPU time is what the ratios are made of.

Reading is measured on two files: with qualifiers and chemicals, as real records have them, and without, which is the recipe
that the aims were set with.

The steps (``python benchmarks/run.py --step NAME …`` runs one and prints its JSON):

``graph``             gzip → records → whole mapping → N-Quads file, without recognition; what records share is written
                      once (a description again when 8,192 or more others came between)
``shard``             the same as the program keeps it: with a header a record and its gist (what joining documents asks of
                      it: who wrote it, what it cites …), compressed with zstd, digested
``iterparse``         ``gzip.open`` + ``lxml.etree.iterparse(tag="PubmedArticle")`` with clearing: bare parsing
``chunks``            igzip + ``lxml.etree.fromstring`` on pieces of 1 MB that end with a record: bare parsing, faster
``pubmed_parser``     ``pubmed_parser.parse_medline_xml`` with every option that gives more of the record: parsing only
``nt``, ``turtle``    our exporters, from N-Quads lines (sorted by us)
``rdflib-nt`` …       rdflib's serializers, from a graph; filling it is told apart
``1-process`` …       reading files of a quarter of the citations into shards as a build does, without recogniser; what counts
                      is wall time, with two processes their start included
``load``              our store, from N-Quads; ``bulk-load``: pyoxigraph's own ``Store.bulk_load`` of the same file
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

SAMPLE = 100_000
"""triples that rdflib is given: it takes 2.7 KB of memory and some 25 µs for each"""
LOADED = 1_000_000
"""quads that the stores are given"""
PART = "part-"
"""how the files begin that several processes read"""
PACKAGES = ("lxml", "isal", "zstandard", "pyoxigraph", "rdflib", "pubmed_parser")
TITLES = {
    "graph": "kg: gzip → whole mapping → N-Quads",
    "shard": "kg: gzip → whole mapping → shard (N-Quads, zstd)",
    "iterparse": "gzip.open + lxml iterparse, clearing (bare parsing)",
    "chunks": "igzip + lxml fromstring on 1 MB pieces (bare parsing)",
    "pubmed_parser": "pubmed_parser, full record (parsing only)",
    "1-process": "kg: four files → shards, one process",
    "2-processes": "kg: four files → shards, two processes",
    "nt": "kg: N-Triples, sorted",
    "turtle": "kg: Turtle, sorted and grouped",
    "rdflib-nt": "rdflib: N-Triples",
    "rdflib-turtle": "rdflib: Turtle",
    "rdflib-add+nt": "rdflib: Graph.add + N-Triples",
    "rdflib-add+turtle": "rdflib: Graph.add + Turtle",
    "load": "kg: store from N-Quads, on disk",
    "bulk-load": "pyoxigraph: Store.bulk_load of the same, on disk",
}


# --- the steps, each measured inside a fresh process -----------------------------------------------------------------


class Clock:
    """CPU (user and system, of this process and its threads) and wall time of ``with`` blocks, added up."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu += time.process_time() - cpu
        self.wall += time.perf_counter() - wall


def graph(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
    from kg import shards, sources
    from kg.extract import Extractor
    from kg.readers import pubmed

    records = 0
    with clock.running():
        descriptions = shards.Descriptions()
        extractor = Extractor(version="benchmark")
        with sources.opened(source) as stream, (out / "graph.nq").open("wb", buffering=1 << 20) as file:
            for entry in extractor.entries(pubmed.read(stream), "0" * 64):
                if isinstance(entry, shards.Record):
                    _, new = descriptions.numbers(entry.described)
                    file.writelines((entry.own, *new, entry.aliases))
                    records += 1
    with (out / "graph.nq").open("rb") as file:
        triples = sum(1 for _ in file)
    return {"records": records, "triples": triples, "bytes": (out / "graph.nq").stat().st_size}


def stated(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
    """What the records state, and how much of it is distinct; counted, not measured."""
    from kg import sources, terms
    from kg.model import Article
    from kg.readers import pubmed
    from kg.triples import document

    triples = own = 0
    described: set[int] = set()
    with sources.opened(source) as stream:
        for item in pubmed.read(stream):
            if isinstance(item, Article):
                mapped = document(item, source="<source>", agents={})
                triples += len(mapped.nquads())
                own += len(set(mapped.own)) + len(mapped.aliases)
                for text in map(terms.text_of, mapped.described):
                    described.update(map(hash, terms.lines(text)))
    return {"stated": triples, "own": own, "distinct": own + len(described)}


def shard(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
    from kg import shards, sources
    from kg.extract import Extractor
    from kg.readers import pubmed

    records = 0
    with clock.running():
        extractor = Extractor(version="benchmark")
        with sources.opened(source) as stream, shards.writing(out / "shard") as writer:
            for entry in extractor.entries(pubmed.read(stream), "0" * 64):
                if isinstance(entry, shards.Record):
                    entry = extractor.with_gist(entry)
                    records += 1
                writer.add(entry)
    return {"records": records, "bytes": (out / "shard").stat().st_size}


def iterparse(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
    from lxml import etree

    records = 0
    with clock.running(), gzip.open(source) as stream:
        for _, element in etree.iterparse(stream, tag="PubmedArticle"):
            records += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return {"records": records}


def chunks(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
    from isal import igzip
    from lxml import etree

    records, last = 0, b"</PubmedArticle>"
    with clock.running(), igzip.open(source) as stream:
        data = stream.read(1 << 20)
        data = data[data.index(b"<PubmedArticle>") :]
        while more := stream.read(1 << 20):
            cut = data.rfind(last) + len(last)
            records += len(etree.fromstring(b"<set>" + data[:cut] + b"</set>"))
            data = data[cut:] + more
        records += len(etree.fromstring(b"<set>" + data[: data.rindex(last) + len(last)] + b"</set>"))
    return {"records": records}


def pubmed_parser(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
    import pubmed_parser as other

    with clock.running():
        records = sum(
            1
            for _ in other.parse_medline_xml(
                str(source),
                year_info_only=False,
                author_list=True,
                reference_list=True,
                parse_downto_mesh_subterms=True,
            )
        )
    return {"records": records}


def _processes(jobs: int) -> Callable[[Path, Path, Clock], dict[str, Any]]:
    def step(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
        from kg import shards, units
        from kg.extract import Extractor
        from kg.sources import InputFile
        from kg.workers import Workers

        def progress(stage: str, done: int, total: int) -> None:
            pass

        workers = Workers(Extractor(version="benchmark"), jobs)
        inputs = [InputFile(path, path.name) for path in sorted(source.parent.glob(f"{PART}*"))]
        batch = units.examine(inputs, None, workers, progress)
        with clock.running():
            units.extract(batch, workers, out, progress)
        told = (entry for path in out.iterdir() for entry in shards.outline(path))
        return {"records": sum(isinstance(entry, shards.Header) for entry in told)}

    return step


def _sample(quads: Path) -> list[str]:
    """The distinct lines of the file."""
    with quads.open(encoding="utf-8") as lines:
        return list(dict.fromkeys(lines))


def _exporter(name: str) -> Callable[[Path, Path, Clock], dict[str, Any]]:
    def step(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
        from kg import exporters

        lines = _sample(source)
        with clock.running(), (out / name).open("wb") as file:
            triples = exporters.exporter(name).write(lines, file, directory=out)
        return {"triples": triples}

    return step


def _rdflib(name: str, adding: bool) -> Callable[[Path, Path, Clock], dict[str, Any]]:
    def step(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
        import rdflib
        from rdflib.util import from_n3

        from kg.terms import split

        rdflib.NORMALIZE_LITERALS = False
        triples = [tuple(map(from_n3, split(line)[:3])) for line in _sample(source)]
        filled = rdflib.Graph()
        filling = clock if adding else Clock()
        with filling.running():
            for triple in triples:
                filled.add(triple)  # type: ignore[arg-type]
        with clock.running():
            filled.serialize(out / name, format=name, encoding="utf-8")
        return {"triples": len(filled)}

    return step


def load(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
    from kg.store import GraphStore

    with clock.running(), GraphStore.create(out / "store") as store:
        store.load(source)
    return {"triples": sum(1 for _ in source.open("rb"))}


def bulk_load(source: Path, out: Path, clock: Clock) -> dict[str, Any]:
    import pyoxigraph as ox

    with clock.running():
        store = ox.Store(str(out / "store"))
        store.bulk_load(path=str(source), format=ox.RdfFormat.N_QUADS)
        store.flush()
    return {"triples": sum(1 for _ in source.open("rb"))}


STEPS: dict[str, Callable[[Path, Path, Clock], dict[str, Any]]] = {
    "graph": graph,
    "shard": shard,
    "stated": stated,
    "iterparse": iterparse,
    "chunks": chunks,
    "pubmed_parser": pubmed_parser,
    "1-process": _processes(1),
    "2-processes": _processes(2),
    "nt": _exporter("nt"),
    "turtle": _exporter("turtle"),
    "rdflib-nt": _rdflib("nt", adding=False),
    "rdflib-turtle": _rdflib("turtle", adding=False),
    "rdflib-add+nt": _rdflib("nt", adding=True),
    "rdflib-add+turtle": _rdflib("turtle", adding=True),
    "load": load,
    "bulk-load": bulk_load,
}


def run_step(name: str, source: Path) -> dict[str, Any]:
    """Measure one step in this process."""
    clock = Clock()
    if name in ("graph", "shard", "1-process"):
        from kg.garbage import collect_rarely

        collect_rarely()  # as workers do
    with tempfile.TemporaryDirectory(dir=source.parent) as out:
        found = STEPS[name](source, Path(out), clock)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak //= 1024 if sys.platform == "darwin" else 1
    return {**found, "cpu": clock.cpu, "wall": clock.wall, "peak_mb": peak / 1024}


# --- the rounds ---------------------------------------------------------------------------------------------------


def measured(names: Sequence[str], source: Path, rounds: int) -> dict[str, dict[str, Any]]:
    """Every step in a fresh process, round after round; the medians."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for n in range(rounds):
        for name in names:
            print(f"round {n + 1} of {rounds}: {TITLES[name]}", file=sys.stderr)
            runs[name].append(_fresh(name, source))
    return {name: _median(found) for name, found in runs.items()}


def _fresh(name: str, source: Path) -> dict[str, Any]:
    command = [sys.executable, str(HERE / "run.py"), "--step", name, "--source", str(source)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def benchmark(citations: int, seed: int, rounds: int, sample: int, folder: Path) -> dict[str, Any]:
    """All rows, as data; ``sample`` is the number of triples that rdflib is given."""
    import make_pubmed

    sizes = {}
    files = {n: folder / f"{n}x.xml.gz" for n in (1, 2, 4)}
    for times, path in files.items():
        print(f"making {citations * times:,} citations from seed {seed}", file=sys.stderr)
        sizes[times] = make_pubmed.write(path, citations * times, seed)
    plain = folder / "plain.xml.gz"
    plain_size = make_pubmed.write(plain, citations, seed, plain=True)
    names = ["graph", "shard", "iterparse", "chunks"]
    if importlib.util.find_spec("pubmed_parser"):
        names.append("pubmed_parser")
    reading = measured(names, files[1], rounds)
    reading_plain = measured([name for name in names if name in ("graph", "iterparse", "pubmed_parser")], plain, rounds)
    for n in range(4):
        make_pubmed.write(folder / f"{PART}{n}.xml.gz", citations // 4, seed + n)
    processes = measured(["1-process", "2-processes"], files[1], rounds)
    said, said_plain = (_fresh("stated", path) for path in (files[1], plain))
    sampled, loaded = folder / "sample.nq", folder / "load.nq"
    _write_quads(files[1], sampled, sample)
    _write_quads(files[1], loaded, LOADED)
    writing = measured([n for n in STEPS if n in ("nt", "turtle") or n.startswith("rdflib")], sampled, rounds)
    loading = measured(["load", "bulk-load"], loaded, rounds)
    memory = {n: _fresh("graph", path)["peak_mb"] for n, path in files.items()}
    return {
        "machine": machine(),
        "input": {
            "citations": citations,
            "seed": seed,
            "raw_mb": sizes[1] / 1e6,
            "gzip_mb": files[1].stat().st_size / 1e6,
            "plain_mb": plain_size / 1e6,
        },
        "rounds": rounds,
        "reading": reading,
        "reading_plain": reading_plain,
        "processes": processes,
        "stated": {name: said[name] for name in ("stated", "own", "distinct")},
        "stated_plain": said_plain["stated"],
        "writing": writing,
        "loading": loading,
        "peak_mb": {f"{n}x": peak for n, peak in memory.items()},
    }


def _write_quads(source: Path, out: Path, number: int) -> None:
    """The quads of the first records, so many or a few more, for the steps that write and load."""
    from kg import iri, sources
    from kg.model import Article
    from kg.readers import pubmed
    from kg.triples import document

    count = 0
    term = iri.source(iri.BASE, "0" * 64)
    with sources.opened(source) as stream, out.open("w", encoding="utf-8", newline="\n") as file:
        for item in pubmed.read(stream):
            if count >= number:
                break
            if isinstance(item, Article):
                lines = document(item, source=term, agents={}).nquads()
                file.writelines(lines)
                count += len(lines)


def machine() -> dict[str, Any]:
    """What it ran on."""
    model = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": versions,
        "load": os.getloadavg()[0],
    }


# --- the table ----------------------------------------------------------------------------------------------------


def table(found: dict[str, Any]) -> Iterator[str]:
    """The rows as a person reads them."""
    on, given, rounds = found["machine"], found["input"], found["rounds"]
    yield f"{on['processor']}, {on['cores']} cores, {on['memory_gb']} GB, {on['system']}, load {on['load']:.1f}"
    yield f"Python {on['python']}, " + ", ".join(f"{name} {number}" for name, number in on["packages"].items())
    yield (
        f"{given['citations']:,} citations, seed {given['seed']}: {given['raw_mb']:,.1f} MB of XML, "
        f"{given['gzip_mb']:,.1f} MB gzipped; medians of {rounds} rounds"
    )
    ours = found["reading"]["graph"]
    records = ours["records"]
    said = {name: number / records for name, number in found["stated"].items()}
    yield (
        f"a citation states {said['stated']:,.0f} triples, {said['own']:,.0f} of itself and the others of its journal, "
        f"institutions and headings; {ours['triples'] / records:,.0f} are written, {said['distinct']:,.0f} of them distinct"
    )
    yield ""
    yield from _reading("reading", found["reading"])
    plain_triples = found["stated_plain"] / found["reading_plain"]["graph"]["records"]
    size = f"{given['plain_mb']:,.1f} MB of XML, {plain_triples:,.0f} triples a citation"
    yield f"the same without qualifiers and chemicals: {size}"
    yield from _reading("reading, plain", found["reading_plain"])
    yield f"{'processes':<65}{'wall s':>9}{'records/s':>11}{'':>11}{'kg is':>10}"
    one = found["processes"]["1-process"]["wall"]
    for name, row in found["processes"].items():
        yield f"{TITLES[name]:<65}{row['wall']:>9.2f}{row['records'] / row['wall']:>11,.0f}{'':>11}{one / row['wall']:>9.2f}×"
    writing = found["writing"]
    yield ""
    yield f"{'writing':<56}{'CPU s':>9}{'wall s':>9}{'':>11}{'triples/s':>11}{'kg is':>10}"
    for name, row in writing.items():
        peer = writing["turtle" if name.endswith("turtle") else "nt"]
        yield (
            f"{TITLES[name]:<56}{row['cpu']:>9.2f}{row['wall']:>9.2f}{'':>11}{row['triples'] / row['cpu']:>11,.0f}"
            f"{row['cpu'] / row['triples'] / (peer['cpu'] / peer['triples']):>9.1f}×"
        )
    loading = found["loading"]
    yield ""
    yield f"{'loading':<56}{'CPU s':>9}{'wall s':>9}{'':>11}{'quads/s':>11}{'kg takes':>10}"
    for name, row in loading.items():
        yield (
            f"{TITLES[name]:<56}{row['cpu']:>9.2f}{row['wall']:>9.2f}{'':>11}{row['triples'] / row['cpu']:>11,.0f}"
            f"{loading['load']['cpu'] / row['cpu']:>9.2f}×"
        )
    yield ""
    first = found["peak_mb"]["1x"]
    peaks = ", ".join(f"{n}: {mb:,.0f} MB ({mb / first - 1:+.0%})" for n, mb in found["peak_mb"].items())
    yield f"peak memory, {TITLES['graph']}: {peaks}"


def _reading(title: str, rows: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The rows of one file that was read, and a blank line."""
    ours = rows["graph"]
    yield f"{title:<56}{'CPU s':>9}{'wall s':>9}{'records/s':>11}{'triples/s':>11}{'kg takes':>10}"
    for name, row in rows.items():
        triples = f"{row['triples'] / row['cpu']:,.0f}" if "triples" in row else ""
        yield (
            f"{TITLES[name]:<56}{row['cpu']:>9.2f}{row['wall']:>9.2f}{row['records'] / row['cpu']:>11,.0f}"
            f"{triples:>11}{ours['cpu'] / row['cpu']:>9.2f}×"
        )
    if "pubmed_parser" not in rows:
        yield f"{TITLES['pubmed_parser']:<56} not installed"
    yield ""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citations", type=int, help="of the file; default 30,000, with --quick 1,000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, help="default 3, with --quick 1")
    parser.add_argument("--quick", action="store_true", help="a small file and one round: does it run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.step:
        print(json.dumps(run_step(given.step, given.source)))
        return
    citations = given.citations or (1_000 if given.quick else 30_000)
    with tempfile.TemporaryDirectory() as folder:
        rounds, sample = (1, SAMPLE // 20) if given.quick else (3, SAMPLE)
        found = benchmark(citations, given.seed, given.rounds or rounds, sample, Path(folder))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for line in table(found):
        print(line)


if __name__ == "__main__":
    main()
