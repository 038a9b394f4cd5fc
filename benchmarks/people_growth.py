"""How deciding who is who grows: 1, 2, 4 … 32 × 10⁴ authorships of a made-up literature.

    python benchmarks/people_growth.py [--most 32] [--block 40]

Names are drawn with the shares that family names, given names and initials have among authors of PubMed (the tables that
ship with the program); family names that are not listed there make up the rest, each of a few persons. A person writes four
articles on average (Lotka's law), from one of a few places, on a field, with colleagues of that field, and is printed with
initials half of the time. All people are made up. Seconds are of the processor; one process. Of small sizes several
literatures are made, and all take turns, so that what disturbs the machine meets all sizes. A second table has a single name
("Wang Y") with up to so many thousand authorships by many persons.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate

from kg.linkers import people
from kg.linkers.people import clustering, model, names
from kg.linkers.people.authorships import Authorship, Place, Profile, Work, profiled, whereabouts
from kg.linkers.people.tables import shares
from kg.linkers.people.vectors import bag

_FIELD = 60
"""persons of one field"""
_TIMES = 4
"""literatures of a size, at most"""


@dataclass(frozen=True, slots=True)
class _Person:
    family: str
    given: str
    places: tuple[Place, ...]
    field: int


class _Drawn:
    """Tokens with their shares; what is left over are tokens that hardly anybody else has."""

    def __init__(self, kind: str) -> None:
        listed = sorted(shares()[kind].items())
        self._tokens = [token for token, _ in listed]
        self._sums = list(accumulate(share for _, share in listed))

    def draw(self, dice: random.Random, rare: int) -> str:
        if dice.random() < self._sums[-1]:
            return dice.choices(self._tokens, cum_weights=self._sums)[0]
        return f"{_syllables(dice.randrange(rare))}ov"


def _syllables(number: int) -> str:
    text = ""
    while number or not text:
        number, rest = divmod(number, 100)
        text += "bdfgklmnpr"[rest // 10] + "aeiouaeiou"[rest % 10]
    return text


def literature(size: int, seed: int = 1, everybody_is: tuple[str, str] | None = None) -> Iterator[list[Authorship]]:
    """About ``size`` authorships, article by article; or so many articles, whose first authors all have one family name and
    given names with one initial."""
    dice = random.Random(seed)
    families, first_names, place = (_Drawn(kind) for kind in ("family", "given", "place"))
    words, topics = (sorted(shares()[kind]) for kind in ("word", "topic"))
    persons = [
        _Person(
            families.draw(dice, size),
            first_names.draw(dice, 500),
            tuple(
                Place(
                    " ".join(sorted({place.draw(dice, 5000) for _ in range(8)})), f"<org:{dice.randrange(size // 50)}>"
                )
                for _ in range(dice.choice((1, 1, 2)))
            ),
            number // _FIELD,
        )
        for number in range(size // 4)
    ]
    # Few write many articles (Lotka), nobody more than some thirty times as many as most do.
    drive = list(accumulate(min(30.0, (1 - dice.random()) ** -0.6) for _ in persons))
    made = number = 0
    while made < size:
        number += 1
        first = dice.choices(range(len(persons)), cum_weights=drive)[0]
        field = persons[first].field
        colleagues = range(field * _FIELD, min(len(persons), (field + 1) * _FIELD))
        team = list(dict.fromkeys([first, *dice.choices(colleagues, k=dice.randint(0, 7))]))
        own = random.Random(field)
        usual = own.sample(words, 60), own.sample(topics, 12)
        short = dice.random() < 0.5
        called = [(persons[who].family, persons[who].given) for who in team]
        if everybody_is:
            called[0] = everybody_is[0], everybody_is[1] + called[0][1]
        parsed = [names.parse("", given[:1].upper() if short else given.title(), family) for family, given in called]
        theme = sorted({*dice.sample(usual[0], 25), *dice.sample(words, 35)})
        year = dice.randint(1990, 2020)
        work = Work(
            f"<article:{number}>",
            profiled(
                Profile(
                    bag("word", theme),
                    bag("word", theme[::6]),
                    bag("topic", dice.sample(usual[1], 5)),
                    keys=frozenset([f"pmid/{number}"]),
                    names=frozenset([name.key for name in parsed]),
                )
            ),
            year,
            f"issn/{own.randrange(20)}",
            "en",
            len(team),
        )
        yield [
            Authorship(f"<article:{number}#person-{n}>", n, name, work, places=whereabouts(persons[who].places[:1]))
            for n, (who, name) in enumerate(zip(team, parsed, strict=True), 1)
        ]
        made += 1 if everybody_is else len(team)


def _counting() -> list[int]:
    """How many pairs were compared, from now on."""
    count = [0]
    compare = clustering.compare

    def counted(a: Authorship, b: Authorship) -> tuple[float, ...]:
        count[0] += 1
        return compare(a, b)

    clustering.compare = counted
    return count


def _memory() -> int:
    """The most memory that this process had, in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@dataclass(frozen=True, slots=True)
