"""Text → tokens → forms: what two spellings of one name have in common.

Tokens are words and single marks, without the white space, hyphens and dashes between them, so ``beta-cell``,
``beta cell`` and ``β cell`` are one name. The form of a word has lost case, Unicode compatibility (NFKC), soft hyphens,
the plural, the British spelling, Greek and Roman writing of letters and numbers, and the ending of an adjective that has
a noun beside it (``ischaemic``, ``ischemia``). A form is a key and not a word: what exactly a text and a name have in
common is compared again, as printed, wherever a name is found.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import accumulate

from kg import resources

_JOINED = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # combining marks
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"  # soft hyphen, zero-width signs, variation selectors
_GREEK = "\u0370-\u03ff\u1f00-\u1fff"
_SEPARATORS = r"\s\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"

# A Greek letter is a token of its own (TNFα = TNF alpha) unless it belongs to a Greek word. A possessive 's is passed over
# and belongs to no token. Possessive quantifiers keep the scan linear. Four patterns for one rule: the narrower three are
# faster on the texts that they are for, and leave the possessive to _without_possessives.
_WORD = rf"[^\W{_GREEK}]++(?:[{_JOINED}{_INVISIBLE}]++[^\W{_GREEK}]*+)*+"
_ANY = re.compile(
    rf"({_WORD}|[{_GREEK}][{_GREEK}{_JOINED}]{{2,}}+|[{_GREEK}][{_JOINED}]*+|[^{_SEPARATORS}{_INVISIBLE}])"
    rf"(?:['\u2019][sS](?![\w{_JOINED}]))?"
)
_WITH_GREEK = re.compile(rf"([^\W{_GREEK}]++|[{_GREEK}]{{3,}}+|[{_GREEK}]|[^{_SEPARATORS}])")
_WITHOUT_GREEK = re.compile(rf"(\w++|[^{_SEPARATORS}])")
_ASCII = re.compile(r"(\w++|[^\s\-])")
_IS_GREEK = re.compile(f"[{_GREEK}]")
_S = frozenset("sS")
_COMPOSED = re.compile(f"[{_JOINED}{_INVISIBLE}]")
_DROPPED = re.compile(f"[{_INVISIBLE}]")

_GREEK_NAMES = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip

_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8", "IX": "9",
          "X": "10", "XI": "11", "XII": "12", "XIII": "13",
          "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}  # fmt: skip

_IRREGULAR = {
    "appendices": "appendix", "atria": "atrium", "bacteria": "bacterium", "calves": "calf", "children": "child",
    "cortices": "cortex", "crania": "cranium", "criteria": "criterion", "data": "data",
    "endothelia": "endothelium", "epithelia": "epithelium", "feet": "foot", "fungi": "fungus", "ganglia": "ganglion",
    "genera": "genus", "hooves": "hoof", "indices": "index", "leaves": "leaf", "lice": "louse", "men": "man",
    "matrices": "matrix", "meninges": "meninx", "mesothelia": "mesothelium", "metastases": "metastasis",
    "mice": "mouse", "mitochondria": "mitochondrion", "ova": "ovum", "phalanges": "phalanx", "phyla": "phylum",
    "septa": "septum", "series": "series", "species": "species", "spermatozoa": "spermatozoon",
    "teeth": "tooth", "vertices": "vertex", "viscera": "viscus", "women": "woman",
    # Latin genitives in the names of species: no plurals of a disease.
    "diphtheriae": "diphtheriae", "dysenteriae": "dysenteriae", "gonorrhoeae": "gonorrhoeae", "influenzae": "influenzae",
    "leprae": "leprae", "malariae": "malariae", "pneumoniae": "pneumoniae",
}  # fmt: skip

_LONGEST_WORD = 64
"""Longer words (sequences, links) are compared as printed, so that the cache of forms never keeps a huge string."""


def scan(text: str) -> tuple[list[str], list[int], list[int]]:
    """The tokens of a text as columns: the words as printed, where they begin, and where they end.

    ``words[k] == text[starts[k] : stops[k]]``; offsets are code points of the text as given.

    >>> scan("Alzheimer's  disease")
    (['Alzheimer', 'disease'], [0, 13], [9, 20])
    """
    if text.isascii():
        if text.isalnum():
            return [text], [0], [len(text)]
        parts = _ASCII.split(text)
    elif _COMPOSED.search(text):
        words, starts, stops = [], [], []
        for match in _ANY.finditer(text):
            words.append(match[1])
            starts.append(match.start())
            stops.append(match.end(1))
        return words, starts, stops
    elif _IS_GREEK.search(text):
        parts = _WITH_GREEK.split(text)
    else:
        parts = _WITHOUT_GREEK.split(text)
    places = list(accumulate(map(len, parts)))
    columns = parts[1::2], places[:-1:2], places[1::2]
    return _without_possessives(text, columns) if "'" in text or "\u2019" in text else columns


def _without_possessives(
    text: str, columns: tuple[list[str], list[int], list[int]]
) -> tuple[list[str], list[int], list[int]]:
    """The tokens without the possessive 's that follows one of them immediately and that no letter follows."""
    words, starts, stops = columns
    kept: tuple[list[str], list[int], list[int]] = ([], [], [])
    last = 0  # what is before this token is kept already
    for start in sorted([*_places(text, "'"), *_places(text, "\u2019")]):
        stop = start + 2
        if text[start + 1 : stop] not in _S or _is_word_character(text[stop : stop + 1]):
            continue
        at = bisect_left(starts, start)
        # The s is a token, and a token is before it that no earlier possessive took.
        if stops[at + 1] == stop and at > last and stops[at - 1] == start:
            kept[0].extend(words[last:at])
            kept[1].extend(starts[last:at])
            kept[2].extend(stops[last:at])
            last = at + 2
    if not last:
        return columns
    return kept[0] + words[last:], kept[1] + starts[last:], kept[2] + stops[last:]


