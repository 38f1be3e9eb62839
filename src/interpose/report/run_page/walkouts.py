"""A walk-out of the local police: the months around it in the futures, beside the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.totals import ROWS, bands, row_of, totals
from interpose.record.periods import began_between
from interpose.record.record import ACTS
from interpose.report.charts import Panel, charts, marks_of
from interpose.report.page import Figure, Section, Table, day, number, of_quantiles, percent, words
from interpose.report.quantiles import Floats, columns_table, quantile_text
from interpose.report.run_page.run_data import RECORDER, SIDES_OF_RIOTS, RunData
from interpose.scenario.phrases import listed
from interpose.scenario.tables.mission import Walkout

HERE, REST = "here", "rest"
"""The municipalities of the walk-out, and all others."""

MONTHS_BEFORE, MONTHS_AFTER = 2, 10
"""Whole months that a page has before and after the month of the walk-out."""

ECHO_DAYS = 14
"""Days from a political event on whose incidents stand beside it in the table."""

MARGIN = dt.timedelta(days=400)
"""Reviews are half a year apart, so the table of officers reaches a little beyond its page."""


@dataclass(frozen=True, slots=True)
class Period:
    """The months, by their first days, around a walk-out; its area or the rest for each place."""

    walkout: Walkout
    seats: Sequence[str]
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

    def by_month(self, daily: Floats) -> Floats:
        """Add up (future, area, day) by month."""
        month = (self.days.year - self.months[0].year) * 12 + self.days.month
        return np.add.reduceat(daily, np.flatnonzero(np.diff(month, prepend=-1)), axis=2)

    def recorded(self, rows: Iterable[tuple[dt.date, float]]) -> pd.Series[float]:
        """Add up what the record has in every month; months without are 0."""
        total = dict.fromkeys(self.months, 0.0)
        for date, value in rows:
            if self.holds(date):
                total[pd.Timestamp(date.replace(day=1)).as_unit("s")] += value
        return pd.Series(total)


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
    return Period(row, seats, first, last, months, area)


def _section(data: RunData, period: Period) -> Section:
    row = period.walkout
    seats = listed([data.place_name(m) for m in period.seats])
    if row.municipalities == "all":
        seats = "all municipalities"
    back = f"back, or replaced, on {day(row.returns)}" if row.returns else "replaced by recruits"
    sides = SIDES_OF_RIOTS[:2]
    found = _counts(data, period, "incidents", (ROWS, *sides), period.days)
    daily, dead = found[ROWS], period.by_month(found[sides[0]] + found[sides[1]])
    blocks = (
        words(
            f"On {day(row.date)} {percent(row.share)} of the local police of {seats} leave; by"
            f" the scenario they are {back}. “Here” below means these municipalities, “the rest”"
            " all others. Dates of political events are the same in all futures; what follows from"
            " them is not."
        ),
        words(_in_words(data, period, daily)),
        _incidents(data, period, daily),
        _deaths_and_barricades(data, period, dead),
        _police(data, period),
        _shocks(data, period, daily),
    )
    title = f"{period.first:%B %Y} to {period.last:%B %Y}: the police walk out"
    return Section(f"walkout-{row.date:%Y-%m}", title, blocks)


def _seats(data: RunData, names: str) -> Sequence[str]:
    """Return the municipalities that a cell of a table names."""
    return data.theatre.municipalities if names == "all" else names.split(";")


def _counts(
    data: RunData, period: Period, table: str, columns: Sequence[str], times: pd.DatetimeIndex
) -> dict[str, Floats]:
    """Return the sums of some columns of a table as (future, area, time)."""
    return totals(
        data.run, table, {"place": (HERE, REST), "date": times}, columns,
        first=period.first, last=period.last, groups={"place": period.area},
    )  # fmt: skip


def _in_words(data: RunData, period: Period, daily: Floats) -> str:
    recorded = [r for r in data.record.counted() if began_between(r, period.first, period.last)]
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
    riots = _counts(data, period, "riots", (ROWS,), period.months)[ROWS]
    share = (riots.sum(axis=2) > 0).mean(axis=0)
    known = sum(
        r.kind == "riot"
        and period.area[r.place] == HERE
        and began_between(r, period.first, period.last)
        for r in data.record.incidents
    )
    return (
        f"{text} Crowds riot here in {percent(share[0])} of the futures, elsewhere in"
        f" {percent(share[1])}; the record has {known} riots here."
    )


def _months(period: Period) -> tuple[str, list[str]]:
    return "Month", [f"{month:%B %Y}" for month in period.months]


def _incidents(data: RunData, period: Period, daily: Floats) -> Figure:
    monthly = period.by_month(daily)
    here, rest = (bands(monthly[:, i], period.months) for i in range(2))
    names = ("All incidents a month, here", "All incidents a month, the rest")
    panels = [Panel(*each) for each in zip(names, (here, rest), strict=True)]
    recorded = period.recorded((r.begins, 1.0) for r in data.record.counted())
    if data.has_recorder:
        found = totals(
            data.run, "reports", {"month": period.months}, ("reported",),
            first=period.first, last=period.last, words={"reporter": [RECORDER]},
        )  # fmt: skip
        read = bands(found["reported"], period.months)
        middle = recorded.set_axis(recorded.index + pd.Timedelta(14, "D"))
        panels.append(Panel("Of them reported, everywhere", read, marks_of(middle)))
    worst = period.months[int(here["q50"].argmax())]
    caption = "Incidents by month: median and 90 % interval, and those of the record"
    table = columns_table(
        "walkout-incidents",
        caption,
        [
            _months(period),
            *((panel.title, panel.table) for panel in panels),
            ("Recorded", [number(n) for n in recorded]),
        ],
    )
    return charts(
        "walkout-incidents",
        panels,
        "Incidents of the six kinds by month. Dots: the record, everywhere, which can be"
        " compared only with the part of each future of which one could read.",
        f"Here the median is largest in {worst:%B %Y}: {quantile_text(here, worst)}.",
        [table],
        what_if=data.is_what_if,
        held_out=data.held_out,
        days={pd.Timestamp(period.walkout.date): "the police walk out"},
    )


def _deaths_and_barricades(data: RunData, period: Period, dead: Floats) -> Table:
    """Return by month the dead, those of riots with them, and days on which barricades stood."""
    riots = _counts(data, period, "riots", SIDES_OF_RIOTS, period.months)
    dead = dead + np.sum(list(riots.values()), axis=0)
    stood = _counts(data, period, "barricades", ("days",), period.months)["days"]
    columns: list[tuple[str, Any]] = [_months(period)]
    for i, (area, where) in enumerate(((HERE, "here"), (REST, "the rest"))):
        known = period.recorded(
            (r.begins, float(r.deaths or 0)) for r in data.record.incidents
            if not r.part_of and r.deaths and period.area[r.place] == area
            and r.precision != "year"
        )  # fmt: skip
        blocked = period.recorded(
            (r.begins, float((min(r.ends, period.last) - r.begins).days + 1))
            for r in data.record.counted()
            if r.kind == "roadblock" and period.area[r.place] == area and r.precision == "day"
        )
        for what, found, record in (
            ("Dead", dead[:, i], known), ("Days a barricade stood", stood[:, i], blocked),
        ):  # fmt: skip
            columns.append((f"{what}, {where}", bands(found, period.months)))
            columns.append(("Recorded", [number(n) for n in record]))
    caption = (
        "The dead of all sides in incidents and riots, and days on which barricades stood by the"
        " month in which they went up: median and 90 % interval. The record counts the dead of"
        " incidents that have to do with the mission, not every murder, which the futures do."
    )
    return columns_table("walkout-deaths", caption, columns)


def _police(data: RunData, period: Period) -> Table:
    """Return accepted local police at each review, in the seats of a walk-out and elsewhere."""
    dates, officers = data.officers
    near = (dates >= pd.Timestamp(period.first - MARGIN)) & (
        dates <= pd.Timestamp(period.last + MARGIN)
    )
    here = np.isin(data.theatre.municipalities, period.seats)
    caption = "Officers of the local police at each review, counted at the share people accept"
    areas = {"Here": here, "The rest": ~here}
    return columns_table(
        "walkout-police",
        caption,
        [
            ("Review", [day(date.date()) for date in dates[near]]),
            *(
                (name, bands(officers[:, near][:, :, some].sum(axis=2), dates[near]))
                for name, some in areas.items()
                if some.any()
            ),
        ],
    )


def _shocks(data: RunData, period: Period, daily: Floats) -> Table:
    """Return the dated political events with the incidents of the two weeks from each."""
    rows = []
    for shock in data.scenario.shocks:
        if not period.holds(shock.date):
            continue
        start = (shock.date - period.first).days
        where = shock.places.split(";")
        inside = shock.places != "all" and all(period.area[place] == HERE for place in where)
        part = daily[:, 0] if inside else daily.sum(axis=1)
        after = part[:, start : start + ECHO_DAYS].sum(axis=1)
        before = part[:, max(0, start - ECHO_DAYS) : start].sum(axis=1)
        end = shock.date + dt.timedelta(days=ECHO_DAYS - 1)
        known = sum(
            began_between(r, shock.date, end) and (not inside or period.area[r.place] == HERE)
            for r in data.record.incidents
            if r.kind in (*ACTS, "riot")
        )
        rows.append(
            (
                day(shock.date),
                shock.name,
                "here" if inside else "everywhere",
                shock.kind.replace("_", " "),
                *(of_quantiles(row_of(v)) for v in (before, after)),
                str(known),
            )
        )
    header = (
        "Day", "What happened", "Where it tells", "Kind", "Incidents two weeks before",
        "Two weeks from it", "Recorded",
    )  # fmt: skip
    caption = (
        "Political events of the scenario, and incidents of any kind in the two weeks before and"
        " from each (median and 90 % interval)"
    )
    return Table("walkout-shocks", caption, header, rows, numeric=4)
