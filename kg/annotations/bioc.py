"""BioC, XML and JSON: a collection of documents, one document, PubTator 3's ``{"PubTator3": […]}``, JSON lines.

Both forms have the same parts: a document has passages (perhaps cut into sentences), a passage annotations with one or
more locations, a document relations between annotations or, in the corpora of NCBI, between identifiers. What they say is
kept as infons; from these are read the type, the identifier (``identifier``, or a key that names a database: ``MESH``),
the novelty and the arguments of a relation. Annotations of sentences become those of their passage.

Sources: BioC.dtd and Comeau et al. 2013, doi 10.1093/database/bat064; Comeau et al. 2019, doi 10.1093/bioinformatics/btz070
(BioC JSON); PubTator 3's export; the files of BioCreative V CDR and BioRED.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from kg.annotations.identifiers import argument_concepts, concepts_of, database_of, types_by_identifier
from kg.annotations.offsets import Place, fit, told
from kg.errors import InputError
from kg.json_records import Found, records
from kg.markup import Element, children, elements, escape, line_of, local, quoteattr, root_name
from kg.model import (
    AnnotatedDocument,
    AnnotatedPassage,
    Annotation,
    Argument,
    Claim,
    Collection,
    Infons,
    Rejected,
    Warned,
)

AGENT = "BioC"
"""who marked what a file marks, where neither the annotation (infon ``annotator``) nor the collection (``source``) says"""

_HEAD = 8192
_ROOTS = ("collection", "document")
_PLACES = (("documents",), ("PubTator3",))
_TITLES = {"title", "front", "article-title", "article_title"}
_ABSTRACTS = {"abstract"}
_JSON_HEAD = re.compile(rb"\s{0,99}(?:\xef\xbb\xbf)?\s{0,99}[{\[]")
_JSON_KEY = re.compile(rb'"(?:documents|passages|PubTator3)"\s{0,9}:')
_ARGUMENT_KEY = re.compile(
    r"(?:entity|role|arg|argument|subject|object|gene|geneorgeneproduct|protein|chemical|chemicalentity|drug|disease"
    r"|diseaseorphenotypicfeature|variant|sequencevariant|mutation|species|organismtaxon|cellline)[ _]?[0-9]{0,2}",
    re.IGNORECASE,
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Read = Iterator[AnnotatedDocument | Rejected | Warned]


def is_bioc(head: bytes) -> bool:
    """Whether a file begins as BioC's do, XML or JSON.

    >>> is_bioc(b'<!DOCTYPE collection SYSTEM "BioC.dtd"><collection><source>'), is_bioc(b'{"PubTator3": ['), is_bioc(b"{}")
    (True, True, False)
    """
    root = root_name(head)
    if root is not None:
        return root in _ROOTS and (
            b"BioC.dtd" in head or re.search(rb"<(?:source|id|passage|infon)\b", head) is not None
        )
    return _JSON_HEAD.match(head) is not None and _JSON_KEY.search(head) is not None


def read_bioc(stream: BinaryIO, agent: str | None = None) -> Read:
    """The documents of a file, XML or JSON, one at a time, each after its warnings.

    Args:
        stream: a seekable one; JSON is read twice, because what a collection says of itself may stand behind its documents.
        agent: who marked what is marked; None: as the file says.

    Raises:
        InputError: the file as a whole cannot be read.
    """
    start = stream.tell()
    root = root_name(stream.read(_HEAD))
    stream.seek(start)
    yield from _xml(stream, root, agent) if root is not None else _json(stream, agent)


# --- XML ----------------------------------------------------------------------------------------------------------


def _xml(stream: BinaryIO, root: str, agent: str | None) -> Read:
    if root not in _ROOTS:
        raise InputError("wrong-format", f"the root element is <{root[:60]}>, which is not BioC's", line=1)
    if root == "document":
        for element in elements(stream, "document"):
            yield from _document(_of_xml(element), None, agent, line_of(element), 1)
        return
    said: dict[str, str] = {}
    infons: list[tuple[str, object]] = []
    number = 0
    for element in children(stream):
        name = local(element)
        if name == "document":
            number += 1
            collection = Collection(said.get("source", ""), said.get("date", ""), said.get("key", ""), tuple(infons))
            yield from _document(_of_xml(element), collection, agent, line_of(element), number)
        elif name == "infon":
            infons.append((element.get("key", ""), _content(element)))
        elif name in ("source", "date", "key"):
            said[name] = _content(element)


def _content(element: Element | None) -> str:
    """The text of an element exactly, line ends and blanks included."""
    if element is None:
        return ""
    return "".join(piece for piece in element.itertext("*") if isinstance(piece, str))


def _of_xml(element: Element) -> dict[str, Any]:
    """A part of a BioC XML document as BioC JSON has it."""
    made: dict[str, Any] = {"infons": {}}
    for child in element:
        name = local(child)
        if name == "infon":
            made["infons"][child.get("key", "")] = _content(child)
        elif name in ("id", "offset", "text"):
            made[name] = _content(child)
        elif name == "location":
            made.setdefault("locations", []).append({"offset": child.get("offset"), "length": child.get("length")})
        elif name == "node":
            made.setdefault("nodes", []).append({"refid": child.get("refid", ""), "role": child.get("role", "")})
        elif name in ("passage", "sentence", "annotation", "relation"):
            part = _of_xml(child)
            if name in ("annotation", "relation"):
                part["id"] = child.get("id")
            made.setdefault(f"{name}s", []).append(part)
    return made


# --- JSON ---------------------------------------------------------------------------------------------------------


def _json(stream: BinaryIO, agent: str | None) -> Read:
    frames = _frames(stream)
    at = 0
    for number, found in enumerate((f for f in records(stream, *_PLACES) if not _is_frame(f)), 1):
        if isinstance(found, Rejected):
            yield found
            continue
        while at < len(frames) and frames[at][0] < number:
            at += 1
        collection = frames[at][2] if at < len(frames) and frames[at][1] <= found.line else None
        for key in found.repeated:
            yield Warned(f"record {number}", "repeated-key", f"the key {key!r} stands twice", found.line)
        yield from _document(found.value, collection, agent, found.line, number)


def _is_frame(found: Found | Rejected) -> bool:
    return isinstance(found, Found) and (found.is_frame or "documents" in found.value)


def _frames(stream: BinaryIO) -> list[tuple[int, int, Collection]]:
    """What each collection of a file says of itself, with the number of its last document and its line."""
    start = stream.tell()
    frames = []
    number = 0
    for found in records(stream, *_PLACES):
        if isinstance(found, Found) and _is_frame(found):
            said = {key: value for key in ("source", "date", "key") if isinstance(value := found.value.get(key), str)}
            if "PubTator3" in found.value:
                said.setdefault("source", "PubTator 3")
            collection = Collection(**said, infons=_infons(found.value.get("infons")))
            frames.append((number, found.line, collection))
        else:
            number += 1
    stream.seek(start)
    return frames


# --- a document ---------------------------------------------------------------------------------------------------


class _Unusable(Exception):
    """A document has not the shape of one."""


def _infons(value: object) -> Infons:
    return tuple(value.items()) if isinstance(value, Mapping) else ()


def _list(part: Mapping[str, Any], key: str) -> list[Any]:
    value = part.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _Unusable(f"its {key} are no list of objects")
    return value


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip(), re.ASCII):
        return int(value)
    return None


def _document(
    part: Mapping[str, Any], collection: Collection | None, agent: str | None, line: int | None, number: int
) -> Read:
    stated = part.get("id")
    name = str(stated).strip() if isinstance(stated, (str, int)) and str(stated).strip() else ""
    record = f"document {name}" if name else f"record {number}"
    try:
        document, warnings = _read(part, name, record, collection, agent or _agent(collection), line)
    except _Unusable as error:
        yield Rejected(record, "wrong-shape", f"{record}: {error}", line)
        return
    yield from warnings
    yield document


def _agent(collection: Collection | None) -> str:
    return (collection.source.strip() if collection else "") or AGENT


def _read(
    part: Mapping[str, Any], name: str, record: str, collection: Collection | None, agent: str, line: int | None
) -> tuple[AnnotatedDocument, list[Warned]]:
    parts = _list(part, "passages")
    if "passages" not in part:
        raise _Unusable("it has no passages")
    texts = [_passage_text(one) for one in parts]
    kinds = [_kind(one) for one in parts]
    names = _names(parts, kinds)
    offsets = [_number(one.get("offset")) for one in parts]
    marked: list[tuple[int | None, Mapping[str, Any]]] = []
    related = list(_list(part, "relations"))
    for n, one in enumerate(parts):
        for holder in (one, *_list(one, "sentences")):
            marked += [(n, annotation) for annotation in _list(holder, "annotations")]
            related += _list(holder, "relations")
    marked += [(None, annotation) for annotation in _list(part, "annotations")]
    places = [_place(annotation, index) for index, annotation in marked]
    fitted = fit(list(zip(texts, offsets, strict=True)), places)
    labels = [str(annotation.get("id") or n) for n, (_, annotation) in enumerate(marked)]
    annotations = []
    for found, (_, annotation), place in zip(fitted.found, marked, places, strict=True):
        if found is not None:
            index, spans = found
            text = place.text if place.text is not None else " ".join(texts[index][a:b] for a, b in spans)
            annotations.append(_annotation(annotation, names[index], spans, text, agent))
    types = types_by_identifier(annotations)
    by_id = {annotation.id: annotation for annotation in annotations if annotation.id is not None}
    starts = _offsets(texts, offsets, fitted.way)
    document = AnnotatedDocument(
        id=name,
        passages=tuple(
            AnnotatedPassage(names[n], texts[n], kinds[n], starts[n], _infons(one.get("infons")))
            for n, one in enumerate(parts)
        ),
        annotations=tuple(annotations),
        claims=tuple(_claim(relation, agent, types, by_id) for relation in related),
        infons=_infons(part.get("infons")),
        collection=collection,
        line=line,
    )
    return document, list(told(record, fitted, places, None, labels))


def _passage_text(passage: Mapping[str, Any]) -> str:
    """Its text, or that of its sentences, each where its offset says."""
    text = passage.get("text")
    if isinstance(text, str) and (text or not passage.get("sentences")):
        return text
    if text not in (None, ""):
        raise _Unusable("the text of a passage is no text")
    made = ""
    start = _number(passage.get("offset")) or 0
    for sentence in _list(passage, "sentences"):
        words = sentence.get("text")
        if isinstance(words, str):
            at = _number(sentence.get("offset"))
            gap = 1 if at is None else at - start - len(made)
            made += " " * (min(max(gap, 0), 100) if made else 0) + words
    return made


def _kind(passage: Mapping[str, Any]) -> str | None:
    infons = passage.get("infons")
    if not isinstance(infons, Mapping):
        return None
    for key in ("type", "section_type", "section"):
        if isinstance(kind := infons.get(key), str) and kind.strip():
            return kind
    return None


def _names(parts: Sequence[Mapping[str, Any]], kinds: Sequence[str | None]) -> list[str]:
    """A name for each passage: the first title is ``title``, the first abstract ``abstract``; where no passage says what it
    is, the first is the title and the second the abstract."""
    names = [f"passage-{n}" for n in range(1, len(kinds) + 1)]
    if not any(kinds):
        return ["title", "abstract", *names[2:]][: len(names)]
    folded = [(kind or "").casefold().strip() for kind in kinds]
    for wanted, known in (("title", _TITLES), ("abstract", _ABSTRACTS)):
        first = next((n for n, kind in enumerate(folded) if kind in known), None)
        if first is not None:
            names[first] = wanted
    return names


def _offsets(texts: Sequence[str], stated: Sequence[int | None], way: str | None) -> list[int]:
    """Where each passage begins in the document, in code points: as stated where that is what annotations agree with."""
    if way is None and None not in stated and all(offset is not None and offset >= 0 for offset in stated):
        return [offset or 0 for offset in stated]
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    return starts


def _place(annotation: Mapping[str, Any], passage: int | None) -> Place:
    locations: list[tuple[int, int]] = []
    stated = annotation.get("locations")
    for location in stated if isinstance(stated, list) else []:
        if not isinstance(location, Mapping):
            return Place((), None, passage)
        offset, length = _number(location.get("offset")), _number(location.get("length"))
        if offset is None or length is None:
            return Place((), None, passage)
        locations.append((offset, length))
    text = annotation.get("text")
    return Place(tuple(locations), text if isinstance(text, str) else None, passage)


def _annotation(
    part: Mapping[str, Any], passage: str, spans: tuple[tuple[int, int], ...], text: str, agent: str
) -> Annotation:
    infons = _infons(part.get("infons"))
    said = dict(infons)
    kind = said.get("type")
    kind = kind if isinstance(kind, str) else ""
    printed: list[str] = []
    concepts: list[str] = []
    for key, value in infons:
        prefix = database_of(key)
        if (key.casefold() == "identifier" or prefix) and isinstance(value, (str, int)) and not isinstance(value, bool):
            printed.append(str(value))
            concepts += concepts_of(str(value), kind, prefix)
    return Annotation(
        passage,
        spans,
        text,
        kind,
        "|".join(printed) if printed else None,
        tuple(dict.fromkeys(concepts)),
        _annotator(said) or agent,
        _id(part),
        infons,
    )


def _annotator(said: Mapping[str, object]) -> str:
    annotator = said.get("annotator")
    return annotator.strip() if isinstance(annotator, str) else ""


def _id(part: Mapping[str, Any]) -> str | None:
    stated = part.get("id")
    return str(stated) if isinstance(stated, (str, int)) and not isinstance(stated, bool) else None


def _claim(
    part: Mapping[str, Any], agent: str, types: Mapping[str, set[str]], by_id: Mapping[str, Annotation]
) -> Claim:
    infons = _infons(part.get("infons"))
    said = dict(infons)
    relation = next((v for key in ("type", "relation") if isinstance(v := said.get(key), str)), "")
    novelty = next((v for key in ("novel", "novelty") if isinstance(v := said.get(key), str)), None)
    nodes = tuple(
        (str(node.get("refid") or ""), str(node.get("role") or ""))
        for node in _list(part, "nodes")
        if node.get("refid")
    )
    arguments = [
        argument
        for key, value in infons
        if _ARGUMENT_KEY.fullmatch(key) and (argument := _argument(key, value, types)) is not None
    ]
    if len(arguments) < 2:
        of_nodes = [
            Argument(one.identifier or "", one.concepts, role or None)
            for refid, role in nodes
            if (one := by_id.get(refid)) is not None
        ]
        arguments = of_nodes if len(of_nodes) > len(arguments) else arguments
    return Claim(relation, tuple(arguments), _annotator(said) or agent, novelty, _id(part), infons, nodes)


def _argument(key: str, value: object, types: Mapping[str, set[str]]) -> Argument | None:
    """An argument that an infon states: an identifier, ``type|identifier``, or PubTator 3's object with both."""
    kind: object = None
    if isinstance(value, Mapping):
        kind, value = value.get("type") or value.get("biotype"), value.get("identifier") or value.get("normalized_id")
    elif isinstance(value, str) and re.fullmatch(r"role ?[0-9]", key) and "|" in value:
        kind, _, value = value.partition("|")
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return None
    identifier = str(value)
    kinds = {kind} if isinstance(kind, str) else types.get(identifier, set()) or {re.sub(r"[ _]?[0-9]+$", "", key)}
    return Argument(identifier, argument_concepts(identifier, kinds), key)


