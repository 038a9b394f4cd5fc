"""The order that all exports share: graph by graph, subject by subject, one fact after the other, none twice.

Subjects stand in the order of their bare IRIs, so that an article comes before its parts (``…/a``, then ``…/a#author-1``)
and both before the next article; within a fragment numbers count as numbers (``#author-2`` before ``#author-10``). Of
the facts about a subject its types come first, the others by predicate, then by object, as code points. The order is one
of plain strings, made to sort so, which is what lets :func:`kg.sorting.sort_lines` do it for any number of triples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.sorting import sort_lines
from kg.vocab import RDF

Fact = tuple[str, str, str]
"""subject, predicate, object; terms in N-Triples form"""

_FIRST = "!"  # what rdf:type is called while it is sorted: it comes before every "<"
# A number of two digits and more is sorted behind a mark for their count. The marks are characters that no IRI contains
# (RFC 3987, section 2.2), that come after the digits, in their own order.
_NUMBER = re.compile(r"[0-9]{2,}")
_MARKS = "<>\\^`{|}"
_MARK = re.compile(r"[<>\\^`{|}]")


def by_subject(quads: Iterable[str], directory: Path | None = None) -> Iterator[Fact]:
    """The distinct triples of N-Quads lines in any order, whatever graphs they stand in."""
    last = subject = ""
    for record in sort_lines((record for _, record in _records(quads)), directory=directory):
        marked, predicate, obj = record.split(" ", 2)
        if marked != last:
            last, subject = marked, _unmarked(marked)
        yield subject, RDF.type if predicate == _FIRST else predicate, obj[:-1]


def by_graph(quads: Iterable[str], directory: Path | None = None) -> Iterator[tuple[str | None, Fact]]:
    """The distinct quads of N-Quads lines in any order, as graph (None for the default graph, which comes first) and
    triple."""
    last = subject = ""
    for record in sort_lines((f"{graph} {record}" for graph, record in _records(quads)), directory=directory):
        graph, marked, predicate, obj = record.split(" ", 3)
        if marked != last:
            last, subject = marked, _unmarked(marked)
        yield graph or None, (subject, RDF.type if predicate == _FIRST else predicate, obj[:-1])


def without_graph(line: str) -> str:
    """The N-Triples line of an N-Quads line."""
    subject, predicate, rest = line.split(" ", 2)
    end = rest.index(" ", rest.rindex('"')) if rest[0] == '"' else rest.index(" ")
    return f"{subject} {predicate} {rest[:end]} .\n"


def _records(quads: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The graph (empty for the default graph), and a line that sorts in this module's order and keeps the triple."""
    last = marked = ""
    for line in quads:
        subject, predicate, rest = line.split(" ", 2)
        if subject != last:  # lines mostly come subject by subject
            last, marked = subject, _marked(subject)
        end = rest.index(" ", rest.rindex('"')) if rest[0] == '"' else rest.index(" ")
        if predicate == RDF.type:
            predicate = _FIRST
        yield rest[end + 1 : -3], f"{marked} {predicate} {rest[:end]}\n"


def _marked(subject: str) -> str:
    """A subject as it sorts: the bare IRI, the numbers of its fragment marked; a blank node as it is."""
    if subject[0] != "<":
        return subject
    base, _, fragment = subject[1:-1].partition("#")
    if not _NUMBER.search(fragment):
        return subject[1:-1]
    return f"{base}#{_NUMBER.sub(lambda number: _MARKS[min(len(number[0]), 9) - 2] + number[0], fragment)}"


def _unmarked(marked: str) -> str:
    return marked if marked.startswith("_:") else f"<{_MARK.sub('', marked)}>"
