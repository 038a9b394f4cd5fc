"""The PubMed reader: every field, both ways through the file, and what it does with values that are not what they claim."""

from __future__ import annotations

import html
import io
import re
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import (
    AbstractSection,
    Accession,
    Article,
    Date,
    Deletion,
    Event,
    Grant,
    Item,
    Keyword,
    MeshHeading,
    PublicationType,
    Qualifier,
    Reference,
    Rejected,
    Related,
    Section,
    Statement,
    Substance,
    Text,
    Warned,
)
from kg.readers import pubmed
from kg.readers.pubmed import rules as forms
from kg.readers.pubmed import stream

DATA = Path(__file__).parent.parent / "data" / "pubmed"
EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "pubmed.xml"
PROLOG = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January '
    '2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)


def items(document: str | bytes) -> list[Item]:
    return list(pubmed.read(io.BytesIO(document.encode() if isinstance(document, str) else document)))


def record(
    pmid: str = '<PMID Version="1">99100001</PMID>',
    article: str = "",
    citation: str = "",
    data: str = "",
    title: str = "T",
) -> str:
    return (
        f"<PubmedArticle><MedlineCitation>{pmid}<Article><ArticleTitle>{title}</ArticleTitle>{article}</Article>{citation}"
        f"</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle>\n"
    )


def in_set(*records: str, prolog: str = PROLOG) -> str:
    return f"{prolog}<PubmedArticleSet>\n{''.join(records)}</PubmedArticleSet>\n"


def one(**parts: str) -> tuple[Article, list[Warned]]:
    """The article of a set of one record, and its warnings; both ways of reading must agree."""
    found = items(in_set(record(**parts)))
    assert found == items(carefully(in_set(record(**parts))))
    article = found[-1]
    assert isinstance(article, Article)
    assert all(isinstance(item, Warned) for item in found[:-1])
    return article, [item for item in found[:-1] if isinstance(item, Warned)]


def carefully(document: str) -> str:
    """The same document, with a comment that makes the reader take it whole."""
    return document.replace("<PubmedArticleSet", "<!-- whole --><PubmedArticleSet", 1)


def rules(warnings: list[Warned]) -> list[str]:
    return [warning.rule for warning in warnings]


@pytest.fixture(scope="module")
def everything() -> Article:
    found = items((DATA / "everything.xml").read_bytes())
    assert [type(item) for item in found] == [Article, Deletion, Deletion]
    assert isinstance(found[0], Article)
    return found[0]


# --- every field --------------------------------------------------------------------------------------------------


def test_identifiers(everything: Article) -> None:
    """ArticleIdList comes before ELocationID; a DOI is lower-cased; further identifiers are kept with their scheme."""
    assert (everything.pmid, everything.version, everything.doi) == ("99100001", 2, "10.5555/everything")
    assert (everything.pmcid, everything.pii) == ("PMC9900001", "S9900-0105(21)1")
    assert everything.other_ids == (("NASA", "00990001"), ("mid", "FICTMS1"))
    assert (everything.record, everything.reader, everything.line) == ("PMID 99100001", "pubmed", 4)


def test_journal_and_pages(everything: Article) -> None:
    """The journal's names and ISSNs each in their field; pagination as printed where it is more than two pages."""
    journal = everything.journal
    assert journal is not None
    assert (journal.title, journal.abbreviation) == ("Fictional journal of everything", "Fict. J. Everything")
    assert (journal.nlm_abbreviation, journal.nlm_id) == ("Fict J Everything", "9900001")
    assert (journal.issn, journal.eissn, journal.issn_l) == (None, "9900-0105", "9900-0210")
    assert (everything.volume, everything.issue) == ("5", "Suppl 1")
    assert (everything.first_page, everything.last_page) == ("169", None)
    assert everything.page_range == "169-80, 199; discussion 200"
    assert everything.elocation is None


def test_titles_and_abstract(everything: Article) -> None:
    """Inline markup leaves its text; the vernacular title has the article's one language; labels lose their colon."""
    assert everything.title == Text("[Effects of E. ficta on H2O].", "en")
    assert everything.vernacular_title == Text("Wirkungen von E. ficta auf Wasser.", "de")
    assert everything.languages == ("de",)
    assert everything.abstract is not None
    assert everything.abstract.lang == "en"
    assert everything.abstract.sections == (
        AbstractSection("To test all of it.", "AIM"),
        AbstractSection("It works.", "RESULT"),
    )
    assert everything.rights.copyright_text == "© 2021 The Fictional Authors. CC BY 4.0"
    assert (everything.rights.year, everything.rights.licence) == (2021, "https://creativecommons.org/licenses/by/4.0/")
    (other,) = everything.other_abstracts
    assert (other.kind, other.lang, other.text) == ("plain-language-summary", "en", "Said plainly.")


def test_people(everything: Article) -> None:
    """Names in reading order, groups apart, equal affiliation strings shared, every affiliation of a person kept."""
    first, second, group = everything.authors
    assert (first.name, first.given, first.family) == ("Anna B Ficta Jr", "Anna B", "Ficta")
    assert (first.suffix, first.initials, first.orcid) == ("Jr", "AB", "0000-0000-9900-0078")
    assert (second.name, second.given, second.initials) == ("C Inventa", None, "C")
    assert (group.name, group.is_group, group.family) == ("The Fictional Study Group", True, None)
    assert [a.text for a in everything.affiliations] == [
        "Institute of Fiction, Alderton, Germany.",
        "Norrhavn Fictional University, Sweden.",
    ]
    assert (first.affiliations, second.affiliations) == ((0, 1), (0,))
    assert everything.affiliations[0].ror == "https://ror.org/03vek6s52"
    assert everything.equal_contributors == ((0, 1),)
    assert everything.authors_complete is False
    assert [(i.name, i.affiliations) for i in everything.investigators] == [("Eve Collabora", (1,))]


