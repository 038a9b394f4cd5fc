"""A graph against its shapes → findings.

The rules are SHACL (https://www.w3.org/TR/shacl/), in ``shapes/``, one file a record type; this file loads them, runs
pySHACL and tells what was found. Severity is judged so: *violation* = the graph contradicts itself or the model, which is
a mistake of the program or of whoever edited the graph; *warning* = the graph says faithfully what its source says, and
that is doubtful; *info* = something is not there.

What pySHACL would let pass is refused while loading: a file without a shape, a misspelt term (``sh:minCuont``), a pattern
that is no regular expression, a query that does not parse, rules and scripts, queries to other servers. ``owl:imports``
is not followed. ``NOW()`` in a constraint is the day that the caller gives, never the clock.
"""

from __future__ import annotations

import csv
import datetime
import difflib
import functools
import io
import itertools
import json
import logging
import re
import textwrap
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from kg import iri, resources, terms
from kg.errors import ShapesError
from kg.terms import Triple
from kg.vocab import OWL, PREFIXES, RDF, RDFS, SH, XSD

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""from the worst"""

BATCH = 50
"""Documents validated at once. Measured: one at a time costs four times as much, a hundred is no faster than fifty."""

Describe = Callable[[set[str]], list[Triple]]
"""terms that documents name → the triples that describe them elsewhere (shared things, concepts)"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a shape says is wrong with one node.

    ``graph``, ``focus`` and ``shape`` are bare IRIs (``_:b`` for the blank nodes of other people's graphs). ``path`` is
    the property, as a prefixed name or a path of such; ``value`` the term that is wrong, in N-Triples form; both None
    where the rule is about the node as such. ``mend`` says why the rule matters and what to do.
    """

    severity: Severity
    graph: str
    focus: str
    shape: str
    name: str
    path: str | None
    value: str | None
    message: str
    mend: str
    component: str = ""
    """the constraint component of SHACL that spoke first"""

    @property
    def shown(self) -> str:
        """The value as people read it: an IRI, or the text of a literal."""
        return "" if self.value is None else self.value if self.value.startswith("_:") else terms.value(self.value)

    @property
    def key(self) -> tuple[int, str, str, str, str, str]:
        """What findings are sorted by: the worst first, then by rule, then by place."""
        return (
            SEVERITIES.index(self.severity),
            self.shape,
            self.graph,
            self.focus,
            self.path or "",
            self.value or "",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Shapes that were read and found sound. ``ours`` = those of the project, which may be run in batches."""

    source: str
    graph: Graph
    ours: bool


# --- loading ------------------------------------------------------------------------------------------------------

_REFUSED = MappingProxyType(
    {
        "target": "targets by query (sh:target) belong to the advanced features, which are not run",
        "rule": "rules change the graph, and are not run",
        "values": "node expressions belong to the advanced features, which are not run",
        "expression": "node expressions belong to the advanced features, which are not run",
        "condition": "rules change the graph, and are not run",
        "construct": "rules change the graph, and are not run",
        "update": "rules change the graph, and are not run",
        "SPARQLRule": "rules change the graph, and are not run",
        "TripleRule": "rules change the graph, and are not run",
        "SPARQLTarget": "targets by query belong to the advanced features, which are not run",
        "SPARQLTargetType": "targets by query belong to the advanced features, which are not run",
        "SPARQLFunction": "functions belong to the advanced features, which are not run",
        "js": "scripts are not run",
    }
)
"""SHACL terms that are refused with a reason; every term that starts with JS or js is a script."""

_SUFFIXES = (".ttl", ".nt", ".trig", ".nq", ".jsonld", ".rdf")
_NOW = re.compile(r"\bNOW[ \t\n]{0,9}\([ \t\n]{0,9}\)", re.IGNORECASE)


def load(path: Path | None = None) -> Shapes:
    """Read shapes: those of the project, or those of a file or of all files of a folder.

    Raises:
        ShapesError: the file cannot be read, holds no shape, or holds one that cannot be run as it is meant.
    """
    source = path or resources.folder("shapes")
    try:
        files = sorted(f for f in source.iterdir() if f.suffix in _SUFFIXES) if source.is_dir() else [source]
        texts = [(file, file.read_bytes()) for file in files]
    except OSError as error:
        raise ShapesError(f"{source}: {error.strerror or error}") from error
    if not texts:
        raise ShapesError(f"{source}: no file with shapes ({', '.join(_SUFFIXES)})")
    triples = list(itertools.chain.from_iterable(_parse(file, data) for file, data in texts))
    graph = _graph(triples)
    _lint(source, triples, graph)
    return Shapes(str(source), graph, path is None)


def _parse(file: Path, data: bytes) -> Iterator[Triple]:
    """The triples of a file; blank nodes keep apart from those of other files."""
    import pyoxigraph

    form = pyoxigraph.RdfFormat.from_extension(file.suffix[1:])
    if form is None:
        raise ShapesError(f"{file}: unknown suffix; shapes are read from {', '.join(_SUFFIXES)}")
    try:
        for quad in pyoxigraph.parse(data, format=form, base_iri=file.absolute().as_uri(), rename_blank_nodes=True):
            yield str(quad.subject), str(quad.predicate), str(quad.object)
    except (SyntaxError, ValueError, MemoryError) as error:
        raise ShapesError(f"{file}: {error}") from error


def _lint(source: Path, triples: list[Triple], graph: Graph) -> None:
    """Refuse what would pass silently or break in the middle of a run."""
    owners = _owners(triples)

    def refuse(node: str, problem: str) -> ShapesError:
        return ShapesError(f"{source}: {owners.get(node, node)}: {problem}")

    flags = {s: terms.value(o) for s, p, o in triples if p == SH.flags}
    for s, p, o in triples:
        for term in (p, o):
            if term.startswith(f"<{SH.base}"):
                _known(term[len(SH.base) + 1 : -1], functools.partial(refuse, s))
        if p == SH.pattern:
            try:
                re.compile(terms.value(o), re.IGNORECASE if "i" in flags.get(s, "") else 0)
            except re.error as error:
                raise refuse(s, f"sh:pattern {terms.value(o)!r} is no regular expression: {error}") from error
        elif p in (SH.select, SH.ask):
            _query(graph, s, terms.value(o), functools.partial(refuse, s))
        elif p == SH.severity and o not in _SEVERITY:
            raise refuse(s, f"sh:severity must be sh:Violation, sh:Warning or sh:Info, not {o}")
    predicates = {p for _, p, _ in triples}
    classes = {o for _, p, o in triples if p == RDF.type}
    if not classes & {SH.NodeShape, SH.PropertyShape} and not predicates & _TARGETS:
        raise ShapesError(f"{source}: no shape in it; a graph would pass unchecked")
    if not predicates & _TARGETS and not classes & {RDFS.Class, OWL.Class}:
        raise ShapesError(f"{source}: no shape has a target (sh:targetClass …); a graph would pass unchecked")


_TARGETS = {SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf}
_SEVERITY: Mapping[str, Severity] = MappingProxyType(
    {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
)


def _known(name: str, refuse: Callable[[str], ShapesError]) -> None:
    """Refuse a SHACL term that does not exist or is not run."""
    # The components of a report may stand in a file of expected results; the namespace itself may be declared.
    if not name or name in SH or name.endswith("ConstraintComponent"):
        return
    if name in _REFUSED or name.lower().startswith("js"):
        raise refuse(f"sh:{name}: {_REFUSED.get(name, _REFUSED['js'])}")
    near = difflib.get_close_matches(name, SH, 1)
    raise refuse(f"sh:{name} is not a SHACL term{f'; is sh:{near[0]} meant?' if near else ''}")


def _query(graph: Graph, node: str, text: str, refuse: Callable[[str], ShapesError]) -> None:
    """Parse a constraint's query; refuse one that asks another server."""
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    # $PATH stands for the path of the shape, whatever it is
    text = re.sub(r"[$?]PATH\b", "<urn:path>", text)
    try:
        query = prepareQuery(text, initNs=_prefixes(graph, node))
    except Exception as error:  # pyparsing and rdflib raise whatever they like on a bad query
        raise refuse(f"the query cannot be parsed: {error}") from error

    pending: list[Any] = [query.algebra]
    while pending:
        part = pending.pop()
        if isinstance(part, CompValue):
            if part.name == "ServiceGraphPattern":
                raise refuse("a constraint must not ask another server (SERVICE)")
            pending.extend(part.values())
        elif isinstance(part, list | tuple | set):
            pending.extend(part)


def _prefixes(graph: Graph, node: str) -> dict[str, str]:
    """The prefixes that are declared for a constraint."""
    found = {}
    for holder in graph.objects(_node(node), _node(SH.prefixes)):
        for declaration in graph.objects(holder, _node(SH.declare)):
            prefix = graph.value(declaration, _node(SH.prefix))
            namespace = graph.value(declaration, _node(SH.namespace))
            if prefix is not None and namespace is not None:
                found[str(prefix)] = str(namespace)
    return found


def _owners(triples: list[Triple]) -> dict[str, str]:
    """For each blank node the IRI of the shape that it is a part of, to name it in a message."""
    holders = {o: s for s, _, o in triples if o.startswith("_:")}
    found = {}
    for node in holders:
        above, seen = node, set()
        while above in holders and above not in seen:
            seen.add(above)
            above = holders[above]
        found[node] = above
    return found


# --- terms: N-Triples form ↔ rdflib ---------------------------------------------------------------------------------


@functools.lru_cache(maxsize=8192)
def _node(term: str) -> Node:
    """The rdflib node of a term. Literals keep their lexical form, whatever ``rdflib.NORMALIZE_LITERALS`` says."""
    from rdflib import BNode, URIRef
    from rdflib import Literal as Lit

    if term.startswith("<"):
        return URIRef(term[1:-1])
    if term.startswith("_:"):
        return BNode(term[2:])
    tail = term[term.rindex('"') + 1 :]
    if tail.startswith("^^") and tail[2:] != XSD.string:
        return Lit(terms.value(term), datatype=URIRef(tail[3:-1]), normalize=False)
    return Lit(terms.value(term), lang=terms.language(term))


def _term(node: Node) -> str:
    """The term of an rdflib node."""
    from rdflib import BNode
    from rdflib import Literal as Lit

    if isinstance(node, Lit):
        text = terms.literal(str(node), node.language)
        plain = node.datatype is None or node.language or f"<{node.datatype}>" == XSD.string
        return text if plain else f"{text}^^<{node.datatype}>"
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


@functools.cache
def _data_class() -> type[Graph]:
    """An rdflib graph that keeps the queries it has parsed: pySHACL asks the same text anew for each focus node, and
    parsing costs ten times as much as the answer."""
    import rdflib
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.query import Result

    prepared = functools.lru_cache(maxsize=256)(prepareQuery)
    nothing = Result("SELECT")
    nothing.vars, nothing.bindings = [], []

    class Data(rdflib.Graph):
        about: frozenset[str] | None = None
        """the terms that a finding may be about; None = all"""

        def query(
            self,
            query_object: Any,
            processor: Any = "sparql",
            result: Any = "sparql",
            initNs: Any = None,  # noqa: N803 (rdflib's names)
            initBindings: Any = None,  # noqa: N803
            *args: Any,
            **options: Any,
        ) -> Any:
            this = initBindings and initBindings.get("this")
            if this and self.about is not None and _term(this) not in self.about:
                return nothing
            if isinstance(query_object, str):
                query_object = prepared(query_object)
            return super().query(query_object, processor, result, initNs, initBindings, *args, **options)

    return Data


def _graph(triples: Iterable[Triple]) -> Graph:
    """A plain rdflib graph in memory; on a view of an Oxigraph store pySHACL gives false findings."""
    graph = _data_class()(bind_namespaces="none")
    with _quiet():
        for s, p, o in triples:
            graph.add((_node(s), _node(p), _node(o)))
    return graph


@contextmanager
def _quiet() -> Iterator[None]:
    """Without rdflib's log line and traceback for each literal that does not fit its type: that is a finding."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


# --- validating ---------------------------------------------------------------------------------------------------


def validate_documents(
    shapes: Shapes,
    documents: Iterable[tuple[str, list[Triple]]],
    describe: Describe,
    *,
    today: datetime.date,
    batch: int = BATCH,
) -> Iterator[Finding]:
    """What is wrong with each document, in the order of the documents, sorted within each.

    Documents are checked in batches, which finds the same as one at a time: their nodes are their own, and our shapes
    look at nothing but a document and what it names. Shapes of others may look anywhere, so they see one at a time.

    Args:
        shapes: from :func:`load`.
        documents: the term or bare IRI of each document's graph, and its triples.
        describe: gives the descriptions, in the graphs that documents share, of what documents name.
        today: no date of an article should be later.
        batch: how many documents are checked at once, of our own shapes.
    """
    rules = _rules(shapes, today)
    rest = iter(documents)
    while some := list(itertools.islice(rest, batch if shapes.ours else 1)):
        yield from _validate(rules, some, describe)


def validate_graph(
    shapes: Shapes,
    graph: str,
    triples: Iterable[Triple],
    *,
    today: datetime.date,
    describe: Describe = lambda _: [],
) -> list[Finding]:
    """What is wrong with one graph as a whole: a shared graph, the resolution, the analysis, a file of others."""
    return list(_validate(_rules(shapes, today), [(graph, list(triples))], describe))


def looked_at_backwards(shapes: Shapes) -> list[str]:
    """The predicates, as terms, that shapes follow from object to subject: inverse paths, targets that are objects."""
    found = {
        _term(node)
        for predicate in (SH.inversePath, SH.targetObjectsOf)
        for node in shapes.graph.objects(None, _node(predicate))
    }
    return sorted(term for term in found if term.startswith("<"))


@dataclass(frozen=True, slots=True, eq=False)
class _Rules:
    """The shapes as pySHACL takes them on one day, and what findings say of them."""

    graph: Graph
    owners: dict[str, str]


@functools.lru_cache(maxsize=8)
def _rules(shapes: Shapes, today: datetime.date) -> _Rules:
    triples = []
    now = f'"{today.isoformat()}T00:00:00Z"^^{XSD.dateTime}'
    for s, p, o in shapes.graph:
        subject, predicate, term = _term(s), _term(p), _term(o)
        if predicate in (SH.select, SH.ask):
            term = terms.literal(_NOW.sub(lambda _: now, terms.value(term)))
        triples.append((subject, predicate, term))
    return _Rules(_graph(_hoisted(triples)), _owners(triples))


def _hoisted(triples: list[Triple]) -> Iterator[Triple]:
    """The same shapes, with each property of a targeted shape made a target's shape of its own.

    The results are the same: they name the property shape and the focus node, whoever led there. But pySHACL sets a
    property shape up once for all focus nodes then, and not once for each: five times faster.
    """
    used = {o for _, p, o in triples if p != SH.property}
    targets: dict[str, list[Triple]] = defaultdict(list)
    off = set()
    for triple in triples:
        if triple[1] in _TARGETS:
            targets[triple[0]].append(triple)
        elif triple[1] == SH.deactivated:
            off.add(triple[0])
    for triple in triples:
        shape, predicate, inner = triple
        if predicate == SH.property and shape in targets and shape not in used and shape not in off:
            yield from ((inner, p, target) for _, p, target in targets[shape])
        else:
            yield triple


def _validate(rules: _Rules, documents: Sequence[tuple[str, list[Triple]]], describe: Describe) -> Iterator[Finding]:
    """The findings of one batch."""
    home, entangled = _homes(documents)
    if entangled:
        for document in documents:
            yield from _validate(rules, [document], describe)
        return
    named = {o for _, triples in documents for _, _, o in triples if o.startswith("<")}.difference(home)
    described = describe(named) if named else []
    data = _graph(itertools.chain(itertools.chain.from_iterable(triples for _, triples in documents), described))
    data.about = frozenset(itertools.chain(home, named))  # type: ignore[attr-defined]

    results = _run(rules, data)
    elsewhere = _places(documents, {r.focus for r in results}.difference(home))
    # A node that several documents name may be wrong only in the way in which one of them names it.
    again = {n for places in elsewhere.values() if len(places) > 1 for n in places}
    found: list[list[Finding]] = [[] for _ in documents]
    for result in results:
        for n in (home[result.focus],) if result.focus in home else elsewhere[result.focus]:
            found[n].append(_finding(rules, result, documents[n][0]))
    for n, findings in enumerate(found):
        if n in again:
            yield from _validate(rules, [documents[n]], describe)
            continue
        findings.sort(key=lambda finding: (finding.key, finding.message, finding.component))
        # Two components of one shape that say the same are one finding.
        for _, same in itertools.groupby(findings, key=lambda finding: (finding.key, finding.message)):
            yield next(same)


def _homes(documents: Sequence[tuple[str, list[Triple]]]) -> tuple[dict[str, int], bool]:
    """Which document describes which node, and whether two describe the same or one names a node of another."""
    home: dict[str, int] = {}
    entangled = False
    for n, (_, triples) in enumerate(documents):
        for s, _, _ in triples:
            entangled |= home.setdefault(s, n) != n
    entangled |= any(home.get(o, n) != n for n, (_, triples) in enumerate(documents) for _, _, o in triples)
    return home, entangled


def _places(documents: Sequence[tuple[str, list[Triple]]], nodes: set[str]) -> dict[str, list[int]]:
    """Which documents name each of these nodes. What only a description names is no document's to mend."""
    places: dict[str, list[int]] = defaultdict(list)
    if nodes:
        for n, (_, triples) in enumerate(documents):
            for node in nodes.intersection(o for _, _, o in triples):
                places[node].append(n)
    return places


@dataclass(frozen=True, slots=True)
class _Result:
    """A result of pySHACL, as terms."""

    focus: str
    shape: str
    severity: str
    component: str
    path: str | None
    value: str | None
    message: str


def _run(rules: _Rules, data: Graph) -> list[_Result]:
    """Run pySHACL: no inference, no imports, nothing advanced."""
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure

    try:
        with _sound():
            _, report, text = pyshacl.validate(
                data, shacl_graph=rules.graph, inference="none", advanced=False, inplace=True, do_owl_imports=False
            )
    except (ReportableRuntimeError, ShapeLoadError, ValidationFailure, ValueError, TypeError, re.error) as error:
        raise ShapesError(f"the shapes cannot be run: {error}") from error
    except RecursionError as error:
        raise ShapesError("the shapes cannot be run: a path of theirs goes too deep into the graph") from error
    if isinstance(report, Exception) or not hasattr(report, "objects"):
        raise ShapesError(f"the shapes cannot be run: {text}")

    def one(result: Node, predicate: str) -> str | None:
        node = report.value(result, _node(predicate))
        return None if node is None else _term(node)

    results = []
    for result in report.objects(None, _node(SH.result)):
        path = report.value(result, _node(SH.resultPath))
        messages = sorted(str(m) for m in report.objects(result, _node(SH.resultMessage)))
        results.append(
            _Result(
                focus=one(result, SH.focusNode) or "",
                shape=one(result, SH.sourceShape) or "",
                severity=one(result, SH.resultSeverity) or SH.Violation,
                component=one(result, SH.sourceConstraintComponent) or "",
                path=None if path is None else _path(rules.graph, path),
                value=one(result, SH.value),
                message=" ".join(messages),
            )
        )
    return results


@contextmanager
def _sound() -> Iterator[None]:
    """pySHACL without its side effects: it sets rdflib's literal normalisation for the whole process, and fills values
    into messages as if they were regular expressions, so that a backslash in a value ends the run."""
    import rdflib
    from pyshacl.constraints.constraint_component import ConstraintComponent

    name = "_format_sparql_based_result_message"
    theirs, normalise = getattr(ConstraintComponent, name), rdflib.NORMALIZE_LITERALS
    setattr(ConstraintComponent, name, _fill)
    try:
        with _quiet(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        setattr(ConstraintComponent, name, theirs)
        rdflib.NORMALIZE_LITERALS = normalise


def _fill(_: object, message: str, bound: Any) -> str:
    """``{?value}`` and ``{$value}`` in a message replaced by what the query found (SHACL, section 5.3.2)."""
    values: dict[str, object] = {}
    if isinstance(bound, dict):
        values.update(bound)
    elif isinstance(bound, tuple | list):
        values.update(bound[3] if len(bound) == 4 else {})
        values.update((k, v) for k, v in zip(("this", "path", "value"), bound, strict=False) if v is not None)
    return re.sub(r"\{[?$](\w+)\}", lambda m: str(values.get(m[1], m[0])), message)


def _finding(rules: _Rules, result: _Result, graph: str) -> Finding:
    """A result, told for people."""
    owner = rules.owners.get(result.shape, result.shape)

    def say(predicate: str) -> str:
        told = (
            min((str(v) for v in rules.graph.objects(_node(s), _node(predicate))), default="")
            for s in (result.shape, owner)
        )
        return next(filter(None, told), "")

    return Finding(
        severity=_SEVERITY[result.severity],
        graph=_bare(graph),
        focus=_bare(result.focus),
        shape=_bare(owner),
        name=say(SH.name) or re.split("[#/]", _bare(owner))[-1],
        path=result.path,
        value=result.value,
        message=result.message,
        mend=say(SH.description),
        component=_bare(result.component),
    )


def _bare(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term


def _path(graph: Graph, path: Node) -> str:
    """A SHACL path as SPARQL writes it, with prefixes: ``dcterms:title``, ``^frbr:part``, ``oa:start|oa:end``."""
    from rdflib import URIRef
    from rdflib.collection import Collection

    if isinstance(path, URIRef):
        return _prefixed(str(path))
    for predicate, form in ((SH.inversePath, "^{}"), (SH.zeroOrMorePath, "{}*"), (SH.oneOrMorePath, "{}+"),
                            (SH.zeroOrOnePath, "{}?")):  # fmt: skip
        if (inner := graph.value(path, _node(predicate))) is not None:
            return form.format(_path(graph, inner))
    alternatives = graph.value(path, _node(SH.alternativePath))
    steps = [_path(graph, step) for step in Collection(graph, path if alternatives is None else alternatives)]
    return "/".join(steps) if alternatives is None else "|".join(steps)


def _prefixed(name: str) -> str:
    """``dcterms:title``, or the IRI in angle brackets where no prefix fits."""
    for prefix, base in PREFIXES.items():
        if name.startswith(base) and re.fullmatch(r"[A-Za-z_][\w-]*", name[len(base) :]):
            return f"{prefix}:{name[len(base) :]}"
    return f"<{name}>"


# --- reports ------------------------------------------------------------------------------------------------------

_SHOWN = 10
"""how many places a text report lists for each rule"""
_WIDTH = 60
"""how wide a column of a table may be"""
FIELDS = ("severity", "graph", "focus", "shape", "name", "path", "value", "message", "mend")
"""the columns of a report, in their order"""


def counts(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many findings there are of each severity, the worst first."""
    found = Counter(finding.severity for finding in findings)
    return {severity: found[severity] for severity in SEVERITIES}


def report(findings: Iterable[Finding], form: str, base: str = iri.BASE) -> Iterator[str]:
    """The findings in one of :data:`REPORTS`, piece by piece, always in the same order.

    Raises:
        KeyError: there is no such form.
    """
    return REPORTS[form](sorted(findings, key=lambda finding: finding.key), base)


def _text(findings: Sequence[Finding], _: str) -> Iterator[str]:
    """For a person: rule by rule, the worst first, with how to mend it."""
    if not findings:
        yield "Nothing to report: the graph conforms to its shapes.\n"
        return
    said = ", ".join(f"{n} {severity}{'s' * (n != 1)}" for severity, n in counts(findings).items() if n)
    graphs = len({finding.graph for finding in findings})
    yield f"{said}, in {graphs} graph{'s' * (graphs != 1)}\n"
    for _shape, group in itertools.groupby(findings, key=lambda f: (f.severity, f.shape, f.message)):
        same = list(group)
        first = same[0]
        yield f"\n{first.severity.upper()}  {first.name}: {first.message}"
        yield f" ({len(same)} times)\n" if len(same) > 1 else "\n"
        yield textwrap.indent(textwrap.fill(first.mend, 110), "  ") + "\n" if first.mend else ""
        for finding in same[:_SHOWN]:
            yield "  - " + "  ".join(filter(None, (finding.focus, finding.path, _short(finding), _in(finding)))) + "\n"
        if len(same) > _SHOWN:
            yield f"  … and {len(same) - _SHOWN} more; --format jsonl lists all\n"


def _short(finding: Finding) -> str:
    text = finding.shown
    return "" if finding.value is None else repr(text if len(text) <= 120 else text[:119] + "…")


def _in(finding: Finding) -> str:
    """The graph, where the node does not name its document itself."""
    key = finding.graph.partition("/graph/")[2]
    return "" if key and f"/article/{key}" in finding.focus else f"(in {finding.graph})"


def _table(findings: Sequence[Finding], _: str) -> Iterator[str]:
    """Aligned columns; long values are cut."""
    rows = [("severity", "rule", "node", "property", "value", "message")]
    rows += [(f.severity, f.name, f.focus, f.path or "", " ".join(f.shown.split()), f.message) for f in findings]
    cut = [[c if len(c) <= _WIDTH else f"{c[: _WIDTH // 2 - 1]}…{c[-_WIDTH // 2 :]}" for c in row[:-1]] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    for row, cells in zip(rows, cut, strict=True):
        yield "  ".join((*map(str.ljust, cells, widths), row[-1])) + "\n"


def _record(finding: Finding) -> dict[str, str | None]:
    record = {field: getattr(finding, field) for field in FIELDS}
    return record | {"value": None if finding.value is None else finding.shown}


def _json(findings: Sequence[Finding], _: str) -> Iterator[str]:
    """One object: ``conforms``, ``counts``, ``findings``."""
    whole = {"conforms": not findings, "counts": counts(findings), "findings": [_record(f) for f in findings]}
    yield json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _jsonl(findings: Sequence[Finding], _: str) -> Iterator[str]:
    """One object a line."""
    for finding in findings:
        yield json.dumps(_record(finding), ensure_ascii=False) + "\n"


def _csv(findings: Sequence[Finding], _: str) -> Iterator[str]:
    """RFC 4180, with a header."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, FIELDS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_record(finding) for finding in findings)
    yield buffer.getvalue()


def _turtle(findings: Sequence[Finding], base: str) -> Iterator[str]:
    """A SHACL validation report without blank nodes; each result names its graph in ``dcterms:source``."""
    yield from (f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("dcterms", "sh", "xsd"))
    nodes = [iri.result(base, *map(str, (f.severity, *f.key[1:], f.message))) for f in findings]
    yield f"\n{iri.report(base)}\n    a sh:ValidationReport ;\n"
    yield f"    sh:conforms {'false' if findings else 'true'}"
    yield "".join(f" ;\n    sh:result {node}" for node in nodes) + " .\n"
    for node, finding in zip(nodes, findings, strict=True):
        facts = [
            ("sh:focusNode", _iri_or_literal(base, finding.focus)),
            ("sh:resultSeverity", f"sh:{finding.severity.capitalize()}"),
            ("sh:sourceShape", _iri_or_literal(base, finding.shape)),
            ("sh:sourceConstraintComponent", f"<{finding.component}>"),
            ("sh:resultMessage", terms.literal(finding.message)),
            ("dcterms:source", _iri_or_literal(base, finding.graph)),
        ]
        if finding.path and (path := _expanded(finding.path)):
            facts.append(("sh:resultPath", path))
        if finding.value is not None:
            facts.append(("sh:value", _iri_or_literal(base, finding.value)))
        yield f"\n{node}\n    a sh:ValidationResult"
        yield "".join(f" ;\n    {predicate} {term}" for predicate, term in facts) + " .\n"


def _iri_or_literal(base: str, term: str) -> str:
    """A term, a bare IRI, or a blank node, which gets a name."""
    if term.startswith("_:"):
        return iri.skolem(base, term[2:])
    return term if term.startswith(("<", '"')) else f"<{term}>"


def _expanded(path: str) -> str | None:
    """The IRI of a path that is one property."""
    if path.startswith("<"):
        return path
    prefix, _, local = path.partition(":")
    return f"<{PREFIXES[prefix]}{local}>" if prefix in PREFIXES and re.fullmatch(r"[\w-]+", local) else None


REPORTS: Mapping[str, Callable[[Sequence[Finding], str], Iterator[str]]] = MappingProxyType(
    {"text": _text, "table": _table, "json": _json, "jsonl": _jsonl, "csv": _csv, "turtle": _turtle}
)
"""form → what writes it"""
