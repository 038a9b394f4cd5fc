"""THE mint: identifier or record → IRI. No other file builds an IRI.

Every IRI derives from an identifier, from content, or from a position in its document, never from a counter over a set,
so that equal input gives equal bytes. Functions give terms in N-Triples form (``<…>``) unless their name ends in
``_iri``; an IRI that RFC 3987 does not allow is never built.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import quote

from kg.model import Affiliation, Article, Grant, Journal
from kg.vocab import MESH, OBO

BASE = "https://w3id.org/bmkg/"
"""Where own IRIs live; a setting of the build (``--base-iri``)."""

_SLUG_GAP = re.compile(r"[^a-z0-9]+")
_SAFE_DOI = "/:@!$&'()*+,;-._~"
_SAFE_IRI = "/:@!$&'()*+,;=-._~?#[]%"
_FRAGMENT = re.compile(r"[^A-Za-z0-9._~-]")


def is_base(text: str) -> bool:
    """Whether own IRIs may be built on this.

    >>> is_base("https://e.org/kg/"), is_base("https://e.org/kg"), is_base("https://e.org/kg#"), is_base("https://e.org/<x>/")
    (True, False, False, False)
    """
    # Parts of an article have a fragment, so the base has none.
    return bool(re.fullmatch(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9._~:/@!$&'()*+,;=%-]+/", text))


def sha(text: str, length: int) -> str:
    """The first ``length`` hex digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


@lru_cache(maxsize=1 << 14)
def slug(text: str, limit: int = 80) -> str:
    """A readable path segment: NFKD, ASCII, lower case, everything else a hyphen; a hash where nothing is left.

    >>> slug("World J. Stem Cells"), slug("Gaceta Médica")
    ('world-j-stem-cells', 'gaceta-medica')
    >>> slug("日本") == sha(unicodedata.normalize("NFKC", "日本"), 12)
    True

    A name that is cut at ``limit`` characters ends in a hash of the whole, so that two long names stay two.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = _SLUG_GAP.sub("-", plain).strip("-")
    if not plain:
        return sha(unicodedata.normalize("NFKC", text), 12)
    return plain if len(plain) <= limit else f"{plain[: limit - 13].rstrip('-')}-{sha(text, 12)}"


# --- articles -----------------------------------------------------------------------------------------------------


def article_keys(article: Article) -> list[str]:
    """The keys of an article, best first: ``doi/10.…``, ``pmid/1``, ``pmcid/PMC1``, else one made of title and year.

    >>> article_keys(Article(record="", reader="", doi="10.1/a<b>", pmid="7"))
    ['doi/10.1/a%3Cb%3E', 'pmid/7']
    """
    keys = []
    if article.doi:
        keys.append(doi_key(article.doi))
    if article.pmid:
        keys.append(f"pmid/{article.pmid}")
    if article.pmcid:
        keys.append(f"pmcid/{article.pmcid}")
    if not keys:
        title = unicodedata.normalize("NFKC", article.title.text if article.title else "")
        years = sorted(event.date.year for event in article.events if event.date)
        family = next((a.family or a.name for a in article.authors), "")
        year = years[0] if years else ""
        keys.append(f"x/{sha(f'{title}|{year}|{family}', 16)}")
    return keys


@lru_cache(maxsize=1 << 10)
def doi_key(doi: str) -> str:
    """``doi/10.…`` with everything percent-encoded that an IRI path does not take as it stands."""
    return "doi/" + quote(unicodedata.normalize("NFC", doi).lower(), safe=_SAFE_DOI)


def article(base: str, key: str) -> str:
    """``<{base}article/{key}>``."""
    return f"<{base}article/{key}>"


def part(article_term: str, name: str) -> str:
    """A part of an article by its fragment.

    >>> part("<https://e.org/a>", "author-1")
    '<https://e.org/a#author-1>'
    """
    return f"{article_term[:-1]}#{name}>"


def whole(part_term: str) -> str:
    """The article of a part.

    >>> whole("<https://e.org/a#author-1>")
    '<https://e.org/a>'
    """
    return f"{part_term.partition('#')[0]}>"


def alternative(article_term: str, subject: str, predicate: str, term: str) -> str:
    """What another source of an article says: the property's name, and 8 hex digits of what is said of which part.

    >>> a, title = "<https://e.org/a>", "<http://purl.org/dc/terms/title>"
    >>> alternative(a, a, title, '"A title"').startswith("<https://e.org/a#alt-title-")
    True
    """
    name = re.split("[/#]", predicate[1:-1])[-1]
    said = f"{subject[1:-1].partition('#')[2]} {predicate} {term}"
    return part(article_term, f"alt-{_FRAGMENT.sub('_', name)}-{sha(said, 8)}")


def mention_name(passage: str, start: int, end: int) -> str:
    """The fragment of a span of a passage."""
    return f"m-{passage}-{start}-{end}"


def spans_name(passage: str, spans: Sequence[tuple[int, int]]) -> str:
    """The fragment of characters of a passage that need not be in one piece: that of all from the first to the last, and
    behind it the pieces.

    >>> spans_name("title", [(0, 7)]), spans_name("title", [(0, 7), (19, 25)])
    ('m-title-0-7', 'm-title-0-25-pieces-0-7.19-25')
    """
    whole = mention_name(passage, spans[0][0], max(end for _, end in spans))
    if len(spans) == 1:
        return whole
    stated = ".".join(f"{start}-{end}" for start, end in spans)
    return f"{whole}-pieces-{stated if len(stated) <= 60 else sha(stated, 16)}"


def entity_name(printed: str) -> str:
    """The fragment of a thing that others named in an article without an identifier that is known."""
    return f"entity-{sha(printed, 12)}"


def claim_name(*parts: str) -> str:
    """The fragment of a claim, by what it says."""
    return f"claim-{sha('|'.join(parts), 12)}"


def curie_fragment(curie: str) -> str:
    """A CURIE as it stands in a fragment: ``MESH_D003922``."""
    return _FRAGMENT.sub("_", curie)


def doi_page(doi: str) -> str:
    """``<https://doi.org/…>``."""
    return f"<https://doi.org/{doi_key(doi)[4:]}>"


