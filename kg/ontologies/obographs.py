"""OBO graphs in JSON → concepts.

https://github.com/geneontology/obographs (schema 0.3): ``graphs[].nodes[]`` with ``id``, ``lbl``, ``meta``;
``edges[]`` with ``sub``, ``pred``, ``obj``; ``equivalentNodesSets[]``. Read are the classes of all graphs of a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg.errors import InputError
from kg.model import Concept, Warned
from kg.ontologies.obo import NAMESPACE_CATEGORIES, NOT_A_NAME, is_a_name

_GRAPHS = re.compile(rb'"graphs"\s*:\s*\[')
_SCOPES = {
    "hasExactSynonym": "EXACT",
    "hasRelatedSynonym": "RELATED",
    "hasNarrowSynonym": "NARROW",
    "hasBroadSynonym": "BROAD",
}
_REPLACED_BY = "IAO_0100001"  # "term replaced by"


def sniff(head: bytes) -> bool:
    """Whether a file that begins so holds OBO graphs.

    >>> sniff(b'{"graphs": [ ]}'), sniff(b'{"nodes": []}')
    (True, False)
    """
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and bool(_GRAPHS.search(head))


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The classes of all graphs; identifiers and parents as the file writes them (mostly IRIs).

    Raises:
        InputError: not JSON, or not of the shape of OBO graphs.
    """
    try:
        # Numbers carry nothing here; kept as text they cannot cost anything.
        whole = json.loads(stream.read().decode("utf-8-sig"), parse_int=str, parse_float=str)
    except UnicodeDecodeError as error:
        raise InputError("not-utf-8", "JSON must be UTF-8, this file is not", byte=error.start) from error
    except json.JSONDecodeError as error:
        raise InputError("not-json", f"not well-formed JSON: {error.msg}", line=error.lineno) from error
    except RecursionError as error:
        raise InputError("too-deep", "the JSON is nested too deeply") from error
    for graph in _list(whole, "graphs"):
        yield from _graph(graph)


def _graph(graph: Any) -> Iterator[Concept | Warned]:
    broader: dict[str, list[str]] = {}
    for edge in _list(graph, "edges"):
        if _text(edge, "pred") in {"is_a", "subClassOf"}:
            broader.setdefault(_text(edge, "sub"), []).append(_text(edge, "obj"))
    exact: dict[str, list[str]] = {}
    for group in _list(graph, "equivalentNodesSets"):
        same = sorted({node for node in _list(group, "nodeIds") if isinstance(node, str)})
        # A star is enough, sameness is transitive; a set of n would give n² pairs.
        for other in same[1:]:
            exact.setdefault(other, []).append(same[0])
    for node in _list(graph, "nodes"):
        if _text(node, "type") in {"CLASS", ""}:
            yield from _node(node, broader, exact)


def _node(node: Any, broader: dict[str, list[str]], exact: dict[str, list[str]]) -> Iterator[Concept | Warned]:
    iri, label = _text(node, "id"), _text(node, "lbl")
    meta = node.get("meta") or {}
    if not label:
        # Nodes without a label are references into other ontologies.
        return
    properties = [(_local(_text(p, "pred")), _text(p, "val")) for p in _list(meta, "basicPropertyValues")]
    synonyms: list[str] = []
    others: dict[str, list[str]] = {"NARROW": [], "BROAD": [], "RELATED": []}
    for s in _list(meta, "synonyms"):
        scope, kind = _SCOPES.get(_local(_text(s, "pred")), ""), _as_curie(_text(s, "synonymType"))
        if is_a_name(_as_curie(iri), scope, kind):
            synonyms.append(_text(s, "val"))
        elif scope in others and kind not in NOT_A_NAME:
            others[scope].append(_text(s, "val"))
    yield Concept(
        id=iri,
        label=label,
        synonyms=tuple(synonyms),
        category=next(
            (NAMESPACE_CATEGORIES[v] for p, v in properties if p == "hasOBONamespace" and v in NAMESPACE_CATEGORIES),
            None,
        ),
        broader=tuple(broader.get(iri, ())),
        exact=(*exact.get(iri, ()), *(v for p, v in properties if p == "exactMatch")),
        obsolete=meta.get("deprecated") is True,
        replaced_by=next((v for p, v in properties if p == _REPLACED_BY), None),
        narrow=tuple(others["NARROW"]),
        broad=tuple(others["BROAD"]),
        related=tuple(others["RELATED"]),
        xrefs=tuple(_text(x, "val") for x in _list(meta, "xrefs")),
    )


def _local(iri: str) -> str:
    return re.split("[#/]", iri)[-1]


def _as_curie(iri: str) -> str:
    """``http://purl.obolibrary.org/obo/OMO_0003002`` → ``OMO:0003002``, ``…/uberon/core#DUBIOUS`` → ``DUBIOUS``."""
    return _local(iri).replace("_", ":", 1) if "/obo/" in iri and "#" not in iri else _local(iri)


def _list(holder: Any, key: str) -> list[Any]:
    """The list under a key, empty where there is none.

    Raises:
        InputError: something else stands there.
    """
    if not isinstance(holder, dict):
        raise InputError("obographs-shape", f"an object with {key!r} is wanted, not {str(holder)[:60]!r}")
    value = holder.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError("obographs-shape", f"{key!r} is not a list")
    return value


def _text(holder: Any, key: str) -> str:
    """The string under a key, empty where there is none.

    Raises:
        InputError: something else stands there.
    """
    if not isinstance(holder, dict):
        raise InputError("obographs-shape", f"an object with {key!r} is wanted, not {str(holder)[:60]!r}")
    value = holder.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError("obographs-shape", f"{key!r} is not a string: {str(value)[:60]!r}")
    return value
