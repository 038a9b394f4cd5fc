"""SKOS vocabularies in Turtle → concepts.

SKOS Reference, https://www.w3.org/TR/skos-reference/; Turtle, https://www.w3.org/TR/turtle/. Read are
``skos:prefLabel``, ``skos:altLabel``, ``skos:exactMatch``, ``skos:broader``, ``meshv:broaderDescriptor``,
``skos:inScheme``, ``biolink:category``, ``owl:deprecated`` and ``dcterms:isReplacedBy`` of every ``skos:Concept``.
``owl:imports`` is never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import pyoxigraph

from kg.errors import InputError
from kg.model import Concept, Warned
from kg.vocab import BIOLINK, DCTERMS, MESHV, OWL, RDF, RDFS, SKOS

_BOM = b"\xef\xbb\xbf"
_SNIFFED = re.compile(
    rb"\s*+(?:#[^\n]*+\s*+)*+(?:@prefix\b|@base\b|PREFIX\s|BASE\s|<[a-z][a-z0-9+.-]{0,20}:[^<>\s]*+>)", re.I
)

MAX_TRIPLE_TERMS = 1000
"""The parser recurses into nested triple terms (RDF 1.2), 10,000 deep ones were measured to end the process."""

_LABELS = (SKOS.prefLabel, RDFS.label)
_PARENTS = (SKOS.broader, MESHV.broaderDescriptor)
_READ = frozenset(
    {RDF.type, SKOS.altLabel, SKOS.exactMatch, SKOS.inScheme, BIOLINK.category, OWL.deprecated, DCTERMS.isReplacedBy}
    | {*_LABELS, *_PARENTS}
)

_Values = dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]]


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is Turtle: a prefix, a base or an absolute IRI comes first, after comments.

    >>> sniff(b"@prefix skos: <http://www.w3.org/2004/02/skos/core#> ."), sniff(b"<?xml version='1.0'?>")
    (True, False)
    """
    return bool(_SNIFFED.match(head.removeprefix(_BOM)))


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The concepts of a SKOS vocabulary, sorted by IRI; identifiers and parents are IRIs.

    Raises:
        InputError: not well-formed Turtle, with the line.
    """
    stated: dict[str, _Values] = {}
    for subject, predicate, value in _triples(stream.read().removeprefix(_BOM)):
        stated.setdefault(subject, {}).setdefault(predicate, []).append(value)
    for iri in sorted(stated):
        if SKOS.Concept in map(str, stated[iri].get(RDF.type, ())):
            yield from _concept(iri, stated[iri])


def _triples(data: bytes) -> Iterator[tuple[str, str, pyoxigraph.NamedNode | pyoxigraph.Literal]]:
    if data.count(b"<<") > MAX_TRIPLE_TERMS:
        raise InputError("too-deep", f"more than {MAX_TRIPLE_TERMS} triple terms")
    try:
        for triple in pyoxigraph.parse(input=data, format=pyoxigraph.RdfFormat.TURTLE, lenient=False):
            predicate = str(triple.predicate)
            if predicate not in _READ or not isinstance(triple.subject, pyoxigraph.NamedNode):
                continue
            if isinstance(triple.object, pyoxigraph.NamedNode | pyoxigraph.Literal):
                yield triple.subject.value, predicate, triple.object
    except SyntaxError as error:
        raise InputError("turtle-syntax", f"not well-formed Turtle: {error.msg}", line=error.lineno) from error
    except MemoryError as error:  # how the parser says that one token is longer than 16 MiB
        raise InputError("literal-too-long", f"not readable Turtle: {error}") from error


def _concept(iri: str, values: _Values) -> Iterator[Concept | Warned]:
    labels = next((found for predicate in _LABELS if (found := _literals(values, predicate))), [("", "")])
    lang = min((lang for lang, _ in labels), key=lambda lang: (lang != "en", lang != "", lang))
    preferred = sorted(text for other, text in labels if other == lang)
    if len(preferred) > 1:
        message = f"{iri} has {len(preferred)} preferred labels in one language; {preferred[0]!r} is used"
        yield Warned(iri, "several-names", message)
    others = sorted(text for other, text in _literals(values, SKOS.altLabel) if other in {lang, ""})
    yield Concept(
        id=iri,
        label=preferred[0],
        synonyms=(*preferred[1:], *others),
        category=next((c.removeprefix(BIOLINK.base) for c in _iris(values, BIOLINK.category)), None),
        broader=tuple(parent for predicate in _PARENTS for parent in _iris(values, predicate)),
        exact=tuple(_iris(values, SKOS.exactMatch)),
        scheme=next(iter(_iris(values, SKOS.inScheme)), None),
        obsolete="true" in (text for _, text in _literals(values, OWL.deprecated)),
        replaced_by=next(iter(_iris(values, DCTERMS.isReplacedBy)), None),
        lang=lang or None,
    )


def _literals(values: _Values, predicate: str) -> list[tuple[str, str]]:
    """(primary language subtag or "", text), sorted."""
    found = [v for v in values.get(predicate, ()) if isinstance(v, pyoxigraph.Literal)]
    return sorted(((v.language or "").partition("-")[0], v.value) for v in found)


def _iris(values: _Values, predicate: str) -> list[str]:
    return sorted({v.value for v in values.get(predicate, ()) if isinstance(v, pyoxigraph.NamedNode)})
