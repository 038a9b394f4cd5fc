"""Who is who: names, evidence, clustering, identities. All people here are fictional."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import iri
from kg.linkers import Facts, Person, facts, people
from kg.linkers.people import Memo, authorships, clustering, model, names
from kg.linkers.people.authorships import Authorship
from kg.linkers.people.clustering import Constraints, pair
from kg.model import Affiliation, Article, Author, Date, Event, MeshHeading, Text
from kg.terms import Nodes, literal, nodes_of
from kg.triples import Document, document
from kg.vocab import DCTERMS, FOAF, KGV, OWL, RDF

BASE = iri.BASE

# --- names ----------------------------------------------------------------------------------------------------------


def _name(text: str) -> names.Name:
    """``Family | Given``, or a whole string."""
    family, bar, given = text.partition(" | ")
    return names.parse("", given, family) if bar else names.parse(text, None, None)


@pytest.mark.parametrize(
    "spellings",
    [
        ["Müller | Jürgen", "Mueller | Juergen", "MULLER | J", "Muller | J."],
        ["van der Berg | Ann", "Van Der Berg | A", "Ann van der Berg", "VAN DER BERG | A M"],
        ["García-López | María José", "Garcia Lopez | M J", "GARCÍA LÓPEZ, María José"],
        ["O'Neill | Pat", "O’Neill | P", "ONeill | Pat"],
        ["Jiang | Xian-Jun", "Jiang | Xianjun", "Jiang | X J", "Jiang | XJ"],
        ["Smith | John A", "Smith Jr | J A", "John A Smith Jr.", "Smith JA", "Smith, John A., MD, PhD"],
        ["Łukasiewicz | Paweł", "Lukasiewicz | P"],
        ["Sukarno", "SUKARNO"],
        ["al-Masri | Omar", "Al Masri | O", "Almasri | Omar"],
        ["王小明", "王 小明"],
    ],
)
def test_spellings_of_one_name_share_a_block_and_are_compatible(spellings: list[str]) -> None:
    """Accents, case, hyphens, stops, particles, order and suffixes do not part the spellings of a name."""
    parsed = [_name(text) for text in spellings]
    assert len({name.key for name in parsed}) == 1, parsed
    assert all(names.compatible(a, b) for a in parsed for b in parsed), parsed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wang | Yan", "Wang | Yun"),
        ("Wang | Xiaoming", "Wang | Xiaohong"),
        ("Roe | Daniel", "Roe | Daniela"),
        ("Roe | Mary Ann", "Roe | Mary Beth"),
        ("Roe | J A", "Roe | J B"),
        ("Roe | John A", "Roe | J B"),
        ("Roe Jr | John", "Roe Sr | John"),
        ("Yu | Yingxin", "Yu | Yu"),
        ("Li | Li", "Li | Lin"),
    ],
)
def test_different_given_names_are_never_compatible(one: str, other: str) -> None:
    assert not names.compatible(_name(one), _name(other))
    assert not names.compatible(_name(other), _name(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Roe | Bob", "Roe | Robert"),
        ("Roe | Sergei", "Roe | Sergey"),
        ("Roe | Xian Jun", "Roe | Xianjun"),
        ("Roe", "Roe | J"),
    ],
)
def test_forms_of_a_given_name_are_compatible(one: str, other: str) -> None:
    assert names.compatible(_name(one), _name(other))
    assert names.compatible(_name(other), _name(one))


@given(st.text(max_size=40), st.one_of(st.none(), st.text(max_size=20)), st.one_of(st.none(), st.text(max_size=20)))
def test_any_text_is_parsed(whole: str, given_: str | None, family: str | None) -> None:
    """Whatever stands where a name should: a name or none, never an error; and it is compatible with itself."""
    name = names.parse(whole, given_, family)
    assert names.compatible(name, name)
    assert bool(name.key) == bool(name.family)


# --- a small literature -----------------------------------------------------------------------------------------------


def _article(
    number: int,
    authors: Iterable[tuple[str, str]],
    *,
    place: str = "",
    year: int = 2010,
    title: str = "Title",
    topics: Sequence[str] = (),
    orcids: Sequence[str | None] = (),
) -> Article:
    people_ = [
        Author(
            f"{given} {family}",
            given,
            family,
            orcid=orcids[n] if n < len(orcids) else None,
            affiliations=(0,) if place else (),
        )
        for n, (given, family) in enumerate(authors)
    ]
    return Article(
        record=f"PMID {number}",
        reader="pubmed",
        pmid=str(number),
        title=Text(title, "en"),
        events=(Event("issued", Date(year)),),
        authors=tuple(people_),
        affiliations=(Affiliation(place, institution=place, country_code="XX"),) if place else (),
        headings=tuple(MeshHeading(topic, topic) for topic in topics),
    )


def _nodes(mapped: Document) -> Nodes:
    return nodes_of(mapped.own_quads.decode().split("\n")[:-1], iri.document_graph(BASE, mapped.keys[0]))


def _read(articles: Iterable[Article]) -> list[Authorship]:
    found = []
    for article in articles:
        mapped = document(article, source="<urn:s>", agents={})
        found += authorships.read(iri.article(BASE, mapped.keys[0]), mapped.keys, _nodes(mapped))
    return found


def _person(number: int, position: int = 1) -> str:
    return iri.part(iri.article(BASE, f"pmid/{number}"), f"person-{position}")


TOPICS = ("D003920", "D007328", "D033581")
SAME_LAB = [
    _article(1, [("Tove", "Fictor"), ("Nils", "Inventsson")], place="Norrhavn Invented Institute, Norrhavn",
             title="Invented islets regrow in fictional mice", topics=TOPICS),
    _article(2, [("Tove", "Fictor"), ("N", "Inventsson")], place="Norrhavn Invented Institute, Norrhavn", year=2012,
             title="Fictional mice with invented islets", topics=TOPICS),
]  # fmt: skip


def test_one_laboratory_one_person() -> None:
    """The same rare name, place, co-author and topic: one person, and the reason says why."""
    found = people.resolve(_read(SAME_LAB), BASE)
    assert (
        found.identities[_person(1)] == found.identities[_person(2)] == iri.person_group(BASE, [_person(1), _person(2)])
    )
    assert found.identities[_person(1, 2)] == found.identities[_person(2, 2)] != found.identities[_person(1)]
    link = next(link for link in found.links if {link.a, link.b} == {_person(1), _person(2)})
    assert link.confidence > 0.9
    assert "co-authors of the same names (Inventsson N)" in link.reason
    assert "the same institution" in link.reason


def test_a_common_name_without_evidence_stays_apart() -> None:
    """Two articles of a Y Wang that share nothing: two persons, and nothing to propose."""
    apart = [
        _article(1, [("Y", "Wang")], title="Lake sediments", year=1995),
        _article(2, [("Y", "Wang"), ("J", "Li")], title="Cardiac surgery in adults", year=2015),
    ]
    found = people.resolve(_read(apart), BASE)
    assert found.identities == {}
    assert found.proposals == []


IDS = ("0000-0002-1825-0097", "0000-0001-5109-3700")


def test_orcid_decides() -> None:
    """Agreement joins, whatever else there is, also across names; disagreement keeps apart, whatever else agrees."""
    articles = [
        _article(1, [("Tove", "Fictor")], place="Norrhavn Invented Institute", topics=TOPICS, orcids=[IDS[0]]),
        _article(2, [("Tove", "Fictor")], place="Norrhavn Invented Institute", topics=TOPICS, orcids=[IDS[1]]),
        _article(3, [("T", "Newname")], orcids=[IDS[0]]),
    ]
    found = people.resolve(_read(articles), BASE)
    assert found.identities == {
        _person(1): iri.orcid(IDS[0]),
        _person(2): iri.orcid(IDS[1]),
        _person(3): iri.orcid(IDS[0]),
    }


def test_an_orcid_twice_on_one_article_is_believed_for_neither() -> None:
    articles = [
        _article(1, [("Tove", "Fictor"), ("Ada", "Doe")], orcids=[IDS[0], IDS[0]]),
        _article(2, [("Cy", "Roe"), ("Bo", "Moe")], orcids=[IDS[0]]),
    ]
    found = people.resolve(_read(articles), BASE)
    assert found.identities == {_person(2): iri.orcid(IDS[0])}


def test_an_orcid_that_two_authors_of_an_article_hold_through_others_is_nobody_twice() -> None:
    """Through two names one iD leads to two authors of one article: only one of the groups gets it."""
    articles = [
        _article(1, [("Tove", "Fictor"), ("Tove", "Newname")], place="Norrhavn Invented Institute", topics=TOPICS),
        _article(2, [("Tove", "Fictor")], place="Norrhavn Invented Institute", topics=TOPICS, orcids=[IDS[0]]),
        _article(3, [("Tove", "Newname")], place="Norrhavn Invented Institute", topics=TOPICS, orcids=[IDS[0]]),
    ]
    found = people.resolve(_read(articles), BASE)
    assert found.identities[_person(1, 1)] != found.identities[_person(1, 2)]


# --- many of them -----------------------------------------------------------------------------------------------------

_FAMILIES = ("Wang", "Li", "Fictor", "Inventsson")
_GIVEN = ("Y", "Yan", "Yun", "J", "Jun", "Tove", "T A", "T B")
_PLACES = ("", "Norrhavn Invented Institute", "University of Nowhere", "Sanatorium of Fiction, Old Town")


def literature(seed: int, size: int) -> list[Article]:
    """Fictional articles in which names, places and topics come again."""
    dice = random.Random(seed)
    return [
        _article(
            number,
            [(dice.choice(_GIVEN), dice.choice(_FAMILIES)) for _ in range(dice.randint(1, 4))],
            place=dice.choice(_PLACES),
            year=dice.randint(1980, 2020),
            title=" ".join(dice.sample("islets mice lake heart surgery invented fictional regrow adults".split(), 4)),
            topics=dice.sample(TOPICS, 2),
            orcids=[dice.choice([None] * 12 + list(IDS)) for _ in range(4)],
        )
        for number in range(1, size + 1)
    ]


def _facts(found: people.People) -> tuple[object, ...]:
    key = lambda link: (link.a, link.b)  # noqa: E731
    return sorted(found.identities.items()), sorted(found.links, key=key), sorted(found.proposals, key=key)


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), shuffle=st.randoms())
def test_the_order_of_articles_does_not_count(seed: int, shuffle: random.Random) -> None:
    everybody = _read(literature(seed, 40))
    again = list(everybody)
    shuffle.shuffle(again)
    assert _facts(people.resolve(everybody, BASE)) == _facts(people.resolve(again, BASE))


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_nobody_stands_twice_in_an_author_list_and_orcids_do_not_conflict(seed: int) -> None:
    everybody = _read(literature(seed, 60))
    found = people.resolve(everybody, BASE)
    holders: dict[str, list[Authorship]] = {}
    for authorship in everybody:
        holders.setdefault(found.identities.get(authorship.term, authorship.term), []).append(authorship)
    for members in holders.values():
        assert len({m.work.article for m in members}) == len(members)
        assert len({m.orcid for m in members if m.orcid}) <= 1


def test_a_second_resolution_with_more_articles_equals_one_from_scratch(tmp_path: Path) -> None:
    """What was remembered of blocks is used where nothing changed, and changes nothing."""
    articles = literature(7, 120)
    memo = Memo(tmp_path / "people.jsonl")
    people.resolve(_read(articles[:90]), BASE, memo=memo)
    memo.save()
    assert (tmp_path / "people.jsonl").exists()
    again = Memo(tmp_path / "people.jsonl")
    found = people.resolve(_read(articles), BASE, memo=again)
    again.save()
    assert _facts(found) == _facts(people.resolve(_read(articles), BASE))
    third = Memo(tmp_path / "people.jsonl")
    assert _facts(people.resolve(_read(articles), BASE, memo=third)) == _facts(found)


def test_only_blocks_that_changed_are_resolved_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = literature(7, 120)
    memo = Memo(tmp_path / "people.jsonl")
    people.resolve(_read(articles), BASE, memo=memo)
    memo.save()
    resolved: list[str] = []
    original = clustering.resolve

    def watched(members: list[Authorship], *rest: object) -> clustering.Resolved:
        if len(members) > 1:
            resolved.extend({member.block for member in members})
        return original(members, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(clustering, "resolve", watched)
    people.resolve(_read([*articles, _article(999, [("Tove", "Fictor")])]), BASE, memo=Memo(tmp_path / "people.jsonl"))
    assert resolved == ["fictor t"]


def test_what_was_not_saved_leaves_nothing(tmp_path: Path) -> None:
    """Where a build fails, what was known before stays, and no half of the next is left."""
    path = tmp_path / "people.jsonl"
    with Memo(path) as memo:
        memo.put("known", clustering.Resolved())
        memo.save()
    with Memo(path) as memo:
        memo.put("lost", clustering.Resolved())
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    with Memo(path) as memo:
        assert memo.get("known") == clustering.Resolved()
        assert memo.get("lost") is None


@pytest.mark.parametrize(
    "damage", ["cut", "overwritten", "other values", "one digit", "no blanks", "out of order", "empty"]
)
def test_a_damaged_memory_is_no_harm(tmp_path: Path, damage: str) -> None:
    articles = literature(7, 120)
    path = tmp_path / "people.jsonl"
    memo = Memo(path)
    expected = people.resolve(_read(articles), BASE, memo=memo)
    memo.save()
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "overwritten":
        path.write_bytes(whole[:4_000] + bytes(range(256)) * (len(whole) // 256))
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "other values":
        path.write_bytes(re.sub(rb" .*", b" {}}", whole))
    elif damage == "one digit":
        path.write_bytes(re.sub(rb'"confidence":0\.9', b'"confidence":0.8', whole, count=1))
        assert path.read_bytes() != whole
    elif damage == "no blanks":
        path.write_bytes(whole.replace(b" ", b""))
    else:
        path.write_bytes(b"".join(reversed(whole.splitlines(keepends=True))))
    again = Memo(path)
    assert _facts(people.resolve(_read(articles), BASE, memo=again)) == _facts(expected)
    again.save()
    assert _facts(people.resolve(_read(articles), BASE, memo=Memo(path))) == _facts(expected)


def test_who_writes_much_with_the_same_people_is_one_person() -> None:
    """In a block too large to compare everybody with everybody, what many share still brings them together."""
    articles = [
        _article(n, [("Tove", "Fictor"), ("Nils", "Inventsson")], place="Norrhavn Invented Institute",
                 topics=TOPICS, title="Invented islets regrow in fictional mice")
        for n in range(1, 121)
    ]  # fmt: skip
    found = people.resolve(_read(articles), BASE)
    assert len({found.identities[_person(n)] for n in range(1, 121)}) == 1


def test_a_sure_pair_of_groups_that_stay_two_is_a_proposal(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the average between two groups that joins them: a pair above the line may be left to a curator."""
    one, two, three = everybody = _read(_article(n, [("Tove", "Fictor")]) for n in (1, 2, 3))
    sure = {pair(one.term, two.term): 3.0, pair(one.term, three.term): 2.0, pair(two.term, three.term): -2.0}
    monkeypatch.setattr(clustering, "compare", lambda a, b: (sure[pair(a.term, b.term)],))
    monkeypatch.setattr(clustering, "describe", lambda *_: ([], []))
    monkeypatch.setattr(model.Model, "log_odds", lambda _, row: row[0])
    found = clustering.resolve(everybody, model.shipped())
    assert [group.members for group in found.groups] == [tuple(sorted((one.term, two.term)))]
    [proposal] = found.proposals
    assert {proposal.a, proposal.b} == {one.term, three.term}
    assert proposal.confidence > model.shipped().link


