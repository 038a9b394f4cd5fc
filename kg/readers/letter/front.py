"""Lines of no section → title, author line, affiliation lines.

The affiliation lines are found first, since they repeat names of the author line; that anchors the author line, and the
title is what stands before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg import affiliations
from kg.contributions import Names, name_key
from kg.model import Author
from kg.readers.letter.layout import Block, is_place
from kg.readers.letter.lines import Line, join, runs_of
from kg.readers.letter.marks import Marked, cut_notes, is_first, label_of, marked_names, plain, split_affiliations
from kg.readers.letter.names import LONGEST_NAME, SUFFIXES, author_key, is_group, is_name, names_in, split_names
from kg.readers.letter.record import Reading
from kg.wording import says_equal

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
    marks: list[tuple[str, ...]] = field(default_factory=list)
    """of each name"""
    footnotes: dict[str, list[int]] = field(default_factory=dict)
    """mark that is no affiliation's → names"""
    orcids: dict[int, str] = field(default_factory=dict)


def read_front(reading: Reading) -> Front:
    """The front of a letter; lines that have no place in it are kept as notes."""
    layout = reading.layout
    lines = layout.front
    start = 0
    if lines and lines[0].above == "section":
        # paragraphs that trail a section, when the front stands after the header further down
        start = next((n for n, line in enumerate(lines) if line.above == "header"), 0)
    known = " ".join(block.paragraph for block in reading.blocks("corresponding"))
    listed = _listed(reading)
    front = None
    if not listed.pieces and _affiliations_start(lines[start:]) is not None:
        front = _parts(lines[start:], known)
        if start:
            front.unplaced[:0] = runs_of(lines[:start])
    if front is None:
        front = _marked_front(reading, lines, listed)
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


# --- fronts whose affiliations are marked -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Listed:
    """A list of affiliations: (label, text, line); ``glued`` says that its letters stand right before the text."""

    pieces: list[tuple[str, str, int]] = field(default_factory=list)
    glued: bool = False

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(label for label, _, _ in self.pieces)


def _listed(reading: Reading) -> _Listed:
    """The labelled affiliations of a text, with what else its lists hold given to the sections where it belongs."""
    found = _Listed()
    front = plain(" ".join(line.text for line in reading.layout.front))
    needed = frozenset(re.findall(r"(?<![0-9-])[0-9]{1,3}(?![0-9])", front[:50_000]))
    for block in reading.blocks("affiliations"):
        texts = [line.text for line in block.lines]
        if not texts:
            continue
        first = label_of(texts[0])
        if first is None or not is_first(first):
            continue
        found.glued = found.glued or (first.sort == "letter" and first.glued)
        wanted = needed - {"0"} if first.sort in ("digit", "raised") else frozenset()
        for label, text in split_affiliations(texts, wanted):
            place, notes = cut_notes(text)
            for note in notes:
                kind = "equal" if says_equal(note) else "corresponding" if "@" in note else "note"
                reading.layout.blocks.append(Block(kind, None, block.number, [Line(block.number, note)]))
            if place:
                found.pieces.append((label, place, block.number))
    return found


def _marked_front(reading: Reading, lines: Sequence[Line], listed: _Listed) -> Front:
    """Title and names, told apart by what author lists look like; affiliations by the marks behind names, in parentheses
    behind the place, or, of a single one, all authors'."""
    front = Front()
    if authors := reading.blocks("authors"):  # "Authors: Ada Doe (1), Bo Roe (2)"
        front.title, names = list(lines), marked_names(authors[0].paragraph, listed.labels, glued=listed.glued)
        _take_names(front, names)
        _place_marked(reading, front, listed, ())
        return front
    if not lines:
        return front
    segments: list[list[Line]] = []
    for line in lines:
        if segments and not line.above:
            segments[-1].append(line)
        else:
            segments.append([line])
    kinds = ("corresponding", "citation", "contributions", "copyright", "equal", "co-first", "orcid")
    evidence = name_key(" ".join(block.paragraph for block in reading.layout.blocks if block.kind in kinds)[:20_000])
    best: tuple[_List, int] | None = None
    for number, segment in enumerate(segments):
        found = _best_list(segment, 0 if number else 1, listed, evidence)
        if found and (best is None or found.worth > best[0].worth):
            best = found, number
    if best is None:
        front.title = segments[0]
        front.unplaced = segments[1:]
        return front
    (worth, first, last, names), number = best
    segment = segments[number]
    if worth < 1:
        message = f"taken for the authors with little confidence ({worth:.2f}): {join(segment[first:last])[:200]!r}"
        reading.warn("authors-unsure", message, segment[first].number)
    front.title = segment[:first]
    used = {number}
    if not front.title and number:
        front.title = segments[number - 1]
        used.add(number - 1)
    _take_names(front, names)
    for n, other in enumerate(segments):
        if n not in used:
            front.unplaced.append(other)
    rest = segment[last:]
    _place_marked(reading, front, listed, rest)
    return front


