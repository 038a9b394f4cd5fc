"""Turtle and N-Triples → concepts: SKOS vocabularies, OWL ontologies, MeSH's RDF.

Turtle, https://www.w3.org/TR/turtle/, of which N-Triples is a part; SKOS Reference, https://www.w3.org/TR/skos-reference/;
MeSH RDF, https://hhs.github.io/meshrdf/. What is read stands in
:data:`kg.ontologies.rdf.READ`. ``owl:imports`` is never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from kg.errors import InputError
from kg.model import Concept, Warned
from kg.ontologies.rdf import READ, Statements, Value

_BOM = b"\xef\xbb\xbf"
_SNIFFED = re.compile(
    rb"\s*+(?:#[^\n]*+\s*+)*+(?:@prefix\b|@base\b|PREFIX\s|BASE\s|<[a-z][a-z0-9+.-]{0,20}:[^<>\s]*+>)", re.I
)

MAX_TRIPLE_TERMS = 1000
"""The parser recurses into nested triple terms (RDF 1.2), 10,000 deep ones were measured to end the process."""


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is Turtle: a prefix, a base or an absolute IRI comes first, after comments.

    >>> sniff(b"@prefix skos: <http://www.w3.org/2004/02/skos/core#> ."), sniff(b"<?xml version='1.0'?>")
    (True, False)
    """
    return bool(_SNIFFED.match(head.removeprefix(_BOM)))


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The concepts of a file, sorted by IRI; identifiers and parents are IRIs.

    Raises:
        InputError: not well-formed Turtle, with the line.
    """
    import pyoxigraph

    data = stream.read().removeprefix(_BOM)
    if data.count(b"<<") > MAX_TRIPLE_TERMS:
        raise InputError("too-deep", f"more than {MAX_TRIPLE_TERMS} triple terms")
    stated = Statements()
    try:
        for triple in pyoxigraph.parse(input=data, format=pyoxigraph.RdfFormat.TURTLE, lenient=False):
            predicate = str(triple.predicate)
            if predicate not in READ or not isinstance(triple.subject, pyoxigraph.NamedNode):
                continue
            value = triple.object
            if isinstance(value, pyoxigraph.NamedNode):
                stated.add(triple.subject.value, predicate, Value(value.value, is_iri=True))
            elif isinstance(value, pyoxigraph.Literal):
                lang = (value.language or "").partition("-")[0]
                stated.add(triple.subject.value, predicate, Value(value.value, lang))
    except SyntaxError as error:
        raise InputError("turtle-syntax", f"not well-formed Turtle: {error.msg}", line=error.lineno) from error
    except MemoryError as error:  # how the parser says that one token is longer than 16 MiB
        raise InputError("literal-too-long", f"not readable Turtle: {error}") from error
    yield from stated.concepts()
