"""The questions that ship with the program: the ``.rq`` files of ``kg/data/queries``, each under its file stem."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg import resources
from kg.errors import QueryError, UsageError


@cache
def named() -> Mapping[str, str]:
    """Name → text of each query, in the order of the names.

    >>> "authorships" in named()
    True
    """
    paths = sorted(resources.folder("queries").glob("*.rq"), key=lambda path: path.stem)
    return MappingProxyType({path.stem: path.read_text(encoding="utf-8") for path in paths})


def descriptions() -> dict[str, str]:
    """Name → what it asks: its first comment.

    >>> descriptions()["R08-output-per-year-and-type"]
    'Articles per year and MeSH publication type'
    """
    return {name: _description(text) for name, text in named().items()}


def text(query: str) -> str:
    """The text of a query that is given by name, as a file, or as itself.

    Raises:
        UsageError: it is none of those; the text names what may have been meant.
        QueryError: the file is no text.
    """
    if query in named():
        return named()[query]
    if "{" not in query and "\n" not in query:
        try:
            is_file = Path(query).is_file()
        except (OSError, ValueError):  # no name that a file could have
            is_file = False
        if is_file:
            return _read(Path(query))
        if len(query.split()) < 2:  # the shortest query is DESCRIBE <iri>
            begin = [name for name in named() if query and name.lower().startswith(query.lower())]
            close = begin[:3] or difflib.get_close_matches(query, named(), n=3, cutoff=0.4)
            hint = f"did you mean {' or '.join(close)}?" if close else "see kg query --list"
            raise UsageError(f"{query[:100]!r} is neither a query, nor a file, nor the name of a query; {hint}")
    return query


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise QueryError(f"{path} is no UTF-8 text") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _description(query: str) -> str:
    comments = (line.lstrip("#").strip() for line in query.splitlines() if line.startswith("#"))
    return next(comments, "")
