"""Text → date with the precision that was stated.

Knows English month names and seasons, ISO dates, and the free forms of MEDLINE (NLM, "MedlineDate"). It does not guess
between day-month and month-day orders: 03/04/2020 is refused, 13/04/2020 is not.
"""

from __future__ import annotations

import re

from kg.model import Date

_NUMBERS = {form: number for number in range(1, 32) for form in (str(number), f"{number:02d}")}
_MONTHS = {form: number for form, number in _NUMBERS.items() if number <= 12} | {
    form: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        1,
    )
    for name in names.split()
    for form in (name, name.capitalize())
}  # fmt: skip
_YEARS = {str(year): year for year in range(1500, 2101)}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEAR = re.compile(r"(1[5-9][0-9]{2}|20[0-9]{2}|2100)", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?(?:T[0-9:.+Z-]{1,30})?", re.ASCII)
_WORD = r"([A-Za-z]{3,9})\.?"
_MONTH_DAY_YEAR = re.compile(_WORD + r"[ \u00a0]{0,3}([0-9]{1,2})(?:st|nd|rd|th)?,?[ \u00a0]{1,3}([0-9]{4})", re.ASCII)
_DAY_MONTH_YEAR = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th)?[ \u00a0-]{1,3}" + _WORD + r",?[ \u00a0-]{1,3}([0-9]{4})", re.ASCII
)
_MONTH_YEAR = re.compile(_WORD + r",?[ \u00a0]{1,3}([0-9]{4})", re.ASCII)
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})[ \u00a0]{1,3}" + _WORD + r"(?:[ \u00a0]{1,3}([0-9]{1,2}))?", re.ASCII)
_NUMERIC = re.compile(r"([0-9]{1,2})([./])([0-9]{1,2})\2([0-9]{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})([./])([0-9]{1,2})\2([0-9]{1,2})", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z]+|[0-9]+", re.ASCII)


def month(text: str) -> int | None:
    """A month 1 to 12 from its English name, abbreviation or number.

    >>> month("Nov"), month("11"), month("Sept"), month("13"), month("Winter")
    (11, 11, 9, None, None)
    """
    return _MONTHS.get(text.strip().rstrip(".").lower())


def make(year: str, month_text: str | None = None, day: str | None = None) -> Date | None:
    """A date from its parts as printed; None where they are no date (31 February, year 0). Missing parts are None.

    >>> make("2019", "Nov", "31") is None, make("2019", "Feb", "29") is None, make("2019", "Nov")
    (True, True, Date(year=2019, month=11, day=None, printed=None))
    """
    y = _YEARS.get(year) or _YEARS.get(year.strip())
    if y is None:
        return None
    if month_text is None or not month_text.strip():
        return Date(y) if day is None or not day.strip() else None
    m = _MONTHS.get(month_text) or month(month_text)
    if m is None:
        return None
    if day is None or not day.strip():
        return Date(y, m)
    d = _NUMBERS.get(day) or _NUMBERS.get(day.strip())
    if d is None or d > _DAYS[m - 1]:
        return None
    if m == 2 and d == 29 and (y % 4 or (y % 100 == 0 and y % 400)):
        return None
    return Date(y, m, d)


def parse(text: str) -> Date | None:
    """A plain date in one of the forms that articles print.

    >>> parse("March 11, 2025") == parse("11 March 2025") == parse("2025-03-11") == parse("2025 Mar 11")
    True
    >>> parse("Jul 2025"), parse("03/04/2020") is None, parse("13.04.2020")
    (Date(year=2025, month=7, day=None, printed=None), True, Date(year=2020, month=4, day=13, printed=None))
    """
    text = text.strip().rstrip(".")
    if len(text) > 60:
        return None
    if _YEAR.fullmatch(text):
        return Date(int(text))
    if m := _ISO.fullmatch(text):
        return make(m[1], m[2], m[3])
    if m := _MONTH_DAY_YEAR.fullmatch(text):
        return make(m[3], m[1], m[2]) if not m[1].isdigit() else None
    if m := _DAY_MONTH_YEAR.fullmatch(text):
        return make(m[3], m[2], m[1])
    if m := _MONTH_YEAR.fullmatch(text):
        return make(m[2], m[1])
    if m := _YEAR_MONTH_DAY.fullmatch(text):
        return make(m[1], m[2], m[3])
    if m := _YEAR_FIRST.fullmatch(text):
        return make(m[1], m[3], m[4])
    if m := _NUMERIC.fullmatch(text):
        day, month_number = int(m[1]), int(m[3])
        if month_number > 12 or (day <= 12 and day != month_number and m[2] == "/"):
            # 04/13/2020 can only be American; 03/04/2020 could be either
            return make(m[4], m[1], m[3]) if month_number > 12 else None
        return make(m[4], m[3], m[1])
    return None


def medline(text: str) -> Date | None:
    """A MedlineDate: the earliest period that it states without doubt, with the string as ``printed``.

    >>> medline("2019 Nov-Dec")
    Date(year=2019, month=11, day=None, printed='2019 Nov-Dec')
    >>> medline("1998 Dec-1999 Jan"), medline("Winter 2000").year, medline("2015-2016").month, medline("n.d.")
    (Date(year=1998, month=12, day=None, printed='1998 Dec-1999 Jan'), 2000, None, None)
    >>> medline("2000 Dec 23-30")
    Date(year=2000, month=12, day=None, printed='2000 Dec 23-30')
    """
    printed = " ".join(text.split())
    tokens = _TOKEN.findall(printed[:100])
    years = [t for t in tokens if _YEAR.fullmatch(t)]
    if not years:
        return None
    if plain := parse(printed):
        return plain
    position = tokens.index(years[0])
    found = None
    if position + 1 < len(tokens):
        found = month(tokens[position + 1]) if tokens[position + 1].isalpha() else None
    if found is None and position and tokens[0].isalpha():
        found = month(tokens[0])  # "Nov-Dec 1999"
    return Date(int(years[0]), found, None, printed)


def iso(date: Date) -> str:
    """The lexical form of its precision: ``2025``, ``2025-07``, ``2025-07-26``.

    >>> iso(Date(2025, 7)), iso(Date(2025, 7, 26))
    ('2025-07', '2025-07-26')
    """
    if date.month is None:
        return f"{date.year:04d}"
    if date.day is None:
        return f"{date.year:04d}-{date.month:02d}"
    return f"{date.year:04d}-{date.month:02d}-{date.day:02d}"


def first_day(date: Date) -> str:
    """The earliest day of the stated period, as ``YYYY-MM-DD``.

    >>> first_day(Date(2025)), first_day(Date(2025, 7))
    ('2025-01-01', '2025-07-01')
    """
    return f"{date.year:04d}-{date.month or 1:02d}-{date.day or 1:02d}"
