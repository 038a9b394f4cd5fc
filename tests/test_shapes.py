"""The shapes: a clean graph gives no finding, and each planted error is found on its node, by its shape, in its words."""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
import rdflib

from kg import iri, shapes, terms
from kg.errors import ShapesError
from kg.model import (
    Abstract,
    AbstractSection,
    Accession,
    Affiliation,
    Annotation,
    Argument,
    Article,
    Author,
    Claim,
    ConflictOfInterest,
    Correspondence,
    Credit,
    Date,
    Event,
    Grant,
    Journal,
    Keyword,
    Mention,
    MeshHeading,
    PublicationType,
    Qualifier,
    Reference,
    Related,
    Rights,
    Section,
    Statement,
    Substance,
    Text,
)
from kg.shacl.compiler import compile_shapes
from kg.shapes import Finding
from kg.terms import Triple, boolean, date, decimal, integer, literal
from kg.triples import Document, document
from kg.vocab import (
    BIOLINK,
    C4O,
    CITO,
    CREDIT,
    DCTERMS,
    DQV,
    FABIO,
    FOAF,
    FRAPO,
    FRBR,
    KGV,
    MESHV,
    OA,
    ORG,
    OWL,
    PREFIXES,
    PRISM,
    PRO,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SCORO,
    SH,
    VCARD,
    XSD,
)

TODAY = datetime.date(2026, 1, 31)
FOLDER = Path(__file__).parent.parent / "shapes"
KGS = "https://w3id.org/bmkg/shapes#"
BASE = iri.BASE
AGENT = f"<{BASE}agent/dictionary/1-abcdef12>"

# Fictional people, places and works.
ARTICLE = Article(
    record="1",
    reader="jats",
    doi="10.5555/kg.1",
    pmid="101",
    pmcid="PMC102",
    title=Text("Insulin in\tmice: a \\test", "en"),
    translated_titles=(Text("Insulin bei Mäusen", "de"),),
    languages=("en",),
    publication_types=(PublicationType("Letter", "D016422"), PublicationType("Brief note")),
    journal=Journal(
        "Journal of Test Tubes", "J Test Tubes", "J Test Tubes", issn="1948-0210", eissn="2434-561X", publisher="Tubes"
    ),
    volume="3",
    issue="2",
    elocation="e7",
    events=(
        Event("received", Date(2025, 1, 1)),
        Event("revised", Date(2025, 2, 1)),
        Event("accepted", Date(2025, 3, 1)),
        Event("issued", Date(2025, 4, 1)),
        Event("available", Date(2025, 3)),
    ),
    authors=(
        Author("Ada Proband", "Ada", "Proband", orcid="0000-0002-1825-0097", affiliations=(0,)),
        Author("Ben Proband", "Ben", "Proband", orcid="0000-0001-5109-3700", affiliations=(0, 1)),
        Author("The Tube Group", is_group=True),
    ),
    editors=(Author("Eve Editor", "Eve", "Editor"),),
    investigators=(Author("Ivo Inspector", "Ivo", "Inspector"),),
    affiliations=(
        Affiliation("Dept of Tubes, Tube University, Delhi 110001, India", "Dept of Tubes", "Tube University", "Delhi",
                    postcode="110001", country="India", country_code="IN", ror="https://ror.org/03vek6s52"),
        Affiliation("Glass Institute", institution="Glass Institute"),
    ),
    correspondence=(
        Correspondence("Ada Proband", 0, "PhD", "Professor", Affiliation("1 Tube Street"), ("ada@tubes.example",)),
    ),
    equal_contributors=((0, 1),),
    credits=(Credit(0, "software", "lead"), Credit(1, "formal-analysis")),
    abstract=Abstract((AbstractSection("We tested.", "AIM"), AbstractSection("It worked.", "RESULT")), "en"),
    keywords=(Keyword("insulin", "en"), Keyword("mice")),
    headings=(MeshHeading("D007328", "Insulin", False, (Qualifier("Q000627", "therapeutic use", True),)),
              MeshHeading("D051379", "Mice")),
    chemicals=(Substance("C000001", "testol", "0-0-0"),),
    accessions=(Accession("ClinicalTrials.gov", "NCT00000001"),),
    sections=(Section("1", "Methods", "We used tubes."), Section("2", "Empty", "")),
    statements=(Statement("core-tip", "Core Tip", "Use insulin."),
                Statement("acknowledgements", "Thanks", "We thank.")),
    conflict=ConflictOfInterest("None declared.", False),
    grants=(Grant("T-1", "Tube Fund", text="Supported by the Tube Fund, No. T-1."),),
    rights=Rights("https://creativecommons.org/licenses/by/4.0/", is_free=True, holder="The Authors", year=2025),
    processing_time="90 Days and 5.5 Hours",
    references=(Reference("Proband A. Tubes. 2001.", "1", "10.5555/old", "7", "PMC8"), Reference(None, pmid="9")),
    related=(Related("CommentOn", "repliesTo", "J Test Tubes 2024", pmid="5"), Related("Other")),
    annotations=(
        Annotation("title", ((0, 7),), "Insulin", "Chemical", "D007328", ("MESH:D007328",), "Tagger"),
        Annotation("title", ((11, 15),), "mice", "Species", "D051379", ("MESH:D051379",), "Tagger"),
        Annotation("title", ((0, 7), (11, 15)), "Insulin mice", "Thing", "-", (), "Tagger"),
    ),
    claims=(
        Claim("Association", (Argument("D007328", ("MESH:D007328",)), Argument("D051379", ("MESH:D051379",))), "Tagger"),
    ),
)  # fmt: skip
PLAIN = Article(record="2", reader="pubmed", pmid="202", title=Text("Tubes"), authors=(Author("Cy Clear"),),
                journal=Journal(nlm_id="77", abbreviation="Tubes"), events=(Event("issued", Date(2024)),),
                headings=(MeshHeading("D007328", "Insulin"),))  # fmt: skip


def _map(article: Article, found: Iterable[Mention] = ()) -> Document:
    return document(article, list(found), source=iri.source(BASE, "0" * 64), agents={"dictionary": AGENT}, base=BASE)


CLEAN = _map(
    ARTICLE,
    [Mention("title", 0, 7, "Insulin", "MESH:D007328", 0.9, "dictionary", "exact"),
     Mention("kw-2", 0, 4, "mice", "MESH:D051379", 1, "dictionary")],
)  # fmt: skip
A = iri.article(BASE, CLEAN.keys[0])
SECOND = _map(PLAIN)
GRAPH = iri.document_graph(BASE, CLEAN.keys[0])


def _part(name: str) -> str:
    return iri.part(A, name)


def _mesh(identifier: str) -> str:
    return iri.mesh(identifier)


