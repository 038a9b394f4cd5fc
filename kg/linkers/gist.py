"""The gist of a document: all that is asked of it where documents are brought together, taken from its own quads once.

A worker takes it when it reads the document, and it stands in the shard beside the quads; so joining millions of documents
neither parses their quads again nor keeps them, and an update does it for the new ones alone. It depends on the quads of the
document and on the program, on nothing else, and can be taken again at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from msgspec import Raw, Struct

from kg import contents, iri, terms
from kg.linkers import Facts, facts
from kg.linkers.people import authorships
from kg.linkers.people.blocks import Author
from kg.terms import Nodes, value
from kg.version import code_digest
from kg.vocab import DCTERMS, OA, ORG, RDF, RDFS

_NOTED = frozenset((RDF.type, ORG.unitOf, OA.hasBody, RDF.subject, RDF.object))
"""the predicates of classes and of units, and those of what annotations and claims are about"""


class Gist(Struct, frozen=True, gc=False, array_like=True):
    """What passes over all documents need to know of one."""

    program: str
    """digest of the program that took it"""
    quads: int
    """how many its graph has"""
    sha256: str
    """their digest (:func:`kg.contents.digest`), in hex"""
    classes: dict[str, int]
    """class → instances"""
    links: dict[str, int]
    """how many quads lead to each of :data:`kg.contents.LINKED`"""
    named: tuple[str, ...]
    """what annotations and claims are about"""
    facts: Facts
    printed: tuple[tuple[str, str], ...]
    """institution, affiliation string that prints it; without those whose ROR is stated"""
    registered: tuple[tuple[str, str], ...]
    """institution, identifier of another register that the publisher states for it"""
    authors: tuple[Author, ...]
    authorships: Raw
    """as :func:`kg.linkers.people.authorships.packed` gives them"""


def of(base: str, keys: Sequence[str], quads: str) -> Gist:
    """The gist of a document.

    Args:
        base: where own IRIs live.
        keys: those that lead to it, its own first.
        quads: its own graph, as N-Quads, each line once.
    """
    article, graph = iri.article(base, keys[0]), iri.document_graph(base, keys[0])
    lines = quads.split("\n")
    lines.pop()  # behind the last line end
    nodes = terms.nodes_of(lines, graph)
    classes: dict[str, int] = {}
    links: Counter[str] = Counter()
    named: dict[str, None] = {}
    units: Nodes = {}
    for node, said in nodes.items():
        contents.count_links(links, [term for _, term in said])
        for predicate, term in said:
            if predicate not in _NOTED:
                continue
            if predicate == RDF.type:
                classes[term] = classes.get(term, 0) + 1
            elif predicate == ORG.unitOf:
                units[node] = said
            else:
                named[term] = None
    # No line begins with the whole of another, so that they sort as with their ends.
    lines.sort()
    count, sha256 = contents.digest(("\n".join((*lines, "")),))
    found = authorships.read(article, keys, nodes)
    authors = tuple(map(Author.of, found))
    return Gist(
        code_digest(),
        count,
        sha256.hex(),
        classes,
        links,
        tuple(named),
        facts(article, keys, nodes),
        *_institutions(units),
        authors,
        Raw(authorships.packed(found)),
    )


encoded: Callable[[Gist], bytes] = partial(msgspec.json.encode, order="sorted")
"""a gist as JSON, which has no line ends"""
_decode: Callable[[bytes], Gist] = msgspec.json.Decoder(Gist).decode


def kept(stated: bytes) -> Gist | None:
    """What :func:`encoded` gave; None for nothing, and for what another program took."""
    if not stated:
        return None
    try:
        told = _decode(stated)
    except msgspec.ValidationError:
        return None
    return told if told.program == code_digest() else None


def _institutions(units: Nodes) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """The institutions of affiliations with the strings that print them, and with the identifiers that are stated."""
    printed: dict[tuple[str, str], None] = {}
    registered: dict[tuple[str, str], None] = {}
    for said in units.values():
        for institution in [t for p, t in said if p == ORG.unitOf and not t.startswith("<https://ror.org/")]:
            printed |= {(institution, value(t)): None for p, t in said if p == RDFS.label}
            registered |= {(institution, value(t)): None for p, t in said if p == DCTERMS.identifier}
    return tuple(printed), tuple(registered)
