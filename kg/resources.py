"""Where the shapes, the embedded vocabulary and the named queries lie, in a checkout and in an installed package."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder ``shapes`` or ``ontologies``: inside an installed package, else at the top of the checkout."""
    inside = _PACKAGE / "data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def digest(name: str) -> str:
    """sha256, in hexadecimal, of the files in one of these folders."""
    total = hashlib.sha256()
    for path in sorted(folder(name).iterdir()):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def table(name: str) -> Iterator[list[str]]:
    """The rows of a tab-separated file in the package's data, without its header; none where there is no such file."""
    path = _PACKAGE / "data" / name
    if path.is_file():
        with path.open(encoding="utf-8", newline="\n") as lines:
            next(lines, None)
            for line in lines:
                yield line.rstrip("\n").split("\t")