def test_dates(everything: Article) -> None:
    """A season keeps its words; the database's own dates are declined; ArticleDate stands for aheadofprint."""
    assert everything.events == (
        Event("issued", Date(2021, printed="2021 Spring")),
        Event("available", Date(2021, 2, 3)),
        Event("received", Date(2020, 3, 1)),
        Event("revised", Date(2020, 6, 1)),
        Event("revised", Date(2020, 8, 1)),
        Event("accepted", Date(2020, 9, 1)),
    )


def test_indexing(everything: Article) -> None:
    """Headings with qualifiers and major topic, substances, supplementary concepts, types, keywords with their owner."""
    assert everything.headings == (
        MeshHeading(
            "D003922",
            "Diabetes Mellitus, Type 1",
            False,
            (Qualifier("Q000628", "therapy", True), Qualifier("Q000276", "immunology", False)),
        ),
        MeshHeading("D006801", "Humans", True),
    )
    assert everything.chemicals == (
        Substance("D007328", "Insulin"),
        Substance("C990001", "fictional water", registry="7732-18-5"),
    )
    assert everything.supplementary == (Substance("C990002", "Fictional disease", kind="Disease"),)
    assert everything.publication_types == (
        PublicationType("Journal Article", "D016428"),
        PublicationType("Review", "D016454"),
    )
    assert everything.keywords == (
        Keyword("fiction", group="NOTNLM"),
        Keyword("type 1 diabetes", group="NOTNLM", major=True),
        Keyword("Genetics and Fiction", group="KIE"),
    )


def test_links(everything: Article) -> None:
    """References through nested lists, then those of the form before 2018; notices with the CiTO property or None."""
    assert everything.references == (
        Reference("Fict J. 2000;1(1):1", pmid="99100003"),
        Reference("Ficta A. Fict J. 1999;1:1.", doi="10.5555/cited", pmid="99100004"),
        Reference("A book without identifier."),
        Reference(None, pmcid="PMC9900002"),
    )
    assert everything.related == (
        Related(
            "RetractionIn",
            "isRetractedBy",
            "Fict J. 2022 Jan;6(1):2. doi: 10.5555/notice.",
            doi="10.5555/notice",
            pmid="99100002",
        ),
        Related("SummaryForPatientsIn", None, "Fict J. 2021;5(2):3"),
    )
    assert everything.grants == (Grant("FX-1", "Fictional Science Foundation", acronym="FSF", country="Germany"),)
    assert everything.accessions == (
        Accession("ClinicalTrials.gov", "NCT09900001"),
        Accession("ClinicalTrials.gov", "NCT09900002"),
    )
    assert everything.conflict is not None
    assert (everything.conflict.text, everything.conflict.declares) == ("None declared.", False)


def test_what_has_no_place_is_kept(everything: Article) -> None:
    """Notes and elements that the reader does not know stay as statements under their names."""
    assert everything.statements == (
        Statement("note-1", "GeneSymbolList", "ficA\nficB"),
        Statement("note-2", "PersonalNameSubjectList", "Subjecta Dora"),
        Statement("notes", "General note", "12 refs."),
        Statement("notes-2", "General note", "A second note."),
    )


def test_deletions() -> None:
    """DeleteCitation withdraws each PMID that it names, with its version."""
    found = items((DATA / "everything.xml").read_bytes())[1:]
    assert [(d.pmid, d.version) for d in found if isinstance(d, Deletion)] == [("99100090", 1), ("99100091", 3)]


def test_book() -> None:
    """A book chapter is a record: the book stands in the journal's place, its editors apart, headings as sections."""
    (article,) = items((DATA / "book.xml").read_bytes())
    assert isinstance(article, Article)
    assert (article.is_book, article.pmid, article.line) == (True, "99200001", 4)
    assert article.title == Text("A fictional syndrome", "en")
    assert article.journal is not None
    assert (article.journal.title, article.journal.publisher) == ("Fictional Reviews", "Fictional Press")
    assert ([a.name for a in article.authors], [a.name for a in article.editors]) == (["Gus Chaptera"], ["Fay Editora"])
    assert article.other_ids == (("bookaccession", "NBK9900001"), ("isbn", "9780000000002"))
    assert article.sections == (
        Section("1", "1 Summary", ""),
        Section("2", "Diagnosis", ""),
        Section("2.1", "Testing", ""),
    )
    assert article.events == (
        Event("issued", Date(2001)),
        Event("available", Date(2003, 5, 6)),
        Event("revised", Date(2010, 7, 8)),
    )


def test_medline_of_2005() -> None:
    """Old forms: a set of MedlineCitation, one affiliation for the first author, no identifiers of MeSH terms."""
    deletion, article = items((DATA / "medline-2005.xml").read_bytes())
    assert deletion == Deletion("99300009", line=4)
    assert isinstance(article, Article)
    assert (article.pmid, article.version) == ("99300001", 2)
    assert [(a.name, a.affiliations) for a in article.authors] == [("Hedda I Olda", (0,)), ("J Oldb", ())]
    assert article.events == (Event("issued", Date(1998, 12, printed="1998 Dec-1999 Jan")),)
    assert (article.first_page, article.last_page, article.page_range) == ("347", "353", "347-53")
    assert article.headings == (MeshHeading(None, "Adenocarcinoma", False, (Qualifier(None, "surgery", True),)),)
    assert [(r.label, r.relation, r.pmid) for r in article.related] == [("CommentIn", "hasReplyFrom", "99300002")]


