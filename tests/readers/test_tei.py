"""The reader of GROBID's TEI: header, body, back matter, references. People and papers are fictional."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.model import (
    AbstractSection,
    Article,
    Correspondence,
    Date,
    Event,
    Grant,
    Item,
    Keyword,
    Reference,
    Rejected,
    Section,
    Statement,
    Text,
    Warned,
)
from kg.readers import tei

FILE = Path(__file__).parent.parent / "data" / "tei" / "everything.tei.xml"


def items(data: bytes) -> list[Item]:
    return list(tei.read(io.BytesIO(data)))


@pytest.fixture(scope="module")
def everything() -> Article:
    warned, article = items(FILE.read_bytes())
    assert isinstance(warned, Warned)
    assert warned.rule == "bad-email"
    assert isinstance(article, Article)
    return article


def test_identity(everything: Article) -> None:
    """The title without its markup; identifiers but the digest of the PDF."""
    assert (everything.record, everything.doi, everything.line) == (
        "doi 10.5555/everything.tei",
        "10.5555/everything.tei",
        2,
    )
    assert everything.other_ids == (("arxiv", "arXiv:2101.00001v1[q-bio]"),)
    assert everything.title == Text("Everything a fictional PDF can say: H2O")
    assert everything.languages == ("en",)
    assert everything.keywords == (Keyword("stem cells"), Keyword("insulin"))


def test_place_and_date(everything: Article) -> None:
    """The journal, its numbers, the date of publication once."""
    journal = everything.journal
    assert journal is not None
    assert (journal.title, journal.abbreviation) == ("Fictional Journal of Everything", "Fict J Everything")
    assert (journal.issn, journal.eissn, journal.publisher) == ("9900-0210", "9900-0105", "Fictional Press")
    assert (everything.volume, everything.issue, everything.first_page, everything.last_page) == (
        "5",
        "2",
        "169",
        "180",
    )
    assert everything.events == (Event("issued", Date(2021, 3, 11)),)
    assert everything.rights.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_people(everything: Article) -> None:
    """Parts of names, e-mail and ORCID; the affiliation as cut out, or its parts; one without author is kept apart."""
    first, second = everything.authors
    assert (first.name, first.given, first.family, first.suffix) == ("Ada B Example Jr", "Ada B", "Example", "Jr")
    assert (first.orcid, first.affiliations) == ("0000-0002-1825-0097", (0,))
    assert (second.name, second.initials, second.affiliations) == ("M. van der Muster", "M.", (1,))
    one, two = everything.affiliations
    assert one.text == "Dept of Fiction, Univ. of Example, 12345 Exampletown, Germany"
    assert (one.department, one.institution, one.postcode, one.city, one.country, one.country_code) == (
        "Dept of Fiction",
        "Univ. of Example",
        "12345",
        "Exampletown",
        "Germany",
        "DE",
    )
    assert two.text == "Laboratory of Doubt, Institute of Further Fiction, Exampletown, France"
    assert everything.correspondence == (Correspondence("Ada B Example Jr", 0, emails=("ada@example.org",)),)


def test_texts(everything: Article) -> None:
    """Sections by their place, nested by the numbers of their heads; sentences do not touch; floats and notes behind."""
    assert everything.abstract is not None
    assert everything.abstract.sections == (
        AbstractSection("One sentence. Another < sentence.", "Aim"),
        AbstractSection("None.", "Results"),
    )
    assert everything.sections == (
        Section("1", "Introduction", "We cite [1].\nTwice."),
        Section("1.1", "Background", "More.\nE = mc 2 (1)"),
        Section("2", "Methods", "A list:\none\ntwo"),
        Section("3", None, "Figure 1. A picture.\nTable 1. Numbers.\na\t1\nb\t2", "floats"),
        Section("4", None, "1 A footnote.", "footnotes"),
        Section("5", "Appendix", "More of it.", "appendix"),
    )


def test_back_matter(everything: Article) -> None:
    """Statements under their names, money with its funder or number; what has no place is kept."""
    assert everything.statements == (
        Statement("acknowledgements", "Acknowledgements", "We thank nobody."),
        Statement("data-availability", "availability", "All data are fictional."),
        Statement("note-1", "Further metadata", "affiliation of nobody: Introduction\nsubmission: Received in haste"),
    )
    assert everything.conflict is not None
    assert everything.conflict.declares is False
    assert everything.grants == (
        Grant(None, "Fictional Research Council", "https://doi.org/10.13039/501100000000"),
        Grant("FX 1", None, text="Fiction grant"),
    )


def test_references(everything: Article) -> None:
    """As printed, or parts in the order of a citation; every identifier; an empty one is none."""
    assert everything.references == (
        Reference(
            "J Doe, A Roe. A cited work. Fict J. 1(2): 3-4. 2019", "b0", "10.5555/cited", "99100001", "PMC9910001"
        ),
        Reference("Nobody. A book. arxiv: 1901.00001", "b1"),
    )


def test_records_that_cannot_be_used() -> None:
    """Without header there is no article; its neighbour in a corpus is read. What is no TEI is refused."""
    corpus = (
        '<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">\n<TEI><text><body><p>x</p></body></text></TEI>\n'
        "<TEI><teiHeader><fileDesc><titleStmt><title>A</title></titleStmt></fileDesc></teiHeader></TEI>\n"
        "<TEI><teiHeader><fileDesc><titleStmt><title/></titleStmt></fileDesc></teiHeader></TEI></teiCorpus>"
    )
    bad, good, empty = items(corpus.encode())
    assert isinstance(good, Article)
    assert [(r.rule, r.line) for r in (bad, empty) if isinstance(r, Rejected)] == [("no-header", 2), ("no-identity", 4)]
    with pytest.raises(InputError, match="no TEI"):
        items(b"<teiCorpus/>")
    with pytest.raises(InputError):
        items(b"<TEI><teiHeader>")
    with pytest.raises(InputError, match="neither declared"):
        items(b"<TEI><teiHeader>&nothing;</teiHeader></TEI>")


@pytest.mark.skipif("KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA does not name a folder of real data")
def test_real_files() -> None:
    """Every real file is read without a warning, with its authors, sections and references."""
    for path in sorted((Path(os.environ["KG_TEST_DATA"]) / "samples" / "tei").iterdir()):
        (article,) = items(path.read_bytes())
        assert isinstance(article, Article)
        assert article.title
        assert len(article.authors) > 4
        assert len(article.sections) > 10
        assert len(article.references) == path.read_bytes().count(b"<biblStruct xml:id")
