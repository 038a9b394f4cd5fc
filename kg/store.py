"""The graph at rest: an embedded Oxigraph database of named graphs, on disk or in memory, loaded in bulk and queried.

Terms and quads cross this border as the strings of :mod:`kg.terms`. The default graph of a query is the union of all named
graphs, unless it says FROM; the project's prefixes need not be declared. What a query may not do is decided by
:mod:`kg.sparql`.

>>> quad = '<http://e.org/a> <http://purl.org/dc/terms/title> "A title"@en <http://e.org/g> .\\n'
>>> list(GraphStore.in_memory([quad]).select("SELECT ?article ?title { ?article dcterms:title ?title }"))
[{'article': '<http://e.org/a>', 'title': '"A title"@en'}]
"""

from __future__ import annotations

import os
import re
import shutil
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO, IOBase, RawIOBase
from itertools import islice
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, TYPE_CHECKING, Self, TypeVar, cast

from kg import sparql, terms
from kg.errors import DamagedGraph, EnvironmentProblem, InputError, QueryError, QueryRefused, UsageError
from kg.garbage import give_back
from kg.vocab import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

    _Function = Callable[..., ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]

_NOTHING: Mapping[str, str] = MappingProxyType({})
DEFAULT_GRAPH = "<urn:x-kg:graph:default>"
"""where a file's triples go that it puts into no graph"""

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        ".ttl": "TURTLE",
        ".nt": "N_TRIPLES",
        ".nq": "N_QUADS",
        ".trig": "TRIG",
        ".jsonld": "JSON_LD",
    }
)
"""suffix → the engine's name of the format"""

_PIECE = 32 << 20
"""bytes that are loaded at a time; they need six times as much memory, while a whole file needs 1.5 GB and more"""

_LOADERS = 2
"""pieces that are loaded at the same time; by itself the engine does so above a million quads"""

_MAX_DEPTH = 200
_JSON_NESTING = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_TRIPLE_TERMS = re.compile(rb"<<|>>")
_POSITION = re.compile(r"error at ([0-9]{1,9}):([0-9]{1,9}): ")
_LINE = re.compile(r"line ([0-9]{1,9})")


Row = Mapping[str, str]
"""variable → term; an unbound variable is missing"""


class Solutions:
    """What a SELECT found: its variables, and rows as they come; read once."""

    def __init__(self, variables: tuple[str, ...], rows: Iterator[Row]) -> None:
        self.variables = variables
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return self._rows


