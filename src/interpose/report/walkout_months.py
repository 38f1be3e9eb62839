"""The months around a walk-out of the police: the dead and the barricades, here and elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from interpose.assess.window import bands, grid, row_of, sums
from interpose.report import drawing
from interpose.report.bands import (
    draw_months,
    explain,
    few_dates,
    mark_recorded,
    quantile_cells,
    when,
)
from interpose.report.main_kind import MainKind, main_kind
from interpose.report.material import Material
from interpose.report.parts import Figure, Table
from interpose.report.wording import number, of_quantiles
from interpose.scenario.tables.mission import Walkout

HERE, REST = "here", "rest"
"""The municipalities of the walk-out, and all others."""

Floats = NDArray[np.float64]
Panel = tuple[str, pd.DataFrame, Mapping[Any, float]]
"""Title, quantiles by month, and what the record has by month."""


@dataclass(frozen=True, slots=True)
class Year:
    """The months around a walk-out.

    Attributes
    ----------
    walkout : Walkout
    first, last : date
    months : DatetimeIndex
        First days.
    area : dict of str to str
        Place -> ``here`` or ``rest``.
    """

    walkout: Walkout
    first: dt.date
    last: dt.date
    months: pd.DatetimeIndex
    area: Mapping[str, str]


def draw_panels(year: Year, panels: Sequence[Panel], name: str) -> Markup:
    """Draw months beside each other, the day of the walk-out as a broken line."""
    figure, axes = drawing.canvas(1, len(panels), height=2.5)
    for ax, (title, table, recorded) in zip(axes, panels, strict=True):
        draw_months(ax, table)
        ax.axvline(when(year.walkout.date), color="black", lw=0.9, ls="--")
        if recorded:
            middle = [month + pd.Timedelta(days=14) for month in recorded]
            mark_recorded(ax, middle, list(recorded.values()))
        ax.set_title(title)
        few_dates(ax, year.first, year.last)
        highest = max([float(table["q95"].max()), *recorded.values(), 1.0])
        ax.set_ylim(0, 1.1 * highest)
    explain(axes[0], recorded=any(recorded for _, _, recorded in panels))
    return drawing.to_svg(figure, name)


def recorded_by_month(
    year: Year, rows: Sequence[tuple[dt.date, float]]
) -> dict[pd.Timestamp, float]:
    """Add up what the record has in every month of the page; months without are 0."""
    total = dict.fromkeys(year.months, 0.0)
    for date, value in rows:
        if year.first <= date <= year.last:
            total[pd.Timestamp(date.replace(day=1)).as_unit("s")] += value
    return total


def deaths_figure(material: Material, year: Year) -> Figure:
    """Draw the dead by month, those of riots with them."""
    kind = main_kind(material)
    total = _dead(material, year, "incidents") + _dead(material, year, "riots")
    others = total - _dead(material, year, "incidents", {"type": [kind.type]}) if kind else None
    roots = [r for r in material.record.incidents if not r.part_of and r.deaths]
    panels = []
    for i, (area, title) in enumerate(((HERE, "Dead, here"), (REST, "Dead, the rest"))):
        known = [(r.begins, float(r.deaths or 0)) for r in roots if year.area[r.place] == area]
        recorded = recorded_by_month(year, known)
        panels.append((title, bands(total[:, i], year.months), recorded))
    rows = [
        (f"{month:%B %Y}", *(text for cell in cells for text in cell))
        for month, *cells in zip(
            year.months,
            *(
                [(c, number(r)) for c, r in zip(quantile_cells(t), known.values(), strict=True)]
                for _, t, known in panels
            ),
            strict=True,
        )
    ]
    header = ["Month", "Dead, here", "Recorded", "Dead, the rest", "Recorded"]
    if others is not None:
        apart = [quantile_cells(bands(others[:, i], year.months)) for i in range(2)]
        rows = [(*row, *cells) for row, *cells in zip(rows, *apart, strict=True)]
        header += ["Without the main kind, here", "Without it, the rest"]
    sums_of = [
        (of_quantiles(row_of(total[:, i].sum(axis=1))),
         sum(known.values()))
        for i, (_, _, known) in enumerate(panels)
    ]  # fmt: skip
    alt = (
        f"In all: here {sums_of[0][0]} in the futures and {number(sums_of[0][1])} in the record;"
        f" the rest {sums_of[1][0]} and {number(sums_of[1][1])}."
    )
    caption = "The dead of all sides by month, and those of the record"
    numbers = Table("walkout-deaths", caption, tuple(header), rows)
    svg = draw_panels(year, panels, "walkout-deaths")
    about = (
        "The dead of all sides in incidents and riots. The record counts the dead of incidents"
        " that have to do with the mission, not every murder, which the futures do."
    )
    return Figure("walkout-deaths", svg, about + _without(kind, others), alt, [numbers])


def _dead(
    material: Material, year: Year, table: str, where: Mapping[str, Sequence[str]] | None = None
) -> Floats:
    """Return the dead of all sides as (future, area, month)."""
    futures = material.years.futures
    sides = ["deaths_target", "deaths_instigator", *(["deaths_force"] if table == "riots" else [])]
    found = sums(
        material.run, table, ("place", "date"), sides, period="month",
        first=year.first, last=year.last, groups={"place": year.area}, where=where,
    )  # fmt: skip
    total = np.zeros((len(futures), 2, len(year.months)))
    for side in sides:
        total += grid(found[side], futures, (HERE, REST), year.months)
    return total


def _without(kind: MainKind | None, others: Floats | None) -> str:
    """Return how many die outside the kind that has most of the dead."""
    if kind is None or others is None:
        return ""
    here, rest = (of_quantiles(row_of(others[:, i].sum(axis=1))) for i in range(2))
    return (
        f" Of all dead of the futures {100 * kind.share:.0f} % die in incidents of one kind,"
        f" “{kind.words}” ({kind.type}); without it {here} die here in these months, {rest} in the"
        " rest."
    )


def barricades_figure(material: Material, year: Year) -> Figure:
    """Draw the days on which a barricade stood, by the month in which it went up."""
    futures = material.years.futures
    found = sums(
        material.run, "barricades", ("place", "date"), ("days",), period="month",
        first=year.first, last=year.last, groups={"place": year.area},
    )  # fmt: skip
    stood = grid(found["days"], futures, (HERE, REST), year.months)
    count = grid(found["rows"], futures, (HERE, REST), year.months)
    blocked = [
        (r.begins, float((min(r.ends, year.last) - r.begins).days + 1))
        for r in material.record.counted()
        if r.kind == "roadblock" and year.area[r.place] == HERE
    ]
    recorded = recorded_by_month(year, blocked)
    panels = [
        ("Days a barricade stood, here", bands(stood[:, 0], year.months), recorded),
        ("The rest", bands(stood[:, 1], year.months), {}),
    ]
    rows = [
        (f"{month:%B %Y}", a, b, number(recorded[month]))
        for month, a, b in zip(
            year.months, *(quantile_cells(table) for _, table, _ in panels), strict=True
        )
    ]
    total = row_of(count[:, 0].sum(axis=1))
    none = 100 * float((stood[:, 0].sum(axis=1) == 0).mean())
    alt = (
        f"Here {of_quantiles(total)} barricades go up in all of these months; in"
        f" {none:.0f} % of the futures, none. Days in all: {_longest(stood[:, 0])} in the futures,"
        f" {number(sum(recorded.values()))} in the record."
    )
    header = ("Month", "Days stood, here", "Days stood, the rest", "Recorded, here")
    caption = "Days on which barricades stood, by the month in which they went up"
    return Figure(
        "walkout-barricades",
        draw_panels(year, panels, "walkout-barricades"),
        "Barricades: days on which each stood, added up, by the month in which it went up. The"
        " record knows roadblocks by place and dates; several roads may have been blocked at once.",
        alt,
        [Table("walkout-barricades", caption, header, rows)],
    )


def _longest(stood: Floats) -> str:
    return of_quantiles(row_of(stood.sum(axis=1)))
