"""Which organisations of a registry may stand in an affiliation string, and where in it.

An organisation is a candidate if one of its two rarest words stands in the string, and of the weight of the words of one
of its names more than :data:`kg.ror.ENOUGH` (weight = how rare a word is in the registry, on a logarithmic
scale; Spärck Jones 1972, doi 10.1108/eb026526). Words may be abbreviated, joined or misspelt by a letter.
"""

from __future__ import annotations

import math
import re
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kg.garbage import remembered
from kg.naming import WORD, form, undotted
from kg.ror import ENOUGH, KINDS, UNIQUE, Registry, country_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

MOST = 8
"""candidates of a string that are looked at"""
_ALIKE = 3
"""of the candidates that the same words name so many are looked at: else the branches of one would leave no room"""
_CLOSE = 0.3
"""candidates that are less likely than so much of the likeliest are not looked at"""
_LONGEST = 120
"""words of a string that are looked at"""
_MOST_CHARACTERS = 2000
_FIRST = 32
"""names that are looked at more closely"""
_ELSEWHERE = 0.6
"""how likely an organisation is if the string names other countries than its own"""
_OTHER_CITY = np.float32(0.9)
"""how likely an organisation is if the string does not name its city"""
_KIND = np.array([1.0, 1.0, 1.0, 0.9, 0.85], dtype=np.float32)
"""how likely a name of each of :data:`kg.ror.KINDS` is meant"""
_KNOWN = np.float32(20)
"""how much prominence doubles how likely an organisation is"""
_AGREES = 0.95
"""so much of a further name of an organisation stands there too, if it confirms the first"""
_SEVERAL = -2
_ACRONYM = KINDS.index("acronym")
_ABBREVIATED, _JOINED, _MISSPELT = 0.9, 0.95, 0.8

_COUNTRIES = frozenset(("us", "usa", "uk", "uae", "prc", "ussr", "drc"))

_SEGMENT = re.compile(r"[,;:#/()\[\]|•·–—\n\t\"“”]| - ")
_LABEL = re.compile(r"[0-9]{1,2}(?=[A-Z][a-z])", re.ASCII)
_PRINTED = re.compile(WORD.pattern + r"\.?")


_LINKS = {
    **dict.fromkeys("of de des du di del della dei da do dos das von van der".split(), 1),
    **dict.fromkeys("and y e et i und en te og".split(), 2),
    **dict.fromkeys("at in for fur zu".split(), 3),
}


@dataclass(slots=True)
class Words:
    """The words of a string: comparable forms, the segment (between commas) of each, and where each may be found."""

    printed: list[str]
    forms: list[str]
    segments: list[int]
    links: list[int]
    """what stands before each word: 0 nothing or the border of a segment, 1 of, 2 and, 3 at or in"""
    weights: list[float]
    capitals: int
    """the positions of words that are printed mostly in capitals, as the bits of a number"""
    places: dict[int, list[int]]
    """word of the registry → positions at which it stands, or may be meant"""
    only: dict[int, int]
    """word of the registry → the one position at which it stands; :data:`_SEVERAL` where there are more"""
    quality: dict[int, float]
    """word of the registry → 1 as printed, less where it is only meant"""


@dataclass(slots=True, eq=False)
class Place:
    """Where the words of a name stand in a string; one object for all names of the same words."""

    words: tuple[int, ...]
    positions: list[int]
    """of each word, -1 where it is not there"""
    found: list[int]
    """the positions that are there, sorted"""
    span: int
    """the same as the bits of a number: sets of positions are compared at once"""
    together: float
    """what is printed together is likelier to be one name"""
    is_acronym: bool
    """whether it is printed like an acronym"""


@dataclass(slots=True)
class Candidate:
    """An organisation, the name of it that fits best, and where that stands."""

    organisation: int
    name: int
    coverage: float
    weight: float
    place: Place
    rank: float
    """how likely it is before anything is weighed; only good for comparison"""
    agrees: int = 0
    """whether another name of it stands elsewhere in the string: 1 a name, 2 an acronym"""
    crowd: int = 0
    """how many more of the same words were left out"""


