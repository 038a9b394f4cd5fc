"""The analysis of a stored graph: reads who wrote what about what, computes the networks, writes their files, and gives
the triples of ``graph/analysis``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.store import GraphStore
from kg.terms import Triple, value
from kg.vocab import BIOLINK, DCTERMS, OWL, PRO, RDFS, SCHEMA

if TYPE_CHECKING:
    import networkx as nx

_AUTHORSHIPS = f"""
SELECT ?article ?person ?identity ?name WHERE {{
  ?role {PRO.withRole} {PRO.author} ; {PRO.relatesToDocument} ?article ; {RDFS.label} ?name ; {PRO.isHeldBy} ?person .
  OPTIONAL {{ ?person {OWL.sameAs} ?identity }}
}}"""
_TOPICS = f"SELECT DISTINCT ?article ?concept WHERE {{ ?article {DCTERMS.subject}|{SCHEMA.mentions} ?concept }}"
_ARTICLES = f"SELECT ?article WHERE {{ ?article {SCHEMA.mentions}|{DCTERMS.subject} ?concept }}"
_DESCRIBED = f"""
SELECT ?concept ?label ?category WHERE {{
  ?concept {RDFS.label} ?label . OPTIONAL {{ ?concept {BIOLINK.category} ?category }}
  FILTER EXISTS {{ ?article {DCTERMS.subject}|{SCHEMA.mentions} ?concept }}
}}"""


def co_authors(store: GraphStore) -> nx.Graph[str]:
    """The co-author network of a store, nodes by resolved identity."""
    from kg.analysis import coauthors

    works: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in store.select(_AUTHORSHIPS):
        works[row["article"]].append((row.get("identity") or row["person"], value(row["name"])))
    return coauthors.graph(sorted(works.items()))


def topics(store: GraphStore) -> nx.Graph[str]:
    """The network of concepts that articles are indexed with or mention."""
    from kg.analysis import topics

    works: dict[str, list[str]] = defaultdict(list)
    for row in store.select(_TOPICS):
        works[row["article"]].append(row["concept"])
    labels: dict[str, str] = {}
    categories: dict[str, str] = {}
    for row in store.select(_DESCRIBED):
        concept, label = row["concept"], value(row["label"])
        labels[concept] = min(label, labels.get(concept, label))
        if category := row.get("category"):
            categories[concept] = min(category, categories.get(concept, category))
    return topics.graph(sorted(works.items()), labels, categories)


def analyse(store: GraphStore, directory: Path, base: str) -> Iterator[Triple]:
    """Compute both networks, write their files into ``directory``, give their triples."""
    from kg.analysis import coauthors, files, measures, pictures
    from kg.analysis import topics as topic_links

    for network, links in ((co_authors(store), coauthors.triples), (topics(store), topic_links.triples)):
        name = network.graph["name"]
        measured = measures.measure(network)
        files.write_nodes(directory / f"{name}-nodes.csv", network, measured)
        files.write_edges(directory / f"{name}-edges.csv", network)
        files.write_graphml(directory / f"{name}.graphml", network, measured)
        pictures.write_pictures(directory / f"{name}.png", directory / f"{name}.svg", network, measured)
        yield from links(network, base)
        yield from measures.triples(network, measured, base)
