"""Which article another one cites, retracts, corrects or answers.

A reference may state only a PubMed identifier while the cited record is known by its DOI. The link leads to the article's
own IRI once that article is in the graph, and to the IRI of the best identifier that is stated before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg import iri
from kg.linkers import Facts, Pointer
from kg.terms import Triple
from kg.vocab import BIRO, CITO

_PAIRS = (
    (CITO.retracts, CITO.isRetractedBy),
    (CITO.corrects, CITO.isCorrectedBy),
    (CITO.repliesTo, CITO.hasReplyFrom),
    (CITO.updates, CITO.isUpdatedBy),
    (CITO.reviews, CITO.isReviewedBy),
    (CITO.extends, CITO.isExtendedBy),
    (CITO.compiles, CITO.isCompiledBy),
    (CITO.describes, CITO.isDescribedBy),
    (CITO.documents, CITO.isDocumentedBy),
    (CITO.discusses, CITO.isDiscussedBy),
)
_INVERSES = dict(_PAIRS) | {b: a for a, b in _PAIRS}


def index(documents: Iterable[Facts]) -> dict[str, str]:
    """Every key of every document → its article."""
    known: dict[str, str] = {}
    for document in documents:
        for key in document.keys:
            known.setdefault(key, document.article)
    return known


def resolution(documents: Iterable[Facts], known: Mapping[str, str], base: str) -> Iterator[Triple]:
    """The triples of ``graph/resolution`` about works: citations, and notices in both directions."""
    for document in documents:
        for pointer in document.pointers:
            target = _target(pointer, known, base)
            if target is None:
                continue
            if pointer.relation is None:
                if _is_reference(pointer):
                    yield document.article, CITO.cites, target
                    yield pointer.term, BIRO.references, target
                continue
            yield document.article, pointer.relation, target
            if inverse := _INVERSES.get(pointer.relation):
                yield target, inverse, document.article


def _is_reference(pointer: Pointer) -> bool:
    return pointer.term.rpartition("#")[2].startswith("ref-")


def _target(pointer: Pointer, known: Mapping[str, str], base: str) -> str | None:
    keys = []
    if pointer.doi:
        keys.append(iri.doi_key(pointer.doi))
    if pointer.pmid:
        keys.append(f"pmid/{pointer.pmid}")
    if pointer.pmcid:
        keys.append(f"pmcid/{pointer.pmcid}")
    for key in keys:
        if key in known:
            return known[key]
    return iri.article(base, keys[0]) if keys else None
