"""Which records of an article are stored: the latest of each reader, deletions, shared identifiers."""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.linkers import records
from kg.linkers.records import Candidate, Place
from kg.shards import Header
from kg.sources import natural

JATS, PUBMED, LETTER = "jats", "pubmed", "letter"


class Decided(NamedTuple):
    """What was decided, in memory."""

    stored: dict[Place, str]
    keys: dict[str, tuple[str, ...]]
    merged: dict[str, int]
    contested: list[tuple[Candidate, str]]
    misplaced: list[tuple[Candidate, str]]


def decide(candidates: Sequence[Candidate]) -> Decided:
    with tempfile.TemporaryDirectory() as place:
        found = records.decide(candidates, Path(place))
        stored = {(one.unit, one.entry): one.key for one in found.stored}
    return Decided(stored, found.keys, found.merged, found.contested, found.misplaced)


def rank(unit: int, file: str, version: int, entry: int) -> records.Rank:
    return version, natural(file), f"{unit:02}", natural(file), file, entry


def record(
    unit: int,
    file: str = "a.xml",
    *,
    doi: str | None = None,
    pmid: str | None = None,
    pmcid: str | None = None,
    reader: str = PUBMED,
    version: int = 1,
    entry: int = 0,
) -> Candidate:
    keys = [f"{kind}/{value}" for kind, value in (("doi", doi), ("pmid", pmid), ("pmcid", pmcid)) if value]
    header = Header(f"record {unit}.{entry}", reader, tuple(keys or ["x/0123456789abcdef"]), doi, pmid, pmcid, version)
    return Candidate(unit, entry, rank(unit, file, version, entry), pmid, header)


def deletion(unit: int, pmid: str, file: str = "a.xml", version: int = 1, entry: int = 0) -> Candidate:
    return Candidate(unit, entry, rank(unit, file, version, entry), pmid)


def test_the_later_update_file_wins_by_number() -> None:
    """n9999 comes before n10000: numbers in file names are read as numbers."""
    old, new = record(0, "pubmed25n9999.xml", pmid="7"), record(1, "pubmed25n10000.xml", pmid="7")
    assert decide([old, new]).stored == {(1, 0): "pmid/7"}


def test_a_higher_version_wins_over_a_later_file() -> None:
    """PubMed's highest version is the current one, wherever it stands."""
    assert decide([record(0, "n1", pmid="7", version=2), record(1, "n2", pmid="7")]).stored == {(0, 0): "pmid/7"}


def test_the_later_record_of_a_file_wins() -> None:
    """Inside a file the later record of an article is the current one."""
    assert decide([record(0, pmid="7", entry=0), record(0, pmid="7", entry=5)]).stored == {(0, 5): "pmid/7"}


def test_what_several_readers_say_is_merged() -> None:
    """One record of each reader is stored, all under the article's best key; an older one of the same reader is not."""
    letter, jats = record(0, doi="10.1/a", reader=LETTER), record(1, pmid="7", reader=JATS)
    old, new = record(2, "n1", doi="10.1/a", pmid="7"), record(3, "n2", doi="10.1/a", pmid="7", pmcid="PMC1")
    decision = decide([letter, jats, old, new])
    assert decision.stored == {(0, 0): "doi/10.1/a", (1, 0): "doi/10.1/a", (3, 0): "doi/10.1/a"}
    assert decision.merged == {"doi/10.1/a": 3}
    assert decision.keys == {"doi/10.1/a": ("doi/10.1/a", "pmid/7", "pmcid/PMC1")}


def test_a_record_that_names_two_articles_goes_with_its_doi() -> None:
    """PubMed gives the DOI and the PMID of a full text to two articles: they stay two, and it joins the one of its DOI."""
    seven, eight = record(0, doi="10.1/a", pmid="7"), record(1, doi="10.1/b", pmid="8")
    full_text = record(2, doi="10.1/b", pmid="7", reader=JATS)
    decision = decide([seven, eight, full_text])
    assert decision.stored == {(0, 0): "doi/10.1/a", (1, 0): "doi/10.1/b", (2, 0): "doi/10.1/b"}
    assert decision.keys == {"doi/10.1/b": ("doi/10.1/b", "pmid/8")}
    assert decision.misplaced == [(full_text, "8")]


