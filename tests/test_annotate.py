"""kg annotate: documents in, the same documents with mentions out. The documents are fictional."""

from __future__ import annotations

import gc
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import annotating, lexica
from kg.cli import cli
from kg.errors import InputError, OntologyError, UsageError
from kg.garbage import uncollected
from kg.model import AnnotatedDocument
from kg.recognisers.dictionary import DictionaryRecogniser

TABLE = (
    "id\tlabel\tsynonyms\tcategory\n"
    "MESH:D900001\tGlimmer Disease\tmorbus glimmer\tDisease\n"
    "MESH:D900002\tSparkol\t\tChemical\n"
)
PUBTATOR = "1|t|Sparkol <b> for glimmer disease\n1|a|Glimmer disease (GD) & GD.\r\n1\t0\t7\tSparkol\tChemical\tX\n\n"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "toy.tsv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def run(table: Path, text: str, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["annotate", "--ontology", str(table), *arguments], input=text)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_pubtator(table: Path) -> None:
    """The text is given back with our mentions in place of those that it came with."""
    assert run(table, PUBTATOR).splitlines() == [
        "1|t|Sparkol <b> for glimmer disease",
        "1|a|Glimmer disease (GD) & GD.",
        "1\t0\t7\tSparkol\tChemical\tD900002",
        "1\t16\t31\tglimmer disease\tDisease\tD900001",
        "1\t32\t47\tGlimmer disease\tDisease\tD900001",
        "1\t49\t51\tGD\tDisease\tD900001",
        "1\t55\t57\tGD\tDisease\tD900001",
        "",
    ]


def test_types(table: Path) -> None:
    """Only the types that are asked for; an unknown one is refused with those that are known."""
    assert "Chemical" not in run(table, PUBTATOR, "--types", "Disease")
    with pytest.raises(UsageError, match="Chemical, Disease"):
        annotating.types(["Chemical", "Diseases"])


def test_json_lines_tell_everything(table: Path) -> None:
    """A line a document: passages, and mentions with label, confidence and reason."""
    [line] = run(table, "A sparkol.", "--to", "jsonl").splitlines()
    said = json.loads(line)
    assert said["passages"] == [{"name": "text", "text": "A sparkol."}]
    [mention] = said["mentions"]
    assert mention.pop("confidence") > 0.5
    assert mention == {
        "passage": "text", "start": 2, "end": 9, "text": "sparkol", "type": "Chemical", "concept": "MESH:D900002",
        "label": "Sparkol", "reason": 'label "Sparkol"', "agent": "dictionary",
        "context": {}, "others": {}, "standing": "stated",
    }  # fmt: skip


def test_bioc(table: Path) -> None:
    """BioC out, and read again."""
    bioc = run(table, PUBTATOR, "--to", "bioc-json")
    assert run(table, bioc, "--to", "jsonl") == run(table, PUBTATOR, "--to", "jsonl")


def test_html_is_escaped(table: Path) -> None:
    """No text and no name of a concept becomes markup."""
    page = run(table, PUBTATOR, "--to", "html")
    assert "Sparkol</mark> &lt;b&gt; for" in page
    assert "<b>" not in page
    table.write_text(TABLE.replace("Sparkol", 'Sparkol "><script>'), encoding="utf-8")
    page = run(table, 'A sparkol "><script>.', "--to", "html")
    assert "<script" not in page
    assert "Sparkol &quot;&gt;&lt;script&gt;" in page


