"""One article from several records: what wins, what the others say, and that neither order nor repetition counts."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kg import iri, shapes, terms
from kg.extract import Extractor
from kg.linkers.merging import PRECEDENCE, merge, merged, said
from kg.model import (
    Abstract,
    AbstractSection,
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
    Passage,
    PublicationType,
    Reference,
    Related,
    Rights,
    Section,
    Statement,
    Text,
)
from kg.readers import READERS
from kg.shards import Block
from kg.terms import Triple, literal
from kg.vocab import (
    BIOLINK,
    C4O,
    DCTERMS,
    FABIO,
    FOAF,
    FRBR,
    KGV,
    OA,
    OWL,
    PRISM,
    PRO,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SCORO,
    VCARD,
)

BASE = iri.BASE
KEYS = ("doi/10.5555/fict.1", "pmid/7", "pmcid/PMC8")
A = iri.article(BASE, KEYS[0])


class OneWord:
    """A recogniser that knows insulin."""

    agent = "insulin"
    settings_digest = "0" * 64

    def annotate(self, passages: list[Passage], subjects: frozenset[str]) -> list[Mention]:
        return [
            Mention(p.name, at, at + 7, "insulin", "MESH:D007328", 1, self.agent)
            for p in passages
            if (at := p.text.find("insulin")) >= 0
        ]


EXTRACTOR = Extractor("1", BASE, OneWord())

# A fictional paper, as three sources tell of it.
JATS = Article(
    record="doi 10.5555/fict.1", reader="jats", line=1, doi="10.5555/fict.1", pmcid="PMC8",
    title=Text("Tubes that make insulin", "en"),
    journal=Journal("Journal of Test Tubes", eissn="2434-561X"), volume="3", elocation="e7",
    events=(Event("received", Date(2025, 1, 1)), Event("available", Date(2025, 3, 2))),
    authors=(Author("Ada Proband", "Ada", "Proband", affiliations=(0,)), Author("Ben Clear", "Ben", "Clear")),
    affiliations=(Affiliation("Tube University, Delhi", institution="Tube University"),),
    correspondence=(Correspondence("Ada Proband", 0, emails=("ada@tubes.example",)),),
    credits=(Credit(1, "software"),),
    abstract=Abstract((AbstractSection("We made insulin."),), "en"),
    keywords=(Keyword("insulin", "en"), Keyword("tubes", "en")),
    sections=(Section("1", "Methods", "We used tubes."),),
    statements=(Statement("acknowledgements", "Thanks", "We thank."),),
    rights=Rights("https://creativecommons.org/licenses/by/4.0/"),
    references=(Reference("Proband A. Tubes. 2001.", "1"),),
    related=(Related("commentary", "repliesTo", doi="10.5555/fict.0"),),
)  # fmt: skip
PUBMED = Article(
    record="PMID 7", reader="pubmed", line=5, doi="10.5555/fict.1", pmid="7",
    title=Text("Tubes that make insulin.", "en"),
    journal=Journal("Journal of test tubes", nlm_abbreviation="J Test Tubes", issn="1948-0210"), volume="3",
    first_page="12", publication_types=(PublicationType("Letter", "D016422"),),
    events=(Event("issued", Date(2025, 7)), Event("available", Date(2025, 3, 2))),
    authors=(
        Author("A Proband", "A", "Proband", orcid="0000-0002-1825-0097", affiliations=(0,)),
        Author("B Clear", "B", "Clear", orcid="0000-0001-5109-3700", affiliations=(1,)),
    ),
    investigators=(Author("Ivo Inspector", "Ivo", "Inspector", affiliations=(1,)),),
    affiliations=(Affiliation("Tube University, Delhi"), Affiliation("Glass Institute")),
    abstract=Abstract((AbstractSection("We made much insulin."),), "en"),
    keywords=(Keyword("insulin", "en"),),
    headings=(MeshHeading("D007328", "Insulin"),),
    grants=(Grant("T-1", "Tube Fund"),),
    related=(
        Related("CommentOn", "repliesTo", doi="10.5555/fict.0"), Related("RetractionIn", "isRetractedBy", pmid="9"),
    ),
)  # fmt: skip
LETTER = Article(
    record="record 1", reader="letter", line=1, doi="10.5555/fict.1", title=Text("Tubes that need insulin", "en"),
    events=(Event("issued", Date(2024)),),
    authors=(Author("Ben Clear", "Ben", "Clear"),), conflict=ConflictOfInterest("None.", False),
)  # fmt: skip

Described = dict[str, dict[str, set[str]]]
"""subject → property → objects"""


def source(number: int) -> str:
    return iri.source(BASE, f"{number:064x}")


def block(article: Article, number: int | None = None) -> Block:
    record = EXTRACTOR.record(article, source(PRECEDENCE.index(article.reader) if number is None else number))
    return record.block()


def triples(block: Block) -> Iterable[Triple]:
    return (terms.split(line)[:3] for line in block.lines())


def of(*articles: Article, keys: tuple[str, ...] = KEYS) -> Described:
    """The merged document with all that it describes."""
    found: Described = {}
    for subject, predicate, term in triples(merge([block(a) for a in articles], BASE, keys)):
        found.setdefault(subject, {}).setdefault(predicate, set()).add(term)
    return found


def part(name: str) -> str:
    return iri.part(A, name)


def alternatives(document: Described) -> set[tuple[str, str, str, bool]]:
    """Part, property, value, and whether it is a disagreement."""
    return {
        (
            min(facts[RDF.subject])[1:-1].partition("#")[2],
            min(facts[RDF.predicate]),
            terms.value(min(facts[RDF.object])),
            KGV.Disagreement in facts[RDF.type],
        )
        for node, facts in document.items()
        if "#alt-" in node
    }


def test_each_field_is_of_the_better_source() -> None:
    """The publisher's title and abstract, PubMed's headings; where only one says something, that."""
    article = of(LETTER, PUBMED, JATS)[A]
    assert article[DCTERMS.title] == {literal("Tubes that make insulin", "en")}
    assert article[DCTERMS.abstract] == {literal("We made insulin.", "en")}
    assert article[DCTERMS.subject] == {iri.mesh("D007328")}
    assert article[FABIO.hasElectronicArticleIdentifier] == {literal("e7")}
    assert PRISM.startingPage not in article
    assert article[KGV.conflictOfInterest] == {part("coi")}


def test_identifiers_are_united_and_lead_to_one_article() -> None:
    """DOI and PMCID of the publisher, PMID of PubMed; the other keys are aliases."""
    document = of(PUBMED, JATS)
    assert document[A][FABIO.hasPubMedId] == {'"7"'}
    assert document[A][FABIO.hasPubMedCentralId] == {'"PMC8"'}
    assert document[A][OWL.sameAs] == {iri.doi_page("10.5555/fict.1"), iri.pubmed_rdf("7")}
    for key in KEYS[1:]:
        assert document[iri.article(BASE, key)] == {OWL.sameAs: {A}}
    assert len(document[A][PROV.wasDerivedFrom]) == 2


def test_the_year_is_that_of_the_date_that_is_kept() -> None:
    """The publisher knows only the day online; PubMed's date of the issue wins, and with it its year and its day."""
    article = of(JATS, PUBMED, LETTER)[A]
    assert article[DCTERMS.issued] == {terms.date("2025-07")}
    assert article[DCTERMS.available] == {terms.date("2025-03-02")}
    assert article[KGV.sortDate] == {terms.date("2025-07-01")}
    assert article[FABIO.hasPublicationYear] == {terms.date("2025")}


