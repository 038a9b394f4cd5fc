"""Why something is in the graph: found under every name, told with its record, its characters and its reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg import iri, terms
from kg.decisions import Decision
from kg.errors import UsageError
from kg.explain import Explanation, explain
from kg.store import GraphStore
from kg.vocab import OWL, PROV

ARTICLE = "https://w3id.org/bmkg/article/doi/10.5555/fict.99000001"
LETTER = "https://w3id.org/bmkg/article/doi/10.5555/fjsc.v9.i3.100042"


@pytest.fixture(scope="module")
def store(examples: Path) -> GraphStore:
    return GraphStore.open(examples / "store")


@pytest.mark.parametrize(
    ("what", "node"),
    [
        ("10.5555/fict.99000001", ARTICLE),
        ("https://doi.org/10.5555/FICT.99000001", ARTICLE),
        ("pmid:99000001", ARTICLE),
        ("PMID: 99000001", ARTICLE),
        ("PMC9999999042", "https://w3id.org/bmkg/article/doi/10.5555/fjrm.2024.0042"),
        (ARTICLE, ARTICLE),
        (f"<{ARTICLE}>", ARTICLE),
        ("https://w3id.org/bmkg/article/pmid/99000001", ARTICLE),
        ("10.5555/fict.99000001#author-2", f"{ARTICLE}#author-2"),
        ("MESH:D003922", "http://id.nlm.nih.gov/mesh/D003922"),
        ("mesh:D003922", "http://id.nlm.nih.gov/mesh/D003922"),
        ("fabio:Journal", "http://purl.org/spar/fabio/Journal"),
        ("0000-0000-9900-0078", "https://orcid.org/0000-0000-9900-0078"),
        ("https://orcid.org/0000-0000-9900-0078", "https://orcid.org/0000-0000-9900-0078"),
        # cited, described nowhere: what is known of it is who cites it
        ("https://w3id.org/bmkg/article/doi/10.5555/ft.2019.1", "https://w3id.org/bmkg/article/doi/10.5555/ft.2019.1"),
    ],
)
def test_a_thing_is_found_under_each_of_its_names(store: GraphStore, what: str, node: str) -> None:
    """IRI, CURIE, DOI, PMID, PMCID, ORCID, an article's other keys, a part by its fragment."""
    assert explain(store, what).node == f"<{node}>"


@pytest.mark.parametrize(
    "what", ["nothing", "", "10.5555/nowhere", "pmid:1", "MESH:D999999", "http://e.org/ <x>", "a#b"]
)
def test_the_unknown_is_refused(store: GraphStore, what: str) -> None:
    """What the graph does not know is a wrong call, said in one line."""
    with pytest.raises(UsageError) as caught:
        explain(store, what)
    assert "\n" not in str(caught.value)


def test_an_article_at_a_glance(store: GraphStore) -> None:
    """Title, journal, identifiers, dates, authors in order with their affiliations, keywords in order, licence."""
    article = explain(store, "10.5555/fjsc.v9.i3.100042").article
    assert article is not None
    assert article.title == "Islet cells grown from stem cells in type 1 diabetes: A fictional example of a letter"
    assert article.published_in == "Fict J Stem Cells 9(3): 100042"
    assert article.identifiers == {"doi": "10.5555/fjsc.v9.i3.100042"}
    assert article.dates == {
        "received": ["2023-11-01"],
        "revised": ["2024-01-15"],
        "accepted": ["2024-02-29"],
        "first online": ["2024-03-26"],
        "published": ["2024-03-26"],
    }
    assert article.keywords[:3] == ["Type 1 diabetes", "Induced pluripotent stem cells", "Beta cells"]
    assert article.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert [(a.position, a.name) for a in article.authors] == [
        (1, "Ada Placeholder"),
        (2, "Bo Lorem-Ipsum"),
        (3, "Chloé Müsterfrau"),
        (4, "José de la Muestra"),
        (5, "Fictional Islet Study Group"),
    ]
    ada, bo, _, jose, _ = article.authors
    assert (ada.person, ada.equal_to, ada.emails) == (
        "<https://orcid.org/0000-0002-1825-0097>",
        [2],
        ["ada.placeholder@example.org"],
    )
    assert [unit.partition(",")[0] for unit in bo.affiliations] == [
        "Department of Imaginary Medicine",
        "Institute of Invented Regeneration",
    ]
    assert not bo.is_corresponding
    assert sorted(jose.emails) == ["jose@example.com", "muestra@example.com"]


