"""Who a stored graph says is who: identities with their articles, names, affiliations over time and the reasons; and the
pairs that may be one person, which wait for somebody to decide."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from kg import explain, iri
from kg.errors import UsageError
from kg.linkers.people import names
from kg.results import visible as harmless
from kg.store import GraphStore
from kg.terms import value
from kg.vocab import DCTERMS, FABIO, FOAF, KGV, OWL, PRO, RDFS, SCHEMA

_AUTHORSHIPS = f"""
SELECT ?person ?identity ?name ?article ?position WHERE {{
  ?role {PRO.withRole} {PRO.author} ; {PRO.isHeldBy} ?person ; {RDFS.label} ?name ; {PRO.relatesToDocument} ?article ;
    {SCHEMA.position} ?position .
  OPTIONAL {{ ?person {OWL.sameAs} ?identity }}
}}"""
_LINKS = f"""
SELECT ?link ?a ?b ?confidence ?reason WHERE {{
  ?link a %s ; {KGV.member} ?a , ?b ; {KGV.confidence} ?confidence ; {KGV.reason} ?reason . FILTER(STR(?a) < STR(?b))
}}"""
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Authorship:
    """A person as printed, in one article."""

    person: str
    name: str
    article: str
    position: int
    title: str
    year: str
    affiliations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two are one, or may be."""

    link: str
    a: str
    b: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as resolved."""

    person: str
    name: str
    variants: tuple[str, ...]
    articles: tuple[Authorship, ...]
    """by year"""
    reasons: tuple[Reason, ...]
    proposals: tuple[Reason, ...]
    """pairs of one of the articles with somebody else's"""

    @property
    def years(self) -> str:
        """From when to when, as far as it is known."""
        known = sorted(a.year for a in self.articles if a.year)
        if not known:
            return ""
        return known[0] if known[0] == known[-1] else f"{known[0]}–{known[-1]}"

    @property
    def confidence(self) -> float | None:
        """Of the weakest link that holds it together; None where there is none."""
        return min((reason.confidence for reason in self.reasons), default=None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two authorships that may be one person's."""

    link: str
    confidence: float
    reason: str
    a: Authorship
    b: Authorship


def identities(store: GraphStore, name: str | None = None) -> list[Identity]:
    """The identities of a graph, those with the most articles first; with a name, those that may be meant by it.

    Args:
        store: the graph.
        name: a name in any spelling, an ORCID iD, an IRI, or a part of an article (``10.5555/fict.1#person-2``). Without
            one only persons of several articles are given.

    Raises:
        UsageError: nobody is called so.
    """
    rows: defaultdict[str, list[tuple[str, str, str, int]]] = defaultdict(list)
    for row in store.select(_AUTHORSHIPS):
        identity = row.get("identity") or row["person"]
        rows[identity].append((row["person"], value(row["name"]), row["article"], int(value(row["position"]))))
    if name is None:
        chosen = [identity for identity, held in rows.items() if len(held) > 1]
    else:
        chosen = list(_meant(store, name, {identity: [r[1] for r in held] for identity, held in rows.items()}))
        if not chosen:
            raise UsageError(
                f"nobody in this graph is called {harmless(name)!r}; kg people GRAPH lists who wrote several"
            )
    reasons = _by_member(_reasons(store, KGV.IdentityLink)) if chosen else {}
    proposals = _by_member(_reasons(store, KGV.IdentityProposal)) if chosen else {}
    found = [_identity(store, identity, rows[identity], reasons, proposals) for identity in chosen]
    return sorted(found, key=lambda who: (-len(who.articles), names.fold(who.name), who.person))


def proposals(store: GraphStore, name: str | None = None) -> list[Proposal]:
    """What waits for a decision, the likeliest first; with a name, only that of people of this name."""
    found = []
    for reason in _reasons(store, KGV.IdentityProposal):
        sides = [_as_printed(store, term) for term in (reason.a, reason.b)]
        if name is None or any(_is_called(name, [side.name]) for side in sides):
            found.append(Proposal(reason.link, reason.confidence, reason.reason, sides[0], sides[1]))
    return sorted(found, key=lambda p: (-p.confidence, p.link))


def members(store: GraphStore, what: str, *, whole: bool = False) -> dict[str, str]:
    """The persons as printed that a text means, each with its name: all of an identity, or the one that it names, or with
    ``whole`` all that are one with it.

    Raises:
        UsageError: it names nobody, or something that is no person.
    """
    node = explain.find(store, what)
    held = {quad[0] for quad in store.statements(predicate=OWL.sameAs, term=node) if "#person-" in quad[0]}
    if not held and "#author-" in node:
        held = {quad[2] for quad in store.statements(subject=node, predicate=PRO.isHeldBy)}
    if not held and "#person-" in node:
        held = {node}
    if whole:
        identities = {quad[2] for term in held for quad in store.statements(subject=term, predicate=OWL.sameAs)}
        held |= {quad[0] for who in identities for quad in store.statements(predicate=OWL.sameAs, term=who)}
    if not held:
        raise UsageError(f"{harmless(what)} is no person; name an identity, an ORCID iD or 10.…#person-1")
    return {term: _text(store, term, FOAF.name) for term in sorted(held)}


def _meant(store: GraphStore, name: str, known: dict[str, list[str]]) -> Iterator[str]:
    if "/" in name or re.fullmatch(r"[0-9]{4}(?:-?[0-9]{4}){2}-?[0-9]{3}[0-9Xx]", name):
        node = explain.find(store, name)
        identity = next((q[2] for q in store.statements(subject=node, predicate=OWL.sameAs)), node)
        if identity in known:
            yield identity
        return
    for identity, printed in known.items():
        if _is_called(name, printed):
            yield identity


def _is_called(name: str, printed: Iterable[str]) -> bool:
    """Whether somebody printed so may be meant: all words stand in one of the names, or family name and given names agree."""
    wanted = names.parse(name, None, None)
    words = set(names.fold(name).split())
    for other in printed:
        if words <= set(names.fold(other).split()):
            return True
        parsed = names.parse(other, None, None)
        if wanted.family == parsed.family and wanted.given and names.compatible(wanted, parsed):
            return True
    return False


def _reasons(store: GraphStore, kind: str) -> Iterator[Reason]:
    for row in store.select(_LINKS % kind):
        if "#person-" in row["a"] or "#person-" in row["b"]:
            yield Reason(row["link"], row["a"], row["b"], float(value(row["confidence"])), value(row["reason"]))


def _by_member(reasons: Iterable[Reason]) -> dict[str, list[Reason]]:
    found: defaultdict[str, list[Reason]] = defaultdict(list)
    for reason in reasons:
        found[reason.a].append(reason)
        found[reason.b].append(reason)
    return found


def _identity(
    store: GraphStore,
    identity: str,
    rows: list[tuple[str, str, str, int]],
    reasons: dict[str, list[Reason]],
    proposals: dict[str, list[Reason]],
) -> Identity:
    articles = [_described(store, *row) for row in rows]
    articles.sort(key=lambda a: (a.year or "9999", a.article, a.position))
    variants = sorted({a.name for a in articles}, key=lambda name: (-len(name), name))
    told, doubtful = (
        sorted({reason for row in rows for reason in where.get(row[0], ())}, key=lambda r: (r.a, r.b))
        for where in (reasons, proposals)
    )
    return Identity(identity, variants[0], tuple(variants), tuple(articles), tuple(told), tuple(doubtful))


def _as_printed(store: GraphStore, term: str) -> Authorship:
    article = f"{term.partition('#')[0]}>"
    position = term.rpartition("-")[2][:-1]
    return _described(store, term, _text(store, term, FOAF.name), article, int(position) if position.isdigit() else 0)


def _described(store: GraphStore, person: str, name: str, article: str, position: int) -> Authorship:
    role = iri.part(article, f"author-{position}")
    units = sorted(quad[2] for quad in store.statements(subject=role, predicate=PRO.relatesToOrganization))
    return Authorship(
        person,
        name,
        article,
        position,
        _text(store, article, DCTERMS.title),
        _text(store, article, FABIO.hasPublicationYear),
        tuple(text for unit in units if (text := _text(store, unit, RDFS.label))),
    )


def _text(store: GraphStore, node: str, predicate: str) -> str:
    return min((value(quad[2]) for quad in store.statements(subject=node, predicate=predicate)), default="")


# --- showing them -----------------------------------------------------------------------------------------------------

COLUMNS = ("person", "name", "articles", "years", "variants", "affiliations", "confidence", "proposals")
PROPOSAL_COLUMNS = ("proposal", "confidence", "a", "a_name", "a_year", "b", "b_name", "b_year", "reason")


def as_rows(found: Iterable[Identity]) -> Iterator[dict[str, str]]:
    """One row an identity, as :data:`COLUMNS`."""
    for who in found:
        cells = (
            who.person[1:-1],
            who.name,
            str(len(who.articles)),
            who.years,
            " | ".join(who.variants),
            " | ".join(dict.fromkeys(unit for a in who.articles for unit in a.affiliations)),
            "" if who.confidence is None else f"{who.confidence:g}",
            str(len(who.proposals)),
        )
        yield dict(zip(COLUMNS, cells, strict=True))


def proposals_as_rows(found: Iterable[Proposal]) -> Iterator[dict[str, str]]:
    """One row a proposal, as :data:`PROPOSAL_COLUMNS`."""
    for p in found:
        sides = [cell for side in (p.a, p.b) for cell in (side.person[1:-1], side.name, side.year)]
        yield dict(zip(PROPOSAL_COLUMNS, (p.link[1:-1], f"{p.confidence:g}", *sides, p.reason), strict=True))


def as_json(found: Iterable[Identity | Proposal]) -> list[dict[str, Any]]:
    """The same, complete, as data; terms in N-Triples form."""
    return [asdict(item) for item in found]


def as_list(found: Iterable[Identity]) -> Iterator[str]:
    """One line an identity, for people."""
    for who in found:
        sure = "" if who.confidence is None else f"  weakest link {who.confidence:.2f}"
        doubt = f"  {len(who.proposals)} to decide" if who.proposals else ""
        yield f"{len(who.articles):>4}  {who.years:9}  {harmless(who.name)}  {who.person[1:-1]}{sure}{doubt}"


def as_text(who: Identity) -> Iterator[str]:
    """Everything about one identity, for people."""
    yield f"{harmless(who.name)}  {who.person[1:-1]}"
    several = "1 article" if len(who.articles) == 1 else f"{len(who.articles):,} articles"
    yield f"  {several} {who.years}; printed as {', '.join(f'“{harmless(name)}”' for name in who.variants)}"
    before: tuple[str, ...] = ()
    for a in who.articles:
        yield f"  {a.year or '    '}  {harmless(_cut(a.title))}"
        yield f"        {a.person[1:-1]}"
        if a.affiliations and a.affiliations != before:
            yield from (f"        from {harmless(_cut(unit, 200))}" for unit in a.affiliations)
            before = a.affiliations
    yield from _reason_lines("one person because", who.reasons)
    yield from _reason_lines("perhaps also (kg curate accept or reject decides)", who.proposals)


def _reason_lines(title: str, reasons: Iterable[Reason]) -> Iterator[str]:
    for n, reason in enumerate(reasons):
        if not n:
            yield f"  {title}"
        a, b = (_short(term) for term in (reason.a, reason.b))
        yield f"    {reason.confidence:.2f}  {a} = {b}"
        yield f"          {harmless(reason.reason)}"


def proposal_as_text(p: Proposal) -> Iterator[str]:
    """A proposal for people."""
    yield f"{p.confidence:.2f}  {p.link[1:-1]}"
    for side in (p.a, p.b):
        yield f"      {side.year or '    '}  {harmless(side.name)}: {harmless(_cut(side.title))}"
        unit = f"; {harmless(_cut(side.affiliations[0]))}" if side.affiliations else ""
        yield f"            {side.person[1:-1]}{unit}"
    yield f"      because: {harmless(p.reason)}"


def _short(term: str) -> str:
    """``…/article/doi/10.5555/fict.1#person-2`` → ``10.5555/fict.1#person-2``."""
    _, found, rest = term[1:-1].partition("/article/")
    return rest.removeprefix("doi/") if found else term[1:-1]


def _cut(text: str, limit: int = _LONGEST) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


__all__ = [
    "COLUMNS", "PROPOSAL_COLUMNS", "Authorship", "Identity", "Proposal", "Reason", "as_json", "as_list", "as_rows", "as_text",
    "identities", "members", "proposal_as_text", "proposals", "proposals_as_rows",
]  # fmt: skip
