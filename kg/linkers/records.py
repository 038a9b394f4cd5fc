"""Which records are the same article, and which of them are stored.

Nothing here depends on the order of the command line. Of the records of one article each reader's latest is stored, and
what several readers say is merged (:mod:`kg.linkers.merging`): of two records of one reader :attr:`Candidate.rank` decides;
a deletion takes part in that order and removes what PubMed said before it. Records are the same article that share a
PubMed identifier; those without one join the record that shares a DOI, a PMCID or, where they have neither, the key made
of title, year and first author.

Two papers are never merged because of one wrong number:

* A DOI that records with different PubMed identifiers claim keys only the one with the smallest; the others keep it as a
  statement, are named by their PubMed identifier, and a warning names both.
* A record from elsewhere may state a PubMed identifier and a DOI that PubMed gives to two different articles. Publishers
  mint DOIs and copy PubMed identifiers, so it goes with its DOI, and a warning names both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from kg.files import TEMPORARY
from kg.linkers.merging import PUBMED, place
from kg.piles import Pile
from kg.shards import Header
from kg.sorting import unsorted

Natural = tuple[tuple[int, int, str], ...]
"""a name in its natural order"""
Rank = tuple[int, Natural, str, Natural, str, int]
Place = tuple[int, int]
"""which source file, and the how-manieth entry of its shard"""


class Candidate(Struct, frozen=True, gc=False, array_like=True):
    """A record or a deletion with its place in the order of its reader's records.

    ``unit`` and ``entry`` say where it lies. ``rank``: highest wins: PMID version, natural order of the file's base name
    (of a member's, in a container), digest of the file, its own names, place in it.
    """

    unit: int
    entry: int
    rank: Rank
    pmid: str | None
    header: Header | None = None

    @property
    def is_deletion(self) -> bool:
        return self.header is None

    @property
    def keys(self) -> Iterator[str]:
        """What it may have in common with other records of its article."""
        if self.pmid is not None:
            yield f"pmid/{self.pmid}"
        if self.header is not None:
            yield from _other_keys(self.header)


class Stored(Struct, frozen=True, gc=False, array_like=True):
    """A record that is stored: where it lies, and the key that its document gets."""

    unit: int
    entry: int
    key: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the records.

    ``stored``: those that are, in the order of the candidates; everything else is superseded or a deletion. ``keys``: key →
    all keys that lead to the document, its own first, where these are not simply those of its only record; ``merged``: key
    → the number of its records, where there are several. ``contested``: the records that lost their DOI, with the PubMed
    identifier that keeps it; ``misplaced``: those whose PubMed identifier is another article's than their DOI, with that
    of their DOI.
    """

    stored: Pile[Stored]
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    merged: dict[str, int] = field(default_factory=dict)
    contested: list[tuple[Candidate, str]] = field(default_factory=list)
    misplaced: list[tuple[Candidate, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record that nothing removed, with the PubMed identifier by which it goes."""

    candidate: Candidate
    header: Header
    pmid: str | None

    @property
    def other_keys(self) -> list[str]:
        """Its keys but that of a PubMed identifier."""
        return _other_keys(self.header)


def _other_keys(header: Header) -> list[str]:
    return [key for key in header.keys if not key.startswith("pmid/")]


def decide(candidates: Iterable[Candidate], directory: Path) -> Decision:
    """Decide for all records of a build at once. Most have no key in common with any other, and wait on disk; in memory are
    only the others, of which alone there is something to decide.

    Args:
        candidates: in the order of where they lie.
        directory: for what waits, and for what is decided.
    """
    waiting = Pile(directory / f"candidates.jsonl{TEMPORARY}", Candidate)
    result = Decision(Pile(directory / f"stored.jsonl{TEMPORARY}", Stored))
    with unsorted(directory) as keys:
        with waiting.writing() as wait:
            for number, candidate in enumerate(candidates):
                wait(candidate)
                keys.writelines(f"{key}\t{number}\n" for key in candidate.keys)
        alike = _alike(keys.sorted())
    together = _together(list(_chosen(waiting, alike)), result)
    with result.stored.writing() as store:
        for number, candidate in enumerate(waiting):
            if number in alike:
                key = together.get((candidate.unit, candidate.entry))
            elif candidate.header is not None:
                key = _put([_Record(candidate, candidate.header, candidate.pmid)], candidate.pmid, {}, result)
            else:
                key = None
            if key is not None:
                store(Stored(candidate.unit, candidate.entry, key))
    waiting.remove()
    return result


def _alike(lines: Iterable[str]) -> set[int]:
    """The numbers of the candidates that have a key in common with another one; of sorted lines, each a key and a number."""
    found: set[int] = set()
    last = first = ""
    for line in lines:
        key, number = line.split("\t")
        if key == last:
            found |= {int(first), int(number)}
        last, first = key, number
    return found


def _chosen(waiting: Iterable[Candidate], numbers: Set[int]) -> Iterator[Candidate]:
    """The candidates with these numbers; what many have in their ranks, as the name of their file, is in memory once."""
    known: dict[object, object] = {}
    for number, candidate in enumerate(waiting if numbers else ()):
        if number in numbers:
            rank = cast(Rank, tuple([known.setdefault(part, part) for part in candidate.rank]))
            yield replace(candidate, rank=rank)


def _together(candidates: Sequence[Candidate], result: Decision) -> dict[Place, str]:
    """Decide for candidates that have keys in common: what is stored, under which key."""
    stored: dict[Place, str] = {}
    survivors = list(_placed(_latest(candidates), result))
    owners = _owners(survivors)
    for pmid, group in _groups(survivors, owners):
        kept: dict[str, _Record] = {}
        for record in group:
            known = kept.get(record.header.reader)
            if known is None or known.candidate.rank < record.candidate.rank:
                kept[record.header.reader] = record
        records = sorted(kept.values(), key=lambda r: place(r.header.reader))
        key = _put(records, pmid, owners, result)
        for record in records:
            stored[record.candidate.unit, record.candidate.entry] = key
            doi = record.other_keys[0] if record.header.doi else None
            if pmid and doi and (owner := owners.get(doi, pmid)) != pmid:
                result.contested.append((record.candidate, owner))
        if len(records) > 1:
            result.merged[key] = len(records)
    return stored


def _put(records: Sequence[_Record], pmid: str | None, owners: Mapping[str, str], result: Decision) -> str:
    """The key of the document of these records; note all that lead to it, where they are not those of its only record."""
    keys = _keys(records, pmid, owners)
    if len(records) > 1 or keys != records[0].header.keys:
        result.keys[keys[0]] = keys
    return keys[0]


def _latest(candidates: Iterable[Candidate]) -> Iterator[tuple[Candidate, Header]]:
    """One record a reader and PubMed identifier. A deletion that is the last word of PubMed removes all that PubMed's own
    files say of it, and nothing that others say."""
    by_pmid: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.pmid is not None:
            by_pmid[candidate.pmid].append(candidate)
        elif candidate.header:
            yield candidate, candidate.header
    for pmid in sorted(by_pmid):
        deleted = max((c.rank for c in by_pmid[pmid] if c.is_deletion), default=None)
        latest: dict[str, tuple[Candidate, Header]] = {}
        for candidate in by_pmid[pmid]:
            header = candidate.header
            if header is None or (header.reader == "pubmed" and deleted is not None and candidate.rank < deleted):
                continue
            if header.reader not in latest or latest[header.reader][0].rank < candidate.rank:
                latest[header.reader] = candidate, header
        yield from latest.values()


def _placed(records: Iterable[tuple[Candidate, Header]], result: Decision) -> Iterator[_Record]:
    """The records, each with the PubMed identifier by which it goes."""
    latest = list(records)
    known: set[str] = set()
    owners: dict[str, str] = {}
    for candidate, header in latest:
        if candidate.pmid and header.reader in PUBMED:
            known.add(candidate.pmid)
            if header.doi:
                owners[header.keys[0]] = min(candidate.pmid, owners.get(header.keys[0], candidate.pmid), key=int)
    dois = {(header.keys[0], c.pmid) for c, header in latest if header.doi and header.reader in PUBMED}
    for candidate, header in latest:
        pmid = candidate.pmid
        if pmid in known and header.doi and header.reader not in PUBMED and (header.keys[0], pmid) not in dois:
            pmid = owners.get(header.keys[0], pmid)
            if pmid and pmid != candidate.pmid:
                result.misplaced.append((candidate, pmid))
        yield _Record(candidate, header, pmid)


def _owners(records: Iterable[_Record]) -> dict[str, str]:
    """Key → the smallest PubMed identifier that claims it."""
    owners: dict[str, str] = {}
    for record in records:
        if record.pmid:
            for key in record.other_keys:
                owners[key] = min(record.pmid, owners.get(key, record.pmid), key=int)
    return owners


def _keys(records: Sequence[_Record], pmid: str | None, owners: Mapping[str, str]) -> tuple[str, ...]:
    """All keys of a group that are its own, the best first: a DOI, the PubMed identifier, a PMCID, else one made of the
    title; of several of a kind that of the better source."""
    found = [f"pmid/{pmid}"] if pmid else []
    for record in records:
        found += [key for key in record.other_keys if owners.get(key, pmid) == pmid]
    order = {"doi": 0, "pmid": 1, "pmcid": 2}
    keys = sorted(dict.fromkeys(found), key=lambda key: order.get(key.partition("/")[0], 3))
    return tuple(key for key in keys if key == keys[0] or not key.startswith("x/"))


def _groups(records: Sequence[_Record], owners: Mapping[str, str]) -> Iterator[tuple[str | None, Sequence[_Record]]]:
    """The records of one article together, with its PubMed identifier. Those that have one are apart already; the others
    join each other by any key that they share, and then the one that owns a key of theirs, a DOI rather than a PMCID."""
    parents: dict[str, str] = {}

    def root(key: str) -> str:
        while (parent := parents.setdefault(key, key)) != key:
            parents[key] = key = parents[parent]
        return key

    for record in records:
        if not record.pmid:
            first, *others = record.other_keys
            for other in others:
                low, high = sorted((root(first), root(other)))
                parents[high] = low
            root(first)
    claims: dict[str, tuple[bool, int, str]] = {}
    for key in list(parents):
        if key in owners:
            top, claim = root(key), (not key.startswith("doi/"), int(owners[key]), owners[key])
            claims[top] = min(claim, claims.get(top, claim))
    groups: dict[str, list[_Record]] = defaultdict(list)
    for record in records:
        pmid = record.pmid
        if not pmid:
            top = root(record.other_keys[0])
            if top not in claims:
                groups[top].append(record)
                continue
            pmid = claims[top][2]
        groups[f"pmid/{pmid}"].append(record)
    for key in sorted(groups):
        yield key.removeprefix("pmid/") if key.startswith("pmid/") else None, groups[key]
