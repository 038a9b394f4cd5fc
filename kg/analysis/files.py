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
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import terms
from kg.files import replacing
from kg.markup import escape, quoteattr

if TYPE_CHECKING:
    from kg.analysis.measures import Measure
    from kg.analysis.network import Network

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = {int: "long", float: "double", str: "string"}
_FORMULA = re.compile(r"[=+\-@＝＋－＠]")


def write_nodes(path: Path, network: Network, measures: Mapping[str, Measure]) -> None:
    """One line a node: id, label, its other attributes, its measures."""
    found = network.node_rows(*(measure.values.column for measure in measures.values()))
    columns = network.of_nodes if network.nodes else ["label", "articles"]
    _write_csv(path, ["id", *columns, *measures], ([terms.value(node), *map(_cell, row)] for node, *row in found))


def write_edges(path: Path, network: Network) -> None:
    """One line a link: source, target, weight, its other attributes."""
    columns = network.of_links if len(network.first) else ["weight"]
    rows = ([terms.value(a), terms.value(b), *map(_cell, row)] for a, b, *row in network.link_rows())
    _write_csv(path, ["source", "target", *columns], rows)


def write_graphml(path: Path, network: Network, measures: Mapping[str, Measure]) -> None:
    """The network with its measures as node attributes; the label in ``label``, the weight in ``weight``."""
    with replacing(path) as file:
        for line in _graphml(network, measures):
            file.write(line.encode() + b"\n")


def _graphml(network: Network, measures: Mapping[str, Measure]) -> Iterator[str]:
    # Written here, not by networkx, which holds the whole document in memory: 300 MB for 100,000 links.
    numbers = [measure.values.column for measure in measures.values()]
    names = {"graph": list(network.about), "node": [*network.of_nodes, *measures], "edge": list(network.of_links)}
    first = {
        "graph": list(network.about.values()),
        "node": list(next(network.node_rows(*numbers), ()))[1:],
        "edge": list(next(network.link_rows(), ()))[2:],
    }
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for kind, values in first.items():
        for name, value in zip(names[kind], values, strict=False):  # none where there is no node, or no link
            of_type = _TYPES[type(_attribute(value))]
            yield f'<key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="{of_type}"/>'
    keys = {kind: [f'<data key="{kind}-{name}">' for name in of_kind] for kind, of_kind in names.items()}
    yield '<graph edgedefault="undirected">'
    yield _data(keys["graph"], first["graph"])
    for node, *row in network.node_rows(*numbers):
        yield f"<node id={quoteattr(terms.value(node))}>{_data(keys['node'], row)}</node>"
    for a, b, *row in network.link_rows():
        ends = f"source={quoteattr(terms.value(a))} target={quoteattr(terms.value(b))}"
        yield f"<edge {ends}>{_data(keys['edge'], row)}</edge>"
    yield "</graph>"
    yield "</graphml>"


def _data(keys: Iterable[str], values: Iterable[Any]) -> str:
    return "".join(f"{key}{escape(str(_attribute(value)))}</data>" for key, value in zip(keys, values, strict=True))


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


def _write_csv(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(rows)
        text.detach()


def _attribute(value: Any) -> str | int | float:
    if isinstance(value, list):
        return " ".join(map(terms.value, value))
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return printable(value) if isinstance(value, str) else int(value)


def _cell(value: Any) -> str:
    plain = _attribute(value)
    return inert(value) if isinstance(value, str) else str(plain)
