"""The command line: what each command prints where, with which exit code, and what it says when something is wrong."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pyoxigraph
import pytest
import zstandard
from click.testing import CliRunner

from kg import cli, queries
from kg.exporters import ANNOTATED, EXPORTERS
from kg.readers import READERS
from kg.results import FORMATS
from kg.shapes import REPORTS
from kg.store import GraphStore
from kg.version import VERSION

ROOT = Path(__file__).parents[1]
ARTICLE = "https://w3id.org/bmkg/article/doi/10.5555/fict.99000001"


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()


Run = Callable[..., Ran]


@pytest.fixture
def kg(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program in this process, from its arguments to its exit code."""

    def run(*arguments: object, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        monkeypatch.setattr("signal.signal", lambda *_: None)
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, out, err.decode())

    return run


@pytest.fixture
def copy(examples: Path, tmp_path: Path) -> Path:
    """A copy of the built examples that may be spoilt."""
    return Path(shutil.copytree(examples, tmp_path / "graph"))


# --- help ---------------------------------------------------------------------------------------------------------------


def examples_in_help(name: str) -> list[str]:
    text = CliRunner().invoke(cli.cli, [name, "--help"]).output
    return [line.strip() for line in text.splitlines() if line.strip().startswith(f"kg {name}")]


@pytest.mark.parametrize("name", cli.cli.commands)
def test_every_command_shows_an_example(name: str) -> None:
    """--help ends well, explains, and shows at least one whole command."""
    result = CliRunner().invoke(cli.cli, [name, "--help"])
    assert result.exit_code == 0
    assert examples_in_help(name)


_RUNNABLE = [
    line
    for name in cli.cli.commands
    # These change the examples, need the network, or write to the user's home.
    if name not in ("build", "update", "curate", "analyze", "fetch", "ontology")
    for line in examples_in_help(name)
    if "mine." not in line and "ror-data" not in line
]


@pytest.mark.parametrize("line", _RUNNABLE)
def test_the_examples_of_the_help_run(
    kg: Run, line: str, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the help shows works on the examples as it stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "output").symlink_to(examples)
    (tmp_path / "examples").symlink_to(Path(__file__).parents[1] / "examples")
    command = shlex.split(line.partition(" > ")[0])
    ran = kg(*command[1:])
    assert ran.code == 0, ran.err
    assert "kg:" not in ran.err
    assert ran.out or list(tmp_path.glob("graph.*"))


def test_the_example_of_build_parses() -> None:
    """The arguments of the help's builds are understood; their files are the user's."""
    for line in examples_in_help("build"):
        context = cli.build.make_context("build", shlex.split(line)[2:])
        assert context.params["output"] == "output"


def test_version(kg: Run) -> None:
    """--version names program and version."""
    assert kg("--version").text == f"kg {VERSION}\n"


def test_formats_lists_every_format(kg: Run) -> None:
    """Each reader and exporter of the registries is listed."""
    text = kg("formats").text
    for name in (*READERS, *EXPORTERS):
        assert re.search(rf"^  {name}\b", text, re.MULTILINE), name


# --- build --------------------------------------------------------------------------------------------------------------

LETTER = """Letter to the Editor
Fict J Cell Ther. 2025; 1(2): 3
doi: 10.5555/fict.letter.1
Insulin independence after cell therapy in type 1 diabetes
Ada Example, Bo Sample
Keywords: Insulin; Stem cells
"""


def test_a_build_ends_with_a_summary(kg: Run, tmp_path: Path) -> None:
    """To standard error: what was read, what is in the graph, and commands that work next; again: nothing has changed."""
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    graph = tmp_path / "my graph"
    ran = kg("build", tmp_path / "letter.txt", "-o", graph)
    assert (ran.code, ran.out) == (0, b"")
    assert "1 record = 1 stored + 0 rejected + 0 superseded + 0 deletions" in ran.err
    assert "1 article, 2 authors" in ran.err
    suggested = [line.partition("kg ")[2] for line in ran.err.splitlines() if " kg " in line]
    assert len(suggested) == 2
    for command in suggested:
        assert kg(*shlex.split(command)).code == 0
    picture = re.search(r"open (.*)$", ran.err, re.MULTILINE)
    assert picture
    (path,) = shlex.split(picture[1])
    assert Path(path).exists()

    again = kg("build", tmp_path / "letter.txt", "-o", graph)
    assert again.code == 0
    assert "nothing has changed" in again.err
    assert kg("build", tmp_path / "letter.txt", "-o", graph, "--quiet") == Ran(0, b"", "")


