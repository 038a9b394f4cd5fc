"""Front and back matter that is text → statements: acknowledgements, conflicts of interest, footnotes, abbreviations …"""

from __future__ import annotations

import re
from itertools import groupby

from kg.markup import Element, local, text_of
from kg.readers.jats.record import Reading
from kg.readers.jats.text import child_of, child_text, heading_of, kind_of, lines_of
from kg.readers.jats.topics import topic_of


def statement_section(reading: Reading, sec: Element) -> bool:
    """Whether a top-level section is a statement; it is then kept as one."""
    heading = heading_of(sec)
    about = topic_of(kind_of(sec, "sec-type"), heading)
    if about is None or (local(sec) == "app" and about not in ("conflict", "data-availability", "abbreviations")):
        return False
    if any(local(child) == "sec" for child in sec) and about not in ("conflict", "data-availability"):
        return False
    read_matter(reading, sec)
    return True


def read_matter(reading: Reading, element: Element) -> None:
    """A part of front or back matter that is text: a statement, or several where its sections are."""
    name = local(element)
    if name == "ref-list":
        if lines := lines_of(element, ("ref", "title", "label", "ref-list")):
            reading.state(None, heading_of(element), lines)
        for child in element:
            if local(child) == "ref-list":
                read_matter(reading, child)
        return
    kind = kind_of(element, "sec-type", "notes-type", "content-type", "list-content", "fn-type")
    heading = heading_of(element)
    nested = [child for child in element if local(child) in ("sec", "notes", "fn-group", "glossary")]
    lines = lines_of(element, ("title", "label", "sec", "notes", "fn-group", "glossary"))
    if name not in _CONTAINERS and not lines and not nested:
        lines = [text] if (text := text_of(element)) else []
    text = "\n".join(lines)
    about = topic_of(kind, heading, text) if name != "ack" or heading else None
    if name == "ack" and about is None:
        about = "acknowledgements"
    pairs = [_pair(item) for item in element.iter("{*}def-item")] if name != "sec" or about == "abbreviations" else []
    if about == "abbreviations" or (pairs and about is None and _look_short([short for short, _ in pairs], heading)):
        reading.abbreviations += [pair for pair in pairs if all(pair)] or _listed_pairs(element, lines)
        about = "abbreviations"
    topics = [topic_of("", None, line) for line in lines] if name != "ack" and topic_of(kind, heading) is None else []
    if any(topics) and len(lines) > 1 and about != "abbreviations":
        # Each paragraph says itself what it is about
        for topic, group in groupby(zip(topics, lines, strict=True), key=lambda pair: pair[0]):
            say(reading, topic, heading, [line for _, line in group])
    elif lines:
        say(reading, about, heading, lines)
    elif heading:
        reading.keep("heading", heading)
    for child in nested:
        if local(child) == "fn-group":
            read_footnotes(reading, child, kind, heading)
        else:
            read_matter(reading, child)


_CONTAINERS = frozenset(("sec", "notes", "ack", "glossary", "app", "fn-group", "def-list", "bio", "list"))


def say(reading: Reading, about: str | None, heading: str | None, lines: list[str]) -> None:
    """Keep the lines of a statement where they belong."""
    if about == "conflict":
        reading.conflicts += lines
    elif about == "citation" and reading.citation is None:
        reading.citation = "\n".join(lines)
    elif about == "citation":
        reading.state(None, heading, lines)
    else:
        reading.state(about, heading, lines)


def read_footnotes(reading: Reading, group: Element, kind: str = "", heading: str | None = None) -> None:
    """The notes of a group; its title or type is theirs where they have none."""
    kind = kind_of(group, "content-type", "fn-type") or kind
    title = heading_of(group) or heading
    if title and child_of(group, "fn") is None:
        reading.keep("heading", title)
    for child in group:
        if local(child) == "fn":
            reading.loose_notes.append((child, kind, title))
        elif local(child) not in ("", "title", "label"):
            read_matter(reading, child)


def note_about(note: Element, kind: str = "", heading: str | None = None) -> str | None:
    """Which known statement a footnote is: by itself, else by its group; a type that says nothing is none."""
    own = kind_of(note, "fn-type")
    own = "" if own in ("other", "others", "general", "custom") else own
    text = text_of(note, ("label",))
    return topic_of(own, None, text) or (topic_of(kind, heading) if kind or heading else None)


def read_footnote(reading: Reading, note: Element, kind: str, heading: str | None, prefix: str = "") -> None:
    """A footnote of front or back matter as a statement."""
    lines = lines_of(note, ("label",)) or ([text] if (text := text_of(note, ("label",))) else [])
    if not lines:
        return
    lines[0] = prefix + lines[0]
    about = note_about(note, kind, heading)
    if about == "abbreviations":
        reading.abbreviations += _listed_pairs(note, lines)
    say(reading, about, heading, lines)


def read_abbreviations(reading: Reading, part: Element) -> None:
    """Abbreviation lists in the running text, which also stay where they are."""
    for group in part.iter("{*}def-list"):
        if topic_of(kind_of(group, "list-content", "list-type"), heading_of(group)) == "abbreviations":
            reading.abbreviations += [pair for item in group.iter("{*}def-item") if all(pair := _pair(item))]


def short_long(text: str) -> tuple[str, str] | None:
    """``OR, odds ratio`` → (OR, odds ratio)."""
    for separator in (": ", " = ", ", ", "; ", " – ", " — ", " - ", "=", ":"):
        short, found, long = text.partition(separator)
        if found and short.strip() and long.strip() and len(short) <= 40:
            return short.strip(), long.strip(" .;")
    return None


def _pair(item: Element) -> tuple[str, str]:
    """Term and definition of a ``def-item``."""
    definition = " ".join(text_of(child) for child in item if local(child) == "def")
    return (child_text(item, "term") or "").rstrip(" :="), definition.lstrip(" :=")


def _look_short(terms: list[str], heading: str | None) -> bool:
    """Whether a list without telling heading is one of abbreviations: most terms are short and have capitals."""
    if heading and not re.match(r"glossary|list of|terms", heading.casefold()):
        return False
    short = sum(len(term) <= 15 and sum(c.isupper() or c.isdigit() for c in term) >= 2 for term in terms)
    return 2 * short > len(terms)


def _listed_pairs(element: Element, lines: list[str]) -> list[tuple[str, str]]:
    """Abbreviations from a table of two columns, or from text as ``AE, adverse event; CI, confidence interval``."""
    rows = [[text_of(cell) for cell in row if local(cell)] for row in element.iter("{*}tr")]
    if rows:
        return [(row[0], row[1]) for row in rows if len(row) == 2 and row[0] and row[1]]
    pairs = []
    for line in lines:
        head, found, rest = line.partition(":")
        if found and topic_of("", head):
            line = rest
        for piece in line.split(";"):
            pair = short_long(piece.strip(" ."))
            if pair is None or len(pair[0]) > 20:
                return []
            pairs.append(pair)
    return pairs
