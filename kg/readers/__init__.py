"""Bytes → records. One module a format, all alike; :data:`READERS` is the only list of them.

A reader module has ``DESCRIPTION`` (one line), ``DELIVERS`` (the fields it fills, in words), and two functions:
``sniff(head)`` says from the first bytes (decompressed, up to :data:`HEAD` of them) whether this is its format, and
``read(stream)`` turns a binary stream into :data:`kg.model.Item` objects, one record in memory at a time. A record that
cannot be used is yielded as ``Rejected``; a file that cannot be used raises ``InputError``, whatever was yielded before:
the caller stores nothing of a file before its end was read.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Protocol

from kg.errors import InputError, UsageError
from kg.markup import root_name
from kg.model import Item
from kg.readers import (
    bioc,
    crossref,
    csl_json,
    europepmc,
    jats,
    letter,
    nbib,
    openalex,
    pubmed,
    pubmed_text,
    pubtator,
    ris,
    tei,
)

HEAD = 8192
"""how many bytes a reader may look at before it says whether the format is its own"""


class Reader(Protocol):
    """What a reader module offers."""

    @property
    def DESCRIPTION(self) -> str: ...  # noqa: N802
    @property
    def DELIVERS(self) -> tuple[str, ...]: ...  # noqa: N802

    def sniff(self, head: bytes) -> bool: ...
    def read(self, stream: BinaryIO) -> Iterator[Item]: ...


READERS: Mapping[str, Reader] = {
    "jats": jats,
    "pubmed": pubmed,
    "crossref": crossref,
    "europepmc": europepmc,
    "openalex": openalex,
    "nbib": nbib,
    "pubmed-text": pubmed_text,
    "bioc": bioc,
    "pubtator": pubtator,
    "tei": tei,
    "csl-json": csl_json,
    "ris": ris,
    "letter": letter,
}
"""name → reader, in the order of trust: of two records of one article the earlier reader's wins"""


def reader_for(head: bytes, name: str | None = None) -> tuple[str, Reader]:
    """The reader for a file that begins with ``head``; ``name`` insists on one.

    Raises:
        UsageError: there is no reader of that name.
        InputError: no reader knows the format, or the named one does not recognise it.
    """
    if name is not None:
        if name not in READERS:
            raise UsageError(f"unknown format {name!r}; known are {', '.join(READERS)}")
        # Any plain text may be a letter, if the user says so.
        if not READERS[name].sniff(head) and (name != "letter" or _look(head) not in (_PLAIN_TEXT, _BLANK)):
            raise InputError("wrong-format", f"this is not {name}: {_look(head)}")
        return name, READERS[name]
    if not head.strip(_BLANKS) and len(head) < HEAD:
        raise InputError("empty", "the file is empty")
    for known, reader in READERS.items():
        if reader.sniff(head):
            return known, reader
    look = _look(head)
    if (
        look in (_PLAIN_TEXT, _BLANK)
        and not _NOT_PROSE.match(head)
        and not _is_table(head)
        and len(_TAGGED.findall(head)) < 3
    ):
        return "letter", READERS["letter"]  # which says what it could not find
    hint = "; --from letter reads it as an article" if look == _PLAIN_TEXT else " (kg formats lists what is read)"
    raise InputError("unknown-format", f"no reader knows this format: {look}{hint}")


def _is_table(head: bytes) -> bool:
    """Whether the first two lines have the same number of tabs, or of commas or semicolons and more than one each."""
    lines = head.split(b"\n", 2)[:2]
    if len(lines) < 2:
        return False
    tabs, commas, semicolons = ([line.count(mark) for line in lines] for mark in (b"\t", b",", b";"))
    return tabs[0] == tabs[1] > 0 or commas[0] == commas[1] > 1 or semicolons[0] == semicolons[1] > 1


def _look(head: bytes) -> str:
    """What kind of file it looks like, for a message; never what it says, which may be a secret.

    >>> _look(b'<?xml version="1.0"?><catalog/>'), _look(b"[1, 2]"), _look(b"password")
    ('it is XML with the root element <catalog>', 'it looks like JSON', 'it looks like plain text')
    """
    start = head.lstrip(_BLANKS)
    if not start:
        return _BLANK if head else "the file is empty"
    if start.startswith(b"\x1f\x8b"):
        return "it is gzip inside gzip; unpack it once"
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return f"it is {kind}"
    if _HTML.match(start):
        return "it is an HTML page, perhaps an error page saved in place of the file; fetch it again"
    root = root_name(head)
    if root is not None:
        return f"it is XML with the root element <{_shown(root)}>"
    if start.startswith(b"<"):
        return "it looks like XML, but no root element is in sight"
    if len(_CONTROLS.findall(start)) > 2 + len(start) // 100:
        return "it is binary"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        return f"it looks like text, but byte {error.start} is not UTF-8; save it as UTF-8"
    return "it looks like JSON" if _JSON.match(start) else _PLAIN_TEXT


def _shown(name: str) -> str:
    short = name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
    return "".join(c if c.isprintable() else "?" for c in short)


_LONGEST_NAME = 60
_BLANKS = b" \t\r\n\xef\xbb\xbf"
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document; unpack or convert it"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it"),
    (b"BZh", "compressed with bzip2; unpack it"),
    (b"\xfd7zXZ\x00", "compressed with xz; unpack it"),
)
_HTML = re.compile(rb"(?:<!DOCTYPE\s{1,9})?<?html\b", re.IGNORECASE)
_JSON = re.compile(rb"[{[][ \t\r\n]{0,99}(?:[\"{}[\]0-9-]|true\b|false\b|null\b|$)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NOT_PROSE = re.compile(
    rb"\xef?\xbb?\xbf?\s{0,99}(?:PMID ?- |[A-Z][A-Z0-9]  - |%0 |FN |@\w{1,30}[{(]|[0-9]{1,12}\|[ta]\||@prefix|PREFIX|@base"
    rb"|format-version:|[{\[]|#|//|/\*|---|<|_:|CREATE |INSERT |SELECT )"
)
"""How text begins that is of a format of its own: citation exports, annotations, RDF, ontologies, code, markup."""
_TAGGED = re.compile(rb"^[A-Z][A-Z0-9]{1,3} {0,2}- ", re.MULTILINE)
"""a line of a citation export: ``AU  - ``"""
_PLAIN_TEXT = "it looks like plain text"
_BLANK = "it begins with nothing but blanks"
