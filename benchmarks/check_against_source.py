"""Is what the graph says what the sources say? ``python benchmarks/check_against_source.py GRAPH SOURCES…``

GRAPH is a built folder (or an RDF file), SOURCES are PubMed and JATS files or folders with them. Every record of the sources
is looked for in the graph, and every fact of it that XPath finds (:mod:`source_of_truth`) compared with what SPARQL answers.
Prints a table (a line a field: records compared, equal, explained, different; values compared) and every difference. Ends
with 1 when there is one that nothing here explains: a fact that differs, a record that is missing, an article that no record
of its source states.

Of records of one article one is stored; that one is compared, the others are counted as superseded. Which source it is from
is what the article says (``prov:wasDerivedFrom``); of the records of one file the highest version, and of these the last.
"""

from __future__ import annotations

import argparse
import calendar
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [path for path in (str(HERE.parent), str(HERE)) if path not in sys.path]

import source_of_truth  # noqa: E402
from source_of_truth import Facts, Source, letters  # noqa: E402

from kg import opening  # noqa: E402
from kg.store import GraphStore, Row  # noqa: E402
from kg.terms import value  # noqa: E402

FIELDS = (
    "doi",
    "pmid",
    "pmcid",
    "title",
    "authors",
    "affiliations",
    "keywords",
    "mesh headings",
    "mesh labels",
    "subjects",
    "dates",
    "dates in words",
    "references",
)
_ARTICLES = """SELECT DISTINCT ?article ?property ?value {
  ?article prov:wasDerivedFrom ?source ; ?property ?value
  FILTER(CONTAINS(STR(?source), "/source/sha256/") && !CONTAINS(STR(?article), "#"))
  VALUES ?property { prov:wasDerivedFrom prism:doi fabio:hasPubMedId fabio:hasPubMedCentralId dcterms:title
    dcterms:dateSubmitted kgv:dateRevised dcterms:dateAccepted dcterms:issued dcterms:available kgv:dateAsPrinted
    dcterms:subject fabio:hasSubjectTerm fabio:hasPrimarySubjectTerm schema:keywords } }"""
_AUTHORS = """SELECT ?article ?position ?name ?affiliation {
  ?role pro:withRole pro:author ; pro:relatesToDocument ?article ; schema:position ?position ; rdfs:label ?name .
  OPTIONAL { ?role pro:relatesToOrganization/rdfs:label ?affiliation } }"""
_AFFILIATIONS = "SELECT ?part ?value { ?part a org:OrganizationalUnit ; rdfs:label ?value }"
_KEYWORDS = """SELECT ?part ?value {
  ?article frbr:part ?part . ?part c4o:hasContent ?value FILTER(CONTAINS(STR(?part), "#kw-")) }"""
_REFERENCES = """SELECT ?part ?doi ?pmid ?pmcid { ?part a biro:BibliographicReference .
  OPTIONAL { ?part prism:doi ?doi } OPTIONAL { ?part fabio:hasPubMedId ?pmid }
  OPTIONAL { ?part fabio:hasPubMedCentralId ?pmcid } }"""
_LABELS = """SELECT ?concept ?label {
  ?concept rdfs:label ?label FILTER(STRSTARTS(STR(?concept), "http://id.nlm.nih.gov/mesh/")) }"""

_DATES = {
    "dateSubmitted": "received",
    "dateRevised": "revised",
    "dateAccepted": "accepted",
    "issued": "issued",
    "available": "available",
}


_KEYS = (("hasPubMedId", "pmid"), ("doi", "doi"), ("hasPubMedCentralId", "pmcid"))
"""property → fact, the best first"""


