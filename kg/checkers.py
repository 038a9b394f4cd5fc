"""Validation by pySHACL in several processes: it takes a core for itself, and documents do not know each other. Plain checks
are done here; handing them over would take as long.

A child is ``python -m kg.checkers``: it reads tasks from its standard input and writes findings to its standard output, one
pickle each. Children are started plainly, not forked and not through :mod:`multiprocessing`, because a program that imports
kg may have threads and need not protect its main module. Findings come in the order of the tasks, so the number of
processes changes nothing.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from kg import shapes
from kg.errors import EnvironmentProblem, ShapesError
from kg.shapes import Finding, Shapes
from kg.terms import Triple

_WORTH_IT = 4
"""tasks from which on it pays to start children; each takes about a second to get ready"""


@dataclass(frozen=True, slots=True)
class Task:
    """Documents, or a slice of a shared graph, with the descriptions of what they name."""

    documents: tuple[tuple[str, list[Triple]], ...]
    described: list[Triple]


def check(task: Task, rules: Shapes, today: date) -> list[Finding]:
    """What is wrong with the documents of one task."""
    by_subject: dict[str, list[Triple]] = {}
    for triple in task.described:
        by_subject.setdefault(triple[0], []).append(triple)

    def describe(nodes: Collection[str]) -> list[Triple]:
        return [triple for node in sorted(nodes) for triple in by_subject.get(node, ())]

    return list(shapes.validate_documents(rules, task.documents, describe, today=today))


def check_all(tasks: Iterable[Task], rules: Shapes, today: date, jobs: int | None = None) -> Iterator[list[Finding]]:
    """The findings of each task, in the order of the tasks.

    Args:
        tasks: as many as there are; only a few are held at a time.
        rules: with pySHACL, our shapes run in up to ``jobs`` processes; everything else runs in this one.
        today: no date of an article should be later.
        jobs: None = one for each core, four at most.

    Raises:
        EnvironmentProblem: a child ended before it answered, most likely for want of memory.
        ShapesError: the shapes cannot be run.
    """
    jobs = jobs or min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    rest = iter(tasks)
    first = [task for _, task in zip(range(_WORTH_IT), rest)]  # noqa: B905
    if jobs < 2 or not rules.ours or rules.engine == "plain" or len(first) < _WORTH_IT:
        for task in (*first, *rest):
            yield check(task, rules, today)
        return
    with ExitStack() as stack:
        idle: SimpleQueue[_Child] = SimpleQueue()
        for _ in range(jobs):
            idle.put(stack.enter_context(_Child(today)))
        threads = stack.enter_context(ThreadPoolExecutor(jobs))

        def ask(task: Task) -> list[Finding]:
            child = idle.get()
            try:
                return child.ask(task)
            finally:
                idle.put(child)

        pending: deque[Future[list[Finding]]] = deque()
        try:
            for source in (first, rest):
                for task in source:
                    pending.append(threads.submit(ask, task))
                    if len(pending) > 2 * jobs:
                        yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


class _Child:
    """One checking process; a context manager that ends it."""

    def __init__(self, today: date) -> None:
        package = str(Path(__file__).parent.parent)
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kg.checkers", today.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )

    def ask(self, task: Task) -> list[Finding]:
        """Hand over a task and wait for its findings."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            pickle.dump(task, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
            answer = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            code = self._process.wait()
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            message = f"a validating process ended with {how}, perhaps for want of memory; run the same command again"
            raise EnvironmentProblem(message) from error
        if isinstance(answer, ShapesError):
            raise answer
        findings: list[Finding] = answer
        return findings

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        self._process.wait()


def _serve(today: date) -> None:
    """Answer tasks until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to handle; it ends us
    tasks, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may be written between the answers
    rules = shapes.load(engine="pyshacl")
    while True:
        try:
            task = pickle.load(tasks)
        except EOFError:
            return
        answer: list[Finding] | ShapesError
        try:
            answer = check(task, rules, today)
        except ShapesError as error:
            answer = error
        try:
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:
            return


if __name__ == "__main__":
    _serve(date.fromisoformat(sys.argv[1]))
