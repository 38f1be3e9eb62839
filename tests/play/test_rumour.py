"""Rumours: the shares that never hear are those of theory, whatever the clock and the places."""

from __future__ import annotations

import numpy as np
import pytest
from lab import agree, near, theatre_of
from scipy import stats

from interpose.play.day import build_world
from interpose.play.processes.unrest.arrays import ACTIVE, ANSWERED_HOUR, TELLING, WAVES, new_state
from interpose.play.processes.unrest.rumour import binomial, poisson, tell

NEVER_HEARD = {1.0: 0.20318787, 2.0: 0.05952021, 3.0: 0.01982740}
"""k -> theta = exp(-(k + 1) (1 - theta)); METHODS 7, item 10."""


def rumour_world(places=1, minutes=30.0, **given):
    """Return theatre and unrest's part of the world, with these fields in place of parameters."""
    theatre = theatre_of(places, 10, minutes=minutes)
    world = build_world(theatre, theatre.scenario.parameters).unrest
    return theatre, world._replace(**{"away_share": 0.0, **given})


def told_to_the_end(theatre, world, persons, tellers=1.0, key=1, media=0.0, answered=10**6):
    """Tell a rumour from hour 6 until nobody tells it; return the state."""
    unrest = new_state(theatre, np.zeros(1, dtype=np.uint64))
    persons = np.broadcast_to(np.asarray(persons, float), unrest.contacts_made.shape)
    unrest.waves[0, [ACTIVE, TELLING, ANSWERED_HOUR]] = 1, 1, answered
    unrest.keys[0] = key
    unrest.media[0] = media
    unrest.persons[0] = persons
    unrest.ignorant[0] = persons - tellers
    unrest.telling[0] = world.contacts_left * np.broadcast_to(tellers, persons.shape)
    unrest.within[0] = world.near @ persons
    hour = 0
    while unrest.waves[0, TELLING] == 1 and hour < 20_000:
        tell(unrest, world, 0, hour)
        hour += 1
    assert hour < 20_000
    return unrest


@pytest.mark.parametrize(("k", "theta"), NEVER_HEARD.items())
@pytest.mark.parametrize("contacts_per_hour", [0.1, 0.9])
def test_the_share_that_never_hears_is_that_of_theory_for_any_clock(k, theta, contacts_per_hour):
    theatre, world = rumour_world(contacts_left=k, contacts_per_hour=contacts_per_hour)
    unrest = told_to_the_end(theatre, world, 1e13)
    assert unrest.ignorant[0, 0] / 1e13 == pytest.approx(theta, abs=2e-6)


def test_the_share_that_never_hears_is_the_same_over_a_network_of_places():
    theatre, world = rumour_world(4, contacts_left=2.0, away_share=0.5)
    unrest = told_to_the_end(theatre, world, 1e12, tellers=np.array([1.0, 0, 0, 0]))
    assert unrest.ignorant.sum() / 4e12 == pytest.approx(NEVER_HEARD[2.0], rel=0.02)


def test_the_number_that_never_hears_scatters_by_027_of_the_people():
    people, repeats = 4000, []
    theatre, world = rumour_world(100, contacts_left=1.0)
    for key in range(1, 25):
        unrest = told_to_the_end(theatre, world, people, key=key)
        repeats.append(unrest.ignorant[0].copy())
    never = np.concatenate(repeats)
    never = never[never < people / 2]  # now and then the first tellers meet each other, and stop
    agree(never / people, NEVER_HEARD[1.0], 0.02, "never heard")
    spread = never.var(ddof=1) / people
    near(spread, 0.272, spread * np.sqrt(2 / len(never)), 0.15, "variance per person")


def test_a_counter_message_leaves_more_who_never_hear_the_earlier_it_comes():
    theatre, world = rumour_world(contacts_left=2.0, answer_effect=0.6)
    never = [
        told_to_the_end(theatre, world, 1e10, tellers=1e5, answered=hour).ignorant[0, 0]
        for hour in (0, 10, 20, 30, 40, 50, 200)
    ]
    assert (np.diff(never) < 1e-4 * 1e10).all()  # but for chance
    assert never[0] > 5 * never[-1]
    assert never[-1] / 1e10 == pytest.approx(NEVER_HEARD[2.0], rel=0.01)


def test_a_counter_message_that_wins_enough_over_ends_a_rumour_at_once():
    theatre, world = rumour_world(contacts_left=2.0, answer_effect=0.7)  # (k + 1) (1 - 0.7) < 1
    unrest = told_to_the_end(theatre, world, 1e10, tellers=1000.0, answered=0)
    assert 1e10 - unrest.ignorant[0, 0] < 20_000


def test_the_media_reach_their_share_in_a_day():
    theatre, world = rumour_world(contacts_per_hour=0.0)
    reached = []
    for key in range(1, 30):
        unrest = new_state(theatre, np.zeros(1, dtype=np.uint64))
        unrest.waves[0, [ACTIVE, TELLING, ANSWERED_HOUR]] = 1, 1, 10**6
        unrest.keys[0], unrest.media[0] = key, 1 - 0.4 ** (1 / 18)
        unrest.persons[0] = unrest.ignorant[0] = 1000.0
        for hour in range(6, 24):
            tell(unrest, world, 0, hour)
        reached.append(1 - unrest.ignorant[0, 0] / 1000)
    agree(reached, 0.6, 0.05, "reached")


def test_nobody_is_lost_or_won_twice():
    theatre, world = rumour_world(5, contacts_left=1.5, away_share=0.3)
    unrest = told_to_the_end(
        theatre, world, [50, 0, 3000, 7, 200], tellers=np.array([0, 0, 1, 0, 0]), media=0.01
    )
    assert (unrest.ignorant >= 0).all()
    assert (unrest.ignorant <= unrest.persons).all()
    assert unrest.ignorant[0, 1] == 0
    np.testing.assert_array_equal(unrest.ignorant, np.round(unrest.ignorant))


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (40, 0.1), (40, 0.7), (5000, 0.001)])
def test_small_binomial_counts_are_exact(n, p):
    _, world = rumour_world()
    chances = np.linspace(0.0005, 0.9995, 400)
    ours = [binomial(u, float(n), p, world.normal) for u in chances]
    np.testing.assert_array_equal(ours, stats.binom.ppf(chances, n, p))


def test_small_poisson_counts_are_exact_and_large_ones_have_mean_and_spread():
    _, world = rumour_world()
    chances = np.linspace(0.0005, 0.9995, 400)
    ours = [poisson(u, 3.5, world.normal) for u in chances]
    np.testing.assert_array_equal(ours, stats.poisson.isf(chances, 3.5))
    even = (np.arange(4096) + 0.5) / 4096
    large = np.array([poisson(u, 500.0, world.normal) for u in even])
    assert large.mean() == pytest.approx(500, abs=0.5)
    assert large.var() == pytest.approx(500, rel=0.02)


def test_there_is_room_for_all_waves():
    theatre, _ = rumour_world()
    assert len(new_state(theatre, np.zeros(1, dtype=np.uint64)).waves) == WAVES
