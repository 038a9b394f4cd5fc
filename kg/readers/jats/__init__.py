"""JATS: the Journal Article Tag Suite (ANSI/NISO Z39.96, versions 0.4 to 1.4) and its forerunner, NLM Journal Archiving.

Articles as PubMed Central, SciELO and publishers give them out: one ``article``, or many in ``pmc-articleset``,
``articles`` or an OAI-PMH answer; with any namespace or none, with any document type or none.

How text is read (see :func:`kg.markup.text_of` for what happens to inline markup):

* Labels (superscript 1 of an affiliation, numbers of sections) are not part of the text. The numbers of figures, tables,
  footnotes and list items are: they begin the line.
* An element that its publisher filled with tagged parts only, without a character between them, is written with commas
  between the parts (affiliations) or with full stops (citations).
* Body sections are numbered by their place. Text that stands in no section makes one without heading; appendices and
  loose floats follow the body. A top-level section that is a statement (conflicts of interest, data availability …) is
  a statement, and its number stays free.
* Sub-articles and responses (translations, referees' reports, replies) are works of other people or in other languages:
  each becomes one section of kind ``sub-article: …`` with subsections, and gives nothing to the authors and references
  of the article. Of a translation, title, abstract and keywords are also those of the article in its language.
* What the front matter says and the model has no place for (running heads, identifiers of the issue, subjects that are
  no publication type, custom metadata …) is kept line by line in one statement headed "Further metadata". Only counts
  (of words, figures …), which can be counted, are not.

Sources: JATS Tag Library 1.3 (https://jats.nlm.nih.gov/archiving/tag-library/1.3/), JATS4R recommendations, PMC
Tagging Guidelines, CiTO 2.8.2 for the names of relations, CRediT (ANSI/NISO Z39.104-2022).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from kg.errors import InputError
from kg.markup import Element, elements, line_of, local, root_name
from kg.model import Item, Rejected, Section
from kg.readers.jats.front import read_front, read_keywords, translated_abstract, translated_title
from kg.readers.jats.people import settle_people
from kg.readers.jats.record import Reading
from kg.readers.jats.references import read_references, reference_line
from kg.readers.jats.statements import read_abbreviations, read_footnotes, read_matter, statement_section
from kg.readers.jats.text import child_of, href_of, lines_of, section_of, sections_of, spaced_text, title_text

DESCRIPTION = "JATS / NLM journal articles (PubMed Central, publishers' XML)"
DELIVERS = (
    "identifiers", "titles", "journal", "dates", "authors", "affiliations", "ORCID", "correspondence", "CRediT roles",
    "abstracts", "keywords", "body text", "references", "funding", "licence", "conflicts of interest", "statements",
    "related articles", "abbreviations",
)  # fmt: skip


_ROOTS = ("article", "pmc-articleset", "articles", "OAI-PMH", "ListRecords", "GetRecord", "record")
_HEAD = 8192


def sniff(head: bytes) -> bool:
    """Whether the root element is a JATS article or one of the sets that hold them.

    >>> sniff(b"<?xml version='1.0'?><!-- x --><article/>"), sniff(b"<PubmedArticleSet>"), sniff(b"An article")
    (True, False, False)
    """
    return root_name(head) in _ROOTS


def read(stream: BinaryIO) -> Iterator[Item]:
    """Every article of a file in its order, each after its warnings.

    Raises:
        InputError: the file is not well-formed XML, or its root element is none that holds JATS articles.
    """
    start = stream.tell()
    root = root_name(stream.read(_HEAD))
    stream.seek(start)
    if root is not None and root not in _ROOTS:
        raise InputError("wrong-format", f"the root element is <{root[:100]}>, which holds no JATS article", line=1)
    for number, element in enumerate(elements(stream, "{*}article", "{*}record", "{*}Reply"), 1):
        if local(element) == "article":
            yield from _article(element, number)
        elif local(element) == "Reply":  # PubMed Central's answer where it has no article
            yield Rejected(f"PMC{element.get('Id', '')}", "no-article", f"the source says: {element.get('error')}")
        elif element.find(".//{*}article") is None:
            name = element.findtext(".//{*}identifier") or f"record {number}"
            yield Rejected(" ".join(name.split()), "no-article", "the record holds no article", line_of(element))


def _article(element: Element, number: int) -> Iterator[Item]:
    """One ``article`` element → its warnings and itself, or why not."""
    front = element.find("{*}front")
    meta = front.find("{*}article-meta") if front is not None else None
    if front is None or meta is None:
        message = "the article has no front matter" if front is None else "the article has no metadata (article-meta)"
        yield Rejected(f"record {number}", "no-front", message, line_of(element))
        return
    reading = Reading(element, number)
    read_front(reading, front)
    for child in element:
        name = local(child)
        if name == "body":
            reading.sections.extend(sections_of(child, is_statement=partial(statement_section, reading)))
            read_references(reading, child)
            read_abbreviations(reading, child)
        elif name == "back":
            _read_back(reading, child)
            read_references(reading, child)
    for child in element:
        name = local(child)
        if name in ("sub-article", "response"):
            _sub_article(reading, child)
        elif name in ("floats-group", "floats-wrap"):
            reading.section(None, lines_of(child), "floats")
        elif name not in ("", "front", "body", "back", "processing-meta"):
            reading.state(None, None, lines_of(child))
    settle_people(reading)
    article = reading.article()
    yield from reading.warnings
    if article.title is None and not (article.doi or article.pmid or article.pmcid or article.pii or article.other_ids):
        yield Rejected(reading.record, "no-identity", "the article has neither a title nor an identifier", article.line)
    else:
        yield article


def _read_back(reading: Reading, back: Element) -> None:
    for child in back:
        name = local(child)
        if name == "fn-group":
            read_footnotes(reading, child)
        elif name == "fn":
            reading.loose_notes.append((child, "", None))
        elif name == "app-group":
            for part in child:
                if local(part) == "app":
                    _appendix(reading, part)
                elif local(part) not in ("", "title", "label"):
                    read_matter(reading, part)
        elif name == "app":
            _appendix(reading, child)
        elif name not in ("", "title", "label"):
            read_matter(reading, child)


def _appendix(reading: Reading, app: Element) -> None:
    if not statement_section(reading, app):
        number = reading.section(None, (), "appendix")
        del reading.sections[-1]
        reading.sections += section_of(app, number, "appendix")


def _sub_article(reading: Reading, element: Element) -> None:
    """A ``sub-article`` or ``response`` as a section with subsections; a translation also gives its front matter."""
    kind = element.get("article-type") or element.get("response-type") or local(element)
    stub = child_of(element, "front-stub", "front")
    heading = None
    lines: list[str] = []
    if stub is not None:
        title = stub.find(".//{*}article-title")
        heading = (title_text(title) or None) if title is not None else None
        if kind == "translation":
            if title is not None:
                translated_title(reading, title)
            for child in stub.iter("{*}abstract", "{*}trans-abstract"):
                translated_abstract(reading, child)
            for child in stub.iter("{*}kwd-group"):
                read_keywords(reading, child)
        lines = _facts(stub)
    number = reading.section(heading, lines, f"sub-article: {kind}")
    subsections = 0
    for child in element:
        name = local(child)
        if name == "body":
            for section in sections_of(child, f"{number}."):
                reading.sections.append(section)
                subsections += section.number.count(".") == 1
        elif name in ("sub-article", "response"):
            _sub_article(reading, child)
        elif name not in ("", "front-stub", "front", "processing-meta"):
            own = lines_of(child, ("ref-list",))
            own += [reference_line(ref) for ref in child.iter("{*}ref")]
            if own:
                subsections += 1
                reading.sections.append(Section(f"{number}.{subsections}", None, "\n".join(own), name))


def _facts(stub: Element) -> list[str]:
    """The front matter of a sub-article, one line an element."""
    lines = []
    for child in stub:
        name = local(child)
        if name in ("article-meta", "journal-meta"):
            lines += _facts(child)
        elif name in ("abstract", "trans-abstract", "author-notes", "notes"):
            lines += lines_of(child)
        elif name in ("title-group", "contrib-group", "kwd-group", "history", "permissions", "article-categories"):
            lines += [f"{local(c)}: {text}" for c in child if local(c) and (text := spaced_text(c))]
        elif name and (text := " ".join(filter(None, (spaced_text(child), href_of(child))))):
            lines.append(f"{name}: {text}")
    return lines
