"""The mapping, record type by record type: what each becomes stands in ``tests/golden``, to be read in review.

After a change that is meant: ``python tests/test_triples.py`` writes the golden files anew; read the difference.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import iri, terms
from kg.exporters.turtle import HEADER
from kg.lexicon import Lexicon
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
    Concept,
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
    passages,
)
from kg.recognisers.dictionary import DictionaryRecogniser
from kg.store import GraphStore
from kg.triples import document

GOLDEN = Path(__file__).parent / "golden"
SOURCE = "<https://w3id.org/bmkg/source/sha256/00>"
AGENT = "<https://w3id.org/bmkg/agent/dictionary/0-0>"


def article(**facts: object) -> Article:
    return Article(record="record 1", reader="letter", doi="10.5555/fict", **facts)  # type: ignore[arg-type]


CASES: Mapping[str, tuple[Article, tuple[Mention, ...]]] = {
    "identifier": (
        Article(
            record="PMID 7",
            reader="pubmed",
            doi="10.5555/(sici)1<2:a;3>",
            pmid="7",
            pmcid="PMC8",
            pii="S-1",
            other_ids=(("mid", "NIHMS1"),),
        ),
        (),
    ),
    "title": (
        article(
            title=Text('A "fictional" title\\β', "en"),
            subtitle=Text("With a subtitle"),
            vernacular_title=Text("Ein Titel", "de"),
            translated_titles=(Text("Un título", "es"),),
            languages=("en", "mul"),
        ),
        (),
    ),
    "journal": (
        article(
            journal=Journal(
                "Fictional Journal", "Fict J", "Fict J", "9900-0105", "9900-0210", "9900-0105", "99", "Press"
            ),
            volume="5",
            issue="Suppl 1",
            first_page="101",
            last_page="12",
            elocation="e7",
            page_range="101-12, 14",
        ),
        (),
    ),
    "event": (
        article(
            events=(
                Event("received", Date(2020, 1, 2)),
                Event("revised", Date(2020, 2)),
                Event("accepted", Date(2020)),
                Event("issued", Date(2020, 11, printed="2020 Nov-Dec")),
                Event("available", Date(2020, 3, 4)),
                Event("retracted", None, "some day"),
                Event("corrected", Date(2021, 5, 6)),
            ),
            processing_time="61 Days and 2 Hours",
        ),
        (),
    ),
    "author": (
        article(
            authors=(
                Author(
                    "Ada Q Example Jr", "Ada Q", "Example", "Jr", "AQ", orcid="0000-0002-1825-0097", affiliations=(0, 1)
                ),
                Author("B Sample", None, "Sample", initials="B", note="Deceased."),
                Author("Fictional Group", is_group=True, affiliations=(1,)),
            ),
            editors=(Author("Ed Itor", "Ed", "Itor"),),
            investigators=(Author("In Vestigator", "In", "Vestigator"),),
            affiliations=(
                Affiliation("Dept, Univ, Town", "Dept", "Univ", "Town", "Region", "12345", "Germany", "DE"),
                Affiliation("Univ with ROR", None, "Univ", ror="https://ror.org/02mhbdp94"),
            ),
            equal_contributors=((0, 1),),
        ),
        (),
    ),
    "correspondence": (
        article(
            authors=(Author("Ada Example", "Ada", "Example"),),
            correspondence=(
                Correspondence(
                    "Ada Example",
                    0,
                    "PhD",
                    "Professor",
                    Affiliation("Street 1, Town", city="Town"),
                    ("ada@example.org",),
                    "Ada Example, PhD, Professor, Street 1, Town. ada@example.org",
                ),
                Correspondence("Some Body", None, emails=("some.body+x@example.org",)),
            ),
        ),
        (),
    ),
    "credit": (
        article(
            authors=(Author("Ada Example", "Ada", "Example"),),
            credits=(Credit(0, "software"), Credit(0, "formal-analysis", "lead")),
        ),
        (),
    ),
    "text": (
        article(
            title=Text("Insulin", "en"),
            abstract=Abstract((AbstractSection("First.", "AIM"), AbstractSection("Second.")), "en"),
            other_abstracts=(Abstract((AbstractSection("Kurz."),), "de", "plain-language", "Einfach"),),
            sections=(Section("1", "Introduction", "Words.\nMore."), Section("1.1", None, "Deeper.")),
            statements=(
                Statement("core-tip", "Core Tip", "A tip."),
                Statement("acknowledgements", None, "Thanks."),
                Statement("note-1", "Odd heading", "Kept."),
            ),
            conflict=ConflictOfInterest("None declared.", False),
            abbreviations=(("iPSC", "induced pluripotent stem cell"),),
        ),
        (),
    ),
    "heading": (
        article(
            publication_types=(PublicationType("Letter", "D016422"), PublicationType("Odd type")),
            headings=(
                MeshHeading("D003922", "Diabetes Mellitus, Type 1", False, (Qualifier("Q000628", "therapy", True),)),
                MeshHeading("D007328", "Insulin", True),
                MeshHeading(None, "Nameless"),
            ),
            chemicals=(Substance("D007328", "Insulin", "9004-10-8"),),
            supplementary=(Substance("C000001", "A protocol", kind="Protocol"),),
            accessions=(Accession("ClinicalTrials.gov", "NCT01234567"),),
        ),
        (),
    ),
    "grant": (
        article(
            grants=(
                Grant("F-1", "Fictional Fund", acronym="FF", country="Germany"),
                Grant("F-2", "Registered Fund", "https://doi.org/10.13039/501100000780"),
                Grant(text="Supported by nobody."),
            )
        ),
        (),
    ),
    "rights": (
        article(
            rights=Rights(
                "https://creativecommons.org/licenses/by/4.0/",
                "Open under CC BY.",
                "Open Access",
                True,
                "© 2020 A. Example",
                "A. Example",
                2020,
            )
        ),
        (),
    ),
    "reference": (
        article(
            references=(
                Reference("Someone. A paper. 1999.", "1", "10.5555/other", "11", "PMC12"),
                Reference("Only text.", None),
            ),
            related=(
                Related("RetractionIn", "isRetractedBy", "Fict J 2021", pmid="13"),
                Related("Odd link", None, "Kept"),
            ),
        ),
        (),
    ),
    "mention": (
        article(
            title=Text("Beta cells make insulin in type 1 diabetes", "en"),
            keywords=(Keyword("Insulin", "en"), Keyword("insuline", "fr", "auteur", True)),
        ),
        (
            Mention("title", 16, 23, "insulin", "MESH:D007328", 0.98, "dictionary", 'label "Insulin"'),
            Mention("title", 16, 23, "insulin", "CHEBI:5931", 0.5, "dictionary"),
            Mention("kw-1", 0, 7, "Insulin", "MESH:D007328", 1, "dictionary"),
        ),
    ),
    "claim": (
        article(
            title=Text("Ovarian and breast cancer follow c.32del of BRCA1"),
            sections=(Section("1", "On BRCA1", "Nothing."),),
            annotations=(
                Annotation(
                    "title", ((0, 7), (19, 25)), "ovarian cancer", "Disease", "D010051", ("MESH:D010051",), "Tagger"
                ),
                Annotation(
                    "title",
                    ((0, 25),),
                    "Ovarian and breast cancer",
                    "Disease",
                    "D010051|D001943",
                    ("MESH:D010051", "MESH:D001943"),
                    "Tagger",
                    "a1",
                ),
                Annotation("title", ((33, 40),), "c.32del", "SequenceVariant", "c|DEL|32|", (), "Tagger"),
                Annotation(
                    "title",
                    ((44, 49),),
                    "BRCA1",
                    "Gene",
                    "672",
                    ("NCBIGene:672",),
                    "Tagger",
                    None,
                    (("type", "Gene"), ("NCBI Gene", "672"), ("name", "BRCA1"), ("score", 0.75)),
                ),
                Annotation("title", ((44, 49),), "BRCA1", "Gene", "672", ("NCBIGene:672",), "Other Tagger"),
                Annotation("sec-1-heading", ((3, 8),), "BRCA1", "Gene", None, (), "Tagger"),
            ),
            claims=(
                Claim(
                    "Positive_Correlation",
                    (Argument("c|DEL|32|"), Argument("D010051", ("MESH:D010051",))),
                    "Tagger",
                    "Novel",
                    "R1",
                ),
                Claim(
                    "Odd relation",
                    (Argument("672", ("NCBIGene:672",), "Gene"), Argument("D001943", ("MESH:D001943",))),
                    "Other Tagger",
                    None,
                    None,
                    (("negated", "true"), ("score", "0.5")),
                ),
            ),
        ),
        (),
    ),
}
"""record type → an article that has nothing else"""


def lines(name: str) -> str:
    record, found = CASES[name]
    mapped = document(record, found, source=SOURCE, agents={"dictionary": AGENT})
    return "".join(sorted(mapped.nquads()))


@pytest.mark.parametrize("name", CASES)
def test_the_mapping_is_the_golden_one(name: str) -> None:
    """A record type becomes exactly these statements in these graphs."""
    path = GOLDEN / f"{name}.nq"
    golden = path.read_text(encoding="utf-8") if path.exists() else ""
    found = lines(name)
    if found != golden:
        diff = difflib.unified_diff(golden.splitlines(), found.splitlines(), "golden", "now", lineterm="", n=0)
        pytest.fail("\n".join([*diff, "", "If this is meant: python tests/test_triples.py, and read the difference."]))


def test_no_golden_file_is_forgotten() -> None:
    """Each golden file belongs to a case."""
    assert {path.stem for path in GOLDEN.glob("*.nq")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_documents_describe_only_themselves(name: str) -> None:
    """Subjects of a document's graph are the article and its parts; there are no blank nodes anywhere."""
    record, found = CASES[name]
    mapped = document(record, found, source=SOURCE, agents={"dictionary": AGENT})
    node = f"<https://w3id.org/bmkg/article/{mapped.keys[0]}"
    assert all(subject == f"{node}>" or subject.startswith(f"{node}#") for subject, _, _ in mapped.own)
    everything = [*mapped.own, *mapped.shared, *mapped.vocabulary, *mapped.aliases]
    assert not [term for triple in everything for term in triple if term.startswith("_:")]
    GraphStore.in_memory(mapped.nquads())


