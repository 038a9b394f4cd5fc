"""How a build grows with what it reads: ``python benchmarks/growth.py [--citations 2000] [--times 1 2 4 8 16 32]``.

Builds graphs of so many times so many PubMed-like citations (:mod:`make_pubmed`), one after the other, each in a process of
its own that reads too. Told are CPU seconds (user and system) of each stage, the peaks of memory of this process and of its
children, which do what is the database's, and of all of them the exponent of growth: the slope of the line that fits best, by
least squares, through the logarithms. 1 is as much more as was read; the fixed costs of small builds (loading shapes, drawing
networks) pull it down.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import make_pubmed  # noqa: E402


def exponent(sizes: Sequence[int], figures: Sequence[float]) -> float:
    """The exponent with which figures grow with sizes.

    >>> round(exponent([1, 2, 4], [3, 12, 48]), 3)
    2.0
    """
    slope, _ = np.polyfit(np.log(sizes), np.log(figures), 1)
    return float(slope)


def built(source: Path, graph: Path) -> dict[str, float]:
    """What a build takes: the seconds of each stage and of all, and peaks in MB, of its process and of its children."""
    command = [sys.executable, str(HERE / "update.py"), "--step", "build", str(graph), str(source)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    stages: Mapping[str, float] = found["stages"]
    return {**stages, "all": sum(stages.values()), "peak MB": found["peak"], "child MB": found["child"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citations", type=int, default=2_000, help="of the smallest graph")
    parser.add_argument(
        "--times", type=int, nargs="+", default=[1, 2, 4, 8, 16, 32], help="how many times as many each has"
    )
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sizes: list[int] = []
    rows: list[dict[str, float]] = []
    for times in arguments.times:
        with tempfile.TemporaryDirectory() as place:
            source = Path(place) / "pubmed25n0001.xml.gz"
            make_pubmed.write(source, arguments.citations * times, arguments.seed)
            sizes.append(arguments.citations * times)
            rows.append(built(source, Path(place) / "graph"))
        print(
            f"{sizes[-1]:>9,}  " + "  ".join(f"{name} {figure:,.1f}" for name, figure in rows[-1].items()), flush=True
        )
    told = [name for name in rows[0] if len(rows) > 1 and all(row[name] > 0 for row in rows)]
    print(" exponent  " + "  ".join(f"{name} {exponent(sizes, [row[name] for row in rows]):.2f}" for name in told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
