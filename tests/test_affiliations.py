"""Affiliation strings and their parts. All institutions here are made up, or stand for a way of printing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import affiliations
from kg.affiliations import addresses, countries, emails, fold, parse, stated
from kg.model import Affiliation

Parts = tuple[str | None, str | None, str | None, str | None, str | None, str | None, str | None]


def parts(a: Affiliation) -> Parts:
    return a.department, a.institution, a.city, a.region, a.postcode, a.country, a.country_code


CASES: list[tuple[str, Parts]] = [
    (
        "School of Pharmacy, Desh Bhagat University, Mandi Gobindgarh 147301, Punjab, India",
        ("School of Pharmacy", "Desh Bhagat University", "Mandi Gobindgarh", "Punjab", "147301", "India", "IN"),
    ),
    (
        "Department of Imaginary Medicine, Fictional University Hospital, Im Feld 230, 69120 Heidelberg, Germany",
        (
            "Department of Imaginary Medicine",
            "Fictional University Hospital",
            "Heidelberg",
            None,
            "69120",
            "Germany",
            "DE",
        ),
    ),
    (
        "Division of Biology, Fictional Institute of Technology, Pasadena, California 91125, USA.",
        ("Division of Biology", "Fictional Institute of Technology", "Pasadena", "California", "91125", "USA", "US"),
    ),
    (
        "Sham University, Wolfville NS B4P 2R6 Canada",
        (None, "Sham University", "Wolfville", "NS", "B4P 2R6", "Canada", "CA"),
    ),
    (
        "Faculty of Economics, Sham University, Long Avenue, Cambridge CB3 9DD, UK. a.doe@example.org",
        ("Faculty of Economics", "Sham University", "Cambridge", None, "CB3 9DD", "UK", "GB"),
    ),
    (
        "College of Resources, South Sham University, Guangzhou, 510642 Guangdong China",
        ("College of Resources", "South Sham University", "Guangzhou", "Guangdong", "510642", "China", "CN"),
    ),
    (
        "Department of Plants, Sham University, Fushun, Liaoning 113001, P.R. China",
        ("Department of Plants", "Sham University", "Fushun", "Liaoning", "113001", "P.R. China", "CN"),
    ),
    (
        "Department of Genetics, Sham Hospital, London, U.K.",
        ("Department of Genetics", "Sham Hospital", "London", None, None, "U.K.", "GB"),
    ),
    (
        "Sham Medical Center, Los Angeles, CA 90073.",
        (None, "Sham Medical Center", "Los Angeles", "CA", "90073", None, "US"),
    ),
    ("Sham University, Shanghai 200030, China", (None, "Sham University", "Shanghai", None, "200030", "China", "CN")),
    (
        "Sham University, Seoul 03722, South Korea",
        (None, "Sham University", "Seoul", None, "03722", "South Korea", "KR"),
    ),
    ("Sham University, Tokyo 108-8639, Japan", (None, "Sham University", "Tokyo", None, "108-8639", "Japan", "JP")),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_parts_are_read_from_both_ends(text: str, expected: Parts) -> None:
    """Department, institution, city, region, postcode, country and code of the usual ways of printing."""
    assert parts(parse(text)) == expected
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("USA", "US"), ("U.S.A.", "US"), ("United States of America", "US"), ("UK", "GB"), ("England", "GB"),
        ("Scotland", "GB"),
        ("P.R. China", "CN"), ("PR China", "CN"), ("People’s Republic of China", "CN"), ("Korea", "KR"),
        ("Republic of Korea", "KR"),
        ("Iran", "IR"), ("Islamic Republic of Iran", "IR"), ("Türkiye", "TR"), ("Turkey", "TR"), ("The Netherlands",
        "NL"),
        ("Viet Nam", "VN"), ("Vietnam", "VN"), ("Czech Republic", "CZ"), ("Russian Federation", "RU"), ("Taiwan", "TW"),
        ("Côte d’Ivoire", "CI"), ("Brasil", "BR"), ("Hong Kong", "HK"), ("South Africa", "ZA"), ("GERMANY", "DE"),
    ],
)  # fmt: skip
def test_country_aliases(printed: str, code: str) -> None:
    """A country is known by its common names, and stays as printed."""
    found = parse(f"Fictional University, Exampleville, {printed}")
    assert (found.country, found.country_code, found.city) == (printed, code, "Exampleville")


def test_an_address_ends_with_its_country_whatever_that_looks_like() -> None:
    """Also where its name has the looks of an institution's, as "Central African Republic" has."""
    for code, name, aliases in affiliations._rows("countries.tsv"):
        for printed in filter(None, (name, *aliases.split("|"))):
            assert affiliations._is_country(printed), printed
            if printed != "Georgia" and "," not in printed:  # a state as well; two segments
                text = f"First University, Sometown, {printed}, and Second Hospital, Cincinnati, Ohio"
                assert [found.country_code for found in addresses(text)] == [code, "US"], printed


@pytest.mark.parametrize(
    "text",
    [
        "University of Jordan",  # the name of an institution, not an address in a country
        "Universiti Putra Malaysia",
        "Fictional University of Georgia",
        "Fictional Hospital, Springville, Georgia",  # a country and a state
        "Sham University, Perth, WA, Georgia",
    ],
)
def test_country_is_left_open_where_two_readings_are_possible(text: str) -> None:
    """An ambiguous country gives neither name nor code."""
    assert (parse(text).country, parse(text).country_code) == (None, None)


