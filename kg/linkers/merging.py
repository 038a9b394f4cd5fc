"""One article from several records: which source is believed for which field, and what the others say instead.

What records say is only ever united: :class:`Said` is a set of records, so it does not matter in which order they come, in
which groups, or how often. What is written of the set is a function of it (:func:`merged`): of each *field* the better
source wins whole, by :data:`PRECEDENCE`; identifiers, types and notices are united; what the losing sources say otherwise
becomes ``#alt-…``, a reified statement with its source. Titles, years, DOIs and lists of authors that contradict each
other are marked as ``kgv:Disagreement``, which a shape makes a finding.

Lists of references, sections of the body and annotations of texts that were not kept are not repeated as alternatives:
there are hundreds of them in an article, and their source is named.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from msgspec.structs import replace

from kg import iri
from kg.linkers import bylines
from kg.shards import Block, rekey
from kg.terms import Triple, lines, literal, quads, split, triples, value
from kg.vocab import (
    C4O,
    DCTERMS,
    DOCO,
    FABIO,
    FOAF,
    FRAPO,
    FRBR,
    KGV,
    OA,
    OWL,
    PRISM,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
)

PRECEDENCE = (
    "jats",  # the publisher's own full record
    "pubmed",  # checked by indexers, kept up to date
    "crossref",  # what the publisher registered, seldom corrected
    "europepmc",  # made of the above
    "openalex",  # made of the above by machine
    "nbib",  # PubMed's display formats: less than its XML says
    "pubmed-text",
    "bioc",  # PubMed's title and abstract, with the annotations of others
    "pubtator",
    "tei",  # read from a PDF by machine
    "csl-json",  # somebody's reference manager
    "ris",
    "letter",  # read from plain text
)
"""The readers, in the order in which their records are believed; one that is not listed comes last."""

PUBMED = ("pubmed", "nbib", "pubmed-text")
"""the readers of PubMed's own records"""

_PUBMED_FIRST = frozenset({"pmid", "indexing", "types", "related"})
"""fields for which PubMed is believed before the publisher: its own number, its indexers' terms, and the notices of later
years, which a publisher's file of the day of publication cannot hold"""

_UNITED = frozenset({"identifiers", "types", "sources"})
"""fields that are sets of facts which do not exclude each other"""

_OF_ARTICLE = MappingProxyType(
    {
        PRISM.doi: "doi", FABIO.hasPubMedId: "pmid", FABIO.hasPubMedCentralId: "pmcid",
        DCTERMS.identifier: "identifiers", OWL.sameAs: "identifiers", DCTERMS.references: "identifiers",
        RDF.type: "types", DCTERMS.type: "types", SCHEMA.genre: "types",
        DCTERMS.issued: "issued", PRISM.publicationDate: "issued",
        FRBR.partOf: "place", DCTERMS.isPartOf: "place", PRISM.volume: "place", PRISM.issueIdentifier: "place",
        PRISM.startingPage: "pages", PRISM.endingPage: "pages", PRISM.pageRange: "pages",
        FABIO.hasElectronicArticleIdentifier: "pages",
        DCTERMS.subject: "indexing", FABIO.hasSubjectTerm: "indexing", FABIO.hasPrimarySubjectTerm: "indexing",
        SCHEMA.keywords: "indexing",
        DCTERMS.abstract: "abstract", PRISM.keyword: "kw", KGV.conflictOfInterest: "coi", DCTERMS.title: "title",
        FABIO.hasPublicationYear: "year", KGV.sortDate: "day", RDFS.comment: "byline",
        PROV.wasDerivedFrom: "sources", SCHEMA.mentions: "mentions",
    }
)  # fmt: skip
"""property of the article → field; any other property is a field of its own. A part of the article is a field by its kind."""

_BY_PREFIX = MappingProxyType(
    {
        '"doi:': "doi", '"pmid:': "pmid", '"pmcid:': "pmcid",
        "<https://doi.org/": "doi", "<http://rdf.ncbi.nlm.nih.gov/pubmed/": "pmid",
    }
)  # fmt: skip
"""how an identifier begins that goes with one of the three that key an article"""

_YEARS = ("issued", DCTERMS.available)
_DAYS = ("issued", DCTERMS.available, DCTERMS.dateAccepted, KGV.dateRevised, DCTERMS.dateSubmitted)
"""the year and the sortable day are those of the first date that there is (:mod:`kg.triples.biblio`)"""

