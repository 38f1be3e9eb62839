"""What is possible but hardly meant. ``WARNINGS`` names the rules; nothing is refused for them."""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise
from statistics import median

from interpose.errors import Fault
from interpose.scenario.checks.mission import unseen
from interpose.scenario.checks.policies import hasty_reviews
from interpose.scenario.folder import FILE_OF, Tables
from interpose.scenario.parameters import parted
from interpose.scenario.phrases import shown
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.lines import OF_A_LINE
from interpose.scenario.tables.mission import (
    Area,
    Base,
    Contingent,
    Link,
    ParameterRow,
    People,
    Place,
    Police,
    Reporting,
    Responsibility,
)
from interpose.scenario.tables.plan import (
    Capability,
    Offer,
    Requirement,
    Standing,
    Workload,
)
from interpose.scenario.tables.record import Casualties, RecordedIncident
from interpose.scenario.tables.values import Row

FASTEST_KMH = 130
"""Of any road."""

MOST_AT_A_BASE = 20_000
"""Soldiers of one row. The largest peace operation so far, IFOR in 1996, had some 60,000 in all."""

MOST_IN_A_CITY = 40_000_000
"""Persons."""

OUT_OF_PROPORTION = 3
"""So many times more or fewer persons in a unit than its capability has."""

JUMP = 20
"""So many times the people of the year before: a slip of the pen."""

PLATOON = 30
"""Soldiers."""

CONTRADICT = {("recognises", "does_not_recognise"), ("consents", "refuses")}
"""Kinds of standing that cannot hold of the same thing on the same day."""

ALONE = {
    "areas.csv": ("municipalities",),
    "reporting.csv": ("reporter", "act", "municipalities"),
    "walkouts.csv": ("municipalities",),
    "lines.csv": ("sector",),
    "armed_forces.csv": ("sectors", "force"),
    "plan/accepted_risks.csv": ("requirement",),
}
"""File -> columns of which only one row should hold on any day."""


At = tuple[float, float]
"""Latitude and longitude, degrees."""


def distance_km(one: At, other: At) -> float:
    """Return the distance in a straight line.

    Examples
    --------
    >>> round(distance_km((0, 0), (0, 1)), 1)
    111.2
    """
    north, east = math.radians(other[0] - one[0]), math.radians(other[1] - one[1])
    across = math.cos(math.radians(one[0])) * math.cos(math.radians(other[0]))
    half = math.sin(north / 2) ** 2 + across * math.sin(east / 2) ** 2
    return 12_742 * math.asin(math.sqrt(min(1.0, half)))


def places_far_from_all_others(tables: Tables) -> Iterator[Fault]:
    """Yield each place far from all others; its latitude and longitude may have changed places."""
    placed = tables.placed(Place)
    if len(placed) < 3:
        return
    middle = median(row.lat for _, row in placed), median(row.lon for _, row in placed)
    usual = median(distance_km(middle, (row.lat, row.lon)) for _, row in placed)
    for line, row in placed:
        far = distance_km(middle, (row.lat, row.lon))
        if far > max(300, 10 * usual):
            is_swapped = distance_km(middle, (row.lon, row.lat)) < far / 10
            hint = " Have lat and lon changed places?" if is_swapped else ""
            wanted = f"Lies {far:,.0f} km from the middle of all places.{hint}"
            yield Fault("places.csv", line, "lat", f"{row.lat:g}, {row.lon:g}", wanted)


def roads_that_cannot_be(tables: Tables) -> Iterator[Fault]:
    """Yield each road that is faster than any, or shorter than the straight line."""
    far = {fault.line for fault in places_far_from_all_others(tables)}
    places = {place.id: place for line, place in tables.placed(Place) if line not in far}
    for line, link in tables.placed(Link):
        speed = link.road_km / link.travel_min * 60
        found = f"{link.road_km:g} km in {link.travel_min:g} minutes"
        if speed > FASTEST_KMH:
            yield Fault("links.csv", line, "travel_min", found, f"That is {speed:,.0f} km/h.")
        if link.a in places and link.b in places:
            a, b = places[link.a], places[link.b]
            straight = distance_km((a.lat, a.lon), (b.lat, b.lon))
            if link.road_km < straight - a.error_km - b.error_km - 1:
                wanted = f"{link.a} and {link.b} are {straight:.0f} km apart in a straight line."
                yield Fault("links.csv", line, "road_km", f"{link.road_km:g}", wanted)


