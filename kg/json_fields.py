"""Taking from a JSON object: each key by the type that its format gives it, and at the end what nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any


class Fields:
    """A JSON object from which a reader takes: each key by what it should hold, and at the end what nobody asked for.

    A value of another type than asked for is left out, and ``warn`` called with a rule and a message. A single value will
    do where a list is asked for (converters from XML write them so), null and empty strings are nothing.

    >>> fields = Fields({"title": " A  title ", "ISSN": "1", "more": {"a": 1}}, print)
    >>> fields.text("title"), fields.texts("ISSN"), fields.text("DOI"), fields.rest()
    ('A title', ['1'], '', [('more', {'a': 1})])
    """

    __slots__ = ("_taken", "_value", "_warn")

    def __init__(self, value: dict[str, Any], warn: Callable[[str, str], None]):
        self._value = value
        self._warn = warn
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) not in (None, "", [], {})

    def get(self, key: str) -> Any:
        """The value as it stands."""
        self._taken.add(key)
        return self._value.get(key)

    def text(self, key: str) -> str:
        """A string with white space folded, or a number as written; of a list with one item that item."""
        return next(iter(self.texts(key)), "")

    def texts(self, key: str) -> list[str]:
        """All strings of a list."""
        return [text for item in self._items(key) if (text := self._as_text(key, item))]

    def object(self, key: str) -> Fields:
        """An object; an empty one where there is none."""
        return next(iter(self.objects(key)), Fields({}, self._warn))

    def objects(self, key: str) -> list[Fields]:
        """All objects of a list."""
        found = []
        for item in self._items(key):
            if isinstance(item, dict):
                found.append(Fields(item, self._warn))
            else:
                self._warn("unexpected-value", f"{key} holds {_kind(item)}, where an object is expected; left out")
        return found

    def rest(self, *declined: str) -> list[tuple[str, Any]]:
        """Key and value of what was not taken and holds something, without the keys that are ``declined``."""
        known = self._taken.union(declined)
        return [(key, value) for key, value in self._value.items() if key not in known and key in self]

    def _items(self, key: str) -> list[Any]:
        value = self.get(key)
        if value is None:
            return []
        return [item for item in value if item is not None] if isinstance(value, list) else [value]

    def _as_text(self, key: str, item: Any) -> str:
        if isinstance(item, str):
            if not item.isprintable() and _CONTROL.search(item):
                self._warn("control-character", f"{key} holds control characters; removed")
                item = _CONTROL.sub("", item)
            return " ".join(item.split())
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            return str(item)
        self._warn("unexpected-value", f"{key} holds {_kind(item)}, where text is expected; left out")
        return ""


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


def _kind(item: Any) -> str:
    if isinstance(item, dict):
        return "an object"
    if isinstance(item, list):
        return "a list"
    return "true or false" if isinstance(item, bool) else "a text" if isinstance(item, str) else "a number"


def flat(value: Any) -> str:
    """Any value as one line of text, for what has no place of its own: ``a: 1; b: x, y``.

    >>> flat({"a": 1, "b": ["x", None, {"c": "y"}]})
    'a: 1; b: x, c: y'
    """
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, item in value.items() if (text := flat(item)))
    if isinstance(value, list):
        return ", ".join(filter(None, map(flat, value)))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else " ".join(str(value).split())