class _List(NamedTuple):
    """Lines that may be the author list: how much they look like one, the first of them, the one behind them, their names."""

    worth: float
    first: int
    last: int
    names: list[Marked]


def _best_list(segment: Sequence[Line], start: int, listed: _Listed, evidence: str) -> _List | None:
    """The lines that look most like the author list, from a line on; None where none do."""

    def judged(first: int, last: int) -> _List:
        names = marked_names(join(segment[first:last]), listed.labels, glued=listed.glued)
        worth = _worth(names, listed.labels, evidence)
        if worth and first and segment[first].certain:
            worth += 0.3
        return _List(worth, first, last, names)

    best: _List | None = None
    around: _List | None = None  # the last that was worth something
    for first in range(start, min(len(segment), _AT_MOST_FRONT)):
        line, above = segment[first], segment[first - 1].text if first else ""
        if first and not line.certain and above.endswith((",", ";", " and", "&", "|", "·")):
            continue
        if first and _runs_on(above, line.text, evidence):
            continue
        # The end of a list is worth less than the list, unless what it begins with is no name.
        if around and first < around.last and judged(first, around.last).worth <= around.worth:
            continue
        found: _List | None = None
        for last in _ends(segment, first):
            tried = judged(first, last)
            if found is None or tried.worth > found.worth:
                found = tried
            if _is_hopeless(tried) or tried.worth < found.worth - _TOO_MUCH_LESS:
                break
        if found and found.worth > 0:
            around = found
            if found.worth >= 0.2 and (best is None or found.worth > best.worth):
                best = found
    return best


_TOO_MUCH_LESS = 6.0
"""so much worth no lines that follow bring back: that of five names"""


def _is_hopeless(tried: _List) -> bool:
    """Whether lines are no author list, whatever follows: they name nobody, or their first name is none and no word more
    makes it one."""
    if not tried.names:
        return True
    first = tried.names[0]
    return (len(tried.names) > 1 or len(first.words) > LONGEST_NAME) and not is_name(first.name)


def _runs_on(above: str, text: str, evidence: str) -> bool:
    """Whether a line goes on with the line above in a text that is printed a second time, as a citation repeats the
    title: no list of names begins there."""
    end, start = above.split()[-3:], text.split()[:2]
    return len(start) > 1 and len(key := name_key(" ".join(end + start))) > 16 and key in evidence


def _take_names(front: Front, names: Sequence[Marked]) -> None:
    front.names = [name.name for name in names]
    front.orcids = {n: name.orcid for n, name in enumerate(names) if name.orcid}
    front.marks = [tuple(name.marks) for name in names]


def _ends(segment: Sequence[Line], first: int) -> Iterator[int]:
    """Where a list of names that begins on a line may end: at certain breaks, the nearest first."""
    for last in range(first + 1, min(len(segment), first + 60)):
        if segment[last].certain:
            yield last
    if len(segment) - first <= 60:
        yield len(segment)


def _worth(names: Sequence[Marked], labels: frozenset[str], evidence: str) -> float:
    """How much a list of names looks like the author list; 0 or less: not at all."""
    odd = sum(not is_name(name.name) for name in names)
    if not names or (odd and (len(names) < 4 or odd * 4 > len(names) or not is_name(names[0].name))):
        return -odd
    if not any(name.marks for name in names) and any(map(_is_unit, names)) and _ends_in_country(names):
        return 0
    total = 0.0
    tied = sum(not labels.isdisjoint(name.marks) for name in names) if labels else 0
    for name in names:
        size = len(name.words)
        key = name_key(name.name)
        total += 0.25 if 2 <= size <= 5 or is_group(name.name) else 0.05
        bound = bool(labels) and not labels.isdisjoint(name.marks)
        total += 1.0 if bound else 0.4 if name.marks else 0.0
        if not bound and all(map(str.isalnum, name.marks)) and 2 * tied >= len(names) and not is_group(name.name):
            total -= 0.8 if not name.marks else 1.2  # words of the title, perhaps
        elif key and key in evidence:
            total += 1.0
        elif size > 1 and len(last := name_key(name.words[-1])) > 2 and last in evidence:
            total += 0.5
        if not is_name(name.name) or (size > 5 and not is_group(name.name)):
            total -= 1.5
    return total


def _is_unit(name: Marked) -> bool:
    """Whether a name is rather that of an institution or of a part of one."""
    parts = affiliations.parse(name.name)
    return not is_group(name.name) and (parts.institution is not None or parts.department is not None)


def _ends_in_country(names: Sequence[Marked]) -> bool:
    return affiliations.parse(", ".join(name.name for name in names[-8:])).country_code is not None


