"""Train the scorer of organisations, and measure it by cross-validation.

    python benchmarks/train_organisations.py ROR GOLD.tsv… [--write]

ROR is a dump. GOLD has a header and the columns ``affiliation`` and ``ror_ids`` (identifiers separated by blanks), or
``affiliation``, ``id`` and ``id_type`` (ROR, GRID or ISNI; one identifier a row). Strings are put into five folds by their
own digest, equal strings into one, and each fold is scored by trees that never saw it. With ``--write`` trees over all
strings replace ``kg/data/organisations-model.jsonl``. Gradient boosting is forty lines of numpy here: the trees are
small, and a library would be needed for nothing else.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.iri import sha
from kg.linkers.organisations import Linker, candidates, evidence
from kg.ror import Registry, open_registry

TREES, DEPTH, RATE, PENALTY, BINS, FOLDS = 80, 5, 0.15, 3.0, 32, 5
ACCEPT = 0.55
OUT = Path(__file__).parent.parent / "kg" / "data" / "organisations-model.jsonl"
Array = Any


def gold(path: Path, registry: Registry) -> list[tuple[str, frozenset[str]]]:
    """String → the identifiers that it should get."""
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            held = found.setdefault(row["affiliation"], set())
            if "ror_ids" in row:
                held |= set(row["ror_ids"].split())
            elif row["id_type"].upper() == "ROR":
                held.add(row["id"])
            else:
                held |= {registry.identifier(n) for n in registry.by_other(row["id_type"].lower(), row["id"])}
    return [(text, frozenset(held)) for text, held in found.items()]


def fit(x: Array, y: Array, weight: Array) -> tuple[float, list[tuple[list[tuple[int, float]], Array]]]:
    """Boosted trees in which all nodes of a level share one question: base, and questions and values of each tree."""
    count, width = x.shape
    cuts, binned = [], np.empty((width, count), dtype=np.int64)
    for n in range(width):
        known = np.unique(x[:, n])
        middle = (known[:-1] + known[1:]) / 2
        quantiles = np.unique(np.quantile(x[:, n], np.linspace(0, 1, BINS + 1)[1:-1]))
        cuts.append(middle if len(known) <= BINS else quantiles)
        binned[n] = np.searchsorted(cuts[n], x[:, n], side="left")
    size = max(map(len, cuts)) + 1
    base = math.log((y * weight).sum() / ((1 - y) * weight).sum())
    total = np.full(count, base)
    trees = []
    for _ in range(TREES):
        p = 1 / (1 + np.exp(-total))
        slope, bend = weight * (y - p), weight * p * (1 - p)
        leaf = np.zeros(count, dtype=np.int64)
        asked: list[tuple[int, float]] = []
        for depth in range(DEPTH):
            best = (-1.0, 0, 0)
            for n in range(width):
                if not len(cuts[n]):
                    continue
                cell = leaf * size + binned[n]
                shape = (1 << depth, size)
                g = np.bincount(cell, weights=slope, minlength=size << depth).reshape(shape).cumsum(1)
                h = np.bincount(cell, weights=bend, minlength=size << depth).reshape(shape).cumsum(1)
                rest_g, rest_h = g[:, -1:] - g, h[:, -1:] - h
                gain = (g**2 / (h + PENALTY) + rest_g**2 / (rest_h + PENALTY)).sum(0)[: len(cuts[n])]
                at = int(gain.argmax())
                if gain[at] > best[0] + 1e-9:
                    best = (float(gain[at]), n, at)
            _, n, at = best
            asked.append((n, float(cuts[n][at])))
            leaf = leaf * 2 + (binned[n] > at)
        g = np.bincount(leaf, weights=slope, minlength=1 << DEPTH)
        h = np.bincount(leaf, weights=bend, minlength=1 << DEPTH)
        values = RATE * g / (h + PENALTY)
        total += values[leaf]
        trees.append((asked, values))
    return base, trees


def predict(model: tuple[float, list[tuple[list[tuple[int, float]], Array]]], x: Array) -> Array:
    """Probabilities of rows."""
    base, trees = model
    total = np.full(len(x), base)
    for asked, values in trees:
        leaf = np.zeros(len(x), dtype=np.int64)
        for n, limit in asked:
            leaf = leaf * 2 + (x[:, n] > np.float32(limit))
        total += values[leaf]
    return 1 / (1 + np.exp(-total))


def measured(
    rows: Sequence[tuple[str, frozenset[str]]], said: Sequence[set[str]], known: frozenset[str]
) -> tuple[float, float, float]:
    """Precision, recall and F1; strings whose identifiers the registry lacks are left out."""
    hit = given = true = 0
    for (_, wanted), found in zip(rows, said, strict=True):
        if wanted and not wanted & known:
            continue
        hit, given, true = hit + len(wanted & known & found), given + len(found), true + len(wanted & known)
    return hit / max(given, 1), hit / max(true, 1), 2 * hit / max(given + true, 1)


def main(ror: str, names: Sequence[str], write: bool) -> None:
    registry = open_registry(Path(ror))
    known = frozenset(registry.identifier(n) for n in range(len(registry)))
    linker = Linker(registry)
    sets = []
    for name in names:
        rows = gold(Path(name), registry)
        x, y, owner, identifier = [], [], [], []
        for n, (text, wanted) in enumerate(rows):
            words = candidates.read_words(registry, text)
            found = candidates.candidates(registry, words)
            x += evidence.evidence(registry, words, found, linker.countries(text))
            for candidate in found:
                identifier.append(registry.identifier(candidate.organisation))
                y.append(identifier[-1] in wanted)
                owner.append(n)
        folds = [int(sha(" ".join(text.casefold().split()), 8), 16) % FOLDS for text, _ in rows]
        sets.append(
            (
                name,
                rows,
                np.array(x, dtype=np.float32),
                np.array(y, dtype=float),
                owner,
                identifier,
                np.array([folds[n] for n in owner]),
            )
        )
    x, y = np.concatenate([s[2] for s in sets]), np.concatenate([s[3] for s in sets])
    fold = np.concatenate([s[6] for s in sets])
    # A small gold standard counts as much as half of a large one.
    largest = max(len(s[1]) for s in sets)
    weight = np.concatenate([np.full(len(s[2]), max(1.0, largest / len(s[1]) / 2)) for s in sets])
    models = [fit(x[fold != k], y[fold != k], weight[fold != k]) for k in range(FOLDS)]
    print("gold\taccept\tprecision\trecall\tf1")
    for name, rows, x_one, _, owner, identifier, fold_one in sets:
        p = np.zeros(len(x_one))
        for k, model in enumerate(models):
            p[fold_one == k] = predict(model, x_one[fold_one == k])
        for accept in (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8):
            said: list[set[str]] = [set() for _ in rows]
            for n in np.nonzero(p >= accept)[0]:
                said[owner[n]].add(identifier[n])
            print(Path(name).name, accept, *(f"{v:.4f}" for v in measured(rows, said, known)), sep="\t")
    if write:
        base, trees = fit(x, y, weight)
        golds = [Path(name).name for name in names]
        about = {"features": evidence.FEATURES, "base": round(base, 6), "accept": ACCEPT, "trained_on": golds}
        lines: list[dict[str, Any]] = [about]
        for asked, values in trees:
            ask = [[evidence.FEATURES[n], round(limit, 5)] for n, limit in asked]
            lines.append({"ask": ask, "say": [round(float(v), 4) for v in values]})
        OUT.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    if len(arguments) < 2:
        sys.exit(__doc__)
    main(arguments[0], arguments[1:], "--write" in sys.argv)
