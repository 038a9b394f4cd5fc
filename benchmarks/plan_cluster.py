"""What all of PubMed and PMC would take: ``python benchmarks/plan_cluster.py [--articles FOLDER] [--cores N…] [--price P]``.

Measures here, each step in a process of its own, what one core needs for a record, and reckons from that:

* **reading** (examine, read, recognise with the embedded vocabulary, map, shard), which any number of cores share:
  PubMed-like citations (:mod:`make_pubmed`), and the JATS articles of a folder, if one is named, packed into a tar archive. A
  cluster needs as long as the files that come one after another on one core: files / cores, rounded up, times the time of
  a file.
* **the rest** (records joined, people, store, networks, validation, export), on the machine where ``kg build`` was called:
  from builds of half and of all the sample the growth per record, drawn out in a straight line. What grows faster than the
  records, or does not fit the memory, makes it longer.

CPU time is user and system. ``--price`` is what a core costs an hour, in any currency; memory, storage and transfer come on
top. What a build takes of memory such small samples do not tell: see ``growth.py``.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

READING = ("examine", "read")


@dataclass(frozen=True)
class Corpus:
    """What is to be read: records, in so many files."""

    name: str
    records: int
    files: int


@dataclass(frozen=True)
class Rates:
    """What one core needs. Seconds and bytes for a record; ``fixed``: seconds for any number of them."""

    reading: float
    rest: float
    fixed: float
    shards: float
    folder: float
    triples: float


@dataclass(frozen=True)
class Plan:
    """What a corpus takes: hours, core hours, gigabytes and thousands of millions of triples."""

    reading: float
    rest: float
    core_hours: float
    cost: float
    shards: float
    folder: float
    triples: float
    file_minutes: float


def planned(corpus: Corpus, rates: Rates, cores: int, price: float) -> Plan:
    """A corpus on so many cores, the rest on one of them.

    >>> rates = Rates(reading=0.01, rest=0.001, fixed=0, shards=1e3, folder=2e3, triples=100)
    >>> plan = planned(Corpus("ten files", 3_600_000, 10), rates, 4, 0.5)
    >>> plan.reading, plan.rest, plan.core_hours, plan.cost, plan.file_minutes  # three files, one after another
    (3.0, 1.0, 11.0, 5.5, 60.0)
    """
    one_file = rates.reading * corpus.records / corpus.files / 3600
    rest = (rates.fixed + rates.rest * corpus.records) / 3600
    core_hours = one_file * corpus.files + rest
    return Plan(
        reading=one_file * math.ceil(corpus.files / cores),
        rest=rest,
        core_hours=core_hours,
        cost=core_hours * price,
        shards=rates.shards * corpus.records / 1e9,
        folder=rates.folder * corpus.records / 1e9,
        triples=rates.triples * corpus.records / 1e9,
        file_minutes=one_file * 60,
    )


def rates(half: dict[str, Any], whole: dict[str, Any]) -> Rates:
    """What a record needs, from two builds (:func:`step`) of which one has more records."""
    more = whole["records"] - half["records"]

    def growth(what: str) -> float:
        return max(0.0, (whole[what] - half[what]) / more)

    rest = growth("rest")
    return Rates(
        reading=whole["reading"] / whole["records"],
        rest=rest,
        fixed=max(0.0, whole["rest"] - rest * whole["records"]),
        shards=growth("shards"),
        folder=growth("folder"),
        triples=growth("triples"),
    )


def step(source: str, graph: str) -> dict[str, Any]:
    """Build here, in one process; what it took and what it left."""
    from stages import Stages

    from kg import pipeline

    progress = Stages()
    settings = pipeline.Settings(jobs=1, today=date(2030, 1, 1), time_limit=36000.0)
    counts = pipeline.build([source], graph, settings, progress).counts
    stages = progress.ended()
    sizes = {path: path.stat().st_size for path in Path(graph).rglob("*") if path.is_file()}
    reading = sum(stages.pop(stage, 0.0) for stage in READING)
    stages.pop("start", None)  # imports and the lexicon
    return {
        "records": counts["stored"],
        "triples": counts["triples"],
        "reading": reading,
        "rest": sum(stages.values()),
        "stages": dict(stages),
        "shards": sum(size for path, size in sizes.items() if path.parent.name == "shards"),
        "folder": sum(sizes.values()),
    }


def handed_over(source: str, place: str) -> dict[str, float]:
    """What it costs to hand a file to a cluster, in seconds: of this process's CPU, and of the clock with one worker."""
    from kg import cluster, lexica
    from kg.depot import Depot
    from kg.extract import Extractor
    from kg.workers import Examine

    many, first = 300, 10
    jobs = [Examine(Path(source), None)] * many
    with cluster.connected("local", "kg.workers", lexica.packed(Extractor("plan")), Depot(place), jobs=1) as supervisor:
        answers = supervisor.answers(jobs)
        for _ in range(first):  # until everything is ready
            next(answers)
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in answers:
            pass
        return {
            "cpu": (time.process_time() - cpu) / (many - first),
            "wall": (time.perf_counter() - wall) / (many - first),
        }