def pubmed_rdf(pmid: str) -> str:
    """The article as PubMed RDF (NLM, DBCLS) names it."""
    return f"<http://rdf.ncbi.nlm.nih.gov/pubmed/{pmid}>"


def document_graph(base: str, key: str) -> str:
    """The named graph of one article."""
    return f"<{base}graph/{key}>"


def graph_of_part(base: str, node: str) -> str | None:
    """The named graph in which an article or a part of it is described; None for other nodes.

    >>> graph_of_part("https://e.org/", "<https://e.org/article/pmid/1#person-2>")
    '<https://e.org/graph/pmid/1>'
    """
    start = f"<{base}article/"
    return f"<{base}graph/{node[len(start) : -1].partition('#')[0]}>" if node.startswith(start) else None


SHARED = ("shared", "vocabulary", "aliases", "resolution", "analysis")
"""the graphs of the canonical export that are not a document's"""
OUTSIDE = ("provenance", "dataset")
"""those that are not in it: they hold clock times"""
_OF_A_DOCUMENT = re.compile("/graph/(?:doi|pmid|pmcid|x)/")


def shared_graph(base: str, name: str) -> str:
    """One of the graphs that are not a document's, by its name in :data:`SHARED` or :data:`OUTSIDE`."""
    return f"<{base}graph/{name}>"


def is_document_graph(graph: str) -> bool:
    """Whether a named graph is that of an article, under whatever base."""
    return _OF_A_DOCUMENT.search(graph) is not None


