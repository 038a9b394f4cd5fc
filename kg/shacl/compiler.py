"""Shapes → checks (SHACL Core, sections 2 to 4; SPARQL constraints, section 5).

:func:`compile_shapes` makes a :class:`Checker` of the shapes that have a target. A shape that uses anything else than what
stands here, or refers to one that does, or to itself, is not claimed: :attr:`Checker.unclaimed` says why, and pySHACL has to
run it. Nothing passes because it was not understood.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg import terms
from kg.shacl import paths, queries, values
from kg.shacl.data import Data, Described
from kg.shacl.queries import Unclaimed
from kg.shacl.values import Test
from kg.terms import Triple
from kg.vocab import OWL, RDF, RDFS, SH, XSD


@dataclass(frozen=True, slots=True)
class Result:
    """A validation result (section 3.6), in terms. ``path`` is shown as SPARQL writes it."""

    focus: str
    shape: str
    severity: str
    component: str
    path: str | None
    value: str | None
    message: str | None
    """None where the shape has no words of its own"""


TARGETS = frozenset({SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf})

Report = Callable[[Data, str], Sequence[Result]]
"""data and focus node → what is wrong"""

_Check = Callable[[Data, str, Sequence[str]], Sequence[Result]]
"""data, focus node, value nodes → what is wrong"""


@dataclass(frozen=True, slots=True)
class _Targets:
    nodes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    subjects_of: tuple[str, ...] = ()
    objects_of: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)

    def focus_nodes(self, data: Data) -> Iterable[str]:
        """Every focus node once, in the order of the data."""
        found: list[Collection[str]] = [self.nodes] if self.nodes else []
        for name in self.classes:
            if some := data.instances(name):
                found.append(some)
        for predicate in self.subjects_of:
            if some := data.subjects_of.get(predicate, ()):
                found.append(some)
        for predicate in self.objects_of:
            if some := data.objects_of(predicate):
                found.append(some)
        if len(found) < 2:
            return found[0] if found else ()
        return dict.fromkeys(itertools.chain.from_iterable(found))


@dataclass(frozen=True, slots=True)
class Checker:
    """Compiled shapes.

    ``backwards``: the predicates that the data must be able to follow from object to subject; ``listed``: those whose
    subjects it must list.
    ``looked_at``: the predicates on which depends what is found; None = any.
    ``unclaimed``: shape with a target → why it is left to pySHACL.
    """

    shapes: tuple[tuple[_Targets, Report], ...] = ()
    backwards: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    looked_at: frozenset[str] | None = frozenset()
    unclaimed: Mapping[str, str] = field(default_factory=dict)

    def data(self, triples: Iterable[Triple]) -> Data:
        """Triples as the shapes look at them."""
        return Data(triples, self.backwards, self.listed, self.looked_at)

    def check(self, data: Data) -> Iterator[Result]:
        """What is wrong with the data, shape by shape."""
        for targets, shape in self.shapes:
            for focus in targets.focus_nodes(data):
                if found := shape(data, focus):
                    yield from found


def compile_shapes(triples: Iterable[Triple], *, need_messages: bool = True) -> Checker:
    """Compile every shape that has a target.

    Args:
        triples: the shapes graph; it has been found sound (:func:`kg.shapes.load`).
        need_messages: do not claim shapes whose results would have no message, because pySHACL has words for them.
    """
    compiler = _Compiler(Data(triples), need_messages)
    compiled: list[tuple[_Targets, Report]] = []
    unclaimed: dict[str, str] = {}
    for node in sorted(compiler.graph.about):
        targets = compiler.targets(node)
        if not targets:
            continue
        try:
            compiled.append((targets, compiler.shape(node)))
        except (Unclaimed, KeyError, ValueError) as reason:
            unclaimed[node] = str(reason)
    backwards = compiler.backwards.union(*(targets.objects_of for targets, _ in compiled))
    listed = {RDFS.subClassOf}.union(*(targets.subjects_of for targets, _ in compiled))
    everywhere = unclaimed or compiler.looks_anywhere
    looked_at = None if everywhere else frozenset({RDF.type}.union(compiler.looked_at, backwards, listed))
    return Checker(tuple(compiled), frozenset(backwards), frozenset(listed), looked_at, unclaimed)


class _Compiler:
    """Compiles the shapes of one graph, each once."""

    def __init__(self, graph: Data, need_messages: bool) -> None:
        self.graph = graph
        self.backwards: set[str] = set()
        self.looked_at: set[str] = set()
        self.looks_anywhere = False
        self._need_messages = need_messages
        self._compiled: dict[tuple[str, bool], Report] = {}
        self._open: list[str] = []
        self._parameters = frozenset(
            path
            for component in graph.subjects_of.get(SH.parameter, ())
            for parameter in graph.objects(component, SH.parameter)
            for path in graph.objects(parameter, SH.path)
        )
        """parameters of constraint components that the shapes graph defines itself"""

    def targets(self, node: str) -> _Targets:
        """The targets of a shape (section 2.1.3); none where it is no shape."""
        about = self.graph.about[node]
        types = about.get(RDF.type, ())
        is_shape = SH.NodeShape in types or SH.PropertyShape in types
        implicit = is_shape and any(self.graph.is_a(node, name) for name in (RDFS.Class, OWL.Class))
        return _Targets(
            tuple(about.get(SH.targetNode, ())),
            (*about.get(SH.targetClass, ()), *([node] if implicit else ())),
            tuple(about.get(SH.targetSubjectsOf, ())),
            tuple(about.get(SH.targetObjectsOf, ())),
        )

    def shape(self, node: str, *, shown: bool = True) -> Report:
        """The compiled shape. ``shown``: its results are told, not only whether there are any.

        Raises:
            Unclaimed: it needs something that is not known here.
        """
        if node in self._open:
            raise Unclaimed("a shape that refers to itself")
        if (node, shown) not in self._compiled:
            self._open.append(node)
            try:
                self._compiled[node, shown] = self._compile(node, shown)
            finally:
                self._open.pop()
        return self._compiled[node, shown]

    def path(self, node: str) -> paths.Path | None:
        """The path of a property shape."""
        found = self.graph.objects(node, SH.path)
        return paths.read(self.graph, found[0]) if found else None

    def _compile(self, node: str, shown: bool) -> Report:
        about = self.graph.about.get(node, {})
        if terms.TRUE in about.get(SH.deactivated, ()):
            return lambda data, focus: ()
        for predicate in about:
            foreign = predicate.startswith(f"<{SH.base}") and predicate not in _KNOWN
            if foreign or predicate in self._parameters:
                raise Unclaimed(f"{predicate} is not run by plain checks")
        path = self.path(node)
        if problem := _ill_formed(self.graph, about, path):
            raise Unclaimed(problem)
        if path is not None:
            self.looked_at.update(path.predicates)
            self.backwards.update(path.backwards)
        says = Says(self.graph, node, None if path is None else str(path), shown, shown and self._need_messages)
        tests = [
            (says.maker(component), make(self.graph, node, parameter))
            for predicate, (component, make) in _TESTS.items()
            for parameter in sorted(about.get(predicate, ()))
        ]
        checks = [
            check
            for predicate, make_check in _CHECKS.items()
            if predicate in about
            for check in make_check(self, says, sorted(about[predicate]))
        ]
        return _combined(path, self._counts(about, says), tests, self._properties(about, shown), checks)

    def _counts(self, about: Described, says: Says) -> _Counts:
        if says.path is None:
            return _Counts()
        counts = _Counts()
        for least in about.get(SH.minCount, ()):
            counts = replace(counts, least=_count(least), too_few=says.maker("MinCountConstraintComponent"))
        for most in about.get(SH.maxCount, ()):
            counts = replace(counts, most=_count(most), too_many=says.maker("MaxCountConstraintComponent"))
        return counts

    def _properties(self, about: Described, shown: bool) -> list[Report]:
        inner = sorted(about.get(SH.property, ()))
        for node in inner:
            if not self.graph.objects(node, SH.path):
                raise Unclaimed(f"sh:property {node}, which has no path")
        return [self.shape(node, shown=shown) for node in inner]


_OF_PROPERTIES = (SH.minCount, SH.maxCount, SH.uniqueLang, SH.lessThan, SH.lessThanOrEquals, SH.qualifiedValueShape)
"""what only property shapes have"""
_WHOLE = (SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.qualifiedMinCount, SH.qualifiedMaxCount)
_BOOLEAN = (SH.deactivated, SH.closed, SH.uniqueLang, SH.qualifiedValueShapesDisjoint)
_ONCE = (SH.path, SH.datatype, SH.nodeKind, SH["in"], SH.languageIn, SH.flags, *_WHOLE, *_BOOLEAN)
_LISTS = (SH["in"], SH.languageIn, SH["and"], SH["or"], SH.xone, SH.ignoredProperties)
_NUMBER = re.compile(rf'"[0-9]{{1,9}}"\^\^{re.escape(XSD.integer)}')


def _ill_formed(graph: Data, about: Described, path: paths.Path | None) -> str | None:
    """Why a shape is not as section 2 and 4 of SHACL want it, which is for pySHACL to judge; None where it is."""
    for predicate in _ONCE:
        if len(about.get(predicate, ())) > 1:
            return f"several values of {predicate}"
    if path is None and (alone := [predicate for predicate in _OF_PROPERTIES if predicate in about]):
        return f"{alone[0]} on a node shape"
    if path is not None and (SH.NodeShape in about.get(RDF.type, ()) or not path.is_well_formed):
        return f"the path {path}"
    if not all(_NUMBER.fullmatch(value) for predicate in _WHOLE for value in about.get(predicate, ())):
        return "a number that is none"
    if not all(value in (terms.TRUE, terms.FALSE) for predicate in _BOOLEAN for value in about.get(predicate, ())):
        return "a truth value that is none"
    if (SH.qualifiedValueShape in about) is not bool({SH.qualifiedMinCount, SH.qualifiedMaxCount} & about.keys()):
        return "sh:qualifiedValueShape without a number, or a number without it"
    if not all(graph.is_list(head) for predicate in _LISTS for head in about.get(predicate, ())):
        return "a list that is none"
    if not all(value.startswith('"') for predicate in values.COMPARISONS for value in about.get(predicate, ())):
        return "a bound that is no literal"
    return None


@dataclass(frozen=True, slots=True)
class Says:
    """What the results of one shape have in common."""

    graph: Data
    node: str
    path: str | None
    shown: bool
    need_message: bool

    @property
    def severity(self) -> str:
        return next(iter(self.graph.objects(self.node, SH.severity)), SH.Violation)

    def messages(self, node: str) -> list[str]:
        """What a shape or a constraint says, sorted."""
        return sorted(terms.value(message) for message in self.graph.objects(node, SH.message))

    def maker(self, component: str) -> Callable[[str, str | None], Result]:
        """focus and value → a result of this constraint component."""
        shape, severity, path = self.node, self.severity, self.path
        message = " ".join(self.messages(shape)) or None
        if message is None and self.need_message and component != _SPARQL:
            raise Unclaimed("no sh:message")
        name = f"<{SH.base}{component}>"
        return lambda focus, value: Result(focus, shape, severity, name, path, value, message)


def _combined(
    path: paths.Path | None,
    counts: _Counts,
    tests: Sequence[tuple[Callable[[str, str | None], Result], Test]],
    properties: Sequence[Report],
    checks: Sequence[_Check],
) -> Report:
    """One function for all constraints of a shape: value nodes are looked up once, and nothing is made where nothing is
    wrong."""
    passes = tuple(test for _, test in tests)
    least, most = counts.least, counts.most

    def judge(data: Data, focus: str, nodes: Sequence[str]) -> Sequence[Result]:
        found: list[Result] = []
        if not least <= len(nodes) <= most:
            found += counts.results(focus, len(nodes))
        for value in nodes:
            for test in passes:
                if not test(value):
                    found += [make(focus, value) for make, other in tests if not other(value)]
                    break
            for inner in properties:
                if wrong := inner(data, value):
                    found += wrong
        for check in checks:
            if wrong := check(data, focus, nodes):
                found += wrong
        return found

    if path is None:
        return lambda data, focus: judge(data, focus, (focus,))
    if path.kind == "predicate":
        name = path.name
        if not properties and not checks:

            def on_values(data: Data, focus: str) -> Sequence[Result]:
                # Most shapes are of this kind, and most values are as they should be.
                described = data.about.get(focus)
                nodes = () if described is None else described.get(name, ())
                if least <= len(nodes) <= most:
                    for test in passes:
                        for value in nodes:
                            if not test(value):
                                return judge(data, focus, nodes)
                    return ()
                return judge(data, focus, nodes)

            return on_values

        def on_property(data: Data, focus: str) -> Sequence[Result]:
            described = data.about.get(focus)
            return judge(data, focus, () if described is None else described.get(name, ()))

        return on_property
    step = paths.follow(path)
    return lambda data, focus: judge(data, focus, step(data, focus))


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many value nodes there must be (section 4.2)."""

    too_few: Callable[[str, str | None], Result] | None = None
    too_many: Callable[[str, str | None], Result] | None = None
    least: int = 0
    most: float = math.inf

    def results(self, focus: str, number: int) -> Iterator[Result]:
        if number < self.least and self.too_few:
            yield self.too_few(focus, None)
        if number > self.most and self.too_many:
            yield self.too_many(focus, None)


