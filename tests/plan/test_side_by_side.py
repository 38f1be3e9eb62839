"""Two plans side by side: only what differs, and months that say the same stand together."""

import datetime as dt
from dataclasses import replace

import plan_examples
from plans import inputs, line, month, offer

from interpose.plan.laydown.terrain import terrain_on
from interpose.plan.months import joined
from interpose.plan.request import span
from interpose.plan.tell.comparison import line_changes, lost_offers, unit_moves
from interpose.report.plan_page import gaps
from interpose.report.plan_page.plan_data import PlanData
from interpose.scenario import load
from theatres import small_scenario


def without(plan, number):
    gone = plan.assignments[number]
    left = tuple(row for row in plan.assignments if row is not gone)
    cells = tuple(
        replace(cell, state="open", present=0)
        if cell.requirement == gone.requirement and gone.begins <= cell.month < gone.ends
        else cell
        for cell in plan.cells
    )
    return gone, replace(plan, assignments=left, cells=cells)


def test_a_plan_does_not_differ_from_itself():
    plan = plan_examples.plan()
    assert line_changes(plan, plan) == ()
    assert unit_moves(plan, plan) == ()


def test_a_unit_that_goes_is_one_row_for_its_months():
    plan = plan_examples.plan()
    gone, less = without(plan, 0)
    (row,) = unit_moves(plan, less)
    assert (row.offer, row.requirement) == (gone.offer, gone.requirement)
    assert (row.before, row.after) == (gone.units, 0)
    assert row.first == gone.begins.replace(day=1)
    assert all(row.now == "open" and row.after < row.before for row in line_changes(plan, less))
    assert lost_offers(plan, []) == tuple(sorted({row.offer for row in plan.assignments}))


def test_the_page_lists_who_serves_elsewhere_and_which_cells_turned():
    plan = plan_examples.plan()
    _, less = without(plan, 0)
    made = PlanData(
        scenario=small_scenario(places=4), inputs=plan_examples.inputs(), plan=less, laydown=None,
        day=dt.date(2000, 3, 1), asked="", before=plan, against="the old and the new",
    )  # fmt: skip
    section = gaps.comparison(made)
    assert [block.name for block in section.blocks if block.kind == "table"] == [
        "compare-cells", "compare-moves",
    ]  # fmt: skip
    same = gaps.comparison(replace(made, before=less))
    assert not [block for block in same.blocks if block.kind == "table"]


def test_the_last_months_that_hang_together_are_planned_unless_others_are_named():
    rows = [
        line("a").model_copy(update={"begins": month(1), "ends": month(3)}),
        line("b").model_copy(update={"begins": month(6), "ends": month(8)}),
        line("c").model_copy(update={"begins": month(8), "ends": month(9)}),
    ]
    spans = joined((row.begins, row.ends) for row in rows)
    assert spans == (
        (month(1), month(3)),
        (month(6), month(9)),
    )
    tables = inputs(rows, [offer("aaa_1")])
    mission = rows[0].mission
    assert span(tables) == (mission, month(6), month(9))
    assert span(tables, begins=month(1)) == (mission, month(1), month(9))
    assert span(tables, ends=month(4)) == (mission, month(1), month(4))


def test_a_crossing_is_protected_only_until_the_police_hold_it():
    kosovo = load("kosovo")
    at = [place.id for place in kosovo.places].index("qafe_morine")
    assert terrain_on(kosovo, dt.date(2010, 4, 19)).protected[at]
    assert not terrain_on(kosovo, dt.date(2010, 4, 20)).protected[at]
    site = [place.id for place in kosovo.places].index("m_gracanica")
    assert terrain_on(kosovo, dt.date(2023, 1, 1)).protected[site]