def shared_name(graph: str) -> str | None:
    """What :func:`shared_graph` made a graph of; None for a document's, however its DOI ends, and for other people's.

    >>> shared_name("<https://e.org/graph/aliases>")
    'aliases'
    >>> shared_name("<https://e.org/graph/doi/10.5555/graph/aliases>")
    """
    name = graph[1:-1].rpartition("/graph/")[2]
    return name if name in SHARED + OUTSIDE and not is_document_graph(graph) else None


def canonical_graphs(graphs: Iterable[str]) -> list[str]:
    """Of named graphs those of the canonical export, sorted: all but provenance and dataset.

    >>> canonical_graphs(["<https://e.org/graph/dataset>", "<https://e.org/graph/aliases>"])
    ['<https://e.org/graph/aliases>']
    """
    return sorted(graph for graph in graphs if shared_name(graph) not in OUTSIDE)


# --- journals, people, organisations --------------------------------------------------------------------------------


def journal_key(journal: Journal) -> str | None:
    """Where a journal lives under ``{base}journal/``; None when the record does not name one."""
    if number := journal.issn_l or journal.eissn or journal.issn:
        return f"issn/{number}"
    if journal.nlm_id:
        return f"nlm/{slug(journal.nlm_id)}"
    if name := journal.title or journal.abbreviation or journal.nlm_abbreviation:
        return f"name/{slug(name)}"
    return None


def journal(base: str, key: str, volume: str | None = None, issue: str | None = None) -> str:
    """A journal, its volume, or its issue (an issue without volume stands under ``/-/``)."""
    path = f"{base}journal/{key}"
    if volume or issue:
        path += f"/{slug(volume) if volume else '-'}"
    if issue:
        path += f"/{slug(issue)}"
    return f"<{path}>"


def portal_issn(issn: str) -> str:
    """The ISSN Portal's IRI."""
    return f"<https://portal.issn.org/resource/ISSN/{issn}>"


def organisation(base: str, affiliation: Affiliation) -> str | None:
    """The institution of an affiliation: its stated ROR, else one of ours by name and country."""
    if affiliation.ror:
        return f"<{affiliation.ror}>"
    return (
        organisation_named(base, affiliation.institution, affiliation.country_code) if affiliation.institution else None
    )


@lru_cache(maxsize=1 << 14)
def organisation_named(base: str, name: str, country_code: str | None) -> str:
    """``<{base}org/{slug}-{cc}-{6 hex}>``; ``xx`` where the country is not known."""
    cc = (country_code or "xx").lower()
    folded = unicodedata.normalize("NFKC", name).casefold()
    return f"<{base}org/{slug(name, 60)}-{cc}-{sha(f'{folded}|{cc}', 6)}>"


def funder(base: str, grant: Grant) -> str | None:
    """The body that awards a grant: its stated ROR or Crossref funder IRI, else an organisation of ours by name."""
    if grant.funder_id:
        return f"<{grant.funder_id}>"
    return organisation_named(base, grant.funder, None) if grant.funder else None


def orcid(number: str) -> str:
    """``<https://orcid.org/…>``."""
    return f"<https://orcid.org/{number}>"


def person_group(base: str, members: Iterable[str]) -> str:
    """A resolved person without ORCID: named by the smallest of its members' terms."""
    return f"<{base}person/{sha(min(members)[1:-1], 16)}>"


def email(address: str) -> str:
    """``<mailto:…>`` (RFC 6068)."""
    return f"<mailto:{quote(address, safe='@!$*+-._~')}>"


def language(code: str) -> str:
    """``<http://id.loc.gov/vocabulary/iso639-1/en>``."""
    scheme = "iso639-1" if len(code) == 2 else "iso639-2"
    return f"<http://id.loc.gov/vocabulary/{scheme}/{code}>"


# --- concepts -----------------------------------------------------------------------------------------------------