# --- what a single value must be ----------------------------------------------------------------------------------


def _count(literal: str) -> int:
    return int(terms.value(literal))


def _flags(graph: Data, node: str) -> str:
    return terms.value(next(iter(graph.objects(node, SH.flags)), '""'))


def _in_range(predicate: str) -> Callable[[Data, str, str], Test]:
    return lambda graph, node, bound: values.in_range(predicate, bound)


_TESTS: Mapping[str, tuple[str, Callable[[Data, str, str], Test]]] = {
    SH.datatype: ("DatatypeConstraintComponent", lambda graph, node, name: values.datatype(name)),
    SH.nodeKind: ("NodeKindConstraintComponent", lambda graph, node, kind: values.node_kind(kind)),
    SH.pattern: (
        "PatternConstraintComponent",
        lambda graph, node, expression: values.pattern(terms.value(expression), _flags(graph, node)),
    ),
    SH.minLength: ("MinLengthConstraintComponent", lambda graph, node, least: values.min_length(_count(least))),
    SH.maxLength: ("MaxLengthConstraintComponent", lambda graph, node, most: values.max_length(_count(most))),
    SH.minExclusive: ("MinExclusiveConstraintComponent", _in_range(SH.minExclusive)),
    SH.minInclusive: ("MinInclusiveConstraintComponent", _in_range(SH.minInclusive)),
    SH.maxExclusive: ("MaxExclusiveConstraintComponent", _in_range(SH.maxExclusive)),
    SH.maxInclusive: ("MaxInclusiveConstraintComponent", _in_range(SH.maxInclusive)),
    SH.languageIn: (
        "LanguageInConstraintComponent",
        lambda graph, node, head: values.language_in([terms.value(tag) for tag in graph.items(head)]),
    ),
    SH["in"]: ("InConstraintComponent", lambda graph, node, head: values.among(graph.items(head))),
}
"""parameter → its component, and what makes a test of (shapes graph, shape, value of the parameter)"""

