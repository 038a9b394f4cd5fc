"""Front pages of ten publishers' layouts, made up and read back. All people and papers in the tests are fictional.

``benchmarks/letter_layouts.py`` prints the layouts, ``benchmarks/letters.py`` compares what was read with what was printed.
"""

from __future__ import annotations

import io
import os
import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_layouts import CHANGES, LAYOUTS, Front, Marks, Person, day
from letters import FIELDS, Score, expected, found, fronts, measure, printed, reading

from kg.model import Warned
from kg.readers import letter

FICTION = Front(
    "fiction",
    "Islet cells from nowhere: a randomized fiction in 24 invented patients",
    (
        Person("Ada M. Placeholder", "Placeholder", "Ada M.", (0, 1), "ada@example.org", True),
        Person("José de la Muestra", "de la Muestra", "José", (1,), None, True),
        Person("Wei-Guo Sham", "Sham", "Wei-Guo", (2,), "sham@example.cn"),
        Person("Zoë O’Nobody", "O’Nobody", "Zoë", (0, 2)),
    ),
    (
        "Department of Imaginary Medicine, Fictional University Hospital, 12345 Exampleville, Germany",
        "Institute of Invented Regeneration, University of Nowhere, 2 Unreal Avenue, Springfield, IL 62701, USA",
        "School of Sham Pharmacy, Placeholder University, Beijing 100000, China",
    ),
    (("Background", "Nothing is known (n = 3)."), ("Results", "It rose 2-fold."), ("Conclusions", "None.")),
    ("islet cells", "fiction", "type 1 diabetes", "stem cells"),
    {"received": (2024, 5, 3), "revised": (2024, 6, 14), "accepted": (2024, 7, 1), "available": (2024, 7, 9)},
    "10.5555/fiction.2024.7",
    "https://creativecommons.org/licenses/by/4.0/",
)


