"""Every article of the real JATS set against an independent reading by XPath.

Needs the folder of real data named by KG_TEST_DATA. The expectations are computed here with lxml and XPath alone, from the
text nodes of the source. Where the reader is right to differ, the rule is part of the expectation and stands beside it.
"""

from __future__ import annotations

import gzip
import html
import io
import os
import re
from pathlib import Path

import pytest
from lxml import etree

from kg import identifiers
from kg.model import Article, Rejected
from kg.readers import jats

DATA = os.environ.get("KG_TEST_DATA")
FOLDER = Path(DATA) / "jats" if DATA else Path("/nonexistent")
FILES = sorted(p for p in FOLDER.glob("*") if p.name.endswith((".xml", ".nxml", ".gz"))) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="KG_TEST_DATA names no folder with jats/")

_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;")
_PREAMBLE = re.compile(r"\\documentclass.*?\\begin\{document\}|\\end\{document\}", re.DOTALL)
_SHOWN = "not(ancestor::*[local-name()='tex-math'][../*[local-name()='math']])"


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, etree._Element, Article]]:
    """(file, article element, what the reader makes of it) of every article."""
    found = []
    for path in FILES:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        items = list(jats.read(io.BytesIO(data)))
        assert not [item for item in items if isinstance(item, Rejected)], path.name
        root = etree.fromstring(_NAMED.sub(lambda m: html.unescape(m[0].decode()).encode(), data))
        elements = root.xpath("descendant-or-self::*[local-name()='article']")
        articles = [item for item in items if isinstance(item, Article)]
        assert len(elements) == len(articles), path.name
        found += [(path.name, e, a) for e, a in zip(elements, articles, strict=True)]
    return found


def meta(element: etree._Element) -> etree._Element:
    return element.xpath("*[local-name()='front']/*[local-name()='article-meta']")[0]


def fold(text: str) -> str:
    return " ".join(text.split())


def letters(text: str) -> str:
    """Letters and digits alone: what may never be lost or added."""
    return re.sub(r"[\W_]+", "", text)


def shown(element: etree._Element, without: str = "") -> str:
    """The text nodes of an element, less those below the named descendants, less TeX beside MathML."""
    condition = _SHOWN + "".join(f" and not(ancestor::*[{name}])" for name in without.split("|") if name)
    return _PREAMBLE.sub("", "".join(element.xpath(f".//text()[{condition}]")))


def differences(found: list[tuple[str, object, object]]) -> str:
    return "\n".join(
        f"{name}:\n  source {source!r}\n  reader {read!r}" for name, source, read in found if source != read
    )


def check(rows: list[tuple[str, object, object]]) -> None:
    assert rows
    assert not differences(rows)


def test_every_identifier(pairs):
    """DOI, PMID and PMCID are the first article-id of their type, DOI in lower case."""
    rows = []
    for name, element, article in pairs:
        ids = {}
        for e in meta(element).xpath("*[local-name()='article-id']"):
            kind = {"pmc": "pmcid"}.get(e.get("pub-id-type"), e.get("pub-id-type"))
            ids.setdefault(kind, fold("".join(e.itertext())))
        pmcid = ids.get("pmcid")
        pmcid = pmcid and ("PMC" + pmcid.removeprefix("PMC"))
        doi = ids.get("doi")
        rows.append((name, (doi and doi.lower(), ids.get("pmid"), pmcid), (article.doi, article.pmid, article.pmcid)))
    check(rows)


def test_every_title(pairs):
    """A title is its text nodes; footnotes and the marks that point to them are not part of it."""
    marks = (
        "local-name()='fn'|local-name()='xref' and contains('|fn|author-notes|corresp|aff|table-fn|other|', @ref-type)"
    )
    rows = []
    for name, element, article in pairs:
        title = meta(element).xpath("*[local-name()='title-group']/*[local-name()='article-title']")[0]
        rows.append((name, fold(shown(title, marks)), article.title.text if article.title else ""))
    check(rows)


def test_every_author_in_order(pairs):
    """Authors are the author contribs outside of consortia, in their order: given names, surname, suffix."""
    rows = []
    for name, element, article in pairs:
        names = []
        for contrib in meta(element).xpath(
            "*[local-name()='contrib-group'][not(@content-type='editors')]"
            "/*[local-name()='contrib'][not(@contrib-type) or @contrib-type='author' or @contrib-type='collab']"
        ):
            for part in contrib.xpath("*[local-name()='name' or local-name()='string-name' or local-name()='collab']"):
                if etree.QName(part).localname == "collab":
                    names.append(fold("".join(part.xpath("text()|*[local-name()='institution']//text()"))))
                else:
                    order = ("given-names", "surname", "suffix")
                    pieces = (fold("".join(part.xpath(f"string(*[local-name()='{tag}'])"))) for tag in order)
                    names.append(" ".join(filter(None, pieces)))
        if element.xpath("string(@article-type)") and meta(element).xpath("*[local-name()='contrib-group']"):
            rows.append((name, names, [author.name for author in article.authors]))
    check(rows)


def test_every_affiliation(pairs):
    """An affiliation holds the letters of its text nodes in order; labels and identifiers are not part of it.

    SciELO repeats the printed string, which is then the text, in parts. Equal strings are one. What stands between
    the parts is checked to the character where the source has text between them.
    """
    rows, exact = [], []
    for name, element, article in pairs:
        texts: dict[str, None] = {}
        for aff in meta(element).xpath(".//*[local-name()='aff']"):
            original = aff.xpath("string(.//*[local-name()='institution'][@content-type='original'])")
            skip = "local-name()='label'|local-name()='institution-id'|local-name()='xref'"
            text = original or shown(aff, skip)
            first = aff.xpath("*[1][local-name()='sup']")
            if not original and first and not (aff.text or "").strip():
                text = text.strip()[len(fold("".join(first[0].itertext()))) :]
            if letters(text):
                texts[fold(text).strip(" ,;")] = None
                if (aff.text or "").strip() and not original:
                    exact.append((name, fold(text).strip(" ,;"), article))
        distinct = list(dict.fromkeys(letters(text) for text in texts))
        rows.append((name, distinct, list(dict.fromkeys(letters(a.text) for a in article.affiliations))))
    check(rows)
    assert not [(n, text) for n, text, article in exact if text not in {a.text for a in article.affiliations}]


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