# --- writing ------------------------------------------------------------------------------------------------------


def _marked(annotation: Annotation) -> dict[str, object]:
    """The infons of an annotation, with type and identifier among them."""
    infons = dict(annotation.infons)
    if (
        not any(key.casefold() == "identifier" or database_of(key) for key in infons)
        and annotation.identifier is not None
    ):
        infons = {"identifier": annotation.identifier, **infons}
    if "type" not in infons and annotation.type:
        infons["type"] = annotation.type
    return infons


def _stated(claim: Claim) -> dict[str, object]:
    """The infons of a relation, with type, arguments and novelty among them."""
    infons = dict(claim.infons)
    if not claim.nodes and not any(_ARGUMENT_KEY.fullmatch(key) for key in infons):
        roles = [argument.role for argument in claim.arguments]
        for n, argument in enumerate(claim.arguments, 1):
            infons[argument.role if argument.role and roles.count(argument.role) == 1 else f"entity{n}"] = (
                argument.identifier
            )
    if not {"type", "relation"} & infons.keys() and claim.relation:
        infons["type"] = claim.relation
    if not {"novel", "novelty"} & infons.keys() and claim.novelty is not None:
        infons["novel"] = claim.novelty
    return infons


def _parts(document: AnnotatedDocument) -> dict[str, Any]:
    """A document as BioC JSON has it."""
    numbers = {id(annotation): str(n) for n, annotation in enumerate(document.annotations)}
    return {
        "id": document.id,
        "infons": dict(document.infons),
        "passages": [
            {
                "infons": dict(passage.infons) or {"type": passage.kind or passage.name},
                "offset": passage.offset,
                "text": passage.text,
                "sentences": [],
                "annotations": [
                    {
                        "id": annotation.id if annotation.id is not None else numbers[id(annotation)],
                        "infons": _marked(annotation),
                        "text": annotation.text,
                        "locations": [
                            {"offset": passage.offset + start, "length": end - start} for start, end in annotation.spans
                        ],
                    }
                    for annotation in document.annotations
                    if annotation.passage == passage.name
                ],
                "relations": [],
            }
            for passage in document.passages
        ],
        "annotations": [],
        "relations": [
            {
                "id": claim.id if claim.id is not None else f"R{n}",
                "infons": _stated(claim),
                "nodes": [{"refid": refid, "role": role} for refid, role in claim.nodes],
            }
            for n, claim in enumerate(document.claims)
        ],
    }


