"""Force flow: who is there month by month, beside what is asked for and what ceilings allow."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from interpose.report import drawing
from interpose.report.charts import columns_table
from interpose.report.drawing import as_figure
from interpose.report.formats import number
from interpose.report.maps import Floats
from interpose.report.page import Figure
from interpose.report.plan_page.plan_data import PlanData

MOST_BANDS = 6
"""Nations with a band of their own; the rest share one."""

SHADES = (
    drawing.DARK, drawing.BLUE, drawing.MIDDLE, drawing.LIGHT, "#f5f5f5", "#b5b5b5", "#e0e0e0",
)  # fmt: skip
HATCHES = ("", "", "////", "", "....", "\\\\\\\\", "")
"""One of each for a band; neighbours differ in lightness or pattern."""


def figure(data: PlanData) -> Figure:
    """Return the force flow by nation."""
    shown = data.months
    by_nation = _persons(data)
    present = np.sum([np.zeros(len(shown)), *by_nation.values()], axis=0)
    needed = np.array([data.needed_persons(month) for month in shown], dtype=float)
    home = np.array([data.at_home(month) for month in shown], dtype=float)
    ceiling = _ceilings(data, by_nation)
    figure, (top, below) = drawing.canvas(2, 1, height=4.4, sharex=True, height_ratios=[3, 1])
    at = np.array([drawing.day_number(m) for m in (*shown, _next(shown[-1]))])
    _bands(top, data, by_nation, home, at)
    top.stairs(needed, at, baseline=None, color="black", lw=1.8, label="asked for")
    if ceiling is not None:
        top.stairs(ceiling, at, baseline=None, color="black", lw=1.1, ls=(0, (5, 3)),
                   label="most that ceilings allow")  # fmt: skip
    drawing.from_zero(top)
    arrivals, departures = _moves(data)
    below.bar(at[:-1] + 15.0, arrivals, width=20.0, color=drawing.BLUE, label="arrive")
    below.bar(at[:-1] + 15.0, -departures, width=20.0, color="white", ec="black", lw=0.6,
              hatch="////", label="leave")  # fmt: skip
    below.axhline(0, color="black", lw=0.6)
    below.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    below.xaxis_date()
    for ax in (top, below):
        ax.set_ylabel("persons")
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    lack = needed - present - home
    worst = int(lack.argmax())
    alt = "In every month at least as many persons are there as are asked for."
    if lack[worst] > 0:
        alt = (
            f"Most is lacking in {shown[worst]:%Y-%m}: {number(present[worst] + home[worst])}"
            f" persons for {number(needed[worst])} asked for."
        )
    allowed = "" if ceiling is None else (
        ", the most that national ceilings allow (dashed: ceilings of those who have one, the"
        " others as planned)"
    )  # fmt: skip
    caption = (
        "Persons in the theatre in the middle of each month by nation (bands), persons asked for"
        " (line; each unit at its usual strength in plan/capabilities.csv)"
        f"{allowed}, and below who arrives and leaves. Persons as offered in plan/offers.csv."
    )
    columns = {
        "Asked for": needed,
        "In place": present,
        "Reserve at home": home,
        "Difference": present + home - needed,
    }
    some = np.flatnonzero(needed + present + home)
    table = columns_table(
        "flow",
        "Persons asked for and in place, middle of each month",
        [
            ("Month", [f"{shown[i]:%Y-%m}" for i in some]),
            *((name, [number(values[i]) for i in some]) for name, values in columns.items()),
        ],
    )
    return as_figure("flow", figure, caption, alt, [table])


def _bands(
    ax: Axes, data: PlanData, by_nation: Mapping[str, Floats], home: Floats, at: Floats
) -> None:
    """Draw bands of persons on each other: nations, the rest of them, the reserve at home."""
    order = sorted(by_nation, key=lambda n: (-by_nation[n].sum(), n))
    parts = {data.name_of.nation(nation): by_nation[nation] for nation in order[:MOST_BANDS]}
    looks = list(zip(SHADES, HATCHES, strict=True))[: len(parts)]
    if len(order) > MOST_BANDS:
        parts["others"] = np.sum([by_nation[nation] for nation in order[MOST_BANDS:]], axis=0)
        looks.append((SHADES[-1], HATCHES[-1]))
    if home.any():
        parts["reserve at home"] = home
        looks.append(("white", ""))
    for label, top, foot, (shade, hatch) in zip(
        parts, np.cumsum([*parts.values()], axis=0), parts.values(), looks, strict=True
    ):
        ax.stairs(
            top, at, baseline=top - foot, fill=True, fc=shade, ec="black", lw=0.4,
            hatch=hatch or None, label=label,
        )  # fmt: skip


def _persons(data: PlanData) -> dict[str, Floats]:
    """Return persons in the theatre in the middle of each month, by nation."""
    found: dict[str, Floats] = {}
    for i, month in enumerate(data.months):
        for row in data.counted(month):
            line = found.setdefault(row.offer.contributor, np.zeros(len(data.months)))
            line[i] += row.persons
    return found


def _ceilings(data: PlanData, by_nation: Mapping[str, Floats]) -> Floats | None:
    """Return the ceilings of nations that have one, with the others as planned."""
    total, limited = np.zeros(len(data.months)), False
    for nation, persons in by_nation.items():
        for i, month in enumerate(data.months):
            limits = [
                row.value
                for row in data.inputs.standings
                if row.kind == "ceiling"
                and row.contributor == nation
                and row.of == data.plan.mission
                and row.value is not None
                and row.begins <= month
                and (row.ends is None or month <= row.ends)
            ]
            limited = limited or bool(limits)
            total[i] += min(limits) if limits else persons[i]
    return total if limited else None


def _moves(data: PlanData) -> tuple[Floats, Floats]:
    """Return persons that arrive and that leave in each month."""
    begin: Counter[dt.date] = Counter()
    end: Counter[dt.date] = Counter()
    for row in data.rows:
        if not row.offer.reserve:
            begin[row.assignment.begins.replace(day=1)] += row.persons
            end[row.assignment.ends.replace(day=1)] += row.persons
    arrive, leave = (np.array([of[m] for m in data.months], dtype=float) for of in (begin, end))
    return arrive, leave


def _next(month: dt.date) -> dt.date:
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
