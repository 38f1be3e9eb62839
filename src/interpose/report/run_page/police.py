"""Tasks that pass from the force to the local police, and how that police grows and walks out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from interpose.assess.totals import bands
from interpose.report.charts import Panel, charts, marks_of
from interpose.report.page import (
    Block,
    Cell,
    Figure,
    Section,
    Table,
    capital,
    day,
    day_as_precise,
    note,
    number,
    percent,
    words,
)
from interpose.report.quantiles import columns_table, quantile_cells
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import plural
from interpose.scenario.tables.mission import Responsibility
from interpose.scenario.tables.record import Figure as RecordedFigure

POLICE_STRENGTH = "local_police.strength"
"""Quantity of ``record/figures.csv``: officers of the local police, accepted or not."""


def section(data: RunData) -> Section:
    """Return the section on police and the hand-over of tasks."""
    rows = sorted(data.scenario.responsibilities, key=lambda r: (r.date or dt.date.max, r.id))
    blocks: list[Block] = []
    if rows:
        blocks += [words(_posts_in_words(data, rows)), _posts(data, rows)]
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


def _posts(data: RunData, rows: Sequence[Responsibility]) -> Table:
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
    caption = (
        "Tasks that pass from the force to the local police, by date; soldiers who are freed go"
        " on patrol"
    )
    return Table("handover", caption, columns, body, numeric=9)


def _officers(data: RunData) -> Figure:
    """Draw the officers planned, those accepted in the futures, and the record."""
    header, theatre = data.scenario.header, data.theatre
    dates, officers = data.officers
    table = bands(officers.sum(axis=2), dates)
    begins, authorised, share = theatre.police_plan
    steps = pd.DatetimeIndex([*theatre.dates[begins], np.datetime64(header.end)])
    planned, accepted = (
        pd.Series([*line, line[-1]], index=steps)
        for line in (authorised.sum(axis=1), (authorised * share).sum(axis=1))
    )
    figures = [
        f for f in data.record.figures_of(POLICE_STRENGTH)
        if header.start <= f.begins <= header.end
    ]  # fmt: skip
    points = pd.Series(
        [float(f.value) for f in figures], index=pd.DatetimeIndex([f.begins for f in figures])
    )
    last = float(table["q50"].iloc[-1])
    of_planned = last / planned.iloc[-1] if planned.iloc[-1] else 0.0
    by_review = columns_table(
        "police-reviews",
        "Accepted officers at each review",
        [("Review", [day(date.date()) for date in dates]), ("Officers", table)],
    )
    lines = {"planned": planned, "planned and accepted": accepted}
    return charts(
        "police",
        [Panel("Officers of the local police", table, marks_of(points), lines)],
        "Officers in service counted at the share of their effect that people accept, at each"
        " review (bands), what the scenario plans (broken lines), and the strength that was"
        " published (dots), which counts every officer.",
        f"At the last review the median is {number(last)} accepted officers,"
        f" {percent(of_planned)} of those planned.",
        [*_beside_the_record(data, figures, table, planned), by_review],
        what_if=data.is_what_if,
        days={pd.Timestamp(walkout.date): "police walk out" for walkout in data.scenario.walkouts},
    )


def _beside_the_record(
    data: RunData,
    figures: Sequence[RecordedFigure],
    table: pd.DataFrame,
    planned: pd.Series[float],
) -> Iterator[Table]:
    """Yield the published strengths, if any: beside them the plan and the nearest review."""
    cells, reviews = quantile_cells(table), pd.DatetimeIndex(table.index)
    rows: list[tuple[str | Cell, ...]] = []
    for f in figures:
        date = pd.Timestamp(f.begins)
        at = max(int(planned.index.searchsorted(date, side="right")) - 1, 0)
        rows.append(
            (
                day_as_precise(f.begins, f.precision),
                data.source_cell(f.source),
                data.record_cell(f),
                number(planned.iloc[at]),
                cells[int(np.abs((reviews - date).days).argmin())],
            )
        )
    header = ("Date", "Source", "Record: officers", "Planned", "Accepted in the futures")
    caption = "Strength of the local police in the record, in the scenario's plan and accepted"
    if rows:
        yield Table("police-record", caption, header, rows, numeric=2)