def write_bioc_json(documents: Iterable[AnnotatedDocument], out: BinaryIO, collection: Collection | None = None) -> int:
    """Write documents as one BioC JSON collection, a document a line; how many.

    The collection says of itself what ``collection`` says, else what that of the first document said.
    """
    count = 0
    for count, document in enumerate(documents, 1):
        if count == 1:
            about = collection or document.collection or Collection()
            out.write(_head(about))
        else:
            out.write(b",\n")
        out.write(_dumped(_parts(document)))
    out.write((b"" if count else _head(collection or Collection())) + b"\n]}\n")
    return count


def _head(about: Collection) -> bytes:
    said = {"source": about.source, "date": about.date, "key": about.key, "infons": dict(about.infons)}
    return _dumped(said)[:-1] + b', "documents": [\n'


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def write_bioc_xml(documents: Iterable[AnnotatedDocument], out: BinaryIO, collection: Collection | None = None) -> int:
    """Write documents as one BioC XML collection; how many. As :func:`write_bioc_json`; a character that XML cannot hold
    becomes U+FFFD, and a value of an infon that is no text its JSON."""
    count = 0
    for count, document in enumerate(documents, 1):
        if count == 1:
            out.write(_xml_head(collection or document.collection or Collection()))
        out.write(_xml_document(_parts(document)).encode())
    out.write((b"" if count else _xml_head(collection or Collection())) + b"</collection>\n")
    return count


