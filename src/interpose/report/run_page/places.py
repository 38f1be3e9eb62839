"""Where incidents are expected, and where the force can go: a table of municipalities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interpose.report.drawing import Floats, columns_table
from interpose.report.page import Section, Table, day, number, short, words
from interpose.report.run_page.run_data import RunData

RECENT_YEARS = 5


@dataclass(frozen=True, slots=True)
class Period:
    """A span of years, and its incidents a year by place."""

    words: str
    rate: Floats


def section(data: RunData) -> Section:
    """Return the section with the table; the map stands on the first screen."""
    periods = _periods(data)
    errors = np.array([place.error_km for place in data.scenario.places])
    blocks = (
        words(
            "The map at the head of this page has every year on one scale. The table says where"
            " incidents are expected, not by whom."
        ),
        _table(data, periods),
        words(
            data.scenario.header.borders,
            f"Coordinates are good to about {short(float(np.median(errors)))} km,"
            f" the worst of them to {short(float(errors.max()))} km.",
            "The map's projection keeps areas (Lambert) around the middle of the places.",
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
        found.append(Period(title, rate))
    return found


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
