"""Tasks that pass from the force to the local police, and how that police grows and walks out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.over_time import accepted_officers
from interpose.assess.totals import bands
from interpose.report import drawing
from interpose.report.charts import columns_table, draw_band, draw_recorded, explain, quantile_cells
from interpose.report.drawing import Floats, as_figure, from_zero, time_axis, when
from interpose.report.formats import capital, day, day_as_precise, number, percent
from interpose.report.page import Block, Cell, Figure, Section, Table, note, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import plural
from interpose.scenario.tables.mission import Responsibility, Walkout
from interpose.scenario.tables.record import Figure as RecordedFigure

POLICE_STRENGTH = "local_police.strength"
"""Quantity of ``record/figures.csv``: officers of the local police, accepted or not."""

MARGIN = dt.timedelta(days=400)
"""Reviews are half a year apart, so a walk-out's figure reaches a little beyond its page."""


def section(data: RunData) -> Section:
    """Return the section on police and the hand-over of tasks."""
    rows = sorted(data.scenario.responsibilities, key=lambda r: (r.date or dt.date.max, r.id))
    blocks: list[Block] = []
    if rows:
        blocks += [words(_posts_in_words(data, rows)), _time_line(data, rows)]
    else:
        blocks.append(note("The scenario has no tasks that pass from the force to the police."))
    if any(row.kind == "local_police" for row in data.scenario.police):
        blocks.append(_officers(data))
    else:
        blocks.append(note("The scenario has no local police."))
    return Section("handover", "Police and hand-over", tuple(blocks))


def _posts_in_words(data: RunData, rows: Sequence[Responsibility]) -> str:
    parameters = {row.name: row.value for row in data.scenario.parameters.rows()}
    each = parameters["responsibility.soldiers_per_platoon"]
    passed = [row for row in rows if row.date]
    bound, freed = sum(row.platoons for row in rows), sum(row.platoons for row in passed)
    text = (
        f"{plural(len(rows), 'post')} of the force {'binds' if len(rows) == 1 else 'bind'}"
        f" {number(bound)} platoons on the first day, {number(bound * each)} soldiers."
        f" {len(passed)} pass to the local police and free {number(freed)} platoons"
        f" ({number(freed * each)} soldiers)"
    )
    dates = [row.date for row in rows if row.date]
    if dates:
        text += f" from {day(dates[0])} to {day(dates[-1])}"
    kept = [data.place_name(row.place) for row in rows if not row.date]
    text += f"; {', '.join(kept)} stays with the force." if kept else "."
    return (
        f"{text} Dates are those of the scenario, the same in all futures; how many platoons a post"
        " takes is assumed."
    )


def _time_line(data: RunData, rows: Sequence[Responsibility]) -> Figure:
    """Draw a bar a post, solid while the force holds it, and the platoons bound below."""
    header, tall = data.scenario.header, 0.2 * len(rows)
    figure, (posts, total) = drawing.canvas(
        2, 1, height=1.6 + tall, sharex=True, height_ratios=[tall, 1.1]
    )
    for i, row in enumerate(rows):
        until = row.date or header.end
        posts.hlines(i, when(header.start), when(until), color=drawing.BLUE, lw=5)
        posts.hlines(i, when(until), when(header.end), color=drawing.GREY, lw=1.2, ls=":")
        if row.date:
            posts.plot(when([until]), [i], "|", color="black", ms=8, mew=1.4)
    labels = [
        f"{data.place_name(row.place).split('/')[0]} ({row.task.replace('_', ' ')})" for row in rows
    ]
    posts.set_yticks(range(len(rows)), labels, fontsize=7.5)
    posts.invert_yaxis()
    posts.grid(visible=False)
    posts.set_title("Held by the force (thick), by the local police (dotted)")
    passed = [(row.date, row.platoons) for row in rows if row.date]
    bound = sum(row.platoons for row in rows) - np.cumsum([0, *(n for _, n in passed), 0])
    dates = [header.start, *(date for date, _ in passed), header.end]
    total.step(when(dates), bound, where="post", color=drawing.BLUE, lw=1.6)
    total.set_ylim(bottom=0)
    total.set_title("Platoons bound at posts")
    time_axis(total)
    body = [
        (
            day(row.date) if row.date else "never",
            capital(row.task.replace("_", " ")),
            data.place_name(row.place),
            f"{row.platoons:,.3g}",
            row.basis,
            data.source_cell(row.source),
            row.note,
        )
        for row in rows
    ]
    columns = ("Date", "Task", "Place", "Platoons freed", "Basis", "Source", "Note")
    caption = "Tasks that pass from the force to the local police, by date"
    return as_figure(
        "handover",
        figure,
        "Posts of the force by the date on which the local police take them over; below, the"
        " platoons that posts still bind. Soldiers who are freed go on patrol.",
        f"{number(bound[0])} platoons are bound on the first day, {number(bound[-1])} on the last.",
        [Table("handover", caption, columns, body, numeric=9)],
    )


