"""Memory that is free again."""

from __future__ import annotations

import ctypes
import gc
import resource
import sys
from pathlib import Path
from typing import Any

import pytest

from kg import assembly, pipeline
from kg.garbage import forget, give_back, uncollected
from kg.linkers.people import evidence, names


def test_the_collector_is_as_it_was_even_after_an_error() -> None:
    def fail() -> None:
        with uncollected():
            assert not gc.isenabled()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert gc.isenabled()
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.skipif(sys.platform != "linux", reason="what is free is given back by the C library of Linux")
def test_what_is_free_is_given_back() -> None:
    """A C library keeps what was freed below something that is still in use."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        pytest.skip("this C library gives back what is free when it likes")
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    blocks = [library.malloc(4_000) for _ in range(25_000)]
    for block in blocks:
        ctypes.memset(block, 1, 4_000)
    for block in blocks[:-1]:
        library.free(block)
    before = _pages()
    give_back()
    assert _pages() < before - 50 * 2**20
    library.free(blocks[-1])


def _pages() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_a_build_forgets_what_it_remembered_of_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is decided who is who: until then it remembers, afterwards nothing of it stays in memory."""
    remembering: Any = (names.parse, evidence.profile)
    sizes = []

    def forgetting() -> None:
        sizes.append([function.cache_info().currsize for function in remembering])
        forget()
        sizes.append([function.cache_info().currsize for function in remembering])

    monkeypatch.setattr(assembly, "forget", forgetting)
    pipeline.build([str(Path(__file__).parent.parent / "examples")], tmp_path / "out", pipeline.Settings(jobs=1))
    before, after = sizes
    assert min(before) > 0
    assert after == [0, 0]
