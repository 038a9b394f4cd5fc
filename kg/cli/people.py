"""kg people: who is who, and why."""

from __future__ import annotations

import json

import click

from kg.cli.frame import many, open_graph


@click.command()
@click.argument("graph")
@click.argument("name", required=False)
@click.option("--proposals", "doubtful", is_flag=True, help="The pairs that may be one person and wait for a decision.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "tsv"]),
    default="text",
    show_default=True,
    help="json is complete.",
)
def people(graph: str, name: str | None, doubtful: bool, format_: str) -> None:
    """Who is who: identities with their articles, affiliations over time, spellings, and why they are one.

    Without NAME one line for each person of several articles; with a name in any spelling, an ORCID iD or an IRI,
    everything about those that it may mean.

    \b
    Examples:
      kg people output
      kg people output Hamasaki
      kg people output --proposals --format tsv
    """
    from kg import identities

    store = open_graph(graph)
    if doubtful:
        waiting = identities.proposals(store, name)
        if format_ == "json":
            click.echo(json.dumps(identities.as_json(waiting), indent=1, ensure_ascii=False))
        elif format_ == "tsv":
            _table(identities.PROPOSAL_COLUMNS, identities.proposals_as_rows(waiting))
        else:
            for proposal in waiting:
                click.echo("\n".join(identities.proposal_as_text(proposal)))
            click.echo(f"{many(len(waiting), 'proposal')}; decide with kg curate accept or reject", err=True)
        return
    found = identities.identities(store, name)
    if format_ == "json":
        click.echo(json.dumps(identities.as_json(found), indent=1, ensure_ascii=False))
    elif format_ == "tsv":
        _table(identities.COLUMNS, identities.as_rows(found))
    elif name is None:
        for line in identities.as_list(found):
            click.echo(line)
        click.echo(f"{many(len(found), 'person').replace('persons', 'people')} of several articles", err=True)
    else:
        click.echo("\n\n".join("\n".join(identities.as_text(who)) for who in found))


def _table(columns: tuple[str, ...], rows: object) -> None:
    """Tab-separated; no tab or line end in a cell."""
    from collections.abc import Iterable
    from typing import cast

    click.echo("\t".join(columns))
    for row in cast("Iterable[dict[str, str]]", rows):
        click.echo("\t".join(" ".join(row[column].split()) for column in columns))
