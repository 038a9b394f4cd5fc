"""The named queries beside rdflib: ``python benchmarks/queries.py [--citations 1200] [--seed 1] [--limit 60]``.

Builds a graph of a PubMed-like file (:mod:`make_pubmed`) and of the examples, so that every query has something to find, and
asks it every query that ships with the program, but those that ask other servers: the store on disk, and rdflib with the same
triples in memory, each in a process of its own. Told are CPU milliseconds (the store's the median of some runs, the first
included; rdflib's of one), rows, and the geometric mean of the ratios. Opening and loading are told apart.

rdflib gets ``--limit`` CPU seconds a query; what takes longer counts as that long, what it cannot do not at all.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

RUNS = 5
"""of each query, of the store; as many as fit into two seconds"""


def asked() -> dict[str, str]:
    """The named queries that ask no other server."""
    from kg import queries

    return {name: text for name, text in queries.named().items() if "SERVICE" not in text}


def of_store(graph: str, limit: int) -> dict[str, Any]:
    """CPU seconds and rows of each query, asked of the store."""
    from kg import opening
    from kg.store import Triples

    start = time.process_time()
    store = opening.store(graph)
    found: dict[str, Any] = {"open": time.process_time() - start, "triples": len(store)}
    for name, text in asked().items():
        runs: list[float] = []
        rows = 0
        while len(runs) < RUNS and sum(runs) < 2:
            start = time.process_time()
            answer = store.query(text)
            rows = len(set(answer)) if isinstance(answer, Triples) else _count(answer)
            runs.append(time.process_time() - start)
        found[name] = statistics.median(runs), rows
        print(f"store {name}: {found[name][0]:.4f} s, {rows} rows", file=sys.stderr)
    return found


def _count(answer: Any) -> int:
    return answer if isinstance(answer, bool) else sum(1 for _ in answer)


class _TooLong(Exception):
    """A query took longer than it may."""


def _stop(_: int, __: FrameType | None) -> None:
    raise _TooLong


def of_rdflib(graph: str, limit: int) -> dict[str, Any]:
    """The same of rdflib; None rows where the limit was reached."""
    import rdflib
    from rdflib.util import from_n3

    from kg import opening
    from kg.terms import split
    from kg.vocab import PREFIXES

    rdflib.NORMALIZE_LITERALS = False
    lines = [split(line)[:3] for line in opening.store(graph).quads()]
    start = time.process_time()
    data = rdflib.Graph()
    for triple in lines:
        data.add(tuple(map(from_n3, triple)))  # type: ignore[arg-type]
    found: dict[str, Any] = {"open": time.process_time() - start, "triples": len(data)}
    signal.signal(signal.SIGPROF, _stop)
    for name, text in asked().items():
        rows: int | None
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, limit)
        try:
            answer = data.query(text, initNs=dict(PREFIXES))
            rows = _count(answer.graph if answer.type == "CONSTRUCT" else answer)
        except _TooLong:
            rows = None
        except TypeError as error:  # it cannot order by what is unbound in some rows
            print(f"rdflib {name}: {error}", file=sys.stderr)
            continue
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        found[name] = time.process_time() - start, rows
        print(f"rdflib {name}: {found[name][0]:.2f} s", file=sys.stderr)
    return found


ENGINES: dict[str, Callable[[str, int], dict[str, Any]]] = {"store": of_store, "rdflib": of_rdflib}


def build(folder: Path, citations: int, seed: int) -> Path:
    """A graph of invented citations and the examples."""
    import make_pubmed

    from kg import pipeline

    make_pubmed.write(folder / "made.xml.gz", citations, seed)
    pipeline.build([str(folder / "made.xml.gz"), str(HERE.parent / "examples")], folder / "graph")
    return folder / "graph"


def table(store: dict[str, Any], rdflib: dict[str, Any]) -> Iterator[str]:
    """The rows as a person reads them."""
    yield f"store: {store['triples']:,} quads, opened in {store['open']:.2f} s CPU"
    yield f"rdflib: {rdflib['triples']:,} triples, added in {rdflib['open']:.1f} s CPU"
    yield f"{'query':<40}{'rows':>9}{'store ms':>11}{'rdflib ms':>12}{'faster':>9}"
    ratios = []
    for name in asked():
        ours, rows = store[name]
        if name not in rdflib:
            yield f"{name:<40}{rows:>9,}{ours * 1e3:>11,.1f}{'fails':>12}"
            continue
        theirs, others = rdflib[name]
        ratios.append(theirs / ours)
        same = "" if rows == others else " (limit)" if others is None else f" ({others:,} rows)"
        yield f"{name:<40}{rows:>9,}{ours * 1e3:>11,.1f}{theirs * 1e3:>12,.1f}{theirs / ours:>8.1f}×{same}"
    yield f"geometric mean {math.exp(statistics.fmean(map(math.log, ratios))):.1f}×, least {min(ratios):.2f}×"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citations", type=int, default=1_200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--graph", help="ask this one, built before")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        print(json.dumps(ENGINES[given.engine](given.graph, given.limit)))
        return
    with tempfile.TemporaryDirectory() as folder:
        graph = given.graph or str(build(Path(folder), given.citations, given.seed))
        found = [_fresh(engine, graph, given.limit) for engine in ENGINES]
    for line in table(*found):
        print(line)


def _fresh(engine: str, graph: str, limit: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--engine", engine, "--graph", graph, "--limit", str(limit)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
