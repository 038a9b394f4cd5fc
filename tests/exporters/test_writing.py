"""Rules of kg.exporters.writing: files appear whole or not at all, and equal bytes in are equal bytes out."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard

from kg.errors import UsageError
from kg.exporters import writing


@pytest.mark.parametrize("compress", [None, "gz", "zst"])
def test_what_is_written_is_read_back(tmp_path: Path, compress: str | None) -> None:
    """Two files of the same content are the same bytes, whatever their names, and hold what was written."""
    made = []
    for name in ("one", "two"):
        with writing(tmp_path / name, compress) as out:
            out.write(b"a" * 100_000)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    read = {"gz": gzip.decompress, "zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)}
    assert (read[compress](made[0]) if compress else made[0]) == b"a" * 100_000


@pytest.mark.parametrize("compress", [None, "gz", "zst"])
def test_a_failed_export_leaves_what_was_there(tmp_path: Path, compress: str | None) -> None:
    """When the writer fails, the earlier file stays and no other is left behind."""
    path = tmp_path / "graph"
    path.write_bytes(b"before")

    def fail() -> None:
        with writing(path, compress) as out:
            out.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_compression_is_refused(tmp_path: Path) -> None:
    """The message lists the known ones."""
    with pytest.raises(UsageError, match="known are gz, zst"), writing(tmp_path / "x", "rar"):
        pass
