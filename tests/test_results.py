"""Rules of kg/results.py."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import terms
from kg.errors import UsageError
from kg.results import FORMATS, visible, write
from kg.store import Row, Solutions, Triples

ROWS: list[Row] = [
    {"a": "<https://e.org/1>", "t": '"one\\ttwo\\r\\n\\"three\\", | <b>"@en'},
    {"a": "_:b0", "t": terms.integer(3)},
    {"t": '"=1+1"'},
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def written(form: str | None, rows: list[Row] = ROWS, width: int | None = None) -> str:
    out = io.BytesIO()
    assert write(Solutions(("a", "t"), iter(rows)), form, out, width=width) == len(rows)
    return out.getvalue().decode()


def test_csv_and_tsv_are_for_people_and_scripts() -> None:
    """No ?, no <>, no language, no datatype; tabs and ends of lines are blanks; nothing else is changed."""
    assert written("csv") == 'a,t\nhttps://e.org/1,"one two ""three"", | <b>"\n_:b0,3\n,=1+1\n'
    assert written("tsv") == 'a\tt\nhttps://e.org/1\tone two "three", | <b>\n_:b0\t3\n\t=1+1\n'


@given(st.lists(TEXT, max_size=6))
@settings(max_examples=60)
def test_every_row_is_one_line_with_its_cells(texts: list[str]) -> None:
    """Whatever the text holds, a reader of CSV or TSV finds as many rows and cells as there are."""
    rows: list[Row] = [{"a": "<https://e.org/1>", "t": terms.literal(text)} for text in texts]
    for row, line in zip(rows, written("tsv", rows).split("\n")[1:], strict=False):
        assert len(line.split("\t")) == len(row)
    assert len(written("tsv", rows).splitlines()) == len(rows) + 1
    assert [len(cells) for cells in csv.reader(io.StringIO(written("csv", rows), newline=""))] == [2] * (len(rows) + 1)


@given(st.lists(TEXT, max_size=6), st.sampled_from(["json", "xml"]))
@settings(max_examples=80)
def test_w3c_formats_are_read_back_by_oxigraph(texts: list[str], form: str) -> None:
    """JSON holds every text as it is; XML all but the characters that it has no way to write, which become U+FFFD."""
    rows: list[Row] = [*ROWS, *({"t": terms.literal(text, "en")} for text in texts)]
    data = written(form, rows).encode()
    wanted = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}[form]
    found = ox.parse_query_results(data, wanted)
    assert isinstance(found, ox.QuerySolutions)

    def writable(text: str) -> str:
        kept = form == "json" or text in "\t\n\r"
        return "".join(c if kept or (c >= " " and c not in "\ufffe\uffff") or c in "\t\n\r" else "\ufffd" for c in text)

    read = [[str(term) if term is not None else None for term in row] for row in found]
    expected = []
    for row in rows:
        text = row["t"]
        if text.startswith('"') and text.endswith("@en"):
            text = terms.literal(writable(terms.value(text)), "en")
        expected.append([row.get("a"), text])
    assert read == expected


@pytest.mark.parametrize("form", ["xml", "json"])
def test_true_and_false_have_their_w3c_form(form: str) -> None:
    """ASK in the formats of the W3C, and as a word elsewhere."""
    out = io.BytesIO()
    write(True, form, out)
    if form == "json":
        assert json.loads(out.getvalue()) == {"head": {}, "boolean": True}
    else:
        assert ET.fromstring(out.getvalue())[1].text == "true"
    for other in ("table", "csv", "tsv", "md", None):
        out = io.BytesIO()
        write(False, other, out)
        assert out.getvalue() == b"false\n"


def test_a_table_is_aligned_cut_visibly_and_inert() -> None:
    """Columns line up, wide letters too; long cells end in …; escape sequences are shown, not obeyed."""
    rows: list[Row] = [
        {"a": '"日本"', "t": terms.literal("x" * 100)},
        {"a": '"abc"', "t": terms.literal("\x1b[31mred\u202eder\x9b")},
        {"a": terms.literal("\u202e"), "t": '"y"'},
    ]
    assert written("table", rows, width=28).splitlines() == [
        "a       t",
        "──────  ────────────────────",
        "日本    xxxxxxxxxxxxxxxxxxx…",
        "abc      [31mred\\u202eder",
        "\\u202e  y",
        "(3 rows)",
    ]


def test_where_there_is_no_terminal_nothing_is_cut() -> None:
    """An IRI is of no use without its end; one long text does not spread all rows, also if it comes late."""
    iri, text = f"https://e.org/{'i' * 90}", "t" * 5000
    rows: list[Row] = [{"a": f"<{iri}>", "t": '"x"'}, {"a": '"y"', "t": '"z"'}]
    found = written("table", [*rows, {"a": f'"{text}"', "t": '"z"'}] * 500).splitlines()
    assert found[2].split() == [iri, "x"]
    assert {len(line) for line in found[:4]} == {120 + 2 + 1}
    assert found[4] == found[-2] == f"{text}  z"


@given(st.lists(TEXT, max_size=5), st.sampled_from(["table", "md"]), st.sampled_from([None, 30]))
@settings(max_examples=60)
def test_nothing_that_steers_reaches_a_terminal(texts: list[str], form: str, width: int | None) -> None:
    """Whatever papers hold, tables contain printable characters, blanks and ends of lines only, one line a row."""
    rows: list[Row] = [{"a": '"1"', "t": terms.literal(text)} for text in texts]
    text = written(form, rows, width)
    assert len(text.splitlines()) == len(rows) + (3 if form == "table" else 2)
    assert visible(text.replace("\n", "")) == text.replace("\n", "")


def test_markdown_cells_stay_cells() -> None:
    """A bar does not end a cell, markup is text."""
    line = written("md", [{"a": '"a|b"', "t": '"<script> `x` [y](z) \\\\|"'}]).splitlines()[2]
    assert line == "| a\\|b | &lt;script> \\`x\\` \\[y\\](z) \\\\\\| |"


def test_triples_are_written_as_graphs() -> None:
    """CONSTRUCT gives Turtle by default; rows have no Turtle and triples no CSV."""
    line = '<https://e.org/1> <http://purl.org/dc/terms/title> "x" .\n'
    for form, expected in ((None, '<https://e.org/1>\n    dcterms:title "x" ;\n    .\n'), ("nt", line)):
        out = io.BytesIO()
        assert write(Triples(iter([line, line])), form, out) == 1
        assert out.getvalue().decode().endswith(expected)
    with pytest.raises(UsageError, match="choose one of turtle, nt"):
        write(Triples(iter([line])), "csv", io.BytesIO())
    with pytest.raises(UsageError, match="only CONSTRUCT"):
        written("turtle")
    with pytest.raises(UsageError, match="unknown format 'pdf'; known are table, csv"):
        written("pdf")


@pytest.mark.parametrize("form", [name for name in FORMATS if name not in ("turtle", "nt")])
def test_no_rows_are_a_valid_answer(form: str) -> None:
    """An empty answer has its header."""
    text = written(form, [])
    assert "a" in text
    assert "t" in text
