"""The Research Organization Registry (ROR): its published dump compiled into an index that is mapped into memory.

A dump is a JSON array or JSON lines of schema version 1 or 2, plain, gzipped or in the zip file that ROR publishes
(https://ror.readme.io/docs/data-dump, CC0). :func:`compiled` makes the index once for a content and keeps it in a folder,
named by the digest of the dump; :class:`Registry` maps it, so that processes share it and opening costs nothing.

The index holds organisations, their names as comparable words (:mod:`kg.naming`), for every word the names of which it
is one of the two rarest words (so that the names that may stand in a string are few), the hierarchy, and the places.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import math
import mmap
import os
import re
import zipfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np

from kg import files, identifiers
from kg.errors import EnvironmentProblem, UsageError
from kg.naming import words
from kg.version import VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 7
"""changes when the index or the words of names change; an index of another format is made anew"""

SUFFIX = ".ror"
_MAGIC = b"kg ror index\n"
_PIECE = 1 << 20
_LONGEST_RECORD = 16 << 20
SIGNATURE = 2
"""a name is found by this many of its rarest words"""
RARE = 4.0
"""the second of them only if its weight is more than this"""
ENOUGH = 0.55
"""so much of the weight of a name must stand in a string"""
UNIQUE = 11.0
"""the weight of a word that a single organisation bears"""
_MOST_WORDS = 24

NameKind = Literal["name", "label", "alias", "acronym", "short"]
KINDS: tuple[NameKind, ...] = ("name", "label", "alias", "acronym", "short")
"""kinds of names; "short" ones are not ROR's but made by leaving a place or a dedication out"""

TYPES = ("education", "healthcare", "company", "government", "facility", "nonprofit", "archive", "funder", "other")
STATUSES = ("active", "inactive", "withdrawn")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A record of ROR, of either schema.

    ``names`` are (kind, text); ``country_code`` ISO 3166-1 alpha-2; ``parents``, ``children``, ``related`` and
    ``successors`` identifiers of ROR as ``https://ror.org/…``; ``others`` further identifiers, ``grid:grid.1.2`` and
    ``isni:0000000012345678``.
    """

    id: str
    names: tuple[tuple[NameKind, str], ...]
    country_code: str | None = None
    country: str | None = None
    city: str | None = None
    region: str | None = None
    types: tuple[str, ...] = ()
    status: str = "active"
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name under which ROR shows it."""
        return self.names[0][1]


# --- reading the dump -----------------------------------------------------------------------------------------------


def read(path: Path) -> Iterator[Organisation]:
    """The organisations of a dump, in its order.

    Raises:
        UsageError: it is not a dump of ROR.
    """
    number = 0
    try:
        for record in records(path):
            number += 1
            yield organisation(record)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise UsageError(f"{path}: record {number} is not a record of ROR ({type(error).__name__}: {error})") from error
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path}: cannot be read as a dump of ROR ({error})") from error
    if not number:
        raise UsageError(f"{path}: holds no record of ROR")


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a dump, in its order, unchecked."""
    with _text(path) as stream:
        yield from _objects(stream, path)


@contextmanager
def _text(path: Path) -> Iterator[IO[str]]:
    """The JSON of a dump, whatever it is packed in. Of the files in a zip the one of schema 2 is taken, else the first."""
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"PK\x03\x04":
        with zipfile.ZipFile(path) as packed:
            inside = sorted(n for n in packed.namelist() if n.endswith((".json", ".jsonl")) and "__MACOSX" not in n)
            if not inside:
                raise UsageError(f"{path}: holds no JSON file")
            wanted = next((n for n in inside if "v2" in n), inside[0])
            with packed.open(wanted) as member:
                yield io.TextIOWrapper(member, encoding="utf-8-sig")
    elif head[:2] == b"\x1f\x8b":
        with gzip.open(path, "rt", encoding="utf-8-sig") as stream:
            yield stream
    else:
        with path.open(encoding="utf-8-sig") as stream:
            yield stream


_GAP = re.compile(r"[\s,\[\]]*")


def _objects(stream: IO[str], path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON array or of JSON lines, one at a time: a dump takes gigabytes when it is read at once."""
    decode = json.JSONDecoder().raw_decode
    text, at, wanted = "", 0, 0
    while True:
        piece = stream.read(max(_PIECE, wanted))
        text = text[at:] + piece
        at = wanted = 0
        while True:
            gap = _GAP.match(text, at)
            at = gap.end() if gap else at
            if at == len(text):
                break
            if text[at] != "{":
                raise UsageError(
                    f"{path}: is not a dump of ROR; it holds {text[at : at + 20]!r} where a record should be"
                )
            try:
                record, at = decode(text, at)
            except json.JSONDecodeError as error:
                if not piece or len(text) - at > _LONGEST_RECORD:
                    raise UsageError(f"{path}: a record is damaged or cut off ({error.msg})") from error
                wanted = len(text) - at
                break
            yield record
        if not piece:
            return


