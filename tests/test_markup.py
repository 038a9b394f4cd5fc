"""Faithful text, standard entities, strict and safe parsing."""

from __future__ import annotations

import html.entities
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kg.errors import InputError
from kg.markup import character_entities, children, declare_entities, elements, line_of, local, root_name, text_of

# --- text_of


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<t/>", ""),
        ("<t> a\n b&#160;c </t>", "a b c"),
        ("<t>H<sub>2</sub>O and <i>E. <b>coli</b></i></t>", "H2O and E. coli"),
        ("<t>A<!-- secret --><?pi secret?>B</t>", "AB"),
        ("<t>A<break/>B</t>", "A B"),
        ("<t><p>One.</p><p>Two.</p></t>", "One. Two."),
        ("<t>see <xref rid='x'>[1]</xref>.</t>", "see [1]."),
        ("<t>a<ext-link xlink:title='no' xmlns:xlink='http://www.w3.org/1999/xlink'>link</ext-link></t>", "alink"),
        ("<t><![CDATA[1 < 2 & <b>]]></t>", "1 < 2 & <b>"),
    ],
)
def test_text_is_what_a_reader_sees(source, text):
    """Inline markup goes, text stays as it stands, blocks and breaks are apart, comments are skipped."""
    assert text_of(etree.XML(source)) == text


@pytest.mark.parametrize(
    ("math", "text"),
    [
        ("<msup>\n <mi> x </mi>\n <mn>2</mn>\n</msup>", "x2"),
        ("<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mi>c</mi></mrow></mfrac>", "a/b+c"),
        ("<mfenced><mi>x</mi><mi>y</mi></mfenced>", "(x,y)"),
        ("<mfenced open='[' close=']' separators=';,'><mi>x</mi><mi>y</mi><mi>z</mi><mi>w</mi></mfenced>", "[x;y,z,w]"),
        ("<mi>a</mi><mspace width='1em'/><mtext> and </mtext><mi>b</mi>", "a andb"),
        ("<semantics><mi>x</mi><annotation encoding='TeX'>\\x</annotation></semantics>", "x"),
        ("<mi>a<!-- no --></mi>", "a"),
    ],
)
def test_mathml_is_its_tokens_in_order(math, text):
    """White space outside of tokens means nothing; a fraction is a/b; annotations are skipped."""
    assert text_of(etree.XML(f"<t><m:math xmlns:m='http://www.w3.org/1998/Math/MathML'>{math}</m:math></t>")) == text
    assert text_of(etree.XML(f"<t><math>{math}</math></t>")) == text


def test_of_a_formula_given_twice_the_mathml_is_read():
    """MathML rather than TeX, never both; TeX alone without its preamble."""
    tex = r"<tex-math>\documentclass{x}\begin{document}$a^2$\end{document}</tex-math>"
    both = f"<inline-formula><alternatives>{tex}<math><mi>a</mi></math></alternatives></inline-formula>"
    assert text_of(etree.XML(f"<t>1{both}2</t>")) == "1a2"
    assert text_of(etree.XML(f"<t>1<inline-formula>{tex}<math><mi>a</mi></math></inline-formula>2</t>")) == "1a2"
    assert text_of(etree.XML(f"<t>1<inline-formula>{tex}</inline-formula>2</t>")) == "1$a^2$2"


def test_what_is_left_out_leaves_its_tail():
    """``without`` takes names and elements; what follows them stays, inside formulas' alternatives too."""
    root = etree.XML("<t><label>1</label>A<sup>2</sup>B<sup>3</sup>C</t>")
    assert text_of(root, ("label", root[1])) == "AB3C"


def test_depth_that_the_parser_allows_is_read():
    """libxml2 stops at a depth of 256; up to there nothing overflows."""
    assert text_of(etree.XML("<i>" * 250 + "x" + "</i>" * 250)) == "x"


