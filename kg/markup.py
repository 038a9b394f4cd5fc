"""XML → faithful plain text: safe parsing, character entities, the text of an element.

Three things that libxml2 does by itself lose text without an error, so every reader of XML goes through here:

* an entity that only an unread external DTD defines vanishes (``IFN-&gamma;`` → ``IFN-``) and the complaint comes after
  the last record. Here the reference to the external DTD is blanked, which makes any undefined entity an error on the
  spot, and the standard character entities are declared in the internal subset;
* ``recover=True`` drops what it does not understand. Here parsing is strict, always;
* ``.text`` and ``.tail`` are split by comments, processing instructions and inline markup. :func:`text_of` joins them.

Nothing outside the stream is ever opened: no DTD, no external entity, no network.

Sources: XML 1.0 (5th ed.) 2.8, 4.1, 4.4; XML Entity Definitions for Characters (W3C, 2023), whose sets for HTML and
MathML are :data:`html.entities.html5` and whose ISO Greek sets are added here; MathML 3, 2.1.7 (white space).
"""

from __future__ import annotations

import codecs
import html.entities
import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from functools import cache
from typing import BinaryIO, cast

from lxml import etree

from kg.errors import InputError

# --- text that goes into a document -------------------------------------------------------------------------------


def escape(text: str) -> str:
    """A text as it may stand between tags; a bare carriage return would be read as the end of a line.

    >>> escape("p < 0.05 & p > 0")
    'p &lt; 0.05 &amp; p &gt; 0'
    """
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;").replace("\r", "&#13;")


def quoteattr(text: str) -> str:
    """A text as the value of an attribute, with its quotation marks; white space is kept.

    >>> print(quoteattr("2\\t< 3"), quoteattr('a "b"'), quoteattr("it's \\"b\\""))
    "2&#9;&lt; 3" 'a "b"' "it's &quot;b&quot;"
    """
    text = escape(text).replace("\n", "&#10;").replace("\t", "&#9;")
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', "&quot;") + '"'


# --- the text of an element ---------------------------------------------------------------------------------------

Element = etree._Element


def text_of(element: Element, without: Container[object] = ()) -> str:
    """The text of an element as a reader of the page sees it, white space folded to single blanks.

    Inline markup goes and its text stays as it stands, so that no letter or digit is inserted or lost; between blocks
    (paragraphs, list items, cells) and for line breaks there is a blank. Comments, processing instructions and
    annotations of formulas are skipped, what follows them is not. Of a formula that is given twice (TeX and MathML) the
    MathML is read: the text of its tokens in order, a fraction as ``a/b``. ``without`` are elements, or local names of
    elements, to leave out (footnote markers, labels); what follows them is not left out.

    >>> text_of(etree.XML("<t>H<sub>2</sub>O<!-- no --> in\\n <i>E. coli</i></t>"))
    'H2O in E. coli'
    """
    if not len(element):
        text = element.text
        return folded(text) if text else ""
    out: list[str] = []
    _collect(element, out, without)
    return " ".join("".join(out).split())


def folded(text: str) -> str:
    """A text with its white space folded to single blanks.

    >>> folded(" in\\n\\tvitro ")
    'in vitro'
    """
    # In most texts there is nothing to fold, which is soon seen: in one word there is not; blanks are the only white
    # space that is printable, and of what is ASCII XML has but three others.
    if text.isalnum():
        return text
    flat = (text.isascii() and not ("\n" in text or "\t" in text or "\r" in text)) or text.isprintable()
    if flat and text and text[0] != " " and text[-1] != " " and "  " not in text:
        return text
    return " ".join(text.split())


def local(element: Element) -> str:
    """The name of an element without its namespace; of a comment or a processing instruction the empty string.

    >>> local(etree.XML("<m:math xmlns:m='http://www.w3.org/1998/Math/MathML'/>"))
    'math'
    """
    tag = element.tag
    if type(tag) is not str:
        return ""
    return tag.rpartition("}")[2] if tag[0] == "{" else tag


def line_of(element: Element) -> int | None:
    """The 1-based line of an element's start tag; None where the parser did not keep it.

    >>> line_of(etree.XML("<a>\\n<b/></a>")[0])
    2
    """
    line = cast(int | None, element.sourceline)
    if line is None or line < 65_535:
        return line
    # libxml2 keeps 16 bits for an element; beyond them lxml gives the line where the first text inside ends.
    while not element.text and len(element):
        element = element[0]
    return line - element.text.count("\n") if element.text else None


