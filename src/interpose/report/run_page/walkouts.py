"""A walk-out of the local police: the months around it in the futures, beside the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.totals import ROWS, bands, row_of, totals
from interpose.record.record import ACTS
from interpose.report import charts, drawing
from interpose.report.drawing import Floats, as_figure, time_axis, when
from interpose.report.formats import day, number, of_quantiles, percent
from interpose.report.page import Figure, Section, Table, words
from interpose.report.run_page.police import walkout_figure
from interpose.report.run_page.run_data import RECORDER, SIDES_OF_RIOTS, RunData
from interpose.scenario.phrases import listed
from interpose.scenario.tables.mission import Walkout

HERE, REST = "here", "rest"
"""The municipalities of the walk-out, and all others."""

MONTHS_BEFORE, MONTHS_AFTER = 2, 10
"""Whole months that a page has before and after the month of the walk-out."""

ECHO_DAYS = 14
"""Days from a political event on whose incidents stand beside it in the table."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A number by month: its title, its quantiles, and what the record has by month."""

    title: str
    table: pd.DataFrame
    recorded: Mapping[Any, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """The months, by their first days, around a walk-out; its area or the rest for each place."""

    walkout: Walkout
    first: dt.date
    last: dt.date
    months: pd.DatetimeIndex
    area: Mapping[str, str]

    @property
    def days(self) -> pd.DatetimeIndex:
        """All days of these months."""
        return pd.date_range(self.first, self.last).as_unit("s")

    def holds(self, date: dt.date) -> bool:
        """Return whether a day is one of these months."""
        return self.first <= date <= self.last

    def month_names(self) -> tuple[str, list[str]]:
        """Return the first column of a table by month."""
        return "Month", [f"{month:%B %Y}" for month in self.months]

    def recorded(self, rows: Iterable[tuple[dt.date, float]]) -> dict[pd.Timestamp, float]:
        """Add up what the record has in every month; months without are 0."""
        total = dict.fromkeys(self.months, 0.0)
        for date, value in rows:
            if self.holds(date):
                total[pd.Timestamp(date.replace(day=1)).as_unit("s")] += value
        return total


def sections(data: RunData) -> Iterator[Section]:
    """Yield a section for every walk-out of the local police that the scenario has."""
    for row in data.scenario.walkouts:
        if data.scenario.header.start <= row.date <= data.scenario.header.end:
            yield _section(data, _around(data, row))


def _around(data: RunData, row: Walkout) -> Period:
    month = pd.Timestamp(row.date).to_period("M")
    header = data.scenario.header
    first = max((month - MONTHS_BEFORE).start_time.date(), header.start)
    last = min((month + MONTHS_AFTER).end_time.date(), header.end)
    months = pd.date_range(first.replace(day=1), last, freq="MS").as_unit("s")
    seats = _seats(data, row.municipalities)
    area = {p.id: HERE if p.municipality in seats else REST for p in data.scenario.places}
    return Period(row, first, last, months, area)


def _section(data: RunData, period: Period) -> Section:
    row = period.walkout
    here = _seats(data, row.municipalities)
    seats = listed([data.place_name(m) for m in here])
    if row.municipalities == "all":
        seats = "all municipalities"
    back = f"back, or replaced, on {day(row.returns)}" if row.returns else "replaced by recruits"
    daily = _counts(data, period, "incidents", days=True)
    blocks = (
        words(
            f"On {day(row.date)} {percent(row.share)} of the local police of {seats} leave; by"
            f" the scenario they are {back}. “Here” below means these municipalities, “the rest”"
            " all others. Dates of political events are the same in all futures; what follows from"
            " them is not."
        ),
        words(_in_words(data, period, daily)),
        _incidents(data, period, daily),
        _deaths(data, period),
        _barricades(data, period),
        walkout_figure(data, row, period.first, period.last, set(here)),
        _shocks(data, period, daily),
    )
    title = f"{period.first:%B %Y} to {period.last:%B %Y}: the police walk out"
    return Section(f"walkout-{row.date:%Y-%m}", title, blocks)


def _seats(data: RunData, names: str) -> Sequence[str]:
    """Return the municipalities that a cell of a table names."""
    return data.theatre.municipalities if names == "all" else names.split(";")


def _counts(
    data: RunData,
    period: Period,
    table: str,
    columns: Sequence[str] = (ROWS,),
    *,
    days: bool = False,
    words: Mapping[str, Sequence[str]] | None = None,
) -> Floats:
    """Return the sum of some columns of a table as (future, area, month or day)."""
    axes = {"place": (HERE, REST), "date": period.days if days else period.months}
    found = totals(
        data.run, table, axes, columns, first=period.first, last=period.last,
        groups={"place": period.area}, words=words or {},
    )  # fmt: skip
    return np.asarray(np.sum(list(found.values()), axis=0))


def _months_figure(
    period: Period,
    name: str,
    panels: Sequence[Panel],
    caption: str,
    alt: str,
    table_caption: str,
    more: Sequence[tuple[str, Any]] = (),
) -> Figure:
    """Return months beside each other, the day of the walk-out a broken line, and their table."""
    figure, axes = drawing.canvas(1, len(panels), height=2.5)
    columns: list[tuple[str, Any]] = [period.month_names()]
    for ax, panel in zip(axes, panels, strict=True):
        charts.draw_months(ax, panel.table)
        ax.axvline(when(period.walkout.date), color="black", lw=0.9, ls="--")
        known = {month + pd.Timedelta(days=14): n for month, n in panel.recorded.items() if n}
        charts.draw_recorded(ax, when(list(known)), list(known.values()))
        ax.set_title(panel.title)
        ax.set_xlim(when(period.first), when(period.last))
        time_axis(ax, most=5)
        ax.set_ylim(0, 1.1 * max([float(panel.table["q95"].max()), *known.values(), 1.0]))
        columns.append((panel.title, panel.table))
        if panel.recorded:
            columns.append(("Recorded", [number(n) for n in panel.recorded.values()]))
    charts.explain(axes[0])
    table = charts.columns_table(name, table_caption, [*columns, *more])
    return as_figure(name, figure, caption, alt, [table])


def _in_words(data: RunData, period: Period, daily: Floats) -> str:
    recorded = [r for r in data.record.counted() if period.holds(r.begins)]
    here = sum(period.area[r.place] == HERE for r in recorded)
    shares = daily[:, 0].sum(axis=1) / np.maximum(daily.sum(axis=(1, 2)), 1.0)
    before = period.days < pd.Timestamp(period.walkout.date)
    rate = [
        float(np.median(daily[:, 0][:, mask].mean(axis=1) * 30.4)) for mask in (before, ~before)
    ]
    text = (
        f"In the futures {of_quantiles(row_of(100 * shares))} % of all incidents of these months"
        f" happen here (median and 90 % interval). Here, the median is {number(rate[0], 1)}"
        f" incidents a month before the walk-out and {number(rate[1], 1)} from then on."
    )
    if recorded:
        text += (
            f" The record names {len(recorded)} incidents of the same kinds, {here} of them here:"
            " it holds what is remembered, a small part of what happens and mostly from here."
        )
    share = (_counts(data, period, "riots").sum(axis=2) > 0).mean(axis=0)
    known = sum(
        r.kind == "riot" and period.holds(r.begins) and period.area[r.place] == HERE
        for r in data.record.incidents
    )
    return (
        f"{text} Crowds riot here in {percent(share[0])} of the futures, elsewhere in"
        f" {percent(share[1])}; the record has {known} riots here."
    )


def _incidents(data: RunData, period: Period, daily: Floats) -> Figure:
    month = (period.days.year - period.months[0].year) * 12 + period.days.month
    starts = np.flatnonzero(np.diff(month, prepend=-1))
    monthly = np.add.reduceat(daily, starts, axis=2)
    here, rest = (bands(monthly[:, i], period.months) for i in range(2))
    panels = [Panel("All incidents, here", here), Panel("All incidents, the rest", rest)]
    recorded = period.recorded((r.begins, 1.0) for r in data.record.counted())
    more = []
    if data.has_recorder:
        found = totals(
            data.run, "reports", {"month": period.months}, ("reported",),
            first=period.first, last=period.last, words={"reporter": [RECORDER]},
        )  # fmt: skip
        read = bands(found["reported"], period.months)
        panels.append(Panel("Of which one can read", read, recorded))
    else:
        more = [("Recorded", [number(n) for n in recorded.values()])]
    worst = period.months[int(here["q50"].argmax())]
    return _months_figure(
        period,
        "walkout-incidents",
        panels,
        "Incidents of the six kinds by month. Circles: the record, everywhere, which can be"
        " compared only with the part of each future of which one could read.",
        f"Here the median is largest in {worst:%B %Y}: {charts.quantile_text(here, worst)}.",
        "Incidents by month: median and 90 % interval, and those of the record",
        more,
    )


def _deaths(data: RunData, period: Period) -> Figure:
    """Draw the dead by month, those of riots with them."""
    kind, sides = data.main_kind, SIDES_OF_RIOTS[:2]
    dead = _counts(data, period, "incidents", sides)
    dead = dead + _counts(data, period, "riots", SIDES_OF_RIOTS)
    roots = [r for r in data.record.incidents if not r.part_of and r.deaths]
    panels, totals = [], []
    for i, (area, title) in enumerate(((HERE, "Dead, here"), (REST, "Dead, the rest"))):
        known = period.recorded(
            (r.begins, float(r.deaths or 0)) for r in roots if period.area[r.place] == area
        )
        panels.append(Panel(title, bands(dead[:, i], period.months), known))
        total = of_quantiles(row_of(dead[:, i].sum(axis=1)))
        totals.append((total, number(sum(known.values()))))
    caption = (
        "The dead of all sides in incidents and riots. The record counts the dead of incidents"
        " that have to do with the mission, not every murder, which the futures do."
    )
    more = []
    if kind is not None:
        others = dead - _counts(data, period, "incidents", sides, words={"type": [kind.type]})
        here, rest = (of_quantiles(row_of(others[:, i].sum(axis=1))) for i in range(2))
        caption += (
            f" Of all dead of the futures {percent(kind.share)} die in incidents of one kind,"
            f" “{kind.words}” ({kind.type}); without it {here} die here in these months, {rest} in"
            " the rest."
        )
        headings = ("Without the main kind, here", "Without it, the rest")
        more = [(name, bands(others[:, i], period.months)) for i, name in enumerate(headings)]
    return _months_figure(
        period,
        "walkout-deaths",
        panels,
        caption,
        f"In all: here {totals[0][0]} in the futures and {totals[0][1]} in the record;"
        f" the rest {totals[1][0]} and {totals[1][1]}.",
        "The dead of all sides by month, and those of the record",
        more,
    )


def _barricades(data: RunData, period: Period) -> Figure:
    """Draw the days on which a barricade stood, by the month in which it went up."""
    stood = _counts(data, period, "barricades", ("days",))
    recorded = period.recorded(
        (r.begins, float((min(r.ends, period.last) - r.begins).days + 1))
        for r in data.record.counted()
        if r.kind == "roadblock" and period.area[r.place] == HERE
    )
    count, days = (
        part[:, 0].sum(axis=1) for part in (_counts(data, period, "barricades"), stood)
    )  # fmt: skip
    return _months_figure(
        period,
        "walkout-barricades",
        [
            Panel("Days a barricade stood, here", bands(stood[:, 0], period.months), recorded),
            Panel("The rest", bands(stood[:, 1], period.months)),
        ],
        "Barricades: days on which each stood, added up, by the month in which it went up. The"
        " record knows roadblocks by place and dates; several roads may have been blocked at once.",
        f"Here {of_quantiles(row_of(count))} barricades go up in all of these months; in"
        f" {percent(float((days == 0).mean()))} of the futures, none. Days in all:"
        f" {of_quantiles(row_of(days))} in the futures, {number(sum(recorded.values()))} in the"
        " record.",
        "Days on which barricades stood, by the month in which they went up",
    )


def _shocks(data: RunData, period: Period, daily: Floats) -> Table:
    """Return the dated political events with the incidents of the two weeks from each."""
    rows = []
    for shock in data.scenario.shocks:
        if not period.holds(shock.date):
            continue
        start = (shock.date - period.first).days
        inside = all(period.area[seat] == HERE for seat in _seats(data, shock.municipalities))
        part = daily[:, 0] if inside else daily.sum(axis=1)
        after = part[:, start : start + ECHO_DAYS].sum(axis=1)
        before = part[:, max(0, start - ECHO_DAYS) : start].sum(axis=1)
        end = shock.date + dt.timedelta(days=ECHO_DAYS - 1)
        known = sum(
            shock.date <= r.begins <= end and (not inside or period.area[r.place] == HERE)
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
        " from each (median and 90 % interval)"
    )
    return Table("walkout-shocks", caption, header, rows, numeric=4)
