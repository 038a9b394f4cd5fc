"""CPU seconds of a build by its stages, and what its processes take of memory."""

from __future__ import annotations

import resource
import time
from collections import Counter

_SHARED_OUT = ("examine", "read", "analyse")
"""stages that processes do for the one that builds"""


class Stages:
    """Told of progress as :func:`kg.pipeline.build` tells it, it gives the time since to the stage before: that of the thread
    that tells it, and that of processes that have ended which did this stage. What other threads and processes do is the
    database's, and counted as ``store``, whatever else goes on meanwhile."""

    def __init__(self) -> None:
        self._seconds: Counter[str] = Counter()
        self._stage = "start"
        self._spent = _spent()

    def __call__(self, stage: str, done: int, total: int) -> None:
        spent = _spent()
        own, threads, children = (new - old for new, old in zip(spent, self._spent, strict=True))
        self._seconds[self._stage] += own
        self._seconds["store"] += threads
        self._seconds[self._stage if self._stage in _SHARED_OUT else "store"] += children
        self._stage, self._spent = stage, spent

    def ended(self) -> dict[str, float]:
        """The seconds of each stage, when the last has ended; ``start`` is what came before the first."""
        self("end", 0, 0)
        return dict(self._seconds)


def _spent() -> tuple[float, float, float]:
    """CPU seconds, user and system, of this thread, of the other threads, and of children that have ended."""
    here, children = (
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    own = time.thread_time()
    return own, here - own, children


def peaks() -> tuple[int, int]:
    """The peaks of memory, in MB, of this process and of the one of its children that had most, of those that have
    ended. What this process had when it started a child counts as the child's, until that has more."""
    own, child = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own, child
