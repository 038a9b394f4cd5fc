"""Which article a reference or a notice means."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg import iri
from kg.linkers import Facts, Pointer, works
from kg.terms import Triple
from kg.vocab import BIRO, CITO

BASE = "https://e.org/"
NUMBERS = st.sampled_from(["1", "2", "17"])
DOIS = st.sampled_from(["10.5555/A", "10.5555/b", "10.5555/a b"])


@st.composite
def _documents(draw: st.DrawFn) -> list[Facts]:
    """Articles, each under keys of its own, and what points to some of them, or to what is not there."""
    found = []
    free = [
        *map(iri.doi_key, ["10.5555/a", "10.5555/b", "10.5555/a b"]),
        "pmid/1",
        "pmid/2",
        "pmid/17",
        "pmcid/1",
        "x/a",
    ]
    for _ in range(draw(st.integers(0, 4))):
        keys = [free.pop(0) for _ in range(draw(st.integers(1, 2)))]
        article = iri.article(BASE, keys[0])
        pointers = [
            Pointer(
                iri.part(article, f"{kind}-{n}"),
                draw(st.none() | DOIS),
                draw(st.none() | NUMBERS),
                draw(st.none() | NUMBERS),
                draw(st.sampled_from([CITO.retracts, CITO.corrects, None])) if kind == "related" else None,
            )
            for n, kind in enumerate(draw(st.lists(st.sampled_from(["ref", "related"]), max_size=4)), 1)
        ]
        found.append(Facts(article, tuple(keys), pointers=pointers))
    return found


def _expected(documents: list[Facts]) -> list[Triple]:
    """The same with all keys in memory."""
    home = {key: document.article for document in documents for key in document.keys}
    found: list[Triple] = []
    for document in documents:
        for pointer in document.pointers:
            keys = [iri.doi_key(pointer.doi)] if pointer.doi else []
            keys += [f"{kind}/{n}" for kind, n in (("pmid", pointer.pmid), ("pmcid", pointer.pmcid)) if n]
            if not keys:
                continue
            target = next((home[key] for key in keys if key in home), iri.article(BASE, keys[0]))
            if "ref-" in pointer.term:
                found += [(document.article, CITO.cites, target), (pointer.term, BIRO.references, target)]
            elif pointer.relation:
                other = CITO.isRetractedBy if pointer.relation == CITO.retracts else CITO.isCorrectedBy
                found += [(document.article, pointer.relation, target), (target, other, document.article)]
    return found


@given(_documents())
def test_a_pointer_leads_to_the_article_that_its_first_known_key_leads_to(documents: list[Facts]) -> None:
    """And to the IRI of its best one where none is known; a notice without a meaning leads nowhere."""
    assert list(works.resolution(documents, BASE)) == _expected(documents)
