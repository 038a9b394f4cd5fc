"""What the reader gives, compared with an independent reading by XPath, on real files.

Needs ``KG_TEST_DATA``, a folder with ``pubmed/`` (files of many ages and shapes) and ``people/pubmed-articles.xml.gz``.
The comparison shares no code with the reader (``benchmarks/source_of_truth.py``).
"""

from __future__ import annotations

import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import source_of_truth

from kg import sources
from kg.markup import Element
from kg.model import Article, Deletion, Rejected
from kg.readers import pubmed
from kg.readers.pubmed import rules, stream

DATA = Path(os.environ.get("KG_TEST_DATA", "/nonexistent"))
pytestmark = pytest.mark.skipif(
    "KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA (a folder of real data) is not set"
)
FILES = sorted([*DATA.glob("pubmed/*.xml*"), *DATA.glob("people/pubmed-articles.xml.gz")])
MANY = [path for path in FILES if path.stat().st_size > 2_000_000]
"""those of thousands of records"""


def letters(sections: list[str]) -> list[str]:
    return ["".join(char for char in section if char.isalnum()) for section in sections]


def given(article: Article) -> dict[str, Any]:
    """The same facts of what the reader gives."""
    events: dict[str, set[str]] = {}
    for event in article.events:
        if event.date:
            d = event.date
            year_only = event.kind == "issued" and d.printed and re.match(r"\D|\d{4}[ -]", d.printed)
            shown = str(d.year) if year_only else "-".join(str(p) for p in (d.year, d.month, d.day) if p)
            events.setdefault(event.kind, set()).add(shown)
    return {
        "pmid": article.pmid,
        "doi": article.doi,
        "title": article.title.text if article.title else None,
        "authors": [a.name for a in article.authors],
        "affiliations": [[article.affiliations[i].text for i in a.affiliations] for a in article.authors],
        "keywords": [k.text for k in article.keywords],
        "headings": [
            (h.id or "", h.label, h.major, [(q.id or "", q.label, q.major) for q in h.qualifiers])
            for h in article.headings
        ],
        "dates": events,
        "pmcid": article.pmcid,
        "references": [(r.doi, r.pmid, r.pmcid) for r in article.references if r.doi or r.pmid or r.pmcid],
        "abstract": [s.text for s in article.abstract.sections] if article.abstract else [],
        "chemicals": [c.label for c in article.chemicals],
        "substances": sorted((c.id or "", c.label) for c in (*article.chemicals, *article.supplementary)),
        "grants": len(article.grants),
        "types": [t.label for t in article.publication_types],
    }


def test_every_record_is_accounted_for() -> None:
    """Each record of each file is an article or rejected with a reason, each deletion a deletion."""
    for path in FILES:
        data = source_of_truth.content(path)
        counts = Counter(type(item) for item in pubmed.read(io.BytesIO(data)))
        tree = source_of_truth.parse(data)
        assert counts[Article] + counts[Rejected] == len(source_of_truth.pubmed_records(tree)), path.name
        assert counts[Deletion] == len(tree.xpath("//DeleteCitation/PMID")), path.name


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([path for path in FILES if path not in MANY], id="many files"),
        pytest.param(MANY, id="many records", marks=pytest.mark.slow),
    ],
)
def test_the_facts_are_those_of_the_source(files: list[Path]) -> None:
    """Every fact of every record equals what XPath finds; the few that may differ are named here with their reason."""
    compared: Counter[str] = Counter()
    different = []
    for path in files:
        data = source_of_truth.content(path)
        articles = [a for a in pubmed.read(io.BytesIO(data)) if isinstance(a, Article)]
        records = list(map(source_of_truth.pubmed, source_of_truth.pubmed_records(source_of_truth.parse(data))))
        records = [record for record in records if record["pmid"]]
        assert len(articles) == len(records), path.name
        for article, expected in zip(articles, records, strict=True):
            formulas = expected.pop("formulas")
            for fact in ("worded", "version"):
                del expected[fact]
            expected["substances"].sort()
            found = given(article)
            for fact, value in expected.items():
                compared[fact] += 1
                # of a formula, fraction bars, fences and gaps are not in the XML's text
                same = (
                    letters(found[fact]) == letters(value) if formulas and fact == "abstract" else found[fact] == value
                )
                if not same:
                    different.append((path.name[-40:], article.record, fact, value, found[fact]))
    assert different == [], f"{len(different)} of {sum(compared.values())} facts differ"
    assert compared["pmid"] > 0


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_pieces_and_whole_agree(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways through a file give equal items."""
    data = source_of_truth.content(path)
    if len(data) > 5_000_000:
        pytest.skip("the smaller files say as much")
    items = list(pubmed.read(io.BytesIO(data)))
    monkeypatch.setattr(stream, "_PLAIN_HEAD", re.compile(b"(?!)"))
    assert list(pubmed.read(io.BytesIO(data))) == items


def test_most_real_records_are_read_off_their_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trees are for what is unusual: of some three thousand records less than a tenth, and less than one element of each."""
    parsed = {"records": 0, "elements": 0}
    elements, element = stream.Piece.elements, rules._parsed

    def counted(piece: stream.Piece, done: int) -> Iterator[tuple[Element, int | None]]:
        for found in elements(piece, done):
            parsed["records"] += 1
            yield found

    def counted_alone(text: str) -> Element:
        parsed["elements"] += 1
        return element(text)

    monkeypatch.setattr(stream.Piece, "elements", counted)
    monkeypatch.setattr(rules, "_parsed", counted_alone)
    with sources.opened(DATA / "people" / "pubmed-articles.xml.gz") as file:
        total = sum(isinstance(item, Article) for item in pubmed.read(file))
    assert total > 2_000
    assert parsed["records"] < total / 10
    assert parsed["elements"] < total
