"""How sure it is that a candidate means a concept: a linear model over features of form and context.

How a name was found gives a first confidence (:data:`CONFIDENCE`), an ordering by judgement. Where annotated texts were
read for the kind of thing, the weights of features correct it: the score is the log odds of the first confidence plus the
sum of the weights, the confidence its logistic function. Every feature is words that a reader can understand
(``kind:synonym``, ``next:induced``).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from kg.categories import type_of
from kg.lexicon import Lexicon, Name, form, forms, one_sense, plain, scan, scheme_rank
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


Feature = tuple[str, float]
"""words, and how much it is so"""
_Said = TypeVar("_Said")
_Thing = tuple[str, tuple[float, ...]]
"""the type of a concept, and the weights of its place in its ontology, none where nothing was learned of the type"""


class Sense(Struct, frozen=True, gc=False):
    """One concept that a text may mean, by its best name; ``score`` is the sum of the weights that do not depend on the
    context, None where nothing was learned for its ``type``."""

    concept: str
    type: str
    name: Name
    how: str
    confidence: float
    score: float | None


class Spelling(Struct, frozen=True, eq=False):
    """The senses of a text, whichever document it stands in; one object for each text and the ``names`` that it is a
    spelling of. ``senses`` are in the order of their names, ``ranked`` in that of their schemes and CURIEs. ``folded`` is
    the text without capitals. ``most`` is more than the confidence that any context of words gives to any sense: of many
    words it is known beforehand that they are no mention. ``sole``: the concept that the names mean
    (:func:`kg.lexicon.one_sense`). ``settled``: (confidence, sense), best first, where no context has a say, else empty."""

    names: tuple[Name, ...]
    senses: tuple[Sense, ...]
    ranked: tuple[Sense, ...]
    folded: str
    most: float
    sole: str | None
    settled: list[tuple[float, Sense]]


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


_InDocument = tuple[Sense, float, "_Weights | None", float, float, float, float]
"""a sense, its score, the weights of its type, None where there are none, and what the document adds to it: for the count
of its concept, for a narrower one, for its spellings, and for being a subject"""


class _Weights:
    """What was learned of a type of things, by the kinds of features, so that a score needs few names of features."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        by_kind: dict[str, dict[str, float]] = {}
        for feature, weight in weights.items():
            kind, _, rest = feature.partition(":")
            by_kind.setdefault(kind, {})[rest] = weight
        get = weights.get
        self._weights = weights
        self._under = by_kind.get("under", {})
        self.before, self.after = by_kind.get("before", {}), by_kind.get("after", {})
        self.previous, self.next = by_kind.get("previous", {}), by_kind.get("next", {})
        self.count = tuple(get(f"count:{n}", 0.0) for n in range(5))
        self.narrower = (get("narrower:no", 0.0), get("narrower:yes", 0.0))
        self.spellings = tuple(get(f"spellings:{n}", 0.0) for n in range(4))
        self.title, self.shared = get("in:title", 0.0), get("shared", 0.0)
        most = sum(max((0.0, *kind.values())) for kind in (self.before, self.after, self.previous, self.next))
        most += max(self.count) + max(self.narrower) + max(self.spellings)
        self.most = most + max(0.0, self.title) + max(0.0, self.shared)
        """what the features of the context can add at most"""

    def of(self, features: Iterable[Feature]) -> tuple[float, ...]:
        """What each of these features says."""
        get = self._weights.get
        return tuple([get(feature, 0.0) * value for feature, value in features])

    def of_place(self, concept: str, ancestors: tuple[str, ...], breadth: int) -> tuple[float, ...]:
        """What the place of a concept in its ontology says; something else says :data:`UNREAD` where nothing was learned of
        the concept itself nor of any above it."""
        under = self._under
        read = [under[above] for above in (concept, *ancestors) if above in under]
        if not read:
            return 0.0, 0.0, self._weights.get(UNREAD, 0.0)
        return *self.of(_extent(ancestors, breadth)), *read


class _Kinds(dict[str, str]):
    """A character → itself, or what stands for its kind: a letter or digit, white space."""

    def __missing__(self, character: str) -> str:
        kind = "a" if character.isalnum() else " " if character.isspace() else character
        return self.setdefault(character, kind)


_KINDS = _Kinds()