def _places(text: str, character: str) -> Iterator[int]:
    at = text.find(character)
    while at >= 0:
        yield at
        at = text.find(character, at + 1)


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character == "_"


def forms(text: str) -> list[str]:
    """The forms of the tokens of a text.

    >>> forms("Alzheimer's diseases, TNF-α, Type II")
    ['alzheimer', 'disease', ',', 'tnf', 'alpha', ',', 'type', '2']
    """
    return [form(word) for word in scan(text)[0]]


def plain(text: str) -> str:
    """The text without what only typography knows: NFKC, no soft hyphens or zero-width signs; case is kept."""
    return text if text.isascii() else _DROPPED.sub("", unicodedata.normalize("NFKC", text))


def form(word: str, equivalents: bool = True) -> str:
    """What a single token is compared by.

    Args:
        word: a token as printed.
        equivalents: whether words that stand for another (``renal``, ``kidney``) have the form of that one.

    >>> [form(word) for word in ("Tumours", "β", "Leukaemia", "leukemic", "IV", "vertebrae")]
    ['tumor', 'beta', 'leukemia', 'leukemia', '4', 'vertebra']
    """
    return word if len(word) > _LONGEST_WORD else _form(word, equivalents)


@lru_cache(maxsize=1 << 15)
def _form(word: str, equivalents: bool) -> str:
    if number := _ROMAN.get(word):
        return number
    if word.isascii():
        folded = word.lower()
    else:
        folded = plain(word).casefold()
        folded = _GREEK_NAMES.get(folded, folded)
    if len(folded) < 4 or folded.isdigit():
        return _IRREGULAR.get(folded) or (folded[:-1] if len(folded) == 3 and _is_plural(folded) else folded)
    based = _noun(_american(singular(folded)))
    return _equivalents().get(based, based) if equivalents else based


