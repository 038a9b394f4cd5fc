"""The folder of a build: whose it is, who may write it, whether it is as it was sealed."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import files, folder
from kg.errors import DamagedGraph, EnvironmentProblem, UsageError
from kg.folder import Folder

RUN = """{"settings": {"base_iri": "https://e.test/", "ontologies": [], "reader": null, "today": null}, "inputs": [],
"counts": {"stored": 0, "rejected": 0, "triples": 0}, "plan": {"inputs": [], "settings": "", "again": []}}"""


def contents(path: Path) -> set[str]:
    return {p.name for p in path.iterdir()}


def finished(path: Path) -> Folder:
    """A folder as a build leaves it, in little."""
    with folder.claimed(path) as place:
        files.write(place.graph, "a graph")
        files.write(place.run, RUN)
        (place.analysis / "topics.csv").write_text("a,b")
        place.store.mkdir()
        (place.store / "CURRENT").write_text("MANIFEST-1")
        folder.write_seal(place)
    return place


# --- whose it is --------------------------------------------------------------------------------------------------


def test_a_new_folder_is_made_and_marked(tmp_path: Path) -> None:
    """With the folders above it; the marker says who holds it."""
    with folder.claimed(tmp_path / "a" / "b") as place:
        assert contents(place.root) == {".kg", "shards", "analysis"}
        assert place.marker.read_text().startswith(f"pid {os.getpid()} since ")


def test_a_foreign_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Nobody's files are mixed with ours or removed."""
    (tmp_path / "thesis.tmp").write_text("mine")
    with pytest.raises(UsageError, match=r"thesis\.tmp"), folder.claimed(tmp_path):
        pass
    assert contents(tmp_path) == {"thesis.tmp"}
    with pytest.raises(UsageError, match="not a folder"), folder.claimed(tmp_path / "thesis.tmp"):
        pass
    with pytest.raises(EnvironmentProblem), folder.claimed(tmp_path / "thesis.tmp" / "below"):
        pass


def test_an_empty_folder_may_hold_what_keeps_it(tmp_path: Path) -> None:
    """A ``.gitkeep`` is nobody's work."""
    (tmp_path / ".gitkeep").touch()
    with folder.claimed(tmp_path) as claimed:
        assert claimed.marker.exists()
    assert (tmp_path / ".gitkeep").exists()


def test_leftovers_of_an_interrupted_run_are_removed(tmp_path: Path) -> None:
    """Half-written files and staging folders of our own folder go; the rest stays."""
    finished(tmp_path)
    (tmp_path / "x.tmp").mkdir()
    (tmp_path / "x.tmp" / "y.tmp").write_text("half")
    (tmp_path / "shards" / "s.1.tmp").write_text("half")
    (tmp_path / "notes.txt").write_text("kept")
    with folder.claimed(tmp_path):
        assert not list(tmp_path.rglob("*.tmp"))
        assert (tmp_path / "notes.txt").exists()


# --- who may write it ---------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="no advisory locks of this kind")
def test_one_builds_at_a_time(tmp_path: Path) -> None:
    """A second process is told who is there; the lock ends with its process, even a killed one."""
    script = (
        "import sys, time; from kg import folder\n"
        "with folder.claimed(sys.argv[1]): print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"in\n"
        with pytest.raises(EnvironmentProblem, match=f"in use by pid {other.pid} since "), folder.claimed(tmp_path):
            pass
        other.kill()
        other.wait()
        with folder.claimed(tmp_path) as place:
            assert str(other.pid) not in place.marker.read_text()


def test_a_file_system_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some that are shared over a network have none."""
    fcntl = pytest.importorskip("fcntl")

    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(EnvironmentProblem, match=f"{tmp_path}.*cannot lock"), folder.claimed(tmp_path):
        pass


def test_a_full_disk_is_told_with_its_place(tmp_path: Path) -> None:
    """The system's error for a full disk names no file; ours names the folder, or the file that cannot take its place."""
    with pytest.raises(EnvironmentProblem, match=f"{tmp_path} cannot be written: No space"), folder.claimed(tmp_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    target = tmp_path / "graph.ttl"
    with pytest.raises(EnvironmentProblem, match=f"{target} cannot be written: No space"), folder.claimed(tmp_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "graph.ttl.tmp", None, str(target))


# --- whether it is as it was sealed -------------------------------------------------------------------------------


def test_what_is_sealed_is_finished(tmp_path: Path) -> None:
    """Untouched, the folder says what was built; so it does for readers."""
    place = finished(tmp_path)
    assert folder.finished(place) == json.loads(RUN)
    assert list(folder.broken_seals(place)) == []
    assert folder.existing(tmp_path) == place


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("graph.ttl", "changed", "graph.ttl has changed"),
        ("graph.ttl", None, "graph.ttl is missing"),
        ("analysis/topics.csv", "", "topics.csv has changed"),
        ("analysis/more.csv", "new", "more.csv was not there"),
    ],
)
def test_every_difference_breaks_the_seal(tmp_path: Path, name: str, change: str | None, says: str) -> None:
    """A file that is missing, changed or new is named, and the build counts as unfinished."""
    place = finished(tmp_path)
    if change is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(change)
    (problem,) = folder.broken_seals(place)
    assert says in problem
    assert folder.finished(place) is None


def test_shards_of_an_interrupted_build_are_no_damage(tmp_path: Path) -> None:
    """What the next build goes on with does not make the last one damaged."""
    place = finished(tmp_path)
    (place.shards / "more.nq.zst").write_text("x")
    assert list(folder.broken_seals(place)) == []