_SILENT = frozenset({"ref", "sec", "mentions", "day"})
"""fields whose losing values are not repeated"""

_SCAFFOLD = frozenset(
    {
        RDF.type, FRBR.part, FRBR.partOf, PRISM.publicationDate, DCTERMS.identifier, OWL.sameAs, SCHEMA.position,
        FOAF.name, FOAF.givenName, FOAF.familyName,
    }
)  # fmt: skip
"""properties that say again what another one says, or hold the parts of a document together"""

_RESTATED = frozenset({"title", "abstract", "kw"})
"""passages whose content is a property of the article as well"""

_CHAPTERS = frozenset({FABIO.BookChapter, SCHEMA.Chapter, FABIO.JournalArticle, SCHEMA.ScholarlyArticle})
_BYLINE = frozenset({"author", "person", "aff", "corresponding", "credit", "editor", "investigator"})
_KIND = re.compile(r"([a-z][a-z-]*?)(?:-[0-9].*)?", re.DOTALL)

Field = str


def place(reader: str) -> tuple[int, str]:
    """The place of a reader in the order of trust, the best first.

    >>> sorted(("letter", "pubmed", "of-somebody", "jats"), key=place)
    ['jats', 'pubmed', 'letter', 'of-somebody']
    """
    return (PRECEDENCE.index(reader) if reader in PRECEDENCE else len(PRECEDENCE)), reader


@dataclass(frozen=True, slots=True)
class Record:
    """What one source says of the article, under the article's key. Sorted tuples, so that equal records are equal."""

    reader: str
    source: str
    name: str
    line: int | None
    own: tuple[Triple, ...]
    described: tuple[tuple[str, Triple], ...]
    """(graph, triple) of the shared nodes that it names"""

    @property
    def trust(self) -> tuple[object, ...]:
        """Of two records the one with the smaller value is believed."""
        return *place(self.reader), self.source, self.name, self.line or 0, self.own


@dataclass(frozen=True, slots=True)
class Said:
    """All that is said of one article: a set of records. ``a | b`` says what both say."""

    article: str
    records: frozenset[Record]

    def __or__(self, other: Said) -> Said:
        assert self.article == other.article
        return Said(self.article, self.records | other.records)


def said(block: Block, base: str, key: str) -> Said:
    """What a record of a shard says, under the key of its article."""
    article = iri.article(base, key)
    own = set(triples(rekey(block, base, block.header.keys[0], key).own))
    described = set()
    for line in lines("".join(block.described)):
        subject, predicate, term, graph = split(line)
        if graph:
            described.add((graph, (subject, predicate, term)))
    source = min(term for subject, predicate, term in own if subject == article and predicate == PROV.wasDerivedFrom)
    header = block.header
    stated = tuple(sorted(own)), tuple(sorted(described))
    return Said(article, frozenset({Record(header.reader, source, header.record, header.line, *stated)}))


def merge(blocks: Sequence[Block], base: str, keys: Sequence[str]) -> Block:
    """The records of one article as one record.

    Args:
        blocks: in any order, each once or more often.
        base: where own IRIs live.
        keys: those that lead to the article, its own first. A DOI that is none of them belongs to another article: the
            article says it, but is not said to be what it resolves to.
    """
    everything = said(blocks[0], base, keys[0])
    for block in blocks[1:]:
        everything |= said(block, base, keys[0])
    own = merged(everything)
    unclaimed = {
        (s, p, o)
        for s, p, o in own
        if p == OWL.sameAs and o.startswith("<https://doi.org/") and f"doi/{o[17:-1]}" not in keys
    }
    own -= unclaimed
    described = [quads(sorted(about), graph) for graph, about in sorted(_described(everything, own).items())]
    aliases = [(iri.article(base, key), OWL.sameAs, everything.article) for key in keys[1:]]
    best = min(blocks, key=lambda b: (place(b.header.reader), b.header.record, b.own))
    return Block(
        replace(best.header, keys=tuple(keys)),
        quads(sorted(own), iri.document_graph(base, keys[0])),
        quads(aliases, iri.shared_graph(base, "aliases")),
        tuple(described),
    )


