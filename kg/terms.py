"""Text → RDF term in N-Triples form, and the triple as everything here knows it.

A term is a string: ``<iri>``, ``"literal"``, ``"literal"@en``, ``"1"^^<datatype>``. It is escaped once, here, and from
then on only copied: into N-Quads, Turtle, a sort. The escapes are those of canonical N-Triples (RDF 1.1 N-Triples,
section 4; RDF 1.2 C14N), so that equal terms are equal strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from msgspec.json import Encoder

from kg.vocab import XSD

Triple = tuple[str, str, str]
"""subject, predicate, object; each a term in N-Triples form"""

Nodes = dict[str, list[tuple[str, str]]]
"""what is said of each node: subject → predicates and objects"""

Facts = tuple[str, Sequence[str]]
"""a node, and predicate and object of each triple whose subject it is, with a blank between"""

Description = tuple[Callable[..., str], *tuple[object, ...]]
"""the text of quads as what makes it: a function and its arguments, which can be compared"""

_ESCAPES = {
    **{chr(n): f"\\u{n:04X}" for n in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)},
    "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\",
}  # fmt: skip
_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f\ufffe\uffff]')
_UNESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")

_INTEGER = f"^^{XSD.integer}"
_DECIMAL = f"^^{XSD.decimal}"
_DATES = {4: f"^^{XSD.gYear}", 7: f"^^{XSD.gYearMonth}", 10: f"^^{XSD.date}"}
TRUE = f'"true"^^{XSD.boolean}'
FALSE = f'"false"^^{XSD.boolean}'


def escape(text: str) -> str:
    """The inside of a literal: control characters, quote and backslash escaped."""
    if text.isascii() and type(text) is str:
        # Of what is ASCII, JSON escapes the same but DEL, and its encoder, which takes no subclasses, looks at several
        # characters at a time.
        if len(_json(text)) == len(text) + 2 and "\x7f" not in text:
            return text
    elif not ('"' in text or "\\" in text) and text.isprintable():
        return text
    return _SPECIAL.sub(lambda m: _ESCAPES[m[0]], text)


_json = Encoder().encode
_LONG = 64
"""characters; of a text that is longer :func:`escape` itself finds sooner whether there is something to escape"""


def literal(text: str, lang: str | None = None) -> str:
    r"""A plain literal or, with a language, a language-tagged one (the tag in lower case, as stores keep it).

    >>> print(literal('a "b"\n'), literal("β", "en"))
    "a \"b\"\n" "β"@en
    """
    # All that has to be escaped but these two is not printable, and to ask for that is five times as fast as a search.
    if len(text) > _LONG or '"' in text or "\\" in text or not text.isprintable():
        text = escape(text)
    return f'"{text}"@{lang.lower()}' if lang else f'"{text}"'


def fact(predicate: str, text: str, lang: str | None = None) -> str:
    r"""A predicate and a literal (:func:`literal`), as facts about a node are kept (:func:`about`).

    >>> print(fact("<p>", 'a "b"'), fact("<q>", "β", "en"))
    <p> "a \"b\"" <q> "β"@en
    """
    # The same as predicate, blank and literal(), in one piece: most facts are such, and a record states hundreds.
    if len(text) > _LONG or '"' in text or "\\" in text or not text.isprintable():
        text = escape(text)
    return f'{predicate} "{text}"@{lang.lower()}' if lang else f'{predicate} "{text}"'


def integer(number: int) -> str:
    """An ``xsd:integer``."""
    return f'"{number}"{_INTEGER}'


def decimal(number: float) -> str:
    """An ``xsd:decimal`` rounded to 6 significant digits, without exponent, canonical (XSD 1.1: ``0.98``, ``1``).

    >>> [value(decimal(number)) for number in (0.98, 1, 1 / 3, 1e-7, -0.0)]
    ['0.98', '1', '0.333333', '0.0000001', '0']
    """
    return f'"{format(Decimal(f"{number or 0:.6g}"), "f")}"{_DECIMAL}'


def boolean(value: bool) -> str:
    """An ``xsd:boolean``."""
    return TRUE if value else FALSE


def date(lexical: str) -> str:
    """An ``xsd:gYear``, ``gYearMonth`` or ``date``, by the length of its lexical form (:func:`kg.dates.iso`)."""
    return f'"{lexical}"{_DATES[len(lexical)]}'


def value(term: str) -> str:
    """The text of a term: the IRI, the lexical form of a literal without its escapes, or the blank node as it is.

    >>> value("<http://e.org/a>"), value(literal('x "y"', "en")), value(integer(3))
    ('http://e.org/a', 'x "y"', '3')
    """
    if not term.startswith('"'):
        return term[1:-1] if term.startswith("<") else term
    text = term[1 : term.rindex('"')]
    return _ESCAPED.sub(_unescape, text) if "\\" in text else text


def language(term: str) -> str | None:
    """The language tag of a literal, None where it has none.

    >>> language(literal("β", "en")), language(literal("@en"))
    ('en', None)
    """
    tail = term[term.rindex('"') + 1 :] if term.startswith('"') else ""
    return tail[1:] if tail.startswith("@") else None


def split(line: str) -> tuple[str, str, str, str | None]:
    """One line of N-Triples or N-Quads, as this project writes them, into subject, predicate, object and graph.

    >>> split('<s> <p> "o > .p"@en <g> .')
    ('<s>', '<p>', '"o > .p"@en', '<g>')
    """
    subject, predicate, rest = line.rstrip("\n").split(" ", 2)
    if rest.startswith("<"):
        parts = rest.split(" ")
        return subject, predicate, parts[0], parts[1] if len(parts) == 3 else None
    end = rest.rindex('"')
    end = rest.index(" ", end)
    graph = rest[end + 1 : -2]
    return subject, predicate, rest[:end], graph or None


def nquads(triples: Iterable[Triple], graph: str) -> list[str]:
    """The triples of one named graph as sorted, distinct N-Quads lines."""
    end = end_of(graph)
    return sorted([f"{s} {p} {o}{end}" for s, p, o in set(triples)])


def quads(triples: Iterable[Triple], graph: str) -> str:
    r"""The triples of one named graph, which are distinct, as N-Quads in their order.

    >>> quads([("<s>", "<p>", "<o>")], "<g>"), quads([], "<g>")
    ('<s> <p> <o> <g> .\n', '')
    """
    end = end_of(graph)
    text = end.join(map(" ".join, triples))
    return text + end if text else ""


def about(node: str, facts: Iterable[str], end: str) -> str:
    r"""The quads of one node.

    Args:
        node: their subject.
        facts: predicate and object of each, with a blank between; at least one.
        end: what closes a quad (:func:`end_of`).

    >>> about("<s>", ("<p> <o>", '<q> "x"'), end_of("<g>"))
    '<s> <p> <o> <g> .\n<s> <q> "x" <g> .\n'
    """
    return f"{node} {f'{end}{node} '.join(facts)}{end}"


def end_of(graph: str) -> str:
    """What stands behind the object of a quad in a named graph."""
    return f" {graph} .\n"


def text_of(description: Description) -> str:
    """The quads of a description."""
    return description[0](*description[1:])


def lines(text: str) -> list[str]:
    r"""The lines of N-Quads, each with its end. Other separators of lines than ``\n`` are characters of a literal.

    >>> lines("a\x85b .\nc .\n")
    ['a\x85b .\n', 'c .\n']
    """
    return [f"{line}\n" for line in text.split("\n")[:-1]]


def triples(text: str) -> list[Triple]:
    """The triples of N-Quads, whatever their graph.

    >>> triples(quads([("<s>", "<p>", "<o>")], "<g>"))
    [('<s>', '<p>', '<o>')]
    """
    return [split(line)[:3] for line in lines(text)]


def triples_of(lines: Iterable[str], graph: str) -> list[Triple]:
    r"""The triples of N-Quads lines that all stand in one graph, which is three times as quick.

    >>> triples_of(['<s> <p> "o" <g> .\n'], "<g>")
    [('<s>', '<p>', '"o"')]
    """
    end = -len(graph) - 4
    return [(s, p, rest[:end]) for s, p, rest in (line.split(" ", 2) for line in lines)]


def nodes_of(lines: Iterable[str], graph: str) -> Nodes:
    """What N-Quads, as lines without their ends that all stand in one graph, say of each node, in the order in which these
    come first.

    >>> nodes_of(["<a> <p> <x> <g> .", "<b> <p> <y> <g> .", '<a> <q> "z" <g> .'], "<g>")
    {'<a>': [('<p>', '<x>'), ('<q>', '"z"')], '<b>': [('<p>', '<y>')]}
    """
    end = -len(graph) - 3
    found: Nodes = {}
    last = ""
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        if subject != last:  # most stand together
            last, say = subject, found.setdefault(subject, []).append
        say((predicate, rest[:end]))
    return found


def _unescape(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        return chr(int(code, 16))
    return _UNESCAPES.get(match[3], match[3])