@pytest.mark.parametrize("root", ["PubmedArticle", "MedlineCitation"])
def test_single_record(root: str) -> None:
    """One record may be the root."""
    text = record()
    if root == "MedlineCitation":
        text = text[text.index("<MedlineCitation") : text.index("<PubmedData")]
    (article,) = items(text)
    assert isinstance(article, Article)
    assert article.pmid == "99100001"


def test_the_example_is_clean() -> None:
    """The example yields eight articles and no warning, and shows what it is meant to show."""
    found = [item for item in items(EXAMPLE.read_bytes()) if isinstance(item, Article)]
    assert len(found) == len(items(EXAMPLE.read_bytes())) == 8
    by_pmid = {article.pmid: article for article in found}
    headings = [(h.id, q.id) for a in found for h in a.headings for q in h.qualifiers if q.major]
    assert ("D003922", "Q000628") in headings
    assert [r.relation for r in by_pmid["99000003"].related] == ["isRetractedBy"]
    assert any(r.pmid == "99000003" for r in by_pmid["99000005"].references)


# --- two ways through a file --------------------------------------------------------------------------------------


def test_both_ways_give_equal_records() -> None:
    """Pieces and the whole document give the same items and lines, over many pieces and forms of line end."""
    records = [
        record(pmid=f"<PMID>{n}</PMID>", title=f"<i>T</i>\n {n} {'x' * 500}\r\n") for n in range(99100001, 99101000)
    ]
    records[7] = "<DeleteCitation>\n<PMID>99100008</PMID></DeleteCitation>\n"
    records[9] = "lost <Unknown/>\n" + records[9]
    document = in_set(*records)
    assert len(document) > 2 * stream.PIECE
    found = items(document)
    assert found == items(carefully(document))
    assert len([item for item in found if isinstance(item, Article)]) == 998
    assert {item.rule for item in found if isinstance(item, Warned)} == {"stray-text", "unknown-element"}
    *_, last = found
    assert isinstance(last, Article)
    before = document[: document.index("<PMID>99100999<")].encode()
    assert last.line == before.count(b"\n") + 1


def test_line_beyond_16_bits() -> None:
    """libxml2 keeps 16 bits of a line; the reader gives the true one all the same."""
    for document in (in_set("\n" * 70_000, record()), carefully(in_set("\n" * 70_000, record(title="\n\nT")))):
        assert [item.line for item in items(document) if isinstance(item, Article)] == [70_004]


@pytest.mark.parametrize("late", [False, True], ids=["first piece", "later piece"])
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("IFN-&gamma; rises", "IFN-γ rises"),
        ("a<![CDATA[ 1 < 2 </PubmedArticle> ]]>b", "a 1 < 2 </PubmedArticle> b"),
        ("A<?php evil ?><!-- </PubmedArticle> -->B", "AB"),
        ("&lt;i&gt; &amp; &#x3b1;", "<i> & α"),
        ('<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>x</mml:mi></mml:math>', "x"),
    ],
)
def test_what_is_not_plain(title: str, text: str, late: bool) -> None:
    """Entities, CDATA, comments and instructions are read as in one document, wherever in the file they stand."""
    before = [record(title="y" * 2000)] * (3 * stream.PIECE // 2000 if late else 0)
    found = items(in_set(*before, record(title=title), record(title="last")))
    titles = [item.title.text for item in found if isinstance(item, Article) and item.title]
    assert titles[-2:] == [text, "last"]
    assert len(titles) == len(found) == len(before) + 2


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(in_set(record(), "<PubmedArticle>"), id="unclosed"),
        pytest.param(in_set(record(article="<Volume/></Volume>")), id="closed twice"),
        pytest.param(in_set(record(article="<AuthorList></AuthorList>x<//AuthorList>")), id="end tag with two slashes"),
        pytest.param(in_set(record(citation="<MedlineJournalInfo></X>x<//X></MedlineJournalInfo>")), id="end tag for start"),
        pytest.param(in_set(record(citation='<CitationSubset a="1" a="2">IM</CitationSubset>')), id="attribute twice inside"),
        pytest.param(in_set(record(citation="<DateRevised><x:y/></DateRevised>")), id="undeclared prefix in a date"),
        pytest.param(in_set(record(), "</PubmedArticleSet><PubmedArticleSet>", record()), id="two roots in one piece"),
        pytest.param(in_set(record()) + in_set(record()), id="two documents"),
        pytest.param(in_set(record()) + "x", id="text behind the root"),
        pytest.param(in_set(record()) + "\0", id="NUL behind the root"),
        pytest.param(in_set(record())[:-30], id="truncated"),
        pytest.param(in_set(record(title="a & b")), id="bare ampersand"),
        pytest.param(in_set(record(title="&nonsense;")), id="undefined entity"),
        pytest.param(in_set(record(title="\x0b")), id="control character"),
        pytest.param(in_set(record(), prolog='<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "file:///etc/passwd">]>').replace(
            ">T<", ">&x;<"), id="external entity"),
        pytest.param(in_set(record(), prolog="\n" + PROLOG), id="blank line before the declaration"),
        pytest.param(in_set(record(), prolog=PROLOG * 2), id="two prologs"),
        pytest.param(in_set(record(title="<mml:math/>")), id="undeclared prefix"),
        pytest.param(in_set(record()).replace("<PubmedArticleSet>", '<PubmedArticleSet a="1" a="2">'), id="attribute twice"),
        pytest.param(in_set(record()).encode().replace(b">T<", b">\xff<"), id="no UTF-8"),
        pytest.param(in_set(record(title="<i>" * 300 + "</i>" * 300)), id="too deep"),
        pytest.param(in_set(record(title="<i>" * 252 + "</i>" * 252)), id="too deep where it stands"),
        pytest.param('<PubmedArticleSet xmlns="urn:other"><PubmedArticle/></PubmedArticleSet>', id="foreign namespace"),
        pytest.param("", id="empty"),
    ],
)  # fmt: skip
def test_file_faults(document: str | bytes) -> None:
    """A file that is not well-formed is refused whole, in pieces no less than as one document."""
    with pytest.raises(InputError) as caught:
        items(document)
    assert caught.value.rule


