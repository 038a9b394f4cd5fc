"""Where names stand in a document: those of the lexicon, and the short forms that the document itself defines.

Everything that could be a mention is a :class:`Candidate`; which of them are mentions is decided later
(:mod:`kg.recognisers.scoring`). A document is read whole: a short form that the abstract defines is expanded in the title
and the keywords, too, and what the document says of it goes before what the lexicon says of those letters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from msgspec import Struct

from kg.lexicon import MAX_TOKENS, Lexicon, Name, Tokens, as_printed, scan, stands_as_words
from kg.model import Passage
from kg.recognisers.abbreviations import Abbreviation, find_abbreviations
from kg.recognisers.context import TRIGGERS

_CONJUNCTIONS = frozenset({"and", "or", "/"})
_BETWEEN = _CONJUNCTIONS | {","}
SIGNS = _BETWEEN | TRIGGERS
"""the words that are looked at whatever the lexicon holds, found in one go"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage with its tokens and the definitions in it. ``signs``: which tokens are of :data:`SIGNS`."""

    place: int
    passage: Passage
    tokens: Tokens
    signs: list[int]
    definitions: list[Abbreviation]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the document itself says of a short form: its definition, where it stands, and the names that its long form
    is a spelling of, as it is printed; no names where the lexicon does not know it, or where it is defined in two ways."""

    definition: Abbreviation
    passage: str
    names: tuple[Name, ...]
    long: str


class Candidate(Struct, gc=False):
    """What may be a mention: tokens ``first`` to ``end`` of a passage, ``text[start:stop]``, and the names that it is a
    spelling of, which are not empty. ``meaning`` is set where it is a short form; ``written`` is what is compared with the
    names: the text itself, the long form, or what a coordination leaves out."""

    place: int
    first: int
    end: int
    start: int
    stop: int
    names: tuple[Name, ...]
    written: str
    meaning: Meaning | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class ShortForms:
    """All short forms of a document by the first word of each spelling and the number of its words, longest first: all its
    words → meaning. So a look-up costs the same however many short forms begin alike."""

    spellings: dict[str, dict[int, dict[tuple[str, ...], Meaning]]]

    def longest(self, words: Sequence[str], at: int) -> tuple[int, Meaning] | None:
        """The token after the longest short form, or its plural, that stands at a word in its own capitals."""
        for length, spelled in self.spellings.get(words[at], {}).items():
            if meaning := spelled.get(tuple(words[at : at + length])):
                return at + length, meaning
        return None


def readings(lexicon: Lexicon, passages: Sequence[Passage]) -> list[Reading]:
    """The passages that are in a language of the lexicon, or state none."""
    found = []
    for place, passage in enumerate(passages):
        if _speaks(lexicon, passage.lang):
            tokens = lexicon.tokens(passage.text)
            signs = [at for at, word in enumerate(tokens.words) if word in SIGNS]
            found.append(Reading(place, passage, tokens, signs, find_abbreviations(passage.text)))
    return found


def _speaks(lexicon: Lexicon, lang: str | None) -> bool:
    return lang is None or not lexicon.languages or lang.lower().partition("-")[0] in lexicon.languages


# --- what the document says of its short forms -----------------------------------------------------------------------


def short_forms(lexicon: Lexicon, found: Sequence[Reading]) -> ShortForms:
    """What the document's own short forms mean; a form that is defined in two ways means nothing."""
    stated: dict[str, list[Meaning]] = {}
    for reading in found:
        ends = reading.tokens.stops
        for definition in reading.definitions:
            names, long = _named(lexicon, reading, definition, ends)
            meaning = Meaning(definition, reading.passage.name, names, long)
            stated.setdefault(_without_plural(as_printed(definition.short)), []).append(meaning)
    spellings: dict[str, dict[int, dict[tuple[str, ...], Meaning]]] = {}
    for same in stated.values():
        meaning = next((m for m in same if m.names), same[0])
        senses = {name.concept for name in meaning.names}
        if any(not senses.intersection(n.concept for n in m.names) and not _is_same(m, meaning) for m in same):
            meaning = Meaning(meaning.definition, meaning.passage, (), meaning.long)
        for words in {tuple(words) for m in same for words in _spellings(m.definition.short)}:
            spellings.setdefault(words[0], {}).setdefault(len(words), {})[words] = meaning
    return ShortForms({first: dict(sorted(by.items(), reverse=True)) for first, by in spellings.items()})


