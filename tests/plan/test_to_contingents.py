"""A plan put into a scenario is played in the stead of its own contingents."""

import datetime as dt
from dataclasses import replace

import plan_examples

from interpose.plan.deployments import contingents, deployments, detachments, with_plan
from interpose.plan.laydown.placing import lay_down
from interpose.plan.laydown.terrain import terrain_on
from theatres import small_scenario, troops

INPUTS, PLAN, DAY = plan_examples.inputs(), plan_examples.plan(), plan_examples.day


def scenario(places=2):
    own = [
        troops("before", "camp_p0", 50, -400, -300),
        troops("through", "camp_p0", 70, -100),
        troops("rear", "camp_p1", 90, 10, stock="rear"),
    ]
    made = small_scenario(places=places, days=800, contingents=own)
    start = dt.date(1999, 12, 1)  # before the plan
    return replace(made, header=made.header.model_copy(update={"start": start}))


def strength(rows, day, stock="in_theatre"):
    return sum(
        r.strength
        for r in rows
        if r.stock == stock and r.arrives <= day and (r.departs is None or day < r.departs)
    )


def test_within_its_dates_a_plan_replaces_the_contingents_and_no_one_else():
    rows = with_plan(scenario(), INPUTS, PLAN)
    assert strength(rows, dt.date(1999, 12, 31)) == 70
    assert strength(rows, DAY(3)) == 120 + 32 + 60
    assert strength(rows, DAY(8)) == 120 + 60
    assert strength(rows, DAY(1, year=2001)) == 70
    assert strength(rows, DAY(3), "rear") == 90
    assert len({row.id for row in rows}) == len(rows)


def test_at_a_closed_base_nobody_stands_from_the_first_day_on():
    rows = with_plan(scenario(places=3), INPUTS, PLAN, closed_bases=["camp_p0"])
    stay = [r for r in rows if r.departs is None or r.departs > PLAN.begins]
    assert not [r.id for r in stay if r.base == "camp_p0"]
    assert strength(rows, DAY(3)) == 120 + 32 + 60
    assert strength(rows, dt.date(1999, 12, 31)) == 70
    assert strength(rows, DAY(1, year=2001)) == 70
    assert len({r.id for r in rows}) == len(rows)


def test_dates_of_a_contingent_stand_in_order_and_persons_add_up():
    here = small_scenario(places=2, days=800)
    rows = list(contingents(here, INPUTS, PLAN))
    assert all(r.decided <= r.notified <= r.arrives < r.departs for r in rows)
    terrain = terrain_on(here, DAY(3), capacity={"camp_p0": 9, "camp_p1": 9})
    laydown = lay_down(terrain, detachments(here, terrain, deployments(INPUTS, PLAN), DAY(3)))
    roaming = tuple(
        line.model_copy(update={"place": "theatre"}) if line.id == "guard_p0" else line
        for line in INPUTS.requirements
    )
    spread = list(contingents(here, replace(INPUTS, requirements=roaming), PLAN, laydown.camps))
    assert {r.base for r in spread if r.contributor == "alf"} == {"camp_p0", "camp_p1"}
    assert sum(r.strength for r in spread) == sum(r.strength for r in rows)


def test_only_units_that_keep_order_are_fit_for_riots_and_a_caveat_bars_them():
    crowd = plan_examples.capability("company", "company", 120, "10031000151417000000")
    kinds = (crowd, *INPUTS.capabilities[1:])
    able = replace(INPUTS, capabilities=kinds)
    share = {r.contributor: r.riot_capable for r in contingents(scenario(), able, PLAN)}
    assert share == {"alf": 1.0, "bet": 1.0, "gam": 0.0, "del": 0.0}
    (caveat,) = INPUTS.caveats
    barred = replace(able, caveats=(caveat.model_copy(update={"kind": "crowd_control"}),))
    share = {r.contributor: r.riot_capable for r in contingents(scenario(), barred, PLAN)}
    assert share["bet"] == 0.0
