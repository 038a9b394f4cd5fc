"""Files read by the workers of a Dask cluster: the same bytes, and a bad day on one machine costs no other.

The clusters are real: a scheduler and workers, each a process of its own. All people and papers are fictional.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg import cluster, lexica, pipeline, shards, units
from kg.depot import Depot
from kg.errors import EnvironmentProblem, UsageError
from kg.extract import Extractor
from kg.pipeline import Settings
from kg.processes import Lost
from kg.version import VERSION

pytest.importorskip("distributed", reason="needs the packages of the extra 'cluster': pip install '.[cluster]'")

psutil = pytest.importorskip("psutil", reason="distributed needs it")

ROOT = Path(__file__).parents[1]
TODAY = date(2030, 1, 1)


def article(pmid: int) -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal><JournalIssue><PubDate>'
        f"<Year>2019</Year></PubDate></JournalIssue></Journal><ArticleTitle>Fictional insulin {pmid}</ArticleTitle>"
        "<AuthorList><Author><LastName>Fictus</LastName><ForeName>Ada</ForeName></Author></AuthorList>"
        "</Article></MedlineCitation></PubmedArticle>\n"
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six files of five records, one that is broken, and one of letters that is no article."""
    place = tmp_path_factory.mktemp("corpus")
    for n in range(6):
        records = "".join(article(100 * n + m) for m in range(1, 6))
        (place / f"pubmed25n{n:04}.xml").write_text(f"<PubmedArticleSet>\n{records}</PubmedArticleSet>\n")
    (place / "broken.xml").write_text("<PubmedArticleSet>\n" + article(900) + "<PubmedArticle>")
    return place


class Machines:
    """A scheduler and its workers, each a process of its own, as on many machines."""

    def __init__(self, place: Path, stack: ExitStack) -> None:
        self._place, self._stack = place, stack
        self._workers: list[subprocess.Popen[bytes]] = []
        self._file = place / "scheduler.json"
        self.scheduler = self._started("dask_scheduler", "--port", "0", "--scheduler-file", self._file)
        self._wait(self._file.exists)
        self.address: str = json.loads(self._file.read_text())["address"]

    def worker(self, *paths: Path, threads: int = 1) -> None:
        """One more; ``paths``: where it finds modules, first of all."""
        where = ("--scheduler-file", self._file, "--nthreads", threads, "--local-directory", self._place)
        self._workers.append(self._started("dask_worker", *where, "--no-nanny", path=(*paths, ROOT)))

    def count(self, workers: int) -> None:
        """Wait until so many have come."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)

    def at_work(self) -> set[int]:
        """The processes of the workers that have not ended."""
        return {process.pid for process in self._workers if process.poll() is None}

    def children(self) -> list[Any]:
        """The processes that workers have started."""
        return [child for process in self._workers for child in psutil.Process(process.pid).children()]

    def _started(self, what: str, *arguments: object, path: tuple[Path, ...] = ()) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", f"distributed.cli.{what}", "--host", "127.0.0.1", "--no-dashboard"]
        # -P and an empty path: only workers need kg.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))}
        process = subprocess.Popen([*command, *map(str, arguments)], env=environment, stderr=subprocess.DEVNULL)
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def _wait(self, condition: Any) -> None:
        until = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < until
            time.sleep(0.1)


@contextmanager
def machines(place: Path, *workers: tuple[Path, ...]) -> Iterator[Machines]:
    """A cluster with these workers, each told where it finds modules, first of all."""
    with ExitStack() as stack:
        found = Machines(place, stack)
        for paths in workers:
            found.worker(*paths)
        if workers:
            found.count(len(workers))
        yield found


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A cluster of two workers that nobody kills."""
    with machines(tmp_path_factory.mktemp("two"), (), ()) as found:
        yield found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a worker does so for two seconds."""
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)


def build(corpus: Path, out: Path, **settings: Any) -> dict[str, Any]:
    """What run.json says of a build."""
    return pipeline.build([str(corpus)], out, Settings(today=TODAY, **settings)).run


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same graph, made of the same shards, with the same reports and counts."""
    names = ["graph.ttl", "rejects.jsonl", *(f"shards/{path.name}" for path in (one / "shards").iterdir())]
    runs = [json.loads((folder / "run.json").read_text()) for folder in (one, other)]
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in names) and all(
        runs[0][what] == runs[1][what] for what in ("counts", "inputs", "plan", "settings", "reports")
    )


