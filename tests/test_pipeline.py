"""From sources to a sealed folder: what a letter becomes, what decides between records, what a second build does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib

import kg
from kg import folder, iri, pipeline
from kg.errors import EnvironmentProblem, UsageError
from kg.pipeline import Settings
from kg.store import GraphStore

EXAMPLES = Path(__file__).parents[1] / "examples"
TODAY = Settings(today=date(2030, 1, 1))

# --- a letter, question by question ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """What a person reads in a letter; written by hand from its text."""

    doi: str
    authors: tuple[str, ...]
    affiliations: tuple[tuple[str, ...], ...]
    """department, institution, city, postcode, region, country, code"""
    from_where: tuple[tuple[int, ...], ...]
    """author by author: the numbers of the affiliations"""
    corresponding: tuple[tuple[str, str, tuple[str, ...]], ...]
    """name, rank, e-mails"""
    dates: Mapping[str, str]
    licence: str
    keywords: tuple[str, ...]
    equal: tuple[tuple[str, str], ...]
    credits: tuple[tuple[str, str], ...]
    contributions: str
    """how the text begins"""
    core_tip: tuple[str, str]
    """how it begins, how it ends"""
    mentions: Mapping[str, frozenset[tuple[str, str]]]
    """MeSH identifier → some of its (passage, quote)"""


EXAMPLE = Letter(
    doi="10.5555/fjsc.v9.i3.100042",
    authors=(
        "Ada Placeholder",
        "Bo Lorem-Ipsum",
        "Chloé Müsterfrau",
        "José de la Muestra",
        "Fictional Islet Study Group",
    ),
    affiliations=(
        (
            "Department of Imaginary Medicine",
            "Fictional University Hospital",
            "Exampleville",
            "12345",
            "Bavaria",
            "Germany",
            "DE",
        ),
        (
            "Institute of Invented Regeneration",
            "University of Nowhere",
            "Springfield",
            "62701",
            "IL",
            "United States",
            "US",
        ),
        (
            "Invented Trials Office",
            "Fictional University Hospital",
            "Exampleville",
            "12345",
            "Bavaria",
            "Germany",
            "DE",
        ),
    ),
    from_where=((1,), (1, 2), (2,), (2,), (3,)),
    corresponding=(
        ("Ada Placeholder", "Associate Professor", ("ada.placeholder@example.org",)),
        ("José de la Muestra", "Full Professor", ("jose@example.com", "muestra@example.com")),
    ),
    dates={
        "dateSubmitted": "2023-11-01",
        "dateRevised": "2024-01-15",
        "dateAccepted": "2024-02-29",
        "available": "2024-03-26",
        "issued": "2024-03-26",
    },
    licence="https://creativecommons.org/licenses/by/4.0/",
    keywords=(
        "Type 1 diabetes",
        "Induced pluripotent stem cells",
        "Beta cells",
        "Insulin",
        "Islet transplantation",
        "Regenerative medicine",
        "Fictional example",
    ),
    equal=(("Ada Placeholder", "Bo Lorem-Ipsum"),),
    credits=(
        ("Ada Placeholder", "conceptualization"),
        ("Ada Placeholder", "writing-original-draft"),
        ("Bo Lorem-Ipsum", "formal-analysis"),
        ("Chloé Müsterfrau", "visualization"),
        ("José de la Muestra", "supervision"),
        ("José de la Muestra", "funding-acquisition"),
        ("José de la Muestra", "writing-review-editing"),
    ),
    contributions="Placeholder A and Lorem-Ipsum B contributed equally to this work as co-first authors.",
    core_tip=("Stem cell therapy may restore insulin secretion", "that concepts are found in core tips, too."),
    mentions={
        "D003922": frozenset({("title", "type 1 diabetes"), ("abstract", "T1DM"), ("core-tip", "type 1 diabetes")}),
        "D007328": frozenset({("abstract", "insulin"), ("kw-4", "Insulin")}),
        "D057026": frozenset({("abstract", "iPSCs"), ("kw-2", "Induced pluripotent stem cells")}),
        "D050417": frozenset({("abstract", "beta cells"), ("kw-3", "Beta cells")}),
    },
)

REAL = Letter(
    doi="10.4252/wjsc.v17.i7.106856",
    authors=("Dinesh Kumar", "Rajni Tanwar", "Vrinda Gupta"),
    affiliations=(
        ("School of Pharmacy", "Desh Bhagat University", "Mandi Gobindgarh", "147301", "Punjab", "India", "IN"),
    ),
    from_where=((1,), (1,), (1,)),
    corresponding=(("Dinesh Kumar", "Associate Professor", ("dineshpotlia123@gmail.com",)),),
    dates={
        "dateSubmitted": "2025-03-11",
        "dateRevised": "2025-05-14",
        "dateAccepted": "2025-06-23",
        "available": "2025-07-26",
        "issued": "2025-07-26",
    },
    licence="https://creativecommons.org/licenses/by-nc/4.0/",
    keywords=(
        "Stem cell therapy",
        "Diabetes",
        "Type 1 diabetes",
        "Type 2 diabetes",
        "Insulin production",
        "Regenerative medicine",
        "Induced pluripotent stem cells",
        "Clinical trials",
        "Pancreatic regeneration",
        "Autoimmune disease",
    ),
    equal=(("Dinesh Kumar", "Rajni Tanwar"), ("Dinesh Kumar", "Vrinda Gupta")),
    credits=(
        ("Dinesh Kumar", "conceptualization"),
        ("Dinesh Kumar", "writing-original-draft"),
        ("Rajni Tanwar", "formal-analysis"),
        ("Vrinda Gupta", "writing-review-editing"),
    ),
    contributions="Kumar D, Tanwar R, and Gupta V contributed equally to the drafting and writing of the manuscript.",
    core_tip=("Stem cell therapy is emerging as a promising approach", "the future of regenerative diabetes therapy."),
    mentions={
        "D003922": frozenset({("title", "type 1 diabetes"), ("abstract", "type 1 diabetes")}),
        "D007328": frozenset({("title", "insulin"), ("abstract", "insulin")}),
        "D057026": frozenset(
            {("abstract", "induced pluripotent stem cells"), ("kw-7", "Induced pluripotent stem cells")}
        ),
        "D050417": frozenset({("abstract", "beta cells")}),
    },
)

Asked = tuple[Letter, kg.Graph]


@pytest.fixture(scope="module", params=["example", "real"])
def letter(request: pytest.FixtureRequest) -> Asked:
    if request.param == "example":
        return EXAMPLE, kg.open(request.getfixturevalue("examples"))
    return REAL, kg.open(request.getfixturevalue("real_letters"))


def test_authors_stand_in_their_order(letter: Asked) -> None:
    """Positions 1…n give the names as printed, consortia included."""
    expected, graph = letter
    rows = graph.rows(
        """SELECT ?position ?name { ?a prism:doi ?doi ; pro:isDocumentContextFor ?r .
           ?r pro:withRole pro:author ; schema:position ?position ; pro:isHeldBy/foaf:name ?name } ORDER BY ?position""",
        doi=expected.doi,
    )
    assert [(int(r["position"]), r["name"]) for r in rows] == list(enumerate(expected.authors, 1))


def test_affiliations_are_taken_apart(letter: Asked) -> None:
    """Each distinct affiliation is one node with department, institution, city, postcode, region and country."""
    expected, graph = letter
    rows = graph.rows(
        """SELECT DISTINCT ?aff ?department ?institution ?city ?postcode ?region ?country ?code {
           ?a prism:doi ?doi ; pro:isDocumentContextFor/pro:relatesToOrganization ?aff .
           ?aff foaf:name ?department ; org:unitOf/foaf:name ?institution ; vcard:hasAddress ?at .
           ?at vcard:locality ?city ; vcard:postal-code ?postcode ; vcard:region ?region ;
               vcard:country-name ?country ; schema:addressCountry ?code } ORDER BY ?aff""",
        doi=expected.doi,
    )
    assert [tuple(r.values())[1:] for r in rows] == list(expected.affiliations)


def test_each_author_has_the_affiliations_that_name_them(letter: Asked) -> None:
    """An affiliation line belongs to the authors that it begins with, and to no others."""
    expected, graph = letter
    rows = graph.rows(
        """SELECT ?position ?aff { ?a prism:doi ?doi ; pro:isDocumentContextFor ?r .
           ?r schema:position ?position ; pro:withRole pro:author ; pro:relatesToOrganization ?aff }""",
        doi=expected.doi,
    )
    found = sorted((int(r["position"]), int(r["aff"].rpartition("-")[2])) for r in rows)
    assert found == [(n, number) for n, numbers in enumerate(expected.from_where, 1) for number in numbers]


def test_corresponding_authors_and_their_mail(letter: Asked) -> None:
    """Correspondence is a role of its own, held by the person who is the author."""
    expected, graph = letter
    rows = graph.rows(
        """SELECT ?name ?rank ?mail { ?a prism:doi ?doi ; pro:isDocumentContextFor ?c , ?r .
           ?c pro:withRole scoro:corresponding-author ; pro:isHeldBy ?p ; vcard:title ?rank ; vcard:hasEmail ?mail .
           ?r pro:withRole pro:author ; pro:isHeldBy ?p ; rdfs:label ?name }""",
        doi=expected.doi,
    )
    wanted = {(name, rank, f"mailto:{mail}") for name, rank, mails in expected.corresponding for mail in mails}
    assert {(r["name"], r["rank"], r["mail"]) for r in rows} == wanted


def test_dates(letter: Asked) -> None:
    """Received, revised, accepted, first online and published are full dates."""
    expected, graph = letter
    for name, day in expected.dates.items():
        prefix = "kgv" if name == "dateRevised" else "dcterms"
        rows = graph.rows(
            f"SELECT ?day (DATATYPE(?day) AS ?type) {{ ?a prism:doi ?doi ; {prefix}:{name} ?day }}", doi=expected.doi
        )
        assert rows == [{"day": day, "type": "http://www.w3.org/2001/XMLSchema#date"}], name


def test_licence_is_the_canonical_iri(letter: Asked) -> None:
    """However the address is spelt (``/Licenses/``), the licence is one IRI."""
    expected, graph = letter
    rows = graph.rows(
        "SELECT ?licence { ?a prism:doi ?doi ; dcterms:license ?licence FILTER(isIRI(?licence)) }", doi=expected.doi
    )
    assert rows == [{"licence": expected.licence}]


def test_keywords_one_by_one(letter: Asked) -> None:
    """Each keyword is a keyword and a passage, in the order of the list."""
    expected, graph = letter
    keywords = graph.rows("SELECT ?k { ?a prism:doi ?doi ; prism:keyword ?k }", doi=expected.doi)
    assert sorted(r["k"] for r in keywords) == sorted(expected.keywords)
    passages = graph.rows(
        """SELECT ?n ?text { ?a prism:doi ?doi ; frbr:part ?p . ?p c4o:hasContent ?text
           BIND(xsd:integer(STRAFTER(STR(?p), "#kw-")) AS ?n) FILTER(BOUND(?n)) } ORDER BY ?n""",
        doi=expected.doi,
    )
    assert [r["text"] for r in passages] == list(expected.keywords)


def test_equal_contribution_goes_both_ways(letter: Asked) -> None:
    """Each of a group is equal to its first, and the first to each."""
    expected, graph = letter
    rows = graph.rows(
        """SELECT ?one ?other { ?a prism:doi ?doi ; pro:isDocumentContextFor ?r . ?r rdfs:label ?one ;
           scoro:isEqualToRoleInTime/rdfs:label ?other }""",
        doi=expected.doi,
    )
    wanted = {*expected.equal, *((b, a) for a, b in expected.equal)}
    assert {(r["one"], r["other"]) for r in rows} == wanted


def test_contributions_as_roles_and_as_text(letter: Asked) -> None:
    """What the wording allows becomes CRediT roles of the right person; the text is kept whatever it says."""
    expected, graph = letter
    rows = graph.rows(
        """SELECT ?name ?role { ?a prism:doi ?doi ; pro:isDocumentContextFor ?r .
           ?r pro:withRole ?role ; pro:isHeldBy/foaf:name ?name
           FILTER(STRSTARTS(STR(?role), "https://credit.niso.org/contributor-roles/")) }""",
        doi=expected.doi,
    )
    assert {(r["name"], r["role"].split("/")[-2]) for r in rows} >= set(expected.credits)
    text = graph.rows(
        """SELECT ?text { ?a prism:doi ?doi ; frbr:part ?p . ?p rdfs:label "Author contributions" ;
           c4o:hasContent ?text }""",
        doi=expected.doi,
    )
    assert [r["text"].startswith(expected.contributions) for r in text] == [True]


def test_core_tip_is_whole(letter: Asked) -> None:
    """The core tip is a part of the article, from its first word to its last."""
    expected, graph = letter
    rows = graph.rows(
        "SELECT ?text { ?a prism:doi ?doi ; frbr:part ?p . ?p c4o:hasContent ?text FILTER(STRENDS(STR(?p), '#core-tip')) }",
        doi=expected.doi,
    )
    (text,) = [r["text"] for r in rows]
    assert text.startswith(expected.core_tip[0])
    assert text.endswith(expected.core_tip[1])


def test_concepts_stand_where_they_say(letter: Asked) -> None:
    """Every mention's quote is the text at its offsets, and the concepts of the letter are found."""
    expected, graph = letter
    rows = graph.rows(
        """SELECT ?concept ?passage ?text ?start ?end ?quote { ?a prism:doi ?doi ; frbr:part ?passage .
           ?m oa:hasBody ?concept ; oa:hasTarget ?t . ?t oa:hasSource ?passage ; oa:hasSelector ?p , ?q .
           ?p oa:start ?start ; oa:end ?end . ?q oa:exact ?quote . ?passage c4o:hasContent ?text }""",
        doi=expected.doi,
    )
    assert rows
    found: dict[str, set[tuple[str, str]]] = {}
    for r in rows:
        assert r["text"][int(r["start"]) : int(r["end"])] == r["quote"]
        place = r["passage"].rpartition("#")[2], r["quote"]
        found.setdefault(r["concept"].removeprefix("http://id.nlm.nih.gov/mesh/"), set()).add(place)
    for concept, places in expected.mentions.items():
        assert found.get(concept, set()) >= places


