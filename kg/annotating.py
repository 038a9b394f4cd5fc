"""Documents → the same documents with the mentions of concepts in them: what ``kg annotate`` does.

One document in memory at a time, whatever the format; :data:`INPUTS` and :data:`OUTPUTS` are the only lists of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO

from msgspec.structs import replace

from kg import iri
from kg.annotations import annotations_of, read_bioc, read_pubtator, write_bioc_json, write_pubtator
from kg.annotations.articles import article_of
from kg.annotations.bioc import is_bioc
from kg.annotations.html import write_html
from kg.annotations.pubtator import is_pubtator
from kg.categories import TYPES, type_of
from kg.errors import InputError, UsageError
from kg.lexicon import Lexicon
from kg.model import AnnotatedDocument, AnnotatedPassage, Mention, Passage, Rejected, Warned, passages
from kg.recognisers import Recogniser
from kg.version import VERSION

HEAD = 1 << 16

Documents = Iterator[AnnotatedDocument]
Read = Iterator[AnnotatedDocument | Rejected | Warned]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document and the mentions in its passages."""

    document: AnnotatedDocument
    mentions: list[Mention]


# --- in -----------------------------------------------------------------------------------------------------------


def read_text(stream: BinaryIO) -> Read:
    """A plain text as one document of one passage.

    Raises:
        InputError: it is not UTF-8.
    """
    data = stream.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not-utf-8", "the text is not UTF-8; save it as UTF-8", byte=error.start) from error
    yield AnnotatedDocument("text", (AnnotatedPassage("text", text, "paragraph"),))


INPUTS: dict[str, Callable[[BinaryIO], Read]] = {"text": read_text, "pubtator": read_pubtator, "bioc": read_bioc}
"""name → reader of documents"""


def read(stream: BinaryIO, form: str | None = None) -> Read:
    """The documents of a stream, each after what is to be said of it; by its content where no format is named."""
    if form is None:
        if not stream.seekable():
            stream = BytesIO(stream.read())
        head = stream.read(HEAD)
        stream.seek(0)
        form = "pubtator" if is_pubtator(head) else "bioc" if is_bioc(head) else "text"
    return INPUTS[form](stream)


# --- annotate -----------------------------------------------------------------------------------------------------


def annotated(documents: Iterable[AnnotatedDocument], recogniser: Recogniser) -> Iterator[Annotated]:
    """Every document with the mentions that a recogniser finds in it; what others marked in it is left out."""
    for document in documents:
        texts = [Passage(passage.name, passage.text) for passage in document.passages]
        bare = replace(document, annotations=(), claims=())
        yield Annotated(bare, list(recogniser.annotate(texts)))


def types(words: Sequence[str]) -> frozenset[str] | None:
    """The types of concepts that a user names, None where none is named.

    Raises:
        UsageError: one of them is not known.
    """
    known = sorted({*TYPES.values(), "Other"})
    for word in words:
        if word not in known:
            raise UsageError(f"{word!r} is no type of concept; known are {', '.join(known)}")
    return frozenset(words) or None


# --- out ----------------------------------------------------------------------------------------------------------


def _marked(found: Iterable[Annotated], lexicon: Lexicon) -> Iterator[AnnotatedDocument]:
    @lru_cache(maxsize=1 << 16)
    def type_of_concept(curie: str) -> str:
        return type_of(lexicon.category(curie))

    for one in found:
        yield replace(one.document, annotations=annotations_of(one.mentions, type_of_concept))


def _pubtator(found: Iterable[Annotated], lexicon: Lexicon, out: BinaryIO) -> int:
    return write_pubtator(_marked(found, lexicon), out)


def _bioc_json(found: Iterable[Annotated], lexicon: Lexicon, out: BinaryIO) -> int:
    return write_bioc_json(_marked(found, lexicon), out)


def _jsonl(found: Iterable[Annotated], lexicon: Lexicon, out: BinaryIO) -> int:
    """A document a line, with everything that is known of its mentions."""
    count = 0
    for one in found:
        said = {
            "id": one.document.id,
            "passages": [{"name": p.name, "text": p.text} for p in one.document.passages],
            "mentions": [_as_json(mention, lexicon) for mention in one.mentions],
        }
        out.write(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        count += 1
    return count


def _as_json(mention: Mention, lexicon: Lexicon) -> dict[str, object]:
    known = lexicon.concept(mention.concept) if mention.concept in lexicon else None
    return {
        "passage": mention.passage,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "type": type_of(known.category if known else None),
        "concept": mention.concept,
        "label": known.label if known else None,
        "confidence": round(mention.confidence, 4),
        "reason": mention.reason,
        "context": dict(mention.context),
        "others": dict(mention.others),
        "standing": "doubtful" if mention.is_doubtful else "stated",
        "agent": mention.agent,
    }


def _html(found: Iterable[Annotated], lexicon: Lexicon, out: BinaryIO) -> int:
    return write_html(((one.document, [_as_json(m, lexicon) for m in one.mentions]) for one in found), out)


def _turtle(found: Iterable[Annotated], lexicon: Lexicon, out: BinaryIO) -> int:
    """The triples that a build would make of each document. Of a document with more than title and abstract the mentions
    are written as annotations of its parts."""
    from kg import exporters  # no other format waits for them

    count = 0

    def quads() -> Iterator[str]:
        nonlocal count
        for one in found:
            count += 1
            yield from _quads(one, lexicon)

    exporters.exporter("turtle").write(quads(), out)
    return count


def _quads(one: Annotated, lexicon: Lexicon) -> Iterator[str]:
    from kg import triples

    document = one.document
    if [passage.name for passage in document.passages] == ["text"]:
        whole = replace(document.passages[0], name="abstract", kind="abstract")
        document = replace(document, passages=(whole,))
        one = Annotated(document, [replace(mention, passage="abstract") for mention in one.mentions])
    texts = {passage.name: passage.text for passage in document.passages}
    bare, _ = article_of(document, "annotate", document.id)
    offered = {passage.name: passage.text for passage in passages(bare)}
    mentions = [m for m in one.mentions if offered.get(m.passage) == texts[m.passage]]
    if len(mentions) < len(one.mentions):
        [marked] = _marked([one], lexicon)
        bare, _ = article_of(marked, "annotate", document.id)
        mentions = []
    names = {mention.agent for mention in one.mentions}
    agents = {name: iri.agent(iri.BASE, name, VERSION, lexicon.digest) for name in names}
    source = iri.source(iri.BASE, iri.sha("\n".join(texts.values()), 64))
    yield from triples.document(bare, mentions, source=source, agents=agents, base=iri.BASE).nquads()


OUTPUTS: dict[str, Callable[[Iterable[Annotated], Lexicon, BinaryIO], int]] = {
    "pubtator": _pubtator,
    "bioc-json": _bioc_json,
    "jsonl": _jsonl,
    "html": _html,
    "ttl": _turtle,
}
"""name → writer of annotated documents; it gives their number"""
