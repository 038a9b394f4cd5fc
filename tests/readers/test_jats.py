"""The JATS reader: what each part of the format becomes. People, papers and places are fictional."""

# ruff: noqa: E501 (a document that stands on one line reads better than one that is cut at the margin)
from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import (
    Abstract,
    AbstractSection,
    Article,
    Author,
    ConflictOfInterest,
    Correspondence,
    Credit,
    Date,
    Event,
    Grant,
    Keyword,
    PublicationType,
    Reference,
    Rejected,
    Related,
    Rights,
    Section,
    Statement,
    Text,
    Warned,
)
from kg.readers import jats

HERE = Path(__file__).parent
FOLDER = HERE.parent / "data" / "jats"
EXAMPLE = HERE.parent.parent / "examples" / "article.jats.xml"


def document(
    meta: str = "", body: str = "", back: str = "", attributes: str = "", rest: str = "", journal: str = ""
) -> bytes:
    return (
        f'<article xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}><front><journal-meta>{journal}</journal-meta>'
        '<article-meta><article-id pub-id-type="doi">10.5555/1</article-id>'
        f"{meta}</article-meta></front><body>{body}</body><back>{back}</back>{rest}</article>"
    ).encode()


def items(data: bytes) -> list[object]:
    return list(jats.read(io.BytesIO(data)))


def one(*args: str, **parts: str) -> Article:
    (article,) = items(document(*args, **parts))
    assert isinstance(article, Article)
    return article


def people(contribs: str, rest: str = "", group: str = "") -> Article:
    return one(f"<contrib-group {group}>{contribs}</contrib-group>{rest}")


def person(name: str, inside: str = "", attributes: str = "") -> str:
    given, _, family = name.rpartition(" ")
    named = f"<name><surname>{family}</surname><given-names>{given}</given-names></name>"
    return f'<contrib contrib-type="author" {attributes}>{named}{inside}</contrib>'


# --- the example of the project


@pytest.fixture(scope="module")
def example() -> Article:
    (article,) = items(EXAMPLE.read_bytes())  # no warning
    assert isinstance(article, Article)
    return article


def test_the_example_says_who_wrote_it(example):
    """Names in order with ORCID, places, roles, equal contribution, correspondence, consortium and editor."""
    assert [(a.name, a.orcid, a.affiliations) for a in example.authors] == [
        ("Ada Q. Sample", "0000-0009-9000-0018", (0,)),
        ("Jörg Muster Jr", "0000-0009-9000-0026", (0, 1)),
        ("Lucía Ejemplo", "0000-0009-9000-0034", (1,)),
        ("Fictional Islet Consortium", None, (2,)),
    ]
    assert example.authors[1].suffix == "Jr"
    assert example.authors[2].note == "Present address: Nowhere Institute, Lisbon, Portugal"
    assert example.authors[3].is_group
    assert [a.text for a in example.affiliations] == [
        "Department of Imaginary Medicine, University of Exampleton, Exampleton 12345, Germany",
        "Section of Hypothetical Endocrinology, Hospital Ficticio, Madrid, Spain",
        "Institute for Invented Islets, Toronto, Ontario, Canada",
    ]
    first = example.affiliations[0]
    assert (first.ror, first.institution, first.city, first.postcode, first.country_code) == (
        "https://ror.org/0preten76", "University of Exampleton", "Exampleton", "12345", "DE",
    )  # fmt: skip
    assert example.affiliations[1].department == "Section of Hypothetical Endocrinology"
    assert example.equal_contributors == ((0, 1),)
    assert example.credits[:2] == (Credit(0, "conceptualization", "lead"), Credit(0, "writing-original-draft"))
    assert example.credits[-1] == Credit(2, "funding-acquisition")
    assert [(c.name, c.author, c.emails) for c in example.correspondence] == [
        ("Lucía Ejemplo", 2, ("lucia.ejemplo@example.org",))
    ]
    assert [a.name for a in example.editors] == ["Ewa Redactor"]
    assert [a.name for a in example.investigators] == ["Nia Placeholder"]


def test_the_example_says_what_it_is(example):
    """Identifiers, titles, types, journal, dates, rights and money."""
    assert (example.record, example.doi, example.pmid) == ("PMC9999999042", "10.5555/fjrm.2024.0042", "999999042")
    assert example.title.text.endswith("mouse model of type 1 diabetes")
    assert example.subtitle == Text("A fictional study", "en")
    assert example.translated_titles[0].lang == "es"
    assert PublicationType("Original Article", "D016428") in example.publication_types
    assert (example.journal.eissn, example.volume, example.issue, example.elocation) == ("9990-0017", "3", "2", "e42")
    assert {(e.kind, e.date) for e in example.events} == {
        ("received", Date(2024, 1, 5)),
        ("revised", Date(2024, 4, 2)),
        ("accepted", Date(2024, 5, 20)),
        ("available", Date(2024, 6, 18)),
        ("issued", Date(2024, 7)),
    }
    assert example.rights.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert (example.rights.is_free, example.rights.year) == (True, 2024)
    assert [(g.number, g.funder_id) for g in example.grants] == [
        ("FSF-2021-0007", "https://doi.org/10.13039/999999999999"),
        ("FSF-2022-0031", "https://doi.org/10.13039/999999999999"),
    ]
    assert example.related[0].relation == "hasReplyFrom"


