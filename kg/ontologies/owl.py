"""OWL in RDF/XML → concepts, as the OBO Foundry, BioPortal and Protégé publish it.

RDF 1.1 XML Syntax, https://www.w3.org/TR/rdf-syntax-grammar/, of which the flat form is read that all of them write: one
element a subject under ``rdf:RDF``, its statements as child elements. Class expressions (blank nodes) are passed over; of an
``owl:Axiom`` nothing is needed. The file is read as a stream by lxml within its limits on entities, depth and length; nothing
is fetched, and ``owl:imports`` is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urljoin

from lxml import etree

from kg.errors import InputError
from kg.model import Concept, Warned
from kg.ontologies.rdf import READ, Statements, Value
from kg.vocab import RDF

_RDF = f"{{{RDF.base}}}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_SNIFFED = re.compile(rb"<(?:[A-Za-z_][\w.-]*+:)?RDF[\s>]")


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is RDF/XML.

    >>> sniff(b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="x">'), sniff(b"<DescriptorRecordSet>")
    (True, False)
    """
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") and bool(_SNIFFED.search(head))


def read(stream: BinaryIO) -> Iterator[Concept | Warned]:
    """The classes and concepts of a file, sorted by IRI; identifiers and parents are IRIs.

    Raises:
        InputError: not well-formed, with the line.
    """
    stated = Statements()
    depth = 0
    try:
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities="internal",
            load_dtd=False,
            no_network=True,
            remove_comments=True,
        )
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 1:
                _subject(element, stated)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise InputError("xml-not-well-formed", f"not well-formed XML: {error.msg}", line=error.lineno) from error
    yield from stated.concepts()


def _subject(element: etree._Element, stated: Statements) -> None:
    subject = element.get(f"{_RDF}about")
    if subject is None and (name := element.get(f"{_RDF}ID")):
        subject = f"#{name}"
    if subject is None:
        return
    base = element.base or element.getroottree().getroot().get(_BASE) or ""
    subject = urljoin(base, subject) if ":" not in subject.partition("#")[0] else subject
    if element.tag != f"{_RDF}Description":
        stated.add(subject, RDF.type, Value(_iri(element.tag), is_iri=True))
    for child in element:
        predicate = f"<{_iri(child.tag)}>"
        if predicate not in READ:
            continue
        target = child.get(f"{_RDF}resource")
        if target is not None:
            stated.add(subject, predicate, Value(target, is_iri=True))
        elif not len(child) and child.text:
            lang = (child.get(_LANG) or "").lower().partition("-")[0]
            stated.add(subject, predicate, Value(child.text, lang))


def _iri(tag: str) -> str:
    """``{namespace}name`` → IRI."""
    return tag[1:].replace("}", "", 1) if tag.startswith("{") else tag
