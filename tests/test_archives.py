"""Containers: members are read, what no honest package holds is refused by name, a damaged container gives nothing."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import units
from kg.archives import kind_of
from kg.extract import Extractor
from kg.sources import InputFile
from kg.units import Unit
from kg.workers import Workers

HERE = Workers(Extractor("0"))
Files = list[tuple[str, bytes]]


def pubmed(*pmids: int, title: str = "A fictional title") -> bytes:
    records = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><ArticleTitle>{title}</ArticleTitle></Article>"
        "</MedlineCitation></PubmedArticle>"
        for n in pmids
    )
    return f"<PubmedArticleSet>{records}</PubmedArticleSet>".encode()


PACKAGE: Files = [
    ("PMC1/PMC1.nxml", pubmed(1)),
    ("PMC1/fig1.jpg", b"\xff\xd8\xff\xe0"),
    ("PMC1/fig2.jpg", b"\xff\xd8\xff\xe0"),
    ("PMC1/paper.pdf", b"%PDF-1.7"),
    ("PMC1/license.txt", b"You may read this."),
    ("PMC1/._PMC1.nxml", b"junk"),
    ("inner/PMC2.xml.gz", gzip.compress(pubmed(2), mtime=0)),
    ("notes.pubtator", b"3|t|A fictional note\n3|a|\n"),
]


def as_tar(files: Files, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def as_zip(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def as_tar_gz(files: Files) -> bytes:
    return gzip.compress(as_tar(files), mtime=0)


def build(folder: Path, data: bytes, reader: str | None = None) -> Unit:
    """The container as a unit that was read and decided on."""
    path = folder / "package.bin"
    path.write_bytes(data)
    (folder / "shards").mkdir(exist_ok=True)
    batch = units.examine([InputFile(path, "package.bin")], reader, HERE, lambda *_: None)
    units.extract(batch, HERE, folder / "shards", lambda *_: None)
    units.decide(batch, folder)
    return batch[0]


def told(unit: Unit) -> list[tuple[str, str | None, str]]:
    return [(report.level, report.member, report.rule) for report in unit.reports]


@pytest.mark.parametrize("pack", [as_tar, as_tar_gz, as_zip])
def test_the_articles_of_a_package_are_read(tmp_path: Path, pack) -> None:
    """Recognised by their content, gzip inside included; the rest is passed over in one line."""
    unit = build(tmp_path, pack(PACKAGE))
    assert unit.counts["stored"] == 3
    assert sorted(unit.members.values()) == ["PMC1/PMC1.nxml", "inner/PMC2.xml.gz", "notes.pubtator"]
    [report] = unit.reports
    assert (report.level, report.member, report.rule) == ("warning", None, "passed-over")
    assert "5 members" in report.message
    assert "2 .jpg" in report.message


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_kind_of_tar(tmp_path: Path, form: int) -> None:
    """Names of any length, and those that are no UTF-8 or would do harm in a terminal, are labels."""
    names = ["a" * 90 + "/" + "b" * 90 + ".xml", "a\nb.xml", "\x1b[31m.xml"]
    if form != tarfile.USTAR_FORMAT:
        names += ["c" * 300 + ".xml", "caf\udce9.xml"]
    unit = build(tmp_path, as_tar([(name, pubmed(n)) for n, name in enumerate(names, 1)], form))
    assert unit.counts["stored"] == len(names)
    assert unit.reports == []
    assert all(name.isprintable() for name in unit.members.values())


def test_a_bad_member_costs_itself_alone(tmp_path: Path) -> None:
    """Records before the damage of a member are not stored; those of its neighbours are."""
    broken = pubmed(2, 3).replace(b"</PubmedArticleSet>", b"<")
    torn = gzip.compress(pubmed(4), mtime=0)[:-9]
    unit = build(tmp_path, as_tar([("a.xml", pubmed(1)), ("b.xml", broken), ("c.gz", torn), ("d.xml", pubmed(5))]))
    assert unit.counts == {"records": 4, "stored": 2, "rejected": 2}
    assert told(unit) == [("reject", "b.xml", "xml-not-well-formed"), ("reject", "c.gz", "damaged-compression")]


def special(name: str, kind: bytes, target: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info.tobuf(tarfile.USTAR_FORMAT)


GOOD = as_tar([("good.xml", pubmed(1))])
END = bytes(1024)
BODY = GOOD[: -len(GOOD) % 512 or None].rstrip(b"\0")
BODY += bytes(-len(BODY) % 512)


@pytest.mark.parametrize(
    ("member", "rule"),
    [
        (special("l.xml", tarfile.SYMTYPE, "/etc/passwd"), "member-link"),
        (special("l.xml", tarfile.LNKTYPE, "/etc/passwd"), "member-link"),
        (special("l.xml", tarfile.FIFOTYPE), "member-kind"),
        (special("l.xml", tarfile.CHRTYPE), "member-kind"),
        (special("l.xml", b"?"), "member-kind"),
        (special("l.xml", tarfile.GNUTYPE_SPARSE), "member-kind"),
        (special("../l.xml", tarfile.REGTYPE), "member-name"),
        (special("/l.xml", tarfile.REGTYPE), "member-name"),
        (special("a\\..\\l.xml", tarfile.REGTYPE), "member-name"),
        (special("C:\\l.xml", tarfile.REGTYPE), "member-name"),
    ],
)
def test_what_no_honest_tar_holds_is_refused_by_name(tmp_path: Path, member: bytes, rule: str) -> None:
    unit = build(tmp_path, BODY + member + END)
    assert unit.counts["stored"] == 1
    assert [(level, found) for level, _, found in told(unit)] == [("reject", rule)]


def test_a_file_behind_a_link_is_refused(tmp_path: Path) -> None:
    inner = as_tar([("d/evil.xml", pubmed(2))])
    unit = build(tmp_path, BODY + special("d", tarfile.SYMTYPE, "..") + inner)
    assert told(unit) == [("reject", "d", "member-link"), ("reject", "d/evil.xml", "member-link")]


def test_sparse_members_of_pax_are_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("bomb.xml")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 40)}
    unit = build(tmp_path, BODY + info.tobuf(tarfile.PAX_FORMAT) + END)
    assert told(unit) == [("reject", "bomb.xml", "member-kind")]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (GOOD[:700], "cut off|ends in the middle"),
        (BODY, "cut off"),
        (BODY + b"x" * 512 + END, "header at byte"),
        (BODY + END + b"x" * 512, "header at byte"),
        (BODY + GOOD[:100] + b"?" + GOOD[101:], "header at byte"),
        (as_zip([("a.xml", pubmed(1))])[:-30], "zip"),
        (as_zip([("a.xml", pubmed(1))], zipfile.ZIP_STORED).replace(b"fictional", b"fictitous"), "zip.*CRC"),
    ],
)
def test_a_damaged_container_gives_nothing(tmp_path: Path, data: bytes, word: str) -> None:
    """Whatever was read before the damage."""
    unit = build(tmp_path, data)
    assert unit.counts == {"records": 1, "rejected": 1}
    [report] = unit.reports
    assert report.rule == "damaged-archive"
    assert re.search(word, report.message)
    assert list((tmp_path / "shards").iterdir()) == []


@pytest.mark.parametrize("pack", [as_tar, as_zip])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 700))
def test_whatever_is_damaged_is_told_and_nothing_breaks(tmp_path: Path, pack, at: int, byte: int, cut: int) -> None:
    """A byte that is another, and a piece that is missing: refused, or read; never an error of the program."""
    data = bytearray(pack(PACKAGE))
    at %= len(data)
    data[at] = byte
    del data[at + 1 : at + 1 + cut]
    unit = build(tmp_path, bytes(data))
    assert unit.counts["records"] == unit.counts["stored"] + unit.counts["rejected"] + unit.counts["superseded"]


def test_tars_one_after_the_other_are_read_to_the_last(tmp_path: Path) -> None:
    unit = build(tmp_path, GOOD + as_tar([("second.xml", pubmed(2))]))
    assert unit.counts["stored"] == 2
    assert told(unit) == [("warning", None, "concatenated-archive")]


def test_what_stands_before_a_zip_is_not_lost_in_silence(tmp_path: Path) -> None:
    """A zip is read from its end, so that of two one after the other the first would not be seen."""
    first, second = as_zip([("a.xml", pubmed(1))]), as_zip([("b.xml", pubmed(2))])
    assert told(build(tmp_path, first + second)) == [("reject", None, "concatenated-archive")]
    assert told(build(tmp_path, first + as_zip([]))) == [("reject", None, "concatenated-archive")]
    assert told(build(tmp_path, gzip.compress(first, mtime=0))) == [("reject", None, "nested-archive")]


@pytest.mark.parametrize("pack", [as_tar, as_zip])
def test_a_folder_that_holds_something_is_refused_by_name(tmp_path: Path, pack) -> None:
    """A name that ends as those of folders do hides nothing."""
    unit = build(tmp_path, pack([("sub/", b""), ("p.xml/", pubmed(1)), ("q.xml", pubmed(2))]))
    assert told(unit) == [("reject", "p.xml/", "member-name")]
    assert unit.counts["stored"] == 1


def test_of_two_members_of_a_name_the_later_counts(tmp_path: Path) -> None:
    unit = build(tmp_path, as_tar([("a.xml", pubmed(1, title="Old")), ("a.xml", pubmed(1, title="New"))]))
    assert (unit.counts["stored"], unit.counts["superseded"]) == (1, 1)
    assert ("warning", "a.xml", "duplicate-member") in told(unit)


def test_encrypted_members_and_links_of_a_zip_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("good.xml", pubmed(1))
        link = zipfile.ZipInfo("link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../out.xml", pubmed(2))
        archive.writestr("secret.xml", pubmed(3))
    data = bytearray(out.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.rindex(mark)
        data[at + flags] |= 1
    unit = build(tmp_path, bytes(data))
    assert unit.counts["stored"] == 1
    assert told(unit) == [
        ("reject", "link.xml", "member-link"), ("reject", "../out.xml", "member-name"), ("reject", "secret.xml", "encrypted"),
    ]  # fmt: skip


@pytest.mark.parametrize("pack", [as_tar, as_zip])
def test_archives_inside_archives_are_not_opened_but_named(tmp_path: Path, pack) -> None:
    unit = build(
        tmp_path,
        pack([("a.xml", pubmed(1)), ("in.tar", GOOD), ("in.tgz", gzip.compress(GOOD)), ("in.zip", as_zip([]))]),
    )
    assert unit.counts["stored"] == 1
    assert told(unit) == [("warning", f"in.{kind}", "nested-archive") for kind in ("tar", "tgz", "zip")]


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip by what it declares, a member by what it grows to."""
    for module in ("kg.archives", "kg.sources"):
        monkeypatch.setattr(f"{module}.MAX_UNCHECKED", 1000)
    blanks = b"<a>" + b" " * 500_000
    assert told(build(tmp_path, as_zip([("a.xml", blanks)]))) == [("reject", None, "expansion-limit")]
    unit = build(tmp_path, as_tar([("a.xml", pubmed(1)), ("b.gz", gzip.compress(blanks))]))
    assert told(unit) == [("reject", "b.gz", "expansion-limit")]


def test_a_container_without_articles_is_refused(tmp_path: Path) -> None:
    unit = build(tmp_path, as_zip([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]))
    assert told(unit) == [("reject", None, "no-article")]


def test_a_named_reader_is_that_of_every_member(tmp_path: Path) -> None:
    unit = build(tmp_path, as_tar([("a.xml", pubmed(1)), ("b.txt", b"3|t|Fiction\n")]), "pubtator")
    assert list(unit.members.values()) == ["b.txt"]


@pytest.mark.parametrize("head", [b"", b"\0" * 1024, b"<article/>", b"x" * 512, GOOD[:511]])
def test_other_files_are_no_containers(head: bytes) -> None:
    assert kind_of(head) is None
