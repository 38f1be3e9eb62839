"""The plan that force generation makes: rules, properties, brute force, reductions."""

import dataclasses
import itertools

import highspy
import numpy as np
import plans
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import BEGINS, ENDS, caveat, ceiling, inputs, line, month, offer
from scipy.optimize import linear_sum_assignment

from interpose.errors import ConflictError, UnknownNameError
from interpose.plan.audit import audit
from interpose.plan.generate.generation import generate
from interpose.plan.generate.problem import units_by_month
from interpose.plan.months import months_of


def made(tables, ends=ENDS, **options):
    return generate(tables, "here", BEGINS, ends, **{"gap": 0.0, "time_limit_s": 20.0, **options})


def values(plan):
    return {stage.name: stage.value for stage in plan.stages}


def timeless(plan):
    stages = tuple(dataclasses.replace(stage, seconds=0.0) for stage in plan.stages)
    return dataclasses.replace(plan, stages=stages)


def served(plan, ends=ENDS):
    return units_by_month(plan, months_of(BEGINS, ends))


def test_what_can_be_filled_is_filled_and_the_rest_is_named():
    tables = inputs([line("a", 2), line("b", 1, capability="pilots")], [offer("aaa_1", 2)])
    plan = made(tables)
    assert {c.state for c in plan.cells if c.requirement == "a"} == {"filled"}
    gap = next(c for c in plan.cells if c.requirement == "b")
    words = "Open: 1 of 1. Nobody offers it within a year."
    assert (gap.state, gap.words) == ("open", words)


def test_a_critical_line_comes_first_even_when_others_have_priority():
    lines = [line("a", priority=1), line("b", priority=9, critical=True)]
    plan = made(inputs(lines, [offer("aaa_1")]))
    assert {a.requirement for a in plan.assignments} == {"b"}


def test_a_unit_that_can_stand_in_does_so_and_the_other_way_it_does_not():
    capabilities = [plans.capability("tanks", serves_as="infantry")]
    lines = [line("a"), line("b", capability="tanks")]
    plan = made(inputs(lines, [offer("aaa_1", 2, capability="tanks")], capabilities))
    assert {a.requirement for a in plan.assignments} == {"a", "b"}
    plan = made(inputs(lines, [offer("aaa_1", 2)], capabilities))
    assert {a.requirement for a in plan.assignments} == {"a"}


def test_a_line_that_may_not_be_split_takes_one_nation():
    offers = [offer("aaa_1", 2), offer("bbb_1", 3)]
    whole = made(inputs([line("a", 4, may_be_split=False)], offers))
    assert {a.offer for a in whole.assignments} == {"bbb_1"}
    split = made(inputs([line("a", 4)], offers))
    assert {c.state for c in split.cells} == {"filled"}


def test_a_ceiling_holds_persons_and_its_gap_says_so():
    tables = inputs([line("a", 2)], [offer("aaa_1", 2)], ceilings=[ceiling("aaa", 200)])
    assert {c.present for c in made(tables).cells} == {2}
    two = [offer("aaa_1"), offer("aaa_2")]
    tables = inputs([line("a", 2)], two, ceilings=[ceiling("aaa", 150)])
    plan = made(tables)
    assert {c.present for c in plan.cells} == {1}
    assert "aaa has 100 persons there, its ceiling is 150" in plan.cells[0].words


def test_a_caveat_that_bars_keeps_out_and_one_that_bites_shows():
    rows = [caveat("no_north", "area", places="north"), caveat("no_nights", "night")]
    lines = [line("a", place="north"), line("b", place="south")]
    offers = [offer("aaa_1", 2, caveats="no_north"), offer("bbb_1", caveats="no_nights")]
    plan = made(inputs(lines, offers, caveats=rows))
    states = {c.requirement: c.state for c in plan.cells}
    assert states == {"a": "caveat", "b": "filled"}
    assert {a.bites for a in plan.assignments if a.requirement == "a"} == {("no_nights",)}


