"""SPARQL text before it reaches the engine: what may not run is refused, and parameters are bound.

The engine (Oxigraph) follows SERVICE to any host, and its parser and planner recurse: some kilobytes of nested brackets
end the process, and a thousand joined patterns are planned for minutes. No option turns either off, so both are decided
here, on the text (SPARQL 1.1 Query Language, section 19.8, the grammar's terminals).

The engine's grammar knows no tokens: ``SERVICESILENT<…>``, ``trueSERVICE<…>`` are read as one would not want, and whether
``<`` begins an IRI or means "less than" only the grammar can tell. :func:`check_services` therefore does not decide: it
follows *every* reading of the text and refuses when SERVICE is a keyword in any of them. What merely counts
(:func:`check_size`) or places parameters (:func:`bind`) takes the usual reading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kg.errors import QueryError, QueryRefused

MAX_CHARACTERS = 64 * 1024
MAX_DEPTH = 100
MAX_PATTERNS = 300
MAX_GROUPS = 200
MAX_OPERATORS = 500
"""Limits of a query. The engine was measured to crash at 20 to 30 times the last three, and to plan ever longer before."""

PARAMETER = "urn:x-kg:parameter:"
"""what the function that gives a parameter's value is called, up to the parameter's name"""

_IRI = r'<[^<>"{}|^`\\\x00-\x20]*>'
_STRING = r'"(?:[^"\\\r\n]|\\.)*"' + "|" + r"'(?:[^'\\\r\n]|\\.)*'"
_LONG_STRING = r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""' + "|" + r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
_LOCAL = r"(?:[\w\-.:·‿⁀\u0300-\u036f]|%[0-9A-Fa-f]{2}|\\.)*"
_TOKEN = re.compile(
    rf"(?P<blank>(?:[ \t\r\n]|#[^\r\n]*)+)|(?P<string>{_LONG_STRING}|{_STRING})|(?P<iri>{_IRI})"
    rf"|(?P<variable>[?$]\w+)|(?P<name>(?:[^\W\d_][\w\-.·]{{0,200}}+)?:{_LOCAL}|_:[\w\-.·]*)|(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<word>\w+)|(?P<sign>&&|\|\||\^\^|[<>!]=|.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token in the usual reading; ``kind`` is a group of the pattern above."""

    kind: str
    text: str
    start: int
    depth: int
    """open brackets of any kind around it"""

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


def tokens(query: str) -> list[Token]:
    """The tokens of a query, blanks and comments left out."""
    found = []
    depth = 0
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or ""
        if kind == "blank":
            continue
        if match[0] in ("}", ")", "]"):
            depth -= 1
        found.append(Token(kind, match[0], match.start(), depth))
        if match[0] in ("{", "(", "["):
            depth += 1
    return found


# --- what is refused ------------------------------------------------------------------------------------------------


def check(query: str, services: Collection[str] = ()) -> None:
    """Refuse a query that would change the graph, ask hosts that ``services`` does not name, or overcome the engine.

    Raises:
        QueryRefused: it does; the text says what, and what to do.
    """
    if not query.strip():
        raise QueryRefused("the query is empty")
    if len(query) > MAX_CHARACTERS:
        raise QueryRefused(f"the query has {len(query):,} characters; the limit is {MAX_CHARACTERS:,}")
    check_services(query, services)
    found = tokens(query)
    check_size(found)
    check_form(found)


