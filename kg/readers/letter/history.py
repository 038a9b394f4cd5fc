"""Dates, and the time between them: received, revised, accepted, published; processing time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from kg import dates
from kg.model import Date, Event, EventKind
from kg.readers.letter.forms import DATE_LABEL, DURATION
from kg.readers.letter.labels import DATED, kind_of
from kg.readers.letter.layout import Block
from kg.readers.letter.record import Reading

_ORDER: tuple[EventKind, ...] = ("received", "revised", "accepted", "issued", "available")


class _Spans:
    """Days, months and years, of which each is looked up at once however many there are."""

    def __init__(self) -> None:
        self._stated: set[tuple[int, ...]] = set()
        self._around: set[tuple[int, ...]] = set()

    def add(self, date: Date) -> None:
        parts = _parts(date)
        self._stated.add(parts)
        self._around.update(parts[:size] for size in range(1, len(parts) + 1))

    def holds(self, date: Date) -> bool:
        """Whether a date is one of these, or the year or month of one, or lies in one that is a year or month."""
        parts = _parts(date)
        return parts in self._around or any(parts[:size] in self._stated for size in range(1, len(parts)))


def _parts(date: Date) -> tuple[int, ...]:
    return tuple(part for part in (date.year, date.month, date.day) if part)


def read_events(reading: Reading) -> tuple[Event, ...]:
    """What happened when, in the order of a manuscript's way; a date that cannot be read stays as printed."""
    layout = reading.layout
    dated: list[tuple[EventKind, str, int]] = []
    if layout.journal:
        dated.append(("issued", layout.journal.date, reading.line))
    if layout.online:
        dated.append(("available", layout.online[1], layout.online[0]))
    for block in layout.blocks:
        if block.kind in DATED or block.kind == "dated-note":
            dated += _dated(reading, block)
    stated = layout.journal
    published = any(kind in ("issued", "available") for kind, _, _ in dated[1:])
    if stated and published and len(stated.date) == 4 and not stated.certain:
        dated = dated[1:]  # the year of "J Sham 80 (2024) 12–19" says no more than the date of publication
    events: dict[Event, None] = {}
    first: dict[EventKind, Date] = {}
    issued = _Spans()
    for kind, printed, line in dated:
        date = dates.parse(printed)
        if date is None:
            reading.warn("date-invalid", f"no date can be read from {printed[:80]!r} ({kind})", line)
        event = Event(kind, date, None if date else printed)
        if event in events or (kind == "issued" and date and issued.holds(date)):
            continue
        if date and kind in first and kind != "revised":
            message = f"{kind} is {dates.iso(date)} here and {dates.iso(first[kind])} elsewhere"
            reading.warn("dates-differ", message, line)
        if date:
            first.setdefault(kind, date)
        if date and kind == "issued":
            issued.add(date)
        events[event] = None
    return tuple(sorted(events, key=lambda event: _ORDER.index(event.kind)))


def _dated(reading: Reading, block: Block) -> Iterator[tuple[EventKind, str, int]]:
    """The dates of one line, which may hold several labels ("Received: … Revised: …"); what is no event is a note."""
    text = f"{block.heading}: {block.paragraph}"
    marks = list(DATE_LABEL.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = [(mark["label"], text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)] if marks else []
    for label, value in found or [(str(block.heading), block.paragraph)]:
        kind, value = kind_of(label), value.strip(" ;,.|/")
        if kind in DATED:
            yield DATED[kind], value, block.number
        else:
            reading.keep(block.number, label, value)


def read_processing_time(reading: Reading, events: Sequence[Event]) -> str | None:
    """The processing time as printed; it is compared with the dates where both are known to the day."""
    blocks = reading.blocks("processing")
    if not blocks:
        return None
    text = blocks[0].paragraph
    for block in blocks[1:]:
        reading.note(block)
    match = DURATION.match(text)
    day = {event.kind: _day(event.date) for event in reversed(events)}
    received, published = day.get("received"), day.get("available") or day.get("issued")
    if match is None:
        message = f"no duration can be read from {text[:80]!r}"
        reading.warn("processing-time-unknown", message, blocks[0].number)
    elif received and published:
        stated = int(match[1]) + float(match[2] or 0) / 24
        passed = (published - received).days
        if abs(stated - passed) > 1 and abs(int(match[1]) - passed) > 1:
            message = (
                f"{text} is stated, but {passed} days passed from {received} (received) to {published} (published)"
            )
            reading.warn("processing-time-differs", message, blocks[0].number)
    return text


def _day(date: Date | None) -> datetime.date | None:
    return datetime.date(date.year, date.month, date.day) if date and date.month and date.day else None