# --- curators ---------------------------------------------------------------------------------------------------------


def test_a_curator_parts_and_joins() -> None:
    """Kept apart, two authorships are never one, not even through a third; joined, they are one across names."""
    everybody = _read([*SAME_LAB, _article(3, [("T", "Newname")])])
    apart = Constraints(different={pair(_person(1), _person(2)): "two sisters"})
    found = people.resolve(everybody, BASE, constraints=apart)
    assert _person(1) not in found.identities
    assert found.identities[_person(1, 2)] == found.identities[_person(2, 2)]
    assert not any({p.a, p.b} == {_person(1), _person(2)} for p in found.proposals)
    joined = Constraints(same={pair(_person(2), _person(3)): "she married"})
    found = people.resolve(everybody, BASE, constraints=joined)
    assert len({found.identities[term] for term in (_person(1), _person(2), _person(3))}) == 1
    assert any(link.reason == "she married" and link.confidence == 1 for link in found.links)


def test_a_curator_parts_even_those_who_state_one_orcid() -> None:
    """Publishers copy an iD to the wrong author: of the two only one keeps it."""
    articles = [_article(n, [("Tove", "Fictor")], orcids=[IDS[0]]) for n in (1, 2, 3)]
    apart = Constraints(different={pair(_person(3), _person(n)): "another" for n in (1, 2)})
    found = people.resolve(_read(articles), BASE, constraints=apart)
    assert found.identities == {_person(1): iri.orcid(IDS[0]), _person(2): iri.orcid(IDS[0])}


