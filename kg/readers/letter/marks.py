"""Marks: the superscripts and symbols that tie the names of an author list to affiliations and footnotes.

In plain text a superscript is printed as ``¹``, ``1`` or ``a``, glued to the name or after a blank, before or after the
comma. Which signs are marks is known from the list of affiliations, which is read first: its labels follow each other
(1, 2, 3 … or a, b, c …), so that neither a postcode nor the number of a house is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.affiliations import fold
from kg.readers.letter.names import DEGREE_WORDS, ON_BEHALF, SUFFIXES

SYMBOLS = "*⁎∗＊†‡§¶#✉☯✝‖★☆✦✚♦◊❖※✻✽🖂📧"
"""what marks footnotes: correspondence, equal contribution, new addresses"""
_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED_LETTERS = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_PLAIN = str.maketrans(_RAISED_DIGITS, "0123456789")
_PLAIN_LETTERS = {
    ord(raised): f" {plain}" for raised, plain in zip(_RAISED_LETTERS, "abcdefghijklmnoprstuvwxyz", strict=True)
}
LEADING_SYMBOLS = re.compile(rf"[{SYMBOLS}]{{1,3}} ?")
"""what begins the text of a footnote"""


def plain(text: str) -> str:
    """A text with its superscripts on the line.

    >>> plain("Doe¹²")
    'Doe12'
    """
    return text.translate(_PLAIN).translate(_PLAIN_LETTERS)


def symbol(char: str) -> str:
    """A symbol in its usual form: every star is ``*``.

    >>> symbol("∗"), symbol("†")
    ('*', '†')
    """
    return "*" if char in "⁎∗＊✻✽※" else "✉" if char in "🖂📧" else char


# --- lists of affiliations --------------------------------------------------------------------------------------------

_LABEL_HEAD = re.compile(
    rf"(?P<open>[\[(])?(?P<label>[0-9]{{1,3}}|[{_RAISED_DIGITS}]{{1,3}}|[a-z]{{1,2}}|[{_RAISED_LETTERS}]{{1,2}}|"
    rf"[{SYMBOLS}]{{1,3}})"
    r"(?P<close>[\])]|\.(?= ))?(?P<gap> )?(?=[^\W\d_a-zß-öø-ÿ]|[\"“‘'(]|[a-z]{1,3}[’'][A-Z]|de |the |l['’]|"
    r"[0-9]{1,4}(?:st|nd|rd|th|e|er|ª|º|°)? )"
)


@dataclass(frozen=True, slots=True)
class Label:
    """The label that a line begins with: its sort (digits, letters, raised, symbols), its value, what follows it."""

    sort: str
    text: str
    rest: str
    glued: bool


def label_of(line: str) -> Label | None:
    """The label of an affiliation that a line may begin with.

    >>> label_of("1 Department of Sham"), label_of("bSham University").text, label_of("Department")
    (Label(sort='digit', text='1', rest='Department of Sham', glued=False), 'b', None)
    """
    match = _LABEL_HEAD.match(line)
    if match is None or (match["open"] and not match["close"]):
        return None
    text = match["label"]
    rest = line[match.end() :]
    if text.isascii() and text.isdigit():
        sort, text = "digit", text.lstrip("0") or "0"
    elif text[0] in _RAISED_DIGITS:
        sort, text = "raised", text.translate(_PLAIN)
    elif text[0] in _RAISED_LETTERS:
        sort, text = "raised letter", text.translate(_PLAIN_LETTERS).replace(" ", "")
    elif text.isascii() and text.isalpha():
        sort = "letter"
        if match["open"] is None and match["close"] is None and match["gap"] is None and not rest[:1].isupper():
            return None
    else:
        sort, text = "symbol", "".join(map(symbol, text))
    return Label(sort, text, rest.strip(), match["gap"] is None and match["close"] is None)


def is_first(label: Label) -> bool:
    """Whether a label can begin a list."""
    return label.text in ("1", "a", "*", "†") or label.sort == "symbol"


def after(text: str) -> str:
    """The label that follows a label in a list.

    >>> after("1"), after("a"), after("z"), after("az")
    ('2', 'b', 'aa', 'ba')
    """
    if text.isdigit():
        return str(int(text) + 1)
    number = 0
    for char in text:
        number = number * 26 + ord(char) - 96
    number += 1
    return chr(96 + number) if number <= 26 else f"{chr(96 + (number - 1) // 26)}{chr(97 + (number - 1) % 26)}"


_BOUNDARY = r"(?:^|(?<=\n)|(?<=[.,;:)\]] )|(?<=[.,;]\n)|(?<= and )|(?<= & )|(?<=[.;])|(?<=[a-z],))"
_NEXT = r"(?=[^\W\d_a-zß-öø-ÿ]|[\"“‘'(]|de |the |l['’]|d['’][A-Z]|[0-9]{1,4}(?:st|nd|rd|th)? )"


_MOST = 2000
"""labels of a list; no article has more affiliations"""


@dataclass(slots=True)
class _Piece:
    label: str
    start: int
    """where its text begins"""
    cut: int
    """where the text before it ends"""


def split_affiliations(lines: Sequence[str], needed: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """The pieces of a list, as (label, text): each a line (or several, wrapped), or all in one paragraph. ``needed``: the
    labels that the author list uses.

    >>> split_affiliations(["1 Dept of Sham, Rome, 2 Sham Clinic,", "2 Long Street, Oslo, 3 Sham Inc"], frozenset("123"))
    [('1', 'Dept of Sham, Rome'), ('2', 'Sham Clinic, 2 Long Street, Oslo'), ('3', 'Sham Inc')]
    """
    text = "\n".join(lines)
    first = label_of(text)
    if first is None:
        return []
    if first.sort == "symbol":
        return [(label.text, label.rest) for line in lines if (label := label_of(line))]
    by_line = _walk(text, first, inline=False)
    pieces = by_line
    if not needed or not needed <= {piece.label for piece in by_line}:
        inline = _walk(text, first, inline=True)
        if len(inline) > len(by_line):
            pieces = inline
    if not pieces:
        return [(first.text, fold(first.rest))]
    ends = [piece.cut for piece in pieces[1:]] + [len(text)]
    return [
        (piece.label, fold(text[piece.start : end].strip(" \n").rstrip(";,").removesuffix(" and").rstrip(" ;,")))
        for piece, end in zip(pieces, ends, strict=True)
    ]


def _walk(text: str, first: Label, *, inline: bool) -> list[_Piece]:
    """The labels in their order, each after the one before it."""
    pieces: list[_Piece] = []
    label, at, missed = first.text, 0, 0
    boundary = _BOUNDARY if inline else r"(?:^|(?<=\n))"
    head = text[: len(text) - len(text.lstrip("[("))]
    while missed < 3 and len(pieces) < _MOST:
        printed = label
        if first.sort == "raised":
            printed = label.translate(str.maketrans("0123456789", _RAISED_DIGITS))
        elif first.sort == "raised letter":
            printed = "".join(_RAISED_LETTERS["abcdefghijklmnoprstuvwxyz".find(char)] for char in label)
        spaced = rf"(?:[\])][ \n]?|\.[ \n]?|[ \n]){_NEXT}"
        glued = rf"[\])]?\.?(?![0-9]){_NEXT}"  # a digit would make another number of it
        behind = f"(?:{spaced}|{glued})" if not inline else glued if first.glued else spaced
        pattern = re.compile(rf"{boundary}{re.escape(head)}{re.escape(printed)}{behind}")
        match = _best(pattern, text, at) if pieces and inline else pattern.search(text, at)
        if match is None:
            missed += 1
        else:
            missed = 0
            pieces.append(_Piece(label, match.end(), match.start()))
            at = match.end()
        label = after(label)
    return pieces


_INSTITUTION = re.compile(
    r"(?:the )?(?:dep|div|sch|fac|inst|univ|cent|lab|hosp|col|sect|unit|clin|research|nat|grad|key|state|dip|fak|serv|"
    r"klin|acad)",
    re.IGNORECASE,
)


def _best(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    """Of the places where a label may stand the first that an institution follows, else the first."""
    first = None
    for match in pattern.finditer(text, at):
        if _INSTITUTION.match(text, match.end()):
            return match
        first = first or match
    return first


_NOTE = re.compile(
    rf"(?:(?<=[.;,)] )|(?<=[.;])|^)(?:[0-9]{{1,3}} ?|[a-z] |[{SYMBOLS}] ?)?(?=These authors|Both authors|[{SYMBOLS}]|"
    rf"(?<=[{SYMBOLS}])e-?mail:|(?<=[{SYMBOLS}] )e-?mail:|Corresponding author|Correspondence|Present address|Deceased|"
    rf"Full list of)",
    re.IGNORECASE,
)


def cut_notes(text: str) -> tuple[str, list[str]]:
    """An affiliation without the footnotes that a paragraph of affiliations ends with, and these.

    >>> cut_notes("Sham University, Rome. 4These authors contributed equally. ✉e-mail: a@example.org")
    ('Sham University, Rome', ['These authors contributed equally', 'e-mail: a@example.org'])
    """
    marks = list(_NOTE.finditer(text))
    if not marks:
        return text, []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    notes = [text[mark.end() : end].strip(SYMBOLS + " .;,") for mark, end in zip(marks, ends, strict=True)]
    return text[: marks[0].start()].rstrip(" .;,"), [note for note in notes if note]


# --- lists of names ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Marked:
    """A name of an author list with what is attached to it."""

    words: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    orcid: str | None = None

    @property
    def name(self) -> str:
        return " ".join(self.words)


_ORCID = re.compile(
    r"[\[(]?(?:(?:https?://)?(?:www\.)?orcid\.org/|"
    r"ORCID(?: iD)?:? ?)?([0-9]{4}[-‐–][0-9]{4}[-‐–][0-9]{4}[-‐–][0-9]{3}[0-9Xx])[\])]?",
    re.ASCII | re.IGNORECASE,
)
_TOKEN = re.compile(
    rf"(?P<orcid>￼[0-9]+￼)|(?P<symbol>[{SYMBOLS}])|(?P<digits>[\[(]?(?<![\w-])[0-9]{{1,3}}(?![0-9])[\])]?|"
    rf"(?<=[^\W\d_])[0-9]{{1,3}}(?![0-9])"
    r"|(?<=[.)’'\]])[0-9]{1,3}(?![0-9]))"
    r"|(?P<sep>[,;|·•&\n，；、/]|(?:and|und|et|y|e)(?= ))|(?P<dash>[-–](?=[0-9]))|(?P<word>[^\s,;|·•&，；、"
    + SYMBOLS
    + r"0-9\[\]￼/]+(?:[-‐][0-9]{1,4}(?=[ ,;\n/]|$))?|[0-9]{4,})"
)


def marked_names(text: str, labels: frozenset[str] = frozenset(), *, glued: bool = False) -> list[Marked]:
    """The names of an author list with their marks. ``labels``: those of the affiliations; ``glued`` says that letters
    stand as marks right behind names ("Doea,b").

    >>> [(n.name, n.marks) for n in marked_names("Ada Doe1,2*, Bo Roe ²,† & Cy de la Poe,1 Di Moe3", frozenset("123"))]
    [('Ada Doe', ['1', '2', '*']), ('Bo Roe', ['2', '†']), ('Cy de la Poe', ['1']), ('Di Moe', ['3'])]
    >>> [(n.name, n.marks) for n in marked_names("Ada Doe a,*, Bo e Roe a, b", frozenset("abe"))]
    [('Ada Doe', ['a', '*']), ('Bo e Roe', ['a', 'b'])]
    >>> [(n.name, n.marks) for n in marked_names("Ada Doea,b and Bo Roeb", frozenset("ab"), glued=True)]
    [('Ada Doe', ['a', 'b']), ('Bo Roe', ['b'])]
    """
    text = ON_BEHALF.sub(", ", plain(text).replace("^", " "))
    orcids: list[str] = []

    def hidden(match: re.Match[str]) -> str:
        orcids.append(re.sub("[‐–]", "-", match[1]))
        return f" ￼{len(orcids) - 1}￼ "

    text = _ORCID.sub(hidden, text)
    tokens = [(str(match.lastgroup), match[0]) for match in _TOKEN.finditer(text)]
    letters = frozenset(label for label in labels if label.isalpha())
    found: list[Marked] = [Marked()]
    closed = False
    for n, (kind, value) in enumerate(tokens):
        after_kind, after_value = tokens[n + 1] if n + 1 < len(tokens) else ("end", "")
        before = tokens[n - 1][0] if n else "start"
        current = found[-1]
        if kind == "word" and letters and _is_letter_mark(value, letters, before, after_kind, current):
            kind, value = "mark", value.strip("()[].")
        if kind == "digits":
            kind, value = "mark", value.strip("()[]").lstrip("0") or "0"
        if kind == "symbol":
            kind, value = "mark", symbol(value)
        if kind == "orcid":
            if current.words or len(found) > 1:
                (current if current.words else found[-2]).orcid = orcids[int(value.strip("￼"))]
            closed = bool(current.words)
        elif kind == "mark":
            if not current.words and len(found) > 1:
                current = found[-2]
            if before == "dash" and value.isdigit() and current.marks and current.marks[-1].isdigit():
                current.marks += map(
                    str, range(int(current.marks[-1]) + 1, min(int(value), int(current.marks[-1]) + 30))
                )
            current.marks.append(value)
            closed = bool(current is found[-1])
        elif kind == "sep":
            follows_mark = after_kind in ("digits", "symbol") or (
                after_kind == "word"
                and bool(letters)
                and _is_letter_mark(after_value, letters, "sep", _kind_after(tokens, n + 1), current)
            )
            if value in (",", "，") and follows_mark and current.words:
                continue
            if value in ("y", "e", "et", "und") and not closed and before == "word" and after_kind == "word":
                current.words.append(value)  # "Ortega y Gasset"
                continue
            if current.words:
                found.append(Marked())
            closed = False
        elif kind == "word":
            if closed and current.words:
                found.append(Marked())
                current = found[-1]
            closed = False
            if glued and letters and after_kind in ("sep", "symbol", "end") and (cut := _glued(value, letters)):
                current.words.append(cut[0])
                current.marks.append(cut[1])
                closed = True
            else:
                current.words.append(value)
    return list(_cleaned(found))


def _kind_after(tokens: Sequence[tuple[str, str]], n: int) -> str:
    return tokens[n + 1][0] if n + 1 < len(tokens) else "end"


def _is_letter_mark(word: str, letters: frozenset[str], before: str, following: str, current: Marked) -> bool:
    """Whether a word is a letter that marks: it is a label, and no name goes on behind it ("Silva e Souza")."""
    if word.strip("()[].") not in letters or (word.endswith(".") and not word.startswith("(")):
        return False
    return following in ("sep", "symbol", "end", "orcid") or before in ("symbol", "orcid") or bool(current.marks)


def _glued(word: str, letters: frozenset[str]) -> tuple[str, str] | None:
    """A word without the letter that marks it, and that letter."""
    for size in (2, 1):
        if len(word) > size + 1 and word[-size:] in letters and (word[-size - 1].isalpha() or word[-size - 1] == "."):
            return word[:-size], word[-size:]
    return None


def _cleaned(found: Sequence[Marked]) -> Iterator[Marked]:
    """The names without degrees; a suffix goes to the name before it."""
    last: Marked | None = None
    for person in found:
        person.words = [
            word
            for word in person.words
            if word not in ("and", "und", "iD", "ORCID", "✉") and any(map(str.isalnum, word))
        ]
        plain = [word.strip("().,").replace(".", "") for word in person.words]
        if last is not None and plain and all(word in DEGREE_WORDS for word in plain):
            last.marks += person.marks
            last.orcid = last.orcid or person.orcid
            continue
        if last is not None and len(plain) == 1 and plain[0].casefold() in SUFFIXES:
            last.words[-1] += ","
            last.words.append(person.words[0])
            last.marks += person.marks
            continue
        while len(person.words) > 2 and plain[-1] in DEGREE_WORDS and not all(map(str.isupper, plain)):
            person.words.pop()
            plain.pop()
        if person.words:
            last = person
            yield person
