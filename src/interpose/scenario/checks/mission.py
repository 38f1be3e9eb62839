"""Rules on the rows of several tables together: dates, bases, people, shares, standings, hosts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import get_args

from interpose.errors import Fault
from interpose.scenario.folder import FILE_OF, Tables
from interpose.scenario.phrases import among, shown
from interpose.scenario.tables.lines import OF_A_LINE, ArmedForce, Sector
from interpose.scenario.tables.mission import (
    Contingent,
    Displaced,
    IncidentType,
    Link,
    People,
    Place,
    Police,
    Responsibility,
    Share,
    Shock,
    Walkout,
)
from interpose.scenario.tables.plan import (
    Framework,
    Offer,
    Standing,
)
from interpose.scenario.tables.record import Homicide
from interpose.scenario.tables.values import Row

LONGEST_MISSION_DAYS = 36_525
"""A century. Longer ones are slips of the pen."""


def header_out_of_order(tables: Tables) -> Iterator[Fault]:
    """Yield each date of scenario.toml that lies outside the mission, and a foreign name."""
    header, fault = tables.settings.header, tables.settings.fault
    if header is None:
        return
    if header.name != tables.folder_name:
        wanted = f"Must be the folder's name, {shown(tables.folder_name)}; rename one of them."
        yield fault(("name",), header.name, wanted)
    if header.start >= header.end:
        yield fault(("end",), header.end, f"Must be after start, {header.start}.")
        return
    if (header.end - header.start).days > LONGEST_MISSION_DAYS:
        yield fault(("end",), header.end, "Must be at most a century after start.")
    within = f"Must lie within the mission, {header.start} to {header.end}."
    if not header.start <= header.fit_until <= header.end:
        yield fault(("fit_until",), header.fit_until, within)
    if not header.start <= header.policy.first_review <= header.end:
        yield fault(("policy", "first_review"), header.policy.first_review, within)


def outside_the_mission(tables: Tables) -> Iterator[Fault]:
    """Yield each row with a date that no day of the mission sees."""
    yield from unseen(tables, Contingent, Police, Homicide, Sector, ArmedForce)
    header = tables.settings.header
    if header is None or header.start >= header.end:
        return
    wanted = f"Must lie within the mission, {header.start} to {header.end}."
    dated: tuple[type[Row], ...] = (Shock, Walkout, Responsibility)
    for model in dated:
        for line, row in tables.placed(model):
            date: dt.date | None = getattr(row, "date")  # noqa: B009 - three models share it
            if date is not None and not header.start <= date <= header.end:
                yield Fault(FILE_OF[model], line, "date", str(date), wanted)


def unseen(tables: Tables, *models: type[Row]) -> Iterator[Fault]:
    """Yield each row of which no day lies within the mission."""
    header = tables.settings.header
    if header is None or header.start >= header.end:
        return
    wanted = f"No day of the mission, {header.start} to {header.end}, would see it."
    for model in models:
        for line, row in tables.placed(model):
            span = row.span()
            if span.begins > header.end:
                yield Fault(FILE_OF[model], line, span.first, str(span.begins), wanted)
            elif span.after <= header.start:
                found = str(getattr(row, span.last))
                yield Fault(FILE_OF[model], line, span.last, found, wanted)


def acts_without_a_line(tables: Tables) -> Iterator[Fault]:
    """Yield each incident type that is counted along a line where lines.csv has none."""
    forces = tables.names("armed_forces.csv", "force")
    if forces is None or tables["lines.csv"].raw or not tables["lines.csv"].legible:
        return
    for line, row in tables.placed(IncidentType):
        if row.act in OF_A_LINE or not forces.isdisjoint({row.instigator, row.target}):
            wanted = "Happens along a line, and lines.csv has no sector: add one, or it never does."
            yield Fault("incident_types.csv", line, "id", shown(row.id), wanted)


def walkouts_without_police(tables: Tables) -> Iterator[Fault]:
    """Yield each walk-out where no local police serve."""
    serving = [row for row in tables.rows(Police) if row.kind == "local_police"]
    for line, walkout in tables.placed(Walkout):
        there = {
            row.municipality
            for row in serving
            if row.begins <= walkout.date and (row.ends is None or walkout.date < row.ends)
        }
        for seat in () if "all" in there else walkout.municipalities.split(";"):
            if seat not in there and not (seat == "all" and there):
                wanted = f"police.csv has no local police there on {walkout.date}."
                yield Fault("walkouts.csv", line, "municipalities", shown(seat), wanted)


def shares_astray(tables: Tables) -> Iterator[Fault]:
    """Yield each share of a municipality at a place of another one."""
    home = {place.id: place.municipality for place in tables.rows(Place)}
    for line, share in tables.placed(Share):
        if home.get(share.place, share.municipality) != share.municipality:
            wanted = f"Belongs to {home[share.place]} (places.csv), not to {share.municipality}."
            yield Fault("shares.csv", line, "place", shown(share.place), wanted)


def shares_that_do_not_add_up(tables: Tables) -> Iterator[Fault]:
    """Yield each municipality and community whose shares are not 1 together."""
    if not tables.whole("shares.csv"):
        return
    groups: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for line, share in tables.placed(Share):
        groups[share.municipality, share.community].append((line, share.share))
    for (municipality, community), parts in groups.items():
        total = sum(part for _, part in parts)
        if abs(total - 1) > 1e-6:
            wanted = f"The shares of {community} in {municipality} must add up to 1."
            yield Fault("shares.csv", parts[0][0], "share", f"{total:g} in all", wanted)


def places_cut_off(tables: Tables) -> Iterator[Fault]:
    """Yield each group of places that no links join to the largest group."""
    if not tables.whole("places.csv", "links.csv"):
        return
    lines = {place.id: line for line, place in tables.placed(Place)}
    beside: dict[str, set[str]] = {place: set() for place in lines}
    for link in tables.rows(Link):
        if link.a in beside and link.b in beside:
            beside[link.a].add(link.b)
            beside[link.b].add(link.a)
    groups = sorted(_groups(beside), key=len, reverse=True)
    for group in groups[1:]:
        named = sorted(group, key=lines.__getitem__)
        others = f" The same holds for {', '.join(named[1:6])}." if len(named) > 1 else ""
        more = " (and others)" if len(named) > 6 else ""
        wanted = f"No links lead from here to most other places; add one in links.csv.{others}"
        yield Fault("places.csv", lines[named[0]], "id", shown(named[0]), wanted + more)


def _groups(beside: dict[str, set[str]]) -> Iterator[set[str]]:
    left = dict.fromkeys(beside)
    while left:
        group, reached = set(), {next(iter(left))}
        while reached:
            place = reached.pop()
            group.add(place)
            del left[place]
            reached.update(beside[place] & left.keys())
        yield group


def too_many_displaced(tables: Tables) -> Iterator[Fault]:
    """Yield each row of the displaced that is dated too late, or has more than there are people."""
    header = tables.settings.header
    if header is None:
        return
    for line, row in tables.placed(Displaced):
        if row.date > header.start:
            wanted = f"Must not be after the first day of the mission, {header.start}."
            yield Fault("displaced.csv", line, "date", f"{row.date}", wanted)
    if tables.whole("displaced.csv", "people.csv"):
        yield from _more_than_there_are(tables, header.start.year)


def _more_than_there_are(tables: Tables, year: int) -> Iterator[Fault]:
    """Yield the row with which a community or municipality has more people away than people."""
    there = _people_of(tables, year)
    away: dict[tuple[str, str], float] = defaultdict(float)
    for line, row in tables.placed(Displaced):
        if row.where == "home":
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
                yield Fault("displaced.csv", line, "high", f"{row.high}", wanted)
                break


def _people_of(tables: Tables, year: int) -> dict[tuple[str, str], float]:
    """Return the persons of people.csv by (municipality or 'all', community) in a year."""
    given: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in tables.rows(People):
        given[row.place, row.community][row.year] = row.persons
    result: dict[tuple[str, str], float] = defaultdict(float)
    for (place, community), by_year in given.items():
        persons = _between_years(by_year, year)
        result[place, community] += persons
        result["all", community] += persons
    return result


def _between_years(by_year: dict[int, int], year: int) -> float:
    """Return the number on the straight line between the years given; outside, the nearest."""
    before = max((y for y in by_year if y <= year), default=min(by_year))
    after = min((y for y in by_year if y >= year), default=max(by_year))
    share = (year - before) / (after - before) if before < after else 0.0
    return by_year[before] + share * (by_year[after] - by_year[before])


HOLDS_OF: dict[str, tuple[str, ...]] = {
    "member": ("framework",),
    "partner": ("framework",),
    "recognises": ("host",),
    "does_not_recognise": ("host",),
    "consents": ("mission",),
    "refuses": ("mission", "framework"),
    "legal_act": ("mission", "framework"),
    "trained": ("mission", "capability"),
    "invited": ("mission",),
    "ceiling": ("mission",),
}
"""Kind of standing -> what its ``of`` may name."""


def faulty_standings(tables: Tables) -> Iterator[Fault]:
    """Yield each standing that holds of what it cannot hold of.

    member and partner hold of a framework; recognises and does_not_recognise of the host of a
    mission; consents, invited and ceiling of a mission; refuses and legal_act of a mission or a
    framework; trained of a mission or a capability.
    """
    known = {
        "framework": frozenset(get_args(Framework)),
        "mission": tables.names("plan/missions.csv"),
        "host": tables.names("plan/missions.csv", "host"),
        "capability": tables.names("plan/capabilities.csv"),
    }
    for line, row in tables.placed(Standing):
        lists = [known[what] for what in HOLDS_OF[row.kind]]
        allowed = frozenset[str]().union(*(names for names in lists if names is not None))
        if None not in lists and row.of not in allowed:
            what = " or ".join(f"a {name}" for name in HOLDS_OF[row.kind])
            wanted = f"A standing of kind {row.kind} names {what}.{among(row.of, allowed)}"
            yield Fault(FILE_OF[Standing], line, "of", shown(row.of), wanted)


def hosts_elsewhere(tables: Tables) -> Iterator[Fault]:
    """Yield each offer that is embedded in a unit of another mission."""
    missions = {offer.id: offer.mission for offer in tables.rows(Offer)}
    for line, row in tables.placed(Offer):
        if missions.get(row.host, row.mission) != row.mission:
            wanted = f"Serves in {missions[row.host]}, this offer in {row.mission}."
            yield Fault(FILE_OF[Offer], line, "host", shown(row.host), wanted)
