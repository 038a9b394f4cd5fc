"""Records on their way from a reader to a shard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.errors import InputError
from kg.extract import Extractor
from kg.model import Article, Item, Text
from kg.shards import Record


@pytest.mark.parametrize("number", [0, 1, 15, 16, 17, 40])
def test_what_a_reader_gave_before_it_failed_comes_first(number: int) -> None:
    """However many records there were, each comes, in its order, and then the failure."""

    def read() -> Iterator[Item]:
        for n in range(number):
            yield Article(record=str(n), reader="pubmed", pmid=str(n + 1), title=Text("A"))
        raise InputError("broken", "it ends here")

    found: list[str] = []

    def take() -> None:
        for entry in Extractor("0").entries(read(), "0" * 64):
            assert isinstance(entry, Record)
            found.append(entry.header.record)

    with pytest.raises(InputError, match="it ends here"):
        take()
    assert found == [str(n) for n in range(number)]
