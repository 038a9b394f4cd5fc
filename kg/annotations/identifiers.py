"""Identifiers as annotators print them → CURIEs, where it is known what they mean.

PubTator and the corpora of BioCreative print bare numbers, and it is the type of the mention that says whose they are:
``3630`` of a Gene is of NCBI Gene, of a Species of the NCBI Taxonomy. What the tables below do not know stays as printed
and gets no CURIE; nothing is invented.

Sources: PubTator 3 (Wei et al. 2024, doi 10.1093/nar/gkae235), BioRED (Luo et al. 2022, doi 10.1093/bib/bbac282), BC5CDR
(Li et al. 2016, doi 10.1093/database/baw068), NCBI Disease (Doğan et al. 2014, doi 10.1016/j.jbi.2013.12.006), tmVar 3
(Wei et al. 2022, doi 10.1093/bioinformatics/btac537).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from kg.iri import concept_curie, concept_iri
from kg.model import Annotation

_SPECIES = {"species", "organismtaxon", "organism", "strain", "taxon", "genus"}
_GENES = {"gene", "geneorgeneproduct", "protein", "familyname", "domainmotif"}
_KEYS = {
    "mesh": "MESH", "omim": "OMIM", "ncbi gene": "NCBIGene", "ncbigene": "NCBIGene", "entrez": "NCBIGene",
    "entrezgene": "NCBIGene", "gene id": "NCBIGene", "geneid": "NCBIGene", "ncbi taxonomy": "NCBITaxon",
    "taxonomy": "NCBITaxon", "ncbitaxon": "NCBITaxon", "taxid": "NCBITaxon", "cellosaurus": "Cellosaurus", "dbsnp": "dbSNP",
    "chebi": "CHEBI", "umls": "UMLS", "cl": "CL", "uberon": "UBERON", "go": "GO", "hp": "HP", "hpo": "HP",
}  # fmt: skip
"""keys of BioC infons that name whose identifier their value is, folded, and the CURIE prefix"""
_MESH = re.compile(r"[DC][0-9]{6,9}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
_GENE = re.compile(r"([0-9]{1,10})(?:\((?:Tax:)?[0-9]{1,10}\))?", re.ASCII)
_CELL_LINE = re.compile(r"CVCL[_:]([A-Z0-9]{4,6})", re.ASCII)
_SNP = re.compile(r"rs[0-9]{1,12}", re.ASCII)
_SNP_OF_TMVAR = re.compile(r"(?:^|;)RS#:([0-9]{1,12})(?=;|$)", re.ASCII)
_OMIM = re.compile(r"[1-9][0-9]{5}", re.ASCII)
_VARIANT = re.compile(r"(?:tmVar:)?[cgmnpr]\||.*\bHGVS:", re.ASCII)
_JOINTS = re.compile(r"[|,;+]")


def database_of(key: str) -> str | None:
    """The CURIE prefix that a key of an infon stands for; None where it names no database.

    >>> database_of("MESH"), database_of("NCBI Gene"), database_of("note")
    ('MESH', 'NCBIGene', None)
    """
    return _KEYS.get(key.casefold().replace("_", " "))


@lru_cache(maxsize=1 << 14)
def concepts_of(identifier: str, kind: str = "", prefix: str | None = None) -> tuple[str, ...]:
    """The CURIEs that an identifier means, in order, each once; composite ones are joined by ``|``, ``,``, ``;`` or ``+``.

    Args:
        identifier: as printed.
        kind: the type of the mention as printed; it decides whose a bare number is.
        prefix: whose identifiers they are, where the source says so.

    >>> concepts_of("D006470|D003556", "Disease"), concepts_of("3630", "Gene"), concepts_of("OMIM:612446+D002819")
    (('MESH:D006470', 'MESH:D003556'), ('NCBIGene:3630',), ('OMIM:612446', 'MESH:D002819'))
    >>> concepts_of("-1", "Disease"), concepts_of("c|DEL||32", "SequenceVariant"), concepts_of("7", "Disease")
    ((), (), ())
    """
    if not identifier or len(identifier) > 10_000:
        return ()
    if _VARIANT.match(identifier):
        return tuple(dict.fromkeys(f"dbSNP:rs{number}" for number in _SNP_OF_TMVAR.findall(identifier)))
    found = (_concept(piece.strip(), kind.casefold().replace(" ", ""), prefix) for piece in _JOINTS.split(identifier))
    return tuple(dict.fromkeys(curie for curie in found if curie))


def _concept(text: str, kind: str, prefix: str | None) -> str | None:
    """The CURIE of one identifier."""
    if text.startswith(("http://", "https://")):
        return concept_curie(text)
    if (match := _CELL_LINE.fullmatch(text)) is not None:
        return f"Cellosaurus:CVCL_{match[1]}"
    if _SNP.fullmatch(text):
        return f"dbSNP:{text}"
    if ":" in text:
        named, _, text = text.partition(":")
        known = concept_iri(f"{_KEYS.get(named.casefold(), named)}:{text}")
        return concept_curie(known) if known else None
    if prefix is None and _MESH.fullmatch(text):
        return f"MESH:{text}"
    if prefix is None and kind in _GENES and (match := _GENE.fullmatch(text)):
        return f"NCBIGene:{match[1]}"
    if prefix is None and kind in _SPECIES and _NUMBER.fullmatch(text):
        return f"NCBITaxon:{text}"
    if prefix is None or not _FITS.get(prefix, _ANY).fullmatch(text):
        return None
    return f"{prefix}:{text}" if concept_iri(f"{prefix}:{text}") else None


def argument_concepts(identifier: str, types: Iterable[str] = ()) -> tuple[str, ...]:
    """The CURIEs of an argument of a relation, whose type the relation does not print.

    ``types`` are those of the mentions with that identifier; without them a bare number is a gene, as in every corpus of
    NCBI. Types that would make it different things give none.

    >>> argument_concepts("3630"), argument_concepts("D007328"), argument_concepts("9606", ["Species"])
    (('NCBIGene:3630',), ('MESH:D007328',), ('NCBITaxon:9606',))
    >>> argument_concepts("9606", ["Species", "Gene"])
    ()
    """
    found = {concepts for kind in set(types) or {"Gene"} if (concepts := concepts_of(identifier, kind))}
    return found.pop() if len(found) == 1 else ()


def types_by_identifier(annotations: Iterable[Annotation]) -> dict[str, set[str]]:
    """The types as printed of each identifier as printed, whole and by its parts."""
    types: dict[str, set[str]] = {}
    for annotation in annotations:
        if annotation.identifier:
            for part in {annotation.identifier, *_JOINTS.split(annotation.identifier)}:
                types.setdefault(part, set()).add(annotation.type)
    return types


_ANY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_FITS = {"MESH": _MESH, "OMIM": _OMIM, "NCBIGene": _NUMBER, "NCBITaxon": _NUMBER}