CONCEPTS = Lexicon.build(
    [
        Concept("MESH:D007328", "Insulin", ("insuline",), "Protein"),
        Concept("MESH:D050417", "Insulin-Secreting Cells", ("beta cells", "β cells", "islet β cell"), "Cell"),
        Concept("MESH:D003922", "Diabetes Mellitus, Type 1", ("type 1 diabetes", "T1D"), "Disease"),
    ]
)
WORDS = st.sampled_from(
    [
        "insulin",
        "Insulin",
        "β cells",
        "beta  cells",
        "type 1 diabetes (T1D)",
        "T1D",
        "𝛽",
        "é",
        "e\u0301",
        "İ",
        "ß",
        "ﬁ",
        " ",
        "\n",
        ".",
        "-",
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=15).map(" ".join))
def test_a_mention_is_the_text_at_its_offsets(text: str) -> None:
    """``passage.text[start:end] == mention.text``, whatever the text; so it is in the graph, after all escaping."""
    record = article(title=Text(text, "en"), statements=(Statement("core-tip", None, text),))
    recogniser = DictionaryRecogniser(CONCEPTS)
    found = list(recogniser.annotate(passages(record)))
    contents = {passage.name: passage.text for passage in passages(record)}
    for mention in found:
        assert contents[mention.passage][mention.start : mention.end] == mention.text
    mapped = document(record, found, source=SOURCE, agents={mention.agent: AGENT for mention in found})
    quotes = {terms.value(o) for _, p, o in mapped.own if p == "<http://www.w3.org/ns/oa#exact>"}
    assert quotes == {mention.text for mention in found}


