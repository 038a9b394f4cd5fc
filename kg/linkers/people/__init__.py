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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from kg import iri
from kg.garbage import uncollected
from kg.linkers import Facts
from kg.linkers.people import clustering, model
from kg.linkers.people.authorships import Authorship
from kg.linkers.people.blocks import Block, Everybody, gathering
from kg.linkers.people.clustering import NONE, Constraints, Group, Link, Resolved, pair
from kg.linkers.people.memo import Memo
from kg.linkers.people.model import Model
from kg.sorting import unsorted
from kg.terms import Triple, decimal, literal, value
from kg.version import VERSION, code_digest
from kg.vocab import DCTERMS, FOAF, KGV, OWL, RDF


class Found(NamedTuple):
    """What is told what was found."""

    identify: Callable[[tuple[str, str]], None]
    """a person as printed, and the resolved identity, where the two differ"""
    link: Callable[[Link], None]
    """why; between two persons as printed, or a person as printed and the identity that the article states"""
    propose: Callable[[Link], None]
    """two persons as printed that may be one"""


@dataclass(slots=True)
class People:
    """Everybody: the identities, what joins them, and what is doubtful; in memory or on disk. See :class:`Found`."""

    identified: Iterable[tuple[str, str]] = field(default_factory=list)
    links: Iterable[Link] = field(default_factory=list)
    proposals: Iterable[Link] = field(default_factory=list)

    @property
    def identities(self) -> dict[str, str]:
        """Person as printed → resolved identity."""
        return dict(self.identified)


def resolve(
    everybody: Iterable[Authorship],
    base: str,
    *,
    weights: Model | None = None,
    constraints: Constraints = NONE,
    memo: Memo | None = None,
) -> People:
    """Decide who is who, in memory."""
    identified: list[tuple[str, str]] = []
    links: list[Link] = []
    proposals: list[Link] = []
    with gathering() as kept:
        kept.add_all(everybody)
        found = Found(identified.append, links.append, proposals.append)
        resolve_blocks(kept, base, found, weights=weights, constraints=constraints, memo=memo)
    return People(identified, links, proposals)


def resolve_blocks(
    everybody: Everybody,
    base: str,
    found: Found,
    *,
    weights: Model | None = None,
    constraints: Constraints = NONE,
    memo: Memo | None = None,
    directory: Path | None = None,
) -> int:
    """The same where the authorships are on disk: those of one name are in memory at a time, and those of one ORCID iD. Gives
    how many identities those have who are identified.

    Args:
        directory: for what is there only in the meantime (default: the system's place for it).
    """
    weights = weights or model.shipped()
    program = f"{VERSION} {code_digest()} {weights}"
    decided = {term for two in (*constraints.same, *constraints.different) for term in two}
    number = 0
    with unsorted(directory) as stating:
        with uncollected():
            for block in _together(everybody, constraints):
                own = _within(block, constraints, decided) if decided else NONE
                outcome = _outcome(block, weights, program, own, memo)
                for proposal in outcome.proposals:
                    found.propose(proposal)
                for group in outcome.groups:
                    if not group.orcid:
                        _tell(found, iri.person_group(base, group.members), [_Stating(group)])
                        number += 1
                        continue
                    inside = set(group.members)
                    stated = {m.term: m.orcid for m in block.members if m.orcid and m.term in inside}
                    stating.write(f"{group.orcid}\t{_encode(_Stating(group, stated)).decode()}\n")
        for _, lines in groupby(stating.sorted(), key=lambda line: line[: line.index("\t")]):
            groups = [_decode(line[line.index("\t") :]) for line in lines]
            for identity, joined in _identified(groups, constraints, base):
                _tell(found, identity, joined)
                number += 1
    return number


class _Stating(Struct, frozen=True, gc=False):
    """A group, and the ORCID iDs that articles state of its members, by their terms."""

    group: Group
    stated: dict[str, str] = {}


_encode = msgspec.json.Encoder().encode
_decode: Callable[[str], _Stating] = msgspec.json.Decoder(_Stating).decode


def _tell(found: Found, identity: str, joined: Iterable[_Stating]) -> None:
    """Tell of groups that are one identity."""
    for group, stated in ((one.group, one.stated) for one in joined):
        told = {term for term, orcid in stated.items() if iri.orcid(orcid) == identity}
        for link in group.links:
            if not {link.a, link.b} <= told:
                found.link(link)
        for term in group.members:
            found.identify((term, identity))
            if term in told:
                reason = f"the article states the ORCID iD {stated[term]} for this author"
                found.link(Link(term, identity, 1.0, reason))


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


def _key(block: Block, program: str, constraints: Constraints) -> str:
    """What the outcome of a block depends on, as a digest."""
    decided = [
        [kind, *pair, why]
        for kind, pairs in (("same", constraints.same), ("different", constraints.different))
        for pair, why in sorted(pairs.items())
    ]
    total = f"{program} {decided} {block.digest()}"
    return hashlib.sha256(total.encode()).hexdigest()[:_KEY]


_KEY = 32
"""digits: two blocks of a billion have the same key with a probability of 10⁻²¹"""


def _identified(
    stating: Sequence[_Stating], constraints: Constraints, base: str
) -> Iterator[tuple[str, list[_Stating]]]:
    """Each identity of groups that state one ORCID iD: those of several names are one that share no article and are not kept
    apart. A group of one that is not one with them is nobody's but its own."""
    joined: list[_Stating] = []
    taken: set[str] = set()
    inside: set[str] = set()
    for one in sorted(stating, key=lambda one: (-len(one.group.members), one.group.members)):
        members = one.group.members
        works = {iri.whole(term) for term in members}
        parted = any(pair(a, b) in constraints.different for a in members for b in inside)
        if taken.isdisjoint(works) and not parted:
            taken |= works
            inside.update(members)
            joined.append(one)
        elif len(members) > 1:
            yield iri.person_group(base, members), [one]
    assert stating[0].group.orcid
    yield iri.orcid(stating[0].group.orcid), joined


def resolution(
    documents: Iterable[Facts], people: People, base: str, directory: Path | None = None
) -> Iterator[Triple]:
    """The triples of ``graph/resolution`` about people: creators, identities with their names, and why; proposals.

    Args:
        directory: for what is there only in the meantime (default: the system's place for it).
    """
    with unsorted(directory) as persons, unsorted(directory) as names:
        persons.writelines(f"{person}\t\t{identity}\n" for person, identity in people.identified)
        persons.writelines(
            f"{person.term}\t{document.article}\t{literal(person.name)}\n"
            for document in documents
            for person in document.persons
        )
        person = identity = ""
        for line in persons.sorted():  # the identity of a person, who need not have one, before the article
            term, article, told = line[:-1].split("\t", 2)
            if not article:
                person, identity = term, told
            elif term == person:
                yield article, DCTERMS.creator, identity
                yield term, OWL.sameAs, identity
                names.write(f"{identity}\t{told}\n")
            else:
                yield article, DCTERMS.creator, term
        for identity, lines in groupby(names.sorted(), key=lambda line: line[: line.index("\t")]):
            yield identity, RDF.type, FOAF.Person
            yield identity, FOAF.name, literal(display_name([value(line[len(identity) + 1 : -1]) for line in lines]))
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
