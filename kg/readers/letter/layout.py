"""Lines → what they are: the forms of the header, the sections, and the lines of neither.

A line that begins with a known label starts a section, wherever it stands; an unknown label does so where its break is
certain. A section reaches to the next one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg import dates, wording
from kg.affiliations import fold
from kg.readers.letter.forms import COPYRIGHT, DOI_WORD, DURATION, ISSN_LINE, JOURNAL_LINE, ONLINE_LINE
from kg.readers.letter.labels import (
    ABSTRACT_LABELS,
    BODY_HEADINGS,
    CORRESPONDENCE_TO,
    DATED,
    HEADINGS,
    LABEL,
    LABEL_NOUNS,
    LABELS,
    NO_LABEL,
    NO_LABEL_WORDS,
    ONE_LINE,
    PARAGRAPH,
    SUPPORTED,
    is_article_type,
    kind_of,
    label_key,
)
from kg.readers.letter.lines import Line, join


@dataclass(slots=True)
class Block:
    """A section: its kind, its heading as printed, its lines (the first without the label)."""

    kind: str
    heading: str | None
    number: int
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, its paragraphs parted by newlines."""
        return join(self.lines)

    @property
    def paragraph(self) -> str:
        """The text as one paragraph."""
        return fold(self.text)


@dataclass(slots=True)
class Layout:
    """What the scan makes of the lines: the forms of the header, the sections, and the lines of neither."""

    type: tuple[str, str | None] | None = None
    journal: re.Match[str] | None = None
    online: tuple[int, str] | None = None
    doi: tuple[int, str] | None = None
    blocks: list[Block] = field(default_factory=list)
    front: list[Line] = field(default_factory=list)


def scan(lines: Sequence[Line]) -> Layout:
    """What each line is."""
    found = Layout()
    current: Block | None = None
    above = "start"
    skip = 0
    for n, line in enumerate(lines):
        if skip:
            skip -= 1
            continue
        following = lines[n + 1] if n + 1 < len(lines) else None
        before = lines[n - 1].text if n else ""
        alone = following is None or following.certain
        ended = current is None or current.kind in ONE_LINE or current.kind == "copyright"
        if line.certain or ended:
            if COPYRIGHT.match(line.text):
                current = Block("copyright", None, line.number, [line])
                found.blocks.append(current)
                continue
            if used := _header(found, line, following, allow_type=ended and (not found.front or alone)):
                skip, current, above = used - 1, None, "header"
                continue
        if labelled := _label(line, current, before, alone=alone, titled=bool(found.front)):
            kind, heading, rest = labelled
            current = Block(kind, heading, line.number, [Line(line.number, rest)] if rest else [])
            found.blocks.append(current)
        elif _is_heading(line, current, alone=alone):
            current = Block("note", line.text, line.number)
            found.blocks.append(current)
        elif current is not None and _takes(current, line):
            current.lines.append(line)
        else:
            if current is not None:
                above = "header" if current.kind == "copyright" else "section"
            if above:
                line.above, line.certain = above, True
            current, above = None, ""
            found.front.append(line)
    return found


def _takes(block: Block, line: Line) -> bool:
    """Whether a line without a label goes on with a section."""
    if block.kind in ONE_LINE or block.kind == "copyright":
        return not block.lines or not (line.certain or _complete(block))
    return not (block.kind in PARAGRAPH and line.blank and block.lines)


def _complete(block: Block) -> bool:
    """Whether a section of one line has all that it needs."""
    text = block.paragraph
    if block.kind == "copyright":
        return text.endswith("reserved.")
    if block.kind in DATED or block.kind == "dated-note":
        return dates.parse(text) is not None
    if block.kind == "processing":
        return DURATION.match(text) is not None and text[-5:].casefold().rstrip(".").endswith("hours")
    return bool(text)


