"""SPARQL constraints (SHACL, section 5): the algebra of a query, as rdflib parses it, turned into functions over
:class:`~kg.shacl.data.Data`.

A pattern is a function from a solution to further solutions, an expression one from a solution to a value. A value is a
term in N-Triples form, or what was computed: a number, a truth value, or :class:`Plain` text. Comparing what is neither
text nor a plain number nor a plain date is left to rdflib, because pySHACL, which runs queries with it, is the reference;
and where a value has no plain meaning here at all (a double in a sum, a text with language in a function, a variable
without a value as the end of a pattern), rdflib runs the whole query for that focus node. ``$this`` is bound before anything
else, also inside subqueries (section 5.3.1 and appendix A).
"""

from __future__ import annotations

import datetime
import functools
import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kg import terms
from kg.shacl import nodes, rdflib_view, values
from kg.shacl.data import Data
from kg.shacl.paths import Follow, Path, follow
from kg.vocab import XSD


class Plain(str):
    """Text without language that an expression made."""

    __slots__ = ()


Value = str | Plain | int | float | Decimal
Solution = dict[str, Value]
Pattern = Callable[[Data, Solution], Iterator[Solution]]
Expression = Callable[[Data, Solution], Value]


class Unclaimed(Exception):
    """The shape needs something that plain checks do not do; the message says what."""


class _Failed(Exception):
    """An expression has no value (SPARQL 1.1, section 17.2: a type error)."""