def test_the_example_says_what_it_found(example):
    """Abstracts, keywords, sections with formulas and tables, statements, references, abbreviations."""
    assert [s.label for s in example.abstract.sections] == ["Background", "Methods", "Results", "Conclusions"]
    assert "(n = 24)" in example.abstract.text
    assert [(a.kind, a.lang) for a in example.other_abstracts] == [("plain-language-summary", "en"), (None, "es")]
    assert Keyword("Diabetes tipo 1", "es") in example.keywords
    assert [(s.number, s.heading) for s in example.sections] == [
        ("1", "Introduction"),
        ("2", "Methods"),
        ("2.1", "Differentiation"),
        ("2.2", "Statistical analysis"),
        ("3", "Results"),
        ("4", "Discussion"),
        ("5", "Appendix A. Invented protocol"),
    ]
    assert "SI=I20/I2" in example.sections[3].text
    assert "Transplanted\t24.1\t7.9\nSham\t23.8\t24.5" in example.sections[4].text
    assert "5% CO2" in example.sections[2].text
    assert "(ii) pancreatic progenitors," in example.sections[2].text
    assert example.conflict == ConflictOfInterest("The authors declare that they have no competing interests.", False)
    names = {s.name for s in example.statements}
    assert {"acknowledgements", "contributions", "data-availability", "ethics", "funding", "abbreviations"} <= names
    assert example.references == (
        Reference(
            "Template C. Islet transplantation that never was. Fict Transplant. 2019;1:1–9. doi: 10.5555/ft.2019.1. "
            "PMID: 999999001.", "1", "10.5555/ft.2019.1", "999999001",
        ),
        Reference(
            "Dummy E, Mockup F. Mesenchymal stem cells in an imaginary graft. Fict J Regen Med. 2022; 1(3): 10-20. "
            "10.5555/fjrm.2022.0007. PMC9999999007", "2", "10.5555/fjrm.2022.0007", None, "PMC9999999007",
        ),
    )  # fmt: skip
    assert ("iPSC", "induced pluripotent stem cell") in example.abbreviations


# --- whole files


def test_old_nlm_articles_are_read():
    """NLM 2.3: Latin-1, own entity, superscript labels, notes as cross-references, permissions in the metadata."""
    (article,) = items((FOLDER / "old-nlm.xml").read_bytes())
    assert article.title == Text("IFN-γ and H2O")
    assert [a.text for a in article.affiliations] == [
        "Institute of Old Markup, Berlin, Germany",
        "Clinic of Footnotes, Paris, France",
    ]
    assert [(a.name, a.affiliations, a.is_group) for a in article.authors] == [
        ("Anna Uno", (0,), False),
        ("Bo Dos", (0, 1), False),
        ("The Old Group", (), True),
    ]
    assert article.authors[1].note == "Deceased."
    assert article.equal_contributors == ((0, 1),)
    assert article.correspondence[0].author == 1
    assert article.correspondence[0].emails == ("bo.dos@example.org",)
    assert article.events == (Event("issued", Date(2001, printed="2001 Winter")),)
    assert (article.journal.issn, article.journal.abbreviation, article.journal.nlm_abbreviation) == (
        "1234-5679",
        "FOJ",
        "Fict Old J",
    )
    assert article.rights == Rights(copyright_text="Copyright 2001 Old Press", year=2001)
    assert article.grants == (Grant(number="OLD-1"), Grant(funder="Old Fund"))
    assert article.sections == (
        Section("1", None, "A café in text."),
        Section("2", None, "No heading."),
        Section("3", None, "After it."),
    )
    assert article.references == (
        Reference("Tres C. Fict J. 1999; 2: 3. 999999002", "1.", pmid="999999002"),
        Reference("See there.", "1."),
    )


def test_translations_and_replies_are_kept_apart():
    """A translation gives title, abstract and keywords; no sub-article gives authors or references to the article."""
    *warnings, article = items((FOLDER / "translation.xml").read_bytes())
    assert {w.rule for w in warnings} == {"bad-date"}
    assert article.title == Text("Células-tronco e diabetes", "pt")
    assert article.translated_titles == (Text("Stem cells and diabetes", "en"),)
    assert article.other_abstracts == (Abstract((AbstractSection("Fictional abstract."),), "en"),)
    assert article.keywords == (Keyword("diabetes", "pt"), Keyword("stem cells", "en"))
    assert [a.name for a in article.authors] == ["Rui Amostra"]
    assert [r.text for r in article.references] == ["Silva A. Um livro. 1999."]
    assert [(s.number, s.heading, s.kind) for s in article.sections] == [
        ("1", "Introdução", None),
        ("2", "Stem cells and diabetes", "sub-article: translation"),
        ("2.1", "Introduction", None),
        ("2.2", None, "back"),
        ("3", "Reply", "sub-article: reply"),
        ("3.1", None, None),
    ]
    assert "Outra Eva" in article.sections[4].text
    assert article.affiliations[0].text == "Departamento X, Universidade Fictícia. Porto, Portugal"
    assert article.conflict.declares is False
    assert article.statements == (Statement("note-1", None, "Nota."),)


def test_a_set_gives_its_records_one_by_one():
    """Namespaces do not matter; what is no article is rejected with its reason and the others go on."""
    found = items((FOLDER / "set.xml").read_bytes())
    assert [(type(item), item.record) for item in found] == [
        (Article, "PMC9999999011"),
        (Rejected, "record 2"),
        (Rejected, "record 3"),
        (Rejected, "PMC9999999012"),
        (Article, "record 5"),
    ]
    assert [item.rule for item in found if isinstance(item, Rejected)] == ["no-front", "no-identity", "no-article"]
    assert [item.line for item in found] == [4, 5, 6, None, 8]


