"""The reference: pySHACL, with plain rdflib graphs in memory.

It runs no inference, no imports, nothing of the advanced features. Its side effects on the process are undone.
"""

from __future__ import annotations

import functools
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.errors import ShapesError
from kg.shacl import paths
from kg.shacl.compiler import TARGETS, Result, filled
from kg.shacl.data import Data
from kg.shacl.nodes import node as _node
from kg.shacl.nodes import quiet
from kg.shacl.nodes import term as _term
from kg.terms import Triple
from kg.vocab import RDF, SH

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node


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


def graph(triples: Iterable[Triple]) -> Graph:
    """A plain rdflib graph in memory; on a view of an Oxigraph store pySHACL gives false findings."""
    filled_graph = _data_class()(bind_namespaces="none")
    with quiet():
        for s, p, o in triples:
            filled_graph.add((_node(s), _node(p), _node(o)))
    return filled_graph


def hoisted(triples: list[Triple]) -> Iterator[Triple]:
    """The same shapes, with each property of a targeted shape made a target's shape of its own.

    The results are the same: they name the property shape and the focus node, whoever led there. But pySHACL sets a
    property shape up once for all focus nodes then, and not once for each: five times faster. Left as they are: shapes that
    look at what their properties are (closed ones, the siblings of a qualified shape), that have a path, or are a class.
    """
    stays = {o for _, p, o in triples if p != SH.property}
    targets: dict[str, list[Triple]] = defaultdict(list)
    with_path = set()
    for triple in triples:
        node, predicate, term = triple
        if predicate in TARGETS:
            targets[node].append(triple)
        elif predicate in (SH.deactivated, SH.closed, SH.path) or (predicate == RDF.type and term != SH.NodeShape):
            stays.add(node)
        if predicate == SH.path:
            with_path.add(node)
    with_path.difference_update(s for s, p, _ in triples if p == SH.qualifiedValueShapesDisjoint)
    for triple in triples:
        shape, predicate, inner = triple
        if predicate == SH.property and shape in targets and shape not in stays and inner in with_path:
            yield from ((inner, p, target) for _, p, target in targets[shape])
        else:
            yield triple


_BADLY_FORMED = (ValueError, TypeError, AttributeError, ArithmeticError, re.error)
"""what pySHACL runs into, besides errors of its own, in shapes or values that are not what they should be"""


def run(shapes: Graph, data: Graph) -> list[Result]:
    """What pySHACL finds in the data.

    Raises:
        ShapesError: the shapes cannot be run.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure

    try:
        with _sound():
            _, report, text = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", advanced=False, inplace=True, do_owl_imports=False
            )
    except (ReportableRuntimeError, ShapeLoadError, ValidationFailure, AssertionError, *_BADLY_FORMED) as error:
        raise ShapesError(f"the shapes cannot be run: {error}") from error
    except RecursionError as error:
        raise ShapesError("the shapes cannot be run: a path of theirs goes too deep into the graph") from error
    if isinstance(report, Exception) or not hasattr(report, "objects"):
        raise ShapesError(f"the shapes cannot be run: {text}")

    def one(result: Node, predicate: str) -> str | None:
        node = report.value(result, _node(predicate))
        return None if node is None else _term(node)

    described = _described(shapes)
    results = []
    for result in report.objects(None, _node(SH.result)):
        path = report.value(result, _node(SH.resultPath))
        messages = sorted(str(m) for m in report.objects(result, _node(SH.resultMessage)))
        results.append(
            Result(
                focus=one(result, SH.focusNode) or "",
                shape=one(result, SH.sourceShape) or "",
                severity=one(result, SH.resultSeverity) or SH.Violation,
                component=one(result, SH.sourceConstraintComponent) or "",
                path=None if path is None else str(paths.read(described, _term(path))),
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
        with quiet(), warnings.catch_warnings():
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
    return filled(message, values)


@functools.lru_cache(maxsize=8)
def _described(shapes: Graph) -> Data:
    """A shapes graph to read paths from."""
    return Data((_term(s), _term(p), _term(o)) for s, p, o in shapes)