# --- equal input, equal bytes ---------------------------------------------------------------------------------------


def test_equal_input_gives_equal_bytes(examples: Path, tmp_path: Path) -> None:
    """Neither hash seed nor folder nor order of the sources shows in the graph, the findings and the networks."""
    copies = tmp_path / "elsewhere"
    shutil.copytree(EXAMPLES, copies)
    files = sorted(copies.iterdir(), reverse=True)
    other = tmp_path / "a folder" / "graph"
    command = [sys.executable, "-m", "kg", "build", *map(str, files), "-o", str(other), "--today", "2030-01-01"]
    environment = os.environ | {"PYTHONHASHSEED": "4242"}
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=Path(__file__).parents[1])
    names = [Path("graph.ttl"), *(Path(f"validation.{suffix}") for suffix in ("ttl", "json", "txt"))]
    names += [path.relative_to(examples) for path in sorted((examples / "analysis").iterdir())]
    assert len(names) == 15  # coauthors and topics: nodes, edges, GraphML, PNG, SVG; bounds of the former
    for name in names:
        assert (other / name).read_bytes() == (examples / name).read_bytes(), name


def _oxigraph(path: Path) -> set[str]:
    return {str(quad.triple) for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)}


def test_others_read_the_same_triples(examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib and Oxigraph find the same triples in graph.ttl, as many as run.json says, and those of the store."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    path = examples / "graph.ttl"
    graph = rdflib.Graph()
    graph.parse(path, format="turtle")
    ours = _oxigraph(path)
    text = graph.serialize(format="nt", encoding="utf-8")
    theirs = {str(q.triple) for q in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES)}
    assert theirs == ours
    run = json.loads((examples / "run.json").read_bytes())
    assert len(ours) == run["counts"]["triples"]
    store = GraphStore.open(examples / "store")
    stored = {line.rsplit(" <", 1)[0] for name in iri.canonical_graphs(store.graphs()) for line in store.quads(name)}
    assert ours == stored


