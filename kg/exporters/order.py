"""The order that all exports share: graph by graph, subject by subject, one fact after the other, none twice.

Subjects stand in the order of their bare IRIs, so that an article comes before its parts (``…/a``, then ``…/a#author-1``)
and both before the next article; within a fragment numbers count as numbers (``#author-2`` before ``#author-10``). Of
the facts about a subject its types come first, the others by predicate, then by object. The order is one of plain
strings, made to sort so, which is what lets :func:`kg.sorting.sort_lines` do it for any number of triples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from kg.sorting import sort_lines
from kg.vocab import RDF

Fact = tuple[str, str, str]
"""subject, predicate, object; terms in N-Triples form"""

_FIRST = "!"  # what rdf:type is called while it is sorted: it comes before every "<"
_NUMBER = re.compile(r"[0-9]+")
# A number sorts by its count of digits first. The mark for that count is a control character, which no IRI and no
# canonical N-Triples literal contains, and none of those that end lines.
_MARKS = tuple(chr(0x0E + count) for count in range(18))
_UNMARKED = {ord(mark): None for mark in _MARKS}


def by_subject(quads: Iterable[str], directory: Path | None = None) -> Iterator[Fact]:
    """The distinct triples of N-Quads lines in any order, whatever graphs they stand in."""
    for record in sort_lines((_record(*_split(line)[:3]) for line in quads), directory=directory):
        subject, predicate, obj = record[:-1].split(" ", 2)
        yield _subject(subject), _predicate(predicate), _object(obj)


def by_graph(quads: Iterable[str], directory: Path | None = None) -> Iterator[tuple[str | None, Fact]]:
    """The distinct quads of N-Quads lines in any order, as graph (None for the default graph, which comes first) and
    triple."""
    records = (f"{(graph or '<>')[1:-1]} {_record(*triple)}" for *triple, graph in map(_split, quads))
    for record in sort_lines(records, directory=directory):
        graph, subject, predicate, obj = record[:-1].split(" ", 3)
        yield (f"<{graph}>" if graph else None), (_subject(subject), _predicate(predicate), _object(obj))


def without_graph(line: str) -> str:
    """The N-Triples line of an N-Quads line."""
    subject, predicate, obj, _ = _split(line)
    return f"{subject} {predicate} {obj} .\n"


def _split(line: str) -> tuple[str, str, str, str | None]:
    """The same as :func:`kg.terms.split`, as fast as it gets."""
    subject, predicate, rest = line.split(" ", 2)
    if rest[0] != '"':
        obj, graph = rest.split(" ", 2)[:2]
    else:
        end = rest.index(" ", rest.rindex('"'))
        obj, graph = rest[:end], rest[end + 1 : -3]
    return subject, predicate, obj, graph if graph[:1] == "<" else None


def _record(subject: str, predicate: str, obj: str) -> str:
    if "#" in subject:
        subject = _marked(subject)
    if obj[0] == "<" and "#" in obj:
        obj = _marked(obj)
    if predicate == RDF.type:
        predicate = _FIRST
    return f"{subject[1:-1] if subject[0] == '<' else subject} {predicate} {obj}\n"


@lru_cache(maxsize=2**16)
def _marked(iri: str) -> str:
    base, _, fragment = iri.partition("#")
    return f"{base}#{_NUMBER.sub(lambda number: _MARKS[min(len(number[0]), 18) - 1] + number[0], fragment)}"


@lru_cache(maxsize=2**12)
def _subject(marked: str) -> str:
    return marked if marked.startswith("_:") else f"<{marked.translate(_UNMARKED)}>"


def _predicate(predicate: str) -> str:
    return RDF.type if predicate == _FIRST else predicate


def _object(marked: str) -> str:
    return _unmarked(marked) if marked[0] == "<" and "#" in marked else marked


@lru_cache(maxsize=2**16)
def _unmarked(iri: str) -> str:
    return iri.translate(_UNMARKED)
