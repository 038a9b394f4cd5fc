"""The coverage ledger: what becomes of every element and attribute of a format of XML.

A ledger is a table beside the readers (``data/coverage/pubmed.tsv``, ``jats.tsv``): a pattern, a verdict, and to which field
of :class:`kg.model.Article` it is *mapped*, why it is *declined*, or that only its *parts* say something. What a file holds
and no pattern covers is *unknown*: nobody has decided. The tests hold every verdict to the truth: what is mapped changes
the article when it changes, what is declined does not.

A pattern is ``Name``, ``Parent/Name``, either with ``@attribute``, or ``@attribute`` of any element; the most exact one
counts. ``Name//`` or ``Parent/Name//`` covers an element with all that is inside, whatever else is said of it.
Namespaces are left out but for ``xml:`` and ``xlink:``.

Sources: NLM, PubMed DTD of 1 January 2025 (and what the MEDLINE DTDs since 2001 had besides); JATS Tag Library 1.3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import BinaryIO, Literal

from kg.errors import UsageError
from kg.markup import Element, children, line_of, local

Verdict = Literal["mapped", "declined", "parts"]
VERDICTS: tuple[Verdict, ...] = ("mapped", "declined", "parts")
LEDGERS = ("pubmed", "jats")
"""the readers that have a ledger"""
_PREFIXES = {
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "http://www.w3.org/1999/xlink": "xlink:",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi:",
}
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a ledger; ``note`` says to which field, or why not."""

    pattern: str
    verdict: Verdict
    note: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries of a format by their patterns."""

    entries: Mapping[str, Entry]

    def entry(self, parent: str, name: str, attribute: str | None = None) -> Entry | None:
        """The entry that covers an element, or an attribute of it.

        >>> ledger("pubmed").entry("PubDate", "Year").note
        'events'
        >>> ledger("pubmed").entry("PubMedPubDate", "Hour").verdict, ledger("pubmed").entry("Sham", "Nothing")
        ('declined', None)
        """
        get = self.entries.get
        if attribute is None:
            return get(f"{parent}/{name}") or get(name)
        return get(f"{parent}/{name}@{attribute}") or get(f"{name}@{attribute}") or get(f"@{attribute}")

    def whole(self, parent: str, name: str) -> Entry | None:
        """The entry that covers an element with all that is inside."""
        return self.entries.get(f"{parent}/{name}//") or self.entries.get(f"{name}//")


@cache
def ledger(name: str) -> Ledger:
    """The ledger of a reader.

    Raises:
        UsageError: there is none.
    """
    if name not in LEDGERS:
        raise UsageError(f"there is no ledger of {name!r}; there are those of {', '.join(LEDGERS)}")
    text = files("kg").joinpath("data", "coverage", f"{name}.tsv").read_text(encoding="utf-8")
    entries: dict[str, Entry] = {}
    for number, line in enumerate(text.splitlines()[1:], 2):
        pattern, verdict, note = line.split("\t")
        if verdict not in VERDICTS or pattern in entries or not note:
            raise ValueError(f"data/coverage/{name}.tsv, line {number}: {line!r}")
        entries[pattern] = Entry(pattern, verdict, note)
    return Ledger(entries)


@dataclass(frozen=True, slots=True)
class Node:
    """An element or an attribute of a file, and what the ledger says of it; ``line`` is the element's."""

    place: str
    """``Parent/Name`` or ``Parent/Name@attribute``"""
    entry: Entry | None
    element: Element
    attribute: str | None = None
    """as lxml names it"""


def nodes(element: Element, name: str) -> Iterator[Node]:
    """Every element and attribute of a tree, in document order, with its entry in a ledger."""
    book = ledger(name)
    parent = element.getparent()
    yield from _nodes(element, local(parent) if parent is not None else "", book, None)


def _nodes(element: Element, parent: str, book: Ledger, inside: Entry | None) -> Iterator[Node]:
    """libxml2 stops at a depth of 256, so recursion is safe."""
    tag = local(element)
    if not tag:
        return
    place = f"{parent}/{tag}"
    inside = inside or book.whole(parent, tag)
    yield Node(place, inside or book.entry(parent, tag), element)
    for attribute in map(str, element.attrib):
        short = _short(attribute)
        own = inside if inside and inside.verdict == "declined" else book.entry(parent, tag, short) or inside
        yield Node(f"{place}@{short}", own, element, attribute)
    for child in element:
        yield from _nodes(child, tag, book, inside)


def _short(attribute: str) -> str:
    if attribute[0] != "{":
        return attribute
    namespace, _, name = attribute[1:].partition("}")
    return _PREFIXES.get(namespace, "") + name


@dataclass(slots=True)
class Coverage:
    """Counts over files: occurrences by verdict and by place; where unknown ones stand."""

    verdicts: Counter[str] = field(default_factory=Counter)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(verdict, pattern or unknown place) → occurrences"""
    examples: dict[str, list[str]] = field(default_factory=dict)
    """unknown place → where it stands, and what it says"""

    def count(self, stream: BinaryIO, name: str, source: str) -> None:
        """Count what a file holds; memory holds one record at a time.

        Raises:
            InputError: the file is not well-formed XML.
        """
        for element in children(stream):
            root = element.getparent() is None
            for node in nodes(element, name):
                if root and node.element is not element:
                    continue  # what was counted before is there still, empty
                verdict = node.entry.verdict if node.entry else "unknown"
                self.verdicts[verdict] += 1
                self.places[verdict, node.entry.pattern if node.entry else node.place] += 1
                if node.entry is None:
                    self._example(node, source)

    def _example(self, node: Node, source: str) -> None:
        found = self.examples.setdefault(node.place, [])
        if len(found) < _EXAMPLES:
            value = node.element.get(node.attribute) if node.attribute else node.element.text
            line = line_of(node.element)
            found.append(f"{source}{f':{line}' if line else ''}: {(value or '').strip()[:60]!a}")