def test_something_rejected_makes_exit_code_1_each_time(kg: Run, tmp_path: Path) -> None:
    """What is rejected is told with the file that says why; a second run ends the same way."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "letter.txt").write_text(LETTER, encoding="utf-8")
    (tmp_path / "in" / "broken.xml").write_text("<PubmedArticleSet><PubmedArticle>", encoding="utf-8")
    for _ in range(2):
        ran = kg("build", tmp_path / "in", "-o", tmp_path / "graph")
        assert ran.code == 1
        assert "1 rejected" in ran.err
        assert str(tmp_path / "graph" / "rejects.jsonl") in ran.err


def test_what_cannot_be_written_is_named_as_the_user_knows_it(kg: Run, tmp_path: Path) -> None:
    """A folder stands where a file is to be put: it is named, not the temporary file that was to take its place."""
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    assert kg("build", tmp_path / "letter.txt", "-o", tmp_path / "graph").code == 0
    (tmp_path / "graph" / "contents.json").unlink()
    (tmp_path / "graph" / "contents.json").mkdir()
    (tmp_path / "letter.txt").write_text(LETTER.replace("The", "A"), encoding="utf-8")
    ran = kg("build", tmp_path / "letter.txt", "-o", tmp_path / "graph")
    assert ran.code == 3
    assert f"({tmp_path / 'graph' / 'contents.json'})" in ran.err


def test_findings_make_exit_code_1(kg: Run, tmp_path: Path) -> None:
    """--fail-on decides which findings do, in build and validate alike; accepted before received is a warning."""
    text = LETTER.replace("Keywords", "Received: May 2, 2025\nAccepted: May 1, 2025\nKeywords")
    (tmp_path / "letter.txt").write_text(text, encoding="utf-8")
    graph = tmp_path / "graph"
    ran = kg("build", tmp_path / "letter.txt", "-o", graph)
    assert ran.code == 0
    assert str(graph / "validation.txt") in ran.err
    for level, code in (("violation", 0), ("warning", 1), ("info", 1), ("none", 0)):
        assert kg("build", tmp_path / "letter.txt", "-o", graph, "--fail-on", level).code == code
        assert kg("validate", graph, "--fail-on", level).code == code
    assert "2025-05-01" in kg("validate", graph).text


def test_standard_input_is_a_source(kg: Run, tmp_path: Path) -> None:
    """``-`` reads standard input, in a real process and a real pipe."""
    command = [sys.executable, "-m", "kg", "build", "-", "-o", str(tmp_path / "graph")]
    done = subprocess.run(command, input=gzip.compress(LETTER.encode()), capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"1 article, 2 authors" in done.stderr
    assert b"\x1b" not in done.stderr  # no progress bar in a pipe


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build"], "SOURCES"),
        (["build", "/nowhere/at/all", "-o", "{new}"], "/nowhere/at/all"),
        (["build", "{letter}", "-o", "{full}"], "which kg did not make"),
        (["build", "{letter}", "-o", "{new}", "--from", "word"], "jats, pubmed, crossref"),
        (["build", "{letter}", "-o", "{new}", "--base-iri", "nonsense"], "--base-iri"),
        (["build", "{letter}", "-o", "{new}", "--base-iri", "https://e.test/kg#"], "--base-iri"),
        (["build", "{letter}", "-o", "{new}", "--time-limit", "nan"], "--time-limit"),
        (["build", "{letter}", "-o", "{new}", "--time-limit", "inf"], "--time-limit"),
        (["build", "{letter}", "-o", "{new}", "--decisions", "{letter}"], "is no decision"),
        (["fetch", "pubmed", "x", "--service", "nonsense"], "--service"),
        (["fetch", "pubmed", "x", "--service", "http://["], "--service"),
        (["fetch", "pubmed", "x", "--email", "\u00e9"], "--email"),
        (["query", "{new}", "authorships"], "kg build"),
        (["query", "{graph}", "authorship"], "did you mean authorships"),
        (["query", "{graph}", "R01"], "did you mean R01-articles-about-a-concept"),
        (["query", "{graph}", "SELECT * { ?s"], "line 1"),
        (["query", "{graph}", "authorships", "--param", "doi"], "NAME=VALUE"),
        (["query", "{graph}", "authorships", "--param", "nothing=1"], "?nothing"),
        (["query", "{graph}", "ASK { SERVICE <http://e.org/> { } }"], "--allow-service"),
        (["query", "{graph}", "authorships", "--format", "turtle"], "CONSTRUCT"),
        (["export", "{graph}", "--format", "nt", "--graph", "nothing"], "kg stats"),
        (
            ["export", "{graph}", "--format", "bioc-json", "--agent", "nosuch"],
            "known are dictionary, jats, letter, pubmed",
        ),
        (["export", "{graph}", "--format", "nt", "-o", "{new}/x.nt"], "new: no such folder"),
        (["annotate", "{letter}", "--ontology", "starter", "-o", "{new}/x"], "new: no such folder"),
        (["fetch", "pmc", "PMC1", "-o", "{new}/x.xml"], "new: no such folder"),
        (["export", "{graph}", "--format", "word"], "turtle"),
        (["explain", "{graph}", "nothing"], "MESH:D003922"),
        (["verify", "{full}"], "not a folder that kg build made"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_to_do(
    kg: Run, examples: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    """Nothing on standard output, no traceback, a message that names the way out."""
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("precious")
    places = {"graph": examples, "letter": tmp_path / "letter.txt", "full": tmp_path / "full", "new": tmp_path / "new"}
    ran = kg(*(a if "{ " in a or a.endswith("?s") else a.format(**places) for a in arguments))
    assert ran.code == 2
    assert ran.out == b""
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", ["build", "update", "query", "export", "analyze"])
def test_an_interrupted_command_promises_what_it_keeps(kg: Run, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the same command goes on where it stopped is said of those alone that do."""

    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.cli, "main", interrupted)
    promise = "; the same command goes on where it stopped" if command in ("build", "update") else ""
    assert kg(command) == Ran(130, b"", f"kg: interrupted{promise}\n")


