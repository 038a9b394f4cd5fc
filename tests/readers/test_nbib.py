"""The reader of MEDLINE's display format: every tag, old records, damaged ones. People and papers are fictional."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import (
    AbstractSection,
    Accession,
    Article,
    Date,
    Event,
    Grant,
    Item,
    Keyword,
    MeshHeading,
    PublicationType,
    Qualifier,
    Rejected,
    Related,
    Statement,
    Substance,
    Text,
    Warned,
)
from kg.readers import nbib

DATA = Path(__file__).parent.parent / "data" / "nbib"


def items(data: bytes) -> list[Item]:
    return list(nbib.read(io.BytesIO(data)))


def one(text: str) -> tuple[Article, list[str]]:
    """The article of one record, and the rules of its warnings."""
    *warnings, article = items(f"PMID- 99200009\n{text}".encode())
    assert isinstance(article, Article)
    return article, [warning.rule for warning in warnings if isinstance(warning, Warned)]


@pytest.fixture(scope="module")
def everything() -> Article:
    found = items((DATA / "everything.nbib").read_bytes())
    article = found[-1]
    assert isinstance(article, Article)
    assert [(w.rule, w.line) for w in found[:-1] if isinstance(w, Warned)] == [("bad-orcid", 28), ("unknown-tag", 75)]
    return article


def test_identifiers(everything: Article) -> None:
    """AID before LID; further identifiers keep their scheme; a manuscript number that is stated twice stands once."""
    assert (everything.pmid, everything.doi, everything.pmcid) == ("99200001", "10.5555/everything.nbib", "PMC9920001")
    assert everything.pii == "S9900-0105(21)1"
    assert everything.other_ids == (("mid", "FICTMS1"), ("NASA", "00990001"), ("pii", "FJ-21-1"), ("fictid", "99-1"))
    assert (everything.record, everything.reader, everything.line) == ("PMID 99200001", "nbib", 2)


def test_journal_pages_dates(everything: Article) -> None:
    """The kinds of ISSN, abbreviated pages, a range of months, the publisher's history."""
    journal = everything.journal
    assert journal is not None
    assert (journal.title, journal.nlm_abbreviation) == ("Fictional journal of everything", "Fict J Everything")
    assert (journal.issn, journal.eissn, journal.issn_l, journal.nlm_id) == (None, "9900-0105", "9900-0210", "9900001")
    assert (everything.volume, everything.issue, everything.first_page, everything.last_page) == (
        "5",
        "Suppl 1",
        "169",
        "180",
    )
    assert everything.events == (
        Event("issued", Date(2021, 1, None, "2021 Jan-Feb")),
        Event("available", Date(2020, 12, 24)),
        Event("received", Date(2020, 3, 11)),
        Event("revised", Date(2020, 6, 30)),
        Event("accepted", Date(2020, 12, 1)),
    )


def test_texts(everything: Article) -> None:
    """Wrapped lines are one text; labels in capitals at the start of sentences part an abstract; a sign is no tag."""
    assert everything.title == Text(
        "[Everything that a fictional record can say: IFN-gamma, H2O and p < 0.05, on more than one line].", "en"
    )
    assert everything.vernacular_title == Text("Alles, was ein erfundener Eintrag sagen kann.", "de")
    assert everything.abstract is not None
    assert everything.abstract.sections == (
        AbstractSection("Insulin is fictional here (1.5 mg/mL).", "BACKGROUND"),
        AbstractSection("We saw DNA: nothing else.", "METHODS AND RESULTS"),
        AbstractSection("None of it is true.", "CONCLUSION"),
    )
    (other,) = everything.other_abstracts
    assert (other.text, other.lang, other.kind) == ("Ein erfundenes Abstract.", "de", "Publisher")
    assert everything.rights.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert everything.rights.year == 2021
    assert everything.conflict is not None
    assert everything.conflict.declares is False


def test_people(everything: Article) -> None:
    """A full name and its short form are one person; affiliations and ORCID follow; groups stand in their place."""
    first, second, group, short = everything.authors
    assert (first.name, first.given, first.family, first.initials) == ("Ada B Example", "Ada B", "Example", "AB")
    assert (first.orcid, first.affiliations) == ("0000-0002-1825-0097", (0, 1))
    assert (second.name, second.family, second.suffix) == ("Max van der Muster 3rd", "van der Muster", "3rd")
    assert (second.orcid, second.affiliations) == (None, (0,))
    assert (group.name, group.is_group) == ("Fictional Study Group", True)
    assert (short.name, short.given, short.initials) == ("SS Short", None, "SS")
    assert everything.affiliations[0].country_code == "DE"
    (investigator,) = everything.investigators
    assert everything.affiliations[investigator.affiliations[0]].text == "Clinic of Fiction, Exampletown, Germany."
    assert [editor.name for editor in everything.editors] == ["Eda Editor"]


def test_indexing(everything: Article) -> None:
    """Headings and substances by name (the format has no identifiers), stars for major topics."""
    assert everything.headings == (
        MeshHeading(
            None,
            "Diabetes Mellitus, Type 1",
            True,
            (Qualifier(None, "therapy"), Qualifier(None, "genetics", True)),
        ),
        MeshHeading(None, "Humans"),
    )
    assert everything.chemicals == (
        Substance(None, "Insulin"),
        Substance(None, "fictional oxide (FO)", "12136-45-7"),
    )
    assert everything.publication_types == (
        PublicationType("Journal Article", "D016428"),
        PublicationType("Randomized Controlled Trial", "D016449"),
        PublicationType("Fictional Type"),
    )
    assert everything.keywords == (
        Keyword("fictional records", None, "NOTNLM"),
        Keyword("stem cells", None, "NOTNLM", True),
    )
    assert everything.accessions == (
        Accession("ClinicalTrials.gov", "NCT99999999"),
        Accession("GENBANK", "FX000001"),
    )


