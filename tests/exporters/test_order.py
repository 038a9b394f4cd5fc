"""Rules of kg/exporters/order.py: whatever the order, the graphs and the number of the lines, the same subjects and facts."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.exporters import order
from kg.terms import split
from kg.vocab import RDF

A, B, G, H = (f"<https://e.org/{name}>" for name in "abgh")
PARTS = [f"<https://e.org/a#author-{n}>" for n in (1, 2, 10, 100)]
# Objects and predicates that are called as the graphs: only the number of terms tells a triple from a quad.
LINES = st.builds(
    lambda s, p, o, g: f"{s} {p} {o} {g}.\n",
    st.sampled_from([A, B, G, "_:b", *PARTS]),
    st.sampled_from([RDF.type, A, G, H]),
    st.sampled_from([A, G, H, '"x"', '"<https://e.org/g> ."', '"a b"@en', f'"1"^^{G}']),
    st.sampled_from(["", f"{G} ", f"{H} "]),
)


def _place(fact: tuple[str, str, str]) -> tuple[object, ...]:
    """The order, told another way: the bare IRI, numbers as numbers, types first."""
    subject, predicate, term = fact
    stem, _, number = subject.strip("<>").partition("#author-")
    return stem, int(number or 0), predicate != RDF.type, predicate, term


@given(st.lists(LINES, max_size=25))
def test_facts_come_subject_by_subject_in_order_each_once(lines: list[str]) -> None:
    found = [(subject, *fact) for subject, facts in order.by_subject(lines) for fact in facts]
    assert found == sorted({split(line)[:3] for line in lines}, key=_place)


@given(st.lists(LINES, max_size=25))
def test_graphs_keep_apart(lines: list[str]) -> None:
    found = [(g, (s, *fact)) for g, subjects in order.by_graph(lines) for s, facts in subjects for fact in facts]
    stated = {(split(line)[3], split(line)[:3]) for line in lines}
    assert found == sorted(stated, key=lambda quad: (quad[0] or "", _place(quad[1])))
    assert len(list(groupby(found, key=lambda quad: quad[0]))) == len({graph for graph, _ in stated})


@pytest.mark.parametrize("number", [999, 1000, 1001, 2500])
def test_a_subject_may_have_any_number_of_facts(number: int) -> None:
    """More than are sorted with their subject at once; some are stated again, in another graph."""
    lines = [f'{A} {B} "{n % 1800:05}" {G if n % 7 else H} .\n' for n in range(number)]
    [(subject, facts)] = order.by_subject(lines)
    assert subject == A
    assert facts == [[B, f'"{n:05}"'] for n in range(min(number, 1800))]