class Scorer:
    """Scores candidates of a lexicon with what was learned."""

    def __init__(self, lexicon: Lexicon, knowledge: Knowledge, types: frozenset[str] | None = None) -> None:
        self._types = types
        self._lexicon = lexicon
        self._knowledge = knowledge
        # By the identity of the names, which costs less than their hash; they are kept, so that it stays theirs.
        self._spellings: dict[tuple[int, str, bool], Spelling] = {}
        self._weights = {type_: _Weights(weights) for type_, weights in knowledge.weights.items()}
        self._concepts: dict[str, _Thing | None] = {}
        self._found: dict[tuple[object, ...], tuple[float, ...]] = {}
        """the weights of :func:`name_features`, by all that they depend on: few things for many names"""

    def spellings(self, found: Iterable[Candidate]) -> list[Spelling]:
        """What the texts of candidates may mean."""
        known = self._spellings
        return [known.get((id(one.names), one.written, one.meaning is not None)) or self._new(one) for one in found]

    def _new(self, candidate: Candidate) -> Spelling:
        names, written, is_short = candidate.names, candidate.written, candidate.meaning is not None
        senses = tuple(self._made(names, written, is_short))
        ranked = senses if len(senses) < 2 else tuple(sorted(senses, key=_rank))
        most = max(map(self._most, senses), default=0.0)
        settled: list[tuple[float, Sense]] = []
        if all(sense.score is None for sense in senses):
            settled = sorted([(sense.confidence, sense) for sense in ranked], key=_preference)
        sole = one_sense(names) if names else None
        if len(self._spellings) >= 1 << 17:
            self._spellings.clear()
        made = Spelling(names, senses, ranked, written.casefold(), most, sole, settled)
        self._spellings[id(names), written, is_short] = made
        return made

    def spelling(self, candidate: Candidate) -> Spelling:
        """What the text of a candidate may mean."""
        return self.spellings([candidate])[0]

    def _most(self, sense: Sense) -> float:
        if sense.score is None:
            return sense.confidence
        most = sense.score + self._weights[sense.type].most
        return logistic(most + 1e-6)  # whatever the order in which it is summed up

    def senses(self, candidate: Candidate) -> tuple[Sense, ...]:
        """The concepts that a candidate may mean, in the order of their names."""
        return self.spelling(candidate).senses

    def _made(self, names: tuple[Name, ...], written: str, is_short: bool) -> list[Sense]:
        best: dict[str, tuple[Name, str, _Thing]] = {}
        for name in names:
            known = self._concept(name.concept)
            if known is None:
                continue
            how = difference(name, written)
            if name.concept not in best or _nearness(name, how) < _nearness(*best[name.concept][:2]):
                best[name.concept] = name, how, known
        formed = forms(written)
        is_stopped = not is_short and len(formed) == 1 and formed[0] in self._knowledge.stop_names
        counted = self._knowledge.counts.get(" ".join(formed), {})
        of_text: dict[str, tuple[float, ...]] = {}  # by type
        made = []
        for concept, (name, how, (type_, of_place)) in best.items():
            if self._types is not None and type_ not in self._types:
                continue
            confidence = CONFIDENCE["stop" if is_stopped else _rule(name, how, is_short)]
            weights = self._weights.get(type_)
            score = None
            if weights is not None:
                if type_ not in of_text:
                    of_text[type_] = weights.of(text_features(written, formed, is_short))
                meant, seen = evidence(concept, type_, counted)
                key = type_, name.kind, how, name.change, is_short, min(len(best), 3), meant, seen
                of_name = self._found.get(key)
                if of_name is None:
                    features = name_features(name, how, is_short, len(best), (meant, seen))
                    of_name = self._found[key] = weights.of(features)
                score = _LOG_ODDS[confidence] + sum(_in_order(of_text[type_], of_name, of_place))
            made.append(Sense(concept, type_, name, how, confidence, score))
        return made

    def _concept(self, concept: str) -> _Thing | None:
        """What is known of a concept; None where it is nothing that texts are about."""
        if concept not in self._concepts:
            self._concepts[concept] = self._judged(concept)
        return self._concepts[concept]

    def _judged(self, concept: str) -> _Thing | None:
        scheme = concept.partition(":")[0]
        ancestors = self._lexicon.ancestors(concept)
        if scheme in STOP_PREFIXES or (scheme == "HP" and not {concept, *ancestors}.isdisjoint(STOP_BRANCHES)):
            return None
        type_ = type_of(self._lexicon.category(concept))
        weights = self._weights.get(type_)
        if weights is None:
            return type_, ()
        return type_, weights.of_place(concept, ancestors, self._lexicon.breadth(concept))

    def form_features(
        self, name: Name, how: str, written: str, is_short: bool, rivals: int, counted: tuple[int, int]
    ) -> list[Feature]:
        """What the text has in common with the name, whatever stands around it."""
        concept, ancestors = name.concept, self._lexicon.ancestors(name.concept)
        return _in_order(
            text_features(written, forms(written), is_short),
            name_features(name, how, is_short, rivals, counted),
            [
                *_extent(ancestors, self._lexicon.breadth(concept)),
                *((f"under:{above}", 1.0) for above in (concept, *ancestors)),
            ],
        )

    def context_features(self, candidate: Candidate, sense: Sense, reading: Reading, document: Document) -> list[str]:
        """What stands around a candidate, and what the rest of the document says."""
        text, words = reading.passage.text, reading.tokens.words
        first, end = candidate.first, candidate.end
        count = document.counts.get(sense.concept, 0)
        features = [
            "before:" + (_KINDS[text[candidate.start - 1]] if candidate.start else "^"),
            "after:" + (_KINDS[text[candidate.stop]] if candidate.stop < len(text) else "$"),
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
        self,
        reading: Reading,
        found: Iterable[tuple[Candidate, Spelling]],
        document: Document,
        least: float = 0.0,
    ) -> Iterator[tuple[Candidate, Spelling, list[tuple[float, Sense]]]]:
        """The candidates of a passage, with their spellings, that are sure enough, each with its (confidence, sense): best
        first, then by their schemes and CURIEs."""
        place, text, words, in_document = reading.place, reading.passage.text, reading.tokens.words, document.known
        count, size, has_subjects = len(words), len(text), bool(document.subjects)
        for candidate, spelling in found:
            first, end = candidate.first, candidate.end
            if spelling.most < least and (first or end < count) and not has_subjects:
                continue
            is_shared = candidate.shared
            is_whole = end - first == count and not is_shared and candidate.meaning is None
            if spelling.settled and not is_whole:
                if spelling.settled[0][0] >= least:
                    yield candidate, spelling, spelling.settled
                continue
            known = in_document.get(spelling)
            if known is None:
                known = in_document[spelling] = [self._in_document(sense, document) for sense in spelling.ranked]
            start, stop = candidate.start, candidate.stop
            before = _KINDS[text[start - 1]] if start else "^"
            after = _KINDS[text[stop]] if stop < size else "$"
            previous = words[first - 1].lower() if first else "^"
            following = words[end].lower() if end < count else "$"
            senses: list[tuple[float, Sense]] = []
            for sense, score, context, counted, narrower, spellings, subject in known:
                if is_whole and sense.name.kind in {"label", "synonym"}:
                    # A passage that is nothing but a name, a keyword, means it.
                    senses.append((CONFIDENCE[sense.name.kind if sense.how == "same" else "variant"], sense))
                    continue
                if context is None:
                    senses.append((sense.confidence, sense))
                    continue
                around = (
                    context.before.get(before, 0.0)
                    + context.after.get(after, 0.0)
                    + context.previous.get(previous, 0.0)
                    + context.next.get(following, 0.0)
                    + counted
                    + narrower
                    + spellings
                )
                if place == 0:
                    around += context.title
                if is_shared:
                    around += context.shared
                senses.append((logistic(score + around + subject), sense))
            if len(senses) > 1:
                senses.sort(key=_preference)
            if senses and senses[0][0] >= least:
                yield candidate, spelling, senses

    def _in_document(self, sense: Sense, document: Document) -> _InDocument:
        if sense.score is None:
            return sense, 0.0, None, 0.0, 0.0, 0.0, 0.0
        concept, context = sense.concept, self._weights[sense.type]
        return (
            sense,
            sense.score,
            context,
            context.count[min(document.counts.get(concept, 0), 4)],
            context.narrower[concept in document.broader],
            context.spellings[min(len(document.spellings.get(concept, ())), 3)],
            SUBJECT if concept in document.subjects else 0.0,
        )


