"""Concepts by name: the longest names of a lexicon at word borders, and the abbreviations that the document defines.

A document is read whole: an abbreviation that the abstract defines is expanded in the title and the keywords, too. What
the document says of a short form goes before what the lexicon says of it: where it is defined as something that the
lexicon does not know, the lexicon's own sense of those letters is not meant here.

Nothing is guessed: a name that belongs to two concepts with equal right, or a short form that the document defines in
two ways, gives no mention.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.lexicon import Lexicon, Match, Name, Token, as_printed, is_border, one_sense, plain, singular, tokens
from kg.model import Mention, Passage
from kg.recognisers.abbreviations import Abbreviation, find_abbreviations

CONFIDENCE = {
    "label": 0.98,  # the preferred name as printed (capitals apart)
    "synonym": 0.95,  # another name of the concept as printed (capitals apart)
    "variant": 0.9,  # plural, hyphen or space, British or American spelling, Greek letter written out
    "abbreviation": 0.9,  # a short form that this document defines by a name of the concept
}
"""How sure a mention is, by how it was found: an ordering by judgement, not yet a calibrated probability."""

STOP_NAMES = frozenset(
    "a all am an and any are as at be been but by can did do does for from had has have he her his how if in is it its "
    "may me my no nor not of off on one or our out she so than that the their them then there these they this those to "
    "too two up us was we were what when which who why will with you".split()
)
"""Words of English grammar: never a concept by themselves, whatever an ontology calls its terms (He, As, WAS)."""


_NOT_AFTER = frozenset({"non"})  # "non-diabetic"
_NOT_BEFORE = frozenset({"like"})  # "insulin-like"


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the document itself says of a short form; ``concept`` is None where its sense is unknown or not one."""

    short: str
    length: int
    definition: Abbreviation
    passage: str
    concept: str | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A passage with its tokens and the definitions in it."""

    passage: Passage
    tokens: list[Token]
    definitions: list[Abbreviation]


_Found = tuple[int, int, Match | _Meaning]
"""first token, token after the last, and what stands there"""


class DictionaryRecogniser:
    """Finds the names of a lexicon.

    >>> from kg.model import Concept
    >>> t1d = Concept("MESH:D003922", "Diabetes Mellitus, Type 1", ("type 1 diabetes",))
    >>> recogniser = DictionaryRecogniser(Lexicon.build([t1d]))
    >>> title = Passage("title", "T1D in children")
    >>> for m in recogniser.annotate([title, Passage("abstract", "Type-1 diabetes (T1D) is rare.")]):
    ...     print(m.passage, m.start, m.end, m.text, m.concept, m.confidence, m.reason, sep=" | ")
    title | 0 | 3 | T1D | MESH:D003922 | 0.9 | abbreviation of "Type-1 diabetes", defined in abstract at 17
    abstract | 0 | 15 | Type-1 diabetes | MESH:D003922 | 0.9 | other spelling of the synonym "type 1 diabetes"
    abstract | 17 | 20 | T1D | MESH:D003922 | 0.9 | abbreviation of "Type-1 diabetes", defined in abstract at 17
    """

    agent = "dictionary"

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        settings = {"lexicon": lexicon.digest, "confidence": CONFIDENCE, "stop": sorted(STOP_NAMES)}
        self.settings_digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode("ascii")).hexdigest()
        """sha256, in hexadecimal, of all that decides what is found besides the program's version"""

    def annotate(self, passages: Sequence[Passage]) -> list[Mention]:
        """The mentions in all passages of one document, in the order of the passages and of their places.

        Mentions of one passage do not overlap. A passage that states a language in which the lexicon has no names is
        left alone: the same letters mean other things there.
        """
        readings = [
            _Reading(passage, tokens(passage.text), find_abbreviations(passage.text))
            for passage in passages
            if self._speaks(passage.lang)
        ]
        meanings = self._meanings(readings)
        mentions: list[Mention] = []
        for reading in readings:
            for found in self._find(reading, meanings):
                if mention := self._mention(reading, *found):
                    mentions.append(mention)
        return mentions

    def _speaks(self, lang: str | None) -> bool:
        languages = self._lexicon.languages
        return lang is None or not languages or lang.lower().partition("-")[0] in languages

    # --- what the document says of its short forms ---

    def _meanings(self, readings: list[_Reading]) -> dict[str, list[_Meaning]]:
        """What the document's own short forms mean, by the form of their first token."""
        stated: dict[str, list[_Meaning]] = {}
        for reading in readings:
            ending: dict[int, Match] | None = None
            for definition in reading.definitions:
                short = _without_plural(as_printed(definition.short))
                if names := self._lexicon.lookup(definition.long):
                    concept = one_sense(names)
                else:
                    if ending is None:
                        ending = self._ending(reading)
                    concept = _concept_ending(reading, definition, ending)
                meaning = _Meaning(short, len(tokens(short)), definition, reading.passage.name, concept)
                stated.setdefault(short, []).append(meaning)
        meanings: dict[str, list[_Meaning]] = {}
        for short, same in stated.items():
            meaning = next((m for m in same if m.concept), same[0])
            if any(m.concept != meaning.concept and not _is_same_name(m, meaning) for m in same):
                meaning = replace(meaning, concept=None)
            meanings.setdefault(singular(tokens(short)[0].form), []).append(meaning)
        return meanings

    def _ending(self, reading: _Reading) -> dict[int, Match]:
        """The names in a passage by the offset at which they end."""
        found = self._find(reading, {})
        return {reading.tokens[what.end - 1].end: what for _, _, what in found if isinstance(what, Match)}

    # --- what stands in a passage ---

    def _find(self, reading: _Reading, meanings: dict[str, list[_Meaning]]) -> Iterator[_Found]:
        """Leftmost-longest, without overlaps: names of the lexicon and short forms of the document, which go first."""
        text, found = reading.passage.text, reading.tokens
        longest = self._lexicon.longest
        at = 0
        while at < len(found):
            match = longest(text, found, at)
            if match and not _stands_alone(text, found, match):
                match = None
            what: Match | _Meaning | None = match
            end = match.end if match else at + 1
            if meanings:
                for meaning in meanings.get(singular(found[at].form), ()):
                    if at + meaning.length >= end and _is_meant(meaning, text, found, at):
                        what, end = meaning, at + meaning.length
            if what:
                yield at, end, what
            at = end

    def _mention(self, reading: _Reading, at: int, end: int, what: Match | _Meaning) -> Mention | None:
        """The mention of what was found; None where it is ambiguous or not a concept of the lexicon."""
        passage = reading.passage
        start, stop = reading.tokens[at].start, reading.tokens[end - 1].end
        printed = passage.text[start:stop]
        if isinstance(what, Match):
            concept = one_sense(what.names)
            kind, reason = _reason(what.names, printed)
        else:
            concept, kind = what.concept, "abbreviation"
            where = f"defined in {what.passage} at {what.definition.short_start}"
            reason = f'abbreviation of "{what.definition.long}", {where}'
        if concept is None:
            return None
        return Mention(passage.name, start, stop, printed, concept, CONFIDENCE[kind], self.agent, reason)


