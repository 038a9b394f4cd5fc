"""Fetching, against a server on this machine that behaves like NCBI's: history, pages, limits, bad days."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from kg.errors import EnvironmentProblem, UsageError
from kg.fetch import europepmc, eutils, http, pages
from kg.fetch.http import Client

TODAY = date(2026, 1, 1)


@dataclass
class Service:
    """What the server holds and how it behaves. ``trouble`` gives, for the n-th request, what goes wrong with it."""

    records: dict[int, date] = field(default_factory=dict)
    articles: tuple[str, ...] = ()
    trouble: Callable[[int, str], str | None] = lambda n, path: None
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    histories: list[list[int]] = field(default_factory=list)

    def answer(self, path: str, fields: dict[str, str]) -> bytes:
        if path.endswith("/esearch.fcgi"):
            return self.search(fields)
        if path.endswith("/efetch.fcgi"):
            return self.pmc(fields) if fields["db"] == "pmc" else self.fetch(fields)
        if path.endswith("/search"):
            return self.europe(fields)
        raise KeyError(path)

    def search(self, fields: dict[str, str]) -> bytes:
        if fields["term"] == "((":
            return json.dumps({"esearchresult": {"ERROR": "Invalid query"}}).encode()
        first, last = (fields.get(name, "") for name in ("mindate", "maxdate"))
        found = [pmid for pmid, day in sorted(self.records.items()) if not first or first <= f"{day:%Y/%m/%d}" <= last]
        self.histories.append(found)
        result = {"count": str(len(found)), "webenv": f"MCID_{len(self.histories)}", "querykey": "1", "idlist": []}
        return json.dumps({"esearchresult": result}).encode()

    def fetch(self, fields: dict[str, str]) -> bytes:
        found = self.histories[int(fields["WebEnv"].removeprefix("MCID_")) - 1]
        start = int(fields["retstart"])
        if start > 9998:
            return b"<eFetchResult><ERROR>retstart cannot be larger than 9998</ERROR></eFetchResult>"
        some = found[start : start + int(fields["retmax"])]
        return _article_set(some)

    def pmc(self, fields: dict[str, str]) -> bytes:
        some = [name for name in self.articles if name in fields["id"].split(",")]
        inside = "".join(_jats(name) for name in some)
        return f'<?xml version="1.0"?><!DOCTYPE pmc-articleset><pmc-articleset>{inside}</pmc-articleset>'.encode()

    def europe(self, fields: dict[str, str]) -> bytes:
        start = 0 if fields["cursorMark"] == "*" else int(fields["cursorMark"])
        found = sorted(self.records)[start : start + int(fields["pageSize"])]
        results = [{"id": str(n), "source": "MED", "pmid": str(n), "title": f"Fictional β {n}."} for n in found]
        whole = {
            "hitCount": len(self.records),
            "nextCursorMark": str(start + len(found)),
            "resultList": {"result": results},
        }
        return json.dumps(whole).encode()


def _article_set(pmids: list[int]) -> bytes:
    inside = "\n".join(
        f"<PubmedArticle><MedlineCitation><PMID Version='1'>{n}</PMID><Article><ArticleTitle>Fictional &#946; {n}."
        "</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        for n in pmids
    )
    return (
        f'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet>\n<PubmedArticleSet>{inside}</PubmedArticleSet>'.encode()
    )


def _jats(number: str) -> str:
    return (
        f'<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta><article-id pub-id-type="pmc">PMC{number}'
        f"</article-id><title-group><article-title>Fictional {number}</article-title></title-group></article-meta></front>"
        "</article>"
    )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, query: str) -> None:
        fields = {name: values[-1] for name, values in parse_qs(query).items()}
        path = urlsplit(self.path).path
        self.service.asked.append((path, fields, self.headers["User-Agent"]))
        trouble = self.service.trouble(len(self.service.asked), path)
        if trouble and trouble.isdigit():
            body = b'{"error":"API rate limit exceeded"}'
            self.send_response(int(trouble))
            if trouble == "429":
                self.send_header("Retry-After", "7")
        elif path.endswith("/fullTextXML") and path.split("/")[-2].removeprefix("PMC") not in self.service.articles:
            body = b"no"
            self.send_response(404)
        else:
            whole = (
                _jats(path.split("/")[-2].removeprefix("PMC")).encode()
                if path.endswith("/fullTextXML")
                else self.service.answer(path, fields)
            )
            body = whole[: len(whole) // 2] if trouble == "half" else whole
            self.send_response(200)
        self.send_header("Content-Length", str(len(body) * (2 if trouble == "broken" else 1)))
        self.end_headers()
        self.wfile.write(body)
        if trouble == "broken":
            self.close_connection = True

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def serving(service: Service) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"service": service}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/eutils"
    finally:
        server.shutdown()
        server.server_close()


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def client(clock: Clock, per_second: float = 3) -> Client:
    return Client(per_second, "ann@example.org", now=lambda: clock.time, sleep=clock.sleep)


def silent(stage: str, done: int, total: int) -> None:
    pass


def pubmed(url: str, clock: Clock, limit: int | None = None, page: int = 10) -> eutils.PubMed:
    return eutils.PubMed("cells", limit, client(clock), service=url, page=page, today=TODAY)


def pmids(data: bytes) -> list[int]:
    return [int(node.text or 0) for node in etree.fromstring(data).iterfind("PubmedArticle/MedlineCitation/PMID")]


def days(number: int) -> dict[int, date]:
    return {n: date(2020, 1, 1) + timedelta(days=n % 700) for n in range(1, number + 1)}


def test_pages_are_joined_to_one_document() -> None:
    """Every record once, in order, in one well-formed document; the service is told who asks."""
    service, clock, out = Service(days(37)), Clock(), io.BytesIO()
    with serving(service) as url:
        done = pages.fetch(pubmed(url, clock), None, out, silent)
    assert pmids(out.getvalue()) == list(range(1, 38))
    assert "β" in "".join(etree.fromstring(out.getvalue()).itertext())
    assert done.records == 37
    assert {asked[2] for asked in service.asked} == {http.user_agent("ann@example.org")}
    assert all(fields["tool"] == "kg" for _, fields, _ in service.asked)


def test_the_limit_is_kept() -> None:
    """--limit N gives the first N records and asks for no more."""
    service, clock, out = Service(days(37)), Clock(), io.BytesIO()
    with serving(service) as url:
        pages.fetch(pubmed(url, clock, limit=13), None, out, silent)
    assert pmids(out.getvalue()) == list(range(1, 14))


def test_the_pace_is_kept() -> None:
    """Between two requests passes the time that the service asks for."""
    service, clock = Service(days(60)), Clock()
    with serving(service) as url:
        pages.fetch(pubmed(url, clock), None, io.BytesIO(), silent)
    assert len(service.asked) == 7
    assert clock.time == pytest.approx(6 / 3)


@pytest.mark.parametrize("trouble", ["429", "500", "503", "half", "broken"])
def test_bad_days_are_sat_out(trouble: str) -> None:
    """Every second request fails; nothing is lost or doubled. What Retry-After says is waited."""
    service, clock, out = Service(days(37)), Clock(), io.BytesIO()
    service.trouble = lambda n, path: trouble if n % 2 else None
    with serving(service) as url:
        pages.fetch(pubmed(url, clock), None, out, silent)
    assert pmids(out.getvalue()) == list(range(1, 38))
    if trouble == "429":
        assert max(clock.slept) >= 7


def test_a_service_that_stays_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a bounded number of tries the message names the address and the trouble, and never the key."""
    monkeypatch.setenv("NCBI_API_KEY", "s3cret")
    service, clock = Service(days(3), trouble=lambda n, path: "503"), Clock()
    with serving(service) as url, pytest.raises(EnvironmentProblem, match="status 503") as told:
        pubmed(url, clock)
    assert len(service.asked) == http.ATTEMPTS
    assert service.asked[0][1]["api_key"] == "s3cret"
    assert "s3cret" not in str(told.value)
    assert url.removesuffix("/eutils") in str(told.value)