LINK, MEASURE, TOPIC = f"<{BASE}link/1>", f"<{BASE}measure/degree/1>", f"<{BASE}link/2>"
ADA, BEN = _part("person-1"), _part("person-2")
RESOLVED = iri.orcid("0000-0001-5109-3700")
RESOLUTION: list[Triple] = [
    (A, DCTERMS.creator, ADA),
    (A, DCTERMS.creator, RESOLVED),
    (RESOLVED, RDF.type, FOAF.Person),
    (RESOLVED, FOAF.name, literal("Ben Proband")),
    (LINK, RDF.type, KGV.IdentityLink),
    (LINK, KGV.member, ADA),
    (LINK, KGV.member, BEN),
    (LINK, KGV.confidence, decimal(0.9)),
    (LINK, KGV.reason, literal("same name, same place")),
    (A, CITO.cites, iri.article(BASE, "pmid/9")),
]
ANALYSIS: list[Triple] = [
    (LINK, RDF.type, KGV.CoAuthorLink),
    (LINK, KGV.member, ADA),
    (LINK, KGV.member, BEN),
    (LINK, KGV.weight, integer(2)),
    (LINK, KGV.fractionalWeight, decimal(0.5)),
    (ADA, KGV.coAuthorWith, BEN),
    (BEN, KGV.coAuthorWith, ADA),
    (TOPIC, RDF.type, BIOLINK.Association),
    (TOPIC, RDF.subject, _mesh("D007328")),
    (TOPIC, RDF.predicate, BIOLINK.occurs_together_in_literature_with),
    (TOPIC, RDF.object, _mesh("D051379")),
    (TOPIC, KGV.weight, integer(1)),
    (TOPIC, KGV.npmi, decimal(-0.25)),
    (MEASURE, RDF.type, DQV.QualityMeasurement),
    (MEASURE, DQV.computedOn, ADA),
    (MEASURE, DQV.isMeasurementOf, f"<{BASE}metric/degree>"),
    (MEASURE, DQV.value, decimal(1)),
]
GRAPHS = {
    "document": CLEAN.own,
    "shared": CLEAN.shared,
    "vocabulary": CLEAN.vocabulary,
    "resolution": RESOLUTION,
    "analysis": ANALYSIS,
}


def _describe(names: set[str]) -> list[Triple]:
    """The descriptions of what documents name, from the clean shared graphs; issues lead on to their journals."""
    known: dict[str, list[Triple]] = {}
    for triple in (*CLEAN.shared, *CLEAN.vocabulary, *SECOND.shared, *SECOND.vocabulary):
        known.setdefault(triple[0], []).append(triple)
    found, pending = {}, list(names)
    while pending:
        if (node := pending.pop()) in known and node not in found:
            found[node] = known[node]
            pending += [o for _, _, o in known[node]]
    return [triple for node in sorted(found) for triple in found[node]]


@pytest.fixture(scope="module")
def ours() -> shapes.Shapes:
    return shapes.load()


def _check(ours: shapes.Shapes, where: str, triples: list[Triple]) -> list[Finding]:
    if where == "document":
        return list(shapes.validate_documents(ours, [(GRAPH, triples)], _describe, today=TODAY))
    return shapes.validate_graph(ours, iri.shared_graph(BASE, where), triples, today=TODAY)


@pytest.mark.parametrize("where", GRAPHS)
def test_a_clean_graph_gives_no_finding(ours: shapes.Shapes, where: str) -> None:
    """Documents, shared graphs, resolution and analysis that are as they should be: nothing, not even an info."""
    assert _check(ours, where, GRAPHS[where]) == []


def test_a_record_that_says_little_gives_no_violation(ours: shapes.Shapes) -> None:
    """What is not there is no error of the graph: an almost empty record is incomplete, never wrong."""
    empty = _map(Article(record="3", reader="pubmed", pmid="303"))
    found = list(shapes.validate_documents(ours, [("<g>", empty.own)], _describe, today=TODAY))
    assert {(f.severity, f.shape.removeprefix(KGS)) for f in found} == {
        ("warning", "Article-title"),
        ("warning", "Event-published"),
        ("info", "Article-journal"),
        ("info", "Article-authors"),
    }


def test_what_another_source_says_is_no_finding_unless_it_contradicts(ours: shapes.Shapes) -> None:
    """An alternative that is as it should be is kept in silence; a disagreement is a warning, once."""
    assert _check(ours, "document", SAID_ELSEWHERE(CLEAN.own)) == []
    (found,) = _check(ours, "document", DISAGREEING(CLEAN.own))
    assert (found.severity, found.value) == ("warning", literal("Insulin in rats"))


def test_everything_in_one_graph_gives_no_finding(ours: shapes.Shapes) -> None:
    """An export with all graphs in one conforms as the graphs do: shapes do not depend on which graph a triple is in."""
    whole = [triple for triples in GRAPHS.values() for triple in triples]
    assert shapes.validate_graph(ours, "<file>", whole, today=TODAY) == []


# --- one planted error for each shape -------------------------------------------------------------------------------

Change = Callable[[list[Triple]], list[Triple]]


def put(s: str, p: str, *values: str) -> Change:
    """State more."""
    return lambda triples: triples + [(s, p, o) for o in values]


def drop(s: str, p: str) -> Change:
    """Leave a property out."""
    return lambda triples: [t for t in triples if t[:2] != (s, p)]


def swap(s: str, p: str, *values: str) -> Change:
    """State something else."""
    return lambda triples: put(s, p, *values)(drop(s, p)(triples))


def forget(node: str) -> Change:
    """Describe a node nowhere, but name it as before."""
    return lambda triples: [t for t in triples if t[0] != node]


def unlink(p: str, node: str) -> Change:
    """Lead to a node no longer."""
    return lambda triples: [t for t in triples if t[1:] != (p, node)]


def blank(node: str) -> Change:
    """Make a blank node of a named one."""
    return lambda triples: [
        ("_:b" if s == node else s, p, "_:b" if o == node else o) for s, p, o in triples
    ]  # fmt: skip


def both(*changes: Change) -> Change:
    def apply(triples: list[Triple]) -> list[Triple]:
        for change in changes:
            triples = change(triples)
        return triples

    return apply


@dataclass(frozen=True)
class Plant:
    shape: str
    change: Change
    focus: str
    value: str | None = None
    where: str = "document"


HELD = PRO.isHeldBy
JOURNAL = iri.journal(BASE, "issn/2434-561X")
VOLUME, ISSUE = iri.journal(BASE, "issn/2434-561X", "3"), iri.journal(BASE, "issn/2434-561X", "3", "2")
MENTION, SPAN = _part("m-title-0-7-MESH_D007328"), _part("m-title-0-7")
POSITION, QUOTE = _part("m-title-0-7-pos"), _part("m-title-0-7-quote")
STATED, PIECE = _part("m-title-0-7-MESH_D007328-tagger"), _part("m-title-0-15-pieces-0-7.11-15-piece-2")
ENTITY = _part(iri.entity_name("Insulin mice"))
CLAIM = next(s for s, p, o in CLEAN.own if o == KGV.Claim)
PAIR = _mesh("D007328Q000627")
ROR = "<https://ror.org/03vek6s52>"
EMAIL, CREDITED = "<mailto:ada@tubes>", _part("credit-1")
OTHER = f"<{BASE}article/pmid/1>"

