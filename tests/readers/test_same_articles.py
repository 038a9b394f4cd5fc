"""The same ten articles in every format: what one reader says of them, the others say too.

The articles are written down once (:data:`TEN`, fictional) and rendered into each format by a small writer, as its real
exports look. :data:`CARRIES` is the table of which format carries what: what it carries must come out equal, what it does
not carry must come out empty.
"""

from __future__ import annotations

import io
import json
import os
import textwrap
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pytest

from kg import dates
from kg.errors import InputError
from kg.model import Article, Author, Rejected
from kg.readers import READERS, reader_for

# --- ten articles -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    given: str
    family: str
    places: tuple[int, ...] = ()
    orcid: str | None = None

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.given.replace("-", " ").replace(".", " ").split())

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class Group:
    name: str
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Paper:
    number: int
    title: str
    people: tuple[Person | Group, ...]
    places: tuple[str, ...]
    abstract: tuple[tuple[str, str], ...]
    keywords: tuple[str, ...]
    received: str = ""
    revised: str = ""
    accepted: str = ""

    @property
    def doi(self) -> str:
        return f"10.5555/ten.{self.number}"

    @property
    def pmid(self) -> str:
        return str(99800000 + self.number)

    @property
    def pmcid(self) -> str:
        return f"PMC{9980000 + self.number}"

    @property
    def issued(self) -> str:
        return f"2024-{self.number:02d}-{10 + self.number}"

    @property
    def available(self) -> str:
        return f"2024-{self.number:02d}-0{min(self.number, 9)}"

    @property
    def pages(self) -> tuple[str, str]:
        return str(100 * self.number), str(100 * self.number + 9)


JOURNAL, SHORT, ISSN, EISSN = "Fictional Journal of Ten", "Fict J Ten", "9900-0210", "9900-0105"
FICTION = "Department of Fiction, University of Example, Exampletown 12345, Germany"
DOUBT = "Institute of Doubt, Université Inventée, Paris 75001, France"
CLINIC = "Clinic of Imaginary Medicine, Nowhere Hospital, Springfield, IL 62701, United States"
ADA = Person("Ada", "Placeholder", (0,), "0000-0002-1825-0097")
BO = Person("Bo", "Lorem-Ipsum", (0,))
JOSE = Person("José", "de la Muestra", (1,), "0000-0001-5109-3700")
WEI = Person("Wei", "Li", (0, 1))
CHLOE = Person("Chloé Anne", "Müsterfrau", (1,))
PLAIN = (("", "All of this is made up. Nothing in it is true, and no one was harmed."),)
TEN = (
    Paper(1, "Insulin in ten fictional formats", (ADA,), (FICTION,), PLAIN, ("insulin",)),
    Paper(2, "Two authors, one place", (ADA, BO), (FICTION,), PLAIN, ("insulin", "beta cells"), received="2023-11-01"),
    Paper(
        3,
        "IFN-γ and 5-hydroxytryptamine: α, β and ≥ 2 signs",
        (ADA, JOSE),
        (FICTION, DOUBT),
        (("BACKGROUND", "IFN-γ is 1.5 µg/mL."), ("RESULTS", "More than 20% of them."), ("CONCLUSION", "None.")),
        ("interferon", "type 1 diabetes"),
        "2023-01-31",
        "2023-02-28",
        "2023-03-01",
    ),
    Paper(4, "A person with two places", (WEI, ADA), (FICTION, DOUBT), PLAIN, ("stem cells",), accepted="2024-01-02"),
    Paper(
        5,
        "A group among the authors",
        (ADA, JOSE, Group("Fictional Islet Study Group", (2,))),
        (FICTION, DOUBT, CLINIC),
        PLAIN,
        ("islets", "cohort"),
    ),
    Paper(
        6,
        "Names with accents and a hyphen",
        (CHLOE, BO),
        (FICTION, DOUBT),
        PLAIN,
        ("names",),
        "2023-06-01",
        "2023-07-01",
        "2023-08-01",
    ),
    Paper(7, "No keywords at all", (BO, ADA), (FICTION,), PLAIN, (), "2023-12-24"),
    Paper(
        8,
        "A long title that has to be wrapped in the formats that wrap their lines, because it does not end before the "
        "eightieth column of the page",
        (JOSE, CHLOE, BO, ADA),
        (FICTION, DOUBT),
        (("AIM", "To wrap a long sentence " + "again and " * 20 + "again."), ("METHODS", "Wrapping.")),
        ("wrapping", "lines", "columns"),
        accepted="2024-07-30",
    ),
    Paper(9, "Order matters: the last may be first", (CHLOE, WEI, JOSE), (FICTION, DOUBT), PLAIN, ("order",)),
    Paper(
        10,
        "The tenth of ten",
        (Person("Max M", "Muster", (2,)), ADA),
        (FICTION, DOUBT, CLINIC),
        PLAIN,
        ("ten", "end"),
        "2024-01-01",
        "2024-02-29",
        "2024-03-31",
    ),
)

