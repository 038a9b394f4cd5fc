"""Terms in N-Triples form ↔ nodes of rdflib, which pySHACL and the doubtful cases of plain checks work on."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg import terms
from kg.vocab import XSD

if TYPE_CHECKING:
    from rdflib.term import Node


@functools.lru_cache(maxsize=8192)
def node(term: str) -> Node:
    """The rdflib node of a term. Literals keep their lexical form, whatever ``rdflib.NORMALIZE_LITERALS`` says."""
    from rdflib import BNode, Literal, URIRef

    if term.startswith("<"):
        return URIRef(term[1:-1])
    if term.startswith("_:"):
        return BNode(term[2:])
    tail = term[term.rindex('"') + 1 :]
    if tail.startswith("^^") and tail[2:] != XSD.string:
        return Literal(terms.value(term), datatype=URIRef(tail[3:-1]), normalize=False)
    return Literal(terms.value(term), lang=terms.language(term))


def term(node: Node) -> str:
    """The term of an rdflib node."""
    from rdflib import BNode, Literal

    if isinstance(node, Literal):
        text = terms.literal(str(node), node.language)
        plain = node.datatype is None or node.language or f"<{node.datatype}>" == XSD.string
        return text if plain else f"{text}^^<{node.datatype}>"
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


@contextmanager
def quiet() -> Iterator[None]:
    """Without rdflib's log line and traceback for each literal that does not fit its type: that is a finding."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
