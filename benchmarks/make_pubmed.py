"""A PubMed-like file of any size from a seed: ``python benchmarks/make_pubmed.py OUT.xml.gz --citations 30000 --seed 1``.

Everything in it is invented (people, papers, places; DOIs under 10.5555, PMIDs from 90000001, labels of MeSH headings);
what is real is the shape: the elements of NLM's yearly files, one a line, not indented. On average a citation has

* 11.2 KB of XML, 1.9 KB gzipped (30,000 citations: about 337 MB and 56 MB);
* a title of 14 words and an abstract of 215, every third one structured, words drawn from 30,000 by Zipf's law;
* 5 authors from 60,000, a fifth of them with an ORCID (valid check digit), each with 1 or 2 affiliations; the authors
  of a paper share two or three, made of 300 departments and 4,000 institutions in 600 cities;
* 12 MeSH headings of 28,000 descriptors with 0 to 3 of 76 qualifiers, 3 chemicals, 4.5 keywords, 1.2 grants;
* 8.7 references with citation text, most with PMID and DOI; history dates; every hundredth article has a notice
  (comment, erratum or retraction), every fiftieth a title with inline markup.

The same seed gives the same bytes; a shorter file is the beginning of a longer one but for the closing tag. Only the
standard library is used, and memory does not grow with the number of citations.

``--plain`` leaves out qualifiers and chemicals, which is the recipe that the aims of reading were set with: 9.9 KB of XML and
294 triples a citation instead of 389 (real ones have some 400).

``--onto 30000`` makes a file as NLM's daily ones to a file of so many citations of the same seed: every tenth citation
takes the place of one that is there, the others are new, and for every hundred one is deleted.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
from collections.abc import Iterator
from itertools import accumulate, chain
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
"""
FOOT = "</PubmedArticleSet>\n"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
SYLLABLES = (
    "al an ar ba be bi ca ce ci co cy da de di en er fa fi ga gen gly he hy im in is ka la li lo ly ma me mi mo na ne "
    "ni no or os pa pe phe po pro ra re ri ro sa se si so sta syn ta te ter ti to tra tri ul un va ve vi xa ze"
).split()
SMALL = "the of and in to with a for was were by is that on from as at between or after an not this these".split()
COUNTRIES = "USA|China|Germany|India|Japan|Italy|France|Spain|Brazil|Canada|Poland|Sweden|Turkey|Egypt".split("|")
FIRST = "Ada Bram Chiara Deniz Elif Farid Greta Hiro Ines Jonas Kavya Lech Mona Nadia Oskar Priya Quentin Rosa".split()
LABELS = (("BACKGROUND", "BACKGROUND"), ("METHODS", "METHODS"), ("RESULTS", "RESULTS"), ("CONCLUSION", "CONCLUSIONS"))


