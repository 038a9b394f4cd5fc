"""Both engines of validation beside each other: ``python benchmarks/validate.py [--citations 300] [--seed 1]``.

The documents are those of a PubMed-like file (:mod:`make_pubmed`) and, one to twenty of them, documents with up to three
of the errors that the tests plant, one for each rule. Each is validated with the descriptions of what it names. Told are
CPU seconds, loading included, triples a second, and whether the findings are the same.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import make_pubmed  # noqa: E402
from isal import igzip  # noqa: E402

from kg import iri, shapes  # noqa: E402
from kg.garbage import collect_rarely  # noqa: E402
from kg.model import Article  # noqa: E402
from kg.readers import pubmed  # noqa: E402
from kg.terms import Triple  # noqa: E402
from kg.triples import document  # noqa: E402

TODAY = date(2030, 1, 1)
Document = tuple[str, list[Triple]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--citations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    planted = _planted_errors()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xml.gz"
        make_pubmed.write(path, chosen.citations, chosen.seed)
        described: dict[str, list[Triple]] = {}
        documents = list(_documents(path, described))
    choice = random.Random(chosen.seed)
    numbers = range(900_000, 900_000 + max(1, chosen.citations // 20))
    wrong = [planted._planted(number, choice) for number in numbers]
    for name in sorted({term for _, triples in wrong for _, _, term in triples}):
        described.setdefault(name, planted._describe({name}))
    documents += wrong
    size = sum(len(triples) for _, triples in documents)
    print(f"{len(documents):,} documents, {size:,} triples, beside the descriptions of what they name")

    def describe(names: Iterable[str]) -> list[Triple]:
        wanted = sorted(names)
        return [t for name in wanted for t in described.get(name, ())]

    collect_rarely()  # as the command line does, for both
    found = {}
    for engine in ("plain", "pyshacl"):
        rules = shapes.load(engine=engine)
        shapes._rules(rules, TODAY)
        start = time.process_time()
        found[engine] = list(shapes.validate_documents(rules, documents, describe, today=TODAY))
        seconds = time.process_time() - start
        print(f"{engine:8} {seconds:8.2f} s  {size / seconds:10,.0f} triples/s  {len(found[engine]):,} findings")
    print("the findings are", "the same" if found["plain"] == found["pyshacl"] else "NOT the same")


def _documents(path: Path, described: dict[str, list[Triple]]) -> Iterator[Document]:
    with igzip.open(path, "rb") as stream:
        for item in pubmed.read(stream):
            if isinstance(item, Article):
                mapped = document(item, (), source=iri.source(iri.BASE, "0" * 64), agents={}, base=iri.BASE)
                for triple in (*mapped.shared, *mapped.vocabulary):
                    if triple not in (known := described.setdefault(triple[0], [])):
                        known.append(triple)
                yield iri.document_graph(iri.BASE, mapped.keys[0]), mapped.own


def _planted_errors() -> Any:
    """The module of the tests that plants an error for each rule."""
    path = HERE.parent / "tests" / "test_shapes.py"
    spec = importlib.util.spec_from_file_location("planted", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted"] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