def test_an_oai_answer_gives_its_articles():
    """Articles inside record and metadata; a record without one is rejected under its identifier."""
    record = "<record><header><identifier>oai:{}</identifier></header>{}</record>"
    inside = "<metadata>" + document().decode() + "</metadata>"
    answer = f"<OAI-PMH><ListRecords>{record.format(1, inside)}{record.format(2, '')}</ListRecords></OAI-PMH>"
    assert [(type(i), i.record) for i in items(answer.encode())] == [(Article, "doi 10.5555/1"), (Rejected, "oai:2")]


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (b"<article>", True),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE article SYSTEM 'x'>\n<article dtd-version='1.0'>", True),
        ("<?xml version='1.0' encoding='utf-16'?><pmc-articleset>".encode("utf-16"), True),
        (b"\xef\xbb\xbf<a:articles xmlns:a='x'>", True),
        (b"<!DOCTYPE PubmedArticleSet><PubmedArticleSet>", False),
        (b"<articled>", False),
        (b"<html>", False),
        (b"An article about <article>", False),
        (b"", False),
    ],
)
def test_the_format_is_known_by_its_root(head, ours):
    """By the root element, in any encoding, whatever stands before it."""
    assert jats.sniff(head) is ours


def test_another_root_is_refused():
    """A PubMed file is no JATS file."""
    with pytest.raises(InputError, match="PubmedArticleSet") as caught:
        items(b"<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>")
    assert caught.value.rule == "wrong-format"


def test_a_broken_file_is_refused_with_its_place():
    """Not well-formed: line and column."""
    with pytest.raises(InputError, match="line 2"):
        items(document().replace(b"<body>", b"<body>\n&") + b"")


# --- values that fail their check


@pytest.mark.parametrize(
    ("meta", "rule"),
    [
        ('<article-id pub-id-type="pmid">12x</article-id>', "bad-pmid"),
        ('<article-id pub-id-type="pmc">../../x</article-id>', "bad-pmcid"),
        ('<contrib-group><contrib><contrib-id contrib-id-type="orcid">0000-0002-1825-0098</contrib-id>'
         "<name><surname>A</surname></name></contrib></contrib-group>", "bad-orcid"),
        ('<contrib-group><contrib><name><surname>A</surname></name><xref ref-type="aff" rid="none"/></contrib></contrib-group>',
         "dangling-xref"),
        ("<aff><institution-id institution-id-type='ROR'>https://ror.org/0preten77</institution-id>X</aff>", "bad-ror"),
        ('<history><date date-type="received"><day>31</day><month>2</month><year>2020</year></date></history>', "bad-date"),
        ('<related-article related-article-type="corrected-article" ext-link-type="doi" xlink:href="nonsense"/>', "bad-doi"),
    ],
)  # fmt: skip
def test_a_value_that_fails_its_check_is_named(meta, rule):
    """The record is read, a warning comes before it and names the value, and the printed string is kept."""
    warning, article = items(document(meta))
    assert isinstance(warning, Warned)
    assert (warning.rule, warning.record, warning.line) == (rule, "doi 10.5555/1", 1)
    assert article.pmid is None
    assert article.pmcid is None
    assert not any(a.orcid for a in article.authors)
    assert not any(a.ror for a in article.affiliations)


def test_a_wrong_issn_is_named_and_kept():
    """An ISSN whose check digit fails is no ISSN; the string stays with the further metadata."""
    warning, article = items(document(journal='<issn pub-type="ppub">1234-5670</issn>'))
    assert warning.rule == "bad-issn"
    assert article.journal is None
    assert "issn (ppub): 1234-5670" in article.statements[-1].text


def test_identifiers_of_references_are_checked():
    """Wrong ones are named, right ones of the same reference stay."""
    ids = '<pub-id pub-id-type="doi">10.5555/r</pub-id><pub-id pub-id-type="pmid">0</pub-id>'
    warning, article = items(
        document(back=f"<ref-list><ref><mixed-citation>A. {ids}</mixed-citation></ref></ref-list>")
    )
    assert warning.rule == "bad-pmid"
    assert article.references == (Reference("A. 10.5555/r 0", doi="10.5555/r"),)


# --- front matter


def test_identifiers_of_every_sort():
    """The first valid one of its kind counts; every other one is kept with its scheme."""
    article = one(
        '<article-id pub-id-type="pmid">007</article-id><article-id pub-id-type="pmc">12</article-id>'
        '<article-id pub-id-type="doi">10.5555/other</article-id><article-id pub-id-type="pii">S1</article-id>'
        '<article-id pub-id-type="coden">X</article-id><article-id>Y</article-id>'
    )
    assert (article.doi, article.pmid, article.pmcid, article.pii) == ("10.5555/1", "7", "PMC12", "S1")
    assert article.other_ids == (("doi", "10.5555/other"), ("coden", "X"), ("article-id", "Y"))


def test_marks_of_footnotes_are_no_part_of_a_title():
    """A mark goes, a cited work stays; the footnote itself becomes a note."""
    article = one(
        '<title-group><article-title>A<xref ref-type="fn">*</xref> on <xref ref-type="bibr">Muster 1900</xref><fn><p>Said so.</p></fn>'
        "</article-title></title-group>"
    )
    assert article.title.text == "A on Muster 1900"
    assert article.statements == (Statement("note-1", None, "Said so."),)


