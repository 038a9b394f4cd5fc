"""Frozen dataclasses that are made as fast as others.

The ``__init__`` of a frozen dataclass sets each field through ``object.__setattr__``, which takes three to six times as
long as an assignment. A reader of records makes some forty such objects a record.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def quickly_made(frozen: type[T]) -> type[T]:
    """The same frozen and slotted dataclass with another ``__init__``.

    While it is filled, an object is one of a class that has the same slots and takes assignments. Only for classes whose
    fields have plain defaults, without ``__post_init__``.

    >>> from dataclasses import dataclass
    >>> @quickly_made
    ... @dataclass(frozen=True, slots=True)
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(y=2, x=1) == Point(1, 2)
    (Point(x=1, y=0), True)
    >>> Point(1).x = 2
    Traceback (most recent call last):
        ...
    dataclasses.FrozenInstanceError: cannot assign to field 'x'
    """
    names = [field.name for field in fields(frozen)]  # type: ignore[arg-type]
    unfrozen = type(f"_{frozen.__name__}", (), {"__slots__": tuple(names)})
    known: dict[str, Any] = {"_frozen": frozen, "_unfrozen": unfrozen, "_set": object.__setattr__}
    parameters = ["self"]
    for field in fields(frozen):  # type: ignore[arg-type]
        assert field.default_factory is MISSING
        if field.kw_only and "*" not in parameters:
            parameters.append("*")
        if field.default is MISSING:
            parameters.append(field.name)
        else:
            known[f"_default_{field.name}"] = field.default
            parameters.append(f"{field.name}=_default_{field.name}")
    lines = [
        f"def __init__({', '.join(parameters)}):",
        "    _set(self, '__class__', _unfrozen)",
        *(f"    self.{name} = {name}" for name in names),
        "    self.__class__ = _frozen",
    ]
    exec("\n".join(lines), known)  # the names of fields, as in the dataclass module itself
    frozen.__init__ = known["__init__"]  # type: ignore[method-assign]
    return frozen
