"""The nouns are values: frozen, equal by what they hold, and nothing that the collector of garbage must look through."""

from __future__ import annotations

import pickle

import pytest
from msgspec import Struct

from kg import model

NOUNS = [
    noun for noun in vars(model).values() if isinstance(noun, type) and issubclass(noun, Struct) and noun is not Struct
]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_is_a_value(noun: type[Struct]) -> None:
    """Made with the same, two are equal, of one hash, and come back from a pickle; no field can be assigned."""
    values = {name: (name, n) for n, name in enumerate(noun.__struct_fields__)}
    made = noun(**values)
    assert noun.__struct_config__.frozen
    assert not noun.__struct_config__.gc
    assert made == noun(**values)
    assert hash(made) == hash(noun(**values))
    assert pickle.loads(pickle.dumps(made)) == made
    with pytest.raises(AttributeError):
        setattr(made, noun.__struct_fields__[0], None)
