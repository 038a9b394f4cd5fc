"""Shards → one graph: the stored records' quads, what joins them, what describes their concepts, what follows from them.

Everything is written as N-Quads to one file, in passes: a pass over the shards, and then the graphs that can be made only
when all documents are known (vocabulary, resolution, analysis). The file is what the store is loaded from and what the
canonical export is made of.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO

import msgspec

from kg import decisions, iri, shards, terms
from kg.contents import Contents
from kg.decisions import Decided
from kg.decisions import Decision as Ruling
from kg.files import TEMPORARY
from kg.lexicon import Lexicon
from kg.linkers import Facts, facts, journals, merging, people, works
from kg.linkers.merging import place
from kg.linkers.organisations import resolution as organisations
from kg.linkers.organisations.resolution import Match, Printed
from kg.linkers.people import People, authorships
from kg.linkers.people.authorships import Authorship
from kg.linkers.people.memo import Memo
from kg.linkers.records import Decision
from kg.shards import Block
from kg.sorting import sort_lines
from kg.terms import Triple, split, value
from kg.triples import vocabulary
from kg.units import Progress, Unit
from kg.vocab import FOAF, OA, ORG, PROV, RDF

if TYPE_CHECKING:
    from kg.linkers.organisations import Linker

CANONICAL = ("shared", "vocabulary", "aliases", "resolution", "analysis")
"""the graphs of the canonical export beside the documents'; provenance and dataset are not in it"""

_NAMING = (OA.hasBody, RDF.subject, RDF.object)

OUTSIDE = ("provenance", "dataset")

LINKED = (
    "http://id.nlm.nih.gov/mesh/",
    "http://purl.obolibrary.org/obo/",
    "https://orcid.org/",
    "https://ror.org/",
    "https://doi.org/",
)
"""outside data sets to which the description of ours counts the links"""
_LINKED = tuple(f"<{namespace}" for namespace in LINKED)

NONE_CHANGED: Mapping[str, TextIO] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Origin:
    """A record: its reader, the term of its source, its name, and the line of the source where it begins."""

    reader: str
    source: str
    name: str
    line: int | None


_Made = tuple[Block, str, list[Origin]]
"""a document, its key, and the records that it was made of, the most trusted first"""


@dataclass(slots=True)
class Assembled:
    """What is known of the graph once all shards were read."""

    documents: list[Facts] = field(default_factory=list)
    records: dict[str, list[Origin]] = field(default_factory=dict)
    """article → the records that it was made of"""
    described: set[str] = field(default_factory=set)
    """the descriptions that documents contribute"""
    shared: set[Triple] = field(default_factory=set)
    vocabulary: set[Triple] = field(default_factory=set)
    aliases: set[Triple] = field(default_factory=set)
    """these three are empty again when they are written"""
    authorships: list[Authorship] = field(default_factory=list)
    people: People = field(default_factory=People)
    decided: Decided = field(default_factory=Decided)
    unmet: list[tuple[Ruling, str]] = field(default_factory=list)
    """decisions of curators that do not apply, and why"""
    institutions: Printed | None = None
    """what the affiliations print, where organisations are linked"""
    organisations: list[Match] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """what annotations and claims are about, by whomever"""
    triples: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    """how many triples lead to each of :data:`LINKED`"""
    contents: Contents = field(default_factory=Contents)
    """of all graphs that were written"""