def test_every_keyword(pairs):
    """Keywords are the kwd of every group but abbreviation lists, in order; those of translations follow."""
    rows = []
    for name, element, article in pairs:
        groups = [
            g
            for g in meta(element).xpath("*[local-name()='kwd-group']")
            if "bbrev" not in (g.get("kwd-group-type") or "") + g.xpath("string(*[local-name()='title'])")
        ]
        words = [fold(shown(kwd)) for g in groups for kwd in g.xpath(".//*[local-name()='kwd']")]
        read = [keyword.text for keyword in article.keywords]
        rows.append(
            (name, list(dict.fromkeys(filter(None, words))), list(dict.fromkeys(read))[: len(set(words) - {""})])
        )
    check(rows)


def test_every_date(pairs):
    """Received, accepted and revised are those of the history; issued is print, collection, else electronic."""
    kinds = {"received": "received", "accepted": "accepted", "rev-recd": "revised"}
    rows = []
    for name, element, article in pairs:
        dates = set()
        for e in meta(element).xpath("*[local-name()='history']//*[local-name()='date']"):
            if kind := kinds.get(e.get("date-type")):
                dates.add((kind, *ymd(e)))
        published = meta(element).xpath("*[local-name()='pub-date']")
        slots = {}
        for e in published:
            form = (e.get("pub-type"), e.get("date-type"), e.get("publication-format"))
            if form[0] in ("ppub", "epub-ppub") or (form[0] is None and form[2] == "print"):
                slots.setdefault("print", e)
            if "collection" in form:
                slots.setdefault("collection", e)
            elif form[0] in ("epub", "epub-ppub") or (form[0] is None and form[2] == "electronic"):
                slots.setdefault("electronic", e)
            elif form[0] is None and form[2] is None:
                slots.setdefault("plain", e)
        issued = next((slots[s] for s in ("print", "collection", "electronic", "plain") if s in slots), None)
        if issued is not None:
            dates.add(("issued", *ymd(issued)))
        if "electronic" in slots:
            dates.add(("available", *ymd(slots["electronic"])))
        read = {
            (e.kind, e.date.year, None, None)
            if e.date and e.date.printed
            else (e.kind, e.date.year, e.date.month, e.date.day)
            for e in article.events
            if e.date
        }
        rows.append((name, sorted(dates, key=str), sorted(read, key=str)))
    check(rows)


_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def ymd(element: etree._Element) -> tuple[int | None, int | None, int | None]:
    """Year, month, day; a season or a wrong day leaves the year alone."""
    year, month, day, season = (
        fold(element.xpath(f"string(*[local-name()='{tag}'])")) for tag in ("year", "month", "day", "season")
    )
    if season or not all(part.isdigit() or not part for part in (year, day)):
        return int(year), None, None
    if month and not month.isdigit():
        month = str(_MONTHS.index(month[:3].lower()) + 1)
    return int(year), int(month) if month else None, int(day) if day else None


def citations(element: etree._Element) -> list[etree._Element]:
    inside = "*[local-name()='body' or local-name()='back']//*[local-name()='ref']"
    names = ("mixed-citation", "element-citation", "citation", "nlm-citation", "citation-alternatives")
    test = " or ".join(f"local-name()='{name}'" for name in names)
    return element.xpath(f"{inside}/*[{test}]")


def test_every_reference(pairs):
    """As many references as citations and bare notes, each with the letters of its text nodes, its label left out."""
    rows, counts = [], []
    for name, element, article in pairs:
        cited = citations(element)
        printed = [(c.xpath("*[local-name()='mixed-citation']") or [c])[0] for c in cited]
        texts = [letters(shown(c, "local-name()='label'")) for c in printed]
        read = [letters(r.text or "") for r in article.references]
        counts.append((name, True, len(read) >= len(cited)))
        rows.append((name, [t for t in texts if t not in read], []))
    check(counts)
    check(rows)


def test_every_reference_identifier(pairs):
    """The identifiers of a reference are its pub-ids and links to doi.org, each checked; wrong ones are left out."""
    rows = []
    for name, element, article in pairs:
        stated = []
        for citation in citations(element):
            found: dict[str, str | None] = {"doi": None, "pmid": None, "pmcid": None}
            tags = ("pub-id", "object-id", "ext-link", "uri")
            for e in (e for e in citation.iter("{*}*") if etree.QName(e).localname in tags):
                text, href = fold("".join(e.itertext())), e.get("{http://www.w3.org/1999/xlink}href") or ""
                kind = e.get("pub-id-type") or ("doi" if e.get("ext-link-type") == "doi" or "doi.org/" in href else "")
                kind = {"pmc": "pmcid"}.get(kind, kind)
                checks = {"doi": identifiers.doi, "pmid": identifiers.pmid, "pmcid": identifiers.pmcid}
                if kind in checks:
                    value = checks[kind](href) if e.get("pub-id-type") is None and href else None
                    found[kind] = found[kind] or value or checks[kind](text)
            stated.append(tuple(found.values()))
        read = [(r.doi, r.pmid, r.pmcid) for r in article.references]
        rows.append((name, [s for s in stated if any(s)], [r for r in read if any(r)]))
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
