"""Source files on their way into a graph: examined, read into shards, and counted. What cannot be used is told, never lost:
records = stored + rejected + superseded + deleted, for every file and in total."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg import archives, files, shards, sources
from kg.depot import Depot
from kg.errors import DamagedGraph, EnvironmentProblem, InputError
from kg.linkers import records
from kg.linkers.records import Candidate, Decision
from kg.model import Deletion, Member, Rejected, Warned, Withdrawn
from kg.shards import Header
from kg.sources import InputFile, Skipped, natural
from kg.workers import WORN_OUT, Examine, Extract, Workers

Progress = Callable[[str, int, int], None]
"""called with the name of a stage, how much of it is done, and how much there is"""

COUNTS = ("records", "stored", "rejected", "superseded", "deleted")
"""records = the sum of the others"""

_MESSAGE = 500


def silent(stage: str, done: int, total: int) -> None:
    """No progress."""


@dataclass(frozen=True, slots=True)
class Report:
    """Something to tell about a source: a line of ``rejects.jsonl``. ``level`` is reject or warning."""

    level: str
    file: str
    member: str | None
    record: str | None
    line: int | None
    byte: int | None
    rule: str
    message: str
    sha256: str | None = None
    """of the source, where it could be read to its end: several that came by standard input have one name"""


@dataclass(slots=True)
class Unit:
    """A source file: what is known of it, where its shard is, its reports and its share of the counts."""

    file: InputFile
    digest: sources.Digest | None = None
    reader: str | None = None
    """the name of the reader, or of the kind of container"""
    insisted: str | None = None
    """the only reader for the members of a container"""
    members: dict[str, str] = field(default_factory=dict)
    """sha256 → name of the members of a container of which records are stored"""
    shard: Path | None = None
    reports: list[Report] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def sha256(self) -> str | None:
        return self.digest.sha256 if self.digest else None

    @property
    def means(self) -> str:
        """How it is read: by which reader, or as what container, and of that the only reader for its members."""
        return (
            f"{self.reader}-{self.insisted}" if self.reader in archives.KINDS and self.insisted else self.reader or ""
        )

    @property
    def is_to_be_tried_again(self) -> bool:
        """Whether it was the machine, not what the file holds, that kept it from being read."""
        return any(report.rule in WORN_OUT for report in self.reports)

    @property
    def is_to_be_read(self) -> bool:
        """Whether it was examined, and there is no shard of it yet. What a former run refused has counts, and no source."""
        return self.digest is not None and self.reader is not None and self.shard is None and not self.counts

    def tell(self, level: str, what: Rejected | Warned, member: str | None = None) -> None:
        """Note what was said of a record."""
        message = sources.printable(what.message)
        if len(message) > _MESSAGE:
            message = message[: _MESSAGE - 1] + "…"
        record = sources.printable(what.record) if what.record else None
        place = self.file.name, member, record, what.line, what.byte
        self.reports.append(Report(level, *place, what.rule, message, self.sha256))

    def refuse(self, error: InputError) -> None:
        """Note that nothing of the file can be used. It counts as one record, rejected."""
        self.shard = None
        message = f"{error} (nothing of this file is stored)"
        self.tell("reject", Rejected(error.record, error.rule, message, error.line, error.byte))
        self.counts.update(records=1, rejected=1)


def as_ledger(unit: Unit) -> dict[str, Any]:
    """A unit as run.json keeps it: with its shard, all that is needed to decide again without its source."""
    return {
        "file": unit.file.name,
        "place": unit.file.place,
        "sha256": unit.sha256,
        "bytes": unit.digest.size if unit.digest else None,
        "reader": unit.reader,
        "insisted": unit.insisted,
        "refused": unit.shard is None,
        "counts": {name: unit.counts[name] for name in COUNTS},
    }


def joined(known: Iterable[Unit], more: Sequence[Unit]) -> list[Unit]:
    """The units of a ledger and further ones. A file takes the place of what the ledger has of it, also where it was moved:
    where nothing is left at its old place, and it has its name and content. What came by standard input is there already if
    it comes again."""
    anew = {unit.file.place for unit in more} - {None}
    content = {_content(unit) for unit in more if unit.file.place}
    stays = [
        unit
        for unit in known
        if not (place := unit.file.place)
        or (place not in anew and (_content(unit) not in content or os.path.lexists(sources.path_of(place))))
    ]
    there = {_content(unit) for unit in stays if unit.shard and not unit.file.place}
    return [*stays, *(unit for unit in more if unit.file.place or _content(unit) not in there)]


def _content(unit: Unit) -> tuple[str, str | None, str | None]:
    return unit.file.base_name, unit.sha256, unit.reader


def relocated(ledger: Sequence[dict[str, Any]], batch: Iterable[Unit]) -> bool:
    """Note in a ledger where its files lie now, of which these are all; whether any lies elsewhere than before."""
    places: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for unit in batch:
        if unit.file.place:
            places[unit.file.base_name, unit.sha256].append(unit.file.place)
    named = {stated["place"] for stated in ledger}
    moved = False
    for stated in ledger:
        if not stated["place"]:
            continue
        here = places[sources.printable(sources.path_of(stated["place"]).name), stated["sha256"]]
        if stated["place"] not in here and (free := sorted(set(here) - named)):
            stated["place"], moved = free[0], True
            named.add(free[0])
    return moved


GAP = "sequence-gap"
"""the rule of reports on missing files"""
_NUMBERED = re.compile(r"(pubmed[0-9]{2}n)([0-9]{4,6})[.]xml(?:[.]gz)?")


def gaps(units: Iterable[Unit]) -> list[Report]:
    """What is missing between the numbered files of PubMed: each stretch of one year's sequence."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for unit in units:
        if match := _NUMBERED.fullmatch(unit.file.base_name):
            numbers[match[1]].add(int(match[2]))
    found = []
    for start, known in sorted(numbers.items()):
        for low, high in pairwise(sorted(known)):
            if high - low > 1:
                first, last = f"{start}{low + 1:04}", f"{start}{high - 1:04}"
                stretch = first if first == last else f"{first} to {last}"
                message = f"{stretch} missing in the sequence of PubMed's files; their records may be out of date here"
                found.append(Report("warning", first, None, None, None, None, GAP, message))
    return found


