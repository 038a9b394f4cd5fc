"""Rules of kg/copies.py, and that an update reads shared graphs from copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.contents import Contents
from kg.copies import Copies

GRAPH = "<https://e.org/graph/shared>"


def _lines(texts: set[str]) -> list[str]:
    return sorted(f'<https://e.org/a> <https://e.org/p> "{text}" {GRAPH} .\n' for text in texts)


def _sealed(lines: list[str]) -> Contents:
    contents = Contents()
    contents.put(GRAPH[1:-1], lines)
    return contents


@given(st.sets(st.text(st.characters(exclude_characters='"\\\n\r', exclude_categories=("Cs",))), min_size=1))
def test_what_was_kept_is_read_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: set[str]) -> None:
    """Also where a literal holds what other programs take for the end of a line."""
    copies = Copies(tmp_path_factory.mktemp("cache") / "graphs")
    lines = _lines(texts)
    copies.keep(GRAPH, ["<a> <b> <c> .\n"])
    copies.keep(GRAPH, lines)
    found = copies.lines(GRAPH, _sealed(lines))
    assert found is not None
    assert list(found) == lines


@pytest.mark.parametrize("damage", ["gone", "cut", "changed", "empty", "other", "never sealed"])
def test_only_what_was_sealed_is_believed(tmp_path: Path, damage: str) -> None:
    copies, lines = Copies(tmp_path), _lines({"one", "two", "three"})
    sealed = _sealed(lines)
    copies.keep(GRAPH, lines)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    if damage == "gone":
        copies.forget(GRAPH)
        copies.forget(GRAPH)
    elif damage == "cut":
        path.write_bytes(whole[:-9])
    elif damage == "changed":
        path.write_bytes(whole[:12] + bytes([whole[12] ^ 0xFF]) + whole[13:])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "other":
        copies.keep(GRAPH, _lines({"one", "two"}))
    else:
        sealed = Contents()
    assert copies.lines(GRAPH, sealed) is None
