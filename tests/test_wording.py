"""What the words that publishers use say. All people and companies are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.vocab import CREDIT_ROLES
from kg.wording import declares_conflict, fold_label, publication_type, says_equal


@pytest.mark.parametrize(
    ("label", "mesh"),
    [
        ("Letter to the Editor", "D016422"),
        ("REVIEW", "D016454"),
        ("mini-review", "D016454"),
        ("Meta\u2011Analysis", None),
        ("Clinical  Trials\nStudy", "D016430"),
        ("Original Article", None),
        ("Reviewer", None),
        ("", None),
    ],
)
def test_publication_types(label: str, mesh: str | None) -> None:
    """A whole label names a type, however it is spaced, hyphenated or capitalised; what MeSH has no word for names none."""
    assert publication_type(label) == mesh


@given(st.text(max_size=40))
def test_folding_a_label_twice_is_folding_it_once(label: str) -> None:
    """Folded labels can be compared with folded labels."""
    assert fold_label(fold_label(label)) == fold_label(label)


@pytest.mark.parametrize(
    ("text", "equal"),
    [
        ("Doe A and Roe B contributed equally to this work.", True),
        ("These authors made equal contributions.", True),
        ("Joint first authors", True),
        ("Co-first authors: Doe A, Roe B", True),
        ("Doe A and Roe B share first authorship.", True),
        ("Doe A is the first author; Roe B contributed data.", False),
        ("Equal weights were given to all.", False),
        (" ".join(CREDIT_ROLES), False),
    ],
)
def test_equal_contribution(text: str, equal: bool) -> None:
    """Only words that make people equal do."""
    assert says_equal(text) is equal


@pytest.mark.parametrize(
    ("text", "declares"),
    [
        ("The authors have no conflicts of interest. They have not received any funding from industry.", False),
        ("The study was done in the absence of any relationships that could be a conflict of interest.", False),
        ("Os autores declaram não haver conflito de interesses.", False),
        ("Doe and Roe are co-founders of Sham Pharma. The other authors declare no competing interests.", True),
        ("Doe is an employee of Sham Pharma; the others declare no conflict.", True),
        ("Nil", False),
        ("Nile crocodiles were studied.", None),
        ("", None),
    ],
)
def test_conflicts(text: str, declares: bool | None) -> None:
    """One sentence that declares a conflict is enough, whatever the others deny; nothing clear is nothing told."""
    assert declares_conflict(text) is declares
