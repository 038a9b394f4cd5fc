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
_IS_NO_SHORT_FORM = re.compile(
    r"(?:Figs?|Figures?|Tables?|Tab|Eqs?|Refs?|Section|Suppl?|Box|Part|Step|Type|Group)\b|\d+(?:\.\d+)?%?\s|[A-Z][a-z]{4,}(?<!s)$|[A-Z][a-z]{5,}$"
)
"""pointers to other places, quantities, and capitalised words, which are names of makers and things"""
_FUNCTION_WORDS = frozenset(
    "a an and are as at be been between by during for from had has have in into is its of on or our that the their these "
    "this those to using was we were which with".split()
)
_WORD_START = re.compile(r"(?<![\w-])\w|(?<=\w-)\w")
_LIST_MARK = re.compile(r"[;,]")  # "(T1D; also juvenile diabetes)": the short form ends at the mark
_SENTENCE_END = re.compile(r"[.!?]\s|[;:]\s|\n\s*\n|\t")
_GREEK_INITIALS = {"α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "κ": "k", "λ": "l", "μ": "m", "τ": "t", "ω": "o"}
_EDGES = "\"'\u2018\u2019\u201c\u201d" + "".join(filter(str.isspace, map(chr, range(0x3001))))
"""quotation marks and white space, of which Unicode has none further on"""


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
        inside = match[1]
        if inside.isascii() and inside == inside.lower() and len(inside.split(None, 2)) <= 2:
            continue  # no short form is without a capital, and none stands before so few words
        opening, (start, end) = match.start(), _stripped(text, *match.span(1))
        if mark := _LIST_MARK.search(text, start, end):
            start, end = _stripped(text, start, mark.start())
        # "If the expression inside the parentheses has more than two words, it is the long form": Schwartz and Hearst.
        if len(text[start:end].split(None, 2)) <= 2:
            found = _long_before(text, start, end, floor, opening)
        else:
            found = _short_before(text, floor, opening, start, end)
        if found:
            yield found
            floor = match.end()


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    left = text[start:end].lstrip(_EDGES)
    return end - len(left), end - len(left) + len(left.rstrip(_EDGES))


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
        (len(short) >= 2 or short in SYMBOLS)
        and len(short) <= MAX_SHORT
        and len(short.split(None, 2)) <= 2
        and short[0].isalnum()
        and any(map(str.isupper, short))
        and not _IS_NO_SHORT_FORM.match(short)
    )


def _long_before(text: str, start: int, end: int, floor: int, opening: int) -> Abbreviation | None:
    short = text[start:end]
    if not _is_short_form(short):
        return None
    before = _clause(text, floor, opening)
    # "The long form … should have no more than min(|A| + 5, |A| * 2) words."
    allowed = min(len(short) + 5, len(short) * 2)
    long_end = _stripped(text, before, opening)[1]
    if long_end <= before:
        return None
    pieces = text[before:opening].rsplit(None, allowed)
    first = before + len(pieces[0]) if len(pieces) > allowed else before
    while text[first].isspace():
        first += 1
    return _definition(text, (start, end), first, long_end)


def _short_before(text: str, floor: int, opening: int, long_start: int, long_end: int) -> Abbreviation | None:
    low = max(floor, opening - _MAX_BEFORE)
    preceding = text[low:opening].rstrip()
    if not preceding:
        return None
    end = low + len(preceding)
    begin = end - len(preceding.rsplit(None, 1)[-1])
    start, end = _stripped(text, begin, end)
    short = text[start:end]
    if not _is_short_form(short) or _clause(text, floor, opening) > begin:
        return None
    if len(text[long_start:long_end].split()) > min(len(short) + 5, len(short) * 2):
        return None
    return _definition(text, (start, end), long_start, long_end)


def _definition(text: str, short_span: tuple[int, int], start: int, end: int) -> Abbreviation | None:
    short = text[slice(*short_span)]
    begin = _symbol(short, text, start, end)
    if begin is not None:
        return Abbreviation(short, text[begin:end], *short_span, begin, end)
    if len(short) < 2:
        return None
    begin = _initials(short, text, start, end)
    if begin is None:
        begin = _best_long_form(short, text, start, end)
    if begin is None and short.endswith("s"):  # "quantitative trait loci (QTLs)"
        begin = _best_long_form(short[:-1], text, start, end)
    if begin is None or not _is_likely(short, text[begin:end]):
        begin = _in_any_order(short, text, start, end)
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
    if not _is_likely(short, long):
        return None
    return Abbreviation(short, long, *short_span, begin, end)


