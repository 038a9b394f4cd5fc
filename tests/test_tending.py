"""Rules of kg/tending.py: where a job is done changes nothing, and one that ends too early is told."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from kg import folder, making, pipeline, processes, tending
from kg.errors import EnvironmentProblem, InputError
from kg.pipeline import Settings
from kg.store import GraphStore
from kg.tending import Load, TakeIn, Tending

EXAMPLES = Path(__file__).parent.parent / "examples"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes by name are POSIX")
QUAD = '<https://e.org/a> <https://e.org/p> "{}" <https://e.org/{}> .\n'


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> list[processes.Children]:
    """Every job is done in a process of its own; gives their teams."""
    teams: list[processes.Children] = []

    def team(*arguments: object) -> processes.Children:
        teams.append(processes.Children(*arguments))  # type: ignore[arg-type]
        return teams[-1]

    monkeypatch.setattr(tending, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(tending, "Children", team)
    return teams


def _made(root: Path) -> dict[str, bytes]:
    """The files of a folder that hold no clock times."""
    names = [
        "graph.ttl",
        "validation.json",
        *(f"analysis/{path.name}" for path in sorted((root / "analysis").iterdir())),
    ]
    return {name: (root / name).read_bytes() for name in names}


def test_a_graph_is_the_same_with_processes_of_its_own(tmp_path: Path, apart: list[processes.Children]) -> None:
    """Built, updated and analysed: the graph, the findings, the networks and the store."""
    first, *others = sorted(str(path) for path in EXAMPLES.iterdir() if path.is_file())
    pipeline.build(others, tmp_path / "apart", Settings(jobs=1))
    assert len(apart) == 4  # it loads, analyses, takes in the networks, and what describes the run
    pipeline.update(tmp_path / "apart", [first], Settings(jobs=1))
    assert len(apart) == 6  # it changes, and takes in what describes the run
    pipeline.analyze(tmp_path / "apart")
    assert len(apart) == 8
    tending.WORTH_A_PROCESS = 1 << 40
    pipeline.build([first, *others], tmp_path / "here", Settings(jobs=1))
    assert len(apart) == 8
    assert _made(tmp_path / "apart") == _made(tmp_path / "here")
    assert not list(folder.broken_seals(folder.existing(tmp_path / "apart")))
    stores = [GraphStore.open(tmp_path / name / "store") for name in ("apart", "here")]
    assert stores[0].counts() == stores[1].counts()


@pytest.mark.usefixtures("apart")
def test_what_a_job_finds_wrong_is_raised_as_it_is(tmp_path: Path) -> None:
    """With its class, its words and its place."""
    (tmp_path / "wrong.nq").write_text(QUAD.format(1, "g") + "no quad\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"wrong\.nq cannot be read") as told:
        Tending(Load(tmp_path / "store", (tmp_path / "wrong.nq",)))()
    assert (told.value.rule, told.value.line) == ("rdf-not-well-formed", 2)
    with pytest.raises(FileNotFoundError):
        Tending(TakeIn(tmp_path / "nowhere", ("<https://e.org/g>",), tmp_path / "wrong.nq"))()


@POSIX
def test_a_process_that_dies_is_told(tmp_path: Path, apart: list[processes.Children]) -> None:
    """As the system ends it for want of memory; of what it did nothing counts."""
    with pytest.raises(EnvironmentProblem, match=r"store ended with SIGKILL.* run the same command again"):
        _with_an_endless_job(tmp_path, lambda: os.kill(_pid(apart[0]), signal.SIGKILL))


@POSIX
def test_an_interrupt_ends_a_process(tmp_path: Path, apart: list[processes.Children]) -> None:
    """Nobody waits for what it still would do, and no process stays."""
    pids: list[int] = []

    def interrupt() -> None:
        pids.append(_pid(apart[0]))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _with_an_endless_job(tmp_path, interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def _with_an_endless_job(place: Path, do: Callable[[], None]) -> None:
    """Do something while a job runs that does not end by itself: it reads a pipe to which nobody writes any more."""
    os.mkfifo(place / "pipe.nq")
    job = Tending(Load(place / "store", (place / "pipe.nq",)))
    with ExitStack() as stack, making._meanwhile(job):
        # It opens as soon as the job reads it, and is closed when the job has ended.
        pipe = stack.enter_context((place / "pipe.nq").open("wb", buffering=0))
        pipe.write(QUAD.format(1, "g").encode())
        do()


def _pid(team: processes.Children) -> int:
    (child,) = team._all
    return child._process.pid
