"""Text → mentions of concepts. One file a way of finding them; :data:`RECOGNISERS` is the only list of them.

A recogniser reads all passages of one document at once and gives its mentions; it never changes what it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from kg.errors import UsageError
from kg.lexicon import Lexicon
from kg.model import Mention, Passage
from kg.recognisers.dictionary import DictionaryRecogniser
from kg.recognisers.spacy import SpacyRecogniser


class Recogniser(Protocol):
    """What every recogniser offers."""

    @property
    def agent(self) -> str:
        """Its name, as it stands in every mention."""

    @property
    def settings_digest(self) -> str:
        """sha256, in hexadecimal, of all that decides what it finds besides the program's version."""

    def annotate(self, passages: Sequence[Passage], subjects: frozenset[str] = frozenset()) -> list[Mention]:
        """The mentions in all passages of one document; ``passage.text[start:end] == mention.text``, always.

        Args:
            passages: the texts of the document, in reading order.
            subjects: CURIEs of the concepts that an indexer gave to the document, for those who want a hint.
        """


RECOGNISERS: dict[str, Callable[[Lexicon], Recogniser]] = {"dictionary": DictionaryRecogniser, "spacy": SpacyRecogniser}
"""name → what makes a recogniser from a lexicon; those of other packages join by the entry point ``kg.recognisers``"""


def recogniser(name: str, lexicon: Lexicon) -> Recogniser:
    """The recogniser of that name, ours or a plug-in.

    Raises:
        UsageError: there is none.
    """
    from importlib import metadata  # only who asks for a plug-in waits for it

    plugged = {point.name: point for point in metadata.entry_points(group="kg.recognisers")}
    if name in RECOGNISERS:
        return RECOGNISERS[name](lexicon)
    if name in plugged:
        made: Recogniser = plugged[name].load()(lexicon)
        return made
    raise UsageError(f"no recogniser {name!r}; known are {', '.join(sorted({*RECOGNISERS, *plugged}))}")
