"""Lines → what they are: the forms of the header, the sections, and the lines of neither.

A line that begins with a known label starts a section, wherever it stands; an unknown label does so where its break is
certain. A section reaches to the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg import affiliations, dates, identifiers, wording
from kg.affiliations import fold
from kg.readers.letter.forms import (
    COPYRIGHT,
    DATED_LINE,
    DOI_WORD,
    DURATION,
    ISSN_LINE,
    LICENCE_LINE,
    NOISE,
    ONLINE_LINE,
    SITE,
    SPACED,
    JournalLine,
    journal_line,
)
from kg.readers.letter.labels import (
    ABSTRACT,
    BODY_HEADINGS,
    CORRESPONDENCE_TO,
    CORRESPONDING,
    DATED,
    EMAIL_LABEL,
    EQUAL,
    HEADINGS,
    KEYWORDS,
    LABEL,
    LABEL_NOUNS,
    LABELS,
    NO_LABEL,
    NO_LABEL_WORDS,
    NOTE_HEADINGS,
    ONE_LINE,
    PARAGRAPH,
    SUPPORTED,
    is_abstract_label,
    is_article_type,
    kind_of,
    label_key,
)
from kg.readers.letter.lines import Line, join, runs_of
from kg.readers.letter.marks import (
    LEADING_SYMBOLS,
    Label,
    Marked,
    after,
    is_first,
    label_of,
    marked_names,
    plain,
    symbol,
)
from kg.readers.letter.names import is_name


@dataclass(slots=True)
class Block:
    """A section: its kind, its heading as printed, its lines (the first without the label)."""

    kind: str
    heading: str | None
    number: int
    lines: list[Line] = field(default_factory=list)
    mark: str = ""
    """the symbol before a footnote"""
    addressed: bool = field(init=False)
    """whether an @ stands in its lines"""

    def __post_init__(self) -> None:
        self.addressed = any("@" in line.text for line in self.lines)

    def add(self, line: Line) -> None:
        """Take one more line."""
        self.lines.append(line)
        self.addressed = self.addressed or "@" in line.text

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
    journal: JournalLine | None = None
    online: tuple[int, str] | None = None
    doi: tuple[int, str] | None = None
    blocks: list[Block] = field(default_factory=list)
    front: list[Line] = field(default_factory=list)
    noise: list[Line] = field(default_factory=list)
    """lines of the page, not of the article"""


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
        if current is not None and not found.front and line.certain and current.lines and current.kind in _BEFORE_TITLE:
            ended = True
        finished = line.certain or ended or before.endswith((".", "!", "?"))
        if SPACED.fullmatch(line.text):
            line.text = line.text.replace(" ", "")
        if len(line.text) < 150 and (NOISE.match(line.text) or (line.certain and SITE.fullmatch(line.text))):
            found.noise.append(line)
            current, above = None, "header"
            continue
        if (
            current is not None
            and current.kind == "affiliations"
            and current.heading is None
            and (label := label_of(line.text))
            and label.sort != "symbol"
            and not _note(label.rest)
        ):
            current.add(line)
            continue
        listing = finished or (current is not None and current.kind in _SHORT)
        if listing and _starts_affiliations(line, lines[n + 1 : n + 4], found.front):
            current = Block("affiliations", None, line.number, [line])
            found.blocks.append(current)
            continue
        # What no sentence goes on with starts something new, even where the wrapper may have broken the line.
        strong = current is not None and (
            (current.kind in _SHORT and COPYRIGHT.match(line.text) is not None)
            or (_is_doi(line.text) and (current.kind in _SHORT or (current.kind == "abstract" and alone)))
        )
        if line.certain or ended or strong:
            if COPYRIGHT.match(line.text):
                current = Block("copyright", None, line.number, [line])
                found.blocks.append(current)
                continue
            if current is not None and current.kind == "abstract" and _of_abstract(found, line.text):
                current.add(line)  # that of the abstract itself
                continue
            if used := _header(found, line, following, allow_type=ended and (not found.front or alone)):
                skip, current, above = used - 1, None, "header"
                continue
        labelled = _label(line, current, before, alone=alone, titled=bool(found.front))
        if labelled and not found.front and _is_title(labelled, found, current, lines[n : n + 20]):
            labelled = None
        if labelled:
            kind, heading, rest = labelled
            current = Block(kind, heading, line.number, [Line(line.number, rest)] if rest else [], _mark(line.text))
            found.blocks.append(current)
        elif _is_heading(line, current, alone=alone):
            current = Block("note", line.text, line.number)
            found.blocks.append(current)
        elif current is not None and _takes(current, lines[n : n + 40], found.front):
            current.add(line)
        else:
            if current is not None:
                above = "header" if current.kind == "copyright" else "section"
            if above:
                line.above, line.certain = above, True
            current, above = None, ""
            found.front.append(line)
    return found


_TITLE_LIKE = frozenset(("note", "authors", "contributions", "conflict", "ethics", "data-availability", "funding"))
"""kinds of section that a title may seem to begin: "Order of authors: the last may be first" names nobody"""


def _is_title(labelled: tuple[str, str, str], found: Layout, current: Block | None, lines: Sequence[Line]) -> bool:
    """Whether the first of some lines, before which no title stands, begins like a section and is the title all the same:
    it names nobody, and a list of names follows it."""
    kind, heading, rest = labelled
    if kind not in _TITLE_LIKE or not rest or not lines[0].certain or rest.endswith((",", ".")) or _are_names(rest):
        return False
    if current is not None and current.kind not in ONE_LINE and current.kind not in _BEFORE_TITLE | {"copyright"}:
        return False
    runs = runs_of(lines)
    names = join(runs[1]) if len(runs) > 1 else ""
    listed = any(mark in names for mark in ",;*†¹") or " and " in names or any(map(str.isdigit, names))
    if rest[0].islower() and label_key(heading).endswith(("author", "authors", "editor", "editors", "reviewers")):
        listed = " " in names  # "Order of authors: the last may be first" names nobody: one author will do
    titled = any(block.kind == "title" for block in found.blocks)
    return not titled and listed and _are_names(names) and not is_place(names)


def _are_names(text: str) -> bool:
    """Whether a text is a list of names, with marks or without."""
    return len(text) < 5000 and all(is_name(name.name) for name in (marked_names(text) or [Marked()]))


_BEFORE_TITLE = frozenset(("open-access", "citation", "funding", "type"))
"""kinds of section that end with their paragraph where the title and the names are still to come"""
_SHORT = frozenset(("affiliations", "corresponding", "equal", "keywords", "co-first", "co-corresponding", "orcid"))
"""kinds of section that hold no sentence with an address of the web or a copyright sign"""


def _is_doi(text: str) -> bool:
    """Whether a line is a DOI and nothing else."""
    match = DOI_WORD.match(text)
    return match is not None and match.end() == len(text.rstrip("."))


def _of_abstract(found: Layout, text: str) -> bool:
    """Whether a DOI in an abstract is the abstract's own: eLife gave parts of an article numbers behind the article's."""
    match = DOI_WORD.match(text)
    return match is not None and (found.doi is not None or _PART.search(match["doi"]) is not None)


_PART = re.compile(r"10\.7554/elife\.[0-9]{5}\.[0-9]{3}$", re.IGNORECASE)


def _starts_affiliations(line: Line, following: Sequence[Line], front: Sequence[Line]) -> bool:
    """Whether a line is the first of a list of affiliations: labelled as one, and a place, or its label is a mark of names
    in the front."""
    label = label_of(line.text)
    if label is None or not is_first(label) or _note(label.rest):
        return False
    if label.sort == "symbol":
        return any(
            (other := label_of(later.text)) is not None
            and other.sort == "symbol"
            and other.text != label.text
            and not _note(other.rest)
            and is_place(other.rest)
            for later in following
        ) and is_place(label.rest)
    if _is_labelled_place(label, following):
        return True
    if label.sort == "symbol" or not label.rest[:1].isupper() or (len(label.rest) < 12 and label.sort != "letter"):
        return False
    names = plain(" ".join(line.text for line in front[-12:]))
    if label.text == "1":
        return _MARKED_1.search(names) is not None
    # A letter may be a word, and end a name: the line must be one of its own, and two names marked or a single one.
    return line.certain and label.text == "a" and not label.glued and _MARKED_A.search(names[-3000:]) is not None


_MARKED_1 = re.compile(r"[^\W\d_][’'.]? ?1(?=[ ,;*†‡·|&]|$)")
"""a name with the mark 1"""
_MARKED_A = re.compile(r"\b[A-Z][^\W\d_]{0,30}[.’']? a(?=,|;| ?[*†‡]|$| [b-z]\b| and [A-Z]| & [A-Z]| · | \|)")
"""a name with the mark a"""


def _is_labelled_place(label: Label, following: Sequence[Line]) -> bool:
    text = join([Line(0, label.rest), *(Line(0, line.text) for line in following[:2])])[:1500]
    wrapped = bool(following) and not following[0].certain
    return is_place(label.rest) or ((wrapped or "," in label.rest) and is_place(text))


def is_place(text: str) -> bool:
    """Whether a text that no author's name begins is an affiliation: it has an institution, or a city and a country."""
    parts = affiliations.parse(text[:1000])
    return (
        parts.institution is not None
        or parts.department is not None
        or (parts.country_code is not None and ("," in text or parts.city is not None))
    )


