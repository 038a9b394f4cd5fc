"""Publisher's plain text of an article's front matter (letters, editorials, reviews …), as Baishideng lays it out.

There is no specification; the layout is: article type, copyright line, journal line ("World J Stem Cells. Jul 26, 2025;
17(7): 106856"), publication line with DOI, title, authors, one line an affiliation that begins with its authors, then
sections that begin with a label ("Received:", "Keywords:", "Supported by …") in any order. Everything may be missing or
wrapped. How the text is read:

1. **Lines.** Where the text was wrapped, a line break means nothing. A break is *certain* (the writer's) when the next
   word would still have fitted into the width of the text, or a blank line follows; any other break may be the wrapper's.
2. **Sections.** A line that begins with a known label starts a section, wherever it stands; an unknown label does so where
   its break is certain. A section reaches to the next one.
3. **Front.** What belongs to no section is title, authors and affiliations. The affiliation lines are found first, since
   they repeat names of the author line; that anchors the author line, and the title is what stands before.

What finds no place is kept as a note and named in a warning: nothing is dropped, nothing is guessed silently.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import BinaryIO

from kg import affiliations, contributions, dates, identifiers
from kg.affiliations import fold
from kg.contributions import Names, name_key
from kg.errors import InputError
from kg.model import (
    Abstract,
    AbstractSection,
    Article,
    Author,
    ConflictOfInterest,
    Correspondence,
    Credit,
    Date,
    Event,
    EventKind,
    Grant,
    Item,
    Journal,
    Keyword,
    PublicationType,
    Rejected,
    Rights,
    Statement,
    Text,
    Warned,
)

DESCRIPTION = "plain text of an article's front matter, as publishers print it (letters, editorials, reviews)"
DELIVERS = (
    "article type", "copyright", "journal, volume, issue, pages", "dates", "DOI", "title", "authors with ORCID",
    "affiliations", "contributions and CRediT roles", "conflict of interest", "open-access statement and licence",
    "funding",
    "corresponding authors", "processing time", "abstract", "keywords", "core tip", "every other section as a note",
)  # fmt: skip


# === what the words of the layout mean ================================================================================

_TYPES: dict[str, str | None] = {
    "letter to the editor": "D016422", "letters to the editor": "D016422", "letter": "D016422", "letters": "D016422",
    "correspondence": "D016422", "reply": None, "editorial": "D016421", "editorials": "D016421",
    "guest editorial": "D016421",
    "review": "D016454", "reviews": "D016454", "review article": "D016454", "minireviews": "D016454",
    "minireview": "D016454",
    "mini-review": "D016454", "mini review": "D016454", "opinion review": "D016454", "opinion reviews": "D016454",
    "scoping review": None, "scoping reviews": None,
    "systematic review": "D000078182", "systematic reviews": "D000078182", "meta-analysis": "D017418",
    "meta-analyses": "D017418",
    "network meta-analysis": None, "case report": "D002363", "case reports": "D002363",
    "case series": None,
    "clinical trials study": "D016430", "clinical trial": "D016430", "clinical trials": "D016430",
    "randomized controlled trial": "D016449", "randomised controlled trial": "D016449",
    "randomized clinical trial": "D016449",
    "observational study": "D064888", "multicenter study": "D016448", "comparative study": "D003160",
    "evaluation study": "D023362", "validation study": "D023361", "twin study": "D018486", "comment": "D016420",
    "commentary": "D016420", "guideline": "D016431", "guidelines": "D016431", "practice guideline": "D017065",
    "correction": "D016425", "erratum": "D016425", "corrigendum": "D016425", "retraction": "D016440",
    "retraction note": "D016440",
    "retraction notice": "D016440", "expression of concern": "D000075742", "biography": "D019215",
    "historical article": "D016456", "original article": None, "original articles": None, "brief article": None,
    "basic study": None, "basic research": None, "clinical research": None, "clinical and translational research": None,
    "retrospective study": None, "retrospective cohort study": None, "prospective study": None, "cohort study": None,
    "case control study": None, "case-control study": None, "cross-sectional study": None,
    "clinical practice study": None,
    "field of vision": None, "frontier": None, "topic highlight": None, "therapeutics advances": None,
    "perspective": None,
    "therapeutic and diagnostic guidelines": None, "evidence-based medicine": None, "evidence review": None,
    "scientometrics": None, "rapid communication": None, "brief report": None, "short communication": None,
    "viewpoint": None,
    "expert consensus": None, "diagnostic advances": None, "surgical procedures": None,
    "autobiography of editorial board members": None,
    "hypothesis": None, "research report": None, "research article": None, "experimental study": None,
    "translational research": None,
}  # fmt: skip
"""article types as printed, folded → MeSH publication type, None where MeSH has none that says the same"""

_ONE_LINE = frozenset(
    ("received", "revised", "accepted", "published", "available", "processing", "doi", "type", "issn", "dated-note")
)
_PARAGRAPH = frozenset(
    ("keywords", "core-tip", "conflict", "corresponding", "orcid", "citation", "funding", "open-access")
)
_DATED: dict[str, EventKind] = {
    "received": "received", "revised": "revised", "accepted": "accepted", "published": "issued",
    "available": "available",
}  # fmt: skip

_LABELS: dict[str, str] = {
    label: kind
    for kind, labels in {
        "contributions": "author contributions|authors contributions|contributions|author contribution|contributors|"
        "contributorship statement|credit authorship contribution statement|author contribution statement",
        "conflict": "conflict of interest statement|conflicts of interest statement|conflict of interest|"
        "conflicts of interest|"
        "competing interests|competing interest|declaration of competing interest|declaration of interests|"
        "disclosure|disclosures",
        "open-access": "open access|open access statement",
        "funding": "supported by|funding|financial support|grant support|funding statement|funding sources|"
        "funding information",
        "corresponding": "corresponding author|corresponding authors|correspondence to|correspondence",
        "co-corresponding": "co corresponding author|co corresponding authors",
        "co-first": "co first author|co first authors",
        "received": "received|received date|date received",
        "revised": "revised|received in revised form|revision received|revised date",
        "accepted": "accepted|accepted date|date accepted",
        "available": "published online|available online|published online date|first published online",
        "published": "published|publication date|issue date",
        "processing": "processing time",
        "abstract": "abstract|summary",
        "keywords": "keywords|key words|keyword",
        "core-tip": "core tip",
        "citation": "citation|cite this article|how to cite|how to cite this article|please cite",
        "orcid": "orcid number|orcid numbers|orcid|orcids|orcid id|author orcid",
        "ethics": "ethics statement|ethics approval|ethical approval|informed consent|institutional review board",
        "data-availability": "data sharing|data availability|availability of data and materials|"
        "data availability statement",
        "acknowledgements": "acknowledgements|acknowledgments|acknowledgement|acknowledgment",
        "abbreviations": "abbreviations|abbreviation",
        "type": "article type|manuscript type|publication type",
        "journal-title": "name of journal|journal name",
        "doi": "doi",
        "issn": "issn",
        "title": "title|article title",
        "dated-note": "peer review started|first decision|article in press|published in issue",
        "reach": "telephone|tel|fax|e mail|email|phone",
        "note": "p reviewer|p reviewers|s editor|l editor|p editor|e editor|manuscript source|peer review model|"
        "specialty type|country territory of origin|country of origin|peer review report s classification|"
        "peer review report s scientific quality classification|scientific quality|scientific significance|novelty|"
        "creativity or innovation|provenance and peer review|"
        "corresponding author s membership in professional societies|"
        "supportive foundations|manuscript no|manuscript number|first author|url|open peer review|"
        "clinical trial registration|"
        "trial registration|animal care|animal studies|biostatistics|footnotes|references|reference|reviewer|editor|"
        "academic editor|handling editor|invited manuscript",
    }.items()
    for label in labels.split("|")
}  # fmt: skip
"""label, folded to lower case without punctuation → kind of section"""

_HEADINGS = frozenset(("abstract", "keywords", "core-tip", "contributions", "acknowledgements", "conflict", "orcid",
"funding",
                       "abbreviations", "data-availability", "corresponding"))  # fmt: skip
"""kinds whose label may stand alone on its line, without a colon"""

_ABSTRACT_LABELS = frozenset(
    "background aim aims objective objectives purpose introduction methods method materials and methods patients and methods "
    "results result findings conclusion conclusions discussion interpretation case summary case presentation context design "
    "setting participants patients interventions main outcome measures significance importance background & aims".split(" ")
) | {
    "materials and methods", "patients and methods", "case summary", "case presentation", "main outcome measures",
    "background and aims", "background & aims", "background/aims", "results and conclusion", "study design",
    "data sources",
    "trial registration", "clinical trial registration", "lessons learned", "case description",
    "diagnosis and treatment",
}  # fmt: skip

_LABEL_NOUNS = frozenset(
    "statement checklist source number numbers editor reviewer reviewers registration decision type origin contributions "
    "authors author classification model support acknowledgements societies guidelines approval consent "
    "availability press".split()
)
_NO_LABEL = frozenset("see note e mail http https www tel fax available from url i e namely eg note that".split())
_NO_LABEL_WORDS = frozenset("is are was were be been has have had we this these that our it they can may will".split())
_LABEL = re.compile(r"([^\W\d_a-zß-öø-ÿ][^:：]{1,79}?) ?[:：](?: |$)")
_SUPPORTED = re.compile(r"(?:This (?:work|study|research) was )?[Ss]upported(?: in part)? by\b")
_CORRESPONDENCE_TO = re.compile(r"Correspondence to:? ", re.IGNORECASE)
_LABEL_WORD = re.compile(r"[^\W_]+")

# === the lines that are known by their form ===========================================================================

_COPYRIGHT = re.compile(r"(?:Copyright ?(?:©|\([Cc]\)|[12][0-9]{3})|©|\([Cc]\) ?[12][0-9]{3})")
_DAY = r"[A-Z][a-z]{2,8}\.? [0-9]{1,2}, ?[0-9]{4}"
_JOURNAL_LINE = re.compile(
    rf"(?P<name>[^\W\d_][^;:]{{1,150}}?)(?:\. ?|, | )(?P<date>{_DAY}|[0-9]{{4}} [A-Z][a-z]{{2,8}}\.?(?: [0-9]{{1,2}})?"
    r"|[A-Z][a-z]{2,8}\.? [0-9]{4}|[0-9]{4}) ?; ?(?P<volume>[A-Za-z0-9]{1,12}) ?(?:\((?P<issue>[^()]{1,40})\))? ?: ?"
    r"(?P<pages>[A-Za-z]{0,4}[0-9][A-Za-z0-9.]{0,20}(?: ?[-–] ?[A-Za-z]{0,4}[0-9][A-Za-z0-9.]{0,20})?)\.?",
)
_ONLINE_LINE = re.compile(
    rf"Published online (?P<date>{_DAY}|[0-9]{{1,2}} [A-Z][a-z]{{2,8}}\.? [0-9]{{4}}|"
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\.?"
)
_ISSN_LINE = re.compile(r"(?:ISSN |e?ISSN )[0-9]{4}-[0-9]{3}[0-9Xx]\b")
_ISSN = re.compile(
    r"(?:\b(?P<print>p?ISSN)|(?P<online>eISSN))?:? ?(?P<issn>[0-9]{4}-[0-9]{3}[0-9Xx])\b ?\(?(?P<medium>\w{5,10})?"
)
_DOI_WORD = re.compile(r"(?:doi: ?|https?://(?:dx\.)?doi\.org/)(?P<doi>10\.[^\s]{1,250})", re.IGNORECASE)
_DATE_LABEL = re.compile(
    r"(?:^|[ ;,.|/])(?P<label>Received in revised form|Received|Revised|Accepted|Published online|Available online|"
    r"Published"
    r"|Peer-review started|First decision|Article in press|Processing time) ?[:：] ?"
)


# === lines ============================================================================================================


@dataclass(slots=True)
class _Line:
    """A line of the text with white space folded. ``certain``: the break before it is the writer's; ``blank``: a blank
    line stands before it; ``above``: what stands before it, where it opens a run of the front."""

    number: int
    text: str
    certain: bool = True
    blank: bool = False
    above: str = ""


@dataclass(slots=True)
class _Block:
    """A section: its kind, its heading as printed, its lines (the first without the label)."""

    kind: str
    heading: str | None
    number: int
    lines: list[_Line] = field(default_factory=list)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    blank = False
    for number, raw in enumerate(_LINE_END.split(text), 1):
        if folded := fold(raw):
            found.append(_Line(number, folded, blank=blank))
            blank = False
        else:
            blank = True
    # A line without any blank may be longer than the width: no wrapper can break it.
    width = max((len(line.text) for line in found if " " in line.text), default=0)
    for above, line in pairwise(found):
        word = line.text.partition(" ")[0]
        line.certain = line.blank or len(above.text) + 1 + len(word) <= width
    return found


_BROKEN_WORD = re.compile(r"[^\s\-‐–]-$")
_AFTER_OPEN_HYPHEN = frozenset(("and", "or", "to", "nor", "und", "et", "y"))


def _join(lines: Iterable[_Line]) -> str:
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
    return text[0].isalnum() and text.partition(" ")[0] not in _AFTER_OPEN_HYPHEN


def _flat(block: _Block) -> str:
    """The text of a section as one paragraph."""
    return fold(_join(block.lines))


# === 2. sections ======================================================================================================


@dataclass(slots=True)
class _Found:
    """What the scan makes of the lines: the forms of the header, the sections, and the lines of neither."""

    type: tuple[str, str | None] | None = None
    journal: re.Match[str] | None = None
    online: tuple[int, str] | None = None
    doi: tuple[int, str] | None = None
    blocks: list[_Block] = field(default_factory=list)
    front: list[_Line] = field(default_factory=list)


def _label_key(label: str) -> str:
    return " ".join(_LABEL_WORD.findall(label.casefold().replace("'", "").replace("’", "")))


def _kind(label: str) -> str | None:
    """The kind of section that a label names, None for one that is not known."""
    key = _label_key(label)
    if kind := _LABELS.get(key):
        return kind
    if not key.endswith((" statement", " checklist", " guidelines", " statements")) or len(key) > 80:
        return None
    if any(word in key for word in ("review board", "ethic", "consent", "animal", "irb ", "iacuc")):
        return "ethics"
    if "data" in key:
        return "data-availability"
    if "conflict" in key or "competing" in key:
        return "conflict"
    return "note"


def _label(
    line: _Line, current: _Block | None, before: str, *, alone: bool, titled: bool
) -> tuple[str, str, str] | None:
    """(kind, heading, rest of the line) where a line starts a section. ``before`` is the line above, ``alone`` says that
    the break after this line is certain too, ``titled`` that a title may have been read already."""
    text = line.text
    inside = current is not None and current.kind not in _ONE_LINE
    finished = line.certain or not inside or before.endswith((".", "!", "?"))
    if alone and len(text) < 40 and not text[0].islower() and (kind := _LABELS.get(_label_key(text))) in _HEADINGS:
        return str(kind), text.rstrip(" :："), ""
    if finished and _SUPPORTED.match(text) and text.startswith("Supported"):
        return "funding", "Supported by", text
    if finished and (match := _CORRESPONDENCE_TO.match(text)):
        return "corresponding", "Correspondence to", text[match.end() :]
    match = _LABEL.match(text)
    if match is None:
        return None
    label, rest = match[1], text[match.end() :].strip()
    key = _label_key(label)
    if current is not None and current.kind == "abstract" and key in _ABSTRACT_LABELS:
        return None
    kind = _kind(label)
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
    if "," in label or "." in label.rstrip(".") or not words or len(words) > 8 or words[0] in _NO_LABEL:
        return None
    if not _NO_LABEL_WORDS.isdisjoint(words) or (current is not None and not current.lines):
        return None  # a sentence with a colon; the first line under a heading
    if current is None or not (titled or (inside and current.kind != "copyright")):
        # Title and authors stand here: "Stem cells: a milestone" is no section, "Biosafety statement: …" is one.
        return ("note", label, rest) if words[-1] in _LABEL_NOUNS and len(words) > 1 else None
    if line.certain or not inside:
        return "note", label, rest
    if words[-1] in _LABEL_NOUNS and before.endswith((".", "!", "?")):
        return "note", label, rest
    plain = current.kind not in ("abstract", "contributions", "open-access", "citation", "note")
    return ("note", label, rest) if plain and before.endswith((".", "!", "?")) and rest[:1].isupper() else None


_BODY_HEADINGS = frozenset(
    ("to the editor", "introduction", "discussion", "conclusion", "conclusions", "references", "footnotes", "results",
     "methods", "materials and methods", "case presentation", "main text", "dear editor")
)  # fmt: skip


def _is_heading(line: _Line, current: _Block | None, *, alone: bool) -> bool:
    """Whether a line is the heading of a section of the body: on its own, in capitals or a usual word."""
    if current is None or not (alone and line.certain) or len(line.text) > 80 or line.text[-1] in ".,;:":
        return False
    key = line.text.casefold()
    if current.kind == "abstract" and key in _ABSTRACT_LABELS:
        return False
    return key in _BODY_HEADINGS or (line.text.isupper() and sum(map(str.isalpha, line.text)) > 3)


def _complete(block: _Block) -> bool:
    """Whether a section of one line has all that it needs."""
    text = _flat(block)
    if block.kind == "copyright":
        return text.endswith("reserved.")
    if block.kind in _DATED or block.kind == "dated-note":
        return dates.parse(text) is not None
    if block.kind == "processing":
        return _DURATION.match(text) is not None and text[-5:].casefold().rstrip(".").endswith("hours")
    return bool(text)


def _scan(lines: Sequence[_Line]) -> _Found:
    found = _Found()
    current: _Block | None = None
    above = "start"
    skip = 0
    for n, line in enumerate(lines):
        if skip:
            skip -= 1
            continue
        following = lines[n + 1] if n + 1 < len(lines) else None
        before = lines[n - 1].text if n else ""
        alone = following is None or following.certain
        ended = current is None or current.kind in _ONE_LINE or current.kind == "copyright"
        if line.certain or ended:
            if _COPYRIGHT.match(line.text):
                current = _Block("copyright", None, line.number, [line])
                found.blocks.append(current)
                continue
            if used := _header(found, line, following, allow_type=ended and (not found.front or alone)):
                skip, current, above = used - 1, None, "header"
                continue
        if labelled := _label(line, current, before, alone=alone, titled=bool(found.front)):
            kind, heading, rest = labelled
            current = _Block(kind, heading, line.number, [_Line(line.number, rest)] if rest else [])
            found.blocks.append(current)
        elif _is_heading(line, current, alone=alone):
            current = _Block("note", line.text, line.number)
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


def _takes(block: _Block, line: _Line) -> bool:
    """Whether a line without a label goes on with a section."""
    if block.kind in _ONE_LINE or block.kind == "copyright":
        return not block.lines or not (line.certain or _complete(block))
    return not (block.kind in _PARAGRAPH and line.blank and block.lines)


def _header(found: _Found, line: _Line, following: _Line | None, *, allow_type: bool) -> int:
    """How many lines, from this one on, are one of the header's known forms (0: none); they are noted in ``found``."""
    text = line.text
    wrapped = following is not None and (not following.certain or text.endswith(":"))
    longer = f"{text} {following.text}" if following is not None and wrapped else text
    if allow_type and found.type is None and len(text) < 80:
        key = text.casefold().removesuffix("open access").strip(" :")
        if key in _TYPES:
            label = text[: len(key)] if text.casefold().startswith(key) else text
            found.type = label, _TYPES[key]
            return 1
        if key == "" and text.casefold() == "open access":
            return 1
    if _ISSN_LINE.match(text) and ":" not in text[:6]:
        found.blocks.append(_Block("issn", None, line.number, [line]))
        return 1
    if found.journal is None and len(text) < 300 and ";" in longer:
        for used, candidate in ((1, text), (2, longer)):
            if len(candidate) < 400 and (match := _JOURNAL_LINE.fullmatch(candidate)):
                found.journal = match
                return used
    if found.online is None and (match := _ONLINE_LINE.match(text) or _ONLINE_LINE.match(longer)):
        found.online = line.number, match["date"]
        used = 1 if match.end() <= len(text) else 2
        rest = (text if used == 1 else longer)[match.end() :].strip()
        if (
            used == 1
            and longer != text
            and (rest.casefold() == "doi:" or longer[len(text) :].casefold().startswith(" doi:"))
        ):
            used, rest = 2, longer[match.end() :].strip()
        if doi := _DOI_WORD.search(rest):
            found.doi = found.doi or (line.number, doi["doi"])
        return used
    if len(text) < 300 and (match := _DOI_WORD.fullmatch(text)):
        found.doi = found.doi or (line.number, match["doi"])
        return 1
    return 0


