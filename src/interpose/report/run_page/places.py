"""Maps: where incidents are expected, and where the force stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interpose.report import maps
from interpose.report.drawing import Floats, as_figure, columns_table
from interpose.report.page import Figure, Section, Table, day, number, short, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.policies import IN_THEATRE, standing

RECENT_YEARS = 5

MOST_POINTS, MOST_BASE_POINTS = 330.0, 200.0
"""Area of the largest mark, of places and of bases, square points."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of years on a map: incidents a year by place, and soldiers by base in its middle."""

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
    for row in standing(data.scenario.contingents, date, IN_THEATRE):
        total[bases[row.base]] += row.strength
    return total


def _figure(data: RunData, periods: Sequence[Period]) -> Figure:
    places, bases = data.scenario.places, data.theatre.base_place
    figure, axes, where = maps.map_axes(data.scenario, len(periods))
    for ax, period in zip(axes, periods, strict=True):
        dot = MOST_POINTS / max(period.rate.max(), 1e-9)
        area = period.rate * dot
        most = maps.round_below(float(period.rate.max()))
        maps.draw_marks(ax, where, np.maximum(area, 1.0), f"{short(most)} incidents", most * dot)
        if period.troops.any():
            square = MOST_BASE_POINTS / period.troops.max()
            size = np.where(period.troops > 0, np.maximum(period.troops * square, 6.0), 0.0)
            most = maps.round_below(float(period.troops.max()))
            spots, label = (where[0][bases], where[1][bases]), f"{short(most)} soldiers"
            maps.draw_marks(ax, spots, size, label, max(most * square, 6.0), hollow=True)
        ax.set_title(period.words)
        maps.legend_below(ax)
        maps.draw_scale(ax, max(float(np.ptp(where[0])), 1.0))
        maps.name_largest(ax, [p.name.split("/")[0] for p in places], where, area)
    alt = "; ".join(
        f"{p.words}: {number(p.rate.sum())} incidents in all, most at "
        f"{places[int(p.rate.argmax())].name} ({short(float(p.rate.max()))})"
        for p in periods
    )
    caption = "Incidents to expect at each place, bases of the force, and roads."
    return as_figure("map", figure, caption, f"{alt}.", [_table(data, periods)])


def _table(data: RunData, periods: Sequence[Period]) -> Table:
    """Return incidents and guard of every municipality."""
    seats = data.theatre.municipalities
    rates = [
        np.bincount(data.theatre.municipality_of_place, p.rate, len(seats)) for p in periods
    ]  # fmt: skip
    order = np.argsort(-rates[-1], kind="stable")
    columns = [("Municipality", [data.place_name(seats[i]) for i in order])]
    for period, rate in zip(periods, rates, strict=True):
        columns.append((f"Incidents, {period.words}", [short(rate[i]) for i in order]))
    reviews = data.municipal.index.get_level_values("date")
    for date in [reviews.min(), reviews.max()] if len(reviews) else []:
        guard = [data.municipal.loc[(date, seats[i]), "troops"] for i in order]
        heading = f"Soldiers outside a 1,000 people, {date.date():%Y-%m}"
        columns.append((heading, [number(soldiers, 1) for soldiers in guard]))
    caption = (
        "Municipalities: incidents to expect a year, and soldiers available outside their camps,"
        " weighted by their reach on the roads"
    )
    return columns_table("places", caption, columns)
