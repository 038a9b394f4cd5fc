"""Elements → strings and lines: attributes, titles, paragraphs, tables, the sections of a body.

JATS Tag Library 1.3; what happens to inline markup and formulas is decided in :mod:`kg.markup`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from kg import identifiers
from kg.markup import Element, local, text_of
from kg.model import Section

_XLINK = "{http://www.w3.org/1999/xlink}href"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def lang_of(element: Element | None) -> str | None:
    """The language that is stated for an element's content: its own ``xml:lang`` or that of the nearest ancestor."""
    while element is not None:
        if stated := element.get(LANG):
            return identifiers.language(stated)
        element = element.getparent()
    return None


def href_of(element: Element) -> str:
    """Where an element links to; NLM files without namespaces say ``href``."""
    return " ".join((element.get(_XLINK) or element.get("href") or "").split())


def child_of(element: Element, *names: str) -> Element | None:
    """The first child of one of some names."""
    return next((child for child in element if local(child) in names), None)


def child_text(element: Element, *names: str) -> str | None:
    """The text of the first child of one of some names; None where there is none, or no text."""
    child = child_of(element, *names)
    return (text_of(child) or None) if child is not None else None


def kind_of(element: Element, *attributes: str) -> str:
    """The first of some attributes that is there, in lower case, words separated by blanks."""
    for attribute in attributes:
        if value := element.get(attribute):
            return " ".join(value.lower().replace("-", " ").replace("_", " ").split())
    return ""


_MARKER_TYPES = ("fn", "author-notes", "corresp", "aff", "table-fn", "other")


def title_text(element: Element) -> str:
    """The text of a title without its footnotes and the markers that point to them."""
    if not len(element):
        return text_of(element)
    without: list[object] = ["fn", "index-term"]
    without += [x for x in element.iter("{*}xref") if x.get("ref-type") in _MARKER_TYPES]
    return text_of(element, without)


def heading_of(element: Element) -> str | None:
    """An element's title, else its label."""
    title = child_of(element, "title")
    return (title_text(title) if title is not None else None) or child_text(element, "label")


BLOCKS = frozenset(
    "p title list list-item def-list def-item table-wrap table-wrap-group table-wrap-foot table fig fig-group caption "
    "boxed-text disp-quote disp-formula-group verse-group verse-line speech statement supplementary-material media "
    "array preformat code sec fn fn-group ref-list notes glossary app app-group bio ack chem-struct-wrap question "
    "answer explanation question-wrap alternatives attrib alt-text long-desc object-id permissions sec-meta".split()
)


_LABELLED = frozenset(("list-item", "fig", "table-wrap", "fn", "boxed-text", "supplementary-material", "statement"))
_TABLE_PARTS = frozenset(("thead", "tbody", "tfoot", "tgroup"))


def lines_of(element: Element, without: Iterable[str] = ()) -> list[str]:
    """The text of an element in lines: one a paragraph, list item, caption, table row; cells separated by tabs.

    ``without`` are names of children to leave out. Entries of reference lists and identifiers of objects are left out.
    """
    lines: list[str] = []
    if has_text(element):
        left_out = [child for child in element if local(child) in without]
        flow_lines(element, lines, left_out)
        return lines
    for child in element:
        if (name := local(child)) and name not in without:
            if name in BLOCKS:
                block_lines(child, name, lines)
            else:
                flow_lines(child, lines)
    return lines


def has_text(element: Element) -> bool:
    """Whether there is text between an element's children."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def block_lines(element: Element, name: str, lines: list[str]) -> None:
    """Append the lines of one block."""
    if name in ("object-id", "ref"):
        return
    if name == "table":
        for part in element:
            _rows(part, lines)
    elif name == "def-item":
        term = child_text(element, "term") or ""
        definition = " ".join(text_of(child) for child in element if local(child) == "def")
        lines.append(f"{term}: {definition}" if term and definition else term or definition)
    elif name == "ref-list":
        lines += lines_of(element, ("ref", "title", "label"))
    elif name in _LABELLED and (label := child_text(element, "label")):
        own = lines_of(element, ("label",)) or [""]
        lines.append(f"{label} {own[0]}".strip())
        lines += own[1:]
    else:
        flow_lines(element, lines)


def flow_lines(element: Element, lines: list[str], left_out: Sequence[Element] = ()) -> None:
    """Append an element's running text as one line, then the blocks that stand in it."""
    blocks = [block for block in _blocks_in(element) if block not in left_out]
    text = text_of(element, frozenset((*blocks, *left_out)))
    if text:
        lines.append(text)
    for block in blocks:
        block_lines(block, local(block), lines)