def text_features(written: str, formed: Sequence[str], is_short: bool) -> list[Feature]:
    """What a text, of these forms, is like."""
    size, case, last = _size(len(written)), _case(written), formed[-1]
    return [
        ("bias", 1.0),
        ("short" if is_short else "name", 1.0),
        (f"characters:{size}:{case}", 1.0),
        (f"tokens:{min(len(formed), 5)}", 1.0),
        (f"characters:{size}", 1.0),
        (f"case:{case}", 1.0),
        (f"last:{last}", 1.0),
        (f"first:{formed[0]}", 1.0),
        (f"ending:{last[-4:]}", 1.0),
        (f"ending:{last[-3:]}", 1.0),
    ]


def name_features(name: Name, how: str, is_short: bool, rivals: int, counted: tuple[int, int]) -> list[Feature]:
    """How a name was found, how many things have it, and how often readers meant and saw it."""
    kind = "short" if is_short else "name"
    meant, seen = counted
    features = [
        (f"kind:{name.kind}", 1.0),
        (f"how:{how}", 1.0),
        (f"{kind}:{name.kind}:{how}", 1.0),
        (f"change:{name.change}", 1.0),
        (f"rivals:{min(rivals, 3)}", 1.0),
        (f"seen:{sum(seen >= n for n in _EVIDENCE[1:])}", 1.0),
    ]
    if seen:
        odds = math.log((meant + _UNSEEN) / (max(seen - meant, 0) + _UNSEEN))
        features += [("odds", odds), (f"odds:{name.kind}", odds)]
        if is_short:
            features.append(("odds:short", odds))
    return features