# === 3. front: title, authors, affiliations ===========================================================================

_AT_MOST_FRONT = 400
"""lines; where the front is longer, the rest of it is no author list"""
_LONGEST_LIST = 100_000
"""characters of an author list"""
_GROUP_WORDS = frozenset(
    "group groups consortium consortia collaboration collaborators collaborative network investigators investigator "
    "committee "
    "team society association initiative force party study project registry alliance federation panel trialists council "
    "foundation academy program programme center centre institute university".split()
)
_PARTICLES = frozenset(
    "de del della di da das do dos du la le lo van von der den ter ten zu zum zur af av bin ibn al el ben bint y e i dela "
    "vom dal degli of the and for".split()
)
_FAMILY_PARTICLES = _PARTICLES - {"of", "the", "and", "for", "y", "e", "i"}
_PRINTED_PARTICLES = frozenset("De Del Della Di Da Dos Du Von".split())
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "2nd", "3rd"))
_ON_BEHALF = re.compile(r"(?:^|[ ,])(?:on behalf of|for and on behalf of)(?: (?:the|all))? ", re.IGNORECASE)
_ENDS_IN_INITIAL = re.compile(r"(?:\b[A-Z]|[JS]r)\.$")
_FOR_GROUP = re.compile(r"^for (?:the )?", re.IGNORECASE)


