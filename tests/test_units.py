"""Source files on their way: examined, read into shards, counted, told about."""

from __future__ import annotations

import gzip
import io
import pickle
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from lxml import etree

from kg import making, units, workers
from kg.errors import InputError
from kg.extract import Extractor
from kg.model import Article, Deletion, Item, Rejected, Text, Warned
from kg.readers import READERS, reader_for
from kg.sources import InputFile, Skipped
from kg.units import Unit
from kg.workers import Job, Workers

HERE = Workers(Extractor("0"))


def silent(stage: str, done: int, total: int) -> None:
    pass


def article(pmid: int, version: int = 1, title: str = "A fictional title", authors: str = "") -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID>'
        f"<Article><ArticleTitle>{title}</ArticleTitle>{authors}</Article></MedlineCitation></PubmedArticle>\n"
    )


def pubmed(*records: str) -> str:
    return "<PubmedArticleSet>\n" + "".join(records) + "</PubmedArticleSet>\n"


def deletions(*pmids: int) -> str:
    return "<DeleteCitation>" + "".join(f'<PMID Version="1">{n}</PMID>' for n in pmids) + "</DeleteCitation>"


def examined(folder: Path, **sources: str | bytes) -> list[Unit]:
    inputs = []
    for name, data in sources.items():
        path = folder / f"{name}.xml"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        inputs.append(InputFile(path, path.name))
    return units.examine(inputs, None, HERE, silent)


def read(folder: Path, **sources: str | bytes) -> list[Unit]:
    batch = examined(folder, **sources)
    (folder / "shards").mkdir(exist_ok=True)
    units.extract(batch, HERE, folder / "shards", silent)
    units.decide(batch, folder)
    return batch


def counted(unit: Unit) -> dict[str, int]:
    return {name: unit.counts[name] for name in units.COUNTS if unit.counts[name]}


def told(unit: Unit) -> list[tuple[str, str, str | None]]:
    return [(report.level, report.rule, report.record) for report in unit.reports]


def test_every_record_is_counted_once(tmp_path: Path) -> None:
    """records = stored + rejected + superseded + deleted, file by file."""
    first, second, broken = read(
        tmp_path,
        n1=pubmed(article(1), article(2), article(3), "<PubmedArticle/>"),
        n2=pubmed(article(2, title="newer"), deletions(3, 99)),
        n3="<PubmedArticleSet>",
    )
    assert counted(first) == {"records": 4, "stored": 1, "rejected": 1, "superseded": 2}
    assert counted(second) == {"records": 3, "stored": 1, "deleted": 2}
    assert counted(broken) == {"records": 1, "rejected": 1}


def test_a_repetition_in_a_file_is_told(tmp_path: Path) -> None:
    """The same PMID and version twice in one file is somebody's mistake; two versions are not."""
    (unit,) = read(tmp_path, n1=pubmed(article(1), article(1), article(2), article(2, version=2)))
    assert [told for told in told(unit) if told[1] == "duplicate-record"] == [("warning", "duplicate-record", "PMID 1")]
    assert counted(unit) == {"records": 4, "stored": 2, "superseded": 2}


