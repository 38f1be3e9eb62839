"""Force flow: who is there month by month, beside what is asked for and what ceilings allow."""

from __future__ import annotations

import datetime as dt

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from interpose.report import drawing
from interpose.report.formats import number
from interpose.report.page import Figure, Table
from interpose.report.plan_page.plan_data import PlanData

BANDS = 6
"""Nations with a band of their own; the rest share one."""

SHADES = ("#00334f", drawing.BLUE, drawing.MIDDLE, drawing.LIGHT, "#f5f5f5", "#b5b5b5", "#e0e0e0")
HATCHES = ("", "", "////", "", "....", "\\\\\\\\", "")
"""One of each for a band; neighbours differ in lightness or pattern."""

Floats = NDArray[np.float64]


def figure(data: PlanData) -> Figure:
    """Return the force flow by nation."""
    months = data.months
    by_nation = _persons(data)
    order = sorted(by_nation, key=lambda n: (-by_nation[n].sum(), n))
    shown = {n: by_nation[n] for n in order[:BANDS]}
    if len(order) > BANDS:
        shown[""] = np.sum([by_nation[n] for n in order[BANDS:]], axis=0)
    needed = np.array([data.needed_persons(m) for m in months], dtype=float)
    figure, (top, below) = drawing.canvas(2, 1, height=4.4, sharex=True, height_ratios=[3, 1])
    at = np.array([drawing.day_number(m) for m in (*months, _next(months[-1]))])
    foot = _bands(top, data, shown, at)
    home = np.array([data.at_home(m) for m in months], dtype=float)
    if home.any():
        top.stairs(foot + home, at, baseline=foot, fill=True, fc="white", ec="black", lw=0.4,
                   ls="--", label="reserve at home")  # fmt: skip
    top.stairs(needed, at, baseline=None, color="black", lw=1.8, label="asked for")
    ceiling = _ceilings(data, by_nation)
    if ceiling is not None:
        top.stairs(ceiling, at, baseline=None, color="black", lw=1.1, ls=(0, (5, 3)),
                   label="most that ceilings allow")  # fmt: skip
    drawing.thousands(top)
    top.set_ylabel("persons")
    top.set_ylim(bottom=0)
    top.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
    arrivals, departures = _moves(data)
    width = 20.0
    days = at[:-1] + 15.0
    below.bar(days, arrivals, width=width, color=drawing.BLUE, label="arrive")
    below.bar(days, -departures, width=width, color="white", ec="black", lw=0.6, hatch="////",
              label="leave")  # fmt: skip
    below.axhline(0, color="black", lw=0.6)
    below.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    below.set_ylabel("persons")
    below.xaxis_date()
    below.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
    present = np.sum(list(by_nation.values()), axis=0) if by_nation else np.zeros(len(months))
    lack = needed - present - home
    worst = int(lack.argmax())
    alt = (
        f"Most is lacking in {months[worst]:%Y-%m}: {number(present[worst] + home[worst])} persons"
        f" for {number(needed[worst])} asked for."
        if lack[worst] > 0
        else "In every month at least as many persons are there as are asked for."
    )
    caption = (
        "Persons in the theatre in the middle of each month by nation (bands), persons asked for"
        " (line; each unit at its usual strength in plan/capabilities.csv)"
        f"{_ceiling_words(ceiling)}, and below who arrives and leaves. Persons as offered in"
        " plan/offers.csv."
    )
    return Figure("flow", drawing.to_svg(figure, "flow"), caption, alt,
                  [_table(data, by_nation, home, needed)])  # fmt: skip


def _ceiling_words(ceiling: Floats | None) -> str:
    if ceiling is None:
        return ""
    return (
        ", the most that national ceilings allow (dashed: ceilings of those who have one, the"
        " others as planned)"
    )


def _bands(ax: Axes, data: PlanData, shown: dict[str, Floats], at: Floats) -> Floats:
    """Draw the bands of nations and return where the next one would begin."""
    foot = np.zeros(len(at) - 1)
    for i, (nation, persons) in enumerate(shown.items()):
        name = data.names.get(nation, nation.upper()) if nation else "others"
        ax.stairs(
            foot + persons, at, baseline=foot, fill=True, fc=SHADES[i], ec="black", lw=0.4,
            hatch=HATCHES[i] or None, label=name,
        )  # fmt: skip
        foot = foot + persons
    return foot


def _persons(data: PlanData) -> dict[str, Floats]:
    """Return persons in the theatre in the middle of each month, by nation."""
    found: dict[str, Floats] = {}
    for i, month in enumerate(data.months):
        for row in data.counted(month):
            line = found.setdefault(row.offer.contributor, np.zeros(len(data.months)))
            line[i] += row.persons
    return found


def _ceilings(data: PlanData, by_nation: dict[str, Floats]) -> Floats | None:
    """Return the ceilings of nations that have one, with the others as planned."""
    total = np.zeros(len(data.months))
    limited = False
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
    index = {month: i for i, month in enumerate(data.months)}
    arrive, leave = np.zeros(len(index)), np.zeros(len(index))
    for row in data.rows:
        if row.offer.reserve:
            continue
        for day, total in ((row.assignment.begins, arrive), (row.assignment.ends, leave)):
            i = index.get(day.replace(day=1))
            if i is not None:
                total[i] += row.persons
    return arrive, leave


def _next(month: dt.date) -> dt.date:
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _table(data: PlanData, by_nation: dict[str, Floats], home: Floats, needed: Floats) -> Table:
    present = np.sum(list(by_nation.values()), axis=0) if by_nation else np.zeros(len(needed))
    rows = [
        (
            f"{month:%Y-%m}",
            number(needed[i]),
            number(present[i]),
            number(home[i]),
            number(present[i] + home[i] - needed[i]),
        )
        for i, month in enumerate(data.months)
        if needed[i] or present[i] or home[i]
    ]
    header = ("Month", "Asked for", "In place", "Reserve at home", "Difference")
    return Table("flow", "Persons asked for and in place, middle of each month", header, rows)
