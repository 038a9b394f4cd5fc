"""The graph's documents as annotated text: passages, annotations and claims out of the quads of each document's graph.

What others marked comes out as they gave it, with type and identifier as printed; kg's own mentions with the type of
their concept's Biolink category in the words of PubTator, and the identifier as PubTator prints it (MeSH without prefix).
Whoever marked it stands in the infon ``annotator``.

Passages follow each other as :func:`kg.model.contents` orders them, one character apart.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg import iri
from kg.exporters.order import Fact, by_graph
from kg.model import AnnotatedDocument, AnnotatedPassage, Annotation, Argument, Claim, Infons
from kg.model import Collection as Corpus
from kg.terms import value
from kg.vocab import BIOLINK, C4O, DCTERMS, FABIO, KGV, OA, PRISM, PROV, RDF, RDFS

ANNOTATOR = "annotator"
"""the infon that names who marked or stated it"""

_TYPES = {
    "Disease": "Disease", "DiseaseOrPhenotypicFeature": "Disease", "PhenotypicFeature": "Phenotype",
    "ChemicalEntity": "Chemical", "SmallMolecule": "Chemical", "Drug": "Chemical", "MolecularMixture": "Chemical",
    "ChemicalMixture": "Chemical", "Gene": "Gene", "Protein": "Gene", "GeneOrGeneProduct": "Gene",
    "OrganismTaxon": "Species", "Cell": "CellType", "CellLine": "CellLine", "AnatomicalEntity": "Anatomy",
    "GrossAnatomicalStructure": "Anatomy", "SequenceVariant": "Variant",
}  # fmt: skip
"""Biolink class → the type that PubTator prints; any other class is printed as it is"""

_KEPT = frozenset(
    {
        C4O.hasContent, RDF.type, RDFS.label, RDF.subject, RDF.predicate, RDF.object, OA.hasBody, OA.hasTarget, OA.hasSource,
        OA.hasSelector, OA.start, OA.end, OA.exact, OA.refinedBy, PROV.wasAttributedTo, KGV.typeAsPrinted,
        KGV.identifierAsPrinted, KGV.relationAsPrinted, KGV.subjectAsPrinted, KGV.objectAsPrinted, KGV.novelty, KGV.infons,
        KGV.confidence, DCTERMS.identifier, FABIO.hasPubMedId, FABIO.hasPubMedCentralId, PRISM.doi, BIOLINK.category,
    }
)  # fmt: skip
_SHARED = tuple(f"/graph/{name}> .\n" for name in iri.SHARED + iri.OUTSIDE)
"""how lines end that may be of a graph that is no document's"""
_SECTION = re.compile(r"sec-([0-9.]+)(-heading)?")
_NUMBERED = re.compile(r"([a-z-]+?)-([0-9]+)")
_PART_OF_ABSTRACT = re.compile(r"(?:other-)?abstract-[0-9]+-[0-9]+|abstract-[0-9]+")


def documents(
    quads: Iterable[str], agents: Collection[str] = (), *, directory: Path | None = None
) -> Iterator[AnnotatedDocument]:
    """The documents of a graph in the order of their graphs.

    Args:
        quads: N-Quads lines in any order, repetitions allowed.
        agents: give only what these marked and stated, by name as printed or in the IRI; none = everybody.
        directory: where temporary files go when the lines do not fit in memory.
    """
    known = _Known()
    wanted = {iri.slug(name) for name in agents}
    for graph, subjects in by_graph(known.noting(quads), directory):
        if graph is not None:
            document = _document(subjects, known, wanted)
            if document is not None:
                yield document


@dataclass(slots=True)
class _Known:
    """What the shared graphs say: names of agents, categories of concepts."""

    names: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)

    def noting(self, quads: Iterable[str]) -> Iterator[str]:
        """The quads that documents are made of; what the shared graphs say is noted on the way."""
        for line in quads:
            subject, predicate, rest = line.split(" ", 2)
            if predicate not in _KEPT:
                continue
            shared = iri.shared_name(line[line.rindex(" <") + 1 : -3]) if line.endswith(_SHARED) else None
            if shared is None:
                yield line
            elif shared == "vocabulary" and predicate == BIOLINK.category:
                self.categories[subject] = min(rest.partition(" ")[0], self.categories.get(subject, "~"))
            elif shared == "shared" and predicate == RDFS.label and "/agent/" in subject:
                self.names[subject] = value(rest[: rest.rindex(" <")])

    def agent(self, term: str) -> str:
        """The name of an agent: as stated, else as its IRI has it."""
        return self.names.get(term) or agent_slug(term)

    def type(self, concept: str) -> str:
        category = self.categories.get(concept, "")[len(BIOLINK.base) + 1 : -1]
        return _TYPES.get(category, category) or "Concept"


