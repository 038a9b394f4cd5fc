"""An authorship: one name in the author list of one article, with what its document says of it that can tell whose it is.

Read from the triples of the document's own graph, so that it can be read again from a stored graph; it depends on nothing
but that document and the tables that ship with the program.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from kg.linkers.people import names, vectors
from kg.linkers.people.names import Name
from kg.terms import Triple, value
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


@dataclass(frozen=True, slots=True)
class Place:
    """An affiliation as far as it identifies: its words, folded and sorted, between blanks, and what is known of it."""

    words: str
    institution: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What an article says that bears on who wrote it. Compared by identity: there is one of each article.

    All works of a build are in memory at once: what they share (words, descriptors, names) is one object for all of them,
    of other lists each stands as one text, between blanks, sorted.
    """

    article: str
    keys: str
    title: tuple[str, ...] = ()
    """its words"""
    year: int | None = None
    journal: str = ""
    language: str = ""
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """of title and abstract"""
    often: str = ""
    """those of them that stand there more than once, each after its number: ``3:insulin``"""
    cites: str = ""
    grants: str = ""
    names: tuple[str, ...] = ()
    """the keys of all authors' names, by position"""
    authors: int = 0
    """how many there are"""
    places: tuple[Place, ...] = ()
    """all affiliations of the article"""
    length: float = field(init=False)
    """of the words as a vector, which is needed again and again"""

    def __post_init__(self) -> None:
        more = vectors.multiples(self.often)
        object.__setattr__(self, "length", math.sqrt(vectors.product("word", self.words, more, more)))


@dataclass(frozen=True, slots=True, eq=False)
class Authorship:
    """A name in an author list: ``term`` is its ``#person-n``. Compared by identity."""

    term: str
    position: int
    name: Name
    work: Work
    orcid: str | None = None
    emails: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def block(self) -> str:
        """Only authorships of one block are compared."""
        return self.name.key


def digest(members: Iterable[Authorship]) -> str:
    """A digest of everything that the resolution of a block depends on but the program; the order does not count."""
    total = hashlib.sha256()
    for member in sorted(members, key=lambda m: m.term):
        total.update(json.dumps(asdict(member), sort_keys=True, ensure_ascii=False).encode())
    return total.hexdigest()


@dataclass(slots=True)
class _Person:
    name: str = ""
    given: str | None = None
    family: str | None = None
    suffix: str | None = None
    orcid: str | None = None
    is_group: bool = False


@dataclass(slots=True)
class _Unit:
    text: str = ""
    institution: str = ""
    city: str = ""
    country: str = ""


