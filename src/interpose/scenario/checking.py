"""Do the tables hang together? ``CHECKS`` names the rules; each is one function below or beside.

A rule is asked only of rows that are valid in themselves, and rules that add up a whole table only
of tables that are valid throughout, so that one slip is reported once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator

from interpose.errors import Fault
from interpose.scenario.models import (
    Area,
    Base,
    Contingent,
    Figure,
    Header,
    IncidentType,
    Link,
    ParameterRow,
    People,
    Place,
    Police,
    RecordedIncident,
    Reporting,
    Row,
    Share,
    Shock,
)
from interpose.scenario.parameter_checks import faulty_parameters
from interpose.scenario.plan_checks import PLAN_CHECKS
from interpose.scenario.record_checks import (
    rings,
    shared_names_of_the_record,
    sources_dated_backwards,
    undated_sources,
)
from interpose.scenario.references import (
    reserved_names,
    unknown_references,
    unknown_sources_of_tasks,
)
from interpose.scenario.tables import FILE_OF, Tables
from interpose.scenario.wording import shown

LONGEST_MISSION_DAYS = 36_525
"""A century. Longer ones are slips of the pen."""

KEYS: dict[str, tuple[str, ...]] = {
    "people.csv": ("place", "community", "year"),
    "shares.csv": ("municipality", "place", "community"),
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
    """Yield each contingent, police force or shock that no day of the mission sees."""
    header = tables.settings.header
    if header is None or header.start >= header.end:
        return
    for line, unit in tables.placed(Contingent):
        yield from _unseen("contingents.csv", line, "arrives", unit.arrives, unit.departs, header)
    for line, police in tables.placed(Police):
        yield from _unseen("police.csv", line, "begins", police.begins, police.ends, header)
    for line, shock in tables.placed(Shock):
        if not header.start <= shock.date <= header.end:
            wanted = f"Must lie within the mission, {header.start} to {header.end}."
            yield Fault("shocks.csv", line, "date", str(shock.date), wanted)


def _unseen(
    file: str, line: int, field: str, first: dt.date, gone: dt.date | None, header: Header
) -> Iterator[Fault]:
    wanted = f"No day of the mission, {header.start} to {header.end}, would see it."
    if first > header.end:
        yield Fault(file, line, field, str(first), wanted)
    elif gone is not None and gone <= header.start:
        last = "departs" if field == "arrives" else "ends"
        yield Fault(file, line, last, str(gone), wanted)


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


CHECKS: tuple[Callable[[Tables], Iterator[Fault]], ...] = (
    repeated_rows,
    repeated_types,
    header_out_of_order,
    unknown_references,
    unknown_sources_of_tasks,
    reserved_names,
    ranges_out_of_order,
    periods_out_of_order,
    contingents_out_of_order,
    outside_the_mission,
    contingents_without_a_base,
    places_astray,
    shares_that_do_not_add_up,
    faulty_links,
    places_cut_off,
    faulty_parameters,
    undated_sources,
    sources_dated_backwards,
    shared_names_of_the_record,
    rings,
    *PLAN_CHECKS,
)
"""Every rule on how the tables hang together."""
