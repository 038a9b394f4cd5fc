"""Names as author lists print them: what can be one, where one ends, and which part of it is the family's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kg import contributions
from kg.affiliations import fold
from kg.contributions import name_key
from kg.model import Author

_GROUP_WORDS = frozenset(
    (
        "group groups consortium consortia collaboration collaborators collaborative network investigators "
        "investigator committee team society association initiative force party study project registry alliance "
        "federation panel trialists council foundation academy program programme center centre institute university"
    ).split()
)
"""words that make a name a group's, unless they stand first"""
_PARTICLES = frozenset(
    "de del della di da das do dos du la le lo van von der den ter ten zu zum zur af av bin ibn al el ben bint y e i "
    "dela "
    "vom dal degli of the and for".split()
)
"""words of names that are not capitalised"""
_FAMILY_PARTICLES = _PARTICLES - {"of", "the", "and", "for", "y", "e", "i"}
_PRINTED_PARTICLES = frozenset("De Del Della Di Da Dos Du Von".split())
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "2nd", "3rd"))
DEGREE_WORDS = frozenset(
    (
        "MD PhD MDPhD MSc MPH MS MA MBA MBBS MBChB MBBCh MBBChir MBBS MBChir BM BMBS BMed BS BSc BA BPharm BDS DDS DMD "
        "DO DPhil "
        "DrPH DSc ScD DVM EdD EdM MEd MEng MFA MHS MHSc MMed MMedSc MPharm MPhil MRes MRCP MRCPCH MRCS MSN MSPH MStat "
        "MSCE MSCR "
        "MTech MVSc BVSc BTech BEng BN BNurs DNB DNP DPT DM MCh MDS FACC FACP FACS FAHA FASN FCCM FESC FRACP FRCA "
        "FRCOG FRCP "
        "FRCPC FRCPath FRCPCH FRCS FRCSC FRCSEd FRS FMedSci JD LLM LLD PharmD PsyD RD RDN RN RPh RPN Dr DrMed habil "
        "DMSc Dipl Ing "
        "MSW MPP MPA MMSc MDCM AB ABPP CRNP NP PA PA-C CCRP PT OD DC ND MHA MHPE MLitt MPsych DClinPsy FIDSA FAAP FAAN "
        "FACOG FASE"
    ).split()
)
"""degrees as author lists print them behind names, without full stops"""
DEGREES = frozenset(word.casefold() for word in DEGREE_WORDS) | frozenset(
    (
        "agaf bchir bcs bmbch ba bn cand ccfp ccst facg fasge frcs mba mbbch mchir mch mdhabil mdphd meng mhsc mm "
        "mpt mrcs mphil rn scd"
    ).split()
)
ON_BEHALF = re.compile(r"(?:^|[ ,])(?:on behalf of|for and on behalf of)(?: (?:the|all))? ", re.IGNORECASE)
_ENDS_IN_INITIAL = re.compile(r"(?:\b[A-Z]|[JS]r)\.$")
_NOT_IN_NAMES = re.compile(r"[^\w-]")
_FOR_GROUP = re.compile(r"^for (?:the )?", re.IGNORECASE)


LONGEST_NAME = 14
"""words; that of a group"""


def is_group(name: str) -> bool:
    """Whether a name is that of a group: a word after its first says so."""
    return any(word.casefold().strip("()") in _GROUP_WORDS for word in name.split()[1:])


def is_name(name: str) -> bool:
    """Whether a string can be the name of a person or a group: few words, in capitals but for particles, no digits."""
    words = name.split()
    if (
        not words
        or len(name) > 120
        or words[0][0] in "-‐–"
        or any(char.isdigit() or char in ":;!?/@[]=%" for char in name)
    ):
        return False
    if is_group(name):
        return len(words) <= LONGEST_NAME
    if len(words) > 7 or any(word.startswith("(") != word.endswith(")") for word in words):
        return False
    return all(not word[0].islower() or word in _PARTICLES or "'" in word or "-" in word for word in words)


def split_names(line: str) -> list[str]:
    """The names of an author line, in order; ``Jr`` and the like stay with their name."""
    line = ON_BEHALF.sub(", ", line.strip(" ,;"))
    if not _ENDS_IN_INITIAL.search(line[-4:]):
        line = line.rstrip(" .")
    separator = ";" if line.count(";") > line.count(",") else ","
    found: list[str] = []
    for part in line.split(separator):
        name = part.strip().removeprefix("and ").strip()
        if not name:
            continue
        if found and name.casefold().strip(".") in SUFFIXES:
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
        apart = is_group(right) if joint == " for the " else not is_group(left) or is_name(right)
        if apart:
            yield from _cut_joints(left.strip())
            yield from _cut_joints(right.strip())
            return
    yield name


def names_in(text: str) -> list[str] | None:
    """The names of a text that is nothing but a list of names, else None."""
    names = split_names(text)
    return names if names and all(map(is_name, names)) else None


def author_key(name: str) -> str:
    """The name of an author or a group for comparison, without the article of a group."""
    words = name.split()
    return name_key(name[4:] if words[0].casefold() == "the" and len(words) > 1 else name)


def author_of(name: str, evidence: str) -> Author:
    """A name as printed, parted in given and family name: by the short form that the text itself uses ("De la Cruz M"),
    else before the last word and the particles that belong to it."""
    if is_group(name):
        return Author(name, is_group=True)
    bare, suffix = name, None
    head, _, last = name.replace(",", " ").rpartition(" ")
    if last.casefold().strip(".") in SUFFIXES and len(head.split()) > 1:
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
    """Whether the text uses the short form of a name that is cut there."""
    letters = contributions.initials(" ".join(words[:cut]))
    return f" {_plain(' '.join(words[cut:]))} {letters} ".casefold() in evidence


def short_forms(texts: Iterable[str]) -> str:
    """Texts in which authors go by family name and initials, made such that ``" kumar d "`` can be looked for: the
    evidence of :func:`author_of`."""
    words = " ".join(map(_plain, texts))
    return f" {words} ".casefold() if words else ""


def _plain(text: str) -> str:
    """Words parted by single blanks, without punctuation but hyphens."""
    return " ".join(_NOT_IN_NAMES.sub(" ", text).split())
