"""The nouns: what a record says, before it is RDF. Frozen data, no behaviour beyond what follows from it, no I/O.

A reader turns bytes into a stream of :data:`Item`; everything after it works on these classes alone. Every string is
kept as printed (white space folded to single blanks where the format says that it carries no meaning); what was made of
a string stands beside it, never in its place. Positions that refer to another list of the same article (``Author.
affiliations``, ``Credit.author`` …) are 0-based indexes into that list.

They are structs of msgspec: frozen and compared by value as frozen dataclasses are, and made and hashed ten times as fast,
of which a reader makes some hundred a record. None can be part of a cycle, so the garbage collector need not know them.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

# --- dates --------------------------------------------------------------------------------------------------------


class Date(Struct, frozen=True, gc=False):
    """A date with the precision that was stated: year, year-month or full date.

    ``printed`` is set only where the source does not state a plain date ("2019 Nov-Dec", "Winter 2000"); year, month
    and day then give the earliest period that is stated without doubt.
    """

    year: int
    month: int | None = None
    day: int | None = None
    printed: str | None = None


EventKind = Literal["received", "revised", "accepted", "issued", "available", "retracted", "corrected"]
"""issued = the publication date of the issue; available = first online."""


class Event(Struct, frozen=True, gc=False):
    """A dated step in the life of an article; ``printed`` alone where no date can be read from it."""

    kind: EventKind
    date: Date | None
    printed: str | None = None


# --- people and organisations -------------------------------------------------------------------------------------


class Affiliation(Struct, frozen=True, gc=False):
    """An affiliation as printed, and its parts as far as they are certain.

    ``text`` is the whole string with white space folded, without its label (superscript 1, a …). ``country_code`` is
    ISO 3166-1 alpha-2. ``ror`` is a ROR identifier that the publisher states, as ``https://ror.org/…``; ``registered`` what
    other registers call the institution, as the publisher states it: ``grid:grid.1.2``, ``isni:0000000121032683``.
    """

    text: str
    department: str | None = None
    institution: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    country_code: str | None = None
    ror: str | None = None
    registered: tuple[str, ...] = ()


class Author(Struct, frozen=True, gc=False):
    """One name in an author (or investigator) list, in its place.

    ``name`` is the name as printed, in reading order (given names, family name, suffix). ``is_group`` marks consortia
    and collective names, which have no given or family name. ``orcid`` is the bare, checked identifier
    ``0000-0002-1825-0097``; one that fails its check digit is never put here (the reader warns instead).
    ``affiliations`` are indexes into :attr:`Article.affiliations`. ``note`` is the author's own footnote (deceased …).
    """

    name: str
    given: str | None = None
    family: str | None = None
    suffix: str | None = None
    initials: str | None = None
    is_group: bool = False
    orcid: str | None = None
    affiliations: tuple[int, ...] = ()
    note: str | None = None


class Correspondence(Struct, frozen=True, gc=False):
    """To whom letters go. ``author`` indexes :attr:`Article.authors`, None where the name is not in that list.

    ``name`` is the name only; ``rank`` ("Associate Professor") and ``degree`` ("PhD") as printed; ``address`` the
    postal address as printed with its parts; ``text`` the whole line as printed.
    """

    name: str | None
    author: int | None = None
    degree: str | None = None
    rank: str | None = None
    address: Affiliation | None = None
    emails: tuple[str, ...] = ()
    text: str | None = None


class Credit(Struct, frozen=True, gc=False):
    """A CRediT contributor role (ANSI/NISO Z39.104-2022). ``role`` is the slug: ``formal-analysis``."""

    author: int
    role: str
    degree: str | None = None


# --- where it appeared --------------------------------------------------------------------------------------------


class Journal(Struct, frozen=True, gc=False):
    """A journal (or a book, for chapters) as the record states it. ISSNs are checked, with hyphen."""

    title: str | None = None
    abbreviation: str | None = None
    nlm_abbreviation: str | None = None
    issn: str | None = None
    eissn: str | None = None
    issn_l: str | None = None
    nlm_id: str | None = None
    publisher: str | None = None


# --- text ---------------------------------------------------------------------------------------------------------


class Text(Struct, frozen=True, gc=False):
    """A text with the language that the source states for it (BCP 47, lower-case primary subtag), else None."""

    text: str
    lang: str | None = None


class AbstractSection(Struct, frozen=True, gc=False):
    """A labelled part of a structured abstract; ``label`` as printed without its colon, None where it has none."""

    text: str
    label: str | None = None


class Abstract(Struct, frozen=True, gc=False):
    """An abstract. ``kind`` is None for the article's own, else as the source says: graphical, plain-language, …"""

    sections: tuple[AbstractSection, ...]
    lang: str | None = None
    kind: str | None = None
    title: str | None = None

    @property
    def text(self) -> str:
        """The whole text: sections as ``LABEL: text``, joined by newlines."""
        return "\n".join(f"{s.label}: {s.text}" if s.label else s.text for s in self.sections)


