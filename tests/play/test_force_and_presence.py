"""Force and presence: who is there, whom they reach, and what that prevents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import played, theatre_of

from interpose.play.day import build_world, new_state
from interpose.play.processes import force, police, presence, responsibility, shocks
from interpose.play.theatre import STOCKS
from theatres import officers, post, troops

DAYS = 90

GUARD = (force, responsibility, police, presence)
"""The processes that decide who is where."""


def evenings(theatre, *processes):
    """Play some processes alone; yield day, world and state after each day."""
    world = build_world(theatre, theatre.scenario.parameters)
    state = new_state(theatre, 1, 0)
    for day in range(world.days):
        for process in processes:
            process.step(state, world, day)
        yield day, world, state


@st.composite
def contingent(draw, number):
    day = draw(st.integers(-30, DAYS))
    until = draw(st.none() | st.integers(day + 1, DAYS + 30))
    return troops(
        f"c{number}",
        draw(st.sampled_from(["camp_p0", "camp_p1"])),
        draw(st.integers(0, 5000)),
        day,
        until,
        stock=draw(st.sampled_from(STOCKS)),
        riot_capable=draw(st.floats(0, 1)),
    )


@settings(max_examples=25, deadline=None)
@given(st.tuples(*(contingent(n) for n in range(4))))
def test_strength_is_the_plain_sum_over_the_table_on_every_day(rows):
    theatre = theatre_of(2, DAYS, contingents=rows)
    days = np.zeros((len(theatre.month_starts), len(STOCKS)))
    for day, world, state in evenings(theatre, force):
        here = [
            row
            for row in rows
            if theatre.day_index(row.arrives) <= day < theatre.day_index(row.departs)
        ]
        exact = [sum(row.strength for row in here if row.stock == stock) for stock in STOCKS]
        assert state.force.stocks.tolist() == exact, f"day {day}"
        days[theatre.month_of_day[day]] += exact
        for b, base in enumerate(("camp_p0", "camp_p1")):
            seen = [r for r in here if r.base == base and r.stock in ("in_theatre", "exercise")]
            out = world.force.available_share * sum(r.strength for r in seen)
            riot = world.force.available_share * sum(r.strength * r.riot_capable for r in seen)
            assert state.force.base_troops[b] == pytest.approx(out)
            assert state.force.base_riot[b] == pytest.approx(riot)
    np.testing.assert_allclose(state.force.stock_days, days)


def test_the_four_stocks_are_counted_apart_and_two_of_them_are_seen_in_the_streets():
    rows = [
        troops(stock, "camp_p0", 10 ** (i + 1), 0, stock=stock) for i, stock in enumerate(STOCKS)
    ]
    theatre = theatre_of(1, 31, contingents=rows)
    for _, world, state in evenings(theatre, force):
        assert state.force.stocks.tolist() == [10.0, 100.0, 1000.0, 10000.0]
        seen = 10.0 + 10.0 ** (1 + STOCKS.index("exercise"))
        assert state.force.base_troops[0] == pytest.approx(world.force.available_share * seen)


def test_a_contingent_is_there_from_its_morning_to_the_evening_before_it_departs():
    theatre = theatre_of(1, 31, contingents=[troops("a", "camp_p0", 100, 5, 9)])
    there = [state.force.stocks[0] for _, _, state in evenings(theatre, force)]
    assert np.flatnonzero(there).tolist() == [5, 6, 7, 8]


# --- presence -------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9000), min_size=4, max_size=4), st.floats(1, 300))
def test_soldiers_per_person_added_up_over_all_people_give_the_soldiers_back(strengths, minutes):
    rows = [troops(f"c{i}", f"camp_p{i}", n, 0) for i, n in enumerate(strengths)]
    theatre = theatre_of(4, 1, contingents=rows, minutes=minutes)
    for _, _, state in evenings(theatre, *GUARD):
        people = theatre.population[0] / 1000
        available = theatre.scenario.parameters.scalar("presence.available_share")
        total = available * sum(strengths)
        assert (state.presence.per_1000[0] * people).sum() == pytest.approx(total, abs=1e-6)
        assert (state.presence.riot_per_1000 * people).sum() == pytest.approx(total / 2, abs=1e-6)


def test_soldiers_reach_nearer_people_more():
    theatre = theatre_of(4, 1, contingents=[troops("a", "camp_p1", 1000, 0)], minutes=30)
    for _, world, state in evenings(theatre, *GUARD):
        there = state.presence.per_1000[0]
        assert there[0] == there[2] > there[3] > 0
        decay = theatre.scenario.parameters.scalar("presence.travel_decay_min")
        np.testing.assert_allclose(there[3] / there[1], np.exp(-60 / decay))
        np.testing.assert_allclose(
            state.presence.reached, there / (there + world.presence.response_half)
        )


def test_police_count_where_they_serve_by_kind_and_share_accepted():
    rows = [
        officers("p0", 200, 3, 6),
        officers("all", 400, 4),
        officers("p1", 100, 0, 5, kind="local_police", accepted=0.5),
    ]
    theatre = theatre_of(2, 8, police=rows)
    people = theatre.municipality_population[0] / 1000
    for day, _, state in evenings(theatre, *GUARD):
        spread = 400 / people.sum() if day >= 4 else 0.0
        own = 200 / people[0] if 3 <= day < 6 else 0.0
        local = 50 / people[1] if day < 5 else 0.0
        np.testing.assert_allclose(
            state.presence.per_1000[1], [spread + own, spread], err_msg=str(day)
        )
        np.testing.assert_allclose(state.presence.per_1000[2], [0.0, local], err_msg=str(day))
        assert not state.presence.per_1000[0].any()


EFFECT = st.floats(0, 2)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 20_000),
    st.integers(0, 2000),
    st.lists(EFFECT, min_size=4, max_size=4),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_damping_lies_between_its_floor_and_one_and_falls_with_every_force(
    strength, police, effects, floors
):
    values = {
        f"effect.{kind}.{channel}[{act}]": effect
        for (kind, channel, act), effect in zip(
            [
                ("troops", "background", "armed_attack"),
                ("troops", "retaliation", "armed_attack"),
                ("international_police", "retaliation", "armed_attack"),
                ("troops", "retaliation", "harassment"),
            ],
            effects,
            strict=True,
        )
    }
    values |= {
        "floor.background[armed_attack]": floors[0],
        "floor.background[harassment]": floors[1],
        "floor.retaliation[armed_attack]": floors[2],
        "floor.retaliation[harassment]": floors[3],
    }
    found = []
    for more in (0, 1000):
        theatre = theatre_of(
            2,
            1,
            3,
            values=values,
            contingents=[troops("a", "camp_p0", strength + more, 0)],
            police=[officers("p0", police + more // 10)],
        )
        for _, world, state in evenings(theatre, *GUARD):
            prevented = (
                world.presence.effect[:, :, :, None] * state.presence.per_1000[None, :, None, :]
            ).sum(axis=1)
            floor = world.presence.floor[:, :, None]
            exact = floor + (1 - floor) * np.exp(-prevented)
            np.testing.assert_allclose(state.presence.damping, exact, rtol=1e-12)
            assert (state.presence.damping >= floor - 1e-12).all()
            assert (state.presence.damping <= 1 + 1e-12).all()
            found.append(state.presence.damping.copy())
    assert (found[1] <= found[0] + 1e-12).all()


@pytest.mark.parametrize("effect", [0.05, 0.4])
def test_presence_that_provokes_is_presence_that_prevents_turned_about_one(effect):
    found = []
    for sign in (1, -1):
        theatre = theatre_of(
            2,
            1,
            3,
            values={"effect.troops.background": sign * effect},
            contingents=[troops("a", "camp_p0", 3000, 0)],
        )
        found += [state.presence.damping[0] for _, _, state in evenings(theatre, *GUARD)]
    np.testing.assert_allclose(found[0] + found[1], 2.0)
    assert (found[1] > 1).any()


def test_the_thousandth_soldier_does_less_than_the_first():
    damping = []
    for strength in range(0, 10_001, 1000):
        theatre = theatre_of(1, 1, contingents=[troops("a", "camp_p0", strength, 0)])
        damping += [state.presence.damping[1, 0, 0] for _, _, state in evenings(theatre, *GUARD)]
    gain = -np.diff(damping)
    assert damping[0] == 1
    assert (gain > 0).all()
    assert (np.diff(gain) < 0).all()


def test_presence_is_the_same_whether_computed_when_it_changes_or_every_day():
    theatre = theatre_of(
        3,
        420,
        3,
        values={"effect.troops.retaliation[harassment]": 0.4},
        contingents=[
            troops("a", "camp_p0", 900, 10, 200),
            troops("b", "camp_p1", 700, 10),
            troops("c", "camp_p2", 300, 380),
        ],
        police=[officers("p1", 100, 40, 77), officers("all", 50, 300)],
        responsibilities=[post("p1", 3, 60)],
    )
    when_changed = evenings(theatre, *GUARD, shocks)
    world = build_world(theatre, theatre.scenario.parameters)
    anew = new_state(theatre, 1, 0)
    for day, _, state in when_changed:
        anew.presence.outdated[:] = anew.shocks.outdated[:] = True
        for process in (*GUARD, shocks):
            process.step(anew, world, day)
        for part in ("presence", "shocks"):
            for name, found in getattr(state, part)._asdict().items():
                if name not in ("outdated", "shock_felt"):
                    assert np.array_equal(found, getattr(getattr(anew, part), name)), (name, day)


def test_no_force_is_no_damping():
    theatre = theatre_of(2, 40, 2)
    state = played(theatre, build_world(theatre, theatre.scenario.parameters))
    np.testing.assert_allclose(state.presence.damping, 1.0, rtol=1e-15)
    assert not state.presence.reached.any()
