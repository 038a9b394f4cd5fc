"""What a sentence says of a mention: negated, hypothetical, of the family, of the methods.

After NegEx and ConText: a trigger word acts on what follows it (or comes before it) in the same sentence until a word that
ends its reach. Chapman WW et al. A simple algorithm for identifying negated findings and diseases in discharge summaries. J
Biomed Inform 2001;34:301-310, doi 10.1006/jbin.2001.1029. Harkema H et al. ConText. J Biomed Inform 2009;42:839-851, doi
10.1016/j.jbi.2009.05.002.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from kg.lexicon import scan

_REACH = 60
"""characters between a trigger and what it acts on"""

_BEFORE = re.compile(
    r"\b(?P<no>without evidence of|no evidence (?:of|for)|no signs? of|no history of|no sign or symptom of|absence of|"
    r"lack of|free of|negative for|ruled? out for|rules out|ruled out|fails? to (?:reveal|show)|failed to (?:reveal|show)|"
    r"did not (?:have|show|reveal|develop|cause|induce|demonstrate)|does not (?:have|show|cause|induce)|not associated with|"
    r"den(?:ies|ied|ying)|without|never had|neither|nor|no|not)\b"
    r"|\b(?P<maybe>if|in case of|to rule out|rule out|risk (?:of|for)|suspected|suspicion of|possible|possibly|"
    r"prevent(?:s|ion of)?|susceptibility to|should)\b"
    r"|\b(?P<family>family history(?: of)?|mother|father|sister|brother|grandmother|grandfather|aunt|uncle|maternal|"
    r"paternal|siblings?|relatives?)\b",
    re.I,
)
_AFTER = re.compile(
    r"\b(?P<no>(?:is|are|was|were|has been|have been) (?:ruled out|excluded|absent|negative|denied)|unlikely|"
    r"(?:was|were|is|are) not (?:found|seen|present|observed|detected|identified))\b",
    re.I,
)
_NOT_A_NEGATION = re.compile(
    r"\b(?:no(?:t)? (?:only|increase|change|significant change|further)|not necessarily|no doubt)\b", re.I
)
_END = re.compile(
    r"\b(?:but|however|although|though|except|aside from|apart from|which|who|because|secondary to|"
    r"due to|despite|while|whereas|then|presented|presents)\b",
    re.I,
)
_METHODS = re.compile(
    r"^(?:[^\n:]{0,40}\b)?(?:METHODS?|MATERIALS? AND METHODS|DESIGN|PATIENTS AND METHODS)\b[^\n:]{0,40}:", re.M
)
_LABEL = re.compile(r"^[A-Z][A-Z ,/&-]{2,60}:", re.M)
_SENTENCE_END = frozenset(".!?")
_MARKS = frozenset(".;:!?")


def _variants(words: str) -> frozenset[str]:
    """Words in small letters, with an initial capital, and in capitals."""
    return frozenset(variant for word in words.split() for variant in (word, word.capitalize(), word.upper()))


# The words with which the patterns begin, so that they are tried at few places only.
_BEGIN_BEFORE = _variants(
    "without no absence lack free negative ruled rule rules fail fails failed did does not denies denied denying never "
    "neither nor if in to risk suspected suspicion possible possibly prevent prevents prevention susceptibility should "
    "family mother father sister brother grandmother grandfather aunt uncle maternal paternal sibling siblings relative "
    "relatives"
)
_BEGIN_AFTER = _variants("is are was were has have unlikely")
_BEGIN_END = _variants(
    "but however although though except aside apart which who because secondary due despite while whereas then presented "
    "presents"
)
TRIGGERS = _BEGIN_BEFORE | _BEGIN_AFTER | _BEGIN_END | _MARKS
"""the words and marks with which everything begins that says something of a mention"""
NAMES = {"no": "negated", "maybe": "hypothetical", "family": "family"}


class Contexts:
    """The triggers of one text, found once; asked for every mention in it.

    >>> text = "No evidence of colitis, but fever. Her mother had asthma."
    >>> contexts = Contexts(text)
    >>> [contexts.of(text.index(w), text.index(w) + len(w)) for w in ("colitis", "fever", "asthma")]
    [(('negated', 'No evidence of'),), (), (('family', 'mother'),)]
    """

    def __init__(self, text: str, tokens: tuple[list[str], list[int], list[int]] | None = None) -> None:
        """The triggers of a text. Its words, where they begin (:func:`kg.lexicon.scan`), and which of them may be of
        :data:`TRIGGERS`, may be known already."""
        words, starts, some = tokens or (*scan(text)[:2], None)
        self._ends: list[int] = []
        self._before: list[tuple[int, str, str]] = []
        self._after: list[tuple[int, str, str]] = []
        self._sentences: list[int] = []
        for token in range(len(words)) if some is None else some:
            word, at = words[token], starts[token]
            if word in _MARKS:
                following = text[at + 1 : at + 2]
                if not following or following.isspace():
                    self._ends.append(at)
                    if word in _SENTENCE_END:
                        self._sentences.append(at + 1)
            elif word in _BEGIN_BEFORE:
                if (match := _BEFORE.match(text, at)) and not _NOT_A_NEGATION.match(text, at):
                    self._before.append((match.end(), match.lastgroup or "", match[0]))
            elif word in _BEGIN_AFTER:
                if match := _AFTER.match(text, at):
                    self._after.append((at, match.lastgroup or "", match[0]))
            elif word in _BEGIN_END and _END.match(text, at):
                self._ends.append(at)
        self._before.sort()
        self._stops = [stop for stop, *_ in self._before]
        self._begins = [begin for begin, *_ in self._after]
        self._methods: list[tuple[int, int]] = []
        if "METHOD" in text or "DESIGN" in text:
            for match in _METHODS.finditer(text):
                label = _LABEL.search(text, match.end())
                self._methods.append((match.start(), label.start() if label else len(text)))
        self._is_silent = not (self._before or self._after or self._methods)

    def of(self, start: int, end: int) -> tuple[tuple[str, str], ...]:
        """(name, words that say so) of all that is said of the characters from start to end."""
        if self._is_silent:
            return ()
        found: dict[str, str] = {}
        at = bisect_right(self._stops, start)
        for stop, kind, words in reversed(self._before[max(0, at - 8) : at]):
            if start - stop > 4 * _REACH:
                break
            if kind == "family":
                if not self._is_between(self._sentences, stop, start):
                    found.setdefault(NAMES[kind], words)
            elif 0 <= start - stop <= _REACH and not self._is_ended(stop, start):
                found.setdefault(NAMES[kind], words)
        at = bisect_left(self._begins, end)
        for begin, kind, words in self._after[at : at + 2]:
            if begin - end <= _REACH // 2 and not self._is_ended(end, begin):
                found.setdefault(NAMES[kind], words)
        if self._methods and any(a <= start < b for a, b in self._methods):
            found.setdefault("methods", "section")
        return tuple(sorted(found.items())) if found else ()

    def _is_ended(self, start: int, end: int) -> bool:
        at = bisect_left(self._ends, start)
        return at < len(self._ends) and self._ends[at] < end

    @staticmethod
    def _is_between(places: list[int], start: int, end: int) -> bool:
        at = bisect_right(places, start)
        return at < len(places) and places[at] <= end