def test_lexicons_are_compiled_once(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By content: a second call compiles nothing, a changed file does, a damaged cache is made anew."""
    one = lexica.lexicon([table])
    [kept] = lexica.cache_folder().iterdir()
    before = kept.read_bytes()
    monkeypatch.setattr(lexica, "compiled", None)
    assert lexica.lexicon([table]).digest == one.digest
    monkeypatch.undo()
    monkeypatch.setenv("KG_CACHE", str(table.parent / "cache"))
    kept.write_bytes(before[:1000])
    assert lexica.lexicon([table]).digest == one.digest
    assert kept.read_bytes() == before
    table.write_text(TABLE + "MESH:D900003\tGlow\t\tDisease\n", encoding="utf-8")
    assert lexica.lexicon([table]).digest != one.digest
    assert len(list(lexica.cache_folder().iterdir())) == 2


def test_a_cache_that_cannot_be_written(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs time and nothing else."""
    monkeypatch.setenv("KG_CACHE", str(table / "below-a-file"))
    assert lexica.lexicon([table]).lookup("sparkol")


def test_no_such_ontology() -> None:
    """The message says what is known besides files."""
    with pytest.raises(OntologyError, match="starter"):
        lexica.lexicon(["nowhere.obo"])


def test_text_that_is_not_utf_8() -> None:
    """Damaged input is refused with its place."""
    with pytest.raises(InputError) as caught:
        list(annotating.read(io.BytesIO(b"a \xff")))
    assert caught.value.byte == 2


def test_doubtful_mentions_are_work_and_no_facts(table: Path) -> None:
    """What two concepts are called with equal right is given only on request, and marked."""
    table.write_text("id\tlabel\tsynonyms\nGO:1\tspark one\tsparkle\nGO:2\tspark two\tsparkle\n", encoding="utf-8")
    assert json.loads(run(table, "A sparkle.", "--to", "jsonl"))["mentions"] == []
    [mention] = json.loads(run(table, "A sparkle.", "--to", "jsonl", "--doubtful"))["mentions"]
    assert (mention["standing"], mention["concept"], list(mention["others"])) == ("doubtful", "GO:1", ["GO:2"])
    assert 'class="Other doubtful"' in run(table, "A sparkle.", "--to", "html", "--doubtful")


def test_nested_mentions(table: Path) -> None:
    """The longest name wins; the inner one is given on request."""
    table.write_text("id\tlabel\nGO:1\tdim light\nGO:2\tlight\n", encoding="utf-8")
    texts = [
        [m["text"] for m in json.loads(run(table, "dim light", "--to", "jsonl", *more))["mentions"]]
        for more in ((), ("--nested",))
    ]
    assert texts == [["dim light"], ["dim light", "light"]]


def test_context(table: Path) -> None:
    """What the sentence says of a mention stands beside it."""
    [one, other] = json.loads(run(table, "No evidence of glimmer disease. Then morbus glimmer.", "--to", "jsonl"))[
        "mentions"
    ]
    assert (one["context"], other["context"]) == ({"negated": "No evidence of"}, {})


def test_turtle(table: Path) -> None:
    """What a build would say of the document: what is negated is marked and is no topic."""
    page = run(table, "9|t|Sparkol\n9|a|No evidence of glimmer disease.\n\n", "--to", "ttl")
    assert "schema:mentions mesh:D900002" in page
    assert "schema:mentions mesh:D900001" not in page
    assert 'negated: \\"No evidence of\\"' in page
    text = run(table, "A sparkol.", "--to", "ttl")
    assert "schema:mentions mesh:D900002" in text


@pytest.mark.parametrize("form", annotating.OUTPUTS)
@pytest.mark.parametrize("text", [PUBTATOR, "Sparkol for glimmer disease (GD)."], ids=["pubtator", "text"])
def test_no_cycles_of_garbage(table: Path, form: str, text: str) -> None:
    """What documents leave behind goes without the collector of cycles, which rests while the command works: there is no
    more of it after a hundred documents than after one."""
    lexicon = lexica.lexicon([table])
    recogniser = DictionaryRecogniser(lexicon)

    def left_over(times: int) -> int:
        read = (
            item
            for _ in range(times)
            for item in annotating.read(io.BytesIO(text.encode()))
            if isinstance(item, AnnotatedDocument)
        )
        gc.collect()
        with uncollected():
            assert annotating.OUTPUTS[form](annotating.annotated(read, recogniser), lexicon, io.BytesIO()) == times
            return gc.collect()

    left_over(1)  # what is loaded only now
    assert left_over(100) <= left_over(1) + 50
