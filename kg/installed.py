"""Ontologies and registries that were installed by name: a folder of the user's with one folder for each.

``NAME/about.json`` says what it is (title, version, licence, where it came from, digest, counts), beside it lies the file as
it was published. A folder appears by one rename, so that an installed thing is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

from kg import files
from kg.errors import EnvironmentProblem, UsageError

HOME = "KG_HOME"
"""the environment variable that names another folder"""

Kind = Literal["ontology", "organisations"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_ABOUT = "about.json"


@dataclass(frozen=True, slots=True)
class Installed:
    """What is known of an installed thing. ``file`` is its name within the folder, ``source`` an address or a path."""

    name: str
    file: str
    sha256: str
    kind: Kind = "ontology"
    title: str = ""
    version: str = ""
    licence: str = ""
    source: str = ""
    concepts: int = 0
    names: int = 0

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return folder() / self.name / self.file


def folder() -> Path:
    """Where installed things lie: :data:`HOME`, else the customary place of the system."""
    if named := os.environ.get(HOME):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "kg" / "installed"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "kg"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "kg"


def is_name(text: str) -> bool:
    """Whether something can be installed under this name.

    >>> is_name("mesh-2026"), is_name("../x"), is_name("a b")
    (True, False, False)
    """
    return bool(_NAME.fullmatch(text))


def find(name: str) -> Installed | None:
    """What is installed under a name; None where nothing is."""
    if not is_name(name):
        return None
    try:
        stated = json.loads((folder() / name / _ABOUT).read_bytes())
        known = {field.name for field in fields(Installed)}
        return Installed(**{key: value for key, value in stated.items() if key in known})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        message = f"{folder() / name} is damaged ({error}); remove it with: kg ontology remove {name}"
        raise EnvironmentProblem(message) from error


def listed() -> Iterator[Installed]:
    """Everything that is installed, by name."""
    home = folder()
    if home.is_dir():
        for place in sorted(home.iterdir()):
            if (place / _ABOUT).is_file() and (found := find(place.name)):
                yield found


def put(path: Path, about: Installed) -> Installed:
    """Copy a file to the installed things, in the place of what has its name; its digest is taken here.

    Raises:
        UsageError: the name cannot be used.
        EnvironmentProblem: the folder cannot be written.
    """
    if not is_name(about.name):
        raise UsageError(f"{about.name!r} cannot be a name: small letters, digits, dots and hyphens, up to 64")
    home = folder()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, suffix=files.TEMPORARY) as temporary:
            staged = Path(temporary) / about.name
            staged.mkdir()
            shutil.copyfile(path, staged / about.file)
            with (staged / about.file).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            stated = {**asdict(about), "sha256": digest}
            files.write(staged / _ABOUT, json.dumps(stated, indent=1, ensure_ascii=False) + "\n")
            target = home / about.name
            if target.exists():
                target.rename(Path(temporary) / "before")
            staged.rename(target)
        files.flush_directory(home)
    except OSError as error:
        raise EnvironmentProblem(f"{home} cannot be written: {error.strerror or error}") from error
    found = find(about.name)
    assert found is not None
    return found


def remove(name: str) -> None:
    """Remove what is installed under a name.

    Raises:
        UsageError: nothing is.
    """
    place = folder() / name
    if not is_name(name) or not place.is_dir():
        raise UsageError(f"nothing is installed under the name {name!r}; see: kg ontology list")
    shutil.rmtree(place)
