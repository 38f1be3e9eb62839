"""Charts of quantiles over futures beside what was recorded: bars, bands, legends and tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from interpose.report import drawing
from interpose.report.formats import capital, number, of_quantiles
from interpose.report.page import Cell, Table
from interpose.scenario import Scenario

QUANTILES = {"q05": "5 %", "q25": "25 %", "q50": "Median", "q75": "75 %", "q95": "95 %"}
"""Columns of a table of quantiles -> their headings."""

LOG_FROM = 8.0
"""The scale is logarithmic if the largest number is so many times that of a quiet year."""

EDGE: Any = {"ec": drawing.GREY, "lw": 0.4}
RECORDED: Any = {"marker": "o", "ls": "none", "ms": 4.4, "mfc": "black", "mec": "white", "mew": 0.8}


# --- quantiles as text ----------------------------------------------------------------------


def below(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the rows of a table under one word of its first index."""
    return cast("pd.DataFrame", table.loc[key])


def row_at(table: pd.DataFrame, key: object) -> Mapping[str, float]:
    """Return one row of numbers by its index."""
    found: Any = table.loc[key]  # type: ignore[call-overload]  # pandas takes any index
    return {str(name): float(value) for name, value in found.items()}


def quantile_text(table: pd.DataFrame, key: object, digits: int = 0) -> str:
    """Return median and 90 % interval of one row."""
    return of_quantiles(row_at(table, key), digits)


def quantile_cells(table: pd.DataFrame, digits: int = 0) -> list[str]:
    """Return median and 90 % interval of every row."""
    return [quantile_text(table, key, digits) for key in table.index]


def columns_table(
    name: str,
    caption: str,
    columns: Iterable[tuple[str, Sequence[str | Cell] | pd.DataFrame]],
    *,
    numeric: int = 1,
    folded: bool = False,
) -> Table:
    """Return a table from its columns, each a heading and its cells.

    A table of quantiles as a column becomes medians and 90 % intervals.
    """
    given = list(columns)
    cells = [quantile_cells(of) if isinstance(of, pd.DataFrame) else of for _, of in given]
    rows = list(zip(*cells, strict=True))
    return Table(name, caption, [heading for heading, _ in given], rows, numeric, folded=folded)


def years_table(
    name: str, caption: str, table: pd.DataFrame, recorded: Mapping[str, pd.Series[int]]
) -> Table:
    """Return yearly quantiles as a table, with what was recorded."""
    columns: list[tuple[str, list[str]]] = [("Year", [str(year) for year in table.index])]
    columns += [(head, [number(v) for v in table[q]]) for q, head in QUANTILES.items()]
    for label, counts in recorded.items():
        columns.append((capital(label), [number(counts.get(y, np.nan)) for y in table.index]))
    return columns_table(name, caption, columns)


# --- drawing --------------------------------------------------------------------------------


def draw_bars(
    ax: Axes,
    at: Any,  # noqa: ANN401 - numbers along an axis
    table: pd.DataFrame,
    unit: float = 1.0,
    *,
    horizontal: bool = False,
) -> None:
    """Draw a bar a row: thin for the 90 % interval, thick for the middle half, a median line."""
    bar, line = (ax.barh, ax.vlines) if horizontal else (ax.bar, ax.hlines)
    for low, high, wide, colour in (
        ("q05", "q95", 0.3, drawing.LIGHT),
        ("q25", "q75", 0.64, drawing.MIDDLE),
    ):
        bar(at, table[high] - table[low], wide * unit, table[low], color=colour, **EDGE)
    half = 0.36 * unit
    line(table["q50"], np.asarray(at) - half, np.asarray(at) + half, color=drawing.DARK, lw=1.6)


def draw_years(ax: Axes, table: pd.DataFrame, ticks: int = 9) -> None:
    """Draw a bar a year."""
    years = table.index.to_numpy()
    draw_bars(ax, years, table)
    ax.set_xlim(years[0] - 0.7, years[-1] + 0.7)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=True, min_n_ticks=1))