def check_form(found: list[Token]) -> None:
    """Refuse updates by name: the parser would only call them a syntax error.

    Raises:
        QueryRefused: the text is an update.
    """
    for number, token in enumerate(found):
        follows_prologue = number == 0 or found[number - 1].kind in ("iri", "string")
        if follows_prologue and token.is_word(*"INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split()):
            raise QueryRefused(
                f"{token.text.upper()} would change the graph; queries only read (SELECT, ASK, CONSTRUCT)"
            )
        if token.is_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            return


def check_size(found: list[Token]) -> None:
    """Refuse what the engine was seen to crash on, or to plan for minutes.

    Raises:
        QueryRefused: the query is nested too deep or has too many parts.
    """
    depth = patterns = groups = operators = 0
    brackets: list[str] = []
    values = False  # VALUES was read, its block was not yet
    data: int | None = None  # depth of the VALUES block around: its rows are data, not patterns
    previous: Token | None = None
    for token in found:
        depth = max(depth, token.depth)
        if data is not None and token.depth > data:
            continue
        if values and token.text == "{":
            values, data = False, token.depth
        elif data is not None:
            data = None  # this is the block's closing bracket
        elif token.text in ("{", "(", "["):
            brackets.append(token.text)
            groups += token.text == "{"
        elif token.text in ("}", ")", "]") and brackets:
            brackets.pop()
        elif brackets and brackets[-1] == "(":
            # Terms side by side in round brackets are an RDF collection, two patterns each; arguments have commas.
            patterns += previous is not None and _is_term(previous) and _is_term(token)
        else:
            patterns += token.text in (".", ";", ",")
        values = values or token.is_word("VALUES")
        operators += token.text in ("||", "&&", *"+-*/|^!") or token.is_word("AS", "FILTER", "IN")
        previous = token
    for count, limit, what in (
        (depth, MAX_DEPTH, "levels of brackets"),
        (patterns, MAX_PATTERNS, "triple patterns"),
        (groups, MAX_GROUPS, "groups"),
        (operators, MAX_OPERATORS, "operators"),
    ):
        if count > limit:
            raise QueryRefused(f"the query has more than {limit} {what}; split it, or give data in VALUES")


def _is_term(token: Token) -> bool:
    return token.kind in ("string", "iri", "variable", "name", "number") or token.is_word("TRUE", "FALSE")


# --- SERVICE --------------------------------------------------------------------------------------------------------

_SERVICE = re.compile(
    r"service(?:[ \t\r\n]|#[^\r\n]*)*+(?:silent(?:[ \t\r\n]|#[^\r\n]*)*+)?"
    rf"(?:(?P<iri>{_IRI})|(?P<other>[<?$:]|[^\W\d_][\w\-.·]*+:))",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00[01][0-9A-Fa-f]{5})")
_IRI_AT = re.compile(_IRI)
_ONLY_AN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")  # as an expression it would be "prefix: divided by nothing"
_STRING_AT = re.compile(_STRING, re.DOTALL)
_LONG_STRING_AT = re.compile(_LONG_STRING, re.DOTALL)
_VARIABLE_AT = re.compile(r"[?$]\w*")
_TAG_AT = re.compile(r"@[A-Za-z]*(?:-[A-Za-z0-9]+)*")
_NUMBER_AT = re.compile(r"[0-9]+(?:\.?[0-9]*[eE][+-]?[0-9]+)?")
_DIGITS_AT = re.compile(r"[0-9]+")
_WORD_AT = re.compile(r"\w+")
_PREFIX_AT = re.compile(r"\w[\w\-.·]{0,200}+:|:")
_LOCAL_AT = re.compile(_LOCAL)


def check_services(query: str, services: Collection[str] = ()) -> None:
    """Refuse a query in which SERVICE, in any reading of the text, asks an endpoint that ``services`` does not name.

    Words inside strings, comments, IRIs and names are no keywords. An endpoint must be written as a full ``<IRI>``: a
    variable or a prefixed name could be any.

    >>> check_services('SELECT * { ?s ?p "health service <x>" } # SERVICE <http://e.org/>')
    >>> check_services("ASK { SERVICE SILENT <http://e.org/> { } }", ["http://e.org/"])
    >>> check_services("ASK{FILTER(1<2)sErViCe<http://e.org/>{}}")
    Traceback (most recent call last):
        ...
    kg.errors.QueryRefused: the query asks <http://e.org/> (SERVICE); name it in --allow-service to allow that

    Raises:
        QueryRefused: it does.
    """
    readings = {query, _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), query)}
    for text in sorted(readings):
        for match in _service_keywords(text):
            endpoint = match["iri"]
            if endpoint is None:
                raise QueryRefused(
                    f"the query asks another host (SERVICE {match['other']}…), named by a variable or a prefix; "
                    "write <the IRI> and name it in --allow-service (a prefix called service: needs another name)"
                )
            if endpoint[1:-1] not in services:
                raise QueryRefused(f"the query asks {endpoint} (SERVICE); name it in --allow-service to allow that")


