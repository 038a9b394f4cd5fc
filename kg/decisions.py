"""What curators decided: who is one person or organisation and who is not, which mentions are wrong. One decision a line
of a JSON file that is only appended to, read again by every build, and applied after every resolution.

A line holds, in this order, ``date``, ``by``, ``decision``, ``because``, ``left`` and, where it needs one, ``right``; nodes
are IRIs with the name that was seen under them, so that a person can read a decision and so that it is not applied to
somebody else when an author list has changed. Sorted, the lines stand in the order of their dates.

===========  ==========================================================================================
same         all nodes of ``left`` and ``right`` are one person, or one organisation
different    no node of ``left`` is the same as one of ``right``
reject       the mentions in ``left`` are wrong
correct      the mentions in ``left`` are right, but mean the concept in ``right``
accept       what was said of the mentions in ``left`` is taken back
===========  ==========================================================================================

Of two decisions on the same two nodes the later counts, by its place in the file.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from pathlib import Path

from kg import files, iri
from kg.errors import UsageError
from kg.linkers.people.clustering import Constraints, pair
from kg.terms import Triple, decimal, literal, split
from kg.vocab import KGV, OA, OWL, PROV, RDF, SCHEMA

VERBS = ("same", "different", "reject", "correct", "accept")
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; ``left`` and ``right``: term → the name that the curator saw."""

    date: str
    by: str
    verb: str
    because: str
    left: Mapping[str, str]
    right: Mapping[str, str] = field(default_factory=dict)
    line: int = 0
    """of the file, from 1"""

    @property
    def reason(self) -> str:
        """What a link made by it gives as its reason."""
        return f"{self.by} decided on {self.date}: {self.because}"

    def as_json(self) -> str:
        """Its line."""
        sides = {"left": _bare(self.left)} | ({"right": _bare(self.right)} if self.right else {})
        stated = {"date": self.date, "by": self.by, "decision": self.verb, "because": self.because, **sides}
        return json.dumps(stated, ensure_ascii=False) + "\n"


def _bare(side: Mapping[str, str]) -> dict[str, str]:
    return {term[1:-1]: side[term] for term in sorted(side)}


def read(path: Path) -> list[Decision]:
    """The decisions of a file; none where there is no file.

    Raises:
        UsageError: a line is no decision; with the line, and what is wrong with it.
    """
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("#"):
            try:
                found.append(_decision(json.loads(line), number))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise UsageError(f"{path}, line {number}: is no decision ({error}); mend or remove the line") from error
    return found


def _decision(stated: dict[str, object], line: int) -> Decision:
    verb = stated["decision"]
    if verb not in VERBS:
        raise ValueError(f"decision must be one of {', '.join(VERBS)}")
    left, right = (_terms(stated.get(side, {})) for side in ("left", "right"))
    if not left or (verb in ("different", "correct") and not right) or (verb == "same" and len({*left, *right}) < 2):
        raise ValueError(f"{verb!r} lacks a side")
    texts = [stated[name] for name in ("date", "by", "because")]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError("date, by and because must be texts")
    date, by, because = map(str, texts)
    return Decision(date, by, str(verb), because, left, right, line)


def _terms(side: object) -> dict[str, str]:
    if not isinstance(side, dict) or not all(isinstance(name, str) for name in side.values()):
        raise ValueError("left and right must be objects of IRIs and names")
    for name in side:
        if "://" not in name or iri.escaped(name) != name:
            raise ValueError(f"{name[:80]!r} is no IRI")
    return {f"<{name}>": text for name, text in side.items()}


def append(path: Path, decision: Decision) -> None:
    """Add a decision to the end of a file, whole or not at all; nothing where the last one on its nodes is the same.

    Raises:
        UsageError: what is there cannot be read, or this could not be.
    """
    before = read(path)
    try:
        _decision(json.loads(decision.as_json().encode()), 0)
    except ValueError as error:
        raise UsageError(f"that is no decision: {error}") from error
    nodes = {*decision.left, *decision.right}
    last = next((d for d in reversed(before) if not nodes.isdisjoint({*d.left, *d.right})), None)
    if last is not None and replace(last, date=decision.date, line=decision.line) == decision:
        return  # noted already, perhaps before an interrupt
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_bytes() if path.exists() else b""
    if text and not text.endswith(b"\n"):
        text += os.linesep.encode()
    files.write(path, text + decision.as_json().encode())


