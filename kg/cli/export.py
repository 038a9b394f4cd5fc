"""kg export: a graph in another format."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.frame import OUTPUT, Known


@click.command()
@click.argument("graph")
@click.option("--format", "format_", type=Known("kg.exporters:EXPORTERS", ttl="turtle"), required=True)
@OUTPUT
@click.option(
    "--graph",
    "names",
    multiple=True,
    metavar="IRI",
    help="Only this named graph (IRI, or its name: provenance). Repeatable.",
)
@click.option(
    "--agent", "agents", multiple=True, metavar="NAME", help="Annotated text: only what NAME marked. Repeatable."
)
@click.option("--compress", type=click.Choice(["gz", "zst"]), help="Compress what is written.")
def export(
    graph: str, format_: str, output: Path | None, names: tuple[str, ...], agents: tuple[str, ...], compress: str | None
) -> None:
    """Write a graph in another format; without --graph all but provenance and dataset.

    \b
    Examples:
      kg export output --format nq -o graph.nq.gz --compress gz
      kg export output --format jsonld --graph provenance
      kg export output --format bioc-json --agent dictionary
    """
    from kg import retrieval

    retrieval.export(graph, format_, output, names, compress, agents)