def strengths_out_of_proportion(tables: Tables) -> Iterator[Fault]:
    """Yield each row of troops, police or people with far too many persons, or too few."""
    people = _people(tables)
    for line, unit in tables.placed(Contingent):
        most = min(MOST_AT_A_BASE, sum(people.values()) or MOST_AT_A_BASE)
        if unit.strength > most:
            wanted = f"More than {most:,} soldiers in one row. Is it a slip of the pen?"
            yield Fault("contingents.csv", line, "strength", f"{unit.strength:,}", wanted)
    for line, police in tables.placed(Police):
        live = sum(people.values()) if police.municipality == "all" else people[police.municipality]
        if live and police.strength > live / 10:
            wanted = f"More than a tenth of the {live:,} people there (people.csv)."
            yield Fault("police.csv", line, "strength", f"{police.strength:,}", wanted)
    for line, group in tables.placed(People):
        if group.persons > MOST_IN_A_CITY:
            wanted = "More people than any city has."
            yield Fault("people.csv", line, "persons", f"{group.persons:,}", wanted)
    usual = {kind.id: kind.strength for kind in tables.rows(Capability)}
    for line, row in tables.placed(Requirement):
        if row.units * usual.get(row.capability, 0) > MOST_AT_A_BASE:
            wanted = f"That is {row.units * usual[row.capability]:,} persons in one line."
            yield Fault(FILE_OF[Requirement], line, "units", f"{row.units:,}", wanted)
    for line, offer in tables.placed(Offer):
        share = offer.strength / offer.units / (usual.get(offer.capability) or math.inf)
        if share > OUT_OF_PROPORTION or 0 < share < 1 / OUT_OF_PROPORTION:
            wanted = (
                f"Is out of proportion: {offer.units} of {offer.capability} have "
                f"{offer.units * usual[offer.capability]:,} (plan/capabilities.csv)."
            )
            yield Fault("plan/offers.csv", line, "strength", f"{offer.strength:,}", wanted)


def _people(tables: Tables, pick: Callable[[int, int], int] = max) -> dict[str, int]:
    """Return the most people that each municipality ever has, or the fewest."""
    by_year: dict[tuple[str, int], int] = defaultdict(int)
    for row in tables.rows(People):
        by_year[row.place, row.year] += row.persons
    found: dict[str, int] = {}
    for (place, _), persons in by_year.items():
        found[place] = pick(found.get(place, persons), persons)
    return defaultdict(int, found)


def rows_at_the_same_time(tables: Tables) -> Iterator[Fault]:
    """Yield each row that holds on days on which another one for the same thing holds."""
    for file, columns in ALONE.items():
        groups: dict[tuple[str, ...], list[tuple[int, Row]]] = defaultdict(list)
        for line, row in tables[file].rows:
            parts = [str(getattr(row, column)).split(";") for column in columns]
            for first in parts[0]:
                groups[(first, *(part[0] for part in parts[1:]))].append((line, row))
        for key, rows in groups.items():
            yield from _overlapping(file, rows, f"for {', '.join(key)}")
    standings: dict[tuple[str, str], list[tuple[int, Standing]]] = defaultdict(list)
    for line, row in tables.placed(Standing):
        standings[row.contributor, row.of].append((line, row))
    for (nation, of), found in standings.items():
        for (line, one), (_, other) in combinations(found, 2):
            kinds = {(one.kind, other.kind), (other.kind, one.kind)}
            if kinds & CONTRADICT or one.kind == other.kind == "ceiling":
                rows = [(_, other), (line, one)]
                yield from _overlapping(FILE_OF[Standing], rows, f"for {nation} and {of}")


def _overlapping(file: str, rows: Iterable[tuple[int, Row]], words: str) -> Iterator[Fault]:
    ordered = sorted(((row.span(), line) for line, row in rows), key=lambda item: item[0].begins)
    for (before, first), (span, line) in pairwise(ordered):
        if span.begins < before.after:
            wanted = f"Line {first} holds on the same days {words}."
            yield Fault(file, line, span.first, str(span.begins), wanted)


def rows_that_say_the_same(tables: Tables) -> Iterator[Fault]:
    """Yield each row that differs from an earlier one in its id and note alone."""
    for file, (model, _) in TABLES.items():
        seen: dict[tuple[object, ...], int] = {}
        columns = [name for name in model.model_fields if name not in {"id", "note", "name"}]
        if "id" not in model.model_fields or file == "places.csv" or len(columns) < 4:
            continue
        for line, row in tables[file].rows:
            first = seen.setdefault(tuple(getattr(row, name) for name in columns), line)
            if first != line:
                found = shown(getattr(row, "id"))  # noqa: B009 - checked above
                yield Fault(file, line, "id", found, f"Says the same as line {first}.")