@pytest.mark.skipif(shutil.which("rapper") is None, reason="rapper is not installed")
def test_rapper_reads_it(examples: Path) -> None:
    """A parser of another family reads as many triples."""
    command = ["rapper", "-q", "-i", "turtle", "-o", "ntriples", str(examples / "graph.ttl")]
    lines = subprocess.run(command, check=True, capture_output=True).stdout.splitlines()
    assert len(set(lines)) == json.loads((examples / "run.json").read_bytes())["counts"]["triples"]


# --- what decides between records -----------------------------------------------------------------------------------


def letter_text(doi: str, title: str, keywords: str = "Insulin; Zebrafish") -> str:
    return f"""Letter to the Editor
Fict J Cell Ther. 2025; 1(2): 3
doi: {doi}
{title}
Ada Example, Bo Sample
Received: March 1, 2025
Keywords: {keywords}
"""


def pubmed(*records: str) -> str:
    return f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"


def citation(pmid: int, doi: str | None, title: str, version: int = 1, journal: str = "Fict J") -> str:
    ids = f'<ArticleId IdType="doi">{doi}</ArticleId>' if doi else ""
    return f"""<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="{version}">{pmid}</PMID>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><Volume>1</Volume><PubDate><Year>2020</Year></PubDate>
</JournalIssue><Title>{journal}</Title></Journal><ArticleTitle>{title}</ArticleTitle><Language>eng</Language>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>
<MedlineJournalInfo><MedlineTA>{journal}</MedlineTA></MedlineJournalInfo></MedlineCitation>
<PubmedData><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>
<ArticleId IdType="pubmed">{pmid}</ArticleId>{ids}</ArticleIdList></PubmedData></PubmedArticle>"""


