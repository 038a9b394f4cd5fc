"""What speaks for and against two authorships being by one person: a row of numbers, and the same in words.

Every number is of the two authorships and the tables that ship with the program alone. A number is 0 where there is
nothing to compare, so that absence of evidence weighs nothing; whether there was something to compare is a number of its
own where it matters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from kg.garbage import remembered
from kg.linkers.people.authorships import Authorship, Profile, Whereabouts, Work, taken_apart
from kg.linkers.people.names import Name
from kg.linkers.people.tables import common, rarity
from kg.linkers.people.vectors import Bag, bag, cosine

FEATURES = (
    "name_rarity",
    "family_rarity",
    "both_full",
    "full_initial",
    "middle_agrees",
    "same_given",
    "email",
    "email_domain",
    "coauthors",
    "single_author",
    "affiliation",
    "affiliations_known",
    "work_affiliation",
    "institution",
    "city",
    "other_country",
    "words",
    "title",
    "topics",
    "journal",
    "years_far",
    "cited",
    "references",
    "grants",
    "language",
    "same_place",
)
"""the numbers of :func:`compare`, in their order; :func:`describe` says what each means"""
_NAME_RARITY, _AFFILIATION, _WORK_AFFILIATION = map(FEATURES.index, ("name_rarity", "affiliation", "work_affiliation"))

SIGNS = {
    "name_rarity": 1, "family_rarity": 1, "middle_agrees": 1, "same_given": 1, "email": 1, "email_domain": 1,
    "coauthors": 1, "affiliation": 1, "affiliations_known": -1, "work_affiliation": 1, "institution": 1, "city": 1,
    "other_country": -1, "words": 1, "title": 1, "topics": 1, "journal": 1, "years_far": -1, "cited": 1, "references": 1,
    "grants": 1, "language": 1, "same_place": 1,
}  # fmt: skip
"""which way a number may count: training may not make more of an evidence count for less"""

_FAR = 25
"""years; careers are seldom longer between two papers of the same kind"""
_MOST = 4.0
"""what shared co-authors count at most: long author lists share names, and members of a collaboration all of them"""


@remembered(1 << 10)
def profile(work: Work) -> Profile:
    """The words, topics and names of an article."""
    return taken_apart(work.profile)


def considered(a: Authorship) -> Whereabouts:
    """The author's own affiliations; where none are told, those of the article."""
    return a.places if a.places.texts else a.work.places


@remembered(1 << 14)
def _place_words(text: str) -> Bag:
    return bag("place", text.split())


def likeness(some: Whereabouts, others: Whereabouts) -> float:
    """How alike the most alike two affiliations are, 0 to 1."""
    if not some.texts or not others.texts:
        return 0.0
    theirs = [_place_words(text) for text in others.texts]
    return max([cosine(_place_words(text), other) for text in some.texts for other in theirs])


def name_rarity(a: Name, b: Name) -> float:
    """−log10 of the chance that two authors agree in what is printed of both names.

    Given names are weighed by their share among given names, initials by theirs; a middle name or initial that both
    state counts by its initial.
    """
    total = rarity("family", a.family)
    if a.given and b.given:
        if len(a.given[0]) > 1 and len(b.given[0]) > 1:
            total += max(rarity("given", "".join(a.given[:1])), rarity("given", "".join(b.given[:1])))
        else:
            total += rarity("initial", a.given[0][0])
        if len(a.given) > 1 and len(b.given) > 1:
            total += rarity("initial", a.given[1][0])
    return total


