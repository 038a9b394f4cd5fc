"""Text → mentions of concepts. One file a way of finding them; :data:`RECOGNISERS` is the only list of them.

A recogniser reads all passages of one document at once and gives its mentions; it never changes what it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from kg.lexicon import Lexicon
from kg.model import Mention, Passage
from kg.recognisers.dictionary import DictionaryRecogniser


class Recogniser(Protocol):
    """What every recogniser offers."""

    @property
    def agent(self) -> str:
        """Its name, as it stands in every mention."""

    @property
    def settings_digest(self) -> str:
        """sha256, in hexadecimal, of all that decides what it finds besides the program's version."""

    def annotate(self, passages: Sequence[Passage]) -> list[Mention]:
        """The mentions in all passages of one document; ``passage.text[start:end] == mention.text``, always."""


RECOGNISERS: dict[str, Callable[[Lexicon], Recogniser]] = {"dictionary": DictionaryRecogniser}
"""name → what makes a recogniser from a lexicon"""