def more_bound_than_there_are(tables: Tables) -> Iterator[Fault]:
    """Yield the responsibility with which more platoons are bound than soldiers are there."""
    header = tables.settings.header
    held = tables.placed(Responsibility)
    if header is None or not held or not tables.whole("contingents.csv"):
        return
    units = [row for row in tables.rows(Contingent) if row.stock == "in_theatre"]
    days = {max(row.arrives, header.start) for row in units}
    most = max((sum(_there(row, day) for row in units) for day in days), default=0)
    bound = 0.0
    for line, row in held:
        before, bound = bound, bound + row.platoons
        if before * PLATOON <= most < bound * PLATOON:
            wanted = f"With it {bound:g} platoons are bound, of {most:,} soldiers at most."
            yield Fault("responsibilities.csv", line, "platoons", f"{row.platoons:g}", wanted)


LEAST_EFFECT = 0.1
"""Share of retaliation that the largest force should prevent by the defaults: less is said."""

EFFECT, FLOOR = "effect.troops.retaliation", "floor.retaliation"


def force_that_counts_for_little(tables: Tables) -> Iterator[Fault]:
    """Yield the largest contingent where by the default effect the whole force prevents little."""
    people, units = sum(_people(tables, min).values()), tables.rows(Contingent)
    default = {row.name: row.default or 0.0 for row in tables.master}
    own = any(row.name.startswith((EFFECT, FLOOR)) for row in tables.rows(ParameterRow))
    header = tables.settings.header
    if own or header is None or not (people and units):
        return
    days = {max(row.arrives, header.start) for row in units}
    most = max(sum(_there(row, day) for row in units) for day in days)
    prevented = (1 - default[FLOOR]) * (1 - math.exp(-default[EFFECT] * 1000 * most / people))
    if most and prevented < LEAST_EFFECT:
        line = max(tables.placed(Contingent), key=lambda placed: placed[1].strength)[0]
        wanted = (
            f"{1000 * most / people:.2g} per 1,000 inhabitants: by the default of {EFFECT} they"
            f" prevent {100 * prevented:.1f} % of retaliation, next to nothing. Is that meant?"
            " If not, give it in parameters.csv."
        )
        yield Fault("contingents.csv", line, "strength", f"{most:,} at most in all", wanted)


def _there(row: Contingent, day: dt.date) -> int:
    span = row.span()
    return row.strength if span.begins <= day < span.after else 0


def parts_larger_than_the_whole(tables: Tables) -> Iterator[Fault]:
    """Yield each count of dead or injured that is more than that of the whole incident."""
    whole = {row.id: row for row in tables.rows(RecordedIncident)}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line, part in tables.placed(Casualties):
        incident = whole.get(part.incident)
        for what in ("deaths", "injured") if incident and part.side != "all" else ():
            count, total = getattr(part, what), getattr(incident, what)
            sums[part.incident, what] += count or 0
            if count and total is not None and sums[part.incident, what] > total:
                every = sums[part.incident, what]
                wanted = f"All sides have {every}, incident {part.incident} has {total}."
                yield Fault(FILE_OF[Casualties], line, what, str(count), wanted)
    for line, incident in tables.placed(RecordedIncident):
        parent = whole.get(incident.part_of)
        if parent is None:
            continue
        for what in ("deaths", "injured"):
            count, total = getattr(incident, what), getattr(parent, what)
            if None not in (count, total) and count > total:
                wanted = f"It is part of {parent.id}, which has {total}."
                yield Fault(FILE_OF[RecordedIncident], line, what, str(count), wanted)
        span, its = incident.span(), parent.span()
        if span.begins < its.begins or span.after > its.after:
            wanted = f"It is part of {parent.id}, which lasts {its.begins} to {parent.ends}."
            yield Fault(FILE_OF[RecordedIncident], line, "begins", str(incident.begins), wanted)


