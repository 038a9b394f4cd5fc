"""kg stats: what a graph holds."""

from __future__ import annotations

import json

import click

from kg.cli.frame import open_graph


@click.command()
@click.argument("graph")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def stats(graph: str, format_: str) -> None:
    """What a graph holds: counts by class and by named graph, years, journals, concepts.

    \b
    Example:
      kg stats output
    """
    from kg import statistics

    found = statistics.collect(open_graph(graph, whole=True))
    click.echo(json.dumps(found, indent=1, ensure_ascii=False) if format_ == "json" else statistics.as_text(found))
