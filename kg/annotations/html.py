"""Annotated documents as a page to read: the text with its mentions coloured by type, and on hovering name, identifier and
reason. The page stands alone: no script, nothing that is fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import BinaryIO

from kg.model import AnnotatedDocument

COLOURS = {
    "Disease": "#f4b6b0", "Chemical": "#b5d3f0", "CellType": "#c9e4b4", "Anatomy": "#f3dca2", "Gene": "#d8c5ec",
    "Organism": "#b9e3dc", "Procedure": "#e3cdb8",
}  # fmt: skip
OTHER = "#dcdcdc"

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Annotated text</title>
<style>
body { font: 17px/1.6 Georgia, serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #1c1c1c; background: #fff }
article { border-top: 1px solid #ccc; padding: 1em 0 }
h2 { font: 600 14px/1.4 system-ui, sans-serif; color: #666; margin: 0 }
p { white-space: pre-wrap; overflow-wrap: anywhere; margin: .6em 0 }
p.title { font-weight: bold; font-size: 1.1em }
mark { border-radius: 3px; padding: 1px 2px; cursor: help; color: inherit; position: relative }
mark.doubtful { outline: 1px dashed #777; background: none !important }
mark:hover::after, mark:focus::after { content: attr(data-about); position: absolute; left: 0; top: 1.7em; z-index: 1;
  width: max-content; max-width: 30em; white-space: pre-wrap; font: 13px/1.4 system-ui, sans-serif; font-weight: normal;
  background: #222; color: #fff; padding: .5em .7em; border-radius: 4px }
.legend mark { margin-right: .5em; font: 13px system-ui, sans-serif }
"""


def write_html(documents: Iterable[tuple[AnnotatedDocument, Sequence[Mapping[str, object]]]], out: BinaryIO) -> int:
    """Write documents with their mentions (passage, start, end, type, concept, label, confidence, reason); how many.

    Mentions that overlap an earlier one are not coloured.
    """
    colours = "".join(f"mark.{kind} {{ background: {colour} }}\n" for kind, colour in COLOURS.items())
    legend = "".join(f'<mark class="{kind}">{kind}</mark>' for kind in COLOURS) + '<mark class="Other">Other</mark>'
    style = f"{_HEAD}mark.Other {{ background: {OTHER} }}\n{colours}</style>\n"
    out.write(f'{style}</head>\n<body>\n<p class="legend">{legend}</p>\n'.encode())
    count = 0
    for document, mentions in documents:
        parts = [f"<article>\n<h2>{_safe(document.id)}</h2>\n"]
        for passage in document.passages:
            own = [mention for mention in mentions if mention["passage"] == passage.name]
            kind = "title" if passage.name == "title" else "text"
            parts.append(f'<p class="{kind}">{_marked(passage.text, own)}</p>\n')
        out.write(("".join(parts) + "</article>\n").encode("utf-8", "replace"))
        count += 1
    out.write(b"</body>\n</html>\n")
    return count


def _marked(text: str, mentions: Sequence[Mapping[str, object]]) -> str:
    parts = []
    at = 0
    for mention in sorted(mentions, key=lambda m: (_number(m["start"]), -_number(m["end"]))):
        start, end = _number(mention["start"]), _number(mention["end"])
        if start < at:
            continue
        kind = mention["type"] if mention["type"] in COLOURS else "Other"
        identified = f"{mention['concept']} · {mention['type']} · {mention['confidence']}"
        about = _safe(f"{mention['label'] or ''}\n{identified}\n{mention['reason']}")
        doubtful = " doubtful" if mention.get("standing") == "doubtful" else ""
        parts.append(_safe(text[at:start]))
        marked = _safe(text[start:end])
        parts.append(f'<mark class="{kind}{doubtful}" tabindex="0" data-about="{about}">{marked}</mark>')
        at = end
    parts.append(_safe(text[at:]))
    return "".join(parts)


def _safe(text: str) -> str:
    """Text for a page: escaped, and without the control characters that HTML does not know."""
    return escape("".join(c if c >= " " or c in "\n\t" else "\ufffd" for c in text), quote=True)


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
