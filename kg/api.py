"""The same as the command line, from Python. Everything here is re-exported by :mod:`kg`."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg import annotating, lexica, networks, opening, pipeline, queries, terms
from kg.errors import KgError
from kg.model import Article, Mention, Passage
from kg.pipeline import Built, Settings
from kg.readers import HEAD, reader_for
from kg.recognisers.dictionary import DictionaryRecogniser
from kg.store import GraphStore

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

Names = str | PathLike[str] | Iterable[str | PathLike[str]]
"""one name, or several"""

__all__ = ["Article", "Built", "Graph", "KgError", "Mention", "Settings", "annotate", "build", "open", "read"]


def read(stream: BinaryIO, reader: str | None = None) -> Iterator[Article]:
    """The articles in a stream of uncompressed bytes, one in memory at a time; what is no article is passed over.

    Args:
        stream: a binary stream; one that cannot seek is read into memory.
        reader: the name of a format; None = by the content.

    Raises:
        InputError: the content is damaged, or of no known format. What was yielded before should not be kept.
    """
    if not stream.seekable():
        stream = io.BytesIO(stream.read())
    head = stream.read(HEAD)
    stream.seek(0)
    chosen = reader_for(head, reader)[1]
    return (item for item in chosen.read(stream) if isinstance(item, Article))


def annotate(text: str, ontologies: Names = ("starter",), types: str | Collection[str] = ()) -> list[Mention]:
    """The concepts of ontologies in a text, with offsets (code points), confidence and reason.

    Args:
        text: any text.
        ontologies: one or several: files, or ``starter``, the embedded vocabulary; compiled once and kept in the user's cache
            folder.
        types: the only types of concepts to find (``Disease``), one or several; none = all.

    Raises:
        OntologyError: a file cannot be read as an ontology.
        UsageError: a type is not known.
    """
    lexicon = lexica.lexicon(_several(ontologies))
    return DictionaryRecogniser(lexicon, types=annotating.types(sorted(_several(types)))).annotate(
        [Passage("text", text)]
    )


def build(sources: Names, output: str | PathLike[str] = "output", settings: Settings | None = None) -> Built:
    """Build a graph from files and folders, one or several, into a folder; see :func:`kg.pipeline.build`."""
    return pipeline.build(_several(sources), Path(output), settings)


def _several(names: Names) -> list[str]:
    """A text is one name, not the names of its letters."""
    return [fspath(name) for name in ([names] if isinstance(names, str | PathLike) else names)]


def open(graph: str | PathLike[str]) -> Graph:
    """A built folder, or an RDF file, to be read.

    Raises:
        UsageError: there is no such graph.
        DamagedGraph: the folder is not what was sealed.
    """
    return Graph(opening.store(str(graph)))


class Graph:
    """A graph to be read. ``len(graph)`` is the number of its quads."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    def __len__(self) -> int:
        return len(self._store)

    def rows(self, query: str, /, services: str | Collection[str] = (), **params: str | int) -> list[dict[str, str]]:
        """The answer of a SELECT query, a row a dict of plain values; unbound variables are missing.

        Args:
            query: SPARQL (the project's prefixes need no declaration), or the name of a ready query.
            services: SPARQL endpoints that the query may ask, one or several.
            params: variables to bind: ``"text"`` binds a string, ``"<iri>"`` an IRI, and a number its digits as a string,
                as PMIDs are.

        Raises:
            QueryError: the query cannot be parsed or evaluated, or has no variable of such a name.
            QueryRefused: it asks a service that is not named.
        """
        bound = {
            name: given if given.startswith("<") and given.endswith(">") else terms.literal(given)
            for name, given in ((name, str(given)) for name, given in params.items())
        }
        answer = self._store.select(queries.text(query), params=bound, services=_several(services))
        return [{name: terms.value(term) for name, term in row.items()} for row in answer]

    def dataset(self) -> rdflib.Dataset:
        """An rdflib view of the store: nothing is copied, reading only."""
        return self._store.dataset()

    def graph(self, name: str | None = None) -> rdflib.Graph:
        """One named graph, by its IRI, as an rdflib view; without a name the union of all."""
        return self._store.rdflib_graph(name)

    def co_authors(self) -> nx.Graph[str]:
        """The co-author network (:func:`kg.analysis.coauthors.network`), computed now; its nodes are IRIs as :meth:`rows` and
        the files in ``analysis/`` have them, without ``<>``."""
        return networks.co_authors(self._store)

    def topics(self) -> nx.Graph[str]:
        """The topic network (:func:`kg.analysis.topics.network`), likewise."""
        return networks.topics(self._store)
