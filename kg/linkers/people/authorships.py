"""An authorship: one name in the author list of one article, with what its document says of it that can tell whose it is.

Read from the triples of the document's own graph, so that it can be read again from a stored graph; it depends on nothing
but that document and the tables that ship with the program.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct

from kg.garbage import remembered
from kg.linkers.people import names, vectors
from kg.linkers.people.names import Name
from kg.linkers.people.vectors import Bag
from kg.terms import Nodes, value
from kg.vocab import (
    DCTERMS,
    FABIO,
    FOAF,
    FRAPO,
    FRBR,
    ORG,
    PRISM,
    PRO,
    RDF,
    RDFS,
    SCHEMA,
    SCORO,
    VCARD,
)

_SUFFIX = VCARD["honorific-suffix"]
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 120
"""different words of title and abstract that are kept, the most frequent first"""
_MOST_COAUTHORS = 200
_MOST_PLACES = 12
_MOST_TEXT = 6000
_LONGEST_TITLE = 300
_MOST_REFERENCES = 400


class Whereabouts(Struct, frozen=True, gc=False, array_like=True):
    """Some affiliations as far as they identify: the words of each, folded and sorted, between blanks, and what is known of
    all of them together."""

    texts: tuple[str, ...] = ()
    institutions: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


class Profile(Struct, frozen=True, gc=False, array_like=True):
    """What is compared of two articles word by word, and name by name."""

    words: Bag = Bag()
    """of title and abstract"""
    title: Bag = Bag()
    topics: Bag = Bag()
    cites: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """the keys of all authors' names"""
    grants: frozenset[str] = frozenset()


class Work(Struct, frozen=True, gc=False, eq=False, array_like=True):
    """What an article says that bears on who wrote it. Compared by identity: there is one of each article."""

    article: str
    profile: Raw = Raw(b"[]")
    """as :func:`profiled` gives it: thousands of articles of one name have to be in memory, few of them taken apart"""
    year: int | None = None
    journal: str = ""
    language: str = ""
    authors: int = 0
    """how many there are"""
    places: Whereabouts = Whereabouts()
    """all affiliations of the article"""


class Authorship(Struct, frozen=True, gc=False, eq=False):
    """A name in an author list: ``term`` is its ``#person-n``. Compared by identity."""

    term: str
    position: int
    name: Name
    work: Work
    orcid: str | None = None
    emails: tuple[str, ...] = ()
    places: Whereabouts = Whereabouts()

    @property
    def block(self) -> str:
        """Only authorships of one block are compared."""
        return self.name.key


class _Author(Struct, frozen=True, gc=False, array_like=True):
    """An authorship without its work."""

    term: str
    position: int
    family: str
    given: tuple[str, ...]
    suffix: str
    orcid: str | None
    emails: tuple[str, ...]
    places: Whereabouts


class Packed(Struct, frozen=True, gc=False, eq=False, array_like=True):
    """The authorships of one document: what it says of all, and of each what it says of that one alone, not yet read."""

    work: Work
    authors: tuple[Raw, ...]

    def authorship(self, n: int) -> Authorship:
        """The one with this number, from 0."""
        a = _author(self.authors[n])
        return Authorship(a.term, a.position, Name(a.family, a.given, a.suffix), self.work, a.orcid, a.emails, a.places)


def packed(found: Sequence[Authorship]) -> bytes:
    """The authorships of one document as JSON; ``null`` where there are none."""
    if not found:
        return b"null"
    authors = [
        _Author(a.term, a.position, a.name.family, a.name.given, a.name.suffix, a.orcid, a.emails, a.places)
        for a in found
    ]
    return _encode((found[0].work, authors))


unpacked: Callable[[bytes], Packed] = msgspec.json.Decoder(Packed).decode
"""What :func:`packed` gave of a document that has authorships."""

_encode = msgspec.json.Encoder(order="deterministic").encode
_author: Callable[[Raw], _Author] = msgspec.json.Decoder(_Author).decode

taken_apart: Callable[[Raw], Profile] = msgspec.json.Decoder(Profile).decode
"""What :func:`profiled` gave."""


def profiled(profile: Profile) -> Raw:
    """A profile as JSON; equal ones alike."""
    return Raw(_encode(profile))


@dataclass(slots=True)
class _Person:
    name: str = ""
    given: str | None = None
    family: str | None = None
    suffix: str | None = None
    orcid: str | None = None
    is_group: bool = False


class Place(NamedTuple):
    """An affiliation as far as it identifies: its words, folded and sorted, between blanks, and what is known of it."""

    words: str
    institution: str = ""
    city: str = ""
    country: str = ""


