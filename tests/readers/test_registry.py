"""Which reader gets which file."""

from __future__ import annotations

import pytest

from kg.errors import InputError, UsageError
from kg.readers import READERS, reader_for

LETTER = b"Letter to the Editor\nA title of a letter\nAda Example\nReceived: March 1, 2025\nKeywords: Insulin\n"


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("pubmed", b'<?xml version="1.0"?><PubmedArticleSet><PubmedArticle>'),
        ("jats", b'<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "x.dtd"><article>'),
        ("crossref", b'{"status":"ok","message-type":"work","message":{"DOI":"10.5555/x"}}'),
        ("nbib", b"\xef\xbb\xbf\r\n\r\nPMID- 123\r\nOWN - NLM\r\n"),
        ("bioc", b'<!DOCTYPE collection SYSTEM "BioC.dtd"><collection><source/>'),
        ("bioc", b'{"PubTator3": [{"id": "1"'),
        ("bioc", b'{"documents": ['),
        ("pubtator", b"123|t|A title\n123|a|An abstract\n"),
        ("letter", LETTER),
        ("letter", b"p53 binds DNA.\nNext.\n"),
        ("letter", b" " * 9000),
    ],
)
def test_content_decides(name: str, head: bytes) -> None:
    """A format is known by its first bytes; prose is left to the letter's reader, which says what it misses."""
    assert reader_for(head) == (name, READERS[name])


@pytest.mark.parametrize(
    "head",
    [
        b"file\trepository\tpath\nx\ty\tz\n",
        b"a,b,c\n1,2,3\n",
        b"TY  - JOUR\nAU  - Doe\nER  - \n",
        b"\nAU  - Doe\nTI  - A title\nPY  - 2020\n",
        b"format-version: 1.2\n\n[Term]\nid: CL:1\n",
        b"@prefix a: <b> .\n",
        b"@article{doe2020,\n",
        b"# Read me\n",
        b'{"a": 1}',
        b"%PDF-1.7",
        b"<html><body>404",
        b"<catalog/>",
        bytes(range(256)),
        "Café au lait".encode("latin-1"),
        b"",
        b" \n",
    ],
)
def test_other_formats_are_refused(head: bytes) -> None:
    """What has a format of its own is not taken for an article, and the message quotes nothing of it."""
    with pytest.raises(InputError) as refused:
        reader_for(head)
    assert refused.value.rule in ("unknown-format", "empty")


def test_a_named_reader_insists() -> None:
    """--from refuses what is not of that format, and an unknown name is a wrong call."""
    with pytest.raises(InputError, match="not jats"):
        reader_for(b"<PubmedArticleSet>", "jats")
    with pytest.raises(UsageError, match="known are"):
        reader_for(LETTER, "docx")