def _named(
    lexicon: Lexicon, reading: Reading, definition: Abbreviation, ends: list[int]
) -> tuple[tuple[Name, ...], str]:
    """The names of a long form; of the longest name that ends with it, or in it, where it is not one itself."""
    if names := lexicon.lookup(definition.long):
        return names, definition.long
    tokens, text = reading.tokens, reading.passage.text
    last = bisect_left(ends, definition.long_end)
    if last == len(ends) or ends[last] != definition.long_end:
        return (), definition.long
    for at in range(max(0, last - 12), last + 1):
        if tokens.starts[at] > definition.long_start:
            break
        for match in reversed(lexicon.matches(text, tokens, at)):
            if match.end == last + 1:
                return match.names, text[tokens.starts[at] : definition.long_end]
    return (), definition.long


def _spellings(short: str) -> Iterator[list[str]]:
    words = scan(short)[0]
    if not words:
        return
    yield words
    if words[-1][-1] == "s" and len(words[-1]) > 2 and words[-1][-2].isupper():
        yield [*words[:-1], words[-1][:-1]]
    else:
        yield [*words[:-1], words[-1] + "s"]


def _is_same(one: Meaning, other: Meaning) -> bool:
    return scan(one.long.casefold())[0] == scan(other.long.casefold())[0]


def _without_plural(short: str) -> str:
    """``MSCs`` → ``MSC``; capitals before the s show that it is a plural."""
    return short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short


# --- what stands in a passage ----------------------------------------------------------------------------------------


def candidates(lexicon: Lexicon, reading: Reading, short: ShortForms) -> list[Candidate]:
    """All names of the lexicon and all short forms in a passage, in the order of where they start: what the document
    defines, names of one word, longer ones."""
    text, tokens, place = reading.passage.text, reading.tokens, reading.place
    words, starts, stops, numbers = tokens
    is_plain = _UNLIKE.isdisjoint(words)
    found: list[Candidate] = []
    taken: dict[int, int] = {}  # the first word of a short form → the word after it
    for at, (end, meaning) in _defined(reading, short).items():
        if stands_as_words(text, tokens, at, end):
            taken[at] = end
            found.append(Candidate(place, at, end, starts[at], stops[end - 1], meaning.names, meaning.long, meaning))
    named = lexicon.named
    for at in lexicon.alone_at(numbers):
        word, start = words[at], starts[at]
        names = named[word]
        if not names or (start and text[start - 1] in ")]") or at in taken:
            continue
        if stands_as_words(text, tokens, at, at + 1) and (is_plain or _stands_alone(text, tokens, at, at + 1)):
            found.append(Candidate(place, at, at + 1, start, stops[at], names, word))
    for at in lexicon.beginnings(numbers):
        start, longer = starts[at], taken.get(at, at + 1)
        if start and text[start - 1] in ")]":
            continue
        for end, node in lexicon.ends(numbers, at):
            if end <= longer or not stands_as_words(text, tokens, at, end):
                continue
            printed = text[start : stops[end - 1]]
            names = lexicon.allowed(node, printed)
            if names and (is_plain or _stands_alone(text, tokens, at, end)):
                found.append(Candidate(place, at, end, start, stops[end - 1], names, printed))
    found += _across_hyphens(lexicon, reading)
    found += _interrupted(lexicon, reading)
    found += _coordinated(lexicon, reading)
    found.sort(key=attrgetter("start"))
    return found


def _defined(reading: Reading, short: ShortForms) -> dict[int, tuple[int, Meaning]]:
    """The short forms of the document in a passage: the first token → the token after the last, and what it means."""
    spellings, words = short.spellings, reading.tokens.words
    if not spellings:
        return {}
    return {
        at: found
        for at in [at for at, word in enumerate(words) if word in spellings]
        if (found := short.longest(words, at))
    }


