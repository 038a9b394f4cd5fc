"""What was built, read back: in another format, or checked against shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from kg import exporters, folder, iri, opening, shapes, validation
from kg.copies import Copies
from kg.errors import UsageError
from kg.exporters.documents import agent_slug
from kg.folder import Folder
from kg.seal import sealed_contents
from kg.store import GraphStore
from kg.terms import value
from kg.units import Progress, silent
from kg.vocab import PROV, RDF, RDFS

_AGENTS = f"""
SELECT DISTINCT ?agent WHERE {{
  {{ ?marked {PROV.wasAttributedTo} ?agent }} UNION {{ ?agent {RDF.type} {PROV.SoftwareAgent} }}
}}"""


def export(
    graph: str,
    form: str,
    output: Path | None,
    names: Sequence[str] = (),
    compress: str | None = None,
    agents: Sequence[str] = (),
) -> None:
    """Write a graph in another format to a file, or to standard output.

    Args:
        graph: a built folder or an RDF file.
        form: a name of :data:`kg.exporters.EXPORTERS`.
        output: the file, which appears whole or not at all; None = standard output.
        names: only these named graphs, by IRI or by the last part of one of ours; none = the canonical export.
        compress: gz, zst or None.
        agents: only what these marked and stated, by name; for the formats of annotated text.

    Raises:
        UsageError: agents are named for another format, or such that are not there.
    """
    if agents and form not in exporters.ANNOTATED:
        raise UsageError(f"{form} is not a format of annotated text; agents go with {', '.join(exporters.ANNOTATED)}")
    store = opening.store(graph)
    wanted = [_graph_name(store, name) for name in names] or iri.canonical_graphs(store.graphs())
    if agents:
        _check_agents(store, agents)
    copied = _copied(Path(graph))
    quads = (line for name in wanted for line in copied(name) or store.quads(name))
    with exporters.writing(output, compress) as out:
        if agents:
            exporters.ANNOTATED[form].write_of(quads, out, agents)
        else:
            exporters.exporter(form).write(quads, out)


def validate(
    graph: str, shapes_path: Path | None, today: date, progress: Progress = silent, engine: shapes.Engine = "plain"
) -> list[shapes.Finding]:
    """Check a built folder or an RDF file against our shapes, or against those at ``shapes_path``.

    Raises:
        ShapesError: the shapes cannot be used.
        UsageError: there is no such graph.
    """
    rules = shapes.load(shapes_path, engine)
    if Path(graph).is_file():
        return validation.of_file(Path(graph), rules, iri.BASE, today, progress)
    store = opening.store(graph, whole=True)
    place = folder.existing(graph)
    run = place.read_run()
    base = run["settings"]["base_iri"] if run else iri.BASE
    view = validation.Stored(store, base, _copied(place.root))
    return list(validation.findings(view, rules, today, progress))


def _copied(graph: Path) -> Callable[[str], Iterator[str] | None]:
    """What gives the lines of a named graph, sorted, from its copy in the cache of a built folder; None where there is none
    that is what was sealed."""
    place = Folder(graph)
    if not place.root.is_dir():
        return lambda _: None
    copies, sealed = Copies(place.cache / "graphs"), sealed_contents(place)
    return lambda name: copies.lines(name, sealed)


def _check_agents(store: GraphStore, names: Sequence[str]) -> None:
    """Refuse names of agents that nobody here has, whether or not those who have them marked something."""
    known: dict[str, str] = {}
    for agent in sorted(row["agent"] for row in store.select(_AGENTS)):
        slug = agent_slug(agent)
        printed = min((value(quad[2]) for quad in store.statements(agent, RDFS.label)), default=slug)
        known |= {slug: printed, iri.slug(printed): printed}
    for name in names:
        if iri.slug(name) not in known:
            there = f"known are {', '.join(sorted(set(known.values())))}" if known else "there are none"
            raise UsageError(f"{name!r} is not an agent here; {there}")


def _graph_name(store: GraphStore, name: str) -> str:
    """The named graph that a user means: its IRI, or the last part of one of ours."""
    bare = name.strip("<>")
    known = store.graphs()
    matching = [g for g in sorted(known) if g == f"<{bare}>" or g.endswith(f"/graph/{bare}>")]
    if len(matching) != 1:
        raise UsageError(f"{name!r} is not a named graph here; kg stats GRAPH lists them")
    return matching[0]
