"""kg affiliations: affiliation strings split into their parts and linked to ROR."""

from __future__ import annotations

import csv
import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from kg.errors import InputError

if TYPE_CHECKING:
    from kg.linkers.organisations import Link, Linker

COLUMNS = "affiliation ror_id score reason department institution city region postcode country email".split()


@click.command()
@click.argument("file", default="-")
@click.option(
    "--ror",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A dump of ROR (JSON or JSON lines, schema 1 or 2; plain, gz, zip): link the strings to it.",
)
@click.option("--format", "format_", type=click.Choice(["tsv", "jsonl"]), default="tsv", show_default=True)
def affiliations(file: str, ror: Path | None, format_: str) -> None:
    """Split affiliation strings into their parts and link them to ROR.

    FILE holds one string a line, or is a TSV with a column "affiliation"; - is standard input. Written is one row a
    string: the identifiers of ROR with scores and reasons, where --ror names a dump, and the parts of the first address.
    With jsonl every address of the string, and proposals beside accepted links.

    \b
    Examples:
      echo 'Imaginary University, Rome, Italy' | kg affiliations
      kg affiliations strings.txt --ror v1.63-ror-data.zip --format jsonl
    """
    linker = None
    if ror:
        from kg.linkers.organisations import Linker
        from kg.ror import open_registry

        linker = Linker(open_registry(ror))
    with _opened(file) as lines:
        rows = _rows(strings(lines, file), linker, 1 if lines.isatty() else _TOGETHER)
        if format_ == "jsonl":
            for row in rows:
                sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        else:
            table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
            table.writerow(COLUMNS)
            for row in rows:
                table.writerow(_flat(row))


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115
    except OSError as error:
        raise click.BadParameter(f"{file!r} cannot be read ({error.strerror})", param_hint="FILE") from error
    with stream:
        yield stream


_TOGETHER = 128
"""strings that are linked together; at a terminal each line is answered at once"""

_MOST_LINES = 20
"""of one field in quotes; a quote that stays open for longer is just a character"""


def strings(lines: Iterable[bytes], name: str) -> Iterator[str]:
    """The affiliation strings of a file: each line, or the column ``affiliation`` of a TSV with a header. Empty ones are
    left out.

    Raises:
        InputError: a line is not UTF-8.
    """
    texts = _decoded(lines, name)
    first = next(texts, "")
    if "affiliation" not in first.split("\t"):
        found: Iterable[str] = chain([first], texts)
    else:
        column = first.split("\t").index("affiliation")
        rows = map(_fields, _whole(texts))
        found = (row[column] for row in rows if column < len(row))
    return (text for text in found if text.strip())


def _decoded(lines: Iterable[bytes], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            where = f"{name}: line {number} is not UTF-8 (byte {error.start} of the line)"
            raise InputError("encoding", f"{where}; convert the file", line=number) from error


def _whole(texts: Iterator[str]) -> Iterator[str]:
    """Lines, those joined that a field in quotes runs over, as spreadsheets write them."""
    waiting: deque[str] = deque()
    while True:
        if not waiting:
            waiting.extend(islice(texts, 1))
        if not waiting:
            return
        first = waiting[0]
        if first.count('"') % 2 and (first.startswith('"') or '\t"' in first):
            waiting.extend(islice(texts, _MOST_LINES - len(waiting)))
            open_ = 0
            for size, text in enumerate(waiting, 1):
                open_ ^= text.count('"') % 2
                if not open_:
                    first = "\n".join(waiting.popleft() for _ in range(size))
                    break
            else:
                waiting.popleft()
        else:
            waiting.popleft()
        yield first


def _fields(row: str) -> list[str]:
    """The fields of a row; quotes around a field are not of it, unless they are no such quotes."""
    if row.startswith('"') or '\t"' in row:
        try:
            return next(csv.reader([row], delimiter="\t", strict=True))
        except csv.Error:
            pass
    return row.split("\t")


def _rows(texts: Iterable[str], linker: Linker | None, size: int) -> Iterator[dict[str, Any]]:
    """A row for each string; so many at a time are linked together. What stands before an error is written."""
    batch: list[str] = []

    def rows() -> Iterator[dict[str, Any]]:
        links = linker.links_of(batch) if linker else {}
        for text in batch:
            yield _row(text, links.get(text, ()), linker)
        batch.clear()

    try:
        for text in texts:
            batch.append(text)
            if len(batch) == size:
                yield from rows()
    except InputError:
        yield from rows()
        raise
    yield from rows()


def _row(text: str, links: Sequence[Link], linker: Linker | None) -> dict[str, Any]:
    from kg import affiliations

    found = affiliations.addresses(text)
    accepted = [link for link in links if link.accepted]
    first = found[0]
    return {
        "affiliation": text,
        "ror_id": [link.ror for link in accepted],
        "score": [link.score for link in accepted],
        "reason": [link.reason for link in accepted],
        "department": first.department,
        "institution": first.institution,
        "city": first.city,
        "region": first.region,
        "postcode": first.postcode,
        "country": first.country_code or _implied(text, linker),
        "email": list(affiliations.emails(text)),
        "identifiers": list(affiliations.stated(text)),
        "addresses": [
            {
                "text": a.text,
                "department": a.department,
                "institution": a.institution,
                "city": a.city,
                "region": a.region,
                "postcode": a.postcode,
                "country": a.country_code,
                "country_as_printed": a.country,
            }
            for a in found
        ],
        "proposals": [
            {"ror_id": link.ror, "name": link.name, "score": link.score, "reason": link.reason}
            for link in links
            if not link.accepted
        ],
    }


def _implied(text: str, linker: Linker | None) -> str | None:
    """The country of a string whose address does not print one, from any name in it."""
    from kg import affiliations

    named = affiliations.countries(text)
    if len(named) == 1:
        return next(iter(named))
    return linker.country(text) if linker else None


_BLANKS = str.maketrans("\n\r\t", "   ")


def _flat(row: dict[str, Any]) -> list[str]:
    """The columns of the TSV; several values of one are separated by blanks, reasons by a bar."""
    flat = []
    for name in COLUMNS:
        value = row[name]
        if isinstance(value, list):
            value = (" | " if name == "reason" else " ").join(map(str, value))
        text = "" if value is None else str(value)
        flat.append(text if text.isprintable() else text.translate(_BLANKS))
    return flat
