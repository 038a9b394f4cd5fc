"""RDF 1.1 XML, one ``rdf:Description`` a subject, one property element a line.

XML has no way to write most control characters (XML 1.0, section 2.2, Char), nor a predicate whose end is no XML name:
where the graph holds such a thing this export is refused, because it could only leave it out or change it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from kg.errors import UsageError
from kg.exporters.order import by_subject
from kg.markup import escape, quoteattr
from kg.terms import language, value
from kg.vocab import PREFIXES, RDF

SUFFIX = ".rdf"
DESCRIPTION = "RDF/XML; refused where the text holds characters that XML cannot"

_PREFIX_OF = {base: prefix for prefix, base in PREFIXES.items()}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# Names that mean something else as property elements (RDF/XML Syntax, section 5.1).
_RESERVED = frozenset(
    f"<{RDF.base}{word}>"
    for word in "RDF ID about parseType resource nodeID datatype Description aboutEach aboutEachPrefix bagID li".split()
)
_XML = "http://www.w3.org/XML/1998/namespace"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BATCH = 10_000


def write(quads: Iterable[str], out: BinaryIO, *, directory: Path | None = None) -> int:
    """Write the distinct triples of N-Quads lines, whatever graphs they stand in; the number of triples.

    Raises:
        UsageError: a literal or a predicate cannot be written in XML; the text names the subject.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF']
    lines += [f'\n    xmlns:{prefix}="{base}"' for prefix, base in PREFIXES.items()]
    lines.append(">\n")
    count = 0
    for subject, facts in by_subject(quads, directory):
        if len(lines) > _BATCH:
            out.write("".join(lines).encode())
            lines.clear()
        lines.append(f"\n  <rdf:Description{_node('about', subject)}>\n")
        for predicate, obj in facts:
            start, end = _tags(predicate)
            if obj[0] != '"':
                lines.append(f"    {start}{_node('resource', obj)}/>\n")
            else:
                lines.append(f"    {start}{_attributes(obj)}>{_text(obj, subject)}{end}\n")
        lines.append("  </rdf:Description>\n")
        count += len(facts)
    lines.append("</rdf:RDF>\n")
    out.write("".join(lines).encode())
    return count


def _node(attribute: str, term: str) -> str:
    """The attribute that names a node."""
    if term.startswith("_:"):
        return f' rdf:nodeID="b{term[2:]}"'  # a label may begin with a digit, an XML name may not
    return f" rdf:{attribute}={quoteattr(term[1:-1])}"


@lru_cache(maxsize=2**10)
def _tags(predicate: str) -> tuple[str, str]:
    """The open start tag and the end tag of a predicate."""
    cut = max(predicate.rfind("#"), predicate.rfind("/"), predicate.rfind(":")) + 1
    while cut < len(predicate) - 1 and not _NAME.fullmatch(predicate, cut, len(predicate) - 1):
        cut += 1
    namespace, local = predicate[1:cut], predicate[cut:-1]
    if not local or predicate in _RESERVED or namespace.startswith((_XML, "http://www.w3.org/2000/xmlns/")):
        raise UsageError(f"the predicate {predicate} cannot be written as an RDF/XML element; choose another format")
    if prefix := _PREFIX_OF.get(namespace):
        return f"<{prefix}:{local}", f"</{prefix}:{local}>"
    return f"<p:{local} xmlns:p={quoteattr(namespace)}", f"</p:{local}>"


def _attributes(literal: str) -> str:
    if tag := language(literal):
        return f' xml:lang="{tag}"'
    if literal.endswith(">"):
        datatype = literal[literal.rindex('"') + 4 : -1]
        return f" rdf:datatype={quoteattr(datatype)}"
    return ""


def _text(literal: str, subject: str) -> str:
    text = value(literal)
    if bad := _FORBIDDEN.search(text):
        raise UsageError(
            f"a literal of {subject} holds U+{ord(bad[0]):04X}, which XML cannot write; choose another format"
        )
    return escape(text)
