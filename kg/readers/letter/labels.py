"""What the words of the layout mean: article types, the labels of sections, and what is no label.

Labels were collected from the journals that print their front matter this way. A label that is not listed can still
begin a section (:mod:`kg.readers.letter.layout` says when); it is then kept as a note under its heading.
"""

from __future__ import annotations

import re

from kg import wording
from kg.model import EventKind

# --- article types ----------------------------------------------------------------------------------------------------

_OTHER_TYPES = frozenset(
    (
        "reply|scoping review|scoping reviews|network meta analysis|case series|original article|"
        "original articles|brief article|basic study|basic research|clinical research|"
        "clinical and translational research|retrospective study|retrospective cohort study|"
        "prospective study|cohort study|case control study|cross sectional study|clinical practice study|"
        "field of vision|frontier|topic highlight|therapeutics advances|perspective|"
        "therapeutic and diagnostic guidelines|evidence based medicine|evidence review|scientometrics|"
        "rapid communication|brief report|short communication|viewpoint|expert consensus|diagnostic advances|"
        "surgical procedures|autobiography of editorial board members|hypothesis|research report|"
        "research article|experimental study|translational research|research|research letter|research paper|"
        "research papers|original research|original investigation|original paper|original contribution|article|"
        "articles|full length article|full paper|technical note|technical report|methodology|study protocol|protocol|"
        "methods|data descriptor|communication|brief communication|clinical investigation|state of the art review|"
        "narrative review|mini review article|opinion|invited review|concise review|original work|case study|"
        "open access peer reviewed research article|peer reviewed research article|original research article|"
        "artigo original|artículo original|artigo de revisão|artículo de revisión|relato de caso|caso clínico|"
        "comunicação breve|regular article|featured article|research note|short report|brief research report|"
        "data note|software|database|resource|tools and resources|registered report|position paper|consensus statement"
    ).split("|")
)
"""article types for which MeSH has no publication type that says the same"""


def is_article_type(text: str) -> bool:
    """Whether a text is an article type as journals print it, and nothing else."""
    return wording.fold_label(text) in _OTHER_TYPES or wording.publication_type(text) is not None


# --- labels of sections -----------------------------------------------------------------------------------------------

ONE_LINE = frozenset(
    ("received", "revised", "accepted", "published", "available", "processing", "doi", "type", "issn", "dated-note")
)
"""kinds of section that take one line, wrapped or not"""
PARAGRAPH = frozenset(
    ("keywords", "core-tip", "conflict", "corresponding", "orcid", "citation", "funding", "open-access")
)
"""kinds of section that a blank line ends"""
DATED: dict[str, EventKind] = {
    "received": "received", "revised": "revised", "accepted": "accepted", "published": "issued",
    "available": "available",
}  # fmt: skip
"""kind of section → what happened on its date"""

