"""How a part of the mission is drawn: bands over time, and bars beside what the record says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import MaxNLocator

from interpose.report import drawing
from interpose.report.formats import capital, number, of_quantiles
from interpose.report.page import Cell, Table
from interpose.scenario import Scenario

MIDDLE_LINE = "#00334f"


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of the futures beside what the record has.

    Attributes
    ----------
    name : str
        In plain words, with its unit.
    row : Series
        Quantiles over futures, `assess.yearly.LABELS`.
    recorded : tuple of (float, str)
        Values of the record with the id of their source; several where sources differ.
    note : str
        What the reader must know to compare the two.
    """

    name: str
    row: pd.Series[Any]
    recorded: tuple[tuple[float, str], ...] = ()
    note: str = ""

    def is_inside(self, low: str = "q05", high: str = "q95") -> bool:
        """Return whether any recorded value lies within the futures."""
        return any(self.row[low] <= value <= self.row[high] for value, _ in self.recorded)

    def verdict(self) -> str:
        """Return in words where the record lies among the futures."""
        if not self.recorded:
            return "not recorded"
        if self.is_inside("q25", "q75"):
            return "within half of the futures"
        if self.is_inside():
            return "within nine in ten"
        under = max(value for value, _ in self.recorded) < self.row["q05"]
        return "below nine in ten" if under else "above nine in ten"

    def cells(self, titles: dict[str, str]) -> tuple[str | Cell, ...]:
        """Return the row of a table: name, quantiles, record, its source, where it lies."""
        said = "; ".join(number(value) for value, _ in self.recorded) or "–"
        known = dict.fromkeys(source for _, source in self.recorded if source)
        source = "; ".join(titles.get(name, name) for name in known)
        link = f"#source-{next(iter(known))}" if len(known) == 1 else ""
        numbers = (number(self.row[q]) for q in ("q05", "q25", "q50", "q75", "q95"))
        return (
            Cell(self.name, under=self.note),
            self.verdict(),
            Cell(source, link=link),
            *numbers,
            said,
        )


MEASURE_HEADER = (
    "What", "The record lies", "Source", "5 %", "25 %", "Middle", "75 %", "95 %", "Record",
)  # fmt: skip


