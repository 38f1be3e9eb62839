"""What is there beside what is asked: line by line, in persons, and between two plans."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from interpose.plan.generate.gap_table import nearest_offers
from interpose.plan.months import in_words, month_of, stretches
from interpose.plan.result import LETTERS, GapCell, GapState
from interpose.plan.tell.comparison import line_changes, lost_offers, unit_moves
from interpose.report.page import (
    Block,
    Figure,
    Section,
    Table,
    capital,
    months,
    note,
    number,
    render,
    words,
)
from interpose.report.plan_page.plan_data import PlanData
from interpose.scenario.phrases import listed, plural

MOST_OPEN = 3
"""Lines whose reasons stand open at first: those that are open, critical ones first."""

MOST_COLUMNS = 24
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
    """Return the gap table: each line opens into its reasons; the worst stand open."""
    width = _width(data.months)
    columns: dict[tuple[int, int], list[dt.date]] = {}  # those of the calendar
    for month in data.months:
        columns.setdefault((month.year, (month.month - 1) // width), []).append(month)
    each = {1: "month", 3: "quarter", 12: "year"}[width]
    heads = {1: [f"{of[0]:%b}"[0] for of in columns.values()], 12: [""] * len(columns)}
    drawing = render(
        "gaps.html",
        years=Counter(year for year, _ in columns).items(),
        heads=heads.get(width) or [str(part + 1) for _, part in columns],
        lines=list(_lines(data, list(columns.values()))),
        letters=LETTERS,
        states=STATE_WORDS.items(),
    )
    caption = (
        f"Gap table: each row a line of the requirement, each letter a {each}. Critical lines are"
        " bold and bear a !. A click on a line says who was asked, and why they do not fill it."
    )
    if each != "month":
        caption += f" A {each} shows its worst month."
    opened = sum(cell.state == "open" for cell in data.cells)
    alt = f"{plural(opened, 'month')} of lines open in all."
    return Figure("gaps", drawing, caption, alt, still=False)


def _lines(data: PlanData, columns: Sequence[Sequence[dt.date]]) -> Iterator[dict[str, Any]]:
    """Yield what the template names of each line; the first that matter stand open."""
    opened = [n for n, own in data.by_line.items() if any(c.state == "open" for c in own)]
    opened.sort(key=lambda n: (not data.lines[n].critical, data.lines[n].priority))
    for i, name in enumerate([*opened, *(n for n in data.by_line if n not in opened)]):
        cells = data.by_line[name]
        by_month = {cell.month: cell for cell in cells}
        short = [cell for cell in cells if cell.state in ("open", "accepted")]
        told = f"open in {in_words([cell.month for cell in short])}" if short else "filled"
        yield {
            "name": data.marked(name),
            "critical": data.lines[name].critical,
            "told": f"{told}; {plural(data.lines[name].units, 'unit')} needed",
            "opens": name in opened[:MOST_OPEN],
            "cells": [_worst([by_month[m] for m in of if m in by_month]) for of in columns],
            "spans": list(reasons(cells)),
            "asked": _asked(data, short, i) if short else None,
        }


def reasons(cells: Sequence[GapCell]) -> Iterator[tuple[str, str]]:
    """Yield months that say the same, and what they say, of one line."""
    facts = {cell.month: (cell.state, cell.words, cell.needed) for cell in cells}
    for first, last, (state, said, _) in stretches(facts):
        if state != "not_needed":
            yield _span(first, last), said


def _span(first: dt.date, last: dt.date) -> str:
    return f"{first:%B %Y}" + (f" to {last:%B %Y}" if last > first else "")


def _asked(data: PlanData, short: Sequence[GapCell], nth: int) -> Table:
    """Return who could fill a line in the month that lacks most, and why they do not."""
    worst = max(short, key=lambda c: (c.needed - c.present, -c.month.toordinal()))
    force, month = data.monthly, month_of(worst.month)
    offers, line = force.problem.offers, data.lines[worst.requirement]
    served = force.served(line.id, month)
    why = {name: block.words for name, block in nearest_offers(force, line, month)}
    caveats = {caveat.id: caveat.words for caveat in data.inputs.caveats}
    rows = [
        (
            data.name_of.offer(name),
            listed(caveats[c] for c in offers[name].caveats.split(";") if c in caveats) or "none",
            capital(why.get(name, "all that it offers serves here")),
            f"{served.get(name, 0)} of {offers[name].units}",
            number(offers[name].notice_days + offers[name].movement_days),
        )
        for name in (*why, *(name for name in served if name not in why))
    ]
    gone = data.without.inputs.offers if data.without else ()
    rows += [
        (data.name_of.offer(row), "", "Not offered with the change", f"0 of {row.units}", "–")
        for row in gone
        if row.capability == line.capability and row.id not in offers
        and row.mission == line.mission
    ]  # fmt: skip
    caption = f"Who was asked for {data.labels[line.id]}, in {worst.month:%B %Y}"
    if not rows:
        caption += ": nobody offers it within a year"
    header = ("Unit", "Caveats", "Why no more of it", "Units here", "Days from order to arrival")
    return Table(f"asked-{nth}", caption, header, rows, numeric=3)


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
