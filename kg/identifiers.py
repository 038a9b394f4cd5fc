"""Text → checked identifier.

Every function takes a string as printed and gives the identifier in its canonical form, or None when the string is not
one; it never guesses and never raises. Check digits are verified where the scheme has them. Readers warn about what is
refused here and keep the printed string where the model has a place for it.

Sources: DOI Handbook (doi 10.1000/182) and CrossRef's syntax advice; ORCID check digit ISO 7064 MOD 11-2; ISSN
ISO 3297; ROR (Crockford base 32 with ISO 7064 MOD 97-10 check digits); PMID and PMCID as NLM assigns them.
"""

from __future__ import annotations

import re
import unicodedata
from operator import mul

_DOI_PREFIX = re.compile(
    r"(?:(?:https?:)?//)?(?:(?:dx\.|www\.)?doi\.org/)|(?:info:)?doi[:/]?[ \t\u00a0]{0,3}", re.IGNORECASE
)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]{1,9})*/[^\s\x00-\x1f\x7f]+")
COMMON_DOI = r"10\.[0-9]{4,9}/[A-Za-z0-9._()/-]{1,200}"
"""a pattern of DOIs that need no further check, as most do not: their letters are lowered"""
_COMMON_DOI = re.compile(COMMON_DOI)
_DOI_FORBIDDEN = re.compile(r'["\\^`{|}\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]')
_PMCID = re.compile(r"(?:PMC)?([1-9][0-9]{0,9})(?:\.[0-9]{1,3})?", re.ASCII | re.IGNORECASE)
_ORCID = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:?\s?)?([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9Xx])/?",
    re.ASCII | re.IGNORECASE,
)
_ISSN = re.compile(r"(?:issn:?\s?)?([0-9]{4})[-\u2010\u2011\u2013]?([0-9]{3}[0-9Xx])", re.ASCII | re.IGNORECASE)
_MESH = re.compile(r"\s*([DCQM][0-9]{6,9})\s*")
_ROR = re.compile(
    r"(?:(?:https?://)?(?:www\.)?ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})/?", re.ASCII | re.IGNORECASE
)
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,8}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}",
    re.ASCII,
)
_CROCKFORD = {c: n for n, c in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}


def doi(text: str) -> str | None:
    """A DOI, lower-cased, without prefix or resolver.

    >>> doi("https://doi.org/10.1000/ABC.1"), doi("doi: 10.1000/x"), doi("10.1/x"), doi("n/a")
    ('10.1000/abc.1', '10.1000/x', None, None)

    SICI DOIs keep their ``<``, ``>`` and ``;``. White space, quotes, braces or invisible characters inside make it none.
    """
    if _COMMON_DOI.fullmatch(text):
        return text.lower()
    text = unicodedata.normalize("NFC", text.strip())
    for _ in range(2):  # "doi: https://doi.org/10.…" has two
        if match := _DOI_PREFIX.match(text):
            text = text[match.end() :].strip()
    if not _DOI.fullmatch(text) or _DOI_FORBIDDEN.search(text) or len(text) > 300:
        return None
    # A percent sign that escapes nothing, or escapes white space or a control, is damage, not a DOI.
    for escaped in re.findall(r"%(..?)?", text):
        if not re.fullmatch(r"[0-9A-Fa-f]{2}", escaped or "") or int(escaped, 16) <= 0x20:
            return None
    return text.lower()


def pmid(text: str) -> str | None:
    """A PubMed identifier as ASCII digits; white space around it, leading zeros and a full stop behind it are dropped.

    >>> pmid(" 0123 "), pmid("123."), pmid("12 34"), pmid("0"), pmid("\\u0661\\u0662")
    ('123', '123', None, None, None)
    """
    if _PMID.fullmatch(text):
        return text
    if len(text) > 99:
        return None
    text = text.strip().removesuffix(".").lstrip("0")
    return text if _PMID.fullmatch(text) else None


_PMID = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def pmcid(text: str) -> str | None:
    """A PubMed Central identifier with its letters, without version.

    >>> pmcid("PMC0012"), pmcid("12345"), pmcid("pmc7.2")
    (None, 'PMC12345', 'PMC7')
    """
    match = _PMCID.fullmatch(text.strip())
    return f"PMC{match[1]}" if match else None


