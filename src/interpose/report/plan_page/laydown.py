"""The order of battle as a tree of APP-6 symbols.

Frames of a friend for the force, neutral ones for local police, never a hostile one: communities
have no frame at all.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from interpose.plan.deployments import Deployment
from interpose.plan.laydown.placing import Laydown, Response
from interpose.report import drawing
from interpose.report.formats import day, listed, number, shortened
from interpose.report.maps import project
from interpose.report.page import Figure, Table
from interpose.report.plan_page.plan_data import PlanData
from interpose.report.plan_page.svg_writer import Drawing

HEADQUARTERS = "10031000180000000000"
"""A friend's formation of no special kind: the force, and each of its areas."""

LOCAL_POLICE = "10041000002007000000"
"""A neutral police unit."""

STAFFED = "2367"
"""Eighth digits of a code whose symbol stands on a staff: headquarters; words go beside it."""

WIDE, LEFT, CELL, ROW = 720.0, 72.0, 92.0, 72.0
ACROSS = int((WIDE - LEFT) // CELL)


def order_of_battle(data: PlanData) -> Figure:
    """Return the order of battle on the data's day."""
    drawing = Drawing("orbat", WIDE)
    here = data.present(data.day)
    persons = sum(row.persons for row in here)
    _symbol(drawing, HEADQUARTERS, 40, 42, 44)
    title = shortened(data.scenario.header.title, 70)
    drawing.text(82, 38, title, size=12, bold=True)
    drawing.text(82, 54, f"{day(data.day)}: {number(persons)} persons in the theatre", size=10)
    y = 84.0
    end = 62.0
    for place, rows in _groups(here).items():
        end = y - 4
        y = _group(drawing, data, data.place_name(place), rows, y, dash="")
    drawing.line([(40, 62), (40, end)])
    home = [row for row in data.rows if row.offer.reserve and _on(row, data)]
    if home:
        drawing.line([(40, end), (40, y - 4)], dash="6,4")
        y = _group(drawing, data, "Reserve at home", home, y, dash="6,4")
    y = _police(drawing, data, y)
    drawing.text(8, y + 8, "Dotted: embedded in its host's unit. Dashed: reserve at home.", size=9)
    nations = len({row.offer.contributor for row in here})
    alt = f"{len(here)} contingents of {nations} nations, {number(persons)} persons."
    caption = (
        f"Order of battle on {day(data.day)}, with nation and persons of each contingent;"
        " single posts of many nations share a symbol. Nations by their codes of three letters; the"
        " table has their names. Strengths as offered in plan/offers.csv; symbols: APP-6D."
    )
    return Figure("orbat", drawing.finish(y + 16), caption, alt, [_table(data, here)])


def _on(row: Deployment, data: PlanData) -> bool:
    return row.assignment.begins <= data.day < row.assignment.ends


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


@dataclass(frozen=True, slots=True)
class Drawn:
    """A symbol with its words: a contingent, or the single posts of many nations."""

    symbol: str
    words: str
    name: str
    title: str
    offer: str
    host: str


def _drawn(data: PlanData, rows: list[Deployment]) -> list[Drawn]:
    found = []
    posts: dict[str, list[Deployment]] = {}
    for row in rows:
        if row.capability.echelon == "team":
            posts.setdefault(row.capability.id, []).append(row)
            continue
        nation = row.offer.contributor
        found.append(
            Drawn(
                row.capability.symbol,
                f"{nation.upper()} {number(row.persons)}",
                row.capability.name,
                data.said.offer(row.offer),
                row.offer.id,
                row.offer.host,
            )
        )
    for same in posts.values():
        nations = sorted({row.offer.contributor.upper() for row in same})
        persons = number(sum(row.persons for row in same))
        words = f"{nations[0] if len(nations) == 1 else f'{len(nations)} nations'} {persons}"
        kind = same[0].capability
        found.append(Drawn(kind.symbol, words, kind.name, ", ".join(nations), "", ""))
    return found


def _group(
    drawing: Drawing, data: PlanData, name: str, rows: list[Deployment], y: float, *, dash: str
) -> float:
    """Draw one branch and return where the next one begins."""
    drawing.line([(40, y - 4), (LEFT - 10, y - 4)], dash=dash)
    persons = number(sum(row.persons for row in rows))
    drawing.text(LEFT - 6, y, f"{shortened(name, 60)}: {persons} persons", size=10, bold=True)
    top = y + 14
    units = _drawn(data, rows)
    for i, unit in enumerate(units):
        x, y = LEFT + (i % ACROSS) * CELL, top + (i // ACROSS) * ROW
        middle = y + 22
        if i % ACROSS == 0:
            drawing.line([(LEFT - 4, y - 10 if i == 0 else top), (LEFT - 4, middle)], dash=dash)
            begin = x - 4
        else:
            begin = x - CELL + 68
        embedded = bool(unit.host) and any(unit.host == other.offer for other in units[:i])
        style, wide = ("1.5,3", 1.8) if embedded else (dash, 1.0)
        drawing.line([(begin, middle), (x + 21, middle)], dash=style, wide=wide)
        _symbol(drawing, unit.symbol, x + 40, middle, 36)
        at, anchor = (x + 18, "start") if unit.symbol[7] in STAFFED else (x + 40, "middle")
        drawing.text(at, y + 51, unit.words, size=9.5, anchor=anchor, bold=True)
        label = shortened(unit.name, 18)
        drawing.text(at, y + 61, label, size=7.8, anchor=anchor, title=unit.title)
    return y + ROW + 14


def _police(drawing: Drawing, data: PlanData, y: float) -> float:
    """Draw the local police beside the force, joined to nothing."""
    officers = sum(
        row.strength
        for row in data.scenario.police
        if row.kind == "local_police"
        and row.begins <= data.day
        and (row.ends is None or data.day < row.ends)
    )
    if not officers:
        return y
    _symbol(drawing, LOCAL_POLICE, 40, y + 22, 36)
    drawing.text(70, y + 20, "Local police (not part of the force)", size=9.5, bold=True)
    drawing.text(70, y + 32, f"{number(officers)} officers by the scenario", size=8.5)
    return y + 52


def _symbol(drawing: Drawing, code: str, x: float, y: float, size: float) -> None:
    """Draw an APP-6 symbol whose frame has its middle at (x, y)."""
    from milsymbol import Symbol

    symbol = Symbol(code, size=size)
    if not symbol.is_valid():
        drawing.box(x - size / 2, y - size / 3, size, size / 1.5, fill="#fff", stroke="#000")
        return
    text = re.sub(r' (xmlns|version|baseProfile)="[^"]*"', "", symbol.as_svg())
    left, top, wide, _ = (float(part) for part in re.findall(r'viewBox="([^"]*)"', text)[0].split())
    scale = symbol.get_size()["width"] / wide  # the frame's middle is at (100, 100) of the box
    at = f'<svg x="{x - (100 - left) * scale:.1f}" y="{y - (100 - top) * scale:.1f}" '
    drawing.markup(text.replace("<svg ", at, 1))


def _table(data: PlanData, rows: tuple[Deployment, ...]) -> Table:
    found: list[tuple[str, ...]] = [
        (
            data.names.get(row.offer.contributor, row.offer.contributor),
            _unit(data, row),
            row.capability.name,
            data.place_name(row.requirement.place),
            data.said.offer(row.offer.host) if row.offer.host else "",
            number(row.persons),
        )
        for row in sorted(rows, key=lambda r: (r.offer.contributor, r.offer.id))
    ]
    header: tuple[str, ...] = ("Nation", "Unit", "Capability", "Place", "Embedded in", "Persons")
    if not any(row[4] for row in found):
        header = (*header[:4], header[5])
        found = [(*row[:4], row[5]) for row in found]
    caption = f"Units in the theatre on {day(data.day)}"
    return Table("orbat", caption, header, found, numeric=len(header) - 1)


def _unit(data: PlanData, row: Deployment) -> str:
    """Return the name of a unit without its nation, which stands in a column of its own."""
    nation = data.names.get(row.offer.contributor, "")
    rest = row.offer.unit.removeprefix(f"{nation}: ")
    return rest[:1].upper() + rest[1:]


LABELS = 6
"""Places with a name on the map: protected places that are reached last."""

LOOKS = {
    "twice": ("o", drawing.BLUE, "reached twice"),
    "once": ("o", "white", "reached once"),
    "late": ("X", drawing.ORANGE, "not reached in time"),
}
"""Marker, colour and words of a place."""


def laydown_map(data: PlanData) -> Figure:
    """Return the map; the data must have a laydown."""
    laydown = data.laydown
    assert laydown is not None
    places = data.scenario.places
    east, north = project(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    tall, wide = max(float(np.ptp(north)), 1.0), max(float(np.ptp(east)), 1.0)
    height = min(max(drawing.WIDTH * 0.7 * tall / wide, 2.2), 6.2) + 0.7
    figure, (ax,) = drawing.canvas(1, 1, height=height)
    index = {place.id: i for i, place in enumerate(places)}
    _roads(ax, data, laydown, index, (east, north))
    state = [state_of(response, data.reach_min) for response in laydown.responses]
    _places(ax, laydown, state, (east, north))
    _bases(ax, data, laydown, index, (east, north))
    _names(ax, data, laydown, (east, north))
    ax.set_aspect("equal")
    ax.margins(0.06)
    ax.axis("off")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), fontsize=8, ncols=3)
    counts = {key: state.count(key) for key in LOOKS}
    limit = f"{data.reach_min:.0f} minutes"
    alt = ", ".join(f"{count} places {LOOKS[key][2]}" for key, count in counts.items())
    caption = (
        f"Laydown on {day(data.day)}: places by how many platoons reach them along the roads"
        f" within {limit}; squares are bases with the number of their platoons."
        f" {_conditions(data, laydown)}{data.scenario.header.borders}"
    )
    svg = drawing.to_svg(figure, "laydown")
    return Figure("laydown", svg, caption, f"{alt}.", [_camps(data, laydown),
                                                       _minutes_table(data, laydown)])  # fmt: skip


def state_of(response: Response, reach_min: float) -> str:
    """Return whether a place is reached twice, once or not within some minutes."""
    if response.first_min > reach_min:
        return "late"
    return "twice" if response.backup_min <= reach_min else "once"


def _conditions(data: PlanData, laydown: Laydown) -> str:
    words = "" if laydown.may_cross_boundary else "Platoons stay in their areas. "
    if laydown.terrain.winter_factor != 1.0:
        words += f"Winter: every time {laydown.terrain.winter_factor:g} times as long. "
    if laydown.terrain.closed_roads:
        roads = laydown.terrain.closed_roads
        shut = [" to ".join(data.place_name(end) for end in road) for road in roads]
        words += f"Closed by barricades: {listed(shut)}. "
    return words


Where = tuple[NDArray[np.float64], NDArray[np.float64]]


def _roads(ax: Axes, data: PlanData, laydown: Laydown, index: dict[str, int], where: Where) -> None:
    shut = set(laydown.terrain.closed_roads)
    for link in data.scenario.links:
        ends = [index[link.a], index[link.b]]
        closed = (min(link.a, link.b), max(link.a, link.b)) in shut
        ax.plot(
            where[0][ends], where[1][ends], lw=1.6 if closed else 0.6, zorder=1,
            color="black" if closed else "#bbbbbb", ls=(0, (1, 1.5)) if closed else "-",
        )  # fmt: skip
    if shut:
        ax.plot([], [], color="black", lw=1.6, ls=(0, (1, 1.5)), label="road closed")


def _places(ax: Axes, laydown: Laydown, state: list[str], where: Where) -> None:
    kept = np.array([response.protected for response in laydown.responses])
    for key, (marker, colour, words) in LOOKS.items():
        of = np.array([s == key for s in state])
        for protected, size in ((False, 22.0), (True, 70.0)):
            some = of & (kept == protected)
            if some.any():
                ax.scatter(
                    where[0][some], where[1][some], size, marker=marker, fc=colour, ec="black",
                    lw=0.7, zorder=3 if protected else 2,
                    label=f"{words}{', protected' if protected else ''}",
                )  # fmt: skip


def _bases(ax: Axes, data: PlanData, laydown: Laydown, index: dict[str, int], where: Where) -> None:
    place_of = {base.id: base.place for base in data.scenario.bases}
    platoons: dict[str, int] = {}
    for camp in laydown.camps:
        platoons[camp.base] = platoons.get(camp.base, 0) + camp.platoons
    for base, count in platoons.items():
        i = index[place_of[base]]
        label = "base, with its platoons" if base == next(iter(platoons)) else None
        ax.plot(where[0][i], where[1][i], "s", ms=11, mfc="white", mec="black", mew=1.4,
                zorder=4, label=label)  # fmt: skip
        ax.text(where[0][i], where[1][i], str(count), ha="center", va="center", fontsize=7,
                zorder=5, fontweight="bold")  # fmt: skip


def _names(ax: Axes, data: PlanData, laydown: Laydown, where: Where) -> None:
    names = [place.name for place in data.scenario.places]
    kept = [i for i, r in enumerate(laydown.responses) if r.protected]
    last = sorted(kept, key=lambda i: (-_ordered(laydown.responses[i]), i))[:LABELS]
    for i in last:
        minutes = laydown.responses[i].first_min
        told = f"{minutes:.0f} min" if math.isfinite(minutes) else "no road"
        ax.annotate(
            f"{shortened(names[i].split('/')[0], 22)}, {told}", (where[0][i], where[1][i]),
            xytext=(6, 4), textcoords="offset points", fontsize=7, zorder=6,
            bbox={"fc": (1, 1, 1, 0.7), "ec": "none", "pad": 0.5},
        )  # fmt: skip


def _ordered(response: Response) -> float:
    return min(response.first_min, 1e9)


def _camps(data: PlanData, laydown: Laydown) -> Table:
    rows = [
        (data.place_name(c.base), data.place_name(c.area) if c.area else "everywhere",
         number(c.platoons))
        for c in laydown.camps
    ]  # fmt: skip
    return Table("camps", "Platoons at each base", ("Base", "Answers in", "Platoons"), rows,
                 numeric=2)  # fmt: skip


def _minutes_table(data: PlanData, laydown: Laydown) -> Table:
    """Return the minutes of every place, the last reached first."""
    rows = [
        (
            data.place_name(r.place),
            "protected" if r.protected else "",
            data.place_name(r.base) if r.base else "none",
            _minutes(r.first_min),
            _minutes(r.backup_min),
        )
        for r in sorted(laydown.responses, key=lambda r: (-_ordered(r), r.place))
    ]
    which = "Last platoon" if laydown.backup != 2 else "Second platoon"
    header = ("Place", "", "First from", "First platoon, min", f"{which}, min")
    caption = "Minutes to each place along open roads (times of links.csv), the last reached first"
    return Table("responses", caption, header, rows, numeric=3, folded=True)


def _minutes(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "–"
