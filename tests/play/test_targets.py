"""Nobody who is not there is struck: attacks follow the number of the target."""

from dataclasses import replace

import numpy as np
import pytest
from lab import played, rates_of

from interpose.play import Theatre
from interpose.play.day import build_world
from interpose.play.expected import expected_incidents
from interpose.play.reproduction import Reproduction
from interpose.scenario.tables.mission import Displaced, IncidentType
from theatres import officers, small_scenario, troops

GONE = 100
STRIKES = {"background.rate": 3000.0, "retaliation.campaign": 0.6, "marks.fatal_share": 0.1}


def against(target, act="attack_on_force", instigator="hill"):
    return IncidentType(id="it", act=act, instigator=instigator, target=target, words="it")


def theatre_against(target, days=200, places=2, values=None, **more):
    return Theatre(
        small_scenario(
            places=places,
            days=days,
            types=(against(target),),
            values={**STRIKES, **(values or {})},
            **more,
        )
    )


def rates(theatre):
    return rates_of(theatre, build_world(theatre, theatre.scenario.parameters))


@pytest.mark.parametrize("relocated", [0.0, 0.5])
def test_nobody_strikes_a_force_that_has_left(relocated):
    theatre = theatre_against(
        "force",
        contingents=[troops("a", "camp_p0", 900, 0, GONE)],
        values={"relocation.share": relocated},
    )
    expected, state = rates(theatre)
    assert (expected[:GONE] > 0).all()
    assert not expected[GONE:].any()
    events = state.incidents.events[: state.incidents.counts[0]]
    assert events[:, 0].max() < GONE
    assert events[:, 3].sum() > 0  # soldiers who died while they were there


@pytest.mark.parametrize("kind", ["local_police", "international_police"])
def test_nobody_strikes_police_that_have_left(kind):
    expected, _ = rates(
        theatre_against("police", police=[officers("all", 500, 0, GONE, kind=kind)])
    )
    assert (expected[:GONE] > 0).all()
    assert not expected[GONE:].any()


def test_attacks_on_the_force_fall_in_proportion_once_there_are_too_few():
    seen = {}
    for strength in (100, 200, 20_000, 40_000):
        theatre = theatre_against("force", contingents=[troops("a", "camp_p0", strength, 0)])
        state = played(theatre, build_world(theatre, theatre.scenario.parameters), last=1)
        there = np.minimum(state.presence.per_1000[0] / 0.5, 1.0)
        np.testing.assert_allclose(state.presence.there[0, 0], there)
        seen[strength] = there
    np.testing.assert_allclose(seen[200], 2 * seen[100])
    assert (seen[20_000] == 1).all()
    assert (seen[40_000] == 1).all()


def with_abroad(persons, values, **more):
    """Return a theatre from whose first place so many of 100,000 river people are abroad."""
    left = Displaced(
        date="1999-12-31",
        community="river",
        origin="p0",
        where="abroad",
        persons=persons,
        low=persons,
        high=persons,
        basis="assumed",
        source="test",
    )
    return theatre_against("river", displaced=[left], values=values, **more)


NOBODY_MOVES = {"return.base": -700.0, "flight.ready_share": 0.0, "return.settle_per_year": 0.0}


def test_nobody_strikes_a_community_that_has_left_until_it_returns():
    back = {"return.base": 700.0, "return.ramp_days": 60.0, "return.most_per_day": 0.3}
    home = rates(theatre_against("river", values=NOBODY_MOVES))[0]
    gone = rates(with_abroad(100_000, NOBODY_MOVES))[0]
    returned = rates(with_abroad(100_000, {**back, "flight.ready_share": 0.0}))[0]
    assert not gone[:, 0, 0].any()
    assert returned[0, 0, 0] == 0.0
    assert 0.0 < returned[10, 0, 0] < home[10, 0, 0] / 4
    np.testing.assert_allclose(returned[-1], home[-1], rtol=0.02)


def test_nobody_is_struck_by_a_community_that_has_left():
    types = (against("authorities", "protest", "river"), against("hill", "armed_attack", "river"))
    for kind in types:
        theatre = with_abroad(100_000, NOBODY_MOVES, places=1)
        theatre = Theatre(replace(theatre.scenario, incident_types=(kind,)))
        assert not rates(theatre)[0].any(), kind.act


def test_a_community_of_which_half_is_left_is_struck_half_as_often():
    values = {**NOBODY_MOVES, "retaliation.campaign": 0.0}
    home = rates(theatre_against("river", values=values, places=1))[0]
    half = rates(with_abroad(50_000, values, places=1))[0]
    by_hill = (100 / 150) / (100 / 200)  # of fewer people within reach more are hill people
    np.testing.assert_allclose(half, home * 0.5 * by_hill)


def test_those_who_flee_during_play_are_no_longer_there_to_be_struck():
    """Of 100,000 river people and as many hill people, those who leave go abroad for good."""
    values = {**NOBODY_MOVES, "flight.ready_share": 0.5, "flight.abroad_share": 1.0}
    struck = {}
    for left in (0.0, 50.0):
        theatre = theatre_against("river", 60, 1, {**values, "flight.per_incident": left})
        world = build_world(theatre, theatre.scenario.parameters)
        state = played(theatre, world)
        present = state.people.present[1, 0]
        share = present / world.people.present[1, 0]  # of the river people are still there
        assert (share < 0.9) == (left > 0)
        struck[left] = state.shocks.exposure[0, 0]
        np.testing.assert_allclose(
            struck[left] * 1e5 * 365.25, 1e5 * share / (1 + share), rtol=0.01
        )
    assert struck[50.0] < struck[0.0]


def test_a_community_that_grows_is_struck_more_often_and_the_expectation_knows():
    growth = {"people.growth[river]": 0.1, "retaliation.campaign": 0.0, **NOBODY_MOVES}
    theatre = theatre_against("authorities", 800, 1, growth)
    theatre = Theatre(
        replace(theatre.scenario, incident_types=(against("authorities", "protest", "river"),))
    )
    played_, _ = rates(theatre)
    exact = expected_incidents(theatre, theatre.scenario.parameters)
    assert played_[790, 0, 0] / played_[0, 0, 0] == pytest.approx(np.exp(0.1 * 2.14), rel=0.01)
    np.testing.assert_allclose(exact, played_.sum(axis=2), rtol=1e-9)


def test_no_force_has_no_r():
    theatre = theatre_against("force")
    world = build_world(theatre, theatre.scenario.parameters)
    state = played(theatre, world, last=1)
    assert Reproduction(world).theatre(state) == 0.0
    assert not Reproduction(world).municipal(state).any()