def orcid(text: str) -> str | None:
    """An ORCID iD with hyphens whose check digit holds.

    >>> orcid("https://orcid.org/0000-0002-1825-0097"), orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0097', None)
    """
    match = _ORCID.fullmatch(text.strip())
    if not match:
        return None
    digits = "".join(match.groups()).upper()
    if digits[15] != _mod_11_2(digits) or digits[:15] == "0" * 15:
        return None
    return "-".join((digits[:4], digits[4:8], digits[8:12], digits[12:]))


def issn(text: str) -> str | None:
    """An ISSN with hyphen whose check digit holds.

    >>> issn("1948-0210"), issn("1948-0211")
    ('1948-0210', None)
    """
    match = _ISSN.fullmatch(text.strip())
    if not match:
        return None
    digits = (match[1] + match[2]).upper()
    check = "0123456789X"[-sum(map(mul, map(int, digits[:7]), range(8, 1, -1))) % 11]
    return f"{digits[:4]}-{digits[4:]}" if digits[7] == check else None


_GRID = re.compile(
    r"(?:https?://(?:www\.)?grid\.ac/institutes/)?(grid\.[0-9]{1,9}\.[0-9a-f]{1,2})", re.ASCII | re.IGNORECASE
)
_ISNI = re.compile(r"(?:https?://(?:www\.)?isni\.org/(?:isni/)?)?([0-9]{15}[0-9X])", re.ASCII | re.IGNORECASE)


def institution(text: str, register: str) -> str | None:
    """What another register than ROR calls an institution, as ``grid:…`` or ``isni:…``; check digits verified (ISNI: ISO
    27729, ISO 7064 MOD 11-2). None for other registers.

    >>> institution("grid.8532.c", "GRID"), institution("0000 0001 2200 7498", "ISNI"), institution("7", "Ringgold")
    ('grid:grid.8532.c', 'isni:0000000122007498', None)
    """
    if register.upper() == "GRID":
        match = _GRID.fullmatch(text.strip())
        return f"grid:{match[1].lower()}" if match else None
    if register.upper() == "ISNI" and (match := _ISNI.fullmatch(text.replace(" ", "").replace("-", ""))):
        number = match[1].upper()
        return f"isni:{number}" if _mod_11_2(number) == number[15] else None
    return None


def _mod_11_2(digits: str) -> str:
    """The check digit of the first 15 digits: ISO 7064 MOD 11-2."""
    return "0123456789X"[(_OF_ZEROS - sum(map(mul, digits[:15].encode(), _POWERS))) % 11]


_POWERS = tuple(2**n for n in range(15, 0, -1))
_OF_ZEROS = 12 + ord("0") * sum(_POWERS)  # digits are summed as their codes, which saves to make numbers of them


def ror(text: str) -> str | None:
    """A ROR identifier as its IRI, check digits verified.

    >>> ror("03vek6s52"), ror("https://ror.org/03vek6s53")
    ('https://ror.org/03vek6s52', None)
    """
    match = _ROR.fullmatch(text.strip())
    if not match:
        return None
    tail = match[1].lower()
    number = 0
    for char in tail[:7]:
        number = number * 32 + _CROCKFORD[char]
    return f"https://ror.org/{tail}" if int(tail[7:]) == 98 - (number * 100) % 97 else None


def mesh(text: str) -> str | None:
    """A MeSH unique identifier: descriptor D, supplementary C, qualifier Q, concept M.

    >>> mesh("D003922"), mesh("D00 1")
    ('D003922', None)
    """
    match = _MESH.fullmatch(text)
    return match[1] if match else None


def email(text: str) -> str | None:
    """A plausible e-mail address (the ASCII subset of RFC 5322 that mail servers accept).

    >>> email("a.b@example.org"), email("a@b"), email("a..b@example.org")
    ('a.b@example.org', None, None)
    """
    text = text.strip()
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else None


def emails(text: str) -> list[str]:
    """Every e-mail address in a text, in order, each once.

    >>> emails("A, University of B. a@example.org; b@example.org.")
    ['a@example.org', 'b@example.org']
    """
    if "@" not in text:
        return []
    found = []
    for word in re.split(r"[\s,;:()<>\[\]\u3000\uff1b\uff0c\uff1a]+", text):
        if "@" in word and len(word) <= 300 and (address := email(word.strip(".'\"*|/"))):
            found.append(address)
    return list(dict.fromkeys(found))


# --- licences -----------------------------------------------------------------------------------------------------

