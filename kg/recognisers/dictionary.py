"""Concepts by name: normalise → look up → match → score → decide.

The forms of a text and its names are the lexicon's (:mod:`kg.lexicon`), what may be a mention is found by
:mod:`kg.recognisers.matching`, how sure it is says :mod:`kg.recognisers.scoring`; here is decided.

The longest candidate that is sure enough wins its characters. A candidate whose senses are nearly as sure as each other,
or that is not quite sure, is ambiguous: it is kept for a curator, and is never a fact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from kg.categories import OTHER
from kg.lexicon import Lexicon, one_sense
from kg.model import Mention, Passage
from kg.recognisers import knowledge
from kg.recognisers.context import Contexts
from kg.recognisers.knowledge import Knowledge
from kg.recognisers.matching import Candidate, Reading, candidates, readings, short_forms
from kg.recognisers.scoring import CONFIDENCE, STOP_BRANCHES, STOP_PREFIXES, Scorer, Sense, described

THRESHOLD = 0.45
"""The least confidence of a mention that counts as a fact."""

DOUBTFUL = 0.15
"""The least confidence of a mention that is work for a curator."""

Scored = tuple[Candidate, Reading, list[tuple[float, Sense]]]


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

    def __init__(
        self,
        lexicon: Lexicon,
        known: Knowledge | None = None,
        types: frozenset[str] | None = None,
        doubtful: bool = False,
        nested: bool = False,
    ) -> None:
        """A recogniser of the names of a lexicon.

        Args:
            lexicon: the names.
            known: what was learned; None = what comes with the package.
            types: the only types of concepts to find (:mod:`kg.categories`); None = all.
            doubtful: whether to give what is not sure enough to be a fact, too.
            nested: whether to give the mentions inside longer ones, too.
        """
        self._lexicon = lexicon
        self._least = DOUBTFUL if doubtful else THRESHOLD
        self._nested = nested
        known = knowledge.shipped() if known is None else known
        self._scorer = Scorer(lexicon, known, types)
        settings = {
            "lexicon": lexicon.digest,
            "confidence": CONFIDENCE,
            "threshold": [THRESHOLD, self._least, nested],
            "knowledge": known.digest,
            "types": sorted(types) if types is not None else None,
            "stop": [sorted(STOP_PREFIXES), STOP_BRANCHES],
        }
        self.settings_digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode("ascii")).hexdigest()
        """sha256, in hexadecimal, of all that decides what is found besides the program's version"""

    def annotate(self, passages: Sequence[Passage], subjects: frozenset[str] = frozenset()) -> list[Mention]:
        """The mentions in all passages of one document, in the order of the passages and of their places.

        Mentions of one passage do not overlap, unless they share words in a coordination ("breast and ovarian cancer"). A
        passage that states a language in which the lexicon has no names is left alone: the same letters mean other things
        there.

        Args:
            passages: the texts of the document.
            subjects: CURIEs of the concepts that an indexer gave to the document.
        """
        contexts: dict[int, Contexts] = {}
        mentions: list[Mention] = []
        for candidate, reading, senses in self._decided(passages, subjects):
            if candidate.place not in contexts:
                contexts[candidate.place] = Contexts(reading.passage.text, reading.tokens[:2])
            mentions += self._mention(candidate, reading, senses, contexts[candidate.place])
        return mentions

    def scored(self, passages: Sequence[Passage], subjects: frozenset[str] = frozenset()) -> list[Scored]:
        """Every candidate of a document with its senses and how sure they are."""
        found = readings(self._lexicon, passages)
        short = short_forms(self._lexicon, found)
        every = [(candidate, reading) for reading in found for candidate in candidates(self._lexicon, reading, short)]
        document = described([candidate for candidate, _ in every], self._scorer, subjects)
        return [(candidate, reading, self._scorer.scored(candidate, reading, document)) for candidate, reading in every]

    def _decided(self, passages: Sequence[Passage], subjects: frozenset[str]) -> list[Scored]:
        """The candidates that win, by passage and place: of overlapping ones the longest, then the surest."""
        sure = [s for s in self.scored(passages, subjects) if s[2] and s[2][0][0] >= self._least]
        sure.sort(
            key=lambda s: (
                s[2][0][0] < THRESHOLD,
                _is_vague(s),
                s[0].start - s[0].stop,
                -s[2][0][0],
                s[0].place,
                s[0].start,
            )
        )
        taken: dict[int, set[int]] = {}
        won = []
        for scored in sure:
            candidate = scored[0]
            tokens = taken.setdefault(candidate.place, set())
            if candidate.shared:
                continue
            span = range(candidate.first, candidate.end)
            if self._nested or tokens.isdisjoint(span):
                tokens.update(span)
                won.append(scored)
        won += _sharing(sure, won)
        won.sort(key=lambda s: (s[0].place, s[0].start))
        return won

    def _mention(
        self, candidate: Candidate, reading: Reading, senses: list[tuple[float, Sense]], contexts: Contexts
    ) -> Iterator[Mention]:
        """The mention of what was found; where its senses have equal right to it, it is doubtful."""
        confidence, sense = senses[0]
        is_ambiguous = sense.score is None and one_sense(candidate.names) != sense.concept
        is_doubtful = is_ambiguous or confidence < THRESHOLD
        if is_doubtful and self._least == THRESHOLD:
            return
        text = reading.passage.text[candidate.start : candidate.stop]
        reason = _reason(candidate, sense)
        yield Mention(
            reading.passage.name,
            candidate.start,
            candidate.stop,
            text,
            sense.concept,
            confidence,
            self.agent,
            reason,
            contexts.of(candidate.start, candidate.stop),
            tuple((other.concept, round(score, 4)) for score, other in senses[1:4] if score >= 0.05),
            is_doubtful,
        )


