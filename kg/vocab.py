"""THE vocabulary: every namespace, every term, every prefix. No other file names a vocabulary IRI.

A term is its IRI in N-Triples form, ``<http://purl.org/dc/terms/title>``, because that is what triples are made of
here (see :mod:`kg.terms`). A namespace is closed: a term that is not listed below does not exist.

>>> DCTERMS.title
'<http://purl.org/dc/terms/title>'
>>> DCTERMS.titel
Traceback (most recent call last):
    ...
AttributeError: 'Namespace' object has no attribute 'titel'
>>> DCTERMS["titel"]
Traceback (most recent call last):
    ...
AttributeError: dcterms:titel is not a term of this project (kg/vocab.py lists them)
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING


class Namespace:
    """A closed list of terms under one prefix. ``NS.term`` and ``NS["term-with-hyphen"]`` give ``<iri>``."""

    def __init__(self, prefix: str, base: str, terms: str = "") -> None:
        self._prefix = prefix  # not "prefix": that is a term of oa: and of sh:
        self.base = base
        self._terms = {name: f"<{base}{name}>" for name in terms.split()}
        # As plain attributes of a class without __getattr__ they cost next to nothing; the mapping asks millions of times.
        self.__dict__.update(self._terms)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> str: ...

    def __getitem__(self, name: str) -> str:
        try:
            return self._terms[name]
        except KeyError:
            message = f"{self._prefix}:{name} is not a term of this project (kg/vocab.py lists them)"
            raise AttributeError(message) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __contains__(self, name: object) -> bool:
        return name in self._terms


RDF = Namespace(
    "rdf",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "type Statement subject predicate object langString first rest nil",
)
RDFS = Namespace(
    "rdfs",
    "http://www.w3.org/2000/01/rdf-schema#",
    "Class Datatype Literal Resource label comment subClassOf subPropertyOf seeAlso",
)
OWL = Namespace(
    "owl",
    "http://www.w3.org/2002/07/owl#",
    "sameAs deprecated equivalentClass Ontology Class DatatypeProperty ObjectProperty",
)
XSD = Namespace(
    "xsd",
    "http://www.w3.org/2001/XMLSchema#",
    "string integer decimal float double boolean date time dateTime gYear gYearMonth",
)
DCTERMS = Namespace(
    "dcterms",
    "http://purl.org/dc/terms/",
    "title alternative abstract identifier type language creator subject license accessRights rightsHolder rights "
    "dateSubmitted dateAccepted dateCopyrighted date issued available isPartOf bibliographicCitation description "
    "publisher references isReplacedBy source extent",
)
FOAF = Namespace(
    "foaf", "http://xmlns.com/foaf/0.1/", "Person Group Organization name givenName familyName page primaryTopic"
)
SCHEMA = Namespace(
    "schema",
    "https://schema.org/",
    "ScholarlyArticle Chapter mentions position isAccessibleForFree addressCountry softwareVersion genre keywords",
)
SKOS = Namespace(
    "skos",
    "http://www.w3.org/2004/02/skos/core#",
    "Concept ConceptScheme prefLabel altLabel inScheme exactMatch broader notation topConceptOf",
)
FABIO = Namespace(
    "fabio",
    "http://purl.org/spar/fabio/",
    "JournalArticle Letter ReviewArticle Editorial RetractionNotice BookChapter Book Journal JournalVolume JournalIssue "
    "hasSubtitle hasTranslatedTitle hasShortTitle hasNLMJournalTitleAbbreviation hasIssnL "
    "hasNationalLibraryOfMedicineJournalId hasElectronicArticleIdentifier hasSequenceIdentifier hasPubMedId "
    "hasPubMedCentralId hasPII hasPublicationYear hasRetractionDate hasCorrectionDate hasSubjectTerm "
    "hasPrimarySubjectTerm",
)
FRBR = Namespace("frbr", "http://purl.org/vocab/frbr/core#", "part partOf")
PRISM = Namespace(
    "prism",
    "http://prismstandard.org/namespaces/basic/2.0/",
    "doi issn eIssn volume issueIdentifier startingPage endingPage pageRange publicationDate keyword",
)
PRO = Namespace(
    "pro",
    "http://purl.org/spar/pro/",
    "RoleInTime withRole isHeldBy relatesToDocument relatesToOrganization isDocumentContextFor author editor contributor",
)
SCORO = Namespace("scoro", "http://purl.org/spar/scoro/", "hasORCID corresponding-author isEqualToRoleInTime")
CITO = Namespace(
    "cito",
    "http://purl.org/spar/cito/",
    "cites isCitedBy retracts isRetractedBy corrects isCorrectedBy repliesTo hasReplyFrom updates isUpdatedBy "
    "reviews isReviewedBy extends isExtendedBy citesAsRelated compiles isCompiledBy describes isDescribedBy "
    "documents isDocumentedBy discusses isDiscussedBy citesForInformation providesDataFor",
)
BIRO = Namespace("biro", "http://purl.org/spar/biro/", "BibliographicReference references")
C4O = Namespace("c4o", "http://purl.org/spar/c4o/", "hasContent")
DOCO = Namespace("doco", "http://purl.org/spar/doco/", "Title Abstract Section SectionTitle")
DEO = Namespace("deo", "http://purl.org/spar/deo/", "DiscourseElement Acknowledgements")
FRAPO = Namespace("frapo", "http://purl.org/cerif/frapo/", "Grant isFundedBy hasGrantNumber isAwardedBy FundingAgency")
ORG = Namespace("org", "http://www.w3.org/ns/org#", "OrganizationalUnit FormalOrganization unitOf")
VCARD = Namespace(
    "vcard",
    "http://www.w3.org/2006/vcard/ns#",
    "Address hasAddress hasEmail title honorific-suffix locality postal-code region country-name",
)
OA = Namespace(
    "oa",
    "http://www.w3.org/ns/oa#",
    "Annotation motivatedBy identifying hasBody hasTarget SpecificResource hasSource hasSelector TextPositionSelector "
    "TextQuoteSelector start end exact prefix suffix refinedBy",
)
PROV = Namespace(
    "prov",
    "http://www.w3.org/ns/prov#",
    "Activity Agent Entity SoftwareAgent wasDerivedFrom wasAttributedTo wasGeneratedBy wasAssociatedWith hadPrimarySource "
    "used startedAtTime endedAtTime",
)
BIOLINK = Namespace(
    "biolink",
    "https://w3id.org/biolink/vocab/",
    "Association NamedThing category occurs_together_in_literature_with negated publications supporting_text "
    "knowledge_level agent_type related_to associated_with positively_correlated_with negatively_correlated_with causes "
    "affects treats preventative_for_condition interacts_with directly_physically_interacts_with",
)
"""Concept categories are Biolink class names from the ontologies' own data, see kg/triples.py."""
MESH = Namespace("mesh", "http://id.nlm.nih.gov/mesh/")
MESHV = Namespace(
    "meshv",
    "http://id.nlm.nih.gov/mesh/vocab#",
    "TopicalDescriptor PublicationType AllowedDescriptorQualifierPair Qualifier SCR_Chemical SupplementaryConceptRecord "
    "broaderDescriptor hasDescriptor hasQualifier preferredMappedTo mappedTo preferredConcept concept preferredTerm term "
    "prefLabel altLabel treeNumber GeographicalDescriptor CheckTag SCR_Disease SCR_Organism SCR_Protocol SCR_Population "
    "SCR_Anatomy",
)
OBO = Namespace("obo", "http://purl.obolibrary.org/obo/")
VOID = Namespace(
    "void",
    "http://rdfs.org/ns/void#",
    "Dataset Linkset triples vocabulary classPartition subset class entities target linkPredicate objectsTarget "
    "subjectsTarget",
)
DCAT = Namespace("dcat", "http://www.w3.org/ns/dcat#", "Dataset Distribution distribution mediaType downloadURL")
DQV = Namespace("dqv", "http://www.w3.org/ns/dqv#", "QualityMeasurement computedOn isMeasurementOf value Metric")
SH = Namespace(
    "sh",
    "http://www.w3.org/ns/shacl#",
    # shapes and targets
    "Shape NodeShape PropertyShape targetClass targetNode targetObjectsOf targetSubjectsOf deactivated severity message "
    "name description order group defaultValue PropertyGroup Severity Info Warning Violation shapesGraph entailment "
    # paths and core constraints
    "path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath "
    "property node class datatype nodeKind IRI BlankNode Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral "
    "minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern flags "
    "languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone qualifiedValueShape "
    "qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint closed ignoredProperties hasValue in "
    # SHACL-SPARQL
    "sparql select ask prefixes declare prefix namespace PrefixDeclaration SPARQLConstraint ConstraintComponent "
    "parameter Parameter optional labelTemplate validator nodeValidator propertyValidator SPARQLAskValidator "
    "SPARQLSelectValidator "
    # reports
    "ValidationReport ValidationResult conforms result focusNode resultPath resultSeverity resultMessage value "
    "sourceShape sourceConstraint sourceConstraintComponent detail",
)
"""The terms of SHACL Core and SHACL-SPARQL; those of the advanced features, rules and scripts are left out on purpose."""
CREDIT = Namespace("credit", "https://credit.niso.org/contributor-roles/")
KGV = Namespace(
    "kgv",
    "https://w3id.org/bmkg/vocab#",
    "Claim CoAuthorLink ConflictOfInterestStatement Disagreement IdentityLink IdentityProposal reason dateAsPrinted "
    "processingTime dateRevised sortDate confidence certainty evidence conflictOfInterest declaresConflict degree member "
    "weight fractionalWeight npmi coAuthorWith certaintyScheme asserted probable possible hypothetical unknown typeAsPrinted "
    "identifierAsPrinted relationAsPrinted subjectAsPrinted objectAsPrinted novelty infons",
)

