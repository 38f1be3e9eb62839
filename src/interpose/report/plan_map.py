"""The laydown on a map: bases, roads, and how soon each place is reached along them."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from interpose.plan.laydown.placing import Laydown, Response
from interpose.report import drawing
from interpose.report.parts import Figure, Table
from interpose.report.places import project
from interpose.report.plan_material import PlanMaterial
from interpose.report.wording import day, listed, number, shortened

LABELS = 6
"""Places with a name on the map: protected places that are reached last."""

LOOKS = {
    "twice": ("o", drawing.BLUE, "reached twice"),
    "once": ("o", "white", "reached once"),
    "late": ("X", drawing.ORANGE, "not reached in time"),
}
"""Marker, colour and words of a place."""


def figure(material: PlanMaterial) -> Figure:
    """Return the map; the material must have a laydown."""
    laydown = material.laydown
    assert laydown is not None
    places = material.scenario.places
    east, north = project(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    tall, wide = max(float(np.ptp(north)), 1.0), max(float(np.ptp(east)), 1.0)
    height = min(max(drawing.WIDTH * 0.7 * tall / wide, 2.2), 6.2) + 0.7
    figure, (ax,) = drawing.canvas(1, 1, height=height)
    index = {place.id: i for i, place in enumerate(places)}
    _roads(ax, material, laydown, index, (east, north))
    state = [state_of(response, material.reach_min) for response in laydown.responses]
    _places(ax, laydown, state, (east, north))
    _bases(ax, material, laydown, index, (east, north))
    _names(ax, material, laydown, (east, north))
    ax.set_aspect("equal")
    ax.margins(0.06)
    ax.axis("off")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), fontsize=8, ncols=3)
    counts = {key: state.count(key) for key in LOOKS}
    limit = f"{material.reach_min:.0f} minutes"
    alt = ", ".join(f"{count} places {LOOKS[key][2]}" for key, count in counts.items())
    caption = (
        f"Laydown on {day(material.day)}: places by how many platoons reach them along the roads"
        f" within {limit}; squares are bases with the number of their platoons."
        f" {_conditions(material, laydown)}{material.scenario.header.borders}"
    )
    svg = drawing.to_svg(figure, "laydown")
    return Figure("laydown", svg, caption, f"{alt}.", [_camps(material, laydown),
                                                       _table(material, laydown)])  # fmt: skip


def state_of(response: Response, reach_min: float) -> str:
    """Return whether a place is reached twice, once or not within some minutes."""
    if response.first_min > reach_min:
        return "late"
    return "twice" if response.backup_min <= reach_min else "once"


def _conditions(material: PlanMaterial, laydown: Laydown) -> str:
    words = "" if laydown.may_cross_boundary else "Platoons stay in their areas. "
    if laydown.terrain.winter_factor != 1.0:
        words += f"Winter: every time {laydown.terrain.winter_factor:g} times as long. "
    if laydown.terrain.closed_roads:
        roads = laydown.terrain.closed_roads
        shut = [" to ".join(material.place_name(end) for end in road) for road in roads]
        words += f"Closed by barricades: {listed(shut)}. "
    return words


Where = tuple[NDArray[np.float64], NDArray[np.float64]]


def _roads(
    ax: Axes, material: PlanMaterial, laydown: Laydown, index: dict[str, int], where: Where
) -> None:
    shut = set(laydown.terrain.closed_roads)
    for link in material.scenario.links:
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


def _bases(
    ax: Axes, material: PlanMaterial, laydown: Laydown, index: dict[str, int], where: Where
) -> None:
    place_of = {base.id: base.place for base in material.scenario.bases}
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


def _names(ax: Axes, material: PlanMaterial, laydown: Laydown, where: Where) -> None:
    names = [place.name for place in material.scenario.places]
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


def _camps(material: PlanMaterial, laydown: Laydown) -> Table:
    rows = [
        (material.place_name(c.base), material.place_name(c.area) if c.area else "everywhere",
         number(c.platoons))
        for c in laydown.camps
    ]  # fmt: skip
    return Table("camps", "Platoons at each base", ("Base", "Answers in", "Platoons"), rows,
                 numeric=2)  # fmt: skip


def _table(material: PlanMaterial, laydown: Laydown) -> Table:
    """Return the minutes of every place, the last reached first."""
    rows = [
        (
            material.place_name(r.place),
            "protected" if r.protected else "",
            material.place_name(r.base) if r.base else "none",
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
