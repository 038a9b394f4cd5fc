"""What the reader gives, compared with an independent reading by XPath, on real files.

Needs ``KG_TEST_DATA``, a folder with ``pubmed/`` (files of many ages and shapes) and ``people/pubmed-articles.xml.gz``.
The comparison shares no code with the reader: it parses the whole file, and folds white space and strips markup itself.
"""

from __future__ import annotations

import gzip
import io
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from kg.model import Article, Deletion, Rejected
from kg.readers import pubmed

DATA = Path(os.environ.get("KG_TEST_DATA", "/nonexistent"))
pytestmark = pytest.mark.skipif(
    "KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA (a folder of real data) is not set"
)
FILES = sorted([*DATA.glob("pubmed/*.xml*"), *DATA.glob("people/pubmed-articles.xml.gz")])
RECORD = "//PubmedArticle | //MedlineCitation[not(parent::PubmedArticle)] | //PubmedBookArticle"


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def text(node: Any) -> str:
    """All text below a node but that of comments, folded; formulas without the blanks of their layout."""
    if isinstance(node, str):
        return " ".join(node.split())
    copy = etree.fromstring(etree.tostring(node, with_tail=False))
    for other in copy.xpath("//comment() | //processing-instruction()"):
        other.getparent().text = (other.getparent().text or "") + (other.tail or "")
    for formula in copy.xpath("//*[local-name()='math']//*"):
        formula.tail = (formula.tail or "").strip()
    for formula in copy.xpath("//*[local-name()='math']/descendant-or-self::*"):
        formula.text = (formula.text or "").strip()
    return " ".join(copy.xpath("string()").split())


def texts(record: Any, path: str) -> list[str]:
    return [t for t in map(text, record.xpath(path)) if t]


def source(record: Any) -> dict[str, Any]:
    """The facts of a record by XPath."""
    citation = "self::MedlineCitation | MedlineCitation"
    base = next(iter(record.xpath(f"{citation} | BookDocument")), record)
    pmid = texts(base, "PMID")
    listed = texts(record, "PubmedData/ArticleIdList/ArticleId[@IdType='doi']")
    listed += texts(record, "PubmedData/ArticleId[@IdType='doi'] | BookDocument/ArticleIdList/ArticleId[@IdType='doi']")
    located = texts(base, ".//ELocationID[@EIdType='doi'][not(@ValidYN='N')]")
    people = base.xpath("Article/AuthorList[not(@Type='editors')]/Author | AuthorList[not(@Type='editors')]/Author")
    people = people or base.xpath("Book/AuthorList[not(@Type='editors')]/Author")  # of the whole book
    return {
        "pmid": pmid[0] if pmid else None,
        "doi": next((d.lower() for d in (*listed, *located) if re.match(r"10\.\d+/\S+$", d)), None),
        "title": (texts(base, "Article/ArticleTitle | ArticleTitle") or texts(base, "Book/BookTitle") or [None])[0],
        "authors": [n for n in map(name, people) if n],
        "affiliations": [texts(p, "AffiliationInfo/Affiliation | Affiliation") for p in people if name(p)],
        "first affiliation": texts(base, "Article/Affiliation"),
        "keywords": texts(base, "KeywordList/Keyword"),
        "headings": [
            (
                heading.xpath("string(DescriptorName/@UI)"),
                text(heading.find("DescriptorName")),
                heading.xpath("string(DescriptorName/@MajorTopicYN)") == "Y",
                [(q.get("UI", ""), text(q), q.get("MajorTopicYN") == "Y") for q in heading.findall("QualifierName")],
            )
            for heading in base.xpath("MeshHeadingList/MeshHeading")
        ],
        "dates": dates(record, base),
        "cited pmids": texts(base, "CommentsCorrectionsList/CommentsCorrections[@RefType='Cites']/PMID")
        + texts(record, "PubmedData/ReferenceList//Reference/ArticleIdList/ArticleId[@IdType='pubmed'][1]"),
        "cited dois": [
            d.lower()
            for d in texts(record, "PubmedData/ReferenceList//Reference/ArticleIdList/ArticleId[@IdType='doi'][1]")
        ],
        "abstract": texts(base, "Article/Abstract/AbstractText | Abstract/AbstractText"),
        "formulas": bool(base.xpath(".//*[local-name()='math']")),
        "chemicals": texts(base, "ChemicalList/Chemical/NameOfSubstance"),
        "grants": len(base.xpath("Article/GrantList/Grant | GrantList/Grant")),
        "types": texts(base, "Article/PublicationTypeList/PublicationType | PublicationType"),
    }


