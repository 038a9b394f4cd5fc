"""What is written about together: concepts joined by the articles that mention both.

The strength of a link is the number of those articles, and the normalised pointwise mutual information of G. Bouma,
"Normalized (pointwise) mutual information in collocation extraction", Proc. GSCL 2009, 31-40:

    npmi(x, y) = ln(p(x, y) / (p(x) p(y))) / -ln p(x, y)

with p estimated by shares of articles: 1 where two concepts only occur together, 0 where they occur together as often as
chance has it, below 0 where less often.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from kg import iri, terms
from kg.analysis.network import Network, ranked
from kg.vocab import BIOLINK, KGV, RDF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.analysis.network import Column
    from kg.terms import Facts

Work = tuple[str, Iterable[str]]
"""an article's term, and the terms of the concepts that it mentions"""

MAX_CONCEPTS = 200
"""An article that mentions more concepts adds no pairs: it is a list, and says little of any two of them."""
MAX_LINKS = 50_000
"""How many links are kept. A few hundred articles with 20 concepts each already give more, nearly all of one article."""
_AT_ONCE = 1 << 20
"""pairs that are there at a time, as far as one concept has not more of its own"""


class Told(Protocol):
    """What is said of terms: a mapping, or what looks them up."""

    def get(self, term: str, otherwise: str, /) -> str:
        """What is said of it, or else the other."""


def network(
    works: Iterable[Work],
    labels: Told,
    categories: Told = MappingProxyType({}),
    *,
    min_weight: int = 1,
    max_links: int = MAX_LINKS,
    max_concepts: int = MAX_CONCEPTS,
) -> Network:
    """The topic network of some works.

    Nodes have ``label`` (the IRI where ``labels`` has none), ``articles`` and ``category`` (the name of the Biolink class
    whose term ``categories`` gives, or an empty text); edges ``weight`` (articles that mention both) and ``npmi``. Of the
    links with at least ``min_weight``, the ``max_links`` strongest are kept: those with the greatest weight, of equals
    with the greatest npmi, of equals the first by their terms. Articles with more than ``max_concepts`` concepts add nodes
    but no pairs; the graph's attribute ``left_out`` lists them, and npmi is estimated from the other articles.

    >>> cell, drug = "<http://e.org/cell>", "<http://e.org/drug>"
    >>> g = network([("<http://e.org/1>", [cell, drug]), ("<http://e.org/2>", [cell])], {cell: "cell"}).graph()
    >>> g.nodes[cell], g.edges[cell, drug]
    ({'label': 'cell', 'articles': 2, 'category': ''}, {'weight': 1, 'npmi': 0.0})
    """
    mentions = _Mentions.of(works)
    nodes = mentions.concepts
    sizes = np.diff(mentions.ends)
    left_out = [mentions.articles[n] for n in np.flatnonzero(sizes > max_concepts)]
    links, weak = _strongest(mentions, sizes <= max_concepts, min_weight, max_links)
    method = (
        f"Concepts of {len(mentions.articles)} articles, joined by the articles that mention both; articles with more than "
        f"{max_concepts} concepts add no pairs ({len(left_out)} left out); links of at least {min_weight} article(s), of "
        f"these the {max_links} of greatest weight, then greatest npmi ({weak} left out)."
    )
    about = {
        "name": "topics",
        "title": "Topics",
        "nodes": "concepts",
        "weight": "articles that mention both",
        "articles": len(mentions.articles),
        "method": method,
        "left_out": left_out,
    }
    of_nodes: dict[str, Column] = {
        "label": [labels.get(concept, "") or terms.value(concept) for concept in nodes],
        "articles": np.bincount(mentions.numbers, minlength=len(nodes)),
        "category": [_class_name(categories.get(concept, "")) for concept in nodes],
    }
    of_links = {"weight": links.weight, "npmi": links.npmi}
    return Network(about, nodes, of_nodes, links.first, links.second, of_links)