def _officers(data: RunData) -> Figure:
    """Draw the officers planned, those accepted in the futures, and the record."""
    header, theatre = data.scenario.header, data.theatre
    area = dict.fromkeys(theatre.municipalities, "everywhere")
    table = officers_by_area(data, area, header.start, header.end)["everywhere"]
    begins, authorised, share = theatre.police_plan
    dates = [*(pd.Timestamp(theatre.dates[first]) for first in begins), pd.Timestamp(header.end)]
    planned, accepted = authorised.sum(axis=1), (authorised * share).sum(axis=1)
    figures = [
        f for f in data.record.figures_of(POLICE_STRENGTH)
        if header.start <= f.begins <= header.end
    ]  # fmt: skip
    figure, (ax,) = drawing.canvas(height=2.7)
    draw_band(ax, table)
    step: Any = {"where": "post", "color": "black", "lw": 1.0}
    for line, dash, label in (
        (planned, "--", "planned"), (accepted, ":", "planned and accepted"),
    ):  # fmt: skip
        ax.step(when(dates), [*line, line[-1]], ls=dash, label=label, **step)
    for walkout in data.scenario.walkouts:
        ax.axvline(when(walkout.date), color=drawing.GREY, lw=0.9)
    draw_recorded(ax, when([f.begins for f in figures]), [float(f.value) for f in figures])
    ax.set_title("Officers of the local police")
    time_axis(ax)
    from_zero(ax)
    explain(ax)
    reviews = [day(date.date()) for date in pd.DatetimeIndex(table.index)]
    by_review = columns_table(
        "police-reviews",
        "Accepted officers at each review",
        [("Review", reviews), ("Officers", table)],
    )
    last = float(table["q50"].iloc[-1])
    of_planned = last / planned[-1] if planned[-1] else 0.0
    return as_figure(
        "police",
        figure,
        "Officers in service counted at the share of their effect that people accept, at each"
        " review (bands), what the scenario plans (broken line), and the strength that was"
        " published (circles), which counts every officer. Grey lines: walk-outs.",
        f"At the last review the median is {number(last)} accepted officers,"
        f" {percent(of_planned)} of those planned.",
        [*_beside_the_record(data, figures, table, planned, dates[:-1]), by_review],
    )


def _beside_the_record(
    data: RunData,
    figures: Sequence[RecordedFigure],
    table: pd.DataFrame,
    planned: Floats,
    dates: Sequence[pd.Timestamp],
) -> Iterator[Table]:
    """Yield the published strengths, if any: beside them the plan and the nearest review."""
    cells, reviews = quantile_cells(table), pd.DatetimeIndex(table.index)
    rows: list[tuple[str | Cell, ...]] = []
    for f in figures:
        date = pd.Timestamp(f.begins)
        at = max(int(pd.DatetimeIndex(list(dates)).searchsorted(date, side="right")) - 1, 0)
        rows.append(
            (
                day_as_precise(f.begins, f.precision),
                data.source_cell(f.source),
                f"{f.qualifier} {number(f.value)}".strip(),
                number(planned[at]),
                cells[int(np.abs((reviews - date).days).argmin())],
            )
        )
    header = ("Date", "Source", "Record: officers", "Planned", "Accepted in the futures")
    caption = "Strength of the local police in the record, in the scenario's plan and accepted"
    if rows:
        yield Table("police-record", caption, header, rows, numeric=2)


def officers_by_area(
    data: RunData, area: dict[str, str], first: dt.date, last: dt.date
) -> dict[str, pd.DataFrame]:
    """Return quantiles of accepted officers at each review, by area of the municipalities."""
    dates, officers = accepted_officers(data.run, data.theatre, area, first, last)
    return {name: bands(values, dates) for name, values in officers.items()}


def walkout_figure(
    data: RunData, walkout: Walkout, first: dt.date, last: dt.date, seats: set[str]
) -> Figure:
    """Return accepted local police at each review, in the seats of a walk-out and elsewhere."""
    first, last = first - MARGIN, last + MARGIN
    area = {m: "Here" if m in seats else "The rest" for m in data.theatre.municipalities}
    tables = officers_by_area(data, area, first, last)
    tables = {name: tables[name] for name in ("Here", "The rest") if name in tables}
    figure, axes = drawing.canvas(1, len(tables), height=2.3)
    for ax, (title, table) in zip(axes, tables.items(), strict=True):
        draw_band(ax, table)
        ax.plot(table.index, table["q50"], "o", ms=3, color=drawing.DARK)
        ax.axvline(when(walkout.date), color="black", lw=0.9, ls="--")
        ax.set_title(f"{title}: accepted officers of the local police")
        ax.set_xlim(when(first), when(last))
        time_axis(ax, most=5)
        drawing.thousands(ax)
        ax.set_ylim(0, max(1.15 * float(table["q95"].max()), 1.0))
    explain(axes[0])
    here = tables["Here"]
    reviews = [day(pd.Timestamp(str(date)).date()) for date in here.index]
    caption = "Officers of the local police at each review, counted at the share people accept"
    return as_figure(
        "walkout-police",
        figure,
        "Local police in service, counted at the share of their effect that people accept, at the"
        " reviews; the broken line is the day of the walk-out.",
        _walkout_in_words(here["q50"], walkout),
        [columns_table("walkout-police", caption, [("Review", reviews), *tables.items()])],
    )


def _walkout_in_words(line: pd.Series[Any], walkout: Walkout) -> str:
    after = line.index >= pd.Timestamp(walkout.date)
    if after.all() or not after.any():
        return f"The walk-out is on {day(walkout.date)}."
    last = pd.Timestamp(str(line.index[-1])).date()
    return (
        f"Here, the median is {number(line[~after].iloc[-1])} accepted officers at the"
        f" last review before the walk-out, {number(line[after].iloc[0])} at the first after it"
        f" and {number(line.iloc[-1])} on {day(last)}."
    )