LABELS: dict[str, str] = {
    label: kind
    for kind, labels in {
        "contributions":
            "author contributions|authors contributions|contributions|author contribution|contributors|"
            "contributorship statement|credit authorship contribution statement|author contribution statement",
        "conflict":
            "conflict of interest statement|conflicts of interest statement|conflict of interest|"
            "conflicts of interest|competing interests|competing interest|declaration of competing interest|"
            "declaration of interests|disclosure|disclosures",
        "open-access": "open access|open access statement",
        "funding":
            "supported by|funding|financial support|grant support|funding statement|funding sources|"
            "funding information",
        "corresponding":
            "for correspondence|corresponding author|corresponding authors|correspondence to|correspondence|"
            "correspondence author|"
            "address for correspondence|address correspondence to|author for correspondence|contact|contact author|"
            "authors for correspondence|correspondence address|correspondence and reprint requests|reprint requests|"
            "corresponding author e mail|correspondence e mail|autor correspondente|autor para correspondência|"
            "correspondência|autor de correspondencia|correspondencia|corresponding author s|corresponding author "
            "details|"
            "corresponding author information|corresponding email|corresponding author email|contact information",
        "co-corresponding": "co corresponding author|co corresponding authors",
        "co-first": "co first author|co first authors",
        "received": "received|received date|date received|received for publication|submitted|submission date|"
            "submission received|date of submission|manuscript received|received on|recebido|recebido em|recibido|reçu|"
            "eingegangen|recebimento",
        "revised": "revised|received in revised form|received in final form|revision received|revised date|"
            "revised manuscript received|revised form|resubmitted|date revised|revisado",
        "accepted": "accepted|accepted date|date accepted|accepted for publication|date of acceptance|acceptance date|"
            "accepted on|aceito|aceito em|aprovado|aprovado em|aceptado|accepté|angenommen",
        "available": "published online|available online|published online date|first published online|first published|"
            "published online first|online publication|epub|epub ahead of print|version of record online|online first|"
            "published ahead of print|advance access publication|advance access publication date|date of online publication",
        "published": "published|publication date|issue date|published date|date of publication|publicado|publicado em",
        "processing": "processing time",
        "abstract": "abstract|summary|resumo|resumen|résumé|zusammenfassung|structured abstract",
        "keywords":
            "keywords|key words|keyword|key word|index terms|palavras chave|descritores|palabras clave|descriptores|"
            "mots clés|schlüsselwörter|unitermos|author keywords|keywords and phrases",
        "affiliations":
            "author affiliations|authors affiliations|affiliations|affiliation|author affiliation|author details|"
            "authors and affiliations|author information|authors information|institutional affiliations|afiliações|"
            "affiliations of authors",
        "equal":
            "equal contribution|equal contributions|equal contributors|contributed equally|these authors contributed "
            "equally",
        "authors": "authors|author|author list|autores",
        "empty": "article info|articleinfo|article information|article history|history|dates|publication history|"
            "open access peer reviewed|open",
        "core-tip": "core tip",
        "citation":
            "to cite|cite this article as|cite as|suggested citation|recommended citation|reference to this article|"
            "citation|cite this article|how to cite|how to cite this article|please cite",
        "orcid":
            "orcid s|orcid ids|orcid ids of authors|orcid id s|orcid number|orcid numbers|orcid|orcids|orcid id|author "
            "orcid",
        "ethics": "ethics statement|ethics approval|ethical approval|informed consent|institutional review board",
        "data-availability":
            "data sharing|data availability|availability of data and materials|data availability statement",
        "acknowledgements": "acknowledgements|acknowledgments|acknowledgement|acknowledgment",
        "abbreviations": "abbreviations|abbreviation",
        "type": "type|type of article|article category|manuscript type|publication type",
        "journal-title": "name of journal|journal name",
        "doi": "doi|digital object identifier",
        "issn": "issn",
        "copyright": "copyright|copyright and license|rights",
        "journal": "journal|published in",
        "title": "title|article title",
        "dated-note": "peer review started|first decision|article in press|published in issue",
        "reach": "telephone|tel|fax|e mail|email|phone",
        "note":
            "p reviewer|p reviewers|s editor|l editor|p editor|e editor|manuscript source|peer review model|"
            "specialty type|country territory of origin|country of origin|peer review report s classification|"
            "peer review report s scientific quality classification|scientific quality|scientific significance|"
            "novelty|creativity or innovation|provenance and peer review|"
            "corresponding author s membership in professional societies|supportive foundations|manuscript no|"
            "manuscript number|first author|url|open peer review|clinical trial registration|trial registration|"
            "animal care|animal studies|biostatistics|footnotes|references|reference|reviewer|editor|"
            "academic editor|academic editors|handling editor|invited manuscript|edited by|reviewed by|editor|editors|"
            "associate editor|section editor|responsible editor|editor in chief|highlights|graphical abstract|key "
            "points|"
            "present address|current address|deceased|editado por",
    }.items()
    for label in labels.split("|")
}  # fmt: skip
"""label, folded to lower case without punctuation → kind of section"""

HEADINGS = frozenset(
    (
        "abstract", "keywords", "core-tip", "contributions", "acknowledgements", "conflict", "orcid", "funding",
        "abbreviations", "data-availability", "corresponding", "empty", "citation", "copyright", "affiliations",
        "received",
        "revised", "accepted", "published", "available", "type", "doi", "authors", "title",
    )
)  # fmt: skip
"""kinds whose label may stand alone on its line, without a colon"""

NOTE_HEADINGS = frozenset(
    (
        "edited by|reviewed by|editor|editors|handling editor|academic editor|highlights|graphical abstract|key points|"
        "supplementary material|peer review|specialty section|present address|trial registration|author notes|notes"
    ).split("|")
)
"""labels of notes that stand alone on their line, too"""

BODY_HEADINGS = frozenset(
    (
        "to the editor|introduction|discussion|conclusion|conclusions|references|footnotes|results|methods|"
        "materials and methods|case presentation|main text|dear editor"
    ).split("|")
)
"""what the body's sections are usually called"""

ABSTRACT_LABELS = frozenset(
    (
        "subjects|findings|study population|methods and findings|methods and results|"
        "conclusions/significance|conclusões e implicações para a prática|aim|"
        "aims|funding|evidence acquisition|material and methods|objetivo|objetivos|métodos|método|resultados|"
        "conclusão|conclusões|conclusiones|conclusión|introdução|introducción|objectif|méthodes|résultats|"
        "materials/methods|background/objectives|rationale|hypothesis|methodology|background|background & aims|"
        "background and aims|background/aims|case|"
        "case description|case presentation|case summary|clinical trial registration|conclusion|conclusions|"
        "context|data sources|design|diagnosis and treatment|discussion|findings|importance|interpretation|"
        "interventions|introduction|lessons learned|main outcome measures|materials|"
        "materials and methods|measures|method|methods|objective|objectives|outcome|participants|patients|"
        "patients and methods|presentation|purpose|result|results|results and conclusion|setting|"
        "significance|study design|summary|trial registration"
    ).split("|")
)
"""labels inside an abstract, in lower case"""

