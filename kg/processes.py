"""Work in child processes that may die: each task costs at most itself.

A child is ``python -m MODULE``: it reads tasks from its standard input and writes answers to its standard output, framed
pickles; :func:`serve` is its side. Children are started plainly, not forked and not through :mod:`multiprocessing`: a
program that imports kg may have threads and need not protect its main module, and a pool of that module hangs for ever, or
fails everything, when one of its processes is killed. Answers come in the order of the tasks, so the number of processes
changes nothing.

A child that dies or gives no answer in time costs its task one more attempt, alone, so that another task's hunger for
memory is not held against it; then the task is :class:`Lost` with the name of the signal, and the rest goes on. A child
whose parent is gone, however that ended, ends within a second.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

ATTEMPTS = 2
_FRAME = struct.Struct("<4sQ")
_MAGIC = b"kg1\n"

Task = TypeVar("Task")


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that got no answer in :data:`ATTEMPTS` attempts, and how its last process ended: ``SIGKILL``,
    ``exit code 1``, ``no answer within 600 seconds``."""

    how: str


class _Died(Exception):
    """A child ended, or was ended, before it answered."""


@dataclass(frozen=True, slots=True)
class Crew(Generic[Task]):
    """How children are started and how long they may take.

    ``module``: run as ``python -m``; ``setup``: the first thing that a child is sent; ``limit``: seconds for one task.
    """

    module: str
    setup: Any
    jobs: int
    limit: float | None = None

    def answers(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, or with :class:`Lost`, in the order of the tasks; only a few are held at a time.

        When the iterator is closed, or the loop over it raises, all children are ended before that returns.
        """
        with _working(self) as ask, ThreadPoolExecutor(self.jobs, "kg-crew") as threads:
            pending: deque[tuple[Task, Future[Any]]] = deque()
            try:
                for task in tasks:
                    pending.append((task, threads.submit(ask, task)))
                    if len(pending) > 2 * self.jobs:
                        first, future = pending.popleft()
                        yield first, future.result()
                while pending:
                    first, future = pending.popleft()
                    yield first, future.result()
            except BaseException:
                for _, future in pending:
                    future.cancel()
                ask.stop()
                raise


@contextmanager
def _working(crew: Crew[Any]) -> Iterator[_Asking]:
    asking = _Asking(crew)
    try:
        yield asking
    finally:
        asking.stop()


class _Asking:
    """Children, handed to whoever asks."""

    def __init__(self, crew: Crew[Any]) -> None:
        self._crew = crew
        self._setup = pickle.dumps(crew.setup, pickle.HIGHEST_PROTOCOL)
        self._guard = threading.Lock()
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._stopped = False
        self._room = threading.Semaphore(crew.jobs)
        self._alone = threading.Lock()

    def __call__(self, task: object) -> Any:
        with self._room, suppress(_Died):
            return self._ask(task)
        how = ""
        for _ in range(1, ATTEMPTS):
            with self._alone, self._nobody_else():
                try:
                    return self._ask(task)
                except _Died as error:
                    how = str(error)
        return Lost(how)

    def stop(self) -> None:
        """End all children; whoever still asks gets nothing."""
        with self._guard:
            self._stopped = True
            children, self._all = self._all, set()
        for child in children:
            child.end()

    @contextmanager
    def _nobody_else(self) -> Iterator[None]:
        for _ in range(self._crew.jobs):
            self._room.acquire()
        try:
            yield
        finally:
            for _ in range(self._crew.jobs):
                self._room.release()

    def _ask(self, task: object) -> Any:
        child = self._child()
        try:
            answer = child.ask(task, self._crew.limit)
        except _Died:
            with self._guard:
                self._all.discard(child)
            raise
        with self._guard:
            self._idle.append(child)
        return answer

    def _child(self) -> _Child:
        with self._guard:
            if self._stopped:
                raise _Died("was stopped")
            if self._idle:
                return self._idle.pop()
            child = _Child(self._crew.module, self._setup)
            self._all.add(child)
            return child


class _Child:
    """One process."""

    def __init__(self, module: str, setup: bytes) -> None:
        package = str(Path(__file__).parent.parent)
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        # -P: a file in the current directory must not stand in for a module.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._setup: bytes | None = setup

    def ask(self, task: object, limit: float | None) -> Any:
        """Hand over a task and wait for its answer.

        Raises:
            _Died: there is none.
        """
        assert self._process.stdin
        assert self._process.stdout
        late = threading.Event()

        def hang_up() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(limit, hang_up) if limit else None
        if timer:
            timer.daemon = True
            timer.start()
        try:
            if self._setup is not None:
                _send(self._process.stdin, self._setup)
                self._setup = None
            _send(self._process.stdin, pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
            return pickle.loads(_receive(self._process.stdout))
        except (OSError, EOFError, ValueError) as error:
            code = self.end(patience=1.0)
            if late.is_set():
                raise _Died(f"no answer within {limit:g} seconds") from error
            raise _Died("an answer that cannot be read" if isinstance(error, ValueError) else _ended(code)) from error
        finally:
            if timer:
                timer.cancel()

    def end(self, patience: float = 0.0) -> int:
        """End it, if it does not end by itself within so many seconds; its exit code."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        if self._process.poll() is None:
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        return self._process.wait()


def _ended(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _send(pipe: Any, data: bytes) -> None:
    pipe.write(_FRAME.pack(_MAGIC, len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: Any) -> bytes:
    head = pipe.read(_FRAME.size)
    if len(head) < _FRAME.size:
        raise EOFError
    magic, size = _FRAME.unpack(head)
    if magic != _MAGIC:
        raise ValueError("this is no answer")
    data: bytes = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


# --- the child's side -----------------------------------------------------------------------------------------------


def serve(ready: Callable[[Any], Callable[[Any], Any]], memory: int | None = None) -> None:
    """Answer tasks until there are no more: the main function of a child.

    Args:
        ready: what makes of the setup the function that answers a task.
        memory: how many bytes a task may take beyond what is in use when everything is ready; None = no limit.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to handle; it ends us
    _end_with_parent(int(sys.argv[1]))
    tasks, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may be written between the answers
    try:
        answer = ready(pickle.loads(_receive(tasks)))
        if memory is not None:
            _limit(memory)
        while True:
            data = pickle.dumps(answer(pickle.loads(_receive(tasks))), pickle.HIGHEST_PROTOCOL)
            _send(answers, data)
    except (EOFError, BrokenPipeError):
        # Nobody waits for an answer: not even a flush at the end may fail loudly.
        os._exit(0)


def _end_with_parent(parent: int) -> None:
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _limit(memory: int) -> None:
    """Let this process take so much more memory than it has; a no-op where that cannot be told."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        wanted = pages * resource.getpagesize() + memory
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
    except (ImportError, OSError, ValueError):
        return
