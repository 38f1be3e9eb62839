"""Each rule of the audit catches a plan that was tampered with in just that way."""

import dataclasses

import plans
import pytest
from plans import BEGINS, ENDS, caveat, ceiling, inputs, line, month, offer

from interpose.plan import audit as checker
from interpose.plan.generate.generation import generate

LINES = [
    line("a", 2, critical=True, place="north"),
    line("b", 1, capability="lift"),
    line("c", 1, capability="guards", readiness_days=7),
    line("d", 2, capability="staff", may_be_split=False),
    line("e", 1, capability="platoon"),
]
OFFERS = [
    offer("aaa_1", tour_months=4, dwell_per_tour=1, handover_days=7, pool_units=3, pool="aaa"),
    offer("bbb_1", needs="ccc_1", caveats="no_nights"),
    offer("ccc_1", capability="lift", ends=month(10)),
    offer("ddd_1", capability="guards", reserve=True, notice_days=7),
    offer("eee_1", 2, capability="staff"),
    offer("fff_1", 2, capability="staff"),
    offer("xkx_1", capability="platoon", host="ccc_1", settle_days=40),
    offer("aaa_2", 1, tour_months=4, dwell_per_tour=1, pool_units=3, pool="aaa"),
]
CAVEATS = [caveat("no_nights", "night"), caveat("no_north", "area", places="north")]
TABLES = inputs(LINES, OFFERS, caveats=CAVEATS, ceilings=[ceiling("bbb", 100)])


@pytest.fixture(scope="module")
def plan():
    return generate(TABLES, "here", BEGINS, ENDS, gap=0.0)


def tampered(plan, offer_id, **change):
    """Return the plan with the first assignment of an offer changed."""
    at = next(i for i, a in enumerate(plan.assignments) if a.offer == offer_id)
    rows = list(plan.assignments)
    rows[at] = dataclasses.replace(rows[at], **change)
    return dataclasses.replace(plan, assignments=tuple(rows))


def with_offer(name, **change):
    """Return the tables with an offer changed after the plan was made."""
    rows = tuple(row.model_copy(update=change) if row.id == name else row for row in TABLES.offers)
    return dataclasses.replace(TABLES, offers=rows)


def rules(tables, plan):
    return {finding.rule for finding in checker.audit(tables, plan)}


def test_the_plan_as_made_has_no_finding(plan):
    assert checker.audit(TABLES, plan) == []


@pytest.mark.parametrize(
    ("rule", "offer_id", "change"),
    [
        ("names", "ccc_1", {"requirement": "nowhere"}),
        ("names", "ccc_1", {"ends": BEGINS}),
        ("window", "ccc_1", {"ends": month(11)}),
        ("window", "ccc_1", {"begins": plans.dt.date(1999, 1, 1)}),
        ("capability", "ccc_1", {"requirement": "d"}),
        ("caveat", "bbb_1", {"bites": ()}),
        ("capacity", "ccc_1", {"units": 2, "unit_numbers": (1, 2)}),
        ("numbers", "ccc_1", {"unit_numbers": (1, 2)}),
        ("numbers", "aaa_1", {"unit_numbers": (4,)}),
        ("dwell", "ccc_1", {"unit_numbers": (9,), "ends": month(10), "offer": "aaa_1"}),
        ("host", "xkx_1", {"begins": plans.dt.date(2020, 2, 1)}),
        ("cells", "ddd_1", {"ends": month(5)}),
    ],
)
def test_a_tampered_plan_is_caught(plan, rule, offer_id, change):
    assert rule in rules(TABLES, tampered(plan, offer_id, **change))


@pytest.mark.parametrize(
    ("rule", "offer_id", "change"),
    [
        ("window", "ddd_1", {"ends": month(3)}),
        ("mission", "ddd_1", {"mission": "here2"}),
        ("readiness", "ddd_1", {"notice_days": 8}),
        ("caveat", "aaa_1", {"caveats": "no_north"}),
        ("capacity", "eee_1", {"units": 1, "strength": 100}),
        ("dwell", "aaa_1", {"dwell_per_tour": 3}),
        ("dwell", "ccc_1", {"tour_months": 2, "dwell_per_tour": 1}),
        ("ceiling", "bbb_1", {"strength": 101}),
        ("pool", "eee_1", {"pool": "few", "pool_units": 1}),
        ("needs", "bbb_1", {"needs": "nobody"}),
        ("host", "xkx_1", {"settle_days": 200}),
    ],
)
def test_a_plan_is_caught_that_no_longer_fits_the_tables(plan, rule, offer_id, change):
    tables = with_offer(offer_id, **change)
    missions = (*tables.missions, plans.mission("here2"))
    assert rule in rules(dataclasses.replace(tables, missions=missions), plan)


def test_two_nations_in_a_line_that_may_not_be_split_are_caught(plan):
    at = next(a for a in plan.assignments if a.requirement == "d" and a.units == 2)
    rows = [a for a in plan.assignments if a is not at]
    other = "fff_1" if at.offer == "eee_1" else "eee_1"
    one = dataclasses.replace(at, units=1, unit_numbers=at.unit_numbers[:1])
    mixed = [*rows, one, dataclasses.replace(one, offer=other)]
    assert "split" in rules(TABLES, dataclasses.replace(plan, assignments=tuple(mixed)))


def test_a_cell_that_is_missing_or_doubled_is_caught(plan):
    for cells in (plan.cells[1:], (*plan.cells, plan.cells[0])):
        assert rules(TABLES, dataclasses.replace(plan, cells=cells)) == {"cells"}


def test_a_relief_without_its_days_together_is_caught():
    row = offer("aaa_1", tour_months=6, dwell_per_tour=1, handover_days=7, pool_units=3)
    tables = inputs([line("a")], [row])
    plan = generate(tables, "here", BEGINS, ENDS, gap=0.0)
    late = dataclasses.replace(plan.assignments[1], begins=plan.assignments[0].ends)
    short = dataclasses.replace(plan, assignments=(plan.assignments[0], late))
    assert rules(tables, plan) == set()
    assert rules(tables, short) == {"handover"}
