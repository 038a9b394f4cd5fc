"""Finding, opening, decompressing and checking what the user names."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sources
from kg.errors import InputError, UsageError
from kg.sources import examine, find, natural, opened, path_of, printable, written


def names(*words: str | Path) -> list[str]:
    return [file.path.name for file in find([str(word) for word in words])[0]]


def passed_over(*words: str | Path) -> dict[str, bool]:
    return {Path(s.name).name: s.wrong for s in find([str(word) for word in words])[1]}


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        examine(path, 100)
    return raised.value.rule


# --- finding ------------------------------------------------------------------------------------------------------


def test_files_come_in_natural_order_of_their_names(tmp_path: Path) -> None:
    """n9999 before n10000, whatever the folder and the order of the words."""
    for name in ("b/n10000.xml", "a/n9999.xml", "b/n2.xml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    expected = ["n2.xml", "n9999.xml", "n10000.xml"]
    assert names(tmp_path) == expected
    assert names(tmp_path / "b", tmp_path / "a" / "n9999.xml") == expected
    assert names(tmp_path / "a" / "n9999.xml", tmp_path / "b") == expected


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    """By its folder, its name, a detour and a glob it is still one file."""
    (tmp_path / "one.xml").write_text("x")
    detour = f"{tmp_path}/../{tmp_path.name}/one.xml"
    assert names(tmp_path, tmp_path / "one.xml", detour, tmp_path / "*.xml") == ["one.xml"]


def test_leftovers_are_passed_over_and_listed(tmp_path: Path) -> None:
    """Editors', downloads' and systems' files in a folder or a glob are no sources; nothing is passed over in silence."""
    leftovers = [".in.xml.swp", "in.xml~", "in.xml.part", ".DS_Store", "Thumbs.db", "#in.xml#", "x.bak", "in.xml.md5"]
    for name in ("in.xml", *leftovers):
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["in.xml"]
    assert passed_over(tmp_path) == dict.fromkeys(leftovers, False)
    assert names(tmp_path / "in*") == ["in.xml"]


def test_what_is_named_is_read_but_for_the_checksum_of_another_file(tmp_path: Path) -> None:
    """A leftover that the user names is read; ``folder/*`` of a shell names checksum files that nobody meant."""
    for name in ("in.xml", "in.xml~", "in.xml.md5", "alone.md5"):
        (tmp_path / name).write_text("x")
    assert names(*tmp_path.iterdir()) == ["alone.md5", "in.xml", "in.xml~"]


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    """A link to a file elsewhere, a loop and a dead link are not followed; a link inside the folder is."""
    (tmp_path / "secret.txt").write_text("secret")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "real.xml").write_text("x")
    (inside / "alias.xml").symlink_to("real.xml")
    (inside / "out.xml").symlink_to(tmp_path / "secret.txt")
    (inside / "dead.xml").symlink_to("nowhere.xml")
    (inside / "self.xml").symlink_to("self.xml")
    (inside / "loop").symlink_to(".")
    assert names(inside) == ["alias.xml", "real.xml"]
    assert passed_over(inside) == {"out.xml": True, "dead.xml": False, "self.xml": False, "loop": False}


def test_a_folder_that_kg_built_is_no_source(tmp_path: Path) -> None:
    """``kg build .`` does not read its own output."""
    (tmp_path / "in.xml").write_text("x")
    (tmp_path / "output").mkdir()
    for name in (".kg", "graph.ttl"):
        (tmp_path / "output" / name).write_text("x")
    assert names(tmp_path) == ["in.xml"]
    assert passed_over(tmp_path) == {"output": False}


@pytest.mark.parametrize("word", ["nowhere", "nowhere/*.xml", "", "x" * 5000])
def test_a_word_that_means_nothing_is_wrong_usage(tmp_path: Path, word: str) -> None:
    """A name that leads nowhere is told, never an empty success; the empty name is not the current folder."""
    with pytest.raises(UsageError, match="no such file or folder"):
        find([f"{tmp_path}/{word}" if word else ""])


def test_an_empty_folder_is_wrong_usage(tmp_path: Path) -> None:
    """Nothing to read is no success; what was passed over is said."""
    with pytest.raises(UsageError, match="nothing to read"):
        find([str(tmp_path)])
    (tmp_path / "in.xml~").touch()
    with pytest.raises(UsageError, match=r"in\.xml~: hidden, a leftover"):
        find([str(tmp_path)])


def test_odd_names_are_printable(tmp_path: Path) -> None:
    """Names are shown without control characters and as valid UTF-8."""
    try:
        (tmp_path / os.fsdecode(b"a\n\x1b[31mb\xe9.xml")).touch()
    except OSError:
        pytest.skip("the file system forbids such names")
    (file,) = find([str(tmp_path)])[0]
    assert file.base_name == "a\\n\\x1b[31mb\\xe9.xml"
    assert file.name.endswith(file.base_name)


