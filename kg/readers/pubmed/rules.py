"""How the elements of a record come to what reads them: from a tree, or straight from the text of the record.

A tree of a record costs more than all that is done with it, and nearly all of PubMed is written in one form. So each
element has a rule that knows both ways: patterns that take an element off the text where it has the form that PubMed writes
it in, and a handler for the element as a parser gives it, which decides what anything else means. An element that is written
in another form is parsed alone and goes to its handler; a record that is otherwise odd (:class:`Odd`) is parsed whole.

Together the patterns are a grammar, narrower than XML's: a text that they read to its end is a well-formed element (XML 1.0,
2.1). Every start tag has an end tag of its name and no attribute twice; no name has a prefix, so no namespace counts; what is
parsed alone is well-formed by itself, and so is what stands around it. They ask of the text, which :func:`is_plain` tells,
that it holds no character that XML forbids, no ``]]>``, no reference but the predefined ones, no comment, processing
instruction or CDATA section, and no carriage return. Whoever reads here less than all of a record has read nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from re import Match, Pattern
from typing import Any, TypeVar, cast

from lxml import etree
from msgspec import Struct

from kg.markup import Element, folded, text_of
from kg.readers.pubmed.draft import Draft


class Odd(Exception):
    """The record has a form that no pattern reads."""


Attributes = Mapping[str, str]
Handler = Callable[[Draft, Element], None]
LeafHandler = Callable[[Draft, str, Attributes], None]
"""takes the text of an element, white space folded, and its attributes"""
TextHandler = Callable[[Draft, str, Match[str]], int]
"""takes the record's text and the element's start tag; returns where the element ends, or -1, with the draft as before, where
it has another form than the usual one"""


class Rule(Struct, frozen=True):
    """How one element is read: as a tree, and from text if it has no children, or if it has."""

    of_tree: Handler
    of_leaf: LeafHandler | None = None
    of_text: TextHandler | None = None


Rules = Mapping[str, Rule | None]
"""by name of the element; None declines it"""


# Only single characters are repeated possessively: with groups Python before 3.11.5 loses its place (CPython issue 106052).
SPACE = r"\n*+ *+\t*+"
"""white space between two tags"""


# --- kinds of rules -----------------------------------------------------------------------------------------------------


def leaf(read: LeafHandler) -> Rule:
    """The rule of an element of which only text and attributes count."""

    def of_tree(draft: Draft, element: Element) -> None:
        read(draft, text_of(element), cast(Attributes, element.attrib))

    return Rule(of_tree, of_leaf=read)


def _unknown(draft: Draft, element: Element) -> None:
    """Keep the text of an element without a place of its own under its name, one line a child."""
    if type(element.tag) is not str:
        return
    if not len(element) or (element.text or "").strip():
        text = text_of(element)
    else:
        text = "\n".join(filter(None, map(_words, element.iterchildren("*"))))
    draft.note(element.tag, text)


def _words(element: Element) -> str:
    if not len(element) or (element.text or "").strip():
        return text_of(element)
    return " ".join(filter(None, map(_words, element.iterchildren("*"))))


UNKNOWN = Rule(_unknown)


def container(
    rules: Rules, otherwise: Rule | None = UNKNOWN, usual: Sequence[str] = (), ahead: Pattern[str] | None = None
) -> Rule:
    """The rule of an element that only holds others.

    Args:
        rules: of the elements that it may hold.
        otherwise: the rule of those that ``rules`` do not name.
        usual: what it mostly holds, in this order, if that are leaves without attributes; they are then read at once.
        ahead: the usual form of elements that are declined and stand before all others.
    """
    leaves = [(rule.of_leaf if (rule := rules.get(name, otherwise)) else None) for name in usual]
    form = None
    if usual:
        first = "".join([f"(?:{SPACE}<{name}>([^<]*+)</{name}>|)" for name in usual])
        form = re.compile(f"{first}{SPACE}</([A-Za-z]++)>")

    def of_tree(draft: Draft, element: Element) -> None:
        each(draft, element, rules, otherwise)

    def of_text(draft: Draft, text: str, start: Match[str]) -> int:
        if form is not None and (match := form.match(text, start.end())):
            *contents, name = match.groups()
            if name == start[1]:
                for read, content in zip(leaves, contents, strict=True):
                    if content is not None and read is not None:
                        read(draft, between(content), _NO_ATTRIBUTES)
                return match.end()
        passed = ahead.match(text, start.end()) if ahead is not None else None
        return each_in(draft, text, start, rules, otherwise, passed)

    return Rule(of_tree, of_text=of_text)


T = TypeVar("T")
Take = Callable[[Draft, list[T], Attributes], None]
"""puts what a list said into the draft; takes the attributes of the list"""


def into(field: str) -> Take[Any]:
    """What adds all that a list said to a field of the article."""

    def take(draft: Draft, found: list[Any], _attributes: Attributes) -> None:
        draft.extend(field, found)

    return take


def listed(
    form: Pattern[str],
    of_match: Callable[[Draft, Match[str], list[T]], bool],
    of_element: Callable[[Draft, Element, list[T]], None],
    take: Take[T] | None = None,
) -> Rule:
    """The rule of a list of elements of one kind.

    Args:
        form: the usual form of a child, with the white space before it.
        of_match: adds what the child says that was matched; False, with draft and list as before, where it should be parsed.
        of_element: adds what the child says that was parsed.
        take: puts all that was added into the draft; None where each child does so by itself.
    """

    def of_text(draft: Draft, text: str, start: Match[str]) -> int:
        found: list[T] = []
        at = start.end()
        while True:
            if match := form.match(text, at):
                at = match.end()
                if not of_match(draft, match, found):
                    of_element(draft, _parsed(match[0]), found)
                continue
            if (end := _END.match(text, at)) and end[1] == start[1]:
                if take is not None:
                    take(draft, found, attributes_of(start[2]))
                return end.end()
            tag = tag_at(text, at)
            at = _end(text, tag)
            of_element(draft, _parsed(text[tag.start() : at]), found)

    return Rule(_of_list(of_element, take), of_text=of_text)


def _of_list(of_element: Callable[[Draft, Element, list[T]], None], take: Take[T] | None) -> Handler:
    """The handler of a list."""

    def of_tree(draft: Draft, element: Element) -> None:
        found: list[T] = []
        for child in element:
            of_element(draft, child, found)
        if take is not None:
            take(draft, found, cast(Attributes, element.attrib))

    return of_tree


def familiar(
    child: str, known: Callable[[str], T | None], of_element: Callable[[Draft, Element, list[T]], None], take: Take[T]
) -> Rule:
    """The rule of a list whose children say few different things again and again, so that each need be read once.

    Args:
        child: the name of a child.
        known: what a child says, by its text without its end tag; None where it has not the usual form, or is to be warned
            of. It should remember its answers; what it is asked for has at most :data:`_FAMILIAR` characters.
        of_element: adds what the child says that was parsed.
        take: puts all that was added into the draft.
    """
    close = f"</{child}>"

    def of_text(draft: Draft, text: str, start: Match[str]) -> int:
        begin, end_tag = start.end(), f"</{start[1]}>"
        end = text.find(end_tag, begin)
        *children, rest = text[begin:end].split(close)
        if end < 0 or rest.strip(" \t\n"):
            raise Odd
        found: list[T] = []
        for said in children:
            if len(said) <= _FAMILIAR and (thing := known(said)) is not None:
                found.append(thing)
            else:
                of_element(draft, _parsed(said + close), found)
        take(draft, found, attributes_of(start[2]))
        return end + len(end_tag)

    return Rule(_of_list(of_element, take), of_text=of_text)


_FAMILIAR = 1_000
"""characters; hardly a child is longer, and to remember many that are would take much memory"""


# --- one pass over the children -----------------------------------------------------------------------------------------


def each(draft: Draft, element: Element, rules: Rules, otherwise: Rule | None = UNKNOWN) -> None:
    """One pass over the children of an element, each to its rule."""
    for child in element:
        rule = rules.get(child.tag, otherwise)
        if rule is not None:
            rule.of_tree(draft, child)


def each_in(
    draft: Draft,
    text: str,
    start: Match[str],
    rules: Rules,
    otherwise: Rule | None = UNKNOWN,
    passed: Match[str] | None = None,
) -> int:
    """The same for an element of a text, of which ``start`` is the start tag; where the element ends. ``passed`` are its
    first children, if they are dealt with.

    Raises:
        Odd: text stands between the children, or a tag is not written as usual.
    """
    at, end = (passed or start).end(), f"/{start[1]}"
    while True:
        tag = _TAG.match(text, at)  # as tag_at does, without the call: most of a record comes by here
        if tag is None:
            raise Odd
        name, attributes, content, is_empty = tag.groups()
        if content is not None:
            rule = rules.get(name, otherwise)
            if rule is not None:
                if rule.of_leaf is not None:
                    rule.of_leaf(draft, between(content), attributes_of(attributes) if attributes else _NO_ATTRIBUTES)
                else:
                    rule.of_tree(draft, _parsed(tag[0]))
            elif attributes:
                attributes_of(attributes)
            at = tag.end()
            continue
        if name[0] == "/":
            if name != end or attributes or is_empty:
                raise Odd
            return tag.end()
        rule = rules.get(name, otherwise)
        if rule is not None and rule.of_text is not None and not is_empty:
            if attributes:
                attributes_of(attributes)
            at = rule.of_text(draft, text, tag)
            if at >= 0:
                continue
        at = _end(text, tag)
        element = _parsed(text[tag.start() : at])
        if rule is not None:
            rule.of_tree(draft, element)


def between(raw: str) -> str:
    """What a text between two tags says, white space folded."""
    if raw.isalnum():
        return raw
    if "&" in raw:
        raw = resolved(raw)
    return " ".join(raw.split()) if len(raw) < 50 else folded(raw)


def resolved(raw: str) -> str:
    """The characters of a text that stands between two tags."""
    text = raw.replace("&lt;", "<").replace("&gt;", ">")
    if "&" not in text:
        return text
    return text.replace("&quot;", '"').replace("&apos;", "'").replace("&amp;", "&")


def is_plain(data: bytes) -> bool:
    """Whether a text, in UTF-8, may be read here: patterns then tell whether it is XML."""
    if len(data) > _LONGEST or any(map(data.__contains__, _FORBIDDEN)):  # each sought far faster than a table is asked
        return False
    # One byte is sought far faster than two, and these are rare.
    if (b"!" in data and b"<!" in data) or (b"?" in data and b"<?" in data) or (b"]" in data and b"]]>" in data):
        return False
    if not data.isascii() and b"\xef" in data and (b"\xef\xbf\xbe" in data or b"\xef\xbf\xbf" in data):
        return False
    return _OTHER_REFERENCE.search(data) is None


_LONGEST = 1 << 22
"""bytes; of more, the parser's own limits count: of ten million characters in one text"""
_FORBIDDEN = bytes(set(range(0x20)) - set(b"\t\n"))
_OTHER_REFERENCE = re.compile(rb"&(?!lt;|amp;|gt;|quot;|apos;)")

