"""What a PubMed or JATS file says, read a second time by XPath: the other side of every comparison with the source.

Nothing here knows the readers, nor anything else of the program: the whole file is parsed, white space is folded and markup
stripped here, identifiers and dates are read here. Where the program is right to say something else than the bare text, the
rule stands beside the expression and is part of the expectation.

The tests compare the readers' records with these facts, ``check_against_source.py`` compares a built graph.
"""

from __future__ import annotations

import calendar
import gzip
import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

Facts = dict[str, Any]
"""Of both formats:

``doi`` ``pmid`` ``pmcid`` ``title``
    text, or None
``authors`` ``keywords``
    names and words in order
``dates``
    received, revised, accepted, issued, available → the dates as far as they are stated, ``2020-3-1``, ``2020-3``, ``2020``
``worded``
    which of these are printed in words (a season, a range) → the words: there the year alone is in ``dates``
``references``
    (doi, pmid, pmcid) of every reference that states one, in order

Of a PubMed record also ``version``, ``affiliations`` (author by author), ``headings``, ``chemicals``, ``substances``.
Of a JATS article ``affiliations`` (letters and digits of each distinct one), ``running affiliations`` (those to compare to
the character). None, wherever XPath cannot tell.
"""

PUBMED_RECORD = "//PubmedArticle | //MedlineCitation[not(parent::PubmedArticle)] | //PubmedBookArticle"
_NAMED_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*;)")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_PARSER = partial(etree.XMLParser, huge_tree=True, no_network=True, load_dtd=False)


@dataclass(frozen=True)
class Source:
    """A file: its digest (of the uncompressed bytes), its format, its records in order, the PMIDs that it deletes."""

    name: str
    sha256: str
    format: str
    """pubmed or jats"""
    records: list[Facts]
    deleted: frozenset[str]


def read(path: Path) -> Source | None:
    """The facts of a file; None when it is neither PubMed nor JATS."""
    data = content(path)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    tree = parse(data)
    found: list[Facts]
    if elements := pubmed_records(tree):
        form, found = "pubmed", [pubmed(element) for element in elements]
    else:
        form, found = "jats", [jats(element) for element in articles(tree)]
    deleted = frozenset(texts(tree, "//DeleteCitation/PMID"))
    if not found and not deleted:
        return None
    return Source(path.name, hashlib.sha256(data).hexdigest(), form, found, deleted)


def content(path: Path) -> bytes:
    """The bytes of a file, uncompressed."""
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def parse(data: bytes) -> Any:
    """The root element; HTML's named characters, which old DTDs declare, become what they mean."""
    return etree.fromstring(_NAMED_ENTITY.sub(_numeric, data), _PARSER())


def _numeric(match: re.Match[bytes]) -> bytes:
    char = html.unescape(match[0].decode())
    return match[0] if char.startswith("&") else b"".join(b"&#%d;" % ord(c) for c in char)


def fold(text: str) -> str:
    """White space to single blanks."""
    return " ".join(text.split())


def letters(text: str) -> str:
    """Letters and digits alone: what may never be lost or added."""
    return re.sub(r"[\W_]+", "", text)


def doi(text: str) -> str | None:
    """A DOI in lower case without resolver, None where the text is no DOI."""
    text = unicodedata.normalize("NFC", text.strip())
    match = re.fullmatch(
        r"(?i)(?:doi:?\s*)?(?:(?:https?:)?(?://)?(?:dx\.|www\.)?doi\.org/\s*)?(10\.\d{4,9}[.\d]*/\S+)", text
    )
    return match[1].lower() if match and not re.search(r'["\\^`{|}\u200b-\u200f\ufeff]|%(?!\w\w)', match[1]) else None


def pmid(text: str) -> str | None:
    """A PubMed identifier without leading zeros."""
    match = re.fullmatch(r"0*([1-9][0-9]{0,8})\.?", text.strip())
    return match[1] if match else None


def pmcid(text: str) -> str | None:
    """A PubMed Central identifier with its letters, without version."""
    match = re.fullmatch(r"(?i)(?:PMC)?([1-9][0-9]*)(?:\.[0-9]+)?", text.strip())
    return f"PMC{match[1]}" if match else None


