"""Why a statement is there: everything that the graph says about one thing, with the document, the source file, the
characters and the agent behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kg import identifiers, iri, terms
from kg.errors import UsageError
from kg.exporters.turtle import name as shortened
from kg.results import visible as harmless
from kg.store import GraphStore
from kg.vocab import DCTERMS, FABIO, FOAF, KGV, OA, PREFIXES, PRISM, PROV, RDF, RDFS

_MAX_MENTIONS = 20
"""how many mentions of a concept, or parts of an article, are shown before they are only counted"""


@dataclass(slots=True)
class Origin:
    """Where the statements of a graph come from: the article, its source files, the reader."""

    graph: str
    article: str | None = None
    sources: list[tuple[str, str]] = field(default_factory=list)
    """(sha256 IRI, file name)"""
    reader: str | None = None


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
class Explanation:
    """All that is said of ``node``, and where from."""

    node: str
    label: str | None
    statements: list[Statement]
    origins: dict[str, Origin]
    evidence: list[Evidence]
    used_by: list[Statement]
    """statements that have it as their object"""
    hidden: int = 0
    """how many of ``used_by`` are counted but not listed"""

    def as_json(self) -> dict[str, Any]:
        """The same as data; terms in N-Triples form."""
        from dataclasses import asdict

        return asdict(self)

    def as_text(self) -> str:
        """The same for a person."""
        return "\n".join(_lines(self))


def explain(store: GraphStore, what: str) -> Explanation:
    """Explain an IRI, a CURIE (``MESH:D003922``, ``fabio:Journal``), a DOI, ``pmid:1`` or ``PMC1``.

    Raises:
        UsageError: it is none of these, or the graph says nothing of it.
    """
    node = _node(store, what)
    if node is None:
        raise UsageError(f"{what!r} is no IRI, CURIE, DOI, PMID or PMCID that this graph knows")
    statements = list(_about(store, node))
    used_by, total = _uses(store, node)
    if not statements and not used_by:
        raise UsageError(f"the graph says nothing about {node}")
    label = next(
        (terms.value(s.object) for p in (RDFS.label, DCTERMS.title, FOAF.name) for s in statements if s.predicate == p),
        None,
    )
    evidence = list(_evidence(store, node))
    graphs = {s.graph for s in (*statements, *used_by)}
    return Explanation(
        node, label, statements, {g: _origin(store, g) for g in sorted(graphs)}, evidence, used_by, total - len(used_by)
    )


# --- finding it ---------------------------------------------------------------------------------------------------


def _node(store: GraphStore, what: str) -> str | None:
    what = what.strip()
    if what.startswith("<") and what.endswith(">"):
        what = what[1:-1]
    for predicate, checked in (
        (PRISM.doi, identifiers.doi(what)),
        (FABIO.hasPubMedId, identifiers.pmid(what.lower().removeprefix("pmid:"))),
        (FABIO.hasPubMedCentralId, identifiers.pmcid(what.lower().removeprefix("pmcid:"))),
    ):
        # References state identifiers, too; an article is what is known by its title or type.
        rows = checked and store.select(
            f"SELECT ?a WHERE {{ ?a {predicate} ?id ; {PROV.wasDerivedFrom} ?source }} ORDER BY ?a LIMIT 1",
            params={"id": terms.literal(checked)},
        )
        for row in rows or ():
            return row["a"]
    if "://" in what or what.startswith(("mailto:", "urn:")):
        return f"<{iri.escaped(what)}>"
    if concept := iri.concept_iri(what):
        return f"<{concept}>"
    prefix, colon, local = what.partition(":")
    if colon and prefix in PREFIXES:
        return f"<{iri.escaped(PREFIXES[prefix] + local)}>"
    return None


def _about(store: GraphStore, node: str) -> Iterator[Statement]:
    """The statements about a node and, where it is an article, about its parts that are not texts or mentions."""
    rows = store.select("SELECT ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }", params={"s": node})
    found = [Statement(node, row["p"], row["o"], row["g"]) for row in rows]
    yield from sorted(found, key=lambda s: (s.graph, s.predicate != RDF.type, s.predicate, s.object))


def _uses(store: GraphStore, node: str) -> tuple[list[Statement], int]:
    rows = store.select("SELECT ?s ?p ?g WHERE { GRAPH ?g { ?s ?p ?o } }", params={"o": node})
    found = sorted((row["g"], row["p"], row["s"]) for row in rows)
    per_predicate: dict[str, int] = defaultdict(int)
    shown = []
    for graph, predicate, subject in found:
        per_predicate[predicate] += 1
        if per_predicate[predicate] <= _MAX_MENTIONS:
            shown.append(Statement(subject, predicate, node, graph))
    return shown, len(found)


def _evidence(store: GraphStore, node: str) -> Iterator[Evidence]:
    """The mentions behind an annotation, a concept, a passage, a span or an article, at most a few of each."""
    query = f"""
    SELECT DISTINCT ?annotation ?concept ?passage ?start ?end ?quote ?before ?after ?confidence ?agent ?reason WHERE {{
      %s
      ?annotation {OA.hasBody} ?concept ; {OA.hasTarget} ?target .
      ?target {OA.hasSource} ?passage ; {OA.hasSelector} ?position , ?quoted .
      ?position {OA.start} ?start ; {OA.end} ?end .
      ?quoted {OA.exact} ?quote .
      OPTIONAL {{ ?quoted {OA.prefix} ?before }} OPTIONAL {{ ?quoted {OA.suffix} ?after }}
      OPTIONAL {{ ?annotation {KGV.confidence} ?confidence }}
      OPTIONAL {{ ?annotation {PROV.wasAttributedTo} ?agent }}
      OPTIONAL {{ ?annotation {KGV.reason} ?reason }}
    }} ORDER BY ?passage ?start ?concept LIMIT {_MAX_MENTIONS}"""
    for variable in ("annotation", "concept", "passage", "target"):
        for row in store.select(query % "", params={variable: node}):
            row = {variable: node, **row}
            yield Evidence(
                row["annotation"],
                row["concept"],
                row["passage"],
                int(terms.value(row["start"])),
                int(terms.value(row["end"])),
                terms.value(row["quote"]),
                terms.value(row["before"]) if "before" in row else "",
                terms.value(row["after"]) if "after" in row else "",
                terms.value(row["confidence"]) if "confidence" in row else None,
                row.get("agent"),
                terms.value(row["reason"]) if "reason" in row else None,
            )


def _origin(store: GraphStore, graph: str) -> Origin:
    origin = Origin(graph)
    for row in store.select(
        f"""SELECT ?article ?source ?name ?reader WHERE {{
          ?g {FOAF.primaryTopic} ?article . ?article {PROV.wasDerivedFrom} ?source .
          OPTIONAL {{ ?source {RDFS.label} ?name }} OPTIONAL {{ ?g {PROV.wasAttributedTo} ?reader }}
        }} ORDER BY ?source ?name""",
        params={"g": graph},
    ):
        origin.article = row["article"]
        origin.reader = row.get("reader")
        origin.sources.append((row["source"], terms.value(row["name"]) if "name" in row else ""))
    return origin


# --- showing it ---------------------------------------------------------------------------------------------------


def _lines(found: Explanation) -> Iterator[str]:
    yield found.node + (f"  {harmless(found.label)}" if found.label else "")
    graph = None
    for statement in found.statements:
        if statement.graph != graph:
            graph = statement.graph
            yield ""
            yield from _origin_lines(found.origins[graph])
        yield f"  {_short(statement.predicate)} {_short(statement.object)}"
    if found.evidence:
        yield ""
        yield "mentions"
        for evidence in found.evidence:
            yield from _evidence_lines(evidence)
    if found.used_by:
        yield ""
        yield "used by"
        for statement in found.used_by:
            yield f"  {_short(statement.subject)} {_short(statement.predicate)}"
        if found.hidden:
            yield f"  … and {found.hidden:,} more"


def _origin_lines(origin: Origin) -> Iterator[str]:
    yield f"in {origin.graph}"
    for source, name in origin.sources:
        reader = f", read by {_agent(origin.reader)}" if origin.reader else ""
        yield f"  from {harmless(name) or 'a source'} (sha256 {source[1:-1].rpartition('/')[2][:16]}…){reader}"


def _evidence_lines(evidence: Evidence) -> Iterator[str]:
    yield f"  “{harmless(evidence.before)}[{harmless(evidence.quote)}]{harmless(evidence.after)}”"
    details = [f"characters {evidence.start}–{evidence.end} of {evidence.passage}", f"means {_short(evidence.concept)}"]
    if evidence.confidence:
        details.append(f"confidence {evidence.confidence}")
    if evidence.agent:
        details.append(f"by {_agent(evidence.agent)}")
    yield "    " + "; ".join(details)
    if evidence.reason:
        yield f"    because: {harmless(evidence.reason)}"


def _agent(term: str) -> str:
    """``…/agent/dictionary/0.1.0-1f2e3d4c`` → ``dictionary 0.1.0-1f2e3d4c``."""
    return " ".join(term[1:-1].rsplit("/", 2)[1:])


def _short(term: str) -> str:
    return shortened(term) if term.startswith("<") else harmless(term)
