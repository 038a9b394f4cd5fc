"""The command line: opens what the user names, calls one function, prints. Data goes to stdout, words to stderr.

Exit codes: 0 all done; 1 done, but something was rejected or findings reach ``--fail-on``; 2 wrong usage; 3 the machine is
in the way; 130 and 143 interrupted. Heavy libraries are imported by the command that needs them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from kg.errors import EnvironmentProblem, KgError
from kg.version import VERSION

if TYPE_CHECKING:
    from kg.units import Progress

_SEVERITIES = ("violation", "warning", "info", "none")


class Known(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A name from a registry, which is loaded only when it is needed: ``Known("kg.exporters:EXPORTERS")``."""

    name = "name"

    def __init__(self, registry: str) -> None:
        self._registry = registry

    def choices(self) -> list[str]:
        module, _, name = self._registry.partition(":")
        return list(getattr(import_module(module), name))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "[" + "|".join(self.choices()) + "]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices():
            self.fail(f"{value!r} is not one of {', '.join(self.choices())}.", param, ctx)
        return str(value)


class _Commands(click.Group):
    """Commands that end well when their reader goes away; click alone would end them with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _hang_up(sys.stdout)
            return 0


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="kg %(version)s")
def cli() -> None:
    """From biomedical papers to a knowledge graph that can be trusted.

    \b
    kg build examples/ -o output              read papers, leave a graph
    kg query output --list                    questions that are ready to ask
    kg explain output 10.5555/fict.99000001   every statement about it, and where it comes from
    """


# --- build --------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("-o", "--output", default="output", show_default=True, metavar="FOLDER", help="Where the graph goes.")
@click.option("--from", "reader", type=Known("kg.readers:READERS"), help="Read every file as this format.")
@click.option(
    "--ontology",
    "ontologies",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A further ontology (OBO, OBO graphs JSON, SKOS). Repeatable.",
)
@click.option("--base-iri", default=None, metavar="IRI", help="Where own IRIs live; ends in / or #.")
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    default="violation",
    show_default=True,
    help="Findings that make the exit code 1.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="No date may be later.  [default: the day of the run]",
)
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def build(
    sources: tuple[str, ...],
    output: str,
    reader: str | None,
    ontologies: tuple[Path, ...],
    base_iri: str | None,
    fail_on: str,
    today: Any,
    quiet: bool,
) -> int:
    """Build a graph from files, folders, globs or - (standard input).

    Files may be gzipped; each is recognised by its content.

    \b
    Example:
      kg build letters/ pubmed25n0001.xml.gz 'pmc/*.xml' -o output
    """
    from kg import iri, pipeline

    base = base_iri or iri.BASE
    if not iri.is_base(base):
        raise click.BadParameter("must be an absolute IRI that ends in / or #", param_hint="--base-iri")
    settings = pipeline.Settings(reader, ontologies, base, today.date() if today else None)
    with _progress(quiet) as progress:
        built = pipeline.build(sources, output, settings, progress)
    if not quiet:
        _say(_summary(built))
    failed = built.counts["rejected"] or _reaches(built.counts, fail_on)
    return 1 if failed else 0


def _summary(built: Any) -> str:
    """What a person wants to know after a build, in five seconds."""
    counts, folder = built.counts, built.folder
    name = str(folder.root)
    lines = [
        f"{name}: {'nothing has changed' if built.unchanged else 'built'}",
        f"  read       {_many(counts['records'], 'record')} = {counts['stored']:,} stored + {counts['rejected']:,} rejected"
        f" + {counts['superseded']:,} superseded + {counts['deleted']:,} deletions",
        "  graph      "
        + ", ".join(
            _many(counts[f"{noun}s"], noun) for noun in ("article", "author", "affiliation", "concept", "mention")
        )
        + f"; {_many(counts['triples'], 'triple')}",
        "  validation " + ", ".join(_many(counts[f"{noun}s"], noun) for noun in ("violation", "warning", "info")),
    ]
    told = built.run["reports"]
    if told["reject"] or told["warning"]:
        lines.append(
            f"  look at    {folder.rejects}: {told['reject']:,} rejected, {_many(told['warning'], 'warning')} about sources"
        )
    if counts["violations"] or counts["warnings"]:
        lines.append(f"  look at    {folder.validation('txt')}")
    example = built.run["example"]
    lines.append("  try next   " + f"{_program()} query {name} authorships")
    if example:
        lines.append("             " + f"{_program()} explain {name} '{example}'")
    lines.append(f"             open {folder.analysis / 'coauthors.svg'}")
    return "\n".join(lines)


def _program() -> str:
    """How this program can be called again: ``kg`` where that is found, else as it was called now."""
    called = Path(sys.argv[0])
    return "kg" if shutil.which("kg") or called.name != "kg" else str(called)


def _many(number: int, noun: str) -> str:
    """``1 article``, ``2,000 articles``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _reaches(counts: Mapping[str, int], level: str) -> bool:
    """Whether there are findings of at least this severity."""
    if level == "none":
        return False
    return any(counts[f"{severity}s"] for severity in _SEVERITIES[: _SEVERITIES.index(level) + 1])