# --- the same bytes ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_two_workers_make_the_same_bytes(two: Machines, corpus: Path, tmp_path: Path) -> None:
    """graph.ttl, shards, reports and counts are those of one machine; then there is nothing to do, and an update is one."""
    build(corpus, tmp_path / "here", jobs=1)
    build(corpus, tmp_path / "there", scheduler=two.address)
    assert same(tmp_path / "here", tmp_path / "there")
    assert pipeline.build([str(corpus)], tmp_path / "there", Settings(today=TODAY, scheduler=two.address)).unchanged
    (tmp_path / "pubmed25n0009.xml").write_text(f"<PubmedArticleSet>{article(1)}{article(77)}</PubmedArticleSet>")
    for name, scheduler in (("here", None), ("there", two.address)):
        settings = Settings(today=TODAY, jobs=1 if scheduler is None else None, scheduler=scheduler)
        pipeline.update(tmp_path / name, [str(tmp_path / "pubmed25n0009.xml")], settings)
    assert same(tmp_path / "here", tmp_path / "there")


@pytest.mark.usefixtures("quick")
def test_shards_come_by_another_folder(
    two: Machines, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a folder for shards workers write there only, and what lies there is not made again."""
    build(corpus, tmp_path / "here", jobs=1)
    monkeypatch.chdir(tmp_path)
    build(corpus, tmp_path / "there", scheduler=two.address, shards="depot")
    assert same(tmp_path / "here", tmp_path / "there")
    left = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "depot").iterdir()}
    assert left.keys() == {path.name for path in (tmp_path / "here" / "shards").iterdir()}
    build(corpus, tmp_path / "again", jobs=1, shards=str(tmp_path / "depot"))
    assert same(tmp_path / "here", tmp_path / "again")
    assert left == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "depot").iterdir()}


@pytest.mark.slow
def test_a_cluster_of_this_machine(corpus: Path, tmp_path: Path) -> None:
    """``--scheduler local`` starts one and leaves nothing of it."""
    build(corpus, tmp_path / "here", jobs=1)
    build(corpus, tmp_path / "there", scheduler="local", jobs=2)
    assert same(tmp_path / "here", tmp_path / "there")


# --- workers that are lost --------------------------------------------------------------------------------------------

KILLER = """
import os, signal, sys, time
from pathlib import Path

# In a child that reads files: whoever opens poison.xml to read it into its shard (for the second time) kills the worker
# of Dask that it belongs to, as often as KILLS says.
def hook(event, arguments):
    if event == "open" and str(arguments[0]).endswith("poison.xml"):
        count = Path(os.environ["COUNT"])
        with count.open("a") as file:
            file.write(".")
        if 1 < count.stat().st_size <= 1 + int(os.environ["KILLS"]):
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)

if "kg.workers" in sys.orig_argv:
    sys.addaudithook(hook)
"""


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("kills", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_p14_a_worker_that_is_killed_costs_its_unit_one_retry(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    """P14: SIGKILL in the middle of a file: it is read once more by another worker, and the graph is as if undisturbed; if
    that one is killed too, the file is rejected by name, the rest is stored, and the next build reads it."""
    sources = shutil.copytree(corpus, tmp_path / "corpus")
    (sources / "poison.xml").write_text(f"<PubmedArticleSet>{article(950)}</PubmedArticleSet>")
    build(sources, tmp_path / "here", jobs=1)
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(KILLER)
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    monkeypatch.setenv("KILLS", str(kills))
    with machines(tmp_path, *([(tmp_path / "path",)] * (kills + 1))) as found:
        run = build(sources, tmp_path / "there", scheduler=found.address)
    assert (tmp_path / "count").stat().st_size == 3  # to examine it, and two attempts
    if kills == 2:
        assert run["counts"]["stored"] == 30
        lines = (tmp_path / "there" / "rejects.jsonl").read_text().splitlines()
        (told,) = [line for line in map(json.loads, lines) if line["rule"] == "worker-died"]
        assert Path(told["file"]).name == "poison.xml"
        assert "the last time with the loss of its worker tcp://127.0.0.1:" in told["message"]
        build(sources, tmp_path / "there", jobs=1)
    assert same(tmp_path / "here", tmp_path / "there") or kills == 2
    assert (tmp_path / "here" / "graph.ttl").read_bytes() == (tmp_path / "there" / "graph.ttl").read_bytes()


CHILD = """
import os, signal, time
from pathlib import Path
from kg.processes import serve

