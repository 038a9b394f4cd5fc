"""Rules of kg/store.py."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import terms
from kg.errors import DamagedGraph, EnvironmentProblem, InputError, QueryError, QueryRefused, UsageError
from kg.store import DEFAULT_GRAPH, GraphStore, Solutions, Triples
from kg.vocab import DCTERMS, PRISM, PROV

G1, G2 = "<https://e.org/graph/1>", "<https://e.org/graph/2>"
QUADS = [
    f'<https://e.org/1> {PRISM.doi} "10.1/a" {G1} .\n',
    f'<https://e.org/1> {DCTERMS.title} "One"@en {G1} .\n',
    f'<https://e.org/2> {PRISM.doi} "10.1/b" {G2} .\n',
    f'<https://e.org/2> {DCTERMS.title} "Two"@en {G2} .\n',
    f"<https://e.org/2> {PROV.wasDerivedFrom} <https://e.org/1> {G2} .\n",
]


@pytest.fixture
def store() -> GraphStore:
    return GraphStore.in_memory(QUADS)


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    file = tmp_path / "quads.nq"
    file.write_text("".join(QUADS), encoding="utf-8")
    with GraphStore.create(tmp_path / "store") as made:
        made.load(file)
    return tmp_path / "store"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LITERALS = st.one_of(
    st.builds(terms.literal, TEXT),
    st.builds(terms.literal, TEXT, st.sampled_from(["en", "zh-Hant"])),
    st.builds(terms.integer, st.integers(-(10**12), 10**12)),
    st.builds(terms.decimal, st.floats(-1e9, 1e9)),
    st.builds(terms.boolean, st.booleans()),
    st.sampled_from([terms.date("2025"), terms.date("2025-07"), terms.date("2025-07-26")]),
)


@given(st.lists(LITERALS, max_size=8))
@settings(max_examples=80)
def test_quads_come_back_as_they_were_written(literals: list[str]) -> None:
    """What kg.terms writes is what the engine writes: the same text for the same term."""
    quads = {f"<https://e.org/1> {DCTERMS.title} {literal} {G1} .\n" for literal in [*literals, '"\ufffe\uffff\x7f"']}
    quads = {line.replace('"\ufffe\uffff\x7f"', terms.literal("\ufffe\uffff\x7f")) for line in quads}
    assert set(GraphStore.in_memory(quads).quads()) == quads


def test_a_store_on_disk_holds_what_was_loaded(on_disk: Path) -> None:
    """Load, close, open read-only: the same quads, graphs and counts."""
    with GraphStore.open(on_disk) as store:
        assert sorted(store.quads()) == sorted(QUADS)
        assert sorted(store.quads(G1)) == sorted(QUADS[:2])
        assert store.graphs() == [G1, G2]
        assert store.counts() == {G1: 2, G2: 3}
        assert len(store) == 5


def test_replacing_a_graph_leaves_the_others(on_disk: Path, tmp_path: Path) -> None:
    """What one graph held is gone, and nothing else."""
    file = tmp_path / "less.nq"
    file.write_text(QUADS[0], encoding="utf-8")
    with GraphStore.open(on_disk, read_only=False) as store:
        store.replace_graphs([G1], file)
        assert sorted(store.quads()) == sorted([QUADS[0], *QUADS[2:]])


def test_compacting_merges_files_and_loses_nothing(on_disk: Path, tmp_path: Path) -> None:
    """However often something was loaded, changed and removed: fewer files, the same quads and answers."""
    with GraphStore.open(on_disk, read_only=False) as store:
        for n in range(6):
            another = f'<https://e.org/2> {DCTERMS.title} "{n}" {G2} .\n'
            (tmp_path / "more.nq").write_text("".join([*QUADS[2:], another]), encoding="utf-8")
            store.replace_graphs([G2], tmp_path / "more.nq")
        before, many = sorted(store.quads()), len(list(on_disk.glob("*.sst")))
        store.compact()
        assert sorted(store.quads()) == before
    assert 0 < len(list(on_disk.glob("*.sst"))) < many
    titles = GraphStore.open(on_disk).select("SELECT ?t { ?s dcterms:title ?t } ORDER BY ?t")
    assert [row["t"] for row in titles] == ['"5"', '"One"@en', '"Two"@en']


def test_opening_never_makes_a_store(tmp_path: Path) -> None:
    """A folder that holds no store is refused and stays as it is; a new store takes no folder that holds something."""
    (tmp_path / "note.txt").write_text("mine")
    for path in (tmp_path, tmp_path / "missing"):
        for read_only in (True, False):
            with pytest.raises(UsageError, match="holds no graph"):
                GraphStore.open(path, read_only=read_only)
    with pytest.raises(UsageError, match="not empty"):
        GraphStore.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_second_writer_is_told_so(on_disk: Path) -> None:
    """One process writes at a time; readers go on."""
    script = (
        "import sys; from pathlib import Path; from kg.store import GraphStore\n"
        "try: GraphStore.open(Path(sys.argv[1]), read_only=False)\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    with GraphStore.open(on_disk, read_only=False) as store:
        with pytest.raises(EnvironmentProblem, match="in use"):
            GraphStore.open(on_disk, read_only=False)
        root = Path(__file__).parent.parent
        done = subprocess.run(
            [sys.executable, "-c", script, str(on_disk)], capture_output=True, text=True, cwd=root, check=True
        )
        assert done.stdout.startswith("EnvironmentProblem")
        assert "in use" in done.stdout
        assert len(GraphStore.open(on_disk)) == len(store)


@pytest.mark.parametrize("file", ["CURRENT", "MANIFEST-*"])
@pytest.mark.parametrize("damage", ["delete", "flip"])
def test_damage_is_called_damage(on_disk: Path, file: str, damage: str) -> None:
    """What the engine finds damaged is reported as such, with advice."""
    path = next(on_disk.glob(file))
    data = path.read_bytes()
    if damage == "delete":
        path.unlink()
    else:
        path.write_bytes(data[:5] + bytes([data[5] ^ 255]) + data[6:])
    with pytest.raises(DamagedGraph, match="build it again"):
        GraphStore.open(on_disk)


def test_a_bad_file_adds_nothing(tmp_path: Path, on_disk: Path) -> None:
    """A file that breaks off is refused whole, with its line."""
    bad = tmp_path / "bad.nq"
    bad.write_text(f'<https://e.org/9> {PRISM.doi} "9" {G1} .\n<https://e.org/9> <p\n')
    with GraphStore.open(on_disk, read_only=False) as store:
        with pytest.raises(InputError, match=r"bad\.nq") as error:
            store.load(bad)
        assert error.value.line == 2
        assert len(store) == len(QUADS)


def test_a_file_is_loaded_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All its lines, wherever pieces end, two pieces in memory at most; an error tells its line in the file."""
    path = tmp_path / "large.nq"
    lines = [f'<https://e.org/{n}> {PRISM.doi} "{"x" * n}" {G1} .\n' for n in range(50)]
    path.write_text("".join(lines).rstrip())
    for size in (1, 50, 500, len("".join(lines)), 1 << 20):
        monkeypatch.setattr("kg.store._PIECE", size)
        assert sorted(GraphStore.in_memory().load(path).quads()) == sorted(lines)
    taken: list[tuple[int, Future[None]]] = []
    unfinished: list[int] = []

    class Threads(ThreadPoolExecutor):
        def submit(self, load: Any, name: Any, form: Any, piece: bytes, before: int) -> Future[Any]:  # type: ignore[override]
            future = super().submit(lambda: (sleep(0.01), load(name, form, piece, before))[1])
            taken.append((len(piece), future))
            unfinished.append(sum(not other.done() for _, other in taken))
            return future

    with GraphStore.in_memory() as store, monkeypatch.context() as patch:
        patch.setattr("kg.store._PIECE", 500)
        patch.setattr("kg.store.ThreadPoolExecutor", Threads)
        store.load(path)
    assert len(taken) > 5
    assert max(unfinished) <= 2
    assert max(size for size, _ in taken) < 500 + max(map(len, lines))
    monkeypatch.setattr("kg.store._PIECE", 500)
    path.write_text("".join([*lines[:40], "<https://e.org/40> <p\n", *lines[41:]]))
    with pytest.raises(InputError, match="line 41 ") as error:
        GraphStore.in_memory().load(path)
    assert error.value.line == 41


