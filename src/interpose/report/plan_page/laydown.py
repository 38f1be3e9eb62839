"""The force on one day: its order of battle as APP-6 symbols, and its laydown on a map.

Frames of a friend for the force, neutral ones for local police, never a hostile one: communities
have no frame at all.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes

from interpose.plan.deployments import Deployment
from interpose.plan.laydown.placing import Laydown, Response
from interpose.report import drawing
from interpose.report.drawing import as_figure, columns_table
from interpose.report.maps import Where, legend_below, map_axes, name_largest
from interpose.report.page import Figure, Table, capital, day, number, render
from interpose.report.plan_page.plan_data import PlanData
from interpose.scenario.phrases import listed

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
    )
    nations = len({row.offer.contributor for row in here})
    alt = f"{len(here)} contingents of {nations} nations, {persons} persons."
    caption = (
        f"Order of battle on {day(data.day)}, with nation and persons of each contingent;"
        " single posts of many nations share a symbol. Nations by their codes of three letters; the"
        " table has their names. Strengths as offered in plan/offers.csv; symbols: APP-6D."
    )
    return Figure("orbat", drawing, caption, alt, [_units_table(data, here)])


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
    return Markup(re.sub(r' (xmlns|version|baseProfile)="[^"]*"', "", symbol.as_svg()))  # no texts


def _units_table(data: PlanData, rows: tuple[Deployment, ...]) -> Table:
    shown = sorted(rows, key=lambda r: (r.offer.contributor, r.offer.id))
    columns = [
        ("Nation", [data.name_of.nation(row.offer.contributor) for row in shown]),
        ("Unit", [_unit(data, row) for row in shown]),
        ("Capability", [row.capability.name for row in shown]),
        ("Place", [data.place_name(row.requirement.place) for row in shown]),
    ]
    if any(row.offer.host for row in shown):
        hosts = [data.name_of.offer(row.offer.host) if row.offer.host else "" for row in shown]
        columns.append(("Embedded in", hosts))
    columns.append(("Persons", [number(row.persons) for row in shown]))
    caption = f"Units in the theatre on {day(data.day)}"
    return columns_table("orbat", caption, columns, numeric=len(columns) - 1)


def _unit(data: PlanData, row: Deployment) -> str:
    """Return the name of a unit without its nation, which stands in a column of its own."""
    nation = data.name_of.nation(row.offer.contributor)
    return capital(row.offer.unit.removeprefix(f"{nation}: "))


# --- laydown --------------------------------------------------------------------------------

PLACE_MARKS = {
    "twice": ("o", drawing.BLUE, "reached twice"),
    "once": ("o", "white", "reached once"),
    "late": ("X", drawing.ORANGE, "not reached in time"),
}
"""Marker, colour and words of a place."""


def laydown_map(data: PlanData) -> Figure:
    """Return the map; the data must have a laydown."""
    laydown, scenario = data.laydown, data.scenario
    assert laydown is not None
    figure, (ax,), where = map_axes(scenario, 1)
    index = {place.id: i for i, place in enumerate(scenario.places)}
    for i, ends in enumerate(laydown.terrain.closed_roads):
        at = [index[end] for end in ends]
        ax.plot(
            where[0][at], where[1][at], lw=1.6, color="black", ls=(0, (1, 1.5)),
            label=None if i else "road closed",
        )  # fmt: skip
    states = [state_of(response, data.reach_min) for response in laydown.responses]
    _draw_places(ax, laydown, states, where)
    _draw_bases(ax, data, laydown, index, where)
    minutes = np.array([r.first_min if r.protected else 0.0 for r in laydown.responses])
    names = [
        f"{place.name.split('/')[0]}, {f'{m:.0f} min' if np.isfinite(m) else 'no road'}"
        for place, m in zip(scenario.places, minutes, strict=True)
    ]
    name_largest(ax, names, where, minutes)
    legend_below(ax)
    alt = ", ".join(f"{states.count(key)} places {PLACE_MARKS[key][2]}" for key in PLACE_MARKS)
    caption = (
        f"Laydown on {day(data.day)}: places by how many platoons reach them along the roads"
        f" within {data.reach_min:.0f} minutes; squares are bases with the number of their"
        f" platoons. {_conditions(data, laydown)}{scenario.header.borders}"
    )
    camps = [
        (
            data.place_name(c.base),
            data.place_name(c.area) if c.area else "everywhere",
            number(c.platoons),
        )
        for c in laydown.camps
    ]
    header = ("Base", "Answers in", "Platoons")
    table = Table("camps", "Platoons at each base", header, camps, numeric=2)
    return as_figure("laydown", figure, caption, f"{alt}.", [table, _minutes_table(data, laydown)])


def state_of(response: Response, reach_min: float) -> str:
    """Return whether a place is reached twice, once or not within some minutes."""
    if response.first_min > reach_min:
        return "late"
    return "twice" if response.backup_min <= reach_min else "once"


def _conditions(data: PlanData, laydown: Laydown) -> str:
    terrain = laydown.terrain
    text = "" if laydown.may_cross_boundary else "Platoons stay in their areas. "
    if terrain.winter_factor != 1.0:
        text += f"Winter: every time {terrain.winter_factor:g} times as long. "
    if terrain.closed_roads:
        shut = [" to ".join(data.place_name(end) for end in road) for road in terrain.closed_roads]
        text += f"Closed by barricades: {listed(shut)}. "
    return text


def _draw_places(ax: Axes, laydown: Laydown, states: list[str], where: Where) -> None:
    kept = np.array([response.protected for response in laydown.responses])
    for key, (marker, colour, label) in PLACE_MARKS.items():
        for protected, size, more in ((False, 22.0, ""), (True, 70.0, ", protected")):
            some = (np.array(states) == key) & (kept == protected)
            if some.any():
                ax.scatter(
                    where[0][some], where[1][some], size, marker=marker, fc=colour, ec="black",
                    lw=0.7, zorder=3 if protected else 2, label=f"{label}{more}",
                )  # fmt: skip


def _draw_bases(
    ax: Axes, data: PlanData, laydown: Laydown, index: dict[str, int], where: Where
) -> None:
    platoons: Counter[str] = Counter()
    for camp in laydown.camps:
        platoons[camp.base] += camp.platoons
    place_of = {base.id: index[base.place] for base in data.scenario.bases}
    for base, count in platoons.items():
        spot = where[0][place_of[base]], where[1][place_of[base]]
        ax.plot(*spot, "s", ms=11, mfc="white", mec="black", mew=1.4, zorder=4)
        ax.text(*spot, str(count), ha="center", va="center", fontsize=7, zorder=5, weight="bold")
    ax.plot([], [], "s", ms=8, mfc="white", mec="black", mew=1.4, label="base, with its platoons")


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
