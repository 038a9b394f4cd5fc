"""Is a built folder still what was built? The seal holds digests of all files and what the store held; verifying reads
everything again."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kg import files, folder
from kg.contents import Contents
from kg.errors import DamagedGraph, KgError
from kg.folder import Folder
from kg.sorting import sort_lines
from kg.store import GraphStore


def seal(place: Folder, contents: Contents) -> None:
    """Write the seal of a finished build.

    Args:
        contents: what was written, from which the store was loaded.

    Raises:
        DamagedGraph: the store holds another number of quads.
    """
    held = len(GraphStore.open(place.store))
    if held != len(contents):
        raise DamagedGraph(f"{place.store} holds {held:,} quads, {len(contents):,} were written; build again")
    files.write(place.contents, json.dumps(contents.as_json(), indent=1, ensure_ascii=False) + "\n")
    folder.write_seal(place)


def sealed_contents(place: Folder) -> Contents:
    """What the store held when it was sealed.

    Raises:
        DamagedGraph: there is no seal, or what it sealed does not tell.
    """
    folder.read_seal(place)
    try:
        return Contents.from_json(json.loads(place.contents.read_bytes()))
    except FileNotFoundError as error:
        raise DamagedGraph(f"{place.contents} is missing; build again") from error
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedGraph(f"{place.contents} is damaged, or of another kg ({error}); build again") from error


def problems(place: Folder) -> Iterator[str]:
    """Everything that differs from what was sealed, as sentences."""
    yield from folder.broken_seals(place)
    try:
        sealed = sealed_contents(place).as_json()
        found = _contents(GraphStore.open(place.store)).as_json()
    except KgError as error:
        yield str(error)
        return
    if found["graphs"] != sealed["graphs"]:
        names = sealed["graphs"].keys() | found["graphs"].keys()
        for name in sorted(names):
            was, now = sealed["graphs"].get(name, 0), found["graphs"].get(name, 0)
            if was != now:
                yield f"store/: {name} holds {now:,} triples, {was:,} were sealed"
    elif found != sealed:
        yield "store/: its quads are not those that were sealed"


def describe(place: Folder) -> str:
    """What was verified, in a few words."""
    return f"{len(folder.read_seal(place)['files']):,} files and {len(sealed_contents(place)):,} quads are as sealed"


def _contents(store: GraphStore) -> Contents:
    """What the store holds, every quad read."""
    found = Contents()
    for graph in store.graphs():
        found.put(graph[1:-1], sort_lines(store.quads(graph)))
    return found