def _is_group(name: str) -> bool:
    return any(word.casefold().strip("()") in _GROUP_WORDS for word in name.split()[1:])


def _is_name(name: str) -> bool:
    """Whether a string can be the name of a person or a group: few words, in capitals but for particles, no digits."""
    words = name.split()
    if not words or len(name) > 120 or any(char.isdigit() or char in ":;!?/@[]=%" for char in name):
        return False
    if _is_group(name):
        return len(words) <= 14
    if len(words) > 7 or any(word.startswith("(") != word.endswith(")") for word in words):
        return False
    return all(not word[0].islower() or word in _PARTICLES or "'" in word or "-" in word for word in words)


def _split_names(line: str) -> list[str]:
    """The names of an author line, in order; ``Jr`` and the like stay with their name."""
    line = _ON_BEHALF.sub(", ", line.strip(" ,;"))
    if not _ENDS_IN_INITIAL.search(line[-4:]):
        line = line.rstrip(" .")
    separator = ";" if line.count(";") > line.count(",") else ","
    found: list[str] = []
    for part in line.split(separator):
        name = part.strip().removeprefix("and ").strip()
        if not name:
            continue
        if found and name.casefold().strip(".") in _SUFFIXES:
            found[-1] = f"{found[-1]}, {name}"
            continue
        found.extend(_cut_joints(name) if len(name) <= 400 else [name])
    return [name for name in (_FOR_GROUP.sub("", n) if n.casefold().startswith("for ") else n for n in found) if name]