def test_a_reserve_serves_only_where_its_notice_will_do():
    ready = offer("aaa_1", reserve=True, notice_days=7)
    for days, state in ((6, "open"), (7, "caveat")):
        plan = made(inputs([line("a", readiness_days=days)], [ready]))
        assert {c.state for c in plan.cells} == {state}
    assert "7 days' notice" in plan.cells[0].words


def test_a_pool_too_small_for_its_offer_serves_and_rests():
    short = offer("aaa_1", tour_months=3, dwell_per_tour=1, pool_units=1)
    plan = made(inputs([line("a")], [short]))
    present = [c.present for c in plan.cells]
    assert sum(present) == 6
    assert "its pool of 1 serves 3 months and rests 3" in plan.cells[present.index(0)].words


def test_tours_are_relieved_with_the_handover_agreed():
    row = offer("aaa_1", tour_months=6, dwell_per_tour=1, handover_days=7, pool_units=3)
    plan = made(inputs([line("a")], [row]))
    first, second = plan.assignments
    assert (first.ends - second.begins).days == 7
    assert first.unit_numbers != second.unit_numbers


def test_one_pool_does_not_serve_two_missions_at_once():
    missions = [plans.mission(), plans.mission("there")]
    lines = [line("a", 2, priority=9), line("b", 2, mission="there", priority=1)]
    offers = [
        offer("aaa_1", 2, pool="guards", pool_units=3),
        offer("aaa_2", 2, mission="there", pool="guards", pool_units=3),
    ]
    plan = made(inputs(lines, offers, missions=missions))
    assert {c.present for c in plan.cells} == {1}
    promised = inputs([lines[0]], offers, missions=missions)
    assert {c.present for c in made(promised).cells} == {1}


def test_who_needs_lift_comes_only_while_the_lift_is_there():
    lines = [line("a"), line("b", capability="lift")]
    offers = [offer("aaa_1", needs="bbb_1"), offer("bbb_1", capability="lift", ends=month(4))]
    plan = made(inputs(lines, offers))
    assert sum(c.present for c in plan.cells if c.requirement == "a") == 4


def test_an_embedded_platoon_goes_with_its_host():
    # E4: the platoon of 2021 inside another nation's battalion, six months from 9 March.
    begins, ends = plans.dt.date(2020, 3, 9), plans.dt.date(2020, 9, 9)
    host = offer("usa_1", capability="battalion", ends=month(7))
    guest = offer(
        "xkx_1", capability="platoon", begins=begins, ends=ends, host="usa_1", settle_days=30
    )
    lines = [line("a", capability="platoon"), line("b", capability="battalion")]
    plan = made(inputs(lines, [host, guest]))
    row = next(a for a in plan.assignments if a.offer == "xkx_1")
    assert (row.begins, row.ends) == (begins, month(7))
    alone = made(inputs(lines, [guest]))
    assert not alone.assignments
    assert "usa_1" in next(c for c in alone.cells if c.requirement == "a").words


def test_many_calls_at_once_show_red_when_only_one_is_covered():
    # E3: March 2004 broke out in many places on one day.
    calls = [line(f"call_{i}", capability="reaction", critical=True) for i in range(5)]
    plan = made(inputs(calls, [offer("aaa_1", capability="reaction")]))
    first = [c for c in plan.cells if c.month == BEGINS]
    assert sorted(c.state for c in first) == ["filled", "open", "open", "open", "open"]
    assert values(plan)["critical"] == 4 * 12