# All that XML allows (XML 1.0, section 2.2), but control characters.
_XML = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
_TEXT = st.text(_XML, max_size=8)


@given(
    st.lists(
        st.tuples(st.sampled_from(["i", "sup", "named-content", "p", "break", "#comment"]), _TEXT, _TEXT), max_size=8
    )
)
def test_no_character_is_lost_or_invented(parts):
    """Whatever the markup, the characters that are no white space are those of the source, in order."""
    root = etree.Element("t")
    expected = ""
    for name, inside, tail in parts:
        child = etree.Comment("no") if name == "#comment" else etree.SubElement(root, name)
        if name == "#comment":
            root.append(child)
        elif name != "break":
            child.text = inside
            expected += inside
        child.tail = tail
        expected += tail
    assert "".join(text_of(root).split()) == "".join(expected.split())


# --- entities


def titles(document: bytes) -> list[str]:
    return [text_of(element) for element in elements(io.BytesIO(document), "{*}t")]


def test_the_standard_entities_are_those_of_html_mathml_and_iso():
    """The table holds every HTML5 name, the ISO Greek sets, and none of the five that XML predefines."""
    table = character_entities()
    assert {name[:-1] for name in html.entities.html5 if name.endswith(";")} <= table.keys() | {
        "amp",
        "lt",
        "gt",
        "quot",
        "apos",
    }
    assert table["gamma"] == "γ"
    assert (table["agr"], table["sfgr"], table["THgr"], table["Agr"], table["EEacgr"]) == ("α", "ς", "Θ", "Α", "Ή")
    assert (table["b.alpha"], table["b.lambda"], table["b.Upsi"], table["b.phiv"]) == ("𝛂", "𝛌", "𝚼", "𝛟")
    assert not {"amp", "lt", "gt", "quot", "apos"} & table.keys()


def test_every_standard_entity_is_expanded_to_its_text():
    """Each name gives its characters, the ones that are markup too."""
    table = character_entities()
    document = "<r>" + "".join(f"<t>[&{name};]</t>" for name in table) + "</r>"
    found = [e.text for e in etree.fromstring(declare_entities(document.encode()))]
    assert found == [f"[{text}]" for text in table.values()]


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        "<?xml version='1.0'?>\n",
        "<!DOCTYPE r>",
        '<!DOCTYPE r SYSTEM "http://example.org/r.dtd">\n',
        '<!DOCTYPE r PUBLIC "-//X//Y [" \'r.dtd\'\n[\n<!-- it\'s ]> -->\n<!ENTITY own "]>">\n] >\n',
        "<!-- <r> --><?pi <r>?>\n<!DOCTYPE r [<!ELEMENT r ANY>]>",
    ],
)
def test_entities_are_declared_whatever_the_prolog(prolog):
    """With or without document type, external identifier, internal subset; the external DTD is not needed."""
    assert titles(f"{prolog}<r><t>IFN-&gamma;</t></r>".encode()) == ["IFN-γ"]


def test_a_document_s_own_declaration_wins():
    """An entity that the document declares keeps its meaning."""
    assert titles(b'<!DOCTYPE r [<!ENTITY gamma "mine">]><r><t>&gamma;</t></r>') == ["mine"]


@pytest.mark.parametrize(
    "document",
    [
        "<r><t>a&nosuch;b</t></r>",
        '<!DOCTYPE r SYSTEM "r.dtd"><r><t>a&nosuch;b</t></r>',
        '<!DOCTYPE r [<!ENTITY nosuch SYSTEM "file:///etc/hostname">]><r><t>a&nosuch;b</t></r>',
    ],
)
def test_an_unknown_entity_is_an_error_before_any_element_comes(document):
    """No text may vanish: the element that holds the entity is never given out."""
    found = []
    with pytest.raises(InputError, match="the entity &nosuch; is neither") as caught:
        found.extend(elements(io.BytesIO(document.encode()), "t"))
    assert not found
    assert caught.value.rule == "xml-not-well-formed"


