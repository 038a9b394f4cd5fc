"""Downloading one large file: a broken-off download goes on where it stopped, and what came is checked before it counts.

RFC 9110, section 14: a request with ``Range`` and ``If-Range`` gives the rest of the same file, or the whole of another one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from kg import files
from kg.errors import EnvironmentProblem
from kg.fetch.http import Client, NotWhole, shown_url

_PIECE = 1 << 20
_MOST = 20 << 30
"""bytes of a file at most"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file, and what is known of it before it is here."""

    url: str
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None


def located(url: str, client: Client) -> Wanted:
    """The newest file of a Zenodo record, from the record's own description.

    Raises:
        EnvironmentProblem: the record cannot be had or names no file.
    """

    def read(data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError as error:
            raise NotWhole(f"the record cannot be read ({error})") from error

    record = client.ask(url, {}, read, redirects=3)
    try:
        file = record["files"][0]
        algorithm, _, checksum = str(file.get("checksum") or "").partition(":")
        return Wanted(file["links"]["self"], file.get("size"), md5=checksum if algorithm == "md5" else None)
    except (KeyError, IndexError, TypeError) as error:
        raise EnvironmentProblem(f"{url} names no file to download") from error


def download(wanted: Wanted, path: Path, client: Client, progress: Callable[[str, int, int], None]) -> None:
    """Bring a file to ``path``; until it is whole and checked it is called ``path`` and ``.part``.

    Raises:
        EnvironmentProblem: it did not come whole, or is not what was expected.
    """
    part = path.with_name(f"{path.name}.part")
    state = path.with_name(f"{path.name}.part.json")
    for attempt in client.attempts(wanted.url):
        try:
            with attempt:
                _continue(wanted, part, state, client, progress)
                break
        except _Changed:
            part.unlink(missing_ok=True)
    _check(wanted, part, state)
    part.replace(path)
    files.flush_directory(path.parent)
    state.unlink(missing_ok=True)


class _Changed(Exception):
    """The server has another file now than the one that was begun."""


def _continue(
    wanted: Wanted, part: Path, state: Path, client: Client, progress: Callable[[str, int, int], None]
) -> None:
    have = part.stat().st_size if part.exists() else 0
    known = _state(state)
    headers = {}
    if have and known.get("url") == wanted.url and known.get("validator"):
        headers = {"Range": f"bytes={have}-", "If-Range": known["validator"]}
    else:
        have = 0
    answer = client.open(wanted.url, headers)
    try:
        if answer.status == 416:
            raise _Changed
        if answer.status not in (200, 206):
            raise client.refused(wanted.url, answer)
        if answer.status == 200:
            have = 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length and length.isdigit() else wanted.size or 0
        validator = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        if validator.startswith("W/"):
            validator = ""
        files.write(state, json.dumps({"url": wanted.url, "validator": validator}))
        with part.open("ab" if have else "wb") as file:
            for piece in answer.stream(_PIECE, decode_content=False):
                file.write(piece)
                have += len(piece)
                if have > _MOST:
                    raise EnvironmentProblem(f"{shown_url(wanted.url, {})} gives more than {_MOST >> 30} GB")
                progress("download", have, max(total, have))
            file.flush()
            os.fsync(file.fileno())
        if total and length and have < total:
            raise urllib3.exceptions.IncompleteRead(have, total - have)
    finally:
        answer.close()


def _state(path: Path) -> dict[str, str]:
    try:
        value = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _check(wanted: Wanted, part: Path, state: Path) -> None:
    """Compare with what is known of the file; one that is not it is removed, so that the next try begins anew."""
    for name, expected in (("sha256", wanted.sha256), ("md5", wanted.md5)):
        if expected is None:
            continue
        with part.open("rb") as file:
            found = hashlib.file_digest(file, name).hexdigest()
        if found != expected.lower():
            part.unlink()
            state.unlink(missing_ok=True)
            raise EnvironmentProblem(
                f"{shown_url(wanted.url, {})} is not the file that was expected: its {name} is {found}, not {expected}"
            )