class Vocabulary:
    """The words, names and terms that citations draw from."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.words = SMALL + self._invent(30_000, 3, 6)
        self.weights = list(accumulate(1 / (rank + 2.7) ** 1.75 for rank in range(len(self.words))))
        self.family = [word.capitalize() for word in self._invent(20_000, 2, 3)]
        self.people = [self._person() for _ in range(60_000)]
        self.cities = [word.capitalize() for word in self._invent(600, 2, 3)]
        self.institutions = [self._institution() for _ in range(4_000)]
        self.institution_weights = list(accumulate(1 / (rank + 20) for rank in range(4_000)))
        self.departments = [f"Department of {a.capitalize()} {b}" for a, b in zip(*self._pairs(300), strict=True)]
        self.descriptors = [
            (f"D{n:06d}", " ".join(pair).title()) for n, pair in enumerate(zip(*self._pairs(28_000), strict=True), 1)
        ]
        self.descriptor_weights = list(accumulate(1 / (rank + 8) for rank in range(28_000)))
        self.qualifiers = [(f"Q{n:06d}", word) for n, word in enumerate(self._invent(76, 3, 4), 1)]
        self.journals = [self._journal(n) for n in range(3_000)]
        self.agencies = [f"{word.capitalize()} Research Foundation" for word in self._invent(400, 2, 3)]

    def _invent(self, number: int, least: int, most: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < number:
            found["".join(self.rng.choices(SYLLABLES, k=self.rng.randint(least, most)))] = None
        return list(found)

    def _pairs(self, number: int) -> tuple[list[str], list[str]]:
        return self.rng.choices(self.words[24:], k=number), self.rng.choices(self.words[24:], k=number)

    def _person(self) -> tuple[str, str, str, str]:
        rng = self.rng
        first = rng.choice(FIRST) + (f" {rng.choice('ABCDEGHJKLMNPRST')}" if rng.random() < 0.4 else "")
        initials = "".join(part[0] for part in first.split())
        return rng.choice(self.family), first, initials, self._orcid() if rng.random() < 0.2 else ""

    def _orcid(self) -> str:
        digits = f"0000000{self.rng.randrange(10**8):08d}"
        total = 0
        for digit in digits:
            total = (total + int(digit)) * 2
        check = (12 - total % 11) % 11
        digits += "X" if check == 10 else str(check)
        return "-".join(digits[i : i + 4] for i in range(0, 16, 4))

    def _institution(self) -> str:
        rng = self.rng
        city, country = rng.choice(self.cities), rng.choice(COUNTRIES)
        name = rng.choice((f"University of {city}", f"{city} Medical Center", f"{rng.choice(self.family)} University"))
        return f"{name}, {city} {rng.randrange(10_000, 99_999)}, {country}"

    def _journal(self, number: int) -> tuple[str, str, str, str]:
        first, second = self.rng.choices(self.words[24:], k=2)
        serial = f"{1_000_000 + number * 7:07d}"
        check = -sum(int(d) * w for d, w in zip(serial, range(8, 1, -1), strict=True)) % 11
        issn = f"{serial[:4]}-{serial[4:]}{'X' if check == 10 else check}"
        return f"Fictional journal of {first} {second}", f"Fict J {first.capitalize()}", issn, f"{9_000_000 + number}"

    def text(self, words: int) -> str:
        """So many words, with sentences and now and then a number."""
        drawn = self.rng.choices(self.words, cum_weights=self.weights, k=words)
        for at in range(11, words, 17):
            drawn[at] = (
                f"{self.rng.randrange(1, 100)}.{self.rng.randrange(10)}% (p &lt; 0.0{self.rng.randrange(1, 9)})."
            )
        return " ".join(drawn).capitalize() + "."


FIRST_PMID = 90_000_001
REVISED = 10
"""of so many citations of an update one revises another"""
DELETED = 100
"""for so many citations of an update one is deleted"""


def citations(number: int, seed: int) -> Iterator[str]:
    """One ``PubmedArticle`` element after the other."""
    rng = random.Random(seed)
    vocabulary = Vocabulary(rng)
    for n in range(number):
        yield _INDENTATION.sub("\n", _citation(rng, vocabulary, FIRST_PMID + n))


def changes(number: int, seed: int, onto: int) -> Iterator[str]:
    """So many ``PubmedArticle`` elements that change a file of ``onto`` citations of this seed, then a ``DeleteCitation``."""
    rng = random.Random(seed)
    vocabulary = Vocabulary(rng)
    rng.seed(f"{seed} onto {onto}")
    there = rng.sample(range(FIRST_PMID, FIRST_PMID + onto), k=number // REVISED + number // DELETED)
    revised, deleted = there[: number // REVISED], there[number // REVISED :]
    for pmid in chain(revised, range(FIRST_PMID + onto, FIRST_PMID + onto + number - len(revised))):
        yield _INDENTATION.sub("\n", _citation(rng, vocabulary, pmid))
    gone = "".join(f'<PMID Version="1">{pmid}</PMID>\n' for pmid in deleted)
    yield f"<DeleteCitation>\n{gone}</DeleteCitation>\n" if gone else ""


_INDENTATION = re.compile(r"\n +")


def _citation(rng: random.Random, v: Vocabulary, pmid: int) -> str:
    year, month, day = rng.randint(1995, 2024), rng.randint(1, 12), rng.randint(1, 28)
    title, abbreviation, issn, nlm = rng.choice(v.journals)
    doi = f"10.5555/fict.{year}.{pmid}"
    journal_date = (
        f"<MedlineDate>{year} {MONTHS[month - 1]}-{MONTHS[month % 12]}</MedlineDate>"
        if month < 12 and rng.random() < 0.07
        else f"<Year>{year}</Year>\n            <Month>{MONTHS[month - 1]}</Month>"
    )
    heading = v.text(rng.randint(9, 19))
    if pmid % 50 == 0:
        heading = f"Effects of <i>{v.text(1)[:-1]}</i> on H<sub>2</sub>O: {heading}"
    page = rng.randint(1, 3000)
    return f"""<PubmedArticle>
    <MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">
      <PMID Version="1">{pmid}</PMID>
      <DateCompleted>{_day(year + 1, month, day, "        ")}
      </DateCompleted>
      <DateRevised>{_day(year + 1, month, day, "        ")}
      </DateRevised>
      <Article PubModel="Print-Electronic">
        <Journal>
          <ISSN IssnType="Electronic">{issn}</ISSN>
          <JournalIssue CitedMedium="Internet">
            <Volume>{year - 1980}</Volume>
            <Issue>{month}</Issue>
            <PubDate>
            {journal_date}
            </PubDate>
          </JournalIssue>
          <Title>{title}</Title>
          <ISOAbbreviation>{abbreviation}</ISOAbbreviation>
        </Journal>
        <ArticleTitle>{heading}</ArticleTitle>
        <Pagination>
          <StartPage>{page}</StartPage>
          <EndPage>{page + 9}</EndPage>
          <MedlinePgn>{page}-{page + 9}</MedlinePgn>
        </Pagination>
        <ELocationID EIdType="doi" ValidYN="Y">{doi}</ELocationID>
{_abstract(rng, v, year)}
{_authors(rng, v)}
        <Language>eng</Language>{_grants(rng, v)}
        <PublicationTypeList>
          <PublicationType UI="D016428">Journal Article</PublicationType>
        </PublicationTypeList>
        <ArticleDate DateType="Electronic">{_day(year, month, day, "          ")}
        </ArticleDate>
      </Article>
      <MedlineJournalInfo>
        <Country>United States</Country>
        <MedlineTA>{abbreviation}</MedlineTA>
        <NlmUniqueID>{nlm}</NlmUniqueID>
        <ISSNLinking>{issn}</ISSNLinking>
      </MedlineJournalInfo>{_chemicals(rng, v)}
      <CitationSubset>IM</CitationSubset>{_notice(rng, pmid)}
{_headings(rng, v)}
      <KeywordList Owner="NOTNLM">{_keywords(rng, v)}
      </KeywordList>
    </MedlineCitation>
    <PubmedData>
{_history(rng, year, month, day)}
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList>
        <ArticleId IdType="pubmed">{pmid}</ArticleId>
        <ArticleId IdType="doi">{doi}</ArticleId>
        <ArticleId IdType="pmc">PMC{pmid - 80_000_000}</ArticleId>
      </ArticleIdList>{_references(rng, v)}
    </PubmedData>
  </PubmedArticle>
