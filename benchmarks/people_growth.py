"""How deciding who is who grows: 1, 2, 4 … 32 × 10⁴ authorships of a made-up literature.

    python benchmarks/people_growth.py [MOST]        MOST × 10⁴ authorships at most, 32 unless stated

Names are drawn with the shares that family names, given names and initials have among authors of PubMed (the tables that
ship with the program); family names that are not listed there make up the rest, each of a few persons. A person writes four
articles on average (Lotka's law), from one of a few places, on a field, with colleagues of that field, and is printed with
initials half of the time. All people are made up. Seconds are of the processor; one process.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from kg.linkers import people
from kg.linkers.people import clustering, model, names
from kg.linkers.people.authorships import Authorship, Place, Work
from kg.linkers.people.tables import shares

_FIELD = 60
"""persons of one field"""


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


def literature(size: int, seed: int = 1) -> Iterator[list[Authorship]]:
    """About ``size`` authorships, article by article."""
    dice = random.Random(seed)
    family, given, place = (_Drawn(kind) for kind in ("family", "given", "place"))
    words, topics = (sorted(shares()[kind]) for kind in ("word", "topic"))
    persons = [
        _Person(
            family.draw(dice, size),
            given.draw(dice, 500),
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
        parsed = [
            names.parse(
                "", persons[who].given[:1].upper() if short else persons[who].given.title(), persons[who].family
            )
            for who in team
        ]
        theme = sorted({*dice.sample(usual[0], 25), *dice.sample(words, 35)})
        work = Work(
            f"<article:{number}>",
            f"pmid/{number}",
            " ".join(theme[::6]),
            dice.randint(1990, 2020),
            f"issn/{own.randrange(20)}",
            "en",
            " ".join(sorted(dice.sample(usual[1], 5))),
            " ".join(theme),
            names="|".join(name.key for name in parsed),
            authors=len(team),
        )
        yield [
            Authorship(f"<article:{number}#person-{n}>", n, name, work, places=persons[who].places[:1])
            for n, (who, name) in enumerate(zip(team, parsed, strict=True), 1)
        ]
        made += len(team)


def _counting() -> list[int]:
    """How many pairs were compared, from now on."""
    count = [0]
    compare = clustering.compare

    def counted(a: Authorship, b: Authorship) -> tuple[float, ...]:
        count[0] += 1
        return compare(a, b)

    clustering.compare = counted
    return count


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    print("authorships  compared each  seconds  µs each  largest block  its seconds  the rest µs each  memory MB")
    compared = _counting()
    size = 1
    while size <= most:
        everybody = [authorship for article in literature(size * 10_000) for authorship in article]
        blocks = Counter(authorship.block for authorship in everybody)
        largest, count = max(blocks.items(), key=lambda item: (item[1], item[0]))
        compared[0] = 0
        started = time.process_time()
        people.resolve(everybody, "https://e.org/")
        whole = time.process_time() - started
        pairs = compared[0]
        started = time.process_time()
        clustering.resolve([a for a in everybody if a.block == largest], model.shipped())
        alone = time.process_time() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        n = len(everybody)
        print(
            f"{n:11,}  {pairs / n:13.2f}  {whole:7.1f}  {1e6 * whole / n:7.0f}  {f'{largest} {count:,}':13}  {alone:11.1f}  "
            f"{1e6 * (whole - alone) / n:16.0f}  {memory:9,}",
            flush=True,
        )
        size *= 2


if __name__ == "__main__":
    main()
