"""What the user calls a graph → a store to read: a built folder, or an RDF file."""

from __future__ import annotations

from pathlib import Path

from kg import folder
from kg.errors import UsageError
from kg.store import GraphStore


def store(graph: str) -> GraphStore:
    """The store of a built folder, read-only, or an RDF file loaded into memory.

    Raises:
        UsageError: there is no such graph.
        DamagedGraph: the store is not what was sealed.
    """
    path = Path(graph)
    if path.is_file():
        return GraphStore.read_file(path)
    if not path.exists():
        raise UsageError(f"{graph}: no such folder or file; make one with: kg build SOURCES -o {graph}")
    place = folder.existing(path)
    folder.check_store(place)
    return GraphStore.open(place.store)
