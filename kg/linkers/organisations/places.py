"""In which country a place is, as far as a registry knows: the cities, regions and countries of its organisations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from kg.naming import is_common, words
from kg.ror import Registry

SURE = 0.9
"""of the organisations in places of one name so many must be in one country"""
LEAST = 2
"""organisations in a place, before its name tells a country"""
_LONGEST = 4


class Gazetteer:
    """Names of places that lie in one country.

    >>> from kg.ror import Organisation
    >>> names = (("name", "Oak University"),)
    >>> oaks = [Organisation(f"https://ror.org/{n}", names, "FR", "France", "Port Oak") for n in range(2)]
    >>> gazetteer = Gazetteer(Registry.of(oaks))
    >>> gazetteer.countries(words("University of Port Oak")), gazetteer.countries(words("Port Elm"))
    ({'FR'}, set())
    """

    def __init__(self, registry: Registry) -> None:
        counts: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for kind in ("cities", "regions", "countries"):
            for name, country, count in registry.places(kind):
                key = tuple(words(name))
                # A place that is called like a common word ("Nacional") tells nothing.
                if len(key) <= _LONGEST and len("".join(key)) > 3 and not all(map(is_common, key)):
                    counts[key][country] += count
        self._known: dict[tuple[str, ...], str] = {}
        for key, found in counts.items():
            (country, most), total = found.most_common(1)[0], found.total()
            if total >= LEAST and most >= SURE * total:
                self._known[key] = country

    def countries(self, forms: Sequence[str]) -> set[str]:
        """The countries of the places that stand among these words."""
        known = self._known
        return {
            known[key]
            for size in range(1, _LONGEST + 1)
            for n in range(len(forms) - size + 1)
            if (key := tuple(forms[n : n + size])) in known
        }