def ready(setup):
    def answer(task):
        kind, _, name = task.partition(" ")
        if kind == "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        if kind == "hang":
            time.sleep(60)
        if kind == "wait":
            time.sleep(float(name))
        if kind == "kill":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        return task, os.getppid()
    return answer

if __name__ == "__main__":
    serve(ready, 64 << 20)
"""


def test_p14_a_child_that_dies_leaves_its_worker_alone(tmp_path: Path) -> None:
    """P13, P14: killed or late, a task is lost by name after two attempts; the workers stay, all others are answered in
    their order."""
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "a_child.py").write_text(CHILD)
    tasks = ["wait 1"] * 4 + ["a", "die", "b", "hang", "c", *map(str, range(10))]  # time for both to begin
    where = Depot(str(tmp_path))
    with (
        machines(tmp_path, (tmp_path / "path",), (tmp_path / "path",)) as found,
        cluster.connected(found.address, "a_child", b"N.", where, limit=2.0) as supervisor,
    ):
        answers = list(supervisor.answers(tasks))
        assert len(found.at_work()) == 2
        assert {answer[1] for _, answer in answers if not isinstance(answer, Lost)} == found.at_work()
    assert [task for task, _ in answers] == tasks
    lost = {task: answer.how for task, answer in answers if isinstance(answer, Lost)}
    assert lost == {"die": "SIGSEGV", "hang": "no answer within 2 seconds"}
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(("setup", "probe"))]


def test_every_question_has_its_own_answer(tmp_path: Path) -> None:
    """Also while another one is still waited for."""
    (tmp_path / "a_child.py").write_text(CHILD)
    tasks = ["a", "wait 1", "wait 1.5", "b"]
    with (
        machines(tmp_path, (tmp_path,), (tmp_path,)) as found,
        cluster.connected(found.address, "a_child", b"N.", Depot(str(tmp_path))) as supervisor,
    ):
        running = supervisor.answers(tasks)
        first = next(running)
        others = list(supervisor.answers(["x", "y", "z"]))
        assert [answer[0] for _, answer in (first, *running, *others)] == [*tasks, "x", "y", "z"]


def test_workers_may_come_later(tmp_path: Path) -> None:
    """One that joins a build is used from then on."""
    (tmp_path / "a_child.py").write_text(CHILD)
    with (
        machines(tmp_path, (tmp_path,)) as found,
        cluster.connected(found.address, "a_child", b"N.", Depot(str(tmp_path))) as supervisor,
    ):
        running = supervisor.answers(["wait 0.5"] * 1000)
        first = {next(running)[1][1] for _ in range(2)}
        found.worker(tmp_path)
        assert any(answer[1] not in first for _, answer in running)
        running.close()  # type: ignore[attr-defined]
    assert len(first) == 1


def test_all_workers_are_lost(tmp_path: Path, impatient: None) -> None:
    """It is said after a while: this is no fault of the file's."""
    (tmp_path / "a_child.py").write_text(CHILD)
    with (
        machines(tmp_path, (tmp_path,)) as found,
        cluster.connected(found.address, "a_child", b"N.", Depot(str(tmp_path))) as supervisor,
        pytest.raises(EnvironmentProblem, match="has no workers; start some"),
    ):
        list(supervisor.answers(["a", "kill", "b"]))


def test_the_scheduler_is_lost(tmp_path: Path) -> None:
    """It is said, with what to do."""
    (tmp_path / "a_child.py").write_text(CHILD)
    with (
        machines(tmp_path, (tmp_path,)) as found,
        cluster.connected(found.address, "a_child", b"N.", Depot(str(tmp_path))) as supervisor,
    ):
        running = supervisor.answers(["a", "hang", "b"])
        next(running)
        found.scheduler.kill()
        with pytest.raises(EnvironmentProblem, match=r"the scheduler at tcp://\S+ is gone; start it and run"):
            list(running)


# --- clear errors -----------------------------------------------------------------------------------------------------


