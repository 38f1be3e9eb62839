"""The force on one day: its order of battle as APP-6 symbols, and its laydown on a map.

Frames of a friend for the force, neutral ones for local police, never a hostile one: communities
have no frame at all.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from interpose.errors import PlanError
from interpose.plan.deployments import Deployment, spread
from interpose.plan.laydown.placing import Laydown, Response
from interpose.plan.months import stretches
from interpose.report.interactive import Spec
from interpose.report.map_view import month_of, over_places
from interpose.report.page import Figure, Table, capital, day, number, render
from interpose.report.plan_page.plan_data import PlanData
from interpose.scenario.phrases import listed, plural

HEADQUARTERS = "10031000180000000000"
"""A friend's formation of no special kind: the force."""

LOCAL_POLICE = "10041000002007000000"
"""A neutral police unit."""


# --- order of battle ------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """A symbol with its words: a contingent, or the single posts of many nations."""

    symbol: Markup
    words: str
    name: str
    title: str
    embedded: bool = False


@dataclass(frozen=True)
class Branch:
    """The units of one place, or the reserve at home."""

    name: str
    persons: str
    units: Sequence[Unit]
    look: str = ""


def order_of_battle(data: PlanData) -> Figure:
    """Return the order of battle on the data's day."""
    here = data.present(data.day)
    persons = number(sum(row.persons for row in here))
    branches = [
        _branch(data, data.place_name(place), rows) for place, rows in _groups(here).items()
    ]
    home = [
        row for row in data.rows
        if row.offer.reserve and row.assignment.begins <= data.day < row.assignment.ends
    ]  # fmt: skip
    if home:
        branches.append(_branch(data, "Reserve at home", home, "reserve"))
    officers = sum(
        row.strength
        for row in data.scenario.police
        if row.kind == "local_police"
        and row.begins <= data.day
        and (row.ends is None or data.day < row.ends)
    )
    drawing = render(
        "order_of_battle.html",
        headquarters=_symbol(HEADQUARTERS),
        title=data.scenario.header.title,
        day=day(data.day),
        persons=persons,
        branches=branches,
        police=_symbol(LOCAL_POLICE),
        officers=number(officers) if officers else "",
        nations=list(_nations(data, [*here, *home])),
    )
    nations = len({row.offer.contributor for row in here})
    alt = f"{len(here)} contingents of {nations} nations, {persons} persons."
    caption = (
        f"Order of battle on {day(data.day)}, with nation and persons of each contingent;"
        " single posts of many nations share a symbol. Nations by their codes of three letters;"
        " below stand their names. Strengths as offered in plan/offers.csv; symbols: APP-6D."
    )
    return Figure("orbat", drawing, caption, alt, still=False)


def _groups(rows: tuple[Deployment, ...]) -> dict[str, list[Deployment]]:
    """Return the units of each place; an embedded unit follows its host, wherever that is."""
    found: dict[str, list[Deployment]] = {}
    hosts = {row.offer.id for row in rows}
    guests: dict[str, list[Deployment]] = {}
    for row in sorted(rows, key=lambda r: (r.requirement.place, -r.persons, r.offer.id)):
        if row.offer.host in hosts:
            guests.setdefault(row.offer.host, []).append(row)
        else:
            found.setdefault(row.requirement.place, []).append(row)
    for units in found.values():
        for at in itertools.count(1):  # the list grows: a guest may be a host too
            if at > len(units):
                break
            units[at:at] = guests.pop(units[at - 1].offer.id, [])
    return found


def _branch(data: PlanData, name: str, rows: Sequence[Deployment], look: str = "") -> Branch:
    units: list[Unit] = []
    posts: dict[str, list[Deployment]] = {}
    for i, row in enumerate(rows):
        if row.capability.echelon == "team":
            posts.setdefault(row.capability.id, []).append(row)
            continue
        words = f"{row.offer.contributor.upper()} {number(row.persons)}"
        embedded = bool(row.offer.host) and row.offer.host in {other.offer.id for other in rows[:i]}
        kind, title = row.capability, data.name_of.offer(row.offer)
        units.append(Unit(_symbol(kind.symbol), words, kind.name, title, embedded))
    for same in posts.values():
        nations = sorted({row.offer.contributor.upper() for row in same})
        who = nations[0] if len(nations) == 1 else f"{len(nations)} nations"
        words = f"{who} {number(sum(row.persons for row in same))}"
        kind = same[0].capability
        units.append(Unit(_symbol(kind.symbol), words, kind.name, ", ".join(nations)))
    return Branch(name, number(sum(row.persons for row in rows)), units, look)


