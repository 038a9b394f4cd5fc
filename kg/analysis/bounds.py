"""How much of a co-author network rests on people who may be one and are not decided: each measure with none of the doubtful
pairs merged, and with all of them.

The two are what the measure would be if every proposal were wrong, and if every one were right; what becomes true lies, for
counts of authors and links, between them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg import terms
from kg.analysis import matrices
from kg.analysis.files import write_table

if TYPE_CHECKING:
    from kg.analysis.measures import Measure
    from kg.analysis.network import Network

Work = tuple[str, Sequence[tuple[str, str]]]
"""an article's term and its authors: (term of the resolved identity, name as printed)"""
Works = Sequence[Work]

COMPARED = ("degree", "strength", "pagerank", "betweenness", "core")
"""measures of nodes; the number of a community says nothing of itself"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """``whole``: of the network, ``nodes``: of each author whom a proposal changes: name → with none and with all merged.

    ``links``: how many links of the network have an end that may be somebody else.
    """

    proposals: int = 0
    links: int = 0
    whole: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    nodes: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The same in one sentence."""
        if not self.proposals:
            return "No proposal of who may be one person waits for a decision."
        authors, links = self.whole["authors"], self.whole["links"]
        return (
            f"{self.proposals} {'pair' if self.proposals == 1 else 'pairs'} of authors may be one person: {self.links} of "
            f"{links[0]:g} links rest on them; if all were, there would be {authors[1]:g} authors instead of {authors[0]:g} "
            f"and {links[1]:g} links instead of {links[0]:g}."
        )


def merged(works: Works, proposals: Collection[tuple[str, str]]) -> tuple[Iterator[Work], dict[str, str]]:
    """The works with the two of each proposal as one, to be passed over once, and who became whom. Two who share an article
    stay two: they cannot be one, whatever is proposed.

    >>> works = [("<1>", [("<a>", "A Roe")]), ("<2>", [("<b>", "Ann Roe"), ("<c>", "C Doe")])]
    >>> as_one, became = merged(works, [("<a>", "<b>"), ("<b>", "<c>")])
    >>> list(as_one), became
    ([('<1>', [('<a>', 'A Roe')]), ('<2>', [('<a>', 'Ann Roe'), ('<c>', 'C Doe')])], {'<b>': '<a>'})
    """
    articles: dict[str, set[str]] = {who: set() for pair in proposals for who in pair}
    for article, authors in works:
        for who, _ in authors:
            if who in articles:
                articles[who].add(article)
    leader: dict[str, str] = {}

    def root(who: str) -> str:
        while who in leader:
            who = leader[who]
        return who

    for pair in sorted(tuple(sorted(two)) for two in proposals):
        one, other = sorted(map(root, pair))
        if one != other and articles[one].isdisjoint(articles[other]):
            leader[other] = one
            articles[one] |= articles.pop(other)
    became = {who: root(who) for who in leader}
    as_one = ((article, [(became.get(who, who), name) for who, name in authors]) for article, authors in works)
    return as_one, became


def bounds(
    network: Network,
    measured: Mapping[str, Measure],
    all_merged: Network,
    all_measured: Mapping[str, Measure],
    became: Mapping[str, str],
    proposals: int,
) -> Bounds:
    """Compare the network as decided with the one in which all proposals are merged."""
    touched = {who for pair in became.items() for who in pair} & set(network.nodes)
    is_touched = np.fromiter((who in touched for who in network.nodes), dtype=bool, count=len(network.nodes))
    links = int((is_touched[network.first] | is_touched[network.second]).sum())
    decided, merged_too = _whole(network), _whole(all_merged)
    nodes = {
        who: {
            name: (measured[name].values[who], all_measured[name].values[became.get(who, who)])
            for name in COMPARED
            if name in measured
        }
        for who in sorted(touched)
    }
    return Bounds(proposals, links, {name: (value, merged_too[name]) for name, value in decided.items()}, nodes)


def _whole(network: Network) -> dict[str, float]:
    size, links = len(network.nodes), len(network.first)
    sizes = np.bincount(matrices.parts(network.weights))
    return {
        "authors": size,
        "links": links,
        "connected parts": len(sizes),
        "authors of the largest part": int(sizes.max(initial=0)),
        "mean degree": 2 * links / size if size else 0.0,
        "density": 2 * links / (size * (size - 1)) if size > 1 else 0.0,
    }


def write(path: Path, found: Bounds, labels: Mapping[str, str]) -> None:
    """One line a measure: of the network as a whole first, then of each author whom a proposal changes."""
    rows: list[tuple[str, str, tuple[float, float]]] = [
        ("", "proposals", (found.proposals, found.proposals)),
        ("", "links that rest on proposals", (0, found.links)),
        *(("", name, pair) for name, pair in found.whole.items()),
        *((who, name, pair) for who, measures in found.nodes.items() for name, pair in measures.items()),
    ]
    table = ([terms.value(who) if who else "", labels.get(who, ""), name, *_sorted(pair)] for who, name, pair in rows)
    write_table(path, ["id", "label", "measure", "low", "high"], table)


def _sorted(pair: tuple[float, float]) -> tuple[str, str]:
    low, high = (f"{value:.6g}" for value in sorted(pair))
    return low, high
