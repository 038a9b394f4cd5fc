"""Strings with markup become plain text that has lost no letter."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.inline_markup import abstract_sections, plain
from kg.model import AbstractSection


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CO<sub>2</sub> and 10<sup>-3</sup>", "CO2 and 10-3"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ("a<br/>b <i class='x'>c</i><span style=\"a:b\">d</span>", "a b cd"),
        ("p < 0.05, q > 0.1, <5 years, a<b and c>d", "p < 0.05, q > 0.1, <5 years, a<b and c>d"),
        ("p &lt; 0.05 &amp;amp; &#x3b1;&#946;&nbsp;&gamma;", "p < 0.05 & αβ γ"),
        ("AT&T R&D; &unknown; &", "AT&T R&D; &unknown; &"),
        ("&lt;i&gt;E. coli&lt;/i&gt; &amp;lt;sub&amp;gt;2&amp;lt;/sub&amp;gt;", "E. coli 2"),
        ("<foo>kept</foo> <gene>", "<foo>kept</foo> <gene>"),
        ("a<!-- no -->b<![CDATA[c & d]]>", "abc & d"),
        ("a <!-- never ends", "a <!-- never ends"),
        (
            'x = <mml:math xmlns:mml="u"><mml:mfrac><mml:mn>1</mml:mn><mml:mi>&alpha;</mml:mi></mml:mfrac></mml:math>.',
            "x = 1/α.",
        ),
        ("<math><mi>a<mo></math> b", "a b"),
        ("<math> never ends", "<math> never ends"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    """Known tags go, references become characters, everything else stays."""
    assert plain(text) == expected


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=80))
def test_escaped_text_comes_back(text: str) -> None:
    """Text that its writer escaped, once, is what it was (white space folded)."""
    text = re.sub(r"[<>&]", "+", text)
    assert plain(html.escape(text, quote=False)) == " ".join(text.split())


@given(st.text(alphabet="ab1 <>&;/ipsub", max_size=80))
def test_no_letter_outside_of_tags_is_lost(text: str) -> None:
    """Whatever looks like markup but is none stays, letter by letter."""
    without = re.sub(r"</?(?:i|b|u|p|sub|a)\s?/?>", " ", text)
    result = plain(text)
    kept = [c for c in result if c.isalnum()]
    assert len([c for c in without if c.isalnum()]) <= len(kept) or "&" in text


def test_abstract_sections() -> None:
    """Titles label what follows them; one in front of everything, and empty ones, say nothing."""
    assert abstract_sections("") == ()
    assert abstract_sections("Plain.") == (AbstractSection("Plain."),)
    assert abstract_sections("<h4>Abstract</h4>Lead. <h4>Aim : </h4>To see.<h4></h4>Tail.") == (
        AbstractSection("Lead."),
        AbstractSection("To see.", "Aim"),
        AbstractSection("Tail."),
    )
    assert abstract_sections(
        "<jats:title>Methods</jats:title><jats:title>Sample</jats:title><jats:p>Ten.</jats:p>"
    ) == (
        AbstractSection("Methods"),
        AbstractSection("Ten.", "Sample"),
    )