# --- query --------------------------------------------------------------------------------------------------------------

TITLE = f"SELECT ?article ?title {{ ?article dcterms:title ?title FILTER(?article = <{ARTICLE}>) }}"
WORDS = "Beta cells from induced pluripotent stem cells restore insulin secretion in NOD mice with type 1 diabetes."


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_answers(kg: Run, examples: Path, form: str) -> None:
    """Each format carries the same row in its own syntax."""
    query = TITLE
    if form in ("turtle", "nt"):
        query = f"CONSTRUCT {{ ?a dcterms:title ?t }} {{ ?a dcterms:title ?t FILTER(?a = <{ARTICLE}>) }}"
    ran = kg("query", examples, query, "--format", form)
    assert (ran.code, ran.err) == (0, "")
    if form in ("csv", "tsv"):
        rows = list(csv.reader(io.StringIO(ran.text), delimiter="\t" if form == "tsv" else ","))
        assert rows == [["article", "title"], [ARTICLE, WORDS]]
    elif form == "json":
        (row,) = json.loads(ran.out)["results"]["bindings"]
        assert row["title"] == {"type": "literal", "value": WORDS, "xml:lang": "en"}
    elif form == "xml":
        solutions = pyoxigraph.parse_query_results(ran.out, format=pyoxigraph.QueryResultsFormat.XML)
        assert [str(s["title"]) for s in solutions] == [f'"{WORDS}"@en']  # type: ignore[index, union-attr]
    elif form in ("turtle", "nt"):
        syntax = pyoxigraph.RdfFormat.TURTLE if form == "turtle" else pyoxigraph.RdfFormat.N_TRIPLES
        assert [str(q.object) for q in pyoxigraph.parse(ran.out, format=syntax)] == [f'"{WORDS}"@en']
    else:
        assert WORDS[:40] in ran.text
        assert "fict.99000001" in ran.text


def test_parameters_are_bound(kg: Run, examples: Path, tmp_path: Path) -> None:
    """A string binds a literal, ``<…>`` an IRI; a value is never syntax; the query may come from anywhere."""
    by_doi = kg("query", examples, "authorships", "--param", "doi=10.5555/fict.99000004", "--format", "csv").text
    assert by_doi.splitlines()[1:] == [line for line in by_doi.splitlines() if "Ida Bergström" in line]
    query = "SELECT ?t { ?a dcterms:title ?t }"
    (tmp_path / "q.rq").write_text(query, encoding="utf-8")
    asked = ["--param", f"a=<{ARTICLE}>", "--format", "csv"]
    answers = {
        kg("query", examples, query, *asked).text,
        kg("query", examples, tmp_path / "q.rq", *asked).text,
        kg("query", examples, "-", *asked, stdin=query).text,
    }
    assert answers == {f"t\n{WORDS}\n"}
    evil = kg("query", examples, query, "--param", 'a=" } DROP ALL #', "--format", "csv")
    assert (evil.code, evil.text) == (0, "t\n")