def _symbol(code: str) -> Markup:
    """Return an APP-6 symbol, or nothing for a code that is none."""
    from milsymbol import Symbol

    symbol = Symbol(code, size=32)
    if not symbol.is_valid():
        return Markup()
    drawn = re.sub(r' (xmlns|version|baseProfile)="[^"]*"', "", symbol.as_svg())
    return Markup(drawn.replace("<svg", '<svg aria-hidden="true"', 1))  # no texts of a scenario


def _nations(data: PlanData, rows: Sequence[Deployment]) -> Iterator[dict[str, Any]]:
    """Yield what the template names of each nation, the largest first, and of its contingents."""
    by_nation: dict[str, dict[str, list[Deployment]]] = {}
    for row in sorted(rows, key=lambda r: (-r.persons, r.offer.id)):
        by_nation.setdefault(row.offer.contributor, {}).setdefault(row.offer.id, []).append(row)
    counts = {n: sum(r.persons for own in o.values() for r in own) for n, o in by_nation.items()}
    for nation in sorted(counts, key=lambda n: (-counts[n], n)):
        own = by_nation[nation].values()
        yield {
            "name": data.name_of.nation(nation),
            "told": f"{plural(counts[nation], 'person')} in {plural(len(own), 'contingent')}",
            "contingents": [_contingent(data, each) for each in own],
        }


def _contingent(data: PlanData, rows: Sequence[Deployment]) -> dict[str, Any]:
    """Return what the template names of a contingent, and of its units line by line."""
    offer, kind = rows[0].offer, rows[0].capability
    caveats = {caveat.id: caveat.words for caveat in data.inputs.caveats}
    days = offer.notice_days + offer.movement_days
    lines = []
    for row in rows:
        served, last = row.assignment, row.assignment.ends - dt.timedelta(days=1)
        lines.append(
            f"{plural(served.units, 'unit')}, {number(row.persons)} persons:"
            f" {data.marked(row.requirement.id)}, {day(served.begins)} to {day(last)}"
        )
    held = listed(caveats[name] for name in offer.caveats.split(";") if name in caveats)
    lines.append(
        f"{plural(days, 'day')} from order to arrival; tours of {offer.tour_months} months"
    )
    if offer.reserve:
        lines.append("Kept in reserve at home")
    if offer.host:
        lines.append(f"Embedded in {data.name_of.offer(offer.host)}")
    if held:
        lines.append(f"Caveat: {held}")
    nation = data.name_of.nation(offer.contributor)
    name = capital(offer.unit.removeprefix(f"{nation}: "))
    persons = number(sum(row.persons for row in rows))
    told = f"{name}: {persons} persons ({kind.name})"
    return {"symbol": _symbol(kind.symbol), "name": told, "lines": lines}


# --- laydown --------------------------------------------------------------------------------

LABELS = 6
"""Places with a name on the map: those reached last."""

INFANTRY = "1211"
"""Digits 11 to 14 of the APP-6D code of infantry."""

PLACES = {
    "twice": "reached twice in time",
    "once": "reached once",
    "late": "not reached in time",
}
"""What becomes of a place; larger marks are protected ones."""


def on_map(data: PlanData, *, what_if: bool) -> Spec:
    """Return the map of bases and places by month; the data must have a laydown."""
    where = {place.id: (place.lon, place.lat) for place in data.scenario.places}
    shut = data.laydown.terrain.closed_roads if data.laydown else ()
    return over_places(
        data.scenario,
        list(range(data.months[0].year, data.months[-1].year + 1)),
        (month_of(data.months[0]), month_of(data.months[-1])),
        list(_places(data)),
        list(_force(data)),
        [],
        what_if=what_if,
        labels=LABELS,
        heading="Minutes to each place",
        closed=[[where[end] for end in road] for road in shut],
    )


def in_words(data: PlanData) -> str:
    """Return how many places are reached; the data must have a laydown."""
    assert data.laydown is not None
    states = Counter(state_of(r, data.reach_min) for r in data.laydown.responses)
    told = listed(f"{plural(states[key], 'place')} {PLACES[key]}" for key in PLACES if states[key])
    return f"Map on {day(data.day)}: {told}."


def state_of(response: Response, reach_min: float) -> str:
    """Return whether a place is reached twice, once or not within some minutes."""
    if response.first_min > reach_min:
        return "late"
    return "twice" if response.backup_min <= reach_min else "once"


