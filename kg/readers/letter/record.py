"""A letter while it is read: its layout, and what was found wrong or without a place."""

from __future__ import annotations

from kg.readers.letter.layout import Block, Layout


class Reading:
    """One letter on its way from a layout to an :class:`~kg.model.Article`."""

    def __init__(self, layout: Layout, line: int) -> None:
        self.layout = layout
        self.line = line
        """the first line that is not blank"""
        self.warnings: list[tuple[str, str, int | None]] = []
        """(rule, message, line)"""
        self.notes: list[tuple[int, str | None, str]] = []
        """(line, heading, text) of what has no other place"""

    def blocks(self, kind: str) -> list[Block]:
        """The sections of a kind, in order."""
        return [block for block in self.layout.blocks if block.kind == kind]

    def warn(self, rule: str, message: str, line: int | None) -> None:
        self.warnings.append((rule, message[:500], line))

    def keep(self, line: int, heading: str | None, text: str) -> None:
        """Keep a text as a note."""
        self.notes.append((line, heading, text))

    def note(self, block: Block) -> None:
        """Keep a section as a note."""
        self.keep(block.number, block.heading, block.text)
