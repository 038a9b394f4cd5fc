"""A statement of contributions → CRediT roles and groups of equal contributors, where the wording allows.

The roles are those of CRediT (ANSI/NISO Z39.104-2022) by their slugs. Two ways of writing are understood: who did what
("Kumar D conceptualized the study; Tanwar R analyzed the data") and what was done by whom ("Conceptualization: D.K. and
R.T."). A wording that no role names plainly ("approved the final version") gives none: the text itself is kept by the
reader, and a missing role costs less than a wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Author, Credit
from kg.wording import says_equal


def name_key(name: str) -> str:
    """A name for comparison: letters and digits only, without accents or case.

    >>> name_key("Xiao-Ming Müller") == name_key("XiaoMing Muller")
    True
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name.casefold()))
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(filter(str.isalnum, plain))


def initials(given: str) -> str:
    """The initials of given names: ``Jian-Guo`` → JG, ``Mary A.`` → MA."""
    return "".join(part[0].upper() for part in re.split(r"[ .\-‐‑]", given) if part and part[0].isalpha())


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An author's name in a text: ``text[start:end]``."""

    start: int
    end: int
    author: int


_TOKEN = re.compile(r"[^\W\d_][^\s,;:()\[\]/]*")
_LONGEST_NAME = 8


class Names:
    """Finds the authors of an article in a text by full name, ``Kumar D``, ``D Kumar`` or ``D.K.``; a form that two of
    them share finds neither."""

    def __init__(self, authors: Sequence[Author]):
        self._forms: dict[str, int | None] = {}
        self._acronyms: dict[str, int | None] = {}
        for index, author in enumerate(authors):
            forms = {name_key(author.name)}
            if author.family and author.given:
                family, letters = name_key(author.family), initials(author.given)
                forms |= {family + name_key(letters), family + name_key(letters[:1]), name_key(letters) + family}
                if author.suffix:
                    forms |= {form + name_key(author.suffix) for form in tuple(forms)}
                acronym = letters + initials(author.family)
                self._acronyms[acronym] = None if acronym in self._acronyms else index
            for form in forms - {""}:
                self._forms[form] = index if self._forms.get(form, index) == index else None
        self._starts = {form[:2] for form in self._forms} | {form[:1] for form in self._forms}
        self._starts |= {name_key(acronym[:2]) for acronym in self._acronyms}

    def index(self, name: str) -> int | None:
        """The author of exactly this name (in one of its forms)."""
        return self._forms.get(name_key(name))

    def find(self, text: str) -> list[Mentioned]:
        """Every mention, in order, the longest form first, none inside another."""
        tokens = list(_TOKEN.finditer(text))
        found: list[Mentioned] = []
        at = 0
        while at < len(tokens):
            at += self._at(text, tokens, at, found)
        return found

    def _at(self, text: str, tokens: list[re.Match[str]], at: int, found: list[Mentioned]) -> int:
        if name_key(tokens[at][0][:2]) not in self._starts:
            return 1
        size = 1
        while size < _LONGEST_NAME and at + size < len(tokens):
            if text[tokens[at + size - 1].end() : tokens[at + size].start()] != " ":
                break
            size += 1
        for count in range(size, 0, -1):
            start, end = tokens[at].start(), tokens[at + count - 1].end()
            author = self._forms.get(name_key(text[start:end]))
            if author is None and count == 1:
                word = text[start:end].replace(".", "").replace("-", "")
                author = self._acronyms.get(word) if len(word) > 1 and word.isupper() else None
            if author is not None:
                found.append(Mentioned(start, end, author))
                return count
        return 1


# --- the wording of the roles ---------------------------------------------------------------------------------------