# --- triples ----------------------------------------------------------------------------------------------------------


def test_the_triples_of_an_identity() -> None:
    """Creators, sameAs, names, links with confidence and reason; a person alone is its own identity."""
    documents, everybody = [], []
    for article in [*SAME_LAB, _article(3, [("Ada", "Doe")])]:
        mapped = document(article, source="<urn:s>", agents={})
        term = iri.article(BASE, mapped.keys[0])
        documents.append(facts(term, mapped.keys, _nodes(mapped)))
        everybody += authorships.read(term, mapped.keys, _nodes(mapped))
    triples = set(people.resolution(documents, people.resolve(everybody, BASE), BASE))
    tove = iri.person_group(BASE, [_person(1), _person(2)])
    assert (iri.article(BASE, "pmid/1"), DCTERMS.creator, tove) in triples
    assert (_person(2), OWL.sameAs, tove) in triples
    assert (iri.article(BASE, "pmid/3"), DCTERMS.creator, _person(3)) in triples
    link = iri.link(BASE, [_person(1), _person(2)])
    assert (link, RDF.type, KGV.IdentityLink) in triples
    assert (link, KGV.member, _person(2)) in triples
    assert {p for s, p, _ in triples if s == link} == {RDF.type, KGV.member, KGV.confidence, KGV.reason}


