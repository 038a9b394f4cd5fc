"""Names of people as printed → their parts, a key that puts the spellings of one name together, and whether two names can
be of one person.

A name is parsed from the parts that the source states (given, family, suffix) or, where it states none, from the string
alone: particles ("van der Berg"), compound family names, suffixes, initials with and without stops, names in capitals,
East Asian names in their own script (family name first), and people with one name. Everything is compared folded: without
accents, case, hyphens and apostrophes, and with the letters that transliterations disagree on written one way.

>>> parse("Jürgen van der Müller-Lüdenscheidt Jr.", None, None).key == parse("J. Van Der Muellerludenscheidt", None, None).key
True
>>> compatible(parse("", "X J", "Jiang"), parse("", "Xian-Jun", "Jiang"))
True
>>> compatible(parse("", "Xiaoming", "Wang"), parse("", "Xiaohong", "Wang"))
False
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from kg.garbage import remembered

LONGEST = 200
"""characters; what is longer is no name of one person"""

_PARTICLES = frozenset(
    "af am ap aus d da dal dalla das de degli dei del dela della den der des di do dos du e el la las le les lo los of "
    "op t te ten ter und van vande vanden vander vom von vonder y zu zum zur".split()
)
_JOINED = frozenset("abd abu al ben bin el ibn mac mc o saint san santa st ste".split())
"""they belong to the word that follows, printed apart or not"""
_SUFFIXES = frozenset("jr jnr junior sr snr senior ii iii iv 2nd 3rd 4th".split())
_DEGREES = frozenset("md phd dphil msc bsc mph dr prof mbbs rn ms ma facs frcp dvm pharmd drph dsc".split())
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ø": "o", "œ": "o", "æ": "a", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n",
        "ə": "e", "'": "", "’": "", "`": "", "ʼ": "", "‘": "", "´": "", ".": " ", "-": " ", "‐": " ", "‑": " ", "–": " ",
        "_": " ", ",": " ", "·": " ", "・": " ",
    }
)  # fmt: skip
_UMLAUTS = re.compile("([aou])e(?![aeiou])")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_COMPOUND = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 公孫 慕容 令狐 司徒 夏侯 남궁 황보 제갈 선우 독고".split()
)
"""family names of two characters; the others have one, in Japanese usually two, which a string does not tell"""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, folded. ``given``: its given names in order, a letter alone where only that is printed. ``key``: what all
    spellings of the name share: family name and first initial, ``muller j``; the family name alone where nothing else is
    printed; "" for what is no name of one person."""

    family: str
    given: tuple[str, ...] = ()
    suffix: str = ""
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key = f"{self.family} {self.given[0][0]}" if self.family and self.given else self.family
        object.__setattr__(self, "key", sys.intern(key))

    @property
    def is_full(self) -> bool:
        """Whether the first given name is printed in full."""
        return bool(self.given) and len(self.given[0]) > 1


