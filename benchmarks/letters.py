"""Letters: real front matters printed as plain text in ten layouts, read back, and compared field by field.

    python benchmarks/letters.py FOLDER [--layout NAME] [--change NAME] [--limit N] [--show FIELD]

``FOLDER`` holds JATS articles: their front matter is the truth, ``letter_layouts.py`` prints it, the letter reader reads
it. The table gives the F1 measure of every field and the share of records right in all fields, by layout, and by what
happened to the text on its way (wrapped, Windows line ends, blank lines …). ``--show title`` prints what went wrong.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [path for path in (str(HERE.parent), str(HERE)) if path not in sys.path]

# ruff: noqa: E402
from letter_layouts import CHANGES, LAYOUTS, Day, Front, Person, carries

from kg import dates
from kg.model import Article
from kg.readers import jats, letter

FIELDS = ("title", "authors", "links", "affiliations", "emails", "dates", "keywords", "licence", "doi", "abstract")


def front_of(name: str, article: Article) -> Front | None:
    """The front matter of an article; None where it has no title or nobody wrote it."""
    if article.title is None or not article.authors:
        return None
    emails: dict[int, str] = {}
    for person in article.correspondence:
        free = (n for n in range(len(article.authors)) if n not in emails and not article.authors[n].is_group)
        number = person.author if person.author is not None and person.author not in emails else next(free, None)
        if number is not None and person.emails and person.emails[0] not in emails.values():
            emails[number] = person.emails[0]
    equal = {number for group in article.equal_contributors for number in group}
    people = tuple(
        Person(a.name, a.family, a.given, a.affiliations, emails.get(n), n in equal, a.orcid, a.is_group)
        for n, a in enumerate(article.authors)
    )
    stated: dict[str, Day] = {}
    for event in article.events:
        known = event.kind in ("received", "revised", "accepted", "issued", "available")
        if known and event.date and (event.kind == "issued" or event.date.month):
            stated.setdefault(event.kind, (event.date.year, event.date.month, event.date.day))
    abstract = tuple((s.label, " ".join(s.text.split())) for s in article.abstract.sections) if article.abstract else ()
    journal = article.journal and (article.journal.abbreviation or article.journal.title)
    year = next((day[0] for day in stated.values()), 2024)
    return Front(
        name, article.title.text, people, tuple(a.text for a in article.affiliations), abstract,
        tuple(dict.fromkeys(k.text for k in article.keywords if k.group is None or "abbrev" not in k.group.casefold())),
        stated, article.doi, article.rights.licence, journal or "Journal of Examples", article.volume or "12",
        article.issue or "3", article.first_page or article.elocation or "101234", year,
    )  # fmt: skip


def fronts(folder: Path, limit: int | None = None) -> Iterator[Front]:
    """The front matters of a folder of JATS files, in the order of their names."""
    found = 0
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".xml", ".nxml")):
        with path.open("rb") as stream:
            for item in jats.read(stream):
                if isinstance(item, Article) and (front := front_of(path.name, item)):
                    yield front
                    found += 1
        if limit is not None and found >= limit:
            return


def letters(text: str) -> str:
    """Letters and digits alone, in composed form."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def fold(text: str) -> str:
    return " ".join(text.split())


Facts = dict[str, list[object]]


def expected(front: Front) -> Facts:
    """What is to be read."""
    names = [fold(p.name) for p in front.people]
    return {
        "title": [fold(front.title)],
        "authors": list(names),
        "links": [(n, letters(front.affiliations[k])) for n, p in enumerate(front.people) for k in p.affiliations],
        "affiliations": [letters(text) for text in dict.fromkeys(front.affiliations)],
        "emails": sorted({p.email.lower() for p in front.people if p.email}),
        "dates": [(kind, "-".join(f"{part:02d}" for part in day if part)) for kind, day in sorted(front.dates.items())],
        "keywords": list(map(fold, front.keywords)),
        "licence": [front.licence] if front.licence else [],
        "doi": [front.doi] if front.doi else [],
        "abstract": [letters(" ".join(f"{a or ''} {b}" for a, b in front.abstract))] if front.abstract else [],
    }


def found(article: Article | None) -> Facts:
    """What was read."""
    if article is None:
        return {name: [] for name in FIELDS}
    places = [letters(a.text) for a in article.affiliations]
    return {
        "title": [article.title.text] if article.title else [],
        "authors": [a.name for a in article.authors],
        "links": [(n, places[k]) for n, a in enumerate(article.authors) for k in a.affiliations],
        "affiliations": list(places),
        "emails": sorted({e.lower() for c in article.correspondence for e in c.emails}),
        "dates": [(e.kind, dates.iso(e.date)) for e in sorted(article.events, key=lambda e: e.kind) if e.date],
        "keywords": [k.text for k in article.keywords],
        "licence": [article.rights.licence] if article.rights.licence else [],
        "doi": [article.doi] if article.doi else [],
        "abstract": [letters(article.abstract.text)] if article.abstract else [],
    }