def _extent(ancestors: Sequence[str], breadth: int) -> list[Feature]:
    return [(f"breadth:{breadth}", 1.0), (f"depth:{min(len(ancestors), 9)}", 1.0)]


def _in_order(text: Sequence[_Said], name: Sequence[_Said], place: Sequence[_Said]) -> list[_Said]:
    """The features of a form, or their weights, in one order: the last digit of a sum depends on it, which decides between
    senses that are equally sure."""
    return [*text[:2], *name[:3], text[2], name[3], *text[3:6], *place[:2], name[4], *text[6:], *name[5:], *place[2:]]


def _rule(name: Name, how: str, is_short: bool) -> str:
    """By which entry of :data:`CONFIDENCE` it is judged that a name was found."""
    if name.kind in {"narrow", "related", "broad"}:
        return name.kind
    if is_short:
        return "abbreviation"
    return name.kind if how == "same" else "variant"


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


_LOG_ODDS = {confidence: log_odds(confidence) for confidence in CONFIDENCE.values()}


def evidence(concept: str, type_: str, counted: Mapping[str, tuple[int, int, str]]) -> tuple[int, int]:
    """How often readers meant a concept by a name, and how often they saw it: from the counts of the concept itself; where
    its scheme was not read, from those of another scheme's concepts of its type, which mean the same sort of thing.

    >>> evidence("MESH:D1", "Anatomy", {"UBERON:1": (8, 9, "Anatomy")}), evidence("MESH:D1", "X", {"MESH:D2": (8, 9, "X")})
    ((8, 9), (0, 9))
    """
    if not counted:
        return 0, 0
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
    if name.printed.isascii() and written.isascii() and name.printed.lower() == written.lower():
        return "same"  # as most are
    one, other = folded(name.printed), folded(written)
    if one == other:
        return "same"
    if one + "s" == other or other + "s" == one:
        return "plural"
    if [form(word, False) for word in scan(one)[0]] != [form(word, False) for word in scan(other)[0]]:
        return "adjective"
    return "spelling"


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
    if written.isascii():  # where whatever has a case is a letter
        if written.islower():
            return "small"
        if written.isupper():
            return "capitals"
        if written[0].isupper() and written[1:].islower():
            return "initial"
    letters = "".join(filter(str.isalpha, written))
    if not letters:
        return "none"
    if all(map(str.isupper, letters)):
        return "capitals"
    if any(map(str.isupper, letters[1:])):
        return "mixed"
    return "initial" if letters[0].isupper() else "small"


def described(found: Iterable[Spelling], lexicon: Lexicon, subjects: frozenset[str]) -> Document:
    """What the candidates of a document say together, by the spelling of each."""
    counts: dict[str, int] = defaultdict(int)
    spellings: dict[str, set[str]] = defaultdict(set)
    for spelling, count in Counter(found).items():
        for sense in spelling.senses:
            counts[sense.concept] += count
            spellings[sense.concept].add(spelling.folded)
    return Document(counts, spellings, subjects, set().union(*map(lexicon.ancestors, counts)))