def test_fault_names_its_line() -> None:
    """The refusal names the line, wherever in the file it stands."""
    records = [record(title="y" * 2000)] * 300
    with pytest.raises(InputError) as caught:
        items(in_set(*records, record(title="a < b")))
    assert caught.value.rule == "xml-not-well-formed"
    assert caught.value.line == 304


MANY = "<b>x</b>" * 201
"""more end tags than an element may have that is parsed without others around it"""


def _descriptor(number: int) -> str:
    return f'<MeshHeading><DescriptorName UI="D00000{number}" MajorTopicYN="N">L{number}</DescriptorName></MeshHeading>'


@pytest.mark.parametrize(
    "citation",
    [
        f"<MeshHeadingList>{_descriptor(1)}<X>{MANY}</X>{_descriptor(2)}</MeshHeadingList>",
        f"<MeshHeadingList>{_descriptor(1)}<X/>{_descriptor(2)}</MeshHeadingList>",
        f"<MeshHeadingList>{_descriptor(1)}{_descriptor(2)}<X/></MeshHeadingList>",
        f"<MeshHeadingList>{_descriptor(1)}{_descriptor(2).replace('</MeshHeading>', '</MeshHeading >')}</MeshHeadingList>",
        f"<KeywordList><Keyword>{MANY}</Keyword ><X/><Keyword>second</Keyword></KeywordList>",
        f"<GeneralNote>{MANY}</GeneralNote ><GeneralNote>second</GeneralNote>",
    ],
)
def test_strangers_in_lists(citation: str) -> None:
    """What stands between the members of a list costs none of them."""
    article, _ = one(citation=citation)
    said = [heading.label for heading in article.headings if heading.label != "L1"]
    said += [keyword.text for keyword in article.keywords] + [statement.text for statement in article.statements]
    assert said[-1] in ("L2", "second")


@pytest.mark.parametrize(
    "citation",
    [
        f"<MeshHeadingList></a><a><X>{MANY}</X>{_descriptor(1)}</MeshHeadingList>",
        f"<MeshHeadingList>{_descriptor(1)}<x/></a><a><X>{MANY}</X>{_descriptor(2)}</MeshHeadingList>",
        f"<KeywordList><Keyword>{MANY}</Keyword ></a><a><Keyword>x</Keyword></KeywordList>",
    ],
)
def test_tags_that_would_close_what_is_around(citation: str) -> None:
    """An element that is parsed alone, among others for its depth, must be well-formed by itself."""
    with pytest.raises(InputError) as caught:
        items(in_set(record(citation=citation)))
    assert caught.value.rule == "xml-not-well-formed"


def _steps(document: str) -> int:
    """How many lines of Python it takes to read."""
    taken = 0

    def counted(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal taken
        taken += event == "line"
        return counted

    sys.settrace(counted)
    try:
        items(document)
    finally:
        sys.settrace(None)
    return taken


def test_notes_are_counted_once() -> None:
    """Many notes take no more than in proportion."""
    few, many = (_steps(in_set(record(citation="<GeneralNote>a</GeneralNote>" * n))) for n in (50, 500))
    assert many < 11 * few


@settings(max_examples=300)
@given(st.binary(max_size=12), st.integers(min_value=0), st.integers(min_value=0, max_value=20))
def test_damage_is_judged_alike(piece: bytes, at: int, cut: int) -> None:
    """Whatever is done to a file, both ways agree: the same items, or a refusal."""
    whole = in_set(record(title="a"), record(pmid="<PMID>99100002</PMID>", title="b&amp;c")).encode()
    at %= len(whole)
    damaged = whole[:at] + piece + whole[at + cut :]
    fast = outcome(damaged)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "_PLAIN_HEAD", re.compile(b"(?!)"))  # nothing is plain
        assert outcome(damaged) == fast


def usual(document: str) -> str:
    """The same document as PubMed writes it: without comments and other than plain references, attributes between ``"``."""
    document = re.sub(r"<!--.*?-->|<\?(?!xml ).*?\?>", "", document, flags=re.DOTALL)
    document = re.sub(r"<!\[CDATA\[(.*?)\]\]>", lambda match: html.escape(match[1]), document, flags=re.DOTALL)
    document = re.sub(r"&(?!amp;|lt;|gt;|quot;|apos;)[^;<]{1,30};", "x", document)
    return document.replace("\r", "").replace("='", '="').replace("'>", '">')


