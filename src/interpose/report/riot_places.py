"""Where a wave of riots went, in the futures and in the record, and who was there to stop it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from interpose.assess.window import sums
from interpose.report import drawing
from interpose.report.bands import day_after
from interpose.report.material import Material, below, row_at
from interpose.report.parts import Block, Figure, Table, words
from interpose.report.places import draw_roads, label_places, map_height, project
from interpose.report.riot_wave import Wave
from interpose.report.wording import day, number, of_quantiles, plural

Floats = NDArray[np.float64]

MOST_POINTS = 130.0
"""Area of the mark of a place that has a riot in every future, square points."""

SEEN = ("in_theatre", "exercise")
"""Stocks that are seen in the streets."""


def place_figure(material: Material, wave: Wave) -> Figure:
    """Return maps of the share of futures in which each place has a riot, and in which it burns."""
    riot, burned = _shares(material, wave)
    known = {material.theatre.place_index[part.place] for part in wave.parts}
    places = material.scenario.places
    where = project(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    figure, axes = drawing.canvas(1, 2, height=map_height(where, 2))
    panels = (("A crowd riots", riot), ("Houses or sites burn", burned))
    for ax, (title, share) in zip(axes, panels, strict=True):
        _draw(ax, material, where, share, sorted(known))
        ax.set_title(title)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # labels must not move what they were fitted to
    for ax, (_, share) in zip(axes, panels, strict=True):
        label_places(ax, [p.name for p in places], where, share, MOST_POINTS * float(share.max()))
    table, alt = _table(material, wave, riot, burned, known)
    return Figure(
        "riot-places",
        drawing.to_svg(figure, "riot-places"),
        "Round marks: their area grows with the share of futures in which that happens at the"
        " place. Black rings: places that the record names. Thin lines are roads. "
        + material.scenario.header.borders,
        alt,
        [table],
    )


def _shares(material: Material, wave: Wave) -> tuple[Floats, Floats]:
    """Return the share of futures with a riot, and with something burned, at every place."""
    found = sums(
        material.run,
        "riots",
        ("place",),
        ("houses", "sites"),
        first=wave.first,
        last=wave.last,
    )
    names = [place.id for place in material.scenario.places]
    burned = found[(found["houses"] + found["sites"]) > 0]
    many = max(material.futures, 1)
    shares = (
        part.groupby("place").size().reindex(names, fill_value=0) / many
        if len(part)
        else np.zeros(len(names))
        for part in (found, burned)
    )
    first, second = (np.asarray(share, dtype=np.float64) for share in shares)
    return first, second


def _draw(
    ax: Axes, material: Material, where: tuple[Floats, Floats], share: Floats, known: list[int]
) -> None:
    east, north = where
    draw_roads(ax, material, where)
    hit = share > 0
    size = np.maximum(share[hit] * MOST_POINTS, 0.8)
    ax.scatter(east[hit], north[hit], size, color=drawing.MIDDLE, ec=drawing.BLUE, lw=0.6, zorder=2)
    rings = np.maximum(share[known] * MOST_POINTS, 10.0) + 26.0
    ax.scatter(east[known], north[known], rings, fc="none", ec="black", lw=1.3, zorder=3)
    ax.set_aspect("equal")
    ax.margins(0.06)
    ax.axis("off")
    style: Any = {"ls": "none", "mew": 0.8}
    half: Any = {"ms": math.sqrt(0.5 * MOST_POINTS), "mfc": drawing.MIDDLE, "mec": drawing.BLUE}
    handles = ax.plot([], [], "o", **half, **style)
    handles += ax.plot([], [], "o", ms=7, mfc="none", mec="black", **style)
    ax.legend(
        handles,
        ["in half of the futures", "in the record"],
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=2,
        fontsize=8,
    )


def _table(
    material: Material, wave: Wave, riot: Floats, burned: Floats, known: set[int]
) -> tuple[Table, str]:
    """Return the places by how often they burn, and what the record says of each."""
    places = material.scenario.places
    said = {material.theatre.place_index[p.place]: p.summary for p in wave.parts}
    shown = [int(i) for i in np.argsort(-riot, kind="stable") if riot[i] > 0 or i in known]
    rows = [
        (
            places[i].name,
            said.get(i, ""),
            f"{100 * riot[i]:.0f} %",
            f"{100 * burned[i]:.0f} %",
        )
        for i in shown
    ]
    header = ("Place", "The record", "Futures with a riot", "With houses or sites burned")
    caption = "Places by the share of futures in which a crowd riots there"
    order = np.argsort(-riot, kind="stable")
    mean_known = float(riot[sorted(known)].mean())
    others = [i for i in range(len(places)) if i not in known]
    alt = (
        f"At the {len(known)} places that the record names a crowd riots in"
        f" {100 * mean_known:.0f} % of the futures on average, at all others in"
        f" {100 * float(riot[others].mean()):.0f} %. Most often: "
        + "; ".join(f"{places[i].name} ({100 * riot[i]:.0f} %)" for i in order[:3])
        + "."
    )
    return Table("riot-places", caption, header, rows, numeric=2, folded=True), alt


def force_of_the_week(material: Material, first: dt.date, last: dt.date) -> Iterator[Block]:
    """Yield how many soldiers and police were there, and how many trained and allowed for riots."""
    begins, ends = (_by_base(material, date) for date in (first, last))
    names = sorted({*begins, *ends}, key=lambda base: -begins.get(base, (0.0, 0.0))[0])
    known = {base.id: base.name for base in material.scenario.bases}
    rows = [
        (
            known[base],
            *(number(value) for value in begins.get(base, (0.0, 0.0))),
            *(number(value) for value in ends.get(base, (0.0, 0.0))),
        )
        for base in names
    ]
    totals = [
        tuple(sum(pair[i] for pair in there.values()) for i in (0, 1)) for there in (begins, ends)
    ]
    month = below(material.force, "in_theatre")
    at = month[month.index <= np.datetime64(first)]
    played = (
        f" The futures had {of_quantiles(row_at(at, at.index[-1]))} in that month."
        if len(at)
        else ""
    )
    police = _police(material, first)
    yield words(
        f"Force: by the scenario's table {number(totals[0][0])} soldiers were in theatre on"
        f" {day(first)}, {number(totals[0][1])} of them trained and allowed for riots; on"
        f" {day(last)}, {number(totals[1][0])} and {number(totals[1][1])}.{played}"
        f" Police: {number(police['local_police'])} local and"
        f" {number(police['international_police'])} international officers planned."
        f" Acts of the record in those days: {_acts(material, first, last)}."
    )
    rows.insert(0, ("All", *(number(v) for total in totals for v in total)))
    header = (
        "Base", f"Soldiers, {first:%d %b}", "For riots", f"Soldiers, {last:%d %b}", "For riots",
    )  # fmt: skip
    caption = (
        f"Soldiers seen in the streets and those for riots, by base: {plural(len(names), 'base')}"
    )
    yield Table("riot-force", caption, header, rows, folded=True)


def _by_base(material: Material, date: dt.date) -> dict[str, tuple[float, float]]:
    """Return base -> soldiers, and those for riots, by the scenario's table."""
    found: dict[str, tuple[float, float]] = {}
    for row in material.scenario.contingents:
        gone = row.departs is not None and row.departs <= date
        if row.stock in SEEN and row.arrives <= date and not gone:
            all_, riot = found.get(row.base, (0.0, 0.0))
            found[row.base] = all_ + row.strength, riot + row.strength * row.riot_capable
    return found


def _police(material: Material, date: dt.date) -> dict[str, float]:
    """Return the officers planned on a day, by kind."""
    found = {"local_police": 0.0, "international_police": 0.0}
    for row in material.scenario.police:
        if row.begins <= date and (row.ends is None or date < row.ends):
            found[row.kind] += row.strength
    return found


def _acts(material: Material, first: dt.date, last: dt.date) -> str:
    """Return what the record says was decided or done about the force in those days."""
    found = [
        f"{act.actor}: {act.subject} ({day(date)})"
        for act in material.record.acts
        if act.precision == "day"
        and (date := act.arrived or act.departed or act.decided or act.notified)
        and first <= date <= day_after(last, 1)
    ]
    return "; ".join(found) or "none"
