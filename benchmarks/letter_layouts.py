# ruff: noqa: E501  (lines are printed as pages print them)
"""Front matter as plain text, in the layouts that people paste: the writing side of ``letters.py``.

A layout is a function of a :class:`Front` and a random generator, which chooses between the wordings and the typography
that are in use (mark before or after the blank, comma or semicolon, label with or without colon …). The conventions are
those that the publishers' pages show; no text of theirs is here. A layout says with :func:`carries` what it prints, since
what is not printed cannot be read.
"""

from __future__ import annotations

import calendar
import random
import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

Day = tuple[int, int | None, int | None]


@dataclass(frozen=True)
class Person:
    """A name of the author list with the numbers of its affiliations, 0-based."""

    name: str
    family: str | None
    given: str | None
    affiliations: tuple[int, ...] = ()
    email: str | None = None
    equal: bool = False
    orcid: str | None = None
    is_group: bool = False

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in re.split(r"[ .\-‐]+", self.name) if word and word[0].isupper())

    @property
    def short(self) -> str:
        """``Doe A``; of a group its name."""
        if not self.family or not self.given:
            return self.name
        return (
            f"{self.family} {''.join(word[0] for word in re.split('[ .-]+', self.given) if word and word[0].isalpha())}"
        )


@dataclass(frozen=True)
class Front:
    """What the front matter of an article states."""

    name: str
    title: str
    people: tuple[Person, ...]
    affiliations: tuple[str, ...]
    abstract: tuple[tuple[str | None, str], ...]
    keywords: tuple[str, ...]
    dates: dict[str, Day] = field(default_factory=dict)
    doi: str | None = None
    licence: str | None = None
    journal: str = "Journal of Examples"
    volume: str = "12"
    issue: str = "3"
    page: str = "101234"
    year: int = 2024

    @property
    def corresponding(self) -> list[Person]:
        return [person for person in self.people if person.email]


Layout = Callable[[Front, random.Random], str]

_MONTHS = list(calendar.month_name)


def day(value: Day, form: str) -> str:
    """A date in one of the forms in use; one without day or month as ``March 2025`` or ``2025``."""
    year, month, number = value
    if month is None:
        return str(year)
    if number is None:
        return f"{_MONTHS[month]} {year}"
    return {
        "us": f"{_MONTHS[month]} {number}, {year}",
        "uk": f"{number} {_MONTHS[month]} {year}",
        "uk0": f"{number:02d} {_MONTHS[month]} {year}",
        "abbr": f"{number} {_MONTHS[month][:3]} {year}",
        "iso": f"{year}-{month:02d}-{number:02d}",
        "dots": f"{number:02d}.{month:02d}.{year}",
        "th": f"{number}{'th' if 10 < number < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')} {_MONTHS[month]} {year}",
        "us-abbr": f"{_MONTHS[month][:3]} {number}, {year}",
    }[form]


_CODES = {"by": "Attribution", "nc": "NonCommercial", "nd": "NoDerivatives", "sa": "ShareAlike"}


def licence_words(front: Front, rng: random.Random) -> str:
    """The licence as a sentence that holds its address or its code with the version."""
    if not front.licence:
        return ""
    match = re.search(r"licenses/([a-z-]+)/([0-9.]+)/(\w*)", front.licence)
    if not match:
        return f"This is an open access article under the terms of {front.licence}"
    code, version, port = match.groups()
    words = "-".join(_CODES.get(part, part) for part in code.split("-"))
    forms = [
        f"This is an open access article distributed under the terms of the Creative Commons {words} License "
        f"({front.licence.replace('https', 'http')}), which permits use, distribution and reproduction in any medium, "
        "provided the original work is properly cited.",
        f"This article is licensed under a Creative Commons {words} {version} International License, which permits use, "
        "sharing, adaptation, distribution and reproduction. To view a copy of this licence, visit "
        f"{front.licence}.",
    ]
    if not port:
        forms.append(f"This is an open access article under the CC {code.upper()} {version} license.")
        forms.append(
            f"This is an open access article under the CC {code.upper()} license ({front.licence.rstrip('/')})."
        )
    return rng.choice(forms)


SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def letter_mark(number: int) -> str:
    """a, b … z, aa, ab …"""
    return chr(97 + number) if number < 26 else f"{chr(96 + number // 26)}{chr(97 + number % 26)}"


def joined(names: list[str], rng: random.Random, *, last: Iterable[str] = (", ", " and ", ", and ", " & ")) -> str:
    """``A, B and C``"""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + rng.choice(list(last)) + names[-1]


def address(front: Front, person: Person) -> str:
    """Where a person is, without the e-mail addresses that some affiliations hold."""
    text = front.affiliations[person.affiliations[0]] if person.affiliations else ""
    return re.sub(r"[;,.]? ?(?:[Ee]-?mail:? ?)?[^ ]+@[^ ]+( \([^()]*\))?", "", text).rstrip(". ;")


# --- Baishideng -------------------------------------------------------------------------------------------------------


def baishideng(front: Front, rng: random.Random) -> str:
    """World Journal of …: one line an affiliation, which begins with its authors."""
    us = "us-abbr"
    lines = [rng.choice(["Letter to the Editor", "Editorial", "Case Report", "Review", "Minireviews"])]
    lines.append(
        f"Copyright ©The Author(s) {front.year}. Published by Example Publishing Group Inc. All rights reserved."
    )
    if "issued" in front.dates:
        lines.append(f"{front.journal}. {day(front.dates['issued'], us)}; {front.volume}({front.issue}): {front.page}")
    if "available" in front.dates:
        doi = f". doi: {front.doi}" if front.doi else ""
        lines.append(f"Published online {day(front.dates['available'], us)}{doi}")
    elif front.doi:
        lines.append(f"doi: {front.doi}")
    lines.append(front.title)
    lines.append(", ".join(person.name for person in front.people))
    for number, text in enumerate(front.affiliations):
        names = [person.name for person in front.people if number in person.affiliations]
        if names:
            lines.append(f"{', '.join(names)}, {text}")
    if orcids := [f"{p.name} ({p.orcid})" for p in front.people if p.orcid]:
        lines.append("ORCID number: " + "; ".join(orcids) + ".")
    if equal := [p.name for p in front.people if p.equal]:
        lines.append(f"Co-first authors: {joined(equal, rng)}.")
    shorts = [p.short for p in front.people if not p.is_group]
    if shorts:
        lines.append(
            f"Author contributions: {joined(shorts, rng)} designed the study; {shorts[0]} wrote the manuscript. All "
            "authors have read and approved the final version."
        )
    if rng.random() < 0.5:
        lines.append("Supported by the Example Science Foundation, No. 123-456; and Sample Fund, No. AB-12.")
    if rng.random() < 0.3:
        lines.append("Institutional review board statement: The study was approved by the ethics committee.")
    lines.append("Conflict-of-interest statement: All the authors report no relevant conflicts of interest.")
    if rng.random() < 0.3:
        lines.append("Data sharing statement: No additional data are available.")
    if front.licence:
        lines.append(f"Open Access: {licence_words(front, rng)} See: {front.licence}")
    for person in front.corresponding:
        degree = rng.choice(["MD", "PhD", "MD, PhD, Professor", "Associate Professor", "MSc, Research Fellow"])
        place = f", {address(front, person)}" if person.affiliations else ""
        lines.append(f"Corresponding author: {person.name}, {degree}{place}. {person.email}")
    for kind, label in (("received", "Received"), ("revised", "Revised"), ("accepted", "Accepted")):
        if kind in front.dates:
            lines.append(f"{label}: {day(front.dates[kind], 'us')}")
    if "available" in front.dates:
        lines.append(f"Published online: {day(front.dates['available'], 'us')}")
    if front.abstract:
        lines.append("Abstract")
        for label, text in front.abstract:
            lines += [label.upper(), text] if label else [text]
        lines.append("")
    if front.keywords:
        lines += ["Keywords: " + "; ".join(front.keywords), ""]
    if rng.random() < 0.7:
        lines += ["Core Tip: This is what a hurried reader should know of the article.", ""]
    if rng.random() < 0.3:
        lines += [
            f"Citation: {', '.join(shorts)}. {front.title}. {front.journal} {front.year}; {front.volume}({front.issue}): {front.page}"
        ]
    return "\n".join(lines)