# What ontologies are read in, and the graph is never written in; so they are not among NAMESPACES.
OBOINOWL = Namespace(
    "oboInOwl",
    "http://www.geneontology.org/formats/oboInOwl#",
    "id hasExactSynonym hasNarrowSynonym hasBroadSynonym hasRelatedSynonym hasDbXref hasOBONamespace",
)
IAO = Namespace("obo", "http://purl.obolibrary.org/obo/", "IAO_0000118 IAO_0100001")
"""alternative label, and term replaced by"""

NAMESPACES: tuple[Namespace, ...] = (
    RDF, RDFS, OWL, XSD, DCTERMS, FOAF, SCHEMA, SKOS, FABIO, FRBR, PRISM, PRO, SCORO, CITO, BIRO, C4O, DOCO, DEO, FRAPO,
    ORG, VCARD, OA, PROV, BIOLINK, MESH, MESHV, OBO, VOID, DCAT, DQV, SH, CREDIT, KGV,
)  # fmt: skip

PREFIXES = MappingProxyType({ns._prefix: ns.base for ns in sorted(NAMESPACES, key=lambda ns: ns._prefix)})
"""prefix → namespace IRI, for everything that writes or reads prefixed names"""

CREDIT_ROLES = (
    "conceptualization", "data-curation", "formal-analysis", "funding-acquisition", "investigation", "methodology",
    "project-administration", "resources", "software", "supervision", "validation", "visualization",
    "writing-original-draft", "writing-review-editing",
)  # fmt: skip
"""The fourteen roles of ANSI/NISO Z39.104-2022 (CRediT), as the slugs of their IRIs."""


def credit_role(slug: str) -> str:
    """The IRI of a CRediT role, with the trailing slash that JATS4R's list gives it.

    >>> credit_role("software")
    '<https://credit.niso.org/contributor-roles/software/>'
    """
    if slug not in CREDIT_ROLES:
        raise ValueError(f"{slug!r} is not a CRediT role")
    return f"<{CREDIT.base}{slug}/>"