def _place_marked(reading: Reading, front: Front, listed: _Listed, rest: Sequence[Line]) -> None:
    """The affiliations with their authors."""
    everybody = tuple(range(len(front.names)))
    if listed.pieces:
        unused = set(listed.labels)
        for label, text, line in listed.pieces:
            people = tuple(n for n, marks in enumerate(front.marks) if label in marks)
            if people:
                unused.discard(label)
            elif len(listed.pieces) == 1 and not any(marks for marks in front.marks):
                people = everybody
            front.affiliations.append((line, people, text))
            if not people:
                message = f"no author bears the mark {label!r} of this affiliation: {text[:150]!r}"
                reading.warn("affiliation-without-author", message, line)
        for n, marks in enumerate(front.marks):
            for mark in marks:
                if mark.isalnum() and mark not in listed.labels:
                    front.footnotes.setdefault(mark, []).append(n)
        if rest:
            front.unplaced.append(list(rest))
        return
    names = Names([Author(name, " ".join(name.split()[:-1]) or None, name.split()[-1]) for name in front.names])
    for block in reading.blocks("affiliations"):
        _read_headed(reading, front, block, names)
    for run in list(front.unplaced):  # "Sham University, Rome, Italy (A Doe MD, B Roe PhD); …", as The Lancet has it
        if not front.affiliations and len(names.find(text := join(run))) > 1 and _PEOPLE_AT_END.search(text):
            front.unplaced.remove(run)
            _read_headed(reading, front, Block("affiliations", None, run[0].number, run), names)
    if not front.affiliations and rest:
        runs = runs_of(rest)
        if len(runs) == 1 and is_place(join(runs[0])):
            front.affiliations.append((runs[0][0].number, everybody, join(runs[0])))
            return
    if rest:
        front.unplaced.extend(runs_of(rest))


_TITLES = re.compile(r"\b(?:Prof|Dr|Mr|Mrs|Ms|Professor)\.? ")
_PEOPLE_AT_END = re.compile(r" ?\((?P<people>[^()]{2,2000})\)[.;, ]{0,3}(?=$|[^\s])")


def _read_headed(reading: Reading, front: Front, block: Block, names: Names) -> None:
    """ "Author Affiliations: Dept of Sham, Rome (Doe, Roe); Other Dept (Poe)": each place with its authors behind it; or
    each place on a line and its authors on the next."""
    text = block.paragraph
    at = 0
    families: dict[str, list[int]] = {}
    for n, name in enumerate(front.names):
        for words in range(1, min(4, len(name.split()))):
            families.setdefault(name_key(" ".join(name.split()[-words:])), []).append(n)
    for match in _PEOPLE_AT_END.finditer(text):
        people: list[int] = []
        known = 0
        parts = [name.name for name in marked_names(_TITLES.sub("", match["people"]))]
        for part in parts:
            index = names.index(part)
            found = [index] if index is not None else families.get(name_key(part), [])
            known += bool(found)
            people += found if len(found) == 1 else []
            if len(found) > 1:
                message = f"several authors are called {part!r}: the place behind which it stands is nobody's"
                reading.warn("author-ambiguous", message, block.number)
        if known and known * 2 >= len(parts):
            place = text[at : match.start()].strip(" ;.,")
            front.affiliations.append((block.number, tuple(dict.fromkeys(people)), place.removeprefix("and ")))
            at = match.end()
    if at == 0 and block.lines:
        place_lines: list[Line] = []
        for line in block.lines:
            people = [mention.author for mention in names.find(line.text)]
            if place_lines and people and names_in(line.text) and len(people) >= len(names_in(line.text) or ()):
                front.affiliations.append((place_lines[0].number, tuple(dict.fromkeys(people)), join(place_lines)))
                place_lines = []
            else:
                place_lines.append(line)
        if place_lines and not front.affiliations:
            front.affiliations.append((block.number, tuple(range(len(front.names))), text))
        elif place_lines:
            front.unplaced.append(place_lines)
    elif text[at:].strip(" .;"):
        front.unplaced.append([Line(block.number, text[at:].strip(" ;"))])


# --- fronts whose affiliations begin with their authors ---------------------------------------------------------------


def _parts(lines: Sequence[Line], known: str) -> Front:
    """The lines of the front where each affiliation begins with its authors. ``known``: text elsewhere in which an author
    is named in full (the corresponding author's)."""
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
        if front.names and len(rest) == 1 and is_place(join(rest[0])):
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
    ended = False
    for first in range(end - 1, max(-1, end - 60), -1):
        if ended and author_key(lines[first].text.partition(",")[0].partition(" and ")[0] or "-") != head:
            continue
        joined = join(lines[first:end])
        if len(joined) > _LONGEST_LIST:
            break
        names = split_names(joined)
        like = sum(map(is_name, names))
        # The author of the first affiliation is nearly always the first author: then a name may look odd.
        if names and author_key(names[0]) == head and 4 * like >= 3 * len(names):
            return first
        if like == len(names) and not ended:
            candidate = first
        # Above, only a line that begins with that author can be the first: a page may set its names at a width of their own.
        ended = ended or (lines[first].certain and first > 0 and not lines[first - 1].text.endswith((",", ";", " and")))
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