def _service_keywords(text: str) -> Iterator[re.Match[str]]:
    """Where SERVICE stands as a keyword in some reading: a walk over all places where a token can begin."""
    if "service" not in text.lower():
        return
    begins = bytearray(len(text) + 1)
    begins[0] = True
    for here, char in enumerate(text):
        if not begins[here]:
            continue
        if char.isalpha() or char == "_":
            word = _end(_WORD_AT, text, here)
            # A keyword needs no blank before it: the word may be "trueSERVICE".
            for found in re.finditer("service", text[here:word], re.IGNORECASE):
                if match := _SERVICE.match(text, here + found.start()):
                    yield match
        for end in {end for end in _ends(text, here, char) if end > here} or {here + 1}:
            begins[end] = True


def _ends(text: str, here: int, char: str) -> Iterable[int]:
    """Where a token that begins here may end; ``here`` stands for a token of that kind that does not."""
    if char == "<":
        iri = _end(_IRI_AT, text, here)
        return (iri,) if iri > here and _ONLY_AN_IRI.match(text, here) else (here + 1, iri)
    if char in "\"'":
        return _end(_STRING_AT, text, here), _end(_LONG_STRING_AT, text, here)
    if char == "#":
        return text.find("\n", here) % (len(text) + 1), text.find("\r", here) % (len(text) + 1)
    if char in "?$":
        return (_end(_VARIABLE_AT, text, here),)
    if char == "@":
        return (_end(_TAG_AT, text, here),)
    if "0" <= char <= "9":
        return _end(_DIGITS_AT, text, here), _end(_NUMBER_AT, text, here)
    if char == ":" or char == "_" or char.isalpha():
        prefix = _end(_PREFIX_AT, text, here)
        if prefix == here:
            return (_end(_WORD_AT, text, here),)
        local = _end(_LOCAL_AT, text, prefix)
        return [local, *(dot + 1 for dot in range(prefix, local) if text[dot] == ".")]
    return (here + 1,)


def _end(pattern: re.Pattern[str], text: str, here: int) -> int:
    """Where a match that begins here ends; here, where there is none."""
    match = pattern.match(text, here)
    return match.end() if match else here


# --- parameters and graphs ------------------------------------------------------------------------------------------


