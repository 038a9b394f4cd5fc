"""Bytes → pieces of a plain set, or the elements of any.

A set of a common kind is cut into pieces that fit the processor's cache, each behind a ``</PubmedArticle>``; one is in
memory at a time. What a piece says is read off its text (:mod:`kg.readers.pubmed.rules`) or parsed between the set's own
start and end tag. XML's rule for content is closed under concatenation, so in UTF-8 and without internal subset the whole
is well-formed when its pieces and its frame (what stands before the first record and after the last, matched byte for
byte) are; a cut inside a comment or a CDATA section leaves a piece that is not. Whatever is not so plain, or that the
parser refuses, is to be read again from the start as one document, and that reading alone decides. All ways give equal
items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import BinaryIO, cast

from lxml import etree

from kg.errors import InputError
from kg.markup import Element, children, elements, line_of, root_name
from kg.readers.pubmed.draft import shown

RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation", "DeleteCitation", "DeleteDocument")
SETS = ("PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet")

PIECE = 1 << 16
"""bytes read at a time: what is read off them is made and freed fastest while it fits in the processor's cache"""
LONGEST_RECORD = 32 << 20
"""bytes a record may take; beyond that the file is refused"""


class NotPlain(Exception):
    """The file must be parsed as one document."""


_PLAIN_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?"
    rb"(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:utf|UTF)-8[\"'])?(?: standalone=[\"'](?:yes|no)[\"'])? ?\?>)?"
    rb"\s*+(?:<!DOCTYPE PubmedArticleSet(?: PUBLIC \"[^\"<>&%]*\"\s+\"[^\"<>&]*\"| SYSTEM \"[^\"<>&]*\")?\s?>)?"
    rb"\s*+(<PubmedArticleSet(?:\s[^<>&]*)?>)"
)
_PLAIN_END = re.compile(rb"</PubmedArticleSet>[ \t\r\n]*\Z")
_RECORD_END = b"</PubmedArticle>"


class Piece:
    """Whole records of a plain set; whether they are well-formed is not known.

    Args:
        start: the set's start tag.
        data: the records, in UTF-8.
        end: the set's end tag.
        line: the line of the file on which the piece begins.
        is_last: whether the set ends behind it.
    """

    def __init__(self, start: bytes, data: bytes, end: bytes, line: int, is_last: bool):
        self.start, self.data, self.end, self.line, self.is_last = start, data, end, line, is_last
        self._line, self._counted = line, 0

    @cached_property
    def text(self) -> str:
        """The records.

        Raises:
            NotPlain: they are not in UTF-8.
        """
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            raise NotPlain from None

    def line_at(self, place: int) -> int:
        """The line of the file on which a place of the text lies; places are asked for in their order."""
        self._line += self.text.count("\n", self._counted, place)
        self._counted = place
        return self._line

    def line_behind(self) -> int:
        """The line of the file on which the piece ends."""
        return self.line_at(len(self.text)) if self._counted else self.line + self.data.count(b"\n")

    def elements(self, done: int) -> Iterator[tuple[Element, int | None]]:
        """The records but the first ``done`` as trees, each with its line; of the last piece then the set without.

        Raises:
            NotPlain: it is not well-formed.
        """
        ahead = self.line - 1 - self.start.count(b"\n")  # how many lines the file is ahead of the piece
        root = _strict(self.start + self.data + self.end)
        for element in islice(root, done, None):
            line = line_of(element)
            yield element, line and line + ahead
        if self.is_last:
            yield root, None


def pieces(stream: BinaryIO) -> Iterator[Piece]:
    """The records of a plain set in their order.

    Raises:
        NotPlain: where it turns out not to be one; what was yielded before is what :func:`whole` yields first.
    """
    data = stream.read(PIECE)
    head = _PLAIN_HEAD.match(data)
    if not head:
        raise NotPlain
    start, end = head[1], b"</PubmedArticleSet>"
    if _strict(head[0] + end).tag not in SETS:  # a foreign namespace
        raise NotPlain
    line = data.count(b"\n", 0, head.end()) + 1
    data = data[head.end() :]
    searched = 0
    while True:
        more = stream.read(PIECE)
        if more:
            cut = data.rfind(_RECORD_END, searched)
            if cut < 0:
                if len(data) > LONGEST_RECORD:
                    raise NotPlain
                searched = max(0, len(data) - len(_RECORD_END))
                data += more
                continue
            cut += len(_RECORD_END)
            piece, data, searched = data[:cut], data[cut:] + more, 0
        else:
            last = _PLAIN_END.search(data, max(0, data.rfind(end)))
            if not last:
                raise NotPlain
            piece = data[: last.start()]
        found = Piece(start, piece, end, line, not more)
        yield found
        if not more:
            return
        line = found.line_behind()


def _strict(document: bytes) -> Element:
    try:
        return etree.fromstring(document, _PARSER)
    except etree.XMLSyntaxError:
        raise NotPlain from None


# Comments and processing instructions would split the text around them.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def whole(stream: BinaryIO) -> Iterator[tuple[Element, int | None]]:
    """The children of any set, each with its line, then the set without; or the one record that is the root."""
    root = root_name(stream.read(1 << 16))
    stream.seek(0)
    limited = _Limited(stream)
    found = False
    single = root in RECORDS
    for element in elements(cast(BinaryIO, limited), root or "") if single else children(cast(BinaryIO, limited)):
        top = element.getroottree().getroot().tag
        if top not in (RECORDS if single else SETS):
            raise InputError("wrong-format", f"the root element is {shown(str(top))}, which is none of PubMed's")
        found = True
        limited.taken = 0
        line = None
        if single or element.getparent() is not None:
            line = line_of(element)
            etree.strip_tags(element, etree.Comment, etree.ProcessingInstruction)
        yield element, line
    if not found:
        raise InputError("wrong-format", "the root element is none of PubMed's")


_LANDMARK = re.compile(
    rb"<(?:(?P<start>PubmedArticle|PubmedBookArticle|MedlineCitation)|/(?P<end>PubmedArticle|PubmedBookArticle))[\s>]"
    rb"|<PMID(?:\s[^<>]*)?>\s*(?P<pmid>[0-9]{1,8})\s*<"
)
_LONGEST_LINE = 1 << 20


def record_at(stream: BinaryIO, line: int) -> str | None:
    """The record that holds a line of a file that no parser can read; None where that is not certain."""
    stream.seek(0)
    record = None
    waiting = ended = False
    for number in range(1, line + 1):
        text = stream.readline(_LONGEST_LINE)
        if len(text) == _LONGEST_LINE:
            return None
        if ended:
            record, ended = None, False
        begun = 0
        for mark in _LANDMARK.finditer(text):
            if mark["start"]:
                record, waiting = None, True
            elif mark["end"]:
                ended = True
            elif waiting:
                record, waiting = f"PMID {mark['pmid'].decode()}", False
                begun += 1
        if (
            number == line
            and begun
            and not (begun == 1 and text.lstrip().startswith((b"<Pubmed", b"<Medline", b"<PMID")))
        ):
            return None
    return record


class _Limited:
    """A stream that refuses a record that is too long; ``taken`` are the bytes since the last one ended."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.taken += len(data)
        if self.taken > LONGEST_RECORD:
            raise InputError("record-too-long", f"a record takes more than {LONGEST_RECORD >> 20} MB")
        return data
