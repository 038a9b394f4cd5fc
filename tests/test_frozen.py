"""Objects that are made quickly are those that a frozen dataclass makes."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from typing import Any

import pytest

from kg import model

NOUNS: list[Any] = [
    noun
    for noun in vars(model).values()
    if dataclasses.is_dataclass(noun) and noun.__module__ == model.__name__  # type: ignore[union-attr]
]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_is_a_frozen_dataclass(noun: Any) -> None:
    """Same parameters and defaults; equal, hashable, picklable and replaceable; nothing can be assigned or added."""
    fields = dataclasses.fields(noun)
    parameters = list(inspect.signature(noun).parameters.values())
    assert [p.name for p in parameters] == [f.name for f in fields]
    for parameter, field in zip(parameters, fields, strict=True):
        missing = field.default is dataclasses.MISSING
        assert parameter.default == (parameter.empty if missing else field.default)
        assert parameter.kind == (parameter.KEYWORD_ONLY if field.kw_only else parameter.POSITIONAL_OR_KEYWORD)
    values = {field.name: (field.name, n) for n, field in enumerate(fields)}
    made = noun(**values)
    assert type(made) is noun
    assert {name: getattr(made, name) for name in values} == values
    assert made == noun(**values)
    assert hash(made) == hash(noun(**values))
    assert made != dataclasses.replace(made, **{fields[0].name: "other"})
    assert pickle.loads(pickle.dumps(made)) == made
    for name in (fields[0].name, "unknown"):
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError, AttributeError)):
            setattr(made, name, None)