class Section(Struct, frozen=True, gc=False):
    """A section of the body. ``number`` is its place, ``2.1`` = first subsection of the second section, whatever the
    publisher's own numbering; ``text`` is its own text without its subsections, paragraphs joined by newlines."""

    number: str
    heading: str | None
    text: str
    kind: str | None = None


class Statement(Struct, frozen=True, gc=False):
    """A part of front or back matter that is text: contributions, acknowledgements, core-tip, …

    ``name`` becomes the fragment of its IRI and is unique in the article: one of the names below, a further
    ``-2``, ``-3`` where it repeats, or ``note-n`` for a section that the reader does not know. Known names:
    ``core-tip contributions acknowledgements data-availability open-access funding ethics notes abbreviations``.
    """

    name: str
    heading: str | None
    text: str


class ConflictOfInterest(Struct, frozen=True, gc=False):
    """The conflict-of-interest statement; ``declares`` says whether it declares one, None where that is unclear."""

    text: str
    declares: bool | None = None


class Keyword(Struct, frozen=True, gc=False):
    """A free keyword as printed. ``group`` is the kind or heading of its list, ``concept`` an identifier that the
    source itself gives (CURIE, e.g. ``MESH:D003922``)."""

    text: str
    lang: str | None = None
    group: str | None = None
    major: bool = False
    concept: str | None = None


class Passage(Struct, frozen=True, gc=False):
    """A text that mentions point into; ``name`` is the fragment of its IRI (``title``, ``kw-3``)."""

    name: str
    text: str
    lang: str | None = None


# --- indexing -----------------------------------------------------------------------------------------------------


class Qualifier(Struct, frozen=True, gc=False):
    """A MeSH qualifier (``Q000628``, "therapy") of a heading. ``id`` None: none was stated."""

    id: str | None
    label: str
    major: bool = False


class MeshHeading(Struct, frozen=True, gc=False):
    """A MeSH descriptor that an indexer gave to the article, with its qualifiers. ``id`` None: none was stated."""

    id: str | None
    label: str
    major: bool = False
    qualifiers: tuple[Qualifier, ...] = ()


class Substance(Struct, frozen=True, gc=False):
    """A chemical (``registry`` as printed, ``0`` → None) or supplementary concept (``kind`` as printed: Disease …)."""

    id: str | None
    label: str
    registry: str | None = None
    kind: str | None = None


class PublicationType(Struct, frozen=True, gc=False):
    """What sort of publication it is: the label as printed and the MeSH identifier (``D016422``), where known."""

    label: str
    id: str | None = None


class Accession(Struct, frozen=True, gc=False):
    """An entry of a databank: ``ClinicalTrials.gov`` / ``NCT01234567``."""

    databank: str
    number: str


# --- links to other works, money, rights --------------------------------------------------------------------------


