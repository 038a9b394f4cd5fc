"""Affiliation string → its parts, as far as they are certain.

An affiliation is printed from the small to the large: unit, institution, place, country, between commas. This room reads
that order from both ends (the country from the right, the unit from the left) and abstains wherever a second reading
is possible: the string itself always stays whole, so a part that is missing costs less than a part that is wrong.

Country codes are ISO 3166-1 alpha-2; names and aliases stand in ``data/countries.tsv``, first-level divisions that
affiliations name (states, provinces) in ``data/regions.tsv``. No network, no gazetteer of cities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from kg.model import Affiliation

LONGEST = 2000
"""characters; a longer string is no single affiliation and keeps only its text"""


def fold(text: str) -> str:
    """White space of every kind (no-break blanks, tabs, line ends) folded to single blanks, none at the ends.

    >>> fold(" Institute\\u00a0of\\r\\n Biology ")
    'Institute of Biology'
    """
    if text.isprintable() and "  " not in text and not text.startswith(" ") and not text.endswith(" "):
        return text  # as most are
    return " ".join(text.split())


def parse(text: str) -> Affiliation:
    """One affiliation string with the parts that can be told apart without doubt; the others are None.

    >>> a = parse("School of Pharmacy, Desh Bhagat University, Mandi Gobindgarh 147301, Punjab, India")
    >>> a.department, a.institution, a.city, a.postcode, a.region, a.country, a.country_code
    ('School of Pharmacy', 'Desh Bhagat University', 'Mandi Gobindgarh', '147301', 'Punjab', 'India', 'IN')

    ``country`` is as printed (``USA``, ``P.R. China``); where only a state is printed, ``country_code`` stands alone:

    >>> a = parse("Department of Genomics, Fictional Cancer Center, Seattle, WA 98109. Electronic address: a@example.org")
    >>> a.city, a.region, a.postcode, a.country, a.country_code
    ('Seattle', 'WA', '98109', None, 'US')

    Of several institutions in one string the first is taken (:func:`addresses` has all). A ROR identifier is not looked for.
    """
    text = fold(text)
    if len(text) > LONGEST:
        return Affiliation(text)
    return _parts(text, _segments(text))


def _parts(text: str, segments: list[str]) -> Affiliation:
    """The parts of an address from its segments, which are used up."""
    if not segments:
        return Affiliation(text)
    country, code = _take_country(segments)
    if code == "CN" and (narrower := _special_region(segments)):
        code = narrower
    tiers = [_tier(segment) for segment in segments]
    best = max(tiers, default=0)
    institution = department = None
    tail = segments
    if best >= _GENERIC:
        place = tiers.index(best)
        institution = segments[place]
        department = _department(segments[:place], tiers[:place])
        tail = segments[place + 1 :]
    elif best == _UNIT:
        last = len(tiers) - 1 - tiers[::-1].index(_UNIT)
        if _starts_as_unit(segments[last]):
            department = _department(segments[: last + 1], tiers[: last + 1])
        tail = segments[last + 1 :]
    city, region, postcode = _place(tuple(tail[-3:]), code)
    if city is not None and code is not None and code not in _CITY_STATES and _country_of(city) == code:
        city = None  # "Taiwan 30043, R.O.C."
    return Affiliation(text, department, institution, city, region, postcode, country, code)


_SPECIAL_REGIONS = {"hong kong": "HK", "kowloon": "HK", "macau": "MO", "macao": "MO", "taiwan": "TW"}


def _special_region(segments: list[str]) -> str | None:
    """Hong Kong, Macao and Taiwan have codes of their own, also where "China" is printed behind them."""
    for segment in reversed(segments):
        key = _key(segment)
        for name, code in _SPECIAL_REGIONS.items():
            if name in key and (key.startswith(name) or f" {name}" in key):
                return code
        if _plain(segment):
            return None  # another city
    return None


_LABELS = re.compile(r"(?:^|[ .;,])[\[(][0-9]{1,2}[\])] |(?:^|[.;,] )[0-9]{1,2}[\])]? (?=[A-Z])", re.ASCII)


@lru_cache(maxsize=1 << 13)
def addresses(text: str) -> tuple[Affiliation, ...]:
    """Every address of a string that prints several, each with its own text; at least one.

    >>> [a.institution for a in addresses("First University, Rome, Italy; Second University, Paris, France")]
    ['First University', 'Second University']
    """
    text = fold(text)
    if len(text) > LONGEST:
        return (Affiliation(text),)
    runs = [segments for piece in _pieces(text) for segments in _runs(piece)]
    return tuple([_parts(", ".join(run), run) for run in runs]) if len(runs) > 1 else (parse(text),)


def _pieces(text: str) -> list[str]:
    """A string cut at list labels and at semicolons behind which another institution stands."""
    pieces = [piece for piece in _LABELS.split(text) if piece.strip(" ,;.")]
    if len(pieces) == 1 and ";" in text:
        chunks = [chunk.strip(" ,") for chunk in text.split(";") if chunk.strip(" ,.")]
        if all(_is_address(chunk) for chunk in chunks):
            pieces = chunks
    return pieces


def _is_address(chunk: str) -> bool:
    segments = _commas(chunk)
    return bool(segments) and any(_tier(segment) >= _MEDIUM for segment in segments)


def _runs(piece: str) -> Iterator[list[str]]:
    """The segments of each address in a piece: an address ends with its country."""
    segments = _segments_of_all(piece)
    start = 0
    for n, following in enumerate(segments[1:]):
        if (_tier(following) or following.startswith("and ")) and n >= start and _is_country(segments[n]):
            yield segments[start : n + 1]
            start = n + 1
            segments[start] = segments[start].removeprefix("and ")
    if segments[start:]:
        yield segments[start:]


_BORDERS = re.compile(r"[,;()/\[\]]")


@lru_cache(maxsize=1 << 10)
def countries(text: str) -> frozenset[str]:
    """The codes of all countries that a string names or implies, in whichever of its addresses.

    >>> sorted(countries("First University, Rome, Italy; Second University, Boston, MA 02115"))
    ['IT', 'US']
    """
    text = fold(text)[:LONGEST]
    found = {code for piece in _BORDERS.split(text) if (code := _country_at_end(piece.strip(" .")))}
    found.update(address.country_code for address in addresses(text) if address.country_code)
    return frozenset(found)


@lru_cache(maxsize=1 << 14)
def _country_at_end(piece: str) -> str | None:
    """The country whose name ends a piece, also in the name of an institution ("University of Jordan")."""
    words = piece.split(" ")
    if not _ends_country(words[-1]):
        return None
    for size in range(min(4, len(words)), 0, -1):
        if (code := _country_of(" ".join(words[-size:]))) and words[-size:] != ["Georgia"]:
            before = words[-size - 1].casefold() if len(words) > size else ""
            return None if before in _COMPASS else code
    return None


@lru_cache(maxsize=1 << 14)
def _ends_country(word: str) -> bool:
    """Whether the name of a country can end with a word: most pieces of a string need not be looked at further."""
    return len(word) <= 60 and _key(word).replace(" ", "") in _country_endings()


@cache
def _country_endings() -> frozenset[str]:
    names = [name.replace(" ", "") for name in _countries()]
    return frozenset(name[n:] for name in names for n in range(len(name) + 1))


_COMPASS = frozenset(
    "new north south east west northern southern eastern western papua equatorial american french".split()
)


_EMAIL = re.compile(r"[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}", re.ASCII)


_STATED = re.compile(
    r"(?:https?://)?(?:www\.)?(?:orcid\.org/|ror\.org/)?"
    r"\b([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9Xx]|(?<=ror\.org/)0[a-z0-9]{6}[0-9]{2}|grid\.[0-9]{1,9}\.[0-9a-f]{1,2})\b",
    re.ASCII,
)


def stated(text: str) -> tuple[str, ...]:
    """The identifiers that stand in a string as they are printed, without their address: ORCID, ROR, GRID.

    >>> stated("Sham Clinic (https://ror.org/03vek6s52), Rome, https://orcid.org/0000-0002-1825-0097, grid.1.2")
    ('03vek6s52', '0000-0002-1825-0097', 'grid.1.2')
    """
    return tuple(dict.fromkeys(_STATED.findall(text))) if _holds_identifiers(text) else ()


def _holds_identifiers(text: str) -> bool:
    return "0000-" in text or "ror.org/" in text or "grid." in text


def emails(text: str) -> tuple[str, ...]:
    """The e-mail addresses in a string, each once, in order.

    >>> emails("Sham Clinic, Rome. Electronic address: a.doe@example.org.")
    ('a.doe@example.org',)
    """
    return tuple(dict.fromkeys(_EMAIL.findall(text))) if "@" in text else ()


# --- cutting --------------------------------------------------------------------------------------------------------

_CONTACT_LABEL = re.compile(
    r"(?:electronic address|e-?mail(?: address)?|correspondence|contact|tel|phone|fax)[:.]? ?$", re.I
)
_NUMBER_LABEL = re.compile(r"[\[(]?[0-9]{1,2}(?:[\])] ?| |(?=[A-Z][a-z]))(?=[^\W\d_])", re.ASCII)
_LABEL_STARTS = frozenset("0123456789[(")
_SECOND_LABEL = re.compile(r"[ .;,][\[(]2[\])] | 2\] ")
_CONTACT_STARTS = ("fax", "tel", "phone", "e-mail", "email")
_LONGEST_ENDING = 16  # characters, dots and blanks included: what is longer need not be looked at closer
_COMPANY_ENDINGS = {"inc", "ltd", "llc", "gmbh", "co", "corp", "ag", "sa", "plc", "ltda", "bv", "jr", "md", "phd"}


def _segments(text: str) -> list[str]:
    """The parts between commas of the first address in the string, without contact details and list labels."""
    text = _without_contact(text).strip("[]# ")
    if text and text[0] in _LABEL_STARTS and (label := _NUMBER_LABEL.match(text)):
        text = text[label.end() :]
        if second := _SECOND_LABEL.search(text):
            text = text[: second.start()]
    if ";" in text:
        first, _, _ = text.partition(";")
        head = _commas(first)
        # A chunk that closes with a country is an address of its own; else the semicolon stands for a comma.
        if head and _country_of(head[-1]):
            return head
        text = text.replace(";", ",")
    segments = _commas(text)
    while segments and segments[-1].casefold().startswith(_CONTACT_STARTS):
        segments.pop()
    for n, following in enumerate(segments[1:]):
        # "…, China, and Other Hospital, Cincinnati, Ohio": the first address ends with its country
        if (_tier(following) or following.startswith("and ")) and _is_country(segments[n]):
            return segments[: n + 1]
    return segments


def _segments_of_all(piece: str) -> list[str]:
    """The parts between commas and semicolons, whatever addresses they belong to, without contact details."""
    segments = _commas(_without_contact(piece).strip("[]# ").replace(";", ","))
    return [segment for segment in segments if not segment.casefold().startswith(_CONTACT_STARTS)]


_EMPTY_BRACKETS = re.compile(r" ?(?:\( ?\)|\[ ?\])")


def _without_contact(text: str) -> str:
    """What stands before the first e-mail address and its label, without identifiers."""
    if _holds_identifiers(text):
        text = _EMPTY_BRACKETS.sub("", _STATED.sub("", text)).rstrip(" ,;.:(")
    if "@" not in text:
        return text
    start = text.rfind(" ", 0, text.index("@")) + 1
    text = text[:start].rstrip(" ,;.:(")
    return text[:-40] + _CONTACT_LABEL.sub("", text[-40:])


def _commas(text: str) -> list[str]:
    """Split at commas outside of parentheses; ``Inc.``, ``Ltd`` … stay with the name before them."""
    found: list[str] = []
    has_parentheses = "(" in text or ")" in text
    depth = 0
    for piece in text.split(","):
        if depth > 0:
            found[-1] = f"{found[-1]},{piece}"
        elif part := piece.strip():
            if found and len(part) <= _LONGEST_ENDING and _is_company_ending(part):
                found[-1] = f"{found[-1]}, {part}"
            else:
                found.append(part)
        if has_parentheses and found:
            depth = max(0, depth + piece.count("(") - piece.count(")"))
    if found:
        found[-1] = _undotted(found[-1])
        if not found[-1]:
            found.pop()
    return found


_DOTTED = re.compile(r"(?:[A-Z]\. ?){2,6}")


@lru_cache(maxsize=1 << 12)
def _is_company_ending(part: str) -> bool:
    return part.replace(".", "").replace(" ", "").casefold() in _COMPANY_ENDINGS


def _undotted(segment: str) -> str:
    """Without the full stop that ends the string, unless it belongs to an abbreviation (``U.S.A.``)."""
    return segment if segment[1:2] == "." and _DOTTED.fullmatch(segment) else segment.rstrip(" .")


@lru_cache(maxsize=1 << 12)
def _key(name: str) -> str:
    """The form under which names of countries and regions are looked up."""
    key = " ".join(name.replace(".", " ").replace("’", "'").casefold().split())
    return key.removeprefix("the ")


def _compact(key: str) -> str:
    """``u s a`` → ``usa``: dotted abbreviations printed with or without blanks are the same."""
    parts = key.split()
    letters = 0
    while letters < len(parts) and len(parts[letters]) == 1:
        letters += 1
    return " ".join(["".join(parts[:letters]), *parts[letters:]]).strip() if letters > 1 else key


# --- tables ---------------------------------------------------------------------------------------------------------


def _rows(name: str) -> list[list[str]]:
    text = files("kg").joinpath("data", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


@cache
def _countries() -> dict[str, str]:
    """Name or alias, as :func:`_compact` key → code."""
    table: dict[str, str] = {}
    for code, name, aliases in _rows("countries.tsv"):
        for known in (name, *filter(None, aliases.split("|"))):
            table[_compact(_key(known))] = code
    return table


@cache
def _regions() -> dict[tuple[str, str], bool]:
    """(country code, region key) → whether a city has the same name."""
    table: dict[tuple[str, str], bool] = {}
    for country, name, code, city in _rows("regions.tsv"):
        for known in filter(None, (name, code)):
            table[country, known if known.isupper() else _key(known)] = city == "yes" and known == name
    return table


@lru_cache(maxsize=16384)
def _country_of(name: str) -> str | None:
    if len(name) > 60:
        return None
    key, table = _key(name), _countries()
    return table.get(key) or table.get(_compact(key))


def _is_country(segment: str) -> bool:
    """Whether a segment is the name of a country. Most are not by their looks: only the Central African Republic has
    something of an institution's, a centre's."""
    return _tier(segment) in (0, _MEDIUM) and _country_of(segment) is not None


def _region(name: str, code: str | None) -> bool | None:
    """Whether a name is a region of the country: None no, True yes and also a city, False a region only."""
    if code is None:
        return None
    table = _regions()
    found = table.get((code, name)) if name.isupper() else None
    if found is None and (len(name) > 3 or name.isupper()):
        found = table.get((code, _key(name)))
    if found is None and name.endswith(_REGION_ENDINGS):
        return False
    return found


_REGION_ENDINGS = (
    " Province",
    " Prefecture",
    " State",
    " County",
    " Oblast",
    " Region",
    " Autonomous Region",
    " Governorate",
)

# --- country --------------------------------------------------------------------------------------------------------

_NOT_BEFORE_COUNTRY = frozenset(
    "of and the in for at & de del di do da du von new north south east west northern southern eastern western papua "
    "equatorial guinea american french british netherlands".split()
)
_GEORGIA = frozenset(("tbilisi", "batumi", "kutaisi"))
_GEORGIA_US = frozenset(("atlanta", "athens", "augusta", "savannah", "macon", "decatur", "marietta"))


def _take_country(segments: list[str]) -> tuple[str | None, str | None]:
    """Country as printed and its code, which may follow from a state alone; takes the name off the segments."""
    last = segments[-1]
    key = _key(last)
    if key == "georgia":
        return _georgia(segments)
    if code := _country_of(last):
        segments.pop()
        return last, code
    # "Israel 91120", "Singapore 119074": a postcode behind the country
    head, _, tail = last.rpartition(" ")
    if head and _GENERIC_POSTCODE.fullmatch(tail) and (code := _country_of(head)):
        segments[-1] = tail
        return head, code
    if last.endswith(")") and " (" in last:
        head, _, inner = last[:-1].rpartition(" (")
        if code := _country_of(inner):
            segments[-1] = head
            return inner, code
    words = last.split(" ")
    for size in range(min(5, len(words) - 1), 0, -1):
        name = " ".join(words[-size:])
        if (code := _country_of(name)) is None or name == "Georgia":
            continue
        before = words[:-size]
        if before[-1].casefold() in _NOT_BEFORE_COUNTRY or _tier(" ".join(before)) > 0:
            return None, None  # "University of Jordan", "Universiti Putra Malaysia": the name of an institution
        segments[-1] = " ".join(before)
        return name, code
    for code in ("US", "CA", "AU"):
        if _state_at_end(last, code):
            return None, code
    return None, None


def _georgia(segments: list[str]) -> tuple[str | None, str | None]:
    """Georgia is a country and a state: decided by a city, else left open."""
    words = {word for segment in segments[:-1] for word in segment.casefold().split()}
    if words & _GEORGIA:
        return segments.pop(), "GE"
    return (None, "US") if words & _GEORGIA_US else (None, None)


_US_ZIP = re.compile(r"[0-9]{5}(?:-[0-9]{1,4})?", re.ASCII)
_CA_CODE = re.compile(r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]", re.ASCII)
_AU_CODE = re.compile(r"[0-9]{4}", re.ASCII)
_STATE_POSTCODE = {"US": _US_ZIP, "CA": _CA_CODE, "AU": _AU_CODE}
_AU_ALONE = frozenset(("NSW", "VIC", "QLD", "TAS", "ACT"))


def _state_at_end(segment: str, code: str) -> bool:
    """Whether a segment closes with a state of this country, and a postcode of its form or none."""
    if _tier(segment) > 0:
        return False
    rest, postcode = _take_postcode(segment, code)
    split = _split_region(rest, code)
    if split is None:
        return False
    region = split[1]
    if postcode is None:
        # "WA", "SA", "NT" alone are states of two countries or none; a name is certain unless a city bears it too
        if region.isupper() and len(region) <= 3:
            return code != "AU" or region in _AU_ALONE
        return _region(region, code) is False and (code != "AU" or _key(region) != "victoria")
    return _STATE_POSTCODE[code].fullmatch(postcode) is not None


# --- institution and department -------------------------------------------------------------------------------------

_UNIT, _GENERIC, _MEDIUM, _STRONG = 1, 2, 3, 4
_WORD = re.compile(r"[^\W\d_]+")
# First five letters of a word: enough to know it in the languages that affiliations are printed in.
_STRONG_STEMS = frozenset("unive hospi hôpit hôpit osped szpit krank polyt polit sveuč ünive".split())
_STRONG_WORDS = frozenset(
    "univ uniwersytet academy academia académie akademie akademia klinikum infirmary cnrs inserm inra inrae cern csic infn "
    "csiro kaist riken mit ucla eth epfl chu chru nhs irccs ucl embl".split()
)
_MEDIUM_STEMS = frozenset(
    "insti insty istit cente centr zentr found fonda funda colle counc minis corpo compa organ agenc museu obser schoo "
    "pharm thera socie assoc".split()
)
_MEDIUM_WORDS = frozenset(
    "clinic clinics clínica clinica inc ltd llc gmbh corp plc inst acad coll trust bureau nih cdc".split()
)
_UNIT_STEMS = frozenset(
    "depar dépar dipar facul facol fakul labor divis secti secci sezio servi abtei progr klini clini lehrs unida".split()
)
_UNIT_WORDS = frozenset(
    "dept dept. school unit unité unità unidade lab labs chair section ward branch group team graduate postgraduate cátedra "
    "katedra klinik clinic clinics clínica clinica umr sektion research".split()
)
_CITY_STATES = frozenset("SG LU HK MO GT PA KW MC SM DJ MX".split())
_GENERIC_START = frozenset("center centre centro centers institute institut instituto istituto college school".split())
_GENERIC_NEXT = frozenset("of for de di für d".split())
_PLURAL_CENTERS = frozenset(("centers for disease", "institutes of health"))


@lru_cache(maxsize=1 << 14)
def _tier(segment: str) -> int:
    """How much a segment looks like the name of an institution: 4 surely, 3 well, 2 a generic name ("Institute of
    Pathology"), 1 a unit of one, 0 not at all."""
    words = _WORD.findall(segment.casefold())
    if words and words[0] in ("the", "from", "1st", "first", "second", "third"):
        words = words[1:]
    if not words:
        return 0
    first = words[0]
    if first[:5] in _UNIT_STEMS or first in _UNIT_WORDS:
        return _UNIT  # "School of …", "Department of …", whatever follows
    stems = {word[:5] for word in words if not word.startswith("universitetsk")}  # a Russian street
    if not (stems.isdisjoint(_STRONG_STEMS) and _STRONG_WORDS.isdisjoint(words)):
        return _STRONG
    generic = first in _GENERIC_START and len(words) > 1 and words[1] in _GENERIC_NEXT
    if generic:
        return _MEDIUM if " ".join(words[:3]) in _PLURAL_CENTERS else _GENERIC
    if not (stems.isdisjoint(_MEDIUM_STEMS) and _MEDIUM_WORDS.isdisjoint(words)):
        return _UNIT if not stems.isdisjoint(("depar", "divis", "labor")) else _MEDIUM
    return 0 if stems.isdisjoint(_UNIT_STEMS) and _UNIT_WORDS.isdisjoint(words) else _UNIT


def _starts_as_unit(segment: str) -> bool:
    words = _WORD.findall(segment.casefold())
    return any(word[:5] in _UNIT_STEMS or word in _UNIT_WORDS for word in words[:1]) or "department" in words


_ARTICLES = ("From the ", "from the ", "The ", "the ")
_NAME = re.compile(r"[A-Z][\w'’-]*(?: [A-Z][\w'’.-]*){1,2}")


def _department(segments: list[str], tiers: list[int]) -> str | None:
    """What precedes the institution; without the personal names that some records put before it."""
    if any(tiers):
        first = 0 if tiers[0] else next(n for n, tier in enumerate(tiers) if tier)
        if first >= 2 and all(_NAME.fullmatch(segment) for segment in segments[:first]):
            segments = segments[first:]
    elif len(segments) != 1 or not _plain(segments[0]):
        return None
    joined = ", ".join(segments)
    if joined.startswith(_ARTICLES):
        for article in _ARTICLES:
            joined = joined.removeprefix(article)
    return joined or None


# --- place ----------------------------------------------------------------------------------------------------------

_NOT_IN_PLACES = frozenset('0123456789()[]{}/:&#"“”@|_*+=<>')
_DIGIT = re.compile(r"[0-9]", re.ASCII)
_GENERIC_POSTCODE = re.compile(r"(?:[A-Z]{1,3}-)?[0-9]{4,7}(?:-[0-9]{3,4})?", re.ASCII)
_POSTCODES: dict[str | None, str] = {
    "US": r"[0-9]{5}(?:-[0-9]{1,4})?",
    "GB": r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}",
    "IE": r"[A-Z][0-9]{2} ?[0-9A-Z]{4}|[A-Z][0-9]{2}",
    "CA": r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
    "AU": r"[0-9]{4}",
    "IN": r"[0-9]{6}|[0-9]{3} [0-9]{3}",
    "CN": r"[0-9]{6}",
    "RU": r"[0-9]{6}",
    "JP": r"[0-9]{3}-[0-9]{4}",
    "KR": r"[0-9]{5}|[0-9]{3}-[0-9]{3}",
    "TW": r"[0-9]{3}(?:[0-9]{2,3})?",
    "NL": r"(?:NL-)?[0-9]{4} ?[A-Z]{2}|[0-9]{4}",
    "PL": r"(?:PL-)?[0-9]{2}-[0-9]{3}",
    "PT": r"[0-9]{4}-[0-9]{3}|[0-9]{4}",
    "BR": r"[0-9]{5}-[0-9]{3}|[0-9]{8}|[0-9]{2}\.[0-9]{3}-[0-9]{3}",
    "SE": r"(?:SE-)?[0-9]{3} ?[0-9]{2}",
    "CZ": r"[0-9]{3} ?[0-9]{2}",
    "SK": r"[0-9]{3} ?[0-9]{2}",
    "GR": r"[0-9]{3} ?[0-9]{2}",
    "AR": r"[A-Z][0-9]{4}(?:[A-Z]{3})?|[0-9]{4}",
    "IL": r"[0-9]{7}|[0-9]{5}",
    "IR": r"[0-9]{5}-[0-9]{5}|[0-9]{10}|[0-9]{5}",
    "SG": r"[0-9]{6}",
    "EG": r"[0-9]{5}",
    "VN": r"[0-9]{5,6}",
    None: r"(?:[A-Z]{1,3}-)?[0-9]{4,6}",
}
_AT_END = {code: re.compile(rf"(?:^|.* )({pattern})", re.ASCII) for code, pattern in _POSTCODES.items()}
_AT_START = {code: re.compile(rf"({pattern})(?: |$|-(?=[^\W\d_]))", re.ASCII) for code, pattern in _POSTCODES.items()}
_STREET = frozenset(
    "street st. str road rd avenue ave boulevard blvd drive dr lane way square place plaza parkway highway hwy route floor "
    "building bldg room suite box p.o po bag strasse straße str. rue via calle avenida av rua allee weg platz piazza block "
    "sector campus km house tower park quarter locked private mail laan lu straat ulica ul utca".split()
)
_STREET_ENDINGS = (
    "straße",
    "strasse",
    "str.",
    "weg",
    "allee",
    "platz",
    "gasse",
    "straat",
    "laan",
    "gatan",
    "veien",
    "utca",
)
_DISTRICT_ENDINGS = ("-ku", "-dong", "-gu", "-ro", "-cho", "-gun")
_DISTRICT_WORDS = frozenset("district township ward zone area village near opposite block town borough county".split())


