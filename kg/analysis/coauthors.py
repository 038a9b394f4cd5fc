"""Who writes with whom: authors joined by the articles that they signed together.

The fractional weight is that of M. E. J. Newman, "Scientific collaboration networks. II. Shortest paths, weighted
networks, and centrality", Phys. Rev. E 64, 016132 (2001), https://doi.org/10.1103/PhysRevE.64.016132, equation 2: an
article with n authors joins each two of them with 1/(n − 1), so that an author's fractional weights add up to the number
of articles that the author wrote with others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kg import iri, terms
from kg.analysis.network import Lists, Network
from kg.vocab import KGV, PROV, RDF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.analysis.network import Column
    from kg.terms import Facts

Work = tuple[str, Iterable[tuple[str, str]]]
"""an article's term, and its authors: (term of the resolved identity, name as printed)"""

MAX_AUTHORS = 100
"""An article with more authors adds no pairs: 1,000 authors are half a million links that say little of anyone."""


def network(works: Iterable[Work], *, max_authors: int = MAX_AUTHORS) -> Network:
    """The co-author network of some works.

    Nodes have ``label`` (the name printed most often, of equals the longest) and ``articles``; edges ``weight`` (joint
    articles), ``fractional_weight`` and ``works`` (the joint articles, sorted). An identity that stands twice on one
    article counts once. Articles with more than ``max_authors`` authors add nodes but no pairs; the graph's attribute
    ``left_out`` lists them.

    >>> ada, bo, cy = "<http://e.org/ada>", "<http://e.org/bo>", "<http://e.org/cy>"
    >>> works = [("<http://e.org/1>", [(ada, "Ada"), (bo, "Bo"), (cy, "Cy")]), ("<http://e.org/2>", [(ada, "A"), (bo, "Bo")])]
    >>> g = network(works).graph()
    >>> g.nodes[ada]
    {'label': 'Ada', 'articles': 2}
    >>> g.edges[ada, bo]
    {'weight': 2, 'fractional_weight': 1.5, 'works': ['<http://e.org/1>', '<http://e.org/2>']}
    """
    teams: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for article, authors in works:
        team = teams[article]
        for identity, name in authors:
            team.add(identity)
            names[identity][name] += 1
    nodes, articles = sorted(names), sorted(teams)
    number = {identity: n for n, identity in enumerate(nodes)}
    members = [sorted(number[identity] for identity in teams[article]) for article in articles]
    joining = [n for n, team in enumerate(members) if len(team) <= max_authors]
    links = _links([members[n] for n in joining])
    left_out = [article for article, team in zip(articles, members, strict=True) if len(team) > max_authors]
    about = {
        "name": "coauthors",
        "title": "Co-authors",
        "nodes": "authors",
        "weight": "joint articles",
        "articles": len(articles),
        "method": f"Authors of {len(articles)} articles, joined by the articles that they signed together; articles with "
        f"more than {max_authors} authors add no pairs ({len(left_out)} left out).",
        "left_out": left_out,
    }
    of_nodes: dict[str, Column] = {
        "label": [_usual(names[identity]) for identity in nodes],
        "articles": np.bincount(list(chain.from_iterable(members)), minlength=len(nodes)),
    }
    of_links: dict[str, Column] = {
        "weight": np.diff(links.bounds),
        "fractional_weight": links.fractional,
        "works": Lists([articles[n] for n in joining], links.teams, links.bounds),
    }
    return Network(about, nodes, of_nodes, links.first, links.second, of_links)


class _Links(NamedTuple):
    """Who is joined: the numbers of the two, the sum of what teams add, and their numbers, those of link ``n`` from
    ``bounds[n]`` to ``bounds[n + 1]``."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    fractional: NDArray[np.float64]
    teams: NDArray[np.int64]
    bounds: NDArray[np.int64]


def _links(teams: Sequence[Sequence[int]]) -> _Links:
    """Every two members of a team, teams being sorted: all pairs are listed and sorted, so that equal ones are neighbours."""
    sizes = np.array([len(team) for team in teams], dtype=np.int64)
    listed = chain.from_iterable(chain.from_iterable(combinations(team, 2) for team in teams))
    ends = np.fromiter(listed, dtype=np.int64).reshape(-1, 2)
    of_team = np.repeat(np.arange(len(teams)), sizes * (sizes - 1) // 2)
    order = np.lexsort((ends[:, 1], ends[:, 0]))  # stable: the teams of a link stay in their order
    ends, of_team = ends[order], of_team[order]
    is_new = np.ones(len(ends), dtype=bool)
    is_new[1:] = (ends[1:] != ends[:-1]).any(axis=1)
    starts = np.flatnonzero(is_new)
    # Added up one after the other, which bincount does, a sum is the same for the same teams whatever else is summed.
    shares = 1 / (sizes[of_team] - 1)
    fractional = np.bincount(np.cumsum(is_new) - 1, weights=shares, minlength=len(starts)).astype(np.float64)
    return _Links(ends[starts, 0], ends[starts, 1], fractional, of_team, np.append(starts, len(ends)))


def facts(network: Network, base: str) -> Iterator[Facts]:
    """The links as RDF: a ``kgv:CoAuthorLink`` each, with the works that it comes from; ``kgv:coAuthorWith`` both ways."""
    for a, b, weight, fractional, works in network.link_rows():
        yield (
            iri.link(base, (a, b), "coauthors"),
            [
                f"{RDF.type} {KGV.CoAuthorLink}",
                f"{KGV.member} {a}",
                f"{KGV.member} {b}",
                f"{KGV.weight} {terms.integer(weight)}",
                f"{KGV.fractionalWeight} {terms.decimal(fractional)}",
                *(f"{PROV.wasDerivedFrom} {work}" for work in works),
            ],
        )
    for author, others in network.neighbours():
        if others:
            yield author, [f"{KGV.coAuthorWith} {other}" for other in others]


def _usual(names: Counter[str]) -> str:
    return min(names, key=lambda name: (-names[name], -len(name), name))