WORKED_EXAMPLE = """
A a fabio:JournalArticle , fabio:Letter , schema:ScholarlyArticle ; dcterms:type mesh:D016422 ;
  dcterms:language <http://id.loc.gov/vocabulary/iso639-1/en> ; prism:doi "10.4252/wjsc.v17.i7.106856" ;
  owl:sameAs <https://doi.org/10.4252/wjsc.v17.i7.106856> ; fabio:hasElectronicArticleIdentifier "106856" ;
  fabio:hasPublicationYear "2025"^^xsd:gYear ; kgv:sortDate "2025-07-26"^^xsd:date ;
  prism:publicationDate "2025-07-26"^^xsd:date ;
  dcterms:isPartOf <https://w3id.org/bmkg/journal/name/world-j-stem-cells/17/7> ;
  dcterms:bibliographicCitation "Kumar D, Tanwar R, Gupta V. World J Stem Cells 2025;17(7):106856" ;
  pro:isDocumentContextFor A#author-1 , A#author-2 , A#author-3 ; frbr:part A#title ;
  schema:mentions mesh:D033581 , mesh:D007328 , mesh:D003922 ;
  dcterms:creator A#person-1 , A#person-2 , A#person-3 .
<https://w3id.org/bmkg/journal/name/world-j-stem-cells> a fabio:Journal ; fabio:hasShortTitle "World J Stem Cells" .
<https://w3id.org/bmkg/journal/name/world-j-stem-cells/17> a fabio:JournalVolume ; prism:volume "17" ;
  fabio:hasSequenceIdentifier "17" ; frbr:partOf <https://w3id.org/bmkg/journal/name/world-j-stem-cells> .
<https://w3id.org/bmkg/journal/name/world-j-stem-cells/17/7> a fabio:JournalIssue ; prism:issueIdentifier "7" ;
  frbr:partOf <https://w3id.org/bmkg/journal/name/world-j-stem-cells/17> .
A#author-1 a pro:RoleInTime ; pro:withRole pro:author ; schema:position 1 ; rdfs:label "Dinesh Kumar" ;
  pro:isHeldBy A#person-1 ; pro:relatesToDocument A ; pro:relatesToOrganization A#aff-1 .
A#person-1 a foaf:Person ; foaf:name "Dinesh Kumar" ; foaf:givenName "Dinesh" ; foaf:familyName "Kumar" .
A#aff-1 a org:OrganizationalUnit , foaf:Organization ; foaf:name "School of Pharmacy" ; vcard:hasAddress A#aff-1-address .
A#m-title-62-77-MESH_D003922 a oa:Annotation ; oa:motivatedBy oa:identifying ; oa:hasBody mesh:D003922 ;
  oa:hasTarget A#m-title-62-77 .
A#m-title-62-77 a oa:SpecificResource ; oa:hasSource A#title ;
  oa:hasSelector A#m-title-62-77-pos , A#m-title-62-77-quote .
A#m-title-62-77-pos a oa:TextPositionSelector ; oa:start 62 ; oa:end 77 .
A#m-title-62-77-quote a oa:TextQuoteSelector ; oa:exact "type 1 diabetes" .
mesh:D003922 a skos:Concept , meshv:TopicalDescriptor ; rdfs:label "Diabetes Mellitus, Type 1"@en ;
  biolink:category biolink:Disease ; skos:inScheme <http://id.nlm.nih.gov/mesh> .
"""
"""the worked example of the model, cut to its kinds of statement; A is the article"""


def test_the_real_letter_says_what_the_model_shows(real_letters: Path) -> None:
    """The worked example of the model is part of the graph of the letter that it is about."""
    own = "https://w3id.org/bmkg/article/doi/10.4252/wjsc.v17.i7.106856"
    example = re.sub(r"(?<![\w:])A(#[A-Za-z0-9_-]+)?(?= )", rf"<{own}\1>", WORKED_EXAMPLE)
    store = GraphStore.open(real_letters / "store")
    found = {line.rsplit(" <", 1)[0] for name in iri.canonical_graphs(store.graphs()) for line in store.quads(name)}
    assert {
        str(quad.triple) for quad in pyoxigraph.parse(HEADER + example.encode(), pyoxigraph.RdfFormat.TURTLE)
    } <= found


if __name__ == "__main__":
    for case in CASES:
        (GOLDEN / f"{case}.nq").write_text(lines(case), encoding="utf-8", newline="\n")
