"""Names that ontologies lack: those that annotators were seen to mean, and those that other ontologies have.

A row of ``kg/data/recognition/names.tsv`` says that a name stood ``seen`` times in annotated texts and that ``meant`` of them
were annotated with the concept. A name that an ontology lacks becomes one of its names (kind ``learned``), and a concept that
it lacks one of its concepts where it has most others of that scheme; the counts of every name tell how often it is meant at
all. ``benchmarks/learn_recognition.py`` makes the file and names its sources.

A row of ``kg/data/recognition/names_elsewhere.tsv`` says that a term of another ontology, which states that it is the same as
the concept, has the name (kind ``equivalent``). ``benchmarks/share_names.py`` makes the file and names its sources.
"""

from __future__ import annotations

from functools import cache

from kg import resources
from kg.lexicon import LearnedName


def further_names() -> tuple[LearnedName, ...]:
    """All names beside those of an ontology itself."""
    return *names_elsewhere(), *learned_names()


@cache
def learned_names() -> tuple[LearnedName, ...]:
    """What annotated texts taught, in the order of the file."""
    found = []
    for cells in resources.table("recognition/names.tsv"):
        name, concept, type_, meant, seen = cells
        found.append(LearnedName(name, concept, type_, int(meant), int(seen)))
    return tuple(found)


@cache
def names_elsewhere() -> tuple[LearnedName, ...]:
    """What other ontologies call the same concepts, in the order of the file."""
    return tuple(
        LearnedName(name, concept, type_, 0, 0, source)
        for name, concept, type_, source in resources.table("recognition/names_elsewhere.tsv")
    )