def examine(inputs: Iterable[InputFile], reader: str | None, workers: Workers, progress: Progress) -> list[Unit]:
    """Read every file once, to know that it is whole, what it is and what its digest is."""
    units = [Unit(file) for file in inputs]
    jobs = (Examine(unit.file.path.absolute(), reader) for unit in units)
    progress("examine", 0, len(units))
    with closing(workers.do(jobs)) as answers:
        for n, (unit, answer) in enumerate(zip(units, answers, strict=True), 1):
            if isinstance(answer, InputError):
                unit.refuse(answer)
            elif answer:
                unit.digest, unit.reader = answer
                unit.insisted = reader
            progress("examine", n, len(units))
    return units


def extract(
    units: Iterable[Unit], workers: Workers, directory: Path, progress: Progress, depot: Depot | None = None
) -> None:
    """Make the shards that are not there yet. Files of equal content have one.

    Args:
        units: what was examined.
        workers: who reads them.
        directory: where the shards are to be in the end.
        progress: is told how many bytes are read.
        depot: where workers leave them, and where they may be from another time; None = in the directory.
    """
    depot = depot or Depot(str(directory))
    by_shard: dict[Path, list[Unit]] = {}
    for unit in units:
        if unit.is_to_be_read:
            unit.shard = directory / shard_name(unit, workers.extractor.settings)
            by_shard.setdefault(unit.shard, []).append(unit)
    wanted = {shard: alike for shard, alike in by_shard.items() if not _is_there(shard, depot)}
    # The largest first: while somebody reads a large file at the end, the others have nothing to do (Graham 1969, "Bounds on
    # multiprocessing timing anomalies", doi:10.1137/0117039).
    sizes = {shard: alike[0].digest.size if alike[0].digest else 0 for shard, alike in wanted.items()}
    wanted = {shard: wanted[shard] for shard in sorted(wanted, key=sizes.__getitem__, reverse=True)}
    total = sum(sizes.values())
    done = 0
    progress("read", done, total)
    jobs = [_job(alike[0], depot) for alike in wanted.values()]
    with closing(workers.do(jobs)) as answers:
        for (shard, alike), answer in zip(wanted.items(), answers, strict=True):
            if isinstance(answer, InputError):
                for unit in alike:
                    unit.refuse(answer)
            elif not depot.fetch(shard.name, shard):
                raise EnvironmentProblem(f"{depot.root}: the shard {shard.name}, which was just made, is not there")
            done += sizes[shard]
            progress("read", done, total)
    files.remove_leftovers(directory)  # of processes that died


