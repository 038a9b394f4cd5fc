"""Rules of kg/exporters: the same set of quads is the same bytes, and both engines read those back as that set."""

from __future__ import annotations

import io
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import terms
from kg.errors import UsageError
from kg.exporters import ANNOTATED, EXPORTERS, exporter, turtle
from kg.vocab import DCTERMS, FABIO, MESH, OBO, PREFIXES, PRO, RDF, RDFS, XSD

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's parsers call what rdflib deprecates

RDF_FORMATS = [name for name in EXPORTERS if name not in ANNOTATED]
FORMATS = {
    "turtle": (ox.RdfFormat.TURTLE, "turtle"),
    "nt": (ox.RdfFormat.N_TRIPLES, "nt11"),
    "nq": (ox.RdfFormat.N_QUADS, "nquads"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "xml"),
}
WITH_GRAPHS = {"nq", "trig", "jsonld"}
A = "https://e.org/article/pmid/1"

# What breaks writers: ends of lines of every kind, quotes, escapes, ends of strings, markup, noncharacters, bidi, emoji.
NASTY = [*"\t\n\r\x85\u2028\u2029 \"'\\<>&]`{}|^;.,#@_:\ufeff\u202e\u200d\u0301é日😀", '"""', "\\u0041", "]]>"]
CONTROLS = [*"\x00\x01\x08\x0b\x0c\x1b\x1c\x1d\x1e\x7f\x9b\ufffe\uffff", "\U0001fffe"]
LOCALS = "a D003922 a.b a. -a 0a a-b_c a%20b a'b (a) a~ a;b=c é a&b b-10 b-2".split()
BASES = [f"{A}#", "https://e.org/", "urn:x:", *PREFIXES.values()]
DATATYPES = ["<https://e.org/dt>", "<urn:x:a&b>", XSD.date]
INTEGERS = ["1", "0", "-5", "01", "+1", "-0", "1.", "", "abc", "9" * 30, "1\n"]
DECIMALS = "0.98 1.0 1 .5 -0.000001 0.0000001 1e3 00.1 -0.5 123456789.12345 1111111111111111111111111.1".split()
BOOLEANS = ["true", "false", "1", "True"]

iris = st.builds(lambda base, local: f"<{base}{local}>", st.sampled_from(BASES), st.sampled_from(LOCALS))
# Predicates end in a name, as RDF/XML asks.
predicates = st.sampled_from([RDF.type, DCTERMS.title, RDFS.label, PRO.isHeldBy, "<https://e.org/p#q>", "<urn:x:pé-q>"])


def _texts(parts: list[str]) -> st.SearchStrategy[str]:
    return st.lists(
        st.one_of(st.sampled_from(parts), st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=3)),
        max_size=6,
    ).map("".join)


def _literals(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(terms.literal, texts),
        st.builds(terms.literal, texts, st.sampled_from(["en", "zh-hant", "de-1996"])),
        st.builds(lambda text, datatype: f"{terms.literal(text)}^^{datatype}", texts, st.sampled_from(DATATYPES)),
        st.builds(lambda text: f"{terms.literal(text)}^^{XSD.integer}", st.sampled_from(INTEGERS)),
        st.builds(lambda text: f"{terms.literal(text)}^^{XSD.decimal}", st.sampled_from(DECIMALS)),
        st.builds(lambda text: f"{terms.literal(text)}^^{XSD.boolean}", st.sampled_from(BOOLEANS)),
    )  # fmt: skip


