"""Millions of triples: ``python benchmarks/scale.py export|validate [--citations 39000] [--rounds 3]``.

Makes a PubMed-like file (:mod:`make_pubmed`), maps it to N-Quads, and measures each step in a process of its own, the rounds
interleaved (:mod:`run` says how, and of what the figures are). 39,000 citations are 10 million triples.

``export``   the first quarter, the first half and all of the quads → Turtle; peak of memory; the same bytes when the pieces
             of the file come in another order. rdflib writes and fills a graph of 100,000 triples.
``validate`` a quarter and all of the quads are loaded into a store, by us and by pyoxigraph itself, and validated against all
             our shapes, from the files that a build writes; loading the shapes is not counted.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import run  # noqa: E402

PEER = 100_000
"""triples that rdflib is given"""
_PIECES = 7
"""of a file, for the export in another order"""


# --- the steps ----------------------------------------------------------------------------------------------------


class _Digested:
    """A file of which only the digest is kept."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return len(data)


def _lines(source: Path, backwards: bool = False) -> Iterator[str]:
    """The lines of a file, or its pieces from the last to the first."""
    with source.open(encoding="utf-8", newline="\n") as file:
        if not backwards:
            yield from file
            return
    size = source.stat().st_size
    cuts = [size * n // _PIECES for n in range(_PIECES + 1)]
    for start, end in reversed(list(itertools.pairwise(cuts))):
        with source.open("rb") as piece:
            if start:
                piece.seek(start - 1)
                piece.readline()
            while piece.tell() < end and (line := piece.readline()):
                yield line.decode()


def _export(backwards: bool) -> Callable[[Path, Path, run.Clock], dict[str, Any]]:
    def step(source: Path, out: Path, clock: run.Clock) -> dict[str, Any]:
        from kg import exporters

        digested = _Digested()
        with clock.running():
            triples = exporters.exporter("turtle").write(_lines(source, backwards), digested, directory=out)  # type: ignore[arg-type]
        return {"triples": triples, "sha256": digested.sha256.hexdigest()}

    return step


def _keep(source: Path, out: Path, clock: run.Clock) -> dict[str, Any]:
    """Load into a store that stays."""
    from kg.store import GraphStore

    with clock.running(), GraphStore.create(source.with_suffix(".store")) as store:
        store.load(source)
    return {"triples": len(GraphStore.open(source.with_suffix(".store")))}


def _validate(source: Path, out: Path, clock: run.Clock) -> dict[str, Any]:
    """The findings in quads that were written as a build writes them before."""
    from datetime import date

    from kg import iri, shapes, validation

    documents, joined = pickle.loads(source.with_suffix(".written").read_bytes())
    rules, today = shapes.load(), date(2030, 1, 1)
    next(iter(shapes.validate_documents(rules, [], lambda _: [], today=today)), None)
    triples = sum(1 for part in (documents, joined) for _ in part.path.open("rb"))
    with clock.running():
        view = validation.Written(documents, joined, iri.BASE)
        found = sum(1 for _ in validation.findings(view, rules, today, lambda stage, done, total: None))
    return {"triples": triples, "findings": found}


def as_written(source: Path) -> None:
    """Write the quads beside the file as a build writes them: documents, and sorted graphs that they share."""
    from kg import iri, sorting
    from kg.written import DocumentGraphs, SharedGraphs

    names = {f" {iri.shared_graph(iri.BASE, name)} .\n": source.with_suffix(f".{name}") for name in iri.SHARED}
    documents, joined = DocumentGraphs(source.with_suffix(".documents")), SharedGraphs(source.with_suffix(".joined"))
    with ExitStack() as stack:
        shared = {
            tail: stack.enter_context(path.open("w", encoding="utf-8", newline="\n")) for tail, path in names.items()
        }
        add = stack.enter_context(documents.writing())
        for tail, lines in itertools.groupby(_lines(source), key=lambda line: line[line.rindex(" ", 0, -3) :]):
            if tail in shared:
                shared[tail].writelines(lines)
            else:
                add(tail[1:-3], "".join(lines))
    with joined.writing() as through:
        for tail, path in names.items():
            for _ in through(tail[1:-3], sorting.sort_lines(_lines(path), directory=source.parent)):
                pass
    source.with_suffix(".written").write_bytes(pickle.dumps((documents, joined)))


run.STEPS |= {"keep": _keep, "validate": _validate}
run.STEPS |= {"export": _export(False), "export-backwards": _export(True)}


# --- the tables ---------------------------------------------------------------------------------------------------


def fresh(name: str, source: Path) -> dict[str, Any]:
    """A step in a process of its own."""
    command = [sys.executable, __file__, "--step", name, "--source", str(source)]
    print(f"{name} {source.name}", file=sys.stderr)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rounds(steps: Sequence[tuple[str, Path]], number: int) -> list[dict[str, Any]]:
    """Each step in turn, round after round; of the CPU time the median, of the rest the last."""
    runs = [[fresh(*step) for step in steps] for _ in range(number)]
    return [{**same[-1], "cpu": statistics.median(one["cpu"] for one in same)} for same in zip(*runs, strict=True)]


def first(source: Path, number: int) -> Path:
    """A file of the first lines of another."""
    path = source.with_name(f"{number}.nq")
    with source.open("rb") as lines, path.open("wb") as out:
        out.writelines(itertools.islice(lines, number))
    return path


def export(quads: Path, number: int) -> Iterable[str]:
    """Turtle of parts of the quads and of all."""
    with quads.open("rb") as file:
        total = sum(1 for _ in file)
    parts = [first(quads, total // 4), first(quads, total // 2), quads]
    peer = first(quads, PEER)
    steps = [*(("export", part) for part in parts), ("rdflib-turtle", peer), ("rdflib-add+turtle", peer)]
    *ours, writing, adding = rounds(steps, number)
    speed = [row["triples"] / row["cpu"] for row in (writing, adding)]
    yield "| Turtle | triples | CPU s | triples/s | rdflib writes | adds and writes | peak MB |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for row in ours:
        mine = row["triples"] / row["cpu"]
        yield (
            f"| kg | {row['triples']:,} | {row['cpu']:.1f} | {mine:,.0f} | {mine / speed[0]:.1f}× | {mine / speed[1]:.1f}× "
            f"| {row['peak_mb']:.0f} |"
        )
    for name, row in (("rdflib writes", writing), ("rdflib adds and writes", adding)):
        per_second = row["triples"] / row["cpu"]
        yield f"| {name} | {row['triples']:,} | {row['cpu']:.1f} | {per_second:,.0f} | | | {row['peak_mb']:.0f} |"
    other = fresh("export-backwards", parts[0])
    yield f"pieces of the file in another order: {'the same' if other['sha256'] == ours[0]['sha256'] else 'OTHER'} bytes"


def validate(quads: Path, number: int) -> Iterable[str]:
    """Loading and validating a part of the quads and all."""
    with quads.open("rb") as file:
        total = sum(1 for _ in file)
    yield "| loading and validating | quads | CPU s | quads/s | of the time of bulk loading | peak MB |"
    yield "|---|---:|---:|---:|---:|---:|"
    for part in (first(quads, total // 4), quads):
        as_written(part)
        loading = fresh("keep", part)
        peer, *mine = rounds([("bulk-load", part), ("validate", part)], number)
        rows = {"kg: store": loading, "pyoxigraph: `Store.bulk_load`": peer, "kg: validation": mine[0]}
        for name, row in rows.items():
            share = row["cpu"] / peer["cpu"]
            yield (
                f"| {name} | {row['triples']:,} | {row['cpu']:.1f} | {row['triples'] / row['cpu']:,.0f} | {share:.2f}× "
                f"| {row['peak_mb']:.0f} |"
            )
        yield f"| findings: {mine[0]['findings']:,} | | | | | |"


TABLES: dict[str, Callable[[Path, int], Iterable[str]]] = {"export": export, "validate": validate}


def make(folder: Path, citations: int, seed: int) -> Path:
    """Citations as a file of N-Quads."""
    import make_pubmed

    source = folder / "made.xml.gz"
    make_pubmed.write(source, citations, seed)
    run.graph(source, folder, run.Clock())
    return folder / "graph.nq"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", choices=TABLES)
    parser.add_argument("--citations", type=int, default=39_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--quads", type=Path, help="a file of N-Quads that was mapped before; what is made lies beside it"
    )
    parser.add_argument("--step", choices=run.STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        print(json.dumps(run.run_step(given.step, given.source)))
        return
    with tempfile.TemporaryDirectory() as folder:
        quads = given.quads or make(Path(folder), given.citations, given.seed)
        on = run.machine()
        print(f"{on['processor']}, {on['cores']} cores, load {on['load']:.1f}; {given.citations:,} citations")
        for line in TABLES[given.table](quads, given.rounds):
            print(line)


if __name__ == "__main__":
    main()
