"""Ontologies added from files or installed from their official places, and what they say of a concept.

What is added is read as a whole first: a file that gives no concept is refused, and its lexicon is compiled then and there,
so that nobody waits for it later.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg import installed, lexica, resources, ror
from kg.errors import EnvironmentProblem, OntologyError, UsageError
from kg.installed import Installed, Kind
from kg.iri import concept_curie, concept_iri
from kg.model import Concept, Warned
from kg.ontologies import ontology_items
from kg.version import VERSION

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of ``ontologies/sources.toml``."""

    name: str
    title: str
    version: str
    licence: str
    url: str
    kind: Kind = "ontology"
    index: str | None = None
    size: int | None = None
    sha256: str | None = None


def sources() -> dict[str, Source]:
    """What can be installed by name."""
    text = (resources.folder("ontologies") / "sources.toml").read_text("utf-8")
    return {name: Source(name, **entry) for name, entry in tomllib.loads(text).items()}


def add(path: Path, name: str, progress: Progress, about: Source | None = None) -> tuple[Installed, list[Warned]]:
    """Take a file among the installed ones; with what is to be said of it.

    Raises:
        OntologyError: it is no ontology (or registry), or gives no concept.
        UsageError: the name cannot be used.
    """
    if not installed.is_name(name) or name == lexica.STARTER:
        raise UsageError(
            f"{name!r} cannot be a name: small letters, digits, dots and hyphens, and not {lexica.STARTER!r}"
        )
    kind = about.kind if about else "ontology"
    concepts = names = 0
    warnings: list[Warned] = []
    if kind == "organisations":
        for organisation in ror.read(path):
            concepts += 1
            names += len(organisation.names)
    else:
        for item in ontology_items(path):
            if isinstance(item, Warned):
                warnings.append(item)
            else:
                concepts += 1
                names += 1 + len(item.synonyms)
        if not concepts:
            raise OntologyError(f"{path}: holds no concept that can be used")
    stated = Installed(
        name=name,
        file=path.name,
        sha256="",
        kind=kind,
        title=about.title if about else "",
        version=about.version if about else "",
        licence=about.licence if about else "",
        source=about.url if about else str(path),
        concepts=concepts,
        names=names,
    )
    found = installed.put(path, stated)
    if kind == "ontology":
        lexica.lexicon([found.path], progress=progress)
    return found, warnings


def install(
    name: str, progress: Progress, url: str | None = None, contact: str | None = None
) -> tuple[Installed, list[Warned]]:
    """Fetch an ontology from its official place (or a mirror), check it and add it.

    Raises:
        UsageError: nothing is known under this name.
        EnvironmentProblem: it could not be fetched whole.
    """
    from kg.fetch.download import Wanted, download, located
    from kg.fetch.http import Client

    known = sources()
    if name not in known:
        raise UsageError(f"nothing is known to install under the name {name!r}; known are {', '.join(known)}")
    source = known[name]
    client = Client(contact=contact)
    wanted = Wanted(url or source.url, source.size, source.sha256)
    if source.index == "zenodo":
        wanted = located(wanted.url, client)
    with _downloads() as directory:
        path = directory / (
            wanted.url.rstrip("/").removesuffix("/content").rpartition("/")[2].partition("?")[0] or name
        )
        download(wanted, path, client, progress)
        try:
            return add(path, name, progress, source)
        finally:
            path.unlink(missing_ok=True)


def embedded() -> Installed:
    """The vocabulary that comes with the program, told as what is installed."""
    lexicon = lexica.lexicon([lexica.STARTER])
    path = lexica.path(lexica.STARTER)
    return Installed(
        name=lexica.STARTER,
        file=path.name,
        sha256="",
        version=VERSION,
        licence="CC0-1.0",
        source="embedded in kg",
        concepts=len(lexicon),
        names=sum(1 + len(lexicon.concept(curie).synonyms) for curie in lexicon),
    )


@contextmanager
def _downloads() -> Iterator[Path]:
    """A folder beside the installed things in which a broken-off download waits to be gone on with."""
    place = installed.folder() / "downloads"
    try:
        place.mkdir(parents=True, exist_ok=True)
        yield place
        if not any(place.iterdir()):
            place.rmdir()
    except OSError as error:
        raise EnvironmentProblem(f"{place} cannot be written: {error.strerror or error}") from error


@dataclass(frozen=True, slots=True)
class Shown:
    """A concept and the installed thing that says so."""

    where: str
    concept: Concept


def show(curie: str, among: Sequence[str] = ()) -> list[Shown]:
    """What the installed ontologies and the embedded one say of a concept.

    Raises:
        UsageError: it is no CURIE or IRI of a known prefix, or nobody says anything of it.
    """
    wanted = concept_curie(curie if "://" in curie else concept_iri(curie) or "")
    if wanted is None:
        raise UsageError(f"{curie!r} is no identifier of a concept; they look like MESH:D003922")
    names = among or [lexica.STARTER, *(found.name for found in installed.listed() if found.kind == "ontology")]
    shown = []
    for name in names:
        lexicon = lexica.lexicon([name])
        if wanted in lexicon:
            shown.append(Shown(name, lexicon.concept(wanted)))
    if not shown:
        raise UsageError(f"{wanted} is in none of {', '.join(names)}; see: kg ontology list")
    return shown


def lines(shown: Shown) -> Iterator[str]:
    """A concept for people."""
    concept = shown.concept
    yield f"{concept.id}  {concept.label}  ({shown.where})"
    if concept.obsolete:
        yield f"  obsolete{f', replaced by {concept.replaced_by}' if concept.replaced_by else ''}"
    for title, found in (
        ("category", (concept.category,) if concept.category else ()),
        ("synonyms", concept.synonyms),
        ("narrow", concept.narrow),
        ("broad", concept.broad),
        ("related", concept.related),
        ("broader", concept.broader),
        ("same as", concept.exact),
        ("see also", concept.xrefs),
    ):
        if found:
            yield f"  {title:9} {'; '.join(found)}"
