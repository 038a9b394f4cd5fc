"""What the words that publishers use say: sorts of article, equal contribution, declared conflicts of interest.

Readers of different formats meet the same phrases; what a phrase means is written here, where it stands is theirs.

Sources: MeSH publication types (https://www.nlm.nih.gov/mesh/pubtypes.html); ICMJE and JATS4R recommendations on conflict
of interest statements. Phrases are those of English, and for conflicts of Portuguese, Spanish and French too.
"""

from __future__ import annotations

import re

# --- sorts of article -----------------------------------------------------------------------------------------------

_PUBLICATION_TYPES = {
    label: mesh
    for mesh, labels in {
        "D016422": "letter to the editor|letters to the editor|letter|letters|correspondence",
        "D016421": "editorial|editorials|guest editorial",
        "D016454": "review|reviews|review article|minireviews|minireview|mini review|opinion review|opinion reviews",
        "D000078182": "systematic review|systematic reviews",
        "D017418": "meta analysis|meta analyses",
        "D002363": "case report|case reports",
        "D016430": "clinical trials study|clinical trial|clinical trials",
        "D016449": "randomized controlled trial|randomised controlled trial|randomized clinical trial",
        "D064888": "observational study",
        "D016448": "multicenter study",
        "D003160": "comparative study",
        "D023362": "evaluation study",
        "D023361": "validation study",
        "D018486": "twin study",
        "D016420": "comment|commentary",
        "D016431": "guideline|guidelines",
        "D017065": "practice guideline",
        "D016425": "correction|erratum|corrigendum",
        "D016440": "retraction|retraction note|retraction notice",
        "D000075742": "expression of concern",
        "D019215": "biography",
        "D016456": "historical article",
    }.items()
    for label in labels.split("|")
}
"""label of an article → the MeSH publication type that says the same"""


def fold_label(label: str) -> str:
    """A label for comparison: lower case, blanks for hyphens."""
    return " ".join(label.casefold().replace("-", " ").split())


def publication_type(label: str) -> str | None:
    """The MeSH publication type that says what a printed label says; None where there is none.

    >>> publication_type("Mini-Review"), publication_type("Letters to the Editor"), publication_type("Frontier")
    ('D016454', 'D016422', None)
    """
    return _PUBLICATION_TYPES.get(fold_label(label))


_INDEXED_TYPES = {
    "journal article": "D016428",
    "research support, non u.s. gov't": "D013485",
    "research support, n.i.h., extramural": "D052061",
    "research support, n.i.h., intramural": "D052060",
    "research support, u.s. gov't, p.h.s.": "D013487",
    "research support, u.s. gov't, non p.h.s.": "D013486",
    "case reports": "D002363",
    "english abstract": "D004740",
    "evaluation studies": "D023362",
    "validation studies": "D023361",
    "controlled clinical trial": "D018848",
    "clinical trial, phase i": "D017426",
    "clinical trial, phase ii": "D017427",
    "clinical trial, phase iii": "D017428",
    "clinical study": "D000068397",
    "published erratum": "D016425",
    "retracted publication": "D016441",
    "retraction of publication": "D016440",
    "corrected and republished article": "D016439",
    "consensus development conference": "D016446",
    "congress": "D016423",
    "congresses": "D016423",
    "introductory journal article": "D054711",
    "classical article": "D016419",
    "news": "D016433",
    "portrait": "D019477",
    "address": "D019484",
    "dataset": "D064886",
    "video audio media": "D059040",
    "periodical index": "D016453",
}
"""what NLM's indexers call further publication types, in exports that leave out their identifiers"""


def indexed_type(label: str) -> str | None:
    """The MeSH publication type of a label as NLM's indexers write it; None where there is none.

    >>> indexed_type("Journal Article"), indexed_type("Review"), indexed_type("Weather report")
    ('D016428', 'D016454', None)
    """
    return _INDEXED_TYPES.get(fold_label(label)) or publication_type(label)


# --- nothing --------------------------------------------------------------------------------------------------------

_NOTHING = frozenset(("n/a", "na", "none", "null", "nil", "-", "--", "not applicable", "unknown", "undefined"))


def says_nothing(text: str) -> bool:
    """Whether a form was filled with a word for nothing, as grant numbers are.

    >>> says_nothing("N/A"), says_nothing("null"), says_nothing("NA-12")
    (True, True, False)
    """
    return text.strip().casefold() in _NOTHING


# --- contributions --------------------------------------------------------------------------------------------------

_EQUAL = re.compile(
    r"\bcontribut\w{1,6} equal|\bequal\w{0,3} contribut|\b(?:joint|co-?|shared?) ?first author|"
    r"\bshar(?:e|ed|ing) (?:the )?first authorship",
    re.IGNORECASE,
)


def says_equal(text: str) -> bool:
    """Whether a text says that people contributed equally.

    >>> says_equal("These authors contributed equally to this work."), says_equal("Equal pay"), says_equal("Co-first authors")
    (True, False, True)
    """
    return _EQUAL.search(text) is not None


# --- conflicts of interest ------------------------------------------------------------------------------------------

_DENIES = re.compile(
    r"\bno (?:[a-z,]{1,20} ){0,6}(?:conflicts?|competing|interests?|disclosures?)\b|\bnothing to (?:disclose|declare|report)|"
    r"\bnone\b|\bnot? (?:have|has|had) any\b|\bwithout (?:any )?(?:[a-z]{1,20} ){0,3}(?:conflict|competing)|"
    r"\bno potential|\bnil\b|absence of any|not? declared|\bno (?:financial|commercial|relevant)\b|"
    r"(?:\bnot|\bnever) (?:have )?(?:received|receive)\b|"
    r"\bn[aã]o (?:h[aá]|haver|existem?|possu[a-z]{1,4}|t[eê]m)\b|\bno (?:hay|haber|existen?|tienen?|tener)\b|"
    r"\bsem conflito|\bsin conflicto|\bningún|\bnenhum|aucun",
    re.IGNORECASE,
)
_ADMITS = re.compile(
    r"\b(?:received|receives|receiving|employees?|employed|consult[a-z]{1,8}|honorari[a-z]{1,4}|stocks?|shares|"
    r"sharehold[a-z]{1,4}|patents?|speakers?|advis[a-z]{1,6}|paid|founders?|co-?founders?|fees|equity|royalties|owns|"
    r"inventors?|serves? (?:on|as)|is (?:a|an|the) (?:[a-z]{1,20} )?(?:editor|director)|supported by)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;]\s|\n")


def declares_conflict(text: str) -> bool | None:
    """Whether a conflict-of-interest statement declares one: some sentence does, or else one denies it; else None.

    >>> declares_conflict("AB has received fees. CD has no competing interests.")
    True
    >>> declares_conflict("None."), declares_conflict("See below.")
    (False, None)
    """
    sentences = _SENTENCE_END.split(text)
    if any(_ADMITS.search(sentence) and not _DENIES.search(sentence) for sentence in sentences):
        return True
    return False if _DENIES.search(text) else None