def agent_slug(agent: str) -> str:
    """The name of an agent as its IRI has it."""
    return agent[1:-1].rpartition("/agent/")[2].partition("/")[0]


_Nodes = Mapping[str, Mapping[str, list[str]]]


def _document(
    subjects: Iterable[tuple[str, list[Fact]]], known: _Known, wanted: Collection[str]
) -> AnnotatedDocument | None:
    nodes: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for subject, facts in subjects:
        for predicate, term in facts:
            nodes[subject].setdefault(predicate, []).append(term)
    article = next((node for node in nodes if "#" not in node), None)
    if article is None:
        return None
    stem = f"{article[:-1]}#"
    passages = list(_passages(nodes, stem))
    if not passages:
        return None
    order = {passage.name: n for n, passage in enumerate(passages)}
    annotations = [
        one
        for one in _annotations(nodes, stem, known, wanted)
        if one.passage in order and passages[order[one.passage]].text[one.start : one.end]
    ]
    annotations.sort(key=lambda one: (order[one.passage], one.spans, one.agent, one.type, one.identifier or ""))
    return AnnotatedDocument(
        id=_id(nodes[article], article),
        passages=tuple(passages),
        annotations=tuple(annotations),
        claims=tuple(_claims(nodes, known, wanted)),
        collection=Corpus(source="kg"),
    )


def _id(facts: Mapping[str, list[str]], article: str) -> str:
    for predicate, before in ((FABIO.hasPubMedId, ""), (FABIO.hasPubMedCentralId, ""), (PRISM.doi, "doi:")):
        if stated := facts.get(predicate):
            return before + value(min(stated))
    return article[1:-1].rpartition("/article/")[2]


def _passages(nodes: _Nodes, stem: str) -> Iterator[AnnotatedPassage]:
    found: list[tuple[tuple[object, ...], str, str, str]] = []
    for node, facts in nodes.items():
        name = node[len(stem) : -1] if node.startswith(stem) else ""
        if not name or _PART_OF_ABSTRACT.fullmatch(name):
            continue
        if match := _SECTION.fullmatch(name):
            number = tuple(int(digits) for digits in match[1].split(".") if digits)
            if match[2] is None and RDFS.label in facts:
                heading = f"title_{len(number)}"
                found.append(((3, number, 0), f"{name}-heading", value(facts[RDFS.label][0]), heading))
            if match[2] is None and C4O.hasContent in facts:
                found.append(((3, number, 1), name, value(facts[C4O.hasContent][0]), "paragraph"))
        elif C4O.hasContent in facts:
            kind = match[1] if (match := _NUMBERED.fullmatch(name)) else name
            rank = {"title": 0, "abstract": 1, "kw": 2, "ref": 5}.get(kind, 4)
            number = (int(match[2]),) if match else (0,)
            shown = {"kw": "keyword"}.get(kind, kind)
            found.append(((rank, number, kind), name, value(facts[C4O.hasContent][0]), shown))
    at = 0
    for _, name, text, kind in sorted(found, key=lambda one: (one[0][0], one[0][1], str(one[0][2]))):
        if text:
            yield AnnotatedPassage(name, text, kind, at, (("type", kind),))
            at += len(text) + 1


def _annotations(nodes: _Nodes, stem: str, known: _Known, wanted: Collection[str]) -> Iterator[Annotation]:
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for node, facts in nodes.items():
        if OA.Annotation not in facts.get(RDF.type, ()):
            continue
        agent, target = facts[PROV.wasAttributedTo][0], facts[OA.hasTarget][0]
        if wanted and not {iri.slug(known.agent(agent)), agent_slug(agent)} & set(wanted):
            continue
        if KGV.typeAsPrinted in facts:
            printed = [
                facts.get(p, [""])[0] for p in (KGV.typeAsPrinted, KGV.identifierAsPrinted, KGV.infons, RDFS.label)
            ]
            alike[(agent, target, *printed)].append(node)
        else:
            alike[(agent, target, node)].append(node)
    for (agent, target, *_), group in alike.items():
        facts = nodes[group[0]]
        passage, spans, exact = _place(nodes, target, stem)
        bodies = [nodes[node][OA.hasBody][0] for node in group]
        curies = [curie for body in bodies if (curie := iri.concept_curie(body[1:-1]))]
        curies.sort(key=lambda curie: _found(facts, curie))
        if KGV.typeAsPrinted in facts:
            identifier = value(facts[KGV.identifierAsPrinted][0]) if KGV.identifierAsPrinted in facts else None
            kind, label = value(facts[KGV.typeAsPrinted][0]), facts.get(RDFS.label)
            text = value(label[0]) if label else exact
            infons = _infons(facts)
            stated = facts.get(DCTERMS.identifier)
            id = value(min(stated)) if stated else None
        else:
            kind, text, id = known.type(bodies[0]), exact, None
            identifier = curies[0].removeprefix("MESH:") if curies else None
            infons = (("confidence", value(facts[KGV.confidence][0])),) if KGV.confidence in facts else ()
        name = known.agent(agent)
        if not any(key == ANNOTATOR for key, _ in infons):
            infons = (*_typed(infons, kind, identifier), (ANNOTATOR, name))
        yield Annotation(passage, spans, text, kind, identifier, tuple(curies), name, id, infons)


