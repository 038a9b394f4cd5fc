"""``ref`` → entries of the reference list: the text as printed and the identifiers that it states, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kg import identifiers
from kg.markup import Element, local, text_of
from kg.model import Reference
from kg.readers.jats.record import Reading
from kg.readers.jats.text import child_text, href_of, kind_of, spaced_text

_CITATIONS = frozenset(("mixed-citation", "element-citation", "citation", "nlm-citation", "citation-alternatives"))
_DOI_LINK = re.compile(r"(?:dx\.)?doi\.org/", re.IGNORECASE)
ID_CHECKS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "doi": ("doi", identifiers.doi),
    "pmid": ("pmid", identifiers.pmid),
    "pmc": ("pmcid", identifiers.pmcid),
    "pmcid": ("pmcid", identifiers.pmcid),
    "pii": ("pii", lambda text: text),
}


def read_references(reading: Reading, part: Element) -> None:
    """Every entry of every reference list, wherever it stands."""
    for ref in part.iter("{*}ref"):
        reading.references += references_in(ref, reading.warn)


def references_in(ref: Element, warn: Callable[[str, str, Element], None]) -> Iterator[Reference]:
    """The entries of a ``ref``: one a cited work, each with the identifiers that it states."""
    label = child_text(ref, "label")
    citations = [child for child in ref if local(child) in _CITATIONS]
    for forms in [citations] if _are_one_work(citations) else [[citation] for citation in citations]:
        found: dict[str, str] = {}
        for form in forms:
            found = _citation_ids(form, warn) | found
        own = next(filter(None, (child_text(form, "label") for form in forms)), None)
        yield Reference(_citation_text(_printed(forms)) or None, own or label, **found)
    rest = [text for child in ref if local(child) not in ("", "label", *_CITATIONS) and (text := spaced_text(child))]
    if not citations and not rest:
        rest = [text] if (text := spaced_text(ref, ("label",))) else []
    if rest:
        yield Reference("\n".join(rest), label)


def _are_one_work(citations: list[Element]) -> bool:
    """Whether they are the printed string and, beside it, the same in parts (SciELO Publishing Schema, ``<ref>``)."""
    return sorted(map(local, citations)) == ["element-citation", "mixed-citation"]


def _printed(forms: list[Element]) -> Element:
    """Of the forms of one citation the one that is as printed."""
    if len(forms) == 1 and local(forms[0]) == "citation-alternatives":
        forms = [child for child in forms[0] if local(child) in _CITATIONS] or forms
    return next((form for form in forms if local(form) == "mixed-citation"), forms[0])


def reference_line(ref: Element) -> str:
    return " ".join(filter(None, (child_text(ref, "label"), spaced_text(ref, ("label",)))))


def _citation_ids(citation: Element, warn: Callable[[str, str, Element], None]) -> dict[str, str]:
    """The checked identifiers of a citation, the first of each sort; wrong ones are named."""
    found: dict[str, str] = {}
    for element in citation.iter("{*}pub-id", "{*}object-id", "{*}article-id", "{*}ext-link", "{*}uri"):
        name = local(element)
        if name in ("ext-link", "uri"):
            link = href_of(element)
            if element.get("ext-link-type") == "doi" or _DOI_LINK.search(link):
                doi = identifiers.doi(link) or identifiers.doi(text_of(element))
                if doi:
                    found.setdefault("doi", doi)
            continue
        check = ID_CHECKS.get({"pubmed": "pmid", "medline": "pmid"}.get(kind := kind_of(element, "pub-id-type"), kind))
        text = text_of(element)
        if check is None or check[0] == "pii" or not text:
            continue
        if value := check[1](text):
            found.setdefault(check[0], value)
        else:
            warn(f"bad-{check[0]}", f"not a {check[0].upper()} in a reference: {text[:200]!r}", element)
    return found


def _citation_text(citation: Element) -> str:
    """A citation as printed; one of tagged parts only is written out in its own order, no letter more or less."""
    children = [child for child in citation if local(child) not in ("", "label")]
    loose = [citation.text, *(child.tail for child in citation)]
    if not children or any((text or "").strip() for text in loose):
        return spaced_text(citation, ("label",))
    out = ""
    before = ""
    for child in children:
        name = local(child)
        if name == "person-group" and not any((c.tail or "").strip() for c in child) and not (child.text or "").strip():
            text = ", ".join(filter(None, (spaced_text(c) for c in child if local(c))))
        else:
            text = spaced_text(child)
        if not text:
            continue
        if name == "issue" and before == "volume":
            out += f"({text})"
        elif out:
            separator = _SEPARATORS.get((before, name)) or _SEPARATORS.get(name) or ". "
            out += separator.lstrip(".") + text if out[-1] in ".?!" and separator == ". " else separator + text
        else:
            out = text
        before = name
    return out


_SEPARATORS: dict[str | tuple[str, str], str] = {
    ("name", "name"): ", ", ("string-name", "string-name"): ", ", ("fpage", "lpage"): "-", ("volume", "fpage"): ": ",
    ("issue", "fpage"): ": ", ("volume", "elocation-id"): ": ", ("issue", "elocation-id"): ": ", "volume": "; ",
    ("publisher-loc", "publisher-name"): ": ", ("publisher-name", "publisher-loc"): ", ", ("year", "month"): " ",
    ("month", "day"): " ", ("name", "etal"): ", ", ("year", "volume"): "; ",
}  # fmt: skip