_WORK = r"(?:the |this |our |all |most |whole |current |clinical |research |original )*"
_PAPER = r"(?:manuscript|paper|article|letter|editorial|review|draft|text|work|commentary|report)"
_PHRASES: dict[str, tuple[str, ...]] = {
    "conceptualization": (
        r"conceptuali[sz]",
        r"\bconcept(?:ion|s)?\b",
        r"\bconceiv",
        r"\b(?:study|research) ideas?\b",
    ),
    "data-curation": (
        r"\bdata[ -]curation",
        r"\bcurated?\b[^;.]{0,30}\bdata",
        r"\bdata management",
        r"\bmanaged the data",
    ),
    "formal-analysis": (
        r"\bformal analys",
        r"\bdata(?:[ -]| and | statistical )?(?:interpretation and )?analys",
        r"\bstatistical(?:ly)? analy",
        r"\banaly[sz](?:ed|ing|e)\b[^;.]{0,30}\b(?:data|results)\b",
        r"\banalys[ie]s (?:and interpretation )?of (?:the )?data",
    ),
    "funding-acquisition": (
        r"\bfunding(?: acquisition)?\b",
        r"\b(?:acquired|obtained|secured|raised) (?:the )?fund",
    ),
    "investigation": (
        r"\binvestigations?\b",
        r"\bdata[ -](?:collection|acquisition)",
        r"\bcollect(?:ed|ing|ion of)\b[^;.]{0,30}\bdata",
        r"\bacquisition of (?:the )?data",
        r"\bacquired (?:the )?data",
        rf"\b(?:performed|conducted|carried out) {_WORK}(?:research|study|experiments?|investigations?)\b",
    ),
    "methodology": (
        r"\bmethodology",
        r"\b(?:study|research|experimental) design",
        rf"\bdesign(?:ed|ing)\b (?:and \w+ )?{_WORK}(?:study|research|experiments?|methods?|methodology|trial|protocol)\b",
    ),
    "project-administration": (
        r"\bproject administration",
        r"\b(?:coordinated|managed|administered) the (?:study|project|research)",
    ),
    "resources": (
        r"\bresources\b",
        r"\b(?:contributed|provided) (?:new |the |study |clinical )*"
        r"(?:reagents|materials|samples|patients|analytic(?:al)? tools)",
    ),
    "software": (
        r"\bsoftware\b",
        r"\bprogramming\b",
    ),
    "supervision": (
        r"\bsupervis",
        r"\boversaw\b",
        r"\bmentored\b",
    ),
    "validation": (r"\bvalidat(?:ion|ed|ing)\b",),
    "visualization": (
        r"\bvisuali[sz]",
        r"\b(?:prepared|created|designed|drew|made|produced) (?:the )?(?:figures?|illustrations?|artwork)",
        r"\bpreparation of (?:the )?(?:figures?|illustrations?)",
    ),
    "writing-original-draft": (
        r"\boriginal draft",
        r"\bdraft(?:ed|ing)\b",
        r"\b(?:main|first|initial) draft",
        r"\bwrote\b",
        rf"\b{_PAPER}[ -](?:writing|preparation)",
        rf"\bprepar(?:ed|ing|ation of) (?:the )?{_PAPER}\b",
        r"\bwriting\b(?! ?[-–—,:(]? ?\(?(?:reviewing|review|editing|edit)\b)(?! assistance)",
        r"\bwritten\b",
    ),
    "writing-review-editing": (
        r"\breview(?:ing)?[,]? ?(?:and|&|/) ?edit",
        r"\brevis(?:ed|ion|ions|ing)\b",
        r"\bedit(?:ed|ing)\b",
        r"\bcritical(?:ly)? review(?:ed|ing|s)?\b",
        rf"\breviewed (?:the )?{_PAPER}\b",
    ),
}
"""role → what is written of one who had it, as regular expressions"""
_ROLES = tuple((role, re.compile("|".join(phrases), re.IGNORECASE)) for role, phrases in _PHRASES.items())
_ALL = re.compile(r"\b(?:all|both)(?: of)?(?: the)? (?:co-?)?authors\b|^the authors\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[;\n]|(?<=[a-z)\]])\. (?=[A-Z])")
_JOINT = re.compile(r"(?:[\s,&]|\band\b|\bas well as\b|\bDr\.?|\bProf(?:essor)?\.?){0,8}")
_UNDER = re.compile(
    r"\b(?:under|with) (?:the )?(?:supervision|guidance) (?:of|from|by) ?$|\bsupervised by ?$", re.IGNORECASE
)
_GENERIC_REVIEW = re.compile(r"\b(?:literature|systematic|scoping|narrative) review", re.IGNORECASE)


