"""What an update costs beside a rebuild: ``python benchmarks/update.py [--citations 30000] [--part 0.1]``.

Makes PubMed-like files (:mod:`make_pubmed`), builds a base, revises a part of it with ``kg update``, and builds both files
anew, each step in a process of its own. CPU time (user and system) and the peak of memory are told stage by stage, and the
update's share of the rebuild, with and without what computes the networks, which an update leaves to ``kg analyze``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import make_pubmed  # noqa: E402


def step(kind: str, graph: str, sources: list[str]) -> dict[str, Any]:
    """Build or update here; CPU seconds by stage, and the peaks of memory in MB, of this process and of its children."""
    from stages import Stages, peaks

    from kg import pipeline
    from kg.garbage import collect_rarely

    collect_rarely()  # as the command line does
    progress = Stages()
    settings = pipeline.Settings(jobs=1)
    if kind == "build":
        pipeline.build(sources, graph, settings, progress)
    else:
        pipeline.update(graph, sources, settings, progress)
    own, child = peaks()
    return {"stages": progress.ended(), "peak": own, "child": child}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citations", type=int, default=30_000)
    parser.add_argument("--part", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", nargs=3, metavar=("KIND", "GRAPH", "SOURCES"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        kind, graph, sources = arguments.step
        print(json.dumps(step(kind, graph, sources.split(","))))
        return 0
    with tempfile.TemporaryDirectory() as place:
        base, more = (str(Path(place) / f"pubmed25n000{n}.xml.gz") for n in (1, 2))
        changed = int(arguments.citations * arguments.part)
        make_pubmed.write(Path(base), arguments.citations, arguments.seed)
        make_pubmed.write(Path(more), changed, arguments.seed, arguments.citations)
        totals = {}
        for name, kind, graph, sources in (
            ("base", "build", "kept", [base]),
            ("update", "update", "kept", [more]),
            ("rebuild", "build", "fresh", [base, more]),
        ):
            command = [sys.executable, __file__, "--step", kind, str(Path(place) / graph), ",".join(sources)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            told = "  ".join(f"{stage} {seconds:.1f}" for stage, seconds in found["stages"].items())
            totals[name] = sum(found["stages"].values()), found["stages"].get("analyse", 0.0)
            peaks = f"peak {found['peak']:,} MB, of a child {found['child']:,}"
            print(f"{name:8} {totals[name][0]:7.1f} s CPU, {peaks}   {told}", flush=True)
        whole, networks = totals["rebuild"]
        share = totals["update"][0]
        print(
            f"update / rebuild: {share / whole:.2f}; without what computes its networks: {share / (whole - networks):.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