def read_words(registry: Registry, text: str) -> Words:
    """The words of the beginning of a string, some more than :data:`_LONGEST` of them at most."""
    text = text[:_MOST_CHARACTERS]
    if label := _LABEL.match(text):
        text = text[label.end() :]
    words: list[_Word] = []
    segments: list[int] = []
    links: list[int] = []
    for segment, part in enumerate(_SEGMENT.split(undotted(text))):
        link = 0
        if "&" in part:
            part = part.replace("&", " and ")
        for printed in _PRINTED.findall(part):
            read = _read(registry, printed)
            if not read:
                link = _LINKS.get(printed.rstrip(".").lower(), link)
                continue
            for word in read:
                words.append(word)
                segments.append(segment)
                links.append(link)
            link = 0
        if len(words) > _LONGEST:
            break
    places: dict[int, list[int]] = {}
    quality: dict[int, float] = {}
    capitals = 0
    for position, word in enumerate(words):
        if word.is_capitals:
            capitals |= 1 << position
        if word.number >= 0:
            quality[word.number] = 1.0
            places.setdefault(word.number, []).append(position)

    def add(number: int, position: int, how: float) -> None:
        if how > quality.get(number, 0.0):
            quality[number] = how
        held = places.setdefault(number, [])
        if not held or held[-1] != position:
            held.append(position)

    before = ""
    for position, word in enumerate(words):
        for number, how in word.meant:
            add(number, position, how)
        if position and len(word.form) + len(before) < 13 and segments[position] == segments[position - 1]:
            joined = registry.word(before + word.form)
            if joined >= 0 and joined not in quality:
                add(joined, position, _JOINED)
        before = word.form
    return Words(
        [word.printed for word in words],
        [word.form for word in words],
        segments,
        links,
        [word.weight for word in words],
        capitals,
        places,
        {number: held[0] if len(held) == 1 else _SEVERAL for number, held in places.items()},
        quality,
    )


class _Word(NamedTuple):
    """A comparable word of a registry or of none, as it is printed somewhere."""

    printed: str
    form: str
    number: int
    """-1 where it is none of the registry"""
    weight: float
    is_capitals: bool
    meant: tuple[tuple[int, float], ...]
    """what else of the registry it may mean, and how far that is off"""


@remembered(1 << 15)
def _read(registry: Registry, printed: str) -> tuple[_Word, ...]:
    """The comparable words of a printed one, with the stop behind it: none, one, or two."""
    bare = printed.rstrip(".")
    is_capitals = sum(map(str.isupper, bare)) * 2 > len(bare)
    words = []
    for one in form(bare).split():
        number = registry.word(one)
        weight = float(registry.idf[number]) if number >= 0 else UNIQUE
        words.append(_Word(bare, one, number, weight, is_capitals, _meant(registry, one, printed != bare, number >= 0)))
    return tuple(words)


def _meant(registry: Registry, one: str, is_dotted: bool, is_known: bool) -> tuple[tuple[int, float], ...]:
    """The words of a registry that a word may mean, and how far they are off."""
    found: list[tuple[int, float]] = []
    if is_dotted and len(one) >= 3 and one.isalpha():
        longer = sorted(registry.words_from(one)[:200], key=lambda w: (registry.idf[w], w))
        found += [(w, _ABBREVIATED) for w in longer[:8]]
    if is_known:
        return tuple(found)
    if len(one) >= 6 and not one[0].isdigit():
        found += [(w, _MISSPELT) for w in registry.similar(one)]
        pairs = [(registry.word(one[:n]), registry.word(one[n:])) for n in range(3, len(one) - 2)]
        pairs = [pair for pair in pairs if min(pair) >= 0]
        if pairs:
            best = min(pairs, key=lambda p: (float(registry.idf[p[0]] + registry.idf[p[1]]), p))
            found += [(w, _JOINED) for w in best]
    return tuple(found)


