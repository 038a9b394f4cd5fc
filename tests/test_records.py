"""Which record of an article is stored: the order of trust, deletions, shared identifiers."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from kg.linkers.records import Candidate, Decision, decide
from kg.shards import Header
from kg.sources import natural

JATS, PUBMED, LETTER = 0, -1, -2


def record(
    unit: int,
    file: str = "a.xml",
    *,
    doi: str | None = None,
    pmid: str | None = None,
    pmcid: str | None = None,
    trust: int = PUBMED,
    version: int = 1,
    entry: int = 0,
) -> Candidate:
    keys = [f"{kind}/{value}" for kind, value in (("doi", doi), ("pmid", pmid), ("pmcid", pmcid)) if value]
    header = Header(
        f"record {unit}.{entry}", "pubmed", tuple(keys or ["x/0123456789abcdef"]), doi, pmid, pmcid, version
    )
    return Candidate(unit, entry, (trust, version, natural(file), f"{unit:02}", entry), pmid, header)


def deletion(unit: int, pmid: str, file: str = "a.xml", version: int = 1, entry: int = 0) -> Candidate:
    return Candidate(unit, entry, (PUBMED, version, natural(file), f"{unit:02}", entry), pmid)


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


def test_jats_wins_over_pubmed_over_a_letter() -> None:
    """The fullest source is stored whole; the others are superseded."""
    group = [record(n, doi="10.1/a", pmid="7", trust=trust) for n, trust in enumerate((LETTER, JATS, PUBMED))]
    assert decide(group).stored == {(1, 0): "doi/10.1/a"}


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
        other = record(1, "letter.txt", pmid="7", trust=trust)
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
    for full_text in (record(1, doi="10.1/a", trust=JATS), record(1, pmcid="PMC1", trust=JATS)):
        assert list(decide([citation, full_text]).stored) == [(1, 0)]


def test_records_without_pmid_join_each_other() -> None:
    """A record with a DOI and one with a PMCID are one article where a third states both."""
    chain = [record(0, doi="10.1/a"), record(1, pmcid="PMC1", trust=JATS), record(2, doi="10.1/a", pmcid="PMC1")]
    assert list(decide(chain).stored) == [(1, 0)]


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
                trust=draw(_few([JATS, PUBMED, LETTER])),
                version=draw(st.integers(1, 2)),
            )
        )
    return found


def _said(decision: Decision) -> tuple[dict[tuple[int, int], str], set[tuple[int, str]]]:
    return decision.stored, {(loser.unit, owner) for loser, owner in decision.contested}


@given(builds(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_count(candidates: Sequence[Candidate], rng: random.Random) -> None:
    """The same records in any order give the same decision."""
    assert _said(decide(rng.sample(candidates, len(candidates)))) == _said(decide(candidates))


@given(builds())
def test_no_two_records_are_stored_under_one_key(candidates: Sequence[Candidate]) -> None:
    """A key names one document."""
    keys = list(decide(candidates).stored.values())
    assert len(keys) == len(set(keys))


@given(builds())
def test_no_article_of_pubmed_is_lost_or_doubled(candidates: Sequence[Candidate]) -> None:
    """Of citations that nobody deletes each PMID is stored exactly once, whatever identifiers they share."""
    citations = [c for c in candidates if c.pmid and not c.is_deletion]
    by_place = {(c.unit, c.entry): c for c in citations}
    stored = sorted(str(by_place[place].pmid) for place in decide(citations).stored)
    assert stored == sorted({str(c.pmid) for c in citations})