ALTERNATIVE = iri.alternative(A, A, DCTERMS.title, literal("Insulin in rats"))
SAID_ELSEWHERE = both(
    put(ALTERNATIVE, RDF.type, RDF.Statement),
    put(ALTERNATIVE, RDF.subject, A),
    put(ALTERNATIVE, RDF.predicate, DCTERMS.title),
    put(ALTERNATIVE, RDF.object, literal("Insulin in rats")),
    put(ALTERNATIVE, PROV.wasDerivedFrom, iri.source(BASE, "1" * 64)),
)
DISAGREEING = both(SAID_ELSEWHERE, put(ALTERNATIVE, RDF.type, KGV.Disagreement))

PLANTS = [
    Plant("Alternative", both(SAID_ELSEWHERE, blank(ALTERNATIVE)), "_:b"),
    Plant("Alternative-subject", both(SAID_ELSEWHERE, drop(ALTERNATIVE, RDF.subject)), ALTERNATIVE),
    Plant("Alternative-predicate", both(SAID_ELSEWHERE, put(ALTERNATIVE, RDF.predicate, PRISM.doi)), ALTERNATIVE),
    Plant("Alternative-object", both(SAID_ELSEWHERE, put(ALTERNATIVE, RDF.object, literal("More"))), ALTERNATIVE),
    Plant("Disagreement", both(DISAGREEING, blank(ALTERNATIVE)), "_:b"),
    Plant("Disagreement-source", both(DISAGREEING, drop(ALTERNATIVE, PROV.wasDerivedFrom)), ALTERNATIVE),
    Plant("Disagreement-value", DISAGREEING, ALTERNATIVE, literal("Insulin in rats")),
    Plant("Article", blank(A), "_:b"),
    Plant("Article-title", drop(A, DCTERMS.title), A),
    Plant("Article-one-title", put(A, DCTERMS.title, literal("Another", "en")), A),
    Plant("Article-one-title", swap(A, DCTERMS.title, literal(" ")), A, literal(" ")),
    Plant("Article-identified", both(drop(A, PRISM.doi), drop(A, FABIO.hasPubMedId), drop(A, FABIO.hasPubMedCentralId)),
          A),
    Plant("Article-language", put(A, DCTERMS.language, literal("eng")), A, literal("eng")),
    Plant("Article-container", put(A, FRBR.partOf, VOLUME), A),
    Plant("Article-container", drop(A, DCTERMS.isPartOf), A),
    Plant("Article-journal", both(drop(A, FRBR.partOf), drop(A, DCTERMS.isPartOf)), A),
    Plant("Article-authors", drop(A, PRO.isDocumentContextFor), A),
    Plant("Article-abstract", put(A, DCTERMS.abstract, literal("Another.")), A),
    Plant("Article-source", drop(A, PROV.wasDerivedFrom), A),
    Plant("Identifier", blank(_part("ref-1")), "_:b"),
    Plant("Identifier-doi", swap(A, PRISM.doi, literal("https://doi.org/10.5555/KG.1")), A,
          literal("https://doi.org/10.5555/KG.1")),
    Plant("Identifier-doi", put(_part("ref-1"), PRISM.doi, literal("10.5555/other")), _part("ref-1")),
    Plant("Identifier-pmid", swap(A, FABIO.hasPubMedId, literal("0101")), A, literal("0101")),
    Plant("Identifier-pmcid", swap(A, FABIO.hasPubMedCentralId, literal("102")), A, literal("102")),
    Plant("Event", blank(A), "_:b"),
    Plant("Event-published", both(drop(A, DCTERMS.issued), drop(A, DCTERMS.available), drop(A, PRISM.publicationDate)),
          A),
    Plant("Event-date", swap(A, DCTERMS.available, f'"2025-02-29"^^{XSD.date}'), A, f'"2025-02-29"^^{XSD.date}'),
    Plant("Event-date", swap(A, DCTERMS.available, f'"2025-02"^^{XSD.date}'), A, f'"2025-02"^^{XSD.date}'),
    Plant("Event-date", swap(A, DCTERMS.available, literal("Spring 2025")), A, literal("Spring 2025")),
    Plant("Event-publication-date", swap(A, PRISM.publicationDate, date("2025")), A),
    Plant("Event-sort-date", swap(A, KGV.sortDate, date("2025")), A, date("2025")),
    Plant("Event-year", put(A, FABIO.hasPublicationYear, date("2024")), A),
    Plant("Event-order", swap(A, DCTERMS.dateSubmitted, date("2025-02-02")), A, date("2025-02-01")),
    Plant("Event-order", put(A, KGV.dateRevised, date("2025-03-02")), A, date("2025-03-01")),
    Plant("Event-order", swap(A, DCTERMS.dateAccepted, date("2025-04-02")), A, date("2025-04-01")),
    Plant("Event-order", both(drop(A, KGV.dateRevised), swap(A, DCTERMS.dateAccepted, date("2024-12-31"))), A,
          date("2024-12-31")),
    Plant("Event-future", swap(A, DCTERMS.available, date("2026-02-01")), A, date("2026-02-01")),
    Plant("Event-future", swap(A, DCTERMS.available, date("2026-02")), A, date("2026-02")),
    Plant("Event-future", swap(A, DCTERMS.available, date("2027")), A, date("2027")),
    Plant("Event-processing-time", swap(A, KGV.processingTime, literal("137 Days and 16.8 Hours")), A,
          literal("137 Days and 16.8 Hours")),
    Plant("Role", blank(_part("author-1")), "_:b"),
    Plant("Role-role", put(_part("author-1"), PRO.withRole, PRO.editor), _part("author-1")),
    Plant("Role-role", swap(_part("credit-1"), PRO.withRole, f"<{CREDIT.base}software>"), CREDITED,
          f"<{CREDIT.base}software>"),
    Plant("Role-document", drop(_part("author-1"), PRO.relatesToDocument), _part("author-1")),
    Plant("Role-context", unlink(PRO.isDocumentContextFor, _part("corresponding-1")), _part("corresponding-1")),
    Plant("Role-holder", put(CREDITED, HELD, BEN), CREDITED),
    Plant("Role-person", swap(ADA, RDF.type, FOAF.Organization), _part("author-1"), FOAF.Organization),
    Plant("Author", both(drop(_part("title"), RDF.type), put(_part("title"), SCHEMA.position, integer(1))),
          _part("title")),
    Plant("Author-held", drop(_part("author-2"), HELD), _part("author-2")),
    Plant("Author-held", put(_part("author-2"), HELD, ADA), _part("author-2")),
    Plant("Author-position", swap(_part("author-2"), SCHEMA.position, literal("2")), _part("author-2"), literal("2")),
    Plant("Author-name", drop(_part("author-2"), RDFS.label), _part("author-2")),
    Plant("Author-order", swap(_part("author-3"), SCHEMA.position, integer(4)), A, integer(4)),
    Plant("Author-order", swap(_part("author-2"), SCHEMA.position, integer(3)), A, integer(3)),
    Plant("Author-order", drop(_part("author-3"), SCHEMA.position), A, integer(2)),
    Plant("Person", blank(ADA), "_:b"),
    Plant("Person-name", drop(ADA, FOAF.name), ADA),
    Plant("Orcid", swap(ADA, SCORO.hasORCID, literal("0000-0002-1825-0098")), ADA, literal("0000-0002-1825-0098")),
    Plant("Orcid", swap(ADA, SCORO.hasORCID, literal("0000-0002-1825-009X")), ADA, literal("0000-0002-1825-009X")),
    Plant("Orcid-form", swap(ADA, SCORO.hasORCID, literal("https://orcid.org/0000-0002-1825-0097")), ADA,
          literal("https://orcid.org/0000-0002-1825-0097")),
    Plant("Orcid-own", swap(BEN, SCORO.hasORCID, literal("0000-0002-1825-0097")), ADA, literal("0000-0002-1825-0097")),
    Plant("Affiliation", blank(_part("aff-1")), "_:b"),
    Plant("Affiliation-printed", drop(_part("aff-1"), RDFS.label), _part("aff-1")),
    Plant("Affiliation-used", unlink(PRO.relatesToOrganization, _part("aff-2")), _part("aff-2")),
    Plant("Affiliation-institution", put(_part("aff-2"), ORG.unitOf, ROR), _part("aff-2")),
    Plant("Affiliation-registered", put(_part("aff-2"), DCTERMS.identifier, literal("ringgold:7")), _part("aff-2"),
          literal("ringgold:7")),
    Plant("Address", blank(_part("aff-1-address")), "_:b"),
    Plant("Address-country", swap(_part("aff-1-address"), SCHEMA.addressCountry, literal("India")),
          _part("aff-1-address"), literal("India")),
    Plant("Correspondence", put(ADA, VCARD.hasEmail, iri.email("ada@tubes.example")), ADA),
    Plant("Correspondence-role", put(_part("author-1"), VCARD.hasEmail, iri.email("ada@tubes.example")),
          _part("author-1")),
    Plant("Correspondence-email", swap(_part("corresponding-1"), VCARD.hasEmail, EMAIL), _part("corresponding-1"),
          EMAIL),
    Plant("Credit", put(ADA, KGV.degree, literal("lead")), ADA),
    Plant("Credit-degree", swap(CREDITED, KGV.degree, literal("most")), CREDITED, literal("most")),
    Plant("Credit-role", put(_part("author-1"), KGV.degree, literal("lead")), _part("author-1"), PRO.author),
    Plant("Organisation", put(_part("aff-2"), ORG.unitOf, "<https://ror.org/123>"), "<https://ror.org/123>"),
    Plant("Organisation-name", swap(ROR, FOAF.name, literal("")), ROR, literal(""), "shared"),
    Plant("Journal", blank(JOURNAL), "_:b", where="shared"),
    Plant("Journal-name", drop(JOURNAL, RDFS.label), JOURNAL, where="shared"),
    Plant("Issn", swap(JOURNAL, PRISM.issn, literal("1948-0211")), JOURNAL, literal("1948-0211"), "shared"),
    Plant("Issn", swap(JOURNAL, PRISM.eIssn, literal("2434-5610")), JOURNAL, literal("2434-5610"), "shared"),
    Plant("Issn-form", swap(JOURNAL, PRISM.issn, literal("19480210")), JOURNAL, literal("19480210"), "shared"),
    Plant("Volume", blank(VOLUME), "_:b", where="shared"),
    Plant("Volume-number", drop(VOLUME, PRISM.volume), VOLUME, where="shared"),
    Plant("Volume-journal", both(drop(VOLUME, FRBR.partOf), drop(VOLUME, DCTERMS.isPartOf)), VOLUME, where="shared"),
    Plant("Issue", blank(ISSUE), "_:b", where="shared"),
    Plant("Issue-number", drop(ISSUE, PRISM.issueIdentifier), ISSUE, where="shared"),
    Plant("Issue-volume", drop(ISSUE, DCTERMS.isPartOf), ISSUE, where="shared"),
    Plant("Passage", blank(_part("kw-1")), "_:b"),
    Plant("Passage-content", put(_part("kw-1"), C4O.hasContent, literal("two")), _part("kw-1")),
    Plant("Passage-part", unlink(FRBR.part, _part("kw-1")), _part("kw-1")),
    Plant("Text", blank(_part("title")), "_:b"),
    Plant("Text-content", swap(_part("title"), C4O.hasContent, literal("")), _part("title"), literal("")),
    Plant("Section", blank(_part("sec-1")), "_:b"),
    Plant("Section-content", drop(_part("sec-1"), C4O.hasContent), _part("sec-1")),
    Plant("Keyword", blank(A), "_:b"),
    Plant("Keyword-text", put(A, PRISM.keyword, literal(" ")), A, literal(" ")),
    Plant("Keyword-single", put(A, PRISM.keyword, literal("insulin; mice")), A, literal("insulin; mice")),
    Plant("Keyword-single", put(A, PRISM.keyword, literal("mice " * 30)), A, literal("mice " * 30)),
    Plant("Heading", blank(A), "_:b"),
    Plant("Heading-topic", put(A, DCTERMS.subject, literal("mice")), A, literal("mice")),
    Plant("Heading-apart", put(A, DCTERMS.subject, _mesh("D016422")), A, _mesh("D016422")),
    Plant("Heading-apart", put(A, DCTERMS.subject, _mesh("D016428")), A, _mesh("D016428")),
    Plant("Heading-term", put(A, FABIO.hasSubjectTerm, _mesh("Q000627")), A, _mesh("Q000627")),
    Plant("PublicationType", blank(A), "_:b"),
    Plant("PublicationType-type", put(A, DCTERMS.type, literal("Letter")), A, literal("Letter")),
    Plant("PublicationType-known", put(A, DCTERMS.type, _mesh("D051379")), A, _mesh("D051379")),
    Plant("PublicationType-apart", put(A, DCTERMS.type, _mesh("D051379")), A, _mesh("D051379")),
    Plant("Reference", blank(_part("ref-1")), "_:b"),
    Plant("Reference-says", drop(_part("ref-2"), FABIO.hasPubMedId), _part("ref-2")),
    Plant("Reference-part", unlink(FRBR.part, _part("ref-2")), _part("ref-2")),
    Plant("Related", blank(_part("related-1")), "_:b"),
    Plant("Related-type", swap(_part("related-1"), DCTERMS.type, literal("CommentOn")), _part("related-1"),
          literal("CommentOn")),
    Plant("Grant", blank(_part("grant-1")), "_:b"),
    Plant("Grant-says", both(drop(_part("grant-1"), FRAPO.hasGrantNumber), drop(_part("grant-1"), FRAPO.isAwardedBy),
                             drop(_part("grant-1"), DCTERMS.description)), _part("grant-1")),
    Plant("Grant-number", put(_part("grant-1"), FRAPO.hasGrantNumber, literal("T-2")), _part("grant-1")),
    Plant("Grant-work", drop(A, FRAPO.isFundedBy), _part("grant-1")),
    Plant("ConflictOfInterest", blank(_part("coi")), "_:b"),
    Plant("ConflictOfInterest-text", drop(_part("coi"), C4O.hasContent), _part("coi")),
    Plant("ConflictOfInterest-declares", put(_part("coi"), KGV.declaresConflict, boolean(True)), _part("coi")),
    Plant("Rights", blank(A), "_:b"),
    Plant("Rights-licence", swap(A, DCTERMS.license, "<https://tubes.example/licence>"), A,
          "<https://tubes.example/licence>"),
    Plant("Rights-licence", swap(A, DCTERMS.license, "<http://creativecommons.org/licenses/by/4.0>"), A,
          "<http://creativecommons.org/licenses/by/4.0>"),
    Plant("Rights-licence-iri", swap(A, DCTERMS.license, literal("CC BY")), A, literal("CC BY")),
    Plant("Rights-free", put(A, SCHEMA.isAccessibleForFree, boolean(False)), A),
    Plant("Mention", blank(MENTION), "_:b"),
    Plant("Mention-body", put(MENTION, OA.hasBody, _mesh("D051379")), MENTION),
    Plant("Mention-target", drop(MENTION, OA.hasTarget), MENTION),
    Plant("Mention-confidence", swap(MENTION, KGV.confidence, decimal(1.5)), MENTION, decimal(1.5)),
    Plant("Mention-agent", drop(MENTION, PROV.wasAttributedTo), MENTION),
    Plant("Stated", put(ADA, KGV.typeAsPrinted, literal("Person")), ADA),
    Plant("Stated-agent", put(STATED, PROV.wasAttributedTo, AGENT), STATED),
    Plant("Stated-type", put(STATED, KGV.typeAsPrinted, literal("Gene")), STATED),
    Plant("Stated-identifier", put(STATED, KGV.identifierAsPrinted, literal("D1")), STATED),
    Plant("Piece", swap(PIECE, RDF.type, OA.TextQuoteSelector), PIECE),
    Plant("Entity", blank(ENTITY), "_:b"),
    Plant("Entity-label", drop(ENTITY, RDFS.label), ENTITY),
    Plant("Claim", blank(CLAIM), "_:b"),
    Plant("Claim-subject", put(CLAIM, RDF.subject, _mesh("D051379")), CLAIM),
    Plant("Claim-predicate", swap(CLAIM, RDF.predicate, RDF.type), CLAIM, RDF.type),
    Plant("Claim-object", swap(CLAIM, RDF.object, literal("mice")), CLAIM, literal("mice")),
    Plant("Claim-negated", drop(CLAIM, BIOLINK.negated), CLAIM),
    Plant("Claim-certainty", swap(CLAIM, KGV.certainty, KGV.certaintyScheme), CLAIM, KGV.certaintyScheme),
    Plant("Claim-confidence", drop(CLAIM, KGV.confidence), CLAIM),
    Plant("Claim-publication", drop(CLAIM, BIOLINK.publications), CLAIM),
    Plant("Claim-agent", drop(CLAIM, PROV.wasAttributedTo), CLAIM),
    Plant("Claim-evidence", put(CLAIM, KGV.evidence, _part("title")), CLAIM, _part("title")),
    Plant("Claim-text", swap(CLAIM, BIOLINK.supporting_text, literal(" ")), CLAIM, literal(" ")),
    Plant("Target", blank(SPAN), "_:b"),
    Plant("Target-source", drop(SPAN, OA.hasSource), SPAN),
    Plant("Target-selectors", put(SPAN, OA.hasSelector, _part("m-kw-2-0-4-pos")), SPAN),
    Plant("Target-kinds", swap(QUOTE, RDF.type, OA.TextPositionSelector), SPAN),
    Plant("Target-quote", swap(QUOTE, OA.exact, literal("insulin")), SPAN, literal("insulin")),
    Plant("Target-quote", swap(POSITION, OA.end, integer(8)), SPAN, literal("Insulin")),
    Plant("Target-quote", swap(QUOTE, OA.exact, literal("a\\1 \\q")), SPAN, literal("a\\1 \\q")),
    Plant("Position", blank(POSITION), "_:b"),
    Plant("Position-start", swap(POSITION, OA.start, integer(7)), POSITION, integer(7)),
    Plant("Position-start", swap(POSITION, OA.start, integer(-1)), POSITION, integer(-1)),
    Plant("Position-end", swap(POSITION, OA.end, literal("7")), POSITION, literal("7")),
    Plant("Quote", blank(QUOTE), "_:b"),
    Plant("Quote-exact", drop(QUOTE, OA.exact), QUOTE),
    Plant("Part", put(A, FRBR.part, literal("part")), '"part"'),
    Plant("Part-described", put(A, FRBR.part, _part("lost")), _part("lost")),
    Plant("Part-described", forget(_part("person-3")), _part("person-3")),
    Plant("Shared", put(A, FRBR.partOf, literal("J Test Tubes")), '"J Test Tubes"'),
    Plant("Shared-described", put(_part("aff-2"), ORG.unitOf, f"<{BASE}org/nowhere-xx-000000>"),
          f"<{BASE}org/nowhere-xx-000000>"),
    Plant("Concept", blank(_mesh("D051379")), "_:b", where="vocabulary"),
    Plant("Concept-label", drop(_mesh("D051379"), RDFS.label), _mesh("D051379"), where="vocabulary"),
    Plant("Concept-category", put(_mesh("D051379"), BIOLINK.category, literal("Animal")), _mesh("D051379"),
          literal("Animal"), "vocabulary"),
    Plant("Pair", blank(PAIR), "_:b", where="vocabulary"),
    Plant("Pair-descriptor", drop(PAIR, MESHV.hasDescriptor), PAIR, where="vocabulary"),
    Plant("Pair-qualifier", drop(PAIR, MESHV.hasQualifier), PAIR, where="vocabulary"),
    Plant("Term", put(A, SCHEMA.mentions, literal("mice")), '"mice"'),
    Plant("Term-label", put(A, SCHEMA.mentions, _mesh("D999999")), _mesh("D999999")),
    Plant("Creator", put(A, DCTERMS.creator, literal("Ada")), '"Ada"', where="resolution"),
    Plant("Creator-kind", swap(RESOLVED, RDF.type, FOAF.Organization), RESOLVED, FOAF.Organization, "resolution"),
    Plant("Creator-described", drop(RESOLVED, FOAF.name), RESOLVED, where="resolution"),
    Plant("Creator-described", drop(RESOLVED, RDF.type), RESOLVED, where="resolution"),
    Plant("IdentityLink", blank(LINK), "_:b", where="resolution"),
    Plant(
        "OneRecord",
        both(put(ADA, OWL.sameAs, ROR), put(ADA, OWL.sameAs, "<https://ror.org/012345638>")),
        ADA,
        where="resolution",
    ),
    Plant("IdentityLink-members", put(LINK, KGV.member, _part("person-3")), LINK, where="resolution"),
    Plant("IdentityLink-confidence", drop(LINK, KGV.confidence), LINK, where="resolution"),
    Plant("IdentityLink-reason", drop(LINK, KGV.reason), LINK, where="resolution"),
    Plant(
        "Identity",
        both(put(ADA, OWL.sameAs, RESOLVED), put(BEN, OWL.sameAs, RESOLVED), drop(LINK, RDF.type)),
        RESOLVED,
        where="resolution",
    ),
    Plant(
        "IdentityProposal",
        both(swap(LINK, RDF.type, KGV.IdentityProposal), put(BEN, OWL.sameAs, ADA)),
        LINK,
        where="resolution",
    ),
    Plant("Citing", blank(A), "_:b", where="resolution"),
    Plant("Citing-cites", put(A, CITO.cites, _part("ref-1")), A, _part("ref-1"), "resolution"),
    Plant("CoAuthorLink", blank(LINK), "_:b", where="analysis"),
    Plant("CoAuthorLink-members", swap(LINK, KGV.member, ADA), LINK, where="analysis"),
    Plant("CoAuthorLink-weight", swap(LINK, KGV.weight, integer(0)), LINK, integer(0), "analysis"),
    Plant("CoAuthorLink-fraction", drop(LINK, KGV.fractionalWeight), LINK, where="analysis"),
    Plant("CoAuthor", blank(ADA), "_:b", where="analysis"),
    Plant("CoAuthor-both-ways", drop(BEN, KGV.coAuthorWith), ADA, where="analysis"),
    Plant("TopicLink", drop(TOPIC, RDF.type), TOPIC, where="analysis"),
    Plant("TopicLink-subject", swap(TOPIC, RDF.subject, _mesh("D051379")), TOPIC, _mesh("D051379"), "analysis"),
    Plant("TopicLink-object", drop(TOPIC, RDF.object), TOPIC, where="analysis"),
    Plant("TopicLink-weight", drop(TOPIC, KGV.weight), TOPIC, where="analysis"),
    Plant("TopicLink-npmi", swap(TOPIC, KGV.npmi, decimal(1.5)), TOPIC, decimal(1.5), "analysis"),
    Plant("Measure", blank(MEASURE), "_:b", where="analysis"),
    Plant("Measure-node", drop(MEASURE, DQV.computedOn), MEASURE, where="analysis"),
    Plant("Measure-metric", drop(MEASURE, DQV.isMeasurementOf), MEASURE, where="analysis"),
    Plant("Measure-value", swap(MEASURE, DQV.value, literal("high")), MEASURE, literal("high"), "analysis"),
]  # fmt: skip