def _date(year: str, month: str, day: str) -> str:
    """Year, month and day as far as they are stated and true: ``2020-3-1``; of 30 February the month."""
    if not re.fullmatch("[0-9]{4}", year) or int(year) == 0:
        return ""
    if not month.isdecimal():
        month = str(_MONTHS.index(month[:3].lower()) + 1) if month[:3].lower() in _MONTHS else ""
    if not month or not 1 <= int(month) <= 12:
        return year
    if not day.isdecimal() or not 1 <= int(day) <= calendar.monthrange(int(year), int(month))[1]:
        return f"{year}-{int(month)}"
    return f"{year}-{int(month)}-{int(day)}"


# --- PubMed -------------------------------------------------------------------------------------------------------


def pubmed_records(tree: Any) -> list[Any]:
    """The record elements of a PubMed file, of whatever year."""
    found: list[Any] = tree.xpath(PUBMED_RECORD)
    return found


def text(node: Any) -> str:
    """All text below a node but that of comments, folded; formulas without the blanks of their layout."""
    if isinstance(node, str):
        return fold(node)
    copy = etree.fromstring(etree.tostring(node, with_tail=False), _PARSER())
    for other in copy.xpath("//comment() | //processing-instruction()"):
        other.getparent().text = (other.getparent().text or "") + (other.tail or "")
    for formula in copy.xpath("//*[local-name()='math']//*"):
        formula.tail = (formula.tail or "").strip()
    for formula in copy.xpath("//*[local-name()='math']/descendant-or-self::*"):
        formula.text = (formula.text or "").strip()
    return fold(copy.xpath("string()"))


def texts(record: Any, path: str) -> list[str]:
    """The texts at a path that are not empty."""
    return [t for t in map(text, record.xpath(path)) if t]


def pubmed(record: Any) -> Facts:
    """The facts of a PubMed record."""
    base = next(iter(record.xpath("self::MedlineCitation | MedlineCitation | BookDocument")), record)
    own = texts(base, "PMID")
    listed = texts(record, "PubmedData/ArticleIdList/ArticleId[@IdType='doi']")
    listed += texts(record, "PubmedData/ArticleId[@IdType='doi'] | BookDocument/ArticleIdList/ArticleId[@IdType='doi']")
    located = texts(base, ".//ELocationID[@EIdType='doi'][not(@ValidYN='N')]")
    pmcids = texts(record, "PubmedData/ArticleIdList/ArticleId[@IdType='pmc']")
    pmcids += [other for other in texts(base, "OtherID[@Source='NLM']") if other.startswith("PMC")]
    people = base.xpath("Article/AuthorList[not(@Type='editors')]/Author | AuthorList[not(@Type='editors')]/Author")
    people = people or base.xpath("Book/AuthorList[not(@Type='editors')]/Author")  # of the whole book
    # an affiliation that is printed twice for one person is one
    where = [list(dict.fromkeys(texts(p, "AffiliationInfo/Affiliation | Affiliation"))) for p in people if _name(p)]
    # the form used until 2014: the article's affiliation is its first author's
    if where:
        where[0] = list(dict.fromkeys([*where[0], *texts(base, "Article/Affiliation")]))
    substances = base.xpath(
        "ChemicalList/Chemical/NameOfSubstance | SupplMeshList/SupplMeshName | Article/SupplMeshList/SupplMeshName"
    )
    return {
        "version": int(base.xpath("string(PMID/@Version)") or 1),
        "pmid": pmid(own[0]) if own else None,
        "doi": next((d for d in map(doi, (*listed, *located)) if d), None),
        "pmcid": next((p for p in map(pmcid, pmcids) if p), None),
        "title": (texts(base, "Article/ArticleTitle | ArticleTitle") or texts(base, "Book/BookTitle") or [None])[0],
        "authors": [n for n in map(_name, people) if n],
        "affiliations": where,
        "keywords": texts(base, "KeywordList/Keyword"),
        "headings": [
            (
                heading.xpath("string(DescriptorName/@UI)"),
                text(heading.find("DescriptorName")),
                heading.xpath("string(DescriptorName/@MajorTopicYN)") == "Y",
                [(q.get("UI", ""), text(q), q.get("MajorTopicYN") == "Y") for q in heading.findall("QualifierName")],
            )
            for heading in base.xpath("MeshHeadingList/MeshHeading")
        ],
        **_pubmed_dates(record, base),
        "references": _pubmed_references(record, base),
        "abstract": texts(base, "Article/Abstract/AbstractText | Abstract/AbstractText"),
        "formulas": bool(base.xpath(".//*[local-name()='math']")),
        "chemicals": texts(base, "ChemicalList/Chemical/NameOfSubstance"),
        "substances": [(s.get("UI", ""), text(s)) for s in substances if text(s)],
        "grants": len(base.xpath("Article/GrantList/Grant | GrantList/Grant")),
        "types": texts(base, "Article/PublicationTypeList/PublicationType | PublicationType"),
    }


