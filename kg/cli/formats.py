"""kg formats: what is read and written, and what becomes of every element of it."""

from __future__ import annotations

import click

from kg.errors import UsageError


@click.command()
@click.argument("name", metavar="[FORMAT]", required=False)
@click.argument("files", nargs=-1, metavar="[FILES]...")
@click.option("--coverage", is_flag=True, help="Count what becomes of the elements of FILES; without any, list all.")
def formats(name: str | None, files: tuple[str, ...], coverage: bool) -> None:
    """The formats that kg reads and writes, or one of them.

    With --coverage the ledger of FORMAT (pubmed, jats) is held against files: how many occurrences of elements and
    attributes are mapped to the graph, declined with a reason, or unknown to the ledger (exit status 1).

    \b
    Examples:
      kg formats
      kg formats pubmed --coverage examples/pubmed.xml
      kg formats jats --coverage
    """
    if coverage:
        if name is None:
            raise UsageError("say of which format: kg formats pubmed --coverage FILES…")
        if files:
            _count(name, files)
        else:
            _list(name)
        return
    if files:
        raise UsageError("files are only of use with --coverage")
    from kg.exporters import EXPORTERS
    from kg.ontologies import ONTOLOGY_READERS
    from kg.readers import READERS

    if name is not None and name not in READERS and name not in EXPORTERS:
        raise UsageError(f"unknown format {name!r}; known are {', '.join([*READERS, *EXPORTERS])}")
    if name is None:
        click.echo(
            "Reads (each knows its format by its content; any of them may be gzipped, or stand in a tar or zip archive):"
        )
    for format_name, reader in READERS.items():
        if name in (None, format_name):
            click.echo(f"  {format_name:10} {reader.DESCRIPTION}")
            click.echo(f"  {'':10} gives {', '.join(reader.DELIVERS)}")
    if name is None:
        click.echo("Ontologies: " + ", ".join(ONTOLOGY_READERS))
        click.echo("Writes:")
    for format_name, exporter in EXPORTERS.items():
        if name in (None, format_name):
            click.echo(f"  {format_name:10} {exporter.DESCRIPTION}")


def _list(name: str) -> None:
    """The ledger itself."""
    from kg.coverage import ledger

    for entry in ledger(name).entries.values():
        click.echo(f"{entry.pattern}\t{entry.verdict}\t{entry.note}")


def _count(name: str, given: tuple[str, ...]) -> None:
    """What becomes of the elements of files; exit status 1 where some are unknown."""
    from kg import sources
    from kg.coverage import VERDICTS, Coverage, ledger
    from kg.errors import InputError

    book = ledger(name)
    found, skipped = sources.find(given)
    for one in skipped:
        click.echo(f"{one.name}: {one.message}", err=True)
    coverage = Coverage()
    read = 0
    for file in found:
        with sources.opened(file.path) as stream:
            try:
                coverage.count(stream, name, file.name)
                read += 1
            except InputError as error:
                click.echo(f"{file.name}: not counted to the end: {error}", err=True)
    total = sum(coverage.verdicts.values())
    click.echo(f"{read} of {len(found)} files, {total:,} elements and attributes")
    for verdict in (*VERDICTS, "unknown"):
        count = coverage.verdicts[verdict]
        kinds = sum(1 for kind, _ in coverage.places if kind == verdict)
        click.echo(f"  {verdict:9}{count:>12,}  {100 * count / total if total else 0:5.1f} %  in {kinds} places")
    for verdict in ("declined", "unknown"):
        places = [(n, place) for (kind, place), n in coverage.places.items() if kind == verdict]
        if places:
            click.echo(f"{verdict}:")
        for count, place in sorted(places, key=lambda pair: (-pair[0], pair[1])):
            note = book.entries[place].note if place in book.entries else ""
            click.echo(f"  {count:>9,}  {place:44} {note}".rstrip())
            for example in coverage.examples.get(place, ()):
                click.echo(f"{'':13}{example}")
    if coverage.verdicts["unknown"]:
        raise SystemExit(1)