def test_georgia_is_decided_by_its_city() -> None:
    """Georgia is a country beside Tbilisi and a state beside Atlanta."""
    assert parse("Sham University, Tbilisi, Georgia").country_code == "GE"
    assert parse("Sham University, Atlanta, Georgia").country_code == "US"


def test_two_bare_names_before_the_country_give_no_city() -> None:
    """Suburb and city, or city and province: undecided, so none is taken."""
    assert parse("Fictional Hospital, Parkham, Melburnia, Australia").city is None


def test_contact_details_stay_in_the_text_but_not_in_the_parts() -> None:
    """An e-mail address pollutes no part and is not lost."""
    text = "Sham Clinic, Rochester, MN, USA. Electronic address: a.doe@example.org."
    found = parse(text)
    assert found.text == text
    assert parts(found)[2:] == ("Rochester", "MN", None, "USA", "US")


def test_first_of_several_institutions() -> None:
    """The first address of a string is taken."""
    found = parse("Department A, First University, Rome, Italy; Department B, Second University, Paris, France")
    assert parts(found) == ("Department A", "First University", "Rome", None, None, "Italy", "IT")


def test_white_space_is_folded_and_nothing_else() -> None:
    """No-break blanks and line ends fold to blanks; characters stay."""
    assert fold("\u00a0A\tB\r\n C ") == "A B C"
    assert parse("Sham\u00a0University,\n Rome,  Italy").text == "Sham University, Rome, Italy"


@given(st.text(max_size=300))
def test_any_text_is_kept(text: str) -> None:
    """The text is the folded string whatever it holds, and every part is a piece of it."""
    found = parse(text)
    assert found.text == fold(text)
    for part in (found.city, found.region, found.postcode, found.country):
        assert part is None or part in found.text


@given(
    st.lists(
        st.sampled_from([",", ";", "(", ")", " ", "University", "of", "12345", "USA", "CA", "[2]", "1]", "@", "."])
    )
)
def test_hostile_punctuation_does_not_fail(words: list[str]) -> None:
    """Any order of separators and keywords is read without an error, and nothing of the printed string is lost."""
    text = " ".join(words)
    assert parse(text).text == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "institutions"),
    [
        ("First University, Rome, Italy; Second University, Paris, France", ["First University", "Second University"]),
        ("[1] First University, Rome, Italy [2] Second Hospital, Lyon", ["First University", "Second Hospital"]),
        ("First University, Rome, Italy, and Second Hospital, Paris, France", ["First University", "Second Hospital"]),
        ("First University; Department of B, Rome, Italy", ["First University"]),
        ("First University, Rome, Italy", ["First University"]),
    ],
)
def test_every_address_of_a_string(text: str, institutions: list[str]) -> None:
    """Semicolons, list labels and countries part addresses; a semicolon before a mere unit does not."""
    assert [a.institution for a in addresses(text)] == institutions


def test_special_regions_have_codes_of_their_own() -> None:
    """Hong Kong and Macao, China; but a campus on the mainland is on the mainland."""
    assert parse("Sham University, Kowloon, Hong Kong, China").country_code == "HK"
    assert parse("Hong Kong Sham University, Shenzhen, China").country_code == "CN"
    assert parse("Sham University, Shenzhen, China").country_code == "CN"


def test_countries_stand_in_names_too() -> None:
    """For evidence a country may be implied; the address itself does not print it."""
    assert countries("Universiti Putra Malaysia") == {"MY"}
    assert countries("Sham State University, New Mexico") == set()
    assert countries("Fictional University of Georgia") == set()


def test_identifiers_and_labels_are_no_parts() -> None:
    """ORCID, ROR and GRID identifiers and glued labels stay in the text and come into no part."""
    text = "1Sham Clinic (https://ror.org/03vek6s52), 00185 Rome, Italy. https://orcid.org/0000-0002-1825-0097"
    found = parse(text)
    assert found.text == text
    assert parts(found) == (None, "Sham Clinic", "Rome", None, "00185", "Italy", "IT")
    assert stated(text) == ("03vek6s52", "0000-0002-1825-0097")
    assert emails("a@example.org, b@example.org; a@example.org") == ("a@example.org", "b@example.org")


_PIECES = st.sampled_from(
    "Department of Sham|Sham University|Sham Hospital, Inc.|Rome|Italy|12345|Georgia|USA|CA 90073|(Sham)|;|[1]|a@b.example|"
    "and|Hong Kong|China|Dept. of X|x|,|.|0000-0002-1825-0097".split("|")
)


@given(st.lists(_PIECES, max_size=12).map(", ".join) | st.text(max_size=200))
def test_nothing_is_invented(text: str) -> None:
    """Every word of every part stands in the string; equal strings give equal parts, whatever was read between."""
    printed = set(re.findall(r"\w+", fold(text)))
    for found in (parse(text), *addresses(text)):
        for part in (found.department, found.institution, found.city, found.region, found.postcode, found.country):
            assert part is None or set(re.findall(r"\w+", part)) <= printed
    assert addresses(text) == addresses.__wrapped__(text)


def test_long_strings_are_read_in_no_time() -> None:
    """A string of 200,000 characters is no address; nothing backtracks over it."""
    for piece in (
        "University, ",
        "a.",
        "[1] ",
        "(",
        "x@",
        "A 1, ",
        "; University",
        "0000-",
        "ror.org/",
        "Rome, Italy and ",
    ):
        text = piece * (200_000 // len(piece))
        assert parse(text).institution is None
        assert len(addresses(text)) == 1
        countries(text)
        emails(text)
        stated(text)