def deletion(*pmids: int) -> str:
    return "<DeleteCitation>" + "".join(f'<PMID Version="1">{p}</PMID>' for p in pmids) + "</DeleteCitation>"


def jats(doi: str, title: str) -> str:
    return f"""<article article-type="research-article"><front><journal-meta><journal-title-group>
<journal-title>Fict J</journal-title></journal-title-group></journal-meta><article-meta>
<article-id pub-id-type="doi">{doi}</article-id><title-group><article-title>{title}</article-title></title-group>
<pub-date><year>2020</year></pub-date></article-meta></front></article>"""


@dataclass
class Sources:
    """A folder of sources and the graph that is built of it."""

    folder: Path
    graph: Path

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / name.replace("_", ".")).write_text(text, encoding="utf-8")

    def build(self, settings: Settings = TODAY) -> pipeline.Built:
        return pipeline.build([str(self.folder)], self.graph, settings)

    def titles(self) -> dict[str, str]:
        """Article (the end of its IRI) → its title."""
        rows = kg.open(self.graph).rows("SELECT ?a ?t { ?a dcterms:title ?t ; prov:wasDerivedFrom ?s }")
        return {r["a"].partition("/article/")[2]: r["t"] for r in rows}

    def graph_of(self, name: str) -> set[str]:
        store = GraphStore.open(self.graph / "store")
        return {line for graph in store.graphs() if graph.endswith(f"/graph/{name}>") for line in store.quads(graph)}


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    (tmp_path / "in").mkdir()
    return Sources(tmp_path / "in", tmp_path / "out")