def _collect(element: Element, out: list[str], without: Container[object]) -> None:
    """Append the text pieces of an element; libxml2 stops at a depth of 256, so recursion is safe."""
    if element.text:
        out.append(element.text)
    for child in element:
        tag = child.tag
        if type(tag) is str:
            name = tag.rpartition("}")[2] if tag[0] == "{" else tag
            if not without or not (name in without or child in without):
                rule = _RULES.get(name)
                if rule is None:
                    _collect(child, out, without)
                else:
                    rule(child, out, without)
        if child.tail:
            out.append(child.tail)


def _blank(_element: Element, out: list[str], _without: Container[object]) -> None:
    out.append(" ")


def _nothing(_element: Element, _out: list[str], _without: Container[object]) -> None:
    pass


def _block(element: Element, out: list[str], without: Container[object]) -> None:
    out.append(" ")
    _collect(element, out, without)
    out.append(" ")


def _formula(element: Element, out: list[str], without: Container[object]) -> None:
    """An element that may hold one formula several times: MathML is read rather than plain text rather than TeX."""
    names = {local(child) for child in element}
    spare = _SPARE_WITH_MATHML if "math" in names else _SPARE_WITH_TEXT if "textual-form" in names else ()
    _collect(element, out, _Either(without, spare) if spare else without)


_SPARE_WITH_MATHML = ("tex-math", "textual-form")
_SPARE_WITH_TEXT = ("tex-math",)


class _Either:
    """What is in one container or in the other."""

    __slots__ = ("first", "second")

    def __init__(self, first: Container[object], second: Container[object]):
        self.first, self.second = first, second

    def __contains__(self, name: object) -> bool:
        return name in self.first or name in self.second


def _tex(element: Element, out: list[str], _without: Container[object]) -> None:
    """TeX as it stands, without the preamble that publishers wrap around it."""
    tex = "".join(str(piece) for piece in element.itertext())
    _, begun, body = tex.partition(r"\begin{document}")
    out.append(body.partition(r"\end{document}")[0] if begun else tex)


def _math(element: Element, out: list[str], _without: Container[object] = ()) -> None:
    """MathML: white space outside of tokens and at their ends carries no meaning (MathML 3, 2.1.7)."""
    name = local(element)
    if name in ("", "annotation", "annotation-xml"):
        return
    if name == "mfrac":
        _math_row(element, out, "/")
    elif name == "mfenced":
        # mfenced writes its punctuation as attributes; the last separator repeats (MathML 3, 3.3.8)
        out.append(element.get("open", "("))
        _math_row(element, out, "".join(element.get("separators", ",").split()))
        out.append(element.get("close", ")"))
    elif name in ("mspace", "mtr", "mlabeledtr", "mtd"):
        out.append(" ")
        _math_row(element, out, "")
    else:
        _math_row(element, out, "")


def _math_row(element: Element, out: list[str], separators: str) -> None:
    """The text of a MathML element's own content, with separators between its parts."""
    if element.text:
        out.append(element.text.strip(_XML_SPACE))
    parts = 0
    for child in element:
        if parts and separators and local(child):
            out.append(separators[min(parts, len(separators)) - 1])
        parts += bool(local(child))
        _math(child, out)
        if child.tail:
            out.append(child.tail.strip(_XML_SPACE))


_XML_SPACE = " \t\r\n"
_RULES: dict[str, Callable[[Element, list[str], Container[object]], None]] = {
    "math": _math,
    "tex-math": _tex,
    "alternatives": _formula,
    "inline-formula": _formula,
    "disp-formula": _formula,
    "break": _blank,
    "br": _blank,
    "hr": _blank,
    "annotation": _nothing,
    "annotation-xml": _nothing,
    "glyph-data": _nothing,
    "processing-meta": _nothing,
} | dict.fromkeys(
    (
        "p sec label title subtitle list list-item def-list def-item def term disp-quote verse-group verse-line boxed-text "
        "caption table-wrap table thead tbody tfoot tr td th fig table-wrap-foot fn fn-group ref ref-list statement "
        "speech disp-formula-group"
    ).split(),
    _block,
)


# --- strict, safe parsing -----------------------------------------------------------------------------------------


def elements(stream: BinaryIO, *tags: str) -> Iterator[Element]:
    """Every element of one of ``tags`` (``{*}article`` for any namespace or none), each at its end, then freed.

    Memory holds one such element at a time. What was yielded counts only once the iterator has ended: an error may lie
    behind the last element.

    Raises:
        InputError: the stream is not well-formed XML in a known encoding, or uses an undefined entity.
    """
    prepared = _Prepared(stream)
    try:
        for _event, element in etree.iterparse(
            prepared,
            events=("end",),
            tag=tags,
            resolve_entities="internal",
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=False,
        ):
            yield element
            element.clear(keep_tail=False)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error, prepared.inserted) from error