def organisation(record: dict[str, Any]) -> Organisation:
    """A record of schema 1 or 2.

    Raises:
        KeyError, TypeError, AttributeError, IndexError, ValueError: it is neither.
    """
    return _version_2(record) if isinstance(record.get("names"), list) else _version_1(record)


_ORDER = {kind: n for n, kind in enumerate(KINDS)}


def _named(names: Iterable[tuple[NameKind, str]]) -> tuple[tuple[NameKind, str], ...]:
    """Each name once, under its best kind, best kinds first."""
    best: dict[str, NameKind] = {}
    for kind, text in names:
        folded = " ".join(text.split())
        if folded and (folded not in best or _ORDER[kind] < _ORDER[best[folded]]):
            best[folded] = kind
    found = tuple(sorted(((kind, text) for text, kind in best.items()), key=lambda n: (_ORDER[n[0]], n[1])))
    if not found:
        raise ValueError("no name")
    return found


def _version_2(record: dict[str, Any]) -> Organisation:
    names: list[tuple[NameKind, str]] = []
    for name in record["names"]:
        kinds = name["types"]
        kind: NameKind = "alias"
        if "ror_display" in kinds:
            kind = "name"
        elif "acronym" in kinds:
            kind = "acronym"
        elif "label" in kinds:
            kind = "label"
        names.append((kind, str(name["value"])))
    places = record.get("locations") or [{}]
    place = places[0].get("geonames_details") or {}
    others = []
    for other in record.get("external_ids") or ():
        scheme = str(other["type"]).lower()
        others += [f"{scheme}:{_bare(scheme, value)}" for value in other.get("all") or ()]
    return _complete(
        record,
        names,
        place.get("country_code"),
        place.get("country_name"),
        place.get("name"),
        place.get("country_subdivision_name"),
        others,
    )


def _version_1(record: dict[str, Any]) -> Organisation:
    names: list[tuple[NameKind, str]] = [("name", str(record["name"]))]
    names += [("alias", str(name)) for name in record.get("aliases") or ()]
    names += [("acronym", str(name)) for name in record.get("acronyms") or ()]
    names += [("label", str(label["label"])) for label in record.get("labels") or ()]
    place = (record.get("addresses") or [{}])[0]
    city = place.get("city") or ((place.get("geonames_city") or {}).get("city"))
    country = record.get("country") or {}
    others = []
    for kind, other in (record.get("external_ids") or {}).items():
        stated = other.get("all") or other.get("preferred") or ()
        for value in [stated] if isinstance(stated, str) else stated:
            others.append(f"{kind.lower()}:{_bare(kind.lower(), value)}")
    return _complete(
        record, names, country.get("country_code"), country.get("country_name"), city, place.get("state"), others
    )


def _complete(
    record: dict[str, Any],
    names: list[tuple[NameKind, str]],
    country_code: str | None,
    country: str | None,
    city: str | None,
    region: str | None,
    others: list[str],
) -> Organisation:
    stated: dict[str, list[str]] = {}
    for relation in record.get("relationships") or ():
        stated.setdefault(str(relation["type"]).lower(), []).append(_id(relation["id"]))
    return Organisation(
        id=_id(record["id"]),
        names=_named(names),
        country_code=country_code.upper() if country_code else None,
        country=country,
        city=city,
        region=region,
        types=tuple(sorted(str(t).lower() for t in record.get("types") or ())),
        status=str(record.get("status") or "active").lower(),
        parents=tuple(sorted(stated.get("parent", ()))),
        children=tuple(sorted(stated.get("child", ()))),
        related=tuple(sorted(stated.get("related", ()))),
        successors=tuple(sorted(stated.get("successor", ()))),
        others=tuple(sorted(set(others))),
    )


def _id(text: str) -> str:
    checked = identifiers.ror(str(text))
    if checked is None:
        raise ValueError(f"{text!r} is not a ROR identifier")
    return checked


