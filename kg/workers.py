"""What is done with one source file, here or in a process of its own: examine it, read it into its shard.

A worker has no store and writes nothing but its shard. It answers with what it found or with the reason why nothing of the
file can be used; what it may take of memory and time is limited, so that a file can harm nothing but itself.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kg import archives, sources
from kg.depot import Depot
from kg.errors import InputError
from kg.extract import Extractor
from kg.processes import ATTEMPTS, Crew, Lost, portable, serve
from kg.readers import HEAD, READERS, reader_for

MEMORY = 1 << 30
"""bytes that a worker may take beyond its own"""

TIME_LIMIT = 600.0
"""seconds that one file may take"""

WORN_OUT = ("worker-died", "out-of-memory")
"""the rules that a file breaks which wore out its workers; the next build tries it again"""


@dataclass(frozen=True, slots=True)
class Examine:
    """Read a file once, to know that it is whole, what it is and what its digest is."""

    path: Path
    reader: str | None

    def __call__(self, extractor: Extractor) -> tuple[sources.Digest, str]:
        digest = sources.examine(self.path, HEAD)
        return digest, archives.kind_of(digest.head) or reader_for(digest.head, self.reader)[0]


@dataclass(frozen=True, slots=True)
class Extract:
    """Read a file into its shard."""

    path: Path
    reader: str
    """or the kind of a container"""
    insisted: str | None
    """the only reader for the members of a container"""
    sha256: str
    stamp: tuple[int, ...]
    shard: str
    """its name in the depot"""
    depot: Depot

    def __call__(self, extractor: Extractor) -> None:
        with self.depot.placing(self.shard) as shard:
            if self.reader in archives.KINDS:
                extractor.container(self.path, self.reader, self.insisted, shard)
            else:
                extractor.shard(self.path, READERS[self.reader], self.sha256, shard)
            if not sources.is_still(self.path, self.stamp, self.sha256):
                shard.unlink()
                raise InputError("changed", "changed while it was read; run again when nobody writes to it")


Job = Examine | Extract
Answer = tuple[sources.Digest, str] | InputError | None


class Supervisor(Protocol):
    """Who has jobs done elsewhere, as :class:`kg.processes.Crew` does; answers come in the order of the jobs."""

    def answers(self, tasks: Iterable[Job]) -> Iterator[tuple[Job, Any]]: ...


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work: ``jobs`` processes, or this one where that is 1; or whom a supervisor sends. ``time_limit``:
    seconds for one file."""

    extractor: Extractor
    jobs: int = 1
    time_limit: float = TIME_LIMIT
    supervisor: Supervisor | None = None

    def do(self, jobs: Iterable[Job]) -> Generator[Answer, None, None]:
        """What came of each, in order."""
        supervisor = self.supervisor
        if supervisor is None and self.jobs < 2:
            for job in jobs:
                yield _answer(job, self.extractor)
            return
        supervisor = supervisor or Crew(__name__, self.extractor, self.jobs, self.time_limit)
        for _, answer in supervisor.answers(jobs):
            if isinstance(answer, Lost):
                message = f"reading it ended its process {ATTEMPTS} times, the last time with {answer.how}"
                yield InputError(WORN_OUT[0], message)
            elif isinstance(answer, BaseException) and not isinstance(answer, InputError):
                raise answer
            else:
                yield answer


def _answer(job: Job, extractor: Extractor) -> Answer:
    try:
        return job(extractor)
    except InputError as error:
        return error


def _answerer(extractor: Extractor) -> Callable[[Job], Answer | BaseException]:
    def answer(job: Job) -> Answer | BaseException:
        try:
            return _answer(job, extractor)
        except MemoryError:
            return InputError(WORN_OUT[1], f"reading it takes more than {MEMORY >> 20} MiB of memory")
        except Exception as error:  # noqa: BLE001
            return portable(error)  # a bug, or the machine: the parent raises it

    return answer


if __name__ == "__main__":
    serve(_answerer, MEMORY)
