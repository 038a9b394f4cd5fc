"""The scorer: how likely it is that a candidate is an organisation that the string names.

It scores twice: each candidate by its own evidence, and then once more with the first scores of the other candidates
(stacked generalisation; Wolpert 1992, doi 10.1016/S0893-6080(05)80023-1), because of a university and its hospital, or of
two institutions in one string, each says something of the other. Each time it is a sum of small trees (gradient boosting;
Friedman 2001, doi 10.1214/aos/1013203451) in which all nodes of a level ask the same question, so that a tree is a table.
The trees stand in ``data/organisations-model.jsonl``, one a line, and are made by ``benchmarks/train_organisations.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.linkers.organisations.evidence import CONTEXT, FEATURES, Pairs, context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


_DEPTH = 8
"""questions that a tree asks at most"""
_TOGETHER = 200
"""rows whose answers fit into the caches of a processor: with more, each costs three times as much"""


class Trees:
    """A sum of trees over named features.

    >>> trees = Trees(("a", "b"), 0.0, [{"ask": [["a", 0.9]], "say": [-2.0, 2.0]}])
    >>> [round(score, 2) for score in trees.scores([[0.5, 0.0], [1.0, 0.0]])]
    [0.12, 0.88]
    """

    def __init__(self, features: Sequence[str], base: float, trees: Sequence[dict[str, Any]]) -> None:
        place = {name: n for n, name in enumerate(features)}
        self._base = base
        # A question that is missing is one that is always answered with no: the answers of a tree are the bits of a byte.
        asks = [[(features[0], math.inf)] * (_DEPTH - len(tree["ask"])) + tree["ask"] for tree in trees]
        asked = [(place[name], limit) for level in zip(*asks, strict=True) for name, limit in level]
        # Many trees ask the same.
        questions = {question: n for n, question in enumerate(sorted(set(asked)))}
        self._features = np.array([n for n, _ in questions], dtype=np.intp)
        self._limits = np.array([[limit] for _, limit in questions], dtype=np.float32)
        self._asked = np.array([questions[question] for question in asked], dtype=np.intp)
        self._values = np.zeros(len(trees) << _DEPTH, dtype=np.float32)
        for n, tree in enumerate(trees):
            self._values[n << _DEPTH : (n << _DEPTH) + len(tree["say"])] = tree["say"]
        self._starts = np.arange(len(trees))[:, np.newaxis] << _DEPTH

    def scores(self, rows: Sequence[Sequence[float]] | Matrix) -> list[float]:
        """The probability of each row, whatever rows stand beside it."""
        matrix = np.asarray(rows, dtype=np.float32)
        pieces = (matrix[start : start + _TOGETHER] for start in range(0, len(matrix), _TOGETHER))
        return [score for piece in pieces for score in self._scores(piece)]

    def _scores(self, rows: Matrix) -> list[float]:
        # A column a row from here on: what is done with one question or tree is done with a run of memory.
        columns = rows.T.copy()
        answers = (columns.take(self._features, axis=0) > self._limits).view(np.uint8)
        levels = answers.take(self._asked, axis=0).reshape(_DEPTH, len(self._starts), -1)
        leaves = levels[0]
        for level in levels[1:]:
            leaves += leaves
            leaves |= level
        said = self._values.take(leaves + self._starts)
        total = self._base + np.add.reduce(said.T.copy(), axis=1)
        found: list[float] = (1.0 / (1.0 + np.exp(-total))).tolist()
        return found


class Scorer:
    """Both times: the lines of a model."""

    def __init__(self, lines: Iterable[str]) -> None:
        about, *trees = (json.loads(line) for line in lines if line.strip())
        self.accept = float(about["accept"])
        """links with at least this score are facts"""
        first, second = about["bases"]
        self._first = Trees(FEATURES, first, [tree for tree in trees if tree["time"] == 1])
        self._second = Trees(FEATURES + CONTEXT, second, [tree for tree in trees if tree["time"] == 2])

    def scores(self, pairs: Pairs, rows: Matrix) -> list[float]:
        """The probability of each candidate of some strings, from the evidence of all candidates of its string."""
        others = context(pairs, self._first.scores(rows))
        return self._second.scores(np.concatenate((rows, others), axis=1))


@cache
def shipped() -> Scorer:
    """The scorer that comes with kg."""
    text = files("kg").joinpath("data", "organisations-model.jsonl").read_text(encoding="utf-8")
    return Scorer(text.splitlines())
