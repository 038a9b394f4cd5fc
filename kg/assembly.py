"""Shards → one graph: the stored records' quads, what joins them, what describes their concepts, what follows from them.

Everything is written as N-Quads to two files (:mod:`kg.written`), in passes: a pass over the shards, and then the graphs that
can be made only when all documents are known (vocabulary, resolution). The files are what the store is loaded from and what
the canonical export is made of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from kg import decisions, iri, shards, terms
from kg.contents import LINKED, Contents
from kg.decisions import Decided
from kg.decisions import Decision as Ruling
from kg.files import TEMPORARY
from kg.garbage import forget, give_back
from kg.lexicon import Lexicon
from kg.linkers import Facts, Origin, gist, journals, merging, people, works
from kg.linkers.gist import Gist
from kg.linkers.merging import place
from kg.linkers.organisations import resolution as organisations
from kg.linkers.organisations.resolution import Match, Printed
from kg.linkers.people import Found, People
from kg.linkers.people.blocks import Everybody, gathering
from kg.linkers.people.clustering import Link
from kg.linkers.people.memo import Memo
from kg.linkers.records import Decision
from kg.piles import Pile
from kg.shards import Block
from kg.sorting import Unsorted, unsorted
from kg.terms import Triple, split, value
from kg.triples import vocabulary
from kg.units import Progress, Unit
from kg.vocab import FOAF, OA, ORG, PROV, RDF
from kg.written import DocumentGraphs, SharedGraphs

if TYPE_CHECKING:
    from kg.linkers.organisations import Linker

_LATELY = 1 << 16
"""descriptions that were written last, of which it is known"""


_Made = tuple[Block, str, list[Origin]]
"""a document, its key, and the records that it was made of, the most trusted first"""


@dataclass(slots=True)
class Assembled:
    """What is known of the graph once all shards were read."""

    documents: Pile[Facts]
    decided: Decided = field(default_factory=Decided)
    unmet: list[tuple[Ruling, str]] = field(default_factory=list)
    """decisions of curators that do not apply, and why"""
    institutions: Printed | None = None
    """what the affiliations print, where organisations are linked"""
    organisations: list[Match] = field(default_factory=list)
    concepts: set[str] = field(default_factory=set)
    """what documents are indexed with or mention"""
    named: set[str] = field(default_factory=set)
    """what annotations and claims are about, by whomever"""
    persons: int = 0
    """as printed"""
    authors: int = 0
    """resolved identities"""
    proposals: int = 0
    """pairs of persons as printed that may be one"""
    first: str | None = None
    """the smallest key of a document"""
    triples: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    """how many triples lead to each of :data:`kg.contents.LINKED`"""
    contents: Contents = field(default_factory=Contents)
    """of all graphs that were written"""


def assemble(
    units: Sequence[Unit],
    decision: Decision,
    lexicon: Lexicon | None,
    base: str,
    out: DocumentGraphs,
    shared: SharedGraphs,
    directory: Path,
    progress: Progress,
    decided: Decided | None = None,
    memo: Memo | None = None,
    linker: Linker | None = None,
) -> Assembled:
    """Write the documents' graphs, and those that they share, and keep what the analysis and the reports need. Nothing stays
    in memory that grows with the texts: what is joined is brought together on disk.

    Args:
        directory: for what is there only in the meantime, and for the facts of the documents.
        linker: for the organisations.
    """
    documents = Pile(directory / f"facts.jsonl{TEMPORARY}", Facts)
    result = Assembled(documents, decided=decided or Decided(), institutions=Printed() if linker else None)
    total = len(decision.stored)
    with ExitStack() as stack:
        everybody = stack.enter_context(gathering(directory))
        spilled = {
            name: _Spilled(stack.enter_context(unsorted(directory)), iri.shared_graph(base, name)) for name in _SHARED
        }
        described = _Described(spilled["shared"], spilled["vocabulary"])
        with documents.writing() as add, out.writing() as write:
            for block, key, origins in _stored(units, decision, base, directory):
                if len(documents) % 100 == 0:
                    progress("assemble", len(documents), total)
                text, told = _document(result, block, key, base)
                write(iri.document_graph(base, key), text)
                described.add(block.described)
                spilled["aliases"].write(block.aliases)
                everybody.add(told.authors, bytes(told.authorships))
                told.facts.origins = origins
                add(told.facts)
        del described  # what was written of late may come to a hundred megabytes
        progress("assemble", total, total)
        if lexicon is not None:
            spilled["vocabulary"].add(vocabulary.concepts(lexicon, map(value, result.concepts | result.named)))
        found = _resolve(result, everybody, base, memo, directory)
        names, of_journals = _Names(), _OfJournals()
        with shared.writing() as through:
            _write(result, spilled["shared"], through, of_journals, *([names] if linker else []))
            _write(result, spilled["vocabulary"], through)
            _write(result, spilled["aliases"], through)
            if linker is not None:
                _link_organisations(result, names.found, linker)
            spilled["resolution"].add(_resolution(result, found, of_journals.found, base, directory))
            _write(result, spilled["resolution"], through)
    forget()
    give_back()
    return result


_SHARED = ("shared", "vocabulary", "aliases", "resolution")


class _Spilled:
    """The quads of a graph that documents share, on disk until all are there."""

    def __init__(self, quads: Unsorted, graph: str) -> None:
        self.graph = graph
        self.write = quads.write
        self.lines = quads.sorted
        self._writelines = quads.writelines

    def add(self, triples: Iterable[Triple]) -> None:
        """Take triples."""
        end = terms.end_of(self.graph)
        self._writelines(f"{s} {p} {o}{end}" for s, p, o in triples)


class _Described:
    """Takes the descriptions that documents contribute. Most were contributed before, and of those that were of late it is
    known; the others are written again, which sorting makes good."""

    def __init__(self, shared: _Spilled, vocabulary: _Spilled) -> None:
        self._graphs = {terms.end_of(spilled.graph): spilled.write for spilled in (shared, vocabulary)}
        self._young: set[str] = set()
        self._old: set[str] = set()

    def add(self, described: Iterable[str]) -> None:
        """Take those of a document; each is of one graph."""
        for text in described:
            if text not in self._old and text not in self._young:
                self._young.add(text)
                self._graphs[text[text.rindex(" <") :]](text)
        if len(self._young) >= _LATELY:
            self._young, self._old = set(), self._young


class _Names:
    """The names of organisations: of several the first."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def __call__(self, subject: str, predicate: str, term: str) -> None:
        if predicate == FOAF.name and subject not in self.found:
            self.found[subject] = value(term)


