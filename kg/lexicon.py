"""Names → concepts: every name of every concept, found by its tokens.

Two spellings of one name are the same name here when their tokens are equal. Tokens are words and single marks, without
the white space, hyphens and dashes between them, so ``beta-cell``, ``beta cell`` and ``β cell`` are one name; words lose
case, Unicode compatibility forms (NFKC), soft hyphens, a possessive ``'s`` and the British ``ae``, ``oe``, ``our``,
``sulph`` and ``isation``; the last word of a name also its plural. Short names that carry their meaning in their capitals
(``AIDS``, ``iPSC``, ``He``) are still compared as they are printed.

One sense has one IRI: a concept that states an exact match with a concept of a scheme of higher priority
(:data:`SCHEME_PRIORITY`) that is in the lexicon, too, hands its names to that one.

A lexicon is immutable and lives in memory; everything outside uses :meth:`Lexicon.lookup`, :meth:`Lexicon.longest`,
:meth:`Lexicon.concept`, :meth:`Lexicon.ancestors` and :attr:`Lexicon.digest` only, so that a memory-mapped one can take
its place.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from kg.model import Concept

SCHEME_PRIORITY = ("MESH", "MONDO", "DOID", "HP", "CL", "UBERON", "CHEBI", "GO")
"""Whose IRI a sense gets, best first; every other scheme comes after these, in alphabetical order."""

MAX_TOKENS = 64
"""Names with more tokens than this are kept as names but not looked for: no paper prints them, and the bound keeps the
look-up linear in the text whatever an ontology holds."""

MIN_ALPHANUMERIC = 3
"""Names with fewer letters and digits are kept as names but not looked for."""

MAX_GAP = 8
"""The most separators (white space, hyphens, dashes) that may stand between two tokens of one name."""

_LONGEST_WORD = 64
"""Longer words (sequences, links) are compared as printed, so that the cache of forms never keeps a huge string."""


# --- tokens -------------------------------------------------------------------------------------------------------

_JOINED = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # combining marks
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"  # soft hyphen, zero-width signs, variation selectors
_GREEK = "\u0370-\u03ff\u1f00-\u1fff"
_SEPARATORS = r"\s\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"

# A Greek letter is a token of its own (TNFα = TNF alpha) unless it belongs to a Greek word. A possessive 's is passed over
# and belongs to no token. Possessive quantifiers keep the scan linear.
_WORD = rf"[^\W{_GREEK}]++(?:[{_JOINED}{_INVISIBLE}]++[^\W{_GREEK}]*+)*+"
_TOKEN = re.compile(
    rf"({_WORD}|[{_GREEK}][{_GREEK}{_JOINED}]{{2,}}+|[{_GREEK}][{_JOINED}]*+|[^{_SEPARATORS}{_INVISIBLE}])"
    rf"(?:['\u2019][sS](?![\w{_JOINED}]))?"
)
_ASCII_TOKEN = re.compile(r"(\w++|[^\s\-])(?:'[sS](?!\w))?")  # the same for ASCII, three times as fast
_DROPPED = re.compile(f"[{_INVISIBLE}]")

_GREEK_NAMES = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip


class Token(NamedTuple):
    """A token of a text, ``text[start:end]``: its ``form``, by which it is compared, and ``last``, by which it is
    compared as the last token of a name: the form without the plural."""

    start: int
    end: int
    form: str
    last: str


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order; offsets are code points of the text as given.

    >>> [t.form for t in tokens("Alzheimer's disease, TNF-α")]
    ['alzheimer', 'disease', ',', 'tnf', 'alpha']
    """
    pattern = _ASCII_TOKEN if text.isascii() else _TOKEN
    return [Token(m.start(), m.end(1), *_forms(m[1])) for m in pattern.finditer(text)]


def _forms(word: str) -> tuple[str, str]:
    return _cached_forms(word) if len(word) <= _LONGEST_WORD else (word, word)


@lru_cache(maxsize=1 << 16)
def _cached_forms(word: str) -> tuple[str, str]:
    compared = form(word)
    return compared, singular(compared)


