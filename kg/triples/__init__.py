"""Record → quads. One file a part of the record, one function a record type; no I/O, no order to keep.

:func:`document` is the whole mapping of one article. What it says falls into four graphs (a triple stands in exactly one):
the document's own, and what it contributes to the graphs that documents share. All is text from the start: terms as
:mod:`kg.terms` writes them, collected on a :class:`~kg.triples.page.Page`, so that everything after this only copies
strings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from kg import iri
from kg.model import Article, Mention
from kg.terms import Description, Triple, about, end_of, lines, text_of, triples
from kg.triples import biblio, claims, indexing, links, mentions, people, texts
from kg.triples.page import Page
from kg.vocab import OWL, PROV


class Document(Struct, frozen=True):
    """What one article says, by graph.

    ``keys`` are the keys it can be known by, the first is its own. ``own_quads`` is its own graph, ``alias_quads`` its other
    keys, as N-Quads in UTF-8. ``described`` are the descriptions that it contributes to the graphs that documents share;
    one may stand there twice.
    """

    base: str
    keys: tuple[str, ...]
    own_quads: bytes
    alias_quads: bytes
    described: tuple[Description, ...]

    @property
    def own(self) -> list[Triple]:
        """Its own graph."""
        return triples(self.own_quads.decode())

    @property
    def aliases(self) -> list[Triple]:
        """Its other keys."""
        return triples(self.alias_quads.decode())

    @property
    def shared(self) -> list[Triple]:
        """What it says of journals, organisations and funders."""
        return self._described("shared")

    @property
    def vocabulary(self) -> list[Triple]:
        """What it says of concepts."""
        return self._described("vocabulary")

    def _described(self, name: str) -> list[Triple]:
        end = end_of(iri.shared_graph(self.base, name))
        return [triple for text in map(text_of, self.described) if text.endswith(end) for triple in triples(text)]

    def nquads(self) -> list[str]:
        """All of it as distinct N-Quads lines, in the order of the mapping (exports sort)."""
        text = "".join((self.own_quads.decode(), *map(text_of, self.described), self.alias_quads.decode()))
        return list(dict.fromkeys(lines(text)))


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
    page = Page(base, keys[0])

    biblio.article(page, article)
    people.people(page, article)
    texts.texts(page, article)
    indexing.indexing(page, article)
    links.links(page, article)
    mentions.mentions(page, article, found, agents)
    claims.claims(page, article)
    page.facts.append(f"{PROV.wasDerivedFrom} {source}")

    end = end_of(iri.shared_graph(base, "aliases"))
    same = (f"{OWL.sameAs} {page.subject}",)
    aliases = "".join([about(iri.article(base, key), same, end) for key in keys[1:]])
    return Document(base, tuple(keys), page.quads(), aliases.encode(), tuple(page.described))