def _bare(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term


@dataclass(frozen=True)
class Rule:
    """A shape as its file states it, read without the code under test."""

    file: str
    said: dict[str, list[str]]


def _rules() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for file in sorted(FOLDER.glob("*.ttl")):
        said: dict[str, dict[str, list[str]]] = {}
        for quad in pyoxigraph.parse(path=str(file)):
            said.setdefault(str(quad.subject), {}).setdefault(str(quad.predicate), []).append(str(quad.object))
        for node, facts in said.items():
            if {SH.NodeShape, SH.PropertyShape}.intersection(facts.get(RDF.type, ())):
                assert node not in found, f"{node} is in two files"
                found[node] = Rule(file.name, facts)
    return found


RULES = _rules()


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.shape)
def test_each_planted_error_is_found(ours: shapes.Shapes, plant: Plant) -> None:
    """An error is reported on the node that has it, by the shape that is for it, with that shape's words."""
    said = RULES[f"<{KGS}{plant.shape}>"].said
    found = [
        f for f in _check(ours, plant.where, plant.change(GRAPHS[plant.where]))
        if f.shape == KGS + plant.shape and f.focus == _bare(plant.focus)
        and (plant.value is None or f.value == plant.value)
    ]  # fmt: skip
    assert found
    graph = GRAPH if plant.where == "document" else iri.shared_graph(BASE, plant.where)
    for finding in found:
        assert finding.message == terms.value(said[SH.message][0])
        assert finding.name == terms.value(said[SH.name][0])
        assert finding.mend == terms.value(said[SH.description][0])
        assert SH[finding.severity.capitalize()] == said[SH.severity][0]
        assert finding.graph == _bare(graph)


