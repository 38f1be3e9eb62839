"""Who holds what: tasks that pass from the force to the local police, and the police that grows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.window import accepted_officers, bands
from interpose.report import drawing
from interpose.report.charts import (
    draw_band,
    explain,
    few_dates,
    mark_recorded,
    quantile_cells,
    time_axis,
    when,
)
from interpose.report.formats import capital, day, number, plural
from interpose.report.page import Block, Cell, Figure, Section, Table, note, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.tables.mission import Responsibility, Walkout

POLICE_STRENGTH = "local_police.strength"
"""Quantity of ``record/figures.csv``: officers of the local police, accepted or not."""

EVERYWHERE = "everywhere"


def section(data: RunData) -> Section:
    """Return the section on police and the hand-over of tasks."""
    rows = sorted(data.scenario.responsibilities, key=_order)
    blocks: list[Block] = []
    if rows:
        blocks += [words(_said(data, rows)), _time_line(data, rows)]
    else:
        blocks.append(note("The scenario has no tasks that pass from the force to the police."))
    if any(row.kind == "local_police" for row in data.scenario.police):
        blocks.append(_police(data))
    else:
        blocks.append(note("The scenario has no local police."))
    return Section("handover", "Police and hand-over", tuple(blocks))


def _order(row: Responsibility) -> tuple[dt.date, str]:
    return row.date or dt.date.max, row.id


def _soldiers(data: RunData) -> float:
    """Return soldiers of a platoon that a post binds, by the parameter's table."""
    name = "responsibility.soldiers_per_platoon"
    return next(r.value for r in data.scenario.parameters.rows() if r.name == name)


def _said(data: RunData, rows: Sequence[Responsibility]) -> str:
    each = _soldiers(data)
    passed = [row for row in rows if row.date]
    bound, freed = sum(row.platoons for row in rows), sum(row.platoons for row in passed)
    text = (
        f"{plural(len(rows), 'post')} of the force binds {number(bound)} platoons on the first day"
        if len(rows) == 1
        else f"{plural(len(rows), 'post')} of the force bind {number(bound)} platoons on the first"
        " day"
    )
    text += (
        f", {number(bound * each)} soldiers. {len(passed)} pass to the local police and free"
        f" {number(freed)} platoons ({number(freed * each)} soldiers)"
    )
    if passed:
        text += f" from {day(_order(passed[0])[0])} to {day(_order(passed[-1])[0])}"
    kept = [data.place_name(row.place) for row in rows if not row.date]
    text += f"; {', '.join(kept)} stays with the force." if kept else "."
    return (
        f"{text} Dates are those of the scenario, the same in all futures; how many platoons a post"
        " takes is assumed."
    )


def _time_line(data: RunData, rows: Sequence[Responsibility]) -> Figure:
    """Draw a bar a post, solid while the force holds it, and the platoons bound below."""
    header = data.scenario.header
    start, end = (pd.Timestamp(d) for d in (header.start, header.end))
    height = 1.6 + 0.2 * len(rows)
    figure, axes = drawing.canvas(
        2, 1, height=height, sharex=True, height_ratios=[0.2 * len(rows), 1.1]
    )
    ax = axes[0]
    for i, row in enumerate(rows):
        until = pd.Timestamp(row.date) if row.date else end
        ax.hlines(i, when(start), when(until), color=drawing.BLUE, lw=5)
        ax.hlines(i, when(until), when(end), color=drawing.GREY, lw=1.2, ls=":")
        if row.date:
            ax.plot(when([until]), [i], "|", color="black", ms=8, mew=1.4)
    ax.set_yticks(range(len(rows)), [_label(data, row) for row in rows], fontsize=7.5)
    ax.invert_yaxis()
    ax.grid(visible=False)
    ax.set_title("Held by the force (thick), by the local police (dotted)")
    dates = [start, *(pd.Timestamp(row.date) for row in rows if row.date), end]
    left = float(sum(row.platoons for row in rows))
    bound = [left]
    for row in rows:
        if row.date:
            left -= row.platoons
            bound.append(left)
    bound.append(left)
    axes[1].step(when(dates), bound, where="post", color=drawing.BLUE, lw=1.6)
    axes[1].set_ylim(bottom=0)
    axes[1].set_title("Platoons bound at posts")
    time_axis(axes[1])
    titles = {source.id: source.title for source in data.scenario.sources}
    body: list[tuple[str | Cell, ...]] = [
        (
            day(row.date) if row.date else "never",
            capital(row.task.replace("_", " ")),
            data.place_name(row.place),
            number(row.platoons, 0 if row.platoons == int(row.platoons) else 1),
            row.basis,
            Cell(titles.get(row.source, row.source), link=f"#source-{row.source}"),
            row.note,
        )
        for row in rows
    ]
    columns = ("Date", "Task", "Place", "Platoons freed", "Basis", "Source", "Note")
    caption = "Tasks that pass from the force to the local police, by date"
    return Figure(
        "handover",
        drawing.to_svg(figure, "handover"),
        "Posts of the force by the date on which the local police take them over; below, the"
        " platoons that posts still bind. Soldiers who are freed go on patrol.",
        f"{number(bound[0])} platoons are bound on the first day, {number(bound[-1])} on the last.",
        [Table("handover", caption, columns, body, numeric=9)],
    )


