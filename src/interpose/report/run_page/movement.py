"""Freedom of movement: trips that each community makes of those it wishes for, and why not more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.over_time import by_municipality, people_by_municipality, trips_made
from interpose.assess.totals import ROWS, bands, mean_totals
from interpose.report.drawing import (
    Floats,
    Panel,
    below,
    columns_table,
    panels_figure,
    quantile_cells,
)
from interpose.report.page import (
    Block,
    Cell,
    Figure,
    Section,
    Table,
    bullets,
    capital,
    day,
    note,
    number,
    percent,
    words,
)
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import listed, plural

LEAST_PEOPLE = 100
"""Municipalities with fewer of a community are left out of its table."""

MOST_COLUMNS = 6
"""Years in the table by municipality."""

FREE = 95.0
"""Percent of trips made from which on a community counts as moving freely."""

RECORDED_WORDS = {
    "escorted_convoys": "escorted convoys",
    "convoys_stoned": "convoys stoned",
    "freedom_of_movement": "free to move, percent",
    "feel_safe": "feel safe, percent",
}
"""Quantities of ``record/figures.csv`` that say something of movement -> their words."""


def section(data: RunData) -> Section:
    """Return the section on movement."""
    made = trips_made(data.run, data.theatre)
    known = [
        i for i, _ in enumerate(data.theatre.communities)
        if np.isfinite(made["share"][:, :, i]).any()
    ]  # fmt: skip
    tables = {i: _percent_by_year(data, made["share"][:, :, i]) for i in known}
    blocks: list[Block] = [
        words(
            "Of all trips beyond the neighbourhood that people wish for, the share that they make:"
            " attacks on people like them nearby and barricades on the roads keep them at home, and"
            " patrols of the force, international police and local police, as far as people accept"
            " them, make up for it. Escorted trips are among those made. All weights of the rule"
            " are assumed."
        ),
        bullets([_in_words(data.community_names[i], table) for i, table in tables.items()]),
        _figure(data, tables, made["escorted"]),
        _reasons(data, tables),
        *_by_municipality(data, tables),
        _record(data),
    ]
    return Section("movement", "Freedom of movement", tuple(blocks))


def _percent_by_year(data: RunData, values: Floats) -> pd.DataFrame:
    """Return quantiles by year, in percent; years in which nobody lives there are left out."""
    there = np.isfinite(values).all(axis=0)
    years = data.theatre.years[there]
    return bands(100.0 * values[:, there], [int(year) for year in years])


def _in_words(community: str, table: pd.DataFrame) -> str:
    """Return the median of the first, best, worst and last year of a community."""
    line = table["q50"]
    if line.min() > FREE:
        return f"{community}: more than {FREE:.0f} % in every year."
    best, worst = (int(line.index[int(at)]) for at in (line.argmax(), line.argmin()))
    return (
        f"{community}: {line.iloc[0]:.0f} % in {line.index[0]}, most in {best}"
        f" ({line[best]:.0f} %), least in {worst} ({line[worst]:.0f} %),"
        f" {line.iloc[-1]:.0f} % in {line.index[-1]}."
    )


def _figure(data: RunData, tables: dict[int, pd.DataFrame], escorted: Floats) -> Figure:
    names = data.community_names
    years = sorted({int(year) for table in tables.values() for year in table.index})
    columns = [("Year", [str(year) for year in years])]
    for i, table in tables.items():
        cells = dict(zip(table.index, quantile_cells(table), strict=True))
        columns.append((names[i], [cells.get(year, "–") for year in years]))
    mean = {i: float(np.nanmean(escorted[:, :, i])) for i in tables}
    most = max(mean, key=lambda i: mean[i])
    caption = "Trips made, percent: median and 90 % interval"
    return panels_figure(
        "trips",
        [Panel(names[i], table, top=103.0) for i, table in tables.items()],
        "Trips made, in percent of those wished for, by community and year; all panels have the"
        " same scale.",
        f"Under escort are most trips of {names[most]}: {percent(mean[most], 1)} of those"
        " wished for, mean of all years and futures.",
        [columns_table("trips", caption, columns)],
    )


def _reasons(data: RunData, tables: dict[int, pd.DataFrame]) -> Table:
    """Return what the rule of movement reads, year by year, for the community that travels least.

    Without it the reader could not tell a wave of attacks from a force that has gone home.
    """
    least = min(tables, key=lambda i: float(tables[i]["q50"].mean()))
    theatre = data.theatre
    against = [t.id for t in data.scenario.incident_types if t.target == theatre.communities[least]]
    years = [int(year) for year in theatre.years]
    attacks = mean_totals(
        data.run, "series", {"month": data.first_days}, ("incidents",), words={"type": against}
    )
    hit = attacks["incidents"]
    blocked = mean_totals(data.run, "barricades", {"date": data.first_days}, ("days",))["days"]
    people = people_by_municipality(theatre)[:, :, least].sum(axis=1)
    force = below(data.force, "in_theatre")["q50"]
    soldiers = force.groupby(pd.DatetimeIndex(force.index).year).mean().reindex(years)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(people > 0, 1000.0 * hit / people, np.nan)
    columns = {
        "Trips made, %": (tables[least]["q50"].reindex(years), 0),
        "Attacks on them": (hit, 0),
        "a 1,000 of them": (rate, 1),
        "Days barricades stood": (blocked, 0),
        "Soldiers a 1,000 inhabitants": (1000.0 * soldiers / theatre.population.sum(axis=1), 1),
    }
    caption = (
        f"Why {data.community_names[least]} travel or stay: the median of their trips, and what"
        " the rule reads but for police (means over futures, whole theatre)"
    )
    return columns_table(
        "trips-why",
        caption,
        [
            ("Year", [str(year) for year in years]),
            *((name, [number(v, digits) for v in of]) for name, (of, digits) in columns.items()),
        ],
    )


def _by_municipality(data: RunData, tables: dict[int, pd.DataFrame]) -> Iterator[Block]:
    """Yield for every community that does not move freely the trips made by municipality."""
    theatre = data.theatre
    years = [int(year) for year in theatre.years]
    picked = np.linspace(0, len(years) - 1, min(MOST_COLUMNS, len(years))).astype(int)
    mean = mean_totals(data.run, "movement", by_municipality(theatre), ("share", ROWS))
    made = np.where(mean[ROWS] > 0, mean["share"], np.nan)
    people = people_by_municipality(theatre)[-1]
    for i, table in tables.items():
        if table["q50"].min() > FREE:
            continue
        community = theatre.communities[i]
        order = [
            m for m in np.argsort(-people[:, i], kind="stable") if people[m, i] >= LEAST_PEOPLE
        ]
        seats = [theatre.municipalities[m] for m in order]
        columns: list[tuple[str, Any]] = [
            ("Municipality", [data.place_name(seat) for seat in seats]),
            (f"People {years[-1]}", [number(people[m, i]) for m in order]),
        ]
        for y in sorted(set(picked)):
            shares = made[y, order, i]
            columns.append(
                (str(years[y]), [Cell(number(100 * s), shade=_shade(s)) for s in shares])
            )
        caption = (
            f"{data.community_names[i]}: trips made, percent, mean over futures, by municipality"
            f" with {LEAST_PEOPLE} of them or more in {years[-1]}; the darker, the fewer"
        )
        name = f"trips-{community.replace('_', '-')}"
        yield columns_table(name, caption, columns, folded=True)


def _shade(share: float) -> int:
    """Return a darker background for fewer trips; the number says the same."""
    return 0 if np.isnan(share) else 1 + sum(share < limit for limit in (0.9, 0.75, 0.6, 0.45, 0.3))


def _record(data: RunData) -> Block:
    """Return what the record has on movement, which is little."""
    figures = [f for f in data.record.figures if f.quantity in RECORDED_WORDS]
    if not figures:
        return note("The record has nothing on how far people of any community travel.")
    found = [
        f"{number(f.value)} {RECORDED_WORDS[f.quantity]}, {day(f.begins)} to"
        f" {day(f.ends or f.begins)} ({data.source_title(f.source)})"
        for f in figures
    ]
    return words(
        f"The record has {plural(len(figures), 'figure')} on movement: {capital(listed(found))}."
        " It has no share of trips made, so the level of the lines cannot be checked; the number"
        " of convoys set how often an escort is asked for."
    )