# --- the same in each format --------------------------------------------------------------------------------------


def used(paper: Paper) -> list[int]:
    """Places in the order in which authors name them."""
    return list(dict.fromkeys(place for person in paper.people for place in person.places))


def ymd(day: str) -> list[int]:
    return [int(part) for part in day.split("-")]


def in_words(day: str) -> str:
    year, month, number = ymd(day)
    return f"{MONTHS[month - 1]} {number}, {year}"


def medline(day: str) -> str:
    year, month, number = ymd(day)
    return f"{year} {MONTHS[month - 1][:3]} {number}"


MONTHS = "January February March April May June July August September October November December".split()


def pubmed(papers: tuple[Paper, ...]) -> str:
    return f"<PubmedArticleSet>{''.join(map(_pubmed, papers))}</PubmedArticleSet>"


def _pubmed(p: Paper) -> str:
    def date(tag: str, day: str, attributes: str = "") -> str:
        year, month, number = ymd(day)
        return f"<{tag}{attributes}><Year>{year}</Year><Month>{month}</Month><Day>{number}</Day></{tag}>"

    people = ""
    for person in p.people:
        places = "".join(
            f"<AffiliationInfo><Affiliation>{escape(p.places[n])}.</Affiliation></AffiliationInfo>"
            for n in person.places
        )
        if isinstance(person, Group):
            people += f"<Author><CollectiveName>{person.name}</CollectiveName>{places}</Author>"
        else:
            orcid = f'<Identifier Source="ORCID">{person.orcid}</Identifier>' if person.orcid else ""
            people += (
                f"<Author><LastName>{person.family}</LastName><ForeName>{person.given}</ForeName>"
                f"<Initials>{person.initials}</Initials>{orcid}{places}</Author>"
            )
    abstract = "".join(
        f'<AbstractText Label="{label}">{escape(text)}</AbstractText>'
        if label
        else f"<AbstractText>{escape(text)}</AbstractText>"
        for label, text in p.abstract
    )
    keywords = "".join(f"<Keyword>{word}</Keyword>" for word in p.keywords)
    history = "".join(
        date("PubMedPubDate", day, f' PubStatus="{kind}"')
        for kind, day in (("received", p.received), ("revised", p.revised), ("accepted", p.accepted))
        if day
    )
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{p.pmid}</PMID><Article><Journal><ISSN IssnType='Electronic'>{EISSN}</ISSN>"
        f"<JournalIssue><Volume>7</Volume><Issue>{p.number}</Issue>{date('PubDate', p.issued)}</JournalIssue>"
        f"<Title>{JOURNAL}</Title></Journal><ArticleTitle>{escape(p.title)}.</ArticleTitle>"
        f"<Pagination><MedlinePgn>{p.pages[0]}-{p.pages[1][-1]}</MedlinePgn></Pagination><Abstract>{abstract}</Abstract>"
        f"<AuthorList>{people}</AuthorList><Language>eng</Language>{date('ArticleDate', p.available)}</Article>"
        f"<MedlineJournalInfo><MedlineTA>{SHORT}</MedlineTA><ISSNLinking>{ISSN}</ISSNLinking></MedlineJournalInfo>"
        f"<KeywordList>{keywords}</KeywordList></MedlineCitation><PubmedData><History>{history}</History><ArticleIdList>"
        f"<ArticleId IdType='doi'>{p.doi}</ArticleId><ArticleId IdType='pmc'>{p.pmcid}</ArticleId></ArticleIdList>"
        "</PubmedData></PubmedArticle>"
    )


