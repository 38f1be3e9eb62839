"""Shocks fade and are forgotten; reports are incomplete and late."""

from __future__ import annotations

import numpy as np
import pytest
from lab import agree, hawkes, near, played, theatre_of
from test_force_and_presence import evenings

from interpose.play.day import build_world
from interpose.play.processes import force, police, presence, responsibility, shocks
from interpose.play.processes.shocks import FORGOTTEN, background_level
from theatres import START, officers, reporting, shock, troops

# --- shocks ---------------------------------------------------------------------------------------


def test_a_shock_raises_the_background_by_its_size_and_fades_exactly():
    theatre = theatre_of(1, 120, shocks=[shock(20, size=3.0, fade_days=10.0)])
    boost = np.array([state.shocks.shock_factor[0, 0] for _, _, state in evenings(theatre, shocks)])
    since = np.arange(120) - 20
    felt = 3.0 * np.exp(-since / 10.0)
    ends = np.ceil(10.0 * np.log(3.0 / FORGOTTEN))
    exact = np.where((since >= 0) & (since < ends), 1 + felt, 1.0)
    np.testing.assert_allclose(boost, exact, rtol=1e-14)
    assert felt[since == ends] < FORGOTTEN < felt[since == ends - 1]
    assert (boost[:20] == 1).all()
    assert (boost[since >= ends] == 1).all()


def test_several_shocks_add_and_the_boost_returns_to_one():
    rows = [shock(5, 2.0, 4.0), shock(9, 1.0, 3.0), shock(9, 0.5, 2.0, id="third")]
    theatre = theatre_of(1, 80, shocks=rows)
    boost = np.array([state.shocks.shock_factor[0, 0] for _, _, state in evenings(theatre, shocks)])
    assert boost[9] == pytest.approx(1 + 2.0 * np.exp(-4 / 4.0) + 1.0 + 0.5)
    assert (boost[45:] == 1).all()


def test_a_shock_is_felt_by_the_places_acts_and_instigators_that_it_names():
    rows = [
        shock(3, 1.0, municipalities="p1"),
        shock(3, 10.0, acts="harassment", id="by_act"),
        shock(3, 100.0, instigators="river", id="by_instigator"),
    ]
    theatre = theatre_of(2, 8, 3, shocks=rows)  # attack by hill, answer by river, harassment
    for day, _, state in evenings(theatre, shocks):
        if day == 3:
            np.testing.assert_allclose(state.shocks.shock_factor, [[1, 2], [101, 102], [11, 12]])


def test_a_shock_before_the_first_day_is_felt_for_what_is_left_of_it():
    theatre = theatre_of(1, 60, shocks=[shock(-7, 2.0, 10.0)])
    boost = [state.shocks.shock_factor[0, 0] for _, _, state in evenings(theatre, shocks)]
    np.testing.assert_allclose(boost[0], 1 + 2.0 * np.exp(-0.7))
    assert boost[-1] == 1


def test_the_background_is_exposure_times_level_times_boost_times_damping_every_day():
    theatre = theatre_of(
        2,
        460,
        3,
        values={"background.rate": 7.0, "background.excess": 30.0},
        contingents=[troops("a", "camp_p0", 900, 50, 300)],
        police=[officers("p1", 200, 33, 250)],
        shocks=[shock(48, 3.0), shock(100, 1.0, municipalities="p1", acts="harassment")],
    )
    for day, world, state in evenings(theatre, force, responsibility, police, presence, shocks):
        year, month = theatre.year_of_day[day], theatre.month_of_day[day]
        boost = np.ones_like(state.shocks.shock_factor)
        for s in range(len(world.shocks.day)):
            if world.shocks.day[s] <= day < world.shocks.ends[s]:
                left = world.shocks.size[s] * np.exp(-(day - world.shocks.day[s]) / 10.0)
                boost += np.outer(world.shocks.types[s], left * world.shocks.places[s])
        raw = world.shocks.exposure[year] * world.shocks.level[:, month, None] * boost
        np.testing.assert_allclose(
            state.shocks.background_undamped, raw, rtol=1e-12, err_msg=str(day)
        )
        np.testing.assert_allclose(
            state.shocks.background, raw * state.presence.damping[0], rtol=1e-12
        )


def brought(day, number, fade_days, **more):
    """Return a shock that multiplies nothing and brings so many incidents."""
    return shock(day, 0.0, fade_days, brings=number, **more)