@pytest.mark.parametrize("path", [EXAMPLE, DATA / "everything.xml"], ids=["example", "everything"])
def test_what_is_usual_is_read_without_a_tree_of_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that is written as PubMed writes them is read by patterns; parsed are but single elements of it."""
    document = usual(path.read_text(encoding="utf-8"))
    document = re.sub(r"<(DeleteCitation|PubmedBookArticle)>.*?</\1>", "", document, flags=re.DOTALL)
    expected = items(carefully(document))
    assert [item for item in expected if isinstance(item, Article)]
    monkeypatch.setattr(stream.Piece, "elements", lambda piece, done: pytest.fail(f"a tree is made of {done + 1}"))
    assert items(document) == expected


def test_a_plain_record_needs_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms in which most elements come are read by patterns alone."""
    expected = items(PLAIN)
    assert expected == items(carefully(PLAIN))
    assert len(expected) == 1
    monkeypatch.setattr(forms, "_parsed", lambda text: pytest.fail(f"parsed: {text}"))
    assert items(PLAIN) == expected


PLAIN = (DATA / "plain.xml").read_text(encoding="utf-8")
_PIECES = re.split(r"(<[^>]*>)", usual((DATA / "everything.xml").read_text(encoding="utf-8")))
_PLAIN_PIECES = re.split(r"(<[^>]*>)", PLAIN)
_VALUES = st.sampled_from(
    [
        "", " ", "\t", "\r\n", "\u2003", "x", "1", "31", "2021", "13", "N", "a &amp; b", "&lt;", "&#x3b1;", "&#0;",
        "&alpha;", "&x;", "&", "<", ">", "]]>", "<!-- c -->", "<![CDATA[<b>]]>", "<?p i?>", "<i>x</i>", "<i/>",
        "<x:y/>", "<X a='1'/>", '<X a="1" a="2"/>', '<X xmlns="urn:x"/>', '<X a="&amp;&lt;>"/>', "<Volume/>",
        "<Volume></Volume>", "<Volume/></Volume>", "</Volume>",
        "</Volume>x<//Volume>", "</AuthorList>x<//AuthorList>", "a\nb", "<PubmedArticle>", "</PubmedArticle>", "<AuthorList>",
        "</AuthorList>", "<Author>", "</Author>", "<Author/>", "<Author><LastName>B</LastName></Author>",
        "<Day>1</Day>", "<DateRevised>", "<DateRevised>x</DateRevised>", "<PMID>1</PMID>", "<Citation>c</Citation>",
        '<ArticleId IdType="doi">10.5555/x</ArticleId>', "\x0b", "\ufffe", "é", "𝒳",
        MANY, f"<X>{MANY}</X>", f"</a><a><X>{MANY}</X>", f"<Keyword>{MANY}</Keyword ><X/>", "</Keyword >", "</Reference >",
        "<MeshHeading/>", "<MeshHeading></MeshHeading >", "</MeshHeading>", "</PublicationType>", "<Chemical>",
    ]
)  # fmt: skip
_CHANGES = st.lists(
    st.tuples(st.sampled_from(("put", "drop", "twice", "swap", "attribute")), st.integers(0, 9_999), _VALUES),
    min_size=1,
    max_size=3,
)


@settings(max_examples=600)
@given(st.sampled_from((_PIECES, _PLAIN_PIECES)), _CHANGES)
def test_what_is_unusual_is_judged_alike(whole: list[str], changes: list[tuple[str, int, str]]) -> None:
    """Whatever becomes of the tags and texts of a record, patterns and tree agree: the same items, or a refusal."""
    pieces = whole.copy()
    start = next(n for n, piece in enumerate(pieces) if piece.startswith("<PubmedArticleSet"))
    for what, place, value in changes:
        at = start + 1 + place % (len(pieces) - start - 2)
        if what == "put":
            pieces[at] = value
        elif what == "drop":
            del pieces[at]
        elif what == "twice":
            pieces.insert(at, pieces[at])
        elif what == "swap":
            pieces[at], pieces[at + 1] = pieces[at + 1], pieces[at]
        else:
            pieces[at] = pieces[at].replace(">", f' A="{value}">').replace('="', f'="{value}', 1)
    document = "".join(pieces).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        fast = outcome(document)
        patch.setattr(stream, "_PLAIN_HEAD", re.compile(b"(?!)"))  # nothing is plain
        assert outcome(document) == fast


def outcome(document: bytes) -> list[Item] | str:
    try:
        return items(document)
    except InputError:
        return "refused"


class _Endless(io.RawIOBase):
    """A set of so many records, made while it is read."""

    def __init__(self, number: int):
        text = record(title="x" * 3000).encode()
        head, foot = in_set("@").encode().split(b"@")
        self._parts: Iterator[bytes] = (
            head if n == 0 else foot if n == number + 1 else text for n in range(number + 2)
        )

    def read(self, size: int = -1) -> bytes:
        data = b""
        while len(data) < size and (part := next(self._parts, b"")):
            data += part
        return data


def test_memory_does_not_grow() -> None:
    """Four times the records take no more memory."""
    peaks = []
    for number in (500, 2000):
        tracemalloc.start()
        assert sum(1 for _ in pubmed.read(_Endless(number))) == number  # type: ignore[arg-type]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.3