@given(st.text(max_size=60))
def test_printable_names_can_be_written_anywhere(name: str) -> None:
    """No line end, no control character, no lone surrogate."""
    shown = printable(name.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"))
    assert shown.isprintable()
    shown.encode()


@given(st.text(max_size=60))
def test_a_path_that_was_written_is_the_same_again(name: str) -> None:
    """Whatever its bytes are; and two paths are never written alike."""
    path = os.fsdecode(name.encode("utf-8", "surrogatepass")).replace("\0", "").strip("/.")
    text = written(path)
    assert text.isprintable()
    text.encode()
    assert path_of(text) == Path(path)


def test_names_that_are_shown_alike_are_two_files(tmp_path: Path) -> None:
    """An escape is not what it stands for."""
    for name in ("a\\n.xml", "a\n.xml"):
        try:
            (tmp_path / name).touch()
        except OSError:
            pytest.skip("the file system forbids such names")
    assert len(find([str(tmp_path)])[0]) == 2


def test_a_file_may_be_called_as_standard_input_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the word itself means standard input."""
    (tmp_path / "-").write_bytes(TEXT)
    monkeypatch.chdir(tmp_path)
    for word in (".", "./-", str(tmp_path / "-")):
        (file,) = find([word])[0]
        assert file.place == f"{os.path.realpath(tmp_path)}/-"
        assert file.name != sources.STANDARD_INPUT
    assert find(["-"])[0][0].place is None


@given(st.lists(st.text("n0129.", max_size=8), max_size=6))
def test_natural_order_is_total(some: list[str]) -> None:
    """Different names never tie, so that their order never depends on anything else."""
    assert len({natural(name) for name in some}) == len(set(some))


# --- opening ------------------------------------------------------------------------------------------------------


TEXT = b"".join(b"line %d\n" % n for n in range(20_000))


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    """Neither the suffix nor the name in the header counts; several members and zero padding are legal."""
    packed = gzip.compress(TEXT)
    half = gzip.compress(TEXT[:5000]) + gzip.compress(TEXT[5000:])
    for name, data in (("a.xml", packed), ("b.gz", TEXT), ("c.gz", half), ("d.gz", packed + b"\0" * 512)):
        path = tmp_path / name
        path.write_bytes(data)
        digest = examine(path, 6)
        assert (digest.sha256, digest.size, digest.head) == (hashlib.sha256(TEXT).hexdigest(), len(TEXT), b"line 0")
        with opened(path) as stream:
            assert stream.read() == TEXT
            assert stream.seek(5) == 5
            assert stream.read(3) == TEXT[5:8]
            assert not hasattr(stream.raw, "name")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:-8],
        lambda packed: packed[:-8] + bytes([packed[-8] ^ 0xFF]) + packed[-7:],
        lambda packed: packed[:-1] + bytes([packed[-1] ^ 0xFF]),
        lambda packed: packed + b"GARBAGE",
    ],
    ids=["half", "no trailer", "wrong CRC", "wrong length", "garbage behind"],
)
def test_damaged_gzip_is_refused(tmp_path: Path, damage: object) -> None:
    """Nothing is taken from a file whose checksum was not seen to be right."""
    path = tmp_path / "in.gz"
    path.write_bytes(damage(gzip.compress(TEXT)))  # type: ignore[operator]
    assert refusal(path) == "damaged-compression"


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past a size nothing may expand more than a hundredfold, and nothing past the limit at all."""
    bomb, honest = tmp_path / "bomb.gz", tmp_path / "plain"
    bomb.write_bytes(gzip.compress(b" " * 4_000_000))
    honest.write_bytes(os.urandom(1000) * 4000)
    monkeypatch.setattr(sources, "MAX_UNCHECKED", 1 << 20)
    assert refusal(bomb) == "expansion-limit"
    assert examine(honest, 1).size == 4_000_000
    monkeypatch.setattr(sources, "MAX_BYTES", 1 << 21)
    assert refusal(honest) == "too-large"


def test_the_checksum_beside_a_file_counts(tmp_path: Path) -> None:
    """NLM's ``.md5`` is checked against the file as it lies there; one that holds no checksum says nothing."""
    path, beside = tmp_path / "n.gz", tmp_path / "n.gz.md5"
    path.write_bytes(gzip.compress(TEXT))
    beside.write_text(f"MD5(n.gz)= {hashlib.md5(path.read_bytes()).hexdigest().upper()}\n")
    examine(path, 1)
    beside.write_text("no checksum")
    examine(path, 1)
    beside.write_text("MD5(n.gz)= " + "0" * 32)
    assert refusal(path) == "md5-mismatch"


def test_a_checksum_is_not_taken_from_a_name(tmp_path: Path) -> None:
    """A file may be called as sums look."""
    path = tmp_path / f"{'0' * 31}1.xml"
    path.write_bytes(TEXT)
    total = hashlib.md5(TEXT, usedforsecurity=False).hexdigest()
    for form in ("MD5({name})= {sum}\n", "MD5 ({name}) = {sum}\n", "{sum}  {name}\n", "{sum} *{name}\n"):
        path.with_name(f"{path.name}.md5").write_text(form.format(name=path.name, sum=total))
        examine(path, 1)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever may read everything is refused nothing")
def test_a_checksum_that_cannot_be_read_costs_its_file_alone(tmp_path: Path) -> None:
    """It cannot be told whether the file is what it should be."""
    (tmp_path / "a.xml").write_bytes(TEXT)
    (tmp_path / "a.xml.md5").touch(mode=0)
    assert refusal(tmp_path / "a.xml") == "unreadable"


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes and devices as files")
def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """A pipe would block for ever, a device never end."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        assert refusal(tmp_path / name) == "not-a-file"
    assert refusal(tmp_path / "gone") == "unreadable"


def test_standard_input_becomes_a_file_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be read twice, and nothing of it stays."""

    class Stdin:
        buffer = io.BytesIO(TEXT)

    monkeypatch.setattr(sys, "stdin", Stdin)
    with sources.spooled_standard_input(tmp_path) as path:
        assert path.read_bytes() == TEXT
        assert examine(path, 1).size == len(TEXT)
    assert list(tmp_path.iterdir()) == []
