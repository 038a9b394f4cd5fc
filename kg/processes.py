"""Work in child processes that may die: each task costs at most itself.

A child is ``python -m MODULE``: it reads tasks from its standard input and writes answers to its standard output, framed
pickles; :func:`serve` is its side. First it is sent its setup, and answers when it is ready. Children are started plainly,
not forked and not through :mod:`multiprocessing`: a program that imports kg may have threads and need not protect its main
module, and a pool of that module hangs for ever, or fails everything, when one of its processes is killed. Answers come in
the order of the tasks, so the number of processes changes nothing.

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
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from kg.garbage import collect_rarely

ATTEMPTS = 2
AHEAD = 16
"""tasks given out for each who works, so that one of them may take as long as fifteen others together and nobody waits"""
_STARTING = 600.0
"""seconds that a child may take until it is ready: to read a large lexicon from a slow disk takes its time"""
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


class Died(Exception):
    """Who worked on a task ended, or was ended, before it answered; the text says how."""


class Team(Protocol):
    """Who answers tasks: children of this process (:class:`Children`), or the workers of a cluster (:mod:`kg.cluster`)."""

    @property
    def size(self) -> int:
        """How many tasks are worked on at a time."""

    def ask(self, task: Any, alone: bool) -> Any:
        """The answer to a task, from whoever is free; called by many threads, each of which waits.

        Args:
            task: something that can be pickled.
            alone: whether nothing else may be worked on beside it, on the same machine.

        Raises:
            Died: there is none.
        """

    def stop(self) -> None:
        """End all work; whoever still asks gets :class:`Died`."""


def supervised(team: Team, tasks: Iterable[Task], ahead: int = AHEAD) -> Iterator[tuple[Task, Any]]:
    """Each task with its answer, or with :class:`Lost`, in the order of the tasks; ``ahead`` are held at a time for each who
    works, with their answers: while one takes long, the others have so many to do.

    When the iterator is closed, or the loop over it raises, the team is stopped before that returns.
    """
    pending: deque[tuple[Task, Future[Any]]] = deque()
    with ThreadPoolExecutor(_MOST, "kg-crew") as threads:
        try:
            for task in tasks:
                pending.append((task, threads.submit(_answered, team, task)))
                if len(pending) > ahead * team.size:
                    first, future = pending.popleft()
                    yield first, future.result()
            while pending:
                first, future = pending.popleft()
                yield first, future.result()
        finally:
            for _, future in pending:
                future.cancel()
            team.stop()


_MOST = 1024
"""threads that wait for answers"""


def _answered(team: Team, task: Any) -> Any:
    with suppress(Died):
        return team.ask(task, alone=False)
    how = ""
    for _ in range(1, ATTEMPTS):
        try:
            return team.ask(task, alone=True)
        except Died as error:
            how = str(error)
    return Lost(how)


@dataclass(frozen=True, slots=True)
class Crew(Generic[Task]):
    """How children are started and how long they may take.

    ``module``: run as ``python -m``; ``setup``: the first thing that a child is sent; ``limit``: seconds for one task;
    ``ahead``: tasks held for each (:func:`supervised`).
    """

    module: str
    setup: Any
    jobs: int
    limit: float | None = None
    ahead: int = AHEAD

    def answers(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, or with :class:`Lost` (:func:`supervised`)."""
        setup = pickle.dumps(self.setup, pickle.HIGHEST_PROTOCOL)
        yield from supervised(Children(self.module, setup, self.jobs, self.limit), tasks, self.ahead)


class Children:
    """A team of children of this process, which are started when they are needed."""

    def __init__(self, module: str, setup: bytes, jobs: int, limit: float | None = None) -> None:
        """``setup``: pickled; for the rest see :class:`Crew`."""
        self._module, self._setup, self._limit = module, setup, limit
        self.size = jobs
        self._guard = threading.Lock()
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._stopped = False
        self._room = threading.Semaphore(jobs)
        self._alone = threading.Lock()

    def ask(self, task: Any, alone: bool) -> Any:
        """The answer of a child; ``alone``: while no other one works."""
        with self._nobody_else() if alone else self._room:
            child = self._child()
            try:
                answer = child.ask(task, self._limit)
            except Died:
                with self._guard:
                    self._all.discard(child)
                raise
            with self._guard:
                self._idle.append(child)
            return answer

    def stop(self) -> None:
        """End all children; whoever still asks gets nothing."""
        with self._guard:
            self._stopped = True
            children, self._all = self._all, set()
        for child in children:
            child.end()

    @contextmanager
    def _nobody_else(self) -> Iterator[None]:
        with self._alone:
            for _ in range(self.size):
                self._room.acquire()
            try:
                yield
            finally:
                for _ in range(self.size):
                    self._room.release()

    def _child(self) -> _Child:
        with self._guard:
            if self._stopped:
                raise Died("was stopped")
            if self._idle:
                return self._idle.pop()
            child = _Child(self._module, self._setup)
            self._all.add(child)
            return child


def started(module: str, argument: object, is_own_session: bool = False) -> subprocess.Popen[bytes]:
    """A module run in a process of its own, whose standard input and output are pipes.

    Args:
        module: a name; this package is found, wherever it lies.
        argument: its only argument.
        is_own_session: whether an interrupt at the terminal does not reach it.
    """
    package = str(Path(__file__).parent.parent)
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        # -P: a file in the current directory must not stand in for a module.
        [sys.executable, "-P", "-m", module, str(argument)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=is_own_session,
    )


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A process that is started in the block is not interrupted from the terminal, not even while it still imports what it
    needs: it inherits which signals wait."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Child:
    """One process."""

    def __init__(self, module: str, setup: bytes) -> None:
        with _uninterrupted():
            self._process = started(module, os.getpid())
        self._setup: bytes | None = setup

    def ask(self, task: object, limit: float | None) -> Any:
        """Hand over a task and wait for its answer.

        Raises:
            Died: there is none.
        """
        if self._setup is not None:
            self._exchange(self._setup, _STARTING)  # which its limit is not for
            self._setup = None
        return self._exchange(pickle.dumps(task, pickle.HIGHEST_PROTOCOL), limit)

    def _exchange(self, data: bytes, limit: float | None) -> Any:
        """Send it something and wait for its answer."""
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
            _send(self._process.stdin, data)
            return pickle.loads(_receive(self._process.stdout))
        except (OSError, EOFError, ValueError) as error:
            code = self.end(patience=1.0)
            if late.is_set():
                raise Died(f"no answer within {limit:g} seconds") from error
            raise Died("an answer that cannot be read" if isinstance(error, ValueError) else _ended(code)) from error
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
        collect_rarely()
        if memory is not None:
            _limit(memory)
        _send(answers, pickle.dumps(None))
        while True:
            data = pickle.dumps(answer(pickle.loads(_receive(tasks))), pickle.HIGHEST_PROTOCOL)
            _send(answers, data)
    except (EOFError, BrokenPipeError):
        # Nobody waits for an answer: not even a flush at the end may fail loudly.
        os._exit(0)


def portable(error: Exception) -> Exception:
    """An error that was just caught, as it can be sent to another process, with a note of where it was raised: itself, or,
    because not every class can be pickled, what it says."""
    error.add_note(traceback.format_exc())
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001
        stand_in = RuntimeError(f"{type(error).__name__}: {error}")
        for note in error.__notes__:
            stand_in.add_note(note)
        return stand_in
    return error


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