@dataclass(slots=True)
class Decided:
    """What all decisions together come to."""

    people: Constraints = field(default_factory=Constraints)
    organisations: Constraints = field(default_factory=Constraints)
    mentions: dict[str, Decision] = field(default_factory=dict)
    """annotation → its rejection or correction"""
    by_article: dict[str, dict[str, Decision]] = field(default_factory=dict)
    """the same, those of each article together, sorted"""
    names: dict[str, str] = field(default_factory=dict)
    """person as printed → the name that the curator saw"""
    origin: dict[tuple[str, str], Decision] = field(default_factory=dict)
    """pair → the decision that counts"""


def decided(decisions: Iterable[Decision]) -> Decided:
    """Bring the decisions together: of two on the same nodes the later counts."""
    groups: list[tuple[set[str], Decision]] = []
    different: dict[tuple[str, str], Decision] = {}
    result = Decided()
    for decision in decisions:
        nodes = {**decision.left, **decision.right}
        result.names.update((term, name) for term, name in nodes.items() if is_person(term))
        if decision.verb == "same":
            for two in combinations(sorted(nodes), 2):
                different.pop(two, None)
            groups.append((set(nodes), decision))
        elif decision.verb == "different":
            groups = [part for group in groups for part in _parted(group, decision.left.keys(), decision.right.keys())]
            different.update((pair(one, other), decision) for one, other in product(decision.left, decision.right))
        for term in decision.left if decision.verb in ("reject", "correct", "accept") else ():
            result.mentions.pop(term, None)
            if decision.verb != "accept":
                result.mentions[term] = decision
    for term, decision in sorted(result.mentions.items(), key=lambda item: item[0]):
        result.by_article.setdefault(iri.whole(term), {})[term] = decision
    same: dict[tuple[str, str], Decision] = {}
    for members, decision in groups:
        first, *others = sorted(members)
        same.update((pair(first, other), decision) for other in others)
    result.origin = same | different
    for kind in ("people", "organisations"):
        mine = is_person if kind == "people" else is_organisation
        constraints = Constraints(
            {two: d.reason for two, d in same.items() if all(map(mine, two))},
            {two: d.reason for two, d in different.items() if all(map(mine, two))},
        )
        setattr(result, kind, constraints)
    return result


def _parted(group: tuple[set[str], Decision], left: Set[str], right: Set[str]) -> Iterator[tuple[set[str], Decision]]:
    """What a decision that some are one leaves, after another that some of them are not."""
    members, decision = group
    if members.isdisjoint(left) or members.isdisjoint(right):
        yield group
        return
    for part in (members - left, members - right):
        if len(part) > 1:
            yield part, decision


def is_person(term: str) -> bool:
    """Whether it is a person as printed: decisions are on these, because identities come and go."""
    return "#person-" in term


def is_organisation(term: str) -> bool:
    """Whether it is an organisation, ours or one of ROR."""
    return "#" not in term and ("/org/" in term or term.startswith("<https://ror.org/"))


def is_mention(term: str) -> bool:
    """Whether it is an annotation of ours."""
    return "#m-" in term


# --- applying them ------------------------------------------------------------------------------------------------------


def applicable(result: Decided, known: Callable[[str], str | None]) -> tuple[Constraints, list[tuple[Decision, str]]]:
    """The constraints on people of whom the graph knows, under the names that the curators saw; and the others, why.

    Args:
        known: the name of a person as printed, None where there is none.
    """
    gone: dict[str, str] = {}
    for term in {term for two in (*result.people.same, *result.people.different) for term in two}:
        name = known(term)
        if name is None:
            gone[term] = f"{term[1:-1]} is not in this graph"
        elif result.names.get(term) and name != result.names[term]:
            gone[term] = f"{term[1:-1]} is now {name!r}, no longer {result.names[term]!r}"
    same, different = (
        {two: why for two, why in pairs.items() if gone.keys().isdisjoint(two)}
        for pairs in (result.people.same, result.people.different)
    )
    told: dict[tuple[int, str], tuple[Decision, str]] = {}
    for two in sorted({*result.people.same, *result.people.different} - {*same, *different}):
        decision = result.origin[two]
        for term in two:
            if term in gone:
                told[decision.line, gone[term]] = decision, gone[term]
    return Constraints(same, different), [told[key] for key in sorted(told)]