def _job(unit: Unit, depot: Depot) -> Extract:
    assert unit.digest
    assert unit.reader
    assert unit.shard
    digest = unit.digest
    what = unit.file.path.absolute(), unit.reader, unit.insisted, digest.sha256, digest.stamp, unit.shard.name
    return Extract(*what, depot)


def shard_name(unit: Unit, settings: str) -> str:
    """What the shard of a source is called: by what it was made from."""
    assert unit.sha256
    return f"{unit.sha256[:32]}-{unit.means}-{settings[:16]}{shards.SUFFIX}"


def remove_unused(units: Iterable[Unit], directory: Path) -> None:
    """Remove the shards of sources and settings that are no longer named."""
    kept = {unit.shard for unit in units}
    for path in directory.iterdir():
        if path not in kept and path.name.endswith(shards.SUFFIX):
            path.unlink()


def _is_there(shard: Path, depot: Depot) -> bool:
    """Whether a shard is there and whole, perhaps now that it was fetched."""
    return _is_whole(shard) or (depot.fetch(shard.name, shard) and _is_whole(shard))


def _is_whole(shard: Path) -> bool:
    if not shard.exists():
        return False
    try:
        for _ in shards.outline(shard):
            pass
    except DamagedGraph:
        return False
    return True


Outline = Callable[[Path], Iterable[Header | shards.Said]]
"""what gives the entries of a shard without their quads"""


def decide(units: list[Unit], directory: Path, outline: Outline = shards.outline) -> Decision:
    """Decide which records of each article are stored; fill in reports and counts of the units.

    Args:
        directory: for what is decided, and what waits in the meantime.
    """

    def candidates() -> Iterator[Candidate]:
        for number, unit in enumerate(units):
            for candidate in _candidates(number, unit, outline):
                unit.counts["deleted" if candidate.is_deletion else "superseded"] += 1
                yield candidate

    decision = records.decide(candidates(), directory)
    for stored in decision.stored:
        unit = units[stored.unit]
        unit.counts["stored"] += 1
        unit.counts["superseded"] -= 1
    for unit in units:
        unit.counts = +unit.counts  # without what is 0
        unit.counts["records"] = sum(unit.counts[kind] for kind in ("stored", "rejected", "superseded", "deleted"))
    for candidate, owner in decision.contested:
        header = candidate.header
        assert header is not None
        message = f"{header.record} and PMID {owner} state the same DOI {header.doi}; PMID {owner} keeps it as its key"
        units[candidate.unit].tell("warning", Warned(header.record, "doi-conflict", message, header.line))
    for candidate, owner in decision.misplaced:
        header = candidate.header
        assert header is not None
        message = (
            f"{header.record} states PMID {header.pmid} and DOI {header.doi}, but that DOI is PMID {owner}'s; "
            f"it is taken for PMID {owner}"
        )
        units[candidate.unit].tell("warning", Warned(header.record, "pmid-conflict", message, header.line))
    return decision


