"""Tables of concepts in tab-separated text → concepts.

The first line names the columns; ``id`` and ``label`` must be there. Known columns: ``id`` (CURIE), ``label``,
``synonyms`` (and ``narrow``, ``broad``, ``related``: names of that scope), ``category``, ``broader`` (CURIEs),
``xrefs`` (CURIEs), ``exact`` (CURIEs), ``obsolete`` (true), ``replaced_by``, ``tree_numbers`` (of MeSH: the hierarchy
is read from them). Several values of a cell are joined by ``|``. Further columns are passed over. A cell is what stands
between two tabs (IANA text/tab-separated-values), without the quotes that some programs put around all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from kg.categories import category_of
from kg.errors import InputError
from kg.model import Concept, Warned

MAX_LINE = 16 << 20


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is a table of concepts: its first line names the columns ``id`` and ``label``.

    >>> sniff(b"id\\tlabel\\tsynonyms\\n"), sniff(b"id,label\\n")
    (True, False)
    """
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    return {b"id", b"label"} <= {cell.strip().strip(b'"').lower() for cell in first.split(b"\t")}


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The concepts of a table, in its order; identifiers as the file writes them.

    Raises:
        InputError: not UTF-8, or no such table, with the line.
    """
    rows = _rows(stream)
    _, header = next(rows)
    columns = {_unquoted(name.strip()).lower(): n for n, name in enumerate(header)}
    parsed = []
    for number, cells in rows:
        row = {name: _unquoted(cells[n].strip()) for name, n in columns.items() if n < len(cells)}
        if not row.get("id"):
            yield Warned(None, "no-identifier", "a row without an identifier is left out", line=number)
            continue
        parsed.append(row)
    places = {place: row["id"] for row in parsed for place in _values(row, "tree_numbers")}
    for row in parsed:
        yield _concept(row, places)


def _concept(row: dict[str, str], places: dict[str, str]) -> Concept:
    parents = [p for place in _values(row, "tree_numbers") if (p := places.get(place.rpartition(".")[0]))]
    return Concept(
        id=row["id"],
        label=row.get("label", ""),
        synonyms=_values(row, "synonyms"),
        category=category_of(row.get("category")),
        broader=tuple(dict.fromkeys([*_values(row, "broader"), *parents])),
        exact=_values(row, "exact"),
        obsolete=row.get("obsolete", "").lower() == "true",
        replaced_by=row.get("replaced_by") or None,
        narrow=_values(row, "narrow"),
        broad=_values(row, "broad"),
        related=_values(row, "related"),
        xrefs=_values(row, "xrefs"),
    )


def _unquoted(cell: str) -> str:
    quoted = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if quoted else cell


def _values(row: dict[str, str], column: str) -> tuple[str, ...]:
    return tuple(value for part in row.get(column, "").split("|") if (value := part.strip()))


def _rows(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of the lines with something on them."""
    number = 0
    while raw := stream.readline(MAX_LINE):
        number += 1
        if len(raw) == MAX_LINE:
            raise InputError("tsv-syntax", f"a line of more than {MAX_LINE} bytes", line=number)
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputError("not-utf-8", "the table must be UTF-8, this line is not", line=number) from error
        if line.strip():
            yield number, line.split("\t")