_CC_URL = re.compile(
    r"creativecommons\.org/(licen[cs]es|publicdomain)/([a-z+-]{2,9})(?:/([0-9]\.[0-9]))?(?:/([a-z]{2,4})(?=/|$|[^a-z]))?",
    re.IGNORECASE,
)
_CC_WORDS = re.compile(
    r"\bcc[ -](by(?:-(?:nc|nd|sa)){0,2}|by(?: (?:nc|nd|sa)){0,2}|0|zero)(?:[ -]?(?:v|version )?([1-4])\.0)?(?!\w|\.\w)",
    re.IGNORECASE,
)
_CC_JURISDICTION_NOISE = {"deed", "legalcode"}


def licence(text: str) -> str | None:
    """The canonical IRI of a Creative Commons licence that a text names by URL, or by code and version.

    >>> licence("See: https://creativecommons.org/Licenses/by-nc/4.0/deed.en")
    'https://creativecommons.org/licenses/by-nc/4.0/'
    >>> licence("under the CC BY 4.0 licence"), licence("CC BY"), licence("all rights reserved")
    ('https://creativecommons.org/licenses/by/4.0/', None, None)

    A licence without a version has no IRI; the text is what stays of it.
    """
    if match := _CC_URL.search(text):
        family, code, version, jurisdiction = match.groups()
        code = code.lower().strip("-")
        if family.lower() == "publicdomain":
            if code not in ("zero", "mark"):
                return None
            return f"https://creativecommons.org/publicdomain/{code}/{version or '1.0'}/"
        if code in _CC_CODES and version:
            port = (jurisdiction or "").lower()
            port = "" if port in _CC_JURISDICTION_NOISE or not port or version == "4.0" else f"{port}/"
            return f"https://creativecommons.org/licenses/{code}/{version}/{port}"
    if (match := _CC_WORDS.search(text)) is None:
        return None
    code = match[1].lower().replace(" ", "-")
    if code in ("0", "zero"):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if code not in _CC_CODES or not match[2]:
        return None
    return f"https://creativecommons.org/licenses/{code}/{match[2]}.0/"


_CC_CODES = {"by", "by-nc", "by-nd", "by-sa", "by-nc-nd", "by-nc-sa", "nc", "nd", "sa", "nc-sa", "by-nd-nc"}


# --- languages ----------------------------------------------------------------------------------------------------

_ISO_639_2 = {
    "afr": "af", "alb": "sq", "amh": "am", "ara": "ar", "arm": "hy", "aze": "az", "baq": "eu", "bel": "be", "ben": "bn",
    "bos": "bs", "bul": "bg", "cat": "ca", "chi": "zh", "cze": "cs", "dan": "da", "dut": "nl", "eng": "en", "epo": "eo",
    "est": "et", "fao": "fo", "fin": "fi", "fre": "fr", "geo": "ka", "ger": "de", "gla": "gd", "gle": "ga", "glg": "gl",
    "gre": "el", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ice": "is", "ind": "id", "ita": "it", "jpn": "ja",
    "kaz": "kk", "kin": "rw", "kor": "ko", "lat": "la", "lav": "lv", "lit": "lt", "mac": "mk", "mal": "ml", "mao": "mi",
    "may": "ms", "mon": "mn", "nob": "nb", "nno": "nn", "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "pus": "ps",
    "rum": "ro", "rus": "ru", "san": "sa", "scc": "sr", "scr": "hr", "slo": "sk", "slv": "sl", "spa": "es", "srp": "sr",
    "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "uzb": "uz", "vie": "vi", "wel": "cy",
    "sqi": "sq", "hye": "hy", "eus": "eu", "zho": "zh", "ces": "cs", "nld": "nl", "fra": "fr", "kat": "ka", "deu": "de",
    "ell": "el", "isl": "is", "mkd": "mk", "mri": "mi", "msa": "ms", "fas": "fa", "ron": "ro", "slk": "sk", "cym": "cy",
}  # fmt: skip
_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8}){0,3}", re.ASCII)


def language(text: str) -> str | None:
    """An ISO 639-1 code for a 639-1, 639-2 or BCP 47 code; None for "und", "mul" and what is no language code.

    Three-letter codes without a two-letter twin stay as they are only when NLM uses them as such; unknown ones are None.

    >>> language("eng"), language("pt-BR"), language("fre"), language("und"), language("en_US!")
    ('en', 'pt', 'fr', None, None)
    """
    match = _LANGUAGE_TAG.fullmatch(text.strip())
    if not match:
        return None
    code = match[1].lower()
    if len(code) == 3:
        return _ISO_639_2.get(code)
    return code if code in _ISO_639_1 else None


_ISO_639_1 = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg "
    "ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn "
    "no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