def test_subjects_that_say_what_sort_it_is_are_publication_types():
    """Others stay with the further metadata, with all above them."""
    article = one(
        '<article-categories><subj-group subj-group-type="heading"><subject>Case Report</subject></subj-group>'
        "<subj-group><subject>Medicine</subject><subj-group><subject>Letter</subject></subj-group></subj-group></article-categories>",
        attributes='article-type="other"',
    )
    assert article.publication_types == (PublicationType("other"), PublicationType("Case Report", "D002363"))
    assert article.statements[0].text == "subject: Medicine\nsubject: Medicine / Letter"


def test_affiliations_are_found_wherever_they_stand():
    """Inside a contributor, in the group, in the metadata, in alternatives; equal strings are one; in order of the text."""
    article = people(
        person("Ana A", "<aff>Here, Spain</aff>") + person("Bea B", '<xref ref-type="aff" rid="x"/>')
        + person("Cyd C", '<xref ref-type="aff" rid="y"/>'),
        '<aff id="x"><label>1</label>There, France</aff><aff-alternatives id="y"><aff>Here, Spain</aff><aff>Aquí, España</aff></aff-alternatives>',
    )  # fmt: skip
    assert [a.text for a in article.affiliations] == ["Here, Spain", "There, France"]
    assert [a.affiliations for a in article.authors] == [(0,), (1,), (0,)]
    assert "aff: Aquí, España" in article.statements[-1].text


def test_an_affiliation_of_the_group_is_everybody_s_unless_they_point():
    """JATS: an aff in a contrib-group applies to all its contributors."""
    assert [a.affiliations for a in people(person("A A") + person("B B") + "<aff>X</aff><aff>Y</aff>").authors] == [
        (0, 1)
    ] * 2
    pointing = people(
        person("A A", '<xref ref-type="aff" rid="x"/>') + person("B B") + '<aff id="x">X</aff><aff>Y</aff>'
    )
    assert [a.affiliations for a in pointing.authors] == [(0,), ()]
    assert [a.affiliations for a in people(person("A A") + person("B B"), "<aff>X</aff>").authors] == [(0,)] * 2


def test_an_affiliation_of_parts_only_is_written_with_commas():
    """Nothing between the parts in the source: commas. Something between them: exactly that."""
    parts = "<institution>Clinic</institution><city>Ulm</city><country>Germany</country>"
    assert people(person("A A") + f"<aff>{parts}</aff>").affiliations[0].text == "Clinic, Ulm, Germany"
    printed = "<institution>Clinic</institution> – <city>Ulm</city>; <country>Germany</country>."
    assert people(person("A A") + f"<aff><sup>a</sup>{printed}</aff>").affiliations[0].text == "Clinic – Ulm; Germany."


def test_parts_of_an_affiliation_are_those_that_are_tagged():
    """What is tagged as institution is the institution, unless it plainly holds a department too."""
    both = "<institution>Department of Fiction, University of Ulm</institution>, <city>Ulm</city>, <country>Germany</country>"
    one_name = "<institution>Centre for Fiction and Facts</institution>, <city>Ulm</city>, <country>Germany</country>"
    first, second = people(person("A A") + f"<aff>{both}</aff><aff>{one_name}</aff>").affiliations
    assert (first.department, first.institution) == ("Department of Fiction", "University of Ulm")
    assert (second.department, second.institution, second.city, second.country_code) == (
        None,
        "Centre for Fiction and Facts",
        "Ulm",
        "DE",
    )


def test_names_of_every_form():
    """Strings that are not tagged, alternatives, groups, anonymous, a person with a group, no given name."""
    article = people(
        "<contrib><string-name>Plato</string-name></contrib>"
        "<contrib><name-alternatives><name><surname>Muster</surname><given-names>Xu</given-names></name>"
        "<name><surname>模</surname><given-names>徐</given-names></name></name-alternatives></contrib>"
        "<contrib><anonymous/></contrib>"
        "<contrib><name><surname>A</surname></name><collab>Group<xref rid='x'>*</xref></collab></contrib>"
    )
    assert [(a.name, a.is_group) for a in article.authors] == [
        ("Plato", False), ("Xu Muster", False), ("Anonymous", False), ("A", False), ("Group", True),
    ]  # fmt: skip
    assert article.authors[1].note == "also 徐 模"


def test_editors_members_and_others_are_no_authors():
    """Editors are editors, members of a consortium investigators; translators have no place and are kept."""
    article = one(
        '<contrib-group><contrib contrib-type="author"><collab>G<contrib-group><contrib><name><surname>M</surname></name></contrib>'
        '</contrib-group></collab></contrib><contrib contrib-type="translator"><name><surname>T</surname></name></contrib></contrib-group>'
        '<contrib-group content-type="editors"><contrib><name><surname>E</surname></name></contrib></contrib-group>'
    )
    assert [[a.name for a in group] for group in (article.authors, article.investigators, article.editors)] == [
        ["G"],
        ["M"],
        ["E"],
    ]
    assert "contrib (translator): T" in article.statements[-1].text