def _stands_alone(text: str, found: list[Token], match: Match) -> bool:
    """Whether the words mean the concept at all: no grammar word, and not what "non-" or "-like" make of a name."""
    first, last = found[match.start], found[match.end - 1]
    if match.end == match.start + 1 and text[first.start : first.end].lower() in STOP_NAMES:
        return False
    if match.end < len(found) and found[match.end].form in _NOT_BEFORE:
        return text[last.end : found[match.end].start].isspace()
    if match.start and found[match.start - 1].form in _NOT_AFTER:
        return text[found[match.start - 1].end : first.start].isspace()
    return True


def _is_meant(meaning: _Meaning, text: str, found: list[Token], at: int) -> bool:
    """Whether the short form, or its plural, stands at this token, in its own capitals."""
    end = at + meaning.length
    if end > len(found):
        return False
    start, stop = found[at].start, found[end - 1].end
    if stop - start > 4 * len(meaning.definition.short) + 4 or not (
        is_border(text, start - 1) and is_border(text, stop - 1)
    ):
        return False
    return as_printed(text[start:stop]) in {meaning.short, meaning.short + "s"}


def _concept_ending(reading: _Reading, definition: Abbreviation, ending: dict[int, Match]) -> str | None:
    """The concept of a longer name that ends with the long form: "type 2 diabetes mellitus (DM)"."""
    match = ending.get(definition.long_end)
    if match is None or reading.tokens[match.start].start > definition.long_start:
        return None
    return one_sense(match.names)


def _is_same_name(one: _Meaning, other: _Meaning) -> bool:
    a, b = ([singular(t.form) for t in tokens(m.definition.long)] for m in (one, other))
    return a == b


def _without_plural(short: str) -> str:
    """``MSCs`` → ``MSC``; capitals before the s show that it is a plural."""
    return short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short


def _reason(names: tuple[Name, ...], printed: str) -> tuple[str, str]:
    """How the best name was found: the key of its confidence, and words for a reader."""
    folded = _folded(printed)
    same = [name for name in names if name.concept == names[0].concept]
    name = next((name for name in same if _folded(name.printed) == folded), same[0])
    kind: str = name.kind
    how: str = name.kind
    if _folded(name.printed) != folded:
        kind = "variant"
        change = "other spelling" if _forms(name.printed) == _forms(printed) else "singular or plural"
        how = f"{change} of the {name.kind}"
    reason = f'{how} "{name.printed}"'
    return kind, reason if name.source == name.concept else f"{reason} of {name.source}, an exact match"


def _folded(name: str) -> str:
    return " ".join(plain(name).casefold().split())


def _forms(name: str) -> list[str]:
    return [t.form for t in tokens(name)]
