"""Rules on ``scenario.toml`` and the tables of the mission."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from interpose.errors import Fault
from interpose.scenario.folder import FILE_OF, Tables
from interpose.scenario.phrases import shown
from interpose.scenario.tables.mission import (
    Area,
    Base,
    Contingent,
    Displaced,
    Header,
    IncidentType,
    Link,
    ParameterRow,
    People,
    Place,
    Police,
    Reporting,
    Responsibility,
    Rumour,
    Share,
    Shock,
    Walkout,
)
from interpose.scenario.tables.record import Figure, RecordedIncident
from interpose.scenario.tables.values import Row

LONGEST_MISSION_DAYS = 36_525
"""A century. Longer ones are slips of the pen."""

KEYS: dict[str, tuple[str, ...]] = {
    "people.csv": ("place", "community", "year"),
    "shares.csv": ("municipality", "place", "community"),
    "displaced.csv": ("community", "origin", "where"),
    "parameters.csv": ("name",),
    "reporting.csv": ("reporter", "act", "begins"),
    "record/casualties.csv": ("incident", "side"),
    "record/not_mergeable.csv": ("a", "b"),
    "plan/accepted_risks.csv": ("requirement", "begins"),
}
"""Columns that together must differ from row to row; in all other tables ``id`` alone."""


def repeated_rows(tables: Tables) -> Iterator[Fault]:
    """Yield each row that has the key of an earlier row."""
    for file, table in tables.tables.items():
        key = KEYS.get(file) or (("id",) if file != "links.csv" else ())
        seen: dict[tuple[str, ...], int] = {}
        for line, cells in table.raw if key else ():
            names = tuple(cells.get(column, "") for column in key)
            if not all(names):
                continue
            if (first := seen.setdefault(names, line)) != line:
                wanted = f"Stands in line {first} already; each may be there once."
                yield Fault(file, line, ", ".join(key), shown(", ".join(names)), wanted)
    header = tables.settings.header
    for group in ("communities", "tasks") if header else ():
        names_so_far: set[str] = set()
        for number, item in enumerate(getattr(header, group)):
            if item.id in names_so_far:
                wanted = "Is there already; each may be there once."
                yield tables.settings.fault((group, number, "id"), item.id, wanted)
            names_so_far.add(item.id)


def repeated_types(tables: Tables) -> Iterator[Fault]:
    """Yield each incident type that has act, instigator and target of an earlier one."""
    seen: dict[tuple[str, ...], int] = {}
    for line, kind in tables.placed(IncidentType):
        triple = (kind.act, kind.instigator, kind.target)
        if (first := seen.setdefault(triple, line)) != line:
            wanted = f"The same act, instigator and target as line {first}."
            yield Fault("incident_types.csv", line, "", shown(", ".join(triple)), wanted)


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


def ranges_out_of_order(tables: Tables) -> Iterator[Fault]:
    """Yield each number that is not within its own low and high end."""
    for line, people in tables.placed(People):
        yield from _outside("people.csv", line, "persons", people.low, people.persons, people.high)
    for line, row in tables.placed(ParameterRow):
        yield from _outside("parameters.csv", line, "value", row.low, row.value, row.high)
    for line, figure in tables.placed(Figure):
        low = figure.value if figure.low is None else figure.low
        high = figure.value if figure.high is None else figure.high
        yield from _outside("record/figures.csv", line, "value", low, figure.value, high)


def _outside(
    file: str, line: int, field: str, low: float, value: float, high: float
) -> Iterator[Fault]:
    if low > high:
        yield Fault(file, line, "low", f"{low:g}", f"Must be at most high, {high:g}.")
    elif not low <= value <= high:
        yield Fault(file, line, field, f"{value:g}", f"Must lie within {low:g} to {high:g}.")


def periods_out_of_order(tables: Tables) -> Iterator[Fault]:
    """Yield each row whose end lies before its beginning."""
    models: tuple[type[Row], ...] = (Area, Police, Reporting, Figure, RecordedIncident, Base)
    for model in models:
        first, last = ("opens", "closes") if model is Base else ("begins", "ends")
        for line, row in tables.placed(model):
            begins: dt.date = getattr(row, first)
            ends: dt.date | None = getattr(row, last)
            if ends is not None and ends < begins:
                wanted = f"Must not be before {first}, {begins}."
                yield Fault(FILE_OF[model], line, last, str(ends), wanted)


def contingents_out_of_order(tables: Tables) -> Iterator[Fault]:
    """Yield each contingent not decided, then told, then there, then gone, in that order."""
    for line, unit in tables.placed(Contingent):
        if unit.notified < unit.decided:
            wanted = f"Must not be before decided, {unit.decided}."
            yield Fault("contingents.csv", line, "notified", str(unit.notified), wanted)
        if unit.arrives < unit.notified:
            wanted = f"Must not be before notified, {unit.notified}."
            yield Fault("contingents.csv", line, "arrives", str(unit.arrives), wanted)
        if unit.departs is not None and unit.departs <= unit.arrives:
            wanted = f"Must be after arrives, {unit.arrives}."
            yield Fault("contingents.csv", line, "departs", str(unit.departs), wanted)


def outside_the_mission(tables: Tables) -> Iterator[Fault]:
    """Yield each row with a date that no day of the mission sees."""
    header = tables.settings.header
    if header is None or header.start >= header.end:
        return
    for line, unit in tables.placed(Contingent):
        yield from _unseen("contingents.csv", line, "arrives", unit.arrives, unit.departs, header)
    for line, police in tables.placed(Police):
        yield from _unseen("police.csv", line, "begins", police.begins, police.ends, header)
    dated: tuple[type[Shock | Rumour | Walkout | Responsibility], ...] = (
        Shock,
        Rumour,
        Walkout,
        Responsibility,
    )
    for model in dated:
        for line, row in tables.placed(model):
            if row.date is not None and not header.start <= row.date <= header.end:
                wanted = f"Must lie within the mission, {header.start} to {header.end}."
                yield Fault(FILE_OF[model], line, "date", str(row.date), wanted)


def _unseen(
    file: str, line: int, field: str, first: dt.date, gone: dt.date | None, header: Header
) -> Iterator[Fault]:
    wanted = f"No day of the mission, {header.start} to {header.end}, would see it."
    if first > header.end:
        yield Fault(file, line, field, str(first), wanted)
    elif gone is not None and gone <= header.start:
        last = "departs" if field == "arrives" else "ends"
        yield Fault(file, line, last, str(gone), wanted)


def walkouts_out_of_order(tables: Tables) -> Iterator[Fault]:
    """Yield each walk-out whose return is not after it, or where no local police serve."""
    serving = [row for row in tables.rows(Police) if row.kind == "local_police"]
    for line, walkout in tables.placed(Walkout):
        if walkout.returns is not None and walkout.returns <= walkout.date:
            wanted = f"Must be after date, {walkout.date}."
            yield Fault("walkouts.csv", line, "returns", str(walkout.returns), wanted)
        there = {
            row.municipality
            for row in serving
            if row.begins <= walkout.date and (row.ends is None or walkout.date < row.ends)
        }
        for seat in () if "all" in there else walkout.municipalities.split(";"):
            if seat not in there and not (seat == "all" and there):
                wanted = f"police.csv has no local police there on {walkout.date}."
                yield Fault("walkouts.csv", line, "municipalities", shown(seat), wanted)


def tasks_held_twice(tables: Tables) -> Iterator[Fault]:
    """Yield each task at a place that an earlier row has already."""
    seen: dict[tuple[str, str], int] = {}
    for line, row in tables.placed(Responsibility):
        if (first := seen.setdefault((row.task, row.place), line)) != line:
            wanted = f"The same task and place as line {first}."
            yield Fault("responsibilities.csv", line, "", shown(f"{row.task}, {row.place}"), wanted)


def contingents_without_a_base(tables: Tables) -> Iterator[Fault]:
    """Yield each contingent whose base is closed on a day it is there."""
    bases = {base.id: base for base in tables.rows(Base)}
    header = tables.settings.header
    for line, unit in tables.placed(Contingent):
        base = bases.get(unit.base)
        if base is None or (unit.departs is not None and unit.departs <= unit.arrives):
            continue
        if unit.arrives < base.opens:
            wanted = f"Base {base.id} opens on {base.opens} only (bases.csv)."
            yield Fault("contingents.csv", line, "arrives", str(unit.arrives), wanted)
        if base.closes is None or (header and unit.departs is None and base.closes >= header.end):
            continue
        if unit.departs is None or unit.departs > base.closes + dt.timedelta(days=1):
            found = str(unit.departs) if unit.departs else "empty: stays"
            wanted = f"Base {base.id} is last in use on {base.closes} (bases.csv)."
            yield Fault("contingents.csv", line, "departs", found, wanted)


def places_astray(tables: Tables) -> Iterator[Fault]:
    """Yield each seat that is not its own municipality, and each share in a foreign one."""
    home = {place.id: place.municipality for place in tables.rows(Place)}
    for line, place in tables.placed(Place):
        if place.kind == "municipal_seat" and place.municipality != place.id:
            wanted = f"A municipal seat names itself here: {place.id}."
            yield Fault("places.csv", line, "municipality", shown(place.municipality), wanted)
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


def faulty_links(tables: Tables) -> Iterator[Fault]:
    """Yield each link from a place to itself, and each that is there twice."""
    seen: dict[frozenset[str], int] = {}
    for line, link in tables.placed(Link):
        if link.a == link.b:
            wanted = "A link must lead to another place."
            yield Fault("links.csv", line, "b", shown(link.b), wanted)
        elif (first := seen.setdefault(frozenset((link.a, link.b)), line)) != line:
            wanted = f"Links the same places as line {first}; a link is passable both ways."
            yield Fault("links.csv", line, "", shown(f"{link.a}, {link.b}"), wanted)


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
