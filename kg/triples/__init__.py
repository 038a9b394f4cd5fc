"""Record → triples. One file a part of the record, one function a record type; no I/O, no order to keep.

:func:`document` is the whole mapping of one article. Its triples fall into four graphs (a triple stands in exactly one):
the document's own, and what it contributes to the graphs that documents share. Triples are tuples of terms as
:mod:`kg.terms` writes them, so that everything after this file only copies strings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg import iri
from kg.model import Article, Mention
from kg.terms import Triple, unsorted_nquads
from kg.triples import biblio, indexing, links, mentions, people, texts
from kg.vocab import OWL, PROV


@dataclass(frozen=True, slots=True)
class Document:
    """The triples of one article, by graph. ``keys`` are the keys it can be known by, the first is its own."""

    keys: tuple[str, ...]
    own: list[Triple] = field(default_factory=list)
    shared: list[Triple] = field(default_factory=list)
    vocabulary: list[Triple] = field(default_factory=list)
    aliases: list[Triple] = field(default_factory=list)

    def nquads(self, base: str) -> list[str]:
        """All of it as N-Quads lines, distinct within each graph, in the order of the mapping (exports sort)."""
        lines = unsorted_nquads(self.own, iri.document_graph(base, self.keys[0]))
        lines += unsorted_nquads(self.shared, iri.shared_graph(base, "shared"))
        lines += unsorted_nquads(self.vocabulary, iri.shared_graph(base, "vocabulary"))
        lines += unsorted_nquads(self.aliases, iri.shared_graph(base, "aliases"))
        return lines


def document(
    article: Article,
    found: Sequence[Mention] = (),
    *,
    source: str,
    agents: Mapping[str, str],
    base: str = iri.BASE,
) -> Document:
    """Map one article and the mentions in its texts.

    Args:
        article: the record.
        found: mentions in its passages, by anybody.
        source: the term of the file that it was read from (:func:`kg.iri.source`).
        agents: the term of each agent that is named in ``found``.
        base: where own IRIs live.
    """
    keys = iri.article_keys(article)
    subject = iri.article(base, keys[0])
    result = Document(tuple(keys))
    own, shared, vocabulary = result.own, result.shared, result.vocabulary

    biblio.article(own, shared, vocabulary, article, subject, base)
    people.people(own, shared, article, subject, base)
    texts.texts(own, article, subject)
    indexing.indexing(own, vocabulary, article, subject)
    links.links(own, shared, article, subject, base)
    mentions.mentions(own, article, found, subject, agents)
    own.append((subject, PROV.wasDerivedFrom, source))

    for key in keys[1:]:
        result.aliases.append((iri.article(base, key), OWL.sameAs, subject))
    return result