_ABSTRACT_JOINT = re.compile(r" ?/ ?| and | & |, ")


def is_abstract_label(text: str) -> bool:
    """Whether a text is the label of a part of an abstract, or of several ("Subjects/Methods").

    >>> is_abstract_label("MATERIALS AND METHODS:"), is_abstract_label("Subjects/Methods"), is_abstract_label("Stem cells")
    (True, True, False)
    """
    key = text.rstrip(" :").casefold()
    return key in ABSTRACT_LABELS or (len(key) < 60 and all(p in ABSTRACT_LABELS for p in _ABSTRACT_JOINT.split(key)))


LABEL_NOUNS = frozenset(
    (
        "acknowledgements approval author authors availability checklist classification consent "
        "contributions decision editor guidelines model number numbers origin press registration reviewer "
        "reviewers societies source statement support type"
    ).split()
)
"""how a label that is not listed ends where it stands in doubt"""
NO_LABEL = frozenset("see note e mail http https www tel fax available from url i e namely eg note that".split())
"""words that begin what looks like a label and is none"""
NO_LABEL_WORDS = frozenset("is are was were be been has have had we this these that our it they can may will".split())
"""words of sentences, which no label holds"""

LABEL = re.compile(r"([^\W\d_a-zß-öø-ÿ][^:：]{1,79}?) ?[:：](?: |$)")
EMAIL_LABEL = re.compile(
    r"(?:e-?mails?(?: address(?:es)?)?|electronic address(?:es)?|email contact)(?: ?[:：.] ?| (?=[^ ]{1,80}@))",
    re.IGNORECASE,
)
CORRESPONDING = re.compile(
    r"(?:Corresponding [Aa]uthors?|Correspond[ea]nces?(?: (?:and|&) (?:reprint requests|requests for materials?))?"
    r"(?: should be (?:addressed|sent|directed))?(?: to)?|(?:Address|"
    r"Addresses) (?:all )?(?:for )?correspond[ea]nces?(?: and reprint requests)?(?: to)?|"
    r"Authors? (?:for correspond[ea]nce|to whom correspondence should be addressed)|To whom correspondence (?:should|"
    r"may) be addressed|"
    r"CORRESPOND[EA]NCE|CORRESPONDING AUTHORS?|CONTACT(?= [A-Z])|Autor(?:a)? correspondente|Autor de correspondencia)\b"
    r"(?: ?\((?:[^()]{1,40})\))?[ .:：,—–-]{0,3}"
)
"""how a text begins that says whom to write to"""
EQUAL = re.compile(
    r"(?:These|Both|The first|All|Denotes|Contributed|Equal|Joint|Co-?first|Shared|First \w+ authors|"
    r"Authors? contributed)\b",
    re.IGNORECASE,
)
KEYWORDS = re.compile(r"(?:Key[ -]?[Ww]ords?|KEY[ -]?WORDS?|Index [Tt]erms)(?: ?[:：—–.-]{1,2} ?| )(?=\S)")
ABSTRACT = re.compile(
    r"(?:ABSTRACT|Abstract|SUMMARY|Summary)(?: ?[.—–-] ?|: ?| (?=(?:Background|Objectives?|Aims?|Introduction|Purpose|"
    r"Context|Importance)\b)"
    r"| (?=[A-Z][^.]{20,300}\.))(?=\S)"
)
SUPPORTED = re.compile(r"(?:This (?:work|study|research) was )?[Ss]upported(?: in part)? by\b")
CORRESPONDENCE_TO = re.compile(r"Correspondence to:? ", re.IGNORECASE)
_LABEL_WORD = re.compile(r"[^\W_]+")


def label_key(label: str) -> str:
    """A label for comparison: words in lower case, parted by single blanks, without punctuation."""
    return " ".join(_LABEL_WORD.findall(label.casefold().replace("'", "").replace("’", "")))


def kind_of(label: str) -> str | None:
    """The kind of section that a label names, None for one that is not known."""
    key = label_key(label)
    if kind := LABELS.get(key):
        return kind
    if not key.endswith((" statement", " checklist", " guidelines", " statements")) or len(key) > 80:
        return None
    if any(word in key for word in ("review board", "ethic", "consent", "animal", "irb ", "iacuc")):
        return "ethics"
    if "data" in key:
        return "data-availability"
    if "conflict" in key or "competing" in key:
        return "conflict"
    return "note"
