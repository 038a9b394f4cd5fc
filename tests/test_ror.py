"""Dumps of ROR and their index. All organisations are made up; identifiers are valid in form only."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ror
from kg.errors import EnvironmentProblem, UsageError

A, B = "https://ror.org/012345638", "https://ror.org/0aaaaaa81"


def check_digits(start: str) -> str:
    """An identifier with right check digits."""
    from kg import identifiers

    return next(found for n in range(100) if (found := identifiers.ror(f"0{start}{n:02}")))


A, B, C = (check_digits(start) for start in ("aaaaaa", "bbbbbb", "cccccc"))

VERSION_2: list[dict[str, Any]] = [
    {
        "id": A,
        "status": "active",
        "types": ["education", "funder"],
        "names": [
            {"value": "Oak University", "types": ["ror_display", "label"], "lang": "en"},
            {"value": "Université du Chêne", "types": ["label"], "lang": "fr"},
            {"value": "OU", "types": ["acronym"], "lang": None},
        ],
        "locations": [
            {
                "geonames_details": {
                    "name": "Oakville",
                    "country_code": "FR",
                    "country_name": "France",
                    "country_subdivision_name": "Oakland",
                }
            }
        ],
        "relationships": [{"type": "child", "label": "Oak Hospital", "id": B}],
        "external_ids": [{"type": "grid", "all": ["grid.1.2"], "preferred": "grid.1.2"}],
    },
    {
        "id": B,
        "status": "withdrawn",
        "types": ["healthcare"],
        "names": [{"value": "Oak Hospital", "types": ["ror_display"], "lang": None}],
        "locations": [],
        "relationships": [
            {"type": "parent", "label": "Oak University", "id": A},
            {"type": "successor", "label": "Elm Hospital", "id": C},
        ],
        "external_ids": [{"type": "isni", "all": ["0000 0000 1234 5678"], "preferred": None}],
    },
]

VERSION_1: list[dict[str, Any]] = [
    {
        "id": A,
        "status": "active",
        "types": ["Education", "Funder"],
        "name": "Oak University",
        "aliases": [],
        "acronyms": ["OU"],
        "labels": [{"label": "Université du Chêne", "iso639": "fr"}],
        "addresses": [{"city": "Oakville", "state": "Oakland", "geonames_city": None}],
        "country": {"country_code": "FR", "country_name": "France"},
        "relationships": [{"type": "Child", "label": "Oak Hospital", "id": B}],
        "external_ids": {"GRID": {"preferred": "grid.1.2", "all": "grid.1.2"}},
    },
    {
        "id": B,
        "status": "withdrawn",
        "types": ["Healthcare"],
        "name": "Oak Hospital",
        "aliases": [],
        "acronyms": [],
        "labels": [],
        "addresses": [],
        "country": {},
        "relationships": [
            {"type": "Parent", "label": "Oak University", "id": A},
            {"type": "Successor", "label": "Elm Hospital", "id": C},
        ],
        "external_ids": {"ISNI": {"preferred": None, "all": ["0000 0000 1234 5678"]}},
    },
]


def as_array(records: list[dict[str, Any]]) -> bytes:
    return json.dumps(records, indent=2).encode()


def as_lines(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(r) + "\n" for r in records).encode()


def test_both_schemas_say_the_same(tmp_path: Path) -> None:
    """Schema 1 and 2 of one registry, as an array and as lines, plain, gzipped and zipped, are one registry."""
    plain = as_array(VERSION_2)
    (tmp_path / "a.json").write_bytes(plain)
    (tmp_path / "b.jsonl").write_bytes(as_lines(VERSION_2))
    (tmp_path / "c.json.gz").write_bytes(gzip.compress(as_array(VERSION_1)))
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as packed:
        packed.writestr("v9-ror-data.json", as_array(VERSION_1[:1]))
        packed.writestr("v9-ror-data_schema_v2.json", plain)
    found = [list(ror.read(path)) for path in sorted(tmp_path.iterdir())]
    assert found[0] == found[1] == found[2] == found[3]
    oak, hospital = found[0]
    assert oak.names == (("name", "Oak University"), ("label", "Université du Chêne"), ("acronym", "OU"))
    assert (oak.country_code, oak.city, oak.region, oak.children) == ("FR", "Oakville", "Oakland", (B,))
    assert oak.types == ("education", "funder")
    assert oak.others == ("grid:grid.1.2",)
    assert (hospital.parents, hospital.successors, hospital.others) == ((A,), (C,), ("isni:0000000012345678",))


def test_index_is_the_same_in_any_order() -> None:
    """Equal organisations, equal bytes."""
    organisations = [ror.organisation(r) for r in VERSION_2]
    assert ror.compile_index(organisations, "x") == ror.compile_index(organisations[::-1], "x")


def test_registry_gives_back_what_was_compiled(tmp_path: Path) -> None:
    """The index is made once, mapped, and holds everything that linking needs."""
    dump = tmp_path / "ror.json"
    dump.write_bytes(as_array(VERSION_2))
    path = ror.compiled(dump, tmp_path / "cache")
    stamp = path.stat().st_mtime_ns
    assert ror.compiled(dump, tmp_path / "cache").stat().st_mtime_ns == stamp
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [path.name]
    registry = ror.open_registry(path)
    assert len(registry) == 2
    n = registry.number(A)
    assert n is not None
    assert (registry.display(n), registry.country(n), registry.city(n), registry.region(n)) == (
        "Oak University",
        "FR",
        "Oakville",
        "Oakland",
    )
    assert registry.kinds(n) == ("education", "funder")
    assert registry.state(n) == "active"
    assert [registry.identifier(c) for c in registry.children(n)] == [B]
    assert registry.by_other("grid", "grid.1.2") == [n]
    assert registry.by_other("isni", "0000 0000 1234 5678") == [registry.number(B)]
    assert registry.by_other("isni", "0000 0000 1234 0000") == []
    assert registry.number(C) is None
    assert registry.word("oak") >= 0
    assert registry.word("ash") == -1
    assert [registry.spelling(w) for w in registry.similar("oakvile")] == []
    assert list(registry.places("cities")) == [("Oakville", "FR", 1)]


def test_words_one_letter_off_are_found() -> None:
    """A letter added, lost, changed or swapped with the next; not two."""
    names = [("name", "Springfield Spryngfield Springfeild Springfields Sprangfeild Spring")]
    registry = ror.Registry.of([ror.Organisation(A, tuple(names))])  # type: ignore[arg-type]
    found = {registry.spelling(w) for w in registry.similar("springfield")}
    assert found == {"springfield", "spryngfield", "springfeild"}


_SPELT = st.text("ab", min_size=3, max_size=7).map("oak".__add__)


@given(st.lists(_SPELT, max_size=20), _SPELT)
def test_no_word_one_letter_off_is_missed(others: list[str], wanted: str) -> None:
    """All of them, and of others none."""
    names = sorted({*others, *_one_off(wanted)})
    registry = ror.Registry.of([ror.Organisation(A, tuple(("alias", name) for name in names))])
    words = [registry.spelling(n) for n in range(len(registry.idf))]
    expected = [n for n, word in enumerate(words) if word in _one_off(wanted) and word.startswith(wanted[:3])]
    assert registry.similar(wanted) == expected


def _one_off(word: str) -> set[str]:
    pieces = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    lost = {a + b[1:] for a, b in pieces}
    swapped = {a + b[1::-1] + b[2:] for a, b in pieces}
    return lost | swapped | {a + c + b[n:] for a, b in pieces for c in "oakb" for n in (0, 1)}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no record"),
        (b"[]", "holds no record"),
        (b"name,id\nOak,1", "is not a dump"),
        (b'{"items": []}', "record 1 is not a record of ROR"),
        (b'[{"id": "https://ror.org/000000000", "names": [{"value": "x", "types": []}]}]', "not a ROR identifier"),
        (as_array(VERSION_2)[:-40], "damaged or cut off"),
        (gzip.compress(as_array(VERSION_2))[:-20], "cannot be read"),
        (b"PK\x03\x04 and no more", "cannot be read"),
        (b"\xff\xfe\x00", "record 0"),
    ],
)
def test_what_is_no_dump_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    """The error names the file and says what is wrong; nothing is left in the cache."""
    dump = tmp_path / "ror.json"
    dump.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        ror.compiled(dump, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_damaged_index_is_refused(tmp_path: Path) -> None:
    """An index that was cut off is not read."""
    dump = tmp_path / "ror.json"
    dump.write_bytes(as_array(VERSION_2))
    path = ror.compiled(dump, tmp_path / "cache")
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(EnvironmentProblem, match="remove it"):
        ror.open_registry(dump, tmp_path / "cache")