def test_plain_patterns_see_all_graphs_and_graph_tells_which(store: GraphStore) -> None:
    """The default graph is the union; GRAPH ?g says where from; FROM restricts."""
    count = "SELECT (COUNT(*) AS ?n) {} {{ {} }}"
    for clause, pattern, n in (
        ("", "?s ?p ?o", 5),
        ("", f"GRAPH {G1} {{ ?s ?p ?o }}", 2),
        (f"FROM {G2}", "?s ?p ?o", 3),
        (f"FROM NAMED {G1}", "GRAPH ?g { ?s ?p ?o }", 2),
    ):
        assert list(store.select(count.format(clause, pattern))) == [{"n": terms.integer(n)}], (clause, pattern)
    with pytest.raises(QueryRefused, match="names no graph"):
        store.select("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }")


def test_the_form_of_the_query_decides_the_answer(store: GraphStore) -> None:
    """query() dispatches; the three others insist."""
    assert isinstance(store.query("SELECT * { ?s ?p ?o }"), Solutions)
    assert isinstance(store.query("CONSTRUCT WHERE { ?s ?p ?o }"), Triples)
    assert store.query('ASK { ?s prism:doi "10.1/a" }') is True
    assert store.ask('ASK { ?s prism:doi "10.1/x" }') is False
    assert list(store.construct("CONSTRUCT WHERE { ?s prov:wasDerivedFrom ?o }")) == [
        f"<https://e.org/2> {PROV.wasDerivedFrom} <https://e.org/1> .\n"
    ]
    with pytest.raises(QueryError, match="not a SELECT"):
        store.select("ASK {}")