def test_it_says_from_which_record_and_line(store: GraphStore) -> None:
    """A document's statements come from a record of a file, read by a reader in a version."""
    found = explain(store, "pmid:99000001")
    (origin,) = found.origins["<https://w3id.org/bmkg/graph/doi/10.5555/fict.99000001>"]
    assert origin.file is not None
    assert origin.file.endswith("pubmed.xml")
    assert (origin.record, origin.line) == ("PMID 99000001", 7)
    assert origin.reader is not None
    assert "/agent/pubmed/" in origin.reader
    assert "pubmed.xml, PMID 99000001 on line 7 (sha256 " in found.as_text()


def test_every_statement_is_there(store: GraphStore) -> None:
    """The data form leaves nothing out: what is said of it, of its parts, and what names it."""
    data = json.loads(json.dumps(explain(store, "10.5555/fict.99000001").as_json()))
    node = f"<{ARTICLE}>"
    lines = [line for line in store.quads() if node[:-1] in line]
    about = [line for line in lines if line.startswith((f"{node} ", f"{node[:-1]}#"))]
    assert len(data["statements"]) + len(data["parts"]) == len(about)
    assert len(data["used_by"]) == sum(f" {node} <" in line and not line.startswith(f"{node} ") for line in lines)
    assert len(data["evidence"]) == sum("oa#hasBody>" in line for line in about)


def test_a_mention_is_told_by_its_characters(store: GraphStore) -> None:
    """The quote in its context, where it stands, what it means, how surely, and who found it how."""
    (mention,) = explain(store, "10.5555/fict.99000001#m-title-0-10-MESH_D050417").evidence
    assert (mention.start, mention.end, mention.quote) == (0, 10, "Beta cells")
    assert mention.passage == f"<{ARTICLE}#title>"
    assert mention.after.startswith(" from induced pluripotent")
    assert mention.label == "Insulin-Secreting Cells"
    assert 0.9 < float(mention.confidence or 0) < 1
    assert mention.reason == 'synonym "beta cells"'
    assert mention.agent is not None
    assert "/agent/dictionary/" in mention.agent


@pytest.mark.parametrize("part", ["title", "m-title-0-10", "m-title-0-10-MESH_D050417"])
def test_passage_span_and_annotation_lead_to_the_mention(store: GraphStore, part: str) -> None:
    """From whatever side one comes, the mention is there."""
    found = {e.annotation for e in explain(store, f"10.5555/fict.99000001#{part}").evidence}
    assert f"<{ARTICLE}#m-title-0-10-MESH_D050417>" in found


def test_a_concept_shows_where_it_is_mentioned(store: GraphStore) -> None:
    """All mentions in all documents; the text form shows the first and counts the rest."""
    found = explain(store, "MESH:D003922")
    assert found.label == "Diabetes Mellitus, Type 1"
    expected = sum("oa#hasBody> <http://id.nlm.nih.gov/mesh/D003922>" in line for line in store.quads())
    assert len(found.evidence) == expected > 20
    text = found.as_text()
    assert f"mentions ({expected})" in text
    assert f"and {expected - 20} more" in text


def test_a_person_shows_their_works(store: GraphStore) -> None:
    """An identity knows the articles of all its printed names, with place and name as printed."""
    works = explain(store, "https://orcid.org/0000-0000-9900-0078").works
    assert [(w.article.rpartition(".")[2], w.role, w.position, w.name) for w in works] == [
        ("99000001>", "author", 1, "Marisol Quintero"),
        ("99000002>", "author", 2, "Marisol Quintero"),
    ]