def test_an_orcid_lands_on_its_author() -> None:
    """PubMed knows the iDs; they belong to the people of the publisher's list, by name, also in another order."""
    for pubmed in (PUBMED, replace(PUBMED, authors=PUBMED.authors[::-1])):
        document = of(JATS, pubmed)
        assert document[part("person-1")][SCORO.hasORCID] == {'"0000-0002-1825-0097"'}
        assert document[part("person-2")][SCORO.hasORCID] == {'"0000-0001-5109-3700"'}
        assert document[part("person-2")][FOAF.name] == {literal("Ben Clear")}


def test_nothing_is_given_to_an_author_of_another_name() -> None:
    """What refers to somebody who is not in the list that is kept is left out."""
    stranger = replace(PUBMED, authors=(PUBMED.authors[0], replace(PUBMED.authors[1], family="Other")))
    document = of(JATS, stranger)
    assert SCORO.hasORCID in document[part("person-1")]
    assert SCORO.hasORCID not in document[part("person-2")]


def test_units_come_from_the_source_that_has_them() -> None:
    """Affiliations of the publisher; a unit that only an investigator of PubMed has is added under a new number."""
    document = of(JATS, PUBMED)
    assert document[part("author-1")][PRO.relatesToOrganization] == {part("aff-1")}
    assert document[part("investigator-1")][PRO.relatesToOrganization] == {part("aff-2")}
    assert document[part("aff-2")][RDFS.label] == {literal("Glass Institute")}
    assert PRO.relatesToOrganization not in document[part("author-2")]
    nowhere = replace(JATS, affiliations=(), authors=tuple(replace(a, affiliations=()) for a in JATS.authors))
    document = of(nowhere, PUBMED)
    assert document[part("author-2")][PRO.relatesToOrganization] == {part("aff-2")}
    assert document[part("author-2")][RDFS.label] == {literal("Ben Clear")}


