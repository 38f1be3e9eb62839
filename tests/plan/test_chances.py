"""Chances of delay and withdrawal: zero gives 0 or 1, more is never better."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import plans
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpose.plan.result import Assignment, GapCell, Plan
from interpose.plan.tell.chances import (
    Mishap,
    chance_of_less,
    chances,
    lines_at_risk,
    percent,
    withdrawn_by,
    without_chances,
)
from interpose.plan.tell.files import as_csv, chances_table

BEGINS, ENDS = dt.date(2020, 1, 1), dt.date(2021, 1, 1)


def planned(units, needed=2, line="post", critical=False, **of_offer):
    """A line filled all year by one assignment an offer; offers by name to their fields."""
    offers = [plans.offer(name, **{"units": n, **of_offer.get(name, {})}) for name, n in units]
    inputs = plans.inputs([plans.line(line, needed, critical=critical)], offers)
    rows = tuple(
        Assignment(line, name, n, tuple(range(1, n + 1)), BEGINS, ENDS) for name, n in units
    )
    present = sum(n for _, n in units)
    state = "filled" if present >= needed else "open"
    cells = tuple(
        GapCell(line, dt.date(2020, m, 1), state, needed, present, "") for m in range(1, 13)
    )
    return inputs, Plan("here", BEGINS, ENDS, rows, cells, ())


def test_without_chances_a_line_is_open_or_it_is_not():
    for needed, wanted in ((3, 0.0), (4, 1.0)):
        inputs, plan = planned([("a", 2), ("b", 1)], needed)
        found = chances(inputs, plan)
        assert {row.open for row in found} == {wanted}
        assert len(found) == 12
        assert not lines_at_risk(inputs, plan, found)
        assert without_chances(inputs, plan) == (("a", "b"), 2)


def test_a_delay_opens_the_line_until_the_offer_is_there():
    inputs, plan = planned([("a", 1)], 1, a={"delay_chance": 0.3, "delay_days": 45})
    found = {row.month.month: row.open for row in chances(inputs, plan)}
    assert found[1] == found[2] == pytest.approx(0.3)  # to 15 February
    assert not any(found[month] for month in range(3, 13))
    inside = replace(plan, begins=dt.date(2020, 1, 1))
    early = replace(inputs, offers=(inputs.offers[0].model_copy(
        update={"begins": dt.date(2019, 6, 1)}),))  # fmt: skip
    assert not any(row.open for row in chances(early, inside))  # there already


def test_a_delay_of_a_few_days_is_seen_though_it_is_over_on_the_15th():
    inputs, plan = planned([("a", 1)], 1, a={"delay_chance": 0.25, "delay_days": 5})
    january, *others = chances(inputs, plan)
    assert january.open == 0.25
    assert january.day == BEGINS
    assert not any(row.open for row in others)


def test_withdrawal_grows_to_its_chance_a_year():
    inputs, plan = planned([("a", 1)], 1, a={"withdrawal_chance": 0.2})
    found = [row.open for row in chances(inputs, plan)]
    assert found == sorted(found)
    assert found[-1] == pytest.approx(0.2, abs=0.001)
    assert withdrawn_by(inputs.offers[0], BEGINS, BEGINS) == 0


def test_an_offer_cannot_be_withdrawn_before_it_is_made():
    decided = {"withdrawal_chance": 0.2, "begins": dt.date(2020, 10, 1)}
    late = plans.offer("a", 1, **decided)
    assert withdrawn_by(late, BEGINS, dt.date(2020, 10, 1)) == 0
    early = plans.offer("a", 1, **decided, decided=dt.date(2020, 4, 1))
    assert 0 < withdrawn_by(early, BEGINS, dt.date(2020, 10, 1)) < 0.2


def test_who_is_embedded_is_late_and_gone_with_its_host():
    host = {"withdrawal_chance": 0.1, "delay_chance": 0.2, "delay_days": 20}
    inputs, plan = planned([("host", 1), ("guest", 1)], 2, host=host,
                           guest={"host": "host", "settle_days": 30})  # fmt: skip
    january, february, *_, december = (row.open for row in chances(inputs, plan))
    # one mishap takes both: not 1 - (1 - p) ** 2
    assert december == pytest.approx(0.1, abs=0.001)
    by_end_of_january = withdrawn_by(inputs.offers[0], BEGINS, dt.date(2020, 1, 31))
    assert january == pytest.approx(1 - 0.8 * (1 - by_end_of_january))
    assert february > 0.2  # the host is there on 21 January, and has settled on 20 February
    (worry,) = lines_at_risk(inputs, plan, chances(inputs, plan))
    assert [mishap for mishap, _ in worry.because] == [
        Mishap("host", "late"), Mishap("host", "withdrawn"),
    ]  # fmt: skip
    assert "host may be 20 days late (20 %)" in worry.words


def test_the_likeliest_comes_first_and_critical_lines_before_others():
    first, plan = planned([("a", 1)], 1, a={"withdrawal_chance": 0.5})
    second, other = planned([("b", 1)], 1, "vital", critical=True, b={"withdrawal_chance": 0.1})
    inputs = replace(
        first, offers=first.offers + second.offers,
        requirements=first.requirements + second.requirements,
    )  # fmt: skip
    both = replace(plan, assignments=plan.assignments + other.assignments,
                   cells=plan.cells + other.cells)  # fmt: skip
    found = lines_at_risk(inputs, both, chances(inputs, both))
    assert [worry.requirement for worry in found] == ["vital", "post"]
    assert found[1].worst.month == dt.date(2020, 12, 1)
    assert 0 < found[1].open_months < 6


def test_the_table_has_a_row_for_each_line_and_month():
    inputs, plan = planned([("a", 1)], 1, a={"delay_chance": 0.25, "delay_days": 5})
    header, first, *others = as_csv(chances_table(chances(inputs, plan))).decode().splitlines()
    assert header == "line,month,needed,planned,chance_open,worst_day"
    assert first == "post,2020-01,1,1,0.2500,2020-01-01"
    assert len(others) == 11


def test_a_chance_is_never_said_to_be_none_or_sure():
    assert [percent(p) for p in (0.0, 0.004, 0.4, 0.996, 1.0)] == [
        "0 %", "less than 1 %", "40 %", "more than 99 %", "100 %",
    ]  # fmt: skip


# --- the sum against every combination --------------------------------------------------------

SHARES = st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])
NAMES = "abcd"


@st.composite
def cases(draw):
    served = {name: draw(st.integers(1, 3)) for name in NAMES[: draw(st.integers(1, 4))]}
    mishaps = [Mishap(name, kind) for name in "xyz" for kind in ("late", "withdrawn")]
    odds = {mishap: draw(SHARES) for mishap in mishaps}
    hangs = {
        name: {m: odds[m] for m in draw(st.lists(st.sampled_from(mishaps), unique=True))}
        for name in served
    }
    return served, hangs, draw(st.integers(0, sum(served.values()) + 1))


def by_enumeration(served, hangs, needed):
    odds = {m: p for own in hangs.values() for m, p in own.items()}
    total = 0.0
    for happens in itertools.product((False, True), repeat=len(odds)):
        weight, happened = 1.0, set()
        for (mishap, p), does in zip(odds.items(), happens, strict=True):
            weight *= p if does else 1 - p
            if does:
                happened.add(mishap)
        units = sum(n for name, n in served.items() if not happened & hangs[name].keys())
        total += weight * (units < needed)
    return total


@settings(deadline=None, max_examples=60)
@given(cases())
def test_the_sum_is_that_of_all_combinations(case):
    assert chance_of_less(*case) == pytest.approx(by_enumeration(*case))


@settings(deadline=None, max_examples=60)
@given(cases(), st.data())
def test_a_larger_chance_of_mishap_never_helps(case, data):
    served, hangs, needed = case
    odds = {m: p for own in hangs.values() for m, p in own.items()}
    if not odds:
        return
    worse = data.draw(st.sampled_from(sorted(odds)))
    raised = {
        name: {m: min(1.0, p + 0.3) if m == worse else p for m, p in own.items()}
        for name, own in hangs.items()
    }
    before, after = (chance_of_less(served, h, needed) for h in (hangs, raised))
    assert after >= before - 1e-12
    assert chance_of_less(served, hangs, needed + 1) >= before - 1e-12