def _take_postcode(segment: str, code: str | None) -> tuple[str, str | None]:
    """A segment without the postcode at its end or start, and the postcode in the form of the country."""
    if len(segment) > 60 or not _DIGIT.search(segment):
        return segment, None
    kind = code if code in _POSTCODES else None
    if match := _AT_END[kind].fullmatch(segment):
        return segment[: match.start(1)].rstrip(" -–"), match[1]
    # A number before a name is a postcode only where house numbers follow their street: not in the United States.
    if code not in ("US", "CA", "AU", "GB") and (match := _AT_START[kind].match(segment)):
        rest = segment[match.end() :].strip(" -–")
        if _plain(rest):
            return rest, match[1]
    if kind is not None and code not in ("US", "CA", "GB", "AU") and (match := _AT_END[None].fullmatch(segment)):
        rest = segment[: match.start(1)].rstrip(" -–")
        return (rest, match[1]) if len(match[1]) >= 5 else (segment, None)
    if kind is not None and code not in ("US", "CA", "GB", "AU") and (match := _AT_START[None].match(segment)):
        rest = segment[match.end() :].strip(" -–")
        return (rest, match[1]) if _plain(rest) else (segment, None)
    return segment, None


@lru_cache(maxsize=1 << 14)
def _plain(segment: str) -> bool:
    """Whether a segment can be the bare name of a place."""
    if not segment or len(segment) > 40 or not _NOT_IN_PLACES.isdisjoint(segment):
        return False
    words = segment.split(" ")
    lowered = segment.casefold().split(" ")
    if len(words) > 1 and any(len(word) > 3 and word.isupper() for word in words) and not segment.isupper():
        return False  # "EUMETSAT Darmstadt"
    if len(words) > 5 or words[0][0].islower() or (segment.isupper() and len(segment) <= 6 and segment.isascii()):
        return False
    if not (_STREET.isdisjoint(lowered) and _DISTRICT_WORDS.isdisjoint(lowered)) or "and" in lowered:
        return False
    if any(word.endswith(_STREET_ENDINGS) for word in lowered) or lowered[-1].endswith(_DISTRICT_ENDINGS):
        return False
    return _tier(segment) == 0


