"""However a file counts, an annotation ends up on its own text or is given up by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.annotations.offsets import Place, fit, quotes

TITLE, ABSTRACT = "🧬 p53 and naïve cells", "The protein p53 🧪 binds DNA in naïve cells."
MARKED = ((0, 2, 5), (0, 10, 15), (1, 12, 15), (1, 24, 27))
"""passage, start, end in code points"""

COUNTS = {
    "code points": len,
    "UTF-16 code units": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes of UTF-8": lambda text: len(text.encode()),
}


def _places(count, base, gap=1):
    texts = (TITLE, ABSTRACT)
    starts = (0, count(TITLE) + gap) if base == "document" else (0, 0)
    return [Place(((starts[n] + count(texts[n][:a]), count(texts[n][a:b])),), texts[n][a:b], n) for n, a, b in MARKED]


@pytest.mark.parametrize("base", ["document", "passage"])
@pytest.mark.parametrize("unit", COUNTS)
def test_every_way_of_counting_is_found(unit: str, base: str):
    count = COUNTS[unit]
    offsets = (0, count(TITLE) + 1)
    fitted = fit([(TITLE, offsets[0]), (ABSTRACT, offsets[1])], _places(count, base))
    assert fitted.found == tuple((n, ((a, b),)) for n, a, b in MARKED)
    plain = unit == "code points" and base == "document"
    assert (fitted.way is None) == plain
    assert plain or unit in fitted.way


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_a_wrong_offset_of_a_passage_is_seen(gap: int):
    fitted = fit([(TITLE, 0), (ABSTRACT, 999)], _places(len, "document", gap))
    assert fitted.found == tuple((n, ((a, b),)) for n, a, b in MARKED)


def test_one_wrong_annotation_does_not_move_the_others():
    """What most annotations agree with is taken; the odd one is given up, though its text stands elsewhere."""
    places = [*_places(len, "document"), Place(((1, 3),), "p53", 0)]
    fitted = fit([(TITLE, 0), (ABSTRACT, len(TITLE) + 1)], places)
    assert fitted.way is None
    assert fitted.found[-1] is None
    assert None not in fitted.found[:-1]


@pytest.mark.parametrize(
    "place",
    [
        Place(((-5, 7),), "Aspirin", 0),
        Place(((900, 7),), "Aspirin", 0),
        Place(((0, 0),), "", 0),
        Place(((0, 10**12),), "Aspirin", 0),
        Place(((0, 7),), "Wrong", 0),
        Place((), "Aspirin", 0),
        Place(((-9, 7),), "Aspirin", None),
    ],
)
def test_what_stands_nowhere_is_given_up(place: Place):
    assert fit([("Aspirin helps.", 0)], [place]).found == (None,)


def test_an_annotation_without_text_is_taken_at_its_word():
    assert fit([("Aspirin helps.", 0)], [Place(((0, 7),), None, 0)]).found == ((0, ((0, 7),)),)


def test_discontinuous_annotations_quote_their_pieces():
    text = "ovarian and breast cancer"
    place = Place(((0, 7), (19, 6)), "ovarian cancer", 0)
    assert fit([(text, 0)], [place]).found == ((0, ((0, 7), (19, 25))),)
    assert quotes("ovarian ... cancer", ["ovarian", "cancer"], text)
    assert not quotes("breast cancer", ["ovarian", "cancer"], text)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4), st.sampled_from(sorted(COUNTS)), st.data())
def test_what_is_found_quotes_its_text(texts: list[str], unit: str, data: st.DataObject):
    """For any characters and any way of counting: no span is given that does not quote its annotation."""
    count = COUNTS[unit]
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    places, starts = [], []
    at = 0
    for n, text in enumerate(texts):
        starts.append(at)
        a = data.draw(st.integers(0, len(text) - 1))
        b = data.draw(st.integers(a + 1, len(text)))
        places.append(Place(((at + count(text[:a]), count(text[a:b])),), text[a:b], n))
        at += count(text) + 1
    fitted = fit(list(zip(texts, starts, strict=True)), places)
    assert None not in fitted.found
    for place, (passage, spans) in zip(places, fitted.found, strict=True):
        assert quotes(place.text, [texts[passage][a:b] for a, b in spans], texts[passage][spans[0][0] : spans[-1][1]])
