"""How a part of the mission is drawn: bands over time, and bars beside what the record says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from interpose.report import drawing
from interpose.report.parts import Cell
from interpose.report.wording import number, of_quantiles

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