def _name(person: Any) -> str:
    """Given names, family name, suffix; initials where no given name is printed; or the collective name."""
    if group := texts(person, "CollectiveName"):
        return group[0]
    given = texts(person, "ForeName") or [" ".join(texts(person, "FirstName | MiddleName"))]
    parts = (given[0] or "".join(texts(person, "Initials")), *texts(person, "LastName"), *texts(person, "Suffix"))
    return " ".join(part for part in parts if part)


def _pubmed_references(record: Any, base: Any) -> list[tuple[str | None, str | None, str | None]]:
    """Of old records the citations are notices of the type Cites; of a reference the first identifier of a kind counts."""
    found: list[tuple[str | None, str | None, str | None]] = [
        (None, pmid(number), None)
        for number in texts(base, "CommentsCorrectionsList/CommentsCorrections[@RefType='Cites']/PMID")
    ]
    for reference in record.xpath("PubmedData/ReferenceList//Reference"):
        first = (
            (check, texts(reference, f"ArticleIdList/ArticleId[@IdType='{kind}'][1]"))
            for kind, check in (("doi", doi), ("pubmed", pmid), ("pmc", pmcid))
        )
        one, two, three = (check(printed[0]) if printed else None for check, printed in first)
        found.append((one, two, three))
    return [stated for stated in found if any(stated)]


def _pubmed_date(element: Any) -> tuple[str, str]:
    """The date, and its words where it is printed in words; of words the first year."""
    year, month, day = (element.xpath(f"string({tag})").strip() for tag in ("Year", "Month", "Day"))
    words = " ".join(texts(element, "*")) if element.xpath("MedlineDate | Season") else ""
    if year:
        return _date(year, "" if words else month, day), words
    found = re.search(r"\b(1[5-9]|20)\d\d\b", words)
    return (found[0] if found else ""), words


def _pubmed_dates(record: Any, base: Any) -> Facts:
    history = "PubmedData/History/PubMedPubDate"
    paths = {
        "issued": [(base, "Article/Journal/JournalIssue/PubDate | Book/PubDate")],
        "available": [(base, "Article/ArticleDate | ContributionDate")],
        "received": [(record, f"{history}[@PubStatus='received']")],
        "revised": [(base, "DateRevised[parent::BookDocument]"), (record, f"{history}[@PubStatus='revised']")],
        "accepted": [(record, f"{history}[@PubStatus='accepted']")],
    }
    found: dict[str, set[str]] = {}
    worded: dict[str, list[str]] = {}
    for kind, places in paths.items():
        for holder, path in places:
            for date, words in map(_pubmed_date, holder.xpath(path)):
                if date:
                    found.setdefault(kind, set()).add(date)
                    if words:
                        worded.setdefault(kind, []).append(words)
    # without ArticleDate the first electronic day of the history is the day online
    if "available" not in found:
        online = [
            date
            for date, _ in map(
                _pubmed_date, record.xpath(f"{history}[@PubStatus='epublish' or @PubStatus='aheadofprint']")
            )
            if date
        ]
        if online:
            found["available"] = {min(online, key=lambda d: [int(part) for part in d.split("-")])}
    return {"dates": found, "worded": worded}


# --- JATS ---------------------------------------------------------------------------------------------------------

_PREAMBLE = re.compile(r"\\documentclass.*?\\begin\{document\}|\\end\{document\}", re.DOTALL)
_SHOWN = "not(ancestor::*[local-name()='tex-math'][../*[local-name()='math']])"
_MARKS = "local-name()='fn'|local-name()='xref' and contains('|fn|author-notes|corresp|aff|table-fn|other|', @ref-type)"


def articles(tree: Any) -> list[Any]:
    """The article elements of a JATS file."""
    found: list[Any] = tree.xpath("descendant-or-self::*[local-name()='article']")
    return found


def meta(article: Any) -> Any:
    """The article's metadata; the article itself where it has none."""
    return next(iter(article.xpath("*[local-name()='front']/*[local-name()='article-meta']")), article)


