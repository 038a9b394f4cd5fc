"""PubMed and MEDLINE XML → records: sets of articles and books, single records, deletions.

Sources: NLM's DTD "PubMedArticle" (1st January 2025 and, where older files differ, the MEDLINE DTDs since 2002) and its
"MEDLINE/PubMed XML Element Descriptions and their Attributes"; CiTO 2.8 for the relations between articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from kg.errors import InputError
from kg.markup import root_name
from kg.model import Item
from kg.readers.pubmed.record import items, items_of
from kg.readers.pubmed.stream import RECORDS, SETS, NotPlain, pieces, record_at, whole

DESCRIPTION = "PubMed and MEDLINE XML: sets of articles and books, single records, deletions"
DELIVERS = (
    "identifiers and versions",
    "journal",
    "dates",
    "titles",
    "abstracts",
    "authors and investigators with affiliations",
    "languages",
    "publication types",
    "MeSH headings, substances and supplementary concepts",
    "keywords",
    "grants",
    "references",
    "related articles",
    "conflict of interest",
    "databank accessions",
    "copyright",
)


def sniff(head: bytes) -> bool:
    """Whether the root element is one of PubMed's."""
    return root_name(head) in RECORDS + SETS


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every record of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not well-formed XML, or a record takes more than
            :data:`kg.readers.pubmed.stream.LONGEST_RECORD`.
    """
    done = 0
    try:
        for piece in pieces(stream):
            for said in items_of(piece):
                yield from said
                done += 1
        return
    except NotPlain:
        pass
    stream.seek(0)
    try:
        for number, (element, line) in enumerate(whole(stream)):
            if number >= done:
                yield from items(element, line)
    except InputError as error:
        error.record = record_at(stream, error.line) if error.line else None
        raise
