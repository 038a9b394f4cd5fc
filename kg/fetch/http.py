"""Requests to somebody else's server: at the pace that it asks for, named, and tried again when it falters.

A request is tried again after 429 and 5xx, after a connection that breaks or an answer that is not whole; the waits grow
(full jitter, M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015), and what the server says in
``Retry-After`` (RFC 9110, section 10.2.3) comes before them. Everything else that is not an answer is an error at once.
"""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import urllib3

from kg.errors import EnvironmentProblem
from kg.version import VERSION

_T = TypeVar("_T")
_NONE: Mapping[str, str] = MappingProxyType({})

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


class _Faltered(Exception):
    """The server says that it cannot just now."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(slots=True)
class _Attempt:
    """One try: a block in which passing trouble is held back, unless it is the last."""

    shown: str
    last: bool
    wait: float = 0.0

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, NotWhole | _Faltered | urllib3.exceptions.HTTPError | ConnectionError | TimeoutError):
            return False
        if self.last:
            trouble = str(error) if isinstance(error, NotWhole | _Faltered) else f"{type(error).__name__}: {error}"
            message = f"{self.shown} gave no whole answer in {ATTEMPTS} tries ({trouble}); try again later"
            raise EnvironmentProblem(message) from error
        self.wait = error.wait if isinstance(error, _Faltered) else 0.0
        return True


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
        redirects: int = 0,
    ) -> _T:
        """What ``read`` makes of the answer; where it raises :class:`NotWhole`, the request is made again. ``missing`` is
        given where the server says that there is no such thing (404); without it that is an error. Redirects are followed
        only where no secret can be led to another host.

        Raises:
            EnvironmentProblem: no whole answer came, or one that refuses the request. The text names the address, without
                secrets.
        """
        for attempt in self.attempts(url, fields):
            with attempt:
                answer = self._request(url, fields, post, redirects)
                if answer.status == 404 and missing is not None:
                    return missing
                if answer.status != 200:
                    raise self.refused(url, answer, fields)
                return read(answer.data)
        raise AssertionError  # the last attempt raises

    def attempts(self, url: str, fields: Mapping[str, str] = _NONE) -> Iterator[_Attempt]:
        """Tries, each a block; what goes wrong in one and may pass is sat out before the next. The last one raises."""
        for number in range(ATTEMPTS):
            self._wait_for_turn()
            attempt = _Attempt(shown_url(url, fields), last=number + 1 == ATTEMPTS)
            yield attempt
            wait = random.uniform(0, min(_LONGEST, _FIRST * 2**number))
            self.sleep(max(wait, attempt.wait))

    def open(self, url: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """An answer to read piece by piece; redirects are followed, for files that lie elsewhere."""
        timeout = urllib3.Timeout(connect=10, read=120)
        return self._pool.request(
            "GET",
            url,
            headers={"User-Agent": user_agent(self.contact), **headers},
            timeout=timeout,
            retries=urllib3.Retry(total=None, connect=0, read=0, redirect=5, status=0, other=0),
            preload_content=False,
        )

    def refused(
        self, url: str, answer: urllib3.BaseHTTPResponse, fields: Mapping[str, str] = _NONE
    ) -> EnvironmentProblem | _Faltered:
        """What an answer other than the wanted one is: a bad moment, or a refusal."""
        if answer.status in _AGAIN:
            return _Faltered(f"status {answer.status}", _retry_after(answer.headers.get("Retry-After")))
        said = " ".join((answer.data or b"")[:300].decode("utf-8", "replace").split())
        return EnvironmentProblem(f"{shown_url(url, fields)} answers with status {answer.status}: {said}")

    def _request(self, url: str, fields: Mapping[str, str], post: bool, redirects: int) -> urllib3.BaseHTTPResponse:
        headers = {"User-Agent": user_agent(self.contact)}
        body = urlencode(fields) if post else None
        if post:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        target = url if post or not fields else f"{url}?{urlencode(fields)}"
        answer = self._pool.request(
            "POST" if post else "GET",
            target,
            body=body,
            headers=headers,
            timeout=urllib3.Timeout(connect=10, read=120),
            retries=urllib3.Retry(total=None, connect=0, read=0, redirect=redirects, status=0, other=0)
            if redirects
            else False,
            redirect=bool(redirects),
            preload_content=False,
        )
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
