"""Train the scorer of organisations, and measure it by cross-validation.

    python benchmarks/train_organisations.py ROR GOLD.tsv… [--write | --by-organisation]

ROR is a dump. GOLD has a header and the columns ``affiliation`` and ``ror_ids`` (identifiers separated by blanks), or
``affiliation``, ``id`` and ``id_type`` (ROR, GRID or ISNI; one identifier a row). Strings are put into five folds by their
own digest, equal strings into one, and each fold is scored by trees that never saw it; with ``--by-organisation`` strings
of one (first) organisation are in one fold, which tells how it goes with organisations that were never seen. With
``--write`` trees over all strings replace ``kg/data/organisations-model.jsonl``. The trees
are grown by CatBoost (Prokhorenkova et al. 2018, arXiv 1706.09516; ``pip install '.[bench]'``); what ships is a table
that kg reads with numpy alone, and what is measured is that table.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier

from kg.affiliations import addresses, countries
from kg.iri import sha
from kg.linkers.organisations import Linker, candidates
from kg.linkers.organisations.evidence import CONTEXT, FEATURES, Pairs, context, evidence
from kg.ror import Registry, open_registry, records

TREES, DEPTH, RATE, FOLDS = (200, 150), 8, 0.1, 5
SHARE = 0.3
"""so many of the features are looked at when a question is chosen"""
ACCEPT = 0.57
OUT = Path(__file__).parent.parent / "kg" / "data" / "organisations-model.jsonl"
Array = Any
Gold = Sequence[tuple[str, frozenset[str]]]
Model = tuple[float, list[tuple[list[tuple[int, float]], Array]]]


@dataclass
class Strings:
    """A gold standard: its strings, and a row for each candidate of each."""

    name: str
    gold: Gold
    pairs: Pairs
    x: Array
    y: Array
    owner: Array
    identifiers: list[str]
    fold: Array
    later: frozenset[str]
    """records that were created after the last that gold names: when gold was made, nobody could name them"""


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
                known = registry.by_other(row["id_type"].lower(), row["id"])
                held |= {registry.identifier(n) for n in known} or {f"{row['id_type']} {row['id']}"}
    return [(text, frozenset(held)) for text, held in found.items()]


def created(ror: Path) -> dict[str, str]:
    """Record → the day on which it was created, where the dump says it (schema 2)."""
    dates = ((str(r["id"]), r.get("admin", {}).get("created", {}).get("date")) for r in records(ror))
    return {identifier: date for identifier, date in dates if date}


def read(path: Path, registry: Registry, dates: dict[str, str], is_by_organisation: bool) -> Strings:
    """The candidates of every string of a gold standard, and the fold of each."""
    rows = gold(path, registry)
    there = [countries(text) for text, _ in rows]
    words = [candidates.read_words(registry, text) for text, _ in rows]
    pairs = Pairs(registry, candidates.candidates(registry, words, there))
    matrix = evidence(registry, words, pairs, there)
    identifiers = [registry.identifier(candidate.organisation) for candidate in pairs.every]
    y = [i in rows[owner][1] for i, owner in zip(identifiers, pairs.texts.tolist(), strict=True)]
    keys = [
        min(wanted) if wanted and is_by_organisation else " ".join(text.casefold().split()) for text, wanted in rows
    ]
    folds = np.array([int(sha(key, 8), 16) % FOLDS for key in keys])
    last = max((dates[i] for _, wanted in rows for i in wanted if i in dates), default="9999")
    later = frozenset(i for i, date in dates.items() if date > last)
    owners = pairs.texts
    return Strings(path.name, rows, pairs, matrix, np.array(y, dtype=float), owners, identifiers, folds[owners], later)


def fit(x: Array, y: Array, weight: Array, trees: int) -> Model:
    """Boosted trees in which all nodes of a level share one question: base, and questions and values of each tree."""
    learner = CatBoostClassifier(
        iterations=trees,
        depth=DEPTH,
        learning_rate=RATE,
        rsm=SHARE,
        random_seed=0,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
    learner.fit(x, y, sample_weight=weight)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.json"
        learner.save_model(str(file), format="json")
        known = json.loads(file.read_text(encoding="utf-8"))
    scale, (base,) = known["scale_and_bias"]
    found = []
    for tree in known["oblivious_trees"]:
        # The first question of a tree is the lowest bit of the number of a leaf there, and the highest one here.
        asked = [(one["float_feature_index"], round(one["border"], 6)) for one in reversed(tree["splits"])]
        found.append((asked, np.round(scale * np.array(tree["leaf_values"]), 4)))
    return float(base), found


def leaves(x: Array, asked: Sequence[tuple[int, float]]) -> Array:
    """The leaf of a tree into which each row falls."""
    leaf = np.zeros(len(x), dtype=np.int64)
    for n, limit in asked:
        leaf = leaf * 2 + (x[:, n] > np.float32(limit))
    return leaf


def predict(model: Model, x: Array) -> Array:
    """Probabilities of rows."""
    total = np.full(len(x), model[0])
    for asked, values in model[1]:
        total += values[leaves(x, asked)]
    return 1 / (1 + np.exp(-total))


def unseen(x: Array, y: Array, weight: Array, fold: Array, trees: int) -> Array:
    """The probability of each row by trees that did not see its fold."""
    p = np.zeros(len(x))
    for k in np.unique(fold):
        p[fold == k] = predict(fit(x[fold != k], y[fold != k], weight[fold != k], trees), x[fold == k])
    return p


def with_context(sets: Sequence[Strings], first: Array) -> Array:
    """The rows with what the first scores of the other candidates of their string say."""
    ends = np.cumsum([len(one.x) for one in sets])
    rows = [context(one.pairs, some.tolist()) for one, some in zip(sets, np.split(first, ends[:-1]), strict=True)]
    return np.concatenate([np.concatenate([one.x for one in sets]), np.concatenate(rows)], axis=1)


def measured(rows: Gold, said: Sequence[set[str]], known: frozenset[str]) -> tuple[float, float, float]:
    """Precision, recall and F1; strings whose identifiers the registry lacks are left out."""
    hit = given = true = 0
    for (_, wanted), found in zip(rows, said, strict=True):
        if wanted and not wanted & known:
            continue
        hit, given, true = hit + len(wanted & known & found), given + len(found), true + len(wanted & known)
    return hit / max(given, 1), hit / max(true, 1), 2 * hit / max(given + true, 1)


def classes(registry: Registry, one: Strings, p: Array, known: frozenset[str]) -> Counter[str]:
    """How many errors there are of each kind at :data:`ACCEPT`: what is said and not gold, what is gold and not said."""
    said: list[set[str]] = [set() for _ in one.gold]
    offered: list[set[str]] = [set() for _ in one.gold]
    for n, (score, identifier) in enumerate(zip(p, one.identifiers, strict=True)):
        offered[one.owner[n]].add(identifier)
        if score >= ACCEPT:
            said[one.owner[n]].add(identifier)
    found: Counter[str] = Counter()
    for (_, gold_ids), here, there in zip(one.gold, said, offered, strict=True):
        if gold_ids and not gold_ids & known:
            continue
        wanted = gold_ids & known
        for identifier in here - wanted:
            what = "created later than gold" if identifier in one.later else _relation(registry, identifier, wanted)
            found[f"said, not gold: {what}"] += 1
        for identifier in wanted - here:
            if identifier not in there:
                found["gold, not said: no name of it found"] += 1
            elif here:
                found[f"gold, not said: said instead {_relation(registry, sorted(here)[0], {identifier})}"] += 1
            else:
                found["gold, not said: abstained"] += 1
    return found


def _relation(registry: Registry, identifier: str, wanted: set[str] | frozenset[str]) -> str:
    """What an organisation is to those that gold names."""
    if not wanted:
        return "gold names none"
    n = registry.number(identifier)
    assert n is not None
    others = [m for i in sorted(wanted) if (m := registry.number(i)) is not None]
    if any(n in registry.children(m) for m in others):
        return "its part"
    if any(n in registry.parents(m) for m in others):
        return "its parent"
    if any(n in registry.related(m) for m in others):
        return "one related to it"
    if any(set(registry.parents(n)) & set(registry.parents(m)) for m in others):
        return "another part of its parent"
    return "another"


def speed(sets: Sequence[Strings], registry: Registry) -> float:
    """Distinct strings that are parsed and linked in a second of processor time, by a linker that is warm."""
    linker = Linker(registry)
    texts = list(dict.fromkeys(text for one in sets for text, _ in one.gold))
    linker.links_of(texts[::10])
    rest = [text for n, text in enumerate(texts) if n % 10]
    started = time.process_time()
    for text in rest:
        addresses(text)
    linker.links_of(rest)
    return len(rest) / (time.process_time() - started)


def main(ror: str, names: Sequence[str], write: bool, is_by_organisation: bool) -> None:
    registry = open_registry(Path(ror))
    known = frozenset(registry.identifier(n) for n in range(len(registry)))
    dates = created(Path(ror))
    sets = [read(Path(name), registry, dates, is_by_organisation) for name in names]
    x, y, fold = (np.concatenate([getattr(s, name) for s in sets]) for name in ("x", "y", "fold"))
    # A small gold standard counts as much as half of a large one.
    largest = max(len(s.gold) for s in sets)
    weight = np.concatenate([np.full(len(s.x), max(1.0, min(2.0, largest / len(s.gold) / 2))) for s in sets])
    first = unseen(x, y, weight, fold, TREES[0])
    both = with_context(sets, first)
    second = unseen(both, y, weight, fold, TREES[1])
    print(f"strings a second and core, parsed and linked: {speed(sets, registry):,.0f}")
    print("gold\taccept\tprecision\trecall\tf1\tprecision and f1 without records later than gold")
    at = 0
    for one in sets:
        p = second[at : at + len(one.x)]
        at += len(one.x)
        for accept in sorted({ACCEPT, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7}):
            said: list[set[str]] = [set() for _ in one.gold]
            for n in np.nonzero(p >= accept)[0]:
                said[one.owner[n]].add(one.identifiers[n])
            precision, _, f1 = measured(one.gold, [found - one.later for found in said], known)
            figures = *measured(one.gold, said, known), precision, f1
            print(one.name, accept, *(f"{v:.4f}" for v in figures), sep="\t", flush=True)
        for what, count in classes(registry, one, p, known).most_common():
            print(one.name, what, count, sep="\t")
    if write:
        models = fit(x, y, weight, TREES[0]), fit(both, y, weight, TREES[1])
        bases = [round(base, 6) for base, _ in models]
        lines: list[dict[str, Any]] = [{"accept": ACCEPT, "bases": bases, "trained_on": [s.name for s in sets]}]
        for number, (_, trees) in enumerate(models, 1):
            for asked, values in trees:
                ask = [[(FEATURES + CONTEXT)[n], limit] for n, limit in asked]
                lines.append({"time": number, "ask": ask, "say": values.tolist()})
        OUT.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a not in ("--write", "--by-organisation")]
    if len(arguments) < 2:
        sys.exit(__doc__)
    main(arguments[0], arguments[1:], "--write" in sys.argv, "--by-organisation" in sys.argv)