def _mark(text: str) -> str:
    """The mark that a footnote begins with."""
    if match := LEADING_SYMBOLS.match(text):
        return symbol(match[0][0])
    label = label_of(text)
    return label.text if label and _note(label.rest) else ""


def _note(text: str) -> bool:
    """Whether a labelled text is a footnote: who contributed equally, whom to write to, where somebody is now."""
    return (
        "@" in text.partition(" ")[0]
        or wording.says_equal(text[:200])
        or CORRESPONDING.match(text) is not None
        or EMAIL_LABEL.match(text) is not None
        or text.casefold().startswith(
            ("present address", "current address", "deceased", "these authors", "lead contact")
        )
    )


_RIGHTS = frozenset(("copyright", "open-access"))
_OF_RIGHTS = re.compile(
    r"licen[sc]e|rights|reserved|copyright|©|publish|distribut|permit|reproduc|attribution|creative ?commons|https?://"
    r"|open.access|in any medium|derivative|credit",
    re.IGNORECASE,
)


def _is_new(block: Block, lines: Sequence[Line]) -> bool:
    """Whether the title follows a statement of rights of which the wrapper, by chance, filled the last line: that ends
    with its sentence, and what comes is no sentence about rights."""
    if not block.lines or not block.lines[-1].text.endswith((".", "reserved")):
        return False
    run = runs_of(lines)[0]
    return not run[-1].text.endswith(".") and not any(_OF_RIGHTS.search(line.text) for line in run)


