"""What is there beside what is asked: line by line, in persons, and between two plans."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from interpose.plan.months import stretches
from interpose.plan.result import LETTERS, GapCell, GapState
from interpose.plan.tell.comparison import line_changes, lost_offers, unit_moves
from interpose.report.page import (
    Block,
    Figure,
    Section,
    Table,
    months,
    note,
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