def fold(text: str) -> str:
    """Lower case without accents; hyphens and stops are blanks, apostrophes nothing.

    >>> fold("Núñez-O’Neill, Łucja")
    'nunez oneill lucja'
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(plain.split())


@remembered(1 << 16)
def parse(name: str, given: str | None, family: str | None, suffix: str | None = None) -> Name:
    """A name from the parts that are stated, or from the whole string where they are not.

    >>> parse("", "M A", "O'Brien"), parse("GARCÍA LÓPEZ, María José", None, None)
    (Name(family='obrien', given=('m', 'a'), suffix=''), Name(family='garcialopez', given=('maria', 'jose'), suffix=''))
    >>> parse("Dinesh Kumar", None, None).given, parse("Kumar D", None, None).given, parse("王小明", None, None)
    (('dinesh',), ('d',), Name(family='王', given=('小明',), suffix=''))
    """
    if len(name) > LONGEST or len(given or "") > LONGEST or len(family or "") > LONGEST:
        return Name("")
    if family:
        stated = fold(suffix or "").replace(" ", "")
        words, found = _without_suffix(fold(family).split())
        return Name(_family(words), _given(given or "", family.isupper()), stated or found)
    return _from_string(name)


def compatible(a: Name, b: Name) -> bool:
    """Whether the two can be names of one person, as far as given names and suffixes tell; the family names are not asked.

    Initials agree with the names that they may stand for; a missing middle name agrees with any; two different full
    names agree only where one is a known form of the other (``given-names.tsv``: Bob, Robert).
    """
    if a.suffix and b.suffix and _rank(a.suffix) != _rank(b.suffix):
        return False
    return _given_compatible(a.given, b.given)


@remembered(1 << 16)
def _given_compatible(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if not a or not b or a == b:
        return True
    whole_a, whole_b = "".join(a), "".join(b)
    if spelled(whole_a) == spelled(whole_b):
        return True
    if not _agree(a[0], b[0]):
        # "Xianjun" and "Xian Jun", "Jeanpaul" and "Jean P": printed in one word or in several
        return _runs_together(a, b) or _runs_together(b, a)
    # Of the further names the shorter list must be found in the longer, in order.
    few, many = sorted((a[1:], b[1:]), key=len)
    rest = iter(many)
    if all(any(_agree(wanted, other) for other in rest) for wanted in few):
        return True
    return _runs_together(a, b) or _runs_together(b, a)


def _agree(a: str, b: str) -> bool:
    if len(a) == 1 or len(b) == 1:
        return a[0] == b[0]
    if spelled(a) == spelled(b):
        return True
    forms = _forms()
    return bool(forms.get(a, frozenset()) & forms.get(b, frozenset()))


def _runs_together(one: tuple[str, ...], several: tuple[str, ...]) -> bool:
    """Whether the first name of ``one`` is the first names of ``several`` in one word, the last perhaps an initial."""
    if len(one[0]) < 4 or len(several) < 2 or len(several[0]) < 2:
        return False
    word, head = spelled(one[0]), spelled(several[0])
    if not word.startswith(head):
        return False
    rest = word[len(head) :]
    return bool(rest) and (rest == spelled(several[1]) or (len(several[1]) == 1 and rest[0] == several[1]))


def spelled(word: str) -> str:
    """A folded word with the letters that transliterations disagree on written one way.

    >>> spelled("sergey") == spelled("sergei"), spelled("aleksandr") == spelled("alexandr"), spelled("lin") == spelled("li")
    (True, True, False)
    """
    if len(word) < 4:
        return word
    return word.replace("y", "i").replace("ph", "f").replace("x", "ks").replace("ck", "k").replace("ii", "i")


def completeness(name: Name) -> int:
    """How much is printed: 0 no given name, 1 an initial, 2 initials, 3 a name in full, 4 with a middle name or initial."""
    if not name.given:
        return 0
    several = len(name.given) > 1
    return (3 if name.is_full else 1) + several


def _rank(suffix: str) -> str:
    return {"jnr": "jr", "junior": "jr", "snr": "sr", "senior": "sr", "2nd": "ii", "3rd": "iii", "4th": "iv"}.get(
        suffix, suffix
    )


def _given(text: str, capitals: bool) -> tuple[str, ...]:
    """Given names, each folded. A short word in capitals is a row of initials, unless the whole name is in capitals."""
    found: list[str] = []
    for word in re.split(r"[\s.,\-‐‑–·]+", text):
        letters = fold(word).replace(" ", "")
        if not letters or letters in _DEGREES:
            continue
        if word.isascii() and word.isupper() and len(word) <= (2 if capitals else 4) and word.isalpha():
            found += letters
        else:
            found.append(letters)
    while len(found) > 1 and found[-1] in _PARTICLES and len(found[-1]) > 1:
        found.pop()  # "Ludwig van" before the family name
    if len(found) > 1 and found[-1] in _SUFFIXES:
        found.pop()
    return tuple(found[:6])


def _family(words: list[str]) -> str:
    """The family name for comparison: without leading particles, words run together, umlauts without their e."""
    kept = list(words)
    while len(kept) > 1 and kept[0] in _PARTICLES:
        kept.pop(0)
    return _UMLAUTS.sub(r"\1", "".join(kept or words))


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    if len(words) > 1 and words[-1] in _SUFFIXES:
        return words[:-1], words[-1]
    return words, ""


def _from_string(name: str) -> Name:
    """``Family, Given``; ``Given Family``; ``Family GM``; East Asian script with the family name first."""
    text = unicodedata.normalize("NFKC", name).strip()
    if _EAST_ASIAN.match(text):
        parts = text.replace("·", " ").split()
        if len(parts) > 1:
            return Name(parts[0], ("".join(parts[1:]),))
        cut = 2 if text[:2] in _COMPOUND and len(text) > 2 else 1
        return Name(text[:cut], (text[cut:],) if text[cut:] else ())
    head, comma, tail = text.partition(",")
    while comma and fold(tail.partition(",")[0]).replace(" ", "") in _DEGREES | _SUFFIXES:
        title, comma, tail = tail.partition(",")
        if fold(title).replace(" ", "") in _SUFFIXES:
            head = f"{head} {title.strip()}"
    if comma and tail.strip():
        words, suffix = _without_suffix(fold(head).split())
        return Name(_family(words), _given(tail.partition(",")[0], head.isupper()), suffix)
    words = [word for word in head.split() if fold(word).replace(" ", "") not in _DEGREES]
    suffix = ""
    if len(words) > 1 and fold(words[-1]) in _SUFFIXES:
        suffix = fold(words.pop())
    if not words:
        return Name("")
    if len(words) == 1:
        return Name(_family(fold(words[0]).split()))
    last = words[-1].replace(".", "")
    if last.isupper() and last.isascii() and len(last) <= 3 and not words[0].endswith(".") and len(words[0]) > 1:
        return Name(_family(fold(" ".join(words[:-1])).split()), _given(words[-1], False), suffix)
    start = len(words) - 1
    while start > 1 and fold(words[start - 1]) in _PARTICLES | _JOINED:
        start -= 1
    family = " ".join(words[start:])
    return Name(_family(fold(family).split()), _given(" ".join(words[:start]), family.isupper()), suffix)


@cache
def _forms() -> Mapping[str, frozenset[int]]:
    """Given name → the rows of ``given-names.tsv`` in which it stands."""
    found: dict[str, set[int]] = {}
    for n, names in enumerate(_rows()):
        for name in names:
            found.setdefault(name, set()).add(n)
    return {name: frozenset(rows) for name, rows in found.items()}


def _rows() -> Iterator[list[str]]:
    text = (files("kg") / "data" / "people" / "given-names.tsv").read_text(encoding="utf-8")
    return (line.split() for line in text.splitlines() if line and not line.startswith("#"))
