"""What is written about together. All articles are fictional."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg import terms
from kg.analysis import topics

BASE = "https://kg.test/"
A, B, C, D = (f"<https://e.test/c/{name}>" for name in "abcd")
LABELS = {A: "Alpha", B: "Beta", C: "Gamma"}
mentions = st.lists(st.frozensets(st.integers(0, 9), max_size=6), max_size=10)


def works(concepts: list[frozenset[int]]) -> list[topics.Work]:
    return [(f"<https://e.test/w/{n}>", [f"<https://e.test/c/{c}>" for c in found]) for n, found in enumerate(concepts)]


def test_weight_and_npmi_by_hand() -> None:
    """Four articles; a and b in two of them, a in three, b in two: npmi = ln(0.5/(0.75*0.5)) / -ln 0.5."""
    graph = topics.network([("<1>", [A, B]), ("<2>", [B, A]), ("<3>", [A, C]), ("<4>", [C])], LABELS).graph()
    assert graph.edges[A, B]["weight"] == 2
    assert graph.edges[A, B]["npmi"] == pytest.approx(math.log(0.5 / 0.375) / math.log(2))
    assert graph.edges[A, C]["npmi"] == pytest.approx(math.log(0.25 / 0.375) / math.log(4))
    assert not graph.has_edge(B, C)
    assert [graph.nodes[n]["articles"] for n in (A, B, C)] == [3, 2, 2]


def test_only_together_is_one() -> None:
    """Two concepts that only occur together have npmi 1, also where every article mentions both and the formula is 0/0."""
    assert topics.network([("<1>", [A, B]), ("<2>", [C])], {}).graph().edges[A, B]["npmi"] == pytest.approx(1)
    assert topics.network([("<1>", [A, B])], {}).graph().edges[A, B]["npmi"] == 1


@given(mentions)
def test_against_the_definition(concepts: list[frozenset[int]]) -> None:
    """Every pair that some article mentions is a link; weight and npmi are what the definition says."""
    graph = topics.network(works(concepts), {}).graph()
    total = len(concepts)
    expected = {}
    for a in range(10):
        for b in range(a + 1, 10):
            if joint := sum({a, b} <= found for found in concepts):
                single = sum(a in found for found in concepts) * sum(b in found for found in concepts)
                npmi = math.log(joint * total / single) / -math.log(joint / total) if joint < total else 1
                expected[f"<https://e.test/c/{a}>", f"<https://e.test/c/{b}>"] = (joint, pytest.approx(npmi, abs=1e-9))
    assert {(a, b): (e["weight"], e["npmi"]) for a, b, e in graph.edges(data=True)} == expected


@given(mentions, st.randoms(use_true_random=False), st.integers(0, 12))
def test_order_changes_nothing(concepts: list[frozenset[int]], shuffler: random.Random, most: int) -> None:
    """The network, pruned or not, is a function of the set of works."""
    some = works(concepts)
    shuffled = [(work, shuffler.sample(list(found), len(list(found)))) for work, found in some]
    shuffler.shuffle(shuffled)
    first, second = (topics.network(each, {}, max_links=most).graph() for each in (some, shuffled))
    assert list(first.nodes(data=True)) == list(second.nodes(data=True))
    assert list(first.edges(data=True)) == list(second.edges(data=True))
    assert first.graph == second.graph


@given(mentions, st.integers(0, 12), st.integers(1, 3), st.integers(1, 12))
def test_some_concepts_at_a_time_make_the_same_links(
    concepts: list[frozenset[int]], most: int, least: int, at_once: int
) -> None:
    """However many pairs may be there at a time, and where works come in parts."""
    some = works(concepts)
    parts = [(work, [concept]) for work, found in some for concept in found] + [(work, []) for work, _ in some]
    whole = topics.network(some, {}, max_links=most, min_weight=least).graph()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topics, "_AT_ONCE", at_once)
        pieces = topics.network(parts, {}, max_links=most, min_weight=least).graph()
    assert list(pieces.nodes(data=True)) == list(whole.nodes(data=True))
    assert list(pieces.edges(data=True)) == list(whole.edges(data=True))
    assert pieces.graph == whole.graph


def test_labels_and_categories() -> None:
    """The label falls back to the IRI; the category is the Biolink class's own name."""
    graph = topics.network([("<1>", [A, D])], LABELS, {A: "<https://w3id.org/biolink/vocab/Disease>"}).graph()
    assert graph.nodes[A] == {"label": "Alpha", "articles": 1, "category": "Disease"}
    assert graph.nodes[D] == {"label": "https://e.test/c/d", "articles": 1, "category": ""}


def test_the_strongest_links_are_kept() -> None:
    """Beyond max_links the weakest go: by weight, then npmi; what was left out is said."""
    some = [("<1>", [A, B]), ("<2>", [A, B]), ("<3>", [A, C]), ("<4>", [C, D])]
    assert list(topics.network(some, {}, max_links=2).graph().edges()) == [(A, B), (C, D)]
    graph = topics.network(some, {}, min_weight=2).graph()
    assert list(graph.edges()) == [(A, B)]
    assert set(graph) == {A, B, C, D}
    assert "(1 left out)" in topics.network(some, {}, max_links=2).graph().graph["method"]


def test_lists_of_concepts_add_no_pairs() -> None:
    """An article with more than max_concepts counts for its concepts but joins none, is named, and stays out of npmi."""
    graph = topics.network([("<1>", [A, B, C]), ("<2>", [A, B]), ("<3>", [C])], {}, max_concepts=2).graph()
    assert list(graph.edges(data="weight")) == [(A, B, 1)]
    assert graph.edges[A, B]["npmi"] == pytest.approx(1)
    assert graph.nodes[A]["articles"] == 2
    assert graph.graph["left_out"] == ["<1>"]


def test_links_as_rdf() -> None:
    """A link is an association and a statement with subject, predicate, object, weight and npmi."""
    found = topics.network([("<1>", [A, B]), ("<2>", [A, B]), ("<3>", [A])], {})
    lines = "".join(terms.about(*said, " .\n") for said in topics.facts(found, BASE))
    triples = list(parse(lines, RdfFormat.N_TRIPLES))
    rdf, kgv = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "https://w3id.org/bmkg/vocab#"
    assert len({t.subject for t in triples}) == 1
    assert {(t.predicate.value, str(t.object)) for t in triples} == {
        (f"{rdf}type", "<https://w3id.org/biolink/vocab/Association>"),
        (f"{rdf}type", f"<{rdf}Statement>"),
        (f"{rdf}subject", A),
        (f"{rdf}predicate", "<https://w3id.org/biolink/vocab/occurs_together_in_literature_with>"),
        (f"{rdf}object", B),
        (f"{kgv}weight", terms.integer(2)),
        (f"{kgv}npmi", terms.decimal(0)),
    }
