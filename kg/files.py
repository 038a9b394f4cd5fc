"""Files, whole or not at all: a reader of the folder never sees half of one.

Everything that kg leaves is written to a temporary name in the same directory, flushed to the disk and renamed (POSIX
``rename`` is atomic within a file system); then the directory entry is flushed too. What an interrupted run leaves behind
ends in ``.tmp`` and is removed by the next one. (One exception: the copy of a store in the folder's cache, which is
believed only where it is what was sealed.)
"""

from __future__ import annotations

import errno
import os
import platform
import shutil
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

TEMPORARY = ".tmp"
"""the suffix of files that are being written"""

_NOT_FOR_DIRECTORIES = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF}
"""what file systems answer (over the network, in user space) that flush files but no directories"""


def is_temporary(path: Path) -> bool:
    """Whether this is something that is being written, or was when a run was interrupted."""
    return path.name.endswith(TEMPORARY)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary file that takes the place of ``path`` when the block ends, and leaves no trace when the block raises."""
    # Machines that share a folder number their processes alike. A name has 255 bytes, not characters.
    name = os.fsdecode(os.fsencode(path.name)[:200])
    temporary = path.with_name(f"{name}.{zlib.crc32(platform.node().encode()):x}-{os.getpid()}{TEMPORARY}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    flush_directory(path.parent)


@contextmanager
def output(path: Path) -> Iterator[BinaryIO]:
    """A binary file that a person named, replaced as :func:`replacing` does it: what a link leads to, not the link; and what
    is no regular file (a pipe, a device) is written to as it is."""
    if path.exists() and not path.is_file():  # /dev/stdout in a pipe is a link that leads to no name
        with path.open("wb") as file:
            yield file
        return
    with replacing(path.resolve() if path.is_symlink() else path) as file:
        yield file


def write(path: Path, data: bytes | str) -> None:
    """Put ``data`` (text as UTF-8) in the place of ``path``."""
    with replacing(path) as file:
        file.write(data.encode("utf-8") if isinstance(data, str) else data)


def flush_directory(directory: Path) -> None:
    """Make a rename in this directory survive a loss of power (a no-op where directories cannot be opened or flushed).

    Raises:
        OSError: the disk failed. What was renamed is there, but a loss of power may undo it.
    """
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError as problem:
        if problem.errno not in _NOT_FOR_DIRECTORIES:
            raise
    finally:
        os.close(descriptor)


def opened(path: Path, owner: object) -> int:
    """The descriptor of a file, which is closed when its owner is gone."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    weakref.finalize(owner, os.close, file)
    return file


def remove_leftovers(directory: Path) -> None:
    """Remove what an interrupted run left half-written below ``directory``, files and folders."""
    for path in sorted(directory.rglob(f"*{TEMPORARY}")):
        if path.is_dir() and not path.is_symlink():
            # A process whose parent was killed may make files there for half a second more; not under another name.
            shutil.rmtree(path.replace(path.with_name(f"old-{path.name}")))
        elif path.exists() or path.is_symlink():
            path.unlink()
