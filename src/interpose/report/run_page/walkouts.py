"""A walk-out of the local police: the months around it in the futures, beside the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from interpose.assess.window import bands, grid, row_of, sums
from interpose.record.record import ACTS
from interpose.report import drawing
from interpose.report.charts import (
    draw_months,
    explain,
    few_dates,
    mark_recorded,
    quantile_cells,
    when,
)
from interpose.report.formats import day, listed, number, of_quantiles
from interpose.report.page import Block, Figure, Section, Table, words
from interpose.report.run_page.incidents import MainKind, main_kind
from interpose.report.run_page.police import police_figure
from interpose.report.run_page.run_data import RECORDER, RunData, row_at
from interpose.scenario.tables.mission import Walkout

MONTHS_BEFORE, MONTHS_AFTER = 2, 10
"""Whole months that a page has before and after the month of the walk-out."""

ECHO_DAYS = 14
"""Days from a political event on whose incidents stand beside it in the table."""


def sections(data: RunData) -> Iterator[Section]:
    """Yield a section for every walk-out of the local police that the scenario has."""
    for row in data.scenario.walkouts:
        if data.scenario.header.start <= row.date <= data.scenario.header.end:
            yield _section(data, _year(data, row))


def _year(data: RunData, row: Walkout) -> Year:
    month = pd.Timestamp(row.date).to_period("M")
    header = data.scenario.header
    first = max((month - MONTHS_BEFORE).start_time.date(), header.start)
    last = min((month + MONTHS_AFTER).end_time.date(), header.end)
    months = pd.date_range(first.replace(day=1), last, freq="MS").as_unit("s")
    seats = _seats(data, row.municipalities)
    area = {
        place.id: HERE if place.municipality in seats else REST for place in data.scenario.places
    }
    return Year(row, first, last, months, area)


def _section(data: RunData, year: Year) -> Section:
    row = year.walkout
    here = _seats(data, row.municipalities)
    seats = "all municipalities" if row.municipalities == "all" else listed(
        [data.place_name(m) for m in here]
    )  # fmt: skip
    back = f"back, or replaced, on {day(row.returns)}" if row.returns else "replaced by recruits"
    daily = _daily(data, year)
    blocks: list[Block] = [
        words(
            f"On {day(row.date)} {100 * row.share:.0f} % of the local police of {seats} leave; by"
            f" the scenario they are {back}. “Here” below means these municipalities, “the rest”"
            " all others. Dates of political events are the same in all futures; what follows from"
            " them is not.",
        ),
        words(_said(data, year, daily)),
        _incidents(data, year, daily),
        deaths_figure(data, year),
        barricades_figure(data, year),
        police_figure(data, row, year.first, year.last, set(here)),
        _shocks(data, year, daily),
    ]
    title = f"{year.first:%B %Y} to {year.last:%B %Y}: the police walk out"
    return Section(f"walkout-{row.date:%Y-%m}", title, tuple(blocks))


def _seats(data: RunData, names: str) -> Sequence[str]:
    """Return the municipalities that a cell of a table names."""
    return data.theatre.municipalities if names == "all" else names.split(";")


def _daily(data: RunData, year: Year) -> Floats:
    """Return incidents as (future, area, day)."""
    found = sums(
        data.run,
        "incidents",
        ("place", "date"),
        first=year.first,
        last=year.last,
        groups={"place": year.area},
    )
    return grid(found["rows"], data.years.futures, (HERE, REST), _days(year))


def _days(year: Year) -> pd.DatetimeIndex:
    return pd.date_range(year.first, year.last).as_unit("s")


def _monthly(year: Year, daily: Floats) -> dict[str, pd.DataFrame]:
    """Return quantiles of the sums of every month, by area."""
    month = (_days(year).year - year.months[0].year) * 12 + _days(year).month
    starts = np.flatnonzero(np.diff(month, prepend=-1))
    totals = np.add.reduceat(daily, starts, axis=2)
    return {area: bands(totals[:, i], year.months) for i, area in enumerate((HERE, REST))}


def _said(data: RunData, year: Year, daily: Floats) -> str:
    recorded = [r for r in data.record.counted() if year.first <= r.begins <= year.last]
    here = sum(year.area[r.place] == HERE for r in recorded)
    shares = daily[:, 0].sum(axis=1) / np.maximum(daily.sum(axis=(1, 2)), 1.0)
    before = _days(year) < pd.Timestamp(year.walkout.date)
    rate = [daily[:, 0][:, mask].mean(axis=1) * 30.4 for mask in (before, ~before)]
    middle = [float(np.median(part)) for part in rate]
    text = (
        f"In the futures {of_quantiles(row_of(100 * shares))} % of all incidents of these months"
        f" happen here (middle and nine in ten). Here, the middle future has {number(middle[0], 1)}"
        f" incidents a month before the walk-out and {number(middle[1], 1)} from then on."
    )
    if recorded:
        text += (
            f" The record names {len(recorded)} incidents of the same kinds, {here} of them here:"
            " it holds what is remembered, a small part of what happens and mostly from here."
        )
    return f"{text} {_riots(data, year)}"


def _riots(data: RunData, year: Year) -> str:
    """Return in how many futures crowds riot in these months, and how often the record has them."""
    found = sums(
        data.run, "riots", ("place",), first=year.first, last=year.last,
        groups={"place": year.area},
    )  # fmt: skip
    count = grid(found["rows"], data.years.futures, (HERE, REST))
    known = sum(
        r.kind == "riot" and year.first <= r.begins <= year.last and year.area[r.place] == HERE
        for r in data.record.incidents
    )
    share = 100 * (count > 0).mean(axis=0)
    return (
        f"Crowds riot here in {share[0]:.0f} % of the futures, elsewhere in {share[1]:.0f} %; the"
        f" record has {known} riots here."
    )


def _incidents(data: RunData, year: Year, daily: Floats) -> Figure:
    monthly = _monthly(year, daily)
    panels: list[Panel] = [
        ("All incidents, here", monthly[HERE], {}),
        ("All incidents, the rest", monthly[REST], {}),
    ]
    recorded = recorded_by_month(year, [(r.begins, 1.0) for r in data.record.counted()])
    if data.has_recorder():
        found = sums(
            data.run, "reports", ("month",), ("reported",), time="month",
            first=year.first, last=year.last, where={"reporter": [RECORDER]},
        )  # fmt: skip
        read = bands(grid(found["reported"], data.years.futures, year.months), year.months)
        panels.append(("Of which one can read", read, recorded))
    rows = [
        (f"{month:%B %Y}", *cells, number(recorded.get(month, 0.0)))
        for month, *cells in zip(
            year.months, *(quantile_cells(table) for _, table, _ in panels), strict=True
        )
    ]
    header = ("Month", *(title for title, _, _ in panels), "Recorded")
    caption = "Incidents by month: the middle future and nine in ten, and those of the record"
    worst = year.months[int(monthly[HERE]["q50"].argmax())]
    return Figure(
        "walkout-incidents",
        draw_panels(year, panels, "walkout-incidents"),
        "Incidents of the six kinds by month. Circles: the record, everywhere, which can be held"
        " only against the part of each future of which one could read.",
        f"Here the middle future has most in {worst:%B %Y}:"
        f" {of_quantiles(row_at(monthly[HERE], worst))}.",
        [Table("walkout-incidents", caption, header, rows)],
    )


def _shocks(data: RunData, year: Year, daily: Floats) -> Block:
    """Return the dated political events with the incidents of the two weeks from each."""
    rows = []
    for shock in data.scenario.shocks:
        if not year.first <= shock.date <= year.last:
            continue
        start = (shock.date - year.first).days
        inside = all(year.area[seat] == HERE for seat in _seats(data, shock.municipalities))
        part = daily[:, 0] if inside else daily.sum(axis=1)
        after = part[:, start : start + ECHO_DAYS].sum(axis=1)
        before = part[:, max(0, start - ECHO_DAYS) : start].sum(axis=1)
        end = shock.date + dt.timedelta(days=ECHO_DAYS - 1)
        known = sum(
            shock.date <= r.begins <= end and (not inside or year.area[r.place] == HERE)
            for r in data.record.incidents
            if r.kind in (*ACTS, "riot")
        )
        rows.append(
            (
                day(shock.date),
                shock.name,
                "here" if inside else "everywhere",
                shock.acts.replace("_", " ").replace(";", ", "),
                *(of_quantiles(row_of(v)) for v in (before, after)),
                str(known),
            )
        )
    header = (
        "Day", "What happened", "Where it tells", "Kinds it raises", "Incidents two weeks before",
        "Two weeks from it", "Recorded",
    )  # fmt: skip
    caption = (
        "Political events of the scenario, and incidents of any kind in the two weeks before and"
        " from each (middle future and nine in ten)"
    )
    return Table("walkout-shocks", caption, header, rows, numeric=4)


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


def deaths_figure(data: RunData, year: Year) -> Figure:
    """Draw the dead by month, those of riots with them."""
    kind = main_kind(data)
    total = _dead(data, year, "incidents") + _dead(data, year, "riots")
    others = total - _dead(data, year, "incidents", {"type": [kind.type]}) if kind else None
    roots = [r for r in data.record.incidents if not r.part_of and r.deaths]
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
    data: RunData, year: Year, table: str, where: Mapping[str, Sequence[str]] | None = None
) -> Floats:
    """Return the dead of all sides as (future, area, month)."""
    futures = data.years.futures
    sides = ["deaths_target", "deaths_instigator", *(["deaths_force"] if table == "riots" else [])]
    found = sums(
        data.run, table, ("place", "date"), sides, period="month",
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


def barricades_figure(data: RunData, year: Year) -> Figure:
    """Draw the days on which a barricade stood, by the month in which it went up."""
    futures = data.years.futures
    found = sums(
        data.run, "barricades", ("place", "date"), ("days",), period="month",
        first=year.first, last=year.last, groups={"place": year.area},
    )  # fmt: skip
    stood = grid(found["days"], futures, (HERE, REST), year.months)
    count = grid(found["rows"], futures, (HERE, REST), year.months)
    blocked = [
        (r.begins, float((min(r.ends, year.last) - r.begins).days + 1))
        for r in data.record.counted()
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
    total, longest = (row_of(part[:, 0].sum(axis=1)) for part in (count, stood))
    none = 100 * float((stood[:, 0].sum(axis=1) == 0).mean())
    alt = (
        f"Here {of_quantiles(total)} barricades go up in all of these months; in"
        f" {none:.0f} % of the futures, none. Days in all: {of_quantiles(longest)} in the futures,"
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
