"""A network as a picture that can be read: PNG for people, SVG for people and print.

A picture is planned once, as a :class:`Scene` of discs, lines and labels in a plane of 1200 × 900 units, and then drawn
twice: as PNG by matplotlib's Agg canvas, as SVG by this file, with text as text (searchable, and in any script that the
reader's fonts have) and each node's name as a tooltip. No state of matplotlib is touched, no clock read: equal networks
give equal bytes.

Of a large network the picture shows the nodes of most articles and what joins them (:func:`_choose`), and its caption
says so. Colours are those of M. Okabe and K. Ito, "Color Universal Design" (2008), which stay apart for colour-blind eyes.
"""

from __future__ import annotations

import heapq
import io
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from scipy import sparse  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from kg.analysis.files import printable
from kg.files import write
from kg.markup import escape

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font
    from numpy.typing import NDArray

    from kg.analysis.measures import Measure
    from kg.analysis.network import Network

    Point = tuple[float, float]
    Box = tuple[float, float, float, float]

WIDTH, HEIGHT = 1200, 900
MAX_NODES, MAX_LINKS = 150, 450
"""what a picture of this size can show"""
SEED = 7
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Okabe and Ito's colours without black, for the largest communities of the picture"""
_OTHERS = "#C4C4C4"
_LINE, _INK, _FAINT = "#8A94A0", "#1A1A1A", "#555555"
_PLOT: Box = (110, 90, WIDTH - 110, HEIGHT - 92)
_SIZES = {"title": 26.0, "caption": 14.0}
_LONGEST_LABEL = 42
_DOTS_PER_UNIT = 1.5


@dataclass(frozen=True, slots=True)
class Disc:
    """A node."""

    x: float
    y: float
    radius: float
    colour: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A link."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True, slots=True)
class Label:
    """A text from its left end, at its base line."""

    x: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture before it is drawn: what is where. y grows downwards."""

    title: str
    caption: tuple[str, ...]
    lines: tuple[Line, ...]
    discs: tuple[Disc, ...]
    labels: tuple[Label, ...]


def write_pictures(png_path: Path, svg_path: Path, network: Network, measures: Mapping[str, Measure]) -> None:
    """The network as PNG (1800 × 1350 pixels) and as SVG."""
    scene = plan(network, measures)
    write(png_path, png(scene))
    write(svg_path, svg(scene))


def plan(network: Network, measures: Mapping[str, Measure], *, max_nodes: int = MAX_NODES) -> Scene:
    """What of a network is shown, and where.

    Args:
        network: with the attributes that :mod:`kg.analysis` names.
        measures: of the network; ``strength`` gives the size and ``community`` the colour of a node.
        max_nodes: how many nodes are drawn at most.
    """
    title, noun = network.about["title"], network.about["nodes"]
    best_first = _best_first(network, measures, crowd=max_nodes // 5)
    chosen = _choose(network, best_first, max_nodes)
    if not chosen:
        text = f"There is nothing to draw: no {noun}."
        return Scene(title, (), (), (), (Label((WIDTH - _extent(text, 18)) / 2, HEIGHT / 2, 18, text),))
    strength, community = (_of(chosen, measures[name].values.column) for name in ("strength", "community"))
    drawn = _strongest_links(network, chosen, strength)
    radii = _radii(chosen, strength)
    places = _places(drawn, radii)
    colours = _colours(chosen, community)
    heaviest = max((edge["weight"] for _, _, edge in drawn.edges(data=True)), default=1)
    lines = tuple(
        Line(*places[a], *places[b], round(1.0 + 4.0 * math.sqrt((edge["weight"] - 1) / max(heaviest, 4)), 1))
        for a, b, edge in sorted(drawn.edges(data=True), key=lambda link: (link[2]["weight"], link[0], link[1]))
    )
    names = network.of_nodes["label"]
    discs = {node: Disc(*places[node], radii[node], colours[node], printable(names[node])) for node in chosen}
    labels = tuple(_labels(list(discs.values()), lines))
    return Scene(
        title,
        _caption(network, drawn, colours.values(), all_named=len(labels) == len(discs)),
        lines,
        tuple(discs.values()),
        labels,
    )


# --- what is shown ----------------------------------------------------------------------------------------------------


def _best_first(network: Network, measures: Mapping[str, Measure], crowd: int) -> NDArray[np.int64]:
    """The nodes by articles, then PageRank, then company: large, unless too large to be read; then by label and term."""
    names = network.of_nodes["label"]
    central, degree = (measures[name].values.column for name in ("pagerank", "degree"))
    by_name = sorted(range(len(names)), key=names.__getitem__)  # of equal ones in the order of their terms
    place = np.empty(len(names), dtype=np.int64)
    place[by_name] = np.arange(len(names))
    rounded = np.array([float(f"{rank:.6g}") for rank in central.tolist()])
    return np.lexsort((place, -degree, degree > crowd, -rounded, -np.asarray(network.of_nodes["articles"])))


def _choose(network: Network, best_first: NDArray[np.int64], most: int) -> list[int]:
    """The nodes to draw, best first: from the best on, always the best of what hangs on those that are chosen already.

    Where nothing more hangs on them, it goes on from the best node left. First only nodes of several articles take part,
    then all: what is drawn hangs together, and the hundred names of one article come after everybody who wrote two.
    """
    rank = np.argsort(best_first)
    starts, neighbours = network.weights.indptr, network.weights.indices
    articles = np.asarray(network.of_nodes["articles"])
    chosen: set[int] = set()
    for fewest in (2, 1):
        seen: set[int] = set()
        border = sorted(rank[list(chosen)].tolist())
        for start in range(len(best_first)):
            if len(chosen) >= most:
                break
            heapq.heappush(border, start)
            while border and len(chosen) < most:
                node = int(best_first[heapq.heappop(border)])
                if node in seen or articles[node] < fewest:
                    continue
                seen.add(node)
                chosen.add(node)
                for place in rank[neighbours[starts[node] : starts[node + 1]]].tolist():
                    heapq.heappush(border, place)
    return sorted(chosen, key=rank.__getitem__)


def _of(nodes: Iterable[int], column: NDArray[Any]) -> dict[int, Any]:
    """The numbers of some nodes, as Python's own."""
    return {node: column[node].item() for node in nodes}


