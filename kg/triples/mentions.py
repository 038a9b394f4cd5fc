"""Concept mentions as Web Annotations (https://www.w3.org/TR/annotation-model/): body = concept, target = characters of
a passage, by position and by quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg import iri
from kg.model import Article, Mention, passages
from kg.terms import Triple, decimal, integer, literal
from kg.triples.page import Page
from kg.vocab import KGV, OA, PROV, RDF, SCHEMA

_CONTEXT = 32
"""characters of context on each side of a quote"""


def mentions(page: Page, article: Article, found: Sequence[Mention], agents: Mapping[str, str]) -> None:
    """One annotation a mention; mentions of the same characters share their target. What is negated is no topic of the
    article, what is doubtful is left out."""
    stem, add = page.stem, page.triples.append
    contents = {passage.name: passage.text for passage in passages(article)} if found else {}
    targets = set()
    for mention in found:
        if mention.is_doubtful:
            continue
        span = f"{stem}{iri.mention_name(mention.passage, mention.start, mention.end)}"
        node = f"{span}-{iri.curie_fragment(mention.concept)}>"
        concept = iri.concept(mention.concept)
        add((node, RDF.type, OA.Annotation))
        add((node, OA.motivatedBy, OA.identifying))
        add((node, OA.hasBody, concept))
        add((node, OA.hasTarget, f"{span}>"))
        add((node, KGV.confidence, decimal(mention.confidence)))
        if reason := _reason(mention):
            add((node, KGV.reason, literal(reason)))
        add((node, PROV.wasAttributedTo, agents[mention.agent]))
        if not mention.is_negated:
            page.facts.append(f"{SCHEMA.mentions} {concept}")
        if span not in targets:
            targets.add(span)
            target(
                page.triples, contents[mention.passage], mention.start, mention.end, span, f"{stem}{mention.passage}>"
            )


def _reason(mention: Mention) -> str:
    """How it was found, what the sentence says of it, and what else the words may mean."""
    parts = [mention.reason] if mention.reason else []
    parts += [f'{name}: "{words}"' for name, words in mention.context]
    parts += [f"or {concept}, {confidence:.2f}" for concept, confidence in mention.others]
    return "; ".join(parts)


def target(triples: list[Triple], content: str, start: int, end: int, span: str, passage: str) -> None:
    """The characters of a passage, by position and by quote.

    Args:
        triples: takes what is said.
        content: the text of the passage.
        start: the first character.
        end: the first character behind.
        span: the term of the target without its ``>``.
        passage: the term of the passage.
    """
    add = triples.append
    node, position, quote = f"{span}>", f"{span}-pos>", f"{span}-quote>"
    add((node, RDF.type, OA.SpecificResource))
    add((node, OA.hasSource, passage))
    add((node, OA.hasSelector, position))
    add((node, OA.hasSelector, quote))
    add((position, RDF.type, OA.TextPositionSelector))
    add((position, OA.start, integer(start)))
    add((position, OA.end, integer(end)))
    add((quote, RDF.type, OA.TextQuoteSelector))
    add((quote, OA.exact, literal(content[start:end])))
    if prefix := content[max(0, start - _CONTEXT) : start]:
        add((quote, OA.prefix, literal(prefix)))
    if suffix := content[end : end + _CONTEXT]:
        add((quote, OA.suffix, literal(suffix)))