def test_every_shape_can_fail() -> None:
    """A rule that no planted error breaks is a rule that cannot fail."""
    assert {f"<{KGS}{plant.shape}>" for plant in PLANTS} == set(RULES)


@pytest.mark.parametrize("shape", RULES)
def test_every_shape_says_what_it_is_for(shape: str) -> None:
    """Each shape has an IRI, one name, one description, one message, one severity; only lists and paths are blank."""
    assert shape.startswith(f"<{KGS}")
    for predicate in (SH.name, SH.description, SH.message, SH.severity):
        assert len(RULES[shape].said.get(predicate, [])) == 1, predicate
    assert len(RULES[shape].said[SH.description][0]) > 40


def test_the_shapes_name_only_terms_of_the_project() -> None:
    """A shape for a property that the mapping never writes can never fail: every term is one of kg/vocab.py."""
    from kg import vocab

    terms_used = {
        node.value
        for file in FOLDER.glob("*.ttl")
        for quad in pyoxigraph.parse(path=str(file))
        for node in (quad.predicate, quad.object)
        if isinstance(node, pyoxigraph.NamedNode) and not node.value.startswith((KGS, vocab.MESH.base))
    }
    ours = {term[1:-1] for namespace in vocab.NAMESPACES for term in map(namespace.__getitem__, namespace)}
    lists = {f"{vocab.RDF.base}{name}" for name in ("first", "rest", "nil")}
    assert terms_used - ours - lists == set()


