"""What the measures of a large network take: ``python benchmarks/analysis.py [--links 1000000] [--rounds 3]``.

A co-authorship network is made up: people of fields of sixty sign articles together, mostly with their own, now and then with
others. Two tables are printed, in CPU seconds (user and system) of one process; every figure is made in a process of its own.

* All measures of a network with so many links, by each engine, and the peak of memory.
* With a tenth of the links PageRank and core numbers by each engine beside networkx, the making of the engine's own graph
  apart, and the modularity of its communities. The engines take turns; the medians of the rounds are compared.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import accumulate, combinations, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import networkx as nx
import numpy as np

from kg.analysis import engines, matrices, measures

_FIELD = 60
"""people of one field"""
_ELSEWHERE = 0.1
"""the share of authors from other fields"""
_LINKS_EACH = 5
"""links for each person: the mean degree is twice that"""


def co_authorship(links: int, seed: int = 1) -> nx.Graph[str]:
    """A made-up network with so many links, weighted by joint articles; few people write much (Lotka's law)."""
    dice = random.Random(seed)
    people = links // _LINKS_EACH
    drive = list(accumulate(min(30.0, (1 - dice.random()) ** -0.6) for _ in range(people)))
    weights: dict[tuple[int, int], int] = {}
    while len(weights) < links:
        first = dice.choices(range(people), cum_weights=drive)[0]
        start = first // _FIELD * _FIELD
        field = range(start, min(people, start + _FIELD))
        team = {first}
        for _ in range(dice.randint(1, 6)):
            team.add(dice.randrange(people) if dice.random() < _ELSEWHERE else dice.choice(field))
        for pair in combinations(sorted(team), 2):
            weights[pair] = weights.get(pair, 0) + 1
    network: nx.Graph[str] = nx.Graph(name="coauthors")
    network.add_nodes_from(f"<urn:person:{n}>" for n in range(people))
    network.add_edges_from(
        (f"<urn:person:{a}>", f"<urn:person:{b}>", {"weight": weight})
        for (a, b), weight in islice(weights.items(), links)
    )
    return network


def _seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def everything(links: int, engine: measures.Engine) -> dict[str, Any]:
    """All measures by one engine."""
    network = co_authorship(links)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken, found = _seconds(lambda: measures.measure(network, engine=engine))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "nodes": len(network),
        "seconds": taken,
        "betweenness": found["betweenness"].method,
        "before": before // 1024,
        "peak": peak // 1024,
    }


def parts(links: int, name: str) -> dict[str, float]:
    """The parts of what an engine does, apart."""
    network: Any = nx.convert_node_labels_to_integers(co_authorship(links))  # type: ignore[arg-type]
    weights = matrices.adjacency(len(network), *zip(*network.edges(data="weight"), strict=True))
    started = time.process_time()
    engine = engines.ENGINES[name](weights)
    if name == "networkx":
        assert engine.graph.number_of_edges() == links  # made when it is asked for
    found = {"graph": time.process_time() - started}
    found["pagerank"], ranks = _seconds(engine.pagerank)
    found["core"], cores = _seconds(engine.core)
    found["communities"], of_node = _seconds(lambda: engine.communities(measures.SEED))
    communities = [np.flatnonzero(of_node == number).tolist() for number in np.unique(of_node)]
    found["modularity"] = nx.community.modularity(network, communities)
    expected = nx.core_number(network)
    reference = nx.pagerank(network, tol=1e-9 / len(network))
    found["differ"] = float(
        sum(cores[n] != expected[n] or abs(ranks[n] - reference[n]) > 1e-6 * reference[n] + 1e-9 for n in network)
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--step", nargs=2, metavar=("WHAT", "ENGINE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        what, engine = given.step
        print(json.dumps((everything if what == "all" else parts)(given.links, engine)))
        return
    names = [name for name in engines.ENGINES if name != "igraph" or importlib.util.find_spec("igraph")]
    fewer = given.links // 10
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(given.rounds):
        for name in names:
            rounds[name].append(_step("parts", name, fewer))
    print(f"{fewer:,} links, CPU seconds; in brackets how many times as fast as networkx")
    print(
        f"{'engine':10} {'its graph':>10} {'PageRank':>16} {'cores':>16} {'communities':>16} {'modularity':>10} differ"
    )
    middle = {
        name: {key: statistics.median(row[key] for row in rows) for key in rows[0]} for name, rows in rounds.items()
    }
    for name, row in middle.items():
        cells = [f"{row[k]:8.3f} {middle['networkx'][k] / row[k]:6.1f}×" for k in ("pagerank", "core", "communities")]
        print(
            f"{name:10} {row['graph']:10.2f} {cells[0]:>16} {cells[1]:>16} {cells[2]:>16} {row['modularity']:10.4f} "
            f"{row['differ']:6.0f}",
            flush=True,
        )
    print(f"\nall measures, {given.links:,} links")
    print(f"{'engine':10} {'CPU s':>8} {'network MB':>11} {'peak MB':>8}  betweenness")
    for name in names:
        if name == "networkx":
            continue  # above some thousands of links kg asks it for communities only
        row = _step("all", name, given.links)
        print(
            f"{name:10} {row['seconds']:8.1f} {row['before']:11,} {row['peak']:8,}  {_how(str(row['betweenness']))}",
            flush=True,
        )


def _how(method: str) -> str:
    """From the description of the measure how exact it is."""
    return method.rpartition("; ")[2] if "exact" in method else method.partition("estimated ")[2].partition(" (")[0]


def _step(what: str, engine: str, links: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--links", str(links), "--step", what, engine]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


if __name__ == "__main__":
    main()
