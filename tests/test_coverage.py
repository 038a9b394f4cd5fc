"""The coverage ledger: complete over real files, and true to what the readers do.

A verdict is tried: a letter or digit of an element (or an attribute) is changed in a fictional file that holds everything
that is mapped, and the file is read again. What is mapped must change the article in the field that the ledger names; what
is declined must change nothing.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import source_of_truth
from lxml import etree
from msgspec import Struct
from msgspec.structs import astuple

from kg import sources
from kg.coverage import LEDGERS, Coverage, Entry, Node, ledger, nodes
from kg.errors import InputError, UsageError
from kg.model import Article, Deletion
from kg.readers import READERS

HERE = Path(__file__).parent
ROOT = HERE.parent
SIDES = {"pubmed": HERE / "data" / "coverage" / "pubmed.xml", "jats": HERE / "data" / "coverage" / "jats.xml"}
FIELDS = set(Article.__struct_fields__)


def turned(text: str) -> str:
    """Every letter and digit by another one of its sort."""
    digits, lower, upper = "1234567890", "bcdefghijklmnopqrstuvwxyza", "BCDEFGHIJKLMNOPQRSTUVWXYZA"
    table = str.maketrans("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", digits + lower + upper)
    return text.translate(table)


def changes(node: Node) -> Iterator[None]:
    """The file with a node changed in one way after the other; at the end it is as it was."""
    element, attribute = node.element, node.attribute
    if attribute is not None:
        old = element.get(attribute) or ""
        for value in ("N" if old == "Y" else "Y", turned(old), None):
            if value is None:
                del element.attrib[attribute]
            else:
                element.set(attribute, value)
            yield
            element.set(attribute, old)
        return
    if (element.text or "").strip():
        text = element.text
        element.text = turned(text or "")
        yield
        element.text = text
    parent = element.getparent()
    if parent is not None and not len(element) and not (element.text or "").strip():
        place, tail = parent.index(element), element.tail
        gone = etree.Comment("")  # keeps the text behind it
        gone.tail = tail
        parent[place] = gone
        yield
        parent[place] = element
        element.tail = tail
    for child in element:
        if (child.tail or "").strip():
            tail = child.tail
            child.tail = turned(tail or "")
            yield
            child.tail = tail


def read(root: etree._Element, name: str) -> list[Article | Deletion]:
    data = etree.tostring(root, encoding="utf-8")
    return [item for item in READERS[name].read(io.BytesIO(data)) if isinstance(item, Article | Deletion)]


def difference(one: list[Article | Deletion], other: list[Article | Deletion]) -> set[str]:
    """The fields in which two readings differ; ``*`` where an article is gone."""
    if list(map(type, one)) != list(map(type, other)):
        return {"*"}
    return {
        name
        for a, b in zip(one, other, strict=True)
        for name in a.__struct_fields__
        if name not in ("record", "line", "reader") and getattr(a, name) != getattr(b, name)
    }


def tried(name: str) -> Iterator[tuple[Entry, str, list[set[str]]]]:
    """(entry, place, what each change changed) of every node of the fixture that says something."""
    root = etree.parse(str(SIDES[name]), etree.XMLParser(remove_comments=True)).getroot()
    before = read(root, name)
    for node in nodes(root, name):
        if node.entry is not None and (found := [difference(before, read(root, name)) for _ in changes(node)]):
            yield node.entry, node.place, found


@pytest.mark.parametrize("name", LEDGERS)
def test_verdicts_are_true(name: str) -> None:
    """What is mapped changes its field; what is declined, nothing; the fixture holds everything that is mapped."""
    seen: dict[str, bool] = {}
    wrong = []
    for entry, place, found in tried(name):
        fields = set().union(*found)
        if entry.verdict == "mapped":
            named = entry.note if entry.note in FIELDS else None
            true = bool(fields) and (named is None or named in fields or "*" in fields)
            seen[entry.pattern] = seen.get(entry.pattern, False) or true
        elif entry.verdict == "declined" and fields:
            wrong.append(f"{place} is declined by {entry.pattern}, but changes {sorted(fields)}")
        elif entry.verdict == "parts" and fields and fields != {"*"}:
            wrong.append(f"{place} has text of its own, but {entry.pattern} says parts: {sorted(fields)}")
    wrong += [f"{pattern} is mapped, but changes nothing" for pattern, true in seen.items() if not true]
    mapped = {entry.pattern for entry in ledger(name).entries.values() if entry.verdict == "mapped"}
    wrong += [f"{pattern} is mapped, but not in the fixture" for pattern in sorted(mapped - seen.keys())]
    assert wrong == []


def unknown(paths: list[Path], name: str) -> dict[str, list[str]]:
    coverage = Coverage()
    for path in paths:
        with sources.opened(path) as stream:
            try:
                coverage.count(stream, name, path.name)
            except InputError:
                continue  # damaged on purpose
    assert coverage.verdicts["mapped"] > 0
    return coverage.examples


@pytest.mark.parametrize("name", LEDGERS)
def test_fixtures_hold_nothing_unknown(name: str) -> None:
    """The project's own files hold no element that nobody has decided on, but those that are made up to be strange."""
    example = ROOT / "examples" / {"pubmed": "pubmed.xml", "jats": "article.jats.xml"}[name]
    paths = [*sorted((HERE / "data" / name).rglob("*.xml")), SIDES[name], example]
    assert unknown(paths, name) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", LEDGERS)
