"""The letter reader: publisher's plain text, in any order, wrapped or not. All people and papers are made up."""

from __future__ import annotations

import io
import os
import random
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kg.errors import InputError
from kg.model import Article, Item, Rejected, Warned
from kg.readers import letter

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "examples" / "letter.txt").read_text(encoding="utf-8")
DATA = ROOT / "tests" / "data" / "letter"


def items(text: str | bytes) -> list[Item]:
    return list(letter.read(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def article(text: str | bytes) -> Article:
    found = items(text)[-1]
    assert isinstance(found, Article)
    return replace(found, line=None)


def rules(text: str | bytes) -> list[str]:
    return [item.rule for item in items(text) if isinstance(item, Warned)]


def test_example_in_full() -> None:
    """Every line of the example letter becomes the field that it states, without a warning."""
    a = article(EXAMPLE)
    assert rules(EXAMPLE) == []
    assert a.record == "doi 10.5555/fjsc.v9.i3.100042"
    assert a.doi == "10.5555/fjsc.v9.i3.100042"
    assert [(t.label, t.id) for t in a.publication_types] == [("Letter to the Editor", "D016422")]
    assert a.title is not None
    assert a.title.text == "Islet cells grown from stem cells in type 1 diabetes: A fictional example of a letter"
    assert a.journal is not None
    assert (a.journal.abbreviation, a.volume, a.issue, a.elocation, a.first_page) == (
        "Fict J Stem Cells",
        "9",
        "3",
        "100042",
        None,
    )
    assert [(e.kind, e.date and (e.date.year, e.date.month, e.date.day)) for e in a.events] == [
        ("received", (2023, 11, 1)),
        ("revised", (2024, 1, 15)),
        ("accepted", (2024, 2, 29)),
        ("issued", (2024, 3, 26)),
        ("available", (2024, 3, 26)),
    ]
    assert [(x.name, x.family, x.is_group, x.affiliations) for x in a.authors] == [
        ("Ada Placeholder", "Placeholder", False, (0,)),
        ("Bo Lorem-Ipsum", "Lorem-Ipsum", False, (0, 1)),
        ("Chloé Müsterfrau", "Müsterfrau", False, (1,)),
        ("José de la Muestra", "de la Muestra", False, (1,)),
        ("Fictional Islet Study Group", None, True, (2,)),
    ]
    assert [x.orcid for x in a.authors] == ["0000-0002-1825-0097", None, None, "0000-0001-5109-3700", None]
    assert a.affiliations[1].text.startswith("Institute of Invented Regeneration, University of Nowhere")
    assert a.affiliations[1].country_code == "US"
    assert [(c.author, c.degree, c.rank, c.emails) for c in a.correspondence] == [
        (0, "MD, PhD", "Associate Professor", ("ada.placeholder@example.org",)),
        (3, "PhD", "Full Professor", ("jose@example.com", "muestra@example.com")),
    ]
    address = a.correspondence[0].address
    assert address is not None
    assert address.text.endswith("Invented Street 1, Exampleville 12345, Bavaria, Germany")
    assert (address.city, address.postcode, address.country_code) == ("Exampleville", "12345", "DE")
    assert a.equal_contributors == ((0, 1),)
    assert {(c.author, c.role) for c in a.credits} == {
        (0, "conceptualization"), (0, "writing-original-draft"), (1, "formal-analysis"), (1, "investigation"),
        (2, "visualization"), (3, "funding-acquisition"), (3, "supervision"), (3, "writing-review-editing"),
    }  # fmt: skip
    assert [(g.number, g.funder) for g in a.grants] == [
        ("FSF-2023-0042", "Fictional Science Foundation"),
        ("FSF-2023-0043", "Fictional Science Foundation"),
        ("IDT/77", "Imaginary Diabetes Trust"),
    ]
    assert a.conflict is not None
    assert a.conflict.declares is True
    assert a.rights.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert (a.rights.holder, a.rights.year) == ("The Author(s)", 2024)
    assert a.processing_time == "146 Days and 2.5 Hours"
    assert len(a.keywords) == 7
    assert a.abstract is not None
    assert a.abstract.text.startswith("This letter is fictional: its people")
    statements = {s.name: s for s in a.statements}
    assert set(statements) == {
        "contributions", "ethics", "data-availability", "open-access", "funding", "core-tip", "note-1", "note-2",
        "note-3", "note-4",
    }  # fmt: skip
    assert (statements["note-3"].heading, statements["note-3"].text) == ("Peer-review started", "November 3, 2023")
    assert statements["note-4"].heading == "Manuscript source"


def wrapped(text: str, width: int, *, hyphens: bool, end: str) -> bytes:
    lines = [textwrap.wrap(line, width, break_on_hyphens=hyphens, break_long_words=False) for line in text.split("\n")]
    return end.join(end.join(line) for line in lines).encode()


@settings(max_examples=60)
@given(st.integers(60, 100), st.booleans(), st.sampled_from(["\n", "\r\n", "\r", "\u2028"]), st.booleans())
def test_wrapping_and_line_ends_mean_nothing(width: int, hyphens: bool, end: str, mark: bool) -> None:
    """The same article at any width, with any line end, with or without a byte order mark."""
    text = wrapped(EXAMPLE, width, hyphens=hyphens, end=end)
    assert article((b"\xef\xbb\xbf" if mark else b"") + text) == article(EXAMPLE)


HEADER = EXAMPLE[: EXAMPLE.index("Co-first authors")]
SECTIONS = [
    "Author contributions: Placeholder A wrote the original draft; Müsterfrau C prepared the figures.",
    "Conflict-of-interest statement: The authors have nothing to disclose.",
    "Corresponding author: Ada Placeholder, MD, Professor, Sham Clinic, Rome 00100, Italy. a@example.org",
    "Received: November 1, 2023",
    "Accepted: February 29, 2024",
    "Processing time: 146 Days and 2.5 Hours",
    "Abstract\n\nA fictional abstract.\n\nIn two paragraphs.",
    "Keywords: one; two, three",
    "Core Tip: A fictional tip.",
    "Supported by the Sham Fund, No. 1.",
    "Open Access: An open-access article (CC BY-NC 4.0).",
    "Acknowledgements: Nobody.",
    "Citation: Placeholder A. Islet cells. Fict J Stem Cells 2024; 9(3): 100042",
]


@settings(max_examples=60)
@given(st.permutations(SECTIONS), st.sampled_from(["\n", "\n\n", "\r\n"]), st.integers(0, len(SECTIONS)))
def test_order_of_sections_means_nothing(order: list[str], gap: str, cut: int) -> None:
    """Sections in any order, with or without blank lines between them; a missing one changes no other field."""
    assert article(HEADER + gap.join(order)) == article(HEADER + "\n".join(SECTIONS))
    few = article(HEADER + "\n".join(s for s in SECTIONS if s in order[:cut]))
    assert article(HEADER + gap.join(order[:cut])) == few
    assert (few.title, few.authors, few.affiliations) == (article(EXAMPLE).title, tuple(
        replace(x, orcid=None) for x in article(EXAMPLE).authors), article(EXAMPLE).affiliations)  # fmt: skip


def test_header_may_be_missing() -> None:
    """Without type, copyright, journal and publication lines, title and authors are still found."""
    front = HEADER.split("\n", 4)[4]
    a = article(front + "\n".join(SECTIONS))
    assert (a.title, len(a.authors), a.doi) == (article(EXAMPLE).title, 5, None)


def test_new_layout() -> None:
    """Several corresponding authors in one line, a consortium, a structured abstract, a date that is none."""
    text = (DATA / "new-layout.txt").read_text(encoding="utf-8")
    a = article(text)
    assert rules(text) == ["date-invalid", "processing-time-differs"]
    assert [x.name for x in a.authors] == ["Wei Li", "Jia Xu", "Ana María De la Cruz", "GLOW Consortium"]
    assert a.authors[2].family == "De la Cruz"
    assert [(c.author, c.emails) for c in a.correspondence] == [
        (1, ("xujia@example.cn",)),
        (2, ("amdelacruz@example.es",)),
    ]
    assert a.abstract is not None
    assert [(s.label, s.text) for s in a.abstract.sections] == [
        ("BACKGROUND", "Beta cells are sham."),
        ("AIM", "To review."),
    ]
    assert [k.text for k in a.keywords] == ["beta cells", "diabetes mellitus, type 2", "GLP-1"]
    accepted = next(e for e in a.events if e.kind == "accepted")
    assert (accepted.date, accepted.printed) == (None, "November 31, 2025")
    assert a.citation is not None
    assert a.citation.startswith("Li W, Xu J")


def test_old_layout() -> None:
    """Page range, ISSN line, "for the … Study Group", affiliations parted by semicolons, two dates on a line."""
    a = article((DATA / "old-layout.txt").read_text(encoding="utf-8"))
    assert (a.first_page, a.last_page, a.elocation) == ("6461", "6467", None)
    assert a.journal is not None
    assert (a.journal.issn, a.journal.eissn) == ("1007-9327", "2219-2840")
    assert [(x.name, x.suffix, x.affiliations) for x in a.authors] == [
        ("John A Smith Jr", "Jr", (0,)),
        ("Wei-Guo van der Berg", None, (0,)),
        ("Li Wang", None, (1,)),
        ("SHAM Study Group", None, ()),
    ]
    assert [e.kind for e in a.events] == ["received", "revised", "accepted", "issued", "available"]
    assert a.correspondence[0].author == 1
    assert [(g.number, g.funder) for g in a.grants][1:] == [("2011-A", "Sham Fund"), ("2012-B", "Sham Fund")]
    assert ("INTRODUCTION", "Nothing is known.") in [(s.heading, s.text) for s in a.statements]


def test_unknown_section_is_kept_with_its_heading() -> None:
    """A label that the reader does not know starts a note; its text is whole."""
    a = article(HEADER + "Received: May 1, 2023\nBiosafety remarks: None were\nneeded at all.\nKeywords: a; b")
    assert [(s.name, s.heading, s.text) for s in a.statements] == [
        ("note-1", "Biosafety remarks", "None were needed at all.")
    ]
    assert [k.text for k in a.keywords] == ["a", "b"]


def test_line_without_a_place_is_kept_and_named() -> None:
    """What cannot be placed becomes a note, and a warning names its line."""
    text = HEADER + "A line that belongs to nothing.\nReceived: May 1, 2023"
    line = text.split("\n").index("A line that belongs to nothing.") + 1
    warning = next(item for item in items(text) if isinstance(item, Warned))
    assert (warning.rule, warning.line) == ("line-not-placed", line)
    assert article(text).statements[0].text == "A line that belongs to nothing."


@pytest.mark.parametrize(("days", "warned"), [("145 Days", False), ("146 Days", False), ("147 days and 3 hours", False),
                                              ("149 Days and 1.0 Hours", True), ("soon", True)])  # fmt: skip
def test_processing_time_is_checked_and_kept(days: str, warned: bool) -> None:
    """A processing time that differs by more than a day from published - received is kept, with a warning."""
    text = EXAMPLE.replace("146 Days and 2.5 Hours", days)
    assert article(text).processing_time == days
    assert bool(rules(text)) is warned


def test_failed_checks_never_become_identifiers() -> None:
    """A DOI, ORCID iD or e-mail that fails its check is warned of, and its text stays."""
    bad = EXAMPLE.replace("0000-0002-1825-0097", "0000-0002-1825-0098").replace(
        "doi: 10.5555/fjsc.v9.i3.100042", "doi: 10.55/x"
    )
    bad = bad.replace("ada.placeholder@example.org", "ada..placeholder@example")
    a = article(bad)
    assert set(rules(bad)) == {"orcid-invalid", "doi-invalid", "email-invalid"}
    assert (a.authors[0].orcid, a.doi, a.correspondence[0].emails) == (None, None, ())
    assert any("0000-0002-1825-0098" in s.text for s in a.statements)
    assert "ada..placeholder@example" in str(a.correspondence[0].text)


@pytest.mark.parametrize(
    ("text", "declares"),
    [
        ("All the authors report no relevant conflicts of interest for this article.", False),
        ("The authors have nothing to disclose.", False),
        ("Dr. Doe has received speaker fees from Sham Pharma.", True),
        ("Dr. Doe is an employee of Sham Pharma; the others declare no conflict.", True),
        ("See the forms.", None),
    ],
)
def test_conflict(text: str, declares: bool | None) -> None:
    """Whether a statement declares a conflict; None where that is unclear."""
    conflict = article(f"{HEADER}Conflict-of-interest statement: {text}").conflict
    assert conflict is not None
    assert (conflict.text, conflict.declares) == (text, declares)


def test_invalid_utf8_is_named_with_byte_and_line() -> None:
    """A file that is not UTF-8 is refused, with the place."""
    with pytest.raises(InputError) as error:
        items("Editorial\nCafé".encode("latin-1"))
    assert (error.value.rule, error.value.byte, error.value.line) == ("not-utf-8", 13, 2)
    assert "UTF-8" in str(error.value)


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\x00\x00"])
def test_empty_file_is_refused(data: bytes) -> None:
    """Nothing but blanks is no record."""
    with pytest.raises(InputError, match=r"empty|nothing"):
        items(data)


def test_control_characters_are_removed_and_named() -> None:
    """NUL and its kind go, the record stays."""
    text = EXAMPLE.replace("Islet cells grown", "Islet\x00 cells\x07 grown")
    assert rules(text) == ["control-character"]
    assert article(text) == article(EXAMPLE)


def test_without_title_and_doi_rejected() -> None:
    """A file of sections alone is no record."""
    found = items("Received: May 1, 2023\nKeywords: a; b")
    assert isinstance(found[-1], Rejected)
    assert not any(isinstance(item, Article) for item in found)


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (EXAMPLE, True), (HEADER, True), ("Received: May 1, 2023\nAbstract\nText", True), ("\ufeff" + EXAMPLE, True),
        ("Letter to the Editor\nA title", True), ("Editorial", False), ("p53 binds DNA.\nNext.", False), ("", False),
        ("PMID- 1\nOWN - NLM\nTI  - Abstract", False), ("TY  - JOUR\nKeywords: a\nAbstract: b\nER  - ", False),
        ("<article>\nAbstract: a\nKeywords: b", False), ('{"a":\nAbstract: a\nKeywords: b', False),
        ("id,title,doi\nAbstract: a\nKeywords: b", False), ("@prefix a: <b> .\nAbstract: a\nKeywords: b", False),
        ("1. J Sham. 2020. doi: 10.5555/x.\n\nTitle\n\nAuthor information: A\nDOI: 10.5555/x\nPMID: 1", False),
    ],
)  # fmt: skip
def test_sniff(head: str, known: bool) -> None:
    """Front matter is claimed; prose and other formats are not."""
    assert letter.sniff(head.encode()) is known


