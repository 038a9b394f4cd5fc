"""What rests on proposals: none of them merged, and all."""

from __future__ import annotations

import csv
from pathlib import Path

from kg import networks, terms
from kg.analysis import bounds, coauthors, measures
from kg.store import GraphStore
from kg.vocab import KGV, OWL, PRO, RDF, RDFS

A, B, C = (f"<https://e.org/article/{name}>" for name in "abc")


def _wrote(article: str, *names: str) -> list[terms.Triple]:
    stem = article[:-1]
    return [
        triple
        for n, name in enumerate(names, 1)
        for triple in (
            (f"{stem}#author-{n}>", PRO.withRole, PRO.author),
            (f"{stem}#author-{n}>", PRO.relatesToDocument, article),
            (f"{stem}#author-{n}>", RDFS.label, terms.literal(name)),
            (f"{stem}#author-{n}>", PRO.isHeldBy, f"{stem}#person-{n}>"),
        )
    ]


def _proposed(a: str, b: str) -> list[terms.Triple]:
    node = "<https://e.org/link/1>"
    return [(node, RDF.type, KGV.IdentityProposal), (node, KGV.member, a), (node, KGV.member, b)]


def test_the_bounds_of_each_measure(tmp_path: Path) -> None:
    """Two authors who may be one: the network as decided, and as it would be; links of theirs rest on the proposal."""
    ann, anna = f"{A[:-1]}#person-1>", f"{B[:-1]}#person-1>"
    triples = [
        *_wrote(A, "Ann Roe", "Bo"), *_wrote(B, "Anna Roe", "Cy"), *_wrote(C, "Di", "Ed"), *_proposed(ann, anna),
    ]  # fmt: skip
    store = GraphStore.in_memory(terms.nquads(triples, "<https://e.org/graph/resolution>"))
    stated = list(networks.analyse(store, tmp_path, "https://e.org/"))
    with (tmp_path / "coauthors-bounds.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["id"], row["measure"]): (row["low"], row["high"]) for row in csv.DictReader(file)}
    assert rows["", "proposals"] == ("1", "1")
    assert rows["", "links that rest on proposals"] == ("0", "2")
    assert rows["", "authors"] == ("5", "6")
    assert rows["", "links"] == ("3", "3")
    assert rows["", "connected parts"] == ("2", "3")
    assert rows[ann[1:-1], "degree"] == rows[anna[1:-1], "degree"] == ("1", "2")
    assert not any(name == f"{C[1:-1]}#person-1" for name, _ in rows)
    assert any(
        "1 pair of authors may be one person: 2 of 3 links rest on them" in fact
        for _, facts in stated
        for fact in facts
    )


def test_who_share_an_article_are_never_merged() -> None:
    """Not even through a third: the second proposal would make two authors of one article one."""
    works = [("<1>", [("<a>", "A"), ("<b>", "B")]), ("<2>", [("<c>", "C")])]
    again, became = bounds.merged(works, [("<a>", "<c>"), ("<b>", "<c>")])
    assert became == {"<c>": "<a>"}
    network = coauthors.network(again)
    measured = measures.measure(network)
    assert bounds.bounds(network, measured, network, measured, {}, 0).sentence.startswith("No proposal")


def test_identities_are_what_is_proposed(tmp_path: Path) -> None:
    """A proposal between printed names counts for the identities that they belong to."""
    who = "<https://orcid.org/0000-0002-1825-0097>"
    one, other = f"{A[:-1]}#person-1>", f"{C[:-1]}#person-1>"
    triples = [
        *_wrote(A, "Ann Roe"), *_wrote(B, "Ann Roe"), *_wrote(C, "A Roe", "Bo"), *_proposed(one, other),
        (one, OWL.sameAs, who), (f"{B[:-1]}#person-1>", OWL.sameAs, who),
    ]  # fmt: skip
    store = GraphStore.in_memory(terms.nquads(triples, "<https://e.org/graph/resolution>"))
    list(networks.analyse(store, tmp_path, "https://e.org/"))
    text = (tmp_path / "coauthors-bounds.csv").read_text(encoding="utf-8")
    assert ",,authors,2,3\n" in text.replace("\r\n", "\n")