def _split_region(segment: str, code: str | None) -> tuple[str | None, str] | None:
    """``Pasadena California`` → (Pasadena, California); ``CA`` → (None, CA); None where no region closes the segment."""
    if not segment or code is None:
        return None
    if _region(segment, code) is not None:
        return None, segment
    if code not in ("US", "CA", "AU"):
        return None
    words = segment.split(" ")
    for size in (3, 2, 1):
        if len(words) > size:
            name = " ".join(words[-size:])
            # "Salt Lake City Utah" but not "Port Washington"; a code stands in capitals
            if _region(name, code) is not None:
                city = " ".join(words[:-size])
                return (city, name) if _plain(city) else None
    return None


@lru_cache(maxsize=1 << 14)
def _place(near: tuple[str, ...], code: str | None) -> tuple[str | None, str | None, str | None]:
    """City, region and postcode from the last segments, three at most, between institution and country."""
    for n in range(len(near) - 1, -1, -1):
        rest, postcode = _take_postcode(near[n], code)
        if postcode is not None:
            return _place_by_postcode(near[:n], rest, postcode, near[n + 1 :], code)
    if not near:
        return None, None, None
    last, before = near[-1], near[-2] if len(near) > 1 else ""
    if split := _split_region(last, code):
        city, region = split
        if city:
            return city, region, None
        also_city = _region(region, code)
        if also_city and code == "CN":
            return region, None, None  # Beijing, Shanghai …: municipalities
        if _plain(before):
            return before, region, None
        return (region, None, None) if also_city else (None, region, None)
    if not _plain(last) or _plain(before):
        return None, None, None  # two bare names: suburb and city, or city and region
    return last, None, None


def _place_by_postcode(
    before: tuple[str, ...], rest: str, postcode: str, after: tuple[str, ...], code: str | None
) -> tuple[str | None, str | None, str | None]:
    """City and region from where they stand towards the postcode: ``City 12345, Region``, ``City, Region 12345`` …"""
    previous = before[-1] if before else ""
    alone = after[0] if len(after) == 1 else ""
    following = alone if _plain(alone) or _split_region(alone, code) else None
    if rest:
        split = _split_region(rest, code)
        if split and split[0]:
            return split[0], split[1], postcode
        if split:
            also_city = _region(rest, code)
            if _plain(previous) and not (also_city and code == "CN"):
                return previous, rest, postcode
            return (rest, following, postcode) if also_city else (None, rest, postcode)
        return (rest, following, postcode) if _plain(rest) else (None, None, postcode)
    if following is None:
        if _split_region(previous, code):
            return (*_place(before, code)[:2], postcode)
        return (previous, None, postcode) if _plain(previous) else (None, None, postcode)
    if _region(following, code) is not None:
        return (previous if _plain(previous) else None), following, postcode
    return (None, None, postcode) if _plain(previous) else (following, None, postcode)