def test_no_link_inside_a_document_escapes_the_check_for_dangling_references() -> None:
    """Every property that leads from a document to a part of it is a target of the shape that asks for its description."""
    linking = {p for _, p, o in CLEAN.own if o.startswith(A[:-1]) and p != RDF.type}
    # A body is a concept of somebody's and only at times a part; kgs:Term asks for its label.
    assert linking - set(RULES[f"<{KGS}Part>"].said[SH.targetObjectsOf]) == {OA.hasBody}


# --- today, batches, what documents do not have to mend -------------------------------------------------------------


def test_today_is_given_and_inclusive(ours: shapes.Shapes) -> None:
    """A date of today is not in the future, one of tomorrow is, and today is what the caller says it is."""
    planted = swap(A, DCTERMS.available, date("2030-05-05"))(CLEAN.own)
    for today, expected in (((2030, 5, 5), []), ((2030, 5, 4), ["Event-future"])):
        found = shapes.validate_documents(ours, [(GRAPH, planted)], _describe, today=datetime.date(*today))
        assert [f.shape.removeprefix(KGS) for f in found] == expected


@pytest.mark.parametrize("printed", ["90 Days and 5.5 Hours", "90 Days", "91 Days", "89 days and 12 hours", "soon"])
def test_processing_times_within_a_day_agree(ours: shapes.Shapes, printed: str) -> None:
    """A printed time is compared to within a day; one that is no number of days is not compared."""
    assert _check(ours, "document", swap(A, KGV.processingTime, literal(printed))(CLEAN.own)) == []


def test_dates_without_a_day_are_not_compared(ours: shapes.Shapes) -> None:
    """Received in March 2025 and published in 2025 says nothing about their order."""
    change = both(swap(A, DCTERMS.issued, date("2025")), swap(A, PRISM.publicationDate, date("2025")),
                  drop(A, KGV.processingTime))  # fmt: skip
    assert _check(ours, "document", change(CLEAN.own)) == []


