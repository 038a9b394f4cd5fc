"""The texts: title, abstracts, keywords, sections, statements. Each is a part with its content, so that a mention can
point into it and a reader of the graph can quote it."""

from __future__ import annotations

from kg.model import Abstract, Article
from kg.terms import Triple, boolean, literal
from kg.vocab import C4O, DCTERMS, DEO, DOCO, FRBR, KGV, PRISM, RDF, RDFS

_STATEMENT_CLASSES = {"acknowledgements": DEO.Acknowledgements}


def texts(own: list[Triple], article: Article, subject: str) -> None:
    """Every part of the article that is text."""
    add = own.append
    stem = f"{subject[:-1]}#"
    if article.title:
        node = f"{stem}title>"
        add((subject, FRBR.part, node))
        add((node, RDF.type, DOCO.Title))
        add((node, C4O.hasContent, literal(article.title.text, article.title.lang)))
    if article.abstract:
        text = _abstract(own, article.abstract, subject, f"{stem}abstract")
        add((subject, DCTERMS.abstract, text))
    for n, abstract in enumerate(article.other_abstracts, 1):
        _abstract(own, abstract, subject, f"{stem}other-abstract-{n}")
    for n, keyword in enumerate(article.keywords, 1):
        node, text = f"{stem}kw-{n}>", literal(keyword.text, keyword.lang)
        add((subject, PRISM.keyword, text))
        add((subject, FRBR.part, node))
        add((node, C4O.hasContent, text))
    for section in article.sections:
        node = f"{stem}sec-{section.number}>"
        add((subject, FRBR.part, node))
        add((node, RDF.type, DOCO.Section))
        if section.heading:
            add((node, RDFS.label, literal(section.heading)))
        add((node, C4O.hasContent, literal(section.text)))
    for statement in article.statements:
        node = f"{stem}{statement.name}>"
        kind = _STATEMENT_CLASSES.get(statement.name.partition("-")[0], DEO.DiscourseElement)
        add((subject, FRBR.part, node))
        add((node, RDF.type, DOCO.Section))
        add((node, RDF.type, kind))
        if statement.heading:
            add((node, RDFS.label, literal(statement.heading)))
        lang = article.title.lang if statement.name == "core-tip" and article.title else None
        add((node, C4O.hasContent, literal(statement.text, lang)))
    if article.abbreviations and not any(s.name == "abbreviations" for s in article.statements):
        node = f"{stem}abbreviations>"
        add((subject, FRBR.part, node))
        add((node, RDF.type, DOCO.Section))
        add((node, RDF.type, DEO.DiscourseElement))
        add((node, C4O.hasContent, literal("\n".join(f"{short}: {long}" for short, long in article.abbreviations))))
    if article.conflict:
        node = f"{stem}coi>"
        add((subject, KGV.conflictOfInterest, node))
        add((node, RDF.type, KGV.ConflictOfInterestStatement))
        add((node, C4O.hasContent, literal(article.conflict.text)))
        if article.conflict.declares is not None:
            add((node, KGV.declaresConflict, boolean(article.conflict.declares)))


def _abstract(own: list[Triple], abstract: Abstract, subject: str, node: str) -> str:
    """An abstract and, where it is structured, its sections; the term of its whole text."""
    whole, text = f"{node}>", literal(abstract.text, abstract.lang)
    own.append((subject, FRBR.part, whole))
    own.append((whole, RDF.type, DOCO.Abstract))
    own.append((whole, C4O.hasContent, text))
    if label := abstract.title or abstract.kind:
        own.append((whole, RDFS.label, literal(label)))
    if len(abstract.sections) == 1 and abstract.sections[0].label is None:
        return text
    for n, section in enumerate(abstract.sections, 1):
        part = f"{node}-{n}>"
        own.append((whole, FRBR.part, part))
        own.append((part, RDF.type, DOCO.Section))
        if section.label:
            own.append((part, RDFS.label, literal(section.label)))
        own.append((part, C4O.hasContent, literal(section.text, abstract.lang)))
    return text