def test_refusals_are_not_repeated() -> None:
    """A request that is wrong stays wrong: 403 and a query that cannot be parsed end at once."""
    service, clock = Service(days(3), trouble=lambda n, path: "403"), Clock()
    with serving(service) as url, pytest.raises(EnvironmentProblem, match="status 403"):
        pubmed(url, clock)
    assert len(service.asked) == 1
    with serving(Service()) as url, pytest.raises(UsageError, match="Invalid query"):
        eutils.PubMed("((", None, client(clock), service=url, today=TODAY)


def test_large_results_are_cut_by_day() -> None:
    """More than the history server gives of one search comes in pieces: every record once."""
    service, clock, out = Service(days(25_000)), Clock(), io.BytesIO()
    with serving(service) as url:
        pages.fetch(pubmed(url, clock, page=5000), None, out, silent)
    assert Counter(pmids(out.getvalue())) == Counter(range(1, 25_001))


def test_too_many_on_one_day_is_said() -> None:
    """A day that cannot be cut ends with what to do."""
    service = Service(dict.fromkeys(range(1, 10_500), date(2020, 5, 5)))
    with serving(service) as url, pytest.raises(EnvironmentProblem, match=r"2020-05-05.*narrower"):
        pubmed(url, Clock())


def test_a_broken_off_fetch_goes_on(tmp_path: Path) -> None:
    """What was whole is not asked for again; the file is the same as one that was fetched undisturbed, and appears last."""
    service, clock, file = Service(days(57)), Clock(), tmp_path / "records.xml"
    service.trouble = lambda n, path: "403" if n == 5 else None
    with serving(service) as url:
        with pytest.raises(EnvironmentProblem):
            pages.fetch(pubmed(url, clock), file, io.BytesIO(), silent)
        assert not file.exists()
        part = tmp_path / "records.xml.part"
        part.write_bytes(part.read_bytes() + b"<Pubm")  # half a page that was being written
        before = len(service.asked)
        done = pages.fetch(pubmed(url, clock), file, io.BytesIO(), silent)
        assert done.resumed == 3
        assert len(service.asked) - before == 1 + 3
        undisturbed = io.BytesIO()
        pages.fetch(pubmed(url, clock), None, undisturbed, silent)
    assert file.read_bytes() == undisturbed.getvalue()
    assert done.records == 57
    assert sorted(p.name for p in tmp_path.iterdir()) == ["records.xml"]