def assemble(
    units: Sequence[Unit],
    decision: Decision,
    lexicon: Lexicon | None,
    base: str,
    out: TextIO,
    joined: TextIO,
    directory: Path,
    progress: Progress,
    decided: Decided | None = None,
    memo: Memo | None = None,
    linker: Linker | None = None,
    changed: Mapping[str, TextIO] = NONE_CHANGED,
) -> Assembled:
    """Write the documents' graphs to ``out``, those that documents share to ``joined``, and keep what the analysis and the
    reports need.

    Args:
        directory: for what is there only in the meantime.
        linker: for the organisations.
        changed: where the documents with these keys are written as well.
    """
    result = Assembled(decided=decided or Decided(), institutions=Printed() if linker else None)
    total = len(decision.stored)
    for block, key, origins in _stored(units, decision, base, directory):
        if len(result.documents) % 100 == 0:
            progress("assemble", len(result.documents), total)
        result.records[iri.article(base, key)] = origins
        own = _document(result, block, key, base, out)
        if key in changed:
            changed[key].write(own)
    progress("assemble", total, total)
    while result.described:  # which makes room by the way
        _contribute(result, result.described.pop(), base)
    if lexicon is not None:
        used = {value(concept) for document in result.documents for concept in document.concepts}
        used.update(map(value, result.named))
        result.vocabulary.update(vocabulary.concepts(lexicon, used))
    _resolve(result, base, memo)
    if linker is not None:
        _link_organisations(result, linker)
    resolution = set(_resolution(result, base))
    for name, triples in (
        ("shared", result.shared),
        ("vocabulary", result.vocabulary),
        ("aliases", result.aliases),
        ("resolution", resolution),
    ):
        _write(result, triples, iri.shared_graph(base, name), joined)
        triples.clear()  # they are many, and what comes after reads them from the file
    return result


def _write(result: Assembled, triples: Collection[Triple], graph: str, out: TextIO) -> None:
    """Append a graph of the canonical export, whose triples are distinct, sorted."""
    end = terms.end_of(graph)
    lines = sorted([f"{s} {p} {o}{end}" for s, p, o in triples])
    result.triples += result.contents.put(graph[1:-1], lines)
    for _, predicate, term in triples:
        if predicate == RDF.type:
            result.classes[term] += 1
        count_link(result.links, term)
    out.writelines(lines)


def count_link(links: Counter[str], term: str) -> None:
    """Count an object that is in one of the outside data sets."""
    if term.startswith(_LINKED):
        links[next(namespace for namespace in LINKED if term.startswith(namespace, 1))] += 1


def _stored(units: Sequence[Unit], decision: Decision, base: str, directory: Path) -> Iterator[_Made]:
    """The documents under their keys: those of one record in the order of the sources, then those of several records,
    which lie far apart and are brought together by sorting."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", dir=directory, suffix=TEMPORARY) as apart:
        for number, unit in enumerate(units):
            if unit.shard is None:
                continue
            for entry, block in enumerate(shards.read(unit.shard)):
                key = decision.stored.get((number, entry))
                if key is None or not isinstance(block, Block):
                    continue
                if key in decision.merged:
                    apart.write(f"{key} {msgspec.json.encode(block).decode()}\n")
                elif key in decision.keys:
                    yield _made([block], decision.keys[key], base)
                else:
                    yield block, key, [_origin(block, base)]
        apart.seek(0)
        for key, lines in groupby(sort_lines(apart, directory=directory), lambda line: line.partition(" ")[0]):
            yield _made([_block(line) for line in lines], decision.keys[key], base)


def _made(blocks: Sequence[Block], keys: Sequence[str], base: str) -> _Made:
    """Records merged into one document."""
    origins = sorted((_origin(block, base) for block in blocks), key=lambda o: (place(o.reader), o.source, o.name))
    return merging.merge(blocks, base, keys), keys[0], origins


def _block(line: str) -> Block:
    return msgspec.json.decode(line.partition(" ")[2], type=Block)


def _origin(block: Block, base: str) -> Origin:
    header = block.header
    start = f"\n{iri.article(base, header.keys[0])} {PROV.wasDerivedFrom} "
    at = block.own.rindex(start) + 1
    return Origin(header.reader, split(block.own[at : block.own.index("\n", at)])[2], header.record, header.line)


def _document(result: Assembled, block: Block, key: str, base: str, out: TextIO) -> str:
    """Write a document's own graph, and give it; keep what it contributes to the shared ones."""
    article = iri.article(base, key)
    text = _curated(result, article, block.own, base)
    graph, lines = iri.document_graph(base, key), terms.lines(text)
    own = terms.triples_of(lines, graph)
    out.write(text)
    result.contents.put(graph[1:-1], sorted(set(lines)))
    for _, predicate, term in own:
        if predicate == RDF.type:
            result.classes[term] += 1
        elif predicate in _NAMING:
            result.named.add(term)
        count_link(result.links, term)
    result.described.update(block.described)
    result.aliases.update(terms.triples(block.aliases))
    result.triples += len(own)
    result.documents.append(facts(article, block.header.keys, own))
    if result.institutions is not None:
        result.institutions.add(own)
    result.authorships += authorships.read(article, block.header.keys, own)
    return text


