"""Which journals are one journal: those that share an ISSN or NLM identifier, and a journal that is known by its name
alone with the only identified one of that name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.terms import Triple, value
from kg.vocab import DCTERMS, FABIO, OWL, PRISM, RDF

_NUMBERS = {
    PRISM.issn: "issn",
    PRISM.eIssn: "issn",
    FABIO.hasIssnL: "issn",
    FABIO.hasNationalLibraryOfMedicineJournalId: "nlm",
}
_NAMES = (DCTERMS.title, FABIO.hasShortTitle, FABIO.hasNLMJournalTitleAbbreviation)


def is_asked(predicate: str, term: str) -> bool:
    """Whether a triple of ``graph/shared`` with this predicate and object can tell anything here."""
    return predicate in _NUMBERS or predicate in _NAMES or (predicate == RDF.type and term == FABIO.Journal)


def resolution(shared: Iterable[Triple]) -> Iterator[Triple]:
    """``owl:sameAs`` from each journal to the smallest IRI of its group.

    Args:
        shared: the triples of ``graph/shared``, any order; those that :func:`is_asked` will do.
    """
    journals: set[str] = set()
    by_number: dict[tuple[str, str], set[str]] = defaultdict(set)
    by_name: dict[str, set[str]] = defaultdict(set)
    identified: set[str] = set()
    for subject, predicate, term in shared:
        if predicate == RDF.type and term == FABIO.Journal:
            journals.add(subject)
        elif predicate in _NUMBERS:
            by_number[_NUMBERS[predicate], value(term)].add(subject)
            identified.add(subject)
        elif predicate in _NAMES:
            by_name[" ".join(value(term).casefold().replace(".", " ").split())].add(subject)
    leader = {journal: journal for journal in journals}

    def find(journal: str) -> str:
        while leader[journal] != journal:
            journal = leader[journal]
        return journal

    def join(members: set[str]) -> None:
        roots = sorted({find(journal) for journal in members & journals})
        for root in roots[1:]:
            leader[root] = roots[0]

    for key in sorted(by_number):
        join(by_number[key])
    for name in sorted(by_name):
        named = by_name[name] & journals
        if len({find(journal) for journal in named & identified}) == 1:
            join(named)
    for journal in sorted(journals):
        if find(journal) != journal:
            yield journal, OWL.sameAs, find(journal)
