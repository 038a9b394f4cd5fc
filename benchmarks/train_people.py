"""Train and evaluate what decides who is who: the tables and weights in ``kg/data/people/``.

    python benchmarks/train_people.py PUBMED.xml.gz PAIRS.tsv            evaluate, print the figures
    python benchmarks/train_people.py PUBMED.xml.gz PAIRS.tsv --write    and write tables, weights and docs/people.svg

PAIRS is the gold standard of Vishnyakova et al. 2019 (doi:10.1093/jamia/ocz028): two authorships a row, same or not, judged
by people. All figures are of cross-validation: five folds, repeated with three divisions, and no family name, hence no
authorship, stands in two folds. The weights are those of a logistic regression with an L2 penalty whose weights may not
count against their sense (``evidence.SIGNS``), fitted by L-BFGS-B (scipy).
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kg import iri, sources
from kg.linkers.people import authorships, clustering, evidence, names, tables
from kg.linkers.people.authorships import Authorship
from kg.linkers.people.model import Model
from kg.model import Article
from kg.readers import pubmed
from kg.terms import by_subject
from kg.triples import document

ROOT = Path(__file__).parent.parent
DATA = ROOT / "kg" / "data" / "people"
FOLDS, SEEDS, PENALTY = 5, (0, 1, 2), 1.0
LINK, PROPOSE = 0.78, 0.4
BY_HAND = {"email": 5.0, "email_domain": 1.0}
"""too rare in the pairs to be learned"""
FEWEST = {"family": 3, "given": 3, "initial": 1, "place": 6, "word": 8, "topic": 5, "journal": 4}
"""what occurs less often is not listed in the tables"""
GROUPS = {
    "names": "name_rarity family_rarity both_full full_initial middle_agrees same_given",
    "co-authors": "coauthors single_author",
    "affiliations": "affiliation affiliations_known work_affiliation institution city other_country",
    "words of title and abstract": "words title",
    "MeSH descriptors": "topics",
    "journal": "journal",
    "years": "years_far",
    "references and citations": "cited references",
    "grants, language, place in the list": "grants language same_place",
}

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Pair:
    """Two authorships, whether people say that they are one person's, and whether the names as listed can be found."""

    a: Authorship
    b: Authorship
    same: bool


def read_authorships(path: Path) -> list[Authorship]:
    """Every authorship of a PubMed file."""
    found: list[Authorship] = []
    with sources.opened(path) as stream:
        for item in pubmed.read(stream):
            if isinstance(item, Article):
                mapped = document(item, source="<urn:source>", agents={})
                found += authorships.read(iri.article(iri.BASE, mapped.keys[0]), mapped.keys, by_subject(mapped.own))
    return found


def read_pairs(path: Path, everybody: Sequence[Authorship]) -> tuple[list[Pair], int]:
    """The pairs whose authorships are found, and how many same-pairs are not. Some names of the list lost their accents to a
    wrong encoding; what stands in their place agrees with any letter."""
    by_pmid: defaultdict[str, list[Authorship]] = defaultdict(list)
    for authorship in everybody:
        for key in evidence.profile(authorship.work).keys:
            by_pmid[key].append(authorship)
    found, missing = [], 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            sides = [
                _find(by_pmid[f"pmid/{row[f'pmid_{side}']}"], row[f"last_{side}"], row[f"initials_{side}"])
                for side in "ab"
            ]
            if sides[0] and sides[1]:
                found.append(Pair(sides[0], sides[1], row["same"] == "yes"))
            else:
                missing += row["same"] == "yes"
    return found, missing


def _find(listed: Sequence[Authorship], last: str, initials: str) -> Authorship | None:
    family = names.parse("", None, last).family
    hits = [a for a in listed if a.name.family == family]
    if not hits:
        pieces = (names.fold(piece).replace(" ", "") for piece in re.split(r"ï¿½|\ufffd|\?", last))
        wanted = re.compile(".{0,2}".join(map(re.escape, pieces)))
        hits = [a for a in listed if wanted.search(a.name.family)] if len(last) > 3 else []
    if len(hits) > 1:
        hits = [a for a in hits if a.name.given and a.name.given[0][0] == initials[:1].casefold()] or hits
    return hits[0] if hits else None