class Reference(Struct, frozen=True, gc=False):
    """An entry of the reference list: the citation text as printed and the identifiers that it states (checked).

    ``label`` is the number or key as printed ("14", "bib7").
    """

    text: str | None
    label: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None


class Related(Struct, frozen=True, gc=False):
    """A notice about another work (retraction, erratum, comment …) as printed in this record.

    ``relation`` is the CiTO property from this article to the other (``isRetractedBy``, ``repliesTo`` …; ``None`` where
    CiTO has none), ``label`` the link's type as printed (``RetractionIn``), ``text`` the citation as printed.
    """

    label: str
    relation: str | None = None
    text: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None


class Grant(Struct, frozen=True, gc=False):
    """A grant or, where only words are given, a funding statement. ``funder_id``: ROR or Crossref funder IRI."""

    number: str | None = None
    funder: str | None = None
    funder_id: str | None = None
    acronym: str | None = None
    country: str | None = None
    text: str | None = None


class Rights(Struct, frozen=True, gc=False):
    """Licence and copyright as stated. ``licence`` is the canonical licence IRI, ``is_free`` free to read."""

    licence: str | None = None
    licence_text: str | None = None
    access: str | None = None
    is_free: bool | None = None
    copyright_text: str | None = None
    holder: str | None = None
    year: int | None = None


# --- what others said of the text -----------------------------------------------------------------------------------

Infons = tuple[tuple[str, object], ...]
"""key-value pairs as BioC gives them, in their order: text, or what JSON has besides (number, truth value, list …)"""


