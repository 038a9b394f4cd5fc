"""Where it all came from: one run, its sources and agents (``graph/provenance``), and what the data set is
(``graph/dataset``). Clock times stand here and nowhere else; neither graph is part of the canonical export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg import iri
from kg.terms import Triple, integer, literal
from kg.vocab import DCAT, DCTERMS, FOAF, NAMESPACES, PROV, RDF, RDFS, SCHEMA, VOID, XSD


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is described in the graph. Times are ISO 8601 in UTC; ``sources``: sha256 → file name."""

    digest: str
    version: str
    started: str
    ended: str
    sources: Mapping[str, str]
    agents: Iterable[tuple[str, str]]
    """(term, name) of every reader and recogniser that took part"""


@dataclass(frozen=True, slots=True)
class Record:
    """From which record of which source a document was made. All but ``name`` and ``line`` are terms.

    ``agent`` is the reader's; ``name`` and ``line`` are those of :class:`kg.model.Article`.
    """

    graph: str
    article: str
    agent: str
    source: str
    name: str
    line: int | None


def run(run: Run, documents: Iterable[Record], base: str) -> Iterator[Triple]:
    """The run and the documents that it made; ``base`` is where own IRIs live."""
    node = iri.run(base, run.digest)
    yield node, RDF.type, PROV.Activity
    yield node, PROV.startedAtTime, f'"{run.started}"^^{XSD.dateTime}'
    yield node, PROV.endedAtTime, f'"{run.ended}"^^{XSD.dateTime}'
    for sha256, name in sorted(run.sources.items()):
        source = iri.source(base, sha256)
        yield node, PROV.used, source
        yield source, RDF.type, PROV.Entity
        yield source, RDFS.label, literal(name)
    for agent, name in run.agents:
        yield node, PROV.wasAssociatedWith, agent
        yield agent, RDF.type, PROV.SoftwareAgent
        yield agent, RDFS.label, literal(name)
        yield agent, SCHEMA.softwareVersion, literal(run.version)
    for document in documents:
        yield document.graph, FOAF.primaryTopic, document.article
        yield document.graph, PROV.wasGeneratedBy, node
        yield document.graph, PROV.wasAttributedTo, document.agent
        if document.line:
            place = iri.source_line(document.source, document.line)
            yield document.graph, PROV.hadPrimarySource, place
            yield place, DCTERMS.isPartOf, document.source
            yield place, RDFS.label, literal(document.name)
            yield place, PROV.wasAttributedTo, document.agent


def dataset(
    triples: int,
    classes: Mapping[str, int],
    linked: Mapping[str, int],
    *,
    run_digest: str,
    issued: str,
    base: str,
) -> Iterator[Triple]:
    """VoID and DCAT of the canonical export.

    Args:
        triples: how many it has.
        classes: class term → number of its instances.
        linked: namespace IRI of an outside data set → number of links to it.
        run_digest: of the run that made it.
        issued: the day of the run.
        base: where own IRIs live.
    """
    node = iri.dataset(base)
    yield node, RDF.type, VOID.Dataset
    yield node, RDF.type, DCAT.Dataset
    yield node, DCTERMS.title, literal("Biomedical literature knowledge graph", "en")
    yield node, DCTERMS.issued, f'"{issued}"^^{XSD.date}'
    yield node, PROV.wasGeneratedBy, iri.run(base, run_digest)
    yield node, VOID.triples, integer(triples)
    for namespace in NAMESPACES:
        yield node, VOID.vocabulary, f"<{namespace.base}>"
    for kind, count in sorted(classes.items()):
        partition = f"{node[:-1]}#class-{iri.sha(kind, 8)}>"
        yield node, VOID.classPartition, partition
        yield partition, VOID["class"], kind
        yield partition, VOID.entities, integer(count)
    for namespace_iri, count in sorted(linked.items()):
        linkset = f"{node[:-1]}#links-{iri.sha(namespace_iri, 8)}>"
        yield node, VOID.subset, linkset
        yield linkset, RDF.type, VOID.Linkset
        yield linkset, VOID.subjectsTarget, node
        yield linkset, VOID.objectsTarget, f"<{namespace_iri}>"
        yield linkset, VOID.triples, integer(count)
    distribution = f"{node[:-1]}#turtle>"
    yield node, DCAT.distribution, distribution
    yield distribution, RDF.type, DCAT.Distribution
    yield distribution, DCTERMS.title, literal("graph.ttl")
    yield distribution, DCAT.mediaType, "<https://www.iana.org/assignments/media-types/text/turtle>"
