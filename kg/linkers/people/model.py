"""How likely two authorships are one person's: a logistic model over :mod:`kg.linkers.people.evidence`.

The weights ship with the program (``data/people/model.json``), trained by ``benchmarks/train_people.py`` on the pairs of
Vishnyakova et al. 2019 (doi:10.1093/jamia/ocz028). No weight may count against its sense (more shared co-authors never
make two authorships less alike), so that each number can be read. Two weights are set by hand because the pairs have too
few cases of them: e-mail addresses that are equal or of one organisation.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from operator import mul

from kg.linkers.people.authorships import Authorship
from kg.linkers.people.evidence import FEATURES, compare, name_rarity
from kg.linkers.people.tables import rarity


@dataclass(frozen=True)
class Model:
    """Weights, and where the line is drawn: from ``link`` on two authorships are one person's; from ``propose`` on a
    person should look."""

    intercept: float
    weights: Mapping[str, float]
    link: float
    propose: float

    def log_odds(self, row: tuple[float, ...]) -> float:
        """The log-odds that a row of evidence means one person."""
        evidence: float = sum(map(mul, self._in_order, row))
        return self.intercept + evidence

    @cached_property
    def _in_order(self) -> tuple[float, ...]:
        return tuple(self.weights[name] for name in FEATURES)

    def by_name(self, member: Authorship) -> float:
        """How likely two authorships of this very name are one person's when nothing else is known of them."""
        name = member.name
        known = {
            "name_rarity": name_rarity(name, name),
            "family_rarity": rarity("family", name.family),
            "both_full": float(name.is_full),
            "same_given": float(name.is_full),
            "middle_agrees": float(len(name.given) > 1),
        }
        return probability(self.intercept + sum(self.weights[feature] * value for feature, value in known.items()))

    def confidence(self, a: Authorship, b: Authorship) -> float:
        """The probability that both are one person."""
        return probability(self.log_odds(compare(a, b)))


def probability(log_odds: float) -> float:
    """1 / (1 + e^−x), kept off 0 and 1.

    >>> probability(0.0), round(probability(3.0), 3), probability(-1000.0) > 0
    (0.5, 0.953, True)
    """
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


@cache
def shipped() -> Model:
    """The model that ships with the program."""
    stated = json.loads((files("kg") / "data" / "people" / "model.json").read_text(encoding="utf-8"))
    if set(stated["weights"]) != set(FEATURES):
        raise ValueError("data/people/model.json does not weigh the evidence that this version compares; train it anew")
    return Model(stated["intercept"], stated["weights"], stated["link"], stated["propose"])
