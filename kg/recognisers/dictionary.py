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

from kg.lexicon import Lexicon, Match, Name, Token, as_printed, is_border, one_sense, plain, tokens
from kg.model import Mention, Passage
from kg.recognisers.abbreviations import MAX_SHORT, Abbreviation, find_abbreviations

CONFIDENCE = {
    "label": 0.98,  # the preferred name as printed (capitals apart)
    "synonym": 0.95,  # another name of the concept as printed (capitals apart)
    "variant": 0.9,  # plural, hyphen or space, British or American spelling, Greek letter written out
    "abbreviation": 0.9,  # a short form that this document defines by a name of the concept
}
"""How sure a mention is, by how it was found: an ordering by judgement, not yet a calibrated probability."""

STOP_NAMES = frozenset(
    # Words of English grammar, whatever an ontology calls its terms (WAS is a gene, HAD a disease).
    "all and any are but can did does for from had has have her his how its may nor not off one our out she than that "
    "the their them then there these they this those too two was were what when which who why will with you "
    # Letters, which stand for whatever they number or name.
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda omicron rho sigma tau upsilon phi chi psi omega "
    # Words that the upper levels of ontologies hold and every paper uses for other things, or for everything.
    "absent acid activity acute age agent amount amplitude analysis animal area assay association atom baseline "
    "body branch cell central change characteristic chronic class composition concentration condition content "
    "control data date decreased degree density dependent depth device diagnosis diffuse direction disease disorder "
    "disposition distribution document drug duration effect element entity event experiment extension factor female "
    "field finding form frequency frequent function grade group head increased intensity investigation item label "
    "lead left length level location male mass material matter measurement method mild mixture model moderate "
    "molecule name negative neutral normal object observation occurrence onset organism organization part patient "
    "period persistent person phenotype placement plan point population position positive preparation present "
    "process product progressive prolonged property proportion protocol quality quantity range rate ratio recurrent "
    "region relative reporter residue resistance response result right role rose sample score sensitivity sequence "
    "set severe severity shape side sign site size solution spatial specificity specimen stage state status "
    "structure study subject substance success symptom syndrome synthesis system target temperature term test "
    "therapy time tip tissue total transient treatment trial type unit value variable variant variation velocity "
    "volume wave weight width".split()
)
"""Single words that are no mention by themselves, in singular or plural, whatever an ontology says; but a passage that is
nothing else, a keyword, means the term."""

STOP_PREFIXES = frozenset({"BFO", "IAO", "PATO", "RO", "STATO", "UO"})
"""Ontologies of qualities, units, relations and upper levels: they describe how things are said, not what they are about.
Their terms reach other ontologies' files by import."""

STOP_BRANCHES = ("HP:0000005", "HP:0012823", "HP:0031797", "HP:0040279")
"""Modes of inheritance, clinical modifiers, clinical course, frequency: HP's adjectives (Acute, Mild, Very rare)."""

_LONGEST_SHORT = 4 * MAX_SHORT
"""The most characters that a short form may take in a text: its own and what typography puts between them."""

_NOT_AFTER = frozenset({"non"})  # "non-diabetic"
_NOT_BEFORE = frozenset({"like"})  # "insulin-like"


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the document itself says of a short form; ``concept`` is None where its sense is unknown or not one."""

    definition: Abbreviation
    passage: str
    concept: str | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A passage with its tokens and the definitions in it."""

    passage: Passage
    tokens: list[Token]
    definitions: list[Abbreviation]


@dataclass(frozen=True, slots=True)
class _ShortForms:
    """All short forms of a document: their meanings by how they are printed (separators and plural s left out), and how
    many tokens those have that begin with a token, longest first. So a look-up costs the same however many there are."""

    meanings: dict[str, _Meaning]
    lengths: dict[str, list[int]]

    def longest(self, text: str, found: list[Token], at: int) -> tuple[int, _Meaning] | None:
        """The token after the longest short form, or its plural, that stands at a token in its own capitals."""
        for length in self.lengths.get(found[at].last, ()):
            end = at + length
            if end > len(found):
                continue
            start, stop = found[at].start, found[end - 1].end
            if stop - start > _LONGEST_SHORT or not (is_border(text, start - 1) and is_border(text, stop - 1)):
                continue
            printed = as_printed(text[start:stop])
            meaning = self.meanings.get(printed)
            if meaning is None and printed.endswith("s"):
                meaning = self.meanings.get(printed[:-1])
            if meaning:
                return end, meaning
        return None


