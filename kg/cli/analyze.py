"""kg analyze: the networks, anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.frame import Known, progress_bar

if TYPE_CHECKING:
    from kg.networks import Engine


@click.command()
@click.argument("graph")
@click.option(
    "--engine",
    type=Known("kg.analysis.measures:ENGINES"),
    default="auto",
    show_default=True,
    help="What computes the measures; igraph is faster on large networks, and yours to install.",
)
@click.option("--quiet", is_flag=True, help="No summary.")
def analyze(graph: str, engine: Engine, quiet: bool) -> None:
    """Compute co-authorship and topic networks anew: graph/analysis, and the files in GRAPH/analysis.

    \b
    Example:
      kg analyze output
    """
    from kg import pipeline

    with progress_bar(quiet) as progress:
        pipeline.analyze(graph, progress, engine)
    if not quiet:
        click.echo(f"{graph}: analysed; look at {Path(graph) / 'analysis' / 'coauthors.svg'}", err=True)
