"""Lines of no section → title, author line, affiliation lines.

The affiliation lines are found first, since they repeat names of the author line; that anchors the author line, and the
title is what stands before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg import affiliations
from kg.contributions import name_key
from kg.readers.letter.lines import Line, join, runs_of
from kg.readers.letter.names import SUFFIXES, author_key, is_group, is_name, names_in, split_names
from kg.readers.letter.record import Reading

_AT_MOST_FRONT = 400
"""lines; where the front is longer, the rest of it is no author list"""
_LONGEST_LIST = 100_000
"""characters of an author list"""


@dataclass(slots=True)
class Front:
    """Title, names of the author line, affiliations, and the runs of lines that are none of these."""

    title: list[Line] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    affiliations: list[tuple[int, tuple[int, ...], str]] = field(default_factory=list)
    """(line, author indexes, affiliation)"""
    unplaced: list[list[Line]] = field(default_factory=list)


def read_front(reading: Reading) -> Front:
    """The front of a letter; lines that have no place in it are kept as notes."""
    layout = reading.layout
    lines = layout.front
    start = 0
    if lines and lines[0].above == "section":
        # paragraphs that trail a section, when the front stands after the header further down
        start = next((n for n, line in enumerate(lines) if line.above == "header"), 0)
    known = " ".join(block.paragraph for block in reading.blocks("corresponding"))
    front = _parts(lines[start:], known)
    if start:
        front.unplaced[:0] = runs_of(lines[:start])
    if layout.type is None and front.title and len(front.title) > 1 and len(front.title[0].text.split()) <= 6:
        first, second = front.title[0], front.title[1]
        if first.above == "start" and second.above == "header":
            # an unknown article type: the line above the copyright and journal lines, when a title follows them
            layout.type = first.text, None
            front.title = front.title[1:]
    for run in front.unplaced:
        text, line = join(run), run[0].number
        reading.keep(line, None, text)
        reading.warn("line-not-placed", f"kept as a note, since its place is not known: {text[:200]!r}", line)
    return front


def _parts(lines: Sequence[Line], known: str) -> Front:
    """The lines of the front, told apart. ``known``: text elsewhere in which an author is named in full (the
    corresponding author's)."""
    front = Front()
    if not lines:
        return front
    start = _affiliations_start(lines)
    if start is None:
        runs = runs_of(lines)
        rest = runs[1:]
        front.title = runs[0]
        if (
            rest
            and (names := names_in(join(rest[0])))
            and (len(rest[0]) > 1 or len(names) > 1 or len(names[0].split()) < 6)
        ):
            front.names, rest = names, rest[1:]
        elif len(runs[0]) > 1 and (cut := _list_at_end(runs[0], name_key(known[:2000]))):
            front.title, front.names = runs[0][:cut], names_in(join(runs[0][cut:])) or []
        if front.names and len(rest) == 1 and _is_affiliation(join(rest[0])):
            # one line without names: of all authors
            front.affiliations.append((rest[0][0].number, tuple(range(len(front.names))), join(rest[0])))
            rest = []
        front.unplaced = rest
        return front
    first = _authors_start(lines, start)
    front.title = list(lines[:first])
    front.names = split_names(join(lines[first:start]))
    index: dict[str, int] = {}
    for n, name in enumerate(front.names):
        index.setdefault(author_key(name), n)
    _read_affiliations(front, lines[start:], index)
    return front


def _affiliations_start(lines: Sequence[Line]) -> int | None:
    """The first line that begins with names from the lines before it, and goes on with something else: there the
    affiliations start."""
    before = ""
    for n in range(1, min(len(lines), _AT_MOST_FRONT)):
        before = f"{before} {lines[n - 1].text}"[-20_000:]
        text = join(lines[n : n + 2])
        head, comma, _ = text.partition(",")
        head = head.partition(" and ")[0]
        if not comma or " " not in head or not is_name(head) or name_key(head) not in name_key(before):
            continue
        if lines[n - 1].text.endswith((",", ";", " and")):
            continue
        names = split_names(join(lines[_authors_start(lines, n) : n]))
        index = {author_key(name): 0 for name in names}
        found, rest = _consume(join(lines[n : n + 40]), index)
        if found and rest:
            return n
    return None


def _authors_start(lines: Sequence[Line], end: int) -> int:
    """Where the author line begins that ends before ``lines[end]``."""
    head = author_key(lines[end].text.partition(",")[0].partition(" and ")[0])
    candidate = end - 1
    for first in range(end - 1, max(-1, end - 60), -1):
        joined = join(lines[first:end])
        if len(joined) > _LONGEST_LIST:
            break
        names = split_names(joined)
        like = sum(map(is_name, names))
        # The author of the first affiliation is nearly always the first author: then a name may look odd.
        if names and author_key(names[0]) == head and 4 * like >= 3 * len(names):
            return first
        if like == len(names):
            candidate = first
        if lines[first].certain and first and not lines[first - 1].text.endswith((",", ";", " and")):
            break
    return candidate


def _list_at_end(run: Sequence[Line], known: str) -> int | None:
    """Where a list of names starts that ends a run of lines: of names that are known, or of at least two."""
    best = None
    for first in range(len(run) - 1, max(0, len(run) - 40), -1):
        names = names_in(join(run[first:]))
        if names is None:
            break
        if " " in names[0] and any(name_key(name) in known for name in names):
            return first
        if len(names) > 1 and all(2 <= len(name.split()) <= 5 or is_group(name) for name in names):
            best = first
    return best


def _is_affiliation(text: str) -> bool:
    """Whether a text that no author's name begins is an affiliation: it has an institution, or a city and a country."""
    parts = affiliations.parse(text)
    return parts.institution is not None or (parts.country_code is not None and parts.city is not None)


def _read_affiliations(front: Front, lines: Sequence[Line], index: dict[str, int]) -> None:
    """Each line that begins with authors begins an affiliation of theirs, which the lines after it go on with; once it
    has come to its country, what stands on a line of its own has no place. ``index``: author key → number."""
    logical: list[list[Line]] = []
    closed = False
    for n, line in enumerate(lines):
        previous = logical[-1][-1].text if logical else ""
        head = f"{line.text} {lines[n + 1].text}" if n + 1 < len(lines) and "," not in line.text else line.text
        starts = bool(_consume(head[:3000], index)[0]) and not previous.endswith((",", ";"))
        if starts or not logical:
            logical.append([line])
            closed = False
        elif line.certain and (closed or affiliations.parse(join(logical[-1][-20:])[-1000:]).country_code):
            if closed:
                front.unplaced[-1].append(line)
            else:
                front.unplaced.append([line])
            closed = True
        else:
            (front.unplaced[-1] if closed else logical[-1]).append(line)
    for group in logical:
        text = join(group)
        for piece in _pieces(text, index):
            authors, rest = _consume(piece, index)
            if authors and rest:
                front.affiliations.append((group[0].number, authors, rest))
            else:
                front.unplaced.append([Line(group[0].number, piece)])


def _pieces(text: str, index: dict[str, int]) -> Iterator[str]:
    """``A, B, Dept …; C, Dept …`` → one piece a group of authors; other semicolons stay."""
    piece: list[str] = []
    for part in text.split("; "):
        if piece and _consume(part, index)[0]:
            yield "; ".join(piece)
            piece = []
        piece.append(part)
    yield "; ".join(piece)


def _consume(text: str, index: dict[str, int]) -> tuple[tuple[int, ...], str]:
    """The authors that a text begins with, and what follows them."""
    authors: dict[int, None] = {}
    parts = text.split(",")
    for n, printed in enumerate(parts):
        part = printed.strip().removeprefix("and ")
        if authors and part.casefold().strip(".") in SUFFIXES:
            continue
        if len(part) > 160:
            return tuple(authors), ",".join(parts[n:]).strip()
        whole = _lookup(part, index)
        found = [whole] if whole is not None else [_lookup(name, index) for name in part.split(" and ")]
        known = [author for author in found if author is not None and author not in authors]
        # An author twice: "X Consortium, X Consortium, 1 Long Road …" is the consortium's own address.
        if len(known) != len(found):
            return tuple(authors), ",".join(parts[n:]).strip()
        authors.update(dict.fromkeys(known))
    return tuple(authors), ""


def _lookup(name: str, index: dict[str, int]) -> int | None:
    return index.get(author_key(name)) if name.strip() else None
