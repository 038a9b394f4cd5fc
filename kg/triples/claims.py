"""What others marked and stated: annotations and claims with their own agent, beside kg's own and never among them.

An annotation is an ``oa:Annotation`` as kg's own are, one a concept, its IRI ends in the agent's name; it does not enter
``schema:mentions``. A claim is an ``rdf:Statement`` and ``biolink:Association``; its predicate is Biolink's where
:data:`PREDICATES` knows the relation, else ``biolink:related_to``, and its type as printed stands beside it. What has no
identifier that is known is a part of the article, ``#entity-…``, under the words that it was given; no outside IRI is
invented.

A discontinuous annotation targets all from its first to its last character; its pieces refine the position, counted from
its start (Web Annotation Data Model, 4.2.9).

Sources: Biolink model 4 (https://w3id.org/biolink/vocab/), BioRED (doi 10.1093/bib/bbac282), BC5CDR (doi
10.1093/database/baw068), PubTator 3 (doi 10.1093/nar/gkae235).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from types import MappingProxyType

from kg import iri
from kg.model import Annotation, Article, Claim, Infons, contents
from kg.terms import Triple, boolean, decimal, integer, literal, quads
from kg.triples.mentions import target
from kg.triples.page import Page
from kg.vocab import BIOLINK, C4O, DCTERMS, DOCO, FRBR, KGV, OA, PROV, RDF, RDFS

PREDICATES = MappingProxyType(
    {
        "cid": BIOLINK.causes,
        "cause": BIOLINK.causes,
        "association": BIOLINK.associated_with,
        "associate": BIOLINK.associated_with,
        "positive_correlation": BIOLINK.positively_correlated_with,
        "positive_correlate": BIOLINK.positively_correlated_with,
        "negative_correlation": BIOLINK.negatively_correlated_with,
        "negative_correlate": BIOLINK.negatively_correlated_with,
        "bind": BIOLINK.directly_physically_interacts_with,
        "drug_interaction": BIOLINK.interacts_with,
        "drug_interact": BIOLINK.interacts_with,
        "interact": BIOLINK.interacts_with,
        "inhibit": BIOLINK.affects,
        "stimulate": BIOLINK.affects,
        "treat": BIOLINK.treats,
        "prevent": BIOLINK.preventative_for_condition,
    }
)
"""relation as printed, folded → Biolink predicate. Cotreatment, Comparison and Conversion have none that fits: two drugs
given together, compared, or made of each other without saying which of which"""

CATEGORIES = MappingProxyType(
    {
        "disease": "Disease",
        "diseaseorphenotypicfeature": "DiseaseOrPhenotypicFeature",
        "specificdisease": "Disease",
        "diseaseclass": "Disease",
        "chemical": "ChemicalEntity",
        "chemicalentity": "ChemicalEntity",
        "gene": "Gene",
        "geneorgeneproduct": "GeneOrGeneProduct",
        "species": "OrganismTaxon",
        "organismtaxon": "OrganismTaxon",
        "cellline": "CellLine",
        "celltype": "Cell",
        "anatomy": "AnatomicalEntity",
        "sequencevariant": "SequenceVariant",
        "mutation": "SequenceVariant",
        "dnamutation": "SequenceVariant",
        "proteinmutation": "SequenceVariant",
        "variant": "SequenceVariant",
        "snp": "SequenceVariant",
    }
)
"""type as printed, folded → Biolink class of a thing without identifier"""

STATED = "stated by the source"
"""the reason of every annotation and claim here"""

_NO_IDENTIFIER = {"", "-", "-1", "none", "null"}
_MOST_PAIRS = 64
_SENTENCE_END = re.compile(r"[.!?] (?=[A-Z0-9(\[])|\n")
_LONGEST_QUOTE = 2_000


def claims(page: Page, article: Article) -> None:
    """All that others marked in an article and stated of it."""
    if not article.annotations and not article.claims:
        return
    base, stem, own = page.base, page.stem, page.triples
    texts = contents(article)
    targets: set[str] = set()
    placed: dict[tuple[str, str], list[Annotation]] = {}
    for annotation in article.annotations:
        for named in _nodes(own, annotation, stem):
            placed.setdefault(named, []).append(annotation)
    for (node, thing), alike in placed.items():
        differ = len(alike) > 1 and len(set(map(_content, alike))) > 1
        for annotation in alike:
            term = f"{node}-{iri.sha(_content(annotation), 8)}>" if differ else f"{node}>"
            _annotation(own, annotation, term, thing, stem, texts, base)
    for annotation in article.annotations:
        _target(own, annotation, texts[annotation.passage], stem, targets)
    index = _indexed(article.annotations)
    for name in sorted({annotation.passage for annotation in article.annotations}):
        _passage(own, name, texts[name], stem)
    for claim in article.claims:
        for first, second in pairs(claim):
            _claim(page, claim, first, second, index, texts)
    for name in sorted({a.agent for a in article.annotations} | {c.agent for c in article.claims}):
        page.described.append((_agent, base, name))
    for concept, label in sorted(_labels(article.annotations)):
        page.described.append((_label, base, concept, label))


def _agent(base: str, name: str) -> str:
    agent = iri.other_agent(base, name)
    return quads(((agent, RDF.type, PROV.Agent), (agent, RDFS.label, literal(name))), iri.shared_graph(base, "shared"))


def _label(base: str, concept: str, label: str) -> str:
    return quads(((iri.concept(concept), RDFS.label, literal(label)),), iri.shared_graph(base, "vocabulary"))


def _labels(annotations: Sequence[Annotation]) -> set[tuple[str, str]]:
    """The names of concepts that annotations state (PubTator 3), as (CURIE, name)."""
    return {
        (annotation.concepts[0], value.strip())
        for annotation in annotations
        if len(annotation.concepts) == 1
        for key, value in annotation.infons
        if key == "name" and isinstance(value, str) and value.strip()
    }


def pairs(claim: Claim) -> list[tuple[str, str]]:
    """The subjects and objects of a claim, as CURIEs or as printed; several where an argument means several things."""
    if len(claim.arguments) != 2:
        return []
    first, second = (argument.concepts or (argument.identifier,) for argument in claim.arguments)
    if not all((*first, *second)) or len(first) * len(second) > _MOST_PAIRS:
        return []
    return list(product(first, second))


def _nodes(own: list[Triple], annotation: Annotation, stem: str) -> Iterator[tuple[str, str]]:
    """The node of an annotation, without ``>`` and what tells it from others alike, and the thing that it means; one a
    concept."""
    span = f"{stem}{iri.spans_name(annotation.passage, annotation.spans)}"
    agent = iri.slug(annotation.agent)
    for curie in annotation.concepts:
        yield f"{span}-{iri.curie_fragment(curie)}-{agent}", iri.concept(curie)
    if not annotation.concepts:
        printed = annotation.identifier or ""
        is_named = printed.strip().casefold() not in _NO_IDENTIFIER
        thing = _entity(own, printed if is_named else annotation.text, stem)
        if category := CATEGORIES.get(annotation.type.casefold().replace(" ", "")):
            own.append((thing, BIOLINK.category, f"<{BIOLINK.base}{category}>"))
        yield f"{span}-{thing[len(stem) : -1]}-{agent}", thing


def _entity(own: list[Triple], printed: str, stem: str) -> str:
    """A thing that has no identifier that is known, under the words that it was given."""
    node = f"{stem}{iri.entity_name(printed)}>"
    own.append((node, RDF.type, BIOLINK.NamedThing))
    own.append((node, RDFS.label, literal(printed)))
    return node


def _content(annotation: Annotation) -> str:
    """What tells an annotation from another in the same place; its id does not: the same mark twice is one."""
    return json.dumps([annotation.type, annotation.identifier, annotation.text, _said(annotation.infons)])


def _annotation(
    own: list[Triple], annotation: Annotation, node: str, thing: str, stem: str, texts: dict[str, str], base: str
) -> None:
    """An annotation as far as it means one thing."""
    add = own.append
    add((node, RDF.type, OA.Annotation))
    add((node, OA.motivatedBy, OA.identifying))
    add((node, OA.hasBody, thing))
    add((node, OA.hasTarget, f"{stem}{iri.spans_name(annotation.passage, annotation.spans)}>"))
    add((node, KGV.confidence, decimal(_score(annotation.infons))))
    add((node, KGV.reason, literal(STATED)))
    add((node, KGV.typeAsPrinted, literal(annotation.type)))
    add((node, PROV.wasAttributedTo, iri.other_agent(base, annotation.agent)))
    if annotation.identifier is not None:
        add((node, KGV.identifierAsPrinted, literal(annotation.identifier)))
    if annotation.id is not None:
        add((node, DCTERMS.identifier, literal(annotation.id)))
    if said := _said(annotation.infons):
        add((node, KGV.infons, literal(said)))
    if annotation.text != texts[annotation.passage][annotation.start : annotation.end]:
        add((node, RDFS.label, literal(annotation.text)))


def _target(own: list[Triple], annotation: Annotation, content: str, stem: str, targets: set[str]) -> None:
    """Where an annotation stands, once for all that stand there."""
    span = f"{stem}{iri.spans_name(annotation.passage, annotation.spans)}"
    if span in targets:
        return
    targets.add(span)
    start, end = annotation.start, annotation.end
    target(own, content, start, end, span, f"{stem}{annotation.passage}>")
    if len(annotation.spans) > 1:
        for n, (first, last) in enumerate(annotation.spans, 1):
            piece = f"{span}-piece-{n}>"
            own.append((f"{span}-pos>", OA.refinedBy, piece))
            own.append((piece, RDF.type, OA.TextPositionSelector))
            own.append((piece, OA.start, integer(first - start)))
            own.append((piece, OA.end, integer(last - start)))


def _passage(own: list[Triple], name: str, text: str, stem: str) -> None:
    """What is a passage only because something in it was marked: headings and references."""
    node = f"{stem}{name}>"
    if name.endswith("-heading"):
        own.append((f"{stem}{name.removesuffix('-heading')}>", FRBR.part, node))
        own.append((node, RDF.type, DOCO.SectionTitle))
        own.append((node, C4O.hasContent, literal(text)))
    elif name.startswith("ref-"):
        own.append((node, C4O.hasContent, literal(text)))


def _claim(page: Page, claim: Claim, first: str, second: str, index: _Index, texts: dict[str, str]) -> None:
    stem, add = page.stem, page.triples.append
    terms = [
        iri.concept(one) if argument.concepts else _entity(page.triples, one, stem)
        for one, argument in zip((first, second), claim.arguments, strict=True)
    ]
    predicate = PREDICATES.get(claim.relation.casefold().replace(" ", "_"), BIOLINK.related_to)
    said = _said(claim.infons, claim.nodes)
    printed = tuple(argument.identifier for argument in claim.arguments)
    name = iri.claim_name(*terms, claim.relation, *printed, claim.novelty or "", claim.id or "", said)
    node = f"{stem}{name}-{iri.slug(claim.agent)}>"
    for kind in (RDF.Statement, BIOLINK.Association, KGV.Claim):
        add((node, RDF.type, kind))
    add((node, RDF.subject, terms[0]))
    add((node, RDF.predicate, predicate))
    add((node, RDF.object, terms[1]))
    add((node, BIOLINK.negated, boolean(_is_negated(claim.infons))))
    add((node, KGV.certainty, KGV.unknown))
    add((node, BIOLINK.knowledge_level, literal("not_provided")))
    add((node, BIOLINK.agent_type, literal("not_provided")))
    add((node, BIOLINK.publications, page.subject))
    add((node, KGV.confidence, decimal(_score(claim.infons))))
    add((node, KGV.reason, literal(STATED)))
    add((node, KGV.relationAsPrinted, literal(claim.relation)))
    add((node, KGV.subjectAsPrinted, literal(printed[0])))
    add((node, KGV.objectAsPrinted, literal(printed[1])))
    add((node, PROV.wasAttributedTo, iri.other_agent(page.base, claim.agent)))
    if claim.novelty is not None:
        add((node, KGV.novelty, literal(claim.novelty)))
    if claim.id is not None:
        add((node, DCTERMS.identifier, literal(claim.id)))
    if said:
        add((node, KGV.infons, literal(said)))
    if evidence := _evidence(claim.agent, first, second, index):
        for annotation in evidence:
            add((node, KGV.evidence, f"{stem}{iri.spans_name(annotation.passage, annotation.spans)}>"))
        add((node, BIOLINK.supporting_text, literal(_quote(evidence, texts))))


_Index = dict[tuple[str, str], list[Annotation]]
"""(agent, CURIE or identifier as printed) → the annotations that mean it"""


def _indexed(annotations: Sequence[Annotation]) -> _Index:
    index: _Index = {}
    for annotation in annotations:
        for key in annotation.concepts or (annotation.identifier or "",):
            index.setdefault((annotation.agent, key), []).append(annotation)
    return index


def _evidence(agent: str, first: str, second: str, index: _Index) -> list[Annotation]:
    """The two mentions by one agent, of one thing and of the other, that stand nearest to each other in a passage."""
    marked = [
        (a.passage, a.start, a.end, n, a) for n, key in enumerate((first, second)) for a in index.get((agent, key), ())
    ]
    marked.sort(key=lambda one: one[:4])
    best: list[Annotation] = []
    nearest = 0
    for one, other in pairwise(marked):
        if one[0] == other[0] and one[3] != other[3] and one[4] is not other[4]:
            distance = max(one[2], other[2]) - one[1]
            if not best or distance < nearest:
                best, nearest = [one[4], other[4]], distance
    return best


def _quote(evidence: Sequence[Annotation], texts: dict[str, str]) -> str:
    """The sentences from the first of two mentions to the last."""
    content = texts[evidence[0].passage]
    start, end = min(a.start for a in evidence), max(a.end for a in evidence)
    before = max((m.end() for m in _SENTENCE_END.finditer(content, 0, start)), default=0)
    behind = _SENTENCE_END.search(content, end)
    last = behind.start() + 1 if behind else len(content)
    if last - before > _LONGEST_QUOTE:
        before, last = start, min(end, start + _LONGEST_QUOTE)
    return content[before:last].strip()


# --- infons -------------------------------------------------------------------------------------------------------


def _said(infons: Infons, nodes: Sequence[tuple[str, str]] = ()) -> str:
    """What was said besides type and identifier, as JSON; empty where there is nothing."""
    if not nodes and all(key in ("type", "identifier") for key, _ in infons):
        return ""
    stated: dict[str, object] = dict(infons)
    if nodes:
        stated = {"infons": stated, "nodes": [list(node) for node in nodes]}
    return json.dumps(stated, ensure_ascii=False).encode("utf-8", "replace").decode()


def _score(infons: Infons) -> float:
    """The score that was stated, if it is one from 0 to 1; else what is stated without reserve counts as sure."""
    for key, value in infons:
        if key.casefold() in ("score", "confidence") and isinstance(value, (str, int, float)):
            try:
                score = float(value)
            except ValueError:
                continue
            if 0 <= score <= 1:
                return score
    return 1.0


def _is_negated(infons: Infons) -> bool:
    return any(
        key.casefold() in ("negated", "negation") and str(value).casefold() in ("true", "1") for key, value in infons
    )
