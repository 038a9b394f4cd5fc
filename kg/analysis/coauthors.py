"""Who writes with whom: authors joined by the articles that they signed together.

The fractional weight is that of M. E. J. Newman, "Scientific collaboration networks. II. Shortest paths, weighted
networks, and centrality", Phys. Rev. E 64, 016132 (2001), https://doi.org/10.1103/PhysRevE.64.016132, equation 2: an
article with n authors joins each two of them with 1/(n − 1), so that an author's fractional weights add up to the number
of articles that the author wrote with others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

import networkx as nx

from kg import iri, terms
from kg.terms import Triple
from kg.vocab import KGV, PROV, RDF

Work = tuple[str, Iterable[tuple[str, str]]]
"""an article's term, and its authors: (term of the resolved identity, name as printed)"""

MAX_AUTHORS = 100
"""An article with more authors adds no pairs: 1,000 authors are half a million links that say little of anyone."""


def graph(works: Iterable[Work], *, max_authors: int = MAX_AUTHORS) -> nx.Graph[str]:
    """The co-author network of some works.

    Nodes have ``label`` (the name printed most often, of equals the longest) and ``articles``; edges ``weight`` (joint
    articles), ``fractional_weight`` and ``works`` (the joint articles, sorted). An identity that stands twice on one
    article counts once. Articles with more than ``max_authors`` authors add nodes but no pairs; the graph's attribute
    ``left_out`` lists them.

    >>> ada, bo, cy = "<http://e.org/ada>", "<http://e.org/bo>", "<http://e.org/cy>"
    >>> works = [("<http://e.org/1>", [(ada, "Ada"), (bo, "Bo"), (cy, "Cy")]), ("<http://e.org/2>", [(ada, "A"), (bo, "Bo")])]
    >>> g = graph(works)
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

    network: nx.Graph[str] = nx.Graph()
    for identity in sorted(names):
        network.add_node(identity, label=_usual(names[identity]), articles=0)
    left_out = []
    for article in sorted(teams):
        members = sorted(teams[article])
        for identity in members:
            network.nodes[identity]["articles"] += 1
        if len(members) > max_authors:
            left_out.append(article)
            continue
        for pair in combinations(members, 2):
            if not network.has_edge(*pair):
                network.add_edge(*pair, weight=0, fractional_weight=0.0, works=[])
            edge = network.edges[pair]
            edge["weight"] += 1
            edge["fractional_weight"] += 1 / (len(members) - 1)
            edge["works"].append(article)
    network.graph.update(
        name="coauthors",
        title="Co-authors",
        nodes="authors",
        weight="joint articles",
        articles=len(teams),
        method=f"Authors of {len(teams)} articles, joined by the articles that they signed together; articles with more "
        f"than {max_authors} authors add no pairs ({len(left_out)} left out).",
        left_out=left_out,
    )
    return network


def triples(network: nx.Graph[str], base: str) -> Iterator[Triple]:
    """The links as RDF: a ``kgv:CoAuthorLink`` each, with the works that it comes from; ``kgv:coAuthorWith`` both ways."""
    for a, b, edge in network.edges(data=True):
        link = iri.link(base, (a, b), "coauthors")
        yield link, RDF.type, KGV.CoAuthorLink
        yield link, KGV.member, a
        yield link, KGV.member, b
        yield link, KGV.weight, terms.integer(edge["weight"])
        yield link, KGV.fractionalWeight, terms.decimal(edge["fractional_weight"])
        for work in edge["works"]:
            yield link, PROV.wasDerivedFrom, work
        yield a, KGV.coAuthorWith, b
        yield b, KGV.coAuthorWith, a


def _usual(names: Counter[str]) -> str:
    return min(names, key=lambda name: (-names[name], -len(name), name))
