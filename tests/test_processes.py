"""Work in processes that die, hang, answer nonsense or eat memory: each task costs at most itself."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg import processes
from kg.processes import Crew, Lost

CHILD = """
import os, signal, sys, time
from pathlib import Path
from kg.processes import serve

def ready(setup):
    def answer(task):
        kind, _, name = str(task).partition(" ")
        if kind == "die":
            os.kill(os.getpid(), getattr(signal, name))
        if kind == "once" and not Path(name).exists():
            Path(name).write_text("was here")
            os.kill(os.getpid(), signal.SIGSEGV)
        if kind == "leave":
            os._exit(int(name))
        if kind == "babble":
            os.write(1, b"Hello, this is no answer at all, but long enough for one.")
            time.sleep(60)
        if kind == "await":
            while not Path(name).exists():
                time.sleep(0.01)
        if kind == "make":
            Path(name).touch()
        if kind == "hang":
            time.sleep(60)
        if kind == "eat":
            try:
                return len(bytearray(int(name)))
            except MemoryError:
                return "was hungry"
        print("words to nobody")
        return setup, task, os.getpid()
    return answer

if __name__ == "__main__":
    serve(ready, 64 << 20)
"""


@pytest.fixture
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crew[str]:
    (tmp_path / "a_child.py").write_text(CHILD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return Crew("a_child", "a setup", 2, 20.0)


def answers(crew: Crew[str], *tasks: str) -> list[Any]:
    found = list(crew.answers(tasks))
    assert [task for task, _ in found] == list(tasks)
    return [answer for _, answer in found]


def test_answers_come_in_the_order_of_the_tasks(crew: Crew[str]) -> None:
    """Each task is answered once, in order, by a few processes that know the setup."""
    tasks = [str(n) for n in range(30)]
    found = answers(crew, *tasks)
    assert [(setup, task) for setup, task, _ in found] == [("a setup", task) for task in tasks]
    assert 1 <= len({pid for _, _, pid in found}) <= 2


def test_p14_a_process_that_dies_costs_its_task_alone(crew: Crew[str], tmp_path: Path) -> None:
    """P14: killed, crashed, gone without an answer, or babbling: the task is lost by name, all others are answered; one that
    dies once is answered at the second attempt."""
    once = f"once {tmp_path / 'mark'}"
    found = answers(crew, "a", "die SIGKILL", "b", "die SIGSEGV", "c", once, "leave 0", "d", "babble", "e", "leave 7")
    lost = [answer.how for answer in found if isinstance(answer, Lost)]
    assert lost == ["SIGKILL", "SIGSEGV", "exit code 0", "an answer that cannot be read", "exit code 7"]
    assert [answer[1] for answer in found if not isinstance(answer, Lost)] == ["a", "b", "c", once, "d", "e"]


def test_p13_a_task_that_hangs_or_eats_is_stopped(crew: Crew[str]) -> None:
    """P13: time and memory of a task are limited; the next one finds both again."""
    quick: Crew[str] = Crew("a_child", "", 2, 2.0)
    found = answers(quick, "a", "hang", f"eat {1 << 30}", f"eat {1 << 20}", "b")
    assert found[1:4] == [Lost("no answer within 2 seconds"), "was hungry", 1 << 20]


def test_a_limit_begins_when_the_process_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To read a large lexicon takes its time, and is nobody's fault."""
    (tmp_path / "a_child.py").write_text(CHILD.replace("def ready(setup):", "def ready(setup):\n    time.sleep(1.5)"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert not any(isinstance(answer, Lost) for answer in answers(Crew("a_child", "a setup", 1, 1.0), "a", "b"))


def test_a_long_task_keeps_nobody_waiting(crew: Crew[str], tmp_path: Path) -> None:
    """While one works on a long task the other does all that are held; this one ends when the last of them is done."""
    mark = tmp_path / "mark"
    tasks = [f"await {mark}", *map(str, range(20)), f"make {mark}"]
    assert [answer[1] for answer in answers(crew, *tasks)] == tasks


def test_only_a_few_tasks_are_held(crew: Crew[str]) -> None:
    """The queue is bounded: tasks are made as they are needed."""
    made = 0

    def tasks() -> Iterator[str]:
        nonlocal made
        for n in range(1000):
            made += 1
            yield str(n)

    running = replace(crew, ahead=2).answers(tasks())
    next(running)
    assert made < 10
    running.close()  # type: ignore[attr-defined]


def _is_there(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_an_interrupt_at_the_terminal_does_not_end_a_process_that_starts(
    seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It reaches all processes in the foreground, whatever they import just then: ending them is their parent's affair, who
    is interrupted where he was interrupted before."""
    (tmp_path / "a_child.py").write_text(CHILD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = processes._Child("a_child", pickle.dumps("a setup"))
    time.sleep(seconds)
    child._process.send_signal(signal.SIGINT)
    assert child.ask("a task", 20.0)[:2] == ("a setup", "a task")
    child.end()
    assert "Traceback" not in capfd.readouterr().err
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to look for processes")
def test_no_process_outlives_its_parent(crew: Crew[str], tmp_path: Path) -> None:
    """However the parent ends, even by kill -9 while its children are busy, they end too."""
    program = """
import sys
from kg.processes import Crew
for task, answer in Crew("a_child", "", 2).answers(["a", "b", "hang", "hang"]):
    print(answer[2], flush=True)
"""
    package = str(Path(__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((package, str(tmp_path)))}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout
        pids = [int(parent.stdout.readline()), int(parent.stdout.readline())]
        assert all(map(_is_there, pids))
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while any(map(_is_there, pids)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(_is_there, pids))


def test_what_a_worker_is_sent_arrives(tmp_path: Path) -> None:
    """The extractor with its recogniser and lexicon, in memory or in a file, finds in a child what it finds here."""
    from kg import pipeline
    from kg.extract import Extractor
    from kg.model import Passage
    from kg.recognisers.dictionary import DictionaryRecogniser

    text = [Passage("title", "Insulin in type 1 diabetes")]
    mine = Extractor("1", recogniser=DictionaryRecogniser(pipeline.read_lexicon()))
    sent = pickle.loads(pickle.dumps(mine))
    assert sent.settings == mine.settings
    assert mine.recogniser is not None
    assert sent.recogniser.annotate(text) == mine.recogniser.annotate(text) != []
