"""One source file → one shard: read, recognise, map. Nothing here depends on any other file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Protocol

from kg import iri, shards, sources
from kg.model import Article, Item, Mention, Passage, passages
from kg.readers import Reader
from kg.shards import Block, Entry, Header
from kg.triples import document


class Recogniser(Protocol):
    """What finds concepts in the passages of one document."""

    @property
    def agent(self) -> str: ...
    @property
    def settings_digest(self) -> str: ...
    def annotate(self, passages: list[Passage]) -> list[Mention]: ...


@dataclass(frozen=True)
class Extractor:
    """How records become quads: the settings that a document's triples depend on."""

    version: str
    base: str = iri.BASE
    recogniser: Recogniser | None = None

    @property
    def recogniser_name(self) -> str:
        """The recogniser's name as agents have it; empty where there is none."""
        return self.recogniser.agent if self.recogniser else ""

    @cached_property
    def settings(self) -> str:
        """sha256 of all settings that decide what a shard holds, besides the source itself."""
        stated = [self.version, self.base, self.recogniser.settings_digest if self.recogniser else None]
        return iri.sha(json.dumps(stated), 64)

    def agent(self, name: str) -> str:
        """The term of a reader or of the recogniser."""
        digest = (
            self.recogniser.settings_digest if self.recogniser and name == self.recogniser.agent else iri.sha(name, 64)
        )
        return iri.agent(self.base, name, self.version, digest)

    def block(self, article: Article, source: str) -> Block:
        """An article as its header and its N-Quads lines."""
        found = self.recogniser.annotate(passages(article)) if self.recogniser else []
        found += _stated_concepts(article, found)
        agents = {name: self.agent(name) for name in {mention.agent for mention in found}}
        mapped = document(article, found, source=source, agents=agents, base=self.base)
        header = Header(
            record=article.record,
            reader=article.reader,
            keys=mapped.keys,
            doi=article.doi,
            pmid=article.pmid,
            pmcid=article.pmcid,
            version=article.version,
            line=article.line,
        )
        return Block(header, mapped.own_quads, mapped.alias_quads, tuple(dict.fromkeys(mapped.described)))

    def entries(self, items: Iterator[Item], sha256: str) -> Iterator[Entry]:
        """What a shard holds of a file, one record in memory at a time."""
        source = iri.source(self.base, sha256)
        for item in items:
            yield self.block(item, source) if isinstance(item, Article) else item

    def shard(self, path: Path, reader: Reader, sha256: str, shard: Path) -> None:
        """Read the file at ``path`` and leave its shard.

        Raises:
            InputError: the file cannot be used; no shard is left.
        """
        with sources.opened(path) as stream, shards.writing(shard) as writer:
            self._copy(reader, stream, sha256, writer)

    def _copy(self, reader: Reader, stream: BinaryIO, sha256: str, writer: shards.Writer) -> None:
        for entry in self.entries(reader.read(stream), sha256):
            writer.add(entry)


def _stated_concepts(article: Article, found: list[Mention]) -> list[Mention]:
    """Keywords to which the source itself gives an identifier, unless the recogniser says the same of them."""
    known = {(m.passage, m.start, m.end, m.concept) for m in found}
    return [
        Mention(name, 0, len(keyword.text), keyword.text, keyword.concept, 1.0, article.reader, "stated by the source")
        for n, keyword in enumerate(article.keywords, 1)
        if keyword.concept
        and iri.concept_iri(keyword.concept)
        and ((name := f"kw-{n}"), 0, len(keyword.text), keyword.concept) not in known
    ]
