"""Other people's shapes over other people's data: plain checks, both engines and pySHACL itself find the same."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from kg import iri, shapes, validation
from kg.errors import InputError, ShapesError
from kg.shacl import reference
from kg.store import GraphStore

TODAY = datetime.date(2030, 1, 1)
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://e.test/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def silent(stage: str, done: int, total: int) -> None:
    pass


def found(place: Path, rules: str, data: str, engine: shapes.Engine) -> set[tuple[str | None, ...]] | str:
    """What an engine finds in a file, or why it refuses."""
    (place / "shapes.ttl").write_text(PREFIXES + rules, encoding="utf-8")
    (place / "data.ttl").write_text(PREFIXES + data, encoding="utf-8")
    try:
        loaded = shapes.load(place / "shapes.ttl", engine)
        findings = validation.of_file(place / "data.ttl", loaded, iri.BASE, TODAY, silent)
    except ShapesError:
        return "refused"
    return {(f.focus, f.path, f.value, f.message) for f in findings}


def by_pyshacl(place: Path) -> set[tuple[str | None, ...]] | str:
    """What pySHACL finds in the same files with nothing of ours between."""
    graphs = [reference.graph(GraphStore.as_written(place / f"{name}.ttl")) for name in ("shapes", "data")]
    try:
        results = reference.run(*graphs)
    except ShapesError:
        return "refused"
    return {(bare(r.focus), r.path, r.value, r.message) for r in results}


def bare(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term


def shape(*properties: str) -> str:
    inner = " ; ".join(f"sh:property [ sh:message 'm' ; {p} ]" for p in properties)
    return f"e:S a sh:NodeShape ; sh:targetClass e:C ; {inner} ."


def asking(query: str, message: str = "m") -> str:
    return f"""e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:message "{message}" ; sh:prefixes e:P ; sh:select
    \"\"\"{query}\"\"\" ] .