def _xml_head(about: Collection) -> bytes:
    said = "".join(f"<{name}>{_escaped(getattr(about, name))}</{name}>" for name in ("source", "date", "key"))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n<collection>'
    return f"{head}{said}{_xml_infons(dict(about.infons))}\n".encode()


def _xml_document(part: Mapping[str, Any]) -> str:
    made = [f"<document><id>{_escaped(part['id'])}</id>{_xml_infons(part['infons'])}\n"]
    for passage in part["passages"]:
        made.append(f"<passage>{_xml_infons(passage['infons'])}<offset>{passage['offset']}</offset>")
        made.append(f"<text>{_escaped(passage['text'])}</text>\n")
        for one in passage["annotations"]:
            places = "".join(f'<location offset="{p["offset"]}" length="{p["length"]}"/>' for p in one["locations"])
            made.append(f"<annotation id={_attribute(one['id'])}>{_xml_infons(one['infons'])}{places}")
            made.append(f"<text>{_escaped(one['text'])}</text></annotation>\n")
        made.append("</passage>\n")
    for one in part["relations"]:
        nodes = "".join(f"<node refid={_attribute(n['refid'])} role={_attribute(n['role'])}/>" for n in one["nodes"])
        made.append(f"<relation id={_attribute(one['id'])}>{_xml_infons(one['infons'])}{nodes}</relation>\n")
    made.append("</document>\n")
    return "".join(made)


def _xml_infons(infons: Mapping[str, object]) -> str:
    return "".join(
        f"<infon key={_attribute(key)}>"
        f"{_escaped(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}</infon>"
        for key, value in infons.items()
    )


def _attribute(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("\ufffd", text))


def _escaped(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", text))
