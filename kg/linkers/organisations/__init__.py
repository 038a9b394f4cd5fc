"""Which organisations of ROR an affiliation string names.

Names are looked for in the string (:mod:`.candidates`), what speaks for and against each is counted (:mod:`.evidence`) and
weighed (:mod:`.scorer`). A link has a score and a reason in words; below :attr:`Scorer.accept` it is a proposal, and
below :data:`PROPOSE` nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from kg import affiliations, identifiers
from kg.linkers.organisations import candidates, evidence
from kg.linkers.organisations.candidates import Candidate, Words, read_words
from kg.linkers.organisations.places import Gazetteer
from kg.linkers.organisations.scorer import Scorer, shipped
from kg.ror import KINDS, UNIQUE, Registry

PROPOSE = 0.2
"""links with a lower score are not even proposed"""

_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True)
class Link:
    """An organisation of ROR that a string may name. ``printed`` are the words by which it was found."""

    ror: str
    name: str
    printed: str
    score: float
    reason: str
    accepted: bool


class Linker:
    """Links strings to one registry. Equal strings get equal links, whatever was asked before."""

    def __init__(self, registry: Registry, scorer: Scorer | None = None) -> None:
        self.registry = registry
        self._given = scorer
        self.links = lru_cache(maxsize=_REMEMBERED)(self._links)
        """string → its links, best first: those that are accepted and those that are proposed"""

    @property
    def _scorer(self) -> Scorer:
        return self._given or shipped()

    def countries(self, text: str) -> frozenset[str]:
        """The codes of the countries that a string names or implies."""
        return affiliations.countries(text)

    def country(self, text: str) -> str | None:
        """The code of the country of a string that does not print one: that of the organisations which it names, else the
        one in which the cities, regions and countries lie whose names stand in it, else that of the likeliest proposal."""
        links = self.links(text)
        found = {self._country_of(link) for link in links if link.accepted} - {""}
        if not found:
            found = self._places.countries(read_words(self.registry, affiliations.fold(text)).forms)
        if not found and links:
            found = {self._country_of(links[0])} - {""}
        return found.pop() if len(found) == 1 else None

    def _country_of(self, link: Link) -> str:
        n = self.registry.number(link.ror)
        return self.registry.country(n) if n is not None else ""

    @cached_property
    def _places(self) -> Gazetteer:
        return Gazetteer(self.registry)

    def weight(self, word: str) -> float:
        """How much a comparable word tells, from 0 to :data:`kg.ror.UNIQUE`."""
        n = self.registry.word(word)
        return float(self.registry.idf[n]) if n >= 0 else UNIQUE

    def _links(self, text: str) -> tuple[Link, ...]:
        text = affiliations.fold(text)
        if decided := self._stated(text):
            return decided
        words = read_words(self.registry, text)
        countries = self.countries(text)
        found = candidates.candidates(self.registry, words, countries)
        if not found:
            return ()
        rows = evidence.evidence(self.registry, words, found, countries)
        scorer = self._scorer
        links: dict[str, Link] = {}
        for candidate, row, score in zip(found, rows, scorer.scores(self.registry, found, rows), strict=True):
            if score < PROPOSE:
                continue
            link = self._link(words, candidate, row, score, score >= scorer.accept)
            if link and (link.ror not in links or links[link.ror].score < link.score):
                links[link.ror] = link
        return tuple(sorted(links.values(), key=lambda link: (-link.score, link.ror)))

    def _stated(self, text: str) -> tuple[Link, ...]:
        """The records whose identifiers the string itself states: they decide."""
        links = []
        for identifier in affiliations.stated(text):
            if ror := identifiers.ror(identifier):
                numbers = [n for n in [self.registry.number(ror)] if n is not None]
            else:
                numbers = self.registry.by_other("grid", identifier) if identifier.startswith("grid.") else []
            for n in numbers:
                names = self.registry.identifier(n), self.registry.display(n)
                links.append(Link(*names, identifier, 1.0, f"the string states {identifier}", True))
        return tuple(links)

    def _link(self, words: Words, candidate: Candidate, row: list[float], score: float, accepted: bool) -> Link | None:
        registry, organisation = self.registry, candidate.organisation
        printed = " ".join(words.printed[p] for p in candidate.place.found)
        said = dict(zip(evidence.FEATURES, row, strict=True))
        kind = KINDS[registry.name_kind[candidate.name]]
        how = "" if candidate.coverage >= 0.995 else f" ({candidate.coverage:.0%} of it)"
        reasons = [f"“{printed}” is {_KINDS[kind]} “{registry.name(candidate.name)}”{how}"]
        if said["country"]:
            reasons.append("country agrees" if said["country"] > 0 else "country differs")
        if said["city"]:
            reasons.append(f"city {registry.city(organisation)} is named")
        elif said["region"]:
            reasons.append(f"region {registry.region(organisation)} is named")
        if said["parent_here"]:
            reasons.append("its parent is named too")
        if said["child_here"]:
            reasons.append("its part is named too")
        if said["homonyms"]:
            reasons.append(f"{int(said['homonyms'])} more of this name")
        if said["inside"]:
            reasons.append("stands within a longer name")
        if registry.state(organisation) == "withdrawn":
            successors = registry.successors(organisation)
            if len(successors) != 1:
                return None
            reasons.append(f"{registry.identifier(organisation)} was withdrawn for it")
            organisation = successors[0]
        elif registry.state(organisation) == "inactive":
            after = ", ".join(registry.display(n) for n in registry.successors(organisation))
            reasons.append(f"no longer active{f', now {after}' if after else ''}")
        reason = "; ".join(reasons)
        return Link(
            registry.identifier(organisation),
            registry.display(organisation),
            printed,
            round(score, 3),
            reason,
            accepted,
        )


_KINDS = {
    "name": "the name",
    "label": "the name in another language",
    "alias": "the alias",
    "acronym": "the acronym",
    "short": "the name without its place,",
}