def name(person: Any) -> str:
    if group := texts(person, "CollectiveName"):
        return group[0]
    given = texts(person, "ForeName") or [" ".join(texts(person, "FirstName | MiddleName"))]
    parts = (given[0] or "".join(texts(person, "Initials")), *texts(person, "LastName"), *texts(person, "Suffix"))
    return " ".join(part for part in parts if part)


def letters(sections: list[str]) -> list[str]:
    return ["".join(char for char in section if char.isalnum()) for section in sections]


MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def plain_date(element: Any) -> str:
    """Year, month and day as far as they are stated, ``2020-3-1``; of MedlineDate the first year."""
    year = element.xpath("string(Year)").strip()
    if not year:
        found = re.search(r"\b(1[5-9]|20)\d\d\b", text(element))
        return found[0] if found else ""
    if not re.fullmatch(r"\d{4}", year):
        return ""
    month, day = element.xpath("string(Month)").strip(), element.xpath("string(Day)").strip()
    if month and not month.isdigit():
        month = str(MONTHS.index(month[:3].lower()) + 1)
    return "-".join(str(int(part)) for part in (year, month, day) if part)


def dates(record: Any, base: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    paths = {
        "issued": "Article/Journal/JournalIssue/PubDate | Book/PubDate",
        "available": "Article/ArticleDate | ContributionDate",
        "revised": "DateRevised[parent::BookDocument]",
    }
    for kind, path in paths.items():
        found[kind] = {d for d in map(plain_date, base.xpath(path)) if d}
    for kind in ("received", "revised", "accepted"):
        history = record.xpath(f"PubmedData/History/PubMedPubDate[@PubStatus='{kind}']")
        found[kind] = found.get(kind, set()) | {d for d in map(plain_date, history) if d}
    return {kind: values for kind, values in found.items() if values}


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
        "cited pmids": [r.pmid for r in article.references if r.pmid],
        "cited dois": [r.doi for r in article.references if r.doi],
        "abstract": [s.text for s in article.abstract.sections] if article.abstract else [],
        "chemicals": [c.label for c in article.chemicals],
        "grants": len(article.grants),
        "types": [t.label for t in article.publication_types],
    }


def test_every_record_is_accounted_for() -> None:
    """Each record of each file is an article or rejected with a reason, each deletion a deletion."""
    for path in FILES:
        data = content(path)
        counts = Counter(type(item) for item in pubmed.read(io.BytesIO(data)))
        tree = etree.fromstring(data)
        assert counts[Article] + counts[Rejected] == len(tree.xpath(RECORD)), path.name
        assert counts[Deletion] == len(tree.xpath("//DeleteCitation/PMID")), path.name


def test_the_facts_are_those_of_the_source() -> None:
    """Every fact of every record equals what XPath finds; the few that may differ are named here with their reason."""
    compared: Counter[str] = Counter()
    different = []
    for path in FILES:
        data = content(path)
        articles = [a for a in pubmed.read(io.BytesIO(data)) if isinstance(a, Article)]
        records = [
            r for r in map(source, etree.fromstring(data).xpath(RECORD)) if re.fullmatch(r"\d+", r["pmid"] or "")
        ]
        assert len(articles) == len(records), path.name
        for article, expected in zip(articles, records, strict=True):
            formulas = expected.pop("formulas")
            # the form used until 2014: the article's affiliation is its first author's
            if (first := expected.pop("first affiliation")) and expected["affiliations"]:
                expected["affiliations"][0] += first
            # an affiliation that is printed twice for one person is one
            expected["affiliations"] = [list(dict.fromkeys(where)) for where in expected["affiliations"]]
            found = given(article)
            # without ArticleDate, epublish or aheadofprint of the history is the first day online
            if "available" not in expected["dates"]:
                found["dates"].pop("available", None)
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
    data = content(path)
    if len(data) > 5_000_000:
        pytest.skip("the smaller files say as much")
    items = list(pubmed.read(io.BytesIO(data)))
    monkeypatch.setattr(pubmed, "_PLAIN_HEAD", re.compile(b"(?!)"))
    assert list(pubmed.read(io.BytesIO(data))) == items
