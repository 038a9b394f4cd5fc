"""Why a statement is there: everything that the graph says about one thing, with the record, the source file, the
characters and the agent behind it.

Nothing here scans: every question is a look-up by subject or by object, so that the answer is as quick in a large graph
as in a small one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from kg import identifiers, iri, terms
from kg.decisions import Decision
from kg.errors import UsageError
from kg.exporters.turtle import name as prefixed
from kg.results import visible as harmless
from kg.store import GraphStore
from kg.vocab import (
    C4O,
    DCTERMS,
    FABIO,
    FOAF,
    FRBR,
    KGV,
    OA,
    OWL,
    PREFIXES,
    PRISM,
    PRO,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SCORO,
    VCARD,
    XSD,
)

SHOWN = 20
"""how many mentions, uses and works are shown to a person; the rest is counted"""

_LABELS = (RDFS.label, DCTERMS.title, FOAF.name, DCTERMS.alternative)
"""the last is the title of an article in its own language, where it has no other"""
_DATES = (
    ("received", DCTERMS.dateSubmitted),
    ("revised", KGV.dateRevised),
    ("accepted", DCTERMS.dateAccepted),
    ("first online", DCTERMS.available),
    ("published", DCTERMS.issued),
    ("corrected", FABIO.hasCorrectionDate),
    ("retracted", FABIO.hasRetractionDate),
)
_IDENTIFIERS = (
    ("doi", PRISM.doi),
    ("pmid", FABIO.hasPubMedId),
    ("pmcid", FABIO.hasPubMedCentralId),
    ("pii", FABIO.hasPII),
)
_PASSAGES = ("title", "abstract", "core-tip")
"""the order in which they are read; the others come after them"""
_CORRESPONDING = SCORO["corresponding-author"]
_NUMBERS = re.compile(r"([0-9]{1,9})")
_LINE = re.compile(r"#line=[0-9]{1,12},([0-9]{1,12})>")


@dataclass(slots=True)
class Origin:
    """Where the statements of a graph come from."""

    graph: str
    article: str | None = None
    file: str | None = None
    sha256: str | None = None
    """of the source, uncompressed"""
    record: str | None = None
    line: int | None = None
    """where the record begins in the source, from 1"""
    reader: str | None = None


@dataclass(slots=True)
class Alternative:
    """What another source of an article says of it than what is kept."""

    part: str
    """the article or the part of it that this is about"""
    property: str
    value: str
    file: str | None
    disagrees: bool
    """whether it contradicts what is kept: another title, year, DOI or list of authors"""


@dataclass(slots=True)
class Statement:
    """One statement and the graph that it stands in."""

    subject: str
    predicate: str
    object: str
    graph: str


@dataclass(slots=True)
class Evidence:
    """A mention: the characters, where they stand, who found them, how and how surely."""

    annotation: str
    concept: str
    label: str | None
    passage: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    confidence: str | None
    agent: str | None
    reason: str | None


@dataclass(slots=True)
class Contributor:
    """An author of an article: in which place, under which name, who that is, and from where."""

    position: int
    name: str
    person: str
    affiliations: list[str]
    emails: list[str]
    """as corresponding author"""
    is_corresponding: bool
    equal_to: list[int]
    """positions of those who contributed equally"""


@dataclass(slots=True)
class Summary:
    """An article at a glance; all values as text."""

    title: str
    types: list[str]
    published_in: str | None
    identifiers: dict[str, str]
    dates: dict[str, list[str]]
    authors: list[Contributor]
    keywords: list[str]
    licence: str | None


@dataclass(slots=True)
class Work:
    """An article in which a person has a role."""

    article: str
    title: str | None
    role: str
    position: int | None
    name: str | None
    """as printed"""


@dataclass(slots=True)
class Identity:
    """Something else that a node is, or may be; who decided that, how surely, and by which evidence, in words."""

    other: str
    label: str | None
    is_proposal: bool
    confidence: str | None
    reason: str | None
    link: str
    of: str | None = None
    """whose link it is, where that is not the node but somebody who is one with it"""


@dataclass(slots=True)
class Explanation:
    """All that is said of ``node``, and where from."""

    node: str
    label: str | None
    article: Summary | None
    works: list[Work]
    """where ``node`` is a person"""
    identities: list[Identity]
    """what else it is or may be"""
    evidence: list[Evidence]
    statements: list[Statement]
    parts: list[Statement]
    """where ``node`` is an article: the statements about its parts"""
    used_by: list[Statement]
    """statements that have it as their object"""
    origins: dict[str, list[Origin]]
    """of the graphs of all these statements: a document has one for each record that it was made of"""
    alternatives: list[Alternative]
    """where ``node`` is an article: what its sources say otherwise"""
    decisions: list[Decision] = field(default_factory=list)
    """what curators decided of it"""
    labels: dict[str, str] = field(default_factory=dict)
    """of the nodes that these statements name"""

    def as_json(self) -> dict[str, Any]:
        """The same as data, complete; terms in N-Triples form."""
        return asdict(self)

    def as_text(self) -> str:
        """The same for a person: long lists are cut, and say so."""
        return "\n".join(_lines(self))


def explain(store: GraphStore, what: str, decisions: Sequence[Decision] = ()) -> Explanation:
    """Explain an IRI, a CURIE (``MESH:D003922``, ``fabio:Journal``), a DOI, ``pmid:1``, ``PMC1``, an ORCID iD, or a part
    of an article (``10.5555/fict.1#author-2``).

    Args:
        store: the graph.
        what: what is to be explained.
        decisions: what curators decided, of anything; of what they took out of the graph it is all that there is to say.

    Raises:
        UsageError: it is none of these, or neither the graph nor a decision says anything of it.
    """
    node = _decided(store, what, decisions) or find(store, what)
    graph = _Graph(store)
    statements = graph.about(node)
    used_by = graph.uses(node)
    is_article = "#" not in node and bool(_sources(graph, node))
    parts = _parts(graph, node) if is_article else []
    evidence = sorted(_evidence(graph, node, parts), key=_reading_order)
    named = {s.object for s in statements} | {s.subject for s in used_by}
    return Explanation(
        node,
        graph.label(node),
        _summary(graph, node) if is_article else None,
        _works(graph, node),
        _identities(graph, node),
        evidence,
        statements,
        parts,
        used_by,
        {name: _origins(graph, name) for name in sorted({s.graph for s in (*statements, *used_by)})},
        list(_alternatives(graph, node, parts)),
        _concerning(graph, node, decisions),
        {term: label for term in sorted(named) if term.startswith("<") and (label := graph.label(term))},
    )


def _decided(store: GraphStore, what: str, decisions: Sequence[Decision]) -> str | None:
    """A node of which only a decision says something: a mention that was rejected, or corrected."""
    named = {node for decision in decisions for node in (*decision.left, *decision.right)}
    candidates = [node for node in _candidates(store, what.strip().removeprefix("<").removesuffix(">")) if named]
    if any(any(store.statements(subject=node)) or any(store.statements(term=node)) for node in candidates):
        return None
    return next((node for node in candidates if node in named), None)


def _concerning(graph: _Graph, node: str, decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions on a node, and on those that are one with it."""
    ones = {node, *(s.subject for s in graph.uses(node, OWL.sameAs))}
    return [decision for decision in decisions if not ones.isdisjoint({*decision.left, *decision.right})]


class _Graph:
    """Look-ups in a store. What is asked twice is remembered."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._objects: dict[tuple[str, str], list[str]] = {}

    def about(self, node: str) -> list[Statement]:
        """The statements about a node: its types first, graph by graph, lists in their natural order."""
        return sorted((Statement(*quad) for quad in self._store.statements(subject=node)), key=_place)

    def uses(self, node: str, predicate: str | None = None) -> list[Statement]:
        """The statements that have a node as their object."""
        found = [Statement(*quad) for quad in self._store.statements(predicate=predicate, term=node)]
        return sorted(found, key=lambda s: (_is_computed(s.graph), s.graph, s.predicate, _natural(s.subject)))

    def subjects(self, graph: str) -> set[str]:
        """The nodes that a named graph describes."""
        return {subject for subject, _, _ in self._store.triples(graph)}

    def all(self, node: str, predicate: str) -> list[str]:
        """The objects of a node's property, in their natural order, each once."""
        if (node, predicate) not in self._objects:
            found = {quad[2] for quad in self._store.statements(node, predicate)}
            self._objects[node, predicate] = sorted(found, key=_natural)
        return self._objects[node, predicate]

    def one(self, node: str, predicate: str) -> str | None:
        """The first object of a node's property."""
        return next(iter(self.all(node, predicate)), None)

    def text(self, node: str, predicate: str) -> str | None:
        """The same as text."""
        term = self.one(node, predicate)
        return None if term is None else terms.value(term)

    def label(self, node: str) -> str | None:
        """What a node is called: of several names the first."""
        return next((text for predicate in _LABELS if (text := self.text(node, predicate)) is not None), None)


def _is_computed(graph: str) -> bool:
    """Whether a graph holds what was computed of the others: it is shown last."""
    return iri.shared_name(graph) in ("resolution", "analysis", *iri.OUTSIDE)


def _place(statement: Statement) -> tuple[Any, ...]:
    graph = statement.graph
    return _is_computed(graph), graph, statement.predicate != RDF.type, statement.predicate, _natural(statement.object)


def _reading_order(evidence: Evidence) -> tuple[Any, ...]:
    article, _, part = evidence.passage[1:-1].partition("#")
    rank = _PASSAGES.index(part) if part in _PASSAGES else len(_PASSAGES)
    return article, rank, _natural(part), evidence.start, evidence.end, evidence.concept


def _natural(term: str) -> list[tuple[int, str]]:
    """``#kw-2`` before ``#kw-10``: numbers by their value, then as they stand."""
    pieces = _NUMBERS.split(term.removesuffix(">"))
    return [(int(piece), piece) if n % 2 else (-1, piece) for n, piece in enumerate(pieces)]


# --- finding it ---------------------------------------------------------------------------------------------------


def find(store: GraphStore, what: str) -> str:
    """The node that a person means."""
    what = what.strip()
    candidates = list(_candidates(store, what.removeprefix("<").removesuffix(">")))
    for node in candidates:
        if any(store.statements(subject=node)):
            return _of_alias(store, node)
    for node in candidates:
        if any(store.statements(term=node)):
            return node
    if candidates:
        raise UsageError(f"the graph says nothing about {harmless(candidates[0])}")
    raise UsageError(
        f"{harmless(what)!r} is no IRI, CURIE (MESH:D003922), DOI, pmid:…, PMC… or ORCID iD; to look for words ask: "
        "kg query GRAPH 'SELECT ?s ?label { ?s rdfs:label ?label FILTER(CONTAINS(LCASE(?label), \"…\")) }'"
    )


def _candidates(store: GraphStore, what: str) -> Iterator[str]:
    """The nodes that a text may mean, the likeliest first."""
    whole, hash_, fragment = what.rpartition("#")
    for predicate, checked in (
        (PRISM.doi, identifiers.doi(what)),
        (FABIO.hasPubMedId, identifiers.pmid(re.sub(r"(?i)^pmid:\s?", "", what))),
        (FABIO.hasPubMedCentralId, identifiers.pmcid(re.sub(r"(?i)^pmcid:\s?", "", what))),
    ):
        if checked:
            yield from _articles(store, predicate, checked)
    if hash_ and (doi := identifiers.doi(whole)):
        yield from (iri.part(article, iri.curie_fragment(fragment)) for article in _articles(store, PRISM.doi, doi))
    if number := identifiers.orcid(what):
        yield iri.orcid(number)
    prefix, colon, local = what.partition(":")
    if "://" in what or what.startswith(("mailto:", "urn:")):
        yield f"<{iri.escaped(what)}>"
    elif concept := iri.concept_iri(what):
        yield f"<{concept}>"
    elif colon and prefix in PREFIXES:
        yield f"<{iri.escaped(PREFIXES[prefix] + local)}>"
    elif doi := identifiers.doi(what):
        yield iri.doi_page(doi)


def _articles(store: GraphStore, predicate: str, identifier: str) -> list[str]:
    """The articles with an identifier. References state identifiers, too, but come from no source."""
    found = {quad[0] for quad in store.statements(predicate=predicate, term=terms.literal(identifier))}
    return sorted(
        node for node in found if "#" not in node and any(store.statements(subject=node, predicate=PROV.wasDerivedFrom))
    )


def _of_alias(store: GraphStore, node: str) -> str:
    """The article itself, where a node is only another key of one."""
    known = list(store.statements(subject=node))
    if len(known) == 1 and known[0][1] == OWL.sameAs and iri.shared_name(known[0][3]) == "aliases":
        return known[0][2]
    return node


# --- reading it ---------------------------------------------------------------------------------------------------


def _parts(graph: _Graph, article: str) -> list[Statement]:
    """The statements about the parts of an article: those that its own graph describes, whoever says something of them."""
    homes = {s.graph for s in graph.about(article) if s.predicate == PROV.wasDerivedFrom}
    stem = f"{article[:-1]}#"
    parts = {subject for home in homes for subject in graph.subjects(home) if subject.startswith(stem)}
    return [statement for part in sorted(parts, key=_natural) for statement in graph.about(part)]


def _sources(graph: _Graph, node: str) -> list[str]:
    """The source files that a node was derived from (a result of the analysis is derived from articles)."""
    return [term for term in graph.all(node, PROV.wasDerivedFrom) if "/source/sha256/" in term]


def _summary(graph: _Graph, article: str) -> Summary:
    roles = graph.all(article, PRO.isDocumentContextFor)
    authors = [role for role in roles if graph.one(role, PRO.withRole) == PRO.author]
    return Summary(
        graph.text(article, DCTERMS.title) or "",
        [graph.label(kind) or prefixed(kind) for kind in graph.all(article, DCTERMS.type)],
        _published_in(graph, article),
        {name: found for name, predicate in _IDENTIFIERS if (found := graph.text(article, predicate))},
        {
            name: [terms.value(term) for term in days]
            for name, predicate in _DATES
            if (days := graph.all(article, predicate))
        },
        sorted((_contributor(graph, role, roles) for role in authors), key=lambda c: c.position),
        _keywords(graph, article),
        graph.text(article, DCTERMS.license),
    )


def _keywords(graph: _Graph, article: str) -> list[str]:
    """In the order of the article where each stands as a passage of its own."""
    passages = [part for part in graph.all(article, FRBR.part) if "#kw-" in part]
    printed = [text for part in passages if (text := graph.text(part, C4O.hasContent)) is not None]
    return printed or [terms.value(term) for term in graph.all(article, PRISM.keyword)]


def _contributor(graph: _Graph, role: str, roles: Iterable[str]) -> Contributor:
    person = graph.one(role, PRO.isHeldBy) or role
    letters = [
        r for r in roles if graph.one(r, PRO.withRole) == _CORRESPONDING and graph.one(r, PRO.isHeldBy) == person
    ]
    return Contributor(
        _position(graph, role) or 0,
        graph.label(role) or "",
        graph.one(person, OWL.sameAs) or person,
        [graph.label(unit) or unit for unit in graph.all(role, PRO.relatesToOrganization)],
        [terms.value(term).removeprefix("mailto:") for r in letters for term in graph.all(r, VCARD.hasEmail)],
        bool(letters),
        sorted(_position(graph, other) or 0 for other in graph.all(role, SCORO.isEqualToRoleInTime)),
    )


def _position(graph: _Graph, role: str) -> int | None:
    found = graph.text(role, SCHEMA.position)
    return int(found) if found and found.isascii() and found.isdigit() and len(found) < 10 else None


def _published_in(graph: _Graph, article: str) -> str | None:
    """Journal, volume, issue and pages, as far as they are known."""
    place: str | None = graph.one(article, FRBR.partOf)
    journal = volume = issue = None
    for _ in range(4):
        if place is None:
            break
        issue = issue or graph.text(place, PRISM.issueIdentifier)
        volume = volume or graph.text(place, PRISM.volume)
        journal = graph.label(place) or journal
        place = graph.one(place, FRBR.partOf)
    first, last = graph.text(article, PRISM.startingPage), graph.text(article, PRISM.endingPage)
    pages = f"{first}–{last}" if first and last and first != last else first
    pages = pages or graph.text(article, FABIO.hasElectronicArticleIdentifier)
    number = f"{volume or ''}{f'({issue})' if issue else ''}"
    where = " ".join(part for part in (journal, number) if part)
    return (f"{where}: {pages}" if where and pages else where or pages) or None


def _works(graph: _Graph, node: str) -> list[Work]:
    """The roles of a person, as resolved or as printed."""
    persons = [node, *(s.subject for s in graph.uses(node, OWL.sameAs))]
    found = []
    for role in {s.subject for person in persons for s in graph.uses(person, PRO.isHeldBy)}:
        article = graph.one(role, PRO.relatesToDocument)
        if article:
            kind = graph.one(role, PRO.withRole)
            found.append(
                Work(
                    article,
                    graph.label(article),
                    _last(kind) if kind else "",
                    _position(graph, role),
                    graph.label(role),
                )
            )
    return sorted(found, key=lambda w: (w.article, w.role, w.position or 0))


def _evidence(graph: _Graph, node: str, parts: Iterable[Statement]) -> Iterator[Evidence]:
    """The mentions behind an annotation, a concept, a passage, a span or an article."""
    annotations = {s.subject for s in parts if s.predicate == OA.hasBody}
    annotations |= {s.subject for s in graph.uses(node, OA.hasBody)}
    if graph.one(node, OA.hasBody):
        annotations.add(node)
    for target in [node, *(s.subject for s in graph.uses(node, OA.hasSource))]:
        annotations |= {s.subject for s in graph.uses(target, OA.hasTarget)}
    for annotation in annotations:
        target = graph.one(annotation, OA.hasTarget) or ""
        selectors = graph.all(target, OA.hasSelector) if target else []
        position = next((s for s in selectors if graph.one(s, OA.start)), None)
        quote = next((s for s in selectors if graph.one(s, OA.exact)), None)
        concept = graph.one(annotation, OA.hasBody)
        if position is None or quote is None or concept is None:
            continue
        yield Evidence(
            annotation,
            concept,
            graph.label(concept),
            graph.one(target, OA.hasSource) or target,
            int(graph.text(position, OA.start) or 0),
            int(graph.text(position, OA.end) or 0),
            graph.text(quote, OA.exact) or "",
            graph.text(quote, OA.prefix) or "",
            graph.text(quote, OA.suffix) or "",
            graph.text(annotation, KGV.confidence),
            graph.one(annotation, PROV.wasAttributedTo),
            graph.text(annotation, KGV.reason),
        )


def _identities(graph: _Graph, node: str) -> list[Identity]:
    """What the links and proposals say of a node and of those that are one with it, links and the surest first."""
    found = []
    ones = {node, *(s.subject for s in graph.uses(node, OWL.sameAs))}
    for link in sorted({use.subject for one in ones for use in graph.uses(one, KGV.member)}):
        kinds = graph.all(link, RDF.type)
        is_proposal = KGV.IdentityProposal in kinds
        if not is_proposal and KGV.IdentityLink not in kinds:
            continue  # of co-authors
        members = graph.all(link, KGV.member)
        mine = node if node in members else next(member for member in members if member in ones)
        for other in members:
            if other != mine:
                reason, confidence = graph.text(link, KGV.reason), graph.text(link, KGV.confidence)
                of = None if mine == node else mine
                found.append(Identity(other, graph.label(other), is_proposal, confidence, reason, link, of))
    return sorted(
        found, key=lambda i: (i.is_proposal, -float(i.confidence or 0), _natural(i.of or ""), _natural(i.other))
    )


def _origins(graph: _Graph, name: str) -> list[Origin]:
    """Where a named graph comes from, as far as the provenance says: each record that it was made of."""
    article = graph.one(name, FOAF.primaryTopic)
    agents = graph.all(name, PROV.wasAttributedTo)
    reader = agents[0] if len(agents) == 1 else None
    sources = _sources(graph, article) if article else []
    places = graph.all(name, PROV.hadPrimarySource)
    found = []
    for source in sources:
        origin = Origin(name, article, graph.label(source), _last(source), reader=reader)
        place = next((p for p in places if graph.one(p, DCTERMS.isPartOf) == source), None)
        if place and (line := _LINE.search(place)):
            origin.record, origin.line = graph.label(place), int(line[1])
            origin.reader = graph.one(place, PROV.wasAttributedTo) or reader
        found.append(origin)
    return found or [Origin(name, article, reader=reader)]


def _alternatives(graph: _Graph, article: str, parts: Iterable[Statement]) -> Iterator[Alternative]:
    """What is stated otherwise, the disagreements first."""
    nodes = {s.subject for s in parts if s.subject.startswith(f"{article[:-1]}#alt-")}
    for disagrees in (True, False):
        for node in sorted(nodes, key=_natural):
            if (KGV.Disagreement in graph.all(node, RDF.type)) == disagrees:
                files = [graph.label(source) for source in graph.all(node, PROV.wasDerivedFrom)]
                yield Alternative(
                    graph.one(node, RDF.subject) or article,
                    graph.one(node, RDF.predicate) or "",
                    graph.one(node, RDF.object) or "",
                    ", ".join(filter(None, files)) or None,
                    disagrees,
                )


# --- showing it ---------------------------------------------------------------------------------------------------


def _lines(found: Explanation) -> Iterator[str]:
    yield harmless(found.label) if found.label else found.node
    if found.label:
        yield f"  {found.node}"
    if found.article:
        yield from _summary_lines(found, found.article)
    if found.alternatives:
        yield ""
        yield from _listed("stated otherwise", [_alternative_line(found, other) for other in found.alternatives])
    if found.works:
        yield ""
        yield from _listed("works", [_work_line(work) for work in found.works])
    if found.identities:
        yield ""
        yield from _listed("identity", [_identity_line(identity) for identity in found.identities])
    if found.decisions:
        yield ""
        yield from _listed("decided by curators", [_decision_line(decision) for decision in found.decisions])
    if found.evidence:
        yield ""
        yield from _listed("mentions", [_evidence_line(evidence, found.node) for evidence in found.evidence])
    for graph in dict.fromkeys(s.graph for s in found.statements):
        yield ""
        yield f"statements in {graph}"
        for origin in found.origins[graph]:
            yield from _origin_lines(origin)
        yield from _statement_lines(found, [s for s in found.statements if s.graph == graph])
    if found.parts:
        parts = list(dict.fromkeys(s.subject for s in found.parts))
        yield ""
        yield f"parts ({len(parts):,}, with {len(found.parts):,} statements)"
        yield f"  --format json has all; to see one: kg explain GRAPH '{parts[0][1:-1]}'"
    if lines := list(_use_lines(found)):
        yield ""
        yield from _listed("used by", lines)


_DECIDED = {
    "same": "one",
    "different": "not one",
    "reject": "wrong",
    "correct": "means another concept",
    "accept": "right after all",
}


def _decision_line(decision: Decision) -> str:
    """Who decided what, and why."""

    def names(side: Mapping[str, str]) -> str:
        return ", ".join(f"{node[1:-1]} ({name})" if name else node[1:-1] for node, name in side.items())

    what = names(decision.left) + (f" | {names(decision.right)}" if decision.right else "")
    return f"  {harmless(f'{_DECIDED[decision.verb]}: {what}; {decision.reason}')}"


def _summary_lines(found: Explanation, article: Summary) -> Iterator[str]:
    facts = [
        ("type", "; ".join(article.types)),
        ("in", article.published_in or ""),
        ("known as", "  ".join(f"{name}:{value}" for name, value in article.identifiers.items())),
        ("dates", "  ".join(f"{name} {', '.join(days)}" for name, days in article.dates.items())),
        ("licence", article.licence or ""),
        ("keywords", "; ".join(article.keywords)),
    ]
    for name, text in facts:
        if text:
            yield f"  {name:9} {harmless(text)}"
    for origin in (origin for origins in found.origins.values() for origin in origins):
        if origin.article == found.node:
            yield f"  {'from':9} {_from(origin)}"
    if article.authors:
        yield ""
        yield "authors"
    units: list[str] = []
    for author in article.authors:
        units += [unit for unit in author.affiliations if unit not in units]
        marks = [str(units.index(unit) + 1) for unit in author.affiliations]
        notes = [f"[{', '.join(marks)}]"] if marks else []
        if author.equal_to:
            notes.append(f"equal contribution with {', '.join(map(str, author.equal_to))}")
        if author.is_corresponding:
            notes.append(f"corresponding: {', '.join(author.emails)}" if author.emails else "corresponding")
        if not author.person.startswith(f"{found.node[:-1]}#"):
            notes.append(author.person[1:-1])
        yield f"  {author.position:>3}  {harmless(author.name)}" + "".join(f"  {harmless(note)}" for note in notes)
    for n, unit in enumerate(units, 1):
        yield f"  [{n}] {harmless(unit)}"


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    """At most :data:`SHOWN` of the lines, and how many there are."""
    yield f"{title} ({len(lines):,})"
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"  … and {len(lines) - SHOWN:,} more (--format json has all)"


def _work_line(work: Work) -> str:
    role = f"{work.role} {work.position}" if work.position else work.role
    name = f" as “{harmless(work.name)}”" if work.name else ""
    return f"  {role}{name} of {harmless(work.title or work.article)}\n    {work.article}"


def _identity_line(identity: Identity) -> str:
    verb = "may be" if identity.is_proposal else "is"
    label = f" ({harmless(identity.label)})" if identity.label else ""
    sure = f", confidence {identity.confidence}" if identity.confidence else ""
    because = f"\n    because: {harmless(identity.reason)}" if identity.reason else ""
    subject = f"{prefixed(identity.of)} " if identity.of else ""
    decide = f"\n    to decide: kg curate accept or reject GRAPH {identity.link[1:-1]}" if identity.is_proposal else ""
    return f"  {subject}{verb} {prefixed(identity.other)}{label}{sure}{because}{decide}"


def _evidence_line(evidence: Evidence, node: str) -> str:
    quoted = harmless(f"“{evidence.before}[{evidence.quote}]{evidence.after}”".replace("\n", " "))
    inside = evidence.passage.startswith(f"{node[:-1]}#")
    passage = f"#{evidence.passage[1:-1].rpartition('#')[2]}" if inside else evidence.passage
    details = [f"characters {evidence.start}–{evidence.end} of {passage}"]
    if evidence.concept != node:
        label = f" ({harmless(evidence.label)})" if evidence.label else ""
        details.append(f"means {prefixed(evidence.concept)}{label}")
    if evidence.confidence:
        details.append(f"confidence {evidence.confidence}")
    if evidence.agent:
        details.append(f"by {_agent(evidence.agent)}")
    if evidence.reason:
        details.append(f"because of {harmless(evidence.reason)}")
    return f"  {quoted}\n    {'; '.join(details)}"


def _alternative_line(found: Explanation, other: Alternative) -> str:
    part = f"#{other.part[1:-1].rpartition('#')[2]} " if "#" in other.part else ""
    mark = "!" if other.disagrees else " "
    by = f"  in {harmless(other.file)}" if other.file else ""
    return f"  {mark} {part}{prefixed(other.property)} {_cut(_shown(found, other.value), 200)}{by}"


def _origin_lines(origin: Origin) -> Iterator[str]:
    if origin.sha256:
        yield f"  from {_from(origin)}"


def _from(origin: Origin) -> str:
    """``pubmed.xml, PMID 1 on line 34 (sha256 0123456789abcdef…), read by pubmed 0.1.0-12345678``."""
    text = harmless(origin.file or "a source")
    if origin.record:
        text += f", {harmless(origin.record)}"
    if origin.line:
        text += f" on line {origin.line:,}"
    text += f" (sha256 {(origin.sha256 or '')[:16]}…)"
    return f"{text}, read by {_agent(origin.reader)}" if origin.reader else text


def _statement_lines(found: Explanation, statements: Iterable[Statement]) -> Iterator[str]:
    """A property once, its values below each other, parts of the node by their names."""
    last = None
    for statement in statements:
        verb = prefixed(statement.predicate) if statement.predicate != last else ""
        last = statement.predicate
        yield f"  {verb:32} {_shown(found, statement.object)}"


def _use_lines(found: Explanation) -> Iterator[str]:
    """What names the node, but its own parts, which only say of what they are parts."""
    for statement in found.used_by:
        if not statement.subject.startswith(f"{found.node[:-1]}#"):
            yield f"  {_shown(found, statement.subject)} {prefixed(statement.predicate)}"


def _shown(found: Explanation, term: str) -> str:
    if not term.startswith("<"):
        return harmless(_plain_datatype(term))
    own = term.startswith(f"{found.node[1:-1].partition('#')[0]}#", 1)
    text = f"#{term[1:-1].rpartition('#')[2]}" if own else prefixed(term)
    label = found.labels.get(term)
    return f"{text}  ({harmless(_cut(label))})" if label else text


def _plain_datatype(term: str) -> str:
    """``"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>`` → ``"2024"^^xsd:gYear``."""
    return term.replace(f"^^<{XSD.base}", "^^xsd:").removesuffix(">") if term.endswith(">") else term


def _cut(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _agent(term: str) -> str:
    """``…/agent/dictionary/0.1.0-1f2e3d4c`` → ``dictionary 0.1.0-1f2e3d4c``."""
    return " ".join(term[1:-1].rsplit("/", 2)[1:])


def _last(term: str) -> str:
    """The last part of an IRI."""
    return re.split(r"[/#]", term[1:-1].rstrip("/"))[-1]
