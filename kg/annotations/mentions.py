"""Mentions that kg found → annotations as PubTator and BioC write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kg.model import Annotation, Mention


def annotations_of(mentions: Iterable[Mention], type_of: Callable[[str], str]) -> tuple[Annotation, ...]:
    """One annotation a mention, in their order; MeSH identifiers without a prefix, as PubTator prints them.

    Args:
        mentions: what was found in the passages of one document.
        type_of: the type to print for a concept, by its CURIE (``Disease``).

    >>> mention = Mention("title", 0, 7, "Insulin", "MESH:D007328", 1.0, "dictionary")
    >>> [(a.type, a.identifier) for a in annotations_of([mention], lambda curie: "Chemical")]
    [('Chemical', 'D007328')]
    """
    return tuple(
        [
            Annotation(
                mention.passage,
                ((mention.start, mention.end),),
                mention.text,
                type_of(mention.concept),
                mention.concept.removeprefix("MESH:"),
                (mention.concept,),
                mention.agent,
            )
            for mention in mentions
        ]
    )
