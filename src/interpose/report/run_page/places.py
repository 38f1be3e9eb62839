"""Maps: where incidents are expected, where the force stands, and the roads between."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from interpose.assess.window import sums
from interpose.report import drawing
from interpose.report.formats import day, number, short
from interpose.report.maps import (
    MOST_POINTS,
    Floats,
    draw_roads,
    draw_scale,
    label_places,
    map_height,
    project,
    round_below,
)
from interpose.report.page import Figure, Section, Table, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.tables.record import RecordedIncident

RECENT_YEARS = 5


@dataclass(frozen=True, slots=True)
class Period:
    """A span of years on a map.

    Attributes
    ----------
    words : str
    rate : (place,) float, incidents
        In the span, or in a year of it where it is longer.
    troops : (base,) float, soldiers
        In theatre in the middle of the span, by the scenario's table.
    """

    words: str
    rate: Floats
    troops: Floats


def section(data: RunData) -> Section:
    """Return the section with the maps."""
    periods = _periods(data)
    errors = np.array([place.error_km for place in data.scenario.places])
    blocks = (
        words(
            "Round marks are places; their area grows with the incidents to expect there"
            " (mean over futures). Squares are bases; their area grows with the soldiers that the"
            " scenario's table puts there. Thin lines are roads. Each map has its own scale, which"
            " stands under it. The marks say where incidents are expected, not by whom."
        ),
        _figure(data, periods),
        words(
            data.scenario.header.borders,
            f"Coordinates are good to about {short(float(np.median(errors)))} km,"
            f" the worst of them to {short(float(errors.max()))} km.",
            "Equal-area projection (Lambert) around the middle of the places.",
        ),
    )
    return Section("places", "Where", blocks)


def _periods(data: RunData) -> list[Period]:
    """Return the first year and the last few, each as a rate a year."""
    years = data.years.years
    days = np.bincount(data.theatre.year_of_day, minlength=len(years))
    recent = min(RECENT_YEARS, max(1, len(years) - 1))
    spans = [slice(0, 1), slice(len(years) - recent, len(years))]
    found = []
    for span in spans if len(years) > 1 else spans[:1]:
        first, last = int(years[span][0]), int(years[span][-1])
        start = int(days[: span.start].sum())
        dates = data.theatre.dates[start : start + int(days[span].sum())].astype(dt.date)
        title = f"{first} to {last}, mean of a year"
        if first == last:
            title = str(first) if len(dates) > 364 else f"{day(dates[0])} to {day(dates[-1])}"
        rate = data.years.at_place[span].mean(axis=0)
        found.append(Period(title, rate, _troops(data, dates[len(dates) // 2])))
    return found


def _troops(data: RunData, date: dt.date) -> Floats:
    bases = {base.id: i for i, base in enumerate(data.scenario.bases)}
    total = np.zeros(len(bases))
    for row in data.scenario.contingents:
        gone = row.departs is not None and row.departs <= date
        if row.stock == "in_theatre" and row.arrives <= date and not gone:
            total[bases[row.base]] += row.strength
    return total


def _figure(data: RunData, periods: Sequence[Period]) -> Figure:
    places = data.scenario.places
    east, north = project(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    wide = max(float(np.ptp(east)), 1.0)
    height = map_height((east, north), len(periods))
    figure, axes = drawing.canvas(1, len(periods), height=height)
    for ax, period in zip(axes, periods, strict=True):
        _draw_map(ax, data, (east, north), period)
        draw_scale(ax, wide)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # labels must not move what they were fitted to
    for ax, period in zip(axes, periods, strict=True):
        label_places(ax, [p.name for p in places], (east, north), period.rate)
    alt = "; ".join(
        f"{p.words}: {number(p.rate.sum())} incidents in all, most at "
        f"{places[int(p.rate.argmax())].name} ({short(float(p.rate.max()))})"
        for p in periods
    )
    caption = "Incidents to expect at each place, bases of the force, and roads."
    svg = drawing.to_svg(figure, "map")
    return Figure("map", svg, caption, f"{alt}.", [_table(data, periods)])


def _draw_map(
    ax: Axes,
    data: RunData,
    where: tuple[Floats, Floats],
    period: Period,
) -> None:
    east, north = where
    dot = MOST_POINTS / max(period.rate.max(), 1e-9)
    square = 0.6 * MOST_POINTS / max(period.troops.max(initial=0), 1.0)
    draw_roads(ax, data.scenario, where)
    size = np.maximum(period.rate * dot, 1.0)
    ax.scatter(east, north, size, color=drawing.MIDDLE, ec=drawing.BLUE, lw=0.6, zorder=2)
    at = data.theatre.base_place
    open_ = period.troops > 0
    ax.scatter(
        east[at][open_],
        north[at][open_],
        np.maximum(period.troops[open_] * square, 6.0),
        marker="s",
        fc="none",
        ec="black",
        lw=1.0,
        zorder=3,
    )
    ax.set_title(period.words)
    ax.set_aspect("equal")
    ax.margins(0.08)
    ax.axis("off")
    _explain_sizes(ax, period, dot, square)


def _explain_sizes(ax: Axes, period: Period, dot: float, square: float) -> None:
    most, troops = (
        round_below(float(period.rate.max())),
        round_below(float(period.troops.max(initial=0))),
    )
    style: Any = {"ls": "none", "mew": 0.8}
    circle = ax.plot(
        [], [], "o", ms=math.sqrt(max(most * dot, 1)), mfc=drawing.MIDDLE, mec=drawing.BLUE, **style
    )
    handles, labels = [*circle], [f"{short(most)} incidents"]
    if troops:
        side = math.sqrt(max(troops * square, 6))
        handles += ax.plot([], [], "s", ms=side, mfc="none", mec="black", **style)
        labels.append(f"{short(troops)} soldiers")
    ax.legend(
        handles,
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=2,
        fontsize=8,
        handletextpad=0.6,
    )


def _table(data: RunData, periods: Sequence[Period]) -> Table:
    """Return incidents and guard of every municipality."""
    seats = data.theatre.municipalities
    of_place = data.theatre.municipality_of_place
    rates = [np.bincount(of_place, p.rate, len(seats)) for p in periods]
    columns = [f"Incidents, {p.words}" for p in periods]
    reviews = data.municipal.index.get_level_values("date")
    shown = [reviews.min(), reviews.max()] if len(reviews) else []
    columns += [f"Soldiers outside a 1,000 people, {d.date():%Y-%m}" for d in shown]
    rows = []
    for i in np.argsort(-rates[-1], kind="stable"):
        guard = [data.municipal.loc[(date, seats[i]), "troops"] for date in shown]
        cells = [*(short(rate[i]) for rate in rates), *(number(g, 1) for g in guard)]
        rows.append((data.place_name(seats[i]), *cells))
    caption = (
        "Municipalities: incidents to expect a year, and soldiers available outside their camps,"
        " weighted by their reach on the roads"
    )
    return Table("places", caption, ("Municipality", *columns), rows)


RIOT_POINTS = 130.0
"""Area of the mark of a place that has a riot in every future, square points."""


def riot_map(
    data: RunData, first: dt.date, last: dt.date, parts: Sequence[RecordedIncident]
) -> Figure:
    """Return maps of the share of futures in which each place has a riot, and in which it burns."""
    riot, burned = _riot_shares(data, first, last)
    known = {data.theatre.place_index[part.place] for part in parts}
    places = data.scenario.places
    where = project(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    figure, axes = drawing.canvas(1, 2, height=map_height(where, 2))
    panels = (("A crowd riots", riot), ("Houses or sites burn", burned))
    for ax, (title, share) in zip(axes, panels, strict=True):
        _draw_riots(ax, data, where, share, sorted(known))
        ax.set_title(title)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # labels must not move what they were fitted to
    for ax, (_, share) in zip(axes, panels, strict=True):
        label_places(ax, [p.name for p in places], where, share, RIOT_POINTS * float(share.max()))
    table, alt = _riot_table(data, parts, riot, burned, known)
    return Figure(
        "riot-places",
        drawing.to_svg(figure, "riot-places"),
        "Round marks: their area grows with the share of futures in which that happens at the"
        " place. Black rings: places that the record names. Thin lines are roads. "
        + data.scenario.header.borders,
        alt,
        [table],
    )


def _riot_shares(data: RunData, first: dt.date, last: dt.date) -> tuple[Floats, Floats]:
    """Return the share of futures with a riot, and with something burned, at every place."""
    found = sums(
        data.run,
        "riots",
        ("place",),
        ("houses", "sites"),
        first=first,
        last=last,
    )
    names = [place.id for place in data.scenario.places]
    burned = found[(found["houses"] + found["sites"]) > 0]
    many = max(data.futures, 1)
    shares = (
        part.groupby("place").size().reindex(names, fill_value=0) / many
        if len(part)
        else np.zeros(len(names))
        for part in (found, burned)
    )
    riot, fire = (np.asarray(share, dtype=np.float64) for share in shares)
    return riot, fire


def _draw_riots(
    ax: Axes, data: RunData, where: tuple[Floats, Floats], share: Floats, known: list[int]
) -> None:
    east, north = where
    draw_roads(ax, data.scenario, where)
    hit = share > 0
    size = np.maximum(share[hit] * RIOT_POINTS, 0.8)
    ax.scatter(east[hit], north[hit], size, color=drawing.MIDDLE, ec=drawing.BLUE, lw=0.6, zorder=2)
    rings = np.maximum(share[known] * RIOT_POINTS, 10.0) + 26.0
    ax.scatter(east[known], north[known], rings, fc="none", ec="black", lw=1.3, zorder=3)
    ax.set_aspect("equal")
    ax.margins(0.06)
    ax.axis("off")
    style: Any = {"ls": "none", "mew": 0.8}
    half: Any = {"ms": math.sqrt(0.5 * RIOT_POINTS), "mfc": drawing.MIDDLE, "mec": drawing.BLUE}
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


def _riot_table(
    data: RunData, parts: Sequence[RecordedIncident], riot: Floats, burned: Floats, known: set[int]
) -> tuple[Table, str]:
    """Return the places by how often they burn, and what the record says of each."""
    places = data.scenario.places
    said = {data.theatre.place_index[p.place]: p.summary for p in parts}
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
