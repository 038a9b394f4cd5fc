"""TEI as GROBID makes it of a PDF → records: header, body sections, back matter, references.

A program read a page here: what it says is less certain than what a publisher or a database says. The text of an
affiliation is the string that GROBID cut out, where it gives that, else its parts with commas between them; the parts are
GROBID's. Sections stand side by side in GROBID's body and are numbered by their place; where their heads carry numbers
(``2.1``), those tell which section lies in which.

Sources: GROBID documentation, "TEI encoding of results" (https://grobid.readthedocs.io/en/latest/TEI-encoding-of-results/);
TEI P5 Guidelines, 3.12 (bibliographic references), 2 (header).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec.structs import replace

from kg import identifiers, pages, printed_names
from kg.draft import Draft
from kg.errors import InputError
from kg.markup import Element, elements, line_of, local, root_name, text_of
from kg.model import (
    Abstract,
    AbstractSection,
    Affiliation,
    Author,
    Correspondence,
    Grant,
    Item,
    Keyword,
    Reference,
    Rejected,
    Rights,
    Section,
)

DESCRIPTION = "TEI, as GROBID makes it of a PDF: one article, or many in a teiCorpus"
DELIVERS = (
    "DOI and other identifiers", "title", "journal, volume, issue, pages", "date", "authors with ORCID and e-mail",
    "affiliations with their parts", "abstract", "keywords", "body text", "statements of the back matter",
    "funders and grants", "licence", "references with identifiers",
)  # fmt: skip

DECLINED = {
    "@coords": "where on the page it stands",
    "@xml:id, @key, @target": "how the file refers to itself",
    "facsimile, surface, graphic": "the page as a picture",
    "encodingDesc, appInfo": "which program made the file",
    "idno type=MD5": "the digest of the PDF",
    "respStmt, revisionDesc": "who made the file",
}
"""what gives no field, and why"""

_ROOTS = ("TEI", "teiCorpus")


def sniff(head: bytes) -> bool:
    """Whether the root element is TEI.

    >>> sniff(b'<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0">'), sniff(b"<article>")
    (True, False)
    """
    return root_name(head) in _ROOTS


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every article of a file, each after its warnings.

    Raises:
        InputError: the file is not well-formed XML, or holds no TEI element.
    """
    number = 0
    for number, element in enumerate(elements(stream, "{*}TEI"), 1):
        yield from _article(element, number)
    if not number:
        raise InputError("wrong-format", "the file holds no TEI element", line=1)


def _article(root: Element, number: int) -> Iterator[Item]:
    header = root.find("{*}teiHeader")
    if header is None:
        yield Rejected(f"record {number}", "no-header", "the TEI has no header (teiHeader)", line_of(root))
        return
    for sentence in root.iter("{*}s", "{*}lb", "{*}pb"):
        sentence.tail = f" {sentence.tail or ''}"  # sentences and lines touch each other
    for pointer in root.iter("{*}ref"):
        pointer.tag = "seg"  # within a sentence; other formats of XML call an entry of a list so
    draft = Draft("tei", number, line_of(root))
    _header(draft, header)
    text = root.find("{*}text")
    if text is not None:
        if code := text.get(_LANG):
            draft.language(code)
        for part in text:
            if local(part) == "body":
                _body(draft, part)
            elif local(part) == "back":
                _back(draft, part)
            elif local(part) == "front":
                draft.state("note", "front", _lines(part))
    yield from draft.items()


_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ID = "{http://www.w3.org/XML/1998/namespace}id"


def _text(element: Element | None, *without: str) -> str:
    return text_of(element, without) if element is not None else ""


def _first(parent: Element, path: str) -> str:
    """The text of the first element at a path that has some."""
    return next((text for element in parent.iterfind(path) if (text := _text(element))), "")


# --- the header ---------------------------------------------------------------------------------------------------

_SCHEMES = {"doi": "doi", "pmid": "pmid", "pmcid": "pmcid", "pmc": "pmcid", "pii": "pii"}


