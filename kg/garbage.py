"""Memory that is free again: the collector of cyclic garbage, kept from work that makes no cycles, what functions remember,
and what the C library keeps to itself.

The collector looks through all objects again and again while their number grows, which takes a tenth of the time of reading
and mapping, and a fifth where millions of objects stay. What is no longer referred to is freed at once without it.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar, cast


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


_Function = TypeVar("_Function", bound=Callable[..., Any])
_emptying: list[Callable[[], None]] = []


def remembered(size: int) -> Callable[[_Function], _Function]:
    """A decorator: so many answers of a function are remembered (``functools.lru_cache``), until :func:`forget`.

    >>> @remembered(100)
    ... def asked(number: int) -> int:
    ...     print(f"asked for {number}")
    ...     return number
    >>> asked(1) + asked(1)
    asked for 1
    2
    >>> forget()
    >>> asked(1)
    asked for 1
    1
    """

    def decorated(function: _Function) -> _Function:
        remembering = lru_cache(maxsize=size)(function)
        _emptying.append(remembering.cache_clear)
        return cast("_Function", remembering)

    return decorated


def forget() -> None:
    """Empty what functions remember, when the stage of a build is over in which they are asked."""
    for empty in _emptying:
        empty()


def give_back() -> None:
    """Give memory that is free back to the system, as far as the C library knows how (glibc: ``malloc_trim``). It keeps what
    threads freed in pieces, which after loading a store is as much as all of what comes next takes."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