@pytest.mark.parametrize(
    ("role", "slug", "degree"),
    [
        ("<role>Writing – review &amp; editing</role>", "writing-review-editing", None),
        ("<role>Writing–Review and Editing</role>", "writing-review-editing", None),
        ("<role>Data curation (Lead)</role>", "data-curation", "lead"),
        ("<role degree-contribution='equal'>Visualisation</role>", "visualization", "equal"),
        (
            "<role content-type='https://credit.niso.org/contributor-roles/software/'>Programming</role>",
            "software",
            None,
        ),
        ("<role vocab-term='Formal Analysis'>Statistics</role>", "formal-analysis", None),
    ],
)
def test_credit_roles(role, slug, degree):
    """By the identifier of the term, the term, or its words."""
    assert people(person("A A", role)).credits == (Credit(0, slug, degree),)


def test_a_role_that_is_not_credit_stays_with_the_person():
    """No role is guessed."""
    article = people(person("A A", "<role>Senior lecturer</role>"))
    assert article.credits == ()
    assert article.authors[0].note == "Senior lecturer"


def test_contributions_in_footnotes_of_single_authors():
    """A footnote that lists CRediT terms gives them to whoever points to it, and stays as text with the names."""
    article = one(
        "<contrib-group>"
        + person("Ana A", '<xref ref-type="fn" rid="c1"/>')
        + person("Bea B", '<xref rid="c2"/>')
        + "</contrib-group>",
        back='<fn-group content-type="author-contribution"><title>Who did what</title><fn id="c1" fn-type="con">'
        '<p>Software, Data curation</p></fn><fn id="c2" fn-type="con"><p>Thinking</p></fn></fn-group>',
    )
    assert article.credits == (Credit(0, "software"), Credit(0, "data-curation"))
    assert article.statements == (
        Statement("contributions", "Who did what", "Ana A: Software, Data curation\nBea B: Thinking"),
    )


@pytest.mark.parametrize(
    ("contribs", "notes", "expected"),
    [
        # by cross-reference, the address in the note
        (person("Ana Uno") + person("Bo Dos", '<xref ref-type="corresp" rid="c"/>'),
         '<corresp id="c">* <email>x@example.org</email></corresp>', [(1, ("x@example.org",))]),
        # by attribute, the address with the author
        (person("Ana Uno", "<email>a@example.org</email>", 'corresp="yes"') + person("Bo Dos"), "", [(0, ("a@example.org",))]),
        # nobody is marked, the note names one
        (person("Ana Uno") + person("Bo Dos"), "<corresp>Write to Bo Dos, x@example.org</corresp>", [(1, ("x@example.org",))]),
        # two in one note, told apart by what stands before each address
        (person("Ana Uno") + person("Bo Dos"),
         "<corresp>Ana Uno, x@example.org, or Bo Dos, y@example.org</corresp>", [(0, ("x@example.org",)), (1, ("y@example.org",))]),
        # or by initials behind it
        (person("Ana Uno", "", 'corresp="yes"') + person("Bo Dos", "", 'corresp="yes"'),
         "<corresp>x@example.org (B.D.); y@example.org (A.U.)</corresp>", [(0, ("y@example.org",)), (1, ("x@example.org",))]),
        # nobody can be told: the line stays, under no name
        (person("Ana Uno") + person("Bo Dos"), "<corresp>office@example.org</corresp>", [(None, ("office@example.org",))]),
    ],
)  # fmt: skip
def test_who_gets_letters(contribs, notes, expected):
    """Correspondence goes to the author whom the source marks or names, and to nobody by guess."""
    article = people(contribs, f"<author-notes>{notes}</author-notes>")
    assert [(c.author, c.emails) for c in article.correspondence] == expected


def test_an_address_that_asks_for_no_letters_is_a_note():
    """Where somebody else corresponds, an author's e-mail address is kept with the author."""
    article = people(
        person("A A", "<email>a@example.org</email>") + person("B B", "<degrees>PhD</degrees>", 'corresp="yes"')
    )
    assert article.correspondence == (Correspondence("B B", 1, degree="PhD"),)
    assert article.authors[0] == Author("A A", "A", "A", note="e-mail: a@example.org")


def test_equal_contribution_by_attribute_or_note():
    """Each group of equals once; a mark that only one has makes none."""
    equal = '<xref ref-type="fn" rid="e"/>'
    note = '<author-notes><fn id="e"><p>These authors contributed equally.</p></fn></author-notes>'
    assert people(person("A A", equal) + person("B B") + person("C C", equal), note).equal_contributors == ((0, 2),)
    mark = 'equal-contrib="yes"'
    assert people(person("A A", "", mark) + person("B B", "", mark)).equal_contributors == ((0, 1),)
    assert people(person("A A", equal, mark) + person("B B", equal, mark), note).equal_contributors == ((0, 1),)
    assert people(person("A A", "", mark) + person("B B")).equal_contributors == ()


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ('<pub-date pub-type="epub"><year>2020</year></pub-date>', {("issued", Date(2020)), ("available", Date(2020))}),
        ('<pub-date pub-type="ppub"><month>Mar</month><year>2021</year></pub-date><pub-date pub-type="epub"><year>2020</year></pub-date>',
         {("issued", Date(2021, 3)), ("available", Date(2020))}),
        ('<pub-date publication-format="print" date-type="pub"><year>2021</year></pub-date>'
         '<pub-date date-type="collection"><year>2020</year></pub-date>', {("issued", Date(2021))}),
        ('<pub-date pub-type="epub-ppub"><year>2020</year></pub-date>', {("issued", Date(2020)), ("available", Date(2020))}),
        ('<pub-date><season>Oct-Dec</season><year>2014</year></pub-date>', {("issued", Date(2014, 10, printed="2014 Oct-Dec"))}),
        ('<pub-date iso-8601-date="2014-05-06"><string-date>6 May 2014</string-date></pub-date>', {("issued", Date(2014, 5, 6))}),
        ('<pub-date pub-type="pmc-release"><year>2020</year></pub-date>', set()),
        ('<pub-history><event event-type="received"><date><year>2019</year></date></event></pub-history>', {("received", Date(2019))}),
        ('<history><date date-type="retracted"><year>2019</year></date></history>', {("retracted", Date(2019))}),
    ],
)  # fmt: skip
def test_dates_of_every_form(dates, expected):
    """Issued is print or collection, else electronic; available is electronic; seasons stay as printed."""
    assert {(e.kind, e.date) for e in one(dates).events} == expected


