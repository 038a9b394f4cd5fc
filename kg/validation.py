"""A stored graph against shapes: each document with what it names, the graphs that documents share once, as a whole."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path

from kg import files, iri, shapes
from kg.checkers import Task, check_all
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

_REPORTS = {"ttl": "turtle", "json": "json", "txt": "text"}


def findings(store: GraphStore, rules: Shapes, base: str, today: date, progress: Progress) -> Iterator[Finding]:
    """Validate a graph that kg built: its documents in order, then the graphs that they share.

    Our shapes look at a node, at what it names and at what points to it. So documents are checked in batches, and shared
    graphs in slices, each with the descriptions of what it names; that is sound and keeps memory bounded. Shapes of
    others may look anywhere: they get one document, and a shared graph in one piece.
    """
    shared = [name for name in (iri.shared_graph(base, n) for n in SHARED) if name in set(store.graphs())]
    outside = {iri.shared_graph(base, name) for name in ("provenance", "dataset")}
    names = [name for name in store.graphs() if name not in outside and name not in shared]
    view = _View(store, base)
    done = 0
    batch = shapes.BATCH if rules.ours else 1
    for found in check_all(view.batches(names, batch), rules, today):
        yield from found
        done = min(done + batch, len(names))
        progress("validate", done, len(names))
    sizes = store.counts()
    done, total = 0, sum(sizes[graph] for graph in shared)
    for graph in shared:
        told = set()
        stated = set(store.predicates(graph))
        backwards = [predicate for predicate in shapes.looked_at_backwards(rules) if predicate in stated]
        size = _SLICE if rules.ours else sizes[graph]
        sent: deque[tuple[int, set[str]]] = deque()
        for found in check_all(view.slices(graph, size, backwards, sent), rules, today):
            triples, inside = sent.popleft()
            for finding in found:
                focus = f"<{finding.focus}>"
                if finding.key not in told and (focus in inside or next(store.triples(graph, focus), None) is None):
                    told.add(finding.key)
                    yield finding
            done += triples
            progress("check", done, total)


@dataclass(frozen=True, slots=True)
class _View:
    """What the shapes see of a store."""

    store: GraphStore
    base: str

    def batches(self, names: Iterable[str], size: int) -> Iterator[Task]:
        """Documents, with what the shared graphs say of what they name."""
        rest = iter(names)
        while some := [(name, list(self.store.triples(name))) for name in itertools.islice(rest, size)]:
            own = {s for _, triples in some for s, _, _ in triples}
            named = {o for _, triples in some for _, _, o in triples if o.startswith("<")} - own
            yield Task(tuple(some), self._described(named))

    def slices(
        self, graph: str, size: int, backwards: Collection[str], sent: deque[tuple[int, set[str]]]
    ) -> Iterator[Task]:
        """A shared graph in pieces, each with what points into it, and what it names; ``sent`` notes for each piece how
        many triples it has and of which subjects."""
        for some in _slices(self.store.by_subject(graph), size):
            inside = {subject for subject, _, _ in some}
            whole = [
                *some,
                *(t for node in sorted(inside) for p in backwards for t in self.store.pointing(graph, p, node)),
            ]
            named = {o for _, _, o in whole if o.startswith("<")}.difference(s for s, _, _ in whole)
            described = self._described(named)
            for node in sorted(named):
                # What a node of another slice is, and how it points back; not what else it is linked with.
                described += [
                    t
                    for t in self.store.triples(graph, node)
                    if not t[2].startswith("<") or t[1] == RDF.type or t[2] in inside
                ]
                # An identity of one author is that author as printed, whom the document describes.
                if "#person-" in node and (home := iri.graph_of_part(self.base, node)):
                    described += [t for t in self.store.triples(home, node) if t[1] in (RDF.type, FOAF.name)]
            sent.append((len(some), inside))
            yield Task(((graph, whole),), described)

    def _described(self, nodes: Collection[str]) -> list[Triple]:
        graphs = [iri.shared_graph(self.base, name) for name in ("shared", "vocabulary")]
        return [t for graph in graphs for node in sorted(nodes) for t in self.store.triples(graph, node)]


def _slices(triples: Iterable[Triple], size: int) -> Iterator[list[Triple]]:
    """The triples in pieces that do not part a subject."""
    some: list[Triple] = []
    for _, same in itertools.groupby(triples, key=itemgetter(0)):
        if len(some) > size:
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
