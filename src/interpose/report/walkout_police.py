"""Local police before and after a walk-out: officers who are accepted, here and elsewhere."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from interpose.assess.window import accepted_officers, bands
from interpose.report import drawing
from interpose.report.bands import draw_band, explain, few_dates, quantile_cells, when
from interpose.report.material import Material
from interpose.report.parts import Figure, Table
from interpose.report.wording import day, number
from interpose.scenario.tables.mission import Walkout

MARGIN = dt.timedelta(days=400)
"""Reviews are half a year apart, so the figure reaches a little beyond the page."""


def police_figure(
    material: Material, row: Walkout, first: dt.date, last: dt.date, seats: set[str]
) -> Figure:
    """Return accepted local police at each review, in some municipalities and in all others.

    Parameters
    ----------
    material : Material
    row : Walkout
    first, last : date
        Of the page.
    seats : set of str
        Municipalities of the walk-out.
    """
    area = {m: "here" if m in seats else "rest" for m in material.theatre.municipalities}
    tables = officers_by_area(material, area, first - MARGIN, last + MARGIN)
    figure, axes = drawing.canvas(1, 2, height=2.3)
    for ax, (name, title) in zip(axes, (("here", "Here"), ("rest", "The rest")), strict=True):
        table = tables[name]
        if len(table):
            draw_band(ax, table)
        ax.plot(table.index, table["q50"], "o", ms=3, color="#00334f")
        ax.axvline(when(row.date), color="black", lw=0.9, ls="--")
        ax.set_title(f"{title}: accepted officers of the local police")
        few_dates(ax, first - MARGIN, last + MARGIN)
        drawing.thousands(ax)
        ax.set_ylim(0, max(1.15 * float(table["q95"].max()), 1.0))
    explain(axes[0])
    rows = [
        (day(pd.Timestamp(str(date)).date()), here, rest)
        for date, here, rest in zip(
            tables["here"].index, *(quantile_cells(t) for t in tables.values()), strict=True
        )
    ]
    caption = "Officers of the local police at each review, counted at the share people accept"
    return Figure(
        "walkout-police",
        drawing.to_svg(figure, "walkout-police"),
        "Local police in service, counted at the share of their effect that people accept, at the"
        " reviews; the broken line is the day of the walk-out.",
        _said(tables["here"], row),
        [Table("walkout-police", caption, ("Review", "Here", "The rest"), rows)],
    )


def officers_by_area(
    material: Material, area: dict[str, str], first: dt.date, last: dt.date
) -> dict[str, pd.DataFrame]:
    """Return quantiles of accepted officers at each review, by area.

    Parameters
    ----------
    material : Material
    area : dict of str to str
        Municipality -> area.
    first, last : date

    Returns
    -------
    dict of str to DataFrame
        Area -> table, a row a review.
    """
    dates, officers = accepted_officers(material.run, material.theatre, area, first, last)
    return {name: bands(values, dates) for name, values in officers.items()}


def _said(table: pd.DataFrame, row: Walkout) -> str:
    before = table[table.index < pd.Timestamp(row.date)]
    after = table[table.index >= pd.Timestamp(row.date)]
    if not len(before) or not len(after):
        return f"The walk-out is on {day(row.date)}."
    last = pd.Timestamp(str(after.index[-1])).date()
    return (
        f"Here, the middle future has {number(before['q50'].iloc[-1])} accepted officers at the"
        f" last review before the walk-out, {number(after['q50'].iloc[0])} at the first after it"
        f" and {number(after['q50'].iloc[-1])} on {day(last)}."
    )