def bind(query: str, names: Collection[str]) -> str:
    """The query with its variables of these names bound to what the functions ``<urn:x-kg:parameter:NAME>()`` return.

    Only names come into the text; values reach the engine as terms. The whole pattern is evaluated once for the binding
    (LATERAL, SPARQL-dev SEP-0006), so that it holds in filters, nested groups and aggregates, and whether or not the
    variable is selected.

    >>> print(bind("SELECT ?a { ?a ?p ?doi }", ["doi"]))
    SELECT ?a { BIND(COALESCE(<urn:x-kg:parameter:doi>(), '') AS ?doi) LATERAL { ?a ?p ?doi } }
    >>> print(bind("SELECT ?a { SELECT ?a ?doi { ?a ?p ?doi } }", ["doi"]))
    SELECT ?a { SELECT ?a ?doi { BIND(COALESCE(<urn:x-kg:parameter:doi>(), '') AS ?doi) LATERAL { ?a ?p ?doi } } }

    The functions never fail; COALESCE says so to the engine, which then knows that the variables are bound, and drops what
    is only for unbound ones.

    Raises:
        QueryError: the query has no such variable, or hides it in a sub-select.
    """
    if not names:
        return query
    found = tokens(query)
    for name in sorted(names):
        if not any(_is_variable(token, name) for token in found):
            there = ", ".join(dict.fromkeys(f"?{token.text[1:]}" for token in found if token.kind == "variable"))
            raise QueryError(f"the query has no variable ?{name}; it has {there or 'none'}")
        _check_subselects(found, name)
    form = next((n for n, token in enumerate(found) if token.is_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")), None)
    groups = [] if form is None else [n for n in range(form, len(found)) if found[n].text == "{" and not found[n].depth]
    template = ""
    if form is not None and found[form].is_word("CONSTRUCT") and groups:
        if found[form + 1].text == "{":
            groups = groups[1:]
        else:  # CONSTRUCT WHERE { … }: the pattern is the template, and takes nothing but triples
            template = f" {_group(query, found, groups[0])}"
    if form is None or not groups:
        raise QueryError("a parameter needs a query with a WHERE group")
    opening = groups[0]
    # A group that is nothing but a sub-select which selects the variables: the engine does not look into it from outside,
    # so they are bound inside, where they let it use its indexes.
    while found[opening + 1 : opening + 2] and found[opening + 1].is_word("SELECT"):
        inner = [
            n
            for n in range(opening + 1, len(found))
            if found[n].text == "{" and found[n].depth == found[opening + 1].depth
        ]
        selected = found[opening + 1 : inner[0]] if inner else []
        if not all(any(_is_variable(token, name) or token.text == "*" for token in selected) for name in names):
            break
        opening = inner[0]
    group = _group(query, found, opening)
    start = found[opening].start
    head = found[form].start + len(found[form].text)
    binds = " ".join(f"BIND(COALESCE(<{PARAMETER}{name}>(), '') AS ?{name})" for name in sorted(names))
    tail = query[start + len(group) :]
    return f"{query[:head]}{template}{query[head:start]}{{ {binds} LATERAL {group} }}{tail}"


def graphs_named(query: str) -> list[str]:
    """What FROM and FROM NAMED name, as written: ``<IRI>`` or a prefixed name.

    >>> graphs_named("SELECT * FROM <g:a> FROM NAMED kg:b WHERE { ?s ?p ?o }")
    ['<g:a>', 'kg:b']
    """
    found = tokens(query)
    named = []
    for number, token in enumerate(found[:-2]):
        if token.text == "{":
            break
        if token.is_word("FROM"):
            named.append(found[number + 2 if found[number + 1].is_word("NAMED") else number + 1].text)
    return named


def iris_named(query: str, prefixes: Mapping[str, str]) -> Iterator[str]:
    """The IRIs (``<IRI>``) that a query names as such or with a prefix: one of its own, or one of these.

    >>> list(iris_named("PREFIX : <e:> SELECT * { ?s :a kg:b ; <e:c> '<e:d>' }", {"kg": "g:"}))
    ['<e:a>', '<g:b>', '<e:c>']
    """
    known = dict(prefixes)
    prefix = ""
    for before, token in pairwise([Token("word", "", 0, 0), *tokens(query)]):
        if token.kind == "name" and before.is_word("PREFIX"):
            prefix = token.text[:-1]
        elif token.kind == "iri" and before.text == f"{prefix}:":
            known[prefix] = token.text[1:-1]
        elif token.kind == "iri":
            yield token.text
        elif token.kind == "name":
            start, _, local = token.text.partition(":")
            yield f"<{known.get(start, '')}{local}>"


def _group(query: str, found: list[Token], opening: int) -> str:
    """The text of a group, from its bracket to the one that closes it (to the end where none does)."""
    first = found[opening]
    for token in found[opening + 1 :]:
        if token.text == "}" and token.depth == first.depth:
            return query[first.start : token.start + 1]
    return query[first.start :]


def _check_subselects(found: list[Token], name: str) -> None:
    """Within a sub-select, a variable that it does not select is another variable of the same name."""
    for number, token in enumerate(found):
        if not (token.is_word("SELECT") and token.depth):
            continue
        inside = _while_in(found[number + 1 :], token.depth)
        selected = []
        for other in inside:
            if other.text == "{" and other.depth == token.depth:
                break
            selected.append(other)
        shown = any(_is_variable(other, name) or other.text == "*" for other in selected)
        if not shown and any(_is_variable(other, name) for other in inside):
            raise QueryError(f"?{name} is used in a sub-select that does not select it; add it there")


def _while_in(found: list[Token], depth: int) -> list[Token]:
    """The tokens up to the bracket that closes the group of this depth."""
    for number, token in enumerate(found):
        if token.depth < depth:
            return found[:number]
    return found


def _is_variable(token: Token, name: str) -> bool:
    return token.kind == "variable" and token.text[1:] == name