def merged(everything: Said) -> set[Triple]:
    """The article's own statements, and the alternatives."""
    article = everything.article
    records = sorted(everything.records, key=lambda record: record.trust)
    if len(records) == 1:
        return set(records[0].own)
    fields = [_fields(article, record.own) for record in records]
    result: set[Triple] = set()
    winners: dict[Field, int] = {}
    for field in sorted({field for of_one in fields for field in of_one} - {"byline", "mentions", "year", "day"}):
        having = [n for n, of_one in enumerate(fields) if field in of_one]
        if field in _PUBMED_FIRST:
            having.sort(key=lambda n: records[n].reader not in PUBMED)
        winners[field] = having[0]
        if field == "types":
            result |= _types(fields[n][field] for n in having)
        elif field in _UNITED:
            result.update(*(fields[n][field] for n in having))
        elif field in _APPENDED:
            result |= _appended(article, field, [fields[n][field] for n in having])
        else:
            result |= fields[having[0]][field]
    for field, order in (("year", _YEARS), ("day", _DAYS)):
        first = next((winners[name] for name in order if name in winners), None)
        if first is not None:
            winners[field] = first
            result |= fields[first].get(field, set())
    byline = bylines.merge(article, [of_one.get("byline", set()) for of_one in fields])
    result |= byline.triples
    result |= _annotations(article, records, [of_one.get("mentions", set()) for of_one in fields], result)
    return result | _alternatives(article, records, fields, result, byline)


# --- fields -------------------------------------------------------------------------------------------------------


def _fields(article: str, own: Iterable[Triple]) -> dict[Field, set[Triple]]:
    """The statements of a record by the field that they belong to."""
    found: dict[Field, set[Triple]] = defaultdict(set)
    stem = f"{article[:-1]}#"
    for triple in own:
        subject, predicate, term = triple
        if subject != article:
            field = _field_of_part(subject[len(stem) : -1])
        elif term.startswith(stem):
            field = _field_of_part(term[len(stem) : -1])
        else:
            field = _OF_ARTICLE.get(predicate, predicate)
            if field == "identifiers":
                field = next((name for start, name in _BY_PREFIX.items() if term.startswith(start)), field)
        found[field].add(triple)
    return dict(found)


def _field_of_part(fragment: str) -> Field:
    """The field of a part of an article.

    >>> [_field_of_part(name) for name in ("author-2", "abstract-1", "sec-2.1", "core-tip", "m-kw-3-0-7-MESH_D1")]
    ['byline', 'abstract', 'sec', 'core-tip', 'mentions']
    """
    if fragment.startswith(("m-", "claim-", "entity-")):
        return "mentions"
    kind = match[1] if (match := _KIND.fullmatch(fragment)) else fragment
    return "byline" if kind in _BYLINE else kind


def _types(stated: Iterable[set[Triple]]) -> set[Triple]:
    """All types; whether it is a chapter is decided by the first."""
    sets = list(stated)
    chapters = next((found for one in sets if (found := {t for t in one if t[2] in _CHAPTERS})), set())
    return chapters | {t for one in sets for t in one if t[2] not in _CHAPTERS}


def _notice(facts: dict[str, str]) -> Collection[str]:
    """What a notice says: of the same kind about the same work is the same notice."""
    stated = [facts[p] for p in (PRISM.doi, FABIO.hasPubMedId, FABIO.hasPubMedCentralId) if p in facts]
    kind = facts.get(DCTERMS.type) or facts.get(RDFS.label, "")
    return [f"{kind} {work}" for work in stated or [fold(value(facts.get(DCTERMS.bibliographicCitation, '""')))]]


def _award(facts: dict[str, str]) -> Collection[str]:
    """What a grant says: of the same number, or in the same words, is the same grant."""
    told = facts.get(FRAPO.hasGrantNumber) or facts.get(DCTERMS.description) or facts.get(FRAPO.isAwardedBy) or '""'
    return [fold(value(told))]


_APPENDED: dict[Field, Callable[[dict[str, str]], Collection[str]]] = {"related": _notice, "grant": _award}
"""lists that other sources may lengthen: field → what tells whether an entry is there already"""