def _cut_joints(name: str) -> Iterator[str]:
    """``A B and C D for the E Study Group`` → A B, C D, E Study Group; a group's own "and" stays ("Diabetes and Obesity
    Study Group")."""
    for joint in (" for the ", " and ", " & "):
        left, found, right = name.partition(joint)
        if not found or min(len(left.split()), len(right.split())) < 2:
            continue
        apart = _is_group(right) if joint == " for the " else not _is_group(left) or _is_name(right)
        if apart:
            yield from _cut_joints(left.strip())
            yield from _cut_joints(right.strip())
            return
    yield name


def _names_in(text: str) -> list[str] | None:
    """The names of a text that is nothing but a list of names, else None."""
    names = _split_names(text)
    return names if names and all(map(_is_name, names)) else None


@dataclass(slots=True)
class _Front:
    title: list[_Line] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    affiliations: list[tuple[int, tuple[int, ...], str]] = field(default_factory=list)
    """(line, author indexes, affiliation)"""
    unplaced: list[list[_Line]] = field(default_factory=list)


def _front(lines: Sequence[_Line], known: str) -> _Front:
    """``known``: text elsewhere in which an author is named in full (the corresponding author's)."""
    front = _Front()
    if not lines:
        return front
    start = _affiliations_start(lines)
    if start is None:
        runs = _runs(lines)
        rest = runs[1:]
        front.title = runs[0]
        if (
            rest
            and (names := _names_in(_join(rest[0])))
            and (len(rest[0]) > 1 or len(names) > 1 or len(names[0].split()) < 6)
        ):
            front.names, rest = names, rest[1:]
        elif len(runs[0]) > 1 and (cut := _list_at_end(runs[0], name_key(known[:2000]))):
            front.title, front.names = runs[0][:cut], _names_in(_join(runs[0][cut:])) or []
        if front.names and len(rest) == 1 and _is_affiliation(_join(rest[0])):
            # one line without names: of all authors
            front.affiliations.append((rest[0][0].number, tuple(range(len(front.names))), _join(rest[0])))
            rest = []
        front.unplaced = rest
        return front
    first = _authors_start(lines, start)
    front.title = list(lines[:first])
    front.names = _split_names(_join(lines[first:start]))
    index: dict[str, int] = {}
    for n, name in enumerate(front.names):
        index.setdefault(_author_key(name), n)
    _read_affiliations(front, lines[start:], index)
    return front


def _runs(lines: Sequence[_Line]) -> list[list[_Line]]:
    """The lines cut at every certain break."""
    runs: list[list[_Line]] = []
    for line in lines:
        if runs and not line.certain:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _author_key(name: str) -> str:
    words = name.split()
    return name_key(name[4:] if words[0].casefold() == "the" and len(words) > 1 else name)


def _affiliations_start(lines: Sequence[_Line]) -> int | None:
    """The first line that begins with names from the lines before it, and goes on with something else: there the
    affiliations start."""
    before = ""
    for n in range(1, min(len(lines), _AT_MOST_FRONT)):
        before = f"{before} {lines[n - 1].text}"[-20_000:]
        text = _join(lines[n : n + 2])
        head, comma, _ = text.partition(",")
        head = head.partition(" and ")[0]
        if not comma or " " not in head or not _is_name(head) or name_key(head) not in name_key(before):
            continue
        if lines[n - 1].text.endswith((",", ";", " and")):
            continue
        names = _split_names(_join(lines[_authors_start(lines, n) : n]))
        index = {_author_key(name): 0 for name in names}
        found, rest = _consume(_join(lines[n : n + 40]), index)
        if found and rest:
            return n
    return None


def _authors_start(lines: Sequence[_Line], end: int) -> int:
    """Where the author line begins that ends before ``lines[end]``."""
    head = _author_key(lines[end].text.partition(",")[0].partition(" and ")[0])
    candidate = end - 1
    for first in range(end - 1, max(-1, end - 60), -1):
        joined = _join(lines[first:end])
        if len(joined) > _LONGEST_LIST:
            break
        names = _split_names(joined)
        like = sum(map(_is_name, names))
        # The author of the first affiliation is nearly always the first author: then a name may look odd.
        if names and _author_key(names[0]) == head and 4 * like >= 3 * len(names):
            return first
        if like == len(names):
            candidate = first
        if lines[first].certain and first and not lines[first - 1].text.endswith((",", ";", " and")):
            break
    return candidate


def _list_at_end(run: Sequence[_Line], known: str) -> int | None:
    """Where a list of names starts that ends a run of lines: of names that are known, or of at least two."""
    best = None
    for first in range(len(run) - 1, max(0, len(run) - 40), -1):
        names = _names_in(_join(run[first:]))
        if names is None:
            break
        if " " in names[0] and any(name_key(name) in known for name in names):
            return first
        if len(names) > 1 and all(2 <= len(name.split()) <= 5 or _is_group(name) for name in names):
            best = first
    return best


def _is_affiliation(text: str) -> bool:
    parts = affiliations.parse(text)
    return parts.institution is not None or (parts.country_code is not None and parts.city is not None)


def _read_affiliations(front: _Front, lines: Sequence[_Line], index: dict[str, int]) -> None:
    logical: list[list[_Line]] = []
    closed = False
    for n, line in enumerate(lines):
        previous = logical[-1][-1].text if logical else ""
        head = f"{line.text} {lines[n + 1].text}" if n + 1 < len(lines) and "," not in line.text else line.text
        starts = bool(_consume(head[:3000], index)[0]) and not previous.endswith((",", ";"))
        if starts or not logical:
            logical.append([line])
            closed = False
        elif line.certain and (closed or affiliations.parse(_join(logical[-1][-20:])[-1000:]).country_code):
            if closed:
                front.unplaced[-1].append(line)
            else:
                front.unplaced.append([line])
            closed = True
        else:
            (front.unplaced[-1] if closed else logical[-1]).append(line)
    for group in logical:
        text = _join(group)
        for piece in _pieces(text, index):
            authors, rest = _consume(piece, index)
            if authors and rest:
                front.affiliations.append((group[0].number, authors, rest))
            else:
                front.unplaced.append([_Line(group[0].number, piece)])


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
        if authors and part.casefold().strip(".") in _SUFFIXES:
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
    return index.get(_author_key(name)) if name.strip() else None


# === authors ==========================================================================================================


def _author(name: str, evidence: str) -> Author:
    """A name as printed, parted in given and family name: by the short form that the text itself uses ("De la Cruz M"),
    else before the last word and the particles that belong to it."""
    if _is_group(name):
        return Author(name, is_group=True)
    bare, suffix = name, None
    head, _, last = name.replace(",", " ").rpartition(" ")
    if last.casefold().strip(".") in _SUFFIXES and len(head.split()) > 1:
        bare, suffix = fold(head), last
    printed = fold(f"{bare} {suffix}") if suffix else bare
    words = bare.split()
    if len(words) == 1:
        return Author(printed, family=bare)
    cut = len(words) - 1
    while cut > 1 and (words[cut - 1] in _FAMILY_PARTICLES or words[cut - 1] in _PRINTED_PARTICLES):
        cut -= 1
    if evidence and not _short_form(words, cut, evidence):
        cut = next((c for c in range(len(words) - 1, 0, -1) if _short_form(words, c, evidence)), cut)
    return Author(printed, " ".join(words[:cut]), " ".join(words[cut:]), suffix)