def compare(a: Authorship, b: Authorship) -> tuple[float, ...]:
    """The evidence on two authorships, in the order of :data:`FEATURES`; the order of the two does not count."""
    x, y = a.work, b.work
    p, q = profile(x), profile(y)
    one, two = a.name, b.name
    full = one.is_full + two.is_full
    own, other = a.places, b.places
    mine, theirs = considered(a), considered(b)
    alike = likeness(mine, theirs)
    both_known = bool(own.texts and other.texts)
    both_mailed = bool(a.emails and b.emails)
    return (
        name_rarity(one, two),
        rarity("family", one.family),
        1.0 if full == 2 else 0.0,
        1.0 if full == 1 else 0.0,
        1.0 if len(one.given) > 1 and len(two.given) > 1 else 0.0,
        1.0 if full == 2 and one.given == two.given else 0.0,
        1.0 if both_mailed and not set(a.emails).isdisjoint(b.emails) else 0.0,
        1.0 if both_mailed and not _domains(a).isdisjoint(_domains(b)) else 0.0,
        _coauthors(a, b, p, q),
        float((x.authors == 1) + (y.authors == 1)),
        alike if both_known else 0.0,
        1.0 if both_known else 0.0,
        alike,
        0.0 if mine.institutions.isdisjoint(theirs.institutions) else 1.0,
        0.0 if mine.cities.isdisjoint(theirs.cities) else 1.0,
        1.0 if mine.countries and theirs.countries and mine.countries.isdisjoint(theirs.countries) else 0.0,
        cosine(p.words, q.words),
        cosine(p.title, q.title),
        cosine(p.topics, q.topics),
        rarity("journal", x.journal) if x.journal and x.journal == y.journal else 0.0,
        1.0 if x.year and y.year and abs(x.year - y.year) > _FAR else 0.0,
        (0.0 if p.cites.isdisjoint(q.keys) else 1.0) + (0.0 if q.cites.isdisjoint(p.keys) else 1.0),
        0.0 if p.cites.isdisjoint(q.cites) else math.log1p(len(p.cites & q.cites)),
        0.0 if p.grants.isdisjoint(q.grants) else 1.0,
        1.0 if x.language == y.language != "en" and x.language else 0.0,
        1.0 if _in_list(a) == _in_list(b) else 0.0,
    )


def _domains(a: Authorship) -> set[str]:
    """Of its e-mail addresses, but for those that anybody may have."""
    return {address.partition("@")[2] for address in a.emails} - _PUBLIC


def _coauthors(a: Authorship, b: Authorship, p: Profile, q: Profile) -> float:
    """The surprise at the names of other authors that both articles have: −log10 of how many such coincidences two author
    lists of these lengths have by chance, from 0, summed up, :data:`_MOST` at most."""
    shared = p.names & q.names
    own, other = a.block, b.block
    total = 0
    if len(shared) > (own in shared):
        chances = math.log10(len(p.names) * len(q.names))
        for key in shared:
            if key != own and key != other:
                # In whole millionths: a sum of fractions would depend on the order of the set.
                total += max(0, int((_key_rarity(key) - chances) * 1e6))
                if total >= _MOST * 1e6:
                    return _MOST
    return total / 1e6


def shared_coauthors(a: Authorship, b: Authorship) -> list[str]:
    """The name keys of other authors that both articles have, rarest first."""
    return sorted(
        (profile(a.work).names & profile(b.work).names) - {a.block, b.block}, key=lambda key: (-_key_rarity(key), key)
    )


def describe(
    a: Authorship, b: Authorship, row: tuple[float, ...], weights: Mapping[str, float]
) -> tuple[list[str], list[str]]:
    """What speaks for and what speaks against, in words, the weightiest first, as far as it carries weight."""
    speaks_for: list[tuple[float, str]] = []
    against: list[tuple[float, str]] = []
    two = _Two(a, b, row)
    for n, name, say in _TOLD:
        if not row[n]:
            continue
        # Names agree in every pair that is compared: told last.
        weight = 0.05 if n == _NAME_RARITY else row[n] * weights.get(name, 0.0)
        if (n == _NAME_RARITY or abs(weight) >= 0.2) and (words := say(two)):
            (speaks_for if weight > 0 else against).append((-abs(weight), words))
    return [words for _, words in sorted(speaks_for)], [words for _, words in sorted(against)]


def _rarity_in_words(value: float) -> str:
    if value >= 6.5:
        return "the name as printed is rare"
    return "the name as printed is common" if value < 4.5 else "the name as printed is neither rare nor common"


