"""Validation by pySHACL in several processes: it takes a core for itself, and documents do not know each other. Plain checks
are done here; handing them over would take as long.

Findings come in the order of the tasks, so the number of processes (:mod:`kg.processes`) changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kg import shapes
from kg.errors import EnvironmentProblem, ShapesError
from kg.processes import Crew, Lost, cores, serve
from kg.shapes import Finding, Shapes
from kg.terms import Triple

_WORTH_IT = 4
"""tasks from which on it pays to start children; each takes about a second to get ready"""
_AHEAD = 2
"""tasks held for each child: one is some megabytes"""


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
    jobs = jobs or min(4, cores())
    first: list[Task] = []
    if jobs > 1 and rules.ours and rules.engine != "plain":
        tasks = iter(tasks)
        first += itertools.islice(tasks, _WORTH_IT)
    if len(first) < _WORTH_IT:
        for task in itertools.chain(first, tasks):
            found = check(task, rules, today)
            del task  # some 400,000 triples perhaps, as many as will the next have
            yield found
        return
    crew: Crew[Task] = Crew(__name__, today, jobs, ahead=_AHEAD)
    for _, answer in crew.answers(itertools.chain(first, tasks)):
        if isinstance(answer, Lost):
            message = f"validating ended its process with {answer.how}, perhaps for want of memory"
            raise EnvironmentProblem(f"{message}; run the same command again")
        if isinstance(answer, ShapesError):
            raise answer
        findings: list[Finding] = answer
        yield findings


def _checker(today: date) -> Callable[[Task], list[Finding] | ShapesError]:
    rules = shapes.load(engine="pyshacl")

    def answer(task: Task) -> list[Finding] | ShapesError:
        try:
            return check(task, rules, today)
        except ShapesError as error:
            return error

    return answer


if __name__ == "__main__":
    serve(_checker)