class Triples:
    """What a CONSTRUCT or DESCRIBE made: N-Triples lines as they come, repetitions possible; read once."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return self._lines


Answer = Solutions | Triples | bool


class GraphStore:
    """A set of named graphs. Made by :meth:`create`, :meth:`open` or :meth:`in_memory`; a context manager that lets go of
    the database, and of its lock, at the end."""

    def __init__(self, store: ox.Store, path: Path | None = None) -> None:
        self._store = store
        self._path = path

    # --- making and opening -----------------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new, empty store in a folder that does not exist or is empty.

        Raises:
            UsageError: the folder holds something.
            EnvironmentProblem: it cannot be made.
        """
        import pyoxigraph as ox

        with _troubles(path):
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise UsageError(f"{path} is not empty; a new store needs a new folder")
            return cls(ox.Store(path), path)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = True) -> Self:
        """The store in a folder; never makes one.

        Read-only, it is the state at this moment, and takes no lock.

        Raises:
            UsageError: there is no store.
            EnvironmentProblem: another process has it open for writing (only when opened for writing).
            DamagedGraph: the database finds its files damaged. It does not find everything: compare its length with
                what was sealed.
        """
        import pyoxigraph as ox

        if not _is_store(path):
            raise UsageError(f"{path} holds no graph; make one with kg build")
        with _troubles(path):
            return cls(ox.Store.read_only(str(path)) if read_only else ox.Store(path), path)

    @classmethod
    def in_memory(cls, quads: Iterable[str] = ()) -> Self:
        """A store of N-Quads lines that is gone with its last reference."""
        import pyoxigraph as ox

        store = cls(ox.Store())
        store._load("the quads", ox.RdfFormat.N_QUADS, _Lines(quads))
        return store

    @classmethod
    def read_file(cls, path: Path) -> Self:
        """An RDF file, read into memory; its format is told by its suffix (:data:`SUFFIXES`).

        What the file puts into no graph stands in the graph :data:`DEFAULT_GRAPH`.

        Raises:
            UsageError: the suffix is none of those.
            InputError: the file is not well-formed; with the line. Nothing that it names is fetched.
            EnvironmentProblem: it cannot be read.
        """
        import pyoxigraph as ox

        form, data = _content(path)
        store = cls(ox.Store())
        store._load(path, form, BytesIO(data))
        if any(mark in data for mark in _NEWER):
            for quad in store._store:
                _refuse_newer(path, quad.object)
        quads = store._store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        graph = _node(DEFAULT_GRAPH)
        store._store.extend([ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads])
        store._store.clear_graph(ox.DefaultGraph())
        return store

    @staticmethod
    def as_written(path: Path) -> Iterator[terms.Triple]:
        """The triples of an RDF file, of whatever graph, with literals as they stand there: a store writes numbers and times
        in one way.

        Raises:
            UsageError, InputError, EnvironmentProblem: as :meth:`read_file`; and where a triple is about a triple.
        """
        import pyoxigraph as ox

        form, data = _content(path)
        with _troubles(path):
            for quad in ox.parse(data, form):
                _refuse_newer(path, quad.object)
                yield str(quad.subject), str(quad.predicate), str(quad.object)

    def close(self) -> None:
        """Let go of the database; iterators that are still being read keep it open."""
        self.__dict__.pop("_store", None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- loading and reading back -------------------------------------------------------------------------------------

    def load(self, nquads: Path) -> Self:
        """Add a file of N-Quads without blank nodes in bulk, in pieces. It is on disk when this returns; where it raises, a
        part of it may be in the store.

        Raises:
            InputError: it is no N-Quads; with the line.
            EnvironmentProblem: it cannot be read, or the disk is full.
        """
        import pyoxigraph as ox

        before, pending = 0, deque[Future[None]]()
        with _troubles(nquads), nquads.open("rb") as file, ThreadPoolExecutor(_LOADERS, "kg-load") as threads:
            # As bytes, so that the engine need not wait for Python while another thread works.
            while piece := file.read(_PIECE) + file.readline():
                pending.append(threads.submit(self._load, nquads, ox.RdfFormat.N_QUADS, piece, before))
                before += piece.count(b"\n")
                if len(pending) == _LOADERS:
                    pending.popleft().result()
            for loading in pending:
                loading.result()
        with _troubles(self._path):
            self._store.flush()
        give_back()
        return self

    def by_subject(self, graph: str) -> Iterator[terms.Triple]:
        """The triples of one graph, those of a subject together: on disk as they come, in memory sorted."""
        # The database's own index by graph and subject is what a scan of one graph reads; one in memory has none.
        return self.triples(graph) if self._path else iter(sorted(self.triples(graph)))

    def predicates(self, graph: str) -> list[str]:
        """The predicates of one graph, sorted."""
        found = self.select("SELECT DISTINCT ?p { GRAPH ?g { ?s ?p ?o } }", params={"g": graph})
        return sorted(row["p"] for row in found)

    def pointing(self, graph: str, predicate: str, node: str) -> Iterator[terms.Triple]:
        """The triples of one graph with this predicate and object."""
        with _troubles(self._path):
            for quad in self._store.quads_for_pattern(None, _node(predicate), _node(node), _node(graph)):
                yield str(quad.subject), predicate, node

    @staticmethod
    def copy(source: Path, target: Path) -> None:
        """Copy a store that nobody writes to. The files that never change are shared where the file system can do that.

        Raises:
            EnvironmentProblem: it cannot be written.
        """
        with _troubles(target):
            target.mkdir()
            for path in sorted(source.iterdir()):
                if path.name == "LOCK":
                    continue
                try:
                    if path.suffix != ".sst":
                        raise OSError
                    os.link(path, target / path.name)
                except OSError:
                    shutil.copy2(path, target / path.name)

    def copied(self, target: Path) -> None:
        """Copy the store as it is at this moment into a folder that does not exist. The files that never change are shared
        where the file system can do that.

        Raises:
            EnvironmentProblem: it cannot be written.
        """
        with _troubles(target):
            self._store.backup(str(target))

    def change(self, dropped: Iterable[str], operations: Iterable[str], added: Path) -> None:
        """Drop graphs, do SPARQL Update operations of our own making, then add a file of N-Quads; graphs that are empty then
        are gone. On disk when it returns; not atomic: for a store that nobody reads yet."""
        with _troubles(self._path):
            for graph in dropped:
                self._store.remove_graph(_node(graph))
            for operation in operations:
                self._store.update(operation)
        self.load(added)
        with _troubles(self._path):
            for name in list(self._store.named_graphs()):
                if next(self._store.quads_for_pattern(None, None, None, name), None) is None:
                    self._store.remove_graph(name)
            self._store.flush()

    def replace_graphs(self, graphs: Iterable[str], quads: Path) -> None:
        """Put the N-Quads of a file in the place of what these graphs held. On disk when it returns; not atomic."""
        with _troubles(self._path):
            for graph in graphs:
                self._store.remove_graph(_node(graph))
        self.load(quads)

    def compact(self) -> None:
        """Merge the files of the database: what is looked up in a large graph is found several times as quickly then, and the
        files take less room. That takes a quarter of the time that loading took, and for the meantime as much room again."""
        with _troubles(self._path):
            self._store.optimize()
            self._store.flush()
        give_back()

    def _load(self, name: object, form: ox.RdfFormat, source: IOBase | bytes, before: int = 0) -> None:
        """Add what the source holds, which follows so many lines: all of it or nothing."""
        with _troubles(self._path):
            try:
                self._store.bulk_load(cast("IO[bytes] | bytes", source), form)
            except SyntaxError as error:
                text = _LINE.sub(lambda line: f"line {before + int(line[1])}", error.msg)
                line = None if error.lineno is None else before + error.lineno
                raise InputError("rdf-not-well-formed", f"{name} cannot be read: {_short(text)}", line=line) from None
            except MemoryError:
                raise InputError("literal-too-long", f"{name} holds a literal of more than 16 MiB") from None

    def quads(self, graph: str | None = None) -> Iterator[str]:
        """All quads, or those of one graph (``<IRI>``), as canonical N-Quads lines in no particular order. What a file puts
        into no graph (:meth:`read_file`) has none here either."""
        with _troubles(self._path):
            name = _named(graph) if graph is not None else None
            for quad in self._store.quads_for_pattern(None, None, None, name):
                is_in_none = self._path is None and str(quad.graph_name) == DEFAULT_GRAPH
                yield f"{quad.triple if is_in_none else quad} .\n"

    def triples(self, graph: str | None, subject: str | None = None) -> Iterator[terms.Triple]:
        """The triples of one graph (None: the default graph), or only those of one subject, in no particular order."""
        import pyoxigraph as ox

        with _troubles(self._path):
            name = ox.DefaultGraph() if graph is None else _named(graph)
            node = None if subject is None else _named(subject)
            for quad in self._store.quads_for_pattern(node, None, None, name):
                yield str(quad.subject), str(quad.predicate), str(quad.object)

    def statements(
        self, subject: str | None = None, predicate: str | None = None, term: str | None = None
    ) -> Iterator[tuple[str, str, str, str]]:
        """The quads with these terms, in no particular order: subject, predicate, object, graph. An index answers."""
        nodes = [part if part is None else cast("ox.NamedNode", _term(part)) for part in (subject, predicate, term)]
        with _troubles(self._path):
            for quad in self._store.quads_for_pattern(nodes[0], nodes[1], nodes[2], None):
                yield str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name)

    def graphs(self) -> list[str]:
        """The names of the graphs, ``<IRI>``, sorted by code point."""
        with _troubles(self._path):
            return sorted(str(name) for name in self._store.named_graphs())

    def __len__(self) -> int:
        """The number of quads."""
        with _troubles(self._path):
            return len(self._store)

    def counts(self) -> dict[str, int]:
        """The number of quads of each named graph that has any, in the order of their names."""
        return self._tally("SELECT ?of (COUNT(*) AS ?n) { GRAPH ?of { ?s ?p ?o } } GROUP BY ?of")

    def classes(self) -> dict[str, int]:
        """The number of instances of each class, in the order of the classes."""
        return self._tally("SELECT ?of (COUNT(DISTINCT ?s) AS ?n) { ?s a ?of } GROUP BY ?of")

    def _tally(self, query: str) -> dict[str, int]:
        return dict(sorted((row["of"], int(terms.value(row["n"]))) for row in self.select(query)))

    # --- questions ----------------------------------------------------------------------------------------------------

    def query(self, query: str, *, params: Mapping[str, str] = _NOTHING, services: Collection[str] = ()) -> Answer:
        """Ask anything; the form of the query decides the form of the answer.

        Args:
            query: SPARQL 1.1.
            params: variable → term that it is bound to, everywhere in the query.
            services: endpoints that SERVICE may ask.

        Raises:
            QueryRefused: the query may not run (:func:`kg.sparql.check`), or FROM names no graph of the store.
            QueryError: it cannot be parsed or evaluated; the text says where. Also while the answer is being read.
            DamagedGraph: the database finds its files damaged. Also while the answer is being read.
        """
        import pyoxigraph as ox

        answer = self._ask(query, params, services)
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        if isinstance(answer, ox.QuerySolutions):
            return Solutions(tuple(variable.value for variable in answer.variables), self._rows(answer))
        return Triples(self._lines(answer))

    def select(self, query: str, *, params: Mapping[str, str] = _NOTHING, services: Collection[str] = ()) -> Solutions:
        """Ask a SELECT; otherwise as :meth:`query`."""
        return _only(Solutions, "SELECT", self.query(query, params=params, services=services))

    def ask(self, query: str, *, params: Mapping[str, str] = _NOTHING, services: Collection[str] = ()) -> bool:
        """Ask an ASK; otherwise as :meth:`query`."""
        return _only(bool, "ASK", self.query(query, params=params, services=services))

    def construct(self, query: str, *, params: Mapping[str, str] = _NOTHING, services: Collection[str] = ()) -> Triples:
        """Ask a CONSTRUCT or DESCRIBE; otherwise as :meth:`query`."""
        return _only(Triples, "CONSTRUCT or DESCRIBE", self.query(query, params=params, services=services))

    def _ask(
        self, query: str, params: Mapping[str, str], services: Collection[str]
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        import pyoxigraph as ox

        if not query.isprintable() and any("\ud800" <= c <= "\udfff" for c in query):
            raise QueryError("the query is no text: it holds bytes that are not UTF-8")
        sparql.check(query, services)
        from_graphs = sparql.graphs_named(query)
        for graph in from_graphs:
            if graph.startswith("<") and not self._holds(graph):
                raise QueryRefused(f"FROM {graph} names no graph of this store (nothing is fetched)")
        bound = sparql.bind(query, params)
        functions: dict[ox.NamedNode, _Function] = {
            ox.NamedNode(sparql.PARAMETER + name): _constant(term) for name, term in params.items()
        }

        def run(text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
            return self._store.query(
                text,
                prefixes=dict(PREFIXES),
                use_default_graph_as_union=not from_graphs,
                custom_functions=functions,
            )

        with _troubles(self._path, asking=True):
            try:
                return run(bound)
            except SyntaxError as error:
                if not params:
                    raise QueryError(_where(error)) from None
            try:  # once more without parameters, for the positions of the user's own text
                run(query)
            except SyntaxError as error:
                raise QueryError(_where(error)) from None
            names = ", ".join(f"?{name}" for name in sorted(params))
            raise QueryError(f"{names}: the query gives it a value itself (BIND, VALUES, AS)")

    def _holds(self, graph: str) -> bool:
        try:
            return self._store.contains_named_graph(_named(graph))
        except ValueError:  # no IRI
            return False

    def _rows(self, solutions: ox.QuerySolutions) -> Iterator[Row]:
        names = [variable.value for variable in solutions.variables]
        with _troubles(self._path, asking=True):
            for solution in solutions:
                yield {name: str(term) for name, term in zip(names, solution, strict=True) if term is not None}

    def _lines(self, triples: ox.QueryTriples) -> Iterator[str]:
        with _troubles(self._path, asking=True):
            for triple in triples:
                yield f"{triple} .\n"

    # --- rdflib -------------------------------------------------------------------------------------------------------

    def dataset(self) -> rdflib.Dataset:
        """The same data as an ``rdflib.Dataset`` whose default graph is the union; meant for reading.

        Its queries are the engine's, without the limits of :mod:`kg.sparql`. Not for pySHACL, which goes wrong on it.
        """
        import rdflib
        from oxrdflib import OxigraphStore

        dataset = rdflib.Dataset(OxigraphStore(store=self._store), default_union=True)
        for prefix, base in PREFIXES.items():
            dataset.bind(prefix, base)
        return dataset

    def rdflib_graph(self, graph: str | None = None) -> rdflib.Graph:
        """One named graph, by its IRI, as an ``rdflib.Graph``, or the union of all; meant for reading."""
        import rdflib

        if graph is None:
            return self.dataset()
        # Not Dataset.graph(): it would add the graph to the store, which may be open for reading only.
        return rdflib.Graph(self.dataset().store, rdflib.URIRef(graph.removeprefix("<").removesuffix(">")))


class _Lines(RawIOBase):
    """Lines of text as a file to read bytes from."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            return self._rest + "".join(self._lines).encode()
        if not self._rest:
            self._rest = "".join(islice(self._lines, 1000)).encode()
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def _content(path: Path) -> tuple[ox.RdfFormat, bytes]:
    """The format of an RDF file, told by its suffix, and its bytes."""
    import pyoxigraph as ox

    form = SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"{path}: the suffix must be one of {' '.join(SUFFIXES)}")
    with _troubles(path):
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")  # the engine takes no byte order mark
    _refuse_depth(path, form, data)
    found: ox.RdfFormat = getattr(ox.RdfFormat, form)
    return found, data


_NEWER = b"<<", b"--", b"@direction", b"\\u"
"""without these, which may be escaped, a file holds nothing that RDF 1.1 has not"""


def _refuse_newer(path: Path, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> None:
    """What RDF 1.2 adds to RDF 1.1 has no place in the formats that are written, nor in shapes."""
    import pyoxigraph as ox

    if isinstance(term, ox.Triple):
        raise InputError("triple-term", f"{path}: triples about triples (RDF 1.2) are not read: {term}")
    if isinstance(term, ox.Literal) and term.direction is not None:
        raise InputError("text-direction", f"{path}: texts with a direction (RDF 1.2) are not read: {term}")


def _refuse_depth(path: Path, form: str, data: bytes) -> None:
    """Refuse what is nested so deep that the engine's parser, which recurses, would end the process."""
    depth = 0
    for match in (_JSON_NESTING if form == "JSON_LD" else _TRIPLE_TERMS).finditer(data):
        depth += 1 if match[0] in (b"{", b"[", b"<<") else -1 if match[0] in (b"}", b"]", b">>") and depth else 0
        if depth > _MAX_DEPTH:
            raise InputError("too-deep", f"{path} is nested deeper than {_MAX_DEPTH} levels")


_Kind = TypeVar("_Kind", Solutions, Triples, bool)


def _only(kind: type[_Kind], form: str, answer: Answer) -> _Kind:
    if not isinstance(answer, kind):
        raise QueryError(f"this is not a {form} query")
    return answer


@contextmanager
def _troubles(path: Path | str | None, *, asking: bool = False) -> Iterator[None]:
    """The engine's exceptions as ours. It tells its troubles apart by their text only (seen in 0.5.13)."""
    place = path or "the store"
    try:
        yield
    except (OSError, RuntimeError) as error:
        text = str(error)
        if "Corruption" in text or "checksum" in text or "orrupted" in text:
            raise DamagedGraph(f"{place} is damaged ({_short(text)}); build it again from its sources") from error
        if "LOCK" in text:
            raise EnvironmentProblem(f"{place} is in use by another process; wait for it to end") from error
        if asking and isinstance(error, RuntimeError):
            raise QueryError(f"the query cannot be evaluated: {_short(text)}") from error
        if isinstance(error, FileNotFoundError) and isinstance(path, Path) and _is_store(path):
            raise DamagedGraph(f"{place} lacks a file ({_short(text)}); build it again from its sources") from error
        raise EnvironmentProblem(f"{place}: {_short(text)}") from error


def _is_store(path: Path) -> bool:
    """Whether a folder holds the engine's files, or some of them."""
    return path.is_dir() and any(
        entry.name in ("CURRENT", "IDENTITY") or entry.name.startswith("MANIFEST-") for entry in path.iterdir()
    )


def _node(iri: str) -> ox.NamedNode:
    import pyoxigraph as ox

    return ox.NamedNode(terms.value(iri))


def _named(term: str) -> ox.NamedNode | ox.BlankNode:
    """A node or a graph by its name, which may be that of a blank node."""
    import pyoxigraph as ox

    return ox.BlankNode(term[2:]) if term.startswith("_:") else _node(term)


def _constant(term: str) -> _Function:
    """A function without arguments that gives a term."""
    value = _term(term)
    return lambda: value


def _term(term: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """A term of ours as one of the engine.

    Raises:
        QueryError: it is none.
    """
    import pyoxigraph as ox

    value: ox.NamedNode | ox.BlankNode | ox.Literal
    try:
        if term.startswith("<"):
            value = _node(term)
        elif term.startswith("_:"):
            value = ox.BlankNode(term[2:])
        elif tag := terms.language(term):
            value = ox.Literal(terms.value(term), language=tag)
        elif term.endswith(">"):
            value = ox.Literal(terms.value(term), datatype=_node(term[term.rindex('"') + 3 :]))
        else:
            value = ox.Literal(terms.value(term))
    except ValueError as error:
        raise QueryError(f"{term} is no term: {_short(str(error))}") from None
    return value


def _where(error: SyntaxError) -> str:
    """What is wrong with a query, and where; the engine lists all that it would have liked, which is cut."""
    text = str(error)
    position = _POSITION.match(text)
    if position is None:
        return f"the query cannot be read: {_short(text)}"
    return f"the query cannot be read: line {position[1]}, column {position[2]}: {_short(text[position.end() :])}"


def _short(text: str, limit: int = 200) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
