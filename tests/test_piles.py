"""Things of one type in a file."""

from __future__ import annotations

from pathlib import Path

from kg.linkers.people.clustering import Link
from kg.piles import Pile


def test_what_was_put_there_is_read_as_often_as_asked(tmp_path: Path) -> None:
    """In order, whatever texts hold; two readers do not disturb each other."""
    links = [
        Link("<a>", "<b>", 0.9, "the same \n name"),
        Link("<a>", "<c>", 1.0, "“β”"),
        Link("<a>", "<b>", 0.9, "again"),
    ]
    pile = Pile(tmp_path / "links.jsonl", Link)
    with pile.writing() as add:
        for link in links:
            add(link)
    assert len(pile) == 3
    assert list(zip(pile, pile, strict=True)) == [(link, link) for link in links]


def test_a_pile_of_nothing(tmp_path: Path) -> None:
    """Also where nothing was ever written."""
    pile = Pile(tmp_path / "none.jsonl", tuple[str, str])
    assert (len(pile), list(pile)) == (0, [])
    with pile.writing():
        pass
    assert (len(pile), list(pile)) == (0, [])