# --- looking ------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("graph")
@click.option(
    "--shapes", type=click.Path(exists=True, path_type=Path), help="Shapes in place of ours: a file or a folder."
)
@click.option("--format", "format_", type=Known("kg.shapes:REPORTS"), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    default="violation",
    show_default=True,
    help="Findings that make the exit code 1.",
)
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="No date may be later.  [default: today]"
)
@click.option("--quiet", is_flag=True, help="No progress.")
def validate(graph: str, shapes: Path | None, format_: str, fail_on: str, today: Any, quiet: bool) -> int:
    """Check a graph against shapes: a built folder, or a .ttl, .nt, .nq, .trig or .jsonld file.

    \b
    Examples:
      kg validate output
      kg validate output --format csv > findings.csv
      kg validate mine.ttl --shapes myshapes.ttl
    """
    from kg import pipeline, validation
    from kg.shapes import report

    with _progress(quiet) as progress:
        findings = pipeline.validate(graph, shapes, today.date() if today else date.today(), progress)
    for piece in report(findings, format_):
        click.echo(piece, nl=False)
    return 1 if _reaches(validation.counts(findings), fail_on) else 0


@cli.command()
@click.argument("graph")
def verify(graph: str) -> int:
    """Read everything in a built folder and compare it with what was sealed.

    \b
    Example:
      kg verify output
    """
    from kg import folder, seal

    place = folder.existing(graph)
    problems = list(seal.problems(place))
    for problem in problems:
        click.echo(f"{graph}: {problem}", err=True)
    if problems:
        raise EnvironmentProblem(f"{graph} is damaged; build it again from its sources")
    click.echo(f"{graph}: whole; {seal.describe(place)}")
    return 0