def test_two_dois_of_one_pmid_lead_to_one_article() -> None:
    """Where nobody else claims the other DOI it is a disagreement of sources about one article, not two articles."""
    decision = decide([record(0, doi="10.1/a", pmid="7"), record(1, doi="10.1/b", pmid="7", reader=JATS)])
    assert decision.keys == {"doi/10.1/b": ("doi/10.1/b", "doi/10.1/a", "pmid/7")}
    assert decision.misplaced == []


def test_a_deletion_removes_what_came_before_it() -> None:
    """A deletion takes part in the order of files; what comes after it stays."""
    gone, back = record(0, "n1", pmid="7"), record(2, "n3", pmid="7")
    assert decide([gone, deletion(1, "7", "n2")]).stored == {}
    assert decide([gone, deletion(1, "7", "n2"), back]).stored == {(2, 0): "pmid/7"}


def test_a_deletion_of_the_unknown_does_nothing() -> None:
    """NLM may delete what it never distributed."""
    assert decide([record(0, pmid="7"), deletion(1, "8", "n2")]).stored == {(0, 0): "pmid/7"}


def test_a_deletion_removes_only_what_pubmed_says() -> None:
    """An article that PubMed withdrew stays if somebody else delivers it."""
    for trust in (JATS, LETTER):
        other = record(1, "letter.txt", pmid="7", reader=trust)
        assert decide([record(0, "n1", pmid="7"), other, deletion(2, "7", "n9")]).stored == {(1, 0): "pmid/7"}


def test_a_contested_doi_keys_the_smallest_pmid() -> None:
    """Two PMIDs with one DOI are two articles; the smaller number keeps the DOI as its key, a report names both."""
    ten, nine = record(0, doi="10.1/a", pmid="10"), record(1, doi="10.1/a", pmid="9")
    decision = decide([ten, nine])
    assert decision.stored == {(0, 0): "pmid/10", (1, 0): "doi/10.1/a"}
    assert decision.contested == [(ten, "9")]


def test_a_record_without_pmid_joins_the_one_that_shares_its_doi_or_pmcid() -> None:
    """DOI and PMCID tie a full text to its citation."""
    citation = record(0, doi="10.1/a", pmid="7", pmcid="PMC1")
    for full_text in (record(1, doi="10.1/a", reader=JATS), record(1, pmcid="PMC1", reader=JATS)):
        assert set(decide([citation, full_text]).stored.values()) == {"doi/10.1/a"}


def test_records_without_pmid_join_each_other() -> None:
    """A record with a DOI and one with a PMCID are one article where a third states both."""
    chain = [record(0, doi="10.1/a"), record(1, pmcid="PMC1", reader=JATS), record(2, doi="10.1/a", pmcid="PMC1")]
    assert decide(chain).stored == {(1, 0): "doi/10.1/a", (2, 0): "doi/10.1/a"}


def test_records_that_share_nothing_stay_apart() -> None:
    """No identifier in common, no join."""
    apart = [record(0, doi="10.1/a"), record(1, doi="10.1/b"), record(2, pmid="7"), record(3, pmcid="PMC1")]
    assert len(decide(apart).stored) == 4


# --- laws ---------------------------------------------------------------------------------------------------------

_few = st.sampled_from


@st.composite
def builds(draw: st.DrawFn) -> list[Candidate]:
    """A few records and deletions that share few identifiers."""
    found: list[Candidate] = []
    for unit in range(draw(st.integers(0, 9))):
        file = draw(_few(["n1", "n2", "n10"]))
        if draw(st.integers(0, 5)) == 0:
            found.append(deletion(unit, draw(_few("123")), file, draw(st.integers(1, 2))))
            continue
        found.append(
            record(
                unit,
                file,
                doi=draw(_few([None, "10.1/a", "10.1/b"])),
                pmid=draw(_few([None, "1", "2", "10"])),
                pmcid=draw(_few([None, "PMC1", "PMC2"])),
                reader=draw(_few([JATS, PUBMED, LETTER])),
                version=draw(st.integers(1, 2)),
            )
        )
    return found


