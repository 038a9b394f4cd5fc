"""A stored graph against shapes: each document with what it names, the graphs that documents share once, as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

from kg import files, iri, shapes
from kg.folder import Folder
from kg.shapes import Finding, Shapes
from kg.store import GraphStore
from kg.terms import Triple, split
from kg.units import Progress
from kg.vocab import FOAF, RDF

SHARED = ("shared", "vocabulary", "aliases", "resolution", "analysis")
"""the graphs that are validated as a whole; provenance and dataset describe the run, not the literature"""

_REPORTS = {"ttl": "turtle", "json": "json", "txt": "text"}


def findings(store: GraphStore, rules: Shapes, base: str, today: date, progress: Progress) -> Iterator[Finding]:
    """Validate a graph that kg built."""
    shared = {iri.shared_graph(base, name) for name in SHARED}
    outside = {iri.shared_graph(base, name) for name in ("provenance", "dataset")}
    names = [name for name in store.graphs() if name not in shared | outside]
    descriptions = [iri.shared_graph(base, name) for name in ("shared", "vocabulary")]

    def describe(nodes: Collection[str]) -> list[Triple]:
        return [t for graph in descriptions for node in sorted(nodes) for t in store.triples(graph, node)]

    def documents() -> Iterator[tuple[str, list[Triple]]]:
        for n, name in enumerate(names):
            progress("validate", n, len(names))
            yield name, list(store.triples(name))
        progress("validate", len(names), len(names))

    def describe_with_people(nodes: Collection[str]) -> list[Triple]:
        """Also what documents say of the people in them: an identity of one author is that author as printed."""
        return describe(nodes) + [
            triple
            for node in sorted(nodes)
            if (name := iri.graph_of_part(base, node)) and "#person-" in node
            for triple in store.triples(name, node)
            if triple[1] in (RDF.type, FOAF.name)
        ]

    yield from shapes.validate_documents(rules, documents(), describe, today=today)
    for graph in sorted(shared.intersection(store.graphs())):
        of_whole = describe_with_people if graph == iri.shared_graph(base, "resolution") else describe
        yield from shapes.validate_graph(rules, graph, store.triples(graph), today=today, describe=of_whole)


def of_file(path: Path, rules: Shapes, base: str, today: date, progress: Progress) -> list[Finding]:
    """Validate an RDF file: document by document where it has our named graphs, else as a whole."""
    store = GraphStore.read_file(path)
    if any(name.startswith(f"<{base}graph/") for name in store.graphs()):
        return list(findings(store, rules, base, today, progress))
    triples = (split(line)[:3] for line in store.quads())
    return shapes.validate_graph(rules, f"<{path.absolute().as_uri()}>", triples, today=today)


def write(place: Folder, found: Iterable[Finding], base: str) -> dict[str, int]:
    """Write ``validation.{ttl,json,txt}``; the number of violations, warnings and infos."""
    listed = list(found)
    for suffix, form in _REPORTS.items():
        with files.replacing(place.validation(suffix)) as out:
            for piece in shapes.report(listed, form, base):
                out.write(piece.encode())
    return counts(listed)


def counts(found: Iterable[Finding]) -> dict[str, int]:
    """The counts of run.json."""
    return {f"{severity}s": number for severity, number in shapes.counts(found).items()}
