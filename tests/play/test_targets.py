"""Nobody who is not there is struck: attacks follow the number of the target."""

from dataclasses import replace

import numpy as np
import pytest
from lab import played, rates_of, theatre_of

from interpose.play import Theatre
from interpose.play.day import build_world
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
        np.testing.assert_allclose(state.presence.there[0], there)
        seen[strength] = there
    np.testing.assert_allclose(seen[200], 2 * seen[100])
    assert (seen[20_000] == 1).all()
    assert (seen[40_000] == 1).all()


def test_nobody_strikes_a_community_that_has_left():
    left = Displaced(
        date="1999-12-31",
        community="river",
        origin="p0",
        where="abroad",
        persons=100_000,
        low=100_000,
        high=100_000,
        basis="assumed",
        source="test",
    )
    nobody_returns = {"return.base": -700.0, "flight.ready_share": 0.0}
    theatre = theatre_against("river", displaced=[left], values=nobody_returns)
    expected, _ = rates(theatre)
    assert not expected[1:, 0, 0].any()
    assert (expected[1:, 0, 1] > 0).all()


def test_nobody_strikes_a_community_that_the_table_has_no_more():
    types = (against("river", "armed_attack"),)
    known = small_scenario(places=2, days=800, types=types, values=STRIKES)
    gone = tuple(
        row.model_copy(update={"year": 2001, "persons": 0, "low": 0, "high": 0})
        for row in known.people
        if (row.place, row.community) == ("p0", "river")
    )
    theatre = Theatre(replace(known, people=(*known.people, *gone)))
    expected, _ = rates(theatre)
    assert (expected[:360] > 0).all()
    assert not expected[366:, 0, 0].any()
    assert (expected[366:, 0, 1] > 0).all()


def test_a_community_of_which_half_is_left_is_struck_as_the_rates_say():
    theatre = theatre_of(2, 40, 2)
    state = played(theatre, build_world(theatre, theatre.scenario.parameters))
    assert (state.people.there == 1.0).all()
    assert (state.presence.there == 1.0).all()


def test_no_force_has_no_r():
    theatre = theatre_against("force")
    world = build_world(theatre, theatre.scenario.parameters)
    state = played(theatre, world, last=1)
    assert Reproduction(world).theatre(state) == 0.0
    assert not Reproduction(world).municipal(state).any()
