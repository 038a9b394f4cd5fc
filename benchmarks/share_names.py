"""Make ``kg/data/recognition/names_elsewhere.tsv`` anew: names that other ontologies have for the diseases of MeSH.

    python benchmarks/share_names.py DATA [--output FOLDER]

A table of MeSH holds the names of a descriptor's own concept and lacks those of its narrower ones ("acne" of Acne Vulgaris).
Other ontologies of diseases state which descriptor a term of theirs is the same as. Read are

* EFO 3.55 with the terms of MONDO and others that it holds (``ontologies/efo``, Apache-2.0);
* the Disease Ontology, release of 2018-07-05 (``ontologies/doid``, CC0).

A term gives its label and its exact synonyms to the descriptor that it refers to, or that the terms refer to which have the
same UMLS, NCI Thesaurus, DOID, MONDO or Orphanet identifier. A term that leads to several descriptors gives none. Left out
are names that lead to several descriptors or that MeSH itself has, and what no paper prints: short forms that mean many
things, names in capitals throughout (which cut words short), and those with a remark ("NOS", "(disorder)").
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kg import resources
from kg.categories import type_of
from kg.lexicon import Lexicon, is_cased, scan
from kg.ontologies import read_ontology
from kg.recognisers.knowledge import key

SCHEME = "MESH:"
BRIDGES = ("UMLS:", "NCIT:", "DOID:", "MONDO:", "ORPHANET:")
"""identifiers by which two terms are taken to mean the same"""
TERMS = ("DOID:", "EFO:", "HP:", "MONDO:", "Orphanet:")
"""terms of diseases and their signs"""
MAX_WORDS = 8
_REMARK = re.compile(r"\bNOS\b|\((?:disorder|disease|finding|morphologic abnormality|qualifier value)\)|[\[\]]")
PREFIXES = {"UMLS_CUI": "UMLS", "MSH": "MESH", "NCI": "NCIT"}
"""what ontologies write for a prefix"""


class Term(NamedTuple):
    """A term, its label and exact synonyms, and what it refers to, in capitals."""

    id: str
    names: tuple[str, ...]
    references: frozenset[str]


def reference(written: str) -> str:
    """A cross-reference with the prefix that we use.

    >>> reference("UMLS_CUI:C0001144"), reference("msh:D000152")
    ('UMLS:C0001144', 'MESH:D000152')
    """
    prefix, _, local = written.upper().partition(":")
    return f"{PREFIXES.get(prefix, prefix)}:{local}"


def efo_terms(path: Path) -> Iterator[Term]:
    """The terms of EFO as node-link JSON."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        nodes = json.load(lines)["nodes"]
    for node in nodes:
        synonyms = [s["name"] for s in node["synonyms"] or () if s["scope"] == "exact"]
        names = tuple(filter(None, (node["efo_label"], *synonyms)))
        yield Term(node["id"], names, frozenset(map(reference, node["xrefs"] or ())))


def ontology_terms(path: Path) -> Iterator[Term]:
    """The terms of an ontology in a format that the package reads."""
    for concept in read_ontology(path):
        if not concept.obsolete:
            references = frozenset(map(reference, (*concept.xrefs, *concept.exact)))
            yield Term(concept.id, (concept.label, *concept.synonyms), references)


def targets(terms: list[Term]) -> dict[str, str]:
    """term → the only concept of the scheme that its references lead to."""
    own = {term.id: {r for r in term.references if r.startswith(SCHEME)} for term in terms}
    beyond: dict[str, set[str]] = defaultdict(set)
    for term in terms:
        if len(own[term.id]) == 1:
            for bridge in (term.id, *term.references):
                if bridge.startswith(BRIDGES):
                    beyond[bridge] |= own[term.id]
    found = {}
    for term in terms:
        led = own[term.id] or set().union(*(beyond.get(r, ()) for r in (term.id, *term.references)))
        if len(led) == 1:
            found[term.id] = min(led)
    return found


def is_printed(name: str) -> bool:
    """Whether a paper may print a name and mean one thing.

    >>> [is_printed(name) for name in ("acne", "DENT CARIES", "BC", "abscess NOS")]
    [True, False, False, False]
    """
    words = scan(name)[0]
    is_short_form = is_cased(name) or (len(words) == 1 and name.isupper())
    return 0 < len(words) <= MAX_WORDS and not (is_short_form or name.isupper() or _REMARK.search(name))


def shared(terms: list[Term], lexicon: Lexicon, kind: str) -> Iterator[tuple[str, str, str]]:
    """(name, concept, term) of the names that the concepts of a kind lack, sorted by concept."""
    target = targets(terms)
    named: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for term in sorted(terms):
        concept = target.get(term.id)
        if (
            not term.id.startswith(TERMS)
            or concept is None
            or concept not in lexicon
            or type_of(lexicon.concept(concept).category) != kind
        ):
            continue
        for name in term.names:
            printed = " ".join(name.split())
            if is_printed(printed):
                named[key(printed)].setdefault(concept, (printed, term.id))
    for of_name in named.values():
        if len(of_name) > 1:
            continue
        ((concept, (printed, source)),) = of_name.items()
        if not any(type_of(lexicon.concept(n.concept).category) == kind for n in lexicon.lookup(printed)):
            yield printed, concept, source


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, default=resources.__file__ and Path(resources.__file__).parent / "data")
    options = parser.parse_args()
    ontologies = options.data / "ontologies"
    terms = [
        *efo_terms(ontologies / "efo" / "efo-v3.55.0.json.gz"),
        *ontology_terms(ontologies / "doid" / "doid-2018-07-05.json.gz"),
    ]
    lexicon = Lexicon.build(read_ontology(ontologies / "mesh" / "mesh.tsv"))
    rows = sorted(shared(terms, lexicon, "Disease"), key=lambda row: (row[1], row[0]))
    folder = options.output / "recognition"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "names_elsewhere.tsv").open("w", encoding="utf-8", newline="\n") as out:
        out.write("name\tconcept\ttype\tsource\n")
        out.writelines(f"{name}\t{concept}\tDisease\t{source}\n" for name, concept, source in rows)


if __name__ == "__main__":
    main()