def _named(article: Article, number: int) -> tuple[str, list[Triple]]:
    mapped = _map(Article(record=str(number), reader="x", pmid=str(number), title=article.title, authors=article.authors,
                          affiliations=article.affiliations, events=article.events, headings=article.headings,
                          references=article.references, journal=article.journal, volume="3", issue="2"))  # fmt: skip
    return iri.document_graph(BASE, mapped.keys[0]), mapped.own


def _planted(number: int, choice: random.Random) -> tuple[str, list[Triple]]:
    """A document with up to three of the planted errors, under its own IRI."""
    own = CLEAN.own
    for plant in choice.sample([p for p in PLANTS if p.where == "document"], choice.randrange(4)):
        own = plant.change(own)
    return _moved(number, own)


def _moved(number: int, own: list[Triple]) -> tuple[str, list[Triple]]:
    """The same document under another IRI."""
    here = iri.article(BASE, f"pmid/{number}")
    moved = [tuple(t.replace(A[:-1], here[:-1]).replace("_:b", f"_:b{number}") for t in triple) for triple in own]
    return iri.document_graph(BASE, f"pmid/{number}"), moved  # type: ignore[return-value]


@pytest.mark.parametrize("size", [3, 50])
def test_batches_find_what_one_at_a_time_finds(ours: shapes.Shapes, size: int) -> None:
    """Documents in a batch share ORCIDs, journals, concepts and even their errors, and yet the findings are the same."""
    choice = random.Random(7)
    documents = [_planted(number, choice) for number in range(1, 25)]
    alone = list(shapes.validate_documents(ours, documents, _describe, today=TODAY, batch=1))
    assert list(shapes.validate_documents(ours, documents, _describe, today=TODAY, batch=size)) == alone
    assert len({f.shape for f in alone}) > 15


def test_documents_that_are_not_disjoint_are_checked_alone(ours: shapes.Shapes) -> None:
    """A document that leans on the node of another does not pass because that one is in the same batch."""
    first, second = _planted(1, random.Random(1)), (GRAPH, put(A, FRBR.part, _part("lost"))(CLEAN.own))
    helping = ("<g>", [(_part("lost"), RDFS.label, literal("found"))])
    documents = [first, second, helping]
    alone = [f for d in documents for f in shapes.validate_documents(ours, [d], _describe, today=TODAY)]
    assert list(shapes.validate_documents(ours, documents, _describe, today=TODAY)) == alone
    assert KGS + "Part-described" in {f.shape for f in alone}


def test_plain_checks_claim_all_our_shapes(ours: shapes.Shapes) -> None:
    """Nothing of ours is left to pySHACL, which would make every build slow."""
    assert compile_shapes(ours.triples).unclaimed.keys() == {f"<{KGS}Event-future>"}  # NOW() becomes the day later
    assert shapes._rules(ours, TODAY).rest is None


@pytest.mark.parametrize(
    ("where", "every"),
    [*((where, 9) for where in GRAPHS), *(pytest.param(w, 1, marks=pytest.mark.slow) for w in GRAPHS)],
)
def test_both_engines_find_the_same(ours: shapes.Shapes, where: str, every: int) -> None:
    """Planted errors of every kind, by both engines: the same nodes, shapes, paths, values, words."""
    reference = shapes.load(engine="pyshacl")
    plants = [plant for plant in PLANTS if plant.where == where][::every]
    changed = [plant.change(GRAPHS[where]) for plant in plants]
    if where == "document":
        documents = [_moved(number, own) for number, own in enumerate(changed)]
        found, expected = (
            list(shapes.validate_documents(rules, documents, _describe, today=TODAY)) for rules in (ours, reference)
        )
    else:
        found, expected = ([_check(rules, where, triples) for triples in changed] for rules in (ours, reference))
    assert found == expected
    assert any(expected) or not plants


@pytest.mark.slow
def test_findings_are_those_of_plain_pyshacl(ours: shapes.Shapes) -> None:
    """Neither the shapes' rearrangement nor the kept queries change what pySHACL finds with the files as they stand."""
    import pyshacl

    raw = rdflib.Graph()
    for file in sorted(FOLDER.glob("*.ttl")):
        raw.parse(data=file.read_text("utf-8").replace("NOW()", f'"{TODAY}T00:00:00Z"^^xsd:dateTime'), format="turtle")
    choice = random.Random(11)
    for number in range(1, 9):
        graph, own = _planted(number, choice)
        named = {o for _, _, o in own}
        lines = "".join(f"{s} {p} {o} .\n" for s, p, o in [*own, *_describe(named)] if "\\\\q" not in o)
        own = [t for t in own if "\\\\q" not in t[2]]
        data = rdflib.Graph().parse(data=lines, format="nt")
        _, report, _ = pyshacl.validate(data, shacl_graph=raw)
        sh = rdflib.Namespace(PREFIXES["sh"])
        expected = {
            (str(report.value(r, sh.sourceShape)), str(report.value(r, sh.focusNode)))
            for r in report.objects(None, sh.result)
            if not isinstance(report.value(r, sh.focusNode), rdflib.BNode | rdflib.Literal)
        }
        nodes = {_bare(t) for triple in own for t in (triple[0], triple[2])}
        found = shapes.validate_documents(ours, [(graph, own)], _describe, today=TODAY)
        got = {(f.shape, f.focus) for f in found if not f.focus.startswith(("_:", '"'))}
        assert got == {pair for pair in expected if pair[1] in nodes}


def test_findings_about_descriptions_are_not_the_documents(ours: shapes.Shapes) -> None:
    """What is wrong with a journal is found once, in the shared graph, and not in each document that it appears in."""
    wrong = swap(JOURNAL, PRISM.issn, literal("1948-0211"))(CLEAN.shared) + CLEAN.vocabulary
    assert list(shapes.validate_documents(ours, [(GRAPH, CLEAN.own)], lambda _: wrong, today=TODAY)) == []


def test_validation_leaves_rdflib_as_it_was(ours: shapes.Shapes) -> None:
    """pySHACL switches rdflib's literal normalisation for the whole process; here it is put back."""
    before = rdflib.NORMALIZE_LITERALS
    try:
        rdflib.NORMALIZE_LITERALS = False
        _check(ours, "document", CLEAN.own)
        assert rdflib.NORMALIZE_LITERALS is False
    finally:
        rdflib.NORMALIZE_LITERALS = before


# --- shapes of others ------------------------------------------------------------------------------------------------

HEAD = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("sh", "dcterms", "fabio", "xsd")) + "@prefix e: <e:> .\n"
GOOD = "e:S a sh:NodeShape ; sh:targetClass fabio:JournalArticle ; sh:property [ sh:path dcterms:extent ; sh:minCount 1 ] ."


def _load(tmp_path: Path, text: str, name: str = "s.ttl") -> shapes.Shapes:
    (tmp_path / name).write_text(HEAD + text, "utf-8")
    return shapes.load(tmp_path / name)