def test_what_other_members_say_is_no_repetition(tmp_path: Path) -> None:
    """An article in two formats is merged; a member that is not whole said nothing; the line is of the same file."""
    jats = (
        b'<article><front><article-meta><article-id pub-id-type="pmid">1</article-id><title-group><article-title>T'
        b"</article-title></title-group><pub-date><year>2020</year></pub-date></article-meta></front></article>"
    )
    members = {
        "a.xml": pubmed(article(1)).encode(),
        "b.xml": jats,
        "cut.xml": pubmed(article(2), article(3)).encode()[:-30],
        "d.xml": pubmed(article(2)).encode(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path = tmp_path / "all.zip"
    (tmp_path / "shards").mkdir()

    def warnings() -> list[units.Report]:
        path.write_bytes(packed.getvalue())
        batch = units.examine([InputFile(path, path.name)], None, HERE, silent)
        units.extract(batch, HERE, tmp_path / "shards", silent)
        units.decide(batch, tmp_path)
        return [report for report in batch[0].reports if report.rule == "duplicate-record"]

    assert warnings() == []
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("e.xml", pubmed(article(2)))
    (again,) = warnings()
    assert (again.member, again.record, "begins on line" in again.message) == ("e.xml", "PMID 2", False)


def test_of_equal_containers_the_later_name_counts(tmp_path: Path) -> None:
    """Whatever the order in which they are named."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", pubmed(article(1)))
    (tmp_path / "shards").mkdir()
    for name in ("n2.zip", "n10.zip"):
        (tmp_path / name).write_bytes(packed.getvalue())
    for names in (("n2.zip", "n10.zip"), ("n10.zip", "n2.zip")):
        batch = units.examine([InputFile(tmp_path / name, name) for name in names], None, HERE, silent)
        units.extract(batch, HERE, tmp_path / "shards", silent)
        units.decide(batch, tmp_path)
        assert {unit.file.name: unit.counts["stored"] for unit in batch} == {"n2.zip": 0, "n10.zip": 1}


def test_an_error_that_cannot_be_sent_is_told_all_the_same() -> None:
    """Whatever a bug raises in another process, the parent hears of it."""

    class Bug:
        def __call__(self, extractor: Extractor) -> str:
            etree.fromstring("<a")  # this library's errors cannot be pickled
            return ""

    error = pickle.loads(pickle.dumps(workers._answerer(HERE.extractor)(Bug())))  # type: ignore[arg-type]
    assert isinstance(error, RuntimeError)
    assert str(error).startswith("XMLSyntaxError: ")
    assert "etree.fromstring" in error.__notes__[0]


def test_a_broken_file_leaves_nothing(tmp_path: Path) -> None:
    """Whole records before the error do not count: a transfer went wrong. The report says where."""
    batch = read(tmp_path, good=pubmed(article(1)), bad=pubmed(article(2), article(3, title="a & b")))
    assert [unit.shard is not None and unit.shard.exists() for unit in batch] == [True, False]
    assert len(list((tmp_path / "shards").iterdir())) == 1
    (report,) = batch[1].reports
    assert (report.level, report.file, report.record, report.line) == ("reject", "bad.xml", "PMID 3", 3)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """What was hashed and what was read must be the same."""
    batch = examined(tmp_path, n1=pubmed(article(1)))
    (tmp_path / "n1.xml").write_text(pubmed(article(1), article(2)))
    (tmp_path / "shards").mkdir()
    units.extract(batch, HERE, tmp_path / "shards", silent)
    assert told(batch[0]) == [("reject", "changed", None)]
    assert list((tmp_path / "shards").iterdir()) == []


def test_the_largest_files_are_read_first(tmp_path: Path) -> None:
    """So that at the end nobody waits for the one who reads a large one; what comes of each goes to its own unit."""
    read_in_turn = []

    class Noting:
        def answers(self, tasks: Iterable[Job]) -> Iterator[tuple[Job, Any]]:
            for task in tasks:
                read_in_turn.append(task.path.name)
                yield task, task(HERE.extractor)

    batch = examined(
        tmp_path,
        a=pubmed(article(1)),
        b=pubmed(*map(article, range(10, 15))),
        c=pubmed(article(3), article(4)),
    )
    (tmp_path / "shards").mkdir()
    told: list[tuple[int, int]] = []
    team = Workers(HERE.extractor, supervisor=Noting())
    units.extract(batch, team, tmp_path / "shards", lambda _, done, total: told.append((done, total)))
    units.decide(batch, tmp_path)
    assert read_in_turn == ["b.xml", "c.xml", "a.xml"]
    assert [unit.counts["stored"] for unit in batch] == [1, 5, 2]
    sizes = [(tmp_path / name).stat().st_size for name in read_in_turn]
    assert told == [(sum(sizes[:n]), sum(sizes)) for n in range(4)]


def test_equal_content_is_read_once(tmp_path: Path) -> None:
    """A shard is named by what it was made from, plain or compressed; one of two equal records is superseded."""
    data = pubmed(article(1)).encode()
    batch = read(tmp_path, a=data, b=gzip.compress(data))
    assert batch[0].shard == batch[1].shard
    assert [counted(unit) for unit in batch] == [{"records": 1, "superseded": 1}, {"records": 1, "stored": 1}]


def test_a_damaged_shard_is_made_anew(tmp_path: Path) -> None:
    """Shards are the ledger: one that is not whole counts as not there."""
    source = pubmed(article(1))
    (unit,) = read(tmp_path, n1=source)
    assert unit.shard
    whole = unit.shard.read_bytes()
    unit.shard.write_bytes(whole[:-20])
    assert counted(read(tmp_path, n1=source)[0]) == {"records": 1, "stored": 1}
    assert unit.shard.read_bytes() == whole


def test_shards_that_nobody_names_are_removed(tmp_path: Path) -> None:
    """Other settings and other sources leave nothing behind."""
    (old,) = read(tmp_path, n1=pubmed(article(1)))
    (new,) = read(tmp_path, n1=pubmed(article(2)))
    units.remove_unused([new], tmp_path / "shards")
    assert list((tmp_path / "shards").iterdir()) == [new.shard]
    assert old.shard != new.shard


def test_a_contested_doi_is_told(tmp_path: Path) -> None:
    """The report names both articles."""
    doi = '<ELocationID EIdType="doi" ValidYN="Y">10.5555/Fict</ELocationID>'
    (unit,) = read(tmp_path, n1=pubmed(article(10, authors=doi), article(9, authors=doi)))
    (report,) = [r for r in unit.reports if r.rule == "doi-conflict"]
    assert report.record == "PMID 10"
    assert "PMID 9 keeps it" in report.message


def test_reports_are_short_and_on_one_line(tmp_path: Path) -> None:
    """Text from papers cannot forge a line, colour a terminal or fill a disk."""
    unit = Unit(InputFile(tmp_path, "a"))
    unit.tell("warning", Warned("PMID\n1", "rule", "\x1b[31m" + "x" * 1000))
    unit.tell("reject", Rejected(None, "rule", "short\r\n"))
    assert unit.reports[0].record == "PMID\\n1"
    assert unit.reports[0].message.startswith("\\x1b[31mxxx")
    assert len(unit.reports[0].message) == 500
    assert unit.reports[1].message == "short\\r\\n"


def test_what_was_passed_over_is_listed() -> None:
    """A warning where it was meant to be passed over, a rejection where somebody must look."""
    reports = units.skipped_reports([Skipped("a~", "skipped", "m", False), Skipped("b", "link-outside", "m", True)])
    assert [(r.level, r.file, r.rule) for r in reports] == [
        ("warning", "a~", "skipped"),
        ("reject", "b", "link-outside"),
    ]


def test_items_of_any_reader_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a reader yields is accounted for; warnings are told and not counted."""

    class Toy:
        DESCRIPTION = "a toy"
        DELIVERS = ()

        def sniff(self, head: bytes) -> bool:
            return head.startswith(b"toy")

        def read(self, stream: BinaryIO) -> Iterator[Item]:
            yield Warned("1", "odd", "odd")
            yield Article(record="1", reader="letter", title=Text("A fictional letter", "en"))
            yield Rejected("2", "bad", "bad", 5)
            yield Deletion("77")

    monkeypatch.setattr(workers, "READERS", {**READERS, "toy": Toy()})
    monkeypatch.setattr(workers, "reader_for", lambda head, name: ("toy", Toy()))
    (unit,) = read(tmp_path, t="toy")
    assert counted(unit) == {"records": 3, "stored": 1, "rejected": 1, "deleted": 1}
    assert told(unit) == [("warning", "odd", "1"), ("reject", "bad", "2")]


@pytest.mark.parametrize(
    ("head", "rule", "kind"),
    [
        (b"", "empty", "empty"),
        (b"\xef\xbb\xbf \r\n\t", "empty", "empty"),
        (b"<!DOCTYPE html><html><body>s3cret", "unknown-format", "HTML page"),
        (b"<html>s3cret", "unknown-format", "HTML page"),
        (b'<?xml version="1.0"?>\n<catalog>s3cret', "unknown-format", "root element <catalog>"),
        (b"<broken s3cret", "unknown-format", "XML"),
        (b'{"s3cret": 1}', "unknown-format", "JSON"),
        (b"\x1f\x8b\x08s3cret", "unknown-format", "gzip inside gzip"),
        (b"%PDF-1.7 s3cret", "unknown-format", "PDF"),
        (b"PK\x03\x04 s3cret", "unknown-format", "zip"),
        (bytes(range(256)) + b"s3cret", "unknown-format", "binary"),
        (b"caf\xe9 s3cret", "unknown-format", "byte 3 is not UTF-8"),
        (b"# s3cret\n", "unknown-format", "plain text"),
    ],
)
def test_an_unknown_file_is_described_not_quoted(head: bytes, rule: str, kind: str) -> None:
    """The message says what kind of file it is; its words, which may be secret, go nowhere."""
    with pytest.raises(InputError, match=kind) as raised:
        reader_for(head)
    assert raised.value.rule == rule
    assert "s3cret" not in str(raised.value)


def test_a_format_that_is_asked_for_is_checked() -> None:
    """--from does not make a PubMed file JATS; any plain text may be a letter if the user says so."""
    for head, name in ((b"<PubmedArticleSet>", "jats"), (b"<article>", "pubmed"), (b"<article>", "letter")):
        with pytest.raises(InputError) as raised:
            reader_for(head, name)
        assert raised.value.rule == "wrong-format"
    assert reader_for(b"Some text.", "letter")[0] == "letter"


def test_an_update_touches_what_another_record_takes_a_key_from(tmp_path: Path) -> None:
    """Also where its own records and its own key stay: fewer keys lead to it. What nothing changed is not touched."""

    def with_pmcid(pmid: int) -> str:
        numbers = '<PubmedData><ArticleIdList><ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList></PubmedData>'
        return article(pmid).replace("</PubmedArticle>", f"{numbers}</PubmedArticle>")

    sources = {"a": pubmed(with_pmcid(9), article(5)), "b": pubmed(with_pmcid(7))}
    (tmp_path / "shards").mkdir()
    batch = examined(tmp_path, **sources)
    units.extract(batch, HERE, tmp_path / "shards", silent)
    told = []
    for name, some in (("was", batch[:1]), ("is", batch)):
        (tmp_path / name).mkdir()
        told.append(list(units.documents(some, units.decide(some, tmp_path / name))))
    assert making._touched(*told, tmp_path) == ["pmid/7", "pmid/9"]
