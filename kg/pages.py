"""Pagination as printed → first and last page, or an article number.

Source: NLM, "MEDLINE/PubMed Data Element Descriptions", Pagination (PG): the last page leaves out the leading digits that
it shares with the first (``616-7``); electronic article numbers begin with ``e``.
"""

from __future__ import annotations

import re

from msgspec import Struct

_PAGES = re.compile(r"([^\s,;:-]+)(?:-([^\s,;:-]+))?")
_ELECTRONIC = re.compile(r"[eE][0-9]+", re.ASCII)
_DASHES = re.compile(r"\s?[\u2010-\u2015\u2212]\s?|\s-{1,2}\s|--")


class Pages(Struct, frozen=True):
    """``printed`` is set only where the string says more than first and last page do."""

    first: str | None = None
    last: str | None = None
    elocation: str | None = None
    printed: str | None = None


def parse(printed: str) -> Pages:
    """Pages from the string that a source prints.

    >>> parse("616-7"), parse("e0173548")
    (Pages(first='616', last='617', elocation=None, printed='616-7'), Pages(first=None, last=None, elocation='e0173548', printed=None))
    >>> parse("50–75").last, parse("169-80, 199").printed, parse("S98-102").last
    ('75', '169-80, 199', '102')
    """  # noqa: E501
    match = _PAGES.match(_DASHES.sub("-", printed))
    first = last = ""
    if match and any(map(str.isdigit, match[1])):
        first = match[1]
        if match[2] and match.end() == len(_DASHES.sub("-", printed)):
            last = full_last_page(first, match[2])
    return of(first, last, printed)


def of(first: str, last: str, printed: str = "") -> Pages:
    """Pages from their parts; what is an article number is told from them."""
    rest = printed if printed not in ("", first, f"{first}-{last}") else None
    if first.startswith(("e", "E")) and _ELECTRONIC.fullmatch(first) and last in ("", first):
        return Pages(elocation=first, printed=rest)
    return Pages(first or None, last or None, None, rest)


def full_last_page(first: str, last: str) -> str:
    """The last page with the digits that it shares with the first.

    >>> full_last_page("169", "80"), full_last_page("S98", "102"), full_last_page("e12", "e9")
    ('180', '102', 'e9')
    """
    whole = first[: -len(last)] + last
    shortened = len(last) < len(first) and f"{last}{first[-len(last) :]}".isdecimal()
    return whole if shortened and whole >= first else last
