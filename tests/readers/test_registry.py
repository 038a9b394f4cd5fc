"""Which reader gets which file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError, UsageError
from kg.readers import HEAD, READERS, reader_for

FIXTURES = sorted(
    path
    for path in (Path(__file__).parent.parent / "data").glob("*/*")
    if path.parent.name in READERS and path.is_file() and path.suffix != ".md"
)
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
        ("ris", b"\xef\xbb\xbf\r\n\r\nTY  - JOUR\r\nAU  - Doe\r\nER  - \r\n"),
        ("pubmed-text", b"\n1. Fict J. 2021 Jan;5(1):1-9. doi: 10.5555/x.\n\nA title.\n"),
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
        b"\nAU  - Doe\nTI  - A title\nPY  - 2020\n",
        b"format-version: 1.2\n\n[Term]\nid: CL:1\n",
        b"@prefix a: <b> .\n",
        b"@article{doe2020,\n",
        b"# Read me\n",
        b'{"a": 1}',
        b'{"type": "FeatureCollection", "title": "A map", "features": []}',
        b'[{"id": 1, "title": "A task"}, {"id": 2, "title": "Another"}]',
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


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_one_reader_knows_each_fixture(path: Path) -> None:
    """No two readers claim the same file, whichever is asked first; a byte order mark and blank lines change nothing."""
    for head in (path.read_bytes(), b"\xef\xbb\xbf" + path.read_bytes(), b"\r\n\n" + path.read_bytes()):
        if head.lstrip().startswith(b"<?xml") and not head.startswith((b"<?xml", b"\xef")):
            continue  # an XML declaration stands at the very start
        assert [name for name, reader in READERS.items() if reader.sniff(head[:HEAD])] == [path.parent.name]


def test_a_named_reader_insists() -> None:
    """--from refuses what is not of that format, and an unknown name is a wrong call."""
    with pytest.raises(InputError, match="not jats"):
        reader_for(b"<PubmedArticleSet>", "jats")
    with pytest.raises(UsageError, match="known are"):
        reader_for(LETTER, "docx")