@pytest.mark.parametrize("change", [change for change in CHANGES if change != "uneven"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_front_page(layout: str, change: str) -> None:
    """Every field that a layout prints is read, whatever happened to line ends and blank lines."""
    carried, text = printed(FICTION, layout, change)
    truth, got = expected(carried), found(reading(text))
    for name in FIELDS:
        assert Score().add({**got, name: truth[name]}, got) == [], name


PAGES = {
    "marks-behind-commas": (
        "Sham cells in nowhere: a cohort study",
        [(0, 1), (1,), (2,)],
        [0],
        "10.5555/bmjopen-2023-012345",
    ),
    "authors-in-parentheses": ("Sham cells for type 1 diabetes: a randomised trial", [(0,), (0,), (1,), ()], [0], None),
    "labels-everywhere": ("Sham cells in type 1 diabetes", [(0,), (0, 1), (1,)], [0], "10.5555/sham.9"),
    "footnotes-with-numbers": ("Sham cells are nothing", [(0,), (0, 1), (1,), (1, 2)], [3], "10.5555/j.celrep.2024.1"),
    "places-in-one-line": ("Sham cells are nothing", [(0,), (0, 1), (1,)], [2], "10.5555/elife.12345"),
    "degrees": ("Sham cells are nothing", [(0,), (0, 1), (1,)], [0], None),
    "journal-line-first": ("Sham cells are nothing", [(0,), (0, 1), (1,)], [0], "10.5555/sham/abc123"),
    "one-place-for-all": ("Sham cells are nothing at all in the type 1 diabetes", [(0,), (0,)], [None], None),
}
"""page → title, affiliations of each author, who gets letters, DOI"""


@pytest.mark.parametrize("page", PAGES)
def test_page_in_a_layout_of_its_own(page: str) -> None:
    """Pages written by hand after conventions that no layout of the generator has."""
    path = Path(__file__).parents[1] / "data" / "letter" / "pages" / f"{page}.txt"
    article = reading(path.read_text(encoding="utf-8"))
    assert article is not None
    title, places, letters_to, doi = PAGES[page]
    assert article.title is not None
    assert article.title.text == title
    assert [author.affiliations for author in article.authors] == places
    assert [person.author for person in article.correspondence] == letters_to
    assert article.doi == doi


def test_where_it_is_unsure_it_says_so() -> None:
    """Names that nothing else in the text confirms come with a warning that names the line and how sure it is."""
    text = (Path(__file__).parents[1] / "data" / "letter" / "pages" / "one-place-for-all.txt").read_bytes()
    warned = [item for item in letter.read(io.BytesIO(text)) if isinstance(item, Warned)]
    assert [(item.rule, item.line) for item in warned] == [("authors-unsure", 2)]
    assert "confidence (0." in warned[0].message


LABELS = {
    "received": ["Received", "RECEIVED", "Received:", "Date received:", "Submitted", "Received for publication"],
    "accepted": ["Accepted", "ACCEPTED", "Accepted:", "Accepted for publication:", "Date accepted:"],
    "keywords": ["Keywords:", "Key words:", "KEYWORDS", "Keywords", "Key Words:", "Index terms:"],
    "abstract": ["Abstract", "ABSTRACT", "Abstract:", "A B S T R A C T", "Summary"],
    "doi": ["https://doi.org/", "doi: ", "DOI: ", "http://dx.doi.org/", "doi:", "DOI "],
    "star": ["* Corresponding author: ", "*Correspondence: ", "* Correspondence to: ", "Corresponding author. E-mail: ",
             "*Corresponding author at: ", "E-mail: ", "Email address: "],
    "equal": ["These authors contributed equally to this work.", "Both authors contributed equally.", "Equal contribution"],
}  # fmt: skip


@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_a_layout_that_nobody_thought_of(rng: random.Random) -> None:
    """Labels, marks, separators, forms of dates and the order of sections by chance: the same record."""
    marks = Marks(
        letters=rng.random() < 0.3, superscript=rng.random() < 0.3, gap=rng.choice(["", " "]), comma=rng.choice([",", ", "]),
        star_comma=rng.random() < 0.5,
    )  # fmt: skip
    if marks.letters:
        marks = replace(marks, gap=" ", superscript=False)
    names = rng.choice([", ", "; ", " | ", " · "]).join(marks.person(FICTION, person) for person in FICTION.people)
    form = rng.choice(["uk", "us", "iso", "abbr", "th", "dots" if FICTION.dates["accepted"][2] == 13 else "uk0"])
    gap = rng.choice(["", " ", ". ", ") "]) if not marks.letters else rng.choice([" ", ") "])
    places = [f"{marks.of(n)}{gap}{text}" for n, text in enumerate(FICTION.affiliations)]
    addresses = "; ".join(person.email or "" for person in FICTION.corresponding)
    keywords = rng.choice(LABELS["keywords"])
    sections = [
        [f"{rng.choice(LABELS['received'])} {day(FICTION.dates['received'], form)}"],
        [f"{rng.choice(LABELS['accepted'])} {day(FICTION.dates['accepted'], form)}"],
        [keywords, *FICTION.keywords] if keywords == "KEYWORDS" else [f"{keywords} {'; '.join(FICTION.keywords)}"],
        [rng.choice(LABELS["abstract"]), "Nothing is known of the cells that were made up. They are fiction."],
        [f"{rng.choice(LABELS['doi'])}{FICTION.doi}"],
        [f"{rng.choice(LABELS['star'])}{addresses}"],
        [f"† {rng.choice(LABELS['equal'])}"],
    ]
    rng.shuffle(sections)
    blank = rng.choice([[], [""]])
    lines = [FICTION.title, names, *places]
    for section in sections:
        lines += blank + section
    article = reading(rng.choice(["\n", "\r\n"]).join(lines))
    assert article is not None
    got, truth = found(article), expected(replace(FICTION, abstract=((None, sections_text(sections)),), licence=None))
    truth["dates"] = [value for value in truth["dates"] if value[0] in ("received", "accepted")]
    assert {name: got[name] for name in FIELDS if got[name] != truth[name]} == {}


def sections_text(sections: list[list[str]]) -> str:
    return next(section[1] for section in sections if section[0] in LABELS["abstract"])


@cache
def _some_real(folder: Path) -> list[Front]:
    real = list(fronts(folder))
    random.Random(1).shuffle(real)
    return real[:200]


@pytest.mark.slow
@pytest.mark.parametrize("change", ["plain", "wrapped"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_real_front_matters(layout: str, change: str) -> None:
    """Of real front matters printed in a layout, hardly a field is read wrong (the floor; benchmarks/letters.py measures)."""
    folder = os.environ.get("KG_TEST_DATA")
    if not folder:
        pytest.skip("KG_TEST_DATA names no folder of real data")
    score = measure(_some_real(Path(folder) / "jats"), layout, change)
    assert {name: score.f1(name) for name in FIELDS if score.f1(name) < 0.97} == {}
    assert score.all_right >= 0.85
