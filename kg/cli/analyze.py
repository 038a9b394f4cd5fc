"""kg analyze: the networks, anew."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.frame import progress_bar


@click.command()
@click.argument("graph")
@click.option("--quiet", is_flag=True, help="No summary.")
def analyze(graph: str, quiet: bool) -> None:
    """Compute co-authorship and topic networks anew: graph/analysis, and the files in GRAPH/analysis.

    \b
    Example:
      kg analyze output
    """
    from kg import pipeline

    with progress_bar(quiet) as progress:
        pipeline.analyze(graph, progress)
    if not quiet:
        click.echo(f"{graph}: analysed; look at {Path(graph) / 'analysis' / 'coauthors.svg'}", err=True)
