"""Gaps are named, risks that somebody accepted stand apart, and one change at a time is priced."""

import pytest
from plans import BEGINS, ENDS, accepted, capability, caveat, inputs, line, month, offer

from interpose.errors import UnknownNameError
from interpose.plan.generate.gap_table import summary
from interpose.plan.generate.generation import generate
from interpose.plan.request import base_closes, fewer, nation_leaves
from interpose.plan.result import Names
from interpose.plan.tell.comparison import changes_made, prices_of_caveats


def made(tables, **options):
    return generate(tables, "here", BEGINS, ENDS, gap=0.0, **options)


def test_the_three_gaps_of_2006_are_named_and_the_share_comes_last():
    # E5: Afghanistan, September 2006: 85 % manned, and three scarce things missing.
    names = {
        "helicopters": "attack helicopter squadron",
        "airlift": "tactical airlift squadron",
        "reserve": "theatre reserve battalion",
    }
    kinds = [capability(name).model_copy(update={"name": text}) for name, text in names.items()]
    lines = [
        line("infantry_line", 17),
        *(line(name, capability=name, critical=True) for name in names),
    ]
    tables = inputs(lines, [offer("aaa_1", 17)], kinds)
    said = summary(tables, made(tables), Names(tables)).splitlines()
    assert len(said) == 4
    assert all(any(text in row for row in said[:3]) for text in names.values())
    assert said[-1].startswith("3 lines are open in some month (3 critical); 85 % of the")


def test_a_single_gap_is_never_rounded_away():
    lines = [line("many", 999), line("one", capability="pilots", ends=month(1))]
    tables = inputs(lines, [offer("aaa_1", 999)])
    said = summary(tables, made(tables), Names(tables)).splitlines()
    assert said[0].startswith("pilots: 1 of 1 open, January 2020 (priority 5")
    assert said[1].startswith("1 line is open in some month (none critical); 99 % of the")


def test_an_accepted_risk_is_a_state_of_its_own_and_says_who_until_when():
    lines = [line("a", critical=True), line("b", critical=True)]
    tables = inputs(lines, [offer("aaa_1")], risks=[accepted("a", ends=month(6))])
    plan = made(tables)
    rows = {(c.requirement, c.month): c for c in plan.cells}
    assert rows["a", BEGINS].state == "accepted"
    assert "accepted by made-up office until 2020-07-01" in rows["a", BEGINS].words
    assert rows["b", BEGINS].state == "filled"
    assert plan.stages[0].value == 6


def test_a_gap_names_the_nearest_offers_and_the_rule_that_blocks_each():
    tables = inputs(
        [line("a", place="north"), line("b", priority=1)],
        [
            offer("aaa_1", caveats="no_north"),
            offer("bbb_1", begins=month(6)),
            offer("ccc_1", reserve=True, notice_days=14),
        ],
        caveats=[caveat("no_north", "area", places="north")],
    )
    words = next(c for c in made(tables).cells if c.requirement == "a").words
    assert "aaa_1: caveat: made-up limit no_north" in words
    assert "bbb_1: in place from 2020-07-01" in words
    assert "ccc_1: kept at home at 14 days' notice, wanted within 0 days" in words


def test_a_nation_that_leaves_opens_cells_and_says_who_could_fill_them():
    tables = inputs(
        [line("a")], [offer("aaa_1"), offer("bbb_1", begins=month(9), movement_days=20)]
    )
    before = made(tables)
    changed = nation_leaves(tables, "aaa", month(6))
    line_a, person_months, nearest = changes_made(
        Names(tables), tables, before, changed, made(changed)
    )
    assert line_a.endswith("filled becomes open, -1 unit, 2020-07 to 2020-09")
    assert person_months.startswith("-300 person-months")
    assert ", 20 days after an order: in place from 2020-10-01" in nearest


def test_the_same_plan_twice_has_no_change():
    tables = inputs([line("a")], [offer("aaa_1")])
    found = changes_made(Names(tables), tables, made(tables), tables, made(tables))
    assert found == ("+0 person-months; 0 unit-months move.",)


def test_a_closed_base_sends_home_who_comes_to_it():
    tables = inputs([line("a", 2)], [offer("aaa_1", base="north_camp"), offer("bbb_1")])
    changed = base_closes(tables, "north_camp", month(3))
    assert {row.id: row.ends for row in changed.offers} == {"aaa_1": month(3), "bbb_1": None}
    with pytest.raises(UnknownNameError, match="Did you mean 'north_camp'"):
        base_closes(tables, "north_kamp", month(3))


def test_a_tenth_fewer_is_a_tenth_of_all_units():
    tables = inputs([line("a")], [offer("aaa_1", 10), offer("bbb_1", 5), offer("ccc_1", 5)])
    left = fewer(tables, 0.1).offers
    assert [(row.units, row.strength) for row in left] == [(9, 900), (4, 400), (5, 500)]


def test_the_price_of_a_caveat_is_the_plan_with_it_less_the_plan_without():
    rows = [caveat("no_north", "area", places="north"), caveat("idle", "area", places="moon")]
    tables = inputs(
        [line("a", place="north", priority=1)],
        [offer("aaa_1", caveats="no_north;idle")],
        caveats=rows,
    )
    aims = ("critical", "risk", "people")
    plan = made(tables, aims=aims)
    prices = prices_of_caveats(tables, plan, lambda changed: made(changed, aims=aims))
    assert {price.caveat: dict(price.aims) for price in prices} == {
        "idle": {"critical": 0, "risk": 0, "people": 0},
        "no_north": {"critical": 0, "risk": 9 * 12, "people": -1200},
    }