def draw_measures(measures: Sequence[Measure], columns: int = 2) -> Any:  # noqa: ANN401 - Canvas
    """Return a figure with a bar a measure, each on a scale of its own, and the record on it."""
    rows = -(-len(measures) // columns)
    figure, axes = drawing.canvas(rows, columns, height=0.35 + 0.62 * rows)
    for ax, measure in zip(axes, measures, strict=False):
        row, values = measure.row, [value for value, _ in measure.recorded]
        ax.barh(
            [0], row["q95"] - row["q05"], 0.4, row["q05"], color=drawing.LIGHT, ec=drawing.GREY,
            lw=0.4,
        )  # fmt: skip
        ax.barh(
            [0], row["q75"] - row["q25"], 0.8, row["q25"], color=drawing.MIDDLE, ec=drawing.GREY,
            lw=0.4,
        )  # fmt: skip
        ax.vlines(row["q50"], -0.45, 0.45, color=MIDDLE_LINE, lw=1.8)
        ax.plot(values, [0] * len(values), "o", ms=5, mfc="black", mec="white", mew=0.8, zorder=4)
        ax.set_title(measure.name, fontsize=8.5, pad=2)
        _long_scale(ax, max([float(row["q95"]), *values, 1.0]), row, values)
        ax.set_yticks([])
        ax.set_ylim(-0.6, 0.6)
        ax.grid(visible=True, axis="x")
        ax.tick_params(labelsize=7.5)
    for ax in axes[len(measures) :]:
        ax.set_visible(False)
    return figure


def _long_scale(ax: Axes, highest: float, row: pd.Series[Any], values: Sequence[float]) -> None:
    """Choose equal steps, or equal factors where the futures differ by orders of magnitude."""
    if highest > 30.0 * max(float(row["q50"]), min(values, default=1.0) / 10.0, 1.0):
        ax.set_xscale("symlog", linthresh=1.0, linscale=0.4)
        powers = np.arange(0, int(np.ceil(np.log10(highest))) + 1)
        ax.set_xticks([0.0, *(10.0**powers)[:: 1 if len(powers) < 5 else 2]])
        ax.minorticks_off()
        ax.set_xlim(0, highest * 1.8)
    else:
        ax.locator_params(axis="x", nbins=5)
        ax.set_xlim(0, highest * 1.08)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def draw_band(ax: Axes, table: pd.DataFrame, *, step: bool = False) -> None:
    """Draw quantiles over time: light for nine in ten futures, dark for half, a line between."""
    if step:
        last = table.index[-1] + (table.index[-1] - table.index[-2])
        table = pd.concat([table, table.iloc[[-1]].set_index(pd.Index([last]))])
    how: Any = {"step": "post"} if step else {}
    ax.fill_between(table.index, table["q05"], table["q95"], color=drawing.LIGHT, lw=0, **how)
    ax.fill_between(table.index, table["q25"], table["q75"], color=drawing.MIDDLE, lw=0, **how)
    style: Any = {"drawstyle": "steps-post"} if step else {}
    ax.plot(table.index, table["q50"], color=MIDDLE_LINE, lw=1.6, **style)


def draw_months(ax: Axes, table: pd.DataFrame) -> None:
    """Draw a bar a month, like those of the years."""
    days = pd.DatetimeIndex(table.index) + pd.Timedelta(days=14)
    for low, high, wide, colour in (
        ("q05", "q95", 9, drawing.LIGHT),
        ("q25", "q75", 18, drawing.MIDDLE),
    ):
        tall = table[high] - table[low]
        ax.bar(days, tall, wide, table[low], color=colour, ec=drawing.GREY, lw=0.4)
    half = pd.Timedelta(days=10)
    ax.hlines(table["q50"], days - half, days + half, color=MIDDLE_LINE, lw=1.6)


def mark_recorded(ax: Axes, days: Sequence[Any], values: Sequence[float]) -> None:
    """Draw what the record has: a black circle a date; none where it has nothing."""
    shown = [(day, value) for day, value in zip(days, values, strict=True) if value]
    if not shown:  # an empty line would still take part in the layout
        return
    days, values = [day for day, _ in shown], [value for _, value in shown]
    ax.plot(
        pd.DatetimeIndex(days), values, "o", ms=4.4, mfc="black", mec="white", mew=0.8,
        zorder=4, clip_on=False,
    )  # fmt: skip


def explain(ax: Axes, *, recorded: bool = False) -> None:
    """Say at the foot of an axis's figure what bands, line and circles are."""
    figure = ax.figure
    left = ax.get_xlim()[0]
    handles: list[Any] = [
        ax.bar([left], [0], color=drawing.MIDDLE, ec=drawing.GREY, lw=0.4),
        ax.bar([left], [0], color=drawing.LIGHT, ec=drawing.GREY, lw=0.4),
        ax.plot([], [], color=MIDDLE_LINE, lw=1.6)[0],
    ]
    labels = ["half of the futures", "nine in ten", "middle future"]
    if recorded:
        handles += ax.plot([], [], "o", ms=4.4, mfc="black", mec="white", mew=0.8)
        labels.append("recorded")
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=8)


def few_dates(ax: Axes, first: Any, last: Any, most: int = 5) -> None:  # noqa: ANN401 - dates
    """Write a few whole months under an axis, for panels beside each other."""
    months = pd.date_range(first, last, freq="MS")
    shown = months[:: max(1, -(-len(months) // most))]
    ax.set_xticks(when(list(shown)), [f"{month:%b}\n{month:%Y}" for month in shown])
    ax.set_xlim(when(first), when(last))


def when(date: object) -> Any:  # noqa: ANN401 - matplotlib knows dates, its types do not
    """Return a date, or dates, for an axis of time."""
    return pd.DatetimeIndex(date) if isinstance(date, list) else pd.Timestamp(str(date))


def quantile_cells(table: pd.DataFrame, digits: int = 0) -> list[str]:
    """Return middle and range of every row as one reads them."""
    return [
        of_quantiles({str(k): float(v) for k, v in row.items()}, digits)
        for _, row in table.iterrows()
    ]


def day_after(date: dt.date, days: int) -> dt.date:
    """Return the date some days later, or earlier."""
    return date + dt.timedelta(days=days)


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


def time_axis(ax: Axes, *, numbers: bool = True) -> None:
    """Write dates under an axis: years where it is long, months where it is short.

    Parameters
    ----------
    ax : Axes
    numbers : bool
        Whether the other axis holds numbers, which then get few ticks.
    """
    locator = AutoDateLocator(minticks=4, maxticks=15)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)
    if numbers:
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5))