def test_a_record_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record longer than the limit refuses the file rather than fill the memory."""
    monkeypatch.setattr(stream, "LONGEST_RECORD", 1 << 20)
    with pytest.raises(InputError, match="takes more than"):
        items(in_set(record(data="<x/>" * 1_000_000)))


def test_sniff() -> None:
    """The format is known by the root element, in any encoding, never by other signs."""
    assert pubmed.sniff(PROLOG.encode() + b"<PubmedArticleSet>")
    assert pubmed.sniff("<MedlineCitationSet>".encode("utf-16"))
    assert not pubmed.sniff(b"<article><PubmedArticleSet/></article>")
    assert not pubmed.sniff(b"PubmedArticleSet")


# --- values that are not what they claim --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pmid", "rule"),
    [
        ("", "no-pmid"),
        ("<PMID/>", "no-pmid"),
        ("<PMID>12 34</PMID>", "bad-pmid"),
        ("<PMID>../../etc/passwd</PMID>", "bad-pmid"),
        ("<PMID>1e5</PMID>", "bad-pmid"),
        ("<PMID>-7</PMID>", "bad-pmid"),
        ("<PMID>١٢٣</PMID>", "bad-pmid"),
        (f"<PMID>{'9' * 5000}</PMID>", "bad-pmid"),
    ],
)
def test_no_pmid_rejects_the_record_alone(pmid: str, rule: str) -> None:
    """A record without a PMID is rejected with a short reason; its neighbours are read."""
    first, rejected, last = items(in_set(record(), record(pmid=pmid), record()))
    assert isinstance(rejected, Rejected)
    assert (rejected.rule, rejected.line) == (rule, 5)
    assert "PMID" in rejected.message
    assert len(rejected.message) < 300
    assert isinstance(first, Article)
    assert isinstance(last, Article)


@pytest.mark.parametrize("printed", [" 203\n", "000203"])
def test_padded_pmid(printed: str) -> None:
    """White space and leading zeros around a PMID are repaired, with a warning."""
    article, warnings = one(pmid=f"<PMID>{printed}</PMID>")
    assert article.pmid == "203"
    assert rules(warnings) == ["padded-pmid"]


def _ids(doi: str) -> str:
    return f'<ArticleIdList><ArticleId IdType="doi">{doi}</ArticleId></ArticleIdList>'


def _elocation(doi: str, valid: str = "Y") -> str:
    return f'<ELocationID EIdType="doi" ValidYN="{valid}">{doi}</ELocationID>'


@pytest.mark.parametrize(
    ("printed", "doi", "warned"),
    [
        ("doi:10.5555/abc ", "10.5555/abc", False),
        ("https://doi.org/10.5555/ABC", "10.5555/abc", False),
        ("10.1002/(SICI)1097(19980815)17:15&lt;1661::AID&gt;3.0.CO;2-2",
         "10.1002/(sici)1097(19980815)17:15<1661::aid>3.0.co;2-2", False),
        ('10.5555/a b"c', None, True),
        ("not a doi", None, True),
        ("", None, False),
        ("10.5555/a\nb", None, True),
        ("10.5555/100%zz", None, True),
        ("10.5555/a&gt; . &lt;http://evil.example/s&gt; &lt;http://x", None, True),
    ],
)  # fmt: skip
def test_dirty_dois(printed: str, doi: str | None, warned: bool) -> None:
    """A DOI in another form is read; what is none is left out with one warning, although it is printed twice."""
    article, warnings = one(article=_elocation(printed), data=_ids(printed))
    assert article.doi == doi
    assert article.other_ids == ()
    assert rules(warnings) == ["bad-doi"] * warned


def test_a_reference_list_of_another_form() -> None:
    """What stands outside of a reference is one of its own."""
    article, _ = one(
        data='<ReferenceList><Title>Cited</Title><Citation>a</Citation><ArticleId IdType="pubmed">5</ArticleId>'
        "<Reference><Citation>b</Citation></Reference><ReferenceList><Reference><Citation>c</Citation></Reference>"
        "</ReferenceList></ReferenceList>"
    )
    assert article.references == (Reference("a"), Reference(None, pmid="5"), Reference("b"), Reference("c"))


def test_white_space_in_attributes() -> None:
    """A line end in an attribute is a blank (XML 1.0, 3.3.3)."""
    article, _ = one(data='<ArticleIdList><ArticleId IdType="my\nkind">x</ArticleId></ArticleIdList>')
    assert article.other_ids == (("my kind", "x"),)


def test_two_dois() -> None:
    """ArticleIdList wins over ELocationID, an invalid ELocationID counts for nothing, another DOI is kept beside."""
    article, warnings = one(article=_elocation("10.5555/b") + _elocation("10.5555/c", "N"), data=_ids("10.5555/a"))
    assert (article.doi, article.other_ids, warnings) == ("10.5555/a", (("doi", "10.5555/b"),), [])
    assert one(article=_elocation("bad") + _elocation("10.5555/b"), data=_ids("worse"))[0].doi == "10.5555/b"


def test_bad_identifiers() -> None:
    """PMCID, ORCID, ROR, ISSN and MeSH identifiers that fail their check are left out, each with its warning."""
    article, warnings = one(
        article='<Journal><ISSN IssnType="Print">0000-000A</ISSN></Journal><AuthorList>'
        '<Author><LastName>A</LastName><Identifier Source="ORCID">0000-0002-1825-0098</Identifier></Author>'
        '<Author><LastName>B</LastName><Identifier Source="ORCID">javascript:alert(1)</Identifier>'
        '<AffiliationInfo><Affiliation>X</Affiliation><Identifier Source="ROR">03vek6s53</Identifier></AffiliationInfo>'
        "</Author></AuthorList>",
        citation='<ChemicalList><Chemical><NameOfSubstance UI="&lt;x&gt;">C</NameOfSubstance></Chemical></ChemicalList>'
        '<MeshHeadingList><MeshHeading><DescriptorName UI="D00 0001" MajorTopicYN="X">M</DescriptorName>'
        '<QualifierName UI="D000001">Q</QualifierName></MeshHeading></MeshHeadingList>',
        data='<ArticleIdList><ArticleId IdType="pmc">PMC</ArticleId><ArticleId IdType="pmc">pmc123</ArticleId>'
        '<ArticleId IdType="weird">x y</ArticleId></ArticleIdList>',
    )
    assert sorted(rules(warnings)) == [
        *("bad-issn", "bad-mesh-id", "bad-mesh-id", "bad-mesh-id", "bad-orcid", "bad-orcid", "bad-pmcid", "bad-ror")
    ]
    assert all(w.record == "PMID 99100001" and w.line == 4 for w in warnings)
    assert article.pmcid == "PMC123"
    assert article.other_ids == (("weird", "x y"),)
    assert [a.orcid for a in article.authors] == [None, None]
    assert article.affiliations[0].ror is None
    assert article.headings == (MeshHeading(None, "M", False, (Qualifier(None, "Q"),)),)
    assert article.chemicals == (Substance(None, "C"),)
    assert article.journal is None


@pytest.mark.parametrize(
    ("printed", "date", "kept", "warned"),
    [
        ("<MedlineDate>2019 Nov-Dec</MedlineDate>", Date(2019, 11, None, "2019 Nov-Dec"), None, False),
        ("<MedlineDate>Winter 2000</MedlineDate>", Date(2000, None, None, "Winter 2000"), None, False),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", Date(1998, 12, None, "1998 Dec-1999 Jan"), None, False),
        ("<Year>2000</Year><Season>Spring</Season>", Date(2000, None, None, "2000 Spring"), None, False),
        ("<MedlineDate>2000-2001</MedlineDate>", Date(2000, None, None, "2000-2001"), None, False),
        ("<MedlineDate>1976-1977 Winter</MedlineDate>", Date(1976, None, None, "1976-1977 Winter"), None, False),
        ("<Year>2019</Year><Month>Mar</Month><Day>5</Day>", Date(2019, 3, 5), None, False),
        ("<Year>2019</Year><Month>03</Month>", Date(2019, 3), None, False),
        ("<Year>2019</Year><Month>13</Month>", Date(2019, None, None, "2019 13"), None, True),
        ("<Year>2019</Year><Month>Feb</Month><Day>31</Day>", Date(2019, 2, None, "2019 Feb 31"), None, True),
        ("<Year>0000</Year>", None, "0000", True),
        ("<Year>19xx</Year>", None, "19xx", True),
        ("<Year>99999</Year>", None, "99999", True),
        ("<MedlineDate>n.d.</MedlineDate>", None, "n.d.", True),
    ],
)  # fmt: skip
def test_publication_dates(printed: str, date: Date | None, kept: str | None, warned: bool) -> None:
    """A range or season gives its start and keeps its words; a false day falls back to what is sure, with a warning."""
    article, warnings = one(article=f"<Journal><JournalIssue><PubDate>{printed}</PubDate></JournalIssue></Journal>")
    assert article.events == (Event("issued", date, kept),)
    assert rules(warnings) == ["bad-date"] * warned


def test_no_date() -> None:
    """An empty PubDate is no event and no fault."""
    article, warnings = one(article="<Journal><JournalIssue><PubDate/></JournalIssue></Journal>")
    assert (article.events, warnings) == ((), [])


def test_online_date_of_the_history() -> None:
    """Without an ArticleDate the earliest of epublish and aheadofprint is the first day online."""
    history = "".join(
        f'<PubMedPubDate PubStatus="{status}"><Year>2020</Year><Month>{m}</Month><Day>1</Day></PubMedPubDate>'
        for status, m in (("epublish", 5), ("aheadofprint", 4), ("pubmed", 1), ("ppublish", 7))
    )
    article, _ = one(data=f"<History>{history}</History>")
    assert article.events == (Event("available", Date(2020, 4, 1)), Event("issued", Date(2020, 7, 1)))


@pytest.mark.parametrize(
    ("code", "languages", "warned"),
    [("eng", ("en",), False), ("mul", (), False), ("", (), False), ('xx"@y', (), True), ("en_US", ("en",), False)],
)
def test_languages(code: str, languages: tuple[str, ...], warned: bool) -> None:
    """A language that is none is left out with a warning; "several" is no one language."""
    article, warnings = one(article=f"<Language>{code}</Language>")
    assert article.languages == languages
    assert rules(warnings) == ["bad-language"] * warned


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Role of <i>Drosophila</i> H<sub>2</sub>O<sup>+</sup> in <b>cells</b>.", "Role of Drosophila H2O+ in cells."),
        ("A\n   title   with\tspace", "A title with space"),
        ("[Not Available].", "[Not Available]."),
        ("x" * 1_000_000, "x" * 1_000_000),
        ('x" . &lt;http://evil.example/s&gt; \\', 'x" . <http://evil.example/s> \\'),
        ("<i>" * 200 + "deep" + "</i>" * 200, "deep"),
    ],
)  # fmt: skip
def test_titles(title: str, text: str) -> None:
    """A title is its text, whole, white space folded, whatever stands in it."""
    article, warnings = one(title=title)
    assert article.title == Text(text, "en")
    assert warnings == []


@pytest.mark.parametrize("title", ["", "   "])
def test_no_title(title: str) -> None:
    """A record without a title is stored and warned of."""
    article, warnings = one(title=title)
    assert article.title is None
    assert rules(warnings) == ["no-title"]


def test_odd_authors() -> None:
    """One-name authors and ValidYN=N keep their place; an element that names nobody is no author."""
    article, warnings = one(
        article="<AuthorList><Author><CollectiveName>The <i>C</i> Group</CollectiveName></Author>"
        "<Author><LastName>Madonna</LastName></Author>"
        '<Author ValidYN="N"><LastName>Typo</LastName><ForeName>A</ForeName></Author>'
        "<Author/><Author><LastName></LastName></Author></AuthorList>"
    )
    assert [a.name for a in article.authors] == ["The C Group", "Madonna", "A Typo"]
    assert warnings == []


def test_many_authors_keep_their_order() -> None:
    """Thousands of authors come in the order of the record."""
    names = [f"N{n}" for n in range(5154)]
    article, _ = one(
        article=f"<AuthorList>{''.join(f'<Author><LastName>{n}</LastName></Author>' for n in names)}</AuthorList>"
    )
    assert [a.name for a in article.authors] == names


def test_bad_identifiers_of_references() -> None:
    """A reference keeps its text and place when an identifier of it is none; the warning names the reference."""
    article, warnings = one(
        data="<ReferenceList><Reference><Citation>A</Citation></Reference><Reference><Citation>B</Citation><ArticleIdList>"
        '<ArticleId IdType="doi">nonsense</ArticleId><ArticleId IdType="pubmed">77</ArticleId></ArticleIdList></Reference>'
        "</ReferenceList>"
    )
    assert article.references == (Reference("A"), Reference("B", pmid="77"))
    assert rules(warnings) == ["bad-doi"]
    assert "reference 2" in warnings[0].message


_CITED = st.lists(
    st.tuples(
        st.sampled_from(("doi", "pmc", "pubmed", "url")),
        st.sampled_from(
            (
                "10.5555/Cited.1",
                "10.5555/(SICI)1097&lt;1::x",
                "doi:10.5555/y",
                "PMC12",
                "12",
                "pmc7.2",
                "012",
                " 5 ",
                "0",
                "",
            )
        ),
    ),
    max_size=5,
)


@given(_CITED)
def test_identifiers_of_references_in_any_order(stated: list[tuple[str, str]]) -> None:
    """Identifiers that need no check, and those that do, are taken alike: of several of a kind the first that is one."""
    ids = "".join(f'<ArticleId IdType="{kind}">{text}</ArticleId>' for kind, text in stated)
    reference = f"<Reference><Citation>A</Citation><ArticleIdList>{ids}</ArticleIdList></Reference>"
    document = in_set(record(data=f"<ReferenceList>{reference}</ReferenceList>"))
    assert items(document) == items(carefully(document))


_MARKED = st.tuples(
    st.sampled_from(("D000001", "D000000001", "D1", "Q000001", "C000001", "d000001", "", " D000001")),
    st.sampled_from("YN"),
    st.sampled_from(("Fiction", " Fiction,\n invented ", "A &amp; B", " ", "")),
)


@given(_MARKED, st.lists(_MARKED, max_size=3))
def test_headings_however_they_are_marked(
    descriptor: tuple[str, str, str], qualifiers: list[tuple[str, str, str]]
) -> None:
    """Headings whose identifiers need no check, and those that do, are taken alike."""
    parts = "".join(
        f'<{name} UI="{ui.replace("D", letter)}" MajorTopicYN="{major}">{label}</{name}>'
        for name, letter, ui, major, label in (
            ("DescriptorName", "D", *descriptor),
            *(("QualifierName", "Q", *qualifier) for qualifier in qualifiers),
        )
    )
    heading = f"<MeshHeading>{parts}</MeshHeading>"
    document = in_set(record(citation=f"<MeshHeadingList>{heading * 2}</MeshHeadingList>"))
    assert items(document) == items(carefully(document))


@pytest.mark.parametrize(
    ("pagination", "expected"),
    [
        ("<MedlinePgn>101-112</MedlinePgn>", ("101", "112", None, None)),
        ("<MedlinePgn>169-80</MedlinePgn>", ("169", "180", "169-80", None)),
        ("<StartPage>169</StartPage><EndPage>180</EndPage><MedlinePgn>169-80</MedlinePgn>", ("169", "180", "169-80", None)),
        ("<MedlinePgn>S98-102</MedlinePgn>", ("S98", "102", None, None)),
        ("<MedlinePgn>1, 3-5</MedlinePgn>", ("1", None, "1, 3-5", None)),
        ("<MedlinePgn>e1234</MedlinePgn>", (None, None, None, "e1234")),
        ("<MedlinePgn/>", (None, None, None, None)),
    ],
)  # fmt: skip
def test_pagination(pagination: str, expected: tuple[str | None, ...]) -> None:
    """First and last page as far as they are sure; the printed form wherever it says something else."""
    article, _ = one(article=f"<Pagination>{pagination}</Pagination>")
    assert (article.first_page, article.last_page, article.page_range, article.elocation) == expected


# --- vocabulary ---------------------------------------------------------------------------------------------------


def test_the_record_that_breaks_a_file_is_named() -> None:
    """Of a file that is not well-formed the message says in which record, where that is certain."""
    one, two = (
        f"<PubmedArticle><MedlineCitation>\n<PMID>{n}</PMID>\nTEXT{n}\n</MedlineCitation></PubmedArticle>"
        for n in (1, 2)
    )
    whole = f"<PubmedArticleSet>\n{one}\n{two}\n</PubmedArticleSet>\n"
    for broken, record in (
        (whole.replace("TEXT2", "a & b"), "PMID 2"),
        (whole.replace("\n", " ").replace("TEXT2", "a & b"), None),
        (whole + "<more/>", None),
    ):
        with pytest.raises(InputError) as raised:
            list(pubmed.read(io.BytesIO(broken.encode())))
        assert raised.value.record == record