@pytest.mark.parametrize("text", ["", "{", "\xff"])
def test_a_damaged_seal_is_no_seal(tmp_path: Path, text: str) -> None:
    """Reading it fails with what to do; building goes on as if there were none."""
    place = finished(tmp_path)
    place.seal.write_text(text, encoding="latin-1")
    with pytest.raises(DamagedGraph, match="build again"):
        folder.read_seal(place)
    assert folder.finished(place) is None


@pytest.mark.parametrize("name", ["run.json", "seal.json"])
@pytest.mark.parametrize(
    "text",
    ["null", "[]", "1", "[" * 100_000, '{"fhles": {}}', '{"files": [], "store": {}, "cache": {}}', '{"settings": {}}'],
)
def test_books_of_another_kind_are_damage(tmp_path: Path, name: str, text: str) -> None:
    """JSON, but not what was written."""
    place = finished(tmp_path)
    (place.root / name).write_text(text)
    with pytest.raises(DamagedGraph, match=name):
        folder.read_seal(place) if name == "seal.json" else place.read_run()
    assert folder.finished(place) is None


def test_a_store_with_another_byte_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some queries would have no end. A large one is looked at when all of it is to be read."""
    place = finished(tmp_path)
    (place.store / "CURRENT").write_text("MANIFEST-2")
    with pytest.raises(DamagedGraph, match="CURRENT"):
        folder.check_store(place)
    monkeypatch.setattr(folder, "_SOON_READ", 3)
    folder.check_store(place)
    with pytest.raises(DamagedGraph, match="CURRENT"):
        folder.check_store(place, whole=True)


@pytest.mark.parametrize("change", ["shorter", "gone", "another"])
def test_a_store_that_lost_a_file_is_not_opened(tmp_path: Path, change: str) -> None:
    """Names and sizes tell, so that it takes no longer for a large one; what the database tells of itself does not count."""
    place = finished(tmp_path)
    (place.store / "LOG").write_text("opened")
    folder.check_store(place)
    current = place.store / "CURRENT"
    if change == "shorter":
        current.write_text("MANI")
    elif change == "gone":
        current.unlink()
    else:
        (place.store / "000007.sst").write_text("facts")
    with pytest.raises(DamagedGraph, match="not as it was sealed; build it again"):
        folder.check_store(place)


def test_what_is_being_written_is_not_sealed(tmp_path: Path) -> None:
    """Staging folders are gone a moment later."""
    with folder.claimed(tmp_path) as place:
        (tmp_path / "staged.tmp").mkdir()
        (tmp_path / "staged.tmp" / "input").write_text("x")
        assert [path.name for path in folder.sealed_files(place)] == []


def test_only_finished_folders_of_ours_are_read(tmp_path: Path) -> None:
    """Each refusal says what to do."""
    with pytest.raises(UsageError, match="no such folder"):
        folder.existing(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="not a folder that kg build made"):
        folder.existing(tmp_path)
    with folder.claimed(tmp_path), pytest.raises(UsageError, match="did not finish"):
        folder.existing(tmp_path)


def test_publishing_replaces_and_breaks_the_old_seal(tmp_path: Path) -> None:
    """New takes the place of old, file by file and folder by folder; until it is sealed nobody reads a mixture."""
    place = finished(tmp_path / "out")
    staged = Folder(tmp_path / "staged")
    staged.store.mkdir(parents=True)
    (staged.store / "new").write_text("new")
    staged.graph.write_text("new graph")
    (staged.root / "stdin.tmp").write_text("input")
    (place.store / "old").write_text("old")
    folder.publish(staged, place)
    assert contents(place.store) == {"new"}
    assert place.graph.read_text() == "new graph"
    assert not place.seal.exists()
    assert not (place.root / "stdin.tmp").exists()
    assert place.run.exists()


# --- files --------------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    """Whatever happens while it is written, readers see the old one, and nothing else stays; long names fit."""
    for name in ("n" * 240, "图" * 80):
        files.write(tmp_path / name, "old")
        (tmp_path / name).unlink()
    path = tmp_path / ("n" * 240)
    files.write(path, "old")
    with pytest.raises(KeyboardInterrupt), files.replacing(path) as out:
        out.write(interrupted())
    assert contents(tmp_path) == {path.name}
    assert path.read_text() == "old"
    files.write(path, "new")
    assert path.read_text() == "new"


def test_a_directory_that_the_disk_cannot_flush_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails is told; a file system that flushes files but no directories is none that fails."""

    def failing(number: int) -> Callable[[int], None]:
        def fsync(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(number, os.strerror(number))

        return fsync

    monkeypatch.setattr(os, "fsync", failing(errno.EINVAL))
    files.write(tmp_path / "a", "whole")
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        files.write(tmp_path / "b", "whole")
    assert not list(tmp_path.glob("*.tmp"))


def test_what_a_person_names_may_be_a_link_or_a_pipe(tmp_path: Path) -> None:
    """A link still leads where it led, and a pipe is written to."""
    (tmp_path / "there").write_text("old")
    (tmp_path / "link").symlink_to("there")
    with files.output(tmp_path / "link") as out:
        out.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_text() == "new"
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with files.output(tmp_path / "pipe") as out:
        out.write(b"streamed")
    assert os.read(reader, 100) == b"streamed"
    os.close(reader)
    assert not (tmp_path / "pipe").is_file()


def interrupted() -> bytes:
    raise KeyboardInterrupt


def test_a_folder_that_lost_its_mark_is_told_how_to_get_it_back(tmp_path: Path) -> None:
    """Nobody builds into what may be somebody else's."""
    (tmp_path / "seal.json").write_text("{}")
    with pytest.raises(UsageError, match="lacks its mark"), folder.claimed(tmp_path):
        pass
