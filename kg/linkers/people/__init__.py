"""Who is who: which printed names are one person.

A wrong merge is worse than a missed one, and every decision can be explained and taken back. On the way:

1. :mod:`~kg.linkers.people.authorships`: what each document says of each of its authors;
2. :mod:`~kg.linkers.people.names`: a key that puts the spellings of one name into one *block*; only within a block
   authorships are compared, so that blocks can be resolved one by one, in any order (:mod:`~kg.linkers.people.blocks`), and
   only those anew of which something has changed (:mod:`~kg.linkers.people.memo`);
3. :mod:`~kg.linkers.people.evidence` and :mod:`~kg.linkers.people.model`: how likely two authorships are one person's;
4. :mod:`~kg.linkers.people.clustering`: which authorships of a block are one person's, and which may be: proposals;
5. here: the persons of all blocks, joined where they state one ORCID iD, their IRIs and their triples.

An ORCID iD decides: agreement joins, disagreement keeps apart. Two authors of one paper with the same iD cannot both be
right, so that paper's statement of it is not believed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg import iri
from kg.garbage import uncollected
from kg.linkers import Facts
from kg.linkers.people import clustering, model
from kg.linkers.people.authorships import Authorship
from kg.linkers.people.blocks import Block, Everybody, gathering
from kg.linkers.people.clustering import NONE, Constraints, Group, Link, Resolved, pair
from kg.linkers.people.memo import Memo
from kg.linkers.people.model import Model
from kg.terms import Triple, decimal, literal
from kg.version import VERSION, code_digest
from kg.vocab import DCTERMS, FOAF, KGV, OWL, RDF


@dataclass(slots=True)
class People:
    """Everybody: the identities, what joins them, and what is doubtful."""

    identities: dict[str, str] = field(default_factory=dict)
    """person as printed → resolved identity, only where the two differ"""
    links: list[Link] = field(default_factory=list)
    """why; between two persons as printed, or a person as printed and the identity that the article states"""
    proposals: list[Link] = field(default_factory=list)
    """pairs of persons as printed that may be one"""


def resolve(
    everybody: Iterable[Authorship],
    base: str,
    *,
    weights: Model | None = None,
    constraints: Constraints = NONE,
    memo: Memo | None = None,
) -> People:
    """Decide who is who."""
    with gathering() as kept:
        kept.add_all(everybody)
        return resolve_blocks(kept, base, weights=weights, constraints=constraints, memo=memo)


def resolve_blocks(
    everybody: Everybody,
    base: str,
    *,
    weights: Model | None = None,
    constraints: Constraints = NONE,
    memo: Memo | None = None,
) -> People:
    """The same where the authorships are on disk: those of one name are in memory at a time."""
    weights = weights or model.shipped()
    program = f"{VERSION} {code_digest()} {weights}"
    groups: list[Group] = []
    stated: dict[str, str] = {}
    found = People()
    decided = {term for two in (*constraints.same, *constraints.different) for term in two}
    with uncollected():
        for block in _together(everybody, constraints):
            own = _within(block, constraints, decided) if decided else NONE
            outcome = _outcome(block, weights, program, own, memo)
            groups += outcome.groups
            found.proposals += outcome.proposals
            inside = {term for group in outcome.groups for term in group.members}
            stated |= {member.term: member.orcid for member in block.members if member.orcid and member.term in inside}
    for identity, joined in _identified(groups, constraints, base):
        for group in joined:
            told = {term for term in group.members if term in stated and iri.orcid(stated[term]) == identity}
            found.links += (link for link in group.links if not {link.a, link.b} <= told)
            for term in group.members:
                found.identities[term] = identity
                if term in told:
                    reason = f"the article states the ORCID iD {stated[term]} for this author"
                    found.links.append(Link(term, identity, 1.0, reason))
    return found


def _together(everybody: Everybody, constraints: Constraints) -> Iterator[Block]:
    """The blocks; several as one where a curator says that a person has a name in each."""
    wanted = {term for two in constraints.same for term in two}
    apart: list[Block] = []
    for block in everybody.blocks(wanted):
        if wanted and not wanted.isdisjoint(member.term for member in block.members):
            apart.append(block)
        else:
            yield block
    home = {member.term: n for n, block in enumerate(apart) for member in block.members if member.term in wanted}
    leader = list(range(len(apart)))

    def root(n: int) -> int:
        while leader[n] != n:
            n = leader[n]
        return n

    for a, b in sorted(constraints.same):
        if a in home and b in home:
            one, two = sorted((root(home[a]), root(home[b])))
            leader[two] = one
    joined: dict[int, Block] = {}
    for n, block in enumerate(apart):
        joined[root(n)] = joined[root(n)] + block if root(n) in joined else block
    yield from joined.values()


def _within(block: Block, constraints: Constraints, decided: set[str]) -> Constraints:
    """What curators decided of these members alone."""
    terms = {member.term for member in block.members} & decided
    if not terms:
        return NONE
    same, different = (
        {two: why for two, why in pairs.items() if terms.issuperset(two)}
        for pairs in (constraints.same, constraints.different)
    )
    return Constraints(same, different)


def _outcome(block: Block, weights: Model, program: str, constraints: Constraints, memo: Memo | None) -> Resolved:
    if len(block.members) == 1 and not block.members[0].orcid:
        return Resolved()
    if memo is None or len(block.members) == 1:
        return clustering.resolve(block.read(), weights, constraints)
    key = _key(block, program, constraints)
    outcome = memo.get(key)
    if outcome is None:
        outcome = clustering.resolve(block.read(), weights, constraints)
        memo.put(key, outcome)
    return outcome


def _key(block: Block, program: str, constraints: Constraints) -> bytes:
    """What the outcome of a block depends on, as a digest."""
    decided = [
        [kind, *pair, why]
        for kind, pairs in (("same", constraints.same), ("different", constraints.different))
        for pair, why in sorted(pairs.items())
    ]
    total = f"{program} {decided} {block.digest()}"
    return hashlib.sha256(total.encode()).digest()[:_KEY]


_KEY = 16
"""bytes: two blocks of a billion have the same key with a probability of 10⁻²¹"""


def _identified(groups: Iterable[Group], constraints: Constraints, base: str) -> Iterator[tuple[str, list[Group]]]:
    """Each identity with its groups: one, or those of several names that state the same ORCID iD, share no article and are
    not kept apart. A group of one that states none is nobody's but its own."""
    stating: defaultdict[str, list[Group]] = defaultdict(list)
    for group in groups:
        if group.orcid:
            stating[group.orcid].append(group)
        else:
            yield iri.person_group(base, group.members), [group]
    for orcid in sorted(stating):
        joined: list[Group] = []
        taken: set[str] = set()
        inside: set[str] = set()
        for group in sorted(stating[orcid], key=lambda g: (-len(g.members), g.members)):
            works = {iri.whole(term) for term in group.members}
            parted = any(pair(a, b) in constraints.different for a in group.members for b in inside)
            if taken.isdisjoint(works) and not parted:
                taken |= works
                inside.update(group.members)
                joined.append(group)
            elif len(group.members) > 1:
                yield iri.person_group(base, group.members), [group]
        yield iri.orcid(orcid), joined