def _strongest_links(network: Network, chosen: list[int], strength: Mapping[int, float]) -> nx.Graph[int]:
    """The chosen nodes with what best shows how they hang together: a spanning forest, and the strongest of the other links.

    Strong means a great weight for two nodes of such strengths (Salton's cosine: weight / sqrt(strength × strength)), so
    that a node which goes with everything does not swallow the picture. Of equally strong links, those of nodes that are
    neighbours in the list come first, which treats all members of a large article alike.
    """
    links = []
    among = sparse.triu(network.weights[chosen][:, chosen], k=1).tocoo()
    for first, second, weight in zip(among.row.tolist(), among.col.tolist(), among.data.tolist(), strict=True):
        cosine = round(weight / math.sqrt(strength[chosen[first]] * strength[chosen[second]]), 9)
        links.append((-cosine, second - first, first, weight))
    drawn: nx.Graph[int] = nx.Graph()
    drawn.add_nodes_from(chosen)
    parts = nx.utils.UnionFind(chosen)
    others = []
    for _, distance, first, weight in sorted(links):
        a, b = chosen[first], chosen[first + distance]
        if parts[a] == parts[b]:
            others.append((a, b, weight))
        else:
            parts.union(a, b)
            drawn.add_edge(a, b, weight=weight)
    drawn.add_weighted_edges_from(others[: max(0, MAX_LINKS - drawn.size())])
    return drawn


def _caption(network: Network, drawn: nx.Graph[int], colours: Iterable[str], *, all_named: bool) -> tuple[str, ...]:
    about, nodes, links = network.about, len(network.nodes), len(network.first)
    noun = about["nodes"]
    first = f"{_count(nodes, noun)}, {_count(links, 'links')}, from {_count(about['articles'], 'articles')}."
    if len(drawn) < nodes:
        first += f" Shown: the {_count(len(drawn), noun)} of most articles and what hangs on them"
        first += f", with their {_count(drawn.size(), 'strongest links')}." if drawn.size() < links else "."
    elif drawn.size() < links:
        first += f" Shown: the {_count(drawn.size(), 'strongest links')}."
    second = f"Size: strength. Width of a line: {about['weight']}. Colour: community"
    second += f" (grey: all but the {len(PALETTE)} largest)." if _OTHERS in colours else "."
    return first, second if all_named else f"{second} Names where there is room."


def _count(number: int, plural: str) -> str:
    return f"{number:,} {plural.removesuffix('s') if number == 1 else plural}"