# --- marks ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marks:
    """How a layout writes the marks that tie authors to affiliations and footnotes."""

    letters: bool = False
    superscript: bool = False
    gap: str = ""
    """between name and marks"""
    comma: str = ","
    """between marks"""
    star: str = "*"
    star_comma: bool = True
    equal: str = "†"

    def of(self, number: int) -> str:
        mark = letter_mark(number) if self.letters else str(number + 1)
        return mark.translate(SUPERSCRIPT) if self.superscript else mark

    def person(self, front: Front, person: Person) -> str:
        marks = [self.of(number) for number in person.affiliations]
        if person.equal and self.equal:
            marks.append(self.equal)
        text = self.comma.join(marks)
        if person.email and self.star:
            text += (self.comma if text and self.star_comma else "") + self.star
        return person.name + (self.gap + text if text else "")


def _abstract(front: Front, rng: random.Random, *, style: str) -> list[str]:
    """The abstract as ``run in`` (labels in the text), ``lines`` (label and text on a line), ``apart`` (label alone)."""
    if style == "run in":
        return [" ".join(f"{label}: {text}" if label else text for label, text in front.abstract)]
    if style == "lines":
        return [f"{label}: {text}" if label else text for label, text in front.abstract]
    return [line for label, text in front.abstract for line in ([label, text] if label else [text])]


# --- Elsevier ---------------------------------------------------------------------------------------------------------


def elsevier(front: Front, rng: random.Random) -> str:
    """Letters as marks, "Article history", "Keywords:" one a line, "A B S T R A C T", footnotes with e-mail addresses."""
    marks = Marks(letters=True, gap=" ", comma=rng.choice([",", ", "]), equal="1")
    lines: list[str] = []
    if rng.random() < 0.5:
        lines += [
            "Contents lists available at ScienceDirect",
            front.journal,
            "journal homepage: www.example.com/locate/joe",
        ]
    if rng.random() < 0.6:
        lines.append(
            rng.choice(["Original article", "Research paper", "Review", "Full Length Article", "Short communication"])
        )
    lines.append(front.title)
    lines.append(joined([marks.person(front, person) for person in front.people], rng, last=[", "]))
    lines += [f"{marks.of(n)} {text}" for n, text in enumerate(front.affiliations)]
    lines.append(rng.choice(["A R T I C L E  I N F O", "ARTICLE INFO", "Article info"]))
    history = [
        f"{label} {day(front.dates[kind], 'uk')}"
        for kind, label in (
            ("received", "Received"), ("revised", rng.choice(["Received in revised form", "Revised"])),
            ("accepted", "Accepted"), ("available", "Available online"),
        )
        if kind in front.dates
    ]  # fmt: skip
    if history:
        lines.append("Article history:")
        lines += history if rng.random() < 0.7 else ["; ".join(history)]
    if front.keywords:
        lines.append("Keywords:")
        lines += (
            front.keywords
            if rng.random() < 0.7 and len(front.keywords) > 2
            else [rng.choice(["; ", ", "]).join(front.keywords)]
            if not any("," in k for k in front.keywords)
            else ["; ".join(front.keywords)]
        )
    if front.abstract:
        lines.append(rng.choice(["A B S T R A C T", "ABSTRACT", "Abstract"]))
        lines += _abstract(front, rng, style="lines")
    stars = front.corresponding
    if stars:
        lines.append("")
        plural = "s" if len(stars) > 1 else ""
        place = f" {address(front, stars[0])}." if rng.random() < 0.6 and stars[0].affiliations else ""
        lines.append(f"* Corresponding author{plural}.{place}")
        lines.append(
            f"E-mail address{'es' if len(stars) > 1 else ''}: "
            + ", ".join(
                f"{p.email} ({p.name if rng.random() < 0.3 else (p.initials[:1] + '. ' + (p.family or p.name))})"
                for p in stars
            )
            + "."
        )
    if any(p.equal for p in front.people):
        lines.append("1 These authors contributed equally to this work.")
    if front.doi:
        lines.append(f"https://doi.org/{front.doi}")
    lines.append(
        f"0165-0000/© {front.year} The Author(s). Published by Example B.V. {licence_words(front, rng)}".strip()
    )
    return "\n".join(lines)


