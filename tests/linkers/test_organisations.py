"""Affiliation strings linked to a registry. All organisations are made up; identifiers are valid in form only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kg import explain, identifiers, iri, opening, pipeline, queries
from kg.cli import cli
from kg.linkers.organisations import Linker, candidates
from kg.linkers.organisations.resolution import Printed, resolve, triples
from kg.ror import NameKind, Organisation, Registry
from kg.vocab import DCTERMS, KGV, OWL, RDF


def ror(start: str) -> str:
    return next(found for n in range(100) if (found := identifiers.ror(f"0{start}{n:02}")))


VELDA, VELDA_MED, VELDA_HOSP, NORLA_IT, NORLA_ES, PHARMA, OLD, NEW, GONE = (
    ror(f"{letter}aaaaa") for letter in "abcdefghj"
)
NORLANDIA: tuple[tuple[NameKind, str], ...] = (("name", "Norlandia University"),)
KNOWN = tuple(f"isni:{n:016}" for n in range(6))
_FILL = (
    "Ash Birch Cedar Dogwood Elder Fir Gum Hazel Ivy Juniper Kauri Larch Maple Nutmeg Olive Pine Quince Rowan".split()
)


def organisations() -> list[Organisation]:
    """A small registry around invented places, and so many further universities that names have weights."""
    found = [
        Organisation(
            VELDA,
            (("name", "University of Veldania"), ("label", "Universität Veldania"), ("acronym", "UVEL")),
            "AT",
            "Austria",
            "Veldstadt",
            types=("education",),
            children=(VELDA_MED, VELDA_HOSP),
            others=KNOWN,
        ),
        Organisation(
            VELDA_MED,
            (("name", "Veldania Medical School"), ("alias", "Medical School of Veldania")),
            "AT",
            "Austria",
            "Veldstadt",
            types=("education",),
            parents=(VELDA,),
            others=KNOWN,
        ),
        Organisation(
            VELDA_HOSP,
            (("name", "University Hospital Veldania"),),
            "AT",
            "Austria",
            "Veldstadt",
            types=("healthcare",),
            parents=(VELDA,),
            others=KNOWN,
        ),
        Organisation(NORLA_IT, NORLANDIA, "IT", "Italy", "Roma", types=("education",), others=KNOWN),
        Organisation(NORLA_ES, NORLANDIA, "ES", "Spain", "Madrid", types=("education",), others=(*KNOWN, "grid:grid.7.7")),
        Organisation(PHARMA, (("name", "Zorbex (Germany)"),), "DE", "Germany", "Berlin", types=("company",)),
        Organisation(GONE, (("name", "Institute for Quillan Studies"),), "FR", "France", "Lyon", types=("facility",),
                     status="withdrawn", successors=(NEW,)),
        Organisation(NEW, (("name", "Quillan Research Centre"),), "FR", "France", "Lyon", types=("facility",)),
        Organisation(OLD, (("name", "Tarrow College"),), "GB", "United Kingdom", "York", types=("education",),
                     status="inactive", successors=(VELDA,)),
    ]  # fmt: skip
    for n, tree in enumerate(_FILL * 20):
        place = f"{tree}{'abcdefghijklmnopqrst'[n // len(_FILL)]}ton"
        kind = ("University of {}", "{} Medical School", "{} Research Institute", "{} Hospital")[n % 4]
        identifier = ror(f"v{n:05}")
        found.append(Organisation(identifier, (("name", kind.format(place)),), "US", "United States", place))
    return found


LINKER = Linker(Registry.of(organisations()))


def linked(text: str) -> set[str]:
    return {link.ror for link in LINKER.links(text) if link.accepted}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Department of Physics, University of Veldania, Veldstadt, Austria", {VELDA}),
        ("Dept. of Phys., Univ. Veldania, Veldstadt, Austria", {VELDA}),
        ("Institut für Physik, Universität Veldania, 1010 Veldstadt, Österreich", {VELDA}),
        ("Veldania Medical School, Veldstadt, Austria", {VELDA_MED}),
        ("Norlandia University, Roma, Italy", {NORLA_IT}),
        ("Zorbex, Berlin, Germany", {PHARMA}),
        ("Institute for Quillan Studies, Lyon, France", {NEW}),
        ("Tarrow College, York, UK", {OLD}),
    ],
)
def test_organisations_are_found(text: str, expected: set[str]) -> None:
    """By name, label in another language, abbreviation, with a typing error; homonyms by place; withdrawn records lead to
    their successor, inactive ones stay what was printed."""
    assert linked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Department of Physics",
        "Rome, Italy",
        "Norlandia University, Paris, France",
        "University of Elsewhere, Austria",
        "uvel",
    ],
)
def test_it_abstains(text: str) -> None:
    """Nothing is better than something wrong."""
    assert linked(text) == set()


def test_each_link_says_why() -> None:
    """Score, words and evidence in words."""
    (link,) = (link for link in LINKER.links("University of Veldania, Veldstadt, Austria") if link.accepted)
    assert link.name == "University of Veldania"
    assert link.printed == "University Veldania"
    assert 0.5 < link.score <= 1
    assert "country agrees" in link.reason
    assert "city Veldstadt is named" in link.reason
    (link,) = (link for link in LINKER.links("Institute for Quillan Studies, Lyon, France") if link.accepted)
    assert f"{GONE} was withdrawn for it" in link.reason


@given(st.text(max_size=200))
def test_any_text_is_linked_without_an_error(text: str) -> None:
    """Whatever stands there, the same comes out twice, in order of the scores."""
    links = Linker(LINKER.registry).links(text)
    assert links == LINKER.links(text)
    assert [link.score for link in links] == sorted((link.score for link in links), reverse=True)


_PIECES = st.sampled_from(
    [
        "University of Veldania",
        "Norlandia University",
        "Roma",
        "Italy",
        "Veldania Medical School",
        "Dept. of Phys.",
        "x y",
    ]
)


@given(st.lists(st.lists(_PIECES | st.text(max_size=9), max_size=12).map(", ".join), max_size=150))
def test_strings_are_linked_together_as_alone(texts: list[str]) -> None:
    """What is asked beside a string changes nothing of its links, not even the last digit of a score."""
    assert Linker(LINKER.registry).links_of(texts) == {text: Linker(LINKER.registry).links(text) for text in texts}


def test_long_strings_cost_little() -> None:
    """Only the beginning of a string is looked at: what stands far behind it neither counts nor costs."""
    for part in ("University of Veldania, ", "a.", "A. ", "(", "veldania ", "’l’", "x@", "日本"):
        beginning = part * (4_000 // len(part))
        text = beginning * 50 + " Norlandia University, Madrid"
        assert Linker(LINKER.registry).links(text) == LINKER.links(beginning)


def test_branches_leave_room_for_others() -> None:
    """Of many organisations of one name three are looked at, the one in the city that is named among them."""
    branches = [
        Organisation(ror(f"k{n:05}"), (("name", "Quernmoor Institute"),), "FR", "France", f"{tree}ville", others=KNOWN)
        for n, tree in enumerate(_FILL)
    ]
    college = Organisation(ror("m00000"), (("name", "Rowanville College"),), "FR", "France", "Rowanville")
    registry = Registry.of([*organisations(), *branches, college])
    text = "Quernmoor Institute, Rowanville, and University of Veldania (UVEL)"
    (found,) = candidates.candidates(registry, [candidates.read_words(registry, text)], [frozenset()])
    names = [registry.display(one.organisation) for one in found]
    assert names.count("Quernmoor Institute") == 3
    assert registry.number(branches[-1].id) in [one.organisation for one in found]
    assert {one.crowd for one in found if registry.display(one.organisation) == "Quernmoor Institute"} == {15}
    (veldania,) = (one for one in found if one.organisation == registry.number(VELDA))
    assert veldania.agrees == 2  # the acronym says the same
    assert all(one.agrees == 0 for one in found if one is not veldania)


def test_order_of_the_registry_does_not_matter() -> None:
    """The same organisations in another order give the same links."""
    other = Linker(Registry.of(organisations()[::-1]))
    for text in ("University of Veldania, Austria", "Norlandia University, Madrid", "Veldania Hospital"):
        assert other.links(text) == LINKER.links(text)


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    records: list[dict[str, Any]] = []
    for o in organisations():
        place = {"country_code": o.country_code, "country_name": o.country, "name": o.city}
        names = [{"value": text, "types": ["ror_display" if kind == "name" else kind]} for kind, text in o.names]
        relations = [
            {"type": kind, "id": i}
            for kind, ids in (("parent", o.parents), ("child", o.children), ("successor", o.successors))
            for i in ids
        ]
        records.append(
            {
                "id": o.id,
                "names": names,
                "status": o.status,
                "types": list(o.types),
                "locations": [{"geonames_details": place}],
                "relationships": relations,
            }
        )
    path = tmp_path / "ror.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    return path


def run(*arguments: str, given: str = "") -> str:
    result = CliRunner().invoke(cli, ["affiliations", *arguments], input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_command_writes_one_row_a_string(dump: Path, tmp_path: Path) -> None:
    """Columns in their order; a string without a match has a row too."""
    text = "Dept. of Phys., University of Veldania, 1010 Veldstadt, Austria. a@example.org"
    rows = [line.split("\t") for line in run("-", "--ror", str(dump), given=f"{text}\n\nNowhere\n").splitlines()]
    assert rows[0] == (
        "affiliation ror_id score reason department institution city region postcode country email".split()
    )
    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["affiliation"], row["ror_id"], row["institution"]) == (text, VELDA, "University of Veldania")
    assert (row["department"], row["city"], row["postcode"]) == ("Dept. of Phys.", "Veldstadt", "1010")
    assert (row["country"], row["email"]) == ("AT", "a@example.org")
    assert rows[2][:6] == ["Nowhere", *[""] * 5]
    assert len(rows) == 3


def test_command_takes_a_column_of_a_table(tmp_path: Path) -> None:
    """A TSV with a header; fields in quotes as spreadsheets write them."""
    table = tmp_path / "t.tsv"
    written = [
        '1\t"Sham ""X"" University,\n\tRome, Italy"',
        "2",
        "3\tLyon",
        '4\t"open',
        "5\tBonn",
        '6\t"Sham" Trust',
    ]
    table.write_bytes("\r\n".join(["\ufeffid\taffiliation", *written, ""]).encode())
    lines = run(str(table), "--format", "jsonl").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["affiliation"] for row in rows] == [
        'Sham "X" University,\n\tRome, Italy',
        "Lyon",
        '"open',
        "Bonn",
        '"Sham" Trust',
    ]
    assert (rows[0]["city"], rows[0]["country"], rows[0]["addresses"][0]["country_as_printed"]) == (
        "Rome",
        "IT",
        "Italy",
    )


def test_linking_does_not_depend_on_the_seed_of_hashes(dump: Path, tmp_path: Path) -> None:
    """The same bytes in two processes with other hash seeds."""
    text = "Dept. of Phys., Univ. Veldania, Veldstadt, Austria\nNorlandia University, Madrid, Spain and Roma, Italy\n"
    answers = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "kg", "affiliations", "--ror", str(dump), "--format", "jsonl"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ran = subprocess.run(command, input=text.encode(), capture_output=True, env=environment, check=True)
        answers.add(ran.stdout)
    assert len(answers) == 1


def test_country_of_a_university_that_does_not_print_it(dump: Path) -> None:
    """The linked organisation tells the country."""
    (line,) = run(
        "-", "--ror", str(dump), "--format", "jsonl", given="Faculty of Law, University of Veldania"
    ).splitlines()
    assert json.loads(line)["country"] == "AT"


def test_command_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    """Files that are not there are wrong usage; a line that is not UTF-8 is named, after the rows before it."""
    assert CliRunner().invoke(cli, ["affiliations", str(tmp_path / "none")]).exit_code == 2
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"Rome\nM\xfcnchen\n")
    result = CliRunner().invoke(cli, ["affiliations", str(bad)])
    assert "line 2 is not UTF-8" in str(result.exception)
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == ["affiliation", "Rome"]


# --- in a graph ---------------------------------------------------------------------------------------------------

BASE = "https://e.org/"


def printed(*affiliations: tuple[str, str]) -> tuple[Printed, dict[str, str]]:
    """Affiliation strings with their institutions, as documents state them; and the names of the institutions."""
    found, names = Printed(), {}
    for text, institution in affiliations:
        node = iri.organisation_named(BASE, institution, None)
        found.add([(node, text)], [])
        names[node] = institution
    return found, names


def accepted(*affiliations: tuple[str, str]) -> set[tuple[str, str]]:
    found, names = printed(*affiliations)
    return {(names[m.institution], m.ror[1:-1]) for m in resolve(found, names, LINKER) if m.accepted}


def test_an_institution_is_linked_by_the_strings_that_print_it() -> None:
    """City and country of the whole string decide; the department is not the institution."""
    text = "Department of Physics, University of Veldania, Veldstadt, Austria"
    assert accepted((text, "University of Veldania")) == {("University of Veldania", VELDA)}


def test_a_part_is_not_the_whole() -> None:
    """A clinic that the registry lacks is not the university whose name it bears."""
    text = "University of Veldania Eye Clinic, Veldstadt, Austria"
    assert accepted((text, "University of Veldania Eye Clinic")) == set()


def test_strings_that_disagree_give_proposals() -> None:
    """One name in two cities is no single organisation."""
    found, names = printed(
        ("Norlandia University, Roma, Italy", "Norlandia University"),
        ("Norlandia University, Madrid, Spain", "Norlandia University"),
    )
    matches = resolve(found, names, LINKER)
    assert {m.ror[1:-1] for m in matches} == {NORLA_IT, NORLA_ES}
    assert not any(m.accepted for m in matches)
    kinds = {term for _, predicate, term in triples(matches, BASE) if predicate == RDF.type}
    assert kinds == {KGV.IdentityProposal}


def test_curators_decide() -> None:
    """What they say is different is not even proposed; what they settled is left to them."""
    found, names = printed(("University of Veldania, Veldstadt, Austria", "University of Veldania"))
    (node,) = names
    assert [m.ror for m in resolve(found, names, LINKER)] == [f"<{VELDA}>"]
    assert resolve(found, names, LINKER, different={(node, f"<{VELDA}>")}) == []
    assert resolve(found, names, LINKER, settled={node}) == []


def test_what_the_publisher_states_decides() -> None:
    """An identifier of another register leads to the record, unless its names are of another institution."""
    text = "Norlandia University, Paris, France"
    for institution, expected in (("Norlandia University", NORLA_ES), ("Shire Polytechnic", None)):
        found, names = printed((text, institution))
        (node,) = names
        found.add([], [(node, "grid:grid.7.7")])
        matches = [m for m in resolve(found, names, LINKER) if m.accepted]
        assert [m.ror[1:-1] for m in matches] == ([expected] if expected else [])
        if expected:
            assert matches[0].reason == "the publisher states GRID grid.7.7 for “Norlandia University”"


def test_order_of_documents_does_not_matter() -> None:
    """The same strings from documents in another order, the same links."""
    strings = [
        ("Norlandia University, Roma, Italy", "Norlandia University"),
        ("Univ. Veldania, Austria", "Univ. Veldania"),
        ("University Hospital Veldania, Veldstadt", "University Hospital Veldania"),
    ]
    one, names = printed(*strings)
    other, _ = printed(*strings[::-1])
    assert resolve(one, names, LINKER) == resolve(other, names, LINKER)
    assert (iri.organisation_named(BASE, "University Hospital Veldania", None), f"<{VELDA_HOSP}>") in {
        (m.institution, m.ror) for m in resolve(one, names, LINKER) if m.accepted
    }


ARTICLES = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">99000091</PMID>
<Article><Journal><Title>Fictional Letters</Title></Journal><ArticleTitle>An imaginary paper.</ArticleTitle>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Ann</ForeName><AffiliationInfo>
<Affiliation>Department of Physics, University of Veldania, Veldstadt, Austria.</Affiliation>
<Identifier Source="GRID">grid.9.9</Identifier><Identifier Source="ISNI">7</Identifier></AffiliationInfo>
<AffiliationInfo><Affiliation>Unheard Academy, Nowhereton, Austria.</Affiliation></AffiliationInfo></Author></AuthorList>
</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""


def test_build_links_organisations_and_explain_says_why(dump: Path, tmp_path: Path) -> None:
    """``--ror`` adds links with reasons to graph/resolution and changes no document; without it there are none."""
    source = tmp_path / "papers.xml"
    source.write_text(ARTICLES)
    day = date(2030, 1, 1)
    bare = pipeline.build([str(source)], tmp_path / "bare", pipeline.Settings(today=day))
    built = pipeline.build([str(source)], tmp_path / "out", pipeline.Settings(today=day, ror=dump))
    assert built.counts["violations"] == 0
    store, without = opening.store(str(tmp_path / "out")), opening.store(str(tmp_path / "bare"))
    node = iri.organisation_named(iri.BASE, "University of Veldania", "AT")
    assert list(store.statements(node, OWL.sameAs, f"<{VELDA}>"))
    assert not list(without.statements(node, OWL.sameAs))
    document = iri.document_graph(iri.BASE, "pmid/99000091")
    stated = {t for _, p, t in store.triples(document) if p == DCTERMS.identifier}
    assert '"grid:grid.9.9"' in stated
    assert not any("isni" in term for term in stated)
    assert set(store.triples(document)) == set(without.triples(document))
    text = explain.explain(store, node).as_text()
    assert "is https://ror.org/" in text.replace("<", "").replace(">", "")
    assert "because: “University Veldania” is the name “University of Veldania”; country agrees" in text
    answer = store.query(queries.text("C23-affiliations-without-ror"))
    assert "Unheard Academy" in str(list(answer))  # type: ignore[arg-type]
    assert "University of Veldania" not in str(list(store.query(queries.text("C23-affiliations-without-ror"))))  # type: ignore[arg-type]
    again = pipeline.build([str(source)], tmp_path / "out", pipeline.Settings(today=day, ror=dump))
    assert again.unchanged
    assert not bare.unchanged
