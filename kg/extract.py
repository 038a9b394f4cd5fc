"""One source file → one shard: read, recognise, map. Nothing here depends on any other file."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Protocol

from msgspec.structs import replace

from kg import archives, iri, shards, sources
from kg.errors import DamagedContainer, InputError
from kg.linkers import gist
from kg.model import Article, Item, Member, Mention, Passage, Warned, Withdrawn, passages
from kg.readers import HEAD, READERS, Reader
from kg.shards import Header, Record, Said
from kg.triples import document


class Recogniser(Protocol):
    """What finds concepts in the passages of one document."""

    @property
    def agent(self) -> str: ...
    @property
    def settings_digest(self) -> str: ...
    def annotate(self, passages: list[Passage], subjects: frozenset[str]) -> list[Mention]: ...


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

    def record(self, article: Article, source: str) -> Record:
        """An article as its header and its N-Quads lines."""
        found = self.recogniser.annotate(passages(article), _subjects(article)) if self.recogniser else []
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
        return Record(header, mapped.own_quads, mapped.alias_quads, mapped.described)

    def entries(self, items: Iterator[Item], sha256: str) -> Iterator[Record | Said]:
        """What a shard holds of a file, with at most :data:`_RUN` records in memory."""
        source = iri.source(self.base, sha256)
        for run in _runs(items):
            for item in run:
                yield self.record(item, source) if isinstance(item, Article) else item

    def shard(self, path: Path, reader: Reader, sha256: str, shard: Path) -> None:
        """Read the file at ``path`` and leave its shard.

        Raises:
            InputError: the file cannot be used; no shard is left.
        """
        with sources.opened(path) as stream, shards.writing(shard) as writer:
            self._copy(reader, stream, sha256, writer)

    def container(self, path: Path, kind: str, reader: str | None, shard: Path) -> None:
        """Read the members of a container and leave one shard.

        A member that is no article is passed over; one whose content is bad costs itself alone.

        Args:
            path: the container.
            kind: one of :data:`kg.archives.KINDS`.
            reader: read every member as this format; None = each by its content.
            shard: where the shard goes.

        Raises:
            InputError: the container is damaged, or holds nothing to read; no shard is left.
        """
        with shards.writing(shard) as writer:
            is_empty = True
            others: list[str] = []
            for member in archives.members(path, kind):
                if isinstance(member, archives.File):
                    is_empty &= not self._member(member, reader, others, writer)
                else:
                    is_empty &= isinstance(member, Warned)
                    name = archives.shown(member.record) if member.record else None
                    writer.add(Member(name))
                    writer.add(replace(member, record=None))
            writer.add(Member(None))
            if others:
                writer.add(_passed_over(others))
            if is_empty:
                message = f"holds no article: {len(others)} members, all of other kinds"
                raise InputError("no-article", message)

    def _member(self, file: archives.File, reader: str | None, others: list[str], writer: shards.Writer) -> bool:
        """Read one member; whether it is one to read."""
        name = archives.shown(file.name)
        if sources.is_leftover(file.name.rpartition("/")[2]):
            others.append(name)
            return False
        is_begun = False
        try:
            with file.opened() as stream:
                head = stream.read(HEAD)
                if inner := archives.kind_of(head):
                    if b"[Content_Types].xml" in head or b"mimetypeapplication/" in head:
                        others.append(name)
                        return False
                    writer.add(Member(name))
                    writer.add(
                        Warned(None, "nested-archive", f"is a {inner} inside an archive; unpack it to have it read")
                    )
                    return False
                known = _reader_of(head, reader)
                if known is None:
                    others.append(name)
                    return False
                stream.seek(0)
                sha256 = _digest(stream)
                stream.seek(0)
                writer.add(Member(name, sha256))
                is_begun = True
                with io.BufferedReader(sources.Nameless(stream)) as whole:
                    self._copy(READERS[known], whole, sha256, writer)
        except DamagedContainer:
            raise
        except InputError as error:
            if not is_begun:
                writer.add(Member(name))
            writer.add(Withdrawn(error.rule, str(error), error.record, error.line, error.byte))
        return True

    def _copy(self, reader: Reader, stream: BinaryIO, sha256: str, writer: shards.Writer) -> None:
        for entry in self.entries(reader.read(stream), sha256):
            writer.add(self.with_gist(entry) if isinstance(entry, Record) else entry)

    def with_gist(self, record: Record) -> Record:
        """A record as shards keep it: with what is asked of it where documents are brought together."""
        told = gist.of(self.base, record.header.keys, record.own.decode())
        return replace(record, gist=gist.encoded(told))


_RUN = 16
"""records that are read before they are mapped: what reading needs stays in the processor's cache that long, and then what
mapping needs, which saves a tenth of both"""


def _runs(items: Iterator[Item]) -> Iterator[list[Item]]:
    """The items in runs. What a reader gave before it failed comes before its failure."""
    run: list[Item] = []
    try:
        for item in items:
            run.append(item)
            if len(run) == _RUN:
                yield run
                run = []
    except InputError:
        yield run
        raise
    yield run


def _digest(stream: BinaryIO) -> str:
    total = hashlib.sha256()
    while block := stream.read(1 << 20):
        total.update(block)
    return total.hexdigest()


def _reader_of(head: bytes, name: str | None) -> str | None:
    """The reader of a member; None where it is no article. Prose is one only where it has the marks of front matter."""
    if name is not None:
        return name if READERS[name].sniff(head) else None
    return next((known for known, reader in READERS.items() if reader.sniff(head)), None)


def _passed_over(names: list[str]) -> Warned:
    """One line for all members that are no articles: how many of which kind."""
    kinds = Counter(name.rpartition("/")[2].rpartition(".")[2].lower()[:12] if "." in name else "" for name in names)
    counted = ", ".join(
        f"{count} {f'.{kind}' if kind else 'without suffix'}" for kind, count in sorted(kinds.items())[:20]
    )
    many = f"{len(names):,} members that are no articles were" if len(names) > 1 else "1 member that is no article was"
    message = f"{many} passed over: {counted}; the first is {names[0]}"
    return Warned(None, "passed-over", message)


def _subjects(article: Article) -> frozenset[str]:
    """The concepts that an indexer gave to the article."""
    given = [heading.id for heading in article.headings]
    given += [substance.id for substance in (*article.chemicals, *article.supplementary)]
    return frozenset(f"MESH:{identifier}" for identifier in given if identifier)


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
