"""Terms: what is written comes back, and how it is written does not depend on what stands around it."""

from __future__ import annotations

import pyoxigraph
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st

from kg.terms import fact, literal, value

_TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from('\\"\n\t\r\x00\x7f\x85\ufffe \u200b')), max_size=9
)


@given(_TEXTS, st.sampled_from(("", "long " * 20, "läng " * 20, "長い" * 50)))
@example("\x7f", "long " * 20)
def test_a_literal_is_the_text(text: str, around: str) -> None:
    """However long it is, it comes back, here and from Oxigraph; every character is written as it is alone."""
    whole = around + text + around
    written = literal(whole)
    assert value(written) == whole
    assert written == f'"{"".join([literal(letter)[1:-1] for letter in whole])}"'
    assert fact("<p:p>", whole) == f"<p:p> {written}"
    assert literal(rdflib.Literal(whole)) == written
    (quad,) = pyoxigraph.parse(f"<s:s> <p:p> {written} .", pyoxigraph.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, pyoxigraph.Literal)
    assert quad.object.value == whole
    assert str(quad.object) == written