def test_a_question_on_networks_that_an_update_dropped(kg: Run, tmp_path: Path) -> None:
    """It is told on standard error that they are not there and what computes them; other questions are not disturbed."""
    graph = tmp_path / "my graph"
    for number, command in enumerate((["build", "-o", graph], ["update", graph])):
        letter = tmp_path / f"letter-{number}.txt"
        letter.write_text(LETTER.replace("letter.1", f"letter.{number}"), encoding="utf-8")
        assert kg(*command, letter).code == 0
    on_networks = [
        "R07-coauthor-links-from-analysis",
        "ASK { GRAPH <https://w3id.org/bmkg/graph/analysis> { ?s ?p ?o } }",
        "PREFIX : <http://www.w3.org/ns/dqv#> ASK { ?s :value ?o }",
    ]
    for query in on_networks:
        ran = kg("query", graph, query)
        assert ran.code == 0
        assert ran.err.endswith(f"kg analyze '{graph}'\n"), query
    assert kg("query", graph, "authorships").err == ""
    assert kg(*shlex.split(ran.err.partition(": kg ")[2])).code == 0
    for query in on_networks:
        assert kg("query", graph, query).err == ""


def test_list_names_every_query(kg: Run) -> None:
    """One line a query: its name and what it asks; no graph is needed."""
    lines = kg("query", "--list").text.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(queries.named())
    assert all(len(line.split("\t")[1]) > 10 for line in lines)


def test_output_may_be_cut_off(examples: Path) -> None:
    """``kg query … | head -1``: the program ends quietly."""
    command = (
        f"{shlex.quote(sys.executable)} -m kg query {shlex.quote(str(examples))} 'SELECT * {{ ?s ?p ?o }}' | head -n 1"
    )
    done = subprocess.run(["sh", "-c", command], capture_output=True, cwd=ROOT, check=False)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == b""


# --- export -------------------------------------------------------------------------------------------------------------


def test_annotated_text_is_exported_by_agent(kg: Run, examples: Path) -> None:
    """What the recogniser found in the examples, as PubTator; agents go with no other format."""
    ran = kg("export", examples, "--format", "pubtator", "--agent", "dictionary")
    assert ran.code == 0
    assert b"|t|" in ran.out
    assert b"\tD003922" in ran.out
    assert kg("export", examples, "--format", "nt", "--agent", "dictionary").code == 2


@pytest.mark.parametrize("compress", [None, "gz", "zst"])
@pytest.mark.parametrize("form", [form for form in EXPORTERS if form not in ANNOTATED])
def test_every_export_holds_the_canonical_graph(
    kg: Run, examples: Path, tmp_path: Path, form: str, compress: str | None
) -> None:
    """What another reader finds in the file are the triples of graph.ttl; -o and standard output are the same bytes."""
    target = tmp_path / "out"
    options = ["--format", form, *(["--compress", compress] if compress else [])]
    ran = kg("export", examples, *options, "-o", target)
    assert (ran.code, ran.out, ran.err) == (0, b"", "")
    data = target.read_bytes()
    assert kg("export", examples, *options).out == data
    if compress == "gz":
        data = gzip.decompress(data)
    elif compress == "zst":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    syntax = {
        "turtle": pyoxigraph.RdfFormat.TURTLE,
        "nt": pyoxigraph.RdfFormat.N_TRIPLES,
        "nq": pyoxigraph.RdfFormat.N_QUADS,
        "trig": pyoxigraph.RdfFormat.TRIG,
        "jsonld": pyoxigraph.RdfFormat.JSON_LD,
        "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
    }[form]
    found = {str(quad.triple) for quad in pyoxigraph.parse(data, format=syntax)}
    wanted = {
        str(quad.triple) for quad in pyoxigraph.parse(path=examples / "graph.ttl", format=pyoxigraph.RdfFormat.TURTLE)
    }
    assert found == wanted


def test_turtle_has_two_names(kg: Run, examples: Path) -> None:
    """What one command calls ttl and another turtle, all of them know by both names."""
    for command in (
        ["export", examples, "--graph", "aliases", "--format"],
        ["query", examples, "CONSTRUCT { ?a dcterms:title ?t } { ?a dcterms:title ?t }", "--format"],
        ["annotate", ROOT / "examples" / "letter.txt", "--ontology", "starter", "--to"],
    ):
        one, other = (kg(*command, name) for name in ("ttl", "turtle"))
        assert one == other
        assert one.code == 0