def test_money_and_links(everything: Article) -> None:
    """Grant numbers may hold slashes; links to other articles keep their citation and identifiers."""
    assert everything.grants == (
        Grant("R01 FX000001", "NIFX NIH HHS", acronym="FX", country="United States"),
        Grant("BB/F000001/1", "Fictional Research Council", acronym="BB_", country="United Kingdom"),
        Grant(None, "Fictional Trust", country="United Kingdom"),
    )
    assert everything.related == (
        Related("ErratumIn", "isCorrectedBy", "Fict J Everything. 2021 Mar;5(3):200.", None, "99200002"),
        Related(
            "CommentIn",
            "hasReplyFrom",
            "Fict J Comments. 2021;1:1. doi: 10.5555/comment.",
            "10.5555/comment",
            "99200003",
        ),
        Related("RetractionOf", "retracts", "Doe J, et al. Fict J Everything. 2019;3:1."),
    )


def test_nothing_is_dropped(everything: Article) -> None:
    """What has no place is kept under its name; an unknown tag under itself."""
    assert everything.statements == (
        Statement("notes", "General note", "NLM: A general note."),
        Statement(
            "note-1",
            "Further metadata",
            "gene symbol: fic\nperson as subject: Muster M\nperson as subject: Muster, Maria\nXYZ: a tag of the future",
        ),
    )


def test_old_and_damaged_records() -> None:
    """A damaged record is refused with its line, its neighbours are read; one affiliation is the first author's."""
    found = items((DATA / "older.medline.txt").read_bytes())
    assert [(r.record, r.rule, r.line) for r in found if isinstance(r, Rejected)] == [
        ("record 2", "no-pmid", 21),
        ("record 4", "bad-pmid", 34),
    ]
    old, stray, book = (item for item in found if isinstance(item, Article))
    assert [author.affiliations for author in old.authors] == [(0,), ()]
    assert old.elocation == "e15"
    assert old.events == (Event("issued", Date(2006)), Event("available", Date(2006, 4, 1)))
    assert stray.title == Text("A line that is not indented.", "en")
    assert stray.elocation == "e777"
    assert stray.events == (Event("issued", None, "n.d."),)
    assert sorted(w.rule for w in found if isinstance(w, Warned) and w.record == "PMID 99200005") == [
        "bad-date", "bad-doi", "bad-issn", "bad-language", "stray-line",
    ]  # fmt: skip
    assert (book.is_book, book.title) == (True, Text("A fictional book"))
    assert book.events == (Event("available", Date(2009, 3, 4)), Event("revised", Date(2010, 5, 6)))
    assert book.journal is not None
    assert book.journal.publisher == "Fictional Press"


def test_bytes_that_are_not_utf8_cost_one_record() -> None:
    """The record, the line and the byte are named; the others are read. Windows line ends are line ends."""
    data = b"PMID- 1\r\nTI  - A.\r\n\r\nPMID- 2\r\nTI  - Caf\xe9.\r\n\r\nPMID- 3\r\nTI  - C\r\n      d.\r\n"
    first, bad, last = items(data)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert last.title == Text("C d.", "en")
    assert isinstance(bad, Rejected)
    assert (bad.record, bad.rule, bad.line, bad.byte) == ("PMID 2", "not-utf-8", 5, data.index(b"\xe9"))


def test_what_holds_no_field_is_refused() -> None:
    """A file without any field is none of this format."""
    with pytest.raises(InputError, match="no line begins"):
        items(b"\n\n")


def test_every_known_tag_gives_no_unknown_warning() -> None:
    """Each tag of NLM's list is mapped, kept or declined."""
    tags = (
        "AB AD AID AU AUID BTI CI CIN CN COI COIS CON CP CRDT CRF CRI CTDT CTI DA DCOM DDIN DEP DP DRDT DRIN ECF ECI ED EDAT "
        "EFR EIN EN FAU FED FIR FPS GN GR GS IP IR IRAD IS ISBN JID JT LA LID LR MH MHDA MID NM OAB OABL OCI OID ORI OT OTO "
        "OWN PB PG PHST PL PMC PMCR PRIN PROF PS PST PT PUBM RF RIN RN ROF RPF RPI RRF RRI SB SFM SI SO SPIN STAT TA TI TT "
        "UIN UOF VI VTI"
    ).split()
    _, rules = one("".join(f"{tag:<4}- 2020\n" for tag in tags))
    assert "unknown-tag" not in rules


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200))
def test_no_letter_of_a_title_is_lost(text: str) -> None:
    """Whatever a title holds, its letters and digits stay."""
    article, _ = one(f"TI  - x{text}\nDP  - 2020\n".replace("&", " "))
    assert article.title is not None
    expected = [c for c in text.replace("&", " ") if c.isalnum()]
    assert [c for c in article.title.text[1:] if c.isalnum()] == expected or "<" in text


@pytest.mark.skipif("KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA does not name a folder of real data")
def test_real_files() -> None:
    """Every record of the real exports is read, and none of their tags is unknown."""
    counts = {}
    for path in sorted((Path(os.environ["KG_TEST_DATA"]) / "samples" / "nbib").iterdir()):
        with path.open("rb") as stream:
            found = list(nbib.read(stream))
        assert not [w for w in found if isinstance(w, Rejected) or (isinstance(w, Warned) and w.rule == "unknown-tag")]
        counts[path.name] = sum(isinstance(item, Article) for item in found)
        assert counts[path.name] == sum(line.startswith(b"PMID-") for line in path.read_bytes().splitlines())
    assert sum(counts.values()) == 290