class _Found:
    """Of one literature: authorships, pairs compared, seconds, the largest block, its seconds, and memory in KB."""

    authorships: int
    compared: int
    whole: float
    block: str
    members: int
    alone: float
    memory: int


def _all_blocks(tenthousands: int, seed: int) -> _Found:
    """What deciding on everybody of a literature takes, and of that the largest block."""
    compared = _counting()
    everybody = [authorship for article in literature(tenthousands * 10_000, seed) for authorship in article]
    largest, count = max(Counter(a.block for a in everybody).items(), key=lambda item: (item[1], item[0]))
    started = time.process_time()
    people.resolve(everybody, "https://e.org/")
    whole, pairs = time.process_time() - started, compared[0]
    started = time.process_time()
    clustering.resolve([a for a in everybody if a.block == largest], model.shipped())
    return _Found(len(everybody), pairs, whole, largest, count, time.process_time() - started, _memory())


def _as_row(found: Sequence[_Found]) -> str:
    n = sum(f.authorships for f in found)
    pairs, whole, alone = sum(f.compared for f in found), sum(f.whole for f in found), sum(f.alone for f in found)
    block = max(found, key=lambda f: f.members)
    return (
        f"{n // len(found):11,}  {len(found):11}  {pairs / n:14.2f}  {whole / len(found):7.1f}  {1e6 * whole / n:7.0f}  "
        f"{f'{block.block} {block.members:,}':13}  {1e6 * (whole - alone) / n:16.0f}  "
        f"{max(f.memory for f in found) // 1024:9,}"
    )


def _one_block(thousands: int) -> str:
    """A row on a single name with so many authorships: the memory that deciding takes beside them, and the seconds."""
    block = [article[0] for article in literature(thousands * 1000, everybody_is=("wang", "y"))]
    before = _memory()
    compared = _counting()
    started = time.process_time()
    clustering.resolve(block, model.shipped())
    taken = time.process_time() - started
    n = len(block)
    return (
        f"{n:11,}  {compared[0] / n:14.2f}  {taken:7.1f}  {1e6 * taken / n:7.0f}  {before // 1024:9,}  "
        f"{(_memory() - before) // 1024:9,}  {(_memory() - before) / n:12.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=32, help="times 10,000 authorships")
    parser.add_argument("--block", type=int, default=40, help="thousand authorships of one name, at most")
    parser.add_argument("--row", nargs=2, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.row:
        size, seed = given.row
        print(json.dumps(asdict(_all_blocks(size, seed))) if seed else _one_block(size))
        return
    print("authorships  literatures  compared, each  seconds  µs each  largest block  the rest µs each  memory MB")
    found: dict[int, list[_Found]] = {2**n: [] for n in range(given.most.bit_length())}
    for turn in range(1, _TIMES + 1):
        for size in found:
            if size * turn <= given.most:
                found[size].append(_Found(**json.loads(_row(size, turn))))
    for rows in found.values():
        print(_as_row(rows))
    print("one name's   compared, each  seconds  µs each  memory MB  and beside  KB beside each")
    for part in (8, 4, 2, 1):
        if given.block // part:
            print(_row(given.block // part, 0), end="", flush=True)


def _row(size: int, seed: int) -> str:
    """In a process of its own, so that the peak of memory is its own."""
    command = [sys.executable, __file__, "--row", str(size), str(seed)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
