"""What a store holds, told without reading it: of each named graph the number of its quads, and digests.

A graph's digest is the SHA-256 of its N-Quads lines, sorted by code point (as RDF Dataset Canonicalization, section 4, hashes
a canonical form; there are no blank nodes here). The digests of the documents' graphs are added up, modulo 2^256, so that
documents may come in any order and need not be held; every graph that documents share has its own, so that one of them can be
replaced alone.

>>> contents = Contents()
>>> contents.put("https://e.org/graph/pmid/1", ["<a> <p> <b> <https://e.org/graph/pmid/1> .\\n"])
1
>>> contents.as_json()["graphs"]
{'https://e.org/graph/pmid/1': 1}
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Self

LINKED = (
    "http://id.nlm.nih.gov/mesh/",
    "http://purl.obolibrary.org/obo/",
    "https://orcid.org/",
    "https://ror.org/",
    "https://doi.org/",
)
"""outside data sets to which the description of ours counts the links"""

_LINKED = tuple(f"<{namespace}" for namespace in LINKED)
_DOCUMENTS = "documents"
_MODULUS = 1 << 256
_BATCH = 10_000
"""lines digested at once"""


def count_links(links: Counter[str], terms: Iterable[str]) -> None:
    """Count the objects that are in one of the outside data sets."""
    for term in terms:
        if term.startswith(_LINKED):
            links[next(namespace for namespace in LINKED if term.startswith(namespace, 1))] += 1


def digest(lines: Iterable[str]) -> tuple[int, bytes]:
    """How many lines a graph has, and its digest.

    Args:
        lines: its quads, sorted, each once; several may stand in one text.
    """
    rest, total, count = iter(lines), hashlib.sha256(), 0
    while text := "".join(islice(rest, _BATCH)):
        total.update(text.encode())
        count += text.count("\n")
    return count, total.digest()


class Contents:
    """Named graphs, counted and digested as they are put in."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._digests: dict[str, int] = {}

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Self:
        """What :meth:`as_json` told.

        Raises:
            KeyError: it told no such thing.
        """
        found = cls()
        found._counts.update(stated["graphs"])
        found._digests.update({part: int(digest, 16) for part, digest in stated["digests"].items()})
        return found

    def put(self, graph: str, lines: Iterable[str]) -> int:
        """Count and digest a graph; the number of its lines.

        Args:
            graph: its bare IRI; a document's graph is put in once, one that documents share replaces what it held.
            lines: its quads, sorted, each once, several in one text or not; none = there is no such graph.
        """
        count, sha256 = digest(lines)
        self.put_digested(graph, count, sha256)
        return count

    def put_digested(self, graph: str, count: int, sha256: bytes) -> None:
        """The same of a graph whose lines were counted and digested before (:func:`digest`)."""
        part = _part(graph)
        if part != _DOCUMENTS:
            self._counts.pop(graph, None)
            self._digests.pop(part, None)
        if count:
            self._counts[graph] = count
            self._digests[part] = (self._digests.get(part, 0) + int.from_bytes(sha256)) % _MODULUS

    def has(self, graph: str, sha256: bytes) -> bool:
        """Whether a graph that documents share holds just the quads with this digest, sorted, each once."""
        return self._digests.get(graph) == int.from_bytes(sha256)

    def __len__(self) -> int:
        """The number of quads."""
        return sum(self._counts.values())

    def of(self, graph: str) -> int:
        """How many quads a graph has, by its IRI."""
        return self._counts.get(graph, 0)

    def as_json(self) -> dict[str, Any]:
        """``graphs``: graph → number of quads; ``digests``: of the documents together, and of each other graph."""
        return {
            "graphs": dict(sorted(self._counts.items())),
            "digests": {part: f"{digest:064x}" for part, digest in sorted(self._digests.items())},
        }


def _part(graph: str) -> str:
    """What a graph is digested with: the graphs of documents are ``…/graph/pmid/1``, shared ones ``…/graph/analysis``."""
    return _DOCUMENTS if "/" in graph.rpartition("graph/")[2] else graph
