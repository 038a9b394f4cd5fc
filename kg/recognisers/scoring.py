"""How sure it is that a candidate means a concept: a linear model over features of form and context.

How a name was found gives a first confidence (:data:`CONFIDENCE`), an ordering by judgement. Where annotated texts were
read for the kind of thing, the weights of features correct it: the score is the log odds of the first confidence plus the
sum of the weights, the confidence its logistic function. Every feature is words that a reader can understand
(``kind:synonym``, ``next:induced``).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kg.categories import type_of
from kg.lexicon import Lexicon, Name, form, forms, plain, scan, scheme_rank
from kg.recognisers.knowledge import Knowledge
from kg.recognisers.matching import Candidate, Reading

CONFIDENCE = {
    "label": 0.98,  # the preferred name as printed (capitals apart)
    "synonym": 0.95,  # another name of the concept as printed (capitals apart)
    "equivalent": 0.9,  # a name of another ontology's term for the concept
    "learned": 0.9,  # a name that readers used for the concept
    "variant": 0.9,  # plural, hyphen or space, British or American spelling, Greek letter written out
    "abbreviation": 0.9,  # a short form that this document defines by a name of the concept
    "narrow": 0.3, "related": 0.3, "broad": 0.2,  # the ontology does not say that they mean the same
    "stop": 0.1,  # a word that says nothing by itself
}  # fmt: skip
"""How sure a mention is, by how it was found, where nothing was learned."""

STOP_PREFIXES = frozenset({"BFO", "IAO", "PATO", "RO", "STATO", "UO"})
"""Ontologies of qualities, units, relations and upper levels: they describe how things are said, not what they are about.
Their terms reach other ontologies' files by import."""

STOP_BRANCHES = ("HP:0000005", "HP:0012823", "HP:0031797", "HP:0040279")
"""Modes of inheritance, clinical modifiers, clinical course, frequency: HP's adjectives (Acute, Mild, Very rare)."""

SUBJECT = 2.0
"""what it weighs, in log odds, that an indexer gave the concept to the document; a judgement, as no annotated text has it"""

PLACE = ("under:", "depth:", "breadth:")
"""features of the place that a concept has in its ontology"""
UNREAD = "under:unread"
"""the feature in place of those, for concepts of ontologies that nothing was learned of"""

_UNSEEN = 0.5
_EVIDENCE = (0, 1, 2, 4, 8, 16)


@dataclass(frozen=True, slots=True)
class Sense:
    """One concept that a text may mean, by its best name; ``score`` is the sum of the weights that do not depend on the
    context, None where nothing was learned for its ``type``."""

    concept: str
    type: str
    name: Name
    how: str
    confidence: float
    score: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """The senses of a text, whichever document it stands in; one object for each text and the ``names`` that it is a
    spelling of. ``senses`` are in the order of their names, ``ranked`` in that of their schemes and CURIEs. ``folded`` is
    the text without capitals. ``most`` is more than the confidence that any context of words gives to any sense: of many
    words it is known beforehand that they are no mention."""

    names: tuple[Name, ...]
    senses: tuple[Sense, ...]
    ranked: tuple[Sense, ...]
    folded: str
    most: float


@dataclass(slots=True)
class Document:
    """What the document as a whole says: how often each concept may be meant, and by which different spellings."""

    counts: dict[str, int]
    spellings: dict[str, set[str]]
    subjects: frozenset[str]
    broader: set[str]
    """what is above any of the concepts"""
    known: dict[Spelling, list[_InDocument]] = field(default_factory=dict)
    """for the scorer, what does not change within the document"""


_InDocument = tuple[Sense, "_Context | None", float, float, float, float]
"""a sense, the weights of its type, None where there are none, and what the document adds to it: for the count of its
concept, for a narrower one, for its spellings, and for being a subject"""


@dataclass(frozen=True, slots=True)
class _Context:
    """The weights of :meth:`Scorer.context_features`, so that a score needs no names of features."""

    before: Mapping[str, float]
    after: Mapping[str, float]
    previous: Mapping[str, float]
    next: Mapping[str, float]
    count: tuple[float, ...]
    narrower: tuple[float, float]
    spellings: tuple[float, ...]
    title: float
    shared: float
    most: float
    """what they can add at most"""

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> _Context:
        by_kind: dict[str, dict[str, float]] = {}
        for feature, weight in weights.items():
            kind, _, rest = feature.partition(":")
            by_kind.setdefault(kind, {})[rest] = weight
        get = weights.get
        before, after = by_kind.get("before", {}), by_kind.get("after", {})
        previous, following = by_kind.get("previous", {}), by_kind.get("next", {})
        count = tuple(get(f"count:{n}", 0.0) for n in range(5))
        narrower = (get("narrower:no", 0.0), get("narrower:yes", 0.0))
        spellings = tuple(get(f"spellings:{n}", 0.0) for n in range(4))
        title, shared = get("in:title", 0.0), get("shared", 0.0)
        most = sum(max((0.0, *kind.values())) for kind in (before, after, previous, following))
        most += max(count) + max(narrower) + max(spellings) + max(0.0, title) + max(0.0, shared)
        return cls(before, after, previous, following, count, narrower, spellings, title, shared, most)