# --- Springer, BMC ----------------------------------------------------------------------------------------------------


def springer(front: Front, rng: random.Random) -> str:
    """Numbers as marks, the abstract between authors and affiliations, "*Correspondence:", licence at the end."""
    marks = Marks(superscript=rng.random() < 0.3, equal="†", star_comma=False)
    lines = (
        [
            f"{front.people[0].family or front.people[0].name} et al. {front.journal} ({front.year}) {front.volume}:{front.page}"
        ]
        if rng.random() < 0.5 and front.journal
        else []
    )
    if front.doi:
        lines.append(rng.choice([f"https://doi.org/{front.doi}", f"DOI {front.doi}"]))
    lines.append(rng.choice(["RESEARCH Open Access", "RESEARCH ARTICLE", "Research", "REVIEW", "CASE REPORT"]))
    lines.append(front.title)
    names = [marks.person(front, person) for person in front.people]
    dots = rng.random() < 0.3
    lines.append(" · ".join(names) if dots else joined(names, rng, last=[" and "]))
    dates = [
        f"{label}: {day(front.dates[kind], 'uk')}"
        for kind, label in (
            ("received", "Received"),
            ("revised", "Revised"),
            ("accepted", "Accepted"),
            ("available", "Published online"),
        )
        if kind in front.dates
    ]
    if dots and dates:
        lines.append(" / ".join(dates))
    if front.abstract:
        lines.append("Abstract")
        lines += (
            [f"{label}{rng.choice([':', ' '])} {text}" if label else text for label, text in front.abstract]
            if not dots
            else _abstract(front, rng, style="apart")
        )
    if front.keywords:
        separator = " · " if dots else ", " if not any("," in k for k in front.keywords) else "; "
        lines.append(f"Keywords{rng.choice([':', ''])} {separator.join(front.keywords)}")
    stars = front.corresponding
    if stars and not dots:
        lines.append("*Correspondence: " + "; ".join(p.email or "" for p in stars))
    elif stars:
        for person in stars:
            lines += [f"* {person.name}", person.email or ""]
    equal = [p.name for p in front.people if p.equal]
    if len(equal) > 1:
        lines.append(f"†{joined(equal, rng, last=[' and '])} contributed equally to this work.")
    lines += [f"{marks.of(n)}{rng.choice(['', ' '])}{text}" for n, text in enumerate(front.affiliations)]
    if not dots:
        if rng.random() < 0.5:
            lines.append("Full list of author information is available at the end of the article")
        lines += [" ".join(dates)] if rng.random() < 0.5 else dates
    lines.append(f"© The Author(s) {front.year}. Open Access {licence_words(front, rng)}")
    return "\n".join(lines)


# --- MDPI -------------------------------------------------------------------------------------------------------------