class Annotation(Struct, frozen=True, gc=False):
    """A mention that somebody else marked in a text, kept as they gave it; never one of kg's own (:class:`Mention`).

    ``passage`` is the name of the passage that it stands in, ``spans`` its characters there: Unicode code points,
    0-based, end exclusive, more than one where it is discontinuous, in reading order. ``text`` is the text as printed in
    the annotation: that of the spans, white space and joints apart. ``type`` and ``identifier`` are as printed (``""`` =
    stated empty, None = not stated), ``concepts`` the CURIEs that the identifier is known to mean. ``agent`` names who
    says so; ``id`` is its name in its document; ``infons`` all that was stated besides, with type and identifier where
    the format has them there.
    """

    passage: str
    spans: tuple[tuple[int, int], ...]
    text: str
    type: str
    identifier: str | None
    concepts: tuple[str, ...]
    agent: str
    id: str | None = None
    infons: Infons = ()

    @property
    def start(self) -> int:
        """The first character."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """The end of the last span."""
        return max(end for _, end in self.spans)


class Argument(Struct, frozen=True, gc=False):
    """What takes part in a relation: an identifier as printed, the CURIEs that it is known to mean, and its ``role`` as
    printed ("Chemical", "entity1")."""

    identifier: str
    concepts: tuple[str, ...] = ()
    role: str | None = None


class Claim(Struct, frozen=True, gc=False):
    """A relation between things that somebody else stated of an article, kept as they gave it.

    ``relation`` is its type as printed (``CID``, ``Positive_Correlation``), ``arguments`` what it relates, in order;
    ``novelty`` as printed ("Novel", "No"); ``nodes`` the annotations that it points at, (id, role); ``agent``, ``id`` and
    ``infons`` as of an :class:`Annotation`.
    """

    relation: str
    arguments: tuple[Argument, ...]
    agent: str
    novelty: str | None = None
    id: str | None = None
    infons: Infons = ()
    nodes: tuple[tuple[str, str], ...] = ()


class AnnotatedPassage(Struct, frozen=True, gc=False):
    """A passage as an annotated document has it: ``name`` is unique in the document (``title``, ``abstract``,
    ``passage-3``), ``kind`` its type as printed, ``offset`` the place of its first character in the document."""

    name: str
    text: str
    kind: str | None = None
    offset: int = 0
    infons: Infons = ()


class Collection(Struct, frozen=True, gc=False):
    """What a BioC collection says of itself."""

    source: str = ""
    date: str = ""
    key: str = ""
    infons: Infons = ()


class AnnotatedDocument(Struct, frozen=True, gc=False):
    """A text with what was marked in it, as PubTator and BioC files have it. ``line`` is where it begins, where known."""

    id: str
    passages: tuple[AnnotatedPassage, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    claims: tuple[Claim, ...] = ()
    infons: Infons = ()
    collection: Collection | None = None
    line: int | None = None

    def passage(self, name: str) -> AnnotatedPassage:
        """The passage of that name.

        Raises:
            KeyError: there is none.
        """
        for passage in self.passages:
            if passage.name == name:
                return passage
        raise KeyError(name)


# --- the article --------------------------------------------------------------------------------------------------


class Article(Struct, frozen=True, gc=False, kw_only=True):
    """One record of one article, as one source states it.

    ``record`` names it in messages (``PMID 123``, ``doi 10.…``, ``record 3``), ``line`` is the 1-based line where it
    starts, where known. ``version`` is the PMID version. ``is_book`` marks book chapters and books.
    """

    record: str
    reader: str
    line: int | None = None
    version: int = 1

    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    pii: str | None = None
    other_ids: tuple[tuple[str, str], ...] = ()
    """(scheme as printed, value) of every further identifier"""

    title: Text | None = None
    subtitle: Text | None = None
    vernacular_title: Text | None = None
    translated_titles: tuple[Text, ...] = ()
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes (639-2/T where no two-letter code exists)"""
    is_book: bool = False
    publication_types: tuple[PublicationType, ...] = ()

    journal: Journal | None = None
    volume: str | None = None
    issue: str | None = None
    first_page: str | None = None
    last_page: str | None = None
    elocation: str | None = None
    page_range: str | None = None
    """pagination as printed, where it is more than first and last page"""
    events: tuple[Event, ...] = ()

    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    editors: tuple[Author, ...] = ()
    investigators: tuple[Author, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    """distinct strings, in order of first appearance"""
    correspondence: tuple[Correspondence, ...] = ()
    equal_contributors: tuple[tuple[int, ...], ...] = ()
    """groups of author indexes that are said to have contributed equally"""
    credits: tuple[Credit, ...] = ()

    abstract: Abstract | None = None
    other_abstracts: tuple[Abstract, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    headings: tuple[MeshHeading, ...] = ()
    chemicals: tuple[Substance, ...] = ()
    supplementary: tuple[Substance, ...] = ()
    accessions: tuple[Accession, ...] = ()

    sections: tuple[Section, ...] = ()
    statements: tuple[Statement, ...] = ()
    conflict: ConflictOfInterest | None = None
    grants: tuple[Grant, ...] = ()
    rights: Rights = Rights()
    processing_time: str | None = None
    citation: str | None = None
    """how the source itself asks to be cited, where it says so"""

    references: tuple[Reference, ...] = ()
    related: tuple[Related, ...] = ()
    abbreviations: tuple[tuple[str, str], ...] = ()
    """(short, long) of the authors' own list"""

    annotations: tuple[Annotation, ...] = ()
    """what others marked in the texts of this article"""
    claims: tuple[Claim, ...] = ()
    """what others stated of it"""


class Deletion(Struct, frozen=True, gc=False):
    """The source says that the record with this PMID is withdrawn (``DeleteCitation``)."""

    pmid: str
    version: int = 1
    line: int | None = None


class Rejected(Struct, frozen=True, gc=False):
    """A record that cannot be used: nothing of it is stored. ``rule`` is a short stable name, ``message`` for people."""

    record: str | None
    rule: str
    message: str
    line: int | None = None
    byte: int | None = None


class Warned(Struct, frozen=True, gc=False):
    """A value of a record that cannot be used as what it claims to be; the record itself is stored."""

    record: str | None
    rule: str
    message: str
    line: int | None = None
    byte: int | None = None


class Member(Struct, frozen=True, gc=False):
    """A file inside a container: what follows was read from it. ``name`` as the container has it, ``sha256`` of its own
    uncompressed bytes; both None behind the last one."""

    name: str | None
    sha256: str | None = None


class Withdrawn(Struct, frozen=True, gc=False):
    """A member of a container turned out to be unusable after records of it were read: nothing of it is stored."""

    rule: str
    message: str
    record: str | None = None
    line: int | None = None
    byte: int | None = None


Item = Article | Deletion | Rejected | Warned
"""What a reader yields. The warnings of a record come before it."""


# --- concepts -----------------------------------------------------------------------------------------------------


class Concept(Struct, frozen=True, gc=False):
    """A concept of an ontology. ``id`` is a CURIE (``MESH:D003922``); ``broader`` CURIEs of its direct parents.

    ``category`` is a Biolink class name without prefix (``Disease``, ``Cell``, ``SmallMolecule`` …). ``exact`` are
    CURIEs of the same sense in other ontologies; ``replaced_by`` is set on obsolete concepts. ``synonyms`` mean the
    same as the label; ``narrow``, ``broad`` and ``related`` are names of another scope (OBO, SKOS-XL), ``xrefs`` CURIEs
    of terms that the source points to without saying that they mean the same.
    """

    id: str
    label: str
    synonyms: tuple[str, ...] = ()
    category: str | None = None
    broader: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    scheme: str | None = None
    obsolete: bool = False
    replaced_by: str | None = None
    lang: str | None = "en"
    narrow: tuple[str, ...] = ()
    broad: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()


class Mention(Struct, frozen=True, gc=False):
    """A concept found in a passage: ``passage.text[start:end] == text``, always.

    Offsets are Unicode code points, 0-based, end exclusive. ``concept`` is a CURIE. ``reason`` says in words how it
    was found; ``agent`` names the recogniser. ``context`` is what the sentence says of it, as (``negated``, the words that
    say so). ``others`` are the other senses of the words and how sure they are. A mention that ``is_doubtful`` is work for
    a curator: it is not sure enough to be a fact, and nothing may follow from it.
    """

    passage: str
    start: int
    end: int
    text: str
    concept: str
    confidence: float
    agent: str
    reason: str = ""
    context: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, float], ...] = ()
    is_doubtful: bool = False

    @property
    def is_negated(self) -> bool:
        """Whether the sentence says that it is not so."""
        return any(name == "negated" for name, _ in self.context)


