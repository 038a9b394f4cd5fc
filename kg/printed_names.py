"""Names as citation exports print them → their parts: ``Gupta, Vrinda``, ``Gupta V``, ``Gupta, V., Jr``.

Sources: NLM, "Authors in MEDLINE/PubMed" (family name, initials without full stops, suffix: ``Kumar D Jr``) and the
MEDLINE display format's FAU; RIS (``family, given, suffix``); CSL-JSON's name parts.
"""

from __future__ import annotations

import re

from kg.model import Author

_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|V|1st|2nd|3rd|[4-9]th)\.?", re.IGNORECASE)
_INITIALS = re.compile(r"[^\W\d_a-z](?:[^\W\d_]|-){0,5}")
_STOPPED = re.compile(r"(?:[^\W\d_]{1,2}\.[ -]?){1,6}|[^\W\d_]")


def is_suffix(text: str) -> bool:
    """Whether a word stands behind a name: ``Jr``, ``3rd``.

    >>> is_suffix("Jr."), is_suffix("3rd"), is_suffix("Junior")
    (True, True, False)
    """
    return _SUFFIX.fullmatch(text) is not None


def is_initials(text: str) -> bool:
    """Whether given names are nothing but initials with full stops, or one letter.

    >>> is_initials("V. K."), is_initials("J.-P."), is_initials("Vrinda")
    (True, True, False)
    """
    return _STOPPED.fullmatch(text) is not None


def inverted(printed: str, initials: str | None = None) -> Author | None:
    """A name with commas between its parts, family name first; None where nothing is left of it.

    A name without comma is one family name (or a name in a script that has no order to invert). Given names that are
    nothing but initials are both: the given name as printed, and the initials.

    >>> a = inverted("Gupta, V. K., Jr")
    >>> a.name, a.family, a.given, a.initials, a.suffix
    ('V. K. Gupta Jr', 'Gupta', 'V. K.', 'V. K.', 'Jr')
    >>> inverted("Casbon, James A", "JA").name, inverted("Aristotle").family
    ('James A Casbon', 'Aristotle')
    """
    parts = [part for piece in printed.split(",") if (part := " ".join(piece.split()))]
    if not parts:
        return None
    family, rest = parts[0], parts[1:]
    suffix = None
    if rest and is_suffix(rest[-1]) and (len(rest) > 1 or len(rest[-1]) > 2):
        suffix = rest.pop()
    elif rest and (last := rest[-1].rpartition(" "))[0] and _PUBMED_SUFFIX.fullmatch(last[2]):
        rest[-1], suffix = last[0], last[2]  # FAU - Example, Adam B Jr
    given = ", ".join(rest) or None
    if given and initials is None and is_initials(given):
        initials = given
    return named(given, family, suffix, initials)


_PUBMED_SUFFIX = re.compile(r"Jr|Sr|2nd|3rd|[4-9]th")


def short(printed: str) -> Author | None:
    """A name as MEDLINE prints it: family name, initials, suffix; None where it has not that form.

    >>> a = short("van der Berg AB 3rd")
    >>> a.name, a.family, a.initials, a.suffix, a.given
    ('AB van der Berg 3rd', 'van der Berg', 'AB', '3rd', None)
    >>> short("Fictional Study Group") is None, short("Kumar") is None
    (True, True)
    """
    words = printed.split()
    suffix = words.pop() if len(words) > 2 and _PUBMED_SUFFIX.fullmatch(words[-1]) else None
    if len(words) < 2 or not _INITIALS.fullmatch(words[-1]) or not _mostly_capitals(words[-1]):
        return None
    return named(None, " ".join(words[:-1]), suffix, words[-1])


def _mostly_capitals(word: str) -> bool:
    return 2 * sum(char.isupper() for char in word) >= len(word) and not (len(word) > 2 and word[1:].islower())


def named(given: str | None, family: str | None, suffix: str | None = None, initials: str | None = None) -> Author:
    """An author from parts; the name in reading order, with the initials where no given name is known."""
    name = " ".join(filter(None, (given or initials, family, suffix)))
    return Author(name, given, family, suffix, initials)


_PARTICLES = frozenset(
    "de de' del della di da das do dos du la le van von der den ter ten zu zum zur af av bin ibn al el ben bint".split()
)


def in_order(printed: str) -> Author | None:
    """A name in reading order, cut before its last word and the particles that belong to it; with a comma, as
    :func:`inverted`. None where nothing is left of it.

    >>> a = in_order("Ada B. van der Muster Jr.")
    >>> a.given, a.family, a.suffix, in_order("Muster, Ada").name
    ('Ada B.', 'van der Muster', 'Jr.', 'Ada Muster')
    """
    if "," in printed:
        return inverted(printed)
    words = printed.split()
    if not words:
        return None
    suffix = words.pop() if len(words) > 2 and is_suffix(words[-1]) and len(words[-1]) > 1 else None
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    return named(" ".join(words[:cut]) or None, " ".join(words[cut:]), suffix)


_GROUP = re.compile(
    r"\b(?:group|consortium|collaborat(?:ion|ive|ors)|network|committee|society|association|organi[sz]ation|team|"
    r"investigators|initiative|university|institutes?|ministry|department|agency|council|foundation|centers?|centres?|"
    r"hospital|registry|alliance|federation|task force)\b",
    re.IGNORECASE,
)


def is_group(printed: str) -> bool:
    """Whether a name that is not inverted is that of a group: a word behind its first, or its first of several, says so.

    >>> is_group("Fictional Study Group"), is_group("World Health Organization"), is_group("Catarina Barata")
    (True, True, False)
    """
    return " " in printed and _GROUP.search(printed) is not None


def cited(printed: str) -> Author | None:
    """A name as reference managers write it: inverted with a comma; else family name and initials, or a group; else as it
    stands, because its order is not known.

    >>> cited("Gupta, V.").family, cited("Kumar D").initials, cited("World Health Organization").is_group
    ('Gupta', 'D', True)
    >>> cited("Fictional Clinic of Berlin,").is_group
    True
    >>> cited("Catarina Barata")
    Author(name='Catarina Barata', given=None, family=None, suffix=None, initials=None, is_group=False, orcid=None, affiliations=(), note=None)
    """  # noqa: E501
    name = " ".join(printed.split())
    if name.endswith(",") and name.count(",") == 1 and " " in name:
        return Author(name.rstrip(" ,"), is_group=True)  # how EndNote marks an institution
    if "," in name and not (is_group(name) and not _STOPPED.search(name)):
        return inverted(name)
    if not name or set(name) <= set(",;.- "):
        return None
    if is_group(name):
        return Author(name, is_group=True)
    return short(name) or (Author(name) if " " in name else Author(name, family=name))