def candidates(
    registry: Registry, texts: Sequence[Words], countries: Sequence[frozenset[str]]
) -> list[list[Candidate]]:
    """For each string the organisations that may stand in it, at most :data:`MOST`, the likeliest first.

    Args:
        countries: for each string the codes of the countries that it names; organisations elsewhere are less likely.
    """
    found = _found(registry, texts)
    likely = found.coverage * found.coverage * found.coverage
    likely *= np.sqrt(found.weight)
    likely *= _about(registry).factor.take(found.names)
    likely[~found.is_city_here] *= _OTHER_CITY
    owners = registry.name_organisation.take(found.names)
    likely[is_elsewhere(registry.country_numbers.take(owners), found.texts, countries)] *= _ELSEWHERE
    order = np.lexsort((-likely, found.texts))
    starts = found.texts.searchsorted(np.arange(len(texts)))
    order = order[np.arange(len(order)) - starts.take(found.texts) < _FIRST]
    # Sums of weights differ in their last bits where nothing differs that means anything.
    coverage, weight = found.coverage.astype(np.float64), found.weight.astype(np.float64)
    is_acronym = registry.name_kind.take(found.names) == _ACRONYM
    columns = found.names, owners, is_acronym, likely, coverage >= _AGREES, coverage.round(4), weight.round(3)
    ordered = list(
        zip(
            *(column.take(order).tolist() for column in columns),
            _words_of(registry, found.names.take(order)),
            strict=True,
        )
    )
    starts = found.texts.take(order).searchsorted(np.arange(len(texts) + 1))
    return [
        _chosen(text, ordered[start:end]) for text, (start, end) in zip(texts, pairwise(starts.tolist()), strict=True)
    ]


def _words_of(registry: Registry, names: Numbers) -> Iterator[tuple[int, ...]]:
    """The words of each of these names."""
    at = registry.name_words_at.take(names)
    sizes = registry.name_words_at.take(names + 1) - at
    words = iter(ranges(registry.name_words, at, sizes).tolist())
    return (tuple(islice(words, size)) for size in sizes.tolist())


@dataclass(slots=True)
class _Found:
    """Names of which enough stands in a string, the names of one string after those of another."""

    texts: Numbers
    """the number of the string"""
    names: Numbers
    coverage: Numbers
    weight: Numbers
    is_city_here: Numbers
    """whether the string names the city of the organisation"""


def _found(registry: Registry, texts: Sequence[Words]) -> _Found:
    words = np.array([word for text in texts for word in text.places], dtype=np.intp)
    heard = np.array([how for text in texts for how in text.quality.values()], dtype=np.float32)
    heard *= registry.idf.take(words)
    words_end = np.cumsum([len(text.places) for text in texts], dtype=np.intp)
    at = registry.postings_at.take(words)
    sizes = registry.postings_at.take(words + 1) - at
    names = ranges(registry.postings, at, sizes)
    names_end = _ends(sizes, words_end)
    word_at = registry.name_words_at.take(names)
    sizes = registry.name_words_at.take(names + 1) - word_at
    name_words = ranges(registry.name_words, word_at, sizes)
    cities = _about(registry).city.take(names)
    # Of each word of each name, and of each city, how much it weighs in the string: nothing where it is not there.
    weights, of_cities = np.empty(len(name_words), dtype=np.float32), np.empty(len(cities), dtype=np.float32)
    here = _scratch(registry)
    word = name = start = 0
    for word_end, name_end, end in zip(
        words_end.tolist(), names_end.tolist(), _ends(sizes, names_end).tolist(), strict=True
    ):
        present = words[word:word_end]
        here[present] = heard[word:word_end]
        here.take(name_words[start:end], out=weights[start:end], mode="clip")
        here.take(cities[name:name_end], out=of_cities[name:name_end], mode="clip")
        here[present] = 0.0
        word, name, start = word_end, name_end, end
    weight = np.add.reduceat(weights, sizes.cumsum() - sizes) if len(names) else weights
    coverage = weight / registry.weights.take(names)
    kept = (coverage >= ENOUGH).nonzero()[0]
    owner = np.arange(len(texts)).repeat(np.diff(names_end, prepend=0))
    return _Found(
        owner.take(kept), names.take(kept), coverage.take(kept), weight.take(kept), of_cities.take(kept) > 0.0
    )


def is_elsewhere(where: Numbers, texts: Numbers, countries: Sequence[frozenset[str]]) -> Numbers:
    """Whether organisations are in none of the countries that their string names, and it names some."""
    is_there = np.array([not codes for codes in countries], dtype=bool).take(texts)
    for codes in zip_longest(*map(sorted, countries)):
        numbers = np.array([-1 if code is None else country_number(code) for code in codes])
        is_there |= where == numbers.take(texts)
    found: Numbers = ~is_there
    return found


_Name = tuple[int, int, bool, float, bool, float, float, tuple[int, ...]]
"""number, organisation, whether it is an acronym, likeliness, whether it is there as a whole, coverage, weight, words"""


