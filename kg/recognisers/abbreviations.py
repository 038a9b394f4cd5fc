"""Abbreviations that a text defines itself, after Schwartz and Hearst.

"… type 1 diabetes (T1D) …" and "… T1D (type 1 diabetes) …" each define T1D. The long form is found from right to left:
every letter and digit of the short form must be met in order, the first of them at the beginning of a word.

Schwartz AS, Hearst MA. A simple algorithm for identifying abbreviation definitions in biomedical text. Pacific Symposium
on Biocomputing 2003;8:451-462. Their rules are quoted where they are obeyed. The work a pair of parentheses can cause is
bounded, so that the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_SHORT = 10
"""the most characters of a short form (Schwartz and Hearst 2003, section 3)"""

_MAX_INSIDE = 200  # characters between parentheses that are looked at
_MAX_BEFORE = 400  # characters before them that a long form may take

_PARENTHESES = re.compile(rf"[(\[]([^()\[\]]{{1,{_MAX_INSIDE}}})[)\]]")
_WORD = re.compile(r"\S+")
_LIST_MARK = re.compile(r"[;,]")  # "(T1D; also juvenile diabetes)": the short form ends at the mark
_SENTENCE_END = re.compile(r"[.!?]\s|[;:]\s|\n\s*\n")
_GREEK_INITIALS = {"α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "κ": "k", "λ": "l", "μ": "m", "τ": "t", "ω": "o"}
_QUOTES = "\"'\u2018\u2019\u201c\u201d"


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A definition: ``text[short_start:short_end] == short`` and ``text[long_start:long_end] == long``."""

    short: str
    long: str
    short_start: int
    short_end: int
    long_start: int
    long_end: int


def find_abbreviations(text: str) -> list[Abbreviation]:
    """The definitions in a text, in the order of their parentheses.

    >>> [(a.short, a.long) for a in find_abbreviations("In type 1 diabetes (T1D), beta cells die.")]
    [('T1D', 'type 1 diabetes')]
    >>> [(a.short, a.long) for a in find_abbreviations("MSC (mesenchymal stem cell) therapy")]
    [('MSC', 'mesenchymal stem cell')]
    """
    return list(_definitions(text))


def _definitions(text: str) -> Iterator[Abbreviation]:
    floor = 0
    for match in _PARENTHESES.finditer(text):
        opening, (start, end) = match.start(), _stripped(text, *match.span(1))
        if mark := _LIST_MARK.search(text, start, end):
            start, end = _stripped(text, start, mark.start())
        before = _clause(text, floor, opening)
        # "If the expression inside the parentheses has more than two words, it is the long form": Schwartz and Hearst.
        if len(text[start:end].split(None, 2)) <= 2:
            found = _long_before(text, start, end, before, opening)
        else:
            found = _short_before(text, before, opening, start, end)
        if found:
            yield found
            floor = match.end()


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in _QUOTES):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _QUOTES):
        end -= 1
    return start, end


def _clause(text: str, floor: int, opening: int) -> int:
    """Where the clause begins that ends at the parenthesis: a definition does not reach over the end of a sentence."""
    start = max(floor, opening - _MAX_BEFORE)
    for end in _SENTENCE_END.finditer(text, start, opening):
        start = end.end()
    return start


def _is_short_form(short: str) -> bool:
    """ "Short forms are valid candidates only if they consist of at most two words, their length is between two to ten
    characters, at least one of these characters is a letter, and the first character is alphanumeric."

    Here that letter must be a capital: small letters in parentheses are units and remarks (mg, i.e., see below).
    """
    return (
        2 <= len(short) <= MAX_SHORT
        and len(short.split(None, 2)) <= 2
        and short[0].isalnum()
        and any(c.isupper() for c in short)
    )


def _long_before(text: str, start: int, end: int, before: int, opening: int) -> Abbreviation | None:
    short = text[start:end]
    if not _is_short_form(short):
        return None
    words = [m.start() for m in _WORD.finditer(text, before, opening)]
    # "The long form … should have no more than min(|A| + 5, |A| * 2) words."
    allowed = min(len(short) + 5, len(short) * 2)
    long_end = _stripped(text, before, opening)[1]
    if not words or long_end <= before:
        return None
    return _definition(text, (start, end), words[-allowed:][0], long_end)


def _short_before(text: str, before: int, opening: int, long_start: int, long_end: int) -> Abbreviation | None:
    words = list(_WORD.finditer(text, before, opening))
    if not words:
        return None
    start, end = _stripped(text, words[-1].start(), words[-1].end())
    short = text[start:end]
    if not _is_short_form(short):
        return None
    if len(text[long_start:long_end].split()) > min(len(short) + 5, len(short) * 2):
        return None
    return _definition(text, (start, end), long_start, long_end)


def _definition(text: str, short_span: tuple[int, int], start: int, end: int) -> Abbreviation | None:
    short = text[slice(*short_span)]
    begin = _best_long_form(short, text, start, end)
    if begin is None and short.endswith("s"):  # "quantitative trait loci (QTLs)"
        begin = _best_long_form(short[:-1], text, start, end)
    if begin is None:
        return None
    long = text[begin:end]
    # The checks of their published program: longer than the short form, and not made of it.
    if len(long) <= len(short) or short in long.split():
        return None
    if not (long[-1].isalnum() or long[-1] in "+)'\u2019") or not _is_balanced(long):
        return None
    if len(long.split()) > min(len(short) + 5, len(short) * 2):
        return None
    return Abbreviation(short, long, *short_span, begin, end)


def _is_balanced(long: str) -> bool:
    return long.count("(") == long.count(")") and long.count("[") == long.count("]")


def _best_long_form(short: str, text: str, start: int, end: int) -> int | None:
    """Where in ``text[start:end]`` the shortest long form begins, None where a character of the short form is not met.

    "The algorithm starts from the end of both the short form and the long form, moving right to left … every character in
    the short form must match a character in the long form … the match of the character at the beginning of the short form
    must match a character in the initial position of the first word in the long form."
    """
    at = end
    for place in range(len(short) - 1, -1, -1):
        wanted = _letter(short[place])
        if not wanted.isalnum():
            continue
        at -= 1
        while at >= start and (_letter(text[at]) != wanted or (place == 0 and at > start and text[at - 1].isalnum())):
            at -= 1
        if at < start:
            return None
    # The word's own beginning: a hyphen joins, "beta-cell" begins at its first letter.
    while at > start and not text[at - 1].isspace():
        at -= 1
    while at < end and not text[at].isalnum():
        at += 1
    return at


def _letter(character: str) -> str:
    """A character without its case; Greek letters are spelt out by their Latin initials: NF-κB, kappaB."""
    character = character.lower()
    return _GREEK_INITIALS.get(character, character)