class Scorer:
    """Scores candidates of a lexicon with what was learned."""

    def __init__(self, lexicon: Lexicon, knowledge: Knowledge, types: frozenset[str] | None = None) -> None:
        self._types = types
        self._lexicon = lexicon
        self._knowledge = knowledge
        # By the identity of the names, which costs less than their hash; they are kept, so that it stays theirs.
        self._spellings: dict[tuple[int, str, bool], Spelling] = {}
        self._context = {type_: _Context.of(weights) for type_, weights in knowledge.weights.items()}
        self._above: dict[str, tuple[str, ...]] = {}
        self._stopped: dict[str, bool] = {}

    def spelling(self, candidate: Candidate) -> Spelling:
        """What the text of a candidate may mean."""
        names, written, is_short = candidate[5], candidate[6], candidate[7] is not None
        known = (id(names), written, is_short)
        found = self._spellings.get(known)
        if found is None:
            if len(self._spellings) >= 1 << 17:
                self._spellings.clear()
            senses = tuple(self._made(names, written, is_short))
            most = max(map(self._most, senses), default=0.0)
            ranked = tuple(sorted(senses, key=_rank))
            found = self._spellings[known] = Spelling(names, senses, ranked, written.casefold(), most)
        return found

    def _most(self, sense: Sense) -> float:
        context = self._context.get(sense.type)
        if sense.score is None or context is None:
            return sense.confidence
        return logistic(sense.score + context.most + 1e-6)  # whatever the order in which it is summed up

    def senses(self, candidate: Candidate) -> tuple[Sense, ...]:
        """The concepts that a candidate may mean, in the order of their names."""
        return self.spelling(candidate).senses

    def _made(self, names: tuple[Name, ...], written: str, is_short: bool) -> list[Sense]:
        best: dict[str, tuple[Name, str]] = {}
        for name in names:
            if self._is_stopped(name.concept):
                continue
            how = difference(name, written)
            if name.concept not in best or _nearness(name, how) < _nearness(*best[name.concept]):
                best[name.concept] = (name, how)
        counted = self._knowledge.counts.get(" ".join(_formed(written)), {})
        made = []
        for concept, (name, how) in best.items():
            type_ = type_of(self._lexicon.category(concept))
            if self._types is not None and type_ not in self._types:
                continue
            weights = self._knowledge.weights.get(type_)
            score = None
            confidence = self._by_rule(name, how, written, is_short)
            if weights is not None:
                features = self.form_features(
                    name, how, written, is_short, len(best), evidence(concept, type_, counted)
                )
                is_read = any(feature in weights and feature.startswith("under:") for feature, _ in reversed(features))
                if not is_read:
                    features = [*(f for f in features if not f[0].startswith(PLACE)), (UNREAD, 1.0)]
                score = log_odds(confidence) + sum(
                    [weights[feature] * value for feature, value in features if feature in weights]
                )
            made.append(Sense(concept, type_, name, how, confidence, score))
        return made

    def _by_rule(self, name: Name, how: str, written: str, is_short: bool) -> float:
        formed = _formed(written)
        if not is_short and len(formed) == 1 and formed[0] in self._knowledge.stop_names:
            return CONFIDENCE["stop"]
        if name.kind in {"narrow", "related", "broad"}:
            return CONFIDENCE[name.kind]
        if is_short:
            return CONFIDENCE["abbreviation"]
        return CONFIDENCE[name.kind if how == "same" else "variant"]

    def ancestors(self, concept: str) -> tuple[str, ...]:
        """The concepts above one (:meth:`kg.lexicon.Lexicon.ancestors`)."""
        known = self._above.get(concept)
        if known is None:
            known = self._above[concept] = self._lexicon.ancestors(concept)
        return known

    def _is_stopped(self, concept: str) -> bool:
        known = self._stopped.get(concept)
        if known is None:
            known = concept.partition(":")[0] in STOP_PREFIXES or (
                concept.startswith("HP:") and not {concept, *self.ancestors(concept)}.isdisjoint(STOP_BRANCHES)
            )
            self._stopped[concept] = known
        return known

    def form_features(
        self,
        name: Name,
        how: str,
        written: str,
        is_short: bool,
        rivals: int,
        counted: tuple[int, int],
    ) -> list[tuple[str, float]]:
        """What the text has in common with the name, whatever stands around it."""
        formed = _formed(written)
        ancestors = self.ancestors(name.concept)
        meant, seen = counted
        size, case = _size(len(written)), _case(written)
        kind = "short" if is_short else "name"
        features = [
            ("bias", 1.0),
            (f"{kind}", 1.0),
            (f"kind:{name.kind}", 1.0),
            (f"how:{how}", 1.0),
            (f"{kind}:{name.kind}:{how}", 1.0),
            (f"characters:{size}:{case}", 1.0),
            (f"change:{name.change}", 1.0),
            (f"tokens:{min(len(formed), 5)}", 1.0),
            (f"characters:{size}", 1.0),
            (f"case:{case}", 1.0),
            (f"breadth:{self._lexicon.breadth(name.concept)}", 1.0),
            (f"depth:{min(len(ancestors), 9)}", 1.0),
            (f"rivals:{min(rivals, 3)}", 1.0),
            (f"last:{formed[-1]}", 1.0),
            (f"first:{formed[0]}", 1.0),
            (f"ending:{formed[-1][-4:]}", 1.0),
            (f"ending:{formed[-1][-3:]}", 1.0),
            ("seen:" + str(sum(seen >= n for n in _EVIDENCE[1:])), 1.0),
        ]
        if seen:
            odds = math.log((meant + _UNSEEN) / (max(seen - meant, 0) + _UNSEEN))
            features += [("odds", odds), (f"odds:{name.kind}", odds)]
            if is_short:
                features.append(("odds:short", odds))
        features += [(f"under:{above}", 1.0) for above in (name.concept, *ancestors)]
        return features

    def context_features(self, candidate: Candidate, sense: Sense, reading: Reading, document: Document) -> list[str]:
        """What stands around a candidate, and what the rest of the document says."""
        text, words = reading.passage.text, reading.tokens.words
        first, end = candidate.first, candidate.end
        before = text[candidate.start - 1] if candidate.start else "^"
        after = text[candidate.stop] if candidate.stop < len(text) else "$"
        count = document.counts.get(sense.concept, 0)
        features = [
            "before:" + ("a" if before.isalnum() else " " if before.isspace() else before),
            "after:" + ("a" if after.isalnum() else " " if after.isspace() else after),
            "previous:" + (words[first - 1].lower() if first else "^"),
            "next:" + (words[end].lower() if end < len(words) else "$"),
            f"count:{min(count, 4)}",
            "narrower:" + ("yes" if sense.concept in document.broader else "no"),
            f"spellings:{min(len(document.spellings.get(sense.concept, ())), 3)}",
        ]
        if reading.place == 0:
            features.append("in:title")
        if candidate.shared:
            features.append("shared")
        return features

    def scored(
        self, candidate: Candidate, spelling: Spelling, reading: Reading, document: Document
    ) -> list[tuple[float, Sense]]:
        """(confidence, sense) of a candidate, which has the spelling; best first, then by their schemes and CURIEs."""
        place, first, end, start, stop, _, _, meaning, is_shared = candidate
        if (known := document.known.get(spelling)) is None:
            known = document.known[spelling] = [self._in_document(sense, document) for sense in spelling.ranked]
        text, words = reading.passage.text, reading.tokens.words
        is_whole = first == 0 and end == len(words) and not is_shared and meaning is None
        before = text[start - 1] if start else "^"
        before = "a" if before.isalnum() else " " if before.isspace() else before
        after = text[stop] if stop < len(text) else "$"
        after = "a" if after.isalnum() else " " if after.isspace() else after
        previous = words[first - 1].lower() if first else "^"
        following = words[end].lower() if end < len(words) else "$"
        found: list[tuple[float, Sense]] = []
        for sense, context, count, narrower, spellings, subject in known:
            if is_whole and sense.name.kind in {"label", "synonym"}:
                # A passage that is nothing but a name, a keyword, means it.
                found.append((CONFIDENCE[sense.name.kind if sense.how == "same" else "variant"], sense))
                continue
            if sense.score is None or context is None:
                found.append((sense.confidence, sense))
                continue
            around = (
                context.before.get(before, 0.0)
                + context.after.get(after, 0.0)
                + context.previous.get(previous, 0.0)
                + context.next.get(following, 0.0)
                + count
                + narrower
                + spellings
            )
            if place == 0:
                around += context.title
            if is_shared:
                around += context.shared
            found.append((logistic(sense.score + around + subject), sense))
        if len(found) > 1:
            found.sort(key=_preference)
        return found

    def _in_document(self, sense: Sense, document: Document) -> _InDocument:
        context = self._context.get(sense.type)
        if context is None:
            return sense, None, 0.0, 0.0, 0.0, 0.0
        concept = sense.concept
        return (
            sense,
            context,
            context.count[min(document.counts.get(concept, 0), 4)],
            context.narrower[concept in document.broader],
            context.spellings[min(len(document.spellings.get(concept, ())), 3)],
            SUBJECT if concept in document.subjects else 0.0,
        )


