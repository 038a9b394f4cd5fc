"""One block of authorships → who of them is one person.

Agglomerative: the two groups with the strongest link join first, as long as the link reaches the model's line and nothing
forbids it. Two groups can never be one person when they share an article, state different ORCID iDs, hold names that
cannot be one person's, or a curator keeps them apart; and they are not joined through a third when, of the pairs that were
compared between them, the average says no. Ties are broken by the terms of the members, so that the result depends on the
set of authorships alone, not on their order.

In a small block every pair is compared. In a large one, or where the name is too common to be evidence by itself, only
pairs that share something few in that block have (a co-author, an institution, a word of the title ...), and of those the
nearest, so that the work grows with the number of members, not with its square.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

from msgspec import Struct

from kg.linkers.people import names
from kg.linkers.people.authorships import Authorship
from kg.linkers.people.evidence import compare, considered, describe, name_rarity, profile
from kg.linkers.people.model import Model, probability
from kg.linkers.people.names import Name
from kg.linkers.people.tables import common

FEW = 6
"""up to so many members every pair of a block is compared"""

ALL_PAIRS = 48
"""up to so many members, too, where the name alone may be evidence enough"""

SUREST = 0.99
"""what a model says at most; only what is stated or decided is certain"""

_COMMON_KEY = 24
"""in a larger block, of more members than this that share something only neighbours are brought together: a chain, so that
somebody who wrote much with the same people is still found to be one"""
_CHAIN = 3
"""how many neighbours"""

_NEAREST = 16
"""in a larger block, with how many others a member is compared: those that share the most that few have"""

_WHOLE = 1 << 40
"""what a member shares with one other alone counts half of this, and so on"""

_TELLING = 1.7
"""the rarity from which a word or descriptor brings two members together: two articles in a hundred have it"""

_FEW_PROPOSALS = 3
"""of each group the likeliest"""


class Link(Struct, frozen=True, gc=False):
    """Two authorships that are, or may be, one person's; with how sure that is and why, in words."""

    a: str
    b: str
    confidence: float
    reason: str


class Group(Struct, frozen=True, gc=False):
    """The authorships of one person; a link for each but the first joins it to one before it.

    ``orcid``: stated by its members, where they state one.
    """

    members: tuple[str, ...]
    orcid: str | None = None
    links: tuple[Link, ...] = ()


class Resolved(Struct, frozen=True, gc=False):
    """What became of a block: its groups of more than one, or with an ORCID iD, and the doubtful pairs."""

    groups: tuple[Group, ...] = ()
    proposals: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraints:
    """What curators decided: pairs of terms that are one person's, and pairs that are not, each pair sorted, with the
    reason in words."""

    same: Mapping[tuple[str, str], str] = field(default_factory=dict)
    different: Mapping[tuple[str, str], str] = field(default_factory=dict)


NONE = Constraints()
_NEVER = (-math.inf, 0, 0)


_Ordered = TypeVar("_Ordered", str, int)


def pair(a: _Ordered, b: _Ordered) -> tuple[_Ordered, _Ordered]:
    """Two terms, or two numbers, sorted."""
    return (a, b) if a <= b else (b, a)


def resolve(members: Iterable[Authorship], model: Model, constraints: Constraints = NONE) -> Resolved:
    """Decide for one block, or for several that a curator's decision joins."""
    return _Block(sorted(members, key=lambda m: m.term), model, constraints).resolve()


@dataclass(slots=True)
class _Cluster:
    members: list[int]
    works: set[str]
    names: set[Name]
    orcids: set[str]


