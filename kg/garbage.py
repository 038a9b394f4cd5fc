"""Memory that is free again: the collector of cyclic garbage, kept from work that makes no cycles, and what the C library
keeps to itself.

The collector looks through all objects again and again while their number grows, which takes a tenth of the time of reading
and mapping, and a fifth where millions of objects stay. What is no longer referred to is freed at once without it.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """While the block runs, cycles are not looked for; afterwards as before.

    >>> with uncollected():
    ...     gc.isenabled()
    False
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def collect_rarely() -> None:
    """Have the garbage collector look for cycles seldom, and never among what is there now.

    Records and quads form no cycles, and go as soon as nobody names them; to look through the caches of readers and mapping
    again and again takes a tenth of the time.
    """
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def give_back() -> None:
    """Give memory that is free back to the system, as far as the C library knows how (glibc: ``malloc_trim``). It keeps what
    threads freed in pieces, which after loading a store is as much as all of what comes next takes."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