def _goes_on(block: Block, lines: Sequence[Line]) -> bool:
    """Whether the first of some lines goes on with the last affiliation of a list, though its break seems the writer's (a
    page sets its paragraphs at widths of their own): the next label is still to come, or the country."""
    if lines[0].blank or label_of(lines[0].text):
        return False
    own: list[str] = []
    first = last = label_of(block.lines[0].text) if block.lines else None
    for line in reversed(block.lines[-_LINES_OF_A_PLACE:]):
        own.insert(0, line.text)
        if label := label_of(line.text):
            last = label
            break
    if first is None or last is None or first.sort == "symbol":
        return False
    for line in lines[1:_LINES_OF_A_PLACE]:
        if line.blank:
            break
        if label := label_of(line.text):
            if label.sort == last.sort and _follows(label.text, last.text):
                return True
            break
    place = _INLINE_LABEL.split(" ".join(own)[-1000:])[-1]
    ahead = " ".join(line.text for line in _paragraph(lines[:4]))
    if place.endswith(".") or affiliations.parse(place).country_code is not None:
        return False
    if _POSTCODE.fullmatch(lines[0].text):
        return True
    whole = f"{place} {ahead}"[:1000]
    parts = (whole, _INLINE_LABEL.split(whole, maxsplit=1)[0])
    return any(affiliations.parse(text.rstrip(" ,;.")).country_code for text in parts)


_POSTCODE = re.compile(r"(?=[A-Z -]{0,6}[0-9])[A-Z0-9 -]{3,10}[.,;]?")


def _follows(label: str, other: str) -> bool:
    """Whether a label stands soon after another in a list, in which those between stand within lines."""
    for _ in range(50):
        other = after(other)
        if other == label:
            return True
    return False


def _paragraph(lines: Sequence[Line]) -> Iterator[Line]:
    """The first of some lines, and those behind it to a blank line or one that begins with a known label."""
    for n, line in enumerate(lines):
        if n and (line.blank or LEADING_SYMBOLS.match(line.text) or label_key(line.text.partition(":")[0]) in LABELS):
            return
        yield line


