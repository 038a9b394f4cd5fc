"""Requests to somebody else's server: at the pace that it asks for, named, and tried again when it falters.

A request is tried again after 429 and 5xx, after a connection that breaks or an answer that is not whole; the waits grow
(full jitter, M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015), and what the server says in
``Retry-After`` (RFC 9110, section 10.2.3) comes before them. Everything else that is not an answer is an error at once.
"""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import urllib3

from kg.errors import EnvironmentProblem
from kg.version import VERSION

_T = TypeVar("_T")

ATTEMPTS = 8
_FIRST, _LONGEST = 0.5, 60.0
_OBEYED = 300.0
"""seconds of Retry-After that are waited at most"""
_SIZE = 512 * 2**20
"""bytes of an answer at most; pages of records are a few megabytes"""
_AGAIN = frozenset({429, 500, 502, 503, 504})
_SECRET = frozenset({"api_key"})


class NotWhole(Exception):
    """An answer came, but not all of it; worth another try. The text says what is missing."""


@dataclass(slots=True)
class Client:
    """Asks one service.

    Args:
        per_second: requests a second at most.
        contact: an e-mail address that the service can write to before it shuts somebody out.
        now, sleep: the clock; tests give their own.
    """

    per_second: float = 3
    contact: str | None = None
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))
    _next: float = 0.0

    def ask(
        self,
        url: str,
        fields: Mapping[str, str],
        read: Callable[[bytes], _T],
        *,
        post: bool = False,
        missing: _T | None = None,
    ) -> _T:
        """What ``read`` makes of the answer; where it raises :class:`NotWhole`, the request is made again. ``missing`` is
        given where the server says that there is no such thing (404); without it that is an error.

        Raises:
            EnvironmentProblem: no whole answer came, or one that refuses the request. The text names the address, without
                secrets.
        """
        shown = shown_url(url, fields)
        trouble = ""
        for attempt in range(ATTEMPTS):
            self._wait_for_turn()
            wait = random.uniform(0, min(_LONGEST, _FIRST * 2**attempt))
            try:
                answer = self._request(url, fields, post)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                trouble = f"{type(error).__name__}: {error}"
            else:
                if answer.status == 200:
                    try:
                        return read(answer.data)
                    except NotWhole as error:
                        trouble = str(error)
                elif answer.status == 404 and missing is not None:
                    return missing
                elif answer.status in _AGAIN:
                    trouble = f"status {answer.status}"
                    wait = max(wait, _retry_after(answer.headers.get("Retry-After")))
                else:
                    said = " ".join(answer.data[:300].decode("utf-8", "replace").split())
                    raise EnvironmentProblem(f"{shown} answers with status {answer.status}: {said}")
            if attempt + 1 < ATTEMPTS:
                self.sleep(wait)
        raise EnvironmentProblem(f"{shown} gave no whole answer in {ATTEMPTS} tries ({trouble}); try again later")

    def _request(self, url: str, fields: Mapping[str, str], post: bool) -> urllib3.BaseHTTPResponse:
        headers = {"User-Agent": user_agent(self.contact)}
        timeout = urllib3.Timeout(connect=10, read=120)
        body = urlencode(fields) if post else None
        if post:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        target = url if post or not fields else f"{url}?{urlencode(fields)}"
        # No redirect is followed: it could lead the key to another host.
        answer = self._pool.request(
            "POST" if post else "GET", target, body=body, headers=headers, timeout=timeout, redirect=False,
            preload_content=False,
        )  # fmt: skip
        data = answer.read(_SIZE + 1, decode_content=True)
        if len(data) > _SIZE:
            answer.close()
            raise EnvironmentProblem(f"{shown_url(url, fields)} answers with more than {_SIZE >> 20} MB")
        answer.release_conn()
        return urllib3.HTTPResponse(body=data, headers=answer.headers, status=answer.status, preload_content=True)

    def _wait_for_turn(self) -> None:
        now = self.now()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.per_second


def user_agent(contact: str | None) -> str:
    """Who asks: the program, its version, and whom to write to.

    >>> user_agent("ann@example.org").partition(" ")[2]
    '(https://w3id.org/bmkg/; mailto:ann@example.org)'
    """
    return f"kg/{VERSION} (https://w3id.org/bmkg/{f'; mailto:{contact}' if contact else ''})"


def shown_url(url: str, fields: Mapping[str, str]) -> str:
    """An address for a message: without secrets, and not endless.

    >>> shown_url("http://h.example/x", {"db": "pubmed", "api_key": "s3cret"})
    'http://h.example/x?db=pubmed'
    """
    query = urlencode({name: value for name, value in fields.items() if name not in _SECRET})
    parts = urlsplit(url)
    whole = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
    whole += f"?{query}" if query else ""
    return whole if len(whole) <= 200 else whole[:199] + "…"


def _retry_after(value: str | None) -> float:
    """Seconds that the server asks to wait, as a number or until a date; 0 where it says nothing that can be read."""
    if not value:
        return 0.0
    if value.isascii() and value.isdigit():
        return min(_OBEYED, float(value[:9]))
    try:
        until = email.utils.parsedate_to_datetime(value).timestamp()
    except (TypeError, ValueError):
        return 0.0
    return min(_OBEYED, max(0.0, until - time.time()))