def comparable(name: str, values: list[object]) -> list[object]:
    """Values as they are compared: an abstract without the case of its labels."""
    return [str(value).casefold() for value in values] if name == "abstract" else values


def agreeing(name: str, truth: list[object], read: list[object]) -> int:
    """How many values agree; of authors in their order."""
    if name == "authors":
        return sum(b.size for b in SequenceMatcher(None, truth, read, autojunk=False).get_matching_blocks())
    return sum((Counter(comparable(name, truth)) & Counter(comparable(name, read))).values())


@dataclass
class Score:
    """Counts over records: of each field the values that agree, are stated, are read; records right in all."""

    agree: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    records: int = 0
    right: int = 0
    whole: Counter[str] = field(default_factory=Counter)

    def add(self, truth: Facts, got: Facts) -> list[str]:
        """Count a record; the fields in which it is wrong."""
        wrong = []
        for name in FIELDS:
            same = agreeing(name, truth[name], got[name])
            self.agree[name] += same
            self.stated[name] += len(truth[name])
            self.read[name] += len(got[name])
            if not same == len(truth[name]) == len(got[name]):
                wrong.append(name)
            else:
                self.whole[name] += 1
        self.records += 1
        self.right += not wrong
        return wrong

    def merge(self, other: Score) -> None:
        for name in ("agree", "stated", "read", "whole"):
            getattr(self, name).update(getattr(other, name))
        self.records += other.records
        self.right += other.right

    def precision(self, name: str) -> float:
        return self.agree[name] / self.read[name] if self.read[name] else 1.0

    def recall(self, name: str) -> float:
        return self.agree[name] / self.stated[name] if self.stated[name] else 1.0

    def f1(self, name: str) -> float:
        total = self.stated[name] + self.read[name]
        return 2 * self.agree[name] / total if total else 1.0

    @property
    def all_right(self) -> float:
        return self.right / self.records if self.records else 1.0


def reading(text: str) -> Article | None:
    """The article that the letter reader makes of a text."""
    items = list(letter.read(io.BytesIO(text.encode())))
    return next((item for item in items if isinstance(item, Article)), None)


def printed(front: Front, layout: str, change: str = "plain") -> tuple[Front, str]:
    """A front in a layout, and what that layout carries of it; the same for the same names."""
    rng = random.Random(f"{front.name} {layout}")
    carried = carries(layout, front)
    text = LAYOUTS[layout](carried, rng)
    return carried, CHANGES[change](text, rng)


def measure(
    all_fronts: Iterable[Front], layout: str, change: str = "plain", show: str | None = None, most: int = 15
) -> Score:
    """The score of a layout; ``show`` prints the first differences in a field (``any``: in whichever)."""
    score = Score()
    for front in all_fronts:
        carried, text = printed(front, layout, change)
        truth, got = expected(carried), found(reading(text))
        wrong = score.add(truth, got)
        if show and most and (show in wrong or (show == "any" and wrong)):
            most -= 1
            print(f"--- {front.name} {layout} {change}: {', '.join(wrong)}")
            for name in wrong if show == "any" else [show]:
                print("  stated:", [v for v in truth[name] if v not in got[name]])
                print("  read:  ", [v for v in got[name] if v not in truth[name]])
    return score


def row(title: str, score: Score) -> str:
    return f"{title:22}" + "".join(f"{score.f1(name):8.4f}" for name in FIELDS) + f"{score.all_right:8.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layout", choices=LAYOUTS, action="append")
    parser.add_argument("--change", choices=CHANGES, action="append")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--show", choices=("any", *FIELDS))
    parser.add_argument("--most", type=int, default=15)
    options = parser.parse_args()
    given = list(fronts(options.folder, options.limit))
    print(f"{len(given)} front matters", file=sys.stderr)
    print(f"{'':22}" + "".join(f"{name[:7]:>8}" for name in FIELDS) + f"{'all':>8}")
    total = Score()
    for layout in options.layout or LAYOUTS:
        for change in options.change or ["plain"]:
            score = measure(given, layout, change, options.show, options.most)
            print(row(layout if change == "plain" else f"{layout} {change}", score), flush=True)
            total.merge(score)
    print(row("together", total))


if __name__ == "__main__":
    main()
