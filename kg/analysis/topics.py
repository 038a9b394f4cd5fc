"""What is written about together: concepts joined by the articles that mention both.

The strength of a link is the number of those articles, and the normalised pointwise mutual information of G. Bouma,
"Normalized (pointwise) mutual information in collocation extraction", Proc. GSCL 2009, 31-40:

    npmi(x, y) = ln(p(x, y) / (p(x) p(y))) / -ln p(x, y)

with p estimated by shares of articles: 1 where two concepts only occur together, 0 where they occur together as often as
chance has it, below 0 where less often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from kg import iri, terms
from kg.analysis.network import Network
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


def network(
    works: Iterable[Work],
    labels: Mapping[str, str],
    categories: Mapping[str, str] = MappingProxyType({}),
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
    mentioned: defaultdict[str, set[str]] = defaultdict(set)
    for article, concepts in works:
        mentioned[article].update(concepts)

    nodes = sorted(set().union(*mentioned.values()))
    position = {concept: n for n, concept in enumerate(nodes)}
    left_out = sorted(article for article, concepts in mentioned.items() if len(concepts) > max_concepts)
    used = [sorted(position[c] for c in concepts) for concepts in mentioned.values() if len(concepts) <= max_concepts]
    first, second, weight, npmi = _together(used, len(nodes))
    enough = weight >= min_weight
    first, second, weight, npmi = first[enough], second[enough], weight[enough], npmi[enough]
    strongest = np.sort(np.lexsort((second, first, -npmi, -weight))[:max_links])
    method = (
        f"Concepts of {len(mentioned)} articles, joined by the articles that mention both; articles with more than "
        f"{max_concepts} concepts add no pairs ({len(left_out)} left out); links of at least {min_weight} article(s), of "
        f"these the {max_links} of greatest weight, then greatest npmi ({len(weight) - len(strongest)} left out)."
    )
    about = {
        "name": "topics",
        "title": "Topics",
        "nodes": "concepts",
        "weight": "articles that mention both",
        "articles": len(mentioned),
        "method": method,
        "left_out": left_out,
    }
    of_nodes: dict[str, Column] = {
        "label": [labels.get(concept) or terms.value(concept) for concept in nodes],
        "articles": np.bincount([position[c] for found in mentioned.values() for c in found], minlength=len(nodes)),
        "category": [_class_name(categories.get(concept, "")) for concept in nodes],
    }
    of_links = {"weight": weight[strongest], "npmi": npmi[strongest]}
    return Network(about, nodes, of_nodes, first[strongest], second[strongest], of_links)


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


def _together(
    used: list[list[int]], concepts: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """All pairs that occur together, sorted: first and second concept, articles with both, npmi to 12 decimals."""
    columns = np.array([concept for article in used for concept in article], dtype=np.int64)
    ends = np.cumsum([0, *map(len, used)])
    incidence = sparse.csr_array((np.ones(len(columns), dtype=np.int64), columns, ends), shape=(len(used), concepts))
    pairs = sparse.triu(incidence.T @ incidence, k=1).tocoo()
    order = np.lexsort((pairs.col, pairs.row))
    first, second, weight = pairs.row[order], pairs.col[order], pairs.data[order]
    if not len(weight):
        return first, second, weight, np.zeros(0)
    share = np.bincount(columns, minlength=concepts) / len(used)
    joint = weight / len(used)
    # Where every article mentions both, the formula is 0/0; they only occur together, which is what 1 stands for.
    always = joint == 1
    surprise = -np.log(np.where(always, 0.5, joint))
    npmi: NDArray[np.float64] = np.where(always, 1.0, np.log(joint / (share[first] * share[second])) / surprise)
    return first, second, weight, npmi.round(12) + 0.0


def _class_name(category: str) -> str:
    return terms.value(category).removeprefix(BIOLINK.base) if category.startswith("<") else category
