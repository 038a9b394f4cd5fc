"""Names that annotators were seen to mean, from ``kg/data/recognition/names.tsv``.

A row says that a name stood ``seen`` times in annotated texts and that ``meant`` of them were annotated with the
concept. A name that an ontology lacks becomes one of its names (kind ``learned``), and a concept that it lacks one of its
concepts where it has most others of that scheme; the counts of every name tell how often it is meant at all.
``benchmarks/learn_recognition.py`` makes the file and names its sources.
"""

from __future__ import annotations

from functools import cache

from kg import resources
from kg.lexicon import LearnedName


@cache
def learned_names() -> tuple[LearnedName, ...]:
    """All rows of the file, in its order."""
    found = []
    for cells in resources.table("recognition/names.tsv"):
        name, concept, type_, meant, seen = cells
        found.append(LearnedName(name, concept, type_, int(meant), int(seen)))
    return tuple(found)