def facts(network: Network, base: str) -> Iterator[Facts]:
    """The links as RDF: a ``biolink:Association`` each; it says that two concepts occur together, how often, how tightly."""
    for a, b, weight, npmi in network.link_rows():
        yield (
            iri.link(base, (a, b), "topics"),
            [
                f"{RDF.type} {BIOLINK.Association}",
                f"{RDF.type} {RDF.Statement}",
                f"{RDF.subject} {a}",
                f"{RDF.predicate} {BIOLINK.occurs_together_in_literature_with}",
                f"{RDF.object} {b}",
                f"{KGV.weight} {terms.integer(weight)}",
                f"{KGV.npmi} {terms.decimal(npmi)}",
            ],
        )


class _Mentions(NamedTuple):
    """What articles mention: the terms of articles and of concepts, sorted; the article ``n`` mentions the concepts with the
    numbers from ``ends[n]`` to ``ends[n + 1]``, each once."""

    articles: list[str]
    concepts: list[str]
    numbers: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, works: Iterable[Work]) -> _Mentions:
        """Those of works, of which one may stand there in parts."""
        articles: dict[str, int] = {}
        concepts: dict[str, int] = {}
        where, what = array("q"), array("q")
        for article, mentioned in works:
            number = articles.setdefault(article, len(articles))
            for concept in mentioned:
                where.append(number)
                what.append(concepts.setdefault(concept, len(concepts)))
        (names, of_article), (terms, of_concept) = ranked(articles), ranked(concepts)
        pairs = np.unique(of_article[np.array(where)] * len(terms) + of_concept[np.array(what)])
        ends = np.searchsorted(pairs, np.arange(len(names) + 1) * len(terms))
        return cls(names, terms, pairs % max(len(terms), 1), ends)


class _Links(NamedTuple):
    """Pairs that occur together: first and second concept, articles with both, npmi to 12 decimals."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weight: NDArray[np.int64]
    npmi: NDArray[np.float64]

    def at(self, which: NDArray[Any]) -> _Links:
        """Some of them."""
        return _Links(self.first[which], self.second[which], self.weight[which], self.npmi[which])

    def with_(self, more: _Links) -> _Links:
        """These and more."""
        first, second, weight = (np.concatenate(two) for two in zip(self[:3], more[:3], strict=True))
        return _Links(first, second, weight, np.concatenate((self.npmi, more.npmi)))


def _strongest(mentions: _Mentions, used: NDArray[np.bool_], least: int, most: int) -> tuple[_Links, int]:
    """The strongest links that these articles make, sorted by their concepts, and how many others have the least weight that
    is wanted.

    The pairs of some concepts with all others are there at a time: all of them are the square of what articles mention.
    """
    articles, concepts = int(used.sum()), len(mentions.concepts)
    ones = np.ones(len(mentions.numbers), dtype=np.int64)
    shape = len(mentions.articles), concepts
    by_article = sparse.csr_array((ones, mentions.numbers, mentions.ends), shape=shape)[np.flatnonzero(used)]
    by_concept = by_article.T.tocsr()
    share = np.diff(by_concept.indptr) / max(articles, 1)
    # How many pairs a concept has at most: with each article that mentions it those that this mentions.
    pairs = np.cumsum(by_concept @ np.diff(by_article.indptr))
    none = np.zeros(0, dtype=np.int64)
    kept = _Links(none, none, none, np.zeros(0))
    total = start = 0
    while start < concepts:
        done = pairs[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(pairs, done + _AT_ONCE, side="right")))
        together = sparse.triu(by_concept[start:stop] @ by_article, k=start + 1).tocoo()
        found = together.data >= least
        first, second, weight = together.row[found] + start, together.col[found], together.data[found]
        total += len(weight)
        new = _Links(first, second, weight, _npmi(weight / max(articles, 1), share[first], share[second]))
        both = kept.with_(new)
        kept = both.at(np.lexsort((both.second, both.first, -both.npmi, -both.weight))[:most])
        start = stop
    return kept.at(np.lexsort((kept.second, kept.first))), total - len(kept.weight)


def _npmi(joint: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    # Where every article mentions both, the formula is 0/0; they only occur together, which is what 1 stands for.
    always = joint == 1
    surprise = -np.log(np.where(always, 0.5, joint))
    npmi: NDArray[np.float64] = np.where(always, 1.0, np.log(joint / (one * other)) / surprise)
    return npmi.round(12) + 0.0


def _class_name(category: str) -> str:
    return terms.value(category).removeprefix(BIOLINK.base) if category.startswith("<") else category