def children(stream: BinaryIO) -> Iterator[Element]:
    """Every child element of the root, each at its end, then freed; last the root itself, with no child left but these.

    For sets of records, whose elements may hold others of the same name. Memory holds one child at a time; the one
    before it is still there, empty, so that its ``tail`` tells what stands between the two. Else as :func:`elements`.

    Raises:
        InputError: the stream is not well-formed XML in a known encoding, or uses an undefined entity.
    """
    prepared = _Prepared(stream)
    depth = 0
    try:
        for event, element in etree.iterparse(
            prepared,
            events=("start", "end"),
            resolve_entities="internal",
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=False,
        ):
            if event == "start":
                depth += 1
                continue
            depth -= 1
            if depth > 1:
                continue
            yield element
            if depth == 1:
                element.clear(keep_tail=True)
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error, prepared.inserted) from error


def not_well_formed(error: etree.XMLSyntaxError, inserted: tuple[int, int, int] = (0, 0, 0)) -> InputError:
    """What the parser refused, for a person: where, and for an entity that is not defined, which.

    ``inserted`` is line and column where :func:`declare_entities` put its declarations and the length of what it put
    around them, to tell true columns behind them.
    """
    line, column = error.position
    text = (error.msg or "not well-formed").partition(", line ")[0].strip()
    if line == inserted[0] and column > inserted[1] + _columns():
        column -= _columns() + inserted[2]
    if match := _UNDEFINED.match(text):
        text = (
            f"the entity &{match[1]}; is neither declared in the file nor a standard character entity "
            "(external entities are never read)"
        )
    return InputError("xml-not-well-formed", f"line {line}, column {column}: {text}", line=line or None)


@cache
def _columns() -> int:
    """How many columns the parser counts for the declarations; it does not count every character of them."""
    columns = []
    for declarations in ("", _declarations()):
        try:
            etree.fromstring(f"<!DOCTYPE a [{declarations}]><a></b>")
        except etree.XMLSyntaxError as error:
            columns.append(error.position[1])
    return columns[1] - columns[0]


_UNDEFINED = re.compile(r"Entity '([^']{1,200})' not defined")


