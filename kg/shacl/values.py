"""What a single term must be: SHACL Core's value types, ranges and strings (sections 4.1, 4.3, 4.4).

Each function makes a test of one parameter. A test looks at the string; where that does not tell (``"1_0"`` as an integer,
a date with a time zone) rdflib's value decides, because pySHACL is the reference.
"""

from __future__ import annotations

import datetime
import functools
import operator
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from kg import terms
from kg.shacl import nodes
from kg.vocab import RDF, RDFS, SH, XSD

Test = Callable[[str], bool]
"""whether a term passes"""

_CACHED = 4096

_LEXICAL = {
    XSD.integer: re.compile(r'"-?[0-9]{1,18}"'),
    XSD.decimal: re.compile(r'"-?[0-9]{1,18}(?:\.[0-9]{1,18})?"'),
    XSD.boolean: re.compile(r'"(?:true|false)"'),
    # Days of every month only; the others rdflib judges.
    XSD.date: re.compile(r'"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"'),
    XSD.gYear: re.compile(r'"[12][0-9]{3}"'),
    XSD.gYearMonth: re.compile(r'"[12][0-9]{3}-(?:0[1-9]|1[0-2])"'),
}
"""datatype → forms that are certainly right; what is not among them may still be"""

_CHECKED: dict[str, type | tuple[type, ...]] = {
    XSD.string: (str, bytes),
    RDF.langString: (str, bytes),
    XSD.integer: int,
    XSD.float: float,
    XSD.decimal: Decimal,
    XSD.boolean: bool,
    XSD.date: datetime.date,
    XSD.time: datetime.time,
    XSD.dateTime: datetime.datetime,
}
"""what the value of a literal of a datatype must be in Python"""


def datatype(name: str) -> Test:
    """A literal of this datatype that is not ill-typed."""
    suffix = f"^^{name}"
    certain = _LEXICAL.get(name)

    @functools.lru_cache(maxsize=_CACHED)
    def judged(term: str) -> bool:
        with nodes.quiet():
            literal: Any = nodes.node(term)
            value = literal.value
        if not term.endswith('"') and terms.language(term):
            return name in (RDF.langString, RDFS.Literal) and isinstance(value, str | bytes)
        if f"<{literal.datatype}>" == name:
            right = _CHECKED.get(name)
            return literal.ill_typed is not True and (right is None or isinstance(value, right))
        return (
            name == RDFS.Literal
            or (name == RDFS.Datatype and literal.datatype is not None)
            or (name == XSD.string and literal.datatype is None and isinstance(value, str | bytes))
        )

    def test(term: str) -> bool:
        if not term.startswith('"'):
            return False
        if certain is not None and term.endswith(suffix) and certain.fullmatch(term, 0, len(term) - len(suffix)):
            return True
        return judged(term)

    return test


_KINDS = {
    SH.IRI: "<",
    SH.BlankNode: "_",
    SH.Literal: '"',
    SH.BlankNodeOrIRI: "_<",
    SH.BlankNodeOrLiteral: '_"',
    SH.IRIOrLiteral: '<"',
}


def node_kind(name: str) -> Test:
    """An IRI, a blank node, a literal, or one of two of them.

    Raises:
        KeyError: there is no such kind.
    """
    first = _KINDS[name]
    return lambda term: term[0] in first


def among(members: Collection[str]) -> Test:
    """One of these terms (``sh:in``)."""
    return frozenset(members).__contains__


def text(term: str) -> str | None:
    """What a pattern or a length is compared with: the IRI, or the lexical form; None for blank nodes."""
    return None if term.startswith("_:") else terms.value(term)


def pattern(expression: str, flags: str = "") -> Test:
    """A text in which the expression is found. Blank nodes have no text."""
    options = (re.IGNORECASE if "i" in flags.lower() else 0) | (re.MULTILINE if "m" in flags.lower() else 0)
    search = re.compile(expression, options).search

    def test(term: str) -> bool:
        found = text(term)
        return found is not None and search(found) is not None

    return test


def min_length(least: int) -> Test:
    """A text of at least so many code points."""
    return lambda term: least == 0 or (not term.startswith("_:") and len(terms.value(term)) >= least)


def max_length(most: int) -> Test:
    """A text of at most so many code points."""
    return lambda term: not term.startswith("_:") and len(terms.value(term)) <= most


def language_in(ranges: Collection[str]) -> Test:
    """A text in one of these languages, or in a variety of one."""
    wanted = frozenset(tag.lower() for tag in ranges)

    def test(term: str) -> bool:
        tag = terms.language(term) if term.startswith('"') else None
        if not tag:
            return False
        return "*" in wanted or tag.lower() in wanted or tag.lower().partition("-")[0] in wanted

    return test


# --- order --------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(
    rf'"(-?[0-9]{{1,15}}(?:\.[0-9]{{1,15}})?)"\^\^(?:{re.escape(XSD.integer)}|{re.escape(XSD.decimal)})'
)


@functools.lru_cache(maxsize=_CACHED)
def number(term: str) -> int | Decimal | None:
    """The value of an integer or decimal in plain form; None for everything else."""
    found = _NUMBER.fullmatch(term)
    if found is None:
        return None
    return Decimal(found[1]) if "." in found[1] else int(found[1])


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    SH.minExclusive: operator.gt,
    SH.minInclusive: operator.ge,
    SH.maxExclusive: operator.lt,
    SH.maxInclusive: operator.le,
}


def in_range(parameter: str, bound: str) -> Test:
    """A literal that compares with the bound as ``parameter`` (``sh:minInclusive`` …) says."""
    holds = COMPARISONS[parameter]
    limit = number(bound)

    @functools.lru_cache(maxsize=_CACHED)
    def judged(term: str) -> bool:
        from pyshacl.rdfutil.compare import compare_literal

        with nodes.quiet():
            value: Any = nodes.node(term)
            other: Any = nodes.node(bound)
            if isinstance(value.value, str) is not isinstance(other.value, str):
                return False
            try:
                return holds(compare_literal(value, other), 0)  # type: ignore[no-untyped-call]
            except (TypeError, NotImplementedError, ArithmeticError):  # what pyshacl raises where there is no order
                return False

    def test(term: str) -> bool:
        if limit is not None and (value := number(term)) is not None:
            return holds(value, limit)
        return term.startswith('"') and judged(term)

    return test


def less(left: str, right: str, or_equal: bool) -> bool:
    """``sh:lessThan`` for two terms; what cannot be compared is not less (section 4.5.3), also where pySHACL gives up: blank
    nodes, a literal that does not fit its type."""
    holds = operator.le if or_equal else operator.lt
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return bool(holds(a, b))
    return _less(left, right, or_equal)


@functools.lru_cache(maxsize=_CACHED)
def _less(left: str, right: str, or_equal: bool) -> bool:
    if left.startswith("_:") or right.startswith("_:"):
        return False
    with nodes.quiet():
        a, b = _comparable(left), _comparable(right)
        if (type(a) is str) is not (type(b) is str):
            return False
        try:
            return bool(a <= b if or_equal else a < b)
        except (TypeError, ArithmeticError):
            return False


def _comparable(term: str) -> Any:
    """A plain string for IRIs and text, an rdflib literal for the rest."""
    found: Any = nodes.node(term)
    if term.startswith("<"):
        return str(found)
    return found.value if isinstance(found.value, str) else found
