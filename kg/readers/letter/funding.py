"""Funding lines → grants: ``Funder, No. 1 and No. 2; and Other Funder, No. 3``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Grant
from kg.readers.letter.record import Reading

_GRANT_NUMBER = re.compile(
    r"(?:\((?:\w+ ){0,2})?\b(?:(?:grants?|awards?|projects?|contracts?)\.?,? (?=No|Nos|number|#|ID))?"
    r"(?:No|Nos|numbers?|ID)\b\.?[: ]{0,2}#?",
    re.IGNORECASE,
)
_GRANT_CODE = re.compile(r"(?=[^\s,;]{0,40}[0-9])[^\W_][^\s,;()]{1,40}")
_NO_FUNDING = re.compile(r"\b(?:no|not|none|without)\b", re.IGNORECASE)
_FUNDER_LEAD = re.compile(
    r"(?:(?:This (?:work|study|research) was )?supported(?: in part)? by|funded by|partially|"
    r"(?:a |the )?(?:research )?(?:grants?|funds?) (?:from|of|by)|and|by|from|the|in part)\b[ ,:]{0,2}",
    re.IGNORECASE,
)


def read_grants(reading: Reading) -> tuple[Grant, ...]:
    """The grants of all funding lines, each once."""
    return tuple(dict.fromkeys(grant for block in reading.blocks("funding") for grant in _grants(block.paragraph)))


def _grants(text: str) -> Iterator[Grant]:
    """The grants of one funding line; none where it says that there was no funding."""
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


def _codes(text: str, start: int) -> tuple[list[str], int]:
    """The grant numbers that follow ``No.``, joined by commas or "and", and where they end."""
    codes: list[str] = []
    end = start
    while True:
        joint = text[end : end + 6]
        match = _GRANT_CODE.match(text, end + len(joint) - len(_after_joint(joint)))
        if match is None:
            return codes, end
        codes.append(match[0].rstrip("."))
        end = match.end()


def _after_joint(text: str) -> str:
    """What follows the comma or the "and" between two numbers."""
    rest = text.lstrip(" ,:")
    for joint in ("and ", "& "):
        rest = rest.removeprefix(joint)
    return rest.lstrip(" #")


def _funder(text: str) -> str | None:
    """The name of a funder, without the words that lead to it ("supported by grants from the")."""
    text = text.strip(" ,.()")
    while match := _FUNDER_LEAD.match(text):
        text = text[match.end() :].strip(" ,")
    return text.strip(" ,.(") or None


def _is_funder(name: str) -> bool:
    """Whether a funder's name is one: begins with a capital and is no sentence."""
    return name[:1].isupper() and len(name.split()) <= 20 and ". " not in name


def _grant_text(piece: str) -> str:
    return piece.strip(" .,").removeprefix("and ")
