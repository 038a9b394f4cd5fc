"""The folder that a build leaves: what lies where, who may write it, and whether it is still what was sealed.

======================  ==============================================================================================
``graph.ttl``           the canonical export: documents, shared, vocabulary, aliases, resolution, analysis
``store/``              the same and provenance and dataset, in an embedded Oxigraph database
``shards/``             what was read from each source file (:mod:`kg.shards`)
``validation.*``        findings as Turtle, JSON and text
``analysis/``           networks as GraphML, CSV and pictures; empty after an update until they are computed anew
``curation/``           what curators decided (:mod:`kg.decisions`); nothing but ``kg curate`` and people write there
``delta/``              what the last update added and removed (:mod:`kg.delta`)
``cache/``              what need not be computed again: copies of shared graphs, findings, who is who, the store of
                        before the networks; may be deleted at any time
``rejects.jsonl``       what could not be used, one JSON object a line
``run.json``            what was built from what, and the counts
``contents.json``       how many quads each graph of the store has, and their digests (:mod:`kg.contents`)
``seal.json``           digests of all of the above
``.kg``                 marks the folder as ours and holds the lock
======================  ==============================================================================================
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg import files, sources
from kg.errors import DamagedGraph, EnvironmentProblem, UsageError

MARKER = sources.OURS
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO})
_STORED = re.compile(r"CURRENT|MANIFEST-[0-9]{1,20}|[0-9]{1,20}\.(?:sst|log)")
"""the files of a store (RocksDB) that hold its state; the others are its lock and its talk"""
_STATED: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "settings": (dict, ("base_iri", "ontologies", "reader", "today")),
    "inputs": (list, ("file", "place", "sha256", "bytes", "reader", "refused", "counts")),
    "counts": (dict, ("stored", "rejected", "triples")),
    "plan": (dict, ("inputs", "settings", "again")),
}
"""what of run.json is asked for: of what kind it is, and what it holds, or each of its members"""
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""what reading JSON comes to that is not what was written"""
_SOON_READ = 64 << 20
"""bytes of which the digest takes some 50 ms"""
_IGNORED = frozenset({".gitkeep", ".gitignore", ".DS_Store", "Thumbs.db"})


@dataclass(frozen=True, slots=True)
class Folder:
    """The places in a build's folder."""

    root: Path

    @property
    def marker(self) -> Path:
        return self.root / MARKER

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def shards(self) -> Path:
        return self.root / "shards"

    @property
    def graph(self) -> Path:
        return self.root / "graph.ttl"

    @property
    def analysis(self) -> Path:
        return self.root / "analysis"

    @property
    def decisions(self) -> Path:
        return self.root / "curation" / "decisions.jsonl"

    @property
    def delta(self) -> Path:
        return self.root / "delta"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def findings(self) -> Path:
        return self.cache / "findings.json"

    @property
    def plain(self) -> Path:
        """The store without the networks, where it has any."""
        return self.cache / "plain"

    @property
    def rejects(self) -> Path:
        return self.root / "rejects.jsonl"

    @property
    def run(self) -> Path:
        return self.root / "run.json"

    @property
    def contents(self) -> Path:
        return self.root / "contents.json"

    @property
    def seal(self) -> Path:
        return self.root / "seal.json"

    def validation(self, suffix: str) -> Path:
        return self.root / f"validation.{suffix}"

    def read_run(self) -> dict[str, Any] | None:
        """What the last finished build says of itself; None where none finished."""
        try:
            found: dict[str, Any] = json.loads(self.run.read_bytes())
        except FileNotFoundError:
            return None
        except _MALFORMED as error:
            raise DamagedGraph(f"{self.run} is damaged ({error!r}); remove it and build again") from error
        for name, (kind, parts) in _STATED.items():
            stated = found.get(name) if isinstance(found, dict) else None
            if not isinstance(stated, kind) or not all(part in some for some in _each(stated) for part in parts):
                raise DamagedGraph(
                    f"{self.run} is damaged (it lacks {name} as a build states it); remove it and build again"
                )
        return found

    def stated_run(self) -> dict[str, Any]:
        """What the last finished build says of itself.

        Raises:
            DamagedGraph: it says nothing.
        """
        if (found := self.read_run()) is None:
            raise DamagedGraph(f"{self.run} is missing; build again")
        return found


def _each(stated: Any) -> Iterable[Any]:
    """The members of a list that are objects, or the one object."""
    return [some if isinstance(some, dict) else {} for some in (stated if isinstance(stated, list) else [stated])]