def nbib(papers: tuple[Paper, ...]) -> str:
    return "\n".join(map(_nbib, papers))


def _nbib(p: Paper) -> str:
    fields = [("PMID", p.pmid), ("OWN", "NLM"), ("IS", f"{EISSN} (Electronic)"), ("IS", f"{ISSN} (Linking)")]
    fields += [("VI", "7"), ("IP", str(p.number)), ("DP", medline(p.issued)), ("TI", f"{p.title}.")]
    fields += [("PG", f"{p.pages[0]}-{p.pages[1][-1]}")]
    fields += [("AB", " ".join(f"{label}: {text}" if label else text for label, text in p.abstract))]
    for person in p.people:
        if isinstance(person, Group):
            fields += [("CN", person.name)]
        else:
            fields += [("FAU", f"{person.family}, {person.given}"), ("AU", f"{person.family} {person.initials}")]
            fields += [("AUID", f"ORCID: {person.orcid}")] if person.orcid else []
        fields += [("AD", f"{p.places[n]}.") for n in person.places]
    fields += [
        ("LA", "eng"),
        ("PT", "Journal Article"),
        ("DEP", p.available.replace("-", "")),
        ("TA", SHORT),
        ("JT", JOURNAL),
    ]
    fields += [("OT", word) for word in p.keywords] + [("PMC", p.pmcid)]
    history = (("received", p.received), ("revised", p.revised), ("accepted", p.accepted))
    fields += [("PHST", f"{day.replace('-', '/')} 00:00 [{kind}]") for kind, day in history if day]
    fields += [("AID", f"{p.doi} [doi]")]
    return "".join(
        "\n".join(
            textwrap.wrap(text, 84, initial_indent=f"{tag:<4}- ", subsequent_indent=" " * 6, break_on_hyphens=False)
        )
        + "\n"
        for tag, text in fields
    )


def pubmed_text(papers: tuple[Paper, ...]) -> str:
    return "\n\n\n".join(_pubmed_text(n, p) for n, p in enumerate(papers, 1)) + "\n"


def _pubmed_text(n: int, p: Paper) -> str:
    marks = {place: mark for mark, place in enumerate(used(p), 1)}
    people = ""
    for person in p.people:
        name = person.name if isinstance(person, Group) else f"{person.family} {person.initials}"
        people += ("; " if isinstance(person, Group) else ", ") if people else ""
        people += name + "".join(f"({marks[place]})" for place in person.places)
    first, last = p.pages
    paragraphs = [
        f"{n}. {SHORT}. {medline(p.issued)};7({p.number}):{first}-{last[-1]}. doi: {p.doi}. Epub {medline(p.available)}.",
        f"{p.title}.",
        f"{people}.",
        "Author information:\n" + "\n".join(f"({mark}){p.places[place]}." for place, mark in marks.items()),
        "\n".join(f"{label}: {text}" if label else text for label, text in p.abstract),
        f"DOI: {p.doi}\nPMCID: {p.pmcid}\nPMID: {p.pmid} [Indexed for MEDLINE]",
    ]
    wrapped = (
        "\n".join("\n".join(textwrap.wrap(line, 80, break_on_hyphens=False)) for line in paragraph.split("\n"))
        for paragraph in paragraphs
    )
    return "\n\n".join(wrapped)


def jats(papers: tuple[Paper, ...]) -> str:
    return f"<articles>{''.join(map(_jats, papers))}</articles>"