def _header(draft: Draft, header: Element) -> None:
    description = header.find("{*}fileDesc")
    if description is not None:
        draft.title(
            _first(description, "{*}titleStmt/{*}title[@type='main']") or _first(description, "{*}titleStmt/{*}title")
        )
        _funders(draft, description)
        _publication(draft, description)
        source = description.find("{*}sourceDesc/{*}biblStruct")
        if source is not None:
            _source(draft, source)
        for note in description.iterfind("{*}notesStmt/{*}note"):
            draft.keep(note.get("type") or "note", _text(note))
    profile = header.find("{*}profileDesc")
    if profile is not None:
        _profile(draft, profile)


def _publication(draft: Draft, description: Element) -> None:
    statement = description.find("{*}publicationStmt")
    if statement is None:
        return
    draft.name_journal("publisher", _first(statement, "{*}publisher"))
    date = statement.find("{*}date")
    if date is not None and (printed := date.get("when") or _text(date)):
        draft.event("issued", None, printed, "the date of publication")
    for place in statement.iterfind("{*}availability"):
        licence = place.find("{*}licence")
        target = (licence.get("target") or "") if licence is not None else ""
        text = _text(place)
        status = place.get("status") or ""
        found = identifiers.licence(f"{target} {text}")
        printed = " ".join(filter(None, (text, target if target not in text else "")))
        if found or printed or status not in ("", "unknown"):
            access = status if status != "unknown" else ""
            draft.fields.setdefault("rights", Rights(found, printed or None, access or None))


def _source(draft: Draft, source: Element) -> None:
    """The article as its own first page cites it."""
    analytic = source.find("{*}analytic")
    monograph = source.find("{*}monogr")
    people: list[Element] = []
    for holder in (analytic, monograph):
        if holder is not None and not people:
            people = [author for author in holder if local(author) == "author"]
    _people(draft, people)
    if analytic is not None:
        draft.title(_first(analytic, "{*}title"))
    if monograph is not None:
        for title in monograph.iterfind("{*}title"):
            if title.get("level") in ("j", "m", None):
                draft.name_journal("abbreviation" if title.get("type") == "abbrev" else "title", _text(title))
        _imprint(draft, monograph)
    for element in source.iter("{*}idno"):
        parent = element.getparent()
        if parent is not None and local(parent) in ("biblStruct", "analytic", "monogr"):
            _identifier(draft, element)
    for note in source.iterfind("{*}note"):
        draft.keep(note.get("type") or "note", _text(note))


def _identifier(draft: Draft, element: Element) -> None:
    kind, printed = (element.get("type") or "").lower(), _text(element)
    if not printed or kind == "md5":
        return
    if kind in ("issn", "eissn", "issne"):
        draft.issn("issn" if kind == "issn" else "eissn", printed)
    elif not kind and identifiers.doi(printed):
        draft.identify("doi", printed)
    else:
        draft.identify(_SCHEMES.get(kind, kind or "other"), printed)


def _imprint(draft: Draft, monograph: Element) -> None:
    imprint = monograph.find("{*}imprint")
    if imprint is None:
        return
    for scope in imprint.iterfind("{*}biblScope"):
        unit = scope.get("unit")
        if unit in ("volume", "issue") and (text := _text(scope)):
            draft.fields.setdefault(unit, text)
        elif unit == "page":
            first, last = scope.get("from") or "", scope.get("to") or ""
            draft.paginate(pages.of(first, last) if first else pages.parse(_text(scope)))
    draft.name_journal("publisher", _first(imprint, "{*}publisher"))
    date = imprint.find("{*}date")
    if date is not None and (printed := date.get("when") or _text(date)) and not draft.events:
        draft.event("issued", None, printed, "the date of publication")


def _profile(draft: Draft, profile: Element) -> None:
    abstract = profile.find("{*}abstract")
    if abstract is not None and (sections := _abstract(abstract)):
        draft.fields["abstract"] = Abstract(sections)
    for keywords in profile.iterfind("{*}textClass/{*}keywords"):
        terms = [_text(term) for term in keywords.iter("{*}term")]
        if not any(terms):
            terms = re.split(r"[;\u2022·]|, ", _text(keywords))
        group = keywords.get("scheme")
        draft.extend("keywords", [Keyword(term.strip(), None, group) for term in terms if term.strip(" ,;.")])


