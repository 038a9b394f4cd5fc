"""kg formats: what is read and written."""

from __future__ import annotations

import click


@click.command()
def formats() -> None:
    """The formats that kg reads and writes.

    \b
    Example:
      kg formats
    """
    from kg.exporters import EXPORTERS
    from kg.ontologies import ONTOLOGY_READERS
    from kg.readers import READERS

    click.echo(
        "Reads (each knows its format by its content; any of them may be gzipped, or stand in a tar or zip archive):"
    )
    for name, reader in READERS.items():
        click.echo(f"  {name:10} {reader.DESCRIPTION}")
        click.echo(f"  {'':10} gives {', '.join(reader.DELIVERS)}")
    click.echo("Ontologies: " + ", ".join(ONTOLOGY_READERS))
    click.echo("Writes:")
    for name, exporter in EXPORTERS.items():
        click.echo(f"  {name:10} {exporter.DESCRIPTION}")