def _chosen(text: Words, ordered: Iterable[_Name]) -> list[Candidate]:
    """The candidates that are looked at, of names, the likeliest first."""
    chosen: dict[int, Candidate] = {}
    places: dict[tuple[int, ...], Place] = {}
    alike: dict[int, list[Candidate]] = {}
    left_out: set[int] = set()
    ranks: list[float] = []
    for name, organisation, is_acronym, bound, is_whole, coverage, weight, words in ordered:
        if ranks and (bound < -_CLOSE * ranks[0] or (len(ranks) >= MOST and bound <= -ranks[MOST - 1])):
            break  # neither this name nor any behind it is among the best
        known = chosen.get(organisation)
        if (known and not is_whole) or organisation in left_out:
            continue
        place = places.get(words)
        if place is None:
            place = places[words] = _place(words, text)
        if is_acronym and not place.is_acronym:
            continue
        if known:
            if not known.agrees and not place.span & known.place.span:
                known.agrees = 2 if is_acronym else 1
            continue
        same = alike.setdefault(place.span, [])
        if len(same) == _ALIKE:
            left_out.add(organisation)
            for one in same:
                one.crowd += 1
            continue
        rank = round(bound * place.together, 6)
        chosen[organisation] = found = Candidate(organisation, name, coverage, weight, place, rank)
        same.append(found)
        insort(ranks, -rank)
    best = sorted(chosen.values(), key=lambda one: (-one.rank, one.organisation))
    return [one for one in best[:MOST] if one.rank >= _CLOSE * best[0].rank]


def _place(words: tuple[int, ...], text: Words) -> Place:
    positions, found = _positions(words, text)
    together = math.sqrt(len(found) / (found[-1] + 1 - found[0]))
    span = 0
    for position in found:
        span |= 1 << position
    # Acronyms are printed in capitals ("WHO", not "who"). Those of countries are no organisations.
    is_acronym = not span & ~text.capitals and (len(words) > 1 or text.forms[positions[0]] not in _COUNTRIES)
    return Place(words, positions, found, span, together, is_acronym)


@dataclass(frozen=True)
class _About:
    """What is known of each name before a string is seen."""

    factor: Numbers
    """how likely it is meant: by its kind, and because better known organisations are printed more often"""
    city: Numbers
    """the word by which the city of its organisation is recognised"""


@lru_cache(maxsize=4)
def _about(registry: Registry) -> _About:
    owners = registry.name_organisation
    factor = _KIND.take(registry.name_kind) * (1 + registry.prominences.take(owners) / _KNOWN)
    return _About(factor.astype(np.float32), registry.city_word.take(owners))


def _positions(name: Sequence[int], text: Words) -> tuple[list[int], list[int]]:
    """Where the words of a name stand, as close together as they are anywhere in the string; each place once. And those
    of these places that are there, sorted."""
    only = text.only
    at_once = [only.get(word, -1) for word in name]
    there = sorted([place for place in at_once if place != -1])
    if there[0] >= 0 and len(set(there)) == len(there):
        return at_once, there
    get = text.places.get
    held = [get(word) for word in name]
    anchor = min((n for n, places in enumerate(held) if places), key=lambda n: (len(held[n] or ()), n))
    best: list[int] = []
    best_rank: tuple[int, int, int] | None = None
    for start in held[anchor] or ():
        used = {start}
        found = [-1] * len(name)
        found[anchor] = start
        for n, places in enumerate(held):
            if n == anchor or not places:
                continue
            wanted = start + n - anchor
            free = [p for p in places if p not in used]
            if free:
                place = min(free, key=lambda p: (abs(p - wanted), p))
                used.add(place)
                found[n] = place
        rank = (-len(used), max(used) - min(used), start)
        if best_rank is None or rank < best_rank:
            best, best_rank = found, rank
    return best, sorted([place for place in best if place >= 0])


def ranges(values: Numbers, starts: Numbers, sizes: Numbers) -> Numbers:
    """The values of all these ranges, one after the other."""
    ends = sizes.cumsum()
    at = np.arange(ends[-1] if len(ends) else 0)
    at += (starts - ends + sizes).repeat(sizes)
    found: Numbers = values.take(at)
    return found


def _ends(sizes: Numbers, counts: Numbers) -> Numbers:
    """Where the first so many of things of these sizes end, one after the other."""
    return np.concatenate(([0], sizes.cumsum())).take(counts)


@lru_cache(maxsize=1)
def _scratch(registry: Registry) -> Numbers:
    """Zeroes, one a word of the registry and one for none; whoever writes into them cleans up."""
    return np.zeros(len(registry.idf) + 1, dtype=np.float32)
