"""NCBI E-utilities: PubMed by query, PMC by identifier (E. Sayers, "The E-utilities In-Depth", NBK25499).

A search is kept on NCBI's history server and fetched from it page by page. Of one search no more than the first 9,999
records can be had, so a query that finds more is cut by the day on which records came into PubMed (``edat``) until every
piece is small enough; each record has one such day, so that pieces neither overlap nor leave anything out.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from kg.errors import EnvironmentProblem, UsageError
from kg.fetch.http import Client, NotWhole
from kg.fetch.pages import Page, batches
from kg.identifiers import pmcid as checked_pmcid

SERVICE = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
MOST = 9_999
"""records of one search that can be had"""
PAGE = 500
_PMC_PAGE = 20
_FIRST_DAY = datetime.date(1781, 1, 1)
"""before everything in PubMed"""
_PARSER: dict[str, Any] = {"resolve_entities": "internal", "load_dtd": False, "no_network": True}


def client(contact: str | None) -> Client:
    """A client that keeps NCBI's limits: 3 requests a second, 10 with a key (``NCBI_API_KEY``)."""
    return Client(per_second=10 if os.environ.get("NCBI_API_KEY") else 3, contact=contact)


def _common(contact: str | None) -> dict[str, str]:
    found = {"tool": "kg"}
    if contact:
        found["email"] = contact
    if key := os.environ.get("NCBI_API_KEY"):
        found["api_key"] = key
    return found


@dataclass(frozen=True, slots=True)
class _Slice:
    """A search on the history server, and how many of its records are wanted."""

    environment: str
    key: str
    wanted: int


