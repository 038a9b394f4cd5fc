"""What plain checks see, as rdflib sees graphs: for the few questions that it answers better, without a copy."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from kg.errors import ShapesError
from kg.shacl import nodes
from kg.shacl.data import NOTHING, Data

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier


def select(data: Data, query: Any, focus: str) -> list[dict[str, str]]:
    """What a prepared query finds for a focus node, run as pySHACL runs it: variable → term.

    Raises:
        ShapesError: rdflib cannot run it.
    """
    try:
        with nodes.quiet():
            rows: Any = _graph(data).query(query, initBindings={"this": cast("Identifier", nodes.node(focus))})
            return [{name: nodes.term(node) for name, node in row.asdict().items()} for row in rows]
    except Exception as error:  # it raises whatever Python raises on what no query should hold
        raise ShapesError(f"the shapes cannot be run: a query fails for {focus[:200]}: {error}") from error


@functools.lru_cache(maxsize=1)
def _graph(data: Data) -> Graph:
    from rdflib import Graph
    from rdflib.store import Store

    class View(Store):
        """Answers for a triple pattern: by subject, by object where that can be followed, else by looking at everything."""

        def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:
            wanted = triple_pattern
            subject, predicate, _ = (None if node is None else nodes.term(node) for node in wanted)
            about = data.about if subject is None else {subject: data.about.get(subject, NOTHING)}
            for s, described in about.items():
                facts = described.items() if predicate is None else [(predicate, described.get(predicate, ()))]
                for p, objects in facts:
                    for o in objects:
                        node = nodes.node(o)
                        if wanted[2] is None or node == wanted[2]:
                            yield (nodes.node(s), nodes.node(p), node), iter((context,))

        def __len__(self, context: Any = None) -> int:
            return sum(len(objects) for described in data.about.values() for objects in described.values())

    return Graph(store=View(), bind_namespaces="none")
