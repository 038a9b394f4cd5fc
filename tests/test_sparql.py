"""Rules of kg/sparql.py: what a query may not do, in whatever spelling; what merely looks like it may stay."""

from __future__ import annotations

import pytest

from kg.errors import QueryError, QueryRefused
from kg.sparql import bind, check, check_services, graphs_named

E = "http://e.org/sparql"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE <{E}> {{ ?s ?p ?o }} }}",
        f"SELECT*{{sErViCe<{E}>{{?s ?p ?o}}}}",
        f"SELECT*{{SERVICESILENT<{E}>{{?s ?p ?o}}}}",
        f"SELECT*{{SERVICE\tsilent#x\n#y\r<{E}>{{?s ?p ?o}}}}",
        "PREFIX :<http://e.org/> SELECT*{SERVICE:sparql{?s ?p ?o}}",
        "PREFIX e:<http://e.org/> SELECT*{SERVICE e:sparql{?s ?p ?o}}",
        "PREFIX :<http://e.org/> SELECT*{BIND(1 AS ?a) FILTER(?a<?a+1)SERVICE:sparql#>\n{?s ?p ?o}}",
        f"ASK{{FILTER EXISTS{{SERVICE<{E}>{{?s ?p ?o}}}}}}",
        f"SELECT*{{OPTIONAL{{<http://x/'> ?k ?l}} SERVICE<{E}>{{}} OPTIONAL{{<http://x/'> ?m ?n}}}}",
        "ASK { SERVICE ?g { ?s ?p ?o } }",
        "ASK { SERVICE$g{ ?s ?p ?o } }",
        f"ASK {{ ?s ?p trueSERVICE<{E}>{{}} }}",
        f"ASK {{ ?s ?p FALSEservice<{E}>{{}} }}",
        f"ASK {{ ?s ?p 1SERVICE<{E}>{{}} }}",
        f"ASK {{ ?s ?p 1.5e3SERVICE<{E}>{{}} }}",
        f"ASK {{ ?s ?p .5SERVICE<{E}>{{}} }}",
        f"ASK {{ _:a ?p _:b.SERVICE<{E}>{{}} }}",
        f"ASK {{ ?s ?p ''SERVICE<{E}>{{}} }}",
        f"ASK {{ ?s ?p 'a\\\\'SERVICE<{E}>{{}} }}",
        f"SELECT?x{{VALUES?x{{'''a'}}SERVICE<{E}>{{?s ?p ?o}}}}#'''",
        f"ASK {{ \\u0053ERVICE <{E}> {{}} }}",
        f"ASK {{ # comment\rSERVICE <{E}> {{}} }}",
    ],
)  # fmt: skip
def test_service_is_refused_in_every_spelling(query: str) -> None:
    """SERVICE to an endpoint that is not named is refused, however it is glued, hidden or split."""
    with pytest.raises(QueryRefused):
        check_services(query, ["http://other.org/sparql"])


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), "health service")) }',
        'ASK { ?s ?p "a service <http://x/> \\" service ?x" }',
        "ASK { ?s ?p '''it's a 'service' <x>''' }",
        f"ASK {{ ?s ?p ?o }} # SERVICE <{E}>",
        "SELECT ?service ?webservice { ?service <http://e.org/p> ?webservice }",
        "ASK { ?x <http://e.org/service> <http://e.org/x> }",
        "ASK { ?x a <http://e.org/service#Thing> .\n ?x ?p ?o }",
        "ASK { ?x ?p <http://e.org/service?x=1> }",
        "PREFIX ex: <http://e/> ASK { ?x ex:service <http://e.org/x> }",
        "ASK { FILTER(?a < 5 && ?b > 3) ?x <urn:x:service> ?y }",
    ],
)
def test_the_mere_word_is_no_keyword(query: str) -> None:
    """Strings, comments, variables, IRIs and names may hold the word."""
    check_services(query)