VALUE = r'[^"<&\n\t]{1,99}+'
"""the value of an attribute, without references"""
ATTRIBUTES = r'((?: (?!xmlns=)[A-Za-z]{1,99}+="[^"<\n\t]{0,399}+"){0,9})'
"""the attributes of a start tag; what is beyond these limits is not usual, and :func:`attributes_of` keeps many"""
_TAG = re.compile(rf"{SPACE}<(/?[A-Za-z]{{1,99}}+){ATTRIBUTES}(?:>(?:([^<]*+)</(?!/)\1>|)|(/)>)")
_END = re.compile(f"{SPACE}</([A-Za-z]++)>")
_ATTRIBUTE = re.compile(r' ([A-Za-z]++)="([^"]*+)"')
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_NO_ATTRIBUTES: Attributes = {}


def tag_at(text: str, at: int) -> Match[str]:
    """The tag that stands at a place: name (of an end tag with its slash), attributes, the content of an element that has no
    children, which the match then holds to its end, and the slash of an empty element.

    Raises:
        Odd: none does, or not as usual.
    """
    match = _TAG.match(text, at)
    if match is None:
        raise Odd
    return match


def _end(text: str, start: Match[str]) -> int:
    """Where an element ends, should it hold none of its own name."""
    if start[3] is not None or start[4]:
        return start.end()
    close = f"</{start[1]}>"
    at = text.find(close, start.end())
    if at < 0:
        raise Odd
    return at + len(close)


def _parsed(text: str) -> Element:
    """An element that is parsed alone, no deeper than it may be in its document."""
    ahead = _DEPTH if text.count("</") > 200 else 0
    try:
        element = etree.fromstring(f"{'<a>' * ahead}{text}{'</a>' * ahead}".encode(), _PARSER)
    except etree.XMLSyntaxError:  # cut at a wrong end, or a prefix that is declared further out
        raise Odd from None
    for _ in range(ahead):
        if len(element) != 1 or _is_text(element.text) or _is_text(element[0].tail):
            raise Odd  # more than one element, which is no error within others
        element = element[0]
    return element


def _is_text(between: str | None) -> bool:
    return between is not None and not between.isspace()


_DEPTH = 9
"""more elements than are around any that is parsed alone; the parser limits the depth of a document to 256"""


@lru_cache(maxsize=1 << 12)
def attributes_of(written: str) -> Attributes:
    """The attributes of a start tag, as :data:`ATTRIBUTES` found them written.

    Raises:
        Odd: one stands twice.
    """
    found = _ATTRIBUTE.findall(written)
    attributes = {name: resolved(value) if "&" in value else value for name, value in found}
    if len(attributes) < len(found):
        raise Odd
    return attributes
