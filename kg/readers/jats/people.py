"""Contributors, affiliations, roles and correspondence (JATS4R: authors and affiliations, CRediT, ORCID)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from kg import affiliations, identifiers
from kg.markup import Element, local, text_of
from kg.model import Affiliation, Author, Correspondence, Credit
from kg.readers.jats.record import Person, Reading
from kg.readers.jats.statements import note_about, read_footnote, say
from kg.readers.jats.text import child_of, child_text, heading_of, href_of, kind_of, lines_of, spaced_text, title_text
from kg.readers.jats.topics import topic_of
from kg.vocab import CREDIT_ROLES
from kg.wording import says_equal


def read_affiliations(reading: Reading, meta: Element) -> None:
    """All affiliations in the order of the text, wherever they stand in the metadata."""
    for aff in meta.iter("{*}aff"):
        holder = aff.getparent()
        if holder is not None and local(holder) == "aff-alternatives":
            first = child_of(holder, "aff")
            if first is not aff:
                # The same place again, in another language or form
                reading.keep("aff", _affiliation_text(aff))
                if first is not None and (index := reading.aff_by_element.get(first)) is not None and aff.get("id"):
                    reading.aff_by_id[aff.get("id") or ""] = index
                continue
            names = [aff.get("id"), holder.get("id")]
        else:
            names = [aff.get("id")]
        affiliation = _affiliation(reading, aff)
        if affiliation is None:
            continue
        index = reading.aff_index.setdefault(affiliation.text, len(reading.affiliations))
        if index == len(reading.affiliations):
            reading.affiliations.append(affiliation)
        reading.aff_by_id.update((name, index) for name in names if name)
        reading.aff_by_element[aff] = index
        if label := _affiliation_label(aff):
            reading.aff_by_label.setdefault(label, index)


def _affiliation(reading: Reading, aff: Element) -> Affiliation | None:
    """An affiliation with its parts: those that the source tags, else those that the text shows."""
    text = _affiliation_text(aff)
    if not text:
        return None
    parts: dict[str, list[str]] = {}
    rors: list[str] = []
    registered: list[str] = []
    code = None
    for child in aff.iter("{*}institution", "{*}institution-id", "{*}named-content", "{*}addr-line", *_PLACE_TAGS):
        name, value = local(child), text_of(child, ("institution-id",)).strip(" ,;")
        if name == "institution-id":
            if "ror" in kind_of(child, "institution-id-type") or "ror.org/" in value:
                if ror := identifiers.ror(value):
                    rors.append(ror)
                    continue
                reading.warn("bad-ror", f"not a ROR identifier: {value[:100]!r}", child)
            elif other := identifiers.institution(value, kind_of(child, "institution-id-type")):
                registered.append(other)
                continue
            reading.keep(f"institution-id ({child.get('institution-id-type') or ''})", f"{value} ({text[:200]})")
            continue
        if name == "country":
            code = child.get("country")
        part = _PARTS.get(kind_of(child, "content-type") if child.get("content-type") else name)
        if part and value:
            parts.setdefault(part, []).append(value)
    rors = list(dict.fromkeys(rors))
    for ror in rors[1:]:
        reading.keep("institution-id (ROR)", f"{ror} ({text[:200]})")
    affiliation = replace(
        affiliations.parse(text), ror=rors[0] if rors else None, registered=tuple(dict.fromkeys(registered))
    )
    tagged: dict[str, Any] = {part: values[0] for part, values in parts.items() if len(set(values)) == 1}
    if "country" in tagged:
        known = affiliations.parse(tagged["country"])
        stated = (code or "").strip().upper()
        tagged["country_code"] = stated if re.fullmatch("[A-Z]{2}", stated) else known.country_code or ""
        if not tagged["country_code"]:
            del tagged["country_code"]
            affiliation = replace(affiliation, country_code=None)
    if institutions := parts.get("institution"):
        # What the publisher calls the institution is taken, and no guess beside it; but where that holds a department
        # and its institution, both can be told
        whole, guess = institutions[0], affiliation.department
        if guess and affiliation.institution and f"{guess}, {affiliation.institution}" == whole:
            tagged.pop("institution", None)
            return replace(affiliation, **tagged)
        tagged["institution"] = whole
        if guess is None or any(guess in institution or institution in guess for institution in institutions):
            affiliation = replace(affiliation, department=None)
    return replace(affiliation, **tagged)


_PARTS = {
    "institution": "institution", "orgname": "institution", "university": "institution", "dept": "department",
    "department": "department", "orgdiv1": "department", "organisation division": "department",
    "city": "city", "state": "region", "country part": "region", "postal code": "postcode", "country": "country",
    "postcode": "postcode", "zipcode": "postcode",
}  # fmt: skip
"""parts of an affiliation by content-type, else by element"""


_PLACE_TAGS = ("{*}city", "{*}state", "{*}postal-code", "{*}country")


def _affiliation_text(aff: Element) -> str:
    """An affiliation as printed, without label and identifiers.

    SciELO gives the printed string as ``institution content-type="original"`` beside its parts.
    """
    for child in aff.iter("{*}institution"):
        if child.get("content-type") == "original" and (text := text_of(child)):
            return text
    without: list[object] = ["label", "institution-id", "xref", "fn"]
    children = [child for child in aff if local(child)]
    if children and not (aff.text or "").strip() and _affiliation_label(aff) and local(children[0]) != "label":
        without.append(children[0])
    shown = [child for child in children if local(child) not in without and child not in without]
    tails = [child.tail for child in children]
    if len(shown) > 1 and not (aff.text or "").strip() and not any((tail or "").strip() for tail in tails):
        return ", ".join(filter(None, (spaced_text(child, ("institution-id",)).strip(" ,;") for child in shown)))
    return _trim(text_of(aff, without))


def _trim(text: str) -> str:
    return text.strip(" ,;").strip()


def _affiliation_label(aff: Element) -> str | None:
    """The label of an affiliation; a superscript at its very beginning is one too."""
    for child in aff:
        if (name := local(child)) in ("label", "sup"):
            if name == "sup" and (aff.text or "").strip():
                return None
            return text_of(child) or None
        if name:
            return None
    return None


_EDITORS = re.compile(r"editor|^eds?$")
_AUTHORS = frozenset(("", "author", "authors", "collab", "group", "corresp", "corresponding author", "first author"))
_INVESTIGATORS = re.compile(r"non byline|collaborator|group member|investigator|^member")


def read_contributors(reading: Reading, group: Element, role: str | None = None) -> None:
    """A ``contrib-group``; ``role`` is what its members are when they do not decide that themselves."""
    people: list[Person] = []
    for child in group:
        name = local(child)
        if name == "contrib":
            people += _contributor(reading, child, group, role)
        elif name == "etal":
            reading.complete = False
        elif name == "contrib-group":
            read_contributors(reading, child, role)
        elif name not in ("", "aff", "aff-alternatives", "x", "xref"):
            reading.keep_element(child)
    # An affiliation that stands in the group is that of all its members, unless they point to theirs
    own = [c for c in group if local(c) == "aff"] + [a for c in group if local(c) == "aff-alternatives" for a in c]
    if own and not any(_points_to_affiliation(reading, person) for person in people):
        for person in people:
            person.inline += own
    loose = [text for child in group if local(child) == "xref" for text in (child.get("rid") or "").split()]
    for person in people:
        person.rids += loose


def _points_to_affiliation(reading: Reading, person: Person) -> bool:
    return bool(person.inline) or any(rid in reading.aff_by_id for rid in person.rids)


def _contributor(reading: Reading, contrib: Element, group: Element, role: str | None) -> list[Person]:
    """A ``contrib``: usually one person or one group, seldom both or several."""
    if role is None:
        kind = kind_of(contrib, "contrib-type") or kind_of(group, "content-type")
        if _EDITORS.search(kind):
            role = "editor"
        elif _INVESTIGATORS.search(kind):
            role = "investigator"
        elif kind in _AUTHORS or not contrib.get("contrib-type"):
            role = "author"
        else:
            reading.keep(f"contrib ({contrib.get('contrib-type')})", text_of(contrib, ("xref", "contrib-id")))
            return []
    people: list[Person] = []
    details = Person(Author(""))
    members: list[Element] = []
    for child in contrib:
        name = local(child)
        if name in ("name", "string-name"):
            people.append(Person(_person_name(child)))
        elif name == "name-alternatives":
            forms = [c for c in child if local(c) in ("name", "string-name")]
            first = next((c for c in forms if c.get("specific-use") == "primary"), forms[0] if forms else None)
            if first is not None:
                people.append(Person(_person_name(first)))
            details.notes += [f"also {_person_name(form).name}" for form in forms if form is not first]
        elif name in ("collab", "collab-alternatives"):
            collab = child if name == "collab" else child_of(child, "collab")
            if collab is not None:
                people.append(_collaboration(reading, collab, members))
        elif name == "anonymous":
            people.append(Person(Author(text_of(child) or "Anonymous")))
        elif name == "etal":
            reading.complete = False
        else:
            _contributor_detail(reading, child, name, details)
    people = [person for person in people if person.author.name]
    if not people:
        reading.keep("contrib", spaced_text(contrib))
        return []
    orcid = _orcid(reading, contrib)
    for n, person in enumerate(people):
        if orcid and not n and not person.author.is_group:
            person.author = replace(person.author, orcid=orcid)
        person.rids += details.rids
        person.inline += details.inline
        if not n:
            person.corresponding = details.corresponding or (contrib.get("corresp") or "").lower() == "yes"
            person.equal = (contrib.get("equal-contrib") or "").lower() == "yes"
            person.emails, person.roles = details.emails, details.roles
            person.notes += details.notes
            person.rank += [*filter(None, (_prefix(contrib),)), *details.rank]
            person.degree = details.degree
            if (contrib.get("deceased") or "").lower() == "yes":
                person.notes.append("deceased")
    reading.people[role] += people
    for member_group in members:
        read_contributors(reading, member_group, "investigator")
    return people


def _person_name(name: Element) -> Author:
    """``name`` or ``string-name``: given names, family name, suffix; a string that is not tagged stays as it is."""
    parts = {local(child): child for child in name if local(child)}
    given, family, suffix = (
        (title_text(parts[tag]) or None) if tag in parts else None for tag in ("given-names", "surname", "suffix")
    )
    initials = (parts["given-names"].get("initials") if "given-names" in parts else None) or None
    printed = " ".join(filter(None, (given, family, suffix)))
    if not printed or (local(name) == "string-name" and family is None):
        printed = text_of(name)
    return Author(printed, given, family, suffix, initials)


def _prefix(contrib: Element) -> str | None:
    """The title before a name: Dr, Prof."""
    name = child_of(contrib, "name", "string-name")
    return child_text(name, "prefix") if name is not None else None


_NOT_COLLAB_NAME = frozenset(("contrib-group", "aff", "xref", "fn", "address", "email", "institution-id"))


def _collaboration(reading: Reading, collab: Element, members: list[Element]) -> Person:
    """A group author; the groups of its members are added to ``members``."""
    members += [c for c in collab if local(c) == "contrib-group"]
    person = Person(Author(text_of(collab, _NOT_COLLAB_NAME).strip(" ,;:"), is_group=True))
    for child in collab:
        if (name := local(child)) not in ("contrib-group", "institution", "named-content", "on-behalf-of"):
            _contributor_detail(reading, child, name, person, inside=True)
    return person


def _contributor_detail(reading: Reading, child: Element, name: str, person: Person, inside: bool = False) -> None:
    """What stands beside the name."""
    if name == "xref":
        rids = (child.get("rid") or "").split()
        if not rids and child.get("ref-type") == "aff" and (label := text_of(child)) in reading.aff_by_label:
            person.affiliations.append(reading.aff_by_label[label])
        if child.get("ref-type") == "aff":
            for rid in rids:
                if rid not in reading.aff_by_id and rid not in reading.notes_by_id:
                    reading.warn("dangling-xref", f"there is no affiliation {rid[:100]!r}", child)
        if child.get("ref-type") == "corresp":
            person.corresponding = True
        person.rids += rids
    elif name == "aff":
        person.inline.append(child)
    elif name == "aff-alternatives":
        person.inline += [c for c in child if local(c) == "aff"][:1]
    elif name == "role":
        text = text_of(child)
        term, _, degree = text.partition(" (")
        if slug := _credit(child, term):
            stated = child.get("degree-contribution") or degree.rstrip(") ").lower() or None
            person.roles.append((slug, stated))
        elif text:
            person.rank.append(text)
    elif name == "degrees":
        person.degree = ", ".join(filter(None, (person.degree, text_of(child)))) or None
    elif name in ("email", "address"):
        found = identifiers.emails(text_of(child))
        person.emails += found
        if name == "address" or not found:
            rest = [c for c in child if local(c) not in ("email", "")] if name == "address" else [child]
            person.notes += filter(None, (text_of(c) for c in rest))
    elif name in ("ext-link", "uri"):
        href = href_of(child) or text_of(child)
        if href and not identifiers.orcid(href):
            reading.keep("link of a contributor", f"{text_of(child)} <{href}>" if text_of(child) != href else href)
    elif name == "bio":
        reading.state(None, heading_of(child) or "Biography", lines_of(child, ("title",)))
    elif name == "fn":
        person.notes.append(text_of(child, ("label",)))
    elif name not in ("", "contrib-id", "x") and not inside and (text := text_of(child)):
        person.notes.append(text)


def _orcid(reading: Reading, contrib: Element) -> str | None:
    """The ORCID iD of a contributor, from ``contrib-id`` or a link; a wrong one is named and left out."""
    for child in contrib:
        name = local(child)
        if name not in ("contrib-id", "ext-link", "uri"):
            continue
        stated = text_of(child) or href_of(child)
        if name == "contrib-id" and "orcid" not in kind_of(child, "contrib-id-type") and "orcid.org" not in stated:
            reading.keep(f"contrib-id ({child.get('contrib-id-type') or ''})", stated)
        elif name == "contrib-id" or "orcid.org" in (stated + href_of(child)):
            if orcid := identifiers.orcid(stated) or identifiers.orcid(href_of(child)):
                return orcid
            if stated:
                reading.warn("bad-orcid", f"not an ORCID iD: {stated[:100]!r}", child)
    return None


_CREDIT = {role: role for role in CREDIT_ROLES} | {
    "conceptualisation": "conceptualization",
    "visualisation": "visualization",
}
"""what is left of a CRediT term when everything but its letters is a hyphen → its slug"""


def _credit(role: Element, text: str) -> str | None:
    """The CRediT slug of a role, by the identifier of its term, else by its words."""
    for attribute in ("vocab-term-identifier", "content-type", "vocab-identifier"):
        tail = (role.get(attribute) or "").rstrip("/").rpartition("/")[2].lower()
        if tail in _CREDIT:
            return _CREDIT[tail]
    return _credit_words(role.get("vocab-term") or text) or _credit_words(text)


def _credit_words(text: str) -> str | None:
    words = re.findall(r"[a-z]+", text.lower()[:80])
    return _CREDIT.get("-".join(word for word in words if word != "and"))


def read_author_notes(reading: Reading, element: Element) -> None:
    """``author-notes``: correspondence is kept for :func:`settle_people`, footnotes that nobody points to are text."""
    for child in element:
        name = local(child)
        if name == "corresp":
            reading.corresp.append(child)
        elif name == "fn":
            reading.loose_notes.append((child, "", None))
        elif name == "title":
            reading.keep("heading", text_of(child))
        elif name not in ("", "label") and (lines := lines_of(child)):
            say(reading, topic_of("", None, lines[0]), None, lines)


def settle_people(reading: Reading) -> None:
    """Everything that needs all contributors, affiliations and notes: who is where, who is equal, who gets letters."""
    _affiliate(reading)
    authors = reading.people["author"]
    used: set[Element] = set()
    groups: dict[Element, list[int]] = {}
    written: dict[Element, list[int]] = {}
    for n, person in enumerate(authors):
        for rid in dict.fromkeys(person.rids):
            note = reading.notes_by_id.get(rid)
            if note is None:
                continue
            if local(note) == "corresp":
                person.corresponding = True
                written.setdefault(note, []).append(n)
                continue
            text = text_of(note, ("label",))
            kind = kind_of(note, "fn-type")
            if kind == "equal" or (kind not in ("con", "conflict", "coi statement") and says_equal(text)):
                groups.setdefault(note, []).append(n)
            elif kind == "corresp" or (not kind and text.lower().startswith("correspond")):
                person.corresponding = True
                written.setdefault(note, []).append(n)
            else:
                reading.note_holders.setdefault(note, []).append(person)
    _equal(reading, groups)
    _credit_roles(reading)
    for note, holders in reading.note_holders.items():
        about = note_about(note)
        names = ", ".join(person.author.name for person in holders)
        lines = lines_of(note, ("label",)) or [text_of(note, ("label",))]
        if about is None:
            used.add(note)
            for person in holders:
                person.notes.append("\n".join(lines))
        elif about in ("contributions", "conflict") and len(holders) < len(authors):
            used.add(note)
            kind, title = next(((k, t) for n, k, t in reading.loose_notes if n is note), ("", None))
            read_footnote(reading, note, kind, title, f"{names}: ")
        if about == "contributions":
            _credits_from(reading, lines, holders)
    for note, kind, title in reading.loose_notes:
        if note not in used and note not in written:
            read_footnote(reading, note, kind, title)
    _correspond(reading, written)
    corresponding = {to.author for to in reading.correspondence}
    for people in reading.people.values():
        for n, person in enumerate(people):
            notes = [*([person.degree] if person.degree else ()), *person.rank, *person.notes]
            if people is authors and n in corresponding:
                notes = person.notes
            note_text = "; ".join(dict.fromkeys(filter(None, notes))) or None
            person.author = replace(
                person.author, affiliations=tuple(dict.fromkeys(person.affiliations)), note=note_text
            )


def _affiliate(reading: Reading) -> None:
    for people in reading.people.values():
        for person in people:
            person.affiliations += [reading.aff_by_id[rid] for rid in person.rids if rid in reading.aff_by_id]
            person.affiliations += [reading.aff_by_element[a] for a in person.inline if a in reading.aff_by_element]
    # One affiliation, nobody points anywhere: it is everybody's
    authors = reading.people["author"]
    if len(reading.affiliations) == 1 and not any(p.affiliations for people in reading.people.values() for p in people):
        for person in authors:
            person.affiliations.append(0)


def _equal(reading: Reading, groups: dict[Element, list[int]]) -> None:
    """Groups of equal contributors: by footnote, then those that only an attribute marks."""
    found = [tuple(group) for group in groups.values() if len(group) > 1]
    covered = {n for group in found for n in group}
    marked = tuple(n for n, person in enumerate(reading.people["author"]) if person.equal and n not in covered)
    if len(marked) > 1:
        found.append(marked)
    reading.equal = list(dict.fromkeys(found))
    for note in groups:
        if note not in {n for n, _, _ in reading.loose_notes}:
            reading.loose_notes.append((note, "", None))


def _credit_roles(reading: Reading) -> None:
    for n, person in enumerate(reading.people["author"]):
        for slug, degree in person.roles:
            reading.credits.append(Credit(n, slug, degree))


def _credits_from(reading: Reading, lines: list[str], holders: list[Person]) -> None:
    """Roles from a footnote that lists CRediT terms alone ("Conceptualization, Data curation")."""
    words = [word for line in lines for word in re.split(r"[,;.]", line) if word.strip()]
    slugs = [_credit_words(word) for word in words]
    if not all(slugs):
        return
    for holder in holders:
        n = reading.people["author"].index(holder)
        reading.credits += [Credit(n, slug) for slug in slugs if slug]


def _correspond(reading: Reading, written: dict[Element, list[int]]) -> None:
    """Who gets letters: by cross-reference or attribute, else by the name that the note tells."""
    authors = reading.people["author"]
    families = _families(authors)
    notes = list(dict.fromkeys((*reading.corresp, *written)))
    addresses = {note: identifiers.emails(spaced_text(note)) for note in notes}
    marked = [n for n, person in enumerate(authors) if person.corresponding]
    found = {n: list(authors[n].emails) for n in marked}
    texts: dict[int, list[str]] = {}
    nobody: list[tuple[Element, list[str]]] = []
    for note in notes:
        text = spaced_text(note, ("label",))
        to = written.get(note) or _addressed(note, len(addresses[note]), marked, families)
        if not to and len(notes) == 1:
            to = marked
        if not to and len(authors) == 1:
            to = [0]
        for n in to:
            found.setdefault(n, list(authors[n].emails))
            texts.setdefault(n, []).append(text)
        candidates = to or marked or list(range(len(authors)))
        given = {address for n in candidates for address in authors[n].emails}
        left = [address for address in addresses[note] if address not in given]
        if len(to) != 1:
            for n, address in _assign(left, text, candidates, authors, families):
                found.setdefault(n, []).append(address)
                texts.setdefault(n, []).append(text)
                left.remove(address)
                to = [*to, n]
        waiting = [n for n in to if not found[n]]
        if len(waiting) == 1 and len(left) == 1 and len(to) > 1:
            found[waiting[0]].append(left.pop())
        if len(to) == 1:
            found[to[0]] += [address for address in left if address not in found[to[0]]]
        elif left or not to:
            nobody.append((note, left))
    if not found and not nobody:
        # Nobody is marked: whoever states an e-mail address can be written to
        found = {n: list(person.emails) for n, person in enumerate(authors) if person.emails}
    for n, emails in sorted(found.items()):
        person = authors[n]
        reading.correspondence.append(
            Correspondence(
                name=person.author.name,
                author=n,
                degree=person.degree,
                rank="; ".join(person.rank) or None,
                emails=tuple(dict.fromkeys(emails)),
                text="\n".join(dict.fromkeys(texts.get(n, ()))) or None,
            )
        )
    for note, emails in nobody:
        reading.correspondence.append(Correspondence(None, emails=tuple(emails), text=spaced_text(note, ("label",))))
    for people in reading.people.values():
        for n, person in enumerate(people):
            if people is not authors or n not in found:
                person.notes += [f"e-mail: {address}" for address in person.emails]


def _addressed(note: Element, addresses: int, marked: list[int], families: dict[str, list[int]]) -> list[int]:
    """The authors whose family names a note tells: one, or as many as it gives e-mail addresses."""
    named = _named_in(spaced_text(note, ("label", "email")), families)
    if marked:
        named &= set(marked)
    return sorted(named) if len(named) == 1 or len(named) == addresses else []


def _families(authors: list[Person]) -> dict[str, list[int]]:
    """Who bears each family name, or a name that has none."""
    found: dict[str, list[int]] = {}
    for n, person in enumerate(authors):
        family = person.author.family or person.author.name
        if len(family) > 1:
            found.setdefault(family, []).append(n)
    return found


def _named_in(text: str, families: dict[str, list[int]]) -> set[int]:
    """The authors whose family name stands in a text as a word."""
    found: set[int] = set()
    folded = text.casefold()
    for family, bearers in families.items():
        if family.casefold() in folded and re.search(rf"(?<!\w){re.escape(family)}(?!\w)", text, re.IGNORECASE):
            found.update(bearers)
    return found


_INITIALS = re.compile(r"[\s:]{0,3}\(([A-Z][A-Z.\s‐-]{0,12})\)")


def _assign(
    addresses: list[str], text: str, to: list[int], authors: list[Person], families: dict[str, list[int]]
) -> list[tuple[int, str]]:
    """Which of several authors each e-mail address is of, where a note tells: the only name that stands between the
    address before and this one, the initials behind it, or a family name in the address that no other has."""
    pairs = []
    start = 0
    for address in addresses:
        at = text.find(address, start)
        end = at + len(address)
        named = sorted(_named_in(text[start:at], families).intersection(to)) if at >= 0 else []
        initials = _INITIALS.match(text, end) if at >= 0 else None
        if initials:
            key = _ascii(initials[1])
            named = [n for n in to if key == _initials(authors[n].author)] or named
        if len(named) != 1:
            owner = "".join(c for c in address.partition("@")[0].casefold() if c.isalpha())
            named = [n for n in to if _owns(authors[n].author, owner)]
        if len(named) == 1:
            pairs.append((named[0], address))
        start = max(start, end)
    return pairs


def _initials(author: Author) -> str:
    return "".join(_ascii(word)[:1] for word in re.split(r"[\s.‐-]+", author.name))


def _owns(author: Author, owner: str) -> bool:
    """Whether the letters of a mailbox hold a family name of three letters or more, or given and family name."""
    given, family = _ascii(author.given or ""), _ascii(author.family or "")
    return (len(family) > 2 and family in owner) or (
        bool(given and family) and owner in (given + family, family + given)
    )


@lru_cache(maxsize=16_384)
def _ascii(text: str) -> str:
    """The ASCII letters of a name, without accents and case."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if "a" <= c <= "z")