def _curated(result: Assembled, article: str, own: str, base: str) -> str:
    """A document's own quads, its mentions as curators decided."""
    if not result.decided.mentions or not (rulings := result.decided.of_document(article)):
        return own
    lines = [f"{line}\n" for line in own.split("\n") if line]  # literals may hold other ends of lines
    known = {line[: line.index(" ")] for line in lines}
    for ruling in rulings:
        lost = sorted(term for term in ruling.left if term.startswith(f"{article[:-1]}#") and term not in known)
        result.unmet += ((ruling, f"{term[1:-1]} is not in this graph") for term in lost)
    return "".join(decisions.of_mentions(lines, article, rulings, base))


def _resolve(result: Assembled, base: str, memo: Memo | None = None) -> None:
    """Decide who is who, as far as curators did not."""
    wanted = {term for two in result.decided.origin for term in two}
    printed = {p.term: p.name for d in result.documents for p in d.persons if p.term in wanted}
    constraints, gone = decisions.applicable(result.decided, printed.get)
    result.people = people.resolve(result.authorships, base, constraints=constraints, memo=memo)
    result.authorships.clear()
    result.unmet += gone
    result.unmet += decisions.broken(result.decided, constraints, result.people.identities)
    articles = {d.article[:-1] for d in result.documents}
    for term, ruling in sorted(result.decided.mentions.items()):
        if term.partition("#")[0] not in articles:
            result.unmet.append((ruling, f"{term[1:-1]} is not in this graph"))


def _link_organisations(result: Assembled, linker: Linker) -> None:
    """Decide which organisations are which of ROR, as far as curators did not."""
    assert result.institutions is not None
    names: dict[str, str] = {}
    for subject, predicate, term in sorted(result.shared, reverse=True):
        if predicate == FOAF.name:
            names[subject] = value(term)
    constraints = result.decided.organisations
    settled = {term for two in constraints.same for term in two if any(o.startswith("<https://ror.org/") for o in two)}
    result.organisations = organisations.resolve(result.institutions, names, linker, settled, constraints.different)


def _resolution(result: Assembled, base: str) -> Iterator[Triple]:
    """The triples of ``graph/resolution``: who is who, as curators have it, and which article another one cites."""
    yield from people.resolution(result.documents, result.people, base)
    yield from works.resolution(result.documents, works.index(result.documents), base)
    found = chain(organisations.triples(result.organisations, base), journals.resolution(result.shared))
    yield from decisions.of_organisations(found, result.decided.organisations, base)


def _contribute(result: Assembled, description: str, base: str) -> None:
    """Add what a description says to the graph that it belongs to."""
    graphs = {
        iri.shared_graph(base, "shared"): result.shared,
        iri.shared_graph(base, "vocabulary"): result.vocabulary,
    }
    for line in terms.lines(description):
        subject, predicate, term, where = split(line)
        assert where
        # Of the lines of a description each would hold a copy of its own.
        graphs[where].add((sys.intern(subject), sys.intern(predicate), term))


def counts(result: Assembled) -> dict[str, int]:
    """How many articles, authors (resolved identities), affiliations, concepts, mentions and triples there are."""
    authors = {result.people.identities.get(p.term, p.term) for d in result.documents for p in d.persons}
    return {
        "articles": len(result.documents),
        "authors": len(authors),
        "affiliations": result.classes[ORG.OrganizationalUnit],
        "concepts": len({concept for document in result.documents for concept in document.concepts}),
        "mentions": result.classes[OA.Annotation],
        "proposals": len(result.people.proposals),
        "triples": result.triples,
    }
