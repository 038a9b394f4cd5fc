"""The analysis of a stored graph: reads who wrote what about what, computes the networks, writes their files, and tells
what ``graph/analysis`` says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kg import iri, sparql
from kg.store import GraphStore
from kg.terms import Facts, value
from kg.vocab import BIOLINK, DCTERMS, DQV, KGV, OWL, PREFIXES, PRO, RDFS, SCHEMA

Engine = Literal["auto", "networkx", "rustworkx", "igraph"]
"""what computes the measures: :data:`kg.analysis.measures.ENGINES`"""

if TYPE_CHECKING:
    import networkx as nx

    from kg.analysis.bounds import Bounds
    from kg.analysis.measures import Measure
    from kg.analysis.network import Network

# With an OPTIONAL or a test for each row the engine hashes all that is the same as anything, or has a label. Without, it
# looks up what is said of what it has found, in half and a tenth of the time with 12,000 citations.
_AUTHORSHIPS = f"""
SELECT ?article ?person ?name WHERE {{
  ?role {PRO.withRole} {PRO.author} ; {PRO.relatesToDocument} ?article ; {RDFS.label} ?name ; {PRO.isHeldBy} ?person
}}"""
_IDENTITIES = f"SELECT ?person ?identity WHERE {{ ?person {OWL.sameAs} ?identity }}"
_PROPOSALS = f"""
SELECT ?a ?b WHERE {{
  ?proposal a {KGV.IdentityProposal} ; {KGV.member} ?a , ?b . FILTER(STR(?a) < STR(?b) && CONTAINS(STR(?a), "#person-"))
}}"""
_TOPICS = f"SELECT ?article ?concept WHERE {{ ?article {DCTERMS.subject}|{SCHEMA.mentions} ?concept }}"
_THEIRS = frozenset(
    {
        KGV.CoAuthorLink, KGV.coAuthorWith, KGV.weight, KGV.fractionalWeight, KGV.npmi,
        BIOLINK.occurs_together_in_literature_with,
    }
)  # fmt: skip
"""terms that only ``graph/analysis`` uses; so are those of DQV"""


def asked_for(query: str) -> bool:
    """Whether a query names ``graph/analysis``, or what only that says.

    >>> asked_for("SELECT ?b { ?a kgv:coAuthorWith ?b }"), asked_for("SELECT ?a { ?a dcterms:title ?b }")
    (True, False)
    """
    return any(
        name in _THEIRS or name.startswith(f"<{DQV.base}") or iri.shared_name(name) == "analysis"
        for name in sparql.iris_named(query, PREFIXES)
    )


def co_authors(store: GraphStore) -> nx.Graph[str]:
    """The co-author network of a store, nodes by resolved identity; computed now, whether or not the store holds one."""
    from kg.analysis import coauthors

    return coauthors.network(_works(store)[0]).graph(value)


def topics(store: GraphStore) -> nx.Graph[str]:
    """The network of concepts that articles are indexed with or mention; computed now as well."""
    return _topics(store).graph(value)


def _works(
    store: GraphStore, wanted: Collection[str] = ()
) -> tuple[list[tuple[str, list[tuple[str, str]]]], dict[str, str]]:
    """Every article with its authors' identities and printed names, and the identity of each of these persons as printed."""
    terms: dict[str, str] = {}  # each text once in memory, which is in many rows

    def once(text: str) -> str:
        return terms.setdefault(text, text)

    same = _smallest((row["person"], once(row["identity"])) for row in store.select(_IDENTITIES))
    works: dict[str, list[tuple[str, str]]] = defaultdict(list)
    who: dict[str, str] = {}
    for row in store.select(_AUTHORSHIPS):
        person = row["person"]
        identity = same.get(person, person)
        if person in wanted:
            who[person] = identity
        works[row["article"]].append((identity, once(value(row["name"]))))
    for authors in works.values():
        authors.sort()
    return sorted(works.items()), who


def _co_authors(store: GraphStore, engine: Engine) -> tuple[Network, dict[str, Measure], Bounds]:
    """The co-author network with its measures, and what they would be if all that is doubtful were so."""
    from kg.analysis import bounds, coauthors, measures

    pairs = [(row["a"], row["b"]) for row in store.select(_PROPOSALS)]
    works, who = _works(store, set(chain.from_iterable(pairs)))
    network = coauthors.network(works)
    measured = measures.measure(network, engine=engine)
    proposals = {(who[a], who[b]) for a, b in pairs if a in who and b in who}
    all_merged, became = bounds.merged(works, proposals)
    if not became:
        found = bounds.bounds(network, measured, network, measured, {}, len(proposals))
    else:
        other = coauthors.network(all_merged)
        others = measures.measure(other, engine=engine, wanted=bounds.COMPARED)
        found = bounds.bounds(network, measured, other, others, became, len(proposals))
    about = {**network.about, "method": f"{network.about['method']} {found.sentence}"}
    return replace(network, about=about), measured, found


def _topics(store: GraphStore) -> Network:
    from kg.analysis import topics

    works = ((row["article"], (row["concept"],)) for row in store.select(_TOPICS))
    return topics.network(works, _Said(store, RDFS.label, value), _Said(store, BIOLINK.category, str))


class _Said:
    """What a store says of nodes with one predicate, looked up one by one. Asked for that of all concepts at once, the
    engine brings all labels that there are into memory, and few are those of concepts."""

    def __init__(self, store: GraphStore, predicate: str, shown: Callable[[str], str]) -> None:
        self._store, self._predicate, self._shown = store, predicate, shown

    def get(self, node: str, otherwise: str, /) -> str:
        """Of what is said of it the smallest, as it is shown."""
        terms = (term for _, _, term, _ in self._store.statements(node, self._predicate))
        return min(map(self._shown, terms), default=otherwise)


def _smallest(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of what is said of each, the smallest."""
    found: dict[str, str] = {}
    for about, text in said:
        found[about] = min(text, found.get(about, text))
    return found


def analyse(store: GraphStore, directory: Path, base: str, engine: Engine = "auto") -> Iterator[Facts]:
    """Compute both networks, write their files into ``directory``, and give what the graph is to say of them, each node
    once."""
    from kg.analysis import bounds, coauthors, files, measures, pictures
    from kg.analysis import topics as topic_links

    people, standing, found = _co_authors(store, engine)
    labels = dict(zip(people.nodes, people.of_nodes["label"], strict=True))
    bounds.write(directory / "coauthors-bounds.csv", found, labels)
    about = _topics(store)
    for network, measured, links in (
        (people, standing, coauthors.facts),
        (about, measures.measure(about, engine=engine), topic_links.facts),
    ):
        name = network.about["name"]
        files.write_nodes(directory / f"{name}-nodes.csv", network, measured)
        files.write_edges(directory / f"{name}-edges.csv", network)
        files.write_graphml(directory / f"{name}.graphml", network, measured)
        pictures.write_pictures(directory / f"{name}.png", directory / f"{name}.svg", network, measured)
        yield from links(network, base)
        yield from measures.facts(network, measured, base)