def counts(built: pipeline.Built) -> dict[str, int]:
    return {name: built.counts[name] for name in ("records", "stored", "rejected", "superseded", "deleted")}


def test_jats_before_pubmed_before_letter(sources: Sources) -> None:
    """Records of one article become one document; of each field the better format wins, whatever the files are called."""
    doi = "10.5555/one"
    sources.write(a_xml=pubmed(citation(11, doi, "From PubMed")), b_txt=letter_text(doi, "From the publisher's letter"))
    built = sources.build()
    assert sources.titles() == {"doi/10.5555/one": "From PubMed"}
    assert counts(built) == {"records": 2, "stored": 2, "rejected": 0, "superseded": 0, "deleted": 0}
    assert built.counts["articles"] == 1

    sources.write(z_xml=jats(doi, "From JATS"))
    built = sources.build()
    assert sources.titles() == {"doi/10.5555/one": "From JATS"}
    assert counts(built) == {"records": 3, "stored": 3, "rejected": 0, "superseded": 0, "deleted": 0}
    rows: list[Any] = kg.open(sources.graph).rows(
        """SELECT ?title ?file { ?alternative a kgv:Disagreement ; rdf:predicate dcterms:title ; rdf:object ?title ;
           prov:wasDerivedFrom/rdfs:label ?file }"""
    )
    told = {row["title"]: Path(row["file"]).name for row in rows}
    assert told == {"From PubMed": "a.xml", "From the publisher's letter": "b.txt"}
    findings = json.loads((sources.graph / "validation.json").read_bytes())
    assert (
        sum("disagree" in line["message"] for line in findings["results" if "results" in findings else "findings"]) > 1
    )


