"""``front`` → what the article is: identifiers, titles, journal, dates, rights, abstracts, keywords, funding, relations.

JATS Tag Library 1.3; PMC Tagging Guidelines for the values of attributes; CiTO 2.8.2 for the names of relations.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from kg import dates, identifiers, wording
from kg.markup import Element, local, text_of
from kg.model import (
    Abstract,
    AbstractSection,
    Date,
    Event,
    EventKind,
    Grant,
    Journal,
    Keyword,
    PublicationType,
    Related,
    Text,
)
from kg.readers.jats.people import read_affiliations, read_author_notes, read_contributors
from kg.readers.jats.record import Reading
from kg.readers.jats.references import ID_CHECKS
from kg.readers.jats.statements import read_footnote, read_footnotes, read_matter, short_long
from kg.readers.jats.text import (
    BLOCKS,
    LANG,
    block_lines,
    child_of,
    child_text,
    flow_lines,
    has_text,
    heading_of,
    href_of,
    kind_of,
    lang_of,
    lines_of,
    spaced_text,
    title_text,
)
from kg.readers.jats.topics import topic_of


def read_front(reading: Reading, front: Element) -> None:
    """Everything before the body."""
    meta = child_of(front, "article-meta")
    assert meta is not None
    for child in meta:
        if local(child) in ("article-id", "unique-article-id"):
            _article_id(reading, child)
    _name_record(reading)
    article_type = " ".join((reading.root.get("article-type") or "").split())
    if article_type:
        reading.types.append(PublicationType(article_type, _mesh_type(kind_of(reading.root, "article-type"))))
    back = reading.root.find("{*}back")
    for part in (front, back):
        for note in part.iter("{*}fn", "{*}corresp") if part is not None else ():
            if note.get("id"):
                reading.notes_by_id.setdefault(note.get("id") or "", note)
    for child in front:
        name = local(child)
        if name == "journal-meta":
            _journal(reading, child)
        elif name == "article-meta":
            _meta(reading, child)
        elif name:
            read_matter(reading, child)


def _name_record(reading: Reading) -> None:
    for key, form in (("pmcid", "{}"), ("doi", "doi {}"), ("pmid", "PMID {}")):
        if key in reading.ids:
            reading.record = form.format(reading.ids[key])
            break
    reading.warnings = [replace(warning, record=reading.record) for warning in reading.warnings]


def _article_id(reading: Reading, element: Element) -> None:
    text = text_of(element)
    scheme = element.get("pub-id-type") or "article-id"
    check = ID_CHECKS.get(scheme)
    if not text:
        return
    if check is None:
        _other_id(reading, scheme, text)
        return
    field_name, function = check
    value = function(text)
    if value is None:
        reading.warn(f"bad-{field_name}", f"not a {field_name.upper()}: {text[:200]!r}", element)
        _other_id(reading, scheme, text)
    elif reading.ids.setdefault(field_name, value) != value:
        _other_id(reading, scheme, text)


def _other_id(reading: Reading, scheme: str, text: str) -> None:
    reading.other_ids.append((scheme, text))


def _journal(reading: Reading, element: Element) -> None:
    """``journal-meta``: names, identifiers, publisher."""
    found: dict[str, str] = {}
    groups = ("journal-title-group", "publisher")
    children = [c for child in element for c in (child if local(child) in groups else (child,)) if local(c)]
    for child in children:
        name, text = local(child), text_of(child)
        key = None
        if name in ("custom-meta-group", "custom-meta-wrap"):
            _custom(reading, child)
            continue
        if name == "journal-id":
            key = _JOURNAL_IDS.get(kind_of(child, "journal-id-type"))
        elif name == "journal-title":
            key = "title"
        elif name == "abbrev-journal-title":
            key = "abbreviation"
        elif name == "publisher-name":
            key = "publisher"
        elif name in ("issn", "issn-l"):
            kind = kind_of(child, "pub-type", "publication-format")
            key = "issn_l" if name == "issn-l" else "eissn" if kind in ("epub", "electronic", "e issn") else "issn"
            if text and (checked := identifiers.issn(text)):
                text = checked
            elif text:
                reading.warn("bad-issn", f"not an ISSN: {text[:100]!r}", child)
                key = None
        if key is None or (text and found.setdefault(key, text) != text):
            reading.keep_element(child)
    if found:
        reading.journal = Journal(**found)


_JOURNAL_IDS = {"nlm ta": "nlm_abbreviation", "iso abbrev": "abbreviation", "nlm journal id": "nlm_id"}


def _meta(reading: Reading, meta: Element) -> None:
    """``article-meta``, child by child."""
    read_affiliations(reading, meta)
    for child in meta:
        name = local(child)
        if name in ("volume", "issue", "fpage", "lpage", "elocation-id", "page-range"):
            if (text := text_of(child)) and reading.plain.setdefault(name, text) != text:
                reading.keep_element(child)
        elif handler := _META.get(name):
            handler(reading, child)
        elif name not in _META_ELSEWHERE:
            reading.keep_element(child)
    _dates(reading, meta)


_META_ELSEWHERE = frozenset(
    ("", "article-id", "unique-article-id", "aff", "aff-alternatives", "pub-date", "history", "pub-history", "counts")
)


def _categories(reading: Reading, element: Element) -> None:
    """``article-categories``: a subject that says what sort of article it is is a publication type."""
    for child in element:
        if local(child) == "subj-group":
            _subjects(reading, child, ())
        elif local(child):
            reading.keep_element(child)


def _subjects(reading: Reading, group: Element, above: tuple[str, ...]) -> None:
    kind = group.get("subj-group-type")
    path = above
    for child in group:
        name = local(child)
        if name in ("subj-group", "compound-subject"):
            _subjects(reading, child, path)
        elif name and (text := text_of(child)):
            path = (*above, text)
            mesh = _mesh_type(text) if not above else None
            if mesh and name == "subject":
                if PublicationType(text, mesh) not in reading.types:
                    reading.types.append(PublicationType(text, mesh))
            else:
                reading.keep(f"subject ({kind})" if kind else "subject", " / ".join(path))


def _mesh_type(label: str) -> str | None:
    return wording.publication_type(label) or _TAGGED_TYPES.get(wording.fold_label(label))


_TAGGED_TYPES = {
    "research article": "D016428", "original article": "D016428", "journal article": "D016428",
    "original research": "D016428", "brief report": "D016428", "rapid communication": "D016428",
    "original paper": "D016428", "original research article": "D016428", "research paper": "D016428",
    "literature review": "D016454", "news": "D016433", "article commentary": "D016420", "reply": "D016420",
    "case study": "D002363", "published erratum": "D016425", "partial retraction": "D016440",
    "retraction of publication": "D016440", "preprint": "D000076942", "abstract": "D016416",
    "meeting abstract": "D016416", "meeting report": "D016423", "book review": "D022921", "dissertation": "D019478",
    "introduction": "D054711", "oration": "D019531", "lecture": "D019531", "technical report": "D016427",
    "interview": "D017203",
}  # fmt: skip
"""MeSH publication types by article-type, and by subjects, where only tags or subjects call an article that"""


def _titles(reading: Reading, element: Element) -> None:
    """``title-group``."""
    for child in element:
        name = local(child)
        if name == "article-title":
            if text := title_text(child):
                reading.title = Text(text, lang_of(child))
            for note in child.iter("{*}fn"):
                read_footnote(reading, note, "", None)
        elif name == "subtitle" and (text := title_text(child)):
            reading.subtitle = Text(f"{reading.subtitle.text} {text}" if reading.subtitle else text, lang_of(child))
        elif name == "trans-title-group":
            for part in child:
                if local(part) == "trans-title":
                    translated_title(reading, part)
                elif local(part):
                    reading.keep_element(part)
        elif name == "trans-title":
            translated_title(reading, child)
        elif name == "fn-group":
            read_footnotes(reading, child)
        elif name:
            reading.keep_element(child)


def translated_title(reading: Reading, element: Element) -> None:
    title = Text(title_text(element), lang_of(element))
    if title.text:
        reading.translated_titles.append(title)


_EVENTS: dict[str, EventKind] = {
    "received": "received", "rev recd": "revised", "revised": "revised", "accepted": "accepted", "pub": "issued",
    "published": "issued", "publication": "issued", "ppub": "issued", "issue pub": "issued", "epub": "available",
    "online": "available", "first online": "available", "retracted": "retracted", "corrected": "corrected",
}  # fmt: skip
"""history events by date-type; others have no place in the model"""


def _dates(reading: Reading, meta: Element) -> None:
    """``pub-date``, ``history`` and ``pub-history``."""
    published: dict[str, Element] = {}
    for child in meta:
        if local(child) == "pub-date":
            slots = _pub_date_slots(child)
            if slots and not any(slot in published for slot in slots):
                published.update(dict.fromkeys(slots, child))
            elif event := _EVENTS.get(kind_of(child, "date-type", "pub-type")) if not slots else None:
                _event(reading, event, child)
            else:
                _keep_date(reading, child)
    issued = next(
        (published[slot] for slot in ("print", "collection", "electronic", "plain") if slot in published), None
    )
    if issued is not None:
        _event(reading, "issued", issued)
    if "electronic" in published:
        _event(reading, "available", published["electronic"])
    for child in published.values():
        if child is not issued and child is not published.get("electronic"):
            _keep_date(reading, child)
    for history in (child for child in meta if local(child) in ("history", "pub-history")):
        for child in history.iter("{*}date"):
            holder = child.getparent()
            kind = kind_of(child, "date-type") or (kind_of(holder, "event-type") if holder is not None else "")
            event = _EVENTS.get(kind)
            if event is None or (event in ("issued", "available") and any(e.kind == event for e in reading.events)):
                _keep_date(reading, child, kind)
            else:
                _event(reading, event, child)
        for child in history.iter("{*}event-desc", "{*}article-id", "{*}pub-id", "{*}reading-uri"):
            reading.keep_element(child)


def _pub_date_slots(element: Element) -> tuple[str, ...]:
    """What a ``pub-date`` dates: the print issue, the collection, the electronic version; () for what is none of them."""
    pub, date, form = (kind_of(element, name) for name in ("pub-type", "date-type", "publication-format"))
    if pub in ("epub ppub", "ppub epub"):
        return ("print", "electronic")
    if pub in ("ppub", "epub", "collection"):
        return ({"ppub": "print", "epub": "electronic"}.get(pub, pub),)
    if pub == "" and date in ("", "pub", "publication", "collection"):
        if date == "collection":
            return ("collection",)
        return ({"print": "print", "electronic": "electronic", "online": "electronic"}.get(form, "plain"),)
    return ()


def _date(element: Element) -> tuple[Date | None, str | None, bool]:
    """A ``date``, ``pub-date`` or ``event``: the date, the text that is no plain date, and whether it is right.

    A season or a span of months stays as printed beside its year; so does a day or month that cannot be.
    """
    parts = {local(child): text_of(child) for child in element if local(child)}
    year, season = parts.get("year"), parts.get("season")
    if not year and not season:
        printed = parts.get("string-date") or text_of(element) or element.get("iso-8601-date") or ""
        date = dates.parse(printed) or dates.medline(printed)
        return date, None if date else printed or None, bool(date)
    month, day = parts.get("month"), parts.get("day")
    printed = " ".join(filter(None, (year, season or month, day)))
    if season:
        return dates.medline(printed), printed, True
    if date := dates.make(year or "", month, day):
        return date, None, True
    if date := dates.parse(element.get("iso-8601-date") or ""):
        return replace(date, printed=printed), None, True
    return dates.medline(printed) or None, printed, False


def _event(reading: Reading, kind: EventKind, element: Element) -> None:
    date, printed, right = _date(element)
    if date is None and not printed:
        return
    if not right:
        reading.warn("bad-date", f"not a date ({kind}): {printed!r}", element)
        if date is not None and date.printed is None:
            date = replace(date, printed=printed)
    event = Event(kind, date, None if date else printed)
    reading.events.append(event)


def _keep_date(reading: Reading, element: Element, kind: str = "") -> None:
    date, printed, _ = _date(element)
    kind = kind or ", ".join(filter(None, (element.get("pub-type"), element.get("date-type"))))
    reading.keep(f"date ({kind})" if kind else "date", (date.printed or dates.iso(date)) if date else printed)


def _permissions(reading: Reading, element: Element) -> None:
    for child in element:
        _right(reading, child)


def _right(reading: Reading, child: Element) -> None:
    """One statement of ``permissions``; in old files these stand in the metadata themselves."""
    name, text, old = local(child), text_of(child), reading.rights
    if name == "copyright-statement":
        reading.rights_text["copyright_text"].append(text)
    elif name == "copyright-holder":
        reading.rights_text["holder"].append(text)
    elif name == "copyright-year":
        if re.fullmatch("[12][0-9]{3}", text) and old.year in (None, int(text)):
            reading.rights = replace(old, year=int(text))
        else:
            reading.keep_element(child)
    elif name == "free_to_read":
        reading.rights = replace(old, is_free=True)
    elif name == "license":
        links = [
            href_of(child),
            *(text_of(c) for c in child.iter("{*}license_ref")),
            *(href_of(c) for c in child.iter()),
        ]
        stated = (*links, text, child.get("license-type") or "")
        licence = next((iri for link in stated if link and (iri := identifiers.licence(link))), None)
        words = "\n".join(lines_of(child, ("license_ref",))) or text
        if not words or (licence is None and links[0] and links[0] not in words):
            words = "\n".join(filter(None, (words, *links[:2])))
        access = " ".join((child.get("license-type") or "").split()) or None
        is_open = licence is not None or kind_of(child, "license-type") in ("open access", "openaccess")
        reading.rights_text["licence_text"] += words.split("\n")
        reading.rights = replace(
            old,
            licence=old.licence or licence,
            access=old.access or access,
            is_free=True if is_open else old.is_free,
        )
    elif name:
        reading.keep_element(child)


def _custom(reading: Reading, element: Element) -> None:
    """``custom-meta-group``: pairs of name and value."""
    for pair in element.iter("{*}custom-meta"):
        reading.keep(child_text(pair, "meta-name") or "custom-meta", child_text(pair, "meta-value"))


def _abstract(reading: Reading, element: Element) -> None:
    if abstract := _abstract_of(element):
        reading.abstracts.append(abstract)
    else:  # a picture
        reading.keep_element(element)


def translated_abstract(reading: Reading, element: Element) -> None:
    if abstract := _abstract_of(element):
        reading.translated_abstracts.append(abstract)


def _abstract_of(element: Element) -> Abstract | None:
    """``abstract`` or ``trans-abstract``: its sections, or its paragraphs where it has none."""
    sections: list[AbstractSection] = []
    _abstract_sections(element, None, sections)
    if not sections:
        return None
    title = child_text(element, "title", "label")
    return Abstract(tuple(sections), lang_of(element), element.get("abstract-type"), title)


def _abstract_sections(element: Element, label: str | None, sections: list[AbstractSection]) -> None:
    lines: list[str] = []

    def flush() -> None:
        if label is None:
            sections.extend(AbstractSection(line) for line in lines)
        elif lines:
            sections.append(AbstractSection("\n".join(lines), label))
        lines.clear()

    if has_text(element):
        lines += lines_of(element, ("sec", "title", "label", "object-id"))
    for child in [child for child in element if not lines or local(child) == "sec"]:
        name = local(child)
        if name == "sec":
            flush()
            heading = (heading_of(child) or "").rstrip(": ") or None
            _abstract_sections(child, heading or label, sections)
        elif name in ("title", "label", "object-id", ""):
            continue
        elif name in BLOCKS:
            block_lines(child, name, lines)
        else:
            flow_lines(child, lines)
    flush()


def read_keywords(reading: Reading, group: Element) -> None:
    title = child_text(group, "title", "label")
    kind = group.get("kwd-group-type")
    heading = (title or "").strip(" :.").casefold()
    if "abbreviations" in (topic_of(kind_of(group, "kwd-group-type"), None), topic_of("", heading)):
        left = []
        for child in group:
            if local(child) in ("kwd", "compound-kwd", "nested-kwd"):
                parts = [text_of(part) for part in child if local(part) == "compound-kwd-part"]
                pair = short_long(text_of(child)) if len(parts) != 2 else (parts[0], parts[1])
                if pair:
                    reading.abbreviations.append(pair)
                else:
                    left.append(text_of(child))
        reading.state("abbreviations" if left else None, title, left) if left else None
        return
    name = title if kind is None or (title and not re.fullmatch("(?:author )?key ?words?", heading)) else kind
    _keywords(reading, group, lang_of(group), " ".join((name or "").split()) or None)


def _keywords(reading: Reading, group: Element, lang: str | None, name: str | None) -> None:
    for child in group:
        tag = local(child)
        if tag == "kwd":
            _keyword(reading, child, text_of(child), lang, name)
        elif tag == "compound-kwd":
            _keyword(reading, child, ": ".join(text_of(part) for part in child if local(part)), lang, name)
        elif tag == "nested-kwd":
            _keywords(reading, child, lang, name)
        elif tag == "unstructured-kwd-group":
            for piece in re.split(
                "[;\u061b\uff1b]" if ";" in text_of(child) else "[,;\uff0c\u060c\uff1b\u061b]", text_of(child)
            ):
                _keyword(reading, child, piece.strip(" ."), lang, name)
        elif tag not in ("", "title", "label", "x"):
            reading.keep_element(child)


def _keyword(reading: Reading, element: Element, text: str, lang: str | None, group: str | None) -> None:
    if not text:
        return
    term = identifiers.mesh((element.get("vocab-term-identifier") or "").rstrip("/").rpartition("/")[2])
    mesh = term if "mesh" in kind_of(element, "vocab") + (element.get("vocab-term-identifier") or "").lower() else None
    own = identifiers.language(element.get(LANG) or "") or lang
    keyword = Keyword(text, own, group, concept=f"MESH:{mesh}" if mesh else None)
    reading.keywords.append(keyword)


def _funding(reading: Reading, group: Element) -> None:
    awards = 0
    for child in group:
        name = local(child)
        if name == "award-group":
            awards += 1
            _award(reading, child)
        elif name == "funding-statement":
            reading.state("funding", None, [text_of(child)] if text_of(child) else [])
        elif name == "open-access":
            reading.state("open-access", heading_of(child), lines_of(child, ("title", "label")))
        elif name == "award-id" and (text := text_of(child)):
            reading.grants.append(Grant(number=text))
        elif name == "funding-source":
            reading.grants.append(_funder(child, None, None))
        elif name:
            reading.keep_element(child)
    if not awards:
        statements = (text_of(child) for child in group if local(child) == "funding-statement")
        reading.grants += [Grant(text=text) for text in statements if text]


def _award(reading: Reading, award: Element) -> None:
    """An ``award-group``: each of its numbers with its funder is a grant, and a funder without number is one."""
    by_name: dict[str, list[Element]] = {}
    for child in award:
        by_name.setdefault(local(child), []).append(child)
    sources = by_name.pop("funding-source", [])
    numbers = [text for child in by_name.pop("award-id", []) if (text := text_of(child))]
    by_name.pop("", None)
    rest = (
        "\n".join(f"{name}: {text}" for name, found in by_name.items() for e in found if (text := spaced_text(e)))
        or None
    )
    if len(numbers) == len(sources):
        pairs: list[tuple[Element | None, str | None]] = list(zip(sources, numbers, strict=True))
    elif len(sources) <= 1:
        source = sources[0] if sources else None
        pairs = [(source, number) for number in numbers] or [(source, None)]
    elif len(numbers) <= 1:
        pairs = [(source, numbers[0] if numbers else None) for source in sources]
    else:  # which number is whose is not said
        pairs = [(source, None) for source in sources] + [(None, number) for number in numbers]
    for funder, award_id in pairs:
        grant = _funder(funder, award_id, rest) if funder is not None else Grant(number=award_id, text=rest)
        if grant != Grant():
            reading.grants.append(grant)


def _funder(source: Element, number: str | None, text: str | None) -> Grant:
    """A grant from its ``funding-source``: the funder's name, and its ROR or Crossref funder identifier."""
    hidden: list[object] = ["institution-id"]
    stated = [href_of(source), source.get("rid") or ""]
    for child in source.iter("{*}institution-id", "{*}named-content"):
        kind = kind_of(child, "content-type", "institution-id-type")
        if local(child) == "institution-id" or ("fund" in kind and "id" in kind):
            hidden.append(child)
            stated += [text_of(child), href_of(child)]
    identifier = next((iri for value in stated if (iri := _funder_iri(value))), None)
    return Grant(
        number=number,
        funder=spaced_text(source, hidden) or None,
        funder_id=identifier,
        country=source.get("country") or None,
        text=text,
    )


