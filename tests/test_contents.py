"""Rules of kg/contents.py."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.contents import Contents

GRAPHS = st.dictionaries(
    st.sampled_from(
        [f"https://e.org/graph/{name}" for name in ("pmid/1", "pmid/2", "doi/10.1/a", "shared", "analysis")]
    ),
    st.sets(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=6),
)


def told(graphs: dict[str, set[str]], order: list[str] | None = None) -> Contents:
    contents = Contents()
    for graph in order or graphs:
        contents.put(graph, sorted(f"{line} <{graph}> .\n" for line in graphs[graph]))
    return contents


@given(GRAPHS, GRAPHS, st.randoms())
def test_equal_graphs_are_told_alike_and_others_are_not(
    one: dict[str, set[str]], other: dict[str, set[str]], choice: random.Random
) -> None:
    """In whatever order they come."""
    order = list(one)
    choice.shuffle(order)
    assert told(one, order).as_json() == told(one).as_json()
    assert (told(one).as_json() == told(other).as_json()) is (one == other)
    assert len(told(one)) == sum(map(len, one.values()))


@given(GRAPHS, st.sets(st.text("abc", min_size=1, max_size=3)))
def test_a_shared_graph_is_replaced(graphs: dict[str, set[str]], lines: set[str]) -> None:
    """As if it had held nothing else; by nothing it is gone. Also in what was written down and read again."""
    name = "https://e.org/graph/analysis"
    contents = Contents.from_json(json.loads(json.dumps(told(graphs).as_json())))
    contents.put(name, sorted(f"{line} <{name}> .\n" for line in lines))
    rest = {graph: held for graph, held in graphs.items() if graph != name}
    assert contents.as_json() == told(rest | ({name: lines} if lines else {})).as_json()


def test_what_tells_no_contents_is_refused() -> None:
    for stated in ({}, {"graphs": {}}, {"graphs": {}, "digests": {"documents": "x"}}):
        with pytest.raises((KeyError, ValueError)):
            Contents.from_json(stated)
