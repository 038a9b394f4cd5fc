"""The lexicon of ontology files: compiled once, kept in a folder of the user's, mapped into memory from then on.

A compiled lexicon is found by the content of the files, not by their names or times, together with everything that has a
say in compiling: this program's code of names and ontologies and its files of what was learned. A cache that cannot be
written costs time and nothing else.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import os
import pickle
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from kg import installed, resources
from kg.errors import OntologyError
from kg.lexicon import DamagedLexicon, Lexicon, Progress, compiled, storage
from kg.lexicon.learned import further_names

STARTER = "starter"
"""the name of the embedded vocabulary"""

CACHE = "KG_CACHE"
"""the environment variable that names another folder for compiled lexicons"""


def cache_folder() -> Path:
    """Where compiled lexicons are kept: :data:`CACHE`, else the customary place of the system."""
    if named := os.environ.get(CACHE):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "kg" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kg"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kg"


def lexicon(
    ontologies: Sequence[Path | str],
    folder: Path | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Lexicon:
    """The names of ontology files, of which :data:`STARTER` is the embedded one.

    Args:
        ontologies: files, or names: of installed ontologies, of the embedded one.
        folder: where compiled lexicons are kept; None = :func:`cache_folder`.
        progress: is told how far compiling is.

    Raises:
        OntologyError: a file cannot be read as an ontology.
    """
    paths = [path(name) for name in ontologies]
    kept = (folder or cache_folder()) / f"{_key(paths)}.lexicon"
    with suppress(OSError, DamagedLexicon):
        return Lexicon.open(kept)
    from kg.ontologies import read_ontology

    concepts = [concept for path in paths for concept in read_ontology(path)]
    return Lexicon(_mapped(kept, compiled(concepts, further_names(), progress)))


def packed(whole: object) -> bytes:
    """Something with lexicons in it, pickled for another machine, where each is kept like one that was compiled there."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {storage.Columns: lambda columns: (_arrived, (columns.whole,))}
    pickler.dump(whole)
    return out.getvalue()


def _arrived(data: bytes) -> storage.Columns:
    kept = cache_folder() / f"{hashlib.sha256(data).hexdigest()[:40]}.lexicon"
    with suppress(OSError, DamagedLexicon):
        return storage.opened(kept)
    return _mapped(kept, [data])


def _mapped(kept: Path, pieces: list[bytes]) -> storage.Columns:
    """The columns of a compiled lexicon: of the file that is written now, where it can be."""
    with suppress(OSError, DamagedLexicon):
        storage.write(kept, pieces)
        return storage.opened(kept)
    return storage.Columns(memoryview(b"".join(pieces)))


def path(name: Path | str) -> Path:
    """The file that an ontology is read from: a file itself, or what is installed under a name.

    Raises:
        OntologyError: there is neither.
    """
    file = Path(name)
    if str(name) == STARTER and not file.exists():
        return resources.folder("ontologies") / "starter.ttl"
    if file.is_file():
        return file
    if (found := installed.find(str(name))) and found.kind == "ontology":
        return found.path
    known = ", ".join([STARTER, *(one.name for one in installed.listed() if one.kind == "ontology")])
    raise OntologyError(f"{name}: no such file, and no installed ontology; known are {known}")


def _key(paths: Sequence[Path]) -> str:
    total = hashlib.sha256(_program().encode())
    for digest in sorted(_digest(path) for path in paths):
        total.update(digest.encode())
    return total.hexdigest()[:40]


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise OntologyError(f"{path}: cannot be read: {error.strerror}") from error


@cache
def _program() -> str:
    """sha256 of all of this program that has a say in a compiled lexicon."""
    root = Path(resources.__file__).parent
    total = hashlib.sha256(sys.byteorder.encode())
    for part in ("lexicon", "ontologies", "data/recognition"):
        for path in sorted((root / part).iterdir()):
            if path.suffix in {".py", ".tsv"}:
                total.update(path.name.encode() + b"\0" + path.read_bytes())
    for name in ("model.py", "iri.py", "categories.py"):
        total.update((root / name).read_bytes())
    return total.hexdigest()
