"""Statements: conflicts of interest, rights and licence, and every text that stays a text."""

from __future__ import annotations

import re

from kg import identifiers
from kg.model import ConflictOfInterest, Rights, Statement
from kg.readers.letter.record import Reading
from kg.wording import declares_conflict


def read_conflict(reading: Reading) -> ConflictOfInterest | None:
    """What is said of conflicts of interest, and whether it declares one."""
    text = "\n".join(text for block in reading.blocks("conflict") if (text := block.text))
    return ConflictOfInterest(text, declares_conflict(text)) if text else None


_HOLDER = re.compile(
    r"(?:Copyright ?)?(?:©|\([Cc]\))? ?(?:(?P<first>[12][0-9]{3})\b[,.]? ?)?(?:by )?(?P<holder>[^.©]{0,150}?)"
    r"(?: (?P<last>[12][0-9]{3}))?(?:[.,;]|$)",
    re.ASCII,
)


def read_rights(reading: Reading) -> Rights:
    """Copyright line and open-access statement, with holder, year and licence as far as these can be told."""
    copyright_text = " ".join(block.paragraph for block in reading.blocks("copyright")) or None
    holder = year = None
    if copyright_text and (match := _HOLDER.match(copyright_text)):
        holder = match["holder"].strip(" ,") or None
        year = int(match["last"] or match["first"]) if match["last"] or match["first"] else None
    blocks = reading.blocks("open-access")
    text = " ".join(block.paragraph for block in blocks) or None
    licence = identifiers.licence(text or copyright_text or "")
    if text and licence is None:
        message = "the open-access statement names no licence that is known"
        reading.warn("licence-unknown", message, blocks[0].number)
    return Rights(
        licence=licence,
        licence_text=text,
        access=blocks[0].heading if blocks else None,
        is_free=True if text and "open" in text.casefold() else None,
        copyright_text=copyright_text,
        holder=holder,
        year=year,
    )


_NAMED = (
    "contributions", "ethics", "data-availability", "open-access", "funding", "acknowledgements", "core-tip",
    "abbreviations",
)  # fmt: skip
"""kinds of section whose text is a statement of that name, in the order of the article"""


def read_statements(reading: Reading) -> tuple[Statement, ...]:
    """The texts that stay texts: known ones in a fixed order, then the notes as they stand in the file.

    To be called last: what the other rooms could not place is a note.
    """
    found: list[Statement] = []
    for kind in _NAMED:
        blocks = [block for block in reading.blocks(kind) if block.lines]
        for n, block in enumerate(blocks, 1):
            heading = None if block.heading == "Supported by" else block.heading
            found.append(Statement(kind if n == 1 else f"{kind}-{n}", heading, block.text))
    for block in reading.layout.blocks:
        if block.kind == "note" or (block.lines and block.kind in ("co-first", "co-corresponding", "equal")):
            reading.note(block)
    notes = sorted(reading.notes, key=lambda note: note[0])
    return (*found, *(Statement(f"note-{n}", heading, text) for n, (_, heading, text) in enumerate(notes, 1)))
