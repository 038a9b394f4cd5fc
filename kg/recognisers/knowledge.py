"""What decides beside the lexicon, from the files in ``kg/data/recognition``: stop names, counts, weights.

All of it holds for every text: nothing here knows a corpus. The files are made or read by people:
``stop_names.tsv`` by hand, with a reason a row; ``names.tsv`` and ``weights.tsv`` by ``benchmarks/learn_recognition.py``,
which names its sources.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from kg import resources
from kg.lexicon import form, forms
from kg.lexicon.learned import learned_names

Counts = Mapping[str, Mapping[str, tuple[int, int, str]]]
"""forms of a name, joined by blanks → concept → (meant, seen, type)"""


@dataclass(frozen=True)
class Knowledge:
    """``weights``: kind of thing → feature → weight (:mod:`kg.recognisers.scoring`)."""

    stop_names: frozenset[str] = frozenset()
    counts: Counts = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """sha256, in hexadecimal, of all of it."""
        known = [sorted(self.stop_names), self.counts, self.weights]
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode("ascii")).hexdigest()


@cache
def shipped() -> Knowledge:
    """What comes with the package."""
    counts: dict[str, dict[str, tuple[int, int, str]]] = {}
    for name in learned_names():
        counts.setdefault(key(name.name), {})[name.concept] = (name.meant, name.seen, name.type)
    weights: dict[str, dict[str, float]] = {}
    for kind, feature, weight in resources.table("recognition/weights.tsv"):
        weights.setdefault(kind, {})[feature] = float(weight)
    return Knowledge(stop_names(), counts, weights)


@cache
def stop_names() -> frozenset[str]:
    """The forms of the names that are no mention by themselves."""
    return frozenset(form(row[0]) for row in resources.table("recognition/stop_names.tsv"))


def key(name: str) -> str:
    """What counts are kept by: the forms of a name."""
    return " ".join(forms(name))
