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
    import networkx as nx

    from kg.analysis.measures import Measure

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = {int: "long", float: "double", str: "string"}
_FORMULA = re.compile(r"[=+\-@＝＋－＠]")


def write_nodes(path: Path, network: nx.Graph[str], measures: Mapping[str, Measure]) -> None:
    """One line a node: id, label, its other attributes, its measures."""
    node_columns = _columns(data for _, data in network.nodes(data=True))
    rows = (
        [terms.value(node)]
        + [_cell(network.nodes[node].get(name, "")) for name in node_columns]
        + [_cell(measure.values[node]) for measure in measures.values()]
        for node in sorted(network)
    )
    _write_csv(path, ["id", *(node_columns or ["label", "articles"]), *measures], rows)


def write_edges(path: Path, network: nx.Graph[str]) -> None:
    """One line a link: source, target, weight, its other attributes."""
    edge_columns = _columns(data for _, _, data in network.edges(data=True))
    rows = (
        [terms.value(a), terms.value(b), *(_cell(network.edges[a, b].get(name, "")) for name in edge_columns)]
        for a, b in _sorted_edges(network)
    )
    _write_csv(path, ["source", "target", *(edge_columns or ["weight"])], rows)


def write_graphml(path: Path, network: nx.Graph[str], measures: Mapping[str, Measure]) -> None:
    """The network with its measures as node attributes; the label in ``label``, the weight in ``weight``."""
    with replacing(path) as file:
        for line in _graphml(network, measures):
            file.write(line.encode() + b"\n")


def _graphml(network: nx.Graph[str], measures: Mapping[str, Measure]) -> Iterator[str]:
    # Written here, not by networkx, which holds the whole document in memory: 300 MB for 100,000 links.
    def node_attributes(node: str) -> dict[str, Any]:
        return network.nodes[node] | {name: measure.values[node] for name, measure in measures.items()}

    nodes, edges = sorted(network), list(_sorted_edges(network))
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    first = {
        "graph": network.graph,
        "node": node_attributes(nodes[0]) if nodes else {},
        "edge": network.edges[edges[0]] if edges else {},
    }
    for kind, attributes in first.items():
        for name, value in attributes.items():
            of_type = _TYPES[type(_attribute(value))]
            yield f'<key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="{of_type}"/>'
    yield '<graph edgedefault="undirected">'
    yield _data("graph", network.graph)
    for node in nodes:
        yield f"<node id={quoteattr(terms.value(node))}>{_data('node', node_attributes(node))}</node>"
    for a, b in edges:
        ends = f"source={quoteattr(terms.value(a))} target={quoteattr(terms.value(b))}"
        yield f"<edge {ends}>{_data('edge', network.edges[a, b])}</edge>"
    yield "</graph>"
    yield "</graphml>"


def _data(kind: str, attributes: Mapping[str, Any]) -> str:
    return "".join(
        f'<data key="{kind}-{name}">{escape(str(_attribute(value)))}</data>' for name, value in attributes.items()
    )


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


def _columns(attributes: Iterable[dict[str, Any]]) -> list[str]:
    """The names of the attributes: those of the first, because all nodes and all links of a network are alike."""
    return list(next(iter(attributes), {}))


def _sorted_edges(network: nx.Graph[str]) -> Iterator[tuple[str, str]]:
    yield from sorted((min(pair), max(pair)) for pair in network.edges())


def _attribute(value: Any) -> str | int | float:
    if isinstance(value, list):
        return " ".join(map(terms.value, value))
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return printable(value) if isinstance(value, str) else int(value)


def _cell(value: Any) -> str:
    plain = _attribute(value)
    return inert(value) if isinstance(value, str) else str(plain)
