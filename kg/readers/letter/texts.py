"""Abstract and keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Abstract, AbstractSection, Keyword
from kg.readers.letter.labels import LABEL, is_abstract_label
from kg.readers.letter.layout import Block
from kg.readers.letter.lines import Line, join
from kg.readers.letter.record import Reading


def read_abstract(reading: Reading) -> Abstract | None:
    """The abstract; what stands under several headings is one."""
    sections = tuple(section for block in reading.blocks("abstract") for section in _abstract_sections(block))
    return Abstract(sections, "en") if sections else None


def _abstract_sections(block: Block) -> Iterator[AbstractSection]:
    """An abstract in its labelled parts: a label stands alone on its line, or in capitals or before a colon."""
    sections: list[tuple[str | None, list[Line]]] = [(None, [])]
    for n, line in enumerate(block.lines):
        following = block.lines[n + 1] if n + 1 < len(block.lines) else None
        before = block.lines[n - 1].text if n else "."
        label, rest = _abstract_label(line, before, alone=following is not None and following.certain)
        if label is None:
            sections[-1][1].append(line)
        else:
            sections.append((label, [Line(line.number, rest)] if rest else []))
    for n, (label, lines) in enumerate(sections):
        if text := join(lines):
            yield AbstractSection(text, label)
        elif label and n + 1 < len(sections):
            yield AbstractSection("", label)


def _abstract_label(line: Line, before: str, *, alone: bool) -> tuple[str | None, str]:
    """(label, rest of the line). ``before``: the line above; ``alone``: the break after this line is the writer's."""
    text = line.text
    if is_abstract_label(text) and (text.isupper() or line.certain):
        return text.rstrip(" :"), ""
    if line.certain and alone and len(text) < 60 and text[-1] not in ".,;!?" and before[-1:] in ".!?:)":
        capitals = text.isupper() and sum(map(str.isalpha, text)) > 3
        if capitals or (text[0].isupper() and len(text.split()) <= 4 and not text[-1].isdigit()):
            return text.rstrip(" :"), ""
    if (match := LABEL.match(text)) and is_abstract_label(match[1]) and (line.certain or match[1].isupper()):
        return match[1], text[match.end() :].strip()
    words = text.split(" ", 4)
    for size in range(min(4, len(words) - 1), 0, -1):
        label = " ".join(words[:size])
        after = words[size]
        said = label.isupper() and not after.isupper()  # "METHODS We …"
        if is_abstract_label(label) and (said or (line.certain and label[0].isupper() and after[0].isupper())):
            return label, text[len(label) :].strip()
    return None, text


def read_keywords(reading: Reading) -> tuple[Keyword, ...]:
    """The keywords of all sections of them, each once."""
    return tuple(dict.fromkeys(keyword for block in reading.blocks("keywords") for keyword in _keywords(block)))


_SEPARATORS = (";；", "·•|∙", ",，、")


def _keywords(block: Block) -> Iterator[Keyword]:
    """Keywords parted by semicolons, dots or commas, else one a line."""
    text = block.paragraph
    lines = block.lines
    short = len(lines) > 1 and all(line.certain and len(line.text) < 80 for line in lines[1:])
    parts = [line.text for line in lines]
    for marks in _SEPARATORS:
        count = sum(text.count(mark) for mark in marks)
        if marks[0] == "," and short and count < len(lines) and not any(p.endswith((",", "，")) for p in parts[:-1]):
            break  # one a line: "Diabetes mellitus, type 2"
        if count:
            parts = re.split(f"[{marks}]", text)
            break
    else:
        if not short and len(lines) < 3:
            parts = [text]
    parts = [part.strip() for part in parts if part.strip(" .")]
    if parts and not _ABBREVIATED.search(parts[-1]):
        parts[-1] = parts[-1].rstrip(" .")
    for part in dict.fromkeys(parts):
        yield Keyword(part, "en")


_ABBREVIATED = re.compile(r"\b(?:spp?|sp|var|cv|etc|al|L|[A-Z])\.$")