def _header(found: Layout, line: Line, following: Line | None, *, allow_type: bool) -> int:
    """How many lines, from this one on, are one of the header's known forms (0: none); they are noted in ``found``."""
    text = line.text
    wrapped = following is not None and (not following.certain or text.endswith(":"))
    longer = f"{text} {following.text}" if following is not None and wrapped else text
    if allow_type and found.type is None and len(text) < 80:
        key = text.casefold().removesuffix("open access").strip(" :")
        if is_article_type(key):
            label = text[: len(key)] if text.casefold().startswith(key) else text
            found.type = label, wording.publication_type(key)
            return 1
        if key == "" and text.casefold() == "open access":
            return 1
    if ISSN_LINE.match(text) and ":" not in text[:6]:
        found.blocks.append(Block("issn", None, line.number, [line]))
        return 1
    if found.journal is None and len(text) < 300 and ";" in longer:
        for used, candidate in ((1, text), (2, longer)):
            if len(candidate) < 400 and (match := JOURNAL_LINE.fullmatch(candidate)):
                found.journal = match
                return used
    if found.online is None and (match := ONLINE_LINE.match(text) or ONLINE_LINE.match(longer)):
        found.online = line.number, match["date"]
        used = 1 if match.end() <= len(text) else 2
        rest = (text if used == 1 else longer)[match.end() :].strip()
        if (
            used == 1
            and longer != text
            and (rest.casefold() == "doi:" or longer[len(text) :].casefold().startswith(" doi:"))
        ):
            used, rest = 2, longer[match.end() :].strip()
        if doi := DOI_WORD.search(rest):
            found.doi = found.doi or (line.number, doi["doi"])
        return used
    if len(text) < 300 and (match := DOI_WORD.fullmatch(text)):
        found.doi = found.doi or (line.number, match["doi"])
        return 1
    return 0


def _label(line: Line, current: Block | None, before: str, *, alone: bool, titled: bool) -> tuple[str, str, str] | None:
    """(kind, heading, rest of the line) where a line starts a section. ``before`` is the line above, ``alone`` says that
    the break after this line is certain too, ``titled`` that a title may have been read already."""
    text = line.text
    inside = current is not None and current.kind not in ONE_LINE
    finished = line.certain or not inside or before.endswith((".", "!", "?"))
    if alone and len(text) < 40 and not text[0].islower() and (kind := LABELS.get(label_key(text))) in HEADINGS:
        return str(kind), text.rstrip(" :："), ""
    if finished and SUPPORTED.match(text) and text.startswith("Supported"):
        return "funding", "Supported by", text
    if finished and (match := CORRESPONDENCE_TO.match(text)):
        return "corresponding", "Correspondence to", text[match.end() :]
    match = LABEL.match(text)
    if match is None:
        return None
    label, rest = match[1], text[match.end() :].strip()
    key = label_key(label)
    if current is not None and current.kind == "abstract" and key in ABSTRACT_LABELS:
        return None
    kind = kind_of(label)
    if kind == "reach":
        return None if current is not None and current.kind == "corresponding" else ("note", label, rest)
    if kind is not None:
        # A single word at the start of a wrapped line may belong to the sentence above: "[PMID: 1 / DOI: 10.…]".
        if (
            not line.certain
            and inside
            and " " not in key
            and kind in ("doi", "issn", "title", "note", "published", "type")
        ):
            return None
        return kind, label, rest
    words = key.split()
    if "," in label or "." in label.rstrip(".") or not words or len(words) > 8 or words[0] in NO_LABEL:
        return None
    if not NO_LABEL_WORDS.isdisjoint(words) or (current is not None and not current.lines):
        return None  # a sentence with a colon; the first line under a heading
    if current is None or not (titled or (inside and current.kind != "copyright")):
        # Title and authors stand here: "Stem cells: a milestone" is no section, "Biosafety statement: …" is one.
        return ("note", label, rest) if words[-1] in LABEL_NOUNS and len(words) > 1 else None
    if line.certain or not inside:
        return "note", label, rest
    if words[-1] in LABEL_NOUNS and before.endswith((".", "!", "?")):
        return "note", label, rest
    plain = current.kind not in ("abstract", "contributions", "open-access", "citation", "note")
    return ("note", label, rest) if plain and before.endswith((".", "!", "?")) and rest[:1].isupper() else None


def _is_heading(line: Line, current: Block | None, *, alone: bool) -> bool:
    """Whether a line is the heading of a section of the body: on its own, in capitals or a usual word."""
    if current is None or not (alone and line.certain) or len(line.text) > 80 or line.text[-1] in ".,;:":
        return False
    key = line.text.casefold()
    if current.kind == "abstract" and key in ABSTRACT_LABELS:
        return False
    return key in BODY_HEADINGS or (line.text.isupper() and sum(map(str.isalpha, line.text)) > 3)
