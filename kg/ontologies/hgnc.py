"""Gene names of the HGNC (https://www.genenames.org/download/) → concepts: the complete set as JSON or as tab-separated text,
and custom downloads, whose columns have other headings.

The approved symbol is the label; name, alias and previous symbols and names are synonyms. Entrez Gene and UniProt are
cross-references. A withdrawn symbol is obsolete, and replaced by the one that it says to see.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, BinaryIO

from kg.errors import InputError
from kg.model import Concept, Warned

_HEADINGS = MappingProxyType(
    {
        "hgnc id": "hgnc_id",
        "approved symbol": "symbol",
        "approved name": "name",
        "previous symbols": "prev_symbol",
        "previous symbol": "prev_symbol",
        "previous names": "prev_name",
        "previous name": "prev_name",
        "synonyms": "alias_symbol",
        "alias symbols": "alias_symbol",
        "alias symbol": "alias_symbol",
        "alias names": "alias_name",
        "alias name": "alias_name",
        "name synonyms": "alias_name",
        "entrez gene id": "entrez_id",
        "ncbi gene id": "entrez_id",
        "uniprot id": "uniprot_ids",
        "status": "status",
    }
)
"""headings of custom downloads, without what stands in brackets → names of the complete set"""
_NAMES = ("name", "alias_symbol", "alias_name", "prev_symbol", "prev_name")
_SEE = re.compile(r"withdrawn, see ([A-Za-z0-9_.@-]{1,40})")
_MAX_LINE = 1 << 20


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is of the HGNC.

    >>> sniff(b"hgnc_id\\tsymbol\\tname\\n"), sniff(b"HGNC ID\\tApproved Symbol\\n"), sniff(b'{"graphs": []}')
    (True, True, False)
    """
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if first.startswith(b"{"):
        return b'"hgnc_id"' in head
    return {"hgnc_id", "symbol"} <= set(_columns(first.split(b"\n", 1)[0].decode("utf-8", "replace")))


def _columns(line: str) -> list[str]:
    plain = [re.sub(r"\([^()]{0,80}\)", "", cell).strip().lower() for cell in line.rstrip("\r").split("\t")]
    return [_HEADINGS.get(name, name.replace(" ", "_")) for name in plain]


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The genes, in the order of the file.

    Raises:
        InputError: it cannot be read, with the line where that is known.
    """
    begin = stream.read(4)
    stream.seek(0)
    rows = _from_json(stream) if begin.lstrip(b"\xef\xbb\xbf \n").startswith(b"{") else _from_table(stream)
    genes = list(rows)
    by_symbol = {str(gene.get("symbol")): str(gene.get("hgnc_id")) for gene in genes}
    for gene in genes:
        yield _concept(gene, by_symbol)


def _from_json(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    try:
        whole = json.load(stream)
        documents = whole["response"]["docs"] if "response" in whole else whole["docs"]
        yield from (document for document in documents if document.get("hgnc_id"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("hgnc-syntax", f"not the HGNC's JSON: {type(error).__name__}: {error}") from error


def _from_table(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    columns: list[str] = []
    number = 0
    while raw := stream.readline(_MAX_LINE):
        number += 1
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputError("not-utf-8", "the table must be UTF-8, this line is not", line=number) from error
        if not columns:
            columns = _columns(line)
            continue
        cells = line.split("\t")
        row = {name: cells[n].strip().strip('"') for n, name in enumerate(columns) if n < len(cells)}
        if row.get("hgnc_id"):
            yield row


def _values(gene: dict[str, Any], name: str) -> list[str]:
    """One value or several: a JSON array, or a cell with bars or commas."""
    found = gene.get(name) or []
    if isinstance(found, str):
        # Names may hold commas, symbols do not.
        found = found.split("|") if "|" in found or "name" in name else found.split(",")
    return [str(value).strip() for value in (found if isinstance(found, list) else [found]) if str(value).strip()]


def _concept(gene: dict[str, Any], by_symbol: dict[str, str]) -> Concept:
    curie = str(gene["hgnc_id"])
    symbol, name = str(gene.get("symbol") or ""), str(gene.get("name") or "")
    withdrawn = "withdrawn" in str(gene.get("status") or "").lower() or symbol.endswith("~withdrawn")
    see = _SEE.search(name)
    xrefs = [f"NCBIGene:{value}" for value in _values(gene, "entrez_id")]
    xrefs += [f"UniProtKB:{value}" for value in _values(gene, "uniprot_ids")]
    return Concept(
        id=curie if curie.startswith("HGNC:") else f"HGNC:{curie}",
        label=symbol.removesuffix("~withdrawn"),
        synonyms=() if withdrawn else tuple(value for column in _NAMES for value in _values(gene, column)),
        category="Gene",
        obsolete=withdrawn,
        replaced_by=by_symbol.get(see[1]) if see else None,
        xrefs=tuple(xrefs),
    )