@pytest.mark.parametrize("spaces", ["", "\n\n"])
def test_positions_are_those_of_the_file(spaces):
    """Line and column of an error are not moved by what is declared, nor lines of elements."""
    for prolog in ("", "<!DOCTYPE r SYSTEM\n'x'>", "<!DOCTYPE r [\n]>", "<!DOCTYPE r>\n"):
        document = f"<?xml version='1.0'?>{spaces}{prolog}<r><t>ok</t> <t>&nosuch;</t></r>"
        at = document.index("&nosuch;") + len("&nosuch;")
        line, column = document.count("\n", 0, at) + 1, at - document.rfind("\n", 0, at)
        with pytest.raises(InputError, match=f"line {line}, column {column}:"):
            titles(document.encode())
        good = document.replace("&nosuch;", "x").encode()
        assert {line_of(element) for element in elements(io.BytesIO(good), "t")} == {line}


def test_lines_beyond_the_parser_s_16_bits():
    """The line of an element far down is still its own."""
    document = b"<r>" + b"\n" * 70_000 + b"<t>\n\nx</t></r>"
    assert [line_of(element) for element in elements(io.BytesIO(document), "t")] == [70_001]


# --- strict parsing


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16", None),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "UTF-16"),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("shift_jis", "Shift_JIS"),
        ("gb18030", "GB18030"),
    ],
)
def test_encodings_are_read_and_entities_declared_in_them(encoding, declared):
    """The declared encoding counts, and the declarations are written in it."""
    text = "日本" if encoding in ("utf-16", "utf-16-le", "shift_jis", "gb18030") else "é"
    text = text if encoding not in ("shift_jis", "gb18030") else "日本"
    declaration = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    document = f"{declaration}\n<r><t>{text} &gamma;</t></r>".encode(encoding)
    assert titles(document) == [f"{text} γ"]
    assert root_name(document) == "r"


@pytest.mark.parametrize(
    "encoding", ["UTF-7", "utf7", "unicode-1-1-utf-7", "ISO-2022-JP", "X-NOPE", "IBM037", "rot13", "hex", ""]
)
def test_encodings_that_hide_markup_or_are_unknown_are_refused(encoding):
    """UTF-7 and its like could hide anything from a scan; unknown ones are no guess."""
    with pytest.raises(InputError, match="encoding") as caught:
        titles(f"<?xml version='1.0' encoding='{encoding}'?><r><t>x</t></r>".encode())
    assert caught.value.rule == "xml-encoding"


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b" \n",
        b"\n<?xml version='1.0'?><t/>",
        b"<t>a & b</t>",
        b"<t>\x00</t>",
        b"<t>&#0;</t>",
        b"<t>&#xD800;</t>",
        b"<t>\xff</t>",
        b"<t>caf\xe9</t>",
        b"<t a='1' a='2'/>",
        b"<t xlink:href='x'/>",
        b"<t/><t/>",
        b"<t/>\x00",
        b"<r><t>x</t>",
        b"PK\x03\x04",
        b"<t>" + b"<i>" * 300 + b"</i>" * 300 + b"</t>",
    ],
)
def test_what_is_not_well_formed_is_refused_with_its_place(document):
    """Strict, always; the message says where."""
    with pytest.raises(InputError) as caught:
        titles(document)
    assert caught.value.rule == "xml-not-well-formed"
    assert caught.value.line is not None or "line" in str(caught.value)


def test_bombs_are_refused():
    """Entities that grow beyond measure, and loops of them, end the reading at once."""
    bomb = '<!DOCTYPE r [<!ENTITY a0 "xxxxxxxxxx">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    for document in (
        bomb + "]><r><t>&a9;</t></r>",
        '<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]><r><t>&a;</t></r>',
    ):
        with pytest.raises(InputError, match="entity"):
            titles(document.encode())


