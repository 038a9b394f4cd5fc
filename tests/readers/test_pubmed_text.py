"""The reader of PubMed's text export: what each paragraph becomes. People and papers are fictional."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.model import (
    AbstractSection,
    Article,
    Date,
    Event,
    Item,
    PublicationType,
    Rejected,
    Related,
    Statement,
    Text,
    Warned,
)
from kg.readers import pubmed_text

FILE = Path(__file__).parent.parent / "data" / "pubmed-text" / "records.txt"


def items(data: bytes) -> list[Item]:
    return list(pubmed_text.read(io.BytesIO(data)))


@pytest.fixture(scope="module")
def found() -> list[Item]:
    return items(FILE.read_bytes())


@pytest.fixture(scope="module")
def everything(found: list[Item]) -> Article:
    assert isinstance(found[0], Article)
    return found[0]


def test_citation(everything: Article) -> None:
    """The first paragraph gives journal, dates, volume, issue, pages; the last lines the identifiers."""
    assert (everything.pmid, everything.doi, everything.pmcid) == ("99200001", "10.5555/everything.text", "PMC9920001")
    assert everything.journal is not None
    assert everything.journal.nlm_abbreviation == "Fict J Everything"
    assert (everything.volume, everything.issue) == ("5", "Suppl 1")
    assert (everything.first_page, everything.last_page) == ("169", "180")
    assert set(everything.events) == {
        Event("issued", Date(2021, 1, None, "2021 Jan-Feb")),
        Event("available", Date(2020, 12, 24)),
    }


def test_texts(everything: Article) -> None:
    """Wrapped lines are joined; labels begin lines; the language of the article stands below its title."""
    assert everything.title == Text(
        "[Everything that a fictional record can say: IFN-gamma, H2O and p < 0.05, on more than one line].", "en"
    )
    assert everything.languages == ("de",)
    assert everything.abstract is not None
    assert everything.abstract.sections == (
        AbstractSection("Insulin is fictional here (1.5 mg/mL).", "BACKGROUND"),
        AbstractSection("We saw DNA: nothing else, but a line that is wrapped at its end.", "METHODS AND RESULTS"),
        AbstractSection("None of it is true.", "CONCLUSION"),
    )
    assert everything.rights.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert everything.conflict is not None
    assert everything.conflict.declares is False


def test_people(everything: Article) -> None:
    """Marks point to affiliations, a number inside an address does not; groups and collaborators are told apart."""
    assert [(a.name, a.family, a.initials, a.suffix, a.is_group, a.affiliations) for a in everything.authors] == [
        ("AB Example", "Example", "AB", None, False, (0, 1)),
        ("M van der Muster 3rd", "van der Muster", "M", "3rd", False, (0,)),
        ("SS Short", "Short", "SS", None, False, ()),
        ("Fictional Study Group", None, None, None, True, (2,)),
    ]
    assert [a.text for a in everything.affiliations] == [
        "Department of Fiction, University of Example, Exampletown 12345, Germany. ada@example.org.",
        "Institute of Further Fiction (5), Exampletown, Germany.",
        "Clinic of Fiction, Exampletown, Germany.",
    ]
    assert everything.equal_contributors == ((0, 1),)
    assert [(i.name, i.affiliations) for i in everything.investigators] == [("I Investigator", ()), ("H Helper", (1,))]


def test_links(everything: Article) -> None:
    """Links to other articles are separate citations, also where they are wrapped."""
    assert everything.related == (
        Related("CommentIn", "hasReplyFrom", "Fict J Comments. 2021;1:1. doi: 10.5555/comment.", "10.5555/comment"),
        Related(
            "CommentIn",
            "hasReplyFrom",
            "Fict J Answers. 2021 Mar;2(3):200-201. doi: 10.5555/answer.",
            "10.5555/answer",
        ),
        Related(
            "ErratumIn", "isCorrectedBy", "Fict J Everything. 2021 Mar;5(3):200. PMID: 99200002.", None, "99200002"
        ),
    )


def test_other_records(found: list[Item]) -> None:
    """Preprints and chapters; numbers that begin a paragraph of an abstract begin no record; a lost identifier."""
    preprint, chapter = (item for item in found[1:] if isinstance(item, Article))
    assert preprint.publication_types == (PublicationType("Preprint", "D000076942"),)
    assert preprint.journal is not None
    assert (preprint.journal.nlm_abbreviation, preprint.elocation) == ("bioRxiv", "2020.04.29.069476")
    assert preprint.abstract is not None
    assert preprint.abstract.text == "It has an abstract. 1. It counts.\n2. And counts on."
    assert [(r.record, r.rule, r.line) for r in found if isinstance(r, Rejected)] == [
        ("record 3", "no-identifier", 60),
    ]
    assert (chapter.is_book, chapter.title) == (True, Text("A chapter.", "en"))
    assert [(a.name, a.affiliations) for a in chapter.authors] == [("A Author 3rd", (0,)), ("BC Example", (0,))]
    assert chapter.journal is not None
    assert (chapter.journal.title, chapter.journal.publisher) == ("Fictional Books", "Fictional Press")
    assert chapter.events == (Event("issued", Date(2024, 1)), Event("available", Date(2023, 6, 23)))
    assert chapter.statements == (Statement("note-1", "Further metadata", "place: Exampletown (EX)"),)
    assert not [w for w in found if isinstance(w, Warned)]


SUMMARY = b"""1: Example AB, van der Muster M 3rd; Fictional Study Group. What do fictional
summaries say? A study. Fict J Everything (Exampletown). 2021 Jan;5(1):17-29. doi:
10.5555/summary. Epub 2020 Dec 24. PubMed PMID: 99210001; PubMed Central PMCID: PMC9921001.