def _jats(p: Paper) -> str:
    def date(tag: str, day: str, attributes: str) -> str:
        year, month, number = ymd(day)
        return f"<{tag} {attributes}><day>{number}</day><month>{month}</month><year>{year}</year></{tag}>"

    people = ""
    for person in p.people:
        xrefs = "".join(f'<xref ref-type="aff" rid="a{n}"><sup>{n}</sup></xref>' for n in person.places)
        if isinstance(person, Group):
            people += f'<contrib contrib-type="author"><collab>{person.name}</collab>{xrefs}</contrib>'
        else:
            orcid = (
                f'<contrib-id contrib-id-type="orcid">https://orcid.org/{person.orcid}</contrib-id>'
                if person.orcid
                else ""
            )
            people += (
                f'<contrib contrib-type="author">{orcid}<name><surname>{person.family}</surname>'
                f"<given-names>{person.given}</given-names></name>{xrefs}</contrib>"
            )
    places = "".join(f'<aff id="a{n}"><label>{n}</label>{escape(p.places[n])}</aff>' for n in used(p))
    abstract = "".join(
        f"<sec><title>{label}</title><p>{escape(text)}</p></sec>" if label else f"<p>{escape(text)}</p>"
        for label, text in p.abstract
    )
    keywords = "".join(f"<kwd>{word}</kwd>" for word in p.keywords)
    history = "".join(
        date("date", day, f'date-type="{kind}"')
        for kind, day in (("received", p.received), ("rev-recd", p.revised), ("accepted", p.accepted))
        if day
    )
    printed = date("pub-date", p.issued, 'pub-type="ppub"')
    online = date("pub-date", p.available, 'pub-type="epub"')
    return (
        f"<article><front><journal-meta><journal-title-group><journal-title>{JOURNAL}</journal-title></journal-title-group>"
        f"<issn pub-type='ppub'>{ISSN}</issn><issn pub-type='epub'>{EISSN}</issn></journal-meta><article-meta>"
        f"<article-id pub-id-type='pmid'>{p.pmid}</article-id><article-id pub-id-type='pmc'>{p.pmcid}</article-id>"
        f"<article-id pub-id-type='doi'>{p.doi}</article-id><title-group><article-title>{escape(p.title)}</article-title>"
        f"</title-group><contrib-group>{people}</contrib-group>{places}{printed}"
        f"{online}<volume>7</volume><issue>{p.number}</issue>"
        f"<fpage>{p.pages[0]}</fpage><lpage>{p.pages[1]}</lpage><history>{history}</history><abstract>{abstract}</abstract>"
        f"<kwd-group>{keywords}</kwd-group></article-meta></front></article>"
    )


def letters(papers: tuple[Paper, ...]) -> list[str]:
    return list(map(_letter, papers))


def _letter(p: Paper) -> str:
    lines = [
        "Letter to the Editor",
        "Copyright ©The Author(s) 2024. Published by Fictional Publishing House Inc. All rights reserved.",
        f"{SHORT}. {MONTHS[ymd(p.issued)[1] - 1][:3]} {ymd(p.issued)[2]}, 2024; 7({p.number}): {p.pages[0]}-{p.pages[1]}",
        f"Published online {MONTHS[ymd(p.available)[1] - 1][:3]} {ymd(p.available)[2]}, 2024. doi: {p.doi}",
        p.title,
        ", ".join(person.name for person in p.people),
    ]
    for place in used(p):
        names = [person.name for person in p.people if place in person.places]
        lines.append(", ".join((*names, p.places[place])))
    numbers = [f"{person.name} ({person.orcid})" for person in p.people if isinstance(person, Person) and person.orcid]
    lines += [f"ORCID number: {'; '.join(numbers)}."] if numbers else []
    events = (
        ("Received", p.received),
        ("Revised", p.revised),
        ("Accepted", p.accepted),
        ("Published online", p.available),
    )
    lines += [f"{kind}: {in_words(day)}" for kind, day in events if day]
    lines += ["Abstract"]
    for label, text in p.abstract:
        lines += [label, "", text, ""] if label else ["", text, ""]
    lines += [f"Keywords: {'; '.join(p.keywords)}"] if p.keywords else []
    return "\n".join(lines) + "\n"


def crossref(papers: tuple[Paper, ...]) -> str:
    return json.dumps({"status": "ok", "message-type": "work-list", "message": {"items": list(map(_crossref, papers))}})