_INLINE_LABEL = re.compile(r"(?<=[.,;] )(?:[0-9]{1,3}|[a-z]) ?(?=[A-Z])|(?<=[.,;] )[¹²³⁴-⁹⁰]{1,3} ?(?=[A-Z])")
"""the label of an affiliation within a paragraph of them"""


_OPEN = (",", ";", " and", " &", " of", " the", " for", " in", " de", " da", " do", " y", " e", "-")
"""how a line of an affiliation ends that is not its last"""
_LINES_OF_A_PLACE = 8
"""lines that one affiliation may take"""
_LINES_OF_NAMES = 1000
"""lines of the front in which a name is looked for: title, authors, affiliations"""


def _is_unfinished(block: Block, lines: Sequence[Line]) -> bool:
    """Whether a statement of rights or a citation goes on, though the break seems the writer's: its
    sentence has not ended, and what follows speaks of rights, or has the DOI."""
    end, text = block.lines[-1].text, lines[0].text
    if block.kind == "copyright" and text.startswith("All rights reserved"):
        return True
    if DOI_WORD.search(end):
        return False
    if block.kind == "citation" and end.endswith("."):
        return (match := DOI_WORD.search(text)) is not None and match.start() > 0
    if end.endswith((".", "reserved")):
        return False
    if block.kind in _RIGHTS:
        return end.endswith((",", " and")) or text[0].islower() or _OF_RIGHTS.search(text) is not None
    return block.kind == "citation" and any(DOI_WORD.search(line.text) for line in _paragraph(lines[:5]))


def _takes(block: Block, lines: Sequence[Line], front: Sequence[Line]) -> bool:
    """Whether a line without a label, the first of some, goes on with a section. ``front``: the lines of the front so
    far."""
    titled, line = bool(front), lines[0]
    if block.kind == "empty":
        return False
    if block.kind == "affiliations" and block.heading is None:
        return not line.certain or block.lines[-1].text.endswith(_OPEN) or _goes_on(block, lines)
    if block.kind == "equal":
        return not line.certain
    if block.kind == "corresponding" and line.certain and is_name(head := line.text.partition(",")[0]):
        near = len(lines) > 1 and "@" in line.text + lines[1].text
        if near or (" " in head and head in " ".join(line.text for line in front[:_LINES_OF_NAMES])):
            return True  # the next person to write to
    if (
        block.kind == "corresponding"
        and block.heading == "Correspondence"
        and block.lines
        and not block.lines[-1].text.endswith(",")
    ):
        return "@" in line.text or not line.certain
    if block.kind == "corresponding" and block.addressed and line.certain:
        return not line.blank and (titled or "@" in line.text) and _reaches(line.text)
    if block.lines and not line.blank and (not titled or block.kind in _RIGHTS) and _is_unfinished(block, lines):
        return True
    if not titled and line.certain and block.lines and block.kind in _BEFORE_TITLE:
        return False  # the title and the names are still to come
    if not titled and not line.certain and block.kind in _RIGHTS and _is_new(block, lines):
        return False
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


_DOI_LINE = re.compile(r"(?:(?:Article )?DOI ?:? ?)?(10\.[0-9]{4,9}/\S{1,250})", re.IGNORECASE)
_TYPE_LINE = re.compile(r"TYPE (?=[A-Z][a-z])")


def _reaches(text: str) -> bool:
    """Whether a line tells how to reach somebody."""
    return "@" in text or re.match(r"(?:tel|phone|fax|e-?mail|orcid)", text, re.IGNORECASE) is not None


def _header(found: Layout, line: Line, following: Line | None, *, allow_type: bool) -> int:
    """How many lines, from this one on, are one of the header's known forms (0: none); they are noted in ``found``."""
    text = line.text
    wrapped = following is not None and (not following.certain or text.endswith(":"))
    longer = f"{text} {following.text}" if following is not None and wrapped else text
    if allow_type and found.type is None and len(text) < 80:
        key = text.casefold().removesuffix("open access").strip(" :")
        if key.endswith("open access peer reviewed"):
            key = key.removesuffix("open access peer reviewed").strip()
        if key in ("open access", "open", "free access", "original"):
            return 1
        if is_article_type(key):
            label = text[: len(key)] if text.casefold().startswith(key) else text
            found.type = label, wording.publication_type(key)
            return 1
        if key == "" and text.casefold() == "open access":
            return 1
    if (match := DOI_WORD.match(text)) and match.end() == len(text.rstrip(".")):
        found.doi = found.doi or (line.number, match["doi"].rstrip("."))
        return 1
    if (match := _DOI_LINE.fullmatch(text)) and identifiers.doi(match[1]):
        found.doi = found.doi or (line.number, match[1])
        return 1
    if ISSN_LINE.match(text) and ":" not in text[:6]:
        found.blocks.append(Block("issn", None, line.number, [line]))
        return 1
    if found.journal is None and len(text) < 300:
        for used, candidate in ((1, text), (2, longer)):
            known = LABEL.match(candidate)
            if (known is None or kind_of(known[1]) is None) and (stated := journal_line(candidate)):
                found.journal = stated
                if stated.doi:
                    found.doi = found.doi or (line.number, stated.doi)
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
    return 0


