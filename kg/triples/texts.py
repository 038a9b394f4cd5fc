"""The texts: title, abstracts, keywords, sections, statements. Each is a part with its content, so that a mention can
point into it and a reader of the graph can quote it."""

from __future__ import annotations

from kg.model import Abstract, Article
from kg.terms import boolean, fact, literal
from kg.triples.page import Page
from kg.vocab import C4O, DCTERMS, DEO, DOCO, FRBR, KGV, PRISM, RDF, RDFS

_STATEMENT_CLASSES = {"acknowledgements": DEO.Acknowledgements}

_TITLE = f"{RDF.type} {DOCO.Title}"
_ABSTRACT = f"{RDF.type} {DOCO.Abstract}"
_SECTION = f"{RDF.type} {DOCO.Section}"
_ELEMENT = f"{RDF.type} {DEO.DiscourseElement}"
_CONFLICT = f"{RDF.type} {KGV.ConflictOfInterestStatement}"


def texts(page: Page, article: Article) -> None:
    """Every part of the article that is text."""
    add, stem = page.facts.append, page.stem
    if title := article.title:
        _part(page, f"{stem}title>", (_TITLE, fact(C4O.hasContent, title.text, title.lang)))
    if article.abstract:
        text = _abstract(page, article.abstract, f"{stem}abstract")
        add(f"{DCTERMS.abstract} {text}")
    for n, abstract in enumerate(article.other_abstracts, 1):
        _abstract(page, abstract, f"{stem}other-abstract-{n}")
    for n, keyword in enumerate(article.keywords, 1):
        text = literal(keyword.text, keyword.lang)
        add(f"{PRISM.keyword} {text}")
        _part(page, f"{stem}kw-{n}>", (f"{C4O.hasContent} {text}",))
    for section in article.sections:
        content = fact(C4O.hasContent, section.text)
        _part(page, f"{stem}sec-{section.number}>", (_SECTION, *_labelled(section.heading), content))
    for statement in article.statements:
        kind = _STATEMENT_CLASSES.get(statement.name.partition("-")[0], DEO.DiscourseElement)
        lang = article.title.lang if statement.name == "core-tip" and article.title else None
        content = fact(C4O.hasContent, statement.text, lang)
        facts = (_SECTION, f"{RDF.type} {kind}", *_labelled(statement.heading), content)
        _part(page, f"{stem}{statement.name}>", facts)
    if article.abbreviations and not any(s.name == "abbreviations" for s in article.statements):
        told = "\n".join(f"{short}: {long}" for short, long in article.abbreviations)
        _part(page, f"{stem}abbreviations>", (_SECTION, _ELEMENT, fact(C4O.hasContent, told)))
    if conflict := article.conflict:
        node = f"{stem}coi>"
        add(f"{KGV.conflictOfInterest} {node}")
        facts = (_CONFLICT, fact(C4O.hasContent, conflict.text))
        if conflict.declares is not None:
            facts += (f"{KGV.declaresConflict} {boolean(conflict.declares)}",)
        page.node(node, facts)


def _part(page: Page, node: str, facts: tuple[str, ...]) -> None:
    page.facts.append(f"{FRBR.part} {node}")
    page.node(node, facts)


def _labelled(heading: str | None) -> tuple[str, ...]:
    return (fact(RDFS.label, heading),) if heading else ()


def _abstract(page: Page, abstract: Abstract, stem: str) -> str:
    """An abstract and, where it is structured, its sections; the term of its whole text."""
    text = literal(abstract.text, abstract.lang)
    page.facts.append(f"{FRBR.part} {stem}>")
    facts = [_ABSTRACT, f"{C4O.hasContent} {text}", *_labelled(abstract.title or abstract.kind)]
    if len(abstract.sections) > 1 or any(section.label for section in abstract.sections):
        for n, section in enumerate(abstract.sections, 1):
            part = f"{stem}-{n}>"
            facts.append(f"{FRBR.part} {part}")
            content = fact(C4O.hasContent, section.text, abstract.lang)
            page.node(part, (_SECTION, *_labelled(section.label), content))
    page.node(f"{stem}>", facts)
    return text
