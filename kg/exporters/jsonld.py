"""JSON-LD 1.1, flattened: one object a subject, written as it comes.

The context is part of the file and holds the project's prefixes; nothing is fetched to read it. Every literal but a plain
string is a value object with its lexical form as a string, so that no reader turns ``0.10`` into a binary fraction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from kg.errors import UsageError
from kg.exporters.order import Fact, by_graph
from kg.exporters.turtle import name
from kg.terms import language, value
from kg.vocab import PREFIXES, RDF

SUFFIX = ".jsonld"
DESCRIPTION = "JSON-LD, one object a subject, its context included"

_TYPE = "@type"


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write distinct quads; their number. The default graph's subjects stand beside the named graphs.

    Raises:
        UsageError: an IRI begins as a prefixed name does (``org:x``), which JSON-LD cannot tell apart.
    """
    count = 0
    out.write(f'{{"@context": {_json(dict(PREFIXES))},\n"@graph": ['.encode())
    separator = "\n"
    for graph, subjects in by_graph(quads, directory):
        if graph is not None:
            out.write(f'{separator}{{"@id": {_json(_iri(graph))}, "@graph": ['.encode())
            separator = "\n"
        for subject, facts in subjects:
            out.write(f"{separator}{_subject(subject, facts)}".encode())
            separator = ",\n"
            count += len(facts)
        if graph is not None:
            out.write(b"\n]}")
            separator = ",\n"
    out.write(b"\n]}\n")
    return count


def _subject(subject: str, facts: list[Fact]) -> str:
    """A JSON object, one line a property."""
    lines = [f'{{"@id": {_json(_iri(subject))}']
    for key, same in groupby(facts, key=_key):
        values = [_json(_iri(obj) if key == _TYPE else _object(obj)) for _, obj in same]
        lines.append(f" {_json(key)}: {values[0] if len(values) == 1 else '[' + ', '.join(values) + ']'}")
    return ",\n".join(lines) + "}"


def _key(fact: Fact) -> str:
    predicate, obj = fact
    if predicate == RDF.type and obj[0] != '"':
        return _TYPE
    return _iri(predicate)


@lru_cache(maxsize=2**16)
def _iri(term: str) -> str:
    """An IRI, prefixed where it can be; a blank node as it is."""
    shown = name(term)
    if shown != term or term.startswith("_:"):
        return shown
    iri = term[1:-1]
    scheme, _, rest = iri.partition(":")
    if scheme in PREFIXES and not rest.startswith("//"):
        raise UsageError(f"<{iri}> cannot be written as JSON-LD, where it would be read as prefix {scheme}: and a name")
    return iri


def _object(term: str) -> object:
    if term[0] != '"':
        return {"@id": _iri(term)}
    text = value(term)
    if tag := language(term):
        return {"@value": text, "@language": tag}
    if term.endswith(">"):
        return {"@value": text, "@type": _iri(term[term.rindex('"') + 3 :])}
    return text


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)
