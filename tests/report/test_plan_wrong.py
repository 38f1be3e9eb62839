"""The page names what may go wrong, the thin weeks, and what nobody knows."""

import datetime as dt
from dataclasses import replace

import plan_examples
import pytest

from interpose.report.plan_page import risks, rotation
from interpose.report.plan_page.plan_data import PlanData
from theatres import small_scenario


def plan_data(**changed):
    """The plan made by hand; offers by id to changed fields."""
    inputs = plan_examples.inputs()
    offers = tuple(row.model_copy(update=changed.get(row.id, {})) for row in inputs.offers)
    return PlanData(
        scenario=small_scenario(places=4), inputs=replace(inputs, offers=offers),
        plan=plan_examples.plan(), laydown=None, day=dt.date(2000, 3, 1), asked="",
    )  # fmt: skip


def said(blocks):
    return " ".join(line for block in blocks for line in getattr(block, "lines", ()))


def test_offers_without_chances_are_said_to_be_unknown_not_sure():
    section = risks.what_may_go_wrong(plan_data())
    assert "given for 4 of 4 offers that serve" in said(section.blocks)
    assert "unknown, not zero" in said(section.blocks)
    assert not [block for block in section.blocks if block.kind == "table"]


def test_the_likeliest_mishap_is_named_with_its_line_and_month():
    section = risks.what_may_go_wrong(
        plan_data(alf1={"withdrawal_chance": 0.3}, del1={"delay_chance": 0.1, "delay_days": 20})
    )
    text = said(section.blocks)
    assert "given for 2 of 4 offers that serve" in text
    assert "ALF company may be withdrawn (30 % a year)" in text
    (table,) = [block for block in section.blocks if block.kind == "table"]
    assert [row[0] for row in table.rows] == ["! company, p0", "! platoon, p1", "staff"]
    assert table.rows[2][1:] == ("2000-01", "10 %", "0.1")


def test_a_plan_that_nobody_fills_has_nothing_to_lose():
    bare = replace(plan_data(), plan=replace(plan_examples.plan(), assignments=()))
    assert "nothing can come late" in said(risks.what_may_go_wrong(bare).blocks)


def test_thin_weeks_are_named_and_so_is_what_is_not_known():
    blocks = list(rotation.thin_weeks(plan_data()))
    (table,) = [block for block in blocks if block.kind == "table"]
    assert table.rows[0][0] == "! platoon, p1"
    assert table.rows[0][4:] == ("0", "1")
    assert "critical lines are short in 27 weeks" in said(blocks)
    assert "Of 4 offers that serve, 4 give neither rest nor handover" in said(blocks)


@pytest.mark.parametrize("handover", [7, 0])
def test_what_spreading_handovers_saves_is_told(handover):
    offer = {"units": 4, "dwell_per_tour": 2, "handover_days": handover}
    found = plan_data(alf1=offer)
    first, second, *others = found.plan.assignments
    tours = (
        replace(first, units=4, unit_numbers=(1, 2, 3, 4)),
        replace(
            first, units=4, unit_numbers=(5, 6, 7, 8), begins=dt.date(2000, 7, 1), ends=second.ends
        ),
    )
    plan = replace(found.plan, assignments=(*tours, *others))
    text = said(rotation.thin_weeks(replace(found, plan=plan)))
    assert ("units hold the 4 posts instead of" in text) == bool(handover)