def _bare(kind: str, value: object) -> str:
    text = str(value)
    return text.replace(" ", "").replace("-", "") if kind == "isni" else text.strip().lower()


# --- compiling ------------------------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Where compiled registries are kept: ``$KG_CACHE``, else ``kg`` in the user's cache folder."""
    if chosen := os.environ.get("KG_CACHE"):
        return Path(chosen)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "kg"


def index_of(digest: str, folder: Path | None = None) -> Path:
    """Where the index of a dump with this digest is, or would be."""
    return (folder or cache_folder()) / f"{digest[:32]}-{FORMAT}{SUFFIX}"


def compiled(dump: Path, folder: Path | None = None) -> Path:
    """The index of a dump in a folder (None = :func:`cache_folder`), made if it is not there yet.

    The name of the index is the digest of the dump's bytes: a changed dump gets another index, an equal one the same.

    Raises:
        UsageError: it is not a dump of ROR.
        EnvironmentProblem: the index cannot be written.
    """
    try:
        with dump.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{dump}: cannot be read ({error.strerror})") from error
    folder = folder or cache_folder()
    path = index_of(digest, folder)
    if not path.exists():
        data = compile_index(read(dump), digest)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            files.write(path, data)
        except OSError as error:
            why = f"{path}: cannot be written ({error.strerror}); KG_CACHE names another folder"
            raise EnvironmentProblem(why) from error
    return path


def open_registry(dump: Path, folder: Path | None = None) -> Registry:
    """A dump as a :class:`Registry`, or an index that was compiled before."""
    with dump.open("rb") as file:
        if file.read(len(_MAGIC)) == _MAGIC:
            return Registry(dump)
    return Registry(compiled(dump, folder))


def comparable(name: str, country: str | None) -> list[str]:
    """The words of a name without the country that ROR adds to the names of companies: ``Novartis (Switzerland)``."""
    if name.endswith(")"):
        head, _, inner = name[:-1].rpartition(" (")
        if head and inner == country:
            name = head
    return words(name)


_DEDICATION = re.compile(r",? (?:named after|named for|named in honou?r of|dedicated to|im\.) .*$", re.IGNORECASE)


def short_names(known: Organisation) -> Iterator[str]:
    """How an organisation is called where its place is known: names without a city, region or country at their end, and
    without the person whom they honour.

    >>> place = Organisation("", (("name", "Oak University in St. Elm"),), "FR", "France", "St. Elm")
    >>> list(short_names(place))
    ['Oak University']
    """
    places = {" ".join(words(place)) for place in (known.city, known.region, known.country) if place} - {""}
    for kind, text in known.names:
        if kind == "acronym":
            continue
        if (plainer := _DEDICATION.sub("", text)) != text:
            yield plainer
        pieces = text.replace(",", " ").replace("–", " ").replace("-", " ").split()
        for size in range(1, min(4, len(pieces) - 1)):
            if " ".join(words(" ".join(pieces[-size:]))) in places:
                rest = pieces[:-size]
                while rest and not words(rest[-1]):
                    rest.pop()
                if len(words(" ".join(rest))) > 1:
                    yield " ".join(rest)
                break


