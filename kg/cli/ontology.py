"""kg ontology: the ontologies that are installed."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from kg.cli.frame import many, progress_bar, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.installed import Installed
    from kg.model import Warned


@click.group()
def ontology() -> None:
    """Add, install, list, show and remove ontologies.

    What is installed is called by its name wherever an ontology is asked for: kg annotate --ontology mesh. The embedded one
    is called starter.

    \b
    Examples:
      kg ontology list
      kg ontology show MESH:D003922
    """


@ontology.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="What it is called from now on.  [default: from the file's name]")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def add(file: Path, name: str | None, quiet: bool) -> None:
    """Add an ontology from a file: OBO, OBO graphs JSON, OWL (RDF/XML or Turtle), SKOS, MeSH (XML or N-Triples), HGNC, NCBI
    taxonomy, SSSOM, or a table with columns id, label, synonyms, category.

    \b
    Example:
      kg ontology add ontologies/starter.ttl --name my-starter
    """
    from kg import ontology_library

    called = name or re.sub(r"[^a-z0-9._-]+", "-", file.name.removesuffix(".gz").rpartition(".")[0].lower()).strip("-.")
    with progress_bar(quiet) as progress:
        found, warnings = ontology_library.add(file, called, progress)
    _tell(found, warnings, quiet)


@ontology.command()
@click.argument("name", required=False)
@click.option("--url", metavar="URL", help="A mirror of the official place.")
@click.option(
    "--email", envvar="KG_CONTACT", metavar="ADDRESS", help="Whom the server can write to; also from KG_CONTACT."
)
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def install(name: str | None, url: str | None, email: str | None, quiet: bool) -> None:
    """Fetch an ontology from its official place and add it; without NAME, list what is known.

    A broken-off download goes on when the same command runs again.

    \b
    Examples (they need the network):
      kg ontology install mesh
      kg ontology install ror
    """
    from kg import ontology_library

    if name is None:
        for source in ontology_library.sources().values():
            click.echo(f"{source.name}\t{source.title}\t{source.version}\t{source.licence}\t{source.url}")
        return
    with progress_bar(quiet) as progress:
        found, warnings = ontology_library.install(name, progress, url, email)
    _tell(found, warnings, quiet)


def _tell(found: Installed, warnings: Sequence[Warned], quiet: bool) -> None:
    for warning in warnings:
        say(f"kg: {found.file}{f', line {warning.line}' if warning.line else ''}: {warning.message}")
    if quiet:
        return
    noun = "organisation" if found.kind == "organisations" else "concept"
    say(f"{found.name}: {many(found.concepts, noun)}, {many(found.names, 'name')}; sha256 {found.sha256[:16]}…")
    if found.licence:
        say(f"  licence  {found.licence}")
    use = f"kg annotate --ontology {found.name} …"
    if found.kind == "organisations":
        use = f"kg build … --ror {shlex.quote(str(found.path))}"
    say(f"  use it   {use}")


_COLUMNS = ("name", "kind", "concepts", "names", "version", "licence", "source")


@ontology.command(name="list")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(format_: str) -> None:
    """What is installed, as a table: name, kind, concepts (or organisations), names, version, licence, source.

    \b
    Example:
      kg ontology list
    """
    from kg import installed, ontology_library

    found = list(installed.listed())
    if format_ == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
        return
    click.echo("\t".join(_COLUMNS))
    for one in (ontology_library.embedded(), *found):
        click.echo("\t".join(str(getattr(one, column)) or "-" for column in _COLUMNS))


@ontology.command()
@click.argument("curie")
@click.option("--in", "among", multiple=True, metavar="NAME|FILE", help="Ask only this one. Repeatable.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(curie: str, among: tuple[str, ...], format_: str) -> None:
    """What the installed ontologies say of a concept: names, category, hierarchy, equivalents.

    \b
    Example:
      kg ontology show MESH:D003922
    """
    from kg import ontology_library

    found = ontology_library.show(curie, among)
    if format_ == "json":
        click.echo(
            json.dumps(
                [{"in": one.where, **structs.asdict(one.concept)} for one in found], indent=1, ensure_ascii=False
            )
        )
        return
    click.echo("\n".join(line for one in found for line in ontology_library.lines(one)))


@ontology.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove an installed ontology.

    \b
    Example:
      kg ontology remove my-starter
    """
    from kg import installed

    installed.remove(name)
    say(f"{name}: removed")
