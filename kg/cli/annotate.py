"""kg annotate: concepts in text."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.frame import OUTPUT, Known, many, progress_bar, say


@click.command()
@click.argument("file", required=False, default="-", type=click.Path(allow_dash=True))
@click.option(
    "--ontology",
    "ontologies",
    multiple=True,
    required=True,
    metavar="FILE",
    help="Find its names: a file (OBO, OBO graphs JSON, SKOS, TSV), or starter, the embedded one. Repeatable.",
)
@click.option("--types", default="", metavar="TYPE,…", help="Find only these types of concepts: Disease,Chemical …")
@click.option("--from", "from_", type=Known("kg.annotating:INPUTS"), default=None, help="[default: by the content]")
@click.option(
    "--to",
    type=Known("kg.annotating:OUTPUTS", turtle="ttl"),
    default="pubtator",
    show_default=True,
    help="How what is found is written.",
)
@OUTPUT
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    default=None,
    help="Where compiled lexicons are kept.  [default: KG_CACHE, or the user's cache folder]",
)
@click.option(
    "--doubtful",
    is_flag=True,
    help="Give what is not sure enough to be a fact, too: work for a curator. For jsonl and html, which mark it.",
)
@click.option("--nested", is_flag=True, help="Give mentions inside longer ones, too.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def annotate(
    file: str,
    ontologies: tuple[str, ...],
    types: str,
    from_: str | None,
    to: str,
    output: Path | None,
    cache: Path | None,
    doubtful: bool,
    nested: bool,
    quiet: bool,
) -> int:
    """Find concepts of ontologies in text, with exact offsets and the reason for each.

    FILE is plain text, PubTator or BioC; - or nothing is standard input. Only the ontologies that are named are used.

    \b
    Examples:
      kg annotate examples/letter.txt --ontology starter --to jsonl
      echo 'Insulin in type 1 diabetes' | kg annotate --ontology starter
      kg annotate mine.pubtator --ontology mine.tsv --types Disease,Chemical
    """
    from kg import annotating, exporters, lexica, sources
    from kg.errors import InputError, UsageError
    from kg.garbage import uncollected
    from kg.model import AnnotatedDocument, Rejected
    from kg.recognisers.dictionary import DictionaryRecogniser

    wanted = annotating.types([word.strip() for word in types.split(",") if word.strip()])
    if doubtful and to not in {"jsonl", "html"}:
        raise UsageError("--doubtful is for --to jsonl and --to html: other formats cannot tell what is no fact")
    if file != "-" and not Path(file).is_file():
        raise UsageError(f"{file}: no such file")
    with progress_bar(quiet) as progress:
        lexicon = lexica.lexicon(ontologies, cache, progress)
    recogniser = DictionaryRecogniser(lexicon, types=wanted, doubtful=doubtful, nested=nested)
    refused = 0

    def documents(items: annotating.Read) -> annotating.Documents:
        nonlocal refused
        for item in items:
            if isinstance(item, AnnotatedDocument):
                yield item
                continue
            refused += isinstance(item, Rejected)
            say(f"{'rejected' if isinstance(item, Rejected) else 'warning'}: {item.record}: {item.message}")

    try:
        with (
            uncollected(),
            sources.opened(Path(file)) if file != "-" else sys.stdin.buffer as stream,
            exporters.writing(output) as out,
        ):
            found = annotating.annotated(documents(annotating.read(stream, from_)), recogniser)
            count = annotating.OUTPUTS[to](found, lexicon, out)
    except InputError as error:
        raise UsageError(f"{file}{f', line {error.line}' if error.line else ''}: {error}") from error
    if not quiet and output is not None:
        say(f"{many(count, 'document')} → {output}")
    return 1 if refused else 0