def test_a_shock_brings_its_number_of_incidents_before_presence_prevents_any():
    rows = [brought(20, 6.0, 3.0, municipalities="p1", acts="harassment")]
    quiet = {"background.rate": 0.0}
    theatre = theatre_of(2, 80, 3, values=quiet, shocks=rows)
    raw = np.array(
        [state.shocks.background_undamped.copy() for _, _, state in evenings(theatre, shocks)]
    )
    assert raw.sum() == pytest.approx(6.0, abs=FORGOTTEN)
    assert raw[:, 2, 1].sum() == raw.sum()  # harassment at p1
    assert not raw[:20].any()
    np.testing.assert_allclose(raw[21:30, 2, 1], raw[20:29, 2, 1] * np.exp(-1 / 3.0))


def test_what_shocks_bring_adds_to_the_background_whatever_its_size():
    rows = [shock(20, 2.0, 3.0), brought(20, 6.0, 3.0, id="brings")]
    total = {}
    for rate in (0.0, 50.0):
        for shown in (rows[:1], rows):
            theatre = theatre_of(1, 40, values={"background.rate": rate}, shocks=shown)
            days = evenings(theatre, shocks)
            total[rate, len(shown)] = sum(
                float(state.shocks.background_undamped.sum()) for _, _, state in days
            )
    assert total[0.0, 1] == 0.0
    assert total[50.0, 2] - total[50.0, 1] == pytest.approx(total[0.0, 2])
    assert total[0.0, 2] == pytest.approx(6.0, abs=FORGOTTEN)


def test_the_scale_of_shocks_holds_for_what_they_bring():
    sums = []
    for scale in (1.0, 2.0):
        values = {"background.rate": 0.0, "shocks.scale": scale}
        theatre = theatre_of(1, 60, values=values, shocks=[brought(5, 4.0, 2.0)])
        sums.append(
            sum(
                float(state.shocks.background_undamped.sum())
                for _, _, state in evenings(theatre, shocks)
            )
        )
    assert sums == pytest.approx([4.0, 8.0], abs=FORGOTTEN)


def test_the_background_settles_from_rate_plus_excess_to_rate():
    values = {
        "background.rate": 2.0,
        "background.excess": 10.0,
        "background.settling_days": 200.0,
    }
    theatre = theatre_of(1, 4000, values=values)
    level = background_level(theatre, theatre.scenario.parameters)[0]
    days = np.arange(theatre.days)
    middle = [days[theatre.month_of_day == m].mean() for m in range(len(level))]
    np.testing.assert_allclose(level, 2.0 + 10.0 * np.exp(-np.array(middle) / 200.0))
    assert (np.diff(level) < 0).all()
    assert level[-1] == pytest.approx(2.0, abs=1e-6)


def test_the_background_is_the_rate_per_year_and_100_000_exposed():
    theatre = theatre_of(2, 366, values={"background.rate": 50.0}, people=100_000)
    world = build_world(theatre, theatre.scenario.parameters)
    rate = world.shocks.exposure[0] * world.shocks.level[:, :1]
    np.testing.assert_allclose(rate * 365.25, 50.0)  # ALONE strikes the hill people: 100,000


# --- reports --------------------------------------------------------------------------------------


def reported(rows, days=3000, fatal=0.25, places=20):
    """Return a play with these reporters and one incident a day and place in the mean."""
    theatre = theatre_of(places, days, values={"marks.fatal_share": fatal}, reporting=rows)
    state = played(theatre, hawkes(theatre, 1.0, 0.0, 5.0))
    event = state.incidents.events[: state.incidents.counts[0]]
    return theatre, state, event, (event[:, 3] + event[:, 4]) > 0


def test_reporters_hear_of_their_shares_of_incidents_with_and_without_dead():
    rows = [
        reporting("police", "harassment", share=0.5, fatal_share=0.5),
        reporting("press", "harassment", share=0.0, fatal_share=0.8),
        reporting("all", "harassment"),
        reporting("none", "harassment", share=0.0, fatal_share=0.0),
    ]
    theatre, state, event, fatal = reported(rows)
    heard = state.observe.reported[:, :, 0, 0].sum(axis=1)
    assert theatre.reporters == ("police", "press", "all", "none")
    assert heard[2] == len(event)
    assert heard[3] == 0
    near(heard[0], 0.5 * len(event), np.sqrt(0.25 * len(event)), 0.05, "half of all")
    near(heard[1], 0.8 * fatal.sum(), np.sqrt(0.16 * fatal.sum()), 0.05, "of the fatal ones")
    dead = state.observe.reported[:, :, 0, 1].sum(axis=1)
    assert dead[2] == state.incidents.series[:, 0, 1].sum()
    assert 0 < dead[0] < dead[1] < dead[2]