def passages(article: Article) -> list[Passage]:
    """The texts of an article that mentions may point into, in reading order.

    >>> [p.name for p in passages(Article(record="1", reader="letter", title=Text("Insulin", "en")))]
    ['title']
    """
    found = []
    if article.title:
        found.append(Passage("title", article.title.text, article.title.lang))
    if article.abstract:
        found.append(Passage("abstract", article.abstract.text, article.abstract.lang))
    for n, keyword in enumerate(article.keywords, 1):
        found.append(Passage(f"kw-{n}", keyword.text, keyword.lang))
    for statement in article.statements:
        if statement.name == "core-tip":
            found.append(Passage(statement.name, statement.text, article.title.lang if article.title else None))
    return found


def contents(article: Article) -> dict[str, str]:
    """Every text of an article that an annotation may point into, by the name of its part; a superset of :func:`passages`.

    >>> contents(Article(record="1", reader="bioc", sections=(Section("1", "Methods", "We did."),)))
    {'sec-1': 'We did.', 'sec-1-heading': 'Methods'}
    """
    found = {passage.name: passage.text for passage in passages(article)}
    for section in article.sections:
        found[f"sec-{section.number}"] = section.text
        if section.heading:
            found[f"sec-{section.number}-heading"] = section.heading
    for statement in article.statements:
        found[statement.name] = statement.text
    for n, reference in enumerate(article.references, 1):
        if reference.text:
            found[f"ref-{n}"] = reference.text
    return found
