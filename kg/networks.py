"""The analysis of a stored graph: reads who wrote what about what, computes the networks, writes their files, and gives
the triples of ``graph/analysis``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kg.store import GraphStore
from kg.terms import Triple, value
from kg.vocab import BIOLINK, DCTERMS, KGV, OWL, PRO, RDFS, SCHEMA

Engine = Literal["auto", "networkx", "rustworkx", "igraph"]
"""what computes the measures: :data:`kg.analysis.measures.ENGINES`"""

if TYPE_CHECKING:
    import networkx as nx

    from kg.analysis.bounds import Bounds
    from kg.analysis.measures import Measure

_AUTHORSHIPS = f"""
SELECT ?article ?person ?identity ?name WHERE {{
  ?role {PRO.withRole} {PRO.author} ; {PRO.relatesToDocument} ?article ; {RDFS.label} ?name ; {PRO.isHeldBy} ?person .
  OPTIONAL {{ ?person {OWL.sameAs} ?identity }}
}}"""
_PROPOSALS = f"""
SELECT ?a ?b WHERE {{
  ?proposal a {KGV.IdentityProposal} ; {KGV.member} ?a , ?b . FILTER(STR(?a) < STR(?b) && CONTAINS(STR(?a), "#person-"))
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

    return coauthors.graph(_works(store)[0])


def _works(store: GraphStore) -> tuple[list[tuple[str, list[tuple[str, str]]]], dict[str, str]]:
    """Every article with its authors' identities and printed names, and the identity of each person as printed."""
    works: dict[str, list[tuple[str, str]]] = defaultdict(list)
    who: dict[str, str] = {}
    for row in store.select(_AUTHORSHIPS):
        who[row["person"]] = row.get("identity") or row["person"]
        works[row["article"]].append((who[row["person"]], value(row["name"])))
    return sorted((article, sorted(authors)) for article, authors in works.items()), who


def _co_authors(store: GraphStore, engine: Engine) -> tuple[nx.Graph[str], dict[str, Measure], Bounds]:
    """The co-author network with its measures, and what they would be if all that is doubtful were so."""
    from kg.analysis import bounds, coauthors, measures

    works, who = _works(store)
    network = coauthors.graph(works)
    measured = measures.measure(network, engine=engine)
    proposals = {
        (who[row["a"]], who[row["b"]]) for row in store.select(_PROPOSALS) if row["a"] in who and row["b"] in who
    }
    all_merged, became = bounds.merged(works, proposals)
    if not became:
        found = bounds.bounds(network, measured, network, measured, {}, len(proposals))
    else:
        other = coauthors.graph(all_merged)
        found = bounds.bounds(network, measured, other, measures.measure(other, engine=engine), became, len(proposals))
    network.graph["method"] += f" {found.sentence}"
    return network, measured, found


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


def analyse(store: GraphStore, directory: Path, base: str, engine: Engine = "auto") -> Iterator[Triple]:
    """Compute both networks, write their files into ``directory``, give their triples."""
    from kg.analysis import bounds, coauthors, files, measures, pictures
    from kg.analysis import topics as topic_links

    people, standing, found = _co_authors(store, engine)
    bounds.write(directory / "coauthors-bounds.csv", found, {who: people.nodes[who]["label"] for who in people})
    about = topics(store)
    for network, measured, links in (
        (people, standing, coauthors.triples),
        (about, measures.measure(about, engine=engine), topic_links.triples),
    ):
        name = network.graph["name"]
        files.write_nodes(directory / f"{name}-nodes.csv", network, measured)
        files.write_edges(directory / f"{name}-edges.csv", network)
        files.write_graphml(directory / f"{name}.graphml", network, measured)
        pictures.write_pictures(directory / f"{name}.png", directory / f"{name}.svg", network, measured)
        yield from links(network, base)
        yield from measures.triples(network, measured, base)
