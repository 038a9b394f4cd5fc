"""Abstract and keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Abstract, AbstractSection, Keyword
from kg.readers.letter.labels import ABSTRACT_LABELS, LABEL
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
    for line in block.lines:
        label, rest = _abstract_label(line)
        if label is None:
            sections[-1][1].append(line)
        else:
            sections.append((label, [Line(line.number, rest)] if rest else []))
    return (AbstractSection(text, label) for label, lines in sections if (text := join(lines)))


def _abstract_label(line: Line) -> tuple[str | None, str]:
    text = line.text
    if text.rstrip(" :").casefold() in ABSTRACT_LABELS and (text.isupper() or line.certain):
        return text.rstrip(" :"), ""
    if (match := LABEL.match(text)) and match[1].casefold() in ABSTRACT_LABELS and (line.certain or match[1].isupper()):
        return match[1], text[match.end() :].strip()
    words = text.split(" ", 4)
    for size in range(min(4, len(words) - 1), 0, -1):
        label = " ".join(words[:size])
        if label.isupper() and label.casefold() in ABSTRACT_LABELS and not words[size].isupper():
            return label, text[len(label) :].strip()
    return None, text


def read_keywords(reading: Reading) -> tuple[Keyword, ...]:
    """The keywords of all sections of them, each once."""
    return tuple(dict.fromkeys(keyword for block in reading.blocks("keywords") for keyword in _keywords(block)))


def _keywords(block: Block) -> Iterator[Keyword]:
    text = block.paragraph.rstrip(".")
    lines = block.lines
    if ";" in text or "；" in text:
        parts = re.split("[;；]", text)
    elif "," in text or len(lines) < 3:
        parts = text.split(",")
    else:
        parts = [line.text for line in lines]  # one a line
    for part in dict.fromkeys(filter(None, (part.strip(" .") for part in parts))):
        yield Keyword(part, "en")