def test_grants():
    """Each number with its funder; funders without number; statements alone; never a number with a funder by guess."""
    article = one(
        "<funding-group><award-group><funding-source>F</funding-source><award-id>1</award-id><award-id>2</award-id></award-group>"
        "<award-group><funding-source xlink:href='https://doi.org/10.13039/100000099'>G</funding-source></award-group>"
        "<award-group><funding-source>H</funding-source><funding-source>I</funding-source><funding-source>J</funding-source>"
        "<award-id>3</award-id><award-id>4</award-id></award-group></funding-group>"
    )
    assert article.grants == (
        Grant("1", "F"), Grant("2", "F"), Grant(None, "G", "https://doi.org/10.13039/100000099"),
        Grant(funder="H"), Grant(funder="I"), Grant(funder="J"), Grant("3"), Grant("4"),
    )  # fmt: skip
    alone = one("<funding-group><funding-statement>By nobody.</funding-statement></funding-group>")
    assert alone.grants == (Grant(text="By nobody."),)
    assert alone.statements == (Statement("funding", None, "By nobody."),)


def test_keywords_and_abbreviations():
    """Language and group of each; compounds and strings taken apart; lists of abbreviations are no keywords."""
    article = one(
        '<kwd-group xml:lang="de" kwd-group-type="author"><kwd>Zelle</kwd><compound-kwd><compound-kwd-part>A</compound-kwd-part>'
        "<compound-kwd-part>B</compound-kwd-part></compound-kwd></kwd-group>"
        '<kwd-group kwd-group-type="MESH" vocab="MeSH"><title>MeSH</title><kwd vocab="mesh" vocab-term-identifier="D003922">X</kwd></kwd-group>'
        "<kwd-group><unstructured-kwd-group>one, two; three</unstructured-kwd-group></kwd-group>"
        "<kwd-group><title>Abbreviations</title><kwd>OR, odds ratio</kwd><kwd>strange</kwd></kwd-group>"
    )
    assert [(k.text, k.lang, k.group, k.concept) for k in article.keywords] == [
        ("Zelle", "de", "author", None),
        ("A: B", "de", "author", None),
        ("X", None, "MeSH", "MESH:D003922"),
        ("one, two", None, None, None),
        ("three", None, None, None),
    ]
    assert article.abbreviations == (("OR", "odds ratio"),)
    assert article.statements == (Statement("abbreviations", "Abbreviations", "strange"),)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<related-article related-article-type="retracted-article" ext-link-type="doi" xlink:href="10.5555/R">The old one</related-article>',
         Related("retracted-article", "retracts", "The old one", doi="10.5555/r")),
        ('<related-article related-article-type="corrected-article" ext-link-type="pubmed" xlink:href="29" journal-id="J" vol="8" page="9"/>',
         Related("corrected-article", "corrects", "J 8 9", pmid="29")),
        ('<related-article related-article-type="companion" ext-link-type="uri" xlink:href="https://example.org/x"/>',
         Related("companion", None, "https://example.org/x")),
    ],
)  # fmt: skip
def test_related_articles(link, expected):
    """The relation is CiTO's or none; identifiers are checked; the text or the link is kept."""
    assert one(link).related == (expected,)


def test_licences():
    """By reference, link or words; several languages of one licence are one licence."""
    words = "<license-p>Words.</license-p>"
    assert one(f'<permissions><license xlink:href="http://creativecommons.org/licenses/by-nc/3.0/">{words}</license></permissions>').rights == Rights(
        "https://creativecommons.org/licenses/by-nc/3.0/", "Words.", is_free=True
    )  # fmt: skip
    other = one(
        f'<permissions><license license-type="special" xlink:href="https://example.org/l">{words}</license></permissions>'
    ).rights
    assert other == Rights(None, "Words.\nhttps://example.org/l", "special")


def test_abstracts_of_every_form():
    """Paragraphs without sections, sections with several paragraphs, nested ones, text without paragraph, pictures."""
    article = one(
        "<abstract><p>One.</p><p>Two.</p></abstract>"
        "<abstract abstract-type='structured'><sec><title>Aim:</title><p>A.</p><p>B.</p></sec><sec><p>C.</p></sec></abstract>"
        "<abstract abstract-type='teaser'>Bare <italic>text</italic>.</abstract>"
        "<abstract abstract-type='graphical'><title>Picture</title></abstract>"
    )
    assert article.abstract.text == "One.\nTwo."
    assert [a.text for a in article.other_abstracts] == ["Aim: A.\nB.\nC.", "Bare text."]
    assert "abstract (graphical): Picture" in article.statements[-1].text