def _crossref(p: Paper) -> dict[str, Any]:
    def date(day: str) -> dict[str, Any]:
        return {"date-parts": [ymd(day)]}

    people = []
    for person in p.people:
        entry: dict[str, Any] = {
            "affiliation": [{"name": p.places[n]} for n in person.places],
            "sequence": "additional",
        }
        if isinstance(person, Group):
            entry["name"] = person.name
        else:
            entry |= {"given": person.given, "family": person.family}
            entry |= {"ORCID": f"http://orcid.org/{person.orcid}"} if person.orcid else {}
        people.append(entry)
    abstract = "".join(
        f"<jats:sec><jats:title>{label}</jats:title><jats:p>{escape(text)}</jats:p></jats:sec>"
        if label
        else f"<jats:p>{escape(text)}</jats:p>"
        for label, text in p.abstract
    )
    words = (("received", p.received), ("revised", p.revised), ("accepted", p.accepted))
    return {
        "indexed": date("2024-12-31"),
        "DOI": p.doi.upper(),
        "type": "journal-article",
        "title": [escape(p.title, quote=False)],
        "author": people,
        "abstract": abstract,
        "container-title": [JOURNAL],
        "short-container-title": [SHORT],
        "ISSN": [ISSN, EISSN],
        "issn-type": [{"type": "print", "value": ISSN}, {"type": "electronic", "value": EISSN}],
        "volume": "7",
        "issue": str(p.number),
        "page": "-".join(p.pages),
        "published-print": date(p.issued),
        "published-online": date(p.available),
        "assertion": [{"name": name, "label": name.title(), "value": in_words(day)} for name, day in words if day],
    }


def europepmc(papers: tuple[Paper, ...]) -> str:
    return json.dumps({"resultList": {"result": list(map(_europepmc, papers))}}, indent=1)


def _europepmc(p: Paper) -> dict[str, Any]:
    people = []
    for person in p.people:
        entry: dict[str, Any] = {
            "authorAffiliationDetailsList": {
                "authorAffiliation": [{"affiliation": f"{p.places[n]}."} for n in person.places]
            }
        }
        if isinstance(person, Group):
            entry["collectiveName"] = person.name
        else:
            entry |= {"firstName": person.given, "lastName": person.family, "initials": person.initials}
            entry |= {"authorId": {"type": "ORCID", "value": person.orcid}} if person.orcid else {}
        people.append(entry)
    return {
        "id": p.pmid,
        "source": "MED",
        "pmid": p.pmid,
        "pmcid": p.pmcid,
        "doi": p.doi,
        "title": f"{escape(p.title, quote=False)}.",
        "authorList": {"author": people},
        "journalInfo": {
            "volume": "7",
            "issue": str(p.number),
            "dateOfPublication": medline(p.issued),
            "journal": {"title": JOURNAL, "medlineAbbreviation": SHORT, "issn": ISSN, "essn": EISSN},
        },
        "pageInfo": "-".join(p.pages),
        "abstractText": "".join(
            f"<h4>{label.title()}</h4>{escape(text, quote=False)} " if label else escape(text, quote=False)
            for label, text in p.abstract
        ),
        "keywordList": {"keyword": list(p.keywords)},
        "electronicPublicationDate": p.available,
    }


def openalex(papers: tuple[Paper, ...]) -> str:
    return "\n".join(json.dumps(_openalex(p)) for p in papers)


def _openalex(p: Paper) -> dict[str, Any]:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(" ".join(f"{label} {text}".strip() for label, text in p.abstract).split()):
        index.setdefault(word, []).append(place)
    people = []
    for person in p.people:
        orcid = f"https://orcid.org/{person.orcid}" if isinstance(person, Person) and person.orcid else None
        strings = [p.places[n] for n in person.places]
        people.append(
            {
                "author": {"display_name": person.name, "orcid": orcid},
                "raw_author_name": person.name,
                "raw_affiliation_strings": strings,
                "institutions": [],
            }
        )
    return {
        "id": f"https://openalex.org/W99{p.number}",
        "doi": f"https://doi.org/{p.doi}",
        "title": p.title,
        "publication_date": p.issued,
        "ids": {"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{p.pmid}"},
        "primary_location": {"source": {"display_name": JOURNAL, "issn_l": ISSN, "issn": [ISSN, EISSN]}},
        "authorships": people,
        "biblio": {"volume": "7", "issue": str(p.number), "first_page": p.pages[0], "last_page": p.pages[1]},
        "abstract_inverted_index": index,
    }


def tei(papers: tuple[Paper, ...]) -> str:
    return f'<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">{"".join(map(_tei, papers))}</teiCorpus>'