def draw_months(ax: Axes, table: pd.DataFrame) -> None:
    """Draw a bar a month, in its middle."""
    draw_bars(ax, [drawing.day_number(month.date()) + 14 for month in table.index], table, 28.0)
    ax.xaxis_date()


def draw_band(ax: Axes, table: pd.DataFrame) -> None:
    """Draw quantiles over time: a light 90 % band, a dark one of the middle half, the median."""
    ax.fill_between(table.index, table["q05"], table["q95"], color=drawing.LIGHT, lw=0)
    ax.fill_between(table.index, table["q25"], table["q75"], color=drawing.MIDDLE, lw=0)
    ax.plot(table.index, table["q50"], color=drawing.DARK, lw=1.6)


def draw_recorded(
    ax: Axes,
    at: Any,  # noqa: ANN401 - years or dates
    values: Any,  # noqa: ANN401 - numbers
    label: str = "recorded",
    *,
    hollow: bool = False,
) -> None:
    """Draw what was recorded as circles; nothing where there is none."""
    if not len(values):  # an empty line would still take part in the layout
        return
    face: Any = {"mfc": "none", "mec": "black", "ms": 5.4} if hollow else {}
    ax.plot(at, values, label=label, zorder=4, clip_on=False, **{**RECORDED, **face})


def explain(ax: Axes) -> None:
    """Say below the figure of an axis what bands, line and labelled marks are."""
    figure: Any = ax.figure
    known: dict[str, Any] = {
        "middle half of the futures": Patch(fc=drawing.MIDDLE, **EDGE),
        "90 % interval": Patch(fc=drawing.LIGHT, **EDGE),
        "median": Line2D([], [], color=drawing.DARK, lw=1.6),
    }
    for each in figure.axes:
        handles, labels = each.get_legend_handles_labels()
        known.update(zip(labels, handles, strict=True))
    columns = len(known) if len(known) < 6 else 3  # more do not fit beside each other
    figure.legend(known.values(), known.keys(), loc="outside lower center", ncols=columns)


def mark_held_out(ax: Axes, scenario: Scenario, *, label: bool = True) -> None:
    """Hatch the years that were not used for fitting."""
    header = scenario.header
    if header.fit_until >= header.end:
        return
    border = as_year(header.fit_until) + 1.0 / 365.25
    right = ax.get_xlim()[1]
    ax.axvspan(border, right, facecolor="none", edgecolor=drawing.PALE, hatch="///", lw=0, zorder=0)
    ax.axvline(border, color=drawing.GREY, lw=0.8, ls="--", zorder=1)
    if label:
        ax.annotate(
            "not used for fitting →", (border, 1.0), xycoords=("data", "axes fraction"),
            xytext=(4, -2), textcoords="offset points", va="top", fontsize=8,
            bbox={"fc": "white", "ec": "none", "pad": 1.0},
        )  # fmt: skip


def as_year(date: dt.date) -> float:
    """Return where a date stands on an axis on which a year's bar is at its number."""
    return date.year - 0.5 + (date.timetuple().tm_yday - 1) / 365.25


def scale(ax: Axes, table: pd.DataFrame, *points: pd.Series[int]) -> None:
    """Choose a scale on which the quiet years can be read beside the worst."""
    known = [counts for counts in points if len(counts)]
    highest = max([float(table["q95"].max()), *(float(p.max()) for p in known), 1.0])
    quiet = min(float(counts.quantile(0.25)) for counts in (table["q50"], *known))
    if highest > LOG_FROM * max(quiet, 1.0):
        lowest = min([float(table["q05"].min()), *(float(p.min()) for p in known)])
        drawing.log_axis(ax, lowest, highest)
    else:
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        drawing.thousands(ax)
        ax.set_ylim(0, highest * 1.12)


def inside_interval(table: pd.DataFrame, counts: pd.Series[int]) -> pd.Series[bool]:
    """Return, for every year played and recorded, whether the 90 % interval holds its number."""
    known = counts[counts.index.isin(table.index)]
    at = table.loc[known.index]
    return (at["q05"] <= known) & (known <= at["q95"])
