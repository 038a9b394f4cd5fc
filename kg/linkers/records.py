"""Which records are the same article, and which one of them is stored.

Nothing here depends on the order of the command line. Of two records with one PubMed identifier the better one is decided
by :attr:`Candidate.rank`; a deletion takes part in that order and removes what PubMed said before it. Records without
PubMed identifier join those that share a DOI, a PMCID or, where they have neither, the key made of title, year and first
author. Of every group one record is stored whole, the others are superseded.

A DOI that records with different PubMed identifiers claim keys only the one with the smallest; the others keep it as a
statement, are named by their PubMed identifier, and a warning names both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.shards import Header

Rank = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record or a deletion with its place in the order of trust.

    ``unit`` and ``entry`` say where it lies: which source file, and the how-manieth record or deletion of it. ``rank``:
    highest wins: trust in the reader, PMID version, natural order of the file's base name, digest of the file, place.
    """

    unit: int
    entry: int
    rank: Rank
    pmid: str | None
    header: Header | None = None

    @property
    def is_deletion(self) -> bool:
        return self.header is None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the records.

    ``stored``: (unit, entry) → the key that the document gets; everything else is superseded or a deletion. ``contested``:
    the records that lost their DOI, with the PubMed identifier that keeps it.

    No two records are stored under one key.
    """

    stored: dict[tuple[int, int], str] = field(default_factory=dict)
    contested: list[tuple[Candidate, str]] = field(default_factory=list)


def decide(candidates: Iterable[Candidate]) -> Decision:
    """Decide for all records of a build at once."""
    survivors = _by_pmid(candidates)
    owners = _owners(survivors)
    result = Decision()
    for pmid, group in _groups(survivors, owners):
        winner = max(group, key=lambda c: c.rank)
        header = winner.header
        assert header is not None
        key = header.keys[0]
        if header.doi and pmid and (owner := owners.get(key, pmid)) != pmid:
            key = f"pmid/{pmid}"
            result.contested.append((winner, owner))
        result.stored[winner.unit, winner.entry] = key
    return result


def _by_pmid(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One record a PubMed identifier. A deletion that is the last word of PubMed removes all that PubMed says of it, and
    nothing that others say."""
    by_pmid: dict[str, list[Candidate]] = defaultdict(list)
    survivors = []
    for candidate in candidates:
        if candidate.pmid is None:
            survivors.append(candidate)
        else:
            by_pmid[candidate.pmid].append(candidate)
    for pmid in sorted(by_pmid):
        group = by_pmid[pmid]
        deleted = max((c.rank for c in group if c.is_deletion), default=None)
        left = [c for c in group if not c.is_deletion and (deleted is None or not _removes(deleted, c.rank))]
        if left:
            survivors.append(max(left, key=lambda c: c.rank))
    return survivors


def _removes(deletion: Rank, record: Rank) -> bool:
    return record[0] == deletion[0] and record < deletion


def _other_keys(record: Candidate) -> list[str]:
    """The keys of a record but the one of its PubMed identifier."""
    assert record.header is not None
    return [key for key in record.header.keys if not key.startswith("pmid/")]


def _owners(records: Iterable[Candidate]) -> dict[str, str]:
    """Key → the smallest PubMed identifier that claims it."""
    owners: dict[str, str] = {}
    for record in records:
        if record.pmid:
            for key in _other_keys(record):
                owners[key] = min(record.pmid, owners.get(key, record.pmid), key=int)
    return owners


def _groups(
    records: Sequence[Candidate], owners: Mapping[str, str]
) -> Iterator[tuple[str | None, Sequence[Candidate]]]:
    """The records of one article together, with its PubMed identifier. Those that have one are apart already; the others
    join each other by any key that they share, and then the one that owns a key of theirs, a DOI rather than a PMCID."""
    parents: dict[str, str] = {}

    def root(key: str) -> str:
        while (parent := parents.setdefault(key, key)) != key:
            parents[key] = key = parents[parent]
        return key

    for record in records:
        if not record.pmid:
            first, *others = _other_keys(record)
            for other in others:
                low, high = sorted((root(first), root(other)))
                parents[high] = low
            root(first)
    claims: dict[str, tuple[bool, int, str]] = {}
    for key in list(parents):
        if key in owners:
            top, claim = root(key), (not key.startswith("doi/"), int(owners[key]), owners[key])
            claims[top] = min(claim, claims.get(top, claim))
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for record in records:
        pmid = record.pmid
        if not pmid:
            top = root(_other_keys(record)[0])
            if top not in claims:
                groups[top].append(record)
                continue
            pmid = claims[top][2]
        groups[f"pmid/{pmid}"].append(record)
    for key in sorted(groups):
        yield key.removeprefix("pmid/") if key.startswith("pmid/") else None, groups[key]