@cache
def _equivalents() -> dict[str, str]:
    """Forms that stand for another one, found by names of the same concepts that differ in one word
    (``kg/data/recognition/equivalents.tsv``)."""
    return {row[0]: row[1] for row in resources.table("recognition/equivalents.tsv")}


def singular(word: str) -> str:
    """A word in small letters without its plural; not always a word, but the same for both numbers.

    >>> [singular(word) for word in ("cells", "biopsies", "viruses", "diagnosis", "abscess", "diagnoses", "nuclei")]
    ['cell', 'biopsy', 'virus', 'diagnosis', 'abscess', 'diagnosis', 'nucleus']
    """
    if irregular := _IRREGULAR.get(word):
        return irregular
    if not word.endswith("s"):
        if len(word) > 4 and word.endswith("ae"):
            return word[:-1]
        if len(word) > 4 and word.endswith("i"):
            return word[:-1] + "us"
        if len(word) > 6 and word.endswith("mata"):
            return word[:-2]
        return word
    if not _is_plural(word):
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 6 and word.endswith(("oses", "yses")) and not word.endswith("doses"):
        return word[:-2] + "is"
    if len(word) > 5 and word.endswith("uses") and not word.endswith(("auses", "ouses", "buses")):
        return word[:-2]
    return word[:-1]


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _american(word: str) -> str:
    if len(word) > 5:
        if "ae" in word or "oe" in word:
            word = word.replace("ae", "e").replace("oe", "e")
        word = word.replace("sulph", "sulf").replace("isation", "ization").replace("leuco", "leuko")
        if word.endswith("ise"):
            return word[:-3] + "ize"
        if word.endswith("yse"):
            return word[:-3] + "yze"
    if len(word) > 4:
        if word.endswith("our"):
            return word[:-3] + "or"
        if word.endswith(("tre", "bre")):
            return word[:-2] + "er"
    return word


_NOUNS = (
    ("emic", "emia"), ("otic", "osis"), ("itic", "itis"), ("plegic", "plegia"), ("pathic", "pathy"), ("uric", "uria"),
    ("penic", "penia"), ("trophic", "trophy"), ("phrenic", "phrenia"), ("rrhythmic", "rrhythmia"), ("tensive", "tension"),
    ("leptic", "lepsy"), ("plastic", "plasia"), ("esthetic", "esthesia"), ("tonic", "tonia"), ("kinetic", "kinesia"),
    ("blastic", "blast"), ("cytic", "cyte"), ("omatous", "oma"),
)  # fmt: skip
"""adjective → noun, by ending"""


def _noun(word: str) -> str:
    if word.endswith(("c", "ve", "ous")) and len(word) > 7:
        for adjective, noun in _NOUNS:
            if word.endswith(adjective):
                return word[: -len(adjective)] + noun
    return word


_LONGEST_ACRONYM = 6


def is_cased(name: str) -> bool:
    """Whether a name means what it means only in its own capitals: at most four characters with a capital after the
    first one or nothing but capitals, names of one or two letters, and short ones in capitals whose last letter would
    else be the s of a plural (HARDS is not hard).

    >>> [is_cased(name) for name in ("AIDS", "iPSC", "He", "IL-6", "Lead", "COVID", "HARDS")]
    [True, True, True, True, False, False, True]
    """
    if 4 < len(name) <= _LONGEST_ACRONYM and name[-1] == "S" and name.isupper() and name.isalpha():
        return True
    return len(name) <= 4 and (any(c.isupper() for c in name[1:]) or name.isupper() or len(name) < 3)


def as_printed(name: str) -> str:
    """What a case-sensitive name is compared by: its letters, digits and marks as printed, separators left out."""
    return "".join(scan(plain(name))[0])


def is_border(text: str, at: int) -> bool:
    """Whether a word may end after character ``at``: TNF does not end inside TNFα, which is two tokens."""
    return not (0 <= at < len(text) - 1 and text[at].isalnum() and text[at + 1].isalnum())