def test_the_order_of_files_does_not_count_in_merging(sources: Sources, tmp_path: Path) -> None:
    """The same three sources under other names, in another order: the same document, but for nothing."""
    doi = "10.5555/one"
    texts = [pubmed(citation(11, doi, "From PubMed")), letter_text(doi, "From a letter"), jats(doi, "From JATS")]
    graphs = set()
    for n, order in enumerate(((0, 1, 2), (2, 0, 1), (1, 2, 0))):
        files = []
        for place, which in enumerate(order):
            files.append(tmp_path / f"{n}-{place}.{'txt' if which == 1 else 'xml'}")
            files[-1].write_text(texts[which], encoding="utf-8")
        pipeline.build([str(file) for file in files], tmp_path / f"out{n}", TODAY)
        graphs.add((tmp_path / f"out{n}" / "graph.ttl").read_bytes())
    assert len(graphs) == 1


def test_a_deletion_removes_what_pubmed_said_before_it(sources: Sources) -> None:
    """A DeleteCitation in a later file removes the record, and is counted as neither stored nor superseded."""
    sources.write(
        f1_xml=pubmed(citation(11, None, "Kept"), citation(12, None, "Withdrawn")), f2_xml=pubmed(deletion(12))
    )
    built = sources.build()
    assert sources.titles() == {"pmid/11": "Kept"}
    assert counts(built) == {"records": 3, "stored": 1, "rejected": 0, "superseded": 1, "deleted": 1}