def read(article: str, keys: Sequence[str], triples: Iterable[Triple]) -> list[Authorship]:
    """The authorships of a document by single persons, in their order; groups and nameless authors have none.

    An ORCID iD that the document states for two authors is believed for neither.
    """
    stem = f"{article[:-1]}#"
    person_stem, unit_stem, role_stem = f"{stem}person-", f"{stem}aff-", f"{stem}author-"
    corresponding_stem, reference_stem, grant_stem = f"{stem}corresponding-", f"{stem}ref-", f"{stem}grant-"
    persons: defaultdict[str, _Person] = defaultdict(_Person)
    units: defaultdict[str, _Unit] = defaultdict(_Unit)
    holders: dict[str, str] = {}
    mail: defaultdict[str, list[str]] = defaultdict(list)
    works_at: defaultdict[str, list[str]] = defaultdict(list)
    topics: set[str] = set()
    cites: set[str] = set()
    grants: set[str] = set()
    title = abstract = journal = language = ""
    year: int | None = None
    for subject, predicate, term in triples:
        if subject == article:
            if predicate == DCTERMS.title:
                title = min(filter(None, (title, value(term))))
            elif predicate == DCTERMS.abstract:
                abstract = max(abstract, value(term))
            elif predicate == FABIO.hasPublicationYear:
                text = value(term)
                year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
            elif predicate == FRBR.partOf:
                journal = _journal(term)
            elif predicate == DCTERMS.language:
                language = min(filter(None, (language, term[1:-1].rsplit("/", 1)[-1])))
            elif predicate == DCTERMS.subject:
                topics.add(term[1:-1].rsplit("/", 1)[-1])
        elif not subject.startswith(stem):
            continue
        elif subject.startswith(person_stem):
            person = persons[subject]
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
        elif subject.startswith(unit_stem):
            if subject.endswith("-address>"):
                unit = units[f"{subject[: -len('-address>')]}>"]
                if predicate == VCARD.locality:
                    unit.city = names.fold(value(term))
                elif predicate == SCHEMA.addressCountry:
                    unit.country = value(term)
            elif predicate == RDFS.label:
                units[subject].text = value(term)
            elif predicate == ORG.unitOf:
                units[subject].institution = term
        elif subject.startswith(role_stem):
            if predicate == PRO.isHeldBy:
                holders[subject] = term
            elif predicate == PRO.relatesToOrganization:
                works_at[subject].append(term)
        elif subject.startswith(corresponding_stem):
            if predicate == PRO.isHeldBy:
                holders[subject] = term
            elif predicate == VCARD.hasEmail:
                mail[subject].append(value(term).removeprefix("mailto:").casefold())
        elif subject.startswith(reference_stem):
            if predicate == PRISM.doi:
                cites.add(f"doi/{value(term).casefold()}")
            elif predicate == FABIO.hasPubMedId:
                cites.add(f"pmid/{value(term)}")
        elif subject.startswith(grant_stem) and predicate == FRAPO.hasGrantNumber:
            grants.add("".join(filter(str.isalnum, value(term).casefold())))
    words, often = _counted(f"{title[:_MOST_TEXT]} {abstract[:_MOST_TEXT]}")
    order = sorted(persons, key=lambda term: int(term[len(person_stem) : -1]))
    parsed = {term: _name(persons[term]) for term in order}
    places = {term: _place(unit) for term, unit in units.items()}
    work = Work(
        article,
        " ".join(sorted(keys)),
        _shared(sorted(set(words_of(title[:_LONGEST_TITLE])))),
        year,
        journal,
        language,
        _shared(sorted(topics)),
        words,
        often,
        " ".join(sorted(cites)[:_MOST_REFERENCES]),
        " ".join(sorted(grants - {""})),
        tuple(parsed[term].key for term in order[:_MOST_COAUTHORS]),
        len(order),
        tuple(sorted({place for place in places.values() if place.words}, key=_place_order)[:_MOST_PLACES]),
    )
    stated = Counter(person.orcid for person in persons.values() if person.orcid)
    holding: Counter[str] = Counter(unit for role in works_at for unit in set(works_at[role]))
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    own_places: defaultdict[str, set[Place]] = defaultdict(set)
    for role, person_term in holders.items():
        if role.startswith(corresponding_stem):
            addresses[person_term].update(mail[role])
            continue
        for unit_term in works_at[role]:
            if unit_term in places and places[unit_term].words:
                own_places[person_term].add(places[unit_term])
            for address in _EMAIL.findall(units[unit_term].text[:2000]) if unit_term in units else ():
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
                int(term[len(person_stem) : -1]),
                parsed[term],
                work,
                orcid,
                tuple(sorted(addresses[term])[:4]),
                tuple(sorted(own_places[term], key=_place_order)[:_MOST_PLACES]),
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
    found = []
    for word in _WORD.findall(names.fold(text)):
        if len(word) > 2 and not word.isdigit():
            found.append(word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word[:24])
    return found


def _shared(tokens: Iterable[str]) -> tuple[str, ...]:
    """The tokens, each the same object wherever it stands."""
    return tuple(map(sys.intern, tokens))


def _counted(text: str) -> tuple[tuple[str, ...], str]:
    """The most frequent words, and once more those that stand more than once, after their numbers."""
    counts = Counter(words_of(text))
    kept = sorted(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS])
    return _shared(word for word, _ in kept), " ".join(f"{n}:{word}" for word, n in kept if n > 1)


def _place(unit: _Unit) -> Place:
    text = _EMAIL.sub(" ", unit.text[:2000])
    words = {word for word in _WORD.findall(names.fold(text)) if len(word) > 1}
    return Place(" ".join(sorted(words)[:60]), unit.institution, unit.city, unit.country)


def _place_order(place: Place) -> tuple[str, str, str, str]:
    return place.words, place.institution, place.city, place.country


def _names_owner(address: str, name: Name | None) -> bool:
    """Whether the part before the @ holds the family name, or the initials are all that it is."""
    if name is None or not name.family:
        return False
    local = "".join(filter(str.isalpha, address.partition("@")[0].casefold()))
    return len(name.family) > 2 and name.family[:8] in local
