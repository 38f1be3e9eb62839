"""Troops to task: the arithmetic, why a number is what it is, and what a cut takes."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpose.plan.requirement import RHYTHM, lines, need, what_falls_first, why
from interpose.scenario import plan_table
from interpose.scenario.tables.plan import Workload

GARRISON = {"productive_hours_per_week": 1874 / 52, "away_share": 0.0}
DAY = dt.date(2017, 2, 15)


def row(kind="post", count=1.0, persons=1.0, hours=24.0, name="a", **more):
    given_ = {
        "id": name,
        "task": "secure_environment",
        "kind": kind,
        "capability": "manoeuvre_platoon",
        "place": "theatre",
        "count": count,
        "persons": persons,
        "hours": hours,
        "begins": dt.date(2017, 1, 1),
        "ends": dt.date(2018, 1, 1),
        "priority": 1,
        "critical": False,
        "basis": "assumed",
        "source": "assumption",
    }
    return Workload.model_validate(given_ | more)


def test_a_published_post_of_one_man_all_year():
    """8,736 post-hours a year by 1,874 productive hours: 4.6617 (US Army course MP1000C)."""
    assert float(need(row(), RHYTHM._replace(**GARRISON)).persons) == pytest.approx(
        8736 / 1874, abs=1e-6
    )


def test_the_published_commitment_of_91120_hours_takes_49_soldiers():
    hours_a_day = 91120 / 52 / 7
    posts = row(count=hours_a_day / 16, hours=16.0)
    assert math.ceil(need(posts, RHYTHM._replace(**GARRISON)).persons) == 49


def test_a_post_in_shifts_of_twelve_hours_with_two_weeks_of_leave():
    """2 shifts x 183 / 169 days of a tour: 2.1657 soldiers (derived in the planning facts)."""
    at = RHYTHM._replace(productive_hours_per_week=84, away_share=14 / 183)
    assert float(need(row(), at).persons) == pytest.approx(2 * 183 / 169, abs=5e-5)


def test_the_shipped_rhythm_lies_in_the_derived_range_for_a_post_in_theatre():
    assert 2.2 <= need(row()).persons <= 3.5


def test_patrols_escorts_and_reaction_by_hand():
    at = RHYTHM._replace(productive_hours_per_week=70, away_share=0.2, preparation_hours=1)
    assert need(row("patrol", 10, 8, 4), at).persons == pytest.approx(10 * 8 * 5 / 10 / 0.8)
    assert need(row("escort", 2, 6, 3), at).persons == pytest.approx(2 * 6 * 4 / 10 / 0.8)
    calls = row("quick_reaction", 3, 30, 24, reach_min=60.0)
    assert need(calls, at).persons == pytest.approx(3 * 30 * 2 / 0.8)
    assert need(row("staff", 5, 2), at).persons == 10
    assert need(row("camp", 2, 70), at).persons == pytest.approx(140 / 0.8)


def test_three_calls_at_once_take_three_times_one_call():
    one, three = (row("quick_reaction", n, 30, 24, reach_min=60.0) for n in (1, 3))
    assert need(three).persons == pytest.approx(3 * need(one).persons)


def test_units_are_rounded_up_once_over_all_tasks(kosovo):
    """Three tasks of 10.5 persons are 31.5 and ask for two platoons of 30, not for three."""
    from dataclasses import replace

    tasks = tuple(row("staff", 1, 10.5, name=name) for name in "abc")
    (line,) = lines(replace(kosovo, workload=tasks), "kfor")
    assert line.units == 2
    (line,) = lines(replace(kosovo, workload=tasks[:2]), "kfor")
    assert line.units == 1


def test_exactly_one_unit_asks_for_one_unit(kosovo):
    from dataclasses import replace

    tasks = tuple(row("staff", 1, 0.1, name=f"t{i}") for i in range(300))
    (line,) = lines(replace(kosovo, workload=tasks), "kfor")
    assert line.units == 1


def test_why_says_the_sum_of_each_task_of_the_day(kosovo):
    needs = why(kosovo, DAY)
    assert {task.row.begins.year for task in needs} == {2017}
    patrols = next(task for task in needs if task.row.id == "patrols_east_2017")
    assert patrols.words.startswith("55 patrols a day x 8 persons x (4 + 1 h) x 7 / 60 h")
    assert patrols.words.endswith("= 293.3 persons")
    assert why(kosovo, dt.date(2005, 1, 1)) == ()


def test_a_tenth_less_takes_the_least_urgent_first_and_nothing_critical(kosovo):
    falls = what_falls_first(kosovo, 0.1, DAY)
    assert [fall.row.priority for fall in falls] == sorted(
        (fall.row.priority for fall in falls), reverse=True
    )
    assert not any(fall.row.critical for fall in falls)
    taken = sum(fall.before - fall.after for fall in falls)
    assert taken == pytest.approx(0.1 * sum(task.persons for task in why(kosovo, DAY)))
    assert all(fall.after == 0 for fall in falls[:-1])


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_cut_takes_all_that_a_smaller_one_takes(kosovo, one, other):
    less, more = sorted((one, other))
    kept = {fall.row.id: fall.after for fall in what_falls_first(kosovo, more, DAY)}
    for fall in what_falls_first(kosovo, less, DAY):
        assert kept[fall.row.id] <= fall.after + 1e-9


def test_cutting_all_takes_all(kosovo):
    falls = what_falls_first(kosovo, 1.0, DAY)
    assert len(falls) == len(why(kosovo, DAY))
    assert [fall.row.critical for fall in falls] == sorted(fall.row.critical for fall in falls)


def test_every_row_of_the_plan_parameters_is_read_and_within_its_range():
    fields = set(RHYTHM._fields)
    of_the_map = {"platoon_persons", "camps_give_up", "missing_platoon_times", "reach_min"}
    assert {item.name.removeprefix("plan.") for item in plan_table()} == fields | of_the_map
    for item in plan_table():
        assert item.low <= item.default <= item.high


def test_a_list_that_is_not_whole_on_a_day_is_said_and_never_summed(tmp_path):
    from dataclasses import replace

    from interpose.plan.requirement import force_requirement
    from interpose.scenario import load, read_plan_tables

    kosovo, tables = load("kosovo"), read_plan_tables("kosovo")
    tables = replace(tables, workload=(row(name="a"), row(name="b", ends=dt.date(2017, 7, 1))))
    whole = force_requirement(kosovo, tables, dt.date(2017, 3, 1), 0.5)
    assert not whole.missing
    assert whole.falls
    part = force_requirement(kosovo, tables, dt.date(2017, 9, 1), 0.5)
    assert "lists 1 of its tasks on 2017-09-01, and 2 on 2017-01-01" in part.missing
    none = force_requirement(kosovo, tables, dt.date(2018, 3, 1), 0.5)
    assert "lists no task on 2018-03-01; its rows run 2017-01-01 to 2018-01-01" in none.missing
    assert not part.falls
    assert not none.falls
