"""Ontology files → concepts. One file a format, all alike; :data:`ONTOLOGY_READERS` is the only list of them.

A reader says what its file says. What holds for all formats is checked here, once: identifiers are CURIEs of a known
prefix (the table in :mod:`kg.iri`), names are one line of text, parents exist, the hierarchy has no cycle. What cannot be
used is left out with a :class:`~kg.model.Warned`; a file that is damaged raises :class:`~kg.errors.OntologyError` and
gives nothing. No reader follows an import or opens a connection.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Protocol

from msgspec.structs import replace

from kg.errors import InputError, OntologyError
from kg.iri import concept_curie, concept_iri
from kg.model import Concept, Warned
from kg.ontologies import hgnc, mesh, ncbitaxon, obo, obographs, owl, sssom, tsv, turtle
from kg.vocab import MESH

HEAD = 1 << 16
"""how many bytes of a file a reader may look at to know its format"""

MAX_RATIO = 100
"""how far a gzip file may expand once it is past :data:`MAX_UNCHECKED` bytes; real ones reach about 15"""
MAX_UNCHECKED = 64 << 20
MAX_BYTES = 4 << 30

MAX_NAME = 10_000
"""the most characters of a name; more is a text that went astray"""


_MESH_YEAR = re.compile(rf"^({re.escape(MESH.base)})20[0-9]{{2}}/")
"""an edition of MeSH has its year in its IRIs"""
_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class OntologyReader(Protocol):
    """What every format offers; the modules of this wing are such readers."""

    def sniff(self, head: bytes) -> bool:
        """Whether a file that begins so is of this format."""

    def read(self, stream: BinaryIO) -> Iterator[Concept | Warned]:
        """The concepts of a file and what is to be said of it.

        Raises:
            InputError: the file is damaged; the line is named where it is known.
        """


ONTOLOGY_READERS: dict[str, OntologyReader] = {
    "turtle": turtle,
    "mesh": mesh,
    "owl": owl,
    "obo": obo,
    "hgnc": hgnc,
    "obographs": obographs,
    "ncbitaxon": ncbitaxon,
    "sssom": sssom,
    "tsv": tsv,
}
"""name → reader, in the order in which they are asked"""

CATEGORIES = MappingProxyType(
    {
        "MONDO": "Disease", "DOID": "Disease", "Orphanet": "Disease", "HP": "PhenotypicFeature",
        "CL": "Cell", "UBERON": "AnatomicalEntity", "CHEBI": "ChemicalEntity", "PR": "Protein", "UniProtKB": "Protein",
        "NCBITaxon": "OrganismTaxon", "HGNC": "Gene", "NCBIGene": "Gene", "MAXO": "Procedure", "CLO": "CellLine",
    }
)  # fmt: skip
"""CURIE prefix → Biolink class of its terms, where the file itself says nothing and the prefix leaves no doubt"""


def read_ontology(path: Path | str) -> list[Concept]:
    """The concepts of an ontology file (any of :data:`ONTOLOGY_READERS`; plain or gzip), sorted by CURIE.

    Raises:
        OntologyError: the file cannot be read, is of no known format, or is damaged.
    """
    return [item for item in ontology_items(path) if isinstance(item, Concept)]


def ontology_items(path: Path | str) -> Iterator[Concept | Warned]:
    """Like :func:`read_ontology`, with what is to be said of the file: warnings first, then concepts sorted by CURIE.

    Raises:
        OntologyError: before the first item, as of a damaged file nothing may be used.
    """
    path = Path(path)
    if not path.is_file():
        raise OntologyError(f"{path}: no such file")
    try:
        with path.open("rb") as file:
            items = list(_items(file, path.stat().st_size))
    except InputError as error:
        where = f"{path}, line {error.line}" if error.line else str(path)
        raise OntologyError(f"{where}: {error}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise OntologyError(f"{path}: cannot be read: {error}") from error
    stated = [item for item in items if isinstance(item, Concept)]
    warnings = [item for item in items if isinstance(item, Warned)]
    concepts, more = _checked(stated)
    yield from warnings
    yield from more
    if not concepts:
        yield Warned(None, "no-concepts", "the file holds no concept that can be used")
    yield from concepts


def _items(file: BinaryIO, size: int) -> Iterator[Concept | Warned]:
    stream = _plain(file, size)
    head = stream.read(HEAD)
    stream.seek(0)
    for reader in ONTOLOGY_READERS.values():
        if reader.sniff(head):
            yield from reader.read(stream)
            return
    known = ", ".join(ONTOLOGY_READERS)
    raise InputError("unknown-format", f"not an ontology in a known format ({known})")


def _plain(file: BinaryIO, size: int) -> BinaryIO:
    """The file without gzip, which is known by its first bytes, read to its end and within the limits of expansion."""
    magic = file.read(2)
    file.seek(0)
    if magic != b"\x1f\x8b":
        return file
    limit = min(max(MAX_UNCHECKED, size * MAX_RATIO), MAX_BYTES)
    whole = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="rb") as unzipped:
        while block := unzipped.read(1 << 20):
            if whole.tell() + len(block) > limit:
                raise InputError("gzip-bomb", f"the file expands to more than {limit} bytes")
            whole.write(block)
    whole.seek(0)
    return whole


# --- what holds for all formats -----------------------------------------------------------------------------------


def one_line(name: str) -> str:
    """A name with its white space folded; empty where it is not a name: too long, control characters, half characters.

    >>> one_line(" beta  cell "), one_line("a" + chr(0) + "b"), one_line(chr(0xD800))
    ('beta cell', '', '')
    """
    name = " ".join(name.split())
    return "" if len(name) > MAX_NAME or _NO_NAME.search(name) else name


def known_curie(reference: str) -> str | None:
    """A CURIE or IRI as the CURIE that this project writes; None where its prefix is not known.

    >>> known_curie("MSH:D003922"), known_curie("http://purl.obolibrary.org/obo/CL_0000169"), known_curie("NOPE:1")
    ('MESH:D003922', 'CL:0000169', None)
    """
    iri = _MESH_YEAR.sub(r"\1", reference) if "://" in reference else concept_iri(reference)
    return concept_curie(iri) if iri else None


def _checked(stated: list[Concept]) -> tuple[list[Concept], list[Warned]]:
    """What can be used, sorted by CURIE, and why the rest cannot."""
    kept: dict[str, Concept] = {}
    seen: dict[str, str] = {}
    warnings: list[Warned] = []
    unknown: Counter[str] = Counter()
    nameless: list[str] = []
    for concept in stated:
        curie = known_curie(concept.id)
        if (first := seen.setdefault(curie or concept.id, concept.label)) != concept.label or curie in kept:
            message = f"{concept.id} is defined more than once; only the first definition ({first!r}) is used"
            warnings.append(Warned(concept.id, "duplicate-concept", message))
        elif curie is None:
            unknown[_stem(concept.id)] += 1
        elif not (label := one_line(concept.label)):
            nameless.append(curie)
        else:
            kept[curie] = replace(
                concept,
                id=curie,
                label=label,
                synonyms=_names(concept.synonyms, label),
                category=concept.category or CATEGORIES.get(curie.partition(":")[0]),
                broader=_known_curies(concept.broader, curie),
                exact=_known_curies(concept.exact, curie),
                replaced_by=known_curie(concept.replaced_by) if concept.replaced_by else None,
                narrow=_names(concept.narrow, label),
                broad=_names(concept.broad, label),
                related=_names(concept.related, label),
                xrefs=_known_curies(concept.xrefs, curie),
            )
    for prefix, count in sorted(unknown.items()):
        message = f"the prefix {prefix[:80]!r} is not known: its terms have no IRI, {count} are left out"
        warnings.append(Warned(None, "unknown-prefix", message))
    if nameless:
        message = f"terms without a usable name, {len(nameless)} of them, are left out; the first is {nameless[0]}"
        warnings.append(Warned(None, "no-name", message))
    return [kept[curie] for curie in sorted(kept)], [*_hierarchy_warnings(stated), *warnings]


def _stem(reference: str) -> str:
    """What an unknown CURIE or IRI is counted under: its prefix."""
    return re.split("[_#/][^_#/]*$", reference)[0] if "://" in reference else reference.partition(":")[0]


def _names(printed: Iterable[str], label: str) -> tuple[str, ...]:
    """Those that are names and not the label, distinct, in their order."""
    return tuple(dict.fromkeys(name for s in printed if (name := one_line(s)) and name != label))


def _known_curies(references: Iterable[str], but: str) -> tuple[str, ...]:
    """Sorted, distinct; a reference without a known prefix could never become an IRI and is left out."""
    return tuple(sorted({c for r in references if (c := known_curie(r)) and c != but}))


def _hierarchy_warnings(stated: list[Concept]) -> Iterator[Warned]:
    parents: dict[str, Sequence[str]] = {}
    for concept in stated:
        parents.setdefault(concept.id, concept.broader)
    missing = sorted({p for above in parents.values() for p in above if p not in parents})
    if missing:
        message = f"{len(missing)} broader terms are not defined in the file, the first is {missing[0][:80]}"
        yield Warned(None, "missing-parent", message)
    if cycle := _cycle(parents):
        shown = " → ".join(cycle[:10])
        yield Warned(cycle[0], "cycle", f"the hierarchy has a cycle of {len(cycle)} terms: {shown} → …")


def _cycle(parents: Mapping[str, Sequence[str]]) -> list[str]:
    """One cycle of the hierarchy, empty where there is none. No recursion: chains may be of any length."""
    children: dict[str, list[str]] = {}
    open_parents: dict[str, int] = {}
    for child, above in parents.items():
        known = {p for p in above if p in parents}
        open_parents[child] = len(known)
        for parent in known:
            children.setdefault(parent, []).append(child)
    settled = [term for term, count in open_parents.items() if not count]
    for term in settled:  # grows while it is walked (Kahn 1962)
        for child in children.get(term, ()):
            open_parents[child] -= 1
            if not open_parents[child]:
                settled.append(child)
    unsettled = open_parents.keys() - set(settled)
    if not unsettled:
        return []
    # Every term that is left has a parent that is left: going up must come round.
    term, path, place = min(unsettled), list[str](), dict[str, int]()
    while term not in place:
        place[term] = len(path)
        path.append(term)
        term = min(p for p in parents[term] if p in unsettled)
    return path[place[term] :]
