"""R over time, of the theatre and of every municipality."""

from __future__ import annotations

import numpy as np
import pandas as pd

from interpose.report import drawing
from interpose.report.charts import time_axis
from interpose.report.formats import day, number, of_quantiles
from interpose.report.page import Block, Cell, Figure, Section, Table, note, words
from interpose.report.run_page.run_data import RunData, row_at

SHADES = (0.3, 0.4, 0.5, 0.7, 1.0)
"""Values of R at which the ground of a cell grows darker."""

MOST_COLUMNS = 7
"""Reviews shown for every municipality: more would not fit on paper."""


def section(data: RunData) -> Section:
    """Return the section on R."""
    blocks: list[Block] = [
        words(
            "R says how many further incidents one incident provokes, directly, under the guard of"
            " the day. Below 1 a wave of violence dies out by itself; at 0.5 an incident leads to"
            " one further incident in all, at 0.8 to four. Above 1 violence feeds itself."
        )
    ]
    if data.r.empty:
        return Section("r", "Does violence feed itself?", (*blocks, note("No review was held.")))
    blocks += [_figure(data), _municipalities(data)]
    return Section("r", "Does violence feed itself?", tuple(blocks))


def _figure(data: RunData) -> Figure:
    r = data.r
    figure, (ax,) = drawing.canvas(height=2.4)
    dates = pd.DatetimeIndex(r.index)
    ax.fill_between(dates, r["q05"], r["q95"], color=drawing.LIGHT, lw=0)
    ax.fill_between(dates, r["q25"], r["q75"], color=drawing.MIDDLE, lw=0)
    ax.plot(dates, r["q50"], color="#00334f", lw=1.6, marker="o" if len(r) < 15 else None, ms=3)
    ax.axhline(1.0, color="black", lw=1.0, ls="--")
    ax.annotate(
        "R = 1: above this line violence feeds itself",
        (0.01, 1.0),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        fontsize=8,
        va="bottom",
    )
    time_axis(ax)
    ax.set_ylim(0, max(1.15, float(r["q95"].max()) * 1.08))
    ax.set_title("R of the theatre: middle future, half of the futures (dark), nine in ten (light)")
    rows = [
        (
            pd.Timestamp(str(date)).date().isoformat(),
            *(number(row[q], 2) for q in ("q05", "q25", "q50", "q75", "q95")),
            f"{100 * row['below_one']:.0f} %",
        )
        for date, row in r.iterrows()
    ]
    header = ("Review", "5 %", "25 %", "Middle", "75 %", "95 %", "Futures with R below 1")
    first, last = (row_at(r, r.index[i]) for i in (0, -1))
    return Figure(
        "r",
        drawing.to_svg(figure, "r"),
        "Incidents that one incident provokes, at each review.",
        f"R is {of_quantiles(first, 2)} at the first review ({day(dates[0].date())}) and "
        f"{of_quantiles(last, 2)} at the last ({day(dates[-1].date())}).",
        [Table("r", "R of the theatre at each review, over futures", header, rows)],
    )


def _municipalities(data: RunData) -> Table:
    """Return R of every municipality at some reviews: the figure is the table."""
    table = data.municipal["q50"].unstack("date")
    held = pd.DatetimeIndex(table.columns)
    picked = np.unique(np.linspace(0, len(held) - 1, min(MOST_COLUMNS, len(held))).round())
    columns = [held[int(i)] for i in picked]
    ordered = table.loc[table[columns[-1]].sort_values(ascending=False, kind="stable").index]
    rows: list[list[str | Cell]] = [
        [
            data.place_name(str(seat)),
            *(Cell(number(row[c], 2), shade=_shade(row[c])) for c in columns),
        ]
        for seat, row in ordered.iterrows()
    ]
    header = ("Municipality", *(f"{c.date():%b %Y}" for c in columns))
    caption = (
        "R if the whole theatre were guarded like this municipality (middle future), at the first,"
        " some middle and the last review. The ground grows darker at 0.3, 0.4, 0.5, 0.7 and 1."
        " Highest of the last review first."
    )
    return Table("municipalities", caption, header, rows)


def _shade(r: float) -> int:
    return 1 + sum(r >= limit for limit in SHADES)