_NONE_DEFINED = _ShortForms({}, {})

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
        schemes = tuple({branch.partition(":")[0] + ":" for branch in STOP_BRANCHES})
        self._stopped = frozenset(
            curie
            for curie in lexicon
            if curie.partition(":")[0] in STOP_PREFIXES
            or (curie.startswith(schemes) and not {curie, *lexicon.ancestors(curie)}.isdisjoint(STOP_BRANCHES))
        )
        settings = {
            "lexicon": lexicon.digest,
            "confidence": CONFIDENCE,
            "stop": [sorted(STOP_NAMES), sorted(STOP_PREFIXES), STOP_BRANCHES],
        }
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
        short_forms = self._short_forms(readings)
        mentions: list[Mention] = []
        for reading in readings:
            for found in self._find(reading, short_forms):
                if mention := self._mention(reading, *found):
                    mentions.append(mention)
        return mentions

    def _speaks(self, lang: str | None) -> bool:
        languages = self._lexicon.languages
        return lang is None or not languages or lang.lower().partition("-")[0] in languages

    # --- what the document says of its short forms ---

    def _short_forms(self, readings: list[_Reading]) -> _ShortForms:
        """What the document's own short forms mean; a form that is defined in two ways means nothing."""
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
                meaning = _Meaning(definition, reading.passage.name, concept)
                stated.setdefault(short, []).append(meaning)
        meanings: dict[str, _Meaning] = {}
        lengths: dict[str, set[int]] = {}
        for short, same in stated.items():
            meaning = next((m for m in same if m.concept), same[0])
            if any(m.concept != meaning.concept and not _is_same_name(m, meaning) for m in same):
                meaning = replace(meaning, concept=None)
            meanings[short] = meaning
            for m in same:
                found = tokens(m.definition.short)
                lengths.setdefault(found[0].last, set()).add(len(found))
        return _ShortForms(meanings, {form: sorted(found, reverse=True) for form, found in lengths.items()})

    def _ending(self, reading: _Reading) -> dict[int, Match]:
        """The names in a passage by the offset at which they end."""
        found = self._find(reading, _NONE_DEFINED)
        return {reading.tokens[what.end - 1].end: what for _, _, what in found if isinstance(what, Match)}

    # --- what stands in a passage ---

    def _find(self, reading: _Reading, short_forms: _ShortForms) -> Iterator[_Found]:
        """Leftmost-longest, without overlaps: names of the lexicon and short forms of the document, which go first."""
        text, found = reading.passage.text, reading.tokens
        longest = self._lexicon.longest
        at = 0
        while at < len(found):
            match = longest(text, found, at)
            if match and (match.names[0].concept in self._stopped or not _stands_alone(text, found, match)):
                match = None
            what: Match | _Meaning | None = match
            end = match.end if match else at + 1
            if short_forms.meanings and (own := short_forms.longest(text, found, at)) and own[0] >= end:
                end, what = own
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
    """Whether the words mean the concept at all: no word that says nothing, not what "non-" or "-like" make of a name,
    and not the tail of a chemical name ("2-(p-bromophenyl)propionate")."""
    first, last = found[match.start], found[match.end - 1]
    if len(found) > 1 and match.end == match.start + 1 and (first.form in STOP_NAMES or first.last in STOP_NAMES):
        return False
    if first.start and text[first.start - 1] in ")]":
        return False
    if match.end < len(found) and found[match.end].form in _NOT_BEFORE:
        return text[last.end : found[match.end].start].isspace()
    if match.start and found[match.start - 1].form in _NOT_AFTER:
        return text[found[match.start - 1].end : first.start].isspace()
    return True


def _concept_ending(reading: _Reading, definition: Abbreviation, ending: dict[int, Match]) -> str | None:
    """The concept of a longer name that ends with the long form: "type 2 diabetes mellitus (DM)"."""
    match = ending.get(definition.long_end)
    if match is None or reading.tokens[match.start].start > definition.long_start:
        return None
    return one_sense(match.names)


def _is_same_name(one: _Meaning, other: _Meaning) -> bool:
    a, b = ([t.last for t in tokens(m.definition.long)] for m in (one, other))
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
