"""The author lists of several records of one article, made one.

The list of the best source is kept as it stands. What refers to authors by their place (affiliations, ORCID iDs,
correspondence, roles, equal contribution) is taken from the best source that has it and whose authors can all be found in
that list, by their names; so an ORCID iD that only Crossref knows lands on the right author of the publisher's list, and
nothing is given to the wrong one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.contributions import name_key
from kg.terms import Triple, value
from kg.vocab import DCTERMS, FOAF, PRO, RDFS, SCORO, VCARD

_NUMBER = re.compile(r"([a-z]+)-([0-9]{1,9})(.*)", re.DOTALL)
_LISTS = ("editor", "investigator")
_REPEATED = frozenset({RDFS.label, VCARD.hasEmail, SCORO.hasORCID, DCTERMS.description})
"""properties whose losing values are worth a statement"""


@dataclass(frozen=True, slots=True)
class Merged:
    """The statements about people that are kept; by record, those that were not, and the author lists that contradict
    the one that is kept (names in order)."""

    triples: set[Triple]
    alternatives: list[set[Triple]]
    disagreeing: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Byline:
    """What one record says of people, by what it is about."""

    authors: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    """place → name as printed, key of the family name, key of the first given name's first letter"""
    names: set[Triple] = field(default_factory=set)
    orcids: dict[int, Triple] = field(default_factory=dict)
    aspects: dict[str, set[Triple]] = field(default_factory=lambda: defaultdict(set))
    """affiliations of authors, correspondence, roles, equal contribution, editors, investigators"""
    units: dict[str, set[Triple]] = field(default_factory=lambda: defaultdict(set))
    """``aff-n`` → what is said of it and its address"""


def merge(article: str, stated: Sequence[Collection[Triple]]) -> Merged:
    """Merge what the records say of people.

    Args:
        article: the article's term.
        stated: the statements of each record, the most trusted first.
    """
    read = [_read(article, triples) for triples in stated]
    kept: set[Triple] = set()
    first = next((n for n, byline in enumerate(read) if byline.authors), None)
    result = Merged(kept, [set() for _ in read])
    places = [_places(read[first], byline) if first is not None else {} for byline in read]
    if first is not None:
        kept |= read[first].names
        for n, byline in enumerate(read):
            if n != first and byline.authors and _families(byline) != _families(read[first]):
                result.disagreeing[n] = "; ".join(name for _, (name, _, _) in sorted(byline.authors.items()))
        for place in sorted(read[first].authors):
            for n, byline in enumerate(read):
                inside = {new: old for old, new in places[n].items()}
                if place in inside and inside[place] in byline.orcids:
                    kept |= _moved(article, [byline.orcids[inside[place]]], places[n])
                    break
    origin: dict[str, int] = {}
    for aspect in ("affiliations", "corresponding", "credit", "equal"):
        for n, byline in enumerate(read):
            mentioned = _authors_of(article, byline.aspects[aspect])
            if byline.aspects[aspect] and mentioned <= places[n].keys():
                kept |= _moved(article, byline.aspects[aspect], places[n])
                origin[aspect] = n
                break
    units: dict[str, str] = {}
    home = origin.get("affiliations")
    if home is not None:
        kept.update(*read[home].units.values())
        units = {_label(article, name, read[home]): name for name in sorted(read[home].units, key=_numbered)}
    for aspect in _LISTS:
        for n, byline in enumerate(read):
            if byline.aspects[aspect]:
                kept |= _with_units(article, byline, byline.aspects[aspect], units, n == home)
                break
    for n, byline in enumerate(read):
        result.alternatives[n].update(_alternatives(article, byline, places[n], n in result.disagreeing, units))
    return result


def _read(article: str, triples: Iterable[Triple]) -> _Byline:
    found = _Byline()
    stem = f"{article[:-1]}#"
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in sorted(triples):
        subject, predicate, term = triple
        fragment = (term if subject == article and term.startswith(stem) else subject)[len(stem) : -1]
        match = _NUMBER.match(fragment)
        kind = match[1] if match else ""
        if kind == "aff" and match:
            found.units[f"aff-{match[2]}"].add(triple)
        elif predicate == SCORO.isEqualToRoleInTime:
            found.aspects["equal"].add(triple)
        elif kind == "author" and predicate == PRO.relatesToOrganization:
            found.aspects["affiliations"].add(triple)
        elif kind == "person" and match and predicate == SCORO.hasORCID:
            found.orcids[int(match[2])] = triple
        elif kind in ("corresponding", "credit", *_LISTS):
            found.aspects[kind].add(triple)
        else:
            found.names.add(triple)
            facts[fragment][predicate] = term
    for fragment, said in facts.items():
        match = _NUMBER.fullmatch(fragment)
        if match and match[1] == "author" and RDFS.label in said:
            person = facts.get(f"person-{match[2]}", {})
            name = value(said[RDFS.label])
            family = value(person.get(FOAF.familyName, said[RDFS.label]))
            given = name_key(value(person.get(FOAF.givenName, '""')))
            found.authors[int(match[2])] = name, name_key(family), given[:1]
    return found