def _rank(sense: Sense) -> tuple[tuple[int, str], str]:
    return scheme_rank(sense.concept), sense.concept


def _preference(scored: tuple[float, Sense]) -> tuple[bool, float]:
    """The surest sense first. Where one is judged by what was learned and is more likely than not, it goes before those
    that are only named so: a judgement of the kinds of things does not weigh against evidence."""
    confidence, sense = scored
    return sense.score is None or confidence < 0.5, -confidence


def logistic(log_odds: float) -> float:
    """The probability of which these are the logarithm of the odds; never quite 0 or 1."""
    if -30.0 < log_odds < 30.0:
        return 1 / (1 + math.exp(-log_odds))
    return 1 / (1 + math.exp(30.0 if log_odds < 0 else -30.0))


def log_odds(confidence: float) -> float:
    """The logarithm of the odds of a probability."""
    return math.log(confidence / (1 - confidence))


def evidence(concept: str, type_: str, counted: Mapping[str, tuple[int, int, str]]) -> tuple[int, int]:
    """How often readers meant a concept by a name, and how often they saw it: from the counts of the concept itself; where
    its scheme was not read, from those of another scheme's concepts of its type, which mean the same sort of thing.

    >>> evidence("MESH:D1", "Anatomy", {"UBERON:1": (8, 9, "Anatomy")}), evidence("MESH:D1", "X", {"MESH:D2": (8, 9, "X")})
    ((8, 9), (0, 9))
    """
    if own := counted.get(concept):
        return own[:2]
    scheme = concept.partition(":")[0] + ":"
    same = [seen for other, (_, seen, _) in counted.items() if other.startswith(scheme)]
    if same:
        return 0, max(same)
    return max(((meant, seen) for meant, seen, other in counted.values() if other == type_), default=(0, 0))


