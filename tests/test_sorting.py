"""Rules of kg/sorting.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import EnvironmentProblem
from kg.sorting import sort_lines, unsorted

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=8)


@given(st.lists(TEXT, max_size=60), st.sampled_from([0, 500, 10**6]))
@settings(max_examples=60)
def test_the_order_is_that_of_utf8_bytes_without_repetitions(texts: list[str], memory: int) -> None:
    """Any text, line separators of Unicode included, in memory or through files, sorts as its UTF-8 bytes do."""
    lines = [f"{text}\n" for text in texts]
    assert list(sort_lines(lines, memory_bytes=memory)) == sorted(set(lines), key=str.encode)


def test_many_runs_give_what_memory_gives(tmp_path: Path) -> None:
    """More runs than are merged at once give the same lines, and their files are gone at the end."""
    lines = [f"{n * 7919 % 100_003} é\n" for n in range(300_000)]
    through_files = list(sort_lines(iter(lines), memory_bytes=1, directory=tmp_path))
    assert through_files == list(sort_lines(lines))
    assert list(tmp_path.iterdir()) == []


def test_files_go_when_the_reader_stops_early(tmp_path: Path) -> None:
    """Closing the iterator half way removes the temporary files."""
    result = sort_lines((f"{n}\n" for n in range(20_000)), memory_bytes=1, directory=tmp_path)
    next(result)
    assert list(tmp_path.iterdir())
    result.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_files_go_when_the_input_fails(tmp_path: Path) -> None:
    """An error in the source of the lines comes through and leaves nothing behind."""

    def broken() -> Iterator[str]:
        yield from (f"{n}\n" for n in range(20_000))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(sort_lines(broken(), memory_bytes=1, directory=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_no_room_is_said_as_such(tmp_path: Path) -> None:
    """A place that cannot be written to is a problem of the machine, not a traceback."""
    with pytest.raises(EnvironmentProblem, match="temporary files"):
        list(sort_lines((f"{n}\n" for n in range(20_000)), memory_bytes=1, directory=tmp_path / "missing"))


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\n", codec="utf-8"), max_size=20)))
def test_lines_that_wait_on_disk_are_sorted_as_others_are(texts: list[str]) -> None:
    """Whatever they hold (a lone carriage return ends no line), one by one or several at once, and as often as asked."""
    lines = [f"{text}\n" for text in texts]
    with unsorted() as waiting:
        waiting.write("".join(lines[::2]))
        waiting.writelines(lines[1::2])
        assert list(waiting.sorted()) == list(waiting.sorted()) == list(sort_lines(lines))


def test_lines_that_wait_leave_nothing_on_disk(tmp_path: Path) -> None:
    with unsorted(tmp_path) as waiting:
        waiting.write("a\n")
        assert list(waiting.sorted()) == ["a\n"]
    assert not list(tmp_path.iterdir())
