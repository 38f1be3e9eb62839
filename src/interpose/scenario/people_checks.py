"""Whether ``displaced.csv`` fits the mission and the people of ``people.csv``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from interpose.errors import Fault
from interpose.scenario.models import Displaced, People
from interpose.scenario.tables import Tables
from interpose.scenario.wording import shown

FILE = "displaced.csv"

AWAY = ("inside", "abroad")


def displaced_out_of_order(tables: Tables) -> Iterator[Fault]:
    """Yield each row outside its own range, dated too late, or with more people than there are."""
    header = tables.settings.header
    for line, row in tables.placed(Displaced):
        if row.low > row.high:
            yield Fault(FILE, line, "low", f"{row.low}", f"Must be at most high, {row.high}.")
        elif not row.low <= row.persons <= row.high:
            wanted = f"Must lie within {row.low} to {row.high}."
            yield Fault(FILE, line, "persons", f"{row.persons}", wanted)
        if header is not None and row.date > header.start:
            wanted = f"Must not be after the first day of the mission, {header.start}."
            yield Fault(FILE, line, "date", f"{row.date}", wanted)
    if header is not None and tables.whole(FILE, "people.csv"):
        yield from _more_than_there_are(tables, header.start.year)


def _more_than_there_are(tables: Tables, year: int) -> Iterator[Fault]:
    """Yield the row with which a community or municipality has more people away than people."""
    there = _people_of(tables, year)
    away: dict[tuple[str, str], float] = defaultdict(float)
    for line, row in tables.placed(Displaced):
        if row.where not in AWAY:
            continue
        for origin in {row.origin, "all"}:
            key, before = (origin, row.community), away[origin, row.community]
            away[key] = before + row.high
            if before <= there[key] < away[key]:
                place = "the theatre" if origin == "all" else origin
                wanted = (
                    f"With it {away[key]:.0f} of {shown(row.community)} from {place} are away, and "
                    f"people.csv has {there[key]:.0f} there in {year}."
                )
                yield Fault(FILE, line, "high", f"{row.high}", wanted)
                break


def _people_of(tables: Tables, year: int) -> dict[tuple[str, str], float]:
    """Return the persons of people.csv by (municipality or 'all', community) in a year."""
    given: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in tables.rows(People):
        given[row.place, row.community][row.year] = row.persons
    result: dict[tuple[str, str], float] = defaultdict(float)
    for (place, community), by_year in given.items():
        persons = between_years(by_year, year)
        result[place, community] += persons
        result["all", community] += persons
    return result


def between_years(by_year: dict[int, int], year: int) -> float:
    """Return the number on the straight line between the years given; outside, the nearest.

    Examples
    --------
    >>> between_years({1991: 100, 2001: 200}, 1996), between_years({1991: 100}, 2024)
    (150.0, 100.0)
    """
    before = max((y for y in by_year if y <= year), default=min(by_year))
    after = min((y for y in by_year if y >= year), default=max(by_year))
    if before >= after:
        return float(by_year[before])
    share = (year - before) / (after - before)
    return by_year[before] + share * (by_year[after] - by_year[before])