def test_nobody_answers_at_the_address(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3 with the address and what to do; an address that is none: exit 2."""
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(EnvironmentProblem, match=rf"no scheduler answers at {address} .*dask scheduler") as caught:
            build(corpus, tmp_path / "out", scheduler=address)
    assert caught.value.exit_code == 3
    for other in ("gopher://x:1", "head", "tcp://head"):
        with pytest.raises(UsageError, match=f"'{other}' is no address of a scheduler"):
            build(corpus, tmp_path / "out", scheduler=other)
    with pytest.raises(UsageError, match="--jobs goes with --scheduler local"):
        build(corpus, tmp_path / "out", scheduler=address, jobs=2)


def test_a_cluster_without_workers(corpus: Path, tmp_path: Path, impatient: None) -> None:
    """It is waited for a while, then said."""
    with machines(tmp_path) as found, pytest.raises(EnvironmentProblem, match="has no workers; start some"):
        build(corpus, tmp_path / "out", scheduler=found.address)


def test_all_workers_must_have_this_kg(corpus: Path, tmp_path: Path) -> None:
    """Another one would leave other shards under the same names, or none at all."""
    other = tmp_path / "other"
    shutil.copytree(ROOT / "kg", other / "kg", ignore=shutil.ignore_patterns("__pycache__"))
    (other / "kg" / "extra.py").write_text("")
    with (
        machines(other, (), (other,)) as found,
        pytest.raises(EnvironmentProblem, match=r"worker tcp://127\.0\.0\.1:\d+ has another kg .* install the same"),
    ):
        build(corpus, tmp_path / "out", scheduler=found.address)
    (tmp_path / "none" / "kg").mkdir(parents=True)
    (tmp_path / "none" / "kg" / "__init__.py").write_text("")
    with (
        machines(tmp_path / "none", (tmp_path / "none",)) as found,
        pytest.raises(EnvironmentProblem, match=rf"has not this kg .* install kg {VERSION} there"),
    ):
        build(corpus, tmp_path / "out", scheduler=found.address)


def test_all_workers_must_see_what_this_program_sees(two: Machines, corpus: Path, tmp_path: Path) -> None:
    """A file of the sources is looked at by every worker before the work begins, and so is the storage of shards."""
    extractor = lexica.packed(Extractor(VERSION))
    gone = tmp_path / "gone.xml"
    gone.write_text("")
    premises = cluster.Premises(cluster.code_digest(), ((gone, 5),))
    with cluster.connected(two.address, "kg.workers", extractor, Depot(str(tmp_path))) as supervisor:
        elsewhere = cluster.Supervisor(supervisor.client, supervisor.staff, premises)
        with pytest.raises(EnvironmentProblem, match=r"does not see .*gone.xml as this program does"):
            list(elsewhere.answers([]))
        (tmp_path / supervisor.staff.setup).write_bytes(b"of another machine")
        with pytest.raises(EnvironmentProblem, match=r"cannot use the storage of shards: .* share with --shards"):
            list(supervisor.answers([]))


def test_storage_that_cannot_be_written(two: Machines, corpus: Path, tmp_path: Path) -> None:
    """It is said before anything is read."""
    (tmp_path / "file").write_text("")
    with pytest.raises(
        EnvironmentProblem, match=r"the storage of shards, .*file/x, cannot be written: Not a directory"
    ):
        build(corpus, tmp_path / "out", scheduler=two.address, shards=str(tmp_path / "file" / "x"))


def test_without_the_packages_for_it(corpus: Path, tmp_path: Path) -> None:
    """Exit 2 with the command that installs them."""
    (tmp_path / "distributed.py").write_text("raise ImportError(\"No module named 'distributed'\")\n")
    command = [sys.executable, "-m", "kg", "build", str(corpus), "-o", str(tmp_path / "out"), "--scheduler", "local"]
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    found = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (found.returncode, "Traceback" in found.stderr) == (2, False)
    assert "pip install '.[cluster]'" in found.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_it_within_two_seconds(tmp_path: Path) -> None:
    """An interrupt while workers read: exit 130 with how to go on, and the workers are free for others."""
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(KILLER.replace("os.kill(os.getppid(), signal.SIGKILL)", "pass"))
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "poison.xml").write_text(f"<PubmedArticleSet>{article(950)}</PubmedArticleSet>")
    environment = {"COUNT": str(tmp_path / "count"), "KILLS": "9"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with machines(tmp_path, (tmp_path / "path",), (tmp_path / "path",)) as found:
            command = [sys.executable, "-m", "kg", "build", str(corpus), "-o", str(tmp_path / "out")]
            with subprocess.Popen(
                [*command, "--scheduler", found.address],
                env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
            ) as running:  # fmt: skip
                count, until = tmp_path / "count", time.monotonic() + 60
                while not (count.exists() and count.stat().st_size >= 2) and time.monotonic() < until:
                    time.sleep(0.05)
                running.send_signal(signal.SIGINT)
                assert running.stderr
                words = running.stderr.read()
                running.wait(10)
            assert (running.returncode, "Traceback" in words) == (130, False)
            assert "the same command goes on" in words
            assert not (tmp_path / "out" / "run.json").exists()
            while found.children() and time.monotonic() < until:
                time.sleep(0.1)
            assert not found.children()


# --- storage of shards ------------------------------------------------------------------------------------------------


# One server for all: s3fs keeps its clients, with the address, as long as the process lives.
@pytest.fixture(scope="session")
def bucket() -> Iterator[dict[str, str]]:
    """The environment with which s3 is a server on this machine that has the bucket ``shards``."""
    pytest.importorskip("s3fs", reason="needs the package of the extra 's3': pip install '.[s3]'")
    pytest.importorskip("moto", reason="needs a server of objects: pip install '.[test]'")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)  # which port is free, it finds itself
    server.start()
    try:
        host, port = server.get_host_and_port()
        environment = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            import s3fs

            s3fs.S3FileSystem().mkdir("shards")
            yield environment
    finally:
        server.stop()


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_shards_come_by_an_object_store(bucket: dict[str, str], corpus: Path, tmp_path: Path) -> None:
    """Workers leave shards in s3; the same bytes come of them, and the next build finds them there."""
    import s3fs

    build(corpus, tmp_path / "here", jobs=1)
    with machines(tmp_path, (), ()) as found:
        build(corpus, tmp_path / "there", scheduler=found.address, shards="s3://shards/some/where")
        with pytest.raises(EnvironmentProblem, match="the storage of shards, s3://nowhere/x, cannot be written"):
            build(corpus, tmp_path / "out", scheduler=found.address, shards="s3://nowhere/x")
    assert same(tmp_path / "here", tmp_path / "there")
    left = {Path(name).name for name in s3fs.S3FileSystem().ls("shards/some/where", refresh=True)}
    assert left == {path.name for path in (tmp_path / "here" / "shards").iterdir()}
    build(corpus, tmp_path / "again", jobs=1, shards="s3://shards/some/where")
    assert same(tmp_path / "here", tmp_path / "again")


@pytest.mark.slow
def test_a_depot_has_what_was_left_there(bucket: dict[str, str], tmp_path: Path) -> None:
    """A folder and an object store do the same; what cannot be is an error with the address."""
    for depot in (Depot(str(tmp_path)), Depot("s3://shards/depot")):
        depot.write("a", b"first")
        with depot.placing("b") as path:
            path.write_bytes(b"second")
        assert (depot.read("a"), depot.read("b")) == (b"first", b"second")
        assert (depot.fetch("b", tmp_path / "fetched"), depot.fetch("c", tmp_path / "not")) == (True, False)
        assert (tmp_path / "fetched").read_bytes() == b"second"
        depot.remove("a")
        depot.remove("a")
        with pytest.raises(EnvironmentProblem, match=f"{depot.root}, cannot be read"):
            depot.read("a")
        with pytest.raises(ZeroDivisionError), depot.placing("half") as path:
            raise ZeroDivisionError
        assert not depot.fetch("half", tmp_path / "not")
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp") or path.name == "not"]


def test_a_depot_whose_file_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder, too."""
    (tmp_path / "shard").mkdir()
    with pytest.raises(EnvironmentProblem, match="cannot be read"):
        Depot(str(tmp_path)).fetch("shard", tmp_path / "copy")


def test_storage_of_no_known_kind(tmp_path: Path) -> None:
    """Exit 2."""
    with pytest.raises(UsageError, match="gopher://x: no storage of this kind is known"):
        Depot("gopher://x").read("a")


def test_a_damaged_shard_in_the_depot_is_made_anew(corpus: Path, tmp_path: Path) -> None:
    """One that is not whole counts as not there, and another takes its place."""
    (tmp_path / "depot").mkdir()
    workers = pipeline.Workers(Extractor(VERSION))
    inputs = [units.InputFile(path, path.name) for path in sorted(corpus.glob("pubmed*"))]
    kept: list[Path] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        batch = units.examine(inputs, None, workers, lambda *_: None)
        units.extract(batch, workers, tmp_path / name, lambda *_: None, Depot(str(tmp_path / "depot")))
        kept = [tmp_path / "depot" / unit.shard.name for unit in batch if unit.shard]
        for path in kept:
            assert list(shards.outline(path))
        kept[0].write_bytes(kept[0].read_bytes()[:-9])
    assert len(kept) == 6
