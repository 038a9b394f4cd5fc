"""Europe PMC, the second source (https://europepmc.org/RestfulWebService): records by query as JSON lines, full texts as
JATS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.errors import EnvironmentProblem
from kg.fetch.eutils import parsed, pmcids
from kg.fetch.http import Client, NotWhole
from kg.fetch.pages import Page

SERVICE = "https://www.ebi.ac.uk/europepmc/webservices/rest"
PAGE = 500
_START = "*"


def client(contact: str | None) -> Client:
    """A client at the pace of a polite guest; Europe PMC states no limit."""
    return Client(per_second=5, contact=contact)


class Search:
    """The records that a query finds, one JSON object a line, as the service's ``core`` format has them."""

    head = tail = b""

    def __init__(
        self, query: str, limit: int | None, http: Client, *, service: str = SERVICE, page: int = PAGE
    ) -> None:
        self._query, self._http, self._service, self._page = query, http, service, page
        self._limit = limit
        self.found, _, _ = self._ask(_START, 1)
        self._wanted = self.found if limit is None else min(limit, self.found)

    def request(self) -> Mapping[str, object]:
        return {
            "source": self._service, "query": self._query, "limit": self._limit, "page": self._page,
            "wanted": self._wanted,
        }  # fmt: skip

    def __len__(self) -> int:
        return -(-self._wanted // self._page)

    def pages(self, first: int, position: str = "") -> Iterator[Page]:
        """The pages from number ``first`` on."""
        left = self._wanted - first * self._page
        position = position or _START
        while left > 0:
            _, records, following = self._ask(position, min(self._page, left))
            if len(records) < min(self._page, left):
                raise EnvironmentProblem(f"{self._service} ended {left - len(records):,} records before it should")
            lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            yield Page(lines.encode(), len(records), next=following)
            left -= len(records)
            position = following

    def _ask(self, position: str, size: int) -> tuple[int, list[Any], str]:
        fields = {
            "query": self._query, "resultType": "core", "format": "json", "pageSize": str(size), "cursorMark": position,
        }  # fmt: skip
        return self._http.ask(f"{self._service}/search", fields, _results)


def _results(data: bytes) -> tuple[int, list[Any], str]:
    try:
        answer = json.loads(data)
        return int(answer["hitCount"]), list(answer["resultList"]["result"]), str(answer.get("nextCursorMark", ""))
    except (ValueError, KeyError, TypeError) as error:
        raise NotWhole(f"the answer to a search cannot be read ({error})") from error


class FullTexts:
    """Full articles of PMC's open subset by identifier, as one ``pmc-articleset`` of JATS."""

    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<pmc-articleset>\n'
    tail = b"</pmc-articleset>\n"

    def __init__(self, identifiers: Sequence[str], http: Client, *, service: str = SERVICE) -> None:
        self._ids, self._http, self._service = pmcids(identifiers), http, service

    def request(self) -> Mapping[str, object]:
        return {"source": self._service, "pmc": self._ids}

    def __len__(self) -> int:
        return len(self._ids)

    def pages(self, first: int, position: str = "") -> Iterator[Page]:
        """The articles from number ``first`` on, each a page."""
        for name in self._ids[first:]:
            url = f"{self._service}/{name}/fullTextXML"
            yield self._http.ask(url, {}, _article, missing=Page(b"", 0, [name]))


def _article(data: bytes) -> Page:
    root = parsed(data)
    if root.tag != "article":
        raise NotWhole(f"instead of an article there came <{root.tag}>")
    # Without its prologue, which may stand only at the beginning of a document.
    return Page(data[data.index(b"<article") :].rstrip() + b"\n", 1)