def documents(units: Sequence[Unit], decision: Decision) -> Iterator[str]:
    """A line for each record that is stored: the key of its document, a tab, and the record. The lines of a document are the
    same where nothing has changed that it depends on."""
    for stored in decision.stored:
        shard = units[stored.unit].shard
        assert shard
        yield f"{stored.key}\t{shard.name} {stored.entry} {' '.join(decision.keys.get(stored.key, ()))}\n"


def _candidates(number: int, unit: Unit, outline: Outline) -> Iterator[Candidate]:
    """The records and deletions of a unit; what else its shard says goes into its reports.

    Those of a member of a container count when the member turns out to be whole.
    """
    if unit.shard is None:
        return
    before: set[_Same] = set()  # in other members
    seen: dict[_Same, int | None] = {}
    member = Member(None)
    held: list[Candidate] = []
    said: list[tuple[str, Rejected | Warned]] = []
    base_name, sha256, name = natural(unit.file.base_name), unit.sha256 or "", sources.printable(unit.file.name)
    order = base_name, sha256, base_name, name
    if unit.file.place is None:  # it has no name to go by: later than files, and than what came so before
        order = _LATEST, f"{number:09}", base_name, name
    for entry, what in enumerate(outline(unit.shard)):
        if isinstance(what, Member):
            yield from _settled(unit, member, held, said)
            before |= seen.keys()
            seen.clear()
            member = what
            if unit.file.place:
                order = natural(member.name.rpartition("/")[2]) if member.name else base_name, sha256, base_name, name
        elif isinstance(what, Withdrawn):
            held.clear()
            said.clear()
            seen.clear()
            message = f"{what.message} (nothing of this member is stored)"
            said.append(("reject", Rejected(what.record, what.rule, message, what.line, what.byte)))
        elif isinstance(what, Rejected):
            said.append(("reject", what))
        elif isinstance(what, Warned):
            said.append(("warning", what))
        elif isinstance(what, Deletion):
            held.append(Candidate(number, entry, (what.version, *order, entry), what.pmid))
        else:
            if what.pmid:
                said += _repetition(what, seen, before)
            held.append(Candidate(number, entry, (what.version, *order, entry), what.pmid, what))
        if member.name is None:
            yield from _settled(unit, member, held, said)
    yield from _settled(unit, member, held, said)


def _settled(
    unit: Unit, member: Member, held: list[Candidate], said: list[tuple[str, Rejected | Warned]]
) -> Iterator[Candidate]:
    """What was held back of a member, now that its end was seen."""
    for level, what in said:
        unit.tell(level, what, member.name)
        unit.counts["rejected"] += level == "reject"
    if held and member.name is not None and member.sha256 is not None:
        unit.members[member.sha256] = member.name
    yield from held
    held.clear()
    said.clear()


_LATEST = natural("\U0010ffff")
_Same = tuple[str, str, int]
"""reader, PMID and version: of two such records in a file one is stored"""


def _repetition(header: Header, seen: dict[_Same, int | None], before: Set[_Same]) -> Iterator[tuple[str, Warned]]:
    """A warning where a record of this reader, PMID and version stood before in this file, or in another of its members."""
    assert header.pmid
    key = header.reader, header.pmid, header.version
    if key in seen or key in before:
        place = f" (the other begins on line {seen[key]})" if seen.get(key) else ""
        message = f"stands twice in this file with the same version{place}; the later one is stored"
        yield "warning", Warned(header.record, "duplicate-record", message, header.line)
    seen[key] = header.line


def skipped_reports(skipped: Iterable[Skipped]) -> list[Report]:
    """What was passed over in the folders that the user named."""
    return [
        Report("reject" if s.wrong else "warning", s.name, None, None, None, None, s.rule, s.message) for s in skipped
    ]