def broken(result: Decided, constraints: Constraints, identities: Mapping[str, str]) -> list[tuple[Decision, str]]:
    """The decisions that could not be followed, each once, and why."""
    found: dict[int, tuple[Decision, str]] = {}
    for two in sorted(constraints.same):
        one, other = (identities.get(term, term) for term in two)
        if one != other:
            decision = result.origin[two]
            a, b = (term[1:-1] for term in two)
            why = (
                f"{a} and {b} cannot be one: they, or others who are one with them, share an article or are kept apart"
            )
            found.setdefault(decision.line, (decision, why))
    for two in sorted(constraints.different):
        one, other = (identities.get(term, term) for term in two)
        if one == other:
            decision = result.origin[two]
            a, b = (term[1:-1] for term in two)
            found.setdefault(decision.line, (decision, f"{a} and {b} are still one"))
    return [found[line] for line in sorted(found)]


def of_organisations(triples: Iterable[Triple], constraints: Constraints, base: str) -> Iterator[Triple]:
    """The resolution's triples without what curators say is not so, with what they say is so.

    Two organisations that are kept apart have no ``owl:sameAs`` and no link; two that are one have both.
    """
    unlinked = {iri.link(base, two) for two in (*constraints.different, *constraints.same)}
    for subject, predicate, term in triples:
        if predicate == OWL.sameAs and pair(subject, term) in constraints.different:
            continue
        if subject not in unlinked:
            yield subject, predicate, term
    for (a, b), reason in constraints.same.items():
        # ROR's own IRI is the better name of the two
        kept, other = sorted((a, b), key=lambda term: (not term.startswith("<https://ror.org/"), term))
        link = iri.link(base, (a, b))
        yield other, OWL.sameAs, kept
        yield link, RDF.type, KGV.IdentityLink
        yield link, KGV.member, a
        yield link, KGV.member, b
        yield link, KGV.confidence, decimal(1.0)
        yield link, KGV.reason, literal(reason, "en")


def of_mentions(lines: Iterable[str], article: str, said: Mapping[str, Decision], base: str) -> list[str]:
    """A document's quads without the mentions that were rejected, with those that were corrected.

    ``said``: annotation → what was decided of it.

    A mention that is gone takes along its target where no other shares it, and ``schema:mentions`` where nothing else of
    the document means the concept. A corrected one is an annotation of the curator's own.
    """
    listed = list(lines)
    parts: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    graph = ""
    for line in listed:
        subject, predicate, term, where = split(line)
        graph = where or graph
        if "#m-" in subject or predicate == SCHEMA.mentions:
            parts[subject].append((predicate, term, line))
    removed = {term for term in said if term in parts}
    dropped = {line for term in removed for _, _, line in parts[term]}
    added: list[str] = []
    for term in sorted(removed):
        if said[term].verb == "correct":
            added += _corrected(term, said[term], parts[term], article, graph, base)
    kept = [node for node in parts if node not in removed]
    targets = {split(line)[2] for line in (*added, *listed) if line not in dropped}
    for gone in sorted({o for term in removed for p, o, _ in parts[term] if p == OA.hasTarget} - targets):
        selectors = [o for p, o, _ in parts[gone] if p == OA.hasSelector]
        dropped.update(line for node in (gone, *selectors) for _, _, line in parts[node])
    bodies = {o for node in kept for p, o, _ in parts[node] if p == OA.hasBody}
    bodies |= {split(line)[2] for line in added if split(line)[1] == OA.hasBody}
    lost = {o for term in removed for p, o, _ in parts[term] if p == OA.hasBody} - bodies
    dropped.update(line for p, o, line in parts[article] if p == SCHEMA.mentions and o in lost)
    return sorted({line for line in listed if line not in dropped} | set(added))


def _corrected(
    term: str, decision: Decision, stated: list[tuple[str, str, str]], article: str, graph: str, base: str
) -> Iterator[str]:
    concept = min(decision.right)
    target = next(o for p, o, _ in stated if p == OA.hasTarget)
    name = iri.concept_curie(concept[1:-1]) or iri.sha(concept, 8)
    node = f"{target[:-1]}-{iri.curie_fragment(name)}-curated>"
    agent = iri.other_agent(base, decision.by)
    for subject, predicate, value in (
        (node, RDF.type, OA.Annotation),
        (node, OA.motivatedBy, OA.identifying),
        (node, OA.hasBody, concept),
        (node, OA.hasTarget, target),
        (node, KGV.confidence, decimal(1.0)),
        (node, KGV.reason, literal(decision.reason)),
        (node, PROV.wasAttributedTo, agent),
        (article, SCHEMA.mentions, concept),
    ):
        yield f"{subject} {predicate} {value} {graph} .\n"
