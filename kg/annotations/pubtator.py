"""The PubTator format: ``PMID|t|title``, ``PMID|a|abstract``, a line an annotation, a line a relation, a blank line.

An annotation is ``PMID start end text type identifier`` with tabs between, where identifier may be missing or followed by
the parts of a composite mention (BC5CDR: ``hemorrhagic|cystitis``); a relation is ``PMID type argument argument`` and, in
BioRED, whether it is novel. Offsets count title, one character, abstract.

Sources: https://www.ncbi.nlm.nih.gov/research/pubtator3/tutorial and the files of BioCreative V CDR and BioRED.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from kg.annotations.identifiers import argument_concepts, concepts_of, types_by_identifier
from kg.annotations.offsets import Place, fit, told
from kg.errors import InputError
from kg.model import AnnotatedDocument, AnnotatedPassage, Annotation, Argument, Claim, Rejected, Warned

AGENT = "PubTator"
"""who marked what a file marks, since the format itself does not say"""
LONGEST_LINE = 32 << 20
PARTS = "parts"
"""the infon that holds the seventh column, the parts of a composite mention"""
COLUMNS = "columns"
"""the infon that holds what stands in further columns"""

_TEXT_LINE = re.compile(rb"([^|\t\r\n]{1,200})\|([ta])\|")
_HEAD_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}[^|\t\r\n]{1,200}\|[ta]\|")
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_LINE_ENDS = re.compile(r"[\r\n]")
_NOT_IN_A_CELL = re.compile(r"[\t\r\n]")


def is_pubtator(head: bytes) -> bool:
    """Whether a file begins as PubTator's do.

    >>> is_pubtator(b"12|t|A title"), is_pubtator(b"12\\t0\\t3"), is_pubtator(b"| t |")
    (True, False, False)
    """
    return _HEAD_LINE.match(head) is not None


@dataclass(slots=True)
class _Lines:
    """The lines of one document as they come."""

    id: str
    line: int
    start: bytes = field(init=False)
    """what the lines of its annotations and relations begin with"""
    texts: dict[str, str] = field(default_factory=dict)
    marked: list[tuple[int, list[str]]] = field(default_factory=list)
    related: list[tuple[int, list[str]]] = field(default_factory=list)
    troubles: list[Warned] = field(default_factory=list)
    broken: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        self.start = f"{self.id}\t".encode()

    @property
    def record(self) -> str:
        return f"PMID {self.id}" if self.id.isdigit() else f"document {self.id}"


def read_pubtator(stream: BinaryIO, agent: str = AGENT) -> Iterator[AnnotatedDocument | Rejected | Warned]:
    """The documents of a file, one at a time, each after its warnings.

    Args:
        stream: UTF-8, with or without byte order mark, any line ends.
        agent: who marked what is marked.

    Raises:
        InputError: a line is too long to be one.
    """
    current: _Lines | None = None
    for number, raw in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), 1):
        if len(raw) > LONGEST_LINE:
            raise InputError("line-too-long", f"a line is longer than {LONGEST_LINE >> 20} MB", line=number)
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        raw = raw.rstrip(b"\r\n")
        if not raw.strip():
            if current is not None:
                yield from _document(current, agent)
            current = None
            continue
        if current is None or not raw.startswith(current.start):
            name = (_TEXT_LINE.match(raw) or _START.match(raw) or [b"", b""])[1].decode("utf-8", "replace").strip()
            if current is None or (name and name != current.id):
                if current is not None:
                    yield from _document(current, agent)
                current = _Lines(name or f"at line {number}", number)
        _take(current, number, raw)
    if current is not None:
        yield from _document(current, agent)


_START = re.compile(rb"([^|\t\r\n]{1,200})\t")


def _take(lines: _Lines, number: int, raw: bytes) -> None:
    """One line of a document."""
    try:
        line = raw.decode()
    except UnicodeDecodeError as error:
        lines.broken = lines.broken or (number, f"byte {error.start} of line {number} is not UTF-8; save it as UTF-8")
        return
    match = None if raw.startswith(lines.start) else _TEXT_LINE.match(raw)
    if match is not None:
        kind = match[2].decode()
        if kind in lines.texts:
            lines.broken = lines.broken or (number, f"line {number} gives its |{kind}| a second time")
        lines.texts[kind] = raw[match.end() :].decode()
        return
    cells = line.split("\t")
    if len(cells) >= 5 and _NUMBER.fullmatch(cells[1]) and _NUMBER.fullmatch(cells[2]):
        lines.marked.append((number, cells))
    elif len(cells) >= 4 and not _NUMBER.fullmatch(cells[1]) and cells[1]:
        lines.related.append((number, cells))
    else:
        message = f"line {number} is neither text nor an annotation nor a relation; it is left out"
        lines.troubles.append(Warned(lines.record, "unknown-line", message, number))


def _document(lines: _Lines, agent: str) -> Iterator[AnnotatedDocument | Rejected | Warned]:
    if lines.broken is not None:
        number, why = lines.broken
        yield Rejected(lines.record, "not-utf-8" if "UTF-8" in why else "text-given-twice", why, number)
        return
    if not lines.texts:
        yield Rejected(lines.record, "no-text", "has neither a title (|t|) nor an abstract (|a|)", lines.line)
        return
    yield from lines.troubles
    title, abstract = lines.texts.get("t", ""), lines.texts.get("a")
    passages = [AnnotatedPassage("title", title, "title")]
    if abstract is not None:
        passages.append(AnnotatedPassage("abstract", abstract, "abstract", len(title) + 1))
    places = [Place(((int(cells[1]), int(cells[2]) - int(cells[1])),), cells[3]) for _, cells in lines.marked]
    fitted = fit([(passage.text, None) for passage in passages], places)
    yield from told(lines.record, fitted, places, [number for number, _ in lines.marked])
    annotations = tuple(
        _annotation(passages[found[0]].name, found[1], cells, agent)
        for found, (_, cells) in zip(fitted.found, lines.marked, strict=True)
        if found is not None
    )
    types = types_by_identifier(annotations)
    yield AnnotatedDocument(
        id=lines.id,
        passages=tuple(passages),
        annotations=annotations,
        claims=tuple(_claim(cells, agent, types) for _, cells in lines.related),
        line=lines.line,
    )


def _annotation(passage: str, spans: tuple[tuple[int, int], ...], cells: list[str], agent: str) -> Annotation:
    identifier = cells[5] if len(cells) > 5 else None
    infons: list[tuple[str, object]] = []
    if len(cells) > 6:
        infons.append((PARTS, cells[6]))
    if len(cells) > 7:
        infons.append((COLUMNS, "\t".join(cells[7:])))
    concepts = concepts_of(identifier, cells[4]) if identifier else ()
    return Annotation(passage, spans, cells[3], cells[4], identifier, concepts, agent, None, tuple(infons))


def _claim(cells: list[str], agent: str, types: Mapping[str, set[str]]) -> Claim:
    arguments = tuple(Argument(cell, argument_concepts(cell, types.get(cell, ()))) for cell in cells[2:4])
    infons = ((COLUMNS, "\t".join(cells[5:])),) if len(cells) > 5 else ()
    return Claim(cells[1], arguments, agent, cells[4] if len(cells) > 4 else None, None, infons)


# --- writing ------------------------------------------------------------------------------------------------------


def write_pubtator(documents: Iterable[AnnotatedDocument], out: BinaryIO) -> int:
    """Write documents; how many.

    The format has one title and one abstract: passages after the title are joined by blanks. Line ends within them become
    blanks, of which each counts as many characters. A discontinuous annotation is written from its first to its last
    character.
    """
    count = 0
    for document in documents:
        out.write("".join(_lines(document)).encode("utf-8", "replace"))
        count += 1
    return count


def _lines(document: AnnotatedDocument) -> Iterator[str]:
    name = _NOT_IN_A_CELL.sub(" ", document.id).replace("|", " ") or "-"
    is_titled = bool(document.passages) and (
        document.passages[0].name == "title" or document.passages[0].kind == "title"
    )
    title = document.passages[0].text if is_titled else ""
    rest = document.passages[1:] if is_titled else document.passages
    starts = {document.passages[0].name: 0} if is_titled else {}
    at = len(title) + 1
    for passage in rest:
        starts[passage.name] = at
        at += len(passage.text) + 1
    abstract = " ".join(passage.text for passage in rest)
    whole = _LINE_ENDS.sub(" ", f"{title} {abstract}")
    yield f"{name}|t|{whole[: len(title)]}\n"
    yield f"{name}|a|{whole[len(title) + 1 :]}\n"
    for annotation in document.annotations:
        before, text = starts[annotation.passage], annotation.text
        if len(annotation.spans) == 1:
            start, end = annotation.spans[0]
        else:
            start, end = annotation.start, annotation.end
            text = whole[before + start : before + end]
        line = f"{name}\t{before + start}\t{before + end}\t{_cell(text)}\t{_cell(annotation.type)}"
        if annotation.identifier is not None:
            line = f"{line}\t{_cell(annotation.identifier)}"
            further = dict(annotation.infons) if annotation.infons else {}
            if PARTS in further:
                line = f"{line}\t{_cell(str(further[PARTS]))}"
            if COLUMNS in further:
                line = f"{line}\t{_cells(further[COLUMNS])}"
        yield f"{line}\n"
    for claim in document.claims:
        cells = [name, claim.relation, *(argument.identifier for argument in islice(claim.arguments, 2))]
        cells += [""] * (4 - len(cells))
        if claim.novelty is not None:
            cells.append(claim.novelty)
        line = "\t".join(map(_cell, cells))
        columns = dict(claim.infons).get(COLUMNS)
        yield f"{line}\t{_cells(columns)}\n" if columns is not None else f"{line}\n"
    yield "\n"


def _cells(columns: object) -> str:
    """Further columns, as the infon has them."""
    return "\t".join(map(_cell, str(columns).split("\t")))


def _cell(text: str) -> str:
    """A text as it may stand between two tabs; nothing that may not is printable."""
    return text if text.isprintable() else _NOT_IN_A_CELL.sub(" ", text)
