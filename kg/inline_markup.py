"""Strings in which other formats than XML carry markup → faithful plain text.

Titles and abstracts in Crossref's, Europe PMC's and reference managers' JSON are strings with tags (``<i>``,
``<jats:p>``, ``<h4>``, MathML) and character references in them. Only tags that are known are taken for tags: in
``p < 0.05 and q > 0.1`` nothing is one, so no letter or digit of a text is lost.

Sources: Crossref, "Face markup" and "JATS abstracts"; JATS 1.3; Citation Style Language, "CSL-JSON rich text".
"""

from __future__ import annotations

import html
import re

from lxml import etree

from kg.markup import text_of
from kg.model import AbstractSection

_INLINE = (
    "i b u em strong sub sup sc scp small tt italic bold underline overline monospace roman sans-serif strike span font "
    "ext-link xref uri email a named-content styled-content abbr inline-formula alternatives tex-math inline-graphic"
)
_BLOCK = (
    "p sec title subtitle list list-item disp-formula disp-quote br break div ul ol li h1 h2 h3 h4 h5 h6 label abstract"
)
_NAMES = "|".join(f"{_INLINE} {_BLOCK}".split())
_ATTRIBUTES = r"(?:\s{1,9}[A-Za-z_][\w:.-]{0,40}\s?=\s?(?:\"[^\"<>]{0,500}\"|'[^'<>]{0,500}'|[^\s\"'<>]{1,200})){0,9}"
_TAG = re.compile(rf"<(/?)(?:jats:)?({_NAMES})({_ATTRIBUTES}\s?/?)>", re.IGNORECASE)
_MATH = re.compile(r"<(/?)(?:mml:)?math(?=[\s>])[^<>]{0,500}>", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MATHML = "http://www.w3.org/1998/Math/MathML"
_BLOCKS = frozenset(_BLOCK.split())
_NEVER_CLOSED = _BLOCKS | {"inline-graphic"}
"""what needs no end: HTML leaves it out, and a part of an abstract may have lost it"""


def plain(text: str) -> str:
    """The text without its tags, with white space folded.

    Inline tags go, others leave a blank, formulas are read as in XML (:func:`kg.markup.text_of`), character references
    become characters (also those that were escaped twice).

    >>> plain("H<sub>2</sub>O &amp;amp; <i>E. coli</i>, p < 0.05 and <5 or >3 <jats:p>x</jats:p>")
    'H2O & E. coli, p < 0.05 and <5 or >3 x'
    """
    if "<" in text:
        text = _CDATA.sub("", _without_comments(text))
        text = _without_formulas(text)
        text = _without_tags(text)
    for _ in range(2):
        if "&" in text:
            text = _unescaped(text)
            if "<" in text:  # the tags were escaped as well
                text = _without_tags(text)
    return " ".join(text.split())


def _without_tags(text: str) -> str:
    """Tags go, those of blocks leave a blank. What is opened and never closed (``a<b>c``) is no tag."""
    closed = {tag[2].lower() for tag in _TAG.finditer(text) if tag[1]} | _NEVER_CLOSED

    def gap(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name not in closed and not tag[3].endswith("/"):
            return tag[0]
        return " " if name in _BLOCKS else ""

    return _TAG.sub(gap, text)


def _unescaped(text: str) -> str:
    """Character references become characters; other ampersands (``AT&T``, ``R&D;``) stay."""
    return _REFERENCE.sub(lambda reference: html.unescape(reference[0]), text)


def _without_comments(text: str) -> str:
    out: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        out.append(text[at:start])
        at = end + 3
    return "".join((*out, text[at:]))


def _without_formulas(text: str) -> str:
    """The text with its formulas as they are read, escaped."""
    out: list[str] = []
    at = 0
    start: int | None = None
    for tag in _MATH.finditer(text):
        if not tag[1] and start is None:
            start = tag.start()
        elif tag[1] and start is not None:
            out += text[at:start], _formula(text[start : tag.end()])
            at, start = tag.end(), None
    return "".join((*out, text[at:]))


def _formula(text: str) -> str:
    try:
        element = etree.fromstring(
            f'<x xmlns="{_MATHML}" xmlns:mml="{_MATHML}">{_unescaped_names(text)}</x>',
            etree.XMLParser(resolve_entities=False, no_network=True),
        )
    except etree.XMLSyntaxError:
        return _ANY_TAG.sub("", text)
    return html.escape(text_of(element), quote=False)


_ANY_TAG = re.compile(r"</?(?:mml:)?m?[a-z-]{1,20}(?:\s[^<>]{0,500})?/?>")


def _unescaped_names(text: str) -> str:
    """Named references that XML does not know become characters."""
    return _REFERENCE.sub(
        lambda r: r[0] if r[0][1:-1] in ("amp", "lt", "gt", "quot", "apos") or r[0][1] == "#" else html.unescape(r[0]),
        text,
    )


# --- abstracts ----------------------------------------------------------------------------------------------------

_SECTION_TITLE = re.compile(
    r"<(?P<tag>(?:jats:)?title|h[1-6])(?:\s[^<>]{0,500})?>(?P<label>.{0,300}?)</(?P=tag)>", re.IGNORECASE | re.DOTALL
)
_ABSTRACT = frozenset(("abstract", "summary", ""))


def abstract_sections(text: str) -> tuple[AbstractSection, ...]:
    """The parts of an abstract: what stands under a title of its own (``<jats:title>``, ``<h4>``) is labelled with it.

    A title "Abstract" in front of everything says nothing and is no label.

    >>> abstract_sections("<jats:title>Abstract</jats:title><jats:sec><jats:title>Aim:</jats:title><jats:p>A.</jats:p>")
    (AbstractSection(text='A.', label='Aim'),)
    """
    found = []
    label: str | None = None
    at = 0
    for title in (*_SECTION_TITLE.finditer(text), None):
        body = plain(text[at : title.start() if title else len(text)])
        if body:
            found.append(AbstractSection(body, label))
        elif label:
            # A heading of headings: it stays as a text of its own.
            found.append(AbstractSection(label))
        if title:
            label = plain(title["label"]).rstrip(" :.") or None
            at = title.end()
            if label and label.casefold() in _ABSTRACT and not found:
                label = None
    return tuple(found)