def test_correspondence_stays_with_its_person() -> None:
    """A role that names an author by place names the same person in the other list."""
    letters = replace(PUBMED, correspondence=(Correspondence("B Clear", 1, emails=("ben@tubes.example",)),))
    document = of(replace(JATS, correspondence=(), authors=JATS.authors[::-1], credits=()), letters)
    assert document[part("corresponding-1")][PRO.isHeldBy] == {part("person-1")}
    assert document[part("person-1")][FOAF.name] == {literal("Ben Clear")}
    assert document[part("corresponding-1")][VCARD.hasEmail] == {"<mailto:ben@tubes.example>"}


def test_notices_are_united() -> None:
    """A retraction that only PubMed knows is there beside the publisher's notices; what both know stands once."""
    document = of(JATS, PUBMED)
    notices = {node: facts for node, facts in document.items() if "#related-" in node}
    assert {terms.value(min(n[RDFS.label])) for n in notices.values()} == {"CommentOn", "RetractionIn"}
    assert set(notices) == {part("related-1"), part("related-2")} <= document[A][FRBR.part]
    (only,) = {n for n in of(PUBMED, replace(JATS, related=(Related("x", "updates", pmid="3"),))) if "#related-3" in n}
    assert only == part("related-3")


def test_a_text_keeps_its_annotations_and_no_others() -> None:
    """Annotations go with the text that they quote; what the article mentions is what they say."""
    document = of(JATS, PUBMED)
    found = {node for node, facts in document.items() if OA.Annotation in facts.get(RDF.type, ())}
    assert {node.partition("#m-")[2].partition("-MESH")[0] for node in found} == {
        "title-16-23",
        "abstract-8-15",
        "kw-1-0-7",
    }
    assert document[A][SCHEMA.mentions] == {iri.mesh("D007328")}
    silent = of(replace(JATS, title=Text("Tubes"), abstract=None, keywords=(Keyword("tubes"),)), LETTER)
    assert SCHEMA.mentions not in silent[A]