def mdpi(front: Front, rng: random.Random) -> str:
    """Numbers after a blank, e-mail addresses in the affiliation lines, "* Correspondence:"."""
    marks = Marks(gap=" ", equal="†")
    lines = [rng.choice(["Article", "Review", "Communication", "Case Report"]), front.title]
    lines.append(joined([marks.person(front, person) for person in front.people], rng, last=[" and "]))
    for number, text in enumerate(front.affiliations):
        lines.append(f"{marks.of(number)} {text}")
    stars = front.corresponding
    if stars:
        emails = "; ".join(f"{p.email}" + (f" ({'.'.join(p.initials)}.)" if len(stars) > 1 else "") for p in stars)
        tel = "; Tel.: +39-010-123456" if rng.random() < 0.3 else ""
        lines.append(f"* Correspondence: {emails}{tel}")
    if any(p.equal for p in front.people):
        lines.append("† These authors contributed equally to this work.")
    head = []
    if rng.random() < 0.5:
        head.append("Academic Editor: Erika Mustermann")
    dates = [
        f"{label}: {day(front.dates[kind], 'uk')}"
        for kind, label in (
            ("received", "Received"),
            ("revised", "Revised"),
            ("accepted", "Accepted"),
            ("issued", "Published"),
        )
        if kind in front.dates
    ]
    head += ["; ".join(dates)] if rng.random() < 0.5 and dates else dates
    cite = "; ".join(
        f"{p.family}, {'.'.join(c for c in p.short[len(p.family) :].strip())}." if p.family else p.name
        for p in front.people
    )
    doi = f" https://doi.org/{front.doi}" if front.doi else ""
    head.append(f"Citation: {cite} {front.title}. {front.journal} {front.year}, {front.volume}, {front.page}.{doi}")
    head.append(
        f"Copyright: © {front.year} by the authors. Licensee Example, Basel, Switzerland. {licence_words(front, rng)}"
    )
    body = []
    if front.abstract:
        body.append("Abstract: " + _abstract(front, rng, style="run in")[0])
    if front.keywords:
        body.append("Keywords: " + "; ".join(front.keywords))
    lines += head + body if rng.random() < 0.5 else body + head
    return "\n".join(lines)


# --- Wiley ------------------------------------------------------------------------------------------------------------


def wiley(front: Front, rng: random.Random) -> str:
    """Dates and DOI first, names parted by bars, headings in capitals or alone, affiliations in a column of their own."""
    marks = Marks(gap=rng.choice(["", " "]), superscript=rng.random() < 0.3)
    dates = [
        f"{label}: {day(front.dates[kind], 'uk')}"
        for kind, label in (("received", "Received"), ("revised", "Revised"), ("accepted", "Accepted"))
        if kind in front.dates
    ]
    lines = [" | ".join(dates)] if dates else []
    if front.doi:
        lines.append(f"DOI: {front.doi}")
    lines.append(rng.choice(["ORIGINAL ARTICLE", "REVIEW ARTICLE", "RESEARCH ARTICLE", "CASE REPORT"]))
    lines.append(front.title)
    lines.append(rng.choice([" | ", ", "]).join(marks.person(front, person) for person in front.people))
    lines += [f"{marks.of(n)}{text}" for n, text in enumerate(front.affiliations)]
    for n, person in enumerate(front.corresponding):
        if n == 0:
            lines += ["", "Correspondence"]
        lines.append(f"{person.name}, {address(front, person)}." if person.affiliations else f"{person.name}.")
        lines.append(f"Email: {person.email}")
    if rng.random() < 0.5:
        lines += ["", "Funding information", "Example Science Foundation, Grant/Award Number: 1234"]
    if front.abstract:
        lines += ["", "Abstract", *_abstract(front, rng, style="lines")]
    if front.keywords:
        lines += [
            "",
            "KEYWORDS",
            ", ".join(front.keywords) if not any("," in k for k in front.keywords) else "; ".join(front.keywords),
        ]
    lines += [
        "",
        f"{licence_words(front, rng)}",
        f"© {front.year} The Authors. {front.journal} published by Example Sons Ltd.",
    ]
    return "\n".join(lines)


# --- Frontiers --------------------------------------------------------------------------------------------------------


