"""Rules of kg/written.py: what was written is read back, whole or in part."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sorting, terms, written
from kg.terms import Triple
from kg.written import DocumentGraphs, SharedGraphs

GRAPHS = ("<https://e.org/graph/shared>", "<https://e.org/graph/aliases>")
NODES = [f"<https://e.org/{name}>" for name in ("a", "a/1", "a1", "b", "é", "𝒳")]
TRIPLES = st.tuples(
    st.sampled_from(NODES),
    st.just("<https://e.org/p>"),
    st.builds(terms.literal, st.text(st.sampled_from('ab\n"\\\x85\u2028é ')))
    | st.just(f'"x {GRAPHS[0]} ."')
    | st.sampled_from(NODES),
)


@pytest.mark.parametrize("step", [1, 60, 4_096])
@given(st.lists(st.sets(TRIPLES), min_size=2, max_size=2))
def test_what_shared_graphs_say_of_a_node_is_found(
    tmp_path_factory: pytest.TempPathFactory, step: int, stated: list[set[Triple]]
) -> None:
    """Wherever the marks stand, and whatever a literal holds."""
    shared = SharedGraphs(tmp_path_factory.mktemp("written") / "shared.nq")
    quads = {graph: terms.nquads(triples, graph) for graph, triples in zip(GRAPHS, stated, strict=True)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_STEP", step)
        patch.setattr(written, "_AT_ONCE", 2)
        with shared.writing() as through:
            for graph, lines in quads.items():
                assert list(through(graph, lines)) == lines
        assert list(shared) == [graph for graph in GRAPHS if quads[graph]]
        assert list(shared.lines()) == [line for lines in quads.values() for line in lines]
        for graph, found in shared.items():
            assert list(found.lines()) == quads[graph]
            assert found.number == len(quads[graph])
            about = defaultdict(list)
            for triple in found.triples():
                about[triple[0]].append(triple)
            for node in (*NODES, "<https://e.org/>", "<https://e.org/zz>"):
                assert found.about(node) == about[node]


@given(st.lists(st.text(st.sampled_from('ab\x85é "')), max_size=5), st.sets(st.integers(0, 5)))
def test_some_documents_are_read_without_the_others(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], wanted: set[int]
) -> None:
    """In the order in which they were written; a document may be empty."""
    documents = DocumentGraphs(tmp_path_factory.mktemp("written") / "documents.nq")
    with documents.writing() as add:
        for n, text in enumerate(texts):
            add(f"<https://e.org/graph/x/{n}>", f"{text} .\n" * n)
    assert len(documents) == len(texts)
    whole = [(f"<https://e.org/graph/x/{n}>", [f"{text} .\n"] * n) for n, text in enumerate(texts)]
    assert list(documents.graphs()) == whole
    assert list(documents.graphs({f"<https://e.org/graph/x/{n}>" for n in wanted})) == [
        document for n, document in enumerate(whole) if n in wanted
    ]
    assert list(documents.lines()) == [line for _, lines in whole for line in lines]


@pytest.mark.parametrize("step", [1, 4_096])
@given(st.lists(st.lists(TRIPLES, unique=True), max_size=4), st.sampled_from([("a", "a/1"), ("é", "b"), ("zz",)]))
def test_what_a_document_says_of_nodes_is_found(
    tmp_path_factory: pytest.TempPathFactory, step: int, stated: list[list[Triple]], asked: tuple[str, ...]
) -> None:
    """In whatever order it says it, and where other documents have names that begin alike; none says nothing."""
    documents = DocumentGraphs(tmp_path_factory.mktemp("written") / "documents.nq")
    graphs = [f"<https://e.org/graph/x/{name}>" for name in ("1", "10", "1/a", "é")][: len(stated)]
    with documents.writing() as add:
        for graph, triples in zip(graphs, stated, strict=True):
            add(graph, terms.quads(triples, graph))
    nodes = [f"<https://e.org/{name}>" for name in asked]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_STEP", step)
        for graph, triples in zip(graphs, stated, strict=True):
            assert documents.about(graph, nodes) == [t for node in nodes for t in triples if t[0] == node]
        assert documents.about("<https://e.org/graph/x/2>", nodes) == []
