"""Names of organisations and places, brought to the words by which they are compared.

An institution is printed in many ways: "Inst. of Comput. Technol., Chinese Acad. of Sci.", "Universität Wien", "Univ
Vienna". Three things are folded: case and accents, the common words of institutions in the languages and abbreviations in
which they are printed (``universität`` and ``univ`` become ``univ``), and the plural. What is left tells institutions
apart. Words that tell nothing (``of``, ``the``, ``de``) are left out.
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ′")
_ELISION = re.compile(r"\b([dl])['’](?=[^\W\d_])", re.IGNORECASE)
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
# Vowel signs of Indic and South-East Asian scripts are marks, not letters, and belong to the word.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u17b0-\u17dd])*")

_NOTHING = frozenset(
    "of the and for a an at in de la le les du des di del della delle dei degli dello do da dos das el los las y e et i "
    "und der die das den dem fur von zu zur zum van het en te og i av till pri na im am to d l s".split()
)
"""words that stand in names and tell nothing"""

# canonical word, and the beginnings or whole words (ending in ``$``) that mean it
_STEMS = """
univ    universit universid univerz uniwersyt univ$ unive$ universiti yunivers
hosp    hospital hospit hosp$ hop$ hopit ospedal szpital hosps
inst    instit instyt instut inst$ isti$ istit
acad    academ akadem acad$ accadem
polytech polytec polytech politec politech polit$ politeh
tech    technol technic tecnol tecnic techn technis tech$ tekn tehn
sci     scien scienc scient sci$ cienc scienz wissensch nauk stiint
med     medic mediz med$ medec medyc medis
natl    nation natl$ nat$ nacion nazion naciona
intl    internat intern$ intl$ int$ internac
res     research res$ recherch investigac forschung ricerc pesquis
lab     labor lab$ labs$ lavor
cent    center$ centers$ centre$ centres$ centro$ centros$ centrum centrul cent$ ctr$ zentr
coll    colleg coll$ colegio
dept    departm depart dept$ dep$ dipart
fac     facult facul fac$ fakult
sch     school sch$ schul escuel escol ecole$ ecoles$ scuola skola
eng     engine eng$ engn$ engg$ ingenie ingegn ingenieur
agr     agricul agric agr$ agrar agron
chem    chem chim$ chimi quimic khim
biol    biol$ biolog
math    math matem
comput  comput comp$
inform  informat inf$ informac
electr  electr elect$ elektr elettr
pharm   pharm farm$ farmac farmaz
econ    econ$ econom okonom
gen     general gen$
appl    applied applic appliqu applicat appl$
adv     adv$ advan avanz
ind     industr ind$
environ environ envir$ ambient
found   foundat found$ fdn$ fundac fundaz fondat fondaz stiftung
soc     societ soc$ socied
assoc   associat assoc$ asociac associac associaz
corp    corpor corp$
min     minist min$
museum  museum museo musee mus$
observ  observ obs$
health  health hlth$ salud saude sante$ salut
child   child children kinder
educ    educat educ$ educac
manag   manag mgmt$
dev     develop dev$
commun  communicat commun$
mech    mechan mech$ mecan
mater   material mat$ mater$
psych   psychi
psychol psychol
surg    surg
sys     system sys$ syst$ sistem
state   state$ estadual estatal statal
saint   saint st$ sankt santo$ santa$ san$ sao$
fed     federal fed$
reg     region reg$
phys    physic$ physics$ phys$ physik fisic fizik fizyk
"""

_WHOLE: dict[str, str] = {}
_BEGINNINGS: dict[str, list[tuple[str, str]]] = {}
for _line in _STEMS.strip().splitlines():
    _canonical, *_known = _line.split()
    _WHOLE[_canonical] = _canonical
    for _start in _known:
        if _start.endswith("$"):
            _WHOLE[_start[:-1]] = _canonical
        else:
            _BEGINNINGS.setdefault(_start[:3], []).append((_start, _canonical))
for _list in _BEGINNINGS.values():
    _list.sort(key=lambda pair: -len(pair[0]))

_COMMON = frozenset(_WHOLE.values())
_FORMS: dict[str, str] = {}
_MOST_FORMS = 1 << 17


def plain(text: str) -> str:
    """Case and accents folded.

    >>> plain("Universität ŁÓDŹ")
    'universitat lodz'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "œ": "oe"})


def form(word: str) -> str:
    """The form by which one word is compared; empty where it tells nothing, two words where it is two.

    >>> form("Universität"), form("Univ"), form("of"), form("Universitätsklinikum"), form("Sciences"), form("Sci")
    ('univ', 'univ', '', 'univ klinikum', 'sci', 'sci')
    """
    known = _FORMS.get(word)
    if known is None:
        if len(_FORMS) >= _MOST_FORMS:
            _FORMS.clear()
        known = _FORMS[word] = _form(plain(word))
    return known


def _form(folded: str) -> str:
    if folded in _NOTHING:
        return ""
    if whole := _WHOLE.get(folded):
        return whole
    if folded.startswith("universitats") and len(folded) > 14:
        return f"univ {_form(folded[12:])}".strip()
    for start, canonical in _BEGINNINGS.get(folded[:3], ()):
        if folded.startswith(start):
            return canonical
    if len(folded) > 4 and folded.endswith("s") and not folded.endswith(("ss", "us", "is")):
        return folded[:-1]
    return folded


def is_common(form: str) -> bool:
    """Whether this is the form of a common word of institutions.

    >>> is_common("univ"), is_common("vienna")
    (True, False)
    """
    return form in _COMMON


def undotted(text: str) -> str:
    """Elided articles become words, apostrophes and the stops of initials go: what :data:`WORD` then finds are words.

    >>> undotted("U.S.S.R., Xi’an, École d'Art")
    'USSR, Xian, École d Art'
    """
    if "." in text:
        text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    if "'" in text or "’" in text or "`" in text or "ʼ" in text:
        text = _ELISION.sub(r"\1 ", text).translate(_APOSTROPHES)
    return text


def words(text: str) -> list[str]:
    """The comparable words of a name, in order.

    >>> words("Dept. of Physics, Univ. of Vienna"), words("People’s Hospital")
    (['dept', 'phys', 'univ', 'vienna'], ['people', 'hosp'])
    """
    found: list[str] = []
    for word in WORD.findall(undotted(text)):
        if known := form(word):
            if " " in known:
                found += known.split()
            else:
                found.append(known)
    return found
