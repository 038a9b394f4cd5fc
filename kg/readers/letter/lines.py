"""Lines of text, and which of their breaks are the writer's.

Where the text was wrapped, a line break means nothing. A break is *certain* (the writer's) when the next word would still
have fitted into the width of the text, or a blank line follows; any other break may be the wrapper's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.affiliations import fold


@dataclass(slots=True)
class Line:
    """A line of the text with white space folded. ``certain``: the break before it is the writer's; ``blank``: a blank
    line stands before it; ``above``: what stands before it, where it opens a run of the front."""

    number: int
    text: str
    certain: bool = True
    blank: bool = False
    above: str = ""


LONGEST_WIDTH = 200
"""characters; text with a longer line was not wrapped"""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""what no text holds: the control characters but tab and the ends of lines"""
LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    found: list[Line] = []
    blank = False
    for number, raw in enumerate(LINE_END.split(text), 1):
        if folded := fold(raw):
            found.append(Line(number, folded, blank=blank))
            blank = False
        else:
            blank = True
    if len(found) > 4 and sum(line.blank for line in found[1:]) > 0.9 * (len(found) - 1):
        for line in found:
            line.blank = False  # blank lines between all lines part nothing
        return found
    # A line without any blank may be longer than the width: no wrapper can break it.
    width = max((len(line.text) for line in found if " " in line.text), default=0)
    if width > LONGEST_WIDTH:
        return found
    for above, line in pairwise(found):
        word = line.text.partition(" ")[0]
        line.certain = line.blank or len(above.text) + 1 + len(word) <= width
    return found


_BROKEN_WORD = re.compile(r"[^\s\-‐–]-$")
_AFTER_OPEN_HYPHEN = frozenset(("and", "or", "to", "nor", "und", "et", "y"))


def join(lines: Iterable[Line]) -> str:
    """Lines as one text; a blank line parts paragraphs, which are joined by newlines. A word broken at its hyphen is
    made whole ("stem-" "cell"), an open hyphen is not ("short-" "and long-term")."""
    parts: list[str] = []
    for line in lines:
        if not line.text:
            continue
        if parts and line.blank:
            parts.append("\n")
        elif parts and not (_BROKEN_WORD.search(parts[-1][-2:]) and _closes(line.text)):
            parts.append(" ")
        parts.append(line.text)
    return "".join(parts)


def _closes(text: str) -> bool:
    """Whether a text may be the second half of a word that was broken at its hyphen."""
    return text[0].isalnum() and text.partition(" ")[0] not in _AFTER_OPEN_HYPHEN


def runs_of(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines cut at every certain break."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and not line.certain:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs
