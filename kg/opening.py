"""What the user calls a graph → a store to read: a built folder, or an RDF file."""

from __future__ import annotations

from pathlib import Path

from kg import folder
from kg.errors import UsageError
from kg.store import GraphStore


def store(graph: str, *, whole: bool = False) -> GraphStore:
    """The store of a built folder, read-only, or an RDF file loaded into memory.

    Args:
        graph: the folder or the file.
        whole: all of it will be read, so all of it may be checked before.

    Raises:
        UsageError: there is no such graph.
        DamagedGraph: the store is not what was sealed.
    """
    path = Path(graph)
    if path.is_file():
        return GraphStore.read_file(path)
    if not path.exists():
        raise UsageError(f"{graph}: no such folder or file; make one with: kg build SOURCES -o FOLDER")
    place = folder.existing(path)
    folder.check_store(place, whole=whole)
    return GraphStore.open(place.store)
