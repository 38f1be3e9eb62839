"""R over time, of the theatre and of every municipality."""

from __future__ import annotations

import numpy as np
import pandas as pd

from interpose.report import drawing
from interpose.report.charts import QUANTILES, columns_table, draw_band, explain, quantile_text
from interpose.report.drawing import as_figure, time_axis
from interpose.report.formats import day, number, percent
from interpose.report.page import Block, Cell, Figure, Section, Table, note, words
from interpose.report.run_page.run_data import RunData

SHADES = (0.3, 0.4, 0.5, 0.7, 1.0)
"""Values of R at which the background of a cell grows darker."""

MOST_COLUMNS = 7
"""Reviews shown for every municipality: more would not fit on paper."""


def section(data: RunData) -> Section:
    """Return the section on R."""
    explained = words(
        "R says how many further incidents one incident provokes, directly, under the guard of"
        " the day. Below 1 a wave of violence dies out by itself; at 0.5 an incident leads to"
        " one further incident in all, at 0.8 to four. Above 1 violence feeds itself."
    )
    shown: tuple[Block, ...] = (note("No review was held."),)
    if len(data.r):
        shown = (_figure(data.r), _municipalities(data))
    return Section("r", "Does violence feed itself?", (explained, *shown))


def _figure(r: pd.DataFrame) -> Figure:
    figure, (ax,) = drawing.canvas(height=2.4)
    dates = pd.DatetimeIndex(r.index)
    draw_band(ax, r)
    ax.axhline(1.0, color="black", lw=1.0, ls="--")
    ax.annotate(
        "R = 1: above this line violence feeds itself", (0.01, 1.0), fontsize=8, va="bottom",
        xycoords=("axes fraction", "data"), xytext=(0, 2), textcoords="offset points",
    )  # fmt: skip
    time_axis(ax)
    ax.set_ylim(0, max(1.15, float(r["q95"].max()) * 1.08))
    ax.set_title("R of the theatre")
    explain(ax)
    columns = [("Review", [date.date().isoformat() for date in dates])]
    columns += [(head, [number(v, 2) for v in r[q]]) for q, head in QUANTILES.items()]
    columns.append(("Futures with R below 1", [percent(share) for share in r["below_one"]]))
    return as_figure(
        "r",
        figure,
        "Incidents that one incident provokes, at each review.",
        f"R is {quantile_text(r, r.index[0], 2)} at the first review ({day(dates[0].date())}) and "
        f"{quantile_text(r, r.index[-1], 2)} at the last ({day(dates[-1].date())}).",
        [columns_table("r", "R of the theatre at each review, over futures", columns)],
    )


def _municipalities(data: RunData) -> Table:
    """Return R of every municipality at some reviews: the figure is the table."""
    table = data.municipal["q50"].unstack("date")
    held = pd.DatetimeIndex(table.columns)
    picked = np.unique(np.linspace(0, len(held) - 1, min(MOST_COLUMNS, len(held))).round())
    shown = [held[int(i)] for i in picked]
    ordered = table.loc[table[shown[-1]].sort_values(ascending=False, kind="stable").index]
    columns: list[tuple[str, list[str | Cell]]] = [
        ("Municipality", [data.place_name(str(seat)) for seat in ordered.index])
    ]
    for date in shown:
        cells = [Cell(number(r, 2), shade=_shade(r)) for r in ordered[date]]
        columns.append((f"{date.date():%b %Y}", [*cells]))
    caption = (
        "R if the whole theatre were guarded like this municipality (median), at the first,"
        " some middle and the last review. The background grows darker at 0.3, 0.4, 0.5, 0.7 and"
        " 1. Highest of the last review first."
    )
    return columns_table("municipalities", caption, columns)


def _shade(r: float) -> int:
    return 1 + sum(r >= limit for limit in SHADES)
