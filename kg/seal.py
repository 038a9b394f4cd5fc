"""Is a built folder still what was built? The seal holds digests of all files and what the store held; verifying reads
everything again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg import folder
from kg.errors import KgError
from kg.folder import Folder
from kg.store import GraphStore


def seal(place: Folder) -> None:
    """Write the seal of a finished build."""
    folder.write_seal(place, _state(GraphStore.open(place.store)))


def problems(place: Folder) -> Iterator[str]:
    """Everything that differs from what was sealed, as sentences."""
    yield from folder.broken_seals(place)
    sealed = folder.read_seal(place)["store"]
    try:
        found = _state(GraphStore.open(place.store))
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
    sealed = folder.read_seal(place)
    return f"{len(sealed['files']):,} files and {sum(sealed['store']['graphs'].values()):,} quads are as sealed"


def _state(store: GraphStore) -> dict[str, Any]:
    return {"graphs": {name[1:-1]: n for name, n in sorted(store.counts().items())}, "sha256": store.digest()}
