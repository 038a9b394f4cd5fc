"""Record → triples. One file a part of the record, one function a record type; no I/O, no order to keep.

:func:`document` is the whole mapping of one article. Its triples fall into four graphs (a triple stands in exactly one):
the document's own, and what it contributes to the graphs that documents share. Triples are tuples of terms as
:mod:`kg.terms` writes them, so that everything after this file only copies strings.

What documents share are *descriptions*: all that a record says of a journal, an issue, an institution, a heading. Many
records say the same, so a description is made once, as the text of its quads (:func:`kg.terms.quads`), and from then on
one and the same string stands for it: in the caches of the mapping, in a document, in a shard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg import iri
from kg.model import Article, Mention
from kg.terms import Triple, lines, quads, triples
from kg.triples import biblio, claims, indexing, links, mentions, people, texts
from kg.vocab import OWL, PROV


@dataclass(frozen=True, slots=True)
class Document:
    """What one article says, by graph.

    ``keys`` are the keys it can be known by, the first is its own. ``described``: the descriptions that it contributes to
    the graphs that documents share, each the text of its quads; the same one may stand there twice.
    """

    base: str
    keys: tuple[str, ...]
    own: list[Triple] = field(default_factory=list)
    aliases: list[Triple] = field(default_factory=list)
    described: list[str] = field(default_factory=list)

    @property
    def own_quads(self) -> str:
        """Its own graph as N-Quads."""
        return quads(dict.fromkeys(self.own), iri.document_graph(self.base, self.keys[0]))

    @property
    def alias_quads(self) -> str:
        """Its other keys as N-Quads."""
        return quads(dict.fromkeys(self.aliases), iri.shared_graph(self.base, "aliases"))

    @property
    def shared(self) -> list[Triple]:
        """What it says of journals, organisations and funders."""
        return self._described("shared")

    @property
    def vocabulary(self) -> list[Triple]:
        """What it says of concepts."""
        return self._described("vocabulary")

    def _described(self, name: str) -> list[Triple]:
        end = f" {iri.shared_graph(self.base, name)} .\n"
        return [triple for text in dict.fromkeys(self.described) if text.endswith(end) for triple in triples(text)]

    def nquads(self) -> list[str]:
        """All of it as distinct N-Quads lines, in the order of the mapping (exports sort)."""
        return list(dict.fromkeys(lines("".join((self.own_quads, *self.described, self.alias_quads)))))


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
    result = Document(base, tuple(keys))
    own, described = result.own, result.described

    biblio.article(own, described, article, subject, base)
    people.people(own, described, article, subject, base)
    texts.texts(own, article, subject)
    indexing.indexing(own, described, article, subject, base)
    links.links(own, described, article, subject, base)
    mentions.mentions(own, article, found, subject, agents)
    claims.claims(own, described, article, subject, base)
    own.append((subject, PROV.wasDerivedFrom, source))

    for key in keys[1:]:
        result.aliases.append((iri.article(base, key), OWL.sameAs, subject))
    return result
