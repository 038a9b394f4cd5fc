"""Front pages of ten publishers' layouts, made up and read back. All people and papers in the tests are fictional.

``benchmarks/letter_layouts.py`` prints the layouts, ``benchmarks/letters.py`` compares what was read with what was printed.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from letter_layouts import CHANGES, LAYOUTS, Front, Person
from letters import FIELDS, Score, expected, found, fronts, measure, printed, reading

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


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_front_page(layout: str, change: str) -> None:
    """Every field that a layout prints is read, whatever happened to line ends and blank lines."""
    carried, text = printed(FICTION, layout, change)
    truth, got = expected(carried), found(reading(text))
    for name in FIELDS:
        assert Score().add({**got, name: truth[name]}, got) == [], name


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_real_front_matters(layout: str) -> None:
    """Of real front matters printed in a layout, hardly a field is read wrong (the floor; benchmarks/letters.py measures)."""
    folder = os.environ.get("KG_TEST_DATA")
    if not folder:
        pytest.skip("KG_TEST_DATA names no folder of real data")
    given = list(fronts(Path(folder) / "jats"))
    random.Random(1).shuffle(given)
    score = measure(given[:200], layout)
    assert {name: score.f1(name) for name in FIELDS if score.f1(name) < 0.97} == {}
    assert score.all_right >= 0.85
