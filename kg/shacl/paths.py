"""Property paths of SHACL (section 2.3.1): read from a shapes graph, followed over data, shown as SPARQL writes them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.shacl.data import NOTHING, Data
from kg.vocab import PREFIXES, SH

Follow = Callable[[Data, str], Sequence[str]]
"""data and a focus node → its value nodes, each once"""


@dataclass(frozen=True, slots=True)
class Path:
    """``kind`` predicate: ``name``; inverse and the repetitions: one part; sequence and alternative: several."""

    kind: Literal["predicate", "inverse", "sequence", "alternative", "*", "+", "?"]
    parts: tuple[Path, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        """With prefixes: ``dcterms:title``, ``^frbr:part``, ``oa:start|oa:end``."""
        match self.kind:
            case "predicate":
                return prefixed(self.name[1:-1])
            case "inverse":
                return f"^{self.parts[0]._within()}"
            case "sequence":
                return "/".join(part._within() for part in self.parts)
            case "alternative":
                return "|".join(part._within() for part in self.parts)
            case repetition:
                return f"{self.parts[0]._within()}{repetition}"

    def _within(self) -> str:
        """As a part of another path: in parentheses where it has several parts."""
        return f"({self})" if len(self.parts) > 1 or self.kind in ("*", "+", "?") else str(self)

    @property
    def is_well_formed(self) -> bool:
        """Whether sequences and alternatives have at least two members (sections 2.3.1.2 and 2.3.1.3)."""
        return (self.kind not in ("sequence", "alternative") or len(self.parts) > 1) and all(
            part.is_well_formed for part in self.parts
        )

    @property
    def backwards(self) -> Iterator[str]:
        """The predicates that are followed from object to subject."""
        if self.kind == "inverse":
            yield from self.parts[0].predicates
        for part in self.parts:
            yield from part.backwards

    @property
    def predicates(self) -> Iterator[str]:
        """All predicates in it."""
        if self.kind == "predicate":
            yield self.name
        for part in self.parts:
            yield from part.predicates


_REPEATED: tuple[tuple[str, Literal["inverse", "*", "+", "?"]], ...] = (
    (SH.inversePath, "inverse"),
    (SH.zeroOrMorePath, "*"),
    (SH.oneOrMorePath, "+"),
    (SH.zeroOrOnePath, "?"),
)


def read(shapes: Data, node: str) -> Path:
    """The path that a node of a shapes graph describes.

    Raises:
        ValueError: it describes none.
    """
    if node.startswith("<") and node not in shapes.about:
        return Path("predicate", name=node)
    # A list comes first: a node that is a list and something else is a sequence (tests path-strange-001, -002).
    if steps := tuple(read(shapes, step) for step in shapes.items(node)):
        return Path("sequence", steps)
    for predicate, kind in _REPEATED:
        for inner in shapes.objects(node, predicate):
            return Path(kind, (read(shapes, inner),))
    for members in shapes.objects(node, SH.alternativePath):
        return Path("alternative", tuple(read(shapes, member) for member in shapes.items(members)))
    if node.startswith("<"):
        return Path("predicate", name=node)
    raise ValueError(f"{node} is no path")


def follow(path: Path) -> Follow:
    """A function that goes this way."""
    match path.kind:
        case "predicate":
            name = path.name
            return lambda data, node: data.about.get(node, NOTHING).get(name, ())
        case "inverse" if path.parts[0].kind == "predicate":
            name = path.parts[0].name
            return lambda data, node: data.subjects(name, node)
        case "inverse":
            return follow(inverted(path.parts[0]))
        case "sequence":
            return _sequence([follow(part) for part in path.parts])
        case "alternative" if all(part.kind == "predicate" for part in path.parts):
            return _any_of([part.name for part in path.parts])
        case "alternative":
            ways = [follow(part) for part in path.parts]
            return lambda data, node: list(dict.fromkeys(value for way in ways for value in way(data, node)))
        case repetition:
            return _repeated(follow(path.parts[0]), repetition)


def inverted(path: Path) -> Path:
    """The same way backwards."""
    match path.kind:
        case "predicate":
            return Path("inverse", (path,))
        case "inverse":
            return path.parts[0]
        case kind:
            parts = map(inverted, reversed(path.parts) if kind == "sequence" else path.parts)
            return Path(kind, tuple(parts))


def _sequence(steps: Iterable[Follow]) -> Follow:
    first, *rest = steps

    def go(data: Data, node: str) -> Sequence[str]:
        nodes = first(data, node)
        for step in rest:
            nodes = list(dict.fromkeys(value for n in nodes for value in step(data, n)))
        return nodes

    return go


def _any_of(names: Sequence[str]) -> Follow:
    def go(data: Data, node: str) -> Sequence[str]:
        described = data.about.get(node, NOTHING)
        found = [described[name] for name in names if name in described]
        return found[0] if len(found) == 1 else list(dict.fromkeys(itertools.chain.from_iterable(found)))

    return go


def _repeated(step: Follow, repetition: str) -> Follow:
    def go(data: Data, node: str) -> Sequence[str]:
        if repetition == "?":
            return list(dict.fromkeys((node, *step(data, node))))
        found = dict.fromkeys(step(data, node) if repetition == "+" else (node,))
        waiting = list(found)
        while waiting:
            for value in step(data, waiting.pop()):
                if value not in found:
                    found[value] = None
                    waiting.append(value)
        return list(found)

    return go


def prefixed(name: str) -> str:
    """``dcterms:title``, or the IRI in angle brackets where no prefix fits."""
    for prefix, base in PREFIXES.items():
        if name.startswith(base) and re.fullmatch(r"[A-Za-z_][\w-]*", name[len(base) :]):
            return f"{prefix}:{name[len(base) :]}"
    return f"<{name}>"