class _OfJournals:
    """What is said of journals."""

    def __init__(self) -> None:
        self.found: list[Triple] = []

    def __call__(self, subject: str, predicate: str, term: str) -> None:
        if journals.is_asked(predicate, term):
            self.found.append((subject, predicate, term))


def _write(
    result: Assembled,
    spilled: _Spilled,
    through: Callable[[str, Iterable[str]], Iterator[str]],
    *lookers: Callable[[str, str, str], None],
) -> None:
    """Append a graph of the canonical export; whoever looks on is told each triple, in order."""
    end = terms.end_of(spilled.graph)
    classes, linked = (re.compile(pattern + re.escape(end)).findall for pattern in (_CLASS, _LINKED))

    def passing() -> Iterator[str]:
        lines = spilled.lines()
        while some := list(islice(lines, _AT_ONCE)):
            text = "".join(some)
            result.classes.update(classes(text))
            result.links.update(linked(text))
            for line in some if lookers else ():
                subject, predicate, rest = line.split(" ", 2)
                for look in lookers:
                    look(subject, predicate, rest[: -len(end)])
            yield from some

    result.triples += result.contents.put(spilled.graph[1:-1], through(spilled.graph, passing()))


_AT_ONCE = 1_000
"""lines looked at at once"""

_CLASS = rf" {RDF.type} (<[^>]*>)"
_LINKED = rf""" <({"|".join(map(re.escape, LINKED))})[^>"]*>"""
"""objects that are counted, where what stands behind the object follows, which is preceded by the quote of a literal, by its
language or datatype, or by an IRI, in which there is no quote"""


def _stored(units: Sequence[Unit], decision: Decision, base: str, directory: Path) -> Iterator[_Made]:
    """The documents under their keys: those of one record in the order of the sources, then those of several records,
    which lie far apart and are brought together by sorting."""
    stored = iter(decision.stored)
    wanted = next(stored, None)
    with unsorted(directory) as apart:
        for number, unit in enumerate(units):
            if unit.shard is None:
                continue
            for entry, block in enumerate(shards.read(unit.shard)):
                if wanted is None or (wanted.unit, wanted.entry) != (number, entry):
                    continue
                assert isinstance(block, Block)
                key, wanted = wanted.key, next(stored, None)
                if key in decision.merged:
                    whole = replace(block, gist=b"")  # which is of the record alone
                    apart.write(f"{key} {msgspec.json.encode(whole).decode()}\n")
                elif key in decision.keys:
                    yield _made([block], decision.keys[key], base)
                else:
                    yield block, key, [_origin(block, base)]
        for key, lines in groupby(apart.sorted(), lambda line: line.partition(" ")[0]):
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


