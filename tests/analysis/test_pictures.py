"""Networks as pictures. All people and articles are fictional."""

from __future__ import annotations

import struct
import zlib
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest
from lxml import etree
from threadpoolctl import threadpool_info, threadpool_limits

from kg.analysis import coauthors, measures, pictures
from kg.analysis.network import Network

SVG = "{http://www.w3.org/2000/svg}"


def team(*numbers: int) -> list[tuple[str, str]]:
    return [(f"<https://e.test/p/{n:04}>", f"Person {n}") for n in numbers]


def network(*teams: list[tuple[str, str]]) -> Network:
    return coauthors.network((f"<https://e.test/w/{n}>", authors) for n, authors in enumerate(teams))


def scene(graph: Network) -> pictures.Scene:
    return pictures.plan(graph, measures.measure(graph))


def colours(png: bytes) -> int:
    """How many different byte values the picture's pixels have: 1 or 2 where nothing is drawn."""
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    return len(set(zlib.decompress(data)))


LARGE = network(*[team(n, n + 1, n + 2, n % 40) for n in range(0, 900, 2)], team(*range(2000, 2090)))
CHAIN = network(*[team(*range(n * 5, n * 5 + 6)) for n in range(6)])
SMALL = network(team(1, 2, 3))


@pytest.mark.parametrize("graph", [SMALL, CHAIN, LARGE], ids=["3", "31", "many"])
def test_nothing_covers_a_label(graph: Network) -> None:
    """Labels overlap neither one another nor a disc, and everything is on the page."""
    drawn = scene(graph)
    assert drawn.labels
    assert drawn.discs
    boxes = [
        (
            label.x,
            label.y - 0.8 * label.size,
            label.x + pictures._extent(label.text, label.size),
            label.y + 0.2 * label.size,
        )
        for label in drawn.labels
    ]
    discs = [(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in drawn.discs]
    assert not [pair for pair in combinations(boxes, 2) if _overlap(*pair)]
    assert not [(box, disc) for box in boxes for disc in discs if _overlap(box, disc)]
    for left, top, right, bottom in (*boxes, *discs):
        assert left >= 0
        assert top >= 50
        assert right <= pictures.WIDTH
        assert bottom <= pictures.HEIGHT - 50


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_a_small_network_is_shown_whole() -> None:
    """Every author has a disc and a name, every link a line; the caption counts them."""
    drawn = scene(CHAIN)
    assert len(drawn.discs) == len(drawn.labels) == 31
    assert len(drawn.lines) == len(CHAIN.first)
    assert drawn.caption[0] == "31 authors, 90 links, from 6 articles."
    assert scene(SMALL).caption[0] == "3 authors, 3 links, from 1 article."


def test_of_a_large_network_the_most_active_are_shown() -> None:
    """At most 150 nodes, those of most articles before the ninety names of one article, and the caption says so."""
    drawn = scene(LARGE)
    names = {disc.name for disc in drawn.discs}
    assert len(names) == pictures.MAX_NODES
    assert {f"Person {n}" for n in range(0, 40, 2)} <= names
    assert not names & {f"Person {n}" for n in range(2000, 2090)}
    assert len(drawn.lines) <= pictures.MAX_LINKS
    assert "Shown: the 150 authors of most articles" in drawn.caption[0]
    assert "Names where there is room." in drawn.caption[1]


def test_a_large_article_is_drawn_evenly() -> None:
    """Of a hundred co-authors of one article all have about as many lines: no member is made a hub by the thinning."""
    drawn = scene(network(team(*range(100))))
    ends = [(line.x1, line.y1) for line in drawn.lines] + [(line.x2, line.y2) for line in drawn.lines]
    counts = [ends.count((disc.x, disc.y)) for disc in drawn.discs]
    assert len(counts) == 100
    assert max(counts) - min(counts) <= 6


def test_size_width_and_colour() -> None:
    """Stronger authors are larger, heavier links wider, and another community has another colour."""
    drawn = scene(network(team(1, 2), team(1, 2), team(1, 2), team(2, 3), team(7, 8)))
    disc = {disc.name[-1]: disc for disc in drawn.discs}
    assert disc["2"].radius > disc["1"].radius > disc["3"].radius
    assert disc["1"].colour == disc["2"].colour != disc["7"].colour
    widths = {frozenset({(line.x1, line.y1), (line.x2, line.y2)}): line.width for line in drawn.lines}
    place = {name: (d.x, d.y) for name, d in disc.items()}
    assert widths[frozenset({place["1"], place["2"]})] > widths[frozenset({place["2"], place["3"]})]


def test_an_empty_network_says_so(tmp_path: Path) -> None:
    """No author: a picture with the words, in both forms."""
    graph = network()
    pictures.write_pictures(tmp_path / "p.png", tmp_path / "p.svg", graph, measures.measure(graph))
    assert "There is nothing to draw: no authors." in (tmp_path / "p.svg").read_text()
    assert colours((tmp_path / "p.png").read_bytes()) > 10


@pytest.mark.parametrize("teams", [[team(1)], [team(1), team(2)], [team(1, 2)]], ids=["one", "two apart", "a pair"])
def test_the_smallest_networks(teams: list[list[tuple[str, str]]]) -> None:
    """One node, two apart, a pair: everything named, nothing on top of another."""
    drawn = scene(network(*teams))
    assert len(drawn.labels) == len(drawn.discs)
    assert len({(disc.x, disc.y) for disc in drawn.discs}) == len(drawn.discs)


@pytest.mark.parametrize("graph", [SMALL, LARGE], ids=["3", "many"])
def test_the_same_bytes_again(graph: Network, tmp_path: Path) -> None:
    """Two pictures of one network are equal to the byte, and show something."""
    found = measures.measure(graph)
    for name in "ab":
        pictures.write_pictures(tmp_path / f"{name}.png", tmp_path / f"{name}.svg", graph, found)
    png = (tmp_path / "a.png").read_bytes()
    assert png == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (1800, 1350)
    assert b"Software" not in png
    assert colours(png) > 100


def test_names_of_any_script_and_any_malice(tmp_path: Path) -> None:
    """Markup, mathtext, controls and characters without a glyph are text: no warning, no error, no element of their own."""
    names = [
        "<script>alert(1)</script>",
        "$\\frac{a}{b$",
        "朱雨",
        "a\x00\x1b[31mb",
        "\u202eevil",
        "\ud800",
        "",
        "é" * 300,
        "🧬",
    ]
    graph = network([(f"<https://e.test/p/{n}>", name) for n, name in enumerate(names)])
    pictures.write_pictures(tmp_path / "p.png", tmp_path / "p.svg", graph, measures.measure(graph))
    root = etree.parse(tmp_path / "p.svg").getroot()
    assert {element.tag for element in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "rect", "g", "line", "circle", "text")
    }
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "<script>alert(1)</script>" in texts
    assert "朱雨" in texts
    assert "$\\frac{a}{b$" in texts
    assert all(len(text) < 200 for text in texts if text)


def test_no_state_of_matplotlib_is_touched(tmp_path: Path) -> None:
    """Drawing changes no setting of matplotlib and loads no pyplot."""
    import sys

    import matplotlib as mpl

    before = mpl.rcParams.copy()  # dict(…) would look for a backend, and load pyplot
    loaded = "matplotlib.pyplot" in sys.modules  # by another test: igraph loads it
    pictures.write_pictures(tmp_path / "p.png", tmp_path / "p.svg", SMALL, measures.measure(SMALL))
    assert mpl.rcParams.copy() == before
    assert ("matplotlib.pyplot" in sys.modules) == loaded


def test_layout_uses_one_thread_of_the_linear_algebra(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processors there are, one thread computes the places, and whoever called has all threads again."""

    def threads() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    seen = []
    lay_out = nx.kamada_kawai_layout
    monkeypatch.setattr(nx, "kamada_kawai_layout", lambda *a, **k: seen.append(threads()) or lay_out(*a, **k))
    with threadpool_limits(2, user_api="blas"):
        if not threads():
            pytest.skip("this numpy was built without a library whose threads can be counted")
        scene(CHAIN)
        assert threads() == {2}
    assert seen == [{1}]
