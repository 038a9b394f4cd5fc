"""From biomedical papers to a knowledge graph that can be trusted.

Read articles from a stream:

>>> import io, kg
>>> page = '''Letter to the Editor
... Fict J Cell Ther. 2025; 1(2): 3
... doi: 10.5555/fict.letter.1
... Insulin independence after cell therapy in type 1 diabetes
... Ada Example, Bo Sample
... Received: March 1, 2025
... Keywords: Insulin; Stem cells
... '''
>>> [article.title.text for article in kg.read(io.BytesIO(page.encode()))]
['Insulin independence after cell therapy in type 1 diabetes']

Build a graph from files and folders, and ask it:

>>> import pathlib, tempfile
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> _ = (folder / "letter.txt").write_text(page, encoding="utf-8")
>>> built = kg.build([folder / "letter.txt"], folder / "graph")
>>> built.counts["articles"], built.counts["authors"]
(1, 2)
>>> graph = kg.open(folder / "graph")
>>> graph.rows("SELECT ?name WHERE { ?role schema:position ?n ; rdfs:label ?name } ORDER BY ?n")
[{'name': 'Ada Example'}, {'name': 'Bo Sample'}]
>>> graph.rows("authorships", doi="10.5555/fict.letter.1")[0]["name"]
'Ada Example'

Find concepts in any text:

>>> [(m.text, m.concept) for m in kg.annotate("Insulin in type 1 diabetes")]
[('Insulin', 'MESH:D007328'), ('type 1 diabetes', 'MESH:D003922')]

Look at it with rdflib, and at its co-authors with networkx:

>>> len(graph.dataset()) == len(graph)
True
>>> graph.co_authors().number_of_edges()
1
"""

from __future__ import annotations

from kg.version import VERSION as __version__  # noqa: N811 # the name that Python packages use

__all__ = [
    "Article",
    "Built",
    "Graph",
    "KgError",
    "Mention",
    "Settings",
    "__version__",
    "annotate",
    "build",
    "open",
    "read",
]


def __getattr__(name: str) -> object:
    """Everything is imported when it is first used: ``import kg`` itself does nothing, and is fast."""
    if name in __all__:
        from kg import api

        return getattr(api, name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