def frontiers(front: Front, rng: random.Random) -> str:
    """A column of labels in capitals, each above its value, before title, names and one paragraph of affiliations."""
    marks = Marks(superscript=rng.random() < 0.2, star_comma=False)
    lines = [f"TYPE {rng.choice(['Original Research', 'Review', 'Case Report'])}"]
    if "issued" in front.dates:
        lines.append(f"PUBLISHED {day(front.dates['issued'], 'uk0')}")
    if front.doi:
        lines.append(f"DOI {front.doi}")
    lines += ["OPEN ACCESS", "EDITED BY", "Erika Mustermann,", "Sample University, Germany"]
    lines += ["REVIEWED BY", "John Sample,", "Example University, United States"]
    for n, person in enumerate(front.corresponding):
        lines += (["*CORRESPONDENCE"] if n == 0 else []) + [person.name, person.email or ""]
    if any(p.equal for p in front.people):
        lines.append("†These authors have contributed equally to this work")
    for kind, label in (("received", "RECEIVED"), ("accepted", "ACCEPTED"), ("issued", "PUBLISHED")):
        if kind in front.dates:
            lines.append(f"{label} {day(front.dates[kind], 'uk0')}")
    shorts = [p.short for p in front.people]
    doi = f" doi: {front.doi}" if front.doi else ""
    lines += [
        "CITATION",
        f"{joined(shorts, rng, last=[' and '])} ({front.year}) {front.title}. {front.journal} {front.volume}:{front.page}.{doi}",
    ]
    families = joined([p.family or p.name for p in front.people], rng, last=[" and "])
    lines += ["COPYRIGHT", f"© {front.year} {families}. {licence_words(front, rng)}"]
    head = [front.title, joined([marks.person(front, person) for person in front.people], rng, last=[" and "])]
    head.append(", ".join(f"{marks.of(n)}{text.rstrip('. ')}" for n, text in enumerate(front.affiliations)))
    body: list[str] = []
    if front.abstract:
        body += (
            _abstract(front, rng, style="lines")
            if rng.random() < 0.0
            else ["Abstract", *_abstract(front, rng, style="lines")]
        )
    if front.keywords:
        body += [
            "KEYWORDS",
            ", ".join(front.keywords) if not any("," in k for k in front.keywords) else "; ".join(front.keywords),
        ]
    return "\n".join(lines + head + body)


# --- PLOS -------------------------------------------------------------------------------------------------------------


def plos(front: Front, rng: random.Random) -> str:
    """All affiliations in one paragraph, the address after a star, then labels with colons."""
    marks = Marks(equal=rng.choice(["☯", "‡"]), star_comma=False)
    lines = [
        rng.choice(["RESEARCH ARTICLE", "OPEN ACCESS PEER-REVIEWED RESEARCH ARTICLE", "Research Article"]),
        front.title,
    ]
    lines.append(joined([marks.person(front, person) for person in front.people], rng, last=[", "]))
    lines.append(", ".join(f"{marks.of(n)} {text.rstrip('. ')}" for n, text in enumerate(front.affiliations)))
    if any(p.equal for p in front.people):
        lines.append(f"{marks.equal} These authors contributed equally to this work.")
    stars = front.corresponding
    if stars:
        lines.append(
            "* "
            + ", ".join(
                f"{p.email} ({p.initials})" if len(stars) > 1 or rng.random() < 0.5 else p.email or "" for p in stars
            )
        )
    if front.abstract:
        lines += ["", "Abstract", *_abstract(front, rng, style="apart"), ""]
    shorts = ", ".join(p.short for p in front.people)
    doi = f" https://doi.org/{front.doi}" if front.doi else ""
    lines.append(
        f"Citation: {shorts} ({front.year}) {front.title}. {front.journal} {front.volume}({front.issue}): e{front.page}.{doi}"
    )
    lines.append("Editor: Erika Mustermann, Sample University, GERMANY")
    for kind, label in (("received", "Received"), ("accepted", "Accepted"), ("issued", "Published")):
        if kind in front.dates:
            lines.append(f"{label}: {day(front.dates[kind], 'us')}")
    lines.append(
        f"Copyright: © {front.year} {front.people[0].family or front.people[0].name} et al. {licence_words(front, rng)}"
    )
    lines.append("Data Availability Statement: All relevant data are within the paper.")
    lines.append("Funding: The authors received no specific funding for this work.")
    lines.append("Competing interests: The authors have declared that no competing interests exist.")
    if front.keywords:
        lines.append(f"Keywords: {'; '.join(front.keywords)}")
    return "\n".join(lines)


# --- Nature -----------------------------------------------------------------------------------------------------------