_FUNDER_NUMBER = re.compile(r"100[0-9]{6}|501100[0-9]{6}", re.ASCII)


def _funder_iri(text: str) -> str | None:
    """A ROR, or a Crossref funder DOI (prefix 10.13039), as an IRI; some publishers print its number alone."""
    if _FUNDER_NUMBER.fullmatch(text):
        text = f"10.13039/{text}"
    if doi := identifiers.doi(text):
        return f"https://doi.org/{doi}" if doi.startswith("10.13039/") else None
    return identifiers.ror(text) if "ror.org/" in text.lower() else None


def _contract(reading: Reading, element: Element) -> None:
    """``contract-num`` and ``contract-sponsor`` of NLM 2 and 3."""
    if text := text_of(element):
        reading.grants.append(Grant(number=text) if local(element) == "contract-num" else Grant(funder=text))


def _related(reading: Reading, element: Element) -> None:
    """``related-article`` and ``related-object``."""
    label = (
        element.get("related-article-type")
        or element.get("link-type")
        or element.get("document-type")
        or local(element)
    )
    href = href_of(element) or (element.get("document-id") or element.get("object-id") or "").strip()
    scheme = kind_of(element, "ext-link-type", "document-id-type", "object-id-type")
    found: dict[str, str] = {}
    stated = [(scheme, href)] if href else []
    stated += [(kind_of(c, "pub-id-type"), text_of(c)) for c in element.iter("{*}pub-id", "{*}object-id")]
    for kind, value in stated:
        check = ID_CHECKS.get({"pubmed": "pmid", "pmc": "pmcid"}.get(kind, kind))
        if check is None and (doi := identifiers.doi(value)):
            found.setdefault("doi", doi)
        elif check is not None:
            if checked := check[1](value):
                found.setdefault(check[0], checked)
            elif kind != "uri":
                reading.warn(
                    f"bad-{check[0]}", f"not a {check[0].upper()} of a related article: {value[:200]!r}", element
                )
    text = text_of(element)
    if not text:
        text = " ".join(filter(None, (element.get(a) for a in ("journal-id", "vol", "issue", "elocation-id", "page"))))
    if href and not found and href not in text:
        text = f"{text} {href}".strip()
    relation = _CITO.get(kind_of(element, "related-article-type"))
    reading.related.append(Related(" ".join(label.split()), relation, text or None, **found))


