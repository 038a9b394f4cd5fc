"""Validation in several processes gives what one process gives."""

from __future__ import annotations

import os
import signal
import weakref
from collections.abc import Iterator
from datetime import date

import pytest

from kg import shapes
from kg.checkers import Task, check, check_all
from kg.terms import Triple, literal
from kg.vocab import DCTERMS, FABIO, RDF

TODAY = date(2026, 1, 1)
BASE = "https://w3id.org/bmkg/"


def _task(n: int) -> Task:
    """A document whose only fault is that it says next to nothing, and that it has two titles where n is even."""
    article, graph = f"<{BASE}article/pmid/{n}>", f"<{BASE}graph/pmid/{n}>"
    triples: list[Triple] = [(article, RDF.type, FABIO.JournalArticle), (article, DCTERMS.title, literal(f"Title {n}"))]
    if n % 2 == 0:
        triples.append((article, DCTERMS.title, literal(f"Another title {n}")))
    return Task(((graph, triples),), [])


def test_processes_change_nothing() -> None:
    """The findings of each task come in the order of the tasks, the same from two processes as from this one."""
    rules = shapes.load(engine="pyshacl")
    tasks = [_task(n) for n in range(1, 13)]
    alone = [check(task, rules, TODAY) for task in tasks]
    assert all(alone)
    assert len({len(found) for found in alone}) == 2
    assert list(check_all(iter(tasks), rules, TODAY, jobs=2)) == alone
    assert list(check_all(iter(tasks), rules, TODAY, jobs=1)) == alone


def test_only_a_few_tasks_are_held() -> None:
    """Tasks are made as they are needed: what is waiting does not grow with the graph."""
    made = 0

    def tasks() -> Iterator[Task]:
        nonlocal made
        for n in range(1, 100):
            made += 1
            yield _task(n)

    running = check_all(tasks(), shapes.load(engine="pyshacl"), TODAY, jobs=2)
    next(running)
    assert made < 20
    running.close()  # type: ignore[attr-defined]


class _Triples(list[Triple]):
    """A list of which can be seen whether it is still there."""


def test_plain_checks_hold_one_task_at_a_time() -> None:
    """A slice of a large graph is half a gigabyte: it is gone before the next is made."""
    held: list[weakref.ref[_Triples]] = []

    def watched(n: int) -> Task:
        ((graph, triples),) = _task(n).documents
        here = _Triples(triples)
        held.append(weakref.ref(here))
        return Task(((graph, here),), [])

    def tasks() -> Iterator[Task]:
        for n in range(1, 9):
            assert not [triples for triples in held if triples() is not None]
            yield watched(n)

    found = list(check_all(tasks(), shapes.load(engine="plain"), TODAY))
    assert len(held) == len(list(filter(None, found))) == 8


def test_a_child_that_is_killed_costs_its_task_one_more_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed process ends nothing: the findings are those of an undisturbed validation."""
    from kg import processes

    started: list[int] = []
    plain = processes._Child.__init__

    def noting(self: processes._Child, module: str, setup: bytes) -> None:
        plain(self, module, setup)
        started.append(self._process.pid)

    monkeypatch.setattr(processes._Child, "__init__", noting)

    def tasks() -> Iterator[Task]:
        for n in range(1, 30):
            if n == 15:
                for pid in started:
                    os.kill(pid, signal.SIGKILL)
            yield _task(n)

    rules = shapes.load(engine="pyshacl")
    expected = [check(_task(n), rules, TODAY) for n in range(1, 30)]
    assert list(check_all(tasks(), rules, TODAY, jobs=2)) == expected
    assert len(started) > 2
