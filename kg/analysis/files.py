"""Networks as files that Gephi, Cytoscape, R, pandas and spreadsheets open: CSV (RFC 4180, UTF-8) and GraphML
(http://graphml.graphdrawing.org/).

Identifiers are whole IRIs without brackets, numbers have 6 significant digits, lists (the works of a link) are joined by
blanks. Labels come from papers and are made harmless: white space and control characters become blanks, what XML 1.0
cannot hold becomes U+FFFD, and in CSV a label that a spreadsheet would take for a formula gets an apostrophe in front
(OWASP, "CSV Injection"). Identifiers and numbers are never touched, so that scripts join on ``id``; the label as it is
stands in the GraphML file and in the graph.

Equal networks give equal bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg import terms
from kg.analysis.network import rows, values
from kg.files import replacing
from kg.markup import escape, quoteattr

if TYPE_CHECKING:
    from kg.analysis.measures import Measure
    from kg.analysis.network import Column, Network

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = {int: "long", float: "double", str: "string", list: "string"}
_FORMULA = re.compile(r"[=+\-@＝＋－＠]")


def write_nodes(path: Path, network: Network, measures: Mapping[str, Measure]) -> None:
    """One line a node: id, label, its other attributes, its measures."""
    names = network.of_nodes if network.nodes else ["label", "articles"]
    numbers = (measure.values.column for measure in measures.values())
    columns = [*network.of_nodes.values(), *numbers]
    ids = map(terms.value, network.nodes)
    _write_csv(path, ["id", *names, *measures], zip(ids, *(_texts(column, inert) for column in columns), strict=True))


def write_edges(path: Path, network: Network) -> None:
    """One line a link: source, target, weight, its other attributes."""
    names = network.of_links if len(network.first) else ["weight"]
    ids = list(map(terms.value, network.nodes))
    ends = (map(ids.__getitem__, values(column)) for column in (network.first, network.second))
    others = (_texts(column, inert) for column in network.of_links.values())
    _write_csv(path, ["source", "target", *names], zip(*ends, *others, strict=True))


def write_graphml(path: Path, network: Network, measures: Mapping[str, Measure]) -> None:
    """The network with its measures as node attributes; the label in ``label``, the weight in ``weight``."""
    with replacing(path) as file:
        for line in _graphml(network, measures):
            file.write(line.encode() + b"\n")


def _graphml(network: Network, measures: Mapping[str, Measure]) -> Iterator[str]:
    # Written here, not by networkx, which holds the whole document in memory: 300 MB for 100,000 links.
    columns: dict[str, dict[str, Column]] = {
        "graph": {name: [value] for name, value in network.about.items()},
        "node": {**network.of_nodes, **{name: measure.values.column for name, measure in measures.items()}},
        "edge": dict(network.of_links),
    }
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for kind, of_kind in columns.items():
        for name, column in of_kind.items():
            if len(column):
                of_type = _TYPES[_type(column)]
                yield f'<key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="{of_type}"/>'
    yield '<graph edgedefault="undirected">'
    yield from _data("graph", columns["graph"])
    ids = [quoteattr(terms.value(node)) for node in network.nodes]
    for node, data in zip(ids, _data("node", columns["node"]), strict=True):
        yield f"<node id={node}>{data}</node>"
    for (a, b), data in zip(rows(network.first, network.second), _data("edge", columns["edge"]), strict=True):
        yield f"<edge source={ids[a]} target={ids[b]}>{data}</edge>"
    yield "</graph>"
    yield "</graphml>"


def _data(kind: str, columns: Mapping[str, Column]) -> Iterator[str]:
    """The attributes of each graph, node or link."""
    form = "".join(f'<data key="{kind}-{name}">%s</data>' for name in columns)
    texts = (_texts(column, lambda label: escape(printable(label)), escape) for column in columns.values())
    return (form % row for row in zip(*texts, strict=True))


def _texts(column: Column, label: Callable[[str], str], names: Callable[[str], str] = str) -> Iterator[str]:
    """The values of a column, which are of one type, as they are written.

    Args:
        column: numbers, labels, or lists of terms.
        label: what becomes of a label.
        names: what becomes of a list, joined.
    """
    of_type = _type(column)
    if of_type is list:
        return (names(" ".join(map(terms.value, listed))) for listed in values(column))
    if of_type is float:
        return (str(float(f"{number:.6g}")) for number in values(column))
    return map(label if of_type is str else str, values(column))


def _type(column: Column) -> type:
    first = next(values(column), "")
    return next(kind for kind in _TYPES if isinstance(first, kind))


def printable(text: str) -> str:
    r"""A label on one line, of characters that XML 1.0 and every screen can hold.

    >>> printable("a\x00\tb\nc"), printable("\ud800")
    ('a b c', '\ufffd')
    """
    return _NOT_XML.sub("\ufffd", _BLANKS.sub(" ", text)).strip()


def inert(text: str) -> str:
    """A label that no spreadsheet takes for a formula.

    >>> inert("=1+2"), inert("Ada")
    ("'=1+2", 'Ada')
    """
    text = printable(text)
    return f"'{text}" if _FORMULA.match(text) else text


def write_table(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    """A table of texts, whose labels are made harmless."""
    labels = {n for n, name in enumerate(header) if name == "label"}
    _write_csv(path, header, ([inert(cell) if n in labels else cell for n, cell in enumerate(row)] for row in rows))


def _write_csv(path: Path, header: list[str], rows: Iterable[Sequence[str]]) -> None:
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(rows)
        text.detach()
