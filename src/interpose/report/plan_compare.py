"""Two plans side by side: which cells changed, and who serves elsewhere than before."""

from __future__ import annotations

import datetime as dt

from interpose.plan.result import LETTERS
from interpose.plan.tell.comparison import lost_offers, unit_moves, line_changes
from interpose.report.parts import Block, Section, Table, note, words
from interpose.report.plan_material import PlanMaterial
from interpose.report.wording import listed, plural

MOST_ROWS = 20
"""Rows of who serves elsewhere up to which their table stands open."""


def section(material: PlanMaterial) -> Section:
    """Return what differs from the plan before; the material must have one."""
    before = material.before
    assert before is not None
    cells, moves = line_changes(before, material.plan), unit_moves(before, material.plan)
    blocks: list[Block] = [words(f"Compared: {material.against}. Only what differs is listed.")]
    lost = lost_offers(before, (row.id for row in material.inputs.offers))
    if lost:
        blocks.append(note(f"No longer in plan/offers.csv: {listed(lost)}."))
    if cells:
        blocks.append(_cells(material))
    else:
        blocks.append(words("No cell of the gap table changes."))
    if moves:
        blocks.append(_moves(material))
    else:
        blocks.append(words("Nobody serves elsewhere than before."))
    return Section("compare", "What is otherwise than in the plan before?", tuple(blocks))


def _cells(material: PlanMaterial) -> Table:
    assert material.before is not None
    found = line_changes(material.before, material.plan)
    rows = [
        (
            material.marked(row.requirement) if row.requirement in material.lines
            else material.said.line(row.requirement),
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


def _moves(material: PlanMaterial) -> Table:
    assert material.before is not None
    rows = [
        (
            material.said.offer(row.offer),
            material.labels.get(row.requirement, material.said.line(row.requirement)),
            _span(row.first, row.last),
            str(row.before),
            str(row.after),
        )
        for row in unit_moves(material.before, material.plan)
    ]
    header = ("Unit", "In line", "Months", "Units before", "Units now")
    caption = "Who serves more or less, and where"
    return Table("compare-moves", caption, header, rows, numeric=3, folded=len(rows) > MOST_ROWS)


def _span(first: dt.date, last: dt.date) -> str:
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"