_CITO = {
    "corrected article": "corrects", "correction forward": "isCorrectedBy", "retracted article": "retracts",
    "retraction forward": "isRetractedBy", "commentary article": "repliesTo", "commentary": "hasReplyFrom",
    "peer reviewed article": "reviews", "reviewed article": "reviews", "peer review": "isReviewedBy",
    "reviewer report": "isReviewedBy", "updated article": "updates", "update to": "updates",
    "letter": "hasReplyFrom", "letter reply": "hasReplyFrom", "reply": "hasReplyFrom", "response": "hasReplyFrom",
    "response to": "repliesTo", "reply to": "repliesTo", "addended article": "updates", "addendum": "isUpdatedBy",
}  # fmt: skip
"""CiTO property from this article to the related one, by related-article-type; the types without one are not here"""


_META: dict[str, Callable[[Reading, Element], None]] = {
    "article-categories": _categories,
    "title-group": _titles,
    "contrib-group": read_contributors,
    "author-notes": read_author_notes,
    "permissions": _permissions,
    "copyright-statement": _right,
    "copyright-year": _right,
    "copyright-holder": _right,
    "license": _right,
    "abstract": _abstract,
    "trans-abstract": translated_abstract,
    "kwd-group": read_keywords,
    "funding-group": _funding,
    "contract-num": _contract,
    "contract-sponsor": _contract,
    "custom-meta-group": _custom,
    "custom-meta-wrap": _custom,
    "related-article": _related,
    "related-object": _related,
}
