"""Who writes with whom. All people and articles are fictional."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg import terms
from kg.analysis import coauthors

BASE = "https://kg.test/"
ADA, BO, CY, DEE = (f"<https://e.test/{name}>" for name in ("ada", "bo", "cy", "dee"))
ONE, TWO, THREE = (f"<https://e.test/work/{n}>" for n in (1, 2, 3))
WORKS = [
    (TWO, [(BO, "Bo B."), (ADA, "Ada A.")]),
    (ONE, [(ADA, "Ada Able"), (BO, "Bo B."), (CY, "Cy C.")]),
    (THREE, [(DEE, "Dee D.")]),
]

teams = st.lists(st.lists(st.integers(0, 12), max_size=7), max_size=8)


def named(team_numbers: Iterable[Iterable[int]]) -> list[coauthors.Work]:
    return [
        (f"<https://e.test/work/{n}>", [(f"<https://e.test/p/{author}>", f"P{author}") for author in team])
        for n, team in enumerate(team_numbers)
    ]


def facts(graph: object) -> tuple[object, ...]:
    return list(graph.nodes(data=True)), list(graph.edges(data=True)), graph.graph  # type: ignore[attr-defined]


def test_weights_by_hand() -> None:
    """weight = joint articles; fractional weight = sum of 1/(n - 1): 1/2 from the article of three, 1 from that of two."""
    graph = coauthors.network(WORKS).graph()
    assert {frozenset(pair): (w, f) for *pair, w, f in (
        (a, b, e["weight"], e["fractional_weight"]) for a, b, e in graph.edges(data=True)
    )} == {frozenset({ADA, BO}): (2, 1.5), frozenset({ADA, CY}): (1, 0.5), frozenset({BO, CY}): (1, 0.5)}  # fmt: skip
    assert graph.edges[ADA, BO]["works"] == [ONE, TWO]
    assert graph.nodes[ADA]["articles"] == 2
    assert graph.nodes[DEE] == {"label": "Dee D.", "articles": 1}
    assert graph.graph["articles"] == 3


@given(teams)
def test_fractional_strength_is_articles_with_others(numbers: list[list[int]]) -> None:
    """Newman 2001: an author's fractional weights add up to the number of articles that the author wrote with others."""
    graph = coauthors.network(named(numbers)).graph()
    for author, strength in graph.degree(weight="fractional_weight"):
        together = sum(len(set(team)) > 1 and author in {f"<https://e.test/p/{n}>" for n in team} for team in numbers)
        assert strength == pytest.approx(together)


@given(teams, st.randoms(use_true_random=False))
def test_order_of_works_and_authors_changes_nothing(numbers: list[list[int]], shuffler: random.Random) -> None:
    """The network, with the order of its nodes and links, is a function of the set of works."""
    works = named(numbers)
    shuffled = [(work, shuffler.sample(authors, len(authors))) for work, authors in works]
    shuffler.shuffle(shuffled)
    assert facts(coauthors.network(works).graph()) == facts(coauthors.network(shuffled).graph())


@given(teams, st.integers(1, 6))
def test_links_are_what_the_works_say(numbers: list[list[int]], most: int) -> None:
    """Counted pair by pair: who signs alone has no link, who stands twice counts once, too many authors join none."""
    expected: dict[frozenset[str], tuple[float, list[str]]] = {}
    articles: Counter[str] = Counter()
    for work, authors in named(numbers):
        team = sorted({identity for identity, _ in authors})
        articles.update(team)
        for pair in combinations(team, 2) if len(team) <= most else ():
            share, of = expected.get(frozenset(pair), (0.0, []))
            expected[frozenset(pair)] = share + 1 / (len(team) - 1), [*of, work]
    graph = coauthors.network(named(numbers), max_authors=most).graph()
    assert dict(graph.nodes(data="articles")) == articles
    assert {frozenset((a, b)): (e["fractional_weight"], e["works"]) for a, b, e in graph.edges(data=True)} == expected
    assert all(edge["weight"] == len(edge["works"]) for *_, edge in graph.edges(data=True))
    assert graph.graph["left_out"] == [work for work, authors in named(numbers) if len(dict(authors)) > most]


def test_the_usual_name_is_the_label() -> None:
    """Of several printed names the most frequent is the label, of equally frequent ones the longest."""
    works = [(ONE, [(ADA, "A Able"), (BO, "B")]), (TWO, [(ADA, "A Able"), (BO, "Bo B.")]), (THREE, [(ADA, "Ada Able")])]
    graph = coauthors.network(works).graph()
    assert (graph.nodes[ADA]["label"], graph.nodes[BO]["label"]) == ("A Able", "Bo B.")


def test_a_person_twice_on_one_article_counts_once() -> None:
    """Two positions that are one person neither link to each other nor enlarge the team."""
    graph = coauthors.network([(ONE, [(ADA, "Ada"), (ADA, "A."), (BO, "Bo")])]).graph()
    assert list(graph.edges(data="fractional_weight")) == [(ADA, BO, 1.0)]
    assert graph.nodes[ADA]["articles"] == 1


def test_articles_of_too_many_authors_add_no_pairs_and_are_reported() -> None:
    """Above max_authors (not at it) an article counts for its authors but joins none of them, and is named."""
    graph = coauthors.network(WORKS, max_authors=2).graph()
    assert list(graph.edges(data="weight")) == [(ADA, BO, 1)]
    assert graph.nodes[CY]["articles"] == 1
    assert graph.graph["left_out"] == [ONE]
    assert "more than 2 authors add no pairs (1 left out)" in graph.graph["method"]


def test_links_as_rdf() -> None:
    """A link is a node with two members, both weights and its works; the plain property goes both ways."""
    lines = "".join(terms.about(*said, " .\n") for said in coauthors.facts(coauthors.network(WORKS), BASE))
    triples = {
        (t.subject.value, t.predicate.value.rpartition("#")[2], t.object) for t in parse(lines, RdfFormat.N_TRIPLES)
    }
    assert len(triples) == len(lines.splitlines())
    works = {s: {o.value for s2, p, o in triples if s2 == s and p == "wasDerivedFrom"} for s, _, _ in triples}
    (link,) = (s for s, found in works.items() if len(found) == 2)
    assert link.startswith(f"{BASE}link/coauthors/")
    facts_of_link = {(p, str(o)) for s, p, o in triples if s == link and p != "wasDerivedFrom"}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert facts_of_link == {
        ("type", "<https://w3id.org/bmkg/vocab#CoAuthorLink>"),
        ("member", ADA),
        ("member", BO),
        ("weight", f'"2"^^<{xsd}integer>'),
        ("fractionalWeight", f'"1.5"^^<{xsd}decimal>'),
    }
    direct = {(s, o.value) for s, p, o in triples if p == "coAuthorWith"}
    pairs = {(a[1:-1], b[1:-1]) for a, b in combinations((ADA, BO, CY), 2)}
    assert direct == pairs | {(b, a) for a, b in pairs}