@dataclass
class Stored:
    """What the graph says of an article."""

    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """last part of the property → values"""
    authors: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """position → names"""
    places: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """position → affiliations"""
    affiliations: dict[int, str] = field(default_factory=dict)
    keywords: dict[int, str] = field(default_factory=dict)
    references: dict[int, tuple[str | None, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        """The only value; several are shown as several, so that they differ from any."""
        found = self.values.get(name, [])
        return found[0] if len(found) == 1 else " AND ".join(sorted(found)) or None

    def dates(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, kind in _DATES.items():
            for printed in self.values.get(name, []):
                found.setdefault(kind, set()).add("-".join(str(int(part)) for part in printed.split("-")))
        return found


class Graph:
    """The articles of a graph, and how to find them."""

    def __init__(self, store: GraphStore) -> None:
        self.articles: dict[str, Stored] = {}
        for row in store.select(_ARTICLES):
            name = re.split(r"[/#]", value(row["property"]))[-1]
            self._of(value(row["article"])).values[name].append(value(row["value"]))
        for row in store.select(_AUTHORS):
            article, position = self._of(value(row["article"])), int(value(row["position"]))
            if (name := value(row["name"])) not in article.authors[position]:
                article.authors[position].append(name)
            if "affiliation" in row:
                article.places[position].add(value(row["affiliation"]))
        for article, n, row in self._parts(store.select(_AFFILIATIONS)):
            article.affiliations[n] = value(row["value"])
        for article, n, row in self._parts(store.select(_KEYWORDS)):
            article.keywords[n] = value(row["value"])
        for article, n, row in self._parts(store.select(_REFERENCES)):
            article.references[n] = tuple(value(row[v]) if v in row else None for v in ("doi", "pmid", "pmcid"))
        self.labels: dict[str, set[str]] = defaultdict(set)
        for row in store.select(_LABELS):
            self.labels[_ui(value(row["concept"]))].add(value(row["label"]))
        self._keys: dict[tuple[str, str], list[str]] = defaultdict(list)
        for iri, article in self.articles.items():
            for name in ("doi", "hasPubMedId", "hasPubMedCentralId", "title"):
                for text in article.values.get(name, []):
                    self._keys[name, text].append(iri)

    def _of(self, iri: str) -> Stored:
        return self.articles.setdefault(iri, Stored())

    def _parts(self, rows: Iterable[Row]) -> Iterator[tuple[Stored, int, Row]]:
        for row in rows:
            article, _, part = value(row["part"]).partition("#")
            yield self._of(article), int(part.rpartition("-")[2]), row

    def find(self, record: Facts, sha256: str) -> str | None:
        """The article that is made of a record of this source, by the best of the record's identifiers; by its title and
        its first author where it has none."""
        for name, key in _KEYS:
            if record[key]:
                found = self._keys.get((name, record[key]), [])
                return next((iri for iri in found if self._is_from(iri, sha256)), None)
        for iri in self._keys.get(("title", record["title"] or ""), []):
            stored = self.articles[iri]
            named = not record["authors"] or record["authors"][0] in stored.authors.get(1, [])
            if named and self._is_from(iri, sha256) and not any(stored.values.get(name) for name, _ in _KEYS):
                return iri
        return None

    def has(self, record: Facts) -> bool:
        """Whether an article, of whatever source, is the record's: two with different PubMed identifiers are two."""
        return any(
            key == "pmid" or not record["pmid"] or not self.articles[iri].values.get("hasPubMedId")
            for name, key in _KEYS
            for iri in self._keys.get((name, record[key]), [])
        )

    def _is_from(self, iri: str, sha256: str) -> bool:
        return any(source.endswith(f"/{sha256}") for source in self.articles[iri].values["wasDerivedFrom"])

    def all_from(self, sha256: str) -> set[str]:
        """The articles that are from a source."""
        return {iri for iri in self.articles if self._is_from(iri, sha256)}


def _ui(iri: str) -> str:
    return iri.rpartition("/")[2]


# --- the comparison -----------------------------------------------------------------------------------------------

EQUAL, DIFFERENT = "equal", "different"
MERGED = "another source of the same article says what the graph says"
IN_WORDS = "a date printed in words (a season, a range): its year equals, the graph has the month where that is certain"
_MONTH = re.compile(r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")
_PLAIN = re.compile(r"[0-9]{4}(?: [A-Za-z]{3,9}\.?(?: [0-9]{1,2})?)?")


@dataclass
class Outcome:
    """What came of the comparison."""

    facts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(format, field, verdict: equal, different, or the explanation) → how many"""
    values: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(format, field) → how many values the sources state: names, words, days …"""
    records: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(format, what became of the record) → how many"""
    differences: list[str] = field(default_factory=list)
    """what nothing explains"""
    uncovered: int = 0
    """articles of the graph that are from other sources"""

    @property
    def compared(self) -> int:
        return self.facts.total()


def compare(store: GraphStore, sources: Iterable[Source]) -> Outcome:
    """Compare the stored records of the sources with the graph."""
    graph, outcome = Graph(store), Outcome()
    stored: dict[str, list[tuple[Source, int, Facts]]] = defaultdict(list)
    absent: list[tuple[Source, int, Facts]] = []
    deleted: set[str] = set()
    covered: set[str] = set()
    for source in sources:
        deleted |= source.deleted
        found: dict[str, list[tuple[int, int, Facts]]] = defaultdict(list)
        for number, record in enumerate(source.records, 1):
            if iri := graph.find(record, source.sha256):
                found[iri].append((record["version"], number, record))
            else:
                absent.append((source, number, record))
        for iri, records in found.items():
            _, number, record = max(records, key=lambda r: r[:2])
            outcome.records[source.format, "stored"] += 1
            outcome.records[source.format, "superseded"] += len(records) - 1
            stored[iri].append((source, number, record))
        for iri in sorted(graph.all_from(source.sha256) - found.keys()):
            outcome.differences.append(f"{source.name}: no record of it states <{iri}>, which the graph has from it")
        covered |= found.keys()
    for iri, records in stored.items():
        for source, number, record in records:
            _compare_article(outcome, graph, source, number, record, iri, [r for s, _, r in records if s is not source])
    for source, number, record in absent:
        fate = _fate(record, graph, deleted)
        outcome.records[source.format, fate] += 1
        if fate == "missing":
            outcome.differences.append(f"{source.name} record {number}: not in the graph")
    outcome.uncovered = len(graph.articles.keys() - covered)
    return outcome


def _fate(record: Facts, graph: Graph, deleted: Collection[str]) -> str:
    """Why a record is not the one that is stored."""
    if graph.has(record):
        return "superseded"
    if record["pmid"] in deleted:
        return "deleted"
    # a PubMed record is rejected without PMID, an article of any kind without identifier and title
    nameless = not any(record[key] for _, key in _KEYS)
    return "rejected" if nameless and ("headings" in record or not record["title"]) else "missing"


def _compare_article(
    outcome: Outcome, graph: Graph, source: Source, number: int, record: Facts, iri: str, others: Sequence[Facts]
) -> None:
    """``others``: the records of other sources that the article was merged of. A field may be theirs, if it is that."""
    pairs = dict(_both(source.format, record, graph.articles[iri], graph))
    elsewhere = [dict(_both(_format(other), other, graph.articles[iri], graph)) for other in others]
    for name, (expected, found) in pairs.items():
        verdict = EQUAL if expected == found else _explanation(name, record, expected, found) or DIFFERENT
        if verdict == DIFFERENT and any(name in pair and pair[name][0] == pair[name][1] for pair in elsewhere):
            verdict = MERGED
        outcome.facts[source.format, name, verdict] += 1
        outcome.values[source.format, name] += _size(expected)
        if verdict == DIFFERENT:
            outcome.differences.append(
                f"{source.name} record {number} {name} of <{iri}>\n  source {expected!r}\n  graph  {found!r}"
            )


def _format(record: Facts) -> str:
    return "pubmed" if "headings" in record else "jats"


def _size(stated: Any) -> int:
    """How many values there are in a fact."""
    if isinstance(stated, dict):
        return sum(map(len, stated.values()))
    if isinstance(stated, list) and stated and isinstance(stated[0], list | tuple):
        return sum(value is not None for several in stated for value in several)
    return len(stated) if isinstance(stated, list | set) else int(stated is not None)


def _both(form: str, record: Facts, stored: Stored, graph: Graph) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Field → (what the source says, what the graph says)."""
    for name, key in (*_KEYS, ("title", "title")):
        yield key, (record[key], stored.one(name))
    positions = sorted(stored.authors)
    if record["authors"] is not None:
        names = [" AND ".join(stored.authors[n]) for n in positions if positions[-1] == len(positions)]
        yield "authors", (record["authors"], names)
    in_order = [text for _, text in sorted(stored.affiliations.items())]
    if form == "pubmed":  # the graph keeps no order of an author's affiliations
        where = [sorted(stored.places[n]) for n in positions]
        yield "affiliations", ([sorted(printed) for printed in record["affiliations"]], where)
    else:
        lost = [text for text in record["running affiliations"] if text not in in_order]
        yield "affiliations", (record["affiliations"] + lost, list(dict.fromkeys(map(letters, in_order))))
    keywords = [text for _, text in sorted(stored.keywords.items())]
    yield "keywords", (record["keywords"], keywords if form == "pubmed" else list(dict.fromkeys(keywords)))
    if form == "pubmed":
        yield from _indexing(record, stored, graph)
    yield "dates", (record["dates"], stored.dates())
    # words that say nothing but one month or day are that date, and not kept beside it
    words = {printed for many in record["worded"].values() for printed in many if not _PLAIN.fullmatch(printed)}
    if words:
        yield "dates in words", (words, words & set(stored.values.get("dateAsPrinted", [])))
    references = [stated for _, stated in sorted(stored.references.items()) if any(stated)]
    yield "references", (record["references"], references)


def _indexing(record: Facts, stored: Stored, graph: Graph) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """As PubMed RDF has it: a descriptor without qualifiers, or each pair of descriptor and qualifier, is a subject term,
    a primary one where it is a major topic; a descriptor that is itself a major topic is always one. A heading without
    identifier stands as it is printed."""
    terms: set[tuple[str, bool]] = set()
    labels: set[tuple[str, str]] = set()
    subjects = {ui or label for ui, label in record["substances"]}
    for ui, label, major, qualifiers in record["headings"]:
        if not ui:
            subjects.add("/".join([label, *(name for _, name, _ in qualifiers)]))
            continue
        subjects.add(ui)
        labels.add((ui, label))
        if major or not qualifiers:
            terms.add((ui, major))
        for other, name, primary in qualifiers:
            if other:
                terms.add((ui + other, primary))
                labels |= {(ui + other, f"{label}/{name}"), (other, name)}
            else:
                subjects.add(f"{label}/{name}")
    values = stored.values
    found = {(_ui(iri), False) for iri in values.get("hasSubjectTerm", [])}
    found |= {(_ui(iri), True) for iri in values.get("hasPrimarySubjectTerm", [])}
    yield "mesh headings", (terms, found)
    yield "mesh labels", (labels, {(ui, label) for ui, label in labels if label in graph.labels[ui]})
    yield "subjects", (subjects, {_ui(iri) for iri in values.get("subject", [])} | set(values.get("keywords", [])))


def _explanation(name: str, record: Facts, expected: Any, found: Any) -> str | None:
    """Why a difference is right, None where nothing here says so."""
    if name == "dates" and expected.keys() == found.keys():
        right = (
            found[kind] == days or all(_begins(day, record["worded"].get(kind, ())) for day in found[kind])
            for kind, days in expected.items()
        )
        return IN_WORDS if all(right) else None
    return None


def _begins(day: str, printed: Collection[str]) -> bool:
    """Whether one of the words says this year, and first of all months this one: ``2019-11`` of 2019 Nov-Dec."""
    year, month, *rest = (*day.split("-"), "")
    name = calendar.month_abbr[int(month)] if month else ""
    return any(
        re.search(rf"\b{year}\b", words)
        and (_MONTH.findall(words) or [""])[0] == name
        and all(d in words for d in rest)
        for words in printed
    )


# --- the command --------------------------------------------------------------------------------------------------


def report(outcome: Outcome) -> str:
    """The table, a line a field: of how many records it was compared, what came of it, how many values the sources state of
    it; then what became of the records."""
    lines = [f"{'':8}{'field':16}{'compared':>10}{'equal':>10}{'explained':>11}{'different':>11}{'values':>11}"]
    for form in sorted({form for form, _, _ in outcome.facts}):
        for name in FIELDS:
            by = Counter({verdict: n for (f, m, verdict), n in outcome.facts.items() if (f, m) == (form, name)})
            if by:
                explained = by.total() - by[EQUAL] - by[DIFFERENT]
                verdicts = f"{by.total():10,}{by[EQUAL]:10,}{explained:11,}{by[DIFFERENT]:11,}"
                lines.append(f"{form:8}{name:16}{verdicts}{outcome.values[form, name]:11,}")
    lines.append("")
    lines += [f"{form} records {fate}: {n:,}" for (form, fate), n in sorted(outcome.records.items()) if n]
    if outcome.uncovered:
        lines.append(f"articles of the graph from other sources, not compared: {outcome.uncovered:,}")
    for (form, name, verdict), n in sorted(outcome.facts.items()):
        if verdict not in (EQUAL, DIFFERENT):
            lines.append(f"explained, {form} {name}, {n:,}: {verdict}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare a graph with its sources, read a second time by XPath.")
    parser.add_argument("graph", metavar="GRAPH", help="a built folder or an RDF file")
    parser.add_argument("sources", metavar="SOURCES", nargs="+", type=Path, help="PubMed or JATS files, or folders")
    options = parser.parse_args()
    paths = source_of_truth.files(options.sources)
    outcome = compare(opening.store(options.graph), filter(None, map(source_of_truth.read, paths)))
    print(report(outcome))
    for difference in outcome.differences:
        print(difference)
    print(f"{outcome.compared:,} facts compared, {len(outcome.differences):,} unexplained differences")
    return 1 if outcome.differences or not outcome.compared else 0


if __name__ == "__main__":
    sys.exit(main())