def _abstract(element: Element) -> tuple[AbstractSection, ...]:
    found: list[AbstractSection] = []
    parts = [child for child in element if local(child)] or [element]
    label = None
    for part in parts:
        heads = part.findall(".//{*}head") if local(part) != "head" else []
        if local(part) == "head":
            label = _text(part).rstrip(" :.") or None
            continue
        if heads:
            label = _text(heads[0]).rstrip(" :.") or None
        if text := _text(part, "head"):
            label = None if label and label.casefold() in ("abstract", "summary") and not found else label
            found.append(AbstractSection(text, label))
            label = None
    return tuple(found)


# --- people -------------------------------------------------------------------------------------------------------


def _people(draft: Draft, elements_of: list[Element]) -> None:
    people: list[Author] = []
    for element in elements_of:
        places = [place for place in map(_affiliation, element.iterfind("{*}affiliation")) if place.text]
        name = element.find("{*}persName")
        person = _name(name) if name is not None else None
        if person is None and (
            group := _first(element, "{*}orgName") or _text(element, "affiliation", "email", "idno")
        ):
            person = Author(group, is_group=True)
        if person is None:
            for place in places:
                draft.keep("affiliation of nobody", place.text)
            continue
        where = [
            draft.affiliation(place.text, None, place if place.institution or place.department else None)
            for place in places
        ]
        affiliated = tuple(dict.fromkeys(index for index in where if index is not None))
        orcid = None
        for idno in element.iter("{*}idno"):
            if (idno.get("type") or "").upper() == "ORCID":
                orcid = orcid or draft.orcid(_text(idno))
        people.append(replace(person, orcid=orcid, affiliations=affiliated))
        printed = [text for email in element.iterfind("{*}email") if (text := _text(email))]
        emails = tuple(dict.fromkeys(found for text in printed for found in identifiers.emails(text)))
        if emails or element.get("role") == "corresp":
            to = Correspondence(person.name, len(people) - 1, emails=emails)
            draft.extend("correspondence", [to])
        for text in printed:
            if not identifiers.emails(text):
                draft.warn("bad-email", f"{text[:100]!a} is no e-mail address; left out")
    draft.extend("authors", list(people))


def _name(element: Element) -> Author | None:
    given = " ".join(text for part in element.iterfind("{*}forename") if (text := _text(part)))
    family = " ".join(text for part in element.iterfind("{*}surname") if (text := _text(part)))
    suffix = _first(element, "{*}genName")
    if not given and not family:
        return printed_names.in_order(_text(element))
    initials = given if printed_names.is_initials(given) else None
    return printed_names.named(given or None, family or None, suffix or None, initials)


_UNITS = ("department", "laboratory", "institution", "consortium")
_PLACES = ("addrLine", "postBox", "postCode", "settlement", "district", "region", "country")


def _affiliation(element: Element) -> Affiliation:
    """The string that GROBID cut out, or its parts; department, institution and place as GROBID tells them."""
    parts: dict[str, list[str]] = {}
    for name in element.iterfind("{*}orgName"):
        if text := _text(name):
            parts.setdefault(name.get("type") or "institution", []).append(text)
    address = element.find("{*}address")
    code = None
    for piece in address if address is not None else ():
        if text := _text(piece):
            parts.setdefault(local(piece), []).append(text)
        if local(piece) == "country":
            code = (piece.get("key") or "").upper() or None
    raw = next((n for n in element.iterfind("{*}note") if n.get("type") == "raw_affiliation"), None)
    ordered = [text for name in (*_UNITS, *_PLACES) for text in parts.get(name, ())]
    ordered += [text for name, texts in parts.items() if name not in _UNITS + _PLACES for text in texts]
    printed = _text(raw, "label") or ", ".join(ordered) or _text(element)

    def joined(*names: str) -> str | None:
        return ", ".join(text for name in names for text in parts.get(name, ())) or None

    return Affiliation(
        printed,
        joined("department", "laboratory"),
        joined("institution"),
        joined("settlement"),
        joined("region"),
        joined("postCode"),
        joined("country"),
        code if code and len(code) == 2 else None,
    )


# --- body and back ------------------------------------------------------------------------------------------------

_HEAD_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,5}\.?")