def _short_form(words: Sequence[str], cut: int, evidence: str) -> bool:
    letters = contributions.initials(" ".join(words[:cut]))
    return f" {_plain(' '.join(words[cut:]))} {letters} ".casefold() in evidence


def _evidence(blocks: Iterable[_Block]) -> str:
    """The text in which authors go by family name and initials, so that ``" Kumar D "`` can be looked for."""
    texts = [
        _flat(block) for block in blocks if block.kind in ("contributions", "citation", "co-first", "co-corresponding")
    ]
    return f" {' '.join(map(_plain, texts))} ".casefold() if texts else ""


def _plain(text: str) -> str:
    """Words parted by single blanks, without punctuation but hyphens."""
    return " ".join(_NOT_IN_NAMES.sub(" ", text).split())


_NOT_IN_NAMES = re.compile(r"[^\w-]")


# === sections with a meaning ==========================================================================================

_RANK_NOUNS = frozenset(
    "professor lecturer doctor physician surgeon director researcher scientist fellow chief head chair chairman chairperson "
    "dean consultant associate assistant academic reader president specialist registrar nurse pharmacist investigator "
    "instructor "
    "student teacher engineer editor statistician resident technician emeritus scholar psychologist dietitian manager"
    .split()
)  # fmt: skip
_DEGREES = frozenset(
    "md phd mbbs mbchb mbbch ms msc bsc bm mm mmed mph mba dm mch dnb dsc dphil pharmd rn dds dmd dvm bpharm mpharm "
    "bmed psyd "
    "edd drph jd llm bn msn dnp do bchir mrcp mrcs mdphd ma ba bs mhsc meng beng dr bds mds mhs mpt dpt bcs mbchir habil "
    "drmed cand mdhabil ccfp agaf mchir scd dmsc mphil bmbs bmbch med ccst esd fasge facg facp facs frcp frcs".split()
)
_FELLOWSHIP = re.compile(r"F[A-Z]{2,7}(?: ?\([A-Za-z .]{1,30}\))?|[A-Z]{2,6} ?\([A-Za-z .]{1,30}\)")
_HONORIFIC = re.compile(r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms)\.? ){1,2}")
_REACH = re.compile(r"\b(?:Telephone|Tel|Phone|Fax|E-?mails?|Emails?)\b ?[:.]", re.IGNORECASE)
_DURATION = re.compile(
    r"([0-9]{1,5}) ?days?(?:,? and ([0-9]{1,3}(?:\.[0-9]{1,3})?) ?hours?)?", re.IGNORECASE | re.ASCII
)
_ORCID_LIKE = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?([0-9]{4}[-‐–]?[0-9]{4}[-‐–]?[0-9]{4}[-‐–]?[0-9]{3}[0-9Xx])", re.ASCII
)
_HOLDER = re.compile(
    r"(?:Copyright ?)?(?:©|\([Cc]\))? ?(?:(?P<first>[12][0-9]{3})\b[,.]? ?)?(?:by )?(?P<holder>[^.©]{0,150}?)"
    r"(?: (?P<last>[12][0-9]{3}))?(?:[.,;]|$)",
    re.ASCII,
)
_PUBLISHER = re.compile(r"Published by (.{2,150}?)(?:\. (?=[A-Z])|\.?$)")
_NO_CONFLICT = re.compile(
    r"\bno (?:\w+[ -]){0,4}(?:conflict|competing|financial|disclosure|interest)|\bnothing to (?:disclose|declare)|"
    r"\bnone\b"
    r"|\bnot (?:have|declare) any\b|\bno disclosures\b|\bwithout (?:any )?(?:conflict|competing)",
    re.IGNORECASE,
)
_SOME_CONFLICT = re.compile(
    r"\breceiv\w{2,4}\b[^.;]{0,60}\b(?:fees?|honorari\w+|grants?|funding|support|payments?|royalties)\b|"
    r"\b(?:consultant|adviser|advisor|"
    r"speaker|employee|shareholder|stockholder) (?:for|of|to|at|in)\b|\badvisory board|\bowns? (?:stock|shares)|"
    r"\bis employed by\b"
    r"|\bpatent\b|\bspeakers?[’']? bureau",
    re.IGNORECASE,
)
_GRANT_NUMBER = re.compile(
    r"(?:\((?:\w+ ){0,2})?\b(?:(?:grants?|awards?|projects?|contracts?)\.?,? (?=No|Nos|number|#|ID))?(?:No|Nos|"
    r"numbers?|ID)\b\.?[: ]{0,2}#?",
    re.IGNORECASE,
)
_GRANT_CODE = re.compile(r"(?=[^\s,;]{0,40}[0-9])[^\W_][^\s,;()]{1,40}")
_NO_FUNDING = re.compile(r"\b(?:no|not|none|without)\b", re.IGNORECASE)
_FUNDER_LEAD = re.compile(
    r"(?:(?:This (?:work|study|research) was )?supported(?: in part)? by|funded by|partially|(?:a |"
    r"the )?(?:research )?(?:grants?|funds?)"
    r" (?:from|of|by)|and|by|from|the|in part)\b[ ,:]{0,2}",
    re.IGNORECASE,
)


def _emails(text: str) -> tuple[list[str], list[str]]:
    """The addresses of a text, and what holds an @ but is none."""
    good = identifiers.emails(text)
    bad = [
        word
        for word in text.split()
        if "@" in word and not identifiers.emails(word) and not any(address in word for address in good)
    ]
    return good, bad


def _correspondents(text: str, authors: Sequence[Author], names: Names) -> Iterator[Correspondence]:
    """One or several people with degree, rank, address and e-mail in one text."""
    starts = [0]
    for mention in names.find(text):
        lead = text[max(0, mention.start - 4) : mention.start]
        if mention.start and text[mention.end : mention.end + 1] == "," and not lead.endswith("and "):
            previous = text[: mention.start].rstrip().rpartition(" ")[2]
            if "@" in previous or previous.endswith(";"):
                starts.append(mention.start)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end].strip().rstrip(";").rstrip()
        if piece:
            yield from _correspondent(piece, authors, names)


_NOBODY: tuple[tuple[str | None, int | None], ...] = ((None, None),)


def _correspondent(text: str, authors: Sequence[Author], names: Names) -> Iterator[Correspondence]:
    emails, _ = _emails(text)
    body = text
    if "@" in body:
        at = body.index("@")
        body = body[: max(body.rfind(char, 0, at) for char in " ;:,(<") + 1]
    if reach := _REACH.search(body):
        body = body[: reach.start()]
    body = body.strip(" ,;:(<")
    parts = [part.strip() for part in body.split(",") if part.strip()]
    if not parts:
        yield Correspondence(None, emails=tuple(emails), text=text)
        return
    people: list[tuple[str | None, int | None]] = []
    for name in parts[0].split(" and ") if len(parts[0]) < 200 else []:
        bare = _HONORIFIC.sub("", name.strip(), count=1)
        index = names.index(bare)
        if index is not None:
            people.append((authors[index].name, index))
        elif _is_name(bare) and 1 < len(bare.split()) < 6 and not affiliations.parse(bare).department:
            people.append((bare, None))
    degrees: list[str] = []
    ranks: list[str] = []
    rest = parts[1:] if people else parts
    while rest:
        bare = rest[0].strip(". ")
        words = bare.split()
        if not ranks and (
            name_key(bare) in _DEGREES or _FELLOWSHIP.fullmatch(bare) or bare.casefold().strip(".") in _SUFFIXES
        ):
            if bare.casefold().strip(".") not in _SUFFIXES:
                degrees.append(rest[0])
        elif len(words) <= 5 and (
            words[-1].casefold() in _RANK_NOUNS or words[-1].casefold().endswith(("ologist", "ician"))
        ):
            ranks.append(rest[0])
        else:
            break
        rest = rest[1:]
    address = affiliations.parse(_address(", ".join(rest))) if rest else None
    for person, index in people or _NOBODY:
        yield Correspondence(
            person, index, ", ".join(degrees) or None, ", ".join(ranks) or None, address,
            tuple(emails) if len(people) < 2 else _own_emails(person, emails, len(people)), text,
        )  # fmt: skip