def form(token: str) -> str:
    """What a single token is compared by.

    >>> form("Tumour"), form("β"), form("Leukaemia")
    ('tumor', 'beta', 'leukemia')
    """
    if token.isascii():
        folded = token.lower()
    else:
        folded = plain(token).casefold()
        folded = _GREEK_NAMES.get(folded, folded)
    if len(folded) < 5:
        return folded
    if len(folded) > 5:
        folded = folded.replace("ae", "e").replace("oe", "e").replace("sulph", "sulf").replace("isation", "ization")
    if folded.endswith("our"):
        return folded[:-3] + "or"
    if folded.endswith("ours"):
        return folded[:-4] + "ors"
    return folded


def plain(text: str) -> str:
    """The text without what only typography knows: NFKC, no soft hyphens or zero-width signs; case is kept."""
    return text if text.isascii() else _DROPPED.sub("", unicodedata.normalize("NFKC", text))


def singular(form: str) -> str:
    """The form of a last word without the regular English plural; not always a word, but the same for both numbers.

    >>> singular("cells"), singular("biopsies"), singular("viruses"), singular("diagnosis"), singular("abscess")
    ('cell', 'biopsy', 'virus', 'diagnosis', 'abscess')
    """
    if not form.endswith("s") or len(form) < 3 or form.endswith(("ss", "us", "is")):
        return form
    if len(form) > 4 and form.endswith("ies"):
        return form[:-3] + "y"
    if form.endswith(("sses", "xes", "ches", "shes", "ruses")):
        return form[:-2]
    return form[:-1]


def is_cased(name: str) -> bool:
    """Whether a name means what it means only in its own capitals: at most four characters with a capital after the
    first one or nothing but capitals, and names of one or two letters.

    >>> [is_cased(name) for name in ("AIDS", "iPSC", "He", "IL-6", "Lead", "COVID")]
    [True, True, True, True, False, False]
    """
    return len(name) <= 4 and (any(c.isupper() for c in name[1:]) or name.isupper() or len(name) < 3)


# --- names --------------------------------------------------------------------------------------------------------