def roles(wording: str) -> list[str]:
    """The CRediT roles that a phrase names, in the order of the standard.

    >>> roles("designed the research and wrote the manuscript"), roles("approved the final version")
    (['methodology', 'writing-original-draft'], [])
    """
    wording = _GENERIC_REVIEW.sub("", wording)
    return [slug for slug, pattern in _ROLES if pattern.search(wording)]


def read(
    text: str, authors: Sequence[Author], names: Names | None = None
) -> tuple[list[Credit], list[tuple[int, ...]]]:
    """The roles that a statement of contributions gives to each author, and who is said to have contributed equally.

    >>> people = [Author("Ada Doe", "Ada", "Doe"), Author("Bo Roe", "Bo", "Roe")]
    >>> read("Doe A designed the study; Roe B wrote the paper. All authors contributed equally.", people)
    ... # doctest: +NORMALIZE_WHITESPACE
    ([Credit(author=0, role='methodology', degree=None),
      Credit(author=1, role='writing-original-draft', degree=None)], [(0, 1)])
    """
    names = names or Names(authors)
    everybody = tuple(n for n, author in enumerate(authors) if not author.is_group)
    credits: dict[tuple[int, str], Credit] = {}
    equals: list[tuple[int, ...]] = []
    for clause in _CLAUSE.split(text):
        for people, wording in _assigned(clause, names, everybody):
            equal = says_equal(wording)
            if equal and len(people) > 1 and people not in equals:
                equals.append(people)
            for role in roles(wording):
                for author in people:
                    credits.setdefault((author, role), Credit(author, role, "equal" if equal else None))
    return list(credits.values()), equals


def _assigned(clause: str, names: Names, everybody: tuple[int, ...]) -> list[tuple[tuple[int, ...], str]]:
    """(authors, wording) pairs of one clause."""
    lists = _lists(clause, names, everybody)
    if not lists:
        return []
    before = clause[: lists[0][0]]
    pairs: list[tuple[tuple[int, ...], str]] = []
    if sum(char.isalpha() for char in before) > 3 and (roles(before) or says_equal(before)):
        start = 0  # what was done comes first, then by whom
        for first, end, people in lists:
            pairs.append((people, clause[start:first]))
            start = end
        return pairs
    supervisor = False
    for n, (_, end, people) in enumerate(lists):
        wording = clause[end : lists[n + 1][0] if n + 1 < len(lists) else len(clause)]
        if supervisor:
            pairs.append((people, "supervision"))
        if under := _UNDER.search(wording[-60:]):
            wording = wording[: -60 + under.start()] if len(wording) > 60 else wording[: under.start()]
            supervisor = True
        else:
            supervisor = False
        pairs.append((people, wording))
    return pairs


def _lists(clause: str, names: Names, everybody: tuple[int, ...]) -> list[tuple[int, int, tuple[int, ...]]]:
    """The lists of names in a clause ("Kumar D, Tanwar R, and Gupta V"), with where they stand."""
    mentions: list[tuple[int, int, tuple[int, ...]]] = [(m.start, m.end, (m.author,)) for m in names.find(clause)]
    mentions += [(m.start(), m.end(), everybody) for m in _ALL.finditer(clause)]
    found: list[tuple[int, int, tuple[int, ...]]] = []
    for start, end, people in sorted(mentions):
        if found and _JOINT.fullmatch(clause[found[-1][1] : start]):
            head, _, known = found.pop()
            found.append((head, end, tuple(dict.fromkeys(known + people))))
        else:
            found.append((start, end, people))
    return found