def compile_index(organisations: Iterable[Organisation], digest: str) -> bytes:
    """The bytes of the index; the same for the same organisations in any order."""
    records = sorted({o.id: o for o in organisations}.values(), key=lambda o: o.id)
    number = {o.id: n for n, o in enumerate(records)}
    known = [
        (n, KINDS.index(kind), text, found[:_MOST_WORDS])
        for n, o in enumerate(records)
        for kind, text in (
            *o.names,
            *(("short", text) for text in sorted(set(short_names(o)) - {t for _, t in o.names})),
        )
        if (found := comparable(text, o.country))
    ]
    holders: dict[str, set[int]] = {}
    for n, _, _, found in known:
        for word in found:
            holders.setdefault(word, set()).add(n)
    vocabulary = sorted(holders, key=lambda w: w.encode())
    place = {word: n for n, word in enumerate(vocabulary)}
    # From 0 for a word that all bear to UNIQUE for one that a single organisation bears, whatever the size of the registry.
    scale = UNIQUE / math.log(len(records) + 1)
    idf = [UNIQUE - scale * math.log(len(holders[word])) for word in vocabulary]
    signed: dict[int, list[int]] = {}
    totals = []
    for name, (_, _, _, found) in enumerate(known):
        distinct = sorted({place[word] for word in found}, key=lambda w: (-idf[w], w))
        totals.append(sum(idf[place[word]] for word in found))
        for rank, rarest in enumerate(distinct[:SIGNATURE]):
            # Without its rarest word, less of many a name is left than is ever looked at.
            if rank == 0 or (idf[rarest] > RARE and 1 - idf[distinct[0]] / totals[-1] >= ENOUGH):
                signed.setdefault(rarest, []).append(name)
    cities = Counter((o.city, o.country_code) for o in records if o.city and o.country_code)
    regions = Counter((o.region, o.country_code) for o in records if o.region and o.country_code)
    countries = Counter((o.country, o.country_code) for o in records if o.country and o.country_code)
    others = sorted(
        {(other, n) for n, o in enumerate(records) for other in o.others}, key=lambda p: (p[0].encode(), p[1])
    )

    def numbers(stated: Sequence[str]) -> list[int]:
        return [number[i] for i in stated if i in number]

    arrays: dict[str, NDArray[Any]] = {}

    def texts(name: str, values: Iterable[str]) -> None:
        blobs = [value.encode() for value in values]
        arrays[f"{name}.at"] = np.cumsum([0, *map(len, blobs)], dtype=np.int32)
        arrays[name] = np.frombuffer(b"".join(blobs) or b"\0", dtype=np.uint8)

    def lists(name: str, values: Iterable[Sequence[int]]) -> None:
        rows = list(values)
        arrays[f"{name}.at"] = np.cumsum([0, *map(len, rows)], dtype=np.int32)
        arrays[name] = np.array([v for row in rows for v in row] or [0], dtype=np.int32)

    texts("id", (o.id for o in records))
    texts("display", (o.name for o in records))
    texts("country", (o.country_code or "" for o in records))
    texts("country_name", (o.country or "" for o in records))
    texts("city", (o.city or "" for o in records))
    texts("region", (o.region or "" for o in records))
    arrays["country.code"] = np.array([country_number(o.country_code or "") for o in records], dtype=np.uint16)
    arrays["types"] = np.array(
        [sum(1 << TYPES.index(t) for t in o.types if t in TYPES) for o in records], dtype=np.uint16
    )
    arrays["status"] = np.array(
        [STATUSES.index(o.status) if o.status in STATUSES else 0 for o in records], dtype=np.uint8
    )
    # How much is known of an organisation: of two with one name the better known is printed more often.
    known_of = [math.log1p(len(o.names) + len(o.others) + len(o.children)) for o in records]
    arrays["prominence"] = np.array(known_of, dtype=np.float32)
    arrays["city.word"] = np.array([_rarest(o.city, place, idf) for o in records], dtype=np.int32)
    for relation in ("parents", "children", "related", "successors"):
        lists(relation, (numbers(getattr(o, relation)) for o in records))
    arrays["name.organisation"] = np.array([n for n, *_ in known], dtype=np.int32)
    arrays["name.kind"] = np.array([kind for _, kind, *_ in known], dtype=np.uint8)
    arrays["name.weight"] = np.array(totals, dtype=np.float32)
    texts("name", (text for _, _, text, _ in known))
    lists("name.words", ([place[w] for w in found] for *_, found in known))
    texts("word", vocabulary)
    arrays["word.idf"] = np.array(idf, dtype=np.float32)
    lists("word.names", (signed.get(n, ()) for n in range(len(vocabulary))))
    texts("other", (other for other, _ in others))
    arrays["other.organisation"] = np.array([n for _, n in others], dtype=np.int32)
    for kind, counted in (("cities", cities), ("regions", regions), ("countries", countries)):
        rows = sorted((str(name), str(code), n) for (name, code), n in counted.items())
        texts(f"{kind}.name", (name for name, _, _ in rows))
        texts(f"{kind}.country", (code for _, code, _ in rows))
        arrays[f"{kind}.count"] = np.array([n for *_, n in rows], dtype=np.int32)
    return _packed(arrays, {"format": FORMAT, "digest": digest, "kg": VERSION, "organisations": len(records)})


def _rarest(text: str | None, place: dict[str, int], idf: Sequence[float]) -> int:
    """The rarest word of a text as a number; the number of words where a word of it stands in no name."""
    numbers = [place.get(word, len(idf)) for word in words(text or "")]
    return max(numbers, key=lambda n: (idf[n] if n < len(idf) else UNIQUE + 1, n), default=len(idf))


