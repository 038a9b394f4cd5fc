"""Which organisations of a graph are which organisations of ROR.

An organisation of ours is a name in a country, gathered from the affiliations that print it. Every such string is linked
as a whole, because its city and its other institutions are evidence; the links that were found in the institution's own
name then say which record it is. Strings that disagree (one name, two campuses) give proposals, not facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from kg import iri
from kg.linkers.organisations import Link, Linker
from kg.naming import words
from kg.terms import Triple, decimal, literal
from kg.vocab import FOAF, KGV, ORG, OWL, RDF

STRINGS = 100
"""of one organisation so many strings are looked at, the first in order"""
SAME = 0.75
"""so much of the weight of the institution's name must be the link's, and the other way round"""
STATED = 0.5
"""the same, where the publisher states an identifier of the record"""
AGREEING = 0.8
"""so many of the strings that name a record must name the same"""
_TOGETHER = 256
"""institutions whose strings are linked together"""


@dataclass(slots=True)
class Printed:
    """The institutions of a graph and the affiliation strings that print them."""

    strings: dict[str, set[str]] = field(default_factory=dict)
    """institution → strings"""
    stated: dict[str, set[str]] = field(default_factory=dict)
    """institution → identifiers of other registers that publishers state for it"""

    def add(self, printed: Iterable[tuple[str, str]], registered: Iterable[tuple[str, str]]) -> None:
        """Take what a document says: institutions with a string that prints them, and with an identifier."""
        for institution, text in printed:
            self.strings.setdefault(institution, set()).add(text)
        for institution, identifier in registered:
            self.stated.setdefault(institution, set()).add(identifier)


@dataclass(frozen=True, slots=True)
class Match:
    """An institution of ours and a record of ROR: the same if ``accepted``, else perhaps."""

    institution: str
    ror: str
    name: str
    confidence: float
    reason: str
    accepted: bool


def resolve(
    printed: Printed,
    names: Mapping[str, str],
    linker: Linker,
    settled: Collection[str] = (),
    different: Collection[tuple[str, str]] = (),
) -> list[Match]:
    """Link the institutions, in the order of their IRIs.

    Args:
        names: institution → its name.
        settled: institutions of which a curator said which record they are.
        different: pairs, sorted, of which a curator said that they are not the same.
    """
    matches: list[Match] = []
    left: list[tuple[str, str, list[str]]] = []
    for institution in sorted(printed.strings):
        if institution in settled or not (name := names.get(institution)):
            continue
        if stated := _stated(institution, name, printed.stated.get(institution, set()), linker):
            matches += stated
        else:
            left.append((institution, name, sorted(printed.strings[institution])[:STRINGS]))
    for start in range(0, len(left), _TOGETHER):
        some = left[start : start + _TOGETHER]
        links = linker.links_of(text for *_, texts in some for text in texts)
        for institution, name, texts in some:
            matches += _matches(institution, name, [links[text] for text in texts], linker)
    found = [m for m in matches if tuple(sorted((m.institution, m.ror))) not in different]
    return sorted(found, key=lambda match: match.institution)


def _stated(institution: str, name: str, identifiers: set[str], linker: Linker) -> list[Match]:
    """The record that publishers state by its GRID or ISNI, if it has a name like this: an identifier may belong to
    another institution of the same string."""
    registry = linker.registry
    found: dict[int, list[str]] = {}
    for identifier in sorted(identifiers):
        register, _, number = identifier.partition(":")
        for n in registry.by_other(register, number):
            if any(_alike(linker, other, name) >= STATED for other in registry.names_of(n)):
                found.setdefault(n, []).append(f"{register.upper()} {number}")
    if len(found) != 1:
        return []
    ((n, why),) = found.items()
    reason = f"the publisher states {' and '.join(why)} for “{name}”"
    return [Match(institution, f"<{registry.identifier(n)}>", registry.display(n), 1.0, reason, True)]


def _matches(institution: str, name: str, links_of: Iterable[Iterable[Link]], linker: Linker) -> list[Match]:
    """What the links of the strings of an institution say together."""
    by_ror: dict[str, list[Link]] = {}
    for link in chain.from_iterable(links_of):
        if _names(linker, link, name):
            by_ror.setdefault(link.ror, []).append(link)
    votes = {ror: sum(link.accepted for link in links) for ror, links in by_ror.items()}
    total = sum(votes.values())
    matches = []
    for ror, links in sorted(by_ror.items(), key=lambda item: (-votes[item[0]], item[0])):
        best = max(links, key=lambda link: (link.score, link.reason))
        accepted = votes[ror] > 0 and votes[ror] >= AGREEING * total
        mean = sum(link.score for link in links) / len(links)
        reason = best.reason
        if len(links) > 1:
            reason += f"; in {len(links)} strings"
        if votes[ror] and not accepted:
            reason += f"; {total - votes[ror]} of {total} strings name another"
        matches.append(Match(institution, f"<{ror}>", best.name, round(mean, 3), reason, accepted))
    # What is decided leaves nothing to propose.
    return [match for match in matches if match.accepted] or matches


def _names(linker: Linker, link: Link, name: str) -> bool:
    """Whether a link was found in this name, and in nearly all of it: "Oak Medical School" is not Oak University."""
    return _alike(linker, link.printed, name) >= SAME


def _alike(linker: Linker, one: str, other: str) -> float:
    """How much of the weight of the words of the weightier of two names the other has too."""
    ours, theirs = set(words(other.partition(" (")[0])), set(words(one))
    weights = {w: linker.weight(w) for w in sorted(ours | theirs)}
    most = max(sum(weights[w] for w in sorted(ours)), sum(weights[w] for w in sorted(theirs)))
    return sum(weights[w] for w in sorted(ours & theirs)) / most if most else 0.0


def triples(matches: Iterable[Match], base: str) -> Iterator[Triple]:
    """The triples of ``graph/resolution`` about organisations."""
    for match in matches:
        node = iri.link(base, (match.institution, match.ror))
        if match.accepted:
            yield match.institution, OWL.sameAs, match.ror
            yield match.ror, RDF.type, ORG.FormalOrganization
            yield match.ror, RDF.type, FOAF.Organization
            yield match.ror, FOAF.name, literal(match.name)
        yield node, RDF.type, KGV.IdentityLink if match.accepted else KGV.IdentityProposal
        yield node, KGV.member, match.institution
        yield node, KGV.member, match.ror
        yield node, KGV.confidence, decimal(match.confidence)
        yield node, KGV.reason, literal(match.reason, "en")