def shown(element: Any, without: str = "") -> str:
    """The text nodes of an element, less those below the named descendants, less TeX beside MathML."""
    condition = _SHOWN + "".join(f" and not(ancestor::*[{name}])" for name in without.split("|") if name)
    return _PREAMBLE.sub("", "".join(element.xpath(f".//text()[{condition}]")))


def jats(article: Any) -> Facts:
    """The facts of a JATS article."""
    front = meta(article)
    ids: dict[str, str] = {}
    for e in front.xpath("*[local-name()='article-id']"):
        ids.setdefault({"pmcid": "pmc"}.get(e.get("pub-id-type"), e.get("pub-id-type")), fold("".join(e.itertext())))
    titles = front.xpath("*[local-name()='title-group']/*[local-name()='article-title']")
    affiliations, running = _jats_affiliations(front)
    return {
        "version": 1,
        "doi": doi(ids.get("doi", "")),
        "pmid": pmid(ids.get("pmid", "")),
        "pmcid": pmcid(ids.get("pmc", "")),
        # footnotes and the marks that point to them are not part of a title
        "title": (fold(shown(titles[0], _MARKS)) or None) if titles else None,
        # other forms than a list of contributors are not looked for here
        "authors": jats_authors(front) if front.xpath("*[local-name()='contrib-group']") else None,
        "affiliations": affiliations,
        "running affiliations": running,
        "keywords": jats_keywords(article),
        **_jats_dates(front),
        "references": jats_references(article),
    }


def jats_authors(front: Any) -> list[str]:
    """The author contribs outside of consortia, in their order: given names, surname, suffix; or the name of the group."""
    names = []
    for contrib in front.xpath(
        "*[local-name()='contrib-group'][not(@content-type='editors')]"
        "/*[local-name()='contrib'][not(@contrib-type) or @contrib-type='author' or @contrib-type='collab']"
    ):
        for part in contrib.xpath("*[local-name()='name' or local-name()='string-name' or local-name()='collab']"):
            if etree.QName(part).localname == "collab":
                names.append(fold("".join(part.xpath("text()|*[local-name()='institution']//text()"))))
            else:
                order = ("given-names", "surname", "suffix")
                pieces = (fold("".join(part.xpath(f"string(*[local-name()='{tag}'])"))) for tag in order)
                names.append(" ".join(filter(None, pieces)) or fold("".join(part.itertext())))
    return names


def _jats_affiliations(front: Any) -> tuple[list[str], list[str]]:
    """The letters of each distinct affiliation in order, labels and identifiers left out; and those that are running text.

    SciELO repeats the printed string, which is then the text, in parts. Where the source has elements alone, what stands
    between them is not in the source.
    """
    found: dict[str, None] = {}
    running = []
    for aff in front.xpath(".//*[local-name()='aff']"):
        original = aff.xpath("string(.//*[local-name()='institution'][@content-type='original'])")
        skip = "local-name()='label'|local-name()='institution-id'|local-name()='xref'"
        printed = original or shown(aff, skip)
        first = aff.xpath("*[1][local-name()='sup']")
        if not original and first and not (aff.text or "").strip():
            printed = printed.strip()[len(fold("".join(first[0].itertext()))) :]
        if letters(printed):
            found[letters(printed)] = None
            if (aff.text or "").strip() and not original:
                running.append(fold(printed).strip(" ,;"))
    return list(found), running


def jats_keywords(article: Any) -> list[str]:
    """The distinct kwd of every group but abbreviation lists, in order; those of the translated article follow."""
    named = "*[local-name()='{}']".format
    translations = "*[local-name()='sub-article'][@article-type='translation']"
    stub = f"{translations}/{named('front-stub')} | {translations}/{named('front')}/{named('article-meta')}"
    groups = [
        group
        for front in (meta(article), *article.xpath(stub))
        for group in front.xpath(named("kwd-group"))
        if "bbrev" not in (group.get("kwd-group-type") or "") + group.xpath(f"string({named('title')})")
    ]
    words = [fold(shown(kwd)) for group in groups for kwd in group.xpath(".//*[local-name()='kwd']")]
    return list(dict.fromkeys(filter(None, words)))


