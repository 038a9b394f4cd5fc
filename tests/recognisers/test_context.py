"""What a sentence says of a mention."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon import scan
from kg.recognisers import context
from kg.recognisers.context import Contexts


def said(text: str, of: str) -> dict[str, str]:
    start = text.index(of)
    return dict(Contexts(text).of(start, start + len(of)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No glimmer.", {"negated": "No"}),
        ("It failed to show glimmer", {"negated": "failed to show"}),
        ("It did fail to reveal glimmer", {"negated": "fail to reveal"}),
        ("no increase in glimmer", {}),
        ("no light, but glimmer", {}),
        ("No light! A glimmer", {}),
        ("no light.5 glimmer", {"negated": "no"}),
        ("IN CASE OF glimmer", {"hypothetical": "IN CASE OF"}),
        ("glimmer was ruled out", {"negated": "was ruled out"}),
        ("glimmer, which was not seen", {}),
        ("Her mother has " + "long " * 40 + "had glimmer", {"family": "mother"}),
        ("Her mother has " + "long " * 60 + "had glimmer", {}),
        ("METHODS: glimmer", {"methods": "section"}),
        ("glimmer", {}),
    ],
)
def test_what_is_said(text: str, expected: dict[str, str]) -> None:
    """Triggers act within their reach, until a word or mark that ends it."""
    assert said(text, "glimmer") == expected


# The words in the patterns themselves, with and without a letter that may be left out.
WORDS = sorted(
    {
        word
        for pattern in (context._BEFORE, context._AFTER, context._END)
        for found in re.findall(r"[a-z]+\??", pattern.pattern.replace("?:", " ").replace("?P", " "))
        for word in ((found[:-1], found[:-2]) if found.endswith("?") else (found,))
    }
)
PHRASES = [
    "no evidence of",
    "fail to reveal",
    "ruled out for",
    "rule out for",
    "is not seen",
    "due to",
    "family history",
    "denied",
]
PIECES = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from([" ", "\n", "-", ",", *PHRASES])), max_size=12)


@given(PIECES, st.sampled_from([" ", "", "\u00a0"]))
def test_no_trigger_is_passed_over(pieces: list[str], between: str) -> None:
    """Where a pattern fits at the beginning of a word, it is tried there: the words that they begin with are all known."""
    text = between.join(pieces)
    words, starts, _ = scan(text)
    for word, at in zip(words, starts, strict=True):
        patterns = (
            (context._BEFORE, context._BEGIN_BEFORE),
            (context._AFTER, context._BEGIN_AFTER),
            (context._END, context._BEGIN_END),
        )
        for pattern, known in patterns:
            match = pattern.match(text, at)
            is_usual = word in {word.lower(), word.capitalize(), word.upper()}
            assert not match or not match[0].startswith(word) or not is_usual or word in known


def test_the_patterns_begin_differently() -> None:
    """A word begins triggers of one kind only, so that one pattern is tried."""
    assert not context._BEGIN_BEFORE & context._BEGIN_AFTER
    assert not context._BEGIN_END & (context._BEGIN_BEFORE | context._BEGIN_AFTER)
