"""Where workers leave shards: a folder, or an address that fsspec knows (``s3://bucket/prefix``), which many machines share.

A thing in a depot is there whole or not at all where the storage allows that (a folder; the object stores); a shard is known
by its trailer in any case.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import files
from kg.errors import EnvironmentProblem, UsageError


@dataclass(frozen=True, slots=True)
class Depot:
    """A place for files by name. ``root``: a folder, or an address with a scheme.

    >>> Depot("s3://bucket/shards/").folder is None, Depot("/data/shards").folder
    (True, PosixPath('/data/shards'))
    """

    root: str

    @property
    def folder(self) -> Path | None:
        """The folder that it is; None where it is an address."""
        scheme, colon, _ = self.root.partition("://")
        return None if colon and scheme.isalnum() else Path(self.root)

    def made(self) -> Depot:
        """The same for every process on this machine; a folder is made where it is missing.

        Raises:
            EnvironmentProblem: it cannot be made.
        """
        if self.folder is None:
            return self
        with self._reached("written"):
            self.folder.mkdir(parents=True, exist_ok=True)
        return Depot(str(self.folder.absolute()))

    @contextmanager
    def placing(self, name: str) -> Iterator[Path]:
        """A path to leave a file at, which is in the depot when the block ends. In a folder it is the place itself, so that
        whoever writes there does it whole or not at all (:func:`kg.files.replacing`).

        Raises:
            EnvironmentProblem: it cannot be put there.
        """
        if self.folder is not None:
            yield self.folder / name
            return
        with tempfile.TemporaryDirectory(prefix="kg-", suffix=files.TEMPORARY) as directory:
            path = Path(directory) / name
            yield path
            with self._reached("written") as (system, root):
                system.put_file(str(path), f"{root}/{name}")

    def fetch(self, name: str, target: Path) -> bool:
        """Copy a file to ``target``, whole or not at all; whether there is one of this name.

        Raises:
            EnvironmentProblem: the depot cannot be read.
        """
        if self.folder is not None and (self.folder / name).absolute() == target.absolute():
            return target.exists()
        with self._reached("read") as (system, root):
            try:
                source = (
                    (self.folder / name).open("rb") if self.folder is not None else system.open(f"{root}/{name}", "rb")
                )
                with source as file, files.replacing(target) as out:
                    shutil.copyfileobj(file, out)
            except FileNotFoundError:
                return False
        return True

    def write(self, name: str, data: bytes) -> None:
        """Put ``data`` there.

        Raises:
            EnvironmentProblem: it cannot be written.
        """
        with self._reached("written") as (system, root):
            if self.folder is not None:
                files.write(self.folder / name, data)
            else:
                system.pipe_file(f"{root}/{name}", data)

    def read(self, name: str) -> bytes:
        """What is there.

        Raises:
            EnvironmentProblem: there is nothing, or it cannot be read.
        """
        with self._reached("read") as (system, root):
            if self.folder is not None:
                return (self.folder / name).read_bytes()
            data: bytes = system.cat_file(f"{root}/{name}")
            return data

    def remove(self, name: str) -> None:
        """See to it that nothing of this name is there.

        Raises:
            EnvironmentProblem: it cannot be written.
        """
        with self._reached("written") as (system, root), suppress(FileNotFoundError):
            if self.folder is not None:
                (self.folder / name).unlink()
            else:
                system.rm_file(f"{root}/{name}")

    @contextmanager
    def _reached(self, verb: str) -> Iterator[tuple[Any, str]]:
        """fsspec's file system and the root in it (neither where it is a folder); every failure as one of ours."""
        try:
            yield (None, "") if self.folder is not None else _opened(self.root)
        except UsageError:
            raise
        except Exception as error:
            if verb == "read" and getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
                raise  # there is no room where it is copied to
            # Every kind of storage has errors of its own, and all of them mean the same here.
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise EnvironmentProblem(f"the storage of shards, {self.root}, cannot be {verb}: {why}") from error


def _opened(root: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(
            f"{root}: storage of this kind needs further packages; in a clone of kg: pip install '.[cluster]'"
        ) from error
    try:
        system, path = url_to_fs(root)
    except ImportError as error:
        message = (
            f"{root}: storage of this kind needs a further package ({error}); for s3, in a clone: pip install '.[s3]'"
        )
        raise UsageError(message) from error
    except ValueError as error:
        raise UsageError(f"{root}: no storage of this kind is known ({error})") from error
    return system, path.rstrip("/")
