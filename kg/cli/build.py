"""kg build: the whole way, and what a person wants to know after it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kg.cli.frame import FAIL_ON, READER, TODAY, call, decided_in, many, on_a_cluster, progress_bar, reaches, say


@click.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("-o", "--output", default="output", show_default=True, metavar="FOLDER", help="Where the graph goes.")
@READER
@click.option(
    "--ontology",
    "ontologies",
    multiple=True,
    metavar="FILE|NAME",
    help="A further ontology: a file, or the name of an installed one (kg ontology list). Repeatable.",
)
@click.option(
    "--ror",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A dump of ROR (JSON or JSON lines; plain, gz, zip): link organisations to it.",
)
@click.option("--base-iri", default=None, metavar="IRI", help="Where own IRIs live; ends in /.")
@FAIL_ON
@TODAY
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that read files; the graph is the same for any number.  [default: one a core, where it pays]",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1, 10_000_000),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="A file that takes longer is rejected (where several processes read).",
)
@decided_in("FOLDER/curation/decisions.jsonl")
@on_a_cluster
@click.option("--strict-sequence", is_flag=True, help="A gap in the numbers of PubMed's files is an error.")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def build(
    sources: tuple[str, ...],
    output: str,
    reader: str | None,
    ontologies: tuple[str, ...],
    ror: Path | None,
    base_iri: str | None,
    fail_on: str,
    today: Any,
    jobs: int | None,
    time_limit: float,
    decisions: Path | None,
    scheduler: str | None,
    shards: str | None,
    strict_sequence: bool,
    quiet: bool,
) -> int:
    """Build a graph from files, folders, globs or - (standard input).

    Files may be gzipped, and tar and zip archives are read member by member; each is recognised by its content.

    \b
    Example:
      kg build letters/ pubmed25n0001.xml.gz 'pmc/*.xml' -o output
    """
    from kg import iri, pipeline

    base = base_iri or iri.BASE
    if not iri.is_base(base):
        raise click.BadParameter("must be an absolute IRI that ends in /, without ? and #", param_hint="--base-iri")
    if time_limit != time_limit:
        raise click.BadParameter("must be a number of seconds", param_hint="--time-limit")
    last = today.date() if today else None
    how = jobs, time_limit, decisions, ror, strict_sequence, scheduler, shards
    settings = pipeline.Settings(reader, ontologies, base, last, *how)
    with progress_bar(quiet) as progress:
        built = pipeline.build(sources, output, settings, progress)
    if not quiet:
        say(summary(built))
    failed = built.counts["rejected"] or reaches(built.counts, fail_on)
    return 1 if failed else 0


def summary(built: Any, changes: Sequence[str] = ()) -> str:
    """What a person wants to know after a build or an update (with lines on what it changed), in five seconds."""
    counts, folder = built.counts, built.folder
    name = str(folder.root)
    lines = [
        f"{name}: {'nothing has changed' if built.unchanged else 'built'}",
        f"  read       {many(counts['records'], 'record')} = {counts['stored']:,} stored + {counts['rejected']:,} rejected"
        f" + {counts['superseded']:,} superseded + {counts['deleted']:,} deletions",
        "  graph      "
        + ", ".join(
            many(counts[f"{noun}s"], noun) for noun in ("article", "author", "affiliation", "concept", "mention")
        )
        + f"; {many(counts['triples'], 'triple')}",
        "  validation " + ", ".join(many(counts[f"{noun}s"], noun) for noun in ("violation", "warning", "info")),
    ]
    lines += changes
    told = built.run["reports"]
    if told["reject"] or told["warning"]:
        lines.append(
            f"  look at    {folder.rejects}: {told['reject']:,} rejected, {many(told['warning'], 'warning')} about sources"
        )
    if counts["violations"] or counts["warnings"]:
        lines.append(f"  look at    {folder.validation('txt')}")
    if counts.get("proposals"):
        waiting = f"{many(counts['proposals'], 'pair')} of authors may be one person"
        lines.append(f"  look at    {call('people', name, '--proposals')}: {waiting}")
    example = built.run["example"]
    lines.append(f"  try next   {call('query', name, 'authorships')}")
    if example:
        lines.append(f"             {call('explain', name, example)}")
    if (folder.analysis / "coauthors.svg").exists():
        lines.append(f"             open {shlex.quote(str(folder.analysis / 'coauthors.svg'))}")
    return "\n".join(lines)