def test_named_endpoints_may_be_asked() -> None:
    """All endpoints of a query must be named, not only the first."""
    query = "ASK { SERVICE <http://a.org/> {} SERVICE SILENT <http://b.org/> {} }"
    check_services(query, ["http://a.org/", "http://b.org/"])
    with pytest.raises(QueryRefused, match=r"<http://b\.org/>"):
        check_services(query, ["http://a.org/"])


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("ASK {} #" + "x" * 70_000, "characters"),
        ("SELECT * " + "{" * 2000 + "}" * 2000, "levels"),
        ("ASK { FILTER(" + "(" * 2000 + "1" + ")" * 2000 + ") }", "levels"),
        ("ASK { FILTER(" + "!" * 2000 + "1) }", "operators"),
        ("ASK { FILTER(" + "+".join("1" * 2000) + ") }", "operators"),
        ("ASK { ?s " + "/".join(["<a:b>"] * 2000) + " ?o }", "operators"),
        ("ASK { " + " . ".join(f"?v{n} <http://e/p> ?v{n + 1}" for n in range(1000)) + " }", "triple patterns"),
        ("ASK { ?s " + " ; ".join(f"<http://e/p{n}> ?v{n}" for n in range(1000)) + " }", "triple patterns"),
        ("ASK { ?s ?p (" + "1 " * 5000 + ") }", "triple patterns"),
        ("ASK { " + "{?a ?b ?c}" * 1000 + " }", "groups"),
        ("SELECT " + "".join(f"(1 AS ?a{n})" for n in range(3000)) + "{}", "operators"),
    ],
)
def test_what_overcomes_the_engine_is_refused(query: str, what: str) -> None:
    """Deep nesting and long chains end the engine's process; they are refused with the limit named."""
    with pytest.raises(QueryRefused, match=what):
        check(query)


def test_data_and_lists_of_arguments_are_no_patterns() -> None:
    """A thousand rows of VALUES, a thousand arguments of IN are fine."""
    rows = " ".join(f'(<http://e/{n}> "{n}")' for n in range(1000))
    check(f"SELECT * {{ VALUES (?a ?b) {{ {rows} }} ?a ?p ?b }}")
    check("SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(str(n) for n in range(1000)) + ")) }")


@pytest.mark.parametrize(
    "update",
    [
        "DROP ALL",
        "PREFIX e: <http://e/> insert data { e:a e:b e:c }",
        "LOAD <http://e/>",
        "WITH <http://g> DELETE WHERE {}",
    ],
)
def test_updates_are_refused_by_name(update: str) -> None:
    """An update is not called a syntax error."""
    with pytest.raises(QueryRefused, match="would change the graph"):
        check(update)


def test_a_parameter_must_be_a_visible_variable() -> None:
    """A misspelt parameter, or one hidden in a sub-select, would be passed over in silence."""
    with pytest.raises(QueryError, match=r"no variable \?dio"):
        bind("SELECT ?a { ?a ?p ?doi }", ["dio"])
    with pytest.raises(QueryError, match="sub-select"):
        bind("SELECT ?a { { SELECT ?a { ?a ?p ?doi } } }", ["doi"])


def test_from_is_found_before_the_pattern_only() -> None:
    """FROM and FROM NAMED are told from variables, strings and comments that hold the word."""
    query = 'SELECT ?from FROM <g:a> # FROM <g:x>\nFROM NAMED <g:b> { ?s ?p "FROM <g:c>" . ?from ?x ?y }'
    assert graphs_named(query) == ["<g:a>", "<g:b>"]


def test_a_parameter_reaches_into_a_query_that_is_one_sub_select() -> None:
    """The engine does not look into a sub-select from outside: bound inside, the variable is looked up, not searched for."""
    bound = bind("SELECT (COUNT(*) AS ?n) { SELECT ?a ?doi { ?a ?p ?doi } }", ["doi"])
    assert bound.index("SELECT ?a ?doi {") < bound.index("BIND(")
    hidden = bind("SELECT ?n ?doi { SELECT ?n { ?a ?p ?n } }", ["n"])
    assert hidden.index("SELECT ?n {") < hidden.index("BIND(")
    beside = bind("SELECT ?doi { { SELECT ?doi { ?a ?p ?doi } } ?a ?q ?doi }", ["doi"])
    assert beside.index("BIND(") < beside.index("SELECT ?doi {", 10)