class _Doubtful(Exception):
    """What this is worth is for rdflib to say."""


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled SELECT: what it finds for one focus node, the predicates it looks at, and those it follows backwards."""

    run: Callable[[Data, str], list[Solution]]
    looked_at: frozenset[str]
    backwards: frozenset[str]


def compile_select(text: str, prefixes: Mapping[str, str]) -> Query:
    """Compile the query of a constraint.

    Raises:
        Unclaimed: it uses something that is not known here.
    """
    try:
        prepared = _prepared(text, tuple(sorted(prefixes.items())))
    except Exception as error:  # pyparsing and rdflib raise whatever they like on a bad query
        raise Unclaimed(f"a query that cannot be parsed: {error}") from error
    algebra = prepared.algebra
    if algebra.name != "SelectQuery" or algebra.datasetClause:
        raise Unclaimed(f"a query of the form {algebra.name}")
    compiler = _Compiler()
    pattern = compiler.pattern(algebra.p, {"this"})

    def run(data: Data, focus: str) -> list[Solution]:
        try:
            return list(pattern(data, {"this": focus}))
        except _Doubtful:
            return [dict(row) for row in rdflib_view.select(data, prepared, focus)]

    return Query(run, frozenset(compiler.looked_at), frozenset(compiler.backwards))


def parsed(text: str, prefixes: tuple[tuple[str, str], ...]) -> Any:
    """The algebra of a query, as rdflib parses it, which takes longer than everything else that is done with a shape.

    Raises:
        Exception: whatever pyparsing and rdflib raise on a bad query.
    """
    return _prepared(text, prefixes).algebra


@functools.lru_cache(maxsize=256)
def _prepared(text: str, prefixes: tuple[tuple[str, str], ...]) -> Any:
    from rdflib.plugins.sparql import prepareQuery

    return prepareQuery(text, initNs=dict(prefixes))


class _Compiler:
    def __init__(self) -> None:
        self.looked_at: set[str] = set()
        self.backwards: set[str] = set()

    # --- patterns -------------------------------------------------------------------------------------------------

    def pattern(self, part: Any, bound: set[str]) -> Pattern:
        """A function for a graph pattern; ``bound`` are the variables that have a value before it, and grows."""
        method = getattr(self, f"_{part.name.lower()}", None)
        if method is None:
            raise Unclaimed(f"{part.name} in a query")
        found: Pattern = method(part, bound)
        return found

    def _bgp(self, part: Any, bound: set[str]) -> Pattern:
        left = list(part.triples)
        steps: list[Pattern] = []
        while left:
            # What has a bound end first: the dictionary is asked by subject, or backwards by object.
            left.sort(key=lambda t: (not _is_bound(t[0], bound), not _is_bound(t[2], bound)))
            steps.append(self._triple(left.pop(0), bound))

        def run(data: Data, solution: Solution) -> Iterator[Solution]:
            return _chain(steps, 0, data, solution)

        return run

    def _triple(self, triple: Any, bound: set[str]) -> Pattern:
        subject, predicate, target = triple
        path = _path(predicate)
        forward = _is_bound(subject, bound)
        if not forward and not _is_bound(target, bound):
            raise Unclaimed("a triple pattern that neither the focus node nor another pattern leads to")
        if not forward:
            subject, target = target, subject
            path = Path("inverse", (path,))
        self.looked_at.update(path.predicates)
        self.backwards.update(path.backwards)
        step = follow(path)
        start, end = _end(subject), _end(target)
        for side in (subject, target):
            if _is_variable(side):
                bound.add(str(side))
        return _stepping(step, start, end)

    def _join(self, part: Any, bound: set[str]) -> Pattern:
        first = self.pattern(part.p1, bound)
        second = self.pattern(part.p2, bound)
        return lambda data, solution: (b for a in first(data, solution) for b in second(data, a))

    def _leftjoin(self, part: Any, bound: set[str]) -> Pattern:
        _refuse_outer(part.expr, set(), bound)
        first = self.pattern(part.p1, bound)
        second = self.pattern(part.p2, bound)
        condition = self._condition(part.expr)

        def run(data: Data, solution: Solution) -> Iterator[Solution]:
            for a in first(data, solution):
                found = False
                for b in second(data, a):
                    if condition(data, b):
                        found = True
                        yield b
                if not found:
                    yield a

        return run

    def _union(self, part: Any, bound: set[str]) -> Pattern:
        one, other = set(bound), set(bound)
        first, second = self.pattern(part.p1, one), self.pattern(part.p2, other)
        bound |= one & other

        def run(data: Data, solution: Solution) -> Iterator[Solution]:
            yield from first(data, solution)
            yield from second(data, solution)

        return run

    def _filter(self, part: Any, bound: set[str]) -> Pattern:
        _refuse_outer(part.expr, part._vars, bound)
        inner = self.pattern(part.p, bound)
        condition = self._condition(part.expr)
        return lambda data, solution: (s for s in inner(data, solution) if condition(data, s))

    def _extend(self, part: Any, bound: set[str]) -> Pattern:
        _refuse_outer(part.expr, part._vars, bound)
        inner = self.pattern(part.p, bound)
        expression = self.expression(part.expr)
        name = str(part.var)
        if name == "this" and not str(part.expr).startswith("__agg_"):
            raise Unclaimed("a query that assigns $this")
        bound.add(name)

        def run(data: Data, solution: Solution) -> Iterator[Solution]:
            for s in inner(data, solution):
                try:
                    yield {**s, name: expression(data, s)}
                except _Failed:
                    yield s

        return run

    def _project(self, part: Any, bound: set[str]) -> Pattern:
        inner_bound = set(bound)
        inner = self.pattern(part.p, inner_bound)
        names = frozenset(map(str, part.PV))
        if "this" not in names:
            raise Unclaimed("a subquery that does not return $this")
        bound |= names & inner_bound

        def run(data: Data, solution: Solution) -> Iterator[Solution]:
            for s in inner(data, solution):
                yield solution | {name: value for name, value in s.items() if name in names}

        return run

    def _distinct(self, part: Any, bound: set[str]) -> Pattern:
        inner = self.pattern(part.p, bound)

        def run(data: Data, solution: Solution) -> Iterator[Solution]:
            seen = set()
            for s in inner(data, solution):
                key = frozenset((name, _as_term(value)) for name, value in s.items())
                if key not in seen:
                    seen.add(key)
                    yield s

        return run

    def _tomultiset(self, part: Any, bound: set[str]) -> Pattern:
        return self.pattern(part.p, bound)

    def _aggregatejoin(self, part: Any, bound: set[str]) -> Pattern:
        group = part.p
        inner = self.pattern(group.p, bound)
        keys = [self.expression(e) for e in group.expr or ()]
        aggregates = [(str(a.res), self._aggregate(a)) for a in part.A]
        bound.update(name for name, _ in aggregates)

        def run(data: Data, solution: Solution) -> Iterator[Solution]:
            groups: dict[tuple[object, ...], list[Solution]] = {}
            for s in inner(data, solution):
                groups.setdefault(tuple(_grouped(key, data, s) for key in keys), []).append(s)
            if not groups:
                if keys:
                    raise _Doubtful  # SPARQL has no group then, rdflib one
                groups[()] = []
            for members in groups.values():
                found = dict(solution)
                for name, aggregate in aggregates:
                    value = aggregate(data, members)
                    if value is not None:
                        found[name] = value
                yield found

        return run

    def _aggregate(self, part: Any) -> Callable[[Data, list[Solution]], Value | None]:
        if part.name == "Aggregate_Count" and part.vars == "*":
            if part.distinct:
                raise Unclaimed("COUNT(DISTINCT *)")
            return lambda data, members: len(members)
        expression = self.expression(part.vars)

        def found(data: Data, members: list[Solution]) -> list[Value]:
            values = []
            for s in members:
                try:
                    values.append(expression(data, s))
                except _Failed:
                    continue
            return list({_as_term(v): v for v in values}.values()) if part.distinct else values

        match part.name:
            case "Aggregate_Count":
                return lambda data, members: len(found(data, members))
            case "Aggregate_Sample":
                return lambda data, members: next(iter(found(data, members)), None)
            case "Aggregate_Max":
                return lambda data, members: _extreme(found(data, members), ">")
            case "Aggregate_Min":
                return lambda data, members: _extreme(found(data, members), "<")
        raise Unclaimed(f"{part.name} in a query")

    # --- expressions ----------------------------------------------------------------------------------------------

    def _condition(self, part: Any) -> Callable[[Data, Solution], bool]:
        if getattr(part, "name", None) == "TrueFilter":
            return lambda data, solution: True
        expression = self.expression(part)

        def holds(data: Data, solution: Solution) -> bool:
            try:
                return _truth(expression(data, solution))
            except _Failed:
                return False

        return holds

    def expression(self, part: Any) -> Expression:
        """A function for an expression."""
        if _is_variable(part):
            variable = str(part)

            def look_up(data: Data, solution: Solution) -> Value:
                try:
                    return solution[variable]
                except KeyError:
                    raise _Failed(variable) from None

            return look_up
        name = getattr(part, "name", None)
        if name is None or not hasattr(part, "get"):
            constant = nodes.term(part)
            return lambda data, solution: constant
        if name in _LOGIC:
            return _LOGIC[name](self, part)
        if name == "Function":
            return self._cast(part)
        if name not in _FUNCTIONS:
            raise Unclaimed(f"{name} in a query")
        return self._call(part, _FUNCTIONS[name])

    def _call(self, part: Any, function: _Function) -> Expression:
        # rdflib leaves out what is not there, or has None in its place.
        given = [self.expression(part[a]) for a in function.arguments if a in part and part[a] is not None]
        body = function.body
        if not function.least <= len(given):
            raise Unclaimed(f"{part.name} with {len(given)} arguments")
        if len(given) == 1:
            (only,) = given
            return lambda data, solution: body(only(data, solution))
        return lambda data, solution: body(*[argument(data, solution) for argument in given])

    def _cast(self, part: Any) -> Expression:
        cast = _CASTS.get(f"<{part.iri}>")
        if cast is None or len(part.expr) != 1:
            raise Unclaimed(f"the function <{part.iri}>")
        inner = self.expression(part.expr[0])
        return lambda data, solution: cast(inner(data, solution))

    def _either(self, part: Any) -> Expression:
        return self._logical(part, True)

    def _both(self, part: Any) -> Expression:
        return self._logical(part, False)

    def _logical(self, part: Any, deciding: bool) -> Expression:
        parts = (part.expr, *(part.other or ()))
        sides, variables = [self.expression(e) for e in parts], [_is_variable(e) for e in parts]

        def run(data: Data, solution: Solution) -> Value:
            failed: _Failed | None = None
            for side, is_variable in zip(sides, variables, strict=True):
                try:
                    if _truth(side(data, solution)) is deciding:
                        return deciding
                except _Failed as error:
                    if is_variable:
                        raise _Doubtful from error
                    failed = error
            if failed is not None:
                raise failed
            return not deciding

        return run

    def _relation(self, part: Any) -> Expression:
        from rdflib import URIRef

        left = self.expression(part.expr)
        if part.op in ("IN", "NOT IN"):
            listed = part.other if isinstance(part.other, list) else [part.other]
            members = [self.expression(e) for e in listed]
            constants = frozenset(f"<{e}>" for e in listed if type(e) is URIRef)
            only_iris = len(constants) == len(listed)
            wanted: bool = part.op == "IN"

            def among(data: Data, solution: Solution) -> Value:
                try:
                    value = left(data, solution)
                    if only_iris:
                        return (type(value) is str and value in constants) is wanted
                    # rdflib compares the terms, not what they are worth.
                    return (_certain(value) in {_certain(member(data, solution)) for member in members}) is wanted
                except _Failed as error:
                    raise _Doubtful from error

            return among
        right = self.expression(part.other)
        symbol = str(part.op)
        return lambda data, solution: _compare(symbol, left(data, solution), right(data, solution))

    def _arithmetic(self, part: Any) -> Expression:
        if not part.other:
            return self.expression(part.expr)
        first = self.expression(part.expr)
        rest = [(_ARITHMETIC[str(op)], self.expression(e)) for op, e in zip(part.op, part.other, strict=True)]

        def run(data: Data, solution: Solution) -> Value:
            total: Value = _number(first(data, solution))
            for apply, operand in rest:
                try:
                    total = apply(total, _number(operand(data, solution)))
                except (ArithmeticError, TypeError) as error:
                    raise _Failed(str(error)) from error
            return total

        return run

    def _negation(self, part: Any) -> Expression:
        inner = self.expression(part.expr)
        return lambda data, solution: not _truth(inner(data, solution))

    def _bound(self, part: Any) -> Expression:
        name = str(part.arg)
        return lambda data, solution: name in solution

    def _if(self, part: Any) -> Expression:
        condition, first, second = map(self.expression, (part.arg1, part.arg2, part.arg3))
        return lambda data, solution: (first if _truth(condition(data, solution)) else second)(data, solution)

    def _coalesce(self, part: Any) -> Expression:
        given = [self.expression(e) for e in part.arg]

        def run(data: Data, solution: Solution) -> Value:
            for expression in given:
                try:
                    return expression(data, solution)
                except _Failed:
                    continue
            raise _Failed("COALESCE")

        return run


_LOGIC: dict[str, Callable[[_Compiler, Any], Expression]] = {
    "ConditionalOrExpression": _Compiler._either,
    "ConditionalAndExpression": _Compiler._both,
    "RelationalExpression": _Compiler._relation,
    "AdditiveExpression": _Compiler._arithmetic,
    "MultiplicativeExpression": _Compiler._arithmetic,
    "UnaryNot": _Compiler._negation,
    "Builtin_BOUND": _Compiler._bound,
    "Builtin_IF": _Compiler._if,
    "Builtin_COALESCE": _Compiler._coalesce,
}

# --- scope ---------------------------------------------------------------------------------------------------------


def _refuse_outer(expression: Any, inside: Iterable[Any], bound: Set[str]) -> None:
    """See that an expression asks for no variable that has its value from outside its group, where it has none (SPARQL 1.1,
    section 18.2.2).

    Raises:
        Unclaimed: it does.
    """
    from rdflib.plugins.sparql.parserutils import CompValue

    asked: set[str] = set()
    pending = [expression]
    while pending:
        part = pending.pop()
        if _is_variable(part):
            asked.add(str(part))
        elif isinstance(part, CompValue):
            pending.extend(part.values())
        elif isinstance(part, list | tuple | set | frozenset):
            pending.extend(part)
    if outer := sorted((asked & bound) - {"this"} - set(map(str, inside))):
        raise Unclaimed(f"an expression on ?{outer[0]}, which is from outside its group")


# --- triples ------------------------------------------------------------------------------------------------------


def _is_variable(part: Any) -> bool:
    from rdflib.term import Variable

    return isinstance(part, Variable)


def _is_bound(part: Any, bound: set[str]) -> bool:
    return not _is_variable(part) or str(part) in bound


def _path(predicate: Any) -> Path:
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, SequencePath

    if isinstance(predicate, URIRef):
        return Path("predicate", name=f"<{predicate}>")
    if isinstance(predicate, InvPath):
        return Path("inverse", (_path(predicate.arg),))
    if isinstance(predicate, AlternativePath):
        return Path("alternative", tuple(map(_path, predicate.args)))
    if isinstance(predicate, SequencePath):
        return Path("sequence", tuple(map(_path, predicate.args)))
    raise Unclaimed(f"{predicate} as a predicate in a query")


def _end(part: Any) -> tuple[str, str | None]:
    """(variable, None) or ("", term)."""
    from rdflib import BNode

    if _is_variable(part):
        return str(part), None
    if isinstance(part, BNode):
        raise Unclaimed("a blank node in a query")
    return "", nodes.term(part)


def _stepping(step: Follow, start: tuple[str, str | None], end: tuple[str, str | None]) -> Pattern:
    (source, fixed_source), (target, fixed_target) = start, end

    def run(data: Data, solution: Solution) -> Iterator[Solution]:
        node = fixed_source or solution.get(source)
        if node is None:  # an optional variable that got no value: it may be anything
            raise _Doubtful
        found = step(data, _as_term(node))
        wanted = fixed_target or solution.get(target)
        if wanted is None:
            for value in found:
                yield {**solution, target: value}
        elif _as_term(wanted) in found:
            yield solution

    return run


def _chain(steps: Sequence[Pattern], at: int, data: Data, solution: Solution) -> Iterator[Solution]:
    if at == len(steps):
        yield solution
        return
    for found in steps[at](data, solution):
        yield from _chain(steps, at + 1, data, found)


# --- values -------------------------------------------------------------------------------------------------------


def _as_term(value: Value) -> str:
    """A value as a term."""
    if isinstance(value, Plain):
        return terms.literal(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return terms.boolean(value)
    if isinstance(value, int):
        return terms.integer(value)
    return nodes.term(_node(value))


as_term = _as_term


def _node(value: Value) -> Any:
    from rdflib import Literal

    if isinstance(value, Plain):
        return Literal(str(value))
    if isinstance(value, str):
        return nodes.node(value)
    return Literal(value)


_DATE = re.compile(rf'"([12][0-9]{{3}})-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])"\^\^{re.escape(XSD.date)}')


@functools.lru_cache(maxsize=8192)
def _typed(term: str) -> Plain | int | Decimal | datetime.date | None:
    """What a term is worth, where that is plain to see; None for everything else."""
    if not term.startswith('"'):
        return None
    if term.endswith('"'):
        return Plain(terms.value(term))
    found = values.number(term)
    if found is None and (day := _DATE.fullmatch(term)):
        try:
            return datetime.date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            return None
    return found


def _worth(value: Value) -> Any:
    return _typed(value) if type(value) is str else value


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _compare(symbol: str, left: Value, right: Value) -> bool:
    a, b = _worth(left), _worth(right)
    if a is not None and b is not None:
        if type(a) is type(b):
            return _OPERATORS[symbol](a, b)
        if _is_number(a) and _is_number(b):
            return _OPERATORS[symbol](a, b)
    elif type(left) is str and type(right) is str and left[0] != '"' and symbol in ("=", "!="):
        return (left == right) is (symbol == "=")
    return _rdflib_compare(symbol, _as_term(left), _as_term(right))


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal | float) and not isinstance(value, bool)


@functools.lru_cache(maxsize=4096)
def _rdflib_compare(symbol: str, left: str, right: str) -> bool:
    """As rdflib compares (``RelationalExpression`` in rdflib.plugins.sparql.operators)."""
    from rdflib import Literal

    with nodes.quiet():
        a: Any = nodes.node(left)
        b: Any = nodes.node(right)
        if symbol not in ("=", "!=") and not (isinstance(a, Literal) and isinstance(b, Literal)):
            raise _Failed(symbol)
        try:
            found: Any = {
                "=": lambda: a.eq(b) if isinstance(a, Literal) else a == b,
                "!=": lambda: a.neq(b) if isinstance(a, Literal) else a != b,
                "<": lambda: a.__lt__(b),
                ">": lambda: a.__gt__(b),
                "<=": lambda: a.__le__(b),
                ">=": lambda: a.__ge__(b),
            }[symbol]()  # type: ignore[no-untyped-call]
        except TypeError as error:
            raise _Failed(symbol) from error
    if found is NotImplemented:
        raise _Failed(symbol)
    return bool(found)


def _truth(value: Value) -> bool:
    """The effective boolean value (SPARQL 1.1, section 17.2.2)."""
    if isinstance(value, bool):
        return value
    if value == terms.TRUE or value == terms.FALSE:
        return value == terms.TRUE
    worth = _worth(value)
    if isinstance(worth, Plain):
        return bool(worth)
    if _is_number(worth):
        return bool(worth)
    raise _failure(value, "truth")


def _failure(value: Value, what: str) -> Exception:
    """What to raise where a value is not what is asked for: of literals rdflib knows more kinds."""
    is_literal = type(value) is str and value.startswith('"') and not value.endswith('"')
    return _Doubtful() if is_literal else _Failed(what)


def _certain(value: Value) -> str:
    """A value as the term that rdflib has for it, too."""
    if isinstance(value, float | Decimal) or (type(value) is str and value[0] == '"' and terms.language(value)):
        raise _Doubtful
    return _as_term(value)


def _number(value: Value) -> Any:
    worth = _worth(value)
    if not _is_number(worth):
        raise _failure(value, "number")
    return worth


def _text(value: Value) -> str:
    """The text of a literal without language; of one with it functions return texts with it."""
    worth = _worth(value)
    if isinstance(worth, Plain):
        return worth
    raise _failure(value, "text")


def _worded(value: Value) -> str:
    """The text of a literal with or without language, for who asks nothing but that."""
    return terms.value(value) if type(value) is str and value[0] == '"' and terms.language(value) else _text(value)


def _grouped(key: Expression, data: Data, solution: Solution) -> str | None:
    try:
        return _as_term(key(data, solution))
    except _Failed:
        return None


def _extreme(found: list[Value], symbol: str) -> Value | None:
    best: Value | None = None
    for value in found:
        # What cannot be compared is passed over, as rdflib's MIN and MAX do with numbers among other things.
        try:
            if best is None or _compare(symbol, value, best):
                best = value
        except _Failed as error:
            raise _Doubtful from error
    return best


# --- functions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Function:
    body: Callable[..., Value]
    arguments: tuple[str, ...]
    least: int


def _function(body: Callable[..., Value], *arguments: str, least: int | None = None) -> _Function:
    return _Function(body, arguments, len(arguments) if least is None else least)


def _str(value: Value) -> Plain:
    if isinstance(value, Plain):
        return value
    if isinstance(value, str):
        return Plain(terms.value(value)) if not value.startswith("_:") else Plain(value[2:])
    return Plain(terms.value(_as_term(value)))


def _datatype(value: Value) -> str:
    if isinstance(value, Plain):
        return XSD.string
    if isinstance(value, str):
        if not value.startswith('"'):
            raise _Failed("DATATYPE")
        tail = value[value.rindex('"') + 1 :]
        if tail.startswith("^^"):
            return tail[2:]
        if tail:
            raise _Failed("DATATYPE of a text with language")
        return XSD.string
    return _datatype(_as_term(value))


def _substr(text: Value, start: Value, length: Value | None = None) -> Plain:
    body = _text(text)
    first = _whole(start) - 1
    if length is None:
        return Plain(body[first:])
    return Plain(body[first : first + _whole(length)])


def _whole(value: Value) -> int:
    number = _number(value)
    if not isinstance(number, int):
        raise _Doubtful
    return number


def _regex(text: Value, expression: Value, flags: Value | None = None) -> bool:
    return _compiled(_text(expression), _text(flags) if flags is not None else "").search(_worded(text)) is not None


def _replace(text: Value, expression: Value, by: Value, flags: Value | None = None) -> Plain:
    replacement = re.sub(r"\$([0-9]+)", r"\\\1", _text(by))
    pattern = _compiled(_text(expression), _text(flags) if flags is not None else "")
    try:
        return Plain(pattern.sub(replacement, _text(text)))
    except (re.error, IndexError) as error:
        raise _Doubtful from error


@functools.lru_cache(maxsize=256)
def _compiled(expression: str, flags: str) -> re.Pattern[str]:
    known = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE}
    try:
        return re.compile(expression, functools.reduce(operator.or_, (known[f] for f in flags), re.RegexFlag(0)))
    except (KeyError, re.error) as error:
        raise _Doubtful from error


def _strbefore(text: Value, mark: Value) -> Plain:
    before, found, _ = _text(text).partition(_mark(mark))
    return Plain(before if found else "")


def _strafter(text: Value, mark: Value) -> Plain:
    return Plain(_text(text).partition(_mark(mark))[2])


def _mark(value: Value) -> str:
    if not (text := _text(value)):
        raise _Doubtful
    return text


def _language(value: Value) -> Plain:
    if not isinstance(value, str) or (type(value) is str and not value.startswith('"')):
        raise _Failed("LANG")
    return Plain("" if isinstance(value, Plain) else terms.language(value) or "")


def _to_integer(value: Value) -> int:
    worth = _worth(value)
    if _is_number(worth):
        return int(worth)
    if not isinstance(worth, Plain):
        raise _failure(value, "xsd:integer")
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", worth):
        # Python, and so rdflib, reads more as a number than SPARQL does.
        raise _Doubtful if any(map(str.isdigit, worth)) else _Failed("xsd:integer")
    return int(worth)


def _to_decimal(value: Value) -> Decimal:
    worth = _worth(value)
    if _is_number(worth) and not isinstance(worth, float):
        return Decimal(worth)
    if not isinstance(worth, Plain):
        raise _failure(value, "xsd:decimal")
    if not re.fullmatch(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})", worth):
        raise _Failed("xsd:decimal")
    return Decimal(worth)


def _to_string(value: Value) -> Plain:
    if type(value) is str and value.startswith('"') and terms.language(value):
        raise _Doubtful
    return _str(value)


_CASTS: dict[str, Callable[[Value], Value]] = {
    XSD.integer: _to_integer,
    XSD.decimal: _to_decimal,
    XSD.string: _to_string,
}


def _divide(a: Any, b: Any) -> Any:
    return Decimal(a) / b if isinstance(a, int) and not isinstance(b, float) else a / b


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
}

_FUNCTIONS: Mapping[str, _Function] = {
    "Builtin_STR": _function(_str, "arg"),
    "Builtin_DATATYPE": _function(_datatype, "arg"),
    "Builtin_LANG": _function(_language, "arg"),
    "Builtin_STRLEN": _function(lambda text: len(_worded(text)), "arg"),
    "Builtin_SUBSTR": _function(_substr, "arg", "start", "length", least=2),
    "Builtin_LCASE": _function(lambda text: Plain(_text(text).lower()), "arg"),
    "Builtin_UCASE": _function(lambda text: Plain(_text(text).upper()), "arg"),
    "Builtin_CONTAINS": _function(lambda text, part: _text(part) in _text(text), "arg1", "arg2"),
    "Builtin_STRSTARTS": _function(lambda text, part: _text(text).startswith(_text(part)), "arg1", "arg2"),
    "Builtin_STRENDS": _function(lambda text, part: _text(text).endswith(_text(part)), "arg1", "arg2"),
    "Builtin_STRBEFORE": _function(_strbefore, "arg1", "arg2"),
    "Builtin_STRAFTER": _function(_strafter, "arg1", "arg2"),
    "Builtin_REGEX": _function(_regex, "text", "pattern", "flags", least=2),
    "Builtin_REPLACE": _function(_replace, "arg", "pattern", "replacement", "flags", least=3),
    "Builtin_ABS": _function(lambda n: abs(_number(n)), "arg"),
    "Builtin_FLOOR": _function(lambda n: math.floor(_number(n)), "arg"),
    "Builtin_CEIL": _function(lambda n: math.ceil(_number(n)), "arg"),
    "Builtin_isIRI": _function(lambda v: type(v) is str and v.startswith("<"), "arg"),
    "Builtin_isLITERAL": _function(lambda v: not (type(v) is str and v[0] != '"'), "arg"),
}
"""name in rdflib's algebra → what it does. Those whose arguments are not always evaluated are in ``_LOGIC``."""