def _common(some: frozenset[str], others: frozenset[str]) -> str:
    return ", ".join(sorted(some & others)[:3])


def _words_in_common(p: Bag, q: Bag) -> str:
    one, two = p.numbers, q.numbers
    too_common = common("word", 1.0)
    shared = [(-number * two[word], word) for word, number in one.items() if word in two and word not in too_common]
    told = ", ".join([word for _, word in sorted(shared)[:4]])
    return f"titles and abstracts share words ({told})" if told else "titles and abstracts share common words"


def _as_name(key: str) -> str:
    """``muller j`` → ``Muller J``."""
    return key.title()


class _Two:
    """Two authorships, and the evidence on them."""

    def __init__(self, a: Authorship, b: Authorship, row: tuple[float, ...]) -> None:
        self.a, self.b, self.row = a, b, row
        self.p, self.q = profile(a.work), profile(b.work)

    def coauthors(self) -> str:
        shared = shared_coauthors(self.a, self.b)
        names = ", ".join(_as_name(key) for key in shared[:3])
        return f"co-authors of the same names ({names}{f' and {len(shared) - 3} more' if len(shared) > 3 else ''})"

    def years(self) -> str:
        return f"{abs((self.a.work.year or 0) - (self.b.work.year or 0))} years apart"

    def references(self) -> str:
        n = len(self.p.cites & self.q.cites)
        return f"{n} reference{'s' if n != 1 else ''} in common"


_WORDS: Mapping[str, Callable[[_Two], str]] = {
    "email": lambda two: f"the same e-mail address {', '.join(sorted(set(two.a.emails) & set(two.b.emails)))}",
    "email_domain": lambda two: "e-mail addresses of one organisation",
    "coauthors": _Two.coauthors,
    "affiliation": lambda two: f"their affiliations are alike ({two.row[_AFFILIATION]:.2f} of 1)",
    "work_affiliation": lambda two: f"affiliations of the articles are alike ({two.row[_WORK_AFFILIATION]:.2f} of 1)",
    "affiliations_known": lambda two: "both affiliations are known, and differ" if two.row[_AFFILIATION] < 0.2 else "",
    "institution": lambda two: "the same institution",
    "city": lambda two: f"the same city ({_common(considered(two.a).cities, considered(two.b).cities)})",
    "other_country": lambda two: "affiliations in different countries",
    "words": lambda two: _words_in_common(two.p.words, two.q.words),
    "topics": lambda two: (
        f"{len(two.p.topics.numbers.keys() & two.q.topics.numbers.keys())} MeSH descriptors in common"
    ),
    "journal": lambda two: "the same journal",
    "years_far": _Two.years,
    "cited": lambda two: "one article cites the other",
    "references": _Two.references,
    "grants": lambda two: f"the same grant ({_common(two.p.grants, two.q.grants)})",
    "language": lambda two: f"both in the same language ({two.a.work.language})",
    "full_initial": lambda two: "a given name in full on one side, an initial on the other",
    "same_given": lambda two: f"the same given name ({' '.join(two.a.name.given)})",
    "name_rarity": lambda two: _rarity_in_words(two.row[_NAME_RARITY]),
}
"""number → what it says of two authorships; nothing where that is not worth telling"""
_TOLD = [(FEATURES.index(name), name, say) for name, say in _WORDS.items()]


_PUBLIC = frozenset(
    "gmail.com yahoo.com hotmail.com 163.com 126.com qq.com outlook.com sina.com yahoo.co.in naver.com googlemail.com "
    "aol.com hanmail.net rediffmail.com mail.ru yandex.ru sohu.com yahoo.fr yahoo.com.br live.com icloud.com".split()
)
"""mail services of the public: the same one says nothing"""


@remembered(1 << 16)
def _key_rarity(key: str) -> float:
    family, _, initial = key.partition(" ")
    return rarity("family", family) + (rarity("initial", initial) if initial else 0.0)


def _in_list(a: Authorship) -> int:
    """First, last, or in between."""
    if a.position == 1:
        return 0
    return 2 if a.position == a.work.authors else 1