class PubMed:
    """The PubMed records that a query finds, as one PubmedArticleSet.

    Args:
        limit: no more than so many records, the first by PubMed's own order; None = all.
        page: records of one request.
        today: pieces of a large query end here.
    """

    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n'
    tail = b"</PubmedArticleSet>\n"

    def __init__(
        self,
        query: str,
        limit: int | None,
        http: Client,
        *,
        service: str = SERVICE,
        page: int = PAGE,
        today: datetime.date,
    ) -> None:
        self._query, self._limit, self._http, self._service, self._page = query, limit, http, service, page
        found = self._search()
        self.found = found.wanted
        wanted = self.found if limit is None else min(limit, self.found)
        if wanted <= MOST:
            self._slices = [_Slice(found.environment, found.key, wanted)]
        else:
            self._slices = list(_limited(self._pieces(_FIRST_DAY, today), wanted))

    def request(self) -> Mapping[str, object]:
        return {
            "source": self._service, "query": self._query, "limit": self._limit, "page": self._page,
            "wanted": [s.wanted for s in self._slices],
        }  # fmt: skip

    def __len__(self) -> int:
        return sum(-(-s.wanted // self._page) for s in self._slices)

    def pages(self, first: int, position: str = "") -> Iterator[Page]:
        """The pages from number ``first`` on; a page that comes with fewer records than it should is asked for again."""
        number = 0
        for piece in self._slices:
            for start in range(0, piece.wanted, self._page):
                if number >= first:
                    yield self._fetch(piece, start)
                number += 1

    def _fetch(self, piece: _Slice, start: int) -> Page:
        wanted = min(self._page, piece.wanted - start)
        fields = {
            "db": "pubmed", "WebEnv": piece.environment, "query_key": piece.key, "retstart": str(start),
            "retmax": str(wanted), "retmode": "xml",
        }  # fmt: skip
        fields |= _common(self._http.contact)
        return self._http.ask(f"{self._service}/efetch.fcgi", fields, lambda data: _records(data, wanted))

    def _search(self, days: tuple[datetime.date, datetime.date] | None = None) -> _Slice:
        fields = {"db": "pubmed", "term": self._query, "usehistory": "y", "retmax": "0", "retmode": "json"}
        if days:
            fields |= {"datetype": "edat", "mindate": f"{days[0]:%Y/%m/%d}", "maxdate": f"{days[1]:%Y/%m/%d}"}
        fields |= _common(self._http.contact)
        return self._http.ask(f"{self._service}/esearch.fcgi", fields, self._found, post=True)

    def _found(self, data: bytes) -> _Slice:
        try:
            answer = json.loads(data)
            result = answer.get("esearchresult", answer)
            if error := result.get("error") or result.get("ERROR"):
                if "rate limit" in str(error).lower():
                    raise NotWhole(str(error))
                raise UsageError(f"PubMed cannot search for {self._query!r}: {error}")
            return _Slice(result["webenv"], result["querykey"], int(result["count"]))
        except (ValueError, KeyError, AttributeError) as error:
            raise NotWhole(f"the answer to a search cannot be read ({error})") from error

    def _pieces(self, first: datetime.date, last: datetime.date) -> Iterator[_Slice]:
        found = self._search((first, last))
        if not found.wanted:
            return
        if found.wanted <= MOST:
            yield found
            return
        if first == last:
            raise EnvironmentProblem(
                f"{found.wanted:,} records that the query finds came into PubMed on {first:%Y-%m-%d}, and no more than "
                f"{MOST:,} of one search can be had; make the query narrower"
            )
        middle = first + (last - first) // 2
        yield from self._pieces(first, middle)
        yield from self._pieces(middle + datetime.timedelta(days=1), last)


def _limited(pieces: Iterator[_Slice], wanted: int) -> Iterator[_Slice]:
    for piece in pieces:
        taken = min(piece.wanted, wanted)
        yield _Slice(piece.environment, piece.key, taken)
        wanted -= taken
        if not wanted:
            return


def _records(data: bytes, wanted: int) -> Page:
    """The inside of a PubmedArticleSet of that many records."""
    root = parsed(data)
    if root.tag != "PubmedArticleSet":
        said = " ".join("".join(root.itertext()).split())[:200]
        raise NotWhole(f"instead of records there came <{root.tag}>: {said}")
    number = sum(1 for child in root if child.tag in ("PubmedArticle", "PubmedBookArticle"))
    if number != wanted:
        raise NotWhole(f"{number} records came instead of {wanted}")
    return Page(inside(data, b"PubmedArticleSet"), number)


def parsed(data: bytes) -> Any:
    try:
        return etree.fromstring(data, etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError as error:
        raise NotWhole(f"the answer is not well-formed ({error})") from error


def inside(data: bytes, name: bytes) -> bytes:
    """What stands between the tags of the root, as it came."""
    start = data.index(b">", data.index(b"<" + name)) + 1
    return data[start : data.rindex(b"</" + name)].strip() + b"\n"


class Pmc:
    """Full articles of PMC by identifier, as one ``pmc-articleset`` of JATS. What PMC does not give is named as missing."""

    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<pmc-articleset>\n'
    tail = b"</pmc-articleset>\n"

    def __init__(
        self, identifiers: Sequence[str], http: Client, *, service: str = SERVICE, page: int = _PMC_PAGE
    ) -> None:
        self._ids, self._http, self._service = pmcids(identifiers), http, service
        self._batches = batches(self._ids, page)

    def request(self) -> Mapping[str, object]:
        return {"source": self._service, "pmc": self._ids}

    def __len__(self) -> int:
        return len(self._batches)

    def pages(self, first: int, position: str = "") -> Iterator[Page]:
        """The pages from number ``first`` on."""
        for batch in self._batches[first:]:
            fields = {"db": "pmc", "id": ",".join(name.removeprefix("PMC") for name in batch), "retmode": "xml"}
            fields |= _common(self._http.contact)
            url = f"{self._service}/efetch.fcgi"
            yield self._http.ask(url, fields, lambda data, batch=batch: _articles(data, batch), post=True)  # type: ignore[misc]


def _articles(data: bytes, wanted: Sequence[str]) -> Page:
    root = parsed(data)
    if root.tag != "pmc-articleset":
        said = " ".join("".join(root.itertext()).split())[:200]
        raise NotWhole(f"instead of articles there came <{root.tag}>: {said}")
    found = {checked_pmcid(name) for article in root.iter("article") for name in _own_ids(article)}
    missing = [name for name in wanted if name not in found]
    return Page(inside(data, b"pmc-articleset"), sum(1 for child in root if child.tag == "article"), missing)


def _own_ids(article: Any) -> Iterator[str]:
    for node in article.iterfind("front/article-meta/article-id"):
        if node.get("pub-id-type") in ("pmc", "pmcid") and node.text:
            yield node.text


def pmcids(given: Sequence[str]) -> list[str]:
    """PMC identifiers as ``PMC…``, each once.

    Raises:
        UsageError: one of them is none.

    >>> pmcids(["PMC123", "123", "pmc45"])
    ['PMC123', 'PMC45']
    """
    found = []
    for name in given:
        checked = checked_pmcid(name)
        if checked is None:
            raise UsageError(f"{name!r} is no PMC identifier; they look like PMC2674676")
        found.append(checked)
    return list(dict.fromkeys(found))