def _blocks_in(element: Element) -> Iterator[Element]:
    """The outermost blocks among an element's descendants; of alternatives only those that hold some."""
    for child in element:
        if (name := local(child)) in BLOCKS and not (name == "alternatives" and child.find("{*}table") is None):
            yield child
        elif len(child) and name not in ("inline-formula", "disp-formula"):
            yield from _blocks_in(child)


def _rows(part: Element, lines: list[str]) -> None:
    """Append the rows of a table, or of a part of one."""
    name = local(part)
    if name in ("tr", "row"):
        cells = [text_of(cell) for cell in part if local(cell)]
        if any(cells):
            lines.append("\t".join(cells))
    elif name in _TABLE_PARTS:
        for row in part:
            _rows(row, lines)
    elif name and (text := text_of(part)):
        lines.append(text)


def sections_of(
    parent: Element, prefix: str = "", is_statement: Callable[[Element], bool] | None = None
) -> Iterator[Section]:
    """The sections of a body; those of which ``is_statement`` says that they are none leave their number free."""
    number = 1
    loose: list[str] = lines_of(parent, ("sec",)) if has_text(parent) else []
    for child in [child for child in parent if not loose or local(child) == "sec"]:
        name = local(child)
        if name == "sec":
            if loose:
                yield Section(f"{prefix}{number}", None, "\n".join(loose))
                number, loose = number + 1, []
            if is_statement is None or not is_statement(child):
                yield from section_of(child, f"{prefix}{number}")
            number += 1
        elif name in BLOCKS:
            block_lines(child, name, loose)
        elif name:
            flow_lines(child, loose)
    if loose:
        yield Section(f"{prefix}{number}", None, "\n".join(loose))


def section_of(sec: Element, number: str, kind: str | None = None) -> Iterator[Section]:
    """A ``sec`` (or an appendix) and its subsections, in the order of the text."""
    heading = heading_of(sec)
    lines = lines_of(sec, ("sec", "title", "label"))
    yield Section(number, heading, "\n".join(lines), kind or sec.get("sec-type"))
    subsections = (child for child in sec if local(child) == "sec")
    for n, child in enumerate(subsections, 1):
        yield from section_of(child, f"{number}.{n}")


_INLINE = frozenset(
    "italic bold sup sub sc underline overline strike roman sans-serif monospace i b u em strong named-content "
    "styled-content xref fixed-case inline-formula inline-graphic private-char x".split()
)


_APART = frozenset(("pub-id", "object-id"))
_OPENING = tuple(" \n\t\u00a0([{/:<\"'")


def spaced_text(element: Element, without: Container[object] = ()) -> str:
    """Like :func:`text_of`, with a blank between parts that touch each other (``<surname>A</surname><given-names>B``)."""
    out: list[str] = []
    _spaced(element, out, without)
    return " ".join("".join(out).split())


def _spaced(element: Element, out: list[str], without: Container[object]) -> None:
    if element.text:
        out.append(element.text)
    touching = False
    for child in element:
        name = local(child)
        if name and name not in without and child not in without:
            if (touching and name not in _INLINE) or (name in _APART and out and not out[-1].endswith(_OPENING)):
                out.append(" ")
            if name in ("inline-formula", "disp-formula", "math", "alternatives", "break"):
                out.append(text_of(child) or " ")
            else:
                _spaced(child, out, without)
            touching = not child.tail and name not in _INLINE
        elif child.tail:
            touching = False
        if child.tail:
            out.append(child.tail)