def _across_hyphens(lexicon: Lexicon, reading: Reading) -> Iterator[Candidate]:
    """Names with a hyphen, or a hyphen and a line end, inside a word: ``thrombo-embolism``, ``calcium carbon-\nate``."""
    text, tokens = reading.passage.text, reading.tokens
    words, starts, stops, numbers = tokens
    unknown = lexicon.number("")
    for match in _BREAK.finditer(text):
        at = bisect_left(stops, match.start())
        if at >= len(words) - 1 or (stops[at], starts[at + 1]) != match.span():
            continue
        if not (words[at].isalpha() and words[at + 1].isalpha()):
            continue
        whole = lexicon.number(words[at] + words[at + 1])
        if whole == unknown:
            continue
        low = max(0, at - 4)
        merged = [*numbers[low:at], whole, *numbers[at + 2 : at + MAX_TOKENS]]
        for first in range(low, at + 1):
            if merged[first - low] >= lexicon.starts:
                continue
            for stretch, node in lexicon.ends(merged, first - low):
                end = stretch + low
                if end > at and stands_as_words(text, tokens, first, end + 1):
                    start, stop = starts[first], stops[end]
                    written = text[start : stops[at]] + text[starts[at + 1] : stop]
                    names = lexicon.allowed(node, written)
                    if names and _stands_alone(text, tokens, first, end + 1):
                        yield Candidate(reading.place, first, end + 1, start, stop, names, written)


def _interrupted(lexicon: Lexicon, reading: Reading) -> Iterator[Candidate]:
    """Names with a short form or a stroke inside: ``growth hormone (GH) deficiency``, ``attention deficit/hyperactivity
    disorder``. The candidate covers what stands inside; ``written`` is the name without it."""
    text, tokens = reading.passage.text, reading.tokens
    _, starts, stops, numbers = tokens
    unknown = lexicon.number("")
    for at, after in sorted(_interruptions(reading)):
        low = max(0, at - _BEFORE)
        joined = [*numbers[low:at], *numbers[after : after + MAX_TOKENS], unknown]
        for first in range(low, at):
            if not lexicon.may_begin(*joined[first - low : first - low + 3]):
                continue
            for length, node in lexicon.ends(joined, first - low):
                end = length + low + after - at
                if end > after and stands_as_words(text, tokens, first, end):
                    written = f"{text[starts[first] : stops[at - 1]]} {text[starts[after] : stops[end - 1]]}"
                    names = lexicon.allowed(node, written)
                    if names and _stands_alone(text, tokens, first, end):
                        yield Candidate(reading.place, first, end, starts[first], stops[end - 1], names, written)


_BEFORE = 6  # the most words of an interrupted name before what stands inside


def _interruptions(reading: Reading) -> Iterator[tuple[int, int]]:
    """Tokens that a name may go on after: the first of them, and the one after the last."""
    words, starts, stops, _ = reading.tokens
    for at in [at for at in reading.signs if words[at] == "/"]:
        if 0 < at < len(words) - 1 and words[at - 1].isalpha() and words[at + 1].isalpha():
            yield at, at + 1
    for definition in reading.definitions:
        at = bisect_left(starts, definition.short_start) - 1
        after = bisect_left(stops, definition.short_end) + 2
        if at > 0 and after < len(words) and words[at] in "([" and words[after - 1] in ")]" and words[after].isalnum():
            yield at, after


_BREAK = re.compile(r"-(?:\r?\n| )?")
_ENDS = frozenset({".", ";", ":", "(", ")"})
_ENUMERATION = 6  # words from a comma to the conjunction that ends its enumeration
_REACH = 3


