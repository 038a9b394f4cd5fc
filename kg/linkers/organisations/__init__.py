"""Which organisations of ROR an affiliation string names.

Names are looked for in the string (:mod:`.candidates`), what speaks for and against each is counted (:mod:`.evidence`) and
weighed (:mod:`.scorer`). A link has a score and a reason in words; below :attr:`Scorer.accept` it is a proposal, and
below :data:`PROPOSE` nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from kg import affiliations, identifiers
from kg.linkers.organisations import candidates, evidence
from kg.linkers.organisations.candidates import Candidate, Words, read_words
from kg.linkers.organisations.places import Gazetteer
from kg.linkers.organisations.scorer import Scorer, shipped
from kg.ror import KINDS, UNIQUE, Registry

PROPOSE = 0.2
"""links with a lower score are not even proposed"""

BATCH = 128
"""strings that are looked at together"""
_TOLD = ("country", "city", "region", "parent_here", "child_here", "homonyms", "inside")
"""evidence that a reason tells of"""
_TOLD_AT = [evidence.FEATURES.index(name) for name in _TOLD]
_REMEMBERED = 1 << 16
"""strings whose links are kept"""


@dataclass(frozen=True, slots=True)
class Link:
    """An organisation of ROR that a string may name. ``printed`` are the words by which it was found, ``country`` is the
    code of the country in which it is, empty where ROR does not say."""

    ror: str
    name: str
    country: str
    printed: str
    score: float
    reason: str
    accepted: bool


class Linker:
    """Links strings to one registry. Equal strings get equal links, whatever was asked before."""

    def __init__(self, registry: Registry, scorer: Scorer | None = None) -> None:
        self.registry = registry
        self._given = scorer
        self._remembered: dict[str, tuple[Link, ...]] = {}

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
        found = {link.country for link in links if link.accepted} - {""}
        if not found:
            found = self._places.countries(read_words(self.registry, affiliations.fold(text)).forms)
        if not found and links:
            found = {links[0].country} - {""}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _places(self) -> Gazetteer:
        return Gazetteer(self.registry)

    def weight(self, word: str) -> float:
        """How much a comparable word tells, from 0 to :data:`kg.ror.UNIQUE`."""
        n = self.registry.word(word)
        return float(self.registry.idf[n]) if n >= 0 else UNIQUE

    def links(self, text: str) -> tuple[Link, ...]:
        """The links of a string, best first: those that are accepted and those that are proposed."""
        return self.links_of((text,))[text]

    def links_of(self, texts: Iterable[str]) -> dict[str, tuple[Link, ...]]:
        """The :meth:`links` of strings. Many at once cost less than one after the other: they are scored together."""
        wanted = dict.fromkeys(texts)
        known = self._remembered
        found = {text: known[text] for text in wanted if text in known}
        new = [text for text in wanted if text not in known]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            found.update(zip(batch, self._linked(batch), strict=True))
        if len(known) + len(found) > _REMEMBERED:
            known.clear()
        known.update(found)
        return found

    def _linked(self, texts: Sequence[str]) -> list[tuple[Link, ...]]:
        folded = [affiliations.fold(text) for text in texts]
        links = [self._stated(text) for text in folded]
        rest = [n for n, decided in enumerate(links) if not decided]
        words = [read_words(self.registry, folded[n]) for n in rest]
        countries = [self.countries(folded[n]) for n in rest]
        found = candidates.candidates(self.registry, words, countries)
        pairs = evidence.Pairs(self.registry, found)
        rows = evidence.evidence(self.registry, words, pairs, countries)
        scores = self._scorer.scores(pairs, rows)
        scored = zip(pairs.every, rows[:, _TOLD_AT].tolist(), scores, strict=True)
        for n, one, of_one in zip(rest, words, found, strict=True):
            links[n] = self._weighed(one, islice(scored, len(of_one)))
        return links

    def _weighed(self, words: Words, scored: Iterable[tuple[Candidate, list[float], float]]) -> tuple[Link, ...]:
        """The links to candidates, of which evidence and score are given."""
        links: dict[str, Link] = {}
        for candidate, row, score in scored:
            if score < PROPOSE:
                continue
            link = self._link(words, candidate, row, score, score >= self._scorer.accept)
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
                names = self.registry.identifier(n), self.registry.display(n), self.registry.country(n)
                links.append(Link(*names, identifier, 1.0, f"the string states {identifier}", True))
        return tuple(links)

    def _link(self, words: Words, candidate: Candidate, row: list[float], score: float, accepted: bool) -> Link | None:
        registry, organisation = self.registry, candidate.organisation
        printed = " ".join(words.printed[p] for p in candidate.place.found)
        said = dict(zip(_TOLD, row, strict=True))
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
            registry.country(organisation),
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
