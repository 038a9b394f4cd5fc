"""Authorships by block, on disk. All people here are fictional."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from kg.linkers.people import authorships
from kg.linkers.people.authorships import Authorship, Profile, Work, profiled
from kg.linkers.people.blocks import Author, gathering
from kg.linkers.people.names import parse
from kg.linkers.people.vectors import bag

_NAMES = ["Ada Doe", "A. Doe", "Bo Roe", "Łucja Ñandú", "王小明", "Sukarno"]
_ORCID = "0000-0002-1825-0097"
_TEAMS = st.lists(st.lists(st.tuples(st.sampled_from(_NAMES), st.booleans()), max_size=4), max_size=8)


def _document(number: int, team: list[tuple[str, bool]]) -> list[Authorship]:
    work = Work(
        f"<e:{number}>", profiled(Profile(bag("word", ["islet", "regrow"]), keys=frozenset([f"pmid/{number}"])))
    )
    return [
        Authorship(f"<e:{number}#person-{n}>", n, parse(name, None, None), work, _ORCID if stated else None)
        for n, (name, stated) in enumerate(team, 1)
    ]


@given(_TEAMS)
def test_blocks_are_all_that_share_a_key(teams: list[list[tuple[str, bool]]]) -> None:
    """Everybody is in the block of the name, once, as the document said it; but who stands alone without an ORCID iD and is
    not asked for is in none."""
    documents = [_document(number, team) for number, team in enumerate(teams)]
    by_key: defaultdict[str, set[str]] = defaultdict(set)
    for authorship in (a for document in documents for a in document):
        by_key[authorship.block].add(authorship.term)
    packed = {a.term: (a.work.article, a.position, a.name, a.orcid) for document in documents for a in document}
    alone = sorted(term for terms in by_key.values() for term in terms if len(terms) == 1)
    for wanted in ((), alone[:1]):
        with gathering() as everybody:
            for document in documents:
                everybody.add([*map(Author.of, document)], authorships.packed(document))
            found = list(everybody.blocks(wanted))
            terms = [[member.term for member in block.members] for block in found]
            again = [a for block in found for a in block.read()]
        assert {(a.term, (a.work.article, a.position, a.name, a.orcid)) for a in again} <= packed.items()
        assert [a.term for a in again] == [term for block in terms for term in block]
        expected = {
            frozenset(some)
            for some in by_key.values()
            if len(some) > 1 or packed[min(some)][3] or not some.isdisjoint(wanted)
        }
        assert {frozenset(block) for block in terms} == expected
        assert len(terms) == len(expected)


def test_a_digest_tells_what_the_documents_say_and_not_their_order() -> None:
    """So that a block is known again; more in a document of one of its members, another digest."""

    def digest(*documents: list[Authorship]) -> str:
        with gathering() as everybody:
            everybody.add_all(a for document in documents for a in document)
            (block,) = everybody.blocks()
            return block.digest()

    one, other = _document(1, [("Ada Doe", False)]), _document(2, [("A. Doe", False)])
    assert digest(one, other) == digest(other, one)
    assert digest(one, other) != digest(one, _document(2, [("A. Doe", True)]))
    assert digest(one, other) != digest(one, _document(3, [("A. Doe", False)]))
