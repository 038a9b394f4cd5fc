"""Shards → one graph: the stored records' quads, what joins them, what describes their concepts, what follows from them.

Everything is written as N-Quads to one file, in passes: a pass over the shards, and then the graphs that can be made only
when all documents are known (vocabulary, resolution, analysis). The file is what the store is loaded from and what the
canonical export is made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from kg import iri, shards, terms
from kg.lexicon import Lexicon
from kg.linkers import Facts, facts, journals, people, works
from kg.linkers.people import People, authorships
from kg.linkers.people.authorships import Authorship
from kg.linkers.records import Decision
from kg.shards import Block
from kg.terms import Triple, nquads, split, value
from kg.triples import vocabulary
from kg.units import Progress, Unit
from kg.vocab import BIOLINK, OA, ORG, PROV, RDF, RDFS

CANONICAL = ("shared", "vocabulary", "aliases", "resolution", "analysis")
"""the graphs of the canonical export beside the documents'; provenance and dataset are not in it"""

_NAMING = (OA.hasBody, RDF.subject, RDF.object)

OUTSIDE = ("provenance", "dataset")


@dataclass(slots=True)
class Assembled:
    """What is known of the graph once all shards were read."""

    documents: list[Facts] = field(default_factory=list)
    readers: dict[str, str] = field(default_factory=dict)
    """article → reader"""
    records: dict[str, tuple[str, str, int | None]] = field(default_factory=dict)
    """article → its source, its record, and the line of the source where that begins"""
    described: set[str] = field(default_factory=set)
    """the descriptions that documents contribute"""
    shared: set[Triple] = field(default_factory=set)
    vocabulary: set[Triple] = field(default_factory=set)
    aliases: set[Triple] = field(default_factory=set)
    authorships: list[Authorship] = field(default_factory=list)
    people: People = field(default_factory=People)
    named: set[str] = field(default_factory=set)
    """what annotations and claims are about, by whomever"""
    triples: int = 0
    classes: Counter[str] = field(default_factory=Counter)

    def labels(self) -> dict[str, str]:
        """Concept → its label; of several the one that sorts first."""
        found: dict[str, str] = {}
        for subject, predicate, term in sorted(self.vocabulary):
            if predicate == RDFS.label:
                found.setdefault(subject, value(term))
        return found

    def categories(self) -> dict[str, str]:
        """Concept → the term of its category."""
        return {subject: term for subject, predicate, term in sorted(self.vocabulary) if predicate == BIOLINK.category}


def assemble(
    units: Sequence[Unit], decision: Decision, lexicon: Lexicon | None, base: str, out: TextIO, progress: Progress
) -> Assembled:
    """Write all graphs but the analysis, and keep what the analysis and the reports need."""
    result = Assembled()
    total = len(decision.stored)
    for block, key in _stored(units, decision, base):
        if len(result.documents) % 100 == 0:
            progress("assemble", len(result.documents), total)
        _document(result, block, key, base, out)
    progress("assemble", total, total)
    for text in result.described:
        _contribute(result, text, base)
    if lexicon is not None:
        used = {value(concept) for document in result.documents for concept in document.concepts}
        used.update(map(value, result.named))
        result.vocabulary.update(vocabulary.concepts(lexicon, used))
    result.people = people.resolve(result.authorships, base)
    result.authorships.clear()
    for name, triples in (
        ("shared", result.shared),
        ("vocabulary", result.vocabulary),
        ("aliases", result.aliases),
        ("resolution", _resolution(result, base)),
    ):
        write(result, triples, iri.shared_graph(base, name), out)
    return result


def write(result: Assembled, triples: Iterable[Triple], graph: str, out: TextIO) -> None:
    """Append a graph of the canonical export, sorted."""
    lines = nquads(triples, graph)
    result.triples += len(lines)
    for line in lines:
        _, predicate, term, _ = split(line)
        if predicate == RDF.type:
            result.classes[term] += 1
    out.writelines(lines)


def _stored(units: Sequence[Unit], decision: Decision, base: str) -> Iterator[tuple[Block, str]]:
    """The blocks that are stored, in the order of the sources, each with its key and under its key."""
    for number, unit in enumerate(units):
        if unit.shard is None:
            continue
        for entry, block in enumerate(shards.read(unit.shard)):
            key = decision.stored.get((number, entry))
            if key is None or not isinstance(block, Block):
                continue
            old, doi = block.header.keys[0], block.header.doi
            if key != old and doi:
                block = shards.rekey(block, base, old, key, [iri.doi_page(doi)])
            yield block, key


def _document(result: Assembled, block: Block, key: str, base: str, out: TextIO) -> None:
    """Write a document's own graph; keep what it contributes to the shared ones."""
    article = iri.article(base, key)
    own = terms.triples(block.own)
    out.write(block.own)
    for _, predicate, term in own:
        if predicate == RDF.type:
            result.classes[term] += 1
        elif predicate in _NAMING:
            result.named.add(term)
    result.described.update(block.described)
    result.aliases.update(terms.triples(block.aliases))
    result.triples += len(own)
    result.readers[article] = block.header.reader
    source = next(term for subject, predicate, term in own if subject == article and predicate == PROV.wasDerivedFrom)
    result.records[article] = source, block.header.record, block.header.line
    # A contested DOI is not a key of the article that lost it.
    keys = (key, *(k for k in block.header.keys if k != key and not (k.startswith("doi/") and key.startswith("pmid/"))))
    result.documents.append(facts(article, keys, own))
    result.authorships += authorships.read(article, keys, own)


def _contribute(result: Assembled, description: str, base: str) -> None:
    """Add what a description says to the graph that it belongs to."""
    graphs = {
        iri.shared_graph(base, "shared"): result.shared,
        iri.shared_graph(base, "vocabulary"): result.vocabulary,
    }
    for line in terms.lines(description):
        subject, predicate, term, where = split(line)
        assert where
        graphs[where].add((subject, predicate, term))


def _resolution(result: Assembled, base: str) -> Iterator[Triple]:
    yield from people.resolution(result.documents, result.people, base)
    yield from works.resolution(result.documents, works.index(result.documents), base)
    yield from journals.resolution(result.shared)


def counts(result: Assembled) -> dict[str, int]:
    """How many articles, authors (resolved identities), affiliations, concepts, mentions and triples there are."""
    authors = {result.people.identities.get(p.term, p.term) for d in result.documents for p in d.persons}
    return {
        "articles": len(result.documents),
        "authors": len(authors),
        "affiliations": result.classes[ORG.OrganizationalUnit],
        "concepts": len({concept for document in result.documents for concept in document.concepts}),
        "mentions": result.classes[OA.Annotation],
        "triples": result.triples,
    }


def co_author_works(result: Assembled) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every article with its authors' identities and printed names, in order."""
    return [
        (d.article, [(result.people.identities.get(p.term, p.term), p.name) for p in d.persons])
        for d in result.documents
    ]


def topic_works(result: Assembled) -> list[tuple[str, list[str]]]:
    """Every article with the concepts that it is indexed with or mentions."""
    return [(d.article, d.concepts) for d in result.documents]