def _jats_date(element: Any) -> tuple[str, str]:
    """The date, and its words where it is printed in words; of words, and of a day that cannot be, the year."""
    year, month, day, season = (
        fold(element.xpath(f"string(*[local-name()='{tag}'])")) for tag in ("year", "month", "day", "season")
    )
    worded = bool(season) or not all(part.isdecimal() or not part for part in (year, day))
    words = " ".join(filter(None, (year, season or month, day))) if worded else ""
    date = _date(year, month, day)
    return _date(year, "", "") if words or date.count("-") != bool(month) + bool(day) else date, words


def _jats_dates(front: Any) -> Facts:
    """Received, accepted and revised are those of the history; issued is print, collection, else electronic."""
    kinds = {"received": "received", "accepted": "accepted", "rev-recd": "revised"}
    stated = [
        (kind, e)
        for e in front.xpath("*[local-name()='history']//*[local-name()='date']")
        if (kind := kinds.get(e.get("date-type")))
    ]
    slots: dict[str, Any] = {}
    for e in front.xpath("*[local-name()='pub-date']"):
        form = (e.get("pub-type"), e.get("date-type"), e.get("publication-format"))
        if form[0] in ("ppub", "epub-ppub") or (form[0] is None and form[2] == "print"):
            slots.setdefault("print", e)
        if "collection" in form:
            slots.setdefault("collection", e)
        elif form[0] in ("epub", "epub-ppub") or (form[0] is None and form[2] == "electronic"):
            slots.setdefault("electronic", e)
        elif form[0] is None and form[2] is None:
            slots.setdefault("plain", e)
    issued = next((slots[s] for s in ("print", "collection", "electronic", "plain") if s in slots), None)
    if issued is not None:
        stated.append(("issued", issued))
    if "electronic" in slots:
        stated.append(("available", slots["electronic"]))
    found: dict[str, set[str]] = {}
    worded: dict[str, list[str]] = {}
    for kind, element in stated:
        date, words = _jats_date(element)
        if date:
            found.setdefault(kind, set()).add(date)
            if words:
                worded.setdefault(kind, []).append(words)
    return {"dates": found, "worded": worded}


def citations(article: Any) -> list[list[Any]]:
    """The cited works of the reference lists, each with its citations: of a ``ref`` every citation is a work of its own,
    but the printed string and the same in parts are one (SciELO Publishing Schema)."""
    inside = "*[local-name()='body' or local-name()='back']//*[local-name()='ref']"
    names = ("mixed-citation", "element-citation", "citation", "nlm-citation", "citation-alternatives")
    found: list[list[Any]] = []
    for ref in article.xpath(inside):
        forms = [child for child in ref.iterchildren("{*}*") if etree.QName(child).localname in names]
        tags = {etree.QName(form).localname for form in forms}
        pair = len(forms) == 2 and tags == {"mixed-citation", "element-citation"}
        found += [forms] if pair else [[form] for form in forms]
    return found


def jats_references(article: Any) -> list[tuple[str | None, str | None, str | None]]:
    """The identifiers of a reference are its pub-ids and links to doi.org; what is none is left out."""
    found = [_stated(forms) for forms in citations(article)]
    return [stated for stated in found if any(stated)]


def _stated(forms: list[Any]) -> tuple[str | None, str | None, str | None]:
    checks = {"doi": doi, "pmid": pmid, "pmcid": pmcid}
    stated: dict[str, str | None] = dict.fromkeys(checks)
    tags = ("pub-id", "object-id", "ext-link", "uri")
    for e in (e for form in forms for e in form.iter("{*}*") if etree.QName(e).localname in tags):
        printed, href = fold("".join(e.itertext())), e.get("{http://www.w3.org/1999/xlink}href") or ""
        kind = e.get("pub-id-type") or ("doi" if e.get("ext-link-type") == "doi" or "doi.org/" in href else "")
        kind = {"pmc": "pmcid"}.get(kind, kind)
        if kind in checks:
            value = checks[kind](href) if e.get("pub-id-type") is None and href else None
            stated[kind] = stated[kind] or value or checks[kind](printed)
    return stated["doi"], stated["pmid"], stated["pmcid"]


# --- files --------------------------------------------------------------------------------------------------------


def files(places: Iterable[Path]) -> list[Path]:
    """The XML files that are named, or lie in the folders that are."""
    found: set[Path] = set()
    for place in places:
        inside = place.rglob("*") if place.is_dir() else [place]
        found.update(p for p in inside if p.is_file() and re.search(r"\.n?xml(\.gz)?$", p.name))
    return sorted(found)