small_offers = st.lists(
    st.tuples(
        st.integers(1, 2),
        st.integers(0, 2),
        st.integers(1, 4),
        st.sampled_from(["", "no_north", "no_nights"]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from([0, 1]),
        st.booleans(),
    ),
    max_size=4,
)
small_lines = st.lists(
    st.tuples(
        st.integers(1, 2),
        st.integers(0, 2),
        st.integers(1, 4),
        st.sampled_from(["north", "south"]),
        st.booleans(),
        st.integers(1, 9),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)
CAVEATS = [caveat("no_north", "area", places="north"), caveat("no_nights", "night")]


def small(offers, lines):
    rows = []
    for i, (units, begins, span, limit, pool, dwell, shared) in enumerate(offers):
        rows.append(
            offer(
                f"n{i % 3}_{i}",
                units,
                begins=month(begins),
                ends=month(begins + span),
                caveats=limit,
                pool_units=pool,
                tour_months=2,
                dwell_per_tour=dwell,
                pool="both" if shared else "",
                strength=units * (60 + 10 * i),
            )
        )
    asked = [
        line(
            f"l{i}",
            units,
            begins=month(begins),
            ends=month(begins + span),
            place=place,
            critical=critical,
            priority=priority,
            may_be_split=split,
        )
        for i, (units, begins, span, place, critical, priority, split) in enumerate(lines)
    ]
    return inputs(asked, rows, caveats=CAVEATS, ceilings=[ceiling("n0", 130)])


quick = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@quick
@given(small_offers, small_lines)
def test_every_plan_passes_the_audit_and_the_order_of_rows_does_not_matter(offers, lines):
    tables = small(offers, lines)
    plan = made(tables, month(6))
    assert audit(tables, plan) == []
    turned = dataclasses.replace(
        tables,
        offers=tables.offers[::-1],
        requirements=tables.requirements[::-1],
        caveats=tables.caveats[::-1],
        standings=tables.standings[::-1],
    )
    assert timeless(made(turned, month(6))) == timeless(plan)


@quick
@given(small_offers, small_lines)
def test_one_more_offer_never_worsens_and_one_more_caveat_never_betters(offers, lines):
    aims = ("critical", "risk")
    whole = made(small(offers, lines), month(6), aims=aims)
    more = made(small([*offers, (1, 0, 4, "", None, 0, False)], lines), month(6), aims=aims)
    assert tuple(values(more).values()) <= tuple(values(whole).values())
    limited = [(*row[:3], "no_north", *row[4:]) if not row[3] else row for row in offers]
    fewer = made(small(limited, lines), month(6), aims=aims)
    assert tuple(values(fewer).values()) >= tuple(values(whole).values())


def enumerated(tables, offers, lines, months):
    """Least (critical, risk) over every way of sending whole units, month by month."""
    pairs = [(o, r) for o in offers for r in lines if o.begins < r.ends and r.begins < o.ends]
    best = [np.inf, np.inf]
    total = [0, 0]
    for number in range(months):
        day = month(number).replace(day=15)
        ranges = [range(1 + (min(o.units, r.units) if _meets(o, r, day) else 0)) for o, r in pairs]
        best = (np.inf, np.inf)
        for units in itertools.product(*ranges):
            given_units = dict(zip([(o.id, r.id) for o, r in pairs], units, strict=True))
            score = _score(given_units, offers, lines, day)
            best = min(best, score) if score else best
        total = [a + b for a, b in zip(total, best, strict=True)]
    return tuple(total)


def _meets(o, r, day):
    barred = o.caveats == "no_north" and r.place == "north"
    return o.begins <= day < (o.ends or ENDS) and r.begins <= day < r.ends and not barred


def _score(units, offers, lines, day):
    persons = {}
    for o in offers:
        here = sum(n for (name, _), n in units.items() if name == o.id)
        if here > o.units:
            return None
        persons[o.contributor] = persons.get(o.contributor, 0) + here * o.strength / o.units
    if persons.get("n0", 0) > 130:
        return None
    critical = risk = 0
    for r in lines:
        serving = [o for o in offers if units.get((o.id, r.id))]
        there = sum(units[o.id, r.id] for o in serving)
        needed = r.units if r.begins <= day < r.ends else 0
        split = len({o.contributor for o in serving}) > 1
        if there > needed or (split and not r.may_be_split):
            return None
        critical += r.critical * (needed - there)
        risk += (10 - r.priority) * (needed - there)
    return critical, risk


@quick
@given(small_offers, small_lines)
def test_brute_force_finds_nothing_better(offers, lines):
    plain = [(*row[:4], None, 0, False) for row in offers[:3]]
    tables = small(plain, lines[:2])
    plan = made(tables, month(6), aims=("critical", "risk"))
    best = enumerated(tables, tables.offers, tables.requirements, 6)
    assert (values(plan)["critical"], values(plan)["risk"]) == pytest.approx(best)


def test_a_single_month_of_single_units_is_an_assignment():
    draw = np.random.default_rng(4)
    can = draw.random((6, 6)) < 0.4
    persons = draw.integers(50, 150, size=6)
    capabilities = [
        plans.capability(f"cap{i}", serves_as=";".join(f"job{j}" for j in np.flatnonzero(can[i])))
        for i in range(6)
    ]
    lines = [line(f"l{j}", capability=f"job{j}", priority=1 + j) for j in range(6)]
    offers = [offer(f"n{i}_1", capability=f"cap{i}", strength=int(persons[i])) for i in range(6)]
    plan = made(inputs(lines, offers, capabilities), month(1), aims=("risk", "people"))
    worth = np.where(can, (9 - np.arange(6)) * 10_000 - persons[:, None], 0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    used = can[rows, columns]
    risk = (9 - np.arange(6)).sum() - (9 - columns[used]).sum()
    assert values(plan) == {"risk": risk, "people": persons[rows[used]].sum()}


def test_frozen_months_stand_and_moves_are_counted():
    lines = [line("a", 2, ends=month(24))]
    offers = [offer("aaa_1", 2)]
    before = made(inputs(lines, offers), month(24))
    changed = inputs(lines, [offer("aaa_1", 2, ends=month(12)), offer("bbb_1", 2)])
    aims = ("critical", "risk", "change")
    after = made(changed, month(24), previous=before, frozen_until=month(6), aims=aims)
    old, new = served(before, month(6)), served(after, month(6))
    assert old == new
    assert values(after)["change"] == 2 * 12 * 2


def test_frozen_months_that_break_a_ceiling_name_the_conflict():
    rows = [offer("aaa_1"), offer("aaa_2"), offer("bbb_1")]
    before = made(inputs([line("a", 3)], rows))
    now = inputs([line("a", 3)], rows, ceilings=[ceiling("aaa", 150)])
    with pytest.raises(ConflictError) as caught:
        made(now, previous=before, frozen_until=month(6))
    assert caught.value.demands == ("ceiling, aaa in here, 2020-01: 200 persons, allowed 150",)


def test_a_search_without_time_still_gives_an_audited_plan_with_its_bounds():
    plan = made(inputs([line("a", 2)], [offer("aaa_1", 2)]), time_limit_s=0.0)
    assert plan.cells
    assert all(stage.bound <= stage.value for stage in plan.stages)


def test_an_unknown_mission_or_aim_is_named():
    tables = inputs([line("a")], [offer("aaa_1")])
    with pytest.raises(UnknownNameError, match="Did you mean 'here'"):
        generate(tables, "heer", BEGINS, ENDS)
    with pytest.raises(UnknownNameError, match="Did you mean 'risk'"):
        made(tables, aims=("risks",))


def test_a_person_who_stops_the_search_gets_the_best_so_far(monkeypatch):
    waits = []
    real = highspy.Highs.wait

    def interrupted(self, timeout=-1.0):
        waits.append(timeout)
        if len(waits) == 4:
            raise KeyboardInterrupt
        return real(self, timeout)

    monkeypatch.setattr(highspy.Highs, "wait", interrupted)
    plan = made(inputs([line("a", 2)], [offer("aaa_1", 2)]))
    assert plan.stages[-1].status == "stopped by hand"
    assert {c.state for c in plan.cells} == {"filled"}
