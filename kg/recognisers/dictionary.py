"""Concepts by name: normalise → look up → match → score → decide.

The forms of a text and its names are the lexicon's (:mod:`kg.lexicon`), what may be a mention is found by
:mod:`kg.recognisers.matching`, how sure it is says :mod:`kg.recognisers.scoring`; here is decided.

The longest candidate that is sure enough wins its characters. A candidate whose senses are nearly as sure as each other,
or that is not quite sure, is ambiguous: it is kept for a curator, and is never a fact.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain

from kg.categories import OTHER
from kg.lexicon import Lexicon, NameKind
from kg.model import Mention, Passage
from kg.recognisers import knowledge
from kg.recognisers.context import Contexts
from kg.recognisers.knowledge import Knowledge
from kg.recognisers.matching import Candidate, Reading, candidates, readings, short_forms
from kg.recognisers.scoring import CONFIDENCE, STOP_BRANCHES, STOP_PREFIXES, Scorer, Sense, Spelling, described

THRESHOLD = 0.45
"""The least confidence of a mention that counts as a fact."""

DOUBTFUL = 0.15
"""The least confidence of a mention that is work for a curator."""

Scored = tuple[Candidate, Reading, Spelling, list[tuple[float, Sense]]]


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
        self._settings = known, types

    @cached_property
    def settings_digest(self) -> str:
        """sha256, in hexadecimal, of all that decides what is found besides the program's version."""
        known, types = self._settings
        settings = {
            "lexicon": self._lexicon.digest,
            "confidence": CONFIDENCE,
            "threshold": [THRESHOLD, self._least, self._nested],
            "knowledge": known.digest,
            "types": sorted(types) if types is not None else None,
            "stop": [sorted(STOP_PREFIXES), STOP_BRANCHES],
        }
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode("ascii")).hexdigest()

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
        for scored in self._decided(passages, subjects):
            is_doubtful = _is_doubtful(scored)
            if is_doubtful and self._least == THRESHOLD:
                continue
            candidate, reading = scored[:2]
            if candidate.place not in contexts:
                contexts[candidate.place] = Contexts(reading.passage.text, (*reading.tokens[:2], reading.signs))
            mentions.append(_mention(scored, contexts[candidate.place], is_doubtful))
        return mentions

    def _sure(self, passages: Sequence[Passage], subjects: frozenset[str]) -> Iterator[Scored]:
        """The candidates of a document that are sure enough, in the order of their places, with their senses, best first."""
        found = readings(self._lexicon, passages)
        short = short_forms(self._lexicon, found)
        every = [candidates(self._lexicon, reading, short) for reading in found]
        spellings = list(map(self._scorer.spellings, every))
        document = described(chain.from_iterable(spellings), self._lexicon, subjects)
        for reading, some, spelled in zip(found, every, spellings, strict=True):
            judged = self._scorer.scored(reading, zip(some, spelled, strict=True), document, self._least)
            for candidate, spelling, senses in judged:
                yield candidate, reading, spelling, senses

    def _decided(self, passages: Sequence[Passage], subjects: frozenset[str]) -> list[Scored]:
        """The candidates that win, by passage and place: of overlapping ones those of the greatest precedence."""
        won: list[Scored] = []
        shared: list[Scored] = []
        rivals: list[Scored] = []  # each overlaps the ones before it
        place = furthest = 0
        for scored in self._sure(passages, subjects):
            candidate = scored[0]
            if candidate.shared:
                shared.append(scored)
                continue
            if candidate.first >= furthest or candidate.place != place:
                won += rivals if len(rivals) < 2 else _winners(rivals, self._nested)
                rivals, place, furthest = [], candidate.place, 0
            rivals.append(scored)
            if candidate.end > furthest:
                furthest = candidate.end
        won += rivals if len(rivals) < 2 else _winners(rivals, self._nested)
        won += _sharing(shared, won)
        won.sort(key=_place)
        return won


def _is_doubtful(scored: Scored) -> bool:
    """Whether it is not sure enough to be a fact, or its senses have equal right to it."""
    _, _, spelling, senses = scored
    confidence, sense = senses[0]
    return confidence < THRESHOLD or (sense.score is None and spelling.sole != sense.concept)


