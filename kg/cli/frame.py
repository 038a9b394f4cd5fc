"""What commands share: names from registries, the bar on a terminal, words to a person, graphs that are opened."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kg.units import Progress

SEVERITIES = ("violation", "warning", "info", "none")


class Known(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.3
    """A name from a registry, which is loaded only when it is needed: ``Known("kg.exporters:EXPORTERS")``; other names for
    some of them may be given."""

    name = "name"

    def __init__(self, registry: str, **others: str) -> None:
        self._registry = registry
        self._others = others

    def choices(self) -> list[str]:
        module, _, name = self._registry.partition(":")
        return list(getattr(import_module(module), name))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "[" + "|".join(self.choices()) + "]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        value = self._others.get(value, value)
        if value not in self.choices():
            self.fail(f"{value!r} is not one of {', '.join(self.choices())}.", param, ctx)
        return str(value)


class _NewFile(click.Path):
    """A file that will be made, in a folder that is there: it is told at once, not when all is computed."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        folder = (path.resolve() if path.is_symlink() else path).parent
        if not path.exists() and not folder.is_dir():
            self.fail(f"{folder}: no such folder", param, ctx)
        return path


OUTPUT = click.option("-o", "--output", type=_NewFile(), help="A file  [default: standard output]")

FAIL_ON = click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="violation",
    show_default=True,
    help="Findings that make the exit code 1.",
)


def latest(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option that names the day after which no date may lie."""
    return click.option(
        "--today",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help=f"No date may be later.  [default: {default}]",
    )


TODAY = latest("the day of the run")


def decided_in(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option that names the file of decisions."""
    return click.option(
        "--decisions",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help=f"What curators decided.  [default: {default}]",
    )


READER = click.option("--from", "reader", type=Known("kg.readers:READERS"), help="Read every file as this format.")


_CLUSTER = (
    click.option(
        "--scheduler",
        metavar="ADDRESS|local",
        help="Have files read by the workers of this Dask cluster (tcp://host:8786); local starts one.",
    ),
    click.option(
        "--shards",
        metavar="FOLDER|URL",
        help="Where readers leave shards, if not in the folder: what all machines share (s3://bucket/prefix).",
    ),
)


def on_a_cluster(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that can have files read by other machines."""
    for option in reversed(_CLUSTER):
        command = option(command)
    return command


def program() -> str:
    """How this program can be called again: ``kg`` where that is found, else as it was called now."""
    called = Path(sys.argv[0])
    return "kg" if shutil.which("kg") or called.name != "kg" else str(called)


def call(*words: object) -> str:
    """A command of this program as it can be pasted into a shell."""
    return f"{program()} {shlex.join(map(str, words))}"


def many(number: int, noun: str) -> str:
    """``1 article``, ``2,000 articles``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def reaches(counts: Mapping[str, int], level: str) -> bool:
    """Whether there are findings of at least this severity."""
    if level == "none":
        return False
    return any(counts[f"{severity}s"] for severity in SEVERITIES[: SEVERITIES.index(level) + 1])


def open_graph(graph: str, *, whole: bool = False) -> Any:
    """The store of a built folder, read-only, or an RDF file in memory; ``whole``: all of it will be read."""
    from kg import opening

    return opening.store(graph, whole=whole)


def width() -> int | None:
    """How wide the terminal is that the table goes to; None where it goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
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


def say(text: str) -> None:
    """Write to standard error, if anybody still listens; no name of a file can steer the terminal."""
    from kg.sources import printable

    try:
        click.echo("\n".join(map(printable, text.split("\n"))), err=True)
    except BrokenPipeError:
        hang_up(sys.stderr)


def hang_up(stream: IO[str]) -> None:
    """Our reader went away (head, less), and nothing is wrong: what is still to be written to it goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
