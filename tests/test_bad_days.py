"""Killed, interrupted, out of disk, fed with damage: what kg promises on bad days, each promise (P1, P2 …) by its name.

All people and papers are fictional.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg import files, folder, making, pipeline, shards
from kg.errors import DamagedGraph, EnvironmentProblem, UsageError
from kg.linkers.people.clustering import Group, Resolved
from kg.linkers.people.memo import Memo
from kg.pipeline import Settings
from kg.store import GraphStore
from kg.tending import Tending

ROOT = Path(__file__).parents[1]
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def record(pmid: int, version: int = 1, title: str = "") -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article><Journal><JournalIssue><PubDate>'
        f"<Year>2019</Year></PubDate></JournalIssue></Journal><ArticleTitle>{title or f'Fictional insulin {pmid}'}"
        "</ArticleTitle><AuthorList><Author><LastName>Fictus</LastName><ForeName>Ada</ForeName></Author></AuthorList>"
        "</Article></MedlineCitation></PubmedArticle>\n"
    )


def pubmed(*records: str) -> str:
    return f"<PubmedArticleSet>\n{''.join(records)}</PubmedArticleSet>\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight files of twenty records."""
    place = tmp_path_factory.mktemp("corpus")
    for n in range(8):
        (place / f"pubmed25n{n:04}.xml").write_text(pubmed(*(record(1000 * n + m) for m in range(1, 21))))
    return place


@pytest.fixture(scope="module")
def undisturbed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, float]:
    """The digest of what an undisturbed build makes of it, and the seconds it takes."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    started = time.monotonic()
    run(corpus, out).check_returncode()
    return made(out), time.monotonic() - started


@pytest.fixture(scope="module")
def built(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished build of it."""
    out = tmp_path_factory.mktemp("built") / "out"
    pipeline.build([str(corpus)], out, Settings(jobs=1))
    return out


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "kg", *map(str, arguments)]


def environment(*paths: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, *paths)))}


def build_command(corpus: Path, out: Path, *more: object) -> list[str]:
    return command("build", corpus, "-o", out, "--today", "2030-01-01", "--quiet", "--jobs", 2, *more)


