"""Every article of the real JATS set against an independent reading by XPath.

Needs the folder of real data named by KG_TEST_DATA. The expectations come of XPath alone (``benchmarks/source_of_truth.py``
and here), from the text nodes of the source. Where the reader is right to differ, the rule is part of the expectation.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
import source_of_truth
from lxml import etree
from source_of_truth import Facts, citations, letters, meta, shown

from kg.model import Article, Rejected
from kg.readers import jats

DATA = os.environ.get("KG_TEST_DATA")
FOLDER = Path(DATA) / "jats" if DATA else Path("/nonexistent")
FILES = sorted(p for p in FOLDER.glob("*") if p.name.endswith((".xml", ".nxml", ".gz"))) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="KG_TEST_DATA names no folder with jats/")


@pytest.fixture(
    scope="module", params=[5, pytest.param(1, marks=pytest.mark.slow)], ids=["every fifth file", "all files"]
)
def pairs(request: pytest.FixtureRequest) -> list[tuple[str, etree._Element, Article]]:
    """(file, article element, what the reader makes of it) of every article of every so manieth file."""
    found = []
    for path in FILES[:: request.param]:
        data = source_of_truth.content(path)
        items = list(jats.read(io.BytesIO(data)))
        assert not [item for item in items if isinstance(item, Rejected)], path.name
        elements = source_of_truth.articles(source_of_truth.parse(data))
        articles = [item for item in items if isinstance(item, Article)]
        assert len(elements) == len(articles), path.name
        found += [(path.name, e, a) for e, a in zip(elements, articles, strict=True)]
    return found


@pytest.fixture(scope="module")
def facts(pairs: list[tuple[str, etree._Element, Article]]) -> list[tuple[str, Facts, Article]]:
    """(file, what XPath finds, what the reader makes of it) of every article."""
    return [(name, source_of_truth.jats(element), article) for name, element, article in pairs]


def differences(found: list[tuple[str, object, object]]) -> str:
    return "\n".join(
        f"{name}:\n  source {source!r}\n  reader {read!r}" for name, source, read in found if source != read
    )


def check(rows: list[tuple[str, object, object]]) -> None:
    assert rows
    assert not differences(rows)


def test_every_identifier(facts):
    """DOI, PMID and PMCID are the first article-id of their type, DOI in lower case."""
    check(
        [(n, (f["doi"], f["pmid"], f["pmcid"]), (article.doi, article.pmid, article.pmcid)) for n, f, article in facts]
    )


def test_every_title(facts):
    """A title is its text nodes; footnotes and the marks that point to them are not part of it."""
    check([(n, f["title"], article.title.text if article.title else None) for n, f, article in facts])


def test_every_author_in_order(facts):
    """Authors are the author contribs outside of consortia, in their order: given names, surname, suffix."""
    check([(n, f["authors"], [a.name for a in article.authors]) for n, f, article in facts if f["authors"] is not None])


def test_every_affiliation(facts):
    """An affiliation holds the letters of its text nodes in order; equal strings are one. What stands between the parts
    is checked to the character where the source has text between them."""
    rows = []
    for name, found, article in facts:
        read = [affiliation.text for affiliation in article.affiliations]
        rows.append((name, found["affiliations"], list(dict.fromkeys(map(letters, read)))))
        rows += [(name, text, text if text in read else None) for text in found["running affiliations"]]
    check(rows)


def test_who_is_where(pairs):
    """Each author has the affiliations that its cross-references name."""
    rows = []
    for name, element, article in pairs:
        by_id = {aff.get("id"): aff for aff in meta(element).xpath(".//*[local-name()='aff'][@id]")}
        contribs = meta(element).xpath(
            "*[local-name()='contrib-group'][not(@content-type='editors')]"
            "/*[local-name()='contrib'][not(@contrib-type) or @contrib-type='author']"
        )
        if len(contribs) != len(article.authors):
            continue
        for contrib, author in zip(contribs, article.authors, strict=True):
            rids = [rid for x in contrib.xpath("*[local-name()='xref']/@rid") for rid in x.split() if rid in by_id]
            if rids:
                told = [letters(article.affiliations[i].text) for i in author.affiliations]
                stated = [letters("".join(by_id[rid].itertext())) for rid in rids]
                rows.append((name, True, all(any(t in s for s in stated) for t in told) and bool(told)))
    check(rows)


def test_every_keyword(facts):
    """Keywords are the kwd of every group but abbreviation lists, in order; those of translations follow."""
    check([(n, f["keywords"], list(dict.fromkeys(k.text for k in article.keywords))) for n, f, article in facts])


def test_every_date(facts):
    """Received, accepted and revised are those of the history; issued is print, collection, else electronic."""
    rows = []
    for name, found, article in facts:
        read: dict[str, set[str]] = {}
        for event in article.events:
            if date := event.date:
                parts = (date.year,) if date.printed else (date.year, date.month, date.day)
                read.setdefault(event.kind, set()).add("-".join(str(part) for part in parts if part))
        rows.append((name, found["dates"], read))
    check(rows)


def test_every_reference(pairs):
    """As many references as cited works and bare notes, each with the letters of its text nodes, its label left out."""
    rows, counts = [], []
    for name, element, article in pairs:
        works = citations(element)
        printed = [form.xpath("*[local-name()='mixed-citation']") or [form] for form, *_ in map(mixed_first, works)]
        texts = [letters(shown(form, "local-name()='label'")) for form, *_ in printed]
        read = [letters(r.text or "") for r in article.references]
        bare = sum(
            not ref.xpath("*[contains(local-name(), 'citation')]") or bool(ref.xpath("*[local-name()='note']"))
            for ref in element.xpath(".//*[local-name()='ref']")
        )
        counts.append((name, True, len(works) <= len(read) <= len(works) + bare))
        rows.append((name, [t for t in texts if t not in read], []))
    check(counts)
    check(rows)


def mixed_first(forms: list[etree._Element]) -> list[etree._Element]:
    """The forms of a citation, the printed string first."""
    return sorted(forms, key=lambda form: etree.QName(form).localname != "mixed-citation")


def test_every_reference_identifier(facts):
    """The identifiers of a reference are its pub-ids and links to doi.org, each checked; wrong ones are left out."""
    rows = []
    for name, found, article in facts:
        read = [(r.doi, r.pmid, r.pmcid) for r in article.references]
        rows.append((name, found["references"], [r for r in read if any(r)]))
    check(rows)


_PLAIN = re.compile("conflict|competing|disclosure|interest|citation|how to cite", re.IGNORECASE)


def test_no_paragraph_is_lost(pairs):
    """The letters of every paragraph, title, cell and term of the whole article are somewhere in what was read."""
    lost = []
    tests = " or ".join(
        f"local-name()='{name}'" for name in ("p", "td", "th", "title", "term", "kwd", "corresp", "verse-line")
    )
    for name, element, article in pairs:
        everything = letters("".join(strings(article)))
        for leaf in element.xpath(f".//*[{tests}][not(.//*[{tests}])]"):
            if etree.QName(leaf).localname == "title":
                holder = etree.QName(leaf.getparent()).localname
                if holder in ("ref-list", "kwd-group"):
                    continue  # "References", "Keywords"
                if (article.conflict or article.citation) and (
                    holder in ("fn-group", "notes") or _PLAIN.search(shown(leaf))
                ):
                    continue  # the model has no place for the headings of these two statements
            if leaf.xpath("ancestor::*[local-name()='ref' or local-name()='trans-title-group']"):
                continue
            marks = "local-name()='fn'|local-name()='label'|local-name()='xref'"
            text = letters(shown(leaf))
            if text not in everything and letters(shown(leaf, marks)) not in everything:
                lost.append((name, etree.QName(leaf).localname, text[:200]))
    assert not lost, f"{len(lost)} lost\n" + "\n".join(map(str, lost[:40]))


def strings(value: object) -> list[str]:
    """Every string of a record, in the order of its fields."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [s for item in value for s in strings(item)]
    return [s for name in getattr(value, "__slots__", ()) for s in strings(getattr(value, name))]