def test_every_record_is_counted_once(sources: Sources) -> None:
    """records = stored + rejected + superseded + deleted, for every file and in total; files are counted, too."""
    sources.write(
        f1_xml=pubmed(citation(11, "10.5555/a", "One"), citation(11, "10.5555/a", "One again", version=2)),
        f2_xml=pubmed(citation(13, None, "Three"), deletion(14)),
        broken_xml="<PubmedArticleSet><PubmedArticle>",
        l_txt=letter_text("10.5555/a", "One as a letter"),
    )
    built = sources.build()
    for found in [built.counts, *(entry["counts"] for entry in built.run["inputs"])]:
        assert found["records"] == found["stored"] + found["rejected"] + found["superseded"] + found["deleted"]
    assert counts(built) == {"records": 6, "stored": 3, "rejected": 1, "superseded": 1, "deleted": 1}
    assert sources.titles() == {"doi/10.5555/a": "One again", "pmid/13": "Three"}
    for name in counts(built):
        assert built.counts[name] == sum(entry["counts"][name] for entry in built.run["inputs"])


def test_run_and_rejects_have_the_promised_keys(sources: Sources) -> None:
    """Scripts rely on the keys of run.json's counts and of the lines of rejects.jsonl."""
    sources.write(broken_xml="<PubmedArticleSet><PubmedArticle>", l_txt=letter_text("10.5555/a", "A title"))
    sources.build()
    run = json.loads((sources.graph / "run.json").read_bytes())
    assert set(run["counts"]) == set(
        "records stored rejected superseded deleted articles authors affiliations concepts mentions triples"
        " violations warnings infos proposals".split()
    )
    assert {"versions", "settings", "times", "inputs", "counts", "plan"} <= set(run)
    for entry in run["inputs"]:
        assert entry["sha256"] is None or len(entry["sha256"]) == 64
        assert set(entry["counts"]) == {"records", "stored", "rejected", "superseded", "deleted"}
    lines = [json.loads(line) for line in (sources.graph / "rejects.jsonl").read_text("utf-8").splitlines()]
    assert lines
    for line in lines:
        assert set(line) == {"level", "file", "member", "record", "line", "byte", "rule", "message", "sha256"}
        assert line["level"] in ("reject", "warning")
    assert [Path(line["file"]).name for line in lines if line["level"] == "reject"] == ["broken.xml"]


# --- a second build ---------------------------------------------------------------------------------------------------


def _files(graph: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(graph).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(graph.rglob("*"))
        if path.is_file() and path.name != ".kg"
    }


def test_building_again_changes_nothing(sources: Sources) -> None:
    """Same sources, same settings: no file is written anew, and the same is told."""
    sources.write(l_txt=letter_text("10.5555/a", "A title"), broken_xml="<PubmedArticleSet><PubmedArticle>")
    first = sources.build()
    before = _files(sources.graph)
    second = sources.build()
    assert (first.unchanged, second.unchanged) == (False, True)
    assert _files(sources.graph) == before
    assert second.run == first.run


def test_the_graph_is_what_the_sources_say(sources: Sources) -> None:
    """A changed, an added and a dropped source leave the graph that a first build of them would make."""
    sources.write(
        a_txt=letter_text("10.5555/a", "First"),
        b_xml=pubmed(citation(21, "10.5555/b", "Second", journal="Journal That Goes Away")),
    )
    sources.build()
    assert sources.titles() == {"doi/10.5555/a": "First", "doi/10.5555/b": "Second"}
    assert "Journal That Goes Away" in "".join(sources.graph_of("shared"))
    assert "/article/pmid/21>" in "".join(sources.graph_of("aliases"))
    assert "Zebrafish" in "".join(sources.graph_of("vocabulary"))

    (sources.folder / "b.xml").unlink()
    sources.write(
        a_txt=letter_text("10.5555/a", "First, changed", keywords="Insulin"),
        c_txt=letter_text("10.5555/c", "Third", keywords="Pancreas"),
    )
    built = sources.build()
    assert not built.unchanged
    assert sources.titles() == {"doi/10.5555/a": "First, changed", "doi/10.5555/c": "Third"}
    assert "Journal That Goes Away" not in "".join(sources.graph_of("shared"))
    assert sources.graph_of("aliases") == set()
    assert "Zebrafish" not in "".join(sources.graph_of("vocabulary"))
    fresh = Sources(sources.folder, sources.graph.with_name("fresh"))
    fresh.build()
    assert (fresh.graph / "graph.ttl").read_bytes() == (sources.graph / "graph.ttl").read_bytes()
    assert len(list((sources.graph / "shards").iterdir())) == 2