"""


def _day(year: int, month: int, day: int, indent: str) -> str:
    return f"\n{indent}<Year>{year}</Year>\n{indent}<Month>{month:02d}</Month>\n{indent}<Day>{day:02d}</Day>"


def _abstract(rng: random.Random, v: Vocabulary, year: int) -> str:
    words = rng.randint(130, 300)
    if rng.random() < 0.33:
        body = "\n".join(
            f'          <AbstractText Label="{label}" NlmCategory="{kind}">{v.text(words // 4)}</AbstractText>'
            for label, kind in LABELS
        )
    else:
        body = f"          <AbstractText>{v.text(words)}</AbstractText>"
    rights = f"          <CopyrightInformation>© {year} The Fictional Authors.</CopyrightInformation>\n"
    return f"        <Abstract>\n{body}\n{rights if rng.random() < 0.3 else ''}        </Abstract>"


def _authors(rng: random.Random, v: Vocabulary) -> str:
    where = [
        f"{rng.choice(v.departments)}, {place}."
        for place in rng.choices(v.institutions, cum_weights=v.institution_weights, k=rng.randint(1, 4))
    ]
    lines = ['        <AuthorList CompleteYN="Y">']
    for family, first, initials, orcid in rng.choices(v.people, k=rng.randint(1, 9)):
        lines.append(
            f'          <Author ValidYN="Y">\n            <LastName>{family}</LastName>\n'
            f"            <ForeName>{first}</ForeName>\n            <Initials>{initials}</Initials>"
        )
        if orcid:
            lines.append(f'            <Identifier Source="ORCID">{orcid}</Identifier>')
        lines += [
            f"            <AffiliationInfo>\n              <Affiliation>{text}</Affiliation>\n            </AffiliationInfo>"
            for text in rng.sample(where, k=min(len(where), 1 + (rng.random() < 0.2)))
        ]
        lines.append("          </Author>")
    lines.append("        </AuthorList>")
    return "\n".join(lines)


def _grants(rng: random.Random, v: Vocabulary) -> str:
    number = rng.choice((0, 0, 1, 1, 2, 3))
    if not number:
        return ""
    grants = "".join(
        f"\n          <Grant>\n            <GrantID>R{rng.randrange(10, 99)} FX{rng.randrange(10**6):06d}</GrantID>\n"
        f"            <Agency>{rng.choice(v.agencies)}</Agency>\n            <Country>United States</Country>\n"
        "          </Grant>"
        for _ in range(number)
    )
    return f'\n        <GrantList CompleteYN="Y">{grants}\n        </GrantList>'


def _terms(rng: random.Random, v: Vocabulary, number: int) -> list[tuple[str, str]]:
    drawn = rng.choices(v.descriptors, cum_weights=v.descriptor_weights, k=number)
    return sorted(dict.fromkeys(drawn), key=lambda term: term[1])


def _chemicals(rng: random.Random, v: Vocabulary) -> str:
    found = "".join(
        f"\n        <Chemical>\n          <RegistryNumber>{rng.choice(('0', '0', '9007-92-5'))}</RegistryNumber>\n"
        f'          <NameOfSubstance UI="{ui}">{label}</NameOfSubstance>\n        </Chemical>'
        for ui, label in _terms(rng, v, rng.randint(0, 6))
    )
    return f"\n      <ChemicalList>{found}\n      </ChemicalList>" if found else ""


def _headings(rng: random.Random, v: Vocabulary) -> str:
    lines = ["      <MeshHeadingList>"]
    for ui, label in _terms(rng, v, rng.randint(8, 17)):
        major = "Y" if rng.random() < 0.15 else "N"
        lines.append(
            f'        <MeshHeading>\n          <DescriptorName UI="{ui}" MajorTopicYN="{major}">{label}</DescriptorName>'
        )
        lines += [
            f'          <QualifierName UI="{q}" MajorTopicYN="{"Y" if rng.random() < 0.2 else "N"}">{name}</QualifierName>'
            for q, name in rng.sample(v.qualifiers, k=rng.choice((0, 0, 0, 1, 1, 2, 3)))
        ]
        lines.append("        </MeshHeading>")
    lines.append("      </MeshHeadingList>")
    return "\n".join(lines)


def _keywords(rng: random.Random, v: Vocabulary) -> str:
    return "".join(
        f'\n        <Keyword MajorTopicYN="N">{v.text(rng.randint(1, 3))[:-1]}</Keyword>'
        for _ in range(rng.randint(2, 7))
    )


def _notice(rng: random.Random, pmid: int) -> str:
    if pmid % 100:
        return ""
    kind = rng.choice(("CommentIn", "CommentOn", "ErratumIn", "RetractionIn"))
    return (
        f'\n      <CommentsCorrectionsList>\n        <CommentsCorrections RefType="{kind}">\n'
        f"          <RefSource>Fict J Notices. 2020 Jan;1(1):{pmid % 97}</RefSource>\n"
        f'          <PMID Version="1">{pmid - rng.randint(1, 90)}</PMID>\n'
        "        </CommentsCorrections>\n      </CommentsCorrectionsList>"
    )


def _history(rng: random.Random, year: int, month: int, day: int) -> str:
    lines = ["      <History>"]
    for status, y in (
        ("received", year - 1),
        ("revised", year - 1),
        ("accepted", year),
        ("pubmed", year),
        ("medline", year),
    ):
        m, d = (month, day) if y == year else (rng.randint(1, 12), rng.randint(1, 28))
        lines.append(
            f'        <PubMedPubDate PubStatus="{status}">\n          <Year>{y}</Year>\n          <Month>{m}</Month>\n'
            f"          <Day>{d}</Day>\n          <Hour>6</Hour>\n          <Minute>0</Minute>\n        </PubMedPubDate>"
        )
    lines.append("      </History>")
    return "\n".join(lines)


def _references(rng: random.Random, v: Vocabulary) -> str:
    number = rng.randint(0, 17) if rng.random() < 0.95 else 20
    found = []
    for _ in range(number):
        family, _first, initials, _orcid = rng.choice(v.people)
        cited = rng.randrange(1_000_000, 89_999_999)
        year = rng.randint(1985, 2024)
        ids = f'\n            <ArticleId IdType="pubmed">{cited}</ArticleId>'
        if rng.random() < 0.7:
            ids = f'\n            <ArticleId IdType="doi">10.5555/cited.{year}.{cited}</ArticleId>' + ids
        found.append(
            f"        <Reference>\n          <Citation>{family} {initials}, et al. {v.text(12)} "
            f"{rng.choice(v.journals)[1]}. {year};{year % 60}({cited % 12 + 1}):{cited % 997}-{cited % 997 + 8}.</Citation>\n"
            f"          <ArticleIdList>{ids}\n          </ArticleIdList>\n        </Reference>"
        )
    return "\n      <ReferenceList>\n" + "\n".join(found) + "\n      </ReferenceList>" if found else ""


_RICH = re.compile(r"\n<QualifierName .*|\n<ChemicalList>(?:\n.*)*?\n</ChemicalList>")


def write(path: Path, number: int, seed: int, onto: int | None = None, *, plain: bool = False) -> int:
    """Write the file, or one that changes a file of ``onto`` citations, gzipped where its name ends so; give the size of its
    XML in bytes. ``plain``: without qualifiers and chemicals."""
    elements = citations(number, seed) if onto is None else changes(number, seed, onto)
    if plain:
        elements = (_RICH.sub("", text) for text in elements)
    size = 0
    with path.open("wb") as raw:
        # No name and no time in the header: the same seed gives the same bytes.
        out = gzip.GzipFile("", "wb", 6, raw, mtime=0) if path.suffix == ".gz" else raw
        for text in chain((HEAD,), elements, (FOOT,)):
            size += out.write(text.encode())
        if out is not raw:
            out.close()
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--citations", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="no qualifiers, no chemicals")
    parser.add_argument("--onto", type=int, metavar="CITATIONS", help="change a file of so many")
    given = parser.parse_args()
    size = write(given.out, given.citations, given.seed, given.onto, plain=given.plain)
    print(
        f"{given.out}: {given.citations:,} citations, {size / 1e6:,.1f} MB of XML "
        f"({size / max(1, given.citations) / 1000:.2f} KB a citation), {given.out.stat().st_size / 1e6:,.1f} MB on disk"
    )


if __name__ == "__main__":
    main()
