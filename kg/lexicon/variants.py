"""The further spellings that an ontology's name stands for, beside those that share its forms.

Only what holds for names of every ontology; each spelling says what was changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg import resources
from kg.lexicon.forms import form

CHANGES = ("", "inverted", "of", "without parenthesis", "joined", "split", "without stereo", "salt", "head")
"""What can have been changed, by its number in a compiled lexicon; the empty one is the name itself."""

_LONGEST = 120  # characters of a name that is varied
_OF = re.compile(r"(?:(?:the|a|an)\s+)?", re.I)
_PARENTHESIS = re.compile(r"\s+[(\[][^()\[\]]*[)\]]$")
_STEREO = re.compile(
    r"(?:\((?:\+/?-?|-|\+-|±|[RSEZ]|\d+[RS](?:,\d+[RS])*|cis|trans|dl|d|l)\)|(?:DL|[DL]|cis|trans|rac|all-trans))-",
    re.I,
)
_LETTERS_DIGITS = re.compile(r"([^\W\d_]{1,6})[- ](\d{1,4}[A-Za-z]?)(?![\w-])")
_DIGITS_INSIDE = re.compile(r"(?<![\w-])([A-Z]{1,5})(\d{1,4})$")
_OF_CATEGORIES = frozenset({"Disease", "PhenotypicFeature", "AnatomicalEntity"})
_QUALIFIERS = ("disorder", "finding", "disease", "morphologic abnormality", "qualifier value")


def variants(name: str, category: str | None = None) -> Iterator[tuple[str, str]]:
    """(spelling, change) of a name; the name itself is not among them.

    >>> list(variants("Diabetes Mellitus, Type 1"))
    [('Type 1 Diabetes Mellitus', 'inverted')]
    >>> list(variants("neoplasm of lung"))
    [('lung neoplasm', 'of'), ('neoplasm of the lung', 'of')]
    >>> list(variants("IL-6")), list(variants("colitis (disorder)"))
    ([('IL6', 'joined')], [('colitis', 'without parenthesis')])
    """
    if len(name) > _LONGEST:
        return
    if match := _PARENTHESIS.search(name):
        inside = name[match.start() :].strip(" ()[]")
        if inside in _QUALIFIERS or category not in {"ChemicalEntity", "Gene", "Protein"}:
            name = name[: match.start()]
            if len(name) > 3:
                yield name, "without parenthesis"
    if ", " in name:
        parts = name.split(", ")
        if 2 <= len(parts) <= 4 and all(parts) and not parts[-1].lower().startswith(("and ", "or ", "not ", "with ")):
            yield " ".join(reversed(parts)), "inverted"
            if parts[-1] == "Human" and category in _OF_CATEGORIES:  # animals have it, too
                yield " ".join(reversed(parts[:-1])), "inverted"
    elif " of " in name:
        head, _, tail = name.partition(" of ")
        tail = tail[_OF.match(tail).end() :]  # type: ignore[union-attr]
        if head and tail and len(tail.split()) <= 3 and len(head.split()) <= 3 and " of " not in tail:
            yield f"{tail} {head}", "of"
            yield f"{head} of the {tail}", "of"
    elif category in _OF_CATEGORIES and name.count(" ") == 1:
        modifier, head = name.split(" ")
        if len(head) > 3 and modifier.isalpha():
            yield f"{head} of {modifier}", "of"
            yield f"{head} of the {modifier}", "of"
    if category == "ChemicalEntity" and (match := _STEREO.match(name)) and len(name) - match.end() > 5:
        yield name[match.end() :], "without stereo"
    if category == "ChemicalEntity":
        yield from _salts(name)
    elif category in _OF_CATEGORIES and ", " not in name:
        yield from _heads(name)
    if (match := _LETTERS_DIGITS.fullmatch(name)) or (match := _LETTERS_DIGITS.match(name)):
        yield match[1] + match[2] + name[match.end() :], "joined"
    elif match := _DIGITS_INSIDE.fullmatch(name):
        yield f"{match[1]}-{match[2]}", "split"


_SALTS = frozenset(
    "acetate bromide besylate calcium chloride citrate dihydrochloride disodium fumarate hemihydrate hydrate hydrobromide "
    "hydrochloride iodide magnesium maleate malate mesylate monohydrate nitrate phosphate potassium sodium succinate "
    "sulfate sulphate tartrate tosylate trihydrate".split()
)
"""What a drug is formulated as; its name without it is the substance."""


def _salts(name: str) -> Iterator[tuple[str, str]]:
    """Acids as their salts, and drugs without their counter-ion.

    >>> list(_salts("Pyruvic Acid")), list(_salts("Vecuronium Bromide"))
    ([('Pyruvate', 'salt')], [('Vecuronium', 'salt')])
    """
    stem, _, last = name.rpartition(" ")
    if not stem:
        return
    if last.lower() == "acid" and stem.lower().endswith("ic") and len(stem) > 5:
        yield stem[:-2] + "ate", "salt"
    elif last.lower() in _SALTS and len(stem) > 6 and " " not in stem and stem.lower() not in _METALS:
        yield stem, "salt"


_METALS = frozenset(
    "aluminum ammonium antimony arsenic barium beryllium bismuth cadmium calcium cesium chromium cobalt copper ferric "
    "ferrous gallium lithium magnesium manganese mercuric mercury methyl nickel potassium rubidium silver sodium stannous "
    "strontium tetraethylammonium thallium titanium uranyl vanadium zinc hydrogen methylene carbon polyvinyl vinyl "
    "benzalkonium choline".split()
)


@cache
def _said_for() -> dict[str, tuple[str, ...]]:
    """The last word of a name → words that papers put in its place (``kg/data/recognition/heads.tsv``)."""
    return {form(head): tuple(said.split("|")) for head, said in resources.table("recognition/heads.tsv")}


_TROUBLES = frozenset({"disease", "disorder", "dysfunction", "insufficiency", "impairment"})
_TROUBLED = (("impaired", "function"), ("impairment of", "function"), ("abnormal", "function"))
_HARMS = frozenset({"damage", "disease", "injury"})
_BY_DRUGS = re.compile(r"(?:Drug|Chemically|Toxin)[- ]Induced ", re.I)
_RELATED = re.compile(r"[- ]related$", re.I)


def _heads(name: str) -> Iterator[tuple[str, str]]:
    """Names whose last word is general, with another general word, or said of a function: papers say renal damage and
    impaired renal function for kidney disease, and cocaine abuse for a cocaine-related disorder.

    >>> [spelling for spelling, _ in _heads("Brain Injuries")]
    ['Brain damage', 'Brain trauma', 'Brain lesion']
    """
    stem, _, last = name.rpartition(" ")
    if not stem or stem.count(" ") > 1:
        return
    head = form(last)
    if head in _HARMS and (match := _BY_DRUGS.match(stem)):
        yield f"{stem[match.end() :]} toxicity", "head"
    for other in _said_for().get(head, ()):
        yield f"{stem} {other}", "head"
    if head in _TROUBLES:
        for before, after in _TROUBLED:
            yield f"{before} {stem} {after}", "head"
    if head == "disorder":
        yield f"impaired {stem}", "head"
        if match := _RELATED.search(stem):
            for other in ("abuse", "addiction", "dependence"):
                yield f"{stem[: match.start()]} {other}", "head"
