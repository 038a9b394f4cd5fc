"""RDF 1.1 Turtle in the house style: prefixed, grouped by subject in a stable order, one fact a line.

::

    <https://w3id.org/bmkg/article/pmid/1>
        a fabio:JournalArticle ;
        dcterms:title "A title"@en ;
        .

Every fact ends in ``;`` and the subject in a line of its own, which Turtle allows (RDF 1.1 Turtle, section 6.5,
predicateObjectList), so that a fact more or less is a line more or less in a diff. All prefixes of the project are
declared, used or not, for the same reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from kg.exporters.order import Fact, by_subject
from kg.vocab import PREFIXES, RDF, XSD

MEDIA_TYPE = "text/turtle"
SUFFIX = ".ttl"
DESCRIPTION = "Turtle, prefixed and grouped by subject, one fact a line"

# The part of PN_LOCAL that needs no escapes and no second thought.
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_PREFIX_OF = {base: prefix for prefix, base in PREFIXES.items()}
# Lexical forms that Turtle's short form gives back as they stand, in every parser.
_SHORT = {
    XSD.integer: re.compile(r"0|-?[1-9][0-9]{0,17}"),
    XSD.decimal: re.compile(r"-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,5}[1-9]"),
    XSD.boolean: re.compile(r"true|false"),
}
_BATCH = 10_000  # lines written at once

HEADER = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items()).encode()


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write the distinct triples of N-Quads lines, whatever graphs they stand in; the number of triples."""
    out.write(HEADER)
    return write_subjects(by_subject(quads, directory), out)


def write_subjects(subjects: Iterable[tuple[str, list[Fact]]], out: BinaryIO) -> int:
    """Write each subject as a block; the number of triples."""
    lines: list[str] = []
    add = lines.append
    count = 0
    for subject, facts in subjects:
        if len(lines) > _BATCH:
            out.write("".join(lines).encode())
            lines.clear()
        add(f"\n{name(subject)}\n")
        for predicate, obj in facts:
            last = obj[-1]
            add(f"    {_verb(predicate)} {obj if last != '>' else name(obj) if obj[0] == '<' else _typed(obj)} ;\n")
        add("    .\n")
        count += len(facts)
    out.write("".join(lines).encode())
    return count


@lru_cache(maxsize=2**16)
def name(term: str) -> str:
    """An IRI as prefixed name where its last part allows it, else as it is; a blank node as it is.

    >>> name("<http://id.nlm.nih.gov/mesh/D003922>"), name("<http://id.nlm.nih.gov/mesh/a.b>")
    ('mesh:D003922', '<http://id.nlm.nih.gov/mesh/a.b>')
    """
    cut = max(term.rfind("#"), term.rfind("/")) + 1
    prefix = _PREFIX_OF.get(term[1:cut])
    return f"{prefix}:{term[cut:-1]}" if prefix and _LOCAL.fullmatch(term, cut, len(term) - 1) else term


@lru_cache(maxsize=2**10)
def _verb(predicate: str) -> str:
    return "a" if predicate == RDF.type else name(predicate)


def _typed(literal: str) -> str:
    """A literal with a datatype, which is prefixed, or in Turtle's short form."""
    end = literal.rindex('"')
    datatype = literal[end + 3 :]
    short = _SHORT.get(datatype)
    if short and short.fullmatch(literal, 1, end):
        return literal[1:end]
    return f"{literal[: end + 1]}^^{name(datatype)}"
