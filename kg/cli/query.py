"""kg query: SPARQL over a graph."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.frame import Known, call, open_graph, say, width


@click.command()
@click.argument("graph", required=False)
@click.argument("query", required=False)
@click.option("--list", "list_", is_flag=True, help="List the named queries.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="Bind a variable: x=text or x=<iri>. Repeatable."
)
@click.option(
    "--format",
    "format_",
    type=Known("kg.results:FORMATS", ttl="turtle"),
    default=None,
    help="[default: table, or turtle for graphs]",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="IRI",
    help="Let the query ask this SPARQL endpoint. Repeatable.",
)
def query(
    graph: str | None,
    query: str | None,
    list_: bool,
    params: tuple[str, ...],
    format_: str | None,
    services: tuple[str, ...],
) -> None:
    """Ask a SPARQL query: its text, a .rq file, the name of a ready one, or - for standard input.

    \b
    Examples:
      kg query output 'SELECT ?t WHERE { ?a <http://purl.org/dc/terms/title> ?t }'
      kg query output R01-articles-about-a-concept --format csv
      kg query output authorships --param doi=10.5555/fict.99000001
    """
    from kg import queries, results

    if list_:
        for name, description in queries.descriptions().items():
            click.echo(f"{name}\t{description}")
        return
    if graph is None or query is None:
        raise click.UsageError("Name a graph and a query, or use --list to see the ready ones.")
    store = open_graph(graph)
    text = sys.stdin.read() if query == "-" else queries.text(query)
    _tell_of_networks(graph, text)
    answer = store.query(text, params=dict(map(_binding, params)), services=services)
    results.write(answer, format_, sys.stdout.buffer, width=width())


def _tell_of_networks(graph: str, query: str) -> None:
    """An update drops the networks, and nothing answers a question on them."""
    from kg import folder, networks

    if Path(graph).is_dir() and networks.asked_for(query):
        run = folder.existing(graph).read_run()
        if run and run["plan"].get("analysis") == "stale":
            say(f"kg: since the last update {graph} is without networks; this computes them: {call('analyze', graph)}")


def _binding(text: str) -> tuple[str, str]:
    """``x=v`` → a variable and the term that it is bound to."""
    from kg import terms

    name, equals, given = text.partition("=")
    name = name.lstrip("?$")
    if not equals or not name.isidentifier():
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--param")
    return name, given if given.startswith("<") and given.endswith(">") else terms.literal(given)
