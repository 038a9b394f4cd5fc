"""kg fetch: records from the services that publish them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from kg.cli.frame import OUTPUT, many, progress_bar, say

if TYPE_CHECKING:
    from kg.fetch.pages import Source

_SOURCES = ("ncbi", "europepmc")


@click.group()
def fetch() -> None:
    """Fetch records from PubMed and PMC. Only this command uses the network, and only to the services named here.

    Requests keep to the pace that the services ask for, are tried again when a server falters, and a file that was broken
    off goes on where it stopped when the same command runs again. NCBI_API_KEY in the environment raises NCBI's limit from
    3 to 10 requests a second.

    \b
    Examples (they need the network):
      kg fetch pubmed 'type 1 diabetes AND stem cells' --limit 200 -o t1d.xml
      kg fetch pubmed '"World J Stem Cells"[journal]' | kg build - -o graph
      kg fetch pmc PMC2674676 PMC2861815 -o articles.xml
    """


def _address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """An address that can be asked.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        parts = urlsplit(value or "http://none")
        if parts.scheme in ("http", "https") and parts.hostname and (value or "").isascii():
            return value
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} is no http(s) address")


def _mail(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """What can stand in the header of a request.

    Raises:
        click.BadParameter: it cannot.
    """
    if value is not None and not (value.isascii() and value.isprintable()):
        raise click.BadParameter("must be plain ASCII")
    return value


def _options(command: click.decorators.FC) -> click.decorators.FC:
    """What both commands take."""
    for option in (
        click.option("--quiet", is_flag=True, help="No progress, no summary."),
        click.option(
            "--email",
            envvar="KG_CONTACT",
            metavar="ADDRESS",
            callback=_mail,
            help="Whom the service can write to; also from KG_CONTACT.",
        ),
        click.option("--source", type=click.Choice(_SOURCES), default="ncbi", show_default=True, help="Which service."),
        click.option(
            "--service",
            metavar="URL",
            callback=_address,
            help="Another address of the service (a mirror, a proxy).",
        ),
        OUTPUT,
    ):
        command = option(command)
    return command


@fetch.command()
@click.argument("query")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="No more than so many records.")
@_options
def pubmed(
    query: str, limit: int | None, output: Path | None, service: str | None, source: str, email: str | None, quiet: bool
) -> int:
    """The records that a query finds: PubMed XML, or from Europe PMC JSON lines.

    \b
    Examples (they need the network):
      kg fetch pubmed 'type 1 diabetes AND stem cells' --limit 200 -o t1d.xml
      kg fetch pubmed '"World J Stem Cells"[journal]' | kg build - -o graph
    """
    from kg.fetch import europepmc, eutils

    def make() -> Source:
        if source == "europepmc":
            http = europepmc.client(email)
            return europepmc.Search(query, limit, http, service=service or europepmc.SERVICE)
        http = eutils.client(email)
        return eutils.PubMed(query, limit, http, service=service or eutils.SERVICE, today=date.today())

    return _run(make(), output, quiet)


@fetch.command()
@click.argument("identifiers", nargs=-1, required=True, metavar="IDS…")
@_options
def pmc(
    identifiers: tuple[str, ...], output: Path | None, service: str | None, source: str, email: str | None, quiet: bool
) -> int:
    """Full articles by their PMC identifiers, as JATS XML. IDS may be - for a list on standard input.

    \b
    Example (it needs the network):
      kg fetch pmc PMC2674676 PMC2861815 -o articles.xml
    """
    from kg.fetch import europepmc, eutils

    names = [word for name in identifiers for word in (sys.stdin.read().split() if name == "-" else [name])]
    if source == "europepmc":
        http = europepmc.client(email)
        return _run(europepmc.FullTexts(names, http, service=service or europepmc.SERVICE), output, quiet)
    http = eutils.client(email)
    return _run(eutils.Pmc(names, http, service=service or eutils.SERVICE), output, quiet)


def _run(source: Source, output: Path | None, quiet: bool) -> int:
    from kg.fetch.pages import fetch as fetch_pages

    with progress_bar(quiet) as progress:
        done = fetch_pages(source, output, sys.stdout.buffer, progress)
    for name in done.missing:
        say(f"kg: {name} is not to be had from this service")
    if not quiet:
        where = f" in {output}" if output else ""
        again = f", {many(done.resumed, 'page')} of them from before" if done.resumed else ""
        say(f"{many(done.records, 'record')}{where}{again}")
    return 1 if done.missing else 0