def _places(data: PlanData) -> Iterator[Spec]:
    """Yield every place for the months of each laydown."""
    made = {id(laydown): laydown for laydown in data.laydowns.values()}
    before = data.without.laydowns if data.without else {}
    for first, last, key in stretches({m: id(laid) for m, laid in data.laydowns.items()}):
        old = {r.place: r.first_min for r in before[first].responses} if first in before else {}
        yield from _sites(data, made[key], old, {"from": month_of(first), "to": month_of(last) + 1})


def _sites(
    data: PlanData, laydown: Laydown, old: Mapping[str, float], span: Mapping[str, int]
) -> Iterator[Spec]:
    rows: list[Spec] = []
    for place, response in zip(data.scenario.places, laydown.responses, strict=True):
        minutes = response.first_min
        was = old.get(place.id, minutes)
        rows.append(
            {
                "name": place.name, "lon": round(place.lon, 4), "lat": round(place.lat, 4),
                "state": state_of(response, data.reach_min), "protected": response.protected,
                "changed": abs(was - minutes) > 0.5 or was == np.inf != minutes, **span,
                "words": _reached(data, response, was),
            }
        )  # fmt: skip
    late = [min(r.first_min, 9999.0) if r.protected else 0.0 for r in laydown.responses]
    for i, row in enumerate(rows):
        if late[i] > data.reach_min or 0 < late[i] == max(late):
            name = str(row["name"]).partition("/")[0]
            row |= {"label": f"{name} {_minutes(late[i])}", "rank": late[i]}
    yield from rows


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f} min" if minutes < 9999.0 else "no road"


def _reached(data: PlanData, response: Response, was: float) -> str:
    kind = " (protected)" if response.protected else ""
    text = f"{data.place_name(response.place)}{kind}: "
    if not response.base:
        return f"{text}no platoon reaches it by road."
    text += f"first platoon after {_minutes(response.first_min)} from"
    text += f" {data.place_name(response.base)}"
    if np.isfinite(response.backup_min):
        text += f", the last of those asked for after {_minutes(response.backup_min)}"
    if was != response.first_min:
        text += f"; without the change the first after {_minutes(min(was, 9999.0))}"
    return f"{text}."


def _force(data: PlanData) -> Iterator[Spec]:
    """Yield who stands at which base in which months, as the plan would be played."""
    bases = {base.id: base for base in data.scenario.bases}
    where = {place.id: place for place in data.scenario.places}
    found: dict[tuple[str, str, bool], dict[dt.date, int]] = {}
    for month, laydown in data.laydowns.items():
        for row in data.counted(month):
            on_foot = row.capability.symbol[10:14] == INFANTRY
            with suppress(PlanError):  # no base is open on the day on which a unit arrives
                for base, persons in spread(data.scenario, laydown.camps, data.closed, row):
                    here = found.setdefault((base, row.offer.contributor, on_foot), {})
                    here[month] = here.get(month, 0) + persons
    for (base, nation, on_foot), own in found.items():
        place = where[bases[base].place]
        for first, last, persons in stretches(own):
            if persons:
                yield {
                    "name": bases[base].name, "lon": place.lon, "lat": place.lat, "n": persons,
                    "nation": data.name_of.nation(nation), "infantry": on_foot,
                    "from": month_of(first), "to": month_of(last) + 1,
                }  # fmt: skip


def tables(data: PlanData, laydown: Laydown) -> Iterator[Table]:
    """Yield who stands at each base, and the minutes of every place."""
    camps = [
        (
            data.place_name(c.base),
            data.place_name(c.area) if c.area else "everywhere",
            number(c.platoons),
        )
        for c in laydown.camps
    ]
    caption = f"Platoons at each base on {day(data.day)}"
    yield Table("camps", caption, ("Base", "Answers in", "Platoons"), camps, numeric=2)
    yield _minutes_table(data, laydown)


def _minutes_table(data: PlanData, laydown: Laydown) -> Table:
    """Return the minutes of every place, the last reached first."""
    rows = [
        (
            data.place_name(r.place),
            "protected" if r.protected else "",
            data.place_name(r.base) if r.base else "none",
            *(f"{m:.0f}" if math.isfinite(m) else "–" for m in (r.first_min, r.backup_min)),
        )
        for r in sorted(laydown.responses, key=lambda r: (-r.first_min, r.place))
    ]
    which = "Last platoon" if laydown.backup != 2 else "Second platoon"
    header = ("Place", "", "First from", "First platoon, min", f"{which}, min")
    caption = "Minutes to each place along open roads (times of links.csv), the last reached first"
    return Table("responses", caption, header, rows, numeric=3, folded=True)