def test_shapes_of_others_replace_ours(tmp_path: Path) -> None:
    """With --shapes only theirs count; a nameless property shape is reported as the shape that has it."""
    theirs = _load(tmp_path, GOOD)
    found = list(shapes.validate_documents(theirs, [(GRAPH, CLEAN.own)], _describe, today=TODAY))
    assert [(f.severity, f.focus, f.shape, f.name, f.path) for f in found] == [
        ("violation", _bare(A), "e:S", "e:S", "dcterms:extent")
    ]
    assert shapes.load(tmp_path).source == str(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no shape"),
        ("e:S a sh:NodeShape ; sh:property [ sh:path dcterms:title ; sh:minCount 1 ] .", "no shape has a target"),
        (GOOD.replace("minCount", "minCuont"), "e:S>: sh:minCuont is not a SHACL term; is sh:minCount meant?"),
        (GOOD.replace("sh:minCount 1", 'sh:pattern "("'), "e:S>: sh:pattern '\\('"),
        (GOOD.replace("sh:minCount 1", 'sh:pattern "\\\\p{L}"'), "e:S>: sh:pattern"),
        (GOOD + " e:S sh:js [ sh:jsFunctionName 'f' ] .", "scripts are not run"),
        (GOOD + " e:S sh:rule [ a sh:TripleRule ] .", "rules change the graph"),
        (GOOD + " e:S sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this {}' ] .", "advanced features"),
        (GOOD + " e:S sh:severity sh:Fatal .", "sh:Fatal is not a SHACL term"),
        (GOOD + " e:S sh:severity e:Fatal .", "sh:severity must be"),
        (GOOD + " e:S sh:sparql [ sh:select 'SELECT $this WHERE {' ] .", "e:S>: the query cannot be parsed"),
        (
            GOOD
            + " e:S sh:sparql [ sh:select 'SELECT $this WHERE { SERVICE <http://e.example/> { $this ?p ?o } }' ] .",
            "must not ask another server",
        ),
        ("e:S a sh:NodeShape", "s.ttl: "),
    ],
)
def test_unsound_shapes_are_refused(tmp_path: Path, text: str, said: str) -> None:
    """What pySHACL would let pass, or fail on in the middle of a run, is refused with the name of the shape."""
    with pytest.raises(ShapesError, match=said):
        _load(tmp_path, text)


def test_shapes_that_are_not_there_are_refused(tmp_path: Path) -> None:
    """A missing file, an empty folder, an unknown suffix: one line each, no traceback."""
    with pytest.raises(ShapesError, match="No such file"):
        shapes.load(tmp_path / "none.ttl")
    with pytest.raises(ShapesError, match="no file with shapes"):
        shapes.load(tmp_path)
    (tmp_path / "s.doc").write_text("x")
    with pytest.raises(ShapesError, match="unknown suffix"):
        shapes.load(tmp_path / "s.doc")


def test_shapes_that_break_while_running_are_refused(tmp_path: Path) -> None:
    """A constraint that only fails when it is run is an error of the shapes, not a traceback."""
    theirs = _load(tmp_path, GOOD.replace("sh:minCount 1", 'sh:minCount "many"'))
    with pytest.raises(ShapesError, match="cannot be run"):
        list(shapes.validate_documents(theirs, [(GRAPH, CLEAN.own)], _describe, today=TODAY))


def test_messages_of_others_are_filled(tmp_path: Path) -> None:
    """{?value} in a message becomes the value, backslashes and all."""
    theirs = _load(tmp_path, """e:S a sh:NodeShape ; sh:targetClass fabio:JournalArticle ; sh:sparql [
        sh:message "Not {?value} of {$this}, {?else}" ;
        sh:select "SELECT $this ?value WHERE { $this <http://purl.org/dc/terms/title> ?value }" ] .""")  # fmt: skip
    found = shapes.validate_graph(theirs, "<g>", CLEAN.own, today=TODAY)
    assert [f.message for f in found] == [f"Not Insulin in\tmice: a \\test of {_bare(A)}, {{?else}}"]


# --- reports ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def findings(ours: shapes.Shapes) -> list[Finding]:
    change = both(
        swap(ADA, SCORO.hasORCID, literal("0000-0002-1825-0098")),
        put(A, PRISM.keyword, literal('a;"b"\n')),
        put(A, FRBR.part, "_:lost"),
        *(put(A, FRBR.part, _part(f"lost-{n}")) for n in range(12)),
    )
    return _check(ours, "document", change(CLEAN.own))


def test_counts(findings: list[Finding]) -> None:
    assert shapes.counts(findings) == {"violation": 15, "warning": 1, "info": 0}


def test_the_text_report_names_node_rule_value_and_remedy(findings: list[Finding]) -> None:
    """Rules, the worst first, with some of their places; long lists are cut, and say so."""
    text = "".join(shapes.report(findings, "text"))
    assert text.startswith("15 violations, 1 warning, in 1 graph\n\nVIOLATION  ORCID check digit: The check digit")
    assert f"  - {_bare(ADA)}  scoro:hasORCID  '0000-0002-1825-0098'\n" in text
    assert "Look the person up at orcid.org" in " ".join(text.split())
    assert "… and 3 more" in text
    assert "conforms" in "".join(shapes.report([], "text"))


def test_the_data_reports_say_the_same(findings: list[Finding]) -> None:
    """JSON, JSON lines and CSV carry the same fields of the same findings."""
    whole = json.loads("".join(shapes.report(findings, "json")))
    lines = [json.loads(line) for line in "".join(shapes.report(findings, "jsonl")).splitlines()]
    rows = list(csv.DictReader(io.StringIO("".join(shapes.report(findings, "csv")), newline="")))
    assert whole["conforms"] is False
    assert whole["counts"] == shapes.counts(findings)
    assert whole["findings"] == lines
    assert [{key: value or "" for key, value in line.items()} for line in lines] == rows
    assert [line["value"] for line in lines if line["shape"].endswith("Keyword-single")] == ['a;"b"\n']


def test_the_table_is_aligned(findings: list[Finding]) -> None:
    """One line a finding, whatever line ends its value has."""
    lines = "".join(shapes.report(findings, "table")).splitlines()
    assert len(lines) == len(findings) + 1
    assert {line.index(rest) for line, rest in zip(lines[:1], ["rule"], strict=True)} == {11}


def test_the_turtle_report_is_shacls_and_has_no_blank_node(findings: list[Finding]) -> None:
    """It reads back as a validation report of as many results, each with what SHACL asks for."""
    text = "".join(shapes.report(findings, "turtle"))
    quads = list(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE))
    assert not any(isinstance(n, pyoxigraph.BlankNode) for q in quads for n in (q.subject, q.object))
    for predicate in (SH.result, SH.focusNode, SH.resultSeverity, SH.sourceShape, SH.sourceConstraintComponent):
        assert sum(str(q.predicate) == predicate for q in quads) == len(findings)
    assert any(str(q.object) == literal('a;"b"\n') for q in quads)
    assert "sh:conforms true" in "".join(shapes.report([], "turtle"))


@pytest.mark.parametrize("form", shapes.REPORTS)
def test_reports_do_not_depend_on_the_order_of_findings(findings: list[Finding], form: str) -> None:
    shuffled = random.Random(3).sample(findings, len(findings))
    assert list(shapes.report(shuffled, form)) == list(shapes.report(findings, form))