def measured(sources: tuple[Path, Path], place: Path) -> tuple[Rates, dict[str, Any]]:
    """The rates of two files of which the second holds more, and what its build told."""
    found = []
    for n, source in enumerate(sources):
        found.append(stepped("build", source, place / f"{source.name}-{n}"))
    return rates(found[0], found[1]), found[1]


def stepped(kind: str, source: Path, place: Path) -> dict[str, Any]:
    """A step in a process of its own."""
    command = [sys.executable, __file__, "--step", kind, str(source), str(place)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def citations(number: int, place: Path) -> tuple[Path, Path]:
    """Two PubMed-like files: one with half, one with all."""
    made = []
    for n, size in enumerate((number // 2, number), 1):
        path = place / f"pubmed25n{n:04}.xml.gz"
        make = [sys.executable, str(HERE / "make_pubmed.py"), str(path), "--citations", str(size), "--seed", "1"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        made.append(path)
    return made[0], made[1]


def packed(folder: Path, place: Path) -> tuple[Path, Path]:
    """Two archives of the articles in a folder: one with every second, one with all."""
    articles = sorted(folder.glob("*.xml"))
    made = []
    for name, some in (("half", articles[::2]), ("all", articles)):
        path = place / f"{name}.tar.gz"
        with tarfile.open(path, "w:gz", compresslevel=6) as archive:
            for article in some:
                archive.add(article, article.name)
        made.append(path)
    return made[0], made[1]


def table(plans: dict[str, list[tuple[int, Plan]]]) -> str:
    """Plans of each corpus, for some numbers of cores, as a table for people."""
    lines = [
        "| | cores | reading | core hours | cost | the rest, one core | cost | shards | folder | triples |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, some in plans.items():
        for cores, plan in some:
            cells = (
                f"{cores}",
                f"{plan.reading:.1f} h",
                f"{plan.core_hours - plan.rest:.0f}",
                f"{plan.cost * (1 - plan.rest / plan.core_hours):.2f}",
                f"{plan.rest:,.0f} h",
                f"{plan.cost * plan.rest / plan.core_hours:.2f}",
                f"{plan.shards:,.0f} GB",
                f"{plan.folder / 1000:.1f} TB",
                f"{plan.triples:.1f} G",
            )
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citations", type=int, default=4_000, help="to measure with")
    parser.add_argument("--articles", type=Path, metavar="FOLDER", help="of JATS articles (*.xml), to measure with")
    parser.add_argument("--cores", type=int, nargs="+", default=[16, 64, 256], help="of the cluster")
    parser.add_argument("--price", type=float, default=0.04, help="of a core for an hour")
    parser.add_argument("--pubmed", type=int, nargs=2, default=(38_000_000, 1_270), metavar=("RECORDS", "FILES"))
    parser.add_argument("--pmc", type=int, nargs=2, default=(6_000_000, 3_000), metavar=("RECORDS", "FILES"))
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures go as JSON")
    parser.add_argument("--known", type=Path, metavar="FILE", help="such figures, to reckon with instead of measuring")
    parser.add_argument("--step", nargs=3, metavar=("KIND", "SOURCE", "PLACE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        kind, source, where = arguments.step
        print(json.dumps((step if kind == "build" else handed_over)(source, where)))
        return 0
    corpora = [Corpus("PubMed", *arguments.pubmed), Corpus("PMC open access", *arguments.pmc)]
    report = json.loads(arguments.known.read_bytes()) if arguments.known else measure(corpora, arguments)
    plans = {
        corpus.name: [
            (cores, planned(corpus, Rates(**report[corpus.name]["rates"]), cores, arguments.price))
            for cores in arguments.cores
        ]
        for corpus in corpora
        if corpus.name in report
    }
    print(f"\n{table(plans)}\n\na core costs {arguments.price} an hour")
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(corpora: list[Corpus], arguments: argparse.Namespace) -> dict[str, Any]:
    """What a record of each corpus needs, measured here."""
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "small.xml").write_text("<PubmedArticleSet></PubmedArticleSet>\n", encoding="utf-8")
        over = report["handing over"] = stepped("hand over", place / "small.xml", place)
        print(
            f"handing a file to a cluster: {1000 * over['cpu']:.1f} ms of CPU here, {1000 * over['wall']:.1f} ms by the clock"
        )
        samples = [citations(arguments.citations, place)]
        if arguments.articles:
            samples.append(packed(arguments.articles, place))
        for corpus, sources in zip(corpora, samples, strict=False):
            found, told = measured(sources, place)
            report[corpus.name] = {"sample": told, "rates": asdict(found)}
            stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in told["stages"].items())
            print(
                f"{corpus.name}: {told['records']:,} records here: reading {told['reading']:.1f} CPU s "
                f"({1000 * found.reading:.2f} ms a record), then {stages}"
            )
    return report


if __name__ == "__main__":
    raise SystemExit(main())
