"""CPU seconds of a build by its stages."""

from __future__ import annotations

import time
from collections import Counter


class Stages:
    """Told of progress as :func:`kg.pipeline.build` tells it, it gives the time since to the stage before."""

    def __init__(self) -> None:
        self._seconds: Counter[str] = Counter()
        self._stage, self._since = "start", time.process_time()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.process_time()
        self._seconds[self._stage] += now - self._since
        self._stage, self._since = stage, now

    def ended(self) -> dict[str, float]:
        """The seconds of each stage, when the last has ended; ``start`` is what came before the first."""
        self("end", 0, 0)
        return dict(self._seconds)