def _mention(scored: Scored, contexts: Contexts, is_doubtful: bool) -> Mention:
    """The mention of what was found."""
    candidate, reading, _, senses = scored
    confidence, sense = senses[0]
    start, stop = candidate.start, candidate.stop
    passage = reading.passage
    return Mention(
        passage.name,
        start,
        stop,
        passage.text[start:stop],
        sense.concept,
        confidence,
        DictionaryRecogniser.agent,
        _reason(candidate, sense),
        contexts.of(start, stop),
        tuple([(other.concept, round(score, 4)) for score, other in senses[1:4] if score >= 0.05])
        if len(senses) > 1
        else (),
        is_doubtful,
    )


def _winners(rivals: list[Scored], nested: bool) -> list[Scored]:
    """Those of overlapping candidates of one passage that keep their words, or all of them, by precedence."""
    rivals = sorted(rivals, key=_precedence)
    if nested:
        return rivals
    taken: set[int] = set()
    won = []
    for scored in rivals:
        span = range(scored[0].first, scored[0].end)
        if taken.isdisjoint(span):
            taken.update(span)
            won.append(scored)
    return won


def _precedence(scored: Scored) -> tuple[bool, bool, int, float, int]:
    """Whose words they are, first: what is sure, what has a category, what is longer, then surer; by place at last."""
    candidate, _, _, senses = scored
    confidence, sense = senses[0]
    return confidence < THRESHOLD, _is_vague(sense), candidate.start - candidate.stop, -confidence, candidate.start


def _place(scored: Scored) -> tuple[int, int]:
    candidate = scored[0]
    return candidate.place, candidate.start


def _is_vague(sense: Sense) -> bool:
    """Whether it is something of no category; it takes no words from what has one."""
    return sense.score is None and sense.type == OTHER


def _sharing(shared: list[Scored], won: list[Scored]) -> list[Scored]:
    """The coordinated candidates whose words are not all taken by one that won, one a span and concept, the surest."""
    if not shared:
        return []
    # place → (first word, furthest end of all that begin there or before)
    taken: dict[int, list[tuple[int, int]]] = {scored[0].place: [] for scored in shared}
    for place, first, end in sorted((c.place, c.first, c.end) for c, *_ in won if c.place in taken):
        spans = taken[place]
        spans.append((first, max(end, spans[-1][1]) if spans else end))
    found: dict[tuple[int, int, int, str], Scored] = {}
    for scored in sorted(shared, key=_precedence):
        place, first, end = scored[0].place, scored[0].first, scored[0].end
        spans = taken[place]
        at = bisect_right(spans, first, key=_first)
        if not at or spans[at - 1][1] < end:
            found.setdefault((place, first, end, scored[3][0][1].concept), scored)
    return list(found.values())


def _first(span: tuple[int, int]) -> int:
    return span[0]


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
    "label": "label", "synonym": "synonym", "equivalent": "name elsewhere", "learned": "name in use",
    "narrow": "narrower name", "related": "related name", "broad": "broader name",
}  # fmt: skip


def _reason(candidate: Candidate, sense: Sense) -> str:
    """How the concept was found, in words for a reader."""
    if candidate.meaning:
        meaning = candidate.meaning
        where = f"defined in {meaning.passage} at {meaning.definition.short_start}"
        return f'abbreviation of "{meaning.definition.long}", {where}'
    name = sense.name
    if candidate.shared:
        return f'"{candidate.written}", words shared in a coordination, {_KINDS[name.kind]} "{name.printed}"'
    return _named(name.kind, name.printed, sense.how, "" if name.source == name.concept else name.source)


@lru_cache(maxsize=1 << 14)
def _named(kind: NameKind, printed: str, how: str, source: str) -> str:
    """Which name was found, what was changed, and whose name it is where that is an exact match."""
    called = _KINDS[kind] if how == "same" else _CHANGES[how].format(kind=_KINDS[kind])
    reason = f'{called} "{printed}"'
    return f"{reason} of {source}, an exact match" if source else reason