def _tei(p: Paper) -> str:
    people = ""
    for person in p.people:
        places = "".join(
            f'<affiliation><note type="raw_affiliation"><label>{n}</label>{escape(p.places[n])}</note></affiliation>'
            for n in person.places
        )
        if isinstance(person, Group):
            people += f"<author><orgName>{person.name}</orgName>{places}</author>"
        else:
            given = "".join(f"<forename>{word}</forename>" for word in person.given.split())
            orcid = f'<idno type="ORCID">{person.orcid}</idno>' if person.orcid else ""
            people += f"<author><persName>{given}<surname>{person.family}</surname></persName>{orcid}{places}</author>"
    keywords = "".join(f"<term>{word}</term>" for word in p.keywords)
    abstract = "".join(
        f"<div><head>{label}</head><p>{escape(text)}</p></div>" if label else f"<div><p>{escape(text)}</p></div>"
        for label, text in p.abstract
    )
    return (
        f"<TEI><teiHeader><fileDesc><titleStmt><title>{escape(p.title)}</title></titleStmt><publicationStmt>"
        f'<date type="published" when="{p.issued}"/></publicationStmt><sourceDesc><biblStruct><analytic>{people}</analytic>'
        f'<monogr><title level="j">{JOURNAL}</title><idno type="ISSN">{ISSN}</idno><idno type="eISSN">{EISSN}</idno><imprint>'
        f'<biblScope unit="volume">7</biblScope><biblScope unit="issue">{p.number}</biblScope>'
        f'<biblScope unit="page" from="{p.pages[0]}" to="{p.pages[1]}"/></imprint></monogr>'
        f'<idno type="DOI">{p.doi}</idno></biblStruct></sourceDesc></fileDesc><profileDesc><textClass><keywords>{keywords}'
        f"</keywords></textClass><abstract>{abstract}</abstract></profileDesc></teiHeader></TEI>"
    )


def csl_json(papers: tuple[Paper, ...]) -> str:
    return json.dumps(list(map(_csl_json, papers)), ensure_ascii=False, indent=2)


def _csl_json(p: Paper) -> dict[str, Any]:
    people = [
        {"literal": person.name} if isinstance(person, Group) else {"family": person.family, "given": person.given}
        for person in p.people
    ]
    return {
        "id": f"ten{p.number}",
        "type": "article-journal",
        "title": p.title,
        "author": people,
        "DOI": p.doi,
        "PMID": p.pmid,
        "PMCID": p.pmcid,
        "container-title": JOURNAL,
        "ISSN": f"{ISSN}, {EISSN}",
        "volume": "7",
        "issue": str(p.number),
        "page": "-".join(p.pages),
        "issued": {"date-parts": [[str(ymd(p.issued)[0]), *ymd(p.issued)[1:]]]},
        "abstract": " ".join(f"{label}: {text}" if label else text for label, text in p.abstract),
    }


def ris(papers: tuple[Paper, ...]) -> str:
    return "".join(map(_ris, papers))


def _ris(p: Paper) -> str:
    names = [q.name if isinstance(q, Group) else f"{q.family}, {q.given}" for q in p.people]
    fields = [("TY", "JOUR"), ("TI", p.title), *(("AU", name) for name in names), ("JO", JOURNAL), ("J2", SHORT)]
    fields += [
        ("DA", p.issued.replace("-", "/")),
        ("VL", "7"),
        ("IS", str(p.number)),
        ("SP", p.pages[0]),
        ("EP", p.pages[1]),
    ]
    fields += [("SN", ISSN), ("SN", EISSN), ("DO", p.doi), ("AN", p.pmid), ("DB", "PubMed"), ("C2", p.pmcid)]
    fields += [("AB", " ".join(f"{label}: {text}" if label else text for label, text in p.abstract))]
    fields += [("KW", word) for word in p.keywords]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields) + "ER  - \r\n\r\n"


WRITERS: Mapping[str, Callable[[tuple[Paper, ...]], str | list[str]]] = {
    "pubmed": pubmed,
    "jats": jats,
    "letter": letters,
    "crossref": crossref,
    "europepmc": europepmc,
    "openalex": openalex,
    "nbib": nbib,
    "pubmed-text": pubmed_text,
    "tei": tei,
    "csl-json": csl_json,
    "ris": ris,
}

# --- which format carries what ------------------------------------------------------------------------------------