@dataclass(slots=True)
class _Unit:
    text: str = ""
    institution: str = ""
    city: str = ""
    country: str = ""


_OF_ARTICLE = frozenset(
    (DCTERMS.title, DCTERMS.abstract, FABIO.hasPublicationYear, FRBR.partOf, DCTERMS.language, DCTERMS.subject)
)


class _Article:
    """What the article node itself says."""

    __slots__ = ("abstract", "journal", "language", "title", "topics", "year")

    def __init__(self, said: Iterable[tuple[str, str]]) -> None:
        self.title = self.abstract = self.journal = self.language = ""
        self.year: int | None = None
        self.topics: set[str] = set()
        for predicate, term in said:
            if predicate not in _OF_ARTICLE:
                continue
            if predicate == DCTERMS.title:
                self.title = min(filter(None, (self.title, value(term))))
            elif predicate == DCTERMS.abstract:
                self.abstract = max(self.abstract, value(term))
            elif predicate == FABIO.hasPublicationYear:
                text = value(term)
                self.year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
            elif predicate == FRBR.partOf:
                self.journal = _journal(term)
            elif predicate == DCTERMS.language:
                self.language = min(filter(None, (self.language, term[1:-1].rsplit("/", 1)[-1])))
            elif predicate == DCTERMS.subject:
                self.topics.add(term[1:-1].rsplit("/", 1)[-1])


def _person(said: Iterable[tuple[str, str]]) -> _Person:
    person = _Person()
    for predicate, term in said:
        if predicate == FOAF.name:
            person.name = value(term)
        elif predicate == FOAF.givenName:
            person.given = value(term)
        elif predicate == FOAF.familyName:
            person.family = value(term)
        elif predicate == _SUFFIX:
            person.suffix = value(term)
        elif predicate == SCORO.hasORCID:
            person.orcid = value(term)
        elif predicate == RDF.type:
            person.is_group = term == FOAF.Group
    return person


def _add_to_unit(unit: _Unit, said: Iterable[tuple[str, str]], *, is_address: bool) -> None:
    for predicate, term in said:
        if is_address:
            if predicate == VCARD.locality:
                unit.city = names.fold(value(term))
            elif predicate == SCHEMA.addressCountry:
                unit.country = value(term)
        elif predicate == RDFS.label:
            unit.text = value(term)
        elif predicate == ORG.unitOf:
            unit.institution = term