def _label(line: Line, current: Block | None, before: str, *, alone: bool, titled: bool) -> tuple[str, str, str] | None:
    """(kind, heading, rest of the line) where a line starts a section. ``before`` is the line above, ``alone`` says that
    the break after this line is certain too, ``titled`` that a title may have been read already."""
    text = line.text
    inside = current is not None and current.kind not in ONE_LINE
    finished = line.certain or not inside or before.endswith((".", "!", "?")) or _is_contact(text, current)
    symbols = LEADING_SYMBOLS.match(text)
    if (
        symbols
        and (line.certain or not inside or current is None or current.kind != "abstract")
        and len(text) > symbols.end()
    ):
        text = text[symbols.end() :]
    elif symbols:
        symbols = None
    abstract = current if current is not None and current.kind == "abstract" else None
    if (
        abstract is not None
        and label_key(text.partition(":")[0]) == "funding"
        and any(line.text.startswith(("Interpretation", "INTERPRETATION")) for line in _beginning(abstract))
    ):
        return None  # the last part of an abstract in The Lancet
    heading = LABELS.get(label_key(text)) if alone and len(text) < 60 and not text[0].islower() else None
    if heading in HEADINGS and not (abstract is not None and is_abstract_label(text)):
        return str(heading), text.rstrip(" :："), ""
    if abstract is not None and label_key(text) in _IN_ABSTRACT:
        return None
    if alone and line.certain and len(text) < 40 and label_key(text) in NOTE_HEADINGS and not text[0].islower():
        return "note", text.rstrip(" :："), ""
    if (finished or symbols) and (
        labelled := _unpunctuated(text, current, marked=symbols is not None, certain=line.certain)
    ):
        return labelled
    if finished and SUPPORTED.match(text) and text.startswith("Supported"):
        return "funding", "Supported by", text
    if finished and (match := CORRESPONDENCE_TO.match(text)):
        return "corresponding", "Correspondence to", text[match.end() :]
    match = LABEL.match(text)
    if match is None:
        return None
    label, rest = match[1], text[match.end() :].strip()
    key = label_key(label)
    one_more = key in _IN_ABSTRACT or (kind_of(label) is None and len(key.split()) <= 5)
    if abstract is not None and one_more and any(_is_abstract_label(line.text) for line in _beginning(abstract)):
        return None  # one more part of a structured abstract
    if current is not None and current.kind == "abstract" and is_abstract_label(label):
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
    if current is not None and current.kind == "citation" and not (line.blank or before.endswith(".")):
        return None  # "Sham 12(3): 45" goes on with it
    if current is None or not (titled or (inside and current.kind != "copyright")):
        # Title and authors stand here: "Stem cells: a milestone" is no section, "Biosafety statement: …" is one.
        return ("note", label, rest) if words[-1] in LABEL_NOUNS and len(words) > 1 else None
    if line.certain or not inside:
        return "note", label, rest
    if words[-1] in LABEL_NOUNS and before.endswith((".", "!", "?")):
        return "note", label, rest
    plain = current.kind not in ("abstract", "contributions", "open-access", "citation", "note")
    return ("note", label, rest) if plain and before.endswith((".", "!", "?")) and rest[:1].isupper() else None