def test_an_unbound_variable_is_missing_from_its_row(store: GraphStore) -> None:
    """Rows hold terms only."""
    rows = store.select("SELECT ?t ?x { <https://e.org/1> dcterms:title ?t OPTIONAL { ?t ?p ?x } }")
    assert rows.variables == ("t", "x")
    assert list(rows) == [{"t": '"One"@en'}]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?t { ?a prism:doi ?doi ; dcterms:title ?t }",
        "SELECT ?t ?doi { ?a prism:doi ?doi ; dcterms:title ?t }",
        "SELECT DISTINCT * { ?a prism:doi ?doi ; dcterms:title ?t }",
        "SELECT ?t { ?a prism:doi ?d ; dcterms:title ?t FILTER(?d = ?doi) }",
        "SELECT ?t { { ?a prism:doi ?d FILTER(?d = ?doi) } UNION { ?a dcterms:x ?doi } ?a dcterms:title ?t }",
        "SELECT ?t { { SELECT ?a ?doi { ?a prism:doi ?doi } } ?a dcterms:title ?t }",
        "SELECT ?t { ?a dcterms:title ?t FILTER EXISTS { ?a prism:doi ?doi } }",
        "SELECT ?t (COUNT(?a) AS ?n) { ?a prism:doi ?doi ; dcterms:title ?t } GROUP BY ?t",
        "SELECT ?t FROM <https://e.org/graph/1> WHERE { ?a prism:doi $doi ; dcterms:title ?t } # {",
        "SELECT (EXISTS { ?a ?b ?c } AS ?e) ?t WHERE { ?a prism:doi ?doi ; dcterms:title ?t }",
    ],
)
def test_a_parameter_is_bound_wherever_its_variable_stands(store: GraphStore, query: str) -> None:
    """Selected or not, in patterns, filters, groups and aggregates: only the article with that DOI is found."""
    rows = list(store.select(query, params={"doi": '"10.1/a"'}))
    assert [row["t"] for row in rows] == ['"One"@en']


def test_parameters_work_in_every_form(store: GraphStore) -> None:
    """ASK, CONSTRUCT (long and short), DESCRIBE and an aggregate over nothing."""
    params = {"doi": '"10.1/a"'}
    assert store.ask("ASK { ?a prism:doi ?doi }", params=params)
    assert not store.ask("ASK { ?a prism:doi ?doi }", params={"doi": "<https://e.org/1>"})
    line = f'<https://e.org/1> {PRISM.doi} "10.1/a" .\n'
    assert list(store.construct("CONSTRUCT { ?a prism:doi ?doi } { ?a prism:doi ?doi }", params=params)) == [line]
    assert list(store.construct("CONSTRUCT WHERE { ?a prism:doi ?doi }", params=params)) == [line]
    assert line in set(store.construct("DESCRIBE ?a { ?a prism:doi ?doi }", params=params))
    none = store.select("SELECT (COUNT(*) AS ?n) { ?a prism:doi ?doi }", params={"doi": '"x"'})
    assert list(none) == [{"n": terms.integer(0)}]


