"""Who lives at which place: a municipality's people, spread over its places by shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from interpose.scenario.loading import Scenario


class Inhabitants(NamedTuple):
    """The part of a municipality's community that lives at one place.

    Attributes
    ----------
    place, community : str
    share : float
        Of the municipality's.
    years : tuple of int
        Years that ``people.csv`` has, in their order.
    persons : tuple of int
        In the municipality, for each of these years.
    """

    place: str
    community: str
    share: float
    years: tuple[int, ...]
    persons: tuple[int, ...]


def inhabitants(scenario: Scenario) -> Iterator[Inhabitants]:
    """Yield who lives where, in the order of ``people.csv`` and ``shares.csv``.

    A municipality's people live at its seat unless ``shares.csv`` spreads them over its places.
    """
    given: dict[tuple[str, str], dict[int, int]] = {}
    for row in scenario.people:
        given.setdefault((row.place, row.community), {})[row.year] = row.persons
    shares: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for share in scenario.shares:
        key = (share.municipality, share.community)
        shares.setdefault(key, []).append((share.place, share.share))
    for (seat, community), by_year in given.items():
        years = tuple(sorted(by_year))
        persons = tuple(by_year[year] for year in years)
        for place, part in shares.get((seat, community), [(seat, 1.0)]):
            yield Inhabitants(place, community, part, years, persons)