def _appended(article: str, field: Field, stated: Sequence[set[Triple]]) -> set[Triple]:
    """The entries of the first source under their own numbers, then what each of the others has beside them."""
    result = set(stated[0])
    stem = f"{article[:-1]}#{field}-"
    known: set[str] = set()
    count = 0
    for n, told in enumerate(stated):
        entries: dict[str, set[Triple]] = defaultdict(set)
        for triple in told:
            entries[triple[2] if triple[0] == article else triple[0]].add(triple)
        for node in sorted(entries, key=_numbered):
            facts = {p: o for s, p, o in sorted(entries[node]) if s == node}
            says = _APPENDED[field](facts)
            if n == 0:
                count = max(count, _numbered(node)[0])
            elif known.isdisjoint(says):
                count += 1
                new = f"{stem}{count}>"
                result |= {(new if s == node else s, p, new if o == node else o) for s, p, o in entries[node]}
            known.update(says)
    return result


def _numbered(node: str) -> tuple[int, str]:
    tail = node[:-1].rpartition("-")[2]
    return (int(tail) if tail.isdecimal() and len(tail) < 10 else 0), node


# --- annotations of texts -------------------------------------------------------------------------------------------


def _annotations(
    article: str, records: Sequence[Record], stated: Sequence[set[Triple]], kept: Collection[Triple]
) -> set[Triple]:
    """The annotations and claims, each from the best source that makes it, and their summary.

    Those of our own recognisers are kept where their text was kept: the others say the same of another wording. What others
    marked is kept always; where its text was not, as ``#abstract-in-bioc`` beside the one that was.
    """
    stem = f"{article[:-1]}#"
    texts = {s: value(o) for s, p, o in kept if p == C4O.hasContent}
    result: dict[str, set[Triple]] = {}
    summary: set[Triple] = set()
    for record, told in zip(records, stated, strict=True):
        read = {s: value(o) for s, p, o in record.own if p == C4O.hasContent}
        marks = _Marks(article, told)
        apart = {
            passage: f"{passage[:-1]}-in-{iri.curie_fragment(record.reader)}>"
            for passage in marks.by_others
            if passage in read and texts.get(passage) != read[passage]
        }
        held: dict[str, str] = {}
        for node, passage in marks.passages.items():
            if passage in apart and node in marks.by_others[passage]:
                start, name = f"{stem}m-{passage[len(stem) : -1]}-", apart[passage][len(stem) : -1]
                held[node] = f"{stem}m-{name}-{node.removeprefix(start)}"
            elif passage in texts and texts[passage] == read.get(passage):
                held[node] = node
        for node, about in marks.nodes.items():
            if node not in marks.passages and {o for _, _, o in about if o in marks.passages} <= held.keys():
                held[node] = node
        for node, new in held.items():
            result.setdefault(new, {(new, p, held.get(o, apart.get(o, o))) for _, p, o in marks.nodes[node]})
        for passage, new in apart.items():
            said_there = (new, C4O.hasContent, next(o for s, p, o in record.own if (s, p) == (passage, C4O.hasContent)))
            part, kind = (article, FRBR.part, new), (new, RDF.type, DOCO.Section)
            result.setdefault(new, {part, kind, said_there, (new, PROV.wasDerivedFrom, record.source)})
        bodies = {o for node in held.keys() & marks.ours for _, p, o in marks.nodes[node] if p == OA.hasBody}
        summary |= {t for t in marks.about if t[1] != SCHEMA.mentions or t[2] in bodies}
    return summary.union(*result.values())


class _Marks:
    """The annotations and claims of one record.

    ``about``: what is said of the article itself. ``nodes``: the other statements by their subjects. ``passages``:
    annotation, target or selector → the passage that it is about. ``ours``: the annotations of our own recognisers.
    ``by_others``: passage → what others marked in it, with targets and selectors.
    """

    def __init__(self, article: str, told: Iterable[Triple]) -> None:
        nodes: dict[str, set[Triple]] = defaultdict(set)
        for triple in told:
            nodes[triple[0]].add(triple)
        self.about = nodes.pop(article, set())
        self.nodes = dict(sorted(nodes.items()))
        self.ours: set[str] = set()
        self.passages: dict[str, str] = {}
        self.by_others: dict[str, set[str]] = defaultdict(set)
        for node, about in self.nodes.items():
            facts = {p: o for _, p, o in about}
            if OA.hasTarget not in facts:
                continue
            whole = {node}
            waiting = [facts[OA.hasTarget]]
            while waiting:
                part = waiting.pop()
                whole.add(part)
                waiting += [o for _, p, o in nodes.get(part, ()) if p in (OA.hasSelector, OA.refinedBy)]
            passage = next((o for _, p, o in nodes.get(facts[OA.hasTarget], ()) if p == OA.hasSource), None)
            if passage is None:
                continue
            self.passages.update(dict.fromkeys(whole, passage))
            if iri.is_ours(facts.get(PROV.wasAttributedTo, "")):
                self.ours.add(node)
            else:
                self.by_others[passage] |= whole