def _document(result: Assembled, block: Block, key: str, base: str) -> tuple[str, Gist]:
    """A document's own graph and its gist; notes what can be counted."""
    text = _curated(result, iri.article(base, key), block.own, base)
    as_read = block.header.keys[0] == key and text is block.own
    told = gist.kept(block.gist) if as_read else None
    if told is None:
        told = gist.of(base, (key, *block.header.keys[1:]), text)
    result.contents.put_digested(iri.document_graph(base, key)[1:-1], told.quads, bytes.fromhex(told.sha256))
    result.triples += told.quads
    result.classes.update(told.classes)
    result.links.update(told.links)
    result.named.update(told.named)
    result.concepts.update(told.facts.concepts)
    result.persons += len(told.facts.persons)
    result.first = min(filter(None, (result.first, key)))
    if result.institutions is not None:
        result.institutions.add(told.printed, told.registered)
    return text, told


def _curated(result: Assembled, article: str, own: str, base: str) -> str:
    """A document's own quads, its mentions as curators decided."""
    if not (rulings := result.decided.by_article.get(article)):
        return own
    lines = [f"{line}\n" for line in own.split("\n") if line]  # literals may hold other ends of lines
    known = {line[: line.index(" ")] for line in lines}
    result.unmet += (
        (ruling, f"{term[1:-1]} is not in this graph") for term, ruling in rulings.items() if term not in known
    )
    return "".join(decisions.of_mentions(lines, article, rulings, base))


def _resolve(result: Assembled, everybody: Everybody, base: str, memo: Memo | None, directory: Path) -> People:
    """Decide who is who, as far as curators did not."""
    wanted = {term for two in result.decided.origin for term in two}
    printed = {p.term: p.name for d in result.documents for p in d.persons if p.term in wanted} if wanted else {}
    constraints, gone = decisions.applicable(result.decided, printed.get)
    identified = Pile(directory / f"identified.jsonl{TEMPORARY}", tuple[str, str])
    links, proposals = (Pile(directory / f"{name}.jsonl{TEMPORARY}", Link) for name in ("links", "proposals"))
    with identified.writing() as identify, links.writing() as link, proposals.writing() as propose:
        found = Found(identify, link, propose)
        identities = people.resolve_blocks(
            everybody, base, found, constraints=constraints, memo=memo, directory=directory
        )
    result.authors = result.persons - len(identified) + identities
    result.proposals = len(proposals)
    result.unmet += gone
    if wanted:
        known = {person: identity for person, identity in identified if person in wanted}
        result.unmet += decisions.broken(result.decided, constraints, known)
    if result.decided.mentions:
        articles = {d.article for d in result.documents}
        for article, rulings in result.decided.by_article.items():
            if article not in articles:
                result.unmet += ((ruling, f"{term[1:-1]} is not in this graph") for term, ruling in rulings.items())
    return People(identified, links, proposals)


def _link_organisations(result: Assembled, names: Mapping[str, str], linker: Linker) -> None:
    """Decide which organisations are which of ROR, as far as curators did not."""
    assert result.institutions is not None
    constraints = result.decided.organisations
    settled = {term for two in constraints.same for term in two if any(o.startswith("<https://ror.org/") for o in two)}
    result.organisations = organisations.resolve(result.institutions, names, linker, settled, constraints.different)


def _resolution(
    result: Assembled, found: People, of_journals: Iterable[Triple], base: str, directory: Path
) -> Iterator[Triple]:
    """The triples of ``graph/resolution``: who is who, as curators have it, and which article another one cites."""
    yield from people.resolution(result.documents, found, base, directory)
    yield from works.resolution(result.documents, base, directory)
    linked = chain(organisations.triples(result.organisations, base), journals.resolution(of_journals))
    yield from decisions.of_organisations(linked, result.decided.organisations, base)


def counts(result: Assembled) -> dict[str, int]:
    """How many articles, authors (resolved identities), affiliations, concepts, mentions and triples there are."""
    return {
        "articles": len(result.documents),
        "authors": result.authors,
        "affiliations": result.classes[ORG.OrganizationalUnit],
        "concepts": len(result.concepts),
        "mentions": result.classes[OA.Annotation],
        "proposals": result.proposals,
        "triples": result.triples,
    }
