"""Plain checks against the SHACL test suite of the W3C: what they claim they find, no more and no less."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest

from kg.shacl import paths
from kg.shacl.compiler import compile_shapes
from kg.shacl.data import Data
from kg.terms import Triple
from kg.vocab import RDF, SH

SUITE = Path(os.environ.get("KG_TEST_DATA") or "no-such-folder") / "w3c-shacl-suite" / "tests"
SHT, MF = "http://www.w3.org/ns/shacl-test#", "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
FILES = sorted(SUITE.glob("*/*/*.ttl"))
LEFT_TO_THE_REFERENCE = frozenset(
    # constraint components and validators of one's own, blank nodes as parts of a query, $PATH and $currentShape
    path.stem
    for folder in ("component", "pre-binding")
    for path in SUITE.glob(f"sparql/{folder}/*.ttl")
)

pytestmark = pytest.mark.skipif(not FILES, reason="KG_TEST_DATA does not name a folder with w3c-shacl-suite")


def _read(path: Path) -> list[Triple]:
    parsed = pyoxigraph.parse(path.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE, base_iri=path.as_uri())
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in parsed]


def _graph(entry: Data, action: str, kind: str, path: Path, own: list[Triple]) -> list[Triple]:
    name = entry.objects(action, f"<{SHT}{kind}>")[0][1:-1]
    return own if name == path.as_uri() else _read(path.parent / name.rsplit("/", 1)[-1])


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_results_are_those_of_the_suite(path: Path) -> None:
    """Focus node, path, value, component, severity and (where it has a name) shape of every result agree."""
    own = _read(path)
    manifest = Data(own)
    tests = manifest.by_class.get(f"<{SHT}Validate>", ())
    if not tests:
        pytest.skip("a manifest")
    for test in tests:
        (action,) = manifest.objects(test, f"<{MF}action>")
        (report,) = manifest.objects(test, f"<{MF}result>")
        shapes = _graph(manifest, action, "shapesGraph", path, own)
        checker = compile_shapes(shapes, need_messages=False)
        if checker.unclaimed:
            pytest.skip(f"left to pySHACL: {next(iter(checker.unclaimed.values()))}")
        if report == f"<{SHT}Failure>":
            pytest.fail("the shapes graph is ill-formed, and was claimed")

        def one(node: str, predicate: str) -> str | None:
            return next(iter(manifest.objects(node, predicate)), None)

        described = Data(shapes)
        expected = Counter(
            (
                one(result, SH.focusNode),
                None if (p := one(result, SH.resultPath)) is None else _shown(described, manifest, p),
                one(result, SH.value),
                one(result, SH.sourceConstraintComponent),
                one(result, SH.resultSeverity),
            )
            for result in manifest.objects(report, SH.result)
        )
        data = _graph(manifest, action, "dataGraph", path, own)
        found = Counter((r.focus, r.path, r.value, r.component, r.severity) for r in checker.check(checker.data(data)))
        assert found == expected


def _shown(shapes: Data, manifest: Data, path: str) -> str:
    return str(paths.read(shapes if shapes.about.get(path) else manifest, path))


def test_most_of_the_core_suite_is_claimed() -> None:
    """What is left to pySHACL is named here; core shapes are claimed but for those that refer to themselves."""
    left = {}
    for path in SUITE.glob("core/*/*.ttl"):
        own = _read(path)
        if any(t[1] == RDF.type and t[2] == f"<{SHT}Validate>" for t in own):
            checker = compile_shapes(own, need_messages=False)
            left |= {f"{path.parent.name}/{path.stem}": reason for reason in checker.unclaimed.values()}
    assert sorted(left) == []
