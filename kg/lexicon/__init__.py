"""Names → concepts: every name of every concept, found by its tokens.

Two spellings of one name are the same name here when the forms of their tokens are equal (:mod:`kg.lexicon.forms`);
further spellings of an ontology's name are put beside it (:mod:`kg.lexicon.variants`). Short names that carry their
meaning in their capitals (``AIDS``, ``iPSC``, ``He``) are still compared as they are printed.

One sense has one IRI: a concept that states an exact match with a concept of a scheme of higher priority
(:data:`SCHEME_PRIORITY`) that is in the lexicon, too, hands its names to that one (:mod:`kg.lexicon.senses`).

A lexicon is immutable and is a set of columns (:mod:`kg.lexicon.storage`), in memory or in a mapped file. The names are
a trie over token numbers: the nodes are numbered breadth-first, so that the children of a node stand side by side and are
found by bisection; tokens that are a name by themselves have the smallest numbers, the others with which a name begins the
next ones, and token ``t`` leads from the root to node ``t + 1``. Of the pairs and triples of tokens with which names begin
there are tables by a hash. So most words of a text are passed over by a few comparisons.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from msgspec import Struct
from msgspec.structs import asdict, fields

from kg.categories import category_of
from kg.lexicon import storage
from kg.lexicon.forms import as_printed, form, forms, is_border, is_cased, plain, scan
from kg.lexicon.senses import SCHEME_PRIORITY, joined, scheme_rank, senses
from kg.lexicon.storage import Columns, DamagedLexicon
from kg.lexicon.variants import CHANGES, variants
from kg.model import Concept

__all__ = [
    "MAX_GAP", "MAX_TOKENS", "SCHEME_PRIORITY", "DamagedLexicon", "LearnedName", "Lexicon", "Match", "Name", "NameKind",
    "Tokens", "as_printed", "form", "forms", "is_border", "is_cased", "one_sense", "plain", "scan", "scheme_rank",
]  # fmt: skip

MAX_TOKENS = 32
"""Names with more tokens than this are kept as names but not looked for: no paper prints them, and the bound keeps the
look-up linear in the text whatever an ontology holds."""

MIN_ALPHANUMERIC = 3
"""Names with fewer letters and digits are kept as names but not looked for, unless readers were seen to mean them."""

MAX_GAP = 8
"""The most separators (white space, hyphens, dashes) that may stand between two tokens of one name."""

NameKind = Literal["label", "synonym", "equivalent", "learned", "narrow", "related", "broad"]
"""what the ontology calls the name; which it lacks: ``equivalent``: another ontology gives it to the same concept,
``learned``: readers used it for the concept"""

KINDS: tuple[NameKind, ...] = get_args(NameKind)

Progress = Callable[[str, int, int], None]


class LearnedName(NamedTuple):
    """A name that annotators used for a concept of a type (:mod:`kg.categories`): ``meant`` of the ``seen`` times that it
    stood in their texts. Or, where it has a ``source``, a name that this term of another ontology has, which says that it
    is the same concept."""

    name: str
    concept: str
    type: str
    meant: int
    seen: int
    source: str = ""


class Name(Struct, frozen=True, gc=False):
    """A name as its ontology prints it, and the concept that it stands for.

    ``concept`` is the CURIE of the sense, ``source`` that of the concept that states the name; they differ where the
    sense has a better IRI in another scheme. ``is_cased``: its capitals count (:func:`is_cased`). ``change`` says which
    further spelling of it was found (:data:`kg.lexicon.variants.CHANGES`); empty: the name itself.
    """

    printed: str
    kind: NameKind
    concept: str
    source: str
    is_cased: bool
    change: str = ""

    def allows(self, printed: str) -> bool:
        """Whether the capitals of a text are those that a short name asks for (plural ``s`` apart)."""
        if not self.is_cased or self.change:
            return True
        own, other = as_printed(self.printed), as_printed(printed)
        return other in {own, own + "s"}


class Match(Struct, frozen=True):
    """Names that stand at the same place of a text: tokens ``start`` to ``end``, best name first, never empty."""

    start: int
    end: int
    names: tuple[Name, ...]


class Tokens(NamedTuple):
    """The tokens of a text for a lexicon: the words as printed, their places (:func:`scan`), and their numbers."""

    words: list[str]
    starts: list[int]
    stops: list[int]
    numbers: list[int]


def one_sense(names: Sequence[Name]) -> str | None:
    """The concept that the names mean, best name first; None where two concepts have equal right to them: the same
    scheme, and both as label or both as synonym."""
    concept = names[0].concept
    others = [name for name in names if name.concept != concept]
    if others and any(_rank(name)[:2] == _rank(names[0])[:2] for name in others):
        return None
    return concept


class Lexicon:
    """All names of a set of concepts. Make one with :meth:`build`, or :meth:`open` a compiled one.

    >>> diabetes = Concept("MESH:D003922", "Diabetes Mellitus, Type 1", ("type 1 diabetes",), "Disease")
    >>> mondo = Concept("MONDO:0005147", "type 1 diabetes mellitus", ("T1D",), exact=("MESH:D003922",))
    >>> lexicon = Lexicon.build([mondo, diabetes])
    >>> [name.concept for name in lexicon.lookup("Type-I diabetes mellitus")]
    ['MESH:D003922', 'MESH:D003922']
    >>> lexicon.concept("MESH:D003922").label
    'Diabetes Mellitus, Type 1'
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        numbers, texts = columns.numbers, columns.texts
        facts = columns.facts
        self.digest: str = facts["digest"]
        """sha256, in hexadecimal, of everything that the lexicon knows, in an order of its own: the same concepts from
        other files or in another order have the same digest."""
        self.languages = frozenset(facts["languages"])
        """primary language subtags of the names"""
        self.name_count: int = facts["names"]
        """how many spellings are looked for"""
        self.starts: int = facts["starts"]
        """token numbers below this one begin a name"""
        self.alone: int = facts["alone"]
        """token numbers below this one are a name by themselves, which ends at the node of the next number"""
        self.named: Mapping[str, tuple[Name, ...]] = _Memory(self._named)
        """a word → the names that it is by itself (:meth:`allowed`)"""
        self._pairs, self._triples = numbers["pairs"], numbers["triples"]
        self._last_pair, self._last_triple = len(self._pairs) - 1, len(self._triples) - 1
        self._unknown: int = facts["tokens"]
        self._first_child = numbers["first_child"]
        self._token = numbers["token"]
        self._first_entry = numbers["first_entry"]
        self._entry_name = numbers["entry_name"]
        self._entry_change = numbers["entry_change"]
        self._name_at, self._name_text = numbers["name_at"], texts["names"]
        self._name_kind, self._name_concept = numbers["name_kind"], numbers["name_concept"]
        self._slots = numbers["slots"]
        self._token_at, self._token_text = numbers["token_at"], texts["tokens"]
        self._curie_at, self._curie_text = numbers["curie_at"], texts["curies"]
        self._record_at, self._record_text = numbers["record_at"], texts["records"]
        self._sense = numbers["sense"]
        self._category, self._categories = numbers["category"], tuple(facts["categories"])
        self._breadth = numbers["breadth"]
        self._first_parent, self._parent = numbers["first_parent"], numbers["parent"]
        self._number_of = _Memory(self._token_number)
        self._names_of: dict[int, tuple[tuple[Name, ...], bool]] = {}  # and whether the capitals of any of them count
        self._allowed: dict[tuple[int, str], tuple[Name, ...]] = {}
        self._roots: dict[int, tuple[bool, int, int]] = {}
        self.concept = lru_cache(maxsize=1 << 16)(self._concept)
        self._curie = lru_cache(maxsize=1 << 18)(self._printed_curie)
        self._index_of: dict[str, int] = {}  # of the senses of names that were met, which are asked for next
        self._index = lru_cache(maxsize=1 << 16)(self._found_index)
        self._above: dict[str, tuple[str, ...]] = {}

    @classmethod
    def build(
        cls,
        concepts: Iterable[Concept],
        learned: Iterable[LearnedName] = (),
        progress: Progress = lambda stage, done, total: None,
    ) -> Lexicon:
        """A lexicon of these concepts, whatever their order, and of the names that were learned for them."""
        return cls(Columns(memoryview(b"".join(compiled(concepts, learned, progress)))))

    @classmethod
    def open(cls, path: Path) -> Lexicon:
        """A compiled lexicon (:func:`compiled`), mapped into memory.

        Raises:
            DamagedLexicon: it is not what was written.
        """
        return cls(storage.opened(path))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._columns,)

    def __len__(self) -> int:
        return len(self._curie_at) - 1

    def __contains__(self, curie: object) -> bool:
        return isinstance(curie, str) and self._index(curie) is not None

    def __iter__(self) -> Iterator[str]:
        """The CURIEs of all concepts, obsolete ones too, sorted."""
        return (self._curie(index) for index in range(len(self)))

    def _concept(self, curie: str) -> Concept:
        """What is known of a concept; KeyError where it is unknown."""
        index = self._index(curie)
        if index is None:
            raise KeyError(curie)
        known: dict[str, Any] = json.loads(
            bytes(self._record_text[self._record_at[index] : self._record_at[index + 1]])
        )
        for field, value in known.items():
            if isinstance(value, list):
                known[field] = tuple(value)
        return Concept(**known)

    def sense(self, curie: str) -> str:
        """The CURIE that is used for the sense of this one: itself, or its exact match in a scheme of higher priority."""
        index = self._index(curie)
        return curie if index is None else self._curie(self._sense[index])

    def category(self, curie: str) -> str | None:
        """The category of a concept, None where it has none or is unknown."""
        index = self._index(curie)
        return None if index is None else self._categories[self._category[index]]

    def breadth(self, curie: str) -> int:
        """How general a concept is: the binary logarithm of one more than the number of paths below it.

        >>> a, b = Concept("X:1", "a", broader=("X:2",)), Concept("X:2", "b")
        >>> Lexicon.build([a, b]).breadth("X:2")
        1
        """
        index = self._index(curie)
        return 0 if index is None else self._breadth[index]

    def ancestors(self, curie: str) -> tuple[str, ...]:
        """The concepts above a concept that the lexicon knows, sorted, without itself. Cycles do no harm.

        >>> a, b, c = Concept("X:1", "a", broader=("X:2",)), Concept("X:2", "b", broader=("X:3",)), Concept("X:3", "c")
        >>> Lexicon.build([a, b, c]).ancestors("X:1")
        ('X:2', 'X:3')
        """
        known = self._above.get(curie)
        if known is None:
            known = self._above[curie] = self._found_ancestors(curie)
        return known

    def _found_ancestors(self, curie: str) -> tuple[str, ...]:
        index = self._index(curie)
        if index is None:
            return ()
        first, parents = self._first_parent, self._parent
        above: set[str] = set()
        waiting = [index]
        for current in waiting:  # grows while it is walked
            for parent in parents[first[current] : first[current + 1]]:
                name = self._curie(parent)
                if name not in above:
                    above.add(name)
                    known = self._above.get(name)
                    if known is None:
                        waiting.append(parent)
                    else:
                        above.update(known)
        above.discard(curie)
        return tuple(sorted(above))

    def lookup(self, name: str) -> tuple[Name, ...]:
        """The names that this text, as a whole, is a spelling of; best first, empty where there is none."""
        found = self.tokens(name)
        for match in self.matches(name, found, 0) if found.numbers else ():
            if match.end == len(found.numbers):
                return match.names
        return ()

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text and their numbers."""
        words, starts, stops = scan(text)
        return Tokens(words, starts, stops, list(map(self._number_of.__getitem__, words)))

    def number(self, word: str) -> int:
        """The number of a word as a token; that of the empty word is the number of what no name has."""
        return self._number_of[word] if word else self._unknown

    def alone_at(self, numbers: list[int]) -> list[int]:
        """The tokens that are a name by themselves.

        >>> lexicon = Lexicon.build([Concept("X:1", "night light"), Concept("X:2", "lamp")])
        >>> lexicon.alone_at(lexicon.tokens("a night light, no lamp at night").numbers)
        [5]
        """
        alone = self.alone
        return [at for at, number in enumerate(numbers) if number < alone]

    def beginnings(self, numbers: list[int]) -> list[int]:
        """Where names of two tokens or more may begin: wherever one does (:meth:`ends`), and at a few others.

        >>> lexicon = Lexicon.build([Concept("X:1", "night light"), Concept("X:2", "lamp")])
        >>> lexicon.beginnings(lexicon.tokens("a night light, no lamp at night").numbers)
        [1]
        """
        starts, pairs, triples = self.starts, self._pairs, self._triples
        last_pair, last_triple, unknown = self._last_pair, self._last_triple, self._unknown
        following = zip(numbers, [*numbers[1:], unknown], [*numbers[2:], unknown, unknown], strict=False)
        return [
            at
            for at, (one, other, third) in enumerate(following)
            if one < starts
            and (known := pairs[(slot := one * _SPREAD + other & last_pair)])
            and (known & _IS_NAME or triples[slot + third * _FURTHER & last_triple])
        ]

    def may_go_on(self, one: int, other: int) -> bool:
        """Whether a name of two tokens or more may begin with these two: True wherever one does, and at a few others."""
        return one < self.starts and self._pairs[one * _SPREAD + other & self._last_pair] != 0

    def may_begin(self, one: int, other: int, third: int) -> bool:
        """Whether a name of two tokens or more may begin with these: True wherever one does, and at a few others."""
        if one >= self.starts:
            return False
        slot = one * _SPREAD + other & self._last_pair
        known = self._pairs[slot]
        return known != 0 and (known & _IS_NAME != 0 or self._triples[slot + third * _FURTHER & self._last_triple] != 0)

    def ends(self, numbers: Sequence[int], at: int) -> list[tuple[int, int]]:
        """Where names end that begin with a token, shortest first: (the token after the last, node of the trie).

        Args:
            numbers: the numbers of the tokens.
            at: index into them; the token must begin a name (its number is below :attr:`starts`).
        """
        number = numbers[at]
        root = self._roots.get(number)
        if root is None:
            node = number + 1
            is_name = self._first_entry[node] != self._first_entry[node + 1]
            root = self._roots[number] = (is_name, self._first_child[node], self._first_child[node + 1])
        is_name, low, high = root
        at += 1
        found = [(at, number + 1)] if is_name else []
        count = len(numbers)
        if low == high or at == count:
            return found
        wanted = numbers[at]
        first_child, first_entry, token = self._first_child, self._first_entry, self._token
        node = bisect_left(token, wanted, low, high)
        if node == high or token[node] != wanted:
            return found
        while True:
            at += 1
            if first_entry[node] != first_entry[node + 1]:
                found.append((at, node))
            low, high = first_child[node], first_child[node + 1]
            if low == high or at == count:
                return found
            wanted = numbers[at]
            node = bisect_left(token, wanted, low, high)
            if node == high or token[node] != wanted:
                return found

    def names(self, node: int) -> tuple[Name, ...]:
        """The names that end at a node of the trie, best first."""
        return self._names(node)[0]

    def _names(self, node: int) -> tuple[tuple[Name, ...], bool]:
        known = self._names_of.get(node)
        if known is None:
            names = [*map(self._name, range(self._first_entry[node], self._first_entry[node + 1]))]
            if len(names) > 1:
                names.sort(key=_rank)
            known = self._names_of[node] = tuple(names), any(name.is_cased for name in names)
        return known

    def allowed(self, node: int, printed: str) -> tuple[Name, ...]:
        """The names that end at a node and allow the capitals of a text, best first."""
        names, is_cased = self._names_of.get(node) or self._names(node)
        if not is_cased:
            return names
        known = self._allowed.get((node, printed))
        if known is None:
            if len(self._allowed) >= 1 << 16:
                self._allowed.clear()
            known = self._allowed[node, printed] = tuple(name for name in names if name.allows(printed))
        return known

    def _named(self, word: str) -> tuple[Name, ...]:
        number = self._number_of[word]
        return self.allowed(number + 1, word) if number < self.alone else ()

    def matches(self, text: str, found: Tokens, at: int) -> list[Match]:
        """The names that begin with a token of a text and stand there as words, shortest first."""
        if found.numbers[at] >= self.starts:
            return []
        matches = []
        for end, node in self.ends(found.numbers, at):
            if not stands_as_words(text, found, at, end):
                continue
            printed = text[found.starts[at] : found.stops[end - 1]]
            if names := self.allowed(node, printed):
                matches.append(Match(at, end, names))
        return matches

    def longest(self, text: str, found: Tokens, at: int) -> Match | None:
        """The longest name that begins with a token of a text and ends with one of its tokens."""
        matches = self.matches(text, found, at)
        return matches[-1] if matches else None

    # --- columns ---

    def _token_number(self, word: str) -> int:
        """The number of a token with the form of a word; a number that no name has where there is none."""
        wanted = form(word).encode("utf-8", "surrogatepass")
        slots, at, text = self._slots, self._token_at, self._token_text
        mask = len(slots) - 1
        slot = zlib.crc32(wanted) & mask
        while known := slots[slot]:
            if text[at[known - 1] : at[known]] == wanted:
                return known - 1
            slot = (slot + 1) & mask
        return self._unknown

    def _name(self, entry: int) -> Name:
        index = self._entry_name[entry]
        printed = str(self._name_text[self._name_at[index] : self._name_at[index + 1]], "utf-8", "surrogatepass")
        source = self._name_concept[index]
        sense = self._sense[source]
        kind, change = KINDS[self._name_kind[index]], CHANGES[self._entry_change[entry]]
        concept = self._curie(sense)
        self._index_of[concept] = sense
        return Name(printed, kind, concept, self._curie(source), is_cased(printed), change)

    def _printed_curie(self, index: int) -> str:
        return str(self._curie_text[self._curie_at[index] : self._curie_at[index + 1]], "utf-8", "surrogatepass")

    def _found_index(self, curie: str) -> int | None:
        if curie in self._index_of:
            return self._index_of[curie]
        index = bisect_left(range(len(self)), curie, key=self._curie)
        return index if index < len(self) and self._curie(index) == curie else None


_Value = TypeVar("_Value")


class _Memory(dict[str, _Value]):
    """What was found for words, kept as long as there are not too many."""

    def __init__(self, find: Callable[[str], _Value]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> _Value:
        if len(self) >= 1 << 20:
            self.clear()
        found = self._find(word)
        if len(word) <= 64:
            self[word] = found
        return found


def stands_as_words(text: str, found: Tokens, at: int, end: int) -> bool:
    """Whether tokens ``at`` to ``end`` are whole words of a text with nothing but small gaps between them."""
    _, starts, stops, _ = found
    if not text.isascii():  # only between letters of different scripts a token ends inside a word
        start, stop = starts[at], stops[end - 1]
        if stop < len(text) and text[stop].isalnum() and text[stop - 1].isalnum():
            return False
        if start and text[start - 1].isalnum() and text[start].isalnum():
            return False
    for after in range(at + 1, end):  # noqa: SIM110 - a generator would cost more than all the rest
        if starts[after] - stops[after - 1] > MAX_GAP:
            return False
    return True


# Primes: tokens that stand beside each other in the order of the alphabet do not share their slots.
_SPREAD = 1021
_FURTHER = 4093
_IS_NAME = 1  # of a pair: two tokens are a name
_GOES_ON = 2  # a longer name begins with them


def _rank(name: Name) -> tuple[tuple[int, str], int, str, str, str, str]:
    return (
        scheme_rank(name.concept),
        KINDS.index(name.kind),
        name.change,
        name.concept,
        name.printed,
        name.source,
    )


# --- compiling ----------------------------------------------------------------------------------------------------


def compiled(
    concepts: Iterable[Concept],
    learned: Iterable[LearnedName] = (),
    progress: Progress = lambda stage, done, total: None,
) -> list[bytes]:
    """The pieces of a file that holds the lexicon of these concepts; the same whatever their order."""
    import numpy as np

    known = joined(concepts)
    sense_of = senses(known)
    learned = sorted(set(learned))
    whole = _whole_schemes(known, [name for name in learned if not name.source])
    learned = [n for n in learned if n.concept in known or (not n.source and n.concept.partition(":")[0] in whole)]
    further: dict[str, list[LearnedName]] = {}
    for used in learned:
        further.setdefault(used.concept, []).append(used)
    lacking = {curie: _lacking(names) for curie, names in further.items() if curie not in known}
    known = {curie: known[curie] if curie in known else lacking[curie] for curie in sorted({*known, *lacking})}
    index_of = {curie: index for index, curie in enumerate(known)}

    names: list[tuple[str, int, int]] = []  # printed, kind, concept
    spellings: dict[tuple[str, ...], dict[tuple[int, int], None]] = {}  # forms → (name, change)
    form_of = lru_cache(maxsize=1 << 18)(form)
    for done, (curie, concept) in enumerate(known.items()):
        if done % 10_000 == 0:
            progress("compile", done, len(known))
        if concept.obsolete:
            continue
        own: set[tuple[str, ...]] = set()
        for kind, printed, is_meant in _printed_names(concept, further.get(curie, ()), curie in lacking):
            words = scan(printed)[0]
            key = tuple(map(form_of, words))
            if kind in {"equivalent", "learned"} and key in own:
                continue
            if not 0 < len(key) <= MAX_TOKENS or not (_is_findable(printed) or is_meant):
                continue
            own.add(key)
            number = len(names)
            names.append((printed, KINDS.index(kind), index_of[curie]))
            spellings.setdefault(key, {})[number, 0] = None
            if kind in {"learned", "broad"}:
                continue
            for spelling, change in variants(printed, concept.category):
                key = tuple(map(form_of, scan(spelling)[0]))
                if key not in own and 0 < len(key) <= MAX_TOKENS and _is_findable(spelling):
                    own.add(key)
                    spellings.setdefault(key, {})[number, CHANGES.index(change)] = None

    for key, found in spellings.items():
        spellings[key] = _of_right(found)
    progress("compile", len(known), len(known))
    alone = sorted({key[0] for key in spellings if len(key) == 1})
    beginning = alone + sorted({key[0] for key in spellings}.difference(alone))
    tokens = beginning + sorted({token for key in spellings for token in key[1:]}.difference(beginning))
    number_of = {token: number for number, token in enumerate(tokens)}
    entries = {tuple(number_of[token] for token in key): found for key, found in spellings.items()}
    keys = sorted(entries)
    first_child, token_of, node_of = _trie(keys)
    counts = np.zeros(len(token_of), dtype=np.int64)
    in_order = sorted(zip(node_of, keys, strict=True))
    for node, path in in_order:
        counts[node] = len(entries[path])
    flat = [entry for _, path in in_order for entry in sorted(entries[path])]

    slots = np.zeros(1 << max(4, (2 * len(tokens)).bit_length()), dtype=np.uint32)
    encoded = [token.encode("utf-8", "surrogatepass") for token in tokens]
    for number, text in enumerate(encoded):
        slot = zlib.crc32(text) & (len(slots) - 1)
        while slots[slot]:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = number + 1

    categories = [None, *sorted({concept.category for concept in known.values() if concept.category is not None})]
    columns: dict[str, Any] = {
        "first_child": first_child,
        "token": token_of,
        "first_entry": np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32),
        "entry_name": np.array([name for name, _ in flat], dtype=np.uint32),
        "entry_change": np.array([change for _, change in flat], dtype=np.uint8),
        "name_kind": np.array([kind for _, kind, _ in names], dtype=np.uint8),
        "name_concept": np.array([concept for _, _, concept in names], dtype=np.uint32),
        "slots": slots,
        **_tables(keys),
        "sense": np.array([index_of[sense_of.get(curie, curie)] for curie in known], dtype=np.uint32),
        "breadth": np.array(_breadths(known), dtype=np.uint8),
        "category": np.array([categories.index(concept.category) for concept in known.values()], dtype=np.uint32),
    }
    for at, column, strings in (
        ("name_at", "names", [printed.encode("utf-8", "surrogatepass") for printed, _, _ in names]),
        ("token_at", "tokens", encoded),
        ("curie_at", "curies", [curie.encode("utf-8", "surrogatepass") for curie in known]),
        ("record_at", "records", [json.dumps(_stated(concept)).encode("ascii") for concept in known.values()]),
    ):
        columns[at] = np.concatenate([[0], np.cumsum([len(s) for s in strings], dtype=np.int64)]).astype(np.uint32)
        columns[column] = b"".join(strings)
    parents = [[index_of[parent] for parent in c.broader if parent in index_of] for c in known.values()]
    columns["first_parent"] = np.concatenate([[0], np.cumsum([len(above) for above in parents])]).astype(np.uint32)
    columns["parent"] = np.array([parent for above in parents for parent in above], dtype=np.uint32)
    facts = {
        "digest": _digest(known, learned),
        "categories": categories,
        "languages": sorted({c.lang.partition("-")[0] for c in known.values() if c.lang}),
        "alone": len(alone),
        "starts": len(beginning),
        "tokens": len(tokens),
        "names": len(keys),
    }
    return storage.packed(columns, facts)


def _of_right(entries: dict[tuple[int, int], None]) -> dict[tuple[int, int], None]:
    """The (name, change) of one spelling: where it is a name itself, another name with its last word changed is not it."""
    if any(change == 0 for _, change in entries):
        return {entry: None for entry in entries if entry[1] != _HEAD}
    return entries


_HEAD = CHANGES.index("head")


def _trie(keys: list[tuple[int, ...]]) -> tuple[Any, Any, list[int]]:
    """The trie of sorted keys, level by level: the first child of every node (and one more), the token that leads to
    every node, and the node of every key."""
    import numpy as np

    node = np.zeros(len(keys), dtype=np.int64)
    tokens, parents = [np.zeros(1, dtype=np.int64)], []
    alive = np.arange(len(keys))
    total, level = 1, 0
    while len(alive):
        here = np.fromiter((keys[k][level] for k in alive), dtype=np.int64, count=len(alive))
        above = node[alive]
        is_new = np.ones(len(alive), dtype=bool)
        is_new[1:] = (above[1:] != above[:-1]) | (here[1:] != here[:-1])
        number = total + np.cumsum(is_new) - 1
        node[alive] = number
        tokens.append(here[is_new])
        parents.append(above[is_new])
        total = int(number[-1]) + 1
        level += 1
        alive = alive[np.fromiter((len(keys[k]) > level for k in alive), dtype=bool, count=len(alive))]
    children = np.bincount(np.concatenate(parents), minlength=total) if parents else np.zeros(1, dtype=np.int64)
    first_child = np.concatenate([[1], 1 + np.cumsum(children)]).astype(np.uint32)
    return first_child, np.concatenate(tokens).astype(np.uint32), node.tolist()


def _tables(keys: Sequence[tuple[int, ...]]) -> dict[str, Any]:
    """For the slot of each pair with which a name begins, whether it is a name, or goes on; for that of each triple, that
    there is one. At least eight slots for each, so that few others share one."""
    import numpy as np

    pairs: dict[tuple[int, ...], int] = {}
    for key in keys:
        if len(key) > 1:
            pairs[key[:2]] = pairs.get(key[:2], 0) | (_IS_NAME if len(key) == 2 else _GOES_ON)
    further = {key[:3] for key in keys if len(key) > 2}
    pair_table, triple_table = (
        np.zeros(1 << max(4, (8 * len(known)).bit_length()), dtype=np.uint8) for known in (pairs, further)
    )
    for (one, other), known in pairs.items():
        pair_table[one * _SPREAD + other & len(pair_table) - 1] |= known
    for one, other, third in further:
        slot = one * _SPREAD + other & len(pair_table) - 1
        triple_table[slot + third * _FURTHER & len(triple_table) - 1] = 1
    return {"pairs": pair_table, "triples": triple_table}


def _whole_schemes(known: Mapping[str, Concept], learned: Iterable[LearnedName]) -> set[str]:
    """The schemes of which the lexicon holds most concepts that annotators used: whole releases, not extracts."""
    used: dict[str, set[str]] = {}
    for name in learned:
        used.setdefault(name.concept.partition(":")[0], set()).add(name.concept)
    return {scheme for scheme, curies in used.items() if 2 * len(curies.intersection(known)) > len(curies)}


def _lacking(names: Sequence[LearnedName]) -> Concept:
    """A concept of a scheme in the lexicon that only annotators name (a supplementary record, a newer term)."""
    best = min(names, key=lambda name: (-name.meant, name.name))
    return Concept(best.concept, best.name, category=category_of(best.type))


def _printed_names(
    concept: Concept, learned: Iterable[LearnedName], is_lacking: bool
) -> Iterator[tuple[NameKind, str, bool]]:
    """Kind, name, and whether readers were seen to mean it; each name once, under its best kind."""
    seen: set[str] = set()
    kinds: tuple[tuple[NameKind, Sequence[str]], ...] = (
        ()
        if is_lacking
        else (
            ("label", (concept.label,)),
            ("synonym", concept.synonyms),
            ("narrow", concept.narrow),
            ("related", concept.related),
            ("broad", concept.broad),
        )
    )
    meant = {name.name for name in learned if 2 * name.meant > name.seen}
    for kind, names in kinds:
        for name in names:
            if name not in seen:
                seen.add(name)
                yield kind, name, name in meant
    for known in sorted(learned, key=lambda name: not name.source):
        if known.name not in seen:
            seen.add(known.name)
            yield "equivalent" if known.source else "learned", known.name, known.name in meant


def _is_findable(name: str) -> bool:
    """Whether a name says enough to be looked for: a letter, and three letters and digits. Two letters mean too many
    things; where a document defines them, they are found as its abbreviation."""
    return any(c.isalpha() for c in name) and sum(c.isalnum() for c in name) >= MIN_ALPHANUMERIC


def _breadths(concepts: Mapping[str, Concept]) -> list[int]:
    """The binary logarithm of one more than the number of paths below every concept; what lies on a cycle has none."""
    waiting = dict.fromkeys(concepts, 0)
    for concept in concepts.values():
        for parent in concept.broader:
            if parent in waiting:
                waiting[parent] += 1
    paths = dict.fromkeys(concepts, 0)
    settled = [curie for curie, count in waiting.items() if not count]
    for curie in settled:  # grows while it is walked (Kahn 1962)
        for parent in concepts[curie].broader:
            if parent in waiting:
                paths[parent] += paths[curie] + 1
                waiting[parent] -= 1
                if not waiting[parent]:
                    settled.append(parent)
    return [min(255, (paths[curie] + 1).bit_length() - 1) for curie in concepts]


_DEFAULTS = {f.name: f.default for f in fields(Concept)}


def _stated(concept: Concept) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in asdict(concept).items() if value != _DEFAULTS[name]}


def _digest(concepts: Mapping[str, Concept], learned: Iterable[LearnedName]) -> str:
    """The names of fields are part of it, so that a new field gives a new digest."""
    total = hashlib.sha256()
    for concept in concepts.values():
        known = asdict(concept)
        for name in ("synonyms", "broader", "exact", "narrow", "broad", "related", "xrefs"):
            known[name] = sorted(known[name])
        total.update(json.dumps(known, sort_keys=True).encode("ascii"))
        total.update(b"\n")
    for used in learned:
        total.update(json.dumps(used).encode("ascii"))
        total.update(b"\n")
    return total.hexdigest()