def nature(front: Front, rng: random.Random) -> str:
    """DOI as address, dates in lines, an ampersand before the last name, affiliations and notes in one paragraph."""
    star = rng.choice(["✉", " ✉", "*"])
    marks = Marks(star=star, star_comma=star == "*", equal="")
    lines = [rng.choice(["Article", "Letter", "Review article", "Brief Communication"])] if rng.random() < 0.8 else []
    lines.append(front.title)
    if front.doi:
        lines.append(f"https://doi.org/{front.doi}")
    for kind, label in (("received", "Received"), ("accepted", "Accepted"), ("available", "Published online")):
        if kind in front.dates:
            lines.append(f"{label}: {day(front.dates[kind], 'uk')}")
    names = joined([marks.person(front, person) for person in front.people], rng, last=[" & "])
    if rng.random() < 0.5:
        lines.append("Check for updates")
    lines.append(names)
    if front.abstract:
        lines += ["Abstract", *_abstract(front, rng, style="lines")]
    if front.keywords:
        lines.append(f"Keywords: {'; '.join(front.keywords)}")
    notes = " ".join(f"{marks.of(n)}{text.rstrip('. ')}." for n, text in enumerate(front.affiliations))
    equal = [p.name for p in front.people if p.equal]
    if len(equal) > 1:
        notes += f" {len(front.affiliations) + 1}These authors contributed equally: {joined(equal, rng, last=[', '])}."
    stars = front.corresponding
    if stars:
        notes += f" {star.strip()}e-mail: {'; '.join(p.email or '' for p in stars)}"
    lines += [notes.strip(), f"© The Author(s) {front.year}. {licence_words(front, rng)}"]
    return "\n".join(lines)


# --- Taylor & Francis -------------------------------------------------------------------------------------------------


def taylor(front: Front, rng: random.Random) -> str:
    """Letters glued to names and places, semicolons between these, "ARTICLE HISTORY", "CONTACT"."""
    marks = Marks(
        letters=True,
        gap=rng.choice(["", " "]),
        comma=",",
        star=rng.choice(["*", ""]),
        star_comma=False,
        equal="*" if False else "†",
    )
    lines = [front.journal.upper(), f"{front.year}, VOL. {front.volume}, NO. {front.issue}, {front.page}"]
    if front.doi:
        lines.append(f"https://doi.org/{front.doi}")
    if rng.random() < 0.5:
        lines.append(rng.choice(["RESEARCH ARTICLE", "REVIEW", "ORIGINAL RESEARCH"]))
    lines.append(front.title)
    lines.append(joined([marks.person(front, person) for person in front.people], rng, last=[" and "]))
    lines.append("; ".join(f"{marks.of(n)}{marks.gap}{text.rstrip('. ')}" for n, text in enumerate(front.affiliations)))
    if front.abstract:
        lines += ["ABSTRACT", *_abstract(front, rng, style="lines")]
    dates = [
        f"{label} {day(front.dates[kind], 'uk')}"
        for kind, label in (("received", "Received"), ("revised", "Revised"), ("accepted", "Accepted"))
        if kind in front.dates
    ]
    if dates:
        lines += ["ARTICLE HISTORY", *dates]
    if front.keywords:
        lines += ["KEYWORDS", "; ".join(front.keywords)]
    for person in front.corresponding:
        lines.append(f"CONTACT {person.name} {person.email} {address(front, person)}".rstrip())
    if sum(p.equal for p in front.people) > 1:
        lines.append("†These authors contributed equally to this work.")
    lines.append(f"© {front.year} The Author(s). Published by Informa Example Limited. {licence_words(front, rng)}")
    return "\n".join(lines)


# --- JAMA -------------------------------------------------------------------------------------------------------------