def _address(text: str) -> str:
    """Without the full stop before the e-mail, but with that of "U.S.A."."""
    return text if re.search(r"\.[A-Z]\.$", text[-6:]) else text.rstrip(" .")


def _own_emails(name: str | None, emails: Sequence[str], people: int) -> tuple[str, ...]:
    """Of addresses that several people share a line with, those that bear the person's name; all where that decides
    nothing."""
    words = [name_key(word) for word in (name or "").split() if len(name_key(word)) > 2]
    own = [email for email in emails if any(word in name_key(email.partition("@")[0]) for word in words)]
    return tuple(own) if own and len(own) * people <= max(len(emails), people) else tuple(emails)


def _grants(text: str) -> Iterator[Grant]:
    """The grants of a funding line: ``Funder, No. 1 and No. 2; and Other Funder, No. 3``."""
    if _NO_FUNDING.search(text[:80]) and not any(char.isdigit() for char in text):
        return
    for piece in text.split(";"):
        funder: str | None = None
        end = 0
        numbers = list(_GRANT_NUMBER.finditer(piece))
        found = False
        for match in numbers:
            if match.start() < end:
                continue
            funder = _funder(piece[end : match.start()]) or funder
            codes, end = _codes(piece, match.end())
            for code in codes:
                found = True
                yield Grant(code, funder, text=_grant_text(piece))
        if not found and (funder := _funder(piece)) and sum(map(str.isalpha, funder)) > 2:
            yield Grant(None, funder if len(funder) <= 200 and _is_funder(funder) else None, text=_grant_text(piece))


def _grant_text(piece: str) -> str:
    return piece.strip(" .,").removeprefix("and ")


def _is_funder(name: str) -> bool:
    """Whether a funder's name is one: begins with a capital and is no sentence."""
    return name[:1].isupper() and len(name.split()) <= 20 and ". " not in name


def _codes(text: str, start: int) -> tuple[list[str], int]:
    """The grant numbers that follow ``No.``, joined by commas or "and", and where they end."""
    codes: list[str] = []
    end = start
    while match := _GRANT_CODE.match(text, end + len(text[end : end + 6]) - len(_after_joint(text[end : end + 6]))):
        codes.append(match[0].rstrip("."))
        end = match.end()
    return codes, end


def _after_joint(text: str) -> str:
    rest = text.lstrip(" ,:")
    for joint in ("and ", "& "):
        rest = rest.removeprefix(joint)
    return rest.lstrip(" #")


def _funder(text: str) -> str | None:
    text = text.strip(" ,.()")
    while match := _FUNDER_LEAD.match(text):
        text = text[match.end() :].strip(" ,")
    return text.strip(" ,.(") or None


def _declares(text: str) -> bool | None:
    if _SOME_CONFLICT.search(_NO_CONFLICT.sub("", text)):
        return True
    return False if _NO_CONFLICT.search(text) else None


def _keywords(block: _Block) -> Iterator[Keyword]:
    text = _flat(block).rstrip(".")
    lines = block.lines
    if ";" in text or "；" in text:
        parts = re.split("[;；]", text)
    elif "," in text or len(lines) < 3:
        parts = text.split(",")
    else:
        parts = [line.text for line in lines]  # one a line
    for part in dict.fromkeys(filter(None, (part.strip(" .") for part in parts))):
        yield Keyword(part, "en")


def _abstract(block: _Block) -> Abstract | None:
    """The abstract in its labelled parts: a label stands alone on its line, or in capitals or before a colon."""
    sections: list[tuple[str | None, list[_Line]]] = [(None, [])]
    for line in block.lines:
        label, rest = _abstract_label(line)
        if label is None:
            sections[-1][1].append(line)
        else:
            sections.append((label, [_Line(line.number, rest)] if rest else []))
    parts = tuple(AbstractSection(text, label) for label, lines in sections if (text := _join(lines)))
    return Abstract(parts, "en") if parts else None


def _abstract_label(line: _Line) -> tuple[str | None, str]:
    text = line.text
    if text.rstrip(" :").casefold() in _ABSTRACT_LABELS and (text.isupper() or line.certain):
        return text.rstrip(" :"), ""
    if (
        (match := _LABEL.match(text))
        and match[1].casefold() in _ABSTRACT_LABELS
        and (line.certain or match[1].isupper())
    ):
        return match[1], text[match.end() :].strip()
    words = text.split(" ", 4)
    for size in range(min(4, len(words) - 1), 0, -1):
        label = " ".join(words[:size])
        if label.isupper() and label.casefold() in _ABSTRACT_LABELS and not words[size].isupper():
            return label, text[len(label) :].strip()
    return None, text


# === the record =======================================================================================================

_ORDER = ("contributions", "conflict", "ethics", "data-availability", "open-access", "funding", "acknowledgements",
"core-tip",
          "abbreviations")  # fmt: skip


LONGEST = 8 << 20
"""the longest text that is read, in bytes"""


def sniff(head: bytes) -> bool:
    """Whether the first bytes are plain text with the front matter of an article: an article type, or two known labels."""
    if head.startswith((b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"\xff\xfe", b"\xfe\xff")):
        return False
    text = head.decode("utf-8", errors="replace").removeprefix("\ufeff")
    if len(_CONTROL.findall(text)) > 2 + len(text) // 100 or not text.strip():
        return False
    lines = [line for raw in _LINE_END.split(text)[:400] if (line := fold(raw))]
    if not lines or _OTHER_START.match(lines[0]) or any(map(_OTHER_LINE.match, lines[:20])):
        return False
    known: set[str] = set()
    for line in lines:
        if _JOURNAL_LINE.fullmatch(line[:400]) or _ONLINE_LINE.match(line):
            known.add("journal" if ";" in line else "online")
        elif _COPYRIGHT.match(line):
            known.add("copyright")
        elif _SUPPORTED.match(line):
            known.add("funding")
        elif line.rstrip(":").casefold() in ("abstract", "keywords", "key words", "core tip"):
            known.add(_label_key(line))
        elif (match := _LABEL.match(line)) and (kind := _kind(match[1])) and kind not in ("note", "title", "reach"):
            known.add(kind)
    typed = lines[0].casefold() in _TYPES
    return len(known) >= 2 or (typed and (bool(known) or " " in lines[0]))


_OTHER_START = re.compile(
    r"[<{\[@%]|#!|---$|[A-Z][A-Z0-9]{1,3} {0,2}- ?|FN |PREFIX |format-version:|[0-9]{1,6}[.:] |[0-9]{1,9}\|[ta]\|"
    r"|[\"']?[A-Za-z_]+[\"']?(?:,[\"']?[A-Za-z_]+[\"']?){2,}$"
)
_OTHER_LINE = re.compile(r"PMID- |TY {2}- |Author information:|PMID: ?[0-9]|@prefix |<\?xml")
"""how MEDLINE, RIS, BibTeX, RDF, JSON, CSV, OBO, PubTator and PubMed's own text begin, or show within their first lines"""