def test_sniff_never_claims_binary() -> None:
    """Bytes that are no text are not claimed, whatever labels are among them."""
    assert not letter.sniff(b"\x1f\x8b" + EXAMPLE.encode())
    assert not letter.sniff(b"\x00\x01\x02\x03" * 50 + b"\nReceived: May 1, 2023\nKeywords: a\nAbstract: b")


@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_no_damage_makes_the_reader_fail(rng: random.Random) -> None:
    """Lines dropped, doubled, swapped and cut: always an article or a rejection, never another error."""
    lines = EXAMPLE.split("\n")
    for _ in range(rng.randint(1, 12)):
        n, m = rng.randrange(len(lines)), rng.randrange(len(lines))
        match rng.randint(0, 3):
            case 0:
                lines[n] = ""
            case 1:
                lines[n], lines[m] = lines[m], lines[n]
            case 2:
                lines[n] = lines[n][: rng.randint(0, len(lines[n]))]
            case _:
                lines[n] = lines[n] + lines[m]
    try:
        found = items("\n".join(lines))
    except InputError:
        return
    assert isinstance(found[-1], Article | Rejected)
    assert all(isinstance(item, Warned) for item in found[:-1])


@pytest.mark.parametrize(
    "unit", [" ", "(", "@", "a@b ", "A. ", "; ", "Ada Doe, ", "A: b\n", "A\n-\n", "1 ", " and B C"]
)
@pytest.mark.parametrize(
    "label", ["", "Author contributions: ", "Corresponding author: ", "Supported by ", "ORCID number: "]
)
def test_long_runs_are_read(label: str, unit: str) -> None:
    """Long runs of one character or word give a record or a rejection."""
    text = f"{HEADER}{label}{unit * (20_000 // len(unit))}"
    assert isinstance(items(text)[-1], Article | Rejected)