def existing(path: Path | str) -> Folder:
    """A folder that a build has finished.

    Raises:
        UsageError: it is not one of ours, or its build did not finish.
    """
    folder = Folder(Path(path))
    if not folder.root.is_dir():
        raise UsageError(f"{path}: no such folder; make one with: kg build SOURCES -o {path}")
    if not folder.marker.exists():
        raise UsageError(f"{path}: not a folder that kg build made")
    if not folder.seal.exists():
        raise UsageError(f"{path}: its build or update did not finish; run the same command again")
    return folder


def begun(path: Path | str) -> Folder:
    """A folder in which a build has finished at least once, whatever happened since.

    Raises:
        UsageError: it is not one of ours, or no build has finished.
    """
    folder = Folder(Path(path))
    if not folder.run.exists():
        return existing(path)
    return folder


@contextmanager
def claimed(path: Path | str) -> Iterator[Folder]:
    """The folder to build into, made where it is missing, locked for this process while the block runs.

    Raises:
        UsageError: it holds something that kg did not make.
        EnvironmentProblem: another process is building into it, or it cannot be written.
    """
    folder = Folder(Path(path))
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        if not folder.root.is_dir():
            raise UsageError(f"{path}: is not a folder")
        strangers = sorted({p.name for p in folder.root.iterdir()} - _IGNORED)
        if strangers and not folder.marker.exists():
            if folder.seal.exists():
                message = f"{path} lacks its mark; if kg built it, put an empty file there: {folder.marker}"
            else:
                message = f"{path} holds {strangers[0]!r}, which kg did not make; name an empty or a new folder with -o"
            raise UsageError(message)
        descriptor = os.open(folder.marker, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    except FileExistsError as error:
        raise UsageError(f"{path}: is not a folder") from error
    except OSError as error:
        raise EnvironmentProblem(f"{path}: cannot be written: {error.strerror or error}") from error
    with os.fdopen(descriptor, "r+", encoding="utf-8") as marker:
        try:
            is_ours = _lock(marker.fileno())
        except OSError as error:
            message = (
                f"{path}: its file system cannot lock a file ({error.strerror}); build into a folder of another one"
            )
            raise EnvironmentProblem(message) from error
        if not is_ours:
            holder = marker.read(200).strip() or "another process"
            raise EnvironmentProblem(f"{path} is in use by {holder}; wait for it or name another folder")
        marker.seek(0)
        marker.truncate()
        marker.write(f"pid {os.getpid()} since {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n")
        marker.flush()
        try:
            files.remove_leftovers(folder.root)
            folder.shards.mkdir(exist_ok=True)
            folder.analysis.mkdir(exist_ok=True)
            yield folder
        except OSError as error:
            if error.errno not in _FULL:
                raise
            place = error.filename2 or path  # of a renaming the target; what is being written has a temporary name
            message = f"{place} cannot be written: {error.strerror}; mend that and run the same command again"
            raise EnvironmentProblem(message) from error


def _lock(descriptor: int) -> bool:
    """Take the lock of an open file without waiting; the system releases it when the process ends, however it ends.

    Raises:
        OSError: the file system has no locks.
    """
    try:
        import fcntl
    except ImportError:  # Windows has no advisory locks of this kind
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# --- sealing ------------------------------------------------------------------------------------------------------


def sealed_files(folder: Folder) -> Iterator[Path]:
    """The files whose digests the seal holds, sorted: everything but the cache, the marker, the seal itself, what is
    being written, and what the store writes about itself when it is only read."""
    for path in sorted(folder.root.rglob("*")):
        first = folder.root / path.relative_to(folder.root).parts[0]
        if first in (folder.cache, folder.marker, folder.seal) or files.is_temporary(first) or path.name in _IGNORED:
            continue
        if path.is_file() and (first != folder.store or _STORED.fullmatch(path.name)):
            yield path


def digest(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_seal(folder: Folder) -> None:
    """Seal the folder: digests of its files, sizes of those of its store, and digests of what lies in the cache to be
    believed by the next run; it is no damage where that is gone."""
    sealed = {
        "files": {path.relative_to(folder.root).as_posix(): digest(path) for path in sealed_files(folder)},
        "store": _sizes(folder),
        "cache": {name: digest(path) for name, path in _believed(folder, folder.findings, folder.plain).items()},
    }
    files.write(folder.seal, json.dumps(sealed, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def read_seal(folder: Folder) -> dict[str, Any]:
    """What was sealed.

    Raises:
        DamagedGraph: there is no seal, or it cannot be read.
    """
    try:
        found = json.loads(folder.seal.read_bytes())
        for name, kind in (("files", str), ("store", int), ("cache", str)):
            if not all(isinstance(value, kind) for value in found[name].values()):
                raise ValueError(f"what it says of {name} is of another kind")
    except FileNotFoundError as error:
        raise DamagedGraph(f"{folder.seal} is missing; build again") from error
    except _MALFORMED as error:
        raise DamagedGraph(f"{folder.seal} is damaged ({error!r}); build again") from error
    sealed: dict[str, Any] = found
    return sealed


def check_store(folder: Folder, *, whole: bool = False) -> None:
    """See that the files of the store are there as they were sealed: by their names and sizes, which takes no longer for a
    large graph, and by their digests where that takes no time or is wanted. What else is wrong within them the database finds
    when it reads it, but for a query that counts, which then has no end; and ``kg verify`` in any case.

    Args:
        whole: whoever asks reads everything anyway.

    Raises:
        DamagedGraph: they are not, or there is no seal.
    """
    sealed, present = read_seal(folder).get("store", {}), _sizes(folder)
    if wrong := sorted(name for name in sealed.keys() | present.keys() if sealed.get(name) != present.get(name)):
        raise DamagedGraph(f"{folder.store / wrong[0]} is not as it was sealed; build it again")
    if whole or sum(present.values()) <= _SOON_READ:
        digests = read_seal(folder)["files"]
        for name in sorted(present):
            if digests.get(f"{folder.store.name}/{name}") != digest(folder.store / name):
                raise DamagedGraph(f"{folder.store / name} is not as it was sealed; build it again")


def _sizes(folder: Folder) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.store.glob("*") if _STORED.fullmatch(path.name)}


def is_as_sealed(folder: Folder, kept: Path) -> bool:
    """Whether this file or folder of the cache is there, and what was sealed."""
    present = _believed(folder, kept)
    sealed = read_seal(folder).get("cache", {})
    wanted = {name for name in sealed if kept.name == name.partition("/")[0]}
    return bool(wanted) and wanted == present.keys() and all(digest(present[name]) == sealed[name] for name in wanted)


def _believed(folder: Folder, *kept: Path) -> dict[str, Path]:
    """The files of the cache that these are or hold, by their names in it, sorted."""
    paths = (found for path in kept for found in (path, *path.glob("*")))
    return {path.relative_to(folder.cache).as_posix(): path for path in sorted(paths) if path.is_file()}


def finished(folder: Folder) -> dict[str, Any] | None:
    """What the last build says of itself, if it finished and everything is as it was sealed."""
    if not folder.seal.exists():
        return None
    try:
        return None if any(broken_seals(folder)) else folder.read_run()
    except DamagedGraph:
        return None


def trusted_run(folder: Folder) -> dict[str, Any]:
    """What the last finished build says of itself, to go on from. Where publishing was interrupted there is no seal, and the
    ledger was put there whole.

    Raises:
        DamagedGraph: it, or what was told of the sources, is missing or not what was sealed.
    """
    if folder.seal.exists():
        sealed = read_seal(folder)["files"]
        for path in (folder.run, folder.rejects):
            if path.exists() and digest(path) != sealed.get(path.name):
                raise DamagedGraph(f"{path} has changed since it was sealed; build the folder again from its sources")
    return folder.stated_run()


def ruled_by(folder: Folder) -> Path:
    """The file of decisions that a built folder goes by.

    Raises:
        UsageError: it is gone.
    """
    if not (stated := folder.stated_run()["settings"].get("decisions")):
        return folder.decisions
    if not (path := sources.path_of(stated)).exists():
        raise UsageError(
            f"{stated}, the decisions that {folder.root} was built with, is gone; name a file with --decisions"
        )
    return path


def break_seal(folder: Folder) -> None:
    """Let the folder count as unfinished until it is sealed again, so that nobody takes a mixture for what was made."""
    folder.seal.unlink(missing_ok=True)
    files.flush_directory(folder.root)


def publish(staged: Folder, folder: Folder) -> None:
    """Put what was made in a staging folder in the place of what was there; the seal is broken."""
    break_seal(folder)
    for path in sorted(staged.root.iterdir()):
        if files.is_temporary(path):
            continue
        target = folder.root / path.name
        if target.is_dir():
            shutil.rmtree(target)
        path.replace(target)
    files.flush_directory(folder.root)


def broken_seals(folder: Folder) -> Iterator[str]:
    """Every file that is missing, changed or was not there when the folder was sealed, as a sentence. Further shards are
    no damage: a build that was interrupted after it leaves them to the next one."""
    sealed: dict[str, str] = read_seal(folder)["files"]
    present = {path.relative_to(folder.root).as_posix(): path for path in sealed_files(folder)}
    for name in sorted(sealed.keys() | present.keys()):
        if name not in present:
            yield f"{name} is missing"
        elif name not in sealed and present[name].parent == folder.shards:
            continue
        elif name not in sealed:
            yield f"{name} was not there when the folder was sealed"
        elif digest(present[name]) != sealed[name]:
            yield f"{name} has changed since the folder was sealed"
