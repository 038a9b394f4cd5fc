"""The order that all exports share: graph by graph, subject by subject, one fact after the other, none twice.

Subjects stand in the order of their bare IRIs, so that an article comes before its parts (``…/a``, then ``…/a#author-1``)
and both before the next article; within a fragment numbers count as numbers (``#author-2`` before ``#author-10``). Of
the facts about a subject its types come first, the others by predicate, then by object, as code points. The order is one
of plain strings, made to sort so, which is what lets :func:`kg.sorting.sort_lines` do it for any number of triples.

Lines mostly come subject by subject, so what is sorted are not lines but subjects with some of their facts, a quarter
as many. Memory is that of sorting and of the facts about one subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kg.sorting import sort_lines
from kg.vocab import RDF

Fact = list[str]
"""predicate and object of a subject; terms in N-Triples form"""

_AT_ONCE = 1000
"""facts that are sorted with their subject as one line"""
_MARK_OF_FACTS = "\t"  # canonical N-Quads escape it, and it comes before every character that they do not
# A number of two digits and more is sorted behind a mark for their count. The marks are characters that no IRI contains
# (RFC 3987, section 2.2), that come after the digits, in their own order.
_NUMBER = re.compile(r"[0-9]{2,}")
_MARKS = "<>\\^`{|}"
_MARK = re.compile(r"[<>\\^`{|}]")


def by_subject(quads: Iterable[str], directory: Path | None = None) -> Iterator[tuple[str, list[Fact]]]:
    """The subjects of N-Quads lines in any order, with the distinct facts about each, whatever graphs they stand in."""
    for head, facts in _subjects(sort_lines(_records(quads, by_graph=False), directory=directory)):
        yield _unmarked(head), facts


def by_graph(
    quads: Iterable[str], directory: Path | None = None
) -> Iterator[tuple[str | None, Iterator[tuple[str, list[Fact]]]]]:
    """The graphs (None for the default graph, which comes first) of N-Quads lines in any order, each with its subjects and
    the distinct facts that it states about each."""
    records = sort_lines(_records(quads, by_graph=True), directory=directory)
    for graph, members in groupby(_subjects(records), key=_graph_of):
        yield graph or None, ((_unmarked(head.partition(" ")[2]), facts) for head, facts in members)


def _graph_of(subject: tuple[str, list[Fact]]) -> str:
    return subject[0].partition(" ")[0]


def without_graph(line: str) -> str:
    """The N-Triples line of an N-Quads line."""
    subject, predicate, rest = line.split(" ", 2)
    return f"{subject} {predicate} {rest[: _end(rest)]} .\n"


def _records(quads: Iterable[str], by_graph: bool) -> Iterator[str]:
    """Lines that sort in this module's order: a head, which is the subject, behind its graph where that is asked for (empty
    for the default graph), and sorted facts about it, all that came in one go, or some."""
    start, end = "\n", ""  # what a line begins and ends with that goes on with subject and graph
    head = ""
    facts: list[str] = []
    for line in quads:
        if line.startswith(start) and line.endswith(end):
            fact = line[len(start) : -len(end)]
            # Without a space it is but a predicate, before an object that is called as the graph.
            if " " in fact and len(facts) < _AT_ONCE:
                facts.append(fact)
                continue
        if facts:
            yield _record(head, facts)
        subject, predicate, rest = line.split(" ", 2)
        cut = _end(rest)
        start, end = f"{subject} ", rest[cut:]
        head = f"{end[1:-3]} {sort_key(subject)}" if by_graph else sort_key(subject)
        facts = [f"{predicate} {rest[:cut]}"]
        if len(end) == len(" .\n"):  # in the default graph; the lines of all graphs end so
            start = "\n"
    if facts:
        yield _record(head, facts)


def _end(rest: str) -> int:
    """Where the object ends in what follows the predicate."""
    return rest.index(" ", rest.rindex('"')) if rest[0] == '"' else rest.index(" ")


def _record(head: str, facts: list[str]) -> str:
    return f"{head}{_MARK_OF_FACTS}{_MARK_OF_FACTS.join(sorted(set(facts)))}\n"


def _subjects(records: Iterable[str]) -> Iterator[tuple[str, list[Fact]]]:
    """Sorted records → each head with all its facts."""
    last, facts, parts = "", [], 0
    for record in records:
        head, *some = record[:-1].split(_MARK_OF_FACTS)
        if head == last:
            facts += some
            parts += 1
            continue
        if facts:
            yield last, _facts(facts, parts)
        last, facts, parts = head, some, 1
    if facts:
        yield last, _facts(facts, parts)


def _facts(facts: list[str], parts: int) -> list[Fact]:
    if parts > 1:
        facts = sorted(set(facts))
    found = [fact.split(" ", 1) for fact in facts]
    types = [fact for fact in found if fact[0] == RDF.type]
    return types + [fact for fact in found if fact[0] != RDF.type] if types else found


def sort_key(subject: str) -> str:
    """What subjects are sorted by: the bare IRI, the numbers of its fragment marked; a blank node as it is."""
    if subject[0] != "<":
        return subject
    base, _, fragment = subject[1:-1].partition("#")
    if not _NUMBER.search(fragment):
        return subject[1:-1]
    return f"{base}#{_NUMBER.sub(lambda number: _MARKS[min(len(number[0]), 9) - 2] + number[0], fragment)}"


def _unmarked(marked: str) -> str:
    return marked if marked.startswith("_:") else f"<{_MARK.sub('', marked)}>"
