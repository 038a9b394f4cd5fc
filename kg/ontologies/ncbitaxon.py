"""The NCBI taxonomy (https://ftp.ncbi.nih.gov/pub/taxonomy/taxdump_readme.txt) → concepts: ``names.dmp`` alone, or the
``taxdump.tar.gz`` with ``nodes.dmp``, which gives the hierarchy.

The scientific name is the label; common names, synonyms and equivalent names are synonyms; what has "authority" in its class
repeats a name with its author and is left out, as are misspellings.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from types import MappingProxyType
from typing import BinaryIO, Protocol

from kg.errors import InputError
from kg.model import Concept, Warned

_SNIFFED = re.compile(rb"[0-9]{1,10}\t\|\t[^\n]{0,2000}\t\|\n")
_SCOPES = MappingProxyType(
    {
        "synonym": "synonyms",
        "equivalent name": "synonyms",
        "genbank common name": "synonyms",
        "common name": "synonyms",
        "acronym": "related",
        "genbank acronym": "related",
        "genbank synonym": "synonyms",
        "blast name": "broad",
        "in-part": "related",
    }
)
_NODES, _NAMES = "nodes.dmp", "names.dmp"


class _Lines(Protocol):
    """What both a file and a member of an archive can do."""

    def readline(self, size: int, /) -> bytes: ...


_TAR = (257, b"ustar")
_MAX_LINE = 1 << 16


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is ``names.dmp``, or a tar archive with it.

    >>> sniff(b"1\\t|\\troot\\t|\\t\\t|\\tscientific name\\t|\\n"), sniff(b"id\\tlabel\\n")
    (True, False)
    """
    at, magic = _TAR
    if head[at : at + len(magic)] == magic:
        return b".dmp" in head
    return bool(_SNIFFED.match(head.removeprefix(b"\xef\xbb\xbf"))) and b"scientific name" in head


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The taxa, by identifier.

    Raises:
        InputError: a line is not as it should be, or the archive has no names.
    """
    at, magic = _TAR
    start = stream.read(at + len(magic))
    stream.seek(0)
    parents: dict[str, str] = {}
    names: dict[str, dict[str, list[str]]] = {}
    if start[at:] == magic:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    if not member.isreg() or member.name.rpartition("/")[2] not in (_NODES, _NAMES):
                        continue
                    file = archive.extractfile(member)
                    assert file is not None
                    if member.name.endswith(_NODES):
                        parents = {cells[0]: cells[1] for cells in _rows(file)}
                    else:
                        names = _named(file)
        except tarfile.TarError as error:
            raise InputError("tar-damaged", f"the archive is damaged: {error}") from error
    else:
        names = _named(stream)
    if not names:
        raise InputError("no-names", f"the archive has no {_NAMES}")
    for taxon in sorted(names, key=int):
        yield _concept(taxon, names[taxon], parents.get(taxon))


def _rows(stream: _Lines) -> Iterator[list[str]]:
    number = 0
    while raw := stream.readline(_MAX_LINE):
        number += 1
        cells = [
            cell.strip()
            for cell in raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace")
            .rstrip("\n")
            .removesuffix("\t|")
            .split("\t|\t")
        ]
        if len(cells) < 2 or not (cells[0].isascii() and cells[0].isdigit()):
            raise InputError("taxonomy-syntax", "not a line of the taxonomy", line=number)
        yield cells


def _named(stream: _Lines) -> dict[str, dict[str, list[str]]]:
    names: dict[str, dict[str, list[str]]] = {}
    for taxon, name, *rest in _rows(stream):
        kind = rest[-1] if rest else ""
        if kind == "scientific name":
            names.setdefault(taxon, {}).setdefault("label", []).append(name)
        elif kind in _SCOPES:
            names.setdefault(taxon, {}).setdefault(_SCOPES[kind], []).append(name)
    return names


def _concept(taxon: str, names: dict[str, list[str]], parent: str | None) -> Concept:
    return Concept(
        id=f"NCBITaxon:{taxon}",
        label=names.get("label", [""])[0],
        synonyms=tuple(names.get("synonyms", ())),
        category="OrganismTaxon",
        broader=(f"NCBITaxon:{parent}",) if parent and parent != taxon else (),
        broad=tuple(names.get("broad", ())),
        related=tuple(names.get("related", ())),
    )