def test_another_request_starts_anew(tmp_path: Path) -> None:
    """A part of something else is no part of this."""
    service, clock, file = Service(days(57)), Clock(), tmp_path / "records.xml"
    service.trouble = lambda n, path: "403" if n == 5 else None
    with serving(service) as url:
        with pytest.raises(EnvironmentProblem):
            pages.fetch(pubmed(url, clock), file, io.BytesIO(), silent)
        done = pages.fetch(pubmed(url, clock, limit=25), file, io.BytesIO(), silent)
    assert done.resumed == 0
    assert pmids(file.read_bytes()) == list(range(1, 26))


@pytest.mark.parametrize("source", ["ncbi", "europepmc"])
def test_full_articles_and_what_is_missing(source: str) -> None:
    """Articles come as one set; what the service does not have is named, not passed over."""
    service, clock, out = Service(articles=("11", "13", "14")), Clock(), io.BytesIO()
    names = ["PMC11", "12", "PMC13", "PMC14", "PMC11"]
    with serving(service) as url:
        if source == "ncbi":
            done = pages.fetch(eutils.Pmc(names, client(clock), service=url, page=2), None, out, silent)
        else:
            done = pages.fetch(europepmc.FullTexts(names, client(clock), service=url), None, out, silent)
    found = [node.text for node in etree.fromstring(out.getvalue()).iter("article-id")]
    assert found == ["PMC11", "PMC13", "PMC14"]
    assert done.missing == ("PMC12",)
    with pytest.raises(UsageError, match="no PMC identifier"):
        eutils.Pmc(["10.1/x"], client(clock))


def test_europe_pmc_gives_json_lines(tmp_path: Path) -> None:
    """The second source: cursor by cursor, and on from a broken-off cursor."""
    service, clock, file = Service(days(25)), Clock(), tmp_path / "records.jsonl"
    service.trouble = lambda n, path: "403" if n == 3 else None
    with serving(service) as url:

        def search() -> europepmc.Search:
            return europepmc.Search("cells", None, client(clock), service=url, page=10)

        with pytest.raises(EnvironmentProblem):
            pages.fetch(search(), file, io.BytesIO(), silent)
        assert pages.fetch(search(), file, io.BytesIO(), silent).resumed == 1
    assert [int(json.loads(line)["pmid"]) for line in file.read_text("utf-8").splitlines()] == list(range(1, 26))


def test_fetch_feeds_build(tmp_path: Path) -> None:
    """kg fetch … | kg build - -o out: the real programs, a real pipe."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "NCBI_API_KEY": "k"}
    with serving(Service(days(12))) as url:
        fetching = subprocess.Popen(
            [sys.executable, "-m", "kg", "fetch", "pubmed", "cells", "--service", url, "--quiet"],
            stdout=subprocess.PIPE,
            env=env,
        )
        building = subprocess.run(
            [sys.executable, "-m", "kg", "build", "-", "-o", str(tmp_path / "out"), "--quiet"],
            stdin=fetching.stdout,
            env=env,
            check=False,
        )
        assert fetching.stdout
        fetching.stdout.close()
        assert fetching.wait() == 0
    assert building.returncode == 0
    assert json.loads((tmp_path / "out" / "run.json").read_text())["counts"]["stored"] == 12