def _radii(chosen: list[int], strength: Mapping[int, float]) -> dict[int, float]:
    greatest = max(strength[node] for node in chosen) or 1
    base, span = (3.5, 9.0) if len(chosen) > 60 else (6.0, 9.0)
    return {node: round(base + span * math.sqrt(strength[node] / greatest), 1) for node in chosen}


def _colours(chosen: list[int], community: Mapping[int, int]) -> dict[int, str]:
    sizes = Counter(community[node] for node in chosen)
    ranked = sorted(sizes, key=lambda number: (-sizes[number], number))
    colour = dict(zip(ranked, PALETTE, strict=False))
    return {node: colour.get(community[node], _OTHERS) for node in chosen}


# --- where it is shown ------------------------------------------------------------------------------------------------


def _places(drawn: nx.Graph[int], radii: Mapping[int, float]) -> dict[int, Point]:
    """A place for each node: every connected part laid out in a circle of its own, the circles packed, the whole fitted."""
    parts = sorted((sorted(part) for part in nx.connected_components(drawn)), key=lambda part: (-len(part), part))
    circles = [0.55 + (0.0 if len(part) == 1 else 0.75 * math.sqrt(len(part))) for part in parts]
    nodes = [node for part in parts for node in part]
    # For matrices this small, threads of the linear algebra wait for each other: two take three to ten times as long as one.
    with threadpool_limits(1, user_api="blas"):
        layout = np.concatenate(
            [
                centre + radius * _layout(drawn, part)
                for part, radius, centre in zip(parts, circles, _packed(circles), strict=True)
            ]
        )
    low, high = layout.min(axis=0), layout.max(axis=0)
    room = np.array([_PLOT[2] - _PLOT[0], _PLOT[3] - _PLOT[1]])
    scale = room / np.maximum(high - low, 1e-9)
    scale = np.minimum(scale, 2.5 * scale.min())  # fill the page, but not at the price of a squeezed picture
    scale = np.minimum(scale, 200.0)  # three nodes need not stand at the ends of the page
    middle = np.array([_PLOT[0] + _PLOT[2], _PLOT[1] + _PLOT[3]]) / 2
    placed = _apart(middle + (layout - (low + high) / 2) * scale, np.array([radii[node] for node in nodes]))
    return {node: (round(float(x), 1), round(float(y), 1)) for node, (x, y) in zip(nodes, placed, strict=True)}


def _layout(drawn: nx.Graph[int], part: list[int]) -> NDArray[np.float64]:
    """One connected part within the unit circle: Kamada and Kawai (1989), loosened by some rounds of springs."""
    if len(part) == 1:
        return np.zeros((1, 2))
    if len(part) == 2:
        return np.array([[-0.8, 0.0], [0.8, 0.0]])
    graph: nx.Graph[int] = nx.Graph()
    number = {node: n for n, node in enumerate(part)}
    graph.add_nodes_from(range(len(part)))
    for a, b in sorted((number[a], number[b]) for a, b in drawn.subgraph(part).edges()):
        # A line is longer the more lines its ends have: crowds get room, and chains do not take it.
        graph.add_edge(a, b, length=math.sqrt(drawn.degree[part[a]] + drawn.degree[part[b]]))
    start: Any = nx.kamada_kawai_layout(graph, weight="length")
    if len(part) > 12:
        start = nx.spring_layout(graph, pos=start, weight=None, seed=SEED, iterations=30, k=1.6 / math.sqrt(len(part)))
    places = np.array([start[n] for n in range(len(part))])
    places -= places.mean(axis=0)
    spread = places.T @ places
    lean = (
        0.5 * math.atan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1])
        if np.ptp(np.linalg.eigvalsh(spread)) > 0.01
        else 0
    )
    places = places @ np.array([[math.cos(lean), -math.sin(lean)], [math.sin(lean), math.cos(lean)]])  # long side level
    if len(part) > 12:  # half as it is, half by rank: crowds are stretched, and empty space shrinks
        low, high = places.min(axis=0), places.max(axis=0)
        ranks = places.argsort(axis=0, kind="stable").argsort(axis=0) / (len(part) - 1)
        places = 0.5 * places + 0.5 * (low + (high - low) * ranks)
    places -= (places.min(axis=0) + places.max(axis=0)) / 2
    return np.asarray(places / max(float(np.hypot(places[:, 0], places[:, 1]).max()), 1e-9))