e:P sh:declare [ sh:prefix "e" ; sh:namespace "https://e.test/"^^xsd:anyURI ] ,
    [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] ."""


CASES: dict[str, tuple[str, str, int | str]] = {
    # literals are what stands in the file
    "int": (shape("sh:path e:p ; sh:datatype xsd:int"), "e:a a e:C ; e:p '5'^^xsd:int .", 0),
    "in": (shape("sh:path e:p ; sh:in (1.0 2.50)"), "e:a a e:C ; e:p 1.0 , 2.50 .", 0),
    "digits": (shape("sh:path e:p ; sh:pattern '^[0-9]+[.][0-9]{2}$'"), "e:a a e:C ; e:p 1.50 .", 0),
    "two of one value": (shape("sh:path e:p ; sh:maxCount 1"), "e:a a e:C ; e:p 1.0 , 1.00 .", 1),
    # properties are left where their shape looks at them
    "closed": (
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:closed true ; "
        "sh:ignoredProperties (<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>) ; "
        "sh:property [ sh:path e:p ; sh:minCount 1 ] .",
        "e:a a e:C ; e:p 1 .",
        0,
    ),
    "a class that is a shape": (
        "e:C a sh:NodeShape , rdfs:Class ; sh:targetSubjectsOf e:q ; sh:property [ sh:path e:p ; sh:minCount 1 ] .",
        "e:a a e:C . e:b e:q 1 .",
        2,
    ),
    "a property of a property": (
        "e:S sh:targetClass e:C ; sh:path e:home ; sh:property [ sh:path e:zip ; sh:minCount 1 ] .",
        "e:a a e:C ; e:home e:h . e:h e:zip '1' .",
        0,
    ),
    "siblings": (
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:qualifiedValueShape [ sh:class e:A ] ; "
        "sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ] , [ sh:path e:p ; sh:qualifiedValueShape "
        "[ sh:class e:B ] ; sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ] .",
        "e:x a e:C ; e:p e:y . e:y a e:A , e:B .",
        2,
    ),
    "no such property shape": (
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:Titel .",
        "e:a a e:C .",
        "refused",
    ),
    "a node that is not there": (
        "e:S sh:targetNode e:must ; sh:property [ sh:path e:p ; sh:minCount 1 ; sh:message 'm' ] .",
        "e:a e:p 1 .",
        1,
    ),
    # queries
    "doubles": (
        asking("SELECT $this ?value { $this e:p ?s . BIND (?s * 2 AS ?value) FILTER (?s + 1 > 1.5) }"),
        "e:a a e:C ; e:p 0.9e0 .",
        1,
    ),
    "long numbers": (
        asking("SELECT $this ?value { $this e:p ?value FILTER (?value + 1 > 5) }"),
        "e:a a e:C ; e:p 12345678901234567890 , 1.5e1 , '7'^^xsd:float .",
        3,
    ),
    "nothing there": (
        asking(
            "SELECT $this { $this a e:C . OPTIONAL { $this e:home ?h } OPTIONAL { ?h e:zip ?z } FILTER (!BOUND(?z)) }"
        ),
        "e:x a e:C . e:y a e:C ; e:home e:h . e:h e:zip '1' .",
        0,
    ),
    "anything": (
        asking("SELECT $this ?value { $this a e:C . OPTIONAL { $this e:lead ?l } ?value e:member ?l }"),
        "e:x a e:C . e:g e:member e:b .",
        1,
    ),
    "not among languages": (
        asking("SELECT $this ?value { $this e:p ?value FILTER (LANG(?value) NOT IN ('en', 'de')) }"),
        "e:a a e:C ; e:p e:b , 'x'@fr , 'y'@en .",
        2,
    ),
    "not among years": (
        asking("SELECT $this ?value { $this e:p ?value FILTER (?value NOT IN (2020, 2021)) }"),
        "e:a a e:C ; e:p 2020.0 , 2021 .",
        1,
    ),
    "truth": (
        asking("SELECT $this ?value { $this e:p ?value FILTER (?value) }"),
        "e:a a e:C ; e:p 'a'@en , 1.5e0 , '' , 0 .",
        2,
    ),
    "a group of its own": (
        asking("SELECT $this ?value { $this e:p ?v . { $this e:q ?value FILTER (?value > ?v) } }"),
        "e:a a e:C ; e:p 1 ; e:q 5 .",
        0,
    ),
    "no compatible text": (
        asking("SELECT $this ?value { $this e:p ?value FILTER (CONTAINS('abc', ?value)) }"),
        "e:a a e:C ; e:p 'a'@en , 'b' .",
        1,
    ),
    "after nothing": (
        asking("SELECT $this ?value { $this e:p ?value FILTER (STRAFTER(?value, '') = ?value) }"),
        "e:a a e:C ; e:p 'a' .",
        1,
    ),
    "no such group": (
        asking("SELECT $this ?value { $this e:p ?value FILTER (REPLACE(?value, 'a', '$1') = '') }"),
        "e:a a e:C ; e:p 'a' .",
        "refused",
    ),
    "greatest of all kinds": (
        asking("SELECT $this (MAX(?v) AS ?value) { $this e:p ?v } GROUP BY $this"),
        "e:a a e:C ; e:p e:b , 'a' .",
        1,
    ),
    "nobody to count": (
        asking("SELECT $this (COUNT(?v) AS ?value) { $this e:p ?v } GROUP BY $this"),
        "e:a a e:C . e:b a e:C ; e:p 1 .",
        1,
    ),
    "words": (
        asking("SELECT $this { $this e:p ?v }", "{$this} has {?value}"),
        "_:a a e:C ; e:p 1 . e:b a e:C ; e:p 1 .",
        2,
    ),
    # shapes that are not what they should be
    "a count of a node": (
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:message 'm' ; sh:minCount 1 .",
        "e:a a e:C .",
        "refused",
    ),
    "two counts": (shape("sh:path e:p ; sh:minCount 3 , 1"), "e:a a e:C .", "refused"),
    "two paths": (shape("sh:path e:p , e:q ; sh:minCount 1"), "e:a a e:C .", "refused"),
    "no count": (shape("sh:path e:p ; sh:qualifiedValueShape [ sh:class e:A ]"), "e:a a e:C .", "refused"),
    "true as text": (shape("sh:path e:p ; sh:uniqueLang 'true'"), "e:a a e:C ; e:p 'a'@en , 'b'@en .", "refused"),
    "switched off": (shape("sh:path e:p ; sh:minCount 1 ; sh:deactivated '1'^^xsd:boolean"), "e:a a e:C .", 0),
    "no list": (
        shape("sh:path e:p ; sh:in [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ]"),
        "e:a a e:C .",
        0,
    ),
    "a long text that a query makes": (
        asking("SELECT $this ?value WHERE { $this e:p ?label BIND(STR(?label) AS ?value) }"),
        f"e:a a e:C ; e:p '{'long ' * 20}'@en .",
        1,
    ),
    "no query": ("e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:message 'x' ] .", "e:a a e:C .", "refused"),
    "no number": (shape("sh:path e:p ; sh:minInclusive e:zero"), "e:a a e:C ; e:p 1 .", "refused"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_same_is_found(case: str, tmp_path: Path) -> None:
    """Whatever the shapes are and the data holds."""
    rules, data, number = CASES[case]
    plain = found(tmp_path, rules, data, "plain")
    assert (plain if isinstance(plain, str) else len(plain)) == number
    assert plain == found(tmp_path, rules, data, "pyshacl")
    assert plain == by_pyshacl(tmp_path)


@pytest.mark.parametrize(
    "data",
    ["e:a a e:C ; e:start 'n/a'^^xsd:date ; e:end '2020-01-01'^^xsd:date .", "e:a a e:C ; e:start _:x ; e:end 1 ."],
)
def test_what_has_no_order_is_not_less(data: str, tmp_path: Path) -> None:
    """pySHACL gives up there; SHACL says that it is a result (section 4.5.3)."""
    rules = shape("sh:path e:start ; sh:lessThanOrEquals e:end")
    assert len(found(tmp_path, rules, data, "plain")) == 1
    assert found(tmp_path, rules, data, "pyshacl") == by_pyshacl(tmp_path) == "refused"


def test_triples_about_triples_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"RDF 1\.2"):
        found(tmp_path, shape("sh:path e:p ; sh:minCount 1"), "e:a a e:C ; e:p <<( e:x e:y e:z )>> .", "plain")
