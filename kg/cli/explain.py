"""kg explain: where a statement comes from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.cli.frame import open_graph, say


@click.command()
@click.argument("graph")
@click.argument("what")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json is complete.",
)
def explain(graph: str, what: str, format_: str) -> None:
    """Every statement about something, and where it comes from.

    WHAT is an IRI, a CURIE, a DOI, a PMID, a PMCID, an ORCID iD, or a part of an article.

    \b
    Examples:
      kg explain output 10.5555/fict.99000001
      kg explain output '10.5555/fict.99000001#author-1'
      kg explain output MESH:D003922
      kg explain output pmid:99000001
    """
    from kg import decisions, folder
    from kg import explain as explain_
    from kg.errors import KgError

    store, known = open_graph(graph), []
    try:
        if Path(graph).is_dir():
            known = decisions.read(folder.ruled_by(folder.existing(graph)))
    except KgError as error:  # all else can be told
        say(f"kg: what curators decided is left out: {error}")
    found = explain_.explain(store, what, known)
    click.echo(json.dumps(found.as_json(), indent=1, ensure_ascii=False) if format_ == "json" else found.as_text())
