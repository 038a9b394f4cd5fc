"""Abbreviations that a text defines, after Schwartz and Hearst (2003). The texts are fictional."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.recognisers.abbreviations import find_abbreviations


def pairs(text: str) -> list[tuple[str, str]]:
    return [(found.short, found.long) for found in find_abbreviations(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Patients with type 1 diabetes (T1D) glow.", "T1D", "type 1 diabetes"),
        ("methyl methanesulfonate sulfate (MMS)", "MMS", "methyl methanesulfonate sulfate"),
        ("the gyrotropic-alpha (GA) cells", "GA", "gyrotropic-alpha"),
        ("mesenchymal stem cells (MSCs) glow", "MSCs", "mesenchymal stem cells"),
        ("We used MSC (mesenchymal stem cell) sheets.", "MSC", "mesenchymal stem cell"),
        ("Heat shock transcription factor [HSF] binds", "HSF", "Heat shock transcription factor"),
        ("light disease (LD; also dim disease) is rare", "LD", "light disease"),
        ("light disease ( LD ) is rare", "LD", "light disease"),
        ("light disease (\u201cLD\u201d) is rare", "LD", "light disease"),
        ("lumière éclatante (LÉ) brille", "LÉ", "lumière éclatante"),
        ("interleukin-6 (IL-6) rises", "IL-6", "interleukin-6"),
        ("glimmer factor-α (GF-α)", "GF-α", "glimmer factor-α"),
        ("quick thin loci (QTLs)", "QTLs", "quick thin loci"),
        ("nuclear factor-kappaB (NF-κB)", "NF-κB", "nuclear factor-kappaB"),
        ("polymerase chain\nreaction (PCR)", "PCR", "polymerase chain\nreaction"),
    ],
)
def test_definitions(text: str, short: str, long: str) -> None:
    """The shortest words before (or in) the parentheses that hold the short form's characters in order."""
    assert pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "The milligram dose (mg) was high.",
        "it induces an enzyme (i.e.) often",
        "Glimmer was found (Table 1).",
        "Nothing fits here (XYZ).",
        "light disease (2019)",
        "light disease (a rare kind of thing)",
        "light disease (L)",
        "Light. Disease begins (LD)",
        "LD (LD)",
        "(LD) light disease",
        "xlight disease (LD)",
        "light disease (LONGER-THAN-TEN)",
        "light disease (LD",
        "light disease LD)",
        "the very (very bright lights) end",
        "",
    ],
)
def test_no_definition(text: str) -> None:
    """Units, numbers, sentences, single letters and what does not fit are no abbreviations."""
    assert pairs(text) == []


def test_number_of_words_is_bounded() -> None:
    """ "No more than min(|A| + 5, |A| * 2) words": two letters reach over four words."""
    assert pairs("apt three four blue (AB)") == [("AB", "apt three four blue")]
    assert pairs("apt two three four blue (AB)") == []


def test_several_definitions() -> None:
    """Each pair of parentheses is looked at; a definition does not reach over the one before it."""
    assert pairs("light disease (LD) and dim disease (DD), or ember (E) disease (ED)") == [
        ("LD", "light disease"),
        ("DD", "dim disease"),
    ]


TEXTS = st.lists(
    st.sampled_from([*"aAbB  ()[].;,-\n\u0301\U0001f9ecİα", "light disease (LD)", " (AB) "]), max_size=40
).map("".join)


@given(TEXTS)
def test_offsets_are_exact(text: str) -> None:
    """Both forms stand at their offsets, beside each other, and the short one is shorter."""
    for found in find_abbreviations(text):
        assert text[found.short_start : found.short_end] == found.short
        assert text[found.long_start : found.long_end] == found.long
        assert found.long_end <= found.short_start or found.short_end <= found.long_start
        assert 2 <= len(found.short) < len(found.long)


@pytest.mark.parametrize(
    "text", ["(", "(a", "(ab) ", "a (", "[(", "; ", ". (AB)", "(" + "x" * 150, " ", "AB (aa bb cc d"]
)
def test_hostile_texts_end(text: str) -> None:
    """Long runs of anything are read in linear time, and define nothing."""
    assert pairs(text * (200_000 // len(text))) == []
