"""How well and how fast concepts are recognised, step by step: one command, one table.

    python benchmarks/concepts.py DATA [--speed]

DATA is a folder with ``concepts/CORPUS/dev.pubtator.txt`` and the ontologies of :data:`SETS`; no text that is measured here
was learned from. The table switches one step of recognition on or off at a time. ``--speed`` measures, in one run and on one
core, the look-up of names, the recogniser, the command ``kg annotate`` from start to end, and, where they are installed, the
packages ``gilda`` and ``ahocorasick_rs`` on the same names.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from learn_recognition import Text, texts

import kg.lexicon
from kg.categories import type_of
from kg.garbage import uncollected
from kg.lexicon import Lexicon
from kg.lexicon.learned import further_names, learned_names, names_elsewhere
from kg.model import Concept
from kg.ontologies import read_ontology
from kg.recognisers import dictionary, knowledge, matching
from kg.recognisers.dictionary import DictionaryRecogniser
from kg.recognisers.knowledge import Knowledge
from kg.recognisers.matching import ShortForms


class Set(NamedTuple):
    """A gold standard, its ontology, the type that is measured, and by what: documents or characters."""

    corpus: str
    ontology: str
    type: str
    by_document: bool
    prefix: str = ""


SETS = (
    Set("bc5cdr", "mesh/mesh.tsv", "Disease", True, "MESH:"),
    Set("bc5cdr", "mesh/mesh.tsv", "Chemical", True, "MESH:"),
    Set("ncbi-disease", "mesh/mesh.tsv", "Disease", True, "MESH:"),
    Set("craft", "craft/CL.obo", "CellType", False),
    Set("craft", "craft/UBERON.obo", "Anatomy", False),
)


@dataclass(frozen=True)
class Step:
    """A way to recognise: which names, what is known, and what of matching is switched off."""

    name: str
    elsewhere: bool = True
    learned: bool = True
    counts: bool = True
    weights: bool = True
    off: tuple[str, ...] = ()


STEPS = (
    Step(
        "names alone, longest match",
        False,
        False,
        False,
        False,
        ("short_forms", "coordinated", "hyphens", "interrupted", "variants", "rules"),
    ),
    Step(
        "+ rules and stop names",
        False,
        False,
        False,
        False,
        ("short_forms", "coordinated", "hyphens", "interrupted", "variants"),
    ),
    Step(
        "+ further spellings of names",
        False,
        False,
        False,
        False,
        ("short_forms", "coordinated", "hyphens", "interrupted"),
    ),
    Step("+ abbreviations", False, False, False, False, ("coordinated", "hyphens", "interrupted")),
    Step("+ coordination, broken words", False, False, False, False),
    Step("+ names of other ontologies", True, False, False, False),
    Step("+ learned names", True, True, False, False),
    Step("+ weights of form and context", True, True, False, True),
    Step("+ counts of names = everything"),
    Step("everything without names of other ontologies", False),
    Step("everything without learned names", learned=False),
    Step("everything without abbreviations", off=("short_forms",)),
    Step("everything without coordination", off=("coordinated",)),
    Step("everything without further spellings", off=("variants",)),
)


SWITCHES: dict[str, tuple[Any, str, Any]] = {
    "short_forms": (dictionary, "short_forms", lambda lexicon, found: ShortForms({})),
    "coordinated": (matching, "_coordinated", lambda lexicon, reading: ()),
    "hyphens": (matching, "_across_hyphens", lambda lexicon, reading: ()),
    "interrupted": (matching, "_interrupted", lambda lexicon, reading: ()),
    "variants": (kg.lexicon, "variants", lambda name, category: ()),
}
"""what can be switched off: the module, the name in it, and what stands there instead"""


@contextmanager
def switched_off(step: Step) -> Iterator[None]:
    """The program without a part of itself."""
    with ExitStack() as stack:
        for name in step.off:
            if name in SWITCHES:
                module, attribute, instead = SWITCHES[name]
                stack.callback(setattr, module, attribute, getattr(module, attribute))
                setattr(module, attribute, instead)
        yield


def known(step: Step) -> Knowledge:
    """What is known in a step."""
    found = knowledge.shipped()
    if not step.counts:
        found = replace(found, counts={})
    if not step.weights:
        found = replace(found, weights={})
    return replace(found, stop_names=frozenset()) if "rules" in step.off else found


def measured(one: Set, lexicon: Lexicon, documents: list[Text], step: Step) -> tuple[float, float, float]:
    """Precision, recall and F1, by document and identifier or by characters and identifier."""
    recogniser = DictionaryRecogniser(lexicon, known(step), frozenset({one.type}))
    gold: set[tuple[object, ...]] = set()
    found: set[tuple[object, ...]] = set()
    for text in documents:
        for place, marks in enumerate(text.gold):
            for mark in marks:
                where = () if one.by_document else (place, mark.start, mark.end)
                gold |= {(text.pmid, *where, concept) for concept in mark.concepts if mark.type == one.type}
        places = {passage.name: n for n, passage in enumerate(text.passages)}
        for mention in recogniser.annotate(text.passages):
            if type_of(lexicon.concept(mention.concept).category) == one.type:
                where = () if one.by_document else (places[mention.passage], mention.start, mention.end)
                found.add((text.pmid, *where, mention.concept))
    hits = len(gold & found)
    precision, recall = hits / max(1, len(found)), hits / max(1, len(gold))
    return precision, recall, 2 * hits / max(1, len(found) + len(gold))


def ablation(data: Path) -> None:
    """The table of steps."""
    concepts: dict[str, list[Concept]] = {}
    documents: dict[str, list[Text]] = {}
    for one in SETS:
        concepts.setdefault(one.ontology, read_ontology(data / "ontologies" / one.ontology))
        documents.setdefault(one.corpus, list(texts(data / "concepts" / one.corpus / "dev.pubtator.txt", one.prefix)))
    print("| step | " + " | ".join(f"{one.corpus} {one.type}" for one in SETS) + " |")
    print("|---|" + "---|" * len(SETS))
    for step in STEPS:
        with switched_off(step):
            further = (*(names_elsewhere() if step.elsewhere else ()), *(learned_names() if step.learned else ()))
            lexicons = {name: Lexicon.build(found, further) for name, found in concepts.items()}
            scores = [measured(one, lexicons[one.ontology], documents[one.corpus], step) for one in SETS]
        cells = [f"{f1:.3f} ({precision:.2f}/{recall:.2f})" for precision, recall, f1 in scores]
        print(f"| {step.name} | " + " | ".join(cells) + " |", flush=True)


# --- speed --------------------------------------------------------------------------------------------------------


def speed(data: Path) -> None:
    """MB of text a second on one core (CPU time), on the names of several ontologies together."""
    names = ("mesh/mesh.tsv", "craft/UBERON.obo", "craft/CL.obo", "hp/hpo.obo.gz", "chebi/go_chebi_import.obo",
             "doid/doid-2018-07-05.json.gz", "ncbitaxon/taxslim.obo")  # fmt: skip
    files = [data / "ontologies" / name for name in names]
    found = [concept for file in files for concept in read_ontology(file)]
    begun = time.process_time()
    lexicon = Lexicon.build(found, further_names())
    print(
        f"compile: {time.process_time() - begun:.1f} s, {lexicon.name_count:,} spellings of {len(lexicon):,} concepts"
    )
    bodies = [text for corpus in ("bc5cdr", "ncbi-disease", "craft") for text in texts(
        data / "concepts" / corpus / "train.pubtator.txt", "")]  # fmt: skip
    size = sum(len(p.text.encode()) for text in bodies for p in text.passages) / 1e6

    def looked_up() -> None:
        for text in bodies:
            for passage in text.passages:
                numbers = lexicon.tokens(passage.text).numbers
                lexicon.alone_at(numbers)  # each ends at the node of the next number
                for at in lexicon.beginnings(numbers):
                    lexicon.ends(numbers, at)

    recogniser = DictionaryRecogniser(lexicon)

    def annotated() -> None:
        for text in bodies:
            recogniser.annotate(text.passages)

    rates = {}
    for name, run in (("look-up", looked_up), ("annotate, first time", annotated), ("annotate, again", annotated)):
        begun = time.process_time()
        with uncollected():  # as the command does
            run()
        rates[name] = size / (time.process_time() - begun)
        print(f"{name}: {rates[name]:.2f} MB/s over {size:.1f} MB", flush=True)
    seconds = _command(files, bodies)
    print(f"kg annotate, the command: {seconds:.2f} s, {size / seconds:.2f} MB/s", flush=True)
    if find_spec("ahocorasick_rs"):
        import ahocorasick_rs

        printed = sorted({n.lower() for c in found if not c.obsolete for n in (c.label, *c.synonyms)})
        scan = ahocorasick_rs.AhoCorasick(printed, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
        begun = time.process_time()
        for text in bodies:
            for passage in text.passages:
                scan.find_matches_as_indexes(passage.text.lower())
        print(f"ahocorasick_rs, bare scan: {size / (time.process_time() - begun):.2f} MB/s")
    if find_spec("gilda"):
        _gilda(found, bodies, rates["annotate, again"])


def _command(ontologies: list[Path], bodies: list[Text]) -> float:
    """CPU seconds of ``kg annotate`` on these texts as a file of PubTator: start, reading, and writing PubTator included,
    with a lexicon that is compiled already."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "texts.pubtator").open("w", encoding="utf-8") as out:
            for text in bodies:
                for kind, passage in zip("ta", text.passages, strict=False):
                    out.write(f"{text.pmid}|{kind}|{passage.text}\n")
                out.write("\n")
        (folder / "none.pubtator").write_text("1|t|None\n\n", encoding="utf-8")
        for file in ("none.pubtator", "texts.pubtator"):
            arguments = [argument for ontology in ontologies for argument in ("--ontology", str(ontology))]
            arguments += ["--cache", str(folder / "cache"), "-q", "-o", str(folder / "out")]
            process = subprocess.Popen([sys.executable, "-m", "kg", "annotate", str(folder / file), *arguments])
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                raise RuntimeError(f"kg annotate ended with {status}")
    return usage.ru_utime + usage.ru_stime


def _gilda(found: list[Concept], bodies: list[Text], ours: float) -> None:
    import gilda.ner
    from gilda.grounder import Grounder
    from gilda.process import normalize
    from gilda.term import Term

    terms: dict[str, list[Any]] = {}
    for concept in found:
        if not concept.obsolete:
            scheme, _, local = concept.id.partition(":")
            for n, name in enumerate((concept.label, *concept.synonyms)):
                form = normalize(name)
                status = "synonym" if n else "name"
                terms.setdefault(form, []).append(Term(form, name, scheme, local, concept.label, status, scheme))
    grounder = Grounder(terms)
    grounder.gilda_disambiguators = {}  # its models are fetched from elsewhere; without them it is faster
    some = [p.text for text in islice(bodies, 60) for p in text.passages]
    size = sum(len(text.encode()) for text in some) / 1e6
    begun = time.process_time()
    for text in some:
        gilda.ner.annotate(text, grounder=grounder)
    rate = size / (time.process_time() - begun)
    print(f"gilda: {rate:.3f} MB/s over {size:.2f} MB; ours is {ours / rate:.0f} times as fast")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    speed(options.data) if options.speed else ablation(options.data)


if __name__ == "__main__":
    main()
