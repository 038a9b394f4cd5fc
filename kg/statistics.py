"""What a graph holds, in numbers."""

from __future__ import annotations

from typing import Any

from kg import iri, terms
from kg.exporters.turtle import name as shortened
from kg.results import visible as harmless
from kg.store import GraphStore
from kg.vocab import DCTERMS, FABIO, FRBR, RDF, RDFS, SCHEMA

_TOP = 10

_QUERIES = {
    "classes": f"SELECT ?name (COUNT(*) AS ?n) WHERE {{ ?x {RDF.type} ?name }} GROUP BY ?name",
    "years": f"SELECT ?name (COUNT(DISTINCT ?a) AS ?n) WHERE {{ ?a {FABIO.hasPublicationYear} ?name }} GROUP BY ?name",
    "journals": f"""SELECT ?name (COUNT(DISTINCT ?a) AS ?n) WHERE {{
        ?a {DCTERMS.title} ?t ; {FRBR.partOf}+ ?j . ?j {RDF.type} {FABIO.Journal} ; {RDFS.label} ?name }} GROUP BY ?name""",
    "concepts": f"""SELECT ?name (COUNT(DISTINCT ?a) AS ?n) WHERE {{
        ?a {DCTERMS.subject}|{SCHEMA.mentions} ?c . ?c {RDFS.label} ?name }} GROUP BY ?name""",
}


def collect(store: GraphStore) -> dict[str, Any]:
    """Counts: ``quads``, ``graphs`` (documents together), and by class, year, journal, concept."""
    sizes = store.counts()
    documents = {graph: n for graph, n in sizes.items() if iri.is_document_graph(graph)}
    found: dict[str, Any] = {
        "quads": sum(sizes.values()),
        "graphs": {
            "documents": {"graphs": len(documents), "triples": sum(documents.values())},
            **{graph[1:-1]: n for graph, n in sorted(sizes.items()) if graph not in documents},
        },
    }
    for title, query in _QUERIES.items():
        rows = [(_label(row["name"]), int(terms.value(row["n"]))) for row in store.select(query)]
        found[title] = dict(sorted(rows, key=lambda row: (-row[1], row[0])))
    found["years"] = dict(sorted(found["years"].items()))
    return found


def as_text(found: dict[str, Any]) -> str:
    """The same for a person: the ten greatest of each."""
    lines = [f"{found['quads']:,} quads"]
    documents = found["graphs"]["documents"]
    lines.append(f"  {documents['triples']:>12,}  in {documents['graphs']:,} documents")
    lines += [f"  {n:>12,}  in {graph}" for graph, n in found["graphs"].items() if graph != "documents"]
    for title in _QUERIES:
        rows = list(found[title].items())
        lines += ["", title]
        shown = rows[-_TOP:] if title == "years" else rows[:_TOP]
        lines += [f"  {n:>12,}  {harmless(label)}" for label, n in shown]
        if len(rows) > _TOP:
            lines.append(f"  {'':>12}  … {len(rows) - _TOP:,} {'earlier' if title == 'years' else 'more'}")
    return "\n".join(lines)


def _label(term: str) -> str:
    return shortened(term) if term.startswith("<") else terms.value(term)
