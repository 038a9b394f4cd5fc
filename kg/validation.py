"""A stored graph against shapes: each document with what it names, the graphs that documents share once, as a whole."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Protocol, Self

import msgspec

from kg import files, iri, shapes
from kg.checkers import Task, check_all
from kg.folder import Folder
from kg.shapes import Finding, Shapes
from kg.sorting import sort_lines
from kg.store import GraphStore
from kg.terms import Triple, split, triples_of
from kg.units import Progress
from kg.vocab import FOAF, RDF
from kg.written import DocumentGraphs, SharedGraph

_DESCRIBING = ("shared", "vocabulary")
"""the graphs that describe what documents name"""

_SLICE = 20_000
"""triples of a shared graph that pySHACL validates at once"""
_WHOLE = 400_000
"""triples of a shared graph that plain checks look at in one piece, some 320 MB with what it names and what points to it,
while the database loads beside them; in pieces of a million, checking takes a seventh less"""
_HELD = 2_000_000
"""triples of descriptions that are read into memory, some 250 MB; to look them up takes an eighth longer, and more where the
machine is busy"""
_LOOK_UP = 64
"""triples that are passed over in the time in which a node is looked up"""
_KNOWN = 1 << 16
"""descriptions that stay in memory, of those that were looked up"""

_REPORTS = {"ttl": "turtle", "json": "json", "txt": "text"}


def findings(view: View, rules: Shapes, today: date, progress: Progress) -> Iterator[Finding]:
    """Validate a graph that kg built: its documents in order, then the graphs that they share.

    Our shapes look at a node, at what it names and at what points to it. So documents are checked one by one (by pySHACL
    in batches), and large shared graphs in slices, each with the descriptions of what it names; that is sound and keeps
    memory bounded. Shapes of others may look anywhere: they get one document, and a shared graph in one piece.
    """
    yield from of_documents(view, rules, today, progress)
    yield from of_shared(view, rules, today, progress)


def of_documents(view: View, rules: Shapes, today: date, progress: Progress) -> Iterator[Finding]:
    """The findings in the graphs of documents."""
    return _of_documents(view, view.documents(), rules, today, progress)


def of_shared(view: View, rules: Shapes, today: date, progress: Progress) -> Iterator[Finding]:
    """The findings in the graphs that documents share."""
    sizes = view.shared()
    done, total = 0, sum(sizes.values())
    for graph, size in sizes.items():
        progress("check", done, total)
        if not rules.ours or (rules.engine == "plain" and size <= _WHOLE):
            yield from shapes.validate_graph(rules, graph, view.whole(graph), today=today, describe=view.beside(graph))
            done += size
            continue
        for found, triples in _in_slices(view, graph, rules, today):
            yield from found
            done += triples
            progress("check", done, total)
    progress("check", total, total)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found in an earlier state, and on which day."""

    today: date
    findings: tuple[Finding, ...]

    def save(self, path: Path) -> None:
        """Put it in the place of what is there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, msgspec.json.encode(self))

    @classmethod
    def read(cls, path: Path) -> Self:
        """What was saved."""
        return msgspec.json.decode(path.read_bytes(), type=cls)


class Changes:
    """How a state differs from an earlier one.

    Args:
        lines: the quads that one of them has and the other has not.
        documents: the graphs of the documents that are not what they were; all lines of documents are theirs.
        rules: those to which it matters.
    """

    def __init__(self, lines: Iterable[str], documents: Iterable[str], rules: Shapes, base: str) -> None:
        self.documents = frozenset(documents)
        self.subjects: dict[str, set[str]] = {iri.shared_graph(base, name): set() for name in iri.SHARED}
        """graph that documents share → the nodes of which it says something else"""
        self.objects: dict[str, set[str]] = {graph: set() for graph in self.subjects}
        """graph that documents share → the nodes to which something else points"""
        self._persons: set[str] = set()
        """those whom documents print otherwise"""
        matters = shapes.looked_at(rules)
        for line in lines:
            subject, predicate, term, graph = split(line)
            if not matters(predicate):
                continue
            if graph in self.subjects:
                self.subjects[graph].add(subject)
                if term.startswith("<"):
                    self.objects[graph].add(term)
            elif "#person-" in subject:
                self._persons.add(subject)
        self.described = set().union(*(self.subjects[iri.shared_graph(base, name)] for name in _DESCRIBING))
        """the nodes that are described otherwise"""

    def affected(self, view: View, graph: str) -> set[str]:
        """The nodes of which a graph that documents share may have other findings."""
        changed = self.described | self.subjects[graph] | self._persons
        naming = (s for s, _, o in view.by_subject(graph) if o in changed)
        return changed.union(self.objects[graph], naming)


def revised(
    view: View, store: GraphStore, kept: Kept, changes: Changes, rules: Shapes, today: date, progress: Progress
) -> Iterator[Finding]:
    """The same as :func:`findings`, of our shapes, where what was found in an earlier state is known: only what has changed
    is validated, and what names what has changed, or is pointed to by it.

    On a later day nothing is in the future that was not before, so that a shape that asks for the day finds nothing new.
    """
    if not rules.ours or today < kept.today:
        yield from findings(view, rules, today, progress)
        return
    by_day = shapes.of_the_day(rules) if today != kept.today else frozenset()
    again = [finding for finding in kept.findings if finding.shape in by_day]
    naming = (graph for node in changes.described for *_, graph in store.statements(term=node))
    judged = {*changes.documents, *(f"<{finding.graph}>" for finding in again), *naming}
    yield from _of_documents(view, view.documents(judged), rules, today, progress)
    sizes = view.shared()
    affected: dict[str, set[str]] = {}
    progress("check", 0, len(sizes))
    for number, graph in enumerate(sizes, 1):
        affected[graph] = changes.affected(view, graph).union(f"<{f.focus}>" for f in again if f"<{f.graph}>" == graph)
        for found, _ in _in_slices(view, graph, rules, today, affected[graph]):
            yield from found
        progress("check", number, len(sizes))
    for finding in kept.findings:
        graph, focus = f"<{finding.graph}>", f"<{finding.focus}>"
        if graph in affected:
            if focus not in affected[graph]:
                yield finding
        elif graph not in changes.subjects and graph not in judged:
            yield finding


def _of_documents(
    view: View, documents: Iterable[tuple[str, list[Triple]]], rules: Shapes, today: date, progress: Progress
) -> Iterator[Finding]:
    total = view.number()
    if rules.engine == "plain":
        done = 0

        def told() -> Iterator[tuple[str, list[Triple]]]:
            nonlocal done
            for document in documents:
                yield document
                done += 1
                if done % 100 == 0:
                    progress("validate", done, total)

        yield from shapes.validate_documents(rules, told(), view.described, today=today)
    else:
        batch = shapes.BATCH if rules.ours else 1
        tasks = (Task(tuple(some), view.described(_named(some))) for some in _batches(documents, batch))
        done = 0
        for found in check_all(tasks, rules, today):
            yield from found
            done = min(done + batch, total)
            progress("validate", done, total)
    progress("validate", total, total)


def _batches(documents: Iterable[tuple[str, list[Triple]]], size: int) -> Iterator[list[tuple[str, list[Triple]]]]:
    rest = iter(documents)
    while some := list(itertools.islice(rest, size)):
        yield some


def _named(documents: Iterable[tuple[str, list[Triple]]]) -> set[str]:
    """What documents name and do not describe."""
    triples = [triple for _, some in documents for triple in some]
    return {o for _, _, o in triples if o.startswith("<")}.difference(s for s, _, _ in triples)


def _in_slices(
    view: View, graph: str, rules: Shapes, today: date, only: Collection[str] | None = None
) -> Iterator[tuple[list[Finding], int]]:
    """The findings in each slice of a shared graph, or those about some nodes only, and how many triples it has."""
    told = set()
    backwards = shapes.looked_at_backwards(rules)
    sent: deque[tuple[int, set[str]]] = deque()
    size = _WHOLE if rules.engine == "plain" else _SLICE
    chosen = view.by_subject(graph) if only is None else _about(view, graph, only, backwards)
    for found in check_all(_slices(view, graph, chosen, size, backwards, sent, only), rules, today):
        triples, inside = sent.popleft()
        kept = []
        for finding in found:
            focus = f"<{finding.focus}>"
            what = finding.key, finding.message
            if what in told or not (focus in inside or not view.about(graph, focus)):
                continue
            if only is not None and focus not in only:
                continue
            told.add(what)
            kept.append(finding)
        yield kept, triples


def _about(view: View, graph: str, nodes: Collection[str], backwards: Collection[str]) -> Iterator[Triple]:
    """What a shared graph says of nodes. Of nodes of which it says nothing, what it says of all that point to them with one
    of these predicates, and of the first that names them."""
    if len(nodes) * _LOOK_UP < view.shared()[graph]:
        elsewhere = {node for node in nodes if not view.about(graph, node)}
    else:
        elsewhere = set(nodes).difference(s for s, _, _ in view.by_subject(graph))
    unnamed = set(elsewhere)
    for subject, same in itertools.groupby(view.by_subject(graph), key=itemgetter(0)):
        listed = list(same)
        if subject in nodes or any(o in elsewhere and (o in unnamed or p in backwards) for _, p, o in listed):
            unnamed.difference_update(o for _, _, o in listed)
            yield from listed


def _slices(
    view: View,
    graph: str,
    triples: Iterator[Triple],
    size: int,
    backwards: Collection[str],
    sent: deque[tuple[int, set[str]]],
    only: Collection[str] | None,
) -> Iterator[Task]:
    """A shared graph, or what it says of some nodes, in pieces, each with what points into it (or to these), and what it
    names; ``sent`` notes for each piece how many triples it has and of which subjects."""
    describe, pointing = view.beside(graph), view.pointing(graph, backwards, only)
    for some in _cut(triples, size):
        inside = {subject for subject, _, _ in some}
        whole = [*some, *(triple for triple in pointing(inside) if triple[0] not in inside)]
        named = {o for _, _, o in whole if o.startswith("<")}.difference(s for s, _, _ in whole)
        described = describe(named)
        for node in sorted(named):
            # What a node of another slice is, and how it points back; not what else it is linked with.
            described += [
                t for t in view.about(graph, node) if not t[2].startswith("<") or t[1] == RDF.type or t[2] in inside
            ]
        sent.append((len(some), inside))
        task = Task(((graph, whole),), described)
        del some, whole, described, named, inside  # before the next piece is read
        yield task
        del task


def _cut(triples: Iterable[Triple], size: int) -> Iterator[list[Triple]]:
    """The triples in pieces that do not part a subject."""
    some: list[Triple] = []
    for _, same in itertools.groupby(triples, key=itemgetter(0)):
        if len(some) > size:
            yield some
            some = []
        some += same
    if some:
        yield some


# --- what is validated --------------------------------------------------------------------------------------------


class View(Protocol):
    """What the shapes see of a graph."""

    def number(self) -> int:
        """How many documents there are."""
        ...

    def documents(self, only: Collection[str] | None = None) -> Iterator[tuple[str, list[Triple]]]:
        """The graph of each document, or of each of these, with its triples."""
        ...

    def shared(self) -> Mapping[str, int]:
        """The graphs that documents share, with the numbers of their triples."""
        ...

    def whole(self, graph: str) -> Iterable[Triple]:
        """A graph that documents share."""
        ...

    def by_subject(self, graph: str) -> Iterator[Triple]:
        """The same, the triples of a subject together."""
        ...

    def about(self, graph: str, node: str) -> list[Triple]:
        """What it says of a node."""
        ...

    def pointing(
        self, graph: str, predicates: Collection[str], to: Collection[str] | None = None
    ) -> Callable[[set[str]], Iterable[Triple]]:
        """What gives the triples of a graph, with these predicates, that point to one of the subjects of a slice, or to one
        that is among some nodes as well. It is asked slice by slice, in the order of :meth:`by_subject`."""
        ...

    def described(self, nodes: Collection[str]) -> list[Triple]:
        """What the shared graphs say of nodes."""
        ...

    def beside(self, graph: str) -> Callable[[set[str]], list[Triple]]:
        """What gives the descriptions of what a shared graph names."""
        ...


class Stored:
    """The view of a store.

    Args:
        copied: gives the lines of a shared graph, sorted, where there is a copy of it (:mod:`kg.copies`): a store takes ten
            times as long to be read back.
    """

    def __init__(
        self, store: GraphStore, base: str, copied: Callable[[str], Iterable[str] | None] = lambda _: None
    ) -> None:
        self._store = store
        self._base = base
        self._copied = copied
        self._sizes: Mapping[str, int] = {}

    def number(self) -> int:
        return len(self._names())

    def documents(self, only: Collection[str] | None = None) -> Iterator[tuple[str, list[Triple]]]:
        names = (name for name in self._names() if only is None or name in only)
        return ((name, list(self._store.triples(name))) for name in names)

    def shared(self) -> Mapping[str, int]:
        sizes = self._counts()
        return {name: sizes[name] for name in (iri.shared_graph(self._base, n) for n in iri.SHARED) if name in sizes}

    def whole(self, graph: str) -> Iterable[Triple]:
        lines = self._copied(graph)
        return self._store.triples(graph) if lines is None else (split(line)[:3] for line in lines)

    def by_subject(self, graph: str) -> Iterator[Triple]:
        return self._store.by_subject(graph)

    def about(self, graph: str, node: str) -> list[Triple]:
        return list(self._store.triples(graph, node))

    def pointing(
        self, graph: str, predicates: Collection[str], to: Collection[str] | None = None
    ) -> Callable[[set[str]], Iterable[Triple]]:
        stated = set(self._store.predicates(graph))

        def found(inside: set[str]) -> Iterator[Triple]:
            for node in sorted(inside if to is None else inside.intersection(to)):
                for predicate in filter(stated.__contains__, predicates):
                    yield from self._store.pointing(graph, predicate, node)

        return found

    def described(self, nodes: Collection[str]) -> list[Triple]:
        graphs = [iri.shared_graph(self._base, name) for name in _DESCRIBING]
        return [t for graph in graphs for node in sorted(nodes) for t in self._store.triples(graph, node)]

    def beside(self, graph: str) -> Callable[[set[str]], list[Triple]]:
        return lambda nodes: [*self.described(nodes), *_at_home(nodes, self._base, self._persons)]

    def _persons(self, graph: str, nodes: Iterable[str]) -> Iterator[Triple]:
        return (triple for node in nodes for triple in self._store.triples(graph, node))

    def _names(self) -> list[str]:
        others = {iri.shared_graph(self._base, name) for name in iri.SHARED + iri.OUTSIDE}
        return sorted(self._counts().keys() - others)

    def _counts(self) -> Mapping[str, int]:
        self._sizes = self._sizes or self._store.counts()
        return self._sizes


class Written:
    """The view of a graph that was just written to files.

    Args:
        documents: the graphs of documents.
        graphs: those that documents share.
        few: whether little of it will be asked for, so that descriptions are not worth reading into memory.
    """

    def __init__(
        self,
        documents: DocumentGraphs,
        graphs: Mapping[str, SharedGraph],
        base: str,
        *,
        few: bool = False,
    ) -> None:
        self._base = base
        self._documents = documents
        self._graphs = graphs
        self._names = [iri.shared_graph(base, name) for name in iri.SHARED]
        describing = (iri.shared_graph(base, name) for name in _DESCRIBING)
        self._describing = [graphs[name] for name in describing if name in graphs]
        self._facts: Callable[[str], str | None]
        """predicates and objects of a node, a line each; as text they take a third of the memory of triples"""
        if few or sum(graph.number for graph in self._describing) > _HELD:
            # Of a function, not of a method: the view would name itself, and stay in memory until cycles are looked for.
            self._facts = lru_cache(_KNOWN)(partial(_looked_up, self._describing))
        else:
            triples = heapq.merge(*(graph.triples() for graph in self._describing), key=itemgetter(0))
            self._facts = {node: _as_text(about) for node, about in itertools.groupby(triples, itemgetter(0))}.get

    def number(self) -> int:
        return len(self._documents)

    def documents(self, only: Collection[str] | None = None) -> Iterator[tuple[str, list[Triple]]]:
        return ((graph, triples_of(lines, graph)) for graph, lines in self._documents.graphs(only))

    def shared(self) -> Mapping[str, int]:
        return {name: self._graphs[name].number for name in self._names if name in self._graphs}

    def whole(self, graph: str) -> Iterable[Triple]:
        return self._graphs[graph].triples()

    def by_subject(self, graph: str) -> Iterator[Triple]:
        return self._graphs[graph].triples()

    def about(self, graph: str, node: str) -> list[Triple]:
        return self._graphs[graph].about(node)

    def pointing(
        self, graph: str, predicates: Collection[str], to: Collection[str] | None = None
    ) -> Callable[[set[str]], Iterable[Triple]]:
        wanted = frozenset(predicates)
        aimed = ((s, p, o) for s, p, o in self.by_subject(graph) if p in wanted and (to is None or o in to))
        links = (f"{o} {p} {s}\n" for s, p, o in aimed if o[0] == "<")
        # In the order of the objects, which is that of the subjects of the slices.
        ordered = _Ahead(sort_lines(links, directory=self._documents.path.parent) if wanted else ())

        def found(inside: set[str]) -> Iterator[Triple]:
            last = f"{max(inside)} \uffff"
            for link in ordered.until(last):
                o, p, s = link[:-1].split(" ")
                if o in inside:
                    yield s, p, o

        return found

    def described(self, nodes: Collection[str]) -> list[Triple]:
        told = ((node, self._facts(node)) for node in sorted(nodes))
        facts = ((node, fact.partition(" ")) for node, text in told if text for fact in text.split("\n"))
        return [(node, p, o) for node, (p, _, o) in facts]

    def beside(self, graph: str) -> Callable[[set[str]], list[Triple]]:
        return lambda nodes: [*self.described(nodes), *_at_home(nodes, self._base, self._documents.about)]


def _at_home(
    nodes: Iterable[str], base: str, about: Callable[[str, Iterable[str]], Iterable[Triple]]
) -> Iterator[Triple]:
    """An identity of one author is that author as printed, whom the document describes.

    Args:
        about: gives what the graph of a document says of nodes.
    """
    persons = sorted(node for node in nodes if "#person-" in node)
    for home, some in itertools.groupby(persons, key=partial(iri.graph_of_part, base)):
        if home:
            yield from (triple for triple in about(home, some) if triple[1] in (RDF.type, FOAF.name))


def _as_text(about: Iterable[Triple]) -> str:
    return "\n".join([f"{p} {o}" for _, p, o in about])


def _looked_up(graphs: Iterable[SharedGraph], node: str) -> str:
    return _as_text(triple for graph in graphs for triple in graph.about(node))


class _Ahead:
    """Sorted lines, taken as far as is asked."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._next = next(self._lines, None)

    def until(self, last: str) -> Iterator[str]:
        """The lines not taken before that are not greater than this."""
        while self._next is not None and self._next <= last:
            yield self._next
            self._next = next(self._lines, None)


def of_file(path: Path, rules: Shapes, base: str, today: date, progress: Progress) -> list[Finding]:
    """Validate an RDF file: document by document where it has our named graphs, else as a whole."""
    store = GraphStore.read_file(path)
    if any(name.startswith(f"<{base}graph/") for name in store.graphs()):
        return list(findings(Stored(store, base), rules, today, progress))
    # Not what the store holds, which writes numbers and times in one way.
    triples = dict.fromkeys(GraphStore.as_written(path))
    return shapes.validate_graph(rules, f"<{path.absolute().as_uri()}>", triples, today=today, is_all=True)


def write(place: Folder, found: Collection[Finding], base: str) -> dict[str, int]:
    """Write ``validation.{ttl,json,txt}``; the number of violations, warnings and infos."""
    for suffix, form in _REPORTS.items():
        with files.replacing(place.validation(suffix)) as out:
            for piece in shapes.report(found, form, base):
                out.write(piece.encode())
    return counts(found)


def counts(found: Iterable[Finding]) -> dict[str, int]:
    """The counts of run.json."""
    return {f"{severity}s": number for severity, number in shapes.counts(found).items()}