def count(everybody: Sequence[Authorship], pairs: Sequence[Pair]) -> str:
    """The text of ``frequencies.tsv``. The authorships of the pairs are left out: they are no sample of anything."""
    chosen = {side.term for pair in pairs for side in (pair.a, pair.b)}
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in tables.KINDS}
    totals: Counter[str] = Counter()
    for authorship in everybody:
        if authorship.term not in chosen:
            counts["family"][authorship.name.family] += 1
            if authorship.name.given:
                counts["initial"][authorship.name.given[0][0]] += 1
            if authorship.name.is_full:
                counts["given"][authorship.name.given[0]] += 1
    works = {authorship.work for authorship in everybody}
    for work in works:
        told = evidence.profile(work)
        counts["word"].update(told.words.numbers.keys())
        counts["topic"].update(told.topics.numbers.keys())
        counts["journal"][work.journal] += 1
        for text in work.places.texts:
            counts["place"].update(text.split())
        totals["place"] += len(work.places.texts)
        totals["topic"] += bool(told.topics.numbers)
    for kind in ("family", "given", "initial"):
        totals[kind] = counts[kind].total()
    totals["word"] = totals["journal"] = len(works)
    lines = [
        "# How many in a million: family names, given names and initials of authors; words of affiliations; words, MeSH",
        "# descriptors and journals of articles. Counted by benchmarks/train_people.py in PubMed citation data (courtesy of",
        "# the U.S. National Library of Medicine).",
    ]
    for kind in tables.KINDS:
        listed = sorted((t, n) for t, n in counts[kind].items() if t and n >= FEWEST[kind])
        lines += [f"{kind}\t{token}\t{round(1e6 * n / totals[kind])}" for token, n in listed]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Fitted:
    """A logistic regression over standardised numbers."""

    intercept: float
    weights: Floats
    """of the numbers as they are"""

    def probabilities(self, rows: Floats) -> Floats:
        odds: Floats = rows @ self.weights + self.intercept
        return 1 / (1 + np.exp(-odds))

    def model(self, columns: Sequence[str], link: float = LINK) -> Model:
        weights = (
            dict.fromkeys(evidence.FEATURES, 0.0) | dict(zip(columns, self.weights.tolist(), strict=True)) | BY_HAND
        )
        rounded = {name: round(weight, 3) for name, weight in weights.items()}
        return Model(round(self.intercept, 3), rounded, link, PROPOSE)


def fit(rows: Floats, same: Bools, columns: Sequence[str]) -> Fitted:
    """Maximum likelihood with an L2 penalty and signs that are kept."""
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    scaled, sign = (rows - mean) / spread, np.where(same, 1.0, -1.0)

    def loss(w: Floats) -> tuple[float, Floats]:
        margin = sign * (scaled @ w[1:] + w[0])
        pull = -sign / (1 + np.exp(margin))
        value = np.logaddexp(0, -margin).sum() + 0.5 / PENALTY * (w[1:] ** 2).sum()
        return float(value), np.concatenate([[pull.sum()], scaled.T @ pull + w[1:] / PENALTY])

    bounds = [(None, None)] + [
        (0 if evidence.SIGNS.get(name, 0) > 0 else None, 0 if evidence.SIGNS.get(name, 0) < 0 else None)
        for name in columns
    ]
    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    weights = found[1:] / spread
    return Fitted(float(found[0] - weights @ mean), weights)


def divisions(pairs: Sequence[Pair], seed: int) -> list[Bools]:
    """Which pairs each fold tests; pairs of one family name stand in one fold."""
    families = sorted({pair.a.name.family for pair in pairs})
    fold = dict(zip(families, np.random.RandomState(seed).permutation(len(families)) % FOLDS, strict=True))
    of = np.array([fold[pair.a.name.family] for pair in pairs])
    return [of == n for n in range(FOLDS)]


def cross_validated(pairs: Sequence[Pair], rows: Floats, columns: Sequence[str]) -> tuple[Floats, Bools]:
    """The probability of every pair, by a model that saw no pair of its family name, once for each division."""
    at = [evidence.FEATURES.index(name) for name in columns]
    same = np.array([pair.same for pair in pairs])
    possible = np.array([_possible(pair) for pair in pairs])
    found = []
    for seed in SEEDS:
        chances = np.zeros(len(pairs))
        for tested in divisions(pairs, seed):
            fitted = fit(rows[~tested & possible][:, at], same[~tested & possible], columns)
            chances[tested] = fitted.probabilities(rows[tested][:, at]) * possible[tested]
        found.append(chances)
    return np.concatenate(found), np.tile(same, len(SEEDS))


def _possible(pair: Pair) -> bool:
    return names.compatible(pair.a.name, pair.b.name)


@dataclass(frozen=True)
class Score:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}, recall {self.recall:.3f}, F1 {self.f1:.3f}"


def score(said: Bools, same: Bools) -> Score:
    both = int((said & same).sum())
    return Score(both / max(1, int(said.sum())), both / max(1, int(same.sum())))


def best(chances: Floats, same: Bools) -> tuple[float, Score]:
    """The line with the best F1."""
    lines = np.round(np.arange(0.05, 1, 0.01), 2)
    return max(((float(line), score(chances >= line, same)) for line in lines), key=lambda item: item[1].f1)