def test_what_others_marked_and_stated_is_kept_where_its_text_is() -> None:
    """A claim of others stands, with the text that it was read from where that is not the article's."""
    insulin, tubes = Argument("D007328", ("MESH:D007328",)), Argument("tubes")
    marked = Article(
        record="PMID 7", reader="pubtator", pmid="7", title=Text("Tubes that make insulin."),
        abstract=Abstract((AbstractSection("Other words on insulin and tubes."),)),
        annotations=(
            Annotation("title", ((16, 23),), "insulin", "Chemical", "D007328", ("MESH:D007328",), "Tagger"),
            Annotation("title", ((0, 5), (16, 23)), "Tubes insulin", "Thing", "-", (), "Tagger"),
            Annotation("abstract", ((15, 22),), "insulin", "Chemical", "D007328", ("MESH:D007328",), "Tagger"),
            Annotation("abstract", ((27, 32),), "tubes", "Thing", "tubes", (), "Tagger"),
        ),
        claims=(Claim("Association", (insulin, tubes), "Tagger"),),
    )  # fmt: skip
    document = of(PUBMED, marked)
    stated = {s.rpartition("#")[2][:-1] for s, facts in document.items() if KGV.typeAsPrinted in facts}
    assert {name.partition("-MESH")[0].partition("-entity")[0] for name in stated} == {
        "m-title-16-23", "m-title-0-23-pieces-0-5.16-23", "m-abstract-in-pubtator-15-22", "m-abstract-in-pubtator-27-32",
    }  # fmt: skip
    [claim] = [facts for facts in document.values() if KGV.Claim in facts.get(RDF.type, ())]
    assert claim[RDF.subject] == {iri.concept("MESH:D007328")}
    assert claim[KGV.evidence] == {part("m-abstract-in-pubtator-15-22"), part("m-abstract-in-pubtator-27-32")}
    assert BIOLINK.supporting_text in claim


def test_what_others_marked_is_kept_where_their_text_is_not() -> None:
    """Annotations by others keep their own text beside the publisher's; in a text that both have they stand in it."""
    words = "We made insulin, we did."
    marks = tuple(
        Annotation(name, ((at, at + 7),), "insulin", "Chemical", "MESH:D007328", ("MESH:D007328",), "PubTator")
        for name, at in (("title", 16), ("abstract", 8))
    )
    theirs = Article(
        record="7",
        reader="bioc",
        pmid="7",
        title=JATS.title,
        abstract=Abstract((AbstractSection(words),)),
        annotations=marks,
    )
    document = of(JATS, theirs)
    found = {
        node.partition("#m-")[2][:-1]: document[min(document[min(facts[OA.hasTarget])][OA.hasSource])]
        for node, facts in document.items()
        if facts.get(PROV.wasAttributedTo) == {iri.other_agent(BASE, "PubTator")}
    }
    assert set(found) == {"title-16-23-MESH_D007328-pubtator", "abstract-in-bioc-8-15-MESH_D007328-pubtator"}
    assert {terms.value(min(passage[C4O.hasContent])) for passage in found.values()} == {
        words,
        "Tubes that make insulin",
    }
    assert document[part("abstract-in-bioc")][PROV.wasDerivedFrom] == {source(PRECEDENCE.index("bioc"))}
    ours = [
        node for node, facts in document.items() if OA.Annotation in facts.get(RDF.type, ()) and "pubtator" not in node
    ]
    assert len(ours) == 3
    assert not any("abstract-in" in node for node in ours)


def test_what_the_others_say_is_kept_with_its_source() -> None:
    """Every differing value is a statement of its source; contradictions are marked, other wordings are not."""
    document = of(JATS, PUBMED, LETTER)
    assert alternatives(document) == {
        ("", DCTERMS.title, "Tubes that make insulin.", False),
        ("", DCTERMS.title, "Tubes that need insulin", True),
        ("", FABIO.hasPublicationYear, "2024", True),
        ("", DCTERMS.issued, "2024", False),
        ("", DCTERMS.abstract, "We made much insulin.", False),
        ("", DCTERMS.isPartOf, terms.value(iri.journal(BASE, "issn/1948-0210", "3")), False),
        ("", PRISM.startingPage, "12", False),
        ("", DCTERMS.creator, "Ben Clear", True),
        ("author-1", RDFS.label, "A Proband", False),
        ("author-2", RDFS.label, "B Clear", False),
    }
    (node,) = (
        n for n, facts in document.items() if literal("Tubes that need insulin", "en") in facts.get(RDF.object, ())
    )
    assert node.startswith(f"{A[:-1]}#alt-title-")
    assert document[node][PROV.wasDerivedFrom] == {source(PRECEDENCE.index("letter"))}