def test_names_of_any_characters_are_told_as_printed() -> None:
    """What stands in a name does not end the line, or the part of a line, in which it waits to be sorted."""
    names = ["Ada\tDoe", "A\nDoe", '"Ada" \\ Doe-Roe']
    documents = [Facts(f"<e:{n}>", (), [Person(f"<e:{n}#person-1>", 1, name)]) for n, name in enumerate(names)]
    identified = [(f"<e:{n}#person-1>", f"<e:ada-{n}>") for n in (0, 1, 2)]
    triples = set(people.resolution(documents, people.People(identified), BASE))
    for n, name in enumerate(names):
        assert (f"<e:ada-{n}>", FOAF.name, literal(name)) in triples
        assert (f"<e:{n}>", DCTERMS.creator, f"<e:ada-{n}>") in triples
        assert (f"<e:{n}#person-1>", OWL.sameAs, f"<e:ada-{n}>") in triples
    assert len(triples) == 4 * len(names)


def test_the_model_can_be_read() -> None:
    """No weight counts against its sense, and the proposals begin below the line."""
    from kg.linkers.people.evidence import SIGNS

    shipped = model.shipped()
    assert all(shipped.weights[name] * sign >= 0 for name, sign in SIGNS.items())
    assert 0 < shipped.propose < shipped.link < 1
