"""Ontologies by name: added from files, installed from a server on this machine, shown, removed."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg import installed, lexica, ontology_library
from kg.cli import cli
from kg.errors import EnvironmentProblem, OntologyError, UsageError
from kg.fetch import http
from kg.fetch.download import Wanted, download
from kg.fetch.http import Client

TOYS = Path(__file__).parent / "data" / "ontologies"


def silent(stage: str, done: int, total: int) -> None:
    pass


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(installed.HOME, str(tmp_path / "home"))
    monkeypatch.setenv(lexica.CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(http, "_FIRST", 0.001)
    return tmp_path / "home"


class Files(BaseHTTPRequestHandler):
    """Serves files with entity tags and ranges; can break off, and can say that it is elsewhere."""

    protocol_version = "HTTP/1.1"
    files: dict[str, bytes]
    asked: list[tuple[str, str | None]]
    break_off: int

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Range"]))
        if self.path == "/record":
            body = self.files["/toy.obo"]
            link = f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere"
            file = {"links": {"self": link}, "size": len(body), "checksum": f"md5:{hashlib.md5(body).hexdigest()}"}
            self._send(200, json.dumps({"files": [file]}).encode(), {})
            return
        if self.path == "/elsewhere":
            self._send(302, b"", {"Location": "/toy.obo"})
            return
        body = self.files[self.path]
        tag = f'"{hashlib.md5(body).hexdigest()}"'
        wanted = self.headers["Range"]
        if wanted and self.headers["If-Range"] == tag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self._send(206, body[start:], {"ETag": tag, "Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"})
        else:
            self._send(200, body, {"ETag": tag})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.break_off and len(body) > 100:
            type(self).break_off -= 1
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, type[Files]]]:
    content = (TOYS / "toy.obo").read_bytes()
    served = {"/toy.obo": content, "/toy.obo.gz": gzip.compress(content)}
    handler = type("Bound", (Files,), {"files": served, "asked": [], "break_off": 0})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", handler
    running.shutdown()
    running.server_close()


def client() -> Client:
    return Client(1000, sleep=lambda seconds: None)


def test_what_is_added_is_found_by_name(home: Path) -> None:
    """Added, listed, shown, used, removed; nothing but its folder is written."""
    found, _ = ontology_library.add(TOYS / "toy.obo", "toy", silent)
    assert (found.concepts, found.path.read_bytes()) == (4, (TOYS / "toy.obo").read_bytes())
    assert [one.name for one in installed.listed()] == ["toy"]
    assert [shown.where for shown in ontology_library.show("MONDO:9000001")] == ["toy"]
    assert "MONDO:9000001" in lexica.lexicon(["toy"])
    installed.remove("toy")
    assert list(installed.listed()) == []
    with pytest.raises(OntologyError, match="no such file, and no installed ontology; known are starter"):
        lexica.lexicon(["toy"])
    with pytest.raises(UsageError, match="nothing is installed"):
        installed.remove("toy")


def test_the_list_is_a_table(home: Path) -> None:
    """A line of headings, one for the embedded vocabulary, and one for each that is installed; numbers are numbers."""
    ontology_library.add(TOYS / "toy.obo", "toy", silent)
    result = CliRunner().invoke(cli, ["ontology", "list"])
    starter, toy = csv.DictReader(result.output.splitlines(), delimiter="\t")
    assert (starter["name"], starter["source"]) == ("starter", "embedded in kg")
    assert int(starter["names"]) > int(starter["concepts"]) > 1000
    assert (toy["name"], toy["kind"], toy["version"]) == ("toy", "ontology", "-")
    assert toy["source"] == str((TOYS / "toy.obo").resolve())
    assert int(toy["concepts"]) == 4


def test_a_new_file_takes_the_place_of_the_old_one() -> None:
    """Adding under the same name replaces; what cannot be read replaces nothing."""
    first, _ = ontology_library.add(TOYS / "toy.obo", "toy", silent)
    second, _ = ontology_library.add(TOYS / "toy.owl", "toy", silent)
    assert second.file == "toy.owl"
    assert not first.path.exists()
    with pytest.raises(OntologyError):
        ontology_library.add(TOYS / "README.md", "toy", silent)
    assert installed.find("toy") == second


@pytest.mark.parametrize("name", ["../x", "a b", "", "starter", "X"])
def test_names_are_names(name: str) -> None:
    """A name is no path, and not that of the embedded vocabulary."""
    with pytest.raises(UsageError, match="cannot be a name"):
        ontology_library.add(TOYS / "toy.obo", name, silent)


def test_install_fetches_checks_and_adds(server: tuple[str, type[Files]], home: Path) -> None:
    """From a mirror: the licence is told, the digest kept, nothing else left behind."""
    url, handler = server
    result = CliRunner().invoke(cli, ["ontology", "install", "mondo", "--url", f"{url}/toy.obo.gz"])
    assert result.exit_code == 0, result.output
    assert "licence  CC-BY-4.0" in result.output
    found = installed.find("mondo")
    assert found
    assert found.sha256 == hashlib.sha256(handler.files["/toy.obo.gz"]).hexdigest()
    assert found.source == ontology_library.sources()["mondo"].url
    assert sorted(p.name for p in home.iterdir()) == ["mondo"]


def test_a_broken_off_download_goes_on(server: tuple[str, type[Files]], tmp_path: Path) -> None:
    """Only what is missing is asked for again; a file that has changed meanwhile is fetched anew."""
    url, handler = server
    content = handler.files["/toy.obo"]
    handler.break_off = 2
    download(Wanted(f"{url}/toy.obo"), tmp_path / "toy.obo", client(), silent)
    assert (tmp_path / "toy.obo").read_bytes() == content
    assert [wanted for _, wanted in handler.asked] == [
        None, f"bytes={len(content) // 2}-", f"bytes={len(content) // 2 + (len(content) - len(content) // 2) // 2}-",
    ]  # fmt: skip
    (tmp_path / "toy.obo.part").write_bytes(b"something else that was begun")
    (tmp_path / "toy.obo.part.json").write_text(json.dumps({"url": f"{url}/toy.obo", "validator": '"old"'}))
    download(Wanted(f"{url}/toy.obo"), tmp_path / "toy.obo", client(), silent)
    assert (tmp_path / "toy.obo").read_bytes() == content
    assert not list(tmp_path.glob("*.part*"))


def test_another_file_than_expected_is_refused(server: tuple[str, type[Files]], tmp_path: Path) -> None:
    """A digest that does not match leaves nothing behind."""
    url, _ = server
    with pytest.raises(EnvironmentProblem, match="not the file that was expected"):
        download(Wanted(f"{url}/toy.obo", sha256="0" * 64), tmp_path / "toy.obo", client(), silent)
    assert list(tmp_path.iterdir()) == []


def test_records_that_name_their_newest_file(server: tuple[str, type[Files]], monkeypatch: pytest.MonkeyPatch) -> None:
    """A Zenodo record is asked which file is newest; the file lies elsewhere, its checksum is checked."""
    url, handler = server
    source = ontology_library.Source("toy", "Toy", "1", "CC0-1.0", f"{url}/record", index="zenodo")
    monkeypatch.setattr(ontology_library, "sources", lambda: {"toy": source})
    found, _ = ontology_library.install("toy", silent)
    assert found.concepts == 4
    assert [path for path, _ in handler.asked] == ["/record", "/elsewhere", "/toy.obo"]


def test_every_source_is_described() -> None:
    """Title, version, licence, https or a PURL; names that can be names."""
    for name, source in ontology_library.sources().items():
        assert installed.is_name(name)
        assert all((source.title, source.version, source.licence, source.size))
        assert source.url.startswith(("https://", "http://purl.obolibrary.org/obo/"))