class _Prepared:
    """A stream whose head went through :func:`declare_entities`; without a ``name``, which lxml would encode."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        head = _prolog_bytes(stream)
        if not head.strip(b" \t\r\n"):
            raise InputError("xml-not-well-formed", "the file is empty", line=1)
        self._head, self.inserted = _declared(head)

    def read(self, size: int = -1) -> bytes:
        if self._head:
            if size < 0:
                head, self._head = self._head, b""
                return head + self._stream.read()
            head, self._head = self._head[:size], self._head[size:]
            return head
        return self._stream.read(size)


def _prolog_bytes(stream: BinaryIO) -> bytes:
    """The stream's beginning up to and somewhat beyond its root element's start."""
    head = stream.read(_CHUNK)
    while len(head) < _LONGEST_PROLOG and _Prolog(head).root is None:
        more = stream.read(len(head))
        if not more:
            break
        head += more
    return head


_CHUNK = 16_384
_LONGEST_PROLOG = 16 << 20

# --- the prolog: encoding, document type, root --------------------------------------------------------------------


def root_name(head: bytes) -> str | None:
    """The root element's local name from a document's first bytes; None where they do not begin an XML document.

    Where the root lies behind what was given, the document type declaration's word is taken for it.

    >>> root_name(b"<?xml version='1.0'?><!-- c --><!DOCTYPE article><j:article xmlns:j='x'>"), root_name(b"1. A text")
    ('article', None)
    """
    prolog = _Prolog(head)
    name = prolog.root or prolog.doctype
    return name.rpartition(":")[2] if name else None


def declare_entities(data: bytes) -> bytes:
    """The document with the standard character entities declared in its internal subset and no external DTD.

    Only the prolog changes, so the head of a document will do for ``data``: a document type is added where there is
    none, the external identifier becomes blanks, the declarations come last (an entity that the document declares
    itself is bound by its first declaration, XML 1.0, 4.2) and stand on one line (so that lines stay true). An entity
    that is neither standard nor declared stays undefined: the strict parser refuses it.

    Raises:
        InputError: the encoding is unknown or hides markup (UTF-7), or the subset uses parameter entities, which would
            make undefined entities legal (XML 1.0, 4.1).
    """
    return _declared(data)[0]


def _declared(data: bytes) -> tuple[bytes, tuple[int, int, int]]:
    """The document with entities declared, and for :func:`not_well_formed` where."""
    prolog = _Prolog(data)
    _check_encoding(prolog)
    if prolog.insert_at is None:
        return data, (0, 0, 0)  # the parser will say what is wrong with it
    text = prolog.text
    addition = prolog.before + _declarations() + prolog.after
    start, end = prolog.external or (prolog.insert_at, prolog.insert_at)
    blanked = _NOT_LINE_END.sub(" ", text[start:end])
    edited = text[:start] + blanked + text[end : prolog.insert_at] + addition
    line = text.count("\n", 0, prolog.insert_at) + 1
    column = prolog.insert_at - (text.rfind("\n", 0, prolog.insert_at) + 1) + 1
    head = edited.encode(prolog.codec)
    rest = data[len(prolog.bom) + len(text[: prolog.insert_at].encode(prolog.codec)) :]
    return prolog.bom + head + rest, (line, column, len(prolog.before + prolog.after))


class _Prolog:
    """Where things stand before the root element. ``text`` is the head, one character a code unit of ``codec``.

    A codec in which ASCII is ASCII is read as Latin-1 here: only ASCII matters, and positions stay those of the bytes.
    """

    def __init__(self, head: bytes):
        self.bom, self.codec = _byte_order(head)
        body = head[len(self.bom) :]
        self.text = body.decode(self.codec, "replace")
        self.encoding: str | None = None
        self.root: str | None = None
        self.doctype: str | None = None
        self.external: tuple[int, int] | None = None
        self.insert_at: int | None = None
        self.before = self.after = ""
        self._scan()

    def _scan(self) -> None:
        text = self.text
        if (declaration := _DECLARATION.match(text)) and (encoding := _ENCODING.search(declaration[0])):
            self.encoding = encoding[1] or encoding[2] or ""
        place: tuple[int, str, str] | None = None
        at = 0
        while True:
            at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
            if match := _MISC.match(text, at):
                at = match.end()
            elif match := _DOCTYPE.match(text, at):
                if self.doctype is not None:
                    return
                self.doctype = match[1]
                self.external = match.span(2) if match[2] else None
                at = match.end()
                if text[at : at + 1] == "[":
                    at += 1
                    while match := _SUBSET.match(text, at):
                        at = match.end()
                        if match.lastgroup == "reference":
                            raise InputError(
                                "xml-parameter-entity",
                                f"the document type uses the parameter entity {match[0][:80]}, which is not read",
                                line=text.count("\n", 0, at) + 1,
                            )
                    if text[at : at + 1] != "]":
                        return
                    place = (at, " ", "")
                    at = _SPACE.match(text, at + 1).end()  # type: ignore[union-attr]
                else:
                    place = (at, " [", "]")
                if text[at : at + 1] != ">":
                    return
                at += 1
            elif match := _START.match(text, at):
                self.root = match[1]
                self.insert_at, self.before, self.after = place or (at, f"<!DOCTYPE {match[1]} [", "]>")
                return
            else:
                return


def _byte_order(head: bytes) -> tuple[bytes, str]:
    """Byte order mark and code unit, from the first bytes (XML 1.0, appendix F)."""
    for bom, codec in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF8, "latin-1"),
    ):
        if head.startswith(bom):
            return bom, codec
    for start, codec in (
        (b"<\0\0\0", "utf-32-le"),
        (b"\0\0\0<", "utf-32-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if head.startswith(start):
            return b"", codec
    return b"", "latin-1"


def _check_encoding(prolog: _Prolog) -> None:
    if prolog.encoding is None:
        return
    try:
        name = codecs.lookup(prolog.encoding).name
    except (LookupError, ValueError):
        raise InputError("xml-encoding", f"unknown encoding {prolog.encoding[:40]!r}", line=1) from None
    if not _TRUSTED.fullmatch(name):
        raise InputError(
            "xml-encoding", f"the encoding {prolog.encoding[:40]!r} is not read; convert it to UTF-8", line=1
        )


# Encodings in which an ASCII byte in markup is that character. UTF-7, ISO-2022 and EBCDIC can hide markup from a scan.
_TRUSTED = re.compile(
    r"utf-8(?:-sig)?|utf-16(?:-[bl]e)?|utf-32(?:-[bl]e)?|ascii|iso8859-[0-9]{1,2}|cp125[0-8]|cp874|koi8-[rtu]|mac-[a-z]+|"
    r"shift_jis|cp932|euc_jp|euc_kr|cp949|gb2312|gbk|gb18030|big5|big5hkscs|tis-620"
)
_DECLARATION = re.compile(r"<\?xml[ \t\r\n][^>]{0,500}\?>")
_ENCODING = re.compile(r"""encoding[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')""")
_SPACE = re.compile(r"[ \t\r\n]*")
_MISC = re.compile(r"<\?(?s:.*?)\?>|<!--(?s:.*?)-->")
_DOCTYPE = re.compile(
    r"""<!DOCTYPE[ \t\r\n]+([^ \t\r\n\[>"']{1,200})[ \t\r\n]*"""
    r"""((?:SYSTEM|PUBLIC[ \t\r\n]*(?:"[^"]*"|'[^']*'))[ \t\r\n]*(?:"[^"]*"|'[^']*')?[ \t\r\n]*)?"""
)
_SUBSET = re.compile(
    r"""<!--(?s:.*?)-->|<\?(?s:.*?)\?>|"[^"]*"|'[^']*'|(?P<reference>%[^ \t\r\n%;"'<>]{1,200};)|%|<(?!!--|\?)|[^"'<\]%]+"""
)
_START = re.compile(r"<([^\x00-\x20!?/<>=&\"'][^\x00-\x20/<>=&\"']{0,199})(?=[ \t\r\n/>])")
_NOT_LINE_END = re.compile(r"[^\r\n]")

# --- character entities -------------------------------------------------------------------------------------------


@cache
def character_entities() -> dict[str, str]:
    """Name → text of the standard character entities: HTML, MathML and ISO sets, less the five that XML predefines."""
    table = {name[:-1]: text for name, text in html.entities.html5.items() if name.endswith(";")}
    table |= _greek()
    for name in ("amp", "lt", "gt", "quot", "apos"):
        del table[name]
    return table


def _greek() -> dict[str, str]:
    """ISO 8879 ISOgrk1, ISOgrk2 (Greek letters, ``agr``, ``aacgr``) and ISOgrk4 (bold ones, ``b.alpha``)."""
    table = {}
    letters = dict(
        zip(
            "a b g d e z ee th i k l m n x o p r sf s t u ph kh ps oh".split(),
            map(chr, range(0x3B1, 0x3CA)),
            strict=True,
        )
    )
    for name, letter in letters.items():
        table[f"{name}gr"] = letter
        if name != "sf":
            table[f"{name.capitalize() if len(name) == 1 else name[0].upper() + name[1:].upper()}gr"] = letter.upper()
    table |= {
        "aacgr": "ά", "Aacgr": "Ά", "eacgr": "έ", "Eacgr": "Έ", "eeacgr": "ή", "EEacgr": "Ή", "idigr": "ϊ", "Idigr": "Ϊ",
        "iacgr": "ί", "Iacgr": "Ί", "idiagr": "ΐ", "oacgr": "ό", "Oacgr": "Ό", "udigr": "ϋ", "Udigr": "Ϋ", "uacgr": "ύ",
        "Uacgr": "Ύ", "udiagr": "ΰ", "ohacgr": "ώ", "OHacgr": "Ώ",
    }  # fmt: skip
    for size, names in (
        ("SMALL", "alpha beta gamma delta zeta eta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"),
        ("CAPITAL", "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"),
    ):
        for name in names.split():
            table[f"b.{name}"] = unicodedata.lookup(f"MATHEMATICAL BOLD {size} {_UNICODE.get(name, name).upper()}")
    for name, letter in _BOLD.items():
        table[f"b.{name}"] = unicodedata.lookup(f"MATHEMATICAL BOLD {letter}")
    return table


_UNICODE = {"lambda": "lamda", "Lambda": "lamda"}
_BOLD = {
    "epsi": "SMALL EPSILON", "epsiv": "EPSILON SYMBOL", "thetas": "SMALL THETA", "thetav": "THETA SYMBOL",
    "kappav": "KAPPA SYMBOL", "piv": "PI SYMBOL", "rhov": "RHO SYMBOL", "sigmav": "SMALL FINAL SIGMA",
    "upsi": "SMALL UPSILON", "Upsi": "CAPITAL UPSILON", "phiv": "PHI SYMBOL", "gammad": "SMALL DIGAMMA",
    "Gammad": "CAPITAL DIGAMMA",
}  # fmt: skip


@cache
def _declarations() -> str:
    """The internal subset that declares them all, in ASCII and on one line."""
    # "&#38;#60;" and not "&#60;": a reference in an entity's value is expanded when it is declared (XML 1.0, 4.6).
    return "".join(
        f'<!ENTITY {name} "{"".join(f"&#38;#{ord(c)};" if c in "&<" else f"&#{ord(c)};" for c in text)}">'
        for name, text in character_entities().items()
    )