def test_without_delay_a_report_is_counted_in_the_month_of_its_incident():
    theatre, state, event, _ = reported([reporting("police", "harassment")], days=200)
    month = np.bincount(theatre.month_of_day[event[:, 0]])
    np.testing.assert_array_equal(state.observe.reported[0, :, 0, 0], month)
    np.testing.assert_array_equal(
        state.observe.reported[0, :, 0, 0], state.incidents.series[:, 0, 0]
    )


def test_reports_are_late_by_their_mean_delay_and_those_after_the_last_day_are_dropped():
    delay, days = 60.0, 6000
    rows = [reporting("police", "harassment", delay_days=delay)]
    _, state, event, _ = reported(rows, days=days, fatal=0.0)
    per_day = len(event) / days
    mean_whole_days = 1 / np.expm1(1 / delay)  # an exponential delay in whole days
    lost = len(event) - state.observe.reported.sum(axis=(0, 1, 2))[0]
    near(lost, per_day * mean_whole_days, np.sqrt(per_day * delay) * 1.2, 0.20, "not yet heard")
    first = state.observe.reported[0, 0, 0, 0] / state.incidents.series[0, 0, 0]
    whole = np.arange(31)
    exact = np.mean(1 - np.exp(-(31 - whole) / delay))  # arrived before 1 February
    assert first == pytest.approx(exact, abs=4 * np.sqrt(exact / state.incidents.series[0, 0, 0]))


def test_nothing_is_reported_before_a_reporter_begins_or_from_the_day_it_ends():
    rows = [reporting("police", "harassment", 31, 60)]  # all of February 2000
    _, state, event, _ = reported(rows, days=200)
    in_time = (event[:, 0] >= 31) & (event[:, 0] < 60)
    heard = state.observe.reported[0, :, 0, 0]
    assert heard[1] == in_time.sum()
    assert heard.sum() == in_time.sum()
    assert START.month == 1


def test_a_reporter_hears_nothing_of_municipalities_that_it_does_not_cover():
    row = reporting("police", "harassment", municipalities="p1;p2")
    theatre = theatre_of(4, 300, reporting=[row])
    state = played(theatre, hawkes(theatre, 0.5, 0.0, 5.0))
    place = state.incidents.events[: state.incidents.counts[0], 1]
    assert set(place) == {0, 1, 2, 3}
    assert state.observe.reported[..., 0].sum() == np.isin(place, (1, 2)).sum()


def test_a_reporter_of_other_acts_hears_nothing():
    _, state, event, _ = reported([reporting("police", "bombing")], days=200)
    assert len(event) > 0
    assert not state.observe.reported.any()


def test_two_reporters_hear_independently():
    rows = [
        reporting("one", "harassment", share=0.5, fatal_share=0.5),
        reporting("two", "harassment", share=0.5, fatal_share=0.5),
    ]
    _, state, _, _ = reported(rows, days=6000)
    one, two = state.observe.reported[:, :, 0, 0]
    happened = state.incidents.series[:, 0, 0]
    related = np.corrcoef(one - happened / 2, two - happened / 2)[0, 1]
    assert abs(related) < 4 / np.sqrt(len(happened))


def test_reports_change_nothing_that_happens():
    counts = []
    for rows in ([], [reporting("police", "harassment")]):
        theatre = theatre_of(3, 500, reporting=rows)
        counts.append(played(theatre, hawkes(theatre, 0.5, 0.5, 5.0)).incidents.events)
    np.testing.assert_array_equal(*counts)


def test_the_share_reported_agrees_over_places_too():
    theatre = theatre_of(
        100, 400, reporting=[reporting("police", "harassment", share=0.3, fatal_share=0.3)]
    )
    totals = []
    for future in range(40):
        state = played(theatre, hawkes(theatre, 0.1, 0.0, 5.0), future=future)
        totals.append(state.observe.reported[..., 0].sum() / state.incidents.counts[0])
    agree(totals, 0.3, 0.05, "share reported")