def read(stream: BinaryIO) -> Iterator[Item]:
    """The one article of a file.

    Raises:
        InputError: the file is empty, not UTF-8, or longer than :data:`LONGEST`.
    """
    data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise InputError("too-long", f"the text is longer than {LONGEST >> 20} MB, which no article is; split it")
    try:
        text = data.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            "not-utf-8",
            f"byte {error.start} (line {line}) is not UTF-8: {data[error.start : error.start + 4]!r}; save the text as UTF-8",
            line=line,
            byte=error.start,
        ) from None
    if not text.strip():
        raise InputError("empty", "the file is empty")
    warnings: list[tuple[str, str, int | None]] = []
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        count = len(_CONTROL.findall(text))
        warnings.append(
            ("control-character", f"{count} control character(s) removed, the first is U+{ord(control[0]):04X}", line)
        )
        text = _CONTROL.sub(lambda match: " " if match[0] in "\x0b\x0c" else "", text)
    lines = _lines(text)
    if not lines:
        raise InputError("empty", "the file holds nothing but control characters")
    yield from _Record(_scan(lines), lines[0].number, warnings).items()


class _Record:
    """One letter on its way from sections to an :class:`Article`."""

    def __init__(self, found: _Found, line: int, warnings: list[tuple[str, str, int | None]]):
        self.found = found
        self.line = line
        self.warnings = warnings
        self.notes: list[tuple[int, str | None, str]] = []

    def warn(self, rule: str, message: str, line: int | None) -> None:
        self.warnings.append((rule, message[:500], line))

    def all(self, kind: str) -> list[_Block]:
        return [block for block in self.found.blocks if block.kind == kind]

    def items(self) -> Iterator[Item]:
        article = self.article()
        record = article.record
        for rule, message, line in sorted(self.warnings, key=lambda w: (w[2] or 0, w[0], w[1])):
            yield Warned(record, rule, message, line)
        if article.title is None and article.doi is None:
            yield Rejected(record, "no-title-or-doi", "neither a title nor a DOI was found in this text", self.line)
        else:
            yield article

    def article(self) -> Article:
        found = self.found
        front = self.front()
        authors = self.orcids([_author(name, _evidence(found.blocks)) for name in front.names])
        names = Names(authors)
        places: dict[str, int] = {}
        of_author: list[list[int]] = [[] for _ in authors]
        for _, people, text in front.affiliations:
            place = places.setdefault(text, len(places))
            for person in people:
                if place not in of_author[person]:
                    of_author[person].append(place)
        authors = [replace(author, affiliations=tuple(of_author[n])) for n, author in enumerate(authors)]
        credits, equals = self.contributions(authors, names)
        doi = self.doi()
        events = self.events()
        journal, volume, issue, first_page, last_page, elocation = self.journal()
        title = _join(front.title).replace("\n", " ")
        for block in self.all("title"):
            if title:
                self.note(block)
            title = title or _flat(block)
        return Article(
            record=f"doi {doi}" if doi else "record 1",
            reader="letter",
            line=self.line,
            doi=doi,
            title=Text(title, "en") if title else None,
            languages=("en",),
            publication_types=self.types(),
            journal=journal,
            volume=volume,
            issue=issue,
            first_page=first_page,
            last_page=last_page,
            elocation=elocation,
            events=events,
            authors=tuple(authors),
            affiliations=tuple(map(affiliations.parse, places)),
            correspondence=self.correspondence(authors, names),
            equal_contributors=equals,
            credits=credits,
            abstract=self.abstract(),
            keywords=tuple(dict.fromkeys(k for block in self.all("keywords") for k in _keywords(block))),
            conflict=self.conflict(),
            grants=self.grants(),
            rights=self.rights(),
            processing_time=self.processing(events),
            citation=next((text for block in self.all("citation") if (text := _flat(block))), None),
            statements=self.statements(),
        )

    # --- front ---

    def front(self) -> _Front:
        lines = self.found.front
        start = 0
        if lines and lines[0].above == "section":
            # paragraphs that trail a section, when the front stands after the header further down
            start = next((n for n, line in enumerate(lines) if line.above == "header"), 0)
        known = " ".join(_flat(block) for block in self.all("corresponding"))
        front = _front(lines[start:], known)
        if start:
            front.unplaced[:0] = _runs(lines[:start])
        if self.found.type is None and front.title and len(front.title) > 1 and len(front.title[0].text.split()) <= 6:
            first, second = front.title[0], front.title[1]
            if first.above == "start" and second.above == "header":
                # an unknown article type: the line above the copyright and journal lines, when a title follows them
                self.found.type = first.text, None
                front.title = front.title[1:]
        for run in front.unplaced:
            text = _join(run)
            self.notes.append((run[0].number, None, text))
            self.warn("line-not-placed", f"kept as a note, since its place is not known: {text[:200]!r}", run[0].number)
        return front

    def orcids(self, authors: list[Author]) -> list[Author]:
        names = Names(authors)
        for block in self.all("orcid"):
            text = _flat(block)
            end, whole = 0, True
            for match in _ORCID_LIKE.finditer(text):
                name = text[end : match.start()].strip(" ():;,.-")
                end = match.end()
                index = names.index(name)
                orcid = identifiers.orcid(re.sub("[‐–]", "-", match[1]))
                if orcid is None:
                    self.warn(
                        "orcid-invalid", f"not an ORCID iD (its check digit fails): {match[1]} of {name}", block.number
                    )
                elif index is None:
                    self.warn("orcid-without-author", f"{orcid} stands with {name!r}, who is no author", block.number)
                else:
                    authors[index] = replace(authors[index], orcid=orcid)
                    continue
                whole = False
            if not whole or end == 0 or sum(map(str.isalpha, text[end:])) > 3:
                self.note(block)
        return authors

    # --- who did what ---

    def contributions(
        self, authors: Sequence[Author], names: Names
    ) -> tuple[tuple[Credit, ...], tuple[tuple[int, ...], ...]]:
        credits: dict[tuple[int, str], Credit] = {}
        equals: dict[tuple[int, ...], None] = {}
        for block in self.all("contributions"):
            given, equal = contributions.read(_join(block.lines), authors, names)
            for credit in given:
                credits.setdefault((credit.author, credit.role), credit)
            equals.update(dict.fromkeys(equal))
        for block in self.all("co-first"):
            people = tuple(dict.fromkeys(m.author for m in names.find(_flat(block))))
            if len(people) > 1:
                equals[people] = None
        for _, heading, text in self.notes:
            if heading is None:
                equals.update(dict.fromkeys(contributions.read(text, authors, names)[1]))
        return tuple(credits.values()), tuple(equals)

    def correspondence(self, authors: Sequence[Author], names: Names) -> tuple[Correspondence, ...]:
        people: list[Correspondence] = []
        for block in self.all("corresponding"):
            text = _flat(block)
            for word in dict.fromkeys(_emails(text)[1]):
                self.warn("email-invalid", f"not an e-mail address: {word[:100]}", block.number)
            people += _correspondents(text, authors, names)
        known = {person.author for person in people}
        for block in self.all("co-corresponding"):
            for mention in names.find(_flat(block)):
                if mention.author not in known:
                    known.add(mention.author)
                    people.append(Correspondence(authors[mention.author].name, mention.author, text=_flat(block)))
        return tuple(people)

    # --- where and when ---

    def doi(self) -> str | None:
        printed: list[tuple[int, str]] = [self.found.doi] if self.found.doi else []
        for block in self.all("doi"):
            printed.append((block.number, _flat(block)))
        for block in self.all("citation"):
            if not printed and (match := _DOI_WORD.search(_flat(block))):
                printed.append((block.number, match["doi"].rstrip("]).,;")))
        good: list[str] = []
        for line, text in printed:
            doi = identifiers.doi(text.rstrip(".,;]"))
            if doi is None:
                self.warn("doi-invalid", f"not a DOI: {text[:200]!r}", line)
                self.notes.append((line, "doi", text))
            elif doi not in good:
                good.append(doi)
                if len(good) > 1:
                    self.warn("doi-differs", f"{doi} is not {good[0]}, which stands first", line)
                    self.notes.append((line, "doi", text))
        return good[0] if good else None

    def journal(self) -> tuple[Journal | None, str | None, str | None, str | None, str | None, str | None]:
        match = self.found.journal
        title = next((text for block in self.all("journal-title") if (text := _flat(block))), None)
        copyright_text = next((_flat(block) for block in self.all("copyright")), "")
        publisher = _PUBLISHER.search(copyright_text)
        name = publisher[1] if publisher else None
        if name and name.endswith((" Inc", " Ltd", " Co", " Corp")) and f"{name}." in copyright_text:
            name += "."
        issn: dict[str, str] = {}
        for block in self.all("issn"):
            text = _flat(block)
            for found in _ISSN.finditer(text):
                online = found["online"] or (found["medium"] or "").casefold() in ("online", "electronic")
                if checked := identifiers.issn(found["issn"]):
                    issn.setdefault("eissn" if online else "issn", checked)
                else:
                    self.warn("issn-invalid", f"not an ISSN (its check digit fails): {found['issn']}", block.number)
                    self.note(block)
        abbreviation = match["name"].strip(" .") if match else None
        journal = None
        if title or abbreviation or issn:
            journal = Journal(title, abbreviation, issn=issn.get("issn"), eissn=issn.get("eissn"), publisher=name)
        if match is None:
            return journal, None, None, None, None, None
        first, dash, last = re.sub(" ?[-–] ?", "-", match["pages"]).partition("-")
        if dash:
            return journal, match["volume"], match["issue"], first, last, None
        if len(first) >= 5 or not first.isdigit():
            return journal, match["volume"], match["issue"], None, None, first
        return journal, match["volume"], match["issue"], first, None, None

    def events(self) -> tuple[Event, ...]:
        dated: list[tuple[EventKind, str, int]] = []
        if self.found.journal:
            dated.append(("issued", self.found.journal["date"], self.line))
        if self.found.online:
            dated.append(("available", self.found.online[1], self.found.online[0]))
        for block in self.found.blocks:
            if block.kind in _DATED:
                dated += self.dated(block)
        events: list[Event] = []
        for kind, printed, line in dated:
            date = dates.parse(printed)
            if date is None:
                self.warn("date-invalid", f"no date can be read from {printed[:80]!r} ({kind})", line)
            event = Event(kind, date, None if date else printed)
            earlier = [other.date for other in events if other.kind == kind and other.date]
            if event in events or (kind == "issued" and date and any(_within(date, other) for other in earlier)):
                continue
            if earlier and date and kind != "revised":
                self.warn(
                    "dates-differ", f"{kind} is {dates.iso(date)} here and {dates.iso(earlier[0])} elsewhere", line
                )
            events.append(event)
        rank = {kind: n for n, kind in enumerate(("received", "revised", "accepted", "issued", "available"))}
        return tuple(sorted(events, key=lambda event: rank[event.kind]))

    def dated(self, block: _Block) -> Iterator[tuple[EventKind, str, int]]:
        """The dates of one line, which may hold several labels ("Received: … Revised: …")."""
        text = f"{block.heading}: {_flat(block)}"
        marks = list(_DATE_LABEL.finditer(text))
        ends = [mark.start() for mark in marks[1:]] + [len(text)]
        found = (
            [(mark["label"], text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)] if marks else []
        )
        for label, value in found or [(str(block.heading), _flat(block))]:
            kind, value = _kind(label), value.strip(" ;,.|/")
            if kind in _DATED:
                yield _DATED[kind], value, block.number
            else:
                self.notes.append((block.number, label, value))

    def processing(self, events: Sequence[Event]) -> str | None:
        blocks = self.all("processing")
        if not blocks:
            return None
        text = _flat(blocks[0])
        for block in blocks[1:]:
            self.note(block)
        match = _DURATION.match(text)
        day = {event.kind: _day(event.date) for event in reversed(events)}
        received, published = day.get("received"), day.get("available") or day.get("issued")
        if match is None:
            self.warn("processing-time-unknown", f"no duration can be read from {text[:80]!r}", blocks[0].number)
        elif received and published:
            stated = int(match[1]) + float(match[2] or 0) / 24
            passed = (published - received).days
            if abs(stated - passed) > 1 and abs(int(match[1]) - passed) > 1:
                self.warn(
                    "processing-time-differs",
                    f"{text} is stated, but {passed} days passed from {received} (received) to {published} (published)",
                    blocks[0].number,
                )
        return text

    # --- texts ---

    def types(self) -> tuple[PublicationType, ...]:
        types: dict[str, PublicationType] = {}
        if self.found.type:
            types[self.found.type[0].casefold()] = PublicationType(*self.found.type)
        for block in self.all("type"):
            if text := _flat(block):
                types.setdefault(text.casefold(), PublicationType(text, _TYPES.get(text.casefold())))
        return tuple(types.values())

    def abstract(self) -> Abstract | None:
        abstracts = [abstract for block in self.all("abstract") if (abstract := _abstract(block))]
        if not abstracts:
            return None
        return Abstract(tuple(part for abstract in abstracts for part in abstract.sections), "en")

    def conflict(self) -> ConflictOfInterest | None:
        texts = [text for block in self.all("conflict") if (text := _join(block.lines))]
        return ConflictOfInterest("\n".join(texts), _declares(" ".join(texts))) if texts else None

    def grants(self) -> tuple[Grant, ...]:
        return tuple(dict.fromkeys(grant for block in self.all("funding") for grant in _grants(_flat(block))))

    def rights(self) -> Rights:
        texts = [_flat(block) for block in self.all("copyright")]
        copyright_text = " ".join(texts) or None
        holder = year = None
        if copyright_text and (match := _HOLDER.match(copyright_text)):
            holder = match["holder"].strip(" ,") or None
            year = int(match["last"] or match["first"]) if match["last"] or match["first"] else None
        blocks = self.all("open-access")
        text = " ".join(_flat(block) for block in blocks) or None
        licence = identifiers.licence(text) if text else identifiers.licence(copyright_text or "")
        if text and licence is None:
            self.warn("licence-unknown", "the open-access statement names no licence that is known", blocks[0].number)
        return Rights(
            licence=licence,
            licence_text=text,
            access=blocks[0].heading if blocks else None,
            is_free=True if text and "open" in text.casefold() else None,
            copyright_text=copyright_text,
            holder=holder,
            year=year,
        )

    def note(self, block: _Block) -> None:
        self.notes.append((block.number, block.heading, _join(block.lines)))

    def statements(self) -> tuple[Statement, ...]:
        """The texts that stay texts: known ones in a fixed order, then the notes as they stand in the file."""
        found: list[Statement] = []
        for kind in _ORDER:
            if kind == "conflict":
                continue
            blocks = [block for block in self.all(kind) if block.lines]
            for n, block in enumerate(blocks, 1):
                heading = None if block.heading == "Supported by" else block.heading
                found.append(Statement(kind if n == 1 else f"{kind}-{n}", heading, _join(block.lines)))
        for block in self.found.blocks:
            if block.kind in ("note", "co-first", "co-corresponding", "dated-note") or not block.lines:
                if block.kind == "dated-note":
                    list(self.dated(block))
                elif block.kind == "note" or block.lines:
                    self.note(block)
        notes = sorted(self.notes, key=lambda note: note[0])
        return (*found, *(Statement(f"note-{n}", heading, text) for n, (_, heading, text) in enumerate(notes, 1)))


def _day(date: Date | None) -> datetime.date | None:
    return datetime.date(date.year, date.month, date.day) if date and date.month and date.day else None


def _within(date: Date, other: Date) -> bool:
    """Whether one date is the other, or its year or month."""
    return dates.iso(date).startswith(dates.iso(other)) or dates.iso(other).startswith(dates.iso(date))
