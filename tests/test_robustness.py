"""Hostile inputs on the whole way from file to folder. All people and papers are fictional.

They lie in one folder beside a good file, whose records must be there afterwards; nothing secret may be anywhere; the
counts must add up; and what was written must be readable.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import zstandard

from kg import networks, pipeline, shards, validation
from kg.pipeline import Built

SECRET = "TOKEN-5f1c9e"


def record(pmid: object, title: str = "A plain title", more: str = "") -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>'
        "<Journal><JournalIssue><PubDate><Year>2019</Year></PubDate></JournalIssue></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle>"
        "<AuthorList><Author><LastName>Fictus</LastName><ForeName>Ada</ForeName></Author></AuthorList>"
        f"{more}</Article></MedlineCitation></PubmedArticle>\n"
    )


def pubmed(*records: str, doctype: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{doctype}<PubmedArticleSet>\n{"".join(records)}</PubmedArticleSet>\n'
    )


def three(title: str, doctype: str = "", first: int = 101) -> str:
    return pubmed(record(first, "First"), record(first + 1, title), record(first + 2, "Third"), doctype=doctype)


def internal(declarations: str) -> str:
    return f"<!DOCTYPE PubmedArticleSet [{declarations}]>\n"


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
NASTY = 'x" . <http://evil.example/s> <http://evil.example/p> "y \\'

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "an external entity": (three("&x;", internal('<!ENTITY x SYSTEM "file://{secret}">')), "entity &x;"),
    "a parameter entity": (three("t", internal('<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;')), "parameter entity"),
    "a billion laughs": (three("&a9;", internal('<!ENTITY a0 "lol">' + LAUGHS)), "amplification"),
    "deep nesting": (three("<i>" * 9999 + "x" + "</i>" * 9999), "depth"),
    "a bare ampersand": (three("A & B"), "line 4"),
    "no UTF-8": (three("caf@").encode().replace(b"@", b"\xe9"), "encoding"),
    "a file that is cut off": (three("t")[:-99], "line"),
    "two documents": (three("t") + three("t"), "line 7"),
    "a web page": ("<!DOCTYPE html><html><body>Not found</body></html>", "HTML page"),
    "no bytes": (b"", "empty"),
    "a cut gzip": (gzip.compress(three("t").encode())[:-9], "truncated"),
    "gzip inside gzip": (gzip.compress(gzip.compress(three("t").encode())), "gzip inside gzip"),
    "something secret": (f"# {SECRET}\n", "plain text"),
}
"""what → the file, and what the message must say"""

TAKEN: dict[str, tuple[str | bytes, int, dict[str, str]]] = {
    "an entity of its own": (three("IFN-&g;", internal('<!ENTITY g "&#947;">'), first=1001), 3, {"1002": "IFN-γ"}),
    "a foreign DTD": (three("t", '<!DOCTYPE PubmedArticleSet SYSTEM "http://127.0.0.1:9/x.dtd">\n', first=2001), 3, {}),
    "markup in CDATA": (three("<![CDATA[1 < 2 & <script>]]>", first=3001), 3, {"3002": "1 < 2 & <script>"}),
    "comments": (three(f"A<?x {SECRET} ?><!-- {SECRET} -->B", first=4001), 3, {"4002": "AB"}),
    "a literal that ends itself": (three(NASTY.replace("<", "&lt;"), first=5001), 3, {"5002": NASTY}),
    "line ends of all kinds": (three("A\u0085B\u2028C&#13;\nD", first=6001), 3, {}),
    "UTF-16": (three("café 日本", first=7001).replace("utf-8", "utf-16").encode("utf-16"), 3, {"7002": "café 日本"}),
    "an empty set": (pubmed(), 0, {}),
    "gzip by content": (gzip.compress(three("t", first=8001).encode()), 3, {"8002": "t"}),
    "records without a usable PMID": (pubmed(record(201), record("1e5"), record("٣"), record("9" * 5000)), 1, {}),
    "a repetition": (pubmed(record(202, "old"), record(202, "new")), 1, {"202": "new"}),
    "a DOI with a triple in it": (
        pubmed(
            record(203, more='<ELocationID EIdType="doi">10.5555/a&gt; &lt;http://evil.example/s&gt;</ELocationID>')
        ),
        1,
        {},
    ),
}
"""what → the file, how many of its records are stored, and some titles"""


Build = Callable[[Mapping[str, str | bytes]], Built]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Build hostile files beside a good one; networks and validation have tests of their own and take the most time."""
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text(SECRET)

    def run(hostile: Mapping[str, str | bytes]) -> Built:
        sources = tmp_path_factory.mktemp("in")
        (sources / "good.xml").write_text(pubmed(record(9000001, "Good"), record(9000002, "Good too")))
        for name, data in hostile.items():
            if isinstance(data, str):
                data = data.replace("{secret}", str(secret)).encode()
            (sources / name).write_bytes(data)
        return pipeline.build([str(sources)], tmp_path_factory.mktemp("out"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "analyse", lambda *_: iter(()))
        patch.setattr(validation, "findings", lambda *arguments: iter(()))
        yield run


@pytest.fixture(scope="module")
def refused(build: Build) -> Built:
    return build({what: data for what, (data, _) in REFUSED.items()})


@pytest.fixture(scope="module")
def taken(build: Build) -> Built:
    return build({what: data for what, (data, _, _) in TAKEN.items()})


def counts(built: Built, name: str) -> dict[str, int]:
    (found,) = [i["counts"] for i in built.run["inputs"] if i["file"].endswith(f"/{name}")]
    return dict(found)


def reports(built: Built) -> list[dict[str, str]]:
    return [json.loads(line) for line in built.folder.rejects.read_bytes().splitlines()]


def titles(built: Built) -> dict[str, str]:
    """PMID → title in the export, which two parsers must read alike, and which holds no subject but ours."""
    data = built.folder.graph.read_bytes()
    quads = list(ox.parse(data, ox.RdfFormat.TURTLE))
    graph = rdflib.Graph().parse(data=data, format="turtle")
    assert len(quads) == len(graph) == built.counts["triples"]
    assert not [q for q in quads if "evil.example" in str(q.subject) and "article" not in str(q.subject)]
    pmids = {q.subject: str(q.object.value) for q in quads if "fabio/hasPubMedId" in str(q.predicate)}  # type: ignore[union-attr]
    return {
        pmids[q.subject]: str(q.object.value)  # type: ignore[union-attr]
        for q in quads
        if "dc/terms/title" in str(q.predicate) and q.subject in pmids
    }


def shards_of(built: Built, stated: Mapping[str, Any]) -> list[Path]:
    """The shard of a source; none where it was refused."""
    return [] if stated["refused"] else list(built.folder.shards.glob(f"{stated['sha256'][:32]}-*"))


def check_laws(built: Built) -> None:
    """What was counted is what was written, nothing is counted twice, the good file is there, and no secret anywhere."""
    rejected = sum(report["level"] == "reject" for report in reports(built))
    assert rejected == built.counts["rejected"]
    for stated in built.run["inputs"]:
        counted, (shard,) = stated["counts"], shards_of(built, stated) or (None,)
        if shard is None:
            assert counted == {"records": 1, "stored": 0, "rejected": 1, "superseded": 0, "deleted": 0}
            continue
        entries = Counter(type(entry).__name__ for entry in shards.outline(shard))
        assert counted["records"] == entries["Header"] + entries["Rejected"] + entries["Deletion"]
        assert counted["rejected"] == entries["Rejected"]
        assert counted["deleted"] == entries["Deletion"]
        assert counted["stored"] + counted["superseded"] == entries["Header"]
    for kind in ("records", "stored", "rejected", "superseded", "deleted"):
        assert built.counts[kind] == sum(i["counts"][kind] for i in built.run["inputs"])
    assert built.counts["articles"] == built.counts["stored"]  # no two files tell of one article
    assert counts(built, "good.xml")["stored"] == 2
    for path in built.folder.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".zst":
                data = zstandard.ZstdDecompressor().stream_reader(data).read()
            assert SECRET.encode() not in data, path


def test_nothing_leaks_and_the_counts_add_up(refused: Built, taken: Built) -> None:
    """Whatever the input: records = stored + rejected + superseded + deleted, and no word of what nobody named."""
    check_laws(refused)
    check_laws(taken)


def test_bad_files_leave_the_good_one_alone(refused: Built) -> None:
    """Nothing of them is in the graph."""
    assert titles(refused) == {"9000001": "Good", "9000002": "Good too"}


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_file_is_refused_whole(refused: Built, what: str) -> None:
    """One line says which file, and why."""
    assert counts(refused, what) == {"records": 1, "stored": 0, "rejected": 1, "superseded": 0, "deleted": 0}
    (report,) = [r for r in reports(refused) if r["file"].endswith(f"/{what}")]
    assert report["level"] == "reject"
    assert REFUSED[what][1] in report["message"]


@pytest.mark.parametrize("what", TAKEN)
def test_odd_input_is_taken(taken: Built, what: str) -> None:
    """What is legal is stored as it says; a senseless record is rejected alone."""
    _, stored, expected = TAKEN[what]
    assert counts(taken, what)["stored"] == stored
    assert expected.items() <= titles(taken).items()


def test_building_again_changes_nothing(build: Build) -> None:
    """Equal sources in another place: equal bytes."""
    hostile = {"a.xml": three("&x;"), "b.xml": three("a title")}
    assert build(hostile).folder.graph.read_bytes() == build(hostile).folder.graph.read_bytes()


def test_a_folder_follows_its_sources(build: Build, tmp_path: Path) -> None:
    """The same again is nothing to do; with others nothing of the old ones stays."""
    source = tmp_path / "in.xml"

    def built(title: str) -> Built:
        source.write_text(pubmed(record(7, title)))
        return pipeline.build([str(source)], tmp_path / "out")

    first = built("old title")
    graph = first.folder.graph.read_bytes()
    again = built("old title")
    assert again.unchanged
    assert again.run == first.run
    assert not built("new title").unchanged
    for path in first.folder.root.rglob("*"):
        if path.is_file() and "store" not in path.parts:
            data = path.read_bytes()
            if path.suffix == ".zst":
                data = zstandard.ZstdDecompressor().stream_reader(data).read()
            assert b"old title" not in data
    assert built("old title").folder.graph.read_bytes() == graph