def _body(draft: Draft, body: Element) -> None:
    """Sections by their place; figures and tables behind them, then footnotes."""
    counters: list[int] = []
    floats: list[str] = []
    notes: list[str] = []
    loose: list[str] = []
    for part in body:
        name = local(part)
        if name == "figure":
            floats += _figure(part)
        elif name == "note":
            number = part.get("n")
            notes.append(f"{number} {_text(part)}" if number else _text(part))
        elif name == "div":
            _sections(draft, part, counters)
        elif name and (text := _text(part)):
            loose.append(text)
    for kind, lines in ((None, loose), ("floats", floats), ("footnotes", notes)):
        if any(lines):
            counters[:] = [(counters[0] if counters else 0) + 1]
            draft.extend("sections", [Section(str(counters[0]), None, "\n".join(filter(None, lines)), kind)])


def _sections(draft: Draft, div: Element, counters: list[int], least: int = 1) -> None:
    head = div.find("{*}head")
    printed = (head.get("n") or "") if head is not None else ""
    depth = printed.rstrip(".").count(".") + 1 if _HEAD_NUMBER.fullmatch(printed) else least
    depth = max(least, min(depth, len(counters) + 1))
    del counters[depth:]
    counters += [0] * (depth - len(counters))
    counters[depth - 1] += 1
    number = ".".join(map(str, counters))
    heading = _text(head) or None
    text = _lines(div)
    if heading or text:
        draft.extend("sections", [Section(number, heading, text)])
    for child in div.iterfind("{*}div"):
        _sections(draft, child, counters, depth + 1)


def _lines(div: Element) -> str:
    """The own text of a division, one line a block."""
    lines: list[str] = []
    for child in div:
        name = local(child)
        if name == "figure":
            lines += _figure(child)
        elif name == "list":
            lines += [_text(item) for item in child.iter("{*}item")]
        elif name == "table":
            lines += _rows(child)
        elif name and name not in ("head", "div", "listBibl", "biblStruct", "listOrg"):
            lines.append(_text(child))
    if not lines and div.text and div.text.strip():
        lines.append(_text(div, "head", "div", "listBibl"))
    return "\n".join(filter(None, lines))


def _figure(figure: Element) -> list[str]:
    """Head, label and caption in one line, then the rows of a table and its notes."""
    caption = " ".join(
        filter(None, (_first(figure, "{*}head") or _first(figure, "{*}label"), _first(figure, "{*}figDesc")))
    )
    lines = [caption]
    for part in figure:
        if local(part) == "table":
            lines += _rows(part)
        elif local(part) == "note":
            lines.append(_text(part))
    return [line for line in lines if line]


def _rows(table: Element) -> list[str]:
    rows = ["\t".join(_text(cell) for cell in row if local(cell)) for row in table.iterfind("{*}row")]
    return [row for row in rows if row.strip()] or list(filter(None, (_text(table),)))


_STATEMENTS = {
    "acknowledgement": "acknowledgements",
    "acknowledgment": "acknowledgements",
    "availability": "data-availability",
    "funding": "funding",
    "contribution": "contributions",
    "author_contribution": "contributions",
    "ethics": "ethics",
    "abbreviations": "abbreviations",
}


def _back(draft: Draft, back: Element) -> None:
    for div in back:
        kind = (div.get("type") or "").lower()
        if local(div) == "listOrg" or kind == "funders":
            _organisations(draft, div)
        elif kind == "references" or local(div) == "listBibl":
            draft.extend("references", [r for entry in div.iter("{*}biblStruct") if (r := _reference(draft, entry))])
        elif local(div) in ("div", "note"):
            _statement(draft, div, kind)


def _statement(draft: Draft, div: Element, kind: str) -> None:
    """A division of the back matter under its type, its parts one by one; appendices are sections."""
    for part in div.iterfind("{*}listOrg"):
        _organisations(draft, part)
    if kind == "annex":
        for part in div.iterfind("{*}div") if div.find("{*}div") is not None else (div,):
            number = 1 + max((int(s.number.partition(".")[0]) for s in draft.fields.get("sections", ())), default=0)
            heading, text = _text(part.find("{*}head")) or None, _lines(part)
            if heading or text:
                draft.extend("sections", [Section(str(number), heading, text, "appendix")])
        return
    for part in (div, *div.iterfind(".//{*}div")):
        heading, text = _text(part.find("{*}head")) or None, _lines(part)
        if kind in ("conflict", "competing", "coi", "conflict_interest"):
            draft.conflict(text)
        elif text:
            draft.state(_STATEMENTS.get(kind, "note"), heading or kind or None, text)


