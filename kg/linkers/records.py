"""Which records are the same article, and which one of them is stored.

Nothing here depends on the order of the command line. Of two records with one PubMed identifier the better one is decided
by :attr:`Candidate.rank`; a deletion takes part in that order and removes what PubMed said before it. Records without
PubMed identifier join those that share a DOI or PMCID with them. Of every group one record is stored whole, the others
are superseded.

A DOI that records with different PubMed identifiers claim keys only the one with the smallest; the others keep it as a
statement, are named by their PubMed identifier, and a warning names both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg import iri
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
    """

    stored: dict[tuple[int, int], str] = field(default_factory=dict)
    contested: list[tuple[Candidate, str]] = field(default_factory=list)


def decide(candidates: Iterable[Candidate]) -> Decision:
    """Decide for all records of a build at once."""
    survivors = _by_pmid(candidates)
    owners = _doi_owners(survivors)
    result = Decision()
    for group in _groups(survivors, owners):
        winner = max(group, key=lambda c: c.rank)
        header = winner.header
        assert header is not None
        key = header.keys[0]
        if header.doi and header.pmid and (owner := owners.get(header.doi, header.pmid)) != header.pmid:
            key = f"pmid/{header.pmid}"
            result.contested.append((winner, owner))
        result.stored[winner.unit, winner.entry] = key
    return result


def _by_pmid(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One record a PubMed identifier, none where the last word of PubMed is a deletion and nobody else has it."""
    by_pmid: dict[str, list[Candidate]] = defaultdict(list)
    survivors = []
    for candidate in candidates:
        if candidate.pmid is None:
            survivors.append(candidate)
        else:
            by_pmid[candidate.pmid].append(candidate)
    for pmid in sorted(by_pmid):
        best = max(by_pmid[pmid], key=lambda c: c.rank)
        if not best.is_deletion:
            survivors.append(best)
    return survivors


def _doi_owners(records: Sequence[Candidate]) -> dict[str, str]:
    """DOI → the smallest PubMed identifier that claims it."""
    owners: dict[str, str] = {}
    for record in records:
        header = record.header
        if header and header.doi and header.pmid:
            known = owners.get(header.doi)
            if known is None or int(header.pmid) < int(known):
                owners[header.doi] = header.pmid
    return owners


def _groups(records: Sequence[Candidate], owners: dict[str, str]) -> list[list[Candidate]]:
    """Records of one article together. Those with a PubMed identifier are apart already; the others join by DOI, else by
    PMCID, else by the key made of title, year and first author."""
    by_pmcid: dict[str, str] = {}
    for record in records:
        header = record.header
        if header and header.pmid and header.pmcid:
            known = by_pmcid.get(header.pmcid)
            if known is None or int(header.pmid) < int(known):
                by_pmcid[header.pmcid] = header.pmid
    # Without any PubMed identifier a PMCID may still tie a record with a DOI to one without.
    doi_of_pmcid: dict[str, str] = {}
    for record in records:
        header = record.header
        if header and not header.pmid and header.doi and header.pmcid:
            doi_of_pmcid[header.pmcid] = min(header.doi, doi_of_pmcid.get(header.pmcid, header.doi))
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for record in records:
        header = record.header
        assert header is not None
        doi = header.doi or (doi_of_pmcid.get(header.pmcid) if header.pmcid else None)
        pmid = (
            header.pmid or (owners.get(doi) if doi else None) or (by_pmcid.get(header.pmcid) if header.pmcid else None)
        )
        if pmid:
            groups[f"pmid/{pmid}"].append(record)
        elif doi:
            groups[iri.doi_key(doi)].append(record)
        else:
            groups[header.keys[0]].append(record)
    return [groups[key] for key in sorted(groups)]
