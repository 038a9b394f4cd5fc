"""What deciding who is who takes: pairs compared, memory, and what is looked up. All people here are made up."""

from __future__ import annotations

import gc
import importlib.util
import math
import sys
import tracemalloc
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.linkers.people import clustering, evidence, model, vectors
from kg.linkers.people.authorships import Authorship
from kg.linkers.people.tables import rarity

NEAREST = 16


@pytest.fixture(scope="module")
def growth() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "people_growth", Path(__file__).parents[2] / "benchmarks" / "people_growth.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look for their module
    spec.loader.exec_module(module)
    return module


def _block(growth: ModuleType, size: int) -> list[Authorship]:
    return [article[0] for article in growth.literature(size, everybody_is=("wang", "y"))]


def test_in_a_large_block_each_is_compared_with_few(growth: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many share a name, nobody is compared with more others than the nearest of everyone make."""
    compared: Counter[str] = Counter()
    compare = clustering.compare

    def counted(a: Authorship, b: Authorship) -> tuple[float, ...]:
        compared[a.term] += 1
        return compare(a, b)

    monkeypatch.setattr(clustering, "compare", counted)
    for size in (150, 600):
        compared.clear()
        found = clustering.resolve(_block(growth, size), model.shipped())
        assert any(len(group.members) > 1 for group in found.groups)
        assert size < compared.total() <= NEAREST * size


def test_the_memory_of_a_block_is_that_of_its_members(growth: ModuleType) -> None:
    """Four times the members, four times the memory, not sixteen times."""
    taken = []
    for size in (300, 1200):
        block = _block(growth, size)
        evidence.profile.cache_clear()
        gc.collect()
        tracemalloc.start()
        clustering.resolve(block, model.shipped())
        taken.append(tracemalloc.get_traced_memory()[1] / size)
        tracemalloc.stop()
    assert taken[1] < 1.25 * taken[0]
    assert taken[1] < 25_000


WORDS = st.lists(st.sampled_from("patient insulin zebrafish unheardof islet therapy neverseen".split()), unique=True)


@given(WORDS, WORDS, st.dictionaries(st.sampled_from(["insulin", "unheardof"]), st.integers(2, 9)))
def test_the_likeness_of_two_texts_is_the_cosine_of_their_words(
    one: list[str], other: list[str], often: dict[str, int]
) -> None:
    """Each word weighs its rarity, times 1 + ln n where it stands n times; the order of the words does not count."""
    often = {word: n for word, n in often.items() if word in one}
    a = vectors.bag("word", one, often)
    b = vectors.bag("word", reversed(other))
    x = {word: rarity("word", word) * (1 + math.log(often.get(word, 1))) for word in one}
    y = {word: rarity("word", word) for word in other}
    lengths = math.hypot(*x.values()) * math.hypot(*y.values())
    expected = sum(x[word] * y[word] for word in x.keys() & y.keys()) / lengths if lengths else 0.0
    assert vectors.cosine(a, b) == vectors.cosine(b, a) == pytest.approx(expected, rel=1e-3)