def resolved(pairs: Sequence[Pair], rows: Floats, everybody: Sequence[Authorship], link: float) -> list[Score]:
    """As a build decides it: each fold's pairs by the groups that a model of the other folds makes of their whole blocks."""
    blocks: defaultdict[str, list[Authorship]] = defaultdict(list)
    for authorship in everybody:
        blocks[authorship.block].append(authorship)
    same = np.array([pair.same for pair in pairs])
    possible = np.array([_possible(pair) for pair in pairs])
    found = []
    for tested in divisions(pairs, SEEDS[0]):
        weights = fit(rows[~tested & possible], same[~tested & possible], evidence.FEATURES).model(
            evidence.FEATURES, link
        )
        said = []
        for n in np.flatnonzero(tested):
            pair = pairs[n]
            where = {
                term: group.members[0]
                for key in {pair.a.block, pair.b.block}
                for group in clustering.resolve(blocks[key], weights).groups
                for term in group.members
            }
            said.append(pair.a.term in where and where[pair.a.term] == where.get(pair.b.term))
        found.append(score(np.array(said), same[tested]))
    return found


def calibration(chances: Floats, same: Bools) -> Iterator[tuple[float, float, int]]:
    """(mean probability, share of same pairs, pairs) for each tenth."""
    for low in np.arange(0, 1, 0.1):
        inside = (chances >= low) & (chances < low + 0.1)
        if inside.any():
            yield float(chances[inside].mean()), float(same[inside].mean()), int(inside.sum())


def report(pairs: Sequence[Pair], missing: int, rows: Floats, everybody: Sequence[Authorship]) -> Iterator[str]:
    """Every figure of docs/people.md."""
    yield f"{len(pairs)} pairs, {sum(p.same for p in pairs)} the same; {missing} same pairs are not to be found"
    chances, same = cross_validated(pairs, rows, evidence.FEATURES)
    line, top = best(chances, same)
    yield f"\npairs alone: at the best line ({line:.2f}) {top}; at {LINK} {score(chances >= LINK, same)}"
    log_loss = -np.mean(np.log(np.clip(np.where(same, chances, 1 - chances), 1e-4, 1)))
    yield f"log loss {log_loss:.3f}; calibration (mean probability, share of same, pairs):"
    for mean, share, n in calibration(chances, same):
        yield f"  {mean:.2f}  {share:.2f}  {n // len(SEEDS)}"
    for link in (0.55, LINK):
        folds = resolved(pairs, rows, everybody, link)
        each = "; ".join(f"{s.precision:.3f}/{s.recall:.3f}" for s in folds)
        mean = Score(sum(s.precision for s in folds) / FOLDS, sum(s.recall for s in folds) / FOLDS)
        yield f"\nas a build decides at {link}: {mean} (precision/recall by fold: {each})"
    yield "\n| without | F1 at the best line | recall at precision 0.97 |\n|---|---|---|"
    yield f"| nothing left out | {top.f1:.3f} | {_recall_at(chances, same):.3f} |"
    for group, members in GROUPS.items():
        kept = [name for name in evidence.FEATURES if name not in members.split()]
        chances_, same_ = cross_validated(pairs, rows, kept)
        yield f"| {group} | {best(chances_, same_)[1].f1:.3f} | {_recall_at(chances_, same_):.3f} |"


def _recall_at(chances: Floats, same: Bools, precision: float = 0.97) -> float:
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(same[order])
    reached = np.flatnonzero(hits / np.arange(1, len(hits) + 1) >= precision)
    return float(hits[reached.max()] / same.sum()) if len(reached) else 0.0


def plot(chances: Floats, same: Bools, path: Path) -> None:
    """The calibration as a picture."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "kg"
    from matplotlib import pyplot as plt

    points = list(calibration(chances, same))
    figure, axes = plt.subplots(figsize=(4.6, 4.2))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    means, shares = [p[0] for p in points], [p[1] for p in points]
    errors = [1.96 * math.sqrt(max(s * (1 - s), 0.01) / (n / len(SEEDS))) for _, s, n in points]
    axes.errorbar(means, shares, yerr=errors, fmt="o-", color="#1f5a99", markersize=5, capsize=2, linewidth=1.2)
    axes.axvline(LINK, color="#b3541e", linewidth=1, linestyle="--")
    axes.set(xlabel="stated confidence", ylabel="share of pairs that are one person", xlim=(0, 1), ylim=(0, 1.02))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    everybody = read_authorships(given.articles)
    pairs, missing = read_pairs(given.pairs, everybody)
    if given.write:
        (DATA / "frequencies.tsv").write_text(count(everybody, pairs), encoding="utf-8")
        tables.shares.cache_clear()
    rows = np.array([evidence.compare(pair.a, pair.b) for pair in pairs])
    if given.write:
        possible = np.array([_possible(pair) for pair in pairs])
        same = np.array([pair.same for pair in pairs])
        shipped = fit(rows[possible], same[possible], evidence.FEATURES).model(evidence.FEATURES)
        text = {"intercept": shipped.intercept, "link": LINK, "propose": PROPOSE, "weights": dict(shipped.weights)}
        (DATA / "model.json").write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
        plot(*cross_validated(pairs, rows, evidence.FEATURES), ROOT / "docs" / "people.svg")
    for line in report(pairs, missing, rows, everybody):
        print(line, flush=True)


if __name__ == "__main__":
    main()
