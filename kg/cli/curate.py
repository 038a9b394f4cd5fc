"""kg curate: what a curator decides."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.frame import many, progress_bar, say


@click.command()
@click.argument(
    "verb", type=click.Choice(["merge", "same", "different", "split", "accept", "reject", "correct", "list"])
)
@click.argument("graph")
@click.argument("nodes", nargs=-1)
@click.option("--by", metavar="NAME", help="Who decides.")
@click.option("--because", metavar="TEXT", help="Why.")
@click.option(
    "--decisions",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where decisions are kept.  [default: as the folder was built, else GRAPH/curation/decisions.jsonl]",
)
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def curate(
    verb: str,
    graph: str,
    nodes: tuple[str, ...],
    by: str | None,
    because: str | None,
    decisions: Path | None,
    quiet: bool,
) -> int:
    """Decide who is one person or organisation and who is not, and which mentions are wrong.

    A decision is kept in a file, and applied after every resolution of this and every later build. NODES are persons
    (a name of an identity, an ORCID iD, 10.…#person-1), organisations, proposals or mentions, by IRI.

    \b
    merge      all of NODES are one
    same       the two are one
    different  the two are not one
    split      of the first, the others are somebody else: articles, or persons as printed
    accept     a proposal is right; a mention that was rejected is right after all
    reject     a proposal or a mention is wrong
    correct    a mention means another concept: MENTION CONCEPT
    list       what was decided

    \b
    Examples:
      kg curate split output 0000-0000-9900-0211 10.5555/fict.99000008 --by "A Doe" --because "two namesakes"
      kg curate list output
    """
    from datetime import UTC, datetime

    from kg import curation, folder, opening, pipeline
    from kg import decisions as kept

    place = folder.existing(graph)
    path = decisions or folder.ruled_by(place)
    if verb == "list":
        for ruling in kept.read(path):
            click.echo(ruling.as_json(), nl=False)
        return 0
    if not by or not by.strip() or not because or not because.strip():
        raise click.UsageError("Say who decides and why: --by NAME --because TEXT")
    said = curation.Said(f"{datetime.now(UTC):%Y-%m-%d}", by.strip(), because.strip())
    store = opening.store(graph)
    ruling = curation.decision(store, verb, nodes, said, kept.decided(kept.read(path)))
    store.close()
    with progress_bar(quiet) as progress:
        unmet = pipeline.curate(graph, ruling, decisions, progress)
    if not quiet:
        say(
            f"{path}: noted ({ruling.verb}: {many(len(ruling.left) + len(ruling.right), 'node')}); {graph} is made anew"
        )
        for sentence in unmet:
            say(f"does not apply: {sentence}")
        with opening.store(graph) as store:
            for concept in curation.undescribed(store, ruling):
                say(f"{concept}: no ontology of this graph knows it, so it has no name there; is it the one you mean?")
    return 1 if unmet else 0
