"""How common names and words are in biomedical papers: tables that ship with the program, so that what is said of two
authorships depends on nothing else that is in a graph.

``frequencies.tsv`` holds shares (per million) of family names and given names among authors, of words in affiliations, and
of words and MeSH descriptors among articles, counted by ``benchmarks/train_people.py``. What is not in it is rare.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

KINDS = ("family", "given", "initial", "place", "word", "topic", "journal")
_MILLION = 1e6


@cache
def shares() -> Mapping[str, Mapping[str, float]]:
    """Kind → token → the share of authors (or affiliations, or articles) that have it."""
    found: dict[str, dict[str, float]] = {kind: {} for kind in KINDS}
    text = (files("kg") / "data" / "people" / "frequencies.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, token, share = line.split("\t")
            found[kind][token] = float(share) / _MILLION
    return found


@cache
def rarities(kind: str) -> tuple[Mapping[str, float], float]:
    """Token → −log10 of its share, and that of every token that is not listed: of half of the smallest listed share."""
    listed = shares()[kind]
    return {token: -math.log10(share) for token, share in listed.items()}, -math.log10(min(listed.values()) / 2)


@cache
def common(kind: str, most: float) -> frozenset[str]:
    """The tokens whose rarity is this at most."""
    return frozenset(token for token, value in rarities(kind)[0].items() if value <= most)


def rarity(kind: str, token: str) -> float:
    """−log10 of the share: 2 for what one in a hundred has.

    >>> rarity("family", "wang") < rarity("family", "kowalczykiewicz")
    True
    """
    listed, rest = rarities(kind)
    return listed.get(token, rest)
