"""What is there beside what is asked: line by line, in persons, and between two plans."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from interpose.plan.months import stretches
from interpose.plan.offer.eligibility import ceiling
from interpose.plan.result import LETTERS, GapCell, GapState
from interpose.plan.tell.comparison import line_changes, lost_offers, unit_moves
from interpose.report import drawing
from interpose.report.drawing import Floats, as_figure, columns_table
from interpose.report.page import (
    Block,
    Figure,
    Section,
    Table,
    months,
    note,
    number,
    render,
    shortened,
    words,
)
from interpose.report.plan_page.plan_data import PlanData
from interpose.scenario.phrases import listed, plural

MOST_COLUMNS = 36
"""More months than this are shown by quarters, or by years if those are too many as well."""

ORDER: tuple[GapState, ...] = ("open", "accepted", "caveat", "filled", "not_needed")
"""Of several months in one column the first of these is shown."""

STATE_WORDS: dict[GapState, str] = {
    "filled": "filled",
    "caveat": "filled, but a caveat bites or it is the reserve",
    "open": "open",
    "accepted": "open, risk accepted",
    "not_needed": "not needed",
}

MOST_ROWS = 20
"""Rows of who serves elsewhere up to which their table stands open."""


def gap_table(data: PlanData) -> Figure:
    """Return the gap table as a drawing, and every sentence in a table."""
    width = _width(data.months)
    columns: dict[tuple[int, int], list[dt.date]] = {}  # those of the calendar
    for month in data.months:
        columns.setdefault((month.year, (month.month - 1) // width), []).append(month)
    rows = []
    for name, cells in data.by_line.items():
        by_month = {cell.month: cell for cell in cells}
        worst = [_worst([by_month[m] for m in of if m in by_month]) for of in columns.values()]
        rows.append((name, shortened(data.marked(name), 46), data.lines[name].critical, worst))
    each = {1: "month", 3: "quarter", 12: "year"}[width]
    heads = {1: [f"{of[0]:%b}"[0] for of in columns.values()], 12: [""] * len(columns)}
    years = Counter(year for year, _ in columns)
    drawing = render(
        "gaps.html",
        years=years.items(),
        heads=heads.get(width) or [str(part + 1) for _, part in columns],
        rows=rows,
        letters=LETTERS,
        states=STATE_WORDS.items(),
    )
    caption = (
        f"Gap table: each row a line of the requirement, each column a {each}. "
        "Critical lines are bold and bear a !."
    )
    if each != "month":
        caption += f" A {each} shows its worst month."
    caption += " Who is asked for what: plan/requirements.csv and plan/offers.csv."
    opened = sum(cell.state == "open" for cell in data.cells)
    alt = f"{plural(opened, 'month')} of lines open in all."
    return Figure("gaps", drawing, caption, alt, [sentences(data)])


def sentences(data: PlanData) -> Table:
    """Return the sentence of every cell; months that say the same stand together."""
    rows = [
        (data.marked(name), months(first, last), LETTERS[state], said)
        for name, cells in data.by_line.items()
        for first, last, (state, said, _) in stretches(
            {cell.month: (cell.state, cell.words, cell.needed) for cell in cells}
        )
        if state != "not_needed"
    ]
    caption = "Every cell of the gap table in a sentence"
    return Table("gap-sentences", caption, ("Line", "Months", "", "What and why"), rows, numeric=9)


def _width(shown: Sequence[dt.date]) -> int:
    """Return how many months a column has."""
    return next((w for w in (1, 3) if len(shown) <= w * MOST_COLUMNS), 12)


def _worst(cells: Sequence[GapCell]) -> GapCell | None:
    return min(cells, key=lambda c: (ORDER.index(c.state), c.month), default=None)


# --- two plans ------------------------------------------------------------------------------


def comparison(data: PlanData) -> Section:
    """Return what differs from the plan before; the data must have one."""
    before = data.before
    assert before is not None
    blocks: list[Block] = [words(f"Compared: {data.against}. Only what differs is listed.")]
    lost = lost_offers(before, (row.id for row in data.inputs.offers))
    if lost:
        blocks.append(note(f"No longer in plan/offers.csv: {listed(lost)}."))
    cells = [
        (
            data.marked(row.requirement) if row.requirement in data.lines
            else data.name_of.line(row.requirement),
            months(row.first, row.last),
            LETTERS[row.was],
            LETTERS[row.now],
            str(row.before),
            str(row.after),
        )
        for row in line_changes(before, data.plan)
    ]  # fmt: skip
    worse = sum(row.after < row.before for row in line_changes(before, data.plan))
    caption = (
        f"Cells of the gap table that changed: {plural(len(cells), 'span')} of months, in"
        f" {worse} of them fewer units. F filled, C caveat or reserve, O open, A risk accepted,"
        " - not needed"
    )
    header = ("Line", "Months", "Before", "Now", "Units before", "Units now")
    if cells:
        blocks.append(Table("compare-cells", caption, header, cells, numeric=4))
    else:
        blocks.append(words("No cell of the gap table changes."))
    moves = [
        (
            data.name_of.offer(row.offer),
            data.labels.get(row.requirement, data.name_of.line(row.requirement)),
            months(row.first, row.last),
            str(row.before),
            str(row.after),
        )
        for row in unit_moves(before, data.plan)
    ]
    caption, folded = "Who serves more or less, and where", len(moves) > MOST_ROWS
    heads = ("Unit", "In line", "Months", "Units before", "Units now")
    if moves:
        blocks.append(Table("compare-moves", caption, heads, moves, numeric=3, folded=folded))
    else:
        blocks.append(words("Nobody serves elsewhere than before."))
    return Section("compare", "What differs from the plan before?", tuple(blocks))


# --- force flow ----------------------------------------------------------------------------

MOST_BANDS = 6
"""Nations with a band of their own; the rest share one."""

SHADES = (
    drawing.DARK, drawing.BLUE, drawing.MIDDLE, drawing.LIGHT, "#f5f5f5", "#b5b5b5", "#e0e0e0",
)  # fmt: skip
HATCHES = ("", "", "////", "", "....", "\\\\\\\\", "")
"""One of each for a band; neighbours differ in lightness or pattern."""


def force_flow(data: PlanData) -> Figure:
    """Return the force flow by nation."""
    shown = data.months
    by_nation = _persons(data)
    present = np.sum([np.zeros(len(shown)), *by_nation.values()], axis=0)
    needed = np.array([data.needed_persons(month) for month in shown], dtype=float)
    home = np.array([data.at_home(month) for month in shown], dtype=float)
    most = _ceilings(data, by_nation)
    figure, (ax,) = drawing.canvas(each=2.6, right=1.9, foot=0.3)
    at = np.array([drawing.day_number(m) for m in (*shown, _next(shown[-1]))])
    _bands(ax, data, by_nation, home, at)
    ax.stairs(needed, at, baseline=None, color="black", lw=1.8, label="asked for")
    if most is not None:
        ax.stairs(most, at, baseline=None, color="black", lw=1.1, ls=(0, (5, 3)),
                  label="most that ceilings allow")  # fmt: skip
    ax.set_ylim(bottom=0)
    drawing.thousands(ax)
    ax.xaxis_date()
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
    allowed = "" if most is None else (
        ", the most that national ceilings allow (dashed: ceilings of those who have one, the"
        " others as planned)"
    )  # fmt: skip
    caption = (
        "Persons in the theatre in the middle of each month by nation (bands), persons asked for"
        " (line; each unit at its usual strength in plan/capabilities.csv)"
        f"{allowed}. Persons as offered in plan/offers.csv."
    )
    arrive, leave = _moves(data)
    columns = {
        "Asked for": needed,
        "In place": present,
        "Reserve at home": home,
        "Difference": present + home - needed,
        "Arrive": arrive,
        "Leave": leave,
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
            most = ceiling(data.inputs, nation, data.plan.mission, month.replace(day=15))
            limited = limited or most is not None
            total[i] += persons[i] if most is None else most
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
