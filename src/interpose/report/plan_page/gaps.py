"""The gap table: lines by months or quarters, readable without colour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from interpose.plan.result import LETTERS, GapCell, GapState
from interpose.plan.tell.comparison import line_changes, lost_offers, unit_moves
from interpose.report.drawing import LIGHT, MIDDLE, ORANGE
from interpose.report.formats import MONTHS, listed, plural, shortened
from interpose.report.page import Block, Figure, Section, Table, note, words
from interpose.report.plan_page.plan_data import PlanData, runs_of
from interpose.report.plan_page.svg_writer import Drawing

MOST_COLUMNS = 36
"""More months than this are shown by quarters, or by years if those are too many as well."""

ORDER: tuple[GapState, ...] = ("open", "accepted", "caveat", "filled", "not_needed")
"""Of several months in one column the first of these is shown."""

WORDS: dict[GapState, str] = {
    "filled": "filled",
    "caveat": "filled, but a caveat bites or it is the reserve",
    "open": "open",
    "accepted": "open, risk accepted",
    "not_needed": "not needed",
}

LEFT, WIDE, TALL = 252.0, 720.0, 17.0


def figure(data: PlanData) -> Figure:
    """Return the gap table as a drawing, and every sentence in a table."""
    columns = _columns(data.months)
    drawing = Drawing("gaps", WIDE)
    fills = _fills(drawing)
    step = (WIDE - LEFT) / max(len(columns), 1)
    y = _head(drawing, columns, step)
    for name, cells in data.by_line.items():
        line = data.lines[name]
        label = shortened(data.marked(name), 46)
        drawing.text(
            LEFT - 5, y + 12, label, size=8.6, anchor="end", bold=line.critical, title=name
        )
        by_month = {cell.month: cell for cell in cells}
        for i, months in enumerate(columns):
            cell = _worst([by_month[m] for m in months if m in by_month])
            if cell is not None:
                _cell(drawing, (LEFT + i * step, y, step), cell, fills)
        y += TALL
    y = _legend(drawing, y + 12, fills)
    each = {1: "month", 3: "quarter", 12: "year"}[_width(data.months)]
    opened = sum(cell.state == "open" for cell in data.cells)
    caption = (
        f"Gap table: each row a line of the requirement, each column a {each}. "
        "Critical lines are bold and bear a !."
    )
    if each != "month":
        caption += f" A {each} shows its worst month."
    caption += " Who is asked for what: plan/requirements.csv and plan/offers.csv."
    alt = f"{plural(opened, 'month')} of lines open in all."
    return Figure("gaps", drawing.finish(y), caption, alt, [sentences(data)])


def sentences(data: PlanData) -> Table:
    """Return the sentence of every cell; months that say the same stand together."""
    rows = [
        (data.marked(name), _span(first.month, last.month), LETTERS[first.state], first.words)
        for name, cells in data.by_line.items()
        for first, last in runs_of(cells)
        if first.state != "not_needed"
    ]
    caption = "Every cell of the gap table in a sentence"
    return Table("gap-sentences", caption, ("Line", "Months", "", "What and why"), rows, numeric=9)


def _width(months: Sequence[dt.date]) -> int:
    """Return how many months a column has."""
    return next((w for w in (1, 3) if len(months) <= w * MOST_COLUMNS), 12)


def _columns(months: Sequence[dt.date]) -> list[list[dt.date]]:
    """Return the months of every column; quarters and years begin with those of the calendar."""
    width = _width(months)
    found: dict[tuple[int, int], list[dt.date]] = {}
    for month in months:
        found.setdefault((month.year, (month.month - 1) // width), []).append(month)
    return list(found.values())


def _worst(cells: Sequence[GapCell]) -> GapCell | None:
    return min(cells, key=lambda c: (ORDER.index(c.state), c.month), default=None)


def _fills(drawing: Drawing) -> dict[GapState, str]:
    return {
        "filled": LIGHT,
        "caveat": drawing.pattern("caveat", 5, MIDDLE, "M0,5 L5,0"),
        "open": ORANGE,
        "accepted": drawing.pattern("accepted", 5, "#ffffff", "M0,0 L5,5 M0,5 L5,0"),
        "not_needed": "#ffffff",
    }


def _head(drawing: Drawing, columns: Sequence[Sequence[dt.date]], step: float) -> float:
    """Write the years and, where there is room, the months; return where the rows begin."""
    year = 0
    for i, months in enumerate(columns):
        x = LEFT + i * step
        if months[0].year != year:
            year = months[0].year
            drawing.line([(x, 2), (x, 30)], wide=0.7)
            drawing.text(x + 2, 12, str(year), size=9, bold=True)
        if len(months) < 12 and step >= 10:
            quarter = (months[0].month - 1) // 3 + 1
            short = MONTHS[months[0].month - 1][:1] if _width_of(columns) == 1 else f"{quarter}"
            drawing.text(x + step / 2, 26, short, size=8, anchor="middle", fill="#444")
    return 30.0


def _width_of(columns: Sequence[Sequence[dt.date]]) -> int:
    return max(len(months) for months in columns)


def _cell(
    drawing: Drawing, at: tuple[float, float, float], cell: GapCell, fills: dict[GapState, str]
) -> None:
    x, y, step = at
    month = f"{cell.month:%Y-%m}"
    title = f"{cell.requirement}, {month}: {cell.words}"
    drawing.box(
        x, y, step - 0.6, TALL - 1, fill=fills[cell.state], title=title,
        stroke="#777" if cell.state != "not_needed" else "#ddd",
    )  # fmt: skip
    if step >= 7:
        _letter(drawing, x + step / 2, y + 12, cell.state)


def _letter(drawing: Drawing, x: float, y: float, state: GapState) -> None:
    """Write the letter of a state on ground of its own, where a pattern would cover it."""
    if state in ("caveat", "accepted"):
        drawing.box(x - 4.2, y - 9, 8.4, 11, fill="#ffffff")
    drawing.text(
        x, y, LETTERS[state], size=9, anchor="middle", bold=state == "open",
        fill="#ffffff" if state == "open" else "#111",
    )  # fmt: skip


def _legend(drawing: Drawing, y: float, fills: dict[GapState, str]) -> float:
    x = 8.0
    for state, label in WORDS.items():
        wide = 36 + 4.7 * len(label)
        if x + wide > WIDE:
            x, y = 8.0, y + 18
        drawing.box(x, y, 16, 14, fill=fills[state], stroke="#777")
        _letter(drawing, x + 8, y + 11, state)
        drawing.text(x + 21, y + 11, label, size=9)
        x += wide
    return y + 20


def _span(first: dt.date, last: dt.date) -> str:
    if first == last:
        return f"{first:%Y-%m}"
    return f"{first:%Y-%m} to {last:%Y-%m}"


MOST_ROWS = 20
"""Rows of who serves elsewhere up to which their table stands open."""


def comparison(data: PlanData) -> Section:
    """Return what differs from the plan before; the data must have one."""
    before = data.before
    assert before is not None
    cells, moves = line_changes(before, data.plan), unit_moves(before, data.plan)
    blocks: list[Block] = [words(f"Compared: {data.against}. Only what differs is listed.")]
    lost = lost_offers(before, (row.id for row in data.inputs.offers))
    if lost:
        blocks.append(note(f"No longer in plan/offers.csv: {listed(lost)}."))
    if cells:
        blocks.append(_cells(data))
    else:
        blocks.append(words("No cell of the gap table changes."))
    if moves:
        blocks.append(_moves(data))
    else:
        blocks.append(words("Nobody serves elsewhere than before."))
    return Section("compare", "What is otherwise than in the plan before?", tuple(blocks))


def _cells(data: PlanData) -> Table:
    assert data.before is not None
    found = line_changes(data.before, data.plan)
    rows = [
        (
            data.marked(row.requirement) if row.requirement in data.lines
            else data.said.line(row.requirement),
            _span(row.first, row.last),
            LETTERS[row.was],
            LETTERS[row.now],
            str(row.before),
            str(row.after),
        )
        for row in found
    ]  # fmt: skip
    worse = sum(row.after < row.before for row in found)
    caption = (
        f"Cells of the gap table that changed: {plural(len(found), 'span')} of months, in"
        f" {worse} of them fewer units. F filled, C caveat or reserve, O open, A risk accepted,"
        " - not needed"
    )
    header = ("Line", "Months", "Before", "Now", "Units before", "Units now")
    return Table("compare-cells", caption, header, rows, numeric=4)


def _moves(data: PlanData) -> Table:
    assert data.before is not None
    rows = [
        (
            data.said.offer(row.offer),
            data.labels.get(row.requirement, data.said.line(row.requirement)),
            _span(row.first, row.last),
            str(row.before),
            str(row.after),
        )
        for row in unit_moves(data.before, data.plan)
    ]
    header = ("Unit", "In line", "Months", "Units before", "Units now")
    caption = "Who serves more or less, and where"
    return Table("compare-moves", caption, header, rows, numeric=3, folded=len(rows) > MOST_ROWS)
