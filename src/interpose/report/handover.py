"""Who holds what: tasks that pass from the force to the local police, and the police that grows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.report import drawing
from interpose.report.bands import draw_band, explain, mark_recorded, quantile_cells, when
from interpose.report.material import Material
from interpose.report.parts import Block, Cell, Figure, Section, Table, note, words
from interpose.report.strength import time_axis
from interpose.report.walkout_police import officers_by_area
from interpose.report.wording import capital, day, number, plural
from interpose.scenario.tables.mission import Responsibility

POLICE_STRENGTH = "local_police.strength"
"""Quantity of ``record/figures.csv``: officers of the local police, accepted or not."""

EVERYWHERE = "everywhere"


def section(material: Material) -> Section:
    """Return the section on police and the hand-over of tasks."""
    rows = sorted(material.scenario.responsibilities, key=_order)
    blocks: list[Block] = []
    if rows:
        blocks += [words(_said(material, rows)), _time_line(material, rows)]
    else:
        blocks.append(note("The scenario has no tasks that pass from the force to the police."))
    if any(row.kind == "local_police" for row in material.scenario.police):
        blocks.append(_police(material))
    else:
        blocks.append(note("The scenario has no local police."))
    return Section("handover", "Police and hand-over", tuple(blocks))


def _order(row: Responsibility) -> tuple[dt.date, str]:
    return row.date or dt.date.max, row.id


def _soldiers(material: Material) -> float:
    """Return soldiers of a platoon that a post binds, by the parameter's table."""
    name = "responsibility.soldiers_per_platoon"
    return next(r.value for r in material.scenario.parameters.rows() if r.name == name)


def _said(material: Material, rows: Sequence[Responsibility]) -> str:
    each = _soldiers(material)
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
    kept = [material.place_name(row.place) for row in rows if not row.date]
    text += f"; {', '.join(kept)} stays with the force." if kept else "."
    return (
        f"{text} Dates are those of the scenario, the same in all futures; how many platoons a post"
        " takes is assumed."
    )


def _time_line(material: Material, rows: Sequence[Responsibility]) -> Figure:
    """Draw a bar a post, solid while the force holds it, and the platoons bound below."""
    header = material.scenario.header
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
    ax.set_yticks(range(len(rows)), [_label(material, row) for row in rows], fontsize=7.5)
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
    titles = {source.id: source.title for source in material.scenario.sources}
    body: list[tuple[str | Cell, ...]] = [
        (
            day(row.date) if row.date else "never",
            capital(row.task.replace("_", " ")),
            material.place_name(row.place),
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


def _label(material: Material, row: Responsibility) -> str:
    return f"{material.place_name(row.place).split('/')[0]} ({row.task.replace('_', ' ')})"


def _police(material: Material) -> Figure:
    """Draw the officers planned, those accepted in the futures, and the record."""
    header, theatre = material.scenario.header, material.theatre
    area = dict.fromkeys(theatre.municipalities, EVERYWHERE)
    table = officers_by_area(material, area, header.start, header.end)[EVERYWHERE]
    begins, authorised, accepted = theatre.police_plan
    dates = [pd.Timestamp(theatre.dates[day_]) for day_ in begins]
    planned, known = authorised.sum(axis=1), (authorised * accepted).sum(axis=1)
    figures = [
        f for f in material.record.figures_of(POLICE_STRENGTH)
        if header.start <= f.begins <= header.end
    ]  # fmt: skip
    figure, (ax,) = drawing.canvas(height=2.7)
    draw_band(ax, table)
    end = pd.Timestamp(header.end)
    step: Any = {"where": "post", "color": "black", "lw": 1.0}
    ax.step(when([*dates, end]), [*planned, planned[-1]], ls="--", label="planned", **step)
    ax.step(when([*dates, end]), [*known, known[-1]], ls=":", label="planned and accepted", **step)
    for walkout in material.scenario.walkouts:
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
            Cell(material.source_title(f.source), link=f"#source-{f.source}"),
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