def run(corpus: Path, out: Path, *more: object, paths: tuple[Path, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        build_command(corpus, out, *more), capture_output=True, text=True, env=environment(*paths), check=False
    )


def made(out: Path) -> str:
    """A digest of everything that may not depend on how often a build was interrupted."""
    total = hashlib.sha256()
    for name in ("graph.ttl", "rejects.jsonl", "validation.json", *sorted(p.name for p in (out / "shards").iterdir())):
        path = out / name if (out / name).exists() else out / "shards" / name
        total.update(name.encode() + path.read_bytes())
    return total.hexdigest()


def leftovers(out: Path) -> list[Path]:
    return [path for path in out.rglob("*.tmp") if "store" not in path.parts]


def kill_at_random(corpus: Path, out: Path, seconds: float, choice: random.Random, kills: int) -> int:
    """Build until it is done, killing the first builds; how often it was killed in flight."""
    killed = 0
    while killed < kills:
        with subprocess.Popen(
            build_command(corpus, out), start_new_session=True, env=environment(), stderr=subprocess.PIPE
        ) as running:
            try:
                running.wait(choice.uniform(0.1, 0.8 * seconds))
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                killed += 1
            else:
                assert running.returncode == 0
                break
    found = run(corpus, out)
    assert (found.returncode, found.stderr) == (0, "")
    return killed


@POSIX
def test_p1_killed_at_any_time_it_resumes(corpus: Path, undisturbed: tuple[str, float], tmp_path: Path) -> None:
    """P1: after kill -9 the same command goes on, needs no repair, and ends with the bytes of an undisturbed build."""
    expected, seconds = undisturbed
    kill_at_random(corpus, tmp_path / "out", seconds, random.Random(1), kills=1)
    assert made(tmp_path / "out") == expected
    assert leftovers(tmp_path / "out") == []


@POSIX
@pytest.mark.slow
def test_p1_killed_fifty_times_it_resumes(corpus: Path, undisturbed: tuple[str, float], tmp_path: Path) -> None:
    """P1 in full: fifty kills at random times, the bytes of an undisturbed build each time."""
    expected, seconds = undisturbed
    choice = random.Random(20)
    killed = trial = 0
    while killed < 50:
        out = tmp_path / f"out{trial}"
        killed += kill_at_random(corpus, out, seconds, choice, kills=choice.randrange(1, 6))
        assert made(out) == expected, f"trial {trial}"
        assert leftovers(out) == []
        shutil.rmtree(out)
        trial += 1


@pytest.mark.slow
def test_p2_what_is_derived_is_made_of_whole_shards(corpus: Path, built: Path, tmp_path: Path) -> None:
    """P2: a shard is there whole or not at all; one that was cut or forged is made anew, and the graph is the same."""
    out = tmp_path / "out"
    shutil.copytree(built, out)
    before, paths = made(out), sorted((out / "shards").iterdir())
    paths[0].write_bytes(paths[0].read_bytes()[:-7])
    paths[1].write_bytes(paths[2].read_bytes()[:99] + paths[1].read_bytes())
    with pytest.raises(DamagedGraph):
        list(shards.outline(paths[0]))
    assert not pipeline.build([str(corpus)], out, Settings(jobs=1)).unchanged
    assert made(out) == before


@pytest.mark.usefixtures("quick")
def test_p3_finished_units_are_not_read_again(
    corpus: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3: a second build reads nothing; with one changed file it reads that one."""
    from kg.extract import Extractor

    mine = tmp_path / "in"
    shutil.copytree(corpus, mine)
    shutil.copytree(built, tmp_path / "out")
    read: list[str] = []
    plain = Extractor.shard

    def noting(self: Extractor, path: Path, *rest: object) -> None:
        read.append(path.name)
        plain(self, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Extractor, "shard", noting)
    assert pipeline.build([str(mine)], tmp_path / "out", Settings(jobs=1)).unchanged
    (mine / "pubmed25n0003.xml").write_text(pubmed(record(77)))
    pipeline.build([str(mine)], tmp_path / "out", Settings(jobs=1))
    assert read == ["pubmed25n0003.xml"]


def test_p4_p5_everything_is_flushed_before_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P4, P5: every file is written beside its place, flushed, renamed, and its directory flushed; so a loss of power costs
    what was not finished, and nobody sees half a file."""
    told: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (told.append("flush"), fsync(descriptor))[1])

    def renamed(self: Path, target: Path) -> Path:
        assert self.parent == target.parent
        told.append("rename")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", renamed)
    with files.replacing(tmp_path / "a") as out:
        out.write(b"whole")
        assert not (tmp_path / "a").exists()
    assert told == ["flush", "rename", "flush"]


def test_p5_leftovers_go_although_somebody_still_writes_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P5: a process whose parent was killed goes on for half a second, in a folder that the next run removes."""
    half_made = tmp_path / "next.tmp"
    (half_made / "store").mkdir(parents=True)
    rmtree, late = shutil.rmtree, []

    def removing(path: Path) -> None:
        try:
            (half_made / "store" / "000007.sst").write_text("late")
        except FileNotFoundError:
            late.append(path)
        rmtree(path)

    monkeypatch.setattr(shutil, "rmtree", removing)
    files.remove_leftovers(tmp_path)
    assert late
    assert not list(tmp_path.iterdir())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("there is no mount")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield place
    finally:
        subprocess.run([umount, "-l", place], check=True)


@POSIX
@pytest.mark.slow
def test_p6_a_full_disk_is_said_and_survived(corpus: Path, undisturbed: tuple[str, float], small_disk: Path) -> None:
    """P6: exit 3 with what and where; with room again the same command ends as if nothing had been."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * (3 << 20))
    full = run(corpus, small_disk / "out")
    assert full.returncode == 3
    assert "out" in full.stderr
    assert "No space left" in full.stderr
    assert "Traceback" not in full.stderr
    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    assert run(corpus, small_disk / "out").returncode == 0
    assert made(small_disk / "out") == undisturbed[0]


@POSIX
@pytest.mark.slow
def test_p6_a_full_place_for_temporary_files_is_said(tmp_path: Path, small_disk: Path) -> None:
    """P6: a member that finds no room is not damaged, and the message names the disk that is full."""
    records = "".join(record(n, title="A fictional title, " * 50_000) for n in range(1, 21))
    inner = tmp_path / "inner.xml.gz"
    inner.write_bytes(gzip.compress(pubmed(records).encode(), mtime=0))
    with tarfile.open(tmp_path / "in.tar", "w") as archive:
        archive.add(inner, inner.name)
    line = build_command(tmp_path / "in.tar", tmp_path / "out")
    full = subprocess.run(
        line, capture_output=True, text=True, env=environment() | {"TMPDIR": str(small_disk)}, check=False
    )
    assert full.returncode == 3
    assert f"{small_disk}, where members of archives are unpacked, cannot be written: No space left" in full.stderr
    assert "Traceback" not in full.stderr
    assert run(tmp_path / "in.tar", tmp_path / "out").returncode == 0


@POSIX
@pytest.mark.parametrize("step", ["load", "replace_graphs", "compact"])
def test_p6_a_store_that_cannot_be_filled_is_said(
    step: str, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P6: the store is filled while something else is done; what goes wrong there is not lost, and nothing is published."""

    def full(*_: object) -> None:
        raise EnvironmentProblem("store: no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(GraphStore, step, full)
        with pytest.raises(EnvironmentProblem, match="no space left"):
            pipeline.build([str(corpus)], tmp_path / "out", Settings(jobs=1))
    assert not (tmp_path / "out" / "graph.ttl").exists()
    assert not leftovers(tmp_path / "out")
    pipeline.build([str(corpus)], tmp_path / "out", Settings(jobs=1))
    assert not list(folder.broken_seals(folder.existing(tmp_path / "out")))


@dataclass
class _Job:
    """A small one."""

    work: Callable[[], object]
    store: Path = Path("store")
    size: int = 0

    def __call__(self) -> object:
        return self.work()


@pytest.mark.parametrize("interrupts", [0, 1, 2])
def test_an_interrupt_waits_for_what_is_still_written(interrupts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is interrupted, once or again, clears away only when the thread beside it has ended; no interrupt is lost."""
    left = [KeyboardInterrupt()] * interrupts
    go, ended = threading.Event(), threading.Event()

    def work() -> None:
        go.wait()
        time.sleep(0.05)
        ended.set()

    def waiting(working: tuple[Future[object]]) -> None:
        go.set()
        if left:
            raise left.pop()
        wait(working)

    monkeypatch.setattr(making, "wait", waiting)
    with pytest.raises(KeyboardInterrupt) if interrupts else nullcontext(), making._meanwhile(Tending(_Job(work))):
        assert not ended.is_set()
        if left:
            raise left.pop()
    assert ended.is_set()


def test_what_fails_beside_the_block_is_raised() -> None:
    """Also where the block went well; what fails in the block comes first."""

    def fail() -> None:
        raise EnvironmentProblem("beside")

    with pytest.raises(EnvironmentProblem, match="beside"), making._meanwhile(Tending(_Job(fail))):
        pass
    with pytest.raises(UsageError, match="in the block"), making._meanwhile(Tending(_Job(fail))):
        raise UsageError("in the block")


def test_p6_a_full_disk_leaves_nothing_of_what_is_remembered(small_disk: Path) -> None:
    """What became of blocks is told before it is sorted and put in its place: one fails where the other would."""
    outcome = Resolved(groups=(Group(("a" * 200, "b" * 200)),))

    def remember() -> None:
        with Memo(small_disk / "people.jsonl") as memo:
            for number in range(20_000):
                memo.put(f"{number:032x}", outcome)
            memo.save()

    with pytest.raises(OSError, match="No space"):
        remember()
    assert not list(small_disk.iterdir())


def _damaged(store: Path, how: str) -> None:
    files = sorted(store.glob("*.sst"), key=lambda path: path.stat().st_size)
    if how == "lost":
        files[-1].unlink()
    elif how == "flipped":
        data = bytearray(files[-1].read_bytes())
        data[len(data) // 3] ^= 0xFF
        files[-1].write_bytes(data)
    elif how == "cut":
        (manifest,) = store.glob("MANIFEST-*")
        manifest.write_bytes(manifest.read_bytes()[: manifest.stat().st_size // 2])
    else:
        (store / "CURRENT").write_text("MANIFEST-999999\n")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["flipped", "lost", "misled", "cut"])
def test_p7_a_damaged_store_is_said_to_be_so_and_made_anew(corpus: Path, built: Path, tmp_path: Path, how: str) -> None:
    """P7: verify finds it, kg build makes it anew from the shards, and the graph is the same."""
    out = tmp_path / "out"
    shutil.copytree(built, out)
    before = made(out)
    _damaged(out / "store", how)
    found = subprocess.run(command("verify", out), capture_output=True, text=True, env=environment(), check=False)
    assert found.returncode == 3
    assert "store" in found.stderr + found.stdout
    assert "Traceback" not in found.stderr
    assert not pipeline.build([str(corpus)], out, Settings(jobs=1)).unchanged
    assert made(out) == before
    assert len(GraphStore.open(out / "store")) > 0


def test_p8_one_process_a_folder(corpus: Path, tmp_path: Path) -> None:
    """P8: a second one is told at once which process has it, and since when."""
    with (
        folder.claimed(tmp_path / "out"),
        pytest.raises(EnvironmentProblem, match=rf"in use by pid {os.getpid()} since 20"),
    ):
        pipeline.build([str(corpus)], tmp_path / "out")


POISON = """
import os, signal, sys
if "kg.workers" in sys.orig_argv:
    import kg.readers.pubmed as pubmed
    plain = pubmed.read
    def read(stream):
        data = stream.read()
        if b"POISON" in data:
            os.kill(os.getpid(), signal.SIGSEGV)
        import io
        return plain(io.BytesIO(data))
    pubmed.read = read
"""


@POSIX
def test_p10_p11_p14_a_file_that_kills_its_reader_costs_itself(corpus: Path, tmp_path: Path) -> None:
    """P10, P11, P14: a file that kills whoever reads it, and one that is damaged, are rejected by name, with the signal; all
    others are there, and every record is counted."""
    mine = tmp_path / "in"
    shutil.copytree(corpus, mine)
    (mine / "poison.xml").write_text(pubmed(record(1, title="POISON")))
    (mine / "cut.xml").write_text(pubmed(record(2))[:-9])
    (mine / "good.xml.md5").write_text(f"MD5(good.xml)= {'0' * 32}\n")
    (mine / "good.xml").write_text(pubmed(record(3)))
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(POISON)
    found = run(mine, tmp_path / "out", paths=(tmp_path / "path",))
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    told = [json.loads(line) for line in (tmp_path / "out" / "rejects.jsonl").read_text().splitlines()]
    by_file = {Path(line["file"]).name: line for line in told if line["level"] == "reject"}
    assert {name: line["rule"] for name, line in by_file.items()} == {
        "poison.xml": "worker-died",
        "cut.xml": "xml-not-well-formed",
        "good.xml": "md5-mismatch",
    }
    assert "SIGSEGV" in by_file["poison.xml"]["message"]
    counts = json.loads((tmp_path / "out" / "run.json").read_text())["counts"]
    assert counts["records"] == counts["stored"] + counts["rejected"] + counts["superseded"] + counts["deleted"]
    assert (counts["stored"], counts["rejected"]) == (160, 3)
    # What the machine did to a file is tried again, and then nothing more.
    assert run(mine, tmp_path / "out").returncode == 1
    told = [json.loads(line) for line in (tmp_path / "out" / "rejects.jsonl").read_text().splitlines()]
    assert not any(line["rule"] == "worker-died" for line in told)


def _group_is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _is_at_work(running: subprocess.Popen[str], out: Path) -> bool:
    """Whether it has taken the folder, or has ended."""
    marker = out / ".kg"
    return running.poll() is not None or (marker.exists() and f"pid {running.pid} " in marker.read_text())


@POSIX
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)]
)
def test_a_signal_ends_it_soon_and_leaves_no_process(
    corpus: Path, undisturbed: tuple[str, float], tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """Ctrl-C ends with 130 and SIGTERM with 143, saying how to go on; no process stays; going on ends as if undisturbed."""
    expected, seconds = undisturbed
    ended = 0
    for part in (0.4, 0.2, 0.1, 0) if number == signal.SIGINT else (0.2, 0.6, 0.9, 0):
        if ended and number == signal.SIGINT:
            break  # once will do
        with subprocess.Popen(
            build_command(corpus, tmp_path / "out"),
            start_new_session=True, env=environment(), stderr=subprocess.PIPE, text=True,
        ) as running:  # fmt: skip
            while not _is_at_work(running, tmp_path / "out"):
                time.sleep(0.01)  # before that the interpreter is starting, and a signal ends it as it ends any program
            time.sleep(part * seconds)
            running.send_signal(number)
            assert running.stderr
            words = running.stderr.read()
            running.wait(30)
        if running.returncode == 0:  # it was quicker than the signal, and would find nothing to do again
            shutil.rmtree(tmp_path / "out")
            continue
        assert running.returncode == code, words
        assert "the same command goes on" in words
        assert "Traceback" not in words
        until = time.monotonic() + 20
        while _group_is_there(running.pid) and time.monotonic() < until:
            time.sleep(0.1)
        assert not _group_is_there(running.pid)
        ended += 1
    assert ended
    assert run(corpus, tmp_path / "out").returncode == 0
    assert made(tmp_path / "out") == expected


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_when_all_is_done_changes_nothing(number: signal.Signals) -> None:
    """While the interpreter puts itself away no signal makes a failure of what is done."""
    program = f"""
import atexit, os
from kg.cli import main

atexit.register(os.kill, os.getpid(), {number:d})
main(["--version"])
"""
    done = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_does_not_end_an_import_in_its_midst(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """A library may make an error of its own of that, or abort the process: the import ends first."""
    (tmp_path / "sensitive.py").write_text(f"""
import os, time
try:
    os.kill(os.getpid(), {number:d})
    time.sleep(0.1)
except BaseException:
    os.abort()
""")
    program = """
import time
from kg.cli import cli, main

@cli.command()
def awkward():
    try:
        import sensitive
        time.sleep(60)
    finally:
        print("in order")

main(["awkward"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (code, "in order\n"), done.stderr
    assert done.stderr.strip() == f"kg: {'interrupted' if number == signal.SIGINT else 'terminated'}"


@pytest.mark.slow
def test_processes_and_their_number_change_nothing(
    corpus: Path, undisturbed: tuple[str, float], tmp_path: Path
) -> None:
    """One process or three, the same bytes."""
    for jobs in (1, 3):
        pipeline.build([str(corpus)], tmp_path / f"out{jobs}", Settings(jobs=jobs, today=datetime.date(2030, 1, 1)))
        assert made(tmp_path / f"out{jobs}") == undisturbed[0]


@POSIX
@pytest.mark.slow
def test_p13_a_build_needs_less_than_a_gigabyte(tmp_path: Path) -> None:
    """P13: of a million quads, and of networks as large, a part is in memory at a time, and what was held goes again."""
    import make_pubmed

    source = tmp_path / "pubmed25n0001.xml.gz"
    make_pubmed.write(source, 2_000, 1)
    tell = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    build = build_command(source, tmp_path / "out", "--fail-on", "none")
    done = subprocess.run([sys.executable, "-c", tell, *build], capture_output=True, env=environment(), check=True)
    kilobytes = int(done.stdout) if sys.platform == "linux" else int(done.stdout) / 1024
    assert kilobytes < 1 << 20


@pytest.mark.usefixtures("quick")
def test_p16_the_protocol_of_pubmed_does_not_know_the_command_line(tmp_path: Path) -> None:
    """P16: highest version, then the later file by number, then the later record; a deletion takes part in that order, and
    one of the unknown is nothing; whatever the order of the sources."""
    texts = {
        "pubmed25n9999.xml": pubmed(record(1, title="Old"), record(2, version=2, title="Second version"), record(3)),
        "pubmed25n10000.xml": pubmed(
            record(1, title="First of file"), record(1, title="New"), record(2, title="First version"),
            "<DeleteCitation><PMID Version='1'>3</PMID><PMID Version='1'>404</PMID></DeleteCitation>",
        ),
    }  # fmt: skip
    paths = []
    for name, text in texts.items():
        paths.append(tmp_path / name)
        paths[-1].write_text(text)
    for n, order in enumerate((paths, paths[::-1])):
        built = pipeline.build([str(path) for path in order], tmp_path / f"out{n}", Settings(jobs=1))
        text = (tmp_path / f"out{n}" / "graph.ttl").read_text()
        assert '"New"' in text
        assert '"Second version"' in text
        assert '"Old"' not in text
        assert "article/pmid/3>" not in text
        assert built.counts["deleted"] == 2


@pytest.mark.usefixtures("quick")
def test_p16_a_gap_in_the_sequence_is_told(tmp_path: Path) -> None:
    """P16: a number that is missing between PubMed's files is a warning, or an error where that is asked for."""
    for number in (1, 2, 5):
        (tmp_path / f"pubmed25n{number:04}.xml").write_text(pubmed(record(number)))
    built = pipeline.build([str(tmp_path)], tmp_path / "out", Settings(jobs=1))
    told = [json.loads(line) for line in (tmp_path / "out" / "rejects.jsonl").read_text().splitlines()]
    (gap,) = [line for line in told if line["rule"] == "sequence-gap"]
    assert gap["level"] == "warning"
    assert "pubmed25n0003 to pubmed25n0004" in gap["message"]
    assert built.counts["rejected"] == 0
    with pytest.raises(UsageError, match="pubmed25n0003"):
        pipeline.build([str(tmp_path)], tmp_path / "strict", Settings(jobs=1, strict_sequence=True))