def test_metadata_without_a_place_is_kept():
    """What the model has no field for is one statement, line by line."""
    article = one(
        '<issue-id pub-id-type="doi">10.5555/i</issue-id><self-uri content-type="pdf" xlink:href="x.pdf"/>'
        "<custom-meta-group><custom-meta><meta-name>color</meta-name><meta-value>red</meta-value></custom-meta></custom-meta-group>"
        "<counts><page-count count='3'/></counts>"
    )
    (statement,) = article.statements
    assert (statement.name, statement.heading) == ("note-1", "Further metadata")
    assert statement.text == "issue-id (doi): 10.5555/i\nself-uri (pdf): x.pdf\ncolor: red"


# --- body and back


def test_sections_are_numbered_by_place():
    """The publisher's own labels do not count; loose text makes a section without heading; statements leave a gap."""
    article = one(
        body="<p>Loose.</p><sec><label>IV</label><title>Four</title><p>A</p><sec><title>Sub</title><p>B</p></sec><p>C</p></sec>"
        "<sec sec-type='data-availability'><title>Data</title><p>None.</p></sec><sec><label>V</label><p>D</p></sec>"
    )
    assert article.sections == (
        Section("1", None, "Loose."), Section("2", "Four", "A\nC"), Section("2.1", "Sub", "B"), Section("4", "V", "D"),
    )  # fmt: skip
    assert article.statements == (Statement("data-availability", "Data", "None."),)


def test_lists_tables_figures_and_formulas_are_lines():
    """Blocks inside a paragraph follow it; cells are separated by tabs; labels begin their line."""
    article = one(
        body="<sec><p>See <list><list-item><label>1.</label><p>one</p><p>more</p></list-item></list> this.</p>"
        "<table-wrap><label>Table 1</label><caption><title>T</title></caption><table><tr><td>a</td><td/><td>b<break/>c</td></tr></table></table-wrap>"
        "<disp-formula><label>(1)</label><tex-math>x</tex-math></disp-formula>"
        "<def-list><def-item><term>AB</term><def><p>long</p></def></def-item></def-list><disp-quote><p>Q</p><attrib>Who</attrib></disp-quote></sec>"
    )
    assert article.sections[0].text.split("\n") == [
        "See this.", "1. one", "more", "Table 1 T", "a\t\tb c", "(1) x", "AB: long", "Q", "Who",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("back", "name"),
    [
        ("<ack><p>X</p></ack>", "acknowledgements"),
        ("<ack><title>Funding</title><p>X</p></ack>", "funding"),
        ("<notes notes-type='data-availability'><p>X</p></notes>", "data-availability"),
        ("<sec><title>Authors’ contributions</title><p>X</p></sec>", "contributions"),
        ("<sec><title>5. Ethics approval</title><p>X</p></sec>", "ethics"),
        ("<fn-group><fn fn-type='supported-by'><p>X</p></fn></fn-group>", "funding"),
        ("<fn-group><fn fn-type='financial-disclosure'><p>X</p></fn></fn-group>", "funding"),
        ("<fn-group><title>Data sharing statement</title><fn><p>X</p></fn></fn-group>", "data-availability"),
        ("<fn-group><fn fn-type='other'><p><bold>Author contributions:</bold> X</p></fn></fn-group>", "contributions"),
        ("<sec><title>Something else</title><p>X</p></sec>", "note-1"),
        ("<bio><p>X</p></bio>", "note-1"),
        ("<p>X</p>", "note-1"),
    ],
)
def test_statements_are_known_by_type_heading_or_first_words(back, name):
    """What is not known is a note, with its heading, never dropped."""
    (statement,) = one(back=back).statements
    assert statement.name == name
    assert statement.text.endswith("X")


def test_a_heading_above_statements_does_not_swallow_them():
    """Declarations: each of its sections is a statement of its own; names repeat with numbers."""
    article = one(
        back="<sec><title>Declarations</title><sec><title>Funding</title><p>A</p></sec><sec><title>Competing interests</title><p>None.</p></sec>"
        "<sec><title>Funding of data</title><p>B</p></sec></sec>"
    )
    assert [(s.name, s.text) for s in article.statements] == [
        ("funding", "A"),
        ("funding-2", "B"),
        ("note-1", "heading: Declarations"),
    ]
    assert article.conflict == ConflictOfInterest("None.", False)


def test_paragraphs_that_say_themselves_what_they_are_about():
    """Under a heading that says nothing, each paragraph goes where its first words say."""
    article = one(
        back="<notes><title>Notes</title><p>Conflict of interest: None.</p><p>Supported by nobody.</p><p>And so on.</p></notes>"
    )
    assert article.conflict == ConflictOfInterest("Conflict of interest: None.", False)
    assert [(s.name, s.heading, s.text) for s in article.statements] == [
        ("funding", "Notes", "Supported by nobody."),
        ("note-1", "Notes", "And so on."),
    ]