def test_a_person_shows_what_decided(store: GraphStore) -> None:
    """Which evidence made two printed names one person, in words, with how sure it is; also for one of the names."""
    by_name = explain(store, "10.5555/fict.99000004#person-1")
    [link] = by_name.identities
    assert not link.is_proposal
    assert "the same institution" in (link.reason or "")
    identity = next(s.object for s in by_name.statements if s.predicate == OWL.sameAs)
    text = explain(store, identity[1:-1]).as_text()
    assert "identity (2)" in text
    assert "confidence 0.99\n    because: their affiliations are alike" in text
    stated = explain(store, "0000-0000-9900-0211").as_text()
    assert "the article states the ORCID iD 0000-0000-9900-0211 for this author" in stated


def test_what_curators_decided_is_told(store: GraphStore) -> None:
    """Of one that is there beside all else; of a mention that is gone by a decision it is all that there is to say."""
    person, other = (f"<{iri.BASE}article/doi/10.5555/fict.{article}#person-1>" for article in ("99000001", "99000002"))
    gone = f"<{iri.BASE}article/doi/10.5555/fict.99000001#m-title-0-1-MESH_D1>"
    split = Decision("2026-01-02", "A Doe", "different", "two namesakes", {person: "One"}, {other: "Other"})
    wrong = Decision("2026-01-03", "A Doe", "reject", "no word", {gone: "x"})
    found = explain(store, person, [split, wrong])
    assert found.decisions == [split]
    assert found.statements
    assert "  not one: " in found.as_text()
    assert "A Doe decided on 2026-01-02: two namesakes" in found.as_text()
    found = explain(store, gone[1:-1], [split, wrong])
    assert (found.node, found.decisions, found.statements) == (gone, [wrong], [])
    assert explain(store, other).decisions == []
    with pytest.raises(UsageError, match="says nothing about"):
        explain(store, gone, [split])


def test_lists_stand_in_their_natural_order(store: GraphStore) -> None:
    """Parts are counted, not spelt: 2 before 10, a section before its subsections."""
    text = explain(store, "PMC9999999042").as_text()
    assert text.index("#sec-2  (Methods)") < text.index("#sec-2.1  (") < text.index("#sec-3  (")


def test_the_text_is_harmless(tmp_path: Path) -> None:
    """What papers say cannot steer a terminal."""
    evil = terms.literal("a\x1b[2Jb\u202ec")
    node = "<https://e.org/article/doi/10.5555/e>"
    source = "<https://e.org/source/sha256/00>"
    store = GraphStore.in_memory(
        f"{node} {predicate} {term} <https://e.org/graph/doi/10.5555/e> .\n"
        for predicate, term in [
            ("<http://purl.org/dc/terms/title>", evil),
            (PROV.wasDerivedFrom, source),
            ("<http://prismstandard.org/namespaces/basic/2.0/doi>", '"10.5555/e"'),
            ("<http://prismstandard.org/namespaces/basic/2.0/keyword>", evil),
        ]
    )
    found = explain(store, "10.5555/e")
    assert isinstance(found, Explanation)
    assert "\x1b" not in found.as_text()
    assert "\u202e" not in found.as_text()


def test_what_sources_say_otherwise_is_told(tmp_path: Path) -> None:
    """Every record that an article was made of, and what each says otherwise; contradictions are marked."""
    from kg import pipeline

    texts = {
        "a.xml": """<article article-type="letter"><front><article-meta><article-id pub-id-type="doi">10.5555/two</article-id>
<title-group><article-title>A fictional title</article-title></title-group></article-meta></front></article>""",
        "b.xml": """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">31</PMID><Article>
<ArticleTitle>Another fictional title.</ArticleTitle><ELocationID EIdType="doi" ValidYN="Y">10.5555/two</ELocationID>
</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>""",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    pipeline.build([str(tmp_path / name) for name in texts], tmp_path / "out")
    with GraphStore.open(tmp_path / "out" / "store") as store:
        found = explain(store, "10.5555/two")
    (other,) = found.alternatives
    assert (terms.value(other.value), Path(other.file or "").name) == ("Another fictional title.", "b.xml")
    assert other.disagrees
    (home,) = [origins for origins in found.origins.values() if origins[0].article == found.node]
    assert sorted((Path(o.file or "").name, (o.reader or "").split("/")[-2]) for o in home) == [
        ("a.xml", "jats"),
        ("b.xml", "pubmed"),
    ]
    text = found.as_text()
    assert "stated otherwise (1)" in text
    assert text.count("read by") >= 2
