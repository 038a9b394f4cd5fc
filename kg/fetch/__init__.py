"""Fetching records from the services that publish them; only when asked to, and politely.

=====================  ===============================================================================================
:mod:`.http`           requests at a measured pace, tried again when the other side falters
:mod:`.eutils`         NCBI E-utilities: PubMed by query, PMC by identifier
:mod:`.europepmc`      Europe PMC, as a second source of both
:mod:`.pages`          pages of records joined to one document, which a broken-off fetch goes on with
=====================  ===============================================================================================
"""

from __future__ import annotations