CONCEPT_PREFIXES = MappingProxyType(
    {
        "MESH": MESH.base,
        **{
            name: f"{OBO.base}{name}_"
            for name in (
                "MONDO DOID HP CL UBERON CHEBI GO SO PR NCBITaxon OBI MAXO ECO PATO ENVO FMA BTO CLO HANCESTRO MP NBO "
                "OBA OGMS UO IAO BFO RO FOODON GENO VO XAO ZFA ZFS FBbt MA EMAPA NCIT CHMO APOLLO_SV IDO STATO"
            ).split()
        },
        "EFO": "http://www.ebi.ac.uk/efo/EFO_",
        "Orphanet": "http://www.orpha.net/ORDO/Orphanet_",
        "HGNC": "http://identifiers.org/hgnc/",
        "NCBIGene": "http://identifiers.org/ncbigene/",
        "OMIM": "http://identifiers.org/omim/",
        "UniProtKB": "http://purl.uniprot.org/uniprot/",
        "UMLS": "http://identifiers.org/umls/",
        "SNOMEDCT": "http://snomed.info/id/",
        "ICD10": "http://identifiers.org/icd/",
        "DRUGBANK": "http://identifiers.org/drugbank/",
        "dbSNP": "http://identifiers.org/dbsnp/",
        "Cellosaurus": "http://identifiers.org/cellosaurus/",
    }
)
"""CURIE prefix → IRI up to the local identifier, as each owner writes it (bioregistry's preferred forms)."""

_PREFIX_SPELLINGS = MappingProxyType(
    {
        **{prefix.lower(): prefix for prefix in CONCEPT_PREFIXES},
        "msh": "MESH", "mesh": "MESH", "hpo": "HP", "ncbi_taxid": "NCBITaxon", "taxonomy": "NCBITaxon",
        "uniprot": "UniProtKB", "entrez": "NCBIGene", "geneid": "NCBIGene", "ncbigene": "NCBIGene", "umls_cui": "UMLS",
        "mim": "OMIM", "ordo": "Orphanet", "orpha": "Orphanet", "cell": "CL",
    }
)  # fmt: skip
_LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_IRI_FORMS = tuple(
    sorted(
        [(base, prefix) for prefix, base in CONCEPT_PREFIXES.items()]
        + [("https://id.nlm.nih.gov/mesh/", "MESH"), ("http://identifiers.org/mesh/", "MESH")],
        key=lambda form: (-len(form[0]), form[0]),
    )
)
_IDENTIFIERS_ORG = re.compile(r"https?://(?:www\.)?identifiers\.org/([A-Za-z_.]{2,20})[:/](.{1,80})")


def concept_iri(curie: str) -> str | None:
    """The bare IRI of a concept as its owner writes it; None for a prefix that is not known, never an invented one.

    >>> concept_iri("MESH:D003922"), concept_iri("mondo:0005147"), concept_iri("NOPE:1")
    ('http://id.nlm.nih.gov/mesh/D003922', 'http://purl.obolibrary.org/obo/MONDO_0005147', None)
    """
    prefix, colon, local = curie.partition(":")
    known = _PREFIX_SPELLINGS.get(prefix.lower())
    if not colon or known is None or not _LOCAL.fullmatch(local):
        return None
    return CONCEPT_PREFIXES[known] + local


def concept_curie(iri: str) -> str | None:
    """The CURIE of a concept IRI in any of the forms that are about; None for one that is not known.

    >>> concept_curie("http://purl.obolibrary.org/obo/CL_0000169"), concept_curie("https://identifiers.org/mesh:D003922")
    ('CL:0000169', 'MESH:D003922')
    """
    for base, prefix in _IRI_FORMS:
        if iri.startswith(base) and _LOCAL.fullmatch(iri[len(base) :]):
            return f"{prefix}:{iri[len(base) :]}"
    if (match := _IDENTIFIERS_ORG.fullmatch(iri)) and (prefix := _PREFIX_SPELLINGS.get(match[1].lower(), "")):
        local = match[2].partition(":")[2] or match[2]
        return f"{prefix}:{local}" if _LOCAL.fullmatch(local) else None
    return None