# --- what the values must be together, or in the graph ------------------------------------------------------------


def _class(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    make = says.maker("ClassConstraintComponent")
    for name in parameters:
        yield _each(make, lambda data, value, name=name: data.is_a(value, name))  # type: ignore[misc]


def _each(make: Callable[[str, str | None], Result], conforms: Callable[[Data, str], bool]) -> _Check:
    """A result for each value that does not conform."""
    return lambda data, focus, nodes: [make(focus, value) for value in nodes if not conforms(data, value)]


def _unique_lang(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    make = says.maker("UniqueLangConstraintComponent")

    def check(data: Data, focus: str, nodes: Sequence[str]) -> Sequence[Result]:
        tags = Counter(tag.lower() for v in nodes if v.startswith('"') and (tag := terms.language(v)))
        return [make(focus, None) for number in tags.values() if number > 1]

    if parameters[0] == terms.TRUE:
        yield check


def _equals(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    make = says.maker("EqualsConstraintComponent")
    compiler.looked_at.update(parameters)
    for predicate in parameters:

        def check(data: Data, focus: str, nodes: Sequence[str], predicate: str = predicate) -> Sequence[Result]:
            others = data.objects(focus, predicate)
            if len(nodes) == len(others) == 1 and nodes[0] == others[0]:
                return ()
            return [make(focus, value) for value in sorted(set(nodes) ^ set(others))]

        yield check


def _disjoint(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    make = says.maker("DisjointConstraintComponent")
    compiler.looked_at.update(parameters)
    for predicate in parameters:
        yield lambda data, focus, nodes, predicate=predicate: [  # type: ignore[misc]
            make(focus, value) for value in sorted(set(nodes).intersection(data.objects(focus, predicate)))
        ]


def _less_than(or_equal: bool) -> _MakeChecks:
    component = "LessThanOrEqualsConstraintComponent" if or_equal else "LessThanConstraintComponent"

    def make_checks(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
        make = says.maker(component)
        compiler.looked_at.update(parameters)
        for predicate in parameters:
            yield lambda data, focus, nodes, predicate=predicate: [  # type: ignore[misc]
                make(focus, value)
                for value in nodes
                for other in data.objects(focus, predicate)
                if not values.less(value, other, or_equal)
            ]

    return make_checks


def _has_value(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    make = says.maker("HasValueConstraintComponent")
    for wanted in parameters:
        yield lambda data, focus, nodes, wanted=wanted: () if wanted in nodes else (make(focus, None),)  # type: ignore[misc]


def _closed(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    if parameters[0] != terms.TRUE:
        return
    compiler.looks_anywhere = True
    graph, make = compiler.graph, says.maker("ClosedConstraintComponent")
    allowed = {item for head in graph.objects(says.node, SH.ignoredProperties) for item in graph.items(head)}
    for inner in graph.objects(says.node, SH.property):
        allowed.update(p for p in graph.objects(inner, SH.path) if p.startswith("<"))

    def check(data: Data, focus: str, nodes: Sequence[str]) -> Sequence[Result]:
        return [
            replace(make(focus, value), path=paths.prefixed(predicate[1:-1]))
            for node in nodes
            for predicate, found in data.about.get(node, {}).items()
            if predicate not in allowed
            for value in found
            if (predicate, value) != (RDF.type, RDFS.Resource)
        ]

    yield check


def _node(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    make = says.maker("NodeConstraintComponent")
    for node in parameters:
        shape = compiler.shape(node, shown=False)
        yield _each(make, lambda data, value, shape=shape: not shape(data, value))  # type: ignore[misc]


def _not(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    make = says.maker("NotConstraintComponent")
    for node in parameters:
        shape = compiler.shape(node, shown=False)
        yield _each(make, lambda data, value, shape=shape: bool(shape(data, value)))  # type: ignore[misc]


def _of_list(component: str, enough: Callable[[int, int], bool]) -> _MakeChecks:
    """A logical constraint on a list of shapes: how many of how many conform decides."""

    def make_checks(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
        make = says.maker(component)
        for head in parameters:
            shapes = [compiler.shape(node, shown=False) for node in compiler.graph.items(head)]
            if not shapes:
                raise Unclaimed("an empty list of shapes")

            def conforms(data: Data, value: str, shapes: Sequence[Report] = shapes) -> bool:
                return enough(sum(not shape(data, value) for shape in shapes), len(shapes))

            yield _each(make, conforms)

    return make_checks


def _qualified(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    graph, node = compiler.graph, says.node
    if says.path is None:  # ignored on node shapes, by pySHACL too
        return
    least = next(map(_count, graph.objects(node, SH.qualifiedMinCount)), 0)
    most = next(map(_count, graph.objects(node, SH.qualifiedMaxCount)), None)
    too_few, too_many = (says.maker(f"Qualified{which}CountConstraintComponent") for which in ("Min", "Max"))
    disjoint = terms.TRUE in graph.objects(node, SH.qualifiedValueShapesDisjoint)
    for wanted in parameters:
        shape = compiler.shape(wanted, shown=False)
        siblings = [compiler.shape(other, shown=False) for other in _siblings(graph, node, wanted)] if disjoint else []

        def check(
            data: Data,
            focus: str,
            nodes: Sequence[str],
            shape: Report = shape,
            siblings: Sequence[Report] = siblings,
        ) -> Sequence[Result]:
            number = sum(not shape(data, v) and all(other(data, v) for other in siblings) for v in nodes)
            found = [] if number >= least else [too_few(focus, None)]
            return found if most is None or number <= most else [*found, too_many(focus, None)]

        yield check


def _siblings(graph: Data, node: str, wanted: str) -> Iterator[str]:
    """The other qualified shapes of the shapes that a property shape belongs to (section 4.7.3)."""
    found = {
        other
        for parent in graph.subjects(SH.property, node)
        for sister in graph.objects(parent, SH.property)
        for other in graph.objects(sister, SH.qualifiedValueShape)
    }
    yield from sorted(found - {wanted})


_SPARQL = "SPARQLConstraintComponent"
# SELECT * would return what is not to be returned, and in a subquery it is open whether $this is among it.
_PREBOUND = re.compile(r"[?$](?:PATH|currentShape|shapesGraph|failure)\b|(?i:SELECT)[ \t\r\n]{1,9}\*")


def _sparql(compiler: _Compiler, says: Says, parameters: Sequence[str]) -> Iterator[_Check]:
    graph = compiler.graph
    for node in parameters:
        if terms.TRUE in graph.objects(node, SH.deactivated):
            continue
        if not (selects := graph.objects(node, SH.select)):
            raise Unclaimed("sh:sparql without sh:select")
        text = terms.value(selects[0])
        if special := _PREBOUND.search(text):
            raise Unclaimed(f"a query with {special[0]}")
        query = queries.compile_select(text, prefixes(graph, node))
        compiler.looked_at.update(query.looked_at)
        compiler.backwards.update(query.backwards)
        messages = sorted({*says.messages(node), *says.messages(says.node)})
        if not messages and says.need_message:
            raise Unclaimed("no sh:message")
        yield _asking(query, says, messages)


def _asking(query: queries.Query, says: Says, messages: Sequence[str]) -> _Check:
    make = says.maker(_SPARQL)

    def check(data: Data, focus: str, nodes: Sequence[str]) -> Sequence[Result]:
        found = []
        for row in query.run(data, focus):
            bound = {name: queries.as_term(value) for name, value in row.items()}
            result = make(focus, bound.get("value", focus if says.path is None else None))
            if (path := bound.get("path")) and path.startswith("<"):
                result = replace(result, path=paths.prefixed(path[1:-1]))
            if messages:
                texts = {name: _worded(term) for name, term in bound.items()}
                if result.value is not None:
                    texts.setdefault("value", _worded(result.value))
                result = replace(result, message=" ".join(sorted(filled(m, texts) for m in messages)))
            found.append(result)
        return list(dict.fromkeys(found))

    return check


def _worded(term: str) -> str:
    """A term as it stands in a message."""
    return term[2:] if term.startswith("_:") else terms.value(term)


def filled(message: str, texts: Mapping[str, object]) -> str:
    """``{?value}`` and ``{$value}`` in a message replaced by what the query found (SHACL, section 5.3.2)."""
    return re.sub(r"\{[?$](\w+)\}", lambda m: str(texts.get(m[1], m[0])), message)


def prefixes(graph: Data, node: str) -> dict[str, str]:
    """The prefixes that are declared for a constraint."""
    return {
        terms.value(prefix): terms.value(namespace)
        for holder in graph.objects(node, SH.prefixes)
        for declaration in graph.objects(holder, SH.declare)
        for prefix in graph.objects(declaration, SH.prefix)
        for namespace in graph.objects(declaration, SH.namespace)
    }


_MakeChecks = Callable[[_Compiler, Says, Sequence[str]], Iterator[_Check]]

_CHECKS: Mapping[str, _MakeChecks] = {
    SH["class"]: _class,
    SH.uniqueLang: _unique_lang,
    SH.equals: _equals,
    SH.disjoint: _disjoint,
    SH.lessThan: _less_than(or_equal=False),
    SH.lessThanOrEquals: _less_than(or_equal=True),
    SH.hasValue: _has_value,
    SH.closed: _closed,
    SH.node: _node,
    SH["not"]: _not,
    SH["and"]: _of_list("AndConstraintComponent", lambda n, all_: n == all_),
    SH["or"]: _of_list("OrConstraintComponent", lambda n, all_: n > 0),
    SH.xone: _of_list("XoneConstraintComponent", lambda n, all_: n == 1),
    SH.qualifiedValueShape: _qualified,
    SH.sparql: _sparql,
}
"""parameter → what makes checks of (compiler, shape, values of the parameter)"""

_SILENT = frozenset(
    {SH.name, SH.description, SH.message, SH.severity, SH.order, SH.group, SH.defaultValue, SH.deactivated, SH.path}
    | TARGETS
    | {SH.property, SH.minCount, SH.maxCount}  # have places of their own
    # parameters that another one reads
    | {SH.flags, SH.ignoredProperties, SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.qualifiedValueShapesDisjoint}
)
"""predicates of a shape that by themselves say nothing of what must hold"""

_KNOWN = _SILENT.union(_TESTS, _CHECKS)