#                        pubmed jats letter crossref europepmc openalex nbib pubmed-text tei csl-json ris
TABLE = """
doi                      x      x    x      x        x         x        x    x           x   x        x
pmid                     x      x    .      .        x         x        x    x           .   x        x
pmcid                    x      x    .      .        x         .        x    x           .   x        x
title                    x      x    x      x        x         x        x    x           x   x        x
authors                  x      x    x      x        x         x        x    x           x   x        x
given                    x      x    x      x        x         x        x    .           x   x        x
groups                   x      x    x      x        x         x        x    x           x   x        x
affiliations             x      x    x      x        x         x        x    x           x   .        .
orcid                    x      x    x      x        x         x        x    .           x   .        .
journal                  x      x    .      x        x         x        x    .           x   x        x
abbreviation             x      .    x      x        x         .        x    x           .   .        x
issns                    x      x    .      x        x         x        x    .           x   x        x
volume                   x      x    x      x        x         x        x    x           x   x        x
issue                    x      x    x      x        x         x        x    x           x   x        x
pages                    x      x    x      x        x         x        x    x           x   x        x
issued                   x      x    x      x        x         x        x    x           x   x        x
available                x      x    x      x        x         .        x    x           .   .        .
received                 x      x    x      x        .         .        x    .           .   .        .
revised                  x      x    x      x        .         .        x    .           .   .        .
accepted                 x      x    x      x        .         .        x    .           .   .        .
keywords                 x      x    x      .        x         .        x    .           x   .        x
abstract                 x      x    x      x        x         x        x    x           x   x        x
sections                 x      x    x      x        x         .        x    x           x   .        .
"""
"""x: the format carries it"""

ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}
CARRIES = {(name, field): marks[column] == "x" for field, marks in ROWS.items() for column, name in enumerate(WRITERS)}


def _short(author: Author) -> tuple[str, str]:
    """Family name and the first initial, or the name of a group: what every format tells of an author."""
    if author.is_group or not author.family:
        return author.name, ""
    return author.family, (author.given or author.initials or "")[:1]


def said(article: Article) -> dict[str, Any]:
    """What a reader says, by the rows of the table."""
    events: dict[str, str] = {}
    for event in article.events:
        if event.date:
            events.setdefault(event.kind, dates.iso(event.date))
    journal = article.journal
    return {
        "doi": article.doi,
        "pmid": article.pmid,
        "pmcid": article.pmcid,
        "title": article.title.text.rstrip(".") if article.title else None,
        "authors": [_short(a) for a in article.authors],
        "given": [a.given for a in article.authors if a.given],
        "groups": [a.name for a in article.authors if a.is_group],
        "affiliations": [
            sorted(article.affiliations[n].text.rstrip(".") for n in a.affiliations) for a in article.authors
        ],
        "orcid": [a.orcid for a in article.authors if a.orcid],
        "journal": journal and journal.title,
        "abbreviation": journal and (journal.nlm_abbreviation or journal.abbreviation),
        "issns": {number for number in (journal.issn, journal.eissn, journal.issn_l) if number} if journal else set(),
        "volume": article.volume,
        "issue": article.issue,
        "pages": (article.first_page, article.last_page),
        **{kind: events.get(kind, "") for kind in ("issued", "available", "received", "revised", "accepted")},
        "keywords": [keyword.text for keyword in article.keywords],
        "abstract": _letters(article.abstract.text if article.abstract else ""),
        "sections": [s.label.upper() for s in article.abstract.sections if s.label] if article.abstract else [],
    }


def meant(paper: Paper) -> dict[str, Any]:
    """What the article says, by the rows of the table."""
    people = [p for p in paper.people if isinstance(p, Person)]
    return {
        "doi": paper.doi,
        "pmid": paper.pmid,
        "pmcid": paper.pmcid,
        "title": paper.title,
        "authors": [(p.family, p.given[:1]) if isinstance(p, Person) else (p.name, "") for p in paper.people],
        "given": [p.given for p in people],
        "groups": [p.name for p in paper.people if isinstance(p, Group)],
        "affiliations": [sorted(paper.places[n] for n in p.places) for p in paper.people],
        "orcid": [p.orcid for p in people if p.orcid],
        "journal": JOURNAL,
        "abbreviation": SHORT,
        "issns": {ISSN, EISSN},
        "volume": "7",
        "issue": str(paper.number),
        "pages": paper.pages,
        "issued": paper.issued,
        "available": paper.available,
        "received": paper.received,
        "revised": paper.revised,
        "accepted": paper.accepted,
        "keywords": list(paper.keywords),
        "abstract": _letters("".join(f"{label}{text}" for label, text in paper.abstract)),
        "sections": [label for label, _ in paper.abstract if label],
    }