def test_one_graph_by_its_name(kg: Run, examples: Path) -> None:
    """--graph takes an IRI or the last part of one of ours, repeatedly; provenance is only there when it is named."""
    short = kg("export", examples, "--format", "nq", "--graph", "provenance").text
    long = kg("export", examples, "--format", "nq", "--graph", "https://w3id.org/bmkg/graph/provenance").text
    assert short == long
    assert {line.split(" ")[-2] for line in short.splitlines()} == {"<https://w3id.org/bmkg/graph/provenance>"}
    both = kg("export", examples, "--format", "nq", "--graph", "provenance", "--graph", "aliases").text
    assert set(short.splitlines()) < set(both.splitlines())
    assert "/graph/provenance>" not in kg("export", examples, "--format", "nq").text


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no such device here")
def test_the_device_of_standard_output_is_written_to(examples: Path) -> None:
    """Also where that is a pipe, which has no name that the link could lead to."""
    command = [sys.executable, "-m", "kg", "export", str(examples), "--format", "nt", "-o", "/dev/stdout"]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.endswith(b" .\n")


# --- validate, verify ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", REPORTS)
def test_the_examples_are_clean_in_every_format(kg: Run, examples: Path, form: str) -> None:
    """No finding, exit code 0."""
    ran = kg("validate", examples, "--format", form, "--today", "2030-01-01", "--fail-on", "info")
    assert (ran.code, ran.err) == (0, "")


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fabio: <http://purl.org/spar/fabio/> .
<https://e.org/shape> a sh:NodeShape ; sh:targetClass fabio:JournalArticle ; sh:property <https://e.org/shape#short> .
<https://e.org/shape#short> sh:path dcterms:title ; sh:maxLength 60 ; sh:name "short title" ; sh:severity sh:Warning ;
  sh:description "Titles should be short." ; sh:message "the title is long" ."""


def test_own_shapes_and_own_files(kg: Run, examples: Path, tmp_path: Path) -> None:
    """--shapes replaces ours; a Turtle file is validated as a built folder is; --fail-on decides the exit code."""
    (tmp_path / "short.ttl").write_text(SHAPES, encoding="utf-8")
    query = "SELECT ?a { ?a a fabio:JournalArticle ; dcterms:title ?t FILTER(STRLEN(?t) > 60) }"
    long_titles = set(kg("query", examples, query, "--format", "csv").text.splitlines()[1:])
    assert 0 < len(long_titles) < 10
    for graph in (examples, examples / "graph.ttl"):
        ran = kg("validate", graph, "--shapes", tmp_path / "short.ttl", "--format", "jsonl")
        assert ran.code == 0
        found = [json.loads(line) for line in ran.text.splitlines()]
        assert {str(entry["focus"]) for entry in found} == long_titles
        assert kg("validate", graph, "--shapes", tmp_path / "short.ttl", "--fail-on", "warning").code == 1
    assert kg("validate", examples / "graph.ttl", "--today", "2030-01-01", "--fail-on", "info").code == 0


def test_a_whole_folder_is_verified(kg: Run, examples: Path) -> None:
    """Nothing differs: exit code 0, and what was compared."""
    ran = kg("verify", examples)
    assert ran.code == 0
    assert re.search(r"whole; [0-9]+ files and [0-9,]+ quads", ran.text)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _spoil_graph(graph: Path) -> str:
    _flip(graph / "graph.ttl")
    return "graph.ttl has changed"


def _spoil_shard(graph: Path) -> str:
    shard = min((graph / "shards").iterdir())
    _flip(shard)
    return f"shards/{shard.name} has changed"


def _change_aliases(graph: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change what the store says of the aliases."""
    with GraphStore.open(graph / "store", read_only=False) as store:
        name = next(name for name in store.graphs() if name.endswith("/graph/aliases>"))
        file = graph.parent / "aliases.nq"
        file.write_text("".join(change(sorted(store.quads(name)))), encoding="utf-8", newline="\n")
        store.replace_graphs([name], file)


def _spoil_store(graph: Path) -> str:
    _change_aliases(graph, lambda lines: lines[1:])
    return "were sealed"


def _swap_in_store(graph: Path) -> str:
    _change_aliases(graph, lambda lines: [lines[0].replace("/article/", "/article/x", 1), *lines[1:]])
    return "not those that were sealed"


