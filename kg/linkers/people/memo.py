"""What became of blocks before, so that only those are resolved again of which something has changed.

A block's outcome depends on its authorships, on what curators decided of them and on the model, and on nothing else; its
key is a digest of these. The memory is a folder of small files of JSON lines that may be deleted at any time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from kg import files
from kg.linkers.people.clustering import Group, Link, Resolved

SMALLEST = 12
"""members; to resolve a smaller block again is quicker than to look it up"""


class Memo:
    """Outcomes by key. What is not asked for again is forgotten when it is saved."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._known: dict[str, dict[str, str]] = {}
        self._used: dict[str, dict[str, str]] = {}

    def get(self, key: str) -> Resolved | None:
        """What became of the block with this key."""
        shelf = key[:2]
        if shelf not in self._known:
            self._known[shelf] = self._read(shelf)
        line = self._known[shelf].get(key)
        if line is None:
            return None
        self._used.setdefault(shelf, {})[key] = line
        return _outcome(json.loads(line))

    def put(self, key: str, outcome: Resolved) -> None:
        """Remember an outcome."""
        line = json.dumps(asdict(outcome), sort_keys=True, ensure_ascii=False)
        self._used.setdefault(key[:2], {})[key] = line

    def save(self) -> None:
        """Write what was asked for or remembered since the memo was made."""
        if self._directory is None:
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        present = {path.stem for path in self._directory.glob("*.jsonl")}
        for shelf in sorted(present | self._used.keys()):
            path, wanted = self._directory / f"{shelf}.jsonl", self._used.get(shelf, {})
            if not wanted:
                path.unlink(missing_ok=True)
            elif wanted != (self._known.get(shelf) if shelf in present else None):
                files.write(path, "".join(_lines(wanted)))

    def _read(self, shelf: str) -> dict[str, str]:
        if self._directory is None:
            return {}
        try:
            text = (self._directory / f"{shelf}.jsonl").read_text(encoding="utf-8")
            found = {line[:64]: line[65:] for line in text.split("\n") if line}
            for line in found.values():
                _outcome(json.loads(line))
        except (OSError, ValueError, KeyError, TypeError):
            return {}  # gone or damaged: resolved again
        return found


def _lines(shelf: dict[str, str]) -> Iterable[str]:
    return (f"{key}\t{line}\n" for key, line in sorted(shelf.items()))


def _outcome(stated: dict[str, list[dict[str, object]]]) -> Resolved:
    groups = (
        Group(
            tuple(group["members"]),  # type: ignore[arg-type]
            group["orcid"],  # type: ignore[arg-type]
            tuple(Link(**link) for link in group["links"]),  # type: ignore[attr-defined]
        )
        for group in stated["groups"]
    )
    return Resolved(tuple(groups), tuple(Link(**link) for link in stated["proposals"]))  # type: ignore[arg-type]
