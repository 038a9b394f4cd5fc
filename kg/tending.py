"""What a build has the database do, each job in a process of its own where the graph is large.

What pyoxigraph's database takes of memory it keeps: what loading freed lies in pieces, and open tables hold their indexes. A
process gives all of it back at its end, so that a build is left with what it needs itself. For a small graph this process
does the job, which is quicker than to start another one.
"""

from __future__ import annotations

import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from kg import delta, files, iri, networks
from kg.contents import count_links, digest
from kg.errors import EnvironmentProblem
from kg.processes import Children, Died, portable, serve
from kg.sorting import sort_lines
from kg.store import GraphStore
from kg.terms import about, end_of
from kg.written import SharedGraphs

WORTH_A_PROCESS = 64 << 20
"""bytes of quads, or of the files of a store, from which on a process does a job: two pieces of what is loaded at a time"""

_Answer = TypeVar("_Answer", covariant=True)


class Job(Protocol[_Answer]):
    """Something to do with a store that nobody else has open; it can be pickled, and so can its answer."""

    @property
    def store(self) -> Path:
        """Where the store lies."""

    @property
    def size(self) -> int:
        """Bytes of what it is done with."""

    def __call__(self) -> _Answer:
        """Do it."""


@dataclass(frozen=True, slots=True)
class Load:
    """Files of N-Quads → a new store."""

    store: Path
    quads: tuple[Path, ...]

    @property
    def size(self) -> int:
        return sum(path.stat().st_size for path in self.quads)

    def __call__(self) -> None:
        with GraphStore.create(self.store) as store:
            for path in self.quads:
                store.load(path)


@dataclass(frozen=True, slots=True)
class Change:
    """A store → another, without the graphs that are dropped and the quads of one file, and with those of another one."""

    store: Path
    old: Path
    dropped: tuple[str, ...]
    removed: Path
    added: Path

    @property
    def size(self) -> int:
        return _size(self.old)

    def __call__(self) -> None:
        GraphStore.copy(self.old, self.store)
        with GraphStore.open(self.store, read_only=False) as store:
            store.change(self.dropped, delta.removals(self.removed), self.added)


class Analysis(NamedTuple):
    """The graph of the analysis in a file, the number and the digest of its quads, and how many of them lead to each of
    :data:`kg.contents.LINKED`."""

    graphs: SharedGraphs
    number: int
    sha256: bytes
    links: Counter[str]


@dataclass(frozen=True, slots=True)
class Analyse:
    """Store → networks: their graph in a file of the directory ``root``, and their files for people in ``directory``."""

    store: Path
    root: Path
    directory: Path
    base: str
    engine: networks.Engine

    @property
    def size(self) -> int:
        return _size(self.store)

    def __call__(self) -> Analysis:
        graph = iri.shared_graph(self.base, "analysis")
        links: Counter[str] = Counter()

        def nodes(store: GraphStore) -> Iterator[str]:
            # A line a node: they sort as the lines of their quads do, because ">" ends a node. In a term a tab is escaped.
            for node, facts in networks.analyse(store, self.directory, self.base, self.engine):
                count_links(links, [fact[fact.index(" ") + 1 :] for fact in facts])
                yield "\t".join((node, *sorted(facts))) + "\n"

        def quads(store: GraphStore) -> Iterator[str]:
            for line in sort_lines(nodes(store), directory=self.root):
                node, *facts = line[:-1].split("\t")
                yield about(node, facts, end_of(graph))

        self.directory.mkdir(exist_ok=True)
        found = SharedGraphs(self.root / f"analysis.nq{files.TEMPORARY}")
        # Not read-only: meanwhile the database goes on merging its files, which are looked up the quicker.
        with GraphStore.open(self.store, read_only=False) as store, found.writing() as through:
            number, sha256 = digest(through(graph, quads(store)))
        return Analysis(found, number, sha256, links)


@dataclass(frozen=True, slots=True)
class TakeIn:
    """The quads of graphs, from a file → the store, in the place of what it held of them.

    ``before``: where the store is copied to as it is without them, unless it has the first of them already; ``compacted``:
    whether the database merges its files then.
    """

    store: Path
    graphs: tuple[str, ...]
    quads: Path
    before: Path | None = None
    compacted: bool = False

    @property
    def size(self) -> int:
        return _size(self.store)

    def __call__(self) -> None:
        with GraphStore.open(self.store, read_only=False) as store:
            if self.before and self.graphs[0] not in store.graphs():
                shutil.rmtree(self.before, ignore_errors=True)
                self.before.parent.mkdir(parents=True, exist_ok=True)
                store.copied(self.before)
            store.replace_graphs(self.graphs, self.quads)
            if self.compacted:
                store.compact()


class Tending(Generic[_Answer]):
    """A job, done where that is best."""

    def __init__(self, job: Job[_Answer]) -> None:
        self._job = job
        self._team = Children(__name__, pickle.dumps(None), 1) if job.size >= WORTH_A_PROCESS else None

    def __call__(self) -> _Answer:
        """Do it, or wait until it is done.

        Raises:
            EnvironmentProblem: its process ended before it was done, or the job says so.
        """
        if self._team is None:
            return self._job()
        try:
            answer = self._team.ask(self._job, alone=False)
        except Died as error:
            message = f"what works with {self._job.store} ended with {error}, perhaps for want of memory"
            raise EnvironmentProblem(f"{message}; run the same command again") from error
        finally:
            self._team.stop()
        if isinstance(answer, Exception):
            raise answer
        done: _Answer = answer
        return done

    def stop(self) -> None:
        """End it, if a process of its own does it, wherever it is; what it has done is then worth nothing."""
        if self._team:
            self._team.stop()


def _size(store: Path) -> int:
    return sum(path.stat().st_size for path in store.iterdir())


def _tender(_: None) -> Callable[[Job[Any]], Any]:
    def answer(job: Job[Any]) -> Any:
        try:
            return job()
        except Exception as error:  # noqa: BLE001
            return portable(error)  # the parent raises it

    return answer


if __name__ == "__main__":
    serve(_tender)
