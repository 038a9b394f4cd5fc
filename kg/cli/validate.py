"""kg validate: a graph against shapes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.frame import FAIL_ON, TODAY, Known, progress_bar, reaches

if TYPE_CHECKING:
    from kg.shapes import Engine


@click.command()
@click.argument("graph")
@click.option(
    "--shapes", type=click.Path(exists=True, path_type=Path), help="Shapes in place of ours: a file or a folder."
)
@click.option("--format", "format_", type=Known("kg.shapes:REPORTS"), default="text", show_default=True)
@FAIL_ON
@TODAY
@click.option(
    "--engine",
    type=Known("kg.shapes:ENGINES"),
    default="plain",
    show_default=True,
    help="plain = compiled checks, pyshacl = the reference, slower; both find the same.",
)
@click.option("--quiet", is_flag=True, help="No progress.")
def validate(
    graph: str, shapes: Path | None, format_: str, fail_on: str, today: Any, engine: Engine, quiet: bool
) -> int:
    """Check a graph against shapes: a built folder, or a .ttl, .nt, .nq, .trig or .jsonld file.

    \b
    Examples:
      kg validate output
      kg validate output --format csv > findings.csv
      kg validate mine.ttl --shapes myshapes.ttl
    """
    from kg import retrieval, validation
    from kg.shapes import report

    with progress_bar(quiet) as progress:
        findings = retrieval.validate(graph, shapes, today.date() if today else date.today(), progress, engine)
    for piece in report(findings, format_):
        click.echo(piece, nl=False)
    return 1 if reaches(validation.counts(findings), fail_on) else 0
