"""A graph against its shapes → findings.

The rules are SHACL (https://www.w3.org/TR/shacl/), in ``shapes/``, one file a record type; this file loads them, runs
them and tells what was found. Severity is judged so: *violation* = the graph contradicts itself or the model, which is
a mistake of the program or of whoever edited the graph; *warning* = the graph says faithfully what its source says, and
that is doubtful; *info* = something is not there.

Two engines run them. *plain* compiles them to checks over a document's triples (:mod:`kg.shacl`); what it does not claim goes
to pySHACL. *pyshacl*, the reference, runs everything; both find the same.

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
import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from kg import iri, resources, terms
from kg.errors import ShapesError
from kg.shacl.compiler import TARGETS, Checker, Result, compile_shapes, prefixes
from kg.shacl.data import Data
from kg.shacl.queries import parsed
from kg.terms import Triple
from kg.vocab import OWL, PREFIXES, RDF, RDFS, SH, XSD

if TYPE_CHECKING:
    from rdflib import Graph

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""from the worst"""

Engine = Literal["plain", "pyshacl"]
ENGINES: Mapping[Engine, str] = MappingProxyType(
    {
        "plain": "shapes compiled to plain checks; what they cannot do is left to pySHACL",
        "pyshacl": "pySHACL for everything: the reference, some thirty times slower",
    }
)

BATCH = 50
"""Documents that pySHACL validates at once. Measured: one at a time costs four times as much, a hundred is no faster."""

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
    triples: tuple[Triple, ...]
    ours: bool
    engine: Engine = "plain"


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


def load(path: Path | None = None, engine: Engine = "plain") -> Shapes:
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
    _lint(source, triples)
    return Shapes(str(source), tuple(triples), path is None, engine)


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


def _lint(source: Path, triples: list[Triple]) -> None:
    """Refuse what would pass silently or break in the middle of a run."""
    owners = _owners(triples)
    graph = Data(triples)

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
    if not classes & {SH.NodeShape, SH.PropertyShape} and not predicates & TARGETS:
        raise ShapesError(f"{source}: no shape in it; a graph would pass unchecked")
    if not predicates & TARGETS and not classes & {RDFS.Class, OWL.Class}:
        raise ShapesError(f"{source}: no shape has a target (sh:targetClass …); a graph would pass unchecked")


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


def _query(graph: Data, node: str, text: str, refuse: Callable[[str], ShapesError]) -> None:
    """Parse a constraint's query; refuse one that asks another server."""
    from rdflib.plugins.sparql.parserutils import CompValue

    # $PATH stands for the path of the shape, whatever it is
    text = re.sub(r"[$?]PATH\b", "<urn:path>", text)
    try:
        algebra = parsed(text, tuple(sorted(prefixes(graph, node).items())))
    except Exception as error:  # pyparsing and rdflib raise whatever they like on a bad query
        raise refuse(f"the query cannot be parsed: {error}") from error

    pending: list[Any] = [algebra]
    while pending:
        part = pending.pop()
        if isinstance(part, CompValue):
            if part.name == "ServiceGraphPattern":
                raise refuse("a constraint must not ask another server (SERVICE)")
            pending.extend(part.values())
        elif isinstance(part, list | tuple | set):
            pending.extend(part)


def _owners(triples: Iterable[Triple]) -> dict[str, str]:
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
    if rules.rest is None:
        for graph, triples in documents:
            yield from _plain(rules, graph, triples, describe)
        return
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
    is_all: bool = False,
) -> list[Finding]:
    """What is wrong with one graph as a whole: a shared graph, the resolution, the analysis, a file of others.

    ``is_all``: there is nothing beside it, so that a node which shapes name (``sh:targetNode``) should be in it.
    """
    rules = _rules(shapes, today)
    # A node that shapes name should be there (section 2.1.3.1).
    named = {o for _, p, o in shapes.triples if p == SH.targetNode} if is_all else set()
    if rules.rest is None:
        return _plain(rules, graph, list(triples), describe, named)
    return list(_validate(rules, [(graph, list(triples))], describe, named))


def looked_at_backwards(shapes: Shapes) -> list[str]:
    """The predicates, as terms, that shapes follow from object to subject: inverse paths, targets that are objects."""
    backwards = (SH.inversePath, SH.targetObjectsOf)
    return sorted({o for _, p, o in shapes.triples if p in backwards and o.startswith("<")})


def looked_at(shapes: Shapes) -> Callable[[str], bool]:
    """Whether what shapes find may depend on triples with a predicate, a term."""
    predicates = _rules(shapes, datetime.date.min).checker.looked_at if shapes.engine == "plain" else None
    return (lambda _: True) if predicates is None else predicates.__contains__