def _families(byline: _Byline) -> list[str]:
    return [family for _, (_, family, _) in sorted(byline.authors.items())]


def _by_family(byline: _Byline) -> Mapping[str, Sequence[tuple[int, str]]]:
    """Family name → the places of its bearers, each with the initial."""
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for place, (_, family, given) in byline.authors.items():
        found[family].append((place, given))
    return found


def _places(kept: _Byline, other: _Byline) -> dict[int, int]:
    """Place in the other list → place of the same author in the one that is kept. All of them where the family names are
    the same in the same order; else those whose name is there exactly once in both."""
    if _families(kept) == _families(other):
        return dict(zip(sorted(other.authors), sorted(kept.authors), strict=True))
    found = {}
    here, there = _by_family(kept), _by_family(other)
    for place, (_, family, given) in other.authors.items():
        mine, theirs = (
            [n for n, g in listed.get(family, ()) if not g or not given or g == given] for listed in (here, there)
        )
        if len(mine) == len(theirs) == 1:
            found[place] = mine[0]
    return found if len(set(found.values())) == len(found) else {}


def _authors_of(article: str, triples: Iterable[Triple]) -> set[int]:
    """The places of the authors that statements are about."""
    stem = f"{article[:-1]}#"
    found = set()
    for subject, _, term in triples:
        for node in (subject, term):
            match = _NUMBER.fullmatch(node[len(stem) : -1]) if node.startswith(stem) else None
            if match and match[1] in ("author", "person") and not match[3]:
                found.add(int(match[2]))
    return found


def _moved(article: str, triples: Iterable[Triple], places: Mapping[int, int]) -> set[Triple]:
    """The statements with the authors in the places where they stand in the list that is kept."""
    stem = f"{article[:-1]}#"

    def move(node: str) -> str:
        match = _NUMBER.fullmatch(node[len(stem) : -1]) if node.startswith(stem) else None
        if match and match[1] in ("author", "person") and not match[3] and int(match[2]) in places:
            return f"{stem}{match[1]}-{places[int(match[2])]}>"
        return node

    return {(move(s), p, move(o)) for s, p, o in triples}


def _label(article: str, name: str, byline: _Byline) -> str:
    node = f"{article[:-1]}#{name}>"
    return next((value(o) for s, p, o in byline.units[name] if s == node and p == RDFS.label), name)


def _with_units(
    article: str, byline: _Byline, triples: Collection[Triple], units: dict[str, str], are_kept: bool
) -> set[Triple]:
    """The statements about editors or investigators with the units that they name; these follow the ones that are kept
    already (``units``: label → name, which grows) unless they are among them."""
    if are_kept:
        return set(triples)
    stem = f"{article[:-1]}#"
    renamed: dict[str, str] = {}
    result: set[Triple] = set()
    named = {o[len(stem) : -1] for _, p, o in triples if p == PRO.relatesToOrganization}
    last = max((_numbered(name) for name in units.values()), default=0)
    for name in sorted(named & byline.units.keys(), key=_numbered):
        label = _label(article, name, byline)
        if label not in units:
            last += 1
            units[label] = f"aff-{last}"
            old, new = f"{stem}{name}", f"{stem}aff-{last}"
            for s, p, o in byline.units[name]:
                result.add((_started(s, old, new), p, _started(o, old, new)))
        renamed[f"{stem}{name}>"] = f"{stem}{units[label]}>"
    return result | {(s, p, renamed.get(o, o)) for s, p, o in triples}


def _started(node: str, old: str, new: str) -> str:
    return new + node[len(old) :] if node in (f"{old}>", f"{old}-address>") else node


def _numbered(name: str) -> int:
    return int(name.partition("-")[2])


def _alternatives(
    article: str, byline: _Byline, places: Mapping[int, int], disagrees: bool, units: Collection[str]
) -> set[Triple]:
    """What a record says otherwise: names of authors (unless its whole list is told), iDs, units, correspondence."""
    said = set() if disagrees else {t for t in byline.names if t[1] == RDFS.label}
    said |= {triple for place, triple in byline.orcids.items() if place in places}
    said |= byline.aspects["corresponding"]
    said = _moved(article, said, places)
    for name in byline.units:
        if _label(article, name, byline) not in units:
            said |= byline.units[name]
    return {t for t in said if t[1] in _REPEATED}