def resolution(documents: Iterable[Facts], people: People, base: str) -> Iterator[Triple]:
    """The triples of ``graph/resolution`` about people: creators, identities with their names, and why; proposals."""
    printed: dict[str, set[str]] = {}
    for document in documents:
        for person in document.persons:
            identity = people.identities.get(person.term, person.term)
            yield document.article, DCTERMS.creator, identity
            if identity != person.term:
                printed.setdefault(identity, set()).add(person.name)
                yield person.term, OWL.sameAs, identity
    for identity, names in printed.items():
        yield identity, RDF.type, FOAF.Person
        yield identity, FOAF.name, literal(display_name(names))
    for kind, links in ((KGV.IdentityLink, people.links), (KGV.IdentityProposal, people.proposals)):
        for link in links:
            node = iri.link(base, (link.a, link.b))
            yield node, RDF.type, kind
            yield node, KGV.member, link.a
            yield node, KGV.member, link.b
            yield node, KGV.confidence, decimal(link.confidence)
            yield node, KGV.reason, literal(link.reason, "en")


def display_name(printed: Iterable[str]) -> str:
    """The name that an identity shows: the longest printed form, then the smallest by code point.

    >>> display_name({"Ann Lee", "A Lee", "Ann Lea"})
    'Ann Lea'
    """
    return min(printed, key=lambda name: (-len(name), name))