def _found(facts: Mapping[str, list[str]], curie: str) -> tuple[int, str]:
    """Where an identifier stands in the one as printed, that composite ones keep their order."""
    return facts.get(KGV.identifierAsPrinted, [""])[0].find(curie.partition(":")[2]), curie


def _typed(infons: Infons, kind: str, identifier: str | None) -> Infons:
    """Infons with type and identifier before all else, where they are not among them."""
    keys = {key for key, _ in infons}
    if "type" in keys:
        return infons
    said: Infons = (("type", kind),) if identifier is None else (("identifier", identifier), ("type", kind))
    return (*said, *infons)


def _place(nodes: _Nodes, target: str, stem: str) -> tuple[str, tuple[tuple[int, int], ...], str]:
    facts = nodes[target]
    passage = facts[OA.hasSource][0][len(stem) : -1]
    start = end = 0
    exact = ""
    pieces: list[tuple[int, int]] = []
    for selector in facts[OA.hasSelector]:
        said = nodes[selector]
        if OA.start in said:
            start, end = int(value(said[OA.start][0])), int(value(said[OA.end][0]))
            for piece in said.get(OA.refinedBy, ()):
                first, last = nodes[piece][OA.start][0], nodes[piece][OA.end][0]
                pieces.append((int(value(first)), int(value(last))))
        elif OA.exact in said:
            exact = value(said[OA.exact][0])
    spans = tuple(sorted((start + first, start + last) for first, last in pieces)) or ((start, end),)
    return passage, spans, exact


def _infons(facts: Mapping[str, list[str]]) -> Infons:
    stated = json.loads(value(facts[KGV.infons][0])) if KGV.infons in facts else {}
    return tuple(stated.items())


def _claims(nodes: _Nodes, known: _Known, wanted: Collection[str]) -> Iterator[Claim]:
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for node, facts in nodes.items():
        if KGV.Claim not in facts.get(RDF.type, ()):
            continue
        agent = facts[PROV.wasAttributedTo][0]
        if wanted and not {iri.slug(known.agent(agent)), agent_slug(agent)} & set(wanted):
            continue
        said = (KGV.subjectAsPrinted, KGV.objectAsPrinted, KGV.relationAsPrinted)
        if KGV.relationAsPrinted not in facts:
            said = (RDF.subject, RDF.object, RDF.predicate)
        further = [facts.get(p, [""])[0] for p in (KGV.novelty, DCTERMS.identifier, KGV.infons)]
        alike[(agent, *(value(facts[p][0]) for p in said), *further)].append(node)
    for (agent, first, second, relation, *_), group in sorted(
        alike.items(), key=lambda one: (len(one[0][5]), one[0][5], *one[0])
    ):
        facts = nodes[group[0]]
        arguments = []
        for printed, predicate in ((first, RDF.subject), (second, RDF.object)):
            terms = sorted({nodes[node][predicate][0] for node in group})
            curies = tuple(curie for term in terms if (curie := iri.concept_curie(term[1:-1])))
            arguments.append(Argument(curies[0] if curies and "//" in printed else printed, curies))
        stated = dict(_infons(facts))
        nodes_of: tuple[tuple[str, str], ...] = ()
        infons = tuple(stated.items())
        if set(stated) == {"infons", "nodes"} and isinstance(stated["nodes"], list):
            nodes_of = tuple((str(refid), str(role)) for refid, role in stated["nodes"])
            infons = tuple(stated["infons"].items())  # type: ignore[attr-defined]
        name = known.agent(agent)
        yield Claim(
            relation.rpartition("/")[2] if "//" in relation else relation,
            tuple(arguments),
            name,
            value(facts[KGV.novelty][0]) if KGV.novelty in facts else None,
            value(facts[DCTERMS.identifier][0]) if DCTERMS.identifier in facts else None,
            infons,
            nodes_of,
        )