def difference(name: Name, written: str) -> str:
    """What was changed between a name and a text: ``same`` (capitals apart), ``plural``, ``spelling``, ``adjective``
    (renal, kidney), or how the name was varied."""
    if name.change:
        return name.change
    one, other = folded(name.printed), folded(written)
    if one == other:
        return "same"
    if one + "s" == other or other + "s" == one:
        return "plural"
    if [form(word, False) for word in scan(one)[0]] != [form(word, False) for word in scan(other)[0]]:
        return "adjective"
    return "spelling"


@lru_cache(maxsize=1 << 10)
def _formed(written: str) -> tuple[str, ...]:
    return tuple(forms(written))


@lru_cache(maxsize=1 << 10)
def folded(name: str) -> str:
    """A name without what typography and capitals say."""
    return " ".join(plain(name).casefold().split())


def _nearness(name: Name, how: str) -> tuple[int, int]:
    kinds = ("label", "synonym", "equivalent", "learned", "narrow", "related", "broad")
    return (0 if how == "same" else 1 if how == "plural" else 2 if how == "spelling" else 3), kinds.index(name.kind)


def _size(length: int) -> str:
    for limit in (2, 3, 4, 6, 9, 14, 24):
        if length <= limit:
            return f"≤{limit}"
    return ">24"


def _case(written: str) -> str:
    letters = "".join(filter(str.isalpha, written))
    if not letters:
        return "none"
    if all(map(str.isupper, letters)):
        return "capitals"
    if any(map(str.isupper, letters[1:])):
        return "mixed"
    return "initial" if letters[0].isupper() else "small"


def described(found: Iterable[Spelling], scorer: Scorer, subjects: frozenset[str]) -> Document:
    """What the candidates of a document say together, by the spelling of each."""
    counts: dict[str, int] = {}
    spellings: dict[str, set[str]] = {}
    for spelling, count in Counter(found).items():
        for sense in spelling.senses:
            counts[sense.concept] = counts.get(sense.concept, 0) + count
            spellings.setdefault(sense.concept, set()).add(spelling.folded)
    return Document(counts, spellings, subjects, set().union(*map(scorer.ancestors, counts)))