def country_number(code: str) -> int:
    """A country code as a number; 0 for none.

    >>> country_number("AD"), country_number("")
    (16708, 0)
    """
    return int.from_bytes(code.encode("ascii", "replace")[:2]) if code else 0


def _packed(arrays: dict[str, NDArray[Any]], about: dict[str, Any]) -> bytes:
    """A line of magic, a line of JSON that says where each array lies, and the arrays, each at a multiple of 8 bytes."""
    table: dict[str, Any] = {}
    at = 0
    for name, array in arrays.items():
        table[name] = [array.dtype.str, len(array), at]
        at += -(-array.nbytes // 8) * 8
    head = _MAGIC + json.dumps({**about, "bytes": at, "arrays": table}).encode()
    head += b" " * (-(len(head) + 1) % 8) + b"\n"
    parts = [head]
    for array in arrays.values():
        parts += [array.tobytes(), bytes(-array.nbytes % 8)]
    return b"".join(parts)


def _is_one_off(a: bytes, b: bytes) -> bool:
    """Whether two words of nearly the same length differ in one place."""
    if len(a) > len(b):
        a, b = b, a
    size = len(a)
    first = 0
    while first < size and a[first] == b[first]:
        first += 1
    last = 0
    while last < size - first and a[-1 - last] == b[-1 - last]:
        last += 1
    left = size - first - last
    if len(b) > size:
        return left == 0
    return left <= 1 or (left == 2 and a[first] == b[first + 1] and a[first + 1] == b[first])


# --- the registry ---------------------------------------------------------------------------------------------------


class Registry:
    """A compiled dump. Organisations, names and words are numbers; methods give what they stand for.

    >>> names = ("name", "Oak University"), ("acronym", "OU")
    >>> oak = Organisation("https://ror.org/012345638", names, "FR", "France", "Oakville")
    >>> registry = Registry.of([oak])
    >>> registry.identifier(0), registry.display(0), registry.country(0), registry.city(0)
    ('https://ror.org/012345638', 'Oak University', 'FR', 'Oakville')
    """

    def __init__(self, source: Path | bytes) -> None:
        data: bytes | mmap.mmap
        if isinstance(source, bytes):
            data, path = source, "registry"
        else:
            path = str(source)
            with source.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            if data[: len(_MAGIC)] != _MAGIC:
                raise ValueError("it is no index")
            end = data.find(b"\n", len(_MAGIC))
            about = json.loads(data[len(_MAGIC) : end])
            if about["format"] != FORMAT or len(data) != end + 1 + about["bytes"]:
                raise ValueError("it is of another format or cut off")
            self._arrays = {
                name: np.frombuffer(data, dtype=kind, count=count, offset=end + 1 + at)
                for name, (kind, count, at) in about["arrays"].items()
            }
        except (ValueError, KeyError) as error:
            raise EnvironmentProblem(f"{path}: is not an index of ROR ({error}); remove it and run again") from error
        # One value of a view is an int at once; one of an array is an object of numpy, which costs several times as much.
        self._views = {name: array.data for name, array in self._arrays.items()}
        get = self._arrays.__getitem__
        self.digest: str = about["digest"]
        """sha256 of the dump"""
        self._data = data
        self.idf = get("word.idf")
        self.weights = get("name.weight")
        self.name_organisation = get("name.organisation")
        self.name_kind = get("name.kind")
        self.name_words, self.name_words_at = get("name.words"), get("name.words.at")
        self.postings, self.postings_at = get("word.names"), get("word.names.at")
        self.country_numbers = get("country.code")
        """:func:`country_number` of each organisation"""
        self.city_word = get("city.word")
        """the word by which the city of each organisation is recognised; the number of words where there is none"""
        self.prominences = get("prominence")
        """:meth:`prominence` of each organisation"""
        self.types = get("types")
        self.status = get("status")

    @classmethod
    def of(cls, organisations: Iterable[Organisation]) -> Registry:
        """A registry in memory."""
        return cls(compile_index(organisations, ""))

    def __len__(self) -> int:
        return len(self._arrays["status"])

    def _text(self, kind: str, n: int) -> str:
        ends = self._views[f"{kind}.at"]
        return self._views[kind][ends[n] : ends[n + 1]].tobytes().decode()

    def _list(self, kind: str, n: int) -> list[int]:
        ends = self._views[f"{kind}.at"]
        found: list[int] = self._views[kind][ends[n] : ends[n + 1]].tolist()
        return found

    def _find(self, kind: str, text: str) -> int:
        """Where a text stands in a sorted table, or would stand."""
        ends, blob = self._views[f"{kind}.at"], self._views[kind]
        rows = range(len(ends) - 1)
        return bisect_left(rows, text.encode(), key=lambda n: blob[ends[n] : ends[n + 1]].tobytes())

    def word(self, text: str) -> int:
        """The number of a word; -1 where no name has it."""
        return self._numbers.get(text.encode(), -1)

    @cached_property
    def _words(self) -> list[bytes]:
        """All words, in order. A string holds a score of words: to cut them out of the index each time costs more."""
        blob, ends = self._arrays["word"].tobytes(), self._arrays["word.at"].tolist()
        return [blob[start:end] for start, end in pairwise(ends)]

    @cached_property
    def _numbers(self) -> dict[bytes, int]:
        return {word: n for n, word in enumerate(self._words)}

    def words_from(self, start: str) -> range:
        """The words that begin with a text."""
        low = bisect_left(self._words, start.encode())
        return range(low, bisect_left(self._words, (start + "\U0010ffff").encode(), low))

    def similar(self, text: str) -> list[int]:
        """The words that share its first three letters and differ by one letter that is added, lost, changed or swapped
        with the next."""
        words, wanted = self._words, text.encode()
        size = len(wanted)
        # Where they differ in one place, either what stands before the middle is the same, or what stands behind it.
        before, behind = wanted[: size // 2], wanted[size // 2 + 1 :]
        return [
            n
            for n in self.words_from(text[:3])
            if -2 < len(words[n]) - size < 2
            and (words[n].endswith(behind) or words[n].startswith(before))
            and _is_one_off(words[n], wanted)
        ]

    def spelling(self, word: int) -> str:
        """The text of a word."""
        return self._text("word", word)

    def identifier(self, n: int) -> str:
        """``https://ror.org/…``."""
        return self._text("id", n)

    def display(self, n: int) -> str:
        """The name under which ROR shows it."""
        return self._text("display", n)

    def country(self, n: int) -> str:
        """ISO 3166-1 alpha-2, empty where ROR does not say."""
        return self._text("country", n)

    def city(self, n: int) -> str:
        return self._text("city", n)

    def region(self, n: int) -> str:
        return self._text("region", n)

    def kinds(self, n: int) -> tuple[str, ...]:
        """Its types: education, healthcare, company …"""
        held = int(self.types[n])
        return tuple(kind for bit, kind in enumerate(TYPES) if held >> bit & 1)

    def state(self, n: int) -> str:
        """active, inactive or withdrawn."""
        return STATUSES[self.status[n]]

    def prominence(self, n: int) -> float:
        """How much ROR knows of it: logarithm of the number of names, other identifiers and children."""
        return float(self.prominences[n])

    def parents(self, n: int) -> list[int]:
        return self._list("parents", n)

    def children(self, n: int) -> list[int]:
        return self._list("children", n)

    def related(self, n: int) -> list[int]:
        return self._list("related", n)

    def successors(self, n: int) -> list[int]:
        return self._list("successors", n)

    def name(self, name: int) -> str:
        """The text of a name."""
        return self._text("name", name)

    def names_of(self, n: int) -> list[str]:
        """All names of an organisation, the short ones too."""
        return [self.name(name) for name in np.nonzero(self.name_organisation == n)[0].tolist()]

    def number(self, identifier: str) -> int | None:
        """The organisation with a ROR identifier (``https://ror.org/…``)."""
        at = self._find("id", identifier)
        return at if at < len(self) and self._text("id", at) == identifier else None

    def by_other(self, kind: str, value: str) -> list[int]:
        """The organisations with an identifier of another register: ``("grid", "grid.1.2")``, ``("isni", "0000…")``."""
        wanted = f"{kind}:{_bare(kind, value)}"
        at, found = self._find("other", wanted), []
        size = len(self._arrays["other.organisation"])
        while at < size and self._text("other", at) == wanted:
            found.append(int(self._arrays["other.organisation"][at]))
            at += 1
        return found

    def places(self, kind: Literal["cities", "regions", "countries"]) -> Iterator[tuple[str, str, int]]:
        """Each city (region, country) with its country code and the number of organisations there."""
        counts = self._arrays[f"{kind}.count"].tolist()
        for n, count in enumerate(counts):
            yield self._text(f"{kind}.name", n), self._text(f"{kind}.country", n), count