class _Block:
    def __init__(self, members: Sequence[Authorship], model: Model, constraints: Constraints) -> None:
        self._members = members
        self._model = model
        self._rows: dict[tuple[int, int], tuple[float, ...]] = {}
        self._odds: dict[tuple[int, int], float] = {}
        self._reasons: dict[tuple[int, int], tuple[float, str]] = {}
        self._clusters = {
            n: _Cluster([n], {m.work.article}, {m.name}, {m.orcid} - {None})  # type: ignore[arg-type]
            for n, m in enumerate(members)
        }
        self._where = list(range(len(members)))
        index = {m.term: n for n, m in enumerate(members)}
        self._kept_apart: defaultdict[int, set[int]] = defaultdict(set)
        for a, b in constraints.different:
            if a in index and b in index:
                self._kept_apart[index[a]].add(index[b])
                self._kept_apart[index[b]].add(index[a])
        self._same = sorted(
            ((index[a], index[b]), why) for (a, b), why in constraints.same.items() if a in index and b in index
        )

    def resolve(self) -> Resolved:
        joined: list[tuple[int, int]] = []
        for (a, b), why in self._same:
            self._reasons[a, b] = 1.0, why
            here, there = self._where[a], self._where[b]
            if here != there and not self._share_work(here, there) and not self._apart(here, there):
                self._join(here, there)
                joined.append((a, b))
        self._by_orcid(joined)
        members, where, worth_telling = self._members, self._where, _log_odds(self._model.propose)
        for a, b in self._candidates():
            one, two = members[a], members[b]
            if where[a] == where[b] or one.block != two.block or one.work.article == two.work.article:
                continue
            if (one.orcid and two.orcid and one.orcid != two.orcid) or not names.compatible(one.name, two.name):
                continue
            row = compare(one, two)
            odds = self._model.log_odds(row)
            self._odds[a, b] = odds
            if odds >= worth_telling:
                self._rows[a, b] = row
        self._agglomerate(joined)
        return Resolved(tuple(self._groups(joined)), tuple(self._proposals()))

    # --- joining ------------------------------------------------------------------------------------------------------

    def _by_orcid(self, joined: list[tuple[int, int]]) -> None:
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for n, member in enumerate(self._members):
            if member.orcid:
                holders[member.orcid].append(n)
        for orcid in sorted(holders):
            first, *others = holders[orcid]
            for other in others:
                one, two = self._where[first], self._where[other]
                if one == two or self._share_work(one, two) or self._apart(one, two):
                    continue
                self._reasons[pair(first, other)] = 1.0, f"both articles state the ORCID iD {orcid}"
                self._join(one, two)
                joined.append(pair(first, other))

    def _agglomerate(self, joined: list[tuple[int, int]]) -> None:
        """Average linkage over the compared pairs, the strongest first."""
        line = _log_odds(self._model.link)
        if max(self._odds.values(), default=-math.inf) < line:
            return  # nor does an average reach it
        sums: dict[tuple[int, int], tuple[float, int]] = {}
        best: dict[tuple[int, int], tuple[float, int, int]] = {}
        near: defaultdict[int, set[int]] = defaultdict(set)
        where = self._where
        for (a, b), odds in self._odds.items():
            one, two = where[a], where[b]
            key = (one, two) if one < two else (two, one)
            if key in sums:
                total, count = sums[key]
                sums[key] = total + odds, count + 1
                best[key] = max(best[key], (odds, -a, -b))
            else:
                sums[key] = odds, 1
                best[key] = odds, -a, -b
                near[one].add(two)
                near[two].add(one)
        heap = [(-total / count, *key) for key, (total, count) in sums.items() if total / count >= line]
        heapq.heapify(heap)
        while heap:
            value, one, two = heapq.heappop(heap)
            current = sums.get((one, two))
            if current is None or -current[0] / current[1] != value:
                continue
            if self._forbidden(one, two):
                del sums[one, two]
                near[one].discard(two)
                near[two].discard(one)
                continue
            _, a, b = best[one, two]
            joined.append((-a, -b))
            kept, gone = self._join(one, two)
            del sums[one, two]
            near[kept].discard(gone)
            for other in sorted(near.pop(gone)):
                if other == kept:
                    continue
                old, new = pair(gone, other), pair(kept, other)
                near[other].discard(gone)
                near[other].add(kept)
                near[kept].add(other)
                total, count = sums.pop(old)
                before, n = sums.get(new, (0.0, 0))
                sums[new] = total + before, count + n
                best[new] = max(best.pop(old), best.get(new, _NEVER))
                if (mean := (total + before) / (count + n)) >= line:
                    heapq.heappush(heap, (-mean, *new))

    def _join(self, one: int, two: int) -> tuple[int, int]:
        kept, gone = min(one, two), max(one, two)
        into, cluster = self._clusters[kept], self._clusters.pop(gone)
        into.members += cluster.members
        into.works |= cluster.works
        into.names |= cluster.names
        into.orcids |= cluster.orcids
        for n in cluster.members:
            self._where[n] = kept
        return kept, gone

    def _forbidden(self, one: int, two: int) -> bool:
        a, b = self._clusters[one], self._clusters[two]
        if self._share_work(one, two) or self._apart(one, two):
            return True
        if a.orcids and b.orcids and a.orcids != b.orcids:
            return True
        return not all(names.compatible(x, y) for x in a.names for y in b.names)

    def _share_work(self, one: int, two: int) -> bool:
        return not self._clusters[one].works.isdisjoint(self._clusters[two].works)

    def _apart(self, one: int, two: int) -> bool:
        if not self._kept_apart:
            return False
        others = set(self._clusters[two].members)
        return any(
            not self._kept_apart[n].isdisjoint(others) for n in self._clusters[one].members if n in self._kept_apart
        )

    # --- which pairs to compare -----------------------------------------------------------------------------------------

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """The pairs that are compared, in order."""
        everyone = range(len(self._members))
        if len(everyone) <= FEW or (len(everyone) <= ALL_PAIRS and self._names_may_do()):
            return combinations(everyone, 2)
        return iter(sorted({two for n, others in self._nearest() for two in (pair(n, other) for other in others)}))

    def _nearest(self) -> Iterator[tuple[int, list[int]]]:
        """Each member with those that share the most that few have, one member after the other, so that what all members
        share with all others is never in memory together."""
        buckets: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for n, member in enumerate(self._members):
            for key in _keys(member):
                buckets[key].append(n)
        held: list[list[list[int]]] = [[] for _ in self._members]
        for bucket in buckets.values():
            if len(bucket) > 1:
                for n in bucket:
                    held[n].append(bucket)
        buckets.clear()
        for n, mine in enumerate(held):
            shared: defaultdict[int, int] = defaultdict(int)
            for bucket in mine:
                # In whole numbers: a sum of fractions would depend on the order of the buckets.
                share = _WHOLE // len(bucket)
                for other in bucket if len(bucket) <= _COMMON_KEY else _neighbours(bucket, n):
                    shared[other] += share
            shared.pop(n, None)
            yield n, heapq.nsmallest(_NEAREST, shared, key=lambda other: (-shared[other], other))
            mine.clear()

    def _names_may_do(self) -> bool:
        """Whether two of these names can be so rare that they need no other evidence to be worth a look."""
        longest = max(self._members, key=lambda m: (names.completeness(m.name), name_rarity(m.name, m.name)))
        return self._model.by_name(longest) >= self._model.propose

    # --- what came of it ------------------------------------------------------------------------------------------------

    def _groups(self, joined: list[tuple[int, int]]) -> Iterator[Group]:
        inside: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for a, b in joined:
            inside[self._where[a]].append((a, b))
        for key in sorted(self._clusters):
            cluster = self._clusters[key]
            if len(cluster.members) > 1 or cluster.orcids:
                links = tuple(self._link(a, b) for a, b in sorted(inside[key]))
                terms = tuple(self._members[n].term for n in sorted(cluster.members))
                yield Group(terms, min(cluster.orcids, default=None), links)

    def _proposals(self) -> Iterator[Link]:
        """The likeliest pair of each two groups that are not one but may be; a few for each group."""
        best: dict[tuple[int, int], tuple[float, int, int]] = {}
        for (a, b), odds in self._odds.items():
            if (a, b) in self._rows:
                key = pair(self._where[a], self._where[b])
                if key[0] != key[1]:
                    best[key] = max(best.get(key, (odds, -a, -b)), (odds, -a, -b))
        used: defaultdict[int, int] = defaultdict(int)
        chosen = []
        for (one, two), (_, a, b) in sorted(best.items(), key=lambda item: (-item[1][0], item[0])):
            if self._forbidden(one, two) or max(used[one], used[two]) >= _FEW_PROPOSALS:
                continue
            used[one] += 1
            used[two] += 1
            chosen.append((-a, -b))
        for a, b in sorted(chosen):
            yield self._link(a, b)

    def _link(self, a: int, b: int) -> Link:
        a, b = pair(a, b)
        one, two = self._members[a], self._members[b]
        if (a, b) in self._reasons:
            confidence, reason = self._reasons[a, b]
        else:
            row = self._rows.get((a, b)) or compare(one, two)
            speaks_for, against = describe(one, two, row, self._model.weights)
            confidence = min(SUREST, probability(self._model.log_odds(row)))
            reason = "; ".join(speaks_for) or "nothing but the name"
            if against:
                reason += f". Against it: {'; '.join(against)}"
        return Link(one.term, two.term, round(confidence, 4), reason)


def _neighbours(bucket: Sequence[int], n: int) -> Sequence[int]:
    """Those next to a member of a sorted bucket, and itself."""
    at = bisect_left(bucket, n)
    return bucket[max(0, at - _CHAIN) : at + _CHAIN + 1]


def _log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _keys(member: Authorship) -> Iterator[tuple[str, ...]]:
    """What a member may share with few others of its block."""
    work = member.work
    given = member.name.given
    seen = profile(work)
    yield "given", *given
    for key in seen.names:
        if key != member.block:
            yield "coauthor", key
    for address in member.emails:
        yield "email", address
    where = considered(member)
    for kind, places in (("institution", where.institutions), ("city", where.cities)):
        for place in places:
            yield kind, place
            yield f"{kind}+given", place, *given
    for kind, tokens in (("topic", seen.topics), ("word", seen.title)):
        for token in tokens.numbers.keys() - common(kind, _TELLING):
            yield kind, token
            yield f"{kind}+given", token, *given
    for grant in seen.grants:
        yield "grant", grant
    for cited in seen.cites | seen.keys:
        yield "cited", cited
    if work.journal:
        yield "journal", work.journal