def calls_out_of_reach(tables: Tables) -> Iterator[Fault]:
    """Yield each quick reaction that no open base can answer in time, by the roads of links.csv."""
    for line, row in tables.placed(Workload):
        places = {place.id for place in tables.rows(Place)}
        if row.reach_min is None or row.place not in places:
            continue
        minutes = _minutes_from(tables, row.place)
        bases = [base for base in tables.rows(Base) if _shares_a_day(base, row)]
        nearest = min((minutes.get(base.place, math.inf) for base in bases), default=math.inf)
        if nearest > row.reach_min:
            way = f"is {nearest:.0f} minutes away" if nearest < math.inf else "reaches it"
            none = "The nearest open base" if nearest < math.inf else "No open base"
            wanted = f"{none} {way} (links.csv)."
            yield Fault(FILE_OF[Workload], line, "reach_min", f"{row.reach_min:g}", wanted)


def _shares_a_day(one: Row, other: Row) -> bool:
    mine, its = one.span(), other.span()
    return mine.begins < its.after and its.begins < mine.after


def _minutes_from(tables: Tables, place: str) -> dict[str, float]:
    beside: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for link in tables.rows(Link):
        beside[link.a].append((link.b, link.travel_min))
        beside[link.b].append((link.a, link.travel_min))
    reached: dict[str, float] = {}
    waiting = [(0.0, place)]
    while waiting:
        minutes, here = heapq.heappop(waiting)
        if here not in reached:
            reached[here] = minutes
            for there, more in beside[here]:
                heapq.heappush(waiting, (minutes + more, there))
    return reached


def nobody_where_people_live(tables: Tables) -> Iterator[Fault]:
    """Yield each seat and community without a row of people, and each number far above the last."""
    header, people = tables.settings.header, tables.placed(People)
    seats = {row.place for _, row in people}
    for line, place in tables.placed(Place):
        if place.kind == "municipal_seat" and place.id not in seats:
            yield Fault("places.csv", line, "id", shown(place.id), "No row of people.csv is on it.")
    groups = {row.community for _, row in people}
    for number, group in enumerate(header.communities if header else ()):
        if group.id not in groups:
            wanted = "No row of people.csv is on it."
            yield tables.settings.fault(("communities", number, "id"), group.id, wanted)
    years: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for line, row in people:
        years[row.place, row.community].append((row.year, row.persons, line))
    for rows in years.values():
        for (year, before, _), (_, persons, line) in pairwise(sorted(rows)):
            if persons > max(1000, JUMP * before):
                wanted = f"In {year} there are {before:,}."
                yield Fault("people.csv", line, "persons", f"{persons:,}", wanted)


def rows_that_no_day_sees(tables: Tables) -> Iterator[Fault]:
    """Yield each area and reporter of which no day lies within the mission."""
    yield from unseen(tables, Area, Reporting)


def values_out_of_range(tables: Tables) -> Iterator[Fault]:
    """Yield each parameter far outside the plausible range of the master table; 0 is off."""
    master = {row.name: row for row in tables.master}
    for line, row in tables.placed(ParameterRow):
        name, index = parted(row.name) or ("", "")
        known = master.get(name)
        if index.partition(".")[0] in OF_A_LINE and not name.startswith("line."):
            continue  # those ranges come from violence between communities
        if known is None or known.low is None or known.high is None or known.low >= known.high:
            continue
        low, high = min(known.low / 2, known.low * 2), max(known.high / 2, known.high * 2)
        if row.value and not low <= row.value <= high:
            wanted = f"{known.name} is from {known.low:g} to {known.high:g} elsewhere."
            yield Fault("parameters.csv", line, "value", f"{row.value:g}", wanted)


def offers_of_unknown_nations(tables: Tables) -> Iterator[Fault]:
    """Yield each offer of a nation of which no standing says that it may come."""
    known = {row.contributor for row in tables.rows(Standing)}
    for line, offer in tables.placed(Offer):
        if offer.contributor not in known:
            wanted = "No row of plan/standings.csv is about this nation, so it may not come."
            yield Fault(FILE_OF[Offer], line, "contributor", shown(offer.contributor), wanted)


WARNINGS: tuple[Callable[[Tables], Iterator[Fault]], ...] = (
    places_far_from_all_others,
    roads_that_cannot_be,
    strengths_out_of_proportion,
    rows_at_the_same_time,
    rows_that_say_the_same,
    more_bound_than_there_are,
    force_that_counts_for_little,
    parts_larger_than_the_whole,
    calls_out_of_reach,
    nobody_where_people_live,
    rows_that_no_day_sees,
    values_out_of_range,
    offers_of_unknown_nations,
    hasty_reviews,
)
"""Every rule on what is possible but hardly meant."""
