"""The scorer: how likely it is that a candidate is an organisation that the string names, from its evidence.

A sum of small trees (gradient boosting; Friedman 2001, doi 10.1214/aos/1013203451), in each of which all nodes of a level
ask the same question (Kohavi and Li 1995), so that a tree is a table that is looked up. The trees stand in
``data/organisations-model.jsonl``, one a line, and are made by ``benchmarks/train_organisations.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from kg.linkers.organisations.evidence import FEATURES


class Scorer:
    """Trees over :data:`~kg.linkers.organisations.evidence.FEATURES`.

    >>> lines = ['{"features": ["coverage"], "base": 0.0, "accept": 0.5}', '{"ask": [["coverage", 0.9]], "say": [-2.0, 2.0]}']
    >>> [round(score, 2) for score in Scorer(lines).scores([[0.5] + [0.0] * (len(FEATURES) - 1), [1.0] * len(FEATURES)])]
    [0.12, 0.88]
    """

    def __init__(self, lines: Iterable[str]) -> None:
        about, *trees = (json.loads(line) for line in lines if line.strip())
        place = {name: n for n, name in enumerate(FEATURES)}
        self.accept = float(about["accept"])
        """links with at least this score are facts"""
        self._base = float(about["base"])
        depth = max((len(tree["ask"]) for tree in trees), default=1)
        # A question that is missing is one that is always answered with no.
        asks = [[("coverage", 1e9)] * (depth - len(tree["ask"])) + tree["ask"] for tree in trees]
        self._features = np.array([[place[name] for name, _ in ask] for ask in asks], dtype=np.intp)
        self._limits = np.array([[limit for _, limit in ask] for ask in asks], dtype=np.float32)
        self._values = np.zeros((len(trees), 1 << depth), dtype=np.float32)
        for row, tree in zip(self._values, trees, strict=True):
            row[: len(tree["say"])] = tree["say"]
        self._powers = 1 << np.arange(depth - 1, -1, -1)
        self._trees = np.arange(len(trees))

    def scores(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """The probability of each row of evidence."""
        if not rows:
            return []
        matrix = np.array(rows, dtype=np.float32)
        leaves = (matrix[:, self._features] > self._limits) @ self._powers
        total = self._base + self._values[self._trees, leaves].sum(axis=1)
        found: list[float] = (1.0 / (1.0 + np.exp(-total))).tolist()
        return found


@cache
def shipped() -> Scorer:
    """The scorer that comes with kg."""
    text = files("kg").joinpath("data", "organisations-model.jsonl").read_text(encoding="utf-8")
    return Scorer(text.splitlines())
