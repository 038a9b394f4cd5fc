"""Labels that stand in the text of a structured abstract → its parts.

Exports in plain text print NLM's labels in capitals before their section (``BACKGROUND: …``).
"""

from __future__ import annotations

import re

from kg.model import AbstractSection

_LABEL = re.compile(r"(?:^|(?<=[.?!)\]%] ))([A-Z][A-Z0-9,/&'() -]{2,80}): (?=\S)")
_CAPITALS = re.compile(r"[A-Z]{4}|^AIM$")


def sections(text: str) -> tuple[AbstractSection, ...]:
    """The parts of an abstract that begins with a label in capitals, cut where further ones begin a sentence.

    >>> [s.label for s in sections("BACKGROUND: A is b. RESULTS: DNA: c.")]
    ['BACKGROUND', 'RESULTS']
    """
    labels = [m for m in _LABEL.finditer(text) if _CAPITALS.search(m[1])]
    if not labels or labels[0].start():
        return (AbstractSection(text),)
    ends = [*(m.start() for m in labels[1:]), len(text)]
    return tuple(
        AbstractSection(text[m.end() : end].strip(), m[1].strip()) for m, end in zip(labels, ends, strict=True)
    )