def test_two_dois_of_one_article_are_a_disagreement() -> None:
    """Both lead to it, the better source's is its DOI, the other is told."""
    keys = ("doi/10.5555/fict.1", "doi/10.5555/typo", "pmid/7")
    document = of(JATS, replace(PUBMED, doi="10.5555/typo"), keys=keys)
    assert document[A][PRISM.doi] == {literal("10.5555/fict.1")}
    assert ("", PRISM.doi, "10.5555/typo", True) in alternatives(document)
    assert document[iri.article(BASE, "doi/10.5555/typo")] == {OWL.sameAs: {A}}


def test_a_doi_of_another_article_is_not_its_own() -> None:
    """An article that lost its DOI still says it, but is not the same as what it resolves to."""
    document = of(PUBMED, keys=("pmid/7",))
    article = document[iri.article(BASE, "pmid/7")]
    assert article[PRISM.doi] == {literal("10.5555/fict.1")}
    assert article[OWL.sameAs] == {iri.pubmed_rdf("7")}
    assert not any("10.5555" in node for node in document)


def test_what_nothing_leads_to_is_described_no_more() -> None:
    """A funder of a grant that is there already is not described; a journal to which an alternative leads is."""
    document = of(replace(PUBMED, reader="crossref", grants=(Grant("T-1", "Fund of Tubes"),)), PUBMED)
    assert iri.organisation_named(BASE, "Tube Fund", None) in document
    assert iri.organisation_named(BASE, "Fund of Tubes", None) not in document
    assert iri.journal(BASE, "issn/1948-0210") in of(JATS, PUBMED)


def test_a_merged_document_gives_no_violation() -> None:
    """The shapes find in it what the sources disagree in, and nothing that is wrong."""
    everything = list(triples(merge([block(a) for a in (JATS, PUBMED, LETTER)], BASE, KEYS)))
    own = [t for t in everything if t[0].startswith(A[:-1])]
    rest = [t for t in everything if not t[0].startswith(A[:-1])]
    found = shapes.validate_documents(
        shapes.load(),
        [("<g>", own)],
        lambda nodes: [t for t in rest if t[0] in nodes],
        today=datetime.date(2026, 1, 1),
    )
    assert {(f.severity, f.value) for f in found} == {
        ("warning", literal("Tubes that need insulin", "en")),
        ("warning", literal("Ben Clear")),
        ("warning", terms.date("2024")),
    }


def test_every_reader_has_its_place() -> None:
    """The order of trust names every format that is read, and none twice."""
    assert set(READERS) <= set(PRECEDENCE)
    assert len(set(PRECEDENCE)) == len(PRECEDENCE)


# --- laws -----------------------------------------------------------------------------------------------------------

_few = st.sampled_from
_ORCIDS = _few([None, "0000-0002-1825-0097"])


