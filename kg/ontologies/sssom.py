"""Mappings between ontologies in SSSOM/TSV (https://mapping-commons.github.io/sssom/) → concepts that say what they match.

A row whose predicate is ``skos:exactMatch`` (or ``owl:equivalentClass``) makes subject and object one sense; the other
predicates give cross-references. Rows that say "Not" are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from kg.errors import InputError
from kg.model import Concept, Warned

_EXACT = frozenset({"skos:exactmatch", "owl:equivalentclass", "semapv:exactmatch"})
_NEEDED = frozenset({"subject_id", "predicate_id", "object_id"})
_MAX_LINE = 1 << 20


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is SSSOM/TSV: comments with metadata, then the columns that it must have.

    >>> sniff(b"#mapping_set_id: x\\nsubject_id\\tpredicate_id\\tobject_id\\n"), sniff(b"id\\tlabel\\n")
    (True, False)
    """
    for line in head.removeprefix(b"\xef\xbb\xbf").splitlines():
        if not line.startswith(b"#"):
            return {name.decode("ascii", "replace") for name in line.split(b"\t")} >= _NEEDED
    return False


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """One concept a subject, in the order of the file.

    Raises:
        InputError: not UTF-8, with the line.
    """
    columns: list[str] = []
    labels: dict[str, str] = {}
    exact: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    number = 0
    while raw := stream.readline(_MAX_LINE):
        number += 1
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputError("not-utf-8", "the table must be UTF-8, this line is not", line=number) from error
        if line.startswith("#") or not line.strip():
            continue
        cells = line.split("\t")
        if not columns:
            columns = cells
            continue
        row = dict(zip(columns, cells, strict=False))
        subject, target = row.get("subject_id", "").strip(), row.get("object_id", "").strip()
        if not subject or not target or row.get("predicate_modifier", "").strip().lower() == "not":
            continue
        labels.setdefault(subject, row.get("subject_label", "").strip())
        same = row.get("predicate_id", "").strip().lower() in _EXACT
        (exact if same else others).setdefault(subject, []).append(target)
    for subject, label in labels.items():
        if not label:
            yield Warned(subject, "no-name", f"the mappings of {subject} give it no label, so that they cannot be used")
            continue
        yield Concept(
            id=subject, label=label, exact=tuple(exact.get(subject, ())), xrefs=tuple(others.get(subject, ()))
        )
