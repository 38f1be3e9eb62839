"""Freedom of movement: trips that each community makes of those it wishes for, and why not more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from interpose.assess.window import (
    bands,
    grid,
    mean_over_futures,
    people_by_municipality,
    sums,
    trips_made,
)
from interpose.report import drawing
from interpose.report.charts import draw_band, explain, quantile_cells
from interpose.report.formats import capital, day, listed, number, plural
from interpose.report.page import Block, Cell, Figure, Section, Table, bullets, note, words
from interpose.report.run_page.run_data import RunData, below

LEAST_PEOPLE = 100
"""Municipalities with fewer of a community are left out of its table."""

COLUMNS = 6
"""Years in the table by municipality."""

RECORDED = {
    "escorted_convoys": "escorted convoys",
    "convoys_stoned": "convoys stoned",
    "freedom_of_movement": "free to move, percent",
    "feel_safe": "feel safe, percent",
}
"""Quantities of ``record/figures.csv`` that say something of movement -> their words."""

Floats = NDArray[np.float64]


def section(data: RunData) -> Section:
    """Return the section on movement."""
    made = trips_made(data.run, data.theatre)
    known = [
        i for i, _ in enumerate(data.theatre.communities)
        if np.isfinite(made["share"][:, :, i]).any()
    ]  # fmt: skip
    tables = {i: _percent(data, made["share"][:, :, i]) for i in known}
    blocks: list[Block] = [
        words(
            "Of all trips beyond the neighbourhood that people wish for, the share that they make:"
            " attacks on people like them nearby and barricades on the roads keep them at home, and"
            " patrols of the force, international police and local police, as far as people accept"
            " them, make up for it. Escorted trips are among those made. All weights of the rule"
            " are assumed."
        ),
        bullets(list(_said(data, tables))),
        _figure(data, tables, made["escorted"]),
        _reasons(data, tables),
        *_by_municipality(data, tables),
        _record(data),
    ]
    return Section("movement", "Freedom of movement", tuple(blocks))


def _percent(data: RunData, values: Floats) -> pd.DataFrame:
    """Return quantiles by year, in percent; years in which nobody lives there are left out."""
    there = np.isfinite(values).all(axis=0)
    years = data.theatre.years[there]
    return bands(100.0 * values[:, there], [int(year) for year in years])


def _name(data: RunData, i: int) -> str:
    return data.scenario.header.communities[i].name


def _said(data: RunData, tables: dict[int, pd.DataFrame]) -> Iterator[str]:
    """Yield for every community the first, best, worst and last year of the middle future."""
    for i, table in tables.items():
        line = table["q50"]
        if line.min() > 95.0:
            yield f"{_name(data, i)}: more than 95 % in every year."
            continue
        best, worst = (int(line.index[int(line.argmax())]), int(line.index[int(line.argmin())]))
        yield (
            f"{_name(data, i)}: {line.iloc[0]:.0f} % in {line.index[0]}, most in {best}"
            f" ({line[best]:.0f} %), least in {worst} ({line[worst]:.0f} %),"
            f" {line.iloc[-1]:.0f} % in {line.index[-1]}."
        )


def _figure(data: RunData, tables: dict[int, pd.DataFrame], escorted: Floats) -> Figure:
    columns = min(3, len(tables))
    rows = -(-len(tables) // columns)
    figure, axes = drawing.canvas(rows, columns, height=0.5 + 1.6 * rows, sharex=True, sharey=True)
    for ax, (i, table) in zip(axes, tables.items(), strict=False):
        draw_band(ax, table)
        ax.set_title(_name(data, i))
        ax.set_ylim(0, 103)
    for ax in axes[len(tables) :]:
        ax.set_visible(False)
    axes[0].set_ylabel("% of trips")
    axes[0].xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    explain(axes[0])
    cells = {i: quantile_cells(table) for i, table in tables.items()}
    years = sorted({year for table in tables.values() for year in table.index})
    said = {i: dict(zip(tables[i].index, cells[i], strict=True)) for i in tables}
    body = [(str(year), *(said[i].get(year, "–") for i in tables)) for year in years]
    header = ("Year", *(_name(data, i) for i in tables))
    mean = {i: 100 * float(np.nanmean(escorted[:, :, i])) for i in tables}
    most = max(mean, key=lambda i: mean[i])
    return Figure(
        "trips",
        drawing.to_svg(figure, "trips"),
        "Trips made, in percent of those wished for, by community and year; all panels have the"
        " same scale.",
        f"Under escort are most trips of {_name(data, most)}: {mean[most]:.1f} % of those"
        " wished for, mean of all years and futures.",
        [Table("trips", "Trips made, percent: the middle future and nine in ten", header, body)],
    )


def _reasons(data: RunData, tables: dict[int, pd.DataFrame]) -> Table:
    """Return what the rule of movement reads, year by year, for the community that travels least.

    Without it the reader could not tell a wave of attacks from a force that has gone home.
    """
    least = min(tables, key=lambda i: float(tables[i]["q50"].mean()))
    theatre, community = data.theatre, data.theatre.communities[least]
    against = [t.id for t in data.scenario.incident_types if t.target == community]
    years = pd.DatetimeIndex([f"{year}-01-01" for year in theatre.years]).as_unit("s")
    futures = data.years.futures
    attacks = sums(
        data.run, "series", ("month",), ("incidents",), time="month", period="year",
        where={"type": against},
    )  # fmt: skip
    hit = grid(attacks["incidents"], futures, years).mean(axis=0)
    stood = sums(data.run, "barricades", ("date",), ("days",), period="year")
    blocked = grid(stood["days"], futures, years).mean(axis=0)
    people = people_by_municipality(theatre)[:, :, least].sum(axis=1)
    force = below(data.force, "in_theatre")["q50"]
    soldiers = force.groupby(pd.DatetimeIndex(force.index).year).mean()
    inhabitants = theatre.population.sum(axis=1)
    table = tables[least]
    rows = [
        (
            str(year),
            number(table["q50"].get(int(year), np.nan)),
            number(hit[i], 0),
            number(1000.0 * hit[i] / people[i] if people[i] else np.nan, 1),
            number(blocked[i], 0),
            number(1000.0 * soldiers.get(int(year), np.nan) / inhabitants[i], 1),
        )
        for i, year in enumerate(theatre.years)
    ]
    header = (
        "Year", "Trips made, %", "Attacks on them", "a 1,000 of them", "Days barricades stood",
        "Soldiers a 1,000 inhabitants",
    )  # fmt: skip
    caption = (
        f"Why {_name(data, least)} travel or stay: the middle future's trips, and what the rule"
        " reads but for police (means over futures, whole theatre)"
    )
    return Table("trips-why", caption, header, rows)


def _by_municipality(data: RunData, tables: dict[int, pd.DataFrame]) -> Iterator[Block]:
    """Yield for every community that does not move freely the trips made by municipality."""
    theatre = data.theatre
    years = [int(year) for year in theatre.years]
    picked = sorted({int(i) for i in np.linspace(0, len(years) - 1, min(COLUMNS, len(years)))})
    shown = [years[i] for i in picked]
    keys = ("year", "municipality", "community")
    mean = mean_over_futures(data.run, "movement", keys, ("share",), data.futures, time="year")[
        "share"
    ]
    people = people_by_municipality(theatre)
    for i, table in tables.items():
        if table["q50"].min() > 95.0:
            continue
        community = theatre.communities[i]
        rows: list[Sequence[str | Cell]] = []
        last = people[-1, :, i]
        for m in np.argsort(-last, kind="stable"):
            if last[m] < LEAST_PEOPLE:
                continue
            seat = theatre.municipalities[m]
            shares = [_at(mean, (pd.Timestamp(f"{y}-01-01"), seat, community)) for y in shown]
            cells = [Cell(number(100 * s), shade=_shade(s)) for s in shares]
            rows.append((data.place_name(seat), number(last[m]), *cells))
        caption = (
            f"{_name(data, i)}: trips made, percent, mean over futures, by municipality with"
            f" {LEAST_PEOPLE} of them or more in {years[-1]}; the darker, the fewer"
        )
        header = ("Municipality", f"People {years[-1]}", *(str(year) for year in shown))
        name = f"trips-{community.replace('_', '-')}"
        yield Table(name, caption, header, rows, folded=True)


def _at(mean: pd.Series[Any], key: tuple[Any, ...]) -> float:
    return float(mean.get(key, np.nan))


def _shade(share: float) -> int:
    """Return a darker ground for fewer trips; the number says the same."""
    return 0 if np.isnan(share) else 1 + sum(share < limit for limit in (0.9, 0.75, 0.6, 0.45, 0.3))


def _record(data: RunData) -> Block:
    """Return what the record has on movement, which is little."""
    figures = [f for f in data.record.figures if f.quantity in RECORDED]
    if not figures:
        return note("The record has nothing on how far people of any community travel.")
    said = listed(
        [
            f"{number(f.value)} {RECORDED[f.quantity]}, {day(f.begins)} to"
            f" {day(f.ends or f.begins)}"
            f" ({data.source_title(f.source)})"
            for f in figures
        ]
    )
    return words(
        f"The record has {plural(len(figures), 'figure')} on movement: {capital(said)}. It has no"
        " share of trips made, so the level of the lines cannot be checked; the number of convoys"
        " set how often an escort is asked for."
    )
