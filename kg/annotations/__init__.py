"""Annotated text: PubTator and BioC ↔ documents with passages and mentions (:class:`kg.model.AnnotatedDocument`).

Readers yield documents one at a time, each after its warnings; writers take documents, one at a time. What is read and
written again keeps text, offsets, types, identifiers and relations. Offsets inside are always Unicode code points of the
passage; how a file counts its own is found out by :mod:`kg.annotations.offsets`.

>>> import io
>>> text = b"1|t|Insulin\\n1|a|Insulin works.\\n1\\t0\\t7\\tInsulin\\tChemical\\tD007328\\n\\n"
>>> [document] = read_pubtator(io.BytesIO(text))
>>> document.annotations[0].concepts, document.annotations[0].spans
(('MESH:D007328',), ((0, 7),))
>>> out = io.BytesIO()
>>> write_pubtator([document], out)
1
>>> out.getvalue() == text
True
"""

from kg.annotations.bioc import read_bioc, write_bioc_json, write_bioc_xml
from kg.annotations.mentions import annotations_of
from kg.annotations.pubtator import read_pubtator, write_pubtator

__all__ = ["annotations_of", "read_bioc", "read_pubtator", "write_bioc_json", "write_bioc_xml", "write_pubtator"]