2: No authors here. Fict J. 2020;1:e7. PMID: 99210002.

3: Example AB. [A title in brackets]. Fict J. 2020 May;1:2. German. doi: 10.5555/third. PMID: 99210003.
"""


def test_summaries() -> None:
    """One paragraph a record: authors, title, citation, identifiers."""
    assert pubmed_text.sniff(SUMMARY)
    first, second, third = (item for item in items(SUMMARY) if isinstance(item, Article))
    assert (first.pmid, first.pmcid, first.doi) == ("99210001", "PMC9921001", "10.5555/summary")
    assert first.title == Text("What do fictional summaries say? A study.", "en")
    assert [a.name for a in first.authors] == ["AB Example", "M van der Muster 3rd", "Fictional Study Group"]
    assert first.journal is not None
    assert first.journal.nlm_abbreviation == "Fict J Everything (Exampletown)"
    assert (first.volume, first.issue, first.first_page, first.last_page) == ("5", "1", "17", "29")
    assert set(first.events) == {Event("issued", Date(2021, 1)), Event("available", Date(2020, 12, 24))}
    assert (second.title, second.authors, second.elocation) == (Text("No authors here.", "en"), (), "e7")
    assert (third.title, third.doi) == (Text("[A title in brackets].", "en"), "10.5555/third")
    assert [s.text for a in (first, second, third) for s in a.statements] == ["citation: German"]


def test_damaged_bytes_cost_one_record() -> None:
    """Bytes that are no UTF-8 are named; the neighbours are read."""
    one = "{0}. Fict J. 2020;1:{0}.\n\n{1}.\n\nPMID: {0}\n\n\n"
    text = one.format(1, "A") + one.format(2, "Caf\xe9") + one.format(3, "C")
    first, bad, last = items(text.encode("latin-1"))
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(bad, Rejected)
    assert (bad.record, bad.rule, bad.line, bad.byte) == ("record 2", "not-utf-8", 10, text.index("\xe9"))


@pytest.mark.parametrize(
    ("head", "own"),
    [
        (b"\xef\xbb\xbf\r\n1. Fict J. 2021 Jan 3;5(1):1-9.\r\n", True),
        (b"1: Fict J. 2005 Jan;5(1):1-9.\n", True),
        (b"7. In: Fictional Books [Internet]. 2023.\n\nA chapter.\n\nPMID: 99200004\n", True),
        (b"1. Introduction\n\nIn 2021; a year.\n", False),
        (b"PMID: 1\n", False),
        (b"Letter to the Editor\nPMID: 1\n", False),
    ],
)
def test_heads(head: bytes, own: bool) -> None:
    """Only a numbered citation, or a number with PubMed's identifiers below, is this format."""
    assert pubmed_text.sniff(head) is own


def test_nothing_numbered() -> None:
    """A text without a numbered beginning gives no article; an empty one is refused."""
    (item,) = items(b"A text.\n\nPMID: 1\n")
    assert isinstance(item, Rejected)
    with pytest.raises(InputError):
        items(b"\n")