def _unpunctuated(text: str, current: Block | None, *, marked: bool, certain: bool) -> tuple[str, str, str] | None:
    """A section that begins with words of its own, with or without a colon; ``marked``: after a symbol, as footnotes."""
    inside = current is not None and current.kind == "abstract" and not (certain and marked)
    if (match := DATED_LINE.match(text)) and kind_of(match["label"]) and (not inside or len(text) < 40):
        return str(kind_of(match["label"])), match["label"], text[match.end() :]
    footnote = text
    if (label := label_of(text)) and _note(label.rest):
        footnote, marked = label.rest, True
        inside = inside and not certain
    labelled = LABEL.match(footnote)
    if labelled and kind_of(labelled[1]) not in (None, "equal", "reach"):
        footnote = ""
    equal = len(footnote) < 400 and not inside and wording.says_equal(footnote[:300])
    if (
        equal
        and (marked or EQUAL.match(footnote) or footnote.rstrip(".").endswith(("equally", "this work")))
        and (current is None or current.kind not in ("contributions", "note"))
    ):
        return "equal", footnote[:60], footnote
    if (match := CORRESPONDING.match(footnote)) and (not inside or (certain and "@" in footnote)):
        rest = footnote[match.end() :]
        if marked or match[0].rstrip().endswith((":", ".", "to", "：")) or "@" in rest or match[0].isupper():
            return "corresponding", match[0].strip(" .:："), rest
    if match := EMAIL_LABEL.match(footnote):
        if current is None or current.kind != "corresponding":
            return "corresponding", "E-mail", footnote[match.end() :]
        return None
    if (
        marked
        and certain
        and is_name(text)
        and not is_place(text)
        and (current is None or current.kind != "affiliations")
    ):
        return "corresponding", "Correspondence", footnote  # "* Ada Doe", her address on the next line
    if certain and _ADDRESS.fullmatch(text) and (current is None or current.kind != "corresponding"):
        return "corresponding", "Correspondence", footnote
    if marked and "@" in footnote and not inside:
        return "corresponding", "Correspondence", footnote
    if (match := KEYWORDS.match(text)) and (match[0][-1:] != " " or _is_list(text[match.end() :])):
        return "keywords", match[0].strip(" :：—–.-"), text[match.end() :]
    if (match := ABSTRACT.match(text)) and (current is None or current.kind != "abstract"):
        return "abstract", match[0].strip(" :：—–.-"), text[match.end() :]
    if (match := _TYPE_LINE.match(text)) and current is None:
        return "type", "TYPE", text[match.end() :]
    within = current is not None and (current.kind == "open-access" or (current.kind == "copyright" and not certain))
    if LICENCE_LINE.match(text) and not within:
        return "open-access", "Open Access", text
    return None


def _is_contact(text: str, current: Block | None) -> bool:
    """Whether a line tells in capitals whom to write to, which no list of keywords goes on with."""
    match = CORRESPONDING.match(text)
    return match is not None and current is not None and current.kind == "keywords" and match[0].rstrip(" :").isupper()


_ADDRESS = re.compile(r"[^\s@]{1,80}@[^\s@]{3,120}")


def _is_list(text: str) -> bool:
    """Whether a text is a list of terms rather than a sentence."""
    return any(mark in text for mark in ",;·•|") or len(text.split()) < 6


_IN_ABSTRACT = frozenset(
    "trial registration|clinical trial registration|clinical trials registration|registration|key message|key messages|"
    "key points|"
    "ethics|ethics approval|level of evidence|clinical trial".split("|")
)
"""labels that end a structured abstract, and are part of it"""


def _beginning(abstract: Block) -> Sequence[Line]:
    """As much of a section as an abstract may have: what looks through all lines for each takes the square of their time."""
    return abstract.lines[:_LINES_OF_AN_ABSTRACT]


_LINES_OF_AN_ABSTRACT = 200


def _is_abstract_label(text: str) -> bool:
    """Whether a line of an abstract is, or begins with, a label."""
    match = LABEL.match(text)
    return is_abstract_label(match[1] if match else text)


_ENDS_ABSTRACT = frozenset(
    "to the editor|introduction|references|footnotes|main text|dear editor|supplementary material|text".split("|")
)


def _is_heading(line: Line, current: Block | None, *, alone: bool) -> bool:
    """Whether a line is the heading of a section of the body: on its own, in capitals or a usual word."""
    if current is None or not (alone and line.certain) or len(line.text) > 80 or line.text[-1] in ".,;:":
        return False
    key = line.text.casefold()
    if current.kind == "keywords" and key not in _ENDS_ABSTRACT:
        return False
    if current.kind == "abstract":
        return (
            bool(current.lines)
            and key in _ENDS_ABSTRACT
            and any(line.text.endswith(".") for line in _beginning(current))
        )
    return key in BODY_HEADINGS or (line.text.isupper() and sum(map(str.isalpha, line.text)) > 3)