def test_other_settings_replace_what_differs(sources: Sources, tmp_path: Path) -> None:
    """Another base moves every own IRI; a further ontology finds what was not known before."""
    sources.write(a_txt=letter_text("10.5555/a", "The frobnication of islets", keywords="Insulin"))
    sources.build()
    own = "https://e.org/kg/"
    built = sources.build(replace(TODAY, base=own))
    text = (sources.graph / "graph.ttl").read_text("utf-8")
    assert not built.unchanged
    assert f"<{own}article/doi/10.5555/a>" in text
    assert "<https://w3id.org/bmkg/article/" not in text

    ontology = tmp_path / "own.obo"
    ontology.write_text("format-version: 1.2\nontology: doid\n\n[Term]\nid: DOID:9999999\nname: frobnication\n")
    built = sources.build(replace(TODAY, base=own, ontologies=(ontology,)))
    assert not built.unchanged
    assert "obo:DOID_9999999" in (sources.graph / "graph.ttl").read_text("utf-8")


def test_a_strange_folder_is_refused(tmp_path: Path) -> None:
    """A folder that holds something else is never written into."""
    (tmp_path / "thesis.docx").write_text("precious")
    with pytest.raises(UsageError, match=r"thesis\.docx"):
        pipeline.build([str(EXAMPLES / "letter.txt")], tmp_path, TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    """While one process builds, another one is told who it is."""
    with folder.claimed(tmp_path / "g"), pytest.raises(EnvironmentProblem, match=f"pid {os.getpid()}"):
        pipeline.build([str(EXAMPLES / "letter.txt")], tmp_path / "g", TODAY)


def test_analysing_again_leaves_the_same_graph(examples: Path, tmp_path: Path) -> None:
    """``analyze`` replaces the analysis with an equal one, and the folder is whole afterwards."""
    copy = tmp_path / "graph"
    shutil.copytree(examples, copy)
    shutil.rmtree(copy / "analysis")
    pipeline.analyze(copy)
    assert (copy / "graph.ttl").read_bytes() == (examples / "graph.ttl").read_bytes()
    names = sorted(path.name for path in (examples / "analysis").iterdir())
    assert sorted(path.name for path in (copy / "analysis").iterdir()) == names
    assert list(folder.broken_seals(folder.existing(copy))) == []


def test_analysing_again_finds_as_of_the_same_day(tmp_path: Path) -> None:
    """What lay in the future of the build still does when its networks are made anew."""
    long_ago = Settings(jobs=1, today=date(1990, 1, 1))
    pipeline.build([str(EXAMPLES / "pubmed.xml")], tmp_path / "graph", long_ago)
    found = (tmp_path / "graph" / "validation.json").read_bytes()
    assert b"future" in found
    pipeline.analyze(tmp_path / "graph")
    assert (tmp_path / "graph" / "validation.json").read_bytes() == found


def test_documents_say_which_record_they_are_from(examples: Path) -> None:
    """The provenance leads from a document's graph to the record and the line of the source where it begins."""
    rows: list[Any] = kg.open(examples).rows(
        """SELECT ?file ?record ?place { ?g foaf:primaryTopic ?a ; prov:hadPrimarySource ?place . ?a fabio:hasPubMedId ?pmid .
           ?place rdfs:label ?record ; dcterms:isPartOf/rdfs:label ?file }""",
        pmid="99000002",
    )
    (row,) = rows
    lines = (EXAMPLES / "pubmed.xml").read_text("utf-8").splitlines()
    line = int(row["place"].rpartition(",")[2])
    assert row["record"] == "PMID 99000002"
    assert row["file"].endswith("pubmed.xml")
    assert "<PubmedArticle>" in lines[line - 1]
    assert "99000002" in lines[line + 1]
