"""kg update: what is new, revised and deleted, into a graph that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.build import summary
from kg.cli.frame import FAIL_ON, READER, call, decided_in, latest, many, on_a_cluster, progress_bar, reaches, say


@click.command()
@click.argument("graph")
@click.argument("sources", nargs=-1, required=True)
@READER
@FAIL_ON
@latest("as the folder was built, else the day of the run")
@decided_in("as the folder was built")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes that read files.")
@on_a_cluster
@click.option("--strict-sequence", is_flag=True, help="A gap in the numbers of PubMed's files is an error.")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def update(
    graph: str,
    sources: tuple[str, ...],
    reader: str | None,
    fail_on: str,
    today: Any,
    decisions: Path | None,
    jobs: int | None,
    scheduler: str | None,
    shards: str | None,
    strict_sequence: bool,
    quiet: bool,
) -> int:
    """Add sources to a built folder: new, revised and deleted records.

    Only the new sources are read; those that the folder was built of need not be there any more. The graph is what a build
    of all of them would make, without the networks: kg analyze computes them anew. GRAPH/delta holds what was added and
    removed, as N-Quads and as a SPARQL Update for other stores.

    \b
    Example:
      kg update output examples/pubmed.xml
    """
    from kg import pipeline

    settings = pipeline.Settings(
        reader,
        today=today.date() if today else None,
        jobs=jobs,
        decisions=decisions,
        strict_sequence=strict_sequence,
        scheduler=scheduler,
        shards=shards,
    )
    with progress_bar(quiet) as progress:
        updated = pipeline.update(graph, sources, settings, progress)
    built = updated.built
    if not quiet:
        say(summary(built, _changes(updated)))
    failed = built.counts["rejected"] or reaches(built.counts, fail_on)
    return 1 if failed else 0


def _changes(updated: Any) -> list[str]:
    if updated.built.unchanged:
        return []
    folder = updated.built.folder
    changed = f"{many(updated.added, 'triple')} added, {many(updated.removed - updated.networks, 'triple')} removed"
    if updated.networks:
        changed += f", and the {updated.networks:,} of the networks"
    changed += f": {folder.delta}"
    if not folder.delta.exists():
        changed = "made anew from the shards; no delta, for there was nothing to compare with"
    return [
        f"  changed    {changed}",
        f"  stale      the networks; make them anew: {call('analyze', folder.root)}",
    ]