@given(TEXT)
@settings(max_examples=60)
def test_a_parameter_is_a_value_and_never_syntax(text: str) -> None:
    """Whatever a value holds, it is compared, not read."""
    store = GraphStore.in_memory([f"<https://e.org/1> {DCTERMS.title} {terms.literal(text)} {G1} .\n", *QUADS])
    for value in (text, text + '" } #', "} DROP ALL"):
        rows = list(store.select("SELECT ?s { ?s dcterms:title ?t }", params={"t": terms.literal(value)}))
        assert rows == ([{"s": "<https://e.org/1>"}] if value == text else [])


@pytest.mark.parametrize(
    ("query", "params", "message"),
    [
        ("SELECT ?x {\n  ?x a ?y", {}, "line 2, column"),
        ("SELECT ?x {\n  ?x a ?y", {"y": '"a"'}, "line 2, column 10"),
        ("SELECT ?x { BIND(1 AS ?x) }", {"x": '"a"'}, r"\?x: the query gives it a value itself"),
        ("SELECT ?x { ?x a ?y }", {"x": "<not an iri>"}, "is no term"),
        ("SELECT (<http://e.org/f>(1) AS ?x) {}", {}, "cannot be evaluated"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(
    store: GraphStore, query: str, params: dict[str, str], message: str
) -> None:
    """Errors are ours, short, and point into the text of the user."""
    with pytest.raises(QueryError, match=message) as error:
        list(store.select(query, params=params))
    assert len(str(error.value)) < 300


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_sees_the_same(store: GraphStore) -> None:
    """The views hold the same triples without a copy."""
    one = rdflib.URIRef("https://e.org/1")
    title = rdflib.Literal("One", "en")
    assert (one, rdflib.DCTERMS.title, title) in store.dataset()
    assert len(store.rdflib_graph(G1)) == 2
    assert (one, rdflib.DCTERMS.title, title) in store.rdflib_graph(G1)
    assert len(store.rdflib_graph()) == 5


def test_a_file_is_read_by_its_suffix(tmp_path: Path) -> None:
    """What stands in no graph is put into one, so that GRAPH ?g finds it, and given back without."""
    turtle = tmp_path / "a.ttl"
    turtle.write_bytes(b'\xef\xbb\xbf@prefix e: <https://e.org/> . e:a e:b "c" .')
    store = GraphStore.read_file(turtle)
    assert list(store.quads()) == ['<https://e.org/a> <https://e.org/b> "c" .\n']
    assert store.graphs() == [DEFAULT_GRAPH]
    assert list(store.triples(DEFAULT_GRAPH)) == [("<https://e.org/a>", "<https://e.org/b>", '"c"')]
    other = tmp_path / "a.pdf"
    other.write_text("")
    with pytest.raises(UsageError, match=r"suffix must be one of \.ttl"):
        GraphStore.read_file(other)


def test_a_graph_may_have_no_name_of_its_own(tmp_path: Path) -> None:
    """Blank nodes name graphs in N-Quads and TriG."""
    (tmp_path / "a.nq").write_text('_:a <x:p> "o" _:g .\n')
    store = GraphStore.read_file(tmp_path / "a.nq")
    (graph,) = store.graphs()
    assert graph.startswith("_:")
    assert [line.split(" ")[1:] for line in store.quads(graph)] == [["<x:p>", '"o"', graph, ".\n"]]
    assert len(list(store.triples(graph))) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.ttl", "<a> <b> <c> ."),
        ("a.nt", "<http://e.org/\\u003E> <http://e.org/p> <http://e.org/o> ."),
        (
            "a.jsonld",
            '{"@id":"http://e.org/","http://e.org/p":' + '[{"http://e.org/p":' * 5000 + "1" + "}]" * 5000 + "}",
        ),
        ("a.jsonld", '{"@context": "http://127.0.0.1:9/context.jsonld", "@id": "x:y"}'),
        ("a.nt", "<x:a> <x:b> <<( <x:a> <x:b> <x:c> )>> ."),
        ("a.nt", '<x:a> <x:b> "c"@en--ltr .'),
        ("a.jsonld", '{"@id": "x:a", "x:b": {"@value": "c", "@language": "en", "@direction": "ltr"}}'),
        ("a.ttl", "<x:a> <x:b> " + "<<( <x:a> <x:b> " * 5000 + "1" + ")>>" * 5000 + " ."),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, name: str, data: str) -> None:
    """Relative and escaped IRIs, bottomless nesting, contexts from elsewhere: refused, never a crash."""
    path = tmp_path / name
    path.write_text(data)
    with pytest.raises(InputError):
        GraphStore.read_file(path)