def _quads(literals: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    graph = st.sampled_from(["", "<https://e.org/graph/1> ", "<https://e.org/graph/2> "])
    line = st.builds(lambda s, p, o, g: f"{s} {p} {o} {g}.\n", iris, predicates, st.one_of(iris, literals), graph)
    return st.lists(line, max_size=15)


@pytest.fixture(autouse=True, scope="module")
def _lexical_forms_as_written() -> Iterator[None]:
    """rdflib rewrites "01"^^xsd:integer unless it is told not to."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    yield
    rdflib.NORMALIZE_LITERALS = before


def written(name: str, quads: list[str]) -> bytes:
    out = io.BytesIO()
    count = EXPORTERS[name].write(quads, out)
    assert count == len(expected(name, quads))
    return out.getvalue()


def expected(name: str, quads: list[str]) -> set[str]:
    """What a format can hold of the quads: graphs, or their union."""
    return set(quads) if name in WITH_GRAPHS else {re.sub(r" <\S+graph/[12]> \.$", " .", line) for line in quads}


def read_by_oxigraph(name: str, data: bytes) -> set[str]:
    lines = set()
    for quad in ox.parse(data, FORMATS[name][0]):
        graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else f"{quad.graph_name} "
        lines.add(f"{quad.subject} {quad.predicate} {quad.object} {graph}.\n")
    return lines


def read_by_rdflib(name: str, data: bytes) -> set[str]:
    def term(node: rdflib.term.Node) -> str:
        if isinstance(node, rdflib.Literal):
            if node.datatype and node.language is None:
                return f"{terms.literal(str(node))}^^<{node.datatype}>"
            return terms.literal(str(node), node.language)
        return f"<{node}>"

    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=FORMATS[name][1])
    lines = set()
    for s, p, o, g in dataset.quads():
        graph = "" if g is None or g == rdflib.graph.DATASET_DEFAULT_GRAPH_ID else f"<{g}> "
        lines.add(f"{term(s)} {term(p)} {term(o)} {graph if name in WITH_GRAPHS else ''}.\n")
    return lines


@pytest.mark.parametrize("name", RDF_FORMATS)
@pytest.mark.parametrize("read", [read_by_oxigraph, read_by_rdflib])
def test_both_engines_read_back_what_was_written(name: str, read: Callable[[str, bytes], set[str]]) -> None:
    """Whatever the text holds, an export parses to the triples that went in."""
    nasty = NASTY if name == "rdfxml" else NASTY + CONTROLS

    @given(_quads(_literals(_texts(nasty))))
    @settings(max_examples=120)
    def holds(quads: list[str]) -> None:
        assert read(name, written(name, quads)) == expected(name, quads)

    holds()


@pytest.mark.parametrize("name", RDF_FORMATS)
@given(quads=_quads(_literals(_texts(NASTY))), data=st.data())
@settings(max_examples=40)
def test_order_and_repetition_of_the_input_do_not_matter(name: str, quads: list[str], data: st.DataObject) -> None:
    """A set of quads has one serialisation."""
    again = data.draw(st.permutations(quads + quads[:3]))
    assert written(name, quads) == written(name, again)


def _revised(old: list[str], changed: set[str], about: list[str], out: io.BytesIO) -> int:
    with tempfile.TemporaryFile() as file:
        file.write(written("turtle", old))
        file.flush()
        return turtle.revise(file, changed, about, out)


@pytest.mark.parametrize("at_once", [1, 1 << 20])
@given(quads=st.tuples(*[_quads(_literals(_texts(NASTY)))] * 3), data=st.data())
def test_turtle_that_is_revised_is_turtle_written_anew(
    at_once: int, quads: tuple[list[str], list[str], list[str]], data: st.DataObject
) -> None:
    """Whatever went, came and stayed, and however much of the old file is copied at a time."""
    gone, stayed, came = quads
    old, new = {*gone, *stayed}, {*stayed, *came}
    subjects = {line.split(" ")[0] for line in old | new}
    others = data.draw(st.sets(st.sampled_from(sorted(subjects)) if subjects else st.nothing()))
    changed = {line.split(" ")[0] for line in old ^ new} | others
    about = [line for line in new if line.split(" ")[0] in changed]
    out = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turtle, "_AT_ONCE", at_once)
        patch.setattr(turtle, "_WINDOW", 2 * at_once)
        count = _revised([*old], changed, about, out)
    assert out.getvalue() == written("turtle", [*new])
    assert count == len(expected("turtle", [*new]))


def test_turtle_is_written_in_the_house_style() -> None:
    """Prefixed, types first, one fact a line, parts after their article in the order of their numbers."""
    quads = [
        f"<{A}0> {DCTERMS.title} \"next\"@en <g:1> .\n",
        f"<{A}#author-10> {RDF.type} {PRO.RoleInTime} <g:1> .\n",
        f"<{A}#author-2> {RDF.type} {PRO.RoleInTime} <g:1> .\n",
        f"<{A}> {RDF.type} {FABIO.Letter} <g:1> .\n",
        f"<{A}> {RDF.type} {FABIO.Letter} <g:2> .\n",
        f"<{A}> {DCTERMS.type} <{MESH.base}D016422> <g:1> .\n",
        f"<{A}> {DCTERMS.subject} <{OBO.base}CL_0000169> <g:1> .\n",
        f"<{A}> {PRO.isDocumentContextFor} <{A}#author-10> <g:1> .\n",
        f"<{A}> {PRO.isDocumentContextFor} <{A}#author-2> <g:1> .\n",
        f'<{A}> {DCTERMS.issued} "2025"^^{XSD.gYear} <g:1> .\n',
        f"<{A}#author-2> {PRO.withRole} {terms.integer(2)} <g:1> .\n",
    ]  # fmt: skip
    text = written("turtle", [line.replace("<g:", "<https://e.org/graph/") for line in quads]).decode()
    head, _, body = text.partition("\n\n")
    assert head.splitlines() == [f"@prefix {prefix}: <{base}> ." for prefix, base in PREFIXES.items()]
    assert (
        body
        == f"""<{A}>
    a fabio:Letter ;
    dcterms:issued "2025"^^xsd:gYear ;
    dcterms:subject obo:CL_0000169 ;
    dcterms:type mesh:D016422 ;
    pro:isDocumentContextFor <{A}#author-10> ;
    pro:isDocumentContextFor <{A}#author-2> ;
    .

<{A}#author-2>
    a pro:RoleInTime ;
    pro:withRole 2 ;
    .

<{A}#author-10>
    a pro:RoleInTime ;
    .

<{A}0>
    dcterms:title "next"@en ;
    .
"""
    )


def test_a_fact_more_is_a_line_more() -> None:
    """Adding a fact to a subject adds one line to its Turtle and changes none."""
    one = [f'<{A}> {DCTERMS.title} "b" .\n', f'<{A}> {RDFS.label} "c" .\n']
    before = written("turtle", one).splitlines()
    for added in ("a", "z"):
        after = written("turtle", [*one, f"<{A}> {PRO.isHeldBy} {terms.literal(added)} .\n"]).splitlines()
        assert len(after) == len(before) + 1
        assert [line for line in after if line in before] == before


@pytest.mark.parametrize("name", RDF_FORMATS)
def test_nothing_is_written_as_an_empty_graph(name: str) -> None:
    """No quads are a file that parses to nothing."""
    data = written(name, [])
    assert read_by_oxigraph(name, data) == read_by_rdflib(name, data) == set()


@pytest.mark.parametrize("name", RDF_FORMATS)
def test_blank_nodes_stay_one_node(name: str) -> None:
    """A blank node (a CONSTRUCT may make one) that is subject and object is still one and the same."""
    quads = [f"_:0a {DCTERMS.title} \"x\" .\n", f"<{A}> {DCTERMS.subject} _:0a .\n"]  # fmt: skip
    out = io.BytesIO()
    EXPORTERS[name].write(quads, out)
    graph = ox.Dataset(ox.parse(out.getvalue(), FORMATS[name][0]))
    graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    same = ox.Dataset(ox.parse("".join(quads), ox.RdfFormat.N_QUADS))
    same.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert graph == same


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ufffe"])
def test_rdfxml_refuses_what_xml_cannot_hold(character: str) -> None:
    """A control character is neither dropped nor replaced: the export is refused and says where it stands."""
    with pytest.raises(UsageError, match=f"{A}.*U\\+{ord(character):04X}"):
        written("rdfxml", [f"<{A}> {DCTERMS.title} {terms.literal('a' + character)} .\n"])


@pytest.mark.parametrize(
    "predicate", ["<https://e.org/1>", "<https://e.org/>", f"<{RDF.base}li>", "<https://e.org/p/->"]
)
def test_rdfxml_refuses_predicates_that_are_no_element(predicate: str) -> None:
    """A predicate that cannot be an element, or would mean another one, is refused."""
    with pytest.raises(UsageError, match=re.escape(predicate)):
        written("rdfxml", [f'<{A}> {predicate} "x" .\n'])


def test_jsonld_refuses_iris_that_look_prefixed() -> None:
    """<org:x> would come back as <http://www.w3.org/ns/org#x>."""
    with pytest.raises(UsageError, match="<org:x>"):
        written("jsonld", [f"<{A}> {DCTERMS.subject} <org:x> .\n"])


def test_an_unknown_format_is_named_with_the_known_ones() -> None:
    """The message for a wrong format lists the right ones."""
    with pytest.raises(UsageError, match="unknown format 'pdf'; known are turtle, nt, nq"):
        exporter("pdf")


@pytest.mark.parametrize("first", [0, 1, 250, 2_000])
def test_many_that_are_gone_together_are_passed_over(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of them, between what stays and what is new, with little looking up."""
    old = [f'<https://e.org/{n:05}> <https://e.org/p> "x" .\n' for n in range(4_000)]
    gone = {*old[first : first + 1_500], *old[3_900:]}
    came = [f'<https://e.org/{first + 700:05}a> <https://e.org/q> "new" .\n']
    places = Counter[str]()
    place = turtle._Blocks.place
    monkeypatch.setattr(turtle._Blocks, "place", lambda blocks, key, at: places.update([key]) or place(blocks, key, at))
    out = io.BytesIO()
    _revised(old, {line.split(" ")[0] for line in (*gone, *came)}, came, out)
    assert out.getvalue() == written("turtle", [*(line for line in old if line not in gone), *came])
    assert places.total() < 150


@pytest.mark.parametrize("share", [0.001, 0.05, 0.6])
def test_a_few_changes_in_a_long_file_are_found(share: float) -> None:
    """Near each other and far apart."""
    rng = random.Random(1)
    old = [f'<https://e.org/{n:05}#part-{n % 12}> <https://e.org/p> "{"x" * (n % 50)}" .\n' for n in range(0, 6_000, 2)]
    gone = {line for line in old if rng.random() < share}
    came = [f'<https://e.org/{n:05}> <https://e.org/q> "new" .\n' for n in range(6_000) if rng.random() < share]
    changed = {line.split(" ")[0] for line in (*gone, *came)}
    out = io.BytesIO()
    _revised(old, changed, came, out)
    assert out.getvalue() == written("turtle", [*(line for line in old if line not in gone), *came])