def jama(front: Front, rng: random.Random) -> str:
    """Degrees after names, semicolons; affiliations with the family names in parentheses; labels with colons."""
    degrees = ["MD", "PhD", "MD, PhD", "MPH", "MD, MPH", "MSc"]
    lines = [rng.choice(["Original Investigation", "Research Letter", "Viewpoint"]), front.title]
    lines.append("; ".join(f"{p.name}, {rng.choice(degrees)}" if not p.is_group else p.name for p in front.people))
    if front.abstract:
        lines += ["Abstract", *[f"{label.upper()} {text}" if label else text for label, text in front.abstract]]
    if front.keywords:
        lines.append("Keywords: " + "; ".join(front.keywords))
    places = []
    for number, text in enumerate(front.affiliations):
        families = [p.family for p in front.people]
        people = [
            p.family if p.family and families.count(p.family) == 1 else p.name
            for p in front.people
            if number in p.affiliations
        ]
        if people:
            places.append(f"{text.rstrip('. ')} ({', '.join(people)})")
    if places:
        lines.append("Author Affiliations: " + "; ".join(places) + ".")
    for person in front.corresponding:
        lines.append(
            f"Corresponding Author: {person.name}, {rng.choice(degrees)}, {address(front, person)} ({person.email})."
        )
    for kind, label in (("accepted", "Accepted for Publication"), ("available", "Published Online")):
        if kind in front.dates:
            lines.append(f"{label}: {day(front.dates[kind], 'us')}.")
    if front.doi:
        lines.append(f"doi:{front.doi}")
    if front.licence:
        lines.append(f"Open Access: {licence_words(front, rng)} © {front.year} Doe J et al. JAMA Examples.")
    return "\n".join(lines)


LAYOUTS: dict[str, Layout] = {
    "baishideng": baishideng, "elsevier": elsevier, "springer": springer, "mdpi": mdpi, "wiley": wiley,
    "frontiers": frontiers, "plos": plos, "nature": nature, "taylor": taylor, "jama": jama,
}  # fmt: skip

_DATES = {
    "baishideng": "received revised accepted issued available",
    "elsevier": "received revised accepted available",
    "springer": "received revised accepted available",
    "mdpi": "received revised accepted available",
    "wiley": "received revised accepted",
    "frontiers": "received accepted available",
    "plos": "received accepted available",
    "nature": "received accepted available",
    "taylor": "received revised accepted",
    "jama": "accepted available",
}
"""which dates a layout prints; "Published" is the first publication there"""

_PUBLISHED = ("mdpi", "frontiers", "plos")
"""layouts that say "Published" alone, without "online": the date of issue"""


def carries(layout: str, front: Front) -> Front:
    """The part of a front that a layout prints."""
    used = {number for person in front.people for number in person.affiliations}
    dates = {kind: value for kind, value in front.dates.items() if kind in _DATES[layout].split()}
    if layout in _PUBLISHED and "available" in dates:
        dates["issued"] = dates.pop("available")
    carried = replace(front, dates=dates)
    if layout == "springer" and not dates.keys() & {"issued", "available"}:
        carried = replace(carried, journal="")
    if layout == "taylor":
        dates["issued"] = (front.year, None, None)
    if layout in ("baishideng", "jama"):  # places of nobody cannot be printed there
        kept = [n for n in range(len(front.affiliations)) if n in used]
        order = {old: new for new, old in enumerate(kept)}
        people = tuple(replace(p, affiliations=tuple(order[n] for n in p.affiliations)) for p in front.people)
        carried = replace(carried, affiliations=tuple(front.affiliations[n] for n in kept), people=people)
    return carried


# --- what happens to a text on its way ------------------------------------------------------------------------------


def wrapped(text: str, rng: random.Random) -> str:
    """Lines wrapped at a width, as an e-mail or a PDF has them."""
    width = rng.randint(68, 96)
    return "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))
        for line in text.split("\n")
    )


def uneven(text: str, rng: random.Random) -> str:
    """Paragraphs wrapped each at a width of its own, as text copied from columns and large type has them."""
    return "\n".join(
        "\n".join(textwrap.wrap(line, rng.randint(50, 100), break_long_words=False, break_on_hyphens=False))
        for line in text.split("\n")
    )


def windows(text: str, rng: random.Random) -> str:
    """Line ends of Windows, a byte order mark."""
    return "\ufeff" + text.replace("\n", "\r\n")


def spaced(text: str, rng: random.Random) -> str:
    """A blank line between any two."""
    return re.sub("\n+", "\n\n", text)


def dense(text: str, rng: random.Random) -> str:
    """No blank line at all."""
    return re.sub("\n+", "\n", text)


CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "plain": lambda text, rng: text, "wrapped": wrapped, "uneven": uneven, "windows": windows, "spaced": spaced, "dense": dense,
}  # fmt: skip