def calls(text: str) -> int:
    """How many calls of functions it takes to read a text."""
    found = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal found
        found += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        items(text)
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.parametrize("unit", ["A\n", "A\n-\n", "A: b\n", "Ada Doe\n", "a@example.org\n", "A b, c d,\n"])
@pytest.mark.parametrize(
    "label", ["", "Corresponding author: ", "Correspondence: a@b.org, ", "Abstract: ", "Cite as: "]
)
def test_twice_as_many_lines_take_twice_as_many_calls(label: str, unit: str) -> None:
    """No line makes the reader look through all lines before it."""
    one, two = (calls(f"{HEADER}\n{label}{unit * lines}") for lines in (500, 1000))
    assert two < 2.3 * one


@pytest.mark.parametrize("line", ["Ada Doe1, Bo Roe2", "Table 1", "A, B", "1 2 3", "Fict J. Jan 15, 2026; 17(1): 11"])
def test_lines_of_no_section_are_read_a_few_times(line: str) -> None:
    """An author list is looked for among them without trying every line as its first and as its last."""
    assert calls(f"{line}\n\n" * 150) < 150 * 25_000


REAL = os.environ.get("KG_TEST_DATA")


@pytest.mark.skipif(not REAL, reason="KG_TEST_DATA does not name the folder of real data")
def test_real_letters() -> None:
    """Every real letter is read without a warning, the same at each width."""
    for path in sorted((Path(str(REAL)) / "letters").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        a = article(text)
        assert rules(text) == []
        assert a.doi
        assert a.authors
        assert all(x.affiliations for x in a.authors)
        for width in range(60, 101, 5):
            assert article(wrapped(text, width, hyphens=True, end="\r\n")) == a


def test_a_text_of_endless_length_is_refused() -> None:
    """Memory is bounded: no article is that long."""
    with pytest.raises(InputError) as raised:
        list(letter.read(io.BytesIO(b"a line\n" * (letter.LONGEST // 7 + 1))))
    assert raised.value.rule == "too-long"


def test_text_without_front_matter_says_so() -> None:
    """Prose becomes a record only with a warning that nothing but a title was recognised in it."""
    items = list(letter.read(io.BytesIO(b"p53 binds DNA.\nNext.\n")))
    assert [item.rule for item in items if isinstance(item, Warned)][-1] == "no-front-matter"
    assert isinstance(items[-1], Article)
    assert items[-1].title
    assert items[-1].title.text.startswith("p53 binds DNA.")


PAGE = """Letter to the Editor

{title}

Ada Doe1, Bo Roe2

1Sham University, Rome, Italy
2Other University, Oslo, Norway

Received: 1 May 2024
DOI: 10.5555/sham.1
"""


@pytest.mark.parametrize(
    "title",
    [
        "Order of authors: the last may be first",
        "Authors: who they are, and why it matters",
        "Informed consent: a matter of trust?",
        "Stem cells: a milestone",
    ],
)
def test_title_that_begins_like_a_section(title: str) -> None:
    """A label names a section only if something stands there that a title is not: names follow the title."""
    for names in ("Ada Doe1, Bo Roe2", "Ada Doe¹ and Bo Roe²"):
        a = article(PAGE.format(title=title).replace("Ada Doe1, Bo Roe2", names))
        assert (a.title and a.title.text, [x.name for x in a.authors]) == (title, ["Ada Doe", "Bo Roe"])


def test_section_above_the_title_stays_one() -> None:
    """What no names follow is the section that its label says."""
    a = article(PAGE.format(title="Funding: the fund of nobody\n\nOn nothing"))
    assert (a.title and a.title.text, [x.name for x in a.authors]) == ("On nothing", ["Ada Doe", "Bo Roe"])
    assert [grant.text for grant in a.grants] == ["the fund of nobody"]


def test_title_behind_a_line_that_the_wrapper_filled() -> None:
    """A statement of rights ends with its sentence, also where the break behind it could be the wrapper's."""
    text = """COPYRIGHT
© 2024 Doe and Roe. This is an open access article under the terms of a sham license that stands here.
Identification of sham loci in fictional mice of which nobody has ever heard, not even in a dream: a
study
Ada Doe1* and Bo Roe2
1Sham University, Rome, Italy, 2Other University, Oslo, Norway
Abstract
Nothing is known.
"""
    a = article(text)
    assert a.title is not None
    assert a.title.text.startswith("Identification of sham loci")
    assert a.title.text.endswith("in a dream: a study")
    assert [(x.name, x.affiliations) for x in a.authors] == [("Ada Doe", (0,)), ("Bo Roe", (1,))]


def test_last_line_of_a_wrapped_title_names_nobody() -> None:
    """Words of the title that look like names, marked or in the address or the citation as well, stay in it."""
    text = """Article
Label-free sham proteomics of an acetylome that is not there identifies some
Substrates of Gcn1 in Fictional Rice Autophagy and Epigenetic Regulation
Tamil Nadu, India
Ada Doe 1,*, Bo Roe 2 and Cy Poe 1,2
1 Sham University, Tamil Nadu, India
2 Other University, Oslo, Norway
* Correspondence: Ada Doe, Sham University, Tamil Nadu, India. ada@example.org
Citation: Doe, A.; Roe, B.; Poe, C. Label-free sham proteomics of an acetylome that is not there
identifies some Substrates of Gcn1 in Fictional Rice Autophagy and Epigenetic Regulation Tamil Nadu,
India. Sham 2024, 1, 12.
"""
    a = article(text)
    assert a.title is not None
    assert a.title.text.endswith("Epigenetic Regulation Tamil Nadu, India")
    assert [x.name for x in a.authors] == ["Ada Doe", "Bo Roe", "Cy Poe"]


def test_affiliation_that_the_wrapper_broke_before_its_institution() -> None:
    """A list of affiliations is one by the marks of the names, whatever its first line says."""
    text = """A study of nothing

Ada Doe a, b, Bo Roe b, *

a Nowhere Province Key Base of New Sham and Fictional Foundation
Research, Pharmacy College, Sham University, Xianyang, China
b ESALQ/USP

Keywords: sham; nothing; words that go on to the end of the line here
CONTACT Bo Roe roe@example.org Sham University, Rome, Italy
"""
    a = article(text)
    assert [(x.name, x.affiliations) for x in a.authors] == [("Ada Doe", (0, 1)), ("Bo Roe", (1,))]
    assert a.affiliations[1].text == "ESALQ/USP"
    assert [c.emails for c in a.correspondence] == [("roe@example.org",)]
    assert [k.text for k in a.keywords] == ["sham", "nothing", "words that go on to the end of the line here"]


def test_thousands_of_dates() -> None:
    """Each date once, and of publication none that another holds; every other one that differs is told."""
    lines = [f"Received: {day} May {year}" for year in range(1900, 2000) for day in range(1, 29)]
    text = PAGE.format(title="A study") + "\n".join([*lines, *lines, "Published: May 2024", "Published: 3 May 2024"])
    a = article(text)
    assert len(a.events) == 1 + len(lines) + 1
    assert a.events[-1].kind == "issued"
    assert a.events[-1].date is not None
    assert a.events[-1].date.day is None
    assert rules(text).count("dates-differ") == len(lines)


def test_paragraphs_at_widths_of_their_own() -> None:
    """A break that comes early is the paragraph's, as a page in columns has it, where the sense goes on behind it."""
    text = """COPYRIGHT
© 2024 Doe, Roe
and Poe. This is an open access article
under the CC BY license (https://creativecommons.org/licenses/by/4.0/).
A study of nothing in a title that is set in a large type and goes over two of the
lines of its page
Ada Doe1, Bo Roe2 and Cy
Poe3*
1Department of Sham, University of
Nowhere, Rome, Italy, 2Institute of Invented
Regeneration, Oslo,
Norway, 3Sham Clinic, Springfield, United States
of America
Abstract
Nothing is known of this, and whatever is said of it here is made up to fill a line of text.
"""
    a = article(text)
    assert a.title is not None
    assert a.title.text.endswith("goes over two of the lines of its page")
    assert [(x.name, x.affiliations) for x in a.authors] == [("Ada Doe", (0,)), ("Bo Roe", (1,)), ("Cy Poe", (2,))]
    assert [x.country_code for x in a.affiliations] == ["IT", "NO", "US"]
    assert a.rights.licence == "https://creativecommons.org/licenses/by/4.0/"
