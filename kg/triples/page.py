"""What one article says, as it is collected: of itself, of its parts, and of what it shares with other articles.

A *fact* is a predicate and an object with a blank between them: what is said of a node that is named once, before all of
its facts (:func:`kg.terms.about`). So the quads of a node are made by one join, and no triple is built on the way.

What documents share are *descriptions*: all that a record says of a journal, an institution, a heading. Many records say
the same, so a description is not a text but how to make one, and equal ones are equal; a shard makes the text of those
that it has not written yet.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg import iri
from kg.terms import Description, Triple, about, end_of, quads


class Page:
    """Takes what the rooms of the mapping find.

    Attributes:
        base: where own IRIs live.
        subject: the term of the article.
        stem: the terms of its parts begin with it.
        end: of a quad of its own graph.
        facts: of the article; one may come twice.
        nodes: quads about its parts; each part comes once, and its facts are distinct.
        triples: what is said of parts that may come twice.
        described: the descriptions; one may come twice.
    """

    __slots__ = ("base", "described", "end", "facts", "graph", "nodes", "stem", "subject", "triples")

    def __init__(self, base: str, key: str) -> None:
        self.base = base
        self.subject = iri.article(base, key)
        self.stem = f"{self.subject[:-1]}#"
        self.graph = iri.document_graph(base, key)
        self.end = end_of(self.graph)
        self.facts: list[str] = []
        self.nodes: list[str] = []
        self.triples: list[Triple] = []
        self.described: list[Description] = []

    def node(self, node: str, facts: Iterable[str]) -> None:
        """Say all there is to say of one part."""
        self.nodes.append(about(node, facts, self.end))

    def quads(self) -> bytes:
        """Its own graph as N-Quads in UTF-8, each line once."""
        of_itself = about(self.subject, dict.fromkeys(self.facts), self.end)
        parts = (of_itself, *self.nodes, quads(dict.fromkeys(self.triples), self.graph))
        # Encoded before they are joined: one letter beyond Latin-1 would double the size of the whole.
        return b"".join([part.encode() for part in parts])
