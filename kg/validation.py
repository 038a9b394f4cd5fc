"""A stored graph against shapes: each document with what it names, the graphs that documents share once, as a whole."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Protocol

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
"""triples of a shared graph that pySHACL validates at once"""
_WHOLE = 1_000_000
"""triples of a shared graph that plain checks look at in one piece; some 400 MB"""

_REPORTS = {"ttl": "turtle", "json": "json", "txt": "text"}


def findings(view: View, rules: Shapes, base: str, today: date, progress: Progress) -> Iterator[Finding]:
    """Validate a graph that kg built: its documents in order, then the graphs that they share.

    Our shapes look at a node, at what it names and at what points to it. So documents are checked one by one (by pySHACL
    in batches), and large shared graphs in slices, each with the descriptions of what it names; that is sound and keeps
    memory bounded. Shapes of others may look anywhere: they get one document, and a shared graph in one piece.
    """
    sizes = view.sizes()
    shared = [name for name in (iri.shared_graph(base, n) for n in SHARED) if name in sizes]
    outside = {iri.shared_graph(base, name) for name in ("provenance", "dataset")}
    names = sorted(sizes.keys() - outside - set(shared))
    yield from _of_documents(view, names, rules, today, progress)
    done, total = 0, sum(sizes[graph] for graph in shared)
    for graph in shared:
        progress("check", done, total)
        if not rules.ours or (rules.engine == "plain" and sizes[graph] <= _WHOLE):
            yield from shapes.validate_graph(rules, graph, view.whole(graph), today=today, describe=view.beside(graph))
            done += sizes[graph]
            continue
        for found, triples in _in_slices(view.stored, graph, rules, today):
            yield from found
            done += triples
            progress("check", done, total)
    progress("check", total, total)


def _of_documents(
    view: View, names: Sequence[str], rules: Shapes, today: date, progress: Progress
) -> Iterator[Finding]:
    if rules.engine == "plain":
        done = 0

        def told() -> Iterator[tuple[str, list[Triple]]]:
            nonlocal done
            for document in view.documents(names):
                yield document
                done += 1
                if done % 100 == 0:
                    progress("validate", done, len(names))

        yield from shapes.validate_documents(rules, told(), view.described, today=today)
    else:
        batch = shapes.BATCH if rules.ours else 1
        documents = view.documents(names)
        tasks = (Task(tuple(some), view.described(_named(some))) for some in _batches(documents, batch))
        done = 0
        for found in check_all(tasks, rules, today):
            yield from found
            done = min(done + batch, len(names))
            progress("validate", done, len(names))
    progress("validate", len(names), len(names))


def _batches(documents: Iterable[tuple[str, list[Triple]]], size: int) -> Iterator[list[tuple[str, list[Triple]]]]:
    rest = iter(documents)
    while some := list(itertools.islice(rest, size)):
        yield some


def _named(documents: Iterable[tuple[str, list[Triple]]]) -> set[str]:
    """What documents name and do not describe."""
    triples = [triple for _, some in documents for triple in some]
    return {o for _, _, o in triples if o.startswith("<")}.difference(s for s, _, _ in triples)


def _in_slices(stored: Stored, graph: str, rules: Shapes, today: date) -> Iterator[tuple[list[Finding], int]]:
    """The findings in each slice of a shared graph, and how many triples it has."""
    told = set()
    stated = set(stored.store.predicates(graph))
    backwards = [predicate for predicate in shapes.looked_at_backwards(rules) if predicate in stated]
    sent: deque[tuple[int, set[str]]] = deque()
    size = _WHOLE if rules.engine == "plain" else _SLICE
    for found in check_all(stored.slices(graph, size, backwards, sent), rules, today):
        triples, inside = sent.popleft()
        kept = []
        for finding in found:
            focus = f"<{finding.focus}>"
            if finding.key in told or not (focus in inside or next(stored.store.triples(graph, focus), None) is None):
                continue
            told.add(finding.key)
            kept.append(finding)
        yield kept, triples


class View(Protocol):
    """What the shapes see of a graph."""

    @property
    def stored(self) -> Stored:
        """The same in a store."""
        ...

    def sizes(self) -> Mapping[str, int]:
        """Named graph → number of its triples."""
        ...

    def documents(self, names: Sequence[str]) -> Iterator[tuple[str, list[Triple]]]:
        """These graphs with their triples, in any order."""
        ...

    def whole(self, graph: str) -> Iterable[Triple]:
        """A graph that documents share."""
        ...

    def described(self, nodes: Collection[str]) -> list[Triple]:
        """What the shared graphs say of nodes."""
        ...

    def beside(self, graph: str) -> Callable[[set[str]], list[Triple]]:
        """What gives the descriptions of what a shared graph names."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """The view of a store."""

    store: GraphStore
    base: str

    @property
    def stored(self) -> Stored:
        return self

    def sizes(self) -> Mapping[str, int]:
        return self.store.counts()

    def documents(self, names: Sequence[str]) -> Iterator[tuple[str, list[Triple]]]:
        return ((name, list(self.store.triples(name))) for name in names)

    def whole(self, graph: str) -> Iterable[Triple]:
        return self.store.triples(graph)

    def described(self, nodes: Collection[str]) -> list[Triple]:
        graphs = [iri.shared_graph(self.base, name) for name in ("shared", "vocabulary")]
        return [t for graph in graphs for node in sorted(nodes) for t in self.store.triples(graph, node)]

    def beside(self, graph: str) -> Callable[[set[str]], list[Triple]]:
        return lambda nodes: [*self.described(nodes), *self.at_home(nodes)]

    def at_home(self, nodes: Iterable[str]) -> Iterator[Triple]:
        """An identity of one author is that author as printed, whom the document describes."""
        for node in sorted(nodes):
            if "#person-" in node and (home := iri.graph_of_part(self.base, node)):
                yield from (t for t in self.store.triples(home, node) if t[1] in (RDF.type, FOAF.name))

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
            described = self.described(named)
            for node in sorted(named):
                # What a node of another slice is, and how it points back; not what else it is linked with.
                described += [
                    t
                    for t in self.store.triples(graph, node)
                    if not t[2].startswith("<") or t[1] == RDF.type or t[2] in inside
                ]
            described += self.at_home(named)
            sent.append((len(some), inside))
            yield Task(((graph, whole),), described)


class Written:
    """The view of a graph that was just written to files, and loaded into a store from them: reading lines is ten times
    as fast as reading the store.

    Args:
        documents: N-Quads, the quads of each document together.
        joined: N-Quads of the graphs that documents share, the quads of each graph together.
        store: the same, for look-ups.
    """

    def __init__(self, documents: Path, joined: Sequence[Path], store: GraphStore, base: str) -> None:
        self.stored = Stored(store, base)
        self._documents = documents
        self._joined = joined
        self._about: dict[str, list[Triple]] = {}
        for name in (iri.shared_graph(base, name) for name in ("shared", "vocabulary")):
            for triple in self.whole(name):
                self._about.setdefault(triple[0], []).append(triple)

    def sizes(self) -> Mapping[str, int]:
        found: Counter[str] = Counter()
        for path in (self._documents, *self._joined):
            for graph, lines in _graphs(path):
                found[graph] += sum(1 for _ in lines)
        return found

    def documents(self, names: Sequence[str]) -> Iterator[tuple[str, list[Triple]]]:
        return ((graph, _triples(graph, lines)) for graph, lines in _graphs(self._documents))

    def whole(self, graph: str) -> Iterable[Triple]:
        for path in self._joined:
            for name, lines in _graphs(path):
                if name == graph:
                    yield from _triples(graph, lines)

    def described(self, nodes: Collection[str]) -> list[Triple]:
        about = self._about
        return [triple for node in sorted(nodes) if node in about for triple in about[node]]

    def beside(self, graph: str) -> Callable[[set[str]], list[Triple]]:
        return lambda nodes: [*self.described(nodes), *self.stored.at_home(nodes)]


def _graphs(path: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """The lines of each graph of a file in which they stand together, with its name."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for tail, lines in itertools.groupby(file, key=lambda line: line[line.rindex(" ", 0, -3) :]):
            yield tail[1:-3], lines


def _triples(graph: str, lines: Iterable[str]) -> list[Triple]:
    """The triples of the lines of one graph."""
    end = -len(graph) - 4
    return [(s, p, rest[:end]) for s, p, rest in (line.split(" ", 2) for line in lines)]


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
        return list(findings(Stored(store, base), rules, base, today, progress))
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