@st.composite
def records(draw: st.DrawFn) -> Block:
    """A record of one article, as some source may tell of it."""
    units = draw(st.lists(_few(["Tube University", "Glass Institute"]), max_size=2, unique=True))
    authors = tuple(
        Author(name, *name.split(), orcid=draw(_ORCIDS), affiliations=tuple(range(draw(st.integers(0, len(units))))))
        for name in draw(st.lists(_few(["Ada Proband", "Ben Clear", "Cy Other"]), max_size=3))
    )
    title = draw(_few([None, "Tubes of insulin", "Tubes of insulin.", "Other tubes"]))
    holder = draw(st.none() | st.integers(0, len(authors) - 1)) if authors else None
    article = Article(
        record="1",
        reader=draw(_few(["jats", "pubmed", "crossref", "letter"])),
        doi=draw(_few(["10.5555/fict.1", "10.5555/fict.2"])),
        pmid=draw(_few([None, "7"])),
        title=Text(title, draw(_few([None, "en"]))) if title else None,
        journal=Journal(draw(_few(["Tubes", "Glass"]))) if draw(st.booleans()) else None,
        events=tuple(
            Event(kind, Date(draw(_few([2024, 2025]))))
            for kind in draw(st.lists(_few(["issued", "available"]), max_size=2))
        ),
        authors=authors,
        investigators=tuple(
            Author("Ivo Inspector", affiliations=(n,)) for n in range(draw(st.integers(0, len(units))))
        ),
        affiliations=tuple(Affiliation(unit) for unit in units),
        correspondence=(Correspondence("x", holder),) if holder is not None else (),
        keywords=tuple(Keyword(word) for word in draw(st.lists(_few(["insulin", "tubes"]), max_size=2))),
        grants=tuple(Grant(number) for number in draw(st.lists(_few(["T-1", "T-2"]), max_size=2))),
        related=tuple(Related("RetractionIn", "isRetractedBy", pmid=n) for n in draw(st.lists(_few("89"), max_size=2))),
        headings=(MeshHeading("D007328", "Insulin"),) if draw(st.booleans()) else (),
    )
    return block(article, draw(st.integers(1, 3)))


_several = st.lists(records(), min_size=1, max_size=4)


@settings(max_examples=40)
@given(_several, st.randoms(use_true_random=False))
def test_merging_knows_no_order_and_no_repetition(blocks: list[Block], rng: random.Random) -> None:
    """Commutative and idempotent: the same records in any order, and any of them again, give the same document."""
    again = [*blocks, *rng.choices(blocks, k=rng.randrange(3))]
    assert merge(rng.sample(again, len(again)), BASE, KEYS).lines() == merge(blocks, BASE, KEYS).lines()


@settings(max_examples=40)
@given(records(), records(), records())
def test_merging_is_associative(a: Block, b: Block, c: Block) -> None:
    """What is united in two steps is what is united in one."""
    x, y, z = (said(one, BASE, KEYS[0]) for one in (a, b, c))
    assert (x | y) | z == x | (y | z)
    assert x | x == x
    assert merged((x | y) | z) == merged(x | (y | z)) == merged(z | (y | x))


@settings(max_examples=40)
@given(_several)
def test_a_merged_document_is_whole(blocks: list[Block]) -> None:
    """Whatever is merged: what it names of itself is there, it has one title and one list of authors, and it names every
    source."""
    own = {t for t in triples(merge(blocks, BASE, KEYS)) if t[0].startswith(A[:-1])}
    subjects = {s for s, _, _ in own}
    assert {o for s, _, o in own if o.startswith(f"{A[:-1]}#") and "#alt-" not in s} <= subjects
    for predicate in (DCTERMS.title, PRISM.doi):
        assert sum(s == A and p == predicate for s, p, _ in own) <= 1
    for predicate in (SCHEMA.position, RDFS.label, SCORO.hasORCID):
        of_people = [s for s, p, _ in own if p == predicate and ("#author-" in s or "#person-" in s)]
        assert len(of_people) == len(set(of_people))
    stated = {o for one in blocks for s, p, o in triples(one) if p == PROV.wasDerivedFrom}
    assert {o for s, p, o in own if s == A and p == PROV.wasDerivedFrom} == stated


@settings(max_examples=40)
@given(_several)
def test_no_title_no_doi_and_no_keyword_is_lost(blocks: list[Block]) -> None:
    """What any source says of the article is kept, or an alternative."""
    document = list(triples(merge(blocks, BASE, KEYS)))
    values = {terms.value(o) for s, p, o in document if s == A or ("#alt-" in s and p == RDF.object)}
    for one in blocks:
        for _, predicate, term in triples(one):
            if predicate in (DCTERMS.title, PRISM.doi, PRISM.keyword, DCTERMS.issued) and term.startswith('"'):
                assert terms.value(term) in values | {"Tubes", "Glass"}  # the journals' titles