def _letters(text: str) -> str:
    """Letters and digits of a text: formats part an abstract differently, and lose none of these."""
    return "".join(c for c in unicodedata.normalize("NFC", text).casefold() if c.isalnum())


EMPTY: tuple[Any, ...] = (None, "", [], set(), (None, None))


def read(name: str) -> list[Article]:
    """The ten articles as the reader of a format gives them, found by their content."""
    rendered = WRITERS[name](TEN)
    articles = []
    for text in [rendered] if isinstance(rendered, str) else rendered:
        found, reader = reader_for(text.encode()[:8192])
        assert found == name
        items = list(reader.read(io.BytesIO(text.encode())))
        assert not [item for item in items if isinstance(item, Rejected)]
        articles += [item for item in items if isinstance(item, Article)]
    return articles


@pytest.fixture(scope="module")
def readings() -> dict[str, list[dict[str, Any]]]:
    return {name: [said(article) for article in read(name)] for name in WRITERS}


@pytest.mark.parametrize("field", ROWS)
@pytest.mark.parametrize("name", WRITERS)
def test_a_format_says_what_it_carries(name: str, field: str, readings: dict[str, list[dict[str, Any]]]) -> None:
    """Equal where the table says that the format carries it, else nothing: the table is neither too short nor too long."""
    assert len(readings[name]) == len(TEN)
    for paper, reading in zip(TEN, readings[name], strict=True):
        if CARRIES[name, field]:
            assert reading[field] == meant(paper)[field], paper.number
        else:
            assert reading[field] in EMPTY or not any(reading[field])


def test_the_table_names_every_reader_of_articles() -> None:
    """A new reader gets a column (those of annotations are not about bibliography)."""
    assert set(READERS) - set(WRITERS) == {"bioc", "pubtator"}
    assert all(len(marks) == len(WRITERS) for marks in ROWS.values())


# --- real articles that lie in several files ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif("KG_TEST_DATA" not in os.environ, reason="KG_TEST_DATA does not name a folder of real data")
def test_real_articles_in_several_formats() -> None:
    """Real articles that occur in files of different formats agree on identifiers, title, authors in order, volume, dates."""
    folder = Path(os.environ["KG_TEST_DATA"])
    found: dict[str, dict[str, Article]] = {}
    paths = [*sorted((folder / "samples").rglob("*")), *sorted((folder / "jats").glob("*.xml"))]
    paths += [*sorted((folder / "pubmed").glob("*.xml")), *sorted((folder / "letters").glob("*.txt"))]
    for path in filter(Path.is_file, paths):
        try:
            name, reader = reader_for(path.read_bytes()[:8192])
            items = list(reader.read(io.BytesIO(path.read_bytes())))
        except InputError:  # some files are damaged on purpose; their readers' tests say how
            continue
        for item in items:
            if isinstance(item, Article):
                for key in filter(None, (item.doi, item.pmid and f"pmid {item.pmid}", item.pmcid)):
                    found.setdefault(key, {}).setdefault(name, item)
    pairs = {
        (first.record, a, b): (first, readings[b])
        for readings in found.values()
        for a, first in readings.items()
        for b in readings
        if a < b
    }
    assert pairs
    for place, (one, other) in pairs.items():
        a, b = said(one), said(other)
        for field in ("doi", "pmid", "pmcid"):
            assert a[field] in (b[field], None) or b[field] is None, (place, field)
        assert _letters(a["title"]) == _letters(b["title"]), place
        persons = [[_letters(a.family) for a in article.authors if a.family] for article in (one, other)]
        assert persons[0] == persons[1], place  # groups stand among the authors in some, on their behalf in others
        for field in ("volume", "issue", "issued", "available", "received", "accepted"):
            assert not a[field] or not b[field] or a[field] == b[field], (place, field)
