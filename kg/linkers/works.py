"""Which article another one cites, retracts, corrects or answers.

A reference may state only a PubMed identifier while the cited record is known by its DOI. The link leads to the article's
own IRI once that article is in the graph, and to the IRI of the best identifier that is stated before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg import iri
from kg.linkers import Facts, Pointer
from kg.sorting import unsorted
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


def resolution(documents: Iterable[Facts], base: str, directory: Path | None = None) -> Iterator[Triple]:
    """The triples of ``graph/resolution`` about works: citations, and notices in both directions.

    Which keys lead to articles of the graph is found by sorting, so that they need not be in memory.

    Args:
        documents: is passed over twice.
        directory: for what is there only in the meantime (default: the system's place for it).
    """
    with unsorted(directory) as keys, unsorted(directory) as met:
        number = 0
        for document in documents:
            keys.writelines(f"{key}\t\t{document.article}\n" for key in document.keys)
            for pointer in _telling(document):
                keys.writelines(f"{key}\t{number:012}{n}\t\n" for n, key in enumerate(_keys(pointer)))
                number += 1
        home = article = ""
        for line in keys.sorted():  # the article before what points to it
            key, asking, known = line[:-1].split("\t")
            if known:
                home, article = key, known
            elif key == home:
                met.write(f"{asking}\t{article}\n")
        yield from _resolved(documents, met.sorted(), base)


def _resolved(documents: Iterable[Facts], met: Iterator[str], base: str) -> Iterator[Triple]:
    """The same, from the sorted places of pointers and of their keys, with the articles that these lead to."""
    found = next(met, "")
    number = 0
    for document in documents:
        for pointer in _telling(document):
            here, target = f"{number:012}", None
            while found[: len(here)] == here:  # of several keys the first
                target, found = target or found[found.index("\t") + 1 : -1], next(met, "")
            number += 1
            target = target or iri.article(base, next(_keys(pointer)))
            if pointer.relation is None:
                yield document.article, CITO.cites, target
                yield pointer.term, BIRO.references, target
                continue
            yield document.article, pointer.relation, target
            if inverse := _INVERSES.get(pointer.relation):
                yield target, inverse, document.article


def _telling(document: Facts) -> Iterator[Pointer]:
    """The pointers that state an identifier and mean something: references, and notices whose relation is known."""
    for pointer in document.pointers:
        if (pointer.relation or "#ref-" in pointer.term) and (pointer.doi or pointer.pmid or pointer.pmcid):
            yield pointer


def _keys(pointer: Pointer) -> Iterator[str]:
    """The keys under which the article may be known, the best first."""
    if pointer.doi:
        yield iri.doi_key(pointer.doi)
    if pointer.pmid:
        yield f"pmid/{pointer.pmid}"
    if pointer.pmcid:
        yield f"pmcid/{pointer.pmcid}"