def _said(decision: Decided) -> tuple[object, ...]:
    told = [{(c.unit, owner) for c, owner in some} for some in (decision.contested, decision.misplaced)]
    return decision.stored, decision.keys, decision.merged, *told


@given(builds(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_count(candidates: Sequence[Candidate], rng: random.Random) -> None:
    """The same records in any order give the same decision."""
    assert _said(decide(rng.sample(candidates, len(candidates)))) == _said(decide(candidates))


@given(builds())
def test_records_under_one_key_are_of_different_readers(candidates: Sequence[Candidate]) -> None:
    """A key names one document, of which each reader gives one record at most; what is merged is told."""
    by_place = {(c.unit, c.entry): c.header for c in candidates}
    readers: dict[str, list[str]] = defaultdict(list)
    decision = decide(candidates)
    for place, key in decision.stored.items():
        header = by_place[place]
        assert header
        readers[key].append(header.reader)
    assert all(len(some) == len(set(some)) for some in readers.values())
    assert {key: len(some) for key, some in readers.items() if len(some) > 1} == decision.merged


@given(builds())
def test_a_key_leads_to_one_document(candidates: Sequence[Candidate]) -> None:
    """Whatever identifiers records share, every key leads to one article at most."""
    decision = decide(candidates)
    headers = {(c.unit, c.entry): c.header for c in candidates}
    keys: dict[str, set[str]] = defaultdict(set)
    for place, key in decision.stored.items():
        header = headers[place]
        assert header
        for other in decision.keys.get(key, header.keys):
            keys[other].add(key)
    assert all(len(some) == 1 for some in keys.values())


@given(builds())
def test_no_article_of_pubmed_is_lost_or_doubled(candidates: Sequence[Candidate]) -> None:
    """Of citations that nobody deletes each PMID is stored exactly once, whatever identifiers they share."""
    citations = [c for c in candidates if c.pmid and c.header and c.header.reader == PUBMED]
    by_place = {(c.unit, c.entry): c for c in citations}
    stored = sorted(str(by_place[place].pmid) for place in decide(citations).stored)
    assert stored == sorted({str(c.pmid) for c in citations})
    assert len(set(decide(citations).stored.values())) == len(stored)


@given(builds())
def test_what_has_no_key_in_common_with_another_need_not_be_in_memory(candidates: list[Candidate]) -> None:
    apart = decide(candidates)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_alike", lambda _: set(range(len(candidates))))
        assert decide(candidates) == apart


def test_only_what_may_be_one_article_is_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of a thousand records and two more three: two of one article, one that is deleted; and its deletion."""
    candidates = [record(0, doi=f"10.5555/{n}", pmid=str(n + 1), entry=n) for n in range(1000)]
    candidates += [record(0, doi="10.5555/6", pmid="7", entry=1000), deletion(1, "9", "b.xml")]
    told: list[list[Place]] = []
    original = records._together

    def watched(some: Sequence[Candidate], result: records.Decision) -> dict[Place, str]:
        told.append([(candidate.unit, candidate.entry) for candidate in some])
        assert len({id(candidate.rank[1]) for candidate in some if candidate.unit == 0}) == 1  # the name of a file
        return original(some, result)

    monkeypatch.setattr(records, "_together", watched)
    decision = records.decide(candidates, tmp_path)
    assert told == [[(0, 6), (0, 8), (0, 1000), (1, 0)]]
    stored = [(one.entry, one.key) for one in decision.stored]
    assert stored[5:8] == [(5, "doi/10.5555/5"), (7, "doi/10.5555/7"), (9, "doi/10.5555/9")]
    assert stored[-1] == (1000, "doi/10.5555/6")
    assert len(stored) == len(decision.stored) == 999
    assert [path.name for path in tmp_path.iterdir()] == ["stored.jsonl.tmp"]
