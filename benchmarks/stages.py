"""CPU seconds of a build by its stages."""

from __future__ import annotations

import resource
import time
from collections import Counter


class Stages:
    """Told of progress as :func:`kg.pipeline.build` tells it, it gives the time since to the stage before: that of the thread
    that tells it, and that of processes that were started and have ended. What other threads do is the database's, and
    counted as ``store``, whatever else goes on meanwhile."""

    def __init__(self) -> None:
        self._seconds: Counter[str] = Counter()
        self._stage = "start"
        self._own, self._others = _spent()

    def __call__(self, stage: str, done: int, total: int) -> None:
        own, others = _spent()
        self._seconds[self._stage] += own - self._own
        self._seconds["store"] += others - self._others
        self._stage, self._own, self._others = stage, own, others

    def ended(self) -> dict[str, float]:
        """The seconds of each stage, when the last has ended; ``start`` is what came before the first."""
        self("end", 0, 0)
        return dict(self._seconds)


def _spent() -> tuple[float, float]:
    """CPU seconds, user and system, of this thread and of children that have ended; and of the other threads."""
    here, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own = time.thread_time()
    return own + children.ru_utime + children.ru_stime, here.ru_utime + here.ru_stime - own
