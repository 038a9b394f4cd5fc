"""CPU seconds of a build by its stages."""

from __future__ import annotations

import resource
from collections import Counter


class Stages:
    """Told of progress as :func:`kg.pipeline.build` tells it, it gives the time since to the stage before. That of processes
    that were started and have ended is counted in."""

    def __init__(self) -> None:
        self._seconds: Counter[str] = Counter()
        self._stage, self._since = "start", _spent()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = _spent()
        self._seconds[self._stage] += now - self._since
        self._stage, self._since = stage, now

    def ended(self) -> dict[str, float]:
        """The seconds of each stage, when the last has ended; ``start`` is what came before the first."""
        self("end", 0, 0)
        return dict(self._seconds)


def _spent() -> float:
    """CPU seconds, user and system, of this process and of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