def _coordinated(lexicon: Lexicon, reading: Reading) -> Iterator[Candidate]:
    """Names that share words with another one: ``breast and ovarian cancer``, ``hepatitis B and C``,
    ``type 1 and 2 diabetes``. The candidate covers the words between its own; ``written`` is the name in full."""
    text, tokens = reading.passage.text, reading.tokens
    words, _, _, numbers = tokens
    may_go_on, may_begin = lexicon.may_go_on, lexicon.may_begin
    starts, unknown, count = lexicon.starts, lexicon.number(""), len(words)
    marks = [at for at in reading.signs if words[at] in _BETWEEN]
    following = 0  # the last conjunction that was seen; a comma belongs to an enumeration that ends with one nearby
    goes_on = set()
    for at in reversed(marks):
        if words[at] != ",":
            following = at
        elif at < following <= at + _ENUMERATION:
            goes_on.add(at)
    for at in marks:
        word = words[at]
        if not 0 < at < count - 1 or (word == "," and at not in goes_on):
            continue
        left = at - 1 if words[at - 1] in {",", "and"} else at  # ", and"; "and/or" begins at "and"
        right = at + 1
        while right < min(at + 4, count - 1) and words[right] in _CONJUNCTIONS:
            right += 1
        if left < 1:
            continue
        # The left one lacks its end: "breast and ovarian cancer", "breast, lung and ovarian cancer".
        heads: list[int] | None = None
        for first in range(left - 1, max(-1, left - 1 - _REACH), -1):
            if words[first] in _BETWEEN:
                break
            one = numbers[first:left]
            if one[0] >= starts or (len(one) > 1 and not may_go_on(one[0], one[1])):
                continue
            if heads is None:
                heads = _heads(words, right)
            for head in heads:
                if len(one) == 1 and not may_go_on(one[0], numbers[head]):
                    continue
                line = [*one, *numbers[head : head + _REACH], unknown]
                if not may_begin(line[0], line[1], line[2]):
                    continue
                for end, node in lexicon.ends(line, 0):
                    taken = end - (left - first)
                    if taken > 0 and stands_as_words(text, tokens, head, head + taken):
                        yield from _shared(lexicon, reading, (first, left), (head, head + taken), node)
        # The right one lacks its beginning: "hepatitis B and C".
        if word == ",":
            continue
        for before in range(1, _REACH):
            for shared in range(1, _REACH):
                first = left - before - shared
                if first < 0 or not may_go_on(numbers[first], numbers[right if shared == 1 else first + 1]):
                    continue
                line = [*numbers[first : first + shared], *numbers[right : right + _REACH], unknown]
                if not may_begin(line[0], line[1], line[2]):
                    continue
                for end, node in lexicon.ends(line, 0):
                    taken = end - shared
                    if taken > 0 and stands_as_words(text, tokens, right, right + taken):
                        yield from _shared(lexicon, reading, (first, first + shared), (right, right + taken), node)


def _heads(words: Sequence[str], right: int) -> list[int]:
    """Where the words may begin that the parts of an enumeration share: after one or two words of its last part."""
    last = right
    for at, word in enumerate(words[right : right + 8], right):
        if word in _BETWEEN:
            last = at + 1
        elif word in _ENDS:
            break
    return [head for head in (last + 1, last + 2) if head < len(words)]


def _shared(
    lexicon: Lexicon, reading: Reading, one: tuple[int, int], other: tuple[int, int], node: int
) -> Iterator[Candidate]:
    text, tokens = reading.passage.text, reading.tokens
    pieces = [text[tokens.starts[a] : tokens.stops[b - 1]] for a, b in (one, other)]
    written = " ".join(pieces)
    names = lexicon.allowed(node, written)
    if names and _stands_alone(text, tokens, one[0], other[1]):
        start, stop = tokens.starts[one[0]], tokens.stops[other[1] - 1]
        yield Candidate(reading.place, one[0], other[1], start, stop, names, written, shared=True)


_NOT_AFTER = frozenset({"non", "Non", "NON"})  # "non-diabetic"
_NOT_BEFORE = frozenset({"like"})  # "insulin-like"
_UNLIKE = _NOT_AFTER | _NOT_BEFORE


def _stands_alone(text: str, tokens: Tokens, at: int, end: int) -> bool:
    """Whether the words can mean the concept: not what "non-" or "-like" make of a name, and not the tail of a chemical
    name ("2-(p-bromophenyl)propionate")."""
    words, starts, stops, _ = tokens
    start = starts[at]
    if start and text[start - 1] in ")]":
        return False
    if end < len(words) and words[end] in _NOT_BEFORE:
        return text[stops[end - 1] : starts[end]].isspace()
    if at and words[at - 1] in _NOT_AFTER:
        return text[stops[at - 1] : start].isspace()
    return True
