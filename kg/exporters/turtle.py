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
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from kg.exporters.order import Fact, by_subject, sort_key
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


def revise(
    old: BinaryIO, changed: Container[str], quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None
) -> int:
    """Write what :func:`write` would of quads most of which it wrote before, by copying; the number of triples.

    Args:
        old: what it wrote then.
        changed: the subjects about which not all is as it was then; any others may be among them.
        quads: all that is now known of these, and of no others.
    """
    out.write(HEADER)
    stays = _blocks(old, changed)
    count = 0
    key, block = next(stays, _END)
    for subject, facts in by_subject(quads, directory):
        place = sort_key(subject)
        while block and key < place:
            count += _copied(block, out)
            key, block = next(stays, _END)
        count += write_subjects([(subject, facts)], out)
    while block:
        count += _copied(block, out)
        _, block = next(stays, _END)
    return count


_END = "", b""
_AT_ONCE = 1 << 20
"""bytes of an earlier export that are read at once"""


def _copied(block: bytes, out: BinaryIO) -> int:
    out.write(b"\n%b\n" % block)
    return block.count(b"\n") - 1


def _blocks(old: BinaryIO, changed: Container[str]) -> Iterator[tuple[str, bytes]]:
    """The blocks of an export, but for those about these subjects, with what they are sorted by; without the line ends
    before and after."""
    old.seek(len(HEADER))
    data = b"\n"
    while True:
        more = old.read(_AT_ONCE)
        *whole, data = (data + more).split(b"\n\n")  # in a literal a line end is escaped
        if not more:
            whole, data = [*whole, data.removesuffix(b"\n")], b""
        for block in filter(None, whole):
            subject = term(block[: block.index(b"\n")].decode())
            if subject not in changed:
                yield sort_key(subject), block
        if not more:
            return


def term(name: str) -> str:
    """What :func:`name` wrote.

    >>> term("mesh:D003922"), term("<http://id.nlm.nih.gov/mesh/a.b>"), term("_:b")
    ('<http://id.nlm.nih.gov/mesh/D003922>', '<http://id.nlm.nih.gov/mesh/a.b>', '_:b')
    """
    if name[0] in "<_":
        return name
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


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
