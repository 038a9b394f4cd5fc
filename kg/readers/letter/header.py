"""What the header says: article types, DOI, journal, volume, issue, pages."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg import identifiers, wording
from kg.model import Journal, PublicationType
from kg.readers.letter.forms import DOI_WORD
from kg.readers.letter.record import Reading


def read_types(reading: Reading) -> tuple[PublicationType, ...]:
    """The article types, with their MeSH publication types."""
    types: dict[str, PublicationType] = {}
    if stated := reading.layout.type:
        types[stated[0].casefold()] = PublicationType(*stated)
    for block in reading.blocks("type"):
        if text := block.paragraph:
            types.setdefault(text.casefold(), PublicationType(text, wording.publication_type(text)))
    return tuple(types.values())


def read_doi(reading: Reading) -> str | None:
    """The DOI that stands first; others are kept as notes. That of the citation counts where no line has one."""
    printed: list[tuple[int, str]] = [reading.layout.doi] if reading.layout.doi else []
    for block in reading.blocks("doi"):
        printed.append((block.number, block.paragraph))
    for block in reading.blocks("citation"):
        if not printed and (match := DOI_WORD.search(block.paragraph)):
            printed.append((block.number, match["doi"].rstrip("]).,;")))
    good: list[str] = []
    for line, text in printed:
        doi = identifiers.doi(text.rstrip(".,;]"))
        if doi is None:
            reading.warn("doi-invalid", f"not a DOI: {text[:200]!r}", line)
            reading.keep(line, "doi", text)
        elif doi not in good:
            good.append(doi)
            if len(good) > 1:
                reading.warn("doi-differs", f"{doi} is not {good[0]}, which stands first", line)
                reading.keep(line, "doi", text)
    return good[0] if good else None


_RANGE = re.compile(r"([A-Za-z]{0,3}[0-9]{1,7}[A-Za-z]{0,3}) ?[-–] ?([A-Za-z]{0,3}[0-9]{1,7}[A-Za-z]{0,3})")


class Place(NamedTuple):
    """Where in its journal an article stands."""

    volume: str | None = None
    issue: str | None = None
    first_page: str | None = None
    last_page: str | None = None
    elocation: str | None = None


def read_place(reading: Reading) -> Place:
    """Volume, issue and pages; a single page of five digits or with letters is an article number."""
    stated = reading.layout.journal
    if stated is None:
        return Place()
    volume, issue, pages = stated.volume, stated.issue, stated.pages
    if match := _RANGE.fullmatch(pages):
        return Place(volume, issue, match[1], match[2])
    first = pages
    if len(first) >= 5 or not first.isdigit():
        return Place(volume, issue, elocation=first)
    return Place(volume, issue, first)


_ISSN = re.compile(
    r"(?:\b(?P<print>p?ISSN)|(?P<online>eISSN))?:? ?(?P<issn>[0-9]{4}-[0-9]{3}[0-9Xx])\b ?\(?(?P<medium>\w{5,10})?"
)
_PUBLISHER = re.compile(r"Published by (.{2,150}?)(?:\. (?=[A-Z])|\.?$)")


def read_journal(reading: Reading) -> Journal | None:
    """The journal by title, abbreviation or ISSN; its publisher stands in the copyright line."""
    stated = reading.layout.journal
    title = next((text for block in reading.blocks("journal-title") if (text := block.paragraph)), None)
    copyright_text = next((block.paragraph for block in reading.blocks("copyright")), "")
    publisher = _PUBLISHER.search(copyright_text)
    name = publisher[1] if publisher else None
    if name and name.endswith((" Inc", " Ltd", " Co", " Corp")) and f"{name}." in copyright_text:
        name += "."
    issn: dict[str, str] = {}
    for block in reading.blocks("issn"):
        for found in _ISSN.finditer(block.paragraph):
            online = found["online"] or (found["medium"] or "").casefold() in ("online", "electronic")
            if checked := identifiers.issn(found["issn"]):
                issn.setdefault("eissn" if online else "issn", checked)
            else:
                message = f"not an ISSN (its check digit fails): {found['issn']}"
                reading.warn("issn-invalid", message, block.number)
                reading.note(block)
    abbreviation = stated.name.strip(" .") or None if stated else None
    if not (title or abbreviation or issn):
        return None
    return Journal(title, abbreviation, issn=issn.get("issn"), eissn=issn.get("eissn"), publisher=name)
