"""A stored graph against shapes: each document with what it names, the graphs that documents share once, as a whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import partial
from operator import itemgetter
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

_SLICE = 20_000
"""triples of a shared graph that are validated at once"""

Describe = Callable[[Collection[str]], list[Triple]]

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

    yield from shapes.validate_documents(rules, documents(), describe, today=today)
    for graph in sorted(shared.intersection(store.graphs())):
        yield from _by_slices(store, graph, rules, base, today, progress, describe)


def _by_slices(
    store: GraphStore, graph: str, rules: Shapes, base: str, today: date, progress: Progress, describe: Describe
) -> Iterator[Finding]:
    """Validate a graph that may be too large for memory, a slice of its nodes after the other.

    Our shapes look at a node, at what it names and at what points to it, so a slice with these is enough. Shapes of
    others may look anywhere, so they get the graph in one piece.
    """

    def describe_all(nodes: Collection[str], inside: Collection[str] = ()) -> list[Triple]:
        """Also from this graph, but no links that lead out of the slice again: what a node of another slice is, and how
        it points back, not what else it is linked with. And what documents say of their people: an identity of one
        author is that author as printed."""
        found = describe(nodes)
        for node in sorted(nodes):
            found += [
                t for t in store.triples(graph, node) if not t[2].startswith("<") or t[1] == RDF.type or t[2] in inside
            ]
            if "#person-" in node and (home := iri.graph_of_part(base, node)):
                found += [t for t in store.triples(home, node) if t[1] in (RDF.type, FOAF.name)]
        return found

    if not rules.ours:
        yield from shapes.validate_graph(rules, graph, store.triples(graph), today=today, describe=describe_all)
        return
    told = set()
    backwards = shapes.looked_at_backwards(rules)
    name, total = graph.rpartition("/")[2][:-1], store.counts()[graph]
    done = 0
    for some in _slices(store.by_subject(graph)):
        progress(f"check {name}", done, total)
        inside = {subject for subject, _, _ in some}
        own = [*some, *(t for node in sorted(inside) for p in backwards for t in store.pointing(graph, p, node))]
        for finding in shapes.validate_graph(
            rules, graph, own, today=today, describe=partial(describe_all, inside=inside)
        ):
            focus = f"<{finding.focus}>"
            if finding.key not in told and (focus in inside or next(store.triples(graph, focus), None) is None):
                told.add(finding.key)
                yield finding
        done += len(some)
    progress(f"check {name}", total, total)


def _slices(triples: Iterable[Triple]) -> Iterator[list[Triple]]:
    """The triples in pieces that do not part a subject."""
    some: list[Triple] = []
    for _, same in itertools.groupby(triples, key=itemgetter(0)):
        if len(some) > _SLICE:
            yield some
            some = []
        some += same
    if some:
        yield some


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