def _apart(places: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Discs that overlap pushed apart, a little at a time, within the page."""
    low, high = np.array(_PLOT[:2]), np.array(_PLOT[2:])
    least = radii[:, None] + radii[None, :] + 4
    for _ in range(80):
        offset = places[:, None, :] - places[None, :, :]
        distance = np.maximum(np.hypot(offset[..., 0], offset[..., 1]), 0.01)
        push = np.maximum(least - distance, 0)
        np.fill_diagonal(push, 0)
        places = np.clip(places + 0.4 * (offset * (push / distance)[..., None]).sum(axis=1), low, high)
    return places


def _packed(circles: list[float]) -> NDArray[np.float64]:
    """Centres for circles, largest first, so that none touches another: each at the first free place of a flat spiral."""
    centres = np.zeros((len(circles), 2))
    turn = 0.0
    for n, radius in enumerate(circles):
        if n and radius < circles[n - 1]:
            turn = 0.0  # a smaller one may fit where the last did not; an equal one cannot
        while True:
            reach = 0.12 * turn
            centres[n] = 1.35 * reach * math.cos(turn), reach * math.sin(turn)
            offset = centres[:n] - centres[n]
            if np.all(np.hypot(offset[:, 0], offset[:, 1]) >= np.array(circles[:n]) + radius):
                break
            turn += 0.35 / max(1.0, reach)
    return centres


def _labels(discs: list[Disc], lines: Iterable[Line]) -> Iterator[Label]:
    """A label for each disc in turn where it covers no disc, no label and the fewest lines; none where there is no room."""
    size = 15.0 if len(discs) <= 40 else 12.5
    circles = np.array([(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in discs]).reshape(-1, 4)
    taken = circles
    along = np.linspace(0, 1, 60)
    ends = np.array([(line.x1, line.y1, line.x2, line.y2) for line in lines]).reshape(-1, 4)
    xs = ends[:, [0]] + (ends[:, [2]] - ends[:, [0]]) * along
    ys = ends[:, [1]] + (ends[:, [3]] - ends[:, [1]]) * along
    for own, disc in enumerate(discs):
        text = disc.name if len(disc.name) <= _LONGEST_LABEL else disc.name[: _LONGEST_LABEL - 1].rstrip() + "…"
        width, height = _extent(text, size), size * 1.15
        candidates = np.array(list(_candidates(disc, width, height)))
        gaps, x, y = candidates[:, [0]], candidates[:, 1], candidates[:, 2]
        boxes = np.stack((x - 2, y, x + width + 2, y + height), axis=1)
        inside = (boxes >= (8, _PLOT[1] - 26, -np.inf, -np.inf)) & (boxes <= (np.inf, np.inf, WIDTH - 8, _PLOT[3] + 26))
        # Nearer to another disc than to its own, it would be taken for the other's.
        theirs = _overlaps(boxes + gaps * (-1, -1, 1, 1), circles)
        theirs[:, own] = False
        free = inside.all(axis=1) & ~theirs.any(axis=1) & ~_overlaps(boxes, taken).any(axis=1)
        if free.any():
            crossings = {}
            for n in np.flatnonzero(free).tolist():
                left, top, right, bottom = boxes[n]
                covered = (xs > left) & (xs < right) & (ys > top) & (ys < bottom)
                crossings[n] = int(covered.any(axis=1).sum()) + n // 2
            box = boxes[min(crossings, key=crossings.__getitem__)]
            taken = np.vstack((taken, box))
            yield Label(round(float(box[0]) + 2, 1), round(float(box[1]) + 0.85 * size, 1), size, text)


def _candidates(disc: Disc, width: float, height: float) -> Iterator[tuple[float, float, float]]:
    """Gap and upper left corner of a label: right, left, below, above of its disc, then the corners, then further away."""
    for gap in (3.0, 9.0, 17.0):
        near, middle = disc.radius + gap, disc.y - height / 2
        slant = 0.72 * disc.radius + gap
        yield gap, disc.x + near, middle
        yield gap, disc.x - near - width, middle
        yield gap, disc.x - width / 2, disc.y + near - 1
        yield gap, disc.x - width / 2, disc.y - near - height + 1
        for dx in (slant, -slant - width):
            for dy in (slant - 2, -slant - height + 2):
                yield gap, disc.x + dx, disc.y + dy


def _overlaps(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which boxes overlap which others."""
    a, b = some[:, None], others[None]
    found: NDArray[np.bool_] = (
        (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2]) & (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])
    )
    return found


