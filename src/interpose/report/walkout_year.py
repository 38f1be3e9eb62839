"""A walk-out of the local police: the months around it in the futures, beside the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from interpose.assess.window import bands, grid, row_of, sums
from interpose.record.record import ACTS
from interpose.report.bands import quantile_cells
from interpose.report.material import RECORDER, Material, row_at
from interpose.report.parts import Block, Figure, Section, Table, words
from interpose.report.walkout_months import (
    HERE,
    REST,
    Floats,
    Panel,
    Year,
    barricades_figure,
    deaths_figure,
    draw_panels,
    recorded_by_month,
)
from interpose.report.walkout_police import police_figure
from interpose.report.wording import day, listed, number, of_quantiles
from interpose.scenario.models import Walkout

MONTHS_BEFORE, MONTHS_AFTER = 2, 10
"""Whole months that a page has before and after the month of the walk-out."""

ECHO_DAYS = 14
"""Days from a political event on whose incidents stand beside it in the table."""


def sections(material: Material) -> Iterator[Section]:
    """Yield a section for every walk-out of the local police that the scenario has."""
    for row in material.scenario.walkouts:
        if material.scenario.header.start <= row.date <= material.scenario.header.end:
            yield _section(material, _year(material, row))


def _year(material: Material, row: Walkout) -> Year:
    month = pd.Timestamp(row.date).to_period("M")
    header = material.scenario.header
    first = max((month - MONTHS_BEFORE).start_time.date(), header.start)
    last = min((month + MONTHS_AFTER).end_time.date(), header.end)
    months = pd.date_range(first.replace(day=1), last, freq="MS").as_unit("s")
    seats = _seats(material, row.municipalities)
    area = {
        place.id: HERE if place.municipality in seats else REST
        for place in material.scenario.places
    }
    return Year(row, first, last, months, area)


def _section(material: Material, year: Year) -> Section:
    row = year.walkout
    here = _seats(material, row.municipalities)
    seats = "all municipalities" if row.municipalities == "all" else listed(
        [material.place_name(m) for m in here]
    )  # fmt: skip
    back = f"back, or replaced, on {day(row.returns)}" if row.returns else "replaced by recruits"
    daily = _daily(material, year)
    blocks: list[Block] = [
        words(
            f"On {day(row.date)} {100 * row.share:.0f} % of the local police of {seats} leave; by"
            f" the scenario they are {back}. “Here” below means these municipalities, “the rest”"
            " all others. Dates of political events are the same in all futures; what follows from"
            " them is not.",
        ),
        words(_said(material, year, daily)),
        _incidents(material, year, daily),
        deaths_figure(material, year),
        barricades_figure(material, year),
        police_figure(material, row, year.first, year.last, set(here)),
        _shocks(material, year, daily),
    ]
    title = f"{year.first:%B %Y} to {year.last:%B %Y}: the police walk out"
    return Section(f"walkout-{row.date:%Y-%m}", title, tuple(blocks))


def _seats(material: Material, names: str) -> Sequence[str]:
    """Return the municipalities that a cell of a table names."""
    return material.theatre.municipalities if names == "all" else names.split(";")


def _daily(material: Material, year: Year) -> Floats:
    """Return incidents as (future, area, day)."""
    found = sums(
        material.run,
        "incidents",
        ("place", "date"),
        first=year.first,
        last=year.last,
        groups={"place": year.area},
    )
    return grid(found["rows"], material.years.futures, (HERE, REST), _days(year))


def _days(year: Year) -> pd.DatetimeIndex:
    return pd.date_range(year.first, year.last).as_unit("s")


def _monthly(year: Year, daily: Floats) -> dict[str, pd.DataFrame]:
    """Return quantiles of the sums of every month, by area."""
    month = (_days(year).year - year.months[0].year) * 12 + _days(year).month
    starts = np.flatnonzero(np.diff(month, prepend=-1))
    totals = np.add.reduceat(daily, starts, axis=2)
    return {area: bands(totals[:, i], year.months) for i, area in enumerate((HERE, REST))}


def _said(material: Material, year: Year, daily: Floats) -> str:
    recorded = [r for r in material.record.counted() if year.first <= r.begins <= year.last]
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
    return f"{text} {_riots(material, year)}"


def _riots(material: Material, year: Year) -> str:
    """Return in how many futures crowds riot in these months, and how often the record has them."""
    found = sums(
        material.run, "riots", ("place",), first=year.first, last=year.last,
        groups={"place": year.area},
    )  # fmt: skip
    count = grid(found["rows"], material.years.futures, (HERE, REST))
    known = sum(
        r.kind == "riot" and year.first <= r.begins <= year.last and year.area[r.place] == HERE
        for r in material.record.incidents
    )
    share = 100 * (count > 0).mean(axis=0)
    return (
        f"Crowds riot here in {share[0]:.0f} % of the futures, elsewhere in {share[1]:.0f} %; the"
        f" record has {known} riots here."
    )


def _incidents(material: Material, year: Year, daily: Floats) -> Figure:
    monthly = _monthly(year, daily)
    panels: list[Panel] = [
        ("All incidents, here", monthly[HERE], {}),
        ("All incidents, the rest", monthly[REST], {}),
    ]
    recorded = recorded_by_month(year, [(r.begins, 1.0) for r in material.record.counted()])
    if material.has_recorder():
        found = sums(
            material.run, "reports", ("month",), ("reported",), time="month",
            first=year.first, last=year.last, where={"reporter": [RECORDER]},
        )  # fmt: skip
        read = bands(grid(found["reported"], material.years.futures, year.months), year.months)
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


def _shocks(material: Material, year: Year, daily: Floats) -> Block:
    """Return the dated political events with the incidents of the two weeks from each."""
    rows = []
    for shock in material.scenario.shocks:
        if not year.first <= shock.date <= year.last:
            continue
        start = (shock.date - year.first).days
        inside = all(year.area[seat] == HERE for seat in _seats(material, shock.municipalities))
        part = daily[:, 0] if inside else daily.sum(axis=1)
        after = part[:, start : start + ECHO_DAYS].sum(axis=1)
        before = part[:, max(0, start - ECHO_DAYS) : start].sum(axis=1)
        end = shock.date + dt.timedelta(days=ECHO_DAYS - 1)
        known = sum(
            shock.date <= r.begins <= end and (not inside or year.area[r.place] == HERE)
            for r in material.record.incidents
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