def _is_likely(short: str, long: str) -> bool:
    """Whether a long form is no piece of a sentence: it begins with no function word, has not many more words of content
    than the short form has characters, and the signs of the short form stand in it in some way."""
    words = [word.strip(",").lower() for word in long.split()]
    if not words or (words[0] in _FUNCTION_WORDS and words[0] not in _LETTER_WORDS):
        return False
    content = sum(word not in _FUNCTION_WORDS for word in words)
    if content > sum(c.isalnum() for c in short) + 2:
        return False
    if short in long and re.search(rf"(?<!\w){re.escape(short)}(?!\w)", long):
        return False
    return not ("&" in short or "+" in short) or any(sign in long for sign in ("&", "+", " and ", " plus "))


def _in_any_order(short: str, text: str, start: int, end: int) -> int | None:
    """Where the words begin that the parts of a short form begin, whatever their order: "regulatory T cells (Tregs)",
    "maximal power output (Pmax)". Every part needs a word of its own, every other word but the last must be a part, too."""
    bare = short[:-1] if short.endswith("s") and len(short) > 3 else short
    parts = [part.lower() for part in _PART.findall(bare)]
    if len(parts) < 2 or not any(len(part) > 1 for part in parts):
        return None
    words = [(m.start(), m[0].lower()) for m in _WHOLE_WORD.finditer(text, start, end)]
    for count in (len(parts), len(parts) + 1):
        chosen = words[-count:]
        if len(chosen) < count:
            continue
        left = [word for _, word in chosen]
        for part in sorted(parts, key=len, reverse=True):
            fitting = next((word for word in left if word.startswith(part)), None)
            if fitting is None:
                break
            left.remove(fitting)
        else:
            if not left or (len(left) == 1 and left[0] == chosen[-1][1]):
                return chosen[0][0]
    return None


_PART = re.compile(r"[A-Z](?=[a-z]{2})|[A-Z](?![a-z])|[a-z]+|[0-9]+|[A-Z][a-z]")
_WHOLE_WORD = re.compile(r"[^\W_]+")
_LETTER_WORDS = frozenset({"an", "as", "at", "by", "in", "on"})  # "in vitro fertilisation (IVF)"


SYMBOLS = {
    "Ag": "silver", "Au": "gold", "Fe": "iron", "Hg": "mercury", "K": "potassium", "N": "nitrogen", "Na": "sodium",
    "P": "phosphorus", "Pb": "lead", "Sb": "antimony", "Sn": "tin", "W": "tungsten", "C": "carbon", "S": "sulfur",
    "Ca": "calcium", "H2O2": "hydrogen peroxide", "CO2": "carbon dioxide", "KOH": "potassium hydroxide",
    "NaOH": "sodium hydroxide", "NaCl": "sodium chloride", "KCl": "potassium chloride", "NH3": "ammonia",
}  # fmt: skip
"""Symbols and formulas that have no letters in common with the name, or only one (IUPAC, Red Book 2005)"""


def _symbol(short: str, text: str, start: int, end: int) -> int | None:
    """Where the name of a chemical symbol begins that ends a text."""
    name = SYMBOLS.get(short)
    begin = end - len(name) if name else -1
    if name and begin >= start and text[begin:end].lower() == name and (begin == 0 or not text[begin - 1].isalnum()):
        return begin
    return None


def _initials(short: str, text: str, start: int, end: int) -> int | None:
    """Where the words begin whose initials are the letters of a short form, one a word: "multiple myeloma (MM)", where the
    shortest long form would be "myeloma". None where they are not."""
    letters = [_letter(c) for c in (short[:-1] if short.endswith("s") else short)]
    if len(letters) < 2 or not all(c.isalpha() for c in letters) or not short[: len(letters)].isupper():
        return None
    words = [m.start() for m in _WORD_START.finditer(text, start, end)][-len(letters) :]
    if len(words) < len(letters) or any(_letter(text[at]) != c for at, c in zip(words, letters, strict=True)):
        return None
    return words[0]


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
            if place == 0 and wanted == "e" and text[at] in "Oo" and text[at + 1 : at + 2] == "e" and _begins(text, at):
                break  # "oestrogen receptor (ER)"
            at -= 1
        if at < start:
            return None
    # The word's own beginning: a hyphen joins, "beta-cell" begins at its first letter.
    while at > start and not text[at - 1].isspace():
        at -= 1
    while at < end and not text[at].isalnum():
        at += 1
    return at


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def _letter(character: str) -> str:
    """A character without its case; Greek letters are spelt out by their Latin initials: NF-κB, kappaB."""
    character = character.lower()
    return _GREEK_INITIALS.get(character, character)
