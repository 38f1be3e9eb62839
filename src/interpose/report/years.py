"""How a year is drawn: a bar for the futures, a circle for the record, hatching if held out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from interpose.report import drawing
from interpose.report.material import Material
from interpose.report.parts import Table
from interpose.report.wording import capital, number

LOG_FROM = 8.0
"""Largest number over those of a quiet year from which equal steps are equal factors."""


def draw_years(ax: Axes, table: pd.DataFrame, ticks: int = 9) -> None:
    """Draw a bar a year: thin for nine in ten futures, thick for half, a line for the middle."""
    years = table.index.to_numpy()
    tall = table["q95"] - table["q05"]
    ax.bar(years, tall, 0.3, table["q05"], color=drawing.LIGHT, ec=drawing.GREY, lw=0.4)
    tall = table["q75"] - table["q25"]
    ax.bar(years, tall, 0.64, table["q25"], color=drawing.MIDDLE, ec=drawing.GREY, lw=0.4)
    ax.hlines(table["q50"], years - 0.36, years + 0.36, color="#00334f", lw=1.6)
    ax.set_xlim(years[0] - 0.7, years[-1] + 0.7)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=True, min_n_ticks=1))


def draw_recorded(ax: Axes, counts: pd.Series[int], label: str, *, hollow: bool = False) -> None:
    """Draw what was recorded: a circle a year."""
    ax.plot(
        counts.index,
        counts,
        "o",
        ms=5.4 if hollow else 4.2,
        mfc="none" if hollow else "black",
        mec="black" if hollow else "white",
        mew=0.8,
        label=label,
        zorder=4,
        clip_on=False,
    )


def mark_held_out(ax: Axes, material: Material, *, label: bool = True) -> None:
    """Hatch the years that were not used for fitting."""
    header = material.scenario.header
    if header.fit_until >= header.end:
        return
    border = as_year(header.fit_until) + 1.0 / 365.25
    right = ax.get_xlim()[1]
    ax.axvspan(border, right, facecolor="none", edgecolor=drawing.PALE, hatch="///", lw=0, zorder=0)
    ax.axvline(border, color=drawing.GREY, lw=0.8, ls="--", zorder=1)
    if label:
        ax.annotate(
            "not used for fitting →",
            (border, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(4, -2),
            textcoords="offset points",
            va="top",
            fontsize=8,
            bbox={"fc": "white", "ec": "none", "pad": 1.0},
        )


def as_year(date: dt.date) -> float:
    """Return where a date stands on an axis on which a year's bar is at its number."""
    return date.year - 0.5 + (date.timetuple().tm_yday - 1) / 365.25


def scale(ax: Axes, table: pd.DataFrame, *points: pd.Series[int], small: bool = False) -> None:
    """Choose a scale on which the quiet years can be read beside the worst."""
    highest = max([float(table["q95"].max()), *(float(p.max()) for p in points if len(p)), 1.0])
    quiet = [float(counts.quantile(0.25)) for counts in (table["q50"], *points) if len(counts)]
    if highest > LOG_FROM * max(min(quiet), 1.0):
        lowest = min([float(table["q05"].min()), *(float(p.min()) for p in points if len(p))])
        drawing.plain_log(ax, lowest, highest, small=small)
    else:
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        drawing.thousands(ax)
        ax.set_ylim(0, highest * 1.12)


def legend(ax: Axes, recorded: int = 0) -> None:
    """Say what bars and circles are, above the axes."""
    handles: list[Any] = [
        ax.bar([0], [0], color=drawing.MIDDLE, ec=drawing.GREY, lw=0.4),
        ax.bar([0], [0], color=drawing.LIGHT, ec=drawing.GREY, lw=0.4),
        ax.plot([], [], color="#00334f", lw=1.6)[0],
    ]
    labels = ["half of the futures", "nine in ten", "middle future"]
    if recorded:
        points = [line for line in ax.lines if line.get_marker() == "o"][-recorded:]
        handles += reversed(points)
        labels += [str(point.get_label()) for point in reversed(points)]
    ax.legend(
        handles,
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.13),
        ncols=len(labels),
        fontsize=8,
        borderpad=0,
        columnspacing=1.0,
        handlelength=1.3,
    )


def years_table(
    name: str,
    caption: str,
    table: pd.DataFrame,
    recorded: Mapping[str, pd.Series[int]] | None = None,
) -> Table:
    """Return yearly quantiles as a table, with what was recorded."""
    known = recorded or {}
    rows = [
        (
            str(year),
            *(number(row[q]) for q in ("q05", "q25", "q50", "q75", "q95")),
            *(number(counts.get(year, np.nan)) for counts in known.values()),
        )
        for year, row in table.iterrows()
    ]
    header = ("Year", "5 %", "25 %", "Middle", "75 %", "95 %", *(capital(k) for k in known))
    return Table(name, caption, header, rows)


def inside_range(table: pd.DataFrame, counts: pd.Series[int]) -> pd.Series[bool]:
    """Return, for every year played and recorded, whether nine in ten futures hold its number."""
    known = counts[counts.index.isin(table.index)]
    at = table.loc[known.index]
    return (at["q05"] <= known) & (known <= at["q95"])