def _lose_report(graph: Path) -> str:
    (graph / "validation.json").unlink()
    return "validation.json is missing"


def _add_file(graph: Path) -> str:
    (graph / "notes.txt").write_text("mine")
    return "notes.txt was not there"


@pytest.mark.parametrize("spoil", [_spoil_graph, _spoil_shard, _spoil_store, _swap_in_store, _lose_report, _add_file])
def test_whatever_differs_is_found(kg: Run, copy: Path, spoil: Callable[[Path], str]) -> None:
    """A byte, a quad, a file: exit code 3 and the name of what is no longer as it was sealed."""
    said = spoil(copy)
    ran = kg("verify", copy)
    assert ran.code == 3
    assert said in ran.err
    assert "build it again" in ran.err


def test_a_concept_that_nobody_describes_is_told(kg: Run, copy: Path) -> None:
    """A curator may know more than the vocabulary, so it is noted; but a slip should be seen."""
    asked = "SELECT ?m { ?m a oa:Annotation ; oa:hasBody mesh:D003922 } ORDER BY ?m LIMIT 1"
    mention = kg("query", copy, asked, "--format", "csv").text.split()[1]
    correct = ["curate", "correct", copy, mention, "--by", "A Doe", "--because", "no diabetes"]
    ran = kg(*correct, "MESH:D999999")
    assert ran.code == 0
    assert "MESH:D999999: no ontology of this graph knows it" in ran.err
    ran = kg(*correct, "MESH:D007328")
    assert (ran.code, "no ontology" in ran.err) == (0, False)


# --- explain, stats -----------------------------------------------------------------------------------------------------


def test_explain_for_people_and_for_programs(kg: Run, examples: Path) -> None:
    """The text begins with what the thing is called; JSON holds the same as data."""
    text = kg("explain", examples, "10.5555/fict.99000001").text
    assert text.splitlines()[0] == WORDS
    assert "    1  Marisol Quintero  [1]" in text
    assert text.index("Marisol Quintero") < text.index("Tobias E Lindqvist") < text.index("statements in")
    data = json.loads(kg("explain", examples, "10.5555/fict.99000001", "--format", "json").out)
    assert data["node"] == f"<{ARTICLE}>"
    assert [a["name"] for a in data["article"]["authors"]] == [
        "Marisol Quintero",
        "Tobias E Lindqvist",
        "Aiko Hamasaki",
    ]


def test_stats_count(kg: Run, examples: Path) -> None:
    """Articles by year and journal, quads by graph: ten documents in all."""
    found = json.loads(kg("stats", examples, "--format", "json").out)
    assert found["graphs"]["documents"]["graphs"] == 10
    assert found["years"] == {"2019": 1, "2020": 1, "2021": 1, "2022": 3, "2023": 1, "2024": 3}
    assert sum(found["journals"].values()) == 10
    assert found["quads"] == len(GraphStore.open(examples / "store"))
    text = kg("stats", examples).text
    assert f"{found['quads']:,} quads" in text


def test_analyze_says_where_to_look(kg: Run, copy: Path) -> None:
    """The pictures are made anew, and the folder is whole."""
    (copy / "analysis" / "coauthors.svg").unlink()
    ran = kg("analyze", copy)
    assert ran.code == 0
    assert str(copy / "analysis" / "coauthors.svg") in ran.err
    assert (copy / "analysis" / "coauthors.svg").exists()
    assert kg("verify", copy).code == 0


def walk(group: click.Group) -> Iterator[tuple[str, click.Parameter]]:
    for name, command in group.commands.items():
        for parameter in command.params:
            yield name, parameter


def test_every_option_is_explained() -> None:
    """No option without help, but those whose choices say it all."""
    silent = {
        (name, p.name)
        for name, p in walk(cli.cli)
        if isinstance(p, click.Option) and not p.help and p.name not in ("format_",)
    }
    assert silent == set()


def test_explaining_needs_no_decisions(kg: Run, tmp_path: Path) -> None:
    """Where what curators decided cannot be read, that is said, and all else is told."""
    (tmp_path / "decisions.jsonl").write_text("# nothing yet\n")
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    kg("build", tmp_path / "letter.txt", "-o", tmp_path / "out", "--decisions", tmp_path / "decisions.jsonl")
    (tmp_path / "decisions.jsonl").unlink()
    told = kg("explain", tmp_path / "out", "fabio:JournalArticle")
    assert told.code == 0
    assert "what curators decided is left out" in told.err
    assert "used by (2)" in told.text
