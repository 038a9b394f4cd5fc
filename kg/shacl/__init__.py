"""SHACL as plain checks: shapes compiled once to functions over a dictionary of triples.

Shapes look at a node, at what it names and at what points to it. So a small dictionary *subject → predicate → objects*, made
of the triples of a few documents, is all that they need, and a check is a look-up and a comparison of strings. That is
some thirty times faster than pySHACL over rdflib, which stays the reference: both give the same findings (a test compares
them for every shape, for planted errors of every kind, and for the suite of the W3C).

=================  ===================================================================================================
:mod:`.data`       the dictionary
:mod:`.paths`      property paths: read, followed, shown
:mod:`.nodes`      terms as rdflib's nodes, for the cases where a string alone does not tell
:mod:`.values`     what a single term must be: type, range, length, pattern …
:mod:`.queries`    SPARQL constraints: the algebra of a query as functions
:mod:`.compiler`   shapes → checks; what it does not know it does not claim
=================  ===================================================================================================
"""

from __future__ import annotations
