"""Statements of contributions. All people are made up."""

from __future__ import annotations

import pytest

from kg.contributions import Names, read, roles
from kg.model import Author
from kg.vocab import CREDIT_ROLES

PEOPLE = [
    Author("Ada Doe", "Ada", "Doe"),
    Author("Bo-Yi Roe", "Bo-Yi", "Roe"),
    Author("Cy de la Poe", "Cy", "de la Poe"),
    Author("SHAM Study Group", is_group=True),
]


def given(text: str) -> list[tuple[int, str]]:
    return [(credit.author, credit.role) for credit in read(text, PEOPLE)[0]]


@pytest.mark.parametrize("form", ["Roe BY", "Roe B", "Bo-Yi Roe", "BY Roe", "B.-Y.R.", "BYR"])
def test_forms_of_a_name(form: str) -> None:
    """An author is found by full name, short form and initials."""
    assert [m.author for m in Names(PEOPLE).find(f"and {form} wrote it")] == [1]


def test_shared_form_finds_nobody() -> None:
    """A short form that two authors share is taken for neither."""
    names = Names([Author("Li Wang", "Li", "Wang"), Author("Lu Wang", "Lu", "Wang")])
    assert names.find("Wang L wrote it") == []
    assert [m.author for m in names.find("Lu Wang wrote it")] == [1]


def test_who_did_what() -> None:
    """People first, then what they did, until the next people."""
    text = "Doe A conceptualized the study, Roe BY analyzed the data and de la Poe C supervised the work; "
    text += "Doe A wrote the paper."
    assert given(text) == [
        (0, "conceptualization"),
        (1, "formal-analysis"),
        (2, "supervision"),
        (0, "writing-original-draft"),
    ]


def test_what_by_whom() -> None:
    """CRediT's own layout: the role first, then its people."""
    text = "Conceptualization: A.D. and B.-Y.R.; Writing – review & editing: Doe A"
    assert given(text) == [(0, "conceptualization"), (1, "conceptualization"), (0, "writing-review-editing")]


def test_supervision_of_somebody_is_the_supervisors() -> None:
    """ "Under the supervision of" names the supervisor, not the supervised."""
    assert given("Roe BY wrote the paper under the supervision of Doe A") == [
        (1, "writing-original-draft"),
        (0, "supervision"),
    ]


@pytest.mark.parametrize("text", ["approved the final version", "read the manuscript", "took part in discussions"])
def test_wording_without_a_role(text: str) -> None:
    """No role is guessed."""
    assert roles(text) == []


def test_equal_contribution() -> None:
    """Named people, or all authors but groups."""
    assert read("Doe A and Roe BY contributed equally.", PEOPLE)[1] == [(0, 1)]
    assert read("All authors contributed equally to this work.", PEOPLE)[1] == [(0, 1, 2)]
    assert read("Doe A wrote the paper. All authors approved it.", PEOPLE)[1] == []


@pytest.mark.parametrize("role", CREDIT_ROLES)
def test_the_standard_s_own_terms(role: str) -> None:
    """Each term of CRediT as the standard prints it names its role."""
    assert role in roles(role.replace("review-editing", "review-&-editing").replace("-", " "))