def test_parameter_entities_are_refused():
    """They would be read from elsewhere, and make undefined entities legal."""
    with pytest.raises(InputError, match="parameter entity") as caught:
        titles(b'<!DOCTYPE r [\n<!ENTITY % p SYSTEM "http://example.org/">\n%p;]><r><t>x</t></r>')
    assert caught.value.line == 3


def test_nothing_outside_the_stream_is_opened(tmp_path):
    """Neither a DTD nor an included file is read."""
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY told "SECRET">')
    document = f'<!DOCTYPE r SYSTEM "{secret.as_uri()}"><r xmlns:xi="http://www.w3.org/2001/XInclude"><t>&told;</t></r>'
    with pytest.raises(InputError, match="told"):
        titles(document.encode())
    include = (
        f'<r xmlns:xi="http://www.w3.org/2001/XInclude"><t><xi:include href="{secret.as_uri()}" parse="text"/></t></r>'
    )
    assert titles(include.encode()) == [""]


class _Trickle(io.RawIOBase):
    """A stream that gives few bytes at a time, and has a name that cannot be encoded."""

    name = "\udcff"

    def __init__(self, data: bytes):
        self.rest = data

    def read(self, size: int = -1) -> bytes:
        size = 7 if size < 0 else min(size, 7)
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def test_a_stream_may_give_few_bytes_and_have_a_bad_name():
    """Short reads are no end; the name of a stream is not looked at."""
    document = b"<!DOCTYPE r [<!-- " + b"-= " * 20_000 + b" -->]><r>" + b"<t>&beta;</t>" * 50 + b"</r>"
    assert [text_of(e) for e in elements(_Trickle(document), "t")] == ["β"] * 50


def test_elements_are_freed_as_they_pass():
    """Of many records only those of one chunk are there at a time; other elements between them go with them."""
    document = b"<r>" + b"<x>junk</x><t>y</t>" * 20_000 + b"</r>"
    sizes = [len(element.getparent()) for element in elements(io.BytesIO(document), "t")]
    assert len(sizes) == 20_000
    assert max(sizes) < 5_000


def test_children_of_the_root_come_one_at_a_time():
    """Each child of the root at its end, the root last; elements of the same name inside them are theirs."""
    names = [(element.tag, text_of(element)) for element in children(io.BytesIO(b"<r><t>a<t>b</t></t><u/></r>"))]
    assert names == [("t", "ab"), ("u", ""), ("r", "")]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<j:article xmlns:j='x'>", "article"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <no> -->\n<r/>", "r"),
        (b"<!DOCTYPE article PUBLIC 'a' 'b'><r>", "r"),
        (b"<!DOCTYPE article [" + b" " * 9000, "article"),
        ("<r>".encode("utf-16"), "r"),
        (b"<r", None),
        (b"%PDF-1.7", None),
        (b"", None),
        (b"1 < 2", None),
    ],
)
def test_root_name(head, name):
    """The root's local name, or the document type's where the root is not in the head."""
    assert root_name(head) == name


@given(st.binary(max_size=200))
def test_any_bytes_give_elements_or_an_input_error(data):
    """No traceback for any input."""
    root_name(data)
    with suppress(InputError):
        assert all(local(found) == "t" for found in elements(io.BytesIO(data), "t"))
    with suppress(InputError):
        assert {local(found) for found in elements(io.BytesIO(b"<t>" + data + b"</t>"), "t")} == {"t"}


@given(st.text(st.sampled_from("<>!?-[]\"'% \n;DOCTYPEa&/xml="), max_size=60))
def test_any_prolog_gives_elements_or_an_input_error(text):
    """The scan of the prolog ends on anything that looks like one."""
    with suppress(InputError):
        # What is not refused is a document whose only element is the root that was written.
        found = [local(element) for element in elements(io.BytesIO(text.encode() + b"<t/>"), "t")]
        assert found == ["t"]