def read(article: str, keys: Sequence[str], nodes: Nodes) -> list[Authorship]:
    """The authorships of a document by single persons, in their order; groups and nameless authors have none.

    An ORCID iD that the document states for two authors is believed for neither.

    Args:
        article: its term.
        keys: those that lead to it.
        nodes: what its own graph says of each node.
    """
    stem = f"{article[:-1]}#"
    start = len(stem)
    persons: dict[str, _Person] = {}
    units: defaultdict[str, _Unit] = defaultdict(_Unit)
    holders: dict[str, str] = {}
    mail: defaultdict[str, list[str]] = defaultdict(list)
    works_at: defaultdict[str, list[str]] = defaultdict(list)
    cites: set[str] = set()
    grants: set[str] = set()
    corresponding: set[str] = set()
    of_article = _Article(nodes.get(article, ()))
    for subject, said in nodes.items():
        if not subject.startswith(stem):
            continue
        kind, _, number = subject[start:-1].partition("-")
        if kind == "person":
            persons[subject] = _person(said)
        elif kind == "aff":
            unit = number.removesuffix("-address")
            _add_to_unit(units[f"{stem}aff-{unit}>"], said, is_address=unit != number)
        elif kind == "author":
            for predicate, term in said:
                if predicate == PRO.isHeldBy:
                    holders[subject] = term
                elif predicate == PRO.relatesToOrganization:
                    works_at[subject].append(term)
        elif kind == "corresponding":
            corresponding.add(subject)
            for predicate, term in said:
                if predicate == PRO.isHeldBy:
                    holders[subject] = term
                elif predicate == VCARD.hasEmail:
                    mail[subject].append(value(term).removeprefix("mailto:").casefold())
        elif kind == "ref":
            for predicate, term in said:
                if predicate == PRISM.doi:
                    cites.add(f"doi/{value(term).casefold()}")
                elif predicate == FABIO.hasPubMedId:
                    cites.add(f"pmid/{value(term)}")
        elif kind == "grant":
            for predicate, term in said:
                if predicate == FRAPO.hasGrantNumber:
                    grants.add("".join(filter(str.isalnum, value(term).casefold())))
    positions = {term: int(term[start + len("person-") : -1]) for term in persons}
    order = sorted(persons, key=positions.__getitem__)
    parsed = {term: _name(persons[term]) for term in order}
    places = {term: _place(unit) for term, unit in units.items()}
    often = _counted(f"{of_article.title[:_MOST_TEXT]} {of_article.abstract[:_MOST_TEXT]}")
    profile = Profile(
        vectors.bag("word", often, {word: n for word, n in often.items() if n > 1}),
        vectors.bag("word", words_of(of_article.title[:_LONGEST_TITLE])),
        vectors.bag("topic", of_article.topics),
        frozenset(sorted(cites)[:_MOST_REFERENCES]),
        frozenset(keys),
        frozenset(parsed[term].key for term in order[:_MOST_COAUTHORS]) - {""},
        frozenset(grants) - {""},
    )
    work = Work(
        article,
        profiled(profile),
        of_article.year,
        of_article.journal,
        of_article.language,
        len(order),
        whereabouts(places.values()),
    )
    stated = Counter(person.orcid for person in persons.values() if person.orcid)
    holding: Counter[str] = Counter(unit for role in works_at for unit in set(works_at[role]))
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    own_places: defaultdict[str, list[Place]] = defaultdict(list)
    for role, person_term in holders.items():
        if role in corresponding:
            addresses[person_term].update(mail[role])
            continue
        for unit_term in works_at[role]:
            if unit_term in places:
                own_places[person_term].append(places[unit_term])
            printed = units[unit_term].text[:2000] if unit_term in units else ""
            for address in _EMAIL.findall(printed) if "@" in printed else ():
                if holding[unit_term] == 1 or _names_owner(address, parsed.get(person_term)):
                    addresses[person_term].add(address.casefold().rstrip("."))
    found = []
    for term in order:
        person = persons[term]
        if person.is_group or not parsed[term].key:
            continue
        orcid = person.orcid if person.orcid and stated[person.orcid] == 1 else None
        found.append(
            Authorship(
                term,
                positions[term],
                parsed[term],
                work,
                orcid,
                tuple(sorted(addresses[term])[:4]),
                whereabouts(own_places[term]),
            )
        )
    return found


def _name(person: _Person) -> Name:
    return Name("") if person.is_group else names.parse(person.name, person.given, person.family, person.suffix)


def _journal(term: str) -> str:
    """``…/journal/issn/1948-0210/17/7`` → ``issn/1948-0210``: the journal without volume and issue."""
    _, _, path = term[1:-1].rpartition("/journal/")
    return "/".join(path.split("/")[:2])


def words_of(text: str) -> list[str]:
    """Folded words of three letters or more, plural and singular alike as far as a final s tells."""
    return [word for printed in _WORD.findall(names.fold(text)) if (word := _as_counted(printed))]


@remembered(1 << 14)
def _as_counted(word: str) -> str:
    """The form in which a folded word counts; empty for what does not."""
    if len(word) < 3 or word.isdigit():
        return ""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word[:24]


def _counted(text: str) -> dict[str, int]:
    """The most frequent words, and how many times each stands there."""
    counts: dict[str, int] = {}
    for printed, n in Counter(_WORD.findall(names.fold(text))).items():
        if word := _as_counted(printed):
            counts[word] = counts.get(word, 0) + n
    if len(counts) > _MOST_WORDS:
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS])
    return counts


def _place(unit: _Unit) -> Place:
    text = unit.text[:2000]
    if "@" in text:
        text = _EMAIL.sub(" ", text)
    words = {word for word in _WORD.findall(names.fold(text)) if len(word) > 1}
    return Place(" ".join(sorted(words)[:60]), unit.institution, unit.city, unit.country)


def whereabouts(places: Iterable[Place]) -> Whereabouts:
    """Those of these affiliations of which a word is known; of very many the first in the order of their words."""
    told = sorted({place for place in places if place.words})[:_MOST_PLACES]
    return Whereabouts(
        tuple([place.words for place in told]),
        frozenset([place.institution for place in told if place.institution]),
        frozenset([place.city for place in told if place.city]),
        frozenset([place.country for place in told if place.country]),
    )


def _names_owner(address: str, name: Name | None) -> bool:
    """Whether the part before the @ holds the family name, or the initials are all that it is."""
    if name is None or not name.family:
        return False
    local = "".join(filter(str.isalpha, address.partition("@")[0].casefold()))
    return len(name.family) > 2 and name.family[:8] in local
