"""JSON files as records: every shape, every fault, and no more than a record in memory."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import json_records
from kg.errors import InputError
from kg.json_fields import Fields, flat
from kg.json_records import ANY, Found, Place, records
from kg.model import Rejected

HITS = (("answer", "hits"), ("hits",))


def found(text: str | bytes, *places: Place) -> list[Found | Rejected]:
    return list(records(io.BytesIO(text if isinstance(text, bytes) else text.encode()), *places))


def values(text: str, *places: Place) -> list[Any]:
    return [f.value for f in found(text, *places) if isinstance(f, Found) and not f.is_frame]


@pytest.mark.parametrize(
    ("text", "places", "expected"),
    [
        ('[{"a": 1}, {"a": 2}]', (), [{"a": 1}, {"a": 2}]),
        ('{"a": 1}', HITS, [{"a": 1}]),
        ('{"n": [1], "answer": {"m": {}, "hits": [{"a": 1}]}, "x": "y"}', HITS, [{"a": 1}]),
        ('{"hits": []}', HITS, []),
        ('{"hits": null, "a": 1}', HITS, [{"a": 1}]),
        ("[]", (), []),
        ('{"k1": {"a": 1}, "k2": {"a": 2}}', ((ANY,),), [{"a": 1}, {"a": 2}]),
        ('{"a": 1}\n\n{"a": 2}\r\n', (), [{"a": 1}, {"a": 2}]),
        ('{"hits": [{"a": 1}]}\n{"hits": [{"a": 2}, {"a": 3}]}\n', HITS, [{"a": 1}, {"a": 2}, {"a": 3}]),
    ],
)
def test_shapes(text: str, places: tuple[Place, ...], expected: list[Any]) -> None:
    """Records are what stands in a list at the top or in a place, else the top itself; in JSON Lines, of every line."""
    assert values(text, *places) == expected
    assert values("\ufeff \n" + text, *places) == expected


def test_numbers_and_lines() -> None:
    """Each record knows its number and the line where it begins, also behind the first window of text."""
    text = "[\n" + ",\n".join(json.dumps({"n": n, "pad": "x" * 5_000}) for n in range(200)) + "\n]"
    assert [(f.value["n"], f.number, f.line) for f in found(text) if isinstance(f, Found)] == [
        (n, n + 1, n + 2) for n in range(200)
    ]


def test_a_record_longer_than_the_window() -> None:
    """The window grows until a record fits."""
    text = json.dumps([{"pad": "é" * 700_000}, {"n": 12345678901234567890}])
    assert [len(f.value) for f in found(text) if isinstance(f, Found)] == [1, 1]


def test_memory_does_not_grow_with_the_file() -> None:
    """Ten times the records take no more memory."""

    def peak(count: int) -> int:
        stream = io.BytesIO(b"[" + b",".join([json.dumps({"pad": ["x" * 50] * 100}).encode()] * count) + b"]")
        tracemalloc.start()
        for _ in records(stream):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(3_000) < 2 * peak(300)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[{"a": 1},\n{"a": }]', "line 2, column 7"),
        ('[{"a": 1}', "line 1, column 10"),
        ('{"a": 1} x', "line 1, column 10"),
        ('{"a" 1}', "line 1, column 6"),
        ('{"a": tru}', "line 1, column 7"),
        ('{"a": Infinity}', "line 1"),
        ("{a: 1}", "line 1, column 2"),
        ('"a"', "line 1, column 1"),
        ('[{"a": "' + "x" * 600_000 + "\n", "line 1"),
    ],
)
def test_faults_have_a_place(text: str, where: str) -> None:
    """What is no JSON is refused with line and column."""
    with pytest.raises(InputError) as refused:
        found(text)
    assert refused.value.rule == "json-not-well-formed"
    assert str(refused.value).startswith(where)


def test_bytes_that_are_not_utf8() -> None:
    """The byte is named; in JSON Lines it costs one record."""
    with pytest.raises(InputError) as refused:
        found('[{"a": "é"}]'.encode("latin-1"))
    assert (refused.value.rule, refused.value.byte) == ("not-utf-8", 8)
    first, bad, last = found('{"a": 1}\n{"a": "é"}\n{"a": 3}\n'.encode("latin-1"))
    assert isinstance(first, Found)
    assert isinstance(last, Found)
    assert isinstance(bad, Rejected)
    assert (bad.record, bad.line, bad.byte, last.number) == ("record 2", 2, 16, 3)


def test_records_that_cannot_be_used() -> None:
    """Nesting, half surrogate pairs and values that are no object cost their record."""
    text = f'[{{"a": {"[" * 200 + "]" * 200}}}, {{"\\ud800": 1}}, {{"a": ["\\udfff"]}}, null, 7, {{"a": "\\ud83d\\ude00"}}]'
    results = found(text)
    assert [r.rule for r in results if isinstance(r, Rejected)] == [
        "json-too-deep",
        "lone-surrogate",
        "lone-surrogate",
        "wrong-shape",
        "wrong-shape",
    ]
    assert [r.value for r in results if isinstance(r, Found)] == [{"a": "😀"}]


def test_what_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a record nor what stands around the records fills the memory."""
    monkeypatch.setattr(json_records, "LONGEST_RECORD", 100_000)
    for text in (
        '[{"a": "' + "x" * 900_000 + '"}]',
        "{" + ", ".join(f'"k{n}": "{"x" * 100}"' for n in range(2_000)) + "}",
        '{"a": "' + "x" * 200_000 + '"}\n{"a": 1}\n',
    ):
        with pytest.raises(InputError) as refused:
            found(text)
        assert refused.value.rule == "record-too-long"


def test_repeated_keys_are_told() -> None:
    """The last one counts; keys of the frame are told with the frame."""
    one, frame = found('{"n": 1, "hits": [{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}], "n": 2}', *HITS)
    assert isinstance(one, Found)
    assert isinstance(frame, Found)
    assert (one.value, set(one.repeated)) == ({"a": 3, "b": {"c": 2}}, {"a", "c"})
    assert (frame.is_frame, frame.repeated) == (True, ("n",))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=60)
@given(
    st.lists(st.dictionaries(st.text(max_size=5), json_values, max_size=5), max_size=6), st.booleans(), st.booleans()
)
def test_what_was_written_is_read(objects: list[dict[str, Any]], in_lines: bool, is_ascii: bool) -> None:
    """Whatever objects a writer writes, in a list or a line each, come out equal."""
    if in_lines:
        text = "".join(json.dumps(o, ensure_ascii=is_ascii) + "\n" for o in objects)
    else:
        text = json.dumps(objects, ensure_ascii=is_ascii, indent=1)
    if text:
        assert values(text) == json.loads(json.dumps(objects))


def test_fields_warn_of_other_types() -> None:
    """A value of another type is left out with a warning, nothing is nothing, and the rest is what nobody took."""
    warned: list[str] = []
    fields = Fields(
        {"t": {"x": 1}, "o": "text", "n": None, "l": ["a", None, 2, True], "c": "a\x00b\tc", "r": [], "z": {"q": 1}},
        lambda rule, message: warned.append(rule),
    )
    assert (fields.text("t"), fields.objects("o"), fields.text("n"), fields.text("nothing")) == ("", [], "", "")
    assert (fields.texts("l"), fields.text("c")) == (["a", "2"], "ab c")
    assert warned == ["unexpected-value", "unexpected-value", "unexpected-value", "control-character"]
    assert (fields.rest(), flat(fields.get("z")), fields.rest()) == ([("z", {"q": 1})], "q: 1", [])