# --- what the others say ----------------------------------------------------------------------------------------------


def _alternatives(
    article: str,
    records: Sequence[Record],
    fields: Sequence[dict[Field, set[Triple]]],
    kept: Collection[Triple],
    byline: bylines.Merged,
) -> set[Triple]:
    """Every value of a losing source that was not kept, as a statement of that source."""
    values = {(s, p, value(o)) for s, p, o in kept}
    result: set[Triple] = set()
    for n, (record, of_one) in enumerate(zip(records, fields, strict=True)):
        lost = {
            t for field, triples in of_one.items() if field not in _SILENT | {"byline", *_APPENDED} for t in triples
        }
        lost |= byline.alternatives[n]
        for triple in lost:
            subject, predicate, term = triple
            if (subject, predicate, value(term)) in values or not _is_value(article, triple):
                continue
            reason = _disagreement(article, triple, kept)
            result.update(_alternative(article, subject, predicate, term, record.source, reason))
        if names := byline.disagreeing.get(n):
            result.update(
                _alternative(article, article, DCTERMS.creator, literal(names), record.source, "lists of authors")
            )
    return result


def _is_value(article: str, triple: Triple) -> bool:
    subject, predicate, term = triple
    if predicate in _SCAFFOLD or term == article or term.startswith(f"{article[:-1]}#"):
        return False
    if subject == article:
        return predicate != DCTERMS.bibliographicCitation
    fragment = subject[:-1].rpartition("#")[2]
    return not (predicate == C4O.hasContent and _field_of_part(fragment) in _RESTATED)


_COMPARED: dict[str, tuple[str, Callable[[str], str]]] = {
    DCTERMS.title: ("titles", lambda text: fold(text)),
    FABIO.hasPublicationYear: ("years", str),
    PRISM.doi: ("DOIs", str),
}
"""property → what is said to differ, and what of it is compared"""


def _disagreement(article: str, triple: Triple, kept: Iterable[Triple]) -> str | None:
    """What two sources contradict each other in, if they do."""
    subject, predicate, term = triple
    if subject != article or predicate not in _COMPARED:
        return None
    name, form = _COMPARED[predicate]
    believed = {form(value(o)) for s, p, o in kept if s == article and p == predicate}
    return name if believed and form(value(term)) not in believed else None


def _alternative(
    article: str, subject: str, predicate: str, term: str, source: str, reason: str | None
) -> Iterator[Triple]:
    node = iri.alternative(article, subject, predicate, term)
    yield node, RDF.type, RDF.Statement
    yield node, RDF.subject, subject
    yield node, RDF.predicate, predicate
    yield node, RDF.object, term
    yield node, PROV.wasDerivedFrom, source
    if reason:
        yield node, RDF.type, KGV.Disagreement
        yield node, KGV.reason, literal(f"Sources of this article give different {reason}.", "en")


def fold(text: str) -> str:
    """A text for comparison: its letters and digits, without accents or case.

    >>> fold("[Über die β-Zelle].") == fold("Uber die β‐Zelle")
    True
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


# --- what it names --------------------------------------------------------------------------------------------------


def _described(everything: Said, own: Iterable[Triple]) -> dict[str, set[Triple]]:
    """What the records say of the shared nodes to which a statement of the article leads, directly or through others."""
    by_subject: dict[str, set[tuple[str, Triple]]] = defaultdict(set)
    for record in everything.records:
        for graph, triple in record.described:
            by_subject[triple[0]].add((graph, triple))
    waiting = {term for _, _, term in own if term in by_subject}
    seen = set(waiting)
    result: dict[str, set[Triple]] = defaultdict(set)
    while waiting:
        for graph, triple in by_subject[waiting.pop()]:
            result[graph].add(triple)
            if triple[2] in by_subject and triple[2] not in seen:
                seen.add(triple[2])
                waiting.add(triple[2])
    return result
