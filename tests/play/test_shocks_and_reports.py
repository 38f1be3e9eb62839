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


RISE, FADE = 3.0, 10.0
LAW = {"shocks.rise": RISE, "shocks.fade_days": FADE}


def boosts(theatre):
    """Return (day, type, place) the factor on the background every evening."""
    return np.array([state.shocks.shock_factor.copy() for _, _, state in evenings(theatre, shocks)])


def test_every_shock_raises_the_background_by_the_same_law_and_fades_exactly():
    theatre = theatre_of(1, 120, 2, values=LAW, shocks=[shock(20, kind="election")])
    boost = boosts(theatre)[:, 0, 0]
    since = np.arange(120) - 20
    felt = RISE * np.exp(-since / FADE)
    ends = np.ceil(FADE * np.log(RISE / FORGOTTEN))
    exact = np.where((since >= 0) & (since < ends), 1 + felt, 1.0)
    np.testing.assert_allclose(boost, exact, rtol=1e-14)
    assert felt[since == ends] < FORGOTTEN < felt[since == ends - 1]
    other = theatre_of(1, 120, 2, values=LAW, shocks=[shock(20, kind="killing", acting="force")])
    np.testing.assert_array_equal(boosts(other)[:, 0, 0], boost)


def test_several_shocks_add_and_the_boost_returns_to_one():
    rows = [shock(5), shock(9), shock(9, id="third")]
    boost = boosts(theatre_of(1, 160, 2, values=LAW, shocks=rows))[:, 0, 0]
    assert boost[9] == pytest.approx(1 + RISE * np.exp(-4 / FADE) + 2 * RISE)
    assert (boost[75:] == 1).all()


def test_a_shock_raises_the_violence_of_those_it_mobilises_where_it_concerns_them():
    rows = [shock(3, places="p1", community="hill"), shock(3, community="river", id="by_river")]
    theatre = theatre_of(2, 8, 4, values=LAW, shocks=rows)
    attack, answer, alone, block = boosts(theatre)[3]
    np.testing.assert_allclose(attack, [1, 1 + RISE])  # by hill people
    np.testing.assert_allclose(answer, [1 + RISE, 1 + RISE])  # by river people
    assert (alone == 1).all()  # unattributed
    assert (block == 1).all()  # roadblocks come of its crowds


def test_a_shock_before_the_first_day_is_felt_for_what_is_left_of_it():
    boost = boosts(theatre_of(1, 80, 2, values=LAW, shocks=[shock(-7)]))[:, 0, 0]
    assert boost[0] == pytest.approx(1 + RISE * np.exp(-7 / FADE))
    assert boost[-1] == 1


def test_the_background_is_exposure_times_level_times_boost_times_damping_every_day():
    theatre = theatre_of(
        2,
        460,
        3,
        values={"background.rate": 7.0, "background.excess": 30.0, **LAW},
        contingents=[troops("a", "camp_p0", 900, 50, 300)],
        police=[officers("p1", 200, 33, 250)],
        shocks=[shock(48), shock(100, places="p1")],
    )
    for day, world, state in evenings(theatre, force, responsibility, police, presence, shocks):
        month = theatre.month_of_day[day]
        boost = np.ones_like(state.shocks.shock_factor)
        for s, begun in enumerate(theatre.shocks["day"]):
            if begun <= day < begun + world.shocks.felt_days:
                left = RISE * np.exp(-(day - begun) / FADE)
                boost += np.outer(world.shocks.types[s], left * world.shocks.places[s])
        raw = state.shocks.exposure * world.shocks.level[:, month, None] * boost
        np.testing.assert_allclose(
            state.shocks.background_undamped, raw, rtol=1e-12, err_msg=str(day)
        )
        np.testing.assert_allclose(
            state.shocks.background, raw * state.presence.damping[0], rtol=1e-12
        )


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
    state = played(theatre, build_world(theatre, theatre.scenario.parameters), last=1)
    # ALONE strikes the hill people: 100,000
    np.testing.assert_allclose(state.shocks.background_undamped * 365.25, 50.0)


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