@cli.command()
@click.argument("graph", required=False)
@click.argument("query", required=False)
@click.option("--list", "list_", is_flag=True, help="List the named queries.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="Bind a variable: x=text or x=<iri>. Repeatable."
)
@click.option(
    "--format", "format_", type=Known("kg.results:FORMATS"), default=None, help="[default: table, or turtle for graphs]"
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
    store = _open(graph)
    text = sys.stdin.read() if query == "-" else queries.text(query)
    answer = store.query(text, params=dict(map(_binding, params)), services=services)
    results.write(answer, format_, sys.stdout.buffer, width=_width())


def _binding(text: str) -> tuple[str, str]:
    """``x=v`` → a variable and the term that it is bound to."""
    from kg import terms

    name, equals, given = text.partition("=")
    name = name.lstrip("?$")
    if not equals or not name.isidentifier():
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--param")
    return name, given if given.startswith("<") and given.endswith(">") else terms.literal(given)


@cli.command()
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
    from kg import explain as explain_

    found = explain_.explain(_open(graph), what)
    click.echo(json.dumps(found.as_json(), indent=1, ensure_ascii=False) if format_ == "json" else found.as_text())


@cli.command()
@click.argument("graph")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def stats(graph: str, format_: str) -> None:
    """What a graph holds: counts by class and by named graph, years, journals, concepts.

    \b
    Example:
      kg stats output
    """
    from kg import statistics

    found = statistics.collect(_open(graph))
    click.echo(json.dumps(found, indent=1, ensure_ascii=False) if format_ == "json" else statistics.as_text(found))


@cli.command()
def formats() -> None:
    """The formats that kg reads and writes.

    \b
    Example:
      kg formats
    """
    from kg.exporters import EXPORTERS
    from kg.ontologies import ONTOLOGY_READERS
    from kg.readers import READERS

    click.echo("Reads (each knows its format by its content; any of them may be gzipped):")
    for name, reader in READERS.items():
        click.echo(f"  {name:10} {reader.DESCRIPTION}")
        click.echo(f"  {'':10} gives {', '.join(reader.DELIVERS)}")
    click.echo("Ontologies: " + ", ".join(ONTOLOGY_READERS))
    click.echo("Writes:")
    for name, exporter in EXPORTERS.items():
        click.echo(f"  {name:10} {exporter.DESCRIPTION}")


# --- making -------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("graph")
@click.option("--quiet", is_flag=True, help="No summary.")
def analyze(graph: str, quiet: bool) -> None:
    """Compute co-authorship and topic networks anew: graph/analysis, and the files in GRAPH/analysis.

    \b
    Example:
      kg analyze output
    """
    from kg import pipeline

    with _progress(quiet) as progress:
        pipeline.analyze(graph, progress)
    if not quiet:
        click.echo(f"{graph}: analysed; look at {Path(graph) / 'analysis' / 'coauthors.svg'}", err=True)


@cli.command()
@click.argument("graph")
@click.option("--format", "format_", type=Known("kg.exporters:EXPORTERS"), required=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file  [default: standard output]"
)
@click.option(
    "--graph",
    "names",
    multiple=True,
    metavar="IRI",
    help="Only this named graph (IRI, or its name: provenance). Repeatable.",
)
@click.option("--compress", type=click.Choice(["gz", "zst"]), help="Compress what is written.")
def export(graph: str, format_: str, output: Path | None, names: tuple[str, ...], compress: str | None) -> None:
    """Write a graph in another format; without --graph all but provenance and dataset.

    \b
    Examples:
      kg export output --format nq -o graph.nq.gz --compress gz
      kg export output --format jsonld --graph provenance
    """
    from kg import pipeline

    pipeline.export(graph, format_, output, names, compress)


# --- the edge -----------------------------------------------------------------------------------------------------


def _open(graph: str) -> Any:
    """The store of a built folder, read-only, or an RDF file in memory."""
    from kg import opening

    return opening.store(graph)


def _width() -> int | None:
    """How wide the terminal is that the table goes to; None where it goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:>9}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, rate="")
            task = bars.tasks[bars.task_ids.index(tasks[stage])]
            speed = task.finished_speed or task.speed
            unit = "MB/s" if stage == "read" else "/s"
            rate = "" if not speed else f"{speed / (1e6 if stage == 'read' else 1):,.1f} {unit}"
            bars.update(tasks[stage], completed=done, total=total, rate=rate)

        yield tell


class _Terminated(BaseException):
    """SIGTERM: unwinds like an interrupt, so that nothing half-written stays."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code."""

    def terminate(signum: int, frame: object) -> NoReturn:
        raise _Terminated

    signal.signal(signal.SIGTERM, terminate)
    _open_standard_streams()
    sys.exit(_run(arguments))


def _open_standard_streams() -> None:
    """Let what is closed (``>&-``) lead nowhere, lest the next file that is opened takes its number and gets our words."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115


def _say(text: str) -> None:
    """Write to standard error, if anybody still listens; no name of a file can steer the terminal."""
    from kg.sources import printable

    try:
        click.echo("\n".join(map(printable, text.split("\n"))), err=True)
    except BrokenPipeError:
        _hang_up(sys.stderr)


def _hang_up(stream: IO[str]) -> None:
    """Our reader went away (head, less), and nothing is wrong: what is still to be written to it goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = cli.main(args=list(arguments) if arguments is not None else None, prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except KgError as error:
        _say(f"kg: {error}")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("kg: interrupted; the same command goes on where it stopped")
        return 130
    except _Terminated:
        _say("kg: terminated; the same command goes on where it stopped")
        return 143
    except BrokenPipeError:
        _hang_up(sys.stdout)
        return 0
    except MemoryError:
        _say("kg: out of memory; free some and run the same command again")
        return 3
    except OSError as error:
        if error.errno is None:
            raise
        where = f" ({error.filename})" if error.filename else ""
        _say(f"kg: {error.strerror}{where}; mend that and run the same command again")
        return 3
