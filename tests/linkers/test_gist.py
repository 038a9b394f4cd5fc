"""What joining documents asks of one, taken where it is read. All people here are fictional."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from kg import assembly, contents, iri, pipeline, shards, terms
from kg.extract import Extractor
from kg.linkers import gist
from kg.linkers.people import authorships, evidence
from kg.shards import Block, Record
from kg.vocab import FOAF, ORG, RDF

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("gist") / "output"
    pipeline.build([str(EXAMPLES)], out)
    return out


def _blocks(built: Path) -> list[Block]:
    return [
        block
        for path in sorted((built / "shards").iterdir())
        for block in shards.read(path)
        if isinstance(block, Block)
    ]


def test_a_shard_has_the_gist_of_each_of_its_records(built: Path) -> None:
    """It is what would be taken from the quads now, and tells what they say."""
    blocks = _blocks(built)
    assert len(blocks) > 2
    for block in blocks:
        told = gist.kept(block.gist)
        assert told
        assert told == gist.of(iri.BASE, block.header.keys, block.own)
        own = terms.triples(block.own)
        assert told.quads == len(own) == len(set(own))
        assert told.classes == Counter(term for _, predicate, term in own if predicate == RDF.type)
        outside = [n for _, _, term in own for n in contents.LINKED if term.startswith(f"<{n}")]
        assert told.links == Counter(outside)
        assert contents.digest(sorted(terms.lines(block.own))) == (told.quads, bytes.fromhex(told.sha256))
        persons = {s for s, p, o in own if p == RDF.type and o == FOAF.Person and "#person-" in s}
        assert {person.term for person in told.facts.persons if not person.is_group} == persons
        assert {author.term for author in told.authors} <= persons
        assert {institution for institution, _ in told.printed} <= {o for _, p, o in own if p == ORG.unitOf}


def test_authorships_come_back_as_they_were(built: Path) -> None:
    """From JSON, with everything that is compared; those of a document have one work."""
    for block in _blocks(built):
        article = iri.article(iri.BASE, block.header.keys[0])
        nodes = terms.nodes_of(block.own.split("\n")[:-1], iri.document_graph(iri.BASE, block.header.keys[0]))
        found = authorships.read(article, block.header.keys, nodes)
        assert found
        kept = authorships.unpacked(authorships.packed(found))
        again = [kept.authorship(n) for n in range(len(found))]
        told = gist.kept(block.gist)
        assert told
        assert authorships.packed(again) == authorships.packed(found) == bytes(told.authorships)
        assert [a.name for a in again] == [a.name for a in found]
        assert len({id(a.work) for a in again}) == 1
        assert evidence.profile(again[0].work) == evidence.profile(found[0].work)
        assert [a.places for a in again] == [a.places for a in found]


@pytest.mark.parametrize("kept", [b"", b"[1]", b"as another program took it"])
def test_a_graph_is_the_same_without_gists(
    kept: bytes, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a shard does not have, or has of another program, is taken from its quads."""

    def with_another(_: Extractor, record: Record) -> Record:
        wrong = gist.of(iri.BASE, record.header.keys, "")
        return replace(record, gist=gist.encoded(replace(wrong, program="")) if len(kept) > 3 else kept)

    monkeypatch.setattr(Extractor, "with_gist", with_another)
    out = tmp_path / "output"
    pipeline.build([str(EXAMPLES)], out)
    assert not any(gist.kept(block.gist) for block in _blocks(out))
    assert (out / "graph.ttl").read_bytes() == (built / "graph.ttl").read_bytes()


def test_a_graph_is_the_same_however_few_descriptions_are_remembered(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written again because it was forgotten is sorted away."""
    monkeypatch.setattr(assembly, "_LATELY", 1)
    pipeline.build([str(EXAMPLES)], tmp_path / "output")
    assert (tmp_path / "output" / "graph.ttl").read_bytes() == (built / "graph.ttl").read_bytes()