def _precedence(scored: Scored) -> tuple[bool, bool, int, float, int, int]:
    candidate, _, senses = scored
    length = candidate.stop - candidate.start
    confidence = senses[0][0]
    return confidence < THRESHOLD, _is_vague(scored), -length, -confidence, candidate.place, candidate.start


def _is_vague(scored: Scored) -> bool:
    """Whether a candidate means something of no category; it takes no words from what has one."""
    sense = scored[2][0][1]
    return sense.score is None and sense.type == OTHER


def _sharing(sure: list[Scored], won: list[Scored]) -> list[Scored]:
    """The coordinated candidates whose words are not all taken by one that won, one a span and concept."""
    spans = [(s[0].place, s[0].first, s[0].end) for s in won]
    found: dict[tuple[int, int, int, str], Scored] = {}
    for scored in sure:
        candidate = scored[0]
        if candidate.shared and not any(
            p == candidate.place and a <= candidate.first and candidate.end <= b for p, a, b in spans
        ):
            found.setdefault((candidate.place, candidate.first, candidate.end, scored[2][0][1].concept), scored)
    return list(found.values())


_CHANGES = {
    "plural": "singular or plural of the {kind}",
    "spelling": "other spelling of the {kind}",
    "adjective": "a word that stands for one of the {kind}",
    "salt": "the substance of the {kind}",
    "head": "another general word for the last of the {kind}",
    "inverted": "the {kind} in its usual order",
    "of": "other order of the {kind}",
    "without parenthesis": "the {kind} without its parenthesis",
    "without stereo": "the {kind} without its stereochemistry",
    "joined": "other spelling of the {kind}",
    "split": "other spelling of the {kind}",
}
_KINDS = {
    "label": "label", "synonym": "synonym", "learned": "name in use", "narrow": "narrower name",
    "related": "related name", "broad": "broader name",
}  # fmt: skip


def _reason(candidate: Candidate, sense: Sense) -> str:
    """How the concept was found, in words for a reader."""
    name = sense.name
    if candidate.meaning:
        meaning = candidate.meaning
        where = f"defined in {meaning.passage} at {meaning.definition.short_start}"
        return f'abbreviation of "{meaning.definition.long}", {where}'
    kind = _KINDS[name.kind]
    if candidate.shared:
        return f'"{candidate.written}", words shared in a coordination, {kind} "{name.printed}"'
    how = kind if sense.how == "same" else _CHANGES[sense.how].format(kind=kind)
    reason = f'{how} "{name.printed}"'
    return reason if name.source == name.concept else f"{reason} of {name.source}, an exact match"
