"""Shards: what goes in comes out, and what is not whole is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import shards
from kg.errors import DamagedGraph
from kg.model import Deletion, Rejected, Warned
from kg.shards import Block, Entry, Header, Record, Said

QUAD = '<http://e.org/article/doi/10.1/a> <http://e.org/p> "text # with a hash"@en <http://e.org/graph/doi/10.1/a> .\n'

_text = st.text(max_size=30)
_line = st.none() | st.integers(1, 10**6)


def described(number: int) -> str:
    return f'<http://e.org/{number}> <http://e.org/p> "\x85" <http://e.org/shared> .\n' * (number % 3 + 1)


_described = st.integers(0, 5).map(lambda number: (described, number))
_entries = st.one_of(
    st.builds(
        Record,
        st.builds(
            Header, _text, _text, st.lists(_text, min_size=1, max_size=3).map(tuple), doi=st.none() | _text, line=_line
        ),
        st.lists(st.just(QUAD.encode()), max_size=3).map(b"".join),
        st.lists(st.just(QUAD.encode()), max_size=2).map(b"".join),
        st.lists(_described, max_size=3, unique=True).map(tuple),
        st.just(b"") | _text.map(msgspec.json.encode),
    ),
    st.builds(Deletion, _text, st.integers(1, 9), _line),
    st.builds(Rejected, st.none() | _text, _text, _text, _line, _line),
    st.builds(Warned, st.none() | _text, _text, _text, _line, _line),
)


def write(path: Path, entries: Sequence[Record | Said]) -> Path:
    with shards.writing(path) as writer:
        for entry in entries:
            writer.add(entry)
    return path


def read_back(entries: Sequence[Record | Said]) -> list[Entry]:
    return [entry.block() if isinstance(entry, Record) else entry for entry in entries]


@given(st.lists(_entries, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(tmp_path: Path, entries: list[Record | Said]) -> None:
    """Any text in any field, line ends and lone controls included; the outline is the same without the quads."""
    path = write(tmp_path / "a.nq.zst", entries)
    assert list(shards.read(path)) == read_back(entries)
    assert list(shards.outline(path)) == [e.header if isinstance(e, Record) else e for e in entries]


def test_a_shard_is_valid_nquads(tmp_path: Path) -> None:
    """Any RDF tool reads it; what is no quad stands in comments."""
    import pyoxigraph as ox

    path = write(
        tmp_path / "a.nq.zst",
        [Record(Header("1", "letter", ("doi/10.1/a",)), QUAD.encode()), Warned(None, "r", "a\nb")],
    )
    data = zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read()
    assert len(list(ox.parse(data, ox.RdfFormat.N_QUADS))) == 1


def test_equal_entries_make_equal_bytes(tmp_path: Path) -> None:
    """No clock and no name in it."""
    entries = [Deletion("1"), Record(Header("1", "pubmed", ("pmid/1",)), QUAD.encode() * 3)]
    assert write(tmp_path / "a", entries).read_bytes() == write(tmp_path / "b", entries).read_bytes()


def test_nothing_stays_of_a_shard_that_was_not_finished(tmp_path: Path) -> None:
    """It appears by one rename or not at all."""
    with pytest.raises(StopIteration), shards.writing(tmp_path / "a.nq.zst") as writer:
        writer.add(next(iter([])))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_shard_is_refused(tmp_path: Path) -> None:
    """Cut anywhere, or with any change to its lines, it is not taken for whole."""
    path = write(tmp_path / "a.nq.zst", [Record(Header("1", "pubmed", ("pmid/1",)), QUAD.encode() * 50), Deletion("2")])
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        with pytest.raises(DamagedGraph):
            list(shards.outline(path))
    lines = zstandard.ZstdDecompressor().stream_reader(whole).read().splitlines(keepends=True)
    ends = [[*lines[:-1], end] for end in (b"# end {}\n", b"# end []\n", lines[-1].replace(b"sha256", b"sha257"))]
    for damaged in (lines[:-1], lines[1:], [*lines, b"# more\n"], lines[:3] + lines[4:], *ends):
        path.write_bytes(zstandard.ZstdCompressor().compress(b"".join(damaged)))
        with pytest.raises(DamagedGraph):
            list(shards.outline(path))


def test_a_document_takes_another_key() -> None:
    """All of its nodes and its graph are renamed; literals, other documents and what is shared stay; aliases go."""
    base = "http://e.org/"
    own = (
        f"<{base}article/doi/10.1/a> <{base}p> <{base}article/doi/10.1/a#title> <{base}graph/doi/10.1/a> .\n"
        f'<{base}article/doi/10.1/ab> <{base}p> "<{base}article/doi/10.1/a>" <{base}graph/doi/10.1/a> .\n'
    )
    aliases = f"<{base}article/pmid/7> <{base}same> <{base}article/doi/10.1/a> <{base}graph/aliases> .\n"
    block = Block(Header("7", "pubmed", ("doi/10.1/a", "pmid/7")), own, aliases, (QUAD,))
    assert shards.rekey(block, base, "doi/10.1/a", "pmid/7") == Block(
        block.header,
        f"<{base}article/pmid/7> <{base}p> <{base}article/pmid/7#title> <{base}graph/pmid/7> .\n"
        f'<{base}article/doi/10.1/ab> <{base}p> "<{base}article/doi/10.1/a>" <{base}graph/pmid/7> .\n',
        "",
        (QUAD,),
    )


@given(st.lists(st.lists(st.integers(0, 5), max_size=4, unique=True), max_size=9), st.integers(1, 14))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_description_is_written_once_while_it_is_known(tmp_path: Path, named: list[list[int]], window: int) -> None:
    """Whatever the window: each record gets its own descriptions, in its order; equal ones are one string."""
    records = [
        Record(
            Header(str(n), "pubmed", (f"pmid/{n}",)),
            QUAD.encode(),
            b"",
            tuple([(described, number) for number in numbers]),
        )
        for n, numbers in enumerate(named)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "WINDOW", window)
        path = write(tmp_path / "a.nq.zst", records)
        found = list(shards.read(path))
    assert found == read_back(records)
    distinct = len({number for numbers in named for number in numbers})
    written = zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read().count(b"\n# described ")
    assert distinct <= written + 1
    if distinct < window // 2:
        assert distinct - 1 <= written <= distinct  # the very first stands at the beginning of the file


def test_a_description_that_is_missing_is_damage(tmp_path: Path) -> None:
    """A record that names a description which does not stand before it is refused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards.Descriptions, "numbers", lambda _self, _texts: ([7], []))
        path = write(
            tmp_path / "a.nq.zst", [Record(Header("1", "pubmed", ("pmid/1",)), QUAD.encode(), b"", ((str, QUAD),))]
        )
    with pytest.raises(DamagedGraph, match="names the description 7"):
        list(shards.read(path))