# --- money and references -----------------------------------------------------------------------------------------


def _funders(draft: Draft, description: Element) -> None:
    for funder in description.iterfind("{*}titleStmt/{*}funder"):
        name = _first(funder, "{*}orgName[@type='full']") or _first(funder, "{*}orgName")
        doi = next((d for i in funder.iter("{*}idno") if (d := identifiers.doi(_text(i)))), None)
        found = f"https://doi.org/{doi}" if doi and re.fullmatch(r"10\.13039/[0-9]{3,20}", doi) else None
        if (name or found) and name != "unknown":
            draft.extend("grants", [Grant(None, name or None, found)])


def _organisations(draft: Draft, listed: Element) -> None:
    """``listOrg type="funding"``: a grant an organisation, with its number, name and programme."""
    for org in listed.iter("{*}org"):
        number = _first(org, "{*}idno[@type='grant-number']") or _first(org, "{*}idno")
        name = _first(org, "{*}orgName[@type='grant-name']") or _first(org, "{*}orgName")
        text = "; ".join(filter(None, (_text(part) for part in org.iterfind("{*}orgName[@type='program']"))))
        if number or name or text:
            draft.extend("grants", [Grant(number or None, None, text="; ".join(filter(None, (name, text))) or None)])


_CHECKED = {"doi": "doi", "pmid": "pmid", "pmcid": "pmcid", "pmc": "pmcid"}


def _reference(draft: Draft, entry: Element) -> Reference | None:
    """The citation as printed, or its parts with full stops between them, and the identifiers that it states."""
    label = entry.get(_ID)
    raw = next((n for n in entry.iterfind("{*}note") if n.get("type") == "raw_reference"), None)
    text = _text(raw) or _cited(entry)
    found: dict[str, str] = {}
    for idno in entry.iter("{*}idno"):
        kind, printed = (idno.get("type") or "").lower(), _text(idno)
        scheme = _CHECKED.get(kind) or ("doi" if identifiers.doi(printed) else None)
        if scheme and printed:
            if value := draft.checked(scheme, printed, f" of the reference {label}"):
                found.setdefault(scheme, value)
        elif printed and printed not in text:
            text = f"{text} {kind + ': ' if kind else ''}{printed}".strip()
    for pointer in entry.iter("{*}ptr", "{*}seg"):
        target = pointer.get("target") or ""
        if "doi.org/10." in target and (doi := identifiers.doi(target)):
            found.setdefault("doi", doi)
    if not text and not found:
        return None
    return Reference(text or None, label, **found)


def _cited(entry: Element) -> str:
    """Authors. Title. Journal or book. volume(issue): pages. publisher. year."""
    parts = []
    people = [p.name for name in entry.iter("{*}persName") if (p := _name(name))]
    parts.append(", ".join(people))
    for level in ("analytic", "monogr"):
        holder = entry.find(f"{{*}}{level}")
        if holder is not None:
            parts += [_text(title) for title in holder.iterfind("{*}title")]
            parts += [_text(meeting) for meeting in holder.iterfind("{*}meeting")]
    scopes: dict[str, str] = {}
    for scope in entry.iter("{*}biblScope"):
        unit = scope.get("unit") or "part"
        first, last = scope.get("from") or "", scope.get("to") or ""
        scopes.setdefault(unit, "-".join(filter(None, (first, last))) or _text(scope))
    volume = scopes.pop("volume", "")
    if issue := scopes.pop("issue", ""):
        volume += f"({issue})"
    page = scopes.pop("page", "")
    parts.append(f"{volume}: {page}" if volume and page else volume or page)
    parts += scopes.values()
    imprint = entry.find("{*}monogr/{*}imprint")
    if imprint is not None:
        parts.append(_first(imprint, "{*}publisher"))
        date = imprint.find("{*}date")
        if date is not None:
            parts.append(_text(date) or date.get("when") or "")
    return ". ".join(part.rstrip(". ") for part in dict.fromkeys(parts) if part.strip(". "))