def _label(data: RunData, row: Responsibility) -> str:
    return f"{data.place_name(row.place).split('/')[0]} ({row.task.replace('_', ' ')})"


def _police(data: RunData) -> Figure:
    """Draw the officers planned, those accepted in the futures, and the record."""
    header, theatre = data.scenario.header, data.theatre
    area = dict.fromkeys(theatre.municipalities, EVERYWHERE)
    table = officers_by_area(data, area, header.start, header.end)[EVERYWHERE]
    begins, authorised, accepted = theatre.police_plan
    dates = [pd.Timestamp(theatre.dates[day_]) for day_ in begins]
    planned, known = authorised.sum(axis=1), (authorised * accepted).sum(axis=1)
    figures = [
        f for f in data.record.figures_of(POLICE_STRENGTH)
        if header.start <= f.begins <= header.end
    ]  # fmt: skip
    figure, (ax,) = drawing.canvas(height=2.7)
    draw_band(ax, table)
    end = pd.Timestamp(header.end)
    step: Any = {"where": "post", "color": "black", "lw": 1.0}
    ax.step(when([*dates, end]), [*planned, planned[-1]], ls="--", label="planned", **step)
    ax.step(when([*dates, end]), [*known, known[-1]], ls=":", label="planned and accepted", **step)
    for walkout in data.scenario.walkouts:
        ax.axvline(when(walkout.date), color=drawing.GREY, lw=0.9)
    mark_recorded(ax, [f.begins for f in figures], [float(f.value) for f in figures])
    ax.legend(loc="lower right", ncols=2, fontsize=8)
    ax.set_title("Local police: bands, accepted officers of the futures; circles, the record")
    drawing.thousands(ax)
    ax.set_ylim(bottom=0)
    time_axis(ax)
    explain(ax, recorded=bool(figures))
    record = [
        (
            f.begins.isoformat()[: {"year": 4, "month": 7}.get(f.precision, 10)],
            Cell(data.source_title(f.source), link=f"#source-{f.source}"),
            f"{f.qualifier} {number(f.value)}".strip(),
            *_beside(table, planned, dates, pd.Timestamp(f.begins)),
        )
        for f in figures
    ]
    cells = quantile_cells(table)
    reviews = [
        (day(pd.Timestamp(str(date)).date()), cell)
        for date, cell in zip(table.index, cells, strict=True)
    ]
    columns = ("Date", "Source", "Record: officers", "Planned", "Accepted in the futures")
    tables = [
        Table("police-reviews", "Accepted officers at each review", ("Review", "Officers"), reviews)
    ]
    if figures:
        caption = "Strength of the local police in the record, in the scenario's plan and accepted"
        tables.insert(0, Table("police-record", caption, columns, record, numeric=2))
    share = float(table["q50"].iloc[-1] / planned[-1]) if planned[-1] else 0.0
    return Figure(
        "police",
        drawing.to_svg(figure, "police"),
        "Officers in service counted at the share of their effect that people accept, at each"
        " review (bands), what the scenario plans (broken line), and the strength that was"
        " published (circles), which counts every officer. Grey lines: walk-outs.",
        f"At the last review the middle future has {number(table['q50'].iloc[-1])} accepted"
        f" officers, {100 * share:.0f} % of those planned.",
        tables,
    )


def _beside(
    table: pd.DataFrame,
    planned: NDArray[np.float64],
    dates: Sequence[pd.Timestamp],
    date: pd.Timestamp,
) -> tuple[str, str]:
    """Return what is planned on a day, and accepted at the nearest review."""
    step = max(int(pd.DatetimeIndex(list(dates)).searchsorted(date, side="right")) - 1, 0)
    nearest = int(np.abs((pd.DatetimeIndex(table.index) - date).days).argmin())
    return number(planned[step]), quantile_cells(table)[nearest]


MARGIN = dt.timedelta(days=400)
"""Reviews are half a year apart, so the figure reaches a little beyond the page."""


def police_figure(
    data: RunData, row: Walkout, first: dt.date, last: dt.date, seats: set[str]
) -> Figure:
    """Return accepted local police at each review, in some municipalities and in all others.

    Parameters
    ----------
    data : RunData
    row : Walkout
    first, last : date
        Of the page.
    seats : set of str
        Municipalities of the walk-out.
    """
    area = {m: "here" if m in seats else "rest" for m in data.theatre.municipalities}
    tables = officers_by_area(data, area, first - MARGIN, last + MARGIN)
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
        _walkout_said(tables["here"], row),
        [Table("walkout-police", caption, ("Review", "Here", "The rest"), rows)],
    )


def officers_by_area(
    data: RunData, area: dict[str, str], first: dt.date, last: dt.date
) -> dict[str, pd.DataFrame]:
    """Return quantiles of accepted officers at each review, by area.

    Parameters
    ----------
    data : RunData
    area : dict of str to str
        Municipality -> area.
    first, last : date

    Returns
    -------
    dict of str to DataFrame
        Area -> table, a row a review.
    """
    dates, officers = accepted_officers(data.run, data.theatre, area, first, last)
    return {name: bands(values, dates) for name, values in officers.items()}


def _walkout_said(table: pd.DataFrame, row: Walkout) -> str:
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
