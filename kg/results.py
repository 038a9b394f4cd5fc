"""Answers to queries → bytes. :data:`FORMATS` is the only list of the forms that they can take.

``csv`` and ``tsv`` are for people and scripts: a header without ``?``, plain values without ``<>``, tabs, ends of lines and
other control characters as blanks. ``json`` and ``xml`` are those of the W3C (SPARQL 1.1 Query Results JSON Format; SPARQL
Query Results XML Format, second edition). ``table`` and ``md`` are for reading: text from papers can neither steer a
terminal (ECMA-48 escape sequences, Unicode bidirectional overrides) nor end a Markdown cell. All but ``table`` are written
as the rows come; ``table`` looks at the first rows for the widths of its columns.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from types import MappingProxyType
from typing import BinaryIO

from kg.errors import UsageError
from kg.exporters import exporter
from kg.markup import escape, quoteattr
from kg.store import Answer, Row, Solutions, Triples
from kg.terms import language, value

_Writer = Callable[[Solutions, BinaryIO, int | None], int]

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "table": "aligned columns; long cells are cut on a terminal only",
        "csv": "comma-separated plain values, for people and scripts",
        "tsv": "tab-separated plain values, for people and scripts",
        "json": "SPARQL 1.1 Query Results JSON",
        "xml": "SPARQL Query Results XML",
        "md": "a Markdown table",
        "turtle": "Turtle, for CONSTRUCT and DESCRIBE",
        "nt": "N-Triples, for CONSTRUCT and DESCRIBE",
    }
)
"""name → what it is"""

_GRAPHS = ("turtle", "nt")
_ROWS_LOOKED_AT = 1000
_ALIGNED = 120  # columns up to which cells are aligned where nothing is cut; longer ones stick out
_NARROWEST = 8

_CONTROL = re.compile(r"\r\n|[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MARKDOWN = {ord(character): f"\\{character}" for character in "\\|`*[]"} | {ord("<"): "&lt;", ord("&"): "&amp;"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(answer: Answer, form: str | None, out: BinaryIO, *, width: int | None = None) -> int:
    """Write an answer; the number of rows or triples (1 for true or false).

    Args:
        answer: what :meth:`kg.store.GraphStore.query` gave.
        form: a key of :data:`FORMATS`; None = ``table``, or ``turtle`` for triples.
        out: where the bytes go (UTF-8).
        width: columns of the terminal, for ``table``; None does not limit the line, and cuts nothing.

    Raises:
        UsageError: there is no such format, or it is not one for this kind of answer.
    """
    if form is not None and form not in FORMATS:
        raise UsageError(f"unknown format {form!r}; known are {', '.join(FORMATS)}")
    if isinstance(answer, Triples):
        if form in _ROWS:
            raise UsageError(f"triples cannot be written as {form}; choose one of {', '.join(_GRAPHS)}")
        return exporter(form or "turtle").write(answer, out)
    if form in _GRAPHS:
        raise UsageError(f"only CONSTRUCT and DESCRIBE can be written as {form}; choose one of {', '.join(_ROWS)}")
    if isinstance(answer, bool):
        out.write(_boolean(answer, form).encode())
        return 1
    return _ROWS[form or "table"](answer, out, width)


def _boolean(answer: bool, form: str | None) -> str:
    text = "true" if answer else "false"
    if form == "json":
        return f'{{"head": {{}}, "boolean": {text}}}\n'
    if form == "xml":
        return f"{_XML_START}<head></head>\n<boolean>{text}</boolean>\n</sparql>\n"
    return f"{text}\n"


def plain(term: str | None) -> str:
    r"""A term for people and scripts: the IRI or the text on one line; nothing for an unbound variable.

    >>> plain("<http://e.org/a>"), plain('"one\\ttwo\\r\\n"@en'), plain(None)
    ('http://e.org/a', 'one two ', '')
    """
    if not term:
        return ""
    return term if term.startswith("_:") else _CONTROL.sub(" ", value(term))


# --- for people and scripts -----------------------------------------------------------------------------------------


def _csv(solutions: Solutions, out: BinaryIO, width: int | None) -> int:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(solutions.variables)
    count = 0
    for row in solutions:
        count += 1
        writer.writerow([plain(row.get(name)) for name in solutions.variables])
        if buffer.tell() > io.DEFAULT_BUFFER_SIZE:
            _move(buffer, out)
    _move(buffer, out)
    return count


def _move(buffer: io.StringIO, out: BinaryIO) -> None:
    out.write(buffer.getvalue().encode())
    buffer.seek(0)
    buffer.truncate()


def _tsv(solutions: Solutions, out: BinaryIO, width: int | None) -> int:
    out.write(("\t".join(solutions.variables) + "\n").encode())
    return _lines(("\t".join(plain(row.get(name)) for name in solutions.variables) for row in solutions), out)


def _md(solutions: Solutions, out: BinaryIO, width: int | None) -> int:
    out.write(f"| {' | '.join(solutions.variables)} |\n|{' --- |' * len(solutions.variables)}\n".encode())
    return _lines((f"| {' | '.join(_cell(row.get(name)) for name in solutions.variables)} |" for row in solutions), out)


def _cell(term: str | None) -> str:
    return visible(plain(term)).translate(_MARKDOWN)


def _table(solutions: Solutions, out: BinaryIO, width: int | None) -> int:
    rows = (tuple(visible(plain(row.get(name))) for name in solutions.variables) for row in solutions)
    first = list(islice(rows, _ROWS_LOOKED_AT))
    widths = [max([_columns(name), *(_columns(row[n]) for row in first)]) for n, name in enumerate(solutions.variables)]
    widths = [min(columns, _ALIGNED) for columns in widths] if width is None else _fitted(widths, width)
    cut = width is not None
    head = [solutions.variables, tuple("─" * columns for columns in widths)]
    count = _lines((_aligned(row, widths, cut) for row in chain(head, first, rows)), out) - len(head)
    out.write(f"({count:,} {'row' if count == 1 else 'rows'})\n".encode())
    return count


def _fitted(widths: list[int], width: int) -> list[int]:
    """The widest columns made narrower until the line fits; none narrower than a few letters."""
    room = width - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = max(widths)
        next_widest = max([columns for columns in widths if columns < widest], default=_NARROWEST)
        many = widths.count(widest)
        spare = -(-(sum(widths) - room) // many)
        narrowed = max(_NARROWEST, next_widest, widest - spare)
        widths = [narrowed if columns == widest else columns for columns in widths]
    return widths


def _aligned(row: Iterable[str], widths: list[int], cut: bool) -> str:
    return "  ".join(_padded(cell, columns, cut) for cell, columns in zip(row, widths, strict=True)).rstrip()


def _padded(cell: str, columns: int, cut: bool) -> str:
    """A cell filled up with blanks, or cut, where it may be, with a visible mark."""
    taken = _columns(cell)
    if taken > columns and cut:
        kept, taken = "", 0
        for character in cell:
            if taken + _columns(character) > columns - 1:
                break
            kept += character
            taken += _columns(character)
        cell, taken = f"{kept}…", taken + 1
    return cell + " " * (columns - taken)


def _columns(text: str) -> int:
    """The columns of a terminal that a text takes (Unicode Standard Annex #11)."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def visible(text: str) -> str:
    r"""Characters that are not seen but steer (Unicode categories Cc, Cf, Co, Cs, Zl, Zp), written as escapes.

    >>> print(visible("a\x1b[31m\u202eb"))
    a\x1b[31m\u202eb
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or unicodedata.category(character) == "Zs" else ascii(character)[1:-1]
        for character in text
    )


# --- W3C formats ----------------------------------------------------------------------------------------------------

_XML_BLANKS = " \t\r\n"
_REPLACEMENT = "\ufffd"
_XML_START = '<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'


def _json(solutions: Solutions, out: BinaryIO, width: int | None) -> int:
    out.write(f'{{"head": {{"vars": {json.dumps(solutions.variables)}}}, "results": {{"bindings": ['.encode())
    count = 0
    for count, row in enumerate(solutions, 1):
        binding = {name: _object(term) for name, term in row.items()}
        out.write(f"{',' if count > 1 else ''}\n{json.dumps(binding, ensure_ascii=False)}".encode())
    out.write(b"\n]}}\n")
    return count


def _object(term: str) -> dict[str, str]:
    kind, text, tag, datatype = _parts(term)
    found = {"type": kind, "value": text}
    if tag:
        found["xml:lang"] = tag
    if datatype:
        found["datatype"] = datatype
    return found


def _xml(solutions: Solutions, out: BinaryIO, width: int | None) -> int:
    """XML 1.0 has no way to write most control characters; they become U+FFFD, so that the answer can be read."""
    names = "".join(f"<variable name={quoteattr(name)}/>" for name in solutions.variables)
    out.write(f"{_XML_START}<head>{names}</head>\n<results>\n".encode())
    count = _lines(map(_result, solutions), out)
    out.write(b"</results>\n</sparql>\n")
    return count


def _result(row: Row) -> str:
    bindings = []
    for name, term in row.items():
        kind, text, tag, datatype = _parts(term)
        attribute = f' xml:lang="{tag}"' if tag else f" datatype={quoteattr(datatype)}" if datatype else ""
        bare = text.strip(_XML_BLANKS)
        start = text.index(bare)
        # Blanks at the ends as references: some readers trim what they see of them.
        before, after = _references(text[:start]), _references(text[start + len(bare) :])
        text = f"{before}{escape(_NOT_XML.sub(_REPLACEMENT, bare))}{after}"
        bindings.append(f"<binding name={quoteattr(name)}><{kind}{attribute}>{text}</{kind}></binding>")
    return f"<result>{''.join(bindings)}</result>"


def _references(blanks: str) -> str:
    return "".join(f"&#{ord(blank)};" for blank in blanks)


def _parts(term: str) -> tuple[str, str, str | None, str | None]:
    """Kind, text, language and datatype of a term."""
    if term.startswith("<"):
        return "uri", value(term), None, None
    if term.startswith("_:"):
        return "bnode", term[2:], None, None
    datatype = term[term.rindex('"') + 4 : -1] if term.endswith(">") else None
    return "literal", value(term), language(term), datatype


def _lines(lines: Iterator[str], out: BinaryIO) -> int:
    count = 0
    for line in lines:
        count += 1
        out.write(f"{line}\n".encode())
    return count


_ROWS: Mapping[str, _Writer] = MappingProxyType(
    {"table": _table, "csv": _csv, "tsv": _tsv, "json": _json, "xml": _xml, "md": _md}
)