# --- drawing ------------------------------------------------------------------------------------------------------


def svg(scene: Scene) -> bytes:
    """The scene as SVG 1.1, without script, style sheet or anything to fetch."""
    return "".join(f"{line}\n" for line in _svg(scene)).encode()


def _svg(scene: Scene) -> Iterator[str]:
    caption = " ".join(scene.caption)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" font-family="DejaVu Sans, Verdana, Arial, sans-serif">'
    )
    yield f"<title>{escape(scene.title)}</title>"
    yield f"<desc>{escape(caption)}</desc>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield f'<g stroke="{_LINE}" stroke-opacity="0.6" stroke-linecap="round">'
    for line in scene.lines:
        yield (
            f'<line x1="{line.x1:g}" y1="{line.y1:g}" x2="{line.x2:g}" y2="{line.y2:g}" stroke-width="{line.width:g}"/>'
        )
    yield "</g>"
    yield '<g stroke="#ffffff" stroke-width="1.5">'
    for disc in scene.discs:
        yield (
            f'<circle cx="{disc.x:g}" cy="{disc.y:g}" r="{disc.radius:g}" fill="{disc.colour}">'
            f"<title>{escape(disc.name)}</title></circle>"
        )
    yield "</g>"
    yield f'<g fill="{_INK}" stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">'
    for label in scene.labels:
        yield f'<text x="{label.x:g}" y="{label.y:g}" font-size="{label.size:g}">{escape(label.text)}</text>'
    yield "</g>"
    for text in _frame(scene):
        colour = _INK if text.text == scene.title else _FAINT
        yield f'<text x="{text.x:g}" y="{text.y:g}" font-size="{text.size:g}" fill="{colour}">{escape(text.text)}</text>'
    yield "</svg>"


def png(scene: Scene) -> bytes:
    """The scene as PNG. What the font that comes with matplotlib has no glyph for is drawn as an empty square."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.collections import EllipseCollection, LineCollection
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patheffects import withStroke

    inches, points = 0.01, 0.72  # of a unit
    figure = Figure(figsize=(WIDTH * inches, HEIGHT * inches), dpi=_DOTS_PER_UNIT / inches, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(HEIGHT, 0)
    axes.add_collection(
        LineCollection(
            [((line.x1, line.y1), (line.x2, line.y2)) for line in scene.lines],
            linewidths=[line.width * points for line in scene.lines],
            colors=_LINE,
            alpha=0.6,
            capstyle="round",
            zorder=1,
        ),
        autolim=False,
    )
    diameters = [2 * disc.radius for disc in scene.discs]
    axes.add_collection(
        EllipseCollection(
            diameters,
            diameters,
            np.zeros(len(diameters)),
            units="xy",
            offsets=[(disc.x, disc.y) for disc in scene.discs] or np.zeros((0, 2)),
            offset_transform=axes.transData,
            facecolors=[disc.colour for disc in scene.discs],
            edgecolors="white",
            linewidths=1.5 * points,
            zorder=2,
        ),
        autolim=False,
    )
    font = FontProperties(fname=_font_file())
    halo = [withStroke(linewidth=3 * points, foreground="white")]
    for label in (*scene.labels, *_frame(scene)):
        axes.text(
            label.x,
            label.y,
            _with_glyphs(label.text),
            fontproperties=font,
            fontsize=label.size * points,
            color=_INK if label.text == scene.title or label in scene.labels else _FAINT,
            va="baseline",
            parse_math=False,
            zorder=3,
            path_effects=halo if label in scene.labels else None,
        )
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _frame(scene: Scene) -> Iterator[Label]:
    """Title and caption."""
    yield Label(36, 48, _SIZES["title"], scene.title)
    top = HEIGHT - 24 - 21 * (len(scene.caption) - 1)
    for n, text in enumerate(scene.caption):
        yield Label(36, top + 21 * n, _SIZES["caption"], text)


def _font_file() -> str:
    from matplotlib import get_data_path

    return str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))


@cache
def _font() -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(_font_file())
    font.set_size(100, 72)
    return font


@cache
def _known() -> frozenset[int]:
    return frozenset(_font().get_charmap())


def _with_glyphs(text: str) -> str:
    return "".join(c if ord(c) in _known() else "□" for c in text)


def _extent(text: str, size: float) -> float:
    """The width of a text in units."""
    font = _font()
    font.set_text(_with_glyphs(text))
    return float(font.get_width_height()[0]) / 64 * size / 100
