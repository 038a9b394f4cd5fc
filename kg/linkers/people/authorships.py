"""An authorship: one name in the author list of one article, with what its document says of it that can tell whose it is.

Read from the triples of the document's own graph, so that it can be read again from a stored graph; it depends on nothing
but that document and the tables that ship with the program.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kg.linkers.people import names, vectors
from kg.linkers.people.names import Name
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


class Place(Struct, frozen=True, gc=False, array_like=True):
    """An affiliation as far as it identifies: its words, folded and sorted, between blanks, and what is known of it."""

    words: str
    institution: str = ""
    city: str = ""
    country: str = ""


class Work(Struct, frozen=True, gc=False, eq=False, array_like=True):
    """What an article says that bears on who wrote it. Compared by identity: there is one of each article.

    What works share (words, descriptors, names) is one object for all of them, of other lists each stands as one text,
    between blanks, sorted.
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
    lengths: tuple[float, float, float] | None = None
    """of words, title and topics as vectors, where they were computed already"""


class Authorship(Struct, frozen=True, gc=False, eq=False):
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


class _Author(Struct, frozen=True, gc=False, array_like=True):
    """An authorship without its work."""

    term: str
    position: int
    family: str
    given: tuple[str, ...]
    suffix: str
    orcid: str | None
    emails: tuple[str, ...]
    places: tuple[Place, ...]


_Packed = tuple[Work, list[_Author]] | None


def packed(found: Sequence[Authorship]) -> bytes:
    """The authorships of one document as JSON: what it says of each, and once what it says of all."""
    if not found:
        return b"null"
    authors = [
        _Author(a.term, a.position, a.name.family, a.name.given, a.name.suffix, a.orcid, a.emails, a.places)
        for a in found
    ]
    return _encode((found[0].work, authors))


def unpacked(data: bytes) -> list[Authorship]:
    """What :func:`packed` gave."""
    stated = _decode(data)
    if stated is None:
        return []
    work, authors = stated
    work = replace(work, title=_shared(work.title), topics=_shared(work.topics), words=_shared(work.words))
    return [
        Authorship(a.term, a.position, names.Name(a.family, a.given, a.suffix), work, a.orcid, a.emails, a.places)
        for a in authors
    ]


_encode = msgspec.json.Encoder().encode
_decode: Callable[[bytes], _Packed] = msgspec.json.Decoder(_Packed).decode


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


class _Article:
    """What the article node itself says."""

    __slots__ = ("abstract", "journal", "language", "title", "topics", "year")

    def __init__(self, said: Iterable[tuple[str, str]]) -> None:
        self.title = self.abstract = self.journal = self.language = ""
        self.year: int | None = None
        self.topics: set[str] = set()
        for predicate, term in said:
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
    title, abstract = of_article.title, of_article.abstract
    words, often = _counted(f"{title[:_MOST_TEXT]} {abstract[:_MOST_TEXT]}")
    title_words = _shared(sorted(set(words_of(title[:_LONGEST_TITLE]))))
    topics = _shared(sorted(of_article.topics))
    positions = {term: int(term[start + len("person-") : -1]) for term in persons}
    order = sorted(persons, key=positions.__getitem__)
    parsed = {term: _name(persons[term]) for term in order}
    places = {term: _place(unit) for term, unit in units.items()}
    work = Work(
        article,
        " ".join(sorted(keys)),
        title_words,
        of_article.year,
        of_article.journal,
        of_article.language,
        topics,
        words,
        often,
        " ".join(sorted(cites)[:_MOST_REFERENCES]),
        " ".join(sorted(grants - {""})),
        tuple(parsed[term].key for term in order[:_MOST_COAUTHORS]),
        len(order),
        tuple(sorted({place for place in places.values() if place.words}, key=_place_order)[:_MOST_PLACES]),
        (
            vectors.bag("word", words, often).length,
            vectors.bag("word", title_words).length,
            vectors.bag("topic", topics).length,
        ),
    )
    stated = Counter(person.orcid for person in persons.values() if person.orcid)
    holding: Counter[str] = Counter(unit for role in works_at for unit in set(works_at[role]))
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    own_places: defaultdict[str, set[Place]] = defaultdict(set)
    for role, person_term in holders.items():
        if role in corresponding:
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
                positions[term],
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
    return [_singular(word) for word in _WORD.findall(names.fold(text)) if _counts(word)]


def _counts(word: str) -> bool:
    return len(word) > 2 and not word.isdigit()


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word[:24]


def _shared(tokens: Iterable[str]) -> tuple[str, ...]:
    """The tokens, each the same object wherever it stands."""
    return tuple(map(sys.intern, tokens))


def _counted(text: str) -> tuple[tuple[str, ...], str]:
    """The most frequent words, and once more those that stand more than once, after their numbers."""
    counts: dict[str, int] = {}
    for printed, n in Counter(_WORD.findall(names.fold(text))).items():
        if _counts(printed):
            word = _singular(printed)
            counts[word] = counts.get(word, 0) + n
    kept = sorted(counts.items())
    if len(kept) > _MOST_WORDS:
        kept = sorted(sorted(kept, key=lambda item: -item[1])[:_MOST_WORDS])
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