@pytest.mark.parametrize(
    ("text", "declares"),
    [
        ("The authors declare no conflict of interest.", False),
        ("The authors have declared no competing interests.", False),
        ("No potential conflicts of interest were disclosed.", False),
        ("None.", False),
        ("Nothing to disclose.", False),
        ("Os autores declaram não haver conflito de interesses.", False),
        ("No conflicts of interest. The authors have not received any funding.", False),
        ("AB received fees from Fictional Pharma.", True),
        ("AB is an employee of Fictional Pharma. The other authors declare no competing interests.", True),
        ("See the online form.", None),
    ],
)
def test_whether_a_conflict_is_declared(text, declares):
    """True if any sentence declares one, False if it is denied, None where neither is clear."""
    article = one(back=f"<fn-group><fn fn-type='COI-statement'><p>{text}</p></fn></fn-group>")
    assert article.conflict == ConflictOfInterest(text, declares)


def test_references_of_every_form():
    """As printed where it is printed; parts written out; alternatives once; several in one entry; notes; links to DOIs."""
    article = one(
        body="<sec><title>Further reading</title><ref-list><ref><mixed-citation>In the body.</mixed-citation></ref></ref-list></sec>",
        back="<ref-list><title>References</title><ref-list><ref><label>2</label>"
        "<mixed-citation><label>a</label>First; <ext-link ext-link-type='uri' xlink:href='https://doi.org/10.5555/A'>link</ext-link>.</mixed-citation>"
        "<mixed-citation>Second,<pub-id pub-id-type='pmid'>12</pub-id></mixed-citation></ref>"
        "<ref><citation-alternatives><element-citation><source>Parts</source><pub-id pub-id-type='pmcid'>3</pub-id></element-citation>"
        "<mixed-citation>Printed.</mixed-citation></citation-alternatives></ref>"
        "<ref><note><p>A note.</p></note></ref><ref id='x'/></ref-list></ref-list>",
    )
    assert article.references == (
        Reference("In the body."),
        Reference("First; link.", "a", doi="10.5555/a"),
        Reference("Second, 12", "2", pmid="12"),
        Reference("Printed.", pmcid="PMC3"),
        Reference("A note."),
    )
    assert article.statements == ()


def test_a_reference_as_printed_and_in_parts_is_one():
    """The printed string beside the same in parts, in either order, is one work with the identifiers of both."""
    printed = "<mixed-citation>1. Uno A. A <italic>title</italic>. 2001.</mixed-citation>"
    parts = (
        "<element-citation><name><surname>Uno</surname><given-names>A</given-names></name><article-title>A title</article-title>"
        "<pub-id pub-id-type='doi'>10.5555/b</pub-id><pub-id pub-id-type='pmid'>12</pub-id></element-citation>"
    )
    linked = printed.replace(
        "2001.", "<ext-link ext-link-type='uri' xlink:href='https://doi.org/10.5555/a'>2001.</ext-link>"
    )
    article = one(
        back=f"<ref-list><ref><label>1</label>{printed}{parts}</ref><ref>{parts}{linked}</ref>"
        f"<ref>{parts}{parts}{printed}</ref></ref-list>"
    )
    text = "1. Uno A. A title. 2001."
    assert article.references[:2] == (
        Reference(text, "1", doi="10.5555/b", pmid="12"),
        Reference(text, doi="10.5555/b", pmid="12"),
    )
    assert len(article.references) == 5


def test_parts_outside_of_body_and_back_are_kept():
    """Floats follow the body; anything else is a note."""
    article = one(
        body="<p>A</p>",
        rest="<floats-group><fig><label>Figure 1.</label><caption><p>Cap.</p></caption></fig></floats-group><strange><p>B</p></strange>",
    )
    assert article.sections == (Section("1", None, "A"), Section("2", None, "Figure 1. Cap.", "floats"))
    assert article.statements == (Statement("note-1", None, "B"),)


@given(st.lists(st.sampled_from(
    ["<p>a", "</p>", "<sec>", "</sec>", "<title>t</title>", "<fn id='f'>", "</fn>", "<contrib>", "</contrib>", "<aff id='f'>x</aff>",
     "<xref rid='f'/>", "<year>x</year>", "<ref>", "</ref>", "<mixed-citation>", "</mixed-citation>", "<table>", "</table>", "<tr/>",
     "<name><surname/></name>", "<collab/>", "<pub-date/>", "<date/>", "text", "<abstract>", "</abstract>", "<kwd-group>", "</kwd-group>",
     "<kwd/>", "<corresp>", "</corresp>", "<issn>1</issn>", "<award-group/>", "<license/>", "<related-article/>", "<subj-group/>"]
), max_size=12), st.sampled_from(["meta", "body", "back", "rest", "journal"]))  # fmt: skip
def test_any_arrangement_of_elements_is_read_or_refused(pieces, where):
    """No traceback, whatever stands where it should not."""
    try:
        found = items(document(**{where: "".join(pieces)}))
    except InputError:
        return
    assert isinstance(found[-1], Article)


def test_funder_number_alone_is_the_funders_identifier() -> None:
    """A registry number without its DOI prefix is read as the funder's DOI, and is not part of the name."""
    text = (
        b"<article><front><article-meta><title-group><article-title>T</article-title></title-group><funding-group>"
        b"<award-group><funding-source>Sham Fund<named-content content-type='funder-id'>501100000001</named-content>"
        b"</funding-source></award-group></funding-group></article-meta></front></article>"
    )
    found = [item for item in jats.read(io.BytesIO(text)) if isinstance(item, Article)]
    assert [(g.funder, g.funder_id) for g in found[0].grants] == [
        ("Sham Fund", "https://doi.org/10.13039/501100000001")
    ]
