"""Learn from annotated texts which names are meant: make ``kg/data/recognition/names.tsv`` and ``weights.tsv`` anew.

    python benchmarks/learn_recognition.py DATA [--output FOLDER]

DATA is a folder with ``concepts/CORPUS/train.pubtator.txt`` and ``ontologies/…`` as :data:`SOURCES` names them. Read are
training splits only, with the names of ``names_elsewhere.tsv`` (``benchmarks/share_names.py``); a document that also stands
in a development split of any corpus is left out.

* ``names.tsv``: how often a name stood in the texts, and how often annotators meant a concept by it. A name that the
  ontology lacks was used by annotators for that concept.
* ``weights.tsv``: a logistic regression over the features of :mod:`kg.recognisers.scoring`, one for each kind of thing.
  The counts that a candidate is judged by never include its own document, so that a name which only this document uses is
  not taken for a known one.

The result depends on nothing but the files: the solver starts from zero and the order of documents is that of the files.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from kg import resources
from kg.lexicon import LearnedName, Lexicon
from kg.lexicon.learned import names_elsewhere
from kg.model import Concept, Passage
from kg.ontologies import read_ontology
from kg.recognisers.abbreviations import find_abbreviations
from kg.recognisers.knowledge import Knowledge, key
from kg.recognisers.matching import candidates, readings, short_forms
from kg.recognisers.scoring import PLACE, UNREAD, Scorer, described, evidence, log_odds


class Source(NamedTuple):
    """A corpus, the ontology of its identifiers, and the types that it marks throughout."""

    corpus: str
    ontology: str
    types: frozenset[str]
    prefix: str


SOURCES = (
    Source("bc5cdr", "mesh/mesh.tsv", frozenset({"Disease", "Chemical"}), "MESH:"),
    Source("ncbi-disease", "mesh/mesh.tsv", frozenset({"Disease"}), "MESH:"),
    Source("biored", "mesh/mesh.tsv", frozenset({"Disease", "Chemical"}), "MESH:"),
    Source("craft", "craft/CL.obo", frozenset({"CellType"}), ""),
    Source("craft", "craft/UBERON.obo", frozenset({"Anatomy"}), ""),
)
"""BC5CDR: Li et al. 2016, doi 10.1093/database/baw068. NCBI Disease: Doğan et al. 2014, doi 10.1016/j.jbi.2013.12.006.
BioRED: Luo et al. 2022, doi 10.1093/bib/bbac282. CRAFT 5: Cohen et al. 2017, doi 10.1007/978-94-024-0881-2_53."""

PENALTY = 6.0
LEAST = 4
"""What the weights are learned with, chosen on development splits."""

TYPES = {
    "SpecificDisease": "Disease", "Modifier": "Disease", "DiseaseClass": "Disease", "CompositeMention": "Disease",
    "DiseaseOrPhenotypicFeature": "Disease", "ChemicalEntity": "Chemical",
}  # fmt: skip


class Gold(NamedTuple):
    """A mention that annotators marked: offsets in the passage, type, identifiers."""

    start: int
    end: int
    type: str
    concepts: tuple[str, ...]


@dataclass
class Text:
    """An annotated document; ``gold`` has the marks of the title and those of the abstract."""

    pmid: str
    passages: list[Passage] = field(default_factory=list)
    gold: tuple[list[Gold], list[Gold]] = field(default_factory=lambda: ([], []))


def texts(path: Path, prefix: str) -> Iterator[Text]:
    """The documents of a PubTator file."""
    current: Text | None = None
    for line in path.read_text(encoding="utf-8").split("\n"):
        parts = line.split("|", 2)
        if len(parts) == 3 and parts[1] in {"t", "a"} and parts[0].isdigit():
            if current is None or current.pmid != parts[0]:
                if current is not None:
                    yield current
                current = Text(parts[0])
            current.passages.append(Passage("title" if parts[1] == "t" else "abstract", parts[2]))
            continue
        cells = line.split("\t")
        if current is None or len(cells) < 6 or not (cells[1].isdigit() and cells[2].isdigit()):
            continue
        start, end = int(cells[1]), int(cells[2])
        border = len(current.passages[0].text) + 1
        place = int(start >= border)
        concepts = cells[5].replace("+", "|").replace(";", "|").replace(",", "|").split("|")
        curies = tuple(c if ":" in c else prefix + c for c in map(str.strip, concepts) if c and c != "-1")
        shift = border * place
        current.gold[place].append(Gold(start - shift, end - shift, TYPES.get(cells[4], cells[4]), curies))
    if current is not None:
        yield current


# --- names --------------------------------------------------------------------------------------------------------


def used_names(
    every: Sequence[tuple[Source, Sequence[Text]]], lexicons: Mapping[str, Lexicon]
) -> dict[str, list[LearnedName]]:
    """Names that annotators used and the ontology lacks, by ontology, also for identifiers that it lacks where it has no
    other concept of that name. Left out are the short forms of a document, and short names of a single document."""
    printed: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    types: dict[str, str] = {}
    documents: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for source, documents_of in every:
        lexicon = lexicons[source.ontology]
        for text in documents_of:
            shorts = {a.short.rstrip("s") for p in text.passages for a in find_abbreviations(p.text)}
            for passage, marks in zip(text.passages, text.gold, strict=False):
                for mark in marks:
                    if mark.type not in source.types or len(mark.concepts) != 1:
                        continue
                    if not mark.concepts[0].startswith(source.prefix or mark.concepts[0]):
                        continue
                    name = " ".join(passage.text[mark.start : mark.end].split())
                    if name.rstrip("s") in shorts or not name or len(name) > 80:
                        continue
                    names = lexicon.lookup(name)
                    if any(n.concept == mark.concepts[0] for n in names) or (names and mark.concepts[0] not in lexicon):
                        continue
                    kept = (source.ontology, key(name), mark.concepts[0])
                    types.setdefault(mark.concepts[0], mark.type)
                    printed[kept][name] += 1
                    documents[kept].add(text.pmid)
    found: dict[str, list[LearnedName]] = defaultdict(list)
    for (ontology, form, concept), counted in sorted(printed.items()):
        if len(form) <= 4 and len(documents[ontology, form, concept]) < 2:
            continue
        name = min(counted, key=lambda n: (-counted[n], n))
        found[ontology].append(LearnedName(name, concept, types[concept], 1, 1))
    return found


# --- candidates ---------------------------------------------------------------------------------------------------


class Example(NamedTuple):
    """A sense of a candidate in a text: its features but for the counts, and whether annotators meant it."""

    pmid: str
    type: str
    key: str
    concept: str
    is_meant: bool
    counts: bool
    """whether it stands alone, not inside a longer thing that annotators marked"""
    candidate: Any


def examples(source: Source, lexicon: Lexicon, scorer: Scorer, text: Text) -> Iterator[Example]:
    """The senses of all candidates of a text, without those inside a longer candidate that is meant."""
    found = readings(lexicon, text.passages)
    short = short_forms(lexicon, found)
    every = [(c, reading) for reading in found for c in candidates(lexicon, reading, short)]
    document = described([scorer.spelling(c) for c, _ in every], lexicon, frozenset())
    judged = []
    for candidate, reading in every:
        marks = [m for m in text.gold[candidate.place] if m.type in source.types]
        here = [m for m in marks if m.start < candidate.stop and candidate.start < m.end]
        inside = any(
            m.start <= candidate.start
            and candidate.stop <= m.end
            and m.end - m.start > candidate.stop - candidate.start
            for m in here
        )
        for sense in scorer.senses(candidate):
            if sense.type in source.types:
                is_exact = any(
                    sense.concept in m.concepts and (m.start, m.end) == (candidate.start, candidate.stop) for m in here
                )
                is_near = any(sense.concept in m.concepts for m in here)
                judged.append((candidate, reading, sense, is_exact, is_near, inside))
    longer = [(c.place, c.first, c.end) for c, _, _, is_exact, _, _ in judged if is_exact]
    for candidate, reading, sense, is_exact, is_near, inside in judged:
        if any(
            p == candidate.place
            and a <= candidate.first
            and candidate.end <= b
            and b - a > candidate.end - candidate.first
            for p, a, b in longer
        ):
            continue
        context = scorer.context_features(candidate, sense, reading, document)
        yield Example(
            text.pmid, sense.type, key(candidate.written), sense.concept, is_exact or is_near, not inside,
            (candidate, sense, context),
        )  # fmt: skip


# --- weights ------------------------------------------------------------------------------------------------------


class Training(NamedTuple):
    """What one model learns from: the features of every example, what the rules alone say of it (in log odds), what counts
    as one name, and whether annotators meant it."""

    rows: list[list[tuple[str, float]]]
    rules: list[float]
    names: list[str]
    meant: list[bool]


def fitted(training: Training, penalty: float, least: int, spread: float = 0.5) -> dict[str, float]:
    """Logistic regression with a ridge penalty on the features that occur often enough, on top of what the rules say: what
    no feature speaks of keeps the confidence of the rules.

    The examples of one name weigh together as the number of them to the power ``1 - spread``: a text that says "cell" a
    thousand times says little about other names.
    """
    rows = training.rows
    import numpy as np
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    often = Counter(feature for row in rows for feature, _ in row)
    names = sorted(feature for feature, count in often.items() if count >= least)
    column = {feature: n for n, feature in enumerate(names)}
    data, indices, pointers = [], [], [0]
    for row in rows:
        for feature, value in row:
            if feature in column:
                indices.append(column[feature])
                data.append(value)
        pointers.append(len(indices))
    matrix = csr_matrix((data, indices, pointers), shape=(len(rows), len(names)))
    wanted = np.array(training.meant, dtype=float)
    rules = np.array(training.rules, dtype=float)
    counted = Counter(training.names)
    weight = np.array([counted[name] ** -spread for name in training.names])

    def loss(weights: Any) -> tuple[float, Any]:
        score = rules + matrix @ weights
        value = (weight * (np.logaddexp(0, score) - wanted * score)).sum() + 0.5 * penalty * (weights**2).sum()
        gradient = matrix.T @ (weight * (1 / (1 + np.exp(-score)) - wanted)) + penalty * weights
        return float(value), gradient

    result = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights = {name: float(weight) for name, weight in zip(names, result.x, strict=True)}
    # What the place of a concept in its ontology says of those that are meant: for ontologies that were not read.
    placed = [
        sum(value * weights.get(feature, 0.0) for feature, value in row if feature.startswith(PLACE))
        for row, is_meant in zip(rows, training.meant, strict=True)
        if is_meant
    ]
    weights[UNREAD] = float(np.average(placed, weights=weight[wanted == 1]))
    return weights


class Learned(NamedTuple):
    """What annotated texts teach: names that ontologies lack, by ontology; how often every name was meant; weights."""

    names: dict[str, list[LearnedName]]
    counts: list[LearnedName]
    weights: dict[str, dict[str, float]]
    said: dict[str, str]
    """kind of thing → what its weights were learned from, for a person"""


def learned(
    every: Sequence[tuple[Source, Sequence[Text]]],
    concepts: Mapping[str, list[Concept]],
    shared: Sequence[LearnedName],
    penalty: float,
    least: int,
) -> Learned:
    """What these texts teach.

    Args:
        every: the annotated texts.
        concepts: the concepts of every ontology.
        shared: the names that other ontologies have for the same concepts.
        penalty: the ridge of the weights.
        least: how often a feature must occur.
    """
    bare = {ontology: Lexicon.build(found, shared) for ontology, found in concepts.items()}
    names = used_names(every, bare)
    lexicons = {
        ontology: Lexicon.build(found, [*shared, *names.get(ontology, ())]) for ontology, found in concepts.items()
    }
    scorers = {ontology: Scorer(lexicon, Knowledge()) for ontology, lexicon in lexicons.items()}
    found: list[tuple[str, Example]] = []
    for source, documents in every:
        for text in documents:
            judged = examples(source, lexicons[source.ontology], scorers[source.ontology], text)
            found += ((source.ontology, e) for e in judged)

    # Counts, whole and by document.
    meant: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    meant_in: Counter[tuple[str, str, str]] = Counter()
    seen_in: Counter[tuple[str, str, str]] = Counter()
    type_of: dict[str, str] = {}
    for _, e in found:
        type_of[e.concept] = e.type
        if e.counts and e.candidate[0].meaning is None:
            seen[e.key, e.concept] += 1
            meant[e.key, e.concept] += e.is_meant
            seen_in[e.pmid, e.key, e.concept] += 1
            meant_in[e.pmid, e.key, e.concept] += e.is_meant

    learning: dict[str, Training] = defaultdict(lambda: Training([], [], [], []))
    senses_of: dict[str, set[str]] = defaultdict(set)
    for form, concept in seen:
        senses_of[form].add(concept)
    for ontology, e in found:
        candidate, sense, context = e.candidate
        counted = {}
        for concept in senses_of.get(e.key, ()):
            s = seen[e.key, concept] - seen_in[e.pmid, e.key, concept]
            if s:
                counted[concept] = (meant[e.key, concept] - meant_in[e.pmid, e.key, concept], s, type_of[concept])
        if sense.name.kind == "learned" and counted.get(e.concept, (0,))[0] == 0:
            continue
        rivals = len(scorers[ontology].senses(candidate))
        features = scorers[ontology].form_features(
            sense.name,
            sense.how,
            candidate.written,
            candidate.meaning is not None,
            rivals,
            evidence(e.concept, e.type, counted),
        )
        training = learning[e.type]
        training.rows.append([*features, *((f, 1.0) for f in context)])
        training.rules.append(log_odds(sense.confidence))
        training.names.append(f"{e.key}\t{e.concept}")
        training.meant.append(e.is_meant)

    weights, said = {}, {}
    for kind, training in sorted(learning.items()):
        fit = fitted(training, penalty, least)
        weights[kind] = {f: round(w, 2) for f, w in sorted(fit.items()) if abs(w) >= 0.05 and "\t" not in f}
        said[kind] = f"{len(training.rows)} examples, {sum(training.meant)} meant, {len(weights[kind])} weights"
    printed = {(key(n.name), n.concept): n.name for of_one in names.values() for n in of_one}
    counts = []
    for form, concept in sorted(seen):
        is_learned = (form, concept) in printed
        if meant[form, concept] if is_learned else seen[form, concept] >= 2:
            name = printed.get((form, concept), form)
            counts.append(LearnedName(name, concept, type_of[concept], meant[form, concept], seen[form, concept]))
    return Learned(names, counts, weights, said)


def training_texts(data: Path) -> list[tuple[Source, list[Text]]]:
    """The documents of all training splits, without those that also stand in a development split of any corpus."""
    held = {
        line.split("|", 1)[0]
        for path in sorted(data.glob("concepts/*/dev.pubtator.txt"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if "|t|" in line
    }
    return [
        (s, [t for t in texts(data / "concepts" / s.corpus / "train.pubtator.txt", s.prefix) if t.pmid not in held])
        for s in SOURCES
    ]


def ontologies(data: Path) -> dict[str, list[Concept]]:
    """The concepts of the ontologies of all sources."""
    return {s.ontology: read_ontology(data / "ontologies" / s.ontology) for s in SOURCES}


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, default=resources.__file__ and Path(resources.__file__).parent / "data")
    parser.add_argument("--penalty", type=float, default=PENALTY)
    parser.add_argument("--least", type=int, default=LEAST)
    options = parser.parse_args()
    concepts = ontologies(options.data)
    found = learned(training_texts(options.data), concepts, names_elsewhere(), options.penalty, options.least)
    folder = options.output / "recognition"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "weights.tsv").open("w", encoding="utf-8", newline="\n") as out:
        out.write("type\tfeature\tweight\n")
        for kind, weights in found.weights.items():
            print(f"{kind}: {found.said[kind]}", file=sys.stderr)
            out.writelines(f"{kind}\t{feature}\t{weight:.2f}\n" for feature, weight in weights.items())
    with (folder / "names.tsv").open("w", encoding="utf-8", newline="\n") as out:
        out.write("name\tconcept\ttype\tmeant\tseen\n")
        out.writelines("\t".join(map(str, row[:5])) + "\n" for row in found.counts)


if __name__ == "__main__":
    main()