def concept(curie: str) -> str:
    """The term of a concept.

    Raises:
        ValueError: the prefix is not in :data:`CONCEPT_PREFIXES`.
    """
    iri = concept_iri(curie)
    if iri is None:
        raise ValueError(f"{curie!r} has no known prefix")
    return f"<{iri}>"


_MESH = f"<{MESH.base}"


def mesh(identifier: str, qualifier: str = "") -> str:
    """A MeSH descriptor, or a descriptor-qualifier pair as NLM writes it: ``D003922Q000628``."""
    return f"{_MESH}{identifier}{qualifier}>"


def identifiers_org(prefix: str, local: str) -> str:
    """``<https://identifiers.org/{prefix}/{local}>``."""
    return f"<https://identifiers.org/{prefix}/{quote(local, safe=_SAFE_DOI)}>"


# --- provenance, analysis ---------------------------------------------------------------------------------------------


def source(base: str, sha256: str) -> str:
    """A source file, by the digest of its uncompressed bytes."""
    return f"<{base}source/sha256/{sha256}>"


def source_line(source_term: str, line: int) -> str:
    """A line of a source, counted from 1, as a fragment of RFC 5147 (which counts the places between lines from 0).

    >>> source_line("<https://e.org/source/sha256/00>", 34)
    '<https://e.org/source/sha256/00#line=33,34>'
    """
    return f"{source_term[:-1]}#line={line - 1},{line}>"


def agent(base: str, name: str, version: str, settings: str) -> str:
    """A reader or recogniser in one version with one setting (8 hex digits of its digest)."""
    return f"<{base}agent/{slug(name)}/{quote(version, safe='')}-{settings[:8]}>"


def other_agent(base: str, name: str) -> str:
    """Somebody else who marked or stated something: a program or a person, whose version is not known."""
    return f"<{base}agent/{slug(name)}>"


def is_ours(agent_term: str) -> bool:
    """Whether an agent is a reader or recogniser of this program (:func:`agent`), not somebody else (:func:`other_agent`).

    >>> is_ours(agent(BASE, "dictionary", "0.1.0", "0123456789")), is_ours(other_agent(BASE, "PubTator 3"))
    (True, False)
    """
    return "/" in agent_term.rpartition("/agent/")[2]


def run(base: str, digest: str) -> str:
    """One run, by the digest of its inputs and settings."""
    return f"<{base}run/{digest[:12]}>"


def link(base: str, members: Iterable[str], kind: str = "") -> str:
    """A link between nodes, by its sorted members; a ``kind`` keeps two sorts of link between the same nodes apart."""
    path = f"link/{kind}/" if kind else "link/"
    return f"<{base}{path}{sha(' '.join(sorted(m[1:-1] for m in members)), 16)}>"


def measurement(base: str, metric: str, node: str) -> str:
    """One measure of one node."""
    return f"<{base}measure/{slug(metric)}/{sha(node[1:-1], 16)}>"


def metric(base: str, name: str) -> str:
    """A measure as such."""
    return f"<{base}metric/{slug(name)}>"


def dataset(base: str) -> str:
    """The data set as a whole."""
    return f"<{base}dataset>"


def report(base: str) -> str:
    """A validation report."""
    return f"<{base}validation>"


def result(base: str, *parts: str) -> str:
    """One result of a validation, by what it says."""
    return f"<{base}validation#{sha(chr(0).join(parts), 16)}>"


def skolem(base: str, label: str) -> str:
    """A blank node of somebody else's graph, named (RDF 1.1, section 3.5)."""
    return f"<{base}.well-known/genid/{quote(label, safe='')}>"


def escaped(text: str) -> str:
    """An IRI as typed by a person, without the characters that no IRI may hold."""
    return quote(text, safe=_SAFE_IRI + "*")
