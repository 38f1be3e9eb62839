"""Movement: who dares to travel, and what escorts cost."""

from __future__ import annotations

import numpy as np
import pytest
from lab import played, theatre_of

from interpose.play.day import build_world, new_state
from interpose.play.processes import movement, presence
from interpose.play.processes import police as local_police
from theatres import officers, troops

HILL, RIVER = 0, 1


def small(days=120, force=(), types=4, police=(), **values):
    values = {"movement.escort_wish_share": 0.05, **values}
    theatre = theatre_of(2, days, types, values=values, contingents=force, police=police)
    return theatre, build_world(theatre, theatre.scenario.parameters)


def struck(state, day, place, number, kind=1):
    """Let some answers happen, which are against the hill, and end the day."""
    state.incidents.events[:number] = 0
    state.incidents.events[:number, :3] = day, place, kind
    state.incidents.counts[:] = number, 0


def months(theatre, world, incidents=0, blocked=0.0):
    """Play movement alone over January and February with incidents on 11 January; return it."""
    state = new_state(theatre, 1, 0)
    for c in state.force.base:
        state.responsibility.free_troops[c] = 300.0
    for day in range(32):
        local_police.step(state, world, day)
        presence.step(state, world, day)
        struck(state, day, 0, incidents if day == 10 else 0)
        if day == 10:
            state.barricades.blocked_days[0] += blocked
        movement.step(state, world, day)
    return state


def test_where_nothing_happens_all_trips_are_made_and_nobody_needs_an_escort():
    theatre, world = small(366, [troops("a", "camp_p0", 1000, 0)])
    state = played(theatre, world)
    assert (state.movement.share[0] == 12.0).all()
    assert not state.movement.escorted.any()
    assert not state.movement.taken.any()


def test_the_share_is_the_equation():
    theatre, world = small(**{"movement.near_min": 15.0, "movement.memory_days": 60.0})
    state = months(theatre, world, incidents=5, blocked=31.0)
    near = np.exp(-30.0 / 15.0)
    thousands = 100.0 * (1.0 + near)  # 100,000 persons of each community at both places
    harm = 5 * np.exp(-21 / 60.0) / thousands  # eleven days of January are over, 21 to come
    struck_here = np.exp(-3.0 * harm - 0.5 * 1.0)  # one barricade on all days of January
    struck_there = np.exp(-3.0 * harm * near)
    np.testing.assert_allclose(state.movement.free[HILL], [struck_here, struck_there])
    np.testing.assert_allclose(state.movement.free[RIVER], [np.exp(-0.5), 1.0])
    np.testing.assert_allclose(state.movement.share[0], 1.0 + state.movement.free)


@pytest.mark.parametrize(
    "guards",
    [
        {"force": [troops("a", "camp_p0", 3000, 0)]},
        {"police": [officers("all", 3000)]},
        {"police": [officers("all", 3000, kind="local_police")]},
    ],
    ids=["troops", "international police", "local police"],
)
def test_whoever_guards_lets_more_people_travel(guards):
    theatre, world = small(**guards)
    bare, bare_world = small()
    with_force = months(theatre, world, incidents=500)
    without = months(bare, bare_world, incidents=500)
    assert (with_force.movement.free[HILL] > without.movement.free[HILL]).all()


def test_local_police_guard_as_far_as_they_are_accepted():
    free = []
    for accepted in (0.0, 0.5, 1.0):
        serving = [officers("all", 3000, kind="local_police", accepted=accepted)]
        state = months(*small(police=serving), incidents=500)
        free.append(state.movement.free[HILL])
    assert (np.diff(free, axis=0) > 0).all()


def test_bases_give_what_they_are_asked_for_up_to_their_share_and_no_more():
    force = [troops("a", "camp_p0", 600, 0), troops("b", "camp_p1", 600, 0)]
    given = {}
    for wish in (0.0001, 1.0):
        theatre, world = small(force=force, **{"movement.escort_wish_share": wish})
        state = months(theatre, world, incidents=2000)
        missed = 100_000 * (1.0 - state.movement.free).sum()
        wanted = missed * 0.2 * wish / 30.0 * 2.0  # platoon-hours a day
        hours = state.movement.taken @ state.responsibility.free_troops * 10.0 / 30.0
        asked = state.movement.wanted / state.movement.pull
        assert (state.movement.granted * asked).sum() == pytest.approx(hours)
        given[wish] = hours / wanted
        escorted = state.movement.escorted[0] / np.maximum(1.0 - state.movement.free, 1e-12)
        assert escorted[HILL].max() <= wish * (1 + 1e-9)
        if wish == 1.0:
            np.testing.assert_allclose(state.movement.taken, 0.3)
    assert given[0.0001] == pytest.approx(1.0)
    assert given[1.0] < 0.1


def test_what_escorts_take_is_not_on_patrol():
    theatre, world = small(force=[troops("a", "camp_p0", 600, 0)])
    state = months(theatre, world, incidents=2000)
    before = state.presence.per_1000[0].copy()
    presence.step(state, world, 32)
    share = state.movement.taken[0]
    assert 0.0 < share <= 0.3
    np.testing.assert_allclose(state.presence.per_1000[0], before * (1.0 - share))


def test_the_harvest_asks_for_more_escorts_in_its_months_even_over_the_new_year():
    values = {"movement.harvest_begins": 11.0, "movement.harvest_ends": 1.0}
    _, world = small(366, **values, **{"movement.harvest_factor": 3.0})
    assert world.movement.harvest.tolist() == [3.0, *[1.0] * 9, 3.0, 3.0]


def test_where_the_troops_have_left_nobody_is_escorted():
    theatre, world = small(400, [troops("a", "camp_p0", 900, 0, 200)], **{"background.rate": 3000})
    state = played(theatre, world)
    assert state.movement.escorted[0].all()
    assert not state.movement.escorted[1].any()
    assert not state.movement.taken.any()
    assert (state.movement.share <= 12.0).all()
    assert (state.movement.share >= state.movement.escorted).all()
