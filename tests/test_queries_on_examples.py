"""The questions that ship with the program, asked of the examples: what they find was read by hand in the sources."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
import rdflib.plugins.sparql

import kg
from kg import queries
from kg.errors import QueryRefused
from kg.store import GraphStore
from kg.vocab import PREFIXES

FICT = "https://w3id.org/bmkg/article/doi/10.5555/fict.9900000"
LETTER = "https://w3id.org/bmkg/article/doi/10.5555/fjsc.v9.i3.100042"
JATS = "https://w3id.org/bmkg/article/doi/10.5555/fjrm.2024.0042"
MESH = "http://id.nlm.nih.gov/mesh/"
ORCID = "https://orcid.org/0000-0000-9900-"

T1D, T2D = f"{MESH}D003922", f"{MESH}D003924"


@pytest.fixture(scope="module")
def graph(examples: Path) -> kg.Graph:
    return kg.open(examples)


def rows(graph: kg.Graph, name: str, *columns: str) -> list[tuple[str, ...]]:
    """The answer to a named query, some of its columns."""
    return [tuple(row.get(column, "") for column in columns) for row in graph.rows(name)]


@pytest.mark.parametrize("name", queries.named())
def test_every_query_parses(name: str) -> None:
    """Oxigraph and rdflib both read each query, federated ones included."""
    text = queries.named()[name]
    rdflib.plugins.sparql.prepareQuery(text, initNs=dict(PREFIXES))
    try:
        pyoxigraph.Store().query(text, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
    except OSError:
        assert name.startswith("F")  # parsed; the network is not there


@pytest.mark.parametrize("name", [name for name in queries.named() if name.startswith("F")])
def test_federated_queries_are_refused_until_allowed(graph: kg.Graph, name: str) -> None:
    """A query that would ask another host says which, and does not run."""
    with pytest.raises(QueryRefused, match="SERVICE"):
        graph.rows(name)


def test_articles_about_a_concept(graph: kg.Graph) -> None:
    """R01: indexed with, or mentioning, type 1 diabetes; newest first; the two on type 2 alone or on nothing are not."""
    found = rows(graph, "R01-articles-about-a-concept", "article", "year")
    assert found == [
        (f"{FICT}8", "2024"),
        (JATS, "2024"),
        (LETTER, "2024"),
        (f"{FICT}6", "2023"),
        (f"{FICT}2", "2022"),
        (f"{FICT}5", "2022"),
        (f"{FICT}7", "2022"),
        (f"{FICT}1", "2021"),
    ]


def test_major_topic_with_qualifier(graph: kg.Graph) -> None:
    """R02: type 1 diabetes/therapy with a star on the qualifier: a star on the descriptor is another statement."""
    found = rows(graph, "R02-major-topic-with-qualifier", "article")
    assert found == [(f"{FICT}1",), (f"{FICT}7",), (f"{FICT}8",)]


def test_narrower_descriptors(graph: kg.Graph) -> None:
    """R03: indexed with a descendant of Diabetes Mellitus; what is only mentioned is not indexed."""
    found = rows(graph, "R03-narrower-descriptors", "article", "d")
    assert found == [(f"{FICT}{n}", T2D if n == 3 else T1D) for n in (1, 2, 3, 5, 6, 7, 8)]


def test_author_list_of_a_doi(real_letters: Path) -> None:
    """R04: asks for the real letter."""
    found = rows(kg.open(real_letters), "R04-author-list-of-a-doi", "pos", "name", "affiliation", "country")
    school = "School of Pharmacy, Desh Bhagat University, Mandi Gobindgarh 147301, Punjab, India"
    assert found == [
        ("1", "Dinesh Kumar", school, "IN"),
        ("2", "Rajni Tanwar", school, "IN"),
        ("3", "Vrinda Gupta", school, "IN"),
    ]


def test_author_list_of_an_example(examples: Path) -> None:
    """R04 with the DOI of the example letter: an author with two affiliations has two rows."""
    text = queries.named()["R04-author-list-of-a-doi"].replace(
        "10.4252/wjsc.v17.i7.106856", "10.5555/fjsc.v9.i3.100042"
    )
    found = [(r["pos"], r["name"], r["country"]) for r in kg.open(examples).rows(text)]
    assert sorted(found) == [
        ("1", "Ada Placeholder", "DE"),
        ("2", "Bo Lorem-Ipsum", "DE"),
        ("2", "Bo Lorem-Ipsum", "US"),
        ("3", "Chloé Müsterfrau", "US"),
        ("4", "José de la Muestra", "US"),
        ("5", "Fictional Islet Study Group", "DE"),
    ]


def test_coauthor_links(graph: kg.Graph) -> None:
    """R07: the only pair of authors with two joint papers comes first, with both papers; 29 pairs in all."""
    found = rows(graph, "R07-coauthor-links-from-analysis", "a", "b", "w", "from")
    okonjo, vasquez_thorne = f"{ORCID}0289", f"{ORCID}0350"
    a, b, weight, papers = found[0]
    assert (a, b, weight, set(papers.split())) == (okonjo, vasquez_thorne, "2", {f"{FICT}2", f"{FICT}6"})
    # Pairs by article: 3, 3, 1, 0, 1, 3, 0, 3 from PubMed (one of them twice), 6 of the JATS article, 10 of the letter.
    assert Counter(row[2] for row in found) == {"2": 1, "1": 28}


def test_output_per_year_and_type(graph: kg.Graph) -> None:
    """R08: MeSH publication types, a year from ``2023 Jan-Feb``, too."""
    wanted = [
        ("2019", "D016428", "1"),
        ("2019", "D016441", "1"),
        ("2020", "D016440", "1"),
        ("2021", "D016428", "1"),
        ("2022", "D016420", "1"),
        ("2022", "D016428", "3"),
        ("2022", "D016449", "1"),
        ("2023", "D016428", "1"),
        ("2023", "D016454", "1"),
        ("2024", "D016422", "1"),
        ("2024", "D016428", "2"),
    ]
    found = rows(graph, "R08-output-per-year-and-type", "year", "type", "n")
    assert [(year, kind.removeprefix(MESH), n) for year, kind, n in found] == wanted


def test_citing_retracted_work(graph: kg.Graph) -> None:
    """R09: 99000005 cites 99000003 by its PMID alone; 99000004 retracts it and is not listed."""
    found = rows(graph, "R09-citing-retracted-work", "citing", "cited", "notice")
    assert found == [(f"{FICT}5", f"{FICT}3", f"{FICT}4")]


def test_citation_intents(graph: kg.Graph) -> None:
    """R10, for an article that is cited by three (by PMID, by DOI, in JATS by nobody) and answered by one."""
    text = queries.named()["R10-citation-intents"].replace("https://w3id.org/bmkg/article/doi/10.5555/f2", f"{FICT}2")
    found = {(r["intent"].rpartition("/")[2], r["n"]) for r in graph.rows(text)}
    # Reference lists of 6, 7 and 8 name 2; 7 says CommentOn, 2 says CommentIn: one reply, said twice.
    assert found == {("cites", "3"), ("repliesTo", "1")}
    assert rows(graph, "R10-citation-intents", "intent") == []


def test_concepts_mentioned_together(graph: kg.Graph) -> None:
    """R13: type 1 diabetes, beta cells, insulin secretion, blood glucose and iPSCs stand beside insulin three times."""
    found = rows(graph, "R13-concepts-mentioned-together", "other", "n")
    thrice = {concept.removeprefix(MESH) for concept, n in found if n == "3"}
    assert thrice == {"D003922", "D050417", "D000078790", "D001786", "D057026"}
    assert {int(n) for _, n in found} == {1, 2, 3}
    assert [int(n) for _, n in found] == sorted((int(n) for _, n in found), reverse=True)


def test_topic_trend(graph: kg.Graph) -> None:
    """R14: insulin is mentioned in one article of 2021 and in all three of 2024 (``insulin independence`` in 99000008)."""
    found = rows(graph, "R14-topic-trend", "year", "mentioning", "all")
    assert found == [
        ("2019", "0", "1"),
        ("2020", "0", "1"),
        ("2021", "1", "1"),
        ("2022", "0", "3"),
        ("2023", "0", "1"),
        ("2024", "3", "3"),
    ]


def test_funding(graph: kg.Graph) -> None:
    """R17: grants of articles that are indexed with type 1 diabetes; the letter and the JATS article are not indexed."""
    found = rows(graph, "R17-funding", "article", "funder", "grant")
    assert sorted(found) == [
        (f"{FICT}1", "Fictional Science Foundation", "FSF-2018-0042"),
        (f"{FICT}2", "Fictional Science Foundation", "FSF-2020-0107"),
        (f"{FICT}2", "Lakeside Fictional University", "LFU-17"),
    ]


def test_credit_roles(graph: kg.Graph) -> None:
    """R18: who conceptualised the work; both share their place with a second author."""
    found = rows(graph, "R18-credit-roles", "article", "name", "equalContribution")
    assert sorted(found) == [(JATS, "Ada Q. Sample", "true"), (LETTER, "Ada Placeholder", "true")]


def test_incomplete_records(graph: kg.Graph) -> None:
    """C20: PubMed states no licence, a comment has no abstract, the letter no PMID; everything else is there."""
    found = rows(graph, "C20-incomplete-records", "article", "missing")
    wanted = [(f"{FICT}{n}", "licence") for n in range(1, 9)] + [(f"{FICT}7", "abstract"), (LETTER, "pmid")]
    assert found == sorted(wanted)


def test_affiliations_without_ror(graph: kg.Graph) -> None:
    """C23: by number of uses; the one institution whose ROR is stated (JATS) is not listed."""
    found = rows(graph, "C23-affiliations-without-ror", "label", "uses")
    assert found[:2] == [
        ("Institute of Immunology, Norrhavn Fictional University, Norrhavn 12345, Sweden.", "6"),
        ("Department of Regenerative Medicine, Fictional University of Alderton, Alderton 10115, Germany.", "5"),
    ]
    assert not [label for label, _ in found if "University of Exampleton" in label]


@pytest.mark.parametrize("name", ["C22-quotes-that-do-not-match", "R11-contradicting-claims", "R12-claims-for-a-pair"])
def test_these_find_nothing(graph: kg.Graph, name: str) -> None:
    """C22 must always be empty; there are no claims yet."""
    assert graph.rows(name) == []


def test_topic_subgraph(examples: Path) -> None:
    """P25: a graph of its own: every article of R01 with title, DOI and creators with names."""
    store = GraphStore.open(examples / "store")
    lines = list(store.construct(queries.named()["P25-topic-subgraph-for-export"]))
    made = GraphStore.in_memory(line.replace(" .\n", " <urn:g> .\n") for line in lines)
    found = kg.Graph(made).rows(
        "SELECT DISTINCT ?article { ?article prism:doi ?doi ; dcterms:creator/foaf:name ?name }"
    )
    assert {r["article"] for r in found} == {
        r["article"] for r in kg.open(examples).rows("R01-articles-about-a-concept")
    }
    names = kg.Graph(made).rows("SELECT ?n { ?p a foaf:Person ; foaf:name ?n }")
    assert "Bo Lorem-Ipsum" in {r["n"] for r in names}


def test_authorships(examples: Path) -> None:
    """One row an author of an article, in exactly these columns; identity where an ORCID is stated."""
    answer = GraphStore.open(examples / "store").select(queries.named()["authorships"])
    assert answer.variables == ("article", "doi", "pmid", "position", "name", "person", "affiliation")
    found = kg.open(examples).rows("authorships")
    # 3 + 3 + 2 + 1 + 2 + 3 + 1 + 3 from PubMed, 4 of the JATS article, 5 of the letter
    assert len(found) == 27
    bo = next(r for r in found if r["name"] == "Bo Lorem-Ipsum")
    assert bo == {
        "article": LETTER,
        "doi": "10.5555/fjsc.v9.i3.100042",
        "position": "2",
        "name": "Bo Lorem-Ipsum",
        "person": f"{LETTER}#person-2",
        "affiliation": "Department of Imaginary Medicine, Fictional University Hospital, Exampleville 12345, Bavaria, "
        "Germany | Institute of Invented Regeneration, University of Nowhere, Springfield, IL 62701, United States",
    }
    quintero = [(r["pmid"], r["position"], r["person"]) for r in found if r["name"] == "Marisol Quintero"]
    assert quintero == [("99000001", "1", f"{ORCID}0078"), ("99000002", "2", f"{ORCID}0078")]
    group = next(r for r in found if r["name"] == "Fictional Islet Study Group" and r["doi"].endswith("99000008"))
    assert "affiliation" not in group


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"doi": "10.5555/fict.99000005"}, ["Tobias E Lindqvist", "Ida Bergström"]),
        ({"pmid": "99000004"}, ["Ida Bergström"]),
        ({"article": f"<{JATS}>"}, ["Ada Q. Sample", "Jörg Muster Jr", "Lucía Ejemplo", "Fictional Islet Consortium"]),
        ({"doi": "10.5555/nowhere"}, []),
    ],
)
def test_authorships_of_one_article(graph: kg.Graph, params: dict[str, str], names: list[str]) -> None:
    """Bound by DOI, PMID or IRI, the query gives that article's authors in order."""
    assert [r["name"] for r in graph.rows("authorships", **params)] == names
