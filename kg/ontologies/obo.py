"""OBO files → concepts, line by line.

OBO Flat File Format 1.2 and 1.4, https://owlcollab.github.io/oboformat/doc/obo-syntax.html. Read are the ``[Term]``
frames: ``id``, ``name``, ``synonym``, ``is_a``, ``equivalent_to``, ``xref``, exact matches, ``is_obsolete``,
``replaced_by`` and ``namespace``. ``import:`` is never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import BinaryIO

from kg.errors import InputError
from kg.model import Concept, Warned

MAX_LINE = 64 << 20
"""bytes; the longest real lines (``owl-axioms`` in headers) are a few megabytes"""

NAMESPACE_CATEGORIES = MappingProxyType(
    {
        "biological_process": "BiologicalProcess",
        "molecular_function": "MolecularActivity",
        "cellular_component": "CellularComponent",
    }
)
"""namespace of the Gene Ontology → Biolink class"""

NOT_A_NAME = frozenset(
    "DUBIOUS DEPRECATED MISSPELLING MISNOMER INCONSISTENT "
    "OMO:0003001 OMO:0003002 OMO:0003006 OMO:0003007".split()  # ambiguous, dubious, misspelling, misnomer
)
"""types of synonym that say themselves that they are ambiguous, contested or given up"""

_SNIFFED = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?:format-version|ontology|data-version|\[Term\]|\[Typedef\])[ \t\r:]*", re.M
)
_IDENTIFIER = re.compile(
    r"[A-Za-z][A-Za-z0-9_.-]{0,39}:[A-Za-z0-9_.-]{1,80}|https?://[^\s<>\"{}|\\^`]{1,300}", re.ASCII
)
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"')
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "W": " "}
_COMMENT = re.compile(r"(?<!\\)[ \t]!")
_MODIFIERS = re.compile(r"(?<!\\)\{[^{}]*+\}[ \t]*$")


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is OBO: a header tag or a frame at the beginning of a line.

    >>> sniff(b"format-version: 1.2\\n"), sniff(b'{"graphs": []}')
    (True, False)
    """
    return not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"<", b"@")) and bool(_SNIFFED.search(head))


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The terms of an OBO file; identifiers and parents as the file writes them.

    Raises:
        InputError: not UTF-8, or a line that is no OBO, with its number.
    """
    frame: str | None = None
    first = 0
    clauses: list[tuple[str, str]] = []
    for number, line in _lines(stream):
        if line.startswith("[") and line.endswith("]"):
            if frame == "[Term]":
                yield from _term(clauses, first)
            frame, first, clauses = line, number, []
            continue
        tag, colon, value = line.partition(":")
        if not colon or not tag or " " in tag:
            raise InputError("obo-syntax", f"not a tag and a value: {line[:80]!r}", line=number)
        value = value.strip()
        if frame is not None:
            clauses.append((tag, value))
        elif tag == "import":
            yield Warned(None, "import-not-followed", f"import of {value[:200]!r} is not followed", line=number)
    if frame == "[Term]":
        yield from _term(clauses, first)


def is_a_name(curie: str, scope: str, kind: str | None) -> bool:
    """Whether a synonym means the same as its term. Narrow, broad and related ones do not say so; but ChEBI calls
    most common names of a substance related, brand names and INNs too."""
    return (scope == "EXACT" or (scope == "RELATED" and curie.startswith("CHEBI:"))) and kind not in NOT_A_NAME


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Lines with something on them and their numbers; a line that ends with a backslash goes on in the next one."""
    held = ""
    number = 0
    while raw := stream.readline(MAX_LINE):
        number += 1
        if len(raw) == MAX_LINE:
            raise InputError("obo-syntax", f"a line of more than {MAX_LINE} bytes", line=number)
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise InputError("not-utf-8", "OBO must be UTF-8, this line is not", line=number) from error
        if line.endswith("\\") and not line.endswith("\\\\") and len(held) < MAX_LINE:
            held += line[:-1]
        elif line := held + line:
            held = ""
            if not line.startswith("!"):
                yield number, line


def _term(clauses: list[tuple[str, str]], line: int) -> Iterator[Concept | Warned]:
    stated: dict[str, list[str]] = {}
    for tag, value in clauses:
        stated.setdefault(tag, []).append(value)
    curie = _bare(stated.get("id", [""])[0])
    if not _IDENTIFIER.fullmatch(curie):
        yield Warned(None, "bad-identifier", f"{curie[:80]!r} is not an identifier; the term is left out", line=line)
        return
    names = [_unescaped(_bare(value)) for value in stated.get("name", [])]
    if len(names) > 1:
        yield Warned(curie, "several-names", f"{curie} has several names; {names[0]!r} is used", line=line)
    synonyms: list[str] = []
    others: dict[str, list[str]] = {"NARROW": [], "BROAD": [], "RELATED": []}
    for value in stated.get("synonym", []):
        quoted = _QUOTED.match(value)
        if not quoted:
            yield Warned(curie, "obo-synonym", f"a synonym of {curie} is not quoted: {value[:80]!r}", line=line)
            continue
        scope, kind = _scope(value[quoted.end() :])
        if is_a_name(curie, scope, kind):
            synonyms.append(_unescaped(quoted[1]))
        elif scope in others and kind not in NOT_A_NAME:
            others[scope].append(_unescaped(quoted[1]))
    for value in stated.get("exact_synonym", []):  # OBO 1.0
        if quoted := _QUOTED.match(value):
            synonyms.append(_unescaped(quoted[1]))
    yield Concept(
        id=curie,
        label=names[0] if names else "",
        synonyms=tuple(synonyms),
        category=NAMESPACE_CATEGORIES.get(_bare(stated.get("namespace", [""])[0])),
        broader=tuple(first for value in stated.get("is_a", []) if (first := _first(value))),
        exact=tuple(_exact(stated)),
        obsolete=_bare(stated.get("is_obsolete", ["false"])[0]) == "true",
        replaced_by=_first(stated.get("replaced_by", [""])[0]) or None,
        narrow=tuple(others["NARROW"]),
        broad=tuple(others["BROAD"]),
        related=tuple(others["RELATED"]),
        xrefs=tuple(first for value in stated.get("xref", []) if (first := _first(value))),
    )


def _scope(tail: str) -> tuple[str, str | None]:
    """``EXACT PLURAL [PMID:1] {…}`` → scope and type; a synonym without scope is a related one (OBO 1.2)."""
    words = tail.partition("[")[0].split(None, 2)
    return (words[0] if words else "RELATED"), (words[1] if len(words) > 1 else None)


def _exact(stated: dict[str, list[str]]) -> Iterator[str]:
    """Terms of the same sense. A cross-reference alone does not say so; Mondo marks those that do."""
    for value in stated.get("equivalent_to", []):
        yield _first(value)
    for value in stated.get("xref", []):
        if "equivalentTo" in value.partition("{")[2]:
            yield _first(value)
    for value in stated.get("property_value", []):
        relation, _, target = value.partition(" ")
        if re.split("[:#/]", relation)[-1] == "exactMatch" and target.split():
            yield target.split()[0].strip('"')


def _first(value: str) -> str:
    return value.split(None, 1)[0] if value else ""


def _bare(value: str) -> str:
    """The value without its comment and its trailing modifiers."""
    if comment := _COMMENT.search(value):
        value = value[: comment.start()]
    return _MODIFIERS.sub("", value).strip() if value.endswith("}") else value.strip()


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]), value) if "\\" in value else value