NameKind = Literal["label", "synonym"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name as its ontology prints it, and the concept that it stands for.

    ``concept`` is the CURIE of the sense, ``source`` that of the concept that states the name; they differ where the
    sense has a better IRI in another scheme. ``is_cased``: its capitals count (:func:`is_cased`).
    """

    printed: str
    kind: NameKind
    concept: str
    source: str
    is_cased: bool

    def allows(self, printed: str) -> bool:
        """Whether the capitals of a text are those that a short name asks for (plural ``s`` apart)."""
        if not self.is_cased:
            return True
        own, other = as_printed(self.printed), as_printed(printed)
        return other in {own, own + "s"}


@dataclass(frozen=True, slots=True)
class Match:
    """Names that stand at the same place of a text: ``tokens[start:end]``, best name first, never empty."""

    start: int
    end: int
    names: tuple[Name, ...]


def one_sense(names: tuple[Name, ...]) -> str | None:
    """The concept that the names mean, best name first; None where two concepts have equal right to them: the same
    scheme, and both as label or both as synonym."""
    best = _rank(names[0])[:2]
    if any(name.concept != names[0].concept and _rank(name)[:2] == best for name in names[1:]):
        return None
    return names[0].concept


class Lexicon:
    """All names of a set of concepts. Make one with :meth:`build`.

    >>> diabetes = Concept("MESH:D003922", "Diabetes Mellitus, Type 1", ("type 1 diabetes",), "Disease")
    >>> mondo = Concept("MONDO:0005147", "type 1 diabetes mellitus", ("T1D",), exact=("MESH:D003922",))
    >>> lexicon = Lexicon.build([mondo, diabetes])
    >>> [name.concept for name in lexicon.lookup("Type-1 diabetes mellitus")]
    ['MESH:D003922']
    >>> lexicon.concept("MESH:D003922").label
    'Diabetes Mellitus, Type 1'
    """

    def __init__(self, concepts: dict[str, Concept], senses: dict[str, str]) -> None:
        self._concepts = concepts
        self._senses = senses
        names: dict[str, set[Name]] = {}
        prefixes: set[str] = set()
        for curie, concept in concepts.items():
            if concept.obsolete:
                continue
            sense = senses.get(curie, curie)
            for kind, printed in _printed_names(concept):
                found = tokens(printed)
                if not 0 < len(found) <= MAX_TOKENS or not _is_findable(printed):
                    continue
                key = ""
                for token in found[:-1]:
                    key += token.form
                    prefixes.add(key)
                    key += " "
                names.setdefault(key + found[-1].last, set()).add(Name(printed, kind, sense, curie, is_cased(printed)))
        self._names = {key: tuple(sorted(found, key=_rank)) for key, found in names.items()}
        self._prefixes = frozenset(prefixes)
        self.digest = _digest(concepts)
        """sha256, in hexadecimal, of everything that the lexicon knows, in an order of its own: the same concepts from
        other files or in another order have the same digest."""
        self.languages = frozenset(c.lang.partition("-")[0] for c in concepts.values() if c.lang)
        """primary language subtags of the names"""

    @classmethod
    def build(cls, concepts: Iterable[Concept]) -> Lexicon:
        """A lexicon of these concepts, whatever their order. Statements about one CURIE from several files are joined:
        the alphabetically first label stays the label, the others become synonyms, as do all synonyms."""
        stated: dict[str, list[Concept]] = {}
        for concept in concepts:
            stated.setdefault(concept.id, []).append(concept)
        joined = {curie: _join(stated[curie]) for curie in sorted(stated)}
        return cls(joined, _senses(joined))

    def __len__(self) -> int:
        return len(self._concepts)

    def __contains__(self, curie: object) -> bool:
        return curie in self._concepts

    def __iter__(self) -> Iterator[str]:
        """The CURIEs of all concepts, obsolete ones too, sorted."""
        return iter(self._concepts)

    def concept(self, curie: str) -> Concept:
        """What is known of a concept; KeyError where it is unknown."""
        return self._concepts[curie]

    def sense(self, curie: str) -> str:
        """The CURIE that is used for the sense of this one: itself, or its exact match in a scheme of higher priority."""
        return self._senses.get(curie, curie)

    def ancestors(self, curie: str) -> tuple[str, ...]:
        """The concepts above a concept that the lexicon knows, sorted, without itself. Cycles do no harm.

        >>> a, b, c = Concept("X:1", "a", broader=("X:2",)), Concept("X:2", "b", broader=("X:3",)), Concept("X:3", "c")
        >>> Lexicon.build([a, b, c]).ancestors("X:1")
        ('X:2', 'X:3')
        """
        above: set[str] = set()
        waiting = [curie]
        while waiting:
            known = self._concepts.get(waiting.pop())
            for parent in known.broader if known else ():
                if parent not in above and parent in self._concepts:
                    above.add(parent)
                    waiting.append(parent)
        return tuple(sorted(above - {curie}))

    def lookup(self, name: str) -> tuple[Name, ...]:
        """The names that this text, as a whole, is a spelling of; best first, empty where there is none."""
        found = tokens(name)
        if not found or len(found) > MAX_TOKENS:
            return ()
        key = " ".join([t.form for t in found[:-1]] + [found[-1].last])
        return tuple(n for n in self._names.get(key, ()) if n.allows(name))

    def longest(self, text: str, found: Sequence[Token], at: int) -> Match | None:
        """The longest name that begins with token ``at`` of a text and ends with one of its tokens.

        Args:
            text: the text itself.
            found: its tokens, all of them (:func:`tokens`).
            at: index into ``found``.
        """
        names, prefixes = self._names, self._prefixes
        first = found[at]
        key = first.form
        if key not in prefixes and first.last not in names:
            return None
        best: Match | None = None
        end = at
        while True:
            last = found[end]
            candidates = names.get(key if last.last == last.form else key[: len(key) - len(last.form)] + last.last)
            if candidates is not None:
                printed = text[first.start : last.end]
                allowed = tuple(n for n in candidates if n.allows(printed))
                if allowed and is_border(text, last.end - 1) and is_border(text, first.start - 1):
                    best = Match(at, end + 1, allowed)
            end += 1
            if key not in prefixes or end == len(found) or found[end].start - last.end > MAX_GAP:
                return best
            key = f"{key} {found[end].form}"


def scheme_rank(curie: str) -> tuple[int, str]:
    """Sort key of a CURIE's scheme by :data:`SCHEME_PRIORITY`.

    >>> sorted(["X:1", "CL:1", "EFO:1", "MESH:D1"], key=scheme_rank)
    ['MESH:D1', 'CL:1', 'EFO:1', 'X:1']
    """
    prefix = curie.partition(":")[0]
    return (SCHEME_PRIORITY.index(prefix) if prefix in SCHEME_PRIORITY else len(SCHEME_PRIORITY)), prefix


def _rank(name: Name) -> tuple[tuple[int, str], bool, str, str, str]:
    return scheme_rank(name.concept), name.kind != "label", name.concept, name.printed, name.source


def _printed_names(concept: Concept) -> Iterator[tuple[NameKind, str]]:
    yield "label", concept.label
    for synonym in concept.synonyms:
        if synonym != concept.label:
            yield "synonym", synonym


def is_border(text: str, at: int) -> bool:
    """Whether a word may end after character ``at``: TNF does not end inside TNFα, which is two tokens."""
    return not (0 <= at < len(text) - 1 and text[at].isalnum() and text[at + 1].isalnum())


def _is_findable(name: str) -> bool:
    """Whether a name says enough to be looked for: a letter, and three letters and digits. Two letters mean too many
    things; where a document defines them, they are found as its abbreviation."""
    return any(c.isalpha() for c in name) and sum(c.isalnum() for c in name) >= MIN_ALPHANUMERIC


def as_printed(name: str) -> str:
    """What a case-sensitive name is compared by: its letters, digits and marks as printed, separators left out."""
    return "".join(plain(name[t.start : t.end]) for t in tokens(name))


def _join(stated: list[Concept]) -> Concept:
    """One concept from all that is stated of it; a term that is alive anywhere is alive."""
    living = [c for c in stated if not c.obsolete] or stated
    if len(living) == 1:
        return replace(living[0], synonyms=tuple(dict.fromkeys(living[0].synonyms)))
    first = min(living, key=lambda c: (c.label, c.lang or ""))
    return Concept(
        id=first.id,
        label=first.label,
        synonyms=tuple(sorted({n for c in living for n in (c.label, *c.synonyms)} - {first.label})),
        category=min((c.category for c in living if c.category), default=None),
        broader=tuple(sorted({b for c in living for b in c.broader})),
        exact=tuple(sorted({e for c in living for e in c.exact})),
        scheme=min((c.scheme for c in living if c.scheme), default=None),
        obsolete=first.obsolete,
        replaced_by=min((c.replaced_by for c in living if c.replaced_by), default=None),
        lang=first.lang,
    )


def _senses(concepts: dict[str, Concept]) -> dict[str, str]:
    """The concepts that hand their names on, and to which.

    Exact matches are symmetric and transitive, also through concepts that are not in the lexicon; obsolete concepts do
    not count. Two concepts of the best scheme of a group both keep their names: that scheme says that they differ.
    """
    neighbours: dict[str, set[str]] = {}
    for curie, concept in concepts.items():
        for other in () if concept.obsolete else concept.exact:
            if other != curie and not (other in concepts and concepts[other].obsolete):
                neighbours.setdefault(curie, set()).add(other)
                neighbours.setdefault(other, set()).add(curie)
    senses: dict[str, str] = {}
    seen: set[str] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        seen.add(start)
        group = [start]
        for curie in group:  # grows while it is walked
            new = neighbours[curie] - seen
            seen |= new
            group.extend(new)
        known = [curie for curie in group if curie in concepts]
        if not known:
            continue
        best = min(map(scheme_rank, known))
        heads = sorted(curie for curie in known if scheme_rank(curie) == best)
        for curie in known:
            if scheme_rank(curie) != best:
                senses[curie] = min(neighbours[curie].intersection(heads), default=heads[0])
    return senses


def _digest(concepts: dict[str, Concept]) -> str:
    """The names of fields are part of it, so that a new field gives a new digest."""
    total = hashlib.sha256()
    for concept in concepts.values():
        known = {f.name: getattr(concept, f.name) for f in fields(concept)}
        for name in ("synonyms", "broader", "exact"):
            known[name] = sorted(known[name])
        total.update(json.dumps(known, sort_keys=True).encode("ascii"))
        total.update(b"\n")
    return total.hexdigest()