def test_real_files_hold_nothing_unknown(name: str) -> None:
    """No occurrence in the real files is unknown."""
    folder = os.environ.get("KG_TEST_DATA")
    if not folder:
        pytest.skip("KG_TEST_DATA names no folder of real data")
    paths = sorted((Path(folder) / name).rglob("*.xml"))
    if name == "pubmed":
        paths.append(Path(folder) / "people" / "pubmed-articles.xml.gz")
    assert unknown(paths, name) == {}


def test_unknown_is_said_with_its_place() -> None:
    """What no pattern covers is counted as unknown, with file, line and what it says."""
    coverage = Coverage()
    coverage.count(
        io.BytesIO(b"<PubmedArticleSet>\n<Novelty kind='x'>new</Novelty></PubmedArticleSet>"), "pubmed", "a.xml"
    )
    assert coverage.verdicts == {"parts": 1, "unknown": 2}
    assert coverage.examples == {
        "PubmedArticleSet/Novelty": ["a.xml:2: 'new'"],
        "PubmedArticleSet/Novelty@kind": ["a.xml:2: 'x'"],
    }


def test_no_ledger() -> None:
    """A reader without a ledger is said so."""
    with pytest.raises(UsageError, match="pubmed, jats"):
        ledger("letter")


def words(text: str) -> str:
    """Letters and digits alone, as they are compared."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def strings(value: object) -> Iterator[str]:
    """Every string and number inside a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif isinstance(value, Struct):
        for part in astuple(value):
            yield from strings(part)


CHECKED = frozenset(
    (
        "Identifier contrib-id institution-id license_ref copyright-year "  # kept without its resolver, and when it is one
        "ArticleId ELocationID pub-id article-id ISSN issn Language PMID "  # checked, written in one form
        "Year Month Day year month day season string-date iso-8601-date NLMUniqueID"  # read as a date; the first of two
    ).split()
)
"""elements whose text is read for what it means"""
SAID_OTHERWISE = re.compile(
    r"conflicts? of|competing|conflitos?|como citar|how to cite|colaborador|declarations? of interest|keywords|abbreviations|"
    r"edited by|contributions|funding information|appendix",
    re.IGNORECASE,
)
"""headings that a field of the article stands for"""


def lost(path: Path, name: str) -> list[str]:
    """The pieces of text of mapped elements of a file whose letters and digits are nowhere in its articles."""
    root = source_of_truth.parse(source_of_truth.content(path))
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    records = [root] if name == "jats" else root.findall("PubmedArticle")
    gone = []
    for record in records:
        data = etree.tostring(record, encoding="utf-8", with_tail=False)
        data = data if name == "jats" else b"<PubmedArticleSet>" + data + b"</PubmedArticleSet>"
        articles = [item for item in READERS[name].read(io.BytesIO(data)) if isinstance(item, Article)]
        kept = words(" ".join(strings(tuple(articles))))
        for node in nodes(record, name) if articles else ():
            if node.attribute is not None or node.entry is None or node.entry.verdict != "mapped":
                continue
            for text in (node.element.text, *(child.tail for child in node.element)):
                piece = words(text or "")
                if piece and piece not in kept and not SAID_OTHERWISE.search(text or ""):
                    gone.append(f"{path.name} {node.place}: {(text or '').strip()[:80]}")
    return [text for text in gone if text.partition(":")[0].rpartition("/")[2] not in CHECKED]


@pytest.mark.parametrize("name", LEDGERS)
def test_no_letter_is_lost(name: str) -> None:
    """Every letter and digit of a mapped element of the example is in its article."""
    assert lost(ROOT / "examples" / {"pubmed": "pubmed.xml", "jats": "article.jats.xml"}[name], name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", LEDGERS)
def test_no_letter_of_real_files_is_lost(name: str) -> None:
    """Every letter and digit of the mapped elements of real files is in their articles."""
    folder = os.environ.get("KG_TEST_DATA")
    if not folder:
        pytest.skip("KG_TEST_DATA names no folder of real data")
    paths = sorted((Path(folder) / name).rglob("*.xml"))
    random.Random(7).shuffle(paths)
    gone = []
    for path in paths[:20]:
        with contextlib.suppress(etree.XMLSyntaxError):  # damaged on purpose, or with entities of a DTD
            gone += lost(path, name)
    assert gone == []
