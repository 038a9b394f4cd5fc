"""Entities that a spaCy pipeline finds, linked by name: an example of a recogniser that wraps another program.

spaCy is no dependency: install it and a pipeline (scispaCy's ``en_ner_bc5cdr_md``, say), and name the pipeline in the
environment variable ``KG_SPACY_PIPELINE``. An entity becomes a mention where its words are a name of the lexicon.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from typing import Any

from kg.errors import UsageError
from kg.lexicon import Lexicon, one_sense
from kg.model import Mention, Passage

PIPELINE = "KG_SPACY_PIPELINE"
"""the environment variable that names the pipeline"""

CONFIDENCE = 0.8
"""of every mention: spaCy states none"""


class SpacyRecogniser:
    """Mentions of the entities that a pipeline finds and a lexicon knows."""

    agent = "spacy"

    def __init__(self, lexicon: Lexicon, pipeline: Any = None) -> None:
        """Wrap a loaded pipeline; None = the one that the environment names.

        Raises:
            UsageError: spaCy or the pipeline is not installed, or none is named.
        """
        self._lexicon = lexicon
        self._pipeline = pipeline if pipeline is not None else _loaded()
        meta = getattr(self._pipeline, "meta", {})
        stated = [lexicon.digest, meta.get("name"), meta.get("version"), list(self._pipeline.pipe_names)]
        self.settings_digest = hashlib.sha256(json.dumps(stated).encode("ascii")).hexdigest()
        """sha256, in hexadecimal, of all that decides what is found besides the program's version"""

    def annotate(self, passages: Sequence[Passage], subjects: frozenset[str] = frozenset()) -> list[Mention]:
        """The mentions in all passages of one document; spaCy's offsets are code points, as ours."""
        found = []
        for passage in passages:
            for entity in self._pipeline(passage.text).ents:
                names = self._lexicon.lookup(entity.text)
                concept = one_sense(names) if names else None
                if concept is not None:
                    reason = f'{entity.label_} of spaCy, {names[0].kind} "{names[0].printed}"'
                    start, end = entity.start_char, entity.end_char
                    text = passage.text[start:end]
                    found.append(Mention(passage.name, start, end, text, concept, CONFIDENCE, self.agent, reason))
        return found


def _loaded() -> Any:
    name = os.environ.get(PIPELINE)
    if not name:
        raise UsageError(f"the recogniser spacy needs the name of a pipeline in {PIPELINE}")
    try:
        import spacy  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise UsageError("the recogniser spacy needs spaCy: pip install spacy") from error
    try:
        return spacy.load(name)
    except OSError as error:
        raise UsageError(f"spaCy has no pipeline {name!r}; install it first") from error
