"""Who they are and what they did: ORCID iDs, contributions, correspondence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from kg import affiliations, contributions, identifiers
from kg.contributions import Names, name_key
from kg.model import Author, Correspondence, Credit
from kg.readers.letter.front import Front
from kg.readers.letter.layout import is_place
from kg.readers.letter.names import DEGREES, SUFFIXES, author_of, is_name, short_forms
from kg.readers.letter.record import Reading

_ORCID_LIKE = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?([0-9]{4}[-‐–]?[0-9]{4}[-‐–]?[0-9]{4}[-‐–]?[0-9]{3}[0-9Xx])", re.ASCII
)


def read_authors(reading: Reading, front: Front) -> list[Author]:
    """The names of the author line as authors, with the ORCID iDs that are stated elsewhere."""
    kinds = ("contributions", "citation", "co-first", "co-corresponding")
    evidence = short_forms(block.paragraph for block in reading.layout.blocks if block.kind in kinds)
    authors = [author_of(name, evidence) for name in front.names]
    authors = [
        replace(author, orcid=checked)
        if (stated := front.orcids.get(n)) and (checked := identifiers.orcid(stated))
        else author
        for n, author in enumerate(authors)
    ]
    for n, stated in front.orcids.items():
        if identifiers.orcid(stated) is None:
            message = f"not an ORCID iD (its check digit fails): {stated} of {authors[n].name}"
            reading.warn("orcid-invalid", message, reading.line)
    names = Names(authors)
    for block in reading.blocks("orcid"):
        text = block.paragraph
        end, whole = 0, True
        for match in _ORCID_LIKE.finditer(text):
            name = text[end : match.start()].strip(" ():;,.-")
            end = match.end()
            index = names.index(name)
            orcid = identifiers.orcid(re.sub("[‐–]", "-", match[1]))
            if orcid is None:
                message = f"not an ORCID iD (its check digit fails): {match[1]} of {name}"
                reading.warn("orcid-invalid", message, block.number)
            elif index is None:
                message = f"{orcid} stands with {name!r}, who is no author"
                reading.warn("orcid-without-author", message, block.number)
            else:
                authors[index] = replace(authors[index], orcid=orcid)
                continue
            whole = False
        if not whole or end == 0 or sum(map(str.isalpha, text[end:])) > 3:
            reading.note(block)
    return authors


# --- who did what ---------------------------------------------------------------------------------------------------


def read_contributions(
    reading: Reading, authors: Sequence[Author], names: Names, front: Front
) -> tuple[tuple[Credit, ...], tuple[tuple[int, ...], ...]]:
    """CRediT roles, and groups of equal contributors."""
    credits: dict[tuple[int, str], Credit] = {}
    equals: dict[tuple[int, ...], None] = {}
    for block in reading.blocks("contributions"):
        given, equal = contributions.read(block.text, authors, names)
        for credit in given:
            credits.setdefault((credit.author, credit.role), credit)
        equals.update(dict.fromkeys(equal))
    for block in (*reading.blocks("co-first"), *reading.blocks("equal")):
        people = tuple(dict.fromkeys(mention.author for mention in names.find(block.paragraph)))
        if len(people) < 2 and block.mark:
            people = tuple(n for n, marks in enumerate(front.marks) if block.mark in marks)
        if len(people) > 1:
            equals[people] = None
    for _, heading, text in reading.notes:
        if heading is None:
            equals.update(dict.fromkeys(contributions.read(text, authors, names)[1]))
    return tuple(credits.values()), tuple(equals)


# --- who gets letters -----------------------------------------------------------------------------------------------

_RANK_NOUNS = frozenset(
    (
        "academic assistant associate chair chairman chairperson chief consultant dean dietitian director "
        "doctor editor emeritus engineer fellow head instructor investigator lecturer manager nurse "
        "pharmacist physician president professor psychologist reader registrar researcher resident scholar "
        "scientist specialist statistician student surgeon teacher technician"
    ).split()
)
_FELLOWSHIP = re.compile(r"F[A-Z]{2,7}(?: ?\([A-Za-z .]{1,30}\))?|[A-Z]{2,6} ?\([A-Za-z .]{1,30}\)")
_HONORIFIC = re.compile(r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms)\.? ){1,2}")
_REACH = re.compile(r"\b(?:Telephone|Tel|Phone|Fax|E-?mails?|Emails?)\b ?[:.]", re.IGNORECASE)


def read_correspondence(
    reading: Reading, authors: Sequence[Author], names: Names, front: Front
) -> tuple[Correspondence, ...]:
    """Whom to write to, with degree, rank, address and e-mail as far as these are stated."""
    people: list[Correspondence] = []
    starred = [n for n, marks in enumerate(front.marks) if not _STARS.isdisjoint(marks)]
    for block in reading.blocks("corresponding"):
        text = block.paragraph
        for word in dict.fromkeys(_emails(text)[1]):
            reading.warn("email-invalid", f"not an e-mail address: {word[:100]}", block.number)
        people += _hinted(text, authors, names) or _correspondents(text, authors, names)
    people = _attributed(people, authors, starred)
    known = {person.author for person in people}
    for block in reading.blocks("co-corresponding"):
        for mention in names.find(block.paragraph):
            if mention.author not in known:
                known.add(mention.author)
                person = authors[mention.author].name
                people.append(Correspondence(person, mention.author, text=block.paragraph))
    return tuple(people)


_STARS = frozenset("*✉")
_ADDRESS = r"[^\s,;:()<>\[\]@]{0,100}+@[^\s,;:()<>\[\]]{1,200}+"
"""a word with an @; what of it is an address, others tell"""
_HINT = re.compile(
    rf"(?P<email>{_ADDRESS})[>\]]? ?\((?P<hint>[^()@]{{1,60}})\)"
    rf"|(?P<before>[^\s,;:()<>@][^,;:()<>@]{{1,60}}) ?[:(<] ?(?P<address>{_ADDRESS})"
)


def _hinted(text: str, authors: Sequence[Author], names: Names) -> list[Correspondence]:
    """``a@example.org (A. Doe), b@example.org (B.R.)``; ``Ada Doe: a@example.org``. Empty, where no author is named so."""
    found: list[Correspondence] = []
    for match in _HINT.finditer(text):
        hint = (match["hint"] or match["before"] or "").strip()
        bare = _HONORIFIC.sub("", hint, count=1)
        index = names.index(bare)
        if index is None and len(mentions := names.find(bare)) == 1:
            index = mentions[0].author
        emails = identifiers.emails(match["email"] or match["address"])
        if index is not None and emails:
            found.append(Correspondence(authors[index].name, index, emails=tuple(emails), text=text))
    named = {email for person in found for email in person.emails}
    if not found or len(named) < len(identifiers.emails(text)):
        return []
    return found


def _attributed(
    people: Sequence[Correspondence], authors: Sequence[Author], starred: Sequence[int]
) -> list[Correspondence]:
    """People to write to whom no name was printed with: those whom a star marks in the list of authors, in its order;
    an address that bears an author's name is that author's."""
    taken = {person.author for person in people if person.author is not None}
    free = [n for n in starred if n not in taken]
    found: list[Correspondence] = []
    for person in people:
        if person.author is not None or person.name is not None or not person.emails:
            found.append(person)
            continue
        if len(free) == 1 and len(person.emails) >= 1:
            found.append(replace(person, name=authors[free[0]].name, author=free[0]))
            continue
        owners = [_owner(email, authors, free or range(len(authors))) for email in person.emails]
        if None in owners and len(free) == len(person.emails):
            owners = [n if n is not None else None for n in owners]
            left = [n for n in free if n not in owners]
            if len(left) == owners.count(None):
                owners = [n if n is not None else left.pop(0) for n in owners]
        if all(owner is None for owner in owners):
            found.append(person)
            continue
        for owner, email in zip(owners, person.emails, strict=True):
            name = authors[owner].name if owner is not None else None
            found.append(replace(person, name=name, author=owner, emails=(email,)))
    return found


def _owner(email: str, authors: Sequence[Author], among: Iterable[int]) -> int | None:
    """The author whose family name an address bears, if it is one alone."""
    local = name_key(email.partition("@")[0])
    found = [n for n in among if (family := name_key(authors[n].family or "")) and len(family) > 2 and family in local]
    return found[0] if len(found) == 1 else None


def _emails(text: str) -> tuple[list[str], list[str]]:
    """The addresses of a text, and what holds an @ but is none."""
    good = identifiers.emails(text)
    bad = [
        word
        for word in text.split()
        if "@" in word and not identifiers.emails(word) and not any(address in word for address in good)
    ]
    return good, bad


def _correspondents(text: str, authors: Sequence[Author], names: Names) -> Iterator[Correspondence]:
    """One or several people with degree, rank, address and e-mail in one text."""
    starts = [0]
    for mention in names.find(text):
        lead = text[max(0, mention.start - 4) : mention.start]
        if mention.start and text[mention.end : mention.end + 1] == "," and not lead.endswith("and "):
            previous = text[: mention.start].rstrip().rpartition(" ")[2]
            if "@" in previous or previous.endswith(";"):
                starts.append(mention.start)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end].strip().rstrip(";").rstrip()
        if piece:
            yield from _correspondent(piece, authors, names)


_NOBODY: tuple[tuple[str | None, int | None], ...] = ((None, None),)


def _correspondent(text: str, authors: Sequence[Author], names: Names) -> Iterator[Correspondence]:
    """``Ada Doe, MD, PhD, Professor, Department of …, India. a@example.org``; two people may share degree and address."""
    emails, _ = _emails(text)
    body = text
    tail = ""
    if "@" in body:
        at = body.index("@")
        tail = body[at:].partition(" ")[2]
        body = body[: max(body.rfind(char, 0, at) for char in " ;:,(<") + 1]
    if reach := _REACH.search(body):
        body = body[: reach.start()]
    body = body.strip(" ,;:(<")
    parts = [part.strip() for part in body.split(",") if part.strip()]
    if not parts:
        yield Correspondence(None, emails=tuple(emails), text=text)
        return
    people: list[tuple[str | None, int | None]] = []
    for name in parts[0].split(" and ") if len(parts[0]) < 200 else []:
        bare = _HONORIFIC.sub("", name.strip(), count=1)
        index = names.index(bare)
        if index is not None:
            people.append((authors[index].name, index))
        elif is_name(bare) and 1 < len(bare.split()) < 6 and not affiliations.parse(bare).department:
            people.append((bare, None))
    degrees: list[str] = []
    ranks: list[str] = []
    rest = parts[1:] if people else parts
    while rest:
        bare = rest[0].strip(". ")
        words = bare.split()
        if not ranks and (
            name_key(bare) in DEGREES or _FELLOWSHIP.fullmatch(bare) or bare.casefold().strip(".") in SUFFIXES
        ):
            if bare.casefold().strip(".") not in SUFFIXES:
                degrees.append(rest[0])
        elif len(words) <= 5 and (
            words[-1].casefold() in _RANK_NOUNS or words[-1].casefold().endswith(("ologist", "ician"))
        ):
            ranks.append(rest[0])
        else:
            break
        rest = rest[1:]
    if people and not rest and tail and "@" not in tail and is_place(tail):
        rest = [tail]  # "CONTACT Ada Doe a@example.org Department of …"
    address = affiliations.parse(_address(", ".join(rest))) if rest else None
    for person, index in people or _NOBODY:
        yield Correspondence(
            person, index, ", ".join(degrees) or None, ", ".join(ranks) or None, address,
            tuple(emails) if len(people) < 2 else _own_emails(person, emails, len(people)), text,
        )  # fmt: skip


def _address(text: str) -> str:
    """Without the full stop before the e-mail, but with that of "U.S.A."."""
    return text if re.search(r"\.[A-Z]\.$", text[-6:]) else text.rstrip(" .")


def _own_emails(name: str | None, emails: Sequence[str], people: int) -> tuple[str, ...]:
    """Of addresses that several people share a line with, those that bear the person's name; all where that decides
    nothing."""
    words = [name_key(word) for word in (name or "").split() if len(name_key(word)) > 2]
    own = [email for email in emails if any(word in name_key(email.partition("@")[0]) for word in words)]
    return tuple(own) if own and len(own) * people <= max(len(emails), people) else tuple(emails)