def of_the_day(shapes: Shapes) -> frozenset[str]:
    """The shapes, as findings name them, that ask what day it is, and those that they are part of."""
    above = defaultdict(set)
    for subject, _, part in shapes.triples:
        above[part].add(subject)
    found: set[str] = set()
    pending = [s for s, p, o in shapes.triples if p in (SH.select, SH.ask) and _NOW.search(terms.value(o))]
    while pending:
        if (node := pending.pop()) not in found:
            found.add(node)
            pending += above[node]
    return frozenset(map(_bare, found))


@dataclass(frozen=True, slots=True, eq=False)
class _Rules:
    """The shapes as they are run on one day.

    ``rest``: what is left to pySHACL, None where nothing is. ``described``: what shapes say of themselves.
    """

    checker: Checker
    rest: Graph | None
    described: Data
    owners: dict[str, str]


@functools.lru_cache(maxsize=8)
def _rules(shapes: Shapes, today: datetime.date) -> _Rules:
    now = f'"{today.isoformat()}T00:00:00Z"^^{XSD.dateTime}'
    triples = [
        (s, p, terms.literal(_NOW.sub(now, terms.value(o))) if p in (SH.select, SH.ask) else o)
        for s, p, o in shapes.triples
    ]
    if shapes.engine == "plain":
        checker = compile_shapes(triples)
        left = [t for t in triples if t[1] not in TARGETS or t[0] in checker.unclaimed]
        rest = _reference(left) if checker.unclaimed else None
    else:
        checker, rest = Checker(), _reference(triples)
    return _Rules(checker, rest, Data(triples), _owners(triples))


def _reference(triples: list[Triple]) -> Graph:
    from kg.shacl import reference

    return reference.graph(reference.hoisted(triples))


def _plain(
    rules: _Rules, graph: str, triples: list[Triple], describe: Describe, named: Set[str] = frozenset()
) -> list[Finding]:
    """The findings of one document where plain checks do everything."""
    data = rules.checker.data(triples)
    own = set(data.about)
    data.add(describe({o for _, _, o in triples if o[0] == "<"} - own))
    results = list(rules.checker.check(data))
    if not results:
        return []
    # What only a description names is no document's to mend.
    stated = own.union(named, (o for _, _, o in triples))
    return _distinct(_finding(rules, result, graph) for result in results if result.focus in stated)


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted; two components of one shape that say the same are one finding."""
    ordered = sorted(findings, key=lambda finding: (finding.key, finding.message, finding.component))
    return [next(same) for _, same in itertools.groupby(ordered, key=lambda finding: (finding.key, finding.message))]


def _validate(
    rules: _Rules, documents: Sequence[tuple[str, list[Triple]]], describe: Describe, named: Set[str] = frozenset()
) -> Iterator[Finding]:
    """The findings of one batch; ``named``: further nodes that the first document should describe."""
    home, entangled = _homes(documents)
    for node in named:
        home.setdefault(node, 0)
    if entangled:
        for document in documents:
            yield from _validate(rules, [document], describe)
        return
    named = {o for _, triples in documents for _, _, o in triples if o.startswith("<")}.difference(home)
    described = describe(named) if named else []
    data = [*itertools.chain.from_iterable(triples for _, triples in documents), *described]

    results = list(rules.checker.check(rules.checker.data(data)))
    if rules.rest is not None:
        stated = {o for _, triples in documents for _, _, o in triples}
        results += _run_reference(rules.rest, data, frozenset(stated.union(home)))
    if not results:
        return
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
        yield from _distinct(findings)


def _run_reference(rest: Graph, data: list[Triple], about: frozenset[str]) -> list[Result]:
    from kg.shacl import reference

    graph = reference.graph(data)
    graph.about = about  # type: ignore[attr-defined]
    return reference.run(rest, graph)


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


def _finding(rules: _Rules, result: Result, graph: str) -> Finding:
    """A result, told for people."""
    owner = rules.owners.get(result.shape, result.shape)

    def say(predicate: str) -> str:
        told = (min(map(terms.value, rules.described.objects(s, predicate)), default="") for s in (result.shape, owner))
        return next(filter(None, told), "")

    return Finding(
        severity=_SEVERITY[result.severity],
        graph=_bare(graph),
        focus=_bare(result.focus),
        shape=_bare(owner),
        name=say(SH.name) or re.split("[#/]", _bare(owner))[-1],
        path=result.path,
        value=result.value,
        message=result.message or "",
        mend=say(SH.description),
        component=_bare(result.component),
    )


def _bare(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term


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
