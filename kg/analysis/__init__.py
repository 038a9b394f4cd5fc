"""Networks that the graph implies: who writes with whom (:mod:`~kg.analysis.coauthors`), what is written about together
(:mod:`~kg.analysis.topics`), how nodes stand in them (:mod:`~kg.analysis.measures`), and both as files
(:mod:`~kg.analysis.files`) and pictures (:mod:`~kg.analysis.pictures`).

A network is made as arrays (:class:`~kg.analysis.network.Network`), and is a :class:`networkx.Graph` for who asks for one.
Nodes are RDF terms (``<iri>``). Both kinds carry the same names, so that what works on one works on the other:

=======  ==========================================================================================================
graph    ``name`` (``coauthors``, ``topics``), ``title``, ``nodes`` and ``weight`` (what they are, for people),
         ``articles`` (how many went in), ``method`` (one sentence: how it was made and what it leaves out)
node     ``label``, ``articles`` (how many name it); topics also ``category``
edge     ``weight`` (articles in common); co-authors also ``fractional_weight`` and ``works``, topics ``npmi``
=======  ==========================================================================================================

Everything is a function of the set of works: their order, the order inside a work of concepts, and the hash seed change
nothing.
"""
