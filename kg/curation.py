"""What a curator says, in words of the command line → a decision on nodes of a stored graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg import explain, identities, iri
from kg.decisions import Decided, Decision, is_mention, is_organisation
from kg.errors import UsageError
from kg.results import visible as harmless
from kg.store import GraphStore
from kg.terms import value
from kg.vocab import FOAF, KGV, OA, RDF, RDFS

VERBS = {
    "merge": "all that are named are one person or organisation",
    "same": "the two are one",
    "different": "the two are not one",
    "split": "of the first, the others are somebody else: articles, or persons as printed",
    "accept": "a proposal is right; a mention that was rejected is right after all",
    "reject": "a proposal or a mention is wrong",
    "correct": "a mention means another concept, which is named after it",
}
"""what the commands of a curator mean"""


@dataclass(frozen=True, slots=True)
class Said:
    """Who decides, when and why."""

    date: str
    by: str
    because: str


def decision(store: GraphStore, verb: str, nodes: Sequence[str], said: Said, before: Decided) -> Decision:
    """The decision that a command states.

    Args:
        store: the graph that the curator looks at.
        verb: one of :data:`VERBS`.
        nodes: what it is about, as :func:`kg.explain.find` takes it.
        said: by whom, when and why.
        before: what was decided until now, for a mention that is not in the graph because it was rejected.

    Raises:
        UsageError: something named is not there, or no such thing can be decided about it.
    """
    fewest, most = {"same": (2, 2), "different": (2, 2), "correct": (2, 2), "merge": (2, 99), "split": (2, 999)}.get(
        verb, (1, 99)
    )
    if not fewest <= len(nodes) <= most:
        many = str(fewest) if fewest == most else f"at least {fewest}"
        raise UsageError(f"kg curate {verb} takes {many} of them, {len(nodes)} are named: {VERBS[verb]}")
    if verb in ("merge", "same"):
        sides = [_members(store, node, whole=verb == "merge") for node in nodes]
        _alike(sides)
        rest = {term: name for side in sides[1:] for term, name in side.items()}
        return _of(said, "same", sides[0], rest)
    if verb == "different":
        one, other = (_members(store, node) for node in nodes)
        _alike([one, other])
        if both := one.keys() & other.keys():
            raise UsageError(f"{min(both)[1:-1]} is named on both sides")
        return _of(said, "different", one, other)
    if verb == "split":
        return _split(store, nodes, said)
    if verb == "correct":
        mention = _mention(store, nodes[0], before)
        return _of(said, "correct", {mention: _quote(store, mention)}, _concept(store, nodes[1]))
    return _judged(store, verb, nodes, said, before)


def _of(said: Said, verb: str, left: dict[str, str], right: dict[str, str] | None = None) -> Decision:
    return Decision(said.date, said.by, verb, said.because, left, right or {})


def _split(store: GraphStore, nodes: Sequence[str], said: Said) -> Decision:
    whole = identities.members(store, nodes[0], whole=True)
    if len(whole) < 2:
        raise UsageError(f"{harmless(nodes[0])} is one authorship only; there is nothing to split")
    leaving: dict[str, str] = {}
    for what in nodes[1:]:
        node = explain.find(store, what)
        stem = node[:-1] if "#" in node else f"{node[:-1]}#"
        named = [term for term in whole if term == node or ("#" not in node and term.startswith(stem))]
        if not named:
            raise UsageError(
                f"{harmless(what)} is no authorship of {harmless(nodes[0])}; kg people GRAPH NAME lists them"
            )
        leaving.update((term, whole[term]) for term in named)
    staying = {term: name for term, name in whole.items() if term not in leaving}
    if not staying:
        raise UsageError("all of them would leave; name those that are somebody else")
    return _of(said, "different", leaving, staying)


def _judged(store: GraphStore, verb: str, nodes: Sequence[str], said: Said, before: Decided) -> Decision:
    """A proposal, or mentions, accepted or rejected."""
    first = nodes[0].removeprefix("<").removesuffix(">")
    if "#m-" in first:
        mentions = [_mention(store, node, before) for node in nodes]
        return _of(said, verb, {node: _quote(store, node) for node in mentions})
    if len(nodes) > 1:
        raise UsageError("one proposal at a time")
    link = explain.find(store, first)
    kinds = {quad[2] for quad in store.statements(subject=link, predicate=RDF.type)}
    if not kinds & {KGV.IdentityProposal, KGV.IdentityLink}:
        raise UsageError(
            f"{harmless(first)} is neither a proposal nor a mention; kg people GRAPH --proposals lists those"
        )
    sides = sorted(quad[2] for quad in store.statements(subject=link, predicate=KGV.member))
    one, other = ({term: _name(store, term)} for term in sides)
    return _of(said, "same" if verb == "accept" else "different", one, other)


def _members(store: GraphStore, what: str, *, whole: bool = False) -> dict[str, str]:
    """What a name stands for: an organisation, or persons as printed."""
    node = explain.find(store, what)
    return {node: _name(store, node)} if is_organisation(node) else identities.members(store, what, whole=whole)


def _alike(sides: Sequence[dict[str, str]]) -> None:
    if len({is_organisation(term) for side in sides for term in side}) > 1:
        raise UsageError("a person and an organisation cannot be one")


def _mention(store: GraphStore, what: str, before: Decided) -> str:
    what = what.removeprefix("<").removesuffix(">")
    for term in before.mentions:
        if term[1:-1] == what or term[1:-1].endswith(f"/{what}"):
            return term
    node = explain.find(store, what)
    if not is_mention(node) or OA.Annotation not in {q[2] for q in store.statements(subject=node, predicate=RDF.type)}:
        raise UsageError(f"{harmless(what)} is no mention; kg explain GRAPH DOI lists those of an article")
    return node


def _quote(store: GraphStore, mention: str) -> str:
    """The characters that it marks."""
    for quad in store.statements(subject=mention, predicate=OA.hasTarget):
        for selector in store.statements(subject=quad[2], predicate=OA.hasSelector):
            for exact in store.statements(subject=selector[2], predicate=OA.exact):
                return value(exact[2])
    return ""


def _concept(store: GraphStore, what: str) -> dict[str, str]:
    found = iri.concept_iri(what) or (
        iri.concept_iri(known) if (known := iri.concept_curie(what.strip("<>"))) else None
    )
    if found is None:
        raise UsageError(f"{harmless(what)!r} is no concept of a known vocabulary; write it like MESH:D003922")
    term = f"<{found}>"
    return {term: min((value(q[2]) for q in store.statements(subject=term, predicate=RDFS.label)), default=what)}


def undescribed(store: GraphStore, ruling: Decision) -> list[str]:
    """Of the concepts that a corrected mention was said to mean those of which the graph says nothing: what is right in a
    vocabulary that the graph was not built with, or a slip."""
    concepts = ruling.right if ruling.verb == "correct" else ()
    return [iri.concept_curie(term[1:-1]) or term for term in concepts if not any(store.statements(term, RDFS.label))]


def _name(store: GraphStore, node: str) -> str:
    return min((value(quad[2]) for quad in store.statements(subject=node, predicate=FOAF.name)), default="")
